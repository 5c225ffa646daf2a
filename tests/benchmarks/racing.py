"""Races: contenders that give the same answer, timed in turn, compared by the ratio per round."""

from __future__ import annotations

import gc
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

LEAST_SECONDS = 2e-3
"""A measurement lasts at least so long: fast contenders are called many times in it."""


def _same(result: object) -> object:
    return result


@frozen(kw_only=True)
class Contender:
    """One way to the answer.

    Attributes:
        name: Who it is.
        run: The work that is timed.
        read: Turns what `run` returns into numbers that all contenders must agree on.
        least: The target: the least ratio of its time to ours. Below 1 it may be faster.
        why: What keeps us from the target, where it is known to be missed.
        is_peer: Whether it counts as a library to compare with (the limit does not).
        rounds: How often it is timed at most; for those that take seconds.
    """

    name: str
    run: Callable[[], Any]
    read: Callable[[Any], Any] = _same
    least: float | None = None
    why: str = ""
    is_peer: bool = True
    rounds: int | None = None


@frozen(kw_only=True)
class Race:
    """One line of the table: ours against the others.

    Attributes:
        name: What is computed, from what.
        ours: This library.
        others: The naive numpy version and the peers.
        rows: Rows of the input, to show the time of one.
        limit: The bytes that any program has to read at least once.
        limit_least: The target for the ratio of that limit to ours.
        best_least: The target for the ratio of the fastest peer to ours.
        tolerance: The relative difference up to which answers agree.
    """

    name: str
    ours: Contender
    others: list[Contender]
    rows: int
    limit: Any = None
    limit_least: float | None = None
    best_least: float | None = None
    tolerance: float = 1e-9


@frozen(kw_only=True)
class Result:
    """One measured ratio. `ours` is in seconds a call, or in bytes for memory."""

    race: str
    peer: str
    ours: float
    ratio: float
    least: float | None
    rows: int
    unit: str = "s"
    threads: int = 1
    why: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None without one."""
        return None if self.least is None else self.ratio >= self.least


def limit_of(array: Any) -> Contender:
    """Return the contender that does nothing but read the bytes."""
    arrays = array if isinstance(array, list) else [array]
    return Contender(
        name="limit (reads the bytes)",
        run=lambda: [int(each.view(np.uint8).max()) for each in arrays],
        is_peer=False,
    )


def run_race(race: Race, rounds: int, rng: random.Random) -> list[Result]:
    """Check that all agree, time them in random order, and return the median ratios.

    Raises:
        AssertionError: Two contenders give different answers.
    """
    expected = race.ours.read(race.ours.run())
    for other in race.others:
        np.testing.assert_allclose(
            np.asarray(other.read(other.run()), dtype=np.float64),
            np.asarray(expected, dtype=np.float64),
            rtol=race.tolerance,
            atol=race.tolerance,
            err_msg=f"{race.name}: {other.name} disagrees",
        )
    others = list(race.others)
    if race.limit is not None:
        limit = limit_of(race.limit)
        others.append(
            Contender(name=limit.name, run=limit.run, is_peer=False, least=race.limit_least)
        )
    contenders = [race.ours, *others]
    calls = [_calls(contender) for contender in contenders]
    times: list[list[float]] = [[] for _ in contenders]
    ratios: list[list[float]] = [[] for _ in contenders]
    for round_number in range(rounds):
        order = [i for i, c in enumerate(contenders) if c.rounds is None or round_number < c.rounds]
        rng.shuffle(order)
        for i in order:
            times[i].append(_seconds(contenders[i].run, calls[i]))
        for i in order:
            ratios[i].append(times[i][-1] / times[0][-1])
    ours = statistics.median(times[0])
    medians = [statistics.median(each) for each in ratios]
    results = [
        Result(
            race=race.name,
            peer=other.name,
            ours=ours,
            ratio=ratio,
            least=other.least,
            rows=race.rows,
            why=other.why,
        )
        for other, ratio in zip(others, medians[1:], strict=True)
    ]
    peers = [(ratio, c.name) for c, ratio in zip(others, medians[1:], strict=True) if c.is_peer]
    if race.best_least is not None and peers:
        ratio, name = min(peers)
        results.append(
            Result(
                race=race.name,
                peer=f"best peer: {name}",
                ours=ours,
                ratio=ratio,
                least=race.best_least,
                rows=race.rows,
            )
        )
    return results


def _seconds(run: Callable[[], Any], calls: int) -> float:
    """Return the seconds of one call, with the garbage collector out of the way."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(calls):
            run()
        return (time.perf_counter() - start) / calls
    finally:
        if was_on:
            gc.enable()


def _calls(contender: Contender) -> int:
    """Return how many calls fill a measurement."""
    if contender.rounds is not None:
        return 1
    calls = 1
    while calls < 1 << 20 and _seconds(contender.run, calls) * calls < LEAST_SECONDS:
        calls *= 2
    return calls


def table(results: list[Result]) -> str:
    """Return the results as text: one ratio a line, with its target."""
    head = ("what", "ours", "other", "threads", "theirs/ours", "target", "")
    rows = [head]
    before = ""
    for result in results:
        mark = {True: "reached", False: f"MISSED {result.why}".strip(), None: ""}[result.reached]
        target = "" if result.least is None else f">= {result.least:.2f}"
        line = f"{result.race}|{result.threads}"
        repeated = line == before
        before = line
        rows.append(
            (
                "" if repeated else result.race,
                "" if repeated else _amount(result),
                result.peer,
                str(result.threads),
                f"{result.ratio:.2f}",
                target,
                mark,
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _amount(result: Result) -> str:
    """Return our own time or memory, and the time of a row where there are many."""
    if result.unit == "bytes":
        return f"{result.ours / 1e6:.1f} MB"
    for factor, unit in ((1e6, "us"), (1e3, "ms"), (1.0, "s")):
        if result.ours * factor < 1000 or unit == "s":
            text = f"{result.ours * factor:.3g} {unit}"
            break
    return f"{text}, {result.ours / result.rows * 1e9:.3g} ns a row" if result.rows > 1 else text
