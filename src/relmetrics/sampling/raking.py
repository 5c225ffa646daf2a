"""Weights that make the rows agree with known margins, by iterative proportional fitting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.alignment import require_aligned
from relmetrics.data.checks import check_name, check_number, check_whole
from relmetrics.data.columns import HUGE, as_column, as_weights, require_equal_lengths
from relmetrics.data.labels.grouping import group, grouping_columns, labels_of
from relmetrics.data.tables import column_names, require_columns
from relmetrics.errors import EmptySampleError, ParameterError
from relmetrics.sampling.fitting import NOT_CONVERGED, Bounds, fitted
from relmetrics.sampling.margins import MISSING, WHOLES, margin_of, require_one_population
from relmetrics.sampling.weights import normalised

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, FloatArray, Groups
    from relmetrics.sampling.fitting import NotConverged
    from relmetrics.sampling.margins import Missing, Targets, TargetsIn
    from relmetrics.sampling.weighting import Weighting

TOLERANCE = 1e-6
MOST_ITERATIONS = 10_000


def post_stratify(
    groups: Groups,
    targets: Targets,
    *,
    weights: Column | None = None,
    targets_in: TargetsIn = "shares",
    missing: Missing = "error",
) -> Weighting:
    """Make weights under which every group has its known share of the population.

    Formula: ``w x T_h / sum(w in h)`` for the rows of group h with target T_h and starting
    weights w. All rows of a group are multiplied by the same factor.
    Unit: weights with mean 1; with targets in counts, customers per row.

    Give the metrics the weighting itself, ``weights=weighting``: what the groups explain of the
    answers is then no uncertainty. ``weights=weighting.weights`` takes the weights as given, with
    intervals that are too wide for answers that the groups explain.

    Args:
        groups: One column of labels, or several by name or in order, whose combinations are the
            groups: as in ``metric.by(answers, groups)``.
        targets: Label to target; of several columns, tuple of labels to target. A target of 0
            gives the rows of the group weight 0. A target for None makes the rows without a
            label a group like any other.
        weights: Starting weights, one per row; by default all are equal.
        targets_in: What the targets are: ``shares``, which sum to 1, ``percent``, which sum to
            100, each to within half a percent of it as published ones do, or ``counts`` of
            customers.
        missing: What becomes of rows without a label: they are an ``error``, or ``keep`` the
            weight that they have beside the average row, and the targets hold among the others.

    Raises:
        WeightError: A group has rows and no target, or a target and no rows or none with a weight;
            a target is invalid; the targets do not sum to the whole; a label is missing; or the
            starting weights are invalid.
        ParameterError: An option is none of its names, the targets are no mapping, there is no
            column, or a label is not hashable.
        AnswerError: A column is not one-dimensional.
        LengthError: The columns have different lengths.
        EmptySampleError: There is no row.

    Example:
        >>> import relmetrics as rm
        >>> answers, plan = [10, 9, 10, 9, 8, 10, 3, 6], [*6 * ["gold"], "basic", "basic"]
        >>> weighting = rm.post_stratify(plan, {"gold": 300, "basic": 300}, targets_in="counts")
        >>> weighting.weights
        array([ 50.,  50.,  50.,  50.,  50.,  50., 150., 150.])
        >>> print(rm.nps(answers, weights=weighting))
        NPS -8.3 (95% CI -68.2 to 54.6; n = 8)

    Source:
        Holt and Smith (1979), Post stratification, JRSS A 142, 33-46.
    """
    require_aligned(groups=groups, weights=weights)
    named = grouping_columns(groups)
    rows = _rows_of({name: len(column) for name, column in named.items()})
    _check_options(targets_in, missing)
    margin = margin_of(
        ", ".join(named), group(named, rows), targets, targets_in=targets_in, missing=missing
    )
    start = _start(weights, rows, next(iter(named)))
    return fitted([margin], start, targets_in, TOLERANCE, 1, "error")


def rake(
    columns: Mapping[str, Column] | Any,
    targets: Mapping[str, Targets],
    *,
    weights: Column | None = None,
    targets_in: TargetsIn = "shares",
    missing: Missing = "error",
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
    not_converged: NotConverged = "error",
    factors: tuple[float, float] | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Weighting:
    """Make weights under which the labels of several columns have their known shares.

    For when the shares of each column are known and those of their combinations are not. Formula:
    iterative proportional fitting: the weights are post-stratified to each margin in turn, again
    and again until all agree: ``w x T_h / sum(w in h)``. In the limit each weight is the starting
    weight times one factor per margin, and no weights that meet the margins are nearer to the
    starting ones in the sense of Kullback and Leibler.
    Unit: weights with mean 1; with targets in counts, customers per row.

    It works on the totals of the combinations that occur, so an iteration takes no longer for more
    rows. Give the metrics the weighting itself, ``weights=weighting``: what the margins explain of
    the answers is then no uncertainty. ``weights=weighting.weights`` takes the weights as given,
    with intervals that are too wide for answers that the margins explain.

    Args:
        columns: Mapping of name to column of labels, or a data frame. Those that `targets` name
            are used.
        targets: Mapping of name to label to target. A target of 0 gives the rows of the label
            weight 0. A target for None makes the rows without a label one like any other.
        weights: Starting weights, one per row; by default all are equal.
        targets_in: What the targets are: ``shares``, which sum to 1, ``percent``, which sum to
            100, each to within half a percent of it as published ones do, or ``counts`` of
            customers, whose total is the same in every margin.
        missing: What becomes of rows without a label in a column: they are an ``error``, or
            ``keep`` the share of that column that they have together, and its targets hold among
            the others. Their other labels count as everybody's.
        tolerance: Margins are met when no label is further from its target, relative to it.
        most_iterations: It ends after so many adjustments of all margins, or from 128 on when they
            come no nearer.
        not_converged: What becomes of margins that are not met by then: an ``error`` that names
            the labels that conflict, or ``keep`` what was reached, with `converged` false.
        factors: The least and the most that a weight may become, in times its starting weight
            beside the average row, such as ``(0.3, 3)``. Margins are met within these bounds.
        at_least: The least weight allowed of those above 0, in times the mean weight.
        at_most: The largest weight allowed, in times the mean: what `trim_weights` does, within
            the raking, so that the margins hold all the same.

    Raises:
        WeightError: A label has rows and no target, or a target and no rows or none with a weight;
            a target is invalid; the targets do not sum to the whole; counts differ in total; a
            label is missing; margins are not met, by any weights or by those within the bounds;
            or the starting weights are invalid.
        FactorError: The targets name a column that is not there.
        ParameterError: An option is outside what it can be, the columns or the targets are no
            mapping, or a label is not hashable.
        AnswerError: A column is not one-dimensional.
        LengthError: The columns have different lengths.
        EmptySampleError: There is no row.

    Example:
        >>> import relmetrics as rm
        >>> columns = {
        ...     "sex": ["f", "f", "f", "m", "m", "f"],
        ...     "plan": ["gold", "basic", "gold", "gold", "basic", "basic"],
        ... }
        >>> weighting = rm.rake(
        ...     columns, {"sex": {"f": 0.5, "m": 0.5}, "plan": {"gold": 0.2, "basic": 0.8}}
        ... )
        >>> weighting.margins()
        margin  label  n  share_before  target  share_after  factor
        sex     f      4          66.7    50.0         50.0   0.750
        sex     m      2          33.3    50.0         50.0   1.500
        plan    gold   3          50.0    20.0         20.0   0.400
        plan    basic  3          50.0    80.0         80.0   1.600

    Source:
        Deming and Stephan (1940), On a least squares adjustment of a sampled frequency table when
        the expected marginal totals are known, Annals of Mathematical Statistics 11, 427-444.
    """
    _check_options(targets_in, missing)
    check_name("not_converged", not_converged, NOT_CONVERGED)
    tolerance = check_number("tolerance", tolerance, 1e-12, 0.1)
    most_iterations = check_whole("most_iterations", most_iterations, 1)
    require_aligned(columns=columns, weights=weights)
    named = _columns_of(columns, targets)
    rows = _rows_of({name: len(column) for name, column in named.items()})
    margins = [
        margin_of(
            name,
            group({name: column}, rows),
            targets[name],
            targets_in=targets_in,
            missing=missing,
        )
        for name, column in named.items()
    ]
    if targets_in == "counts":
        require_one_population(margins)
    start = _start(weights, rows, next(iter(named)))
    bounds = _bounds(factors, at_least, at_most)
    return fitted(margins, start, targets_in, tolerance, most_iterations, not_converged, bounds)


def _bounds(factors: object, at_least: float | None, at_most: float | None) -> Bounds | None:
    """Return the bounds of the weights; None for none."""
    if factors is None and at_least is None and at_most is None:
        return None
    low, high = 0.0, np.inf
    if factors is not None:
        if not isinstance(factors, (tuple, list)) or len(factors) != 2:  # noqa: PLR2004 - a pair
            raise ParameterError.must_be("factors", "a pair of the least and the most", factors)
        low, high = (check_number("factors", one, 0, HUGE, "at least 0") for one in factors)
        if not low < high:
            raise ParameterError.must_be("factors", "the least before the most", factors)
    least = 0.0 if at_least is None else check_number("at_least", at_least, 0, 1, "from 0 to 1")
    most = np.inf if at_most is None else check_number("at_most", at_most, 1, HUGE, "at least 1")
    return Bounds((low, high), least, most)


def _check_options(targets_in: object, missing: object) -> None:
    check_name("targets_in", targets_in, WHOLES)
    check_name("missing", missing, MISSING)


def _columns_of(columns: Any, targets: Any) -> dict[str, list[Any] | AnyArray]:
    """Return the columns that the targets name, by name."""
    if not isinstance(targets, Mapping) or not targets:
        raise ParameterError.must_be("targets", "a mapping of column to its targets", targets)
    names = column_names(columns)
    if names is None:
        raise ParameterError.must_be("columns", "a mapping of name to column", columns)
    require_columns(targets, names)
    return {name: labels_of(columns[name], str(name)) for name in targets}


def _rows_of(lengths: dict[str, int]) -> int:
    """Return the number of rows, which all columns must have."""
    require_equal_lengths(**lengths)
    name, rows = next(iter(lengths.items()))
    if not rows:
        raise EmptySampleError.for_weights(name)
    return rows


def _start(weights: Column | None, rows: int, name: str) -> FloatArray:
    """Return the starting weights, with mean 1."""
    if weights is None:
        return np.ones(rows)
    column = as_column(weights, "weights")
    _rows_of({name: rows, "weights": len(column)})
    return normalised(as_weights(column, rows))
