"""Ranking: who leads the league, with groups of few answers held back as far as they are unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.checks import check_flag, check_name, check_whole
from relmetrics.errors import ParameterError, StateError
from relmetrics.inference import shrinkage
from relmetrics.inference.intervals import quantile
from relmetrics.inference.share_form import ShareForm
from relmetrics.inference.shrinkage import Shrunken
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph, percent
from relmetrics.questions.groups.figures import label_columns, presented, require_groups, sampled
from relmetrics.questions.groups.left_out import SUPPRESSED, why_left_out
from relmetrics.states.sample import Sample

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import AnyMetric, Description

RankingMethod = Literal["value", "normal", "beta_binomial"]
_RANKING_METHODS: tuple[RankingMethod, ...] = ("value", "normal", "beta_binomial")

_RANKING_FIGURES = ("rank", "value", "shrunken", "low", "high", "n", "weight", "small_base", "note")
_FEWEST_GROUPS = 3
"""Two groups tell nothing about how groups spread."""


@frozen(eq=False, repr=False)
class Ranking(Tabular, Result):
    """Groups in order, the best first; made by ``metric.by(...).ranking()``.

    Of many groups the smallest lead, and trail: their scores scatter most. Shrinkage draws
    each score to what groups have in common, the further the fewer its answers, so that a
    group of three does not lead the league. Shrunken scores are nearer to the true ones taken
    together, and each is nearer to the others than its own answers say.

    - ``value``: the scores as they are, with small bases marked;
    - ``normal``: for every metric. The noise of a score is the variance of its answers over
      their number, with 30 answers of the common variance added to a group's own; the spread
      of the true scores is Paule and Mandel's (1982);
    - ``beta_binomial``: for shares. As if the common share had been answered so many times
      more in each group, their number estimated by moments.

    Intervals of shrunken scores know that common value and spread are estimates. They are of
    one group at a time, not of its rank.

    Attributes:
        metric: The definition.
        method: ``value``, ``normal`` or ``beta_binomial``.
        common: What groups are drawn to, in the metric's unit; NaN of ``value``.
        spread: The standard deviation of the true scores of groups, in that unit: 0 where they
            differ no more than by chance. NaN of ``value``.
        strength: How many answers the common value weighs against a group's own; infinite where
            groups differ by chance alone, and NaN but for ``beta_binomial``.
        confidence_level: Level of the intervals.
        small_base: Groups with fewer answers than this are marked.

    Example:
        >>> import relmetrics as rm
        >>> shop = ["north"] * 40 + ["south"] * 50 + ["east"] * 60 + ["new"] * 3
        >>> answers = [5, 4, 2, 5] * 10 + [1, 5, 2, 3, 5] * 10 + [4, 2, 2] * 20 + [5, 5, 5]
        >>> by = rm.CSAT().by(answers, shop)
        >>> by.ranking().table()["group"].tolist()
        ['new', 'north', 'south', 'east']
        >>> by.ranking(method="normal")
        CSAT of 4 groups by normal: drawn to 56.9, spread 25.9 (95% CI)
        rank  group  value  shrunken   low   high   n  weight  small_base  note
           1  new    100.0      78.2  36.6  100.0   3    0.49  True
           2  north   75.0      73.7  59.7   87.8  40    0.93  False
           3  south   40.0      41.1  27.7   54.2  50    0.93  False
           4  east    33.3      34.6  22.5   46.4  60    0.95  False

    Source:
        Efron and Morris (1975), Journal of the American Statistical Association 70, 311-319;
        Paule and Mandel (1982), Journal of Research of the NBS 87, 377-385; Rubin (1981),
        Journal of Educational Statistics 6, 377-401, for the intervals.
    """

    metric: AnyMetric
    method: RankingMethod
    common: float
    spread: float
    strength: float
    confidence_level: float
    small_base: int
    _table: Table

    def table(self) -> Table:
        """Return one row per group, the best first by the metric's direction.

        Columns:

        - `rank`: equal scores share a rank; NaN of a group without a score;
        - the labels of the group, and `value`, its own score;
        - `shrunken`: the score that it is ranked by, and `weight`, the part of that which is its
          own, 0 to 1: the rest is the common value. Not there when ranked by ``value``;
        - `low`, `high`: the interval of the score that it is ranked by;
        - `n`, and `small_base`, whether that is few;
        - `note`: why there is no score, where there is none.
        """
        return self._table

    def __str__(self) -> str:
        """Return one honest line: how many groups, by what, and how much they truly differ."""
        about = self._about
        ranked = int(np.sum(self._table["note"] == ""))
        line = f"{about.symbol} of {ranked} groups by {self.method}"
        level = percent(self.confidence_level)
        if self.method == "value":
            few = int(np.sum(self._table["small_base"]))
            return f"{line} ({level} CI; {few} of fewer than {self.small_base} answers)"
        common = f"{self.common:z.{about.digits}f}"
        if self.spread == 0:
            return f"{line}: they differ no more than by chance, all drawn to {common} ({level} CI)"
        return f"{line}: drawn to {common}, spread {self.spread:.{about.digits}f} ({level} CI)"

    def __repr__(self) -> str:
        """Return the line, and the table of the first groups below it."""
        return f"{self}\n{self._table!r}"

    def _body_html(self) -> str:
        """Return the line and the first groups as HTML, for notebooks."""
        return paragraph(str(self)) + self._table._repr_html_()

    @property
    def _about(self) -> Description:
        return self.metric.description

    def _content(self) -> dict[str, object]:
        names = ("method", "common", "spread", "strength", "confidence_level", "small_base")
        return written(self, *names) | {"table": self._table}


def ranked(
    metric: AnyMetric,
    labels: Labels,
    states: Any,
    total_state: Any,
    *,
    method: RankingMethod,
    confidence_level: float,
    small_base: int,
    suppress: bool,
) -> Ranking:
    """Return the groups of a breakdown in order: see `Breakdown.ranking`."""
    z, about = quantile(confidence_level), metric.description
    check_name("method", method, _RANKING_METHODS)
    small_base = check_whole("small_base", small_base, 0)
    check_flag("suppress", suppress)
    names = label_columns(labels, _RANKING_FIGURES)
    own = sampled(metric, states)
    known = np.isfinite(own.value)
    if method == "value":
        require_groups("a ranking", own.value, 1)
        nothing = np.full(len(labels), np.nan)
        ends = presented(metric, states, confidence_level, metric.methods[0])
        found = Shrunken(own.value, ends["low"], ends["high"], nothing, np.nan, np.nan)
    else:
        found = _placed(_shrunken(metric, total_state, own, known, method, z), known)

    few = suppress & (own.n > 0) & (own.n < small_base)
    own, found = _hidden(own, few), _without(found, few)
    score = found.value if about.direction == "lower" else -found.value
    value = own.value if about.direction == "lower" else -own.value
    order = np.lexsort((value, score))
    columns: dict[str, AnyArray] = {"rank": _ranks(score)} | names | {"value": own.value}
    if method != "value":
        columns["shrunken"] = found.value
    columns |= {"low": found.low, "high": found.high, "n": own.n}
    if method != "value":
        columns["weight"] = found.weight
    columns["small_base"] = own.n < small_base
    columns["note"] = np.where(few, SUPPRESSED, why_left_out(own.n, own.value))
    digits = dict.fromkeys(("value", "shrunken", "low", "high"), about.digits)
    return Ranking(
        metric,
        method,
        found.common,
        found.spread,
        found.strength,
        confidence_level,
        small_base,
        Table(
            {name: column[order] for name, column in columns.items()},
            digits | {"rank": 0, "weight": 2},
        ),
    )


def _hidden(own: Sample, few: AnyArray) -> Sample:
    """Return the same without the values of groups that are suppressed."""
    value = np.where(few, np.nan, own.value)
    return Sample(value, own.variance, own.n, own.n_effective)


def _without(found: Shrunken, few: AnyArray) -> Shrunken:
    """Return the same without the numbers of groups that are suppressed."""
    names = ("value", "low", "high", "weight")
    kept: dict[str, Any] = {name: np.where(few, np.nan, getattr(found, name)) for name in names}
    return evolve(found, **kept)


def _ranks(score: FloatArray) -> FloatArray:
    """Return 1 for the least score, and so on; equal ones share the best rank of theirs."""
    ranks = 1.0 + np.searchsorted(np.sort(score), score)
    ranks[np.isnan(score)] = np.nan
    return ranks


def _shrunken(
    metric: AnyMetric,
    total_state: Any,
    own: Sample,
    known: AnyArray,
    method: RankingMethod,
    z: float,
) -> Shrunken:
    """Return the shrunken scores of the groups that have one.

    Raises:
        StateError: Groups are too few, or too small to tell how answers differ within them.
        ParameterError: The metric has more than two outcomes and the method is of shares.
    """
    about = metric.description
    form = _form_of_shares(metric) if method == "beta_binomial" else None
    require_groups("a shrunken ranking", own.value, _FEWEST_GROUPS)
    if not np.any(own.n[known] > 1):
        raise StateError.undefined(
            "a shrunken ranking",
            "no group has two answers, so nothing tells how much answers differ within a group",
            "Take coarser groups with rollup, or rank by method='value'.",
        )
    parts = Sample(*(column[known] for column in (own.value, own.variance, own.n, own.n_effective)))
    if form is None:
        total = metric.form.normal(total_state)
        answer = total.squared_error * total.sample.n_effective
        return shrinkage.normal(parts, float(answer), z, about.low, about.high)
    low, high = form.levels
    share = (parts.value - low) / (high - low)
    found = shrinkage.beta_binomial(share, form.own_size(parts, [1 - share, share]), z)
    ends = {name: low + (high - low) * getattr(found, name) for name in ("value", "low", "high")}
    common = low + (high - low) * found.common
    return evolve(found, **ends, common=common, spread=(high - low) * found.spread)


def _form_of_shares(metric: AnyMetric) -> ShareForm:
    """Return the linear form of a metric whose answers are of one of two kinds.

    Raises:
        ParameterError: It has none, or answers have more than two outcomes.
    """
    form = metric.form
    if not isinstance(form, ShareForm):
        name = metric.description.name
        remedy = "Use method='normal', which is for every metric."
        raise ParameterError.must_be(
            "method", f"one for {name}: not of shares", "beta_binomial", remedy
        )
    return form


def _placed(found: Shrunken, known: AnyArray) -> Shrunken:
    """Return the same with NaN for the groups that have no score."""
    names = ("value", "low", "high", "weight")
    columns: dict[str, Any] = {name: np.full(len(known), np.nan) for name in names}
    for name, column in columns.items():
        column[known] = getattr(found, name)
    return evolve(found, **columns)
