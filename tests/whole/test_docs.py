"""The documentation: complete, and made of examples that run."""

import inspect
import re

import pytest
from places import ROOT
from public_names import NAMES

import relmetrics as rm

DOCS = ROOT / "docs"

BLOCK = re.compile(
    r"^(?P<indent> *)```(?:python|py)\b(?P<options>[^\n]*)\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
DOCUMENTED = re.compile(r"^::: relmetrics\.(?:\w+\.)*(\w+)$", re.MULTILINE)


def python_blocks(page):
    """Return each Python block of a page, with its options and code."""
    return list(BLOCK.finditer(page.read_text(encoding="utf-8")))


PAGES = [page for page in sorted(DOCS.rglob("*.md")) if python_blocks(page)]
REFERENCE = [*sorted((DOCS / "api").glob("*.md")), *sorted((DOCS / "metrics").glob("*.md"))]
API = "\n".join(page.read_text(encoding="utf-8") for page in REFERENCE)
METRIC_PAGES = {
    page.stem: page.read_text(encoding="utf-8")
    for page in sorted((DOCS / "metrics").glob("*.md"))
    if page.stem != "index"
}
METRICS = [
    name
    for name in NAMES
    if inspect.isclass(found := getattr(rm, name))
    and issubclass(found, rm.Metric)
    and not inspect.isabstract(found)
    and hasattr(found, "name")  # the bases of metrics of one's own have none
]


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_documents_every_public_name(name):
    """Whatever `from relmetrics import *` gives has an entry in the API reference."""
    assert name in DOCUMENTED.findall(API)


def test_the_reference_documents_nothing_twice():
    """A name has one place in the reference, so that a link to it is unambiguous."""
    entries = re.findall(r"^::: (relmetrics\.\S+)$", API, re.MULTILINE)

    assert sorted(entries) == sorted(set(entries))


def test_the_metrics_are_discovered():
    """The search for metrics below finds the concrete ones and leaves out the contracts."""
    assert {"NPS", "CSI", "ChurnRate", "ReturnOnInvestment"} <= set(METRICS)
    assert not {"Metric", "LinearScore", "NamedShare", "Ratio"} & set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_a_page(name):
    """Exactly one page under docs/metrics is about the metric: it links to its reference."""
    pages = [stem for stem, text in METRIC_PAGES.items() if f"[relmetrics.{name}]" in text]

    assert len(pages) == 1


@pytest.mark.parametrize("stem", METRIC_PAGES)
def test_every_page_of_a_metric_answers_the_same_questions(stem):
    """Formula, computed example, interval and source are on each page of a metric."""
    text = METRIC_PAGES[stem]

    assert "\n$$\n" in text or "| Formula |" in text
    assert "\n## Example\n" in text
    assert 'exec="on"' in text
    assert "\n## Interval\n" in text
    assert "\nSource: " in text


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_every_page_is_in_the_navigation(page):
    """A page that no menu leads to is not read; those of metrics are listed by themselves."""
    if page.parent.name == "metrics":
        assert "docs/hooks/metric_pages.py" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        return
    assert f" {page.relative_to(DOCS).as_posix()}\n" in (ROOT / "mkdocs.yml").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_every_example_of_a_page_runs_when_the_site_is_built(page):
    """`mkdocs build --strict` runs every Python block, once, and fails where one fails."""
    for block in python_blocks(page):
        assert 'exec="on"' in block["options"], block["code"]


def test_the_examples_of_the_readme_run_and_print_what_they_say(capsys):
    """They run from top to bottom in one namespace, without a warning; comments are true."""
    namespace = {"__name__": "__main__"}
    for block in python_blocks(ROOT / "README.md"):
        exec(block["code"], namespace)  # noqa: S102 - our own examples
        printed = capsys.readouterr().out.splitlines()
        for said in re.findall(r"^print\(.*\n# (.*)$", block["code"], re.MULTILINE):
            assert said in printed
