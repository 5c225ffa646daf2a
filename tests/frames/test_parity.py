"""Every engine gives what the arrays give: counts exactly, floats to 1e-12, groups in one order."""

import datetime as dt
import math
import random
from decimal import Decimal

import numpy as np
import pytest
from engines_under_test import ENGINES, PARAMS, module, rows_of
from metrics_under_test import CASES

import relmetrics as rm
from relmetrics import frames

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Dd]ask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
ROWS = 240
PLAN, DAY, WEIGHT = 'the plan. "x"', "day.of", "w t"
RARE = "`odd` column's"


@pytest.fixture(scope="module", params=PARAMS)
def engine(request):
    module("narwhals")
    return ENGINES[request.param]


def drawn(seed=1, rows=ROWS):
    """Return labels, days and weights with gaps."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    start = dt.datetime(2025, 1, 1, 7, 30)  # noqa: DTZ001 - what a clock shows
    return rng, {
        PLAN: [rng.choice(["gold", "basic", None, "Ärger"]) for _ in range(rows)],
        RARE: [rng.choice([True, False, None]) for _ in range(rows)],
        DAY: [
            rng.choice([None, *(start + dt.timedelta(days=rng.randrange(100)) for _ in range(9))])
            for _ in range(rows)
        ],
        WEIGHT: [rng.choice([0.0, 0.3, 1.0, 2.7]) for _ in range(rows)],
    }


def values_of(case, rng, rows=ROWS):
    """Return the columns of a metric's data, by names that are hard on engines."""
    if case.kind == "tally":
        scale = case.metric.scale
        points = range(13) if "purchases" in case.metric.description.definition else scale.points
        yes_no = scale.is_yes_no and len(points) == 2
        choices = [None, *([True, False] if yes_no else map(int, points))]
        return {"an answer.": [rng.choice(choices) for _ in range(rows)]}
    names = list(case.to_data([]))
    if case.metric.description.unit == "scale points" or "CSI" in case.label:
        return {name: [rng.choice([None, 1, 2, 3, 4, 5]) for _ in range(rows)] for name in names}
    return {name: [rng.choice([None, 0.0, 5.5, 10.25]) for _ in range(rows)] for name in names}


def arrays_of(case, columns):
    return next(iter(columns.values())) if case.kind == "tally" else columns


def named(case, columns):
    return next(iter(columns)) if case.kind == "tally" else tuple(columns)


def close(found, expected, name):
    """Tell whether two columns are the same: counts exactly, floats to 1e-12."""
    expected = np.asarray(expected)
    if expected.dtype.kind == "f":
        scale = max(1.0, np.nanmax(np.abs(expected), initial=1.0))
        np.testing.assert_allclose(
            np.array(found, float), expected, rtol=1e-9, atol=1e-11 * scale, err_msg=name
        )
    else:
        assert list(found) == expected.tolist(), name


def same(ours, theirs):
    left, right = ours.table(), theirs.table()
    assert list(left.columns) == list(right.columns)
    for name in left.columns:
        close(left[name].tolist(), right[name], name)


@pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])
def test_every_metric_by_group_and_over_time(engine, case):
    """A breakdown and a trend, with and without weights, are those of the arrays."""
    rng, data = drawn()
    columns = values_of(case, rng)
    frame, answers = engine(data | columns), arrays_of(case, columns)
    for weights in (None, WEIGHT):
        given = {} if weights is None else {"weights": data[WEIGHT]}
        ours = frames.breakdown(frame, named(case, columns), case.metric, by=PLAN, weights=weights)
        theirs = case.metric.by(answers, {PLAN: data[PLAN]}, sort=True, **given)
        same(ours, theirs)
        close([ours.total.value], np.array([theirs.total.value]), "total")
        assert (ours.total.n, ours.total.weightless) == (theirs.total.n, theirs.total.weightless)
    ours = frames.trend(frame, named(case, columns), case.metric, date=DAY)
    theirs = case.metric.over(answers, data[DAY])
    same(ours, theirs)
    for name in ("until", "judged_by", "undated", "later", "first"):
        assert getattr(ours, name) == getattr(theirs, name), name


def nps_data(rows=ROWS):
    rng, data = drawn(rows=rows)
    data["q"] = [rng.choice([None, *range(11)]) for _ in range(rows)]
    return data


MEASURES = {"q": [rm.NPS(), rm.MeanScore(scale=rm.ZERO_TO_TEN)]}


def test_one_table_of_everything(engine):
    """The tidy table has the figures of by, of its total, and of compare."""
    data = nps_data()
    found = rows_of(
        frames.measure(engine(data), MEASURES, by=[[PLAN], [PLAN, RARE]], compare="rest")
    )
    by = rm.NPS().by(data["q"], {PLAN: data[PLAN]}, sort=True)
    own = [
        i
        for i, (metric, segment) in enumerate(zip(found["metric"], found["by"], strict=True))
        if metric == "NPS" and segment == PLAN
    ]
    for name in ("value", "low", "high", "n", "missing"):
        close([found[name][i] for i in own], by.table()[name], name)
    comparisons = by.compare()
    keys = list(comparisons)
    table = comparisons.table()
    for at, key in zip(own, by.labels.keys(), strict=True):
        row = keys.index(key)
        for name, there in (
            ("difference", "difference"),
            ("difference_low", "low_adjusted"),
            ("difference_high", "high_adjusted"),
            ("p_adjusted", "p_adjusted"),
        ):
            close([found[name][at]], table[there][row : row + 1], name)
        assert found["verdict"][at] == table["verdict"][row]
    total = found["by"].index("total")
    assert found["n"][total] == by.total.n
    assert len(found["n"]) == 2 * (1 + 4 + len(set(zip(data[PLAN], data[RARE], strict=True))))


def test_one_table_over_time(engine):
    """Over time each group has the figures of its trend and of its changes."""
    data = nps_data()
    options = {"by": [PLAN], "date": DAY, "every": "month"}
    found = rows_of(frames.measure(engine(data), MEASURES, compare="previous", **options))
    days = [day for day in data[DAY] if day is not None]
    rows = [i for i, plan in enumerate(data[PLAN]) if plan == "gold"]
    trend = rm.NPS().over(
        [data["q"][i] for i in rows], [data[DAY][i] for i in rows], as_of=max(days).date()
    )
    own = [
        i
        for i, key in enumerate(zip(found["metric"], found[PLAN], strict=True))
        if key == ("NPS", "gold")
    ]
    for name in ("value", "low", "high", "n", "missing", "complete"):
        close([found[name][i] for i in own], trend.table()[name], name)
    changes = trend.changes(adjust="holm")
    for name, there in (("difference", "difference"), ("p_adjusted", "p_adjusted")):
        close([found[name][i] for i in own], changes[there], name)
    rest = rows_of(frames.measure(engine(data), MEASURES, compare="rest", **options))
    month = [i for i, day in enumerate(data[DAY]) if day is not None and day.month == 2]
    by = rm.NPS().by([data["q"][i] for i in month], [data[PLAN][i] for i in month], sort=True)
    at = next(
        i
        for i, key in enumerate(zip(rest["metric"], rest[PLAN], rest["period"], strict=True))
        if key[:2] == ("NPS", "gold") and str(key[2])[:7] == "2025-02"
    )
    place = list(by.compare()).index("gold")
    close([rest["difference"][at]], by.compare().table()["difference"][place : place + 1], "rest")


def test_order_and_kinds_of_labels_are_the_same_everywhere(engine):
    """Groups are sorted, the missing one last, whatever the engine does."""
    data = nps_data()
    by = frames.breakdown(engine(data), "q", rm.NPS(), by=[PLAN, RARE])
    theirs = rm.NPS().by(data["q"], {PLAN: data[PLAN], RARE: data[RARE]}, sort=True)
    if list(by) != list(theirs):  # columns of True and None are texts to Dask
        assert [(a, None if b is None else b == "True") for a, b in by] == list(theirs)


@pytest.mark.parametrize("rows", [0, 3])
def test_frames_without_rows_or_answers(engine, rows):
    """An empty frame has no groups and a total of nobody; groups without answers have n = 0."""
    schema = {"q": [None, None, 5][:rows], "k": ["a", "b", "b"][:rows]}
    frame = engine(schema | {"q": [7, 7, 5], "k": ["a", "b", "b"]})
    narwhals = module("narwhals.stable.v2")
    known = narwhals.from_native(frame)
    if rows == 0:
        frame = known.filter(narwhals.col("q") > 10)
    else:
        empty = narwhals.when(narwhals.col("q") == 5).then(narwhals.col("q")).alias("q")
        frame = known.with_columns(empty)
    found = rows_of(frames.measure(frame, {"q": rm.NPS()}, by="k"))
    assert found["n"] == ([0] if rows == 0 else [1, 0, 1])
    assert math.isnan(found["value"][0]) == (rows == 0)
    assert frames.tally(frame, "q", rm.NPS()).n == (0 if rows == 0 else 1)


KINDS = {
    "decimals": [Decimal("9.0"), Decimal("3.0"), None],
    "floats": [9.0, 3.0, None],
    "integers": [9, 3, None],
    "texts": ["never", "sure", None],
}


@pytest.mark.parametrize("kind", KINDS)
def test_answers_of_every_kind(engine, kind):
    """Decimals, floats and labels are answers."""
    labels = {3: "sure", 9: "never"} if kind == "texts" else None
    metric = rm.NPS() if labels is None else rm.MeanScore(scale=rm.Scale(0, 10, labels))
    frame = engine({"q": KINDS[kind]})
    if kind == "decimals" and type(frame).__module__.startswith("dask"):
        with pytest.raises(rm.AnswerError, match=r"'3\.0' in 1 row"):  # Dask makes texts of them
            frames.tally(frame, "q", metric)
        return
    found = frames.tally(frame, "q", metric)
    assert (found.counts[9], found.counts[3], found.missing) == (1, 1, 1)


@pytest.mark.parametrize("dtype", ["UInt8", "UInt64", "Int128", "Float32", "Categorical"])
def test_types_of_polars(dtype):
    """Unsigned and wide integers, short floats and categories of text are answers as well."""
    polars = module("polars")
    module("narwhals")
    kind = getattr(polars, dtype)
    texts = dtype == "Categorical"
    values = ["9", "3", None] if texts else [9, 3, None]
    metric = rm.MeanScore(scale=rm.Scale(0, 10, {3: "3", 9: "9"})) if texts else rm.NPS()
    frame = polars.DataFrame({"q": polars.Series(values).cast(kind), "k": ["a", "a", None]})
    found = frames.breakdown(frame, "q", metric, by="k")
    assert found.table()["n"].tolist() == [2, 0]
    if not texts:
        weighted = frame.with_columns(w=polars.lit(1).cast(kind))
        assert frames.tally(weighted, "q", rm.NPS(), weights="w").weights is not None


@pytest.mark.parametrize("kind", ["date", "text", "category"])
def test_dates_of_every_kind(engine, kind):
    """Dates, texts and categories are read as they are from arrays."""
    days = [dt.date(2025, 1, 5), dt.date(2025, 3, 1), None]
    given = days if kind == "date" else [None if day is None else day.isoformat() for day in days]
    frame = engine({"q": [10, 3, 9], "d": given})
    if kind == "category":
        narwhals = module("narwhals.stable.v2")
        known = narwhals.from_native(frame)
        sql = (known.implementation.is_duckdb(), known.implementation.is_ibis())
        if any(sql) or known.implementation.is_spark_like():
            return
        frame = known.with_columns(narwhals.col("d").cast(narwhals.Categorical))
    trend = frames.trend(frame, "q", rm.NPS(), date="d")
    assert (trend["2025-01"].value, trend["2025-03"].value, trend.undated) == (100, -100, 1)


def test_times_with_a_zone():
    """A zone says whose calendar counts, and is asked for."""
    polars = module("polars")
    module("narwhals")
    late = dt.datetime(2025, 1, 31, 23, 30, tzinfo=dt.UTC)
    frame = polars.DataFrame({"q": [10], "d": [late]})
    with pytest.raises(rm.DateError, match="whose calendar counts"):
        frames.trend(frame, "q", rm.NPS(), date="d")
    assert list(
        frames.trend(frame, "q", rm.NPS(), date="d", zone="Europe/Helsinki")
        .table()["period"]
        .astype(str)
    ) == ["2025-02-01"]
    duckdb = module("duckdb")
    module("pyarrow")
    with pytest.raises(rm.DateError, match="duckdb shows in the zone of its session"):
        frames.trend(duckdb.from_arrow(frame.to_arrow()), "q", rm.NPS(), date="d")
