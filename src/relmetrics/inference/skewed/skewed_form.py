"""Skewed form: the difference of two ratios of sums whose rows are skewed to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import evolve, frozen

from relmetrics.inference.differences import Normal, recovered, two_sided
from relmetrics.inference.intervals import quantile
from relmetrics.inference.ratio_form import LogRatioForm, bounds

if TYPE_CHECKING:
    from relmetrics.data.types import Number
    from relmetrics.inference.differences import Contrast

MOVER = "mover"
_HALVINGS = 60


@frozen(kw_only=True)
class SkewedForm(LogRatioForm):
    """A ratio of sums over rows that are skewed, such as revenue per customer.

    A sample of skewed rows that misses the few large ones has a small mean and a small error, so a
    symmetric interval errs upwards. The difference recovers its ends (Zou and Donner 2008) from
    what each side leaves open: as far down as the normal interval goes, and as far up as that of
    the logarithm, whichever way a side enters. The test is the level at which an end reaches 0.
    """

    difference_methods: ClassVar[tuple[str, ...]] = (MOVER, "adjusted", "wald")

    def of_different(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of states of different customers; see `contrast`."""
        usual = self.difference_methods[1] if method == MOVER else method
        plain = super().of_different(state, reference, confidence_level, usual)
        if method != MOVER:
            return plain
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            sides = self.normal(state), self.normal(reference)
            low, high = _ends(*sides, quantile(confidence_level))
            p_value = two_sided(_deviate(*sides))
        return evolve(plain, low=low, high=high, p_value=p_value, method=MOVER, test=MOVER)


def _ends(ours: Normal, theirs: Normal, z: Any) -> tuple[Number, Number]:
    return recovered(_open(ours, z), _open(theirs, z))


def _open(side: Normal, z: Any) -> tuple[Number, Number, Number]:
    """Return the value of a side, and how low and how high it may be."""
    half = z * side.squared_error**0.5
    return side.value, side.value - half, bounds(side.value, side.squared_error, z)[1]


def _deviate(ours: Normal, theirs: Normal) -> Number:
    """Return the z at which the nearer end of the interval of the difference reaches 0."""
    difference = np.asarray(ours.value - theirs.value)
    # Both sides leave more open than the normal interval does: beyond its z there is no end.
    most = np.abs(difference) / (ours.squared_error + theirs.squared_error) ** 0.5
    below, above = np.zeros_like(most), most
    for _ in range(_HALVINGS):
        z = (below + above) / 2
        low, high = _ends(ours, theirs, z)
        holds = (np.asarray(low) <= 0) & (np.asarray(high) >= 0)
        below, above = np.where(holds, below, z), np.where(holds, z, above)
    # A sample without an error to speak of, as that of a single row, has none.
    found: Any = np.where(np.isnan(most), np.nan, above)
    return found if found.shape else float(found)
