"""GroupedEstimates: a mapping of group to estimate, as a table, a data frame, text and JSON."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_flag, check_whole, choice, drawing
from relmetrics.errors import ParameterError, RelmetricsError
from relmetrics.inference.intervals import quantile
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.table import SHOWN_ROWS, Table
from relmetrics.questions.groups.figures import of_clusters, place_of, presented

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray
    from relmetrics.metric.contract import AnyMetric, Description, Rng
    from relmetrics.metric.estimate import Estimate

_SUPPRESSED = frozenset({"value", "low", "high", "design_effect"})
ALL = "All"
"""What the total is called among the groups of a table."""


@frozen(eq=False, repr=False, slots=False)
class GroupedEstimates(Tabular, Result, Mapping[Hashable, "Estimate"]):
    """One metric for every group, as a mapping and as a table: see `Breakdown`."""

    metric: AnyMetric
    labels: Labels
    states: Any
    total_state: Any
    confidence_level: float = 0.95

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {key: place for place, key in enumerate(self.labels.keys())}

    def __getitem__(self, group: Hashable) -> Estimate:
        """Return the estimate of one group.

        Raises:
            KeyError: There is no such group.
            EmptySampleError: The group has no answers.
            WeightError: Its answers weigh nothing.
            AmountError: Its amounts have no ratio, for nothing was spent or earned.
        """
        return self._estimate(self.states[place_of(group, self._places)])

    def __contains__(self, group: object) -> bool:
        """Tell whether there is such a group, with or without answers."""
        return group in self._places

    def __iter__(self) -> Iterator[Hashable]:
        """Return the groups in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same: a mapping's would ask empty groups for estimates."""
        return self is other

    def __hash__(self) -> int:
        """Return a hash by identity."""
        return id(self)

    @property
    def total(self) -> Estimate:
        """The estimate of all answers together.

        Raises:
            EmptySampleError: There are no answers at all.
            WeightError: They weigh nothing.
            AmountError: Their amounts have no ratio, for nothing was spent or earned.
        """
        return self._estimate(self.total_state)

    def _estimate(self, state: Any) -> Estimate:
        return cast("Estimate", self.metric.estimate(state, confidence_level=self.confidence_level))

    def table(
        self,
        *,
        confidence_level: float | None = None,
        method: str | None = None,
        small_base: int | None = None,
        suppress: bool = False,
        total: bool = False,
        named: bool = False,
        rng: Rng = None,
    ) -> Table:
        """Return one row per group: its labels, value, low, high, n and missing.

        A group without answers is a row with n = 0 and NaN.

        Args:
            confidence_level: Level of the intervals; by default the breakdown's.
            method: One of the metric's `methods`; by default its first.
            small_base: Adds the column `small_base`, true where n is below this number.
            suppress: Leaves out the numbers of those groups, which are then NaN; `n` stays. Other
                groups and the total may still give them away.
            total: Adds a last row of all answers, called ``All``, or no day among days.
            named: Adds the columns `metric` and `unit`, so that tables of several metrics can be
                put below each other.
            rng: Generator or seed for `bootstrap`.

        Raises:
            ParameterError: The level is not between 0 and 1, there is no such method, `small_base`
                is no whole number of at least 1, or not given beside `suppress`, `total`, `named`
                or `suppress` is no truth value, or `rng` is no generator and no seed.

        Example:
            >>> import relmetrics as rm
            >>> by = rm.CSAT().by([5, 4, 2, None], ["a", "a", "a", "b"])
            >>> by.table(small_base=3).to_dict()["small_base"]
            [False, True]
            >>> by.table(total=True, named=True)
            metric  unit  group  value   low  high  n  missing
            CSAT    %     a       66.7  20.8  93.9  3        0
            CSAT    %     b        nan   nan   nan  0        1
            CSAT    %     All     66.7  20.8  93.9  3        1
        """
        if small_base is not None:
            small_base = check_whole("small_base", small_base, 1)
        check_flag("suppress", suppress)
        if suppress and small_base is None:
            remedy = "Say small_base=10 to leave out groups of fewer than ten answers."
            raise ParameterError.must_be("small_base", "given beside suppress", None, remedy)
        check_flag("total", total)
        check_flag("named", named)
        names, labels = self.labels.names, self.labels.columns
        columns: dict[str, AnyArray] = dict(zip(names, labels, strict=True))
        level = self._level(confidence_level)
        quantile(level)
        chosen = choice("method", method, self.metric.methods)
        source = drawing(chosen, rng)
        columns |= presented(self.metric, self.states, level, chosen, source)
        columns["missing"] = np.asarray(self.states.missing)
        columns |= of_clusters(self.metric, self.states) | self._marks()
        if suppress and small_base is not None:
            few = columns["n"] < small_base
            columns |= {
                name: np.where(few, np.nan, column)
                for name, column in columns.items()
                if name in _SUPPRESSED
            }
        if total:
            columns = self._with_total(columns, level, chosen, source)
        if small_base is not None:
            marked = {"small_base": columns["n"] < small_base}
            place = list(columns).index("missing") + 1
            items = list(columns.items())
            columns = dict(items[:place]) | marked | dict(items[place:])
        if named:
            about = self._about
            words = {"metric": about.symbol, "unit": about.unit}
            rows = len(columns["n"])
            columns = {name: np.full(rows, word) for name, word in words.items()} | columns
        shown = dict.fromkeys(("value", "low", "high"), self._about.digits) | {"design_effect": 2}
        return Table(columns, shown)

    def _with_total(
        self, columns: dict[str, AnyArray], level: float, method: str, rng: Rng
    ) -> dict[str, AnyArray]:
        """Return the columns with a row of all answers below; what it does not have is missing."""
        state = self.total_state
        last: dict[str, Any] = dict.fromkeys(("value", "low", "high"), math.nan)
        last |= {"n": 0, "missing": int(state.missing)}
        last |= {"respondents": 0, "design_effect": math.nan}
        with contextlib.suppress(RelmetricsError):  # no answers, or none that say something
            estimate = self.total
            ends = estimate.interval(level, method=method, rng=rng)
            last |= {"value": estimate.value, "low": ends.low, "high": ends.high, "n": estimate.n}
            last |= {name: getattr(estimate, name) for name in ("respondents", "design_effect")}
        return {name: _with_last(column, last.get(name)) for name, column in columns.items()}

    def _marks(self) -> dict[str, AnyArray]:
        """Return further columns of the table: here none."""
        return {}

    def _level(self, confidence_level: float | None) -> float:
        return self.confidence_level if confidence_level is None else confidence_level

    @property
    def _about(self) -> Description:
        return self.metric.description

    def _content(self) -> dict[str, object]:
        """Return level, figures of all answers, None where they have no score, and the table."""
        content = written(self, "confidence_level") | {"total": None, "table": self.table()}
        with contextlib.suppress(RelmetricsError):  # no answers, or none that say something
            content["total"] = written(self.total, "value", "low", "high", "n", "missing")
        return content

    def __repr__(self) -> str:
        """Return the table of the first groups."""
        return repr(self.table())

    def _body_html(self) -> str:
        """Return the table of the first groups, and the total below them, as HTML."""
        table, size = self.table(total=True), len(self)
        shown = [*range(min(size, SHOWN_ROWS)), size]
        columns = {name: column[shown] for name, column in table.items()}
        for name, column in columns.items():
            if column.dtype.kind == "M":  # the total is of no day
                columns[name] = np.append(column[:-1].astype(str), ALL)
        html = Table(columns, table.digits).to_html()
        more = size - SHOWN_ROWS
        return html + (f"<p>{more:,} more rows, which the total includes</p>" if more > 0 else "")


def _with_last(column: AnyArray, last: Any) -> AnyArray:
    """Return a column with one more cell; a label of all is a word where it can be one."""
    kind = column.dtype.kind
    if last is None and kind in "Mm":
        return np.append(column, np.array(["NaT"], dtype=column.dtype))
    if last is None and kind == "b":
        return np.append(column, column.all())
    if last is not None:
        return np.append(column, np.asarray(last, dtype=column.dtype))
    labels = np.empty(len(column) + 1, dtype=object)
    labels[:-1], labels[-1] = column, ALL
    return labels
