"""Each formula of the documents against exact fractions."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import relmetrics as rm

counts = st.integers(0, 10**6)
small = st.integers(0, 40)


def scores(scale):
    return st.lists(st.integers(scale.low, scale.high), min_size=1, max_size=30)


def close(value, exact):
    return value == pytest.approx(float(exact), rel=1e-12, abs=1e-12)


@given(promoters=counts, passives=counts, detractors=counts)
def test_nps_is_the_share_of_promoters_less_the_share_of_detractors(
    promoters, passives, detractors
):
    """D3: NPS = % promoters - % detractors, whatever the passives answered."""
    n = promoters + passives + detractors
    assume(n)
    tally = rm.NPS().tally_counts({10: promoters, 8: passives, 0: detractors})
    estimate = rm.NPS().estimate(tally)
    assert close(estimate.value, Fraction(100 * (promoters - detractors), n))
    assert estimate.n == n


@given(promoters=counts, passives=counts, detractors=counts)
@example(promoters=1, passives=1, detractors=1)
@example(promoters=6, passives=1, detractors=0)
def test_nps_shares_sum_to_exactly_100_in_any_order(promoters, passives, detractors):
    """The three shares are complete to the last digit, and each is right."""
    n = promoters + passives + detractors
    assume(n)
    estimate = rm.NPS().estimate(rm.NPS().tally_counts({9: promoters, 7: passives, 6: detractors}))
    a, b, c = estimate.promoters, estimate.passives, estimate.detractors
    assert a + b + c == c + b + a == b + c + a == sum(estimate.shares.values()) == 100
    for share, count in ((a, promoters), (b, passives), (c, detractors)):
        assert close(share, Fraction(100 * count, n))


@given(answers=scores(rm.ZERO_TO_TEN))
def test_nps_counts_each_answer_in_its_class(answers):
    """D3: promoters 9-10, passives 7-8, detractors 0-6."""
    up = sum(1 for a in answers if a in {9, 10})
    down = sum(1 for a in answers if a in {0, 1, 2, 3, 4, 5, 6})
    assert close(rm.nps(answers).value, Fraction(100 * (up - down), len(answers)))


@given(answers=scores(rm.ZERO_TO_TEN))
def test_mirrored_answers_with_mirrored_cuts_give_the_negative(answers):
    """NPS of 10 - a with detractors 0-1 and promoters 4-10 is minus the NPS of a."""
    mirrored = rm.NPS(detractors_to=1, promoters_from=4)
    there, back = rm.nps(answers), mirrored([10 - a for a in answers])
    assert back.value == pytest.approx(-there.value, abs=1e-12)
    assert back.low == pytest.approx(-there.high, abs=1e-9)


@given(answers=scores(rm.ONE_TO_SEVEN), scale=st.sampled_from([rm.ONE_TO_FIVE, rm.ONE_TO_SEVEN]))
def test_csat_is_the_share_of_the_top_two_boxes(answers, scale):
    """D3: 4-5 of 5, or 6-7 of 7, in per cent."""
    answers = [min(a, scale.high) for a in answers]
    top = sum(1 for a in answers if a >= scale.high - 1)
    assert close(rm.csat(answers, scale=scale).value, Fraction(100 * top, len(answers)))


@given(answers=scores(rm.ONE_TO_FIVE))
def test_csat_by_its_other_names(answers):
    """D3's mean, the mean rescaled to 0-100, and satisfied less dissatisfied."""
    n = len(answers)
    mean = Fraction(sum(answers), n)
    assert close(rm.csat(answers, definition="mean").value, mean)
    assert close(rm.csat(answers, definition="rescaled_mean").value, 100 * (mean - 1) / 4)
    net = sum((a >= 4) - (a <= 2) for a in answers)
    assert close(rm.csat(answers, definition="net").value, Fraction(100 * net, n))


@given(
    answers=scores(rm.ONE_TO_FIVE),
    definition=st.sampled_from(["top_box", "mean", "rescaled_mean", "net"]),
    at=st.integers(0, 29),
)
def test_csat_rises_with_every_answer(answers, definition, at):
    """A better answer never lowers the score, under any definition."""
    at %= len(answers)
    better = [*answers[:at], min(answers[at] + 1, 5), *answers[at + 1 :]]
    metric = rm.CSAT(definition=definition)
    assert metric(better).value >= metric(answers).value


@given(answers=scores(rm.ONE_TO_SEVEN))
def test_ces_is_the_mean_and_lower_is_better(answers):
    """D3: the mean effort; the share that found it easy is at the low end."""
    estimate = rm.ces(answers)
    assert close(estimate.value, Fraction(sum(answers), len(answers)))
    assert rm.CES().description.direction == "lower"
    easy = sum(1 for a in answers if a <= 3)
    assert close(estimate.easy.value, Fraction(100 * easy, len(answers)))


@given(answers=scores(rm.ONE_TO_SEVEN))
def test_ces_of_agreement_is_mirrored(answers):
    """Effort a and agreement 8 - a are the same experience."""
    effort = rm.ces(answers)
    agreement = rm.ces([8 - a for a in answers], higher_is_better=True)
    assert agreement.value == pytest.approx(8 - effort.value)
    assert agreement.easy.value == pytest.approx(effort.easy.value)
    assert rm.CES(higher_is_better=True).description.direction == "higher"


@given(start=counts, kept=counts, new=counts)
def test_retention_and_churn_are_complements_to_the_last_digit(start, kept, new):
    """D3, D4: CRR = (E - N) / S x 100 %; on the same counts churn is 100 % less that."""
    kept = min(kept, start)
    assume(start)
    retention = rm.retention_rate(start=start, end=kept + new, new=new)
    churn = rm.churn_rate(start=start, lost=start - kept)
    assert close(retention.value, Fraction(100 * kept, start))
    assert close(churn.value, Fraction(100 * (start - kept), start))
    assert retention.value + churn.value == 100
    assert retention.low + churn.high == pytest.approx(100)


@given(customers=counts, helped=counts, returning=counts)
def test_ror_has_all_three_quantities(customers, helped, returning):
    """D1, D2: returning / helped, helped / returning, and returning / customers."""
    customers, helped, returning = sorted([customers, helped, returning], reverse=True)
    assume(helped)
    ror = rm.ror(customers=customers, helped=helped, returning=returning)
    assert close(ror.value, Fraction(100 * returning, helped))
    assert ror.share_of_helped == pytest.approx(ror.value)
    assert close(ror.share_of_customers, Fraction(100 * returning, customers))
    if returning:
        assert close(ror.helped_per_returning, Fraction(helped, returning))
        interval = ror.helped_per_returning_interval
        assert interval.low <= ror.helped_per_returning <= interval.high
    else:
        assert ror.helped_per_returning == math.inf
    other = rm.ror(
        customers=customers, helped=helped, returning=returning, definition="share_of_customers"
    )
    assert other.value == pytest.approx(ror.share_of_customers)
    assert other.n == customers


@given(flags=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20))
def test_ror_of_rows_is_ror_of_counts(flags):
    """Two columns of yes and no give the three counts."""
    helped = [h for h, _ in flags]
    returning = [r for _, r in flags]
    assume(any(helped))
    metric = rm.ReturnOnRelationship()
    rows = metric.estimate(metric.tally(metric.answers(helped, returning)))
    both = sum(h and r for h, r in flags)
    assert rows == metric(customers=len(flags), helped=sum(helped), returning=both)


@given(
    money=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**5)), min_size=1, max_size=20)
)
def test_roi_is_a_ratio_of_sums(money):
    """D1, D2: (gain - cost) / cost x 100 %, of many campaigns the ratio of the sums."""
    gain, cost = [g for g, _ in money], [c for _, c in money]
    roi = rm.roi(gain=gain, cost=cost)
    exact = Fraction(sum(gain), sum(cost))
    assert roi.value == pytest.approx(float(100 * (exact - 1)), rel=1e-9, abs=1e-9)
    assert roi.per_unit == pytest.approx(float(exact), rel=1e-9)
    if len(money) == 1:
        assert math.isnan(roi.low)
    else:
        assert roi.low < roi.value < roi.high or roi.value == -100


@given(
    rows=st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=1, max_size=20),
    weights=st.tuples(*[st.integers(0, 9)] * 3),
)
def test_csi_is_the_weighted_mean_of_the_factor_means(rows, weights):
    """D5: sum(w_f x mean_f) / sum(w_f); rescaled it runs from 0 to 100."""
    assume(any(weights))
    names = ("a", "b", "c")
    ratings = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    given_weights = dict(zip(names, weights, strict=True))
    means = [Fraction(sum(ratings[name]), len(rows)) for name in names]
    exact = sum(w * m for w, m in zip(weights, means, strict=True)) / Fraction(sum(weights))
    csi = rm.csi(ratings, weights=given_weights)
    assert close(csi.value, exact)
    assert close(rm.csi(ratings, weights=given_weights, rescaled=True).value, 25 * (exact - 1))
    assert sum(csi.factor_weights.values()) == pytest.approx(1)
    for name, mean in zip(names, means, strict=True):
        if given_weights[name]:
            assert close(csi.factor_means[name], mean)
        else:
            assert name not in csi.factor_means


@given(rows=st.lists(st.tuples(*[st.integers(1, 5)] * 2), min_size=2, max_size=20))
def test_the_error_of_csi_uses_the_covariance_of_the_factors(rows):
    """The standard error is that of the respondents' own indices, not of independent factors."""
    n = len(rows)
    indices = [Fraction(2 * a + 3 * b, 5) for a, b in rows]
    mean = sum(indices) / n
    exact = sum((y - mean) ** 2 for y in indices) / (n - 1) / n
    ratings = {"a": [a for a, _ in rows], "b": [b for _, b in rows]}
    estimate = rm.csi(ratings, weights={"a": 2, "b": 3})
    assert estimate.standard_error**2 == pytest.approx(float(exact), abs=1e-12)


@given(
    rows=st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(1, 5))] * 2), min_size=1, max_size=20
    )
)
def test_the_two_rules_for_skipped_factors(rows):
    """`row` uses complete respondents, `pairwise` everybody who rated a factor."""
    ratings = {"a": [a for a, _ in rows], "b": [b for _, b in rows]}
    complete = [(a, b) for a, b in rows if a is not None and b is not None]
    rated = [[x for x in ratings[name] if x is not None] for name in ("a", "b")]
    if complete:
        by_row = rm.csi(ratings)
        assert close(by_row.value, Fraction(sum(a + b for a, b in complete), 2 * len(complete)))
        assert by_row.missing == len(rows) - len(complete)
        assert "missing_factor='row'" in by_row.definition
    if all(rated):
        pairwise = rm.csi(ratings, missing_factor="pairwise")
        assert close(pairwise.value, sum(Fraction(sum(r), len(r)) for r in rated) / 2)
        assert pairwise.missing == sum(a is None and b is None for a, b in rows)


@given(purchases=st.lists(st.integers(0, 12), min_size=1, max_size=30), threshold=st.integers(1, 9))
def test_loyalty_is_the_share_of_customers_with_enough_purchases(purchases, threshold):
    """D1, D2: loyal from five purchases on, or from another threshold."""
    n = len(purchases)
    for level, value in (
        (5, rm.loyalty_rate(purchases).value),
        (threshold, rm.loyalty_rate(purchases, threshold=threshold).value),
        (2, rm.repeat_rate(purchases).value),
    ):
        assert close(value, Fraction(100 * sum(p >= level for p in purchases), n))


@given(part=small, rest=small)
def test_the_plain_rates_are_k_of_n(part, rest):
    """D5 and the rest: opened / sent, converted / sent, referred / customers, k / n."""
    n = part + rest
    assume(n)
    exact = Fraction(100 * part, n)
    for estimate in (
        rm.rate(part, n),
        rm.open_rate(sent=n, opened=part),
        rm.conversion_rate(sent=n, converted=part),
        rm.referral_rate(customers=n, referred=part),
        rm.RepeatRate().of(part, n),
        rm.Rate().estimate(rm.Rate().tally([True] * part + [False] * rest)),
    ):
        assert close(estimate.value, exact)
        assert estimate.n == n


@given(a=small, b=small, c=small, d=small)
def test_lift_is_the_ratio_of_two_rates(a, b, c, d):
    """D5: how many times as often; turned over, the interval turns over."""
    assume(a + b and c + d)
    treated, control = rm.rate(a, a + b), rm.rate(c, c + d)
    lift = rm.lift(treated, control)
    if c:
        assert close(lift.value, Fraction(a, a + b) / Fraction(c, c + d))
    else:
        assert math.isnan(lift.value) if not a else lift.value == math.inf
    assert 0 <= lift.low < lift.high
    assert (lift.high == math.inf) == (lift.value == math.inf)
    assert ("unbounded" in str(lift)) == (lift.value == math.inf)
    back = rm.lift(control, treated)
    if c:
        assert back.low == pytest.approx(1 / lift.high)
    if a:
        assert back.high == pytest.approx(1 / lift.low)
    else:
        assert lift.low == lift.value or not c
    assert lift.method == ("log_ratio" if a and c and (b or d) else "haldane")


@given(answers=st.lists(st.tuples(st.integers(0, 10), st.integers(1, 9)), min_size=1, max_size=15))
def test_whole_weights_repeat_answers(answers):
    """An answer of weight 3 gives the value of three answers."""
    weighted = rm.nps([a for a, _ in answers], weights=[w for _, w in answers])
    repeated = rm.nps([a for a, w in answers for _ in range(w)])
    assert weighted.value == pytest.approx(repeated.value, abs=1e-9)
    total, squares = sum(w for _, w in answers), sum(w * w for _, w in answers)
    assert weighted.n_effective == pytest.approx(float(Fraction(total**2, squares)))
    assert weighted.n == len(answers)


@given(answers=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=2, max_size=15))
def test_the_error_of_a_weighted_mean_is_linearised(answers):
    """sum(w^2 (x - m)^2) / (sum w)^2 x n / (n - 1), exactly."""
    n, total = len(answers), sum(w for _, w in answers)
    mean = Fraction(sum(w * x for x, w in answers), total)
    exact = sum((w * (x - mean)) ** 2 for x, w in answers) / Fraction(total) ** 2
    exact *= Fraction(n, n - 1)
    estimate = rm.mean_score(
        [x for x, _ in answers], scale=rm.ONE_TO_FIVE, weights=[w for _, w in answers]
    )
    assert estimate.standard_error**2 == pytest.approx(float(exact), abs=1e-12)
