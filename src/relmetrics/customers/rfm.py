"""RFM: how lately, how often and for how much each customer bought, as scores and segments."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen
from attrs.converters import optional

from relmetrics.customers.purchases.log import Purchases
from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.columns import ALIKE, EXACT, read_only
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import EmptySampleError, ParameterError
from relmetrics.errors.definitions import no_frame
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.questions.groups.figures import place_of

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

Ties = Literal["together", "order"]
TIES: tuple[Ties, ...] = ("together", "order")
FIVE = 5
NOT_COMPARABLE = "not comparable"

_GRID = (
    ("hibernating", "hibernating", "at risk", "at risk", "cannot lose"),
    ("hibernating", "hibernating", "at risk", "at risk", "cannot lose"),
    ("about to sleep", "about to sleep", "need attention", "loyal", "loyal"),
    ("promising", "potential loyalist", "potential loyalist", "loyal", "loyal"),
    ("new", "potential loyalist", "potential loyalist", "champion", "champion"),
)
"""The usual names by recency (rows) and frequency (columns), 1 to 5 of each."""


@frozen(repr=False, eq=True, slots=False)
class RFM(Result, Mapping[Hashable, str]):
    """Recency, frequency and monetary value of customers: a mapping of customer to segment.

    Made by `rfm`. It can be given as ``by=`` to any question of a log. Score what is known before
    the time that is asked about: who bought lately has bought, which explains itself.

    Attributes:
        customers: The id of each customer who bought, shape (customers,).
        recency: Days from their last purchase to `as_of`; few are good.
        frequency: Their purchases.
        monetary: The sum of their amounts less returns, or None in a log without amounts.
        r: The score of recency, from 1 to `scores`, the highest being the best.
        f: The score of frequency.
        m: The score of monetary value, or None.
        segments: The name of each customer's segment.
        as_of: The day that was looked from.
        scores: How many scores there are.
        ties: The rule for equal values.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b", "b"], ["2025-01-05", "2025-02-01", "2025-03-01"])
        >>> found = rm.rfm(log, scores=2)
        >>> found["b"], found["a"]
        ('2-2', '1-1')
    """

    customers: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    recency: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    frequency: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    monetary: FloatArray | None = field(eq=ALIKE, hash=False, converter=optional(read_only))
    r: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    f: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    m: IntArray | None = field(eq=ALIKE, hash=False, converter=optional(read_only))
    segments: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    as_of: np.datetime64
    scores: int
    ties: Ties

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {customer: place for place, customer in enumerate(plain_list(self.customers))}

    def __getitem__(self, customer: Hashable) -> str:
        """Return the segment of one customer.

        Raises:
            KeyError: There is no such customer.
        """
        return str(self.segments[place_of(customer, self._places)])

    def __iter__(self) -> Iterator[Hashable]:
        """Return the customers in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customers)

    def table(self) -> Table:
        """Return one row per customer: what was measured, the scores and the segment."""
        columns: dict[str, AnyArray] = {
            "customer": self.customers,
            "recency": self.recency,
            "frequency": self.frequency,
        }
        if self.monetary is not None:
            columns["monetary"] = self.monetary
        columns |= {"r": self.r, "f": self.f}
        if self.m is not None:
            columns["m"] = self.m
        return Table(columns | {"segment": self.segments}, {"monetary": 2})

    def sizes(self) -> Table:
        """Return one row per segment, the largest first: ``segment``, ``customers``, ``share``."""
        names, counts = np.unique(self.segments.astype(str), return_counts=True)
        order = np.lexsort((names, -counts))
        share = 100 * counts / max(len(self), 1)
        columns = {"segment": names[order], "customers": counts[order], "share": share[order]}
        return Table(columns, {"share": 1})

    def _content(self) -> dict[str, object]:
        return written(self, "as_of", "scores", "ties") | {"table": self.table().to_dict()}

    def __repr__(self) -> str:
        """Return the sizes of the segments."""
        return repr(self.sizes())

    def _repr_html_(self) -> str:
        """Return the sizes of the segments, for notebooks."""
        return self.sizes()._repr_html_()


@no_frame("rfm(PurchaseLog(frame[{0}], frame[{1}], frame[{2}]))")
def rfm(
    log: Purchases,
    *,
    as_of: object = None,
    scores: int = 5,
    ties: Ties = "together",
    names: Mapping[tuple[int, int], str] | None = None,
) -> RFM:
    """Score how lately, how often and for how much each customer bought.

    Formula: the score of a value is ``1 + floor(scores x worse / customers)``, where worse is the
    number of customers whose value is not as good; the last fifth has score 5.

    Args:
        log: A log of purchases; with amounts for the monetary score.
        as_of: The day to look from, which leaves out later purchases; by default the log's last.
        scores: How many scores there are.
        ties: ``together`` (default): equal values have equal scores, so that scores can be of
            unequal sizes, or missing; ``order``: equal values are told apart by the order in which
            customers appear, so that all scores are of one size.
        names: The name of the segment of each pair of scores (r, f). By default, with five scores,
            the names that are in common use; else the scores themselves, such as ``"4-2"``. Scores
            compare customers: of one customer, or where all bought last on the same day, or all
            equally often and more than once, the names are ``not comparable``.

    Raises:
        EmptySampleError: Nobody bought by then.
        ParameterError: `scores` is no whole number from 2 to 100, there is no such rule for ties,
            or `names` lacks a pair of scores.

    Example:
        >>> import relmetrics as rm
        >>> days = ["2025-01-05", "2025-02-01", "2025-03-01", "2025-03-02"]
        >>> rm.rfm(rm.PurchaseLog(["a", "b", "b", "c"], days)).table()["segment"].tolist()
        ['hibernating', 'at risk', 'promising']

    Source:
        Hughes (1994), Strategic Database Marketing.
    """
    if not isinstance(log, Purchases):
        raise ParameterError.must_be(
            "log", "a PurchaseLog", log, "Say rm.PurchaseLog(customers, dates, amounts)."
        )
    scores = check_whole("scores", scores, 2, 100)
    check_name("ties", ties, TIES)
    table: Any = log.summary(as_of)  # type: ignore[attr-defined]  # of its face
    bought = table["purchases"] > 0
    if not bought.any():
        raise EmptySampleError.for_metric("RFM", 0)
    recency = table["since_last"][bought].astype(np.int64)
    frequency = table["purchases"][bought]
    monetary = table["total"][bought] if "total" in table else None
    r, f = _scored(-recency, scores, ties), _scored(frequency, scores, ties)
    return RFM(
        table["customer"][bought],
        recency,
        frequency,
        monetary,
        r,
        f,
        None if monetary is None else _scored(monetary, scores, ties),
        _named(r, f, scores, names, comparable=_differ(recency, frequency)),
        log.as_of(as_of),
        scores,
        ties,
    )


def _differ(recency: IntArray, frequency: IntArray) -> bool:
    """Tell whether customers differ, so that the usual names mean something.

    Scores are of customers against each other. Where all bought last on one day, nobody is more
    lately there than others; where all bought equally often, only once is known to be seldom.
    """
    alike = len(np.unique(frequency)) == 1 and frequency[0] > 1
    return len(np.unique(recency)) > 1 and not alike


def _scored(values: AnyArray, scores: int, ties: Ties) -> IntArray:
    """Return the score of each value, the highest for the largest."""
    size = len(values)
    if ties == "together":
        worse = np.searchsorted(np.sort(values), values, side="left")
    else:
        worse = np.empty(size, dtype=np.int64)
        worse[np.argsort(values, kind="stable")] = np.arange(size)
    found: IntArray = 1 + scores * worse // size
    return found


def _named(
    r: IntArray,
    f: IntArray,
    scores: int,
    names: Mapping[tuple[int, int], str] | None,
    *,
    comparable: bool,
) -> AnyArray:
    """Return the name of each pair of scores.

    Raises:
        ParameterError: A pair has none.
    """
    pairs = list(zip(r.tolist(), f.tolist(), strict=True))
    if names is None and scores == FIVE and not comparable:
        return np.full(len(pairs), NOT_COMPARABLE, dtype=object)
    if names is None and scores == FIVE:
        return np.array([_GRID[a - 1][b - 1] for a, b in pairs], dtype=object)
    if names is None:
        return np.array([f"{a}-{b}" for a, b in pairs], dtype=object)
    lacking = sorted({pair for pair in pairs if pair not in names})
    if lacking:
        raise ParameterError.must_be(
            "names", "a name for every pair of scores", lacking[0], "Name the pair (r, f)."
        )
    return np.array([str(names[pair]) for pair in pairs], dtype=object)
