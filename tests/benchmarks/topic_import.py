"""Import: the time to import the library, in fresh processes, against numpy alone."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from peers import PEERS, peer
from racing import Result

if TYPE_CHECKING:
    import random

OURS = {
    "import": "relmetrics",
    # Modules come when one of their names is first asked for: the price of that is shown too.
    "import, and the first metric": "relmetrics; relmetrics.nps([10])",
}
TARGETS = {"numpy": 1 / 1.25}
WHY = "attrs itself, and the classes that it writes for the first metric"


def results(rounds: int, rng: random.Random) -> list[Result]:
    """Return how long each import takes, as a ratio to ours."""
    with tempfile.TemporaryDirectory() as compiled:
        return [
            result
            for race, ours in OURS.items()
            for result in _raced(race, ours, rounds, rng, compiled)
        ]


def _raced(race: str, own: str, rounds: int, rng: random.Random, compiled: str) -> list[Result]:
    names = [own, "numpy", *(name for name in PEERS if peer(name) is not None)]
    for name in names:  # once without a clock, so that all are compiled
        _seconds(name, compiled)
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        rng.shuffle(names)
        for name in names:
            times[name].append(_seconds(name, compiled))
    ours = statistics.median(times[own])
    return [
        Result(
            race=race,
            peer=name,
            ours=ours,
            ratio=statistics.median(
                other / mine for other, mine in zip(found, times[own], strict=True)
            ),
            least=TARGETS.get(name),
            why=WHY,
            rows=1,
        )
        for name, found in times.items()
        if name != own
    ]


def _seconds(name: str, compiled: str) -> float:
    code = (
        "import time; start = time.perf_counter(); "
        f"import {name}; print(time.perf_counter() - start)"
    )
    # Whether this process may write compiled modules must not matter.
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    variables["PYTHONPYCACHEPREFIX"] = compiled
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=variables
    )
    return float(done.stdout)
