"""Card: what a scorecard holds, before it is shown as tables, text or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.reports.scorecard.rows import SMALL_BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.reports.parts.over_time.latest import LatestPeriod
    from relmetrics.reports.scorecard.behaviour import Behaviour
    from relmetrics.states.tally import Tally


@frozen(kw_only=True)
class Origin:
    """Where the numbers of a scorecard come from, for the head and the foot of its page.

    Attributes:
        source: The name of the data, in the user's words.
        respondents: The rows of the survey; None without one.
        customers: The rows of the customer table; None without one.
        days: The first and the last day of the answers; None without dates.
        purchases: The rows of the log of purchases; None without one.
        segment: The columns of segments; empty for none.
        weight: The column of weights; empty for none.
    """

    source: str = ""
    respondents: int | None = None
    customers: int | None = None
    days: tuple[np.datetime64, np.datetime64] | None = None
    purchases: int | None = None
    segment: tuple[str, ...] = ()
    weight: str = ""


@frozen
class Card:
    """The parts of a scorecard: see `Scorecard`."""

    title: str
    estimates: tuple[Estimate, ...]
    segments: tuple[Breakdown, ...] = ()
    notes: tuple[str, ...] = ()
    small_base: int = SMALL_BASE
    factors: Table | None = field(default=None)
    over_time: tuple[LatestPeriod, ...] = ()
    answers: tuple[tuple[str, Tally], ...] = field(default=(), repr=False)
    labels: Mapping[str, str] = field(factory=dict, repr=False)
    origin: Origin = field(factory=Origin, repr=False)
    decimal: str = field(default=".", repr=False)
    behaviour: Behaviour | None = field(default=None, repr=False)
