"""How often curves of recurring cohorts cover, where customers come back more or less: simulated.

Each customer is active in a month with a chance of their own, which is drawn from a beta
distribution; the truth is read off many customers.
Run it to print the figures: ``python tests/studies/cohorts_study.py``.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np

import relmetrics as rm

ACTIVITY = {"often or seldom": (0.6, 0.6), "mostly seldom": (0.3, 2.0), "alike": (20.0, 20.0)}
SIZES = (30, 100, 400)
MONTHS = 12
FIRST = np.datetime64("2024-01-01", "M")


def cohorts(activity: str, n: int, rng: np.random.Generator) -> Any:
    """Return the recurring cohorts of n customers."""
    chance = rng.beta(*ACTIVITY[activity], size=n)
    who, month = np.nonzero(rng.random((n, MONTHS)) < chance[:, None])
    days = (FIRST + month.astype("timedelta64[M]")).astype("datetime64[D]")
    end = (FIRST + np.timedelta64(MONTHS, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return rm.PurchaseLog(who, days).cohorts(entry="recurring", as_of=end)


@cache
def truth(activity: str, kind: str) -> Any:
    """Return the curve of very many customers, %."""
    found = cohorts(activity, 200_000, np.random.default_rng(1))
    return found.curve(kind)["value"]


def covered(activity: str, n: int, kind: str = "on", repeats: int = 1000) -> Any:
    """Return how many of 100 intervals hold the truth, at each age from 1 on."""
    rng, true = np.random.default_rng([n, 7]), truth(activity, kind)
    inside = []
    for _ in range(repeats):
        table = cohorts(activity, n, rng).curve(kind)
        width = len(table["value"])
        holds = np.full(MONTHS, np.nan)
        known = ~np.isnan(table["low"])
        between = (table["low"] <= true[:width] + 1e-9) & (true[:width] - 1e-9 <= table["high"])
        holds[:width] = np.where(known, between, np.nan)
        inside.append(holds)
    return 100 * np.nanmean(inside, axis=0)[1:]


def main() -> None:
    """Print every figure."""
    for activity in ACTIVITY:
        for kind in ("on", "on_or_after", "on_or_before", "streak"):
            for n in SIZES:
                found = covered(activity, n, kind, 500)
                cells = " ".join(f"{x:.0f}" for x in found)
                sys.stdout.write(
                    f"{activity}, {kind}, n = {n}: {cells} (mean {found.mean():.1f})\n"
                )


if __name__ == "__main__":
    main()
