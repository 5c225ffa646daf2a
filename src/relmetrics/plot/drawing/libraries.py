"""The libraries that draw, imported when something is drawn and not before."""

from __future__ import annotations

from typing import Any


def wanted(library: str, extra: str) -> Any:
    """Return a library that is imported only when something is drawn.

    Raises:
        ModuleNotFoundError: It is not installed.
    """
    import importlib  # noqa: PLC0415 - only when something is drawn

    root = library.partition(".")[0]
    try:
        importlib.import_module(root)
        return importlib.import_module(library)
    except ModuleNotFoundError as error:
        if error.name != root:
            raise
        what = {"matplotlib": "plots need matplotlib", "altair": "charts need Altair"}[root]
        msg = f"{what}: pip install 'relmetrics[{extra}]'"
        raise ModuleNotFoundError(msg, name=root) from None
