"""Power: how many answers in each of two groups it takes to see that they differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from relmetrics.data.checks import check_name, check_positive
from relmetrics.errors import ParameterError
from relmetrics.metric.margins.one_sided import ALTERNATIVES, Alternative
from relmetrics.sampling.assumptions import MOST_ANSWERS
from relmetrics.sampling.planning.detection import chance_of_seeing, difference_reach, least_seen
from relmetrics.sampling.planning.planned_test import PlannedAlternative, PlannedTest
from relmetrics.sampling.planning.two_groups import (
    checked,
    checked_difference,
    checked_power,
    checked_sizes,
    require_within_reach_of,
)
from relmetrics.sampling.power_results import DetectableDifference, GroupSizes, Power
from relmetrics.sampling.sample_size import fewest

if TYPE_CHECKING:
    from relmetrics.estimators.linear import LinearScore
    from relmetrics.sampling.weights import DesignEffect
    from relmetrics.states.tally import Tally


def sample_size_for_difference(
    metric: LinearScore[Any],
    *,
    difference: float,
    power: float = 0.8,
    confidence_level: float = 0.95,
    expected: Tally | None = None,
    ratio: float = 1.0,
    design_effect: float | DesignEffect = 1.0,
    alternative: PlannedAlternative = "two-sided",
    margin: float = 0.0,
    correlation: float = 0.0,
    overlap: float = 1.0,
    method: str | None = None,
) -> GroupSizes:
    """Compute the answers per group with which a true difference will be seen.

    Seen means that the two-sided test of ``metric.compare`` has a p-value below
    ``1 - confidence_level``, and that the difference found goes the way of the true one. Its
    chance, the power, is of the normal approximation, ``P(D + e Z > z s)``, with Z standard
    normal, D the size of the difference, e its standard error and s the one that the test computes:
    for rates pooled over the groups (the score test; Fleiss 1981), for other scores with the
    pseudo-answers of the adjusted interval, which D has too. By default `compare` tests by the
    doubled mid-p, which is close: of rates planned for .80 it saw .77 to .82 in simulation, the
    lower end where one group is ten times the other and the rate is rare; of an NPS .81 to .85 from
    the middle, and .66 for a fall from 84, since a lower score varies more than `expected` does.

    The reference scores what `expected` does, the group `difference` more, with the same
    variance; of a rate with the variance of its own share. No variance exceeds what the score's
    range allows.

    Args:
        metric: A metric of a tally: NPS, CSAT, CES, a mean, any rate.
        difference: The least true difference that should be seen, group less reference, in the
            metric's unit; not 0, and negative for a fall.
        power: The chance of seeing it, below 1, above 0.5 and above ``1 - confidence_level``.
        confidence_level: 1 less the significance of the test.
        expected: A tally of answers like the reference's; only its shares count. By default the
            worst case: all answers at the two ends of the range, and the two scores as far above
            the middle as below.
        ratio: Answers of the reference for each answer of the group, above 0.
        design_effect: By how much clusters or weights multiply the variance, in both groups.
        alternative: ``two-sided``; ``greater`` or ``less``, of the group less the reference, as
            ``difference.one_sided`` tests; or ``equivalence``, within the margin.
        margin: How far the wrong way the true difference may be, in the metric's unit: with
            ``greater`` it is to be shown to be more than ``-margin`` (non-inferiority, of which
            `difference` is often 0); of equivalence what it is smaller than.
        correlation: Of the answers of one respondent in both groups, such as two waves of the same
            customers; then the test is that of states with respondents. 0 for other respondents.
        overlap: The part of the smaller group that is in the other one too.
        method: One of the metric's `difference_methods`: ``wald`` is what other calculators take.

    Raises:
        ParameterError: A number is outside what it can be, the difference leaves the metric's
            range or cannot be shown by this test, or the metric is none of a tally.
        EmptySampleError: `expected` holds no answers.
        WeightError: All answers of `expected` have weight 0.
        StateError: `expected` is of another scale.

    Example:
        >>> import relmetrics as rm
        >>> rm.sample_size_for_difference(rm.NPS(), difference=10).n
        1567
        >>> last = rm.NPS().tally_counts({10: 45, 8: 40, 3: 15})
        >>> rm.sample_size_for_difference(rm.NPS(), difference=10, expected=last).n
        804
        >>> same = {"expected": last, "correlation": 0.6}
        >>> rm.sample_size_for_difference(rm.NPS(), difference=10, **same).n
        327

    Source:
        Fleiss, Statistical Methods for Rates and Proportions (1981), for rates; Rocks (2016),
        arXiv 1601.07235, for the adjusted test of NPS.
    """
    given = checked(metric, expected, confidence_level, design_effect)
    test = PlannedTest.checked(
        metric,
        alternative=alternative,
        margin=margin,
        correlation=correlation,
        overlap=overlap,
        method=method,
    )
    difference = checked_difference(given, difference)
    require_within_reach_of(test, difference)
    power = checked_power(power, given)
    ratio = check_positive("ratio", ratio, "Say 2 for twice as many answers of the reference.")

    def seen(n: int) -> bool:
        return chance_of_seeing(given, test, n, math.ceil(ratio * n), difference) >= power

    n = fewest(seen, MOST_ANSWERS)
    if n is None:
        raise ParameterError.must_be(
            "difference", f"further from 0: it takes over {MOST_ANSWERS:.0e} answers", difference
        )
    n_reference = math.ceil(ratio * n)
    reached = chance_of_seeing(given, test, n, n_reference, difference)
    return GroupSizes(given, n, n_reference, float(difference), reached, test)


def power(
    metric: LinearScore[Any],
    *,
    n: int,
    difference: float,
    n_reference: int | None = None,
    confidence_level: float = 0.95,
    expected: Tally | None = None,
    design_effect: float | DesignEffect = 1.0,
    alternative: PlannedAlternative = "two-sided",
    margin: float = 0.0,
    correlation: float = 0.0,
    overlap: float = 1.0,
    method: str | None = None,
) -> Power:
    """Compute the chance that so many answers show a difference of this size.

    The formula and the meaning of the arguments are those of `sample_size_for_difference`. From 0
    to 1, higher is better. Without a difference it is the chance of a false alarm one way: half of
    ``1 - confidence_level``.

    Args:
        metric: A metric of a tally: NPS, CSAT, CES, a mean, any rate.
        n: The number of answers of the group, at least 1.
        difference: The true difference, group less reference, in the metric's unit.
        n_reference: The number of answers of the reference; by default `n`.
        confidence_level: 1 less the significance of the test.
        expected: A tally of answers like the reference's; by default the worst case.
        design_effect: By how much clusters or weights multiply the variance, in both groups.
        alternative: As for `sample_size_for_difference`.
        margin: As for it, and so are `correlation`, `overlap` and `method`.
        correlation: As above.
        overlap: As above.
        method: As above.

    Raises:
        ParameterError: A number is outside what it can be, the difference leaves the metric's
            range, or the metric is none of a tally.
        EmptySampleError: `expected` holds no answers.
        WeightError: All answers of `expected` have weight 0.
        StateError: `expected` is of another scale.

    Example:
        >>> import relmetrics as rm
        >>> round(float(rm.power(rm.Rate(), n=1000, difference=5)), 3)
        0.609
        >>> round(float(rm.power(rm.Rate(), n=1000, n_reference=4000, difference=5)), 3)
        0.808
    """
    given = checked(metric, expected, confidence_level, design_effect)
    test = PlannedTest.checked(
        metric,
        alternative=alternative,
        margin=margin,
        correlation=correlation,
        overlap=overlap,
        method=method,
    )
    difference = checked_difference(given, difference)
    sizes = checked_sizes(n, n_reference)
    chance = chance_of_seeing(given, test, *sizes, difference)
    return Power(given, chance, *sizes, float(difference), test)


def detectable_difference(
    metric: LinearScore[Any],
    *,
    n: int,
    n_reference: int | None = None,
    power: float = 0.8,
    confidence_level: float = 0.95,
    expected: Tally | None = None,
    design_effect: float | DesignEffect = 1.0,
    alternative: Alternative | Literal["two-sided"] = "two-sided",
    correlation: float = 0.0,
    overlap: float = 1.0,
    method: str | None = None,
) -> DetectableDifference:
    """Compute the least true difference that so many answers will show.

    The formula and the meaning of the arguments are those of `sample_size_for_difference`. In the
    metric's unit, and lower is better. A rise and a fall from the same score differ, because the
    variance of a rate depends on where it goes.

    Args:
        metric: A metric of a tally: NPS, CSAT, CES, a mean, any rate.
        n: The number of answers of the group, at least 1.
        n_reference: The number of answers of the reference; by default `n`.
        power: The chance of seeing it, below 1, above 0.5 and above ``1 - confidence_level``.
        confidence_level: 1 less the significance of the test.
        expected: A tally of answers like the reference's; by default the worst case.
        design_effect: By how much clusters or weights multiply the variance, in both groups.
        alternative: ``two-sided``, or the one way that is tested.
        correlation: As for it, and so are `overlap` and `method`.
        overlap: As above.
        method: As above.

    Raises:
        ParameterError: A number is outside what it can be, or the metric is none of a tally.
        EmptySampleError: `expected` holds no answers.
        WeightError: All answers of `expected` have weight 0.
        StateError: `expected` is of another scale.

    Example:
        >>> import relmetrics as rm
        >>> round(float(rm.detectable_difference(rm.NPS(), n=400)), 1)
        19.7
    """
    given = checked(metric, expected, confidence_level, design_effect)
    check_name("alternative", alternative, ("two-sided", *ALTERNATIVES))
    test = PlannedTest.checked(
        metric,
        alternative=alternative,
        margin=0.0,
        correlation=correlation,
        overlap=overlap,
        method=method,
    )
    sizes = checked_sizes(n, n_reference)
    power = checked_power(power, given)

    def seen(difference: float) -> bool:
        return chance_of_seeing(given, test, *sizes, difference) >= power

    fall, rise = (least_seen(seen, end) for end in difference_reach(given))
    fall = math.nan if alternative == "greater" else fall
    rise = math.nan if alternative == "less" else rise
    either = max((abs(way) for way in (rise, fall) if not math.isnan(way)), default=math.nan)
    return DetectableDifference(given, either, rise, fall, *sizes, float(power), test)
