"""Respondents who answer again: the state that knows them, against the one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from peers import peer
from racing import Contender, Race

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Iterator

NPS = rm.NPS()
ANSWERS_EACH = 10


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield counting by respondent, and the adding of two states of the same respondents."""
    del smoke
    yield _counted(rows)
    yield _added(rows)


def _counted(rows: int) -> Race:
    rng = np.random.default_rng(6)
    respondents = rng.integers(0, rows // ANSWERS_EACH, rows)
    answers, weights = rng.integers(0, 11, rows), rng.random(rows) + 0.5
    others = [
        Contender(
            name="relmetrics, without ids",
            run=lambda: NPS.tally(answers, weights=weights).n,
            least=1 / 4,
            is_peer=False,
        )
    ]
    if pd := peer("pandas"):
        frame = pd.DataFrame({"who": respondents, "answer": answers, "w": weights})
        frame["square"] = frame["w"] ** 2

        def grouped() -> int:
            by = frame.groupby(["who", "answer"])
            return int(by.agg({"w": ["count", "sum"], "square": "sum"})[("w", "count")].sum())

        others.append(Contender(name="pandas", run=grouped, least=1.0, rounds=3))
    return Race(
        name=f"weighted tally, {rows:,} answers, {ANSWERS_EACH} a respondent",
        ours=Contender(
            name="relmetrics",
            run=lambda: NPS.tally(answers, weights=weights, respondents=respondents).n,
        ),
        others=others,
        rows=rows,
    )


def _added(rows: int) -> Race:
    rng = np.random.default_rng(7)
    size = rows // ANSWERS_EACH
    waves = [
        NPS.tally(rng.integers(0, 11, rows), respondents=rng.integers(0, size, rows))
        for _ in range(2)
    ]
    others = []
    if pd := peer("pandas"):
        columns = [
            pd.Series(
                state.clusters.counts,
                index=pd.MultiIndex.from_arrays(
                    np.divmod(state.clusters.keys, state.clusters.width)
                ),
            )
            for state in waves
        ]
        others.append(
            Contender(
                name="pandas",
                run=lambda: int(columns[0].add(columns[1], fill_value=0).sum()),
                least=1.0,
                rounds=3,
            )
        )
    return Race(
        name=f"two states of {size:,} respondents, added",
        ours=Contender(name="relmetrics", run=lambda: (waves[0] + waves[1]).n),
        others=others,
        rows=len(waves[0].clusters.keys) * 2,
    )
