"""States that earlier releases wrote: the files are kept and must load for ever."""

import json
from pathlib import Path

import pytest
from public_names import NAMES

import relmetrics as rm

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


def states():
    """Return the states that version 1 of the format was written from."""
    labelled = rm.Scale(1, 3, labels=("bad", "so-so", "good"))
    ratings = {"food": [5, 4, None, 2], "safety": [5, 5, 3, None]}
    plan = ["basic", "basic", "gold", "gold"]
    weighting = rm.post_stratify(plan, {"basic": 0.25, "gold": 0.75})
    design = rm.Design(respondents=[7, 3, 9, 3], margins=weighting)
    return {
        "tally_v1": rm.NPS().tally([10, 9, 8, 3, None]),
        "tally_labelled_v1": rm.Tally.from_answers(["good", "bad", None], labelled),
        "clustered_tally_v1": rm.NPS().tally(
            [10, 9, 8, None, 3, 9], respondents=["ann", "bob", "ann", "cem", "bob", "bob"]
        ),
        "clustered_tally_weighted_v1": rm.NPS()
        .tally([10, 9, 8], respondents=[7, 3, 7], weights=[0.5, 1.25, 2.0])
        .hashed("key"),
        "clustered_tally_designed_v1": rm.CSAT().tally(
            [5, 4, None, 1],
            design=rm.Design(
                respondents=["ann", "bob", "cem", "dee"],
                strata=["gold", "gold", "basic", "basic"],
                population={"gold": 20, "basic": 900},
            ),
        ),
        "clustered_tally_margins_v1": rm.CSAT().tally([5, 4, None, 1], design=design),
        "clustered_tally_stages_v1": rm.CSAT().tally(
            [5, 4, None, 1],
            design=rm.Design(clusters=[7, 3, 7, 3], population=20, cluster_sizes={3: 4, 7: 2}),
        ),
        "clustered_tally_replicates_v1": rm.CSAT().tally(
            [5, 4, None, 1],
            weights=[1, 1, 2, 2],
            design=rm.ReplicateWeights(
                replicates=[[2, 0], [0, 2], [2, 2], [4, 0]], kind="brr", about="estimate"
            ),
        ),
        "clustered_moments_margins_v1": rm.CSI().moments(ratings, design=design),
        "tally_weighted_v1": rm.CSAT().tally([5, 4, 1], weights=[0.5, 1.25, 2.0]),
        "clustered_moments_v1": rm.CSI().moments(ratings, respondents=[3, 5, 3, 8]),
        "moments_v1": rm.CSI().moments(ratings),
        "moments_pairwise_v1": rm.CSI(missing_factor="pairwise").moments(ratings),
        "transitions_v1": rm.Transitions(["A", "I"], [[1257, 4065], [1846, 30606]], 3, 1),
        "cohorts_v1": rm.PurchaseLog(
            ["a", "b", "a", "c"], ["2025-01-05", "2025-01-09", "2025-02-01", "2025-02-03"]
        ).cohorts(as_of="2025-03-15"),
        "survival_v1": rm.PurchaseLog(
            ["a", "b", "a", "c", "d"],
            ["2025-01-05", "2025-01-09", "2025-02-01", "2025-02-03", "2025-04-10"],
        ).survival(lapsed_after=30, as_of="2025-04-15"),
        "survival_curve_v1": rm.survival(
            [3, 5, 5, 8, None], [1, 1, 0, 0, 1], entry=[0, 1, 0, 4, 0], unit="months"
        ),
        "survival_curve_weighted_v1": rm.survival(
            [3.5, 5, 8],
            [1, 1, 0],
            weights=[0.5, 2, 0],
            reasons=["price", None, None],
        ),
        "subscription_log_v1": rm.SubscriptionLog(
            ["a", "b", "a"],
            ["2025-01-10", "2025-01-20", "2025-03-10"],
            ["2025-03-10", None, None],
            [1000, 12000, None],
            billing=["month", "year", 30],
            plans=["basic", "gold", None],
            grace=7,
        ),
        "scale_labelled_v1": labelled,
        "paired_tally_v1": rm.CSAT().pairs([5, 4, 4, None, 2], [3, 4, 5, 2, None]),
        "paired_tally_weighted_v1": rm.CSAT().pairs(
            [5, 4, None], [3, 4, 2], weights=[0.5, 1.25, 2.0]
        ),
        "moments_weighted_v1": rm.ReturnOnInvestment().moments(
            {"gain": [3.5, 2.0], "cost": [1.0, 2.5]}, weights=[1.0, 3.0]
        ),
    }


def test_every_kind_of_state_is_kept():
    """There is a file for each state, and a state for each file."""
    assert {path.stem for path in GOLDEN} == set(states())


def test_every_class_that_reads_is_kept():
    """There is a file for each public class that reads itself back."""
    reading = {
        name
        for name in NAMES
        if isinstance(getattr(rm, name), type) and hasattr(getattr(rm, name), "from_dict")
    }
    assert {type(state).__name__ for state in states().values()} == reading


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_kept_states_load_and_are_still_written_so(path):
    """A file loads as the state it was written from, which is still written the same."""
    kept, now = json.loads(path.read_text()), states()[path.stem]
    assert type(now).from_dict(kept) == now
    assert now.to_dict() == kept
