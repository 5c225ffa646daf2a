"""After the answer: what respondents did within some months of what they said."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from relmetrics.customers.people.limits import require_seen, unseen_of
from relmetrics.customers.people.measures import (
    ReferralAfter,
    RepeatAfter,
    RetentionAfter,
    RevenuePerCustomer,
    data_of,
)
from relmetrics.customers.people.reading import days_of, people, places_in, require_known
from relmetrics.customers.people.spans import bought
from relmetrics.customers.purchases.log import Purchases
from relmetrics.data.calendar.periods import shift_months
from relmetrics.data.checks import check_whole
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.missing import is_missing
from relmetrics.errors import EmptySampleError, ParameterError, StateError
from relmetrics.metric.classes import Classes
from relmetrics.metric.result import Result, Tabular
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraphs

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column
    from relmetrics.metric.difference import Difference
    from relmetrics.questions.groups.breakdown import Breakdown

_DAY = np.timedelta64(1, "D")
LIMITS = (
    "Only who answered is compared: those who did not may do otherwise.",
    "Who buys more may say kinder things: compare with as many months up to the answer.",
    "These are differences between people: to change an answer need not change what one buys.",
)


def _figures(found: Breakdown | None) -> object:
    """Return what makes two breakdowns the same."""
    return None if found is None else found.to_dict()


@frozen(repr=False, kw_only=True)
class AfterAnswer(Tabular, Result):
    """What the classes of respondents did within some months after their answers.

    Made by ``log.after(classes, answered)``. Each quantity is a `Breakdown` by class, to be
    compared: ``after.retention.compare(reference="detractor")``.

    Attributes:
        months: How many calendar months after the answer count, from the day after it.
        as_of: The last day that was observed.
        retention: The share who bought at least once.
        repeat: The share who bought at least twice.
        missing: Respondents in no class, for want of an answer; left out.
        too_recent: Respondents whose months are not over by `as_of`; left out.
        unknown: Respondents who are not in the log: they bought nothing, and count.
        unknown_amounts: Number of purchases whose amount is missing, counted as 0.
        confidence_level: Level of the intervals.
        limits: What the figures do not prove, in sentences.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["ann", "bob"], ["2025-02-01", "2024-12-01"], [30.0, 10.0])
        >>> said = rm.NPS().classes([10, 3], respondents=["ann", "bob"])
        >>> after = log.after(said, ["2025-01-10", "2025-01-12"], months=3, as_of="2025-12-31")
        >>> after.retention["promoter"].value, after.revenue["detractor"].value
        (100.0, 0.0)
    """

    months: int
    as_of: np.datetime64
    retention: Breakdown = field(eq=_figures, hash=False)
    repeat: Breakdown = field(eq=_figures, hash=False)
    _referral: Breakdown | None = field(alias="referral", eq=_figures, hash=False)
    _revenue: Breakdown | None = field(alias="revenue", eq=_figures, hash=False)
    _before: Breakdown | None = field(alias="before", eq=_figures, hash=False)
    missing: int
    too_recent: int
    unknown: int
    unknown_amounts: int
    confidence_level: float
    limits: tuple[str, ...] = LIMITS

    @property
    def referral(self) -> Breakdown:
        """The share who sent somebody.

        Raises:
            StateError: Referrals were not given.
        """
        if self._referral is None:
            log = "rm.PurchaseLog(referrers, dates)"
            raise StateError.lacks("referrals", f"log.after(..., referrals={log})")
        return self._referral

    @property
    def revenue(self) -> Breakdown:
        """Revenue per respondent, those who bought nothing included.

        Raises:
            StateError: The log has no amounts.
        """
        return self._of_money(self._revenue)

    @property
    def revenue_before(self) -> Breakdown:
        """Revenue per respondent in as many months up to the answer, its day included.

        Raises:
            StateError: The log has no amounts.
        """
        return self._of_money(self._before)

    def _of_money(self, found: Breakdown | None) -> Breakdown:
        if found is None:
            raise StateError.lacks("amounts", "PurchaseLog(customers, dates, amounts)")
        return found

    def worth(self, moved_from: Hashable, moved_to: Hashable) -> Difference:
        """Return what one respondent more of a class brings than one of another, in revenue.

        It is the difference of their revenue per respondent. Were it an effect of the class, it
        would be the value of moving one respondent; see `limits` for what it does not prove.

        Args:
            moved_from: The class that a respondent would leave, such as ``"detractor"``.
            moved_to: The class to come to.

        Raises:
            KeyError: There is no such class.
            StateError: The log has no amounts.

        Example:
            >>> import relmetrics as rm
            >>> days = ["2025-02-01", "2025-02-03", "2025-02-05", "2025-02-07"]
            >>> log = rm.PurchaseLog(list("abcd"), days, [30.0, 50.0, 10.0, 20.0])
            >>> said = rm.NPS().classes([10, 9, 3, 5], respondents=list("abcd"))
            >>> after = log.after(said, ["2025-01-10"] * 4, months=3, as_of="2025-12-31")
            >>> after.worth("detractor", "promoter").value
            25.0
        """
        revenue = self.revenue
        ours, theirs = revenue[moved_to], revenue[moved_from]
        metric: Any = revenue.metric
        found: Difference = metric.compare(
            ours.state, theirs.state, confidence_level=self.confidence_level
        )
        return found

    def table(self) -> Table:
        """Return one row per class.

        Columns: ``class``, ``n``, then ``retention``, ``repeat``, ``referral`` where referrals
        were given, and with amounts ``revenue``, each with its ends ``_low`` and ``_high``; last
        ``revenue_before``.
        """
        columns: dict[str, AnyArray] = {
            "class": np.array(list(self.retention), dtype=object),
            "n": self.retention.table()["n"],
        }
        asked = {
            "retention": self.retention,
            "repeat": self.repeat,
            "referral": self._referral,
            "revenue": self._revenue,
        }
        for name, found in asked.items():
            if found is not None:
                figures = found.table()
                columns[name] = figures["value"]
                columns |= {f"{name}_{end}": figures[end] for end in ("low", "high")}
        if self._before is not None:
            columns["revenue_before"] = self._before.table()["value"]
        money = {name: 2 for name in columns if name.startswith("revenue")}
        return Table(columns, dict.fromkeys([*columns][2:], 1) | money)

    def _content(self) -> dict[str, object]:
        words = ("months", "as_of", "missing", "too_recent", "unknown", "unknown_amounts")
        names = (*words, "confidence_level", "limits")
        found: dict[str, object] = {name: getattr(self, name) for name in names}
        return found | {"table": self.table()}

    @property
    def notes(self) -> tuple[str, ...]:
        """Who is left out, who counts without a purchase, and the `limits`, in sentences."""
        left_out = [
            (self.missing, "without an answer"),
            (self.too_recent, f"whose {self.months} months are not over by {self.as_of}"),
        ]
        out = "; ".join(f"{count} {why}" for count, why in left_out if count) or "nobody"
        counted = f"{self.unknown} are not in the log: they bought nothing, and count."
        return (f"Left out: {out}.", *([counted] if self.unknown else []), *self.limits)

    def _body_html(self) -> str:
        """Return the table and the notes, for notebooks."""
        return self.table()._repr_html_() + paragraphs(self.notes)

    def __str__(self) -> str:
        """Return the table, who is left out, and what it does not prove."""
        head = f"Within {self.months} months after the answer:"
        return "\n".join([head, repr(self.table()), *self.notes])


def after_answer(
    log: Purchases,
    classes: Mapping[Any, Any],
    answered: Column | Mapping[Any, Any],
    *,
    months: int,
    as_of: object,
    referrals: Purchases | None,
    confidence_level: float,
) -> AfterAnswer:
    """Ask what respondents did after they answered: see `PurchaseLog.after`."""
    months = check_whole("months", months, 1, 12 * 100)
    if not isinstance(classes, Mapping):
        remedy = "Say rm.NPS().classes(answers, respondents=ids)."
        raise ParameterError.must_be("classes", "a mapping of respondent to class", classes, remedy)
    ids = people(list(classes), "classes")
    days = days_of(classes, answered, log)
    labels = [classes[who] for who in plain_list(ids)]
    until = log.as_of(as_of)
    last = shift_months(days, months)
    answers = np.array([not is_missing(label) for label in labels], dtype=bool)
    over = last <= until
    chosen = np.flatnonzero(answers & over)
    if not len(chosen):
        why = "has a class" if not answers.any() else f"answered {months} months before {until}"
        raise EmptySampleError(
            f"nobody of {len(labels)} respondents {why}. Take fewer months, or a later as_of."
        )
    names = classes.names if isinstance(classes, Classes) else ()
    order = {name: place for place, name in enumerate([*names, *labels][::-1])}
    ranks = np.array([-order[labels[place]] for place in chosen.tolist()])
    chosen = chosen[np.argsort(ranks, kind="stable")]
    groups = {"class": [labels[place] for place in chosen.tolist()]}
    places = places_in(log, ids, "classes")
    require_known(places, ids, "classes")
    places = places[chosen]
    first, after = days[chosen] + _DAY, last[chosen] + _DAY
    require_seen(log, first.min(), after.max(), until)

    def by(metric: Any, found: Any) -> Breakdown:
        broken: Breakdown = metric.by(
            data_of(metric, found), groups, confidence_level=confidence_level
        )
        return broken

    done, sent = bought(log, places, first, after), None
    if referrals is not None:
        if not isinstance(referrals, Purchases):
            remedy = "Say rm.PurchaseLog(referrers, dates)."
            raise ParameterError.must_be(
                "referrals", "a log of who sent somebody", referrals, remedy
            )
        theirs = places_in(referrals, ids, "classes")[chosen]
        sent = by(ReferralAfter(), bought(referrals, theirs, first, after))
    revenue = before = None
    if log.amounts is not None:
        earlier = shift_months(days[chosen], -months) + _DAY
        revenue = by(RevenuePerCustomer(), done)
        before = by(RevenuePerCustomer(), bought(log, places, earlier, first))
    return AfterAnswer(
        months=months,
        as_of=until,
        retention=by(RetentionAfter(), done),
        repeat=by(RepeatAfter(), done),
        referral=sent,
        revenue=revenue,
        before=before,
        missing=int((~answers).sum()),
        too_recent=int((answers & ~over).sum()),
        unknown=int((places < 0).sum()),
        unknown_amounts=done.unknown_amounts,
        confidence_level=confidence_level,
        limits=(*LIMITS, *unseen_of(log, days[chosen], months)),
    )
