"""Sides: what a difference is between, two samples or a sample and a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from attrs import frozen

from relmetrics.data.labels.grouping import names_of
from relmetrics.data.missing import is_missing
from relmetrics.errors import ParameterError, StateError
from relmetrics.errors.wording import listed
from relmetrics.inference import permutation
from relmetrics.inference.differences import Contrast, reaching_zero
from relmetrics.metric.resampled import Resampled, counts_of, rearranged

if TYPE_CHECKING:
    import numpy as np

    from relmetrics.data.types import Column
    from relmetrics.inference.form import Presented
    from relmetrics.metric.contract import AnyMetric


_TOO_OFTEN = 1.4
"""A test of 5 % may reject in 7."""


@frozen
class SideFigures:
    """The two sides of a difference in numbers, as texts show them.

    Attributes:
        values: The value of either side.
        n: The number of answers of the sample, or of pairs.
        n_reference: The number of answers of the reference; None of pairs, and of a number.
        text: The sizes as text, such as ``n = 30 against 40``.
    """

    values: tuple[float, float]
    n: int
    n_reference: int | None
    text: str

    @classmethod
    def of_pairs(cls, values: tuple[float, float], n: int) -> Self:
        """Return the sides of so many pairs."""
        return cls(values, n, None, f"n = {n} {'pair' if n == 1 else 'pairs'}")


class Sides(Protocol):
    """What is compared with what: two samples, a sample with a number, or pairs of answers."""

    @property
    def metric(self) -> AnyMetric:
        """The definition."""
        ...

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        ...

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers."""
        ...

    def permutation(self, draws: int, rng: np.random.Generator) -> Resampled:
        """Return the p-value by rearranging the answers."""
        ...

    def figures(self, found: Contrast) -> SideFigures:
        """Return values and sizes of the two sides whose difference was found."""
        ...

    @property
    def missing(self) -> int:
        """The number of rows without an answer, of both sides."""
        ...

    @property
    def weightless(self) -> int:
        """The number of answers of weight 0, of both sides."""
        ...

    def to_dict(self) -> dict[str, object]:
        """Return what is compared as JSON-ready plain values."""
        ...


@frozen
class Independent:
    """Two states of different respondents."""

    metric: AnyMetric
    state: Any
    reference: Any

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return self.metric.difference_methods

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers."""
        return self.metric.form.contrast(self.state, self.reference, confidence_level, method)

    def permutation(self, draws: int, rng: np.random.Generator) -> Resampled:
        """Return the p-value by drawing who belongs to which side from all answers together."""
        form = rearranged(self.metric)
        ours, theirs = (counts_of(form, side) for side in (self.state, self.reference))
        return Resampled(*permutation.two_samples(form.levels, ours, theirs, draws, rng))

    def figures(self, found: Contrast) -> SideFigures:
        """Return values and sizes of both samples."""
        ours, theirs = cast("tuple[Any, Any]", found.samples)
        n, n_reference = int(ours.n), int(theirs.n)
        text = f"n = {n} against {n_reference}"
        if self.state.is_clustered:
            shared, unit = self.state.shared(self.reference), self.state.clusters.unit
            if shared or not (ours.is_plain and theirs.is_plain):
                text = (
                    f"n = {n} of {ours.clusters} {unit} against {n_reference} of "
                    f"{theirs.clusters}, {shared} of them in both"
                )
        return SideFigures((float(ours.value), float(theirs.value)), n, n_reference, text)

    @property
    def missing(self) -> int:
        """The number of rows without an answer, of both sides."""
        return int(self.state.missing) + int(self.reference.missing)

    @property
    def weightless(self) -> int:
        """The number of answers of weight 0, of both sides."""
        return int(self.state.weightless) + int(self.reference.weightless)

    def to_dict(self) -> dict[str, object]:
        """Return both states."""
        return {"state": self.state.to_dict(), "reference": self.reference.to_dict()}


@frozen
class OneSample:
    """A state and a number that is known without error."""

    metric: AnyMetric
    state: Any
    reference: float

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return self.metric.tested_methods

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers."""
        form = self.metric.form
        found = form.present(self.state, confidence_level, method)
        low, high = found.low - self.reference, found.high - self.reference
        p_value, test = form.p_against(self.state, self.reference, found.method), found.method
        of_few = form.p_of_few(self.state, self.reference) if test == form.methods[0] else 0.0
        if of_few > p_value:
            p_value, test = of_few, "mid_p"
            low, high = reaching_zero(low, high, p_value, confidence_level)
        return Contrast(
            found.sample.value - self.reference,
            low,
            high,
            p_value,
            found.sample.standard_error,
            found.method,
            (found.sample,),
            test,
            self._warning(found, 1 - confidence_level),
        )

    def _warning(self, found: Presented, alpha: float) -> str:
        """Return how often the test rejects by chance, where that is more than it says."""
        if found.method == "wald" or not getattr(found.sample, "is_plain", True):
            return ""
        size = self.metric.form.size_against(found.sample, self.reference, alpha)
        if size <= _TOO_OFTEN * alpha:
            return ""
        return f"of so few, chance alone has p below {alpha:.2g} in {100 * size:.0f} of 100"

    def permutation(
        self,
        draws: int,  # noqa: ARG002 - nothing is drawn
        rng: np.random.Generator,  # noqa: ARG002 - the same
    ) -> Resampled:
        """There is nothing to rearrange.

        Raises:
            StateError: Always.
        """
        raise StateError.undefined(
            "a permutation test against a number",
            "there are no two sides to rearrange",
            "Use p_value, or method='score'.",
        )

    def figures(self, found: Contrast) -> SideFigures:
        """Return value and size of the sample, and the number."""
        (ours,) = found.samples
        n = int(ours.n)
        text = f"n = {n} against the value {self.reference:.10g}"
        return SideFigures((float(ours.value), self.reference), n, None, text)

    @property
    def missing(self) -> int:
        """The number of rows without an answer."""
        return int(self.state.missing)

    @property
    def weightless(self) -> int:
        """The number of answers of weight 0."""
        return int(self.state.weightless)

    def to_dict(self) -> dict[str, object]:
        """Return the state and the number."""
        return {"state": self.state.to_dict(), "benchmark": self.reference}


def require_apart(respondents: Column | None, reference_respondents: Column | None) -> None:
    """Check that nobody answered on both sides, where it is said who did.

    Raises:
        ParameterError: Some did, or only one side says who answered.
    """
    if not both_given(respondents, reference_respondents):
        return
    ours = set(_known(respondents, "respondents"))
    shared = [one for one in _known(reference_respondents, "reference_respondents") if one in ours]
    if shared:
        raise ParameterError(
            f"respondents must be others on each side; in both: {listed(shared)} ({len(shared)} in "
            "all). Compare them paired: metric.compare_paired(metric.pairs(...)). Or make both "
            "states with metric.tally(..., respondents=...): then the comparison knows who is in "
            "both."
        )


def both_given(respondents: Column | None, reference_respondents: Column | None) -> bool:
    """Tell whether it is said who answered; of both sides, or of neither.

    Raises:
        ParameterError: Only of one.
    """
    if (respondents is None) != (reference_respondents is None):
        lacking = "respondents" if respondents is None else "reference_respondents"
        raise ParameterError.must_be(lacking, "given together with the other side's", None)
    return respondents is not None


def _known(column: Column | None, name: str) -> list[Any]:
    names = [] if column is None else names_of(column, name)
    return [one for one in names if not is_missing(one)]
