"""Limits: what the figures of a campaign and of answers do not prove, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.people.balance import MOST_APART
from relmetrics.data.calendar.periods import shift_months
from relmetrics.errors import DateError

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray
    from relmetrics.metric.table import Table


def require_seen(
    log: Purchases, first: np.datetime64, after: np.datetime64, until: np.datetime64
) -> None:
    """Check that the log knows something of a window.

    Args:
        log: The purchases.
        first: The first day of the window.
        after: The first day after it.
        until: The last day that was observed.

    Raises:
        DateError: The window lies before the log begins, or after that day.
    """
    if not log.days.min() < after or not first <= until:
        raise DateError(
            f"a window must lie within the log, at least in part: start = {first}, end = {after}, "
            f"and the log is from {log.days.min()} to {until}. That nobody bought where it knows "
            "nothing is no answer: take the log of more months."
        )


def unseen_of(log: Purchases, days: AnyArray, months: int) -> list[str]:
    """Return, in a sentence, whose months around the answer begin before the log does.

    Args:
        log: The purchases.
        days: The day of each answer.
        months: How many months before and after it count.
    """
    begins = log.days.min()
    after = int((days + np.timedelta64(1, "D") < begins).sum())
    if after:
        said = (
            f"The log begins on {begins}, after {after} of {len(days)} answers: what these "
            "respondents bought until then is not known, and not counted."
        )
        return [said]
    early = int((shift_months(days, -months) + np.timedelta64(1, "D") < begins).sum())
    if early and log.amounts is not None:
        said = (
            f"The log begins on {begins}, within the months before {early} of {len(days)} "
            "answers: their revenue before is of a shorter time."
        )
        return [said]
    return []


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
    begins, ends = log.days.min(), log.days.max()
    if begins >= first:
        said.append(
            f"The log begins on {begins}, not before the campaign: whether the groups were "
            "alike is not known."
        )
    elif begins > first - (after - first):
        said.append(
            f"The log begins on {begins}, within the window before the campaign: the balance "
            "is of a shorter time."
        )
    if ends < after - np.timedelta64(1, "D"):
        said.append(f"The log ends on {ends}: what came after it is not known, and not counted.")
    return said
