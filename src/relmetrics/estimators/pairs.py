"""Pairs: two answers of the same respondent, as a linear score over the cells of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import Unchanging, read_only
from relmetrics.errors import StateError
from relmetrics.inference import permutation
from relmetrics.inference.differences import Contrast
from relmetrics.inference.share_form import ShareForm, compiled_pairs
from relmetrics.metric.contract import AnyMetric
from relmetrics.metric.resampled import Resampled, counts_of
from relmetrics.metric.sides import SideFigures
from relmetrics.states.paired_tally import PairedTally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.scale import Scale
    from relmetrics.data.types import FloatArray
    from relmetrics.inference.linear_form import LinearForm


class PairedMetric(AnyMetric, Protocol):
    """What a paired comparison of answers asks of a metric: what each answer contributes."""

    @property
    def scale(self) -> Scale:
        """The scale of the answers."""
        ...

    @property
    def form(self) -> LinearForm:
        """The arithmetic of one answer."""
        ...

    def coefficients(self) -> FloatArray | Sequence[float]:
        """Return what an answer at each point contributes; NaN leaves the point out."""
        ...

    def pseudo_answers(self) -> FloatArray | Sequence[float]:
        """Return the pseudo-answers at each point."""
        ...


@frozen
class Pairs(Unchanging):
    """The two sides of a paired comparison: the answers of a paired tally and its reference.

    A paired difference is itself the mean of what each pair contributes, the difference of what
    its two answers do. So it has the intervals and tests of any linear score.
    """

    metric: PairedMetric
    state: PairedTally
    points: FloatArray = field(repr=False, eq=False)
    form: LinearForm = field(repr=False, eq=False)

    @classmethod
    def of(cls, metric: PairedMetric, state: object) -> Self:
        """Return the sides of a state of pairs over the metric's scale.

        Raises:
            StateError: It is none.
        """
        if not isinstance(state, PairedTally):
            raise StateError.malformed("PairedTally", f"got {type(state).__name__}")
        if state.scale != metric.scale:
            raise StateError.of_another("scale", metric.scale, state.scale)
        points = read_only(np.array(metric.coefficients(), dtype=np.float64))
        form = compiled_pairs(
            tuple([None if np.isnan(point) else point for point in points.tolist()]),
            tuple(np.asarray(metric.pseudo_answers(), dtype=np.float64).tolist()),
            f"{metric.description.name} of pairs",
            metric.form.reach,
            metric.form.is_mean,
        )
        return cls(metric, state, points, form)

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first: the score interval for rates."""
        of_shares = isinstance(self.metric.form, ShareForm)
        return ("score", "adjusted", "wald") if of_shares else ("adjusted", "score", "wald")

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers, with the p-value of the interval's own method."""
        found = self.form.present(self.state, confidence_level, method)
        p_value = self.form.p_against(self.state, 0.0, found.method)
        sample = found.sample
        return Contrast(
            sample.value, found.low, found.high, p_value, sample.standard_error, found.method
        )

    def permutation(self, draws: int, rng: np.random.Generator) -> Resampled:
        """Return the p-value by exchanging the two answers of pairs at random."""
        counts = counts_of(self.form, self.state)
        return Resampled(*permutation.pairs(self.form.levels, counts, draws, rng))

    @property
    def missing(self) -> int:
        """The number of rows that lack an answer."""
        return self.state.missing

    @property
    def weightless(self) -> int:
        """The number of pairs of weight 0."""
        return self.state.weightless

    def figures(self, found: Contrast) -> SideFigures:  # noqa: ARG002 - the difference tells no side
        """Return the value of either side, of the pairs that count, and their number."""
        n = int(sum(self.form.masses(self.state)[0]))
        return SideFigures.of_pairs(self._values(), n)

    def _values(self) -> tuple[float, float]:
        outside = np.isnan(self.points)
        inside = np.outer(~outside, ~outside).ravel()
        masses = np.where(inside, self.state.weights or self.state.counts, 0.0)
        table = masses.reshape(len(self.points), -1)
        known = np.where(outside, 0.0, self.points)
        total = table.sum()
        return float(table.sum(axis=0) @ known / total), float(table.sum(axis=1) @ known / total)

    def to_dict(self) -> dict[str, object]:
        """Return the pairs."""
        return {"pairs": self.state.to_dict()}
