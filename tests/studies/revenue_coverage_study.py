"""How often the intervals of revenue retention cover: by seeded simulation of customer bases."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from relmetrics.money.revenue_retention import RevenueRetention


@frozen(kw_only=True)
class Base:
    """A kind of customer base: what customers pay, and what they do by the end of a period.

    Attributes:
        leave: Share that leaves.
        contract: Share that pays less, between 30 and 100 % of before.
        expand: Share that pays more.
        growth: How much more on average, of what they paid; exponential.
        spread: Coefficient of variation of what they paid; lognormal.
        tied: How the chance to leave goes with what they paid: above 0, small customers leave.
    """

    leave: float = 0.1
    contract: float = 0.1
    expand: float = 0.2
    growth: float = 0.3
    spread: float = 1.0
    tied: float = 0.0

    def draw(self, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return revenue before and after of so many customers."""
        rng = np.random.default_rng(seed)
        sigma = math.sqrt(math.log1p(self.spread**2))
        normal = rng.standard_normal(size)
        before = np.exp(sigma * normal - sigma**2 / 2)
        chance = np.clip(self.leave * np.exp(-self.tied * normal), 0, 1)
        at = rng.random(size)
        ratio = np.ones(size)
        ratio = np.where(at > 1 - self.expand, 1 + rng.exponential(self.growth, size), ratio)
        ratio = np.where(at < chance + self.contract, rng.uniform(0.3, 1, size), ratio)
        return before, before * np.where(at < chance, 0.0, ratio)


SETTINGS = {
    "typical": Base(),
    "low churn": Base(leave=0.03, contract=0.05, expand=0.1),
    "high churn": Base(leave=0.3, expand=0.1),
    "equal customers": Base(spread=0.1),
    "unequal customers": Base(spread=2.0),
    "small ones leave": Base(tied=0.7),
    "large ones leave": Base(tied=-0.7),
    "many grow": Base(leave=0.05, contract=0.05, expand=0.5),
    "some double": Base(growth=1.0),
}


@cache
def true_value(metric: RevenueRetention, setting: str) -> float:
    """Return the metric of two million customers."""
    before, after = SETTINGS[setting].draw(2_000_000, 1)
    return metric(before=before, after=after).value


def covered(
    metric: RevenueRetention, setting: str, n: int, method: str | None = None, repeats: int = 2000
) -> float:
    """Return how many of 100 intervals, from n customers each, hold the true value."""
    before, after = SETTINGS[setting].draw(repeats * n, 2)
    by = metric.by({"before": before, "after": after}, np.repeat(np.arange(repeats), n))
    table, true = by.table(method=method), true_value(metric, setting)
    return 100 * float(np.mean((table["low"] <= true) & (true <= table["high"])))
