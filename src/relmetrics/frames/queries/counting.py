"""Counting by the engine: how often each answer was given in each group, and with what weight.

One aggregation serves all metrics of a column; and of all columns of numbers where every query
reads the data anew, which are then turned into one long column by the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import frozen

from relmetrics.data.missing import is_missing
from relmetrics.frames import columns
from relmetrics.frames.queries.histogram import Histogram

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import IntArray
    from relmetrics.frames.asking import Asked


@frozen(eq=False)
class Counting:
    """The counts of some columns, which one query gives.

    Attributes:
        asked: What was asked.
        answers: Column to its expression; all are of one type.
    """

    asked: Asked
    answers: dict[str, Any]

    def query(self) -> Any:
        """Return the query, not yet asked."""
        asked, nw = self.asked, self.asked.source.nw
        wanted = [e.alias(name) for name, e in asked.keys.items()]
        places = ["a"] if len(self.answers) == 1 else [f"a{i}" for i in range(len(self.answers))]
        wanted += [e.alias(a) for a, e in zip(places, self.answers.values(), strict=True)]
        terms, sums = [], [nw.len().alias("n")]
        if asked.weights is not None:
            wanted.append(columns.weight(asked.source, asked.weights).alias("w"))
            terms = [
                (nw.col("w") * nw.col("w")).alias("q"),
                columns.heavy(asked.source, nw.col("w")).alias("heavy"),
            ]
            sums += [nw.col(name).sum() for name in ("w", "q", "heavy")]
        frame = asked.source.lazy.select(*wanted)
        frame = frame.with_columns(*terms) if terms else frame
        keys = [*asked.keys, "a"]
        if len(places) > 1:
            index = [*asked.keys, *(("w", "q", "heavy") if terms else ())]
            frame = frame.unpivot(places, index=index, variable_name="place", value_name="a")
            keys.append("place")
        return frame.group_by(*keys).agg(*sums)

    def collected(self) -> dict[str, Histogram]:
        """Return what the engine counts, by column.

        Raises:
            ParameterError: The engine cannot answer.
            WeightError: Some rows have no weight.
        """
        asked = self.asked
        beside = [name for name in (asked.date, asked.weights) if name is not None]
        found = asked.source.collect(self.query(), [*asked.by, *self.answers, *beside])
        found["a"] = _plain(found["a"])
        if asked.weights is not None:
            columns.require_sums_of_weights(asked.source, asked.weights, found, "n")
            found = _apart(found)
        if len(self.answers) == 1:
            return {column: Histogram(asked, column, found) for column in self.answers}
        return {
            column: Histogram(asked, column, _at(found, f"a{i}"))
            for i, column in enumerate(self.answers)
        }


def countings(asked: Asked, names: Sequence[str]) -> list[Counting]:
    """Return the queries that count columns: as few as the engine needs to read the data once.

    Raises:
        ParameterError: There is no such column.
        AnswerError: The type of one is none of answers.
    """
    source = asked.source
    source.require("answers", names)
    answers = {name: columns.answers(source, name) for name in dict.fromkeys(names)}
    if not source.reads:
        return [Counting(asked, {name: answer}) for name, answer in answers.items()]
    alike: dict[Any, dict[str, Any]] = {}
    for name, answer in answers.items():
        number = bool(source.type_named(name, "number"))
        alike.setdefault("number" if number else source.schema[name], {})[name] = answer
    numbers = alike.get("number", {})
    if len({source.schema[name] for name in numbers}) > 1:
        for name, answer in numbers.items():
            numbers[name] = answer.cast(source.nw.Float64)
    return [Counting(asked, group) for group in alike.values()]


def count_answers(asked: Asked, column: str) -> Histogram:
    """Ask the engine how often each answer of a column was given, by key.

    Raises:
        ParameterError: There is no such column, or the engine cannot answer.
        AnswerError: Its type is none of answers.
        WeightError: Some rows have no weight.
    """
    (counting,) = countings(asked, [column])
    return counting.collected()[column]


def _apart(found: dict[str, Any]) -> dict[str, Any]:
    """Return counts whose answers without weight, which are none, have rows of their own."""
    counts = np.array(list(map(int, found["n"])), dtype=np.int64)
    heavy = np.rint(np.array(found["heavy"], dtype=np.float64)).astype(np.int64)
    light = counts - heavy
    if not light.any():
        return found
    whole, apart = np.flatnonzero(heavy), np.flatnonzero(light)
    rows = np.concatenate([whole, apart])
    parts = {name: _taken(values, rows) for name, values in found.items()}
    parts["n"] = np.concatenate([heavy[whole], light[apart]])
    for name in ("w", "q"):
        sums = np.array(found[name], dtype=np.float64)
        parts[name] = np.concatenate([sums[whole], np.zeros(len(apart))])
    return parts


def _at(found: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the rows of one column."""
    rows = np.flatnonzero(np.array(found["place"], dtype=object) == place)
    return {name: _taken(values, rows) for name, values in found.items()}


def _taken(values: Any, rows: IntArray) -> Any:
    """Return some entries of a list or of an array."""
    return values[rows] if isinstance(values, np.ndarray) else [values[i] for i in rows.tolist()]


_AS_IT_IS = {int, bool, str, type(None)}
"""Types of answers that are as Python has them, and never missing but for None."""


def _plain(answers: list[Any]) -> Any:
    """Return answers as Python has them, and all that are missing as None; each is read once."""
    if set(map(type, answers)) <= _AS_IT_IS:
        return columns.packed(answers)
    known: dict[Any, Any] = {}
    for answer in set(answers):
        found = cast("Any", answer).item() if hasattr(answer, "item") else answer
        known[answer] = None if is_missing(answer) else found
    return columns.packed([known[answer] for answer in answers])
