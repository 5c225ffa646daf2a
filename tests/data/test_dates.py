"""Dates of every kind as they arrive, and the calendar periods that they lie in."""

import calendar
import datetime as dt
import inspect
import math
import warnings
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.data.calendar.dates import as_dates, as_day, as_times, as_whole_day
from relmetrics.data.calendar.periods import (
    EVERY,
    MONTHS,
    WEEKDAYS,
    adds_up_to,
    as_every,
    first_day,
    last_day,
    period_of,
    require_near,
    shift_months,
)
from relmetrics.data.calendar.periods import KINDS as ALL_KINDS

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
NAT = np.datetime64("NaT", "D")

HELSINKI = "Europe/Helsinki"
KINDS_OF_PERIOD = ALL_KINDS[len(EVERY) :]
FIRST, LAST = dt.datetime.min, dt.datetime.max  # noqa: DTZ901 - the ends of the calendar
TEXTS = ["2025-01-31", "2024-02-29"]
WANTED = [dt.datetime(2025, 1, 31), dt.datetime(2024, 2, 29)]  # noqa: DTZ001 - days as such

COLUMNS = {
    "text": TEXTS,
    "text with time": ["2025-01-31T00:00:00", "2024-02-29 00:00"],
    "text with space around": [" 2025-01-31", "2024-02-29\n"],
    "tuple": tuple(TEXTS),
    "generator": (text for text in TEXTS),
    "datetimes": WANTED,
    "dates": [moment.date() for moment in WANTED],
    "mixed kinds": [WANTED[0], "2024-02-29"],
    "numpy scalars": [np.datetime64(text) for text in TEXTS],
    "text array": np.array(TEXTS),
    "object array": np.array(WANTED, dtype=object),
    "big-endian array": np.array(TEXTS, dtype=">M8[s]"),
    "strided array": np.array([TEXTS[0], "1999-01-01", TEXTS[1]], dtype="M8[D]")[::2],
    "masked array": np.ma.masked_array(np.array(TEXTS, dtype="M8[D]"), mask=[False, False]),
    "pandas": pd.Series(pd.to_datetime(TEXTS), index=[7, 7]),
    "pandas index": pd.DatetimeIndex(TEXTS),
    "pandas text": pd.Series(TEXTS, dtype="string"),
    "pandas objects": pd.Series([moment.date() for moment in WANTED]),
    "pandas categories": pd.Series(pd.to_datetime(TEXTS)).astype("category"),
    "pandas timestamps": [pd.Timestamp(text) for text in TEXTS],
    "polars dates": pl.Series([moment.date() for moment in WANTED]),
    "polars datetimes": pl.Series(WANTED),
    "polars text": pl.Series(TEXTS),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_dates_of_every_kind_are_the_same_dates(column):
    """However a date is written, it is that moment, in microseconds."""
    found = as_dates(column)

    assert found.dtype == np.dtype("datetime64[us]")
    assert found.tolist() == WANTED


@pytest.mark.parametrize("unit", ["D", "h", "m", "s", "ms", "us", "ns", "6h", "25s"])
def test_datetime64_of_every_unit(unit):
    """The unit of an array is read, and not guessed."""
    assert as_dates(np.array(TEXTS, dtype=f"M8[{unit}]")).tolist()[1] == WANTED[1]


@pytest.mark.parametrize(
    ("unit", "wanted"), [("Y", "2025-01-01"), ("M", "2025-01-01"), ("W", "2025-01-30")]
)
def test_coarse_units_are_their_first_day(unit, wanted):
    """A month is its first day; numpy's weeks begin on Thursdays."""
    assert str(as_dates(np.array(["2025-01-31"], dtype=f"M8[{unit}]"))[0])[:10] == wanted


@pytest.mark.parametrize("unit", ["ps", "fs", "as"])
def test_units_finer_than_a_nanosecond(unit):
    """They hold but days or hours around 1970, and those are read."""
    assert str(as_dates(np.array([0], dtype=f"M8[{unit}]"))[0])[:10] == "1970-01-01"


def test_nanoseconds_are_cut_off_without_a_warning():
    """A microsecond is fine enough to tell purchases apart; pandas warns of what it cuts off."""
    text = "2025-01-01T00:00:00.000000999"
    columns = [
        [pd.Timestamp(text)],
        pd.Series(pd.to_datetime([text])),
        np.array([text], dtype="M8[ns]"),
    ]
    for column in columns:
        assert as_dates(column).tolist() == [dt.datetime(2025, 1, 1)]  # noqa: DTZ001 - as above
    aware = pd.Series(pd.to_datetime([f"{text}Z"]))
    assert as_dates(aware, zone="UTC").tolist() == [dt.datetime(2025, 1, 1)]  # noqa: DTZ001


def moments(times):
    """Return columns of moments with a zone, of every kind that has one."""
    return {
        "datetimes": times,
        "text": [time.isoformat() for time in times],
        "pandas": pd.Series(pd.to_datetime(times, utc=True)),
        "pandas index": pd.DatetimeIndex(pd.to_datetime(times, utc=True)),
        "pandas objects": pd.Series(times, dtype=object),
        "polars": pl.Series(times).dt.convert_time_zone("Asia/Tokyo"),
    }


KINDS = tuple(moments([dt.datetime(2025, 1, 1, tzinfo=dt.UTC)]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("utc", "zone", "wanted"),
    [
        ("2024-12-31T21:59:59", HELSINKI, "2024-12-31T23:59:59"),
        ("2024-12-31T22:00:00", HELSINKI, "2025-01-01T00:00:00"),
        ("2024-06-30T20:59:59", HELSINKI, "2024-06-30T23:59:59"),
        ("2024-06-30T21:00:00", HELSINKI, "2024-07-01T00:00:00"),
        ("2025-01-01T04:59:59", "America/Lima", "2024-12-31T23:59:59"),
        ("2024-12-31T23:59:59", "UTC", "2024-12-31T23:59:59"),
        ("2024-12-31T18:15:00", "Asia/Kathmandu", "2025-01-01T00:00:00"),
        ("2024-10-27T00:30:00", HELSINKI, "2024-10-27T03:30:00"),
        ("2024-10-27T01:30:00", HELSINKI, "2024-10-27T03:30:00"),
    ],
)
def test_moments_near_midnight_lie_on_the_day_of_the_zone(kind, utc, zone, wanted):
    """Summer time, odd offsets and a clock turned back: the day is that of the wall calendar."""
    time = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)

    assert str(as_dates(moments([time])[kind], zone=zone)[0])[:19] == wanted


@given(
    time=st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)),  # noqa: DTZ001 - drawn
    source=st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", HELSINKI]),
    zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/Lima", HELSINKI]),
)
def test_a_moment_is_the_same_wherever_it_was_written(time, source, zone):
    """The zone that a date carries does not matter, only the moment and whose calendar counts."""
    moment = time.replace(tzinfo=dt.UTC)
    written = moment.astimezone(ZoneInfo(source))

    one, other = as_dates([moment, written], zone=zone)

    assert one == other == np.datetime64(moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None))


@pytest.mark.parametrize("kind", KINDS)
def test_a_zone_is_never_guessed(kind):
    """Without a named zone a date that carries one has no calendar day."""
    times = [dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.UTC)]

    with pytest.raises(rm.DateError, match=r"first at position 0.*zone='Europe/Helsinki'"):
        as_dates(moments(times)[kind])


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_a_zone_that_converts_nothing_is_an_error(column):
    """A zone is for moments: of dates without one it must be known what their clock was."""
    if inspect.isgenerator(column):
        column = iter(TEXTS)
    with pytest.raises(rm.DateError, match=r"zone='Europe/Helsinki' converts.*recorded_in='UTC'"):
        as_dates(column, zone=HELSINKI)


def test_times_of_a_known_clock_are_moments():
    """Exports of billing write UTC without saying so; the month is that of the zone."""
    texts = ["2024-02-01 03:30:00", "2024-03-01 12:00:00"]
    wanted = as_dates([f"{text}+00:00" for text in texts], zone="America/New_York")

    for column in (texts, pd.Series(pd.to_datetime(texts)), np.array(texts, dtype="M8[s]")):
        for clock in ("UTC", ZoneInfo("UTC"), dt.UTC):
            found = as_dates(column, zone="America/New_York", recorded_in=clock)
            assert found.tolist() == wanted.tolist()
    assert str(wanted[0]) == "2024-01-31T22:30:00.000000"


@given(
    time=st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)),  # noqa: DTZ001 - drawn
    clock=st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", HELSINKI, "Africa/Monrovia"]),
    zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/Lima", HELSINKI]),
)
def test_a_clock_is_read_as_the_standard_library_reads_it(time, clock, zone):
    """Where an hour is shown twice the first is meant; who has shown none is moved on."""
    wanted = time.replace(tzinfo=ZoneInfo(clock)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert as_dates([time], zone=zone, recorded_in=clock).tolist() == [wanted]


def test_days_have_no_clock():
    """A day is no moment: to move it by a zone would make it the day before."""
    for column in (TEXTS, TEXTS * 40, np.array(TEXTS, dtype="M8[D]"), [dt.date(2025, 1, 31)]):
        with pytest.raises(rm.DateError, match=r"must be times of a clock.*at position 0"):
            as_dates(column, zone=HELSINKI, recorded_in="UTC")


def test_what_a_clock_needs():
    """It needs a calendar to be read by, and dates that do not know better."""
    with pytest.raises(rm.ParameterError, match="'zone' must be given with recorded_in"):
        as_dates(["2025-01-01T10:00"], recorded_in="UTC")
    with pytest.raises(rm.DateError, match=r"a time zone of their own\. Leave recorded_in"):
        as_dates(["2025-01-01T10:00Z"], zone="UTC", recorded_in="UTC")
    with pytest.raises(rm.ParameterError, match="'recorded_in' must be the name of a time zone"):
        as_dates(["2025-01-01T10:00"], zone="UTC", recorded_in="Mars")


@pytest.mark.parametrize("kind", KINDS)
def test_instants_keep_their_order_where_the_clock_does_not(kind):
    """In the hour that autumn repeats the later moment may be shown as the earlier one."""
    utc = ["2025-10-26T00:50", "2025-10-26T01:10", "2025-10-26T00:10"]
    times = [dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) for text in utc]

    found = as_times(moments(times)[kind], zone=HELSINKI)

    assert [str(time)[11:16] for time in found.shown] == ["03:50", "03:10", "03:10"]
    assert [str(time)[:16] for time in found.instants] == utc


@pytest.mark.parametrize("zone", [ZoneInfo(HELSINKI), dt.timezone(dt.timedelta(hours=2))])
def test_zones_may_be_objects(zone):
    """As a data frame's column has them."""
    assert str(as_dates(["2024-12-31T22:00Z"], zone=zone)[0])[:16] == "2025-01-01T00:00"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-01-05 10:00:00 UTC", "2025-01-05T10:00:00"),
        ("2025-01-05 10:00:00.123456 UTC", "2025-01-05T10:00:00.123456"),
        ("2025-01-05 10:00:00.123456789Z", "2025-01-05T10:00:00.123456"),
        ("2025-01-05T10:00:00GMT", "2025-01-05T10:00:00"),
        ("2025-01-05 10:00:00.000 +0000", "2025-01-05T10:00:00"),
        ("2025-01-05 10:00:00 +02:00", "2025-01-05T08:00:00"),
        ("2025-01-05 10:00:00+0000", "2025-01-05T10:00:00"),
        ("2025-01-05 10:00:00-05", "2025-01-05T15:00:00"),
        ("2025-01-05 10:00 -0500", "2025-01-05T15:00:00"),
    ],
)
def test_moments_as_databases_write_them(text, wanted):
    """What ISO 8601 has not, and nobody can misread."""
    assert as_times([text], zone="UTC").shown.tolist() == [dt.datetime.fromisoformat(wanted)]


@pytest.mark.parametrize(
    "text",
    ["2025-01 -05", "2025-01-05 UTC", "2025-01-05 10:00:00 EET", "2025-13", "0000-01", "2025-1"],
)
def test_what_only_looks_like_a_moment(text):
    """A day has no zone, letters of others are not known, and a month has two digits."""
    with pytest.raises(rm.DateError, match="at position 0"):
        as_dates([text], zone="UTC")


@pytest.mark.parametrize(
    ("frequency", "first"),
    [
        ("M", "2025-03-01"),
        ("Q", "2025-01-01"),
        ("Y", "2025-01-01"),
        ("W", "2025-03-03"),
        ("D", "2025-03-05"),
        ("h", "2025-03-05"),
    ],
)
def test_periods_of_pandas_are_their_first_day(frequency, first):
    """As in every column of months; a missing one is missing."""
    column = pd.Series([pd.Period("2025-03-05", frequency), pd.NaT])

    assert str(as_dates(column[:1])[0])[:10] == first
    assert str(as_dates(list(column)[:1])[0])[:10] == first
    with pytest.raises(rm.DateError, match="at position 1"):
        as_dates(column)


MONTHS_OF_2025 = {
    "text": ["2025-01", "2025-03"],
    "periods": pd.period_range("2025-01", periods=3, freq="M")[::2],
    "array": np.array(["2025-01", "2025-03"], dtype="M8[M]"),
}


@pytest.mark.parametrize("column", MONTHS_OF_2025.values(), ids=MONTHS_OF_2025)
def test_months_are_counted_by_months_or_longer(column):
    """By a week or a day they would all be of its first, and nobody would see it."""
    assert as_times(column, every="month").days.astype(str).tolist() == ["2025-01-01", "2025-03-01"]
    assert len(as_times(column, every="year-april").days) == 2
    for every in ("day", "week", "week-sunday"):
        with pytest.raises(rm.DateError, match=r"must tell the (day|week); .* is a month\. Say"):
            as_times(column, every=every)


@pytest.mark.parametrize(
    "column",
    [
        [2024, 2025],
        np.array([2024, 2025]),
        [2024.0, 2025],
        pd.Series([2024, 2025]),
        ["2024", "2025"],
    ],
)
def test_years_are_whole_numbers_where_years_are_counted(column):
    """Elsewhere a number may be anything: seconds, days of a spreadsheet."""
    assert as_times(column, every="year").days.astype(str).tolist() == ["2024-01-01", "2025-01-01"]
    for every in (None, "month", "year-april"):
        with pytest.raises(rm.DateError, match="2 are missing or cannot be read"):
            as_times(column, every=every)


@pytest.mark.parametrize("value", [0, 10_000, 2025.5, True, 20250101, -5, math.inf])
def test_what_is_no_year(value):
    """Years are those of the calendar."""
    with pytest.raises(rm.DateError, match="at position 1"):
        as_times([2025, value], every="year")


def test_ambiguous_dates_are_refused_with_the_remedy():
    """Day and month are never guessed."""
    for text in ("01/02/2025", "1.2.2025", "Feb 1, 2025"):
        with pytest.raises(rm.DateError, match=r"pd.to_datetime\(column, format='%d/%m/%Y'\)"):
            as_dates([text])


def test_gaps_are_kept_on_demand():
    """Whoever counts missing dates is given NaT for them."""
    for column in (
        ["2025-01-31", None],
        pd.Series(pd.to_datetime(["2025-01-31", None])),
        pd.Series(pd.to_datetime(["2025-01-31T10:00Z", None])),
    ):
        aware = getattr(column.dtype, "tz", None) if hasattr(column, "dtype") else None
        days = as_times(column, zone="UTC" if aware else None, gaps=True).days
        assert days.astype(str).tolist() == ["2025-01-31", "NaT"]


def test_a_day_that_was_wholly_observed():
    """Midnight of the calendar that counts; a month is no day, and a moment lies within one."""
    lima = dt.timezone(dt.timedelta(hours=-5))
    for value in (
        "2025-03-31",
        dt.date(2025, 3, 31),
        dt.datetime(2025, 3, 31, tzinfo=lima),
        "2025-03-31T05:00Z",
        pd.Timestamp("2025-03-31", tz="America/Lima"),
    ):
        assert str(as_whole_day(value, "as_of", zone="America/Lima")) == "2025-03-31"
    with pytest.raises(rm.DateError, match=r"as_of='2025-03-30', or as_of='2025-03-31' if all"):
        as_whole_day("2025-03-31T12:00", "as_of")
    for value in ("2025-03", pd.Period("2025-03", "M"), np.datetime64("2025-03"), "2025-W09"):
        with pytest.raises(
            rm.DateError, match=r"as_of must be a day, got .*, a whole (month|week)"
        ):
            as_whole_day(value, "as_of")
    with pytest.raises(rm.DateError, match=r"as_of carries a time zone.*zone=.*as_of='2025-03-31'"):
        as_whole_day(pd.Timestamp("2025-03-31", tz="America/Lima"), "as_of")


def test_dates_with_and_without_a_zone_do_not_mix():
    """Both positions are shown, of the first of each."""
    with pytest.raises(rm.DateError, match=r"\(position 1\) and without \(position 0\)"):
        as_dates(["2025-01-01", "2025-01-01T00:00Z"], zone="UTC")


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "Europe", "Europe/", "../etc", "/etc/passwd", 3, "\0"]
)
def test_unknown_zones_are_errors(zone):
    """Neither a folder of zones nor a path is a zone."""
    with pytest.raises(rm.ParameterError, match="'zone' must be the name of a time zone"):
        as_dates(["2025-01-01T00:00Z"], zone=zone)


@pytest.mark.parametrize(
    "value",
    [
        None,
        math.nan,
        np.datetime64("NaT", "D"),
        pd.NaT,
        pd.NA,
        "",
        "yesterday",
        "31.01.2025",
        "2025-02-29",
        "2025-13-01",
        "2025-1-3",
        "0000-01-01",
        b"2025-01-01",
        20250101,
        1735689600.0,
        True,
        dt.timedelta(1),
        dt.time(12),
        ["2025-01-01"],
        np.datetime64(20000 - 1970, "Y"),
        np.datetime64(10**12, "Y"),
    ],
    ids=repr,
)
def test_what_is_no_date_is_an_error_with_its_position(value):
    """Missing, out of range, another order of day and month, a number: nothing is guessed."""
    with pytest.raises(rm.DateError, match=r"must be dates; 1 is missing or .* at position 1"):
        as_dates(["2025-01-01", value, "2025-01-02"])


@pytest.mark.parametrize(
    "column",
    [
        np.array(["2025-01-01", "NaT"], dtype="M8[s]"),
        pd.Series(pd.to_datetime(["2025-01-01", None])),
        pd.Series(pd.to_datetime(["2025-01-01", None], utc=True)),
        pd.Series(["2025-01-01", None], dtype="string"),
        pl.Series([dt.date(2025, 1, 1), None]),
        pl.Series([dt.datetime(2025, 1, 1, tzinfo=dt.UTC), None]),
        pl.Series(["2025-01-01", None]),
        np.ma.masked_array(np.array(TEXTS, dtype="M8[D]"), mask=[False, True]),
    ],
    ids=lambda column: f"{type(column).__module__}-{column.dtype}",
)
def test_missing_dates_of_columns_are_errors_with_their_position(column):
    """Null, NaT and masked are missing in every kind of column."""
    with pytest.raises(rm.DateError, match="at position 1"):
        as_dates(column, zone="UTC")


@pytest.mark.parametrize("unit", ["Y", "M", "D", "s", "ms", "us"])
@pytest.mark.parametrize("year", [0, 10000, -5000, 200000])
def test_arrays_beyond_the_calendar_are_errors(unit, year):
    """What is not in the years 1 to 9999 is most likely read in the wrong unit."""
    column = np.array([0, year - 1970], dtype="M8[Y]").astype(f"M8[{unit}]")

    with pytest.raises(rm.DateError, match=r"years 1 to 9999: .* at position 1\. Check their unit"):
        as_dates(column)


@pytest.mark.parametrize(
    ("moment", "zone"),
    [(LAST, HELSINKI), (FIRST, "America/Lima")],
)
def test_a_zone_may_move_a_moment_beyond_the_calendar(moment, zone):
    """The last second of 9999 in London is in the year 10000 in Helsinki."""
    with pytest.raises(rm.DateError, match=r"years 1 to 9999: .* at position 1"):
        as_dates(["2025-01-01T00:00Z", moment.replace(tzinfo=dt.UTC)], zone=zone)


def test_the_first_and_the_last_moment_of_the_calendar_are_dates():
    """The bounds belong to it, as objects and as an array."""
    ends = [FIRST, LAST]

    assert as_dates(ends).tolist() == ends
    assert as_dates(np.array(ends, dtype="M8[us]")).tolist() == ends


@pytest.mark.parametrize("column", ["2025-01-01", {"2025-01-01"}, np.zeros((1, 1), "M8[D]"), 3])
def test_what_is_no_column_is_an_error(column):
    """A single date is not a column of one."""
    with pytest.raises(rm.AnswerError, match="dates must"):
        as_dates(column)


def test_many_bad_dates_are_counted_and_five_are_shown():
    """A message stays short however bad the column is."""
    with pytest.raises(rm.DateError, match=r"dates must be dates; 9 are .* position 4, \.\.\.\."):
        as_dates(["?"] * 9)


@pytest.mark.parametrize("column", [[], (), np.array([], dtype="M8[D]"), np.array([])])
def test_no_dates_are_an_empty_column(column):
    """Nothing to read is no error."""
    assert as_dates(column).tolist() == []


def test_reading_dates_modifies_nothing():
    """An array that is right already is checked and left alone."""
    column = np.array(TEXTS, dtype="M8[us]")
    column.setflags(write=False)

    assert as_dates(column).tolist() == WANTED


@pytest.mark.parametrize(
    "value", ["2025-01-31", "2025-01-31T23:59", dt.date(2025, 1, 31), np.datetime64("2025-01-31")]
)
def test_a_single_day(value):
    """A day may be given as any date; its time of day is not looked at."""
    assert as_day(value, "start") == np.datetime64("2025-01-31", "D")


@pytest.mark.parametrize(
    "value", [None, "", "soon", 3, "2025-01-01T00:00Z", np.datetime64("NaT", "D")]
)
def test_a_single_day_that_is_none_is_an_error_that_names_it(value):
    """The message names the argument."""
    with pytest.raises(rm.DateError, match=r"^start "):
        as_day(value, "start")


def plain_first(day, every):
    """Return the first day of the period of a day, by the calendar of the standard library."""
    return {
        "day": day,
        "week": day - dt.timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1),
        "year": day.replace(month=1, day=1),
    }[every]


days = st.dates(dt.date(2, 1, 1), dt.date(9998, 12, 31))


@given(day=days, every=st.sampled_from(EVERY))
@example(day=dt.date(1969, 12, 31), every="week")
@example(day=dt.date(1970, 1, 1), every="week")
@example(day=dt.date(1969, 12, 31), every="quarter")
@example(day=dt.date(2024, 2, 29), every="month")
@example(day=dt.date(2024, 12, 30), every="week")
def test_periods_are_those_of_the_calendar(day, every):
    """First and last day of a period enclose its days, before and after 1970; weeks from Monday."""
    number = period_of(np.array([day], dtype="M8[D]"), every)
    first, last = first_day(number, every).item(), last_day(number, every).item()

    assert first == plain_first(day, every)
    assert first <= day <= last
    assert plain_first(last, every) == first
    assert plain_first(last + dt.timedelta(days=1), every) == last + dt.timedelta(days=1)
    next_one = period_of(np.array([last + dt.timedelta(days=1)], dtype="M8[D]"), every)
    assert (next_one - number).tolist() == [1]


def test_weeks_begin_on_monday():
    """The last day of 2023 was a Sunday, the first of 2024 a Monday."""
    sunday, monday = period_of(np.array(["2023-12-31", "2024-01-01"], dtype="M8[D]"), "week")

    assert monday == sunday + 1
    assert first_day(int(monday), "week").item().weekday() == calendar.MONDAY


@given(day=days, months=st.integers(-1200, 1200))
@example(day=dt.date(2024, 2, 29), months=-12)
@example(day=dt.date(2024, 3, 31), months=-1)
@example(day=dt.date(1970, 1, 31), months=1)
def test_shifting_by_months_keeps_the_day_where_the_month_has_it(day, months):
    """Other months are shorter: their last day stands in; the calendar says how long they are."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return
    length = calendar.monthrange(year, month + 1)[1]

    found = shift_months(np.datetime64(day), months)

    assert found.item() == dt.date(year, month + 1, min(day.day, length))


@given(day=days, every=st.sampled_from(KINDS_OF_PERIOD))
@example(day=dt.date(2024, 2, 29), every="week-sunday")
@example(day=dt.date(1969, 12, 31), every="year-april")
def test_periods_that_start_elsewhere(day, every):
    """Weeks start on the day of their name, quarters and years in the month of theirs."""
    number = period_of(np.array([day], dtype="M8[D]"), every)
    first, last = first_day(number, every).item(), last_day(number, every).item()
    kind, _, start = every.partition("-")

    assert first <= day <= last
    if kind == "week":
        assert WEEKDAYS[first.weekday()] == start
        assert (last - first).days == 6
    else:
        months = {"quarter": 3, "year": 12}[kind]
        assert first.day == 1
        assert (first.month - 1 - MONTHS.index(start)) % months == 0
        following = last + dt.timedelta(days=1)
        assert 12 * (following.year - first.year) + following.month - first.month == months
    next_one = period_of(np.array([last + dt.timedelta(days=1)], dtype="M8[D]"), every)
    assert (next_one - number).tolist() == [1]


@pytest.mark.parametrize(
    ("every", "start", "name"),
    [
        ("week", {"week_start": "sunday"}, "week-sunday"),
        ("week", {"week_start": "monday"}, "week"),
        ("year", {"year_start": "april"}, "year-april"),
        ("year", {"year_start": "january"}, "year"),
        ("quarter", {"year_start": "april"}, "quarter"),
        ("quarter", {"year_start": "november"}, "quarter-february"),
        ("quarter", {"year_start": "december"}, "quarter-march"),
        ("week-sunday", {}, "week-sunday"),
    ],
)
def test_where_periods_start(every, start, name):
    """What starts elsewhere has a name of its own, and what does not is the plain kind."""
    assert as_every(every, **start) == name


@pytest.mark.parametrize(
    ("every", "start", "match"),
    [
        ("month", {"week_start": "sunday"}, "'week_start' must be left out"),
        ("week", {"year_start": "april"}, "'year_start' must be left out"),
        ("week", {"week_start": "sonntag"}, "monday, tuesday"),
        ("week", {"week_start": 6}, "monday, tuesday"),
        ("year", {"year_start": 4}, "january, february"),
        ("week-sunday", {"week_start": "saturday"}, "'week_start' must be left out"),
    ],
)
def test_starts_that_mean_nothing(every, start, match):
    """A start belongs to its kind of period and has the name of a day or a month."""
    with pytest.raises(rm.ParameterError, match=match):
        as_every(every, **start)


@pytest.mark.parametrize("every", EVERY + KINDS_OF_PERIOD)
@pytest.mark.parametrize("to", EVERY + KINDS_OF_PERIOD)
def test_what_adds_up_to_what(every, to):
    """By the calendar of twelve years: no period lies in two longer ones."""
    days_of_years = np.arange("2019-01-01", "2031-01-01", dtype="M8[D]")
    fine, coarse = period_of(days_of_years, every), period_of(days_of_years, to)
    pairs = set(zip(fine.tolist(), coarse.tolist(), strict=True))

    assert adds_up_to(every, to) == (len(pairs) == len(set(fine.tolist())))


def test_a_mistyped_year_is_named():
    """Centuries of empty periods are nobody's wish."""
    days_given = np.array(["2025-03-01", "0202-01-01", "NaT", "2025-02-01"], dtype="M8[D]")

    with pytest.raises(
        rm.DateError,
        match=r"within 200 years.*span 1823: from 0202-01-01 at "
        r"position 1 to 2025-03-01 at position 0\. Is a year mistyped",
    ):
        require_near(days_given)
    with pytest.raises(rm.DateError, match=r"to as_of = 9999-12-31"):
        require_near(days_given[::3], until=np.datetime64("9999-12-31"))
    require_near(days_given[::3], until=np.datetime64("2200-12-31"))
    require_near(days_given[2:3])


@pytest.mark.parametrize("every", ["fortnight", "Month", "", None, 7, ("month",)])
def test_unknown_periods_are_errors_that_name_the_known_ones(every):
    """A period goes by its name, as it is written."""
    with pytest.raises(rm.ParameterError, match="day, week, month, quarter, year"):
        as_every(every)


@pytest.mark.parametrize("every", EVERY)
def test_known_periods(every):
    """Each name is the kind of period it says."""
    assert as_every(every) == every


def test_no_warning_reaches_the_user():
    """Neither numpy nor pandas complains about any column above."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, column in COLUMNS.items():
            if name != "generator":
                as_dates(column)
