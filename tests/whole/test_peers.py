"""What other projects' test suites and published tables say, asked of the library.

The cases are facts: inputs and outputs, each with its source, in tests/oracles/peers.
Those on which the library differs by definition are left out there.
"""

import numpy as np
import pytest
from places import oracles

import relmetrics as rm
from relmetrics.inference.differences import recovered

RATE, NPS, NET = rm.Rate(), rm.NPS(), rm.CSAT(definition="net")
FIFTY, NINETY = rm.rate(50, 100).state, rm.rate(90, 100).state


def score(answers):
    return rm.nps(answers).value


def of_classes(counts):
    """Return the tally of so many detractors, passives and promoters."""
    return NPS.tally_counts(dict(zip((0, 7, 10), counts, strict=True)))


def ends(interval):
    return [interval.low / 100, interval.high / 100]


def own_interval(inputs):
    rate = rm.rate(inputs["k"], inputs["n"])
    return ends(rate.interval(inputs["level"], method=inputs["method"]))


def compared(inputs, **options):
    return RATE.compare(*(rm.rate(*inputs[side]).state for side in "ab"), **options)


def interval_of_two(inputs):
    return ends(compared(inputs).interval(inputs.get("level", 0.95), method=inputs["method"]))


def hybrid(inputs):
    """Return Newcombe's interval by its formula: the test of 6 of 7 and 2 of 7 moves it to 0."""
    sides = [rm.rate(*inputs[side]) for side in "ab"]
    low, high = recovered(*((side.value, side.low, side.high) for side in sides))
    return [low / 100, high / 100]


def permuted(inputs):
    return compared(inputs).permutation().p_value


def paired(inputs):
    """Return the paired difference of a 2 x 2 table: both, first only, second only, neither."""
    both, first, second, neither = inputs["t"]
    now = [1] * (both + first) + [0] * (second + neither)
    before = [1] * both + [0] * first + [1] * second + [0] * neither
    return RATE.compare_paired(RATE.pairs(now, before))


def interval_of_pairs(inputs):
    return ends(paired(inputs).interval(inputs["level"], method=inputs["method"]))


def lifted(inputs):
    lift = rm.lift(rm.rate(*inputs["a"]), rm.rate(*inputs["b"]))
    return [lift.value, lift.low, lift.high]


def against_half(_):
    rate = rm.rate(52, 100)
    return [round(RATE.benchmark(rate.state, 50).p_value, 4), *ends(rate)]  # as R prints it


def no_room_to_rise(_):
    found = rm.detectable_difference(RATE, n=30, power=0.8, expected=NINETY)
    return bool(np.isnan(found.rise) and found.fall < 0)


def needed(difference, power, expected=FIFTY, **options):
    return rm.sample_size_for_difference(
        RATE, difference=difference, power=power, expected=expected, **options
    ).n


def weighted_mean(inputs, scale):
    return rm.mean_score(inputs["a"], scale=scale, weights=inputs["w"])


def waves(inputs, **options):
    return NPS.compare(of_classes(inputs["b"]), of_classes(inputs["a"]), **options)


def shares(answers):
    found = rm.nps(answers)
    return [found.value, found.promoters, found.passives, found.detractors]


def nets(inputs):
    return {
        group: NET.tally_counts(dict(enumerate(counts, start=1)))
        for group, counts in inputs.items()
    }


def net_statistic(inputs):
    states = nets(inputs)
    found = NET.compare(states["A"], states["C"], method="wald")
    return found.value / found.standard_error


def daily(inputs):
    """Return the trend of a plain series of numbers, a day each."""
    values = inputs.get("x", inputs.get("y"))
    days = np.datetime64("2020-01-01") + np.arange(len(values)).astype("m8[D]")
    money = {"before": [1] * len(values), "after": values}
    return rm.NetRevenueRetention().over(money, days, every="day")


def p_of_equal(k, other=None):
    return RATE.compare(rm.rate(k, 100).state, rm.rate(k if other is None else other, 100).state)


# How a case is asked, by the beginning of its id; the longest that fits counts.
ASKED = {
    # the table of Newcombe, and gumroad
    "newcombe98": interval_of_two,
    "newcombe98-c-newcombe": hybrid,
    "gumroad": lambda i: rm.ChurnRate().of(i["lost"], i["start"] + i["new"]).value,
    # calculators of NPS, and Turas
    "nps-calc": score,
    "nps-calc-dist": lambda i: NPS.estimate(of_classes(i)).value,
    "nps-calc-sum": lambda i: NPS.estimate(sum(map(of_classes, i), NPS.tally([]))).value,
    "griverorz": score,
    "phpoms": lambda i: NPS.estimate(of_classes(i)).value,
    "turas-nps-known": shares,
    "turas-nps-weighted": lambda i: rm.nps(i["a"], weights=i["w"]).value,
    "turas-nps-missing": lambda i: [rm.nps(i).n, rm.nps(i).missing],
    "turas-nps-boundaries": lambda i: shares(i)[:0:-1],
    "turas-weighted-mean": lambda i: weighted_mean(i, rm.ONE_TO_SEVEN).value,
    "turas-eff-n": lambda i: weighted_mean(i, rm.ONE_TO_FIVE).n_effective,
    "turas-zero-weight": lambda i: [
        weighted_mean(i, rm.ONE_TO_FIVE).value,
        weighted_mean(i, rm.ONE_TO_FIVE).n,
    ],
    "turas-ztest-equal": lambda _: p_of_equal(50).p_value,
    "turas-ztest-both-0": lambda _: p_of_equal(0).p_value,
    "turas-ztest-both-100": lambda _: p_of_equal(100).p_value,
    "turas-nps-wave-z": lambda i: waves(i, method="wald").p_value,
    "turas-nps-wave-big": lambda i: waves(i).p_value < 0.01,
    "turas-nps-all-passive": lambda i: waves({"a": i["a"], "b": i["a"]}).p_value > 0.05,
    "turas-net-values": lambda i: [NET.estimate(state).value for state in nets(i).values()],
    "turas-net-A-vs-C": net_statistic,
    "turas-net-A-vs-B": lambda i: NET.compare(nets(i)["A"], nets(i)["B"]).p_value,
    "turas-census": lambda i: rm.margin_of_error(NPS, n=i[0], population=i[1]).value,
    # the book of Fagerland, Lydersen and Laake
    "wald-1-2": own_interval,
    "wilson-13-16": own_interval,
    "score-test-13-16": lambda i: RATE.benchmark(rm.rate(i["k"], i["n"]).state, i["p"]).p_value,
    "wald-test-13-16": lambda i: (
        RATE.benchmark(rm.rate(i["k"], i["n"]).state, i["p"], method="wald").p_value
    ),
    "wald-perondi": interval_of_two,
    "agresti-caffo": interval_of_two,
    "newcombe-perondi": interval_of_two,
    "katz": lifted,
    "fisher": permuted,
    "z-unpooled": lambda i: compared(i, method="wald").p_value,
    "mcnemar-cavo": lambda i: paired(i).p_value,
    "mcnemar-exact": lambda i: paired(i).permutation().p_value,
    "tango": interval_of_pairs,
    "wald-cavo": interval_of_pairs,
    "agresti-min": interval_of_pairs,
    # R's own examples
    "power-50-75": lambda i: rm.power(RATE, n=i["n"], difference=i["d"], expected=FIFTY).value,
    "n-50-75-90": lambda _: needed(25, 0.9),
    "detect-n50-90": lambda _: (
        rm.detectable_difference(RATE, n=50, power=0.9, expected=FIFTY).value
    ),
    "n-tiny": lambda _: needed(0.1, 0.9, confidence_level=0.999),
    "n-90-100": lambda _: needed(10, 0.8, NINETY),
    "n30-90-no-rise": no_room_to_rise,
    "mcnemar-agresti": lambda i: paired(i).p_value,
    "prop.test": against_half,
    # trends
    "kendall-tuna-tau": lambda i: daily(i).monotone().tau,
    "kendall-tuna-p": lambda i: daily(i).monotone().p_value,
    "mk-": lambda i: daily(i).monotone().p_value,
    "mk-arbitrary-s": lambda i: daily(i).monotone().rising - daily(i).monotone().falling,
    "mk-rising-s": lambda i: daily(i).monotone().rising - daily(i).monotone().falling,
    "mk-rising-tau": lambda i: daily(i).monotone().tau,
    "sen-": lambda i: daily(i).slope(method="theil_sen").value / 100,
}
ERRORS = {"EmptySampleError": rm.EmptySampleError, "error": rm.RelmetricsError}
OPEN: dict[str, str] = {}
LEFT_OUT = {
    "turas-ztest-40-60": "the pooled z; the test of two rates is the doubled mid-p",
    "pearson-tea": "the pooled z too",
    "pairwise-no-cc-holm": "Holm's rule for pooled z",
    "wald-scores-fischer": "its scores are a metric of their own",
    "sen-constant": "a median slope of equal values is refused, for its interval has no width",
    "sen-rising": "so is one of values that rise by the same step each day",
}
FILES = (
    "newcombe1998_gumroad",
    "nps_suites",
    "contingencytables_R",
    "R_stats_examples",
    "pymannkendall",
)


def cases():
    """Return every case, marked where the library is known to be wrong still."""
    found = [case for file in FILES for case in oracles(f"peers/{file}")]
    return [
        pytest.param(
            case,
            id=case["id"],
            marks=[pytest.mark.xfail(reason=OPEN[case["id"]])] if case["id"] in OPEN else [],
        )
        for case in found
        if case["id"] not in LEFT_OUT
    ]


@pytest.mark.parametrize("case", cases())
def test_the_library_says_what_others_do(case):
    """Within the tolerance of the case, whose source is in its file."""
    ask = ASKED[max((start for start in ASKED if case["id"].startswith(start)), key=len)]
    expected = case["expected"]
    if isinstance(expected, str):
        with pytest.raises(ERRORS[expected]):
            ask(case["inputs"])
    else:
        tolerance = case["tolerance"] or 0
        assert ask(case["inputs"]) == pytest.approx(expected, rel=0, abs=tolerance, nan_ok=True)
