"""How often the intervals of key drivers cover on top-heavy ratings: by seeded simulation.

Four factors that go together and matter less and less, one that has nothing to do with anything,
and the overall rating, all on 1-5 and cut from normal opinions so that a given share is at the
highest point. Run it to print the figures: ``python tests/studies/drivers_study.py``.
"""

from __future__ import annotations

import sys
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

import relmetrics as rm
from relmetrics.survey.drivers import redraws

TOP_BOXES = (0.24, 0.4, 0.6, 0.8)
SIZES = (50, 200, 1000)
FACTORS = ["most", "more", "less", "least", "none"]

LATENT = np.full((6, 6), 0.35) + 0.65 * np.eye(6)
LATENT[:4, 5] = LATENT[5, :4] = [0.6, 0.5, 0.4, 0.3]
LATENT[4, :4] = LATENT[:4, 4] = LATENT[4, 5] = LATENT[5, 4] = 0
ROOT = np.linalg.cholesky(LATENT)
LOWER = np.array([0.04, 0.15, 0.35])
"""Of those below the top, the shares up to each of the three lowest points."""


class Kept(NamedTuple):
    """Coverage of importances and shares, by factor; and false alarms of the useless one, %."""

    importance: Any
    shares: Any
    alarms: float


def answers(rng: np.random.Generator, rows: int, top: float) -> Any:
    """Return ratings, shape (rows, 6), of which a share `top` is at the highest point."""
    below = [*(LOWER * (1 - top) / 0.76), 1 - top]
    cuts = [NormalDist().inv_cdf(share) for share in below]
    return 1.0 + np.searchsorted(cuts, rng.standard_normal((rows, 6)) @ ROOT.T)


@cache
def truth(top: float) -> Any:
    """Return the importances in the population, by a million rows; the useless one has none."""
    rng = np.random.default_rng(1)
    true = rm.KeyDrivers().split(np.corrcoef(answers(rng, 1_000_000, top).T))
    true[4] = 0
    return true


def measured(
    top: float, n: int, surveys: int = 200, interval: Any = "bootstrap", draws: int = 500
) -> Kept:
    """Return how many of 100 intervals hold the value of the population."""
    rng = np.random.default_rng([round(100 * top), n])
    true = truth(top)
    inside: list[Any] = []
    shares: list[Any] = []
    alarms = 0
    every, redraws.DRAWS = redraws.DRAWS, draws
    try:
        for seed in range(surveys):
            table = answers(rng, n, top)
            one = rm.drivers(
                table[:, :5], table[:, 5], factors=FACTORS, interval=interval, rng=seed
            )
            for found, of, kept in (
                (one.intervals(), true, inside),
                (one.share_intervals(), 100 * true / true.sum(), shares),
            ):
                kept.append([i.low <= t <= i.high for i, t in zip(found.values(), of, strict=True)])
            against = one.against_random()
            alarms += bool(against["significant"][list(against["factor"]).index("none")])
    finally:
        redraws.DRAWS = every
    ours, theirs = (100 * np.mean(kept, axis=0) for kept in (inside, shares))
    return Kept(ours, theirs, 100 * alarms / surveys)


def main() -> None:
    """Print every figure."""
    for interval in ("wishart", "bootstrap"):
        for top in TOP_BOXES:
            for n in SIZES:
                kept = measured(top, n, interval=interval)
                cells = " ".join(f"{x:5.1f}" for x in kept.importance)
                parts = " ".join(f"{x:5.1f}" for x in kept.shares)
                sys.stdout.write(
                    f"{interval} {100 * top:.0f} % n={n}: {cells} "
                    f"(mean {kept.importance.mean():.1f}); "
                    f"shares {parts} (mean {kept.shares.mean():.1f}); alarms {kept.alarms:.1f}\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
