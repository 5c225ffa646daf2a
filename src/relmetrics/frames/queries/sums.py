"""Sums and cross-products by key, computed by the engine, for an index and for ratios of money.

Rows are told apart by one code, which is a key beside those that were asked: where all values are
there and right, sums are those of the columns as they are. So the checks cost little.
"""

from __future__ import annotations

from functools import reduce
from itertools import combinations_with_replacement, product
from operator import and_, or_
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
SOME, ALL, ALL_BUT_WRONG, SOME_BUT_WRONG, NONE = range(5)
"""Codes of a row: whether its values are there, and whether one is not what it must be."""


class Summing:
    """The query of sums by key, built step by step of columns whose names are made up here.

    Attributes:
        asked: Keys, date and weights.
        wanted: What the metric needs.
        query: The query, not yet asked.
    """

    def __init__(self, asked: Asked, wanted: Wanted) -> None:
        """Build the query of these columns.

        Raises:
            ParameterError: There is no such column.
            AnswerError: One holds no numbers.
        """
        self.asked: Asked = asked
        self.wanted: Wanted = wanted
        self.nw: Any = asked.source.nw
        asked.source.require("columns", wanted.names)
        places = range(len(wanted.names))
        powers = ("",) if asked.weights is None else ("w", "w2")
        terms = self._pairwise(powers) if wanted.pairwise else self._by_row(powers)
        if asked.weights is not None:
            terms |= {"heavy": columns.heavy(self.nw, "w"), "w2": self._times("w", "w")}
        frame = self._given().with_columns(**self._codes()).with_columns(**terms)
        counts = [self.nw.col(f"x_{i}").count().alias(f"there_{i}") for i in places]
        sums = [self.nw.col(name).sum() for name in [*terms, *(("w",) if "heavy" in terms else ())]]
        keys = [*asked.keys, *self._codes()]
        self.query: Any = frame.group_by(*keys).agg(self.nw.len().alias("rows"), *counts, *sums)

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
            columns.require_sums_of_weights(asked.source, asked.weights, found)
        if {ALL_BUT_WRONG, SOME_BUT_WRONG} & {int(code) for code in found["code"]}:
            self._refuse()
        return found

    def _given(self) -> Any:
        """Return the frame with keys, numbers and weights only; what is no number is null."""
        asked, nw = self.asked, self.nw
        given = [e.alias(name) for name, e in asked.keys.items()]
        for i, name in enumerate(self.wanted.names):
            number = columns.number(asked.source, name)
            whole = asked.source.schema[name].is_integer()
            given.append((number if whole else _known(nw, number)).alias(f"x_{i}"))
        if asked.weights is not None:
            given.append(columns.weight(asked.source, asked.weights).alias("w"))
        return asked.source.lazy.select(*given)

    def _codes(self) -> dict[str, Any]:
        """Return what tells rows apart; of retention also whether a customer paid before."""
        nw, wanted = self.nw, self.wanted
        x = [nw.col(f"x_{i}") for i in range(len(wanted.names))]
        fine, wrong = [nw.lit(value=True)], [nw.lit(value=False)]
        for column, name in zip(x, wanted.names, strict=True):
            if wanted.scale is None:
                fine += [column < HUGE, column > -HUGE if wanted.metric is None else column >= 0]
                wrong += [column >= HUGE, column <= -HUGE if wanted.metric is None else column < 0]
                continue
            fine += [column >= wanted.scale.low, column <= wanted.scale.high]
            wrong += [column < wanted.scale.low, column > wanted.scale.high]
            if not self.asked.source.schema[name].is_integer():
                fine.append(column.round(0) == column)
                wrong.append((column - column.round(0)).abs() > 0)  # of NaN never, unlike !=
        absent = [column.is_null() for column in x] or [nw.lit(value=False)]
        some = nw.lit(SOME)
        if wanted.pairwise:
            some = nw.when(reduce(and_, absent)).then(NONE).otherwise(SOME)
        bad = nw.when(reduce(or_, absent)).then(SOME_BUT_WRONG).otherwise(ALL_BUT_WRONG)
        rest = nw.when(reduce(or_, wrong[1:] or wrong)).then(bad).otherwise(some)
        codes = {"code": nw.when(reduce(and_, fine[1:] or fine)).then(ALL).otherwise(rest)}
        if isinstance(wanted.metric, RevenueRetention):
            codes["outside"] = nw.when(x[0] == 0).then(1).otherwise(0)
        return codes

    def _centred(self) -> list[Any]:
        """Return the columns of the state, less their pivots."""
        nw, wanted = self.nw, self.wanted
        pivot = 0.0 if wanted.scale is None else wanted.scale.midpoint
        x = [nw.col(f"x_{i}") for i in range(len(wanted.names))]
        if isinstance(wanted.metric, RevenueRetention):
            x.append(nw.when(x[1] < x[0]).then(x[1]).otherwise(x[0]))
        return [column - pivot if pivot else column for column in x]

    def _by_row(self, powers: tuple[str, ...]) -> dict[str, Any]:
        """Return the terms where only rows count that have all values."""
        centred = dict(enumerate(self._centred()))
        terms = {}
        for power in powers:
            for i, column in centred.items():
                terms[f"first{power}_{i}"] = self._times(column, power)
            for i, j in combinations_with_replacement(centred, 2):
                terms[f"second{power}_{i}_{j}"] = self._times(centred[i] * centred[j], power)
        return terms

    def _pairwise(self, powers: tuple[str, ...]) -> dict[str, Any]:
        """Return the terms where each pair of columns counts the rows that have both."""
        nw, centred = self.nw, dict(enumerate(self._centred()))
        there = {i: nw.when(nw.col(f"x_{i}").is_null()).then(0.0).otherwise(1.0) for i in centred}
        terms = {}
        for i, j in combinations_with_replacement(centred, 2):
            both = there[i] * there[j]
            heavy = nw.when(nw.col("w") > 0).then(both).otherwise(0.0) if powers[0] else both
            terms[f"pairs_{i}_{j}"] = heavy
            for power in powers:
                terms[f"second{power}_{i}_{j}"] = self._times(centred[i] * centred[j], power)
                if power:
                    terms[f"mass{power}_{i}_{j}"] = self._times(both, power)
        for power, i, j in product(powers, centred, centred):
            terms[f"first{power}_{i}_{j}"] = self._times(centred[i] * there[j], power)
        return terms

    def _times(self, term: Any, power: str) -> Any:
        """Return a term with weights, or their squares."""
        column = self.nw.col(term) if isinstance(term, str) else term
        for _ in range({"": 0, "w": 1, "w2": 2}[power]):
            column = column * self.nw.col("w")
        return column

    def _refuse(self) -> None:
        """Raise the error of the array path for the first column that has one."""
        asked, wanted = self.asked, self.wanted
        if wanted.scale is not None:
            metric = MeanScore(scale=wanted.scale)
            for name in wanted.names:
                count_answers(evolve(asked, keys={}, by=(), date=None, weights=None), name).of(
                    metric
                )
            return
        # Negative amounts may be right: the metric says.
        own = wanted.columns[: len(wanted.names)]
        given = [f"x_{i}" for i in range(len(own))]
        for place in given:
            x = self.nw.col(place)
            wrong = x.abs() >= HUGE if wanted.metric is None else (x.abs() >= HUGE) | (x < 0)
            suspect = self._given().filter(wrong.fill_null(value=False))
            found = asked.source.collect(suspect.select(*given).head(_EXAMPLES), wanted.names)
            if wanted.metric is None:
                as_amounts(found[place], own[given.index(place)])  # which says what is wrong
            else:
                wanted.metric.prepare({o: found[g] for o, g in zip(own, given, strict=True)})


def _known(nw: Any, number: Any) -> Any:
    """Return a column of floats without NaN, which engines compare in ways of their own."""
    return nw.when(~number.is_nan()).then(number)
