"""Quick ratio: how much recurring revenue is gained for what is lost."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import as_column, as_weights, require_equal_lengths
from relmetrics.errors import ParameterError
from relmetrics.estimators.ratio import Ratio
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.table import Table
from relmetrics.money.revenue_retention import as_revenue

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.money.revenue_movement import RevenueMovement

QUICK_RATIO: dict[str, tuple[tuple[str, ...], str]] = {
    "all": (("new", "reactivated", "expansion"), "all that was gained over all that was lost"),
    "firstofficer": (
        ("new", "expansion"),
        "FirstOfficer, www.firstofficer.io/saas-metrics-glossary/quick-ratio",
    ),
}
"""What counts as gained, by the name of the definition, and whose it is."""


@frozen(kw_only=True)
class QuickRatio(Ratio[Estimate]):
    """Quick ratio: recurring revenue gained for each unit lost.

    Formula: ``(new + reactivated + expansion) / (contraction + churned)``: over customers, ``sum of
    gained / sum of lost``.
    Unit and range: times, 0 or more; above 1 revenue grows.
    Direction: higher is better.
    Customers of whom either is missing are counted and left out.

    Called with the columns ``gained`` and ``lost``, one row per customer: by how much their
    recurring revenue is more, or less, at the end of a period than at its start. `quick_ratio`
    takes the revenue of the two ends. States add only when no customer is in two of them.

    Interval: `log_ratio`, or `wald`: see `Ratio`.

    Example:
        >>> import relmetrics as rm
        >>> changes = {"gained": [10, 0, 30, 0, 0, 40], "lost": [0, 20, 0, 0, 30, 0]}
        >>> print(rm.QuickRatio()(changes))
        Quick ratio 1.60 (95% CI 0.15 to 16.75; n = 6)

    Source:
        The usual definition of subscription businesses.
    """

    name = "Quick ratio"
    unit = "times"
    digits: ClassVar[int] = 2
    top = "gained"
    bottom = "lost"
    low: ClassVar[float] = 0.0
    formula = "(new + reactivated + expansion) / (contraction + churned)"
    definition = "Recurring revenue gained over recurring revenue lost within a period."
    source = "The usual definition of subscription businesses"


def quick_ratio(
    *,
    before: Column,
    after: Column,
    weights: Column | None = None,
    confidence_level: float = 0.95,
) -> Estimate:
    """Compute the quick ratio of recurring revenue: see `QuickRatio`.

    Who has nothing at either end is not among the customers.

    Args:
        before: Recurring revenue of each customer at the start of the period; 0 for none.
        after: That of the same customers at its end.
        weights: One survey weight per customer.
        confidence_level: Level of the interval.

    Raises:
        AmountError: An amount is negative or not finite, or nothing was lost.
        EmptySampleError: Nobody has revenue at either end.
        LengthError: The columns differ in length.

    Example:
        >>> import relmetrics as rm
        >>> rm.quick_ratio(before=[60, 40, 0], after=[70, 20, 30]).value
        2.0
    """
    require_aligned(before=before, after=after, weights=weights)
    first, last = as_revenue(before, "before"), as_revenue(after, "after")
    require_equal_lengths(before=len(first), after=len(last))
    some = (first != 0) | (last != 0)  # NaN is missing, and stays to be counted
    change = (last - first)[some]
    changes = {"gained": np.maximum(change, 0.0), "lost": np.maximum(-change, 0.0)}
    w = None if weights is None else as_weights(as_column(weights, "weights"), len(some))[some]
    return QuickRatio()(changes, weights=w, confidence_level=confidence_level)


def quick_ratio_definitions(movement: RevenueMovement) -> Table:
    """Return the quick ratio of a movement under every definition, side by side.

    ``all``: everything gained counts; ``firstofficer``: revenue that came back does not. NaN,
    unbounded, where nothing was lost.

    Args:
        movement: What `revenue_movement` returned.

    Raises:
        ParameterError: It is no movement.

    Example:
        >>> import relmetrics as rm
        >>> movement = rm.revenue_movement(
        ...     ["a", "b", "c"], [60, 40, 0], [70, 20, 30], known_before=[True] * 3
        ... )
        >>> rm.quick_ratio_definitions(movement)["value"].tolist()
        [2.0, 0.5]
    """
    if not hasattr(movement, "contraction"):
        remedy = "Say rm.revenue_movements(customers, dates, amounts), or one of them."
        raise ParameterError.must_be("movement", "a RevenueMovement", movement, remedy)
    lost = Fraction(movement.contraction) + Fraction(movement.churned)
    gained = [
        sum(Fraction(getattr(movement, part)) for part in parts)
        for parts, _ in QUICK_RATIO.values()
    ]
    return Table(
        {
            "definition": np.array(list(QUICK_RATIO)),
            "value": np.array([float(each / lost) if lost else np.nan for each in gained]),
            "formula": np.array(
                [
                    f"({' + '.join(parts)}) / (contraction + churned)"
                    for parts, _ in QUICK_RATIO.values()
                ]
            ),
            "source": np.array([source for _, source in QUICK_RATIO.values()]),
        },
        {"value": 2},
    )
