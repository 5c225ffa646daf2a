"""Decompose the change of a total into rate and mix."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.checks import check_name
from relmetrics.errors import ParameterError, StateError
from relmetrics.errors.wording import listed
from relmetrics.inference.contributions import with_intervals
from relmetrics.inference.intervals import quantile
from relmetrics.questions.groups.alignment import union
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.questions.groups.decomposition import (
    _PORTIONS,
    DECOMPOSITION_FIGURES,
    Decomposition,
    InteractionRule,
    Part,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.data.labels.grouping import Labels
    from relmetrics.inference.ratio_sums import RatioSums
    from relmetrics.metric.contract import AnyMetric


def decompose(
    after: Breakdown,
    before: Breakdown,
    *,
    interaction_rule: InteractionRule = "own",
    confidence_level: float = 0.95,
) -> Decomposition:
    """Split the change of a total into what groups' scores, and what their sizes, brought about.

    A total can fall while every group rises, because the low groups grew. With w the share of a
    group in the denominator (answers; cost; revenue at the start), s its score, S the total's, 0
    before and 1 after:

    - ``rate = sum of w0 (s1 - s0)``: the scores changed, the sizes did not.
    - ``mix = sum of (w1 - w0) (s0 - S0)``: the sizes changed, the scores did not.
    - ``interaction = sum of (w1 - w0) (s1 - s0)``: both did.

    They sum to the change of the total, to the last digit. ``interaction_rule="split"`` shares the
    third half and half between the others (Kitagawa 1955): rate is then at the average sizes, mix
    at the average scores, and before and after can be exchanged.

    Unit: that of the metric. Direction: positive is what raised the total.

    A group without answers in one period has no change of score: what its coming or going did to
    the total is mix, and the table notes ``new`` or ``gone``.

    Interval: the metric's pseudo-answers are added to each period, spread over the groups by their
    size; then the normal interval by linearisation, with the variance of a product of two
    differences (Goodman 1960), so that none has width zero. Mix and interaction have wider ones
    than they need where those differences are small. The two periods are taken for samples of
    different respondents. Of the same respondents asked twice the intervals are usually too wide,
    since their answers go together.

    Trends are split by the periods of both, which must be over, and not windows that overlap: a
    period that is not over in one of them would look like one that shrank.

    Args:
        after: The metric by group in the later period: ``metric.by(answers, groups)``.
        before: The same metric by the same groups in the earlier period.
        interaction_rule: ``own`` keeps the interaction a part by itself, ``split`` halves it.
        confidence_level: Level of the intervals, strictly between 0 and 1.

    Raises:
        ParameterError: An argument is no breakdown, a rolling trend or a trend with a period that
            is not over; the grouping columns differ, there are fewer than two groups with answers
            or none in common, or the metric is no ratio of two sums, as CSI is not with
            ``missing_factor="pairwise"``.
        StateError: The metrics differ in kind, parameters or factors; or a group has a numerator
            and no denominator.
        EmptySampleError: A period has no answers.
        WeightError: All answers of a period have weight 0.
        AmountError: A period has no cost.

    Example:
        >>> import relmetrics as rm
        >>> csat = rm.CSAT()
        >>> before = csat.by([5] * 80 + [1] * 20 + [5] * 5 + [1] * 15, ["web"] * 100 + ["app"] * 20)
        >>> after = csat.by([5] * 27 + [1] * 3 + [5] * 40 + [1] * 60, ["web"] * 30 + ["app"] * 100)
        >>> print(rm.decompose(after, before))
        Change of CSAT in percentage points -19.3 (-30.7 to -7.2): rate +10.8 (-1.1 to 22.6),
        mix -33.1 (-46.0 to -19.1), interaction +3.0 (-12.3 to 18.1)
        (95% CI; n = 120 before, 130 after)

    Source:
        Kitagawa (1955), Components of a difference between two rates, JASA 50; interval: Goodman
        (1960), On the exact variance of products, JASA 55.
    """
    z = quantile(confidence_level)
    check_name("interaction_rule", interaction_rule, _PORTIONS)
    for name, by in (("after", after), ("before", before)):
        if not isinstance(by, Breakdown):
            raise ParameterError.must_be(name, "a Breakdown, as metric.by(...) returns it", by)
        over = by._comparable("decompose")  # noqa: SLF001 - breakdowns say what of them compares
        if len(over) < len(by):
            raise ParameterError.must_be(
                name,
                "a trend whose periods are all over",
                str(list(by)[-1]),
                f"It is not over. Leave it out: {name}.between(last=...).",
            )
    metric = same_metric(after, before)
    first, last = (
        by.metric.estimate(by.total_state, confidence_level=confidence_level)
        for by in (before, after)
    )
    labels, sums = aligned(metric, after, before, reserved=DECOMPOSITION_FIGURES)
    old, new = sums
    about = after.metric.description
    by_group, of_totals = with_intervals(
        new, old, _PORTIONS[interaction_rule], z, about.high - about.low
    )
    if math.isnan(first.low) or math.isnan(last.low):
        by_group[:, 1:] = of_totals[:, 1:] = np.nan
    # A group of one period has no change of score to be uncertain of, one of none has nothing.
    was, here = old.x > 0, new.x > 0
    by_group[0, 1:, ~(was & here)] = by_group[2, 1:, ~(was & here)] = np.nan
    by_group[:, 1:, ~(was | here)] = np.nan
    rate, mix, both, change = (Part(*map(float, ends)) for ends in of_totals)
    return Decomposition(
        change=change,
        rate=rate,
        mix=mix,
        interaction=both,
        before=first,
        after=last,
        labels=labels,
        confidence_level=confidence_level,
        method="adjusted, by linearisation",
        interaction_rule=interaction_rule,
        sums=sums,
        groups=by_group,
    )


def same_metric(after: Breakdown, before: Breakdown) -> AnyMetric:
    """Return the metric of both breakdowns.

    Raises:
        StateError: They have different metrics, or factors.
        ParameterError: The metric is no ratio of two sums.
    """
    metric = after.metric
    if before.metric != metric:
        names = [by.metric.description.name for by in (after, before)]
        what = "metric" if names[0] != names[1] else "definition of the metric"
        raise StateError.cannot_split(what, *map(_worded, (after, before)))
    factors = [sorted(getattr(by.total_state, "columns", ())) for by in (after, before)]
    if factors[0] != factors[1]:
        raise StateError.cannot_split("factors", *factors)
    if not hasattr(metric, "form"):
        raise ParameterError.must_be("after", "of a metric with the method ratio_sums", metric)
    return metric


def _worded(by: Breakdown) -> str:
    about = by.metric.description
    return f"{about.name} ({about.definition.rstrip('.')})"


def aligned(
    metric: AnyMetric, after: Breakdown, before: Breakdown, reserved: Iterable[str]
) -> tuple[Labels, tuple[RatioSums, RatioSums]]:
    """Return the groups of either period, those of before first, and their sums before and after.

    Args:
        metric: The metric of both.
        after: The later period.
        before: The earlier one.
        reserved: Names that no grouping column may have.

    Raises:
        ParameterError: The grouping columns differ, fewer than two groups have answers, or none in
            common.
        StateError: A group has a numerator and no denominator.
    """
    names = before.labels.names
    if after.labels.names != names:
        remedy = "Name them in both: by(answers, {'plan': plan})."
        wanted = f"grouped by {', '.join(names)}, as before is"
        raise ParameterError.must_be("after", wanted, ", ".join(after.labels.names), remedy)
    taken = set(names).intersection(reserved)
    if taken:
        wanted = "columns of other names than those of the table of contributions"
        raise ParameterError.must_be("groups", wanted, min(taken), "Rename the column.")
    keys, places, labels = union(before.labels, after.labels)
    size = len(keys)
    old = metric.form.ratio_sums(before.states).placed(np.arange(len(before), dtype=np.intp), size)
    new = metric.form.ratio_sums(after.states).placed(places, size)
    for period, sums in (("before", old), ("after", new)):
        bare = np.flatnonzero((sums.x <= 0) & (sums.y != 0))
        if len(bare):
            raise StateError.undefined(
                f"the score of group {keys[int(bare[0])]!r} {period}",
                "it has a numerator and no denominator",
                "Put it together with another group: by.rollup(...).",
            )
    was, here = old.x > 0, new.x > 0
    if not (was & here).any():
        was_in, now_in = (
            listed([keys[int(i)] for i in np.flatnonzero(there)]) for there in (was, here)
        )
        raise ParameterError(
            f"'before' and 'after' have no group with answers in common: {was_in} and {now_in}. "
            "Call the groups alike in both, or compare the totals."
        )
    if np.count_nonzero(was | here) < 2:  # noqa: PLR2004 - one group has no mix
        remedy = "The change of a single group is all rate: use metric.compare(...)."
        raise ParameterError.must_be("groups", "at least two with answers", keys, remedy)
    return labels, (old, new)
