"""Several questions at once: intervals that agree with adjusted verdicts, families of metrics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.inference.multiplicity import RULES, level_of_verdicts


@given(
    seed=st.integers(0, 10_000),
    rule=st.sampled_from(sorted(RULES)),
    against=st.sampled_from(["rest", "pairs"]),
)
def test_an_adjusted_interval_never_contradicts_its_verdict(seed, rule, against):
    """What is not shown has an interval that holds 0, whatever the rule; it is the wider one."""
    rng = np.random.default_rng(seed)
    plan = np.repeat(np.arange(5), rng.integers(1, 60, 5))
    answers = np.clip(rng.integers(2, 11, len(plan)) + 2 * (plan % 2), 0, 10)
    found = rm.NPS().by(answers, plan).compare(adjust=rule, against=against)
    table = found.table()

    hidden = table["verdict"] == "not shown"
    assert (table["low_adjusted"][hidden] <= 0).all()
    assert (table["high_adjusted"][hidden] >= 0).all()
    assert (table["low_adjusted"] <= table["low"]).all()
    assert (table["high_adjusted"] >= table["high"]).all()
    ends = found[next(iter(found))].interval(found.adjusted_level)
    shown = table["low_adjusted"][0], table["high_adjusted"][0]
    assert (ends.low, ends.high) == pytest.approx(shown)


@given(
    p=st.lists(st.floats(0, 1, allow_subnormal=False), min_size=2, max_size=12),
    rule=st.sampled_from(sorted(RULES)),
)
def test_one_level_tells_apart_what_a_rule_shows(p, rule):
    """A test is shown exactly where its own p-value is below 1 less the level of the intervals."""
    known = np.array(p)
    adjusted = RULES[rule](known)
    level = level_of_verdicts(adjusted, rule, 0.95)

    edge = np.isclose(known, 1 - level, rtol=1e-9) | np.isclose(adjusted, 0.05, rtol=1e-9)
    np.testing.assert_array_equal((known < 1 - level)[~edge], (adjusted < 0.05)[~edge])
    assert level >= 0.95 - 1e-12


def test_two_groups_against_each_other_are_one_test_with_one_interval():
    """Nothing is adjusted, neither the p-value nor the interval."""
    found = rm.CSAT().by([5, 4, 2, 1, 5, 5], ["a"] * 3 + ["b"] * 3).compare()
    table = found.table()

    assert found.adjusted_level == 0.95
    assert table["low"].tolist() == table["low_adjusted"].tolist()
    assert table["p_value"].tolist() == table["p_adjusted"].tolist()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_changes_of_a_trend_have_the_intervals_of_their_verdicts(rule):
    """What is not shown has an interval that holds 0; one period has no change, and no interval."""
    rng = np.random.default_rng(3)
    months = np.repeat([f"2025-{month:02}-05" for month in range(1, 9)], 60)
    answers = np.clip(rng.integers(3, 11, 480) + 2 * (np.arange(480) > 240), 0, 10)
    changes = rm.NPS().over(answers, months, as_of="2025-09-01").changes(adjust=rule)

    hidden = changes["p_adjusted"] >= 0.05
    assert hidden.any()
    assert (changes["low_adjusted"][hidden] <= 0).all()
    assert (changes["high_adjusted"][hidden] >= 0).all()
    known = ~np.isnan(changes["low"])
    assert (changes["low_adjusted"][known] <= changes["low"][known]).all()
    assert np.isnan(changes["low_adjusted"][~known]).all()


def family():
    """Return differences of three metrics."""
    nps, csat, ces = rm.NPS(), rm.CSAT(), rm.CES()
    return {
        "recommend": nps.compare(nps.tally([10] * 30 + [3] * 9), nps.tally([10, 3] * 20)),
        "satisfied": csat.compare(csat.tally([5] * 30 + [2] * 9), csat.tally([5, 2] * 20)),
        "effort": ces.compare(ces.tally([2, 3, 6] * 9), ces.tally([2, 3, 5] * 9)),
    }


@pytest.mark.parametrize("rule", sorted(RULES))
def test_metrics_are_judged_together(rule):
    """P-values are those of the rule, and each keeps its own numbers."""
    differences = family()
    found = rm.adjust(differences, rule=rule)
    table, alone = found.table(), list(differences.values())

    assert table["name"].tolist() == list(differences)
    assert table["p_value"].tolist() == [one.p_value for one in alone]
    np.testing.assert_array_equal(table["p_adjusted"], RULES[rule](table["p_value"]))
    assert table["low"].tolist() == [one.low for one in alone]
    wide = [one.interval(found.adjusted_level).low for one in alone]
    assert table["low_adjusted"].tolist() == wide
    assert [unit.split()[0] for unit in table["unit"]] == ["points", "percentage", "scale"]
    assert "judged together (recommend, satisfied, effort)" in str(found)
    assert table["verdict"].tolist()[0] == "better"


def test_a_verdict_of_a_family_knows_the_direction_of_each_metric():
    """More churn is worse."""
    churn = rm.ChurnRate()
    more = churn.compare(rm.rate(90, 100).state, rm.rate(10, 100).state)
    found = rm.adjust([more, *family().values()])

    assert found.table()["verdict"].tolist()[0] == "worse"
    assert found.table()["name"].tolist() == ["Churn rate", "NPS", "CSAT", "CES"]


@pytest.mark.parametrize(
    ("differences", "message"),
    [
        ([], "at least two differences"),
        (family()["effort"], "at least two differences"),
        ([1, 2], "at least two differences"),
        ("ab", "at least two differences"),
    ],
)
def test_what_is_no_family_is_refused(differences, message):
    """Each error says what would be one."""
    with pytest.raises(rm.ParameterError, match=message):
        rm.adjust(differences)


def test_a_family_is_of_one_level_and_a_known_rule():
    """Levels are not chosen among, and rules have names."""
    nps = rm.NPS()
    sides = nps.tally([10, 3]), nps.tally([9, 8])
    both = [nps.compare(*sides), nps.compare(*sides, confidence_level=0.9)]
    with pytest.raises(rm.ParameterError, match="'differences' must be of one level"):
        rm.adjust(both)
    with pytest.raises(rm.ParameterError, match="'rule' must be one of"):
        rm.adjust(both[:1] * 2, rule="none")


@pytest.mark.long
def test_intervals_by_bonferroni_hold_all_together():
    """Of eight unequal groups against the rest, all intervals hold the truth 95 times in 100."""
    rng = np.random.default_rng(8)
    sizes = np.array([15, 20, 30, 40, 60, 90, 150, 400])
    truth = np.linspace(0.3, 0.7, 8)
    rest = (sizes @ truth - sizes * truth) / (sizes.sum() - sizes)
    plan, held = np.repeat(np.arange(8), sizes), 0
    for _ in range(400):
        answers = (rng.random(len(plan)) < truth[plan]).astype(int)
        table = rm.Rate().by(answers, plan).compare(adjust="bonferroni").table()
        gap = 100 * (truth - rest)[table["group"]]
        held += bool(((table["low_adjusted"] <= gap) & (gap <= table["high_adjusted"])).all())

    assert held >= 400 * 0.95 - 3 * np.sqrt(400 * 0.95 * 0.05)
