"""`relmetrics explain`: what a metric is, where it comes from, and how it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.cli.output import as_json
from relmetrics.errors import RelmetricsError
from relmetrics.errors.wording import did_you_mean
from relmetrics.reports.catalogue import metrics

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping

    from relmetrics.metric.contract import Description


def add_arguments(parser: ArgumentParser) -> None:
    """Add the words of the command."""
    parser.add_argument("metric", nargs="*", metavar="METRIC", help="its name; none lists all")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(options: Any) -> tuple[list[object], str, bool]:
    """Return the lines to print, the JSON, and that it worked."""
    known: dict[str, Any] = {}
    for metric in metrics():
        about = metric.description
        for name in (type(metric).__name__, about.symbol, about.name):
            known.setdefault(name.casefold(), metric)
    word = " ".join(options.metric)
    if not word:
        found = [metric.description for metric in metrics()]
        json = as_json([_content(about) for about in found]) if options.json else ""
        return [*_listed(found), "", "relmetrics explain NAME says more of one."], json, True
    if word.casefold() not in known:
        near = did_you_mean(word.casefold(), known)
        msg = f"there is no metric {word!r}. {near} relmetrics explain, without a name, lists all."
        raise RelmetricsError(msg)
    metric = known[word.casefold()]
    content = _content(metric.description) | {"intervals": ", ".join(metric.methods)}
    if options.json:
        return [], as_json(content), True
    width = max(map(len, content)) + 3
    name, symbol = metric.description.name, metric.description.symbol
    head = name if name == symbol else f"{name} ({symbol})"
    rows = [f"{name.capitalize() + ':':<{width}}{text}" for name, text in _rows(content)]
    return [head, "", *rows], "", True


def _content(about: Description) -> dict[str, str]:
    """Return what a metric is, as texts."""
    return {
        "name": about.name,
        "symbol": about.symbol,
        "definition": about.definition,
        "formula": about.formula,
        "range": about.range_text,
        "better": f"{about.direction} is better",
        "source": about.source,
    }


def _rows(content: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in content.items() if name not in {"name", "symbol"}]


def _listed(found: list[Description]) -> list[str]:
    """Return a line for each metric."""
    width = max(len(about.symbol) for about in found)
    return [f"{about.symbol:<{width}}  {about.name}: {about.formula}" for about in found]
