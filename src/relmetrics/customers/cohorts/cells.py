"""Cells of cohorts: what is counted by cohort and age, which cells are over, and how they add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import field, frozen
from attrs.converters import optional

from relmetrics.customers.cohorts.by_customer import added
from relmetrics.customers.cohorts.definition import KINDS, SETTINGS, CohortDefinition, Kind
from relmetrics.data.calendar.periods import first_day
from relmetrics.data.checks import check_name
from relmetrics.data.columns import EXACT, Unchanging, read_only
from relmetrics.errors import ParameterError, StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import AnyArray, FloatArray, IntArray


@frozen(repr=False, slots=False)
class CohortCells(Unchanging):
    """What cohorts hold, before rates are made of it: see `Cohorts`."""

    definition: CohortDefinition
    periods: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    sizes: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    by_kind: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    money: FloatArray | None = field(
        default=None, eq=EXACT, hash=False, converter=optional(read_only)
    )
    unknown_amounts: int = 0
    products: IntArray | None = field(
        default=None, eq=EXACT, hash=False, converter=optional(read_only)
    )
    squares: FloatArray | None = field(default=None, eq=False, converter=optional(read_only))
    unjoined: int = 0
    early: int = 0

    def __attrs_post_init__(self) -> None:
        """Check that every array has an entry for each cohort.

        Raises:
            StateError: One has not.
        """
        size, shape = len(self.periods), self.by_kind.shape
        money = shape[1:] if self.money is None else self.money.shape
        if self.sizes.shape != (size,) or shape[:2] != (len(KINDS), size) or money != shape[1:]:
            raise StateError.malformed("Cohorts", f"its arrays must be of {size} cohorts")

    def of_log(self, who: Callable[[int, int], AnyArray]) -> Self:
        """Return these cohorts, which know how to find the customers behind a cell in their log.

        What is added or written knows counts alone: a sum would keep every log alive.
        """
        object.__setattr__(self, "_who", who)
        return self

    @property
    def cohorts(self) -> AnyArray:
        """The first day of each acquisition period, datetime64[D]."""
        return first_day(self.periods, self.definition.every)

    @property
    def ages(self) -> AnyArray:
        """The age of each column from 0 on, or the names of the brackets."""
        ages, labels = self.by_kind.shape[2], self.definition.labels
        return np.arange(ages) if labels is None else np.array(labels[:ages])

    @property
    def complete(self) -> AnyArray:
        """Which cells are over, and so wholly observed, shape (cohorts, ages)."""
        return self.definition.complete(self.periods, self.by_kind.shape[2])

    @property
    def partial(self) -> AnyArray:
        """Which cells have begun and are not over: observed in part."""
        return self.definition.begun(self.periods, self.by_kind.shape[2]) & ~self.complete

    @property
    def counts(self) -> FloatArray:
        """Active customers by cohort and age; NaN in cells that are not over."""
        return self._over(self.by_kind[0])

    @property
    def observed(self) -> FloatArray:
        """Active customers as far as they are observed: like `counts`, with the partial cells.

        A count of a partial cell can only grow, so it is no denominator and no rate.
        """
        return np.where(self.complete | self.partial, self.by_kind[0], np.nan)

    @property
    def revenue(self) -> FloatArray:
        """Sum of the amounts by cohort and age; NaN in cells that are not over.

        Returns are taken off at the age at which they came, if the log was made with
        ``returns="dated"``; with ``returns="net"`` they are not taken off here.

        Raises:
            StateError: The cohorts were made with ``values="customers"``.
        """
        if self.money is None:
            raise StateError.lacks("amounts by cohort", 'log.cohorts(values="revenue")')
        return self._over(self.money)

    def _over(self, cells: AnyArray) -> FloatArray:
        return np.where(self.complete, cells, np.nan)

    def _cells(self, kind: Kind) -> FloatArray:
        check_name("kind", kind, KINDS)
        if self.money is None:
            return self._over(self.by_kind[KINDS.index(kind)])
        if kind != "on":
            raise ParameterError.must_be("kind", "'on' for revenue", kind)
        return self._over(self.money)

    def __add__(self, other: Self) -> Self:
        """Return the cohorts of both sets of customers, which must be disjoint.

        Raises:
            StateError: They differ in period, windows, brackets, entry, values or `as_of`.
        """
        if not isinstance(other, CohortCells):
            return NotImplemented
        for what in SETTINGS:
            mine, theirs = getattr(self.definition, what), getattr(other.definition, what)
            if mine != theirs:
                raise StateError.other_setting(what, mine, theirs)
        periods = np.union1d(self.periods, other.periods)
        ages = max(self.by_kind.shape[2], other.by_kind.shape[2])
        sizes = np.zeros(len(periods), dtype=np.int64)
        by_kind = np.zeros((len(KINDS), len(periods), ages), dtype=np.int64)
        money, squares = np.zeros((2, len(periods), ages))
        for part in (self, other):
            rows, width = np.searchsorted(periods, part.periods), part.by_kind.shape[2]
            sizes[rows] += part.sizes
            by_kind[:, rows, :width] += part.by_kind
            if part.money is not None:
                money[rows, :width] += part.money
            if part.squares is not None:
                squares[rows, :width] += part.squares
        return type(self)(
            self.definition,
            periods,
            sizes,
            by_kind,
            None if self.money is None else money,
            self.unknown_amounts + other.unknown_amounts,
            added(self.products, other.products),
            None if self.squares is None or other.squares is None else squares,
            self.unjoined + other.unjoined,
            self.early + other.early,
        )

    def __radd__(self, other: int) -> Self:
        """Return these cohorts when `sum` starts from 0."""
        if other == 0:
            return self
        return NotImplemented

    def __repr__(self) -> str:
        """Return the size first, then the definition."""
        _, cohorts, ages = self.by_kind.shape
        about = self.definition
        windows = "" if about.windows == "calendar" else f", windows={about.windows}"
        return (
            f"Cohorts(customers={int(self.sizes.sum())}, cohorts={cohorts}, ages={ages}, "
            f"every={about.every!r}{windows}, as_of={about.as_of})"
        )
