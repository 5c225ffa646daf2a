"""Survival of customers: how long they keep buying, when many of them have not stopped yet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.customers.survival.by_day import added, by_day
from relmetrics.customers.survival.point import SurvivalPoint
from relmetrics.customers.survival.questions import SurvivalQuestions, check_interval
from relmetrics.data.checks import check_whole
from relmetrics.data.columns import EXACT, require_equal_lengths
from relmetrics.errors import StateError
from relmetrics.inference.survival.risk_table import RiskTable
from relmetrics.states.serial import VERSION, as_count, read_fields

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray
    from relmetrics.inference.survival.kaplan_meier import SurvivalInterval

_SURVIVAL_FIELDS = frozenset({"type", "v", "lapsed_after", "lapsed", "censored", "too_recent"})


@frozen(repr=False, slots=False, kw_only=True)
class Survival(SurvivalQuestions):
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

    _time: ClassVar[str] = "days"

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

    def nobody(self) -> Self:
        """Return the same curve of nobody: the zero that sums start from."""
        return evolve(self, lapsed=[], censored=[], too_recent=0)

    @property
    def left(self) -> int:
        """How many lapsed."""
        return int(self.lapsed.sum())

    @cached_property
    def _risks(self) -> RiskTable:
        """Those whose tenure is known to reach each day could lapse; who leaves on it counts."""
        leaving = self.lapsed + self.censored
        present = np.cumsum(leaving[::-1])[::-1]
        return RiskTable(np.arange(len(present)), self.lapsed, present)

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
        return SurvivalPoint(days, *self._point(days), self.confidence_level)

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
