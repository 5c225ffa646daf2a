"""How often the rules of a chart ring where nothing happens: by simulating this very chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.inference.time.run_rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.time.run_rules import RuleName

_DRAWS = 10_000
_MOST_PERIODS = 1_000_000
"""Of all series together; long ones are drawn less often."""
_FEWEST_DRAWS = 1_000


def draws_of(periods: int) -> int:
    """Return how many series of so many periods are drawn."""
    return max(_FEWEST_DRAWS, min(_DRAWS, _MOST_PERIODS // max(1, periods)))


def share_ringing(
    rules: Sequence[RuleName], zones: FloatArray, added: FloatArray, judged: AnyArray
) -> float:
    """Return the share of series in which a rule rings in a judged period.

    Args:
        rules: Names of rules.
        zones: Deviates of series of periods, shape (series, periods), for rules of single periods.
        added: The same for rules that add them up or compare them.
        judged: Which periods count.
    """
    rang = np.zeros(len(zones), dtype=bool)
    for name in rules:
        rule = RULES[name]
        rang |= (rule.find(added if rule.adds_up else zones).sides != 0)[:, judged].any(axis=1)
    return float(rang.mean())


def shared_out(tallies: AnyArray, draws: int, rng: np.random.Generator) -> AnyArray:
    """Return tallies of periods of the same sizes, drawn from all their answers together.

    Args:
        tallies: Whole numbers of answers, shape (periods, levels).
        draws: How many series.
        rng: Where they come from.

    Returns:
        Shape (draws, periods, levels).
    """
    left = np.tile(tallies.sum(axis=0), (draws, 1))
    periods = []
    for size in tallies.sum(axis=1).tolist():
        need = np.full(draws, size)
        taken = np.zeros_like(left)
        for level in range(left.shape[1] - 1):
            others = left[:, level + 1 :].sum(axis=1)
            taken[:, level] = rng.hypergeometric(left[:, level], others, need)
            need = need - taken[:, level]
        taken[:, -1] = need
        left = left - taken
        periods.append(taken)
    return np.stack(periods, axis=1)


def drawn_anew(
    baseline: FloatArray, sizes: AnyArray, draws: int, rng: np.random.Generator
) -> AnyArray:
    """Return tallies of later periods, given a baseline.

    Its true shares are not known: they are drawn from their distribution given the baseline
    (Dirichlet, with Jeffreys' half an answer at each level), and the answers from them.

    Args:
        baseline: The tally of the baseline.
        sizes: The number of answers of each later period.
        draws: How many series.
        rng: Where they come from.

    Returns:
        Shape (draws, periods, levels).
    """
    shares = rng.dirichlet(baseline + 0.5, size=draws)
    return np.stack([rng.multinomial(size, shares) for size in sizes.tolist()], axis=1)
