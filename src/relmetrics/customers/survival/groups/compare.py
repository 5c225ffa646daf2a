"""Compare groups by survival: one log-rank test of all, and one of each with what it is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.survival.comparison import horizon_of, log_rank, mean_difference
from relmetrics.customers.survival.groups.comparisons import SurvivalComparisons
from relmetrics.customers.survival.questions import risks_of
from relmetrics.inference.differences import two_sided
from relmetrics.inference.intervals import quantile
from relmetrics.inference.multiplicity import adjusted_by
from relmetrics.inference.survival.log_rank import added, scores
from relmetrics.metric.table import Table
from relmetrics.questions.groups.compare import kind_of, sides_of
from relmetrics.questions.groups.figures import label_columns, require_groups

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.questions.groups.comparisons import ComparedAgainst

FIGURES = (
    "mean",
    "reference_mean",
    "difference",
    "low",
    "high",
    "p_mean",
    "p_value",
    "p_adjusted",
    "n",
    "n_reference",
    "verdict",
)


def compare_groups(
    labels: Labels,
    curves: Sequence[SurvivalCurve | Survival],
    strata: Sequence[Sequence[SurvivalCurve | Survival]],
    *,
    against: ComparedAgainst | None,
    reference: Hashable,
    horizon: float | None,
    rho: float,
    adjust: Adjust | None,
    confidence_level: float,
) -> SurvivalComparisons:
    """Compare groups: see `SurvivalByGroup.compare`.

    Args:
        labels: What the groups are called.
        curves: The curve of each.
        strata: For each stratum the curves of the groups in it; the curves alone without strata.
        against: As for `SurvivalByGroup.compare`, like all that follow.
        reference: The one group.
        horizon: The time up to which the mean times count.
        rho: Each time is weighed by S(t-)^rho.
        adjust: The rule for several tests.
        confidence_level: Level of intervals and verdicts.

    Raises:
        StateError: Fewer than two groups have customers, or one is not known up to the horizon.
        ParameterError: There is no such word, group or rule, or the level is not between 0 and 1.
    """
    z = quantile(confidence_level)
    adjusted_by(adjust, np.empty(0))
    kind = kind_of(against, reference)
    names = label_columns(labels, FIGURES)
    sizes = np.array([curve.n or np.nan for curve in curves])
    require_groups("a comparison of groups", sizes, 2)
    first, second = sides_of(kind, reference, labels, sizes)
    there = np.isfinite(sizes)
    end = horizon_of(horizon, *(risks_of(curve) for curve in curves if curve.n))
    tables = [[risks_of(curve) for curve in stratum] for stratum in strata]
    whole = log_rank(tables, names, rho)
    rests: list[Any] = _rests(curves) if second is None else []
    together = added([scores(stratum, rho) for stratum in tables])
    rows: dict[str, list[Any]] = {name: [] for name in FIGURES if name != "p_adjusted"}
    sides: list[tuple[int, int | None]] = []
    for place, i in enumerate(first.tolist()):
        j = None if second is None else int(second[place])
        if not there[i] or (j is not None and not there[j]):
            continue
        other = rests[i] if j is None else curves[j]
        if j is None:  # of all groups at once, the score and variance of one are those of it alone
            score, variance = together.score[i], together.covariance[i, i]
        else:
            pair = added([scores([part[i], part[j]], rho) for part in tables])
            score, variance = pair.score[0], pair.covariance[0, 0]
        found = mean_difference(risks_of(curves[i]), risks_of(other), end, z)
        p_value = float(two_sided(score / variance**0.5)) if variance > 0 else np.nan
        figures = {
            "mean": found["mean"],
            "reference_mean": found["reference_mean"],
            "difference": found["value"],
            "low": found["low"],
            "high": found["high"],
            "p_mean": found["p_value"],
            "p_value": p_value,
            "n": curves[i].n,
            "n_reference": other.n,
            "verdict": "longer" if score < 0 else "shorter",
        }
        for name, column in rows.items():
            column.append(figures[name])
        sides.append((i, j))
    return SurvivalComparisons(
        whole,
        kind,
        end,
        confidence_level,
        adjust,
        labels,
        tuple(curves),
        tuple(sides),
        _table(labels, kind, sides, rows, adjust, confidence_level),
    )


def _table(
    labels: Labels,
    kind: str,
    sides: Sequence[tuple[int, int | None]],
    rows: Mapping[str, list[Any]],
    adjust: Adjust | None,
    confidence_level: float,
) -> Table:
    """Return the rows as a table, the smallest p-value first."""
    names = label_columns(labels, FIGURES)
    ours = np.array([i for i, _ in sides], dtype=np.intp)
    columns: dict[str, AnyArray] = {name: column[ours] for name, column in names.items()}
    if kind == "pairs":
        theirs = np.array([j for _, j in sides], dtype=np.intp)
        others = label_columns(labels, {*FIGURES, *names}, "reference_")
        columns |= {name: column[theirs] for name, column in others.items()}
    found = {name: np.array(column) for name, column in rows.items()}
    p_value = found["p_value"].astype(np.float64)
    # Two groups against each other are one test, seen from either side.
    one_test = kind == "rest" and len(sides) == 2  # noqa: PLR2004 - the same
    p_adjusted = p_value if one_test else adjusted_by(adjust, p_value)
    verdict = found.pop("verdict").astype(object)
    verdict[~(p_adjusted < 1 - confidence_level)] = "not shown"
    n, n_reference = found.pop("n"), found.pop("n_reference")
    columns |= found
    if adjust is not None:
        columns["p_adjusted"] = p_adjusted
    columns |= {"n": n, "n_reference": n_reference, "verdict": verdict}
    size = np.abs(found["difference"])
    order = np.lexsort((-size, np.nan_to_num(p_value, nan=np.inf)))
    digits = dict.fromkeys(map(str, FIGURES[:5]), 1) | dict.fromkeys(map(str, FIGURES[5:8]), 4)
    return Table({name: column[order] for name, column in columns.items()}, digits)


def _rests(curves: Sequence[Any]) -> list[Any]:
    """Return for each curve the sum of all others, by adding from either end."""
    empty = curves[0].nobody()
    before, after = [empty], [empty]
    for curve in curves:
        before.append(before[-1] + curve)
    for curve in reversed(curves):
        after.append(after[-1] + curve)
    size = len(curves)
    return [before[i] + after[size - 1 - i] for i in range(size)]
