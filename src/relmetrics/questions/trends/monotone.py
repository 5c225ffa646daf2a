"""Monotone trends: whether the values of a series go one way, however steeply."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.data.calendar.periods import kind_of
from relmetrics.data.columns import comparable
from relmetrics.inference.time.ranks import mann_kendall
from relmetrics.metric.result import Result, written
from relmetrics.metric.wording import p_text, row_html
from relmetrics.questions.trends.slope import slope

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.metric.contract import Description
    from relmetrics.questions.trends.series import Series

_MOST_UNEQUAL = 2
"""Where the largest period has more answers than so many times the smallest, order is not chance:
the values of small periods lie farther out, and pile up at the ends."""
_FEWEST_FOR_A_LINE = 3


@frozen(kw_only=True, repr=False)
class Monotone(Result):
    """Whether a metric tends one way, and Kendall's tau.

    Made by ``trend.monotone()``. tau looks at every pair of periods and asks only whether the later
    one is higher. So it takes no account of how much, nor of the numbers of answers.

    The p-value is that of Mann (1945) and Kendall (1975) only where all orders of the periods are
    equally likely if nothing happens. They are not where periods grow: a constant 5 % of churn is
    0 % in many days of five customers and in none of fifty, so that the days seem to rise. Where
    the largest period has more than twice the answers of the smallest, it is therefore the p-value
    of ``trend.slope()``, which weighs them, and `method` says so.

    Attributes:
        tau: Kendall's tau-b, from -1 (every later period is lower) to 1; NaN when all are equal.
        p_value: Chance of as clear a trend, either way, when the order of periods means nothing.
        rising: Pairs of periods of which the later one is higher.
        falling: Pairs of which it is lower.
        method: Where the p-value is from: ``exact``, by counting the orders of the values, or
            ``normal`` beyond 100 periods; ``slope`` where the numbers of answers differ much.
        n_periods: Number of periods.
        every: The kind of period.
        about: The description of the metric.

    Example:
        >>> import relmetrics as rm
        >>> months = ["2025-01-15", "2025-02-15", "2025-03-15", "2025-04-15"]
        >>> trend = rm.NPS().over([3, 7, 9, 9], months, every="month", as_of="2025-05-01")
        >>> print(trend.monotone())
        NPS tau +0.91 (p = 0.17, exact; 4 months)
    """

    tau: float = field(eq=comparable)
    p_value: float
    rising: int
    falling: int
    method: str
    n_periods: int
    every: Every
    about: Description = field(repr=False)

    def __str__(self) -> str:
        """Return one honest line: tau, its p-value and how it was found."""
        periods = f"{self.n_periods} {kind_of(self.every)}s"
        if math.isnan(self.tau):
            return f"{self.about.symbol} has no tau: all values are equal ({periods})"
        chance = f"{p_text(self.p_value)}, {self.method}"
        return f"{self.about.symbol} tau {self.tau:+z.2f} ({chance}; {periods})"

    def _body_html(self) -> str:
        """Return the test as a table of one row, for notebooks."""
        cells = {
            "metric": self.about.name,
            "tau": f"{self.tau:+z.2f}",
            "p-value": p_text(self.p_value).removeprefix("p ").removeprefix("= "),
            "rising pairs": str(self.rising),
            "falling pairs": str(self.falling),
            f"{kind_of(self.every)}s": str(self.n_periods),
        }
        return row_html(cells)

    @property
    def _about(self) -> Description:
        return self.about

    def _content(self) -> dict[str, object]:
        return written(self, "every", "tau", "p_value", "rising", "falling", "n_periods", "method")


def monotone(series: Series) -> Monotone:
    """Return whether the periods go one way: see `Monotone`.

    Args:
        series: The metric by period.

    Raises:
        StateError: There are fewer than 2 usable periods.
    """
    used = series.require("the test for a monotone trend", 2, "it")
    found = mann_kendall(series.values[used])
    p_value, method = found.p_value, found.method
    sizes = series.n_effective[used]
    if sizes.max() > _MOST_UNEQUAL * sizes.min() and int(used.sum()) >= _FEWEST_FOR_A_LINE:
        p_value, method = slope(series).p_value, "slope"
    return Monotone(
        tau=found.tau,
        p_value=p_value,
        rising=found.rising,
        falling=found.falling,
        method=method,
        n_periods=int(used.sum()),
        every=series.every,
        about=series.about,
    )
