"""Store cookies, and send them to the website."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.test_hidden_cookies import POST, line
from traktok import (
    AuthError,
    TraktokWarning,
    auth_check,
    auth_hidden,
    tt_get_follower_hidden,
    tt_request_hidden,
    tt_videos_hidden,
)
from traktok._secrets import cookies as _cookies
from traktok.sandbox.web import Author, Website


def test_cookies_that_open_little_are_stored_and_warned_of(
    exported: Callable[..., Path], www: Website
) -> None:
    with pytest.warns(TraktokWarning, match="lack tt_chain_token"):
        assert auth_hidden(exported(line("msToken"), line("sessionid")))
    assert auth_check(silent=True)["hidden"] is False
    with pytest.warns(TraktokWarning, match="lack tt_chain_token"):
        assert len(tt_videos_hidden(POST.url, save_video=False)) == 1


def test_cookies_of_a_browser_that_is_not_logged_in_are_warned_of(
    exported: Callable[..., Path], www: Website
) -> None:
    with pytest.warns(TraktokWarning, match="lack sessionid: .* was not logged in, log in and"):
        assert auth_hidden(exported(line()))
    with pytest.warns(TraktokWarning, match="lack tt_chain_token: .*; and sessionid: "):
        assert auth_hidden(exported(line("msToken")))
    with pytest.warns(TraktokWarning, match="lack sessionid"):
        assert auth_hidden(exported(line(), line("sessionid", "")))
    assert auth_check(silent=True)["hidden"] is True


def test_a_file_of_a_browser_that_is_not_logged_in_is_warned_of_by_each_call(
    exported: Callable[..., Path], unsigned_lists: None
) -> None:
    for call, asked in (
        (tt_videos_hidden, {"video_urls": POST.url, "save_video": False}),
        (tt_request_hidden, {"url": POST.url}),
        (tt_get_follower_hidden, {"secuid": Author(0).sec_uid, "sleep_pool": 0}),
    ):
        with pytest.warns(TraktokWarning, match="lack sessionid: the browser was not logged in"):
            assert len(call(**asked, cookiefile=exported(line()))) > 0


USELESS = [
    ([line(domain=".example.org")], "None of the cookies is TikTok's"),
    ([], "None of the cookies is TikTok's"),
    ([line(expires="1")], "All of TikTok's cookies have expired"),
]


@pytest.mark.parametrize(("lines", "warning"), USELESS)
def test_cookies_that_open_nothing_are_not_stored(
    exported: Callable[..., Path], www: Website, lines: list[str], warning: str
) -> None:
    with pytest.warns(TraktokWarning, match=f"{warning}.*Nothing was stored"):
        assert not auth_hidden(exported(*lines))
    assert not _cookies.store_path().exists()
    with pytest.raises(AuthError, match="No cookies"):
        tt_videos_hidden(POST.url, save_video=False)
    with pytest.raises(AuthError, match="expired"):
        tt_videos_hidden(POST.url, save_video=False, cookiefile=exported(*lines))
    assert www.asked == []


@pytest.mark.parametrize(("lines", "warning"), USELESS)
def test_cookies_that_work_are_not_lost_to_others(
    exported: Callable[..., Path], logged_in: Website, lines: list[str], warning: str
) -> None:
    with pytest.warns(TraktokWarning, match=warning):
        auth_hidden(exported(*lines))
    assert auth_check(silent=True)["hidden"] is True
    assert len(tt_videos_hidden(POST.url, save_video=False)) == 1


@pytest.mark.parametrize("url", ["http://example.org", "https://127.0.0.1:1", "ftp://127.0.0.1"])
def test_only_this_machine_stands_in_for_tiktok(
    logged_in: Website, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("TRAKTOK_WWW_URL", url)
    with pytest.raises(ValueError, match="TRAKTOK_WWW_URL"):
        tt_videos_hidden(POST.url)
