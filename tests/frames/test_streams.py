"""Frames one after another: what one frame of all their rows gives."""

import numpy as np
import pytest
from engines_under_test import module

import relmetrics as rm
from relmetrics import frames
from relmetrics.frames.answers import Answers
from relmetrics.frames.asking import Asked


def drawn(rows=300, seed=2):
    rng = np.random.default_rng(seed)
    q = rng.integers(0, 11, rows).astype(object)
    q[rng.random(rows) < 0.1] = None
    plan = rng.choice(np.array(["gold", "basic", None], dtype=object), rows)
    return {
        "q": q.tolist(),
        "plan": plan.tolist(),
        "day": (np.datetime64("2025-01-01") + rng.integers(0, 90, rows)).astype(object).tolist(),
        "w": rng.choice([0.5, 1.0, 2.0], rows).tolist(),
        "food": rng.integers(1, 6, rows).tolist(),
        "safety": rng.integers(1, 6, rows).tolist(),
    }


def cut(frame, size=70):
    """Yield the frame in batches; the first has none of the groups of the last."""
    for start in range(0, len(frame), size):
        yield frame[start : start + size]


@pytest.fixture(scope="module")
def whole():
    module("narwhals")
    return module("polars").DataFrame(drawn())


def test_states_of_batches_are_those_of_all_rows(whole):
    """Tally, weighted tally and moments of ratings add up to the last digit."""
    assert frames.tally(cut(whole), "q", rm.NPS()) == frames.tally(whole, "q", rm.NPS())
    ours = frames.tally(cut(whole), "q", rm.NPS(), weights="w")
    assert ours == frames.tally(whole, "q", rm.NPS(), weights="w")
    csi, names = rm.CSI(), ["food", "safety"]
    assert frames.moments(cut(whole), names, csi) == frames.moments(whole, names, csi)


def test_breakdowns_and_trends_of_batches_are_those_of_all_rows(whole):
    """Groups of any batch are there, sorted; a period may lie in several."""
    ordered = whole.sort("plan", nulls_last=False)
    ours = frames.breakdown(cut(ordered), "q", rm.NPS(), by="plan")
    theirs = frames.breakdown(whole, "q", rm.NPS(), by="plan")
    assert ours.table() == theirs.table()
    assert ours.total == theirs.total
    assert ours.compare().table() == theirs.compare().table()
    ours = frames.trend(cut(whole), "q", rm.NPS(), date="day")
    assert ours.table() == frames.trend(whole, "q", rm.NPS(), date="day").table()


def test_batches_of_other_kinds(whole):
    """A list of frames of several libraries, a reader of Arrow, and one of files in chunks."""
    theirs = frames.tally(whole, "q", rm.NPS())
    pandas, pyarrow = module("pandas"), module("pyarrow")
    frame = pandas.DataFrame(drawn())
    assert frames.tally([frame[:100], whole[100:]], "q", rm.NPS()) == theirs
    table = whole.to_arrow()
    reader = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(40))
    assert frames.tally(reader, "q", rm.NPS()) == theirs


def test_batches_are_read_one_by_one(whole):
    """The next one is made when the one before was counted, and progress is told in between."""
    events = []

    def batches():
        for batch in cut(whole):
            events.append("read")
            yield batch

    frames.tally(batches(), "q", rm.NPS(), progress=lambda k, so_far: events.append((k, so_far.n)))
    n = frames.tally(whole, "q", rm.NPS()).n
    assert events[0::2] == ["read"] * 5
    assert [event[0] for event in events[1::2]] == [1, 2, 3, 4, 5]
    assert events[-1] == (5, n)


def test_streams_that_cannot_be_counted(whole):
    """No frame at all, no function to call, or a frame that is wrong in the middle."""
    with pytest.raises(rm.ParameterError, match=r"at least one of them.*read only once"):
        frames.tally(iter([]), "q", rm.NPS())
    with pytest.raises(rm.ParameterError, match=r"progress.*number of batches"):
        frames.tally(cut(whole), "q", rm.NPS(), progress=True)
    with pytest.raises(rm.ParameterError, match="'q', which this polars frame"):
        frames.tally([whole, whole.drop("q")], "q", rm.NPS())


MEASURES = {
    "q": [rm.NPS(), rm.MeanScore(scale=rm.ZERO_TO_TEN)],
    ("food", "safety"): [rm.CSI(), rm.CSI(missing_factor="pairwise")],
}
QUESTIONS = [
    {},
    {"by": [["plan"], ["plan", "food"]], "weights": "w", "compare": "rest"},
    {"by": "plan", "date": "day", "compare": "previous", "as_of": "2025-03-15"},
    {"by": "plan", "date": "day", "weights": "w", "every": "week", "compare": "rest"},
]


@pytest.mark.parametrize("options", QUESTIONS, ids=str)
def test_the_table_of_batches_is_that_of_all_rows(whole, options):
    """Many metrics, by group and over time, with weights of zero: to the last digit of counts."""
    polars = module("polars")
    frame = whole.with_columns(w=polars.when(polars.col("q") == 3).then(0.0).otherwise("w"))
    ordered = frame.sort("plan", "day", nulls_last=False)
    ours = frames.measure(cut(ordered), MEASURES, **options).to_dict(as_series=False)
    theirs = frames.measure(ordered, MEASURES, **options).to_dict(as_series=False)
    assert list(ours) == list(theirs)
    for name, column in theirs.items():
        if name in ("value", "low", "high", *(n for n in ours if n.startswith(("diff", "p_")))):
            np.testing.assert_allclose(ours[name], column, rtol=1e-9, atol=1e-9, err_msg=name)
        else:
            assert ours[name] == column, name


def test_the_table_of_batches_is_of_their_kind(whole):
    """A reader of Arrow gives a table of Arrow; progress is told of a table; no query is shown."""
    pyarrow, told = module("pyarrow"), []
    table = whole.to_arrow()
    reader = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(40))
    found = frames.measure(
        reader, {"q": rm.NPS()}, progress=lambda batches, so_far: told.append((batches, so_far))
    )
    assert isinstance(found, pyarrow.Table)
    assert [batches for batches, _ in told] == list(range(1, len(told) + 1))
    assert told[-1][1].equals(found)
    assert told[0][1]["n"][0].as_py() < found["n"][0].as_py()
    with pytest.raises(rm.ParameterError, match="explain shows the query of one frame"):
        frames.measure(cut(whole), {"q": rm.NPS()}, explain=True)


def test_what_is_held_of_a_stream_is_as_large_as_its_cells(whole):
    """A thousand batches of the same groups, days and answers leave as many rows as one."""
    asked = Asked.of(whole[:50], by=["plan"], date="day", weights="w")
    pairs = [("q", rm.NPS()), (("food", "safety"), rm.CSI())]
    one = Answers.of(asked, pairs)
    so_far, sizes = one + one, []
    for _ in range(10):
        so_far = so_far + one
        sizes.append([answered.rows.size for answered in so_far.given])
    assert sizes == sizes[:1] * 10
    assert sum(so_far.given[0].rows.repeats) == 12 * 50
