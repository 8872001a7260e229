"""The check of the site in a browser: it names what is wrong with a page, and nothing else."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.machine import browser
from traktok import auth_research, compare, tt_collect
from traktok.sandbox import Sandbox

accessibility = pytest.importorskip(
    "vignettes.site.accessibility", reason="needs axe-playwright-python"
)
PAGE = """<!doctype html>
<html lang="en"><head><title>A page</title><meta name="viewport" content="width=device-width">
<style>
html {{ color: black; background: white }}
a {{ color: inherit }}
@media (prefers-color-scheme: dark) {{ html {{ color: {dark}; background: black }} }}
</style></head>
<body><main><h1>A page</h1><h2>A part</h2><p>Words.</p>
<p><a href="#">A link</a></p>{more}</main></body></html>
"""
WRONG = {
    "<h4>A part of no part</h4>": "heading-order",
    '<p style="color: #bbb; background: white">Pale</p>': "color-contrast",
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">': "image-alt",
    '<button type="button"></button>': "button-name",
    '<div style="width: 2000px">Wide</div>': "scrolls sideways: 2",
    '<p><a href="#1" tabindex="-1">Skipped</a></p>': '<a> "Skipped" is not reached by Tab',
    '<p><a href="#2" style="outline: none">Unseen</a></p>': '<a> "Unseen" does not show that',
    '<p><a href="#3" style="position: absolute; top: 0">Covered</a></p>'
    '<div style="position: fixed; top: 0; left: 0; width: 100%; height: 60px; '
    'background: white; color: black">Bar</div>': '<a> "Covered" has the focus behind <div> "Bar"',
    '<img alt="A picture" src="http://127.0.0.1:9/x.png">': "http://127.0.0.1:9/x.png is fetched",
}


WIDE = {"wide": accessibility.SCREENS["wide"]}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser(), chromium_sandbox=False)
        yield launched
        launched.close()


def write(folder: Path, more: str = "", dark: str = "white") -> list[str]:
    """Write a page; return its name in a list."""
    (folder / "page.html").write_text(PAGE.format(more=more, dark=dark), "utf-8")
    return ["page.html"]


@pytest.mark.browser
def test_each_problem_is_named_and_a_good_page_has_none(chromium: Any, tmp_path: Path) -> None:
    def found(more: str = "", dark: str = "white") -> str:
        pages = write(tmp_path, more, dark)
        return "\n".join(accessibility.problems(chromium, tmp_path, pages, WIDE))

    assert found() == ""
    wrong = found("".join(WRONG))
    assert [problem for problem in WRONG.values() if problem not in wrong] == []
    pale = found(dark="#333")
    assert "page.html, wide, dark: color-contrast" in pale
    assert "light" not in pale


@pytest.mark.browser
def test_pages_that_the_package_makes_have_no_problem(
    chromium: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox() as tiktok:
        for name, value in tiktok.environment.items():
            monkeypatch.setenv(name, value)
        auth_research()
        with tt_collect("#travel", "2023-11-27", "2023-11-29", "study.db") as study:
            study.report("report.html")
            videos = study.videos().head(5)
        with urllib.request.urlopen(tiktok.base_url) as home:
            Path("home.html").write_bytes(home.read())
    changed = videos.iloc[1:].assign(view_count=videos["view_count"] + 1, region_code="JP")
    Path("compare.html").write_text(compare(videos, changed).to_html(), "utf-8")
    pages = ("report.html", "compare.html", "home.html")
    assert list(accessibility.problems(chromium, folder, pages)) == []


@pytest.mark.browser
def test_a_search_that_finds_nothing_is_a_problem(chromium: Any, tmp_path: Path) -> None:
    write(tmp_path, '<div id="search-results"><p>No results.</p></div>')
    found = list(accessibility.problems(chromium, tmp_path, ["page.html?q=cats"], WIDE))
    assert found[0] == "page.html?q=cats, wide, light: the search finds nothing"
