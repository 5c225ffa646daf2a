"""Run rules: what in a control chart is too regular for chance, and how often chance does it.

They take z, the distances of the periods from the center in standard deviations, along the last
axis; leading axes are series of their own.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import FloatArray, IntArray

RuleName = Literal[
    "beyond_limits",
    "two_of_three",
    "four_of_five",
    "run_of_eight",
    "run_of_nine",
    "trend_of_six",
    "ewma",
    "cusum",
]


def _silent(z: FloatArray) -> tuple[IntArray, IntArray]:
    """Return sides and beginnings where nothing rings yet."""
    return np.zeros(z.shape, dtype=np.int64), np.zeros(z.shape, dtype=np.int64)


def several_beyond(z: FloatArray, *, count: int, of: int, sigma: float) -> Found:
    """Ring where `count` of the last `of` periods lie beyond `sigma` on one side.

    The last of them is among those: a period that lies within rings nothing.
    """
    sides, since = _silent(z)
    places = np.arange(z.shape[-1])
    for side in (1, -1):
        beyond = side * z > sigma
        total = np.cumsum(beyond, axis=-1)
        before = np.zeros_like(total)
        before[..., of:] = total[..., :-of]
        rings = beyond & (total - before >= count)
        first = np.broadcast_to(places, z.shape)
        for back in range(1, min(of, z.shape[-1])):
            earlier = np.zeros(z.shape, dtype=bool)
            earlier[..., back:] = beyond[..., :-back]
            first = np.where(earlier, places - back, first)
        sides, since = np.where(rings, side, sides), np.where(rings, first, since)
    return Found(sides, since)


def steady(z: FloatArray, *, count: int) -> Found:
    """Ring where the last `count` periods each lie higher than the one before, or each lower."""
    steps = np.sign(np.diff(z, axis=-1, prepend=z[..., :1]))
    found = several_beyond(steps, count=count - 1, of=count - 1, sigma=0.5)
    return Found(found.sides, found.since - 1)


@frozen(kw_only=True)
class Rule:
    """A rule by name, and how often it rings a false alarm.

    The figures are for independent periods of normal z about a known center. The tests derive them
    once more, by enumeration or simulation.

    Attributes:
        name: Its name.
        says: What rings it.
        per_period: Chance that it rings in a given period of a long series in control.
        average_run_length: Mean number of periods until its first ring, in control from the start.
        in_24: Chance of at least one ring in the first 24 periods.
        source: Where it comes from.
        find: Finds where it rings.
        adds_up: Whether it adds periods up or compares them, instead of judging each by its zone.
    """

    name: RuleName
    says: str
    per_period: float
    average_run_length: float
    in_24: float
    source: str
    find: Callable[[FloatArray], Found] = field(repr=False)
    adds_up: bool = False


_WESTERN = "Western Electric (1956), Statistical Quality Control Handbook"
_NELSON = "Nelson (1984), Journal of Quality Technology 16, 237-239"


EWMA_WEIGHT, EWMA_LIMIT = 0.2, 2.86


CUSUM_SLACK, CUSUM_LIMIT = 0.5, 4.77


@frozen(eq=False)
class Found:
    """Where a rule rings: for each period the side, and the period in which it began.

    Attributes:
        sides: 1 above, -1 below, 0 where the rule does not ring.
        since: Place of the first period of what rings; meaningless where nothing does.
    """

    sides: IntArray
    since: IntArray


def ewma(z: FloatArray) -> Found:
    """Ring where the exponentially weighted mean of z leaves its limits: Roberts (1959).

    ``e_t = 0.8 e_(t-1) + 0.2 z_t`` from ``e_0 = 0``. Its variance is exactly
    ``0.2 / 1.8 x (1 - 0.8^(2 t))``, and it rings beyond 2.86 standard deviations, which gives the
    false alarms of three sigma limits: Lucas and Saccucci (1990).
    """
    sides, since = _silent(z)
    mean, began = np.zeros(z.shape[:-1]), np.zeros(z.shape[:-1], dtype=np.int64)
    for t in range(z.shape[-1]):
        before, mean = mean, (1 - EWMA_WEIGHT) * mean + EWMA_WEIGHT * z[..., t]
        began = np.where(before * mean > 0, began, t)
        spread = EWMA_WEIGHT / (2 - EWMA_WEIGHT) * (1 - (1 - EWMA_WEIGHT) ** (2 * t + 2))
        beyond = np.abs(mean) > EWMA_LIMIT * math.sqrt(spread)
        sides[..., t], since[..., t] = np.where(beyond, np.sign(mean), 0), began
    return Found(sides, since)


def cusum(z: FloatArray) -> Found:
    """Ring where a cumulative sum of z, less a slack, passes its limit: Page (1954).

    ``up_t = max(0, up_(t-1) + z_t - 0.5)`` and ``down_t`` likewise of -z, from 0; it rings above
    4.77, which gives the false alarms of three sigma limits (Montgomery, Introduction to
    Statistical Quality Control, section 9.1). The sum last was 0 where the drift probably began.
    Right after a turn both may be beyond it; the larger says the side.
    """
    sides, since = _silent(z)
    up, down = np.zeros(z.shape[:-1]), np.zeros(z.shape[:-1])
    up_began, down_began = _silent(up)
    for t in range(z.shape[-1]):
        up_began, down_began = np.where(up > 0, up_began, t), np.where(down > 0, down_began, t)
        up = np.maximum(0, up + z[..., t] - CUSUM_SLACK)
        down = np.maximum(0, down - z[..., t] - CUSUM_SLACK)
        beyond = np.maximum(up, down) > CUSUM_LIMIT
        sides[..., t] = np.where(beyond, np.where(up >= down, 1, -1), 0)
        since[..., t] = np.where(up >= down, up_began, down_began)
    return Found(sides, since)


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            name="beyond_limits",
            says="a period beyond 3 sigma",
            per_period=0.0027,
            average_run_length=370,
            in_24=0.063,
            source=_WESTERN,
            find=partial(several_beyond, count=1, of=1, sigma=3),
        ),
        Rule(
            name="two_of_three",
            says="2 of 3 periods beyond 2 sigma on one side",
            per_period=0.0020,
            average_run_length=511,
            in_24=0.043,
            source=_WESTERN,
            find=partial(several_beyond, count=2, of=3, sigma=2),
        ),
        Rule(
            name="four_of_five",
            says="4 of 5 periods beyond 1 sigma on one side",
            per_period=0.0045,
            average_run_length=291,
            in_24=0.069,
            source=_WESTERN,
            find=partial(several_beyond, count=4, of=5, sigma=1),
        ),
        Rule(
            name="run_of_eight",
            says="8 periods in a row on one side of the center",
            per_period=0.0078,
            average_run_length=255,
            in_24=0.069,
            source=_WESTERN,
            find=partial(several_beyond, count=8, of=8, sigma=0),
        ),
        Rule(
            name="run_of_nine",
            says="9 periods in a row on one side of the center",
            per_period=0.0039,
            average_run_length=511,
            in_24=0.033,
            source=_NELSON,
            find=partial(several_beyond, count=9, of=9, sigma=0),
        ),
        Rule(
            name="trend_of_six",
            says="6 periods in a row, each higher than the one before or each lower",
            per_period=0.0028,
            average_run_length=422,
            in_24=0.045,
            source=_NELSON,
            find=partial(steady, count=6),
            adds_up=True,
        ),
        Rule(
            name="ewma",
            says="the exponentially weighted mean, weight 0.2, beyond 2.86 of its sigma",
            per_period=0.0042,
            average_run_length=366,
            in_24=0.067,
            source="Roberts (1959), Technometrics 1, 239-250",
            find=ewma,
            adds_up=True,
        ),
        Rule(
            name="cusum",
            says="the cumulative sum beyond a slack of 0.5 sigma above 4.77 sigma",
            per_period=0.0096,
            average_run_length=369,
            in_24=0.049,
            source="Page (1954), Biometrika 41, 100-115",
            find=cusum,
            adds_up=True,
        ),
    )
}
