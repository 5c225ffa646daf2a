"""Errors: one root, a kind for each cause, built by named constructors that carry the remedy.

Every message names the argument, shows up to five offending values with their positions,
and ends with what to do. All kinds are `ValueError`s, so code that catches those keeps working.
"""

from relmetrics.errors.amounts import AmountError, CountError, EmptySampleError, WeightError
from relmetrics.errors.answers import AnswerError, LabelError, LengthError, OffScaleError
from relmetrics.errors.customers import CustomerError, DateError
from relmetrics.errors.definitions import FactorError, ParameterError, StateError
from relmetrics.errors.root import RelmetricsError

__all__ = [
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
