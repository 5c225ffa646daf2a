"""The figures of the documents, and the mistakes that others published."""

import pytest

import relmetrics as rm


def test_the_worked_examples_of_the_documents():
    """CRR, churn, ROI and ROR as D1, D3 and D4 and the originator of ROR have them."""
    assert rm.retention_rate(start=1000, end=1010, new=80).value == 93
    assert rm.churn_rate(start=1000, lost=70).value == 7
    roi = rm.roi(gain=8.71, cost=1)
    assert roi.value == pytest.approx(771)
    assert roi.per_unit == pytest.approx(8.71)
    ror = rm.ror(customers=1000, helped=250, returning=50)
    assert (ror.value, ror.helped_per_returning, ror.share_of_customers) == (20, 5, 5)


def test_ror_is_not_inverted():
    """1000/250/50 gives 5 either way; 1000/200/50 tells the three quantities apart."""
    ror = rm.ror(customers=1000, helped=200, returning=50)
    assert (ror.value, ror.helped_per_returning, ror.share_of_customers) == (25, 4, 5)


def test_shares_are_not_rounded_before_they_are_subtracted():
    """7 promoters and 1 detractor of 13 give 46.1538; rounded shares would give 46.16."""
    nps = rm.nps([10] * 7 + [8] * 5 + [2])
    assert nps.value == pytest.approx(600 / 13)
    assert f"{nps.value:.4f}" == "46.1538"
    assert f"{round(nps.promoters, 2) - round(nps.detractors, 2):.2f}" == "46.16"


def test_the_printed_index_follows_from_its_parts():
    """The total is the weighted mean of the printed factor means with the printed weights."""
    csi = rm.csi(
        {"departure": [4, 5, 4], "customs": [2, 3, 3], "food": [5, 4, 5]},
        weights={"departure": 5, "customs": 3, "food": 2},
    )
    parts = sum(csi.factor_weights[name] * mean for name, mean in csi.factor_means.items())
    assert csi.value == pytest.approx(parts)
    assert csi.value == pytest.approx((5 * 13 / 3 + 3 * 8 / 3 + 2 * 14 / 3) / 10)


def test_the_variance_of_nps_knows_that_nobody_is_promoter_and_detractor():
    """At 50 % and 30 % an interval of independent shares would be 22 % too narrow."""
    metric = rm.NPS()
    estimate = metric.estimate(metric.tally_counts({10: 500, 8: 200, 0: 300}))
    independent = 100 * ((0.5 * 0.5 + 0.3 * 0.7) / 1000) ** 0.5
    assert independent / estimate.standard_error == pytest.approx(0.78, abs=0.01)


def test_marginal_tallies_would_make_the_interval_of_csi_too_narrow():
    """The same people rate all factors, so the factors' errors do not cancel."""
    rows = [1, 2, 3, 4, 5, 5, 4, 3, 4, 5] * 5
    csi = rm.csi({"a": rows, "b": rows})
    alone = rm.mean_score(rows, scale=rm.ONE_TO_FIVE)
    assert csi.standard_error == pytest.approx(alone.standard_error)


def test_no_answers_are_not_a_score_of_zero():
    """Peers return 0 for the NPS of nothing."""
    with pytest.raises(rm.EmptySampleError):
        rm.nps([])


def test_two_empty_states_merge():
    """Peers that store a mean divide by zero."""
    empty = rm.Tally.zero(rm.ZERO_TO_TEN)
    assert (empty + empty).n == 0
    nothing = rm.Moments.zero(["gain", "cost"])
    assert (nothing + nothing).n == 0


def test_a_scale_of_1_to_10_is_not_read_as_0_to_10():
    """NPS on another scale must say its cut points."""
    with pytest.raises(rm.ParameterError, match="detractors_to"):
        rm.NPS(scale=rm.ONE_TO_TEN)
    with pytest.raises(rm.ParameterError, match=r"given for the scale 1\.\.5"):
        rm.nps([5], scale=rm.ONE_TO_FIVE)


def test_rescaling_changes_the_error_as_it_changes_the_value():
    """A factor of 25 is a factor of 25 in the error and of 625 in the variance."""
    answers = [1, 3, 5, 5, 2]
    plain, scaled = (rm.csat(answers, definition=d) for d in ("mean", "rescaled_mean"))
    assert scaled.standard_error == pytest.approx(25 * plain.standard_error)


def test_every_figure_is_a_reference_with_its_source():
    """All figures of the documents are there, each with documents that exist."""
    assert len(rm.references) >= 35
    for reference in rm.references:
        assert set(reference.documents) <= {"D1", "D2", "D3", "D4", "D5"}
        assert reference.documents
        assert reference.low <= reference.high
        assert reference.unit
        assert str(reference).startswith(reference.claim)
    figures = {(r.low, r.high, r.unit) for r in rm.references}
    for figure in [
        (86, 86, "%"),
        (8.71, 8.71, "USD"),
        (74, 74, "%"),
        (65, 65, "%"),
        (22, 22, "%"),
        (89, 89, "%"),
        (33, 33, "%"),
        (37, 37, "%"),
        (67, 67, "%"),
        (71, 71, "%"),
        (58, 58, "%"),
        (75, 75, "%"),
        (88, 88, "%"),
        (25, 25, "%"),
        (5, 25, "times"),
        (18, 18, "%"),
        (44, 44, "%"),
        (15, 15, "%"),
        (32, 32, "%"),
        (34, 34, "%"),
        (450, 550, "billion USD"),
        (13.8, 13.8, "billion USD"),
        (90, 90, "%"),
        (54, 54, "%"),
        (40, 40, "times"),
        (12, 16, "%"),
        (80, 90, "%"),
        (10, 20, "%"),
        (5, 5, "times"),
        (-100, 100, "points"),
    ]:
        assert figure in figures, figure
    assert {r.quoted for r in rm.references} >= {
        "Aberdeen Group",
        "Fulcrum",
        "Bain & Company",
        "Invesp",
        "ProfitWell",
        "PwC 2018",
        "Segment 2017",
    }


def test_references_enter_no_calculation():
    """No module of the package but the public list imports them."""
    import relmetrics  # noqa: PLC0415

    root = __import__("pathlib").Path(relmetrics.__file__).parent
    users = [
        path.name
        for path in [*root.rglob("*.py"), *root.rglob("*.pyi")]
        if "relmetrics.reports.references" in path.read_text()
    ]
    assert users == ["__init__.pyi"]
