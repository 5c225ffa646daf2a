"""Tables: columns by name, of mappings, data frames and 2-D arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from relmetrics.data.columns import as_amounts, as_column
from relmetrics.errors import AnswerError, FactorError, ParameterError
from relmetrics.errors.wording import did_you_mean, text_of

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, FloatArray

Ratings: TypeAlias = "Mapping[str, Column] | AnyArray | Sequence[Sequence[object]]"
"""A mapping of factor to column, or a 2-D array of shape (respondents, factors)."""


def column_names(table: object) -> list[Any] | None:
    """Return the names of the columns of a mapping or a data frame; None for anything else."""
    if isinstance(table, Mapping):
        return list(table)
    if type(table).__name__ == "LazyFrame":  # it has no values yet, and warns when asked for names
        raise AnswerError("a LazyFrame has no values yet. Collect it first: frame.collect().")
    # A data frame of any library lists its columns; an Arrow table has their data under that name.
    names: Any = getattr(table, "column_names", getattr(table, "columns", None))
    if names is None or callable(names) or not hasattr(table, "__getitem__"):
        return None
    return list(names)


def require_columns(wanted: Iterable[str], known: Sequence[Any]) -> None:
    """Check that a table has these columns.

    Raises:
        FactorError: It lacks one.
    """
    for name in wanted:
        if name not in known:
            raise FactorError(f"there is no column {name!r}. {did_you_mean(name, known)}")


def split_columns(
    table: object, wanted: Mapping[str, object], name: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of a table that arguments name, by argument, and all others by name.

    Args:
        table: A mapping of name to column, or a data frame.
        wanted: Argument to the name of a column, or None for an argument that is not given.
        name: What messages call the table.

    Raises:
        ParameterError: It is no table, an argument is no name of a column, or two name the same.
    """
    known = column_names(table)
    if known is None:
        raise ParameterError.must_be(
            name,
            "a mapping of columns or a data frame where others are named by text",
            table,
            "Pass the columns themselves.",
        )
    taken: dict[str, Any] = {}
    for argument, column in wanted.items():
        if column is None:
            continue
        if not isinstance(column, str) or column not in known:
            raise ParameterError.unknown_name(argument, column, map(str, known))
        if column in taken.values():
            raise ParameterError.must_be(argument, "a column that no other argument names", column)
        taken[argument] = column
    frame = cast("Any", table)
    others = {key: frame[key] for key in known if key not in taken.values()}
    return {argument: frame[column] for argument, column in taken.items()}, others


def amounts_named(amounts: Mapping[str, Column], names: Sequence[str]) -> list[FloatArray]:
    """Return columns of a mapping or a data frame by name, NaN for missing.

    Raises:
        FactorError: A column is missing.
        AmountError: An amount is infinite or no number.
    """
    known = column_names(amounts)
    require_columns(names, [str(name) for name in (amounts if known is None else known)])
    return [as_amounts(as_column(amounts[name], name), name) for name in names]


def named_columns(ratings: Ratings, factors: Sequence[str] | None) -> dict[str, Any]:
    """Return ratings as factor to column.

    Raises:
        FactorError: A 2-D array has no name for each column, or a name stands twice.
        AnswerError: It is neither a mapping nor a 2-D array.
    """
    given = column_names(ratings)
    if given is not None:
        table = cast("Any", ratings)
        known = {text: table[name] for text, name in zip(different(given), given, strict=True)}
        if not known:
            raise FactorError.none()
        wanted = list(known) if factors is None else different(factors)
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise FactorError.unknown(unknown, list(known))
        return {name: known[name] for name in wanted}
    array = ratings if isinstance(ratings, np.ndarray) else _as_table(ratings)
    if array.ndim != 2:  # noqa: PLR2004 - respondents by factors
        raise AnswerError.not_two_dimensional(array.shape, name="ratings")
    names = [] if factors is None else different(factors)
    if len(names) != array.shape[1]:
        raise FactorError(
            f"ratings have {array.shape[1]} columns but {len(names)} names. Pass factors=(...) "
            "with one name per column, or a mapping of columns."
        )
    return {name: array[:, i] for i, name in enumerate(names)}


def _as_table(ratings: object) -> AnyArray:
    lists = (list, tuple, np.ndarray)
    rows = list(ratings) if isinstance(ratings, lists) else []
    if (
        not all(isinstance(row, lists) for row in rows)
        or not rows
        or len({len(row) for row in rows}) > 1
    ):
        raise AnswerError.not_two_dimensional((), name="ratings")
    array = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        array[i, :] = row
    return array


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that stand more than once, in order."""
    return sorted(name for name, times in Counter(names).items() if times > 1)


def different(names: object, argument: str = "factors") -> list[str]:
    """Return names as texts.

    Raises:
        ParameterError: They are no names.
        FactorError: Two are the same.
    """
    if not isinstance(names, Iterable):
        raise ParameterError.must_be(argument, "names, as texts", names)
    texts = [text_of(name) for name in names]
    twice = repeated(texts)
    if twice:
        raise FactorError.duplicated(twice)
    return texts
