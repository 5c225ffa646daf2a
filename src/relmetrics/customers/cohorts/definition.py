"""What a table of cohorts means: its periods, its ages, and which cells are over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from relmetrics.data.calendar.periods import (
    ALL_DAYS,
    Every,
    as_every,
    first_day,
    kind_of,
    last_day,
    period_of,
)
from relmetrics.data.checks import check_name, check_whole, keep
from relmetrics.data.columns import is_whole
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, IntArray

Entry = Literal["first_time", "recurring"]
ENTRIES: tuple[Entry, ...] = ("first_time", "recurring")
Values = Literal["customers", "revenue"]
VALUES: tuple[Values, ...] = ("customers", "revenue")
Windows = str | int
"""``calendar``, days, or hours such as ``24h``."""
Bracket = tuple[str, int, int]
DAY = 24
"""Hours of a day."""

SETTINGS = ("every", "windows", "brackets", "entry", "values", "joined", "at_least", "nth", "as_of")
"""What must agree before two tables of cohorts add."""


@frozen(slots=False, kw_only=True)
class CohortDefinition:
    """The parameters of a table of cohorts, all of which must agree before two of them add.

    Attributes:
        every: The acquisition period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        windows: ``calendar``, or the length in days of the windows that run from each customer's
            own first day; or in hours, such as ``24h``, from the very time.
        brackets: Name, first and last age of each bracket of ages; None for single ages.
        as_of: The last day that is wholly observed.
        entry: ``first_time``: a customer belongs to the cohort of the first purchase;
            ``recurring``: to the cohort of every period with a purchase.
        values: ``customers`` or ``revenue``.
        joined: Whether customers enter by a day of joining, and not by their first purchase.
        at_least: How many purchases at an age make a customer active.
        nth: The only purchase that counts as activity; None for all.

    Example:
        >>> import numpy as np
        >>> import relmetrics as rm
        >>> definition = rm.CohortDefinition(every="month", as_of=np.datetime64("2025-03-31"))
        >>> definition.ages_begun(np.datetime64("2025-01", "M").astype(int))
        3
    """

    every: Every = "month"
    windows: Windows = "calendar"
    brackets: tuple[Bracket, ...] | None = None
    as_of: np.datetime64
    entry: Entry = "first_time"
    values: Values = "customers"
    joined: bool = False
    at_least: int = 1
    nth: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check that the parameters fit together.

        Raises:
            ParameterError: A name is unknown, a window is no number of days, or recurring cohorts
                are asked for with rolling windows or brackets.
        """
        as_every(self.every)
        check_name("entry", self.entry, ENTRIES)
        check_name("values", self.values, VALUES)
        keep(self, at_least=check_whole("at_least", self.at_least, 1))
        if self.nth is not None:
            keep(self, nth=check_whole("nth", self.nth, 1))
        if not self.is_calendar and self.hours is None:
            if not (is_whole(self.windows) and 1 <= self.windows <= ALL_DAYS):
                raise ParameterError.must_be(
                    "windows",
                    "'calendar', a whole number of days, at least 1, or of hours such as '24h'",
                    self.windows,
                )
            keep(self, windows=int(self.windows))
        if self.entry == "recurring" and not (self.is_calendar and self.brackets is None):
            raise ParameterError.must_be(
                "entry",
                "'first_time' with rolling windows and with brackets",
                self.entry,
                "A recurring cohort has no single first day, and counts single calendar periods.",
            )
        if self.entry == "recurring" and not self.enters_active:
            wanted = "'first_time' with joined, at_least and nth"
            raise ParameterError.must_be("entry", wanted, self.entry)
        if self.values == "revenue" and (self.at_least, self.nth) != (1, None):
            wanted = "'customers' with at_least and nth"
            remedy = "They count who bought often enough; the revenue is of every purchase."
            raise ParameterError.must_be("values", wanted, self.values, remedy)

    @property
    def is_calendar(self) -> bool:
        """Whether ages are calendar periods."""
        return isinstance(self.windows, str) and self.windows == "calendar"

    @property
    def hours(self) -> int | None:
        """The length of the windows in hours; None where it is not given in hours."""
        text = self.windows
        if not isinstance(text, str) or not text.endswith("h") or not text[:-1].isdecimal():
            return None
        return int(text[:-1]) if 1 <= int(text[:-1]) <= 24 * ALL_DAYS else None

    @property
    def enters_active(self) -> bool:
        """Whether everybody is active at age 0, as who enters by a purchase is."""
        return not self.joined and self.at_least == 1 and self.nth is None

    @property
    def labels(self) -> tuple[str, ...] | None:
        """The names of the brackets, or None for single ages."""
        return None if self.brackets is None else tuple(name for name, _, _ in self.brackets)

    def periods_by_day(self, first: int, last: int) -> IntArray:
        """Return the period of every day from `first` to `last`, given as numbers of days."""
        return period_of(np.arange(first, last + 1).astype("datetime64[D]"), self.every)

    def ages_begun(self, period: int) -> int:
        """Return how many ages (or brackets) of a cohort have begun by `as_of`; at least 1."""
        if self.is_calendar:
            begun = int(period_of(np.asarray(self.as_of), self.every)) - int(period) + 1
        else:
            lived = int((self.as_of - first_day(int(period), self.every)).astype(np.int64))
            if self.hours is None:
                begun = lived // int(self.windows) + 1
            else:
                begun = -(-DAY * (lived + 1) // self.hours)
        if self.brackets is None:
            return begun
        return sum(first < begun for _, first, _ in self.brackets)

    def brackets_by_age(self, ages: int) -> IntArray:
        """Return the bracket of each single age from 0 on; -1 past the last bracket."""
        lasts = np.array([last for _, _, last in self.brackets or ()], dtype=np.int64)
        places = np.searchsorted(lasts, np.arange(ages))
        return np.where(places == len(lasts), -1, places)

    def begun(self, periods: IntArray, ages: int) -> AnyArray:
        """Tell which cells have begun for at least one possible customer, shape (cohorts, ages)."""
        firsts = np.array([first for first, _ in self._spans(ages)], dtype=np.int64)
        if self.is_calendar:
            starts = first_day(periods[:, None] + firsts, self.every)
        elif self.hours is not None:
            starts = first_day(periods[:, None], self.every) + firsts * self.hours // DAY
        else:
            starts = first_day(periods[:, None], self.every) + firsts * int(self.windows)
        return np.asarray(starts <= self.as_of)

    def complete(self, periods: IntArray, ages: int) -> AnyArray:
        """Tell which cells are over for every possible customer, shape (cohorts, ages)."""
        lasts = np.array([last for _, last in self._spans(ages)], dtype=np.int64)
        if self.is_calendar:
            ends = last_day(periods[:, None] + lasts, self.every)
        elif self.hours is not None:
            # The cohort's last customer may come at the end of the last day of its period.
            ends = last_day(periods[:, None], self.every) + -(-(lasts + 1) * self.hours // DAY)
        else:
            # The cohort's last customer may come on the last day of its period.
            ends = last_day(periods[:, None], self.every) + ((lasts + 1) * int(self.windows) - 1)
        return np.asarray(ends <= self.as_of)

    def _spans(self, ages: int) -> Sequence[tuple[int, int]]:
        if self.brackets is None:
            return [(age, age) for age in range(ages)]
        return [(first, last) for _, first, last in self.brackets[:ages]]

    @cached_property
    def in_words(self) -> str:
        """The definition in a sentence."""
        member = "first bought" if self.entry == "first_time" else "bought"
        member, since = ("joined", "joining") if self.joined else (member, "first purchase")
        length = f"{self.windows} days" if self.hours is None else f"{self.hours} hours"
        age = (
            f"calendar {kind_of(self.every)}s since then"
            if self.is_calendar
            else f"windows of {length} since the customer's {since}"
        )
        active = {
            self.at_least > 1: f" Active is who bought at least {self.at_least} times.",
            self.nth is not None: f" Active is who bought for the {ordinal(self.nth or 1)} time.",
        }.get(True, "")
        said = f"Customers by the {kind_of(self.every)} in which they {member}; ages are {age}."
        return said + active


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``3rd``, ``11th``.

    Example:
        >>> from relmetrics.customers.cohorts.definition import ordinal
        >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 22)]
        ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    teens = 10 < number % 100 < 20  # noqa: PLR2004 - eleventh to nineteenth
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def as_brackets(brackets: object) -> tuple[Bracket, ...] | None:
    """Return brackets of ages as name, first age and last age.

    Raises:
        ParameterError: They are no mapping of name to (first, last), do not begin with age 0,
            overlap, or leave ages out in between.
    """
    if brackets is None:
        return None
    remedy = "Say {'0': (0, 0), '1-3': (1, 3), '4-6': (4, 6)}."
    wanted = "a mapping of name to (first age, last age), from age 0 on without gap or overlap"
    if not isinstance(brackets, Mapping) or not brackets:
        raise ParameterError.must_be("brackets", wanted, brackets, remedy)
    read: list[Bracket] = []
    following = 0
    for name, span in brackets.items():
        pair: list[Any] = list(span) if isinstance(span, (tuple, list)) else []
        whole = [is_whole(age) for age in pair]
        if whole != [True, True] or not following == pair[0] <= pair[1] <= ALL_DAYS:
            raise ParameterError.must_be("brackets", wanted, brackets, remedy)
        read.append((str(name), int(pair[0]), int(pair[1])))
        following = int(pair[1]) + 1
    return tuple(read)


Kind = Literal["on", "on_or_after", "on_or_before", "streak"]


KINDS: tuple[Kind, ...] = ("on", "on_or_after", "on_or_before", "streak")
