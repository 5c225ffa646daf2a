"""CSAT of one question under every definition, and what each answer adds to it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from relmetrics.data.scale import ONE_TO_FIVE, Scale
from relmetrics.errors import ParameterError
from relmetrics.inference.intervals import quantile
from relmetrics.reports.reconciliation.steps import Reading, Step
from relmetrics.survey.csat import CSAT, DEFINITIONS, CSATDefinition

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.states.tally import Tally


@frozen(kw_only=True)
class Answers:
    """The answers of a question, and what an answer at each point adds by definition."""

    tally: Tally
    adds: dict[str, list[Fraction]] = field(repr=False, hash=False)

    @property
    def masses(self) -> list[Fraction]:
        """What the answers at each point weigh, exactly: their number, or the sum of weights."""
        tally = self.tally
        return list(map(Fraction, tally.counts if tally.weights is None else tally.weights))

    def numerator(self, definition: str) -> Fraction:
        """Return the numerator of a definition."""
        pairs = zip(self.adds[definition], self.masses, strict=True)
        return sum((each * mass for each, mass in pairs), Fraction(0))

    def steps(self, a: str, b: str, most: int | None) -> tuple[Step, ...]:
        """Return the points whose answers add otherwise to b than to a."""
        del most  # answers have no ids
        points, counts = self.tally.scale.points.tolist(), self.tally.counts
        rows = zip(points, counts, self.masses, self.adds[a], self.adds[b], strict=True)
        return tuple(
            Step(what=f"answer {point}", count=count, numerator=mass * (after - before))
            for point, count, mass, before, after in rows
            if mass and after != before
        )


def reconcile_answers(
    data: Column,
    metric: str,
    *,
    scale: Scale = ONE_TO_FIVE,
    satisfied_from: int | None = None,
    weights: Column | None = None,
    confidence_level: float = 0.95,
) -> tuple[str, tuple[Reading, ...], Answers]:
    """Return what the data are about, the readings, and the answers behind them."""
    del metric  # it has one kind
    quantile(confidence_level)
    # The mean exists on every scale, and refuses a cut that lies off it.
    tally = _metric(scale, "mean", satisfied_from).tally(data, weights=weights)
    answers = Answers(tally=tally, adds={})
    readings = tuple(
        _reading(answers, definition, scale, satisfied_from, confidence_level)
        for definition in DEFINITIONS
    )
    weighed = "" if tally.weights is None else f", which weigh {sum(tally.weights):g}"
    about = f"{tally.n} answers on {scale}{weighed}; {tally.missing} missing"
    return about, readings, answers


def _metric(scale: Scale, definition: CSATDefinition, satisfied_from: int | None) -> CSAT:
    if satisfied_from is None:
        return CSAT(scale=scale, definition=definition)
    return CSAT(scale=scale, definition=definition, satisfied_from=satisfied_from)


def _reading(
    answers: Answers,
    definition: CSATDefinition,
    scale: Scale,
    satisfied_from: int | None,
    confidence_level: float,
) -> Reading:
    try:
        metric = _metric(scale, definition, satisfied_from)
    except ParameterError as error:
        unit = "points" if definition == "net" else "%"
        words = "needs a cut that suits the scale"
        return Reading(name=definition, unit=unit, definition=words, reason=str(error))
    answers.adds[definition] = _adds(metric)
    about = metric.description
    reading = Reading(
        name=definition,
        numerator=answers.numerator(definition),
        denominator=sum(answers.masses, Fraction(0)),
        times=1 if definition == "mean" else 100,
        unit=about.unit,
        definition=about.definition.rstrip("."),
    )
    if not reading.denominator:
        return evolve(reading, reason="there are no answers, or they weigh nothing")
    return reading.with_value_of(metric.estimate(answers.tally, confidence_level=confidence_level))


def _adds(metric: CSAT) -> list[Fraction]:
    """Return exactly what an answer at each point adds to the numerator."""
    low, high = metric.scale.low, metric.scale.high
    points = metric.scale.points.tolist()
    if metric.definition == "mean":
        return [Fraction(point) for point in points]
    if metric.definition == "rescaled_mean":
        return [Fraction(point - low, high - low) for point in points]
    # Shares: 100, 0 or -100.
    return [Fraction(each) / 100 for each in metric.coefficients().tolist()]
