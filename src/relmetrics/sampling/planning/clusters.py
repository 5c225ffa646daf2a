"""Clusters: how alike answers of one respondent, store or household are, and what that costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_number, check_positive
from relmetrics.data.columns import comparable
from relmetrics.errors import ParameterError, StateError
from relmetrics.inference.distributions import student
from relmetrics.inference.intervals import quantile
from relmetrics.metric.result import Result, Valued, written
from relmetrics.metric.wording import paragraph, percent
from relmetrics.sampling.assumptions import require_linear

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.estimators.linear import LinearScore
    from relmetrics.states.clustered.tally import ClusteredTally

_FEWEST = 2


@frozen(repr=False)
class IntraclassCorrelation(Valued, Result):
    """How alike answers of one cluster are. Made by ``rm.intraclass_correlation(metric, state)``.

    Attributes:
        value: The correlation of two answers of a cluster: 0 where they are as unlike as any two, 1
            where they are equal. Below 0 by chance, or where clusters are mixed on purpose.
        low: Lower end of its interval.
        high: Upper end of it.
        clusters: The number of clusters with answers that count.
        n: The number of answers.
        size: The size of a cluster that the formula goes by: a little below the mean where they
            differ.
        variation: By how much sizes vary: their standard deviation over their mean.
        confidence_level: Level of the interval.

    Example:
        >>> import relmetrics as rm
        >>> stores = [store for store in range(6) for _ in range(4)]
        >>> answers = [10, 10, 9, 10, 3, 2, 8, 5, 9, 9, 10, 8, 10, 2, 9, 9, 0, 3, 5, 4, 8, 7, 9, 10]
        >>> state = rm.NPS().tally(answers, respondents=stores)
        >>> found = rm.intraclass_correlation(rm.NPS(), state)
        >>> print(found)
        Intraclass correlation 0.67 (95% CI -0.06 to 0.96; 24 answers of 6 clusters)
        >>> round(found.design_effect(size=20), 1)
        13.7
    """

    value: float
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    clusters: int
    n: int
    size: float
    variation: float
    confidence_level: float

    def design_effect(self, *, size: float, variation: float = 0.0) -> float:
        """Return what clusters of another size cost: see `cluster_design_effect`.

        Args:
            size: The mean number of answers of a cluster in the survey to come.
            variation: Their standard deviation over their mean.
        """
        return cluster_design_effect(correlation=self, size=size, variation=variation)

    def __str__(self) -> str:
        """Return one honest line: the correlation, its interval, what it is of."""
        ends = "no interval"
        if not math.isnan(self.low):
            level = percent(self.confidence_level)
            ends = f"{level} CI {self.low:z.2f} to {self.high:z.2f}"
        answers = f"{self.n:,} answers of {self.clusters:,} clusters"
        return f"Intraclass correlation {self.value:z.2f} ({ends}; {answers})"

    def _body_html(self) -> str:
        """Return the line as HTML, for notebooks."""
        return paragraph(str(self))

    def _content(self) -> dict[str, object]:
        names = ("value", "low", "high", "clusters", "n", "size", "variation", "confidence_level")
        return written(self, *names)


def intraclass_correlation(
    metric: LinearScore[Any], state: ClusteredTally, *, confidence_level: float = 0.95
) -> IntraclassCorrelation:
    """Estimate how alike answers of the same cluster are, from a pilot or the last wave.

    Formula, of k clusters of n_i answers, N in all, by analysis of variance::

        r = (B - W) / (B + (m - 1) W),    m = (N - sum n_i^2 / N) / (k - 1)

    with B the mean square between clusters (divisor k - 1) and W that within them (divisor N - k)
    of what the answers contribute to the metric. From ``-1 / (m - 1)`` to 1. The interval leaves
    out one cluster at a time (jackknife) on the scale of ``log(B / W)``, with Student's t.

    Args:
        metric: A metric of a tally: NPS, CSAT, CES, a mean, any rate. The correlation is of what
            it makes of the answers.
        state: A tally that knows its clusters: ``metric.tally(answers, respondents=stores)``.
            Without weights, which say nothing of how alike answers are.
        confidence_level: Level of the interval, strictly between 0 and 1.

    Raises:
        ParameterError: The metric is none of a tally, or the level is not between 0 and 1.
        StateError: The state does not say who answered, is weighted, of another scale, has fewer
            than two clusters, or none with two answers.

    Example:
        >>> import relmetrics as rm
        >>> rate = rm.Rate()
        >>> state = rate.tally([1, 1, 1, 0, 0, 0, 0, 0], respondents=["a"] * 4 + ["b"] * 4)
        >>> round(float(rm.intraclass_correlation(rate, state)), 3)
        0.667

    Source:
        Donner (1986), International Statistical Review 54, 67-82, for the estimate; Ukoumunne
        (2002), Statistics in Medicine 21, 3757-3774, for the scale of the interval.
    """
    require_linear(metric)
    quantile(confidence_level)
    metric.check(state)
    what, remedy = "an intraclass correlation", "Tally with respondents=, without weights."
    if not state.is_clustered:
        raise StateError.undefined(what, "the tally does not say who answered", remedy)
    if state.is_weighted:
        raise StateError.undefined(what, "the tally is weighted", remedy)
    n, sums, squares = _by_cluster(metric, state)
    if len(n) < _FEWEST or n.max() < _FEWEST:
        why = f"{len(n)} clusters of at most {int(n.max(initial=0))} answers say nothing of it"
        raise StateError.undefined(what, why, "It takes two clusters, and two answers of one.")
    value, ratio, size = _anova(n, sums, squares)
    low, high = _jackknifed(n, sums, squares, ratio, size, confidence_level)
    mean = float(n.mean())
    return IntraclassCorrelation(
        value,
        min(low, value),
        max(high, value),
        len(n),
        int(n.sum()),
        size,
        float(n.std()) / mean,
        float(confidence_level),
    )


def _by_cluster(
    metric: LinearScore[Any], state: ClusteredTally
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return of each cluster the number of answers, their sum and sum of squares about the mean."""
    clusters, form = state.clusters, metric.form
    points = np.full(clusters.width, np.nan)
    for level, places in zip(form.levels, form.members, strict=True):
        points[list(places)] = level
    points -= float(form.sampled(state.plain).value)
    who, at = np.divmod(clusters.keys, clusters.width)
    inside = ~np.isnan(points)[at]
    who, at, counts = who[inside], at[inside], clusters.counts[inside]
    n, sums, squares = (
        np.bincount(who, counts * points[at] ** power, len(clusters.ids)).astype(np.float64)
        for power in range(3)
    )
    there = n > 0
    return n[there], sums[there], squares[there]


def _anova(n: FloatArray, sums: FloatArray, squares: FloatArray) -> tuple[float, float, float]:
    """Return the correlation, between over within, and the size of a cluster."""
    total, k = float(n.sum()), len(n)
    size = (total - float((n**2).sum()) / total) / (k - 1)
    between = (float((sums**2 / n).sum()) - float(sums.sum()) ** 2 / total) / (k - 1)
    free = total - k
    within = max(float((squares - sums**2 / n).sum()), 0.0) / free if free > 0 else 0.0
    spread = between + (size - 1) * within
    if not spread > 0:  # all answers are alike, and so are those of a cluster
        return 0.0, math.nan, size
    return (between - within) / spread, between / within if within > 0 else math.inf, size


def _jackknifed(
    n: FloatArray,
    sums: FloatArray,
    squares: FloatArray,
    ratio: float,
    size: float,
    confidence_level: float,
) -> tuple[float, float]:
    """Return the interval, NaN where clusters are too few or alike to have one."""
    k = len(n)
    kept = ~np.eye(k, dtype=bool)
    logs = np.full(k, math.nan)
    for i in range(k if k > _FEWEST else 0):
        rows = kept[i]
        if n[rows].max() >= _FEWEST:
            part = _anova(n[rows], sums[rows], squares[rows])[1]
            logs[i] = math.log(part) if 0 < part < math.inf else math.nan
    if not (0 < ratio < math.inf) or np.isnan(logs).any():
        return math.nan, math.nan
    error = math.sqrt((k - 1) / k * float(((logs - logs.mean()) ** 2).sum()))
    half = student.t_quantile(confidence_level, k - 1) * error
    middle = math.log(ratio)
    low, high = (
        (math.exp(end) - 1) / (math.exp(end) + size - 1) for end in (middle - half, middle + half)
    )
    return low, high


def cluster_design_effect(
    *, correlation: float | IntraclassCorrelation, size: float, variation: float = 0.0
) -> float:
    """Compute by how much clusters multiply the variance: what `sample_size` takes.

    Formula: ``1 + ((variation^2 + 1) size - 1) x correlation``. Unit: times; 1 for clusters of one
    answer each, or answers that have nothing to do with them. Lower is better. A survey with
    weights has both: multiply by ``rm.design_effect(weights).value``.

    Args:
        correlation: Of two answers of a cluster, at most 1: what ``rm.intraclass_correlation``
            estimated, or a number from experience: customers' answers about one store are often
            at .01 to .1, those of one respondent to the same question at .4 to .8.
        size: The mean number of answers of a cluster, at least 1.
        variation: The standard deviation of their number over its mean.

    Raises:
        ParameterError: A number is outside what it can be, or clusters this large cannot be so
            unlike.

    Example:
        >>> import relmetrics as rm
        >>> effect = rm.cluster_design_effect(correlation=0.05, size=20)
        >>> round(effect, 2), rm.sample_size(rm.NPS(), margin=5, design_effect=effect).n
        (1.95, 2988)

    Source:
        Kish (1965), Survey Sampling; Eldridge, Ashby and Kerry (2006), International Journal of
        Epidemiology 35, 1292-1300, for clusters of several sizes.
    """
    known = correlation.value if isinstance(correlation, IntraclassCorrelation) else correlation
    known = check_number("correlation", known, -1.0, 1.0)
    size = check_positive("size", size, "Say 20 for twenty answers of each cluster.")
    if size < 1:
        raise ParameterError.must_be("size", "at least 1", size)
    variation = check_positive("variation", variation, "Say 0 for equal sizes.", zero=True)
    effect = 1 + ((variation**2 + 1) * size - 1) * known
    if not effect > 0:
        least = f"above {-1 / ((variation**2 + 1) * size - 1):.3g}"
        remedy = "Answers of a cluster cannot all be so unlike each other."
        raise ParameterError.must_be("correlation", least, known, remedy)
    return effect
