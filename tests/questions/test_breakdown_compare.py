"""Comparing the groups of a breakdown: with the rest, with one of them, and in pairs."""

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given, settings
from hypothesis import strategies as st
from metrics_under_test import CASES, defined, same
from statsmodels.stats.multitest import multipletests

import relmetrics as rm
from relmetrics.questions.groups import contrasts as compare_module
from relmetrics.states import stacks as rest_module
from relmetrics.states.stacks import Rest

few = settings(max_examples=max(8, settings.default.max_examples // 5))
NUMBERS = ("value", "low", "high", "p_value", "standard_error")
PLANS = ["gold", "basic", "trial", None]


def drawn(data, case, *, weighted=False):
    """Return rows of a case, the plan of each, and weights or None."""
    rows = data.draw(st.lists(st.tuples(case.row, st.sampled_from(PLANS)), min_size=2, max_size=30))
    weights = None
    if weighted:
        weights = [data.draw(st.sampled_from([0.5, 1.0, 2.25])) for _ in rows]
    return [row for row, _ in rows], [plan for _, plan in rows], weights


def chosen(values, keep):
    """Return the values whose place is kept."""
    return None if values is None else [v for v, k in zip(values, keep, strict=True) if k]


def part(case, rows, plans, weights, plan, *, others=False):
    """Return the rows of a plan, or of all other plans, as a state."""
    keep = [(one == plan) != others for one in plans]
    return case.state(chosen(rows, keep), chosen(weights, keep))


def compared(case, rows, plans, weights, **options):
    """Return the comparisons of the groups, or None where fewer than two have a score."""
    keeps = {plan: [one == plan for one in plans] for plan in plans}
    known = [
        defined(case, chosen(rows, keep), chosen(weights, keep)) is not None
        for keep in keeps.values()
    ]
    by = case.by(rows, plans, weights)
    if sum(known) < 2:
        with pytest.raises(rm.StateError, match="needs 2 groups with a score"):
            by.compare(**options)
        return None
    return by.compare(**options)


def agree(left, right):
    """Tell whether two differences have the same numbers."""
    return all(same(getattr(left, name), getattr(right, name), 1e-7) for name in NUMBERS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@few
@given(data=st.data())
def test_a_group_is_compared_with_the_sum_of_all_others(case, weighted, data):
    """The difference is that of metric.compare of the group's rows and of the rows of the rest."""
    rows, plans, weights = drawn(data, case, weighted=weighted)
    comparisons = compared(case, rows, plans, weights)
    if comparisons is None:
        return
    table = comparisons.table()

    assert len(comparisons) == len(set(plans)) == table.rows
    for i, (plan, note) in enumerate(zip(table["group"], table["note"], strict=True)):
        mine = part(case, rows, plans, weights, plan)
        rest = part(case, rows, plans, weights, plan, others=True)
        try:
            expected = case.metric.compare(mine, rest)
        except (rm.EmptySampleError, rm.AmountError):
            assert note
            assert math.isnan(table["p_value"][i])
            continue
        assert agree(comparisons[plan], expected)
        assert table["n"][i] == expected.n
        assert table["n_reference"][i] == expected.n_reference
        for name, number in (("difference", "value"), *((one, one) for one in NUMBERS[1:4])):
            assert same(table[name][i], getattr(expected, number), 1e-7)
        assert same(table["value"][i] - table["reference_value"][i], expected.value, 1e-7)
        assert (note == "") == math.isfinite(expected.p_value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
@few
@given(data=st.data())
def test_a_reference_is_one_of_the_groups(case, data):
    """Each other group less the reference, as metric.compare of the two has it."""
    rows, plans, _ = drawn(data, case)
    by = case.by(rows, plans)
    reference = plans[0]
    if compared(case, rows, plans, None) is None:
        return
    if defined(case, [r for r, p in zip(rows, plans, strict=True) if p == reference]) is None:
        with pytest.raises(rm.ParameterError, match="'reference' must be a group with a score"):
            by.compare(reference=reference)
        return
    comparisons = by.compare(reference=reference)

    assert reference not in comparisons
    assert set(comparisons) == set(plans) - {reference}
    for plan, note in zip(comparisons, comparisons.table()["note"], strict=True):
        if note not in ("", "too few answers for an interval"):
            continue
        expected = case.metric.compare(
            part(case, rows, plans, None, plan),
            part(case, rows, plans, None, reference),
        )
        assert agree(comparisons[plan], expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
@few
@given(data=st.data())
def test_pairs_are_looked_up_either_way_round(case, data):
    """The one less the other is minus the other less the one, with the same p-value."""
    rows, plans, _ = drawn(data, case)
    comparisons = compared(case, rows, plans, None, against="pairs")
    if comparisons is None:
        return
    size = len(set(plans))

    assert len(comparisons) == size * (size - 1) // 2 == len(set(map(frozenset, comparisons)))
    for (one, other), note in zip(comparisons, comparisons.table()["note"], strict=True):
        assert (one, other) in comparisons
        assert (other, one) in comparisons
        if note:
            continue
        forth, back = comparisons[one, other], comparisons[other, one]
        assert same(forth.value, -back.value)
        assert same(forth.low, -back.high)
        assert same(forth.p_value, back.p_value)


def league(seed=3, groups=12, n=60):
    """Return a breakdown of rates that differ."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(groups), n)
    kept = rng.random(len(team)) < np.linspace(0.4, 0.8, groups)[team]
    return rm.Rate().by(kept.astype(int), [f"team {i}" for i in team])


RULES = [
    ("holm", "holm"),
    ("benjamini_hochberg", "fdr_bh"),
    ("bonferroni", "bonferroni"),
    ("sidak", "sidak"),
]


@pytest.mark.parametrize(("adjust", "theirs"), RULES)
@pytest.mark.parametrize("against", ["rest", "pairs"])
def test_p_values_are_adjusted_as_statsmodels_does(adjust, theirs, against):
    """Against multipletests of the same p-values."""
    table = league().compare(against=against, adjust=adjust).table()

    with np.errstate(divide="ignore"):  # theirs, of p = 1
        _, expected, *_ = multipletests(table["p_value"], method=theirs)
    np.testing.assert_allclose(table["p_adjusted"], expected, rtol=1e-12)
    assert {"worse", "not shown"} <= set(table["verdict"])
    shown = table["verdict"] != "not shown"
    np.testing.assert_array_equal(shown, expected < 0.05)


def test_groups_without_a_test_do_not_count_among_the_tests():
    """Three of five groups have answers, so Holm's rule multiplies by three and not by five."""
    answers = [1] * 30 + [0] * 30 + [1, 0] * 30 + [None, None]
    by = rm.Rate().by(answers, ["a"] * 30 + ["b"] * 30 + ["c"] * 60 + ["d", "e"])
    table = by.compare().table()

    known = table["p_value"][:3]
    np.testing.assert_allclose(table["p_adjusted"][:3], multipletests(known, method="holm")[1])
    assert table["note"].tolist() == ["", "", "", "no answers", "no answers"]
    assert np.isnan(table["p_adjusted"][3:]).all()


def test_unadjusted_p_values_are_asked_for_by_name():
    """With adjust=None there is no column of adjusted ones, and verdicts are of the plain ones."""
    table = league().compare(adjust=None).table()

    assert "p_adjusted" not in table
    np.testing.assert_array_equal(table["verdict"] != "not shown", table["p_value"] < 0.05)


def test_the_strongest_evidence_comes_first():
    """Rows are in order of the p-value, ties in order of the size of the difference."""
    answers = [10, 0, 8, 8, 8, 8, 10, 10, 0, 0]
    by = rm.NPS().by(answers, ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"])
    table = by.compare(against="pairs", adjust="holm").table()
    p_value, size = table["p_value"], np.abs(table["difference"])

    assert (np.diff(p_value) >= 0).all()
    assert (np.diff(table["p_adjusted"]) >= 0).all()
    tied = np.diff(p_value) == 0
    assert tied.any()
    assert (np.diff(size)[tied] <= 0).all()


@given(seed=st.integers(0, 1000))
def test_the_order_of_the_groups_changes_nothing(seed):
    """Rows in another order give the same comparisons."""
    rng = np.random.default_rng(seed)
    answers, plan = rng.integers(0, 11, 80), rng.integers(0, 6, 80)
    order = rng.permutation(80)

    first = rm.NPS().by(answers, plan).compare()
    second = rm.NPS().by(answers[order], plan[order]).compare()
    assert set(first) == set(second)
    for group in first:
        assert agree(first[group], second[group])
    np.testing.assert_allclose(first.table()["p_adjusted"], second.table()["p_adjusted"])


def test_false_alarms_are_as_rare_as_the_rule_says():
    """Of 20 equal groups an unadjusted test finds one that differs in most surveys, Holm in few."""
    rng = np.random.default_rng(11)
    plan = np.repeat(np.arange(20), 100)
    alarms = {None: 0, "holm": 0}
    for _ in range(200):
        by = rm.Rate().by((rng.random(len(plan)) < 0.4).astype(int), plan)
        for adjust in alarms:
            alarms[adjust] += (by.compare(adjust=adjust).table()["verdict"] != "not shown").any()

    assert alarms[None] > 100
    assert alarms["holm"] < 200 * 0.05 + 3 * math.sqrt(200 * 0.05 * 0.95)


def test_a_lower_rate_is_better_where_lower_is_better():
    """Verdicts go by the metric's direction: losing fewer customers is better."""
    lost = [1] * 30 + [0] * 170 + [1] * 100 + [0] * 100
    plan = ["gold"] * 200 + ["basic"] * 200
    churn = rm.ChurnRate().by(lost, plan).compare()
    kept = rm.RetentionRate().by([1 - one for one in lost], plan).compare()

    for comparisons in (churn, kept):
        assert comparisons["gold"].verdict == "better"
        table = comparisons.table()
        assert dict(zip(table["group"], table["verdict"], strict=True)) == {
            "gold": "better",
            "basic": "worse",
        }


def test_small_bases_are_marked_on_either_side():
    """Fewer than 30 answers by default, of the group or of what it is compared with."""
    by = rm.Rate().by([1, 0] * 20 + [1, 0] * 5, ["big"] * 40 + ["small"] * 10)

    assert by.compare().table()["small_base"].tolist() == [True, True]
    assert by.compare(small_base=10).table()["small_base"].tolist() == [False, False]
    assert by.compare(small_base=0).small_base == 0


def test_level_and_method_reach_every_number():
    """Intervals and verdicts are of the level and method that are asked for."""
    by = league()
    comparisons = by.compare(confidence_level=0.8, method="agresti_caffo")
    table = comparisons.table()

    for i, group in enumerate(comparisons):
        one = comparisons[group]
        assert (one.confidence_level, one.method) == (0.8, "agresti_caffo")
        assert same(one.low, table["low"][i])
    wide = by.compare(confidence_level=0.99).table()
    assert (wide["high"] - wide["low"] > 0).all()
    np.testing.assert_array_equal(table["verdict"] != "not shown", table["p_adjusted"] < 0.2)
    by = rm.Rate().by([1, 0, 1], ["a", "a", "b"], confidence_level=0.9)
    assert by.compare().confidence_level == 0.9


def test_a_missing_label_is_a_group_like_others():
    """None can be compared and can be the reference; nobody takes it for not given."""
    by = rm.Rate().by([1, 0, 1, 1], ["a", "a", None, None])

    assert by.compare(reference=None)["a"].value == -50.0
    assert by.compare(reference="a")[None].value == 50.0
    assert by.compare()[None].n == 2


def test_several_grouping_columns_make_tuples():
    """A group is the tuple of its labels, in the reference and in pairs too."""
    columns = {"country": ["FI", "FI", "LT", "LT"], "plan": ["a", "b", "a", "b"]}
    by = rm.Rate().by([1, 0, 1, 1], columns)
    pairs = by.compare(against="pairs")

    assert by.compare(reference=("FI", "b"))["FI", "a"].value == 100.0
    assert pairs[("LT", "a"), ("FI", "b")].value == 100.0
    names = ["country", "plan", "reference_country", "reference_plan", "value"]
    assert list(pairs.table())[:5] == names


def test_rests_are_added_and_never_subtracted():
    """Beside a group of vast weight the rest keeps all its digits, as exact fractions have it."""
    weights = [1e17, 0.1, 0.2, 0.7, 1e17]
    by = rm.Rate().by([1, 1, 0, 0, 1], ["huge", "a", "b", "c", "huge"], weights=weights)
    small = [Fraction(w) for w in weights[1:4]]

    rest = Rest.of(by.states)[0]
    assert rest.weights == pytest.approx((float(small[1] + small[2]), 0.1), rel=1e-15)
    total = sum(weights)
    assert total - 2e17 != pytest.approx(float(sum(small)), rel=1e-3)
    table = by.compare().table()
    value = dict(zip(table["group"], table["reference_value"], strict=True))["huge"]
    assert value == pytest.approx(float(100 * small[0] / sum(small)), rel=1e-14)


def test_the_rest_of_large_amounts_keeps_the_variance_of_small_ones():
    """Beside a channel of millions the variance of the others is right to many digits."""
    rng = np.random.default_rng(5)
    cost = np.concatenate([1e8 + 1e6 * rng.random(50), 10 + rng.random(40), 12 + rng.random(30)])
    gain = cost * (2 + rng.random(120))
    channel = ["tv"] * 50 + ["mail"] * 40 + ["text"] * 30
    roi = rm.ReturnOnInvestment()
    comparisons = roi.by({"gain": gain, "cost": cost}, channel).compare()

    others = {"gain": gain[50:], "cost": cost[50:]}
    expected = roi.estimate(roi.moments(others))
    sides: Any = comparisons["tv"].sides
    found = roi.estimate(sides.reference)
    assert found.value == pytest.approx(expected.value, rel=1e-12)
    assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-9)


@pytest.mark.parametrize("groups", [2, 3, 4, 5, 8, 9, 37])
def test_rests_are_the_same_in_blocks(groups, monkeypatch):
    """Whatever the number of groups and of blocks: each state's rest is the sum of the others."""
    monkeypatch.setattr(rest_module, "BLOCK", 4)
    monkeypatch.setattr(compare_module, "AT_ONCE", 8)
    rng = np.random.default_rng(groups)
    answers, plan = rng.integers(0, 11, 8 * groups), np.tile(np.arange(groups), 8)
    by = rm.NPS().by(answers, plan)
    rest = Rest.of(by.states)

    assert len(rest) == groups
    for i in range(groups):
        assert rest[i] == rm.NPS().tally(answers[plan != i])
    table, comparisons = by.compare().table(), by.compare()
    for i, group in enumerate(comparisons):
        assert same(table["p_value"][i], comparisons[group].p_value)
        assert table["group"][i] == group


@pytest.mark.parametrize("groups", [1, 2, 5, 7, 12])
def test_one_rest_is_that_of_its_block_to_the_last_digit(groups, monkeypatch):
    """Of weights that no float holds exactly, and of amounts: they are added in the same order."""
    monkeypatch.setattr(rest_module, "BLOCK", 4)
    rng = np.random.default_rng(groups)
    plan = np.tile(np.arange(groups), 9)
    weights = 10 ** rng.uniform(-3, 3, len(plan))
    cost = 10 ** rng.uniform(-3, 3, len(plan))
    for by in (
        rm.NPS().by(rng.integers(0, 11, len(plan)), plan, weights=weights),
        rm.ReturnOnInvestment().by({"gain": 2 * cost, "cost": cost}, plan, weights=weights),
    ):
        rest = Rest.of(by.states)
        runs = [rest.run(start, start + 8) for start in range(0, groups, 8)]
        for place in range(groups):
            assert rest[place] == runs[place // 8][place % 8]
        with pytest.raises(FrozenInstanceError):
            rest.states = None


def test_many_groups_are_compared_at_once():
    """Thirty thousand groups: the first and the last have the numbers of metric.compare."""
    rng = np.random.default_rng(2)
    size = 30_000
    answers, plan = rng.integers(0, 11, 4 * size), np.tile(np.arange(size), 4)
    nps = rm.NPS()
    comparisons = nps.by(answers, plan).compare()
    table = comparisons.table()

    for i in (0, 1, size // 2, size - 1):
        group = table["group"][i]
        expected = nps.compare(nps.tally(answers[plan == group]), nps.tally(answers[plan != group]))
        assert agree(comparisons[group], expected)
        assert same(table["p_value"][i], expected.p_value)


def test_reasons_stand_where_there_are_no_numbers():
    """No answers, nothing to compare with, one campaign alone, no cost: each row says why."""
    pairs = rm.Rate().by([1, 0, None], ["a", "b", "c"]).compare(against="pairs").table()
    notes = dict(
        zip(zip(pairs["group"], pairs["reference_group"], strict=True), pairs["note"], strict=True)
    )
    assert notes == {
        ("a", "b"): "",
        ("a", "c"): "nothing to compare with",
        ("b", "c"): "nothing to compare with",
    }

    money = {"gain": [3, 5, 4, 1, 2], "cost": [1, 2, 1, 0, 0]}
    by = rm.ReturnOnInvestment().by(money, ["a", "a", "b", "c", "c"])
    table = by.compare().table()
    reasons = dict(zip(table["group"], table["note"], strict=True))
    assert reasons["b"] == "too few answers for an interval"
    assert reasons["c"] == "undefined for these answers"
    in_pairs = by.compare(against="pairs")
    assert "undefined for the answers of the reference" in in_pairs.table()["note"]
    with pytest.raises(rm.RelmetricsError):
        in_pairs["a", "c"]


def test_a_group_is_not_looked_up_against_itself():
    """The reference, unknown groups and what is no pair are key errors that help."""
    by = rm.Rate().by([1, 0, 1], ["gold", "basic", "trial"])

    with pytest.raises(KeyError, match="not with itself"):
        by.compare(reference="gold")["gold"]
    with pytest.raises(KeyError, match="Did you mean 'gold'"):
        by.compare()["golf"]
    pairs = by.compare(against="pairs")
    for key in ("gold", ("gold", "basic", "trial")):
        with pytest.raises(KeyError, match="no pair of groups"):
            pairs[key]
        assert key not in pairs
    with pytest.raises(KeyError, match="not with itself"):
        pairs["gold", "gold"]
    assert ("gold", "gold") not in pairs
    assert ("gold", "platinum") not in pairs
    assert "platinum" not in by.compare()


def test_a_group_without_answers_has_no_difference():
    """It is there, with its reason, and asked for by itself it is undefined."""
    comparisons = rm.Rate().by([1, 0, None], ["a", "b", "c"]).compare()

    assert "c" in comparisons
    with pytest.raises(rm.EmptySampleError):
        comparisons["c"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"against": "total"}, "'against' must be one of rest, pairs .*'total'"),
        ({"against": "rest", "reference": "a"}, "'against' must be left out where a reference"),
        ({"reference": "z"}, "'reference' must be one of the groups"),
        ({"reference": ["a"]}, "'reference' must be one of the groups"),
        ({"reference": "c"}, "'reference' must be a group with a score"),
        ({"adjust": "scheffe"}, "'adjust' must be one of holm, benjamini_hochberg, bonferroni"),
        ({"method": "bootstrap"}, "'method' must be one of newcombe"),
        ({"confidence_level": 1.0}, "confidence_level"),
        ({"small_base": -1}, "'small_base' must be a whole number"),
        ({"small_base": True}, "'small_base' must be a whole number"),
    ],
)
def test_bad_options_are_refused(options, message):
    """Each names the argument and what it can be; a group against the total is not on offer."""
    by = rm.Rate().by([1, 0, None], ["a", "b", "c"])

    with pytest.raises(rm.ParameterError, match=message):
        by.compare(**options)


@pytest.mark.parametrize("against", ["rest", "pairs"])
def test_fewer_than_two_groups_with_answers_are_refused(against):
    """One group, none, or only one with answers: there is nothing to compare."""
    for answers, groups in (([1, 0], ["a", "a"]), ([1, None], ["a", "b"]), ([], [])):
        with pytest.raises(rm.StateError, match=r"needs 2 groups with a score, and [01] of"):
            rm.Rate().by(answers, groups).compare(against=against)


def test_too_many_pairs_are_refused():
    """More than 2,000 groups in pairs: the message names what to do instead."""
    by = rm.Rate().by([1, 0] * 1001, np.arange(2002))

    with pytest.raises(rm.ParameterError, match=r"(?s)'rest' for more than 2000.*roll up"):
        by.compare(against="pairs")
    assert len(by.compare()) == 2002


def test_a_grouping_column_called_as_a_figure_is_refused():
    """A column of labels does not vanish under one of numbers."""
    for name in ("difference", "verdict", "note"):
        by = rm.Rate().by([1, 0], {name: ["a", "b"]})
        with pytest.raises(rm.ParameterError, match=f"(?s)other names.*{name}.*Rename"):
            by.compare()
    by = rm.Rate().by([1, 0], {"value_of": ["a", "b"]})
    assert by.compare(against="pairs").table()["reference_value_of"].tolist() == ["b"]
    for name in ("p", "reference_p"):
        assert len(rm.Rate().by([1, 0], {name: ["a", "b"]}).compare()) == 2
    both = rm.Rate().by([1, 0], {"p": ["a", "b"], "reference_p": ["a", "b"]})
    with pytest.raises(rm.ParameterError, match="Rename"):
        both.compare(against="pairs")


def test_the_results_read_and_serialise():
    """One line, a table, HTML with the labels escaped, and plain values for JSON."""
    by = rm.Rate().by([1, 0, None], ["<b>", "b", "c"])
    comparisons = by.compare()

    assert str(comparisons) == (
        "Rate of 3 groups against the rest: 0 shown to differ "
        "(95%, p-values adjusted by holm; 1 cannot be compared)"
    )
    assert repr(comparisons).startswith(str(comparisons) + "\ngroup")
    assert "<b>" not in comparisons._repr_html_().replace("&lt;b&gt;", "")
    data = json.loads(json.dumps(comparisons.to_dict(), allow_nan=False))
    assert data["against"] == "rest"
    assert data["table"]["p_value"][2] is None
    assert str(by.compare(reference="b", adjust=None)) == (
        "Rate of 2 groups against 'b': 0 shown to differ (95%, p-values not adjusted; 1 cannot be "
        "compared)"
    )
    assert by.compare(reference="b").to_dict()["reference"] == "b"
    assert "3 pairs of groups" in str(by.compare(against="pairs"))
    assert comparisons != by.compare()
    assert comparisons in {comparisons, by.compare()}


def test_groups_that_weigh_nothing_are_noted():
    """Answers of weight 0 are none, so a group of nothing else has no answers."""
    answers, plan = [1, 0, 1, 0, 1], ["a", "a", "b", "b", "c"]
    table = rm.Rate().by(answers, plan, weights=[1, 2, 1, 1, 0]).compare().table()
    notes = dict(zip(table["group"], table["note"], strict=True))
    assert notes == {"a": "", "b": "", "c": "no answers"}
    assert table["n"][-1] == 0

    pairs = rm.Rate().by(answers, plan, weights=[1, 2, 1, 1, 0]).compare(against="pairs").table()
    assert pairs["note"].tolist() == ["", *["nothing to compare with"] * 2]
