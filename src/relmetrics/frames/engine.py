"""The frame and its engine: what columns it has, what it answers, and a table of its own kind."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from relmetrics.errors import ParameterError
from relmetrics.errors.wording import did_you_mean, listed, shown
from relmetrics.frames.native.answering import answer_of, session_zone_of_ibis, text_of
from relmetrics.frames.native.opening import not_a_frame, opened
from relmetrics.frames.native.quiet import quiet
from relmetrics.frames.native.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CLOCKED = ("duckdb", "ibis", "pyspark", "pyspark[connect]", "sqlframe")
"""Engines whose times with a zone follow the zone of the session."""


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
        reads: Whether every query reads the data anew, from files or a server.
        aliases: What columns are called in `lazy`, where it is not by their names.
    """

    nw: Any
    lazy: Any
    schema: Mapping[str, Any]
    implementation: Any
    reads: bool = False
    aliases: Mapping[str, str] = field(factory=dict)

    @classmethod
    def of(cls, frame: Any) -> Self:
        """Return a frame of any library that narwhals knows, or of a path or SQL by DuckDB.

        Raises:
            ParameterError: It is none, cannot be read, or two of its columns have the same name.
            ModuleNotFoundError: narwhals is not installed; or DuckDB, for a path or SQL.
        """
        nw = load_narwhals()
        frame = opened(frame)
        _require_different(frame)
        try:
            with quiet():
                known = nw.from_native(frame)
                lazy, aliases = _plainly_named(known.lazy(), nw)
                schema = dict(lazy.collect_schema())
        except TypeError as error:
            raise not_a_frame(frame) from error
        except Exception as error:
            raise ParameterError(
                f"the frame cannot be read: {type(error).__name__}: {shown(str(error).strip())}. "
                "Show its columns by itself, and mend what the engine says."
            ) from error
        reads = isinstance(known, nw.LazyFrame)
        named = dict(zip(aliases or schema, schema.values(), strict=True))
        return cls(nw, lazy, named, known.implementation, reads, aliases)

    @property
    def engine(self) -> str:
        """The name of the library, for messages."""
        return str(self.implementation.value)

    @property
    def knows_unknown(self) -> bool:
        """Whether what is compared with null is unknown, as in SQL; to pandas it is false."""
        return not (self.implementation.is_pandas_like() or self.implementation.is_dask())

    def column(self, name: str) -> Any:
        """Return the expression of a column."""
        return self.nw.col(self.aliases.get(name, name))

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

    def session_zone(self, name: str) -> str | None:
        """Return the zone in which the session of the engine shows the times of a column.

        It is None where an engine behind Ibis cannot be asked for it.
        """
        if self.implementation.is_ibis():
            return session_zone_of_ibis(self.lazy.to_native())
        if self.implementation.is_spark_like():  # narwhals asks a session but once
            native = self.lazy.to_native()
            session = native.session if self.implementation.is_sqlframe() else native.sparkSession
            return str(session.conf.get("spark.sql.session.timeZone"))
        zone: str | None = self.schema[name].time_zone
        return zone

    def collect(self, query: Any, columns: Sequence[str]) -> dict[str, list[Any]]:
        """Return what the engine answers, as lists.

        Raises:
            ParameterError: The engine cannot; its own error is the cause.
        """
        try:
            with quiet():
                return answer_of(query)
        except Exception as error:
            raise ParameterError(
                f"the engine {self.engine} cannot answer for the columns {listed(columns)}: "
                f"{type(error).__name__}: {shown(str(error).strip())}. Ask it for these columns "
                "by itself, and mend what it says."
            ) from error

    def explained(self, query: Any) -> str:
        """Return a query as the engine shows it.

        Raises:
            ParameterError: The engine has none to show.
        """
        with quiet():
            return text_of(query)

    def table(self, columns: dict[str, list[Any]]) -> Any:
        """Return columns as a table of the same library; of Polars it is computed."""
        return table_of(columns, self.engine, self.lazy.to_native(), self.nw)


def _plainly_named(lazy: Any, nw: Any) -> tuple[Any, dict[str, str]]:
    """Return a frame whose columns the engine can spell, and what each is called in it.

    Spark takes a name with a dot for a field of another column, and SQLFrame loses quotes.
    """
    if not lazy.implementation.is_spark_like():
        return lazy, {}
    native = lazy.to_native()
    aliases = {
        name: name if name.isidentifier() else f"_{i}" for i, name in enumerate(native.columns)
    }
    if all(name == alias for name, alias in aliases.items()):
        return lazy, aliases
    # SQLFrame forgets the new names of a frame that was filtered, unless it is selected from first.
    return nw.from_native(native.select("*").toDF(*aliases.values())), aliases


def _require_different(frame: Any) -> None:
    """Check that no two columns of a frame have the same name, which some libraries allow.

    Raises:
        ParameterError: Two have.
    """
    if hasattr(type(frame), "collect_schema"):  # Polars allows none; a lazy one would have to plan
        return
    place = "column_names" if hasattr(type(frame), "column_names") else "columns"
    names = getattr(frame, place, None)
    try:
        names = [] if names is None or callable(names) else [str(name) for name in names]
    except Exception:  # noqa: BLE001 - then the frame says so itself when it is read
        return
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ParameterError.must_be(
            "frame", "a table whose columns have different names", repeated[0], "Rename one."
        )
