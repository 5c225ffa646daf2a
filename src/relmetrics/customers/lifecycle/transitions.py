"""Transitions: how often customers went from one state to another within a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from attrs import field, frozen

from relmetrics.customers.lifecycle.records import count_moves
from relmetrics.data.checks import as_generator, check_name, check_whole
from relmetrics.errors import ParameterError, StateError
from relmetrics.errors.wording import listed
from relmetrics.estimators.proportion import proportions
from relmetrics.inference.intervals import quantile
from relmetrics.inference.markov import expected_steps, reachable, resampled_steps, shares_of_rows
from relmetrics.metric.table import Table
from relmetrics.states.serial import VERSION, as_count, read_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from relmetrics.data.periods import Every
    from relmetrics.data.types import AnyArray, Column, FloatArray
    from relmetrics.metric.contract import Rng

_FIELDS = {"type", "v", "states", "counts", "missing", "gaps"}

Errors = Literal["multinomial", "poisson"]
ERRORS: tuple[Errors, ...] = ("multinomial", "poisson")
Draws = Literal["dirichlet", "multinomial"]
DRAWS: tuple[Draws, ...] = ("dirichlet", "multinomial")
_DIGITS = 4


def _names(states: Iterable[object]) -> tuple[str, ...]:
    names = (states,) if isinstance(states, str) else tuple(states)
    if not all(isinstance(name, str) and name for name in names):
        raise ParameterError.must_be("states", "texts that are not empty", names)
    if len(names) < 2 or len(set(names)) < len(names):  # noqa: PLR2004 - from one to another
        raise ParameterError.must_be("states", "at least two different names", names)
    return tuple(str(name) for name in names)


def _whole_rows(counts: Iterable[Iterable[object]]) -> tuple[tuple[int, ...], ...]:
    rows = counts.tolist() if isinstance(counts, np.ndarray) else counts
    return tuple(tuple(as_count("counts", value) for value in row) for row in rows)


@frozen
class Transitions:
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
        >>> from relmetrics.customers.lifecycle.transitions import Transitions
        >>> moves = Transitions(("active", "idle"), [[6, 2], [1, 9]])
        >>> moves.probabilities().tolist()
        [[0.75, 0.25], [0.1, 0.9]]
        >>> (moves + moves).n
        36
    """

    states: tuple[str, ...] = field(converter=_names)
    counts: tuple[tuple[int, ...], ...] = field(converter=_whole_rows)
    missing: int = 0
    gaps: int = 0

    def __attrs_post_init__(self) -> None:
        """Check that there is a row and a column for every state."""
        size = len(self.states)
        if len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise ParameterError.must_be(
                "counts", f"{size} rows of {size}, one for each state", self.counts
            )
        as_count("missing", self.missing)
        as_count("gaps", self.gaps)

    @classmethod
    def zero(cls, states: Sequence[str]) -> Self:
        """Return the counts of no moves: adding them changes nothing."""
        return cls(states, [[0] * len(states)] * len(states))

    @classmethod
    def from_records(
        cls,
        customers: Column,
        periods: Column,
        observed: Column,
        *,
        states: Sequence[str],
        every: Every | None = None,
    ) -> Self:
        """Count the moves in records of customer, period and state, in any order.

        A move is counted between periods that follow each other. Over a period without a record
        nothing is known, so nothing is counted: such gaps are reported in `gaps`.

        Args:
            customers: One id per record, never missing.
            periods: The number of the period, a whole number; or a date, with `every`.
            observed: The state in that period, one of `states`; or missing.
            states: The names of the states, in the order that results should have.
            every: The kind of period that dates lie in: ``day``, ``week``, ``month``, ``quarter``
                or ``year``.

        Raises:
            CustomerError: An id is missing, or a customer has two states in a period.
            LabelError: Some records are in a state that `states` does not name.
            AnswerError: Periods are no whole numbers.
            DateError: Periods cannot be read as dates.
            LengthError: The columns differ in length.
            ParameterError: States are repeated, or there is no such period.

        Example:
            >>> from relmetrics.customers.lifecycle.transitions import Transitions
            >>> Transitions.from_records(
            ...     ["ann", "bob", "ann", "ann"],
            ...     [1, 1, 2, 3],
            ...     ["A", "A", "I", "A"],
            ...     states=["A", "I"],
            ... ).counts
            ((0, 1), (1, 0))
        """
        names = _names(states)
        counts, missing, gaps = count_moves(customers, periods, observed, names, every)
        return cls(names, counts, missing, gaps)

    def __add__(self, other: Transitions) -> Transitions:
        """Return the moves of both.

        Raises:
            StateError: They are over other states.
        """
        if not isinstance(other, Transitions):
            return NotImplemented
        if self.states != other.states:
            raise StateError.cannot_add("states", self.states, other.states)
        rows = [
            [a + b for a, b in zip(mine, theirs, strict=True)]
            for mine, theirs in zip(self.counts, other.counts, strict=True)
        ]
        return Transitions(self.states, rows, self.missing + other.missing, self.gaps + other.gaps)

    def __radd__(self, other: int) -> Transitions:
        """Return these moves when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    @property
    def n(self) -> int:
        """The number of moves, staying included."""
        return sum(map(sum, self.counts))

    @property
    def departures(self) -> tuple[int, ...]:
        """The number of moves from each state, staying included."""
        return tuple(sum(row) for row in self.counts)

    @property
    def matrix(self) -> FloatArray:
        """The counts as an array of float64, shape (states, states)."""
        return np.array(self.counts, dtype=np.float64)

    def probabilities(self) -> FloatArray:
        """Return the probability of each move within a period, shape (states, states).

        Formula: ``n_ij / n_i``. Rows sum to 1; a state without departures is a row of NaN.
        """
        return shares_of_rows(self.matrix)

    def standard_errors(self, *, definition: Errors = "multinomial") -> FloatArray:
        """Return the standard error of each probability.

        Args:
            definition: ``multinomial`` (default): ``sqrt(p (1 - p) / n_i)``, for the departures are
                given; ``poisson``: ``sqrt(n_ij) / n_i``, wider, as R's markovchain reports it.

        Raises:
            ParameterError: There is no such definition.
        """
        check_name("definition", definition, ERRORS)
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
            >>> from relmetrics.customers.lifecycle.transitions import Transitions
            >>> Transitions(("active", "idle"), [[6, 2], [0, 0]]).table()
            from    to      count  n  probability     low    high
            active  active      6  8       0.7500  0.4093  0.9285
            active  idle        2  8       0.2500  0.0715  0.5907
            idle    active      0  0          nan     nan     nan
            idle    idle        0  0          nan     nan     nan
        """
        size = len(self.states)
        counts = np.array(self.counts, dtype=np.int64).ravel()
        n = np.repeat(np.array(self.departures, dtype=np.int64), size)
        shares = proportions(counts, n, confidence_level=confidence_level, method=method, rng=rng)
        named = np.array(self.states)
        columns: dict[str, AnyArray] = {
            "from": np.repeat(named, size),
            "to": np.tile(named, size),
            "count": counts,
            "n": n,
            "probability": 0.01 * shares.value,
            "low": 0.01 * shares.low,
            "high": 0.01 * shares.high,
        }
        return Table(columns, dict.fromkeys(("probability", "low", "high"), _DIGITS))

    def after(self, steps: int) -> FloatArray:
        """Return the probabilities of being in each state some periods later.

        Formula: the matrix of probabilities to the power of `steps`. A row from which a state
        without departures may have been left is NaN: nobody knows where to.

        Args:
            steps: Number of periods, at least 0.

        Raises:
            ParameterError: `steps` is no whole number of at least 0.

        Example:
            >>> from relmetrics.customers.lifecycle.transitions import Transitions
            >>> Transitions(("active", "idle"), [[3, 1], [1, 1]]).after(2).tolist()
            [[0.6875, 0.3125], [0.625, 0.375]]
        """
        check_whole("steps", steps, 0)
        known = np.nan_to_num(self.probabilities())
        unknown = self.matrix.sum(axis=1) == 0
        for _ in range(min(steps - 1, len(self.states))):
            unknown = unknown | (known[:, unknown] > 0).any(axis=1)
        later: FloatArray = np.linalg.matrix_power(known, steps)
        if steps:
            later[unknown] = np.nan
        return later

    def stationary(self) -> FloatArray:
        """Return the shares of the states in the long run, shape (states,).

        Formula: ``s P = s``, ``sum(s) = 1``. A state that nobody was seen in has share 0.

        Raises:
            StateError: A state was entered and never left, or the states fall into parts that do
                not reach each other: the long run depends on where one starts, or is unknown.

        Example:
            >>> from relmetrics.customers.lifecycle.transitions import Transitions
            >>> Transitions(("active", "idle"), [[3, 1], [1, 1]]).stationary().round(4).tolist()
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
        p = self.probabilities()[np.ix_(seen, seen)]
        found = reachable(p > 0)
        closed = ~(found & ~found.T).any(axis=1)
        core = np.flatnonzero(closed)
        if not found[np.ix_(core, core)].all():
            why = "some states do not reach each other"
            raise StateError.undefined("The stationary distribution", why, remedy)
        # One equation of s (P - I) = 0 follows from the others; the sum takes its place.
        system = (p - np.eye(len(p))).T
        system[core[0]] = 1.0
        ones = np.zeros(len(p))
        ones[core[0]] = 1.0
        shares = np.zeros(len(self.states))
        shares[seen] = np.where(closed, np.linalg.solve(system, ones), 0.0)
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
        method: Draws = "dirichlet",
        rng: Rng = None,
    ) -> Table:
        """Return the expected number of periods until a state is reached, from each other state.

        The state is taken as absorbing: what happens after it does not matter. With Q the
        probabilities among the others, ``t = solve(I - Q, 1)``.

        Columns: ``state``, ``periods``, ``low``, ``high``, ``n`` (departures) and ``note``, which
        says why a row is NaN: nobody was seen to leave the state, or the way from it can end where
        nobody was seen to get on to the target.

        Args:
            state: The state to reach.
            confidence_level: Level of the intervals.
            method: ``dirichlet`` (default): rows of probabilities are drawn, with half a
                pseudo-departure for staying, for the target and for each move that was seen;
                ``multinomial``: rows of counts are drawn, and the upper end is infinite where draws
                never get there.
            rng: Generator or seed of the 10,000 draws.

        Raises:
            ParameterError: There is no such state or method, or the level is not between 0 and 1.
            StateError: Nobody was seen to reach the state.

        Example:
            >>> from relmetrics.customers.lifecycle.transitions import Transitions
            >>> moves = Transitions(("new", "loyal", "gone"), [[2, 1, 1], [0, 9, 1], [0, 0, 0]])
            >>> moves.steps_to("gone", rng=1)["periods"].round(9).tolist()
            [7.0, 10.0]

        Source:
            Kemeny and Snell (1960), Finite Markov Chains, chapter III.
        """
        check_name("state", state, self.states)
        check_name("method", method, DRAWS)
        quantile(confidence_level)
        source = as_generator(rng)
        target = self.states.index(state)
        others = np.arange(len(self.states)) != target
        counts = np.array(self.counts, dtype=np.int64)
        left = counts.sum(axis=1)
        if not counts[others, target].any():
            raise StateError.undefined(
                f"The time to {state}",
                f"none of the {int(left[others].sum())} moves led there",
                "Observe longer, or loosen the rule that defines the state.",
            )
        periods = expected_steps(self.probabilities(), target)
        draws = resampled_steps(counts, target, source, method)
        ends = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
        # Taken from the draws themselves, because between them and infinity lies no number.
        low, high = np.quantile(draws, ends, axis=0, method="inverted_cdf")
        unknown = ~np.isfinite(periods)
        note = np.where(left == 0, "nobody was seen to leave it", "may never get there")
        columns: dict[str, AnyArray] = {
            "state": np.array(self.states)[others],
            "periods": np.where(unknown, np.nan, periods)[others],
            "low": np.where(unknown, np.nan, np.minimum(low, periods))[others],
            "high": np.where(unknown, np.nan, np.maximum(high, periods))[others],
            "n": left[others],
            "note": np.where(unknown, note, "")[others],
        }
        return Table(columns, dict.fromkeys(("periods", "low", "high"), 1))

    def to_dict(self) -> dict[str, object]:
        """Return the state as JSON-ready plain values.

        Example:
            >>> from relmetrics.customers.lifecycle.transitions import Transitions
            >>> moves = Transitions(("active", "idle"), [[6, 2], [1, 9]])
            >>> Transitions.from_dict(moves.to_dict()) == moves
            True
        """
        return {
            "type": "transitions",
            "v": VERSION,
            "states": list(self.states),
            "counts": [list(row) for row in self.counts],
            "missing": self.missing,
            "gaps": self.gaps,
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the state that `to_dict` wrote.

        Raises:
            StateError: It is malformed or of a later version.
        """
        read = read_fields("Transitions", data, type_name="transitions", keys=_FIELDS)
        names = read.items_of("states")
        try:
            states = _names(names)
        except ParameterError as error:
            raise StateError.malformed("Transitions", str(error)) from None
        rows = read.count_rows("counts", len(states))
        return cls(states, rows, read.count("missing"), read.count("gaps"))
