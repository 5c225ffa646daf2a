"""The ways in which Python copies a result."""

import copy
import pickle

import pytest


def pickled(result: object) -> object:
    """Return what is left of a result after it was written and read."""
    return pickle.loads(pickle.dumps(result))


copied = pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
