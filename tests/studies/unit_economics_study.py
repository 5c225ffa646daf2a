"""How often the intervals of unit economics cover: by seeded simulation of customer bases."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Iterator

COST = 3.0


@frozen(kw_only=True)
class Base:
    """A kind of customer base: what customers pay a month, and who leaves in it.

    Attributes:
        leave: Share that leaves in a month.
        spread: Coefficient of variation of what they pay; lognormal, 1 on average.
        tied: How the chance to leave goes with what they pay: above 0, small customers leave.
    """

    leave: float = 0.05
    spread: float = 1.0
    tied: float = 0.0

    def draw(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return what each pays and who leaves."""
        sigma = math.sqrt(math.log1p(self.spread**2))
        normal = rng.standard_normal(size)
        chance = np.clip(self.leave * np.exp(-self.tied * normal), 0, 1)
        return np.exp(sigma * normal - sigma**2 / 2), rng.random(size) < chance


SETTINGS = {
    "typical": Base(),
    "low churn": Base(leave=0.02),
    "high churn": Base(leave=0.2),
    "equal customers": Base(spread=0.1),
    "unequal customers": Base(spread=2.0),
    "small ones leave": Base(tied=0.7),
    "large ones leave": Base(tied=-0.7),
}
FIGURES = ("lifetime_value", "payback")


def covered(setting: str, n: int, repeats: int = 1000) -> dict[str, float]:
    """Return how many of 100 intervals, from n customers each, hold the true value; how many open.

    By figure: ``lifetime_value`` and ``payback`` with churn counted. An open interval holds all
    above its lower end.
    """
    base = SETTINGS[setting]
    paid, gone = base.draw(2_000_000, np.random.default_rng(1))
    revenue, churn = float(paid.mean()), 100 * float(gone.mean())
    true = rm.unit_economics(revenue=revenue, churn=churn, acquisition_cost=COST)
    found = list(_repeated(base, n, repeats))
    shares = {
        name: 100
        * float(np.mean([_holds(getattr(each, name), getattr(true, name)) for each in found]))
        for name in FIGURES
    }
    return shares | {"open": 100 * float(np.mean([each.lifetime_value.is_open for each in found]))}


def _repeated(base: Base, n: int, repeats: int) -> Iterator[rm.UnitEconomics]:
    rng = np.random.default_rng(2)
    for _ in range(repeats):
        paid, gone = base.draw(n, rng)
        mixed = 0 < gone.sum() < n
        yield rm.unit_economics(
            revenue=rm.average_revenue_per_account(revenue=paid),
            churn=rm.churn_rate(start=n, lost=int(gone.sum())),
            acquisition_cost=COST,
            correlation=float(np.corrcoef(paid, gone)[0, 1]) if mixed else 0.0,
        )


def covered_within(n: int, horizon: float = 24, discount: float = 1, repeats: int = 1000) -> float:
    """Return the same of a discounted mean time of n customers, half of whom are still there.

    They stay for exponential times of 20 months on average, seen for 12 to 36 months.
    """
    rate = 1 / 20 + math.log1p(discount / 100)
    true = (1 - math.exp(-rate * horizon)) / rate
    rng, held = np.random.default_rng(3), 0
    for _ in range(repeats):
        stay, seen = rng.exponential(20, n), rng.uniform(12, 36, n)
        seen[0] = 36  # somebody is seen past the horizon
        curve = rm.survival(np.minimum(stay, seen), stay <= seen)
        if max(curve.known) < horizon:
            continue
        mean = curve.restricted_mean(horizon, discount=discount)
        held += mean.low <= true <= mean.high
    return 100 * held / repeats


def _holds(figure: rm.UnitFigure, true: rm.UnitFigure) -> bool:
    return figure.low <= true.value and (figure.is_open or true.value <= figure.high)
