"""Reading of people: ids, each of them once, and where each is among the customers of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.labels.ids import identified, once
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import CustomerError, EmptySampleError
from relmetrics.errors.wording import shown

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, Column, IntArray


def people(column: Column, name: str) -> AnyArray:
    """Return the ids of a column, each of them once.

    Raises:
        CustomerError: An id is missing, or is there twice.
        EmptySampleError: There are none.
    """
    found = identified(column, name)
    if not len(found.codes):
        raise EmptySampleError.for_metric(f"A group of {name} customers", 0)
    once(found, each="one row each", remedy="Keep each customer once.")
    return found.labels.columns[0]


def places_in(log: Purchases, ids: AnyArray, name: str) -> IntArray:
    """Return the number of each of these people among the customers of a log; -1 for who is none.

    Raises:
        CustomerError: The ids are text where those of the log are numbers, or the other way.
    """
    customers, given = plain_list(log.customers), plain_list(ids)
    if customers and isinstance(given[0], str) != isinstance(customers[0], str):
        raise CustomerError(
            f"{name} must be ids as the log has them; it has {shown(customers[0])}, and {name} "
            f"{shown(given[0])}. Text and numbers differ: give both the same type."
        )
    number = {customer: place for place, customer in enumerate(customers)}
    return np.array([number.get(who, -1) for who in given], dtype=np.int64)


def require_known(places: IntArray, ids: AnyArray, name: str) -> None:
    """Check that somebody is a customer of the log: else the ids are of another kind.

    Raises:
        CustomerError: Nobody is.
    """
    if not (places >= 0).any():
        raise CustomerError(
            f"{name} must be customers of the log; none of {len(places)} is, such as "
            f"{shown(plain_list(ids)[0])}. Some of them may have bought nothing, but not all: are "
            "these the ids that the log has?"
        )
