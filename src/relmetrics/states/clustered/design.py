"""Design: how a sample was drawn, for intervals that know it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.checks import check_name
from relmetrics.data.columns import Margined, plain_number
from relmetrics.data.labels.ids import identified
from relmetrics.errors import CustomerError, ParameterError
from relmetrics.errors.wording import did_you_mean, listed, located
from relmetrics.states.clustered.ids import numbered_ids, of_one_kind
from relmetrics.states.clustered.strata import LONELY, Lonely, Strata
from relmetrics.states.replicates.replicate_weights import ReplicateWeights

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray

_WHOLE = "all"
"""What the only stratum is called where there are none."""


@frozen(kw_only=True, eq=False)
class Design:
    """How a sample was drawn: who answered, from which stratum, out of how many.

    Passed as ``design=`` in place of `respondents`. The variance is that of R's survey package:
    between respondents (clusters), within strata, times 1 less the part that was sampled of each.
    Groups and periods are domains of the whole design: whoever was sampled and is not in the group
    counts with 0. Weights are given beside it, as ever.

    Attributes:
        respondents: Who answered, one id per row: whole numbers or text.
        clusters: The same under the name that it has where stores, households or schools were
            drawn. One of the two is given; where everybody answers once,
            ``respondents=range(len(answers))``.
        strata: The stratum of each row, whole numbers or text; one for each respondent.
        population: How many respondents (clusters, not answers) the population has: a number, or a
            mapping of stratum to number. Left out, it is endless.
        lonely: What to do about a stratum of which one respondent was sampled: ``refuse`` it;
            ``adjust``, by its distance from the mean of all; ``remove`` it or take it with
            ``certainty``, both without variance; ``average``, as if it were like the others.
        cluster_sizes: How many rows there were to be drawn of each cluster, where these were drawn
            within it: a number, or a mapping of cluster to number. With it the sample has two
            stages, and what rows of a cluster differ adds to the variance; without it the first
            stage counts (ultimate clusters), which is nearly the same. It needs a population.
        margins: What `rake` or `post_stratify` made of the rows: their weights, and the margins
            that they agree with. The same as ``weights=weighting`` beside the design. With it
            respondents may be left out: then everybody answered once.

    Raises:
        ParameterError: Neither or both of respondents and clusters are given, a population is no
            number above 0 or that of no stratum, `lonely` is another word, or the margins are no
            `Weighting`.

    Example:
        >>> import relmetrics as rm
        >>> design = rm.Design(
        ...     respondents=["ann", "ann", "bob", "cem", "dee", "eve", "fay"],
        ...     strata=["gold", "gold", "gold", "gold", "basic", "basic", "basic"],
        ...     population={"gold": 20, "basic": 900},
        ... )
        >>> print(rm.nps([10, 9, 7, 9, 8, 3, 9], design=design))
        NPS 42.9 (95% CI -27.9 to 85.7; n = 7 of 6 respondents, design effect 1.13)
    """

    respondents: Column | None = field(default=None, repr=False)
    clusters: Column | None = field(default=None, repr=False)
    strata: Column | None = field(default=None, repr=False)
    population: Mapping[Any, float] | float | None = None
    lonely: Lonely = "refuse"
    margins: Margined | None = field(default=None, repr=False)
    cluster_sizes: Mapping[Any, float] | float | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check what can be checked without the rows."""
        check_name("lonely", self.lonely, LONELY)
        if self.margins is not None and not isinstance(self.margins, Margined):
            remedy = "Say what rm.rake(...) or rm.post_stratify(...) returned."
            raise ParameterError.must_be("margins", "a Weighting", self.margins, remedy)
        given = (self.respondents is not None) + (self.clusters is not None)
        if given != 1 and (given or self.margins is None):
            raise ParameterError.must_be(
                "respondents",
                "given, or else clusters, and not both",
                self.respondents,
                "Say respondents=range(len(answers)) where everybody answered once.",
            )
        self._check_stages()
        if self.population is None:
            return
        if isinstance(self.population, Mapping) != (self.strata is not None):
            wanted = "a number without strata, and a mapping of stratum to number with them"
            raise ParameterError.must_be("population", wanted, self.population)
        sizes = (
            dict(self.population)
            if isinstance(self.population, Mapping)
            else {_WHOLE: self.population}
        )
        for label, size in sizes.items():
            if not 0 < plain_number(size) < math.inf:
                name = f"population[{label!r}]" if self.strata is not None else "population"
                raise ParameterError.must_be(name, "a number above 0", size)

    def _check_stages(self) -> None:
        """Check that a second stage has a first one, and can be worked out."""
        if self.cluster_sizes is None:
            return
        wanted = ""
        if self.population is None:
            wanted = "left out without a population: of endlessly many the first stage is all"
        if self.margins is not None:
            wanted = "left out beside margins: their residuals are of whole clusters"
        if wanted:
            raise ParameterError.must_be("cluster_sizes", wanted, self.cluster_sizes)

    @property
    def name(self) -> str:
        """What the units are called: ``respondents`` or ``clusters``."""
        return "respondents" if self.clusters is None else "clusters"

    @property
    def who(self) -> Column:
        """The column of respondents or clusters; of rows by themselves, ids of these."""
        column = self.respondents if self.clusters is None else self.clusters
        if column is None and self.margins is not None:
            return cast("Column", self.margins.row_margins.ids)
        assert column is not None  # noqa: S101 - one of them is given
        return column

    def read(self, rows: int) -> tuple[IntArray, AnyArray, Strata]:
        """Return the place of each row's respondent among all, the ids, and their strata.

        Args:
            rows: How many rows there must be.

        Raises:
            CustomerError: An id or a stratum is missing, or a respondent is in two strata.
            ParameterError: A stratum has no population, or there is no such stratum.
            StateError: More were sampled of a stratum than it has.
            LengthError: There is not one id and one stratum per row.
        """
        require_aligned(**{self.name: self.who, "strata": self.strata})
        places, ids = numbered_ids(self.who, rows, self.name)
        if self.strata is None:
            labels: AnyArray = np.array([_WHOLE])
            of: IntArray = np.zeros(len(ids), dtype=np.int64)
        else:
            found = identified(self.strata, "strata", rows=rows, must="say where each row is from")
            given = of_one_kind(found.labels.columns[0], found.codes, "strata")
            labels, place = np.unique(given, return_inverse=True)
            codes = place.reshape(-1)[found.codes]
            of = np.zeros(len(ids), dtype=np.int64)
            of[places] = codes
            moved = np.flatnonzero(of[places] != codes)
            if len(moved):
                shown = [(int(i), ids[places[i]].item()) for i in moved]
                raise CustomerError(
                    f"{self.name} must be in one stratum each; in another one too: "
                    f"{located(shown)}. Give the stratum that each was sampled from."
                )
        stages = self._stages(ids, np.bincount(places, minlength=len(ids)))
        strata = Strata(labels, of, self._sizes(labels), self.lonely, self.name, *stages)
        strata.require_room()
        return places, ids, strata

    def _stages(self, ids: AnyArray, drawn: IntArray) -> tuple[FloatArray | None, IntArray | None]:
        """Return how many rows each cluster has in the population, and in the sample."""
        if self.cluster_sizes is None:
            return None, None
        known = ids.tolist()
        if isinstance(self.cluster_sizes, Mapping):
            lacking = [one for one in known if one not in self.cluster_sizes]
            if lacking:
                raise ParameterError.must_be(
                    "cluster_sizes", f"given for every cluster; {lacking[0]!r} has none", None
                )
            given = [self.cluster_sizes[one] for one in known]
        else:
            given = [self.cluster_sizes] * len(known)
        known_sizes = [plain_number(size) for size in given]
        odd = [i for i, size in enumerate(known_sizes) if not drawn[i] <= size]
        if odd:
            shown = [f"{known[i]}: {drawn[i]} of {given[i]}" for i in odd]
            raise ParameterError.must_be(
                "cluster_sizes", f"at least what was drawn of each; not so: {listed(shown)}", None
            )
        return np.array(known_sizes), drawn

    def _sizes(self, labels: AnyArray) -> FloatArray:
        """Return the population of each stratum."""
        if self.population is None:
            return np.full(len(labels), np.inf)
        if not isinstance(self.population, Mapping):
            return np.full(1, float(self.population))
        sizes = dict(self.population)
        known = labels.tolist()
        lacking = [label for label in known if label not in sizes]
        if lacking:
            raise ParameterError.must_be(
                "population",
                f"given for every stratum; {lacking[0]!r} has none",
                sizes,
                did_you_mean(lacking[0], list(sizes)),
            )
        return np.array([sizes[label] for label in known], dtype=np.float64)


AnyDesign: TypeAlias = Design | ReplicateWeights
"""How a sample was drawn, in words or by replicates."""


def asked_of(
    respondents: Column | None, design: AnyDesign | None, weights: Column | None = None
) -> tuple[Column | AnyDesign | None, Column | None]:
    """Return who answered, however that was said, and what the rows weigh.

    Weights that know their margins make a design, or are part of one.

    Raises:
        ParameterError: Something is said twice, or the design is none.
    """
    if design is not None and not isinstance(design, (Design, ReplicateWeights)):
        raise ParameterError.must_be("design", "a Design", design, "Say rm.Design(...).")
    if design is not None and respondents is not None:
        remedy = "The design says who answered."
        raise ParameterError.must_be("respondents", "left out beside design", respondents, remedy)
    if isinstance(design, ReplicateWeights):
        if weights is None or isinstance(weights, Margined):
            remedy = "Margins are in the replicates, if each was raked as the weights were."
            raise ParameterError.must_be("weights", "one per row beside replicates", None, remedy)
        return design, weights
    if design is not None and design.margins is not None:
        if weights is not None and cast("object", weights) is not design.margins:
            remedy = "The weights are those of its margins."
            raise ParameterError.must_be("weights", "left out beside design", weights, remedy)
        weights = cast("Column", design.margins)
    if not isinstance(weights, Margined):
        return respondents if design is None else design, weights
    if design is None:
        design = Design(respondents=respondents, margins=weights)
    elif design.margins is None:
        design = evolve(design, margins=weights)
    return design, cast("Column", weights.weights)


def ids_of(who: Column | AnyDesign | None) -> Column | None:
    """Return the column of ids, whose index says what rows they are of; of replicates these."""
    if isinstance(who, ReplicateWeights):
        return cast("Column", who.replicates)
    return who.who if isinstance(who, Design) else who
