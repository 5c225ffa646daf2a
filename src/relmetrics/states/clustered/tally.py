"""ClusteredTally: a tally that knows which answers are of the same respondent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from attrs import evolve, field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.scale import Scale, require_scale
from relmetrics.errors import ParameterError, StateError
from relmetrics.states.clustered.clusters import Clusters
from relmetrics.states.clustered.design import asked_of, ids_of
from relmetrics.states.clustered.rows import summed, totals
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.states.clustered.design import AnyDesign
    from relmetrics.states.replicates.replicates import Replicates


@frozen(repr=False)
class ClusteredTally(Tally):
    """A tally of answers of which some are by the same respondents.

    Made by ``metric.tally(answers, respondents=ids)``. Beside the counts of a `Tally` it keeps how
    often each respondent gave each answer, so that the interval and every comparison take account
    of it. ``a + b`` adds by id: who is in both is one respondent afterwards. It is as large as
    there are respondents, where a `Tally` is as large as the scale.

    Attributes:
        clusters: The sums of each respondent.

    Example:
        >>> import relmetrics as rm
        >>> may = rm.NPS().tally([10, 9, 3], respondents=["ann", "bob", "cem"])
        >>> june = rm.NPS().tally([10, 8], respondents=["ann", "dee"])
        >>> both = may + june
        >>> both.n, both.respondents, may.shared(june)
        (5, 4, 1)
    """

    is_clustered: ClassVar[bool] = True

    clusters: Clusters | Replicates = field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Check the counts, and that the clusters are those of one state over the scale.

        Raises:
            ParameterError: They are not.
            CountError: A count is negative or no whole number.
        """
        super().__attrs_post_init__()
        fits = self.clusters.size == 1 and self.clusters.width == self.scale.size
        if not fits or int(self.clusters.counts.sum()) != self.n:
            raise ParameterError.must_be(
                "clusters", "those of these counts", self.clusters.size, _REMEDY
            )

    @classmethod
    def of(
        cls, scale: Scale, clusters: Clusters | Replicates, missing: int, weightless: int
    ) -> Self:
        """Return the tally of clusters: what it holds by point is theirs."""
        counts, weights, squares = (
            None if sums is None else tuple(sums[0].tolist()) for sums in totals(clusters)
        )
        return cls(scale, counts or (), missing, weights, squares, weightless, clusters=clusters)

    @classmethod
    def zero(cls, scale: Scale) -> Self:
        """Return the tally of no answers: adding it changes nothing."""
        require_scale(scale)
        return cls.of(scale, Clusters.none(scale.size), 0, 0)

    @classmethod
    def from_answers(
        cls,
        answers: Column,
        scale: Scale,
        *,
        weights: Column | None = None,
        name: str = "answers",
        respondents: Column | None = None,
        design: AnyDesign | None = None,
    ) -> Self:
        """Count a column of answers by who gave them.

        Args:
            answers: One answer per row, as for `Tally.from_answers`.
            scale: The scale that was asked.
            weights: One survey weight per row, finite and at least 0; or a `Weighting`, whose
                margins the intervals then know.
            name: What messages call the answers.
            respondents: Who answered, one id per row: whole numbers or text.
            design: How the sample was drawn, in place of `respondents`.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            CustomerError: An id is missing, or ids are not all whole numbers or all text.
            ParameterError: `respondents` and `design` are both left out: then it is a `Tally`; or
                both given.

        Example:
            >>> import relmetrics as rm
            >>> rm.ClusteredTally.from_answers([5, 4], rm.ONE_TO_FIVE, respondents=[7, 7])
            ClusteredTally(n=2, respondents=1, missing=0, scale=1..5, counts=[0, 0, 0, 1, 1])
        """
        require_scale(scale)
        who, weights = asked_of(respondents, design, weights)
        if who is None:
            raise ParameterError.must_be("respondents", "one id per row", None, "Make a Tally.")
        require_aligned(**{name: answers}, weights=weights, respondents=ids_of(who))
        return cls.of_rows(answers, scale=scale, who=who, weights=weights, name=name)

    @classmethod
    def of_rows(
        cls,
        answers: Column,
        *,
        scale: Scale,
        who: Column | AnyDesign,
        weights: Column | None,
        name: str = "answers",
    ) -> Self:
        """Count answers by who gave them; `who` may be a design, which knows their margins."""
        clusters, missing, weightless = summed(answers, scale, who, weights, name=name)
        return cls.of(scale, clusters, int(missing[0]), int(weightless[0]))

    @classmethod
    def from_counts(cls, *_: object, **__: object) -> Self:
        """Counts by answer do not say who answered.

        Raises:
            StateError: Always.
        """
        raise StateError.undefined(
            "a clustered tally of counts",
            "they do not say who answered",
            "Give the rows, with respondents=, or make a Tally.",
        )

    @property
    def respondents(self) -> int:
        """The number of different respondents who answered.

        Example:
            >>> import relmetrics as rm
            >>> rm.NPS().tally([10, 9, None], respondents=["ann", "ann", "bob"]).respondents
            1
        """
        return int(self.clusters.respondents[0])

    @property
    def plain(self) -> Tally:
        """The same answers without who gave them."""
        return Tally(
            self.scale, self.counts, self.missing, self.weights, self.squares, self.weightless
        )

    def shared(self, other: ClusteredTally) -> int:
        """Return how many respondents answered in both of two states.

        Raises:
            StateError: The ids of only one are hashes, or they are of different kinds.
        """
        both = (self + other).clusters
        return self.respondents + other.respondents - int(both.respondents[0])

    def hashed(self, key: str = "") -> Self:
        """Return the same with 64-bit hashes in place of the ids, for states that are written down.

        States add when all were hashed with the same key. Without one, ids that can be guessed,
        such as running numbers, can be told from their hashes; with a key of your own they cannot.

        Args:
            key: Any text of at most 64 bytes.

        Raises:
            ParameterError: The key is no such text.

        Example:
            >>> import relmetrics as rm
            >>> state = rm.CSAT().tally([5, 4, 1], respondents=["ann", "ann", "bob"])
            >>> state.hashed("our secret").respondents
            2
        """
        if not isinstance(key, str) or len(key.encode()) > 64:  # noqa: PLR2004 - of blake2b
            raise ParameterError.must_be("key", "text of at most 64 bytes", key)
        return evolve(self, clusters=self.clusters.hashed(key.encode()))

    def __add__(self, other: Tally) -> ClusteredTally:
        """Return the tally of the answers of both; who is in both is one respondent.

        Raises:
            StateError: The scales differ, only one of the two carries weights or says who answered,
                or the ids of only one are hashes.
        """
        if not isinstance(other, Tally):
            return NotImplemented
        if not isinstance(other, ClusteredTally):
            if other.n or other.weightless:
                raise StateError(
                    "only one of the two states says who answered, so who is in both is not known. "
                    "Build both with respondents=, or add state.plain of the other."
                )
            other = evolve(self.zero(other.scale), missing=other.missing)
        if self.scale != other.scale:
            raise StateError.cannot_add("scale", self.scale, other.scale)
        if self.is_weighted != other.is_weighted and self.n and other.n:
            raise StateError.cannot_add("weighting", self.weights, other.weights)
        ours, theirs = self.clusters, other.clusters
        if ours.is_replicated == theirs.is_replicated:
            clusters = ours + cast("Any", theirs)
        elif self.n and other.n:
            raise StateError(
                "only one of the two states has replicate weights. Build both with the same "
                "ReplicateWeights, or neither."
            )
        else:
            clusters = ours if self.n else theirs
        return self.of(
            self.scale,
            clusters,
            self.missing + other.missing,
            self.weightless + other.weightless,
        )

    def __radd__(self, other: object) -> ClusteredTally:
        """Return this tally when `sum` starts from 0; that of both with an empty plain one."""
        if isinstance(other, Tally):
            return self + other
        return self if other == 0 else NotImplemented

    def __repr__(self) -> str:
        """Return n first, then the counts."""
        inside = repr(self.plain).removeprefix(f"Tally(n={self.n}")
        return f"ClusteredTally(n={self.n}, respondents={self.respondents}{inside}"

    def to_dict(self) -> dict[str, object]:
        """Return the tally as JSON-ready plain values, with the ids; see `hashed`.

        Example:
            >>> import relmetrics as rm
            >>> state = rm.CSAT().tally([5, 4, 1], respondents=["ann", "ann", "bob"])
            >>> rm.ClusteredTally.from_dict(state.to_dict()) == state
            True
        """
        from relmetrics.states.clustered.reading import written  # noqa: PLC0415 - of JSON only

        return written(self.scale, self.missing, self.weightless, self.clusters)

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the tally that `to_dict` wrote.

        Raises:
            StateError: The dictionary is no clustered tally, or of a version that is not known.
        """
        from relmetrics.states.clustered.reading import read  # noqa: PLC0415 - as above

        return cls.of(*read(data))


_REMEDY = "Build clustered tallies with metric.tally(answers, respondents=ids)."
