"""Small groups without numbers: in tables, comparisons, waves and rankings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.questions.groups.left_out import SUPPRESSED

PLAN = ["gold"] * 40 + ["basic"] * 30 + ["trial"] * 20 + ["new"] * 4 + ["none"]
ANSWERS = [5] * 36 + [2] * 4 + [5, 1] * 15 + [4, 2] * 10 + [5, 5, 5, 1] + [None]
BY = rm.CSAT().by(ANSWERS, PLAN)
NUMBERS = {"value", "reference_value", "difference", "low", "high", "p_value", "p_adjusted"}
NUMBERS |= {"low_adjusted", "high_adjusted", "shrunken", "weight", "rank"}


def row_of(table, group):
    """Return one row of a table."""
    row = table["group"].tolist().index(group)
    return {name: column[row] for name, column in table.items()}


@pytest.mark.parametrize(
    "made",
    [
        lambda suppress: BY.table(small_base=10, suppress=suppress),
        lambda suppress: BY.table(small_base=10, suppress=suppress, total=True, named=True),
        lambda suppress: BY.compare(small_base=10, suppress=suppress).table(),
        lambda suppress: BY.compare(reference="gold", small_base=10, suppress=suppress).table(),
        lambda suppress: BY.compare_to(BY, small_base=10, suppress=suppress).table(),
        lambda suppress: BY.ranking(small_base=10, suppress=suppress).table(),
        lambda suppress: BY.ranking(method="normal", small_base=10, suppress=suppress).table(),
    ],
)
def test_a_small_group_has_no_numbers(made):
    """Nothing but its size; other groups keep theirs, and those without answers their reason."""
    plain, hidden = made(False), made(True)
    small = row_of(hidden, "new")

    assert list(plain) == list(hidden)
    assert all(np.isnan(small[name]) for name in NUMBERS & set(hidden))
    assert small["n"] == 4
    assert small["small_base"]
    assert small.get("note", SUPPRESSED) == SUPPRESSED
    assert row_of(hidden, "none").get("note", "no answers") == "no answers"
    for name in {"value", "low", "high", "difference", "n"} & set(hidden):
        assert row_of(hidden, "basic")[name] == row_of(plain, "basic")[name]
    assert "p_value" not in hidden or small["verdict"] == "not shown"


def test_what_is_suppressed_is_no_test():
    """P-values are adjusted for those that are there, and a hidden third is not 'one test'."""
    shown = BY.compare(small_base=10, suppress=True).table()
    p = shown["p_value"][:3]
    assert np.isfinite(p).all()
    np.testing.assert_allclose(np.sort(shown["p_adjusted"][:3])[0], 3 * np.sort(p)[0])
    few = rm.CSAT().by([5] * 20 + [5, 1] * 10 + [1] * 3, ["a"] * 20 + ["b"] * 20 + ["c"] * 3)
    table = few.compare(small_base=10, suppress=True).table()
    assert table["p_adjusted"][0] == 2 * table["p_value"][0]
    again = BY.compare(small_base=10, suppress=True).one_sided(alternative="greater").table()
    assert again["note"].tolist().count(SUPPRESSED) == 1
    assert np.isnan(again["bound"][again["note"] == SUPPRESSED]).all()


@given(small_base=st.integers(1, 60))
def test_the_larger_the_base_the_more_is_suppressed(small_base):
    """Exactly the groups below it."""
    table = BY.table(small_base=small_base, suppress=True)
    np.testing.assert_array_equal(np.isnan(table["value"]), table["n"] < small_base)
    compared = BY.compare(small_base=small_base, suppress=True).table()
    few = compared["small_base"] | (compared["n"] == 0)
    np.testing.assert_array_equal(np.isnan(compared["p_value"]), few)


def test_a_base_goes_with_it():
    """Without one nothing is small; and a flag is a truth value."""
    with pytest.raises(rm.ParameterError, match="'small_base' must be given beside suppress"):
        BY.table(suppress=True)
    for made in (
        BY.compare,
        BY.ranking,
        lambda suppress: BY.table(small_base=3, suppress=suppress),
    ):
        with pytest.raises(rm.ParameterError, match="'suppress'"):
            made(suppress="yes")
