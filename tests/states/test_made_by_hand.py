"""States that no rows can have are refused, whether read from a dictionary or made by hand."""

import numpy as np
import pytest

import relmetrics as rm

WEIGHTED = rm.CSAT().tally([5, 4, 1], weights=[0.5, 1.25, 2.0])
PAIRED = rm.CSAT().pairs([5, 4, 1], [4, 4, 2], weights=[0.5, 1.25, 2.0])
MOMENTS = rm.Moments.from_columns({"x": [1.5, 2.5], "y": [3.5, 9.0]}, weights=[0.3, 0.7])
LOG = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"], [1.5, 2, 3])
COHORTS = LOG.cohorts(as_of="2025-03-15", values="revenue")
SURVIVAL = LOG.survival(lapsed_after=10, as_of="2025-03-15")
MOVES = rm.Transitions(("a", "b"), [[1, 2], [3, 4]])
BEYOND = 2**63


def changed(state, *path, to):
    """Return the dictionary of a state with one part of it changed."""
    data = state.to_dict()
    part = data
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = to
    return data


@pytest.mark.parametrize(
    "change",
    [
        {"counts": [0, 0, 0, 0, 1]},
        {"weights": [0, 0, 0, 0, 1.0], "squares": [2.0, 0, 0, 1.0, 0.2]},
        {"squares": [4.0, 0, 0, 1.0, 0.25]},
        {"weights": [1e308, 0, 0, 1.25, 0.5]},
        {"weights": [1e308, 0, 0, 1.25, 0.5], "squares": [1e308, 0, 0, 1.25**2, 0.25]},
    ],
)
def test_weights_that_answers_cannot_have_are_not_read(change):
    """What `from_counts` refuses is refused in a dictionary as well, and in pairs."""
    with pytest.raises(rm.StateError, match="weights"):
        rm.Tally.from_dict(WEIGHTED.to_dict() | change)
    rows = [row.to_dict() | change for row in PAIRED.rows]
    with pytest.raises(rm.StateError, match="weights"):
        rm.PairedTally.from_dict(PAIRED.to_dict() | {"rows": rows})


def test_the_bases_of_windows_are_read():
    """An average base counts a part of an answer as one, with its part for a weight."""
    dates = ["2025-01-05", "2025-01-09", "2025-02-20", "2025-02-03", "2025-03-10"]
    log = rm.PurchaseLog(["a", "b", "a", "c", "d"], dates)
    for base in ("start", "average", "start_plus_new", "daily_sum", "counts"):
        state = log.churn("2025-02-01", "2025-03-01", active_within=45, base=base).state
        assert rm.Tally.from_dict(state.to_dict()) == state


@pytest.mark.parametrize(
    ("state", "path", "to"),
    [
        (MOMENTS, ["n"], BEYOND),
        (MOMENTS, ["missing"], BEYOND),
        (MOMENTS, ["missing_by_column"], [0, BEYOND]),
        (MOMENTS, ["pairs"], [[BEYOND] * 2] * 2),
        (MOMENTS, ["sums", "masses"], [[1e308] * 2] * 2),
        (MOMENTS, ["sums", "masses"], [[1e-320] * 2] * 2),
        (MOMENTS, ["sums", "seconds"], [[1e308] * 2] * 2),
        (MOMENTS, ["sums", "firsts"], [[1e308] * 2] * 2),
        (MOMENTS, ["sums", "seconds"], [[0.1, 1e308], [-1e308, 0.1]]),
        (MOMENTS, ["pivot"], [1e308, 1e308]),
        (MOMENTS, ["squares", "masses"], [[1e308] * 2] * 2),
        (MOMENTS, ["squares", "masses"], [[1e-9] * 2] * 2),
        (COHORTS, ["sizes"], [BEYOND]),
        (COHORTS, ["counts", "on"], [[BEYOND, 0, 0]]),
        (COHORTS, ["revenue"], [[1e308, 1e308, 0.0]]),
        (SURVIVAL, ["lapsed"], [BEYOND]),
        (SURVIVAL, ["lapsed"], [2**61] * 5),
        (MOVES, ["counts"], [[BEYOND, 1], [2, 3]]),
        (MOVES, ["counts"], [[2**61, 1], [2, 3]]),
    ],
)
def test_numbers_beyond_what_arrays_hold_are_not_read(state, path, to):
    """Counts from 2**63 on, and sums whose squares are no numbers."""
    with pytest.raises(rm.StateError):
        type(state).from_dict(changed(state, *path, to=to))


@pytest.mark.parametrize(
    "made",
    [
        lambda: rm.Tally(rm.ONE_TO_FIVE, (1, 2, 3, 4, -50)),
        lambda: rm.Tally(rm.ONE_TO_FIVE, (1, 2, 3, 4, 0.5)),
        lambda: rm.Tally(rm.ONE_TO_FIVE, (1, 2, 3, 4, 5), -1),
        lambda: rm.Tally(rm.ONE_TO_FIVE, (1, 2, 3, 4, 5), 0, (1.0,), (1.0,)),
        lambda: rm.Tally(rm.ONE_TO_FIVE, (1, 2, 3, 4, 5), 0, (1.0, 2.0, 3.0, 4.0, 5.0)),
        lambda: rm.PairedTally(rm.ONE_TO_FIVE, ()),
        lambda: rm.PairedTally(rm.YES_NO, (1, 2, 3)),
        lambda: rm.PairedTally(rm.YES_NO, (rm.Tally.zero(rm.ONE_TO_FIVE),) * 3),
        lambda: rm.Transitions(("a", "b"), [[BEYOND, 1], [2, 3]]),
        lambda: rm.Survival(lapsed=[0, -1], censored=[1, 1], lapsed_after=3),
        lambda: rm.Survival(lapsed=np.array([0.0, 1.5]), censored=[1, 1], lapsed_after=3),
        lambda: rm.Survival(lapsed=7, censored=[1, 1], lapsed_after=3),
        lambda: rm.Survival(lapsed=[0], censored=[1, 1], lapsed_after=3),
        lambda: rm.Survival(lapsed=[0], censored=[1], lapsed_after=0),
        lambda: rm.Survival(lapsed=[0], censored=[1], lapsed_after=3, too_recent=-1),
        lambda: rm.Survival(lapsed=[0], censored=[1], lapsed_after=3, interval="wald"),
        lambda: rm.Survival(lapsed=[0], censored=[1], lapsed_after=3, confidence_level=95),
        lambda: rm.Moments(*[getattr(MOMENTS, name) for name in NAMES_OF_MOMENTS]),
        lambda: rm.Cohorts(COHORTS.definition, COHORTS.periods, [1, 2], COHORTS.by_kind),
    ],
)
def test_a_constructor_that_is_public_checks(made):
    """With one of the library's errors, and not when it is too late."""
    with pytest.raises(rm.RelmetricsError):
        made()


NAMES_OF_MOMENTS = ("columns", "rule", "n", "n", "missing", "missing_by_column", "pairs", "sums")


def test_survival_keeps_counts_of_its_own():
    """Who writes to the array that it was made from does not change it, and lists will do."""
    lapsed = np.array([1, 0, 2])
    result = rm.Survival(lapsed=lapsed, censored=[0, 1, 1], lapsed_after=3)
    lapsed[0] = 7
    assert result.lapsed.tolist() == [1, 0, 2]
    assert result == rm.Survival(lapsed=[1, 0, 2], censored=[0, 1, 1], lapsed_after=3)
    assert rm.Survival.from_dict(result.to_dict()) == result
