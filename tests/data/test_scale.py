"""Scales, and the reading of labelled exports."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

MOOD = rm.Scale(
    1,
    5,
    labels=("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"),
)
LIKELY = rm.Scale(0, 10, labels={0: "Not at all likely", 10: "Extremely likely"})


def test_ready_made_scales():
    """The five scales of the documents, with their points."""
    spans = {
        "0..10": rm.ZERO_TO_TEN,
        "1..5": rm.ONE_TO_FIVE,
        "1..7": rm.ONE_TO_SEVEN,
        "1..10": rm.ONE_TO_TEN,
        "0..1": rm.YES_NO,
    }
    for span, scale in spans.items():
        assert str(scale) == span
        assert scale.points.tolist() == list(range(scale.low, scale.high + 1))
        assert scale.size == len(scale.points)
        assert scale.midpoint == (scale.low + scale.high) / 2


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("10 - Extremely likely", 10),
        ("0 - Not at all likely", 0),
        ("10", 10),
        (" 7 ", 7),
        ("7.0", 7),
        ("(3)", 3),
        ("(3) so-so", 3),
        ("8: rather", 8),
        ("8) rather", 8),
        ("8. rather", 8),
        ("8 = rather", 8),
        ("extremely  LIKELY", 10),
        ("9\u2013 good", 9),
        ("+4", 4),
        ("", None),
        ("  ", None),
    ],
)
def test_labelled_answers_are_read(text, point):
    """Numbers, labels, and numbers with text behind them."""
    assert LIKELY.parse([text]) == [point]
    assert LIKELY.parse([7.0, 7]) == [7, 7]


def test_labels_without_numbers_are_read():
    """Case and white space do not count."""
    assert MOOD.parse(["very satisfied", "NEUTRAL ", "Satisfied"]) == [5, 3, 4]
    assert rm.csat(["Very satisfied", "neutral", None], scale=MOOD).value == 50


@pytest.mark.parametrize(
    "text",
    [
        "9-10",
        "9 - 10",
        "ten",
        "11",
        "-1",
        "7.5",
        "7 or 8",
        "10 of 10",
        "n/a",
        "0 - Extremely likely",
    ],
)
def test_what_is_no_label_is_refused(text):
    """Ranges, fractions, other words, points off the scale, and contradictions."""
    with pytest.raises(rm.LabelError, match="at position 1"):
        LIKELY.parse(["10", text])


@pytest.mark.parametrize("bad", [7.5, 11, True, object(), float("inf"), [1]])
def test_other_objects_are_refused(bad):
    """`parse` takes numbers on the scale, text and missing values only."""
    with pytest.raises(rm.LabelError):
        LIKELY.parse([bad])


def test_texts_for_no_answer_must_be_named():
    """Only empty text and null values are missing by themselves."""
    answers = ["10", "N/A", "don't know", None, float("nan"), np.datetime64("NaT", "D")]
    assert LIKELY.parse(answers, missing=("n/a", "Don't know")) == [10] + [None] * 5
    with pytest.raises(rm.LabelError, match=r"missing=\(\.\.\.\)"):
        LIKELY.parse(answers)


@given(
    low=st.integers(-20, 20),
    size=st.integers(2, 30),
    texts=st.lists(st.text("abcde", min_size=1, max_size=4), min_size=30, max_size=30, unique=True),
)
def test_every_point_and_label_reads_back(low, size, texts):
    """What a scale prints, it parses."""
    scale = rm.Scale(low, low + size - 1, labels=texts[:size])
    points = scale.points.tolist()
    assert scale.parse(points) == points
    assert scale.parse([str(p) for p in points]) == points
    assert scale.parse(texts[:size]) == points
    assert scale.parse([f"{p} - {t}" for p, t in zip(points, texts, strict=False)]) == points
    assert rm.Scale.from_dict(scale.to_dict()) == scale


@pytest.mark.parametrize(
    "make",
    [
        lambda: rm.Scale(5, 1),
        lambda: rm.Scale(1, 1),
        lambda: rm.Scale(0, 300),
        lambda: rm.Scale(0.5, 5),
        lambda: rm.Scale(True, 5),
        lambda: rm.Scale("0", 10),
        lambda: rm.Scale(1, 3, labels=("a", "b")),
        lambda: rm.Scale(1, 3, labels=("a", "A", "b")),
        lambda: rm.Scale(1, 3, labels={4: "x"}),
        lambda: rm.Scale(1, 3, labels="abc"),
    ],
)
def test_impossible_scales_are_refused(make):
    """Points descending, too many or not whole; labels too few, repeated or astray."""
    with pytest.raises(rm.ParameterError):
        make()
