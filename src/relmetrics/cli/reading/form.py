"""Form: how a file is written, as far as the command line says so."""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class Form:
    """What a file does not say of itself.

    Attributes:
        delimiter: What separates the cells of a CSV file, or None to take the sign under which the
            columns that are asked for are found.
        encoding: The encoding of a CSV file.
        decimal: The decimal sign of numbers that are text.
        header: The row that names the columns, from 1.
        skip: Rows after it that are no answers, such as the texts of the questions.
        sheet: The sheet of a workbook, or None for the first.
        missing: Texts and numbers that mean that there is no answer.
        date_format: How dates are written, as of `strptime`, or None for ISO 8601.
        zone: The time zone whose calendar counts.
        recorded_in: The time zone whose clock wrote dates without one.
    """

    delimiter: str | None = None
    encoding: str = "utf-8-sig"
    decimal: str = "."
    header: int = 1
    skip: int = 0
    sheet: str | None = None
    missing: tuple[str, ...] = field(default=())
    date_format: str | None = None
    zone: str | None = None
    recorded_in: str | None = None

    @property
    def first_row(self) -> int:
        """The row of the file that the first answers stand in, from 1."""
        return self.header + self.skip + 1
