"""Survival curve of durations: who left and who was still there, by time; it adds."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import NOTHING, evolve, field, frozen
from attrs.converters import optional

from relmetrics.customers.survival.incidence import incidence_of
from relmetrics.customers.survival.point import SurvivalPoint
from relmetrics.customers.survival.questions import SurvivalQuestions, check_interval
from relmetrics.customers.survival.reading import TYPE, read
from relmetrics.data.checks import check_number
from relmetrics.data.columns import ALIKE, EXACT, read_only
from relmetrics.errors import ParameterError, StateError
from relmetrics.errors.wording import did_you_mean
from relmetrics.inference.survival.risk_table import RiskTable
from relmetrics.states.serial import VERSION

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from relmetrics.customers.survival.incidence import CumulativeIncidence
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.inference.survival.kaplan_meier import SurvivalInterval


@frozen(repr=False, slots=False, kw_only=True)
class SurvivalCurve(SurvivalQuestions):
    """Kaplan and Meier's estimate from durations, in percent by time.

    Made by `survival` and `SubscriptionLog.survival`. It holds counts by time, so the curves of
    disjoint customers add: ``a + b``, or ``sum(shards)``.

    Attributes:
        known: Every time at which somebody left, was censored or entered, ascending.
        counts: How many, shape (2 + reasons, times): those who entered late, those who were still
            there when the observation ended (censored), and those who left for each reason.
        weights: The sums of their weights, in the same shape, or None.
        squares: The sums of their squared weights, or None.
        reasons: The reasons of leaving; ``(None,)`` where they are not told apart.
        missing: Rows left out, because duration, event or entry is missing.
        weightless: Rows left out, because their weight is 0.
        unit: The unit of the times, empty where it was not said.
        confidence_level: The level of the intervals.
        interval: ``log_log`` or ``greenwood``.

    Example:
        >>> import relmetrics as rm
        >>> curve = rm.survival([6, 6, 6, 7, 10], [True, True, True, True, False])
        >>> curve
        SurvivalCurve(n=5, left=4, censored=1, median=6.0)
        >>> curve.table()
        time  survival  low  high  at_risk  events
         6.0      40.0  5.2  75.3        5       3
         7.0      20.0  0.8  58.2        2       1
    """

    known: FloatArray = field(eq=EXACT, hash=False, converter=read_only)
    counts: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    weights: FloatArray | None = field(
        default=None, eq=ALIKE, hash=False, converter=optional(read_only)
    )
    squares: FloatArray | None = field(
        default=None, eq=ALIKE, hash=False, converter=optional(read_only)
    )
    reasons: tuple[Hashable, ...] = (None,)
    missing: int = 0
    weightless: int = 0
    unit: str = ""
    confidence_level: float = 0.95
    interval: SurvivalInterval = "log_log"

    def __attrs_post_init__(self) -> None:
        """Check that there is a count of each kind for each time, and the level.

        Raises:
            StateError: There is not.
            ParameterError: The level is not between 0 and 1, or there is no such interval.
        """
        shape = 2 + len(self.reasons), len(self.known)
        parts = [self.counts, *(x for x in (self.weights, self.squares) if x is not None)]
        if any(part.shape != shape for part in parts):
            raise StateError.malformed("SurvivalCurve", f"its counts must be of shape {shape}")
        check_interval(self.confidence_level, self.interval)

    @property
    def n(self) -> int:
        """The number of customers."""
        return int(self.counts[1:].sum())

    @cached_property
    def _risks(self) -> RiskTable:
        rows = _present(self.counts)
        left = self.counts[2:].sum(axis=0)
        if self.weights is None or self.squares is None:
            return RiskTable(self.known, left, rows)
        gone, present = self.weights[2:].sum(axis=0), _present(self.weights)
        # Differences of sums of floats leave a rest where nobody is: what is known is kept.
        present = np.where(left == rows, gone, np.maximum(present, gone))
        return RiskTable(self.known, gone, present, _present(self.squares), rows)

    def at(self, time: float) -> SurvivalPoint:
        """Return the share of customers who stay longer than a time.

        Before the first event it is 100 % without an interval. Past the last time that is known it
        is NaN, unless everybody has left by then.

        Raises:
            ParameterError: `time` is no number of at least 0.

        Example:
            >>> import relmetrics as rm
            >>> print(rm.survival([6, 6, 7, 10], [1, 1, 1, 0]).at(6))
            50.0% after 6 (95% CI 5.8 to 84.5; 4 at risk)
        """
        time = check_number("time", time, low=0, words="a number of at least 0")
        return SurvivalPoint(time, *self._point(time), self.confidence_level, self.unit)

    @property
    def _unit(self) -> str:
        return self.unit

    def incidence(self, reason: Hashable = NOTHING) -> CumulativeIncidence:
        """Return the share that has left for a reason by each time: see `CumulativeIncidence`.

        Args:
            reason: One of `reasons`; it can be left out where there is one.

        Raises:
            ParameterError: There is no such reason, or several and none is named.
        """
        given = self.reasons[0] if reason is NOTHING and len(self.reasons) == 1 else reason
        if given not in self.reasons:
            wanted = "one of the reasons"
            shown = None if given is NOTHING else given
            hint = did_you_mean(shown, self.reasons)
            if self.reasons == (None,):
                hint = "No reasons were given: say survival(..., reasons=...), one per customer."
            raise ParameterError.must_be("reason", wanted, shown, hint)
        sums = self.counts if self.weights is None else self.weights
        gone = sums[2 + self.reasons.index(given), self._risks.places]
        return incidence_of(given, self._risks, gone, self.confidence_level)

    def __add__(self, other: Self) -> Self:
        """Return the curve of both sets of customers, which must be disjoint.

        Raises:
            StateError: They differ in unit, level or interval, or only one of them has weights.
        """
        if not isinstance(other, SurvivalCurve):
            return NotImplemented
        for what in ("unit", "confidence_level", "interval"):
            if getattr(self, what) != getattr(other, what):
                raise StateError.other_setting(what, getattr(self, what), getattr(other, what))
        if (self.weights is None) != (other.weights is None):
            raise StateError.cannot_add(
                "weights", self.weights is not None, other.weights is not None
            )
        known = np.union1d(self.known, other.known)
        reasons = _together(self, other)

        def both(what: str) -> AnyArray:
            total = np.zeros((2 + len(reasons), len(known)), dtype=getattr(self, what).dtype)
            for part in (self, other):
                columns = np.searchsorted(known, part.known)
                places = [2 + reasons.index(name) for name in part.reasons if name in reasons]
                rows = np.array([0, 1, *places])
                kept = [0, 1, *(2 + i for i, name in enumerate(part.reasons) if name in reasons)]
                total[np.ix_(rows, columns)] += getattr(part, what)[kept]
            return total

        return evolve(
            self,
            known=known,
            reasons=reasons,
            missing=self.missing + other.missing,
            weightless=self.weightless + other.weightless,
            counts=both("counts"),
            weights=None if self.weights is None else both("weights"),
            squares=None if self.squares is None else both("squares"),
        )

    def __radd__(self, other: int) -> Self:
        """Return this curve when `sum` starts from 0."""
        if other != 0:
            return NotImplemented
        return self

    def nobody(self) -> Self:
        """Return the same curve of nobody: the zero that sums start from."""
        empty = np.zeros((2 + len(self.reasons), 0))
        sums = None if self.weights is None else empty
        return evolve(
            self,
            known=np.zeros(0),
            counts=empty.astype(np.int64),
            weights=sums,
            squares=sums,
            missing=0,
            weightless=0,
        )

    @property
    def left(self) -> int:
        """How many left."""
        return int(self.counts[2:].sum())

    @property
    def censored(self) -> int:
        """How many were still there when their observation ended."""
        return int(self.counts[1].sum())

    def __repr__(self) -> str:
        """Return the number of customers first, and the median."""
        unit = f", unit={self.unit!r}" if self.unit else ""
        missing = f", missing={self.missing}" if self.missing else ""
        return (
            f"SurvivalCurve(n={self.n}, left={self.left}, censored={self.censored}{missing}, "
            f"median={self.median}{unit})"
        )

    def to_dict(self) -> dict[str, object]:
        """Return the counts as JSON-ready plain values; `from_dict` reads them back exactly.

        Level and interval are no part of the counts: say them again when reading. Reasons must be
        what JSON knows: text, numbers, None.

        Example:
            >>> import relmetrics as rm
            >>> rm.survival([6, 7], [True, False]).to_dict()["counts"]
            [[0, 0], [0, 1], [1, 0]]
        """
        sums = {
            "times": self.known,
            "counts": self.counts,
            "weights": self.weights,
            "squares": self.squares,
        }
        lists = {name: None if each is None else each.tolist() for name, each in sums.items()}
        plain = {name: getattr(self, name) for name in ("missing", "weightless", "unit")}
        return {"type": TYPE, "v": VERSION, **lists, "reasons": list(self.reasons), **plain}

    @classmethod
    def from_dict(
        cls,
        data: object,
        *,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> Self:
        """Return the curve that `to_dict` wrote.

        Raises:
            StateError: The dictionary is no curve, or of a version that is not known.

        Example:
            >>> import relmetrics as rm
            >>> curve = rm.survival([6, 7], [True, False])
            >>> rm.SurvivalCurve.from_dict(curve.to_dict()) == curve
            True
        """
        settings = {"confidence_level": confidence_level, "interval": interval}
        return cls(**read(data), **settings)  # type: ignore[arg-type]  # fields by name


def _together(*curves: SurvivalCurve) -> tuple[Hashable, ...]:
    """Return the reasons of several curves in an order of their own; None only where it is used."""
    names = {name for curve in curves for name in curve.reasons}
    unknown = any(
        curve.counts[2 + curve.reasons.index(None)].any()
        for curve in curves
        if None in curve.reasons
    )
    if len(names) > 1 and not unknown:
        names.discard(None)
    return in_order(names)


def in_order(reasons: Iterable[Any]) -> tuple[Hashable, ...]:
    """Return reasons in an order that does not depend on the rows; what is not known comes last."""
    return tuple(sorted(reasons, key=lambda name: (name is None, type(name).__name__, name)))


def _present(sums: AnyArray) -> AnyArray:
    """Return who is at risk at each time: who leaves then or later, and has entered before."""
    leaving = sums[1:].sum(axis=0) - sums[0]
    present: AnyArray = np.cumsum(leaving[::-1])[::-1]
    return present
