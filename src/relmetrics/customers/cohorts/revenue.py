"""Revenue of cohorts per customer: its intervals, from sums and sums of squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.people.measures import RevenuePerCustomer
from relmetrics.data.checks import check_whole
from relmetrics.errors import ParameterError, StateError

if TYPE_CHECKING:
    from relmetrics.customers.cohorts.cells import CohortCells
    from relmetrics.questions.groups.breakdown import Breakdown


def revenue_at(cells: CohortCells, age: int, confidence_level: float) -> Breakdown:
    """Return the revenue per customer up to an age by cohort: see `Cohorts.revenue_at`."""
    revenue = cells.revenue
    if cells.squares is None:
        raise StateError.undefined(
            "The interval of revenue per customer",
            "these cohorts do not tell how unlike their customers are",
            "Say log.cohorts(values='revenue'), of cohorts by their first time.",
        )
    age = check_whole("age", age, 0, max(revenue.shape[1] - 1, 0))
    over = np.flatnonzero(cells.complete[:, age]) if revenue.shape[1] else np.zeros(0, dtype=int)
    if not len(over):
        raise ParameterError.must_be("age", "one that is over for some cohort", age)
    total = np.cumsum(revenue, axis=1)[over, age]
    squares = np.cumsum(cells.squares, axis=1)[over, age]
    n = cells.sizes[over]
    products = {
        ("revenue", "revenue"): np.maximum(squares, total**2 / n),
        ("revenue", "customers"): total,
        ("customers", "customers"): n.astype(np.float64),
    }
    sums = {"revenue": total, "customers": n.astype(np.float64)}
    groups = {"cohort": cells.cohorts[over].astype(str)}
    return RevenuePerCustomer().by_sums(
        groups, n, sums, products, confidence_level=confidence_level
    )
