"""Each wall and fault of the pages in a browser, by each function that opens one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.integration.test_hidden_matrix import FAULTS
from traktok import (
    ApiError,
    TraktokWarning,
    last_query,
    tt_search_hidden,
    tt_slideshow_hidden,
    tt_user_videos_hidden,
)
from traktok.cli import app
from traktok.sandbox.web import Website

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("one_browser"),
    pytest.mark.filterwarnings("ignore::traktok.TraktokWarning"),
]

TIMEOUT = 0.5
PHOTOS = Website.search[9:100:10]
# What a browser says of a fault where that differs from what a request says.
IN_A_SEARCH = {
    "rate_limited": "too many requests",
    "dropped": "no answer",
    "reset": "no answer",
    "empty": f"no posts came for {TIMEOUT:g} s",
    "no_json": f"no posts came for {TIMEOUT:g} s",
    "bad_json": f"no posts came for {TIMEOUT:g} s",
    "deep_json": f"no posts came for {TIMEOUT:g} s",
    "url_as_json": f"no posts came for {TIMEOUT:g} s",
    "new_container": f"no posts came for {TIMEOUT:g} s",
    "leads_away": "it leads to tiktok.com.evil.example, which is none of TikTok's hosts",
}
IN_A_PHOTO_POST = {
    "dropped": "no_answer",
    "reset": "no_answer",
    "empty": "no_data: no data came in time",
    "no_json": "no_data: no data came in time",
    "leads_away": f"no_data: {IN_A_SEARCH['leads_away']}",
}
SEVERAL = ["captcha", "dropped"]  # the rest takes too long for each run of the tests
QUICK = [pytest.param(name) for name in SEVERAL]
REST = [pytest.param(name, marks=pytest.mark.slow) for name in FAULTS if name not in SEVERAL]
cases = pytest.mark.parametrize("name", QUICK + REST)


@pytest.fixture(autouse=True)
def site(logged_in: Website, slept: list[float], folder: Path) -> Website:
    return logged_in


def pages(site: Website, *starts: str) -> int:
    """Count the documents that were requested, redirects included."""
    return sum(asked.path.startswith(starts) for asked in site.asked)


def requests(name: str) -> int:
    """Return how many requests a page may cost; a browser repeats one whose connection broke."""
    return 2 if name in {"dropped", "reset"} else 1


def command(*words: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it prints."""
    done = CliRunner().invoke(app, [*words])
    return done.exit_code, done.stderr


@cases
@pytest.mark.parametrize("function", [tt_search_hidden, tt_user_videos_hidden])
def test_searches(site: Website, name: str, function: Callable[..., Any]) -> None:
    site.scroll_condition = name
    ended = IN_A_SEARCH.get(name, FAULTS[name].cause)
    what, subject = ("search", "x") if function is tt_search_hidden else ("user-videos", "tiktok")
    with pytest.warns(TraktokWarning, match="No videos were found") as warned:
        assert function(subject, return_urls=True, timeout=TIMEOUT, cache_dir="pages") == []
    assert ended in str(warned[0].message)
    attrs = last_query().attrs
    assert attrs["complete"] is False
    assert ended in attrs["ended"]
    assert pages(site, "/search", "/@") <= requests(name)
    assert pages(site, "/login", "/consent", "/hk") <= 1
    code, said = command("hidden", what, subject, "--urls", "--timeout", f"{TIMEOUT}")
    assert (code, ended in said) == (3, True)


@cases
def test_photo_posts(site: Website, name: str) -> None:
    fault = FAULTS[name]
    for post in PHOTOS[1:5]:
        site.arrange(post.id, name)
    urls = [post.url for post in PHOTOS[:5]]
    asked: dict[str, Any] = {"save_images": False, "save_music": False, "cache_dir": "pages"}
    tt_slideshow_hidden(urls[0], **asked, timeout=30)
    site.asked.clear()
    asked["timeout"] = 3 * TIMEOUT  # what is good is in the cache: nobody waits for it in vain
    if fault.is_wall:
        with pytest.raises(ApiError) as caught:
            tt_slideshow_hidden(urls, **asked)
        assert f"3 posts in a row ({fault.named}), from {PHOTOS[1].id} on" in caught.value.reason
        assert caught.value.partial.video_id.tolist() == [PHOTOS[0].id]
    else:
        table = tt_slideshow_hidden(urls, **asked)
        assert table.video_id.tolist() == [post.id for post in PHOTOS[:5]]
        assert table.video_title.notna().tolist() == [True, *[False] * 4]
        if fault.status:
            assert table.video_status_code.tolist()[1:] == [fault.status] * 4
        else:
            cause = IN_A_PHOTO_POST.get(name, f"no_data: {fault.cause}")
            assert set(table.video_status[1:]) == {cause}
    assert pages(site, "/@") <= (3 if fault.is_wall else 4) * requests(name)
    options = ("--no-files", "--timeout", f"{TIMEOUT}", "--sleep", "0", "--cache-dir", "pages")
    code, _ = command("hidden", "slideshow", *urls, *options)
    assert code == (3 if fault.is_wall else 0)
