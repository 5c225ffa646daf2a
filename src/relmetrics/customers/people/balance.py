"""Balance: whether two groups were alike before one of them was treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.customers.people.spans import Bought
    from relmetrics.data.types import AnyArray

MOST_APART = 0.1
"""Groups that are less than so many standard deviations apart count as alike (Austin 2009)."""


def balance_of(treated: Bought, control: Bought, *, seen: bool) -> Table:
    """Return what both groups bought before, and how far apart they are.

    Where the log begins no earlier than the campaign nothing of that was `seen`: it is NaN.

    The standardised difference is ``(treated - control) / sqrt((v1 + v0) / 2)``, in standard
    deviations of single customers, so that it does not grow with their number: Austin (2009),
    Statistics in Medicine 28, 3083-3107.
    """
    sides = [_quantities(side) for side in (treated, control)]
    names = list(sides[0])
    means = [np.array([side[name].mean() for name in names]) for side in sides]
    spread = np.sqrt(sum(np.array([side[name].var() for name in names]) for side in sides) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (means[0] - means[1]) / spread
    # Two groups of one value each are as far apart as can be, or not at all.
    apart = np.where(means[0] == means[1], 0.0, apart)
    if not seen:
        means, apart = [np.full(len(names), np.nan)] * 2, np.full(len(names), np.nan)
    percent = np.array([1.0 if name == "revenue" else 100.0 for name in names])
    columns: dict[str, AnyArray] = {
        "quantity": np.array(names, dtype=object),
        "treated": percent * means[0],
        "control": percent * means[1],
        "standardised_difference": apart,
        "balanced": np.abs(apart) <= MOST_APART,
    }
    return Table(columns, {"treated": 2, "control": 2, "standardised_difference": 3})


def _quantities(found: Bought) -> dict[str, AnyArray]:
    """Return each quantity of each person."""
    quantities: dict[str, AnyArray] = {
        "conversion": (found.times > 0).astype(np.float64),
        "repeat": (found.times > 1).astype(np.float64),
    }
    return quantities if found.money is None else quantities | {"revenue": found.money}
