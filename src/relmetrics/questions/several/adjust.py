"""Adjust: several differences judged together, such as those of all metrics of a scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_name
from relmetrics.errors import ParameterError
from relmetrics.errors.wording import SHOWN, printable
from relmetrics.inference.multiplicity import RULES, Adjust, adjusted_by, level_of_verdicts
from relmetrics.metric.difference import Difference
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph, percent

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray

_FEWEST = 2


@frozen(repr=False)
class AdjustedDifferences(Tabular, Result):
    """Differences of several metrics, judged together. Made by ``rm.adjust(differences)``.

    Attributes:
        rule: The rule for several tests.
        confidence_level: The level that the differences have alone; a difference is shown where
            its adjusted p-value is below 1 less this.
        adjusted_level: The level of the adjusted intervals, by which they agree with the verdicts.

    Example:
        >>> import relmetrics as rm
        >>> csat = rm.CSAT().compare(rm.csat([5] * 30 + [2] * 10).state, rm.csat([5, 2] * 20).state)
        >>> nps = rm.NPS().compare(rm.nps([10] * 20 + [3] * 20).state, rm.nps([10, 3] * 20).state)
        >>> print(rm.adjust([csat, nps]))
        2 differences judged together (CSAT, NPS): 1 shown (95%, p-values adjusted by holm)

    Source:
        As `Comparisons`.
    """

    rule: Adjust
    confidence_level: float
    adjusted_level: float
    _table: Table

    def table(self) -> Table:
        """Return one row per difference, in the order given.

        Columns: `name`; `value`, `reference_value`, `difference` and their `unit`; `low`, `high`
        and `p_value` of the difference alone; `p_adjusted`, and `low_adjusted`, `high_adjusted`,
        the interval at `adjusted_level`; `n`; and the `verdict` by the adjusted p-value.
        """
        return self._table

    def __str__(self) -> str:
        """Return one honest line: which differences were judged together, and how many shown."""
        names = self._table["name"].tolist()
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        shown = int(np.sum(self._table["verdict"] != "not shown"))
        return (
            f"{len(names)} differences judged together "
            f"({printable(', '.join(names[:SHOWN]))}{more}): "
            f"{shown} shown ({percent(self.confidence_level)}, p-values adjusted by {self.rule})"
        )

    def __repr__(self) -> str:
        """Return the line, and the table below it."""
        return f"{self}\n{self._table!r}"

    def _body_html(self) -> str:
        """Return the line and the table as HTML, for notebooks."""
        return paragraph(str(self)) + self._table._repr_html_()

    def _content(self) -> dict[str, object]:
        names = ("rule", "confidence_level", "adjusted_level")
        return written(self, *names) | {"table": self._table}


def adjust(
    differences: Mapping[str, Difference] | Iterable[Difference], *, rule: Adjust = "holm"
) -> AdjustedDifferences:
    """Judge several differences together, as the metrics of one scorecard should be.

    Each difference has the p-value of a single test. Of ten metrics that have not changed, one or
    another is shown to have in four months of ten. The rule takes the number of tests into account.
    What is judged together is what you would have reported had it been shown: all of it, with what
    turned out dull.

    Args:
        differences: What ``compare``, ``benchmark`` or ``compare_paired`` gave, of one metric or
            of several, by name or in a row; at least two, all of one level. Without names they are
            called as their metrics.
        rule: ``holm`` or ``bonferroni`` (the chance of any false alarm, however the metrics depend
            on each other), ``sidak`` (the same of those that are independent), or
            ``benjamini_hochberg`` (the share of false alarms among the alarms).

    Raises:
        ParameterError: They are no differences, fewer than two, of several levels, or there is no
            such rule.

    Example:
        >>> import relmetrics as rm
        >>> csat = rm.CSAT().compare(rm.csat([5] * 30 + [2] * 10).state, rm.csat([5, 2] * 20).state)
        >>> nps = rm.NPS().compare(rm.nps([10] * 20 + [3] * 20).state, rm.nps([10, 3] * 20).state)
        >>> found = rm.adjust({"overall": csat, "recommend": nps}, rule="bonferroni")
        >>> found.table()["p_adjusted"].round(3).tolist()
        [0.047, 1.0]

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Dunn (1961) and Sidak (1967),
        Journal of the American Statistical Association 56 and 62; Benjamini and Hochberg (1995),
        Journal of the Royal Statistical Society B 57, 289-300.
    """
    check_name("rule", rule, RULES)
    names, family = _named(differences)
    levels = sorted({one.confidence_level for one in family})
    if len(levels) > 1:
        remedy = "Compare all of them with the same confidence_level."
        raise ParameterError.must_be("differences", "of one level", levels, remedy)
    p_value = np.array([one.p_value for one in family])
    p_adjusted = adjusted_by(rule, p_value)
    level = level_of_verdicts(p_adjusted, rule, levels[0])
    wide = [one.interval(level) for one in family]
    is_shown = (p_adjusted < 1 - levels[0]).tolist()
    columns: dict[str, AnyArray] = {
        "name": np.array(names, dtype=object),
        "value": np.array([one.values[0] for one in family]),
        "reference_value": np.array([one.values[1] for one in family]),
        "difference": np.array([one.value for one in family]),
        "unit": np.array([one.metric.description.difference_unit for one in family], dtype=object),
        "low": np.array([one.low for one in family]),
        "high": np.array([one.high for one in family]),
        "p_value": p_value,
        "p_adjusted": p_adjusted,
        "low_adjusted": np.array([one.low for one in wide]),
        "high_adjusted": np.array([one.high for one in wide]),
        "n": np.array([one.n for one in family]),
        "verdict": np.array(
            [
                one.metric.description.verdict(one.value) if shown else "not shown"
                for one, shown in zip(family, is_shown, strict=True)
            ],
            dtype=object,
        ),
    }
    figures = dict.fromkeys(("value", "reference_value", "difference", "low", "high"), 2)
    digits = figures | {"p_value": 4, "p_adjusted": 4, "low_adjusted": 2, "high_adjusted": 2}
    return AdjustedDifferences(rule, levels[0], level, Table(columns, digits))


def _named(
    differences: Mapping[str, Difference] | Iterable[Difference],
) -> tuple[list[str], list[Difference]]:
    """Return names and differences.

    Raises:
        ParameterError: They are no differences, or fewer than two.
    """
    wanted = "at least two differences, by name or in a row"
    remedy = "Say metric.compare(after, before) for each metric; of groups ask by.compare()."
    if not isinstance(differences, Iterable) or isinstance(differences, str):
        raise ParameterError.must_be("differences", wanted, differences, remedy)
    by_name = isinstance(differences, Mapping)
    family = list(differences.values() if isinstance(differences, Mapping) else differences)
    for one in family:
        if not isinstance(one, Difference):
            raise ParameterError.must_be("differences", wanted, one, remedy)
    if len(family) < _FEWEST:
        raise ParameterError.must_be("differences", wanted, len(family), remedy)
    if by_name:
        return [str(name) for name in differences], family
    return [one.metric.description.symbol for one in family], family
