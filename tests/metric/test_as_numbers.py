"""Results as numbers, texts and data frames: what people do with them every day."""

import math
from importlib.util import find_spec

import numpy as np
import pytest
from results_under_test import INSTANCES, instance

import relmetrics as rm
from relmetrics.metric.result import Valued

VALUED = [name for name in INSTANCES if isinstance(instance(name, 0), Valued)]


@pytest.mark.parametrize("name", VALUED)
def test_what_has_a_value_is_a_number_where_one_is_wanted(name):
    """Rounded, written and compared by its value; in a console it is its line."""
    x = instance(name, 0)
    assert (float(x), f"{x:.3f}", round(x, 2)) == (x.value, f"{x.value:.3f}", round(x.value, 2))
    assert f"{x}" == str(x) == repr(x)
    assert "(metric=" not in repr(x)
    below, above = x.value - 1, np.float64(x.value + 1)
    assert below < x < above
    assert above >= x >= below
    assert x <= x.value <= x
    assert not x < x.value
    assert isinstance(round(x), int)


def test_two_results_have_no_order():
    """Their intervals would be forgotten; a key is a way to sort them all the same."""
    low, high = rm.rate(1, 4), rm.rate(3, 4)
    with pytest.raises(TypeError, match=r"Compare two with metric\.compare"):
        _ = low < high
    with pytest.raises(TypeError, match="compared with numbers, got str"):
        _ = low > "1"
    assert max([low, high], key=float) is high
    assert low != low.value


@pytest.mark.parametrize("name", sorted(INSTANCES))
def test_a_console_shows_a_line_and_not_all_fields(name):
    """What has a line shows it; nothing shows the fields of its metric."""
    x = instance(name, 0)
    assert "metric=" not in repr(x) or name == "Assumptions"
    assert "Scale(low=" not in repr(x) or name in {"Assumptions", "Scale"}


def test_decimals_are_as_asked():
    """So many digits, after a point or a comma, in lines and tables; figures stay."""
    nps = rm.nps([10, 9, 8, 3, None])
    assert nps.to_text(digits=2, decimal=",") == (
        "NPS 25,00 (95% CI -44,16 to 72,73; n = 4, 1 missing)"
    )
    assert nps.to_text() == str(nps)
    assert nps.interval(0.975).confidence_level == 0.975
    table = rm.NPS().by([10, 9, 3], ["a.b", "a.b", "c"]).table()
    assert "a.b     100,00" in table.to_text(digits=2, decimal=",")
    assert "100,0" in table.to_html(decimal=",")
    for call in (nps.to_text, table.to_text, table.to_html, table.to_markdown):
        with pytest.raises(rm.ParameterError, match="decimal"):
            call(decimal=";")
        with pytest.raises(rm.ParameterError, match="digits"):
            call(digits=-1)


def test_the_total_is_the_last_row():
    """With n, missing and interval of all answers, at the level and by the method asked for."""
    by = rm.NPS().by([10, 9, 3, None], ["a", "b", "b", "b"])
    table = by.table(total=True, confidence_level=0.9, method="score", small_base=3, named=True)
    total = by.total.interval(0.9, method="score")
    assert [table[name][-1] for name in table] == [
        *("NPS", "points", "All"),
        *(by.total.value, total.low, total.high, 3, 1, False),
    ]
    plain = by.table(confidence_level=0.9, method="score")
    assert table["low"][:-1].tolist() == plain["low"].tolist()
    none = rm.NPS().by([None], [1]).table(total=True)
    assert none["group"].tolist() == [1, "All"]
    assert math.isnan(none["value"][1])
    assert none["missing"].tolist() == [1, 1]
    days = rm.NPS().over([10, 3], ["2025-01-05", "2025-02-05"]).table(total=True)
    assert np.isnat(days["period"][-1])
    assert days["complete"].dtype == bool
    for option in ("total", "named"):
        with pytest.raises(rm.ParameterError, match=option):
            by.table(**{option: 1})


FRAMED = [name for name in INSTANCES if hasattr(instance(name, 0), "to_pandas")]


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("name", FRAMED)
def test_a_result_is_a_data_frame(name, library):
    """Of the columns of its table."""
    if find_spec(library) is None:
        pytest.skip(f"needs {library}")
    x = instance(name, 0)
    table = x if name == "Table" else x.table()
    frame = getattr(x, f"to_{library}")()
    assert list(frame.columns) == list(table)
    assert len(frame) == table.rows


def test_what_is_a_table_is_a_frame():
    """The list of what people take elsewhere."""
    assert {"Breakdown", "Trend", "Comparisons", "Cohorts", "CohortRetention"} <= {*FRAMED}


@pytest.mark.parametrize("name", ["Estimate", "Breakdown", "Trend", "Difference", "Comparisons"])
def test_a_notebook_names_metric_and_unit_and_says_what_it_means(name):
    """In short, above what the result shows."""
    x = instance(name, 0)
    about = x.metric.description
    head = x._repr_html_().partition("</p>")[0]
    for words in (about.name, about.unit, about.definition.partition(". ")[0].rstrip(".")):
        assert words in head


def test_a_notebook_shows_the_total_whatever_the_number_of_groups():
    """As the last row, below twenty of them."""
    html = rm.NPS().by([10, 3] * 50, [i // 2 for i in range(100)])._repr_html_()
    assert html.count("<tr>") == 22
    assert "<td>All</td>" in html
    assert "30 more rows" in html
    trend = rm.NPS().over([10, 3], ["2025-01-05", "2025-02-05"])._repr_html_()
    assert "<td>All</td>" in trend
    assert "NaT" not in trend


def test_a_definition_shows_itself_and_lists_what_a_user_calls():
    """Questions and words; what subclasses define is there and not listed."""
    html = rm.NPS()._repr_html_()
    assert "Net Promoter Score" in html
    assert rm.NPS().description.formula in html
    names = {name for name in dir(rm.NPS()) if not name.startswith("_")}
    assert {"by", "over", "compare", "estimate", "tally", "promoters_from", "scale"} <= names
    assert not {"prepare", "coefficients", "validate", "form", "about", "working"} & names
    assert rm.NPS().coefficients().size == 11


def test_a_notebook_shows_an_error_without_the_way_through_the_library():
    """The line that called, and the message; the traceback itself has all of it."""
    with pytest.raises(rm.OffScaleError) as caught:
        rm.nps([11])
    lines = caught.value._render_traceback_()
    assert "rm.nps([11])" in "\n".join(lines)
    assert lines[-1].startswith("relmetrics.errors") or "OffScaleError" in lines[-1]
    assert sum('File "' in line for line in lines) == 1
    assert len(caught.traceback) > 2
