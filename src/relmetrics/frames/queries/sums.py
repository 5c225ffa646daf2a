"""Sums and cross-products by key, computed by the engine, for an index and for ratios of money.

Rows are told apart by one code, which is a key beside those that were asked: where all values are
there and right, sums are those of the columns as they are. So the checks cost little. Columns are
summed less their pivot, and of their products each is one multiplication of two columns.
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
SOME, ALL, WRONG, NONE = range(4)
"""Codes of a row: some of its values are missing, all are there, one is wrong, or none is there."""
_TRUTHS = {True: ALL, None: SOME, False: WRONG}
"""What it comes to that all values are right, where what is unknown is neither true nor false."""


class Summing:
    """The query of sums by key, built step by step of columns whose names are made up here.

    Attributes:
        asked: Keys, date and weights.
        wanted: What the metric needs.
        pivot: What each column is summed less of.
    """

    def __init__(self, asked: Asked, wanted: Wanted) -> None:
        """Check these columns.

        Raises:
            ParameterError: There is no such column.
            AnswerError: One holds no numbers.
        """
        self.asked: Asked = asked
        self.wanted: Wanted = wanted
        self.nw: Any = asked.source.nw
        asked.source.require("columns", wanted.names)
        for name in wanted.names:
            columns.number(asked.source, name)
        self.pivot: float = 0.0 if wanted.scale is None else wanted.scale.midpoint

    def query(self) -> Any:
        """Return the query, not yet asked; of frames in memory this computes most of it."""
        asked, wanted = self.asked, self.wanted
        weighted, codes = asked.weights is not None, self._codes()
        powers = ("w", "w2") if weighted else ("",)
        firsts, terms = self._pairwise(powers) if wanted.pairwise else self._by_row(powers)
        frame = self._given().with_columns(**codes, **(self._weighing() if weighted else {}))
        sums = [self.nw.col(f"x_{i}").count().alias(f"there_{i}") for i in range(len(wanted.names))]
        sums += [self.nw.col(own).sum().alias(name) for name, own in firsts.items()]
        sums += [self.nw.col(name).sum() for name in terms]
        sums += [self.nw.col(name).sum() for name in (("w", "w2", "heavy") if weighted else ())]
        return (
            frame.with_columns(**terms)
            .group_by(*asked.keys, *(name for name in codes if not name.startswith("x_")))
            .agg(self.nw.len().alias("rows"), *sums)
        )

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
        found = asked.source.collect(self.query(), names)
        if asked.weights is not None:
            columns.require_sums_of_weights(asked.source, asked.weights, found, "rows")
        if self._tells_unknown:
            found["code"] = [_TRUTHS[code] for code in found["code"]]
        if WRONG in map(int, found["code"]):
            self._refuse()
        return found

    def _given(self) -> Any:
        """Return the frame with keys, numbers and weights only; what is no number is null."""
        asked, nw = self.asked, self.nw
        given = [e.alias(name) for name, e in asked.keys.items()]
        for i, name in enumerate(self.wanted.names):
            number = columns.number(asked.source, name)
            known = number if asked.source.schema[name].is_integer() else _known(nw, number)
            given.append((known - self.pivot if self.pivot else known).alias(f"x_{i}"))
        if asked.weights is not None:
            given.append(columns.weight(asked.source, asked.weights).alias("w"))
        return asked.source.lazy.select(*given)

    @property
    def _tells_unknown(self) -> bool:
        """Whether one truth value tells the rows apart: see `Source.knows_unknown`."""
        return self.asked.source.knows_unknown and not self.wanted.pairwise

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
            low, high = wanted.scale.low - self.pivot, wanted.scale.high - self.pivot
            fine += [column >= low, column <= high]
            wrong += [column < low, column > high]
            if not self.asked.source.schema[name].is_integer():
                answer = column + self.pivot if self.pivot % 1 else column
                fine.append(answer.round(0) == answer)
                wrong.append((answer - answer.round(0)).abs() > 0)  # of NaN never, unlike !=
        right = reduce(and_, fine[1:] or fine)
        if self._tells_unknown:
            codes = {"code": right}
        else:
            absent = [column.is_null() for column in x] or [nw.lit(value=False)]
            some = nw.lit(SOME)
            if wanted.pairwise:
                some = nw.when(reduce(and_, absent)).then(NONE).otherwise(SOME)
            rest = nw.when(reduce(or_, wrong[1:] or wrong)).then(WRONG).otherwise(some)
            codes = {"code": nw.when(right).then(ALL).otherwise(rest)}
        if isinstance(wanted.metric, RevenueRetention):
            codes["outside"] = nw.when(x[0] == 0).then(1).otherwise(0)
            codes["x_2"] = nw.when(x[1] < x[0]).then(x[1]).otherwise(x[0])
        return codes

    def _weighing(self) -> dict[str, Any]:
        """Return the weights squared, what counts them, and each given column with its weight."""
        nw, w = self.nw, self.nw.col("w")
        given = {f"v_{i}": nw.col(f"x_{i}") * w for i in range(len(self.wanted.names))}
        return given | {"w2": w * w, "heavy": columns.heavy(self.asked.source, w)}

    def _columns(self, power: str) -> list[tuple[Any, Any, Any]]:
        """Return each column of the state: itself, and the two factors of its weighted products."""
        nw = self.nw
        x = [nw.col(f"x_{i}") for i in range(len(self.wanted.columns))]
        if not power:
            return [(column, column, column) for column in x]
        more = range(len(self.wanted.names), len(x))
        v = [nw.col(f"v_{i}") for i in range(len(self.wanted.names))]
        v += [x[i] * nw.col("w") for i in more]
        return list(zip(x, v, v if power == "w2" else x, strict=True))

    def _by_row(self, powers: tuple[str, ...]) -> tuple[dict[str, str], dict[str, Any]]:
        """Return sums of columns, and terms to sum, where only rows count that have all values."""
        firsts, terms = {}, {}
        for power in powers:
            factors = self._columns(power)
            for i, (_, own, _) in enumerate(factors):
                name = f"first{power}_{i}"
                if power == "w2":
                    terms[name] = own * self.nw.col("w")
                elif power and i >= len(self.wanted.names):
                    terms[name] = own
                else:
                    firsts[name] = f"{'v' if power else 'x'}_{i}"
            for i, j in combinations_with_replacement(range(len(factors)), 2):
                terms[f"second{power}_{i}_{j}"] = factors[i][1] * factors[j][2]
        return firsts, terms

    def _pairwise(self, powers: tuple[str, ...]) -> tuple[dict[str, str], dict[str, Any]]:
        """Return terms to sum where each pair of columns counts the rows that have both."""
        nw, terms = self.nw, {}
        places = range(len(self.wanted.names))
        there = [nw.when(nw.col(f"x_{i}").is_null()).then(0.0).otherwise(1.0) for i in places]
        for power in powers:
            factors, w = self._columns(power), nw.col(power or "x_0")
            for i, j in combinations_with_replacement(places, 2):
                both = there[i] * there[j]
                terms[f"second{power}_{i}_{j}"] = factors[i][1] * factors[j][2]
                terms[f"pairs_{i}_{j}"] = (
                    nw.when(nw.col("w") > 0).then(both).otherwise(0.0) if power else both
                )
                if power:
                    terms[f"mass{power}_{i}_{j}"] = both * w
            for i, j in product(places, repeat=2):
                first = factors[i][0] * there[j]
                terms[f"first{power}_{i}_{j}"] = first * w if power else first
        return {}, terms

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
