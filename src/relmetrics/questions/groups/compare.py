"""Compare groups: each against the rest, a reference or all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import NOTHING

from relmetrics.data.checks import check_name, check_whole, choice
from relmetrics.data.columns import read_only
from relmetrics.errors import ParameterError
from relmetrics.errors.wording import did_you_mean
from relmetrics.inference.intervals import quantile
from relmetrics.inference.multiplicity import adjusted_by
from relmetrics.metric.table import Table
from relmetrics.questions.groups.comparisons import (
    COMPARED_AGAINST,
    COMPARISON_FIGURES,
    MOST_IN_PAIRS,
    ComparedAgainst,
    Comparisons,
)
from relmetrics.questions.groups.figures import label_columns, require_groups, sampled
from relmetrics.questions.groups.left_out import TOO_FEW, why_left_out
from relmetrics.states.stacks import AT_ONCE, Rest, taken

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.contract import AnyMetric


def compared(
    metric: AnyMetric,
    labels: Labels,
    states: Any,
    *,
    against: ComparedAgainst | None,
    reference: Hashable,
    adjust: Adjust | None,
    confidence_level: float,
    method: str | None,
    small_base: int,
) -> Comparisons:
    """Return the comparisons of the groups of a breakdown: see `Breakdown.compare`."""
    quantile(confidence_level)
    chosen = choice("method", method, metric.difference_methods)
    adjusted_by(adjust, np.empty(0))
    small_base = check_whole("small_base", small_base, 0)
    kind = kind_of(against, reference)
    names = label_columns(labels, COMPARISON_FIGURES)
    names_of_others = label_columns(labels, {*COMPARISON_FIGURES, *names}, "reference_")
    own = sampled(metric, states)
    require_groups("a comparison of groups", own.value, 2)
    first, second = sides_of(kind, reference, labels, own.value)
    theirs = Rest.of(states) if second is None else second
    found = _contrasts(metric, states, first, theirs, confidence_level, chosen)
    p_value = found["p_value"]
    # Two groups against each other are one test, seen from either side.
    one_test = kind == "rest" and np.isfinite(p_value).sum() == 2  # noqa: PLR2004 - the same
    p_adjusted = p_value.copy() if one_test else adjusted_by(adjust, p_value)
    columns: dict[str, AnyArray] = {name: column[first] for name, column in names.items()}
    if second is not None and kind == "pairs":
        columns |= {name: column[second] for name, column in names_of_others.items()}
    n, n_reference = own.n[first], found.pop("n_reference").astype(np.int64)
    columns |= {"value": own.value[first], **found}
    if adjust is not None:
        columns["p_adjusted"] = p_adjusted
    columns |= {
        "n": n,
        "n_reference": n_reference,
        "small_base": np.minimum(n, n_reference) < small_base,
        "verdict": _verdicts(metric, found["difference"], p_adjusted < 1 - confidence_level),
    }
    columns["note"] = _notes(columns)
    # Adjusting keeps the order of p-values but makes ties of them, so it is the plain ones that
    # are sorted. Those that there are none of come last.
    p_value, size = (np.nan_to_num(found[name], nan=np.inf) for name in ("p_value", "difference"))
    order = np.lexsort((-np.abs(size), p_value))
    digits: dict[str, int] = dict.fromkeys(COMPARISON_FIGURES[:5], metric.description.digits)
    return Comparisons(
        metric,
        labels,
        kind,
        reference if kind == "reference" else None,
        confidence_level,
        chosen,
        adjust,
        small_base,
        states,
        read_only(first[order]),
        theirs if isinstance(theirs, Rest) else read_only(theirs[order]),
        Table(
            {name: column[order] for name, column in columns.items()},
            digits | dict.fromkeys(("p_value", "p_adjusted"), 4),
        ),
    )


def kind_of(against: ComparedAgainst | None, reference: Hashable) -> str:
    """Return ``rest``, ``pairs`` or ``reference``.

    Raises:
        ParameterError: There is no such word, or a reference is given beside it.
    """
    if reference is NOTHING:
        chosen = "rest" if against is None else against
        check_name("against", chosen, COMPARED_AGAINST)
        return chosen
    if against is not None:
        wanted = "left out where a reference is given"
        raise ParameterError.must_be("against", wanted, against, "A group has one reference.")
    return "reference"


def sides_of(
    kind: str, reference: Hashable, labels: Labels, value: FloatArray
) -> tuple[IntArray, IntArray | None]:
    """Return the places of the groups, and of what each is compared with; None is the rest.

    Raises:
        ParameterError: There is no such reference, it has no score, or there are too many pairs.
    """
    size = len(labels)
    if kind == "rest":
        return np.arange(size), None
    if kind == "pairs":
        if size > MOST_IN_PAIRS:
            raise ParameterError.must_be(
                "against",
                f"'rest' for more than {MOST_IN_PAIRS} groups, which have too many pairs to read",
                f"pairs of {size} groups",
                "Compare each with the rest or with a reference, or roll up first.",
            )
        first, second = np.triu_indices(size, 1)
        return first.astype(np.int64), second.astype(np.int64)
    keys = labels.keys()
    try:
        place = keys.index(reference)
    except ValueError:
        hint = did_you_mean(reference, keys[:1000])
        raise ParameterError.must_be("reference", "one of the groups", reference, hint) from None
    if not np.isfinite(value[place]):
        remedy = "Take another group, or compare each with the rest."
        raise ParameterError.must_be("reference", "a group with a score", reference, remedy)
    first = np.delete(np.arange(size), place)
    return first, np.full(size - 1, place)


def _contrasts(
    metric: AnyMetric,
    states: Any,
    first: IntArray,
    second: IntArray | Rest,
    confidence_level: float,
    method: str,
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
            theirs = taken(states, second[part])
        found = metric.form.contrast(taken(states, first[part]), theirs, confidence_level, method)
        _, sample = found.samples
        figures = (sample.value, found.value, found.low, found.high, found.p_value, sample.n)
        for name, figure in zip(names, figures, strict=True):
            numbers[name][part] = figure
    return numbers


def _verdicts(metric: AnyMetric, difference: FloatArray, shown_to: AnyArray) -> AnyArray:
    """Return better, worse or not shown, as `Difference.verdict` does for one."""
    higher = metric.description.direction == "higher"
    found = np.where((difference > 0) == higher, "better", "worse").astype(object)
    found[~shown_to] = "not shown"
    return found


def _notes(columns: dict[str, AnyArray]) -> AnyArray:
    """Return why there are no numbers: of the group, else of what it is compared with."""
    own = why_left_out(columns["n"], columns["value"])
    cases = {
        "nothing to compare with": columns["n_reference"] == 0,
        "undefined for the answers of the reference": ~np.isfinite(columns["reference_value"]),
        TOO_FEW: ~np.isfinite(columns["p_value"]),
    }
    theirs = np.select(list(cases.values()), list(cases), "").astype(object)
    return np.where(own == "", theirs, own)
