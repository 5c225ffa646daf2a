"""Result: what all results have in common: a line, a number, a dictionary, a table."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

from attrs import fields

from relmetrics.data.columns import Unchanging
from relmetrics.metric.wording import escaped, line_html, plain
from relmetrics.states.serial import VERSION

if TYPE_CHECKING:
    from relmetrics.metric.contract import Description
    from relmetrics.metric.table import Table


class Shown:
    """What a console shows as the line that it prints, and not as all of its fields."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the line, where there is one."""
        return super().__repr__() if type(self).__str__ is object.__str__ else str(self)


class Valued(Shown):
    """A result with a value: a number where a number is wanted.

    ``float(x)`` is the value, ``round(x, 1)`` rounds it, ``f"{x:.0f}"`` writes it, and ``x > 50``
    compares it with a number. ``==`` asks whether two results are the same, which a number is not.
    Two results have no order, for their intervals would be forgotten: compare them by their metric,
    or sort them with ``key=float``.

    Example:
        >>> import relmetrics as rm
        >>> kept = rm.retention_rate(start=1000, end=1010, new=80)
        >>> f"{kept:.0f} %", round(kept), kept > 90
        ('93 %', 93, True)
    """

    __slots__ = ()

    value: float

    def __float__(self) -> float:
        """Return the value."""
        return self.value

    def __round__(self, digits: SupportsIndex | None = None) -> float:
        """Return the value rounded: to a whole number, or to so many digits."""
        return round(self.value) if digits is None else round(self.value, digits)

    def __format__(self, form: str) -> str:
        """Return the value in a form such as ``.0f``, and the line where no form is given."""
        return format(self.value, form) if form else str(self)

    def __lt__(self, number: Any) -> bool:
        """Return whether the value is less than a number."""
        return self.value < self._number(number)

    def __le__(self, number: Any) -> bool:
        """Return whether the value is at most a number."""
        return self.value <= self._number(number)

    def __gt__(self, number: Any) -> bool:
        """Return whether the value is more than a number."""
        return self.value > self._number(number)

    def __ge__(self, number: Any) -> bool:
        """Return whether the value is at least a number."""
        return self.value >= self._number(number)

    def _number(self, number: object) -> float:
        if isinstance(number, Real):
            return float(number)
        kind = type(self).__name__
        msg = f"{kind} is compared with numbers, got {type(number).__name__}."
        if isinstance(number, Valued):
            msg += " Compare two with metric.compare(...), which knows their intervals, or sort "
            msg += "them with key=float."
        raise TypeError(msg)


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


def about_html(about: Description) -> str:
    """Return which metric it is, in what unit, and what it means in one sentence."""
    symbol = "" if about.symbol == about.name else f" ({escaped(about.symbol)})"
    short, _, _ = about.definition.partition(". ")
    better = ", lower is better" if about.direction == "lower" else ""
    return (
        f"<p><strong>{escaped(about.name)}</strong>{symbol}, {escaped(about.unit)}{better}: "
        f"{escaped(short.rstrip('.'))}.</p>"
    )


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
