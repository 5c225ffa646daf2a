"""Survival from durations: columns of times, events, entries and reasons become curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
from attrs import frozen

from relmetrics.customers.survival.curve import SurvivalCurve, in_order
from relmetrics.customers.survival.groups.by_group import SurvivalByGroup
from relmetrics.customers.survival.questions import check_interval
from relmetrics.data.alignment import require_aligned
from relmetrics.data.codes import encode
from relmetrics.data.columns import as_column, as_floats, as_weights, require_equal_lengths
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.scale import YES_NO
from relmetrics.errors import AnswerError, EmptySampleError
from relmetrics.errors.definitions import no_frame
from relmetrics.errors.wording import located, places

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.data.types import AnyArray, Column, FloatArray, Groups, IntArray
    from relmetrics.inference.survival.kaplan_meier import SurvivalInterval


_REMEDY = (
    "Say 1, True or yes for who left at the end of the duration, and 0 for who was still there, "
    "such as frame['status'] == 'churned'. Several kinds of leaving are reasons=...; None counts "
    "as missing."
)


@overload
def survival(
    durations: Column,
    events: Column,
    *,
    entry: Column | None = None,
    weights: Column | None = None,
    by: None = None,
    reasons: Column | None = None,
    unit: str = "",
    confidence_level: float = 0.95,
    interval: SurvivalInterval = "log_log",
) -> SurvivalCurve: ...
@overload
def survival(
    durations: Column,
    events: Column,
    *,
    entry: Column | None = None,
    weights: Column | None = None,
    by: Groups,
    reasons: Column | None = None,
    unit: str = "",
    confidence_level: float = 0.95,
    interval: SurvivalInterval = "log_log",
) -> SurvivalByGroup: ...
@no_frame("survival(frame[{0}], frame[{1}])")
def survival(
    durations: Column,
    events: Column,
    *,
    entry: Column | None = None,
    weights: Column | None = None,
    by: Groups | None = None,
    reasons: Column | None = None,
    unit: str = "",
    confidence_level: float = 0.95,
    interval: SurvivalInterval = "log_log",
) -> SurvivalCurve | SurvivalByGroup:
    """Estimate how long customers stay from durations, when some of them have not left yet.

    Formula: ``S(t) = product over times s <= t of (1 - left(s) / at risk(s)) x 100 %`` (Kaplan and
    Meier). Unit and range: %, from 0 to 100. Higher is better. Who is still there counts as at risk
    up to the end of their duration; who leaves and who is censored at the same time are both at
    risk then.

    Missing: a row whose duration, event or entry is missing is left out, and counted.

    Args:
        durations: How long each customer was seen, since the beginning of theirs: numbers of one
            unit, at least 0, or spans of time, which become days.
        events: Whether each left at the end of it (yes/no); who did not was still there.
        entry: Since when each was observed, in the same unit: customers who left before their
            observation could begin are not in the data, so the others were not at risk before
            (left truncation). 0 where it was from the beginning.
        weights: One survey weight per customer.
        by: One group per customer, or several columns of them.
        reasons: Why those left who did, for `SurvivalCurve.incidence`; missing for who did not. A
            reason that is not known is the reason None.
        unit: What the times are counted in, for texts: ``days``.
        confidence_level: Level of the intervals.
        interval: ``log_log`` (default): Greenwood's variance on the scale log(-log S), which stays
            within 0 to 100. ``greenwood``: S less and plus z standard errors, clipped.

    Returns:
        A `SurvivalCurve`; with `by` a mapping of group to curve, `SurvivalByGroup`.

    Raises:
        EmptySampleError: Nobody is at risk: there are no rows, or all are missing.
        AnswerError: A duration or an entry is no number of at least 0, an entry does not come
            before its end, an event is neither yes nor no, or a reason is given of who stays.
        WeightError: A weight is negative or not finite, or all are zero.
        LengthError: The columns differ in length.
        ParameterError: The level is not between 0 and 1, or there is no such interval.

    Example:
        >>> import relmetrics as rm
        >>> curve = rm.survival([3, 5, 5, 8, 13], [True, True, False, True, False])
        >>> curve.survival.round(1).tolist(), curve.median
        ([80.0, 60.0, 30.0], 8.0)

    Source:
        Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481;
        "Customer relationships: principles for building long-term ties" for the reasons of
        dissolution.
    """
    check_interval(confidence_level, interval)
    named = {"entry": entry, "weights": weights, "reasons": reasons}
    require_aligned(durations=durations, events=events, by=by, **named)
    rows = _read(durations, events, entry, weights, reasons)
    settings = {"unit": unit, "confidence_level": confidence_level, "interval": interval}
    if by is None:
        curve = SurvivalCurve(**_counted(rows), **settings)  # type: ignore[arg-type]  # by name
        if not curve.n:
            raise EmptySampleError.for_metric("Survival", curve.missing)
        return curve
    grouping = group(by, len(rows.ends))
    order = np.argsort(grouping.codes, kind="stable")
    cuts = np.searchsorted(grouping.codes[order], np.arange(1, len(grouping.labels)))
    parts = [rows.taken(places) for places in np.split(order, cuts)]
    curves = tuple(SurvivalCurve(**_counted(part), **settings) for part in parts)  # type: ignore[arg-type]  # by name
    if not any(curve.n for curve in curves):
        raise EmptySampleError.for_metric("Survival", len(rows.ends))
    return SurvivalByGroup(grouping.labels, curves)


@frozen(eq=False)
class _Rows:
    """What is known of each customer."""

    ends: FloatArray
    entries: FloatArray
    """Since when each was at risk; NaN from the beginning on."""
    kinds: IntArray
    """1 for who was censored, from 2 on for who left, by reason; 0 for who is left out."""
    weights: FloatArray | None
    reasons: tuple[Hashable, ...]

    def taken(self, rows: IntArray) -> _Rows:
        w = None if self.weights is None else self.weights[rows]
        return _Rows(self.ends[rows], self.entries[rows], self.kinds[rows], w, self.reasons)


def _read(
    durations: Column,
    events: Column,
    entry: Column | None,
    weights: Column | None,
    reasons: Column | None,
) -> _Rows:
    """Read and check the columns.

    Raises:
        AnswerError: As for `survival`.
    """
    ends = _times(durations, "durations")
    codes = encode(events, YES_NO, "events", remedy=_REMEDY).codes()
    starts = np.zeros(len(ends)) if entry is None else _times(entry, "entry")
    lengths = {"durations": len(ends), "events": len(codes), "entry": len(starts)}
    require_equal_lengths(**lengths)
    late = np.flatnonzero((starts >= ends) & (starts > 0))
    if len(late):
        shown = [(int(i), f"{starts[i]:g} against {ends[i]:g}") for i in late]
        raise AnswerError(
            f"entry must come before the end of each duration: {located(shown)}. Nobody is at risk "
            "in between: leave out who was never observed."
        )
    kinds = np.array([1, 2, 0])[codes]
    names: tuple[Hashable, ...] = (None,)
    if reasons is not None:
        found = group({"reasons": reasons}, len(ends))
        names = tuple(plain_list(found.labels.columns[0]))
        labelled = np.array([name is not None for name in names], dtype=bool)[found.codes]
        staying = np.flatnonzero((codes == 0) & labelled)
        if len(staying):
            raise AnswerError(
                "reasons must be missing for who did not leave: given at position "
                f"{places(staying.tolist())}. Say None there, or set the event to yes."
            )
        used = in_order(names[i] for i in np.unique(found.codes[codes == 1]))
        place = np.array([used.index(name) if name in used else -1 for name in names])
        kinds[codes == 1] = 2 + place[found.codes[codes == 1]]
        names = used or (None,)
    kinds[np.isnan(ends) | np.isnan(starts)] = 0
    w = None if weights is None else as_weights(weights, len(ends))
    return _Rows(ends, np.where(starts > 0, starts, np.nan), kinds, w, names)


def _times(column: Column, name: str) -> FloatArray:
    """Return a column of times as numbers, NaN where missing; spans of time as days.

    Raises:
        AnswerError: Some are no numbers, not finite, or below 0.
    """
    given = as_column(column, name)
    if isinstance(given, np.ndarray) and given.dtype.kind == "m":
        given = given / np.timedelta64(1, "D")
    numbers, bad = as_floats(given)
    if numbers is not None:
        low = np.flatnonzero((numbers < 0) | np.isinf(numbers))
        bad = [*bad, *((int(i), given[i]) for i in low)]
    if numbers is None or bad:
        raise AnswerError(
            f"{name} must be finite numbers of at least 0: {located(bad)}. Measure them from the "
            "beginning of each customer's own time, in one unit."
        )
    return numbers


def _counted(rows: _Rows) -> dict[str, object]:
    """Return rows counted by time, as the fields of a `SurvivalCurve`."""
    kept = rows.kinds > 0
    missing, weightless = int((~kept).sum()), 0
    if rows.weights is not None:
        nothing = kept & (rows.weights == 0)
        weightless, kept = int(nothing.sum()), kept & ~nothing
    late = kept & ~np.isnan(rows.entries)
    times = np.concatenate([rows.ends[kept], rows.entries[late]])
    kinds = np.concatenate([rows.kinds[kept], np.zeros(int(late.sum()), dtype=np.int64)])
    known, places_ = np.unique(times, return_inverse=True)
    shape = 2 + len(rows.reasons), len(known)
    cells = kinds * shape[1] + places_.reshape(-1)
    fields: dict[str, object] = {
        "known": known,
        "counts": np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape),
        "reasons": rows.reasons,
        "missing": missing,
        "weightless": weightless,
    }
    if rows.weights is not None:
        w: AnyArray = np.concatenate([rows.weights[kept], rows.weights[late]])
        for name, each in (("weights", w), ("squares", w * w)):
            sums = np.bincount(cells, each, minlength=shape[0] * shape[1])
            fields[name] = sums.reshape(shape)
    return fields
