"""Progress: told step by step to who asks, silent otherwise, and no number depends on it."""

import numpy as np
import pytest

import relmetrics as rm
from relmetrics.inference.rearranged.mid_p import doubled_mid_p


def many_groups():
    """Resample the scores of so many groups that they are drawn in several parts."""
    answers, group = np.tile([10, 9, 3, 7], 500), np.repeat(np.arange(500), 4)
    return rm.NPS().by(answers, group).table(method="bootstrap", rng=1)["low"].tolist()


def test_steps_are_told_and_change_nothing():
    """Each step once, the last one the total; a block within a block has its own say."""
    told, silent = [], many_groups()
    with rm.progress(lambda done, total: told.append((done, total))):
        assert many_groups() == silent
        with rm.progress(False):
            many_groups()
    assert len(told) > 1
    assert told == [(i + 1, len(told)) for i in range(len(told))]
    assert many_groups() == silent
    assert told[-1] == (len(told), len(told))


SURVEY = rm.simulate_survey(300)
COLUMNS = {"a": np.arange(500) % 5, "b": np.arange(500) % 7 // 3}
NPS = rm.NPS()
STATES = NPS.tally(np.arange(900) % 11), NPS.tally(np.arange(700) % 10)
MEAN = rm.MeanScore(scale=rm.ZERO_TO_TEN)
PAIRS = MEAN.pairs(np.arange(900) % 11, np.arange(900) % 7)
TARGETS = {"a": dict.fromkeys(range(5), 0.2), "b": {0: 0.2, 1: 0.3, 2: 0.5}}


def compared():
    """Test so many rates, no two alike, that they are asked in several blocks."""
    n = np.arange(2.0, 9002.0)
    p = doubled_mid_p(
        [0, 1], np.stack([n - n // 3, n // 3], axis=1), np.array([[90.0, 40.0]] * 9000)
    )
    return p.tolist()


def raked(**options):
    return rm.rake(COLUMNS, TARGETS, **options).weights.tolist()


def permuted(difference):
    return difference.permutation(draws=40_000, rng=1).to_dict()


LONG = {
    "resampling": many_groups,
    "raking": raked,
    "raking within bounds": lambda: raked(factors=(0.1, 9)),
    "a permutation test": lambda: permuted(NPS.compare(*STATES)),
    "a permutation test of pairs": lambda: permuted(MEAN.compare_paired(PAIRS)),
    "exact tests": compared,
    "a scorecard": lambda: str(rm.scorecard(survey=SURVEY)),
    "a report": lambda: rm.report(["# A", rm.nps([10, 3]), "text", rm.csat([5])]).to_markdown(),
}


@pytest.mark.parametrize("what", LONG)
def test_whatever_takes_long_tells_its_steps_and_can_be_stopped(what):
    """The same numbers; steps from 1 on, never beyond the total; an error ends it at once."""
    told, silent = [], LONG[what]()
    with rm.progress(lambda done, total: told.append((done, total))):
        assert LONG[what]() == silent
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert len(told) > 1
    assert len({total for _, total in told}) == 1
    assert told[-1][0] <= told[-1][1]

    def stop(done, _total):
        told[:] = [done]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), rm.progress(stop):
        LONG[what]()
    assert told == [1]


def test_an_interrupt_ends_it_between_two_steps():
    """As Ctrl-C does; afterwards nobody is told any more."""
    told = []

    def stop(done, _total):
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), rm.progress(stop):
        many_groups()
    many_groups()
    assert told == [1]


def test_a_bar_is_drawn_where_tqdm_is_and_what_is_no_function_is_refused():
    """Without tqdm nothing is said."""
    with rm.progress():
        many_groups()
    with (
        pytest.raises(rm.ParameterError, match="must be a function of done and total"),
        rm.progress("yes"),
    ):
        pass
