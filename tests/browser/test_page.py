"""The page in a real browser: nothing loads, nothing sticks out, nothing lies over anything.

It needs the package playwright and Debian's chromium; with RELMETRICS_REQUIRE_BROWSER=1 their want
is an error, as in `.ci/run`.
"""

import os
import re
import shutil

import numpy as np
import pytest

import relmetrics as rm

REQUIRED = os.environ.get("RELMETRICS_REQUIRE_BROWSER") == "1"
CHROMIUM = shutil.which("chromium")
WIDTHS = (360, 390, 768, 1280, 1920)

OVERFLOW = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
OVERLAPS = """
() => {
  const tiles = [...document.querySelectorAll('.tiles > *')];
  const found = [];
  const cut = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const boxes = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const made = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (!text.data.trim() || text.parentElement.closest('details:not([open]) > :not(summary)')) {
        continue;
      }
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) {
        // A line box is higher than its letters: what counts is its middle.
        const high = box.height / 5;
        const {left, right, top, bottom} = box;
        const ink = {left, right, top: top + high, bottom: bottom - high};
        if (box.width > 1 && box.height > 1) made.push([ink, text]);
      }
    }
    return made;
  };
  for (const tile of tiles) {
    const outer = tile.getBoundingClientRect();
    const texts = boxes(tile);
    for (const [i, [box, text]] of texts.entries()) {
      if (box.left < outer.left - 1 || box.right > outer.right + 1) {
        found.push(`${text.data.trim()} sticks out of its tile`);
      }
      for (const [other, words] of texts.slice(0, i)) {
        if (words !== text && cut(box, other)) {
          found.push(`${text.data.trim()} lies over ${words.data.trim()}`);
        }
      }
    }
  }
  for (const [i, tile] of tiles.entries()) {
    for (const other of tiles.slice(0, i)) {
      if (cut(tile.getBoundingClientRect(), other.getBoundingClientRect())) {
        found.push('two tiles lie over each other');
      }
    }
  }
  return tiles.length ? found : ['there are no tiles'];
}
"""
SCRIPTS = (
    "Länsi-Suomen kanta-asiakkaat ja kumppanit",
    "Клиенты северо-западного филиала и друзья",
    "عملاء الفرع الشمالي الغربي وأصدقاؤهم معنا",
)


def many_segments():
    """Return a survey of 60 segments whose names of 40 letters are of three scripts."""
    survey = dict(rm.simulate_survey(6000))
    names = [f"{SCRIPTS[i % 3][:38]} {i}" for i in range(60)]
    survey["segment"] = np.array(names, dtype=object)[np.arange(6000) % 60]
    return rm.scorecard(survey=survey, factors=("food", "safety"), title=SCRIPTS[2])


def several_columns():
    """Return a survey with three columns of segments, one of them with long titles."""
    survey = dict(rm.simulate_survey(900))
    survey["region"] = np.array(["North", "South", "West"])[np.arange(900) % 3]
    survey["desk"] = np.array(SCRIPTS, dtype=object)[np.arange(900) // 7 % 3]
    columns = ["segment", "region", "desk"]
    return rm.scorecard(survey=survey, segment=columns, labels={"desk": SCRIPTS[0]})


def groups():
    """Return a report of groups: their values, differences and ranks."""
    survey = rm.simulate_survey()
    by = rm.NPS().by(survey["recommend"], {"segment": survey["segment"]})
    return rm.report(["# Groups", rm.nps(survey["recommend"]), by, by.compare(), by.ranking()])


def bought():
    """Return a log of purchases of three years."""
    rng = np.random.default_rng(5)
    days = np.datetime64("2022-01-05") + rng.integers(0, 1090, 2000).astype("m8[D]")
    return rm.PurchaseLog(rng.integers(0, 400, 2000), days, rng.gamma(2.0, 20.0, 2000).round(2))


def by_segment():
    """Return a report of all that a log and durations say by segment."""
    log = bought()
    customers = list(log.customers)
    by = {
        "plan": dict(zip(customers, [SCRIPTS[i % 3] for i in range(len(customers))], strict=True))
    }
    left = rm.survival([5, 9, 13, 18], [True, True, False, True], reasons=["a", "b", None, "a"])
    asked = [log.movements(by=by), log.cohorts(by=by), log.stages(by=by)]
    stay = log.survival(by=by, lapsed_after=90)
    return rm.report(["# By plan", rm.nps([10, 9, 3]), *asked, stay, left.incidence("a")])


PAGES = {
    "usual": lambda: rm.scorecard(
        survey=rm.simulate_survey(),
        customers=rm.simulate_customers(),
        weight="weight",
        factors={"punctuality": 5, "service": 3, "safety": 5, "food": 2},
        source="answers.csv",
    ),
    "survey of four metrics": lambda: rm.scorecard(
        survey=rm.simulate_survey(), factors=("food", "safety", "service"), weight="weight"
    ),
    "sixty segments": many_segments,
    "several columns": several_columns,
    "groups": groups,
    "purchases": lambda: rm.scorecard(purchases=bought()),
    "by segment": by_segment,
    "hardly any data": lambda: rm.scorecard(survey={"recommend": [10], "segment": ["a"]}),
    "nothing": lambda: rm.scorecard(survey={"recommend": [None]}),
}


def missing(what):
    if REQUIRED:
        pytest.fail(f"{what} is needed for the tests in a browser, and is not there.")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="module")
def browser():
    try:
        from playwright import sync_api  # noqa: PLC0415 - an extra
    except ImportError:
        missing("playwright")
    if CHROMIUM is None:
        missing("chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write each page once, when it is first asked for."""
    folder = tmp_path_factory.mktemp("pages")

    def path(name):
        file = folder / f"{name}.html"
        if not file.exists():
            file.write_text(PAGES[name]().to_html(), encoding="utf-8")
        return file

    return path


@pytest.fixture
def opened(browser, files):
    """Open a page; afterwards, nothing may have been said in the console or asked of a network."""
    contexts, said, asked = [], [], []

    def show(name, scheme="light", **options):
        context = browser.new_context(color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(files(name).as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []
    assert len(asked) == len(contexts)


@pytest.mark.parametrize(
    ("name", "scheme"), [*((name, "light") for name in PAGES), ("usual", "dark")]
)
def test_a_page_fits_every_width(opened, name, scheme):
    """From a small phone to a wide screen: no sideways scroll, and in the tiles all can be read.

    Colours move nothing, so one page stands for all in the dark.
    """
    page = opened(name, scheme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERFLOW) == 0, width
        if name != "nothing":
            assert page.evaluate(OVERLAPS) == [], width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(opened, name, scheme):
    """Names, contrast, headings, tables and keyboard; also of what is folded."""
    try:
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - an extra
    except ImportError:
        missing("axe-playwright-python")
    page = opened(name, scheme, viewport={"width": 390, "height": 800})
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", ["sixty segments", "several columns", "groups"])
def test_groups_are_read_on_a_phone_without_scrolling_sideways(opened, name):
    """Rows become blocks: what is beside each other on a desk is below each other here."""
    page = opened(name, viewport={"width": 390, "height": 800})
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    tables = "[...document.querySelectorAll('.scroll:has(.matrix, .bars)')]"
    assert page.evaluate(f"{tables}.length") > 0
    assert page.evaluate(f"{tables}.filter(e => e.scrollWidth > e.clientWidth).length") == 0


def test_each_column_of_segments_sorts_by_itself(opened):
    """The total stays first, and no segment leaves its column."""
    page = opened("several columns", viewport={"width": 1280, "height": 800})
    heads = "e => [...e.querySelectorAll('tbody th')].map(th => th.textContent)"
    before = page.eval_on_selector(".matrix", heads)
    page.locator(".matrix thead th button").nth(1).click()
    after = page.eval_on_selector(".matrix", heads)
    assert after != before
    assert [after[i] for i in (0, 1, 5, 9)] == [before[i] for i in (0, 1, 5, 9)]
    assert sorted(after[2:5]) == sorted(before[2:5])


def test_a_survey_of_four_metrics_is_at_most_four_sheets_of_paper(opened):
    """A4, as `print` makes it."""
    page = opened("survey of four metrics")
    pdf = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4


@pytest.mark.parametrize("name", ["purchases", "by segment"])
def test_folded_figures_are_not_on_paper(opened, name):
    """Drawn pages stay short: what is folded below a picture is for screens and files."""
    pdf = opened(name).pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 4


def test_a_page_reads_without_script_as_with_it(opened):
    """Scripts sort and fold; they show nothing that was not there."""
    texts = [
        opened("usual", java_script_enabled=on).locator("main, body").first.inner_text()
        for on in (True, False)
    ]
    assert re.sub(r"\s+", " ", texts[0])[:400] == re.sub(r"\s+", " ", texts[1])[:400]
