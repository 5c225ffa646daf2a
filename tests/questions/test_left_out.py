"""Why a group or a period is left out: one order of reasons for every table."""

import numpy as np
import pytest

import relmetrics as rm
from relmetrics.questions.groups.left_out import REASONS, why_left_out


@pytest.mark.parametrize(
    ("n", "value", "error", "complete", "expected"),
    [
        (3, 1.0, 0.5, True, ""),
        (1, 1.0, np.nan, True, "too few answers for an interval"),
        (3, np.nan, np.nan, True, "undefined for these answers"),
        (0, np.nan, np.nan, True, "no answers"),
        (0, np.nan, np.nan, False, "not over"),
        (3, 1.0, 0.5, False, "not over"),
    ],
)
def test_the_first_reason_counts(n, value, error, complete, expected):
    """What comes earlier in the list explains what comes later."""
    found = why_left_out(
        np.array([n]), np.array([value]), errors=np.array([error]), complete=np.array([complete])
    )

    assert found.tolist() == [expected]
    assert not expected or expected in REASONS


def test_groups_need_neither_errors_nor_periods():
    """Without them a value is all that is asked for."""
    found = why_left_out(np.array([2, 0, 2]), np.array([1.0, np.nan, np.nan]))

    assert found.tolist() == ["", "no answers", "undefined for these answers"]


def test_comparisons_rankings_and_trends_say_it_alike():
    """A group and a period without answers have the same note wherever they stand."""
    answers, groups = [10, 9, 3, 8, None], ["a", "a", "b", "b", "c"]
    by = rm.NPS().by(answers, groups)
    days = ["2025-01-05", "2025-01-06", "2025-02-05", "2025-02-06", "2025-03-05"]
    trend = rm.NPS().over(answers, days, as_of="2025-03-31")

    assert by.compare().table()["note"].tolist()[-1] == "no answers"
    assert by.ranking().table()["note"].tolist()[-1] == "no answers"
    assert trend.changes()["note"].tolist()[-1] == "no answers"
    with pytest.raises(rm.RelmetricsError, match="Left out: 1 no answers"):
        trend.slope()
