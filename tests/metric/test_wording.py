"""Numbers as JSON knows them, and results that derive their dictionaries."""

import datetime as dt
import json
import math
from decimal import Decimal
from fractions import Fraction

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.metric.result import Result, written
from relmetrics.metric.wording import paragraph, plain, row_html

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.fractions()
    | st.decimals()
    | st.dates()
    | st.floats().map(np.float64)
    | st.integers(-(2**40), 2**40).map(np.int64)
    | st.booleans().map(np.bool_)
    | st.lists(st.floats(), max_size=4).map(np.array)
)
NESTED = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(NESTED)
def test_whatever_a_result_holds_is_plain_for_json(value):
    """Strict JSON takes it, reads it back as it was, and there is nothing left to make plain."""
    made = plain(value)

    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert plain(made) == made


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, None),
        (-math.inf, None),
        (np.float64("nan"), None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (Decimal("1.10"), "1.10"),
        (Fraction(6, 2), 3),
        (Fraction(1, 4), 0.25),
        (np.datetime64("2025-03-01"), "2025-03-01"),
        (np.datetime64("NaT", "D"), None),
        (dt.date(2025, 3, 1), "2025-03-01"),
        (("a", None), ["a", None]),
        (np.array([[1.0, math.nan], [2.0, 3.0]]), [[1.0, None], [2.0, 3.0]]),
        (np.array([1, 2]), [1, 2]),
        (np.array(["2025-01", "NaT"], dtype="datetime64[M]"), ["2025-01", None]),
        ({1: (2.0,)}, {"1": [2.0]}),
    ],
)
def test_values_as_json_knows_them(value, expected):
    """Numbers stay numbers, what is not known is None, and the rest is text."""
    made = plain(value)

    assert made == expected
    assert type(made) is type(expected)


@attrs.frozen
class ShareOfVoice(Result):
    """A result with a field that is not shown."""

    value: float
    parts: tuple[float, ...]
    _hidden: int = 1

    def __str__(self) -> str:
        """Return a line that HTML must escape."""
        return f"{self.value} < 1"


def test_a_result_derives_its_dictionary_from_its_fields():
    """Its type from its class, its public fields in their order, and nothing else."""
    found = ShareOfVoice(math.inf, (1.0, math.nan))

    assert list(found.to_dict().items()) == [
        ("type", "share_of_voice"),
        ("v", 1),
        ("value", None),
        ("parts", [1.0, None]),
    ]
    assert found._repr_html_() == "<table><tbody><tr><td>inf &lt; 1</td></tr></tbody></table>"


def test_a_result_of_a_metric_says_what_it_is():
    """Name, symbol, unit and definition come after type and version, for every kind of estimate."""
    estimate = rm.nps([10, 3])
    about = estimate.metric.description

    assert list(estimate.to_dict().items())[:6] == [
        ("type", "estimate"),
        ("v", 1),
        ("metric", about.name),
        ("symbol", about.symbol),
        ("unit", about.unit),
        ("definition", about.definition),
    ]
    assert written(estimate, "n", "missing") == {"n": 2, "missing": 0}


def test_html_is_escaped():
    """Neither text nor title can end its tag."""
    assert paragraph("a<b") == "<p>a&lt;b</p>"
    assert row_html({"<": "&"}, 'say "x"') == (
        '<table title="say &quot;x&quot;"><thead><tr><th>&lt;</th></tr></thead>'
        "<tbody><tr><td>&amp;</td></tr></tbody></table>"
    )
