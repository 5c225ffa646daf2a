"""LatestPeriod: what the last period that is over says, and the periods of a trend together."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.calendar.periods import kind_of
from relmetrics.errors import EmptySampleError, StateError, WeightError
from relmetrics.inference.time.run_rules import RULES
from relmetrics.metric.result import described, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import p_text, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.metric.difference import Difference
    from relmetrics.metric.estimate import Estimate
    from relmetrics.questions.trends.alerts import Alert, Alerts
    from relmetrics.questions.trends.slope import Slope
    from relmetrics.questions.trends.trend import Trend


@frozen(kw_only=True, eq=False)
class LatestPeriod:
    """The last period that is over and has answers: its value, its change, the course up to it.

    The parts are the results that the trend gives by itself, and None where it has none. Later
    periods that are over and have no answers are named in a note.

    Attributes:
        trend: All periods.
        period: The first day of the last period that is over and has answers; of the last that is
            over where none has.
        n: Its number of answers.
        reference: The first day of the last period before it with a value.
        estimate: The metric in that period.
        change: The period less its reference.
        slope: The change per period, through all periods that are over.
        alerts: The control chart of all periods, with limits from those before the last.
        notes: Why a part is None, and what the others do not say.

    Example:
        >>> import relmetrics as rm
        >>> survey = {"recommend": [10, 9, 3, 8], "date": ["2025-01-31"] * 2 + ["2025-02-28"] * 2}
        >>> latest = rm.scorecard(survey=survey).over_time[0]
        >>> print(latest.change)
        NPS difference -150.0 points (95% CI -150.0 to 27.7; p = 0.17; n = 2 against 2)
        >>> latest.rang
        ()
    """

    trend: Trend
    period: np.datetime64
    n: int
    reference: np.datetime64 | None
    estimate: Estimate | None
    change: Difference | None
    slope: Slope | None
    alerts: Alerts | None
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, trend: Trend) -> LatestPeriod | None:
        """Read a trend; None where no period of it is over."""
        over = np.flatnonzero(trend.complete)
        if not len(over):
            return None
        changes = trend.changes()
        answered = over[changes["n"][over] > 0]
        place = int(answered[-1] if len(answered) else over[-1])
        days, level = changes["period"], trend.confidence_level
        kind = kind_of(trend.every)
        reference, why = changes["reference"][place], str(changes["note"][place])
        estimate = change = None
        notes = _silent(days[place + 1 : over[-1] + 1])
        notes += [f"no change is shown: {why}."] if why else []
        with suppress(EmptySampleError, WeightError):
            estimate = trend[days[place]]
        if not why:
            states, before = trend.states, int(np.flatnonzero(days == reference)[0])
            change = trend.metric.compare(states[place], states[before], confidence_level=level)
            if before < place - 1:
                notes.append(
                    f"the change is since {reference}, the last {kind} before with a value."
                )
        slope = alerts = None
        try:
            slope = trend.slope()
        except StateError as error:
            notes.append(str(error))
        # A period that sets its own limits hides in them: those before it are what is normal.
        with suppress(StateError):
            alerts = trend.alerts(baseline=(days[0], days[place - 1])) if place else None
        if slope is not None and alerts is None:
            notes.append(f"too few {kind}s before it to tell what is normal: no alerts.")
        return cls(
            trend=trend,
            period=days[place],
            n=int(changes["n"][place]),
            reference=None if np.isnat(reference) else reference,
            estimate=estimate,
            change=change,
            slope=slope,
            alerts=alerts,
            notes=tuple(notes),
        )

    @property
    def rang(self) -> tuple[Alert, ...]:
        """The alerts of the period."""
        return tuple(alert for alert in self.alerts or () if alert.period == self.period)

    @property
    def is_last(self) -> bool:
        """Whether no later period is over."""
        last: np.datetime64 = self.trend.labels.columns[0][self.trend.complete][-1]
        return bool(self.period == last)

    def lines(self) -> list[str]:
        """Return each rule that rang in the period, and the slope, as lines to read."""
        symbol = self.trend.metric.description.symbol
        lines = [f"Alert for {symbol}, {alert}; {RULES[alert.rule].says}" for alert in self.rang]
        return lines + ([] if self.slope is None else [str(self.slope)])

    def to_dict(self) -> dict[str, object]:
        """Return the parts as JSON-ready plain values."""
        about = described(self.trend.metric.description)
        del about["definition"]  # the estimate, the slope and the trend have it
        head = about | {"every": self.trend.every} | written(self, "period", "n", "reference")
        parts = written(self, "estimate", "change", "slope")
        rules = ("rule", "side", "meaning", "since")
        alerts = [written(alert, *rules) for alert in self.rang]
        return head | parts | {"alerts": alerts} | written(self, "trend", "notes")


def _silent(days: AnyArray) -> list[str]:
    """Return a note that names periods which are over and have no answers, if there are any."""
    if not len(days):
        return []
    which = f"{days[0]} is" if len(days) == 1 else f"{days[0]} to {days[-1]} are"
    return [f"{which} over and {'has' if len(days) == 1 else 'have'} no answers."]


def headline(over_time: Sequence[LatestPeriod]) -> str:
    """Return which period is looked at, and what it is compared with."""
    every = kind_of(over_time[0].trend.every)
    text = f"last {every} that is over"
    if not all(latest.is_last for latest in over_time):
        text += " and has answers"
    several = _differ(over_time)
    text = f"Of each metric the {text}" if several else f"The {text}, {over_time[0].period}"
    references = {latest.reference for latest in over_time if latest.change}
    if references:
        before = "the last one before with a value" if len(references) > 1 else references.pop()
        text += f", against {before}; each p-value by itself"
    return f"{text}."


def changes_shown(over_time: Sequence[LatestPeriod]) -> Table:
    """Return the last period and its change as texts to read, one row per metric.

    The periods are named where they are not the same.
    """
    level = percent(over_time[0].trend.confidence_level)
    changes = [latest.change for latest in over_time]
    texts = {"metric": [latest.trend.metric.description.symbol for latest in over_time]}
    if _differ(over_time):
        texts["period"] = [str(latest.period) for latest in over_time]
    texts |= {
        f"value ({level} CI)": [_with_ends(latest.estimate) for latest in over_time],
        "n": [str(latest.n) for latest in over_time],
        f"change ({level} CI)": [_with_ends(change, "+") for change in changes],
        "p": [_p_shown(change) for change in changes],
        "verdict": [change.verdict if change else "" for change in changes],
    }
    return Table({name: np.array(cells, dtype=object) for name, cells in texts.items()})


def _differ(over_time: Sequence[LatestPeriod]) -> bool:
    """Return whether the metrics have different last periods."""
    return len({latest.period for latest in over_time}) > 1


def _p_shown(change: Difference | None) -> str:
    """Return a p-value as text without its sign of equality; empty for none."""
    return p_text(change.p_value).removeprefix("p ").removeprefix("= ") if change else ""


def _with_ends(result: Estimate | Difference | None, sign: str = "") -> str:
    """Return a result and its interval as text; empty for none."""
    if result is None:
        return ""
    about = result.metric.description
    unit, form = "%" if about.unit == "%" and not sign else "", f"z.{about.digits}f"
    return f"{result.value:{sign}{form}}{unit} ({result.low:{form}} to {result.high:{form}})"
