"""Pairing: two answers of the same respondent, from two waves or to two questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.errors import StateError
from relmetrics.estimators.presenting import Presenter
from relmetrics.inference import differences, permutation
from relmetrics.inference.differences import Contrast
from relmetrics.inference.linear_form import LinearForm
from relmetrics.metric.resampled import Resampled, counts_of
from relmetrics.metric.sides import Samples
from relmetrics.states.paired_tally import PairedTally

if TYPE_CHECKING:
    from relmetrics.estimators.linear import LinearScore


@frozen
class Pairs:
    """The two sides of a paired comparison: the answers of a paired tally and its reference.

    A paired difference is itself the mean of what each pair contributes, the difference of what
    its two answers do. So it has the intervals and tests of any linear score.
    """

    metric: LinearScore[Any]
    state: PairedTally

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first: the score interval for rates."""
        return paired_methods(self.metric)

    @property
    def presenter(self) -> Presenter:
        """What presents the pairs: the linear form of their cells."""
        name = f"{self.metric.description.name} of pairs"
        return Presenter(self._form, name, self.metric.is_mean, "adjusted")

    @property
    def _form(self) -> LinearForm:
        points = np.asarray(list(self.metric.coefficients()), dtype=np.float64)
        changes = points[None, :] - points[:, None]  # rows are points of the reference
        return LinearForm.compile(changes.ravel(), self._pseudo_pairs(points).ravel())

    def _pseudo_pairs(self, points: Any) -> Any:
        """Return as many pseudo-pairs as one answer has pseudo-answers, their sides independent.

        For yes and no that is half a pair in each of the four cells: Agresti and Min (2005).
        """
        added = np.asarray(list(self.metric.pseudo_answers()), dtype=np.float64)
        added = np.where(np.isnan(points), 0.0, added)
        return np.outer(added, added) / added.sum()

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers, with the p-value of the interval's own method."""
        presenter = self.presenter
        sample, low, high, used = presenter.present(self.state, confidence_level, method, None)
        if used == "score":
            p_value = presenter.score_test(self.state, 0.0)
        elif used == "wald":
            squared = float(presenter.wald_error(sample)) ** 2
            p_value = differences.two_sided(differences.deviate(sample.value, squared))
        else:
            normal = presenter.normal(self.state)
            p_value = differences.two_sided(
                differences.deviate(normal.center, normal.squared_error)
            )
        return Contrast(sample.value, low, high, p_value, sample.standard_error, used)

    def permutation(self, draws: int, rng: np.random.Generator) -> Resampled:
        """Return the p-value by exchanging the two answers of pairs at random."""
        form = self._form
        counts = counts_of(form, self.state)
        return Resampled(*permutation.pairs(form.levels, counts, draws, rng))

    @property
    def missing(self) -> int:
        """The number of rows that lack an answer."""
        return self.state.missing

    def samples(self) -> Samples:
        """Return the value of either side, of the pairs that count, and their number."""
        n = int(sum(self._form.masses(self.state)[0]))
        return Samples.of_pairs(self._values(), n)

    def _values(self) -> tuple[float, float]:
        points = np.asarray(list(self.metric.coefficients()), dtype=np.float64)
        outside = np.isnan(points)
        inside = np.outer(~outside, ~outside).ravel()
        masses = np.where(inside, self.state.weights or self.state.counts, 0.0)
        table = masses.reshape(len(points), -1)
        known = np.where(outside, 0.0, points)
        total = table.sum()
        return float(table.sum(axis=0) @ known / total), float(table.sum(axis=1) @ known / total)

    def to_dict(self) -> dict[str, object]:
        """Return the pairs."""
        return {"pairs": self.state.to_dict()}


def paired_methods(metric: LinearScore[Any]) -> tuple[str, ...]:
    """Return the interval methods of paired differences of a metric, the default first."""
    if metric.has_two_outcomes:
        return ("score", "adjusted", "wald")
    return ("adjusted", "score", "wald")


def check_pairs(metric: LinearScore[Any], pairs: object) -> PairedTally:
    """Check that a state is of pairs over the metric's scale.

    Raises:
        StateError: It is not.
    """
    if not isinstance(pairs, PairedTally):
        raise StateError.malformed("PairedTally", f"got {type(pairs).__name__}")
    if pairs.scale != metric.scale:
        raise StateError.of_another("scale", metric.scale, pairs.scale)
    return pairs
