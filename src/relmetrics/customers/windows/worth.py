"""Unit economics of a window: what customers of its start bring, and how many of them leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from relmetrics.customers.annual_churn import annual_churn
from relmetrics.data.calendar.periods import shift_months
from relmetrics.errors import AmountError, EmptySampleError, ParameterError
from relmetrics.money.economics import require_amount
from relmetrics.money.unit_economics.account_revenue import average_revenue_per_account
from relmetrics.money.unit_economics.economics import unit_economics

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.customers.windows.window import Window, WindowEstimate
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.money.unit_economics.economics import UnitEconomics
    from relmetrics.money.unit_economics.given import Quantity

DAYS_OF_MONTH = 365 / 12


@frozen(kw_only=True)
class Asked:
    """What a log is told of unit economics, as its method takes it."""

    def of(self, segment: Hashable) -> Asked:
        """Return what is told of one segment: its own cost or spend, where these are by segment.

        Raises:
            ParameterError: A segment has none.
        """
        own: dict[str, Any] = {}
        for name in ("acquisition_cost", "acquisition_spend"):
            given = getattr(self, name)
            if isinstance(given, Mapping):
                if segment not in given:
                    raise ParameterError.must_be(name, "given for every segment", segment)
                own[name] = given[segment]
        return evolve(self, **own)

    margin: Quantity
    acquisition_cost: Quantity | Mapping[Any, Quantity] | None
    acquisition_spend: float | Mapping[Any, float] | None
    discount: float
    periods: int | None
    confidence_level: float


def window_economics(
    churn: WindowEstimate,
    counts: Window,
    paid: FloatArray,
    lost: AnyArray,
    asked: Asked,
    *,
    missing: int = 0,
) -> UnitEconomics:
    """Return the unit economics of a window, by the month.

    Args:
        churn: Churn of the window over the customers of its start.
        counts: The counts of the window.
        paid: What customers of the start bring in a month, of those for whom it is known.
        lost: Whether each of these was lost.
        asked: What the log was told.
        missing: How many customers of the start bring nobody knows what.

    Raises:
        AmountError: An amount is not above 0, or money was spent and nobody is new.
        EmptySampleError: Of nobody it is known what they bring.
        ParameterError: Cost and spend are both given.
    """
    if not len(paid):
        raise EmptySampleError.for_metric("Average revenue per account", missing)
    months = months_between(counts.first_day, counts.after)
    found = unit_economics(
        revenue=average_revenue_per_account(revenue=paid, confidence_level=asked.confidence_level),
        churn=churn if months == 1 else annual_churn(churn, periods_per_year=1 / months),
        margin=asked.margin,
        acquisition_cost=_cost(asked.acquisition_cost, asked.acquisition_spend, counts),
        discount=asked.discount,
        periods=asked.periods,
        correlation=_correlation(paid, lost),
    )
    remarks = _remarks(counts, months, nothing=int((paid == 0).sum()), missing=missing)
    return evolve(found, period="month", remarks=remarks)


def months_between(first: np.datetime64, after: np.datetime64) -> float:
    """Return the months of a window: a whole number from a day of one to the same of another."""
    begin, end = (day.astype("datetime64[M]").astype(np.int64) for day in (first, after))
    whole = int(end - begin)
    if whole and shift_months(first, whole) == after:
        return whole
    return float((after - first).astype(np.int64)) / DAYS_OF_MONTH


def _cost(cost: Any, spend: Any, counts: Window) -> Any:
    """Return the cost of winning a customer, from what was spent on all new ones where given.

    Raises:
        ParameterError: Both are given.
        AmountError: The spend is no amount, or nobody was won with it.
    """
    if spend is None:
        return cost
    if cost is not None:
        wanted = "left out where acquisition_cost is given"
        raise ParameterError.must_be("acquisition_spend", wanted, spend)
    require_amount("acquisition_spend", spend, positive="Leave it out where nothing was spent.")
    if not counts.new:
        wanted = "left out where nobody is new"
        remedy = "Say acquisition_cost=..., or ask of a longer window."
        raise AmountError.not_an_amount("acquisition_spend", wanted, spend, remedy)
    return float(spend) / counts.new


def _correlation(paid: FloatArray, lost: AnyArray) -> float:
    """Return the correlation of paying and leaving over customers; 0 where either is constant."""
    if not paid.std() > 0 or not 0 < lost.mean() < 1:
        return 0.0
    return float(np.clip(np.corrcoef(paid, lost)[0, 1], -1.0, 1.0))


def _remarks(counts: Window, months: float, *, nothing: int, missing: int) -> tuple[str, ...]:
    """Return what is to be known of the data behind the figures, in words."""
    span = "a month" if months == 1 else f"{months:.4g} months"
    notes = [f"{counts.lost} of {counts.start} customers were lost within {span}"]
    if months != 1:
        notes[0] += "; churn and all that follows is of a month: 1 - (1 - churn)^(1 / months)"
    if nothing:
        notes.append(f"{nothing} customers of the start pay nothing and count in the average")
    if missing:
        notes.append(f"{missing} of the start are left out of the average: their price is missing")
    return tuple(notes)
