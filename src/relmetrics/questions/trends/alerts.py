"""Control: the limits within which the periods of a metric vary by chance, and what leaves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args, overload

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.columns import ALIKE, comparable, read_only
from relmetrics.data.dates import as_day
from relmetrics.data.periods import period_of
from relmetrics.errors import ParameterError
from relmetrics.inference.intervals import clipped
from relmetrics.inference.run_rules import RULES, RuleName
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph

if TYPE_CHECKING:
    from relmetrics.data.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.linear_form import Sample
    from relmetrics.metric.contract import Description
    from relmetrics.questions.trends.series import Series

Dispersion = Literal["laney", "none"]
Side = Literal["above", "below", "rising", "falling"]

DEFAULT_RULES: tuple[RuleName, ...] = ("beyond_limits", "run_of_eight")

_SIGMAS = 3
_MEAN_RANGE = 1.128
"""Mean distance of two normal values, in standard deviations: d2 of the charts' tables."""
_FEWEST = {"laney": 3, "none": 2}


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
        text = f"{count or 'no'} alert{'' if count == 1 else 's'} in {judged} {self.every}s"
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


def alerts(
    series: Series,
    pooled: Callable[[AnyArray], Sample],
    *,
    rules: Sequence[RuleName] = DEFAULT_RULES,
    baseline: int | tuple[object, object] | None = None,
    dispersion: Dispersion = "laney",
) -> Alerts:
    """Return the periods that chance does not explain: see `Alerts`.

    Args:
        series: The metric by period.
        pooled: Gives the `Sample` of the pooled answers of some periods, told by a mask.
        rules: Names of `RULES`.
        baseline: The periods in control: the first so many usable ones, or a first and a last
            day; None for all usable ones.
        dispersion: ``laney`` or ``none``.

    Raises:
        ParameterError: A name is unknown, or `baseline` is neither of the two.
        DateError: A day of the baseline cannot be read.
        StateError: The baseline has fewer than 3 usable periods, or 2 without dispersion.
    """
    asked = _asked(rules)
    check_name("dispersion", dispersion, get_args(Dispersion))
    used = series.usable
    base = series.require(
        "the control chart",
        _FEWEST[dispersion],
        f"dispersion={dispersion!r}",
        among=_baseline(series, baseline),
    )
    sample = pooled(base)
    center, variance = float(sample.value), float(sample.variance)
    sigma = np.full(len(used), np.nan)
    # Equal answers throughout have no variance to share out: each period's own error stands in.
    own = variance / series.n_effective[used] if variance > 0 else series.variances[used]
    sigma[used] = np.sqrt(own)
    sigma_z = 1.0
    if dispersion == "laney":
        z = ((series.values - center) / sigma)[base]
        sigma_z = max(1.0, float(np.abs(np.diff(z)).mean()) / _MEAN_RANGE)
    sigma *= sigma_z
    return Alerts(
        found=_ringing(series, (series.values - center) / sigma, asked),
        labels=series.labels,
        values=series.values,
        center=center,
        sigma=sigma,
        sigma_z=sigma_z,
        dispersion=dispersion,
        baseline=base,
        left_out=series.why_not(),
        rules=asked,
        every=series.every,
        about=series.about,
    )


def _ringing(series: Series, z: FloatArray, rules: tuple[RuleName, ...]) -> tuple[Alert, ...]:
    """Return the alerts in order of period; what cannot be used is no point of the chart."""
    places = np.flatnonzero(series.usable)
    # A value that equals the center but for the rounding of sums lies on neither side of it.
    on_chart = np.round(z[places], 9)
    rang: list[tuple[int, Alert]] = []
    for rule in rules:
        found = RULES[rule].find(on_chart)
        for point in np.flatnonzero(found.sides):
            up = bool(found.sides[point] > 0)
            sides: tuple[Side, Side] = (
                ("rising", "falling") if rule == "trend_of_six" else ("above", "below")
            )
            alert = Alert(
                period=series.labels[places[point]],
                rule=rule,
                side=sides[0] if up else sides[1],
                meaning=series.about.verdict(float(found.sides[point])),
                since=series.labels[places[found.since[point]]],
            )
            rang.append((int(point), alert))
    return tuple(alert for _, alert in sorted(rang, key=lambda pair: pair[0]))


def _asked(rules: object) -> tuple[RuleName, ...]:
    """Return the names of rules, each once.

    Raises:
        ParameterError: One is unknown, or there are none.
    """
    names = tuple(rules) if isinstance(rules, Sequence) and not isinstance(rules, str) else ()
    if not names:
        raise ParameterError.must_be(
            "rules", "a list of names", rules, f"Known: {', '.join(RULES)}."
        )
    for name in names:
        check_name("rules", name, RULES)
    return tuple(dict.fromkeys(names))


def _baseline(series: Series, baseline: object) -> AnyArray:
    """Return which periods a baseline means.

    Raises:
        ParameterError: It is no number of periods, and no first and last day.
        DateError: A day cannot be read.
    """
    if baseline is None:
        return np.ones(len(series.periods), dtype=bool)
    if isinstance(baseline, tuple) and len(baseline) == 2:  # noqa: PLR2004 - first and last
        days = [as_day(day, "baseline") for day in baseline]
        first, last = period_of(np.array(days), series.every)
        if first > last:
            raise ParameterError.must_be(
                "baseline", "a first day and a last day, in order", baseline
            )
        within: AnyArray = (series.periods >= first) & (series.periods <= last)
        return within
    if isinstance(baseline, (tuple, list, str)):
        raise ParameterError.must_be(
            "baseline",
            "a number of periods or a first and a last day",
            baseline,
            "Say baseline=12 or baseline=('2024-01-01', '2024-12-31').",
        )
    check_whole("baseline", baseline, 2)
    counted: AnyArray = np.cumsum(series.usable) <= baseline
    return counted
