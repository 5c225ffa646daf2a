"""What is wrong is told before anything is computed: the column, the engine, the remedy."""

import importlib

import numpy as np
import pytest
from engines_under_test import ENGINES, PARAMS, module

import relmetrics as rm
from relmetrics import frames

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Dd]ask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
NPS = {"q": rm.NPS()}


@pytest.fixture(scope="module", params=PARAMS)
def frame(request):
    module("narwhals")
    return ENGINES[request.param](
        {
            "q": [10, 11, 99, 99, None],
            "half": [9.5, 1.0, 2.0, 3.0, float("nan")],
            "text": ["a", "b", None, "a", "b"],
            "w": [1.0, -1.0, None, float("inf"), float("nan")],
            "five": [5, 6, 1, 2, 3],
            "cost": [1.0, -2.0, 3.0, None, 5.0],
            "gain": [1.0, 2.0, -3.0, None, 5.0],
        }
    )


def test_answers_off_the_scale_are_shown_with_counts(frame):
    """The engine finds them, and the error is that of arrays."""
    with pytest.raises(rm.OffScaleError, match=r"'q' must hold whole numbers on 0..10; 3 of 5"):
        frames.tally(frame, "q", rm.NPS())
    with pytest.raises(rm.OffScaleError, match=r"99(\.0)? in 2 rows, 11(\.0)? in 1 row"):
        frames.measure(frame, NPS)
    with pytest.raises(rm.AnswerError, match=r"9\.5 in 1 row.*round or rescale"):
        frames.tally(frame, "half", rm.NPS())
    with pytest.raises(rm.AnswerError, match=r"'a' in 2 rows"):
        frames.tally(frame, "text", rm.NPS())
    with pytest.raises(rm.OffScaleError, match=r"'five'.*6(\.0)? in 1 row"):
        frames.moments(frame, ["five"], rm.CSI())


def test_amounts_are_refused_as_they_are_of_arrays(frame):
    """A negative cost is refused, a negative gain is not."""
    with pytest.raises(rm.AmountError, match=r"-2\.0"):
        frames.moments(frame, ["gain", "cost"], rm.ReturnOnInvestment())
    with pytest.raises(rm.AmountError, match="inf"):
        frames.moments(frame, ["w", "gain"], rm.ReturnOnInvestment())


def test_weights_are_all_there(frame):
    """Missing, infinite and negative weights are counted."""
    with pytest.raises(rm.WeightError, match=r"4 rows have none such in 'w'.*weight 0"):
        frames.tally(frame, "five", rm.NPS(), weights="w")
    with pytest.raises(rm.WeightError, match="4 rows have none such"):
        frames.moments(frame, ["five"], rm.CSI(scale=rm.ZERO_TO_TEN), weights="w")
    with pytest.raises(rm.WeightError, match="weights must be numbers; 'text'"):
        frames.tally(frame, "five", rm.CSAT(), weights="text")


WRONG = {
    "no such answers": ({"measures": {"Q": rm.NPS()}}, rm.ParameterError, "'Q', which.*Known: q"),
    "no such group": ({"by": ["tex"]}, rm.ParameterError, "by names the column 'tex'.*'text'"),
    "no such date": ({"date": "day"}, rm.ParameterError, "date names the column 'day'"),
    "no such weights": ({"weights": "v"}, rm.ParameterError, "weights names the column"),
    "no text": ({"by": [3.5]}, rm.RelmetricsError, "by"),
    "twice": ({"by": ["text", "text"]}, rm.ParameterError, "columns that differ"),
    "mixed": ({"by": ["text", ["q"]]}, rm.ParameterError, "one beside the other"),
    "numbers for dates": ({"date": "q"}, rm.DateError, "date needs a column of dates; 'q'"),
    "no measures": ({"measures": {}}, rm.ParameterError, "mapping of column to metric"),
    "no metric": ({"measures": {"q": 3}}, rm.ParameterError, "metric of answers for one column"),
    "an index of one": ({"measures": {"q": rm.CSI()}}, rm.ParameterError, "index or a ratio for"),
    "a score of many": ({"measures": {("q", "w"): rm.NPS()}}, rm.ParameterError, "for one column"),
    "too few columns": (
        {"measures": {("gain",): rm.ReturnOnInvestment()}},
        rm.ParameterError,
        "'columns' must be those of ReturnOnInvestment",
    ),
    "a factor without weight": (
        {"measures": {("five", "q"): rm.CSI(weights={"five": 1})}},
        rm.FactorError,
        "no weight",
    ),
    "no such comparison": ({"compare": "all"}, rm.ParameterError, "compare"),
    "no groups": ({"compare": "rest"}, rm.ParameterError, "Name grouping columns in by"),
    "no periods": ({"compare": "previous"}, rm.ParameterError, "Name the column of dates"),
    "no such period": ({"date": "text", "every": "fortnight"}, rm.ParameterError, "every"),
    "no such day": ({"date": "text", "as_of": "soon"}, rm.DateError, "as_of"),
    "level": ({"confidence_level": 95}, rm.ParameterError, "confidence_level"),
}


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_wrong_questions(frame, change):
    """Whatever the engine, the error is ours."""
    given, error, words = WRONG[change]
    with pytest.raises(error, match=words):
        frames.measure(frame, **({"measures": NPS} | given))


@pytest.mark.parametrize("thing", [{"q": [1]}, [1, 2], np.zeros((2, 2)), "frame", None], ids=repr)
def test_what_is_no_frame(thing):
    """Columns and mappings go elsewhere, and the error says where."""
    module("narwhals")
    with pytest.raises(rm.ParameterError, match=r"(?s)frame.*narwhals knows.*metric\.by"):
        frames.measure(thing, NPS)


def test_columns_of_one_name():
    """Two columns of one name cannot be told apart."""
    pandas = module("pandas")
    module("narwhals")
    twice = pandas.DataFrame([[1, 2]], columns=["q", "q"])
    with pytest.raises(rm.ParameterError, match="different names"):
        frames.tally(twice, "q", rm.NPS())
    arrow = module("pyarrow")
    table = arrow.table([[1], [2]], names=["q", "q"])
    with pytest.raises(rm.ParameterError, match="different names"):
        frames.tally(table, "q", rm.NPS())


def test_frame_and_measures_in_the_wrong_order(frame):
    """What is a frame is no mapping of column to metric."""
    with pytest.raises(rm.ParameterError, match="mapping of column to metric"):
        frames.measure(NPS, frame)


def test_groups_are_not_called_as_columns_of_the_table():
    """A grouping column called as a figure has to be renamed."""
    pandas = module("pandas")
    module("narwhals")
    with pytest.raises(rm.ParameterError, match=r"'value', and so is.*Rename yours"):
        frames.measure(pandas.DataFrame({"q": [1], "value": ["a"]}), NPS, by="value")


def test_lists_are_no_labels():
    """A column of lists is told before anything is computed."""
    polars = module("polars")
    module("narwhals")
    frame = polars.LazyFrame({"q": [1], "k": [[1, 2]]})
    with pytest.raises(rm.ParameterError, match=r"by needs a column of labels; 'k'.*List"):
        frames.measure(frame, NPS, by="k")
    with pytest.raises(rm.AnswerError, match="'k' of this polars frame"):
        frames.measure(frame, {"k": rm.NPS()})


def test_a_query_that_fails_in_the_engine():
    """The engine's own error is the cause of ours."""
    polars = module("polars")
    module("narwhals")

    def broken(_):
        msg = "the disk is gone"
        raise OSError(msg)

    frame = polars.LazyFrame({"q": [1]}).map_batches(broken, schema={"q": polars.Int64})
    with pytest.raises(rm.ParameterError, match=r"engine polars cannot answer.*'q'") as caught:
        frames.measure(frame, NPS)
    assert caught.value.__cause__ is not None


def test_without_narwhals(monkeypatch):
    """The room can be entered; who asks is told what to install."""
    load = importlib.import_module

    def without(name, *rest):
        if name.partition(".")[0] == "narwhals":
            raise ModuleNotFoundError(name=name)
        return load(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'relmetrics\[frames\]'"):
        frames.measure(None, NPS)


@pytest.mark.parametrize("given", ["recommend", np.zeros((2, 2))], ids=["a name", "a table"])
def test_who_names_a_column_elsewhere_is_led_here(given):
    """A name or a whole frame where a column is meant: the error says who takes it."""
    with pytest.raises(rm.AnswerError, match=r"frames\.measure\(frame, \{'recommend': NPS\(\)\}\)"):
        rm.nps(given)
    with pytest.raises(rm.AnswerError, match=r"frames\.measure"):
        rm.NPS().by([10, 9], "plan")


@pytest.mark.parametrize(
    ("function", "metric"),
    [(rm.nps, "NPS()"), (rm.csat, "CSAT()"), (rm.ces, "CES()"), (rm.mean_score, "MeanScore")],
    ids=["nps", "csat", "ces", "mean_score"],
)
def test_who_hands_a_frame_to_a_function_of_a_column_is_led_here(function, metric):
    """A frame and a name: the message is the call that would have been right."""
    with pytest.raises(rm.ParameterError) as caught:
        function(object(), "recommend", weights="w")
    assert f"relmetrics.frames.measure(frame, {{'recommend': {metric}" in str(caught.value)
    assert "weights='w')" in str(caught.value)


MEANT = {
    "csi": (lambda f: rm.csi(f, ["a", "b"]), "frames.measure(frame, {('a', 'b'): CSI()})"),
    "rate": (lambda f: rm.rate(f, "a"), "frames.measure(frame, {'a': Rate(...)})"),
    "repeat": (lambda f: rm.repeat_rate(f, "a"), "{'a': RepeatRate()}"),
    "roi": (lambda f: rm.roi(f, "a", "b"), "{('a', 'b'): ReturnOnInvestment()}"),
    "retention": (lambda f: rm.retention_rate(f, "a", "b"), "customer='a', date='b').retention("),
    "drivers": (lambda f: rm.drivers(f, "a", ["b"]), "frames.drivers(frame, 'a', ['b'])"),
    "by": (
        lambda f: rm.NPS().by(f, "a", "b"),
        (
            "by takes columns, and was given a frame and names of them. Say "
            "relmetrics.frames.breakdown(frame, 'a', NPS(...), by='b')."
        ),
    ),
    "over": (
        lambda f: rm.CSI().over(f, ["a", "b"], "c"),
        "frames.trend(frame, ['a', 'b'], CSI(...), date='c')",
    ),
    "moments": (lambda f: rm.CSI().moments(f, ["a"]), "frames.moments(frame, ['a'], CSI(...))"),
    "log": (
        lambda f: rm.PurchaseLog(f, "a", "b"),
        (
            "PurchaseLog takes columns, and was given a frame and names of them. Say "
            "relmetrics.frames.purchases(frame, customer='a', date='b', amount=...)."
        ),
    ),
    "subscriptions": (
        lambda f: rm.SubscriptionLog(f, "a", "b", "c"),
        "Say SubscriptionLog(frame['a'], frame['b'], frame['c']).",
    ),
    "invoices": (
        lambda f: rm.SubscriptionLog.from_invoices(f, "a", "b"),
        "Say SubscriptionLog.from_invoices(frame['a'], frame['b'], frame[...], frame[...]).",
    ),
    "stages": (lambda f: rm.StageLog(f, "a", "b"), "Say StageLog(frame['a'], frame['b'], frame["),
    "survival": (lambda f: rm.survival(f, "a", "b"), "Say survival(frame['a'], frame['b'])."),
    "rfm": (lambda f: rm.rfm(f, "a"), "Say rfm(PurchaseLog(frame['a'], frame[...], frame[...]))."),
}


@pytest.mark.parametrize("name", MEANT)
def test_who_hands_a_frame_and_names_to_columns_is_told_what_to_say(frame, name):
    """Of whichever library the frame is, the message is the call that was meant."""
    ask, words = MEANT[name]
    with pytest.raises(rm.ParameterError) as caught:
        ask(frame)
    assert words in str(caught.value)


def test_columns_are_no_frames():
    """Tables that functions do take, and lists of names, are left to them."""
    ratings = {"a": [1, 5, 4, 2], "b": [2, 4, 4, 1], "c": [3, 5, 3, 2]}
    assert rm.CSI().by(ratings, ["x", "x", "y", "y"]).table()["n"].tolist() == [2, 2]
    with pytest.raises(TypeError, match="positional"):
        rm.csi(ratings, ["a"])
    table = module("pandas").DataFrame(ratings)
    assert rm.CSI().by(table, table["c"]).total.n == 4


def test_what_names_no_column_is_refused(frame):
    """A number, nothing, or a column itself in place of the name of one."""
    for by in (3, rm.NPS()):
        with pytest.raises(rm.ParameterError, match="'by' must be"):
            frames.measure(frame, NPS, by=by)
        with pytest.raises(rm.ParameterError, match="'by' must be"):
            frames.breakdown(frame, "q", rm.NPS(), by=by)
    with pytest.raises(rm.ParameterError, match=r"'measures' must be by name.*Columns come first"):
        frames.measure(frame, {rm.NPS(): "q"})
    with pytest.raises(rm.ParameterError, match="'compare' must be one of"):
        frames.measure(frame, NPS, compare=np.array(["rest", "rest"]))
    for names in ({"customer": None, "date": "text"}, {"customer": "text", "date": None}):
        with pytest.raises(rm.ParameterError, match="must be the name of a column of the frame"):
            frames.purchases(frame, **names)
