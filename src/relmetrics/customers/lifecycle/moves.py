"""Tables of moves between states: how likely each is, and how long it takes to reach a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from relmetrics.data.checks import as_generator, check_name
from relmetrics.errors import StateError
from relmetrics.estimators.proportion import proportions
from relmetrics.inference.intervals import quantile
from relmetrics.inference.markov import expected_steps, resampled_steps, shares_of_rows
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.metric.contract import Rng

StepDraws = Literal["dirichlet", "multinomial"]
STEP_DRAWS: tuple[StepDraws, ...] = ("dirichlet", "multinomial")


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
    draws = resampled_steps(counts, target, source, method)
    ends = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    # Taken from the draws themselves, because between them and infinity lies no number.
    low, high = np.quantile(draws, ends, axis=0, method="inverted_cdf")
    unknown = ~np.isfinite(periods)
    note = np.where(left == 0, "nobody was seen to leave it", "may never get there")
    columns: dict[str, AnyArray] = {
        "state": np.array(states)[others],
        "periods": np.where(unknown, np.nan, periods)[others],
        "low": np.where(unknown, np.nan, np.minimum(low, periods))[others],
        "high": np.where(unknown, np.nan, np.maximum(high, periods))[others],
        "n": left[others],
        "note": np.where(unknown, note, "")[others],
    }
    return Table(columns, dict.fromkeys(("periods", "low", "high"), 1))
