"""The ranking of groups: shrinkage against other programs, its promises, its errors."""

import csv
import gzip
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metrics_under_test import CASES, same
from places import data_set
from scipy import integrate, optimize, stats
from statsmodels.stats.meta_analysis import combine_effects

import relmetrics as rm
from relmetrics.inference import dispersion

few = settings(max_examples=max(8, settings.default.max_examples // 5))


def rates(counts):
    """Return the breakdown of (yes, of) by group."""
    rows = [int(i < yes) for yes, of in counts for i in range(of)]
    groups = [f"group {i}" for i, (_, of) in enumerate(counts) for _ in range(of)]
    return rm.Rate().by(rows, groups)


def by_group(ranking):
    """Return the rows of a ranking by group."""
    table = ranking.table()
    return {
        group: {name: table[name][i] for name in table} for i, group in enumerate(table["group"])
    }


COUNTS = [(12, 40), (30, 60), (3, 3), (55, 90), (9, 50), (0, 2), (41, 70)]


def noise_of(answers, groups):
    """Return value and noise of each group in plain Python, as the docs have it."""
    parts = [
        [a for a, g in zip(answers, groups, strict=True) if g == one]
        for one in dict.fromkeys(groups)
    ]
    total = sum(len(part) for part in parts)
    whole = rm.NPS().form.normal(rm.NPS().tally(answers))
    scores = [[100 * (a >= 9) - 100 * (a <= 6) for a in part] for part in parts]
    means = [sum(part) / len(part) for part in scores]
    squares = [sum((x - m) ** 2 for x in part) for part, m in zip(scores, means, strict=True)]
    within = (sum(squares) + whole.squared_error * total) / (total - len(parts) + 1)
    noise = [
        (s + 30 * within) / (len(part) - 1 + 30) / len(part)
        for s, part in zip(squares, scores, strict=True)
    ]
    return np.array(means), np.array(noise)


def survey(seed=4, groups=9, truth=30.0):
    """Return answers to the NPS question and the group of each, of very different sizes."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 120, groups)
    lean = rng.normal(0, truth / 100, groups)
    answers = [
        int(rng.choice([3, 8, 10], p=[0.3 - x / 2, 0.3, 0.4 + x / 2]))
        for x, size in zip(np.clip(lean, -0.5, 0.5), sizes, strict=True)
        for _ in range(size)
    ]
    return answers, [int(g) for g in np.repeat(np.arange(groups), sizes)]


@pytest.mark.parametrize("seed", range(6))
def test_the_spread_is_paule_and_mandels(seed):
    """Against scipy's root of sum((y - common)^2 / (noise + spread^2)) = groups - 1."""
    answers, groups = survey(seed)
    value, noise = noise_of(answers, groups)

    def excess(squared):
        w = 1 / (noise + squared)
        common = (w * value).sum() / w.sum()
        return (w * (value - common) ** 2).sum() - (len(value) - 1)

    squared = optimize.brentq(excess, 0, 1e5) if excess(0) > 0 else 0.0
    w = 1 / (noise + squared)
    common = (w * value).sum() / w.sum()
    weight = squared * w

    ranking = rm.NPS().by(answers, groups).ranking(method="normal")
    rows = by_group(ranking)
    assert ranking.spread == pytest.approx(math.sqrt(squared), rel=1e-6, abs=1e-9)
    assert ranking.common == pytest.approx(common, rel=1e-7)
    for place, group in enumerate(dict.fromkeys(groups)):
        assert rows[group]["weight"] == pytest.approx(weight[place], rel=1e-6, abs=1e-9)
        expected = common + weight[place] * (value[place] - common)
        assert rows[group]["shrunken"] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_spread_is_that_of_statsmodels(seed):
    """Against the iterated random effects of combine_effects, which are Paule and Mandel's."""
    answers, groups = survey(seed)
    # With a smaller tolerance than its own, statsmodels takes a root met from beyond for none.
    expected = combine_effects(*noise_of(answers, groups), method_re="iterated")
    ranking = rm.NPS().by(answers, groups).ranking(method="normal")

    assert ranking.spread**2 == pytest.approx(max(0.0, expected.tau2), rel=1e-4, abs=1e-6)
    assert ranking.common == pytest.approx(expected.mean_effect_re, rel=1e-4)


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
def test_a_share_and_its_complement_are_shrunken_alike(method):
    """Churn is 100 less retention, shrunken too, and stands in the same order."""
    lost = [int(i < yes) for yes, of in COUNTS for i in range(of)]
    groups = [place for place, (_, of) in enumerate(COUNTS) for _ in range(of)]
    churn = rm.ChurnRate().by(lost, groups).ranking(method=method)
    kept = rm.RetentionRate().by([1 - one for one in lost], groups).ranking(method=method)

    assert churn.table()["group"].tolist() == kept.table()["group"].tolist()
    for group, row in by_group(churn).items():
        other = by_group(kept)[group]
        assert row["shrunken"] == pytest.approx(100 - other["shrunken"], abs=1e-7)
        assert row["low"] == pytest.approx(100 - other["high"], abs=1e-5)
    assert churn.spread == pytest.approx(kept.spread, rel=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_intervals_are_those_of_the_averaged_posterior(seed):
    """Against scipy's integrals over the spread, every one of which is as likely beforehand."""
    answers, groups = survey(seed)
    value, noise = noise_of(answers, groups)

    def at(spread):
        w = 1 / (noise + spread**2)
        common = (w * value).sum() / w.sum()
        likelihood = math.exp(
            (np.log(w).sum() - math.log(w.sum()) - (w * (value - common) ** 2).sum()) / 2 + 30
        )
        own = spread**2 * w
        mean = common + own * (value - common)
        return likelihood, mean, own * noise + (1 - own) ** 2 / w.sum()

    def integral(of):
        return integrate.quad(of, 0, 300, limit=200)[0]

    whole = integral(lambda t: at(t)[0])
    rows = by_group(rm.NPS().by(answers, groups).ranking(method="normal"))
    for i, group in enumerate(dict.fromkeys(groups)):
        mean = integral(lambda t, i=i: at(t)[0] * at(t)[1][i]) / whole
        square = integral(lambda t, i=i: at(t)[0] * (at(t)[2][i] + at(t)[1][i] ** 2)) / whole
        half = 1.959964 * math.sqrt(square - mean**2)
        low, high = max(-100, mean - half), min(100, mean + half)
        assert rows[group]["low"] == pytest.approx(low, abs=0.02 * half)
        assert rows[group]["high"] == pytest.approx(high, abs=0.02 * half)


def test_the_search_for_the_spread_ends(monkeypatch):
    """Cut short it returns where it stands: a spread between none and that of the scores."""
    by = rates(COUNTS)
    found = by.ranking(method="normal").spread
    monkeypatch.setattr(dispersion, "_STEPS", 1)
    value = by.table()["value"]

    assert 0 < by.ranking(method="normal").spread <= np.std(value, ddof=1)
    assert found != by.ranking(method="normal").spread


def test_shrunken_shares_are_posterior_means_of_a_beta_distribution():
    """(k + strength x common) / (n + strength), with one strength for all groups."""
    ranking = rates(COUNTS).ranking(method="beta_binomial")
    rows = by_group(ranking)

    for i, (yes, of) in enumerate(COUNTS):
        row, s = rows[f"group {i}"], ranking.strength
        expected = 100 * (yes + s * ranking.common / 100) / (of + s)
        assert row["shrunken"] == pytest.approx(expected, rel=1e-9)
        assert row["weight"] == pytest.approx(of / (of + s), rel=1e-9)
    m = ranking.common
    assert ranking.spread**2 == pytest.approx(m * (100 - m) / (ranking.strength + 1), rel=0.1)


@pytest.mark.parametrize(("mean", "strength"), [(0.3, 8.0), (0.6, 40.0), (0.08, 20.0)])
def test_moments_find_the_beta_distribution_that_likelihood_finds(mean, strength):
    """Of 2,000 groups both are near the truth: scipy's beta-binomial by maximum likelihood."""
    rng = np.random.default_rng(8)
    of = rng.integers(3, 60, 2000)
    yes = rng.binomial(of, rng.beta(mean * strength, (1 - mean) * strength, 2000))

    def surprise(at):
        m, s = 1 / (1 + math.exp(-at[0])), math.exp(at[1])
        return -stats.betabinom.logpmf(yes, of, m * s, (1 - m) * s).sum()

    found = optimize.minimize(surprise, [0.0, 2.0], method="Nelder-Mead").x
    likely = 1 / (1 + math.exp(-found[0])), math.exp(found[1])
    ranking = rates(list(zip(yes.tolist(), of.tolist(), strict=True))).ranking(
        method="beta_binomial"
    )
    assert ranking.common == pytest.approx(100 * likely[0], rel=0.02)
    assert ranking.strength == pytest.approx(likely[1], rel=0.2)
    assert ranking.strength == pytest.approx(strength, rel=0.2)


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
def test_a_group_of_three_does_not_lead_the_league(method):
    """Three of three lead by value; shrunken, a thousand answers at 90 % stand above them."""
    counts = [(900, 1000), (850, 1000), (800, 1000), (700, 1000), (600, 1000), (3, 3), (0, 3)]
    by = rates(counts)

    plain = by.ranking().table()
    assert (plain["group"][0], plain["group"][-1]) == ("group 5", "group 6")
    assert plain["small_base"].tolist() == [True, *[False] * 5, True]
    shrunken = by.ranking(method=method).table()
    assert shrunken["group"][0] == "group 0"
    rows = by_group(by.ranking(method=method))
    assert rows["group 6"]["shrunken"] > 25
    assert rows["group 5"]["low"] < rows["group 0"]["low"]
    assert rows["group 5"]["weight"] < 0.7
    assert rows["group 0"]["weight"] > 0.98


def league(rng, groups, spread, sizes):
    """Return the true share of each group, and the breakdown of what was counted."""
    truth = np.clip(rng.normal(0.5, spread, groups), 0.02, 0.98)
    of = rng.choice(sizes, groups)
    return 100 * truth, rates(list(zip(rng.binomial(of, truth).tolist(), of.tolist(), strict=True)))


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
@pytest.mark.parametrize("spread", [0.0, 0.05, 0.15])
def test_shrunken_scores_are_nearer_to_the_truth(method, spread):
    """Stein's paradox: the squared errors sum to less than those of the plain scores."""
    rng = np.random.default_rng(21)
    plain = shrunken = 0.0
    for _ in range(60):
        truth, by = league(rng, 12, spread, [5, 20, 80])
        rows = by_group(by.ranking(method=method))
        for i, true in enumerate(truth):
            plain += (rows[f"group {i}"]["value"] - true) ** 2
            shrunken += (rows[f"group {i}"]["shrunken"] - true) ** 2

    assert shrunken < (0.6 if spread < 0.1 else 0.75) * plain


@pytest.mark.long
@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
@pytest.mark.parametrize("groups", [4, 15])
@pytest.mark.parametrize("spread", [0.0, 0.06, 0.2])
def test_intervals_hold_the_truth_as_often_as_they_say(method, groups, spread):
    """Over groups, 95 % intervals hold at least 90 % of the true shares in 80 leagues."""
    rng = np.random.default_rng(33)
    held = []
    for _ in range(80):
        truth, by = league(rng, groups, spread, [5, 20, 80, 200])
        rows = by_group(by.ranking(method=method))
        found = [rows[f"group {i}"] for i in range(groups)]
        held += [r["low"] <= t <= r["high"] for r, t in zip(found, truth, strict=True)]

    assert np.mean(held) > 0.95 - 3 * math.sqrt(0.05 * 0.95 / len(held)) - 0.02


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
def test_more_answers_weigh_more(method):
    """Of groups with the same share, the weight rises and the interval narrows with n."""
    by = rates([(7, 10), (70, 100), (700, 1000), (40, 100), (55, 100), (62, 100)])
    rows = by_group(by.ranking(method=method))
    few_, some, many = (rows[f"group {i}"] for i in range(3))

    assert 0 < few_["weight"] < some["weight"] < many["weight"] < 1
    assert few_["shrunken"] < some["shrunken"] < many["shrunken"] < 70
    assert few_["high"] - few_["low"] > some["high"] - some["low"] > many["high"] - many["low"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
@pytest.mark.parametrize("method", ["value", "normal", "beta_binomial"])
@few
@given(data=st.data())
def test_every_metric_is_ranked(case, method, data):
    """Between value and common, within the range, in order; or an error that says why."""
    labels = st.sampled_from(["a", "b", "c", "d", None])
    rows = data.draw(st.lists(st.tuples(case.row, labels), min_size=4, max_size=40))
    by = case.by([row for row, _ in rows], [label for _, label in rows])
    plain = by.table()
    known = np.isfinite(plain["value"])
    too_few = known.sum() < (1 if method == "value" else 3)
    alone = method != "value" and plain["n"][known].max(initial=0) < 2
    shares = getattr(case.metric, "has_two_outcomes", False)
    if too_few or alone or (method == "beta_binomial" and not shares):
        with pytest.raises((rm.StateError, rm.ParameterError)):
            by.ranking(method=method)
        return
    ranking = by.ranking(method=method)
    table, about = ranking.table(), case.metric.description
    known = table["note"] == ""
    score = table["shrunken" if method != "value" else "value"]

    assert sorted(map(str, table["group"])) == sorted(map(str, by))
    assert np.isfinite(score[known]).all()
    assert np.isnan(table["rank"][~known]).all()
    better = np.diff(score[known])
    assert (better <= 1e-9).all() if about.direction == "higher" else (better >= -1e-9).all()
    assert (np.diff(table["rank"][known]) >= 0).all()
    if method == "value":
        return
    slack = 1e-7 * max(1.0, np.abs(score[known]).max())
    ends = np.stack([table["value"][known], np.full(known.sum(), ranking.common)])
    assert (score[known] >= ends.min(axis=0) - slack).all()
    assert (score[known] <= ends.max(axis=0) + slack).all()
    assert (table["low"][known] <= score[known]).all()
    assert (table["high"][known] >= score[known]).all()
    assert (table["low"][known] < table["high"][known]).all()
    assert (table["low"][known] >= about.low - slack).all()
    assert ((table["weight"][known] >= 0) & (table["weight"][known] <= 1)).all()


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
@few
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_groups_changes_nothing(method, seed):
    """Rows in another order give the same shrunken scores."""
    rng = np.random.default_rng(seed)
    rows, groups = rng.integers(0, 2, 60), rng.integers(0, 5, 60)
    order = rng.permutation(60)

    first = by_group(rm.Rate().by(rows, groups).ranking(method=method))
    second = by_group(rm.Rate().by(rows[order], groups[order]).ranking(method=method))
    for group in first:
        for name in ("shrunken", "low", "high", "weight", "rank"):
            assert same(first[group][name], second[group][name], 1e-6)


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
def test_equal_weights_are_no_weights(method):
    """Survey weights that are all the same leave shrinkage as it is."""
    rng = np.random.default_rng(6)
    rows, groups = rng.integers(0, 2, 90), rng.integers(0, 5, 90)
    plain = by_group(rm.Rate().by(rows, groups).ranking(method=method))
    weighted = by_group(rm.Rate().by(rows, groups, weights=np.full(90, 2.5)).ranking(method=method))

    for group in plain:
        for name in ("shrunken", "low", "high", "weight"):
            assert weighted[group][name] == pytest.approx(plain[group][name], rel=1e-7)


def test_weights_that_differ_count_by_their_effective_number():
    """A group whose answers have uneven weights has fewer effective ones, and weighs less."""
    rows, groups = [1, 0] * 40 + [1, 1, 1, 0] * 20 + [0, 0, 0, 1] * 20, np.repeat([0, 1, 2], 80)
    uneven = np.where(np.arange(240) % 8 == 0, 5.0, 1.0)
    uneven[80:] = 1.0
    plain = by_group(rm.Rate().by(rows, groups).ranking(method="normal"))
    weighted = by_group(rm.Rate().by(rows, groups, weights=uneven).ranking(method="normal"))

    assert weighted[0]["weight"] < plain[0]["weight"]
    assert weighted[1]["weight"] == pytest.approx(plain[1]["weight"], abs=0.02)


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
def test_groups_that_differ_by_chance_alone_share_the_first_rank(method):
    """The spread is 0, all are drawn to the common value, the line says so, and no interval is."""
    ranking = rates([(20, 40), (21, 40), (19, 40), (2, 3)]).ranking(method=method)
    table = ranking.table()

    assert ranking.spread == 0
    assert table["rank"].tolist() == [1.0] * 4
    assert table["shrunken"].tolist() == [ranking.common] * 4
    assert table["weight"].tolist() == [0.0] * 4
    assert "differ no more than by chance, all drawn to 50." in str(ranking)
    assert (table["high"] - table["low"] > 5).all()
    assert math.isinf(ranking.strength) == (method == "beta_binomial")


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
@pytest.mark.parametrize("counts", [[(0, 5)] * 4, [(5, 5)] * 4, [(5, 5), (0, 5), (5, 5), (0, 5)]])
def test_groups_that_agree_wholly_keep_an_interval(method, counts):
    """Where nobody in any group disagrees, nothing is known without error all the same."""
    table = rates(counts).ranking(method=method).table()

    assert (table["high"] - table["low"] > 1).all()
    assert np.isfinite(table["shrunken"]).all()


def test_lower_is_better_where_it_is():
    """Churn is ranked from the lowest; equal values share a rank and the next is left out."""
    lost = [1, 0, 0, 0] * 10 + [1, 1, 1, 0] * 10 + [1, 0, 0, 0] * 10 + [1, 1, 1, 1] * 10
    table = rm.ChurnRate().by(lost, np.repeat(list("abcd"), 40)).ranking().table()

    assert table["group"].tolist() == ["a", "c", "b", "d"]
    assert table["rank"].tolist() == [1, 1, 3, 4]


def test_groups_without_a_score_come_last():
    """With no rank and a note that says why."""
    by = rm.Rate().by([1, 0, None, 1, 1, 0, 0], ["a", "a", None, "b", "b", "c", "c"])
    for method in ("value", "normal", "beta_binomial"):
        table = by.ranking(method=method).table()
        assert table["group"][-1] is None
        assert math.isnan(table["rank"][-1])
        assert table["note"].tolist() == ["", "", "", "no answers"]


def test_plain_values_have_the_intervals_of_the_table():
    """The default ranks what `table` shows."""
    by = rates(COUNTS)
    rows, table = by_group(by.ranking(confidence_level=0.9)), by.table(confidence_level=0.9)

    for i, group in enumerate(table["group"]):
        assert [rows[group][name] for name in ("value", "low", "high")] == [
            table[name][i] for name in ("value", "low", "high")
        ]
    assert by.ranking().confidence_level == 0.95


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "james_stein"}, "'method' must be one of value, normal, beta_binomial"),
        ({"confidence_level": 0}, "confidence_level"),
        ({"small_base": 2.5}, "'small_base' must be a whole number"),
    ],
)
def test_bad_options_are_refused(options, message):
    """Each names the argument and what it can be."""
    with pytest.raises(rm.ParameterError, match=message):
        rates(COUNTS).ranking(**options)


def test_shares_alone_are_beta_binomial():
    """A metric of three outcomes is sent to the normal method."""
    by = rm.NPS().by([10, 3, 8, 9], [1, 1, 2, 3])

    with pytest.raises(rm.ParameterError, match=r"(?s)not of shares.*method='normal'"):
        by.ranking(method="beta_binomial")
    with pytest.raises(rm.ParameterError, match="not of shares"):
        CASES[11].by([(1, 2, 3)], ["a"]).ranking(method="beta_binomial")


@pytest.mark.parametrize("method", ["normal", "beta_binomial"])
def test_too_little_is_refused(method):
    """Two groups, or groups of one answer each, tell nothing about spread and noise."""
    with pytest.raises(rm.StateError, match="needs 3 groups with a score, and 2 of 3"):
        rm.Rate().by([1, 0, 1, None], ["a", "a", "b", "c"]).ranking(method=method)
    with pytest.raises(rm.StateError, match="no group has two answers"):
        rm.Rate().by([1, 0, 1], ["a", "b", "c"]).ranking(method=method)
    with pytest.raises(rm.StateError, match="needs 1 group with a score, and 0 of 1"):
        rm.Rate().by([None], ["a"]).ranking()


def test_a_grouping_column_called_as_a_figure_is_refused():
    """A column of labels does not vanish under one of numbers."""
    with pytest.raises(rm.ParameterError, match=r"(?s)'rank'.*Rename"):
        rm.Rate().by([1, 0], {"rank": ["a", "b"]}).ranking()


def test_the_results_read_and_serialise():
    """One line, a table, HTML with the labels escaped, and plain values for JSON."""
    by = rm.Rate().by([1, 1, 0, 0, 1, 0], ["<b>", "<b>", "b", "b", "c", "c"])
    ranking = by.ranking(method="beta_binomial")

    assert str(ranking).startswith("Rate of 3 groups by beta_binomial: ")
    assert str(by.ranking()) == "Rate of 3 groups by value (95% CI; 3 of fewer than 30 answers)"
    assert repr(ranking).startswith(str(ranking) + "\nrank")
    assert "<b>" not in ranking._repr_html_().replace("&lt;b&gt;", "")
    data = json.loads(json.dumps(ranking.to_dict(), allow_nan=False))
    assert data["table"]["group"][0] == "<b>"
    assert by.ranking().to_dict()["common"] is None


def test_a_hundred_thousand_groups_are_ranked():
    """As many as there are, with the spread of the truth found."""
    rng = np.random.default_rng(12)
    size = 100_000
    truth = rng.beta(6, 4, size)
    rows = rng.random((5, size)) < truth
    groups = np.tile(np.arange(size), 5)
    ranking = rm.Rate().by(rows.ravel().astype(int), groups).ranking(method="beta_binomial")

    assert ranking.common == pytest.approx(60, rel=0.01)
    assert ranking.strength == pytest.approx(10, rel=0.1)


def test_boarding_areas_of_a_real_survey():
    """Areas of many answers keep their score, and no area of a handful stands first."""
    with gzip.open(data_set("more/sfo2018_survey.csv.gz"), "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers = [int(r["recommend_0_10"]) if r["recommend_0_10"].strip() else None for r in rows]
    answers = [a if a is not None and 0 <= a <= 10 else None for a in answers]
    by = rm.NPS().by(answers, [r["boarding_area"] for r in rows])
    ranking = by.ranking(method="normal")

    for row in by_group(ranking).values():
        if row["n"] > 300:
            assert row["shrunken"] == pytest.approx(row["value"], abs=6)
    assert ranking.table()["n"][0] >= 30
    table = by.compare().table()
    verdicts = table["verdict"] != "not shown"
    assert (table["p_adjusted"][verdicts] < 0.05).all()
    for group, difference in by.compare().items():
        area = [r["boarding_area"] == group for r in rows]
        mine, rest = (
            rm.NPS().tally([a for a, k in zip(answers, area, strict=True) if k == side])
            for side in (True, False)
        )
        assert difference.p_value == pytest.approx(rm.NPS().compare(mine, rest).p_value, rel=1e-9)
