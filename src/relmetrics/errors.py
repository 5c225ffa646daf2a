"""Errors: one root, a kind for each cause, built by named constructors that carry the remedy.

Every message names the argument, shows up to five offending values with their positions,
and ends with what to do. All kinds are `ValueError`s, so code that catches those keeps working.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Self

from relmetrics.messages import did_you_mean, listed, located, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class RelmetricsError(ValueError):
    """The root of every error that this library raises on purpose.

    Example:
        >>> import relmetrics as rm
        >>> try:
        ...     rm.nps([11])
        ... except rm.RelmetricsError as error:
        ...     print(type(error).__name__)
        OffScaleError
    """


class AnswerError(RelmetricsError):
    """Something among the data is not an answer at all: text, a fraction, a truth value."""

    @classmethod
    def not_scores(
        cls,
        offenders: Sequence[tuple[int, object]],
        *,
        name: str,
        size: int,
        count: int,
        kind: str,
        remedy: str,
    ) -> Self:
        """Answers of the wrong kind, such as ``'ten'``, ``7.5`` or ``True``."""
        verb = "is" if count == 1 else "are"
        msg = f"{name} must be {kind}; {count} of {size} {verb} not: {located(offenders)}. {remedy}"
        return cls(msg)

    @classmethod
    def not_a_sequence(cls, value: object, *, name: str) -> Self:
        """A scalar, a mapping, a set or a table where one column is meant."""
        msg = (
            f"{name} must be a one-dimensional sequence or array, "
            f"got {type(value).__name__} {shown(value)}. "
            "Pass a list, a tuple, a numpy array or one column of a data frame."
        )
        return cls(msg)

    @classmethod
    def not_two_dimensional(cls, shape: tuple[int, ...], *, name: str) -> Self:
        """Something else where a table of respondents by factors is meant."""
        msg = (
            f"{name} must be a mapping of factor to column, or a 2-D array of respondents by "
            f"factors, got shape {shape}."
        )
        return cls(msg)

    @classmethod
    def not_one_dimensional(cls, shape: tuple[int, ...], *, name: str) -> Self:
        """An array of two dimensions where one column is meant."""
        msg = f"{name} must have one dimension, got shape {shape}. Pass one column at a time."
        return cls(msg)


class OffScaleError(AnswerError):
    """Answers that are whole numbers but do not lie on the scale."""

    @classmethod
    def from_answers(
        cls,
        offenders: Sequence[tuple[int, object]],
        *,
        name: str,
        size: int,
        count: int,
        span: str,
        remedy: str,
    ) -> Self:
        """Answers such as 11 on a scale of 0..10."""
        verb = "does" if count == 1 else "do"
        msg = (
            f"{name} must lie on {span}; {count} of {size} {verb} not: "
            f"{located(offenders)}. {remedy}"
        )
        return cls(msg)


class LabelError(AnswerError):
    """Text that is no label of the scale, or that contradicts it."""

    @classmethod
    def unknown(
        cls, offenders: Sequence[tuple[int, object]], *, name: str, span: str, known: str
    ) -> Self:
        """Text that `Scale.parse` cannot read."""
        msg = (
            f"{name} must be labels of the scale {span}; {len(offenders)} are not: "
            f"{located(offenders)}. {known} "
            "Name texts that mean 'no answer' in missing=(...)."
        )
        return cls(msg)

    @classmethod
    def not_named(
        cls, offenders: Sequence[tuple[int, object]], *, name: str, known: Sequence[str]
    ) -> Self:
        """Names that are none of a fixed few, such as those of the stages."""
        verb = "is" if len(offenders) == 1 else "are"
        msg = (
            f"{name} must be one of {', '.join(known)}; {len(offenders)} {verb} not: "
            f"{located(offenders)}. {did_you_mean(offenders[0][1], known)}"
        )
        return cls(msg)

    @classmethod
    def without_dissolution(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """A reason or a side of an event that ends nothing."""
        msg = (
            f"{name} belong to events of the stage dissolution, others have none: "
            f"{located(offenders)}. Use None there."
        )
        return cls(msg)


class LengthError(RelmetricsError):
    """Columns that should describe the same rows have different lengths."""

    @classmethod
    def differ(cls, lengths: dict[str, int]) -> Self:
        """Name each column with its length."""
        sizes = ", ".join(f"{name} has {size}" for name, size in lengths.items())
        msg = f"columns must have one entry per row: {sizes}. Pass columns of equal length."
        return cls(msg)


class WeightError(RelmetricsError):
    """Survey weights or factor weights that cannot weigh anything."""

    @classmethod
    def invalid(cls, offenders: Sequence[tuple[int, object]], *, name: str = "weights") -> Self:
        """Negative, infinite, missing or non-numeric weights."""
        msg = (
            f"{name} must be finite numbers of at least 0, and neither vast nor vanishing "
            f"(1e-100 to 1e100): {located(offenders)}. "
            "Leave out rows that have no weight, or give them weight 0."
        )
        return cls(msg)

    @classmethod
    def invalid_sum(cls, name: str, value: object) -> Self:
        """A sum of weights that is negative, not finite or no number."""
        msg = f"{name} must be a finite number of at least 0, got {shown(value)}."
        return cls(msg)

    @classmethod
    def lacking(cls, name: str, point: int, n: int) -> Self:
        """Answers whose weights were not given."""
        msg = f"{name} must have a sum for every point that has answers; {point} has {n} and none."
        return cls(msg)

    @classmethod
    def inconsistent(cls, point: int, n: int, weights: float, squares: float) -> Self:
        """Sums of weights that so many answers cannot have."""
        msg = (
            f"weights and squares at {point} cannot be those of {n} answers: sum(w) = {weights}, "
            f"sum(w * w) = {squares}. Give both for every point that has answers, and only there."
        )
        return cls(msg)

    @classmethod
    def invalid_factor(cls, factor: str, weight: object) -> Self:
        """The weight of a factor is negative, not finite or no number."""
        msg = (
            f"the weight of factor {factor!r} must be a finite number of at least 0, "
            f"got {shown(weight)}. Give 0 to leave the factor out."
        )
        return cls(msg)

    @classmethod
    def all_zero(cls, *, name: str = "weights") -> Self:
        """No weight is positive."""
        msg = f"{name} are all zero, so there is nothing to weigh. At least one must be positive."
        return cls(msg)


class CountError(RelmetricsError):
    """Counts that are no counts, or that contradict each other."""

    @classmethod
    def not_a_count(cls, name: str, value: object) -> Self:
        """A negative, fractional or non-numeric count."""
        msg = (
            f"{name} must be a whole number of at least 0, got {shown(value)} "
            f"({type(value).__name__}). Counts are integers: use int() where that is exact."
        )
        return cls(msg)

    @classmethod
    def exceeds(cls, part: str, part_value: object, whole: str, whole_value: object) -> Self:
        """A part that is larger than its whole, such as lost > start."""
        msg = (
            f"{part} must not exceed {whole}: {part} = {shown(part_value)}, "
            f"{whole} = {shown(whole_value)}. Check that the one counts a part of the other, "
            "over the same period."
        )
        return cls(msg)

    @classmethod
    def not_positive(cls, name: str) -> Self:
        """Nobody to divide by."""
        msg = f"{name} must be at least 1, got 0. What nobody has cannot be shared out."
        return cls(msg)


    @classmethod
    def not_a_share(cls, part: str, value: object, whole: str, whole_value: object) -> Self:
        """A quotient that a definition calls a share, and that is none for these counts."""
        msg = (
            f"{part} = {shown(value)} over {whole} = {shown(whole_value)} is no share. Too many "
            "customers came back, or joined and left, for this definition: use definition="
            "'retained' or base='start', and see the counts of PurchaseLog.window."
        )
        return cls(msg)


class AmountError(RelmetricsError):
    """Amounts of money for which the ratio has no meaning."""

    @classmethod
    def cost_not_positive(cls, cost: object) -> Self:
        """Nothing was spent, so there is no return on it."""
        msg = (
            f"cost must be greater than 0, got {shown(cost)}. "
            "A return on nothing spent is undefined: leave such a campaign out."
        )
        return cls(msg)

    @classmethod
    def negative(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Amounts below zero where that has no meaning."""
        msg = f"{name} must not be negative: {located(offenders)}. Book refunds as gain."
        return cls(msg)

    @classmethod
    def not_finite(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Infinite or non-numeric amounts."""
        msg = (
            f"{name} must be finite numbers below 1e100: {located(offenders)}. "
            "Use None or NaN for a value that is missing."
        )
        return cls(msg)

    @classmethod
    def negative_revenue(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Recurring revenue below zero."""
        msg = (
            f"{name} must not be negative: {located(offenders)}. Recurring revenue is what a "
            "customer pays in a period: leave refunds and credits out, and give 0 for nothing."
        )
        return cls(msg)

    @classmethod
    def too_fine(cls, offenders: Sequence[tuple[int, object]], *, name: str, most: int) -> Self:
        """Decimals with more places than any money has."""
        msg = (
            f"{name} must have at most {most} decimal places: {located(offenders)}. "
            "Round them to the smallest unit of the currency."
        )
        return cls(msg)

    @classmethod
    def not_an_amount(cls, name: str, requirement: str, value: object, remedy: str = "") -> Self:
        """A single amount that is no number, or outside of what it can be."""
        msg = f"{name} must be {requirement}, got {shown(value)}.{' ' if remedy else ''}{remedy}"
        return cls(msg)


class CustomerError(RelmetricsError):
    """Customers that cannot be told apart, or are not there."""

    @classmethod
    def missing(cls, positions: Sequence[int]) -> Self:
        """Purchases without a customer."""
        shown_positions = ", ".join(str(i) for i in positions[:SHOWN])
        more = ", ..." if len(positions) > SHOWN else ""
        msg = (
            f"customers must name who bought; {len(positions)} are missing, at position "
            f"{shown_positions}{more}. Leave out purchases of unknown customers."
        )
        return cls(msg)

    @classmethod
    def unnamed(cls, positions: Sequence[int], *, name: str) -> Self:
        """Rows of a column of customers that name nobody."""
        where = listed(positions)
        msg = f"{name} must name customers; {len(positions)} missing, at position {where}. "
        return cls(msg + "Leave out such rows.")

    @classmethod
    def in_both(cls, customers: Sequence[object]) -> Self:
        """Customers of two parts that must have none in common."""
        msg = (
            f"only parts without common customers can be added; in both: "
            f"{listed(customers)}. Split by customer, or add the logs instead."
        )
        return cls(msg)

    @classmethod
    def several_states(cls, offenders: Sequence[tuple[int, object]], *, what: str) -> Self:
        """Rows that give a customer a second state at the same time."""
        msg = (
            f"a customer has one {what}; some rows give another one: "
            f"{located(offenders)}. Say which comes last, by a later time, or drop the others."
        )
        return cls(msg)

    @classmethod
    def without_id(cls, positions: Sequence[int]) -> Self:
        """Revenue of nobody."""
        shown_positions = ", ".join(str(i) for i in positions[:SHOWN])
        more = ", ..." if len(positions) > SHOWN else ""
        msg = (
            f"customers must say whose revenue it is; {len(positions)} are missing, at position "
            f"{shown_positions}{more}. Give each row an id, or leave the row out."
        )
        return cls(msg)

    @classmethod
    def repeated(cls, offenders: Sequence[tuple[int, object]]) -> Self:
        """A customer with more rows than one where each has one."""
        msg = (
            f"customers must be different, one row each; repeated: {located(offenders)}. "
            "Add up the revenue of each customer first."
        )
        return cls(msg)


class DateError(RelmetricsError):
    """Dates that are missing, unreadable, out of order or in an unknown time zone."""

    @classmethod
    def unreadable(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Missing dates, and texts that are not ISO 8601."""
        msg = (
            f"{name} must be dates; {len(offenders)} are missing or cannot be read: "
            f"{located(offenders)}. Use datetime64, datetime objects or ISO text "
            "such as '2025-01-31', and leave out rows without a date."
        )
        return cls(msg)

    @classmethod
    def out_of_range(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Dates beyond the years that the calendar of the library knows."""
        msg = f"{name} must lie in the years 1 to 9999: {located(offenders)}. Check their unit."
        return cls(msg)

    @classmethod
    def zone_needed(cls, position: int, *, name: str) -> Self:
        """Dates with a time zone, whose calendar day depends on where one looks from."""
        msg = (
            f"{name} carry a time zone (first at position {position}). "
            "Say whose calendar counts: zone='Europe/Helsinki'."
        )
        return cls(msg)

    @classmethod
    def mixed(cls, aware: int, naive: int, *, name: str) -> Self:
        """Dates with and without a time zone in one column."""
        msg = (
            f"{name} mix dates with a time zone (position {aware}) and without (position {naive}). "
            "Give all of them a zone, or none."
        )
        return cls(msg)

    @classmethod
    def out_of_order(cls, first: str, first_day: object, then: str, then_day: object) -> Self:
        """A window that ends before it begins."""
        msg = f"{then} must come after {first}: {first} = {first_day}, {then} = {then_day}."
        return cls(msg)


class EmptySampleError(RelmetricsError):
    """There is no answer to compute the metric from."""

    @classmethod
    def for_metric(cls, name: str, missing: int) -> Self:
        """A single estimate was asked of no answers."""
        had = f"all {missing} are missing" if missing else "there are none"
        msg = (
            f"{name} is undefined without answers: {had}. "
            "Check the column and the filter before it; in tables such a group is a row with n = 0."
        )
        return cls(msg)

    @classmethod
    def for_factors(cls, names: Sequence[str]) -> Self:
        """Factors that nobody rated."""
        msg = (
            f"nobody rated these factors: {listed(names)}. "
            "Give them weight 0, or leave them out of the ratings and the weights."
        )
        return cls(msg)

    @classmethod
    def too_recent(cls, lapsed_after: int, customers: int) -> Self:
        """No customer has been watched for as long as a lapse takes."""
        msg = (
            f"survival is undefined: no customer was observed for {lapsed_after} days after the "
            f"first purchase ({customers} came later than that, or there are none). "
            "Use a shorter lapsed_after, or a later as_of if the log is complete up to it."
        )
        return cls(msg)


class FactorError(RelmetricsError):
    """Factors (columns) of an index that are unknown, missing or named twice."""

    @classmethod
    def none(cls) -> Self:
        """A table without columns."""
        msg = "ratings have no factors. Pass a mapping of factor to column."
        return cls(msg)

    @classmethod
    def unknown(cls, names: Sequence[str], known: Sequence[str]) -> Self:
        """A weight is given for a factor that has no ratings."""
        hint = did_you_mean(names[0], known)
        msg = f"weights name factors that have no ratings: {listed(names)}. {hint}"
        return cls(msg)

    @classmethod
    def unweighted(cls, names: Sequence[str]) -> Self:
        """A factor has ratings but no weight."""
        msg = (
            f"factors have ratings but no weight: {listed(names)}. "
            "Give each a weight (0 leaves it out), or drop its ratings."
        )
        return cls(msg)

    @classmethod
    def no_column(cls, name: str, known: Sequence[str]) -> Self:
        """A column that is named but not there."""
        msg = f"there is no column {name!r}. {did_you_mean(name, known)}"
        return cls(msg)

    @classmethod
    def duplicated(cls, names: Sequence[str]) -> Self:
        """A factor is named twice."""
        msg = f"factor names must be unique, repeated: {listed(names)}. Rename or drop one."
        return cls(msg)

    @classmethod
    def unnamed(cls, columns: int, names: int) -> Self:
        """A 2-D array needs a name for every column."""
        msg = (
            f"ratings have {columns} columns but {names} names. "
            "Pass factors=(...) with one name per column, or a mapping of columns."
        )
        return cls(msg)


class ParameterError(RelmetricsError):
    """A parameter of a definition, an interval or a table is outside what it can be."""

    @classmethod
    def must_be(cls, name: str, requirement: str, value: object, remedy: str = "") -> Self:
        """State what the parameter must be, and what was given."""
        msg = f"{name!r} must be {requirement} (got {shown(value)}).{' ' if remedy else ''}{remedy}"
        return cls(msg)

    @classmethod
    def unknown_name(cls, name: str, value: object, known: Iterable[str]) -> Self:
        """A named option that does not exist."""
        names = list(known)
        near = difflib.get_close_matches(str(value), names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        msg = f"{name!r} must be one of {', '.join(names)} (got {shown(value)}).{hint}"
        return cls(msg)


class StateError(RelmetricsError):
    """States that cannot be added, or text that is no state."""

    @classmethod
    def cannot_add(cls, what: str, left: object, right: object) -> Self:
        """Two states that describe different things."""
        msg = (
            f"states can be added only when they have the same {what}: {shown(left)} and "
            f"{shown(right)}. Build both with the same metric."
        )
        return cls(msg)

    @classmethod
    def other_setting(cls, what: str, left: object, right: object) -> Self:
        """Two states of logs that were made with different settings."""
        msg = (
            f"states can be added only when they have the same {what}: {shown(left)} and "
            f"{shown(right)}. Pass the same {what}=... to both."
        )
        return cls(msg)

    @classmethod
    def lacks(cls, what: str, example: str) -> Self:
        """A question that the state cannot answer for want of a column."""
        msg = f"this needs {what}, which were not given. Say {example}."
        return cls(msg)

    @classmethod
    def undefined(cls, what: str, why: str, remedy: str) -> Self:
        """A quantity that these counts do not determine."""
        msg = f"{what} is undefined: {why}. {remedy}"
        return cls(msg)

    @classmethod
    def malformed(cls, kind: str, why: str) -> Self:
        """A dictionary that `to_dict` did not write."""
        msg = f"this is no serialised {kind}: {why}. Pass what {kind}.to_dict() returned."
        return cls(msg)
