"""Fitting: starting weights made to agree with margins, and what became of each label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from relmetrics.data.columns import read_only
from relmetrics.data.labels.grouping import group
from relmetrics.errors import WeightError
from relmetrics.errors.wording import SHOWN, shown
from relmetrics.inference.proportional_fitting import fit, sums_by
from relmetrics.metric.table import Table
from relmetrics.sampling.margins import require_filled
from relmetrics.sampling.weighting import Weighting
from relmetrics.sampling.weights import effect_of
from relmetrics.states.clustered.margins import RowMargins

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.inference.proportional_fitting import Fit
    from relmetrics.sampling.margins import Margin, TargetsIn

Shortfall: TypeAlias = tuple[str, object, float, float]
"""A margin, a label of it, its target and what it reached, both in %."""
NotConverged = Literal["error", "keep"]
NOT_CONVERGED = ("error", "keep")
_VANISHING = 1e-100
"""Below this a weight is none, to the metrics that take it: it becomes 0."""


def fitted(
    margins: list[Margin],
    start: FloatArray,
    targets_in: TargetsIn,
    tolerance: float,
    most_iterations: int,
    not_converged: NotConverged,
) -> Weighting:
    """Fit the starting weights, which have mean 1, to the margins, and describe the result."""
    n = len(start)
    cells = group({f"margin_{i}": m.codes for i, m in enumerate(margins)}, n)
    codes: list[IntArray] = list(cells.labels.columns)
    before = sums_by(cells.codes, start, len(cells.labels))
    require_filled(margins, codes, before)
    aims = [m.aims(m.sums(c, before)) for m, c in zip(margins, codes, strict=True)]
    found = fit(before, codes, aims, tolerance, most_iterations)
    converged = found.discrepancy <= tolerance
    if not converged and not_converged == "error":
        raise _not_met(found, _shortfalls(margins, codes, aims, found.sums))
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(before > 0, found.sums / before, 0.0)
    weights = start * factors[cells.codes]
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
        table=_described(margins, codes, before, found.sums),
        rows=RowMargins(cells.codes, _variables(margins, codes), start, weights),
    )


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


def _not_met(found: Fit, shortfalls: list[Shortfall]) -> WeightError:
    """Return the error of a fit that ended too early, or can have no end."""
    if found.stalled:
        worst = "; ".join(
            f"{shown(label)} in {margin!r} has {reached:.6g}% where {target:.6g}% is wanted"
            for margin, label, target, reached in shortfalls[:SHOWN]
            if reached != target
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
