"""Purchases on every engine: what `PurchaseLog` gives of the same rows."""

import datetime as dt
import random

import numpy as np
import pytest
from engines_under_test import ENGINES, PARAMS, module

import relmetrics as rm
from relmetrics import frames

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Dd]ask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
WHO, WHEN, PAID, SENT = "who. bought", "day.of", "paid in $", "sent by"
NAMES = {"customer": WHO, "date": WHEN, "amount": PAID, "referred": SENT}


def drawn(seed=3, rows=160, *, ids=str, since=dt.datetime(1969, 11, 20, 7, 30)):  # noqa: DTZ001
    """Return rows with returns, ties, repeats, gaps and customers who only returned."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    names = [ids(i * 37 % 41) for i in range(26)]
    moments = [
        since + dt.timedelta(days=int(rng.random() ** 2 * 500), hours=rng.randrange(16))
        for _ in range(rows // 2)
    ]
    data = {
        WHO: [rng.choice(names) for _ in range(rows)],
        WHEN: [rng.choice(moments) for _ in range(rows)],
        PAID: [rng.choice([None, 0.0, 5.5, 10.25, 19.75, -5.5]) for _ in range(rows)],
        SENT: [rng.choice(["yes", "No", "FALSE", None, None, None]) for _ in range(rows)],
    }
    for place in range(0, rows, 9):  # rows that repeat, in all but the referral
        for name in (WHO, WHEN, PAID):
            data[name][place] = data[name][place // 2]
    for extra in ({WHO: ids(99), PAID: -3.0}, {WHO: ids(98), PAID: None}):
        for name, column in data.items():
            column.append(extra.get(name, column[0]))
    return data


def logs(make, data, **options):
    """Return the log of the rows, and the purchases of their frame."""
    names = {argument: name for argument, name in NAMES.items() if name in data}
    plural = [data.get(name) for name in (WHO, WHEN, PAID, SENT)]
    return rm.PurchaseLog(*plural, **options), frames.purchases(make(data), **names, **options)


@pytest.fixture(scope="module", params=PARAMS)
def engine(request):
    module("narwhals")
    return ENGINES[request.param]


def spare(engine, place):
    """Leave out all but the first of a kind where every plan takes seconds to be made."""
    if place and engine in [ENGINES.get(name) for name in ("dask", "spark", "sqlframe")]:
        pytest.skip("the first of a kind is enough where plans take seconds")


def same_tables(ours, theirs):
    assert list(ours.columns) == list(theirs.columns)
    for name in theirs.columns:
        left, right = ours[name], theirs[name]
        if right.dtype.kind == "f":
            np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12, err_msg=name)
        else:
            assert left.astype(str).tolist() == right.astype(str).tolist(), name


def same_cohorts(ours, theirs):
    assert ours.definition == theirs.definition
    for name in ("periods", "sizes", "by_kind", "products"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), name)
    assert ours.unknown_amounts == theirs.unknown_amounts
    if theirs.money is None:
        assert ours.money is None
    else:
        np.testing.assert_allclose(ours.money, theirs.money, rtol=1e-12, atol=1e-12)


WINDOWS = [
    ("1970-02-01", "1970-08-01", {}),
    ("1969-12-25", "1970-03-01", {"active_within": 400}),
    ("1970-01-01", "1971-01-01", {"active_within": 45}),
    ("1970-01-01", "1970-03-02", {"active_within": 7}),
]


@pytest.mark.parametrize("span", WINDOWS, ids=str)
def test_windows(engine, span):
    """Every count of a window is that of the log, the days as customers included."""
    spare(engine, WINDOWS.index(span) % 2)
    log, ours = logs(engine, drawn())
    start, end, options = span
    assert ours.window(start, end, **options) == log.window(start, end, **options)


def test_rates_of_windows(engine):
    """Retention and churn are those of the log, with their intervals and their windows."""
    log, ours = logs(engine, drawn(rows=60))
    start, end, _ = WINDOWS[0]
    pairs = [(x.churn(start, end, base="daily_sum"), x.retention(start, end)) for x in (ours, log)]
    assert pairs[0] == pairs[1]
    assert [rate.window for rate in pairs[0]] == [rate.window for rate in pairs[1]]


RULES = [("net", "keep"), ("dated", "drop"), ("drop", "keep"), ("count", "drop")]


@pytest.mark.parametrize("rules", RULES, ids="-".join)
def test_customers(engine, rules):
    """Summary, loyalty, repeat, frequency, referral and ROR are those of the log."""
    spare(engine, RULES.index(rules) % 3)
    log, ours = logs(engine, drawn(), returns=rules[0], duplicates=rules[1])
    as_of = None if rules[0] == "net" else "1970-06-30"
    theirs = log.summary(as_of)
    order = np.argsort(theirs["customer"].astype(str))
    ordered = rm.Table({name: theirs[name][order] for name in theirs.columns}, {})
    same_tables(ours.summary(as_of), ordered)
    options = {"as_of": as_of, "months": 2, "definition": "share_of_customers"}
    assert ours.ror(**options) == log.ror(**options)
    distinct_days = rules[0] in ("net", "count")
    assert ours.repeat(distinct_days=distinct_days) == log.repeat(distinct_days=distinct_days)
    options = {"threshold": 3, "distinct_days": not distinct_days}
    assert ours.loyalty(**options) == log.loyalty(**options)
    same_tables(ours.frequency(), log.frequency())
    assert ours.referral() == log.referral()


CALENDARS = [
    {"every": "month"},
    {"every": "week", "week_start": "thursday"},
    {"every": "quarter", "year_start": "february"},
    {"every": "year", "year_start": "april"},
    {"every": "day"},
]


@pytest.mark.parametrize("calendar", CALENDARS, ids=str)
def test_movements(engine, calendar):
    """Each period has the counts and the interval of the log."""
    spare(engine, CALENDARS.index(calendar) % 4)
    log, ours = logs(engine, drawn())
    for as_of in (None, "1960-01-01") if calendar["every"] == "month" else ("1970-12-15",):
        same_tables(ours.movements(as_of=as_of, **calendar), log.movements(as_of=as_of, **calendar))


COHORTS = [
    *CALENDARS[:4:2],
    {"windows": 30},
    {"windows": 7, "every": "week", "brackets": {"0": (0, 0), "1-3": (1, 3), "4-9": (4, 9)}},
    {"brackets": {"0": (0, 0), "1-2": (1, 2)}},
    {"entry": "recurring"},
]


@pytest.mark.parametrize("options", COHORTS, ids=str)
def test_cohorts(engine, options):
    """Every cell of every kind of retention, and the money, are those of the log."""
    spare(engine, COHORTS.index(options) % 3)
    log, ours = logs(engine, drawn(), returns="dated", duplicates="drop")
    given = options | {"as_of": "1970-08-15", "values": "revenue"}
    same_cohorts(ours.cohorts(**given), log.cohorts(**given))


@pytest.mark.parametrize("returns", ["net", "count"])
def test_cohorts_of_customers(engine, returns):
    """Customers alone need no amounts; before the first purchase there are no cohorts."""
    spare(engine, returns != "net")
    log, ours = logs(engine, drawn(), returns=returns)
    for as_of in (None, "1960-01-01"):
        same_cohorts(ours.cohorts(as_of=as_of), log.cohorts(as_of=as_of))


@pytest.mark.parametrize("kind", ["numbers", "dates", "texts", "flags", "bare"])
def test_columns_of_other_kinds(engine, kind):
    """Numbers name customers, days are dates or texts, referrals flags, and amounts need not be."""
    data = drawn(rows=40, ids=int if kind == "numbers" else str)
    if kind == "dates":
        data[WHEN] = [moment.date() for moment in data[WHEN]]
    if kind == "flags":
        data[SENT] = [True, False, *[True] * 40]
    if kind == "bare":
        del data[PAID], data[SENT]
    if kind == "texts":
        data[WHEN] = [moment.date().isoformat() for moment in data[WHEN]]
    log, ours = logs(engine, data)
    theirs = log.summary()
    order = np.argsort(log.customers if kind == "numbers" else log.customers.astype(str))
    same_tables(ours.summary(), rm.Table({n: theirs[n][order] for n in theirs.columns}, {}))
    same_tables(ours.movements(), log.movements())
    assert ours.ror() == log.ror()


def test_times_with_a_zone():
    """A day is one of the calendar that is named, and what repeats is told by the instant."""
    polars, pandas = module("polars"), module("pandas")
    module("narwhals")
    rng = random.Random(5)  # noqa: S311 - no secret
    start = dt.datetime(2025, 10, 20, 21, tzinfo=dt.UTC)
    when = [start + dt.timedelta(minutes=30 * rng.randrange(600)) for _ in range(80)]
    data = {WHO: [rng.choice("abcdefg") for _ in range(80)], WHEN: when}
    options = {"zone": "Europe/Helsinki", "duplicates": "drop"}
    log = rm.PurchaseLog(data[WHO], when, **options)
    for frame in (polars.DataFrame(data), polars.LazyFrame(data), pandas.DataFrame(data)):
        ours = frames.purchases(frame, customer=WHO, date=WHEN, **options)
        same_tables(ours.movements(every="day"), log.movements(every="day"))
        assert ours.summary()["purchases"].sum() == len(log)
        with pytest.raises(rm.DateError, match="whose calendar counts"):
            frames.purchases(frame, customer=WHO, date=WHEN)


def test_times_of_a_clock():
    """Times without a zone are converted from the clock that wrote them, as those of a log are."""
    module("narwhals")
    data = drawn(rows=60)
    options = {"zone": "Europe/Helsinki", "recorded_in": "Asia/Tokyo", "duplicates": "drop"}
    for name in ("polars", "polars, lazy", "pandas", "pyarrow", "dask"):
        log, ours = logs(ENGINES[name], data, **options)
        same_tables(ours.movements(every="day"), log.movements(every="day"))
        assert ours.repeat() == log.repeat()
    frame = ENGINES["polars"](data)
    day = {"customer": WHO, "date": "day", "zone": "UTC", "recorded_in": "UTC"}
    with pytest.raises(rm.DateError, match=r"times that carry no zone; 'day' .* is Date"):
        frames.purchases(frame.with_columns(day=frame[WHEN].dt.date()), **day)
    with pytest.raises(rm.DateError, match=r"cannot be asked of duckdb.*in the query"):
        frames.purchases(ENGINES["duckdb"](data), **(day | {"date": WHEN}))
    frame = ENGINES["pandas"](data)
    with pytest.raises(rm.DateError, match=r"tz_localize\('America/New_York'\) yourself"):
        frames.purchases(frame, **(day | {"date": WHEN, "recorded_in": "America/New_York"}))


def test_zones_of_pandas_with_an_underscore():
    """Instants in New York are read as those of every other place."""
    pandas, polars = module("pandas"), module("polars")
    module("narwhals")
    instants = [dt.datetime(2025, 1, 1, 4, tzinfo=dt.UTC), dt.datetime(2025, 1, 31, tzinfo=dt.UTC)]
    frame = polars.DataFrame({WHO: ["a", "b"], WHEN: instants})
    there = pandas.DataFrame({WHO: ["a", "b"], WHEN: pandas.to_datetime(instants)})
    there[WHEN] = there[WHEN].dt.tz_convert("America/New_York")
    for zone in ("America/New_York", "Europe/Helsinki"):
        found = [frames.purchases(f, customer=WHO, date=WHEN, zone=zone) for f in (frame, there)]
        same_tables(found[1].summary(), found[0].summary())
        trend = frames.trend(there.assign(q=10), "q", rm.NPS(), date=WHEN, every="day", zone=zone)
        assert trend.table()["period"][0] == found[0].summary()["first"][0]


WRONG = {
    "nobody": ({WHO: None}, rm.CustomerError, r"'who. bought' must name who bought; 1 of 42 rows"),
    "blank": ({WHO: "  "}, rm.CustomerError, "rows of unknown customers"),
    "undated": ({WHEN: None}, rm.DateError, r"'day.of' must say when; 1 of 42 rows"),
    "infinite": ({PAID: float("inf")}, rm.AmountError, r"'paid in \$' must hold finite numbers"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_rows_are_counted(engine, what):
    """They are found before any question is answered."""
    given, error, words = WRONG[what]
    data = drawn(rows=40)
    for name, value in dict(given).items():
        data[name][5] = value
    ours = frames.purchases(engine(data), **NAMES)
    with pytest.raises(error, match=words):
        ours.repeat()


def test_wrong_columns(engine):
    """Columns and types are looked at before anything is computed."""
    data = drawn(rows=40)
    frame = engine(data | {"text": ["x"] * 42})
    names = {argument: name for argument, name in NAMES.items() if argument != "referred"}
    wrong = [
        ({"customer": "whom"}, rm.ParameterError, "customer names the column 'whom'"),
        ({"date": PAID}, rm.DateError, r"date needs a column of dates, times or texts .* is"),
        ({"recorded_in": "UTC"}, rm.ParameterError, "zone.*given with recorded_in"),
        ({"amount": "text"}, rm.AnswerError, "numbers are needed; 'text'"),
        ({"returns": "nett"}, rm.ParameterError, "returns"),
        ({"zone": "UTC"}, rm.DateError, "zone converts times that carry a zone"),
    ]
    for change, error, words in wrong:
        with pytest.raises(error, match=words):
            frames.purchases(frame, **(names | change))
    with pytest.raises(rm.DateError, match=r"(?s)'text' of this .* as days such.*Convert it first"):
        frames.purchases(frame, **(names | {"date": "text"})).repeat()
    bare = frames.purchases(frame, customer=WHO, date=WHEN)
    with pytest.raises(rm.StateError, match="amounts"):
        bare.cohorts(values="revenue")
    with pytest.raises(rm.StateError, match="referrals"):
        bare.referral()
    with pytest.raises(rm.AnswerError, match="referred"):
        frames.purchases(frame, **names, referred="text").ror()


def test_nobody_bought(engine):
    """An empty frame has no last day, and no customers."""
    data = drawn(rows=40)
    narwhals = module("narwhals.stable.v2")
    frame = narwhals.from_native(engine(data)).filter(narwhals.col(PAID) > 100)
    ours = frames.purchases(frame, customer=WHO, date=WHEN, amount=PAID)
    with pytest.raises(rm.EmptySampleError):
        ours.movements()
    with pytest.raises(rm.EmptySampleError):
        ours.retention("2025-01-01", "2026-01-01")
    assert len(ours.summary("2025-01-01")["customer"]) == 0
    assert ours.cohorts(as_of="2025-01-01").sizes.tolist() == []
