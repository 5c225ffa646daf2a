"""States travel: between partitions, workers and files, and what is killed changes nothing."""

import contextlib
import json
import os
import signal

import numpy as np
import outgrow
import pytest
from engines_under_test import module, spark_session

import relmetrics as rm
from relmetrics import frames

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of engines, and of the sockets that they leave open
]


def drawn(rows=4000, seed=6):
    rng = np.random.default_rng(seed)
    return {
        "recommend": rng.integers(0, 11, rows),
        "plan": rng.choice(["gold", "basic"], rows),
        "food": rng.integers(1, 6, rows),
        "safety": rng.integers(1, 6, rows),
    }


DATA = drawn()
WHOLE = rm.NPS().tally(DATA["recommend"])


def test_batches_of_a_file(tmp_path, capsys):
    """A file is counted batch by batch, and says how far it is."""
    module("narwhals")
    module("pyarrow.parquet").write_table(module("pyarrow").table(DATA), tmp_path / "a.parquet")
    assert outgrow.score_of_a_file(tmp_path / "a.parquet") == rm.NPS().estimate(WHOLE)
    assert capsys.readouterr().out == "1 batches, 4000 answers\n"


def test_partitions_of_dask():
    """One state per partition, added up, is the state of all rows."""
    frame = module("pandas").DataFrame(DATA)
    assert (
        outgrow.tally_on_dask(module("dask.dataframe").from_pandas(frame, npartitions=7)) == WHOLE
    )


def test_a_worker_of_dask_that_is_killed_changes_nothing(tmp_path):
    """The first worker that is given something to count dies; another one counts it."""
    dask, distributed = module("dask"), module("distributed")
    mark = tmp_path / "killed"

    def count(answers):
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            return rm.NPS().tally(answers)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    parts = np.array_split(DATA["recommend"], 7)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        dask.config.set({"distributed.worker.memory.terminate": False}),
        distributed.LocalCluster(processes=True, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        states = client.gather(client.map(count, parts, pure=False))
    assert mark.exists()
    assert sum(states) == WHOLE


@pytest.mark.xdist_group("spark")
def test_partitions_of_spark(tmp_path):
    """One state per partition or per group; a worker that is killed is followed by another."""
    module("pyarrow")  # in which Spark hands its rows over
    session, pandas = spark_session(), module("pandas")
    # Workers have no path to the recipes: they are sent along, as those of a notebook are.
    module("pyspark.cloudpickle").register_pickle_by_value(outgrow)
    frame = session.createDataFrame(pandas.DataFrame(DATA)).repartition(5)
    assert outgrow.tally_on_spark(frame) == WHOLE
    groups = outgrow.tallies_on_spark(frame, "plan")
    assert sum(groups.values()) == WHOLE
    assert groups["gold"] == rm.NPS().tally(DATA["recommend"][DATA["plan"] == "gold"])
    mark = str(tmp_path / "killed")

    def dying(batches):
        for batch in batches:
            with contextlib.suppress(FileExistsError):
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
                os._exit(1)
            yield batch

    assert outgrow.tally_on_spark(frame.mapInPandas(dying, frame.schema)) == WHOLE
    assert (tmp_path / "killed").exists()


def test_states_of_days_are_those_of_all_days(tmp_path):
    """Days that are written one by one add up, as do those that are written twice."""
    module("narwhals")
    frame = module("polars").DataFrame(DATA)
    for day in range(4):
        for _ in range(2):
            outgrow.write_day(tmp_path, f"2025-01-0{day + 1}", frame[day * 1000 : (day + 1) * 1000])
    assert outgrow.score_of_days(tmp_path) == rm.NPS().estimate(WHOLE)
    moments = [frames.read_states(path)["csi"] for path in tmp_path.glob("*.json")]
    assert sum(moments) == frames.moments(frame, ["food", "safety"], rm.CSI())
    assert len(list(tmp_path.iterdir())) == 4


STATES = {
    "nps": WHOLE,
    "weighted": rm.NPS().tally([10, 3], weights=[0.1, 1 / 3]),
    "csi ü": rm.CSI().moments({"food": [1, None, 3], "safety": [5, 4, 4]}),
    "cohorts": rm.PurchaseLog(["a", "b"], ["2025-01-01"] * 2).cohorts(as_of="2025-03-01"),
    "pairs": rm.NPS().pairs([10, 9], [3, None]),
}


@pytest.mark.parametrize("suffix", [".json", ".parquet"])
def test_states_come_back_from_files_as_they_were(tmp_path, suffix):
    """Every kind of state, to the last digit; nothing else is left in the folder."""
    if suffix == ".parquet":
        module("narwhals")
        module("polars")
    path = tmp_path / f"states{suffix}"
    frames.write_states(path, STATES)
    assert frames.read_states(path) == STATES
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".json", ".parquet"])
def test_a_file_that_was_cut_is_refused(tmp_path, suffix):
    """Wherever it was cut."""
    if suffix == ".parquet":
        module("narwhals")
        module("polars")
    path = tmp_path / f"states{suffix}"
    frames.write_states(path, STATES)
    content = path.read_bytes()
    for kept in {0, 1, len(content) // 3, len(content) // 2, len(content) - 5, len(content) - 1}:
        path.write_bytes(content[:kept])
        with pytest.raises(rm.StateError, match=r"states\S+ holds no states, or was cut"):
            frames.read_states(path)


def test_files_that_hold_something_else(tmp_path):
    """What is no file of states is told from one that is not there."""
    with pytest.raises(FileNotFoundError):
        frames.read_states(tmp_path / "none.json")
    with pytest.raises(rm.ParameterError, match=r"path.*\.json or \.parquet"):
        frames.write_states(tmp_path / "states.csv", STATES)
    with pytest.raises(rm.ParameterError, match=r"states\['nps'\].*a Tally"):
        frames.write_states(tmp_path / "states.json", {"nps": rm.nps([10, 9])})
    with pytest.raises(rm.ParameterError, match="mapping of name to state"):
        frames.write_states(tmp_path / "states.json", [WHOLE])
    for other in ([1, 2], {"states": {"a": "{}"}}, {"states": {"a": '{"type": "secret"}'}}):
        path = tmp_path / "other.json"
        path.write_text(json.dumps(other))
        with pytest.raises(rm.StateError, match="holds no states"):
            frames.read_states(path)
