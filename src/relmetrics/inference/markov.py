"""Markov chains: where one is later, in the long run, and how long it takes to reach a state.

With Q the probabilities among the states before the target, the expected steps t from each of them
solve (I - Q) t = 1 (Kemeny and Snell 1960, chapter III). Pure functions of arrays; the last two
axes are from and to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.progress import watched
from relmetrics.inference.intervals import quantile

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
    later = _power(known, steps)
    if steps:
        later[unknown] = np.nan
    return later


def _power(chances: FloatArray, steps: int) -> FloatArray:
    """Return a power of a matrix of probabilities, by repeated squaring.

    Rows are brought back to a sum of 1 each time: what they miss by rounding would double.
    """
    later: FloatArray | None = None
    while steps:
        if steps & 1:
            later = chances if later is None else _product(later, chances)
        steps >>= 1
        if steps:
            chances = _product(chances, chances)
    return np.eye(len(chances)) if later is None else later.copy()


def _product(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.nan_to_num(shares_of_rows(first @ second))


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


def _leading_to(states: AnyArray, links: AnyArray) -> AnyArray:
    """Return the states that lead to some states, in any number of steps, and these themselves."""
    while True:
        more: AnyArray = states | (links & states[..., None, :]).any(axis=-1)
        if (more == states).all():
            return more
        states = more


def expected_steps(probabilities: FloatArray, target: int) -> FloatArray:
    """Return the expected steps from each state to the target, 0 from the target itself.

    Infinite where the chain may never get there: it can enter states that have no way to the
    target, or that nobody was seen to leave (their row is NaN or 0).
    """
    moves = np.nan_to_num(probabilities)
    moves[..., target, :] = 0.0
    links = moves > 0
    at_target = np.zeros(moves.shape[:-1], dtype=bool)
    at_target[..., target] = True
    # Who can come to where nobody gets to the target from may never get there.
    surely = ~_leading_to(~_leading_to(at_target, links), links)
    waits = surely.copy()
    waits[..., target] = False
    # A state that surely gets there leads only to states that do, so the others' rows may be
    # emptied: the system stays the same for the former and has a solution.
    leaving = np.where(waits[..., :, None] & ~np.eye(moves.shape[-1], dtype=bool), moves, 0.0)
    # 1 - p_ii as the sum of the moves away, which does not vanish when they are rare.
    away = np.where(waits, leaving.sum(axis=-1), 1.0)
    system = away[..., :, None] * np.eye(moves.shape[-1]) - leaving
    ones = waits.astype(np.float64)
    try:
        steps = np.linalg.solve(system, ones[..., None])[..., 0]
    except np.linalg.LinAlgError:  # moves so rare that they vanish beside the others
        steps = _without_subtraction(leaving, ones, target)
    return np.where(surely, steps, np.inf)


def _without_subtraction(moves: FloatArray, waits: FloatArray, target: int) -> FloatArray:
    """Return the steps to the target, state by state, from sums of positive numbers alone.

    As Grassmann, Taksar and Heyman (1985) solve chains, Operations Research 33: nothing cancels,
    however rare some moves are. `moves` has nothing on its diagonal.
    """
    size = moves.shape[-1]
    order = [target, *(state for state in range(size) if state != target)]
    chances, own = moves[..., order, :][..., order], waits[..., order]
    away, steps = np.ones(own.shape), np.zeros(own.shape)
    for k in range(size - 1, 0, -1):  # who comes to k goes on from there, after its steps
        onward = chances[..., k, :k]
        away[..., k] = np.where(onward.any(axis=-1), onward.sum(axis=-1), 1.0)
        share = chances[..., :k, k] / away[..., k, None]
        chances[..., :k, :k] += share[..., :, None] * onward[..., None, :]
        chances[..., range(k), range(k)] = 0.0
        own[..., :k] += share * own[..., k, None]
    for k in range(1, size):
        later = (chances[..., k, :k] * steps[..., :k]).sum(axis=-1)
        steps[..., k] = (own[..., k] + later) / away[..., k]
    return steps[..., np.argsort(order)]


def step_ends(
    counts: IntArray,
    target: int,
    rng: np.random.Generator,
    confidence_level: float,
    method: str,
    resamples: int = RESAMPLES,
) -> tuple[FloatArray, FloatArray]:
    """Return both ends of the interval of the expected steps from each state.

    Args:
        counts: Departures from and to each state.
        target: The place of the state to reach.
        rng: Where the draws come from.
        confidence_level: The level, strictly between 0 and 1.
        method: ``multinomial`` draws each row anew, as often as it has departures: a draw without
            a rare move may never get there, so for few departures the upper end is infinite, and
            a handful that all went the same way leaves no uncertainty. ``dirichlet`` draws the
            probabilities. Its lower end has half a pseudo-departure (Jeffreys) for staying, for
            the target and for every move that was seen; its upper end has one for staying and no
            other, as the lower end of Clopper and Pearson for the chance of leaving. ``delta``
            draws nothing: the logarithm plus or minus its standard errors.
        resamples: How many draws each end has.
    """
    ends = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    if method == "delta":
        steps = expected_steps(shares_of_rows(counts), target)
        far = quantile(confidence_level) * _log_errors(counts, target, steps)
        with np.errstate(over="ignore", invalid="ignore"):
            return steps * np.exp(-far), steps * np.exp(far)
    left = counts.sum(axis=1, keepdims=True) > 0
    own = np.eye(len(counts))
    if method == "multinomial":
        draws = _drawn_counts(counts, target, rng, resamples)
        low, high = np.quantile(draws, ends, axis=0, method="inverted_cdf")
        return low, high
    possible = (counts > 0) | (own > 0)
    possible[:, target] = True
    found = []
    for end, weights in zip(ends, (counts + 0.5 * possible, counts + own), strict=True):
        draws = _drawn_chances(np.where(left, weights, 0.0), target, rng, resamples)
        # Taken from the draws themselves, because between them and infinity lies no number.
        found.append(np.quantile(draws, end, axis=0, method="inverted_cdf"))
    return found[0], found[1]


def _log_errors(counts: IntArray, target: int, steps: FloatArray) -> FloatArray:
    """Return the standard error of the logarithm of the steps from each state.

    With N = (I - Q)^-1 and t = N 1, a change of row k moves t_i by N_ik times what it does to the
    mean of t over row k; so var(t_i) = sum_k N_ik^2 var_k(t) / (n_k - 1), with the variance of t
    over the moves from k. One inversion, whatever the number of states. NaN where t is no number.
    """
    waits = np.isfinite(steps)
    waits[target] = False
    later = np.where(np.isfinite(steps), steps, 0.0)
    chances = shares_of_rows(counts[waits])
    gaps = later - (chances @ later)[:, None]
    freedom = np.maximum(counts[waits].sum(axis=1) - 1, 0.5)
    row_errors = (chances * gaps**2).sum(axis=1) / freedom
    leaving = np.where(np.eye(len(counts), dtype=bool)[waits], 0.0, chances)
    system = np.diag(leaving.sum(axis=1)) - leaving[:, waits]
    errors = np.full(len(counts), np.nan)
    try:
        visits = np.linalg.inv(system)
    except np.linalg.LinAlgError:  # moves so rare that they vanish beside the others
        errors[waits] = np.inf
        return errors
    errors[waits] = np.sqrt(visits**2 @ row_errors) / steps[waits]
    return errors


def _drawn_chances(
    weights: FloatArray, target: int, rng: np.random.Generator, resamples: int
) -> FloatArray:
    """Return the steps by probabilities drawn with these weights, shape (resamples, states)."""
    size = len(weights)
    steps = np.empty((resamples, size))
    for part in _parts(resamples, size):
        drawn = rng.standard_gamma(weights, size=(part.stop - part.start, size, size))
        steps[part] = expected_steps(shares_of_rows(drawn), target)
    return steps


def _drawn_counts(
    counts: IntArray, target: int, rng: np.random.Generator, resamples: int
) -> FloatArray:
    """Return the steps by rows of counts drawn anew, shape (resamples, states)."""
    size = len(counts)
    left, chances = counts.sum(axis=1), np.nan_to_num(shares_of_rows(counts))
    steps = np.empty((resamples, size))
    for part in _parts(resamples, size):
        drawn = rng.multinomial(left, chances, size=(part.stop - part.start, size))
        steps[part] = expected_steps(shares_of_rows(drawn), target)
    return steps


def _parts(resamples: int, size: int) -> Iterator[slice]:
    at_once = max(1, _CELLS_AT_ONCE // (size * size))
    for start in watched(range(0, resamples, at_once)):
        yield slice(start, min(start + at_once, resamples))
