"""ROR, return on relationship: under each of the three quantities that go by the name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from attrs import field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.checks import check_name
from relmetrics.data.codes import encode
from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.scale import YES_NO, Scale
from relmetrics.errors import CountError
from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.linear import LinearScore
from relmetrics.metric.contract import BUSINESS_SUCCESS, share_working
from relmetrics.metric.estimate import Estimate, Interval
from relmetrics.states.serial import as_count
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Description, Working

RORDefinition = Literal["share_of_helped", "share_of_customers"]
DEFINITIONS: tuple[RORDefinition, ...] = ("share_of_helped", "share_of_customers")

HELP = Scale(0, 2, labels=("not helped", "helped", "returning"))
"""What happened to a customer in the last 12 months, the last one being helped and returning."""


@frozen(repr=False)
class RelationshipEstimate(Estimate):
    """A return on relationship with all three quantities that go by that name.

    Example:
        >>> import relmetrics as rm
        >>> ror = rm.ror(customers=1000, helped=200, returning=50)
        >>> ror.value, ror.helped_per_returning, ror.share_of_customers
        (25.0, 4.0, 5.0)
    """

    @property
    def share_of_helped(self) -> float:
        """100 x returning / helped, %; NaN when nobody was helped."""
        _, once, returning = self.state.masses
        return 100 * returning / (once + returning) if once + returning else math.nan

    @property
    def helped_per_returning(self) -> float:
        """Helped / returning, the division as the documents print it.

        At least 1, infinite when nobody returns; lower is better.
        """
        _, once, returning = self.state.masses
        return (once + returning) / returning if returning else math.inf

    @property
    def share_of_customers(self) -> float:
        """100 x returning / customers, %, the originator's definition."""
        return float(100 * self.state.masses[2] / self.state.total)

    @property
    def helped_per_returning_interval(self) -> Interval:
        """The interval of `helped_per_returning`: that of the share of helped, turned over."""
        share = ReturnOnRelationship().estimate(self.state, confidence_level=self.confidence_level)
        high = 100 / share.low if share.low else math.inf
        return Interval(100 / share.high, high, share.confidence_level, share.method)


@frozen(kw_only=True)
class ReturnOnRelationship(LinearScore[RelationshipEstimate]):
    """Return on relationship (ROR): how many of the customers you helped come back.

    Of all `customers` who ever bought, `helped` were helped in the last 12 months, and `returning`
    of those came by referral or were repeat customers.

    Formulas: three quantities go by the name, and each estimate has all of them:

    - ``value`` under `definition` ``share_of_helped`` (default): ``100 x returning / helped``, %,
      the share that the documents describe when they call a high ROR good.
    - ``helped_per_returning``: ``helped / returning``, the division that they print, which falls
      as more people return.
    - ``share_of_customers``: ``100 x returning / customers``, %, the originator's definition, also
      `definition` ``share_of_customers``.

    Direction: higher is better for both shares, lower for ``helped_per_returning``.
    Customers whose history is missing are counted and left out.

    Called with the three counts. `tally` and `by` take one answer per customer on 0..2 (not helped,
    helped, returning): see `answers`. Rates of several shards add only when no customer is in two
    of them.

    Interval: Wilson's.

    Attributes:
        definition: Which share is the value.

    Raises:
        ParameterError: There is no definition of that name.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.ReturnOnRelationship()(customers=1000, helped=250, returning=50))
        ROR 20.0% (95% CI 15.5 to 25.4; n = 250)

    Source:
        "The key to business success? Relationships!" (steps and reading); Dean Jackson (share of
        customers).
    """

    name = "Return on relationship"
    symbol = "ROR"
    unit = "%"
    source = f"{BUSINESS_SUCCESS}; Dean Jackson for share_of_customers"
    outside: ClassVar[str] = "not helped"

    scale: Scale = field(default=HELP, init=False)
    definition: RORDefinition = "share_of_helped"

    def validate(self) -> None:
        """Check the name of the definition."""
        check_name("definition", self.definition, DEFINITIONS)

    @property
    def base(self) -> str:
        """What the denominator counts."""
        return "helped" if self.definition == "share_of_helped" else "customers"

    @property
    def result(self) -> type[RelationshipEstimate]:
        """The class of this metric's estimates."""
        return RelationshipEstimate

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        whose = {
            "share_of_helped": (
                "of the customers helped in the months looked at (12 in the documents) who"
            ),
            "share_of_customers": (
                "of all customers who ever bought who were helped in the months looked at (12 in "
                "the documents) and"
            ),
        }[self.definition]
        return self._described(
            formula=f"returning / {self.base} x 100 %",
            definition=(
                f"Share {whose} came by referral or bought again (definition '{self.definition}')."
            ),
        )

    def coefficients(self) -> FloatArray:
        """Return 100 for returning and 0 for helped; who was not helped may be left out."""
        not_helped = np.nan if self.definition == "share_of_helped" else 0.0
        return np.array([not_helped, 0.0, 100.0])

    def pseudo_answers(self) -> FloatArray:
        """Return one pseudo-answer for each outcome."""
        return np.array([0.0, 1.0, 1.0])

    def working(self, state: Tally) -> Working:
        """Return returning / base x 100 %, with the numbers of a state."""
        return share_working(self, state, "returning", self.base)

    def answers(self, helped: Column, returning: Column) -> FloatArray:
        """Return one answer per customer from two columns of yes and no.

        Args:
            helped: Whether the customer was helped in the last 12 months.
            returning: Whether they came by referral or were repeat customers; it only counts for
                those who were helped.

        Returns:
            0 not helped, 1 helped, 2 helped and returning, as float64 with NaN where `helped`, or
            `returning` of a helped customer, is missing.

        Raises:
            AnswerError: A column holds something else than yes and no.
            LengthError: The columns differ in length.

        Example:
            >>> import relmetrics as rm
            >>> ror = rm.ReturnOnRelationship()
            >>> ror.answers([True, True, False], [True, False, True]).tolist()
            [2.0, 1.0, 0.0]
        """
        require_aligned(helped=helped, returning=returning)
        first = encode(helped, YES_NO, "helped").codes()
        second = encode(returning, YES_NO, "returning").codes()
        require_equal_lengths(helped=len(first), returning=len(second))
        table = np.array([[0, 0, 0], [1, 2, np.nan], [np.nan, np.nan, np.nan]])
        return table[first, second]

    def counts(self, *, customers: int, helped: int, returning: int) -> Tally:
        """Build the state from the three counts.

        Raises:
            CountError: One is negative or no whole number, `returning` exceeds `helped`, or
                `helped` exceeds `customers`.

        Example:
            >>> import relmetrics as rm
            >>> rm.ReturnOnRelationship().counts(customers=10, helped=4, returning=1).counts
            (6, 3, 1)
        """
        ever = as_count("customers", customers)
        some, back = as_count("helped", helped), as_count("returning", returning)
        if back > some:
            raise CountError.exceeds("returning", back, "helped", some)
        if some > ever:
            raise CountError.exceeds("helped", some, "customers", ever)
        return Tally(self.scale, (ever - some, some - back, back))

    def __call__(
        self, *, customers: int, helped: int, returning: int, confidence_level: float = 0.95
    ) -> RelationshipEstimate:
        """Compute ROR from its three counts.

        Args:
            customers: Customers who ever bought.
            helped: Those of them who were helped in the last 12 months.
            returning: Those of the helped who came by referral or were repeat customers.
            confidence_level: Level of the interval.

        Raises:
            CountError: One is negative or no whole number, or a part exceeds its whole.
            EmptySampleError: The denominator is 0.
        """
        state = self.counts(customers=customers, helped=helped, returning=returning)
        return self.estimate(state, confidence_level=confidence_level)


@no_frame("relmetrics.frames.purchases(frame, customer={0}, date={1}).ror()")
def ror(
    *,
    customers: int,
    helped: int,
    returning: int,
    definition: RORDefinition = "share_of_helped",
    confidence_level: float = 0.95,
) -> RelationshipEstimate:
    """Compute the return on relationship from its three counts: see `ReturnOnRelationship`.

    Args:
        customers: Customers who ever bought.
        helped: Those of them who were helped in the last 12 months.
        returning: Those of the helped who came by referral or were repeat customers.
        definition: Which share is the value.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or a part exceeds its whole.
        EmptySampleError: The denominator is 0.

    Example:
        >>> import relmetrics as rm
        >>> rm.ror(customers=1000, helped=250, returning=50).value
        20.0
    """
    metric = ReturnOnRelationship(definition=definition)
    return metric(
        customers=customers, helped=helped, returning=returning, confidence_level=confidence_level
    )
