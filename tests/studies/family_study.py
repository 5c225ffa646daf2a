"""Verdicts about many groups that are alike: how often any of them is called worse or better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import relmetrics as rm
from relmetrics.inference.multiplicity import adjusted_by
from relmetrics.inference.rearranged.hypergeometric import log_choose
from relmetrics.inference.rearranged.mid_p import doubled_mid_p
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray

SMALL = (1, 2, 3, 5, 10, 30, 100, 1000)
"""Answers of each of the small groups."""

MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)
OPINIONS: dict[str, tuple[rm.LinearScore[Any], tuple[float, ...]]] = {
    "rate of 1 %": (rm.Rate(), (0.99, 0.01)),
    "rate of 2 %": (rm.Rate(), (0.98, 0.02)),
    "rate of 5 %": (rm.Rate(), (0.95, 0.05)),
    "rate of 10 %": (rm.Rate(), (0.9, 0.1)),
    "rate of 50 %": (rm.Rate(), (0.5, 0.5)),
    "NPS of 0": (rm.NPS(), (0.3, *[0] * 6, 0.4, 0, 0.3, 0)),
    "NPS of 50": (rm.NPS(), (0.15, *[0] * 6, 0.2, 0, 0.65, 0)),
    "NPS of 90": (rm.NPS(), (0.02, *[0] * 6, 0.06, 0, 0.92, 0)),
    "mean, 90 % at the top": (MEAN, (0.01, 0.01, 0.02, 0.06, 0.9)),
    "mean, all over": (MEAN, (0.1, 0.2, 0.3, 0.25, 0.15)),
}
"""What the answers of all groups are like: metric, and the share of answers at each point."""


def false_verdicts(
    name: str, small: int, *, groups: int = 20, large: int = 10, draws: int = 300, seed: int = 1
) -> tuple[float, float, float]:
    """Return how often, %, some group is called lower, some higher, and either, by Holm.

    Twenty groups of so many answers each and ten of 200, each against the rest.
    """
    metric, shares = OPINIONS[name]
    rng = np.random.default_rng([seed, small])
    sizes = np.array([small] * groups + [200] * large)
    wrong = np.zeros((draws, 2), dtype=bool)
    for draw in range(draws):
        counts = rng.multinomial(sizes, shares)
        p_value, difference = _against_the_rest(metric, counts)
        shown = adjusted_by("holm", p_value) < 0.05
        wrong[draw] = (shown & (difference < 0)).any(), (shown & (difference > 0)).any()
    return 100 * wrong[:, 0].mean(), 100 * wrong[:, 1].mean(), 100 * wrong.any(axis=1).mean()


def power(
    name: str, n: int, shares: tuple[float, ...], *, draws: int = 300, seed: int = 2
) -> float:
    """Return how often, %, one odd group among 20 of n and 10 of 200 is found, by Holm."""
    metric, usual = OPINIONS[name]
    rng = np.random.default_rng([seed, n])
    found = 0
    for _ in range(draws):
        counts = rng.multinomial([n] * 20 + [200] * 10, usual)
        counts[0] = rng.multinomial(n, shares)
        p_value, _ = _against_the_rest(metric, counts)
        found += adjusted_by("holm", p_value)[0] < 0.05
    return 100 * found / draws


def _against_the_rest(
    metric: rm.LinearScore[Any], counts: IntArray
) -> tuple[FloatArray, FloatArray]:
    none = np.zeros(len(counts), dtype=np.int64)
    ours, theirs = (
        GroupedTally(metric.scale, side, none) for side in (counts, counts.sum(axis=0) - counts)
    )
    found = metric.form.contrast(ours, theirs, 0.95, metric.difference_methods[0])
    return found.p_value, found.value


def weighted_verdicts(
    name: str,
    small: int,
    spread: float,
    *,
    groups: int = 20,
    large: int = 10,
    draws: int = 200,
    seed: int = 3,
) -> tuple[float, float, float]:
    """Return the same as `false_verdicts` with lognormal weights of this sd of their logs."""
    metric, shares = OPINIONS[name]
    rng = np.random.default_rng([seed, small, int(10 * spread)])
    owner = np.repeat(np.arange(groups + large), [small] * groups + [200] * large)
    points, size = len(shares), groups + large
    wrong = np.zeros((draws, 2), dtype=bool)
    for draw in range(draws):
        weights = rng.lognormal(0, spread, len(owner))
        cell = owner * points + rng.choice(points, len(owner), p=shares)
        counts, sums, squares = (
            np.bincount(cell, weights**power, size * points).reshape(size, points)
            for power in range(3)
        )
        ours = counts.astype(np.int64), sums, squares
        theirs = (part.sum(axis=0) - part for part in ours)
        none = np.zeros(size, dtype=np.int64)
        a, b = (GroupedTally(metric.scale, n, none, w, s) for n, w, s in (ours, theirs))
        found = metric.form.contrast(a, b, 0.95, metric.difference_methods[0])
        shown = adjusted_by("holm", found.p_value) < 0.05
        wrong[draw] = (shown & (found.value < 0)).any(), (shown & (found.value > 0)).any()
    return 100 * wrong[:, 0].mean(), 100 * wrong[:, 1].mean(), 100 * wrong.any(axis=1).mean()


def exact_size(n: int, m: int, share: float) -> float:
    """Return the chance that two samples of one rate are told apart at 5 %, by all their counts."""
    counts = [np.column_stack([size - k, k]) for size in (n, m) for k in [np.arange(size + 1)]]
    ours, theirs = np.repeat(counts[0], m + 1, axis=0), np.tile(counts[1], (n + 1, 1))
    p_value = doubled_mid_p([0, 1], ours.astype(float), theirs.astype(float)).reshape(n + 1, m + 1)
    chances = [np.exp(_log_binomial(size, share)) for size in (n, m)]
    return float(chances[0] @ ((p_value < 0.05) @ chances[1]))


def _log_binomial(n: int, share: float) -> FloatArray:
    k = np.arange(n + 1.0)
    return log_choose(np.full(n + 1, float(n)), k) + k * np.log(share) + (n - k) * np.log1p(-share)
