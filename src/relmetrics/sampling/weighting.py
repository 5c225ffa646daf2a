"""Weighting: weights that agree with known margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.data.columns import EXACT, Margined, comparable
from relmetrics.errors.wording import printable
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.states.clustered.margins import RowMargins


@frozen(repr=False)
class Weighting(Margined, Result):
    """Weights that agree with known margins. Made by ``rake(...)`` and ``post_stratify(...)``.

    Pass it straight on: ``rm.nps(answers, weights=weighting)``. The interval then knows the
    margins. As an array it is its weights, so whatever takes weights takes it; with
    ``weights=weighting.weights`` the interval takes the weights as given.

    Attributes:
        weights: One weight per row, in the order of the rows, shape (n,). Their mean is 1; with
            targets in counts they sum to the population.
        n: Number of rows.
        missing: Number of rows without a label in one of the margins.
        converged: Whether all margins are met to within the tolerance.
        iterations: How many times all margins were adjusted; 0 where they were met already.
        discrepancy: The largest distance of a label from its target, relative to the target.
        design_effect: Kish's design effect of the weights, at least 1.
        n_effective: Kish's effective number of rows.
        at_bound: How many rows have a weight at one of the bounds that `rake` was given.

    Example:
        >>> import relmetrics as rm
        >>> weighting = rm.post_stratify(["f", "f", "f", "m"], {"f": 0.5, "m": 0.5})
        >>> weighting.weights.round(3)
        array([0.667, 0.667, 0.667, 2.   ])
        >>> print(weighting)
        Weighting by group (n = 4; weights 0.6667 to 2; design effect 1.33, effective n 3.0; met
        after 1 iteration)
        >>> weighting.margins()
        margin  label  n  share_before  target  share_after  factor
        group   f      3          75.0    50.0         50.0   0.667
        group   m      1          25.0    50.0         50.0   2.000
    """

    weights: FloatArray = field(eq=EXACT, hash=False)
    n: int
    missing: int
    converged: bool
    iterations: int
    discrepancy: float = field(eq=comparable)
    design_effect: float
    n_effective: float
    at_bound: int
    _table: Table = field(alias="table", repr=False, hash=False)
    _rows: RowMargins = field(alias="rows", repr=False, eq=False, hash=False)

    @property
    def row_margins(self) -> RowMargins:
        """What the rows were made to agree with, as intervals take it."""
        return self._rows

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.n

    def margins(self) -> Table:
        """Return one row per label of each margin, with its share before and after.

        The columns are `margin`, `label`, `n` (rows), `share_before` (under the starting weights),
        `target` and `share_after`, in % of the rows that have a label, and `factor`: how many times
        the weight of its rows grew on average, when both sets of weights have mean 1; NaN where
        they had none. Rows that keep their share stand under the label None, where the three
        shares are NaN.
        """
        return Table(dict(self._table.columns), self._table.digits)

    def __str__(self) -> str:
        """Return the margins, the range of the weights and what they cost, in one line."""
        names = ", ".join(dict.fromkeys(self._table["margin"].tolist()))
        rows = f"n = {self.n}" + (f", {self.missing} missing" if self.missing else "")
        turns = f"{self.iterations} iteration" + ("" if self.iterations == 1 else "s")
        met = f"met after {turns}"
        if not self.converged:
            met = f"NOT met after {turns}, off by up to {100 * self.discrepancy:.4g}%"
        met = (f"{self.at_bound} at a bound; " if self.at_bound else "") + met
        return printable(
            f"Weighting by {names} ({rows}; weights {self.weights.min():.4g} to "
            f"{self.weights.max():.4g}; design effect {self.design_effect:.2f}, "
            f"effective n {self.n_effective:.1f}; {met})"
        )

    def _content(self) -> dict[str, object]:
        rows = ("n", "missing", "converged", "iterations", "discrepancy")
        figures = written(self, *rows, "design_effect", "n_effective", "at_bound")
        return figures | {"margins": self._table, "weights": self.weights}

    def _body_html(self) -> str:
        """Return the line and the margins as HTML, for notebooks."""
        return paragraph(str(self)) + self._table._repr_html_()
