"""How often differences are covered, and how often tests reject what is true.

Two samples are enumerated: every pair of count vectors gets its difference through the public
metric, in one go; the coverage under a pair of distributions is the sum of the probabilities of
the pairs of vectors whose interval holds the true difference, and the size of a test the sum of
those it rejects where both sides are distributed alike. Pairs of answers are enumerated by what
they change. Simulation with fixed seeds is used where the samples cannot be listed.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import coverage_study as study
import numpy as np

import relmetrics as rm
from relmetrics.estimators.pairs import Pairs
from relmetrics.inference.rearranged.mid_p import doubled_mid_p
from relmetrics.states.grouped_tally import GroupedTally

_TOLERANCE = 1e-9  # an end that equals the true difference holds it

SIZES = ((5, 5), (10, 10), (20, 20), (5, 20), (10, 50))
"""Answers of the sample and of its reference."""


class Kept(NamedTuple):
    """What a method keeps of its promise, %: over a grid, on average and at worst."""

    mean: float
    worst: float


class Judged(NamedTuple):
    """Intervals and p-values of every pair: a row per sample, a column per reference."""

    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray


def judged(
    metric: rm.LinearScore, n: int, m: int, method: str | None = None, level: float = 0.95
) -> Judged:
    """Return interval and p-value of every pair of samples of n and of m answers."""
    ours, theirs = (study.compositions(size, len(metric.form.levels)) for size in (n, m))
    left = study.states(metric, np.repeat(ours, len(theirs), axis=0))
    right = study.states(metric, np.tile(theirs, (len(ours), 1)))
    found = metric.form.contrast(left, right, level, method or metric.difference_methods[0])
    shape = len(ours), len(theirs)
    return Judged(*(np.reshape(x, shape) for x in (found.low, found.high, found.p_value)))


def chances(metric: rm.LinearScore, n: int, shares: np.ndarray) -> np.ndarray:
    """Return the probability of each sample of n answers (row) under each distribution (column)."""
    return study.probabilities(study.compositions(n, len(metric.form.levels)), shares)


def covered(
    metric: rm.LinearScore,
    sizes: tuple[int, int],
    shares: np.ndarray,
    method: str | None = None,
    level: float = 0.95,
) -> Kept:
    """Return the exact coverage of differences, over all pairs of distributions of a grid."""
    found = judged(metric, *sizes, method, level)
    left, right = (chances(metric, size, shares) for size in sizes)
    true = shares @ np.asarray(metric.form.levels)
    cover = []
    for i, ours in enumerate(true):
        for j, theirs in enumerate(true):
            gap = ours - theirs
            holds = (found.low - _TOLERANCE <= gap) & (gap <= found.high + _TOLERANCE)
            cover.append(100 * float(left[:, i] @ (holds @ right[:, j])))
    return Kept(float(np.mean(cover)), float(np.min(cover)))


def sized(
    metric: rm.LinearScore,
    sizes: tuple[int, int],
    shares: np.ndarray,
    method: str | None = None,
    alpha: float = 0.05,
) -> Kept:
    """Return how often a test at 5 % rejects two samples of the same distribution, exactly."""
    found = judged(metric, *sizes, method, 1 - alpha)
    return _rejected(found.p_value < alpha, *(chances(metric, size, shares) for size in sizes))


def rearranged(metric: rm.LinearScore, sizes: tuple[int, int], shares: np.ndarray) -> Kept:
    """Return the exact size of the permutation test at 5 %."""
    ours, theirs = (study.compositions(size, len(metric.form.levels)) for size in sizes)
    stacks = [study.states(metric, counts) for counts in (ours, theirs)]
    rejects = np.array(
        [
            [
                metric.compare(stacks[0][i], stacks[1][j]).permutation().p_value <= _AT_5_PERCENT
                for j in range(len(theirs))
            ]
            for i in range(len(ours))
        ]
    )
    return _rejected(rejects, *(chances(metric, size, shares) for size in sizes))


_AT_5_PERCENT = 0.05 + 1e-12  # a permutation test rejects at p = alpha too


def _rejected(rejects: np.ndarray, left: np.ndarray, right: np.ndarray) -> Kept:
    size = 100 * (left * (rejects @ right)).sum(axis=0)
    return Kept(float(size.mean()), float(size.max()))


def joint(ours: np.ndarray, theirs: np.ndarray, kept: float) -> np.ndarray:
    """Return the chance of each pair of answers, reference in rows: some keep their answer.

    A share `kept` of the common mass of both distributions stays where it was; the others answer
    the two questions independently, such that the margins are the distributions given.
    """
    stay = kept * np.minimum(ours, theirs)
    left, right = theirs - stay, ours - stay
    return np.diag(stay) + np.outer(left, right) / (1 - stay.sum())


def changes_of(metric: rm.LinearScore, pairs: np.ndarray) -> np.ndarray:
    """Return the distribution of what a pair changes, lowest first, from a joint distribution."""
    steps = np.subtract.outer(metric.form.levels, metric.form.levels).T
    levels = np.unique(steps)
    return np.array([pairs[steps == change].sum() for change in levels])


class PairedGrid(NamedTuple):
    """Distributions of changes, one per row, and whether both answers are distributed alike."""

    shares: np.ndarray
    alike: np.ndarray


def paired_grid(metric: rm.LinearScore, shares: np.ndarray) -> PairedGrid:
    """Return all pairs of distributions of a grid, each with three kinds of respondents.

    Nobody keeps an answer on purpose, half do, four in five do.
    """
    found, alike = [], []
    for i, ours in enumerate(shares):
        for j, theirs in enumerate(shares):
            for kept in (0.0, 0.5, 0.8):
                found.append(changes_of(metric, joint(ours, theirs, kept)))
                alike.append(i == j)
    return PairedGrid(np.array(found), np.array(alike))


def paired(
    metric: rm.LinearScore, n: int, grid: PairedGrid, method: str | None = None
) -> tuple[Kept, Kept]:
    """Return coverage and size of a paired difference of n pairs, exactly.

    The size is over the part of the grid where both answers are distributed alike. What the
    intervals exclude is what their own tests reject.
    """
    form = Pairs.of(metric, rm.PairedTally.zero(metric.scale)).form
    counts = study.compositions(n, len(form.levels))
    low, high = paired_intervals(metric, counts, method)
    cover, _ = study.covered(counts, low, high, np.array(form.levels), grid.shares)
    rejects = (low > _TOLERANCE) | (high < -_TOLERANCE)
    size = 100 * (study.probabilities(counts, grid.shares[grid.alike]).T @ rejects)
    return (
        Kept(float(cover.mean()), float(cover.min())),
        Kept(float(size.mean()), float(size.max())),
    )


def paired_intervals(
    metric: rm.LinearScore, counts: np.ndarray, method: str | None = None, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high for each row of counts of pairs by what they change, lowest first."""
    sides = Pairs.of(metric, rm.PairedTally.zero(metric.scale))
    form = sides.form
    cells = np.zeros((len(counts), metric.scale.size**2), dtype=np.int64)
    for place, members in enumerate(form.members):
        cells[:, members[0]] = counts[:, place]
    stack = GroupedTally(
        rm.Scale(1, metric.scale.size**2), cells, np.zeros(len(counts), dtype=np.int64)
    )
    chosen = sides.methods[0] if method is None else method
    found = form.present(stack, level, chosen)
    return np.asarray(found.low), np.asarray(found.high)


def disagreement(sizes: tuple[int, int], shares: np.ndarray) -> Kept:
    """Return how often Newcombe's interval and the test of two rates say different things.

    That is, of two samples of the same rate: one says that they differ, and the other does not.
    """
    found = judged(rm.Rate(), *sizes)
    excludes = (found.low > 0) | (found.high < 0)
    weights = (chances(rm.Rate(), size, shares) for size in sizes)
    return _rejected(excludes != (found.p_value < 0.05), *weights)


class Simulated(NamedTuple):
    """Coverage of a difference and how often its test rejects, in one setting, %."""

    cover: float
    rejected: float


def _simulated(metric: Any, ours: Any, theirs: Any, true: float, method: str | None) -> Simulated:
    found = metric.form.contrast(ours, theirs, 0.95, method or metric.difference_methods[0])
    holds = (found.low <= true + _TOLERANCE) & (true - _TOLERANCE <= found.high)
    return Simulated(100 * float(holds.mean()), 100 * float((found.p_value < 0.05).mean()))


def _below(cut: float) -> float:
    return (1 + math.erf(cut / math.sqrt(2))) / 2


# Mean of the opinions behind the ratings, their standard deviation, and how they correlate.
CSI_SETTINGS = ((3.0, 1.0, 0.2), (3.6, 1.3, 0.8), (4.2, 1.0, 0.5), (4.6, 1.0, 0.6), (4.9, 1.0, 0.5))


def csi(
    setting: tuple[float, float, float],
    sizes: tuple[int, int],
    repeats: int,
    method: str | None = None,
    gap: float = 0.0,
) -> Simulated:
    """Return coverage and rejections of the difference of two indices of four factors on 1-5.

    The opinions of the reference are lower by `gap`. The true difference is exact.
    """
    rng = np.random.default_rng(1)
    mean, deviation, correlation = setting
    metric = rm.CSI(weights={"a": 1, "b": 2, "c": 3, "d": 4})
    sides, true = [], []
    for n, center in zip(sizes, (mean, mean - gap), strict=True):
        common = rng.standard_normal(repeats * n) * math.sqrt(correlation)
        own = rng.standard_normal((4, repeats * n)) * math.sqrt(1 - correlation)
        ratings = np.clip(np.rint(center + deviation * (common + own)), 1, 5)
        columns = dict(zip("abcd", ratings, strict=True))
        sides.append(metric.by(columns, np.repeat(np.arange(repeats), n)).states)
        true.append(5 - sum(_below((cut - center) / deviation) for cut in (1.5, 2.5, 3.5, 4.5)))
    return _simulated(metric, *sides, true[0] - true[1], method)


# Coefficient of variation of the costs, and of the gain per cost.
ROI_SETTINGS = ((0.3, 0.3), (0.3, 1.0), (1.0, 0.5), (1.0, 1.0), (1.0, 2.0))


def roi(
    setting: tuple[float, float],
    sizes: tuple[int, int],
    repeats: int,
    method: str | None = None,
    gap: float = 0.0,
) -> Simulated:
    """Return coverage and rejections of the difference of two returns, of lognormal campaigns.

    They bring three times their cost; those of the reference bring less by `gap`, in %.
    """
    rng = np.random.default_rng(1)
    metric = rm.ReturnOnInvestment()

    def lognormal(variation: float, rows: int) -> np.ndarray:
        spread = math.sqrt(math.log1p(variation**2))
        return np.exp(spread * rng.standard_normal(rows) - spread**2 / 2)

    sides = []
    for n, ratio in zip(sizes, (3.0, 3.0 - gap / 100), strict=True):
        cost = lognormal(setting[0], repeats * n)
        gain = ratio * cost * lognormal(setting[1], repeats * n)
        groups = np.repeat(np.arange(repeats), n)
        sides.append(metric.by({"gain": gain, "cost": cost}, groups).states)
    return _simulated(metric, *sides, gap, method)


def weighted_nps(
    setting: tuple[float, float],
    sizes: tuple[int, int],
    repeats: int,
    method: str | None = None,
    gap: float = 0.0,
) -> Simulated:
    """Return coverage and rejections of the difference of two weighted NPS.

    As `coverage_study.weighted_nps`: lognormal weights, which may go with the answers. The
    opinions of the reference are lower by `gap`.
    """
    rng = np.random.default_rng(1)
    spread, correlation = setting
    metric = rm.NPS()
    sides, true = [], []
    for n, shift in zip(sizes, (0.0, gap), strict=True):
        z, own = rng.standard_normal((2, repeats * n))
        opinion = correlation * z + math.sqrt(1 - correlation**2) * own - shift
        answers = np.where(opinion > 0, 10, np.where(opinion < -1, 0, 8))
        groups = np.repeat(np.arange(repeats), n)
        sides.append(metric.by(answers, groups, weights=np.exp(spread * z)).states)
        middle = correlation * spread - shift
        true.append(100 * (1 - _below(-middle) - _below(-1 - middle)))
    return _simulated(metric, *sides, true[0] - true[1], method)


AGAINST_A_NUMBER = (
    (0.0, 0.15, 0.85),
    (0.0, 0.1, 0.9),
    (0.02, 0.11, 0.87),
    (0.0, 0.3, 0.7),
    (0.5, 0.0, 0.5),
    (0.3, 0.2, 0.5),
)
"""Shares of detractors, passives and promoters: their score is the number of the test."""


def size_against_a_number(
    metric: rm.NPS, n: int, shares: tuple[float, ...], method: str | None = None
) -> float:
    """Return how often a true score is rejected at 5 %, exactly: over all samples of n."""
    number, rejected = 100 * (shares[2] - shares[0]), 0.0
    for down in range(n + 1):
        for up in range(n + 1 - down):
            counts = (down, n - down - up, up)
            ways = math.factorial(n) // math.prod(map(math.factorial, counts))
            chance = ways * math.prod(p**k for p, k in zip(shares, counts, strict=True))
            if chance:
                state = metric.tally_counts(dict(zip((0, 8, 10), counts, strict=True)))
                p_value = metric.benchmark(state, number, method=method).p_value
                rejected += chance * (p_value < 0.05)
    return rejected


OPINIONS_OF_SCORES = {
    "NPS of 85": ((-100, 0, 100), (0.03, 0.09, 0.88)),
    "NPS of 75": ((-100, 0, 100), (0.05, 0.15, 0.8)),
    "NPS of 0": ((-100, 0, 100), (0.33, 0.34, 0.33)),
    "mean, 90 % at the top": ((1, 2, 3, 4, 5), (0.01, 0.01, 0.02, 0.06, 0.9)),
    "mean, all over": ((1, 2, 3, 4, 5), (0.2, 0.2, 0.2, 0.2, 0.2)),
}


def size_against_many(name: str, n: int, *, many: int = 500, draws: int = 4000) -> float:
    """Return how often, %, n answers are told from many of the same kind at 5 %."""
    levels, shares = OPINIONS_OF_SCORES[name]
    rng = np.random.default_rng([n, many])
    few, rest = (rng.multinomial(size, shares, draws).astype(float) for size in (n, many))
    return float(100 * (doubled_mid_p(levels, few, rest) < 0.05).mean())
