"""The frame and its engine: what columns it has, what it answers, and a table of its own kind."""

from __future__ import annotations

import importlib
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

from relmetrics.errors import ParameterError
from relmetrics.errors.wording import did_you_mean, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CLOCKED = ("duckdb", "ibis", "pyspark", "sqlframe")
"""Engines whose times with a zone follow the zone of the session."""
_OWN = ("pandas", "polars", "pyarrow", "modin", "cudf")
"""Libraries that narwhals makes a table of from columns."""


def load_narwhals() -> Any:
    """Return narwhals, by the interface that is promised not to change.

    Raises:
        ModuleNotFoundError: It is not installed.
    """
    try:
        return importlib.import_module("narwhals.stable.v2")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "narwhals":
            raise
        msg = "frames need narwhals: pip install 'relmetrics[frames]'"
        raise ModuleNotFoundError(msg, name="narwhals") from error


@frozen(eq=False)
class Source:
    """A frame that is known.

    Attributes:
        nw: The module narwhals.
        lazy: The frame, not yet computed.
        schema: Column to type.
        implementation: Which library it is of.
    """

    nw: Any
    lazy: Any
    schema: Mapping[str, Any]
    implementation: Any

    @classmethod
    def of(cls, frame: Any) -> Self:
        """Return a frame of any library that narwhals knows.

        Raises:
            ParameterError: It is none, or two of its columns have the same name.
            ModuleNotFoundError: narwhals is not installed.
        """
        nw = load_narwhals()
        _require_different(frame)
        try:
            with _quiet():
                known = nw.from_native(frame)
                lazy = known.lazy()
                schema = dict(lazy.collect_schema())
        except TypeError as error:
            raise ParameterError.must_be(
                "frame",
                "a data frame that narwhals knows: pandas, Polars, PyArrow, DuckDB, Ibis, Dask",
                frame,
                "Columns and mappings of them go to metric.by(...) and metric.over(...).",
            ) from error
        except Exception as error:
            raise ParameterError(f"the frame cannot be read: {error}") from error
        return cls(nw, lazy, schema, known.implementation)

    @property
    def engine(self) -> str:
        """The name of the library, for messages."""
        return str(self.implementation.value)

    def require(self, argument: str, names: Iterable[object]) -> None:
        """Check that the frame has these columns.

        Raises:
            ParameterError: It lacks one, or one is named by no text.
        """
        for name in names:
            if not isinstance(name, str):
                raise ParameterError.must_be(
                    argument, "the name of a column of the frame", name, "Name it by a text."
                )
            if name not in self.schema:
                raise ParameterError(
                    f"{argument} names the column {name!r}, which this {self.engine} frame does "
                    f"not have. {did_you_mean(name, self.schema)}"
                )

    def type_named(self, name: str, *kinds: str) -> str:
        """Return which of these kinds of type a column has; an empty text for none of them."""
        dtype = self.schema[name]
        if "number" in kinds and dtype.is_numeric():
            return "number"
        kind = type(dtype).__name__ if not isinstance(dtype, type) else dtype.__name__
        return kind if kind in kinds else ""

    def collect(self, query: Any, columns: Sequence[str]) -> dict[str, list[Any]]:
        """Return what the engine answers, as lists.

        Raises:
            ParameterError: The engine cannot; its own error is the cause.
        """
        try:
            with _quiet():
                found: dict[str, list[Any]] = query.collect().to_dict(as_series=False)
        except Exception as error:
            raise ParameterError(
                f"the engine {self.engine} cannot answer for the columns {listed(columns)}: "
                f"{type(error).__name__}: {shown(str(error).strip())}. Ask it for these columns "
                "by itself, and mend what it says."
            ) from error
        return found

    def table(self, columns: dict[str, list[Any]]) -> Any:
        """Return columns as a table of the same library; of Polars it is computed."""
        if self.engine in _OWN:
            made = self.nw.from_dict(columns, backend=self.implementation)
            return self.nw.to_native(made)
        if self.engine == "dask":
            return self._dask(columns)
        arrow = importlib.import_module("pyarrow").table(columns)
        if self.engine == "duckdb":
            return importlib.import_module("duckdb").from_arrow(arrow)
        if self.engine == "ibis":
            return importlib.import_module("ibis").memtable(arrow)
        return arrow

    def _dask(self, columns: dict[str, list[Any]]) -> Any:
        frame = importlib.import_module("pandas").DataFrame(columns)
        with _quiet():
            return importlib.import_module("dask.dataframe").from_pandas(frame, npartitions=1)


def _require_different(frame: Any) -> None:
    """Check that no two columns of a frame have the same name, which some libraries allow.

    Raises:
        ParameterError: Two have.
    """
    if hasattr(frame, "collect_schema"):  # Polars allows none, and a lazy one would have to plan
        return
    names = getattr(frame, "column_names", getattr(frame, "columns", None))
    try:
        names = [] if names is None or callable(names) else [str(name) for name in names]
    except Exception:  # noqa: BLE001 - then the frame says so itself when it is read
        return
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ParameterError.must_be(
            "frame", "a table whose columns have different names", repeated[0], "Rename one."
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Do without what narwhals warns of an engine's future."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Dd]ask")
        yield
