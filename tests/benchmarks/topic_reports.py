"""Reports: a page of a survey and of a purchase log, against the sum of the calls that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from racing import Contender, Race
from samples import answers

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTORS = ("food", "safety")
SEGMENTS = ("plan", "region")
LAST = "2024-12-31"
LEAST = 1 / 1.5
"""A page takes at most 1.5 times as long as the calls that it makes."""


def races(rows: int, *, smoke: bool) -> Iterator[Race]:  # noqa: ARG001 - the same for all sizes
    """Yield pages of a survey with labels as an array of texts and as objects, and of a log."""
    for kind in ("texts", "objects"):
        yield _survey(rows, kind)
    yield _log(rows)


def _survey(rows: int, kind: str) -> Race:
    rng = np.random.default_rng(31)
    days = np.datetime64("2024-01-01") + rng.integers(0, 730, rows).astype("m8[D]")
    columns: dict[str, Any] = {"recommend": answers("float64", rows), "date": days}
    for name in ("satisfaction", *FACTORS):
        columns[name] = rng.integers(1, 6, rows).astype(np.float64)
    columns["effort"] = rng.integers(1, 8, rows).astype(np.float64)
    for name, labels in zip(SEGMENTS, (["free", "gold", "team"], list("nesw")), strict=True):
        texts = np.array(labels)[rng.integers(0, len(labels), rows)]
        columns[name] = texts if kind == "texts" else texts.astype(object)
    asked: dict[str, Any] = {"recommend": rm.NPS(), "satisfaction": rm.CSAT(), "effort": rm.CES()}
    csi = rm.CSI(weights=dict.fromkeys(FACTORS, 1.0), scale=rm.ONE_TO_FIVE)

    def page() -> Any:
        card = rm.scorecard(survey=columns, factors=FACTORS, segment=SEGMENTS)
        return card, card.to_html()

    def calls() -> Any:
        found = []
        factors = {name: columns[name] for name in FACTORS}
        for name, metric in [*asked.items(), ("", csi)]:
            data: Any = columns[name] if name else factors
            found.append(metric(data))
            for segment in SEGMENTS:
                metric.by(data, {segment: columns[segment]}, sort=True).compare()
            trend = metric.over(data, days, every="month")
            trend.changes(), trend.slope(), trend.alerts()
        for name in FACTORS:
            rm.MeanScore(scale=rm.ONE_TO_FIVE)(columns[name])
        return found

    return Race(
        name=f"page of a survey, {rows:,} rows, segments as {kind}",
        ours=Contender(
            name="relmetrics", run=page, read=lambda made: [e.value for e in made[0].estimates]
        ),
        others=[_calls(calls)],
        rows=rows,
    )


def _log(rows: int) -> Race:
    rng = np.random.default_rng(32)
    customers = rng.integers(0, max(rows // 6, 2), rows)
    days = np.datetime64("2022-01-01") + rng.integers(0, 1095, rows).astype("m8[D]")
    amounts = rng.gamma(2.0, 20.0, rows).round(2)

    def page() -> Any:
        card = rm.scorecard(purchases=rm.PurchaseLog(customers, days, amounts), as_of=LAST)
        return card, card.to_html()

    def calls() -> Any:
        log = rm.PurchaseLog(customers, days, amounts)
        window = ("2024-01-01", "2025-01-01")
        found: list[Any] = [
            log.retention(*window, active_within=365),
            log.churn(*window, active_within=365),
        ]
        found += [log.repeat(), log.ror(as_of=LAST), log.loyalty(), log.order_value()]
        log.movements(every="month", as_of=LAST)
        log.cohorts(every="month", as_of=LAST).retention()
        log.survival(lapsed_after=365, as_of=LAST).table()
        stages = log.stages(active_within=365, every="month", as_of=LAST)
        stages.portfolio(), stages.history()
        return found

    return Race(
        name=f"page of a log, {rows:,} purchases",
        ours=Contender(
            name="relmetrics", run=page, read=lambda made: [e.value for e in made[0].estimates]
        ),
        others=[_calls(calls)],
        rows=rows,
    )


def _calls(run: Any) -> Contender:
    return Contender(
        name="relmetrics, the calls that it makes",
        run=run,
        read=lambda found: [e.value for e in found],
        is_peer=False,
        least=LEAST,
    )
