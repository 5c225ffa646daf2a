"""Control chart: center, limits and rules, worked out from the periods of a baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, get_args

import numpy as np

from relmetrics.data.calendar.dates import as_day
from relmetrics.data.calendar.periods import period_of
from relmetrics.data.checks import check_name, check_whole
from relmetrics.errors import ParameterError
from relmetrics.inference.charts.normal_chart import NormalChart
from relmetrics.inference.charts.tally_chart import TallyChart
from relmetrics.inference.intervals import clipped
from relmetrics.inference.time.run_rules import RULES, RuleName
from relmetrics.questions.trends.alerts import SIGMAS, Alert, Alerts, Dispersion, Side

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.difference import Difference
    from relmetrics.questions.trends.alerts import Chart
    from relmetrics.questions.trends.series import Series
    from relmetrics.states.sample import Sample

DEFAULT_RULES: tuple[RuleName, ...] = ("beyond_limits", "run_of_eight")

_MEAN_RANGE = 1.128
"""Mean distance of two normal values, in standard deviations: d2 of the charts' tables."""
_FEWEST_IN_BASELINE = {"laney": 3, "none": 2}


def alerts(
    series: Series,
    pooled: Callable[[AnyArray], Sample],
    *,
    tallies: tuple[tuple[float, ...], FloatArray] | None = None,
    versus: Callable[[AnyArray, AnyArray], Difference] | None = None,
    rules: Sequence[RuleName] = DEFAULT_RULES,
    baseline: int | tuple[object, object] | None = None,
    dispersion: Dispersion = "laney",
) -> Alerts:
    """Return the periods that chance does not explain: see `Alerts`.

    Args:
        series: The metric by period.
        pooled: Gives the `Sample` of the pooled answers of some periods, told by a mask.
        tallies: The levels of a linear score and the effective number of answers of each period
            at each of them; None of a metric of sums.
        versus: Compares the answers of some periods with those of others, told by masks.
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
        _FEWEST_IN_BASELINE[dispersion],
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
    chart: Chart
    if tallies is None:
        n = series.n_effective[used]
        chart = NormalChart(series.values[used], center, sigma[used], n, base[used])
    else:
        chart = TallyChart(tallies[0], tallies[1][used], base[used])
    z, low, high = (np.full(len(used), np.nan) for _ in range(3))
    z[used] = chart.zones / sigma_z
    about = series.about
    for ends, found in zip((low, high), chart.limits(SIGMAS * sigma_z), strict=True):
        ends[used] = clipped(found, about.low, about.high)
    later = used & (np.arange(len(used)) > np.flatnonzero(base)[-1])
    return Alerts(
        found=_ringing(series, z[used], chart.added / sigma_z, asked),
        labels=series.labels,
        values=series.values,
        center=center,
        sigma=sigma * sigma_z,
        z=z,
        limits=(low, high),
        sigma_z=sigma_z,
        dispersion=dispersion,
        baseline=base,
        left_out=series.why_not(),
        rules=asked,
        every=series.every,
        about=about,
        since_baseline=versus(later, base) if versus is not None and later.any() else None,
        chart=chart,
    )


def _ringing(
    series: Series, zones: FloatArray, added: FloatArray, rules: tuple[RuleName, ...]
) -> tuple[Alert, ...]:
    """Return the alerts in order of period; what cannot be used is no point of the chart."""
    places = np.flatnonzero(series.usable)
    # A value that equals the center but for the rounding of sums lies on neither side of it.
    on_chart = {False: np.round(zones, 9), True: np.round(added, 9)}
    rang: list[tuple[int, Alert]] = []
    for rule in rules:
        found = RULES[rule].find(on_chart[RULES[rule].adds_up])
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
    baseline = check_whole("baseline", baseline, 2)
    counted: AnyArray = np.cumsum(series.usable) <= baseline
    return counted
