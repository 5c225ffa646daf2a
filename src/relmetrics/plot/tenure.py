"""The figure of survival: how many customers are still there at each day of tenure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.survival.survival import Survival
from relmetrics.errors import ParameterError
from relmetrics.metric.wording import percent
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import CATEGORIES, categories
from relmetrics.plot.drawing.picture import Axis, Layer, Look, Picture, rows_of, rule_at
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import counted, heading, named_mapping, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from relmetrics.metric.table import Table


def _survival(given: Survival | Mapping[Any, Survival]) -> Picture:
    """Return a step and a band for each survival, until the last day that is observed."""
    named = named_mapping(
        given, Survival, "given", "a Survival, or several by name: log.survival()"
    )
    if len(named) > len(CATEGORIES):
        wanted = f"at most {len(CATEGORIES)} curves, as many as are told apart"
        raise ParameterError.must_be("given", wanted, len(named), "Draw several figures.")
    level = one_of([one.confidence_level for one in named.values()], "given", "confidence level")
    after = one_of([one.lapsed_after for one in named.values()], "given", "lapsed_after")
    tables = {name: _steps(one, name) for name, one in named.items()}
    colors = categories(list(named))
    looks = {
        name: Look(
            color=colors[name],
            marker="square",
            legend=f"{name} ({counted(one.n)}; {_median(one)})" if name else "",
        )
        for name, one in named.items()
    }
    ends: dict[str, Any] = {"x": "days", "y": "low", "y2": "high", "look": "_look", "opacity": 0.2}
    line: dict[str, Any] = {"x": "days", "y": "survival", "look": "_look", "width": 1.8}
    alone = [_median(one) for name, one in named.items() if not name]
    return Picture(
        title=heading(
            "Survival, % of customers still buying", sum(one.n for one in named.values())
        ),
        notes=(
            *(text[:1].upper() + text[1:] for text in alone),
            f"Lapsed: {after} days without a purchase",
            f"Band: {percent(level)} CI",
        ),
        x=Axis(title="Tenure, days since the first purchase", low=0.0),
        y=Axis(title=f"Still buying, % ({percent(level)} CI)", low=0.0, high=103.0),
        layers=(
            rule_at(50.0, across="y"),
            *(Layer(mark="band", rows=rows, stepped="after", **ends) for rows in tables.values()),
            *(Layer(mark="line", rows=rows, stepped="after", **line) for rows in tables.values()),
        ),
        looks=looks,
        height=3.6,
        empty="no customers",
    )


@figure(_survival)
def survival(given: Survival | Mapping[Any, Survival], *, ax: Axes | None = None) -> Axes:
    """Draw how long customers keep buying: the share still there at each day of tenure.

    The curve ends at the longest tenure that is observed. The dashed line is at one half, where
    the median is read.

    Args:
        given: What ``log.survival(...)`` gave; or up to six by name.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `given` is no survival, there are more than six, or they differ in level
            or in `lapsed_after`.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-21", "2025-01-05"])
        >>> plot.survival(log.survival(lapsed_after=30, as_of="2025-03-01")).get_title()
        'Survival, % of customers still buying (n = 2)'
    """
    return draw(_survival(given), ax)


def _steps(one: Survival, name: str) -> Table:
    """Return the curve from day 0 on, with its last value until the last day observed."""
    table = one.table()
    last = max(len(one.censored) - 1, 0)
    columns = {}
    for column, start in (("survival", 100.0), ("low", np.nan), ("high", np.nan)):
        values = np.concatenate([[start], table[column]])
        columns[column] = np.append(values, values[-1])
    days = np.concatenate([[0], table["days"], [last]])
    at_risk = [one.n, *table["at_risk"].tolist()]
    at_risk.append(at_risk[-1])
    return rows_of(days=days, **columns, at_risk=at_risk, _look=[name] * len(days))


def _median(one: Survival) -> str:
    if np.isnan(one.median):
        return "median not reached yet"
    return f"median {one.median:,.0f} days"
