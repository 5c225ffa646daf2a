"""Designed samples: agreement with R's survey package, and what is refused."""

import json
import math
import re
from typing import Any

import numpy as np
import pytest
from designed import FOLDER, data, sim_design, whole

import relmetrics as rm
from relmetrics.inference.clusters.carried import carried
from relmetrics.inference.clusters.influence import of_answers
from relmetrics.states.clustered.clusters import Clusters
from relmetrics.states.sample import Sample, effective_n

CASES = {case["id"]: case for case in json.loads((FOLDER / "r_survey.json").read_text())}
RULE = {case["id"]: case for case in json.loads((FOLDER / "rule.json").read_text())}
NPS = rm.NPS()
CLOSE = {"rel": 1e-9, "abs": 1e-9}


def nps(design, rows=slice(None), name="sim", *, weighted=True):
    """Return NPS of the simulated survey, by a design."""
    columns = data(name)
    return rm.nps(
        whole(columns["score"])[rows],
        weights=columns["weight"][rows] if weighted else None,
        design=design,
    )


SURVEYS = {
    "sim_nps_cluster": lambda: nps(sim_design()),
    "sim_nps_cluster_unweighted": lambda: nps(sim_design(), weighted=False),
    "sim_nps_strata": lambda: nps(sim_design(strata=True)),
    "sim_nps_strata_fpc": lambda: nps(sim_design(strata=True, population=True)),
    "sim_mean_strata_fpc": lambda: rm.mean_score(
        whole(data("sim")["score"]),
        scale=rm.ZERO_TO_TEN,
        weights=data("sim")["weight"],
        design=sim_design(strata=True, population=True),
    ),
    "sim_nps_rows": lambda: nps(rm.Design(respondents=range(len(data("sim")["id"])))),
    **{
        f"lonely_{rule}": lambda rule=rule: nps(
            sim_design(strata=True, name="lonely", lonely=rule), name="lonely"
        )
        for rule in ("adjust", "remove", "certainty", "average")
    },
}


@pytest.mark.parametrize("case", sorted(SURVEYS.keys() & CASES.keys()))
def test_value_error_and_wald_interval_are_those_of_svymean(case):
    """To 1e-9, with strata, finite populations and lonely strata."""
    expected, found = CASES[case], SURVEYS[case]()

    assert found.value == pytest.approx(expected["value"][0], **CLOSE)
    assert found.standard_error == pytest.approx(expected["se"][0], **CLOSE)
    if case != "sim_nps_rows":  # where nobody answers again Wald's is the plain one
        interval = found.interval(method="wald")
        assert [interval.low, interval.high] == pytest.approx(expected["ci"], **CLOSE)


def schools(name, who, *, strata=None, population=None):
    """Return the design of a sample of Californian schools, and each point's clusters."""
    columns = data(name)
    rows = len(columns["pw"])
    sizes: Any = None
    if population is not None:
        fpc = columns[population]
        given = ["all"] * rows if strata is None else columns[strata].tolist()
        sizes = dict(zip(given, fpc.tolist(), strict=True))
        sizes = sizes["all"] if strata is None else sizes
    design = rm.Design(
        clusters=range(rows) if who is None else whole(columns[who]),
        strata=None if strata is None else columns[strata],
        population=sizes,
    )
    return columns, design


def sampled(columns, design, y="api00", rows=None):
    """Return the sample of the mean of any whole numbers, of all rows or of a domain."""
    w, values = columns["pw"], columns[y]
    levels, at = np.unique(values, return_inverse=True)
    places, ids, strata = design.read(len(values))
    kept = slice(None) if rows is None else rows
    w, places, at = w[kept], places[kept], at.reshape(-1)[kept]
    clusters = Clusters.of_rows(ids, places, at, len(levels), weights=w, strata=strata)
    mean = float(w @ values[kept] / w.sum())
    gaps = values[kept] - mean
    plain = Sample(
        mean,
        float((w * w) @ gaps**2 / (w @ w)),
        len(w),
        effective_n(w.sum(), w @ w),
    )
    members = [(i,) for i in range(len(levels))]
    return carried(plain, of_answers(clusters, levels.tolist(), members, mean), is_flat=False)


SCHOOLS = {
    "clus1_mean": ("apiclus1", "dnum", None, "fpc"),
    "clus1_mean_nofpc": ("apiclus1", "dnum", None, None),
    "clus2_mean_ultimate": ("apiclus2", "dnum", None, "fpc1"),
    "clus2_mean_nofpc": ("apiclus2", "dnum", None, None),
    "strat_mean": ("apistrat", None, "stype", "fpc"),
    "strat_mean_nofpc": ("apistrat", None, "stype", None),
    "srs_mean": ("apisrs", None, None, "fpc"),
    "srs_mean_nofpc": ("apisrs", None, None, None),
}


@pytest.mark.parametrize("case", sorted(SCHOOLS.keys() & CASES.keys()))
def test_means_of_schools_are_those_of_svymean(case):
    """R's own examples, with clusters, strata and finite populations."""
    name, who, strata, population = SCHOOLS[case]
    found = sampled(*schools(name, who, strata=strata, population=population))
    expected = CASES[case]

    assert found.value == pytest.approx(expected["value"][0], **CLOSE)
    assert found.standard_error == pytest.approx(expected["se"][0], **CLOSE)
    if not found.is_plain:
        assert found.df == expected["df"][0]


@pytest.mark.parametrize(
    ("case", "name", "who", "strata", "domain"),
    [
        ("clus1_by_stype", "apiclus1", "dnum", None, "stype"),
        ("strat_by_awards", "apistrat", None, "stype", "awards"),
    ],
)
def test_domains_of_schools_are_those_of_svyby(case, name, who, strata, domain):
    """A group is a domain of the whole design: who is not in it counts with 0."""
    columns, design = schools(name, who, strata=strata, population="fpc")
    found = [
        sampled(columns, design, rows=columns[domain] == label)
        for label in sorted(set(columns[domain].tolist()))
    ]

    assert [one.value for one in found] == pytest.approx(CASES[case]["value"], **CLOSE)
    assert [one.standard_error for one in found] == pytest.approx(CASES[case]["se"], **CLOSE)


@pytest.mark.parametrize("kind", ["cluster", "strata_fpc"])
def test_months_are_those_of_svyby_svycontrast_and_svyttest(kind):
    """Values, errors, degrees of freedom and covariances of domains, and their differences."""
    columns, designed = data("sim"), kind == "strata_fpc"
    design = sim_design(strata=designed, population=designed)
    month = whole(columns["month"])
    score, w = whole(columns["score"]), columns["weight"]
    by = NPS.by(score, month, weights=w, design=design, sort=True)
    expected = CASES[f"sim_by_month_{kind}"]
    cov = np.array(expected["cov"]).reshape(3, 3)
    sample: Any = NPS.form.sampled(by.states)

    assert sample.value == pytest.approx(expected["value"], **CLOSE)
    assert sample.standard_error == pytest.approx(expected["se"], **CLOSE)
    assert sample.df.tolist() == expected["df"]
    for i, j in ((1, 0), (2, 0), (2, 1)):
        found = NPS.compare(by.states[i], by.states[j])
        variance = cov[i, i] + cov[j, j] - 2 * cov[i, j]
        assert found.standard_error == pytest.approx(variance**0.5, **CLOSE)
    found = NPS.compare(by[2].state, by[1].state, method="wald")
    contrast = CASES[f"sim_contrast_month_{kind}"]
    t_test = next(one for name, one in CASES.items() if re.fullmatch(f"sim_t+est_.*{kind}", name))
    assert found.value == pytest.approx(contrast["value"][0], **CLOSE)
    assert found.standard_error == pytest.approx(contrast["se"][0], **CLOSE)
    assert found.value / found.standard_error == pytest.approx(t_test["t"][0], **CLOSE)


@pytest.mark.parametrize(
    "case",
    ["sim_strata_fpc_ciprop_logit", "sim_cluster_ciprop_logit"],
)
def test_shares_are_those_of_svyciprop(case):
    """Value and error; the interval is the library's own."""
    designed = "strata" in case
    found = rm.Rate()(
        whole(data("sim")["top"]),
        weights=data("sim")["weight"],
        design=sim_design(strata=designed, population=designed),
    )
    scale = 100 if CASES[case]["value"][0] <= 1 else 1

    assert found.value == pytest.approx(scale * CASES[case]["value"][0], **CLOSE)
    assert found.standard_error == pytest.approx(scale * CASES[case]["se"][0], **CLOSE)


RULES = {
    "nps, rows only": lambda: nps(rm.Design(respondents=range(len(data("sim")["id"])))),
    "nps, clusters": lambda: nps(sim_design()),
    "nps, clusters unweighted": lambda: nps(sim_design(), weighted=False),
    "nps, clusters + strata": lambda: nps(sim_design(strata=True)),
    "nps, clusters + strata + fpc": lambda: nps(sim_design(strata=True, population=True)),
    "top, clusters": lambda: rm.Rate()(
        whole(data("sim")["top"]), weights=data("sim")["weight"], design=sim_design()
    ),
    "top, clusters + strata + fpc": lambda: rm.Rate()(
        whole(data("sim")["top"]),
        weights=data("sim")["weight"],
        design=sim_design(strata=True, population=True),
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_the_rule_is_that_of_another_program(case):
    """Interval, effective n and error of a prototype that was written apart."""
    found, expected = RULES[case](), RULE[case]
    # The prototype did not steady what strata gain by how few clusters show it.
    close = 2e-3 if "strata" in case else 1e-8

    for name in ("value", "low", "high", "n_effective"):
        assert getattr(found, name) == pytest.approx(expected[name], rel=close)
    assert found.standard_error == pytest.approx(expected["se"], rel=1e-8)


def test_a_difference_is_that_of_another_program():
    """Two months that share respondents."""
    columns, expected = data("sim"), RULE["nps, month 2 less month 1, shared clusters"]
    month = whole(columns["month"])
    sides = [
        NPS.tally(
            whole(columns["score"])[month == m],
            weights=columns["weight"][month == m],
            respondents=whole(columns["id"])[month == m],
        )
        for m in (2, 1)
    ]
    found = NPS.compare(*sides)

    for name in ("value", "low", "high", "p_value"):
        assert getattr(found, name) == pytest.approx(expected[name], rel=1e-8)
    assert found.standard_error == pytest.approx(expected["se"], rel=1e-8)


def test_parts_of_a_designed_sample_add_to_the_whole():
    """Shards, months, hashes and JSON keep who was sampled from what."""
    columns = data("sim")
    score, w = whole(columns["score"]), columns["weight"]
    parts = np.arange(len(score)) % 3
    whole_one = NPS.tally(score, weights=w, design=sim_design(strata=True, population=True))
    shards = [
        NPS.tally(
            score[parts == i],
            weights=w[parts == i],
            design=sim_design(parts == i, strata=True, population=True),
        )
        for i in range(3)
    ]
    added = sum(shards[1:], shards[0])
    months = NPS.by(
        score,
        whole(columns["month"]),
        weights=w,
        design=sim_design(strata=True, population=True),
    )

    for state in (
        added,
        months.states.total(),
        whole_one.hashed("key"),
        rm.ClusteredTally.from_dict(json.loads(json.dumps(added.to_dict()))),
    ):
        found, expected = (NPS.estimate(one) for one in (state, whole_one))
        assert found.low == pytest.approx(expected.low, rel=1e-9)
        assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-9)
    assert added.clusters.strata == whole_one.clusters.strata


def test_a_small_population_is_nearly_known():
    """120 of 200: the interval is much shorter; all of them: hardly any."""
    rng = np.random.default_rng(2)
    answers, ids = rng.integers(0, 11, 120), np.arange(120)

    widths = {
        size: (found := rm.nps(answers, design=rm.Design(respondents=ids, population=size))).high
        - found.low
        for size in (120, 121, 200, 10**9)
    }
    endless = rm.nps(answers)

    assert widths[10**9] == pytest.approx(endless.high - endless.low, rel=0.02)
    assert widths[200] == pytest.approx(widths[10**9] * 0.4**0.5, rel=0.05)
    assert widths[120] < widths[121] < 0.2 * widths[200]


def test_a_design_without_more_than_ids_is_plain_where_everybody_answers_once():
    """To the last digit."""
    answers = [10, 9, 3, 8, 6, 10, 0]
    found = rm.nps(answers, design=rm.Design(respondents=range(7)))
    plain = rm.nps(answers)

    assert (found.low, found.high, found.standard_error) == (
        plain.low,
        plain.high,
        plain.standard_error,
    )


def test_strata_that_agree_within_are_no_certainty():
    """Two respondents in each of two strata, alike within them: the interval stays wide."""
    design = rm.Design(respondents=[1, 2, 3, 4], strata=["a", "a", "b", "b"])
    found = rm.nps([10, 10, 0, 0], design=design)

    assert found.standard_error == 0
    assert found.high - found.low > 80


IDS, STRATA = [1, 1, 2, 3, 4], ["a", "a", "a", "b", "b"]
ANSWERS = [10, 9, 3, 8, 6]


def designed(**options):
    """Return NPS of five answers of four respondents in two strata."""
    return rm.nps(ANSWERS, design=rm.Design(**{"respondents": IDS, "strata": STRATA, **options}))


BAD = {
    "two strata": (
        lambda: designed(strata=["a", "b", "a", "b", "b"]),
        rm.CustomerError,
        "respondents must be in one stratum each; in another one too: 1 at position 0",
    ),
    "a stratum is missing": (
        lambda: designed(strata=["a", "a", None, "b", "b"]),
        rm.CustomerError,
        "strata must say where each row is from; 1 missing, at position 2",
    ),
    "too few strata": (lambda: designed(strata=["a"]), rm.LengthError, "strata has 1"),
    "a population smaller than its sample": (
        lambda: designed(population={"a": 10, "b": 1}),
        rm.StateError,
        "not so: 'b: 2 of 1'",
    ),
    "a stratum without population": (
        lambda: designed(population={"a": 10, "c": 10}),
        rm.ParameterError,
        "given for every stratum; 'b' has none",
    ),
    "no number": (
        lambda: designed(population={"a": 10, "b": None}),
        rm.ParameterError,
        "population['b']",
    ),
    "one number for many strata": (
        lambda: designed(population=10),
        rm.ParameterError,
        "a number without strata, and a mapping",
    ),
    "a mapping without strata": (
        lambda: designed(strata=None, population={"a": 10}),
        rm.ParameterError,
        "a number without strata",
    ),
    "a lonely stratum": (
        lambda: designed(strata=["a", "a", "a", "a", "b"]),
        rm.StateError,
        "these have one: 'b'. Join them",
    ),
    "no such rule": (
        lambda: designed(lonely="fail"),
        rm.ParameterError,
        "'lonely' must be one of refuse",
    ),
    "nobody": (
        lambda: rm.Design(strata=STRATA),
        rm.ParameterError,
        "'respondents' must be given, or else clusters, and not both",
    ),
    "both names": (
        lambda: rm.Design(respondents=IDS, clusters=IDS),
        rm.ParameterError,
        "not both",
    ),
    "respondents beside it": (
        lambda: rm.nps(ANSWERS, respondents=IDS, design=rm.Design(respondents=IDS)),
        rm.ParameterError,
        "'respondents' must be left out beside design",
    ),
    "no design": (
        lambda: rm.nps(ANSWERS, design=IDS),
        rm.ParameterError,
        "'design' must be a Design",
    ),
    "with and without": (
        lambda: (
            NPS.tally(ANSWERS, respondents=IDS)
            + NPS.tally(ANSWERS, design=rm.Design(respondents=IDS))
        ),
        rm.StateError,
        "only one of the two states has a design",
    ),
    "moved between states": (
        lambda: (
            NPS.tally([10, 9], design=rm.Design(respondents=[1, 2], strata=["a", "a"]))
            + NPS.tally([10, 9], design=rm.Design(respondents=[2, 3], strata=["b", "b"]))
        ),
        rm.StateError,
        "a respondent is in one stratum; 1 are in another one in the other state",
    ),
    "two populations": (
        lambda: (
            NPS.tally([10], design=rm.Design(respondents=[1], population=10))
            + NPS.tally([10], design=rm.Design(respondents=[2], population=11))
        ),
        rm.StateError,
        "the same population",
    ),
    "two rules": (
        lambda: (
            NPS.tally([10], design=rm.Design(respondents=[1], lonely="adjust"))
            + NPS.tally([10], design=rm.Design(respondents=[2]))
        ),
        rm.StateError,
        "the same lonely",
    ),
    "more than there are, together": (
        lambda: (
            NPS.tally([10], design=rm.Design(respondents=[1], population=1))
            + NPS.tally([10], design=rm.Design(respondents=[2], population=1))
        ),
        rm.StateError,
        "not so: 'all: 2 of 1'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_designs_are_refused(case):
    """Each error names what is wrong and the remedy."""
    action, error, text = BAD[case]
    with pytest.raises(error) as raised:
        action()
    assert text in str(raised.value)


def test_all_answers_of_a_group_in_one_cluster_give_a_wide_interval():
    """One cluster says little, however large its stratum."""
    group = ["x", "x", "y", "y", "y"]
    by = NPS.by([9, 9, 3, 8, 6], group, design=rm.Design(respondents=IDS, strata=STRATA))

    assert by["x"].high - by["x"].low > 100
    assert math.isnan(by["x"].standard_error)


STATE = NPS.tally(
    ANSWERS, design=rm.Design(respondents=IDS, strata=STRATA, population={"a": 9, "b": 9})
).to_dict()
STRATA_OF: Any = STATE["strata"]
BROKEN = {
    "no mapping": 7,
    "a field less": {"labels": ["a", "b"]},
    "labels out of order": STRATA_OF | {"labels": ["b", "a"]},
    "an unknown stratum": STRATA_OF | {"of": [0, 0, 1, 2]},
    "nobody's stratum": STRATA_OF | {"of": [0, 0, 1]},
    "no rule": STRATA_OF | {"lonely": "fail"},
    "a small population": STRATA_OF | {"population": [1, 9]},
    "no population": STRATA_OF | {"population": ["many", 9]},
}


@pytest.mark.parametrize("case", BROKEN)
def test_strata_that_were_not_written_by_to_dict_are_refused(case):
    """A file from outside is checked field by field."""
    assert rm.ClusteredTally.from_dict(STATE).to_dict() == STATE
    with pytest.raises(rm.StateError):
        rm.ClusteredTally.from_dict(STATE | {"strata": BROKEN[case]})


CALIBRATED = {case["id"]: case for case in json.loads((FOLDER / "calibrated.json").read_text())}


def two_stages():
    """Return the simulated survey with rows drawn within respondents."""
    ids = whole(data("sim")["id"])
    rows = dict(zip(*np.unique(ids, return_counts=True), strict=True))
    sizes = {int(one): 1 if n == 1 else int(n) + 2 + int(one) % 3 for one, n in rows.items()}
    return rm.Design(respondents=ids, population=120, cluster_sizes=sizes)


def test_two_stages_are_those_of_r():
    """A net, months with their covariance, and a ratio; and R's own example of schools."""
    columns, design = data("sim"), two_stages()
    score, w, month = whole(columns["score"]), columns["weight"], whole(columns["month"])
    ids = whole(columns["id"])
    found = rm.nps(score, weights=w, design=design)
    by = NPS.by(score, month, weights=w, design=design, sort=True)
    money = {"amount": 5 + (ids * 13 + score * 11) % 97, "orders": 1 + (ids + score) % 4}
    ratio = rm.average_order_value(**money, weights=w, design=design)
    net, months, orders = (CALIBRATED[f"twostage_{name}"] for name in ("nps", "months", "ratio"))
    cov = np.array(months["cov"]).reshape(3, 3)
    schools = data("apiclus2")
    clusters, sizes = whole(schools["dnum"]), whole(schools["fpc2"])
    design = rm.Design(
        clusters=clusters,
        population=757,
        cluster_sizes=dict(zip(clusters.tolist(), sizes.tolist(), strict=True)),
    )
    mean, expected = sampled(schools, design), CASES["clus2_mean_twostage"]

    assert found.value == pytest.approx(net["value"][0], **CLOSE)
    assert found.standard_error == pytest.approx(net["se"][0], **CLOSE)
    wald = found.interval(method="wald")
    assert [wald.low, wald.high] == pytest.approx(net["ci"], **CLOSE)
    assert NPS.form.sampled(by.states).standard_error == pytest.approx(months["se"], **CLOSE)
    for i, j in ((1, 0), (2, 0), (2, 1)):
        change = NPS.compare(by.states[i], by.states[j])
        variance = cov[i, i] + cov[j, j] - 2 * cov[i, j]
        assert change.standard_error == pytest.approx(variance**0.5, **CLOSE)
    assert ratio.standard_error == pytest.approx(orders["se"][0], **CLOSE)
    assert mean.standard_error == pytest.approx(expected["se"][0], **CLOSE)


def test_states_of_two_stages_are_written_and_add_where_they_are_of_one_sample():
    """Groups and months of the same rows; shards have drawn others."""
    columns, design = data("sim"), two_stages()
    score, w = whole(columns["score"]), columns["weight"]
    state = NPS.tally(score, weights=w, design=design)
    by = NPS.by(score, whole(columns["month"]), weights=w, design=design)

    for other in (
        rm.ClusteredTally.from_dict(json.loads(json.dumps(state.to_dict()))),
        by.states.total(),
        state.hashed("key"),
    ):
        found = NPS.estimate(other).standard_error
        assert found == pytest.approx(NPS.estimate(state).standard_error, rel=1e-9)
    shards = [
        NPS.tally(
            score[at],
            weights=w[at],
            design=rm.Design(
                respondents=whole(columns["id"])[at], population=120, cluster_sizes=20
            ),
        )
        for at in (slice(0, None, 2), slice(1, None, 2))
    ]
    with pytest.raises(rm.StateError, match="drew other numbers of rows"):
        shards[0] + shards[1]
    with pytest.raises(rm.StateError, match="only one of the two states has two stages"):
        state + NPS.tally(
            score, weights=w, design=rm.Design(respondents=whole(columns["id"]), population=120)
        )


STAGES = {
    "no population": ({"population": None}, "left out without a population"),
    "margins": (
        {"margins": rm.post_stratify(["a", "a", "b", "b", "b"], {"a": 0.5, "b": 0.5})},
        "left out beside margins",
    ),
    "fewer than drawn": ({"cluster_sizes": 1}, "'1: 2 of 1'"),
    "a cluster without": ({"cluster_sizes": {1: 4, 2: 4, 3: 4}}, "4 has none"),
    "no number": ({"cluster_sizes": {1: 4, 2: "x", 3: 4, 4: 4}}, "2: 1 of x"),
    "a number beyond numbers": ({"population": 10**400}, "'population' must be a number above 0"),
}


@pytest.mark.parametrize("case", STAGES)
def test_second_stages_that_cannot_be_are_refused(case):
    """With what is wrong; a lone row of several by name of the rule."""
    options, text = STAGES[case]
    with pytest.raises(rm.ParameterError) as raised:
        rm.nps(
            ANSWERS,
            design=rm.Design(
                **{"respondents": IDS, "population": 9, "cluster_sizes": 4, **options}
            ),
        )
    assert text in str(raised.value)
    lone: dict[str, Any] = {"respondents": IDS, "population": 9, "cluster_sizes": 4}
    with pytest.raises(rm.StateError, match="3 clusters have one row of several"):
        rm.nps(ANSWERS, design=rm.Design(**lone))
    assert rm.nps(ANSWERS, design=rm.Design(**lone, lonely="remove")).n == 5
