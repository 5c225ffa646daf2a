"""Strata: how the respondents of a designed sample were drawn, and of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, cast

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import EXACT, Unchanging, read_only, unwritable
from relmetrics.errors import StateError
from relmetrics.errors.wording import listed
from relmetrics.states.clustered.ids import united

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

Lonely = Literal["refuse", "adjust", "remove", "certainty", "average"]
LONELY: tuple[Lonely, ...] = ("refuse", "adjust", "remove", "certainty", "average")

UNITS = ("respondents", "clusters")


@frozen
class Strata(Unchanging):
    """The stratum of every respondent of a sample, those without an answer included.

    So the strata of parts of a sample, be they shards, groups or months, add to those of all.

    Attributes:
        labels: What the strata are called, sorted.
        of: The stratum of each id, as its place among the labels.
        population: How many respondents each stratum has in the population; infinite if unknown.
        lonely: What to do about a stratum of which one respondent was sampled.
        unit: What was drawn, as texts call it: ``respondents`` or ``clusters``.
        sizes: How many rows there are to be drawn of each id, where these were drawn within it;
            None where what is drawn is taken whole, or as if it were.
        drawn: How many were, with or without an answer.
    """

    labels: AnyArray = field(converter=read_only, eq=EXACT)
    of: IntArray = field(converter=read_only, eq=EXACT)
    population: FloatArray = field(converter=read_only, eq=EXACT)
    lonely: Lonely = "refuse"
    unit: str = "respondents"
    sizes: FloatArray | None = field(converter=unwritable, eq=EXACT, default=None)
    drawn: IntArray | None = field(converter=unwritable, eq=EXACT, default=None)

    @property
    def sampled(self) -> IntArray:
        """How many respondents of each stratum were sampled."""
        return np.bincount(self.of, minlength=len(self.labels))

    @property
    def fractions(self) -> FloatArray:
        """The part of each stratum that was sampled."""
        return self.sampled / self.population

    def placed(self, places: IntArray) -> Self:
        """Return the same for ids in another order: that of i is now at ``places[i]``."""
        moved = {}
        for name in ("of", "sizes", "drawn"):
            column = getattr(self, name)
            if column is not None:
                moved[name] = np.empty_like(column)
                moved[name][places] = column
        return evolve(self, **moved)

    def united(self, other: Strata, ours: IntArray, theirs: IntArray, size: int) -> Strata:
        """Return the strata of two parts of a sample.

        Args:
            other: Those of the other part.
            ours: Where our ids are among those of both.
            theirs: Where the other's are.
            size: How many ids there are in both.

        Raises:
            StateError: A respondent is in two strata, a stratum has two populations, more were
                sampled than there are, or the two treat lonely strata differently.
        """
        labels, left, right = united(self.labels, other.labels, "strata")
        of = np.full(size, -1, dtype=np.int64)
        of[ours] = left[self.of]
        known = of[theirs]
        moved = np.flatnonzero((known >= 0) & (known != right[other.of]))
        population = np.full(len(labels), np.inf)
        population[left] = self.population
        again = population[right]
        differ = (again != other.population) & np.isin(right, left)
        population[right] = other.population
        of[theirs] = right[other.of]
        if len(moved):
            raise StateError(
                f"a respondent is in one stratum; {len(moved)} are in another one in the other "
                "state. Give everybody the stratum that he was sampled from."
            )
        if differ.any() or self.lonely != other.lonely:
            what = "population" if differ.any() else "lonely"
            raise StateError.other_setting(what, *(getattr(one, what) for one in (self, other)))
        stages = self._stages(other, ours, theirs, size)
        both = Strata(labels, of, population, self.lonely, self.unit, *stages)
        both.require_room()
        return both

    def _stages(
        self, other: Strata, ours: IntArray, theirs: IntArray, size: int
    ) -> tuple[FloatArray | None, IntArray | None]:
        """Return what was drawn within each id of both, which must agree.

        Raises:
            StateError: It does not.
        """
        if self.sizes is None and other.sizes is None:
            return None, None
        if self.sizes is None or other.sizes is None:
            raise StateError(
                "only one of the two states has two stages. Build both with cluster_sizes=, or "
                "neither."
            )
        found: list[Any] = []
        for name in ("sizes", "drawn"):
            left, right = (np.asarray(getattr(one, name)) for one in (self, other))
            column = np.full(size, -1, dtype=left.dtype)
            column[ours] = left
            known = column[theirs]
            if ((known >= 0) & (known != right)).any():
                raise StateError(
                    "the two states drew other numbers of rows from the same cluster. Of two "
                    "stages build groups and periods from all rows of the sample at once."
                )
            column[theirs] = right
            found.append(column)
        return found[0], found[1]

    def require_room(self) -> None:
        """Check that no stratum has more respondents in the sample than in the population.

        Raises:
            StateError: One has.
        """
        full = np.flatnonzero(self.sampled > self.population)
        if len(full):
            shown = [
                f"{self.labels[i]}: {self.sampled[i]} of {self.population[i]:.10g}" for i in full
            ]
            raise StateError(
                "population must be at least what was sampled of it, stratum by stratum; not so: "
                f"{listed(shown)}. Count respondents, not answers, in the population."
            )

    @property
    def left_within(self) -> FloatArray:
        """What the spread within an id counts for the variance: its f (1 - m/M) m/(m - 1).

        With f the part of its stratum that was drawn, and m of its M rows. What has one row of
        several shows no spread: nothing.
        """
        m, sizes = np.asarray(self.drawn), np.asarray(self.sizes)
        left = np.minimum(self.fractions, 1.0)[self.of] * np.maximum(1 - m / sizes, 0.0)
        return cast("FloatArray", np.where(m > 1, left * m / np.maximum(m - 1, 1), 0.0))

    def require_company(self) -> None:
        """Check that no stratum has a single respondent, unless it is said what that means.

        Raises:
            StateError: One has.
        """
        if self.lonely != "refuse":
            return
        if self.sizes is not None and ((self.drawn == 1) & (self.sizes > 1)).any():
            count = int(((self.drawn == 1) & (self.sizes > 1)).sum())
            raise StateError(
                f"{count} clusters have one row of several, which cannot show how they differ. "
                "Leave out cluster_sizes, which takes clusters for whole, or say lonely='remove'."
            )
        alone = np.flatnonzero((self.sampled == 1) & (self.fractions < 1))
        if len(alone):
            raise StateError(
                "a stratum needs two respondents to show how they differ; these have one: "
                f"{listed([str(self.labels[i]) for i in alone])}. Join them with strata like them, "
                "or say lonely='adjust' (against the mean of all), 'remove', 'certainty' or "
                "'average'."
            )


def both(
    left: Strata | None, right: Strata | None, ours: IntArray, theirs: IntArray, size: int
) -> Strata | None:
    """Return the strata of two states, of which an empty one may have none.

    Raises:
        StateError: Only one of them has, or they do not fit.
    """
    if left is None and right is None:
        return None
    if left is None or right is None:
        if len(ours) and len(theirs):
            raise StateError(
                "only one of the two states has a design. Build both with design=, or neither."
            )
        return left or right
    return left.united(right, ours, theirs, size)
