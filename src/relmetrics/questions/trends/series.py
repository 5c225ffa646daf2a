"""Series: the values of a metric in calendar periods, as the tools for trends take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import Unchanging
from relmetrics.errors import LengthError, StateError
from relmetrics.questions.groups.left_out import REASONS, why_left_out

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.metric.contract import Description

PERIODS_PER_YEAR: dict[str, float] = {
    "day": 365.25,
    "week": 365.25 / 7,
    "month": 12.0,
    "quarter": 4.0,
    "year": 1.0,
}


@frozen(kw_only=True, eq=False)
class Series(Unchanging):
    """The values of one metric, period by period, in order.

    Attributes:
        about: The description of the metric: symbol, unit, range, direction, digits.
        every: The kind of period.
        periods: Numbers of the periods, ascending; those of consecutive periods are consecutive.
        labels: What the periods are called.
        values: The metric in each period; NaN where its answers do not determine it.
        variances: Squared standard error of each value; not 0, NaN likewise.
        n: Number of answers of each period.
        n_effective: Effective number of answers of each period.
        complete: Whether the period is over. One that is not is shown, and judged by nothing.
        answer_variance: Variance of one answer, from the pooled answers of the usable periods; NaN
            where that is not known.

    Raises:
        LengthError: The columns differ in length.
    """

    about: Description
    every: Every
    periods: IntArray
    labels: AnyArray
    values: FloatArray
    variances: FloatArray
    n: IntArray
    n_effective: FloatArray
    complete: AnyArray
    answer_variance: float = np.nan
    usable: AnyArray = field(init=False, repr=False)
    """Whether the period is over, has a value, and that an error."""

    def __attrs_post_init__(self) -> None:
        """Check the lengths, and note which periods can be used."""
        names = ("periods", "labels", "values", "variances", "n", "n_effective", "complete")
        lengths = {name: len(getattr(self, name)) for name in names}
        if len(set(lengths.values())) > 1:
            raise LengthError.differ(lengths)
        object.__setattr__(self, "usable", self.why_not() == "")

    @property
    def pooled_variances(self) -> FloatArray:
        """Squared standard error of each value if all periods were alike.

        It knows nothing of the value. A period's own error does: the lucky ones, where a rate is
        0 %, have the smallest, and weights by it are drawn to them. Where all answers are equal,
        or their variance is not known, it is all there is.
        """
        if self.answer_variance > 0:
            answers = np.where(self.n_effective > 0, self.n_effective, np.nan)
            return self.answer_variance / answers
        return self.variances

    def why_not(self) -> AnyArray:
        """Return why a period is left out, empty text for one that is not."""
        return why_left_out(self.n, self.values, errors=self.variances, complete=self.complete)

    def require(
        self, what: str, fewest: int, why: str, *, among: AnyArray | None = None
    ) -> AnyArray:
        """Return which periods can be used, of which there must be enough.

        Args:
            what: What they are used for: a noun in the singular.
            fewest: How many it takes.
            why: What takes so many.
            among: Which periods are asked about; by default all.

        Raises:
            StateError: There are too few.
        """
        asked = np.ones(len(self.values), dtype=bool) if among is None else among
        used: AnyArray = self.usable & asked
        there = int(used.sum())
        if there < fewest:
            reasons = self.why_not()[asked].tolist()
            counts = [f"{reasons.count(words)} {words}" for words in REASONS if words in reasons]
            left_out = f"Left out: {', '.join(counts)}. " if counts else ""
            raise StateError.undefined(
                what,
                f"{why} needs {fewest} periods that are over and have an interval, there "
                f"{'is' if there == 1 else 'are'} {there}",
                f"{left_out}Take other periods with every=..., or wait for more of them.",
            )
        return used
