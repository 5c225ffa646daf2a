"""Key drivers of a frame: those of `KeyDrivers` from the sums of the same rows."""

import random

import numpy as np
import pytest
from engines_under_test import ENGINES, PARAMS, module

import relmetrics as rm
from relmetrics import frames

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Dd]ask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
OUTCOME, ITEMS = "over all", ["food.", "a 'b'", "cost"]


@pytest.fixture(scope="module", params=PARAMS)
def engine(request):
    module("narwhals")
    return ENGINES[request.param]


def drawn(rows=150):
    rng = random.Random(4)  # noqa: S311 - no secret
    data = {name: [rng.choice([None, 1, 2, 3, 4, 5]) for _ in range(rows)] for name in ITEMS[:2]}
    data["cost"] = [rng.uniform(-2, 3) for _ in range(rows)]
    data[OUTCOME] = [
        (food or 3) + (other or 2) * 0.5 + rng.random()
        for food, other in zip(*(data[name] for name in ITEMS[:2]), strict=True)
    ]
    data["w"] = [rng.choice([0.0, 0.5, 1.0, 2.0]) for _ in range(rows)]
    return data


@pytest.mark.parametrize("rule", ["row", "pairwise"])
def test_importances_are_those_of_the_rows(engine, rule):
    """With either rule for missing ratings, with and without weights, intervals included."""
    data = drawn()
    frame = engine(data)
    for weights in (None, "w"):
        ours = frames.drivers(frame, OUTCOME, ITEMS, weights=weights, missing_factor=rule)
        definition = rm.KeyDrivers(outcome=OUTCOME, missing_factor=rule)
        theirs = definition(
            {name: data[name] for name in sorted(ITEMS)},
            data[OUTCOME],
            weights=None if weights is None else data["w"],
            interval="wishart",
        )
        assert (ours.factors, ours.n, ours.missing) == (theirs.factors, theirs.n, theirs.missing)
        left, right = ours.table(), theirs.table()
        for name in ("importance", "share", "low", "high", "correlation"):
            np.testing.assert_allclose(left[name], right[name], rtol=1e-9, atol=1e-9)
    assert "normal" in str(ours.explain())


def test_what_is_no_driver(engine):
    """Infinite numbers, the outcome among the items, and columns that are not there."""
    data = drawn(rows=40)
    data["cost"][3] = float("inf")
    frame = engine(data)
    with pytest.raises(rm.AmountError, match="cost"):
        frames.drivers(frame, OUTCOME, ITEMS)
    with pytest.raises(rm.ParameterError, match="the outcome not among them"):
        frames.drivers(frame, OUTCOME, [*ITEMS, OUTCOME])
    with pytest.raises(rm.ParameterError, match="items names the column 'fod'"):
        frames.drivers(frame, OUTCOME, ["fod"])
    with pytest.raises(rm.ParameterError, match="items"):
        frames.drivers(frame, OUTCOME, "cost")
