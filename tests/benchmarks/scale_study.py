"""Scale: what a metric of a frame costs from a thousand answers to a thousand million.

    python tests/benchmarks/scale_study.py             # everything, about 20 minutes on two cores
    python tests/benchmarks/scale_study.py --smoke     # does it run?

Every figure comes from a process of its own, which opens the data, runs once on a thousand rows of
it, and then once in earnest; ours and the same query written by hand for the engine take turns.
Seconds are those of the question alone. Memory is by how much the peak of the process grows.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen
from peers import spark_session
from topic_memory import peak_of_this_process as peak

import relmetrics as rm
from relmetrics import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGEST_FILE = 10**8
"""More rows are the same file read several times."""
ROUNDS = 2
METRICS = (4, 16)
"""Numbers of questions at once, beside one."""
COLUMNS = max(METRICS)
GROUPS = (10, 1000, 100_000, 1_000_000)


@frozen
class Case:
    """One cell of the study.

    Attributes:
        engine: DuckDB, Polars, Spark, pandas, or batches of Arrow.
        rows: How many answers of each question.
        groups: How many groups, 0 for none.
        metrics: How many questions, each with its own metric.
    """

    engine: str
    rows: int
    groups: int = 0
    metrics: int = 1


def cases(*, smoke: bool) -> Iterator[Case]:
    """Yield what is measured."""
    powers = (3, 4) if smoke else (3, 5, 7, 8, 9)
    most = {"duckdb": 10**9, "polars": 10**8, "batches": 10**8, "pandas": 10**7}
    for engine, limit in most.items():
        for power in powers:
            if 10**power <= limit:
                yield Case(engine, 10**power)
    rows = 1000 if smoke else 10**7
    for groups in GROUPS[: 1 if smoke else None]:
        for engine in ("duckdb", "polars"):
            yield Case(engine, rows, groups)
    for metrics in METRICS[: 1 if smoke else None]:
        for engine in ("duckdb", "polars"):
            yield Case(engine, rows, 0, metrics)
    if not smoke:  # a session takes long to start
        yield from (Case("spark", 10**power) for power in (3, 5, 7, 8))
        yield Case("spark", rows, 1000)


def make(folder: Path, rows: int, *, wide: bool) -> None:
    """Write the answers and groups as Parquet, by DuckDB and within little memory."""
    duckdb = importlib.import_module("duckdb")
    answers = [f"CAST(hash(i, {k}) % 11 AS TINYINT) AS q{k}" for k in range(COLUMNS if wide else 1)]
    groups = [f"CAST(hash(i, 99) % {size} AS INTEGER) AS g{size}" for size in GROUPS]
    columns = ", ".join([*answers, *(groups if wide else [])])
    duckdb.execute(
        f"COPY (SELECT {columns} FROM range({rows}) t(i)) TO '{folder / name_of(rows, wide)}' "
        "(FORMAT parquet)"
    )


def name_of(rows: int, wide: bool) -> str:  # noqa: FBT001
    """Return the name of a file."""
    return f"{'wide' if wide else 'one'}_{rows}.parquet"


def files_of(case: Case, folder: Path) -> list[str]:
    """Return the files of a case, the largest one several times."""
    rows = min(case.rows, LARGEST_FILE)
    path = str(folder / name_of(rows, is_wide(case)))
    return [path] * (case.rows // rows)


def is_wide(case: Case) -> bool:
    """Tell whether a case needs groups or more than one question."""
    return case.groups > 0 or case.metrics > 1


def opened(case: Case, files: list[str]) -> Any:
    """Return the frame of a case, opened and, by pandas alone, read."""
    if case.engine == "duckdb":
        return importlib.import_module("duckdb").read_parquet(files)
    if case.engine == "polars":
        return importlib.import_module("polars").scan_parquet(files)
    if case.engine == "pandas":
        return importlib.import_module("pandas").read_parquet(files[0])
    if case.engine == "spark":
        return spark_session(2).read.parquet(*files)
    return importlib.import_module("pyarrow.dataset").dataset(files)


def questions(case: Case) -> list[str]:
    """Return the columns that are asked for."""
    return [f"q{k}" for k in range(case.metrics)]


def ours(case: Case, frame: Any) -> Any:
    """Return the score of every question, by group if there are any."""
    if case.engine == "batches":
        return frames.tally(frame.to_batches(), "q0", rm.NPS()).n
    by = [f"g{case.groups}"] if case.groups else ()
    return frames.measure(frame, {q: rm.NPS() for q in questions(case)}, by=by, total=not by)


def by_hand(case: Case, frame: Any) -> Any:
    """Return the counts behind them, by the query that one writes for the engine."""
    return [_by_hand(case, frame, q) for q in questions(case)]


def _by_hand(case: Case, frame: Any, q: str) -> Any:
    keys = [f"g{case.groups}", q] if case.groups else [q]
    if case.engine == "duckdb":
        names = ", ".join(keys)
        return frame.aggregate(f"{names}, count(*) AS n", names).fetchnumpy()
    if case.engine == "polars":
        pl = importlib.import_module("polars")
        return frame.group_by(*keys).agg(pl.len()).collect()
    if case.engine == "pandas":
        return frame.groupby(keys).size()
    if case.engine == "spark":
        return frame.groupBy(*keys).count().collect()
    pa = importlib.import_module("pyarrow")
    counts: dict[Any, int] = {}
    for batch in frame.to_batches():
        for entry in pa.compute.value_counts(batch.column(q)).to_pylist():
            counts[entry["values"]] = counts.get(entry["values"], 0) + entry["counts"]
    return counts


ASKED: dict[str, Callable[[Case, Any], Any]] = {"ours": ours, "by hand": by_hand}


def run_here(who: str, case: Case, folder: Path) -> dict[str, float]:
    """Return seconds and bytes of one question, in this process."""
    importlib.import_module("pyarrow.compute")
    small = files_of(Case(case.engine, 1000, case.groups, case.metrics), folder)
    ASKED[who](case, opened(case, small))  # what is loaded once does not count
    frame = opened(case, files_of(case, folder))
    before, started = peak(forget=True), time.perf_counter()
    ASKED[who](case, frame)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "bytes": max(peak() - before, 0)}


def run_there(who: str, case: Case, folder: Path) -> dict[str, float]:
    """Return the same from a fresh process."""
    command = [sys.executable, __file__, "--one", who, json.dumps(asdict(case)), str(folder)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    figures: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return figures


def study(*, smoke: bool) -> None:
    """Print a row of Markdown for each case."""
    print("| engine | answers | groups | metrics | seconds | by hand | ratio | MB | by hand |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in cases(smoke=smoke):
            for rows in {1000, min(case.rows, LARGEST_FILE)}:
                if not (folder / name_of(rows, is_wide(case))).exists():
                    make(folder, rows, wide=is_wide(case))
            once = smoke or case.rows >= LARGEST_FILE or case.engine == "spark"
            rounds = 1 if once else ROUNDS
            found: dict[str, list[dict[str, float]]] = {who: [] for who in ASKED}
            for number in range(rounds):
                for who in list(ASKED)[:: 1 if number % 2 else -1]:
                    found[who].append(run_there(who, case, folder))
            seconds = {who: [run["seconds"] for run in runs] for who, runs in found.items()}
            ratio = statistics.median(
                a / b for a, b in zip(seconds["ours"], seconds["by hand"], strict=True)
            )
            times = [statistics.median(seconds[who]) for who in ASKED]
            peaks = [max(run["bytes"] for run in found[who]) / 2**20 for who in ASKED]
            print(
                f"| {case.engine} | {case.rows:.0e} | {case.groups or ''} | {case.metrics} "
                f"| {times[0]:.3g} | {times[1]:.3g} | {ratio:.2f} "
                f"| {peaks[0]:.0f} | {peaks[1]:.0f} |",
                flush=True,
            )


def main() -> None:
    """Run the study, or one case of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small, to see that it runs")
    parser.add_argument("--one", nargs=3, metavar=("WHO", "CASE", "FOLDER"), help="for itself")
    given = parser.parse_args()
    if given.one:
        who, case, folder = given.one
        asked = Case(**json.loads(case))
        print(json.dumps(run_here(who, asked, Path(folder))))
        if asked.engine == "spark":
            spark_session(2).stop()
    else:
        study(smoke=given.smoke)


if __name__ == "__main__":
    main()
