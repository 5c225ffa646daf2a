"""Customers over time: retention, recurring revenue and cohorts, by segment, against hand-written.

A million subscriptions, ten million purchases, a thousand segments at full size. Each question is
asked of a log that is there, as the peers ask it of a table that is there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer, threads
from racing import Contender, Race

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST, LAST = np.datetime64("2022-01-01"), np.datetime64("2024-12-31")
START, END = np.datetime64("2024-06-01"), np.datetime64("2024-07-01")
FAR = np.datetime64("2100-01-01")
DAYS, MONTHS, SEGMENTS, PURCHASES, WITHIN = 1096, 36, 1000, 10, 60
LEAST = 2.0
FLOWS = ("new", "reactivated", "expansion", "contraction", "churned")


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield the questions of subscriptions, and those of ten times as many purchases."""
    del smoke
    rng = np.random.default_rng(17)
    customers = rng.integers(0, max(rows // 2, 2), rows)
    start = FIRST + rng.integers(0, DAYS - 60, rows)
    end = start + rng.exponential(300, rows).astype(int) + 1
    end = np.where(end > LAST, np.datetime64("NaT"), end)
    price = rng.integers(5, 500, rows) * 100
    segment = rng.integers(0, SEGMENTS, int(customers.max()) + 1)
    log = rm.SubscriptionLog(customers, start, end, price, as_of=LAST)
    by = segment[customers]
    table = {
        "c": customers,
        "s": start,
        "e": np.where(np.isnat(end), FAR, end),
        "p": price,
        "g": by,
    }
    text = f"{rows:,} subscriptions"
    yield _race(
        f"retention of a month, {text}",
        rows,
        lambda: log.retention(START, END),
        _pair,
        table,
        "kept",
    )
    yield _race(
        f"retention by 1,000 segments, {text}",
        rows,
        lambda: log.retention(START, END, by=by),
        _shares,
        table,
        "kept_by",
    )
    yield _race(f"recurring revenue by month, {text}", rows, log.revenue, _flows, table, "revenue")
    yield _race(
        f"cohorts by 1,000 segments, {text}",
        rows,
        lambda: log.cohorts(by=by),
        _ages,
        table,
        "cohorts",
    )
    many = rows * PURCHASES
    who = rng.integers(0, max(many // 5, 2), many)
    day = FIRST + rng.integers(0, DAYS, many)
    of = rng.integers(0, SEGMENTS, int(who.max()) + 1)[who]
    events = rm.PurchaseLog(who, day)
    bought = {"c": who, "s": day, "g": of}
    yield _race(
        f"retention by 1,000 segments, {many:,} purchases",
        many,
        lambda: events.retention(START, END, active_within=WITHIN, by=of),
        _shares,
        bought,
        "active_by",
        why="checks that no segment changes within a customer, which is most of the time",
    )
    yield _race(
        f"cohorts by 1,000 segments, {many:,} purchases",
        many,
        lambda: events.cohorts(as_of=LAST, by=of),
        _ages,
        bought,
        "bought",
    )


def _race(
    name: str,
    rows: int,
    run: Callable[[], Any],
    read: Callable[[Any], Any],
    table: dict[str, Any],
    question: str,
    why: str = "",
) -> Race:
    ours = Contender(name="relmetrics", run=run, read=read)
    others = [
        Contender(
            name=each.__name__.removeprefix("_by_"), run=asked, least=LEAST, rounds=3, why=why
        )
        for each in (_by_pandas, _by_polars, _by_duckdb)
        if (asked := each(table, question)) is not None
    ]
    return Race(name=name, ours=ours, others=others, rows=rows)


def _pair(found: Any) -> Any:
    return [found.window.start, found.window.retained]


def _shares(found: Any) -> Any:
    """Return who was there and who stayed, by segment in order."""
    table = found.table()
    order = np.argsort(table["segment"].astype(np.int64))
    stayed = np.rint(table["n"] * np.nan_to_num(table["value"]) / 100)
    some = table["n"][order] > 0
    return np.concatenate([table["n"][order][some], stayed[order][some]])


def _flows(found: Any) -> Any:
    table = found.table()
    return np.concatenate([table[name].astype(np.float64) for name in FLOWS])


def _ages(found: Any) -> Any:
    """Return how many customers are active at each age, over all cohorts and segments."""
    total = np.zeros(MONTHS)
    for cohorts in found.values():
        counts = np.nan_to_num(cohorts.counts).sum(axis=0)
        total[: len(counts)] += counts
    return total


def _padded(ages: Any, counts: Any) -> Any:
    total = np.zeros(MONTHS)
    np.add.at(total, np.asarray(ages, dtype=np.int64), np.asarray(counts, dtype=np.float64))
    return total


def _both(started: Any, stayed: Any, groups: Any) -> Any:
    """Return two counts by segment, in order of the segments."""
    order = np.argsort(np.asarray(groups))
    return np.concatenate([np.asarray(started)[order], np.asarray(stayed, dtype=float)[order]])


def _by_month(before: Any, after: Any, first: Any, month: Any) -> Any:
    """Return the movements from cells of customer and month; `first` is each customer's first."""
    base = int(first.min())
    size = MONTHS
    flows = {
        "new": (after > 0) & (before == 0) & (month == first),
        "reactivated": (after > 0) & (before == 0) & (month != first),
        "expansion": (before > 0) & (after > before),
        "contraction": (after > 0) & (after < before),
        "churned": (before > 0) & (after == 0),
    }
    moved = np.abs(after - before)
    return np.concatenate(
        [
            np.bincount((month - base)[rows], moved[rows], minlength=size + 1)[1:size]
            for rows in flows.values()
        ]
    )


def _by_pandas(  # noqa: C901 - a function for each question
    table: dict[str, Any], question: str
) -> Callable[[], Any] | None:
    pd = peer("pandas")
    if pd is None:
        return None
    frame = pd.DataFrame(table)

    def on(day: Any) -> Any:
        there = frame[(frame["s"] <= day) & (frame["e"] > day)]
        return there.drop_duplicates("c")[["c", "g"]]

    def bought(day: Any) -> Any:
        there = frame[(frame["s"] < day) & (frame["s"] >= day - WITHIN)]
        return there.drop_duplicates("c")[["c", "g"]]

    def stayed(before: Any, after: Any) -> Any:
        found = before.assign(k=before["c"].isin(after["c"])).groupby("g")["k"].agg(["size", "sum"])
        return _both(found["size"], found["sum"], found.index)

    def kept() -> Any:
        before, after = on(START - 1), on(END - 1)
        return [len(before), int(before["c"].isin(after["c"]).sum())]

    def cells(*, inclusive: bool) -> Any:
        low = frame["s"].to_numpy().astype("M8[M]").astype(int)
        last = np.minimum(frame["e"].to_numpy(), LAST + 1)
        high = (
            (last - 1).astype("M8[M]").astype(int) + 1
            if inclusive
            else last.astype("M8[M]").astype(int)
        )
        each = np.maximum(high - low, 0)
        rows = np.repeat(np.arange(len(frame)), each)
        month = (
            np.repeat(low, each) + np.arange(len(rows)) - np.repeat(np.cumsum(each) - each, each)
        )
        return rows, month

    def revenue() -> Any:
        rows, month = cells(inclusive=False)
        exploded = pd.DataFrame({"c": table["c"][rows], "m": month, "p": table["p"][rows]})
        found = exploded.groupby(["c", "m"])["p"].sum().reset_index()
        later = found.assign(m=found["m"] + 1).rename(columns={"p": "b"})
        both = found.merge(later, on=["c", "m"], how="outer").fillna(0)
        first = found.groupby("c")["m"].min()
        inside = both[both["m"] <= int(LAST.astype("M8[M]").astype(int))]
        columns = [inside[x].to_numpy() for x in "bp"]
        columns += [first.loc[inside["c"]].to_numpy(), inside["m"].to_numpy()]
        return _by_month(*columns)

    def counted(pairs: Any) -> Any:
        first = pairs.groupby("c")["m"].transform("min")
        found = pairs.assign(f=first).groupby(["g", "f", "m"]).size().reset_index(name="n")
        return _padded(found["m"] - found["f"], found["n"])

    def cohorts() -> Any:
        rows, month = cells(inclusive=True)
        pairs = pd.DataFrame({"c": table["c"][rows], "m": month, "g": table["g"][rows]})
        return counted(pairs.drop_duplicates(["c", "m"]))

    def purchases() -> Any:
        month = frame["s"].to_numpy().astype("M8[M]").astype(np.int64)
        pairs = pd.DataFrame({"c": frame["c"], "m": month, "g": frame["g"]})
        return counted(pairs.drop_duplicates(["c", "m"]))

    asked: dict[str, Callable[[], Any]] = {
        "kept": kept,
        "kept_by": lambda: stayed(on(START - 1), on(END - 1)),
        "active_by": lambda: stayed(bought(START), bought(END)),
        "revenue": revenue,
        "cohorts": cohorts,
        "bought": purchases,
    }
    return asked[question]


def _by_polars(table: dict[str, Any], question: str) -> Callable[[], Any] | None:
    pl = peer("polars")
    if pl is None:
        return None
    frame = pl.DataFrame(table)
    c = pl.col

    def on(day: Any) -> Any:
        return (
            frame.filter((c("s") <= day.item()) & (c("e") > day.item()))
            .select("c", "g")
            .unique("c")
        )

    def bought(day: Any) -> Any:
        low = (day - WITHIN).item()
        return frame.filter((c("s") < day.item()) & (c("s") >= low)).select("c", "g").unique("c")

    def stayed(before: Any, after: Any) -> Any:
        both = before.join(after.select("c", k=1), on="c", how="left")
        found = both.group_by("g").agg(pl.len(), c("k").sum())
        return _both(*(found[x].to_numpy() for x in ("len", "k", "g")))

    def kept() -> Any:
        before, after = on(START - 1), on(END - 1)
        return [len(before), len(before.join(after, on="c", how="semi"))]

    def months(column: Any) -> Any:
        return (column.dt.year() - 1970) * 12 + column.dt.month() - 1

    def cells(name: str, *, inclusive: bool) -> Any:
        last = pl.min_horizontal(c("e"), pl.lit((LAST + 1).item()))
        high = months(last.dt.offset_by("-1d")) + 1 if inclusive else months(last)
        ranged = frame.select("c", name, m=pl.int_ranges(months(c("s")), high))
        return ranged.explode("m").drop_nulls("m")

    def revenue() -> Any:
        found = cells("p", inclusive=False).group_by("c", "m").agg(c("p").sum())
        later = found.select("c", c("m") + 1, b="p")
        both = found.join(later, on=["c", "m"], how="full", coalesce=True).fill_null(0)
        first = found.group_by("c").agg(f=c("m").min())
        inside = both.filter(c("m") <= int(LAST.astype("M8[M]").astype(int))).join(first, on="c")
        return _by_month(*(inside[x].to_numpy() for x in "bpfm"))

    def counted(pairs: Any) -> Any:
        first = pairs.with_columns(f=c("m").min().over("c"))
        found = first.group_by("g", "f", "m").len()
        return _padded(found["m"].to_numpy() - found["f"].to_numpy(), found["len"].to_numpy())

    asked: dict[str, Callable[[], Any]] = {
        "kept": kept,
        "kept_by": lambda: stayed(on(START - 1), on(END - 1)),
        "active_by": lambda: stayed(bought(START), bought(END)),
        "revenue": revenue,
        "cohorts": lambda: counted(cells("g", inclusive=True).unique(["c", "m"])),
        "bought": lambda: counted(frame.select("c", "g", m=months(c("s"))).unique(["c", "m"])),
    }
    return asked[question]


@cache
def _connection() -> Any:
    duckdb = peer("duckdb")
    return None if duckdb is None else duckdb.connect(config={"threads": threads()})


def _by_duckdb(table: dict[str, Any], question: str) -> Callable[[], Any] | None:
    connection, pa = _connection(), peer("pyarrow")
    if connection is None or pa is None:
        return None
    name = f"t{id(table)}"
    connection.register("incoming", pa.table(table))
    connection.execute(f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM incoming")
    connection.unregister("incoming")

    def on(day: Any) -> str:
        return f"(SELECT DISTINCT c, g FROM {name} WHERE s <= '{day}' AND e > '{day}')"

    def bought(day: Any) -> str:
        return f"(SELECT DISTINCT c, g FROM {name} WHERE s < '{day}' AND s >= '{day - WITHIN}')"

    def stayed(before: str, after: str) -> str:
        return (
            f"SELECT a.g AS g, count(*) AS n, count(b.c) AS k FROM {before} a "
            f"LEFT JOIN {after} b USING (c) GROUP BY 1"
        )

    def month(column: str) -> str:
        return f"((year({column}) - 1970) * 12 + month({column}) - 1)"

    def cells(name_: str, *, inclusive: bool) -> str:
        last = f"least(e, DATE '{LAST + 1}')"
        high = month(f"({last} - 1)::DATE") + " + 1" if inclusive else month(f"({last})::DATE")
        return f"(SELECT c, {name_}, unnest(range({month('s')}, {high})) AS m FROM {name})"

    def counted(pairs: str) -> str:
        return (
            f"WITH p AS (SELECT DISTINCT c, g, m FROM {pairs}), "
            "q AS (SELECT g, m, min(m) OVER (PARTITION BY c) AS f FROM p), "
            "r AS (SELECT g, f, m, count(*) AS n FROM q GROUP BY ALL) "
            "SELECT m - f AS age, sum(n) AS n FROM r GROUP BY 1"
        )

    end = int(LAST.astype("M8[M]").astype(int))
    revenue = (
        f"WITH a AS (SELECT c, m, sum(p) AS p FROM {cells('p', inclusive=False)} GROUP BY ALL), "
        "f AS (SELECT c, min(m) AS f FROM a GROUP BY 1), "
        "b AS (SELECT coalesce(a.c, l.c) AS c, coalesce(a.m, l.m + 1) AS m, "
        "coalesce(l.p, 0) AS b, coalesce(a.p, 0) AS p "
        "FROM a FULL JOIN a l ON a.c = l.c AND a.m = l.m + 1) "
        f"SELECT b::DOUBLE AS b, p::DOUBLE AS p, f, m FROM b JOIN f USING (c) WHERE m <= {end}"
    )
    queries = {
        "kept": (
            f"SELECT count(*) AS n, count(b.c) AS k FROM {on(START - 1)} a "
            f"LEFT JOIN {on(END - 1)} b USING (c)"
        ),
        "kept_by": stayed(on(START - 1), on(END - 1)),
        "active_by": stayed(bought(START), bought(END)),
        "revenue": revenue,
        "cohorts": counted(cells("g", inclusive=True)),
        "bought": counted(f"(SELECT c, g, {month('s')} AS m FROM {name})"),
    }
    readers: dict[str, Callable[[Any], Any]] = {
        "kept": lambda t: [int(t["n"][0]), int(t["k"][0])],
        "kept_by": lambda t: _both(t["n"], t["k"], t["g"]),
        "active_by": lambda t: _both(t["n"], t["k"], t["g"]),
        "revenue": lambda t: _by_month(*(np.asarray(t[x]) for x in "bpfm")),
        "cohorts": lambda t: _padded(t["age"], t["n"]),
        "bought": lambda t: _padded(t["age"], t["n"]),
    }
    return lambda: readers[question](connection.execute(queries[question]).fetchnumpy())
