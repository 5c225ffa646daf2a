"""The chart of sums: values of periods that are normal about the center of a baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import Unchanging, read_only
from relmetrics.inference.charts.false_alarms import draws_of, share_ringing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.time.run_rules import RuleName


@frozen(eq=False)
class NormalChart(Unchanging):
    """How far each period lies from the center, in standard deviations of so many answers.

    Attributes:
        values: The metric in each period.
        center: The metric of the pooled answers of the baseline.
        sigma: The standard deviation of each value in control.
        sizes: The effective number of answers of each period.
        inside: Whether the period belongs to the baseline.
    """

    values: FloatArray = field(converter=read_only)
    center: float
    sigma: FloatArray = field(converter=read_only)
    sizes: FloatArray = field(converter=read_only)
    inside: AnyArray = field(converter=read_only)

    is_rare = False

    @property
    def zones(self) -> FloatArray:
        """The deviate of each period."""
        distance: FloatArray = (self.values - self.center) / self.sigma
        return distance

    @property
    def added(self) -> FloatArray:
        """The deviates that charts add up: the same."""
        return self.zones

    def limits(self, sigmas: float) -> tuple[FloatArray, FloatArray]:
        """Return the ends of each period's range within so many sigmas."""
        return self.center - sigmas * self.sigma, self.center + sigmas * self.sigma

    def false_alarm_chance(
        self, rules: Sequence[RuleName], sigma_z: float, rng: np.random.Generator
    ) -> float:
        """Return the chance that a rule rings falsely after the baseline, or within it if all is.

        The center is known only as well as the answers of the baseline tell it.
        """
        total, root = float(self.sizes[self.inside].sum()), np.sqrt(self.sizes)
        draws = draws_of(len(root))
        errors = rng.standard_normal((draws, len(root)))
        if self.inside.all():
            off = errors @ root / total
            found, judged = errors - off[:, None] * root, self.inside
        else:
            off = rng.standard_normal(draws) / np.sqrt(total)
            found = np.where(self.inside, self.zones, errors - off[:, None] * root)
            judged = ~self.inside
        return share_ringing(rules, found / sigma_z, found / sigma_z, judged)
