"""What an engine is asked: one query for all that is counted, which can be seen before."""

import pytest
from engines_under_test import ENGINES, PARAMS, module, rows_of, spark_session

import relmetrics as rm
from relmetrics import frames
from relmetrics.frames.engine import Source

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Dd]ask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
DATA = {
    "q": [10, 3, None, 9, 8],
    "r": [5.0, 1.0, 2.0, None, 4.0],
    "s": [1, 2, 3, None, 5],
    "plan": ["a", "a", "b", "b", None],
    "w": [1.0, 0.0, 2.0, 0.5, 1.0],
}
MEASURES = {
    "q": [rm.NPS(), rm.MeanScore(scale=rm.ZERO_TO_TEN)],
    "r": rm.CSAT(),
    "s": rm.CSAT(),
    ("r", "s"): [rm.CSI(), rm.CSI(weights={"r": 2, "s": 1})],
}
AT_ONCE = ("pandas", "pandas, nullable", "pandas, arrow", "pyarrow")


@pytest.fixture(params=PARAMS)
def engine(request):
    module("narwhals")
    return request.param


@pytest.fixture
def asked(monkeypatch):
    """Return the queries that engines are asked from now on."""
    queries, collect = [], Source.collect

    def counted(source, query, names):
        queries.append(query)
        return collect(source, query, names)

    monkeypatch.setattr(Source, "collect", counted)
    return queries


def test_data_is_read_once_for_all_columns_and_once_for_an_index(engine, asked):
    """Metrics of three columns are one query where each would read the data; so are two CSI."""
    found = rows_of(frames.measure(ENGINES[engine](DATA), MEASURES, by="plan", weights="w"))
    # In memory each column is counted by itself, and weights are looked at where some may be none.
    at_once = engine in (*AT_ONCE, "polars")
    # An index of numpy's columns needs no query at all.
    queries = 4 - (engine == "pandas")
    assert len(asked) == (queries * 2 if at_once else 2)
    for column, metric in (("q", rm.NPS()), ("r", rm.CSAT()), ("s", rm.CSAT())):
        by = metric.by(DATA[column], {"plan": DATA["plan"]}, weights=DATA["w"], sort=True)
        own = [
            i
            for i, row in enumerate(zip(found["column"], found["metric"], strict=True))
            if row == (column, metric.description.symbol)
        ]
        assert [found["n"][i] for i in own] == [by.total.n, *by.table()["n"]]


def test_the_query_can_be_seen_and_is_not_asked(engine, asked):
    """It is SQL or a plan that names the columns; who computes at once has none."""
    frame = ENGINES[engine](DATA)
    if engine in AT_ONCE:
        with pytest.raises(rm.ParameterError, match=r"computes at once\. Leave explain out"):
            frames.measure(frame, MEASURES, explain=True)
        return
    text = frames.measure(frame, {"q": rm.NPS()}, by="plan", explain=True)
    assert isinstance(text, str)
    assert "plan" in text
    assert not asked


def test_all_is_checked_before_the_first_query(engine, asked):
    """The last column is wrong: none before it is asked for."""
    frame = ENGINES[engine](DATA)
    for measures in ({"q": rm.NPS(), "z": rm.CSAT()}, {"q": rm.NPS(), ("r", "plan"): rm.CSI()}):
        with pytest.raises(rm.RelmetricsError, match=r"'z'|'plan'"):
            frames.measure(frame, measures)
    with pytest.raises(rm.ParameterError, match="metric of answers for one column"):
        frames.measure(frame, {"q": rm.NPS(), "r": rm.CSI()})
    assert not asked


@pytest.mark.xdist_group("spark")
def test_times_with_a_zone_follow_the_session_where_it_is_the_zone_that_is_asked():
    """A session that shows times by the calendar that counts is believed; any other is refused."""
    module("narwhals")
    session = spark_session()
    try:
        for zone, day in (("UTC", "2025-01-31"), ("Europe/Helsinki", "2025-02-01")):
            session.conf.set("spark.sql.session.timeZone", zone)
            frame = session.sql("SELECT 10 AS q, timestamp'2025-01-31 23:30:00 UTC' AS d")
            trend = frames.trend(frame, "q", rm.NPS(), date="d", every="day", zone=zone)
            assert trend.table()["period"].astype(str).tolist() == [day]
            with pytest.raises(rm.DateError, match=f"session, '{zone}', and not in 'Asia/Tokyo'"):
                frames.trend(frame, "q", rm.NPS(), date="d", zone="Asia/Tokyo")
            with pytest.raises(rm.DateError, match=f"Say zone='{zone}', or set the zone"):
                frames.measure(frame, {"q": rm.NPS()}, date="d")
    finally:
        session.conf.set("spark.sql.session.timeZone", "UTC")


@pytest.mark.parametrize("count", [100_000])
def test_very_many_groups(engine, count):
    """A hundred thousand groups come back in order, none lost."""
    if engine in ("sqlframe", "spark", "dask"):
        count //= 20  # a table of them is made of rows there, which takes its time
    numbers = [i * 7919 % count for i in range(count)]
    frame = ENGINES[engine]({"q": [i % 11 for i in numbers], "group": numbers})
    by = frames.breakdown(frame, "q", rm.NPS(), by="group")
    assert by.table()["group"].tolist() == list(range(count))
    assert by.total.n == count


@pytest.mark.long
def test_a_file_larger_than_the_memory_that_is_given(tmp_path):
    """DuckDB reads it in pieces: the answer is that of all rows."""
    module("narwhals")
    path = tmp_path / "answers.parquet"
    connection = module("duckdb").connect(config={"memory_limit": "100MB", "threads": 1})
    rows = 40_000_000
    connection.sql(
        "SELECT (hash(i) % 11)::INTEGER AS q, (hash(i + 1) % 1000) / 1000.0::DOUBLE AS w,"
        " hash(i + 2) AS noise FROM range($rows) AS t(i)",
        params={"rows": rows},
    ).write_parquet(str(path))
    assert path.stat().st_size > 200e6
    frame = connection.read_parquet(str(path))
    tally = frames.tally(frame, "q", rm.NPS(), weights="w")
    assert tally.n + tally.weightless == rows


def test_a_session_that_gives_a_column_for_every_name_is_a_frame():
    """SQLFrame has any attribute that it is asked for; no question of ours is led astray by it."""
    module("narwhals")
    module("sqlframe.duckdb")
    frame = ENGINES["sqlframe"]({"q": [10, 3], "d": ["2025-01-05", "2025-02-01"]})
    assert frames.tally(frame, "q", rm.NPS()).n == 2
    assert frames.trend(frame, "q", rm.NPS(), date="d").table()["n"].tolist() == [1, 1]
