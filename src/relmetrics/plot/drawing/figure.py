"""Figure: a function that draws with matplotlib, with `chart`, which hands the same to Altair."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from relmetrics.plot.drawing.picture import Picture

P = ParamSpec("P")
Q = ParamSpec("Q")


class Figure(Protocol[P, Q]):
    """A figure of results: called it draws on axes, and `chart` makes one to point at."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Axes:
        """Draw on axes of matplotlib, and return them."""
        ...

    def chart(self, *args: Q.args, **kwargs: Q.kwargs) -> Any:
        """Return the same figure as a chart of Altair, with the numbers where one points.

        Raises:
            ModuleNotFoundError: Altair is not installed.
        """
        ...


def figure(prepare: Callable[Q, Picture]) -> Callable[[Callable[P, Axes]], Figure[P, Q]]:
    """Give a function that draws with matplotlib its `chart`, of the same picture."""

    @wraps(prepare)
    def chart(*args: Q.args, **kwargs: Q.kwargs) -> Any:
        from relmetrics.plot.drawing.with_altair import chart_of  # noqa: PLC0415 - see wanted

        return chart_of(prepare(*args, **kwargs))

    def charted(draw: Callable[P, Axes]) -> Figure[P, Q]:
        chart.__name__, chart.__qualname__ = "chart", f"{draw.__name__}.chart"
        chart.__doc__ = f"Return `{draw.__name__}` as a chart of Altair: the same arguments."
        vars(draw)["chart"] = chart
        return cast("Figure[P, Q]", draw)

    return charted
