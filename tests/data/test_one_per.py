"""One row per respondent: which rows `one_per` keeps."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=20)


@given(rows=ROWS, keep=st.sampled_from(["first", "last"]))
def test_it_keeps_the_rows_that_a_loop_would(rows, keep):
    """The last or the first by date; of one moment, by the order of the rows."""
    who = [f"id {one}" for one, _ in rows]
    days = [dt.date(2025, 1, 1 + day) for _, day in rows]
    chosen = {}
    for place, (name, day) in enumerate(zip(who, days, strict=True)):
        known = chosen.get(name)
        if known is None or (day >= days[known] if keep == "last" else day < days[known]):
            chosen[name] = place

    found = rm.one_per(who, days, keep=keep)

    assert found.dtype == bool
    assert set(np.flatnonzero(found).tolist()) == set(chosen.values())


BAD = {
    "nobody": (lambda: rm.one_per(["a", None], ["2025-01-01"] * 2), rm.CustomerError, "1 missing"),
    "no date": (lambda: rm.one_per(["a"], [None]), rm.DateError, "missing or cannot be read"),
    "too few": (lambda: rm.one_per(["a", "b"], ["2025-01-01"]), rm.LengthError, "dates has 1"),
    "a word": (
        lambda: rm.one_per(["a"], ["2025-01-01"], keep="latest"),
        rm.ParameterError,
        "Did you mean 'last'?",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case):
    """Each error names what is wrong."""
    action, error, text = BAD[case]
    with pytest.raises(error) as raised:
        action()
    assert text in str(raised.value)
