"""Reading of tallies from numbers by answer, and whether their sums are possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from relmetrics.data.codes import encode
from relmetrics.data.columns import HUGE, plain_number
from relmetrics.errors import ParameterError, StateError, WeightError
from relmetrics.errors.wording import shown
from relmetrics.states.serial import LARGEST_SUM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from relmetrics.data.scale import Scale
    from relmetrics.states.tally_figures import TallyFigures

Counts = Mapping[Any, Any] | Iterable[tuple[object, Any]]


def by_code(counts: Counts, scale: Scale, name: str) -> Iterator[tuple[int, object, Any]]:
    """Yield the code, the key and the number of each entry of a mapping or of rows of pairs.

    Raises:
        ParameterError: It is neither, or the keys are no column.
        AnswerError: A key is no point of the scale.
    """
    items: Any = cast("Any", counts).items() if hasattr(counts, "items") else counts
    try:
        pairs = [(key, number) for key, number in items]
    except (TypeError, ValueError):
        raise ParameterError.must_be(
            name, "a mapping of answer to number, or rows of such pairs", counts
        ) from None
    codes = encode([key for key, _ in pairs], scale, name).codes().tolist()
    for code, (key, number) in zip(codes, pairs, strict=True):
        yield code, key, number


def sums_by_point(
    sums: Counts, scale: Scale, name: str, counts: Sequence[int]
) -> tuple[float, ...]:
    """Return the sum of weights at each point, given by answer.

    Args:
        sums: A mapping of answer to sum, or rows of such pairs.
        scale: The scale of the answers.
        name: What messages call the sums.
        counts: The number of answers at each point.

    Raises:
        WeightError: A sum is no number of at least 0, or a point with answers has none.
        ParameterError: It is no mapping and no rows of pairs.
        AnswerError: A key is no point of the scale.
    """
    totals = [0.0] * (scale.size + 1)
    given = set()
    for code, key, value in by_code(sums, scale, name):
        number = plain_number(value)
        if not 0 <= number < HUGE:
            raise WeightError(
                f"{name}[{key!r}] must be a finite number of at least 0, got {shown(value)}."
            )
        totals[code] += float(number)
        given.add(code)
    for code, count in enumerate(counts[:-1]):
        if count and code not in given:
            raise WeightError(
                f"{name} must have a sum for every point that has answers; {scale.low + code} has "
                f"{count} and none."
            )
    return tuple(totals[:-1])


def set_apart(tally: TallyFigures, remedy: str) -> None:
    """Count apart the answers at points that weigh nothing, of a tally that is being made.

    Raises:
        ParameterError: There is not one sum of weights, and of squares, for every point.
    """
    given = [0 if sums is None else len(sums) for sums in (tally.weights, tally.squares)]
    if given != [tally.scale.size] * 2:
        both = f"both given, one for each of the {tally.scale.size} points"
        raise ParameterError.must_be("weights and squares", both, tally.weights, remedy)
    if tally.weights is not None and 0 in tally.weights:
        pairs = tuple(zip(tally.counts, tally.weights, strict=True))
        nothing = sum(n for n, w in pairs if w == 0)
        object.__setattr__(tally, "counts", tuple(n if w else 0 for n, w in pairs))
        object.__setattr__(tally, "weightless", tally.weightless + nothing)


def check_tally(tally: TallyFigures) -> None:
    """Check that the sums of weights at each point can be those of so many answers.

    Raises:
        WeightError: They cannot.
    """
    if tally.weights is None or tally.squares is None:
        return
    if max(tally.weights) > LARGEST_SUM:
        raise WeightError(f"weights must sum to {LARGEST_SUM:g} at most: {max(tally.weights):g}.")
    points = range(tally.scale.low, tally.scale.high + 1)
    rows = zip(points, tally.counts, tally.weights, tally.squares, strict=True)
    for point, n, w, q in rows:
        # n weights with sum w have a sum of squares from w^2 / n to w^2; to w, where it is part of
        # an answer that is counted as one, as in the average base of a window.
        slack = 1e-9 * w * w
        if (w > 0 or q > 0) and not (n and w * w / n - slack <= q <= max(w, w * w) + slack):
            raise WeightError(
                f"weights and squares at {point} cannot be those of {n} answers: sum(w) = {w}, "
                f"sum(w * w) = {q}. Give both for every point that has answers, and only there."
            )


def check_read(tally: TallyFigures) -> None:
    """Check the sums of weights of a tally that was read.

    Raises:
        StateError: They cannot be those of so many answers.
    """
    try:
        check_tally(tally)
    except WeightError as error:
        raise StateError.malformed("Tally", str(error)) from None
