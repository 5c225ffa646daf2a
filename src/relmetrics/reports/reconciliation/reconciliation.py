"""Reconciliation: one data set under every named definition of a metric, and who differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.scale import ONE_TO_FIVE
from relmetrics.errors import StateError
from relmetrics.errors.wording import did_you_mean
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph
from relmetrics.reports.reconciliation.customers import reconcile_window
from relmetrics.reports.reconciliation.sources import reconcile_answers
from relmetrics.reports.reconciliation.steps import Reading, Source, Walk, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.customers.purchase_log import PurchaseLog
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column


@frozen(repr=False, kw_only=True)
class Reconciliation(Result, Mapping[str, Reading]):
    """One data set under every named definition of a metric: a mapping of name to `Reading`.

    Made by `reconcile`.

    Attributes:
        metric: ``churn``, ``retention`` or ``csat``.
        about: The window and its counts, or the answers, in words.
        readings: One per definition.
        source: The customers or answers behind them.

    Example:
        >>> import relmetrics as rm
        >>> csat = rm.reconcile([5, 4, 4, 2, None], "csat")
        >>> {name: reading.value for name, reading in csat.items()}
        {'top_box': 75.0, 'mean': 3.75, 'rescaled_mean': 68.75, 'net': 50.0}
    """

    metric: str
    about: str
    readings: tuple[Reading, ...]
    source: Source = field(repr=False)

    def __getitem__(self, name: str) -> Reading:
        """Return the reading of one definition.

        Raises:
            KeyError: There is no such definition.
        """
        for reading in self.readings:
            if reading.name == name:
                return reading
        msg = f"no definition {name!r}. {did_you_mean(name, self)}"
        raise KeyError(msg)

    def __iter__(self) -> Iterator[str]:
        """Return the names of the definitions in order."""
        return (reading.name for reading in self.readings)

    def __len__(self) -> int:
        """Return the number of definitions."""
        return len(self.readings)

    def difference(self, a: str, b: str, *, most: int | None = None) -> Walk:
        """Return which customers or answers make the difference between two definitions.

        The changes of all steps add to the numerator and the denominator of `b`, exactly. Each
        customer or answer is in one step at most, and those who add the same to both are in none.

        Args:
            a: The definition to begin at.
            b: The definition to end at.
            most: At most so many ids of customers in each step; by default all.

        Raises:
            ParameterError: There is no such definition, or `most` is no whole number of at least 1.
            StateError: One of the definitions cannot be counted on these data.

        Example:
            >>> import relmetrics as rm
            >>> print(rm.reconcile([5, 4, 2], "csat").difference("top_box", "net"))
            From top_box 66.67 % to net 33.33 points
            step      count  numerator_change  denominator_change  numerator  denominator  quotient
            top_box       0                 0                   0          2            3     66.67
            answer 2      1                -1                   0          1            3     33.33
        """
        for argument, name in (("a", a), ("b", b)):
            check_name(argument, name, self)
            if self[name].numerator is None:
                raise StateError.undefined(
                    f"the definition {name!r}",
                    self[name].reason.rstrip("."),
                    "Choose among the others, or give what it needs.",
                )
        if most is not None:
            most = check_whole("most", most, 1)
        return Walk(a=self[a], b=self[b], steps=self.source.steps(a, b, most))

    def table(self) -> Table:
        """Return one row per definition.

        Columns: ``definition`` (its name), ``value``, ``low``, ``high``, ``unit``, ``numerator``,
        ``denominator``, ``in_words``, and ``reason`` for a row without a value.

        Example:
            >>> import relmetrics as rm
            >>> rm.reconcile([5, 4, 2], "csat").table()["numerator"].tolist()
            [2, 11, 2, 1]
        """
        rows = self.readings
        columns = self._figures()
        columns["in_words"] = np.array([row.definition for row in rows])
        columns["reason"] = np.array([row.reason for row in rows])
        return Table(columns, dict.fromkeys(columns, 2))

    def _figures(self) -> dict[str, Any]:
        rows = self.readings
        return {
            "definition": np.array(list(self)),
            "value": np.array([row.value for row in rows]),
            "low": np.array([row.low for row in rows]),
            "high": np.array([row.high for row in rows]),
            "unit": np.array([row.unit for row in rows]),
            "numerator": numbers([row.numerator for row in rows]),
            "denominator": numbers([row.denominator for row in rows]),
        }

    def _content(self) -> dict[str, object]:
        return written(self, "metric", "about", "readings")

    def __repr__(self) -> str:
        """Return the same as `str`, so that it needs no print in a notebook."""
        return str(self)

    def __str__(self) -> str:
        """Return what the data are, the values, and the definitions in words."""
        figures = self._figures()
        table = Table(figures, dict.fromkeys(figures, 2)).to_text()
        return "\n".join([self._title(), table, *self._notes()])

    def _body_html(self) -> str:
        """Return what the data are, and the values as a table, for notebooks."""
        return paragraph(self._title()) + self.table().to_html()

    def _title(self) -> str:
        return f"{self.metric}: {self.about}"

    def _notes(self) -> list[str]:
        """Return the definitions in words, each once, and why there is no value."""
        seen, notes = set[str](), []
        for row in self.readings:
            words = [] if row.definition in seen else [row.definition]
            reason = [f"no value: {row.reason}"] if row.reason else []
            if words or reason:
                notes.append(f"{row.name}: {'; '.join([*words, *reason])}")
            seen.add(row.definition)
        return notes


_MAKERS: dict[str, Any] = {
    "churn": reconcile_window,
    "retention": reconcile_window,
    "csat": reconcile_answers,
}


@overload
def reconcile(
    data: PurchaseLog,
    metric: Literal["churn", "retention"],
    /,
    *,
    start: object,
    end: object,
    active_within: int | None = None,
    also_within: Iterable[int] = (),
    confidence_level: float = 0.95,
) -> Reconciliation: ...


@overload
def reconcile(
    data: Column,
    metric: Literal["csat"],
    /,
    *,
    scale: Scale = ONE_TO_FIVE,
    satisfied_from: int | None = None,
    weights: Column | None = None,
    confidence_level: float = 0.95,
) -> Reconciliation: ...


def reconcile(data: Any, metric: str, /, **options: Any) -> Reconciliation:
    """Put one data set under every named definition of a metric, and keep who makes a difference.

    A definition that has no value for these data is a row with NaN and the reason, never 0.

    - ``churn`` of a log: ``start``, ``average``, ``start_plus_new``, ``daily_sum`` and
      ``counts`` as in `PurchaseLog.churn`. %, from 0 to 100; lower is better.
    - ``retention`` of a log: ``retained`` and ``counts`` as in `PurchaseLog.retention`. %, from 0
      to 100; higher is better.
    - ``csat`` of answers: ``top_box``, ``mean``, ``rescaled_mean`` and ``net`` as in `CSAT`, each
      in its own unit; higher is better. Missing answers are counted and left out.

    Args:
        data: A `PurchaseLog` for churn and retention, a column of answers for CSAT.
        metric: ``churn``, ``retention`` or ``csat``.
        **options: For churn and retention: `start` and `end`, the first day of the window and the
            first day after it; `active_within`, days after a purchase for which a customer counts
            as one, by default the length of the window; `also_within`, further such numbers, under
            which all definitions are shown again, named as in ``start_30_days``. For CSAT: `scale`,
            by default 1-5; `satisfied_from`, the lowest satisfied answer; `weights`, one survey
            weight per row. For all: `confidence_level`.

    Raises:
        ParameterError: There is no such metric, or an option is not what it must be.
        DateError: A day cannot be read, or `end` does not come after `start`.
        AnswerError: Some answers are no scores.
        OffScaleError: Some are off the scale.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["ann", "bob", "bob", "eve"],
        ...     ["2024-03-01", "2024-05-01", "2025-02-01", "2025-06-01"],
        ... )
        >>> churn = rm.reconcile(log, "churn", start="2025-01-01", end="2026-01-01")
        >>> churn["start"].value, churn["counts"].value, churn["average"].value
        (50.0, 50.0, 50.0)

    Source:
        "Customer strategy in 2023" and "What is customer retention?"; Stripe's definition of
        subscriber churn for ``start_plus_new``.
    """
    check_name("metric", metric, _MAKERS)
    about, readings, source = _MAKERS[metric](data, metric, **options)
    return Reconciliation(metric=metric, about=about, readings=readings, source=source)
