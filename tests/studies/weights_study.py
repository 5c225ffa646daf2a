"""How often the intervals of weighted answers cover: by seeded simulation.

A normal opinion is cut into the points of a scale; weights are lognormal, independent of the
opinion or tied to it. The sums that a tally holds are drawn directly, all repeats at once.
Run it to print the figures of the page on coverage: ``python tests/studies/weights_study.py``.
"""

from __future__ import annotations

import math
import sys
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

import relmetrics as rm
from relmetrics.states.grouped_tally import GroupedTally

SPREADS = (0.5, 1.0, 1.5, 2.0)
"""Standard deviations of the logarithm of the weight."""
SHARES = (0.02, 0.05, 0.1, 0.5)
SIZES = (30, 50, 100, 200, 500)
TIES = (0.0, 0.5, -0.5)
"""Correlations of the logarithm of the weight with the opinion."""


class Kind(NamedTuple):
    """A metric, and the shares of its points from the lowest on, where its rare one is p."""

    metric: Any
    shares: Any

    def true(self, p: float) -> float:
        """Return the value in the population."""
        points = np.asarray(self.metric.coefficients(), dtype=float)
        return float(points @ self.shares(p))


def _nps(p: float) -> list[float]:
    return [p / 2, *[0.0] * 7, 1 - 1.5 * p, 0.0, p]


KINDS = {
    "rate": Kind(rm.Rate(), lambda p: [1 - p, p]),
    "top box": Kind(rm.CSAT(), lambda p: [*(0.1 * k * (1 - p) for k in (2, 3, 5)), p / 2, p / 2]),
    "net": Kind(rm.NPS(), _nps),
    "mean": Kind(rm.MeanScore(scale=rm.ONE_TO_FIVE), lambda p: [p / 4] * 4 + [1 - p]),
}
"""Of a net, p promote and half as many detract; of a mean, all but p give the highest point."""


@cache
def _drawn(spread: float, tie: float, n: int, repeats: int, seed: int) -> tuple[Any, Any]:
    """Return the place of each opinion in the population, 0..1, and its weight: (repeats, n).

    Weighting by exp(spread x Z) moves a normal Z by `spread`, so the opinions of the population
    are normal about tie x spread.
    """
    rng = np.random.default_rng([seed, n, round(10 * spread), round(10 * tie) + 10])
    z, own = rng.standard_normal((2, repeats, n))
    opinion = tie * z + math.sqrt(1 - tie**2) * own
    return opinion - tie * spread, np.exp(spread * z)


def states(
    kind: str, p: float, spread: float, tie: float, n: int, repeats: int, seed: int = 1
) -> GroupedTally:
    """Return the weighted tallies of so many samples of n answers."""
    metric, shares = KINDS[kind]
    opinion, w = _drawn(spread, tie, n, repeats, seed)
    ends = np.cumsum(shares(p))[:-1]
    cuts = [NormalDist().inv_cdf(min(end, 1 - 1e-15)) for end in ends]
    code = np.searchsorted(cuts, opinion)
    size = metric.scale.size
    cells = (code + size * np.arange(repeats)[:, None]).ravel()
    sums: list[Any] = [
        np.bincount(cells, x.ravel(), repeats * size).reshape(repeats, size)
        for x in (np.ones_like(w), w, w * w)
    ]
    none = np.zeros(repeats, dtype=np.int64)
    return GroupedTally(metric.scale, sums[0].astype(np.int64), none, sums[1], sums[2])


def covered(
    kind: str,
    p: float,
    spread: float,
    tie: float,
    n: int,
    repeats: int = 2000,
    method: str | None = None,
) -> float:
    """Return how many of 100 intervals hold the value of the population."""
    metric = KINDS[kind].metric
    sample = states(kind, p, spread, tie, n, repeats)
    found = metric.form.present(sample, 0.95, method or metric.methods[0], np.random.default_rng(1))
    true = KINDS[kind].true(p)
    return 100 * float(np.mean((found.low <= true + 1e-9) & (true - 1e-9 <= found.high)))


def main() -> None:
    """Print every figure."""
    say = sys.stdout.write
    for kind in KINDS:
        for tie in TIES:
            figures = np.array(
                [[[covered(kind, p, s, tie, n) for n in SIZES] for p in SHARES] for s in SPREADS]
            )
            say(f"{kind}, tied {tie:g}: mean {figures.mean():.1f}, worst {figures.min():.1f}\n")
            for s, rows in zip(SPREADS, figures, strict=True):
                for p, row in zip(SHARES, rows, strict=True):
                    say(f"  {s:3g} {100 * p:3.0f} %" + "".join(f"{x:7.1f}" for x in row) + "\n")


if __name__ == "__main__":
    main()
