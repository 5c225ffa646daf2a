"""Alerts: the limits within which periods vary by chance, and the periods that leave them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import ALIKE, comparable, read_only
from relmetrics.data.periods import kind_of
from relmetrics.inference.intervals import clipped
from relmetrics.inference.run_rules import RULES, RuleName
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph

if TYPE_CHECKING:
    from relmetrics.data.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import Description

Dispersion = Literal["laney", "none"]
Side = Literal["above", "below", "rising", "falling"]

_SIGMAS = 3


@frozen(kw_only=True)
class Alert:
    """A period in which a rule rang.

    Attributes:
        period: The period.
        rule: The rule, by name.
        side: ``above`` or ``below`` the center; ``rising`` or ``falling`` of `trend_of_six`.
        meaning: Whether that is ``better`` or ``worse``, by the direction of the metric.
        since: The first period of what rang: of the run, or of the drift as `ewma` and `cusum`
            place its beginning.

    Example:
        >>> import relmetrics as rm
        >>> days = [f"2025-03-{day:02}" for day in range(1, 11) for _ in range(40)]
        >>> answers = ([4] * 20 + [3] * 20) * 9 + [1] * 40
        >>> trend = rm.MeanScore(scale=rm.ONE_TO_FIVE).over(answers, days, every="day")
        >>> print(trend.alerts(baseline=9)[0])
        2025-03-10: beyond_limits, below (worse)
    """

    period: Any
    rule: RuleName
    side: Side
    meaning: Literal["better", "worse"]
    since: Any

    def __str__(self) -> str:
        """Return period, rule, side and what it means."""
        since = "" if self.since == self.period else f" since {self.since}"
        return f"{self.period}: {self.rule}, {self.side}{since} ({self.meaning})"


@frozen(kw_only=True, repr=False)
class Alerts(Result, Sequence[Alert]):
    """The periods that chance does not explain, in order; empty when nothing rang.

    Made by ``trend.alerts()``. The limits are those of a p-chart, for any metric::

        center +- 3 sigma,   sigma = sigma_z x sqrt(variance / n of the period)

    with the center and the variance of one answer from the pooled answers of the baseline. So a
    period of few answers has wide limits. `sigma_z` is by how much the periods of the baseline
    vary more than their answers explain, from the mean moving range of their z: Laney (2002),
    Quality Engineering 14, 531-537. It is never taken below 1: fewer than a few dozen periods
    often look calmer than chance by chance.

    Periods without answers and one that is not over are no points of the chart: runs go on across
    them.

    Attributes:
        found: The alerts, by period.
        labels: The periods.
        values: The metric in each.
        center: The metric of the pooled answers of the baseline.
        sigma: Standard deviation of each period in control; NaN where it is not judged.
        sigma_z: Laney's factor in sigma; 1 when the answers explain how periods vary.
        dispersion: How it was found: ``laney``, or ``none`` for 1 whatever the periods do.
        baseline: Whether the period belongs to the baseline.
        left_out: Why a period is not judged; empty text for one that is.
        rules: The rules that were asked.
        every: The kind of period.
        about: The description of the metric.

    Example:
        >>> import relmetrics as rm
        >>> days = [f"2025-03-{day:02}" for day in range(1, 11) for _ in range(40)]
        >>> answers = ([4] * 20 + [3] * 20) * 9 + [1] * 40
        >>> trend = rm.MeanScore(scale=rm.ONE_TO_FIVE).over(answers, days, every="day")
        >>> alerts = trend.alerts(baseline=9)
        >>> print(alerts)
        Mean: 1 alert in 10 days, last 2025-03-10 (worse); center 3.50
        >>> [alert.rule for alert in alerts]
        ['beyond_limits']
    """

    found: tuple[Alert, ...]
    labels: AnyArray = field(converter=read_only, eq=ALIKE, hash=False)
    values: FloatArray = field(converter=read_only, eq=ALIKE, hash=False)
    center: float = field(eq=comparable)
    sigma: FloatArray = field(converter=read_only, eq=ALIKE, hash=False)
    sigma_z: float
    dispersion: Dispersion
    baseline: AnyArray = field(converter=read_only, eq=ALIKE, hash=False)
    left_out: AnyArray = field(converter=read_only, eq=ALIKE, hash=False)
    rules: tuple[RuleName, ...]
    every: Every
    about: Description = field(repr=False)

    @overload
    def __getitem__(self, index: int) -> Alert: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Alert, ...]: ...
    def __getitem__(self, index: int | slice) -> Alert | tuple[Alert, ...]:
        """Return one alert, or some of them."""
        return self.found[index]

    def __len__(self) -> int:
        """Return the number of alerts."""
        return len(self.found)

    @property
    def z(self) -> FloatArray:
        """Distance of each period from the center, in sigma; NaN where it is not judged."""
        distance: FloatArray = (self.values - self.center) / self.sigma
        return distance

    @property
    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Low and high limit of each period, within the range; NaN where it is not judged."""
        low, high = self.about.low, self.about.high
        reach = _SIGMAS * self.sigma
        return (
            clipped(self.center - reach, low, high),
            clipped(self.center + reach, low, high),
        )

    @property
    def false_alarm_chance(self) -> float:
        """A bound on the chance that any of the rules rings falsely within 24 periods.

        The sum over the rules, whatever they have in common.
        """
        return min(1.0, sum(RULES[rule].in_24 for rule in self.rules))

    def false_alarms(self) -> Table:
        """Return how often each rule rings when nothing happens: see `Rule`.

        For independent periods of many answers about a known center. A center and a dispersion
        from a short baseline make later periods ring more often.
        """
        rules = [RULES[rule] for rule in self.rules]
        columns = {
            "rule": np.array(self.rules, dtype=object),
            "rings_at": np.array([rule.says for rule in rules], dtype=object),
            "per_period": np.array([rule.per_period for rule in rules]),
            "average_run_length": np.array([rule.average_run_length for rule in rules]),
            "in_24": np.array([rule.in_24 for rule in rules]),
            "source": np.array([rule.source for rule in rules], dtype=object),
        }
        return Table(columns, {"per_period": 4, "average_run_length": 0, "in_24": 3})

    def table(self) -> Table:
        """Return one row per period: its value, center, limits, z, and the rules that rang.

        Limits and z are NaN for a period that is not judged, and `left_out` says why.
        """
        low, high = self.limits
        judged = self.left_out == ""
        rang: dict[Any, list[str]] = {label: [] for label in self.labels}
        for alert in self.found:
            rang[alert.period].append(alert.rule)
        columns = {
            "period": self.labels,
            "value": self.values,
            "center": np.where(judged, self.center, np.nan),
            "low_limit": low,
            "high_limit": high,
            "z": self.z,
            "baseline": self.baseline,
            "alerts": np.array([", ".join(names) for names in rang.values()], dtype=object),
            "left_out": self.left_out,
        }
        shown = ("value", "center", "low_limit", "high_limit")
        return Table(columns, {**dict.fromkeys(shown, self.about.digits), "z": 2})

    def __str__(self) -> str:
        """Return one honest line: how many alerts, the last of them, the center."""
        judged = int((self.left_out == "").sum())
        count = len(self.found)
        text = (
            f"{count or 'no'} alert{'' if count == 1 else 's'} in {judged} {kind_of(self.every)}s"
        )
        if self.found:
            text += f", last {self.found[-1].period} ({self.found[-1].meaning})"
        text += f"; center {self.center:z.{self.about.digits}f}"
        if self.sigma_z > 1:
            text += f", sigma_z {self.sigma_z:.2f}"
        return f"{self.about.symbol}: {text}"

    def __repr__(self) -> str:
        """Return that line, and the alerts below it."""
        return "\n".join([str(self), *map(str, self.found)])

    def _repr_html_(self) -> str:
        """Return the line, and the table of periods below it."""
        return paragraph(str(self)) + self.table()._repr_html_()

    @property
    def _about(self) -> Description:
        return self.about

    def _content(self) -> dict[str, object]:
        settings = written(self, "every", "center", "sigma_z", "dispersion", "rules")
        names = ("period", "rule", "side", "meaning", "since")
        alerts = [written(alert, *names) for alert in self]
        return settings | {"alerts": alerts, "periods": self.table()}
