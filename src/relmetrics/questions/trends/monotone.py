"""Monotone trends: whether the values of a series go one way, however steeply."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.inference.differences import two_sided
from relmetrics.inference.lines import ties, variance_of_score
from relmetrics.metric.result import Result, written
from relmetrics.metric.wording import p_text, row_html

if TYPE_CHECKING:
    from relmetrics.data.periods import Every
    from relmetrics.data.types import FloatArray
    from relmetrics.metric.contract import Description
    from relmetrics.questions.trends.series import Series

EXACT_TO = 100
"""Periods up to which orders are counted; beyond, the normal distribution is as good."""


@frozen(kw_only=True)
class Monotone(Result):
    """Whether a metric tends one way: the test of Mann and Kendall.

    Made by ``trend.monotone()``. It looks at every pair of periods and asks only whether the later
    one is higher. So it takes no account of how much, nor of the numbers of answers.

    Attributes:
        tau: Kendall's tau-b, from -1 (every later period is lower) to 1; NaN when all are equal.
        p_value: Chance of a tau at least as far from 0 when the order of periods means nothing.
        rising: Pairs of periods of which the later one is higher.
        falling: Pairs of which it is lower.
        method: ``exact``, by counting the orders of the values, or ``normal`` beyond 100 periods.
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
        periods = f"{self.n_periods} {self.every}s"
        if math.isnan(self.tau):
            return f"{self.about.symbol} has no tau: all values are equal ({periods})"
        chance = f"{p_text(self.p_value)}, {self.method}"
        return f"{self.about.symbol} tau {self.tau:+z.2f} ({chance}; {periods})"

    def _repr_html_(self) -> str:
        """Return the test as a table of one row, for notebooks."""
        cells = {
            "metric": self.about.name,
            "tau": f"{self.tau:+z.2f}",
            "p-value": p_text(self.p_value).removeprefix("p ").removeprefix("= "),
            "rising pairs": str(self.rising),
            "falling pairs": str(self.falling),
            f"{self.every}s": str(self.n_periods),
        }
        return row_html(cells)

    @property
    def _about(self) -> Description:
        return self.about

    def _content(self) -> dict[str, object]:
        return written(self, "every", "tau", "p_value", "rising", "falling", "n_periods", "method")


def monotone(series: Series) -> Monotone:
    """Return the test of Mann (1945) and Kendall (1975) for a trend one way.

    With S = rising - falling pairs, tau-b = S / sqrt(pairs x pairs that are not tied). The p-value
    is the share of the orders of these very values whose S is as far from 0: counted, in whole
    numbers, up to 100 periods, ties among the values included.

    Args:
        series: The metric by period.

    Raises:
        StateError: There are fewer than 2 usable periods.
    """
    values = series.values[series.require("the test for a monotone trend", 2, "it")]
    size = len(values)
    signs = np.sign(values[None, :] - values[:, None])[np.triu_indices(size, 1)]
    rising, falling = int((signs > 0).sum()), int((signs < 0).sum())
    score, pairs = rising - falling, rising + falling
    exact = size <= EXACT_TO
    if exact:
        p_value = _exact_p(values, abs(score))
    else:
        spread = math.sqrt(variance_of_score(values))
        p_value = float(two_sided(score / spread)) if pairs else 1.0
    return Monotone(
        tau=score / math.sqrt(len(signs) * pairs) if pairs else math.nan,
        p_value=p_value,
        rising=rising,
        falling=falling,
        method="exact" if exact else "normal",
        n_periods=size,
        every=series.every,
        about=series.about,
    )


def _exact_p(values: FloatArray, score: int) -> float:
    """Return the share of the orders of these values whose S is at least so far from 0.

    The number of orders by inversions has the generating function
    [n]! / ([t1]! [t2]! ...) with [k]! the product of (1 - q^i) / (1 - q) for i up to k and t the
    ties (MacMahon 1915, Combinatory Analysis). Multiplied out and divided in whole numbers: as a
    power series each is one line.
    """
    tied = ties(values)
    most = (len(values) ** 2 - sum(count**2 for count in tied)) // 2
    orders = [1] + [0] * most
    for i in range(1, len(values) + 1):
        for power in range(most, i - 1, -1):
            orders[power] -= orders[power - i]
    for count in tied:
        for i in range(1, count + 1):
            for power in range(i, most + 1):
                orders[power] += orders[power - i]
    as_far = sum(n for inversions, n in enumerate(orders) if abs(most - 2 * inversions) >= score)
    return as_far / sum(orders)
