"""Each group between two waves: the numbers of a comparison of two states, adjusted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.inference.multiplicity import adjusted_by

ROWS = st.lists(st.tuples(st.integers(0, 10), st.sampled_from("abcd")), min_size=1, max_size=40)


def by(rows, metric):
    return metric.by([answer for answer, _ in rows], {"plan": [plan for _, plan in rows]})


@given(now=ROWS, then=ROWS, adjust=st.sampled_from([None, "holm", "benjamini_hochberg"]))
def test_a_group_is_compared_with_itself(now, then, adjust):
    """Row by row what `metric.compare` of the two states says; the p-values adjusted together."""
    nps = rm.NPS()
    after, before = by(now, nps), by(then, nps)
    shared = {*after} & {*before}
    if not shared:
        with pytest.raises(rm.StateError, match="another wave"):
            after.compare_to(before, adjust=adjust)
        return
    found = after.compare_to(before, adjust=adjust)
    table = found.table()
    assert sorted(table["plan"]) == sorted({*after} | {*before})
    p = []
    for row, plan in enumerate(table["plan"]):
        if plan not in shared:
            only = "only in this wave" if plan in after else "only in the other wave"
            assert table["note"][row] == only
            assert plan in str(found)
            continue
        places = [list(side).index(plan) for side in (after, before)]
        alone = nps.compare(after.states[places[0]], before.states[places[1]])
        for name, value in (
            ("difference", alone.value),
            ("low", alone.low),
            ("n", alone.n),
            ("p_value", alone.p_value),
            ("n_reference", alone.n_reference),
        ):
            assert table[name][row] == pytest.approx(value, rel=1e-12, nan_ok=True)
        assert found[plan].value == alone.value
        p.append(alone.p_value)
    if adjust is not None:
        own = table["p_adjusted"][[plan in shared for plan in table["plan"]]]
        again = adjusted_by(adjust, np.array(p))
        assert own.tolist() == pytest.approx(again.tolist(), rel=1e-9, nan_ok=True)


def test_sums_of_ratings_are_compared_as_counts_are():
    """The index keeps moments, which are brought together in the same way."""
    rng = np.random.default_rng(3)
    ratings = {name: rng.integers(1, 6, 60) for name in ("food", "safety")}
    csi = rm.CSI()
    after = csi.by(ratings, ["a"] * 30 + ["b"] * 20 + ["new"] * 10)
    before = csi.by(ratings, ["gone"] * 30 + ["b"] * 20 + ["a"] * 10)
    found = after.compare_to(before)
    alone = csi.compare(after.states[0], before.states[2])
    assert found["a"].value == pytest.approx(alone.value)
    assert found.to_dict()["against"] == "earlier"
    assert "only in this wave: new; only in the other wave: gone" in str(found)
    assert rm.report([found]).to_html()


def test_what_cannot_be_compared_says_why():
    """Another metric, other columns, no group in common, or no breakdown."""
    nps = rm.NPS()
    mine = nps.by([10, 3], {"plan": ["a", "b"]})
    with pytest.raises(rm.StateError, match="same metric"):
        mine.compare_to(rm.CSAT().by([5, 3], {"plan": ["a", "b"]}))
    with pytest.raises(rm.ParameterError, match="grouped by plan"):
        mine.compare_to(nps.by([10, 3], {"area": ["a", "b"]}))
    with pytest.raises(rm.StateError, match="another wave"):
        mine.compare_to(nps.by([10, 3], {"plan": ["c", "d"]}))
    with pytest.raises(rm.ParameterError, match="a Breakdown"):
        mine.compare_to(mine.table())
    with pytest.raises(KeyError, match="no group 'x'"):
        _ = mine.compare_to(mine)["x"]
