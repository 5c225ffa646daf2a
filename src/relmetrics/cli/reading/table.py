"""Tables of files: their columns read as answers, days, numbers, yes or no, and labels.

Each distinct value is read once. What cannot be read is told with its row of the file, and with the
flag that helps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.cli.reading.cells import absent, as_day, as_number, usual_formats
from relmetrics.data.calendar.dates import as_times
from relmetrics.data.missing import is_missing
from relmetrics.data.scale import YES_NO
from relmetrics.data.tables import repeated
from relmetrics.errors import DateError, RelmetricsError
from relmetrics.errors.wording import SHOWN, did_you_mean, shown, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relmetrics.cli.reading.coded import Coded
    from relmetrics.cli.reading.form import Form
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, FloatArray


class FileTable:
    """A file with a header, whose rows are read once its columns are known.

    Attributes:
        name: What messages call it.
        names: The names of its columns.
        rows: The number of its rows, once they are read.
    """

    def __init__(
        self,
        name: str,
        names: Sequence[str],
        columns: Callable[[Sequence[str]], dict[str, Coded]],
        close: Callable[[], None],
        form: Form,
        asked: Sequence[str],
    ) -> None:
        """Take the header, and check that it has what is asked for.

        Raises:
            RelmetricsError: It has not, or a name twice.
        """
        self.name: str = name
        self.names: list[str] = list(names)
        self.form: Form = form
        self._columns, self._close = columns, close
        self._coded: dict[str, Coded] = {}
        self.rows: int = 0
        for column in asked:
            if column not in self.names:
                raise self.lacks(column)
        twice = repeated(self.names)
        if twice:
            msg = f"{name}: the header names {', '.join(map(repr, twice))} more than once."
            raise RelmetricsError(msg)

    def lacks(self, column: str) -> RelmetricsError:
        """Return what to say of a column that is not there."""
        hint = did_you_mean(column, self.names)
        if len(self.names) == 1:
            hint += " It has one column: say --delimiter, --header or --encoding."
        return RelmetricsError(f"{self.name} has no column {column!r}. {hint}")

    def read(self, names: Sequence[str]) -> None:
        """Read the rows, and keep these columns."""
        names = list(dict.fromkeys(names))
        try:
            self._coded = self._columns(names)
        finally:
            self._close()
        self.rows = max((len(column.codes) for column in self._coded.values()), default=0)

    def answers(self, column: str, scale: Scale) -> FloatArray:
        """Return answers as points of a scale, NaN for missing ones.

        Raises:
            RelmetricsError: A cell is no answer.
        """
        return self._read(
            column,
            lambda value: np.nan if (p := scale.parse([value])[0]) is None else p,
            np.dtype(np.float64),
            what=f"answers on the scale {scale}",
            remedy="Say --missing for what means no answer, --scale for another scale, "
            "--labels for labels.",
            codes=True,
        )

    def flags(self, column: str) -> FloatArray:
        """Return yes and no as 1.0 and 0.0, NaN for missing ones.

        Raises:
            RelmetricsError: A cell says neither.
        """
        return self._read(
            column,
            lambda value: np.nan if (p := YES_NO.parse([value])[0]) is None else p,
            np.dtype(np.float64),
            what="yes or no",
            remedy="Write yes or no, true or false, 1 or 0; say --missing for what means neither.",
            codes=True,
        )

    def numbers(self, column: str) -> FloatArray:
        """Return numbers, NaN for missing ones.

        Raises:
            RelmetricsError: A cell is no number.
        """
        decimal = self.form.decimal
        other = "," if decimal == "." else "."
        return self._read(
            column,
            lambda value: as_number(value, decimal),
            np.dtype(np.float64),
            what="numbers",
            remedy=f"Say --decimal {other} where that is the decimal sign; "
            "write numbers without signs between thousands.",
        )

    def days(self, column: str, *, gaps: bool = True) -> AnyArray:
        """Return times, datetime64[us], NaT for missing ones, if there may be `gaps`.

        Raises:
            RelmetricsError: A cell is no date.
        """
        times = self._days(column)
        if not gaps and np.isnat(times).any():
            row = int(np.argmax(np.isnat(times))) + self.form.first_row
            msg = f"{self.name}, column {column!r}: row {row} has no date. Leave such rows out."
            raise RelmetricsError(msg)
        return times

    def _days(self, column: str) -> AnyArray:
        """Return times, at once where every cell is a date."""
        form = self.form
        at_once = None if form.date_format is not None else self._days_at_once(column)
        if at_once is not None:
            return at_once
        return self._read(
            column,
            lambda value: as_day(value, form),
            np.dtype("datetime64[us]"),
            what="dates" + (" as 2026-01-31" if form.date_format is None else ""),
            remedy=self._date_remedy(column),
        )

    def _days_at_once(self, column: str) -> AnyArray | None:
        """Return the times of a column whose distinct values are all dates; None if one is not."""
        coded, form = self._coded[column], self.form
        values = [None if self._absent(v, codes=False) else v for v in coded.values]
        if not any(value is not None for value in values):
            return coded.spread(np.full(len(values), "NaT", dtype="datetime64[us]"))
        try:
            times = as_times(
                [v.strip() if isinstance(v, str) else v for v in values],
                zone=form.zone,
                recorded_in=form.recorded_in,
                gaps=True,
            )
        except DateError:
            return None
        return coded.spread(times.shown)

    def _date_remedy(self, column: str) -> str:
        """Return the flag by which the dates of a column may be read."""
        if self.form.date_format is not None:
            return "Say another --date-format, or none for dates as 2026-01-31."
        values = [v for v in self._coded[column].values if not self._absent(v, codes=False)]
        fits = usual_formats([v for v in values if isinstance(v, str)])
        ways = " or ".join(f"--date-format {fit!r}" for fit in fits)
        return f"Say {ways or '--date-format, such as %d.%m.%Y'}."

    def ids(self, column: str) -> AnyArray:
        """Return ids as the file has them.

        Raises:
            RelmetricsError: One is missing.
        """
        coded = self._coded[column]
        for place, value in enumerate(coded.values):
            if is_missing(value) or (isinstance(value, str) and not value.strip()):
                row = coded.row(place) + self.form.first_row
                msg = (
                    f"{self.name}, column {column!r}: row {row} names nobody. Leave such rows out."
                )
                raise RelmetricsError(msg)
        found = np.empty(len(coded.values), dtype=object)
        found[:] = coded.values
        return coded.spread(found)

    def labels(self, column: str) -> AnyArray:
        """Return labels as text, None for missing ones."""
        return self._read(column, text_of, np.dtype(object), what="labels", remedy="", codes=True)

    def _absent(self, value: object, *, codes: bool) -> bool:
        return absent(value, self.form.missing, codes=codes)

    def _read(
        self,
        column: str,
        read: Callable[[Any], Any],
        kind: np.dtype[Any],
        *,
        what: str,
        remedy: str,
        codes: bool = False,
    ) -> AnyArray:
        """Read each distinct value once; `codes` tells whether a number may mean no answer."""
        coded = self._coded[column]
        nothing: Any = {"f": np.nan, "M": "NaT", "O": None}[kind.kind]
        found = np.full(len(coded.values), nothing, dtype=kind)
        offenders = []
        for place, value in enumerate(coded.values):
            if is_missing(value) or self._absent(value, codes=codes):
                continue
            try:
                found[place] = read(value)
            except (ValueError, OverflowError, TypeError):
                offenders.append(place)
        if offenders:
            rows = sorted((coded.row(place), coded.values[place]) for place in offenders[:SHOWN])
            first = self.form.first_row
            cells = ", ".join(f"{shown(value)} in row {row + first}" for row, value in rows)
            more = ", ..." if len(offenders) > SHOWN else ""
            msg = f"{self.name}, column {column!r}: {cells}{more}: these are no {what}. {remedy}"
            raise RelmetricsError(msg)
        return coded.spread(found)
