"""The overview of purchases: what is known of all rows, and whether all of them are sound."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from relmetrics.errors import AmountError, CustomerError, DateError, RelmetricsError
from relmetrics.errors.wording import shown
from relmetrics.frames.behaviour.days import FAR, TO_DATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relmetrics.frames.engine import Source


def overview(
    source: Source, names: dict[str, str | None], given: Any, *, back: Any
) -> dict[str, int]:
    """Return how many rows there are, how many are wrong, and the first and the last day.

    Args:
        source: The frame.
        names: The columns of customer, date, amount and referral.
        given: Customer, time, day and amount of each row: see `Rows.given`.
        back: Whether a row is a return.

    Raises:
        CustomerError: A row has no customer.
        DateError: A row has no date, or a text that is none.
        AmountError: An amount is infinite.
        ParameterError: The engine cannot answer.
    """
    asked = [name for name in names.values() if name]
    with reading_days(source, str(names["date"])):
        columns = source.collect(_query(source, str(names["customer"]), given, back), asked)
    found = {name: int(values[0]) if values else 0 for name, values in columns.items()}
    _require_sound(source, names, found)
    return found


@contextmanager
def reading_days(source: Source, name: str) -> Iterator[None]:
    """Say of texts that cannot be read as days what to do, whichever way the engine fails.

    Raises:
        DateError: Some cannot; the engine's own error is the cause.
    """
    try:
        yield
    except Exception as error:
        own = isinstance(error, RelmetricsError)
        failed = error.__cause__ if own else error
        if not source.type_named(name, "String") or failed is None:
            raise
        raise DateError(
            f"the column {name!r} of this {source.engine} frame holds texts, which are "
            f"read as days such as '2025-01-31'; not all of them can be: "
            f"{shown(str(failed).strip())}. {TO_DATES}"
        ) from failed


def _query(source: Source, customer: str, given: Any, back: Any) -> Any:
    """Return the query of what is known of all rows."""
    nw = source.nw
    nobody = nw.col("c").is_null()
    kind = source.schema[customer]
    if source.type_named(customer, "String", "Categorical", "Enum"):
        nobody = nobody | (nw.col("c").str.strip_chars() == "").fill_null(value=False)
    elif kind.is_float():
        nobody = nobody | nw.col("c").is_nan().fill_null(value=False)
    day = nw.col("d")
    return (
        given.with_columns(
            nw.lit(1).alias("all"),
            nobody.cast(nw.Int64).alias("nobody"),
            nw.col("t").is_null().cast(nw.Int64).alias("undated"),
            (~back).cast(nw.Int64).alias("bought"),
            nw.when(~back).then(day).otherwise(FAR).alias("first"),
            nw.when(~back).then(day).otherwise(-FAR).alias("last"),
            nw.when(back).then(day).otherwise(-FAR).alias("returned"),
        )
        .group_by("all")
        .agg(
            nw.len().alias("rows"),
            *(nw.col(name).sum() for name in ("nobody", "undated", "infinite", "bought")),
            nw.col("first").min(),
            *(nw.col(name).max() for name in ("last", "returned")),
        )
    )


def _require_sound(source: Source, names: dict[str, str | None], found: dict[str, int]) -> None:
    wrong = {
        "nobody": (CustomerError, "customer", "name who bought", "unknown customers"),
        "undated": (DateError, "date", "say when", "unknown dates"),
        "infinite": (AmountError, "amount", "hold finite numbers", "such amounts"),
    }
    for what, (error, argument, must, kind) in wrong.items():
        if found[what]:
            raise error(
                f"the column {names[argument]!r} must {must}; {found[what]} of "
                f"{found['rows']} rows of this {source.engine} frame do not. Leave out "
                f"rows of {kind}."
            )
