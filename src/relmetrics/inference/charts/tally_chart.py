"""Control limits by what chance gives a period, given the answers of the baseline.

The limits of a p-chart are those of the normal distribution, which a few events a period do not
have: the low one is never passed and the high one too often. Here a period is judged by the tail of
its sum among answers drawn from its own and the baseline's together, exact for two outcomes.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import Unchanging, read_only
from relmetrics.inference.charts.false_alarms import (
    drawn_anew,
    draws_of,
    share_ringing,
    shared_out,
)
from relmetrics.inference.rearranged.mid_p import in_steps, rearranged_tail
from relmetrics.inference.rearranged.saddlepoint import Tail, outer_tail
from relmetrics.inference.time.run_rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.time.run_rules import RuleName

_FEW_EVENTS = 3
_HALVINGS = 60
_STEEPEST = 300.0
_LEAST = 1e-300
_NORMAL = NormalDist()


@frozen(eq=False)
class TallyChart(Unchanging):
    """The chart of a linear score: how far from the baseline a period of some answers lies.

    Attributes:
        levels: What an answer at each level contributes, ascending.
        tallies: Number of answers of each period at each level; effective ones where weighted.
        inside: Whether the period belongs to the baseline.
        baseline: The tally of the baseline.
    """

    levels: tuple[float, ...]
    tallies: FloatArray = field(converter=read_only)
    inside: AnyArray = field(converter=read_only)
    baseline: FloatArray = field(init=False)
    _places: FloatArray = field(init=False)
    _step: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Sum the baseline, and find the steps in which sums are counted."""
        places, lattice = in_steps(self.levels)
        whole = bool((self.tallies == np.rint(self.tallies)).all())
        object.__setattr__(self, "baseline", read_only(self.tallies[self.inside].sum(axis=0)))
        object.__setattr__(self, "_places", read_only(places))
        object.__setattr__(self, "_step", float(lattice and whole))

    @property
    def sizes(self) -> FloatArray:
        """The number of answers of each period."""
        sizes: FloatArray = self.tallies.sum(axis=1)
        return sizes

    @property
    def zones(self) -> FloatArray:
        """The deviate of each period, which rings beyond 3."""
        return self.deviates(self.tallies @ self._places, self.sizes, self.inside)

    @property
    def added(self) -> FloatArray:
        """The deviates that charts add up, whose mean is 0."""
        return self.deviates(self.tallies @ self._places, self.sizes, self.inside, mid=True)

    @property
    def is_rare(self) -> bool:
        """Whether fewer than three events are expected in most periods.

        Then single ones tell little, and all of them since the baseline together tell more.
        """
        share = self.baseline / self.baseline.sum()
        return len(share) == 2 and bool(share.min() * np.median(self.sizes) < _FEW_EVENTS)  # noqa: PLR2004

    def deviates(
        self, sums: FloatArray, sizes: FloatArray, inside: AnyArray, *, mid: bool = False
    ) -> FloatArray:
        """Return the normal deviate of each sum, signed: the one with the same chance beyond it.

        The chance holds the sum itself, so it is beyond 3 as seldom as a normal one. Where more
        than half of the chance lies on either side of it, counting itself, the period is at the
        median and its deviate is 0: neither side is likelier than one half, however skew the
        counts. With `mid` it counts half: what charts add up, whose mean must be 0.
        """
        cases = sums + 1j * np.where(inside, sizes, -sizes)
        distinct, inverse = np.unique(cases, return_inverse=True)
        size = distinct.imag
        tail = self._tail(distinct.real, np.abs(size), size > 0, inclusive=not mid)
        z = tail.side * _deviates_of(np.minimum(tail.chance, 0.5))
        found: FloatArray = z[inverse]
        return found

    def limits(self, sigmas: float) -> tuple[FloatArray, FloatArray]:
        """Return the least and the largest value of each period that is within so many sigmas."""
        cases = np.column_stack([self.sizes, self.inside])
        distinct, inverse = np.unique(cases, axis=0, return_inverse=True)
        sizes, inside = distinct[:, 0], distinct[:, 1] > 0
        center = self.baseline @ self._places / self.baseline.sum() * sizes

        def rings(sums: FloatArray) -> AnyArray:
            return np.abs(self.deviates(sums, sizes, inside)) > sigmas

        most = self._places[-1] * sizes
        low, high = self._last(rings, center, -1.0, most), self._last(rings, center, 1.0, most)
        unit = (self.levels[-1] - self.levels[0]) / self._places[-1]
        values = [self.levels[0] + unit * ends / sizes for ends in (low, high)]
        return values[0][inverse.ravel()], values[1][inverse.ravel()]

    def false_alarm_chance(
        self, rules: Sequence[RuleName], sigma_z: float, rng: np.random.Generator
    ) -> float:
        """Return the chance that a rule rings falsely after the baseline, as that is.

        Where all periods are the baseline, they share out its answers anew.
        """
        tallies = np.rint(self.tallies).astype(np.int64)
        outside, draws = ~self.inside, draws_of(len(tallies))
        sizes = tallies.sum(axis=1)
        # Effective numbers of answers are drawn as whole ones.
        each = self.sizes / np.maximum(sizes, 1) * self._places[:, None]
        if outside.any():
            sums = np.tile(self.tallies @ self._places, (draws, 1))
            drawn = drawn_anew(self.baseline, sizes[outside], draws, rng)
            sums[:, outside] = np.einsum("dpk,kp->dp", drawn, each[:, outside])
        else:
            sums = np.einsum("dpk,kp->dp", shared_out(tallies, draws, rng), each)
        sizes_of, inside = (np.broadcast_to(x, sums.shape) for x in (self.sizes, self.inside))

        def deviates(*, mid: bool) -> FloatArray:
            z = self.deviates(sums.ravel(), sizes_of.ravel(), inside.ravel(), mid=mid)
            return z.reshape(sums.shape) / sigma_z

        kinds = {RULES[name].adds_up for name in rules}
        zones, added = (deviates(mid=mid) if mid in kinds else sums for mid in (False, True))
        judged = outside if outside.any() else self.inside
        return share_ringing(rules, zones, added, judged)

    def _last(
        self,
        rings: Callable[[FloatArray], AnyArray],
        center: FloatArray,
        way: float,
        most: AnyArray,
    ) -> FloatArray:
        """Return the sum farthest from the center, upwards or downwards, that does not ring."""
        whole = np.floor if way > 0 else np.ceil
        within = whole(center) if self._step else center.copy()
        beyond = most + 1 if way > 0 else np.full(len(center), -1.0)
        for _ in range(_HALVINGS):
            middle = (within + beyond) / 2
            if self._step:
                middle = whole(middle)
                if (np.abs(beyond - within) <= 1).all():
                    break
            outside = (middle > most) | (middle < 0)
            far = outside | rings(np.clip(middle, 0.0, most))
            settled = np.abs(beyond - within) <= self._step
            within = np.where(far | settled, within, middle)
            beyond = np.where(far & ~settled, middle, beyond)
        return np.clip(within, 0.0, most)

    def _tail(
        self, sums: FloatArray, sizes: FloatArray, inside: AnyArray, *, inclusive: bool
    ) -> Tail:
        """Return the tail of a period's sum among its own answers and the baseline's.

        The other answers of a baseline are part of it already. What a period outside of it adds is
        known from its sum where there are two levels; where there are more it is taken as the
        baseline's distribution, tilted to that mean.
        """
        mean = sums / sizes
        own = sizes[:, None] * self._tilted(mean)
        pooled = np.where(inside[:, None], self.baseline, self.baseline + own)
        if len(self.levels) == 2 and self._step:  # noqa: PLR2004 - two outcomes
            ours = np.column_stack([sizes - sums, sums])
            pooled = np.where(inside[:, None], self.baseline, self.baseline + ours)
            possible = (ours <= pooled).all(axis=1)
            tail = rearranged_tail(self.levels, ours, np.maximum(pooled, ours), inclusive=inclusive)
            return Tail(np.where(possible, tail.chance, 0.0), tail.side)
        step = np.full(len(sums), self._step)
        return outer_tail(sums, sizes, pooled, self._places, step, inclusive=inclusive)

    def _tilted(self, mean: FloatArray) -> FloatArray:
        """Return the shares nearest to the baseline's whose mean, in steps, is this.

        Shares times exp(s x place), by bisection; half an answer at each level lets all occur.
        """
        shares = self.baseline + 0.5
        centred = self._places / self._places[-1]
        target = mean / self._places[-1]
        low, high = np.full(len(mean), -_STEEPEST), np.full(len(mean), _STEEPEST)
        tilted: FloatArray = np.empty((len(mean), len(shares)))
        for _ in range(_HALVINGS):
            s = (low + high) / 2
            tilted = shares * np.exp(s[:, None] * centred - np.maximum(s, 0.0)[:, None])
            tilted = tilted / tilted.sum(axis=1, keepdims=True)
            short = tilted @ centred < target
            low, high = np.where(short, s, low), np.where(short, high, s)
        return tilted


def _deviates_of(tails: FloatArray) -> FloatArray:
    """Return the normal deviates with these chances above them."""
    lower = np.maximum(tails, _LEAST).tolist()
    return np.array([0.0 - _NORMAL.inv_cdf(chance) for chance in lower])
