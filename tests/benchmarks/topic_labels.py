"""Labels to group numbers: integers, fixed-width strings, lists of strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import codes

from relmetrics.data.labels.grouping import group

if TYPE_CHECKING:
    from collections.abc import Iterator


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield a race for every kind of label and number of distinct ones."""
    for distinct in (100,) if smoke else (100, 10_000, rows):
        numbers = codes(distinct, rows)
        least = 1 / 1.15
        spread = np.random.default_rng(5).integers(0, 1 << 60, distinct)
        texts = np.array([f"plan-{i}" for i in range(distinct)])
        yield _race("int64, close together", numbers + 1000, least, distinct)
        yield _race("int64, far apart", spread[numbers], least, distinct)
        yield _race("strings in an array", texts[numbers], 1 / 0.9, distinct)
        if distinct < rows or smoke:
            listed = texts[numbers].tolist()
            yield _race("strings in a list", listed, None, distinct)


def ours(labels: Any) -> Any:
    """Return our codes and labels."""
    grouping = group(labels, len(labels))
    return grouping.codes, grouping.labels.columns[0]


def check(found: tuple[Any, Any], labels: Any) -> int:
    """Return the number of groups, after a look whether the labels come back."""
    numbers, distinct = found
    back = np.asarray(distinct)[np.asarray(numbers)]
    if not (back == np.asarray(labels)).all():
        msg = "the labels do not come back"
        raise AssertionError(msg)
    return len(distinct)


def numpy_unique(labels: Any) -> Any:
    """Return the codes as numpy has them, sorted instead of in order of appearance."""
    distinct, numbers = np.unique(np.asarray(labels), return_inverse=True)
    return numbers, distinct


def _race(kind: str, labels: Any, least: float | None, distinct: int) -> Race:
    is_list = isinstance(labels, list)
    others = [
        Contender(
            name="numpy, naive",
            run=lambda: numpy_unique(labels),
            read=lambda found: check(found, labels),
            is_peer=False,
            rounds=3,
        )
    ]
    if pd := peer("pandas"):
        others.append(
            Contender(
                name="pandas",
                run=lambda: pd.factorize(pd.Series(labels) if is_list else labels),
                read=lambda found: check(found, labels),
                least=None if is_list else least,
                why="compiled loops over rows, which numpy does not have",
            )
        )
    if pl := peer("polars"):
        if is_list or labels.dtype.kind != "U":
            column = None if is_list else pl.Series("g", labels)
            others.append(
                Contender(
                    name="polars (dense rank)",
                    run=lambda: (pl.Series("g", labels) if column is None else column).rank(
                        "dense"
                    ),
                    read=lambda found: len(np.unique(found.to_numpy())),
                )
            )
        if is_list:
            others.append(
                Contender(
                    name="polars (categories)",
                    run=lambda: pl.Series("g", labels, dtype=pl.Categorical).to_physical(),
                    read=lambda found: len(np.unique(found.to_numpy())),
                )
            )
    if is_list and (pa := peer("pyarrow")):
        others.append(
            Contender(
                name="pyarrow",
                run=lambda: pa.array(labels).dictionary_encode(),
                read=lambda found: check(
                    (found.indices.to_numpy(), found.dictionary.to_pylist()), labels
                ),
            )
        )
    return Race(
        name=f"labels, {kind}, {len(labels):,} rows, {distinct:,} distinct",
        ours=Contender(
            name="relmetrics",
            run=lambda: ours(labels),
            read=lambda found: check(found, labels),
        ),
        others=others,
        rows=len(labels),
        limit=None if is_list else labels,
        best_least=least if is_list else None,
    )
