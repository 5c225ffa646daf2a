"""Plausibility of states from outside: whether sums can be those of so many answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.errors import StateError, WeightError

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray
    from relmetrics.states.moments import Moments
    from relmetrics.states.pair_sums import PairSums
    from relmetrics.states.tally import Tally

LARGEST_ROWS = 2**61
"""So many rows can be added a few times without leaving 64 bits."""


def check_tally(tally: Tally) -> None:
    """Check that the sums of weights at each point can be those of so many answers.

    Raises:
        WeightError: They cannot.
    """
    if tally.weights is None or tally.squares is None:
        return
    points = range(tally.scale.low, tally.scale.high + 1)
    rows = zip(points, tally.counts, tally.weights, tally.squares, strict=True)
    for point, n, w, q in rows:
        # n weights with sum w have a sum of squares from w^2 / n to w^2.
        slack = 1e-9 * w * w
        if (w > 0 or q > 0) and not (n and w * w / n - slack <= q <= w * w + slack):
            raise WeightError.inconsistent(point, n, w, q)


def check_moments(state: Moments) -> None:
    """Check that the sums of a state can be those of so many rows.

    Raises:
        StateError: They cannot.
    """
    n, own = int(state.n), np.diagonal(state.pairs)
    possible = (
        n <= LARGEST_ROWS
        and (state.pairs == state.pairs.T).all()
        and (state.pairs <= np.minimum.outer(own, own)).all()
        and (own <= n).all()
        and (state.rule != "row" or (state.pairs == n).all())
        and _possible(state.sums, state.pairs)
    )
    if state.squares is None:
        possible = possible and (state.sums.masses == state.pairs).all()
    else:
        weighs = state.sums.own_masses() > 0
        possible = possible and _possible(state.squares, state.pairs)
        possible = possible and ((state.squares.own_masses() > 0) == weighs).all()
    if possible and state.scale is not None:
        means = state.mean[~np.isnan(state.mean)]
        low, high = state.scale.low - 1e-9, state.scale.high + 1e-9
        possible = ((means > low) & (means < high)).all()
    if not possible:
        raise StateError.malformed("Moments", "its sums cannot be those of so many rows")


def _possible(sums: PairSums, pairs: IntArray) -> bool:
    """Tell whether sums can be taken over so many pairs of values."""
    spread = np.diagonal(sums.centred(), axis1=-2, axis2=-1)
    slack = 1e-9 * (1 + np.abs(np.diagonal(sums.seconds, axis1=-2, axis2=-1)))
    return bool(
        (sums.masses >= 0).all()
        and (sums.masses[pairs == 0] == 0).all()
        and (sums.seconds == sums.seconds.T).all()
        and not (spread < -slack).any()
    )
