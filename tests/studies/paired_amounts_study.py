"""How often paired changes of ratios are covered, and shown where there are none: by simulation.

The base never changes: in each of two periods 8 % of the customers of its start leave, whatever
they pay, and as many may join between. Sizes are lognormal with sigma 1.
Run it to print the figures: ``python tests/studies/paired_amounts_study.py``.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np

import relmetrics as rm

SIZES = (50, 200, 2000)
CHURN = 0.08


class PerOrder(rm.Ratio[rm.Estimate]):
    """A ratio of one's own."""

    name, symbol, unit = "Revenue per order", "RPO", "money"
    top, bottom = "revenue", "orders"


METRICS: dict[str, Any] = {
    "NRR": rm.NetRevenueRetention(),
    "GRR": rm.GrossRevenueRetention(),
    "ROI": rm.ReturnOnInvestment(),
    "Ratio": PerOrder(),
}


class Kept(NamedTuple):
    """How often a change of 0 was shown, and covered, of 100; how often as a worsening."""

    size: float
    cover: float
    worse: float


def _stays(rng: np.random.Generator, n: int) -> Any:
    return rng.random(n) >= CHURN


def periods(
    name: str, n: int, rng: np.random.Generator, *, joining: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of the second period and of the first, of n customers at its start.

    With `joining` as many come between the periods as have left.
    """
    more = round(CHURN * n) if joining else 0
    size = rng.lognormal(0, 1, n + more)
    first = np.where(np.arange(n + more) < n, size, 0.0)
    there = _stays(rng, n + more)
    if name in ("NRR", "GRR"):
        grown = rng.lognormal(0, 0.1, (2, n + more))
        end = first * there * grown[0]
        start = np.where(first > 0, end, size)
        return (
            {"before": start, "after": start * _stays(rng, n + more) * grown[1]},
            {"before": first, "after": end},
        )
    new = np.arange(n + more) >= n
    found: list[dict[str, Any]] = []
    for active in (there | new, ~new):
        if name == "ROI":
            cost = size * active * rng.lognormal(0, 0.2, n + more)
            found.append({"gain": 3 * cost * rng.lognormal(0, 0.5, n + more), "cost": cost})
        else:
            orders = active * (1.0 + rng.poisson(3 * size))
            found.append(
                {"revenue": 20 * orders * rng.lognormal(0, 0.5, n + more), "orders": orders}
            )
    return found[0], found[1]


def measured(
    name: str, n: int, repeats: int = 2000, *, joining: bool = False, seed: int = 1
) -> Kept:
    """Return size and coverage of the default test and interval, where nothing changes."""
    rng = np.random.default_rng([seed, n, joining])
    metric = METRICS[name]
    shown = covered = worse = 0
    for _ in range(repeats):
        now, before = periods(name, n, rng, joining=joining)
        change = metric.compare_paired(metric.pairs(now, before))
        shown += change.p_value < 0.05
        covered += change.low <= 0 <= change.high
        worse += change.p_value < 0.05 and change.value < 0
    return Kept(*(100 * float(count) / repeats for count in (shown, covered, worse)))


def main() -> None:
    """Print every figure."""
    for joining in (False, True):
        for name in METRICS:
            for n in SIZES:
                kept = measured(name, n, joining=joining)
                sys.stdout.write(
                    f"{name}, n = {n}{', as many join' * joining}: size {kept.size:.1f} "
                    f"({kept.worse:.1f} worse), coverage {kept.cover:.1f}\n"
                )


if __name__ == "__main__":
    main()
