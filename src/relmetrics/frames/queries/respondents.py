"""Answers with who gave them: the rows themselves, for a state that knows its respondents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.frames import columns
from relmetrics.frames.asking import Answered
from relmetrics.frames.queries.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.frames.asking import Asked


def answered(asked: Asked, column: str | Sequence[str], metric: Any) -> Answered:
    """Return the rows of a metric's columns, with keys, day, weight and respondent.

    A state of respondents has an entry for every answer that differs, which is about one a row: to
    count them first would bring as much to Python. Errors are those of columns of arrays.

    Raises:
        ParameterError: The engine cannot answer.
        RelmetricsError: As for ``metric.by``.
    """
    source = asked.source
    wanted = None if isinstance(column, str) else Wanted.of(metric, list(column))
    names = [str(column)] if wanted is None else list(wanted.names)
    read = columns.answers if wanted is None else columns.number
    given = {f"a{i}": read(source, name) for i, name in enumerate(names)}
    extra = {"r": columns.key(source, "respondents", str(asked.respondents))}
    if asked.weights is not None:
        extra["w"] = columns.weight(source, asked.weights)
    found = source.collect(source.lazy.select(**asked.keys, **given, **extra), names)
    answers: Any = found["a0"]
    if wanted is not None:
        answers = dict(zip(wanted.columns, (found[name] for name in given), strict=True))
    rows = metric.prepare(answers, weights=found.get("w"), respondents=columns.labels(found["r"]))
    return Answered(rows, asked.labels(found), asked.days(found), asked.zone)
