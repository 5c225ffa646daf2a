"""Growth: what everyday calls cost from a thousand rows to a hundred million, time and memory.

    python tests/benchmarks/growth.py > docs/examples/growth.json    # some minutes
    python tests/benchmarks/growth.py --smoke                        # does it run?

Each figure comes from a process of its own, which runs once on a thousand rows and then on all.
Seconds are the best of three. Memory is by how much the peak of the process grows beyond the
columns that go in, the result included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from samples import answers, codes, positive
from topic_memory import peak_of_this_process as peak

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Callable

POWERS = (3, 4, 5, 6, 7, 8)
ROUNDS = 3
FIRST = np.datetime64("2022-01-01")


def _days(rows: int, span: int = 1096) -> Any:
    return FIRST + np.random.default_rng(5).integers(0, span, rows).astype("m8[D]")


def _score(rows: int) -> Callable[[], Any]:
    values = answers("float64", rows)
    return lambda: rm.nps(values)


def _weighted(rows: int) -> Callable[[], Any]:
    values, weights = answers("float64", rows), positive(rows)
    return lambda: rm.nps(values, weights=weights)


def _groups(rows: int) -> Callable[[], Any]:
    values, groups = answers("float64", rows), codes(1000, rows)
    return lambda: rm.NPS().by(values, groups).table()


def _months(rows: int) -> Callable[[], Any]:
    values, days = answers("float64", rows), _days(rows)
    return lambda: rm.NPS().over(values, days, every="month").table()


def _index(rows: int) -> Callable[[], Any]:
    rng = np.random.default_rng(6)
    columns = {name: rng.integers(1, 6, rows).astype(np.float64) for name in "abcd"}
    metric = rm.CSI(weights=dict.fromkeys(columns, 1.0), scale=rm.ONE_TO_FIVE)
    return lambda: metric(columns)


def _list(rows: int) -> Callable[[], Any]:
    values = answers("list", rows)
    return lambda: rm.nps(values)


def _cohorts(rows: int) -> Callable[[], Any]:
    customers = np.random.default_rng(7).integers(0, max(rows // 5, 2), rows)
    days = _days(rows)
    return lambda: rm.PurchaseLog(customers, days).cohorts(as_of="2024-12-31")


WORKS: dict[str, tuple[Callable[[int], Callable[[], Any]], int]] = {
    "NPS": (_score, 8),
    "NPS, weighted": (_weighted, 8),
    "NPS by 1,000 groups": (_groups, 8),
    "NPS over 36 months": (_months, 8),
    "CSI of 4 factors": (_index, 8),
    "NPS of a list with gaps": (_list, 7),
    "cohorts of a purchase log": (_cohorts, 7),
}
"""What is measured, and the largest power of ten of rows: lists and logs take more memory."""


def main() -> int:
    """Print the figures as JSON."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--smoke", action="store_true", help="tiny input: only whether it runs")
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        print(json.dumps(_measured(chosen.child[0], int(chosen.child[1]))))
        return 0
    powers = POWERS[:2] if chosen.smoke else POWERS
    found = [
        {"work": work, "rows": 10**power} | _in_a_process(work, 10**power)
        for work, (_, most) in WORKS.items()
        for power in powers
        if power <= most
    ]
    print(json.dumps(found, indent=1))
    return 0


def _in_a_process(work: str, rows: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", work, str(rows)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter and this file
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _measured(work: str, rows: int) -> dict[str, float]:
    make, _ = WORKS[work]
    make(1000)()  # what is loaded once does not count
    run = make(rows)
    before = peak(forget=True)
    seconds = [_seconds(run)]
    grown = peak() - before
    seconds += [_seconds(run) for _ in range(ROUNDS - 1)]
    return {"seconds": float(f"{min(seconds):.3g}"), "megabytes": round(max(grown, 0) / 1e6, 1)}


def _seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
