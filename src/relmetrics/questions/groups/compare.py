"""Compare groups: each against the rest, a reference or all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import NOTHING

from relmetrics.data.checks import check_name
from relmetrics.data.columns import read_only
from relmetrics.errors import ParameterError
from relmetrics.errors.wording import did_you_mean
from relmetrics.questions.groups.comparisons import (
    COMPARED_AGAINST,
    COMPARISON_FIGURES,
    MOST_IN_PAIRS,
    ComparedAgainst,
    Comparisons,
)
from relmetrics.questions.groups.contrasts import (
    Asked,
    by_evidence,
    columns_of,
    contrasts,
    notes_of,
)
from relmetrics.questions.groups.figures import label_columns, require_groups, sampled
from relmetrics.states.stacks import Rest

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import FloatArray, IntArray
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
    suppress: bool,
) -> Comparisons:
    """Return the comparisons of the groups of a breakdown: see `Breakdown.compare`."""
    kind = kind_of(against, reference)
    asked = Asked.of(
        metric, labels, adjust, confidence_level, method, small_base, suppress=suppress
    )
    own = sampled(metric, states)
    require_groups("a comparison of groups", own.value, 2)
    first, second = sides_of(kind, reference, labels, own.value)
    theirs = Rest.of(states) if second is None else second
    sides = states, first, states, theirs
    found = contrasts(asked, *sides)
    names = {name: column[first] for name, column in asked.names.items()}
    if second is not None and kind == "pairs":
        others = label_columns(labels, {*COMPARISON_FIGURES, *names}, "reference_")
        names |= {name: column[second] for name, column in others.items()}
    # Two groups against each other are one test, seen from either side.
    few = asked.hidden(own.n[first], found["n_reference"]).any()
    one_test = not few and kind == "rest" and np.isfinite(found["p_value"]).sum() == 2  # noqa: PLR2004 - the same
    adjusted, level = asked.adjusted(found, sides, one_test=one_test)
    columns = columns_of(asked, names, own.value[first], own.n[first], found, adjusted)
    columns["note"] = notes_of(columns, asked)
    order = by_evidence(found)
    return asked.comparisons(
        columns,
        order,
        level,
        against=kind,
        reference=reference if kind == "reference" else None,
        states=states,
        first=read_only(first[order]),
        second=theirs if isinstance(theirs, Rest) else read_only(theirs[order]),
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
