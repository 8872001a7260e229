"""Check in a browser that everybody can read and operate the site.

``python -m vignettes.site.accessibility`` opens a page of each kind of the site that
``python -m vignettes.site`` has built, in light and dark, on a narrow screen and on a wide one. The
rules of axe-core (https://github.com/dequelabs/axe-core) check contrast, headings, texts of images,
names of controls and the like. Further checks: Tab reaches every control and shows where it is,
nothing scrolls sideways, nothing is fetched from elsewhere, the search finds something.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from traktok.hidden._launch import installed_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

SITE = Path(__file__).parents[2] / "build" / "site"
# A page of each kind, and the widest ones.
KINDS = (
    "index.html",
    "start.html",
    "guides/collecting.html",
    "recipes.html",
    "reference/index.html",
    "reference/collections.html",
    "data.html",
    "commands.html",
    "differences.html",
    "faq.html",
    "search.html?q=comments",
)
SCREENS: Mapping[str, ViewportSize] = {
    "360 px": {"width": 360, "height": 740},
    "wide": {"width": 1400, "height": 900},
}
THEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLORS = ["color-contrast", "link-in-text-block"]  # all that differs between light and dark
_CONTROLS = Path(__file__).with_name("controls.js")
_FOUND = "#search-results li"


def problems(
    browser: Browser,
    site: Path,
    pages: Iterable[str] = KINDS,
    screens: Mapping[str, ViewportSize] = SCREENS,
) -> Iterator[str]:
    """Yield each problem of the pages, with its page, screen and theme."""
    for screen, size in screens.items():
        for theme in THEMES:
            with browser.new_context(viewport=size, color_scheme=theme) as context:
                page = context.new_page()
                fetched: list[str] = []
                page.on("request", lambda request, into=fetched: into.append(request.url))
                for name in pages:
                    page.goto(f"{site.as_uri()}/{name}")
                    found = [*_without_results(page)]
                    if theme == THEMES[0]:
                        found += [*_unreadable(page, RULES), *_too_wide(page), *_out_of_reach(page)]
                    else:
                        found += _unreadable(page, OF_COLORS)
                    found += [f"{url} is fetched" for url in fetched if not _is_own(url)]
                    fetched.clear()
                    yield from (f"{name}, {screen}, {theme}: {each}" for each in found)


def _unreadable(page: Page, rules: list[str]) -> Iterator[str]:
    """Yield what breaks one of these rules of axe-core, or groups of rules."""
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    for broken in Axe().run(page, options=options).response["violations"]:
        for node in broken["nodes"]:
            why = " ".join(node["failureSummary"].split())
            yield f"{broken['id']}: {node['html'][:120]} {why}"


def _too_wide(page: Page) -> Iterator[str]:
    wide, shown = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if wide > shown:
        yield f"scrolls sideways: {wide} px on a screen of {shown} px"


def _without_results(page: Page) -> Iterator[str]:
    if "?q=" in page.url:
        page.wait_for_function("document.querySelector('#search-results p')?.textContent")
        if not page.locator(_FOUND).count():
            yield "the search finds nothing"


def _out_of_reach(page: Page) -> Iterator[str]:
    """Press Tab until the focus leaves the page; yield the controls that it misses or hides."""
    page.evaluate(_CONTROLS.read_text("utf-8"))
    names: list[str] = page.evaluate("controls.collect()")
    missed = set(range(len(names)))
    for _ in range(2 * len(names)):
        page.keyboard.press("Tab")
        focused: dict[str, Any] | None = page.evaluate("controls.focused()")
        if focused is None:
            break
        missed.discard(focused["place"])
        if not focused["shows"]:
            yield f"{focused['name']} does not show that it has the focus"
        if focused["covered"]:
            yield f"{focused['name']} has the focus behind {focused['covered']}"
    yield from (f"{names[place]} is not reached by Tab" for place in sorted(missed))


def _is_own(url: str) -> bool:
    return url.startswith(("file:", "data:", "blob:"))


def main(arguments: list[str] | None = None) -> int:
    """Print the problems of a site; return 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m vignettes.site.accessibility")
    parser.add_argument("site", nargs="?", type=Path, default=SITE)
    site = parser.parse_args(arguments).site.resolve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed_browser(), chromium_sandbox=False
        )
        found = list(problems(browser, site))
    print(*found, sep="\n", end="\n" * bool(found))
    print(f"{len(KINDS)} kinds of page, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
