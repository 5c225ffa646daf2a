"""What a first metric costs, in what can be counted: modules and calls, never seconds."""

import subprocess
import sys

import relmetrics as rm

MOST_MODULES = 38
MOST_CALLS = 40
HEAVY = ["pandas", "polars", "scipy", "matplotlib", "numpy.random", "statistics", "random"]
HEAVY += ["zoneinfo", "html", "difflib", "decimal", "fractions", "json"]


def test_the_first_metric_loads_what_it_needs():
    """Groups, trends and comparisons come when they are asked for, and so do heavier libraries."""
    code = (
        "import sys, numpy; there = set(sys.modules); import relmetrics; relmetrics.nps([10]);"
        "print(*(set(sys.modules) - there))"
    )
    run = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    ours = {name for name in loaded if name.split(".")[0] == "relmetrics"}
    assert len(ours) <= MOST_MODULES, sorted(ours)
    assert loaded & set(HEAVY) == set()


def test_one_score_of_a_list_takes_few_calls():
    """So many functions of Python are called for a list of ten, those that attrs wrote included."""
    answers, calls = [10, 9, 8, 7, 6, 5, 10, 9, 3, None], []
    rm.nps(answers)

    def note(frame, event, _):
        if event == "call":
            calls.append(frame.f_code.co_qualname)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        rm.nps(answers)
    finally:
        sys.setprofile(before)
    assert len(calls) <= MOST_CALLS, calls
