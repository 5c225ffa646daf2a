"""Survival of customers: how long they keep buying, when many of them have not stopped yet."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.customers.purchases.active_periods import Occasions
from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.columns import EXACT, comparable, read_only
from relmetrics.data.periods import ALL_DAYS
from relmetrics.errors import EmptySampleError, StateError
from relmetrics.inference.intervals import quantile
from relmetrics.inference.kaplan_meier import SurvivalInterval, share_interval
from relmetrics.metric.table import Table
from relmetrics.metric.wording import percent
from relmetrics.states.serial import VERSION, read_fields

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

INTERVALS: tuple[SurvivalInterval, ...] = ("log_log", "greenwood")
_FIELDS = frozenset({"type", "v", "lapsed_after", "lapsed", "censored", "too_recent"})
_HALF = 0.5 + 1e-12
"""A half, and the rounding of a product of fractions that make exactly a half."""


@frozen
class SurvivalPoint:
    """The share of customers whose tenure is longer than so many days.

    Attributes:
        days: Days since the first purchase.
        value: Percent still buying; NaN beyond what is observed.
        low: Lower end; NaN where nobody or everybody has lapsed.
        high: Upper end; NaN likewise.
        at_risk: Customers whose tenure is known to reach that day.
        confidence_level: The level of `low` and `high`.

    Example:
        >>> from relmetrics.customers.survival.survival import SurvivalPoint
        >>> point = SurvivalPoint(30, 62.5, 50.1, 72.7, 40, 0.95)
        >>> print(point)
        62.5% after 30 days (95% CI 50.1 to 72.7; 40 at risk)
        >>> float(point)
        62.5
    """

    days: int
    value: float = field(eq=comparable)
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    at_risk: int
    confidence_level: float

    def __float__(self) -> float:
        """Return the value."""
        return self.value

    def __str__(self) -> str:
        """Return the share with its interval, rounded for reading."""
        level = percent(self.confidence_level)
        ends = f"{level} CI {self.low:.1f} to {self.high:.1f}"
        interval = "no interval" if math.isnan(self.low) else ends
        return f"{self.value:.1f}% after {self.days} days ({interval}; {self.at_risk} at risk)"


@frozen(repr=False, slots=False, kw_only=True)
class Survival:
    """Kaplan and Meier's estimate of how long customers keep buying, in percent by day of tenure.

    Made by `survival`. It holds two counts for each day of tenure, so the survival of disjoint
    customers adds: ``a + b``, or ``sum(shards)``.

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
        >>> from relmetrics.customers.survival.survival import survival
        >>> log = rm.PurchaseLog(
        ...     ["a", "a", "b", "c", "c"],
        ...     ["2025-01-01", "2025-01-21", "2025-01-05", "2025-01-10", "2025-02-02"],
        ... )
        >>> result = survival(log, lapsed_after=30, as_of="2025-03-01")
        >>> result
        Survival(n=3, lapsed=2, censored=1, lapsed_after=30, median=20.0)
        >>> result.table()
        days  survival  low  high  at_risk  events
           0      66.7  5.4  94.5        3       1
          20      33.3  0.9  77.4        2       1
    """

    lapsed: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    censored: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    lapsed_after: int
    too_recent: int = 0
    confidence_level: float = 0.95
    interval: SurvivalInterval = "log_log"

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
        return np.cumprod((self.at_risk - self.events) / self.at_risk)

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
        return self._first_at_most_half(self._share)

    @property
    def median_interval(self) -> tuple[float, float]:
        """The days that the interval of the curve does not tell from the median; NaN if open.

        Source: Brookmeyer and Crowley (1982), Biometrics 38, 29-41.
        """
        return self._first_at_most_half(self._ends[0]), self._first_at_most_half(self._ends[1])

    def _first_at_most_half(self, shares: FloatArray) -> float:
        reached = np.flatnonzero(shares <= _HALF)
        return float(self.times[reached[0]]) if len(reached) else math.nan

    def at(self, days: int) -> SurvivalPoint:
        """Return the share of customers whose tenure is longer than so many days.

        Before the first lapse it is 100 % without an interval. Past the longest tenure that is
        observed it is NaN, unless everybody has lapsed by then.

        Raises:
            ParameterError: `days` is no whole number of at least 0.

        Example:
            >>> import relmetrics as rm
            >>> from relmetrics.customers.survival.survival import survival
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-21", "2025-01-05"])
            >>> survival(log, lapsed_after=30, as_of="2025-03-01").at(7).value
            50.0
        """
        check_whole("days", days, 0)
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
            lapsed=_added(self.lapsed, other.lapsed),
            censored=_added(self.censored, other.censored),
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
            >>> from relmetrics.customers.survival.survival import survival
            >>> log = rm.PurchaseLog(["a"], ["2025-01-01"])
            >>> survival(log, lapsed_after=30, as_of="2025-03-01").to_dict()["lapsed"]
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
            >>> from relmetrics.customers.survival.survival import Survival, survival
            >>> log = rm.PurchaseLog(["a"], ["2025-01-01"])
            >>> result = survival(log, lapsed_after=30, as_of="2025-03-01")
            >>> Survival.from_dict(result.to_dict()) == result
            True
        """
        fields = read_fields("Survival", data, type_name="survival", keys=_FIELDS)
        lapsed = fields.counts("lapsed", len(fields.items_of("lapsed")))
        censored = fields.counts("censored", len(lapsed))
        after = fields.count("lapsed_after")
        if not after:
            raise StateError.malformed("Survival", "lapsed_after must be at least 1")
        _check(confidence_level, interval)
        return cls(
            lapsed=np.array(lapsed, dtype=np.int64),
            censored=np.array(censored, dtype=np.int64),
            lapsed_after=after,
            too_recent=fields.count("too_recent"),
            confidence_level=confidence_level,
            interval=interval,
        )


def survival(
    log: Purchases,
    *,
    lapsed_after: int,
    as_of: object = None,
    confidence_level: float = 0.95,
    interval: SurvivalInterval = "log_log",
) -> Survival:
    """Estimate how long customers keep buying, from those who stopped and those who have not yet.

    A customer *lapses* at the first purchase that no other follows within `lapsed_after` days.
    The tenure is the number of days from the first purchase to that one: 0 for who never came
    back in time. It is the first such silence that counts, also when the customer returns after
    it: else the same silence would be a lapse at the end of a log and none in its middle, and old
    customers would seem to stay longer than new ones.

    Whether somebody lapsed on a day is known `lapsed_after` days later. So everybody is observed
    up to `lapsed_after` days before `as_of`; who has not lapsed by then is *censored* there, at
    the tenure reached so far. Customers who came after that day are `too_recent`. To censor at
    `as_of` itself would count the customers of the last days as present although nobody could
    have been seen to lapse there, and make every curve too high.

    ``S(t) = product over days s <= t of (1 - lapsed(s) / at risk(s))``, in percent. Missing: a log
    without purchases by then gives no estimate.

    Args:
        log: The purchases.
        lapsed_after: Days without a purchase that make a lapse, at least 1.
        as_of: The last day that is wholly observed; by default the last day of the log.
        confidence_level: Level of the intervals.
        interval: ``log_log`` (default): Greenwood's variance on the scale log(-log S), which stays
            within 0 to 100. ``greenwood``: S less and plus z standard errors, clipped.

    Raises:
        DateError: `as_of` cannot be read.
        EmptySampleError: No customer's first purchase lies `lapsed_after` days before `as_of`.
        ParameterError: `lapsed_after` is no whole number of at least 1, the level is not between 0
            and 1, or there is no such interval.

    Source: Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481;
    the interval log_log is that of Kalbfleisch and Prentice (1980).

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics.customers.survival.survival import survival
        >>> log = rm.PurchaseLog(
        ...     ["a", "a", "b", "c"], ["2025-01-01", "2025-01-21", "2025-01-05", "2025-02-20"]
        ... )
        >>> result = survival(log, lapsed_after=30, as_of="2025-03-01")
        >>> result.times.tolist(), result.survival.tolist(), result.too_recent
        ([0, 20], [50.0, 0.0], 1)
    """
    check_whole("lapsed_after", lapsed_after, 1, ALL_DAYS)
    _check(confidence_level, interval)
    end = int(log.as_of(as_of).astype(np.int64))
    lapsed, censored, too_recent = _count(log, end, lapsed_after)
    if not len(lapsed):
        raise EmptySampleError.too_recent(lapsed_after, too_recent)
    return Survival(
        lapsed=lapsed,
        censored=censored,
        lapsed_after=lapsed_after,
        too_recent=too_recent,
        confidence_level=confidence_level,
        interval=interval,
    )


def _count(log: Purchases, end: int, lapsed_after: int) -> tuple[IntArray, IntArray, int]:
    """Return who lapsed and who was censored by day of tenure, and how many are too recent."""
    days = log.days.astype(np.int64)
    kept = days <= end
    codes, days = log.codes[kept], days[kept]
    nobody = np.zeros(0, dtype=np.int64)
    if not len(days):
        return nobody, nobody, 0
    start = int(days.min())
    seen = Occasions.of(codes, days - start, int(days.max()) - start + 1)
    last_known = end - start - lapsed_after
    # The silence after each purchase; after the last one of a customer, up to the end.
    silence = np.empty(len(seen.steps), dtype=np.int64)
    silence[:-1] = np.diff(seen.steps) - 1
    silence[seen.ends] = end - start - seen.steps[seen.ends]
    first_place = np.flatnonzero(seen.begins)
    none = len(silence)
    places = np.where(silence >= lapsed_after, np.arange(none), none)
    lapse = np.minimum.reduceat(places, first_place)
    first = seen.steps[first_place]
    known = first <= last_known
    ended = known & (lapse < none)
    going = known & (lapse == none)
    tenure = seen.steps[lapse[ended]] - first[ended]
    reached = last_known - first[going]
    if not known.any():
        return nobody, nobody, len(first)
    length = int(max(tenure.max(initial=0), reached.max(initial=0))) + 1
    lapsed = np.bincount(tenure, minlength=length)
    return lapsed, np.bincount(reached, minlength=length), int((~known).sum())


def _check(confidence_level: float, interval: SurvivalInterval) -> None:
    quantile(confidence_level)
    check_name("interval", interval, INTERVALS)


def _added(left: IntArray, right: IntArray) -> IntArray:
    total = np.zeros(max(len(left), len(right)), dtype=np.int64)
    total[: len(left)] += left
    total[: len(right)] += right
    return total
