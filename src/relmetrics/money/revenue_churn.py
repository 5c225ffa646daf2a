"""Revenue churn by its named definitions: what vendors of dashboards call by the same words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_name
from relmetrics.errors import EmptySampleError, ParameterError
from relmetrics.metric.estimate import Explanation
from relmetrics.metric.result import Result, Valued, written
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.money.revenue_movement import RevenueMovement


@frozen(kw_only=True)
class ChurnDefinition:
    """One way to divide lost revenue by the revenue of the start.

    Attributes:
        lost: The movements that count as lost.
        gained: The movements that are taken off it.
        source: Who defines it so.
        note: How it differs from its neighbours.
    """

    lost: tuple[str, ...]
    gained: tuple[str, ...] = ()
    source: str
    note: str

    @property
    def formula(self) -> str:
        """The formula in words."""
        words = [" + ".join(self.lost), *self.gained]
        return f"({' - '.join(words)}) / start x 100 %"


_LOST = ("churned", "contraction")

REVENUE_CHURN = {
    "gross": ChurnDefinition(
        lost=_LOST,
        source="the complement of gross revenue retention",
        note="Nothing that others pay more makes up for it.",
    ),
    "net": ChurnDefinition(
        lost=_LOST,
        gained=("expansion",),
        source="the complement of net revenue retention",
        note="Negative when the customers of the start grew. Returning customers do not count.",
    ),
    "chartmogul_gross": ChurnDefinition(
        lost=_LOST,
        source="ChartMogul, help.chartmogul.com/hc/en-us/articles/203359341, standard setting",
        note="The same as gross.",
    ),
    "chartmogul_net": ChurnDefinition(
        lost=_LOST,
        gained=("expansion", "reactivated"),
        source="ChartMogul, help.chartmogul.com/hc/en-us/articles/4414075567250, standard setting",
        note="Returning customers are taken off what was lost, though they were not in the start.",
    ),
    "baremetrics_net": ChurnDefinition(
        lost=_LOST,
        gained=("expansion",),
        source="Baremetrics, changelog.baremetrics.com/net-mrr-churn-4htCw0",
        note="The same as net, over the last 30 days whatever the month.",
    ),
}
"""The definitions by name."""


@frozen(kw_only=True, repr=False)
class RevenueChurn(Valued, Result):
    """Revenue churn under one definition.

    Attributes:
        value: The rate in percent; negative when more was gained than lost.
        name: The name of the definition.
        definition: What counts as lost and as gained.
        movement: The movement that it was computed from.

    Example:
        >>> import relmetrics as rm
        >>> movement = rm.revenue_movement(["a", "b"], [60, 40], [70, 20])
        >>> rm.revenue_churn(movement, definition="net").value
        10.0
    """

    value: float
    name: str
    definition: ChurnDefinition
    movement: RevenueMovement

    def explain(self) -> Explanation:
        """Return the definition, the formula with its numbers, and the source.

        Example:
            >>> import relmetrics as rm
            >>> movement = rm.revenue_movement(["a", "b"], [60, 40], [70, 20])
            >>> rm.revenue_churn(movement, definition="chartmogul_net").explain()
            Revenue churn (chartmogul_net): 10.0%
            Formula:     (churned + contraction - expansion - reactivated) / start x 100 %
            Numbers:     (0 + 20 - 10 - 0) / 100 x 100 % = 10.0%
            Difference:  Returning customers are taken off what was lost, though they were not in
            the start.
            Source:      ChartMogul, help.chartmogul.com/hc/en-us/articles/4414075567250, standard
            setting
        """
        about, value = self.definition, f"{self.value:.1f}%"
        lost = " + ".join(str(getattr(self.movement, name)) for name in about.lost)
        gained = [str(getattr(self.movement, name)) for name in about.gained]
        numbers = f"({' - '.join([lost, *gained])}) / {self.movement.start} x 100 % = {value}"
        rows = (
            ("Formula", about.formula),
            ("Numbers", numbers),
            ("Difference", about.note),
            ("Source", about.source),
        )
        return Explanation.of(str(self), rows)

    def _content(self) -> dict[str, object]:
        counted = written(self.definition, "formula", "source")
        return written(self, "name", "value") | {"unit": "%", **counted, "movement": self.movement}

    def __str__(self) -> str:
        """Return the name of the definition and the rate in one line."""
        return f"Revenue churn ({self.name}): {self.value:.1f}%"


def revenue_churn(movement: RevenueMovement, *, definition: str = "gross") -> RevenueChurn:
    """Compute the share of the revenue of the start that was lost, by a named definition.

    Unit: %, negative where more was gained than lost. Lower is better.

    ``gross``: ``(churned + contraction) / start``; ``net`` takes expansion off.
    ``chartmogul_gross`` is gross; ``chartmogul_net`` takes reactivated revenue off too;
    ``baremetrics_net`` is net. All are computed from the two ends of a period. Dashboards that
    record every change within it count a customer who went up and down again twice, and this not
    at all; and Baremetrics' period is always the last 30 days.

    Args:
        movement: What `revenue_movement` returned.
        definition: One of the names above.

    Raises:
        EmptySampleError: There is no revenue at the start.
        ParameterError: There is no such definition.

    Example:
        >>> import relmetrics as rm
        >>> movement = rm.revenue_movement(
        ...     ["a", "b", "c"], [60, 40, 0], [70, 20, 10], known_before=[True] * 3
        ... )
        >>> [rm.revenue_churn(movement, definition=name).value for name in ("gross", "net")]
        [20.0, 10.0]
        >>> rm.revenue_churn(movement, definition="chartmogul_net").value
        0.0
    """
    check_name("definition", definition, REVENUE_CHURN)
    if not hasattr(movement, "start"):
        remedy = "Say rm.revenue_movements(customers, dates, amounts), or one of them."
        raise ParameterError.must_be("movement", "a RevenueMovement", movement, remedy)
    if not movement.start:
        raise EmptySampleError.for_metric("Revenue churn", movement.missing)
    chosen = REVENUE_CHURN[definition]
    lost = sum(Fraction(getattr(movement, name)) for name in chosen.lost)
    gained = sum(Fraction(getattr(movement, name)) for name in chosen.gained)
    value = float(100 * (lost - gained) / Fraction(movement.start))
    return RevenueChurn(value=value, name=definition, definition=chosen, movement=movement)


def revenue_churn_definitions(movement: RevenueMovement) -> Table:
    """Return revenue churn under every definition, side by side.

    Args:
        movement: What `revenue_movement` returned.

    Raises:
        EmptySampleError: There is no revenue at the start.

    Example:
        >>> import relmetrics as rm
        >>> movement = rm.revenue_movement(["a", "b"], [60, 40], [70, 20])
        >>> table = rm.revenue_churn_definitions(movement)
        >>> dict(zip(table["definition"].tolist(), table["value"].tolist()))["net"]
        10.0
    """
    found = [revenue_churn(movement, definition=name) for name in REVENUE_CHURN]
    return Table(
        {
            "definition": np.array([churn.name for churn in found]),
            "value": np.array([churn.value for churn in found]),
            "formula": np.array([churn.definition.formula for churn in found]),
        },
        {"value": 1},
    )
