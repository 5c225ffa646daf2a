"""One-sided comparisons of groups: which of them are better, or not worse by a margin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_name, check_number
from relmetrics.errors import ParameterError
from relmetrics.inference.multiplicity import Adjust, adjusted_by, level_of_verdicts
from relmetrics.metric.margins.one_sided import ALTERNATIVES, Alternative, OneSided
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph, percent

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import AnyMetric, Description

_OWN = frozenset({"bound", "bound_adjusted", "shown"})
_KEPT = ("value", "reference_value", "difference", "n", "n_reference", "small_base")


@frozen(repr=False)
class OneSidedComparisons(Tabular, Result):
    """Groups that are shown to lie on one side of a limit of what they are compared with.

    Made by ``by.compare().one_sided(alternative=...)``; with a margin it is a test of
    non-inferiority for every group. Each row is the `OneSided` of its difference.

    Attributes:
        metric: The definition.
        alternative: ``greater`` or ``less``, of the group less what it is compared with.
        margin: How far the wrong way it may be: the limit is ``-margin`` or ``margin``.
        confidence_level: 1 - alpha.
        adjust: The rule for several tests, or None.

    Example:
        >>> import relmetrics as rm
        >>> plan = ["gold"] * 40 + ["basic"] * 40 + ["trial"] * 20
        >>> by = rm.CSAT().by([5] * 36 + [2] * 4 + [5, 1] * 20 + [4, 2] * 10, plan)
        >>> found = by.compare().one_sided(alternative="greater", margin=10)
        >>> print(found)
        CSAT more than -10 from what it is compared with: 1 of 3 groups shown (95%, p-values
        adjusted by holm)

    Source:
        As `OneSided`; Strassburger and Bretz (2008), Statistics in Medicine 27, 4914-4927, and
        Guilbaud (2008), Biometrical Journal 50, 678-692, for Holm's bounds.
    """

    metric: AnyMetric
    alternative: Alternative
    margin: float
    confidence_level: float
    adjust: Adjust | None
    _table: Table

    @property
    def limit(self) -> float:
        """What differences are compared with: the margin, or its negative."""
        return self.margin if self.alternative == "less" else 0.0 - self.margin

    def table(self) -> Table:
        """Return one row per group, as `Comparisons` has them, the smallest p-value first.

        Columns: the labels; `value`, `reference_value` and `difference`; `bound`, the end of the
        interval of this difference alone, and `p_value`, one-sided; `p_adjusted`; `bound_adjusted`,
        which agrees with the verdict; `n`, `n_reference` and `small_base`; whether it `shown`; and
        a `note` where there are no numbers.

        Adjusted bounds hold all together with the chance `confidence_level` by ``holm``,
        ``bonferroni`` and ``sidak``. Holm's of a group that is shown is the limit itself, as long
        as one is not shown: that much is known together, and no more.
        """
        return self._table

    def __str__(self) -> str:
        """Return one honest line: what was asked, and of how many groups it is shown."""
        words = "more" if self.alternative == "greater" else "less"
        rule = "not adjusted" if self.adjust is None else f"adjusted by {self.adjust}"
        shown = self._table["shown"]
        return (
            f"{self._about.symbol} {words} than {self.limit:g} from what it is compared with: "
            f"{int(shown.sum())} of {len(shown)} groups shown "
            f"({percent(self.confidence_level)}, p-values {rule})"
        )

    def __repr__(self) -> str:
        """Return the line, and the table of the first groups below it."""
        return f"{self}\n{self._table!r}"

    def _body_html(self) -> str:
        """Return the line and the first groups as HTML, for notebooks."""
        return paragraph(str(self)) + self._table._repr_html_()

    @property
    def _about(self) -> Description:
        return self.metric.description

    def _content(self) -> dict[str, object]:
        names = ("alternative", "margin", "limit", "confidence_level", "adjust")
        return written(self, *names) | {"table": self._table}


def one_sided(comparisons: Any, alternative: Alternative, margin: float) -> OneSidedComparisons:
    """Return the one-sided tests of comparisons; users ask these to: `Comparisons.one_sided`.

    Raises:
        ParameterError: There is no such side, the margin is negative, the level is not above 0.5,
            or a grouping column is called as one of the table.
    """
    check_name("alternative", alternative, ALTERNATIVES)
    margin = float(check_number("margin", margin, 0.0, math.inf, "at least 0"))
    table, level, rule = comparisons.table(), comparisons.confidence_level, comparisons.adjust
    known = (table["note"] == "").tolist()
    differences = [comparisons[key] for key, has in zip(comparisons, known, strict=True) if has]

    def tested(at: float) -> list[OneSided]:
        return [
            one.one_sided(alternative=alternative, margin=margin, confidence_level=at)
            for one in differences
        ]

    def column(numbers: list[float]) -> FloatArray:
        found = np.full(len(known), np.nan)
        found[known] = numbers
        return found

    tests = tested(level)
    p_value = column([one.p_value for one in tests])
    p_adjusted = adjusted_by(rule, p_value)
    shown = p_adjusted < 1 - level
    columns = {**_labels(table), **{name: table[name] for name in _KEPT[:3]}}
    columns |= {"bound": column([one.bound for one in tests]), "p_value": p_value}
    if rule is not None:
        at, rest = _level_of_bounds(p_adjusted, rule, level)
        bound = column([one.bound for one in tested(at)])
        side = 1.0 if alternative == "greater" else -1.0
        if rule == "holm":
            limit = -side * margin
            least = limit if rest else side * np.maximum(side * bound, side * limit)
            bound = np.where(shown, least, bound)
        columns |= {"p_adjusted": p_adjusted, "bound_adjusted": bound}
    columns |= {name: table[name] for name in _KEPT[3:]}
    columns |= {"shown": shown, "note": table["note"]}
    order = np.argsort(np.nan_to_num(p_value, nan=np.inf), kind="stable")
    of_metric = (*_KEPT[:3], "bound", "bound_adjusted")
    digits: dict[str, int] = dict.fromkeys(of_metric, comparisons.metric.description.digits)
    found = Table(
        {name: one[order] for name, one in columns.items()},
        digits | dict.fromkeys(("p_value", "p_adjusted"), 4),
    )
    return OneSidedComparisons(comparisons.metric, alternative, margin, level, rule, found)


def _labels(table: Table) -> dict[str, AnyArray]:
    """Return the columns of labels, which come first.

    Raises:
        ParameterError: One is called as a column of one-sided tests.
    """
    names = list(table)[: list(table).index("value")]
    taken = [name for name in names if name in _OWN]
    if taken:
        wanted = "columns of other names than those of the table's figures"
        raise ParameterError.must_be("groups", wanted, taken[0], "Rename the column.")
    return {name: table[name] for name in names}


def _level_of_bounds(p_adjusted: FloatArray, rule: Adjust, level: float) -> tuple[float, int]:
    """Return the level of adjusted bounds, and how many tests are not shown.

    Holm's, which hold all together: ``1 - alpha / (m - r)`` where r of m are shown, and
    ``1 - alpha / m`` where all are.
    """
    m, shown = int(np.sum(~np.isnan(p_adjusted))), int(np.sum(p_adjusted < 1 - level))
    if rule != "holm":
        return level_of_verdicts(p_adjusted, rule, level), m - shown
    return 1 - (1 - level) / ((m - shown) or m or 1), m - shown
