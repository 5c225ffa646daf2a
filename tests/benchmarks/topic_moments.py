"""Moments: sums and products of eight columns, behind indexes, ratios and drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import MISSING, codes

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = 8
GROUPS = 100


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield covariances without and with missing values, and an index by group."""
    del smoke
    yield _covariance(rows, missing=False)
    yield _covariance(rows, missing=True)
    yield _pairwise(rows)
    yield _index_by_group(rows)


def _columns(rows: int, *, missing: bool) -> dict[str, Any]:
    rng = np.random.default_rng(9)
    common = rng.normal(size=rows)
    columns = {f"q{i}": common + rng.normal(size=rows) for i in range(COLUMNS)}
    if missing:
        for column in columns.values():
            column[rng.random(rows) < MISSING] = np.nan
    return columns


def _covariance(rows: int, *, missing: bool) -> Race:
    columns = _columns(rows, missing=missing)
    arrays = list(columns.values())

    def naive() -> Any:
        table = np.stack(arrays)
        return np.cov(table[:, ~np.isnan(table).any(axis=0)])

    others = [Contender(name="numpy, naive", run=naive, is_peer=False)]
    if pd := peer("pandas"):
        frame = pd.DataFrame(columns)
        run = (lambda: frame.dropna().cov()) if missing else frame.cov
        others.append(Contender(name="pandas", run=run, least=1.0))
    kind = "complete rows of" if missing else "rows of"
    return Race(
        name=f"moments, {rows:,} {kind} {COLUMNS} columns",
        ours=Contender(
            name="relmetrics",
            run=lambda: rm.Moments.from_columns(columns),
            read=lambda state: state.covariance(),
        ),
        others=others,
        rows=rows,
        limit=arrays,
        tolerance=1e-6,
    )


def _pairwise(rows: int) -> Race:
    columns = _columns(rows, missing=True)
    others = []
    if pd := peer("pandas"):
        frame = pd.DataFrame(columns)
        others.append(Contender(name="pandas", run=frame.cov, least=1.0))
    return Race(
        name=f"moments, {rows:,} rows of {COLUMNS} columns, pairwise",
        ours=Contender(
            name="relmetrics",
            run=lambda: rm.Moments.from_columns(columns, missing_rule="pairwise"),
            read=lambda state: state.covariance(),
        ),
        others=others,
        rows=rows,
        limit=list(columns.values()),
        tolerance=1e-6,
    )


def _index_by_group(rows: int) -> Race:
    size = min(GROUPS, rows // 10)
    rng = np.random.default_rng(10)
    ratings = {f"q{i}": rng.integers(1, 6, rows) for i in range(COLUMNS)}
    groups = codes(size, rows)
    metric = rm.CSI(scale=rm.ONE_TO_FIVE)

    def ours() -> Any:
        return metric.by(ratings, groups).table()

    def read(found: Any) -> Any:
        return np.sort(np.asarray(found, dtype=np.float64))

    def naive() -> Any:
        total = sum(ratings.values())
        return np.bincount(groups, total, size) / np.bincount(groups, minlength=size) / COLUMNS

    others = [
        Contender(name="numpy, naive, without intervals", run=naive, read=read, is_peer=False)
    ]
    if pd := peer("pandas"):
        frame = pd.DataFrame(ratings)
        others.append(
            Contender(
                name="pandas, without intervals",
                run=lambda: frame.groupby(groups).mean().mean(axis=1),
                read=read,
            )
        )
        others.append(
            Contender(
                name="pandas, covariances by group",
                run=lambda: frame.groupby(groups).cov(),
                read=lambda _: read(naive()),
                rounds=2,
            )
        )
    return Race(
        name=f"CSI by group, {rows:,} rows of {COLUMNS} factors, {size} groups",
        ours=Contender(name="relmetrics", run=ours, read=lambda table: read(table["value"])),
        others=others,
        rows=rows,
        limit=list(ratings.values()),
        tolerance=1e-6,
    )
