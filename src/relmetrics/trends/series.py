"""Series: the values of a metric in calendar periods, as the tools for trends take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.errors import LengthError, StateError

if TYPE_CHECKING:
    from relmetrics.metric import Description
    from relmetrics.periods import Every
    from relmetrics.types import AnyArray, FloatArray, IntArray

PERIODS_PER_YEAR: dict[Every, float] = {
    "day": 365.25,
    "week": 365.25 / 7,
    "month": 12.0,
    "quarter": 4.0,
    "year": 1.0,
}


@frozen(kw_only=True, eq=False)
class Series:
    """The values of one metric, period by period, in order.

    Attributes:
        about: The description of the metric: symbol, unit, range, direction, digits.
        every: The kind of period.
        periods: Numbers of the periods, ascending; those of consecutive periods are consecutive.
        labels: What the periods are called.
        values: The metric in each period; NaN where it has no answers.
        variances: Squared standard error of each value; not 0, NaN where there are no answers.
        n_effective: Effective number of answers of each period.
        complete: Whether the period is over. One that is not is shown, and judged by nothing.

    Raises:
        LengthError: The columns differ in length.
    """

    about: Description
    every: Every
    periods: IntArray
    labels: AnyArray
    values: FloatArray
    variances: FloatArray
    n_effective: FloatArray
    complete: AnyArray
    usable: AnyArray = field(init=False, repr=False)
    """Whether the period is complete and has a value."""

    def __attrs_post_init__(self) -> None:
        """Check the lengths, and note which periods can be used."""
        names = ("periods", "labels", "values", "variances", "n_effective", "complete")
        lengths = {name: len(getattr(self, name)) for name in names}
        if len(set(lengths.values())) > 1:
            raise LengthError.differ(lengths)
        known = np.isfinite(self.values) & np.isfinite(self.variances)
        object.__setattr__(self, "usable", np.asarray(self.complete, dtype=bool) & known)

    def why_not(self) -> AnyArray:
        """Return why a period is left out, empty text for one that is not."""
        empty = ~np.isfinite(self.values)
        reasons = np.where(empty, "no answers", np.where(self.usable, "", "not over"))
        return reasons.astype(object)


def require_periods(what: str, usable: int, fewest: int, why: str) -> None:
    """Check that there are periods enough.

    Raises:
        StateError: There are not.
    """
    if usable < fewest:
        verb = "is" if usable == 1 else "are"
        raise StateError.undefined(
            what,
            f"{why} needs {fewest} periods that are over and have answers, there {verb} {usable}",
            "Take shorter periods with every=..., or wait for more of them.",
        )
