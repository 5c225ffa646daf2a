"""The five stages of a relationship, the reasons why it ends, and the rules of a purchase log."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from attrs import frozen

from relmetrics.data.calendar.periods import ALL_DAYS
from relmetrics.data.checks import check_whole, keep
from relmetrics.data.labels.grouping import group
from relmetrics.data.missing import is_missing
from relmetrics.errors import LabelError, ParameterError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, IntArray

ABSENT = -1
"""The code of a missing name."""
_UNKNOWN = -2


class Stage(StrEnum):
    """A stage of a customer's relationship, in order: awareness < ... < dissolution.

    Members are text, so ``Stage.COMMITMENT == "commitment"``; compared by ``<`` they follow the
    order of the relationship, not the alphabet.

    Attributes:
        AWARENESS: The customer knows what the seller offers.
        EXPLORATION: Tries the product and the seller; may end here, after one purchase.
        EXPANSION: The number of interactions and the interdependence grow.
        COMMITMENT: Trust and shared values.
        DISSOLUTION: The relationship ended. A customer who comes back enters anew, at any stage.

    Example:
        >>> import relmetrics as rm
        >>> rm.Stage.EXPANSION < rm.Stage.COMMITMENT
        True
        >>> max(rm.Stage("awareness"), rm.Stage.EXPLORATION).value
        'exploration'

    Source:
        "Customer relationships: principles for building long-term ties", after Francis Buttle.
    """

    AWARENESS = "awareness"
    EXPLORATION = "exploration"
    EXPANSION = "expansion"
    COMMITMENT = "commitment"
    DISSOLUTION = "dissolution"

    @property
    def place(self) -> int:
        """The place in the order: 0 for awareness to 4 for dissolution."""
        return _PLACES[self]

    def __lt__(self, other: str) -> bool:
        """Tell whether this stage comes earlier."""
        return self.place < _stage(other).place

    def __le__(self, other: str) -> bool:
        """Tell whether this stage comes earlier or is the same."""
        return self.place <= _stage(other).place

    def __gt__(self, other: str) -> bool:
        """Tell whether this stage comes later."""
        return self.place > _stage(other).place

    def __ge__(self, other: str) -> bool:
        """Tell whether this stage comes later or is the same."""
        return self.place >= _stage(other).place


class DissolutionReason(StrEnum):
    """Why a relationship ended.

    Attributes:
        REQUIREMENTS_CHANGED: The customer needs something else now.
        BETTER_ALTERNATIVE: A better alternative appeared.
        DISSATISFACTION: The customer was not satisfied with the service.

    Example:
        >>> import relmetrics as rm
        >>> rm.DissolutionReason("better alternative").name
        'BETTER_ALTERNATIVE'

    Source:
        "Customer relationships: principles for building long-term ties".
    """

    REQUIREMENTS_CHANGED = "requirements changed"
    BETTER_ALTERNATIVE = "better alternative"
    DISSATISFACTION = "dissatisfaction"


class DissolutionSide(StrEnum):
    """Who ended a relationship: one side, or both.

    Example:
        >>> import relmetrics as rm
        >>> [side.value for side in DissolutionSide]
        ['unilateral', 'bilateral']

    Source:
        "Customer relationships: principles for building long-term ties".
    """

    UNILATERAL = "unilateral"
    BILATERAL = "bilateral"


STAGES: tuple[Stage, ...] = tuple(Stage)
_PLACES: dict[str, int] = {stage.value: place for place, stage in enumerate(STAGES)}
DISSOLUTION = Stage.DISSOLUTION.place

Name = TypeVar("Name", bound=StrEnum)


def _stage(name: str) -> Stage:
    return as_member("stage", name, Stage)


def as_member(argument: str, name: object, kind: type[Name]) -> Name:
    """Return a member by its name, in any case and with spaces or underscores.

    Raises:
        ParameterError: There is no such member.
    """
    place = _places(kind).get(_plain(name))
    if place is None:
        raise ParameterError.unknown_name(argument, name, [member.value for member in kind])
    return tuple(kind)[place]


def as_codes(column: Column, name: str, kind: type[Name], rows: int) -> IntArray:
    """Return a column of names as places in their order, `ABSENT` for missing ones.

    Raises:
        LabelError: Some are no names of this kind.
        LengthError: There is not one per row.
    """
    grouping = group({name: column}, rows)
    known = _places(kind)
    labels = grouping.labels.columns[0].tolist()
    places = [ABSENT if is_missing(x) else known.get(_plain(x), _UNKNOWN) for x in labels]
    codes: IntArray = np.array(places, dtype=np.int64)[grouping.codes]
    bad = np.flatnonzero(codes == _UNKNOWN)
    if len(bad):
        offenders = [(int(i), labels[grouping.codes[i]]) for i in bad]
        raise LabelError.not_named(offenders, name=name, known=[member.value for member in kind])
    return codes


def _places(kind: type[StrEnum]) -> dict[str | None, int]:
    return {member.value: place for place, member in enumerate(kind)}


def _plain(name: object) -> str | None:
    return name.strip().lower().replace("_", " ") if isinstance(name, str) else None


@frozen(kw_only=True)
class StageRules:
    """How purchases are read as stages: explicit, because no log says what a customer feels.

    On any day: known but no purchase is awareness; 1 to ``expansion_from - 1`` purchases are
    exploration; from `expansion_from` on expansion; from `commitment_from` on commitment; and who
    bought nothing for more than `active_within` days is in dissolution, whatever the number. All
    purchases up to the day count, so who comes back is where the number of purchases says.

    Attributes:
        expansion_from: The purchase that begins expansion, at least the second.
        commitment_from: The purchase that begins commitment, after `expansion_from`.
        active_within: Days after a purchase that the relationship lasts without another one.

    Raises:
        ParameterError: A rule is no whole number, or the thresholds are out of order.

    Source:
        "Customer relationships: principles for building long-term ties" for the stages; "The key
        to business success? Relationships!" for five purchases; the numbers 2 and 365 are this
        library's.
    """

    expansion_from: int = 2
    commitment_from: int = 5
    active_within: int = 365

    def __attrs_post_init__(self) -> None:
        """Check the thresholds and their order."""
        keep(
            self,
            expansion_from=check_whole("expansion_from", self.expansion_from, 2),
            commitment_from=check_whole("commitment_from", self.commitment_from, 2),
            active_within=check_whole("active_within", self.active_within, 1, ALL_DAYS),
        )
        if self.commitment_from <= self.expansion_from:
            raise ParameterError.must_be(
                "commitment_from",
                f"greater than expansion_from = {self.expansion_from}",
                self.commitment_from,
                "The stages follow each other.",
            )

    def of(self, purchases: AnyArray) -> IntArray:
        """Return the stage of customers who bought so many times and are active still."""
        bounds = [1, self.expansion_from, self.commitment_from]
        return np.searchsorted(bounds, purchases, side="right").astype(np.int64)
