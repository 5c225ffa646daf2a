"""Pairs of answers of the same respondents: the difference of each pair, and its variance."""

import json
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from metrics_under_test import CASES

import relmetrics as rm

NPS, RATE = rm.NPS(), rm.Rate()
MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)
TALLIES = [case for case in CASES if case.kind == "tally"]
tallies = pytest.mark.parametrize("case", TALLIES, ids=lambda case: case.label)
few = settings(max_examples=15, suppress_health_check=list(HealthCheck))
LEVELS = st.sampled_from([0.5, 0.8, 0.95, 0.99])
CSAT = rm.CSAT()
CSI = rm.CSI(weights={"food": 2, "staff": 5})


def ends(found):
    return found.low, found.high


def two_columns(case, data, least=1, most=12):
    """Draw two columns of the same respondents, at least one of whom answered both."""
    rows = data.draw(st.lists(st.tuples(case.row, case.row), min_size=least, max_size=most))
    return [list(column) for column in zip(*rows, strict=True)]


def compared(metric, answers, reference, weights=None, **options):
    """Return the paired difference, or None where no pair counts."""
    try:
        return metric.compare_paired(metric.pairs(answers, reference, weights=weights), **options)
    except rm.EmptySampleError:
        return None


@tallies
@few
@given(data=st.data(), level=LEVELS)
def test_a_paired_difference_is_signed_and_sound(case, data, level):
    """The other way round it is the negative; the value lies in its interval, in the reach."""
    answers, reference = two_columns(case, data)
    about = case.metric.description
    reach = about.high - about.low

    for method in ("adjusted", "score", "wald"):
        options = {"method": method, "confidence_level": level}
        there = compared(case.metric, answers, reference, **options)
        back = compared(case.metric, reference, answers, **options)

        assert (there is None) == (back is None)
        if there is None:
            return
        assert there.value == pytest.approx(-back.value, abs=1e-12)
        assert ends(there) == pytest.approx((-back.high, -back.low), abs=1e-9 * reach)
        assert there.p_value == pytest.approx(back.p_value, abs=1e-9)
        assert -reach <= there.low <= there.value <= there.high <= reach
        assert there.low < there.high
        assert 0 <= there.p_value <= 1
        close = min(abs(there.low), abs(there.high)) <= 1e-6 * (there.high - there.low)
        if not close and abs(there.p_value - (1 - level)) > 1e-6:
            assert (there.low > 0 or there.high < 0) == (there.p_value < 1 - level)


@tallies
@few
@given(data=st.data())
def test_the_same_column_twice_does_not_differ(case, data):
    """The difference is 0 with p = 1, and the interval is symmetrical about it, with a width."""
    answers, _ = two_columns(case, data)

    for method in ("adjusted", "score", "wald"):
        found = compared(case.metric, answers, answers, method=method)
        if found is None:
            return
        assert found.value == 0
        assert found.p_value == 1
        assert found.low < 0 < found.high
        assert found.low == pytest.approx(-found.high, rel=1e-9)


@tallies
@few
@given(data=st.data(), factor=st.sampled_from([0.5, 3.0, 1000.0]))
def test_weights_of_pairs_enter_as_they_should(case, data, factor):
    """Equal weights are no weights, and the unit of weights changes nothing."""
    answers, reference = two_columns(case, data)
    some = st.sampled_from([0.5, 1.0, 2.5])
    weights = data.draw(st.lists(some, min_size=len(answers), max_size=len(answers)))

    plain = compared(case.metric, answers, reference)
    if plain is None:
        return
    equal = compared(case.metric, answers, reference, [factor] * len(answers))
    once = compared(case.metric, answers, reference, weights)
    scaled = compared(case.metric, answers, reference, [factor * w for w in weights])
    for left, right in ((plain, equal), (once, scaled)):
        numbers = [(one.value, one.low, one.high, one.p_value) for one in (left, right)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-6, abs=1e-7)


@tallies
@few
@given(data=st.data())
def test_value_and_error_are_those_of_the_differences_of_rows(case, data):
    """What each respondent changes, row by row in numpy, has this mean and this error."""
    answers, reference = two_columns(case, data)
    weights = data.draw(
        st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=len(answers), max_size=len(answers))
    )
    worth = {None: math.nan}
    worth |= dict(
        zip(case.metric.scale.points.tolist(), map(float, case.metric.coefficients()), strict=True)
    )
    prepared = [
        list(case.metric.as_answers(np.array(column, dtype=float)))
        for column in (answers, reference)
    ]
    known = [[None if np.isnan(x) else int(x) for x in column] for column in prepared]
    change = np.array([worth[a] for a in known[0]]) - np.array([worth[b] for b in known[1]])
    kept = ~np.isnan(change)
    change, w = change[kept], np.array(weights)[kept]

    for weighting, used in ((None, np.ones(len(change))), (weights, w)):
        found = compared(case.metric, answers, reference, weighting)
        if found is None:
            assert not len(change)
            return
        mean = np.average(change, weights=used)
        assert found.n == len(change)
        assert found.value == pytest.approx(mean, abs=1e-9)
        left, right = found.values
        assert left - right == pytest.approx(found.value, abs=1e-9)
        if len(change) > 1:
            fair = len(change) / (len(change) - 1)
            squared = fair * np.sum(used**2 * (change - mean) ** 2) / used.sum() ** 2
            assert found.standard_error == pytest.approx(math.sqrt(squared), abs=1e-7)
        else:
            assert math.isnan(found.standard_error)


@tallies
@few
@given(data=st.data())
def test_paired_tallies_add_and_survive_json(case, data):
    """Shards add to the whole, zero changes nothing, and what was written reads back."""
    answers, reference = two_columns(case, data)
    cut = len(answers) // 2
    make = case.metric.pairs

    whole = make(answers, reference)
    parts = make(answers[:cut], reference[:cut]), make(answers[cut:], reference[cut:])

    assert parts[0] + parts[1] == parts[1] + parts[0] == sum(parts) == whole
    assert rm.PairedTally.zero(case.metric.scale) + whole == whole
    assert rm.PairedTally.from_dict(json.loads(json.dumps(whole.to_dict()))) == whole
    assert whole.n + whole.missing == len(answers)
    assert whole.answers.n == whole.reference.n == whole.n
    assert sum(whole.counts) == whole.n
    assert repr(whole).startswith(f"PairedTally(n={whole.n}, ")
    turned = make(reference, answers)
    assert turned.answers == whole.reference
    assert turned.reference == whole.answers


@tallies
@few
@given(data=st.data())
def test_respondents_match_what_rows_would(case, data):
    """By names, in any order, as by hand; who is on one side only is counted as missing."""
    rows = data.draw(
        st.lists(st.tuples(st.integers(0, 9), case.row), max_size=8, unique_by=lambda row: row[0])
    )
    others = data.draw(
        st.lists(st.tuples(st.integers(0, 9), case.row), max_size=8, unique_by=lambda row: row[0])
    )
    ours, theirs = dict(rows), dict(others)
    everybody = sorted(set(ours) | set(theirs))
    by_hand = case.metric.pairs(
        [ours.get(one) for one in everybody], [theirs.get(one) for one in everybody]
    )

    matched = case.metric.pairs(
        list(ours.values()),
        list(theirs.values()),
        respondents=[f"name {i}" for i in ours],
        reference_respondents=np.array([f"name {i}" for i in theirs], dtype=object),
    )

    assert matched == by_hand
    assert matched.n + matched.missing == len(everybody)


def test_weights_go_with_their_respondents():
    """The weight of an answer is that of its respondent, wherever the other answer stands."""
    matched = NPS.pairs(
        [10, 0, 8],
        [0, 9],
        respondents=["a", "b", "c"],
        reference_respondents=["c", "a"],
        weights=[1, 2, 5],
    )
    by_hand = NPS.pairs([10, 8], [9, 0], weights=[1, 5])

    assert (matched.n, matched.missing) == (2, 1)
    assert NPS.compare_paired(matched).value == NPS.compare_paired(by_hand).value
    assert matched.weights == by_hand.weights


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_respondents_of_data_frames_match(library):
    """Integer ids with a gap in the answers, from either library, against plain lists."""
    frames = pytest.importorskip(library)
    column = {"pandas": lambda x: frames.Series(x, dtype="Int64"), "polars": frames.Series}[library]

    matched = NPS.pairs(
        column([1, None, 10]),
        [1, 2],
        respondents=column([2**60 + 1, 2**60 + 2, 2**60 + 3]),
        reference_respondents=[2**60 + 3, 2**60 + 1],
    )

    assert matched == NPS.pairs([1, 10, None], [2, 1, None])


def yes_and_no(both, gained, lost, neither):
    """Return the pairs of a two-by-two table: yes twice, yes now only, yes before only, no."""
    now = [1] * both + [1] * gained + [0] * lost + [0] * neither
    before = [1] * both + [0] * gained + [1] * lost + [0] * neither
    return RATE.pairs(now, before)


tables = st.tuples(*(st.integers(0, 25) for _ in range(4)))


@given(table=tables, level=LEVELS)
@example(table=(0, 0, 0, 3), level=0.95)
def test_the_test_of_paired_rates_is_mcnemars(table, level):
    """Of changes alone: (b - c) / sqrt(b + c), as statsmodels has it; and exact by exchange."""
    contingency = pytest.importorskip("statsmodels.stats.contingency_tables")
    assume(sum(table))
    both, gained, lost, neither = table
    square = [[both, gained], [lost, neither]]

    found = RATE.compare_paired(yes_and_no(*table), confidence_level=level)

    assert found.method == "score"
    assert found.value == pytest.approx(100 * (gained - lost) / sum(table))
    if gained + lost:
        theirs = contingency.mcnemar(square, exact=False, correction=False).pvalue
        assert found.p_value == pytest.approx(float(theirs), rel=1e-9, abs=1e-12)
    else:
        assert found.p_value == 1
    exact = found.permutation()
    assert exact.is_exact
    theirs = contingency.mcnemar(square, exact=True).pvalue
    assert exact.p_value == pytest.approx(min(1.0, float(theirs)), rel=1e-9)


def tango_statistic(gained, lost, n, delta):
    """Return Tango's (1998) score statistic of a paired difference of shares, in plain Python."""
    a, b, c = 2 * n, -gained - lost + (2 * n - gained + lost) * delta, -lost * delta * (1 - delta)
    q = (math.sqrt(b * b - 4 * a * c) - b) / (2 * a)
    return (gained - lost - n * delta) / math.sqrt(n * (2 * q + delta * (1 - delta)))


@given(table=tables)
def test_the_interval_of_paired_rates_is_tangos(table):
    """At both ends Tango's statistic is the quantile; nothing between is rejected."""
    assume(sum(table))
    both, gained, lost, neither = table
    n, z = sum(table), NormalDist().inv_cdf(0.975)

    found = RATE.compare_paired(yes_and_no(*table))

    for end, sign in ((found.low, 1), (found.high, -1)):
        delta = end / 100
        if abs(delta) < 1 - 1e-9:
            assert sign * tango_statistic(gained, lost, n, delta) == pytest.approx(z, abs=1e-5)
        assert both + neither == n - gained - lost


@given(table=tables)
def test_the_adjusted_interval_of_paired_rates_is_agresti_and_mins(table):
    """Agresti and Min (2005): half a pair is added to each of the four cells, then Wald."""
    assume(sum(table))
    _, gained, lost, _ = table
    n = sum(table) + 2
    up, down = (gained + 0.5) / n, (lost + 0.5) / n
    half = NormalDist().inv_cdf(0.975) * math.sqrt((up + down - (up - down) ** 2) / n)

    found = RATE.compare_paired(yes_and_no(*table), method="adjusted")

    low, high = max(up - down - half, -1), min(up - down + half, 1)
    assert found.low == pytest.approx(100 * min(low, found.value / 100), abs=1e-9)
    assert found.high == pytest.approx(100 * max(high, found.value / 100), abs=1e-9)


@given(
    rows=st.lists(
        st.tuples(*(st.one_of(st.none(), st.integers(1, 5)) for _ in range(4))), max_size=12
    ),
    data=st.data(),
)
def test_a_paired_index_is_the_mean_of_what_respondents_change(rows, data):
    """Each respondent's own index now less before: mean and error in numpy, weighted too."""
    weights = data.draw(
        st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=len(rows), max_size=len(rows))
    )
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 4
    now = {"food": columns[0], "staff": columns[1]}
    before = {"staff": columns[3], "food": columns[2]}
    whole = [i for i, row in enumerate(rows) if None not in row]
    change = np.array(
        [(2 * (rows[i][0] - rows[i][2]) + 5 * (rows[i][1] - rows[i][3])) / 7 for i in whole]
    )

    for weighting in (None, weights):
        if not whole:
            with pytest.raises(rm.RelmetricsError):
                CSI.compare_paired(CSI.pairs(now, before, weights=weighting))
            continue
        w = np.ones(len(whole)) if weighting is None else np.array(weights)[whole]
        mean = np.average(change, weights=w)
        found = CSI.compare_paired(CSI.pairs(now, before, weights=weighting))
        back = CSI.compare_paired(CSI.pairs(before, now, weights=weighting))

        assert (found.n, found.missing) == (len(whole), len(rows) - len(whole))
        assert found.value == pytest.approx(mean, abs=1e-12)
        assert found.low == pytest.approx(-back.high, abs=1e-9)
        assert -4 <= found.low <= found.value <= found.high <= 4
        left, right = found.values
        assert left - right == pytest.approx(found.value, abs=1e-9)
        if len(whole) > 1:
            fair = len(whole) / (len(whole) - 1)
            squared = fair * np.sum(w**2 * (change - mean) ** 2) / w.sum() ** 2
            assert found.standard_error == pytest.approx(math.sqrt(squared), abs=1e-7)
        json.dumps(found.to_dict(), allow_nan=False)
        assert "pair" in str(found)
    if whole:
        itself = CSI.compare_paired(CSI.pairs(now, now))
        assert (itself.value, itself.p_value) == (0, 1)


def test_a_rescaled_index_changes_in_its_own_unit():
    """On 0-100 a scale point of 1-5 is worth 25, and p is the same."""
    now, before = {"a": [4, 5, 3], "b": [3, 4, 4]}, {"a": [3, 5, 2], "b": [3, 3, 4]}
    plain, rescaled = rm.CSI(), rm.CSI(rescaled=True)

    points = plain.compare_paired(plain.pairs(now, before))
    percent = rescaled.compare_paired(rescaled.pairs(now, before))

    assert percent.value == pytest.approx(25 * points.value)
    assert ends(percent) == pytest.approx([25 * end for end in ends(points)])
    assert percent.p_value == pytest.approx(points.p_value)


def test_pairs_of_an_index_add():
    """Shards of respondents give the difference of all of them."""
    now, before = (
        {"food": [4, 5, 3, 1], "staff": [3, 4, 4, 2]},
        {"food": [3, 5, 2, 2], "staff": [3, 3, 4, 1]},
    )
    parts = [
        CSI.pairs({k: v[s] for k, v in now.items()}, {k: v[s] for k, v in before.items()})
        for s in (slice(0, 1), slice(1, 4))
    ]

    whole = CSI.compare_paired(CSI.pairs(now, before))

    assert CSI.compare_paired(sum(parts)).low == pytest.approx(whole.low)
    assert CSI.compare_paired(sum(parts)).value == pytest.approx(whole.value)


def test_where_all_change_alike_there_is_still_a_width():
    """Wald's interval has none, and the default stands in: of tallies and of an index."""
    found = NPS.compare_paired(NPS.pairs([9, 10, 9], [8, 7, 8]), method="wald")
    weighted = rm.CSI().pairs({"a": [3, 4, 5]}, {"a": [2, 3, 4]}, weights=[0.1, 0.2, 0.7])
    index = rm.CSI().compare_paired(weighted, method="wald")

    for one in (found, index):
        assert one.method == "adjusted"
        assert one.low < one.value < one.high
        assert one.p_value > 0.01


def test_who_hardly_changes_gives_a_shorter_interval_than_two_samples():
    """Two waves of the same 200 people: the pairs know what two separate samples do not."""
    before = [10] * 100 + [8] * 50 + [3] * 50
    now = [10] * 100 + [10] * 10 + [8] * 40 + [3] * 50

    paired = NPS.compare_paired(NPS.pairs(now, before))
    apart = NPS.compare(NPS.tally(now), NPS.tally(before))

    assert paired.value == apart.value == 5
    assert paired.high - paired.low < (apart.high - apart.low) / 2
    assert paired.p_value < 0.01
    assert apart.p_value > 0.4


def test_a_paired_difference_explains_itself():
    """Text, table, JSON and equality, and the equivalence of a difference of pairs."""
    pairs = NPS.pairs([9, 10, None, 3], [9, 8, 7, 3])
    found = NPS.compare_paired(pairs)

    assert str(found).endswith("n = 3 pairs, 1 missing)")
    assert "n = 3 pairs" in str(found.explain())
    assert found == NPS.compare_paired(pairs)
    assert found != NPS.compare_paired(pairs, method="score")
    assert found.methods == ("adjusted", "score", "wald")
    assert RATE.compare_paired(yes_and_no(1, 1, 1, 1)).methods == ("score", "adjusted", "wald")
    written = found.to_dict()
    assert written["pairs"] == pairs.to_dict()
    assert written["n"] == 3
    tested = found.equivalence(margin=150)
    assert (tested.p_value < 0.05) == tested.is_equivalent
    assert str(NPS.compare_paired(NPS.pairs([9], [9]))).endswith("n = 1 pair)")


PAIRS = NPS.pairs([9, 10], [8, 9])
RATED = {"food": [4, 5], "staff": [3, 4]}
INDEX = rm.CSI().pairs(RATED, RATED)

MISTAKES = {
    "unequal lengths": (
        lambda: NPS.pairs([1, 2], [1]),
        rm.LengthError,
        "answers has 2, reference has 1",
    ),
    "an answer off the scale": (
        lambda: NPS.pairs([1, 11], [1, 2]),
        rm.OffScaleError,
        "answers must lie on 0..10; 1 of 2 does not: 11 at position 1",
    ),
    "a reference off the scale": (
        lambda: NPS.pairs([1, 1], [12, 2]),
        rm.OffScaleError,
        "reference must lie on 0..10; 1 of 2 does not: 12 at position 0",
    ),
    "no pairs": (
        lambda: NPS.compare_paired(NPS.pairs([None, 3], [3, None])),
        rm.EmptySampleError,
        "Net Promoter Score of pairs is undefined without answers: all 2 are missing",
    ),
    "weights of zero": (
        lambda: NPS.compare_paired(NPS.pairs([1, None], [1, 2], weights=[0, 1])),
        rm.WeightError,
        "all zero",
    ),
    "a tally": (
        lambda: NPS.compare_paired(NPS.tally([1])),
        rm.StateError,
        "no serialised PairedTally: got Tally",
    ),
    "another scale": (
        lambda: NPS.compare_paired(rm.CSAT().pairs([1], [2])),
        rm.StateError,
        "differ in scale",
    ),
    "pairs of another scale added": (
        lambda: PAIRS + rm.CSAT().pairs([1], [2]),
        rm.StateError,
        "same scale",
    ),
    "weighted pairs added to others": (
        lambda: PAIRS + NPS.pairs([1], [2], weights=[2]),
        rm.StateError,
        "same weighting",
    ),
    "no such method": (
        lambda: RATE.compare_paired(yes_and_no(1, 1, 1, 1), method="newcombe"),
        rm.ParameterError,
        "'method' must be one of score, adjusted, wald",
    ),
    "a level of 1": (
        lambda: NPS.compare_paired(PAIRS, confidence_level=1),
        rm.ParameterError,
        "strictly between 0 and 1",
    ),
    "a respondent twice": (
        lambda: NPS.pairs([1, 2, 3], [1], respondents=[7, 8, 7], reference_respondents=[7]),
        rm.CustomerError,
        "respondents must be different, one answer each; repeated: 7 at position 2",
    ),
    "a respondent twice before": (
        lambda: NPS.pairs([1], [1, 2], respondents=[7], reference_respondents=["a", "a"]),
        rm.CustomerError,
        "reference_respondents must be different",
    ),
    "a respondent without a name": (
        lambda: NPS.pairs([1, 2], [1], respondents=["a", None], reference_respondents=["a"]),
        rm.CustomerError,
        "respondents must name customers; 1 missing, at position 1",
    ),
    "respondents that cannot be looked up": (
        lambda: NPS.pairs([1], [1], respondents=[{}], reference_respondents=["a"]),
        rm.ParameterError,
        "'respondents' must be hashable",
    ),
    "respondents of one side": (
        lambda: NPS.pairs([1], [1], respondents=["a"]),
        rm.ParameterError,
        "'reference_respondents' must be given together",
    ),
    "respondents of the reference alone": (
        lambda: NPS.pairs([1], [1], reference_respondents=["a"]),
        rm.ParameterError,
        "'respondents' must be given together",
    ),
    "too few respondents": (
        lambda: NPS.pairs([1, 2], [1], respondents=["a"], reference_respondents=["a"]),
        rm.LengthError,
        "answers has 2, respondents has 1",
    ),
    "too few respondents before": (
        lambda: NPS.pairs([1], [1, 2], respondents=["a"], reference_respondents=["a"]),
        rm.LengthError,
        "reference has 2, reference_respondents has 1",
    ),
    "too few weights": (
        lambda: NPS.pairs(
            [1, 2], [1], respondents=["a", "b"], reference_respondents=["a"], weights=[1]
        ),
        rm.LengthError,
        "answers has 2, weights has 1",
    ),
    "waves of other factors": (
        lambda: rm.CSI().pairs(RATED, {"food": [4, 5], "sound": [3, 4]}),
        rm.FactorError,
        "both sides must have the same factors; only one has 'staff', 'sound'",
    ),
    "waves of other lengths": (
        lambda: rm.CSI().pairs(RATED, {"food": [4], "staff": [3]}),
        rm.LengthError,
        "food has 2, staff has 2, food .reference. has 1",
    ),
    "an index of other factors": (
        lambda: CSI.compare_paired(rm.CSI().pairs({"food": [1, 2]}, {"food": [2, 3]})),
        rm.FactorError,
        "weights name factors that have no ratings: 'staff'",
    ),
    "moments of one wave": (
        lambda: rm.CSI().compare_paired(rm.CSI().moments(RATED)),
        rm.StateError,
        "differ in columns",
    ),
    "no moments": (
        lambda: rm.CSI().compare_paired(PAIRS),
        rm.StateError,
        "pairs come from CSI.pairs",
    ),
    "another rule": (
        lambda: rm.CSI(missing_factor="pairwise").compare_paired(INDEX),
        rm.StateError,
        "rule",
    ),
    "another scale of ratings": (
        lambda: rm.CSI(scale=rm.ONE_TO_SEVEN).compare_paired(INDEX),
        rm.StateError,
        "differ in scale",
    ),
    "nobody rated both": (
        lambda: rm.CSI().compare_paired(rm.CSI().pairs({"a": [None]}, {"a": [3]})),
        rm.EmptySampleError,
        "CSI of pairs is undefined",
    ),
    "a factor that nobody rated": (
        lambda: (pairwise := rm.CSI(missing_factor="pairwise")).compare_paired(
            pairwise.pairs({"a": [1, 2], "b": [None, None]}, {"a": [1, 2], "b": [3, 4]})
        ),
        rm.EmptySampleError,
        "nobody rated these factors: 'b'",
    ),
    "those who rated weigh nothing": (
        lambda: rm.CSI().compare_paired(
            rm.CSI().pairs({"a": [1, None]}, {"a": [1, 2]}, weights=[0, 1])
        ),
        rm.WeightError,
        "all zero",
    ),
    "an index rearranged": (
        lambda: rm.CSI().compare_paired(INDEX).permutation(),
        rm.StateError,
        "sums cannot be rearranged. Use p_value.",
    ),
    "no dictionary of pairs": (
        lambda: rm.PairedTally.from_dict({**PAIRS.to_dict(), "rows": []}),
        rm.StateError,
        "rows must be a list of 12",
    ),
    "another version": (
        lambda: rm.PairedTally.from_dict({**PAIRS.to_dict(), "v": 2}),
        rm.StateError,
        "version 2 is not known",
    ),
    "weights of some rows only": (
        lambda: rm.PairedTally.from_dict(
            {
                **CSAT.pairs([1, 2], [1, 2]).to_dict(),
                "rows": [
                    *CSAT.pairs([1], [1]).to_dict()["rows"][:1],
                    *CSAT.pairs([1], [2], weights=[2]).to_dict()["rows"][1:],
                ],
            }
        ),
        rm.StateError,
        "only some of its rows carry weights",
    ),
    "rows of another scale": (
        lambda: rm.PairedTally.from_dict(
            {**PAIRS.to_dict(), "rows": [rm.CSAT().tally([1]).to_dict()] * 12}
        ),
        rm.StateError,
        "rows are of other scales",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_an_error_that_says_what_to_do(name):
    """What are no pairs of this metric is told apart."""
    mistake, kind, words = MISTAKES[name]

    with pytest.raises(kind, match=words):
        mistake()
