"""Sessions that show times by the calendar of a place: the same days, or a clear refusal."""

import pytest
from engines_under_test import module, spark_session, sqlframe_session

import relmetrics as rm
from relmetrics import frames

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning")]
QUERY = (
    "SELECT 10 AS q, 'a' AS who, {kind} '2025-01-31 23:30:00' AS plain, "
    "{zoned} '2025-01-31 23:30:00{utc}' AS zoned"
)
DUCKDB = QUERY.format(kind="TIMESTAMP", zoned="TIMESTAMPTZ", utc="+00")
DAYS = {"UTC": "2025-01-31", "America/New_York": "2025-01-31", "Asia/Tokyo": "2025-02-01"}
"""Session to the day on which it shows half an hour before midnight in UTC."""


def duckdb_table(zone):
    connection = module("duckdb").connect()
    connection.sql(f"SET TimeZone = '{zone}'")
    return connection.sql(DUCKDB)


def ibis_table(zone):
    module("pyarrow")
    connection = module("ibis").duckdb.connect()
    connection.raw_sql(f"SET TimeZone = '{zone}'")
    connection.raw_sql(f"CREATE TABLE times AS {DUCKDB}")
    return connection.table("times")


def sqlframe_table(zone):
    connection, session = sqlframe_session()  # a process has no more than one
    connection.sql(f"SET TimeZone = '{zone}'")
    connection.sql(f"CREATE OR REPLACE TABLE times AS {DUCKDB}")
    return session.table("times")


def spark_table(zone):
    session = spark_session()
    session.conf.set("spark.sql.session.timeZone", zone)
    return session.sql(QUERY.format(kind="timestamp_ntz", zoned="timestamp", utc=" UTC"))


MAKERS = {
    "duckdb": duckdb_table,
    "ibis": ibis_table,
    "sqlframe": sqlframe_table,
    "spark": spark_table,
}
PARAMS = [
    pytest.param(name, marks=[pytest.mark.xdist_group("spark")] * (name == "spark"), id=name)
    for name in MAKERS
]


@pytest.fixture(params=PARAMS)
def made(request):
    """Return what makes a table in a session of a zone."""
    module("narwhals")
    yield MAKERS[request.param]
    if request.param == "sqlframe":
        sqlframe_session()[0].sql("RESET TimeZone")
    if request.param == "spark":
        spark_session().conf.set("spark.sql.session.timeZone", "UTC")


def days_of(frame, date, **zone):
    """Return the day of the only row, as trends and purchases see it."""
    trend = frames.trend(frame, "q", rm.NPS(), date=date, every="day", **zone)
    bought = frames.purchases(frame, customer="who", date=date, **zone).movements(every="day")
    return {*trend.table()["period"].astype(str), *bought["period"].astype(str)}


@pytest.mark.parametrize("zone", DAYS)
def test_times_of_a_session(made, zone):
    """Times without a zone are what they say; those with one are believed to be of the session."""
    frame = made(zone)
    assert days_of(frame, "plain") == {"2025-01-31"}
    assert days_of(frame, "zoned", zone=zone) == {DAYS[zone]}
    other = "Asia/Tokyo" if zone == "UTC" else "UTC"
    for ask in (
        lambda **given: frames.trend(frame, "q", rm.NPS(), date="zoned", **given),
        lambda **given: frames.purchases(frame, customer="who", date="zoned", **given),
    ):
        with pytest.raises(rm.DateError, match=f"session, '{zone}', and not in '{other}'"):
            ask(zone=other)
        with pytest.raises(rm.DateError, match=f"Say zone='{zone}', or set the zone"):
            ask()
    with pytest.raises(rm.DateError, match=r"'plain' of this .* has none"):
        frames.trend(frame, "q", rm.NPS(), date="plain", zone=zone)
