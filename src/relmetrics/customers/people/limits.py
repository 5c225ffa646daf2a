"""Limits: what the figures of a campaign do not prove, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.people.balance import MOST_APART

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.metric.table import Table


def limits_of(
    log: Purchases,
    first: np.datetime64,
    after: np.datetime64,
    balance: Table,
    unknown: tuple[int, int],
    *,
    randomised: bool,
) -> list[str]:
    """Return what the figures do not prove."""
    said = [
        "Chance decided who was treated, as you say: what differs is the campaign, or chance."
        if randomised
        else "Chance did not decide who was treated: who was chosen may buy differently anyway, "
        "and a difference proves no effect. See `balance`."
    ]
    apart = [
        f"{name} ({by:+.2f})"
        for name, by in zip(
            balance["quantity"].tolist(),
            balance["standardised_difference"].tolist(),
            strict=True,
        )
        if not math.isnan(by) and abs(by) > MOST_APART
    ]
    if apart:
        said.append(
            f"Before the campaign the groups differed by more than {MOST_APART} standard "
            f"deviations in {', '.join(apart)}."
        )
    if any(unknown):
        said.append(
            f"{unknown[0]} treated and {unknown[1]} control customers are not in the log: they "
            "bought nothing, and count."
        )
    if len(log):
        begins, ends = log.days.min(), log.days.max()
        if begins > first - (after - first):
            said.append(
                f"The log begins on {begins}, within the window before the campaign: the balance "
                "is of a shorter time."
            )
        if ends < after - np.timedelta64(1, "D"):
            said.append(
                f"The log ends on {ends}: what came after it is not known, and not counted."
            )
    return said
