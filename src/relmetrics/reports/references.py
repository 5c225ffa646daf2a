"""References: the figures that the source documents quote, each with where it comes from.

They are claims about other people's data. Nothing in the library calculates with them.
"""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Reference:
    """A figure that a source document claims.

    Attributes:
        claim: What the figure is said to be of.
        low: The figure, or the lower end of its range.
        high: The upper end of its range; equal to `low` for a single figure.
        unit: %, USD, times, ...
        documents: Which documents make the claim.
        quoted: The third party that the document quotes, empty when it names none.
        note: How to read it where the documents are unclear.

    Example:
        >>> import relmetrics as rm
        >>> figures = [r for r in rm.references if "acquiring" in r.claim]
        >>> print(figures[0])
        cost of acquiring a customer against keeping one: 5 to 25 times (D4)
    """

    claim: str
    low: float
    high: float
    unit: str
    documents: tuple[str, ...]
    quoted: str = ""
    note: str = ""

    @property
    def value(self) -> float | None:
        """The figure, or None where the document gives a range."""
        return self.low if self.low == self.high else None

    @property
    def figure(self) -> str:
        """The figure or its range with the unit, as text."""
        number = f"{self.low:,.10g}"
        if self.high != self.low:
            number += f" to {self.high:,.10g}"
        return f"{number} {self.unit}".rstrip()

    def __str__(self) -> str:
        """Return claim, figure and source in one line."""
        source = ", ".join(self.documents)
        quoted = f", quoting {self.quoted}" if self.quoted else ""
        return f"{self.claim}: {self.figure} ({source}{quoted})"


def _reference(
    claim: str,
    figure: float | tuple[float, float],
    unit: str,
    documents: str,
    quoted: str = "",
    note: str = "",
) -> Reference:
    low, high = figure if isinstance(figure, tuple) else (figure, figure)
    return Reference(
        claim=claim,
        low=low,
        high=high,
        unit=unit,
        documents=tuple(documents.split()),
        quoted=quoted,
        note=note,
    )


_GARBLED = "The Vietnamese reading; the Finnish text garbles it as 'only 22 % do not'."

references: tuple[Reference, ...] = (
    _reference(
        "customers for whom the experience matters as much as the product", 86, "%", "D1 D2"
    ),
    _reference("average return on CRM per dollar spent", 8.71, "USD", "D1"),
    _reference("companies that improve customer relationships with a CRM", 74, "%", "D1 D2"),
    _reference("sales teams that meet their quota, with a CRM", 65, "%", "D1 D2", note=_GARBLED),
    _reference("sales teams that meet their quota, without a CRM", 22, "%", "D1 D2", note=_GARBLED),
    _reference(
        "customers retained, consistent service quality across channels",
        89,
        "%",
        "D1 D2",
        "Aberdeen Group",
    ),
    _reference(
        "customers retained, inconsistent service quality across channels",
        33,
        "%",
        "D1 D2",
        "Aberdeen Group",
    ),
    _reference(
        "consumers who need five or more purchases before they call themselves loyal",
        37,
        "%",
        "D1 D2",
    ),
    _reference("purchases from which a customer counts as loyal", 5, "purchases", "D1 D2"),
    _reference("consumers who want 24/7 service", 67, "%", "D1 D2"),
    _reference("consumers who want frequent discounts", 71, "%", "D1 D2"),
    _reference("consumers who want free shipping and returns", 58, "%", "D1 D2"),
    _reference(
        "customers who think more highly of a company after a birthday message",
        75,
        "%",
        "D1 D2",
        "Fulcrum",
    ),
    _reference(
        "of the customers who think more highly of it after a birthday message, more loyal ones",
        88,
        "%",
        "D1 D2",
        "Fulcrum",
    ),
    _reference(
        "profit after 5 % more retention, financial services: more than this increase",
        25,
        "%",
        "D4",
        "Bain & Company",
        "A lower bound: 'more than'.",
    ),
    _reference("cost of acquiring a customer against keeping one", (5, 25), "times", "D4"),
    _reference("companies focused on retention", 18, "%", "D4", "Invesp"),
    _reference("companies that admit focusing on acquisition", 44, "%", "D4", "Invesp"),
    _reference(
        "CRR at which to start retention strategies",
        15,
        "%",
        "D4",
        "ProfitWell",
        "About this much.",
    ),
    _reference(
        "consumers who leave a brand they love after one bad experience",
        32,
        "%",
        "D4",
        "PwC 2018",
        "One in three.",
    ),
    _reference("engaged employees, US", 34, "%", "D4", "Gallup, 18 years"),
    _reference(
        "cost of disengaged employees a year, US", (450, 550), "billion USD", "D4", "Gallup"
    ),
    _reference("influencer marketing, market in 2021", 13.8, "billion USD", "D4"),
    _reference("respondents who find influencer marketing effective", 90, "%", "D4"),
    _reference(
        "consumers who expect a personal discount within 24 hours", 54, "%", "D4", "Segment 2017"
    ),
    _reference("customers with two-way contact who stay", 90, "%", "D5", note="9 of 10."),
    _reference("conversion of e-mail against social media", 40, "times", "D5"),
    _reference("e-mails opened", (12, 16), "%", "D5"),
    _reference("e-mails not opened", (80, 90), "%", "D5"),
    _reference("mass mailing read, at most", (10, 20), "%", "D5"),
    _reference(
        "probability of a purchase after a birthday gift, against without", 5, "times", "D5"
    ),
    _reference("range of NPS", (-100, 100), "points", "D3"),
    _reference("scale of the NPS question", (0, 10), "scale points", "D3"),
    _reference("scale of CSAT and CES, the shorter one", (1, 5), "scale points", "D3"),
    _reference("scale of CSAT and CES, the longer one", (1, 7), "scale points", "D3"),
)
"""Every figure of the source documents, in their order. None of them enters a calculation."""
