"""Comparisons: a million pairs of groups, and the permutation test from a tally."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import answers

import relmetrics as rm
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Iterator

LEVEL = 0.95
DRAWS = 10_000


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield rates and scores of many pairs, and the permutation test of two samples."""
    yield _rates(rows)
    yield _scores(rows)
    yield _permutation(max(rows // 10, 100), smoke=smoke)


def _stacks(metric: Any, groups: int) -> tuple[GroupedTally, GroupedTally]:
    rng = np.random.default_rng(11)
    even = np.full(metric.scale.size, 1 / metric.scale.size)
    none = np.zeros(groups, dtype=np.int64)
    a, b = (
        GroupedTally(metric.scale, rng.multinomial(size, even, size=groups), none)
        for size in (40, 60)
    )
    return a, b


def _ends(found: Any) -> list[Any]:
    return [found.low, found.high]


def _around_zero(ends: list[Any]) -> list[Any]:
    """Return how far ends reach beyond 0: the nearer one is moved there where the test says so."""
    low, high = ends
    return [np.minimum(low, 0.0), np.maximum(high, 0.0)]


def _rates(groups: int) -> Race:
    metric = rm.Rate()
    a, b = _stacks(metric, groups)
    (k1, n1), (k0, n0) = ((side.counts[:, 1], side.counts.sum(axis=1)) for side in (a, b))
    others = []
    if stats := peer("statsmodels.stats.proportion"):

        def theirs() -> Any:
            ends = stats.confint_proportions_2indep(k1, n1, k0, n0, method="newcomb")
            return [100 * ends[0], 100 * ends[1]]

        others.append(Contender(name="statsmodels, interval alone", run=theirs, read=_around_zero))
    return Race(
        name=f"difference of rates with p-value, {groups:,} pairs",
        ours=Contender(
            name="relmetrics",
            run=lambda: metric.form.contrast(a, b, LEVEL, "newcombe"),
            read=lambda found: _around_zero(_ends(found)),
        ),
        others=others,
        rows=groups,
    )


def _scores(groups: int) -> Race:
    metric = rm.NPS()
    a, b = _stacks(metric, groups)
    coefficients = np.asarray(metric.coefficients(), dtype=np.float64)

    def moments(side: GroupedTally) -> tuple[Any, Any]:
        n = side.counts.sum(axis=1)
        value = side.counts @ coefficients / n
        return value, (side.counts @ coefficients**2 / n - value**2) / n

    def naive() -> list[Any]:
        (x, u), (y, v) = moments(a), moments(b)
        half = 1.959963984540054 * np.sqrt(u + v)
        return [x - y - half, x - y + half]

    return Race(
        name=f"difference of NPS with p-value, {groups:,} pairs",
        ours=Contender(
            name="relmetrics", run=lambda: metric.form.contrast(a, b, LEVEL, "wald"), read=_ends
        ),
        others=[Contender(name="numpy, naive, interval alone", run=naive, is_peer=False)],
        rows=groups,
    )


def _permutation(rows: int, *, smoke: bool) -> Race:
    metric = rm.MeanScore(scale=rm.ZERO_TO_TEN)
    a, b = answers("uint8", rows), answers("uint8", rows, seed=2)
    difference = metric.compare(metric.tally(a), metric.tally(b))
    rng = np.random.default_rng(12)
    others = []
    if stats := peer("scipy.stats"):
        draws = 100 if smoke else 1000

        def statistic(x: Any, y: Any, axis: int) -> Any:
            return np.mean(x, axis=axis) - np.mean(y, axis=axis)

        def theirs() -> float:
            found = stats.permutation_test(
                (a.astype(np.float64), b.astype(np.float64)),
                statistic,
                n_resamples=draws,
                batch=10,
                vectorized=True,
                rng=rng,
            )
            return float(found.pvalue)

        others.append(Contender(name=f"scipy, {draws} draws", run=theirs, rounds=2))
    return Race(
        name=f"permutation test, {DRAWS:,} draws, 2 x {rows:,} answers",
        ours=Contender(
            name="relmetrics", run=lambda: difference.permutation(draws=DRAWS, rng=rng).p_value
        ),
        others=others,
        rows=1,
        tolerance=0.5,
    )
