"""Catalogue: the description of every metric, for the documentation and for applications."""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from relmetrics import customers, estimators, money, survey
from relmetrics.data.scale import ONE_TO_FIVE
from relmetrics.metric.metric import Metric
from relmetrics.money import unit_economics

if TYPE_CHECKING:
    from types import ModuleType

    from relmetrics.metric.contract import Description

_FIRST = (
    *("survey.nps", "survey.csat", "survey.ces", "survey.csi", "survey.mean"),
    *("customers.retention", "customers.return_on_relationship", "customers.loyalty"),
    *("customers.contact", "estimators.proportion", "money.roi", "money.revenue_retention"),
)
"""The order of what the source documents define; modules that are not here follow by name."""


@cache
def metrics() -> tuple[Metric[Any, Any], ...]:
    """Return every metric with its default parameters, found in the rooms that define metrics.

    A metric is a public class with a name; the bases of metrics of one's own have none.
    """
    return tuple(_default(kind) for module in _modules() for kind in _kinds(module))


def _modules() -> list[ModuleType]:
    """Return the modules of the rooms, in the order of the catalogue."""
    rooms = (survey, customers, estimators, money, unit_economics)
    found = [
        f"{room.__name__.removeprefix('relmetrics.')}.{module.name}"
        for room in rooms
        for module in iter_modules(room.__path__)
        if not module.ispkg
    ]
    ordered = [*_FIRST, *(name for name in found if name not in _FIRST)]
    return [import_module(f"relmetrics.{name}") for name in ordered]


def _kinds(module: ModuleType) -> list[type[Metric[Any, Any]]]:
    """Return the public metrics that a module defines, in its order."""
    return [
        kind
        for name, kind in vars(module).items()
        if inspect.isclass(kind)
        and issubclass(kind, Metric)
        and kind.__module__ == module.__name__
        and not name.startswith("_")
        and hasattr(kind, "name")
        and not inspect.isabstract(kind)
    ]


def _default(kind: type[Any]) -> Metric[Any, Any]:
    """Return a metric with its default parameters; a mean has no usual scale, and takes 1-5."""
    scale = inspect.signature(kind).parameters.get("scale")
    asked = scale is not None and scale.default is scale.empty
    metric: Metric[Any, Any] = kind(scale=ONE_TO_FIVE) if asked else kind()
    return metric


def catalogue() -> tuple[Description, ...]:
    """Return the description of every metric with its default parameters.

    Example:
        >>> import relmetrics as rm
        >>> for about in rm.catalogue()[:3]:
        ...     print(about.symbol, about.unit, about.direction)
        NPS points higher
        CSAT % higher
        CES scale points lower
    """
    return tuple(metric.description for metric in metrics())
