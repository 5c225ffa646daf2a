"""What the page "When you outgrow one machine" shows: `test_outgrow` runs it on every engine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import relmetrics as rm
from relmetrics import frames

NPS = rm.NPS()


# --8<-- [start:batches]
def score_of_a_file(path: Path) -> rm.Estimate:
    """Return the NPS of a Parquet file, of which one batch is in memory at a time."""
    import pyarrow.parquet

    def tell(number: int, so_far: rm.Tally) -> None:
        print(f"{number} batches, {so_far.n} answers")

    batches = pyarrow.parquet.ParquetFile(path).iter_batches(65_536, columns=["recommend"])
    return NPS.estimate(frames.tally(batches, "recommend", NPS, progress=tell))


# --8<-- [end:batches]
# --8<-- [start:dask]
def tally_on_dask(frame: Any) -> rm.Tally:
    """Return the state of a Dask frame: one for each partition, then their sum."""

    def count(part: pd.DataFrame) -> pd.Series:
        return pd.Series([json.dumps(NPS.tally(part["recommend"]).to_dict())])

    states = frame.map_partitions(count, meta=(None, "str")).compute()
    return sum((rm.Tally.from_dict(json.loads(state)) for state in states), NPS.tally([]))


# --8<-- [end:dask]
# --8<-- [start:spark]
def tally_on_spark(frame: Any) -> rm.Tally:
    """Return the state of a Spark frame: one for each partition, then their sum."""

    def count(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        state = sum((NPS.tally(batch["recommend"]) for batch in batches), NPS.tally([]))
        yield pd.DataFrame({"state": [json.dumps(state.to_dict())]})

    rows = frame.select("recommend").mapInPandas(count, "state string").collect()
    return sum((rm.Tally.from_dict(json.loads(row.state)) for row in rows), NPS.tally([]))


# --8<-- [end:spark]
# --8<-- [start:groups]
def tallies_on_spark(frame: Any, by: str) -> dict[str, rm.Tally]:
    """Return the state of each group of a Spark frame, each made by one worker."""

    def count(part: pd.DataFrame) -> pd.DataFrame:
        state = json.dumps(NPS.tally(part["recommend"]).to_dict())
        return pd.DataFrame({by: [part[by].iloc[0]], "state": [state]})

    rows = frame.groupBy(by).applyInPandas(count, f"{by} string, state string").collect()
    return {row[by]: rm.Tally.from_dict(json.loads(row.state)) for row in rows}


# --8<-- [end:groups]
# --8<-- [start:days]
def write_day(folder: Path, day: str, frame: Any) -> None:
    """Write what a day comes to; who does the work twice writes the same file twice."""
    states = {
        "nps": frames.tally(frame, "recommend", NPS),
        "csi": frames.moments(frame, ["food", "safety"], rm.CSI()),
    }
    frames.write_states(folder / f"{day}.json", states)


def score_of_days(folder: Path) -> rm.Estimate:
    """Return the NPS of all days that were written."""
    days = [frames.read_states(path) for path in sorted(folder.glob("*.json"))]
    return NPS.estimate(sum((day["nps"] for day in days), NPS.tally([])))


# --8<-- [end:days]
