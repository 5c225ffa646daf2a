"""Clusters and responses in plans: against analysis of variance, the binomial, and coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import relmetrics as rm
from relmetrics.sampling.planning.invitations import chance_of_enough

MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)


@given(seed=st.integers(0, 10_000), clusters=st.integers(3, 12))
def test_the_correlation_is_that_of_the_analysis_of_variance(seed, clusters):
    """F = B / W of scipy, and the size of a cluster by its formula."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 7, clusters) + 1
    who = np.repeat(np.arange(clusters), sizes)
    answers = np.clip(rng.integers(1, 6, clusters)[who] + rng.integers(-1, 2, len(who)), 1, 5)
    if len({*answers.tolist()}) == 1:
        return
    found = rm.intraclass_correlation(MEAN, MEAN.tally(answers, respondents=who))
    groups = [answers[who == one] for one in range(clusters)]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = sum(((x - x.mean()) ** 2).sum() for x in groups)
        between = sum(len(x) * (x.mean() - answers.mean()) ** 2 for x in groups)
    n = len(who)
    ratio = between / (clusters - 1) / (within / (n - clusters)) if within else math.inf
    size = (n - (sizes**2).sum() / n) / (clusters - 1)

    assert found.size == pytest.approx(size)
    expected = 1.0 if math.isinf(ratio) else (ratio - 1) / (ratio + size - 1)
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert not found.low > found.value + 1e-12
    assert not found.high < found.value - 1e-12
    if within and between:
        assert ratio == pytest.approx(stats.f_oneway(*groups).statistic)


def test_clusters_of_equal_answers_cost_their_size():
    """Correlation 1 makes as many answers worth one; 0, or clusters of one, cost nothing."""
    assert rm.cluster_design_effect(correlation=1, size=8) == 8
    assert rm.cluster_design_effect(correlation=0, size=8) == 1
    assert rm.cluster_design_effect(correlation=0.4, size=1) == 1
    even = rm.cluster_design_effect(correlation=0.1, size=8)
    assert rm.cluster_design_effect(correlation=0.1, size=8, variation=0.5) > even
    plain = rm.sample_size(rm.Rate(), margin=5).n
    assert rm.sample_size(rm.Rate(), margin=5, design_effect=2.0).n == pytest.approx(
        2 * plain, abs=2
    )


def test_what_has_no_correlation_is_refused():
    """Each error says what it takes."""
    nps = rm.NPS()
    cases = [
        (nps.tally([10, 3, 9]), "does not say who answered"),
        (nps.tally([10, 3], weights=[1, 2], respondents=[1, 1]), "the tally is weighted"),
        (nps.tally([10, 3], respondents=[1, 2]), "say nothing of it"),
        (nps.tally([10, 3], respondents=[1, 1]), "say nothing of it"),
    ]
    for state, message in cases:
        with pytest.raises(rm.StateError, match=message):
            rm.intraclass_correlation(nps, state)
    for options, message in [
        ({"correlation": 2, "size": 3}, "'correlation' must be from -1 to 1"),
        ({"correlation": 0.1, "size": 0.5}, "'size' must be at least 1"),
        ({"correlation": -0.5, "size": 10}, "'correlation' must be above -0.111"),
    ]:
        with pytest.raises(rm.ParameterError, match=message):
            rm.cluster_design_effect(**options)
    alike = rm.intraclass_correlation(nps, nps.tally([10, 9] * 3, respondents=[1, 1, 2, 2, 3, 3]))
    assert alike.value == 0
    assert math.isnan(alike.low)


@given(m=st.integers(1, 3000), rate=st.floats(0.01, 0.99), part=st.floats(0, 1.2))
def test_the_chance_of_enough_responses_is_binomial(m, rate, part):
    """Against scipy, to its last digits."""
    n = max(1, round(m * rate * part))
    assert chance_of_enough(m, rate, n) == pytest.approx(stats.binom.sf(n - 1, m, rate), abs=1e-12)


def test_guaranteed_responses_take_more_invitations():
    """The fewest with that chance; on average is a coin's toss. Many are as the normal says."""
    options = {"margin": 5, "response_rate": 0.2}
    mean = rm.sample_size(rm.Rate(), **options)
    sure = rm.sample_size(rm.Rate(), **options, assurance=0.95)

    assert mean.assurance is None
    assert 0.45 < stats.binom.sf(mean.n - 1, mean.invitations, 0.2) < 0.55
    assert stats.binom.sf(sure.n - 1, sure.invitations, 0.2) >= 0.95
    assert stats.binom.sf(sure.n - 1, sure.invitations - 1, 0.2) < 0.95
    assert "at least 381 answer with chance 0.95" in str(sure.explain())
    assert rm.sample_size(rm.Rate(), margin=5, response_rate=1, assurance=0.9).invitations == 381
    assert chance_of_enough(50_000_000, 0.2, 9_995_000) == pytest.approx(
        stats.binom.sf(9_994_999, 50_000_000, 0.2), abs=1e-4
    )
    with pytest.raises(rm.ParameterError, match="'response_rate' must be given beside assurance"):
        rm.sample_size(rm.Rate(), margin=5, assurance=0.9)
    with pytest.raises(rm.ParameterError, match=r"must be higher, as 320 of the 2,000 .* chance"):
        rm.sample_size(
            rm.Rate(), population=2000, **(options | {"response_rate": 0.165}), assurance=0.9
        )


def test_by_wald_plans_are_those_of_other_calculators():
    """384.16 answers, and 1,536.6 of an NPS: z^2 v / margin^2, rounded up."""
    assert rm.sample_size(rm.Rate(), margin=5, method="wald").n == 385
    assert rm.sample_size(rm.NPS(), margin=5, method="wald").n == 1537
    z, pilot = stats.norm.isf(0.025), rm.NPS().tally_counts({10: 40, 8: 35, 2: 25})
    variance = 1e4 * (0.4 + 0.25 - 0.15**2)
    planned = rm.sample_size(rm.NPS(), margin=4, expected=pilot, method="wald")
    assert planned.n == math.ceil(z**2 * variance / 16)
    assert "by Wald" in str(planned)
    margin = rm.margin_of_error(rm.NPS(), n=200, expected=pilot, method="wald")
    assert float(margin) == pytest.approx(z * math.sqrt(variance / 200))
    with pytest.raises(rm.ParameterError, match="'method' must be one of adjusted, score, wald"):
        rm.sample_size(rm.NPS(), margin=5, method="bootstrap")


@pytest.mark.long
@pytest.mark.parametrize(("clusters", "size", "rho"), [(20, 3, 0.5), (20, 19, 0.05), (60, 3, 0.1)])
def test_the_interval_of_a_correlation_covers_it(clusters, size, rho):
    """Of 300 at least 95 % less three errors; rounding to five points takes 7 % of it."""
    rng, held = np.random.default_rng(clusters + size), 0
    for _ in range(300):
        who = np.repeat(np.arange(clusters), rng.poisson(size, clusters) + 1)
        noise = rng.normal(0, (1 - rho) ** 0.5, len(who))
        opinion = rng.normal(0, rho**0.5, clusters)[who] + noise
        answers = np.clip(np.round(3 + opinion), 1, 5).astype(int)
        found = rm.intraclass_correlation(MEAN, MEAN.tally(answers, respondents=who))
        held += found.low <= 0.93 * rho <= found.high

    assert held >= 300 * 0.95 - 3 * math.sqrt(300 * 0.95 * 0.05)
