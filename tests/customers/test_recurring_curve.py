"""The curve of recurring cohorts counts customers: one who comes back often is no ten."""

import cohorts_study as study
import numpy as np
import pytest

import relmetrics as rm

KINDS = ["on", "on_or_after", "on_or_before", "streak"]
MONTHS = [f"2024-{month:02}-15" for month in range(1, 13)]


def log_of(active):
    """Return the log of a table of customers by month."""
    who, month = np.nonzero(active)
    return rm.PurchaseLog(who.tolist(), [MONTHS[m] for m in month])


def cohorts_of(active, as_of="2024-06-20"):
    return log_of(active).cohorts(entry="recurring", as_of=as_of)


def is_active(row, entry, age, kind):
    """Tell whether an entry is active at an age, as the definitions of the kinds say."""
    later = [bool(x) for x in row[entry:]]
    if kind == "on":
        return later[age]
    if kind == "on_or_after":
        return any(later[age:])
    if kind == "on_or_before":
        return age == 0 or any(later[1 : age + 1])
    return all(later[: age + 1])


@pytest.mark.parametrize("seed", range(5))
def test_the_sums_over_customers_are_those_of_a_loop(seed):
    """Customers, squared entries, products and squared active ones; June is not over."""
    rng = np.random.default_rng(seed)
    active = rng.random((7, 6)) < rng.random(7)[:, None]
    active[0, 0] = True
    found = cohorts_of(active)

    for k, kind in enumerate(KINDS):
        for age in range(len(found.ages)):
            sums = np.zeros(4, dtype=int)
            for row in active:
                entries = [m for m in range(6) if row[m] and m + age < 5]
                x, y = len(entries), sum(is_active(row, m, age, kind) for m in entries)
                sums += [x > 0, x * x, x * y, y * y]
            assert found.products[k, :, age].tolist() == sums.tolist(), (kind, age)


def test_the_interval_is_wilsons_of_the_entries_worth_by_customer():
    """Worked out from the ratio over customers, for retention after one month."""
    rng = np.random.default_rng(9)
    active = rng.random((60, 6)) < rng.beta(0.6, 0.6, 60)[:, None]
    table = cohorts_of(active, "2024-06-30").curve()
    x = active[:, :5].sum(axis=1)
    y = (active[:, :5] & active[:, 1:]).sum(axis=1)
    share, c, z = y.sum() / x.sum(), (x > 0).sum(), 1.959963984540054
    variance = ((y - share * x) ** 2).sum() / x.sum() ** 2 * c / (c - 1)
    n = share * (1 - share) / variance
    middle, spread = share + z * z / (2 * n), z * (variance + z * z / (4 * n * n)) ** 0.5

    assert n < x.sum() / 1.5
    assert table["value"][1] == pytest.approx(100 * share)
    assert table["low"][1] == pytest.approx(100 * (middle - spread) / (1 + z * z / n))
    assert table["high"][1] == pytest.approx(100 * (middle + spread) / (1 + z * z / n))
    assert (table["n"][1], table["customers"][1]) == (x.sum(), c)


def test_shards_add_and_states_are_read_back():
    """Sums over disjoint customers add, of ranges of months that differ too."""
    rng = np.random.default_rng(2)
    active = rng.random((40, 6)) < 0.4
    active[:20, :2] = False
    whole = cohorts_of(active)
    parts = [cohorts_of(active[rows]) for rows in (slice(20), slice(20, None))]

    for both in (sum(parts), sum(parts[::-1])):
        assert both == whole
    assert rm.Cohorts.from_dict(whole.to_dict()) == whole
    assert whole.to_dict()["by_customer"][0][0] == whole.products[0, 0].tolist()


def test_without_the_sums_of_customers_a_curve_has_no_interval():
    """States that 0.1 wrote load, and say nothing that they do not know."""
    whole = cohorts_of(np.ones((5, 6), dtype=bool))
    old = {k: v for k, v in whole.to_dict().items() if k != "by_customer"}

    read = rm.Cohorts.from_dict(old)
    table = read.curve()

    assert np.array_equal(table["value"], whole.curve()["value"], equal_nan=True)
    assert np.isnan(table["low"]).all()
    assert np.isnan((read + whole).curve()["high"]).all()
    assert np.isnan(whole.curve(average="simple")["low"]).all()


@pytest.mark.parametrize(
    "wrong", [[[[1]]], [[[-1] * 6] * 4] * 4, [[[0] * 6, [0] * 6, [0] * 6, [1] * 6]] * 4, "many"]
)
def test_sums_that_cannot_be_are_refused(wrong):
    """Their shape and their order are checked."""
    state = cohorts_of(np.ones((5, 6), dtype=bool)).to_dict() | {"by_customer": wrong}

    with pytest.raises(rm.StateError):
        rm.Cohorts.from_dict(state)


def test_customers_who_always_come_back_count_once():
    """Ten customers in each of five months are ten, not fifty: Wilson's of 10 of 10."""
    table = cohorts_of(np.ones((10, 6), dtype=bool), "2024-06-30").curve()

    assert table["value"][1] == 100
    assert table["low"][1] == pytest.approx(rm.rate(10, 10).low)


@pytest.mark.parametrize("activity", study.ACTIVITY)
def test_curves_of_recurring_cohorts_cover(activity):
    """A cut of the study: 100 customers, 200 times, all ages together."""
    assert study.covered(activity, 100, repeats=200).mean() >= 92


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", study.SIZES)
@pytest.mark.parametrize("activity", study.ACTIVITY)
def test_every_kind_of_curve_covers_at_every_size(activity, n, kind):
    """From 30 customers on, on average over the ages."""
    assert study.covered(activity, n, kind, 500).mean() >= 92
