"""Whether groups differ at all: against definitions, other programs, enumeration and its size."""

import itertools
import math

import homogeneity_study as study
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import relmetrics as rm
from relmetrics.inference.distributions.beta import beta_tail, f_tail
from relmetrics.inference.homogeneity import linearised, rearranged
from relmetrics.inference.homogeneity.rearranged import variance_of

LEVELS = np.array([-100.0, 0.0, 100.0])


@given(
    statistic=st.floats(0.01, 60),
    df=st.floats(0.1, 200),
    df_error=st.sampled_from([0.3, 1.0, 7.5, 60.0, 3000.0, math.inf]),
)
def test_tails_are_those_of_scipy(statistic, df, df_error):
    """Of F and of chi-square, with any degrees of freedom."""
    if math.isinf(df_error):
        expected = stats.chi2.sf(df * statistic, df)
    else:
        expected = stats.f.sf(statistic, df, df_error)
    assert f_tail(statistic, df, df_error) == pytest.approx(expected, rel=1e-7, abs=1e-13)


def test_tails_at_their_ends():
    """Nothing is below 0, and all is above it."""
    assert f_tail(0, 3, 5) == beta_tail(0, 2, 3) == 1
    assert f_tail(math.inf, 3, 5) == beta_tail(1, 2, 3) == 0
    assert math.isnan(f_tail(math.nan, 3, 5))


tables = st.lists(
    st.tuples(*[st.integers(0, 3)] * 3).filter(lambda row: sum(row) > 0), min_size=2, max_size=3
)


@settings(max_examples=25)
@given(rows=tables)
def test_mean_and_variance_are_those_of_all_arrangements(rows):
    """And the exact p-value counts them: each way to share out the answers, one by one."""
    masses = np.array(rows, dtype=np.float64)
    answers = np.repeat(np.arange(3), masses.sum(axis=0).astype(int))
    sizes = masses.sum(axis=1).astype(int)
    found = rearranged.statistic_of(LEVELS, masses)
    if math.isnan(found):
        assert rearranged.exact(LEVELS, masses) == rearranged.by_moments(LEVELS, masses) == 1
        return
    if len(answers) > 8:
        return
    seen = []
    for order in itertools.permutations(range(len(answers))):
        parts = np.split(answers[list(order)], np.cumsum(sizes)[:-1])
        counts = np.array([np.bincount(part, minlength=3) for part in parts], dtype=np.float64)
        seen.append(rearranged.statistic_of(LEVELS, counts))
        if len(seen) == 3000:
            return  # too many to go through one by one
    all_of_them = np.array(seen)
    assert all_of_them.mean() == pytest.approx(len(rows) - 1)
    if len(answers) > 3:
        variance = variance_of(LEVELS, masses)
        assert all_of_them.var() == pytest.approx(variance, abs=1e-9)
    expected = np.mean(all_of_them > found + 1e-6)
    expected += np.mean(abs(all_of_them - found) <= 1e-6) / 2
    assert rearranged.exact(LEVELS, masses) == pytest.approx(expected)


def test_of_yes_and_no_it_is_pearsons_chi_square_and_of_ranks_kruskals():
    """Times (N - 1) / N, and as it is."""
    table = np.array([[30, 12], [22, 20], [15, 18]])
    pearson = stats.chi2_contingency(table, correction=False).statistic
    assert rearranged.statistic_of(np.array([0.0, 1.0]), table * 1.0) == pytest.approx(
        pearson * (table.sum() - 1) / table.sum()
    )
    rng = np.random.default_rng(1)
    answers, group = rng.integers(1, 6, 90), np.repeat([0, 1, 2], [20, 30, 40])
    ranks = stats.rankdata(answers)
    levels = np.unique(ranks)
    masses = np.array([[np.sum(ranks[group == g] == x) for x in levels] for g in range(3)]) * 1.0
    kruskal = stats.kruskal(*(answers[group == g] for g in range(3)))
    assert rearranged.statistic_of(levels, masses) == pytest.approx(kruskal.statistic)
    assert rearranged.by_moments(levels, masses) == pytest.approx(kruskal.pvalue, abs=0.02)


def test_of_sums_it_is_welchs_test():
    """Against scipy's of two groups and statsmodels' of four."""
    oneway = pytest.importorskip("statsmodels.stats.oneway")
    rng = np.random.default_rng(2)
    groups = [rng.normal(i / 3, 1 + i, 12 + 5 * i) for i in range(4)]
    mean = np.array([x.mean() for x in groups])
    squared = np.array([x.var(ddof=1) / len(x) for x in groups])
    n = np.array([len(x) for x in groups]) * 1.0
    theirs = oneway.anova_oneway(groups, use_var="unequal")

    found, df_error, p_value = linearised.welch(mean, squared, n)
    assert (found, df_error) == pytest.approx((theirs.statistic, theirs.df[1]))
    assert p_value == pytest.approx(theirs.pvalue)
    two = linearised.welch(mean[:2], squared[:2], n[:2])
    assert two[2] == pytest.approx(stats.ttest_ind(*groups[:2], equal_var=False).pvalue)


@pytest.mark.parametrize("nested", [True, False])
def test_of_clusters_it_is_rao_scotts_of_the_eigenvalues(nested):
    """Against the definition: the design effects are those of the contrasts with a last group."""
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(40), 3)
    group = who % 4 if nested else rng.integers(0, 4, 120)
    answers = np.clip(7 + rng.normal(0, 2, 40)[who].round() + rng.integers(-1, 2, 120), 0, 10)
    by = rm.NPS().by(answers.astype(int), group, respondents=who)
    found = by.homogeneity()

    form, states = by.metric.form, by.states
    sample = form.sampled(states)
    influence = form.influence(states.clusters, sample)
    z = np.zeros((4, 40))
    z[influence.states, influence.cells % 40] = influence.z
    pooled = form.sampled(by.total_state.plain)
    one = pooled.variance * pooled.n / (pooled.n - 1)
    error = np.sqrt(one / sample.n_effective)
    covariance = np.corrcoef(z) * error * error[:, None] if not nested else np.diag(error**2)
    against = np.hstack([np.eye(3), -np.ones((3, 1))])
    plain = against @ np.diag(one / sample.n) @ against.T
    effects = np.linalg.eigvals(np.linalg.solve(plain, against @ covariance @ against.T)).real
    gaps = against @ sample.value
    statistic = gaps @ np.linalg.solve(plain, gaps)

    assert found.test == "rao_scott"
    assert found.statistic == pytest.approx(
        statistic / effects.sum(), rel=1e-2 if not nested else 1e-9
    )
    assert found.df == pytest.approx(effects.sum() ** 2 / (effects**2).sum(), rel=1e-2)
    assert found.df_error == pytest.approx(found.df * 39)


def test_of_replicates_it_takes_what_they_share():
    """Two groups of the same replicates: the square of their difference over its error."""
    rng = np.random.default_rng(6)
    answers, group, weights = rng.integers(0, 2, 90), rng.integers(0, 2, 90), rng.uniform(1, 2, 90)
    drawn = np.stack([weights * rng.multinomial(90, np.ones(90) / 90) for _ in range(50)], axis=1)
    design = rm.ReplicateWeights(replicates=drawn, kind="bootstrap")
    by = rm.Rate().by(answers, group, weights=weights, design=design)
    found, difference = by.homogeneity(), by.compare(method="wald")[1]

    assert (found.test, round(found.df, 9)) == ("rao_scott", 1)
    assert found.statistic**0.5 == pytest.approx(
        abs(difference.value) / difference.standard_error, rel=0.05
    )


def test_respondents_who_answered_once_change_nothing():
    """The test of clustered states is then that of plain ones, to the last digit."""
    rng = np.random.default_rng(4)
    answers, group = rng.integers(0, 11, 60), rng.integers(0, 3, 60)
    plain = rm.NPS().by(answers, group).homogeneity()
    assert rm.NPS().by(answers, group, respondents=np.arange(60)).homogeneity() == plain
    equal = rm.NPS().by(answers, group, weights=np.full(60, 2.5)).homogeneity()
    assert equal.statistic == pytest.approx(plain.statistic)


@given(seed=st.integers(0, 1000))
def test_the_test_is_of_the_groups_and_not_of_their_order(seed):
    """Nor of the scale's unit; of two groups of yes and no it is the single comparison's."""
    rng = np.random.default_rng(seed)
    answers, group = rng.integers(0, 2, 24), rng.permutation(np.repeat([0, 1, 2], 8))
    found = rm.Rate().by(answers, group).homogeneity()
    again = rm.Rate().by(answers, 2 - group).homogeneity()
    assert found.p_value == pytest.approx(again.p_value)
    assert 0 <= found.p_value <= 1
    two = rm.Rate().by(answers[:16], np.repeat([0, 1], 8))
    if 0 < answers[:16].sum() < 16:
        single = two.compare()[0].p_value
        assert single == 1 or two.homogeneity().p_value == pytest.approx(single)


def test_groups_that_cannot_be_tested_are_counted():
    """Those without answers are left out, and one group alone is refused."""
    by = rm.NPS().by([10, 3, 8, 9, None], ["a", "a", "b", "b", "c"])
    found = by.homogeneity(confidence_level=0.9)
    assert (found.groups, found.left_out, found.n) == (2, 1, 4)
    assert "not shown to differ at 90%" in str(found)
    assert str(found).endswith("; 1 left out)")
    with pytest.raises(rm.StateError, match="needs 2 groups with a score"):
        rm.NPS().by([10, 3, None], ["a", "a", "b"]).homogeneity()
    with pytest.raises(rm.ParameterError, match="confidence_level"):
        by.homogeneity(confidence_level=1)
    alike = rm.NPS().by([10, 10, 9, 9], ["a", "a", "b", "b"]).homogeneity()
    assert (alike.p_value, alike.is_shown) == (1.0, False)
    ratings = {"x": [1, 2, 3, 4, 5, 5], "y": [2, 2, 3, 5, 5, 4]}
    index = rm.CSI(scale=rm.ONE_TO_FIVE).by(ratings, ["a"] * 3 + ["b"] * 2 + ["c"]).homogeneity()
    assert (index.test, index.groups, index.left_out) == ("welch", 2, 1)


@pytest.mark.long
@pytest.mark.parametrize("sizes", sorted(study.SIZES))
def test_groups_that_are_alike_are_seldom_shown_to_differ(sizes):
    """Of 200 at most 5 % and three errors of so few; very unequal weights take some answers."""
    most = 5 + 3 * math.sqrt(5 * 95 / 200)
    assert study.alike("NPS of 0", study.SIZES[sizes], draws=200) <= most
    assert study.alike("rate of 5 %", study.SIZES[sizes], draws=200) <= most
    if sizes != "20 of 2":
        assert study.alike("rate of 5 %", study.SIZES[sizes], spread=1.0, draws=200) <= most


@pytest.mark.long
@pytest.mark.parametrize(("clusters", "groups"), [(6, 3), (20, 3), (60, 8)])
@pytest.mark.parametrize("nested", [True, False])
def test_groups_of_respondents_who_answer_again_are_seldom_shown_to_differ(
    clusters, groups, nested
):
    """From six respondents up; where each is in one group the rule of few clusters is careful."""
    most = 5 + 3 * math.sqrt(5 * 95 / 300)
    assert study.clustered(clusters, groups, nested=nested) <= most
