"""Verdicts about many groups that are alike: false ones are as rare as the default promises."""

import family_study as study
import pytest


@pytest.mark.parametrize("small", [1, 3, 30])
@pytest.mark.parametrize("name", study.OPINIONS)
def test_false_verdicts_are_rare_at_every_size(name, small):
    """Worse and better at most 5 % each, within the noise of 100 surveys; it was up to 70 %."""
    worse, better, either = study.false_verdicts(name, small, draws=100)

    assert worse <= 11
    assert better <= 11
    assert either <= 12


def test_an_odd_group_is_found():
    """50 % against 70 in a group of a hundred: .81 of surveys find it; 10 against 1 %: .78."""
    assert study.power("rate of 50 %", 100, (0.3, 0.7), draws=100) >= 65
    assert study.power("rate of 10 %", 100, (0.99, 0.01), draws=100) >= 60


def test_weights_leave_false_verdicts_rare():
    """Moderate weights, and unequal ones where events are not rare."""
    for name, small, spread in (("rate of 2 %", 3, 0.5), ("NPS of 50", 10, 1.0)):
        assert study.weighted_verdicts(name, small, spread, draws=100)[2] <= 12


@pytest.mark.parametrize("size", [1, 2, 5, 30])
def test_a_single_comparison_keeps_its_size_against_500(size):
    """Exactly, over rates from 1 to 50 %: at most 7 % reject two samples of one rate."""
    for share in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5):
        assert study.exact_size(size, 500, share) <= 0.07
