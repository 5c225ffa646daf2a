"""How often groups that are alike are shown to differ, by the one test of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = {
    "6 of 30": [30] * 6,
    "20 of 2": [2] * 20,
    "20 of 3 and 4 of 100": [3] * 20 + [100] * 4,
    "5, 20, 60 and 200": [5, 20, 60, 200],
}
"""How many answers each group has."""

KINDS = {"NPS of 0": (10, 8, 3), "NPS of 90": (10, 8, 3), "rate of 5 %": (1, 0)}
_SHARES = {"NPS of 0": (0.35, 0.3, 0.35), "NPS of 90": (0.93, 0.04, 0.03), "rate of 5 %": (0.05,)}


def shown(made: Callable[[np.random.Generator], rm.Breakdown], draws: int, seed: int) -> float:
    """Return how often, %, a breakdown of groups that are alike is shown to differ at 5 %."""
    rng = np.random.default_rng(seed)
    return 100 * sum(made(rng).homogeneity().is_shown for _ in range(draws)) / draws


def alike(
    kind: str, sizes: list[int], *, spread: float = 0.0, draws: int = 300, seed: int = 1
) -> float:
    """Return the size, %, of groups of one kind of answers, perhaps with lognormal weights."""
    metric = rm.Rate() if kind.startswith("rate") else rm.NPS()
    group, shares = np.repeat(np.arange(len(sizes)), sizes), _SHARES[kind]
    shares = shares if len(shares) > 1 else (shares[0], 1 - shares[0])

    def made(rng: np.random.Generator) -> rm.Breakdown:
        answers = rng.choice(KINDS[kind], len(group), p=shares)
        weights = np.exp(rng.normal(0, spread, len(group))) if spread else None
        return metric.by(answers, group, weights=weights)

    return shown(made, draws, seed)


def clustered(
    clusters: int, groups: int, *, nested: bool, draws: int = 300, seed: int = 2
) -> float:
    """Return the size, %, of NPS of respondents with four answers each, correlated by .6.

    Nested: all answers of a respondent are in one group; else they are spread over the groups.
    """
    who = np.repeat(np.arange(clusters), 4)
    group = who % groups if nested else np.tile(np.arange(4), clusters) % groups

    def made(rng: np.random.Generator) -> rm.Breakdown:
        opinion = rng.normal(0, 0.8, clusters)[who] + rng.normal(0, 0.6, len(who))
        answers = np.where(opinion > 0.4, 10, np.where(opinion < -0.4, 3, 8))
        return rm.NPS().by(answers, group, respondents=who)

    return shown(made, draws, seed)
