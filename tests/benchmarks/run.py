"""Benchmarks: `python tests/benchmarks/run.py [--rows N] [--rounds N] [--only TOPIC] [--smoke]`.

Every ratio is theirs / ours, so above 1 this library is faster, and a target below 1 says how much
slower it may be. Contenders run interleaved in random order in one process per topic and number of
threads; a ratio is the median of the ratios per round. All answers are checked to agree first.
Peers that are not installed are left out. Targets are ratios too, to peers or to the reading of the
bytes; one that is known to be missed says why. Memory is by how many bytes the peak grows beyond
the input. Ratios move by a quarter from run to run: below 1.3 is a tie.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import subprocess
import sys

import peers
import topic_import
import topic_memory
from attrs import asdict, evolve
from racing import Result, run_race, table

ON_ONE_THREAD_TOO = ("tally", "grouped", "intervals")
"""Topics whose peers take several threads: measured with one and with two."""
RACED = (
    "everyday",
    *("tally", "grouped", "labels", "intervals", "compare", "questions"),
    *("small", "moments", "cohorts", "subscriptions", "clustered", "frames", "reports"),
)
TOPICS = (*RACED, "import", "memory")
SMOKE_ROWS = 1000


def main() -> int:
    """Run the topics and print one table."""
    options = _options()
    if options.child:
        for result in _measured(options):
            print(json.dumps(asdict(result)))
        return 0
    if missing := peers.absent():
        print(f"not installed, left out: {', '.join(missing)}")
    results: list[Result] = []
    for topic in options.only or TOPICS:
        several = topic in ON_ONE_THREAD_TOO and not options.smoke
        for threads in (1, 2) if several else (1,):
            results += _in_a_process(topic, threads, options)
    if options.smoke:  # targets are for real sizes
        results = [evolve(result, least=None) for result in results]
    print(table(results))
    missed = sum(result.reached is False for result in results)
    reached = sum(result.reached is True for result in results)
    if not options.smoke:
        print(f"{reached} targets reached, {missed} missed")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the main lines")
    parser.add_argument("--rounds", type=int, default=7, help="times each contender is timed")
    parser.add_argument("--only", action="append", choices=TOPICS, help="one topic; repeatable")
    parser.add_argument("--smoke", action="store_true", help="tiny input: only whether it runs")
    parser.add_argument("--seed", type=int, default=0, help="seed of the order of contenders")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.smoke:
        options.rows, options.rounds = SMOKE_ROWS, 1
    return options


def _in_a_process(topic: str, threads: int, options: argparse.Namespace) -> list[Result]:
    """Return the results of one topic from a fresh process, whose peers have so many threads."""
    command = [
        *(sys.executable, __file__, "--child", topic, "--rows", str(options.rows)),
        *("--rounds", str(options.rounds), "--seed", str(options.seed)),
        *(["--smoke"] if options.smoke else []),
    ]
    done = subprocess.run(  # noqa: S603 - our own interpreter and this file
        command,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | peers.thread_variables(threads),
    )
    return [Result(**json.loads(line)) for line in done.stdout.splitlines()]


def _measured(options: argparse.Namespace) -> list[Result]:
    """Return the results of one topic, measured in this process."""
    rng = random.Random(options.seed)  # noqa: S311 - an order, not a secret
    if options.child == "import":
        return topic_import.results(options.rounds, rng)
    if options.child == "memory":
        return topic_memory.results(options.rows)
    topic = importlib.import_module(f"topic_{options.child}")
    return [
        evolve(result, threads=peers.threads())
        for race in topic.races(options.rows, smoke=options.smoke)
        for result in run_race(race, options.rounds, rng)
    ]


if __name__ == "__main__":
    sys.exit(main())
