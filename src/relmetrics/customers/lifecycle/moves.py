"""Tables of moves between states: how likely each is, and how long it takes to reach a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from relmetrics.data.checks import as_generator, check_name
from relmetrics.errors import StateError
from relmetrics.estimators.proportion import proportions
from relmetrics.inference.intervals import quantile
from relmetrics.inference.markov import expected_steps, shares_of_rows, step_ends
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.metric.contract import Rng

StepDraws = Literal["dirichlet", "multinomial", "delta"]
STEP_DRAWS: tuple[StepDraws, ...] = ("dirichlet", "multinomial", "delta")
MOST_DRAWN = 50
"""Of more states nothing is drawn: a system of equations for each draw takes too long."""
_FEW_DEPARTURES = 10
_FEW_ON_AVERAGE = 30
"""Measured (docs/coverage.md): with fewer from a state, or by `delta` with fewer from a state on
average, the interval covers less than 92 % of the time."""


def move_table(
    states: Sequence[str],
    cells: Sequence[Sequence[int]],
    **options: Any,
) -> Table:
    """Return the probability of each move, row by row: see `Transitions.table`."""
    size = len(states)
    counts = np.array(cells, dtype=np.int64)
    n = np.repeat(counts.sum(axis=1), size)
    shares = proportions(counts.ravel(), n, **options)
    named = np.array(states)
    columns: dict[str, AnyArray] = {
        "from": np.repeat(named, size),
        "to": np.tile(named, size),
        "count": counts.ravel(),
        "n": n,
        "probability": 0.01 * shares.value,
        "low": 0.01 * shares.low,
        "high": 0.01 * shares.high,
    }
    return Table(columns, dict.fromkeys(("probability", "low", "high"), 4))


def steps_table(
    states: Sequence[str],
    cells: Sequence[Sequence[int]],
    state: str,
    *,
    confidence_level: float,
    method: StepDraws,
    rng: Rng,
) -> Table:
    """Return the expected number of periods until a state is reached: see `Transitions.steps_to`.

    Raises:
        ParameterError: There is no such state or method, or the level is not between 0 and 1.
        StateError: Nobody was seen to reach the state.
    """
    check_name("state", state, states)
    check_name("method", method, STEP_DRAWS)
    quantile(confidence_level)
    source = as_generator(rng)
    target = states.index(state)
    others = np.arange(len(states)) != target
    counts = np.array(cells, dtype=np.int64)
    left = counts.sum(axis=1)
    if not counts[others, target].any():
        raise StateError.undefined(
            f"The time to {state}",
            f"none of the {int(left[others].sum())} moves led there",
            "Observe longer, or loosen the rule that defines the state.",
        )
    periods = expected_steps(shares_of_rows(counts), target)
    used = "delta" if len(states) > MOST_DRAWN else method
    low, high = step_ends(counts, target, source, confidence_level, used)
    unknown = ~np.isfinite(periods)
    columns: dict[str, AnyArray] = {
        "state": np.array(states)[others],
        "periods": np.where(unknown, np.nan, periods)[others],
        "low": np.where(unknown, np.nan, np.minimum(low, periods))[others],
        "high": np.where(unknown, np.nan, np.maximum(high, periods))[others],
        "n": left[others],
        "method": np.full(int(others.sum()), used),
        "note": np.where(unknown, _why(left), _warning(left, others, used))[others],
    }
    return Table(columns, dict.fromkeys(("periods", "low", "high"), 1))


def _why(left: AnyArray) -> AnyArray:
    """Return why there is no number of each row."""
    return np.where(left == 0, "nobody was seen to leave it", "may never get there")


def _warning(left: AnyArray, others: AnyArray, method: StepDraws) -> AnyArray:
    """Return what is to be known of the interval of each row; empty where there is nothing."""
    few = left < _FEW_DEPARTURES
    if method == "delta":
        few |= left[others & (left > 0)].mean() < _FEW_ON_AVERAGE
    return np.where(few, "few departures: the interval may be too narrow", "")
