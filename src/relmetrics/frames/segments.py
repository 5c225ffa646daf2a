"""Segments: what the engine gave for a metric, cut into groups and periods and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.calendar.dates import as_times, as_whole_day
from relmetrics.data.labels.grouping import group
from relmetrics.errors import StateError
from relmetrics.estimators.asked import trend_of
from relmetrics.estimators.counted import PreparedCounts
from relmetrics.estimators.summed import PreparedSums
from relmetrics.frames.single import grouped
from relmetrics.states import stacks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.frames.asking import Answered
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend

ADJUST: Adjust = "holm"


@frozen(eq=False, repr=False)
class Part:
    """Rows of the tidy table.

    Attributes:
        labels: The labels of each row, by grouping column.
        figures: A table with value, low, high, n and missing; over time period and complete.
        compared: Difference, low, high, adjusted p-value and verdict of each row, or None.
    """

    labels: dict[str, list[Any]]
    figures: Table
    compared: dict[str, list[Any]] | None


@frozen(eq=False, repr=False)
class Plan:
    """How what the engine gave is cut.

    Attributes:
        groupings: The groupings that stand one beside the other; an empty one is the total.
        compare: ``rest``, ``previous`` or None.
        confidence_level: Level of intervals and verdicts.
        calendar: What periods there are.
    """

    groupings: tuple[tuple[str, ...], ...]
    compare: str | None
    confidence_level: float
    calendar: dict[str, Any]

    def parts(self, metric: Any, answered: Answered, grouping: tuple[str, ...]) -> Iterator[Part]:
        """Yield the rows of one grouping."""
        labels = {name: answered.labels[name] for name in grouping}
        if answered.days is None:
            by = grouped(metric, answered, labels, self.confidence_level)
            compared = self._rest(by) if self.compare == "rest" and grouping else None
            yield Part(_label_lists(by, grouping), by.table(), compared)
            return
        yield from self._over_time(metric, answered, labels)

    def _over_time(
        self, metric: Any, answered: Answered, labels: dict[str, list[Any]]
    ) -> Iterator[Part]:
        """Yield a trend for each group, all of them up to the same day."""
        days = answered.days or []
        if not days:
            return
        known = as_times(days, zone=answered.zone, every=self.calendar["every"], gaps=True).days
        calendar = dict(self.calendar) | {"zone": answered.zone}
        if calendar["as_of"] is None and not np.isnat(known).all():
            calendar["as_of"] = known[~np.isnat(known)].max()
        cutoff = as_whole_day(calendar["as_of"], "as_of", zone=answered.zone)
        found: list[tuple[dict[str, Any], Trend]] = []
        for names, places in _groups(labels, len(days)):
            if not (known[places] <= cutoff).any() and labels:
                continue  # a group without a date in time has no periods
            rows = taken(answered.rows, places)
            its_days = [days[i] for i in places.tolist()]
            trend = trend_of(
                metric, rows, its_days, confidence_level=self.confidence_level, **calendar
            )
            found.append((names, trend))
        rests = self._rests(metric, [trend for _, trend in found]) if labels else {}
        for place, (names, trend) in enumerate(found):
            table = trend.table()
            size = len(table["n"])
            compared = None
            if self.compare == "previous":
                compared = self._previous(metric, trend)
            elif self.compare == "rest" and labels:
                compared = _joined(
                    [rests.get((place, period)) for period in table["period"].tolist()]
                )
            yield Part({name: [label] * size for name, label in names.items()}, table, compared)

    def _rests(self, metric: Any, trends: list[Trend]) -> dict[Any, dict[str, Any]]:
        """Return each group's comparison with the rest in each period."""
        if self.compare != "rest" or not trends:
            return {}
        from relmetrics.data.labels.grouping import Labels  # noqa: PLC0415 - of comparisons only
        from relmetrics.questions.groups.breakdown import Breakdown  # noqa: PLC0415 - the same

        found = {}
        periods = sorted({p for trend in trends for p in trend.labels.columns[0].tolist()})
        for period in periods:
            there = [
                (place, trend.labels.columns[0].tolist().index(period))
                for place, trend in enumerate(trends)
                if period in trend.labels.columns[0].tolist()
            ]
            states = stacks.joined([trends[place].states[at : at + 1] for place, at in there])
            names = np.empty(len(there), dtype=object)
            names[:] = [place for place, _ in there]
            labels = Labels(("place",), (names,))
            by = Breakdown(metric, labels, states, None, self.confidence_level)
            compared = self._rest(by)
            for i, (place, _) in enumerate(there):
                found[place, period] = {name: column[i] for name, column in compared.items()}
        return found

    def _rest(self, by: Breakdown) -> dict[str, list[Any]]:
        """Return each group's comparison with the rest, in the order of the groups."""
        size = len(by)
        places = {key: place for place, key in enumerate(by.labels.keys())}
        compared = _nothing(size)
        try:
            comparisons = by.compare(adjust=ADJUST, confidence_level=self.confidence_level)
        except StateError:  # fewer than two groups have a score
            return compared
        table = comparisons.table()
        for row, key in enumerate(comparisons):
            place = places[key]
            for name, own in _COMPARED.items():
                value = table[own][row]
                compared[name][place] = str(value) if name == "verdict" else float(value)
        return compared

    def _previous(self, metric: Any, trend: Trend) -> dict[str, list[Any]]:
        """Return each period's comparison with the one before."""
        table = trend.changes(adjust=ADJUST)
        compared = {
            name: table[own].tolist() for name, own in _COMPARED.items() if name != "verdict"
        }
        alpha = 1 - self.confidence_level
        compared["verdict"] = [
            metric.description.verdict(difference) if p < alpha and difference else "not shown"
            for difference, p in zip(compared["difference"], compared["p_adjusted"], strict=True)
        ]
        return compared


_COMPARED = {
    "difference": "difference",
    "difference_low": "low_adjusted",
    "difference_high": "high_adjusted",
    "p_adjusted": "p_adjusted",
    "verdict": "verdict",
}


def _nothing(size: int) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [float("nan")] * size for name in _COMPARED}
    found["verdict"] = ["not shown"] * size
    return found


def _joined(rows: list[dict[str, Any] | None]) -> dict[str, list[Any]]:
    found = _nothing(len(rows))
    for i, row in enumerate(rows):
        for name, value in (row or {}).items():
            found[name][i] = value
    return found


def _label_lists(by: Breakdown, grouping: tuple[str, ...]) -> dict[str, list[Any]]:
    if not grouping:
        return {}
    return {
        name: column.tolist()
        for name, column in zip(by.labels.names, by.labels.columns, strict=True)
    }


def _groups(labels: dict[str, list[Any]], size: int) -> Iterator[tuple[dict[str, Any], AnyArray]]:
    """Yield the labels of each group, sorted, and the places of its rows."""
    if not labels:
        yield {}, np.arange(size)
        return
    grouping = group(labels, size, sort=True)
    order = np.argsort(grouping.codes, kind="stable")
    ends = np.cumsum(np.bincount(grouping.codes, minlength=len(grouping.labels)))
    for place, end in enumerate(ends.tolist()):
        start = ends[place - 1] if place else 0
        columns = zip(grouping.labels.names, grouping.labels.columns, strict=True)
        yield {name: column.tolist()[place] for name, column in columns}, order[start:end]


def taken(rows: Any, places: IntArray) -> PreparedCounts | PreparedSums:
    """Return some of the counts or sums."""
    if isinstance(rows, PreparedSums):
        return PreparedSums(
            len(places), None, stacks.taken(rows.state, places), rows.repeats[places]
        )
    counted = rows.counted
    kept = evolve(
        counted,
        codes=counted.codes[places],
        counts=counted.counts[places],
        missing=counted.missing[places],
        weights=None if counted.weights is None else counted.weights[places],
        squares=None if counted.squares is None else counted.squares[places],
    )
    return PreparedCounts(len(places), None, kept)
