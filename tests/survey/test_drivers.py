"""Key drivers: parts of R squared against plain Python, theory and other programs, and their laws.

Exact references work on whole numbers in fractions: R squared is a ratio of covariances, and so
is rational.
"""

import copy
import csv
import json
import math
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations

import drivers_study as study
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from places import data_set, oracles

import relmetrics as rm
from relmetrics.inference.relative_importance import (
    correlation_of,
    explained_by_subsets,
    nearest_correlation,
)
from relmetrics.survey.drivers import redraws

METHODS = ("relative_weights", "shapley")
both_methods = pytest.mark.parametrize("method", METHODS)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(autouse=True, scope="module")
def _fewer_draws():
    """Draw 400 times instead of 2,000: every test but one of the draws themselves needs no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redraws, "DRAWS", 400)
        yield


def ratings_of(seed, factors=3, rows=40, missing=0.0):
    """Return factors that go together and an overall rating of them, on 1-5."""
    rng = np.random.default_rng(seed)
    liking = rng.normal(size=rows)
    pulls = rng.uniform(0.2, 1.2, size=factors)
    felt = 3.3 + pulls[:, None] * liking + rng.normal(size=(factors, rows))
    overall = 3.3 + (felt - 3.3).mean(axis=0) + 0.6 * rng.normal(size=rows)
    table = np.clip(np.rint([*felt, overall]), 1, 5)
    table[rng.random(table.shape) < missing] = np.nan
    for column in table:  # nobody agrees entirely
        column[:2] = 1, 5
    return {f"f{i}": column for i, column in enumerate(table[:-1])}, table[-1]


def close(expected, rel=1e-9):
    return pytest.approx(expected, rel=rel, abs=1e-11)


# Exact and independent references.


def covariance(x, y):
    n = len(x)
    return Fraction(sum(a * b for a, b in zip(x, y, strict=True))) - Fraction(sum(x) * sum(y), n)


def explained(columns, outcome):
    """Return R squared in fractions, by elimination that skips what is collinear."""
    k = len(columns)
    rows = [[covariance(a, b) for b in [*columns, outcome]] for a in [*columns, outcome]]
    for i in range(k):
        if not rows[i][i]:
            continue
        for j in range(i + 1, k + 1):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
    return 1 - rows[k][k] / covariance(outcome, outcome)


def shapley_by_orders(columns, outcome):
    """Return each factor's mean gain in R squared over every order of entry, in fractions."""
    k = len(columns)
    gains = [Fraction(0)] * k
    for order in permutations(range(k)):
        before = Fraction(0)
        for place in range(k):
            after = explained([columns[i] for i in order[: place + 1]], outcome)
            gains[order[place]] += after - before
            before = after
    return [gain / math.factorial(k) for gain in gains]


def relative_weights_by_svd(columns, outcome):
    """Return Johnson's weights from rows: the orthonormal columns nearest to the standardised ones.

    Johnson's own path: X = P D Q', Z = P Q'; regress the outcome on Z and each factor on Z.
    """
    x = np.array(columns, dtype=float).T
    x = (x - x.mean(axis=0)) / np.linalg.norm(x - x.mean(axis=0), axis=0)
    y = np.array(outcome, dtype=float)
    y = (y - y.mean()) / np.linalg.norm(y - y.mean())
    p, _, q = np.linalg.svd(x, full_matrices=False)
    z = p @ q
    to_outcome = np.linalg.lstsq(z, y, rcond=None)[0]
    to_factors = np.linalg.lstsq(z, x, rcond=None)[0]
    return (to_factors.T**2) @ to_outcome**2


def r_squared_by_least_squares(columns, outcome):
    x = np.column_stack([np.ones(len(outcome)), *columns])
    residual = outcome - x @ np.linalg.lstsq(x, outcome, rcond=None)[0]
    return 1 - residual @ residual / ((outcome - outcome.mean()) ** 2).sum()


whole_columns = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(1, 5), min_size=9, max_size=9), min_size=k, max_size=k)
)
whole_outcome = st.lists(st.integers(1, 5), min_size=9, max_size=9)


def varied(columns):
    return all(len(set(column)) > 1 for column in columns)


@given(columns=whole_columns, outcome=whole_outcome)
def test_shapley_is_the_mean_gain_over_all_orders(columns, outcome):
    """Every order of entry, one by one in fractions, gives the parts, also of collinear factors."""
    assume(varied([*columns, outcome]))
    assume(np.abs(np.corrcoef([*columns, outcome])[:-1, -1]).max() < 1 - 1e-9)
    names = [f"f{i}" for i in range(len(columns))]

    dr = rm.drivers(dict(zip(names, columns, strict=True)), outcome, method="shapley")

    expected = [float(part) for part in shapley_by_orders(columns, outcome)]
    assert list(dr.importance.values()) == pytest.approx(expected, abs=1e-9)


@given(columns=whole_columns, outcome=whole_outcome)
def test_r_squared_of_every_subset_is_that_of_its_regression(columns, outcome):
    """Bit i of the place of a subset says whether factor i is in it."""
    assume(varied([*columns, outcome]))
    k = len(columns)

    found = explained_by_subsets(np.corrcoef([*columns, outcome]))

    for size in range(k + 1):
        for members in combinations(range(k), size):
            exact = float(explained([columns[i] for i in members], outcome))
            assert found[sum(1 << i for i in members)] == pytest.approx(exact, abs=1e-9)


@given(seed=seeds, factors=st.integers(1, 6))
def test_relative_weights_agree_with_the_singular_value_decomposition_of_the_rows(seed, factors):
    """Johnson's path through the nearest orthonormal columns gives what the root of R gives."""
    ratings, overall = ratings_of(seed, factors)
    assume(np.linalg.cond(np.corrcoef([*ratings.values(), overall])) < 1e6)

    dr = rm.drivers(ratings, overall)

    expected = relative_weights_by_svd(list(ratings.values()), overall)
    assert list(dr.importance.values()) == close(expected.tolist(), rel=1e-7)


correlations = st.floats(-0.95, 0.95)


@given(rho=correlations, first=correlations, second=correlations)
def test_two_factors_have_closed_forms(rho, first, second):
    """The root of a 2 x 2 correlation matrix can be written down, and so can two orders."""
    total = (first**2 + second**2 - 2 * rho * first * second) / (1 - rho**2)
    assume(total < 0.999)
    near = (math.sqrt(1 + rho) + math.sqrt(1 - rho)) / 2
    far = (math.sqrt(1 + rho) - math.sqrt(1 - rho)) / 2
    determinant = near**2 - far**2
    b1 = (near * first - far * second) / determinant
    b2 = (near * second - far * first) / determinant
    matrix = [[1, rho, first], [rho, 1, second], [first, second, 1]]
    names = ["a", "b", "overall"]

    johnson = rm.KeyDrivers().from_correlation(matrix, names)
    shapley = rm.KeyDrivers(method="shapley").from_correlation(matrix, names)

    assert johnson.importance["a"] == close(near**2 * b1**2 + far**2 * b2**2)
    assert johnson.importance["b"] == close(far**2 * b1**2 + near**2 * b2**2)
    assert shapley.importance["a"] == close((first**2 + total - second**2) / 2)
    assert shapley.r_squared == close(total)


# Laws.


@both_methods
@given(seed=seeds, factors=st.integers(1, 5))
def test_the_parts_sum_to_r_squared_of_the_regression(method, seed, factors):
    """Parts sum to R squared, shares to 100, and none is negative."""
    ratings, overall = ratings_of(seed, factors)

    dr = rm.drivers(ratings, overall, method=method)

    assert dr.r_squared == close(r_squared_by_least_squares(list(ratings.values()), overall))
    assert sum(dr.importance.values()) == close(dr.r_squared)
    assert sum(dr.shares.values()) == close(100.0)
    assert min(dr.importance.values()) >= 0


@both_methods
@given(seed=seeds, slopes=st.lists(st.sampled_from([-1000.0, -2.0, 0.01, 3.0]), min_size=4))
def test_units_and_directions_change_nothing(method, seed, slopes):
    """Any linear rescaling of any column, a reversed one too, leaves every importance."""
    ratings, overall = ratings_of(seed)
    moved = {
        name: 7.0 + slope * column
        for (name, column), slope in zip(ratings.items(), slopes, strict=False)
    }

    dr, other = (
        rm.drivers(ratings, overall, method=method),
        rm.drivers(moved, slopes[3] * overall - 100, method=method),
    )

    assert other.importance == close(dr.importance, rel=1e-7)


@both_methods
@given(seed=seeds, order=st.permutations(range(4)))
def test_the_order_of_the_factors_changes_nothing(method, seed, order):
    """A factor's part does not depend on where it stands."""
    ratings, overall = ratings_of(seed, 4)
    names = list(ratings)

    dr = rm.drivers({names[i]: ratings[names[i]] for i in order}, overall, method=method)

    assert dr.importance == close(rm.drivers(ratings, overall, method=method).importance)
    assert list(dr.importance) == [names[i] for i in order]


@both_methods
@given(seed=seeds, cut=st.integers(0, 40), rule=st.sampled_from(["row", "pairwise"]))
def test_moments_of_shards_give_the_answer_of_the_rows(method, seed, cut, rule):
    """Any sum of shards will do, wherever the outcome stands among the columns."""
    ratings, overall = ratings_of(seed, missing=0.05)
    definition = rm.KeyDrivers(method=method, missing_factor=rule)

    def part(rows):
        return definition.moments({k: v[rows] for k, v in ratings.items()}, overall[rows])

    whole = definition(ratings, overall)
    sharded = definition.analyse(part(slice(cut)) + part(slice(cut, None)))
    front = definition.analyse(
        rm.Moments.from_columns({"overall": overall, **ratings}, missing_rule=rule)
    )

    for other in (sharded, front):
        assert other.means == close(whole.means)
        assert other.importance == close(whole.importance)
        assert (other.n, other.missing) == (whole.n, whole.missing)
        assert other.n_effective == close(whole.n_effective)


@given(seed=seeds, weight=st.sampled_from([0.25, 1.0, 3.0]))
def test_equal_weights_change_nothing(seed, weight):
    """Neither the importances nor their intervals."""
    ratings, overall = ratings_of(seed)

    dr = rm.drivers(ratings, overall)
    weighted = rm.drivers(ratings, overall, weights=[weight] * 40)

    assert weighted.importance == close(dr.importance)
    assert weighted.n_effective == close(40.0)


@both_methods
@given(seed=seeds, rule=st.sampled_from(["row", "pairwise"]))
def test_duplicated_rows_leave_importance_and_double_n(method, seed, rule):
    """Twice the survey is the same survey with more certainty."""
    ratings, overall = ratings_of(seed, missing=0.05, rows=60)
    definition = rm.KeyDrivers(method=method, missing_factor=rule)
    state = definition.moments(ratings, overall)

    once, twice = definition.analyse(state), definition.analyse(state + state)

    assert twice.importance == close(once.importance)
    assert (twice.n, twice.n_effective) == (2 * once.n, close(2 * once.n_effective))


@given(seed=seeds, times=st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_whole_weights_are_repeated_rows(seed, times):
    """Importances are those of the survey written out; the intervals know the rows are fewer."""
    ratings, overall = ratings_of(seed)
    assume(sum(1 for t in times if t) > 25)
    repeated = {name: np.repeat(column, times) for name, column in ratings.items()}
    assume(all(np.std(column) > 0 for column in repeated.values()))
    assume(np.std(np.repeat(overall, times)) > 0)

    weighted = rm.drivers(ratings, overall, weights=times)
    written = rm.drivers(repeated, np.repeat(overall, times))

    assert weighted.importance == close(written.importance)
    assert weighted.n_effective == close(sum(times) ** 2 / sum(t * t for t in times))


@both_methods
@given(first=st.floats(-0.7, 0.7), second=st.floats(-0.7, 0.7))
def test_factors_that_do_not_go_together_have_their_squared_correlation(method, first, second):
    """Without overlap there is nothing to share."""
    assume(first**2 + second**2 > 1e-6)
    matrix = [[1, 0, first], [0, 1, second], [first, second, 1]]

    dr = rm.KeyDrivers(method=method).from_correlation(matrix, ["a", "b", "overall"])

    assert dr.importance == close({"a": first**2, "b": second**2})
    assert dr.coefficients == close({"a": first, "b": second})


def test_a_suppressor_has_importance_where_the_product_measure_is_negative():
    """Beta times correlation can be negative, which no share of R squared may be."""
    matrix = [[1, 0.7, 0.6], [0.7, 1, 0.2], [0.6, 0.2, 1]]

    for method in METHODS:
        dr = rm.KeyDrivers(method=method).from_correlation(matrix, ["a", "b", "overall"])
        assert dr.coefficients["b"] * dr.correlations["b"] < 0
        assert dr.importance["b"] > 0


# Collinear and constant columns.


@both_methods
@given(seed=seeds)
def test_equal_factors_share_alike_and_are_named(method, seed):
    """Singular correlations have importances all the same; a coefficient nobody can know is NaN."""
    ratings, overall = ratings_of(seed)
    alone = rm.drivers(ratings, overall, method=method)

    dr = rm.drivers({**ratings, "again": 2 * ratings["f0"]}, overall, method=method)

    assert dr.collinear == (("f0", "again"),)
    assert dr.importance["f0"] == close(dr.importance["again"], rel=1e-6)
    assert dr.r_squared == close(alone.r_squared, rel=1e-7)
    assert dr.adjusted_r_squared == close(alone.adjusted_r_squared, rel=1e-7)
    assert math.isnan(dr.coefficients["f0"])
    assert dr.coefficients["f1"] == close(alone.coefficients["f1"], rel=1e-6)
    assert "collinear" in str(dr)


@both_methods
@given(seed=seeds)
def test_a_total_is_named_with_its_parts(method, seed):
    """The set is named, a factor that is not part of it is not, and intervals exist."""
    ratings, overall = ratings_of(seed, 3)
    assume(np.linalg.cond(np.corrcoef(list(ratings.values()))) < 1e4)
    total = ratings["f0"] + ratings["f2"]

    dr = rm.drivers({**ratings, "total": total}, overall, method=method)

    assert dr.collinear == (("f0", "f2", "total"),)
    assert dr.r_squared == close(rm.drivers(ratings, overall).r_squared, rel=1e-7)


@pytest.mark.parametrize("value", [0.1, 3.0, 1e9 + 0.1, 0.0])
@pytest.mark.parametrize("rule", ["row", "pairwise"])
def test_what_does_not_vary_is_named(value, rule):
    """A constant factor, or a constant overall rating, is an error and not an importance of 0."""
    ratings, overall = ratings_of(1)
    flat = np.full(40, value)
    definition = rm.KeyDrivers(missing_factor=rule)

    with pytest.raises(rm.RelmetricsError, match="do not vary: 'food'"):
        definition({**ratings, "food": flat}, overall)
    with pytest.raises(rm.RelmetricsError, match="do not vary: 'overall'"):
        definition(ratings, flat)
    state = definition.moments({**ratings, "food": flat}, overall)
    with pytest.raises(rm.RelmetricsError, match="do not vary: 'food'"):
        definition.analyse(state + state)


def test_rounding_of_sums_does_not_make_a_constant_vary():
    """Weights and shards leave rounding in the sums of a constant column; it is named anyway."""
    definition = rm.KeyDrivers()
    for rows in range(8, 60):
        rng = np.random.default_rng(rows)
        ratings = {"food": np.full(rows, 7.7), "safety": rng.normal(size=rows)}
        columns = [ratings["food"], ratings["safety"], rng.normal(size=rows), rng.random(rows)]
        shards = [
            definition.moments({"food": food, "safety": safety}, overall, weights=weights)
            for food, safety, overall, weights in (
                [column[part] for column in columns] for part in (slice(3), slice(3, None))
            )
        ]
        with pytest.raises(rm.FactorError, match=r"(do not vary: 'food'|at least)"):
            definition.analyse(sum(shards))


# Missing ratings.


def test_the_row_rule_leaves_out_incomplete_rows_and_counts_them():
    """The answer is that of the complete rows."""
    ratings, overall = ratings_of(3, rows=80, missing=0.1)
    kept = ~np.isnan([*ratings.values(), overall]).any(axis=0)

    dr = rm.drivers(ratings, overall)
    complete = rm.drivers({k: v[kept] for k, v in ratings.items()}, overall[kept])

    assert dr.importance == close(complete.importance)
    assert (dr.n, dr.missing) == (kept.sum(), 80 - kept.sum())


def test_the_pairwise_rule_takes_each_covariance_from_who_rated_both():
    """Covariances over shared rows, deviations over a column's own, written out in plain Python."""
    ratings, overall = ratings_of(4, rows=80, missing=0.1)
    columns = {**ratings, "overall": overall}

    def mean(values):
        return sum(values) / len(values)

    def shared(a, b):
        both = [(x, y) for x, y in zip(a, b, strict=True) if x == x and y == y]  # noqa: PLR0124
        mine, other = mean([x for x, _ in both]), mean([y for _, y in both])
        return mean([(x - mine) * (y - other) for x, y in both]), len(both)

    dr = rm.drivers(ratings, overall, missing_factor="pairwise")

    for i, a in enumerate(columns.values()):
        for j, b in enumerate(columns.values()):
            expected = shared(a, b)[0] / math.sqrt(shared(a, a)[0] * shared(b, b)[0])
            assert dr.correlation[i, j] == close(expected)
    sizes = [shared(a, b)[1] for a in columns.values() for b in columns.values()]
    harmonic = len(sizes) / sum(1 / n for n in sizes)
    assert dr.n_effective == close(harmonic**2 / max(sizes))
    assert dr.repaired == 0


def test_correlations_that_contradict_one_another_are_repaired_and_reported():
    """a goes with b, b with c, a against c: no rows can do that, so the nearest is taken."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 30))
    nan = np.full(30, np.nan)
    a = np.concatenate([x[0], nan, x[2]])
    b = np.concatenate([x[0], x[1], nan])
    c = np.concatenate([nan, x[1], -x[2]])
    overall = rng.normal(size=90)

    dr = rm.drivers({"a": a, "b": b, "c": c}, overall, missing_factor="pairwise")

    assert np.linalg.eigvalsh(dr.correlation)[0] > 0
    assert 0.2 < dr.repaired < 1
    assert "repaired" in str(dr)
    assert "nearest possible" in dr.explain()
    assert dr.collinear == ()
    assert sum(dr.importance.values()) == close(dr.r_squared)
    assert 0 <= dr.r_squared <= 1


def test_the_nearest_correlation_matrix_is_highams():
    """The worked example of Higham (2002), section 4: distance 0.5278."""
    given_matrix = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])

    nearest = nearest_correlation(given_matrix)

    expected = [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]
    assert nearest == pytest.approx(np.array(expected), abs=1e-4)
    assert np.linalg.norm(nearest - given_matrix) == pytest.approx(0.5278, abs=1e-4)


@given(seed=seeds, p=st.integers(3, 6))
def test_no_other_correlation_matrix_is_nearer(seed, p):
    """The result is one, and random others, near it and far, are further from what was given."""
    rng = np.random.default_rng(seed)
    wild = np.clip(rng.normal(scale=0.8, size=(p, p)), -1, 1)
    wild = np.triu(wild, 1) + np.triu(wild, 1).T + np.eye(p)

    nearest = nearest_correlation(wild)

    assert np.linalg.eigvalsh(nearest)[0] > 0
    assert np.diagonal(nearest).tolist() == [1.0] * p
    assert nearest == pytest.approx(nearest.T, abs=1e-14)
    distance = np.linalg.norm(nearest - wild)
    for share in (1e-3, 0.1, 1.0):
        other = (1 - share) * nearest + share * np.corrcoef(rng.normal(size=(p, 2 * p)))
        assert distance <= np.linalg.norm(other - wild) + 1e-5


# Intervals.


def test_importances_need_no_draw(monkeypatch):
    """Everything but the intervals is there without drawing anything."""

    def never(*_):
        pytest.fail("drawn before it was asked for")

    monkeypatch.setattr(redraws.WishartDraws, "draw", never)
    ratings, overall = ratings_of(5)
    dr = rm.drivers(ratings, overall)

    assert dr.importance
    assert dr.shares
    assert dr.coefficients
    assert dr.importance_performance().rows == 3
    assert str(dr) + repr(dr) + dr.explain()


@both_methods
@pytest.mark.parametrize("interval", ["wishart", "bootstrap"])
def test_intervals_repeat_contain_the_estimate_and_stay_in_range(method, interval):
    """The seed is 0 unless another is given, and a lower level gives a narrower interval."""
    ratings, overall = ratings_of(6, rows=50)

    dr = rm.drivers(ratings, overall, method=method, interval=interval)
    again = rm.drivers(ratings, overall, method=method, interval=interval)
    other = rm.drivers(ratings, overall, method=method, interval=interval, rng=1)

    assert dr.intervals() == again.intervals()
    assert dr.share_intervals() == again.share_intervals()
    assert other.intervals() != dr.intervals()
    for name, found in dr.intervals().items():
        assert 0 <= found.low <= dr.importance[name] <= found.high <= 1
        assert (found.method, found.confidence_level) == (interval, 0.95)
        assert width(dr.intervals(confidence_level=0.8)[name]) < width(found)
    for name, found in dr.share_intervals().items():
        assert 0 <= found.low <= dr.shares[name] <= found.high <= 100


@pytest.mark.parametrize("interval", ["wishart", "bootstrap"])
def test_intervals_do_not_depend_on_when_they_are_asked_for(interval):
    """A generator gives a seed when the analysis is made, whatever is drawn from it later."""
    ratings, overall = ratings_of(6, rows=50)
    made = [np.random.default_rng(5), np.random.default_rng(5)]
    now, later = (rm.drivers(ratings, overall, interval=interval, rng=rng) for rng in made)
    unasked = copy.copy(now)

    early = now.intervals()
    made[1].normal(size=10)

    assert now == later
    assert later.intervals() == early
    assert unasked.intervals() == early
    assert rm.drivers(ratings, overall, interval=interval, rng=made[0]).intervals() != early


@pytest.mark.parametrize("weights", [None, np.array([1.0, 2.0] * 25)])
def test_a_bootstrap_keeps_rows_of_its_own(weights):
    """What becomes of the caller's columns afterwards does not change the intervals."""
    ratings, overall = ratings_of(6, rows=50)
    mine = {name: np.array(column, dtype=float) for name, column in ratings.items()}
    score, w = np.array(overall, dtype=float), None if weights is None else weights.copy()
    kept, changed = (rm.drivers(mine, score, weights=w, interval="bootstrap") for _ in range(2))

    expected = kept.intervals()
    for column in (*mine.values(), score, *([] if w is None else [w])):
        column[:] = column[::-1] + 1

    assert changed.intervals() == expected


def test_analyses_are_equal_where_their_intervals_are():
    """Data, rule and seed alike; missing ratings do not stand in the way, weights count."""
    ratings, overall = ratings_of(6, rows=50, missing=0.1)
    options = {"missing_factor": "pairwise", "interval": "bootstrap", "weights": [1, 2] * 25}

    one, two = (rm.drivers(ratings, overall, **options) for _ in range(2))

    assert one == two
    assert hash(one) == hash(two)
    for other in ({"rng": 1}, {"interval": "wishart"}, {"weights": [2, 4] * 25}):
        assert rm.drivers(ratings, overall, **(options | other)) != one
    assert one.correlation.flags.writeable is False


def width(interval):
    return interval.high - interval.low


@both_methods
def test_intervals_of_shards_matrices_and_equal_weights_are_those_of_the_rows(method):
    """They follow from the correlations and the effective n alone; twice the rows narrow them."""
    ratings, overall = ratings_of(13)
    definition = rm.KeyDrivers(method=method)
    state = definition.moments(ratings, overall)
    rows = definition(ratings, overall, interval="wishart").intervals()
    matrix = np.corrcoef([*ratings.values(), overall])

    same = (
        definition.analyse(state),
        definition(ratings, overall, weights=[3.0] * 40, interval="wishart"),
        definition.from_correlation(matrix, [*ratings, "overall"], n=40),
    )

    for name, found in rows.items():
        for other in same:
            assert other.intervals()[name].low == close(found.low, rel=1e-6)
            assert other.intervals()[name].high == close(found.high, rel=1e-6)
        assert width(definition.analyse(state + state).intervals()[name]) < width(found)


@both_methods
@pytest.mark.parametrize("interval", ["wishart", "bootstrap"])
def test_collinear_factors_have_intervals(method, interval):
    """Draws of singular correlations are as singular, so equal factors have equal intervals."""
    ratings, overall = ratings_of(14)
    ratings["again"] = ratings["f0"]

    dr = rm.drivers(ratings, overall, method=method, interval=interval)
    found, table = dr.intervals(), dr.table()

    assert sorted(table["factor"][table["collinear"]]) == ["again", "f0"]
    assert found["again"].low == close(found["f0"].low, rel=1e-6)
    assert 0 < width(found["again"]) < 1


def test_wishart_draws_have_the_mean_and_spread_of_theory():
    """Mean R; the variance of an entry is (r^2 + 1) / degrees of freedom, of a diagonal 2 / d.f."""
    correlation = np.array([[1, 0.5, 0.2], [0.5, 1, -0.4], [0.2, -0.4, 1]])
    source = redraws.WishartDraws(correlation, 63.0)

    drawn = source.covariances(np.random.default_rng(0))

    error = 5 * np.sqrt(2 / 60 / len(drawn))
    assert source.degrees == 60
    assert drawn.mean(axis=0) == pytest.approx(correlation, abs=error)
    assert drawn.var(axis=0) == pytest.approx((correlation**2 + 1) / 60, rel=0.2)


def test_the_random_factor_correlates_with_nothing_as_theory_says():
    """Its correlation with any column has mean 0 and variance 1 / (n - 1)."""
    rng = np.random.default_rng(0)
    correlation = np.array([[1, 0.6], [0.6, 1]])
    drawn = np.repeat(correlation[None], 4000, axis=0)

    joined = redraws.with_random_factor(drawn, 49.0, rng)

    assert joined.shape == (4000, 3, 3)
    assert np.array_equal(joined[:, 1:, 1:], drawn)
    for column in (1, 2):
        assert joined[:, 0, column].mean() == pytest.approx(0, abs=5 / math.sqrt(49 * 4000))
        assert joined[:, 0, column].var() == pytest.approx(1 / 49, rel=0.15)
    assert np.linalg.eigvalsh(joined).min() > 0


def test_the_bootstrap_agrees_with_normal_theory_on_normal_data():
    """Two ways to the same width: within a quarter, at n = 400."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(3, 400)) + rng.normal(size=400)
    y = x.sum(axis=0) + 2 * rng.normal(size=400)
    ratings = dict(zip("abc", x, strict=True))

    theory = rm.drivers(ratings, y, interval="wishart").intervals()
    rows = rm.drivers(ratings, y, interval="bootstrap").intervals()

    for name in ratings:
        assert width(rows[name]) == pytest.approx(width(theory[name]), rel=0.25)


@pytest.mark.parametrize("top", [0.24, 0.8])
def test_intervals_of_rows_cover_top_heavy_ratings(top):
    """A cut of the study: 60 surveys of 200, whatever share is at the highest point."""
    assert study.measured(top, 200, 60, draws=300).importance.mean() >= 91


@pytest.mark.long
@pytest.mark.parametrize("n", study.SIZES)
@pytest.mark.parametrize("top", study.TOP_BOXES)
def test_intervals_of_rows_cover_92_percent_on_average(top, n):
    """The whole table: the mean over five factors, of 200 surveys each."""
    assert study.measured(top, n).importance.mean() >= 92


def test_rows_are_redrawn_by_default_and_sums_say_what_they_assume():
    """Normal theory is too sure of ratings that are nearly all fives, and it says so."""
    ratings, overall = ratings_of(13)
    definition = rm.KeyDrivers()

    rows = definition(ratings, overall)
    sums = definition.analyse(definition.moments(ratings, overall))

    assert rows.intervals()["f0"].method == "bootstrap"
    assert "normal" not in str(rows.explain())
    assert sums.intervals()["f0"].method == "wishart"
    assert "assumes normal ratings" in str(sums.explain())


def test_heaps_of_rows_spread_as_rows_do(monkeypatch):
    """Drawn row by row or in 200 heaps: errors of covariances agree within a tenth or so."""
    rng = np.random.default_rng(3)
    x = rng.exponential(size=(2, 2000)) + rng.exponential(size=2000)
    source = redraws.RowDraws(("a", "b"), tuple(x), None, "row", 2000.0)

    found = []
    for heaps in (2000, 200):
        monkeypatch.setattr(redraws, "HEAPS", heaps)
        found.append(source.covariances(np.random.default_rng(0)))

    assert found[0].mean(axis=0) == pytest.approx(np.cov(x), rel=0.02)
    assert found[1].mean(axis=0) == pytest.approx(np.cov(x), rel=0.02)
    assert found[0].std(axis=0) == pytest.approx(found[1].std(axis=0), rel=0.2)


def test_draws_of_rows_are_the_covariances_of_the_rows_drawn(monkeypatch):
    """Against numpy: each draw counts a row as often as it was chosen."""
    monkeypatch.setattr(redraws, "DRAWS", 20)
    rng = np.random.default_rng(4)
    x, w = rng.normal(5, 1, size=(3, 30)), rng.uniform(0.5, 2, 30)
    source = redraws.RowDraws(("a", "b", "c"), tuple(x), w, "row", 30.0)

    drawn = source.covariances(np.random.default_rng(7))

    chosen = np.random.default_rng(7).integers(0, 30, (20, 30))
    for rows, one in zip(chosen, drawn, strict=True):
        expected = np.cov(x[:, rows], aweights=w[rows], ddof=0)
        assert one == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("turned", [1.0, -2.0])
def test_a_driver_that_is_the_outcome_is_an_error(turned):
    """From rows, sums and correlations, named; a linear change of it is no other."""
    ratings, overall = ratings_of(13)
    ratings["items"] = [turned * x + 3 for x in overall]
    definition = rm.KeyDrivers()
    state = definition.moments(ratings, overall)
    matrix = np.corrcoef([*ratings.values(), overall])

    for call in (
        lambda: rm.drivers(ratings, overall),
        lambda: definition.analyse(state),
        lambda: definition.from_correlation(matrix, [*ratings, "overall"]),
    ):
        with pytest.raises(rm.FactorError, match=r"the outcome 'overall' itself.*'items'.*leave"):
            call()


def test_a_factor_of_labels_gets_a_hint_at_dummies():
    """A segment is no rating: one column of 0 and 1 for each label but one."""
    segments = {"segment": ["new", "old", "old", "new", "new", "old", "old"]}

    with pytest.raises(rm.AmountError, match=r"segment .*'new' at position 0.*dummies.*'new'"):
        rm.drivers({**GOOD, **segments}, OVERALL)


def test_unequal_weights_widen_the_intervals():
    """Kish's effective n stands in for the number of rows."""
    ratings, overall = ratings_of(8, rows=200)
    weights = np.tile([1.0, 9.0], 100)

    dr = rm.drivers(ratings, overall, weights=weights, interval="wishart")
    plain = rm.KeyDrivers().from_correlation(
        dr.correlation, [*ratings, "overall"], n=dr.n_effective
    )
    resampled = rm.drivers(ratings, overall, weights=weights, interval="bootstrap")

    assert dr.n_effective == close(weights.sum() ** 2 / (weights**2).sum())
    assert plain.intervals()["f0"].low == close(dr.intervals()["f0"].low)
    assert width(resampled.intervals()["f0"]) == pytest.approx(width(dr.intervals()["f0"]), rel=0.5)


def test_resampled_rows_keep_their_weights_and_their_rule():
    """Rows without weight count for nothing, incomplete ones are left out with theirs."""
    rng = np.random.default_rng(15)
    liked = rng.normal(size=200)
    food = liked + 0.5 * rng.normal(size=200)
    overall = np.where(np.arange(200) < 100, liked, -liked)
    weights = np.where(np.arange(200) < 100, 1.0, 0.001)
    food[::7] = np.nan
    known = ~np.isnan(food)

    source = rm.drivers({"food": food}, overall, weights=weights, interval="bootstrap")
    complete = rm.drivers(
        {"food": food[known]}, overall[known], weights=weights[known], interval="bootstrap"
    )

    assert source.intervals()["food"].high == close(complete.intervals()["food"].high)
    assert source.intervals()["food"].low > 0.6


def test_resamples_in_which_nothing_varies_leave_the_intervals_whole():
    """One dissenter among six, or six rows with any weight: some resamples have no shares."""
    food = {"food": [1, 2, 3, 2, 1, 5], "safety": [2, 1, 2, 3, 1, 4]}

    dr = rm.drivers(food, [3, 3, 3, 3, 3, 5], interval="bootstrap")
    few = rm.drivers(
        {name: column * 12 for name, column in food.items()},
        [3, 3, 4, 3, 3, 5] * 12,
        weights=[1] * 6 + [0] * 66,
        interval="bootstrap",
    )

    for found in (
        *few.intervals().values(),
        *few.share_intervals().values(),
        *dr.intervals().values(),
        *dr.share_intervals().values(),
    ):
        assert 0 <= found.low <= found.high <= 100


def test_resampled_pairs_are_made_possible():
    """Few rows and many gaps: resampled correlations contradict one another, and are repaired."""
    rng = np.random.default_rng(16)
    rows = rng.normal(size=(40, 5)) + rng.normal(size=(40, 1))
    rows[rng.random(rows.shape) < 0.3] = np.nan
    source = redraws.RowDraws(tuple("abcde"), list(rows.T), None, "pairwise", 20.0)

    drawn = source.draw(np.random.default_rng(0))
    raw = correlation_of(source.covariances(np.random.default_rng(0)))

    assert np.linalg.eigvalsh(raw).min() < -0.01
    assert np.linalg.eigvalsh(drawn).min() > -1e-9


STUDY = np.full((6, 6), 0.35) + 0.65 * np.eye(6)
STUDY[:4, 5] = STUDY[5, :4] = [0.6, 0.5, 0.4, 0.3]
STUDY[4, :4] = STUDY[:4, 4] = STUDY[4, 5] = STUDY[5, 4] = 0
"""Latent correlations: four factors that go together and matter less and less, one useless, and the
overall rating."""


def answers(rng, rows):
    """Return ratings on 1-5, skewed to the top, of respondents of the study."""
    latent = rng.standard_normal((rows, 6)) @ np.linalg.cholesky(STUDY).T
    return 1.0 + (latent[:, :, None] > [-2.2, -1.3, -0.5, 0.7]).sum(axis=2)


@pytest.mark.long
@pytest.mark.parametrize(("missing", "rule"), [(0, "row"), (0.2, "pairwise")])
def test_intervals_cover_and_false_alarms_are_as_rare_as_claimed(missing, rule):
    """200 surveys of 100: intervals cover nine in ten at least, a useless factor is flagged in 5 %.

    The bounds are three standard errors of the simulation away from what the documentation shows.
    """
    rng = np.random.default_rng(3)
    names = list("abcde")
    truth = rm.KeyDrivers().split(np.corrcoef(answers(rng, 400_000).T))
    truth[4] = 0
    covered, flagged, apart = [], [], []
    for seed in range(200):
        rows = answers(rng, 100)
        rows[rng.random(rows.shape) < missing] = np.nan
        dr = rm.drivers(rows[:, :5], rows[:, 5], factors=names, missing_factor=rule, rng=seed)
        found = dr.intervals()
        covered.append(
            [found[k].low <= t <= found[k].high for k, t in zip(names, truth, strict=True)]
        )
        against = dr.against_random()
        useless = list(against["factor"]).index("e")
        flagged.append(against["significant"][useless])
        apart.append(against["low"][useless] > 0)

    coverage = np.mean(covered, axis=0)
    assert (coverage > 0.92 - 3 * math.sqrt(0.92 * 0.08 / 200)).all()
    assert coverage[4] > 0.96
    error = 3 * math.sqrt(0.05 * 0.95 / 200)
    assert 0.05 - error < np.mean(flagged) < 0.05 + error
    assert np.mean(apart) <= np.mean(flagged)


def test_a_factor_that_matters_is_told_from_a_random_one():
    """The table against a random factor: p-values, differences and their intervals."""
    rows = answers(np.random.default_rng(4), 400)
    dr = rm.drivers(rows[:, :5], rows[:, 5], factors=list("abcde"))

    against = dr.against_random(confidence_level=0.9)
    table = dr.table(confidence_level=0.9)

    assert against["factor"][0] == "a"
    assert against["significant"].tolist() == (against["p_value"] <= 0.1).tolist()
    assert against["p_value"].tolist() == table["p_value"].tolist()
    assert against["significant"][0]
    assert against["p_value"][0] == pytest.approx(1 / 401)
    assert (against["low"] <= against["difference"]).all()
    assert (against["difference"] <= against["high"]).all()
    assert against["difference"] == pytest.approx(against["importance"] - against["random"])
    assert 0 < against["random"][0] < 0.02


# Correlation matrices.


@both_methods
@given(seed=seeds)
def test_a_correlation_matrix_gives_the_answer_of_its_rows(method, seed):
    """Wherever the outcome stands in it."""
    ratings, overall = ratings_of(seed)
    definition = rm.KeyDrivers(method=method, outcome="y")
    names = ["f0", "y", "f1", "f2"]
    matrix = np.corrcoef([ratings["f0"], overall, ratings["f1"], ratings["f2"]])

    dr = definition.from_correlation(matrix, names, n=40)
    rows = definition(ratings, overall)

    assert dr.importance == close(rows.importance)
    assert dr.adjusted_r_squared == close(rows.adjusted_r_squared)


def test_without_n_there_are_no_intervals_and_the_result_says_so():
    """NaN and None in the table, an error that tells the remedy where an interval is asked for."""
    dr = rm.KeyDrivers().from_correlation([[1, 0.4], [0.4, 1]], ["food", "overall"])

    table = dr.table()
    assert math.isnan(table["low"][0])
    assert table["significant"].tolist() == [None]
    assert math.isnan(dr.adjusted_r_squared)
    assert "n not known" in str(dr)
    for ask in (dr.intervals, dr.share_intervals, dr.against_random):
        with pytest.raises(rm.StateError, match=r"Pass n=\.\.\. to from_correlation"):
            ask()


@pytest.mark.parametrize(
    ("matrix", "text"),
    [
        ([[1, 2], [2, 1]], "from -1 to 1"),
        ([[1, 0.3], [0.2, 1]], "symmetric"),
        ([[4, 0.3], [0.3, 1]], "from -1 to 1"),
        ([[0.5, 0.3], [0.3, 1]], "1 on the diagonal"),
        ([[1, math.nan], [math.nan, 1]], "finite"),
        ([[1, 0.3, 0], [0.3, 1, 0]], r"shape \(2, 2\)"),
        ([1, 2], "shape"),
        ("matrix", "square array"),
        ([[1, "x"], ["x", 1]], "square array"),
        (None, "shape"),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(matrix, text):
    """The error says what a correlation matrix is and where this one is not."""
    with pytest.raises(rm.ParameterError, match=text):
        rm.KeyDrivers().from_correlation(matrix, ["food", "overall"])


def test_rounding_in_a_matrix_is_evened_out():
    """Published with rounding, the matrix of the result is symmetric with 1 on the diagonal."""
    matrix = [[1 + 1e-10, 0.3 + 1e-9], [0.3, 1]]

    dr = rm.KeyDrivers().from_correlation(matrix, ["food", "overall"])

    assert np.array_equal(dr.correlation, dr.correlation.T)
    assert np.diagonal(dr.correlation).tolist() == [1.0, 1.0]


def test_correlations_that_no_rows_can_have_are_refused_or_repaired_by_name():
    """The pairwise rule takes the nearest possible ones; the other does not guess."""
    matrix = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]
    names = ["a", "b", "overall"]

    with pytest.raises(rm.ParameterError, match="negative eigenvalues"):
        rm.KeyDrivers().from_correlation(matrix, names)
    dr = rm.KeyDrivers(missing_factor="pairwise").from_correlation(matrix, names)

    assert dr.repaired > 0.1


# Index, table, other forms.


def test_the_weights_of_an_index_are_the_shares():
    """D5: the weights of CSI come from the analysis of what matters."""
    ratings, overall = ratings_of(9)
    dr = rm.drivers(ratings, overall)

    csi = rm.CSI.from_drivers(dr, rescaled=True)

    assert csi == rm.CSI(weights=dr.shares, rescaled=True)
    expected = sum(dr.shares[name] / 100 * ratings[name].mean() for name in ratings)
    assert rm.CSI.from_drivers(dr)(ratings).value == close(expected)
    assert csi(ratings).factor_weights["f1"] == close(dr.shares["f1"] / 100)
    seven = rm.CSI.from_drivers(dr, scale=rm.ONE_TO_SEVEN)
    assert seven.scale == rm.ONE_TO_SEVEN


def test_an_index_needs_drivers_that_explain_something():
    """Shares of nothing are NaN and weigh nothing; anything else is no analysis."""
    nothing = rm.KeyDrivers().from_correlation([[1, 0], [0, 1]], ["food", "overall"])

    assert math.isnan(nothing.shares["food"])
    with pytest.raises(rm.WeightError, match="importances of these drivers are all zero"):
        rm.CSI.from_drivers(nothing)
    with pytest.raises(rm.ParameterError, match=r"rm\.drivers"):
        rm.CSI.from_drivers({"food": 1})


def queue_and_staff(rows=300):
    """Return ratings of a queue, the longer the higher, and of staff; and an overall rating."""
    rng = np.random.default_rng(0)
    queue, staff = rng.integers(1, 6, rows), rng.integers(1, 6, rows)
    overall = 6 - queue + 0.5 * staff + rng.integers(-1, 2, rows)
    return {"queue": queue, "staff": staff}, overall


@both_methods
def test_an_index_does_not_weigh_what_lowers_satisfaction(method):
    """The factor is named with the way out; reversed, it gets the same weight and means it."""
    ratings, overall = queue_and_staff()
    dr = rm.drivers(ratings, overall, method=method)

    assert dr.correlations["queue"] < -0.8
    assert dr.lowering == ("queue",)
    with pytest.raises(
        rm.FactorError, match=r"higher: 'queue'.*scale\.low \+ scale\.high - rating"
    ):
        rm.CSI.from_drivers(dr)
    ratings["queue"] = 6 - ratings["queue"]
    turned = rm.drivers(ratings, overall, method=method)
    assert turned.lowering == ()
    assert turned.shares == close(dr.shares)
    assert dict(rm.CSI.from_drivers(turned).weights) == close(dr.shares)


def test_a_negative_correlation_by_chance_lowers_nothing():
    """A useless factor is no reason to refuse an index; without n nothing speaks for chance."""
    names = ["food", "staff", "overall"]
    matrix = [[1, 0, 0.6], [0, 1, -0.02], [0.6, -0.02, 1]]

    chance = rm.KeyDrivers().from_correlation(matrix, names, n=100)
    sure = rm.KeyDrivers().from_correlation(matrix, names, n=1_000_000)
    unknown = rm.KeyDrivers().from_correlation(matrix, names)

    assert chance.lowering == ()
    assert rm.CSI.from_drivers(chance).weights[1][0] == "staff"
    assert sure.lowering == unknown.lowering == ("staff",)
    for dr in (sure, unknown):
        with pytest.raises(rm.FactorError, match="'staff'"):
            rm.CSI.from_drivers(dr)


def test_what_lowers_the_overall_rating_has_no_quadrant():
    """A high rating of it is no good work: a note says so, and the line shows the sign."""
    dr = rm.drivers(*queue_and_staff())

    table = dr.importance_performance()

    assert table["factor"].tolist() == ["queue", "staff"]
    assert table["quadrant"].tolist()[0] == ""
    assert table["quadrant"].tolist()[1] in {"low priority", "possible overkill"}
    assert table["note"].tolist() == ["lowers the overall rating", ""]
    assert f"queue {dr.shares['queue']:.1f}% (negative), staff" in str(dr)
    assert str(dr).endswith(f"staff {dr.shares['staff']:.1f}%")


@both_methods
@pytest.mark.parametrize("unit", [1, 0.1, 1e6 + 0.3])
def test_factors_that_explain_nothing_have_neither_shares_nor_quadrants(method, unit):
    """R squared is 0, or its rounding: shares are NaN with a note, and no text shows NaN."""
    ratings = {"a": unit * np.array([1, 1, 4, 4] * 10), "b": unit * np.array([3, 9, 3, 9] * 10)}

    dr = rm.drivers(ratings, unit * np.array([1, 7, 7, 1] * 10), method=method)

    assert all(math.isnan(share) for share in dr.shares.values())
    assert str(dr) == "Drivers of overall: R squared 0.00 (n = 40): the factors explain nothing"
    assert "nan" not in repr(dr.explain()).replace("dominance", "")
    for table in (dr.importance_performance(), dr.importance_performance(importance_at=50)):
        assert table["quadrant"].tolist() == ["", ""]
        assert table["note"].tolist() == ["no importance: the factors explain nothing"] * 2
    assert dr.table().to_dict()["share_low"] == [None, None]
    with pytest.raises(rm.WeightError, match="importances of these drivers are all zero"):
        rm.CSI.from_drivers(dr)


@given(seed=seeds, order=st.permutations(range(4)))
def test_moments_of_factors_in_another_order_add(seed, order):
    """Shards whose dictionaries come in other orders are states of the same columns."""
    ratings, overall = ratings_of(seed, 4, missing=0.03)
    definition = rm.KeyDrivers()
    names = list(ratings)

    def part(rows, names):
        return definition.moments({name: ratings[name][rows] for name in names}, overall[rows])

    one, other = part(slice(20), names), part(slice(20, None), [names[i] for i in order])

    assert one.columns == other.columns == (*sorted(names), "overall")
    assert definition.analyse(one + other).importance == close(
        rm.drivers(ratings, overall).importance
    )


def test_the_quadrants_are_divided_at_the_means():
    """Important and rated low is where to concentrate; a factor on the line counts as above it."""
    rng = np.random.default_rng(10)
    x = rng.normal(size=(4, 300))
    y = 3 * x[0] + 3 * x[1] + x[2] + x[3] + rng.normal(size=300)
    means = {"slow": 2.0, "safe": 5.0, "menu": 2.0, "film": 5.0}
    ratings = {
        name: mean + column - column.mean()
        for (name, mean), column in zip(means.items(), x, strict=True)
    }
    dr = rm.drivers(ratings, y)

    table = dr.importance_performance()

    found = dict(zip(table["factor"], table["quadrant"], strict=True))
    assert found == {
        "slow": "concentrate here",
        "safe": "keep up the good work",
        "menu": "low priority",
        "film": "possible overkill",
    }
    assert table["importance"].tolist() == sorted(dr.shares.values(), reverse=True)
    lines = dr.importance_performance(importance_at=0, performance_at=5.5)
    assert set(lines["quadrant"]) == {"concentrate here"}
    for wrong in (math.nan, "3", True):
        with pytest.raises(rm.ParameterError, match="performance_at"):
            dr.importance_performance(performance_at=wrong)


@given(k=st.integers(2, 7))
def test_equal_factors_are_all_above_the_lines(k):
    """Rounding of a mean of equal numbers divides nothing."""
    rng = np.random.default_rng(k)
    column = rng.normal(size=30)

    dr = rm.drivers({f"f{i}": column for i in range(k)}, column + rng.normal(size=30))

    assert set(dr.importance_performance()["quadrant"]) == {"keep up the good work"}


def test_a_correlation_matrix_has_no_performance():
    """Means are needed, and a correlation matrix has none."""
    dr = rm.KeyDrivers().from_correlation([[1, 0.4], [0.4, 1]], ["food", "overall"], n=30)

    with pytest.raises(rm.StateError, match="no means"):
        dr.importance_performance()


def test_every_form_of_a_table_gives_the_same():
    """A mapping, a 2-D array with names, rows, a pandas or polars frame; none is changed."""
    ratings, overall = ratings_of(11)
    array = np.column_stack(list(ratings.values()))
    before = array.copy()
    expected = rm.drivers(ratings, overall).importance

    assert rm.drivers(array, overall, factors=list(ratings)).importance == expected
    assert rm.drivers(array.tolist(), list(overall), factors=list(ratings)).importance == expected
    assert np.array_equal(array, before)
    for library in ("pandas", "polars"):
        frames = pytest.importorskip(library)
        frame = frames.DataFrame({**ratings, "overall": overall})
        chosen = rm.drivers(frame, frame["overall"], factors=list(ratings), method="shapley")
        assert rm.drivers(frame[list(ratings)], frame["overall"]).importance == expected
        assert list(chosen.importance) == list(ratings)


def test_the_result_reads_well_and_goes_to_json():
    """One line, a table with the most important first, HTML that is escaped, JSON without NaN."""
    ratings, overall = ratings_of(12)
    ratings["<b>"] = 2 * ratings["f0"]
    dr = rm.drivers(ratings, overall)

    data = json.loads(json.dumps(dr.to_dict(), allow_nan=False))

    assert data["drivers"]["beta"].count(None) == 2
    assert data["r_squared"] == dr.r_squared
    assert data["collinear"] == [["f0", "<b>"]]
    assert data["n"] == 40
    assert str(dr).startswith("Drivers of overall: R squared 0.")
    assert "and 1 more" in str(dr)
    assert repr(dr) == str(dr)
    assert "relative_weights" in str(data)
    assert "<b>" not in dr._repr_html_()
    assert dr.table()["importance"].tolist() == sorted(dr.importance.values(), reverse=True)
    assert "Johnson" in dr.explain()
    assert "orders" in rm.drivers(ratings, overall, method="shapley").explain()
    assert dr == rm.drivers(ratings, overall)
    assert dr != rm.drivers(ratings, overall, confidence_level=0.9)


# Bad input.


GOOD = {"food": [1, 2, 3, 4, 5, 2, 1], "safety": [3, 3, 5, 4, 5, 2, 1]}
OVERALL = [2, 1, 3, 4, 5, 2, 4]


@pytest.mark.parametrize(
    ("ratings", "overall", "options", "error", "text"),
    [
        ({}, OVERALL, {}, rm.FactorError, "no factors"),
        (GOOD, [], {}, rm.LengthError, "overall has 0"),
        ({"food": [], "safety": []}, [], {}, rm.EmptySampleError, "undefined without answers"),
        ({"food": [None] * 7}, OVERALL, {}, rm.EmptySampleError, "all 7 are missing"),
        (GOOD, [5, 4], {}, rm.LengthError, "overall has 2"),
        (GOOD, 5, {}, rm.AnswerError, "overall must be a one-dimensional"),
        (GOOD, "overall", {}, rm.AnswerError, "overall must be a one-dimensional"),
        (GOOD, [*OVERALL[:-1], "good"], {}, rm.AmountError, "overall .* 'good' at position 6"),
        (GOOD, [*OVERALL[:-1], math.inf], {}, rm.AmountError, "inf at position 6"),
        ({"food": [True] * 7}, OVERALL, {}, rm.AmountError, "food .* True and False .* 1 and 0"),
        (GOOD, np.array([True] * 7), {}, rm.AmountError, "overall .* True and False .* 1 and 0"),
        ([[1, 2], [3, 4]], OVERALL, {}, rm.FactorError, "2 columns but 0 names"),
        (3, OVERALL, {}, rm.AnswerError, "mapping of factor to column"),
        ({**GOOD, "overall": OVERALL}, OVERALL, {}, rm.FactorError, "a factor and the outcome"),
        (GOOD, OVERALL, {"method": "johnson"}, rm.ParameterError, "relative_weights, shapley"),
        (GOOD, OVERALL, {"missing_factor": "mean"}, rm.ParameterError, "row, pairwise"),
        (GOOD, OVERALL, {"interval": "wald"}, rm.ParameterError, "bootstrap, wishart"),
        (GOOD, OVERALL, {"confidence_level": 95}, rm.ParameterError, "Say 0.95"),
        (GOOD, OVERALL, {"confidence_level": 1}, rm.ParameterError, "strictly between"),
        (GOOD, OVERALL, {"rng": "seed"}, rm.ParameterError, "a seed"),
        (GOOD, OVERALL, {"weights": [1, 2]}, rm.LengthError, "weights has 2"),
        (GOOD, OVERALL, {"weights": [0] * 7}, rm.WeightError, "all zero"),
        (GOOD, OVERALL, {"weights": [-1, *[1] * 6]}, rm.WeightError, "-1 at position 0"),
        (GOOD, OVERALL, {"weights": [1, *[0] * 6]}, rm.FactorError, "at least 5 rows.*got 1"),
        ({k: v[:4] for k, v in GOOD.items()}, OVERALL[:4], {}, rm.FactorError, "at least 5 rows"),
        ({k: v[:1] for k, v in GOOD.items()}, OVERALL[:1], {}, rm.FactorError, "got 1"),
    ],
)
def test_bad_input_has_an_error_that_helps(ratings, overall, options, error, text):
    """Named arguments, shown values, a remedy."""
    with pytest.raises(error, match=text):
        rm.drivers(ratings, overall, **options)


def test_more_factors_than_rows_are_refused():
    """Twenty factors explain ten answers whatever they say."""
    rows = np.random.default_rng(0).normal(size=(10, 21))

    with pytest.raises(rm.FactorError, match=r"20 factors need at least 23 rows.*got 10"):
        rm.drivers(rows[:, :20], rows[:, 20], factors=[f"f{i}" for i in range(20)])


def test_shapley_takes_twelve_factors_and_names_the_other_way_for_more():
    """Twelve are exact; thirteen are an error that names the way that takes any number."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(60, 14)) + rng.normal(size=(60, 1))
    names = [f"f{i}" for i in range(13)]

    twelve = rm.drivers(rows[:, :12], rows[:, 13], factors=names[:12], method="shapley")
    assert twelve.r_squared == close(r_squared_by_least_squares(rows[:, :12].T, rows[:, 13]))
    with pytest.raises(rm.FactorError, match="relative_weights"):
        rm.drivers(rows[:, :13], rows[:, 13], factors=names, method="shapley")
    assert len(rm.drivers(rows[:, :13], rows[:, 13], factors=names).importance) == 13


def test_moments_of_another_kind_are_refused():
    """Another rule, no outcome, only the outcome, several groups, no moments at all, no overlap."""
    definition = rm.KeyDrivers()
    state = definition.moments(GOOD, OVERALL)

    with pytest.raises(rm.StateError, match="summed by the rule 'row'"):
        rm.KeyDrivers(missing_factor="pairwise").analyse(state)
    with pytest.raises(rm.FactorError, match="'nps' is not among the columns"):
        rm.KeyDrivers(outcome="nps").analyse(state)
    with pytest.raises(rm.FactorError, match="no factors"):
        definition.analyse(rm.Moments.from_columns({"overall": OVERALL}))
    with pytest.raises(rm.StateError, match="got dict"):
        definition.analyse({"n": 3})
    with pytest.raises(rm.EmptySampleError):
        definition.analyse(rm.Moments.zero(["food", "overall"]))
    grouped = rm.Moments.from_arrays(
        ["food", "overall"],
        [np.array(OVERALL, dtype=float)] * 2,
        groups=np.array([0, 1, 0, 1, 0, 1, 0]),
        size=2,
    )
    with pytest.raises(rm.StateError, match="several groups"):
        definition.analyse(grouped)
    apart = {"food": [1, 2, 3, None, None, None], "safety": [None, None, None, 4, 2, 3]}
    with pytest.raises(rm.FactorError, match="both 'food' and 'safety'"):
        rm.drivers(apart, [1, 2, 3, 4, 5, 1], missing_factor="pairwise")


def test_names_and_n_of_a_matrix_are_checked():
    """Repeated names, no outcome, an impossible n."""
    pair = [[1, 0.4], [0.4, 1]]
    definition = rm.KeyDrivers()

    with pytest.raises(rm.FactorError, match="repeated: 'overall'"):
        definition.from_correlation(pair, ["overall", "overall"])
    with pytest.raises(rm.FactorError, match="not among the columns"):
        definition.from_correlation(pair, ["food", "nps"])
    with pytest.raises(rm.FactorError, match=r"1 factor needs at least 4 rows.*got 3"):
        definition.from_correlation(pair, ["food", "overall"], n=3)
    for wrong in ("40", math.nan, math.inf, True, 0, -3, -0.5, Fraction(81, 2), 10**400):
        with pytest.raises(rm.ParameterError, match="'n' must be a finite number above 0"):
            definition.from_correlation(pair, ["food", "overall"], n=wrong)
    with pytest.raises(rm.ParameterError, match="outcome"):
        rm.KeyDrivers(outcome=3)


# Results of other programs.


CASES = oracles("key_drivers")

TESTED = {
    "n",
    "r_squared",
    "rwa_rsquare",
    "adj_r_squared",
    "johnson_raw",
    "johnson_percent",
    "relaimpo_genizi_share",
    "std_beta",
    "correlation",
    "lmg_raw",
    "relaimpo_lmg_share",
    "relaimpo_first_share",
    "relaimpo_last_share",
    "relaimpo_pratt_share",
    "general_dominance",
    "standardized",
    "average_incremental_r2",
}
LEFT_OUT = {
    "coefficients": "importance has no unit, so coefficients are standardised",
    "coef_se": "the error of a coefficient is the business of a regression library",
}
"""What other programs report and the library does not, with the reason."""


@cache
def table_of(file):
    with data_set(file).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {
        name: [float(row[name]) if row[name] not in {"", "NA"} else None for row in rows]
        for name in rows[0]
        if all(row[name] in {"", "NA"} or _is_number(row[name]) for row in rows)
    }


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_every_result_of_another_program_is_tested_or_left_out_for_a_reason():
    """None is forgotten."""
    assert {key for case in CASES for key in case["expected"]} == TESTED | set(LEFT_OUT)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_other_programs_find_the_same(case):
    """R's rwa, relaimpo, domir and stats, Python's relativeImp and dominance_analysis.

    relaimpo's `first`, `last` and `pratt` are no methods here: they do not sum to R squared, or
    may be negative. They follow in a line from the correlations, the subsets and the coefficients.
    """
    inputs, expected = case["inputs"], case["expected"]
    data = table_of(inputs["file"])
    ratings = {name: data[name] for name in inputs["predictors"]}
    outcome = data[inputs["outcome"]]
    johnson = rm.drivers(ratings, outcome)
    shapley = rm.drivers(ratings, outcome, method="shapley")
    total, k = johnson.r_squared, len(ratings)
    subsets = explained_by_subsets(johnson.correlation)
    gains = {name: total - subsets[2**k - 1 - 2**i] for i, name in enumerate(ratings)}
    squares = {name: r**2 for name, r in johnson.correlations.items()}
    products = {name: johnson.coefficients[name] * r for name, r in johnson.correlations.items()}

    def divided(parts, by):
        return {name: part / by for name, part in parts.items()}

    found = {
        "n": johnson.n,
        "r_squared": total,
        "rwa_rsquare": total,
        "adj_r_squared": johnson.adjusted_r_squared,
        "johnson_raw": johnson.importance,
        "johnson_percent": johnson.shares,
        "relaimpo_genizi_share": divided(johnson.shares, 100),
        "std_beta": johnson.coefficients,
        "correlation": johnson.correlations,
        "lmg_raw": shapley.importance,
        "relaimpo_lmg_share": divided(shapley.shares, 100),
        "general_dominance": shapley.importance,
        "standardized": divided(shapley.shares, 100),
        "average_incremental_r2": shapley.importance,
        "relaimpo_first_share": divided(squares, sum(squares.values())),
        "relaimpo_last_share": divided(gains, sum(gains.values())),
        "relaimpo_pratt_share": divided(products, sum(products.values())),
    }
    limits = case["tolerance"]
    for key, value in expected.items():
        if key not in LEFT_OUT:
            assert found[key] == pytest.approx(value, rel=limits["rel"], abs=limits["abs"]), key
