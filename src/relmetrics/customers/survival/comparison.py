"""Comparison of two survival curves: log-rank test, difference of mean times, band of the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_positive
from relmetrics.data.columns import comparable
from relmetrics.errors import ParameterError, StateError
from relmetrics.inference.differences import deviate, two_sided
from relmetrics.inference.intervals import clipped, quantile
from relmetrics.inference.survival.bands import curve_difference
from relmetrics.inference.survival.kaplan_meier import restricted_mean
from relmetrics.inference.survival.log_rank import added, scores, tested
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import p_text, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.inference.survival.risk_table import RiskTable


@frozen(repr=False)
class LogRank(Result):
    """The log-rank test: whether groups leave at the same rate at all times.

    Formula: ``U' V^-1 U`` of the sums over all times of those who left less those who would have
    left at the rate of all, with the hypergeometric variance; chi-square.

    Attributes:
        statistic: The statistic; NaN where no time tells the groups apart.
        df: Its degrees of freedom: the groups less one.
        p_value: The chance of a larger one if all left at the same rate.
        rho: Each time is weighed by S(t-)^rho.
        strata: How many strata the sums are added over; 1 without.
        groups: One row per group: its label, ``observed`` and ``expected``.

    Example:
        >>> import relmetrics as rm
        >>> by = rm.survival([10, 20, 30, 10, 20, 50], [True] * 6, by=["a"] * 3 + ["b"] * 3)
        >>> print(by.compare().log_rank)
        log-rank: chi-square 0.25 with 1 degree of freedom, p = 0.61

    Source:
        Mantel (1966), Cancer Chemotherapy Reports 50, 163-170; Harrington and Fleming (1982),
        Biometrika 69, 553-566, for `rho`.
    """

    statistic: float = field(eq=comparable)
    df: int
    p_value: float = field(eq=comparable)
    rho: float
    strata: int
    groups: Table = field(hash=False, repr=False)

    def __str__(self) -> str:
        """Return one line: statistic, degrees of freedom and p-value."""
        freedom = "1 degree" if self.df == 1 else f"{self.df} degrees"
        name = "log-rank" if not self.rho else f"log-rank with rho = {self.rho:g}"
        within = f" in {self.strata} strata" if self.strata > 1 else ""
        return (
            f"{name}{within}: chi-square {self.statistic:.2f} with {freedom} of freedom, "
            f"{p_text(self.p_value)}"
        )


@frozen(repr=False)
class SurvivalDifference(Result):
    """How long one group stays compared with another.

    Three answers: the difference of the mean times within a horizon, the log-rank test, and the
    difference of the curves with a band that holds at all times at once. The first is in the unit
    of time and says how much; the second is the stronger where one rate is always the higher.

    Attributes:
        value: Mean time within the horizon less that of the reference.
        low: Lower end of its interval; NaN where nobody left.
        high: Upper end.
        p_value: Two-sided, of equal mean times.
        standard_error: Standard error of the value.
        horizon: The time up to which the mean times count.
        mean: The mean time within the horizon.
        reference_mean: That of the reference.
        confidence_level: Level of the interval and of the band.
        log_rank: The log-rank test of the two.
        curve: One row per time at which either curve falls and both are above 0: ``time``,
            ``difference`` in percentage points, ``low`` and ``high`` of that time taken by itself,
            ``band_low`` and ``band_high`` of all times together.

    Example:
        >>> import relmetrics as rm
        >>> gold = rm.survival([9, 13, 13, 18, 23, 28], [1, 1, 0, 1, 1, 0])
        >>> difference = gold.compare(rm.survival([5, 5, 8, 8, 12, 16], [1, 1, 1, 1, 1, 0]))
        >>> difference.horizon, difference.value > 0
        (16.0, True)

    Source:
        Royston and Parmar (2013), BMC Medical Research Methodology 13, 152; Parzen, Wei and Ying
        (1997), Scandinavian Journal of Statistics 24, 309-314, for the band.
    """

    value: float
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    p_value: float = field(eq=comparable)
    standard_error: float
    horizon: float
    mean: float
    reference_mean: float
    confidence_level: float
    log_rank: LogRank
    curve: Table = field(hash=False, repr=False, eq=False)

    def __float__(self) -> float:
        """Return the difference of the mean times."""
        return self.value

    def _content(self) -> dict[str, object]:
        return written(self, *(name for name in super()._content() if name != "log_rank")) | {
            "log_rank": self.log_rank.to_dict()
        }

    def __str__(self) -> str:
        """Return one line: the difference of the mean times, and the log-rank test."""
        level = percent(self.confidence_level)
        return (
            f"Mean time within {self.horizon:g}: {self.value:+.1f} ({level} CI {self.low:.1f} to "
            f"{self.high:.1f}; {p_text(self.p_value)}); log-rank {p_text(self.log_rank.p_value)}"
        )


def compared(
    ours: RiskTable,
    theirs: RiskTable,
    *,
    horizon: float | None,
    rho: float,
    confidence_level: float,
    rng: np.random.Generator,
) -> SurvivalDifference:
    """Compare two curves: see `SurvivalDifference`."""
    end = horizon_of(horizon, ours, theirs)
    names = {"group": np.array(["group", "reference"])}
    test = log_rank([[ours, theirs]], names, rho)
    z = quantile(confidence_level)
    found = curve_difference(ours, theirs, confidence_level, rng, end)
    columns: dict[str, AnyArray] = {"time": found.times, "difference": 100 * found.value}
    for prefix, reach in (("", z), ("band_", found.reach)):
        for name, way in (("low", -1), ("high", 1)):
            ends = 100 * (found.value + way * reach * found.error)
            columns[prefix + name] = clipped(ends, -100.0, 100.0)
    digits = dict.fromkeys([name for name in columns if name != "time"], 1)
    return SurvivalDifference(
        **mean_difference(ours, theirs, end, z),
        confidence_level=confidence_level,
        log_rank=test,
        curve=Table(columns, digits),
    )


def mean_difference(ours: RiskTable, theirs: RiskTable, end: float, z: float) -> dict[str, float]:
    """Return the difference of two mean times within a horizon, and what belongs to it."""
    (mean, variance), (reference, their_variance) = (
        restricted_mean(table.times, table.shares, table.terms, end) for table in (ours, theirs)
    )
    value, squared = mean - reference, variance + their_variance
    half = z * squared**0.5 if squared else np.nan
    return {
        "value": value,
        "low": value - half,
        "high": value + half,
        "p_value": float(two_sided(deviate(value, squared))) if squared else np.nan,
        "standard_error": squared**0.5,
        "horizon": end,
        "mean": mean,
        "reference_mean": reference,
    }


def log_rank(
    strata: Sequence[Sequence[RiskTable]], labels: Mapping[str, AnyArray], rho: float
) -> LogRank:
    """Test whether groups leave at the same rate.

    Args:
        strata: For each stratum the risk table of every group.
        labels: The columns that name the groups.
        rho: Each time is weighed by S(t-)^rho.

    Raises:
        ParameterError: `rho` is negative or no number.
    """
    rho = check_positive("rho", rho, zero=True)
    found = added([scores(tables, rho) for tables in strata])
    statistic, df, p_value = tested(found)
    groups = Table(
        {**labels, "observed": found.observed, "expected": found.expected}, {"expected": 1}
    )
    return LogRank(statistic, df, p_value, rho, len(strata), groups)


def horizon_of(horizon: float | None, *tables: RiskTable) -> float:
    """Return the time up to which mean times count: by default as far as all curves are known.

    Raises:
        ParameterError: The horizon is not above 0.
        StateError: One of the curves is not known so far.
    """
    known = min(*(table.reach for table in tables), max(table.last for table in tables))
    if horizon is None:
        if not known > 0:
            raise StateError.undefined(
                "The mean time", "nobody is known to stay", "Observe longer."
            )
        return float(known)
    end = check_positive("horizon", horizon)
    reach = min(table.reach for table in tables)
    if not end <= reach:
        raise ParameterError.must_be(
            "horizon", f"at most {reach:g}, the last time that is known", horizon
        )
    return end
