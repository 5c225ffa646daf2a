"""Sums and cross-products by key, computed by the engine, for an index and for ratios of money."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from attrs import evolve

from relmetrics.data.columns import HUGE, as_amounts
from relmetrics.frames import columns
from relmetrics.frames.queries.counting import count_answers
from relmetrics.money.revenue_retention import RevenueRetention
from relmetrics.survey.mean import MeanScore

if TYPE_CHECKING:
    from relmetrics.frames.asking import Asked
    from relmetrics.frames.queries.wanted import Wanted

_EXAMPLES = 5


class Summing:
    """The query of sums by key, built step by step of columns whose names are made up here."""

    def __init__(self, asked: Asked, wanted: Wanted) -> None:
        """Build the query of these columns.

        Raises:
            ParameterError: There is no such column.
            AnswerError: One holds no numbers.
        """
        self.asked, self.wanted = asked, wanted
        self.nw = asked.source.nw
        self.sums: list[str] = []
        asked.source.require("columns", wanted.names)
        frame = self._products(self._values(self._given()))
        sums = (self.nw.col(name).sum() for name in self.sums)
        keys = list(asked.keys) or ["all"]
        self.query: Any = frame.group_by(*keys).agg(self.nw.len().alias("rows"), *sums)

    def place(self, kind: str, power: int, i: int, j: int) -> str:
        """Return the name of the column that holds a sum over a pair of columns."""
        if not self.wanted.pairwise:
            i, j = {"mass": (0, 0), "first": (i, i), "second": (min(i, j), max(i, j))}[kind]
        elif kind != "first":
            i, j = min(i, j), max(i, j)
        return f"{kind}{power}_{i}_{j}"

    def collected(self) -> dict[str, list[Any]]:
        """Return the sums by key, with all data checked.

        Raises:
            ParameterError: The engine cannot answer.
            AnswerError: A rating is none of the scale.
            AmountError: An amount is not what it must be.
            WeightError: Some rows have no weight.
        """
        asked, wanted = self.asked, self.wanted
        names = [*asked.by, *wanted.names, *(x for x in (asked.date, asked.weights) if x)]
        found = asked.source.collect(self.query, names)
        if asked.weights is not None:
            columns.require_weights(asked.source, asked.weights, sum(map(int, found["unweighed"])))
        for i, name in enumerate(wanted.names):
            if sum(int(value or 0) for value in found[f"wrong_{i}"]):
                self._refuse(i, name)
        return found

    def _given(self) -> Any:
        """Return the frame with keys, numbers and weights only."""
        asked, nw = self.asked, self.nw
        given = [e.alias(name) for name, e in asked.keys.items()]
        for i, name in enumerate(self.wanted.names):
            given.append(columns.number(asked.source, name).alias(f"x_{i}"))
        if asked.weights is not None:
            given.append(columns.weight(asked.source, asked.weights).alias("w"))
        frame = asked.source.lazy.select(*given)
        return frame if asked.keys else frame.with_columns(nw.lit(1).alias("all"))

    def _values(self, frame: Any) -> Any:
        """Add which entries are there, which are wrong, and numbers that are 0 where none is."""
        nw, scale = self.nw, self.wanted.scale
        places = range(len(self.wanted.names))
        there = {i: nw.col(f"x_{i}").is_finite().fill_null(value=False) for i in places}
        frame = frame.with_columns(
            *(there[i].alias(f"there_{i}") for i in places),
            *(
                nw.when(there[i]).then(nw.col(f"x_{i}")).otherwise(0.0).alias(f"v_{i}")
                for i in places
            ),
            *(
                (~nw.col(f"x_{i}").is_nan()).fill_null(value=False).alias(f"number_{i}")
                for i in places
            ),
        )
        wrong = {}
        for i in places:
            v, is_there = nw.col(f"v_{i}"), nw.col(f"there_{i}")
            infinite = (nw.col(f"number_{i}") & ~is_there) | (v.abs() >= HUGE)
            if scale is None:
                fine = nw.lit(value=True) if self.wanted.metric is None else v >= 0
            else:
                fine = (v >= scale.low) & (v <= scale.high) & (v.round(0) == v)
            wrong[i] = infinite | (is_there & ~fine)
        frame = frame.with_columns(
            *(wrong[i].cast(nw.Int64).alias(f"wrong_{i}") for i in places),
            *((~nw.col(f"there_{i}")).cast(nw.Int64).alias(f"absent_{i}") for i in places),
        )
        self.sums += [f"wrong_{i}" for i in places]
        if self.asked.weights is not None:
            fine = columns.is_weight(nw.col("w"))
            frame = frame.with_columns(
                (~fine).cast(nw.Int64).alias("unweighed"),
                nw.when(fine).then(nw.col("w")).otherwise(0.0).alias("u1"),
            ).with_columns((nw.col("u1") * nw.col("u1")).alias("u2"))
            self.sums.append("unweighed")
        return self._kept(frame)

    def _kept(self, frame: Any) -> Any:
        """Add which rows count, and each column as it is summed."""
        nw, wanted = self.nw, self.wanted
        places = range(len(wanted.names))
        every = nw.all_horizontal(*(f"there_{i}" for i in places), ignore_nulls=True)
        some = nw.any_horizontal(*(f"there_{i}" for i in places), ignore_nulls=True)
        inside = nw.lit(value=True)
        if isinstance(wanted.metric, RevenueRetention):
            inside = ~(nw.col("there_0") & (nw.col("v_0") == 0))
        frame = frame.with_columns(
            (some if wanted.pairwise else every).alias("counts"), inside.alias("inside")
        ).with_columns(
            (nw.col("counts") & nw.col("inside")).alias("kept"),
            ((~nw.col("counts")) & nw.col("inside")).cast(nw.Int64).alias("missing"),
            *(
                nw.when(nw.col("inside"))
                .then(nw.col(f"absent_{i}"))
                .otherwise(0)
                .alias(f"absent_{i}")
                for i in places
            ),
        )
        # What weighs nothing is no answer, and is counted apart.
        heavy = nw.lit(value=True) if self.asked.weights is None else nw.col("u1") > 0
        frame = frame.with_columns(heavy.alias("heavy")).with_columns(
            (nw.col("kept") & nw.col("heavy")).cast(nw.Int64).alias("n"),
            (nw.col("kept") & ~nw.col("heavy")).cast(nw.Int64).alias("weightless"),
        )
        self.sums += ["n", "missing", "weightless"]
        if isinstance(wanted.metric, RevenueRetention):
            smaller = nw.when(nw.col("v_1") < nw.col("v_0")).then(nw.col("v_1"))
            frame = frame.with_columns(
                smaller.otherwise(nw.col("v_0")).alias("v_2"),
                nw.col("kept").alias("there_2"),
                nw.when(nw.col("inside") & ~nw.col("kept")).then(1).otherwise(0).alias("absent_2"),
            )
        places = range(len(wanted.columns))
        self.sums += [f"absent_{i}" for i in places]
        pivot = 0.0 if wanted.scale is None else wanted.scale.midpoint
        held = {
            i: nw.col("heavy") & nw.col(f"there_{i}" if wanted.pairwise else "kept") for i in places
        }
        return frame.with_columns(
            *(
                nw.when(held[i]).then(nw.col(f"v_{i}") - pivot).otherwise(0.0).alias(f"c_{i}")
                for i in places
            ),
            *(nw.when(held[i]).then(1.0).otherwise(0.0).alias(f"d_{i}") for i in places),
        )

    def _products(self, frame: Any) -> Any:
        """Add the terms of every sum."""
        nw, p = self.nw, len(self.wanted.columns)
        powers = (0,) if self.asked.weights is None else (0, 1, 2)
        terms: dict[str, Any] = {}
        for power in powers:
            # Without weights the sums are those of power 0; with them only its masses are needed.
            kinds = ("mass",) if power == 0 and len(powers) > 1 else ("mass", "first", "second")
            for i, j in product(range(p), range(p)):
                for kind in kinds:
                    name = self.place(kind, power, i, j)
                    if name in terms:
                        continue
                    left = nw.col(f"d_{i}" if kind == "mass" else f"c_{i}")
                    right = nw.col(f"c_{j}" if kind == "second" else f"d_{j}")
                    term = left * right
                    terms[name] = term if power == 0 else term * nw.col(f"u{power}")
        self.sums += list(terms)
        return frame.with_columns(*(term.alias(name) for name, term in terms.items()))

    def _refuse(self, i: int, name: str) -> None:
        """Raise the error of the array path for a column, where it has one."""
        asked, wanted = self.asked, self.wanted
        if wanted.scale is not None:
            count_answers(evolve(asked, keys={}, by=(), date=None, weights=None), name).of(
                MeanScore(scale=wanted.scale)
            )
            return
        # Negative amounts may be right: the metric says.
        x = self.nw.col(f"x_{i}")
        suspect = x.abs() >= HUGE
        if wanted.metric is not None:
            suspect |= x < 0
        given = [f"x_{j}" for j in range(len(wanted.names))]
        rows = self._given().filter(suspect.fill_null(value=False)).select(*given).head(_EXAMPLES)
        found = asked.source.collect(rows, wanted.names)
        own = wanted.columns[: len(wanted.names)]
        if wanted.metric is None:
            as_amounts(found[f"x_{i}"], name)  # which says what is wrong
        else:
            wanted.metric.prepare({o: found[g] for o, g in zip(own, given, strict=True)})
