"""The rule "carried": from the spread between clusters to an effective n and Student's quantile.

Feeds every interval of the library two things, the effective number of answers and a quantile::

    n*    Kish's number of answers          k*   Kish's number of clusters, 1 / sum of share^2
    V0    plug-in variance of the metric    V    variance between clusters, C/(C-1) sum (z - mean)^2
    V1    V0 n/(n-1): were every answer another respondent's
    own   = V/V1 x k*/(k*-1) (C-1)/C x (n*-1)/n* n/(n-1)     design effect of the clusters
    K     = (sum z^2)^2 / sum z^4                            how many clusters the variance rests on
    deff  = (K^2 max(own, 1) + n*/k*) / (K^2 + 1)            n*/k*: were all answers of each alike
    n_effective = n* / deff
    1/nu  = 1/(k*-1) - 1/(n*-1)                              degrees of freedom of Student's t

Where every cluster has one answer, deff is 1 and nu infinite: the interval without clusters, to the
last digit. The design effect is never below 1, so that ids never make an interval shorter; where
few clusters carry the variance it leans to its largest. Coverage: docs/coverage.md.

With a design, V is within strata and of finite populations (see `variance`), V1 the same were every
answer another respondent's, and H strata take the place of 1: k* - H, C - H. The design effect is
multiplied by what is left of finite populations, and by the part of the variance that is within
strata, which leans to 1 where few clusters carry it: (K^2 part + 1) / (K^2 + 1).

Where the weights agree with known margins z are residuals (see `residuals`), so that the part is
of what these leave as well. Effective n and nu = k* - H, with one answer each too, are multiplied
by the part of the degrees of freedom that they leave. Wald's interval has C - H, as in R.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define

from relmetrics.inference import differences
from relmetrics.inference.clusters.replicated import design_effect
from relmetrics.inference.clusters.variance import between
from relmetrics.inference.distributions import student
from relmetrics.inference.intervals import quantile
from relmetrics.states.sample import Sample

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, Number
    from relmetrics.inference.clusters.influence import Influence

_TINY = 1e-9
ENTRIES = 1 << 22
_OF_SAMPLES = ("value", "variance", "n", "n_effective")


@define
class ClusteredSample(Sample):
    """A sample with the variance between its clusters; see `Sample`.

    `n_effective` is what the rule makes of it.

    Attributes:
        n_kish: Kish's effective number of answers, as of different respondents.
        error: The standard error by linearisation between clusters; NaN of one cluster.
        clusters: Number of clusters that count.
        nu: Degrees of freedom of the quantile, perhaps infinite.
        df: Clusters less 1: those of Wald's interval; infinite where `is_plain`.
        is_plain: Whether every cluster has one answer, so that there are none.
    """

    n_kish: Number
    error: Number
    clusters: Number
    nu: Number
    df: Number
    is_plain: Any

    @property
    def standard_error(self) -> Number:
        """The standard error by linearisation between clusters."""
        return _chosen(self.is_plain, Sample.standard_error.fget(self), self.error)  # type: ignore[attr-defined]

    @property
    def plug_in_error(self) -> Number:
        """The same: between clusters there is no other."""
        return _chosen(self.is_plain, Sample.plug_in_error.fget(self), self.error)  # type: ignore[attr-defined]

    def quantile(self, confidence_level: float, method: str) -> Number:
        """Return Student's quantile in place of the normal one."""
        return students(confidence_level, self.df if method == "wald" else self.nu)

    def p_value(self, deviate: Number, method: str) -> Number:
        """Return the two-sided p-value of a deviate by Student's t."""
        return two_sided(deviate, self.df if method == "wald" else self.nu)


def _chosen(where: Any, one: Any, other: Any) -> Any:
    if isinstance(where, np.ndarray):
        return np.where(where, one, other)
    return one if where else other


def students(confidence_level: float, df: Number) -> Number:
    """Return Student's quantile; the normal one, to the last digit, at infinity."""
    z = quantile(confidence_level)
    if not isinstance(df, np.ndarray):
        return z if np.isinf(df) else float(student.quantiles(confidence_level, df))
    return np.where(np.isinf(df), z, student.quantiles(confidence_level, df))


def two_sided(deviate: Number, df: Number) -> Number:
    """Return the two-sided p-value of a deviate by Student's t; normal at infinity."""
    normal = differences.two_sided(deviate)
    if not isinstance(df, np.ndarray):
        return normal if np.isinf(df) else float(student.tails(np.abs(deviate), df))
    return np.where(np.isinf(df), normal, student.tails(np.abs(deviate), df))


def of_states(form: Any, sample: Sample, clusters: Any, is_flat: Any) -> ClusteredSample:
    """Return the sample of one state or many with what their clusters say of its uncertainty.

    Where weights know their margins everybody is part of every state, so that these are taken some
    at a time.

    Args:
        form: What knows the `influence` of clusters.
        sample: The sample as of different respondents: numbers, or arrays over states.
        clusters: The clusters of the states.
        is_flat: Whether all answers of a state contribute the same.
    """
    step = max(1, ENTRIES // max(1, len(clusters.ids)))
    if clusters.margins is None or clusters.size <= step:
        return carried(sample, form.influence(clusters, sample), is_flat)
    flat = np.broadcast_to(is_flat, clusters.size)
    parts = []
    for start in range(0, clusters.size, step):
        at = np.arange(start, min(start + step, clusters.size))
        some = Sample(*(getattr(sample, name)[at] for name in _OF_SAMPLES))
        parts.append(carried(some, form.influence(clusters.taken(at), some), flat[at]))
    names = (*_OF_SAMPLES, "n_kish", "error", "clusters", "nu", "df", "is_plain")
    return ClusteredSample(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def carried(sample: Sample, influence: Influence, is_flat: Any) -> ClusteredSample:
    """Return a sample with what its clusters say of its uncertainty.

    Args:
        sample: The sample as of different respondents: numbers, or arrays over states.
        influence: What each cluster adds.
        is_flat: Whether all answers of a state contribute the same.
    """
    if influence.df is not None:
        return _replicated(sample, influence, influence.df, is_flat)
    n, n_star = _arrays(sample.n), _arrays(sample.n_effective)
    z, share, strata = influence.z, influence.share, influence.strata
    there = influence.there.astype(np.int64)
    count, levels = there.sum(axis=1), (there > 0).sum(axis=1)
    sums = influence.by_stratum(z)
    variance = between(influence.by_stratum(z * z), sums, sums, there, strata) + influence.second
    with np.errstate(divide="ignore", invalid="ignore"):
        k_star = 1 / influence.summed(share * share)
        plug_in = _arrays(sample.variance) / n_star
        unlike, finite, layered = _designed(influence, plug_in * n / (n - 1), sums)
        free = np.maximum(k_star - levels, 1.0)
        own = variance / unlike * k_star / free * (count - levels) / count
        own *= (n_star - 1) / n_star * n / (n - 1)
        own = np.where((count > levels) & (unlike > 0), own, 0.0)
        squares, fourth = _centred(influence, sums)
        rests_on = np.where(squares > 0, squares * squares / fourth, 0.0)
        most = n_star / k_star
        carry = rests_on * rests_on
        deff = (carry * np.maximum(own, 1.0) + most) / (carry + 1)
        gain = np.maximum(finite * (carry * layered + 1) / (carry + 1), _TINY)
        deff = np.where(np.atleast_1d(is_flat), most, deff * gain)
        left = 1.0 if influence.left is None else influence.left
        inverse = 1 / free - 1 / (n_star - 1) if influence.left is None else 1 / (free * left)
        plain = (count == n) & (influence.left is None)
        if strata is not None:
            plain &= (
                (len(strata.of) == n) & (len(strata.labels) == 1) & np.isinf(strata.population[0])
            )
        nu = np.where((inverse > _TINY) & (n_star > 1 + _TINY) & ~plain, 1 / inverse, np.inf)
        effective = np.where(plain, n_star, n_star / deff * left)
        error = np.where(count > 1, variance, np.nan) ** 0.5
        df = np.where(plain, np.inf, np.maximum(count - levels, 1.0))
    return _sized(sample, effective, n_star, error, count, nu, df, plain)


def _replicated(sample: Sample, influence: Influence, df: float, is_flat: Any) -> ClusteredSample:
    """Return a sample with what replicates say of its uncertainty."""
    n, n_star = _arrays(sample.n), _arrays(sample.n_effective)
    sums = influence.by_stratum(influence.z)
    there = influence.there
    variance = between(influence.by_stratum(influence.z**2), sums, sums, there, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = variance / (_arrays(sample.variance) / n_star * n / (n - 1))
        deff = design_effect(own, n_star, df, is_flat)
        error = variance**0.5
    dfs = np.full(len(n), df)
    return _sized(sample, n_star / deff, n_star, error, n, dfs, dfs, np.zeros(len(n), dtype=bool))


def _sized(sample: Sample, *columns: Any) -> ClusteredSample:
    """Return a sample with sizes: numbers for one state."""
    found = list(columns)
    if not isinstance(sample.n, np.ndarray):
        found = [one[0].item() for one in found]
        found[0] = sample.n_effective if found[-1] else found[0]
    return ClusteredSample(sample.value, sample.variance, sample.n, *found)


def _designed(influence: Influence, plain: FloatArray, sums: FloatArray) -> tuple[Any, Any, Any]:
    """Return what a design would do were every answer another respondent's.

    The variance, the part of it that is left of finite populations, and the variance within strata
    as a part of that of a plain sample. Without a design there is nothing that it does.
    """
    strata = influence.strata
    if strata is None:
        return plain, np.ones(1), np.ones(1)
    m = influence.by_stratum(influence.n)
    within = influence.own - sums * sums / np.maximum(m, 1.0)
    spread = m / np.maximum(m - 1.0, 1.0) * within
    left = np.maximum(1 - strata.fractions, 0.0)
    total, finite = spread.sum(axis=1), (left * spread).sum(axis=1)
    by_size = (left * m).sum(axis=1) / m.sum(axis=1)
    return finite, np.where(total > 0, finite / total, by_size), total / plain


def _centred(influence: Influence, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the sums of the second and the fourth powers of z, about the mean of its stratum."""
    there = influence.by_stratum(None)
    mean = (sums / there).ravel()[influence.layers]
    gaps = influence.z - mean
    if influence.strata is not None:
        left = np.maximum(1 - influence.strata.fractions, 0.0)
        gaps = gaps * left[influence.layers % len(left)] ** 0.5
    squares = gaps * gaps
    return influence.summed(squares), influence.summed(squares * squares)


def _arrays(number: Number) -> FloatArray:
    return np.atleast_1d(np.asarray(number, dtype=np.float64))
