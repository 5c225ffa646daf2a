"""Two groups: what a plan of them is given, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.data.checks import check_number, check_share, check_whole
from relmetrics.errors import ParameterError
from relmetrics.sampling.assumptions import MOST_ANSWERS, Assumptions
from relmetrics.sampling.planning.detection import difference_reach

if TYPE_CHECKING:
    from relmetrics.estimators.linear import LinearScore
    from relmetrics.sampling.planning.planned_test import PlannedTest
    from relmetrics.sampling.weights import DesignEffect
    from relmetrics.states.tally import Tally

_REACH_ROUNDING = 1e-12


def checked(
    metric: LinearScore[Any],
    expected: Tally | None,
    confidence_level: float,
    design_effect: float | DesignEffect,
) -> Assumptions:
    """Return the assumptions of a plan of two groups, checked.

    Raises:
        ParameterError: One is not what it must be, or the expected answers do not vary.
        EmptySampleError: `expected` holds no answers.
        WeightError: All answers of `expected` have weight 0.
        StateError: `expected` is of another scale.
    """
    given = Assumptions.checked(metric, expected, confidence_level, design_effect)
    # A rate may start at 0 or 100 %: the variance of the other group is known from its share.
    if not metric.has_two_outcomes and not given.sample.variance:
        raise ParameterError.must_be(
            "expected",
            "a Tally of answers that differ",
            expected,
            "Where all contribute the same, nothing is known of how much the next ones will vary.",
        )
    return given


def checked_difference(given: Assumptions, difference: object) -> float:
    """Return a difference that must be a number that the range allows.

    Raises:
        ParameterError: It is not.
    """
    low, high = difference_reach(given)
    words = f"from {low:.6g} to {high:.6g} {given.unit}"
    if given.expected is not None:
        words += f", as the reference scores {float(given.sample.value):.6g}"
    slack = _REACH_ROUNDING * (high - low)
    return check_number("difference", difference, low - slack, high + slack, words)


def checked_power(chance: float, given: Assumptions) -> float:
    """Return a power that must be better than a coin, and than the false alarms of the test.

    Raises:
        ParameterError: It is not.
    """
    least = max(0.5, 1 - given.confidence_level)
    return check_share("power", chance, "Say 0.8 for four times in five.", low=least)


def checked_sizes(n: int, n_reference: int | None) -> tuple[int, int]:
    """Return the sizes of both groups, which are equal where only one is said.

    Raises:
        ParameterError: One is no whole number of at least 1.
    """
    size = check_whole("n", n, 1, MOST_ANSWERS)
    if n_reference is None:
        return size, size
    return size, check_whole("n_reference", n_reference, 1, MOST_ANSWERS)


def require_within_reach_of(test: PlannedTest, difference: float) -> None:
    """Check that a true difference is one that the test can show.

    Raises:
        ParameterError: It is not: no number of answers shows what is not so.
    """
    remedy = "No number of answers shows what is not there."
    if test.alternative == "two-sided":
        if difference == 0:
            raise ParameterError.must_be("difference", "other than 0", difference, remedy)
        return
    short = abs(difference) if test.alternative == "equivalence" else -difference
    short = -short if test.alternative == "less" else short
    if not short < test.margin:
        words = {
            "greater": f"more than {0.0 - test.margin:g}",
            "less": f"less than {test.margin:g}",
            "equivalence": f"smaller than {test.margin:g}, either way",
        }
        raise ParameterError.must_be("difference", words[test.alternative], difference, remedy)
