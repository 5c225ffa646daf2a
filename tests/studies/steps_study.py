"""Expected steps to a state: how often the interval holds the true ones, of few moves and of many.

Customers walk along a chain that is known. Who reaches the end is replaced by another somewhere.
Series in which nobody reached it have no interval, and are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.lifecycle.moves import MOST_DRAWN
from relmetrics.inference.markov import expected_steps, shares_of_rows, step_ends

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray


def net(states: int, rate: float, *, seed: int) -> FloatArray:
    """Return a chain of many states with five ways out of each, and this rate to the end."""
    rng, chances = np.random.default_rng(seed), np.zeros((states, states))
    for i in range(states - 1):
        ways = rng.choice(states - 1, 5, replace=False)
        chances[i, ways] = 0.3 * rng.dirichlet(np.ones(5))
        chances[i, [i, -1]] += 0.7 - rate, rate
    return chances


def stages(*rates: float) -> FloatArray:
    """Return a chain of three stages that people go back and forth in, with these rates out."""
    moves = np.array([[0, 0.14, 0.02], [0.04, 0, 0.05], [0, 0.04, 0]])
    chances = np.zeros((4, 4))
    chances[:3, :3], chances[:3, 3] = moves, rates
    chances[:3, :3] += np.diag(1 - chances[:3].sum(axis=1))
    return chances


PATH = np.array([[0.7, 0.3, 0, 0], [0, 0.8, 0.2, 0], [0, 0, 0.9, 0.1], [0, 0, 0, 0]])
CHAINS = {
    "two states, 3 %": np.array([[0.97, 0.03], [0, 0]]),
    "three stages, 3 % from each": stages(0.03, 0.03, 0.03),
    "three stages, 0.5 to 1 %": stages(0.01, 0.01, 0.005),
    "three stages, 0.3 % from each": stages(0.003, 0.003, 0.003),
    "three stages, 1 % from the last": stages(0, 0, 0.01),
    "a straight path of three": PATH,
    "20 states, 3 % from each": net(20, 0.03, seed=2),
    "20 states, 0.3 % from each": net(20, 0.003, seed=2),
    "60 states, 3 % from each": net(60, 0.03, seed=1),
    "60 states, 0.3 % from each": net(60, 0.003, seed=1),
}
FOLLOWED = {"30 x 6": (30, 6), "100 x 6": (100, 6), "400 x 12": (400, 12), "3,000 x 12": (3000, 12)}
"""Customers and periods."""
FEW_STATES = 10


def default(chain: str) -> str:
    """Return the method that `steps_to` takes for a chain."""
    return "delta" if len(CHAINS[chain]) > MOST_DRAWN else "dirichlet"


def sizes(chain: str) -> list[str]:
    """Return how many are followed along a chain, and how long: of many states more."""
    names, small = list(FOLLOWED), len(CHAINS[chain]) <= FEW_STATES
    return names[:3] if small else names[2:]


def walked(chances: FloatArray, customers: int, periods: int, rng: np.random.Generator) -> IntArray:
    """Return the moves of customers along a chain."""
    size = len(chances)
    counts, at = np.zeros((size, size), dtype=np.int64), rng.integers(0, size - 1, customers)
    for _ in range(periods):
        to = (rng.random(customers)[:, None] > np.cumsum(chances[at], axis=1)[:, :-1]).sum(axis=1)
        np.add.at(counts, (at, to), 1)
        at = np.where(to == size - 1, rng.integers(0, size - 1, customers), to)
    return counts


def covered(
    chain: str,
    followed: str,
    method: str,
    *,
    draws: int = 200,
    resamples: int = 400,
    seed: int = 1,
    fewest: int = 10,
) -> tuple[float, float]:
    """Return the coverage over the states, %: mean and worst, of rows that no note marks.

    The note is that of `steps_to`: fewer than `fewest` departures.
    """
    chances, rng = CHAINS[chain], np.random.default_rng(seed)
    end = len(chances) - 1
    truth = expected_steps(chances, end)[:-1]
    held, found = np.zeros(end), np.zeros(end)
    for _ in range(draws):
        counts = walked(chances, *FOLLOWED[followed], rng)
        if not counts[:-1, end].any():
            continue
        steps = expected_steps(shares_of_rows(counts), end)[:-1]
        ends = step_ends(counts, end, rng, 0.95, method, resamples)
        low, high = (one[:-1] for one in ends)
        counts_for = np.isfinite(steps) & (counts[:-1].sum(axis=1) >= fewest)
        low, high = np.minimum(low, steps), np.maximum(high, steps)
        found += counts_for
        held += counts_for & (low <= truth) & (truth <= high)
    often = found >= 0.2 * draws
    shares = 100 * held[often] / found[often] if often.any() else np.array([np.nan])
    return float(shares.mean()), float(shares.min())
