"""Look at tables and cards with a browser's eyes, inside the style rules of a notebook."""

from __future__ import annotations

import contextlib

import pandas as pd
import pytest

from tests.machine import browser
from traktok import TikTokResults, query, query_and

# The rules of JupyterLab 4 for tables in outputs; the classic notebook's are alike.
NOTEBOOK = """
<style>
.jp-RenderedHTMLCommon td, .jp-RenderedHTMLCommon th, .jp-RenderedHTMLCommon tr {
  vertical-align: middle; padding: 0.5em; line-height: normal; white-space: normal;
  max-width: none; border: none; text-align: right;
}
.jp-RenderedHTMLCommon { width: 700px; overflow: auto; font: 13px sans-serif }
</style>
"""
HEIGHTS = (
    "[...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect().height)"
)
ALIGNED = "[...document.querySelectorAll('tbody tr:first-child td')]"
ALIGNED += ".map(cell => getComputedStyle(cell).textAlign)"


@pytest.mark.browser
def test_rows_are_one_line_high_texts_on_the_left_and_numbers_on_the_right() -> None:
    from playwright.sync_api import sync_playwright

    table = TikTokResults(
        {
            "video_id": ["7106594312292453675", "7106594312292453676"],
            "video_description": ["many words " * 30, ""],
            "view_count": pd.array([1, 2], dtype="Int64"),
            "hashtag_names": [["a tag of two words"] * 20, []],
        }
    )
    card = (query() | query_and("keyword", "IN", ["cats"] * 3))._repr_html_()
    with (
        sync_playwright() as playwright,
        contextlib.closing(
            playwright.chromium.launch(executable_path=browser(), chromium_sandbox=False)
        ) as chromium,
    ):
        page = chromium.new_page()
        shown = f'<div class="jp-RenderedHTMLCommon">{table._repr_html_()}</div>'
        page.set_content(f"{NOTEBOOK}{shown}")
        long, short = page.evaluate(HEIGHTS)
        assert long == short < 40
        assert page.evaluate(ALIGNED) == ["left", "left", "right", "left"]
        page.set_content(f'{NOTEBOOK}<div class="jp-RenderedHTMLCommon">{card}</div>')
        assert page.evaluate(ALIGNED) == ["left", "left"]
