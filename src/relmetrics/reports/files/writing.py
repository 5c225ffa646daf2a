"""Writing: a file whole or not at all, and what is said where it cannot be written."""

from __future__ import annotations

import os
from pathlib import Path

from relmetrics.errors import ParameterError
from relmetrics.errors.wording import shown


def as_path(path: object, endings: tuple[str, ...]) -> Path:
    """Return a path to write to, with one of these endings.

    Raises:
        ParameterError: It is no path, has another ending, is a folder, or is in none.
    """
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise ParameterError.must_be("path", "the path of a file", path)
    found = Path(path)
    if "\0" in str(found):
        raise ParameterError.must_be("path", "the path of a file", path)
    if found.suffix.lower() not in endings:
        wanted = f"a file that ends with {', '.join(endings[:-1])} or {endings[-1]}"
        raise ParameterError.must_be("path", wanted, str(path))
    if found.is_dir():
        raise ParameterError.must_be("path", "a file and not a folder", str(path))
    if not found.absolute().parent.is_dir():
        folder = shown(str(found.absolute().parent))
        remedy = f"There is no folder {folder}: make it first."
        raise ParameterError.must_be("path", "in a folder that is there", str(path), remedy)
    return found


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside the place it is for, and then renamed to it.

    A link is followed, a file keeps its permissions, and what is no file, such as ``/dev/stdout``,
    is written to as it is.

    Raises:
        OSError: It cannot be written; the old file, if there was one, is as it was.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        _replace(path.resolve(), content)
    except OSError as error:  # the name beside is nobody's business
        raise type(error)(error.errno, error.strerror, str(path)) from None


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".relmetrics-{os.getpid()}{path.suffix}")
    file = beside.open("xb")
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
