"""Silence about what engines announce of their future and users cannot mend."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def quiet() -> Iterator[None]:
    """Do without what narwhals warns of Dask, PySpark of pandas 3, and SQLFrame of its own code."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Dd]ask")
        warnings.filterwarnings("ignore", message=".*pandas")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="sqlframe")
        yield
