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
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define

from relmetrics.inference import differences, student
from relmetrics.inference.intervals import quantile
from relmetrics.states.sample import Sample

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, Number
    from relmetrics.inference.clusters.influence import Influence

_TINY = 1e-9


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


def carried(sample: Sample, influence: Influence, is_flat: Any) -> ClusteredSample:
    """Return a sample with what its clusters say of its uncertainty.

    Args:
        sample: The sample as of different respondents: numbers, or arrays over states.
        influence: What each cluster adds.
        is_flat: Whether all answers of a state contribute the same.
    """
    n, n_star = _arrays(sample.n), _arrays(sample.n_effective)
    count = influence.clusters
    z, share = influence.z, influence.share
    with np.errstate(divide="ignore", invalid="ignore"):
        k_star = 1 / influence.summed(share * share)
        plug_in = _arrays(sample.variance) / n_star
        squares = influence.summed(z * z)
        between = count / (count - 1.0) * (squares - influence.summed(z) ** 2 / count)
        free = np.maximum(k_star - 1, 1.0)
        own = between / plug_in * k_star / free * (count - 1) / count * (n_star - 1) / n_star
        own = np.where(count > 1, own, 0.0)
        rests_on = np.where(squares > 0, squares**2 / influence.summed(z**4), 0.0)
        most = n_star / k_star
        deff = (rests_on**2 * np.maximum(own, 1.0) + most) / (rests_on**2 + 1)
        deff = np.where(np.atleast_1d(is_flat), most, deff)
        inverse = 1 / free - 1 / (n_star - 1)
        plain = count == n
        nu = np.where((inverse > _TINY) & (n_star > 1 + _TINY) & ~plain, 1 / inverse, np.inf)
        effective = np.where(plain, n_star, n_star / deff)
        error = np.where(count > 1, between, np.nan) ** 0.5
        df = np.where(plain, np.inf, np.maximum(count - 1.0, 1.0))
    found: list[Any] = [effective, n_star, error, count, nu, df, plain]
    if not isinstance(sample.n, np.ndarray):
        found = [one[0].item() for one in found]
        found[0] = sample.n_effective if plain[0] else found[0]
    return ClusteredSample(sample.value, sample.variance, sample.n, *found)


def _arrays(number: Number) -> FloatArray:
    return np.atleast_1d(np.asarray(number, dtype=np.float64))
