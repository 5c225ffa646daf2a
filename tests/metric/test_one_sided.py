"""One-sided tests and margins: against their definitions, a textbook, and each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom, norm

import relmetrics as rm

RATE, NPS = rm.Rate(), rm.NPS()


def rates(yes, n, others, m):
    """Return the difference of two rates."""
    return RATE.compare(rm.rate(yes, n).state, rm.rate(others, m).state)


@given(
    n=st.integers(1, 30),
    m=st.integers(1, 30),
    parts=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_without_a_margin_p_is_one_side_of_the_mid_p(n, m, parts):
    """The hypergeometric chance of more, and half of that of as many."""
    yes, others = round(parts[0] * n), round(parts[1] * m)
    found = rates(yes, n, others, m)
    chance = hypergeom(n + m, yes + others, n)
    above = chance.sf(yes) + chance.pmf(yes) / 2

    more, less = (found.one_sided(alternative=side) for side in ("greater", "less"))
    assert more.p_value + less.p_value == pytest.approx(1)
    towards, expected = (more, above) if found.value > 0 else (less, 1 - above)
    if expected < 0.4:  # beyond, mean and median may lie on either side of it
        assert towards.p_value == pytest.approx(expected, rel=1e-6)
    assert more.is_shown == (more.p_value < 0.05)


@given(
    a=st.lists(st.integers(0, 10), min_size=2, max_size=40),
    b=st.lists(st.integers(0, 10), min_size=2, max_size=40),
    margin=st.sampled_from([0.0, 1.0, 20.0, 150.0]),
    side=st.sampled_from(["greater", "less"]),
)
def test_the_sides_mirror_each_other_and_never_contradict_their_bound(a, b, margin, side):
    """Exchanging sample and reference exchanges the sides; a bound past the limit is shown."""
    there, back = NPS.compare(NPS.tally(a), NPS.tally(b)), NPS.compare(NPS.tally(b), NPS.tally(a))
    found = there.one_sided(alternative=side, margin=margin)
    mirrored = back.one_sided(alternative="less" if side == "greater" else "greater", margin=margin)

    assert found.p_value == pytest.approx(mirrored.p_value, abs=1e-9)
    assert found.bound == pytest.approx(-mirrored.bound)
    assert found.limit == -mirrored.limit
    beyond = found.bound > found.limit if side == "greater" else found.bound < found.limit
    assert not beyond or found.is_shown
    if margin:
        assert beyond == found.is_shown == (found.p_value < 0.05)
        wider = there.one_sided(alternative=side, margin=2 * margin)
        assert wider.p_value <= found.p_value + 1e-9


def test_both_sides_within_a_margin_are_equivalence():
    """Two one-sided tests at the same level; the larger p-value is that of both."""
    found = rates(300, 1000, 310, 1000)
    both = [found.one_sided(alternative=side, margin=5) for side in ("greater", "less")]
    together = found.equivalence(margin=5)

    assert together.is_equivalent == all(one.is_shown for one in both)
    assert together.p_value == pytest.approx(max(one.p_value for one in both))
    assert (together.low, together.high) == tuple(one.bound for one in both)


def test_of_many_answers_it_is_the_z_test_of_the_textbook():
    """Against the normal test with a margin: Blackwelder (1982)."""
    yes, n, others, m, margin = 4_750, 10_000, 4_800, 10_000, 1.5
    found = rates(yes, n, others, m).non_inferiority(margin=margin)
    p, q = yes / n, others / m
    error = math.sqrt(p * (1 - p) / n + q * (1 - q) / m)

    assert found.alternative == "greater"
    assert found.p_value == pytest.approx(norm.sf((p - q + margin / 100) / error), rel=0.02)


def test_a_margin_goes_the_way_of_the_metric():
    """More churn is worse, so non-inferiority asks for less than the margin."""
    churn = rm.ChurnRate()
    found = churn.compare(rm.rate(40, 1000).state, rm.rate(38, 1000).state)

    assert found.non_inferiority(margin=3).alternative == "less"
    assert found.non_inferiority(margin=3) == found.one_sided(alternative="less", margin=3)
    target = NPS.benchmark(NPS.tally([10] * 60 + [3] * 20), 45)
    assert target.one_sided(alternative="greater").p_value == target.p_value / 2


def test_what_cannot_be_asked_is_refused():
    """Each error names the argument."""
    found = rates(3, 9, 2, 8)
    for options, message in [
        ({"alternative": "two-sided"}, "'alternative' must be one of greater, less"),
        ({"alternative": "less", "margin": -1}, "'margin' must be at least 0"),
        ({"alternative": "less", "confidence_level": 0.5}, "'confidence_level' must be above 0.5"),
    ]:
        with pytest.raises(rm.ParameterError, match=message):
            found.one_sided(**options)
    with pytest.raises(rm.ParameterError, match="'margin' must be above 0"):
        found.non_inferiority(margin=0)


def test_groups_are_tested_one_way_as_each_alone():
    """Each row is the test of its difference, adjusted for their number; empty ones have none."""
    rng = np.random.default_rng(5)
    plan = np.repeat(np.arange(6), [5, 30, 60, 90, 150, 1])
    answers = np.clip(rng.integers(2, 11, len(plan)) + 2 * (plan == 3), 0, 10).astype(float)
    answers[-1] = np.nan
    compared = NPS.by(answers, plan).compare()
    found = compared.one_sided(alternative="greater", margin=10)
    table = found.table()

    assert table["note"].tolist()[-1] == "no answers"
    assert math.isnan(table["p_value"][-1])
    for row, group in enumerate(table["group"][:-1].tolist()):
        alone = compared[group].one_sided(alternative="greater", margin=10)
        assert (table["p_value"][row], table["bound"][row]) == (alone.p_value, alone.bound)
    assert (np.diff(table["p_value"][:-1]) >= 0).all()
    assert "more than -10 from what it is compared with" in str(found)
    with pytest.raises(rm.ParameterError, match="Rename the column"):
        NPS.by(answers, {"bound": plan}).compare().one_sided(alternative="less")


@given(
    seed=st.integers(0, 10_000),
    rule=st.sampled_from(["holm", "bonferroni", "sidak", "benjamini_hochberg"]),
    side=st.sampled_from(["greater", "less"]),
)
def test_an_adjusted_bound_never_contradicts_what_is_shown(seed, rule, side):
    """It is not beyond the limit where the group is not shown, and not short of it where it is."""
    rng = np.random.default_rng(seed)
    plan = np.repeat(np.arange(5), rng.integers(2, 80, 5))
    answers = (rng.random(len(plan)) < (0.3 + 0.1 * (plan % 4))).astype(int)
    found = RATE.by(answers, plan).compare(adjust=rule).one_sided(alternative=side, margin=5)
    table, sign = found.table(), 1 if side == "greater" else -1
    past = sign * (table["bound_adjusted"] - found.limit)

    assert (past[~table["shown"].astype(bool)] <= 1e-9).all()
    assert (past[table["shown"].astype(bool)] >= 0).all()


@pytest.mark.long
@pytest.mark.parametrize(("n", "m", "yes"), [(40, 40, 0.9), (15, 150, 0.8), (200, 100, 0.5)])
def test_a_group_that_is_worse_by_the_margin_is_seldom_shown_not_to_be(n, m, yes):
    """At the limit, of 1,000 at most 5 % and three errors of so few."""
    rng = np.random.default_rng([n, m])
    draws = zip(rng.binomial(n, yes - 0.1, 1000), rng.binomial(m, yes, 1000), strict=True)
    seen: dict = {}
    shown = 0
    for pair in draws:
        if pair not in seen:
            seen[pair] = rates(int(pair[0]), n, int(pair[1]), m).non_inferiority(margin=10).is_shown
        shown += seen[pair]

    assert shown <= 1000 * 0.05 + 3 * math.sqrt(1000 * 0.05 * 0.95)


def test_a_p_value_that_is_not_known_is_no_number():
    """Beyond the margin it is at least one half; how much more is not worked out."""
    worse = rm.NPS().compare(
        rm.NPS().tally([10] * 30 + [3] * 70), rm.NPS().tally([10] * 60 + [3] * 40)
    )
    for found in (worse.non_inferiority(margin=5), worse.equivalence(margin=5)):
        assert found.p_value == 0.5
        assert "p >= 0.5" in str(found)
    assert "p = 1)" in str(worse.one_sided(alternative="greater"))
