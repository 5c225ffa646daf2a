"""Progress: told step by step to who asks, silent otherwise, and no number depends on it."""

import numpy as np
import pytest

import relmetrics as rm


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
