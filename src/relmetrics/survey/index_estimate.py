"""Index estimate: a satisfaction index with the factors it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from attrs import frozen

from relmetrics.metric.estimate import Estimate
from relmetrics.survey.factors import factor_table

if TYPE_CHECKING:
    from relmetrics.metric.table import Table
    from relmetrics.survey.index_form import IndexForm


@frozen(repr=False)
class IndexEstimate(Estimate):
    """A satisfaction index with the factors it is made of.

    Example:
        >>> import relmetrics as rm
        >>> csi = rm.csi({"food": [4, 5], "safety": [5, 5]}, weights={"food": 1, "safety": 3})
        >>> csi.factor_means, csi.factor_weights
        ({'food': 4.5, 'safety': 5.0}, {'food': 0.25, 'safety': 0.75})
    """

    @property
    def factor_means(self) -> dict[str, float]:
        """The mean rating of each factor, in scale points."""
        return dict(zip(self.state.columns, self.state.mean.tolist(), strict=True))

    @property
    def factor_weights(self) -> dict[str, float]:
        """The weight of each factor, normalised: they sum to 1."""
        shares = self._form.shares_of(self.state.columns)
        return dict(zip(self.state.columns, shares.tolist(), strict=True))

    @property
    def factors(self) -> Table:
        """One row per factor: weight, mean, low, high, n and missing, in scale points.

        Example:
            >>> import relmetrics as rm
            >>> rm.csi({"food": [4, 5, None], "safety": [5, 5, 4]}).factors
            factor  weight  mean   low  high  n  missing
            food      0.50  4.50  2.48  5.00  2        1
            safety    0.50  5.00  2.61  5.00  2        0
        """
        form = self._form
        shares = form.shares_of(self.state.columns)
        return factor_table(self.state, shares, form.scale, self.confidence_level)

    @property
    def _form(self) -> IndexForm:
        return cast("IndexForm", self.metric.form)
