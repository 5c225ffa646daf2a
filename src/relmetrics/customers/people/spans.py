"""Spans: what each of some people bought in days of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.customers.purchases.log import cancelled

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, FloatArray, IntArray


@frozen(eq=False)
class Bought:
    """What each of some people bought.

    Attributes:
        times: How often each bought, shape (people,).
        money: What each spent, less what was returned; None in a log without amounts.
        unknown_amounts: Number of purchases whose amount is missing, counted as 0 in `money`.
    """

    times: IntArray
    money: FloatArray | None
    unknown_amounts: int

    def of(self, chosen: AnyArray) -> Bought:
        """Return what some of them bought."""
        money = None if self.money is None else self.money[chosen]
        return Bought(self.times[chosen], money, self.unknown_amounts)


def bought(log: Purchases, places: IntArray, first: AnyArray, after: AnyArray) -> Bought:
    """Return what each person bought from a first day on to the day before another one.

    Args:
        log: The purchases.
        places: The number of each person among the customers; -1 for who never bought.
        first: The first day of each person.
        after: The first day of each that does not count any more.
    """
    person = np.full(len(log.customers), -1, dtype=np.int64)
    known = np.flatnonzero(places >= 0)
    person[places[known]] = known

    def within(codes: IntArray, days: AnyArray) -> tuple[IntArray, AnyArray]:
        who = person[codes]
        # The days of nobody in particular stand in for those of whom nothing is asked.
        inside = (who >= 0) & (days >= first[who]) & (days < after[who])
        return who[inside], inside

    size = len(places)
    who, inside = within(log.codes, log.days)
    times = np.bincount(who, minlength=size)
    if log.amounts is None:
        return Bought(times, None, 0)
    amounts = log.amounts[inside]
    back, returned = within(log.returns.codes, log.returns.days)
    refunds, spent = np.zeros(size), np.zeros(size)
    np.add.at(refunds, back, log.returns.amounts[returned])
    np.add.at(spent, who, np.nan_to_num(amounts))
    return Bought(times, cancelled(spent + refunds, refunds), int(np.isnan(amounts).sum()))
