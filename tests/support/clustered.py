"""Answers of respondents who answer again, drawn for tests."""

from hypothesis import strategies as st

import relmetrics as rm

METRICS = [
    rm.NPS(),
    rm.CSAT(),
    rm.CES(),
    rm.MeanScore(scale=rm.ONE_TO_FIVE),
    rm.Rate(),
    rm.ReturnOnRelationship(),
]
"""Scores of single answers: nets, shares, means, and one with answers outside of its base."""


@st.composite
def waves(draw, scale, *, most=40, weighted=None, several=True):  # type: ignore[no-untyped-def]  # hypothesis gives draw
    """Draw answers, who gave them, and weights or None; some answers are missing."""
    rows = draw(st.integers(1, most))
    points = st.one_of(st.none(), st.integers(scale.low, scale.high))
    answers = draw(st.lists(points, min_size=rows, max_size=rows))
    who = st.integers(0, max(rows // 3, 1)) if several else st.integers(0, 10**6)
    ids = draw(st.lists(who, min_size=rows, max_size=rows, unique=not several))
    weigh = draw(st.booleans()) if weighted is None else weighted
    weights = st.sampled_from([0.5, 1.0, 1.25, 3.0])
    return (
        answers,
        ids,
        draw(st.lists(weights, min_size=rows, max_size=rows)) if weigh else None,
    )
