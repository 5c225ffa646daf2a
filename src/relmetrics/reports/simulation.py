"""Simulation: seeded survey and customer tables that look like real exports, for trying out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.checks import check_whole

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray

SEGMENTS = ("business", "family", "student")
FACTORS = ("punctuality", "service", "safety", "food")
_DATES_FROM, _DAYS = np.datetime64("2026-01-01"), 300
_LIKING = {"business": 0.1, "family": 0.35, "student": -0.35}


def simulate_survey(rows: int = 1200, *, seed: int = 2026) -> dict[str, AnyArray]:
    """Return simulated survey answers, one row per respondent, NaN where there is none.

    Columns: ``respondent``, ``date`` (in order, over ten months of 2026), ``segment``, ``weight``
    (survey weight), ``recommend`` (0-10), ``satisfaction`` (1-5), ``effort`` (1-7, lower is better)
    and the factors ``punctuality``, ``service``, ``safety`` and ``food`` (1-5). Answers of one
    respondent go together. Nothing changes over time but by chance.

    Args:
        rows: Number of respondents.
        seed: The same seed gives the same table.

    Example:
        >>> import relmetrics as rm
        >>> table = rm.simulate_survey(100, seed=1)
        >>> rm.nps(table["recommend"]).n
        94
    """
    rows, rng = check_whole("rows", rows, 0), np.random.default_rng(seed)
    segment = rng.choice(SEGMENTS, size=rows, p=[0.3, 0.45, 0.25])
    liking = rng.normal(size=rows) + np.array([_LIKING[name] for name in segment.tolist()])

    def answers(center: float, pull: float, low: int, high: int, skipped: float) -> FloatArray:
        felt = center + pull * (0.8 * liking + 0.6 * rng.normal(size=rows))
        points = np.clip(np.rint(felt), low, high)
        return np.where(rng.random(rows) < skipped, np.nan, points)

    centers = (3.8, 4.1, 4.5, 3.4)
    return {
        "respondent": np.arange(1, rows + 1),
        # Drawn apart, so that the answers of a seed are what they were without dates.
        "date": _DATES_FROM + np.sort(np.random.default_rng([seed, 2]).integers(_DAYS, size=rows)),
        "segment": segment,
        "weight": np.round(np.exp(rng.normal(0, 0.35, size=rows)), 3),
        "recommend": answers(8.0, 1.9, 0, 10, 0.05),
        "satisfaction": answers(3.9, 0.9, 1, 5, 0.03),
        "effort": answers(2.8, -1.2, 1, 7, 0.08),
        **{
            name: answers(center, 0.9, 1, 5, 0.04)
            for name, center in zip(FACTORS, centers, strict=True)
        },
    }


def simulate_customers(rows: int = 2000, *, seed: int = 2026) -> dict[str, AnyArray]:
    """Return a simulated customer table, one row per customer, yes and no as 1 and 0.

    Columns: ``customer``, ``segment``, ``at_start`` and ``at_end`` (a customer at the start and at
    the end of the year), ``new`` (acquired within it), ``purchases`` (ever), ``referred``,
    ``helped`` (in the last 12 months), ``gain`` and ``cost`` (brought in and spent on, money).

    Args:
        rows: Number of customers.
        seed: The same seed gives the same table.

    Example:
        >>> import relmetrics as rm
        >>> table = rm.simulate_customers(100, seed=1)
        >>> int(table["at_start"].sum() + table["new"].sum())
        100
    """
    rows, rng = check_whole("rows", rows, 0), np.random.default_rng(seed + 1)
    segment = rng.choice(SEGMENTS, size=rows, p=[0.3, 0.45, 0.25])
    liking = rng.normal(size=rows) + np.array([_LIKING[name] for name in segment.tolist()])

    def happens(center: float, pull: float) -> Any:
        return rng.random(rows) < 1 / (1 + np.exp(-(center + pull * liking)))

    new = happens(-1.3, 0.0)
    stays = happens(1.5, 0.8)
    purchases = 1 + rng.poisson(np.exp(0.7 + 0.5 * liking))
    cost = np.round(rng.gamma(2.0, 6.0, size=rows), 2)
    gain = np.round(cost * rng.gamma(2.0, 1.4, size=rows) * np.exp(0.3 * liking), 2)
    flags = {
        "at_start": ~new,
        "at_end": stays,
        "new": new,
        "referred": happens(-1.7, 0.5),
        "helped": happens(-0.8, 0.2),
    }
    return {
        "customer": np.arange(1, rows + 1),
        "segment": segment,
        **{name: flag.astype(np.int64) for name, flag in flags.items()},
        "purchases": purchases,
        "gain": gain,
        "cost": cost,
    }
