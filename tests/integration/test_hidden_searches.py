"""Searches in a real browser say why they ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from traktok import (
    TraktokWarning,
    last_query,
    read_results,
    tt_search_hidden,
    tt_user_videos_hidden,
)
from traktok._secrets import cookies
from traktok.cli import app
from traktok.sandbox.web import Website

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("one_browser")]

HOW: dict[str, Any] = {"return_urls": True, "timeout": 1, "sleep_pool": 0}


@pytest.fixture(autouse=True)
def site(logged_in: Website, folder: Path) -> Iterator[Website]:
    return logged_in


def test_the_end_of_the_list_is_complete(site: Website) -> None:
    assert len(tt_search_hidden("x", **{**HOW, "timeout": 2})) == 300
    assert last_query().attrs == {"complete": True, "ended": "the end of the list"}


@pytest.mark.parametrize(
    ("condition", "ended"),
    [
        ("login_window_later", "a log-in window is in the way"),
        ("retry_later", "TikTok's page failed and offers to retry"),
        ("slow_later", "nothing new came for 1 s"),
    ],
)
def test_a_search_that_was_cut_short_says_why(site: Website, condition: str, ended: str) -> None:
    site.scroll_condition = condition
    for call, what in ((tt_search_hidden, "x"), (tt_user_videos_hidden, "tiktok")):
        with pytest.warns(TraktokWarning, match=rf"cut short: {ended}\. .* the 60 posts found"):
            assert len(call(what, **HOW)) == 60
        assert last_query().attrs == {"complete": False, "ended": ended}


def test_the_time_for_scrolling_ends_a_search(site: Website) -> None:
    with pytest.warns(TraktokWarning, match="the time for scrolling was over"):
        tt_search_hidden("x", **HOW, scroll=0.01)
    assert last_query().attrs["complete"] is False


@pytest.mark.parametrize(
    ("condition", "ended", "is_complete"),
    [
        ("no_results", "TikTok found nothing", True),
        ("no_data", "no posts came for 1 s", False),
        ("spinner", "the page was still loading after 1 s", False),
        ("new_selectors", "page of a new shape, its posts are not where they used to be", False),
        ("region_page", "region page", False),
        ("consent_page", "consent page", False),
        ("login_wall", "log-in wall", False),
        ("error_box", "TikTok's page failed and offers to retry", False),
    ],
)
def test_a_search_that_finds_nothing_says_why(
    site: Website, condition: str, ended: str, is_complete: bool
) -> None:
    site.scroll_condition = condition
    with pytest.warns(TraktokWarning, match=f"No videos were found: {ended}") as caught:
        assert tt_search_hidden("x", **HOW, cache_dir="pages") == []
    assert str(caught[0].message).endswith(f"kept as {Path('pages/search.html')}.")
    assert last_query().attrs == {"complete": is_complete, "ended": ended}
    assert "<html" in Path("pages/search.html").read_text()


def test_an_account_that_does_not_exist_is_said_to(site: Website) -> None:
    with pytest.warns(TraktokWarning, match=r"found: no such account \(status 10221\)\.$"):
        assert tt_user_videos_hidden("nobody", **HOW) == []
    assert last_query().attrs["ended"] == "no such account (status 10221)"


@pytest.mark.parametrize(("condition", "code"), [(None, 0), ("login_window_later", 3)])
def test_the_exit_code_says_that_a_search_was_cut_short(
    site: Website, condition: str | None, code: int
) -> None:
    site.scroll_condition = condition
    result = CliRunner().invoke(app, ["hidden", "search", "x", "--urls", "--timeout", "2"])
    assert result.exit_code == code, result.output
    assert len(result.stdout.splitlines()) == (301 if code == 0 else 61)


def test_a_wall_behind_a_search_loses_no_post_that_was_found(
    site: Website, slept: list[float]
) -> None:
    for post in site.search[4:60]:
        site.arrange(post.id, "captcha")
    search = ["hidden", "search", "x", "--timeout", "2", "--scroll", "0"]
    options = ["--slideshows", "no", "--max-tries", "1"]
    stopped = CliRunner().invoke(app, [*search, *options, "-o", "found.csv"])
    assert stopped.exit_code == 3
    found = read_results("found.csv")
    count = len(found)
    assert found.video_id.tolist() == [post.id for post in site.search[:count]]
    assert found.video_title.notna().sum() == 4
    onward = f"traktok videos --from found.csv --start-at {site.search[4].id}"
    assert f"{count - 4} of them have no data yet: `{onward}` gets it.\n" in stopped.stderr
    site.reset()
    rest = CliRunner().invoke(app, [*onward.split()[1:], "--no-files", *options, "-o", "rest.csv"])
    assert rest.exit_code == 0
    assert read_results("rest.csv").video_id.tolist() == found.video_id.tolist()[4:]


MOZILLA = "Mozilla/5.0 (X11; Linux x86_64) "
CHROME = f"{MOZILLA}AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
FIREFOX = f"{MOZILLA[:-2]}; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize("theirs", [CHROME, FIREFOX])
def test_a_session_goes_on_under_the_user_agent_of_its_own_chromium(
    site: Website, cookies_txt: Path, theirs: str
) -> None:
    cookies.store(cookies.read_cookies_txt(cookies_txt), theirs)
    tt_search_hidden("x", **HOW, scroll=0)
    search = next(asked for asked in site.asked if asked.path == "/search")
    assert (search.headers["user-agent"] == CHROME) == (theirs == CHROME)
    assert "Firefox" not in search.headers["user-agent"]
