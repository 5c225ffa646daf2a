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
from relmetrics.data.checks import check_name, keep
from relmetrics.data.columns import is_whole
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, IntArray

Entry = Literal["first_time", "recurring"]
ENTRIES: tuple[Entry, ...] = ("first_time", "recurring")
Values = Literal["customers", "revenue"]
VALUES: tuple[Values, ...] = ("customers", "revenue")
Windows = Literal["calendar"] | int
Bracket = tuple[str, int, int]


@frozen(slots=False, kw_only=True)
class CohortDefinition:
    """The parameters of a table of cohorts, all of which must agree before two of them add.

    Attributes:
        every: The acquisition period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        windows: ``calendar``, or the length in days of the windows that run from each customer's
            own first purchase.
        brackets: Name, first and last age of each bracket of ages; None for single ages.
        as_of: The last day that is wholly observed.
        entry: ``first_time``: a customer belongs to the cohort of the first purchase;
            ``recurring``: to the cohort of every period with a purchase.
        values: ``customers`` or ``revenue``.

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

    def __attrs_post_init__(self) -> None:
        """Check that the parameters fit together.

        Raises:
            ParameterError: A name is unknown, a window is no number of days, or recurring cohorts
                are asked for with rolling windows or brackets.
        """
        as_every(self.every)
        check_name("entry", self.entry, ENTRIES)
        check_name("values", self.values, VALUES)
        calendar = isinstance(self.windows, str) and self.windows == "calendar"
        if not calendar and not (is_whole(self.windows) and 1 <= self.windows <= ALL_DAYS):
            raise ParameterError.must_be(
                "windows", "'calendar' or a whole number of days, at least 1", self.windows
            )
        if not calendar:
            keep(self, windows=int(self.windows))
        if self.entry == "recurring" and (self.windows != "calendar" or self.brackets is not None):
            raise ParameterError.must_be(
                "entry",
                "'first_time' with rolling windows and with brackets",
                self.entry,
                "A recurring cohort has no single first day, and counts single calendar periods.",
            )

    @property
    def labels(self) -> tuple[str, ...] | None:
        """The names of the brackets, or None for single ages."""
        return None if self.brackets is None else tuple(name for name, _, _ in self.brackets)

    def periods_by_day(self, first: int, last: int) -> IntArray:
        """Return the period of every day from `first` to `last`, given as numbers of days."""
        return period_of(np.arange(first, last + 1).astype("datetime64[D]"), self.every)

    def ages_begun(self, period: int) -> int:
        """Return how many ages (or brackets) of a cohort have begun by `as_of`; at least 1."""
        if self.windows == "calendar":
            begun = int(period_of(np.asarray(self.as_of), self.every)) - int(period) + 1
        else:
            lived = self.as_of - first_day(int(period), self.every)
            begun = int(lived.astype(np.int64)) // self.windows + 1
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
        if self.windows == "calendar":
            starts = first_day(periods[:, None] + firsts, self.every)
        else:
            starts = first_day(periods[:, None], self.every) + firsts * self.windows
        return np.asarray(starts <= self.as_of)

    def complete(self, periods: IntArray, ages: int) -> AnyArray:
        """Tell which cells are over for every possible customer, shape (cohorts, ages)."""
        lasts = np.array([last for _, last in self._spans(ages)], dtype=np.int64)
        if self.windows == "calendar":
            ends = last_day(periods[:, None] + lasts, self.every)
        else:
            # The cohort's last customer may come on the last day of its period.
            ends = last_day(periods[:, None], self.every) + ((lasts + 1) * self.windows - 1)
        return np.asarray(ends <= self.as_of)

    def _spans(self, ages: int) -> Sequence[tuple[int, int]]:
        if self.brackets is None:
            return [(age, age) for age in range(ages)]
        return [(first, last) for _, first, last in self.brackets[:ages]]

    @cached_property
    def in_words(self) -> str:
        """The definition in a sentence."""
        member = "first bought" if self.entry == "first_time" else "bought"
        age = (
            f"calendar {kind_of(self.every)}s since then"
            if self.windows == "calendar"
            else f"windows of {self.windows} days since the customer's first purchase"
        )
        return f"Customers by the {kind_of(self.every)} in which they {member}; ages are {age}."


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
