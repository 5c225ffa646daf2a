"""Ratio: the metrics that are a ratio of two sums over rows, of money or of anything else."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import as_column, require_equal_lengths
from relmetrics.data.tables import amounts_named
from relmetrics.errors import AmountError, ParameterError, StateError
from relmetrics.errors.wording import located
from relmetrics.estimators.moment_metric import MomentMetric, PreparedColumns
from relmetrics.estimators.prepared import stated
from relmetrics.inference.ratio_form import LogRatioForm, RatioForm
from relmetrics.metric.contract import Working
from relmetrics.metric.metric import E
from relmetrics.metric.wording import figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray
    from relmetrics.estimators.paired_ratio import PairedAmounts
    from relmetrics.metric.contract import Description
    from relmetrics.states.clustered.design import Design
    from relmetrics.states.moments.moments import Moments


@frozen(kw_only=True)
class AmountRatio(MomentMetric[E]):
    """A metric of columns of amounts: the ratio of two of their sums."""

    pivot: ClassVar[float | None] = None
    """What sums are taken about; None for the data's own mean."""

    @property
    @abstractmethod
    def form(self) -> RatioForm:
        """The arithmetic of the ratio."""

    @abstractmethod
    def read(self, amounts: Mapping[str, Column]) -> tuple[list[FloatArray], AnyArray | slice]:
        """Return the columns of the state, and which rows are in the base of the metric.

        Raises:
            AmountError: An amount is not what it must be.
            FactorError: A column is missing.
            LengthError: The columns differ in length.
        """

    def prepare(
        self, data: Mapping[str, Column], *, weights: Column | None = None, **who: Any
    ) -> PreparedColumns:
        """Read columns of amounts.

        Raises:
            ParameterError: Respondents are given of customers, each of whom has one row.
        """
        if not isinstance(self.form, LogRatioForm):
            wanted, remedy = "left out", f"Of {self.description.name} each row is a customer."
            for name in ("respondents", "design"):
                if who.get(name) is not None:
                    raise ParameterError.must_be(name, wanted, who[name], remedy)
            weights = None if weights is None else as_column(weights, "weights")
        require_aligned(amounts=data, weights=weights)
        read, inside = self.read(data)
        columns = dict(zip(self.form.columns, read, strict=True))
        return PreparedColumns.of(data, columns, weights, inside=inside, pivot=self.pivot, **who)

    def summing(self, names: Sequence[str]) -> tuple[tuple[str, ...], Scale | None]:  # noqa: ARG002
        """Return the columns of the state; amounts have no scale."""
        return self.form.columns, None

    def sides(self, pairs: Moments) -> PairedAmounts:
        """Return the two sides of a paired comparison.

        Raises:
            StateError: The state is no pairs of this metric.
        """
        from relmetrics.estimators.paired_ratio import PairedAmounts  # noqa: PLC0415 - only pairs

        return PairedAmounts.of(self, pairs)

    def check_columns(self, state: Moments) -> None:
        """Check that a state holds the metric's columns.

        Raises:
            StateError: It does not.
        """
        columns = self.form.columns
        if state.columns != columns or state.rule != "row":
            raise StateError.of_another("columns", columns, state.columns)


@frozen(kw_only=True)
class Ratio(AmountRatio[E]):
    """A ratio of two sums over rows: the base of a ratio of one's own, such as money per order.

    Formula: ``times x sum of top / sum of bottom``, not the mean of the ratios of the rows.
    A subclass is its words: `name`, `unit`, and the two columns `top` and `bottom`; and if you
    like `times` (100 for a percentage), `symbol`, `low`, `high`, `definition` and `source`.
    Interval, weights, groups, trends and pairs follow. Rows are the sampling units: customers,
    where one customer has several orders. The denominator cannot be negative.
    Rows of which an amount is missing are counted and left out.

    Interval: `log_ratio` (default) is the normal interval of the logarithm by linearisation, with
    divisor n - 1, after adding the deviation of one pseudo-row that brings twice as much, or
    nothing, among the effective number of rows by the denominator, (sum of bottom)^2 / sum of
    bottom^2; it never has width zero. `wald` is the symmetric interval. A single row has none.

    Example:
        >>> import relmetrics as rm
        >>> class PerVisit(rm.Ratio):
        ...     name, symbol, unit = "Revenue per visit", "RPV", "money"
        ...     top, bottom = "revenue", "visits"
        >>> shops = {"revenue": [120, 80, 300, 95], "visits": [40, 35, 90, 30]}
        >>> print(PerVisit()(shops))
        RPV 3.1 (95% CI 1.5 to 6.3; n = 4)
        >>> PerVisit().by(shops, ["north", "north", "south", "south"]).table()["value"].round(2)
        array([2.67, 3.29])

    Source:
        Cochran (1977), Sampling Techniques, chapter 6, for the interval.
    """

    top: ClassVar[str]
    """The column whose sum is the numerator."""
    bottom: ClassVar[str]
    """The column whose sum is the denominator."""
    times: ClassVar[float] = 1.0
    """What the ratio is multiplied by: 100 for a percentage."""
    offset: ClassVar[float] = 0.0
    """What is taken off the ratio before."""
    arithmetic: ClassVar[type[LogRatioForm]] = LogRatioForm
    """The kind of its form."""
    refunds: ClassVar[str] = "Leave such rows out, or add them to those they belong to."
    """What messages say of a negative denominator."""

    source = "a definition of one's own"

    def __attrs_post_init__(self) -> None:
        """Check that the words are there.

        Raises:
            TypeError: Some are not.
        """
        lacking = [word for word in ("name", "unit", "top", "bottom") if not hasattr(self, word)]
        if lacking:
            msg = f"{type(self).__name__} needs the class constants: {', '.join(lacking)}"
            raise TypeError(msg)

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        formula = f"{self.top} / {self.bottom}"
        usual = {
            "symbol": getattr(self, "name", ""),
            "formula": formula if self.times == 1 else f"{formula} x {self.times:.6g}",
            "definition": f"Sum of {self.top} over sum of {self.bottom}.",
        }
        return self._described(
            **{word: text for word, text in usual.items() if not hasattr(self, word)}
        )

    def _range(self, unit: str) -> tuple[float, float]:  # noqa: ARG002 - of any unit
        """A ratio of sums has no bounds unless the metric says so."""
        return -math.inf, math.inf

    @property
    def form(self) -> LogRatioForm:
        """The arithmetic of the ratio."""
        about = self.description
        return self.arithmetic(
            name=about.name,
            reach=about.high - about.low,
            columns=(self.top, self.bottom),
            top=self.top,
            bottom=self.bottom,
            times=self.times,
            offset=self.offset,
        )

    def __call__(
        self,
        amounts: Mapping[str, Column],
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: Design | None = None,
        confidence_level: float = 0.95,
    ) -> E:
        """Compute the ratio of two columns.

        Args:
            amounts: A mapping, or a data frame, with the two columns; others are left alone.
            weights: One survey weight per row.
            respondents: Whose each row is, one id per row, where some have several.
            design: How the sample was drawn, in place of `respondents`.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            AmountError: An amount is not finite, an entry of the denominator is negative, or they
                sum to 0.
            EmptySampleError: No row has both amounts.
            FactorError: A column is missing.
            LengthError: The columns differ in length.
        """
        who = stated(respondents=respondents, design=design)
        state = self.moments(amounts, weights=weights, **who)
        return self.estimate(state, confidence_level=confidence_level)

    def read(self, amounts: Mapping[str, Column]) -> tuple[list[FloatArray], slice]:
        """Return the two columns of all rows.

        Raises:
            AmountError: An amount is not finite, or one of the denominator is negative.
            FactorError: A column is missing.
            LengthError: The columns differ in length.
        """
        top, bottom = amounts_named(amounts, (self.top, self.bottom))
        require_equal_lengths(**{self.top: len(top), self.bottom: len(bottom)})
        negative = np.flatnonzero(bottom < 0)
        if len(negative):
            offenders = [(int(i), float(bottom[i])) for i in negative]
            raise AmountError(
                f"{self.bottom} must not be negative: {located(offenders)}. {self.refunds}"
            )
        return [top, bottom], slice(None)

    def working(self, state: Moments) -> Working:
        """Return the ratio with the sums of a state."""
        top, bottom = (float(total) for total in state.totals)
        times = "" if self.times == 1 else f" x {self.times:.6g}"
        value = figure(self.times * top / bottom)
        return Working(
            formula=f"{figure(top)} / {figure(bottom)}{times} = {value}",
            numerator=f"{figure(top)} {self.top}",
            denominator=f"{figure(bottom)} {self.bottom} (n = {int(state.n)})",
        )
