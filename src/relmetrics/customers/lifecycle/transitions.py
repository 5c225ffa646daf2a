"""Transitions: how often customers went from one state to another within a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from relmetrics.customers.lifecycle.move_counts import MoveCounts
from relmetrics.customers.lifecycle.moves import move_table, steps_table
from relmetrics.data.checks import check_name, check_whole
from relmetrics.errors import StateError
from relmetrics.errors.wording import listed
from relmetrics.inference.markov import later_states, shares_of_rows, stationary

if TYPE_CHECKING:
    from relmetrics.customers.lifecycle.moves import StepDraws
    from relmetrics.data.types import FloatArray
    from relmetrics.metric.contract import Rng
    from relmetrics.metric.table import Table

TransitionErrors = Literal["multinomial", "poisson"]
TRANSITION_ERRORS: tuple[TransitionErrors, ...] = ("multinomial", "poisson")


@frozen
class Transitions(MoveCounts):
    """Exact counts of the moves between states, from one period to the next.

    A state: ``a + b`` holds the moves of both, `sum` works, and `Transitions.zero` changes nothing.
    Counts of disjoint customers add. A customer who stays is a move from a state to itself.

    The probabilities take the chain for memoryless (Markov): where one goes depends on where one
    is, not on how one came. Customers differ, so read intervals as the least uncertainty.

    Attributes:
        states: The names of the states, in order.
        counts: Moves from each state (row) to each (column).
        missing: Records without a state, which count for no move.
        gaps: Neighbouring records of a customer with unobserved periods between them, which count
            for no move.

    Raises:
        ParameterError: Names are repeated, fewer than two, or do not fit the counts.
        CountError: A count is negative or no whole number.

    Example:
        >>> import relmetrics as rm
        >>> moves = rm.Transitions(("active", "idle"), [[6, 2], [1, 9]])
        >>> moves.probabilities().tolist()
        [[0.75, 0.25], [0.1, 0.9]]
        >>> (moves + moves).n
        36
    """

    def probabilities(self) -> FloatArray:
        """Return the probability of each move within a period, shape (states, states).

        Formula: ``n_ij / n_i``. Rows sum to 1; a state without departures is a row of NaN.
        """
        return shares_of_rows(self.matrix)

    def standard_errors(self, *, definition: TransitionErrors = "multinomial") -> FloatArray:
        """Return the standard error of each probability.

        Args:
            definition: ``multinomial`` (default): ``sqrt(p (1 - p) / n_i)``, for the departures are
                given; ``poisson``: ``sqrt(n_ij) / n_i``, wider, as R's markovchain reports it.

        Raises:
            ParameterError: There is no such definition.
        """
        check_name("definition", definition, TRANSITION_ERRORS)
        p, n = self.probabilities(), self.matrix.sum(axis=1, keepdims=True)
        spread = p * (1 - p) if definition == "multinomial" else p
        with np.errstate(divide="ignore", invalid="ignore"):
            errors: FloatArray = np.sqrt(spread / n)
        return errors

    def table(
        self, *, confidence_level: float = 0.95, method: str | None = None, rng: Rng = None
    ) -> Table:
        """Return one row per move: from, to, count, n (departures), probability, low, high.

        Each interval is for its own cell, Wilson's by default. Rows without departures are NaN.

        Args:
            confidence_level: Level of the intervals.
            method: One of the methods of a rate: ``wilson``, ``agresti_coull``, ``adjusted``,
                ``score``, ``wald``, ``bootstrap``.
            rng: Generator or seed for `bootstrap`.

        Raises:
            ParameterError: The level is not between 0 and 1, or there is no such method.

        Example:
            >>> import relmetrics as rm
            >>> rm.Transitions(("active", "idle"), [[6, 2], [0, 0]]).table()
            from    to      count  n  probability     low    high
            active  active      6  8       0.7500  0.4093  0.9285
            active  idle        2  8       0.2500  0.0715  0.5907
            idle    active      0  0          nan     nan     nan
            idle    idle        0  0          nan     nan     nan
        """
        return move_table(
            self.states, self.counts, confidence_level=confidence_level, method=method, rng=rng
        )

    def after(self, steps: int) -> FloatArray:
        """Return the probabilities of being in each state some periods later.

        Formula: the matrix of probabilities to the power of `steps`. A row from which a state
        without departures may have been left is NaN: nobody knows where to.

        Args:
            steps: Number of periods, at least 0.

        Raises:
            ParameterError: `steps` is no whole number of at least 0.

        Example:
            >>> import relmetrics as rm
            >>> rm.Transitions(("active", "idle"), [[3, 1], [1, 1]]).after(2).tolist()
            [[0.6875, 0.3125], [0.625, 0.375]]
        """
        return later_states(self.matrix, check_whole("steps", steps, 0))

    def stationary(self) -> FloatArray:
        """Return the shares of the states in the long run, shape (states,).

        Formula: ``s P = s``, ``sum(s) = 1``. A state that nobody was seen in has share 0.

        Raises:
            StateError: A state was entered and never left, or the states fall into parts that do
                not reach each other: the long run depends on where one starts, or is unknown.

        Example:
            >>> import relmetrics as rm
            >>> rm.Transitions(("active", "idle"), [[3, 1], [1, 1]]).stationary().round(4).tolist()
            [0.6667, 0.3333]
        """
        counts = self.matrix
        seen = (counts.sum(axis=0) > 0) | (counts.sum(axis=1) > 0)
        remedy = "Observe longer, or merge states."
        stuck = [
            s for s, n, was in zip(self.states, self.departures, seen, strict=True) if was and not n
        ]
        if stuck or not seen.any():
            why = f"nobody was seen to leave {listed(stuck)}" if stuck else "there are no moves"
            raise StateError.undefined("The stationary distribution", why, remedy)
        found = stationary(self.probabilities()[np.ix_(seen, seen)])
        if found is None:
            why = "some states do not reach each other"
            raise StateError.undefined("The stationary distribution", why, remedy)
        shares = np.zeros(len(self.states))
        shares[seen] = found
        return shares

    def recurrence(self) -> FloatArray:
        """Return the mean number of periods from one visit of a state to the next.

        Formula: 1 over the stationary share; infinite for a state that is left for good.

        Raises:
            StateError: The stationary distribution is undefined.
        """
        with np.errstate(divide="ignore"):
            periods: FloatArray = 1.0 / self.stationary()
        return periods

    def steps_to(
        self,
        state: str,
        *,
        confidence_level: float = 0.95,
        method: StepDraws = "dirichlet",
        rng: Rng = None,
    ) -> Table:
        """Return the expected number of periods until a state is reached, from each other state.

        The state is taken as absorbing: what happens after it does not matter. With Q the
        probabilities among the others, ``t = solve(I - Q, 1)``.

        Columns: ``state``, ``periods``, ``low``, ``high``, ``n`` (departures), ``method`` and
        ``note``, which says why a row is NaN: nobody was seen to leave the state, or the way from
        it can end where nobody was seen to get on to the target. It also marks intervals of so few
        departures that they may be too narrow: below 10, or by `delta` below 30 on average.

        Args:
            state: The state to reach.
            confidence_level: Level of the intervals.
            method: ``dirichlet`` (default): rows of probabilities are drawn, for the lower end with
                half a pseudo-departure for staying, for the target and for each move that was seen,
                for the upper end with one for staying alone; ``multinomial``: rows of counts are
                drawn, and the upper end is infinite where draws never get there; ``delta``: nothing
                is drawn, the logarithm is taken as normal. It stands in for the others where there
                are more than 50 states.
            rng: Generator or seed of the draws, 10,000 for each end.

        Raises:
            ParameterError: There is no such state or method, or the level is not between 0 and 1.
            StateError: Nobody was seen to reach the state.

        Example:
            >>> import relmetrics as rm
            >>> moves = rm.Transitions(("new", "loyal", "gone"), [[2, 1, 1], [0, 9, 1], [0, 0, 0]])
            >>> moves.steps_to("gone", rng=1)["periods"].round(9).tolist()
            [7.0, 10.0]

        Source:
            Kemeny and Snell (1960), Finite Markov Chains, chapter III.
        """
        return steps_table(
            self.states,
            self.counts,
            state,
            confidence_level=confidence_level,
            method=method,
            rng=rng,
        )
