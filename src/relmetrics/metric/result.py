"""Result: what all results have in common, a dictionary for JSON and a table for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import fields

from relmetrics.data.columns import Unchanging
from relmetrics.metric.valued import Shown
from relmetrics.metric.wording import about_html, line_html, plain
from relmetrics.states.serial import VERSION

if TYPE_CHECKING:
    from relmetrics.metric.contract import Description
    from relmetrics.metric.table import Table


class Result(Shown, Unchanging):
    """What all results have in common: a dictionary for JSON, and a table for notebooks.

    A result says of which metric it is in `_about`, and what its dictionary holds in `_content`;
    by default that is no metric, and the public fields in their order.
    """

    __slots__ = ()

    _type: ClassVar[str] = ""
    """What dictionaries call the result; by default its class, in small letters."""

    @property
    def _about(self) -> Description | None:
        """What the metric is; None of a result that is of none."""
        return None

    def _content(self) -> dict[str, object]:
        """Return what the dictionary holds, besides the type and what the metric is.

        Values may be tables, results, arrays and tuples; dictionaries and lists are plain already.
        """
        names = [field.name for field in fields(type(self)) if not field.name.startswith("_")]  # type: ignore[arg-type,type-var,unused-ignore]  # results are attrs classes
        return written(self, *names)

    def to_dict(self) -> dict[str, object]:
        """Return the result as JSON-ready plain values.

        NaN and infinity become None, dates and amounts in `Decimal` their text, and what the
        result holds becomes a dictionary likewise.

        Example:
            >>> import relmetrics as rm
            >>> rm.rate(1, 2).to_dict()["value"]
            50.0
        """
        about = {} if self._about is None else described(self._about)
        content = {
            name: value if isinstance(value, (dict, list)) else plain(value)
            for name, value in self._content().items()
        }
        kind = self._type or _snake(type(self).__name__)
        return {"type": kind, "v": VERSION, **about, **content}

    def _repr_html_(self) -> str:
        """Return what the metric is, and what the result shows below it, for notebooks."""
        head = "" if self._about is None else about_html(self._about)
        return head + self._body_html()

    def _body_html(self) -> str:
        """Return what the result shows: by default its line, as a table of one cell."""
        return line_html(str(self))


class Tabular:
    """What is a table, and so a data frame of either library, which is imported when asked for."""

    __slots__ = ()

    def table(self) -> Table:
        """Return the result as a table."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Return the table as a pandas DataFrame.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        return self.table().to_pandas()

    def to_polars(self) -> Any:
        """Return the table as a polars DataFrame; groups of mixed types become text.

        Raises:
            ModuleNotFoundError: polars is not installed.
        """
        return self.table().to_polars()


def described(about: Description) -> dict[str, object]:
    """Return what a metric is, as the dictionaries of its results say it."""
    return {
        "metric": about.name,
        "symbol": about.symbol,
        "unit": about.unit,
        "definition": about.definition,
    }


def written(thing: object, *names: str) -> dict[str, object]:
    """Return attributes by name, as JSON-ready plain values."""
    return {name: plain(getattr(thing, name)) for name in names}


def _snake(name: str) -> str:
    """Return the name of a class as words: ``SampleSize`` is ``sample_size``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
