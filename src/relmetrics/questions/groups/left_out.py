"""Why a group or a period is left out, in the words that every table uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray

NOT_OVER = "not over"
NO_ANSWERS = "no answers"
UNDEFINED = "undefined for these answers"
TOO_FEW = "too few answers for an interval"
ONLY_HERE = "only in this wave"
ONLY_THERE = "only in the other wave"
SUPPRESSED = "suppressed: too few answers"
REASONS = (NOT_OVER, NO_ANSWERS, UNDEFINED, TOO_FEW)
"""Of several reasons the first counts."""


def why_left_out(
    n: AnyArray,
    values: AnyArray,
    *,
    errors: AnyArray | float = 0.0,
    complete: AnyArray | bool = True,
) -> AnyArray:
    """Return the reason for each group or period, empty text where there is none.

    Args:
        n: Its number of answers.
        values: The metric in it; NaN where the answers do not determine it.
        errors: The error of the value; NaN where the answers do not determine that.
        complete: Whether the period is over; of groups all are.
    """
    known = np.isfinite(values)
    over = np.broadcast_to(np.asarray(complete, dtype=bool), known.shape)
    cases = [~over, n == 0, ~known, known & ~np.isfinite(errors)]
    return np.select(cases, REASONS, "").astype(object)
