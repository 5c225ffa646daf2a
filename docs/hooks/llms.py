"""Write llms.txt beside the site: every page with its title and its first sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"\[(.*?)\]\(.*?\)")
FOUND: list[tuple[str, str, str]] = []


def on_pre_build(**_: object) -> None:
    """Forget the pages of the build before."""
    FOUND.clear()


def on_page_markdown(markdown: str, page: Any, **_: object) -> None:
    """Keep what a page is about: the first paragraph below its title."""
    lines = [line.strip() for line in markdown.splitlines()]
    text = [line for line in lines if line and line[0] not in "#`|!<:-[$"]
    about = LINK.sub(r"\1", text[0]) if text else ""
    FOUND.append((page.file.src_uri, page.title or "", about))


def on_post_build(config: Any, **_: object) -> None:
    """Write the list, one page a line, by its address in the site."""
    head = f"# {config['site_name']}\n\n> {config['site_description']}\n\n## Pages\n\n"
    pages = "".join(
        f"- [{title}]({path.removesuffix('.md').removesuffix('index')}): {about}\n"
        for path, title, about in sorted(FOUND)
    )
    Path(config["site_dir"], "llms.txt").write_text(head + pages, encoding="utf-8")
