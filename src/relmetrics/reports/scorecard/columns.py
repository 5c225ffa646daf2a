"""Columns of the tables of a scorecard: those that are asked for must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.data.tables import column_names, require_columns
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

DATE = "date"


SEGMENT = "segment"
"""The column of dates that is looked for; it need not be there."""


def check_columns(**names: object) -> None:
    """Check that columns are named by text, or not named.

    Raises:
        ParameterError: One is not.
    """
    for argument, name in names.items():
        if name is not None and not isinstance(name, str):
            raise ParameterError.must_be(argument, "the name of a column", name)


def require_segment(segment: str, *tables: Mapping[str, Any] | None) -> None:
    """Check that one of the tables has the column of segments that was asked for.

    Raises:
        FactorError: None has.
    """
    given = [table for table in tables if table is not None]
    known = [str(name) for table in given for name in column_names(table) or ()]
    if known:
        require_columns([segment], known)
