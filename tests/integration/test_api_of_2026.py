"""What TikTok's Research API does since 2026; the sandbox has a switch for each."""

from __future__ import annotations

import math
from typing import Any

import pytest

from traktok import (
    AuthError,
    InvalidRequest,
    attr,
    tt_comments_api,
    tt_playlist_api,
    tt_search_api,
    tt_user_follower_api,
    tt_user_following_api,
    tt_user_info_api,
    tt_user_liked_videos_api,
)
from traktok.errors import SkippedWarning, TraktokWarning
from traktok.sandbox.api import ResearchApi

NOVEMBER = ("2023-11-01", "2023-11-29")
COMMENTED = "7195762648716152107"


@pytest.fixture
def undisclosed(tiktok: ResearchApi) -> str:
    """A video whose comments TikTok does not give out."""
    return str(next(id for id in sorted(tiktok.world.undisclosed) if tiktok.world.comments.get(id)))


@pytest.fixture
def long_list(tiktok: ResearchApi) -> str:
    """A video with more than 1,000 comments."""
    return str(next(id for id, comments in tiktok.world.comments.items() if len(comments) > 1100))


# --------------------------------------------------------------------------------- error texts


@pytest.mark.parametrize("key", ["message", "msg", "both"])
def test_the_text_of_an_error_is_read_under_either_key(key: str, tiktok: ResearchApi) -> None:
    tiktok.switches["error_text"] = key
    with pytest.raises(InvalidRequest) as caught:
        tt_playlist_api("1", token=tiktok.token())
    assert caught.value.message == "playlist_id is invalid: cannot find the playlist"
    assert "cannot find the playlist" in str(caught.value)


@pytest.mark.parametrize("key", ["message", "msg"])
def test_an_account_that_is_withheld_is_skipped_under_either_key(
    key: str, tiktok: ResearchApi
) -> None:
    tiktok.switches["error_text"] = key
    hidden = next(user.username for user in tiktok.world.users.values() if user.hidden)
    with pytest.warns(SkippedWarning):
        users = tt_user_info_api(["tiktok", hidden], token=tiktok.token())
    assert list(attr(users, "skipped")) == [hidden]
    assert len(users) == 1


def test_an_answer_that_is_ok_and_nothing_else_is_empty(tiktok: ResearchApi) -> None:
    tiktok.switches["ok_without_data"] = True
    nothing = tt_search_api("a phrase that nobody wrote", *NOVEMBER, token=tiktok.token())
    assert len(nothing) == 0
    assert "video_id" in nothing.columns


# ------------------------------------------------------------------------------------ comments


@pytest.mark.parametrize("status", [200, 400, 403, 500])
@pytest.mark.parametrize("workers", [1, 2])
def test_comments_that_are_not_given_out_are_skipped(
    status: int, workers: int, undisclosed: str, tiktok: ResearchApi
) -> None:
    tiktok.switches["comments_withheld"] = status
    with pytest.warns(SkippedWarning, match="not allowed to be disclosed"):
        comments = tt_comments_api([undisclosed, COMMENTED], token=tiktok.token(), workers=workers)
    assert set(comments["video_id"]) == {COMMENTED}
    assert list(attr(comments, "skipped")) == [undisclosed]
    assert attr(comments, "unfinished") == {}
    assert len(tiktok.requests) == 2


def test_comments_of_a_lone_video_that_are_not_given_out_are_an_empty_table(
    undisclosed: str, token: str
) -> None:
    with pytest.warns(SkippedWarning):
        comments = tt_comments_api(undisclosed, token=token)
    assert len(comments) == 0
    assert "text" in comments.columns


def test_a_list_of_comments_that_ends_at_a_thousand_is_no_failure(
    long_list: str, tiktok: ResearchApi, slept: list[float]
) -> None:
    tiktok.switches["comments_end"] = 1000
    with pytest.warns(
        TraktokWarning, match=r"TikTok lists no more: ([\d,]+) comments came"
    ) as seen:
        comments = tt_comments_api(long_list, max_pages=math.inf, token=tiktok.token())
    assert len(seen) == 1
    assert f": {len(comments):,} comments came" in str(seen[0].message)
    assert len(comments) > 900
    assert (attr(comments, "has_more"), attr(comments, "cursor")) == (False, 1000)
    assert [request.body.get("cursor") for request in tiktok.requests][-1] == 1000
    assert len(tiktok.requests) == 11
    assert slept == []


def test_all_comments_come_where_tiktok_lists_them(long_list: str, tiktok: ResearchApi) -> None:
    tiktok.switches["comments_end"] = 0
    tiktok.switches["comments_end"] = 0
    comments = tt_comments_api(long_list, max_pages=math.inf, token=tiktok.token())
    assert len(comments) > 1000


@pytest.mark.usefixtures("slept")
def test_a_cursor_below_a_thousand_that_is_refused_is_asked_for_again(
    long_list: str, tiktok: ResearchApi
) -> None:
    tiktok.fail("bad_cursor", page=3)
    comments = tt_comments_api(long_list, max_pages=4, token=tiktok.token())
    assert attr(comments, "cursor") == 400
    assert len(tiktok.requests) == 5


# ----------------------------------------------------------------------------------- followers


@pytest.mark.parametrize("function", [tt_user_follower_api, tt_user_following_api])
def test_lists_that_tiktok_refuses_to_a_client_are_explained(
    function: Any, tiktok: ResearchApi, token: str
) -> None:
    tiktok.switches["followers_refused"] = True
    with pytest.raises(AuthError, match="to some clients, also where everything else works"):
        function("tiktok", token=token)
    assert len(tiktok.requests) == 1
    assert len(tt_user_info_api("tiktok", token=token)) == 1


def test_other_refusals_of_a_scope_say_what_they_said(tiktok: ResearchApi, token: str) -> None:
    tiktok.fail("scope_not_authorized")
    with pytest.raises(AuthError, match="no access to this part of the Research API yet"):
        tt_user_liked_videos_api("jbgruber", token=token)
