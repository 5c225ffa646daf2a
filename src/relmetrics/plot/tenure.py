"""The figure of survival: how many customers are still there at each day of tenure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from relmetrics.customers.survival.curve import SurvivalCurve
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


_AnySurvival: TypeAlias = Survival | SurvivalCurve


def _survival(given: _AnySurvival | Mapping[Any, _AnySurvival]) -> Picture:
    """Return a step and a band for each survival, until the last day that is observed."""
    words = "a Survival or SurvivalCurve, or several by name: log.survival(), rm.survival(...)"
    named = named_mapping(given, (Survival, SurvivalCurve), "given", words)
    if len(named) > len(CATEGORIES):
        wanted = f"at most {len(CATEGORIES)} curves, as many as are told apart"
        raise ParameterError.must_be("given", wanted, len(named), "Draw several figures.")
    level = one_of([one.confidence_level for one in named.values()], "given", "confidence level")
    lapsed = [getattr(one, "lapsed_after", None) for one in named.values()]
    after = one_of(lapsed, "given", "lapsed_after")
    unit = one_of([_unit(one) for one in named.values()], "given", "unit")
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
    ends: dict[str, Any] = {"x": "time", "y": "low", "y2": "high", "look": "_look", "opacity": 0.2}
    line: dict[str, Any] = {"x": "time", "y": "survival", "look": "_look", "width": 1.8}
    alone = [_median(one) for name, one in named.items() if not name]
    return Picture(
        title=heading("Survival, % of customers still there", sum(one.n for one in named.values())),
        notes=(
            *(text[:1].upper() + text[1:] for text in alone),
            *((f"Lapsed: {after} days without a purchase",) if after is not None else ()),
            f"Band: {percent(level)} CI",
        ),
        x=Axis(
            title="Tenure, days since the first purchase" if after else f"Tenure, {unit}", low=0.0
        ),
        y=Axis(title=f"Still there, % ({percent(level)} CI)", low=0.0, high=103.0),
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
def survival(given: _AnySurvival | Mapping[Any, _AnySurvival], *, ax: Axes | None = None) -> Axes:
    """Draw how long customers stay: the share still there at each time of tenure.

    The curve ends at the longest tenure that is observed. The dashed line is at one half, where
    the median is read.

    Args:
        given: What ``log.survival(...)`` or ``rm.survival(...)`` gave; or up to six by name, such
            as those by group.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `given` is no survival, there are more than six, or they differ in level,
            in `lapsed_after` or in their unit.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-21", "2025-01-05"])
        >>> plot.survival(log.survival(lapsed_after=30, as_of="2025-03-01")).get_title()
        'Survival, % of customers still there (n = 2)'
    """
    return draw(_survival(given), ax)


def _unit(one: _AnySurvival) -> str:
    """Return what the times of a curve are counted in."""
    return (one.unit or "time") if isinstance(one, SurvivalCurve) else "days"


def _steps(one: _AnySurvival, name: str) -> Table:
    """Return the curve from 0 on, with its last value until the last time observed."""
    table = one.table()
    if isinstance(one, SurvivalCurve):
        last = float(one.known.max(initial=0.0))
    else:
        last = max(len(one.censored) - 1, 0)
    columns = {}
    for column, start in (("survival", 100.0), ("low", np.nan), ("high", np.nan)):
        values = np.concatenate([[start], table[column]])
        columns[column] = np.append(values, values[-1])
    times = np.concatenate([[0], one.times, [last]])
    at_risk = [one.n, *table["at_risk"].tolist()]
    at_risk.append(at_risk[-1])
    return rows_of(time=times, **columns, at_risk=at_risk, _look=[name] * len(times))


def _median(one: _AnySurvival) -> str:
    if np.isnan(one.median):
        return "median not reached yet"
    unit = "" if _unit(one) == "time" else f" {_unit(one)}"
    return f"median {one.median:,.6g}{unit}"
