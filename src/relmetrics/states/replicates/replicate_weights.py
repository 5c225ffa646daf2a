"""ReplicateWeights: columns of weights that came with the data, for intervals that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_name, check_number, check_positive
from relmetrics.data.columns import HUGE, as_column, as_floats, require_equal_lengths
from relmetrics.data.tables import column_names
from relmetrics.errors import ParameterError, WeightError
from relmetrics.states.replicates.replicates import About, Rule

if TYPE_CHECKING:
    from relmetrics.data.types import Column, FloatArray

Kind = Literal["jackknife", "bootstrap", "brr"]
_KINDS = ("jackknife", "bootstrap", "brr")


@frozen(kw_only=True, eq=False)
class ReplicateWeights:
    """Weights of replicates, from the columns that a survey came with.

    Passed as ``design=`` beside ``weights=``, in place of a `Design`: who publishes replicates need
    not say strata, clusters and margins, which are in them. The variance is

        V = scale x sum over replicates r of factor_r (m_r - m)^2

    where m_r is the metric under the weights of r, as R's `svrepdesign` and Stata's `svyset` have
    it. States of groups, periods and comparisons keep all replicates, so that what two of them
    share is in their difference.

    Attributes:
        replicates: The weights, one column for each replicate and one row for each row of answers:
            a data frame, a mapping of columns, or a 2-D array of shape (rows, replicates). Each is
            a whole weight: multiply factors of the weights by these first.
        kind: How they were made: ``jackknife``, ``bootstrap`` or ``brr`` (balanced repeated
            replication). It says the scale: (R - 1) / R, 1 / (R - 1) and 1 / R, or for a jackknife
            with factors 1.
        rho: Fay's factor of ``brr``, from 0 up to below 1: the scale is 1 / (R (1 - rho)^2).
        factors: One factor for each replicate, such as (n_h - 1) / n_h of a stratified jackknife.
        scale: The scale, where it is another one.
        about: What squares are taken about: the ``mean`` of the replicates, as R and Stata do, or
            the ``estimate`` itself, which is never less.
        df: Degrees of freedom; by default the rank of the replicates less 1, as R has it.

    Raises:
        ParameterError: An option is none of its names, a number is out of range, or the replicates
            are no table of at least two columns.
        WeightError: A replicate weight is negative or not finite.

    Example:
        >>> import relmetrics as rm
        >>> weights = [1.0, 1.0, 1.0, 1.0]
        >>> jackknife = [[0, 4 / 3, 4 / 3, 4 / 3], [4 / 3, 0, 4 / 3, 4 / 3]]
        >>> jackknife += [[4 / 3, 4 / 3, 0, 4 / 3], [4 / 3, 4 / 3, 4 / 3, 0]]
        >>> design = rm.ReplicateWeights(replicates=jackknife, kind="jackknife")
        >>> round(rm.nps([10, 9, 3, 8], weights=weights, design=design).standard_error, 2)
        47.87
    """

    replicates: Any = field(repr=False)
    kind: Kind
    rho: float = 0.0
    factors: Column | None = None
    scale: float | None = None
    about: About = "mean"
    df: float | None = None

    def __attrs_post_init__(self) -> None:
        """Check what can be checked without the rows."""
        check_name("kind", self.kind, _KINDS)
        check_name("about", self.about, ("mean", "estimate"))
        check_number("rho", self.rho, 0, 0.999, "from 0 to below 1")
        if self.rho and self.kind != "brr":
            raise ParameterError.must_be("rho", "left out of all but 'brr'", self.rho)
        for name, value in (("scale", self.scale), ("df", self.df)):
            if value is not None:
                check_positive(name, value)

    def read(self, rows: int) -> tuple[FloatArray, Rule]:
        """Return the weights, shape (rows, replicates), and how a variance is made of them.

        Raises:
            LengthError: There is not one weight per row in every replicate.
        """
        columns = self._columns()
        table = np.empty((rows, len(columns)))
        for place, (name, column) in enumerate(columns.items()):
            numbers, offenders = as_floats(as_column(column, name))
            if numbers is None:
                raise WeightError.invalid(offenders, name=name)
            require_equal_lengths(answers=rows, **{name: len(numbers)})
            odd = np.flatnonzero(~((numbers >= 0) & (numbers < HUGE)))
            if len(odd):
                raise WeightError.invalid([(int(i), float(numbers[i])) for i in odd], name=name)
            table[:, place] = numbers
        many = table.shape[1]
        df = self.df
        if df is None:  # the rank of a table is that of its products
            df = max(float(np.linalg.matrix_rank(table.T @ table, hermitian=True)) - 1.0, 1.0)
        return table, Rule(self._scales(many), self.about == "mean", float(df))

    def _scales(self, many: int) -> FloatArray:
        """Return scale times factor of each replicate."""
        scale = {
            "jackknife": (many - 1) / many if self.factors is None else 1.0,
            "bootstrap": 1 / (many - 1),
            "brr": 1 / (many * (1 - self.rho) ** 2),
        }[self.kind]
        scale = scale if self.scale is None else float(self.scale)
        if self.factors is None:
            return np.full(many, scale)
        factors, offenders = as_floats(as_column(self.factors, "factors"))
        if factors is None or not ((factors >= 0) & (factors < HUGE)).all():
            raise WeightError.invalid(offenders or list(enumerate(factors)), name="factors")  # type: ignore[arg-type]
        require_equal_lengths(replicates=many, factors=len(factors))
        return scale * factors

    def _columns(self) -> dict[str, Any]:
        """Return the columns by name."""
        names = column_names(self.replicates)
        if names is not None:
            columns = {f"replicates[{name!r}]": self.replicates[name] for name in names}
        else:
            array = np.asarray(self.replicates)
            if array.ndim != 2:  # noqa: PLR2004 - rows by replicates
                array = np.empty((0, 0))
            columns = {f"replicates[{i}]": array[:, i] for i in range(array.shape[1])}
        if len(columns) < 2:  # noqa: PLR2004 - one shows no spread
            raise ParameterError.must_be(
                "replicates", "a table with a column for each of two replicates or more", names
            )
        return columns
