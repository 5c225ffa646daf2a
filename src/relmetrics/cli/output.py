"""Output: where a page may be written, text printed, and a reader who leaves is no error."""

from __future__ import annotations

import io
import json
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relmetrics.errors import RelmetricsError
from relmetrics.errors.wording import shown
from relmetrics.reports.files.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def check_output(flag: str, page: str | None, inputs: Iterable[Path | None]) -> Path | None:
    """Return the path to write to; refuse one that is none, or that is a table that is read.

    Raises:
        RelmetricsError: It is.
    """
    if page is None:
        return None
    path = Path(page)
    try:
        path.resolve()
    except ValueError as error:
        msg = f"{flag} {shown(page)} is no path: {error}."
        raise RelmetricsError(msg) from None
    for table in inputs:
        if table is not None and path.exists() and table.exists() and path.samefile(table):
            msg = f"{flag} {path} would overwrite the table {table}. Name another file."
            raise RelmetricsError(msg)
    if path.is_dir():
        msg = f"{flag} {path} is a folder. Name a file in it, such as {path / 'report.html'}."
        raise RelmetricsError(msg)
    return path


def write_page(path: Path | None, page: Callable[[], str]) -> list[object]:
    """Write a page where one is asked for; return the lines that say so."""
    if path is None:
        return []
    write_whole(path, page().encode("utf-8", errors="replace"))
    return ["", f"Page written to {path}"]


def as_json(content: object) -> str:
    """Return plain values as JSON."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def plain(content: Any) -> Any:
    """Return plain values whose numbers JSON has: what is not known is null."""
    if isinstance(content, dict):
        return {name: plain(part) for name, part in content.items()}
    if isinstance(content, (list, tuple)):
        return [plain(part) for part in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content if isinstance(content, (int, float, str, type(None))) else str(content)


def say(*lines: object) -> str:
    """Print lines; return why it could not be done, and nothing when it was, or nobody reads on."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may not know every letter
        sys.stdout.reconfigure(errors="replace")
    try:
        print(*lines, sep="\n", flush=True)
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "" if isinstance(error, BrokenPipeError) else str(error)
    return ""
