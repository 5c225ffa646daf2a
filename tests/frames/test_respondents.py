"""Respondents of a frame: what the same columns give as arrays, on every engine."""

import random

import numpy as np
import pytest
from engines_under_test import ENGINES, PARAMS, module, rows_of

import relmetrics as rm
from relmetrics import frames

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Dd]ask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
ITEMS = ["food.", "cost"]
CSI = rm.CSI(weights={"food.": 1, "cost": 2}, scale=rm.ONE_TO_FIVE)


@pytest.fixture(scope="module", params=PARAMS)
def engine(request):
    module("narwhals")
    return ENGINES[request.param]


def drawn(rows=120):
    """Return answers of people who answer about four times each, missing ones among them."""
    rng = random.Random(3)  # noqa: S311 - no secret
    who = [f"c {rng.randrange(30)}" for _ in range(rows)]
    return {
        "re'commend": [rng.choice([None, 0, 6, 8, 9, 10, 10]) for _ in who],
        "food.": [rng.randint(1, 5) for _ in who],
        "cost": [rng.randint(1, 5) for _ in who],
        "who": who,
        "plan": [rng.choice(["gold", "basic"]) for _ in who],
        "day": [f"2025-0{rng.randint(1, 3)}-11" for _ in who],
        "w": [rng.choice([0.5, 1.0, 2.0]) for _ in who],
    }


def test_states_groups_and_periods_are_those_of_the_rows(engine):
    """Intervals and changes know who answered again, weighted or not."""
    data = drawn()
    frame, nps, who = engine(data), rm.NPS(), {"respondents": "who"}
    rows, ids = data["re'commend"], data["who"]
    assert frames.tally(frame, "re'commend", nps, **who) == nps.tally(rows, respondents=ids)
    found = frames.breakdown(frame, "re'commend", nps, by="plan", weights="w", **who)
    by = nps.by(rows, {"plan": data["plan"]}, weights=data["w"], respondents=ids, sort=True)
    assert found.table() == by.table()
    assert found.table()["respondents"].min() > 10
    trend = frames.trend(frame, "re'commend", nps, date="day", **who)
    assert trend.changes() == nps.over(rows, data["day"], respondents=ids).changes()
    index = frames.moments(frame, ITEMS, CSI, **who)
    np.testing.assert_allclose(
        CSI.estimate(index).interval().low,
        CSI({name: data[name] for name in ITEMS}, respondents=ids).interval().low,
    )


def test_the_table_of_measures_knows_them(engine):
    """Groups side by side and their comparison with the rest."""
    data = drawn()
    measures = {"re'commend": rm.NPS(), tuple(ITEMS): CSI}
    found = rows_of(
        frames.measure(engine(data), measures, by="plan", compare="rest", respondents="who")
    )
    by = rm.NPS().by(data["re'commend"], data["plan"], respondents=data["who"], sort=True)
    own = [row for row, name in enumerate(found["metric"]) if name == "NPS"][1:]
    np.testing.assert_allclose([found["low"][row] for row in own], by.table()["low"])


def test_what_has_no_respondents_says_so():
    """A missing id, answers off the scale, streams of measures, and queries."""
    pd = module("pandas")
    frame = pd.DataFrame(drawn())
    for wrong, error, message in [
        (frame.assign(who=[None, *frame["who"][1:]]), rm.CustomerError, "at position 0"),
        (frame.assign(**{"re'commend": 11}), rm.OffScaleError, "11"),
        (iter([frame]), rm.ParameterError, "one frame"),
    ]:
        with pytest.raises(error, match=message):
            frames.measure(wrong, {"re'commend": rm.NPS()}, respondents="who")
    with pytest.raises(rm.ParameterError, match="no query to explain"):
        frames.measure(frame, {"re'commend": rm.NPS()}, respondents="who", explain=True)
    parts = [frame[:50], frame[50:]]
    whole = rm.NPS().tally(frame["re'commend"], respondents=frame["who"])
    assert frames.tally(iter(parts), "re'commend", rm.NPS(), respondents="who") == whole
