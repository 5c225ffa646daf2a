"""Errors of numbers: weights, counts and amounts of money, and samples without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from relmetrics.errors.root import RelmetricsError
from relmetrics.errors.wording import SHOWN, listed, located, shown

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    def all_zero(cls, *, name: str = "weights") -> Self:
        """No weight is positive."""
        msg = f"{name} are all zero, so there is nothing to weigh. At least one must be positive."
        return cls(msg)

    @classmethod
    def empty_cell(cls, margin: str, labels: Sequence[object], why: str) -> Self:
        """Labels with a target that no row can bring about."""
        msg = (
            f"{margin!r} has targets that no weight can meet: {listed(labels)}, because {why}. "
            "Merge such a label with a near one, in the column and in the targets."
        )
        return cls(msg)


class CountError(RelmetricsError):
    """Counts that are no counts, or that contradict each other."""

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
    def of_vast_products(cls) -> Self:
        """Amounts and weights that are in range each, and not together."""
        return cls(
            "amounts and weights must not be so vast that their squared products pass 1e308. "
            "Give the amounts in a larger unit, or divide the weights by their mean."
        )

    @classmethod
    def not_finite(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Infinite or non-numeric amounts."""
        truth = any(shown(value) in {"True", "False"} for _, value in offenders[:SHOWN])
        msg = (
            f"{name} must be finite numbers below 1e100: {located(offenders)}. "
            + ("True and False are no numbers: pass 1 and 0 if these are meant. " if truth else "")
            + "Use None or NaN for a value that is missing."
        )
        return cls(msg)

    @classmethod
    def not_an_amount(cls, name: str, requirement: str, value: object, remedy: str = "") -> Self:
        """A single amount that is no number, or outside of what it can be."""
        msg = f"{name} must be {requirement}, got {shown(value)}.{' ' if remedy else ''}{remedy}"
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
    def for_weights(cls, name: str) -> Self:
        """A column of weights or labels without any row."""
        msg = f"{name} must have at least one row, got none. Check the filter before it."
        return cls(msg)
