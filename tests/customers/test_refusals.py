"""What logs and durations refuse, in the words of what was asked, and what they count instead."""

import pytest

import relmetrics as rm

DAY = ["2025-01-10"]
LOG = rm.SubscriptionLog(
    ["a", "b"], ["2025-01-10", "2025-01-20"], ["2025-03-05", None], [10, 20], plans=["x", "y"]
)
ASKED = {
    "window": LOG.window,
    "retention": LOG.retention,
    "churn by plan": lambda *days: LOG.churn(*days, by="plan"),
    "revenue_movement": LOG.revenue_movement,
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_a_window_after_the_last_day_known_is_refused(ask):
    """Who left since is not in the table; a window that begins before is said to be cut short."""
    with pytest.raises(
        rm.DateError, match=r"start = 2025-03-06, and that day is 2025-03-05.*as_of"
    ):
        ask("2025-03-06", "2025-04-01")
    ask("2025-03-01", "2025-04-01")
    assert "Observed" in str(LOG.retention("2025-03-01", "2025-04-01").explain())


@pytest.mark.parametrize("question", ["cohorts", "movements", "revenue", "stages", "survival"])
def test_nothing_is_seen_from_before_the_first_start(question):
    """Also by segment, where later segments may start after the day all the same."""
    ask = getattr(LOG, question)
    for options in ({}, {"by": "plan"}):
        with pytest.raises(rm.DateError, match="the first subscription starts on 2025-01-10"):
            ask(as_of="2025-01-09", **options)
    ask(as_of="2025-01-15", by="plan")


def test_lines_of_nothing_are_counted():
    """A line of 0 makes no customer, and the log and its windows say how many there are."""
    columns = ["a", "a", "b"], ["2025-01-01", "2025-02-01", "2025-01-05"]
    log = rm.SubscriptionLog.from_invoices(
        *columns, ["2025-02-01", "2025-03-01", "2025-02-05"], [10, 0, -5]
    )
    assert log.free_rows == 1
    assert "1 of 0 left out" in repr(log)
    explained = str(log.retention("2025-01-15", "2025-02-10").explain())
    assert "1 rows of price 0 are left out" in explained
    counted = rm.SubscriptionLog.from_invoices(
        *columns, ["2025-02-01", "2025-03-01", "2025-02-05"], [10, 0, -5], free="count"
    )
    assert counted.free_rows == 0
    assert "1 of no days left out" in repr(rm.SubscriptionLog(["a"], DAY, DAY))
    assert "left out" not in repr(counted)


def test_times_print_their_unit():
    """Of a log they are days; of durations what was said."""
    log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-21", "2025-01-05"])
    stay = log.survival(lapsed_after=30, as_of="2025-03-01")
    assert "left after 0 days" in str(stay.quantile())
    assert str(stay.restricted_mean(10)).startswith("Mean time within 10 days: 5.0 days (")
    months = rm.survival([3, 5], [1, 1], unit="months")
    assert "left after 3 months" in str(months.quantile())
    assert "left after 3 (" in str(rm.survival([3, 5], [1, 1]).quantile())
    assert "Mean time within 4 months" in str(months.restricted_mean(4))


def test_yes_and_no_have_a_remedy_of_their_own():
    """No scale was asked where one was still there or was not."""
    with pytest.raises(rm.OffScaleError, match=r"1, True or yes for who left.*reasons="):
        rm.survival([3, 4], [2, 0])
    with pytest.raises(rm.AnswerError, match=r"status.* == 'churned'"):
        rm.survival([3, 4], ["churned", "active"])
    with pytest.raises(rm.OffScaleError, match="True and False, 1 and 0 or yes and no"):
        rm.PurchaseLog(["a"], ["2025-01-01"], referred=[2])
    with pytest.raises(rm.ParameterError, match=r"survival\(..., reasons=...\)"):
        rm.survival([3, 4], [1, 0]).incidence("price")


@pytest.mark.parametrize(
    ("days", "names"),
    [
        ({"a": [1]}, {"not comparable"}),
        ({"a": [3], "b": [3], "c": [3]}, {"not comparable"}),
        ({"a": [1, 2], "b": [3, 5]}, {"not comparable"}),
        ({"a": [1], "b": [9]}, {"hibernating", "about to sleep"}),
    ],
)
def test_rfm_names_nobody_who_has_no_other_to_be_compared_with(days, names):
    """One customer is neither lately there nor long gone; once is seldom, whoever else there is."""
    rows = [(who, f"2025-01-{day:02}") for who, times in days.items() for day in times]
    found = rm.rfm(rm.PurchaseLog([who for who, _ in rows], [day for _, day in rows]))
    assert set(found.values()) == names


def test_a_scorecard_of_subscriptions_says_where_to_go():
    """It asks a log of purchases; a page of subscriptions is a report."""
    with pytest.raises(rm.ParameterError, match=r"rm\.report\(\[log\.retention"):
        rm.scorecard(purchases=LOG)
