"""Comparisons: two waves of many groups, as users ask for them, and the permutation test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import answers

import relmetrics as rm
from relmetrics.data.labels.grouping import Labels
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAWS = 10_000
SIZES = {"of 40 and 60": (40, 60), "of 400 and 600": (400, 600)}
"""Of small groups many pairs are alike, and their exact test is done once; of large ones few."""


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield rates and scores of two waves, and the permutation test of two samples."""
    for kind, sizes in SIZES.items():
        yield _rates(kind, rows, sizes)
        yield _scores(kind, max(rows // 10, 2), sizes)
    yield _permutation(max(rows // 10, 100), smoke=smoke)


def _waves(metric: Any, groups: int, sizes: tuple[int, int]) -> tuple[rm.Breakdown, rm.Breakdown]:
    """Return two breakdowns of the same groups."""
    rng = np.random.default_rng(11)
    even = np.full(metric.scale.size, 1 / metric.scale.size)
    none = np.zeros(groups, dtype=np.int64)
    labels = Labels(("group",), (np.arange(groups),))
    states = [
        GroupedTally(metric.scale, rng.multinomial(size, even, size=groups), none) for size in sizes
    ]
    after, before = (rm.Breakdown(metric, labels, state, state.total()) for state in states)
    return after, before


def _in_order(found: Any, *names: str) -> list[Any]:
    """Return columns of comparisons in the order of the groups: they come by evidence."""
    order = np.argsort(found["group"])
    return [np.asarray(found[name])[order] for name in names]


def _around_zero(ends: list[Any]) -> list[Any]:
    """Return how far ends reach beyond 0: the nearer one is moved there where the test says so."""
    low, high = ends
    return [np.minimum(low, 0.0), np.maximum(high, 0.0)]


def _rates(kind: str, groups: int, sizes: tuple[int, int]) -> Race:
    """Return the race of the rates: test, interval, adjusting and order of all pairs."""
    after, before = _waves(rm.Rate(), groups, sizes)
    (k1, n1), (k0, n0) = (
        (side.states.counts[:, 1], side.states.counts.sum(axis=1)) for side in (after, before)
    )
    others = []
    if proportion := peer("statsmodels.stats.proportion"):

        def theirs() -> Any:
            ends = proportion.confint_proportions_2indep(k1, n1, k0, n0, method="newcomb")
            return [100 * ends[0], 100 * ends[1]]

        others.append(
            Contender(
                name="statsmodels, interval alone",
                run=theirs,
                read=_around_zero,
                least=0.5,
                why="the exact test, which theirs has not, takes most of our time",
            )
        )
    ours = Contender(
        name="relmetrics",
        run=lambda: after.compare_to(before).table(),
        read=lambda found: _around_zero(_in_order(found, "low", "high")),
        rounds=3,
    )
    if stats := peer("scipy.stats"):
        drawn = k1, n1 + n0, k1 + k0, n1

        def agreed(cdf: Any) -> Any:
            """Hold our p-values to the doubled mid-p of these tails; return our own ends."""
            table = after.compare_to(before).table()
            p_value, difference = _in_order(table, "p_value", "difference")
            below = cdf - stats.hypergeom.pmf(*drawn) / 2
            expected = np.minimum(1.0, 2 * np.minimum(below, 1 - below))
            differs = difference != 0  # sides that agree show nothing: p is 1
            np.testing.assert_allclose(p_value[differs], expected[differs], atol=1e-9)
            return ours.read(table)

        others.append(
            Contender(
                name="scipy, one tail of the exact test alone",
                run=lambda: stats.hypergeom.cdf(*drawn),
                read=agreed,
                rounds=1,
            )
        )
    return Race(
        name=f"rates of two waves, {kind}, {groups:,} groups", ours=ours, others=others, rows=groups
    )


def _scores(kind: str, groups: int, sizes: tuple[int, int]) -> Race:
    metric = rm.NPS()
    after, before = _waves(metric, groups, sizes)
    coefficients = np.asarray(metric.coefficients(), dtype=np.float64)

    def moments(side: rm.Breakdown) -> tuple[Any, Any]:
        counts = side.states.counts
        n = counts.sum(axis=1)
        value = counts @ coefficients / n
        return value, (counts @ coefficients**2 / n - value**2) / n

    def naive() -> Any:
        (x, u), (y, v) = moments(after), moments(before)
        return x - y, 1.959963984540054 * np.sqrt(u + v)

    return Race(
        name=f"NPS of two waves, {kind}, {groups:,} groups",
        ours=Contender(
            name="relmetrics",
            run=lambda: after.compare_to(before).table(),
            read=lambda found: _in_order(found, "difference"),
            rounds=3,
        ),
        others=[
            Contender(
                name="numpy, naive, Wald's interval alone",
                run=naive,
                read=lambda found: [found[0]],
                is_peer=False,
            )
        ],
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
