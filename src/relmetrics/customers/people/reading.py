"""Reading of people: ids, each of them once, and where each is among the customers of a log."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.dates import as_times
from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.labels.ids import identified, once
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import CustomerError, EmptySampleError, ParameterError
from relmetrics.errors.wording import shown
from relmetrics.metric.classes import Classes

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
        raise EmptySampleError.for_metric(f"The group {name!r}", 0)
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


def days_of(
    classes: Mapping[Any, Any], answered: Column | Mapping[Any, Any], log: Purchases
) -> AnyArray:
    """Return the day on which each respondent answered.

    Raises:
        AlignmentError: The days are of other rows than the classes.
        DateError: A day is missing or cannot be read.
        LengthError: There is not one per row.
        ParameterError: A column is given beside a mapping.
    """
    if isinstance(answered, Mapping):
        answered = [answered.get(who) for who in classes]
    elif isinstance(classes, Classes):
        require_aligned(classes=SimpleNamespace(index=classes.index), answered=answered)
    else:
        remedy = "Of a mapping of respondent to class the order is not that of a column."
        raise ParameterError.must_be("answered", "a mapping of respondent to day", answered, remedy)
    days = as_times(answered, "answered", zone=log.zone).days
    require_equal_lengths(classes=len(classes), answered=len(days))
    return days
