"""Pictures as charts of Altair: the same rows, with their numbers where one points.

Texts have a gray that is read on white and on black, and the ground is left to the page.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.metric.wording import plain_cell
from relmetrics.plot.drawing.libraries import wanted
from relmetrics.plot.drawing.palette import PALE, on
from relmetrics.plot.drawing.placing import lines_to, placed_apart

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.table import Table
    from relmetrics.plot.drawing.picture import Axis, Layer, Look, Picture

_TEXT = "#737b83"
_WIDTH, _INCH = 480, 72
_SHAPES = {"circle": "circle", "up": "triangle-up", "down": "triangle-down", "square": "square"}
_STEPS = {"": "linear", "after": "step-after", "middle": "step"}
_ALIGNED: dict[str, dict[str, Any]] = {
    "middle": {"align": "center", "baseline": "middle"},
    "right": {"align": "left", "baseline": "middle", "dx": 4},
    "above": {"align": "center", "baseline": "bottom", "dy": -7},
}
_LETTER, _LINE = 6.0, 12.0
"""Width and height of a letter: nothing measures texts here."""


def chart_of(picture: Picture) -> Any:
    """Return a picture as a chart: ``altair.LayerChart``.

    Raises:
        ModuleNotFoundError: Altair is not installed.
    """
    alt = wanted("altair", "altair")
    layers = [_layer(alt, layer, picture) for layer in picture.layers if layer.rows.rows]
    if picture.named is not None:
        layers += _names(alt, picture)
    if not layers:
        layers = [_nothing(alt, picture.empty)]
    title = alt.Title(
        picture.title,
        subtitle=[f"{note}." for note in picture.notes],
        anchor="start",
        color=_TEXT,
        subtitleColor=_TEXT,
        frame="group",
    )
    height = max(round(_INCH * (picture.height - 0.9)), 40)
    return alt.layer(*layers).properties(title=title, width=_WIDTH, height=height)


def _layer(alt: Any, layer: Layer, picture: Picture) -> Any:
    chart = alt.Chart(_data(alt, layer.rows))
    return _marked(chart, layer).encode(
        **_places(alt, layer, picture), **_looks(alt, layer, picture), **_texts(alt, layer)
    )


def _data(alt: Any, rows: Table) -> Any:
    """Return rows as the chart holds them: numbers, texts, and dates as ISO text."""
    columns = {name: [plain_cell(cell) for cell in column] for name, column in rows.items()}
    if "_color" in columns:
        columns["_on"] = [on(color) for color in columns["_color"]]
    return alt.Data(
        values=[dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    )


def _marked(chart: Any, layer: Layer) -> Any:  # noqa: PLR0911 - one for each mark
    """Return the chart with its mark, by the name that Altair has for it."""
    dash = {"strokeDash": [5, 4]} if layer.dashed else {}
    steps = _STEPS[layer.stepped]
    match layer.mark:
        case "bar":
            return chart.mark_bar(opacity=layer.opacity)
        case "cell":
            return chart.mark_rect()
        case "span":
            return chart.mark_rule(strokeWidth=layer.width, opacity=layer.opacity)
        case "point":
            return chart.mark_point(size=layer.size**2 * 1.6, opacity=1, strokeWidth=1.5)
        case "line":
            how = {"strokeWidth": layer.width, "opacity": layer.opacity, "interpolate": steps}
            return chart.mark_line(**how, **dash)
        case "band":
            return chart.mark_area(opacity=layer.opacity, interpolate=steps)
        case "rule":
            return chart.mark_rule(**dash)
        case "text":
            size = layer.size if "_color" in layer.rows else layer.size + 1
            return chart.mark_text(fontSize=size, **_ALIGNED[layer.align])


def _places(alt: Any, layer: Layer, picture: Picture) -> dict[str, Any]:
    """Return where the marks of a layer are."""
    places: dict[str, Any] = {}
    for name, axis, channel in (("x", picture.x, alt.X), ("y", picture.y, alt.Y)):
        column = getattr(layer, name)
        if not column:
            continue
        how = _place(alt, axis, layer, name)
        if layer.mark == "bar" and getattr(layer, f"{name}2"):
            how["stack"] = None
        places[name] = channel(field=column, **how)
        if other := getattr(layer, f"{name}2"):
            places[f"{name}2"] = (alt.X2 if name == "x" else alt.Y2)(field=other)
    if layer.mark in ("line", "band"):
        places["order"] = alt.value(0)  # the rows are in order
    return places


def _place(alt: Any, axis: Axis, layer: Layer, which: str) -> dict[str, Any]:
    """Return type, scale and labels of one of the two axes."""
    how: dict[str, Any] = {"labelColor": _TEXT, "titleColor": _TEXT, "labelLimit": 0, "grid": False}
    if axis.hidden:
        return {"type": "quantitative", "axis": None, "scale": _scale(alt, axis)}
    title = {"title": axis.title or None}
    if axis.is_categorical:
        how |= {"ticks": False, "domain": False, "labelExpr": _named(axis), "labelAngle": 0}
        size = len(axis.labels or ())
        domain = list(range(size)) if which == "x" else list(range(size))[::-1]
        scale = alt.Scale(
            type="band", domain=domain, paddingInner=0.06 if _is_cells(layer) else 0.3
        )
        return {"type": "ordinal", "scale": scale, "axis": alt.Axis(**how), **title}
    if axis.at is not None:
        how |= {"labelExpr": _dated(axis), "labelOverlap": "greedy", "labelAngle": 0}
        values = [str(day) for day in axis.at]
        marks = alt.Axis(values=_dates(alt, values), **how)
        return {"type": "temporal", "scale": alt.Scale(type="utc"), "axis": marks, **title}
    scale = _scale(alt, axis)
    return {"type": "quantitative", "scale": scale, "axis": alt.Axis(**how), **title}


def _is_cells(layer: Layer) -> bool:
    return layer.mark == "cell" or (layer.mark == "text" and "_color" in layer.rows)


def _scale(alt: Any, axis: Axis) -> Any:
    ends = {"domainMin": axis.low, "domainMax": axis.high}
    given = {name: end for name, end in ends.items() if end is not None}
    return alt.Scale(zero=False, nice=not given, **given)


def _dates(alt: Any, days: list[str]) -> list[Any]:
    """Return days as Vega has them, in universal time."""
    return [
        alt.DateTime(year=int(y), month=int(m), date=int(d), utc=True)
        for y, m, d in (day.split("-") for day in days)
    ]


def _named(axis: Axis) -> str:
    """Return the expression that gives the label of a place."""
    return f"{json.dumps(list(axis.labels or ()))}[datum.value]"


def _dated(axis: Axis) -> str:
    """Return the expression that gives the label of a day."""
    words = dict(zip(map(str, axis.at), axis.labels or (), strict=True))
    return f"{json.dumps(words)}[utcFormat(datum.value, '%Y-%m-%d')]"


def _looks(alt: Any, layer: Layer, picture: Picture) -> dict[str, Any]:
    """Return colors and shapes, with the legend of those that want one."""
    if layer.mark == "text":
        if "_color" not in layer.rows:
            return {"color": alt.value(_TEXT)}
        return {"color": alt.Color(field="_on", type="nominal", scale=None)}
    if layer.mark == "cell":
        return {"color": alt.Color(field="_color", type="nominal", scale=None)}
    if not layer.look:
        look = layer.fixed
        found = {"color": alt.value(look.color)}
        if layer.mark == "point":
            found["shape"] = alt.value(_SHAPES[look.marker])
            found["fill"] = alt.value("transparent" if look.hollow else look.color)
        return found
    names, looks = list(picture.looks), list(picture.looks.values())
    legend = _legend(alt, picture)
    colors = alt.Scale(domain=names, range=[look.color for look in looks])
    found = {
        "color": alt.Color(
            field=layer.look, type="nominal", scale=colors, title=None, legend=legend
        )
    }
    if layer.mark == "point":
        shapes = alt.Scale(domain=names, range=[_SHAPES[look.marker] for look in looks])
        faces = ["transparent" if look.hollow else look.color for look in looks]
        found["shape"] = alt.Shape(
            field=layer.look, type="nominal", scale=shapes, title=None, legend=legend
        )
        found["fill"] = alt.Fill(
            field=layer.look,
            type="nominal",
            scale=alt.Scale(domain=names, range=faces),
            title=None,
            legend=legend,
        )
    return found


def _legend(alt: Any, picture: Picture) -> Any:
    """Return the legend of what wants an explanation, in words of its own; None of nothing."""
    shown: dict[str, Look] = picture.legend
    if not shown:
        return None
    words = json.dumps({name: look.legend for name, look in shown.items()})
    return alt.Legend(
        values=list(shown),
        orient="bottom",
        direction="vertical",
        labelColor=_TEXT,
        labelLimit=0,
        symbolOpacity=1,
        labelExpr=f"{words}[datum.value]",
    )


def _texts(alt: Any, layer: Layer) -> dict[str, Any]:
    """Return the texts of a layer, and what is shown where one points at a mark."""
    found: dict[str, Any] = {}
    if layer.mark == "text":
        found["text"] = alt.Text(field=layer.text, type="nominal")
    found["tooltip"] = [
        alt.Tooltip(field=name, **_kind(column))
        for name, column in layer.rows.items()
        if not name.startswith("_")
    ]
    return found


def _kind(column: AnyArray) -> dict[str, str]:
    if column.dtype.kind == "f":
        return {"type": "quantitative", "format": ",.2f"}
    return {"type": "quantitative" if column.dtype.kind in "iu" else "nominal"}


def _names(alt: Any, picture: Picture) -> list[Any]:
    """Return the names of points, placed apart as far as they can be told without measuring."""
    if picture.named is None:
        return []
    layer, column = picture.named
    x, y = (np.asarray(layer.rows[name], dtype=np.float64) for name in (layer.x, layer.y))
    known = np.isfinite(x) & np.isfinite(y)
    names = [str(name) for name in layer.rows[column][known]]
    if not names:
        return []
    frame = (float(_WIDTH), _INCH * (picture.height - 0.9))
    ends = [(axis.low, axis.high) for axis in (picture.x, picture.y)]
    at = np.column_stack(
        [_spread(part[known], *end) for part, end in zip((x, y), ends, strict=True)]
    )
    at = at * np.array(frame)
    sizes = np.array([(_LETTER * len(name), _LINE) for name in names])
    found = placed_apart(at, sizes, frame, np.empty((0, 4)))
    written = [
        alt.Chart(alt.Data(values=[{"name": name}]))
        .mark_text(align="left", baseline="bottom", color=_TEXT)
        .encode(**_at(alt, place, frame), text="name:N")
        for name, place in zip(names, found, strict=True)
    ]
    lines = [
        alt.Chart(alt.Data(values=[{}]))
        .mark_rule(color=PALE, strokeWidth=0.8)
        .encode(**_at(alt, edge, frame), **_at(alt, at[i], frame, end="2"))
        for i, edge in lines_to(at, found, sizes).items()
    ]
    return [*lines, *written]


def _at(alt: Any, place: FloatArray, frame: tuple[float, float], end: str = "") -> dict[str, Any]:
    """Return a place in the frame as Vega counts it: pixels from the left, and from the top."""
    left, up = (float(part) for part in place)
    return {f"x{end}": alt.value(left), f"y{end}": alt.value(frame[1] - up)}


def _spread(values: FloatArray, low: float | None, high: float | None) -> FloatArray:
    """Return values as parts of the way from one end of their axis to the other."""
    start, end = (0.0 if low is None else low), (1.0 if high is None else high)
    part: FloatArray = (values - start) / (end - start)
    return part


def _nothing(alt: Any, words: str) -> Any:
    data = alt.Data(values=[{"text": words}])
    return alt.Chart(data).mark_text(color=PALE).encode(text="text:N")
