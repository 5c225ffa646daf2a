"""The figure of comparisons: the difference of each pair, and its interval."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.metric.wording import percent
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import BAD, GOOD, PALE
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
    MOST_ROWS,
    first_of,
    heading,
    label_of,
    require_result,
)
from relmetrics.questions.groups.comparisons import Comparisons

if TYPE_CHECKING:
    from matplotlib.axes import Axes


VERDICTS = {
    "better": Look(color=GOOD, marker="up", legend="better"),
    "worse": Look(color=BAD, marker="down", legend="worse"),
    "not shown": Look(color=PALE, legend="no clear difference"),
}
"""How verdicts look, by shape as well as by color."""


def _picture(comparisons: Comparisons, *, most: int = MOST_ROWS) -> Picture:
    """Return the rows of comparisons, the strongest on top, with the intervals of the verdicts."""
    require_result(comparisons, Comparisons, "comparisons", "Comparisons: breakdown.compare()")
    most = check_whole("most", most, 1)
    table, about = comparisons.table(), comparisons.metric.description
    labels = [_compared(key, comparisons.against) for key in islice(comparisons, most)]
    shown = np.arange(min(most, table.rows))[::-1]
    kind = "" if comparisons.adjust is None else "_adjusted"
    rows = rows_of(
        compared=[labels[i] for i in shown],
        difference=table["difference"][shown],
        low=table[f"low{kind}"][shown],
        high=table[f"high{kind}"][shown],
        p_value=table["p_value"][shown],
        verdict=table["verdict"][shown],
        n=table["n"][shown],
        n_reference=table["n_reference"][shown],
        _row=np.arange(len(shown)),
    )
    level = percent(comparisons.confidence_level)
    what = {
        "rest": "each group against the rest",
        "reference": f"each group against {label_of(comparisons.reference)}",
        "pairs": "groups in pairs",
    }[comparisons.against]
    return Picture(
        title=heading(
            f"Difference of {about.symbol}, {about.difference_unit}: {what}",
            _answers(comparisons),
        ),
        notes=(
            *first_of(len(shown), table.rows, "comparisons", "those with the most evidence"),
            *_adjustment(comparisons),
        ),
        x=Axis(title=f"{about.symbol} difference, {about.difference_unit} ({level} CI)"),
        y=Axis(labels=tuple(rows["compared"])),
        layers=(
            rule_at(0.0, dashed=False),
            *interval_rows(rows, value="difference", look="verdict"),
        ),
        looks=VERDICTS,
        height=height_of(len(shown)),
    )


@figure(_picture)
def differences(comparisons: Comparisons, *, most: int = MOST_ROWS, ax: Axes | None = None) -> Axes:
    """Draw comparisons of groups: each difference with its interval, the strongest on top.

    What is shown to be better points up, what is worse points down, and what is not shown is a
    pale circle. Where verdicts are adjusted for the number of comparisons, so are the intervals
    that are drawn: they are of the level at which they agree with the verdicts.

    Args:
        comparisons: What ``breakdown.compare(...)`` gave.
        most: Draw at most so many, those with the most evidence.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `comparisons` are none, or `most` is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> by = rm.NPS().by([10, 9, 8, 3, 10], ["gold", "gold", "basic", "basic", "basic"])
        >>> plot.differences(by.compare()).get_xlabel()
        'NPS difference, points (95% CI)'
    """
    return draw(_picture(comparisons, most=most), ax)


def _compared(key: Any, against: str) -> str:
    return " - ".join(map(label_of, key)) if against == "pairs" else label_of(key)


def _adjustment(comparisons: Comparisons) -> tuple[str, ...]:
    if comparisons.adjust is None:
        return ("Verdicts and intervals are not adjusted for the number of comparisons",)
    rule = comparisons.adjust.replace("_", " and ").title().replace(" And ", " and ")
    return (f"Verdicts, and the intervals with them, are adjusted by {rule}",)


def _answers(comparisons: Comparisons) -> int:
    """Return how many answers all groups have, each counted once."""
    table = comparisons.table()
    n, n_reference = table["n"].tolist(), table["n_reference"].tolist()
    if comparisons.against == "rest":
        return int(max(map(sum, zip(n, n_reference, strict=True)), default=0))
    if comparisons.against == "reference":
        return int(sum(n) + max(n_reference, default=0))
    sizes: dict[Any, int] = {}
    pairs: Any = iter(comparisons)
    for key, *both in zip(pairs, n, n_reference, strict=True):
        sizes |= zip(key, both, strict=True)
    return sum(sizes.values())
