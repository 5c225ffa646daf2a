"""RatedFactors: what metrics of several rated factors share, how a table of ratings is summed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.checks import check_name
from relmetrics.data.codes import encode
from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.missing import RULES, MissingRule
from relmetrics.data.scale import ONE_TO_FIVE, Scale, require_scale
from relmetrics.data.tables import Ratings, named_columns
from relmetrics.errors import FactorError, ParameterError, StateError
from relmetrics.errors.wording import listed
from relmetrics.estimators.moment_metric import MomentMetric, PreparedColumns
from relmetrics.metric.metric import E
from relmetrics.metric.paired_moments import REFERENCE
from relmetrics.survey.factors import as_factor_weights, check_factors, weighing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, Column
    from relmetrics.states.moments.moments import Moments


@frozen(eq=False, kw_only=True)
class PreparedRatings(PreparedColumns):
    """Ratings of factors as codes of their scale, ready to be summed."""

    def paired(
        self,
        reference: Any,
        respondents: Column | None,
        reference_respondents: Column | None,
    ) -> Moments:
        """Sum both waves of the same respondents, who rated the same factors in either.

        Raises:
            FactorError: The waves have different factors, or a name is kept for the reference.
            LengthError: The waves differ in length.
        """
        taken = [name for name in self.columns if name.endswith(REFERENCE)]
        if taken:
            raise FactorError(
                f"names of factors must not end in {REFERENCE!r}: {listed(taken)}. So the factors "
                "of the reference are called. Rename yours."
            )
        lacking = [name for name in self.columns if name not in reference.columns]
        lacking += [name for name in reference.columns if name not in self.columns]
        if lacking:
            raise FactorError.not_in_both(lacking)
        require_aligned(ratings=self.data, reference=reference.data)
        lengths = {name: len(column) for name, column in self.columns.items()}
        lengths |= {name + REFERENCE: len(reference.columns[name]) for name in self.columns}
        require_equal_lengths(**lengths)
        return super().paired(reference, respondents, reference_respondents)


@frozen(kw_only=True)
class RatedFactors(MomentMetric[E]):
    """A metric of the factors that the same respondents rate, each with a weight.

    Attributes:
        weights: Factor to weight, not negative; by default all factors weigh the same.
        scale: The scale of every factor, 1-5 by default.
        missing_factor: The rule for missing ratings.
    """

    weights: tuple[tuple[str, float], ...] | None = field(default=None, converter=as_factor_weights)
    scale: Scale = ONE_TO_FIVE
    missing_factor: MissingRule = "row"

    def check_parameters(self) -> None:
        """Check the parameters.

        Raises:
            ParameterError: The scale is none, or there is no rule of that name.
        """
        require_scale(self.scale)
        check_name("missing_factor", self.missing_factor, RULES)

    def _range(self, unit: str) -> tuple[float, float]:
        """Return the ends of the scale, or of a rescaled index."""
        if unit == "scale points":
            return self.scale.low, self.scale.high
        return super()._range(unit)

    def prepare(
        self,
        data: Ratings,
        *,
        weights: Column | None = None,
        factors: Sequence[str] | None = None,
        **who: Any,
    ) -> PreparedRatings:
        """Read a table of ratings."""
        require_aligned(ratings=data, weights=weights)
        codes = self._codes(data, factors)
        return PreparedRatings.of(
            data, codes, weights, rule=self.missing_factor, scale=self.scale, **who
        )

    def summing(self, names: Sequence[str]) -> tuple[tuple[str, ...], Scale | None]:
        """Return the factors that have weights, and their scale.

        Raises:
            FactorError: Not exactly those that have weights have sums.
            ParameterError: The rule for missing ratings is `pairwise`.
        """
        if self.missing_factor != "row":
            raise ParameterError.must_be(
                "missing_factor",
                "'row' where sums are given",
                self.missing_factor,
                "Sums of the rows with all ratings do not tell the others: give rows.",
            )
        check_factors(self.weights, tuple(names))
        weighed = None if self.weights is None else dict(weighing(self.weights) or ())
        return tuple(n for n in names if weighed is None or n in weighed), self.scale

    def _codes(self, ratings: Ratings, factors: Sequence[str] | None) -> dict[str, AnyArray]:
        """Return the ratings of each factor as codes of the scale."""
        columns = named_columns(ratings, factors)
        check_factors(self.weights, tuple(columns))
        weighed = None if self.weights is None else dict(weighing(self.weights) or ())
        codes = {
            name: encode(column, self.scale, name).codes()
            for name, column in columns.items()
            if weighed is None or name in weighed
        }
        require_equal_lengths(**{name: len(column) for name, column in codes.items()})
        return codes

    def check_columns(self, state: Moments) -> None:
        """Check that a state is of this index's factors and rule.

        Raises:
            StateError: It is of another scale or rule.
            FactorError: Its factors are not those that have weights.
        """
        if state.scale != self.scale:
            raise StateError.of_another("scale", self.scale, state.scale)
        if any(name.endswith(REFERENCE) for name in state.columns):
            raise StateError.wrong_kind(
                "Moments of one wave", state, "These are pairs: say metric.compare_paired(pairs)."
            )
        if state.rule != self.missing_factor:
            raise StateError.of_another("missing rule", self.missing_factor, state.rule)
        check_factors(weighing(self.weights), state.columns)
