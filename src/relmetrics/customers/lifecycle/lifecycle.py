"""Lifecycle: the portfolio of relationships by stage, and how customers move between stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.customers.lifecycle.portfolio import Assigned, endings_table, portfolio_table
from relmetrics.customers.lifecycle.reach import StageReach
from relmetrics.customers.lifecycle.stages import (
    STAGES,
    DissolutionReason,
    DissolutionSide,
    Stage,
    as_member,
)
from relmetrics.customers.lifecycle.state import StageState
from relmetrics.customers.lifecycle.transitions import Transitions
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph

if TYPE_CHECKING:
    import numpy as np

    from relmetrics.customers.lifecycle.moves import StepDraws
    from relmetrics.data.types import AnyArray, Column
    from relmetrics.metric.contract import Rng
    from relmetrics.metric.estimate import Estimate

_NAMES = tuple(stage.value for stage in STAGES)


@frozen(kw_only=True, repr=False)
class Lifecycle(Result, StageState):
    """The stage of every customer on a day, and all moves between stages until then.

    Made by `PurchaseLog.stages`, or by `StageLog.lifecycle`. Stages are observed at the
    end of each whole period; a period that is not over on `as_of` counts for the portfolio, and for
    no move.

    ``a + b`` is the lifecycle of both, for parts that have no customer in common and the same
    `as_of` and `every`. `to_dict` holds the tables, without the customers' ids.

    Attributes:
        as_of: The day of the portfolio.
        every: The kind of period.
        customers: The customers' ids, shape (customers,).
        codes: The place of each customer's stage on `as_of`, shape (customers,).
        furthest: The place of the furthest stage that each customer reached, short of
            dissolution; -1 for who is known by a dissolution alone.
        dissolved: Whether each customer's relationship ended at least once.
        revenue: The money of each customer until `as_of`, or None.
        start: The number of the first period that was observed.
        occupancy: Customers by stage at the end of each whole period, shape (periods, stages).
        steps: Moves into each whole period, shape (periods, stages, stages).
        causes: Dissolutions by reason, those of unknown reason last; or None.
        parties: Dissolutions by side, those of unknown side last; or None.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["ann", "bob", "ann", "eve"],
        ...     ["2025-01-03", "2025-01-09", "2025-02-01", "2025-03-31"],
        ... )
        >>> life = log.stages(active_within=60)
        >>> life
        Lifecycle(as_of=2025-03-31, customers=3: 1 exploration, 1 expansion, 1 dissolution)
        >>> life["ann"].value
        'expansion'

    Source:
        "Customer relationships: principles for building long-term ties", after Francis Buttle.
    """

    def portfolio(
        self,
        segments: Assigned | Column | None = None,
        *,
        revenue: Assigned | Column | None = None,
        confidence_level: float = 0.95,
        method: str | None = None,
        rng: Rng = None,
    ) -> Table:
        """Return customers and revenue by stage, for all segments and not only the best ones.

        Columns: ``segment`` (with `segments`), ``stage``, ``customers``, ``n`` (customers of the
        segment), ``share`` of the customers in %, ``low`` and ``high``; and where revenue is known
        ``revenue``, ``revenue_share`` in %, ``revenue_low`` and ``revenue_high``. Every stage has
        a row. Shares of a segment without customers are NaN.

        The interval of a share of revenue is that of a weighted share, each customer weighing what
        they paid; NaN in a segment where somebody's revenue is negative.

        Args:
            segments: A mapping of customer to segment, or one label per customer in the order of
                `customers`. Customers without a segment are a segment called None.
            revenue: A mapping of customer to amount, or one amount per customer; by default the
                log's. An unknown amount counts as 0.
            confidence_level: Level of the intervals.
            method: One of the methods of a rate, Wilson's by default.
            rng: Generator or seed for `bootstrap`.

        Raises:
            LengthError: A column does not have one entry per customer.
            AmountError: An amount is not finite.
            ParameterError: The level is not between 0 and 1, or there is no such method.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-02", "2025-01-02"])
            >>> log.stages().portfolio()["customers"].tolist()
            [0, 1, 1, 0, 0]
        """
        return portfolio_table(
            self.customers,
            self.codes,
            segments,
            self.revenue if revenue is None else revenue,
            confidence_level=confidence_level,
            method=method,
            rng=rng,
        )

    def history(self) -> Table:
        """Return the number of customers in each stage at the end of each whole period.

        Columns: ``period`` (its first day) and one for every stage.
        """
        columns: dict[str, AnyArray] = {"period": self._periods()}
        columns |= {name: self.occupancy[:, i] for i, name in enumerate(_NAMES)}
        return Table(columns)

    @property
    def transitions(self) -> Transitions:
        """The moves between stages from the end of one whole period to the end of the next.

        They add over disjoint customers, and have `to_dict` and `from_dict`.
        """
        return Transitions(_NAMES, self.steps.sum(axis=0))

    def transitions_by_period(self) -> dict[np.datetime64, Transitions]:
        """Return the moves into each whole period but the first, by its first day."""
        return {
            day: Transitions(_NAMES, step)
            for day, step in zip(self._periods()[1:], self.steps[1:], strict=True)
        }

    def probabilities(
        self, *, confidence_level: float = 0.95, method: str | None = None, rng: Rng = None
    ) -> Table:
        """Return the probability of each move within a period: see `Transitions.table`.

        Raises:
            ParameterError: The level is not between 0 and 1, or there is no such method.
        """
        return self.transitions.table(confidence_level=confidence_level, method=method, rng=rng)

    def reach(self, stage: str = Stage.COMMITMENT, *, confidence_level: float = 0.95) -> Estimate:
        """Return the share of customers that reached a stage so far, or a later one.

        Dissolution is no later stage: a customer who explored and left did not reach commitment.
        ``reach(Stage.DISSOLUTION)`` is the share whose relationship ended at least once. Customers
        who joined lately have had less time: this is what was reached by `as_of`, not what will be.

        Args:
            stage: A stage, or its name.
            confidence_level: Level of the interval.

        Raises:
            ParameterError: There is no such stage.
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-02", "2025-01-02"])
            >>> print(log.stages().reach("expansion"))
            Reached expansion 50.0% (95% CI 9.5 to 90.5; n = 2)
        """
        which = as_member("stage", stage, Stage)
        there = self.dissolved if which is Stage.DISSOLUTION else self.furthest >= which.place
        return StageReach(stage=which).of(
            int(there.sum()), len(self), confidence_level=confidence_level
        )

    def periods_to_dissolution(
        self, *, confidence_level: float = 0.95, method: StepDraws = "dirichlet", rng: Rng = None
    ) -> Table:
        """Return the expected number of periods to dissolution from each other stage.

        Dissolution is taken as absorbing: the first one counts. See `Transitions.steps_to` for the
        columns, the formula, the methods and what NaN means.

        Raises:
            StateError: Nobody was seen to go to dissolution.
            ParameterError: The level is not between 0 and 1, or there is no such method.
        """
        table = self.transitions.steps_to(
            Stage.DISSOLUTION.value, confidence_level=confidence_level, method=method, rng=rng
        )
        columns = {"stage" if name == "state" else name: col for name, col in table.items()}
        return Table(columns, table.digits)

    def reasons(self, *, confidence_level: float = 0.95, method: str | None = None) -> Table:
        """Return the share of each reason among the dissolutions of known reason.

        Columns: ``reason``, ``count``, ``share`` in %, ``low``, ``high``, ``n`` (dissolutions of
        known reason) and ``missing`` (those of unknown reason). A customer who left, came back and
        left again counts twice.

        Raises:
            StateError: No reasons were given. Purchases do not tell why somebody stays away.
            ParameterError: The level is not between 0 and 1, or there is no such method.
        """
        return endings_table("reason", self.causes, DissolutionReason, confidence_level, method)

    def sides(self, *, confidence_level: float = 0.95, method: str | None = None) -> Table:
        """Return the share of dissolutions by one side and by both, as `reasons` does.

        Raises:
            StateError: No sides were given.
            ParameterError: The level is not between 0 and 1, or there is no such method.
        """
        return endings_table("side", self.parties, DissolutionSide, confidence_level, method)

    def _content(self) -> dict[str, object]:
        # The tables, without the customers' ids.
        return written(self, "as_of", "every", "unfinished") | {
            "customers": len(self),
            "portfolio": self.portfolio(),
            "history": self.history(),
            "transitions": self.transitions,
            "reasons": None if self.causes is None else self.reasons(),
            "sides": None if self.parties is None else self.sides(),
        }

    def _body_html(self) -> str:
        """Return the day, the customers by stage, and the portfolio as a table, for notebooks."""
        return paragraph(repr(self)) + self.portfolio().to_html()
