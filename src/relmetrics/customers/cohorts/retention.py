"""What is read off cohorts: retention by cohort and age, and one curve over all cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from relmetrics.customers.cohorts.by_customer import effective_entries
from relmetrics.data.columns import ALIKE, EXACT, read_only
from relmetrics.estimators.proportion import proportions
from relmetrics.inference.intervals import quantile, wilson
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.customers.cohorts.definition import Kind
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

Average = Literal["pooled", "simple"]
AVERAGES: tuple[Average, ...] = ("pooled", "simple")


@frozen(repr=False, kw_only=True)
class CohortRetention(Tabular, Result):
    """Retention by cohort and age, in percent, with Wilson's interval for each cell.

    Made by ``Cohorts.retention``. As an array, and with an index, it is the matrix `value`.
    A cell that is not over yet is NaN, never 0, and not `complete`.

    Attributes:
        kind: Which retention: see ``Cohorts.retention``.
        cohorts: The first day of each acquisition period.
        ages: The age, or the name of the bracket, of each column.
        sizes: The customers of each cohort: the denominators.
        value: Percent of the cohort, shape (cohorts, ages).
        low: Lower ends; NaN for revenue.
        high: Upper ends; NaN for revenue.
        complete: Which cells are over.
        partial: Which cells have begun and are not over.
        confidence_level: The level of `low` and `high`.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
        >>> log.cohorts(as_of="2025-03-15").retention()
        cohort      size  0    1    2
        2025-01-01     2  100   50  ...
    """

    kind: Kind
    cohorts: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    ages: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    sizes: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    value: FloatArray = field(eq=ALIKE, hash=False, converter=read_only)
    low: FloatArray = field(eq=ALIKE, hash=False, converter=read_only)
    high: FloatArray = field(eq=ALIKE, hash=False, converter=read_only)
    complete: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    partial: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    confidence_level: float

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> AnyArray:  # noqa: FBT001 - numpy's protocol
        """Return `value`."""
        return np.array(self.value, dtype=dtype, copy=True if copy is None else copy)

    def __getitem__(self, place: Any) -> Any:
        """Return cells of `value`."""
        return self.value[place]

    def table(self) -> Table:
        """Return one row per cell that has begun.

        Columns: ``cohort``, ``age``, ``value``, ``low``, ``high``, ``n`` (the cohort's size) and
        ``complete``; a cell that is not over has NaN.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
            >>> log.cohorts(as_of="2025-02-28").retention().table()
            cohort      age  value   low   high  n  complete
            2025-01-01    0  100.0  34.2  100.0  2      True
            2025-01-01    1   50.0   9.5   90.5  2      True
        """
        rows, columns = np.nonzero(self.complete | self.partial)
        cells = {name: getattr(self, name)[rows, columns] for name in ("value", "low", "high")}
        return Table(
            {
                "cohort": self.cohorts[rows],
                "age": self.ages[columns],
                **cells,
                "n": self.sizes[rows],
                "complete": self.complete[rows, columns],
            },
            dict.fromkeys(cells, 1),
        )

    def _content(self) -> dict[str, object]:
        return written(self, "kind", "confidence_level") | {"table": self.table()}

    def __repr__(self) -> str:
        """Return the triangle: whole percents, ``...`` for a cell that is not over."""
        return repr(self.triangle())

    def _body_html(self) -> str:
        """Return the triangle as an HTML table, for notebooks."""
        return self.triangle()._repr_html_()

    def triangle(self) -> Table:
        """Return a row per cohort: whole percents as text, ``...`` for a cell that is not over."""
        texts = np.where(self.partial, "...", "")
        known = ~np.isnan(self.value)
        texts[known] = [f"{cell:.0f}" for cell in self.value[known]]
        columns: dict[str, AnyArray] = {"cohort": self.cohorts, "size": self.sizes}
        for age, column in zip(self.ages.tolist(), texts.T, strict=True):
            name = f"{age:>3}"
            columns[name] = np.array([text.rjust(len(name)) for text in column.tolist()])
        return Table(columns)


def shares(active: FloatArray, sizes: IntArray, level: float) -> tuple[FloatArray, ...]:
    """Return percent of the sizes with Wilson's ends; NaN where `active` or the size is none."""
    _, low, high = proportions(active, sizes, confidence_level=level)
    return 100 * (active / np.where(sizes > 0, sizes, np.nan)), low, high


def shares_of_first(cells: FloatArray) -> tuple[FloatArray, ...]:
    """Return the revenue of each cell in percent of that of age 0; it has no interval."""
    unknown = np.full(cells.shape, np.nan)
    return _percent(cells, cells[:, :1]), unknown, unknown


def curve(
    ages: AnyArray,
    cells: FloatArray,
    sizes: IntArray,
    level: float,
    *,
    average: Average,
    revenue: bool,
    recurring: bool = False,
    products: IntArray | None = None,
) -> Table:
    """Return one retention for each age over all cohorts: see `Cohorts.curve`.

    Args:
        ages: The age, or the name of the bracket, of each column.
        cells: Active customers, or revenue, by cohort and age; NaN where a cell is not over.
        sizes: The customers of each cohort.
        level: Level of the intervals.
        average: How the cohorts are averaged.
        revenue: Whether the cells are revenue.
        recurring: Whether customers are in several cohorts.
        products: The sums over customers of recurring cohorts; None where they are not known.
    """
    over = ~np.isnan(cells)
    unknown = np.full(len(ages), np.nan)
    if revenue:
        value, low, high = _revenue(cells, average), unknown, unknown
    else:
        value, low, high = (_pooled if average == "pooled" else _simple)(cells, sizes, level)
        if recurring and average == "pooled" and products is not None:
            n = (over * sizes[:, None]).sum(axis=0)
            low, high = _by_customer(value, n, products, level)
        elif recurring:
            low, high = unknown, unknown
    columns = {
        "age": ages,
        "value": value,
        "low": low,
        "high": high,
        "n": (over * sizes[:, None]).sum(axis=0),
        "cohorts": over.sum(axis=0),
    } | ({} if products is None else {"customers": products[0]})
    return Table(columns, dict.fromkeys(("value", "low", "high"), 1))


def _pooled(active: FloatArray, sizes: IntArray, level: float) -> tuple[FloatArray, ...]:
    """Return the share of all customers of the cohorts that could be observed, at each age."""
    over = ~np.isnan(active)
    n = (over * sizes[:, None]).sum(axis=0)
    known = np.where(over.any(axis=0), np.where(over, active, 0).sum(axis=0), np.nan)
    return shares(known, n, level)


def _by_customer(
    value: FloatArray, n: IntArray, products: IntArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Return Wilson's ends of shares of entries, of as many as they are worth by customer."""
    share = value / 100
    worth = np.where(n > 0, effective_entries(share, n, products), np.nan)
    low, high = wilson(share, worth, quantile(level))
    return 100 * np.asarray(low), 100 * np.asarray(high)


def _simple(active: FloatArray, sizes: IntArray, level: float) -> tuple[FloatArray, ...]:
    """Return the unweighted mean of the cohorts' shares, at each age.

    Its interval combines those of the cohorts: the distances from the shares to their ends add in
    squares (MOVER: Zou and Donner 2008, Statistics in Medicine 27, 1693-1702).
    """
    value, low, high = shares(active, sizes[:, None], level)
    over = ~np.isnan(value)
    k = np.where(over.any(axis=0), over.sum(axis=0), np.nan)
    mean = np.where(over, value, 0).sum(axis=0) / k
    below = np.where(over, value - low, 0) ** 2
    above = np.where(over, high - value, 0) ** 2
    return mean, mean - below.sum(axis=0) ** 0.5 / k, mean + above.sum(axis=0) ** 0.5 / k


def _percent(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return percent of a whole, NaN where the whole is not positive."""
    percent: FloatArray = 100 * part / np.where(whole > 0, whole, np.nan)
    return percent


def _revenue(cells: FloatArray, average: Average) -> FloatArray:
    """Return the revenue of each age in percent of that of age 0, over all cohorts."""
    over = ~np.isnan(cells)
    if average == "pooled":
        whole = (over * np.nan_to_num(cells[:, :1])).sum(axis=0)
        return _percent(np.nan_to_num(cells).sum(axis=0), whole)
    ratios = _percent(cells, cells[:, :1])
    known = ~np.isnan(ratios)
    number = known.sum(axis=0)
    mean: FloatArray = np.nan_to_num(ratios).sum(axis=0) / np.where(number > 0, number, np.nan)
    return mean
