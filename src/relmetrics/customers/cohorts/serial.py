"""Cohorts as plain values, written and read back with every field checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.cohorts.by_customer import SUMS
from relmetrics.customers.cohorts.definition import KINDS, CohortDefinition, as_brackets
from relmetrics.data.calendar.dates import as_day
from relmetrics.data.calendar.periods import first_day, period_of
from relmetrics.errors import RelmetricsError, StateError
from relmetrics.states.serial import LARGEST_ROWS, LARGEST_SUM, VERSION, Fields, read_fields

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray

_SETTINGS = ("every", "windows", "entry", "values")
_COHORT_FIELDS = frozenset(
    {"type", "v", *_SETTINGS, "brackets", "as_of", "cohorts", "sizes", "counts", "revenue"}
    | {"unknown_amounts"}
)
_LARGEST_PRODUCT = 2**62
State = tuple[
    "CohortDefinition",
    "IntArray",
    "IntArray",
    "IntArray",
    "FloatArray | None",
    int,
    "IntArray | None",
    "FloatArray | None",
    int,
    int,
]
_LATER = {"by_customer": None, "squares": None, "unjoined": 0, "early": 0}
_LATER_SETTINGS = {"joined": False, "at_least": 1, "nth": None}
"""What the first version did not write, and later ones do not where it is so."""


def written(
    definition: CohortDefinition,
    periods: IntArray,
    sizes: IntArray,
    by_kind: IntArray,
    money: FloatArray | None,
    unknown_amounts: int,
    products: IntArray | None,
    squares: FloatArray | None,
    unjoined: int,
    early: int,
) -> dict[str, object]:
    """Return cohorts as JSON-ready plain values; the sums by customer where there are any."""
    brackets = definition.brackets
    later = {name: getattr(definition, name) for name in _LATER_SETTINGS}
    later |= {
        "by_customer": None if products is None else products.tolist(),
        "squares": None if squares is None else squares.tolist(),
        "unjoined": unjoined,
        "early": early,
    }
    usual = _LATER | _LATER_SETTINGS
    return {
        "type": "cohorts",
        "v": VERSION,
        **{name: getattr(definition, name) for name in _SETTINGS},
        "brackets": None if brackets is None else [list(bracket) for bracket in brackets],
        "as_of": str(definition.as_of),
        "cohorts": first_day(periods, definition.every).astype(str).tolist(),
        "sizes": sizes.tolist(),
        "counts": dict(zip(KINDS, by_kind.tolist(), strict=True)),
        "revenue": None if money is None else money.tolist(),
        "unknown_amounts": unknown_amounts,
    } | {name: value for name, value in later.items() if value != usual[name]}


def read(data: object) -> State:
    """Return the parts of serialised cohorts.

    Raises:
        StateError: The dictionary holds no cohorts, or of a version that is not known.
    """
    fields = read_fields(
        "Cohorts",
        data,
        type_name="cohorts",
        keys=_COHORT_FIELDS,
        later=_LATER | _LATER_SETTINGS,
    )
    try:
        definition = _definition(fields)
        days = np.array([as_day(day, "cohorts") for day in fields.items_of("cohorts")], "M8[D]")
    except StateError:
        raise
    except RelmetricsError as error:
        raise StateError.malformed("Cohorts", str(error)) from None
    periods = period_of(days, definition.every)
    if (np.diff(periods) <= 0).any() or (first_day(periods, definition.every) != days).any():
        raise StateError.malformed("Cohorts", "cohorts must be first days of periods, in order")
    size = len(periods)
    if size and days[-1] > definition.as_of:
        raise StateError.malformed("Cohorts", "cohorts must not begin after as_of")
    ages = definition.ages_begun(int(periods[0])) if size else 0
    sizes = fields.rows_by("sizes", size)
    kinds = fields["counts"]
    if not isinstance(kinds, dict) or list(kinds) != list(KINDS):
        raise StateError.malformed("Cohorts", f"counts must be keyed by {', '.join(KINDS)}")
    rows = [_rows(fields, kinds[kind], size, ages) for kind in KINDS]
    by_kind = np.array(
        [
            [fields._counts("counts", row, LARGEST_ROWS) for row in matrix]  # noqa: SLF001
            for matrix in rows
        ],
        dtype=np.int64,
    ).reshape(len(KINDS), size, ages)
    begun = definition.begun(periods, ages)
    if (by_kind > sizes[:, None] * begun).any():
        raise StateError.malformed("Cohorts", "counts exceed the sizes, or lie after as_of")
    money, squares = _money(fields, definition, size, ages)
    unknown, *left_out = (fields.count(name) for name in ("unknown_amounts", "unjoined", "early"))
    products = _products(fields, ages)
    unjoined, early = left_out
    return definition, periods, sizes, by_kind, money, unknown, products, squares, unjoined, early


def _money(
    fields: Fields, definition: CohortDefinition, size: int, ages: int
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return the amounts and their squares; None of cohorts of customers."""
    if definition.values != "revenue":
        for name in ("revenue", "squares"):
            if fields[name] is not None:
                why = f"{name} belongs to values='revenue' alone"
                raise StateError.malformed("Cohorts", why)
        return None, None
    money = _numbers(fields, "revenue", size, ages)
    if (np.abs(money) > LARGEST_SUM).any():
        raise StateError.malformed("Cohorts", f"revenue must be {LARGEST_SUM:g} at most")
    given = fields["squares"] is not None
    return money, _numbers(fields, "squares", size, ages) if given else None


def _numbers(fields: Fields, name: str, size: int, ages: int) -> FloatArray:
    rows = _rows(fields, fields[name], size, ages)
    cells = [[fields.number(name, cell) for cell in row] for row in rows]
    return np.array(cells, dtype=np.float64).reshape(size, ages)


def _products(fields: Fields, ages: int) -> IntArray | None:
    """Return the sums of products by customer; None where they were not written."""
    given = fields["by_customer"]
    if given is None:
        return None
    if fields["entry"] != "recurring":
        raise StateError.malformed("Cohorts", "by_customer belongs to entry='recurring' alone")
    kinds = fields.items_of("by_customer", len(KINDS))
    rows = [row for kind in kinds for row in _rows(fields, kind, SUMS, ages)]
    counts = [fields._counts("by_customer", row, _LARGEST_PRODUCT) for row in rows]  # noqa: SLF001
    found = np.array(counts, dtype=np.int64).reshape(len(KINDS), SUMS, ages)
    _, entries, across, active = np.swapaxes(found, 0, 1)
    if (active > across).any() or (across > entries).any():
        raise StateError.malformed("Cohorts", "by_customer has more active entries than entries")
    return found


def _definition(fields: Fields) -> CohortDefinition:
    brackets = fields["brackets"]
    if brackets is not None:
        triples = fields.items_of("brackets")
        if not all(isinstance(item, list) and len(item) == 3 for item in triples):  # noqa: PLR2004
            raise StateError.malformed("Cohorts", "brackets must be lists of name, first, last")
        brackets = {str(name): (first, last) for name, first, last in triples}
    settings = {name: fields[name] for name in (*_SETTINGS, *_LATER_SETTINGS)}
    if not isinstance(settings["joined"], bool):
        raise StateError.malformed("Cohorts", "joined must be true or false")
    day = as_day(fields["as_of"], "as_of")
    return CohortDefinition(brackets=as_brackets(brackets), as_of=day, **settings)


def _rows(fields: Fields, rows: Any, size: int, ages: int) -> list[list[Any]]:
    whole = isinstance(rows, list) and len(rows) == size
    if not whole or not all(isinstance(row, list) and len(row) == ages for row in rows):
        raise StateError.malformed(fields.kind, f"matrices must be {size} lists of {ages}")
    checked: list[list[Any]] = rows
    return checked
