"""The short names choose: the Research API if there is a token, else the unofficial one."""

from __future__ import annotations

from typing import Any

import pytest

import traktok
from traktok import (
    AuthError,
    auth_research,
    tt_get_follower,
    tt_get_following,
    tt_search,
    tt_user_videos,
)
from traktok.hidden import _browser
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.web import Author, Website

SEC_UID = Author(0).sec_uid


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[_browser.Search]:
    """The searches a browser was asked for; none is opened, and none finds anything."""
    searches: list[_browser.Search] = []

    def harvest(search: _browser.Search, *_: Any) -> None:
        searches.append(search)

    monkeypatch.setattr(_browser, "harvest", harvest)
    return searches


@pytest.mark.usefixtures("unsigned_lists")
def test_with_cookies_alone_it_is_the_unofficial_api(
    logged_in: Website, tiktok: ResearchApi, slept: list[float], found: list[_browser.Search]
) -> None:
    assert len(tt_get_follower(SEC_UID)) == 75
    assert len(tt_get_following(secuid=SEC_UID)) == 19
    assert tt_search("#rstats", return_urls=True) == []
    assert ("#rstats" | tt_search(return_urls=True)) == []
    assert "video_playcount" in tt_user_videos("tiktok")
    assert [search.url for search in found] == [
        *2 * ["https://www.tiktok.com/search?q=%23rstats"],
        "https://www.tiktok.com/@tiktok",
    ]
    assert tiktok.requests == []


def test_with_a_token_it_is_the_research_api(logged_in: Website, tiktok: ResearchApi) -> None:
    auth_research(tiktok.client_key, tiktok.client_secret)
    tt_search("rstats", "2023-11-01", "2023-11-29")
    tt_user_videos("statisticsglobe", since="2023-11-01", to="2023-11-29")
    assert len(tt_get_follower("tiktok")) == 90
    assert len(tt_get_following("jbgruber")) == 19
    assert logged_in.asked == []


def test_a_token_given_chooses_the_research_api(
    logged_in: Website, tiktok: ResearchApi, token: str
) -> None:
    assert len(tt_get_follower("tiktok", token=token)) == 90
    with pytest.raises(AuthError, match="auth_research"):
        tt_get_follower("tiktok", token=None)
    assert logged_in.asked == []


@pytest.mark.parametrize("call", [tt_search, tt_user_videos, tt_get_follower, tt_get_following])
def test_with_neither_it_says_how_to_get_either(
    call: Any, www: Website, tiktok: ResearchApi
) -> None:
    with pytest.raises(AuthError, match=r"auth_research\(\) or auth_hidden\(\)"):
        call("tiktok")
    assert (www.asked, tiktok.requests) == ([], [])


def test_arguments_of_the_other_function_tell_which_one_was_chosen(
    logged_in: Website, tiktok: ResearchApi
) -> None:
    with pytest.raises(TypeError, match=r"'start_date': .* for the Research API"):
        tt_search("rstats", start_date="2023-11-01")
    assert logged_in.asked == []


def test_the_short_name_is_the_same_object() -> None:
    assert traktok.tt_videos is traktok.tt_videos_hidden
