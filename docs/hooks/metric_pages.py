"""Pages of metrics: found by what they are about, and listed in the navigation by themselves."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

METRICS = Path(__file__).parent.parent / "metrics"


@cache
def pages() -> dict[str, str]:
    """Return the text of every page about a metric, by its name."""
    return {
        page.stem: page.read_text(encoding="utf-8")
        for page in sorted(METRICS.glob("*.md"))
        if page.stem != "index"
    }


def page_of(name: str) -> str | None:
    """Return the page that links to the reference of a metric, or None."""
    found = [stem for stem, text in pages().items() if f"[relmetrics.{name}]" in text]
    return found[0] if found else None


def on_config(config: Any) -> Any:
    """Add the pages of metrics that the navigation does not list after those that it does."""
    listed = next(part["Metrics"] for part in config["nav"] if "Metrics" in part)
    known = {
        path
        for entry in listed
        for path in (entry.values() if isinstance(entry, dict) else (entry,))
    }
    for stem, text in pages().items():
        path = f"metrics/{stem}.md"
        if path not in known:
            listed.append({text.splitlines()[0].removeprefix("# "): path})
    return config
