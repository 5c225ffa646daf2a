"""Mix or rate: is a change of the total due to the groups' scores, or to their sizes?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_flag
from relmetrics.data.columns import ALIKE, comparable, read_only
from relmetrics.metric.estimate import Estimate, Explanation
from relmetrics.metric.result import Result, Tabular, Valued, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph, percent
from relmetrics.questions.groups.left_out import NO_ANSWERS

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.ratio_sums import RatioSums
    from relmetrics.metric.contract import Description

InteractionRule = Literal["own", "split"]
"""`own`: the interaction is a part by itself. `split`: half of it goes to rate, half to mix."""

_PORTIONS: dict[InteractionRule, float] = {"own": 0.0, "split": 0.5}
_PARTS = ("rate", "mix", "interaction", "total")
DECOMPOSITION_FIGURES = (
    *("n_before", "n_after", "share_before", "share_after", "score_before", "score_after"),
    *(f"{part}{end}" for part in _PARTS for end in ("", "_low", "_high")),
    "note",
)


@frozen(repr=False)
class Part(Valued):
    """A part of a change with its interval, in the unit of the metric.

    Attributes:
        value: The part; positive where it raised the total.
        low: Lower end of the interval; NaN where the totals have no interval.
        high: Upper end of it.

    Example:
        >>> import relmetrics as rm
        >>> before = rm.NPS().by([10, 10, 3, 3], ["gold", "gold", "basic", "basic"])
        >>> after = rm.NPS().by([10, 10, 10, 3], ["gold", "gold", "gold", "basic"])
        >>> float(rm.decompose(after, before).mix)
        50.0
    """

    value: float = field(eq=comparable)
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)

    def __str__(self) -> str:
        """Return value and interval, rounded for reading."""
        return self.to_text(2)

    def to_text(self, digits: int) -> str:
        """Return value and interval with so many decimals."""
        value = f"{self.value:+z.{digits}f}"
        if math.isnan(self.low):
            return f"{value} (no interval)"
        return f"{value} ({self.low:z.{digits}f} to {self.high:z.{digits}f})"

    def to_dict(self) -> dict[str, object]:
        """Return value, low and high; NaN and infinity become None."""
        return written(self, "value", "low", "high")


def _named(labels: Labels) -> object:
    """Return labels as decompositions compare them."""
    return labels.names, tuple(labels.keys())


@frozen(repr=False)
class Decomposition(Tabular, Result):
    """The change of a total between two periods, split by what brought it about.

    Made by `decompose`. The parts sum to the change to the last digit, over the groups and over
    rate, mix and interaction, in whatever order they are added.

    Attributes:
        change: The change of the total, after less before.
        rate: What the groups' scores changed, at the sizes of before.
        mix: What the groups' sizes changed, at the scores of before.
        interaction: What is left: groups that both grew and rose, or shrank and fell, raise it.
        before: The estimate of the total before.
        after: The estimate of the total after.
        labels: What the groups are called, those of before first.
        confidence_level: The level of all intervals.
        method: How they were made.
        interaction_rule: What became of the interaction: ``own`` or ``split``.

    Example:
        >>> import relmetrics as rm
        >>> before = rm.NPS().by([10, 10, 3, 3], ["gold", "gold", "basic", "basic"])
        >>> after = rm.NPS().by([10, 10, 10, 3], ["gold", "gold", "gold", "basic"])
        >>> found = rm.decompose(after, before)
        >>> found.change.value, found.rate.value, found.mix.value
        (50.0, 0.0, 50.0)
    """

    change: Part
    rate: Part
    mix: Part
    interaction: Part
    before: Estimate
    after: Estimate
    labels: Labels = field(eq=_named)
    confidence_level: float
    method: str
    interaction_rule: InteractionRule
    _sums: tuple[RatioSums, RatioSums] = field(alias="sums")
    _groups: FloatArray = field(alias="groups", converter=read_only, eq=ALIKE, hash=False)

    def table(self, *, intervals: bool = False) -> Table:
        """Return one row per group: sizes, scores, and what it contributed to the change.

        Columns: the labels; `n_before`, `n_after`; `share_before`, `share_after`, the group's part
        of the denominator in %; `score_before`, `score_after`; `rate`, `mix`, `interaction` and
        their sum `total`, in the metric's unit; and `note`: ``new``, ``gone`` or ``no answers``.
        A score of no answers is NaN, and so is the interval of a change of score that there is
        not. Where the interaction is halved it has no column.

        Args:
            intervals: Adds `rate_low`, `rate_high` and so on.

        Raises:
            ParameterError: `intervals` is no truth value.

        Example:
            >>> import relmetrics as rm
            >>> before = rm.NPS().by([10, 10, 3, 3], ["gold", "gold", "basic", "basic"])
            >>> after = rm.NPS().by([10, 10, 10, 3], ["gold", "gold", "trial", "basic"])
            >>> table = rm.decompose(after, before).table()
            >>> dict(zip(table["group"].tolist(), table["total"].tolist()))
            {'gold': 0.0, 'basic': 25.0, 'trial': 25.0}
            >>> table["note"].tolist()
            ['', '', 'new']
        """
        check_flag("intervals", intervals)
        before, after = self._sums
        columns: dict[str, AnyArray] = dict(
            zip(self.labels.names, self.labels.columns, strict=True)
        )
        columns |= {
            "n_before": np.asarray(before.n),
            "n_after": np.asarray(after.n),
            "share_before": 100 * before.shares,
            "share_after": 100 * after.shares,
            "score_before": before.scores,
            "score_after": after.scores,
        }
        for part, (value, low, high) in zip(_PARTS, self._groups, strict=True):
            if part == "interaction" and self.interaction_rule == "split":
                continue
            columns[part] = value
            if intervals:
                columns[f"{part}_low"], columns[f"{part}_high"] = low, high
        columns["note"] = self._notes()
        digits = dict.fromkeys(DECOMPOSITION_FIGURES, self._about.digits)
        return Table(columns, digits | {"share_before": 1, "share_after": 1})

    def _notes(self) -> AnyArray:
        before, after = self._sums
        cases = [(before.x > 0) & (after.x > 0), after.x > 0, before.x > 0]
        return np.select(cases, ["", "new", "gone"], NO_ANSWERS).astype(object)

    @property
    def _about(self) -> Description:
        return self.after.metric.description

    @property
    def _named_parts(self) -> dict[str, Part]:
        """The change and its parts by name; without the interaction where it was halved."""
        parts = {"change": self.change, "rate": self.rate, "mix": self.mix}
        if self.interaction_rule == "own":
            parts["interaction"] = self.interaction
        return parts

    def __str__(self) -> str:
        """Return one honest line: the change and its parts, each with its interval, and the n."""
        digits = self._about.digits
        change, *parts = self._named_parts.items()
        named = ", ".join(f"{name} {part.to_text(digits)}" for name, part in parts)
        missing = self.before.missing + self.after.missing
        left_out = f"; {missing} missing" if missing else ""
        return (
            f"Change of {self._about.symbol} in {self._about.difference_unit} "
            f"{change[1].to_text(digits)}: {named} "
            f"({percent(self.confidence_level)} CI; n = {self.before.n} before, "
            f"{self.after.n} after{left_out})"
        )

    def __repr__(self) -> str:
        """Return the line, and the table of the first groups below it."""
        return f"{self}\n{self.table()!r}"

    def parts_table(self) -> Table:
        """Return one row per part, the change first: value, low and high.

        Example:
            >>> import relmetrics as rm
            >>> before = rm.NPS().by([10, 10, 3, 3], ["gold", "gold", "basic", "basic"])
            >>> after = rm.NPS().by([10, 10, 10, 3], ["gold", "gold", "gold", "basic"])
            >>> rm.decompose(after, before).parts_table()["part"].tolist()
            ['change', 'rate', 'mix', 'interaction']
        """
        parts = self._named_parts
        ends = {
            end: np.array([getattr(part, end) for part in parts.values()])
            for end in ("value", "low", "high")
        }
        return Table(
            {"part": np.array(list(parts)), **ends}, dict.fromkeys(ends, self._about.digits)
        )

    def _body_html(self) -> str:
        """Return the parts and the first groups as HTML tables, for notebooks."""
        parts, groups = self.parts_table().to_html(), self.table()._repr_html_()
        return paragraph(str(self)) + parts + groups

    def _content(self) -> dict[str, object]:
        words = ("interaction_rule", "confidence_level", "method")
        parts = ("change", "rate", "mix", "interaction", "before", "after")
        return written(self, *words, *parts) | {"groups": self.table(intervals=True)}

    def explain(self) -> Explanation:
        """Return what each part means, with its formula and its number.

        Example:
            >>> import relmetrics as rm
            >>> before = rm.CSAT().by([5, 5, 2, 2], ["a", "a", "b", "b"])
            >>> after = rm.CSAT().by([5, 5, 5, 2], ["a", "a", "a", "b"])
            >>> print(rm.decompose(after, before).explain().splitlines()[1])
            Change:      75 - 50 = +25.0
        """
        about = self._about
        digits = about.digits
        notes = self._notes().tolist()
        halves = self.interaction_rule == "split"
        share, score, total = (
            f"mean {word}" if halves else f"{word} before" for word in ("share", "score", "total")
        )
        texts = {
            "Rate": f"sum of ({share}) x (score after - score before)",
            "Mix": f"sum of (share after - share before) x ({score} - {total})",
            "Interaction": "sum of (share after - share before) x (score after - score before)",
        }
        parts = (self.rate, self.mix, self.interaction)
        rows = [
            (name, f"{text} = {part.value:+z.{digits}f}")
            for (name, text), part in zip(texts.items(), parts, strict=True)
        ]
        if halves:
            rows[-1] = ("Interaction", "half of it is in rate, half in mix")
        start = f"{self.before.value:.6g}"
        ends = f"{self.after.value:.6g} - {f'({start})' if start.startswith('-') else start}"
        kinds = {
            "": "in both periods",
            "new": "new, in mix alone",
            "gone": "gone, in mix alone",
            NO_ANSWERS: "without answers",
        }
        counted = [f"{notes.count(kind)} {words}" for kind, words in kinds.items() if kind in notes]
        rows = [
            ("Change", f"{ends} = {self.change.value:+z.{digits}f}"),
            *rows,
            ("Groups", "; ".join(counted)),
            ("Score", f"{about.formula}, in {about.unit}"),
            ("Share", "the group's part of the denominator"),
            ("Interval", f"{self.method} at {percent(self.confidence_level)}"),
            ("Source", "Kitagawa (1955), JASA 50; interval: Goodman (1960), JASA 55"),
        ]
        return Explanation.of(str(self), rows)
