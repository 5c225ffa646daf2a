"""Columns of the tables of a scorecard: those that are asked for must be there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relmetrics.data.tables import column_names, require_columns
from relmetrics.errors import ParameterError

DATE = "date"
"""The column of dates that is looked for; it need not be there."""
SEGMENT = "segment"
"""The column of segments that is looked for; it need not be there."""


def check_columns(**names: object) -> None:
    """Check that columns are named by text, or not named.

    Raises:
        ParameterError: One is not.
    """
    for argument, name in names.items():
        if name is not None and not isinstance(name, str):
            raise ParameterError.must_be(argument, "the name of a column", name)


def as_segments(segment: object) -> tuple[str, ...]:
    """Return the columns of segments: none, one or several.

    Raises:
        ParameterError: One is not named by text, or named twice.
    """
    if segment is None:
        return ()
    names = (segment,) if isinstance(segment, str) else segment
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise ParameterError.must_be("segment", "the name of a column", segment)
    if len(set(names)) < len(names):
        raise ParameterError.must_be("segment", "different columns", segment)
    return tuple(names)


def as_titles(labels: object) -> dict[str, str]:
    """Return the titles of columns.

    Raises:
        ParameterError: They are no mapping of text to text.
    """
    if labels is None:
        return {}
    if not isinstance(labels, Mapping) or not all(
        isinstance(text, str) for pair in labels.items() for text in pair
    ):
        raise ParameterError.must_be("labels", "a mapping of column name to title", labels)
    return dict(labels)


def check_texts(**texts: object) -> None:
    """Check that what is shown is text.

    Raises:
        ParameterError: It is not.
    """
    for argument, text in texts.items():
        if not isinstance(text, str):
            raise ParameterError.must_be(argument, "a text", text)


def columns_of(table: Any, kind: str) -> dict[str, Any]:
    """Return the columns of a table by name.

    Raises:
        ParameterError: It is no mapping and no data frame.
    """
    names = column_names(table)
    if names is None:
        raise ParameterError.must_be(kind, "a mapping of name to column, or a data frame", table)
    return {str(name): table[name] for name in names}


def require_segment(segment: str, *tables: Mapping[str, Any] | None) -> None:
    """Check that one of the tables has the column of segments that was asked for.

    Raises:
        FactorError: None has.
    """
    given = [table for table in tables if table is not None]
    known = [str(name) for table in given for name in column_names(table) or ()]
    if known:
        require_columns([segment], known)
