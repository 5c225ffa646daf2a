"""Reach: how many customers come to a stage, and how soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.customers.lifecycle.stages import Stage
from relmetrics.estimators.proportion import NamedShare
from relmetrics.metric.contract import LONG_TERM_TIES

if TYPE_CHECKING:
    from relmetrics.metric.contract import Description


@frozen(kw_only=True)
class StageReach(NamedShare):
    """Share of customers that reached a stage so far.

    Formula: ``100 x customers that reached the stage or a later one / customers``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better; lower for dissolution.

    Interval: Wilson's.
    """

    stage: Stage = Stage.COMMITMENT

    name = "Stage reach"
    symbol = "Stage reach"
    formula = "customers that reached the stage / customers x 100 %"
    source = LONG_TERM_TIES
    yes = "reached it"
    base = "customers"

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        ended = self.stage is Stage.DISSOLUTION
        further = "" if ended else ", or a later one short of dissolution"
        return self._described(
            name=f"Reached {self.stage}",
            symbol=f"Reached {self.stage}",
            direction="lower" if ended else "higher",
            definition=f"Share of customers that reached {self.stage}{further}, so far.",
        )
