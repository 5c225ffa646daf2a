"""Classes: which class each answer falls in, such as promoter or satisfied."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen
from attrs.converters import optional

from relmetrics.data.alignment import require_aligned
from relmetrics.data.codes import encode
from relmetrics.data.columns import EXACT, read_only, require_equal_lengths
from relmetrics.data.labels.ids import identified, once
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import StateError
from relmetrics.errors.wording import did_you_mean
from relmetrics.metric.result import Result, Tabular
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column

THREE = 3
"""Low, middle and high."""


@frozen(repr=False, eq=True, slots=False)
class Classes(Tabular, Result, Mapping[Hashable, Any]):
    """The class of each answer: a mapping of respondent to class, where respondents are known.

    Made by ``metric.classes(answers, respondents=...)``. It can be given as ``by=`` to any question
    of a log whose customers are the respondents, and to `PurchaseLog.after`. As an array it is
    `labels`, one per row, to be put beside the answers.

    Attributes:
        metric: The name of the metric whose classes they are.
        names: The classes from the low end to the high end, those without answers too.
        labels: The class of each row, None where there is no answer, shape (rows,).
        respondents: The id of each row, or None.
        index: The index of the answers, where their column carries one: days of the answers that
            carry another one are refused.

    Example:
        >>> import relmetrics as rm
        >>> said = rm.NPS().classes([10, 3, None], respondents=["ann", "bob", "cem"])
        >>> said["ann"], said["cem"], said.missing
        ('promoter', None, 1)
        >>> said
        class      n  share
        detractor  1   50.0
        passive    0    0.0
        promoter   1   50.0
    """

    metric: str
    names: tuple[str, ...]
    labels: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    respondents: AnyArray | None = field(
        default=None, eq=EXACT, hash=False, converter=optional(read_only)
    )
    index: Any = field(default=None, eq=False, hash=False)

    @classmethod
    def of(cls, metric: Any, answers: Column, respondents: Column | None = None) -> Self:
        """Find the class of each answer; users ask a metric to.

        Raises:
            StateError: The metric has no classes.
        """
        names: tuple[str, ...] = metric.class_names
        about = metric.description
        if not names:
            raise StateError.undefined(
                f"the class of an answer under {about.name}",
                "the metric as it is defined here has no classes",
                "Say rm.NPS(), rm.CSAT(), rm.CES(definition='easy_share') or another share; a "
                "metric of one's own names its classes in class_names.",
            )
        require_aligned(answers=answers, respondents=respondents)
        codes = encode(metric.as_answers(answers), metric.scale).codes()
        above = np.asarray(metric.coefficients())
        places = np.sign(above) + 1 if len(names) == THREE else above > 0
        labels = np.full(metric.scale.size + 1, None, dtype=object)
        labels[:-1] = np.array(names, dtype=object)[places.astype(np.int64)]
        ids = None
        if respondents is not None:
            found = identified(respondents, "respondents", must="say who answered")
            require_equal_lengths(answers=len(codes), respondents=len(found.codes))
            remedy = "Keep the last of each: rm.one_per(respondents, dates)."
            once(found, each="one answer each", remedy=remedy)
            ids = found.labels.columns[0]
        index = getattr(answers, "index", None)  # that of a list is a method
        return cls(about.name, names, labels[codes], ids, None if callable(index) else index)

    @property
    def name(self) -> str:
        """What they are called as segments."""
        return "class"

    @property
    def n(self) -> int:
        """The number of answers."""
        return len(self.labels) - self.missing

    @property
    def missing(self) -> int:
        """The number of rows without an answer, which are in no class."""
        return sum(label is None for label in self.labels.tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> AnyArray:  # noqa: FBT001 - numpy's protocol
        """Return `labels`."""
        return np.array(self.labels, dtype=dtype, copy=True if copy is None else copy)

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        if self.respondents is None:
            raise StateError.lacks("respondents", "metric.classes(answers, respondents=ids)")
        return {who: place for place, who in enumerate(plain_list(self.respondents))}

    def __getitem__(self, respondent: Hashable) -> Any:
        """Return the class of one respondent, None where there is no answer.

        Raises:
            KeyError: There is no such respondent.
            StateError: Respondents were not given.
        """
        places = self._places
        if respondent not in places:
            msg = f"no respondent {respondent!r}. {did_you_mean(respondent, list(places)[:1000])}"
            raise KeyError(msg)
        return self.labels[places[respondent]]

    def __iter__(self) -> Iterator[Hashable]:
        """Return the respondents in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.labels)

    def table(self) -> Table:
        """Return one row per class: ``class``, ``n``, and ``share`` of all answers, %."""
        found = self.labels.tolist()
        counts = np.array([found.count(name) for name in self.names])
        share = 100 * counts / max(self.n, 1)
        columns = {"class": np.array(self.names, dtype=object), "n": counts, "share": share}
        return Table(columns, {"share": 1})

    def _content(self) -> dict[str, object]:
        return {"metric": self.metric, "missing": self.missing, "table": self.table()}

    def __repr__(self) -> str:
        """Return how many are in each class."""
        return repr(self.table())

    def _repr_html_(self) -> str:
        """Return how many are in each class, for notebooks."""
        return self.table()._repr_html_()
