"""Progress on the terminal: how much of a large file has been read, and nothing anywhere else."""

from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

PATIENCE = 1.0
"""Seconds of silence: what is over by then needs no progress."""


class Progress:
    """Says on standard error, if that is a terminal, which part of a file has been read."""

    def __init__(self, label: str, file: BinaryIO, *, quiet: bool = False) -> None:
        """Watch the place of a file; of a pipe nobody knows the size."""
        self._label, self._file = label, file
        self._since, self._said = time.monotonic(), False
        self._size = 0
        if not quiet and sys.stderr.isatty():
            status = os.fstat(file.fileno())
            self._size = status.st_size if stat.S_ISREG(status.st_mode) else 0

    def tick(self) -> None:
        """Say how far it is, if it takes long."""
        if self._size and time.monotonic() - self._since > PATIENCE:
            part = min(os.lseek(self._file.fileno(), 0, os.SEEK_CUR) / self._size, 1)
            print(f"\r{self._label}: {part:4.0%}", end="", file=sys.stderr, flush=True)
            self._said = True

    def done(self) -> None:
        """Wipe the line."""
        if self._said:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._said = False
