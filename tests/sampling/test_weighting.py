"""Survey weights made: normalised, trimmed, post-stratified and raked to known margins."""

import contextlib
import csv
import html
import itertools
import json
import math
from collections import Counter
from fractions import Fraction

import attrs
import numpy as np
import pytest
from copies import copied
from hypothesis import assume, example, given
from hypothesis import strategies as st
from places import data_set

import relmetrics as rm
from relmetrics.sampling import fitting

NAN, INF = math.nan, math.inf

positive = st.integers(1, 50).map(lambda k: k / 8)
with_zeros = st.integers(0, 50).map(lambda k: k / 8)
weight_lists = st.lists(with_zeros, min_size=1, max_size=30).filter(any)


def near(expected, rel=1e-9):
    return pytest.approx(expected, rel=rel, abs=1e-12)


# The oracles: loops over rows in plain Python, from the words of the papers.


def kish(weights):
    """Return n sum(w^2) / sum(w)^2 in exact arithmetic."""
    exact = [Fraction(w) for w in weights]
    return len(exact) * sum(w * w for w in exact) / sum(exact) ** 2


def raked_row_by_row(columns, targets, start, rounds):
    """Return Deming and Stephan's fit: each margin in turn, row by row."""
    weights = list(start)
    whole = sum(weights)
    for _ in range(rounds):
        for name, column in columns.items():
            sums = Counter()
            for label, weight in zip(column, weights, strict=True):
                sums[label] += weight
            weights = [
                weight * targets[name][label] * whole / sums[label]
                for label, weight in zip(column, weights, strict=True)
            ]
    return weights


def capped_again_and_again(weights, most):
    """Return weights after capping and sharing out the excess until no weight is above."""
    weights = list(weights)
    while max(weights) > most * (1 + 1e-13):
        excess = sum(w - most for w in weights if w > most)
        free = sum(w for w in weights if w < most)
        grown = 1 + excess / free
        weights = [most if w >= most else w * grown for w in weights]
    return weights


@st.composite
def surveys(draw, margins=(1, 3), most=14):
    """Draw columns, positive starting weights, and targets that some weights meet."""
    n = draw(st.integers(2, most))
    names = ["sex", "plan", "area"][: draw(st.integers(*margins))]
    columns = {
        name: draw(st.lists(st.sampled_from("abc"), min_size=n, max_size=n)) for name in names
    }
    start = draw(st.lists(positive, min_size=n, max_size=n))
    aimed = draw(st.lists(st.integers(1, 6), min_size=n, max_size=n))
    targets = {}
    for name, column in columns.items():
        sums = Counter()
        for label, weight in zip(column, aimed, strict=True):
            sums[label] += weight
        targets[name] = {label: total / sum(aimed) for label, total in sums.items()}
    return columns, targets, start


def raked(columns, targets, start=None, **options):
    """Rake to the last digits, or give the example up where that takes too long."""
    found = rm.rake(
        columns, targets, weights=start, tolerance=1e-11, not_converged="keep", **options
    )
    assume(found.converged)
    return found


# Weights by themselves.


@given(weights=weight_lists)
def test_normalised_weights_have_mean_1_and_keep_their_proportions(weights):
    """Each is its exact fraction of the sum, times the number of rows."""
    whole = sum(Fraction(w) for w in weights)

    found = rm.normalise_weights(weights)

    assert found.tolist() == near([float(len(weights) * Fraction(w) / whole) for w in weights])
    assert found.sum() == near(len(weights))


@given(weight=st.floats(1e-90, 1e90), n=st.integers(1, 50))
@example(weight=0.1, n=10)
def test_equal_weights_are_exactly_1_and_cost_nothing(weight, n):
    """Whatever they are, to the last digit."""
    assert rm.normalise_weights([weight] * n).tolist() == [1.0] * n
    assert rm.design_effect([weight] * n).value == 1.0
    assert rm.design_effect([weight] * n).n_effective == n


def test_a_design_effect_is_never_below_1():
    """Weights that differ in the last digit cost nothing, and rounding wins nothing."""
    assert rm.design_effect([1 - 3 * 2.0**-53, 1 - 2 * 2.0**-53]).value == 1.0


@given(weights=weight_lists, factor=positive)
def test_the_design_effect_is_kishs(weights, factor):
    """Kish (1965): n sum(w^2) / sum(w)^2, from 1 to n, whatever the unit; rows of 0 are none."""
    found = rm.design_effect(weights)
    weights = [w for w in weights if w]

    assert float(found) == found.value == near(float(kish(weights)))
    assert 1 <= found.value <= len(weights) * (1 + 1e-12)
    assert found.n_effective == near(float(len(weights) / kish(weights)))
    assert rm.design_effect([w * factor for w in weights]).value == near(found.value)
    variation = np.std(weights) / np.mean(weights)
    assert found.value == near(1 + variation**2, rel=1e-7)


@given(weights=weight_lists)
def test_the_design_effect_is_that_of_the_states(weights):
    """What the helper says of the weights, the tally says of answers that have them."""
    tally = rm.NPS().tally([8] * len(weights), weights=weights)

    assert tally.design_effect == near(rm.design_effect(weights).value)
    assert tally.n_effective == near(rm.design_effect(weights).n_effective)


@given(
    weights=weight_lists,
    at_most=st.floats(1, 4),
    at_least=st.floats(0, 1),
    which=st.sampled_from(["both", "most", "least"]),
)
@example(weights=[1.0, 2.0], at_most=1.0, at_least=1.0, which="both")
@example(weights=[0.5, 8.0], at_most=1.0, at_least=0.25, which="both")
@example(weights=[0.125, 1.0], at_most=1.0, at_least=5e-324, which="both")
def test_trimming_keeps_the_sum_and_the_bounds(weights, at_most, at_least, which):
    """All weights lie within the bounds, sum to what they did, and zeros stay zero."""
    bounds = {"at_most": at_most, "at_least": at_least}
    bounds = {k: v for k, v in bounds.items() if which in {"both", k.removeprefix("at_")}}
    used = [w for w in weights if w]
    mean = sum(used) / len(used)

    found = rm.trim_weights(weights, **bounds)

    low = mean * bounds.get("at_least", 0) * (1 - 1e-12)
    high = mean * bounds.get("at_most", INF) * (1 + 1e-12)
    kept = [w for w in found.weights.tolist() if w]
    assert found.weights.sum() == near(sum(weights))
    assert all(low <= w <= high for w in kept)
    assert [bool(w) for w in found.weights] == [bool(w) for w in weights]
    # What is not trimmed keeps its proportions: one factor for all.
    edges = (found.lowest, found.highest)
    pairs = zip(weights, found.weights.tolist(), strict=True)
    assert all(after == near(found.factor * w) for w, after in pairs if w and after not in edges)
    assert found.n == len(weights)
    assert found.before == rm.design_effect(weights)
    assert found.after == rm.design_effect(found.weights)
    assert found.design_effect <= found.before.value * (1 + 1e-12)


@given(weights=st.lists(positive, min_size=2, max_size=20), at_most=st.floats(1.05, 4))
@example(weights=[0.25, 1.375, 1.375, 1.375, 1.375, 1.875, 6.25, 6.25, 6.25], at_most=1.1)
def test_trimming_against_capping_again_and_again(weights, at_most):
    """Potter (1990): cap, share out the excess in proportion, and repeat until none is above."""
    most = at_most * sum(weights) / len(weights)

    found = rm.trim_weights(weights, at_most=at_most)

    assert found.weights.tolist() == near(capped_again_and_again(weights, most), rel=1e-8)
    assert found.factor >= 1
    # A weight that comes to lie on the bound may be counted or not.
    above, reaching = (
        sum(found.factor * w > most * slack for w in weights) for slack in (1 + 1e-9, 1 - 1e-9)
    )
    assert above <= found.capped <= reaching
    assert found.raised == 0


def test_capping_once_is_not_enough():
    """Sharing out the excess lifts other weights over the bound: they are capped as well."""
    found = rm.trim_weights([1, 1, 1, 4, 8], at_most=1.5)

    assert found.weights.tolist() == near([2, 2, 2, 4.5, 4.5])
    assert (found.capped, found.raised) == (2, 0)


def test_raising_once_is_not_enough():
    """What the others give can bring them below the bound: they are raised to it as well."""
    found = rm.trim_weights([1, 3.1, 7.9], at_least=0.75)

    assert found.weights.tolist() == near([3, 3, 6])
    assert (found.capped, found.raised) == (0, 2)


def test_trimming_to_times_the_median():
    """The bounds are times the median, which extreme weights do not move."""
    found = rm.trim_weights([1, 2, 2, 2, 13], at_most=3, of="median")

    assert found.highest == 6
    assert found.weights.tolist() == near([2, 4, 4, 4, 6])
    # Rows of weight 0 were taken out, and move neither the median nor the mean.
    zeros = rm.trim_weights([0, 0, 0, 1, 2, 2, 2, 13], at_most=3, of="median")
    assert zeros.weights.tolist() == near([0, 0, 0, 2, 4, 4, 4, 6])
    with pytest.raises(rm.WeightError, match=r"0 to 2\.4 leave out the mean weight, 4"):
        rm.trim_weights([1, 2, 2, 2, 13], at_most=1.2, of="median")


def test_weights_within_the_bounds_stay_as_they_are():
    """Nothing is multiplied by what is nearly 1."""
    weights = [0.1, 0.2, 0.3]

    found = rm.trim_weights(weights, at_most=2, at_least=0.1)

    assert found.weights.tolist() == weights
    assert (found.capped, found.raised, found.factor) == (0, 0, 1.0)
    on_the_bounds = rm.trim_weights([1, 2, 3], at_most=1.5, at_least=0.5)
    assert (on_the_bounds.capped, on_the_bounds.raised) == (0, 0)


# Post-stratification.


@given(survey=surveys(margins=(1, 1)))
def test_post_stratification_is_one_factor_for_each_group(survey):
    """w x T_h / sum(w in h), in exact arithmetic."""
    columns, targets, start = survey
    groups, shares = columns["sex"], targets["sex"]
    sums = Counter()
    for label, weight in zip(groups, start, strict=True):
        sums[label] += Fraction(weight)
    whole = sum(Fraction(share) for share in shares.values())

    found = rm.post_stratify(groups, shares, weights=start)

    expected = [
        float(Fraction(w) * len(groups) * Fraction(shares[label]) / whole / sums[label])
        for label, w in zip(groups, start, strict=True)
    ]
    assert found.weights.tolist() == near(expected)
    assert found.weights.mean() == near(1)
    assert found.converged
    assert found.design_effect == near(float(kish(expected)))


@given(survey=surveys(margins=(1, 1)))
def test_raking_one_margin_is_post_stratification(survey):
    """There is nothing to iterate."""
    columns, targets, start = survey

    found = rm.rake(columns, targets, weights=start)

    expected = rm.post_stratify(columns["sex"], targets["sex"], weights=start)
    assert found.weights.tolist() == near(expected.weights.tolist())
    assert found.iterations <= 1


def test_groups_of_several_columns():
    """The combinations are the groups, as in metric.by."""
    plan, area = ["x", "x", "y", "y"], ["n", "s", "n", "n"]
    targets = {("x", "n"): 0.25, ("x", "s"): 0.25, ("y", "n"): 0.5}

    by_name = rm.post_stratify({"plan": plan, "area": area}, targets)
    in_order = rm.post_stratify([plan, area], targets)

    assert by_name.weights.tolist() == in_order.weights.tolist() == near([1, 1, 1, 1])
    assert by_name.margins()["label"].tolist() == list(targets)
    assert by_name.margins()["margin"].tolist() == ["plan, area"] * 3


def test_counts_make_weights_that_sum_to_the_population():
    """A row then stands for so many customers; percents and shares give mean 1."""
    plan = ["gold", "gold", "basic"]

    counts = rm.post_stratify(plan, {"gold": 300, "basic": 900}, targets_in="counts")
    percent = rm.post_stratify(plan, {"gold": 25, "basic": 75}, targets_in="percent")
    shares = rm.post_stratify(plan, {"gold": 0.25, "basic": 0.75})

    assert counts.weights.tolist() == near([150, 150, 900])
    assert percent.weights.tolist() == shares.weights.tolist() == near([0.375, 0.375, 2.25])
    assert counts.margins() == shares.margins()


def test_published_shares_may_be_rounded():
    """Half a percent of the whole is made up for; more is an error, and so is another unit."""
    found = rm.post_stratify(
        ["a", "b", "c"], {"a": 33.3, "b": 33.3, "c": 33.3}, targets_in="percent"
    )

    assert found.weights.tolist() == near([1, 1, 1])
    with pytest.raises(rm.WeightError, match=r"must sum to 1, and sum to 0\.9"):
        rm.post_stratify(["a", "b"], {"a": 0.5, "b": 0.4})
    with pytest.raises(rm.WeightError, match=r"sum to 100\. Say targets_in"):
        rm.post_stratify(["a", "b"], {"a": 50, "b": 50})


# Raking.


@given(survey=surveys())
def test_raking_meets_every_margin(survey):
    """The weighted share of every label is its target, and the mean weight is 1."""
    columns, targets, start = survey

    found = raked(columns, targets, start)

    for name, column in columns.items():
        for label, share in targets[name].items():
            mine = [w for w, own in zip(found.weights, column, strict=True) if own == label]
            assert sum(mine) / len(column) == near(share)
    assert found.weights.sum() == near(len(start))
    assert found.discrepancy <= 1e-11


@given(survey=surveys(), rounds=st.integers(1, 6))
def test_raking_against_rows_adjusted_one_by_one(survey, rounds):
    """Deming and Stephan (1940): after as many rounds the weights are the same, cells or rows."""
    columns, targets, start = survey

    found = rm.rake(
        columns,
        targets,
        weights=start,
        most_iterations=rounds,
        tolerance=1e-12,
        not_converged="keep",
    )

    expected = raked_row_by_row(columns, targets, start, found.iterations)
    mean = sum(expected) / len(expected)
    assert found.weights.tolist() == near([w / mean for w in expected])


@given(survey=surveys(margins=(2, 3)))
def test_raking_against_the_dual_problem(survey):
    """Deville and Sarndal (1992): the weights nearest in entropy, found by scipy on the dual."""
    optimize = pytest.importorskip("scipy.optimize")
    columns, targets, start = survey
    design = np.array(
        [[own == label for own in columns[name]] for name in columns for label in targets[name]],
        dtype=float,
    )
    aims = np.array([targets[name][label] for name in columns for label in targets[name]])
    first = np.array(start) / sum(start)

    def dual(logs):
        weights = first * np.exp(np.clip(logs @ design, -50, 50))
        return weights.sum() - logs @ aims, design @ weights - aims

    solved = optimize.minimize(
        dual, np.zeros(len(aims)), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000}
    )
    expected = first * np.exp(solved.x @ design)
    assume(np.abs(design @ expected - aims).max() < 1e-7)

    found = raked(columns, targets, start)

    assert found.weights / len(start) == pytest.approx(expected, rel=1e-3, abs=1e-5)


@given(
    counts=st.lists(st.integers(1, 9), min_size=4, max_size=4),
    share=st.integers(1, 9),
    other=st.integers(1, 9),
)
def test_raking_keeps_the_odds_ratio(counts, share, other):
    """The law of iterative fitting: margins change, association does not."""
    cells = list(itertools.product("fm", "yo"))
    rows = [cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)]
    columns = {"sex": [sex for sex, _ in rows], "age": [age for _, age in rows]}

    found = raked(
        columns,
        {
            "sex": {"f": share / 10, "m": 1 - share / 10},
            "age": {"y": other / 10, "o": 1 - other / 10},
        },
    )

    sums = Counter()
    for row, weight in zip(rows, found.weights.tolist(), strict=True):
        sums[row] += weight
    a, b, c, d = (sums[cell] for cell in cells)
    before = counts[0] * counts[3] / (counts[1] * counts[2])
    assert a * d / (b * c) == near(before, rel=1e-7)


@given(survey=surveys())
def test_margins_that_are_met_change_nothing(survey):
    """Raking the raked weights again returns them, without an iteration."""
    columns, targets, start = survey
    once = raked(columns, targets, start)

    again = rm.rake(columns, targets, weights=once.weights, tolerance=1e-10)

    assert again.iterations == 0
    assert again.weights.tolist() == near(once.weights.tolist())


def test_a_sample_that_meets_its_margins_has_weights_of_exactly_1():
    """Nothing is multiplied by what is nearly 1."""
    found = rm.rake(
        {"sex": ["f", "m"] * 3, "age": ["y", "y", "o"] * 2},
        {"sex": {"f": 1 / 2, "m": 1 / 2}, "age": {"y": 2 / 3, "o": 1 / 3}},
    )

    assert found.weights.tolist() == [1.0] * 6
    assert (found.design_effect, found.iterations) == (1.0, 0)


@given(survey=surveys(), data=st.data())
def test_the_order_of_the_rows_only_orders_the_weights(survey, data):
    """Permuting the rows permutes the weights."""
    columns, targets, start = survey
    order = data.draw(st.permutations(range(len(start))))

    found = raked(columns, targets, start)
    moved = raked(
        {name: [column[i] for i in order] for name, column in columns.items()},
        targets,
        [start[i] for i in order],
    )

    assert moved.weights.tolist() == near([found.weights[i] for i in order], rel=1e-7)


@given(survey=surveys(), factor=positive)
def test_the_unit_of_the_starting_weights_does_not_matter(survey, factor):
    """Only their proportions do, and equal ones are as none."""
    columns, targets, start = survey

    found = raked(columns, targets, start)
    scaled = raked(columns, targets, [factor * w for w in start])

    assert scaled.weights.tolist() == near(found.weights.tolist())
    plain, equal = raked(columns, targets), raked(columns, targets, [factor] * len(start))
    assert equal.weights.tolist() == plain.weights.tolist()


@given(survey=surveys(margins=(2, 3)))
def test_the_order_of_the_margins_does_not_change_the_limit(survey):
    """Which margin is adjusted first is forgotten."""
    columns, targets, start = survey

    found = raked(columns, targets, start)
    turned = raked(columns, dict(reversed(targets.items())), start)

    assert turned.weights.tolist() == near(found.weights.tolist(), rel=1e-5)
    assert list(dict.fromkeys(turned.margins()["margin"])) == list(reversed(targets))


def test_multiplying_the_factors_of_each_margin_is_no_raking():
    """A known mistake: share over share for each margin, multiplied, meets none of them."""
    columns = {"sex": list("ffffmm"), "age": list("yyyooo")}
    targets = {"sex": {"f": 0.5, "m": 0.5}, "age": {"y": 0.3, "o": 0.7}}
    factors = {
        name: {x: share * 6 / columns[name].count(x) for x, share in shares.items()}
        for name, shares in targets.items()
    }
    multiplied = [
        factors["sex"][sex] * factors["age"][age]
        for sex, age in zip(*columns.values(), strict=True)
    ]

    found = rm.rake(columns, targets, tolerance=1e-12)

    assert sum(multiplied[:4]) / sum(multiplied) != pytest.approx(0.5, abs=0.02)
    assert found.weights[:4].sum() / 6 == near(0.5)
    assert found.weights[:3].sum() / 6 == near(0.3)


@pytest.mark.long
def test_iterations_work_on_cells_not_on_rows(monkeypatch):
    """A million rows of twelve combinations are fitted as twelve numbers."""
    sizes, fit = [], fitting.fit  # type: ignore[attr-defined]
    monkeypatch.setattr(
        fitting, "fit", lambda sums, *rest: (sizes.append(len(sums)), fit(sums, *rest))[1]
    )
    rng = np.random.default_rng(5)
    n = 1_000_000
    columns = {"plan": rng.integers(0, 3, n), "area": rng.integers(0, 4, n)}
    targets = {
        "plan": {0: 0.5, 1: 0.3, 2: 0.2},
        "area": {0: 0.1, 1: 0.2, 2: 0.3, 3: 0.4},
    }

    found = rm.rake(columns, targets, weights=rng.integers(1, 5, n), tolerance=1e-10)

    assert sizes == [12]
    assert len(found.weights) == found.n == n
    for name, shares in targets.items():
        sums = np.bincount(columns[name], found.weights)
        assert sums / n == pytest.approx(list(shares.values()), rel=1e-9)
    assert found.margins()["share_after"] == pytest.approx(found.margins()["target"])


def test_vast_and_vanishing_weights_are_weights():
    """Weights from 1e-99 to 1e99 are trimmed and raked without a warning or a NaN."""
    weights = [1e-99, 1e99, 1.0, 1e50]

    trimmed = rm.trim_weights(weights, at_most=2, at_least=1e-3)
    raked_ones = rm.post_stratify(["a", "b", "b", "a"], {"a": 0.5, "b": 0.5}, weights=weights)

    assert trimmed.weights.sum() == near(1e99)
    assert (trimmed.weights > 1e95).all()
    assert rm.design_effect(weights).value == near(4)
    assert raked_ones.weights[:2].tolist() == [0.0, 2.0]
    assert raked_ones.weights.sum() == near(4)


def test_counts_of_several_margins():
    """Population counts sum to one population, and so do the weights."""
    columns = {"sex": list("ffm"), "age": list("yoo")}
    targets = {"sex": {"f": 600, "m": 400}, "age": {"y": 250, "o": 750}}

    found = rm.rake(columns, targets, targets_in="counts", tolerance=1e-12)

    assert found.weights.tolist() == near([250, 350, 400])
    with pytest.raises(rm.WeightError, match="'sex' has 1000, 'age' has 1001"):
        rm.rake(columns, {**targets, "age": {"y": 250, "o": 751}}, targets_in="counts")


def test_a_target_of_0_takes_rows_out():
    """Their weight is 0, and the rest meets the other margins."""
    found = rm.rake(
        {"sex": list("ffmm"), "kind": list("aabt")},
        {"sex": {"f": 0.4, "m": 0.6}, "kind": {"a": 0.4, "b": 0.6, "t": 0}},
    )

    assert found.weights.tolist() == near([0.8, 0.8, 2.4, 0])
    assert found.margins()["share_after"].tolist() == near([40, 60, 40, 60, 0])


def test_what_weighs_nothing_stays_nothing_through_many_iterations():
    """Labels that come to 0, by target or by starting weight, make no NaN of the others."""
    columns = {"sex": list("fffmmm"), "age": ["y", "o", None, "y", "o", "x"]}
    targets = {"sex": {"f": 0.4, "m": 0.6}, "age": {"y": 0.7, "o": 0.3, "x": 0}}

    found = rm.rake(columns, targets, weights=[3, 1, 0, 1, 2, 1], missing="keep", tolerance=1e-11)

    assert found.iterations > 2
    assert found.weights[[2, 5]].tolist() == [0, 0]
    assert found.weights[:2].sum() / 6 == near(0.4)
    assert found.weights[[0, 3]].sum() / 6 == near(0.7)
    assert np.isnan(found.margins()["factor"]).tolist() == [False] * 5 + [True]


def test_a_target_of_0_needs_no_rows():
    """A label that nobody should have and nobody has is met."""
    found = rm.post_stratify(["f", "m"], {"f": 0.5, "m": 0.5, "x": 0})

    assert found.weights.tolist() == [1, 1]
    assert found.margins()["label"].tolist() == ["f", "m"]


def test_rows_of_weight_0_stay_at_0():
    """What was taken out before is not brought back."""
    found = rm.rake(
        {"sex": list("ffm"), "age": list("yoo")},
        {"sex": {"f": 0.5, "m": 0.5}, "age": {"y": 0.5, "o": 0.5}},
        weights=[1, 0, 1],
    )

    assert found.weights.tolist() == near([1.5, 0, 1.5])


# Missing labels.


def test_rows_without_a_label_are_an_error_by_default():
    """They have no target: who they are is the analyst's to say."""
    with pytest.raises(rm.WeightError, match="'sex' must have a label in every row; 2 are missing"):
        rm.rake({"sex": ["f", None, "m", NAN]}, {"sex": {"f": 0.5, "m": 0.5}})
    with pytest.raises(rm.WeightError, match="at position 1, 2"):
        rm.post_stratify([["f", "f", None], ["y", None, "y"]], {("f", "y"): 1})


@given(survey=surveys(), data=st.data())
def test_kept_rows_keep_their_share_of_the_margin(survey, data):
    """The targets hold among the rows that have a label; the others weigh together as before."""
    columns, targets, start = survey
    n = len(start)
    for name in columns:
        gone = data.draw(st.sets(st.integers(0, n - 1), max_size=3))
        columns[name] = [None if i in gone else x for i, x in enumerate(columns[name])]
        left = {x: share for x, share in targets[name].items() if x in columns[name]}
        assume(left)
        targets[name] = {x: share / sum(left.values()) for x, share in left.items()}

    found = raked(columns, targets, start, missing="keep")

    for name, column in columns.items():
        known = [w for w, x in zip(found.weights, column, strict=True) if x is not None]
        before = sum(w for w, x in zip(start, column, strict=True) if x is not None)
        assert sum(known) / n == near(before / sum(start))
        for label, share in targets[name].items():
            mine = sum(w for w, x in zip(found.weights, column, strict=True) if x == label)
            assert mine / sum(known) == near(share)
    rows = zip(*columns.values(), strict=True)
    assert found.missing == sum(None in row for row in rows)


def test_kept_rows_of_one_margin_keep_their_weight():
    """Beside the average row each weighs what it did, and it stands in the table by itself."""
    found = rm.post_stratify(["f", "f", "m", None], {"f": 0.5, "m": 0.5}, missing="keep")

    assert found.weights.tolist() == near([0.75, 0.75, 1.5, 1])
    table = found.margins()
    assert table["label"].tolist() == ["f", "m", None]
    assert table["n"].tolist() == [2, 1, 1]
    assert table["share_before"][:2].tolist() == near([200 / 3, 100 / 3])
    assert table["share_after"][:2].tolist() == near([50, 50])
    assert np.isnan([table[name][2] for name in ("share_before", "target", "share_after")]).all()
    assert table["factor"].tolist() == near([0.75, 1.5, 1])
    assert "1 missing" in str(found)


def test_combinations_with_a_missing_part_are_kept_together():
    """A group of which a part is unknown is an unknown group."""
    found = rm.post_stratify(
        [["f", "f", None, "m"], ["y", None, "y", "y"]],
        {("f", "y"): 0.25, ("m", "y"): 0.75},
        weights=[1, 2, 3, 2],
        missing="keep",
    )

    assert found.weights.tolist() == near([0.375, 1, 1.5, 1.125])
    assert found.missing == 2
    assert found.margins()["label"].tolist() == [("f", "y"), ("m", "y"), None]


def test_a_target_for_none_makes_missing_labels_a_group():
    """Where the share of the unknown is known, they are weighted to it."""
    for unknown in (None, NAN):
        found = rm.post_stratify(["f", NAN, "m", None], {"f": 0.4, "m": 0.4, unknown: 0.2})

        assert found.weights.tolist() == near([1.6, 0.4, 1.6, 0.4])
        assert found.missing == 2


# What cannot be done.


SEX = {"sex": ["f", "f", "m"]}
BOTH = {"sex": ["f", "f", "m"], "age": ["y", "y", "o"]}
HALVES = {"f": 0.5, "m": 0.5}


@pytest.mark.parametrize(
    ("call", "kind", "shown"),
    [
        (lambda: rm.rake(SEX, {"sex": {"f": 1}}), rm.WeightError, "without a target: 'm'"),
        (lambda: rm.rake(SEX, {"sex": {"f": 0.5, "M": 0.5}}), rm.WeightError, "Known: f, M"),
        (
            lambda: rm.rake(SEX, {"sex": {"f": 0.4, "m": 0.4, "x": 0.2}}),
            rm.WeightError,
            "'sex' has targets that no weight can meet: 'x', because no row has it",
        ),
        (
            lambda: rm.rake(SEX, {"sex": HALVES}, weights=[1, 1, 0]),
            rm.WeightError,
            "'m', because its rows have weight 0",
        ),
        (
            lambda: rm.rake(BOTH, {"sex": HALVES, "age": {"y": 1, "o": 0}}),
            rm.WeightError,
            "'m', because its rows have weight 0 or, in another margin, target 0",
        ),
        (lambda: rm.rake(SEX, {"sex": {"f": -0.5, "m": 1}}), rm.WeightError, "got -0.5"),
        (lambda: rm.rake(SEX, {"sex": {"f": NAN, "m": 1}}), rm.WeightError, "'f' in 'sex'"),
        (lambda: rm.rake(SEX, {"sex": {"f": INF, "m": 1}}), rm.WeightError, "got inf"),
        (lambda: rm.rake(SEX, {"sex": {"f": "1", "m": 1}}), rm.WeightError, "got '1'"),
        (lambda: rm.rake(SEX, {"sex": {"f": True, "m": 1}}), rm.WeightError, "got True"),
        (lambda: rm.rake(SEX, {"sex": {"f": None, "m": 1}}), rm.WeightError, "got None"),
        (lambda: rm.rake(SEX, {"sex": {"f": 10**400, "m": 1}}), rm.WeightError, "got 1000"),
        (lambda: rm.rake(SEX, {"sex": {"f": [1], "m": 1}}), rm.WeightError, r"got \[1\]"),
        (lambda: rm.rake(SEX, {"sex": {"f": 0, "m": 0}}), rm.WeightError, "'sex' are all zero"),
        (lambda: rm.rake(SEX, {"sex": {}}), rm.WeightError, "all zero"),
        (lambda: rm.rake(SEX, {"sex": [0.5, 0.5]}), rm.ParameterError, "a mapping of label"),
        (lambda: rm.rake(SEX, {}), rm.ParameterError, "'targets' must be a mapping of column"),
        (lambda: rm.rake(SEX, None), rm.ParameterError, "'targets' must be a mapping of column"),
        (lambda: rm.rake([["f"]], {"sex": HALVES}), rm.ParameterError, "'columns' must be"),
        (lambda: rm.rake(SEX, {"sax": HALVES}), rm.FactorError, "Did you mean 'sex'"),
        (lambda: rm.rake({"sex": 5}, {"sex": HALVES}), rm.AnswerError, "sex must be a one-dim"),
        (lambda: rm.rake({"sex": [[1]]}, {"sex": HALVES}), rm.ParameterError, "hashable"),
        (lambda: rm.rake({"sex": []}, {"sex": HALVES}), rm.EmptySampleError, "at least one row"),
        (lambda: rm.post_stratify([], HALVES), rm.EmptySampleError, "at least one row"),
        (
            lambda: rm.rake({"sex": ["f"], "age": ["y", "o"]}, {"sex": {"f": 1}, "age": {"y": 1}}),
            rm.LengthError,
            "sex has 1, age has 2",
        ),
        (
            lambda: rm.rake(SEX, {"sex": HALVES}, weights=[1]),
            rm.LengthError,
            "sex has 3, weights has 1",
        ),
        (lambda: rm.rake(SEX, {"sex": HALVES}, weights=[1, -1, 1]), rm.WeightError, "-1 at pos"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, weights=[0, 0, 0]), rm.WeightError, "all zero"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, targets_in="share"), rm.ParameterError, "'shares'"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, missing="drop"), rm.ParameterError, "error, keep"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, not_converged=0), rm.ParameterError, "error, keep"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, tolerance=0), rm.ParameterError, "tolerance"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, tolerance=NAN), rm.ParameterError, "tolerance"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, most_iterations=0), rm.ParameterError, "most_iter"),
        (lambda: rm.rake(SEX, {"sex": HALVES}, most_iterations=2.5), rm.ParameterError, "most_it"),
        (lambda: rm.post_stratify(["f"], 1), rm.ParameterError, "a mapping of label"),
        (lambda: rm.post_stratify(["f"], {"f": 1}, missing=None), rm.ParameterError, "missing"),
        (lambda: rm.normalise_weights([]), rm.EmptySampleError, "weights must have at least"),
        (lambda: rm.normalise_weights([0, 0]), rm.WeightError, "all zero"),
        (lambda: rm.normalise_weights([1, None]), rm.WeightError, "None at position 1"),
        (lambda: rm.normalise_weights([1, -2]), rm.WeightError, "-2 at position 1"),
        (lambda: rm.design_effect([1, INF]), rm.WeightError, "inf at position 1"),
        (lambda: rm.design_effect(["1"]), rm.WeightError, "'1' at position 0"),
        (lambda: rm.design_effect(5), rm.AnswerError, "one-dimensional"),
        (lambda: rm.trim_weights([1, 2]), rm.ParameterError, "'at_most' must be given"),
        (lambda: rm.trim_weights([1, 2], at_most="5"), rm.ParameterError, "finite number"),
        (lambda: rm.trim_weights([1, 2], at_most=NAN), rm.ParameterError, "finite number"),
        (lambda: rm.trim_weights([1, 2], at_least=-1), rm.ParameterError, "from 0 to 1e100"),
        (lambda: rm.trim_weights([1, 2], at_most=2, of="mode"), rm.ParameterError, "mean, median"),
        (lambda: rm.trim_weights([1, 2], at_most=0.9), rm.WeightError, "leave out the mean"),
        (lambda: rm.trim_weights([1, 2], at_least=1.1), rm.WeightError, "leave out the mean"),
        (lambda: rm.trim_weights([], at_most=2), rm.EmptySampleError, "at least one row"),
    ],
)
def test_what_cannot_be_weighted_is_the_documented_error(call, kind, shown):
    """The message names the margin, the label and what to do."""
    with pytest.raises(kind, match=shown):
        call()


def test_margins_that_conflict_are_named():
    """Half m and seven tenths y cannot both be, when every f is y and every m is o."""
    targets = {"sex": HALVES, "age": {"y": 0.7, "o": 0.3}}

    with pytest.raises(rm.WeightError, match="no weights meet all margins") as caught:
        rm.rake(BOTH, targets)
    assert "'f' in 'sex' has 70% where 50% is wanted" in str(caught.value)
    assert "'m' in 'sex' has 30% where 50% is wanted" in str(caught.value)

    kept = rm.rake(BOTH, targets, not_converged="keep")
    assert not kept.converged
    assert kept.discrepancy == near(0.4)
    assert kept.weights.sum() == near(3)
    assert "NOT met after 256 iterations, off by up to 40%" in str(kept)


def test_margins_that_are_slow_to_meet_are_told_from_those_that_conflict():
    """Only weight 0 for the row of x and q would do: raking comes nearer without an end."""
    columns = {"a": ["x", "x", "y"], "b": ["p", "q", "q"]}
    targets = {"a": {"x": 0.2, "y": 0.8}, "b": {"p": 0.2, "q": 0.8}}

    with pytest.raises(
        rm.WeightError, match=r"'x' in 'a' is off its target by 0\.00.* larger most_iterations"
    ):
        rm.rake(columns, targets, most_iterations=500)
    found = rm.rake(columns, targets, tolerance=1e-3)
    assert found.converged
    assert found.weights.tolist() == pytest.approx([0.6, 0, 2.4], abs=2e-3)


def test_inputs_are_left_as_they_were_and_results_cannot_be_changed():
    """No array of the caller is written to, and the weights of a result are read-only."""
    weights = np.array([1.0, 2.0, 9.0])
    found = (
        rm.rake(SEX, {"sex": HALVES}, weights=weights),
        rm.trim_weights(weights, at_most=2),
    )
    rm.normalise_weights(weights)[0] = 5

    assert weights.tolist() == [1, 2, 9]
    for result in found:
        with pytest.raises(ValueError, match="read-only"):
            result.weights[0] = 0
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            result.n = 5


@copied
def test_a_copy_of_a_result_is_equal_to_it(again):
    """Of weights with a bound and without, met and kept as they came."""
    conflict = {"a": {"x": 0.2, "y": 0.8}, "b": {"p": 0.2, "q": 0.8}}
    columns = {"a": ["x", "x", "y"], "b": ["p", "q", "q"]}
    for result in (
        rm.rake(columns, conflict, most_iterations=3, not_converged="keep"),
        rm.post_stratify(["f", None, "m"], HALVES, missing="keep"),
        rm.trim_weights([1, 1, 6], at_least=0.5),
        rm.trim_weights([1, 1, 6], at_most=2),
        rm.design_effect([1, 3]),
    ):
        assert again(result) == result
        assert hash(again(result)) == hash(result)


def test_the_margins_of_a_weighting_cannot_be_changed():
    """Who writes on the table of margins changes no later one."""
    weighting = rm.rake(SEX, {"sex": HALVES})
    expected = weighting.to_dict()["margins"]

    with contextlib.suppress(ValueError):  # read-only, or a copy
        weighting.margins()["target"][0] = 99
    with contextlib.suppress(TypeError):
        weighting.margins().columns["target"] = np.zeros(2)

    assert weighting.to_dict()["margins"] == expected
    assert weighting.margins() == rm.rake(SEX, {"sex": HALVES}).margins()


def test_results_are_shown_and_handed_on():
    """One line of text, HTML with every label escaped, and plain values for JSON."""
    weighting = rm.post_stratify(["<f>", "<f>", "m"], {"<f>": 0.5, "m": 0.5})
    trimmed = rm.trim_weights([1, 1, 6], at_least=0.5)
    effect = rm.design_effect([1, 3])

    for result in (weighting, trimmed, effect):
        assert "\n" not in str(result)
        assert html.escape(str(result)) in result._repr_html_()
        json.dumps(result.to_dict(), allow_nan=False)
    assert "&lt;f&gt;" in weighting._repr_html_()
    assert "<f>" not in weighting._repr_html_()
    assert weighting.to_dict()["weights"] == weighting.weights.tolist()
    assert weighting.to_dict()["margins"]["target"] == [50, 50]
    assert trimmed.to_dict()["highest"] is None
    assert effect.to_dict()["n_effective"] == near(1.6)
    assert weighting == rm.post_stratify(["<f>", "<f>", "m"], {"<f>": 0.5, "m": 0.5})
    assert weighting != rm.post_stratify(["<f>", "m", "m"], {"<f>": 0.5, "m": 0.5})


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_in(library):
    """The columns of a frame, and its shares by label where they are a Series."""
    module = pytest.importorskip(library)
    frame = module.DataFrame({"sex": ["f", "f", "m"], "age": ["y", "o", "o"], "other": [1, 2, 3]})
    targets = {"sex": HALVES, "age": {"y": 0.25, "o": 0.75}}

    found = rm.rake(frame, targets, weights=frame["other"])

    expected = rm.rake({"sex": ["f", "f", "m"], "age": ["y", "o", "o"]}, targets, weights=[1, 2, 3])
    assert found == expected
    assert rm.post_stratify(frame["sex"], HALVES).margins()["margin"].tolist() == ["sex", "sex"]
    if library == "pandas":
        shares = module.Series(HALVES)
        assert rm.post_stratify(frame["sex"], shares) == rm.post_stratify(frame["sex"], HALVES)


def test_weights_go_straight_to_a_metric():
    """A post-stratified score is the scores of the groups, by their shares in the population."""
    answers, plan = [10, 9, 3, 8, 0], ["gold", "gold", "gold", "basic", "basic"]
    weighting = rm.post_stratify(plan, {"gold": 0.2, "basic": 0.8})

    estimate = rm.nps(answers, weights=weighting.weights)

    by = rm.NPS().by(answers, plan)
    assert estimate.value == near(0.2 * by["gold"].value + 0.8 * by["basic"].value)
    assert estimate.n_effective == near(weighting.n_effective)


def test_the_interval_is_on_the_safe_side_where_the_groups_explain_the_answers():
    """Everybody of a plan answers alike: the weighted share never varies, its interval stays."""
    shares = {"gold": 0.3, "basic": 0.7}
    for gold in range(1, 20):
        plan = ["gold"] * gold + ["basic"] * (20 - gold)
        weighting = rm.post_stratify(plan, shares)

        estimate = rm.csat([5 if p == "gold" else 1 for p in plan], weights=weighting.weights)

        assert estimate.value == near(30)
        assert estimate.standard_error > 5


# A real survey.


def test_a_real_survey_is_raked_to_the_margins_of_its_own_weights():
    """Population margins from the published weights are met; the odds between cells stay."""
    with data_set("sfo2017_survey.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = ("boarding_area", "strata", "dest_region")
    columns = {name: [row[name] for row in rows] for name in names}
    published = np.array([float(row["weight"]) for row in rows])
    targets = {name: {} for name in names}
    for row, weight in zip(rows, published.tolist(), strict=True):
        for name in names:
            targets[name][row[name]] = targets[name].get(row[name], 0) + weight

    found = rm.rake(columns, targets, targets_in="counts")

    for name in names:
        for label, total in targets[name].items():
            mine = found.weights[np.array(columns[name]) == label].sum()
            assert mine == pytest.approx(total, rel=1e-6)
    assert found.weights.sum() == near(published.sum())
    # Weights that are the margins' source meet them already.
    same = rm.rake(columns, targets, targets_in="counts", weights=published)
    assert same.iterations == 0
    assert same.weights == pytest.approx(published, rel=1e-12)
    # The program of the survey and raking agree about the score.
    answers = [int(row["recommend_0_10"]) if row["recommend_0_10"] else None for row in rows]
    ours, theirs = (rm.nps(answers, weights=w) for w in (found.weights, published))
    assert ours.low < theirs.value < ours.high
    plain = raked_row_by_row(
        columns,
        {name: {x: t / published.sum() for x, t in targets[name].items()} for name in names},
        [1.0] * len(rows),
        found.iterations,
    )
    assert found.weights / found.weights.mean() == pytest.approx(np.array(plain), rel=1e-9)
