"""Contributions of groups to the change of a total: rate, mix and interaction, with variances.

With w the share of a group in the denominator, s its score and S the total's, 0 before and 1 after,
d what changed, and ``portion`` the part of the interaction that goes to rate, and again to mix:

    rate        = (w0 + portion dw) ds
    mix         = dw (s0 + portion ds - (S0 + portion dS))
    interaction = (1 - 2 portion) dw ds

They sum to dS over the groups, because the dw sum to 0. A group of only one period has ds = 0, and
the score of that period stands for s0.

Variances are by linearisation: the rows of each period are independent, and every contribution is a
smooth function of the group totals (Y, X), so a row moves it by G_y y + G_x x with G its gradient.
The squares of that, summed over the rows, are its variance. Where nothing differs between groups
the gradient of a product of two differences vanishes, and its variance does not: so the product of
the variances of w and s is added, as in the exact variance of a product of independent estimates
(Goodman 1960, JASA 55).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.data.columns import Unchanging
from relmetrics.inference.intervals import around

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.inference.ratio_sums import RatioSums


@frozen(eq=False)
class Contributions(Unchanging):
    """What each group contributes to the change of the total, part by part.

    Attributes:
        values: Rate, mix and interaction of each group, shape (3, ..., groups).
        variances: Those of the three and of their sum, shape (4, ..., groups).
        total_variances: The same of all groups together, shape (4, ...).
    """

    values: FloatArray
    variances: FloatArray
    total_variances: FloatArray


@frozen(eq=False)
class _Gradient:
    """How the contributions of each group answer to one period, each of shape (3, ..., groups).

    Attributes:
        score: By the group's own score.
        share: By its own share.
        total: By the score of the total.
    """

    score: FloatArray
    share: FloatArray
    total: FloatArray


def contributions(after: RatioSums, before: RatioSums, portion: float) -> Contributions:
    """Split the change of a total by group.

    Args:
        after: The sums of each group after the change.
        before: The sums of the same groups before it; a group that was not there has zeros.
        portion: 0, or 1/2 to halve the interaction between rate and mix.
    """
    w0, w1, s0, s1 = before.shares, after.shares, before.scores, after.scores
    was, here = before.x > 0, after.x > 0
    both = was & here
    dw = w1 - w0
    ds = np.where(both, s1 - s0, 0.0)
    rest, crossed = 1 - portion, 1 - 2 * portion
    weight = np.where(both, w0 + portion * dw, 0.0)
    middle = before.score + portion * (after.score - before.score)
    # A group of only one period has but one score, one of none has nothing to give.
    excess = np.where(was | here, np.where(was, s0, s1) + portion * ds - middle, 0.0)
    values = np.stack([weight * ds, dw * excess, np.where(both, crossed * dw, 0.0) * ds])
    none = np.zeros_like(dw)
    at_first = _Gradient(
        score=np.stack([-weight, np.where(both, rest, was) * dw, -crossed * both * dw]),
        share=np.stack([rest * ds, -excess, -crossed * ds]),
        total=np.stack([none, -rest * dw, none]),
    )
    at_last = _Gradient(
        score=np.stack([weight, np.where(both, portion, here) * dw, crossed * both * dw]),
        share=np.stack([portion * ds, excess, crossed * ds]),
        total=np.stack([none, -portion * dw, none]),
    )
    of_groups, of_totals = (
        first + last
        for first, last in zip(
            _variances(before, at_first), _variances(after, at_last), strict=True
        )
    )
    (score0, share0), (score1, share1) = _own_variances(before), _own_variances(after)
    scores = np.where(both, score0 + score1, 0.0)
    products = np.stack(
        [
            scores * (rest**2 * share0 + portion**2 * share1),
            np.where(both, rest**2 * score0 + portion**2 * score1, score0 + score1)
            * (share0 + share1),
            crossed**2 * scores * (share0 + share1),
            none,  # the whole is as good as linear
        ]
    )
    return Contributions(values, of_groups + products, of_totals + products.sum(axis=-1))


def on_common_grid(values: FloatArray) -> FloatArray:
    """Return the numbers rounded to multiples of a power of two on which all their sums are exact.

    Its step is at most 2^-51 of the sum of their sizes: so every sum of them is a whole number of
    steps below 2^53, which floats hold.
    """
    size = float(np.abs(values).sum())
    step = 2.0 ** (max(math.frexp(size)[1], -900) - 52)
    rounded: FloatArray = np.rint(values / step) * step + 0.0  # no negative zeros
    return rounded


def with_intervals(
    after: RatioSums, before: RatioSums, portion: float, z: float, reach: float
) -> tuple[FloatArray, FloatArray]:
    """Return rate, mix, interaction and their sum, each with its interval.

    Args:
        after: The sums of each group, of one period or of many along leading axes.
        before: The same before the change.
        portion: What part of the interaction goes to rate, and again to mix.
        z: The normal quantile of the level.
        reach: The width of the metric's range: the largest change of the total.

    Returns:
        Value, low and high of each part: by group, shape (4, 3, ..., groups), and of all groups,
        shape (4, 3, ...).
    """
    with np.errstate(over="ignore", invalid="ignore"):  # squares of money beyond all bounds
        values = _with_sum(on_common_grid(contributions(after, before, portion).values))
        moved = contributions(after.with_pseudo(), before.with_pseudo(), portion)
    centers = _with_sum(moved.values)
    of_groups, of_totals = (
        _with_ends(value, center, z * np.sqrt(variance), reach)
        for value, center, variance in (
            (values, centers, moved.variances),
            (values.sum(axis=-1), centers.sum(axis=-1), moved.total_variances),
        )
    )
    return of_groups, of_totals


def _with_sum(parts: FloatArray) -> FloatArray:
    """Return the parts with their sum behind them."""
    return np.concatenate([parts, parts.sum(axis=0, keepdims=True)])


def _with_ends(
    values: FloatArray, centers: FloatArray, halves: FloatArray, reach: float
) -> FloatArray:
    """Return value, low and high of each part, within what a metric of that range allows."""
    # The change and most parts are differences of two scores, the interaction of two of those.
    ends = np.array([reach, reach, 2 * reach, reach]).reshape(4, *[1] * (values.ndim - 1))
    low, high = np.maximum(centers - halves, -ends), np.minimum(centers + halves, ends)
    return np.stack([values, *around(values, low, high)], axis=1)


def _variances(sums: RatioSums, gradient: _Gradient) -> tuple[FloatArray, FloatArray]:
    """Return what one period adds to the variances of the groups' parts, and of the totals'.

    A row moves the parts of its own group by ``own``; and those of every group by ``common``,
    through the shares, which sum to 1, and through the total.
    """
    by_score, by_share, by_total = map(_with_sum, (gradient.score, gradient.share, gradient.total))
    x = np.sum(sums.x, axis=-1, keepdims=True)
    there = sums.x > 0
    own_y = by_score / np.where(there, sums.x, 1.0)
    own_x = by_share / x - own_y * np.where(there, sums.scores, 0.0)
    common_y = by_total / x
    common_x = -(sums.shares * by_share + sums.score * by_total) / x
    seconds = sums.yy, sums.xy, sums.xx
    yy, xy, xx = (np.sum(part, axis=-1, keepdims=True) for part in seconds)
    of_groups = (
        _squares(own_y + common_y, own_x + common_x, *seconds)
        + _squares(common_y, common_x, yy, xy, xx)
        - _squares(common_y, common_x, *seconds)
    )
    all_y = own_y + common_y.sum(axis=-1, keepdims=True)
    all_x = own_x + common_x.sum(axis=-1, keepdims=True)
    of_totals = _squares(all_y, all_x, *seconds).sum(axis=-1)
    return np.maximum(of_groups, 0.0), np.maximum(of_totals, 0.0)


def _own_variances(sums: RatioSums) -> tuple[FloatArray, FloatArray]:
    """Return the variances of each group's score and of its share."""
    there = sums.x > 0
    x, scores = np.where(there, sums.x, 1.0), np.where(there, sums.scores, 0.0)
    of_scores = _squares(1 / x, -scores / x, sums.yy, sums.xy, sums.xx)
    x, xx = (np.sum(part, axis=-1, keepdims=True) for part in (sums.x, sums.xx))
    shares = sums.shares
    of_shares = ((1 - shares) ** 2 * sums.xx + shares**2 * (xx - sums.xx)) / x**2
    return np.where(there, np.maximum(of_scores, 0.0), 0.0), np.maximum(of_shares, 0.0)


def _squares(
    by_y: FloatArray, by_x: FloatArray, yy: FloatArray, xy: FloatArray, xx: FloatArray
) -> FloatArray:
    """Return the sum over rows of (by_y y + by_x x) squared."""
    squares: FloatArray = by_y * by_y * yy + 2 * by_y * by_x * xy + by_x * by_x * xx
    return squares
