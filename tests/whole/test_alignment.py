"""Columns that carry an index: those of other rows are refused, wherever two are taken."""

import inspect
import subprocess
import sys

import numpy as np
import pytest
from public_names import NAMES

import relmetrics as rm
from relmetrics.customers.lifecycle.from_purchases import stages
from relmetrics.data.alignment import require_aligned

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

ROWS = 8
FRAME = pd.DataFrame(
    {
        "id": [f"c{i}" for i in range(ROWS)],
        "day": pd.to_datetime([f"2025-0{1 + i % 2}-1{i}" for i in range(ROWS)]),
        "ten": [10, 9, 3, 8, 10, 2, 7, 9],
        "five": [5, 4, 2, 4, 5, 1, 3, 4],
        "four": [4, 4, 1, 5, 3, 2, 2, 5],
        "yes": [1, 0, 1, 0, 1, 1, 0, 1],
        "group": ["x", "y"] * (ROWS // 2),
        "weight": [1.0, 2.0] * (ROWS // 2),
        "money": [10.0 + i for i in range(ROWS)],
        "more": [20.0 - i for i in range(ROWS)],
        "stage": ["commitment"] * ROWS,
        "none": [None] * ROWS,
        "ones": [1] * ROWS,
    }
)
OTHER = FRAME.set_axis(range(1, ROWS + 1))

F, O = FRAME, OTHER  # noqa: E741
SUMS, SQUARES = {"a": F.five}, {("a", "a"): F.five**2}
MONEY = {"gain": F.money, "cost": F.more}
LIFE = stages(rm.PurchaseLog(F.id, F.day), active_within=30, as_of="2025-03-01")

CALLS = {
    "CountedQuestions.classes": lambda x: rm.NPS().classes(F.ten, respondents=x.id),
    "AnswerScore.__call__": lambda x: rm.nps(F.ten, weights=x.weight),
    "LinearScore.tally": lambda x: rm.NPS().tally(F.ten, weights=x.weight),
    "LinearScore.tally, respondents": lambda x: rm.NPS().tally(F.ten, respondents=x.id),
    "Questions.by, respondents": lambda x: rm.NPS().by(F.ten, F.group, respondents=x.id),
    "Questions.over, respondents": lambda x: rm.NPS().over(F.ten, F.day, respondents=x.id),
    "ClusteredTally.from_answers": lambda x: rm.ClusteredTally.from_answers(
        F.five, rm.ONE_TO_FIVE, respondents=x.id
    ),
    "LinearScore.tally, design": lambda x: rm.NPS().tally(
        F.ten, design=rm.Design(respondents=x.id)
    ),
    "Design.__init__": lambda x: rm.NPS().tally(
        F.ten, design=rm.Design(respondents=F.id, strata=x.id)
    ),
    "MomentMetric.moments, respondents": lambda x: rm.ReturnOnInvestment().moments(
        MONEY, respondents=x.id
    ),
    "RatedFactors.moments, respondents": lambda x: rm.CSI().moments(
        {"a": F.five}, respondents=x.id
    ),
    "one_per": lambda x: rm.one_per(F.id, x.day),
    "Questions.by": lambda x: rm.NPS().by(F.ten, x.group),
    "Questions.by, several": lambda x: rm.NPS().by(F.ten, {"a": F.group, "b": x.group}),
    "Questions.by, a list": lambda x: rm.NPS().by(F.ten, [F.group, x.stage]),
    "Questions.by, a frame": lambda x: rm.NPS().by(F.ten, x[["group"]]),
    "Questions.by, weights": lambda x: rm.NPS().by(F.ten, F.group, weights=x.weight),
    "Questions.over": lambda x: rm.NPS().over(F.ten, x.day),
    "Questions.over, weights": lambda x: rm.NPS().over(F.ten, F.day, weights=x.weight),
    "CountedQuestions.by_counts": lambda x: rm.NPS().by_counts(F.group, F.ten, x.five),
    "CountedQuestions.over_counts": lambda x: rm.NPS().over_counts(x.day, F.ten, F.five),
    "SummedQuestions.by_sums": lambda x: rm.CSI().by_sums(x.group, F.ones, SUMS, SQUARES),
    "SummedQuestions.over_sums": lambda x: rm.CSI().over_sums(F.day, x.ones, SUMS, SQUARES),
    "LinearScore.pairs": lambda x: rm.CSAT().pairs(F.five, x.four),
    "LinearScore.pairs, weights": lambda x: rm.CSAT().pairs(F.five, F.four, weights=x.weight),
    "LinearScore.pairs, respondents": lambda x: rm.CSAT().pairs(
        F.five, O.four, respondents=x.id, reference_respondents=O.id
    ),
    "LinearScore.pairs, reference_respondents": lambda x: rm.CSAT().pairs(
        O.five, F.four, respondents=O.id, reference_respondents=x.id
    ),
    "loyalty_rate": lambda x: rm.loyalty_rate(F.five, weights=x.weight),
    "repeat_rate": lambda x: rm.repeat_rate(F.five, weights=x.weight),
    "csat": lambda x: rm.csat(F.five, weights=x.weight),
    "ces": lambda x: rm.ces(F.five, weights=x.weight),
    "mean_score": lambda x: rm.mean_score(F.five, scale=rm.ONE_TO_FIVE, weights=x.weight),
    "Tally.from_answers": lambda x: rm.Tally.from_answers(F.five, rm.ONE_TO_FIVE, weights=x.weight),
    "PairedTally.from_answers": lambda x: rm.PairedTally.from_answers(
        F.five, x.four, rm.ONE_TO_FIVE
    ),
    "CSI.__call__": lambda x: rm.CSI()({"a": F.five, "b": x.four}),
    "csi": lambda x: rm.csi({"a": F.five}, survey_weights=x.weight),
    "RatedFactors.moments": lambda x: rm.CSI().moments(F[["five", "four"]], weights=x.weight),
    "RatedFactors.by": lambda x: rm.CSI().by({"a": F.five}, x.group),
    "RatedFactors.over": lambda x: rm.CSI().over({"a": F.five}, x.day),
    "RatedFactors.pairs": lambda x: rm.CSI().pairs({"a": F.five}, {"a": x.four}),
    "KeyDrivers.__call__": lambda x: rm.KeyDrivers()({"a": F.five, "b": F.four}, x.ten),
    "KeyDrivers.moments": lambda x: rm.KeyDrivers().moments({"a": F.five}, x.ten),
    "drivers": lambda x: rm.drivers(F[["five", "four"]], x.ten),
    "drivers, weights": lambda x: rm.drivers(F[["five", "four"]], F.ten, weights=x.weight),
    "AmountRatio.moments": lambda x: rm.ReturnOnInvestment().moments(MONEY, weights=x.weight),
    "AmountRatio.by": lambda x: rm.ReturnOnInvestment().by(MONEY, x.group),
    "AmountRatio.over": lambda x: rm.ReturnOnInvestment().over(MONEY, x.day),
    "AmountRatio.pairs": lambda x: rm.ReturnOnInvestment().pairs(
        MONEY, {"gain": x.money, "cost": x.more}
    ),
    "ReturnOnInvestment.__call__": lambda x: rm.roi(gain=F.money, cost=x.more),
    "roi": lambda x: rm.roi(gain=F.money, cost=F.more, weights=x.weight),
    "average_order_value": lambda x: rm.average_order_value(amount=F.money, orders=x.five),
    "average_revenue_per_account": lambda x: rm.average_revenue_per_account(
        revenue=F.money, accounts=x.five
    ),
    "gross_margin": lambda x: rm.gross_margin(revenue=F.money, cost=x.five),
    "quick_ratio": lambda x: rm.quick_ratio(before=F.money, after=x.more),
    "RevenueRetention.__call__": lambda x: rm.NetRevenueRetention()(before=F.money, after=x.more),
    "Moments.from_columns": lambda x: rm.Moments.from_columns({"a": F.money, "b": x.more}),
    "rake": lambda x: rm.rake(
        {"group": F.group}, {"group": {"x": 1, "y": 1}}, targets_in="counts", weights=x.weight
    ),
    "post_stratify": lambda x: rm.post_stratify(F.group, {"x": 0.5, "y": 0.5}, weights=x.weight),
    "Purchases.__init__": lambda x: rm.PurchaseLog(F.id, x.day),
    "Purchases.__init__, amounts": lambda x: rm.PurchaseLog(F.id, F.day, x.money),
    "Purchases.__init__, referred": lambda x: rm.PurchaseLog(F.id, F.day, referred=x.yes),
    "StageLog.__init__": lambda x: rm.StageLog(F.id, F.day, x.stage),
    "StageLog.__init__, reasons": lambda x: rm.StageLog(F.id, F.day, F.stage, reasons=x.none),
    "MoveCounts.from_records": lambda x: rm.Transitions.from_records(
        F.id, F.five, x.group, states=("x", "y")
    ),
    "ReturnOnRelationship.answers": lambda x: rm.ReturnOnRelationship().answers(F.yes, x.yes),
    "Lifecycle.portfolio": lambda x: LIFE.portfolio(F.group, revenue=x.money),
    "Subscriptions.__init__": lambda x: rm.SubscriptionLog(F.id, x.day),
    "Subscriptions.__init__, end": lambda x: rm.SubscriptionLog(F.id, F.day, x.day),
    "Subscriptions.__init__, plans": lambda x: rm.SubscriptionLog(F.id, F.day, plans=x.group),
    "SubscriptionLog.from_invoices": lambda x: rm.SubscriptionLog.from_invoices(
        F.id, F.day, F.day, x.money
    ),
    "survival": lambda x: rm.survival(F.five, x.yes),
    "survival, entry": lambda x: rm.survival(F.ten, F.yes, entry=x.ones),
    "survival, by": lambda x: rm.survival(F.five, F.yes, by=x.group),
    "survival, reasons": lambda x: rm.survival(F.five, F.ones, reasons=x.group),
    "revenue_movement": lambda x: rm.revenue_movement(F.id, F.money, x.more),
    "revenue_movements": lambda x: rm.revenue_movements(F.id, F.day, x.money),
    "scorecard": lambda x: rm.scorecard(survey={"recommend": F.ten, "date": x.day}),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_columns_of_other_rows_are_refused(call):
    """Each function that takes two columns takes those of one frame, and refuses those of two."""
    call(FRAME)
    with pytest.raises(rm.AlignmentError, match=r"different indexes: row 0 is .*reindex.*to_numpy"):
        call(OTHER)


def public_functions():
    """Yield the public functions and methods, with the names of their columns."""
    kinds = ("Column", "Groups", "Ratings")
    for name in NAMES:
        thing = getattr(rm, name)
        members = vars(thing).items() if inspect.isclass(thing) else [("", thing)]
        bases = inspect.getmro(thing)[1:] if inspect.isclass(thing) else ()
        for base in bases:
            members = [*members, *(vars(base).items() if "relmetrics" in base.__module__ else ())]
        for member, given in members:
            if member.startswith("_") and member not in ("__call__", "__init__"):
                continue
            function = getattr(given, "__func__", given)
            if not inspect.isfunction(function):
                continue
            parameters = inspect.signature(function).parameters.values()
            columns = [p.name for p in parameters if any(k in str(p.annotation) for k in kinds)]
            yield function.__qualname__, columns


def test_no_function_of_two_columns_is_left_out():
    """What takes two columns, or a table of them, is among the calls above."""
    single = {  # of one column, or whose second one goes by name and not by row
        "nps",  # is AnswerScore.__call__
        "Classes.of",  # is CountedQuestions.classes
        "PurchasesOfPeople.lift",  # the treated and the control are not the same people
        "CSI.__init__",
        "RevenueRetention.read",
        "ReturnOnInvestment.read",
        "Metric.compare",  # is LinearScore.pairs
        "LinearScore.compare",
        "Table.__init__",
        # What `by`, `over` and the state of a metric go through.
        "ClusteredTally.of_rows",
        "LinearScore.prepare",
        "Questions.prepare",
        "Questions.pairs",
        "Ratio.__call__",
        "NamedShare.__call__",
        "AmountRatio.prepare",
        "RatedFactors.prepare",
    }
    tried = {name.split(",")[0] for name in CALLS}
    several = {name for name, columns in public_functions() if len(columns) > 1}

    assert several - single <= tried


@pytest.mark.parametrize(
    "other",
    [
        F.weight.sort_values(),
        F.weight[::-1],
        F.weight.set_axis(list("abcdefgh")),
        F.weight.set_axis(pd.date_range("2025-01-01", periods=ROWS)),
    ],
    ids=["sorted", "reversed", "text", "dates"],
)
def test_any_other_index_is_refused(other):
    """Labels of another kind, or the same ones in another order."""
    with pytest.raises(rm.AlignmentError, match="answers and weights have different indexes"):
        rm.nps(F.ten, weights=other)


@pytest.mark.parametrize(
    "other",
    [
        F.weight,
        F.weight.copy(),
        F.weight.set_axis(list(range(ROWS))),
        F.weight.to_numpy(),
        F.weight.tolist(),
        tuple(F.weight),
        pl.Series(F.weight.tolist()),
        pd.Index(F.weight),
    ],
    ids=["same", "copy", "equal", "array", "list", "tuple", "polars", "index"],
)
def test_the_same_labels_in_the_same_order_pass(other):
    """So does everything that carries no index."""
    assert rm.nps(F.ten, weights=other) == rm.nps(F.ten.tolist(), weights=F.weight.tolist())


def test_the_first_difference_is_shown_with_both_remedies():
    """A message names the row, and how to align it or to say that it is aligned."""
    other = F.weight.set_axis([0, 1, 3, 2, 4, 5, 6, 7])

    with pytest.raises(rm.AlignmentError) as caught:
        rm.nps(F.ten, weights=other)

    assert str(caught.value) == (
        "answers and weights have different indexes: row 2 is 2 in answers and 3 in weights. Rows "
        "pair by position: align the columns first, such as weights.reindex(answers.index), or "
        "pass weights.to_numpy() if the rows are the same as they stand."
    )


def test_unequal_lengths_stay_an_error_of_their_own():
    """Who lacks rows is told so."""
    with pytest.raises(rm.LengthError, match="answers has 8, weights has 7"):
        rm.nps(F.ten, weights=F.weight[:-1])


def test_missing_labels_agree_with_each_other():
    """An index with a gap is the same index."""
    labels = [np.nan, *range(1, ROWS)]

    assert rm.nps(F.ten.set_axis(labels), weights=F.weight.set_axis(labels)).n == ROWS


def test_the_same_index_is_known_without_comparing_its_labels(monkeypatch):
    """Columns of one frame share an index: knowing it costs the same for ten rows and a million."""
    frame = pd.DataFrame({"a": np.arange(1e6), "b": np.arange(1e6)}, index=np.arange(1e6)[::-1])

    def never(*_):
        raise AssertionError("labels were compared")

    monkeypatch.setattr(pd.Index, "equals", never)

    require_aligned(a=frame.a, b=frame.b)
    with pytest.raises(AssertionError, match="labels were compared"):
        require_aligned(a=frame.a, b=frame.b.set_axis(np.arange(1e6)))


def test_pandas_is_not_imported():
    """An index is known by what it offers."""
    code = (
        "import sys, relmetrics as rm; rm.nps([10, 3], weights=[1, 2]); assert 'pandas' not in "
        "sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own line
