"""Markov chains: where one is later, in the long run, and how long it takes to reach a state.

With Q the probabilities among the states before the target, the expected steps t from each of them
solve (I - Q) t = 1 (Kemeny and Snell 1960, chapter III). Pure functions of arrays; the last two
axes are from and to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relmetrics.data.types import AnyArray, FloatArray, IntArray

RESAMPLES = 10_000
_CELLS_AT_ONCE = 1 << 20


def shares_of_rows(counts: AnyArray) -> FloatArray:
    """Return each row of counts over its sum; NaN for a row without any."""
    sums = counts.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: FloatArray = counts / sums
    return shares


def later_states(counts: FloatArray, steps: int) -> FloatArray:
    """Return the probabilities of being in each state some steps later: a power of the matrix.

    A row from which a state without departures may have been left is NaN: nobody knows where to.
    """
    known = np.nan_to_num(shares_of_rows(counts))
    unknown = counts.sum(axis=1) == 0
    for _ in range(min(steps - 1, len(counts))):
        unknown = unknown | (known[:, unknown] > 0).any(axis=1)
    later: FloatArray = np.linalg.matrix_power(known, steps)
    if steps:
        later[unknown] = np.nan
    return later


def stationary(probabilities: FloatArray) -> FloatArray | None:
    """Return the shares of the states in the long run, s with s P = s and sum 1.

    None where they depend on where one starts: some states that are never left do not reach each
    other. Every row must hold probabilities.
    """
    found = reachable(probabilities > 0)
    closed = ~(found & ~found.T).any(axis=1)
    core = np.flatnonzero(closed)
    if not found[np.ix_(core, core)].all():
        return None
    # One equation of s (P - I) = 0 follows from the others; the sum takes its place.
    system = (probabilities - np.eye(len(probabilities))).T
    system[core[0]] = 1.0
    ones = np.zeros(len(probabilities))
    ones[core[0]] = 1.0
    return np.where(closed, np.linalg.solve(system, ones), 0.0)


def reachable(links: AnyArray) -> AnyArray:
    """Return which states can be reached from each, in any number of steps, itself in none."""
    size = links.shape[-1]
    found: AnyArray = links | np.eye(size, dtype=bool)
    for _ in range(max(size - 1, 1).bit_length()):
        found = (found.astype(np.float64) @ found.astype(np.float64)) > 0
    return found


def expected_steps(probabilities: FloatArray, target: int) -> FloatArray:
    """Return the expected steps from each state to the target, 0 from the target itself.

    Infinite where the chain may never get there: it can enter states that have no way to the
    target, or that nobody was seen to leave (their row is NaN or 0).
    """
    moves = np.nan_to_num(probabilities)
    moves[..., target, :] = 0.0
    found = reachable(moves > 0)
    hits = found[..., :, target]
    surely: AnyArray = np.asarray(~(found & ~hits[..., None, :]).any(axis=-1))
    waits = surely.copy()
    waits[..., target] = False
    # A state that surely gets there leads only to states that do, so the others' rows may be
    # emptied: the system stays the same for the former and has a solution.
    leaving = np.where(waits[..., :, None] & ~np.eye(moves.shape[-1], dtype=bool), moves, 0.0)
    # 1 - p_ii as the sum of the moves away, which does not vanish when they are rare.
    away = np.where(waits, leaving.sum(axis=-1), 1.0)
    system = away[..., :, None] * np.eye(moves.shape[-1]) - leaving
    steps = np.linalg.solve(system, waits[..., None].astype(np.float64))[..., 0]
    return np.where(surely, steps, np.inf)


def resampled_steps(
    counts: IntArray,
    target: int,
    rng: np.random.Generator,
    method: str = "dirichlet",
    resamples: int = RESAMPLES,
) -> FloatArray:
    """Return the expected steps of resampled counts, shape (resamples, states).

    Args:
        counts: Departures from and to each state.
        target: The place of the state to reach.
        rng: Where the draws come from.
        method: ``multinomial`` draws each row anew, as often as it has departures: a draw without
            a rare move may never get there, so for few departures the upper end is infinite, and
            a handful that all went the same way leaves no uncertainty. ``dirichlet`` draws the
            probabilities, with half a pseudo-departure (Jeffreys) for staying, for the target and
            for every move that was seen.
        resamples: How many draws.
    """
    size = len(counts)
    steps = np.empty((resamples, size))
    left = counts.sum(axis=1)
    possible = (counts > 0) | np.eye(size, dtype=bool)
    possible[:, target] = True
    weights = np.where(possible & (left > 0)[:, None], counts + 0.5, 0.0)
    chances = np.nan_to_num(shares_of_rows(counts))
    for part in _parts(resamples, size):
        many = part.stop - part.start
        drawn: AnyArray
        if method == "dirichlet":
            drawn = rng.standard_gamma(weights, size=(many, size, size))
        else:
            drawn = rng.multinomial(left, chances, size=(many, size))
        steps[part] = expected_steps(shares_of_rows(drawn), target)
    return steps


def _parts(resamples: int, size: int) -> Iterator[slice]:
    at_once = max(1, _CELLS_AT_ONCE // (size * size))
    for start in range(0, resamples, at_once):
        yield slice(start, min(start + at_once, resamples))
