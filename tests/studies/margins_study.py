"""How often intervals cover where weights were raked to known margins: by simulation.

Customers have a region and a plan, whose shares of the population are known, and answer more or
less readily by both. Where margins are informative their labels explain a large part of the
answers, else nothing. Run it to print every figure: ``python margins_study.py``.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np
from clusters_study import Coverage, urn

import relmetrics as rm

REGION = np.array([0.5, 0.3, 0.2])
PLAN = np.array([0.6, 0.4])
READY = np.array([[1.0, 0.6], [0.5, 0.8], [0.7, 0.3]])
"""How readily customers of a region and a plan answer."""
NPS = rm.NPS()
SIZES = ((20, 1), (60, 1), (200, 1), (20, 4), (50, 4))


class Population(NamedTuple):
    """What customers of a region and a plan answer: the share of each point."""

    shares: Any
    true: float


def population(*, informative: bool) -> Population:
    """Return the shares of answers, shape (regions, plans, points), and the NPS of everybody."""
    shares = np.zeros((3, 2, 11))
    for r in range(3):
        for p in range(2):
            shift = 0.3 * (1 - r) + 0.25 * (0.5 - p) if informative else 0.0
            shares[r, p, [3, 8, 10]] = 0.3 - 0.6 * shift, 0.3, 0.4 + 0.6 * shift
    shares = np.maximum(shares, 0)
    shares /= shares.sum(axis=-1, keepdims=True)
    points = np.asarray(NPS.coefficients())
    return Population(shares, float(((REGION[:, None] * PLAN)[..., None] * shares * points).sum()))


def raked(
    clusters: int, answers: int, *, informative: bool, repeats: int = 500, strata: bool = False
) -> Coverage:
    """Return the coverage of NPS that knows its margins, and of one that takes weights as given.

    Args:
        clusters: Respondents of a sample.
        answers: How many answers each gives, alike by 0.5.
        informative: Whether region and plan explain the answers.
        repeats: How many samples; those that lack a label are drawn again.
        strata: Whether the sample was stratified by the parity of the respondents.
    """
    rng = np.random.default_rng([clusters, answers, informative])
    people = population(informative=informative)
    cells = (REGION[:, None] * PLAN * READY).ravel()
    ids = np.repeat(np.arange(clusters), answers)
    found: list[Any] = []
    while len(found) < repeats:
        cell = rng.choice(6, clusters, p=cells / cells.sum())
        region, plan = np.divmod(cell, 2)
        if len(set(region)) < 3 or len(set(plan)) < 2:
            continue
        given = np.empty((clusters, answers), dtype=np.int64)
        for k in range(6):
            at = cell == k
            given[at] = urn(people.shares.reshape(6, 11)[k], 0.5, answers, (int(at.sum()),), rng)
        columns = {"region": region[ids], "plan": plan[ids]}
        targets = {name: dict(enumerate(s)) for name, s in (("region", REGION), ("plan", PLAN))}
        weighting = rm.rake(columns, targets, not_converged="keep")
        who: Any = {"respondents": ids} if answers > 1 else {}
        if strata:
            who = {"design": rm.Design(respondents=ids, strata=ids % 2)}
        found.append([NPS(given.ravel(), weights=w, **who) for w in (weighting, weighting.weights)])
    true = people.true
    kinds = list(zip(*found, strict=True))
    covered = [100 * np.mean([one.low <= true <= one.high for one in kind]) for kind in kinds]
    widths = [float(np.mean([one.high - one.low for one in kind])) for kind in kinds]
    return Coverage(float(covered[0]), float(covered[1]), *widths)


def main() -> None:
    """Print every figure."""
    for informative in (True, False):
        for clusters, answers in SIZES:
            found = raked(clusters, answers, informative=informative)
            kind = "informative" if informative else "uninformative"
            sys.stdout.write(f"{clusters} x {answers}, {kind}: {found}\n")


if __name__ == "__main__":
    main()
