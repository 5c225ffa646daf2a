"""Fitting: starting weights made to agree with margins, and what became of each label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.columns import read_only
from relmetrics.data.labels.grouping import group
from relmetrics.errors import WeightError
from relmetrics.errors.wording import SHOWN, shown
from relmetrics.inference.raking.bounded_fitting import fit_within
from relmetrics.inference.raking.proportional_fitting import fit, sums_by
from relmetrics.metric.table import Table
from relmetrics.sampling.margins import require_filled
from relmetrics.sampling.weighting import Weighting
from relmetrics.sampling.weights import effect_of
from relmetrics.states.clustered.margins import RowMargins

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.inference.raking.proportional_fitting import Fit
    from relmetrics.sampling.margins import Margin, TargetsIn

Shortfall: TypeAlias = tuple[str, object, float, float]
"""A margin, a label of it, its target and what it reached, both in %."""
NotConverged = Literal["error", "keep"]
NOT_CONVERGED = ("error", "keep")
_VANISHING = 1e-100
"""Below this a weight is none, to the metrics that take it: it becomes 0."""


@frozen
class Bounds:
    """The range of weights while they are fitted.

    Attributes:
        factors: The least and the most that a weight may become, in times what it was.
        at_least: The least of all weights above 0, in times their mean.
        at_most: The most.
    """

    factors: tuple[float, float] = (0.0, np.inf)
    at_least: float = 0.0
    at_most: float = np.inf

    def of(self, start: FloatArray, n: IntArray, mean: float) -> tuple[FloatArray, FloatArray]:
        """Return the least and the most of weights, given what they were, of how many rows.

        Raises:
            WeightError: Some have no room.
        """
        low = np.maximum(start * self.factors[0], self.at_least * mean)
        high = np.minimum(start * self.factors[1], self.at_most * mean)
        crossed = int(n[low > high].sum())
        if crossed:
            raise WeightError(
                f"factors and bounds of weights leave no room for {crossed} of {n.sum()} rows, "
                "whose starting weights are too far from the mean. Say wider ones."
            )
        return low, high


def fitted(
    margins: list[Margin],
    start: FloatArray,
    targets_in: TargetsIn,
    tolerance: float,
    most_iterations: int,
    not_converged: NotConverged,
    bounds: Bounds | None = None,
) -> Weighting:
    """Fit the starting weights, which have mean 1, to the margins, and describe the result."""
    n = len(start)
    cells = group({f"margin_{i}": m.codes for i, m in enumerate(margins)}, n)
    codes: list[IntArray] = list(cells.labels.columns)
    before = sums_by(cells.codes, start, len(cells.labels))
    require_filled(margins, codes, before)
    aims = [m.aims(m.sums(c, before)) for m, c in zip(margins, codes, strict=True)]
    at_bound = 0
    if bounds is None:
        found = fit(before, codes, aims, tolerance, most_iterations)
        with np.errstate(divide="ignore", invalid="ignore"):
            factors = np.where(before > 0, found.sums / before, 0.0)
        weights = start * factors[cells.codes]
    else:
        able = np.all([aim[m.codes] > 0 for m, aim in zip(margins, aims, strict=True)], axis=0)
        rows = able & (start > 0)
        weights, found, at_bound = _within(
            bounds, rows, start, cells.codes, codes, aims, tolerance, most_iterations
        )
    converged = found.discrepancy <= tolerance
    if not converged and not_converged == "error":
        raise _not_met(found, _shortfalls(margins, codes, aims, found.sums), bounds)
    if targets_in == "counts":
        weights *= margins[0].total / n
    weights[weights < _VANISHING] = 0.0
    effect = effect_of(weights)
    unlabelled = np.any([m.unlabelled[m.codes] for m in margins], axis=0)
    return Weighting(
        weights=read_only(weights),
        n=n,
        missing=int(np.count_nonzero(unlabelled)),
        converged=converged,
        iterations=found.iterations,
        discrepancy=found.discrepancy,
        design_effect=effect.value,
        n_effective=effect.n_effective,
        at_bound=at_bound,
        table=_described(margins, codes, before, found.sums),
        rows=RowMargins(cells.codes, _variables(margins, codes), start, weights),
    )


def _within(
    bounds: Bounds,
    rows: AnyArray,
    start: FloatArray,
    cell: IntArray,
    codes: list[IntArray],
    aims: list[FloatArray],
    tolerance: float,
    most_iterations: int,
) -> tuple[FloatArray, Fit, int]:
    """Return the weights within bounds, the fit by cell, and how many weights are at a bound.

    Args:
        bounds: The bounds.
        rows: Which rows can have a weight.
        start: The starting weight of each row.
        cell: Its cell.
        codes: For each margin, the label of each cell.
        aims: For each margin, the total of each label.
        tolerance: As for `fit`.
        most_iterations: Likewise.
    """
    # Rows that have the same labels and the same starting weight get the same weight.
    kinds, kind, n = np.unique(
        np.stack([cell[rows], start[rows]]), axis=1, return_inverse=True, return_counts=True
    )
    cells, one = kinds[0].astype(np.intp), kinds[1]
    low, high = bounds.of(one, n, len(start) / int(rows.sum()))
    found = fit_within(
        n * one,
        (n * low, n * high),
        [labels[cells] for labels in codes],
        aims,
        tolerance,
        most_iterations,
    )
    weights = np.zeros(len(start))
    weights[rows] = (found.sums / n)[kind.reshape(-1)]
    at_bound = int(n[(found.sums <= n * low) | (found.sums >= n * high)].sum())
    by_cell = sums_by(cells, found.sums, len(codes[0]))
    return weights, evolve(found, sums=by_cell), at_bound


def _variables(margins: list[Margin], codes: list[IntArray]) -> FloatArray:
    """Return the variables of each cell whose totals are known, beside the number of rows.

    Those of a margin are the dummy of each label with a target, less its share of the rows that
    have such a label.
    """
    variables = [np.ones((len(codes[0]), 1))]
    for margin, labels in zip(margins, codes, strict=True):
        among = (~margin.kept[labels])[:, None]
        dummies = np.eye(len(margin))[labels] - among * margin.shares
        variables.append(dummies[:, ~margin.kept])
    return np.concatenate(variables, axis=1)


def _shortfalls(
    margins: list[Margin], codes: list[IntArray], aims: list[FloatArray], sums: FloatArray
) -> list[Shortfall]:
    """Return each label's distance from its aim, the worst first."""
    found: list[Shortfall] = []
    for margin, labels, aim in zip(margins, codes, aims, strict=True):
        wanted, reached = aim / aim.sum(), margin.sums(labels, sums) / sums.sum()
        pairs = zip(margin.labels, wanted.tolist(), reached.tolist(), strict=True)
        found += [(margin.name, label, 100 * aimed, 100 * at) for label, aimed, at in pairs]
    return sorted(found, key=lambda row: -abs(row[3] - row[2]) / (row[2] or 1.0))


def _not_met(found: Fit, shortfalls: list[Shortfall], bounds: Bounds | None) -> WeightError:
    """Return the error of a fit that ended too early, or can have no end."""
    if found.stalled:
        worst = "; ".join(
            f"{shown(label)} in {margin!r} has {reached:.6g}% where {target:.6g}% is wanted"
            for margin, label, target, reached in shortfalls[:SHOWN]
            if reached != target
        )
        if bounds is not None:
            return WeightError(
                f"no weights within the bounds meet all margins: after {found.iterations} "
                f"iterations {worst}. Say wider factors or a larger at_most, merge labels, or "
                "leave a margin out. not_converged='keep' returns what was reached."
            )
        return WeightError(
            f"no weights meet all margins: after {found.iterations} iterations of raking {worst}. "
            "They conflict in the combinations of labels that rows have: merge labels, or leave a "
            "margin out. not_converged='keep' returns what was reached."
        )
    margin, label, *_ = shortfalls[0]
    return WeightError(
        f"raking did not meet all margins within {found.iterations} iterations: {shown(label)} in "
        f"{margin!r} is off its target by {found.discrepancy:.2g} of it. It is slow where few rows "
        "have the combinations that are wanted: merge labels, or say a larger most_iterations or "
        "tolerance. not_converged='keep' returns what was reached."
    )


def _described(
    margins: list[Margin], codes: list[IntArray], before: FloatArray, after: FloatArray
) -> Table:
    """Return the table of `Weighting.margins`."""
    parts: list[dict[str, AnyArray]] = []
    for margin, labels in zip(margins, codes, strict=True):
        first, last = margin.sums(labels, before), margin.sums(labels, after)
        label = np.empty(len(margin), dtype=object)
        label[:] = margin.labels
        target = 100 * margin.shares
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = last / first  # both sum to n
        parts.append(
            {
                "margin": np.array([margin.name] * len(margin), dtype=object),
                "label": label,
                "n": np.bincount(margin.codes, minlength=len(margin)),
                "share_before": _percent(first, margin.kept),
                "target": target,
                "share_after": _percent(last, margin.kept),
                "factor": factor,
            }
        )
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    digits = dict.fromkeys(("share_before", "target", "share_after"), 1)
    return Table(table, {**digits, "factor": 3})


def _percent(sums: FloatArray, kept: AnyArray) -> FloatArray:
    """Return each label's share of the rows that have one, in %."""
    return np.where(kept, np.nan, 100 * sums / sums[~kept].sum())
