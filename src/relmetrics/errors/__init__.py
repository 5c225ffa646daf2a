"""Errors: one root, a kind for each cause, and the remedy in the message.

Every message names the argument, shows up to five offending values with their positions, and ends
with what to do. A message that is raised in one place is written there; those that recur are named
constructors of their kind; `wording` has what messages share. All kinds are `ValueError`s, so code
that catches those keeps working. It imports nothing of the library, and every room imports it.
"""

from relmetrics.errors.data import (
    AlignmentError,
    AnswerError,
    CustomerError,
    DateError,
    LabelError,
    LengthError,
    OffScaleError,
)
from relmetrics.errors.definitions import FactorError, ParameterError, StateError
from relmetrics.errors.numbers import AmountError, CountError, EmptySampleError, WeightError
from relmetrics.errors.root import RelmetricsError

__all__ = [
    "AlignmentError",
    "AmountError",
    "AnswerError",
    "CountError",
    "CustomerError",
    "DateError",
    "EmptySampleError",
    "FactorError",
    "LabelError",
    "LengthError",
    "OffScaleError",
    "ParameterError",
    "RelmetricsError",
    "StateError",
    "WeightError",
]
