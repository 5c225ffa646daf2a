"""Take the pictures of the page that the README and the first page of the documentation show.

Run it by hand when the page has changed: ``python docs/hooks/picture.py``. It needs playwright and
Debian's chromium.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import relmetrics as rm

IMAGES = Path(__file__).parent.parent / "images"
FACTORS = {"punctuality": 5.0, "service": 3.0, "safety": 5.0, "food": 2.0}


def main() -> None:
    """Write a picture of the top of the page, in light and in dark."""
    survey = {
        name: column
        for name, column in rm.simulate_survey().items()
        if name not in {"respondent", "weight"}
    }
    card = rm.scorecard(survey=survey, factors=FACTORS, title="How travellers see us")
    sync = import_module("playwright.sync_api").sync_playwright
    with TemporaryDirectory() as folder, sync() as playwright:
        page = Path(folder) / "page.html"
        page.write_text(card.to_html(), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for scheme in ("light", "dark"):
            view = browser.new_page(
                color_scheme=scheme,
                viewport={"width": 1200, "height": 680},
                device_scale_factor=1,
            )
            view.goto(page.as_uri())
            view.screenshot(path=str(IMAGES / f"scorecard-{scheme}.png"))
        browser.close()


if __name__ == "__main__":
    main()
