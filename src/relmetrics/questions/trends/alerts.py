"""Alerts: the limits within which periods vary by chance, and the periods that leave them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

import numpy as np
from attrs import field, frozen

from relmetrics.data.calendar.periods import kind_of
from relmetrics.data.columns import ALIKE, comparable, read_only
from relmetrics.inference.time.run_rules import RULES, RuleName
from relmetrics.metric.result import Result, Shown, Tabular, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import Description
    from relmetrics.metric.difference import Difference

Dispersion = Literal["laney", "none"]
Side = Literal["above", "below", "rising", "falling"]

SIGMAS = 3
_SEED = 0


class Chart(Protocol):
    """What the rules of a control chart look at."""

    @property
    def is_rare(self) -> bool:
        """Whether there are few events in a period."""
        ...

    @property
    def zones(self) -> FloatArray:
        """The deviate of each judged period, which rings beyond 3."""
        ...

    @property
    def added(self) -> FloatArray:
        """The deviates that charts add up."""
        ...

    def limits(self, sigmas: float) -> tuple[FloatArray, FloatArray]:
        """Return the least and the largest value of each period that is within so many sigmas."""
        ...

    def false_alarm_chance(
        self, rules: Sequence[RuleName], sigma_z: float, rng: np.random.Generator
    ) -> float:
        """Return the chance that a rule rings falsely."""
        ...


@frozen(kw_only=True, repr=False)
class Alert(Shown):
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


def _both(ends: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return two columns that cannot be written to."""
    low, high = (read_only(end) for end in ends)
    return low, high


@frozen(kw_only=True, repr=False)
class Alerts(Tabular, Result, Sequence[Alert]):
    """The periods that chance does not explain, in order; empty when nothing rang.

    Made by ``trend.alerts()``. Rates and other scores of single answers are judged by the chance
    of a sum at least as far out, given all answers of the period and of the baseline: of rates the
    exact hypergeometric one, of other scores the saddlepoint's. `z` is the normal deviate of that
    chance over `sigma_z`, and the limits are the last values within 3. With many answers they are
    those of a p-chart; with few events they are not symmetrical, and the low one is often 0. A
    period that chance puts on either side of with one half or more is at the median: its z is 0,
    and it ends a run. Metrics of sums have the limits of a p-chart::

        center +- 3 sigma,   sigma = sigma_z x sqrt(variance / n of the period)

    with the center and the variance of one answer from the pooled answers of the baseline. So a
    period of few answers has wide limits. `sigma_z` is by how much the periods of the baseline
    vary more than their answers explain, from the mean moving range of their distances to the
    center: Laney (2002), Quality Engineering 14, 531-537. It is never taken below 1: fewer than a
    few dozen periods often look calmer than chance by chance.

    Of events rarer than a few a period no single period tells much. One test of all answers since
    the baseline against it, `since_baseline`, then finds more.

    Periods without answers and one that is not over are no points of the chart: runs go on across
    them.

    Attributes:
        found: The alerts, by period.
        labels: The periods.
        values: The metric in each.
        center: The metric of the pooled answers of the baseline.
        sigma: Standard deviation of each period in control; NaN where it is not judged.
        z: Distance of each period from the center, as a normal deviate; NaN likewise.
        limits: Low and high limit of each period, the last values within them; NaN likewise.
        sigma_z: Laney's factor in sigma; 1 when the answers explain how periods vary.
        dispersion: How it was found: ``laney``, or ``none`` for 1 whatever the periods do.
        baseline: Whether the period belongs to the baseline.
        left_out: Why a period is not judged; empty text for one that is.
        rules: The rules that were asked.
        every: The kind of period.
        about: The description of the metric.
        since_baseline: All answers after the baseline against those of it, as ``metric.compare``
            has it; None where no period comes later.
        chart: What works out z, limits and chances.

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
    z: FloatArray = field(converter=read_only, eq=ALIKE, hash=False)
    limits: tuple[FloatArray, FloatArray] = field(converter=_both, eq=False, hash=False)
    sigma_z: float
    dispersion: Dispersion
    baseline: AnyArray = field(converter=read_only, eq=ALIKE, hash=False)
    left_out: AnyArray = field(converter=read_only, eq=ALIKE, hash=False)
    rules: tuple[RuleName, ...]
    every: Every
    about: Description = field(repr=False)
    since_baseline: Difference | None = field(default=None, repr=False)
    chart: Chart = field(repr=False, eq=False)

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
    def false_alarm_chance(self) -> float:
        """The chance that any of the rules rings falsely in the periods after the baseline.

        Or in those of it, where all periods are. For this very series: its numbers of answers and
        its limits, with a baseline that is itself known by its answers only. By 10,000 series in
        which nothing happens, fewer of more than a hundred periods, always the same ones. Periods
        are independent there, and vary by their answers alone; where they vary by more, which
        `sigma_z` allows for, the chance is larger.
        """
        rng = np.random.default_rng(_SEED)
        return self.chart.false_alarm_chance(self.rules, self.sigma_z, rng)

    def false_alarms(self) -> Table:
        """Return how often each rule rings when nothing happens: see `Rule`.

        For independent periods of many answers about a known center: the textbook's figures, to
        choose rules by. `false_alarm_chance` is that of this series.
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
        """Return that line, and the alerts below it; of rare events the test since the baseline."""
        lines = [str(self), *map(str, self.found)]
        if self.chart.is_rare and self.since_baseline is not None:
            lines.append(f"Since the baseline: {self.since_baseline}")
        return "\n".join(lines)

    def _body_html(self) -> str:
        """Return the line, and the table of periods below it."""
        return paragraph(str(self)) + self.table()._repr_html_()

    @property
    def _about(self) -> Description:
        return self.about

    def _content(self) -> dict[str, object]:
        settings = written(self, "every", "center", "sigma_z", "dispersion", "rules")
        names = ("period", "rule", "side", "meaning", "since")
        alerts = [written(alert, *names) for alert in self]
        since = {"since_baseline": self.since_baseline}
        return settings | {"alerts": alerts} | since | {"periods": self.table()}
