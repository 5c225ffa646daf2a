"""Mix or rate: what scores, and what sizes of groups, do to a total."""

import contextlib
import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from attrs import evolve
from copies import copied
from hypothesis import given, settings
from hypothesis import strategies as st
from metrics_under_test import CASES, same

import relmetrics as rm
from relmetrics.inference.contributions import contributions, on_common_grid, with_intervals
from relmetrics.inference.ratio_sums import RatioSums

RATIOS = [case for case in CASES if case.label != "CSI pairwise"]
PARTS = ("rate", "mix", "interaction")
rules = pytest.mark.parametrize("rule", ["own", "split"])

answers = st.one_of(st.none(), st.integers(0, 10))
periods = st.lists(st.tuples(answers, st.sampled_from("abcd")), min_size=1, max_size=25)


def columns(rows):
    return [row[0] for row in rows], [row[1] for row in rows]


def decomposed(case, after, before, **options):
    """Return the decomposition of rows of (data, group), or None where there is none."""
    try:
        sides = [case.by(*columns(rows)) for rows in (after, before)]
        return rm.decompose(*sides, **options)
    except (rm.EmptySampleError, rm.AmountError, rm.ParameterError, rm.StateError):
        return None


def parts_of(found):
    return {name: float(getattr(found, name)) for name in (*PARTS, "change")}


@pytest.mark.parametrize("case", RATIOS, ids=lambda case: case.label)
@settings(max_examples=30)
@given(data=st.data(), rule=st.sampled_from(["own", "split"]))
def test_the_parts_sum_to_the_change_of_the_total_to_the_last_digit(case, data, rule):
    """Of every metric, by group and in total, in whatever order they are added."""
    row = st.tuples(case.row, st.sampled_from("abc"))
    after, before = (data.draw(st.lists(row, min_size=2, max_size=12)) for _ in range(2))
    found = decomposed(case, after, before, interaction_rule=rule)
    if found is None:
        return
    table = found.table()
    pieces = [x for part in PARTS if part in table for x in table[part].tolist()]
    shuffled = data.draw(st.permutations(pieces))
    total = 0.0
    for piece in shuffled:
        total += piece

    assert (
        total == found.change.value == found.rate.value + found.mix.value + float(found.interaction)
    )
    assert sum(table["total"].tolist()) == found.change.value
    for part in PARTS:
        if part in table:
            assert sum(table[part].tolist()) == getattr(found, part).value
    scale = max(1.0, abs(found.after.value), abs(found.before.value))
    assert abs(found.change.value - (found.after.value - found.before.value)) <= 1e-11 * scale


@pytest.mark.parametrize("case", RATIOS, ids=lambda case: case.label)
@settings(max_examples=15)
@given(data=st.data())
def test_the_table_shows_the_scores_of_the_breakdowns(case, data):
    """Scores and numbers of answers are those of each group's own estimate."""
    row = st.tuples(case.row, st.sampled_from("abc"))
    after, before = (data.draw(st.lists(row, min_size=2, max_size=12)) for _ in range(2))
    found = decomposed(case, after, before)
    if found is None:
        return
    table = found.table()
    for name, rows in (("before", before), ("after", after)):
        by = case.by(*columns(rows)).table()
        known = dict(zip(by["group"].tolist(), zip(by["value"], by["n"], strict=True), strict=True))
        for group, score, n in zip(
            table["group"].tolist(), table[f"score_{name}"], table[f"n_{name}"], strict=True
        ):
            value, size = known.get(group, (math.nan, 0))
            assert same(score, value)
            assert n == size
        assert sum(table[f"share_{name}"]) == pytest.approx(100)


def exact_parts(after, before, rule):
    """Return rate, mix and interaction of rows of (y, x, group) in exact fractions."""
    sides = []
    for rows in (before, after):
        y, x = {}, {}
        for up, down, group in rows:
            y[group] = y.get(group, Fraction(0)) + up
            x[group] = x.get(group, Fraction(0)) + down
        whole = sum(x.values())
        sides.append(
            ({g: x[g] / whole for g in x}, {g: y[g] / x[g] for g in x}, sum(y.values()) / whole)
        )
    (w0, s0, total0), (w1, s1, total1) = sides
    half = Fraction(1, 2) if rule == "split" else Fraction(0)
    found = {}
    for g in {**w0, **w1}:
        dw = w1.get(g, 0) - w0.get(g, 0)
        ds = s1[g] - s0[g] if g in s0 and g in s1 else Fraction(0)
        base = s0.get(g, s1.get(g))
        rate = w0.get(g, 0) * ds + half * dw * ds
        mix = dw * (base - total0) + half * dw * (ds - (total1 - total0))
        found[g] = (rate, mix, (1 - 2 * half) * dw * ds)
    assert sum(sum(parts) for parts in found.values()) == total1 - total0
    return found


@rules
@given(after=periods, before=periods)
def test_nps_is_split_as_exact_fractions_are(rule, after, before):
    """The definition, in fractions, group by group."""
    score = lambda answer: 100 * (answer >= 9) - 100 * (answer <= 6)  # noqa: E731
    nps = rm.NPS()
    sides = [nps.by(*columns(rows)) for rows in (after, before)]
    exact = [
        [(Fraction(score(a)), Fraction(1), g) for a, g in rows if a is not None]
        for rows in (after, before)
    ]
    groups = [{g for _, _, g in rows} for rows in exact]
    if not groups[0] & groups[1] or len(groups[0] | groups[1]) < 2:
        with pytest.raises(rm.RelmetricsError):
            rm.decompose(*sides, interaction_rule=rule)
        return
    table = rm.decompose(*sides, interaction_rule=rule).table()
    expected = exact_parts(*exact, rule)
    for i, group in enumerate(table["group"].tolist()):
        wanted = expected.get(group, (0, 0, 0))
        for part, number in zip(PARTS, wanted, strict=True):
            if part in table:
                assert table[part][i] == pytest.approx(float(number), abs=1e-11)


@rules
@given(data=st.data())
def test_roi_is_split_as_exact_fractions_are(rule, data):
    """Of money the share of a group is its share of the cost."""
    campaign = st.tuples(st.integers(0, 900), st.integers(1, 300), st.sampled_from("ab"))
    after, before = (data.draw(st.lists(campaign, min_size=1, max_size=12)) for _ in range(2))
    for rows in (after, before):
        rows += [(100, 50, "a"), (80, 100, "b")]
    sides = [
        rm.ReturnOnInvestment().by(
            {"gain": [row[0] for row in rows], "cost": [row[1] for row in rows]},
            [row[2] for row in rows],
        )
        for rows in (after, before)
    ]
    exact = [
        [(100 * Fraction(gain - cost), Fraction(cost), g) for gain, cost, g in rows]
        for rows in (after, before)
    ]
    found = rm.decompose(*sides, interaction_rule=rule)
    expected = exact_parts(*exact, rule)
    for i, part in enumerate(PARTS):
        wanted = float(sum(parts[i] for parts in expected.values()))
        assert getattr(found, part).value == pytest.approx(wanted, abs=1e-9)


def test_the_three_parts_against_statsmodels():
    """Blinder and Oaxaca's threefold decomposition on indicators of the groups is the same."""
    oaxaca = pytest.importorskip("statsmodels.stats.oaxaca")
    rng = np.random.default_rng(1)
    groups = [rng.choice(3, 60, p=p) for p in ([0.5, 0.3, 0.2], [0.3, 0.3, 0.4])]
    scores = [rng.integers(1, 6, 60) for _ in groups]
    mean = rm.MeanScore(scale=rm.ONE_TO_FIVE)
    before, after = (mean.by(s, g, sort=True) for s, g in zip(scores, groups, strict=True))
    found = rm.decompose(after, before)

    label = np.concatenate(groups)
    later = np.repeat([0.0, 1.0], 60)
    table = np.column_stack([later, label == 0, label == 1, label == 2]).astype(float)
    model = oaxaca.OaxacaBlinder(
        np.concatenate(scores).astype(float), table, 0, hasconst=True, swap=False
    )
    endowments, coefficients, interaction, gap = model.three_fold().params
    # It takes the first value of the column as the first group and subtracts the second.
    sign = 1.0 if gap * found.change.value > 0 else -1.0
    assert sign * gap == pytest.approx(found.change.value)
    reverse = rm.decompose(before, after)
    expected = found if sign > 0 else reverse
    assert endowments == pytest.approx(expected.mix.value)
    assert coefficients == pytest.approx(expected.rate.value)
    assert interaction == pytest.approx(expected.interaction.value)


def test_every_group_can_rise_while_the_total_falls():
    """Simpson's paradox: rate is positive, mix negative and larger."""
    csat = rm.CSAT()
    before = csat.by([5] * 80 + [1] * 20 + [5] * 5 + [1] * 15, ["web"] * 100 + ["app"] * 20)
    after = csat.by([5] * 27 + [1] * 3 + [5] * 40 + [1] * 60, ["web"] * 30 + ["app"] * 100)
    found = rm.decompose(after, before)
    table = found.table()

    assert (table["score_after"] > table["score_before"]).all()
    assert found.change.value < 0 < found.rate.value
    assert found.mix.value < found.change.value
    assert found.mix.high < 0


def test_scores_alone_are_rate_and_sizes_alone_are_mix():
    """With the sizes kept there is no mix, with the scores kept no rate."""
    nps = rm.NPS()
    before = nps.by([10, 0, 10, 10], list("aabb"))
    scores = rm.decompose(nps.by([10, 10, 10, 10], list("aabb")), before)
    sizes = rm.decompose(nps.by([10, 0, 10, 10, 10, 10], list("aabbbb")), before)

    assert parts_of(scores) == {"rate": 50, "mix": 0, "interaction": 0, "change": 50}
    assert sizes.rate.value == sizes.interaction.value == 0
    assert sizes.mix.value == sizes.change.value == pytest.approx(100 / 6)


@given(after=periods, before=periods)
def test_before_and_after_can_be_exchanged_when_the_interaction_is_halved(after, before):
    """compare(a, b) is -compare(b, a), by group too, intervals included."""
    case = CASES[0]
    there = decomposed(case, after, before, interaction_rule="split")
    back = decomposed(case, before, after, interaction_rule="split")
    assert (there is None) == (back is None)
    if there is None:
        return
    for name in ("change", *PARTS):
        one, other = getattr(there, name), getattr(back, name)
        assert one.value == pytest.approx(-other.value, abs=1e-11)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)
    ours, theirs = ({g: i for i, g in enumerate(side.table()["group"])} for side in (there, back))
    for group, place in ours.items():
        for name in ("rate", "mix", "total"):
            mirrored = -back.table()[name][theirs[group]]
            assert there.table()[name][place] == pytest.approx(mirrored, abs=1e-11)


@rules
@given(rows=periods)
def test_nothing_changes_between_a_period_and_itself(rule, rows):
    """All parts are 0, and their intervals hold it."""
    found = decomposed(CASES[0], rows, rows, interaction_rule=rule)
    if found is None:
        return
    for name in ("change", *PARTS):
        part = getattr(found, name)
        assert part.value == 0
        assert part.low <= 0 <= part.high


def test_a_group_of_one_period_belongs_to_mix_and_is_noted():
    """It has no change of score: no interval of one either, and a group of none adds nothing."""
    nps = rm.NPS()
    before = nps.by([10, 8, 3, 3, None], ["a", "a", "b", "b", "d"])
    after = nps.by([10, 10, 9, 5, None, None], ["a", "a", "c", "c", "b", "d"])
    table = rm.decompose(after, before).table(intervals=True)
    rows = dict(zip(table["group"].tolist(), range(table.rows), strict=True))

    assert table["group"].tolist() == ["a", "b", "d", "c"]
    assert table["note"].tolist() == ["", "gone", "no answers", "new"]
    assert table["mix"].tolist() == [0.0, 37.5, 0.0, 12.5]  # -0.5 x (-100 + 25), 0.5 x (0 + 25)
    assert table["rate"].tolist() == [25.0, 0.0, 0.0, 0.0]
    for group in "bcd":
        assert np.isnan(table["rate_low"][rows[group]])
        assert np.isnan(table["interaction_high"][rows[group]])
    assert np.isnan(table["mix_low"]).tolist() == [False, False, True, False]
    assert np.isnan(table["total_high"]).tolist() == [False, False, True, False]
    text = rm.decompose(after, before).explain()
    assert "1 in both periods; 1 new, in mix alone; 1 gone, in mix alone; 1 without answers" in text
    assert np.isnan(table["score_before"][rows["c"]])
    assert np.isnan(table["score_after"][rows["b"]])


@given(data=st.data())
def test_sums_on_the_grid_are_exact_in_any_order(data):
    """Numbers of very different size, added as floats, give what fractions give."""
    sizes = st.floats(-1e12, 1e12, allow_nan=False)
    values = np.array(data.draw(st.lists(sizes, min_size=1, max_size=12)))
    on_grid = on_common_grid(values)
    exact = sum(Fraction(x) for x in on_grid.tolist())
    for order in itertools.islice(itertools.permutations(on_grid.tolist()), 50):
        assert Fraction(sum(order)) == exact
    assert np.abs(on_grid - values).max() <= np.abs(values).sum() * 2.0**-51 + 2.0**-900


def random_sums(rng, groups, *, gone=(), weighted=True):
    """Return rows of a period, and their sums by group."""
    rows = 12 * groups
    group = np.concatenate([np.arange(groups), rng.integers(0, groups, rows - groups)])
    x = rng.uniform(0.5, 2, rows) * ~np.isin(group, gone)
    y = x * (rng.normal(size=rows) + group)
    w = rng.uniform(0.5, 3, rows) if weighted else np.ones(rows)
    totals = (
        np.bincount(group, values, groups)
        for values in (w * y, w * x, w**2 * y**2, w**2 * x * y, w**2 * x**2)
    )
    pseudo = rm.NPS().form.pseudo
    return RatioSums(*totals, np.bincount(group, minlength=groups), pseudo)


def by_hand(after, before, portion, *, part, group=None):
    """Return a part in plain arithmetic: of one group, or of all."""
    total0, total1 = before.y.sum() / before.x.sum(), after.y.sum() / after.x.sum()
    out = np.zeros((3, len(before.x)))
    for g in range(len(before.x)):
        w0, w1 = before.x[g] / before.x.sum(), after.x[g] / after.x.sum()
        s0 = before.y[g] / before.x[g] if before.x[g] else None
        s1 = after.y[g] / after.x[g] if after.x[g] else None
        ds = 0.0 if s0 is None or s1 is None else s1 - s0
        base = s1 if s0 is None else s0
        out[0, g] = (w0 + portion * (w1 - w0)) * ds
        out[1, g] = (w1 - w0) * (base + portion * ds - total0 - portion * (total1 - total0))
        out[2, g] = (1 - 2 * portion) * (w1 - w0) * ds
    chosen = out.sum(axis=0) if part == "change" else out[PARTS.index(part)]
    return chosen.sum() if group is None else chosen[group]


def slope(function, sums, name, g, step=1e-5):
    """Return the derivative of a function of sums by one group's sum."""
    ends = []
    for sign in (1, -1):
        moved = getattr(sums, name).copy()
        moved[g] += sign * step
        ends.append(function(evolve(sums, **{name: moved})))
    return (ends[0] - ends[1]) / (2 * step)


def own_variances(sums):
    """Return the variances of scores and shares, by numeric differentiation."""
    there = sums.x > 0

    def of(what):
        return [
            squared(lambda s, g=g: what(s, g), sums) if there[g] else 0.0 for g in range(len(there))
        ]

    return of(lambda s, g: s.y[g] / s.x[g]), of(lambda s, g: s.x[g] / s.x.sum())


def squared(function, sums):
    """Return the linearised variance of a function of sums, by numeric differentiation."""
    total = 0.0
    for g in np.flatnonzero(sums.x):
        by_y, by_x = (slope(function, sums, name, g) for name in ("y", "x"))
        total += by_y**2 * sums.yy[g] + 2 * by_y * by_x * sums.xy[g] + by_x**2 * sums.xx[g]
    return total


@pytest.mark.parametrize("portion", [0.0, 0.5])
@pytest.mark.parametrize(("gone", "new"), [((), ()), ((2,), ()), ((), (0,)), ((1,), (3,))], ids=str)
def test_variances_against_numeric_differentiation(portion, gone, new):
    """Analytic gradients of every part, of groups and of totals, of weighted rows."""
    rng = np.random.default_rng(7)
    before, after = random_sums(rng, 4, gone=new), random_sums(rng, 4, gone=gone)
    found = contributions(after, before, portion)
    (score0, share0), (score1, share1) = own_variances(before), own_variances(after)
    products = np.zeros((4, 4))
    for g in range(4):
        both = g not in gone and g not in new
        scores, rest = score0[g] + score1[g], 1 - portion
        mixed = rest**2 * score0[g] + portion**2 * score1[g] if both else scores
        shares = share0[g] + share1[g]
        products[0, g] = both * scores * (rest**2 * share0[g] + portion**2 * share1[g])
        products[1, g] = mixed * shares
        products[2, g] = both * (1 - 2 * portion) ** 2 * scores * shares
    for i, part in enumerate((*PARTS, "change")):
        for group in (None, *range(4)):
            variance = sum(
                squared(function, sums)
                for function, sums in (
                    (
                        lambda s, p=part, g=group: by_hand(s, before, portion, part=p, group=g),
                        after,
                    ),
                    (
                        lambda s, p=part, g=group: by_hand(after, s, portion, part=p, group=g),
                        before,
                    ),
                )
            )
            if group is None:
                got, wanted = found.total_variances[i], variance + products[i].sum()
            else:
                got, wanted = found.variances[i, group], variance + products[i, group]
            assert got == pytest.approx(wanted, rel=1e-5, abs=1e-9)


def test_variances_against_a_bootstrap_of_the_rows():
    """Rows drawn again and again scatter the parts as the linearisation says."""
    rng = np.random.default_rng(3)
    nps, draws, n = rm.NPS(), 3000, 600
    tables = [
        np.array([[0.2, 0.2, 0.2], [0.05, 0.1, 0.1], [0.02, 0.03, 0.1]]),
        np.array([[0.1, 0.1, 0.1], [0.1, 0.1, 0.2], [0.05, 0.05, 0.2]]),
    ]

    def sums(counts):
        masses = [counts[..., k].astype(float) for k in range(3)]
        return RatioSums.of_levels(nps.form.levels, (masses, masses, masses), nps.form.pseudo)

    seen = [rng.multinomial(n, table.ravel()).reshape(3, 3) for table in tables]
    drawn = [
        sums(rng.multinomial(n, counts.ravel() / n, size=draws).reshape(draws, 3, 3))
        for counts in seen
    ]
    found = contributions(sums(seen[1]), sums(seen[0]), 0.0)
    again = contributions(drawn[1], drawn[0], 0.0).values
    spread = [*again.sum(axis=-1).std(axis=-1), again.sum(axis=(0, -1)).std()]
    assert np.sqrt(found.total_variances) == pytest.approx(spread, rel=0.08)
    by_group = np.sqrt(found.variances[:3])
    assert by_group == pytest.approx(again.std(axis=1), rel=0.2, abs=0.15)


SETTINGS = {
    "five groups": (
        [0.3, 0.25, 0.2, 0.15, 0.1],
        [0.2, 0.25, 0.2, 0.2, 0.15],
        [[30, 40, 30], [20, 30, 50], [10, 30, 60], [50, 30, 20], [20, 20, 60]],
        [[25, 40, 35], [20, 30, 50], [20, 30, 50], [50, 20, 30], [20, 20, 60]],
    ),
    "nothing changes": ([0.25] * 4, [0.25] * 4, [[20, 30, 50]] * 4, [[20, 30, 50]] * 4),
    "almost all promoters": (
        [0.4, 0.3, 0.3],
        [0.3, 0.3, 0.4],
        [[2, 3, 95], [5, 5, 90], [5, 10, 85]],
        [[2, 3, 95], [2, 6, 92], [10, 10, 80]],
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(("n", "least"), [(20, 92.5), (50, 93.5), (200, 93.5)])
@rules
def test_intervals_cover_what_they_claim(setting, n, least, rule):
    """By simulation of NPS: 95 % and little less; products of small differences more."""
    rng = np.random.default_rng(11)
    nps = rm.NPS()
    portion = {"own": 0.0, "split": 0.5}[rule]
    w0, w1, c0, c1 = (np.array(part, dtype=float) for part in SETTINGS[setting])
    tables = [w[:, None] * c / 100 for w, c in ((w0, c0), (w1, c1))]

    def sums(counts):
        masses = [np.asarray(counts[..., k], dtype=float) for k in range(3)]
        return RatioSums.of_levels(nps.form.levels, (masses, masses, masses), nps.form.pseudo)

    truth = contributions(sums(tables[1]), sums(tables[0]), portion).values.sum(axis=-1)
    truth = np.append(truth, truth.sum())
    before, after = (
        sums(rng.multinomial(n, t.ravel(), size=4000).reshape(4000, *t.shape)) for t in tables
    )
    _, found = with_intervals(after, before, portion, 1.959964, 200.0)
    low, high = found[:, 1], found[:, 2]
    inside = (low <= truth[:, None] + 1e-9) & (truth[:, None] <= high + 1e-9)
    assert (100 * inside.mean(axis=-1) >= least).all()


def test_equal_answers_do_not_make_an_interval_without_width():
    """Everybody says 10, and the groups keep their sizes: still nobody knows exactly."""
    by = rm.NPS().by([10] * 6, list("aabbcc"))
    found = rm.decompose(by, by)
    for name in ("change", *PARTS):
        part = getattr(found, name)
        assert part.value == 0
        assert part.low < 0 < part.high


@pytest.mark.parametrize("case", RATIOS, ids=lambda case: case.label)
@settings(max_examples=15)
@given(data=st.data(), weight=st.sampled_from([2.0, 0.3]))
def test_equal_weights_are_no_weights(case, data, weight):
    """The same weight for everybody gives the unweighted parts and intervals."""
    row = st.tuples(case.row, st.sampled_from("ab"))
    after, before = (data.draw(st.lists(row, min_size=2, max_size=10)) for _ in range(2))
    plain = decomposed(case, after, before)
    if plain is None:
        return
    weighted = rm.decompose(
        *(case.by(*columns(rows), weights=[weight] * len(rows)) for rows in (after, before))
    )
    for name in ("change", *PARTS):
        ours, theirs = getattr(plain, name), getattr(weighted, name)
        for end in ("value", "low", "high"):
            assert same(getattr(ours, end), getattr(theirs, end), 1e-6)


@pytest.mark.parametrize(
    ("metric", "method"),
    [
        (rm.NPS(), "adjusted"),
        (rm.MeanScore(scale=rm.ONE_TO_FIVE), "adjusted"),
        (rm.CES(), "adjusted"),
        (rm.Rate(), "agresti_caffo"),
    ],
    ids=["NPS", "mean", "CES", "rate"],
)
def test_the_change_has_the_interval_of_the_comparison_of_the_totals(metric, method):
    """Of scores the default; of yes and no that of Agresti and Caffo (2000)."""
    rng = np.random.default_rng(2)
    low, high = metric.scale.low, metric.scale.high + 1
    after, before = (
        metric.by(rng.integers(low, high, n), rng.choice(list("abc"), n)) for n in (35, 50)
    )
    change = rm.decompose(after, before).change
    expected = metric.compare(after.total_state, before.total_state).interval(method=method)
    assert (change.low, change.high) == pytest.approx((expected.low, expected.high))


def test_a_period_without_interval_gives_parts_without():
    """Of a single campaign nobody knows how uncertain its return is."""
    roi = rm.ReturnOnInvestment()
    before = roi.by({"gain": [120.0], "cost": [100.0]}, ["a"])
    after = roi.by({"gain": [120.0, 90.0], "cost": [80.0, 100.0]}, ["a", "b"])
    found = rm.decompose(after, before)

    assert math.isnan(found.rate.low)
    assert "rate +30.0 (no interval)" in str(found)
    assert found.to_dict()["rate"] == {"value": 30.0, "low": None, "high": None}


def test_parts_stay_within_what_they_can_be():
    """Scores of 0 to 100 change by 100 at most."""
    before = rm.CSAT().by([1, 1, 1], list("aab"))
    found = rm.decompose(rm.CSAT().by([5, 5, 5], list("aab")), before)

    assert found.rate.value == found.change.value == pytest.approx(100, abs=1e-12)
    assert found.change.high == found.rate.high == 100
    assert found.interaction.low >= -200


def test_a_higher_level_is_wider():
    """And the level is remembered."""
    by = rm.NPS().by([10, 3, 9, 8, 10, 2], list("abcabc"))
    wide, narrow = (rm.decompose(by, by, confidence_level=level) for level in (0.99, 0.8))

    assert wide.mix.high > narrow.mix.high
    assert wide.confidence_level == 0.99
    assert wide.before.confidence_level == 0.99


def test_groups_of_several_columns_and_of_mixed_labels_are_matched():
    """By their label or tuple of labels, whatever the order in which they come."""
    nps = rm.NPS()
    before = nps.by([10, 9, 3], {"plan": ["a", "b", "a"], "year": [1, 1, 2]})
    after = nps.by([3, 10, 10], {"plan": ["b", "a", "c"], "year": [1, 1, 2]})
    table = rm.decompose(after, before).table()
    assert list(zip(table["plan"].tolist(), table["year"].tolist(), strict=True)) == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
        ("c", 2),
    ]

    mixed = rm.decompose(nps.by([10, 9, 3], ["a", 1, None]), nps.by([10, 9], [1, 2])).table()
    assert mixed["group"].tolist() == [1, 2, "a", None]


def test_what_a_decomposition_says():
    """One line, a table, text and JSON; labels are escaped."""
    nps = rm.NPS()
    before = nps.by([10, 10, 3, 3, None], ["gold", "gold", "<b>", "<b>", "gold"])
    after = nps.by([10, 10, 10, 3], ["gold", "gold", "gold", "<b>"])
    found = rm.decompose(after, before)

    assert str(found).startswith("Change of NPS in points +50.0 (")
    assert str(found).endswith("(95% CI; n = 4 before, 4 after; 1 missing)")
    assert repr(found) == f"{found}\n{found.table()!r}"
    assert "&lt;b&gt;" in found._repr_html_()
    assert "<b>" not in found._repr_html_()
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (data["type"], data["v"], data["interaction_rule"]) == ("decomposition", 1, "own")
    for name, word in (("metric", "name"), ("symbol",) * 2, ("unit",) * 2, ("definition",) * 2):
        assert data[name] == getattr(nps.description, word)
    assert data["mix"]["value"] == 50.0
    assert data["groups"]["total"] == [25.0, 25.0]
    assert data["before"]["n"] == 4
    text = found.explain()
    assert "Rate:        sum of (share before) x (score after - score before) = +0.0" in text
    assert "Change:      50 - 0 = +50.0" in text
    assert "Groups:      2 in both periods\n" in text
    assert str(found.mix) == f"+50.00 ({found.mix.low:.2f} to {found.mix.high:.2f})"
    assert float(found.mix) == 50

    halved = rm.decompose(after, before, interaction_rule="split")
    assert "interaction" not in str(halved)
    assert "interaction" not in halved.table()
    assert "half of it is in rate, half in mix" in halved.explain()
    assert parts_of(halved)["interaction"] == 0


@copied
def test_a_copy_of_a_decomposition_is_equal_to_it(again):
    """Parts without an interval, and groups of one period, are equal too."""
    roi = rm.ReturnOnInvestment()
    before = roi.by({"gain": [120.0], "cost": [100.0]}, ["a"])
    after = roi.by({"gain": [120.0, 90.0], "cost": [80.0, 100.0]}, ["a", "b"])
    found = rm.decompose(after, before)

    assert found == rm.decompose(after, before)
    assert again(found) == found
    assert again(found.rate) == found.rate
    assert hash(again(found.rate)) == hash(found.rate)
    assert hash(again(found)) == hash(found)
    assert found != rm.decompose(after, before, interaction_rule="split")
    assert found.rate != found.mix
    other = roi.by({"gain": [120.0, 90.0], "cost": [80.0, 100.0]}, ["a", "c"])
    assert found != rm.decompose(other, before)


def test_what_a_decomposition_holds_is_not_changed_by_accident():
    """Its labels, its table, and the sums that a metric gives are read-only or copies."""
    nps = rm.NPS()
    by = nps.by(A, B)
    found = rm.decompose(nps.by([10, 3, 3, 4], B), by)
    expected = found.table()

    with pytest.raises(ValueError, match="read-only"):
        found.labels.columns[0][0] = "z"
    with contextlib.suppress(ValueError):  # read-only, or a copy
        found.table()["rate"][0] = 99
    with contextlib.suppress(ValueError):
        found.table()["score_before"][0] = 99
    assert found.table() == expected
    sums = nps.form.ratio_sums(by.states)
    for name in ("y", "x", "yy", "xy", "xx", "n"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(sums, name)[0] = 1


A, B = [10, 9, 3, 4], list("aabb")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda nps: (nps.by(A, B), 3), rm.ParameterError, "'before' must be a Breakdown"),
        (
            lambda nps: (nps.by(A, B), rm.CSAT().by([1, 5], ["a", "b"])),
            rm.StateError,
            "the same metric: Customer satisfaction score",
        ),
        (
            lambda nps: (nps.by(A, B), rm.NPS(detractors_to=5).by(A, B)),
            rm.StateError,
            "the same definition of the metric",
        ),
        (
            lambda nps: (nps.by(A, B), nps.by(A, list("AABB"))),
            rm.ParameterError,
            "no group with answers in common: 'A', 'B' and 'a', 'b'",
        ),
        (
            lambda nps: (nps.by(A, B), nps.by(A, {"plan": B})),
            rm.ParameterError,
            "'after' must be grouped by plan",
        ),
        (
            lambda nps: (nps.by(A, ["a"] * 4), nps.by(A, ["a"] * 4)),
            rm.ParameterError,
            "at least two with answers",
        ),
        (
            lambda nps: (nps.by(A, {"rate": B}), nps.by(A, {"rate": B})),
            rm.ParameterError,
            "Rename the column",
        ),
        (lambda nps: (nps.by(A, B), nps.by([], [])), rm.EmptySampleError, "there are none"),
        (
            lambda nps: (nps.by([None] * 4, B), nps.by(A, B)),
            rm.EmptySampleError,
            "all 4 are missing",
        ),
        (
            lambda _: [rm.CSI(missing_factor="pairwise").by({"x": [5, 4]}, ["a", "b"])] * 2,
            rm.ParameterError,
            "'missing_factor' must be 'row'",
        ),
        (
            lambda _: [rm.CSI().by({name: [5, 4]}, ["a", "b"]) for name in "xy"],
            rm.StateError,
            "the same factors",
        ),
        (
            lambda _: (
                [rm.ReturnOnInvestment().by({"gain": [5, 4], "cost": [2, 0]}, ["a", "b"])] * 2
            ),
            rm.StateError,
            "the score of group 'b' before is undefined",
        ),
        (
            lambda _: (
                [rm.ReturnOnInvestment().by({"gain": [5, 4], "cost": [0, 0]}, ["a", "b"])] * 2
            ),
            rm.AmountError,
            "cost must be greater than 0",
        ),
    ],
)
def test_what_cannot_be_split_is_an_error_that_says_why(make, error, message):
    """The argument, what was given, and what to do."""
    with pytest.raises(error) as raised:
        rm.decompose(*make(rm.NPS()))
    assert message in str(raised.value)


def test_a_period_that_is_not_over_is_not_split():
    """It would look like one that shrank; without it, months of two regions split."""
    nps, answers = rm.NPS(), [10, 9, 3, 8, 10, 2]
    dates = ["2025-01-01", "2025-01-31", "2025-02-01", "2025-02-28", "2025-03-02", "2025-03-31"]
    north, south = nps.over(answers, dates), nps.over(answers[:5], dates[:5])
    said = r"periods are all over .*'2025-03-01'.*between"
    for sides in ((south, north), (north, south)):
        with pytest.raises(rm.ParameterError, match=said):
            rm.decompose(*sides)
    found = rm.decompose(south.between(last="2025-02"), north.between(last="2025-02"))
    assert found.change.value == 0
    assert found.before.n == 4


def test_options_are_checked():
    """By name, whatever the data."""
    by = rm.NPS().by(A, B)
    with pytest.raises(rm.ParameterError, match="'interaction_rule' must be one of own, split"):
        rm.decompose(by, by, interaction_rule="half")
    with pytest.raises(rm.ParameterError, match="confidence_level"):
        rm.decompose(by, by, confidence_level=1.0)
    with pytest.raises(rm.ParameterError, match="'intervals' must be True or False"):
        rm.decompose(by, by).table(intervals=1)


def test_a_metric_that_is_no_ratio_of_sums_is_an_error():
    """A metric of one's own over moments has to say what its sums are."""
    by = evolve(rm.CSI().by({"x": [5, 4]}, ["a", "b"]), metric="a metric of one's own")
    with pytest.raises(rm.ParameterError, match="with the method ratio_sums"):
        rm.decompose(by, by)


def test_the_ratio_of_sums_is_the_metric():
    """For one state and for a stack of groups, of ratings far from 0 too."""
    csi = rm.CSI(weights={"x": 1, "y": 3}, rescaled=True)
    ratings = {"x": [5, 4, 2, None], "y": [3, 4, 1, 2]}
    state, by = csi.moments(ratings), csi.by(ratings, list("aabb"))
    sums, stack = csi.form.ratio_sums(state), csi.form.ratio_sums(by.states)

    assert sums.y / sums.x == pytest.approx(csi.estimate(state).value)
    assert (stack.y / stack.x).tolist() == pytest.approx([by["a"].value, by["b"].value])
    own = [25 * ((x + 3 * y) / 4 - 1) for x, y in ((5, 3), (4, 4), (2, 1))]
    assert sums.yy == pytest.approx(sum(value**2 for value in own))
    assert sums.xy == pytest.approx(sum(own))
    assert (sums.xx, sums.n) == (3, 3)
    assert stack.y.sum() == pytest.approx(sums.y)


def test_money_beyond_all_bounds_gives_no_warning():
    """Squares that no float holds leave the parts as they are, and their interval open."""
    roi = rm.ReturnOnInvestment()
    before = roi.by({"gain": [1e90, 1.0, 2.0], "cost": [1e-60, 1e60, 3.0]}, list("aab"))
    after = roi.by({"gain": [1e80, 1.0, 2.0], "cost": [1e60, 1e-60, 3.0]}, list("aab"))
    found = rm.decompose(after, before)

    assert math.isfinite(found.change.value)
    assert found.rate.value + found.mix.value + found.interaction.value == found.change.value
