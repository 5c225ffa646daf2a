"""Questions about a survival curve: its shares and intervals, quantiles, restricted mean."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from relmetrics.customers.survival.comparison import SurvivalDifference, compared, horizon_of
from relmetrics.customers.survival.point import RestrictedMean, SurvivalQuantile
from relmetrics.data.checks import as_generator, check_name, check_positive, check_share
from relmetrics.data.columns import Unchanging, read_only
from relmetrics.errors import ParameterError
from relmetrics.inference.intervals import clipped, quantile
from relmetrics.inference.survival.kaplan_meier import (
    SurvivalInterval,
    first_at_most,
    restricted_mean,
    share_interval,
)
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.survival.risk_table import RiskTable
    from relmetrics.metric.contract import Rng

SURVIVAL_INTERVALS: tuple[SurvivalInterval, ...] = ("log_log", "greenwood")


class SurvivalQuestions(Unchanging):
    """What is asked of a survival curve, whatever its times were counted from."""

    confidence_level: float
    interval: SurvivalInterval
    _time: ClassVar[str] = "time"
    """What tables call the times."""

    @property
    def _unit(self) -> str:
        """The unit of the times: days, of whoever is counted from a log."""
        return "days"

    @cached_property
    def _risks(self) -> RiskTable:
        """Who could leave and who left at each time."""
        raise NotImplementedError

    @property
    def times(self) -> AnyArray:
        """The times at which somebody left, ascending."""
        return read_only(self._risks.times)

    @property
    def events(self) -> AnyArray:
        """How many left at each of `times`, or the sum of their weights."""
        return self._risks.events

    @property
    def at_risk(self) -> AnyArray:
        """How many could have left at each of `times`, or the sum of their weights."""
        return self._risks.at_risk

    @property
    def survival(self) -> FloatArray:
        """Percent that stay longer than each of `times`: 100 x the product of those who stay."""
        return 100 * self._risks.shares

    @cached_property
    def _ends(self) -> tuple[FloatArray, FloatArray]:
        z = quantile(self.confidence_level)
        return share_interval(self._risks.shares, self._risks.terms, z, self.interval)

    @property
    def low(self) -> FloatArray:
        """Lower ends of the intervals of `survival`; NaN once everybody has left."""
        return 100 * self._ends[0]

    @property
    def high(self) -> FloatArray:
        """Upper ends of the intervals of `survival`; NaN once everybody has left."""
        return 100 * self._ends[1]

    @property
    def median(self) -> float:
        """The first time after which at most half are left; NaN when not reached yet."""
        return self.quantile().value

    @property
    def median_interval(self) -> tuple[float, float]:
        """The times that the interval of the curve does not tell from the median; NaN if open.

        Source: Brookmeyer and Crowley (1982), Biometrics 38, 29-41.
        """
        found = self.quantile()
        return found.low, found.high

    def quantile(self, share: float = 0.5) -> SurvivalQuantile:
        """Return the first time by which at least a share has left, with its interval.

        Formula: the first t with ``S(t) <= 1 - share``. The interval holds the times at which the
        interval of the curve does. NaN where the curve, or an end of its interval, is not so low
        yet.

        Args:
            share: The share that has left, strictly between 0 and 1: 0.5 is the median.

        Raises:
            ParameterError: It is not.

        Example:
            >>> import relmetrics as rm
            >>> print(rm.survival([3, 5, 8, 13], [True] * 4).quantile(0.25))
            25% have left after 3 (95% CI 3 to 8)

        Source:
            Brookmeyer and Crowley (1982), Biometrics 38, 29-41.
        """
        gone = check_share("share", share, "Say 0.5 for the median.")
        curves = (self._risks.shares, *self._ends)
        value, low, high = (first_at_most(self._risks.times, curve, 1 - gone) for curve in curves)
        return SurvivalQuantile(gone, value, low, high, self.confidence_level, self._unit)

    def restricted_mean(
        self, horizon: float | None = None, *, discount: float = 0
    ) -> RestrictedMean:
        """Return the mean time within a horizon: the area under the curve up to it.

        Who stays longer than the horizon counts with the horizon itself. So it is known although
        many have not left yet, where a mean without a horizon is not.

        Args:
            horizon: The time up to which the area counts; by default the last one that is known.
            discount: By how much time counts less for each unit that it is later, in %: of what is
                paid over it, the present value.

        Raises:
            ParameterError: The horizon is not above 0, or the discount negative.
            StateError: The curve is not known so far: its last time is earlier, and some are left.

        Example:
            >>> import relmetrics as rm
            >>> print(rm.survival([3, 5, 8, 13], [True, True, False, True]).restricted_mean(10))
            Mean time within 10: 7.0 (95% CI 4.0 to 10.0)

        Source:
            Royston and Parmar (2013), BMC Medical Research Methodology 13, 152.
        """
        risks = self._risks
        end, later = horizon_of(horizon, risks), check_positive("discount", discount, zero=True)
        curve = risks.times, risks.shares, risks.terms
        value, variance = restricted_mean(*curve, end, later / 100)
        error = math.sqrt(variance)
        half = quantile(self.confidence_level) * error if error else math.nan
        nobody = np.zeros(0)  # leaves: all of the time is the most that there can be
        most, _ = restricted_mean(nobody, nobody, nobody, end, later / 100)
        low, high = (clipped(value + way * half, 0.0, most) for way in (-1, 1))
        level = self.confidence_level
        return RestrictedMean(end, value, low, high, error, level, later, self._unit)

    def compare(
        self,
        reference: SurvivalQuestions,
        *,
        horizon: float | None = None,
        rho: float = 0.0,
        confidence_level: float | None = None,
        rng: Rng = None,
    ) -> SurvivalDifference:
        """Compare this curve with that of others: see `SurvivalDifference`.

        Args:
            reference: The curve of other customers, its times in the same unit.
            horizon: The time up to which the mean times count; by default the last one at which
                both curves are known.
            rho: The log-rank test weighs each time by S(t-)^rho: 0 all alike, 1 early ones more.
            confidence_level: Level of the intervals and of the band; by default the curve's.
            rng: Generator or seed for the draws of the band.

        Raises:
            StateError: One of the curves is not known up to the horizon.
            ParameterError: `reference` is no curve, the horizon is not above 0, the level is not
                between 0 and 1, or `rho` is negative.

        Example:
            >>> import relmetrics as rm
            >>> gold = rm.survival([9, 13, 13, 18, 23, 28], [1, 1, 0, 1, 1, 0])
            >>> basic = rm.survival([5, 5, 8, 8, 12, 16], [1, 1, 1, 1, 1, 0])
            >>> print(gold.compare(basic))
            Mean time within 16: +5.3 (95% CI 1.6 to 9.1; p = 0.0056); log-rank p = 0.036
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        quantile(level)
        return compared(
            self._risks,
            risks_of(reference),
            horizon=horizon,
            rho=rho,
            confidence_level=level,
            rng=as_generator(rng),
        )

    def table(self) -> Table:
        """Return one row per time at which somebody left.

        Columns: the time, ``survival`` (%), ``low``, ``high``, ``at_risk``, ``events``.
        """
        columns: dict[str, AnyArray] = {
            self._time: self.times,
            "survival": self.survival,
            "low": self.low,
            "high": self.high,
            "at_risk": self.at_risk,
            "events": self.events,
        }
        return Table(columns, dict.fromkeys(("survival", "low", "high"), 1))

    def _point(self, time: float) -> tuple[float, float, float, int]:
        """Return share in percent, low, high and the number at risk at a time."""
        risks = self._risks
        rows = risks.present if risks.rows is None else risks.rows
        present = int(risks.at(np.asarray(time), rows))
        if time > risks.reach or math.isnan(risks.reach):
            return math.nan, math.nan, math.nan, 0
        place = int(np.searchsorted(risks.times, time, side="right")) - 1
        if place < 0:
            return 100.0, math.nan, math.nan, present
        value, low, high = (float(part[place]) for part in (self.survival, self.low, self.high))
        return value, low, high, present


def risks_of(curve: Any) -> RiskTable:
    """Return the risk table of a curve.

    Raises:
        ParameterError: It is no curve.
    """
    if not isinstance(curve, SurvivalQuestions):
        raise ParameterError.must_be(
            "reference", "a survival curve", curve, "Say rm.survival(durations, events)."
        )
    return curve._risks  # noqa: SLF001 - of the same family


def check_interval(confidence_level: float, interval: SurvivalInterval) -> None:
    """Check the level and the kind of intervals.

    Raises:
        ParameterError: The level is not between 0 and 1, or there is no such interval.
    """
    quantile(confidence_level)
    check_name("interval", interval, SURVIVAL_INTERVALS)
