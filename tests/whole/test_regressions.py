"""Mistakes that were found by trying to break the library: each stays found."""

import copy
import datetime as dt
import decimal
import json
import math
import pickle

import numpy as np
import pytest

import relmetrics as rm

NPS = rm.NPS()
ROI = rm.ReturnOnInvestment()


def test_an_empty_weighted_state_takes_nothing_from_an_unweighted_one():
    """Adding no answers with weights leaves the unweighted answers, on either side."""
    plain, empty = NPS.tally([10] * 5), NPS.tally([None], weights=[1.0])
    for both in (plain + empty, empty + plain):
        assert NPS.estimate(both).value == 100
        assert both.missing == 1
    with pytest.raises(rm.StateError, match="weighting"):
        plain + empty + NPS.tally([0], weights=[2.0])
    money = ROI.moments({"gain": [1.0, 2, 4], "cost": [1.0, 1, 3]})
    nothing = ROI.moments({"gain": [], "cost": []}, weights=[])
    for both in (money + nothing, nothing + money):
        assert ROI.estimate(both).value == pytest.approx(40)
        assert not both.is_weighted


def test_addition_of_moments_is_commutative():
    """The pivot does not depend on the side a state stands on."""
    a = ROI.moments({"gain": [1.0, 2.0], "cost": [1.0, 1.0]})
    b = ROI.moments({"gain": [1e6, 2e6], "cost": [1e6, 1e6]})
    assert a + b == b + a


def test_groups_of_small_amounts_keep_their_precision_beside_large_ones():
    """Each group is summed about its own mean."""
    gain, cost = [1e11, 2e11, 1.0, 2.0, 4.0], [1e11, 1e11, 1.0, 1.0, 3.0]
    by = ROI.by({"gain": gain, "cost": cost}, list("bbsss"))
    alone = rm.roi(gain=gain[2:], cost=cost[2:])
    assert by["s"].standard_error == pytest.approx(alone.standard_error, rel=1e-9)
    assert by["s"].low == pytest.approx(alone.low)


def test_columns_of_the_same_name_are_refused():
    """Two grouping columns called alike, or 1 and "1", do not swallow each other."""

    class Named(list):
        name = "plan"

        def to_numpy(self):
            return np.array(self)

    with pytest.raises(rm.ParameterError, match="different names"):
        NPS.by([1, 2], [Named([1, 2]), Named([3, 4])])
    with pytest.raises(rm.ParameterError, match="different names"):
        NPS.by([1, 2], {1: [1, 2], "1": [3, 4]})


def test_long_doubles_are_grouped_by_value():
    """The padding of a long double is no part of a label."""
    labels = np.repeat(np.arange(10), 100).astype(np.longdouble) / 3
    assert len(NPS.by([10] * 1000, labels)) == 10


def test_parse_takes_columns_and_codes_for_missing():
    """A bare text is no column, one text may be given for missing, and numbers can be missing."""
    scale = rm.ZERO_TO_TEN
    with pytest.raises(rm.AnswerError, match="one-dimensional"):
        scale.parse("10")
    with pytest.raises(rm.AnswerError, match="one-dimensional"):
        scale.parse(5)
    assert scale.parse(["9", "9", "99"], missing="99") == [9, 9, None]
    assert scale.parse([9, 99, "n/a"], missing=(99, "n/a")) == [9, None, None]
    with pytest.raises(rm.LabelError, match="q7 must be labels"):
        scale.parse(["1,000"], name="q7")
    with pytest.raises(rm.LabelError):
        scale.parse(["1" * 5000])
    assert rm.YES_NO.parse(["TRUE", "False", "yes"]) == [1, 0, 1]


def test_states_of_an_index_know_their_scale():
    """Ratings on 1-10 are not presented on 1-5, nor added to them."""
    ten = rm.CSI(scale=rm.ONE_TO_TEN).moments({"x": [9, 8, 10]})
    with pytest.raises(rm.StateError, match="scale"):
        rm.CSI().estimate(ten)
    with pytest.raises(rm.StateError, match="scale"):
        rm.CSI().moments({"x": [1]}) + ten


def test_a_factor_of_weight_zero_is_left_out_altogether():
    """Who skipped it is no less complete."""
    ratings = {"a": [4, 5, 1], "b": [None, None, 3]}
    csi = rm.csi(ratings, weights={"a": 1, "b": 0})
    assert (csi.n, csi.missing) == (3, 0)
    assert csi.value == pytest.approx(10 / 3)


@pytest.mark.parametrize("weight", [1.3392838416448574, 0.1, 7.7])
@pytest.mark.parametrize("answer", [1, 5])
def test_rounding_of_weights_stays_in_the_range(weight, answer):
    """A weighted mean of equal answers is that answer, and inside its interval."""
    for metric in (
        rm.CSAT(definition="mean"),
        rm.CSAT(definition="rescaled_mean"),
        rm.CSAT(definition="net"),
        rm.CSAT(),
        rm.MeanScore(scale=rm.ONE_TO_FIVE),
    ):
        estimate = metric([answer] * 3, weights=[weight] * 3)
        assert metric.description.low <= estimate.value <= metric.description.high
        for method in metric.methods:
            interval = estimate.interval(method=method, rng=1)
            assert interval.low <= estimate.value <= interval.high


def test_counts_by_purchases():
    """`tally_counts` of the loyalty rates takes what `tally` takes: numbers of purchases."""
    purchases = [0] * 5 + [1] * 7 + [6] * 4
    for metric in (rm.LoyaltyRate(), rm.RepeatRate()):
        assert metric.tally_counts({0: 5, 1: 7, 6: 4}) == metric.tally(purchases)


@pytest.mark.parametrize(
    "change",
    [
        {"weights": {0: 1}, "squares": {0: 1}},
        {"weights": {10: 5.0}, "squares": {10: 0.0}},
        {"weights": {10: 5.0}, "squares": {10: 26.0}},
        {"weights": {10: 5.0}, "squares": {10: 2.0}},
    ],
)
def test_sums_of_weights_that_no_answers_can_have(change):
    """Weights without answers, answers without weights, squares too small or too large."""
    with pytest.raises(rm.WeightError):
        NPS.tally_counts({10: 5}, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 50},
        {"pairs": [[2, 3], [3, 2]]},
        {
            "sums": {
                "masses": [[2, 2], [2, 2]],
                "firsts": [[0, 0], [0, 0]],
                "seconds": [[-5, 0], [0, 0]],
            }
        },
        {
            "sums": {
                "masses": [[2, 2], [2, 2]],
                "firsts": [[900, 900], [0, 0]],
                "seconds": [[810000, 0], [0, 2]],
            }
        },
        {"n": 2**62, "pairs": [[2**62] * 2] * 2},
    ],
)
def test_sums_that_no_rows_can_have(change):
    """A state that was tampered with is refused, not computed."""
    good = rm.CSI().moments({"a": [4, 5], "b": [1, 2]}).to_dict()
    assert rm.Moments.from_dict(good).n == 2
    with pytest.raises(rm.StateError):
        rm.Moments.from_dict(good | change)


def test_a_tally_has_a_count_for_every_point():
    """Made by hand with too few counts it is refused."""
    with pytest.raises(rm.ParameterError, match="11 points"):
        rm.Tally(rm.ZERO_TO_TEN, (1, 2))


def test_answers_without_weight_give_no_certainty():
    """One answer that weighs and others that do not are a single answer."""
    assert math.isnan(rm.nps([10, 0], weights=[1, 0]).standard_error)


def test_roi_never_has_width_zero_and_never_loses_more_than_was_spent():
    """Equal campaigns, campaigns that brought nothing, and gains that nearly cancel."""
    even = rm.roi(gain=[2, 4], cost=[1, 2])
    assert even.interval(method="wald").high > even.interval(method="wald").low
    for gain in ([0, 0], [0, 1], [1000, -999], [50000, -49900]):
        for method in ("log_ratio", "wald"):
            interval = rm.roi(gain=gain, cost=[1, 1]).interval(method=method)
            assert interval.low >= -100
            assert interval.high > interval.low
    assert math.isfinite(rm.roi(gain=[1000, -999], cost=[1, 1]).high)


def test_low_levels_of_the_bootstrap_have_a_width():
    """Where its two ends fall on one draw, the default stands in."""
    interval = rm.rate(5, 10).interval(0.1, method="bootstrap", rng=1)
    assert interval.high > interval.low


@pytest.mark.parametrize(
    "weights",
    [
        [1e-170] * 3,
        [1e200, 1e200, 1],
        [1e308] * 3,
        [5e-324] * 3,
        np.array([1, 2, 3], dtype="M8[ns]"),
        np.array([1, 2, 3], dtype="m8[ns]"),
        [1j, 1, 1],
        [decimal.Decimal("sNaN"), 1, 1],
        np.array([1j, 1, 1]),
    ],
)
def test_weights_that_are_no_numbers_of_this_world(weights):
    """Vast and vanishing weights, dates and complex numbers are refused without a warning."""
    with pytest.raises(rm.WeightError):
        rm.nps([10, 9, 3], weights=weights)
    with pytest.raises(rm.WeightError):
        NPS.by([10, 9, 3], ["a", "a", "b"], weights=weights)


@pytest.mark.parametrize("digits", [400, 5000])
def test_huge_integers_are_shown_or_refused(digits):
    """Integers beyond floats give an error that can be read."""
    big = 10**digits
    calls = (
        lambda: rm.nps([big]),
        lambda: rm.rate(big, 3),
        lambda: rm.rate(big // 2, big),
        lambda: rm.loyalty_rate([big, 1]),
        lambda: rm.csi({"a": [1]}, weights={"a": big}),
        lambda: rm.Scale.from_dict({"low": big, "high": 3, "labels": []}),
        lambda: rm.Tally.from_dict({"type": big}),
        lambda: rm.roi(gain=[big], cost=[1]),
    )
    for call in calls:
        with pytest.raises(rm.RelmetricsError):
            call()


def test_counts_of_any_size_round_trip():
    """Counts beyond 64 bits survive their dictionary, and the bootstrap of them."""
    tally = NPS.tally_counts({10: 2**70, 0: 2**69})
    assert rm.Tally.from_dict(json.loads(json.dumps(tally.to_dict()))) == tally
    interval = NPS.estimate(tally).interval(method="bootstrap", rng=1)
    assert 33.3 < interval.low < interval.high < 33.4


@pytest.mark.parametrize("level", [[0.9], np.array(0.95), 1 + 1e-9, -0.1, None])
def test_levels_of_other_kinds(level):
    """Lists and arrays are no level."""
    with pytest.raises(rm.ParameterError):
        rm.rate(1, 2, confidence_level=level)


def test_levels_near_one():
    """The largest float below 1 is a level, and the text does not round it up."""
    assert rm.rate(1, 2).interval(0.9999999999999999).high <= 100
    assert "99.9999999999% CI" in str(rm.rate(1, 2, confidence_level=1 - 1e-12))


def test_generators_are_read_once():
    """Answers and weights that can only be read once are enough for groups and total."""
    by = NPS.by((x for x in [10, 9, 3]), list("aab"), weights=(w for w in [1, 2, 3]))
    assert by.total == rm.nps([10, 9, 3], weights=[1, 2, 3])
    csi = rm.CSI().by({"x": iter([5, 4])}, ["a", "b"], weights=iter([1, 2]))
    assert csi.total.n == 2


def test_results_compare_copy_and_hash():
    """Tables with NaN, breakdowns with empty groups, and states of arrays."""
    by = NPS.by([10, None], ["a", "b"])
    assert by.table() == copy.deepcopy(by.table()) == pickle.loads(pickle.dumps(by.table()))
    assert by.table() != NPS.by([9, None], ["a", "c"]).table()
    same = by
    assert by == same
    assert by != NPS.by([10, None], ["a", "b"])
    roi = rm.roi(gain=[1, 2], cost=[1, 1])
    assert hash(roi) == hash(copy.deepcopy(roi))
    assert pickle.loads(pickle.dumps(roi)) == roi


def test_tables_are_json():
    """Dates, decimals, tuples and infinity have a form in JSON."""
    labels = [dt.date(2025, 1, 1), decimal.Decimal("1.5"), ("a", 1), np.int64(3), None]
    columns = [labels, np.array(["2025-01-01"] * 5, dtype="M8[ns]")]
    text = json.dumps(NPS.by([1] * 5, columns).to_dict(), allow_nan=False)
    assert "2025-01-01T00:00:00.000000000" in text
    assert "1.5" in text


@pytest.mark.parametrize("counts", [5, [(1, 2, 3)], ["ab", "c"], [1, 2], None])
def test_counts_of_other_shapes(counts):
    """What is neither a mapping nor rows of pairs is said so."""
    with pytest.raises(rm.ParameterError, match="rows of such pairs"):
        NPS.tally_counts(counts)


@pytest.mark.parametrize(
    "labels", [{"1": "bad"}, {1.5: "bad"}, [None, "x"], {"x", "y"}, iter(["a", "b"]), 5]
)
def test_labels_of_other_shapes(labels):
    """Labels are a mapping of points, or one text per point in order."""
    with pytest.raises(rm.ParameterError, match="labels"):
        rm.Scale(1, 2, labels=labels)


def test_scales_of_numpy_integers():
    """Small integer types do not overflow."""
    assert rm.Scale(np.int8(-100), np.int8(100)).size == 201


@pytest.mark.parametrize("weights", [[1], 3, [("a",)], ["ab", "cd"][:1] * 0 + [("a", 1, 2)]])
def test_factor_weights_of_other_shapes(weights):
    """What is no mapping of factor to weight is said so."""
    with pytest.raises(rm.ParameterError, match="weights"):
        rm.csi({"a": [1, 2]}, weights=weights)


def test_stacks_of_states_are_not_presented_as_one():
    """The states of several groups are taken one at a time."""
    csi = rm.CSI()
    with pytest.raises(rm.StateError, match="several groups"):
        csi.estimate(csi.by({"a": [1, 2]}, ["x", "y"]).states)
    nrr = rm.NetRevenueRetention()
    with pytest.raises(rm.StateError, match="several groups"):
        nrr.estimate(nrr.by({"before": [1, 2], "after": [1, 2]}, ["x", "y"]).states)


def test_numpy_integers_are_parameters():
    """Thresholds and bounds come from arrays too."""
    assert rm.loyalty_rate([5, 1], threshold=np.int64(5)).value == 50
    table = NPS.by([1], ["a"]).table(small_base=np.int64(3))
    assert table["small_base"].all()


def test_scores_of_ones_own_are_checked_when_made():
    """Too few coefficients, too many, and infinite ones."""

    class Odd(rm.AnswerScore):
        wrong = (0.0, 1.0)

        @property
        def description(self):
            return rm.CSAT().description

        def coefficients(self):
            return self.wrong

    with pytest.raises(rm.ParameterError, match="one per point"):
        Odd(scale=rm.ONE_TO_FIVE)
    Odd.wrong = (0.0, 1.0, 2.0, 3.0, math.inf)
    with pytest.raises(rm.ParameterError, match="finite"):
        Odd(scale=rm.ONE_TO_FIVE)


def test_a_seed_is_not_negative():
    """A negative seed is refused by name."""
    with pytest.raises(rm.ParameterError, match="rng"):
        rm.rate(3, 10).interval(method="bootstrap", rng=-1)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_columns_of_large_integers_and_arrow(library):
    """Ids beyond 2**53 stay apart when nullable; timestamps are labels, arrow arrays columns."""
    module = pytest.importorskip(library)
    ids = [2**53, 2**53 + 1, None]
    if library == "pandas":
        column = module.Series(ids, dtype="Int64")
        stamps = [module.Timestamp("2024-01-01"), module.Timestamp("2024-01-02")]
        assert list(NPS.by([10, 9], stamps)) == stamps
        assert rm.csi(module.DataFrame([[1, 2], [3, 4]])).value == 2.5
        assert NPS.tally_counts(module.Series([10, 9, 9]).value_counts()).n == 3
        frame = module.DataFrame({"gain": [2.0], "cost": [1.0], "other": [1]})
        assert ROI.by(frame, ["a"])["a"].value == 100
    elif library == "polars":
        column = module.Series(ids, dtype=module.Int64)
    else:
        column = module.array(ids)
        assert rm.nps(module.array([10, 9, None])).missing == 1
    assert list(NPS.by([10, 9, 3], column)) == ids


def test_the_scorecard_keeps_what_is_unknown_unknown():
    """Missing flags are missing, not a no; tables of unequal columns and bad money are said."""
    customers = {
        "at_start": [1, 1, None, 0],
        "at_end": [1, 0, 1, 1],
        "helped": [1, 1, 1, 1],
        "referred": [None, 0, 1, None],
        "purchases": [1, None, 1, 3],
        "gain": [1, 1, 1, 1],
        "cost": [0, 0, 0, 0],
    }
    card = rm.scorecard(customers=customers)
    found = {e.metric.description.symbol: e for e in card.estimates}
    assert (found["Retention rate"].n, found["Retention rate"].missing) == (2, 1)
    assert (found["ROR"].value, found["ROR"].n, found["ROR"].missing) == (100, 2, 2)
    assert any("ROI left out" in note for note in card.notes)
    with pytest.raises(rm.LengthError):
        rm.scorecard(customers={"at_start": [1, 1], "at_end": [1]})
    with pytest.raises(rm.ParameterError, match="small_base"):
        rm.scorecard(customers=customers, small_base="x")


def log_of(ids, days, amounts=None, **options):
    """Return a log of few purchases."""
    return rm.PurchaseLog(ids, days, amounts, **options)


def test_revenue_movements_reach_to_their_day():
    """Periods after the last row are there: who has no row in them pays nothing."""
    history = rm.revenue_movements(
        ["a", "b", "a"],
        ["2025-01-01", "2025-01-01", "2025-02-01"],
        [100, 50, 100],
        as_of="2025-06-30",
    )
    table = history.table()
    assert table.rows == 5
    assert table["churned"].tolist() == [50, 100, 0, 0, 0]


def test_refunds_that_cancel_leave_nothing():
    """0.3 + 0.6 - 0.9 is nothing, not a negative amount."""
    log = log_of(["a", "a", "a", "b"], ["2025-01-01"] * 4, [0.3, 0.6, -0.9, 20.0])
    assert log.totals.tolist() == [0, 20]
    assert rm.loyal_revenue(log, threshold=2).value == 0
    days = ["2025-01-01"] * 3 + ["2025-02-01"]
    assert len(rm.revenue_movements(["a"] * 4, days, [0.3, 0.6, -0.9, 1.0])) == 1
    with pytest.raises(rm.AmountError, match="customer in a period"):
        rm.revenue_movements(["a"] * 4, days, [5, -8, 0, 1])


def test_days_of_a_series_are_not_customers():
    """A pandas Series of days by id is no column of ids."""
    pandas = pytest.importorskip("pandas")
    known = pandas.Series(pandas.to_datetime(["2024-01-01", "2024-02-01"]), index=["a", "z"])
    with pytest.raises(rm.ParameterError, match="to_dict"):
        log_of(["a"], ["2025-01-01"]).stages(as_of="2025-01-01", known=known)


def test_months_are_looked_back_from_the_end_of_one_to_the_end_of_another():
    """One month before 30 April is all of April, not 31 March."""
    assert log_of(["a", "a"], ["2025-03-31", "2025-04-01"]).ror(as_of="2025-04-30", months=1).n == 1
    with pytest.raises(rm.EmptySampleError):
        log_of(["a"], ["2025-03-31"]).ror(as_of="2025-04-30", months=1)


def test_stages_whose_returns_exceed_their_purchases_have_no_share():
    """Shares of revenue stay within 0 and 100 %, or are unknown."""
    log = log_of(["a", "b", "b", "b", "c"], ["2025-01-01"] * 5, [5, 3, 1, -9, 7])
    assert np.isnan(log.stages().portfolio()["revenue_share"]).all()


def test_spans_of_time_are_bounded():
    """Days beyond the calendar are refused; numpy integers and wide brackets are fine."""
    log = log_of(["a", "a"], ["2025-01-01", "2025-02-01"])
    assert log.cohorts(windows=np.int64(30)).definition.windows == 30
    assert log.cohorts(brackets={"0": (0, 0), "later": (1, 10**6)}).counts.shape[1] >= 1
    calls = (
        lambda: log.cohorts(windows=2**63 - 1),
        lambda: log.cohorts(brackets={"0": (0, 10**30)}),
        lambda: log.survival(lapsed_after=10**30),
        lambda: log.stages(active_within=2**62),
    )
    for call in calls:
        with pytest.raises(rm.ParameterError):
            call()


def test_a_window_beyond_the_log_says_so():
    """Who bought after the end of the log is not seen to have stayed."""
    log = log_of(["a", "b"], ["2025-01-10", "2025-01-20"])
    text = log.churn("2025-02-01", "2025-12-31", active_within=60).explain()
    assert "the log ends on 2025-01-20, before the window does" in text


@pytest.mark.parametrize("weights", [[0.1, 0.1, 0.2], [0.1, 0.2, 0.4], [0.7, 0.1, 0.3]])
def test_weights_make_no_difference_among_equal_answers(weights):
    """Rounding of weighted sums is no evidence: all 3s against all 3s is 0 with p = 1."""
    mean = rm.MeanScore(scale=rm.ONE_TO_FIVE)
    weighted, plain = mean.tally([3] * 3, weights=weights), mean.tally([3] * 4)

    assert mean.estimate(weighted).value == 3
    assert mean.estimate(weighted).standard_error == 0
    for method in mean.tested_methods:
        assert mean.benchmark(weighted, 3, method=method).p_value == 1
    for method in mean.difference_methods:
        difference = mean.compare(weighted, plain, method=method)
        assert (difference.value, difference.p_value) == (0, 1)
        assert difference.low < 0 < difference.high
    nps = rm.NPS()
    assert nps.benchmark(nps.tally([10] * 3, weights=weights), 100).p_value == 1
    csi = rm.CSI()
    rated = csi.moments({"a": [4] * 3, "b": [4] * 3}, weights=weights)
    assert csi.benchmark(rated, 4).p_value == 1


def test_which_side_of_a_comparison_is_empty_is_said():
    """Both sides are tallies, so the message names the one."""
    nps = rm.NPS()
    some, none = nps.tally([9]), nps.tally([None])

    with pytest.raises(rm.EmptySampleError, match=r"^state: Net Promoter Score is undefined"):
        nps.compare(none, some)
    with pytest.raises(rm.EmptySampleError, match=r"^reference: Net Promoter Score is undefined"):
        nps.compare(some, none)


def test_an_estimate_where_a_state_is_meant_is_told_so():
    """The remedy is the state it carries, not what `to_dict` returned."""
    nps = rm.NPS()

    with pytest.raises(rm.StateError, match=r"got NPSEstimate. Say estimate.state"):
        nps.compare(nps([10, 9]), nps([8]))
    with pytest.raises(rm.StateError, match=r"got list. Say metric.tally\(answers\)"):
        nps.estimate([10, 9])


def test_a_hint_tells_a_number_from_its_text():
    """'Did you mean 1?' where '1' was asked for."""
    with pytest.raises(KeyError, match=r"Did you mean 1\?"):
        _ = rm.NPS().by([10, 9, 3], [1, 1, 2])["1"]


def test_equal_campaigns_say_that_the_default_stands_in():
    """Wald's interval has no width there, and the result names the method it has instead."""
    interval = rm.roi(gain=[3, 6], cost=[1, 2]).interval(method="wald")

    assert interval.method == "log_ratio"


def test_revenue_metrics_read_columns_as_roi_does():
    """Columns beyond the needed ones are left alone."""
    data = {"before": [100, 50], "after": [120, 0], "plan": ["a", "b"]}

    assert rm.NetRevenueRetention().by(data, data["plan"])["a"].value == 120


def test_pairs_of_an_index_are_no_ordinary_moments():
    """The state of a paired comparison is not averaged over both waves."""
    csi = rm.CSI()
    pairs = csi.pairs({"a": [1, 2], "b": [2, 3]}, {"a": [3, 4], "b": [4, 5]})

    for call in (lambda: csi.estimate(pairs), lambda: csi.compare(pairs, pairs)):
        with pytest.raises(rm.StateError, match="These are pairs"):
            call()
    with pytest.raises(rm.FactorError, match=r"must not end in ' \(reference\)'"):
        csi.pairs({"a": [1], "a (reference)": [2]}, {"a": [1], "a (reference)": [2]})


def test_two_groups_against_each_other_are_one_test():
    """Seen from either side it is the same: no adjustment doubles its p-value."""
    answers = [1] * 30 + [0] * 20 + [1] * 18 + [0] * 32
    by = rm.Rate().by(answers, ["a"] * 50 + ["b"] * 50)
    table = by.compare().table()

    assert table["p_adjusted"].tolist() == table["p_value"].tolist()
    assert set(table["verdict"]) == {"better", "worse"}


def test_a_difference_keeps_its_method_at_another_level():
    """Asked by Wald's, `interval` answers by Wald's unless told otherwise."""
    rate = rm.Rate()
    difference = rate.compare(rm.rate(37, 120).state, rm.rate(20, 100).state, method="wald")

    assert difference.interval().low == difference.low
    assert difference.interval(0.9).method == "wald"
    assert difference.interval(method="newcombe").method == "newcombe"


def test_a_difference_without_an_interval_says_why():
    """A single campaign has no spread, and the line says so instead of NaN."""
    roi = rm.ReturnOnInvestment()
    difference = roi.compare(
        rm.roi(gain=8.71, cost=1).state, rm.roi(gain=[8, 9, 7], cost=[1, 2, 1]).state
    )

    assert "no interval and no p-value: too few answers on a side; n = 1 against 3" in str(
        difference
    )
    assert difference.to_dict()["note"] == difference.note
