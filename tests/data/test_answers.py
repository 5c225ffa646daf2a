"""The array paths against the one-by-one definition, for every type and layout."""

import array
import collections
import decimal
import fractions

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.data import addresses
from relmetrics.data import codes as under_test
from relmetrics.data.codes import BLOCK, code_of, encode

SCALES = (
    rm.ZERO_TO_TEN,
    rm.ONE_TO_FIVE,
    rm.YES_NO,
    rm.Scale(-3, 3),
    rm.Scale(200, 254),
    rm.Scale(1, 200),
    rm.Scale(-254, -10),
)
scales = st.sampled_from(SCALES)
DTYPES = (
    "u1",
    "i1",
    "u2",
    "i2",
    "u4",
    "i4",
    "u8",
    "i8",
    "f2",
    "f4",
    "f8",
    "g",
    ">i4",
    ">f8",
    "O",
    "?",
)
numbers = st.one_of(
    st.integers(-260, 260),
    st.sampled_from(
        [
            float("nan"),
            float("inf"),
            -float("inf"),
            10.5,
            261,
            -251,
            2**64 + 5,
            -(2**63),
            2**63,
            1e-17,
            5e-324,
            255,
            256,
            65536,
            65541,
            -0.0,
            1e300,
        ]
    ),
)


def reference(values, scale):
    """Count one by one; None when some entry is no answer."""
    codes = [code_of(value, scale) for value in values]
    if any(code < 0 for code in codes):
        return None
    return [codes.count(code) for code in range(scale.size + 1)]


def fast(values, scale):
    """Count by the library; None when it refuses."""
    try:
        tally = rm.Tally.from_answers(values, scale)
    except rm.AnswerError:
        return None
    return [*tally.counts, tally.missing]


def layouts(values, dtype):
    """Yield the values as arrays of a type, contiguous, strided, reversed and read-only."""
    with np.errstate(all="ignore"):
        try:
            plain = np.array(values, dtype=dtype)
        except (OverflowError, ValueError, TypeError):
            return
    yield plain
    yield np.repeat(plain, 2)[::2]
    yield plain[::-1]
    table = np.empty((len(plain), 3), dtype=plain.dtype)
    table[:, 1] = plain
    yield table[:, 1]
    frozen = plain.copy()
    frozen.flags.writeable = False
    yield frozen


@given(values=st.lists(numbers, max_size=20), scale=scales, dtype=st.sampled_from(DTYPES))
@example(values=[11, float("nan")], scale=rm.ZERO_TO_TEN, dtype="f8")
@example(values=[-128, 1], scale=rm.Scale(1, 200), dtype="i1")
@example(values=[1e-17], scale=rm.Scale(-3, 3), dtype="f8")
@example(values=[255, 0], scale=rm.Scale(-3, 3), dtype="u1")
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_arrays_count_as_their_entries_do(values, scale, dtype):
    """Every type and memory layout agrees with the definition, or both refuse."""
    for column in layouts(values, dtype):
        assert fast(column, scale) == reference(list(column), scale)


@given(
    values=st.lists(st.one_of(numbers, st.none(), st.booleans(), st.just("yes")), max_size=80),
    scale=scales,
)
@example(values=[True] * 70, scale=rm.ZERO_TO_TEN)
@example(values=[11, None], scale=rm.ZERO_TO_TEN)
@example(values=[11] + [None] * 70, scale=rm.ZERO_TO_TEN)
@example(values=[255] + [None] * 70, scale=rm.Scale(200, 254))
def test_lists_count_as_their_entries_do(values, scale):
    """Short and long lists, of one type or mixed, agree with the definition."""
    for column in (values, values * 3):
        expected = reference(column, scale)
        assert fast(column, scale) == expected
        assert fast(tuple(column), scale) == expected


NOT_KNOWN = (
    True,
    7.0,
    np.int64(7),
    np.float64(7),
    10**30,
    -6,
    257,
    "7",
    7.5,
    float("nan"),
    object(),
)


@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_points_are_known_by_where_they_lie(scale):
    """A list of points and None is read by its addresses, and any other is not."""
    points = [*range(scale.low, scale.high + 1), None]
    if scale.low >= -5:  # the interpreter keeps these, so any list holds the same
        expected = [*range(scale.size + 1)]
        assert addresses.codes_of_known(points, scale).tolist() == expected
    for intruder in NOT_KNOWN:
        if not (type(intruder) is int and intruder in scale):
            assert addresses.codes_of_known([*points, intruder], scale) is None


@given(
    values=st.lists(
        st.one_of(st.integers(0, 10), st.none(), st.sampled_from(NOT_KNOWN)), min_size=65
    )
)
def test_lists_count_the_same_where_addresses_are_not_told(values):
    """On an interpreter or with a numpy that keeps its pointers to itself, only time is lost."""

    def kept_back(*_, **__):
        raise ValueError

    addresses.points_known.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_addresses", kept_back)
        assert addresses.codes_of_known([1], rm.ZERO_TO_TEN) is None
        plain = fast(values, rm.ZERO_TO_TEN)
    addresses.points_known.cache_clear()
    assert plain == fast(values, rm.ZERO_TO_TEN) == reference(values, rm.ZERO_TO_TEN)


def test_addresses_that_are_none_are_found_out():
    """Where `id` is no address, the check says so before any list is read."""
    addresses.points_known.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "id", lambda item: hash(item) + 1, raising=False)
        assert addresses.points_known(0, 11) is None
    addresses.points_known.cache_clear()


def test_a_few_answers_count_as_many_do():
    """What is counted one by one is counted so, and refused so, in an array or a list."""
    awkward = [7, 7.0, -0.0, 0.0, float("nan"), None, 10.0, 10]
    for few in (awkward, [7, 7.5], [11.0], [float("inf")], [True], [2**64], [-1.0]):
        many = few * 20
        expected = reference(many, rm.ZERO_TO_TEN)
        assert fast(many, rm.ZERO_TO_TEN) == expected
        one = reference(few, rm.ZERO_TO_TEN)
        assert fast(few, rm.ZERO_TO_TEN) == one
        assert (expected is None) is (one is None)


@given(
    answers=st.lists(st.integers(0, 10), max_size=50),
    block=st.integers(1, 9),
    gaps=st.booleans(),
)
def test_blocks_do_not_show(answers, block, gaps):
    """Any size of block gives the same counts, weights and groups."""
    values = np.array([np.nan if gaps and a == 3 else a for a in answers], dtype=float)
    weights, groups = np.arange(1.0, len(values) + 1), np.arange(len(values)) % 3
    metric = rm.NPS()
    expected = (fast(values, rm.ZERO_TO_TEN), metric.by(values, groups, weights=weights).table())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(under_test, "BLOCK", block)
        got = (fast(values, rm.ZERO_TO_TEN), metric.by(values, groups, weights=weights).table())
    assert got[0] == expected[0]
    for name in expected[1]:
        np.testing.assert_allclose(
            got[1][name].astype(float), expected[1][name].astype(float), rtol=1e-12
        )


def test_many_blocks_are_counted_and_the_first_offenders_shown():
    """Past the first block positions still count from the start of the column."""
    answers = np.full(3 * BLOCK, 7.0)
    answers[BLOCK + 5] = np.nan
    assert fast(answers, rm.ZERO_TO_TEN)[7] == 3 * BLOCK - 1
    answers[[2 * BLOCK + 1, 2 * BLOCK + 9]] = 99
    with pytest.raises(
        rm.OffScaleError, match=rf"2 of {3 * BLOCK} do not: 99.0 at position {2 * BLOCK + 1}"
    ):
        rm.nps(answers)


class Wrapped:
    """A column that is no list and no array, but iterates."""

    def __init__(self, values):
        self.values = values

    def __iter__(self):
        return iter(self.values)


@pytest.mark.parametrize(
    "column",
    [
        (5, 4, None),
        iter([5, 4, None]),
        collections.deque([5, 4, None]),
        Wrapped([5, 4, None]),
        [5.0, 4.0, float("nan")],
        [np.int8(5), np.float32(4), np.nan],
        [decimal.Decimal(5), fractions.Fraction(4), decimal.Decimal("nan")],
        np.ma.masked_array([5, 4, 1], mask=[False, False, True]),
        np.array([5, 4, None], dtype=object),
        [5, 4, np.datetime64("NaT", "D")],
        np.array([5, 4, np.nan], dtype=">f8"),
    ],
)
def test_columns_of_any_kind(column):
    """Tuples, iterators, masked arrays, decimals: two answers and one missing."""
    tally = rm.Tally.from_answers(column, rm.ONE_TO_FIVE)
    assert (tally.counts, tally.missing) == ((0, 0, 0, 1, 1), 1)


def test_buffers_and_ranges():
    """array.array and range are sequences too."""
    assert rm.Tally.from_answers(array.array("b", [5, 4]), rm.ONE_TO_FIVE).n == 2
    assert rm.Tally.from_answers(range(1, 6), rm.ONE_TO_FIVE).counts == (1,) * 5
    assert encode(range(3), rm.ZERO_TO_TEN).codes().tolist() == [0, 1, 2]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_data_frames(library):
    """Series of every dtype with nulls, when the library is installed."""
    module = pytest.importorskip(library)
    columns = [module.Series([5, 4, None]), module.Series([5.0, 4.0, None])]
    if library == "pandas":
        columns += [
            module.Series([5, 4, None], dtype=dtype) for dtype in ("Int64", "Float64", object)
        ]
        columns += [module.Series([5, 4, None], dtype="Int8"), module.Series([5, 4, 5])[[0, 1]]]
    for column in columns:
        tally = rm.Tally.from_answers(column, rm.ONE_TO_FIVE)
        assert tally.counts == (0, 0, 0, 1, 1)
        assert tally.missing == len(column) - 2
    flags = module.Series([True, False, None])
    assert rm.Rate().tally(flags).counts == (1, 1)
    with pytest.raises(rm.AnswerError, match="True at position 0"):
        rm.nps(flags)
