"""Rates of a window: retention and churn by the name of their definition."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from attrs import evolve, field, frozen

from relmetrics.customers.retention import ChurnRate, RetentionRate
from relmetrics.customers.windows.definitions import CHURN, RETENTION, WindowDefinition
from relmetrics.customers.windows.window import WindowEstimate
from relmetrics.data.checks import check_name
from relmetrics.data.scale import YES_NO
from relmetrics.errors import CountError, EmptySampleError
from relmetrics.estimators.proportion import NamedShare
from relmetrics.metric.contract import share_working
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.windows.definitions import ChurnBase, RetentionDefinition
    from relmetrics.customers.windows.window import Window
    from relmetrics.metric.contract import Description, Working


@frozen(kw_only=True)
class WindowRate(NamedShare):
    """A rate of a window, in the words of its definition."""

    rule: WindowDefinition = field(repr=attrgetter("words"))

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        rule = self.rule
        return evolve(super().description, formula=rule.formula, definition=rule.definition)

    @property
    def result(self) -> type[WindowEstimate]:
        """The class of this metric's estimates."""
        return WindowEstimate

    def working(self, state: Tally) -> Working:
        """Return what is counted over what, with the numbers of a state."""
        return share_working(self, state, self.rule.yes, self.rule.base)

    def state_of(self, top: int, base: float) -> Tally:
        """Return the state of a numerator and a denominator."""
        # A base that is an average is no whole number: it enters as the weight of the rest.
        rest = base - top
        state = Tally(YES_NO, (math.ceil(rest), top))
        if rest != int(rest):
            state = evolve(state, weights=(rest, float(top)), squares=(rest, float(top)))
        return state


@frozen(kw_only=True)
class _WindowRetention(WindowRate, RetentionRate):
    """Retention of a window."""


@frozen(kw_only=True)
class _WindowChurn(WindowRate, ChurnRate):
    """Churn of a window."""


def retention_metric(
    definition: str, known: Mapping[str, WindowDefinition] = RETENTION
) -> WindowRate:
    """Return the retention of that name.

    Raises:
        ParameterError: There is no such definition.
    """
    check_name("definition", definition, known)
    return _WindowRetention(rule=known[definition])


def churn_metric(base: str, known: Mapping[str, WindowDefinition] = CHURN) -> WindowRate:
    """Return the churn over that base.

    Raises:
        ParameterError: There is no such base.
    """
    check_name("base", base, known)
    return _WindowChurn(rule=known[base])


def retention(
    counts: Window, definition: RetentionDefinition, confidence_level: float
) -> WindowEstimate:
    """Compute the retention rate of a window: see `PurchaseLog.retention`."""
    return estimate_of(retention_metric(definition), counts, confidence_level)


def churn(counts: Window, base: ChurnBase, confidence_level: float) -> WindowEstimate:
    """Compute the churn rate of a window: see `PurchaseLog.churn`."""
    return estimate_of(churn_metric(base), counts, confidence_level)


def estimate_of(metric: WindowRate, counts: Window, confidence_level: float) -> WindowEstimate:
    """Compute a rate of a window from its counts."""
    rule = metric.rule
    top, base = rule.counted(counts.by_standing, counts.mean_daily)
    if not base:
        raise EmptySampleError.for_metric(metric.description.name, 0)
    if not 0 <= top <= base:
        shown = counts.start if rule.over == "S" else base
        raise CountError.not_a_share(rule.yes, top, rule.over, shown)
    state = metric.state_of(top, base)
    estimate = metric.estimate(state, confidence_level=confidence_level)
    # The metrics of this module make no other estimates.
    return evolve(cast("WindowEstimate", estimate), window=counts)
