"""Followers and following: page after page, no row twice, none lost, no end missed."""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from traktok import (
    ApiError,
    AuthError,
    ConnectionFailed,
    TikTokResults,
    TraktokError,
    TraktokWarning,
    last_query,
    tt_get_follower_hidden,
    tt_get_following_hidden,
)
from traktok.hidden import _web
from traktok.sandbox.replies import Delivery, Reply, encoded
from traktok.sandbox.web import Author, Website

SEC_UID = Author(0).sec_uid
_COLUMNS = """
    avatarLarger avatarMedium avatarThumb commentSetting downloadSetting duetSetting ftc id
    isADVirtual nickname openFavorite privateAccount relation secUid secret signature
    stitchSetting ttSeller uniqueId verified diggCount followerCount followingCount friendCount
    heart heartCount videoCount
"""
COLUMNS = _COLUMNS.split()
_TRICKLE = 4.0


def answer(**parts: Any) -> Reply:
    return Reply(200, encoded({"statusCode": 0, "hasMore": False, **parts}))


def entry(number: int) -> dict[str, Any]:
    return {"user": {"id": str(number)}, "stats": {"heart": number}}


HTML = Reply(200, b"<html>", "text/html")


@pytest.mark.usefixtures("unsigned_lists")
def test_a_list_is_gone_through_to_its_end(logged_in: Website, slept: list[float]) -> None:
    table = tt_get_follower_hidden(SEC_UID)
    assert table.id.tolist() == [Author(100 + n).user()["id"] for n in range(75)]
    assert list(table.columns)[: len(COLUMNS)] == COLUMNS
    assert {"shortId", "bioLink"} <= set(table.columns)
    assert [asked.query["minCursor"] for asked in logged_in.asked] == [
        "0",
        "1700000030",
        "1700000060",
    ]
    assert {asked.query["scene"] for asked in logged_in.asked} == {"67"}
    assert len(slept) == 2
    assert table.has_more is False
    assert len(last_query()) == 75


@pytest.mark.usefixtures("unsigned_lists")
def test_following_is_another_list(logged_in: Website) -> None:
    assert len(tt_get_following_hidden(SEC_UID)) == 19
    assert logged_in.asked[0].query["scene"] == "21"


@pytest.mark.parametrize(
    "reply",
    [
        answer(),
        answer(userList=[]),
        answer(userList=None),
        answer(userList=[None, {}, 3, "x"]),
        answer(userList=[{"user": {}, "stats": None}]),
    ],
)
def test_a_list_without_accounts_has_its_columns(logged_in: Website, reply: Reply) -> None:
    logged_in.list_faults = [reply]
    table = tt_get_follower_hidden(SEC_UID)
    assert len(table) == 0
    assert list(table.columns) == COLUMNS
    assert str(table.heart.dtype) == "Int64"
    assert len(logged_in.asked) == 1


@pytest.mark.parametrize(
    "fault",
    [
        HTML,
        Reply(200, b""),
        Reply(200, b"[]"),
        answer(userList={"a": 1}),
        Reply(503, b""),
        Reply(429, b"", headers={"Retry-After": "3"}),
        Reply(200, b"", delivery=Delivery.CLOSED),
    ],
)
@pytest.mark.usefixtures("unsigned_lists")
def test_a_page_that_cannot_be_read_is_asked_for_again(
    logged_in: Website, slept: list[float], fault: Reply
) -> None:
    logged_in.list_faults = [fault, fault]
    table = tt_get_follower_hidden(SEC_UID)
    assert len(table) == 75
    assert not table.id.duplicated().any()
    assert len(logged_in.asked) == 5


@pytest.mark.parametrize(
    ("faults", "asked"),
    [([HTML] * 2, 3), ([Reply(500, b"")], 2), ([Reply(403, b"")], 2), ([Reply(503, b"")] * 2, 3)],
)
def test_an_error_keeps_the_rows_so_far(
    logged_in: Website, slept: list[float], faults: list[Reply], asked: int
) -> None:
    first = answer(userList=[entry(1)], hasMore=True, minCursor=5)
    logged_in.list_faults = [first, *faults]
    with pytest.raises(ApiError) as caught:
        tt_get_follower_hidden(SEC_UID, max_tries=2)
    assert caught.value.partial.id.tolist() == ["1"]
    assert last_query().id.tolist() == ["1"]
    assert len(logged_in.asked) == asked


def test_a_list_that_wants_a_signature_is_no_empty_table(
    logged_in: Website, slept: list[float]
) -> None:
    logged_in.list_faults = [Reply(200, b"")] * 5
    with pytest.raises(ApiError, match="lists require a signature that only TikTok's own pages"):
        tt_get_follower_hidden(SEC_UID)
    assert len(logged_in.asked) == 5


def test_an_error_on_the_first_page_has_an_empty_table(logged_in: Website) -> None:
    logged_in.list_faults = [Reply(500, b"")]
    with pytest.raises(TraktokError) as caught:
        tt_get_follower_hidden(SEC_UID)
    assert isinstance(caught.value.partial, TikTokResults)
    assert list(caught.value.partial.columns) == COLUMNS


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (answer(statusCode=10222, userList=[entry(1)], hasMore=True), "private"),
        (answer(statusCode=7, userList=[entry(1)], hasMore=True), "status 7"),
        (answer(userList=[entry(1)], hasMore=True, minCursor=0), "the cursor 0 again"),
        (answer(userList=[entry(1)], hasMore=True), "no cursor"),
    ],
)
def test_what_ends_a_list_early_is_warned_of(logged_in: Website, reply: Reply, says: str) -> None:
    logged_in.list_faults = [reply]
    with pytest.warns(TraktokWarning, match=says):
        table = tt_get_follower_hidden(SEC_UID)
    assert table.id.tolist() == ["1"]
    assert len(logged_in.asked) == 1


@pytest.mark.parametrize("more", ["true", 1, None, "yes"])
def test_only_true_means_that_there_is_more(logged_in: Website, more: Any) -> None:
    logged_in.list_faults = [answer(userList=[entry(1)], hasMore=more, minCursor=9)]
    assert len(tt_get_follower_hidden(SEC_UID)) == 1


def test_the_last_cursor_ends_a_list(logged_in: Website) -> None:
    logged_in.list_faults = [answer(userList=[entry(1)], hasMore=True, minCursor=-1)]
    assert len(tt_get_follower_hidden(SEC_UID)) == 1


def test_a_cursor_may_be_a_text(logged_in: Website, slept: list[float]) -> None:
    logged_in.list_faults = [
        answer(userList=[entry(1)], hasMore=True, minCursor="s t&r=="),
        answer(userList=[entry(2)]),
    ]
    assert tt_get_follower_hidden(SEC_UID).id.tolist() == ["1", "2"]
    assert logged_in.asked[1].query["minCursor"] == "s t&r=="


@pytest.mark.parametrize(
    ("cursors", "sent", "says"),
    [
        (["0"], ["0"], "the cursor 0 again"),
        (["5", 5], ["0", "5"], "the cursor 5 again"),
        ([5.0, "6"], ["0", "5", "6"], None),
        ([True], ["0"], "no cursor"),
        ([""], ["0"], "no cursor"),
        ([[5]], ["0"], "no cursor"),
        (["-1"], ["0"], None),
        ([-1.0], ["0"], None),
    ],
)
def test_a_cursor_is_the_same_however_it_is_written(
    logged_in: Website, slept: list[float], cursors: list[Any], sent: list[str], says: str | None
) -> None:
    replies = [
        answer(userList=[entry(number)], hasMore=True, minCursor=cursor)
        for number, cursor in enumerate(cursors, start=1)
    ]
    logged_in.list_faults = [*replies, answer(userList=[entry(9)])]
    with pytest.warns(TraktokWarning, match=says) if says else nullcontext():
        table = tt_get_follower_hidden(SEC_UID)
    assert [asked.query["minCursor"] for asked in logged_in.asked] == sent
    assert len(table) == len(sent)
    assert not table.id.duplicated().any()


@pytest.mark.parametrize("code", [0, "0", None])
def test_a_status_that_is_fine_is_no_refusal(logged_in: Website, code: Any) -> None:
    logged_in.list_faults = [answer(statusCode=code, userList=[entry(1)])]
    assert len(tt_get_follower_hidden(SEC_UID)) == 1


def test_a_page_that_trickles_in_is_not_waited_for_to_its_end(
    logged_in: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_web, "PAGE_TIMEOUT", 0.3)
    logged_in.list_faults = [Reply(200, bytes(1000), delivery=Delivery.TRICKLED, seconds=_TRICKLE)]
    began = time.monotonic()
    with pytest.raises(ConnectionFailed, match="timed out"):
        tt_get_follower_hidden(SEC_UID, max_tries=1)
    assert time.monotonic() - began < _TRICKLE / 2


def test_a_list_that_never_ends_is_ended(logged_in: Website, slept: list[float]) -> None:
    logged_in.list_faults = [
        answer(userList=[entry(n)], hasMore=True, minCursor=n) for n in range(1, 500)
    ]
    with pytest.warns(TraktokWarning, match="stopped after page 400"):
        assert len(tt_get_follower_hidden(SEC_UID)) == 400


def test_values_are_taken_as_they_are(logged_in: Website) -> None:
    big = {"id": 7311855912556366638, "heart": 1}
    users = [
        {"user": big, "stats": {"heart": 5_000_000_000, "statsV2": {}}},
        {"stats": {"heart": "12"}},
    ]
    logged_in.list_faults = [answer(userList=users)]
    table = tt_get_follower_hidden(SEC_UID)
    assert table.id[0] == "7311855912556366638"
    assert pd.isna(table.id[1])
    assert table.heart.tolist() == [1, 12]
    assert table.stats_heart.tolist() == [5_000_000_000, pd.NA]


@pytest.mark.parametrize("name", ["tiktok", "@tiktok", " some.name_1 ", "a" * 24])
def test_a_name_is_never_sent_as_a_sec_uid(logged_in: Website, name: str) -> None:
    with pytest.raises(ValueError, match=r"is not a secUid; tt_user_info_hidden\(name\)"):
        tt_get_follower_hidden(name)
    assert logged_in.asked == []


@pytest.mark.parametrize("wrong", [None, "", "@name", "https://www.tiktok.com/@x", ["a"], 3])
def test_what_is_no_sec_uid_is_refused(logged_in: Website, wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="secuid"):
        tt_get_follower_hidden(wrong)
    assert logged_in.asked == []


@pytest.mark.parametrize("stored", [None, "msToken"])
def test_lists_want_a_browser_that_is_logged_in(
    www: Website, tmp_path: Path, stored: str | None
) -> None:
    cookiefile = None
    if stored:
        cookiefile = tmp_path / "c.txt"
        cookiefile.write_text(f".tiktok.com\tTRUE\t/\tTRUE\t0\t{stored}\t1\n")
    with pytest.raises(AuthError, match="auth_hidden"):
        tt_get_follower_hidden(SEC_UID, cookiefile=cookiefile)
    assert www.asked == []


@pytest.mark.usefixtures("unsigned_lists")
def test_the_list_is_asked_for_with_the_cookies(logged_in: Website) -> None:
    tt_get_following_hidden(SEC_UID)
    assert logged_in.asked[0].cookies["tt_chain_token"] == "CHAIN=="
    assert "json" in logged_in.asked[0].headers["accept"]
    assert json.dumps(logged_in.asked[0].headers["user-agent"]).startswith('"Mozilla')
