"""Homogeneity: whether the groups of a breakdown differ at all, in one test."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.inference.homogeneity import linearised, rearranged
from relmetrics.inference.linear_form import LinearForm
from relmetrics.metric.result import Result, written
from relmetrics.metric.wording import p_text, percent
from relmetrics.states.stacks import taken

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.inference.form import Form
    from relmetrics.metric.contract import AnyMetric, Description
    from relmetrics.states.sample import Sample


@frozen(repr=False)
class Homogeneity(Result):
    """Whether groups differ at all: one test of all of them. Made by ``by.homogeneity()``.

    One test asks one question, so nothing is adjusted. It does not say which groups differ, and can
    be shown where no single group is, each differing a little; or not where one is, among many that
    do not differ.

    Attributes:
        metric: The definition.
        statistic: Of scores of answers X^2, the spread between groups over that of answers:
            ``sum n_g (y_g - y)^2 / s^2``, from 0, on average `df`. Else F, on average about 1.
        df: Degrees of freedom: groups less 1; of Rao and Scott's fewer.
        df_error: Those of the denominator of F; NaN of X^2.
        p_value: How often chance alone would spread groups at least this far, 0..1.
        test: ``exact`` or ``permutation`` (the answers rearranged), ``rao_scott`` (with clusters or
            a design), ``welch`` (of sums).
        groups: The number of groups that are tested.
        left_out: Those without a score, or of sums with a single row.
        n: The number of answers of the groups that are tested.
        confidence_level: The groups are shown to differ where p is below 1 less this.

    Example:
        >>> import relmetrics as rm
        >>> plan = ["gold"] * 40 + ["basic"] * 40 + ["trial"] * 5
        >>> by = rm.CSAT().by([5] * 36 + [2] * 4 + [5, 1] * 20 + [4] * 5, plan)
        >>> print(by.homogeneity())
        CSAT of 3 groups: shown to differ (X2 = 17.7, df 2; p < 0.001, exact; n = 85)

    Source:
        Pitman (1938), Biometrika 29, 322-335, for the permutation; Rao and Scott (1984), Annals of
        Statistics 12, 46-60, and Thomas and Rao (1987), Journal of the American Statistical
        Association 82, 630-636, for clusters; Welch (1951), Biometrika 38, 330-336.
    """

    metric: AnyMetric
    statistic: float = field(eq=comparable)
    df: float = field(eq=comparable)
    df_error: float = field(eq=comparable)
    p_value: float = field(eq=comparable)
    test: str
    groups: int
    left_out: int
    n: int
    confidence_level: float

    @property
    def is_shown(self) -> bool:
        """Whether the groups are shown to differ."""
        return self.p_value < 1 - self.confidence_level

    def __str__(self) -> str:
        """Return one honest line: how many groups, whether they differ, and by which test."""
        shown = "shown" if self.is_shown else "not shown"
        df = f"df {self.df:.4g}"
        if not math.isnan(self.df_error):
            df += f" and {self.df_error:.4g}"
        name = "X2" if self.test in ("exact", "permutation") else "F"
        rest = f"; {self.left_out} left out" if self.left_out else ""
        level = "" if self.confidence_level == 0.95 else f" at {percent(self.confidence_level)}"  # noqa: PLR2004 - the usual one
        return (
            f"{self._about.symbol} of {self.groups} groups: {shown} to differ{level} "
            f"({name} = {self.statistic:.3g}, {df}; {p_text(self.p_value)}, {self.test}; "
            f"n = {self.n}{rest})"
        )

    @property
    def _about(self) -> Description:
        return self.metric.description

    def _content(self) -> dict[str, object]:
        numbers = ("statistic", "df", "df_error", "p_value", "test", "groups", "left_out", "n")
        return written(self, *numbers, "confidence_level", "is_shown")


def testable(metric: AnyMetric, own: Sample) -> FloatArray:
    """Return the values of groups that can be tested, NaN of others.

    Of sums a single row does not say how much they vary.
    """
    value = np.asarray(own.value)
    return value if isinstance(metric.form, LinearForm) else np.where(own.n > 1, value, np.nan)


def homogeneity(
    metric: AnyMetric, states: Any, own: Sample, confidence_level: float
) -> Homogeneity:
    """Test whether the states of groups differ; users ask a breakdown to.

    Args:
        metric: The definition.
        states: Those of all groups, at least two of them `testable`.
        own: What each of them says.
        confidence_level: 1 less the significance.
    """
    known = np.isfinite(testable(metric, own))
    statistic, df, df_error, p_value, test = _tested(
        metric.form, taken(states, np.flatnonzero(known))
    )
    n, left_out = int(np.asarray(own.n)[known].sum()), int(np.sum(~known))
    found = statistic, float(df), df_error, p_value, test
    return Homogeneity(metric, *found, int(known.sum()), left_out, n, confidence_level)


def _tested(form: Form, states: Any) -> tuple[float, float, float, float, str]:
    """Return statistic, degrees of freedom, p-value and the name of the test."""
    if states.is_clustered:
        found = _between_clusters(form, states)
        if found is not None:
            return found
        states = states.plain
    if isinstance(form, LinearForm):
        return _of_answers(form, states)
    with np.errstate(divide="ignore", invalid="ignore"):
        normal: Any = form.normal(states)
    n = np.asarray(normal.sample.n_effective, np.float64)
    squared = np.asarray(normal.squared_error)
    statistic, df_error, p_value = linearised.welch(np.asarray(normal.center), squared, n)
    return statistic, len(n) - 1, df_error, p_value, "welch"


def _of_answers(form: LinearForm, states: Any) -> tuple[float, float, float, float, str]:
    """Return the test of scores of answers: rearranged, the weighted as so many as Kish counts."""
    levels = np.array(form.levels)
    counts, weights, _ = (np.stack(one, axis=1).astype(np.float64) for one in form.masses(states))
    is_weighted = states.weights is not None
    masses = counts
    if is_weighted:
        with np.errstate(divide="ignore", invalid="ignore"):
            sizes = np.asarray(form.sampled(states).n_effective)
        masses = weights / weights.sum(axis=1, keepdims=True) * sizes[:, None]
    statistic, df = rearranged.statistic_of(levels, masses), len(masses) - 1
    exact = None if is_weighted else rearranged.exact(levels, counts)
    if exact is not None:
        return statistic, df, math.nan, exact, "exact"
    return statistic, df, math.nan, rearranged.by_moments(levels, masses), "permutation"


def _between_clusters(form: Form, states: Any) -> tuple[float, float, float, float, str] | None:
    """Return the test of clustered states; None where each has answered once, in one group."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sample: Any = form.sampled(states)
        influence = form.influence(states.clusters, sample)
    ids = len(states.clusters.ids)
    if influence.df is not None:  # of replicates, each of which stands for two clusters
        ids = len(influence.cells) // influence.size
    who = influence.cells % max(ids, 1)
    if np.all(sample.is_plain) and len(np.unique(who)) == len(who):
        return None
    value = np.asarray(sample.value)
    one = _variance_of_one(form, states, sample)
    working, variance = one / sample.n_kish, one / sample.n_effective
    if not (one > 0).all():
        return math.nan, math.nan, math.nan, 1.0, "rao_scott"
    found = linearised.rao_scott(value, working, variance, influence, ids)
    return (*found, "rao_scott")


def _variance_of_one(form: Form, states: Any, sample: Any) -> FloatArray:
    """Return the variance of one answer of each group: of scores that of all of them together."""
    if not isinstance(form, LinearForm):
        with np.errstate(divide="ignore", invalid="ignore"):
            normal: Any = form.normal(states)
        return cast("FloatArray", np.asarray(normal.squared_error) * sample.n_effective)
    n, value = sample.n_kish, sample.value
    total = n.sum()
    gaps = value - n @ value / total
    pooled = n @ (sample.variance + gaps**2) / max(total - 1, 1.0)
    return np.full(len(n), float(pooled))
