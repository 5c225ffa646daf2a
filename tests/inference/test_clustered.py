"""Intervals and comparisons where the same respondents answer again."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from clustered import METRICS, waves
from hypothesis import assume, example, given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.inference.distributions import student

NPS = rm.NPS()
NUMBERS = ("value", "low", "high", "standard_error", "n", "n_effective", "missing", "method")


def same_numbers(found, plain):
    """Compare two results to the last digit, NaN with NaN."""
    for name in NUMBERS:
        ours, theirs = getattr(found, name, None), getattr(plain, name, None)
        assert ours == theirs or (math.isnan(ours) and math.isnan(theirs)), name


@given(metric=st.sampled_from(METRICS), data=st.data())
def test_where_everybody_answers_once_it_is_the_interval_without_ids(metric, data):
    """To the last digit, by every method, at every level, weighted or not."""
    answers, ids, weights = data.draw(waves(metric.scale, several=False))
    plain, clustered = metric.tally(answers), metric.tally(answers, respondents=ids)
    if weights is not None:  # one order of adding for both
        clustered = metric.tally(answers, respondents=ids, weights=weights)
        plain = clustered.plain
    try:
        expected = metric.estimate(plain)
    except rm.EmptySampleError:
        assume(False)

    found = metric.estimate(clustered)

    same_numbers(found, expected)
    assert str(found) == str(expected)
    for method in metric.methods:
        one, other = (x.interval(0.9, method=method, rng=1) for x in (found, expected))
        assert one == other
    for method in metric.tested_methods:
        middle = (metric.description.low + metric.description.high) / 3
        one, other = (metric.benchmark(s, middle, method=method) for s in (clustered, plain))
        assert (one.low, one.high, one.p_value) == (other.low, other.high, other.p_value)


@given(metric=st.sampled_from(METRICS), data=st.data())
def test_others_who_answer_once_compare_as_without_ids(metric, data):
    """To the last digit, by every method, the p-value too."""
    sides = [data.draw(waves(metric.scale, several=False, weighted=False)) for _ in range(2)]
    plain = [metric.tally(answers) for answers, _, _ in sides]
    clustered = [
        metric.tally(answers, respondents=[2 * one + i for one in ids])
        for i, (answers, ids, _) in enumerate(sides)
    ]

    for method in metric.difference_methods:
        try:
            expected = metric.compare(*plain, method=method)
        except rm.EmptySampleError:
            assume(False)
        found = metric.compare(*clustered, method=method)
        same_numbers(found, expected)
        assert found.p_value == expected.p_value or math.isnan(expected.p_value)


@given(metric=st.sampled_from(METRICS), data=st.data())
@example(METRICS[0], None)
def test_ids_never_make_an_interval_shorter(metric, data):
    """Nor does any method, against the same answers of as many different respondents."""
    if data is None:
        answers, ids, weights = [10, 10, 0, 0], [1, 2, 1, 2], None
    else:
        answers, ids, weights = data.draw(waves(metric.scale))
    clustered = metric.tally(answers, respondents=ids, weights=weights)
    try:
        plain = metric.estimate(clustered.plain)
    except rm.EmptySampleError:
        assume(False)
    found = metric.estimate(clustered)

    for method in set(metric.methods) & {"adjusted", "wilson", "agresti_coull", "score"}:
        one, other = (x.interval(method=method) for x in (found, plain))
        assert one.high - one.low >= (other.high - other.low) * (1 - 1e-9)
    assert found.design_effect >= plain.design_effect * (1 - 1e-9)


@given(metric=st.sampled_from(METRICS), data=st.data())
def test_names_do_not_matter(metric, data):
    """Other names in another order, or hashes of them, give the same numbers."""
    answers, ids, weights = data.draw(waves(metric.scale))
    named = [f"customer {(one * 7919) % 1000:03}" for one in ids]
    state = metric.tally(answers, respondents=ids, weights=weights)
    try:
        expected = metric.estimate(state)
    except rm.EmptySampleError:
        assume(False)

    for other in (metric.tally(answers, respondents=named, weights=weights), state.hashed("key")):
        found = metric.estimate(other)
        np.testing.assert_allclose(
            [found.low, found.high], [expected.low, expected.high], rtol=1e-9, atol=1e-9
        )


@given(metric=st.sampled_from(METRICS), data=st.data())
def test_a_group_is_its_part_and_periods_too(metric, data):
    """Arrays of groups say what each says alone, and comparisons what pairs of states do."""
    answers, ids, weights = data.draw(waves(metric.scale))
    rows = len(ids)
    group = data.draw(st.lists(st.sampled_from("abc"), min_size=rows, max_size=rows))
    by = metric.by(answers, group, respondents=ids, weights=weights)
    parts = {}
    for name in by:
        at = [i for i in range(rows) if group[i] == name]
        parts[name] = metric.tally(
            [answers[i] for i in at],
            respondents=[ids[i] for i in at],
            weights=None if weights is None else [weights[i] for i in at],
        )
    table = by.table()

    for place, name in enumerate(by):
        assert by.states[place].clusters == parts[name].clusters
        try:
            alone = metric.estimate(parts[name])
        except rm.EmptySampleError:
            assert math.isnan(table["value"][place])
            continue
        found = [table[column][place] for column in ("value", "low", "high", "respondents")]
        expected = [alone.value, alone.low, alone.high, alone.respondents]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert by.total_state == metric.tally(answers, respondents=ids, weights=weights)


@pytest.mark.parametrize("metric", [METRICS[0], METRICS[1], METRICS[3]], ids=lambda m: m.name)
@pytest.mark.parametrize("method", ["default", "wald"])
def test_comparisons_of_groups_are_those_of_their_states(metric, method):
    """With the rest, with a reference, in pairs, and of periods: all from a few arrays."""
    rng = np.random.default_rng(4)
    rows = 240
    ids, answers = rng.integers(0, 60, rows), rng.integers(metric.scale.low, 6, rows)
    group = rng.choice(["a", "b", "c"], rows)
    group[ids > 52] = "only one each"
    ids[ids > 52] += np.arange((ids > 52).sum()) * 1000
    by = metric.by(answers, group, respondents=ids)
    chosen = None if method == "default" else method
    states = dict(zip(by, [by.states[i] for i in range(4)], strict=True))

    def agree(table, place, mine, theirs):
        one = metric.compare(mine, theirs, method=chosen)
        found = [table[column][place] for column in ("difference", "low", "high", "p_value")]
        np.testing.assert_allclose(
            found, [one.value, one.low, one.high, one.p_value], rtol=1e-9, atol=1e-12
        )

    rest = by.compare(method=chosen, adjust=None)
    for place, name in enumerate(rest):
        others = sum(state for other, state in states.items() if other != name)
        agree(rest.table(), place, states[name], others)
        assert rest[name].value == rest.table()["difference"][place]
    pairs = by.compare(against="pairs", method=chosen, adjust=None)
    for place, (name, other) in enumerate(pairs):
        agree(pairs.table(), place, states[name], states[other])
    days = np.datetime64("2025-01-01") + rng.integers(0, 90, rows)
    trend = metric.over(answers, days, respondents=ids, as_of="2025-03-31")
    changes = trend.changes(method=chosen)
    for place in (1, 2):
        agree(changes, place, trend.states[place], trend.states[place - 1])


def test_the_rule_by_hand():
    """Three respondents, step by step, as docs/coverage.md describes the rule."""
    z, t = {}, 0.0
    answers = {"ann": [10, 10, 9], "bob": [3, 5], "cem": [8]}
    rows = [(who, score) for who, scores in answers.items() for score in scores]
    found = NPS([score for _, score in rows], respondents=[who for who, _ in rows])

    points = {"ann": 300.0, "bob": -200.0, "cem": 0.0}
    n, count, m = 6, 3, 100 / 6
    z = {who: (points[who] - len(answers[who]) * m) / n for who in answers}
    squares = sum(one**2 for one in z.values())
    variance = count / (count - 1) * squares
    plug_in = (3 * (100 - m) ** 2 + 2 * (-100 - m) ** 2 + m**2) / n**2
    k_star = n**2 / (9 + 4 + 1)
    own = variance / plug_in * k_star / (k_star - 1) * 2 / 3 * 5 / 6
    rests_on = squares**2 / sum(one**4 for one in z.values())
    deff = (rests_on**2 * max(own, 1) + n / k_star) / (rests_on**2 + 1)
    nu = 1 / (1 / (k_star - 1) - 1 / (n - 1))

    assert found.value == pytest.approx(m)
    assert found.standard_error == pytest.approx(variance**0.5)
    assert found.design_effect == pytest.approx(deff)
    sample: Any = NPS.form.sampled(found.state)
    t = sample.quantile(0.95, "adjusted")
    angle = math.atan(t / nu**0.5)  # the chance of more than t, integrated
    steps = (np.arange(200_000) + 0.5) / 200_000

    def power(low, high):
        return ((high - low) * np.cos(low + (high - low) * steps) ** (nu - 1)).mean()

    assert power(angle, math.pi / 2) / power(0, math.pi / 2) == pytest.approx(0.05, abs=1e-6)
    effective = n / deff
    center = effective * m / (effective + 3)
    spread = (effective * (plug_in * n + (m - center) ** 2) + 3 * (5000 + center**2)) / (
        effective + 3
    )
    half = t * (spread / (effective + 3)) ** 0.5
    assert (found.low, found.high) == pytest.approx(
        (max(center - half, -100), min(center + half, 100))
    )


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_one_respondent_says_little_however_often(metric):
    """All answers of one person are one answer, at one degree of freedom: a wide interval."""
    high = metric.scale.high
    often, once = ([high] * k for k in (50, 1))
    found = metric.estimate(metric.tally(often, respondents=[1] * 50))
    single = metric.estimate(metric.tally(once))

    assert found.n_effective == pytest.approx(1)
    assert found.high - found.low >= single.high - single.low
    assert math.isnan(found.standard_error)
    assert found.interval(method="wald").method == metric.methods[0]


def test_several_respondents_who_always_agree():
    """All answers equal: as many answers as respondents, and Student's quantile."""
    found = NPS([10] * 12, respondents=[1, 2, 3, 4] * 3)
    plain = NPS([10] * 4)

    assert found.n_effective == pytest.approx(4)
    assert found.low < plain.low


def test_who_answers_in_both_waves_makes_the_difference_surer():
    """Steady respondents give a shorter interval, and p below that of as many others."""
    rng = np.random.default_rng(1)
    before = rng.integers(0, 11, 200)
    after = np.clip(before + rng.integers(0, 3, 200), 0, 10)
    ids = np.arange(200)

    same = NPS.compare(NPS.tally(after, respondents=ids), NPS.tally(before, respondents=ids))
    others = NPS.compare(NPS.tally(after), NPS.tally(before))
    paired = NPS.compare_paired(NPS.pairs(after, before))

    assert same.value == pytest.approx(others.value)
    assert same.high - same.low < 0.6 * (others.high - others.low)
    assert same.p_value < others.p_value
    assert same.standard_error == pytest.approx(paired.standard_error)
    assert str(same).endswith("n = 200 of 200 respondents against 200 of 200, 200 of them in both)")
    assert "200 of them in both" in same.explain()


def test_who_repeats_himself_is_not_certain():
    """Everybody answers twice the same: the difference is 0, and its interval has a width."""
    ids = list(range(10))
    side = NPS.tally([10, 9, 3, 8, 6] * 2, respondents=ids)
    same = NPS.compare(side, side)

    assert same.low < 0 < same.high
    assert same.p_value == 1


@given(data=st.data())
def test_interval_and_test_of_a_difference_agree(data):
    """The interval of a net score excludes 0 exactly when p is below 1 less the level."""
    metric = data.draw(st.sampled_from(METRICS))
    sides = [data.draw(waves(metric.scale, weighted=False)) for _ in range(2)]
    states = [metric.tally(answers, respondents=ids) for answers, ids, _ in sides]
    try:
        found = metric.compare(*states)
    except rm.EmptySampleError:
        assume(False)
    if math.isnan(found.p_value) or abs(found.p_value - 0.05) < 1e-9:
        return

    if metric.has_two_outcomes or found.test == "mid_p":
        assert found.p_value < 0.05 or found.low <= 0 <= found.high
    else:
        assert (found.p_value < 0.05) == (not found.low <= 0 <= found.high)
    swapped = metric.compare(*states[::-1])
    np.testing.assert_allclose(
        [swapped.value, swapped.low, swapped.high],
        [-found.value, -found.high, -found.low],
        atol=1e-9,
    )


def test_only_one_side_that_knows_its_respondents_is_refused():
    """Who is in both cannot be known then."""
    state = NPS.tally([10, 9], respondents=[1, 1])
    for sides in itertools.permutations([state, state.plain]):
        with pytest.raises(rm.StateError, match="only one of the two states says who answered"):
            NPS.compare(*sides)


def test_answers_of_one_respondent_do_not_change_places():
    """A permutation test would take them for independent."""
    state = NPS.tally([10, 9], respondents=[1, 1])
    with pytest.raises(rm.StateError, match="where respondents answer again"):
        NPS.compare(state, state).permutation()


def test_results_say_how_many_respondents_there_are():
    """In the line, the table, the dictionary and the explanation."""
    found = NPS([10, 9, 3, 8, None], respondents=["ann", "ann", "bob", "cem", "dee"])

    assert found.respondents == 3
    assert str(found).startswith("NPS 25.0 (95% CI -")
    assert f"n = 4 of 3 respondents, design effect {found.design_effect:.3g}, 1 missing)" in str(
        found
    )
    assert found.to_dict()["respondents"] == 3
    assert found.to_dict()["design_effect"] == pytest.approx(4 / found.n_effective)
    assert "<th>respondents</th>" in found._repr_html_()
    assert NPS([10, 9]).respondents is None
    assert NPS([10, 9]).design_effect == 1
    assert "respondents" not in NPS([10, 9]).to_dict()


def test_charts_lifts_and_splits_take_the_design_effect_into_account():
    """Whatever asks for effective numbers gets those of the respondents."""
    rng = np.random.default_rng(3)
    ids = np.repeat(np.arange(80), 5)
    answers = np.repeat(rng.integers(0, 2, 80), 5)
    days = np.datetime64("2025-01-01") + rng.integers(0, 150, 400)
    metric = rm.Rate()
    plain, clustered = (metric.over(answers, days, **given) for given in ({}, {"respondents": ids}))

    limits = [trend.alerts().table()["high_limit"] for trend in (plain, clustered)]
    assert np.nanmax(limits[1] - limits[0]) > 0
    slopes = [trend.slope(method="sampling") for trend in (plain, clustered)]
    assert slopes[1].high - slopes[1].low > slopes[0].high - slopes[0].low
    lifts = [
        rm.lift(metric.estimate(state), rm.rate(20, 100))
        for state in (plain.total_state, clustered.total_state)
    ]
    assert lifts[1].high > 1.02 * lifts[0].high
    splits = [
        rm.decompose(metric.by(answers, ids % 2, **given), metric.by(1 - answers, ids % 2))
        for given in ({}, {"respondents": ids})
    ]
    widths = [split.rate.high - split.rate.low for split in splits]
    assert widths[1] > widths[0]


def test_students_t_agrees_with_its_finite_sums_and_with_known_values():
    """Whole degrees of freedom have a finite sum; of others R's pt and qt are the referee."""
    df = np.arange(1.0, 60.0)
    for t in (0.1, 1.0, 2.5, 8.0):
        exact = [student.two_sided_p(t, int(one)) for one in df]
        np.testing.assert_allclose(student.tails(np.full(59, t), df), exact, rtol=1e-12)
    exact = [student.t_quantile(0.95, int(one)) for one in df]
    np.testing.assert_allclose(student.quantiles(0.95, df), exact, rtol=1e-12)
    # R 4.2.2: 2 * pt(-2, c(1.5, 3.5, 30.86)); qt(.975, c(1.5, 30.86)); qt(.995, 2.3)
    np.testing.assert_allclose(
        student.tails(np.full(3, 2.0), np.array([1.5, 3.5, 30.86])),
        [0.22418833035605112, 0.12613852257591343, 0.05436773759196976],
        rtol=1e-12,
    )
    rounds = student.quantiles(0.9, np.array([1.5, 1e3, 2e5, np.inf]))
    np.testing.assert_allclose(
        student.tails(rounds, np.array([1.5, 1e3, 2e5, np.inf])), 0.1, rtol=1e-9
    )
    assert np.isnan(student.tails(np.nan, 3.0))
    assert np.isnan(student.quantiles(0.95, np.nan))
    assert student.tails(np.inf, 3.5) == 0
