"""The figure of a decomposition: the parts of a change, their sum, and the groups behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.metric.wording import percent
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import INK, PALE
from relmetrics.plot.drawing.picture import (
    Axis,
    Look,
    Picture,
    height_of,
    interval_rows,
    rows_of,
    rule_at,
)
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import (
    counted,
    figure_text,
    first_of,
    heading,
    label_of,
    require_result,
)
from relmetrics.questions.groups.decomposition import Decomposition

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 20
_LOOKS = {
    "part": Look(color=INK, legend="the change and its parts"),
    "group": Look(color=PALE, legend="what each group contributed to the change"),
}


def _picture(parts: Decomposition, *, most: int = _MOST) -> Picture:
    """Return the parts on top, their sum, and the groups by how much they contributed."""
    require_result(parts, Decomposition, "parts", "a Decomposition: rm.decompose(after, before)")
    most = check_whole("most", most, 0)
    about, table = parts.after.metric.description, parts.table(intervals=True)
    found = [("rate", parts.rate), ("mix", parts.mix), ("interaction", parts.interaction)]
    found.append(("change", parts.change))
    total = np.nan_to_num(table["total"])
    chosen = np.argsort(-np.abs(total), kind="stable")[:most]
    labels = parts.labels.keys()
    keys = [label_of(key) for key in labels]
    size = len(found) + len(chosen)
    ends = {
        end: np.concatenate([[getattr(part, end) for _, part in found], table[column][chosen]])
        for end, column in {"value": "total", "low": "total_low", "high": "total_high"}.items()
    }
    notes = table["note"]
    names = [name for name, _ in found]
    names += [f"{keys[i]} ({notes[i]})" if notes[i] else keys[i] for i in chosen]
    rows = rows_of(
        part=names[::-1],
        **{end: column[::-1] for end, column in ends.items()},
        kind=(["part"] * len(found) + ["group"] * len(chosen))[::-1],
        _row=np.arange(size),
    )
    level = percent(parts.confidence_level)
    sizes = f"{counted(parts.before.n)} before, {parts.after.n:,} after"
    start, end = (figure_text(side.value, about.digits) for side in (parts.before, parts.after))
    return Picture(
        title=heading(f"Change of {about.symbol}, {about.difference_unit}", 0).replace(
            counted(0), sizes
        ),
        notes=(
            f"From {start} to {end}",
            *first_of(len(chosen), len(total), "groups", "those that contributed most"),
        ),
        x=Axis(title=f"Change of {about.symbol}, {about.difference_unit} ({level} CI)"),
        y=Axis(labels=tuple(rows["part"])),
        layers=(rule_at(0.0, dashed=False), *interval_rows(rows, look="kind")),
        looks=_LOOKS if len(chosen) else {"part": Look(color=INK)},
        height=height_of(size),
    )


@figure(_picture)
def decomposition(parts: Decomposition, *, most: int = _MOST, ax: Axes | None = None) -> Axes:
    """Draw the parts of a change: rate, mix, interaction and their sum, with intervals.

    Below them, pale, stand the groups: what each contributed to the change, by its size.

    Args:
        parts: What ``rm.decompose(...)`` gave.
        most: Draw at most so many groups, those that contributed most; 0 for none.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `parts` are no decomposition, or `most` is no whole number of at least 0.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> nps = rm.NPS()
        >>> before = nps.by([10, 9, 3, 8], ["a", "a", "b", "b"])
        >>> after = nps.by([10, 9, 3, 8, 9], ["a", "b", "b", "b", "b"])
        >>> plot.decomposition(rm.decompose(after, before)).get_xlabel()
        'Change of NPS, points (95% CI)'
    """
    return draw(_picture(parts, most=most), ax)
