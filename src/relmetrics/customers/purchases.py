"""PurchaseLog: who bought when, and for how much; the source of every behavioural metric."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from relmetrics.answers import encode
from relmetrics.columns import as_amounts, as_column, require_equal_lengths
from relmetrics.customers import buying, windows
from relmetrics.customers.cohorts import cohorts
from relmetrics.customers.movements import movements
from relmetrics.customers.purchase_stages import stages
from relmetrics.customers.survival import survival
from relmetrics.dates import as_dates, as_day
from relmetrics.errors import CustomerError, EmptySampleError, StateError
from relmetrics.groups import group
from relmetrics.missing import is_missing
from relmetrics.parameters import check_name
from relmetrics.scale import YES_NO
from relmetrics.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.cohorts import Cohorts
    from relmetrics.customers.lifecycle import Lifecycle
    from relmetrics.customers.relationship import RelationshipEstimate, RORDefinition
    from relmetrics.customers.survival import Survival
    from relmetrics.customers.windows import Window, WindowEstimate
    from relmetrics.estimate import Estimate
    from relmetrics.periods import Every
    from relmetrics.types import AnyArray, Column, FloatArray, IntArray

Returns = Literal["net", "drop", "count"]
RETURNS: tuple[Returns, ...] = ("net", "drop", "count")
Duplicates = Literal["keep", "drop"]
DUPLICATES: tuple[Duplicates, ...] = ("keep", "drop")


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchaseLog:
    """Purchases of customers: who, when, how much, and who came by referral.

    ``a + b`` is the log of the purchases of both, be they of other customers or of the same ones
    at other times: customers with the same id are the same customer. Adding keeps every row, so
    add logs that do not overlap.

    Args:
        customers: One id per purchase, of any hashable kind; never missing.
        dates: When: datetime64, `datetime`, `date` or ISO 8601 text; never missing.
        amounts: Amount of each purchase, or None; a missing amount counts as a purchase of
            unknown amount, and is reported.
        referred: Whether the customer came by referral: one yes/no per purchase (a customer is
            referred when any of theirs says so), or a mapping of customer to yes/no.
        zone: The time zone whose calendar counts, for dates that carry a zone.
        returns: What a negative amount is. ``net`` (default): a return, which lowers the total and
            is no purchase; ``drop``: left out; ``count``: a purchase like any other.
        duplicates: ``keep`` (default) or ``drop`` rows that repeat customer, time and amount;
            their number is in `duplicates`.

    Attributes:
        customers: The id of each customer, in order of appearance, shape (customers,).
        codes: The customer of each purchase, 0..customers - 1, shape (purchases,).
        times: The time of each purchase, datetime64[us], shape (purchases,).
        amounts: The amount of each purchase, NaN where unknown, or None.
        referred: 1.0, 0.0 or NaN for each customer, or None.
        refunds: Sum of the returns of each customer, not positive, shape (customers,).
        duplicates: Number of rows that repeat another one.
        returned: Number of rows that are returns.

    Raises:
        CustomerError: An id is missing.
        DateError: A date is missing or cannot be read.
        AmountError: An amount is not finite.
        LengthError: The columns differ in length.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["ann", "bob", "ann"], ["2025-01-03", "2025-01-09", "2025-02-01"], [10.0, 5.0, 20.0]
        ... )
        >>> log
        PurchaseLog(purchases=3, customers=2, from 2025-01-03 to 2025-02-01)
        >>> log.summary()["purchases"].tolist()
        [2, 1]
    """

    customers: AnyArray
    codes: IntArray
    times: AnyArray
    amounts: FloatArray | None
    referred: FloatArray | None
    refunds: FloatArray
    duplicates: int = 0
    returned: int = 0

    def __init__(
        self,
        customers: Column,
        dates: Column,
        amounts: Column | None = None,
        referred: Column | Mapping[object, object] | None = None,
        *,
        zone: str | None = None,
        returns: Returns = "net",
        duplicates: Duplicates = "keep",
    ) -> None:
        """Read and check the columns."""
        check_name("returns", returns, RETURNS)
        check_name("duplicates", duplicates, DUPLICATES)
        ids = as_column(customers, "customers")
        times = as_dates(dates, zone=zone)
        money = None if amounts is None else as_amounts(amounts, "amounts")
        lengths = {"customers": len(ids), "dates": len(times)}
        if money is not None:
            lengths["amounts"] = len(money)
        require_equal_lengths(**lengths)
        grouping = group(ids, len(ids))
        labels, codes = grouping.labels.columns[0], grouping.codes
        _require_ids(labels, codes)
        came = None if referred is None else _referred(referred, labels, codes)
        repeated = _repeats(codes, times, money)
        kept = ~repeated if duplicates == "drop" else np.ones(len(codes), dtype=bool)
        back = np.zeros(len(codes), dtype=bool)
        if money is not None and returns != "count":
            back = (money < 0) & kept
        refunds = np.zeros(len(labels))
        if money is not None and returns == "net":
            np.add.at(refunds, codes[back], money[back])
        kept &= ~back
        # attrs writes this method, which pyright does not know.
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
            labels,
            codes[kept],
            times[kept],
            None if money is None else money[kept],
            came,
            refunds,
            int(repeated.sum()),
            int(back.sum()),
        )

    def __len__(self) -> int:
        """Return the number of purchases."""
        return len(self.codes)

    def __repr__(self) -> str:
        """Return the size of the log, and from when to when it runs."""
        span = ""
        if len(self):
            days = self.days
            span = f", from {days.min()} to {days.max()}"
        return f"PurchaseLog(purchases={len(self)}, customers={len(self.customers)}{span})"

    def __add__(self, other: PurchaseLog) -> PurchaseLog:
        """Return the log of the purchases of both.

        Raises:
            StateError: Only one of them has amounts, or only one knows referrals.
        """
        if not isinstance(other, PurchaseLog):
            return NotImplemented
        for what in ("amounts", "referred"):
            if (getattr(self, what) is None) != (getattr(other, what) is None):
                raise StateError.cannot_add(
                    what, getattr(self, what) is not None, getattr(other, what) is not None
                )
        ids = [*self.customers.tolist(), *other.customers.tolist()]
        grouping = group(ids, len(ids))
        labels, place = grouping.labels.columns[0], grouping.codes
        mine, theirs = place[: len(self.customers)], place[len(self.customers) :]
        refunds = np.zeros(len(labels))
        refunds[mine] += self.refunds
        refunds[theirs] += other.refunds
        came: FloatArray | None = None
        if self.referred is not None and other.referred is not None:
            came = np.full(len(labels), np.nan)
            came[mine] = self.referred
            came[theirs] = np.fmax(came[theirs], other.referred)
        money: FloatArray | None = None
        if self.amounts is not None and other.amounts is not None:
            money = np.concatenate([self.amounts, other.amounts])
        both = object.__new__(PurchaseLog)
        both.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
            labels,
            np.concatenate([mine[self.codes], theirs[other.codes]]),
            np.concatenate([self.times, other.times]),
            money,
            came,
            refunds,
            self.duplicates + other.duplicates,
            self.returned + other.returned,
        )
        return both

    def __radd__(self, other: int) -> PurchaseLog:
        """Return this log when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    @cached_property
    def days(self) -> AnyArray:
        """The day of each purchase, datetime64[D]."""
        return self.times.astype("datetime64[D]")

    @cached_property
    def _order(self) -> IntArray:
        """The purchases by customer, and by time within a customer."""
        return np.lexsort((self.times, self.codes))

    @cached_property
    def _starts(self) -> IntArray:
        """Where each customer begins in the order, and where the last one ends."""
        counts = np.bincount(self.codes, minlength=len(self.customers))
        return np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def purchases(self) -> IntArray:
        """The number of purchases of each customer."""
        return np.diff(self._starts)

    @cached_property
    def purchase_days(self) -> IntArray:
        """The number of different days on which each customer bought."""
        codes, days = self.codes[self._order], self.days[self._order]
        new = np.ones(len(codes), dtype=bool)
        new[1:] = (codes[1:] != codes[:-1]) | (days[1:] != days[:-1])
        return np.bincount(codes[new], minlength=len(self.customers))

    @cached_property
    def first(self) -> AnyArray:
        """The day of each customer's first purchase; NaT for who only returned."""
        return self._day_at(self._starts[:-1])

    @cached_property
    def last(self) -> AnyArray:
        """The day of each customer's last purchase; NaT for who only returned."""
        return self._day_at(self._starts[1:] - 1)

    def _day_at(self, places: IntArray) -> AnyArray:
        days = np.full(len(self.customers), np.datetime64("NaT"), dtype="datetime64[D]")
        bought = self.purchases > 0
        days[bought] = self.days[self._order[places[bought]]]
        return days

    @cached_property
    def totals(self) -> FloatArray:
        """The money of each customer, returns taken off; unknown amounts count as 0.

        Raises:
            StateError: The log has no amounts.
        """
        if self.amounts is None:
            raise StateError.lacks("amounts", "PurchaseLog(customers, dates, amounts)")
        spent = np.bincount(self.codes, np.nan_to_num(self.amounts), minlength=len(self.customers))
        return spent + self.refunds

    def as_of(self, day: object = None) -> np.datetime64:
        """Return a day, by default the last one of the log.

        Raises:
            DateError: The day cannot be read.
            EmptySampleError: The log is empty and no day is given.
        """
        if day is not None:
            return as_day(day, "as_of")
        if not len(self):
            raise EmptySampleError.for_metric("The end of a log", 0)
        last: np.datetime64 = self.days.max()
        return last

    def summary(self, as_of: object = None) -> Table:
        """Return one row per customer.

        Columns: ``customer``, ``first`` and ``last`` (days), ``purchases``, ``purchase_days``,
        ``recency`` (days from first to last purchase), ``tenure`` (days from the first purchase to
        `as_of`), ``since_last`` (days from the last purchase to `as_of`), and with amounts
        ``total`` and ``mean_amount`` (per purchase).

        Args:
            as_of: The day to look from; by default the last one of the log.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a"], ["2025-01-01", "2025-01-11"])
            >>> log.summary("2025-01-31")["tenure"].tolist()
            [30.0]
        """
        end = self.as_of(as_of)
        columns: dict[str, AnyArray] = {
            "customer": self.customers,
            "first": self.first,
            "last": self.last,
            "purchases": self.purchases,
            "purchase_days": self.purchase_days,
            "recency": _in_days(self.last - self.first),
            "tenure": _in_days(end - self.first),
            "since_last": _in_days(end - self.last),
        }
        if self.amounts is not None:
            columns["total"] = self.totals
            with np.errstate(divide="ignore", invalid="ignore"):
                columns["mean_amount"] = self.totals / self.purchases
        return Table(columns, dict.fromkeys(("total", "mean_amount"), 2))

    def window(self, start: object, end: object, *, active_within: int | None = None) -> Window:
        """Count the customers of a window: at its start and end, new, retained, lost, reactivated.

        A customer of a day is who bought within the `active_within` days before it.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: Days after a purchase for which a customer counts as one; by default the
                length of the window, which compares it with the one before it.

        Raises:
            DateError: A day cannot be read, or `end` does not come after `start`.
            ParameterError: `active_within` is no whole number of at least 1.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> window = log.window("2025-01-01", "2026-01-01")
            >>> window.start, window.end, window.lost
            (2, 1, 1)
        """
        return windows.window(self, start, end, active_within=active_within)

    def retention(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        definition: windows.RetentionDefinition = "retained",
        confidence_level: float = 0.95,
    ) -> WindowEstimate:
        """Compute the retention rate of a window, with all its counts.

        Formulas: ``retained`` (default), ``100 x |S and E| / S``: who of the start is there at the
        end. ``counts``, ``100 x (E - N) / S``, the documents' formula, which needs no ids. They
        differ by reactivated customers (in E, not in S) and by those who joined and left inside
        the window (in N, not in E); `explain` shows how many there are.
        Unit and range: %, from 0 to 100. Higher is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: As for `window`.
            definition: ``retained`` or ``counts``.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers at the start.
            CountError: (E - N) / S is no share, under ``counts``.
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> print(log.retention("2025-01-01", "2026-01-01"))
            Retention rate 50.0% (95% CI 9.5 to 90.5; n = 2)

        Source:
            D3, D4.
        """
        return windows.retention(
            self,
            start,
            end,
            active_within=active_within,
            definition=definition,
            confidence_level=confidence_level,
        )

    def churn(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        base: windows.ChurnBase = "start",
        confidence_level: float = 0.95,
    ) -> WindowEstimate:
        """Compute the churn rate of a window, with all its counts.

        Formula: ``100 x lost / base``. Bases by name: ``start`` (default, the documents'),
        customers at the start; ``average``, the mean of start and end; ``start_plus_new``, with
        those who joined and left counted as lost too (Stripe's); ``daily_sum``, customers on an
        average day. For a year see `annual_churn`.
        Unit and range: %, from 0 to 100. Lower is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: As for `window`.
            base: The denominator.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: The base is 0.
            CountError: More were lost than the base holds.
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> log.churn("2025-01-01", "2026-01-01").value
            50.0

        Source:
            D3; Stripe's definition of subscriber churn for ``start_plus_new``.
        """
        return windows.churn(
            self,
            start,
            end,
            active_within=active_within,
            base=base,
            confidence_level=confidence_level,
        )

    def movements(
        self, *, every: Every = "month", as_of: object = None, confidence_level: float = 0.95
    ) -> Table:
        """Count customers period by period; a customer of a period is who bought in it.

        Columns: ``period`` (its first day), ``start`` (customers of the period before), ``end``,
        ``new``, ``retained``, ``lost``, ``reactivated``, ``retention`` (% of `start`) with ``low``
        and ``high`` (Wilson's), and ``complete``. In every row
        ``end = start - lost + new + reactivated``. The rates of a period that is not over by
        `as_of` are NaN.

        Args:
            every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            as_of: The last day that was observed; by default the last one of the log.
            confidence_level: Level of the intervals.

        Raises:
            EmptySampleError: The log is empty and `as_of` is not given.
            ParameterError: There is no such period.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"])
            >>> log.movements(as_of="2025-02-28").to_dict()["lost"]
            [0, 1]
        """
        return movements(self, every=every, as_of=as_of, confidence_level=confidence_level)

    def loyalty(
        self, *, threshold: int = 5, distinct_days: bool = False, confidence_level: float = 0.95
    ) -> Estimate:
        """Compute the share of customers with at least `threshold` purchases: see `LoyaltyRate`.

        Args:
            threshold: The least number of purchases of a loyal customer.
            distinct_days: Count days with a purchase instead of purchases.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3).loyalty(threshold=2).value
            50.0
        """
        return buying.loyalty(
            self,
            threshold=threshold,
            distinct_days=distinct_days,
            confidence_level=confidence_level,
        )

    def repeat(self, *, distinct_days: bool = False, confidence_level: float = 0.95) -> Estimate:
        """Compute the share of customers who bought again: see `RepeatRate`.

        Args:
            distinct_days: Count days with a purchase instead of purchases.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3)
            >>> log.repeat().value, log.repeat(distinct_days=True).value
            (50.0, 0.0)
        """
        return buying.repeat(self, distinct_days=distinct_days, confidence_level=confidence_level)

    def referral(self, *, confidence_level: float = 0.95) -> Estimate:
        """Compute the share of customers who came by referral: see `ReferralRate`.

        Raises:
            StateError: The log does not know referrals.
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b"], ["2025-01-01"] * 2, referred=["yes", "no"])
            >>> log.referral().value
            50.0
        """
        return buying.referral(self, confidence_level=confidence_level)

    def ror(
        self,
        *,
        as_of: object = None,
        months: int = 12,
        definition: RORDefinition = "share_of_helped",
        confidence_level: float = 0.95,
    ) -> RelationshipEstimate:
        """Compute the return on relationship, in all three quantities: see `ReturnOnRelationship`.

        Of the customers who ever bought, those count as helped who bought in the last `months`
        calendar months up to `as_of`; of these, those as returning who bought at least twice by
        then, or came by referral.

        Args:
            as_of: The last day that counts; by default the last one of the log.
            months: Calendar months to look back.
            definition: Which share is the value.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: Nobody bought by then, or nobody was helped.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-03-09", "2025-06-01"])
            >>> log.ror().value, log.ror().share_of_customers
            (50.0, 50.0)

        Source:
            D1, D2.
        """
        return buying.ror(
            self,
            as_of=as_of,
            months=months,
            definition=definition,
            confidence_level=confidence_level,
        )

    def frequency(self, *, distinct_days: bool = False) -> Table:
        """Count customers by their number of purchases.

        Columns: ``purchases``, ``customers``, ``share`` (%) and ``at_least`` (% with at least so
        many).

        Args:
            distinct_days: Count days with a purchase instead of purchases.

        Example:
            >>> import relmetrics as rm
            >>> rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3).frequency().to_dict()[
            ...     "at_least"
            ... ]
            [100.0, 50.0]
        """
        return buying.frequency(self, distinct_days=distinct_days)

    def gaps(self) -> FloatArray:
        """Return the days between purchase days of the same customer, one per pair in a row.

        Example:
            >>> import relmetrics as rm
            >>> rm.PurchaseLog(["a", "a"], ["2025-01-01", "2025-01-11"]).gaps().tolist()
            [10.0]
        """
        return buying.gaps(self)

    def cohorts(
        self,
        *,
        every: Every = "month",
        windows: Literal["calendar"] | int = "calendar",
        brackets: Mapping[str, tuple[int, int]] | None = None,
        as_of: object = None,
        entry: Literal["first_time", "recurring"] = "first_time",
        values: Literal["customers", "revenue"] = "customers",
    ) -> Cohorts:
        """Count active customers by cohort and age: see `Cohorts`.

        Args:
            every: The period that a cohort enters in.
            windows: ``calendar`` periods, or rolling windows of so many days since the first
                purchase.
            brackets: Name to first and last age of brackets that are counted as one.
            as_of: The last day that was observed; by default the last one of the log.
            entry: ``first_time``, or ``recurring`` for all buyers of a period.
            values: ``customers``, or ``revenue``.

        Raises:
            EmptySampleError: The log is empty and `as_of` is not given.
            ParameterError: An option has no such name or value.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"])
            >>> log.cohorts(as_of="2025-02-28").retention()[0].tolist()
            [100.0, 50.0]
        """
        return cohorts(
            self,
            every=every,
            windows=windows,
            brackets=brackets,
            as_of=as_of,
            entry=entry,
            values=values,
        )

    def survival(
        self,
        *,
        lapsed_after: int,
        as_of: object = None,
        confidence_level: float = 0.95,
        interval: Literal["log_log", "greenwood"] = "log_log",
    ) -> Survival:
        """Estimate how long customers stay, by Kaplan and Meier: see `Survival`.

        Args:
            lapsed_after: Days without a purchase after which a customer has lapsed.
            as_of: The last day that was observed; by default the last one of the log.
            confidence_level: Level of the intervals.
            interval: ``log_log`` or ``greenwood``.

        Raises:
            EmptySampleError: Nobody was observed for long enough.
            ParameterError: An option has no such name or value.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-11", "2025-01-02"])
            >>> log.survival(lapsed_after=30, as_of="2025-06-30").at(5).value
            50.0
        """
        return survival(
            self,
            lapsed_after=lapsed_after,
            as_of=as_of,
            confidence_level=confidence_level,
            interval=interval,
        )

    def stages(
        self,
        *,
        as_of: object = None,
        every: Every = "month",
        expansion_from: int = 2,
        commitment_from: int = 5,
        active_within: int = 365,
        known: Column | None = None,
    ) -> Lifecycle:
        """Return the relationship stages of the customers, by rules: see `Lifecycle`.

        Known but no purchase is awareness, the first purchase exploration, `expansion_from`
        purchases expansion, `commitment_from` commitment, and no purchase within `active_within`
        days dissolution.

        Args:
            as_of: The last day that was observed; by default the last one of the log.
            every: The period of the transitions.
            expansion_from: Purchases from which a relationship expands.
            commitment_from: Purchases from which it is committed.
            active_within: Days without a purchase after which it is dissolved.
            known: Ids of people who know the seller, whether they bought or not.

        Raises:
            ParameterError: The rules are out of order.
            DateError: A day cannot be read.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-03-09", "2025-06-01"])
            >>> log.stages(as_of="2025-06-30").portfolio()["customers"].tolist()
            [0, 1, 1, 0, 0]

        Source:
            D5, after Francis Buttle.
        """
        return stages(
            self,
            as_of=as_of,
            every=every,
            expansion_from=expansion_from,
            commitment_from=commitment_from,
            active_within=active_within,
            known=known,
        )


def _in_days(spans: AnyArray) -> FloatArray:
    """Return spans of time as numbers of days, NaN for unknown ones."""
    days: FloatArray = np.where(np.isnat(spans), np.nan, spans.astype(np.int64).astype(np.float64))
    return days


def _require_ids(labels: AnyArray, codes: IntArray) -> None:
    if labels.dtype.kind in "iubUS":  # these have no missing values
        return
    gone = [i for i, label in enumerate(labels.tolist()) if is_missing(label)]
    if gone:
        raise CustomerError.missing(np.flatnonzero(np.isin(codes, gone)).tolist())


def _repeats(codes: IntArray, times: AnyArray, amounts: FloatArray | None) -> AnyArray:
    """Tell which rows repeat an earlier one in customer, time and amount."""
    keys = [times.astype(np.int64), codes]
    if amounts is not None:
        keys.insert(0, amounts.view(np.int64))
    order = np.lexsort(keys)
    same = np.ones(max(len(codes) - 1, 0), dtype=bool)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    repeated = np.zeros(len(codes), dtype=bool)
    repeated[order[1:][same]] = True
    return repeated


def _referred(
    referred: Column | Mapping[object, object], labels: AnyArray, codes: IntArray
) -> FloatArray:
    """Return 1.0, 0.0 or NaN for each customer."""
    values = np.array([0.0, 1.0, np.nan])
    if hasattr(referred, "keys") and hasattr(referred, "get"):
        known = [referred.get(label) for label in labels.tolist()]
        return values[encode(known, YES_NO, "referred").codes()]
    flags = values[encode(referred, YES_NO, "referred").codes()]
    require_equal_lengths(customers=len(codes), referred=len(flags))
    came = np.full(len(labels), np.nan)
    np.fmax.at(came, codes, flags)
    return came
