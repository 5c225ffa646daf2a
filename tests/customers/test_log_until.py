"""The log as it was at the end of a day: what the rows up to then would have made."""

from typing import Any

import numpy as np
import pytest

import relmetrics as rm
from relmetrics.customers.purchases.parts import log_until

ROWS: dict[str, Any] = {
    "customers": ["a", "b", "a", "c", "b", "d"],
    "dates": ["2025-01-01", "2025-01-03", "2025-02-01", "2025-03-01", "2025-03-02", "2025-03-05"],
    "amounts": [10.0, 20.0, -5.0, 7.0, 9.0, -1.0],
}


@pytest.mark.parametrize("returns", ["net", "dated", "count"])
@pytest.mark.parametrize("day", ["2025-01-02", "2025-02-28", "2025-03-01", "2025-12-31"])
def test_it_is_the_log_of_the_rows_up_to_then(returns, day):
    kept = [date <= day for date in ROWS["dates"]]
    columns = [
        [value for value, there in zip(column, kept, strict=True) if there]
        for column in ROWS.values()
    ]
    log, until = rm.PurchaseLog(*ROWS.values(), returns=returns), np.datetime64(day)
    found, expected = log_until(log, until), rm.PurchaseLog(*columns, returns=returns)
    assert found.summary() == expected.summary()
    assert str(found.repeat()) == str(expected.repeat())
    assert found.returned == expected.returned
    assert (found is log) == all(kept)


def test_a_scorecard_of_a_day_knows_nothing_of_later_ones():
    log = rm.PurchaseLog(*ROWS.values())
    later = rm.PurchaseLog(["e"] * 9, ["2026-01-01"] * 9, [1.0] * 9)
    alone, both = (
        rm.scorecard(purchases=one, as_of="2025-03-05").estimates for one in (log, log + later)
    )
    assert [str(one) for one in alone] == [str(one) for one in both]
