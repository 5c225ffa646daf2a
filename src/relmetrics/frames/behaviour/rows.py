"""Rows of purchases in a frame: checked by the engine, and ready to be grouped by customer."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import frozen

from relmetrics.customers.purchases.log import DUPLICATES, RETURNS
from relmetrics.data.calendar.dates import as_whole_day
from relmetrics.data.calendar.periods import MOST_YEARS
from relmetrics.data.checks import check_name
from relmetrics.data.codes import encode
from relmetrics.data.scale import YES_NO
from relmetrics.errors import DateError, EmptySampleError, StateError
from relmetrics.frames import columns
from relmetrics.frames.asking import Asked
from relmetrics.frames.behaviour.days import day_number, in_days, period_number, times_of
from relmetrics.frames.behaviour.overview import overview, reading_days
from relmetrics.frames.engine import Source
from relmetrics.frames.queries.counting import count_answers

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import Zone


@frozen(eq=False, slots=False)
class Rows:
    """The purchases and returns of a frame.

    Attributes:
        source: The frame.
        names: The columns of customer, date, amount and referral, None for what is not there.
        zone: The time zone whose calendar counts, if one was given.
        recorded_in: The time zone whose clock wrote the times, if one was given.
        returns: What a negative amount is.
        duplicates: What becomes of rows that repeat.
    """

    source: Source
    names: dict[str, str | None]
    zone: Zone | None
    recorded_in: Zone | None
    returns: str
    duplicates: str

    @classmethod
    def of(
        cls,
        frame: Any,
        names: dict[str, str | None],
        *,
        zone: Zone | None,
        recorded_in: Zone | None,
        returns: str,
        duplicates: str,
    ) -> Self:
        """Return the rows of a frame, with columns and their types checked; nothing is computed.

        Raises:
            ParameterError: It is no frame, or lacks a column, or a name is unknown.
            DateError: The column of dates holds none, or a zone does not fit it.
            AnswerError: The amounts are no numbers.
        """
        check_name("returns", returns, RETURNS)
        check_name("duplicates", duplicates, DUPLICATES)
        source = Source.of(frame)
        for argument, name in names.items():
            source.require(argument, [] if name is None else [name])
        rows = cls(source, names, zone, recorded_in, returns, duplicates)
        with reading_days(source, str(names["date"])):
            rows.given()
        return rows

    @property
    def nw(self) -> Any:
        """The module narwhals."""
        return self.source.nw

    @property
    def has_amounts(self) -> bool:
        """Whether a column of amounts is named."""
        return self.names["amount"] is not None

    def require_amounts(self) -> None:
        """Check that amounts are known.

        Raises:
            StateError: They are not.
        """
        if not self.has_amounts:
            raise StateError.lacks("amounts", 'frames.purchases(frame, amount="...")')

    def collect(self, query: Any) -> dict[str, list[Any]]:
        """Return what the engine answers, once what it has been given was checked.

        Raises:
            CustomerError: A row has no customer.
            DateError: A row has no date.
            AmountError: An amount is infinite.
            ParameterError: The engine cannot answer.
        """
        self.overview  # noqa: B018 - it is checked
        asked = [name for name in self.names.values() if name]
        return self.source.collect(query, asked)

    def given(self) -> Any:
        """Return customer, time, amount and referral only, by names of ours."""
        source, nw, names = self.source, self.nw, self.names
        time, shown = times_of(source, str(names["date"]), self.zone, self.recorded_in)
        amount = nw.lit(0.0) if names["amount"] is None else columns.number(source, names["amount"])
        customer = columns.key(source, "customer", str(names["customer"]))
        given = source.lazy.select(
            customer.alias("c"),
            time.alias("t"),
            shown.alias("s"),
            amount.alias("x"),
            *self._referral(),
        )
        number = (~nw.col("x").is_nan()).fill_null(value=False)
        finite = nw.col("x").is_finite().fill_null(value=False)
        day = day_number(nw, nw.col("s"))
        return given.with_columns(
            nw.when(finite).then(nw.col("x")).otherwise(0.0).alias("a"),
            finite.cast(nw.Int64).alias("known"),
            (number & ~finite).cast(nw.Int64).alias("infinite"),
            day.alias("d"),
        )

    @property
    def is_return(self) -> Any:
        """Whether a row is a return."""
        counted = not self.has_amounts or self.returns == "count"
        return self.nw.lit(value=False) if counted else self.nw.col("a") < 0

    def _referral(self) -> list[Any]:
        """Return whether a row says that its customer was referred, and whether it says anything.

        Both are 0 or 1.
        """
        nw, name = self.nw, self.names["referred"]
        if name is None:
            says, tells = nw.lit(0), nw.lit(0)
        elif self.source.type_named(name, "Boolean"):
            said = self.source.column(name)
            says = said.fill_null(value=False)
            tells = ~said.is_null()
        else:
            said, words = self.source.column(name), self._words
            says = said.is_in([word for word, code in words.items() if code == 1])
            tells = said.is_in([word for word, code in words.items() if code in (0, 1)])
            says, tells = (flag.fill_null(value=False) for flag in (says, tells))
        return [says.cast(nw.Int64).alias("f"), tells.cast(nw.Int64).alias("told")]

    @cached_property
    def _words(self) -> dict[Any, int]:
        """What the column of referrals holds, as the engine lists it, and its place on yes/no.

        Raises:
            AnswerError: It holds something else.
        """
        asked = Asked(self.source, by=(), date=None, weights=None, zone=None)
        words = count_answers(asked, str(self.names["referred"])).found["a"]
        codes = encode(words, YES_NO, "referred").codes().tolist()
        return {w: code for w, code in zip(words, codes, strict=True) if w is not None}

    def every(self, every: Every | None = None) -> Any:
        """Return all rows, with duplicates dropped if so asked.

        Columns: ``c`` the customer, ``d`` the day since 1970, ``p`` the period if one is asked
        for, ``a`` the amount (0 where unknown), ``known`` whether it is, ``b`` and ``r`` whether
        the row is a purchase or a return, ``f`` whether it says that the customer was referred,
        ``told`` whether it says anything.
        """
        nw, rows = self.nw, self.given()
        if self.duplicates == "drop":
            rows = rows.group_by("c", "t", "a", "known").agg(
                *(nw.col(name).max() for name in ("s", "d", "f", "told", "infinite"))
            )
        back = self.is_return
        kept = ["c", "d", "a", "known", "b", "r", "f", "told"]
        rows = rows.with_columns((~back).cast(nw.Int64).alias("b"), back.cast(nw.Int64).alias("r"))
        if every is not None:
            period = period_number(nw, nw.col("s"), nw.col("d"), every)
            rows, kept = rows.with_columns(period.alias("p")), [*kept, "p"]
        return rows.select(*kept)

    def bought(self, every: Every | None = None, *, until: np.datetime64 | None = None) -> Any:
        """Return the purchases, up to a day: see `every`."""
        nw = self.nw
        rows = self.every(every).filter(nw.col("b") == 1)
        return rows if until is None else rows.filter(nw.col("d") <= in_days(until))

    @cached_property
    def overview(self) -> dict[str, int]:
        """What is known of all rows, asked once: how many, how many wrong, first and last day.

        Raises:
            CustomerError: A row has no customer.
            DateError: A row has no date, or a text that is none.
            AmountError: An amount is infinite.
        """
        return overview(self.source, self.names, self.given(), back=self.is_return)

    def as_of(self, day: object = None) -> np.datetime64:
        """Return a day, by default that of the last purchase.

        Raises:
            DateError: The day cannot be read.
            EmptySampleError: There are no purchases and no day is given.
        """
        if day is not None:
            return as_whole_day(day, "as_of", zone=self.zone)
        if not self.overview["bought"]:
            raise EmptySampleError.for_metric("The end of a log", 0)
        return np.datetime64(self.overview["last"], "D")

    def require_near(self, until: np.datetime64) -> None:
        """Check that the periods between the first purchase and a day can be counted.

        Raises:
            DateError: They span too many years.
        """
        if not self.overview["bought"]:
            return
        first = np.datetime64(self.overview["first"], "D")
        years = int((until - first).astype(int) / 365.2425)
        if years > MOST_YEARS:
            raise DateError(
                f"the column {self.names['date']!r} must lie within {MOST_YEARS} years, so that "
                f"every period can be counted; it spans {years}: from {first} to {until}. Is a "
                "year mistyped?"
            )
