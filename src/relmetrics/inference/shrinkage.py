"""Shrinkage: scores of groups drawn to what groups have in common, each as far as it is unsure.

Empirical Bayes. The true scores of the groups spread about a common value, with a variance that is
estimated from all of them; the score of a group differs from its true one by noise, with a variance
that falls with its answers. What is known of a group is then

    shrunken = common + weight x (value - common),    weight = spread^2 / (spread^2 + noise)

The spread is Paule and Mandel's (1982, Journal of Research of the NBS 87, 377-385): the one for
which the squared distances from the common value, each over its variance, sum to groups - 1; 0
where they sum to less without any. Intervals do not take it for known: they are those of the
posterior averaged over what the spread may be (Rubin 1981, Journal of Educational Statistics 6,
377-401), with nothing presumed about it but that it is some number of at least 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.inference.dispersion import where_excess_ends
from relmetrics.inference.intervals import within

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.states.sample import Sample

TRUSTED = 30
"""Answers of the common variance that are added to a group's own, which few answers tell badly."""

_MOST_ALIKE = 0.5
"""Answers of a group are never taken to be more alike: the prior weighs at least one answer."""

_POINTS = 40
_ERRORS = 16.0
"""The spreads that are averaged over reach so many standard errors from the estimated one."""


@frozen(eq=False)
class Shrunken:
    """Shrunken scores of groups.

    Attributes:
        value: The score of each group, drawn to the common value.
        low: Lower end of its interval.
        high: Upper end of it.
        weight: The part of it that is the group's own, 0 to 1.
        common: What groups are drawn to.
        spread: The standard deviation of their true scores; 0 where they differ by chance alone.
        strength: How many answers the common value weighs; NaN where that is not one number.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    weight: FloatArray
    common: float
    spread: float
    strength: float = np.nan


class _Model(Protocol):
    """What variances groups have at a setting of the one number that is not known of them."""

    @property
    def values(self) -> FloatArray:
        """The scores."""
        ...

    @property
    def top(self) -> float:
        """The largest setting that can be the estimate."""
        ...

    @property
    def limit(self) -> float:
        """The largest setting that there can be."""
        ...

    def variances(self, setting: float) -> tuple[FloatArray, float]:
        """Return the noise of each group, and the squared spread."""
        ...

    def slopes(self, setting: float) -> FloatArray:
        """Return the derivative of the logarithm of noise + squared spread by the setting."""
        ...

    def posterior(self, setting: float, at: _Fit) -> FloatArray:
        """Return the variance of the true scores, were setting and common value known."""
        ...


@frozen(eq=False)
class _Fit:
    """Shrinkage at one setting."""

    noise: FloatArray
    weight: FloatArray
    common: float
    shrunken: FloatArray
    squared_error: float
    """Of the common value."""
    excess: float
    """Sum of squared distances over their variances, less what it is expected to be."""
    log_likelihood: float

    @classmethod
    def of(cls, model: _Model, setting: float) -> _Fit:
        noise, squared_spread = model.variances(setting)
        precision = 1 / (noise + squared_spread)
        total = float(precision.sum())
        common = float(precision @ model.values) / total
        gaps = model.values - common
        squares = float(precision @ gaps**2)
        weight = squared_spread * precision
        return cls(
            noise,
            weight,
            common,
            common + weight * gaps,
            1 / total,
            squares - (len(gaps) - 1),
            float(np.log(precision).sum() - np.log(total) - squares) / 2,
        )


@frozen(eq=False)
class _Normal:
    """Groups whose noise is known: the setting is the squared spread."""

    values: FloatArray
    noise: FloatArray
    limit: float = field(default=np.inf, init=False)

    @property
    def top(self) -> float:
        """The variance of the scores: as if there were no noise."""
        return float(np.var(self.values, ddof=1))

    def variances(self, setting: float) -> tuple[FloatArray, float]:
        return self.noise, setting

    def slopes(self, setting: float) -> FloatArray:
        return 1 / (self.noise + setting)

    def posterior(self, setting: float, at: _Fit) -> FloatArray:  # noqa: ARG002 - the fit has it
        return at.weight * at.noise


@frozen(eq=False)
class _BetaBinomial:
    """Shares (0..1) whose true values are of a beta distribution.

    The setting is the correlation of two answers of a group, 1 / (strength + 1).
    """

    values: FloatArray
    n: FloatArray
    top: float = field(default=_MOST_ALIKE, init=False)
    limit: float = field(default=_MOST_ALIKE, init=False)

    def variances(self, setting: float) -> tuple[FloatArray, float]:
        per_variance = 1 / self._relative(setting)
        known = float(per_variance.sum())
        mean = float(per_variance @ self.values) / known
        # An estimated mean is nearer to its own answers than the true one, by its own variance.
        variance = mean * (1 - mean) / (1 - 1 / known)
        if variance == 0:  # everybody answers the same: as if four had answered half and half
            mean = 2 / (float(self.n.sum()) + 4)
            variance = mean * (1 - mean)
        return variance * (1 - setting) / self.n, variance * setting

    def _relative(self, setting: float) -> FloatArray:
        """Return the variance of each share over that of one answer."""
        return (1 - setting) / self.n + setting

    def slopes(self, setting: float) -> FloatArray:
        return (1 - 1 / self.n) / self._relative(setting)

    def posterior(self, setting: float, at: _Fit) -> FloatArray:
        """Return that of the beta distribution of strength + n answers."""
        return at.shrunken * (1 - at.shrunken) * setting / (self.n * setting + 1)


def normal(sample: Sample, answer: float, z: float, low: float, high: float) -> Shrunken:
    """Return scores shrunken under normal distributions.

    The noise of a group is the variance of its answers over their number. That variance is its own
    with 30 answers of the common one added, for a handful of equal answers would seem sure.

    Args:
        sample: The groups, all of which have a value.
        answer: The variance of one answer among all of them, never 0; it stands for one more
            answer in the common variance within groups, which is then never 0 either.
        z: The normal quantile of the level.
        low: The least value of the metric.
        high: The greatest.
    """
    n = np.maximum(np.asarray(sample.n_effective, dtype=np.float64), 1.0)
    squares = n * np.nan_to_num(sample.variance)
    within = (squares.sum() + answer) / ((n - 1).sum() + 1)
    noise = (squares + TRUSTED * within) / (n - 1 + TRUSTED) / n
    return _shrunken(_Normal(np.asarray(sample.value), noise), z, low, high)


def beta_binomial(shares: FloatArray, n: FloatArray, z: float) -> Shrunken:
    """Return shares (0..1) shrunken by a beta distribution of the true ones.

    ``shrunken = (k + strength x common) / (n + strength)``: as if the common value had been
    answered `strength` times more in each group. The moments are those of the beta-binomial
    distribution, whose variance of a share is m (1 - m) (1 + (n - 1) rho) / n.

    Args:
        shares: The share of each group.
        n: Its effective number of answers.
        z: The normal quantile of the level.
    """
    size = np.maximum(n, 1.0)
    found = _shrunken(_BetaBinomial(shares, size), z, 0.0, 1.0)
    # weight = n / (n + strength), the same strength for all groups
    with np.errstate(divide="ignore"):
        strength = size[0] * (1 / found.weight[0] - 1)
    return evolve(found, strength=float(strength))


def _shrunken(model: _Model, z: float, low: float, high: float) -> Shrunken:
    setting = _estimated(model)
    fit = _Fit.of(model, setting)
    mean, variance = _averaged(model, setting)
    ends = within(fit.shrunken, mean, z * variance**0.5, low, high)
    spread = float(model.variances(setting)[1]) ** 0.5
    return Shrunken(fit.shrunken, *ends, fit.weight, fit.common, spread)


def _estimated(model: _Model) -> float:
    """Return the setting at which groups are as far apart as it says, or an end of its range."""
    rounding = 1e-9 * len(model.values)
    return where_excess_ends(lambda setting: _Fit.of(model, setting).excess, model.top, rounding)


def _averaged(model: _Model, setting: float) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the true scores, averaged over what the setting may be.

    Every spread is as likely as any other beforehand, so points are even in its square root.
    """
    # The sum that the estimate solves has the variance 2 groups: so has the estimate, over the
    # squared derivative of that sum.
    error = (2 * len(model.values)) ** 0.5 / float(model.slopes(setting).sum())
    first = max(0.0, setting - _ERRORS * error) ** 0.5
    last = min(setting + _ERRORS * error, model.limit) ** 0.5
    places = (np.arange(_POINTS) + 0.5) / _POINTS
    settings = [float(root) ** 2 for root in first + (last - first) * places]
    center = _Fit.of(model, setting).shrunken
    mean, square, total, most = np.zeros(len(center)), np.zeros(len(center)), 0.0, -np.inf
    for one in settings:
        fit = _Fit.of(model, one)
        if fit.log_likelihood > most:  # likelihoods are kept as parts of the largest so far
            smaller = np.exp(most - fit.log_likelihood)
            mean, square, total = mean * smaller, square * smaller, total * smaller
            most = fit.log_likelihood
        chance = np.exp(fit.log_likelihood - most)
        gap = fit.shrunken - center
        unknown = (1 - fit.weight) ** 2 * fit.squared_error
        mean += chance * gap
        square += chance * (model.posterior(one, fit) + unknown + gap**2)
        total += chance
    return center + mean / total, np.maximum(square / total - (mean / total) ** 2, 0.0)
