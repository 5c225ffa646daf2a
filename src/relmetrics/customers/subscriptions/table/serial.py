"""A log of subscriptions as a dictionary, and read back: every field is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.subscriptions.table.billing import FAR, MOST_DAYS, Billing
from relmetrics.customers.subscriptions.table.reading import (
    FREE,
    SPREADS,
    Rows,
    require_one_currency,
)
from relmetrics.data.calendar.dates import as_day
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import RelmetricsError, StateError
from relmetrics.money.exact import MOST_DECIMALS, Unit
from relmetrics.states.serial import VERSION, read_fields

if TYPE_CHECKING:
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.data.types import AnyArray
    from relmetrics.states.serial import Fields

TYPE = "subscription_log"
_NAME = "SubscriptionLog"
_KEYS = frozenset(
    {"type", "v", "customers", "codes", "starts", "ends", "amounts", "decimals", "is_decimal"}
    | {"months", "days", "attributes", "as_of", "grace", "free", "spread", "empty"}
)
_MOST_MONTHS = 12


def written(log: Subscriptions) -> dict[str, object]:
    """Return a log as JSON-ready plain values.

    Days are text, a running row has None; amounts are whole numbers of the smallest unit or floats,
    None where unknown.
    """
    amounts: list[Any] | None = None
    if log.numbers is not None:
        given = zip(log.numbers.tolist(), log.unknown.tolist(), strict=True)
        amounts = [None if unknown else number for number, unknown in given]
    return {
        "type": TYPE,
        "v": VERSION,
        "customers": plain_list(log.customers),
        "codes": log.codes.tolist(),
        "starts": log.starts.astype("datetime64[D]").astype(str).tolist(),
        "ends": [None if end == FAR else str(np.datetime64(end, "D")) for end in log.ends.tolist()],
        "amounts": amounts,
        "decimals": log.unit.decimals,
        "is_decimal": log.unit.is_decimal,
        "months": log.billing.months.tolist(),
        "days": log.billing.days.tolist(),
        "attributes": {name: column.tolist() for name, column in log.attributes.items()},
        "as_of": str(log.observed),
        "grace": log.grace,
        "free": log.free,
        "spread": log.spread,
        "empty": log.empty,
    }


def read(data: object) -> Rows:
    """Return the rows of a log that `written` returned.

    Raises:
        StateError: The dictionary is no log, or of a version that is not known.
    """
    fields = read_fields(_NAME, data, type_name=TYPE, keys=_KEYS)
    customers = fields.items_of("customers")
    if not all(isinstance(one, (str, int)) for one in customers):
        raise StateError.malformed(_NAME, "customers must be text or numbers")
    if len(set(customers)) < len(customers):
        raise StateError.malformed(_NAME, "customers must be different")
    codes = fields.rows_by("codes", len(fields.items_of("codes")))
    size = len(codes)
    if (codes >= max(len(customers), 1)).any():
        raise StateError.malformed(_NAME, "codes must be places of customers")
    starts, ends = (_days(fields, name, size) for name in ("starts", "ends"))
    if (starts == FAR).any() or (ends <= starts).any():
        raise StateError.malformed(_NAME, "every row must start, and end after that")
    numbers, unknown, unit = _amounts(fields, size)
    rows = Rows(
        customers=_labels(customers),
        codes=codes,
        starts=starts,
        ends=ends,
        numbers=numbers,
        unknown=unknown,
        unit=unit,
        billing=_billing(fields, size),
        attributes=_attributes(fields, size),
        credits=np.zeros(size, dtype=bool) if numbers is None else np.asarray(numbers < 0, bool),
        observed=_one_day(fields["as_of"]),
        grace=fields.count("grace", FAR),
        free=_one_of(fields, "free", FREE),
        spread=_one_of(fields, "spread", SPREADS),
        zone=None,
        empty=fields.count("empty"),
    )
    try:
        require_one_currency(rows)
    except RelmetricsError as error:
        raise StateError.malformed(_NAME, str(error)) from None
    return rows


def _labels(items: list[Any]) -> AnyArray:
    """Return labels as the array that a log of them would have."""
    kinds = {type(item) for item in items}
    if kinds in ({int}, {str}):
        return np.array(items)
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found


def _one_day(text: Any) -> np.datetime64:
    try:
        if not isinstance(text, str):
            raise StateError.malformed(_NAME, f"days must be text, got {text!r}")
        return as_day(text, "day")
    except RelmetricsError as error:
        raise StateError.malformed(_NAME, str(error)) from None


def _days(fields: Fields, name: str, size: int) -> AnyArray:
    items = fields.items_of(name, size)
    days = [FAR if item is None else int(_one_day(item).astype(np.int64)) for item in items]
    return np.array(days, dtype=np.int64)


def _amounts(fields: Fields, size: int) -> tuple[AnyArray | None, AnyArray, Unit]:
    decimals, is_decimal = fields["decimals"], fields["is_decimal"]
    if decimals is not None:
        decimals = fields.count("decimals", MOST_DECIMALS)
    if not isinstance(is_decimal, bool):
        raise StateError.malformed(_NAME, "is_decimal must be true or false")
    unit = Unit(decimals, is_decimal)
    if fields["amounts"] is None:
        return None, np.ones(size, dtype=bool), unit
    items = fields.items_of("amounts", size)
    unknown = np.array([item is None for item in items], dtype=bool)
    if decimals is None:
        floats = [0.0 if item is None else fields.number("amounts", item) for item in items]
        return np.array(floats, dtype=np.float64), unknown, unit
    whole = [0 if item is None else item for item in items]
    if not all(type(item) is int for item in whole):
        raise StateError.malformed(_NAME, "amounts must be whole numbers of the smallest unit")
    fits = sum(map(abs, whole)) < 2**62
    return np.array(whole, dtype=np.int64 if fits else object), unknown, unit


def _billing(fields: Fields, size: int) -> Billing:
    months = np.array(fields.counts("months", size, _MOST_MONTHS), dtype=np.int64)
    days = np.array(fields.counts("days", size, MOST_DAYS), dtype=np.int64)
    if ((months > 0) & (days > 0)).any():
        raise StateError.malformed(_NAME, "a price is for months or for days")
    return Billing(months, days)


def _attributes(fields: Fields, size: int) -> dict[str, AnyArray]:
    given = fields["attributes"]
    if not isinstance(given, dict) or not all(
        isinstance(column, list) and len(column) == size for column in given.values()
    ):
        raise StateError.malformed(_NAME, f"attributes must be lists of {size} by name")
    found: dict[str, AnyArray] = {}
    for name, column in given.items():
        found[name] = np.empty(size, dtype=object)
        found[name][:] = column
    return found


def _one_of(fields: Fields, name: str, known: tuple[str, ...]) -> str:
    if fields[name] not in known:
        raise StateError.malformed(_NAME, f"{name} must be one of {', '.join(known)}")
    return str(fields[name])
