"""How often intervals cover, and tests reject, where respondents answer again: by simulation.

A respondent's answers are drawn by Polya's urn: each is one of his earlier ones or a new one, so
that any two of them are correlated by `icc` (the Dirichlet-multinomial model). All repeats of a
sample are one stack of states. Run it to print every figure: ``python clusters_study.py``.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np
from attrs import evolve

import relmetrics as rm
from relmetrics.states.clustered.clusters import Clusters
from relmetrics.states.clustered.rows import totals
from relmetrics.states.clustered.strata import Strata
from relmetrics.states.clustered.tallies import ClusteredTallies

MOST = 30
"""The most answers of one respondent."""


class Kind(NamedTuple):
    """A metric, and the shares of its points from the lowest on."""

    metric: Any
    shares: Any


def _nps(promoters: float, detractors: float) -> Kind:
    shares = np.zeros(11)
    shares[[2, 8, 10]] = detractors, 1 - promoters - detractors, promoters
    return Kind(rm.NPS(), shares)


MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)
KINDS = {
    "NPS 0": _nps(0.3, 0.3),
    "NPS 50": _nps(0.6, 0.1),
    "NPS 80": _nps(0.82, 0.02),
    "mean, centre": Kind(MEAN, np.array([0.1, 0.2, 0.4, 0.2, 0.1])),
    "mean, top": Kind(MEAN, np.array([0.02, 0.03, 0.1, 0.3, 0.55])),
    "share 2 %": Kind(rm.Rate(), np.array([0.98, 0.02])),
    "share 10 %": Kind(rm.Rate(), np.array([0.9, 0.1])),
    "share 50 %": Kind(rm.Rate(), np.array([0.5, 0.5])),
    "share 90 %": Kind(rm.Rate(), np.array([0.1, 0.9])),
}
ICCS = (0.0, 0.1, 0.5, 0.9)
SIZES = ("1 to 12", "4", "geometric", "informative")
CLUSTERS = (5, 10, 20, 50, 200)
OVERLAPS = (0.0, 0.3, 0.6, 0.9, 1.0)


def urn(shares: Any, icc: float, most: int, shape: tuple[int, ...], rng: Any) -> Any:
    """Return the answers of respondents, shape (*shape, most)."""
    ends = np.cumsum(shares)[:-1]
    answers = np.searchsorted(ends, rng.random((*shape, most)), side="right")
    for j in range(1, most if icc else 1):
        # alpha / (alpha + j) of the answers are new, with icc = 1 / (1 + alpha)
        old = rng.random(shape) >= (1 - icc) / (1 - icc + icc * j)
        which = rng.integers(0, j, shape)
        earlier = np.take_along_axis(answers, which[..., None], axis=-1)[..., 0]
        answers[..., j] = np.where(old, earlier, answers[..., j])
    return answers


def counts_of(kind: str, first: Any, rng: Any) -> Any:
    """Return how often each respondent answers; where it is informative, by his first answer."""
    shape = first.shape
    if kind == "4":
        return np.full(shape, 4)
    if kind == "1 to 12":
        return rng.integers(1, 13, shape)
    if kind == "geometric":
        return np.minimum(rng.geometric(0.25, shape), MOST)
    often, seldom = rng.integers(4, 13, shape), rng.integers(1, 7, shape)
    return np.where(_is_low(first, first.max()), often, seldom)


def _is_low(first: Any, top: int) -> Any:
    return first < top / 2


def stacked(answers: Any, given: Any, scale: Any) -> ClusteredTallies:
    """Return one state per repeat of answers of shape (repeats, respondents, answers).

    Args:
        answers: The place of each answer on the scale.
        given: Which of them were given.
        scale: The scale.
    """
    repeats, clusters, _ = answers.shape
    cells = np.arange(repeats * clusters).reshape(repeats, clusters, 1) * scale.size + answers
    counts = np.bincount(cells[given], minlength=repeats * clusters * scale.size)
    keys = np.flatnonzero(counts)
    found = Clusters(np.arange(clusters), scale.size, repeats, keys, counts[keys])
    return ClusteredTallies(
        scale, totals(found)[0], np.zeros(repeats, dtype=np.int64), clusters=found
    )


def truth(kind: Kind, icc: float, sizes: str) -> float:
    """Return the mean over all answers that there could be."""
    points = np.asarray(kind.metric.coefficients(), dtype=float)
    mean = float(points @ kind.shares)
    if sizes != "informative":
        return mean
    top = np.flatnonzero(kind.shares).max()
    often = np.where(_is_low(np.arange(len(points)), top), 8.0, 3.5)
    own = points + (often - 1) * (icc * points + (1 - icc) * mean)
    return float(kind.shares @ own / (kind.shares @ often))


class Coverage(NamedTuple):
    """How many of 100 intervals hold the truth, with respondents and without, and both widths."""

    covered: float
    without: float
    width: float
    width_without: float


def covered(
    name: str, clusters: int, icc: float, sizes: str, repeats: int = 1000, method: str | None = None
) -> Coverage:
    """Return the coverage of the 95 % interval."""
    kind = KINDS[name]
    rng = np.random.default_rng(
        [clusters, round(100 * icc), SIZES.index(sizes), list(KINDS).index(name)]
    )
    answers = urn(kind.shares, icc, MOST if sizes == "geometric" else 12, (repeats, clusters), rng)
    often = counts_of(sizes, answers[..., 0], rng)
    given = np.arange(answers.shape[-1]) < often[..., None]
    states = stacked(answers, given, kind.metric.scale)
    true = truth(kind, icc, sizes)
    found = []
    for sample in (states, states.plain):
        one = kind.metric.form.present(sample, 0.95, method or kind.metric.methods[0])
        holds = (one.low <= true + 1e-9) & (true - 1e-9 <= one.high)
        found.append((100 * float(holds.mean()), float((one.high - one.low).mean())))
    (ours, width), (theirs, other) = found
    return Coverage(ours, theirs, width, other)


class Rejections(NamedTuple):
    """How many of 100 tests reject no difference, by the rule and as of different respondents."""

    rule: float
    independent: float


def rejected(
    name: str,
    n: int,
    overlap: float,
    most: int,
    shift: float = 0.0,
    repeats: int = 1000,
    icc: float = 0.5,
) -> Rejections:
    """Return how often two waves are told apart.

    Args:
        name: One of the `KINDS`.
        n: Respondents in each wave.
        overlap: The part of them who are in both.
        most: Each answers 1 to so many times a wave.
        shift: The part of the lower half of answers that become the highest in the later wave.
        repeats: How many pairs of waves.
        icc: How alike two answers of one respondent are, also of two waves.
    """
    kind = KINDS[name]
    rng = np.random.default_rng([n, round(100 * overlap), most, round(1000 * shift)])
    both = round(n * overlap)
    everybody = 2 * n - both
    answers = urn(kind.shares, icc, 2 * most, (repeats, everybody), rng)
    often = rng.integers(1, most + 1, (2, repeats, everybody, 1))
    who = np.arange(everybody)
    waves = []
    for wave, there in enumerate((who < n, who >= n - both)):
        part = answers[..., wave * most : (wave + 1) * most].copy()
        given = (np.arange(most) < often[wave]) & there[:, None]
        if wave == 1 and shift:
            top = np.flatnonzero(kind.shares).max()
            moved = (rng.random(part.shape) < shift) & (part < top / 2)
            part[moved] = top
        waves.append(stacked(part, given, kind.metric.scale))
    form, method = kind.metric.form, kind.metric.difference_methods[0]
    rule = form.contrast(waves[1], waves[0], 0.95, method)
    other = form.contrast(waves[1].plain, waves[0].plain, 0.95, method)
    return Rejections(*(100 * float(np.mean(one.p_value < 0.05)) for one in (rule, other)))


def _level(h: int, strata: int) -> tuple[float, float]:
    """Return promoters and detractors of a stratum: from the first to the last far apart."""
    at = 3 * h / max(strata - 1, 1)
    return 0.2 + 0.2 * at, 0.4 - 0.12 * at


def stratified(
    clusters: int,
    icc: float,
    repeats: int = 1000,
    population: float = np.inf,
    strata: int = 4,
) -> Coverage:
    """Return the coverage of NPS in strata far apart, with the design and with ids alone.

    Args:
        clusters: Respondents sampled, as many of each stratum.
        icc: How alike two answers of one respondent are within his stratum.
        repeats: How many samples.
        population: Respondents of each stratum in the population, endless by default; a finite one
            is drawn anew for each sample, and the truth is that of all its answers.
        strata: How many there are.
    """
    metric = rm.NPS()
    rng = np.random.default_rng([clusters, round(100 * icc), strata])
    everybody = clusters if np.isinf(population) else strata * int(population)
    answers = np.empty((repeats, everybody, 12), dtype=np.int64)
    for h in range(strata):
        size = len(range(h, everybody, strata))
        answers[:, h::strata] = urn(_nps(*_level(h, strata)).shares, icc, 12, (repeats, size), rng)
    often = rng.integers(1, 13, (repeats, everybody, 1))
    given = np.arange(12) < often
    points = np.asarray(metric.coefficients())
    if np.isinf(population):
        levels = [_level(h, strata) for h in range(strata)]
        true: Any = np.mean([100 * (promoters - detractors) for promoters, detractors in levels])
    else:
        true = (points[answers] * given).sum(axis=(1, 2)) / given.sum(axis=(1, 2))
    states: Any = stacked(answers[:, :clusters], given[:, :clusters], metric.scale)
    plan = Strata(np.arange(strata), np.arange(clusters) % strata, np.full(strata, population))
    design = evolve(states, clusters=evolve(states.clusters, strata=plan))
    found = []
    for sample in (design, states):
        one = metric.form.present(sample, 0.95, "adjusted")
        holds = (one.low <= true + 1e-9) & (true - 1e-9 <= one.high)
        found.append((100 * float(holds.mean()), float((one.high - one.low).mean())))
    (ours, width), (theirs, other) = found
    return Coverage(ours, theirs, width, other)


STRATA = ((2, 20), (5, 20), (10, 20), (10, 40), (20, 40), (20, 100))
"""How many strata, and how many respondents in all."""
FRACTIONS = ((20, 0.2), (20, 0.5), (20, 0.8), (80, 0.5), (80, 0.8))
"""How many respondents of four strata, and which part of the population they are."""


def main() -> None:
    """Print every figure."""
    say = sys.stdout.write
    for clusters in CLUSTERS:
        for label in ("NPS", "mean", "share"):
            names = [name for name in KINDS if name.startswith(label)]
            cells = [
                covered(name, clusters, icc, sizes)
                for name in names
                for icc in ICCS
                for sizes in SIZES
            ]
            ours = np.array([cell.covered for cell in cells])
            theirs = np.array([cell.without for cell in cells])
            say(
                f"{clusters:4d} respondents, {label:6s}: mean {ours.mean():.1f}, worst "
                f"{ours.min():.1f}; without ids {theirs.mean():.1f}, {theirs.min():.1f}\n"
            )
    for most in (1, 4):
        for overlap in OVERLAPS:
            size = rejected("NPS 0", 200, overlap, most)
            power = rejected("NPS 0", 200, overlap, most, shift=0.17)
            say(f"1 to {most} answers, overlap {overlap:.0%}: size {size}, power {power}\n")
    _print_strata()


def _print_strata() -> None:
    """Print the figures of designed samples."""
    say = sys.stdout.write
    for clusters in (8, 16, 40, 100):
        for icc in (0.0, 0.3, 0.7):
            say(f"four strata, {clusters} respondents, icc {icc}: {stratified(clusters, icc)}\n")
    for strata, clusters in STRATA:
        for icc in (0.0, 0.3, 0.7):
            one = stratified(clusters, icc, strata=strata)
            say(f"{strata} strata, {clusters} respondents, icc {icc}: {one}\n")
    for sampled, fraction in FRACTIONS:
        for icc in (0.0, 0.5):
            one = stratified(sampled, icc, population=sampled / 4 / fraction)
            say(f"{sampled} respondents, {fraction:.0%} of all, icc {icc}: {one}\n")


if __name__ == "__main__":
    main()
