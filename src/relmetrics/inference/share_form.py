"""Share form: a linear score of two outcomes, and the compiling of coefficients to either form."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.errors import ParameterError
from relmetrics.inference import differences, intervals
from relmetrics.inference.differences import Contrast, Normal
from relmetrics.inference.intervals import Pseudo
from relmetrics.inference.linear_form import LinearForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, Number
    from relmetrics.states.grouped_tally import GroupedTally
    from relmetrics.states.sample import Sample
    from relmetrics.states.tally import Tally


@frozen(kw_only=True)
class ShareForm(LinearForm):
    """The form of a score whose answers contribute one of two values, as those of every rate."""

    methods: ClassVar[tuple[str, ...]] = ("wilson", "agresti_coull", *LinearForm.methods)
    difference_methods: ClassVar[tuple[str, ...]] = ("newcombe", "agresti_caffo", "wald")
    by_pseudo: ClassVar[str] = "agresti_caffo"

    def _mean(self, masses: Sequence[Number], total: Number) -> Number:
        """Return the mean of two levels, measured from the nearer end.

        That makes a share and its complement add to the whole to the last digit.
        """
        (low, high), (below, above) = self.levels, masses
        if isinstance(total, np.ndarray):
            gap = (high - low) * np.minimum(above, below) / total
            return np.where(above <= below, low + gap, high - gap)
        if above <= below:
            return low + (high - low) * above / total
        return high - (high - low) * below / total

    def _of_share(self, method: str, share: Number, n: Number, z: float) -> tuple[Any, Any]:
        """Return the interval of a share by a method that only shares have."""
        low, high = self.levels
        of_share = {"wilson": intervals.wilson, "agresti_coull": intervals.agresti_coull}[method]
        below, above = of_share(share, n, z)
        return low + (high - low) * below, low + (high - low) * above

    def pseudo_normal(self, state: Tally | GroupedTally) -> Normal:
        """Return value, center and squared error with the pseudo-answers of a difference.

        One yes and one no, however many points of the scale are either: Agresti and Caffo (2000).
        """
        return self.normal(state, self.added)

    @property
    def added(self) -> Pseudo:
        """One yes and one no, which a difference adds to either side."""
        low, high = self.levels
        return Pseudo(2.0, (low + high) / 2, (high - low) ** 2 / 4)

    def interval_at(self, state: Any, sample: Sample, z: Number) -> tuple[Number, Number]:
        """Return Wilson's interval of a clustered state, at any quantile."""
        _, weights, _ = self.masses(state)
        share = weights[-1] / sum(weights)
        return self._of_share("wilson", share, self.own_size(sample, [1 - share, share]), z)

    def of_different(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of two tallies, or of many pairs of them, in numbers.

        Raises:
            EmptySampleError: A tally holds no answers.
        """
        if method != "newcombe":
            return super().of_different(state, reference, confidence_level, method)
        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = (self.present(side, confidence_level, "wilson") for side in (state, reference))
            sides = [(side.sample.value, side.low, side.high) for side in (a, b)]
            ends = differences.recovered(*sides)
            error = (a.sample.standard_error**2 + b.sample.standard_error**2) ** 0.5
        value = a.sample.value - b.sample.value
        found = Contrast(value, *ends, math.nan, error, method, (a.sample, b.sample))
        return self._by_mid_p(found, state, reference, confidence_level)

    def p_of_few(self, state: Tally, value: float) -> float:  # noqa: ARG002 - the same of all
        """Return 0: the interval and the test of a share are Wilson's, whatever the numbers."""
        return 0.0

    def size_against(self, sample: Sample, value: float, alpha: float) -> float:
        """Return how often the test against a number rejects by chance: exactly."""
        from relmetrics.inference import against_number  # noqa: PLC0415 - seldom asked for

        low, high = self.levels
        n = max(1, int(sample.n_effective))
        return against_number.size_of_share_test(n, (value - low) / (high - low), alpha)


def compiled(
    coefficients: FloatArray | Sequence[float],
    pseudo_answers: FloatArray | Sequence[float],
    *,
    name: str,
    reach: float,
    is_mean: bool = False,
) -> LinearForm:
    """Return the form of one coefficient and one number of pseudo-answers per point.

    A point whose coefficient is NaN is outside the metric's base.

    Raises:
        ParameterError: All points contribute the same, so there is nothing to measure.
    """
    values = [float(c) for c in coefficients]
    if len(values) != len(pseudo_answers) or any(map(math.isinf, values)):
        raise ParameterError.must_be(
            "coefficients", f"{len(pseudo_answers)} finite numbers, one per point", values
        )
    places: dict[float, list[int]] = {}
    for place, value in enumerate(values):
        if not math.isnan(value):
            places.setdefault(value, []).append(place)
    levels = sorted(places)
    if len(levels) < 2:  # noqa: PLR2004 - a metric needs two outcomes
        raise ParameterError.must_be(
            "coefficients",
            "different for at least two points",
            values,
            "Check the cut points against the scale.",
        )
    masses = [sum(float(pseudo_answers[i]) for i in places[level]) for level in levels]
    n = sum(masses)
    mean = sum(c * m for c, m in zip(levels, masses, strict=True)) / n
    variance = sum(m * (c - mean) ** 2 for c, m in zip(levels, masses, strict=True)) / n
    kind = ShareForm if len(levels) == 2 else LinearForm  # noqa: PLR2004 - a share of two classes
    return kind(
        levels=tuple(levels),
        members=tuple(tuple(places[level]) for level in levels),
        pseudo=Pseudo(n, mean, variance),
        is_mean=is_mean,
        name=name,
        reach=reach,
    )


@lru_cache(maxsize=256)
def compiled_pairs(
    coefficients: tuple[float, ...],
    pseudo_answers: tuple[float, ...],
    name: str,
    reach: float,
    is_mean: bool,  # noqa: FBT001 - a key of the cache
) -> LinearForm:
    """Return the form of pairs of answers: what a pair contributes is the change of one answer's.

    There are as many pseudo-pairs as one answer has pseudo-answers, their sides independent. For
    yes and no that is half a pair in each of the four cells: Agresti and Min (2005).

    Args:
        coefficients: What an answer at each point contributes; None for one outside of the base,
            which makes a key that is equal to itself.
        pseudo_answers: The pseudo-answers of one answer at each point.
        name: As for `compiled`.
        reach: As for `compiled`.
        is_mean: As for `compiled`.
    """
    points = np.array(coefficients, dtype=np.float64)
    changes = points[None, :] - points[:, None]  # rows are points of the reference
    added = np.where(np.isnan(points), 0.0, pseudo_answers)
    cells = np.outer(added, added) / added.sum()
    return compiled(
        changes.ravel().tolist(), cells.ravel().tolist(), name=name, reach=reach, is_mean=is_mean
    )
