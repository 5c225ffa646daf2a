"""Survival of customers: how long they keep buying, when many of them have not stopped yet."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.customers.survival.by_day import added, by_day
from relmetrics.customers.survival.point import SurvivalPoint
from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.columns import EXACT, Unchanging, read_only, require_equal_lengths
from relmetrics.errors import StateError
from relmetrics.inference.intervals import quantile
from relmetrics.inference.kaplan_meier import (
    SurvivalInterval,
    first_at_most_half,
    share_interval,
    shares_left,
)
from relmetrics.metric.table import Table
from relmetrics.states.serial import VERSION, as_count, read_fields

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

SURVIVAL_INTERVALS: tuple[SurvivalInterval, ...] = ("log_log", "greenwood")
_SURVIVAL_FIELDS = frozenset({"type", "v", "lapsed_after", "lapsed", "censored", "too_recent"})


@frozen(repr=False, slots=False, kw_only=True)
class Survival(Unchanging):
    """Kaplan and Meier's estimate of how long customers keep buying, in percent by day of tenure.

    Made by `PurchaseLog.survival`. It holds two counts for each day of tenure, so the survival of
    disjoint customers adds: ``a + b``, or ``sum(shards)``.

    Attributes:
        lapsed: How many customers made their last purchase on each day of tenure and then lapsed,
            shape (days,); day 0 is the day of the first purchase.
        censored: How many were still customers on each day of tenure when the observation ended,
            shape (days,).
        lapsed_after: Days without a purchase that make a lapse.
        too_recent: Customers left out, because `lapsed_after` days have not passed since their
            first purchase.
        confidence_level: The level of the intervals.
        interval: ``log_log`` or ``greenwood``.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["a", "a", "b", "c", "c"],
        ...     ["2025-01-01", "2025-01-21", "2025-01-05", "2025-01-10", "2025-02-02"],
        ... )
        >>> result = log.survival(lapsed_after=30, as_of="2025-03-01")
        >>> result
        Survival(n=3, lapsed=2, censored=1, lapsed_after=30, median=20.0)
        >>> result.table()
        days  survival  low  high  at_risk  events
           0      66.7  5.4  94.5        3       1
          20      33.3  0.9  77.4        2       1
    """

    lapsed: IntArray = field(eq=EXACT, hash=False, converter=by_day)
    censored: IntArray = field(eq=EXACT, hash=False, converter=by_day)
    lapsed_after: int
    too_recent: int = 0
    confidence_level: float = 0.95
    interval: SurvivalInterval = "log_log"

    def __attrs_post_init__(self) -> None:
        """Check that there are two counts for each day, and the level and the kind of intervals.

        Raises:
            LengthError: There are not.
            ParameterError: `lapsed_after` is no number of days, the level is not between 0 and 1,
                or there is no such interval.
        """
        require_equal_lengths(lapsed=len(self.lapsed), censored=len(self.censored))
        check_whole("lapsed_after", self.lapsed_after, 1)
        as_count("too_recent", self.too_recent)
        check_interval(self.confidence_level, self.interval)

    @property
    def n(self) -> int:
        """The number of customers."""
        return int(self.lapsed.sum() + self.censored.sum())

    @cached_property
    def times(self) -> IntArray:
        """The days of tenure on which somebody lapsed, ascending."""
        return read_only(np.flatnonzero(self.lapsed))

    @cached_property
    def _present(self) -> IntArray:
        """The customers whose tenure is known to reach each day; those who leave on it count."""
        leaving = self.lapsed + self.censored
        return np.cumsum(leaving[::-1])[::-1]

    @property
    def events(self) -> IntArray:
        """How many lapsed at each of `times`."""
        return self.lapsed[self.times]

    @property
    def at_risk(self) -> IntArray:
        """How many could have lapsed at each of `times`: their tenure is known to reach it."""
        return self._present[self.times]

    @cached_property
    def _share(self) -> FloatArray:
        return shares_left(self.at_risk, self.events)

    @property
    def survival(self) -> FloatArray:
        """Percent still buying after each of `times`: 100 x product of (1 - events / at_risk)."""
        return 100 * self._share

    @cached_property
    def _ends(self) -> tuple[FloatArray, FloatArray]:
        return share_interval(
            self._share, self.at_risk, self.events, quantile(self.confidence_level), self.interval
        )

    @property
    def low(self) -> FloatArray:
        """Lower ends of the intervals of `survival`; NaN once everybody has lapsed."""
        return 100 * self._ends[0]

    @property
    def high(self) -> FloatArray:
        """Upper ends of the intervals of `survival`; NaN once everybody has lapsed."""
        return 100 * self._ends[1]

    @property
    def median(self) -> float:
        """The first day after which at most half are still buying; NaN when not reached yet."""
        return first_at_most_half(self.times, self._share)

    @property
    def median_interval(self) -> tuple[float, float]:
        """The days that the interval of the curve does not tell from the median; NaN if open.

        Source: Brookmeyer and Crowley (1982), Biometrics 38, 29-41.
        """
        low, high = (first_at_most_half(self.times, ends) for ends in self._ends)
        return low, high

    def at(self, days: int) -> SurvivalPoint:
        """Return the share of customers whose tenure is longer than so many days.

        Before the first lapse it is 100 % without an interval. Past the longest tenure that is
        observed it is NaN, unless everybody has lapsed by then.

        Raises:
            ParameterError: `days` is no whole number of at least 0.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-21", "2025-01-05"])
            >>> log.survival(lapsed_after=30, as_of="2025-03-01").at(7).value
            50.0
        """
        days = check_whole("days", days, 0)
        level = self.confidence_level
        present = int(self._present[days]) if days < len(self._present) else 0
        place = int(np.searchsorted(self.times, days, side="right")) - 1
        gone = place >= 0 and not self._share[place]
        if days >= len(self._present) and not gone:
            return SurvivalPoint(days, math.nan, math.nan, math.nan, 0, level)
        if place < 0:
            return SurvivalPoint(days, 100.0, math.nan, math.nan, present, level)
        value, low, high = (float(part[place]) for part in (self.survival, self.low, self.high))
        return SurvivalPoint(days, value, low, high, present, level)

    def table(self) -> Table:
        """Return one row per day of tenure on which somebody lapsed.

        Columns: ``days``, ``survival`` (%), ``low``, ``high``, ``at_risk``, ``events``.
        """
        columns: dict[str, AnyArray] = {
            "days": self.times,
            "survival": self.survival,
            "low": self.low,
            "high": self.high,
            "at_risk": self.at_risk,
            "events": self.events,
        }
        return Table(columns, dict.fromkeys(("survival", "low", "high"), 1))

    def __add__(self, other: Survival) -> Survival:
        """Return the survival of both sets of customers, which must be disjoint.

        Raises:
            StateError: They differ in `lapsed_after`, level or interval.
        """
        if not isinstance(other, Survival):
            return NotImplemented
        for what in ("lapsed_after", "confidence_level", "interval"):
            if getattr(self, what) != getattr(other, what):
                raise StateError.other_setting(what, getattr(self, what), getattr(other, what))
        return evolve(
            self,
            lapsed=added(self.lapsed, other.lapsed),
            censored=added(self.censored, other.censored),
            too_recent=self.too_recent + other.too_recent,
        )

    def __radd__(self, other: int) -> Survival:
        """Return this survival when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    def __repr__(self) -> str:
        """Return the number of customers first, and the median."""
        return (
            f"Survival(n={self.n}, lapsed={int(self.lapsed.sum())}, "
            f"censored={int(self.censored.sum())}, lapsed_after={self.lapsed_after}, "
            f"median={self.median})"
        )

    def to_dict(self) -> dict[str, object]:
        """Return the counts as JSON-ready plain values; `from_dict` reads them back exactly.

        Level and interval are no part of the counts: say them again when reading.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a"], ["2025-01-01"])
            >>> log.survival(lapsed_after=30, as_of="2025-03-01").to_dict()["lapsed"]
            [1]
        """
        return {
            "type": "survival",
            "v": VERSION,
            "lapsed_after": self.lapsed_after,
            "lapsed": self.lapsed.tolist(),
            "censored": self.censored.tolist(),
            "too_recent": self.too_recent,
        }

    @classmethod
    def from_dict(
        cls,
        data: object,
        *,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> Self:
        """Return the survival that `to_dict` wrote.

        Raises:
            StateError: The dictionary is no survival, or of a version that is not known.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a"], ["2025-01-01"])
            >>> result = log.survival(lapsed_after=30, as_of="2025-03-01")
            >>> rm.Survival.from_dict(result.to_dict()) == result
            True
        """
        fields = read_fields("Survival", data, type_name="survival", keys=_SURVIVAL_FIELDS)
        lapsed = fields.rows_by("lapsed", len(fields.items_of("lapsed")))
        censored = fields.rows_by("censored", len(lapsed))
        after = fields.count("lapsed_after")
        if not after:
            raise StateError.malformed("Survival", "lapsed_after must be at least 1")
        return cls(
            lapsed=lapsed,
            censored=censored,
            lapsed_after=after,
            too_recent=fields.count("too_recent"),
            confidence_level=confidence_level,
            interval=interval,
        )


def check_interval(confidence_level: float, interval: SurvivalInterval) -> None:
    """Check the level and the kind of intervals.

    Raises:
        ParameterError: The level is not between 0 and 1, or there is no such interval.
    """
    quantile(confidence_level)
    check_name("interval", interval, SURVIVAL_INTERVALS)
