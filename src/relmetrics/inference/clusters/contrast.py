"""Differences of two states that may share clusters: their covariance counts.

::

    r    = Cov(z_A, z_B) / sqrt(V_A V_B)                    over the clusters of both sides
    se^2 = E_A + E_B - 2 r sqrt(s_A^2 n_A s_B^2 n_B) / ((n_A + a)(n_B + a))
    1/nu = 1/(k* - H) - 1/(n* - 1)                          H strata, 1 without a design
    k*   = 4 / sum (share_A + share_B)^2,   n* = 4 / (1/n*_A + 1/n*_B)

E is the squared error after a pseudo-answers, s^2 the variance of one answer, n the effective n of
the side (see `carried`). The pseudo-answers of both sides are independent, so that the error is
never 0, even where everybody repeats himself. Where nobody is on both sides and each has answered
once, r is 0 and nu infinite, and the difference is that of plain states, to the last digit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from relmetrics.errors import StateError
from relmetrics.inference import differences
from relmetrics.inference.clusters.carried import ClusteredSample, students, two_sided
from relmetrics.inference.clusters.variance import between, within
from relmetrics.inference.differences import Contrast
from relmetrics.inference.intervals import stand_in

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, Number
    from relmetrics.inference.clusters.influence import Influence
    from relmetrics.inference.differences import Normal
    from relmetrics.inference.intervals import Pseudo

_TINY = 1e-9


@frozen(eq=False)
class Shared:
    """What two states have in common, pair by pair.

    Attributes:
        correlation: Of the two values, from -1 to 1.
        nu: Degrees of freedom of the difference, perhaps infinite.
        error: Standard error of the difference.
        df: Those of Wald's interval.
        is_plain: Whether each has answered once and nobody on both sides.
    """

    correlation: Number
    nu: Number
    error: Number
    df: Number
    is_plain: Any

    @classmethod
    def of(
        cls, a: ClusteredSample, b: ClusteredSample, ours: Influence, theirs: Influence
    ) -> Shared:
        """Return what the clusters on both sides of each pair say."""
        _, left, right = np.intersect1d(
            ours.cells, theirs.cells, assume_unique=True, return_indices=True
        )

        def crossed(name: str) -> FloatArray:
            product = getattr(ours, name)[left] * getattr(theirs, name)[right]
            return ours.by_stratum(product, left)

        common = crossed("answered")
        there = ours.there + theirs.there - common
        count, levels = there.sum(axis=1), (there > 0).sum(axis=1)
        sums = [side.by_stratum(side.z) for side in (ours, theirs)]

        def covariance(products: FloatArray, first: int, second: int) -> FloatArray:
            return between(products, sums[first], sums[second], there, ours.strata)

        own, other = (
            covariance(side.by_stratum(side.z**2), i, i) + side.second
            for i, side in enumerate((ours, theirs))
        )
        both = covariance(crossed("z"), 0, 1)
        if ours.strata is not None and ours.strata.sizes is not None:
            who = ours.cells[left] % len(ours.strata.of)
            parts = within(ours.strata, who, 0.0, ours.z[left], theirs.z[right])
            both = both + ours.by_stratum(parts, left).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = (own * other) ** 0.5
            correlation = np.where(spread > 0, np.clip(both / spread, -1.0, 1.0), 0.0)
            squares = sum(side.summed(side.share**2) for side in (ours, theirs))
            k_star = 4 / (squares + 2 * crossed("share").sum(axis=1))
            n_star = 4 / (1 / np.atleast_1d(a.n_kish) + 1 / np.atleast_1d(b.n_kish))
            free = np.maximum(k_star - levels, 1.0)
            inverse = 1 / free - 1 / np.maximum(n_star - 1, _TINY)
            inverse = inverse / min(ours.left or 1.0, theirs.left or 1.0)
            is_plain = np.atleast_1d(a.is_plain) & np.atleast_1d(b.is_plain)
            is_plain = is_plain & (common.sum(axis=1) == 0)
            nu = np.where((inverse > _TINY) & ~is_plain, 1 / inverse, np.inf)
            variance = np.maximum(own + other - 2 * both, 0.0)
            error = np.where(count > 1, variance, np.nan) ** 0.5
        df = np.maximum(count - levels, 1.0)
        if ours.df is not None:
            nu = df = np.full(len(df), ours.df)
        found = (correlation, nu, error, df, is_plain)
        return cls(*(found if isinstance(a.n, np.ndarray) else [one[0].item() for one in found]))


def contrast(
    form: Any, state: Any, reference: Any, confidence_level: float, method: str
) -> Contrast:
    """Return the difference of two clustered states, or of many pairs of them, in numbers.

    Raises:
        StateError: Only one of them says who answered.
    """
    require_both_clustered(state, reference)
    a, b = form.pseudo_normal(state), form.pseudo_normal(reference)
    left, right = state.clusters.aligned(reference.clusters)
    shared = Shared.of(
        a.sample, b.sample, form.influence(left, a.sample), form.influence(right, b.sample)
    )
    if shared.is_plain is True:
        different: Contrast = form.of_different(
            state.plain, reference.plain, confidence_level, method
        )
        return evolve(different, samples=(a.sample, b.sample), test=different.test)
    found = _clustered(form, (state, reference), (a, b), shared, confidence_level, method)
    if np.any(shared.is_plain):
        plain = form.of_different(state.plain, reference.plain, confidence_level, method)
        return _mixed(shared.is_plain, plain, found)
    return found


def _clustered(
    form: Any,
    states: tuple[Any, Any],
    normals: tuple[Normal, Normal],
    shared: Shared,
    confidence_level: float,
    method: str,
) -> Contrast:
    a, b = normals
    value = a.value - b.value
    with np.errstate(divide="ignore", invalid="ignore"):
        z = students(confidence_level, shared.nu)
        covariance = shared.correlation * _covariance(a, form.added) * _covariance(b, form.added)
        center = a.center - b.center
        squared = a.squared_error + b.squared_error - 2 * covariance
        p_value = two_sided(differences.pulled_deviate(value, center, squared), shared.nu)
        low, high = differences.normal(value, center, squared, z, form.reach)
        test = used = form.by_pseudo
        if method == "newcombe":
            low, high = _recovered(form, states, (a.sample, b.sample), shared, z)
            low, high = differences.reaching_zero(low, high, p_value, confidence_level)
            used = method
        elif method == "wald":
            wide = students(confidence_level, shared.df)
            plain = differences.wald(value, shared.error**2, wide, form.reach)
            p_plain = two_sided(differences.deviate(value, shared.error**2), shared.df)
            flat = np.logical_not(shared.error > 0)
            found, used = stand_in(
                method, (*plain[:2], p_plain), form.by_pseudo, (low, high, p_value), flat
            )
            low, high, p_value = found
            test = used
    samples = (a.sample, b.sample)
    return Contrast(value, low, high, p_value, shared.error, used, samples, test)


def _covariance(normal: Normal, added: Pseudo) -> Number:
    """Return one side's part of the covariance: that of its own answers, without pseudo-answers."""
    sample = normal.sample
    n = sample.n_effective
    part: Number = (sample.variance * n) ** 0.5 / (n + added.n)
    return part


def _recovered(
    form: Any, states: tuple[Any, Any], samples: tuple[Any, Any], shared: Shared, z: Number
) -> tuple[Number, Number]:
    """Return Newcombe's interval: Wilson's of both sides, and their correlation."""
    ours, theirs = (
        (sample.value, *form.interval_at(state, sample, z))
        for state, sample in zip(states, samples, strict=True)
    )
    shrunk = [sample.n_effective / (sample.n_effective + z * z) for sample in samples]
    return differences.recovered(ours, theirs, shared.correlation * (shrunk[0] * shrunk[1]) ** 0.5)


def _mixed(is_plain: AnyArray, plain: Contrast, found: Contrast) -> Contrast:
    """Return those pairs that share nobody as plain ones."""
    names = ("value", "low", "high", "p_value", "standard_error")
    ends = {name: np.where(is_plain, getattr(plain, name), getattr(found, name)) for name in names}
    return evolve(found, **ends)


def require_both_clustered(state: Any, reference: Any) -> None:
    """Check that both sides say who answered.

    Raises:
        StateError: Only one does.
    """
    if not (state.is_clustered and reference.is_clustered):
        raise StateError(
            "only one of the two states says who answered, so who is in both is not known. Build "
            "both with respondents=, or compare state.plain of the other."
        )
    if state.clusters.is_replicated != reference.clusters.is_replicated:
        raise StateError(
            "only one of the two states has replicate weights. Build both with the same "
            "ReplicateWeights, or neither."
        )
