"""Memory: the peak beyond the input, each contender in a fresh process."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import load_into_database, peer
from racing import Result

if TYPE_CHECKING:
    from collections.abc import Callable

BUDGET = 4e6
PAGE = 4096.0
"""The least that counts, so that every ratio is a number."""
GROUPS = 1000


def results(rows: int) -> list[Result]:
    """Return the peak memory of each contender as a ratio to ours; at least a page counts."""
    if sys.platform == "win32":
        return []
    found: list[Result] = []
    for work in ("uint8", "int64", "float64", "grouped", "weighted"):
        with tempfile.TemporaryDirectory() as folder:
            _save(Path(folder), work, rows)
            peaks = {
                name: _peak(name, work, folder)
                for name, modules in CONTENDERS.items()
                if all(peer(module) is not None for module in modules)
            }
        ours = peaks.pop("relmetrics")
        race = f"memory, {work}, {rows:,}"
        found.append(_result(race, "4 MB", ours, BUDGET, 1.0, rows))
        found += [_result(race, name, ours, peak, None, rows) for name, peak in peaks.items()]
    return found


def _result(
    race: str, name: str, ours: float, theirs: float, least: float | None, rows: int
) -> Result:
    return Result(
        race=race, peer=name, ours=ours, ratio=theirs / ours, least=least, rows=rows, unit="bytes"
    )


def _save(folder: Path, work: str, rows: int) -> None:
    from samples import answers, codes, positive  # noqa: PLC0415 - not in the measured process

    np.save(folder / "x.npy", answers(work if work[-1].isdigit() else "int64", rows))
    if work == "grouped":
        np.save(folder / "g.npy", codes(GROUPS, rows))
    if work == "weighted":
        np.save(folder / "w.npy", positive(rows))


def _peak(name: str, work: str, folder: str) -> float:
    done = subprocess.run(  # noqa: S603 - our own interpreter and this file
        [sys.executable, __file__, name, work, folder], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def _ours(work: str, x: Any, g: Any, w: Any) -> Callable[[], Any]:
    import relmetrics as rm  # noqa: PLC0415 - only in its own process
    from relmetrics.states.grouped_tally import GroupedTally  # noqa: PLC0415 - the same

    if work == "grouped":
        return lambda: GroupedTally.from_answers(x, rm.ZERO_TO_TEN, g, GROUPS)
    return lambda: rm.Tally.from_answers(x, rm.ZERO_TO_TEN, weights=w)


def _naive(work: str, x: Any, g: Any, w: Any) -> Callable[[], Any]:
    import topic_grouped  # noqa: PLC0415
    import topic_tally  # noqa: PLC0415

    if work == "grouped":
        return lambda: topic_grouped.naive(x, g, GROUPS)
    if work == "weighted":
        return lambda: [np.bincount(x), np.bincount(x, w), np.bincount(x, w * w)]
    return lambda: topic_tally.naive(x)


def _pandas(work: str, x: Any, g: Any, w: Any) -> Callable[[], Any]:
    pd = peer("pandas")
    if work == "grouped":
        return lambda: pd.DataFrame({"g": g, "x": x}, copy=False).groupby(["g", "x"]).size()
    if work == "weighted":
        return lambda: pd.DataFrame({"x": x, "w": w, "q": w * w}, copy=False).groupby("x").sum()
    return lambda: pd.Series(x, copy=False).value_counts(dropna=False)


def _polars(work: str, x: Any, g: Any, w: Any) -> Callable[[], Any]:
    pl = peer("polars")
    if work == "grouped":
        frame = pl.DataFrame({"g": g, "x": x})
        return lambda: frame.group_by("g", "x").len()
    if work == "weighted":
        frame = pl.DataFrame({"x": x, "w": w})
        weight = pl.col("w")
        return lambda: frame.group_by("x").agg(weight.sum(), q=(weight * weight).sum())
    frame = pl.DataFrame({"x": x})
    return lambda: frame.select([(pl.col("x") == k).sum().alias(str(k)) for k in range(11)])


def _duckdb(work: str, x: Any, g: Any, w: Any) -> Callable[[], Any]:
    columns = {"x": x} | ({} if g is None else {"g": g}) | ({} if w is None else {"w": w})
    connection = load_into_database("t", columns)
    query = {
        "grouped": "SELECT g, x, count(*) FROM t GROUP BY g, x",
        "weighted": "SELECT x, sum(w), sum(w * w) FROM t GROUP BY x",
    }.get(work, "SELECT x, count(*) FROM t GROUP BY x")
    return lambda: connection.execute(query).fetchall()


CONTENDERS: dict[str, tuple[str, ...]] = {
    "relmetrics": (),
    "numpy, naive": (),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "duckdb": ("duckdb", "pyarrow"),  # its table is filled through Arrow
}
_PREPARE = {
    "relmetrics": _ours,
    "numpy, naive": _naive,
    "pandas": _pandas,
    "polars": _polars,
    "duckdb": _duckdb,
}


def _measure(name: str, work: str, folder: str) -> None:
    """Print by how many bytes the peak of this process grows while the work is done."""

    def columns(rows: int | None = None) -> list[Any]:
        files = [Path(folder) / f"{column}.npy" for column in "xgw"]
        loaded = [np.load(file, mmap_mode="r") if file.exists() else None for file in files]
        return [None if column is None else np.array(column[:rows]) for column in loaded]

    _PREPARE[name](work, *columns(1000))()  # what is loaded once does not count
    run = _PREPARE[name](work, *columns())
    before = peak_of_this_process(forget=True)
    run()
    print(max(peak_of_this_process() - before, PAGE))


def peak_of_this_process(*, forget: bool = False) -> float:
    """Return the peak in bytes; on Linux it can be made to start from what is in use now."""
    status = Path("/proc/self/status")
    if status.exists():
        if forget:
            with contextlib.suppress(OSError):
                Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return float(found[1]) * 1024
    import resource  # noqa: PLC0415 - not on every system

    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    _measure(*sys.argv[1:4])
