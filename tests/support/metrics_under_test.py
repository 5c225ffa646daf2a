"""Every metric of the library with data of its kind, found by introspection.

A metric that joins the library without an entry in `CASES` fails `test_laws`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen
from hypothesis import strategies as st
from public_names import NAMES

import relmetrics as rm


@frozen
class Case:
    """A metric, how to draw one row of its data, and how rows become data and states."""

    label: str
    metric: Any
    row: st.SearchStrategy[Any]
    to_data: Callable[[list[Any]], Any]
    kind: str

    def state(self, rows, weights=None):
        make = self.metric.tally if self.kind == "tally" else self.metric.moments
        return make(self.to_data(rows), weights=weights)

    def by(self, rows, groups, weights=None, **options):
        return self.metric.by(self.to_data(rows), groups, weights=weights, **options)


def _answers(scale: rm.Scale) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.integers(scale.low, scale.high))


def _linear(label: str, metric: Any, row: st.SearchStrategy[Any] | None = None) -> Case:
    return Case(label, metric, _answers(metric.scale) if row is None else row, list, "tally")


FACTORS = ("food", "safety", "staff")
_ratings = st.tuples(*(_answers(rm.ONE_TO_FIVE) for _ in FACTORS))
_complete = st.tuples(*(st.integers(1, 5) for _ in FACTORS))
_money = st.one_of(st.none(), st.integers(0, 500).map(float))
_campaign = st.tuples(_money, st.one_of(st.none(), st.integers(1, 300).map(float)))
_purchases = st.one_of(st.none(), st.integers(0, 12))


_subscriber = st.tuples(_money, _money)


def _revenue(rows: list[Any]) -> dict[str, list[Any]]:
    return {"before": [row[0] for row in rows], "after": [row[1] for row in rows]}


def _factor_columns(rows: list[Any]) -> dict[str, list[Any]]:
    return {name: [row[i] for row in rows] for i, name in enumerate(FACTORS)}


def _columns(*names: str) -> Callable[[list[Any]], dict[str, list[Any]]]:
    return lambda rows: {name: [row[i] for row in rows] for i, name in enumerate(names)}


def _amounts(rows: list[Any]) -> dict[str, list[Any]]:
    return {"gain": [row[0] for row in rows], "cost": [row[1] for row in rows]}


def _csi(label: str, **options: Any) -> Case:
    weights = {"food": 2, "safety": 5, "staff": 1}
    return Case(label, rm.CSI(weights=weights, **options), _ratings, _factor_columns, "moments")


CASES: tuple[Case, ...] = (
    _linear("NPS", rm.NPS()),
    _linear("NPS on 1-5", rm.NPS(scale=rm.ONE_TO_FIVE, detractors_to=3, promoters_from=5)),
    _linear("CSAT", rm.CSAT()),
    _linear("CSAT on 1-7", rm.CSAT(scale=rm.ONE_TO_SEVEN)),
    _linear("CSAT mean", rm.CSAT(definition="mean")),
    _linear("CSAT rescaled mean", rm.CSAT(definition="rescaled_mean")),
    _linear("CSAT net", rm.CSAT(definition="net")),
    _linear("CES", rm.CES()),
    _linear("CES agreement", rm.CES(higher_is_better=True)),
    _linear("CES easy share", rm.CES(definition="easy_share")),
    _linear("MeanScore", rm.MeanScore(scale=rm.Scale(-3, 3))),
    _csi("CSI"),
    _csi("CSI rescaled", rescaled=True),
    _csi("CSI pairwise", missing_factor="pairwise"),
    _linear("RetentionRate", rm.RetentionRate()),
    _linear("ChurnRate", rm.ChurnRate()),
    _linear("ROR", rm.ReturnOnRelationship()),
    _linear("ROR of customers", rm.ReturnOnRelationship(definition="share_of_customers")),
    _linear("LoyaltyRate", rm.LoyaltyRate(), _purchases),
    _linear("RepeatRate", rm.RepeatRate(), _purchases),
    _linear("ReferralRate", rm.ReferralRate()),
    _linear("OpenRate", rm.OpenRate()),
    _linear("ConversionRate", rm.ConversionRate()),
    _linear("FirstContactResolution", rm.FirstContactResolution()),
    _linear("Rate", rm.Rate()),
    Case("ROI", rm.ReturnOnInvestment(), _campaign, _amounts, "moments"),
    Case("AOV", rm.AverageOrderValue(), _campaign, _columns("amount", "orders"), "moments"),
    Case(
        "ARPA",
        rm.AverageRevenuePerAccount(),
        _campaign,
        _columns("revenue", "accounts"),
        "moments",
    ),
    Case("Gross margin", rm.GrossMargin(), _campaign, _columns("cost", "revenue"), "moments"),
    Case("Quick ratio", rm.QuickRatio(), _campaign, _columns("gained", "lost"), "moments"),
    Case("NRR", rm.NetRevenueRetention(), _subscriber, _revenue, "moments"),
    Case("GRR", rm.GrossRevenueRetention(), _subscriber, _revenue, "moments"),
)


def metric_classes() -> set[type]:
    """Return every concrete metric class that the package defines."""
    for name in NAMES:  # a class is there to be found once its module is imported
        getattr(rm, name)
    found: set[type] = set()
    waiting: list[type] = [rm.Metric]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            abstract = getattr(kind, "__abstractmethods__", None)
            if kind.__module__.startswith("relmetrics.") and not abstract:
                found.add(kind)
    # The bases of metrics of one's own have no name.
    return {kind for kind in found if kind.__name__ in NAMES and hasattr(kind, "name")}


def defined(case: Case, rows: list[Any], weights: Any = None) -> Any:
    """Return the estimate of rows, or None where the metric is undefined for them."""
    try:
        return case.metric.estimate(case.state(rows, weights))
    except (rm.EmptySampleError, rm.AmountError, rm.WeightError):
        return None


def same(left: float, right: float, tolerance: float = 1e-9) -> bool:
    """Tell whether two numbers agree, NaN with NaN."""
    if np.isnan(left) or np.isnan(right):
        return bool(np.isnan(left) and np.isnan(right))
    return bool(left == right or abs(left - right) <= tolerance * max(1.0, abs(left), abs(right)))
