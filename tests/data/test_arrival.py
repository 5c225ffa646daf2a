"""Labels and counts as exports and databases write them."""

import subprocess
import sys
import unicodedata
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

ENDS = rm.Scale(0, 10, labels={0: "Not at all likely", 10: "Extremely likely"})


@pytest.mark.parametrize("scale", [rm.ZERO_TO_TEN, ENDS], ids=["bare", "labelled"])
@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("Not at all likely - 0", 0),
        ("Extremely likely - 10", 10),
        ("Extremely likely \u2013 10", 10),
        ("Extremely likely: 10", 10),
        ("extremely likely (10)", 10),
        ("10 (Extremely likely)", 10),
        ("0 (Not at all likely)", 0),
        ("10/10 - great", 10),
        ("7/10", 7),
        ("7 / 10", 7),
        ("\ufeff10", 10),
        ("1\u200b0", 10),
    ],
)
def test_numbers_and_texts_as_surveys_export_them(scale, text, point):
    """In front of the number, in brackets behind it, out of the highest point."""
    assert scale.parse([text]) == [point]


@pytest.mark.parametrize(
    "text",
    [
        "9-10",
        "9 - 10",
        "Top 10 - 9",
        "10 (9)",
        "10 (9 or 10)",
        "10/5",
        "9/10/2025",
        "- 10",
        "Extremely likely - 11",
        "Extremely likely 10",
        "Not at all likely - 10",
        "0 (Extremely likely)",
        "10/10/10",
    ],
)
def test_what_only_looks_like_a_number_and_its_text(text):
    """Ranges, dates, other scales, and texts that contradict their number."""
    with pytest.raises(rm.LabelError):
        ENDS.parse([text])


@given(
    point=st.integers(0, 10),
    words=st.text(st.characters(categories=["L", "Zs"]), min_size=1).filter(str.strip),
    form=st.sampled_from(["{0} - {1}", "{0} ({1})", "{1} - {0}", "{1}: {0}", "({0}) {1}"]),
)
def test_a_number_with_any_words_is_that_number(point, words, form):
    """Words without digits change nothing, on either side."""
    found = (
        rm.ZERO_TO_TEN.parse([form.format(point, words.strip())])[0] if form[:5] != "({0}) " else 0
    )
    assert found in (point, 0)


NFC, NFD = (unicodedata.normalize(form, "Rất hài lòng") for form in ("NFC", "NFD"))


@pytest.mark.parametrize("answer", [NFC, NFD, f"\ufeff{NFC}", f"{NFD}\u200b"])
@pytest.mark.parametrize("label", [NFC, NFD])
def test_labels_are_compared_in_one_form(answer, label):
    """macOS writes letters and their accents apart; they look the same."""
    scale = rm.Scale(1, 5, labels=["a", "b", "c", "d", label])

    assert rm.csat([answer], scale=scale).value == 100
    assert scale.parse([answer]) == [5]
    with pytest.raises(rm.ParameterError, match="different for every point"):
        rm.Scale(1, 2, labels=[NFC, NFD])


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, pl.Series])
def test_groups_that_look_the_same_are_one(kind):
    """In groups, in raking and in the targets of raking."""
    places = kind([NFC, NFD, "x", f"\ufeff{NFC}"])
    by = rm.NPS().by([10, 3, 9, 9], places)

    assert list(by) == [NFC, "x"]
    assert by.table()["n"].tolist() == [3, 1]
    for label in (NFC, NFD):
        assert rm.post_stratify(places, {label: 0.5, "x": 0.5}).n == 4
        raked = rm.rake({"place": places}, {"place": {label: 0.5, "x": 0.5}})
        assert raked.weights.round(6).tolist() == [0.666667, 0.666667, 2.0, 0.666667]


LEVELS = ["low", "middle", "high"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.Categorical(["high", "low", "high"], LEVELS, ordered=True)),
        pd.Categorical(["high", "low", "high"], LEVELS, ordered=True),
        pl.Series(["high", "low", "high"], dtype=pl.Enum(LEVELS)),
    ],
    ids=["series", "categorical", "enum"],
)
@pytest.mark.parametrize("sort", [True, False])
def test_ordered_levels_keep_their_order_and_those_without_rows(column, sort):
    """A plan that nobody has is a finding, and low comes before high."""
    by = rm.NPS().by([10, 3, 9], column, sort=sort)

    assert list(by) == LEVELS
    assert by.table()["n"].tolist() == [1, 0, 2]
    assert by.compare().table().rows >= 1
    scale = rm.Scale(1, 3, labels=LEVELS)
    assert rm.mean_score(column, scale=scale).value == pytest.approx(7 / 3)


def test_missing_levels_are_the_last_group():
    """As elsewhere a missing label is a group called None."""
    plan = pd.Series(pd.Categorical(["high", None, "low"], LEVELS, ordered=True))

    assert list(rm.NPS().by([10, 3, 9], plan)) == [*LEVELS, None]
    unordered = pd.Series(pd.Categorical(["high", "low", "high"], LEVELS))
    assert list(rm.NPS().by([10, 3, 9], unordered)) == ["high", "low"]
    with pytest.raises(rm.LengthError, match="answers has 2, group has 3"):
        rm.NPS().by([10, 3], plan.array)


# Counts.


@pytest.mark.parametrize(
    "number", [41, 41.0, Decimal(41), Decimal("41.00"), np.float32(41), np.int8(41)]
)
def test_counts_as_databases_return_them(number):
    """SUM() gives decimals, and a data frame with a gap gives floats."""
    assert rm.NPS().tally_counts({10: number}).n == 41
    assert rm.rate(number, Decimal(100)).value == 41
    assert type(rm.NPS().tally_counts({10: number}).counts[10]) is int


@pytest.mark.parametrize(
    "number",
    [
        41.5,
        Decimal("41.5"),
        Fraction(83, 2),
        -1.0,
        Decimal(-1),
        float("inf"),
        float("nan"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("1E+200000"),
        1e300,
        "41",
        True,
        2.0**54,
    ],
)
def test_what_is_no_count(number):
    """Fractions, what is too large to be exact, and text."""
    with pytest.raises(rm.CountError, match=r"counts\[10\] must be a whole number"):
        rm.NPS().tally_counts({10: number})


@pytest.mark.parametrize("number", [Decimal("1E+200000"), Decimal("-1E+999999"), 10**400, 1e300])
def test_numbers_of_any_size_are_refused_at_once(number):
    """A decimal of two hundred thousand digits is not written out to see that it is no answer."""
    code = (
        "import relmetrics as rm; from decimal import Decimal\n"
        "for ask in (lambda x: rm.nps([10, x, 9]), lambda x: rm.ZERO_TO_TEN.parse([x])):\n"
        f"    try: ask({number!r})\n"
        "    except (rm.OffScaleError, rm.LabelError) as error: print(error)"
    )
    # A process that hangs is killed: written out, the decimal takes longer than a busy machine may.
    run = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "1 of 3 does not: " in run.stdout  # of the answers
    assert "at position 0" in run.stdout  # of the texts


@pytest.mark.parametrize("kind", [pl.Int128, pl.UInt128] if hasattr(pl, "UInt128") else [pl.Int128])
def test_wide_integers_of_polars_are_numbers(kind):
    """numpy has no such array; they are read as Python's integers."""
    column = pl.Series([5, 4, None]).cast(kind)

    assert rm.csat(column).n == 2
    assert list(rm.NPS().by([10, 9, 3], column)) == [5, 4, None]
    assert rm.csi({"a": column}).n == 2
    assert rm.PurchaseLog([1, 2], ["2025-01-01"] * 2, column[:2]).totals.tolist() == [5, 4]


PAIR = (1, 7)


@pytest.mark.parametrize(
    "call",
    [
        lambda: rm.csat([1], scale=PAIR),
        lambda: rm.CES(scale=PAIR),
        lambda: rm.csi({"a": [1]}, scale=PAIR),
        lambda: rm.mean_score([1], scale=PAIR),
        lambda: rm.Tally.from_answers([1], PAIR),
        lambda: rm.Tally.from_counts({1: 1}, PAIR),
        lambda: rm.Tally.zero(PAIR),
        lambda: rm.PairedTally.from_answers([1], [1], PAIR),
        lambda: rm.scorecard(survey={"satisfaction": [1]}, satisfaction_scale=PAIR),
    ],
)
def test_a_pair_of_numbers_is_told_what_a_scale_is(call):
    """It is what one writes first."""
    with pytest.raises(rm.ParameterError, match=r"'scale' must be a Scale .*Say rm.Scale\(1, 7\)"):
        call()


def test_a_wrong_segment_is_an_error_as_other_columns_are():
    """The default is a column that need not be there; one that was named must."""
    survey = {"recommend": [10, 9], "plan": ["a", "b"]}

    with pytest.raises(rm.FactorError, match=r"no column 'Plan'\. Did you mean 'plan'"):
        rm.scorecard(survey=survey, segment="Plan")
    assert rm.scorecard(survey=survey).segments == ()
    assert rm.scorecard(survey=survey, customers={"purchases": [1]}, segment="plan").segments


def test_the_scorecard_has_the_rule_of_the_index():
    """One rule for missing ratings, and the same name for the other one."""
    ratings = {"a": [1, 2, None], "b": [None, 2, 3]}

    for rule in ("row", "pairwise"):
        card = rm.scorecard(survey=ratings, factors=["a", "b"], missing_factor=rule)
        assert card.estimates[0].value == rm.csi(ratings, missing_factor=rule).value
    assert (
        rm.scorecard(survey=ratings, factors=["a", "b"]).estimates[0].value == rm.csi(ratings).value
    )


def test_who_reads_no_further_ends_the_command_quietly():
    """As with `head`: no traceback."""
    code = "import relmetrics.__main__ as m, sys; sys.exit(m.main([]))"
    process = subprocess.Popen(  # noqa: S603 - our own line
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()
    process.stderr.close()
