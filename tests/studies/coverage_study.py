"""How often the intervals cover: by enumeration of all samples, or by seeded simulation.

Enumeration is exact. Every vector of counts of n answers gets its interval through the public
interface, in one go; the coverage under a distribution of answers is the sum of the multinomial
probabilities of the vectors whose interval holds the true value. Simulation is used where the
samples cannot be listed: CSI, ROI and weighted answers.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from attrs import frozen

import relmetrics as rm
from relmetrics.inference.intervals import quantile
from relmetrics.states.grouped_tally import GroupedTally

# Student's t, 0.975 quantile, by degrees of freedom n - 1: R 4.2, qt(0.975, n - 1).
T_QUANTILES = {
    3: 4.302652729696142,
    5: 2.776445105197793,
    10: 2.262157162798205,
    20: 2.093024054408263,
    30: 2.045229642132703,
    50: 2.009575237129240,
}

TEXTBOOK = ("textbook", "t")

_TOLERANCE = 1e-9  # an end that equals the true value holds it


class Coverage(NamedTuple):
    """Coverage of one interval over a grid of distributions, %; width in the metric's unit."""

    mean: float
    worst: float
    width: float


def compositions(total: int, parts: int, least: int = 0) -> np.ndarray:
    """Return every way to write `total` as an ordered sum of `parts` numbers from `least` on."""
    free = total - parts * least
    bars = np.array(list(combinations(range(free + parts - 1), parts - 1)), dtype=np.int64)
    ends = np.full((len(bars), 1), free + parts - 1)
    edges = np.hstack([np.full((len(bars), 1), -1), bars.reshape(len(bars), -1), ends])
    return np.diff(edges, axis=1) - 1 + least


def simplex(parts: int, steps: int, least: int = 0) -> np.ndarray:
    """Return the probability vectors in steps of 1 / `steps`, each class `least` steps or more."""
    return compositions(steps, parts, least) / steps


def rates() -> np.ndarray:
    """Return (no, yes) for a rate of 0.01, 0.02, ... 0.99."""
    yes = np.arange(1, 100) / 100
    return np.column_stack([1 - yes, yes])


def shapes(points: int = 5) -> np.ndarray:
    """Return 75 distributions of answers: a normal opinion, cut into the points of the scale.

    Its mean takes 15 places from the lowest point to the highest, its standard deviation 5 values:
    0.5 to 1.5 points on 1-5, in proportion on a longer scale. Answers pile up at an end of the
    scale when the opinion lies near it.
    """
    cuts = [-math.inf, *(np.arange(1, points) + 0.5), math.inf]
    found = []
    for mean in np.linspace(1, points, 15):
        for deviation in np.linspace(0.5, 1.5, 5) * (points - 1) / 4:
            below = [(1 + math.erf((cut - mean) / deviation / math.sqrt(2))) / 2 for cut in cuts]
            found.append([high - low for low, high in pairwise(below)])
    return np.array(found)


def probabilities(counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the multinomial probability of each count vector (row) under each share (column)."""
    n = int(counts[0].sum())
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    ways = logs[n] - logs[counts].sum(axis=1)
    return np.exp(ways[:, None] + counts @ np.log(np.maximum(shares, 1e-300)).T)


def states(metric: rm.LinearScore, counts: np.ndarray) -> GroupedTally:
    """Return one tally for each row of counts of the metric's classes, lowest first."""
    by_point = np.zeros((len(counts), metric.scale.size), dtype=np.int64)
    for place, members in enumerate(metric.form.members):
        by_point[:, members[0]] = counts[:, place]
    return GroupedTally(metric.scale, by_point, np.zeros(len(counts), dtype=np.int64))


def intervals(
    metric: rm.LinearScore, counts: np.ndarray, method: str | None = None, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return value, low and high of every count vector, by default from the metric's default.

    Two methods are not on offer, and are here to compare with: `textbook`, the plain Wald interval
    value +- z sqrt(variance / n), which has no width where all answers are equal; and `t`,
    Student's, at 95 %.
    """
    chosen = metric.methods[0] if method in {None, *TEXTBOOK} else method
    found = metric.form.present(states(metric, counts), level, chosen, np.random.default_rng(1))
    sample, low, high = found.sample, found.low, found.high
    if method in TEXTBOOK:
        half = quantile(level) * sample.plug_in_error
        if method == "t":
            half = T_QUANTILES[int(counts[0].sum())] * sample.standard_error
        ends = metric.form.levels[0], metric.form.levels[-1]
        low, high = np.clip(sample.value - half, *ends), np.clip(sample.value + half, *ends)
    return np.asarray(sample.value), np.asarray(low), np.asarray(high)


def covered(
    counts: np.ndarray, low: np.ndarray, high: np.ndarray, levels: np.ndarray, shares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return coverage (%) and expected width under each distribution of `shares`."""
    true = shares @ np.asarray(levels)
    cover, width = np.empty(len(shares)), np.empty(len(shares))
    for start in range(0, len(shares), 64):
        part = slice(start, start + 64)
        chance = probabilities(counts, shares[part])
        holds = (low[:, None] - _TOLERANCE <= true[part]) & (
            true[part] <= high[:, None] + _TOLERANCE
        )
        cover[part] = 100 * (chance * holds).sum(axis=0)
        width[part] = (high - low) @ chance
    return cover, width


def enumerated(
    metric: rm.LinearScore,
    n: int,
    shares: np.ndarray,
    method: str | None = None,
    level: float = 0.95,
) -> Coverage:
    """Return the exact coverage of an interval over a grid of distributions of answers."""
    counts = compositions(n, len(metric.form.levels))
    _, low, high = intervals(metric, counts, method, level)
    cover, width = covered(counts, low, high, np.array(metric.form.levels), shares)
    return Coverage(float(cover.mean()), float(cover.min()), float(width.mean()))


@frozen(kw_only=True)
class MeanWith(rm.MeanScore):
    """A mean whose adjusted interval adds another number of pseudo-answers, spread evenly."""

    added: float = 2.0

    def pseudo_answers(self) -> np.ndarray:
        return np.full(self.scale.size, self.added / self.scale.size)


@frozen(kw_only=True)
class NPSWith(rm.NPS):
    """An NPS whose adjusted interval adds other pseudo-answers to its three classes."""

    added: tuple[float, float, float] = (0.75, 1.5, 0.75)

    def pseudo_answers(self) -> np.ndarray:
        answers = np.zeros(self.scale.size)
        for point, amount in zip((0, 8, 10), self.added, strict=True):
            answers[point] = amount
        return answers


def lifted(n: int, shares: np.ndarray) -> Coverage:
    """Return the exact coverage of `rm.lift` of two groups of n, over pairs of rates.

    The width is of the logarithm of the ratio, as the ratio itself has no bound, and over the
    samples with a yes on both sides.
    """
    sides = [rm.rate(k, n) for k in range(n + 1)]
    lifts = [rm.lift(treated, control) for treated in sides for control in sides]
    low, high = (np.array([getattr(lift, end) for lift in lifts]) for end in ("low", "high"))
    counts = np.column_stack([np.arange(n, -1, -1), np.arange(n + 1)])
    chance = {
        share: probabilities(counts, np.array([[1 - share, share]]))[:, 0]
        for share in np.unique(shares).tolist()
    }
    bounded = np.array([0 < lift.value < math.inf for lift in lifts])
    cover, width = [], []
    for treated, control in shares.tolist():
        both = np.outer(chance[treated], chance[control]).ravel()
        holds = (low <= treated / control) & (treated / control <= high)
        cover.append(100 * both[holds].sum())
        width.append(both[bounded] @ np.log(high[bounded] / low[bounded]) / both[bounded].sum())
    return Coverage(float(np.mean(cover)), float(np.min(cover)), float(np.mean(width)))


def pairs_of_rates() -> np.ndarray:
    """Return every pair of the rates 5, 10, 20, 30, 50, 70 and 90 %: 49 lifts from 1/18 to 18."""
    some = np.array([0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9])
    return np.column_stack([np.repeat(some, len(some)), np.tile(some, len(some))])


class Simulated(NamedTuple):
    """Coverage of one interval in one setting, %, with its mean and median width."""

    cover: float
    width: float
    median_width: float


def _simulated(by: rm.Breakdown, true: float, method: str | None) -> Simulated:
    table = by.table(method=method)
    low, high = table["low"], table["high"]
    holds = (low - _TOLERANCE <= true) & (true <= high + _TOLERANCE)
    width = high - low
    return Simulated(100 * float(holds.mean()), float(width.mean()), float(np.median(width)))


def _normal_below(x: np.ndarray) -> np.ndarray:
    return np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in np.ravel(x).tolist()])


# Number of factors, correlation of the opinions, their mean and their standard deviation.
CSI_SETTINGS = tuple(
    (factors, correlation, mean, deviation)
    for factors in (2, 4, 8)
    for correlation, mean, deviation in (
        (0.3, 4.2, 0.9),
        (0.5, 4.2, 1.0),
        (0.6, 4.6, 1.0),
        (0.2, 3.0, 1.0),
        (0.8, 3.6, 1.3),
        (0.5, 4.9, 1.0),
    )
)


def csi(
    setting: tuple[int, float, float, float],
    n: int,
    repeats: int,
    method: str | None = None,
    seed: int = 1,
) -> Simulated:
    """Return the simulated coverage of an index of factors on 1-5 in one setting.

    Each factor is a normal opinion cut into points; the opinions of a respondent correlate, the
    factors' means differ by up to 0.6 points, and their weights are 1, 2, 3 and so on. The true
    index is exact, from the normal distribution.
    """
    factors, correlation, mean, deviation = setting
    rng = np.random.default_rng(seed)
    means = mean + np.linspace(-0.3, 0.3, factors)
    weights = np.arange(1.0, factors + 1)
    rows = repeats * n
    common = rng.standard_normal(rows) * math.sqrt(correlation)
    names = [f"factor {i + 1}" for i in range(factors)]
    ratings = {
        name: np.clip(
            np.rint(
                center
                + deviation * (common + math.sqrt(1 - correlation) * rng.standard_normal(rows))
            ),
            1,
            5,
        )
        for name, center in zip(names, means.tolist(), strict=True)
    }
    # The mean of an answer on 1-5 is 5 less the chances of being at 1, up to 2, up to 3, up to 4.
    cuts = np.arange(1, 5) + 0.5
    each = [5 - _normal_below((cuts - center) / deviation).sum() for center in means]
    true = float(np.array(each) @ weights / weights.sum())
    metric = rm.CSI(weights=dict(zip(names, weights.tolist(), strict=True)))
    by = metric.by(ratings, np.repeat(np.arange(repeats), n))
    return _simulated(by, true, method)


# Coefficient of variation of the costs, and of the gain per cost.
ROI_SETTINGS = tuple((cost, gain) for cost in (0.3, 1.0, 2.0) for gain in (0.3, 0.5, 1.0, 2.0))


def roi(
    setting: tuple[float, float],
    n: int,
    repeats: int,
    method: str | None = None,
    seed: int = 1,
) -> Simulated:
    """Return the simulated coverage of ROI, of campaigns that bring three times their cost.

    Costs and gains per cost are lognormal. The true ROI is 200 %.
    """
    rng = np.random.default_rng(seed)

    def lognormal(variation: float) -> np.ndarray:
        spread = math.sqrt(math.log1p(variation**2))
        return np.exp(spread * rng.standard_normal(repeats * n) - spread**2 / 2)

    cost = lognormal(setting[0])
    gain = 3 * cost * lognormal(setting[1])
    by = rm.ReturnOnInvestment().by({"gain": gain, "cost": cost}, np.repeat(np.arange(repeats), n))
    return _simulated(by, 200.0, method)


# Spread of the logarithm of the weights, and how they go with the answers: 0 is not at all.
WEIGHT_SETTINGS = ((0.3, 0.0), (0.7, 0.0), (1.0, 0.0), (0.3, 0.5), (0.7, 0.5), (1.0, 0.5))


def weighted_nps(
    setting: tuple[float, float],
    n: int,
    repeats: int,
    method: str | None = None,
    seed: int = 1,
) -> Simulated:
    """Return the simulated coverage of NPS with lognormal survey weights.

    A normal opinion below -1 is a detractor's, above 0 a promoter's: 16, 34 and 50 %. It
    correlates with the logarithm of the weight. Weighting by exp(spread x Z) moves a normal Z by
    `spread`, so the opinions of the population are normal about correlation x spread.
    """
    spread, correlation = setting
    rng = np.random.default_rng(seed)
    z, own = rng.standard_normal((2, repeats * n))
    opinion = correlation * z + math.sqrt(1 - correlation**2) * own
    answers = np.where(opinion > 0, 10, np.where(opinion < -1, 0, 8))
    below = _normal_below(np.array([-1.0, 0.0]) - correlation * spread)
    true = 100 * float(1 - below[1] - below[0])
    groups = np.repeat(np.arange(repeats), n)
    by = rm.NPS().by(answers, groups, weights=np.exp(spread * z))
    return _simulated(by, true, method)
