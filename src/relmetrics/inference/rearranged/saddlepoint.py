"""The sum of a group's answers drawn from all answers together, by the double saddlepoint.

What the hypergeometric distribution is for two outcomes, for any number of them. Inside, arrays
have a row for each level (what one answer can contribute) and a column for each group: sums over
the few levels then run along the many groups.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from relmetrics.inference.differences import upper_tail
from relmetrics.inference.rearranged.hypergeometric import log_choose

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray

_ROUNDS = 100
_LONGEST_STEP = 3.0
_SETTLED = 1e-7
_CENTRAL = 1e-3
"""Nearer to the mean than this many deviations the correction is lost to rounding, and small."""
_LEAST = 1e-300
_ROUNDING = 1e-9
"""A sum nearer to the mean than this many deviations is the mean."""
_NEAREST = 0.25
"""How near to the ends of its range a sum may come, in steps of its lattice."""


class Tail(NamedTuple):
    """The smaller tail of a sum, and on which side of the mean it is: 1 above, -1 below."""

    chance: FloatArray
    side: AnyArray


def outer_tail(
    sums: FloatArray,
    size: FloatArray,
    pooled: FloatArray,
    levels: FloatArray,
    step: FloatArray,
    *,
    inclusive: bool = False,
) -> Tail:
    """Return the chance of a sum at least as far out, by Skovgaard's (1987) double saddlepoint.

    All answers are given, so a group's sum is one of answers drawn without replacement:
    the conditional distribution of a sum of independent draws given how many were drawn. With K
    the logarithm of the joint generating function of both::

        w = sqrt(2 (u n + v T - K(u, v)))            at its saddlepoint (u, v)
        U = (2 / h) tanh(h |v| / 2) sqrt(det K'' / K''_uu(0))
        tail = 1 - Phi(w) + phi(w) (1 / U - 1 / w)

    for sums that lie h apart and count half themselves (the mid-p of Lancaster 1961). At the two
    ends of its range the tail is the chance of the sum itself, which is exact.

    Skovgaard (1987), Saddlepoint expansions for conditional distributions, Journal of Applied
    Probability 24, 875-887; Butler (2007), Saddlepoint Approximations with Applications, chapter 4.

    Args:
        sums: The sum of each group.
        size: The number of its answers; effective numbers need not be whole.
        pooled: The number of answers of the group and all others, shape (groups, levels).
        levels: What an answer at each level contributes, ascending.
        step: How far apart the sums of a group lie; 0 where they lie dense, as weighted ones do.
        inclusive: Count the sum itself whole instead of half.

    Returns:
        The tail, one half where all sums are equal.
    """
    pooled, c = np.ascontiguousarray(pooled.T), levels[:, None]
    total = pooled.sum(axis=0)
    least = _fewest(size, pooled, c)
    most = -_fewest(size, pooled[::-1], -c[::-1])
    alike = most - least <= _SETTLED * np.abs(levels).max() * size
    mean = (pooled * c).sum(axis=0) / total
    side = np.where(sums >= size * mean, 1, -1)
    # The smaller part is the easier one to draw: drawing it or the rest is the same thing.
    swap = 2 * size > total
    n = np.where(swap, total - size, size)
    margin = _NEAREST * np.where(step > 0, step, (most - least) / np.maximum(2 * n, 1))
    middle = (least + most) / 2
    inside = np.clip(sums, np.minimum(least + margin, middle), np.maximum(most - margin, middle))
    away = np.where(swap, -1.0, 1.0) * (inside - size * mean)
    spread = np.sqrt(np.maximum((pooled * (c - mean) ** 2).sum(axis=0) / total, _LEAST))
    standard = (c - mean) / spread
    rows = np.flatnonzero(~alike)
    chance = np.full(len(sums), 0.5)
    chance[rows] = _tail(
        away[rows] / spread[rows],
        n[rows],
        pooled[:, rows],
        standard[:, rows],
        (step / spread)[rows],
        inclusive=inclusive,
    )
    for towards, end in ((1, least), (-1, most)):
        outwards = pooled[::towards]
        at = np.flatnonzero((np.abs(sums - end) <= _SETTLED * (most - least)) & ~alike)
        own = np.exp(_log_chance_of_end(size[at], outwards[:, at], step[at]))
        chance[at] = own if inclusive else own / 2
        # Nothing is less likely than the end itself: one light yes is no surer than no yes at all.
        dense = np.flatnonzero((step == 0) & (side == -towards) & ~alike)
        own = np.exp(_log_chance_of_end(size[dense], outwards[:, dense], step[dense]))
        chance[dense] = np.maximum(chance[dense], own if inclusive else own / 2)
    return Tail(np.minimum(chance, 1.0 if inclusive else 0.5), side)


def _fewest(size: FloatArray, pooled: FloatArray, levels: FloatArray) -> FloatArray:
    """Return the least sum of so many answers: the lowest levels, which come first, go first."""
    there = np.minimum(np.cumsum(pooled, axis=0), size)
    taken = np.diff(there, axis=0, prepend=0.0)
    least: FloatArray = (taken * levels).sum(axis=0)
    return least


def _log_chance_of_end(size: FloatArray, pooled: FloatArray, step: FloatArray) -> FloatArray:
    """Return the log chance of the outermost sum, that of the levels that come first.

    It is that of which answers the cut level gives the last ones. Effective numbers have no
    arrangements to count: there it is that of all at the first level.
    """
    there = np.cumsum(pooled, axis=0)
    cut = np.argmax(there >= size * (1 - _SETTLED), axis=0)[np.newaxis]
    within = np.take_along_axis(pooled, cut, axis=0)[0]
    before = np.take_along_axis(there, cut, axis=0)[0] - within
    total = there[-1]
    last = np.clip(size - before, 0.0, within)
    counted = log_choose(within, last) - log_choose(total, size)
    with np.errstate(divide="ignore"):
        effective = size * np.log(np.minimum(there[0] / total, 1.0))
    return np.where(step > 0, counted, effective)


class _Generated(NamedTuple):
    """The generating function's logarithm and its derivatives, one entry per row."""

    log: FloatArray
    n: FloatArray
    x: FloatArray
    nn: FloatArray
    nx: FloatArray
    xx: FloatArray

    @property
    def determinant(self) -> FloatArray:
        return np.maximum(self.nn * self.xx - self.nx**2, _LEAST)


def _tail(
    x: FloatArray,
    n: FloatArray,
    pooled: FloatArray,
    c: FloatArray,
    step: FloatArray,
    *,
    inclusive: bool,
) -> FloatArray:
    """Return the outer tail of centred sums of standardised levels."""
    share = n / pooled.sum(axis=0)
    v, at = _solved(x, n, pooled, c, share)
    gain, curved = at
    w = np.where(np.abs(x) > _ROUNDING * np.sqrt(n), np.sqrt(np.maximum(2 * gain, 0.0)), 0.0)
    h = np.abs(v) * step
    with np.errstate(all="ignore"):
        apart = (-np.expm1(-h) if inclusive else 2 * np.tanh(h / 2)) / step
        width = np.where(step > 0, apart, np.abs(v))
        width = width * np.sqrt(curved / (n * (1 - share)))
        density = np.exp(-w * w / 2) / math.sqrt(2 * math.pi)
        correction = np.where(w < _CENTRAL, 0.0, density * (1 / width - 1 / w))
    return np.clip(upper_tail(w) + correction, 0.0, 1.0)


def _solved(
    x: FloatArray, n: FloatArray, pooled: FloatArray, c: FloatArray, share: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    """Return v at the saddlepoint, and there the gain u n + v x - K and the determinant of K''.

    By Newton's steps, each halved while it leads down: the gain is concave.
    """
    rest = 1 - share

    def generated(u: FloatArray, v: FloatArray) -> _Generated:
        e = np.exp(np.clip(u + v * c, -700.0, 700.0))
        odds = share * e
        q = odds / (rest + odds)
        w = pooled * q * (1 - q)
        wc = w * c
        return _Generated(
            (pooled * np.log1p(share * (e - 1))).sum(axis=0),
            (pooled * q).sum(axis=0),
            (pooled * q * c).sum(axis=0),
            w.sum(axis=0),
            wc.sum(axis=0),
            (wc * c).sum(axis=0),
        )

    u, v = np.zeros(n.shape), np.clip(x / (n * rest), -4.0, 4.0)
    now = generated(u, v)
    gain = u * n + v * x - now.log
    for _ in range(_ROUNDS):
        off_n, off_x, determinant = n - now.n, x - now.x, now.determinant
        du = (now.xx * off_n - now.nx * off_x) / determinant
        dv = (now.nn * off_x - now.nx * off_n) / determinant
        longest = np.maximum(np.maximum(np.abs(du), np.abs(dv)), _LEAST)
        part = np.minimum(1.0, _LONGEST_STEP / longest)
        ahead, gained = now, gain
        for _half in range(_ROUNDS):
            ahead = generated(u + part * du, v + part * dv)
            gained = (u + part * du) * n + (v + part * dv) * x - ahead.log
            down = gained < gain - 1e-12 * (n + np.abs(gain))
            if not down.any():
                break
            part = np.where(down, part / 2, part)
        u, v, now, gain = u + part * du, v + part * dv, ahead, gained
        if np.max(part * longest, initial=0.0) < _SETTLED:
            break
    return v, (gain, now.determinant)
