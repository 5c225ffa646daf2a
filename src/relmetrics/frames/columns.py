"""Columns of a frame as the engine is asked for them: keys, dates, weights and answers.

Types are checked before anything is computed. What is no number is made one that can be added,
and counted, for engines differ in what they do with NaN and null.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.missing import is_missing
from relmetrics.errors import AnswerError, DateError, ParameterError, WeightError
from relmetrics.frames.engine import CLOCKED

if TYPE_CHECKING:
    from relmetrics.data.types import Zone
    from relmetrics.frames.engine import Source

_TEXTS = ("String", "Categorical", "Enum")
_LOOSE = ("Object", "Unknown")
_TIMES = ("Date", "Datetime")


def key(source: Source, argument: str, name: str) -> Any:
    """Return a grouping column.

    Raises:
        ParameterError: Its type is no key, or its times follow the zone of a session.
    """
    kind = source.type_named(name, "number", "Boolean", "Time", *_TEXTS, *_LOOSE, *_TIMES)
    if not kind:
        raise ParameterError(
            f"{argument} needs a column of labels; {name!r} of this {source.engine} frame is "
            f"{source.schema[name]}. Name a column of texts, numbers, truth values or dates."
        )
    if kind == "Datetime" and source.schema[name].time_zone is not None:
        raise ParameterError(
            f"{argument} needs labels that are the same everywhere; {name!r} of this "
            f"{source.engine} frame has times with a zone. Cast it to a date in your zone."
        )
    column = source.column(name)
    return column.cast(source.nw.String) if kind in ("Categorical", "Enum") else column


def packed(values: Any) -> Any:
    """Return plain integers, or plain floats, as an array, which is read at once; else the list."""
    kinds = set(map(type, values))
    try:
        return np.array(values, dtype=_PACKED[kinds.pop()]) if len(kinds) == 1 else values
    except (KeyError, OverflowError):
        return values


_PACKED: dict[type, Any] = {int: np.int64, float: np.float64}


def labels(values: Any) -> Any:
    """Return labels as Python has them; integers as an array."""
    kinds = set(map(type, values))
    if any(kind is Decimal or hasattr(kind, "to_pydatetime") for kind in kinds):
        return list(map(label, values))
    return packed(values) if kinds == {int} else values


def label(value: Any) -> Any:
    """Return a label as Python has it: times of pandas as datetimes, wide integers as integers."""
    if isinstance(value, Decimal):
        whole = value.is_finite() and value.as_tuple().exponent == 0
        return int(value) if whole else value
    return value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value


def date(source: Source, name: str, zone: Zone | None) -> tuple[Any, Zone | None]:
    """Return a column of dates as days, and the zone that is still to be applied.

    Raises:
        DateError: Its type is no date; or its times have a zone and none is given; or they follow
            the zone of the session, and that is another.
    """
    kind = source.type_named(name, "Object", *_TEXTS, *_TIMES)
    column = source.column(name)
    if not kind:
        raise DateError(
            f"date needs a column of dates; {name!r} of this {source.engine} frame is "
            f"{source.schema[name]}. Convert it to dates first."
        )
    if kind in ("Categorical", "Enum"):
        return column.cast(source.nw.String), zone
    if kind not in _TIMES:
        return column, zone
    if kind == "Datetime" and source.schema[name].time_zone is not None:
        if source.engine in CLOCKED:
            _require_session_zone(source, name, zone)
            return column.cast(source.nw.Date), None
        if zone is None:
            raise DateError(
                f"{name!r} has times with a zone, so say whose calendar counts: "
                "zone='Europe/Helsinki' or another."
            )
        column = column.dt.convert_time_zone(str(zone)).dt.replace_time_zone(None)
        zone = None
    if zone is not None:
        raise DateError(
            f"zone converts times that carry a zone; {name!r} of this {source.engine} frame has "
            "none. Leave zone out."
        )
    if kind == "Date":
        return column, None
    # To truncate, Spark would take times without a zone for times of its session.
    by_session = source.engine in CLOCKED
    return (column.cast(source.nw.Date) if by_session else column.dt.truncate("1d")), None


def _require_session_zone(source: Source, name: str, zone: Zone | None) -> None:
    """Check that the calendar that is asked for is the one by which the session shows times.

    Raises:
        DateError: It is another, or it is not said whose calendar counts.
    """
    its = source.session_zone(name)
    if zone is not None and str(zone) == its:
        return
    shown = (
        f"{name!r} has times with a zone, which {source.engine} shows in the zone of its session"
    )
    if its is None:
        raise DateError(
            f"{shown}, which cannot be asked. Cast them to dates of your zone in the query."
        )
    raise DateError(
        f"{shown}, {its!r}{'' if zone is None else f', and not in {str(zone)!r}'}. Say "
        f"zone={its!r}, or set the zone of the session; or cast them to dates of your zone in the "
        "query."
    )


def day(value: Any) -> Any:
    """Return a day as it is read best: texts and dates as they are, what is missing as None."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dt.date) or is_missing(value):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def answers(source: Source, name: str) -> Any:
    """Return a column of answers.

    Raises:
        AnswerError: Its type is none of answers.
    """
    kind = source.type_named(name, "number", "Boolean", *_TEXTS, *_LOOSE)
    if not kind:
        raise AnswerError(
            f"answers are numbers, truth values or labels; {name!r} of this {source.engine} frame "
            f"is {source.schema[name]}. Name the column of the answers."
        )
    column = source.column(name)
    if kind in ("Categorical", "Enum"):
        return column.cast(source.nw.String)
    return column.cast(source.nw.Float64) if source.schema[name].is_decimal() else column


def number(source: Source, name: str) -> Any:
    """Return a column of numbers as floats.

    Raises:
        AnswerError: Its type is no number.
    """
    kind = source.type_named(name, "number", "Boolean", "Unknown")
    if not kind:
        raise AnswerError(
            f"numbers are needed; {name!r} of this {source.engine} frame is "
            f"{source.schema[name]}. Convert the column first."
        )
    column = source.column(name)
    if kind == "Boolean":
        column = column.cast(source.nw.Int64)
    return column.cast(source.nw.Float64)


def weight(source: Source, name: str) -> Any:
    """Return a column of weights as floats.

    Raises:
        WeightError: Its type is no number.
    """
    if not source.type_named(name, "number", "Unknown"):
        raise WeightError(
            f"weights must be numbers; {name!r} of this {source.engine} frame is "
            f"{source.schema[name]}. Convert the column first."
        )
    return source.column(name).cast(source.nw.Float64)


_NO_WEIGHT = -1e18
"""What one row without a weight adds, so that no number of others hides it; inf some refuse."""


def heavy(source: Source, weight: Any) -> Any:
    """Return what sums to the number of positive weights, and tells whether all others are zero.

    It is 1 where a weight is positive, 0 where it is zero, and far less where it is none. NaN and
    infinity, which are positive to some engines, make the sum of the weights itself no number.
    Of data in memory, which can be looked at again, what is no positive weight is 0.
    """
    nw = source.nw
    if not source.reads:
        return (weight > 0).cast(nw.Int64)
    zero_or_none = nw.when(weight == 0).then(0.0).otherwise(_NO_WEIGHT)
    return nw.when(weight > 0).then(1.0).otherwise(zero_or_none)


def is_weight(column: Any) -> Any:
    """Return which entries are finite and at least 0."""
    return column.is_finite().fill_null(value=False) & (column >= 0).fill_null(value=False)


def require_sums_of_weights(
    source: Source, name: str, found: dict[str, list[Any]], rows: str
) -> None:
    """Check by sums of weights that no row lacks one; only where some may, they are counted.

    Args:
        source: The frame.
        name: The column of weights.
        found: Sums of the weights, of what tells of them (`heavy`), and the numbers of rows.
        rows: What the numbers of rows are called.

    Raises:
        WeightError: Some do.
    """
    sums = list(zip(found["w"], found["heavy"], found[rows], strict=True))
    if all(_is_sum(w) and _is_sum(h) and (source.reads or h == n) for w, h, n in sums):
        return
    nw = source.nw
    query = source.lazy.select(weight(source, name).alias("w"), nw.lit(1).alias("all"))
    query = query.with_columns((~is_weight(nw.col("w"))).cast(nw.Int64).alias("wrong"))
    wrong = source.collect(query.group_by("all").agg(nw.col("wrong").sum()), [name])["wrong"]
    require_weights(source, name, sum(map(int, wrong)))


def _is_sum(number: Any) -> bool:
    """Tell whether a sum of weights, or of what tells of them, can be one of weights alone."""
    return number is not None and math.isfinite(number) and number >= 0


def require_weights(source: Source, name: str, wrong: int) -> None:
    """Check that no row lacks a weight.

    Raises:
        WeightError: Some do.
    """
    if wrong:
        rows = "row has" if wrong == 1 else "rows have"
        raise WeightError(
            f"weights must be finite numbers of at least 0; {wrong} {rows} none such in {name!r} "
            f"of this {source.engine} frame. Leave out rows that have no weight, or give them "
            "weight 0."
        )
