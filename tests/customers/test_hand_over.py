"""What is handed over to models of repeat purchases: against the published figures of CDNOW."""

import csv
import math
import re

import numpy as np
import pytest
from places import ROOT, data_set

import relmetrics as rm

PAGE = ROOT / "docs" / "how-to" / "buy-till-you-die.md"
END = "1997-09-30"


def handed_over():
    """Return the function of the page, as it stands there."""
    page = PAGE.read_text("utf-8")
    code = re.search(r"^def handed_over.*?^    }$", page, re.MULTILINE | re.DOTALL)
    names = {"np": np}
    exec(code[0], names)  # noqa: S102 - our own page
    return names["handed_over"]


@pytest.fixture(scope="module")
def cdnow():
    with data_set("cdnow_sample.csv").open() as file:
        rows = [
            (row["customer_id"], row["date"], float(row["amount"])) for row in csv.DictReader(file)
        ]
    return handed_over()(rm.PurchaseLog(*zip(*rows, strict=True)), END)


def test_frequencies_of_cdnow_are_those_of_the_paper(cdnow):
    """Table 1 of Fader, Hardie and Lee, and the first customers of their workbook."""
    counts = np.bincount(np.minimum(cdnow["frequency"], 7))
    assert counts.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    rows = list(zip(*(cdnow[name] for name in ("frequency", "recency", "T")), strict=True))
    assert rows[0] == (2, pytest.approx(30.43, abs=0.005), pytest.approx(38.86, abs=0.005))
    assert rows[1] == (1, pytest.approx(1.71, abs=0.005), pytest.approx(38.86, abs=0.005))


def test_the_likelihood_of_the_published_parameters_is_the_published_one(cdnow):
    """BG/NBD: r = 0.243, alpha = 4.414, a = 0.793, b = 2.426 and -9,582.4."""
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    total = 0.0
    columns = (cdnow[name].tolist() for name in ("frequency", "recency", "T"))
    for x, recency, tenure in zip(*columns, strict=True):
        rate = math.lgamma(r + x) - math.lgamma(r) + r * math.log(alpha)
        leave = math.lgamma(a + b) + math.lgamma(b + x) - math.lgamma(b) - math.lgamma(a + b + x)
        there = (alpha + tenure) ** -(r + x)
        gone = a / (b + x - 1) * (alpha + recency) ** -(r + x) if x else 0.0
        total += rate + leave + math.log(there + gone)
    assert total == pytest.approx(-9582.4, abs=0.05)


def test_money_is_that_of_repeat_purchases():
    """Without the first day; the amounts of one day are one purchase."""
    log = rm.PurchaseLog(
        ["a", "a", "a", "b", "a"],
        ["2025-01-01", "2025-01-08", "2025-01-08", "2025-01-02", "2025-03-01"],
        [100.0, 5.0, 7.0, 9.0, 80.0],
    )
    found = handed_over()(log, "2025-01-31")
    assert found["frequency"].tolist() == [1, 0]
    assert found["monetary_value"].tolist() == [12.0, 0.0]
    assert found["recency"].tolist() == [1.0, 0.0]
