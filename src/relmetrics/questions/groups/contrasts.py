"""Contrasts: what comparisons of groups are asked for, checked, and the numbers of each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.checks import check_flag, check_whole, choice
from relmetrics.inference.intervals import quantile
from relmetrics.inference.multiplicity import adjusted_by, level_of_verdicts
from relmetrics.metric.table import Table
from relmetrics.questions.groups.comparisons import COMPARISON_FIGURES, Comparisons
from relmetrics.questions.groups.figures import label_columns
from relmetrics.questions.groups.left_out import SUPPRESSED, TOO_FEW, why_left_out
from relmetrics.states.stacks import AT_ONCE, Rest, taken

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.contract import AnyMetric


@frozen(kw_only=True, eq=False)
class Asked:
    """What comparisons are asked for, checked."""

    metric: AnyMetric
    labels: Labels
    names: dict[str, AnyArray]
    adjust: Adjust | None
    confidence_level: float
    method: str
    small_base: int
    suppress: bool = False

    @classmethod
    def of(
        cls,
        metric: AnyMetric,
        labels: Labels,
        adjust: Adjust | None,
        confidence_level: float,
        method: str | None,
        small_base: int,
        *,
        suppress: bool,
    ) -> Self:
        """Check what was asked."""
        quantile(confidence_level)
        check_flag("suppress", suppress)
        chosen = choice("method", method, metric.difference_methods)
        adjusted_by(adjust, np.empty(0))
        return cls(
            metric=metric,
            labels=labels,
            names=label_columns(labels, COMPARISON_FIGURES),
            adjust=adjust,
            confidence_level=confidence_level,
            method=chosen,
            small_base=check_whole("small_base", small_base, 0),
            suppress=suppress,
        )

    def hidden(self, n: AnyArray, n_reference: AnyArray) -> AnyArray:
        """Return which comparisons are suppressed, for few answers on either side."""
        least = np.minimum(n, n_reference)
        return (least > 0) & (least < self.small_base) & self.suppress

    def adjusted(
        self, found: dict[str, FloatArray], sides: tuple[Any, ...], *, one_test: bool = False
    ) -> tuple[dict[str, FloatArray], float]:
        """Return the adjusted p-values and ends, and the level of these; none without a rule.

        Args:
            found: The numbers of each comparison alone.
            sides: What `contrasts` takes besides.
            one_test: Whether all of them are one test, which nothing is adjusted for.
        """
        rule, p_value = None if one_test else self.adjust, found["p_value"]
        p_adjusted = adjusted_by(rule, p_value)
        level = level_of_verdicts(p_adjusted, rule, self.confidence_level)
        wide = found
        if level > self.confidence_level:
            wide = contrasts(evolve(self, confidence_level=level), *sides)
        ends = {f"{name}_adjusted": wide[name].copy() for name in ("low", "high")}
        return {"p_adjusted": p_adjusted.copy(), **ends}, level

    def comparisons(
        self, columns: dict[str, AnyArray], order: IntArray, level: float, **sides: Any
    ) -> Comparisons:
        """Return the result, by evidence."""
        digits: dict[str, int] = dict.fromkeys(
            (*COMPARISON_FIGURES[:5], *COMPARISON_FIGURES[7:9]), self.metric.description.digits
        )
        return Comparisons(
            metric=self.metric,
            labels=self.labels,
            confidence_level=self.confidence_level,
            method=self.method,
            adjust=self.adjust,
            small_base=self.small_base,
            adjusted_level=level,
            table=Table(
                {name: column[order] for name, column in columns.items()},
                digits | dict.fromkeys(("p_value", "p_adjusted"), 4),
            ),
            **sides,
        )


def columns_of(
    asked: Asked,
    names: dict[str, AnyArray],
    value: FloatArray,
    n: IntArray,
    found: dict[str, FloatArray],
    adjusted: dict[str, FloatArray],
) -> dict[str, AnyArray]:
    """Return the columns of the table but for the notes."""
    n_reference = found["n_reference"].astype(np.int64)
    figures = {name: column for name, column in found.items() if name != "n_reference"}
    columns: dict[str, AnyArray] = {**names, "value": value, **figures}
    if asked.adjust is not None:
        columns |= adjusted
    columns["value"] = np.where(asked.hidden(n, n_reference), np.nan, value)
    shown_to = adjusted["p_adjusted"] < 1 - asked.confidence_level
    return columns | {
        "n": n,
        "n_reference": n_reference,
        "small_base": np.minimum(n, n_reference) < asked.small_base,
        "verdict": _verdicts(asked.metric, found["difference"], shown_to),
    }


def by_evidence(found: dict[str, FloatArray]) -> IntArray:
    """Return the order of comparisons, the most sure first.

    Adjusting keeps the order of p-values but makes ties of them, so it is the plain ones that are
    sorted. Those that there are none of come last.
    """
    p_value, size = (np.nan_to_num(found[name], nan=np.inf) for name in ("p_value", "difference"))
    return np.lexsort((-np.abs(size), p_value))


def contrasts(
    asked: Asked, states: Any, first: IntArray, others: Any, second: IntArray | Rest
) -> dict[str, FloatArray]:
    """Return the numbers of every comparison, worked out a few thousand at a time."""
    names = ("reference_value", "difference", "low", "high", "p_value", "n_reference")
    numbers = {name: np.full(len(first), np.nan) for name in names}
    step = getattr(states, "at_once", AT_ONCE)  # clustered states are large
    for start in range(0, len(first), step):
        part = slice(start, start + step)
        if isinstance(second, Rest):
            theirs: Any = second.run(start, start + step)
        else:
            theirs = taken(others, second[part])
        found = asked.metric.form.contrast(
            taken(states, first[part]), theirs, asked.confidence_level, asked.method
        )
        own, sample = found.samples
        figures = (sample.value, found.value, found.low, found.high, found.p_value)
        few = asked.hidden(np.asarray(own.n), np.asarray(sample.n))
        for name, figure in zip(names, figures, strict=False):
            numbers[name][part] = np.where(few, np.nan, figure)
        numbers["n_reference"][part] = sample.n
    return numbers


def _verdicts(metric: AnyMetric, difference: FloatArray, shown_to: AnyArray) -> AnyArray:
    """Return better, worse or not shown, as `Difference.verdict` does for one."""
    higher = metric.description.direction == "higher"
    found = np.where((difference > 0) == higher, "better", "worse").astype(object)
    found[~shown_to] = "not shown"
    return found


def notes_of(columns: dict[str, AnyArray], asked: Asked) -> AnyArray:
    """Return why there are no numbers: of the group, else of what it is compared with."""
    own = why_left_out(columns["n"], columns["value"])
    cases = {
        "nothing to compare with": columns["n_reference"] == 0,
        "undefined for the answers of the reference": ~np.isfinite(columns["reference_value"]),
        TOO_FEW: ~np.isfinite(columns["p_value"]),
    }
    theirs = np.select(list(cases.values()), list(cases), "").astype(object)
    notes = np.where(own == "", theirs, own)
    return np.where(asked.hidden(columns["n"], columns["n_reference"]), SUPPRESSED, notes)
