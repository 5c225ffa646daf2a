"""Saved: what can be written to a file whose ending says in which format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from relmetrics.reports.files.markdown import document
from relmetrics.reports.files.tables import comma_separated, workbook
from relmetrics.reports.files.writing import as_path, write_whole

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path

    from relmetrics.reports.parts.blocks import Part

ENDINGS = (".html", ".md", ".xlsx", ".csv", ".json")
"""The formats, by the ending of a path."""


class Saved:
    """What can be written to a file: a page, a document, a workbook, a table or JSON.

    Whoever is saved says what page, dictionary and parts it has.
    """

    __slots__ = ()

    def to_html(self) -> str:
        """Return a page that stands alone."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        raise NotImplementedError

    def _titles(self) -> tuple[str, str]:
        """Return the title, and what is said below it."""
        raise NotImplementedError

    def _parts(self) -> list[Part]:
        """Return what it is made of."""
        raise NotImplementedError

    def to_markdown(self) -> str:
        """Return a document in Markdown: headings, lines and tables."""
        return document(*self._titles(), self._parts())

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a file, whole or not at all; the ending of its name says in which format.

        - ``.html``: the page of `to_html`;
        - ``.md``: the document of `to_markdown`;
        - ``.xlsx``: a workbook, one sheet per table; it needs the extra ``xlsx``;
        - ``.csv``: all tables as one, whose first column says which it is;
        - ``.json``: the dictionary of `to_dict`.

        It is written beside the place it is for, and then renamed to it: what was there stays whole
        until then. Texts that a spreadsheet would take for a formula are made harmless.

        Args:
            path: Where to. The folder must be there.

        Returns:
            The path.

        Raises:
            ParameterError: The path has another ending, is a folder, or lies in none.
            ModuleNotFoundError: It is a workbook, and openpyxl is not installed.
            OSError: It cannot be written.
        """
        found = as_path(path, ENDINGS)
        write_whole(found, self._written(found.suffix.lower()))
        return found

    def _written(self, ending: str) -> bytes:
        """Return the content of a file."""
        made: dict[str, Callable[[], bytes]] = {
            ".html": lambda: self.to_html().encode("utf-8", errors="replace"),
            ".md": lambda: self.to_markdown().encode("utf-8", errors="replace"),
            ".xlsx": lambda: workbook(self._parts()),
            ".csv": lambda: comma_separated(self._parts()),
            ".json": self._json,
        }
        return made[ending]()

    def _json(self) -> bytes:
        return json.dumps(self.to_dict(), indent=2, allow_nan=False).encode()
