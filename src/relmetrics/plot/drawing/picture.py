"""Picture: what a figure shows, in tidy rows, whatever draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from relmetrics.metric.table import Table
from relmetrics.plot.drawing.palette import INK, PALE

if TYPE_CHECKING:
    from collections.abc import Sized

Mark = Literal["bar", "cell", "span", "point", "line", "band", "rule", "text"]
Stepped = Literal["", "after", "middle"]
Marker = Literal["circle", "up", "down", "square"]


@frozen(kw_only=True)
class Look:
    """How the rows of one kind look, and what a legend calls them.

    Attributes:
        color: The color.
        marker: The shape of points: a color alone tells some people nothing.
        hollow: Whether points show their outline only.
        legend: What the legend says; empty for what it need not explain.
    """

    color: str = INK
    marker: Marker = "circle"
    hollow: bool = False
    legend: str = ""


@frozen(kw_only=True, eq=False)
class Layer:
    """Marks of one kind, one for each row; places are names of columns.

    Attributes:
        mark: What is drawn. A ``bar`` runs from `x` to `x2` on row `y`, or from corner to corner
            where there is `y2` too; a ``cell`` is a square of a matrix; a ``span`` runs from `x` to
            `x2`, or from `y` to `y2`; a ``band`` lies between `y` and `y2`; a ``rule`` crosses the
            figure at `x`, or at `y`.
        rows: What is drawn. Columns that begin with ``_`` are for drawing; the others are shown
            where one points at a mark.
        x: The column of places to the right.
        y: The column of places upwards.
        x2: That of the other ends.
        y2: That of the other ends.
        look: The column that tells the kinds of rows apart: see `Picture.looks`.
        fixed: How all rows look where nothing tells them apart.
        text: The column of texts.
        align: Where a text stands from its place: ``middle``, ``right`` of it or ``above``.
        width: Of lines, in points.
        size: Of points, in points.
        dashed: Whether lines are.
        stepped: Whether lines and bands hold their value: ``after`` a place until the next one, or
            to the ``middle`` between two.
        opacity: From 0 to 1.
    """

    mark: Mark
    rows: Table
    x: str = ""
    y: str = ""
    x2: str = ""
    y2: str = ""
    look: str = ""
    fixed: Look = field(factory=Look)
    text: str = ""
    align: Literal["middle", "right", "above"] = "middle"
    width: float = 1.0
    size: float = 6.0
    dashed: bool = False
    stepped: Stepped = ""
    opacity: float = 1.0


@frozen(kw_only=True)
class Axis:
    """What is beside the marks.

    Attributes:
        title: What is measured, with its unit.
        labels: Of categories, those at 0, 1, 2 and so on; of dates, those of `at`.
        at: The dates that have a label; None of numbers and categories.
        low: Where the axis begins; None where the marks decide.
        high: Where it ends; None likewise.
        hidden: Whether nothing is beside the marks.
    """

    title: str = ""
    labels: tuple[str, ...] | None = None
    at: Any = None
    low: float | None = None
    high: float | None = None
    hidden: bool = False

    @property
    def is_categorical(self) -> bool:
        """Whether places are those of names."""
        return self.labels is not None and self.at is None


@frozen(kw_only=True, eq=False)
class Picture:
    """What a figure shows.

    Attributes:
        title: What is shown: metric, unit and n.
        notes: What else must be known to read it, a sentence each.
        x: What is below the marks.
        y: What is beside them.
        layers: The marks, the first at the bottom.
        looks: How kinds of rows look, by name; the legend has them in this order.
        named: The layer of the points whose names are placed apart from each other, and the column
            of the names; None of none.
        corners: Texts in the four corners: below left and right, above left and right.
        height: In inches, without what stands above the marks.
        empty: What stands there where there are no marks.
    """

    title: str
    notes: tuple[str, ...] = ()
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    looks: dict[str, Look] = field(factory=dict)
    named: tuple[Layer, str] | None = None
    corners: tuple[str, ...] = ()
    height: float
    empty: str = "nothing to draw"

    @property
    def is_empty(self) -> bool:
        """Whether there is no mark."""
        return not any(layer.rows.rows for layer in self.layers)

    @property
    def legend(self) -> dict[str, Look]:
        """The looks that are drawn and want an explanation."""
        used = {name for layer in self.layers if layer.look for name in layer.rows[layer.look]}
        return {name: look for name, look in self.looks.items() if look.legend and name in used}


def rows_of(**columns: Any) -> Table:
    """Return tidy rows; lists become columns of texts or numbers."""
    return Table({name: column_of(column) for name, column in columns.items()})


def column_of(values: Any) -> Any:
    """Return values as a column: texts as objects, so that none is cut."""
    array = np.asarray(values)
    return array.astype(object) if array.dtype.kind == "U" else array


def rule_at(value: float, *, across: Literal["x", "y"] = "x", dashed: bool = True) -> Layer:
    """Return a line that crosses the figure at a value."""
    rows = rows_of(value=[float(value)])
    look = Look(color=PALE)
    places = {across: "value"}
    return Layer(mark="rule", rows=rows, fixed=look, dashed=dashed, **places)  # type: ignore[arg-type]


def interval_rows(
    rows: Table, *, low: str = "low", high: str = "high", value: str = "value", look: str = ""
) -> tuple[Layer, Layer]:
    """Return values with their intervals, a row each, at ``_row``."""
    span = Layer(mark="span", rows=rows, x=low, x2=high, y="_row", look=look, width=3, opacity=0.8)
    return span, Layer(mark="point", rows=rows, x=value, y="_row", look=look)


def height_of(rows: int, *, each: float = 0.32) -> float:
    """Return the height of a figure of so many rows, in inches."""
    return each * max(rows, 1) + 0.9


def numbered(rows: Sized) -> Any:
    """Return the places of rows, the first on top."""
    return np.arange(len(rows))[::-1]
