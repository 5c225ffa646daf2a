"""Streams: frames that come one after another, of which no two need to be in memory at once."""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from relmetrics.data.labels.grouping import group
from relmetrics.errors import ParameterError
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.states.stacks import joined

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray

T = TypeVar("T")
Progress = Callable[[int, Any], object]
"""What is called after each batch with the number of batches so far, and what they come to."""


def is_stream(frame: Any) -> bool:
    """Tell whether it is frames one after another: an iterator, a list, or a reader of Arrow."""
    # A frame of SQLFrame has a column for every name that it is asked for, so its type is asked.
    return isinstance(frame, (Iterator, list, tuple)) or hasattr(type(frame), "read_next_batch")


def over_batches(
    frame: Any,
    one: Callable[[Any], T],
    progress: Progress | None = None,
    *,
    add: Callable[[Any, Any], Any] = operator.add,
    show: Callable[[T], Any] = lambda found: found,
) -> T:
    """Return what a frame comes to, or the sum of what each of the frames of a stream does.

    Args:
        frame: A frame, or a stream of them, which is read once.
        one: What a frame comes to.
        progress: What to call after each batch of a stream.
        add: The sum of what two parts come to.
        show: What `progress` is given of what the batches come to so far.

    Raises:
        ParameterError: A stream has no frame, or `progress` cannot be called.
    """
    if progress is not None and not callable(progress):
        raise ParameterError.must_be(
            "progress",
            "a function of the number of batches and of what they come to so far",
            progress,
            "Say progress=lambda batches, so_far: print(batches).",
        )
    if not is_stream(frame):
        return one(frame)
    sums: list[T] = []
    for number, batch in enumerate(_frames(frame), start=1):
        found = one(batch)
        sums = [found if not sums else add(sums[0], found)]
        if progress is not None:
            progress(number, show(sums[0]))
    if not sums:
        raise ParameterError.must_be(
            "frame",
            "a data frame, or at least one of them",
            "a stream without any",
            "A generator is read only once: make it anew for each question.",
        )
    return sums[0]


def _frames(stream: Any) -> Iterator[Any]:
    """Yield the frames of a stream; record batches of Arrow as tables."""
    for batch in stream:
        if type(batch).__name__ == "RecordBatch":
            yield importlib.import_module("pyarrow").Table.from_batches([batch])
        else:
            yield batch


def add_breakdowns(left: Breakdown, right: Breakdown) -> Breakdown:
    """Return the breakdown of the rows of both, the groups sorted."""
    columns: dict[str, list[Any]] = {
        name: [*_plain(ours), *_plain(theirs)]
        for name, ours, theirs in zip(
            left.labels.names, left.labels.columns, right.labels.columns, strict=True
        )
    }
    grouping = group(columns, len(left) + len(right), sort=True)
    states = joined([left.states, right.states]).merged(
        np.asarray(grouping.codes), len(grouping.labels)
    )
    return Breakdown(
        left.metric,
        grouping.labels,
        states,
        left.total_state + right.total_state,
        left.confidence_level,
    )


def _plain(column: AnyArray) -> list[Any]:
    labels: list[Any] = column.tolist()
    return labels
