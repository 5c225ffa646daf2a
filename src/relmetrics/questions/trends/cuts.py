"""Cuts: where a trend was cut into parts, so that no longer period is made of a piece of one.

A cut is told by the number of the period after it, with how many parts end there less how many
begin there. So parts that fit together again have none, in whatever order they are added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.calendar.periods import first_day, period_of
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.calendar.periods import Every


def cut(
    cuts: Mapping[int, int], begin: int, stop: int, *, at_begin: bool, at_stop: bool
) -> dict[int, int]:
    """Return the cuts of the part from one period up to before another.

    Args:
        cuts: Those of the whole.
        begin: The first period of the part.
        stop: The first period after it.
        at_begin: Whether periods before the part are left out.
        at_stop: Whether periods after it are left out.
    """
    within = {at: net for at, net in cuts.items() if begin < at < stop}
    # An end that is not cut now may have been cut before.
    ends = {
        begin: -1 if at_begin else cuts.get(begin, 0),
        stop: 1 if at_stop else cuts.get(stop, 0),
    }
    return summed(within, ends)


def summed(*cuts: Mapping[int, int]) -> dict[int, int]:
    """Return the cuts of several parts together; where they fit there is none."""
    sums = {at: sum(part.get(at, 0) for part in cuts) for at in sorted(set().union(*cuts))}
    return {at: net for at, net in sums.items() if net}


def coarser(cuts: Mapping[int, int], every: Every, to: Every) -> dict[int, int]:
    """Return the cuts between periods as cuts between longer ones.

    Raises:
        ParameterError: One lies inside a longer period.
    """
    places = np.array(sorted(cuts), dtype=np.int64)
    before, after = (period_of(first_day(at, every), to) for at in (places - 1, places))
    inside = np.flatnonzero(before == after)
    if len(inside):
        raise ParameterError.must_be(
            "to",
            f"a period that was not cut: this part was cut at "
            f"{first_day(places[inside[0]], every)}, inside a {to}",
            to,
            f"Roll up before: trend.rollup({to!r}).between(...).",
        )
    return {int(new): cuts[int(at)] for at, new in zip(places, after, strict=True)}
