"""Margins: which label each row has, and what share of the whole each label should have."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np
from attrs import frozen

from relmetrics.data.columns import HUGE, NOT_NUMBERS
from relmetrics.data.label_forms import label_in_one_form
from relmetrics.data.missing import is_missing
from relmetrics.errors import ParameterError, WeightError
from relmetrics.errors.wording import did_you_mean, listed, places, shown
from relmetrics.inference.raking.proportional_fitting import sums_by

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Grouping
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

Targets: TypeAlias = Mapping[Any, float]
"""Label to share, percent or count; a pandas Series will do."""
TargetsIn = Literal["shares", "percent", "counts"]
WHOLES: dict[str, float | None] = {"shares": 1.0, "percent": 100.0, "counts": None}
"""What the targets of a margin sum to; counts to the size of the population, whatever it is."""
Missing = Literal["error", "keep"]
MISSING = ("error", "keep")

_TARGET_ROUNDING = 0.005
"""Published shares are rounded: they may be off the whole by this part of it."""
_SAME_TOTAL = 1e-6


@frozen(eq=False)
class Margin:
    """One column that the weights are made to agree with.

    Attributes:
        name: The name of the column, or of the columns whose combinations are the labels.
        labels: What the labels are called.
        codes: Each row's label, as a place among the labels.
        shares: The part of the whole that each label should have; they sum to 1. NaN for the
            label of rows that keep theirs.
        total: The sum of the targets as they were given.
    """

    name: str
    labels: tuple[Hashable, ...]
    codes: IntArray
    shares: FloatArray
    total: float

    def __len__(self) -> int:
        """Return the number of labels."""
        return len(self.labels)

    def sums(self, codes: IntArray, weights: FloatArray) -> FloatArray:
        """Return the sum of weights by label, for rows or cells that have these labels."""
        return sums_by(codes, weights, len(self))

    @property
    def unlabelled(self) -> AnyArray:
        """Tell which label stands for a missing one."""
        return np.array([_lacks(label) for label in self.labels], dtype=bool)

    @property
    def kept(self) -> AnyArray:
        """Tell which label is that of rows that keep their share."""
        return np.isnan(self.shares)

    def aims(self, sums: FloatArray) -> FloatArray:
        """Return the sums of weights to aim at, given those of the starting weights.

        The rows without a label keep theirs, and the others share the rest.
        """
        kept = np.where(self.kept, sums, 0.0)
        return np.where(self.kept, sums, self.shares * (sums.sum() - kept.sum()))


def margin_of(
    name: str,
    grouping: Grouping,
    targets: Targets,
    *,
    targets_in: TargetsIn,
    missing: Missing,
) -> Margin:
    """Return a margin, its labels matched with the targets.

    Raises:
        WeightError: A target is no number of at least 0, the targets do not sum to the whole, a
            label has rows and no target or a target and no rows, or a label is missing.
        ParameterError: The targets are no mapping.
    """
    wanted, total = _read(name, targets, WHOLES[targets_in])
    labels = grouping.labels.keys()
    unknown = np.array([_lacks(label) and label not in wanted for label in labels], dtype=bool)
    if unknown.any() and missing == "error":
        at = np.flatnonzero(unknown[grouping.codes]).tolist()
        raise WeightError(
            f"{name!r} must have a label in every row; {len(at)} are missing, at position "
            f"{places(at)}. Say missing='keep' to let such rows keep their share, or "
            "give a target for None."
        )
    odd = [x for x, lost in zip(labels, unknown, strict=True) if not lost and x not in wanted]
    if odd:
        raise WeightError(
            f"{name!r} has rows without a target: {listed(odd)}. "
            f"{did_you_mean(odd[0], wanted)} Give each label a target; 0 gives its rows weight 0."
        )
    there = set(labels)
    empty = [label for label, share in wanted.items() if share and label not in there]
    if empty:
        raise WeightError.empty_cell(name, empty, "no row has it")
    # All rows without a label are one, wherever several columns make up the labels.
    names = [label for label, lost in zip(labels, unknown, strict=True) if not lost]
    place = np.where(unknown, len(names), np.cumsum(~unknown) - 1)
    shares = [wanted[label] / total for label in names]
    if unknown.any():
        names, shares = [*names, None], [*shares, math.nan]
    return Margin(name, tuple(names), place[grouping.codes], np.array(shares), total)


def require_one_population(margins: list[Margin]) -> None:
    """Check that counts have the same total in every margin.

    Raises:
        WeightError: They have not.
    """
    totals = {margin.name: margin.total for margin in margins}
    if max(totals.values()) - min(totals.values()) > _SAME_TOTAL * max(totals.values()):
        sizes = ", ".join(f"{name!r} has {total:.10g}" for name, total in totals.items())
        raise WeightError(
            f"counts must have the same total in every margin: {sizes}. Complete the smaller one, "
            "or divide each by its own total and say targets_in='shares'."
        )


def require_filled(margins: list[Margin], codes: list[IntArray], sums: FloatArray) -> None:
    """Check that every label with a target has a cell whose weight can be moved.

    Raises:
        WeightError: It has none.
    """
    able = sums > 0
    for margin, labels in zip(margins, codes, strict=True):
        able = able & (margin.shares[labels] != 0)
    for margin, labels in zip(margins, codes, strict=True):
        stuck = (sums_by(labels, able.astype(float), len(margin)) == 0) & (margin.shares > 0)
        if stuck.any():
            empty = [margin.labels[i] for i in np.flatnonzero(stuck)]
            raise WeightError.empty_cell(
                margin.name, empty, "its rows have weight 0 or, in another margin, target 0"
            )


def _read(name: str, targets: object, whole: float | None) -> tuple[dict[Hashable, float], float]:
    """Return the targets by label, a missing label as None, and their sum."""
    items = getattr(targets, "items", None)
    if not callable(items):
        raise ParameterError.must_be(
            "targets", f"a mapping of label to target for {name!r}", targets
        )
    wanted: dict[Hashable, float] = {}
    for label, value in cast("Any", items)():
        wanted[None if is_missing(label) else label_in_one_form(label)] = _number(
            name, label, value
        )
    total = math.fsum(wanted.values())
    if not total:
        raise WeightError.all_zero(name=f"the targets of {name!r}")
    if whole is not None and abs(total - whole) > _TARGET_ROUNDING * whole:
        raise WeightError(
            f"the targets of {name!r} must sum to {whole:g}, and sum to {total:.6g}. Say "
            "targets_in='shares' for parts of 1, 'percent' for parts of 100, or 'counts' for "
            "numbers of customers."
        )
    return wanted, total


def _number(name: str, label: object, value: object) -> float:
    try:
        number = math.nan if isinstance(value, NOT_NUMBERS) else float(cast("Any", value))
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not 0 <= number < HUGE:
        raise WeightError(
            f"the target of {shown(label)} in {name!r} must be a finite number of at least 0, "
            f"below 1e100, got {shown(value)}. Leave out labels that nobody can have."
        )
    return number


def _lacks(label: object) -> bool:
    """Tell whether a label is missing, or is a combination in which one is."""
    return label is None or (isinstance(label, tuple) and None in label)
