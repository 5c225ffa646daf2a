"""Ids: whom each row names, that each names somebody, and that everybody is there once."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relmetrics import CustomerError, LengthError, ParameterError
from relmetrics.data.labels.ids import identified, once

ids = st.one_of(
    st.integers(-5, 5), st.text("ab", min_size=1, max_size=2), st.tuples(st.integers(0, 2))
)
columns = st.lists(ids, max_size=30)


@given(column=columns)
def test_everybody_is_there_once_in_order_of_appearance(column):
    """The labels are those of a dictionary, and the codes lead back to the column."""
    found = identified(column, "customers")
    assert found.labels.keys() == list(dict.fromkeys(column))
    assert [found.labels.keys()[code] for code in found.codes] == column


@given(column=st.lists(st.one_of(ids, st.none(), st.just(math.nan)), max_size=30))
def test_missing_ids_are_named_by_position(column):
    """Every missing one counts, and the first five are shown."""
    gone = [i for i, one in enumerate(column) if one is None or one != one]  # noqa: PLR0124 - NaN
    if not gone:
        assert len(identified(column, "customers").codes) == len(column)
        return
    with pytest.raises(CustomerError) as caught:
        identified(column, "members", must="say who paid", remedy="Ask them.")
    many = "1" if len(gone) == 1 else f"{len(gone)} are"
    where = ", ".join(map(str, gone[:5])) + (", ..." if len(gone) > 5 else "")
    assert str(caught.value) == (
        f"members must say who paid; {many} missing, at position {where}. Ask them."
    )


@given(column=columns)
def test_who_is_there_again_is_named(column):
    """All but the first row of each are named."""
    found = identified(column, "customers")
    again = sum(count - 1 for count in Counter(column).values())
    if not again:
        once(found, each="one row each", remedy="Drop one.")
        return
    with pytest.raises(CustomerError, match="customers must be different, one row each") as caught:
        once(found, each="one row each", remedy="Drop one.")
    first = next(i for i, one in enumerate(column) if one in column[:i])
    assert f"repeated: {column[first]!r} at position {first}" in str(caught.value)
    assert str(caught.value).count("at position") == min(again, 5)


def test_ids_of_any_kind_are_read():
    """Arrays of numbers and texts have no missing ids; times may."""
    assert identified(np.array([3, 3, 1]), "customers").codes.tolist() == [0, 0, 1]
    assert len(identified(np.array(["a", "b"]), "customers").labels) == 2
    times = np.array(["2025-01-01", "NaT"], dtype="M8[D]")
    with pytest.raises(CustomerError, match="1 missing, at position 1"):
        identified(times, "customers")


def test_ids_that_cannot_be_looked_up_and_other_lengths_are_errors():
    """They name the column."""
    with pytest.raises(ParameterError, match="'customers' must be hashable"):
        identified([["a"], ["b"]], "customers")
    with pytest.raises(LengthError):
        identified(["a"], "customers", rows=2)
