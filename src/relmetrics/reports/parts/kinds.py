"""Kinds: which function shows which kind of result. The one place where a kind joins reports."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any, cast

from relmetrics.customers.cohorts.by_segment import CohortsBySegment
from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.cohorts.retention import CohortRetention
from relmetrics.customers.lifecycle.lifecycle import Lifecycle
from relmetrics.customers.lifecycle.transitions import Transitions
from relmetrics.customers.people.after import AfterAnswer
from relmetrics.customers.people.campaign import CampaignLift
from relmetrics.customers.segments.movements import MovementsBySegment
from relmetrics.customers.stages_by_segment import StagesBySegment
from relmetrics.customers.survival.curve import SurvivalCurve
from relmetrics.customers.survival.groups.by_group import SurvivalByGroup
from relmetrics.customers.survival.incidence import CumulativeIncidence
from relmetrics.customers.survival.survival import Survival
from relmetrics.errors import ParameterError
from relmetrics.metric.difference import Difference
from relmetrics.metric.result import Result
from relmetrics.metric.table import Table
from relmetrics.money.revenue_history import RevenueHistory
from relmetrics.money.revenue_movement import RevenueMovement
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.questions.groups.comparisons import Comparisons
from relmetrics.questions.groups.decomposition import Decomposition
from relmetrics.questions.groups.ranking import Ranking
from relmetrics.questions.trends.trend import Trend
from relmetrics.reports.parts import (
    by_segment,
    cohorts,
    courses,
    drivers,
    flows,
    groups,
    numbers,
    tables,
)
from relmetrics.reports.parts.blocks import Grid, Line, Part
from relmetrics.reports.parts.over_time import periods
from relmetrics.survey.drivers.analysis import DriverAnalysis

if TYPE_CHECKING:
    from relmetrics.reports.parts.blocks import Look


@singledispatch
def part_of(result: Any, look: Look) -> Part:  # noqa: ARG001 - of what its kind shows
    """Return what a result shows, by its kind.

    Raises:
        ParameterError: It is no result.
    """
    raise ParameterError.must_be("part", "a result or a text", result)


def any_other(result: Result, look: Look) -> Part:
    """Return the line of a result, and its table, or its figures as one."""
    del look
    title, line = numbers.title_of(result), str(result)
    table = getattr(result, "table", None)
    lines = [] if "\n" in line else [Line(f"{line}.")]
    if callable(table):
        return Part(title, [*lines, Grid(title, cast("Table", table()))])
    return Part(title, [*lines, Grid(title, numbers.figures(result), is_folded=bool(lines))])


def moves(result: Transitions, look: Look) -> Part:
    """Return the moves between stages."""
    del look
    title = "Moves between stages"
    return Part(title, [Grid(title, result.table())])


part_of.register(Result, any_other)
part_of.register(Table, tables.table)
part_of.register(Transitions, moves)
part_of.register(Difference, numbers.difference)
part_of.register(Breakdown, groups.breakdown)
part_of.register(Comparisons, groups.comparisons)
part_of.register(Ranking, groups.ranking)
part_of.register(Decomposition, groups.decomposition)
part_of.register(Trend, periods.trend)
part_of.register(DriverAnalysis, drivers.analysis)
part_of.register(Cohorts, cohorts.cohorts)
part_of.register(CohortRetention, cohorts.retention)
part_of.register(Survival, courses.survival)
part_of.register(SurvivalCurve, courses.survival_curve)
part_of.register(Lifecycle, courses.lifecycle)
part_of.register(CumulativeIncidence, courses.incidence)
part_of.register(CohortsBySegment, by_segment.cohorts)
part_of.register(MovementsBySegment, by_segment.movements)
part_of.register(StagesBySegment, by_segment.stages)
part_of.register(SurvivalByGroup, by_segment.survival)
part_of.register(AfterAnswer, groups.after)
part_of.register(CampaignLift, groups.campaign)
part_of.register(RevenueHistory, flows.history)
part_of.register(RevenueMovement, flows.movement)
