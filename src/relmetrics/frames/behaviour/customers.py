"""Customers on an engine: one row for each, which all questions but the summary count once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.loyalty import LoyaltyRate, ReferralRate, RepeatRate
from relmetrics.customers.purchases.buying import day_before, frequency_table
from relmetrics.customers.purchases.log import cancelled
from relmetrics.customers.return_on_relationship import ReturnOnRelationship
from relmetrics.data.checks import check_flag, check_whole
from relmetrics.data.labels.grouping import group
from relmetrics.errors import EmptySampleError, StateError
from relmetrics.frames.behaviour.days import FAR, in_days
from relmetrics.frames.columns import label
from relmetrics.metric.table import Table
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.customers.return_on_relationship import RelationshipEstimate, RORDefinition
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.frames.behaviour.rows import Rows
    from relmetrics.metric.estimate import Estimate


def times_bought(rows: Rows, *, distinct_days: bool) -> IntArray:
    """Return how many customers bought once, twice and so on."""
    check_flag("distinct_days", distinct_days)
    nw, bought = rows.nw, rows.bought()
    if distinct_days:
        bought = (
            bought.group_by("c", "d").agg(nw.len().alias("n")).with_columns(nw.lit(1).alias("b"))
        )
    found = rows.collect(
        bought.group_by("c").agg(nw.col("b").sum()).group_by("b").agg(nw.len().alias("n"))
    )
    times = np.array(found["b"], dtype=np.int64)
    counts = np.zeros(times.max(initial=0), dtype=np.int64)
    counts[times - 1] = found["n"]
    return counts


def loyalty(
    rows: Rows, *, threshold: int, distinct_days: bool, confidence_level: float
) -> Estimate:
    """Compute the share of loyal customers: see `PurchaseLog.loyalty`."""
    metric = LoyaltyRate(threshold=threshold)
    counts = times_bought(rows, distinct_days=distinct_days)
    return _share(metric, counts, metric.threshold, confidence_level)


def repeat(rows: Rows, *, distinct_days: bool, confidence_level: float) -> Estimate:
    """Compute the share of customers who bought again: see `PurchaseLog.repeat`."""
    counts = times_bought(rows, distinct_days=distinct_days)
    return _share(RepeatRate(), counts, 2, confidence_level)


def _share(
    metric: LoyaltyRate | RepeatRate, counts: IntArray, least: int, confidence_level: float
) -> Estimate:
    enough = int(counts[least - 1 :].sum())
    state = Tally(metric.scale, (int(counts.sum()) - enough, enough))
    return metric.estimate(state, confidence_level=confidence_level)


def frequency(rows: Rows, *, distinct_days: bool) -> Table:
    """Count customers by their number of purchases: see `PurchaseLog.frequency`."""
    return frequency_table(times_bought(rows, distinct_days=distinct_days))


def ror(
    rows: Rows,
    *,
    as_of: object,
    months: int,
    definition: RORDefinition,
    confidence_level: float,
) -> RelationshipEstimate:
    """Compute the return on relationship: see `PurchaseLog.ror`."""
    months = check_whole("months", months, 1, 12 * 9999)
    metric = ReturnOnRelationship(definition=definition)
    end = rows.as_of(as_of)
    nw, day = rows.nw, rows.nw.col("d")
    counted = (day <= in_days(end)) & (nw.col("b") == 1)
    found = rows.collect(
        rows.every()
        .with_columns(
            nw.when(counted).then(1).otherwise(0).alias("times"),
            nw.when(counted).then(day).otherwise(-FAR).alias("last"),
        )
        .group_by("c")
        .agg(nw.col("times").sum(), nw.col("last").max(), nw.col("f").max())
        .filter(nw.col("times") > 0)
        .with_columns(
            (nw.col("last") > in_days(day_before(end, months))).cast(nw.Int64).alias("helped"),
            ((nw.col("times") > 1) | (nw.col("f") == 1)).cast(nw.Int64).alias("back"),
        )
        .group_by("helped", "back")
        .agg(nw.len().alias("n"))
    )
    groups = list(zip(found["helped"], found["back"], map(int, found["n"]), strict=True))
    if not groups:
        raise EmptySampleError.for_metric("Return on relationship", 0)
    return metric(
        customers=sum(n for _, _, n in groups),
        helped=sum(n for helped, _, n in groups if helped),
        returning=sum(n for helped, back, n in groups if helped and back),
        confidence_level=confidence_level,
    )


def summary(rows: Rows, as_of: object) -> Table:
    """Return one row per customer: see `PurchaseLog.summary`."""
    end = rows.as_of(as_of)
    nw, until = rows.nw, in_days(end)
    within = nw.col("d") <= until
    bought, back = (within & (nw.col(name) == 1) for name in ("b", "r"))
    shown = {
        "purchases": nw.when(bought).then(1).otherwise(0),
        "known": nw.when(bought).then(nw.col("known")).otherwise(0),
        "spent": nw.when(bought).then(nw.col("a")).otherwise(0.0),
        "refunds": nw.when(back).then(nw.col("a")).otherwise(0.0),
        "first": nw.when(bought).then(nw.col("d")).otherwise(FAR),
        "last": nw.when(bought).then(nw.col("d")).otherwise(-FAR),
    }
    sums = [nw.col(name).sum() for name in ("purchases", "known", "spent", "refunds")]
    ends = [nw.col("first").min(), nw.col("last").max()]
    by_day = (
        rows.every()
        .with_columns(*(column.alias(name) for name, column in shown.items()))
        .group_by("c", "d")
        .agg(*sums, *ends)
        .with_columns(nw.when(nw.col("purchases") > 0).then(1).otherwise(0).alias("days"))
    )
    found = rows.collect(by_day.group_by("c").agg(*sums, *ends, nw.col("days").sum()))
    return _table(rows, found, end)


def _table(rows: Rows, found: dict[str, list[Any]], end: np.datetime64) -> Table:
    names = group({"customer": list(map(label, found["c"]))}, len(found["c"]), sort=True)
    order = np.argsort(names.codes)

    def column(name: str, kind: str = "int64") -> AnyArray:
        return np.array(found[name], dtype=kind)[order]

    bought = column("purchases") > 0

    def day(name: str) -> AnyArray:
        days = np.where(bought, column(name), 0).astype("datetime64[D]")
        return np.where(bought, days, np.datetime64("NaT", "D"))

    def apart(later: Any, sooner: Any) -> FloatArray:
        days = (later - sooner).astype(np.int64).astype(np.float64)
        return np.where(bought, days, np.nan)

    first, last = day("first"), day("last")
    columns: dict[str, AnyArray] = {
        "customer": names.labels.columns[0],
        "first": first,
        "last": last,
        "purchases": column("purchases"),
        "purchase_days": column("days"),
        "recency": apart(last, first),
        "tenure": apart(end, first),
        "since_last": apart(end, last),
    }
    if rows.has_amounts:
        refunds = np.zeros(len(order)) if rows.returns == "drop" else column("refunds", "float64")
        known = column("known")
        columns["total"] = total = cancelled(column("spent", "float64") + refunds, refunds)
        mean = np.full(len(order), np.nan)
        columns["mean_amount"] = np.divide(total, known, out=mean, where=known > 0)
    return Table(columns, dict.fromkeys(("total", "mean_amount"), 2))


def referral(rows: Rows, *, confidence_level: float) -> Estimate:
    """Compute the share of customers who came by referral: see `PurchaseLog.referral`."""
    if rows.names["referred"] is None:
        raise StateError.lacks("referrals", 'frames.purchases(frame, referred="...")')
    nw, metric = rows.nw, ReferralRate()
    found = rows.collect(
        rows.every()
        .group_by("c")
        .agg(nw.col("b").sum(), nw.col("f").max(), nw.col("told").max())
        .filter(nw.col("b") > 0)
        .group_by("f", "told")
        .agg(nw.len().alias("n"))
    )
    groups = list(zip(found["f"], found["told"], map(int, found["n"]), strict=True))
    counts = tuple(sum(n for f, told, n in groups if told and f == yes) for yes in (0, 1))
    unknown = sum(n for _, told, n in groups if not told)
    state = Tally(metric.scale, counts, unknown)
    return metric.estimate(state, confidence_level=confidence_level)
