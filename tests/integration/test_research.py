"""Every function of the Research API against a TikTok on this machine."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from inspect import Parameter
from typing import Any

import pandas as pd
import pytest
import responses

import traktok
from tests import tables
from traktok import (
    COMMENT_FIELDS,
    USER_FIELDS,
    VIDEO_FIELDS,
    AuthError,
    InvalidRequest,
    TikTokResults,
    TraktokWarning,
    attr,
    query,
    query_and,
    query_or,
    tt_comments_api,
    tt_get_follower,
    tt_get_following,
    tt_playlist_api,
    tt_search,
    tt_search_api,
    tt_user_follower_api,
    tt_user_following_api,
    tt_user_info_api,
    tt_user_liked_videos_api,
    tt_user_pinned_videos_api,
    tt_user_reposted_api,
    tt_user_videos,
    tt_user_videos_api,
)
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.api.records import Status

NOVEMBER = ("2023-11-01", "2023-11-29")
RSTATS = query() | query_or("hashtag_name", "IN", "rstats") | query_or("keyword", "IN", "#rstats")
JP_US = query() | query_and("region_code", "IN", ["JP", "US"])
COMMENTED = "7195762648716152107"
SEARCH_COLUMNS = [
    *("video_id", "author_name", "view_count", "comment_count", "share_count", "like_count"),
    *("region_code", "create_time", "effect_ids", "music_id", "video_description"),
    *("hashtag_names", "voice_to_text"),
]
LISTED_COLUMNS = [
    *("id", "username", "create_time", "video_description", "region_code", "video_duration"),
    *("view_count", "like_count", "comment_count", "share_count", "music_id", "hashtag_names"),
    "is_stem_verified",
]


def bodies(tiktok: ResearchApi) -> list[dict[str, Any]]:
    return [request.body for request in tiktok.requests]


# ------------------------------------------------------------------------------------- signatures

SEARCH = {
    "query": Parameter.empty,
    "start_date": None,
    "end_date": None,
    "fields": "all",
    "start_cursor": 0,
    "search_id": None,
    "is_random": False,
    "max_pages": 1,
    "parse": True,
    "cache": True,
    "verbose": None,
    "token": None,
}
LISTED = {
    "username": Parameter.empty,
    "fields": "all",
    "max_pages": 1,
    "cache": True,
    "verbose": None,
    "token": None,
}
FOLLOW = {name: default for name, default in LISTED.items() if name != "fields"}
# R's arguments in R's order, with R's defaults (None for those worked out at the call) ...
AS_IN_R: dict[str, dict[str, Any]] = {
    "tt_search_api": SEARCH,
    "tt_user_videos_api": {
        "username": Parameter.empty,
        "since": "2020-01-01",
        "to": None,
        "verbose": None,
    },
    "tt_user_info_api": {
        "username": Parameter.empty,
        "fields": "all",
        "verbose": None,
        "token": None,
    },
    "tt_user_liked_videos_api": LISTED,
    "tt_user_reposted_api": LISTED,
    "tt_user_pinned_videos_api": {k: v for k, v in LISTED.items() if k != "max_pages"},
    "tt_user_follower_api": FOLLOW,
    "tt_user_following_api": FOLLOW,
    "tt_comments_api": {
        "video_id": None,
        "fields": "all",
        "start_cursor": 0,
        "max_pages": 1,
        "cache": True,
        "verbose": None,
        "token": None,
    },
    "tt_playlist_api": {"playlist_id": Parameter.empty, "verbose": None, "token": None},
    "last_query": {},
    "last_comments": {},
}
# ... and what R has in "..." or not at all: by name only.
BEYOND_R: dict[str, dict[str, Any]] = {
    "tt_user_videos_api": {
        **{name: SEARCH[name] for name in ("fields", "start_cursor", "search_id", "is_random")},
        **{name: SEARCH[name] for name in ("max_pages", "parse", "cache", "token")},
        "workers": 1,
    },
    "tt_user_info_api": {"workers": 1},
    "tt_user_liked_videos_api": {"start_cursor": None, "workers": 1},
    "tt_user_reposted_api": {"start_cursor": None, "workers": 1},
    "tt_user_pinned_videos_api": {"workers": 1},
    "tt_user_follower_api": {"start_cursor": None, "workers": 1},
    "tt_user_following_api": {"start_cursor": None, "workers": 1},
    "tt_comments_api": {"comment_id": None, "workers": 1},
    "tt_playlist_api": {"fields": "all", "max_pages": 1, "start_cursor": None, "workers": 1},
}


@pytest.mark.parametrize("name", AS_IN_R)
def test_arguments_are_rs(name: str) -> None:
    parameters = inspect.signature(getattr(traktok, name)).parameters.values()
    positional = {p.name: p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD}
    by_name = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert list(positional.items()) == list(AS_IN_R[name].items())
    assert by_name == BEYOND_R.get(name, {})
    assert len(positional) + len(by_name) == len(parameters)


@pytest.mark.parametrize("alias", tables.ALIASES)
def test_an_alias_is_the_same_object(alias: str) -> None:
    assert getattr(traktok, alias) is getattr(traktok, tables.ALIASES[alias])


# ---------------------------------------------------------------------------------------- searches


def test_the_vignettes_search(tiktok: ResearchApi, token: str) -> None:
    videos = tt_search_api(RSTATS, *NOVEMBER, token=token)
    assert videos["author_name"].head(3).tolist() == [
        *("statisticsglobe", "learningcatalog", "picanumeros")
    ]
    assert (len(videos), videos.search_id) == (19, "7423432753447932974")
    assert list(videos) == SEARCH_COLUMNS
    assert bodies(tiktok) == [
        {
            "query": RSTATS.to_dict(),
            "start_date": "20231101",
            "end_date": "20231129",
            "is_random": False,
            "max_count": 100,
            "cursor": 0,
        }
    ]


def test_every_way_to_search_gives_the_same(token: str) -> None:
    dates = {"start_date": date(2023, 11, 1), "end_date": datetime(2023, 11, 29, 12, tzinfo=UTC)}
    ways = [
        tt_search_api("#rstats", *NOVEMBER, token=token),
        tt_search_api(RSTATS, **dates, token={"access_token": token}),
        tt_search_api(query=RSTATS, **dates, token=token),
        RSTATS | tt_search_api(**dates, token=token),
        "#rstats" | tt_search_api(**dates, token=token),
        query() | (query_or("hashtag_name", "IN", "rstats") | query_or("keyword", "IN", "#rstats"))
        | tt_search_api(**dates, token=token),
        RSTATS | tt_search(**dates, token=token),
        tt_search("#rstats", *NOVEMBER, token=token),
    ]  # fmt: skip
    for way in ways[1:]:
        pd.testing.assert_frame_equal(way, ways[0])
        assert way.attrs == ways[0].attrs


def test_a_search_is_resumed_as_the_vignette_does_it(tiktok: ResearchApi, token: str) -> None:
    first = JP_US | tt_search_api(start_date="20231101", end_date="20231129", token=token)
    assert (attr(first, "search_id"), attr(first, "cursor")) == ("7423432753448096814", 100)
    second = JP_US | tt_search_api(
        start_date="20231101",
        end_date="20231129",
        start_cursor=attr(first, "cursor"),
        search_id=attr(first, "search_id"),
        token=token,
    )
    assert (attr(second, "search_id"), attr(second, "cursor")) == ("7336340473470063662", 200)
    at_once = tt_search_api(JP_US, *NOVEMBER, max_pages=2, token=token)
    pd.testing.assert_frame_equal(pd.concat([first, second], ignore_index=True), at_once)
    assert at_once.attrs == second.attrs


def test_all_pages_are_everything_there_is(tiktok: ResearchApi, token: str) -> None:
    videos = tt_search_api(JP_US, *NOVEMBER, max_pages=math.inf, token=token)
    there = tiktok.world.visible(JP_US.to_dict(), "20231101", "20231129")
    assert videos["video_id"].tolist() == [str(video.id) for video in there]
    assert videos.has_more is False
    assert [body["cursor"] for body in bodies(tiktok)] == list(range(0, 1000, 100))


def test_a_random_search_says_so(tiktok: ResearchApi, token: str) -> None:
    one, other = (
        tt_search_api(JP_US, *NOVEMBER, is_random=True, token=token)["video_id"] for _ in range(2)
    )
    assert set(one) != set(other)
    assert [body["is_random"] for body in bodies(tiktok)] == [True, True]
    tt_search_api(RSTATS, *NOVEMBER, is_random=None, token=token)
    assert "is_random" not in bodies(tiktok)[-1]


def test_without_dates_yesterday_and_today_are_searched(tiktok: ResearchApi, token: str) -> None:
    before = datetime.now(UTC).date()
    tt_search_api("cats", token=token)
    after = datetime.now(UTC).date()
    (body,) = bodies(tiktok)
    sent = (body["start_date"], body["end_date"])
    assert sent in {(f"{d - timedelta(days=1):%Y%m%d}", f"{d:%Y%m%d}") for d in (before, after)}


def test_nothing_found_is_a_table_with_its_columns(token: str) -> None:
    nothing = tt_search_api("no-such-word-at-all", *NOVEMBER, token=token)
    found = tt_search_api(RSTATS, *NOVEMBER, token=token)
    assert len(nothing) == 0
    assert nothing.dtypes.to_dict() == found.dtypes.to_dict()
    assert (nothing.search_id, nothing.has_more) == (None, False)


@pytest.mark.parametrize("fields", [VIDEO_FIELDS, ",".join(VIDEO_FIELDS), list(VIDEO_FIELDS)])
def test_every_documented_field_can_be_asked_for(
    tiktok: ResearchApi, token: str, fields: Any
) -> None:
    videos = tt_search_api(JP_US, *NOVEMBER, fields=fields, token=token)
    assert tiktok.requests[0].fields == list(VIDEO_FIELDS)
    further = [name for name in VIDEO_FIELDS if name not in {*SEARCH_COLUMNS, "id", "username"}]
    assert list(videos) == SEARCH_COLUMNS + further
    assert str(videos["playlist_id"].dtype) == "string"


def test_raw_records_have_all_there_is_and_ids_as_texts(token: str) -> None:
    raw = tt_search_api(RSTATS, *NOVEMBER, parse=False, token=token)
    assert isinstance(raw, list)
    assert raw[0]["id"] == "7306893853297052961"
    assert raw[0]["view_count"] == 909
    assert len(raw) == 19
    assert len(tt_search_api(JP_US, *NOVEMBER, parse=False, max_pages=2, token=token)) > 100
    assert RSTATS | tt_search_api(
        start_date="20231101", end_date="20231129", parse=False, token=token
    ) == raw  # fmt: skip


# ------------------------------------------------------------------------------------- user videos


def test_the_videos_of_users_are_searched_in_windows(tiktok: ResearchApi, token: str) -> None:
    names = ["@statisticsglobe", "https://www.tiktok.com/@mrpecners", "statisticsglobe"]
    videos = tt_user_videos_api(names, since="2023-10-01", to=date(2023, 12, 5), token=token)
    assert [(body["start_date"], body["end_date"]) for body in bodies(tiktok)] == [
        ("20231001", "20231031"),
        ("20231101", "20231201"),
        ("20231202", "20231205"),
    ]
    condition = {
        "field_name": "username",
        "operation": "IN",
        "field_values": ["statisticsglobe", "mrpecners"],
    }
    assert all(body["query"] == {"or": [condition]} for body in bodies(tiktok))
    assert set(videos["author_name"]) == {"statisticsglobe", "mrpecners"}
    assert list(videos) == SEARCH_COLUMNS


def test_only_the_first_window_goes_on_where_a_search_left_off(
    tiktok: ResearchApi, token: str
) -> None:
    everybody = list(tiktok.world.users)
    span = {"since": "2023-11-01", "to": "2023-12-05"}
    with pytest.warns(TraktokWarning, match="1 of 2 windows hold more than max_pages=1 pages"):
        first = tt_user_videos_api(everybody, **span, token=token)
    assert first.has_more
    with pytest.warns(TraktokWarning, match="windows hold more"):
        tt_user_videos_api(everybody, **span, start_cursor=100, token=token)
    assert [body["cursor"] for body in bodies(tiktok)] == [0, 0, 100, 0]
    assert ["search_id" in body for body in bodies(tiktok)] == [False] * 4


def test_a_window_that_reaches_into_the_future_is_searched(tiktok: ResearchApi, token: str) -> None:
    today = datetime.now(UTC).date()
    span = {"since": today - timedelta(days=3), "to": today + timedelta(days=20)}
    assert len(tt_user_videos_api("mrpecners", **span, token=token)) == 0
    assert len(tiktok.requests) == 1


def test_windows_that_were_emptied_need_no_warning(token: str) -> None:
    videos = tt_user_videos_api("mrpecners", *NOVEMBER, max_pages=math.inf, token=token)
    assert videos.has_more is False


def test_raw_videos_of_users(token: str) -> None:
    raw = tt_user_videos_api("mrpecners", *NOVEMBER, parse=False, token=token)
    assert {record["username"] for record in raw} == {"mrpecners"}


# ------------------------------------------------------------------------------------------- users


def _users_by_status(tiktok: ResearchApi) -> dict[Status, str]:
    return {user.status: user.username for user in tiktok.world.users.values()}


def test_user_info_says_whose_it_is(tiktok: ResearchApi, token: str) -> None:
    names = ["tiktok", "https://www.tiktok.com/@statisticsglobe", "@tiktok"]
    users = tt_user_info_api(names, token=token)
    assert users["username"].tolist() == ["tiktok", "statisticsglobe"]
    assert list(users) == ["username", *USER_FIELDS[:8]]
    assert users.index.equals(pd.RangeIndex(2))
    assert users.set_index("username").loc["tiktok", "video_count"] == 1073
    assert len(tiktok.requests) == 2


def test_user_info_can_be_asked_for_in_part(tiktok: ResearchApi, token: str) -> None:
    users = tt_user_info_api("tiktok", fields=["video_count", "bio_url"], token=token)
    assert list(users) == ["username", "video_count", "bio_url"]
    assert tiktok.requests[0].fields == ["video_count", "bio_url"]


@pytest.mark.parametrize("function", tables.OF_USERS, ids=lambda function: function.name)
def test_who_is_private_gone_or_withheld_is_skipped_and_named(
    function: tables.Function, tiktok: ResearchApi, token: str
) -> None:
    by_status = _users_by_status(tiktok)
    hidden = [by_status[status] for status in (Status.PRIVATE, Status.DELETED, Status.WITHHELD)]
    with pytest.warns(TraktokWarning, match=r"Skipped, see \.attrs\['skipped'\]"):
        table = function(username=[hidden[0], "jbgruber", *hidden[1:]], token=token)
    assert list(table.attrs["skipped"]) == hidden
    assert all(table.attrs["skipped"].values())
    assert set(table[function.row.schema.tag]) <= {"jbgruber"}
    assert len(tiktok.requests) == 4


@pytest.mark.parametrize("function", tables.OF_USERS, ids=lambda function: function.name)
def test_nobody_is_an_empty_table_and_no_request(
    function: tables.Function, tiktok: ResearchApi, token: str
) -> None:
    nobody = function(username=[], token=token)
    assert len(nobody) == 0
    assert nobody.shape[1] > 0
    assert nobody.attrs["has_more"] is False
    assert tiktok.requests == []


@pytest.mark.parametrize(
    ("function", "columns"),
    [
        (tt_user_liked_videos_api, [*LISTED_COLUMNS, "liked_by_user"]),
        (tt_user_reposted_api, [*LISTED_COLUMNS, "favorites_count", "reposted_by_user"]),
        (tt_user_pinned_videos_api, [*LISTED_COLUMNS, "pinned_by_user"]),
    ],
)
def test_listed_videos_have_rs_columns_and_others_where_asked(
    function: Callable[..., TikTokResults], columns: list[str], tiktok: ResearchApi, token: str
) -> None:
    name = "jbgruber"
    assert list(function(name, token=token)) == columns
    chosen = function(name, fields="view_count,id,video_label", token=token)
    assert list(chosen) == ["view_count", "id", "video_label", columns[-1]]
    assert tiktok.requests[-1].fields == ["view_count", "id", "video_label"]


def test_pinned_videos(token: str) -> None:
    (pinned,) = tt_user_pinned_videos_api("smooth.learning.c", token=token).to_dict("records")
    assert (pinned["create_time"], pinned["pinned_by_user"]) == (1690255097, "smooth.learning.c")


@pytest.mark.parametrize(
    ("function", "name", "of_world"),
    [
        (tt_user_liked_videos_api, None, "liked"),
        (tt_user_reposted_api, None, "reposted"),
        (tt_user_follower_api, "tiktok", "followers"),
    ],
)
def test_lists_are_paged_and_can_be_resumed(
    function: Callable[..., TikTokResults],
    name: str | None,
    of_world: str,
    tiktok: ResearchApi,
    token: str,
) -> None:
    name = name or _one_with_a_long_list(tiktok, of_world)
    whole = function(name, max_pages=math.inf, token=token)
    there = [place for place in getattr(tiktok.world, of_world)[name] if not place.hidden]
    assert len(whole) == len(there)
    assert whole.attrs["has_more"] is False
    first = function(name, token=token)
    assert first.attrs["has_more"] is True
    rest = function(name, start_cursor=first.cursor, max_pages=math.inf, token=token)
    pd.testing.assert_frame_equal(pd.concat([first, rest], ignore_index=True), whole)


def test_each_user_is_asked_for_as_many_pages(tiktok: ResearchApi, token: str) -> None:
    table = tt_user_follower_api(["tiktok", "jbgruber"], max_pages=2, token=token)
    asked = [(body["username"], "cursor" in body) for body in bodies(tiktok)]
    assert asked[:3] == [("tiktok", False), ("tiktok", True), ("jbgruber", False)]
    assert table.attrs["has_more"] is True
    assert table["following_user"].unique().tolist()[0] == "tiktok"


# ---------------------------------------------------------------------------------------- comments


def test_comments_of_a_video_by_id_by_number_and_by_address(
    tiktok: ResearchApi, token: str
) -> None:
    url = f"https://www.tiktok.com/@nicksinghtech/video/{COMMENTED}?q=%23rstats"
    tables = [tt_comments_api(given, token=token) for given in (COMMENTED, int(COMMENTED), url)]
    assert len(tables[0]) == 96
    assert list(tables[0]) == list(COMMENT_FIELDS[:7])
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])
    assert {body["video_id"] for body in bodies(tiktok)} == {COMMENTED}


def test_comments_are_paged_and_can_be_resumed(tiktok: ResearchApi, token: str) -> None:
    tiktok.switches["comments_end"] = 0  # all of them are listed
    video = max(tiktok.world.comments, key=lambda id: len(tiktok.world.comments[id]))
    whole = tt_comments_api(video, max_pages=math.inf, token=token)
    first = tt_comments_api(video, token=token)
    assert (first.cursor, first.has_more) == (100, True)
    rest = tt_comments_api(video, start_cursor=first.cursor, max_pages=math.inf, token=token)
    pd.testing.assert_frame_equal(pd.concat([first, rest], ignore_index=True), whole)


def test_comments_of_a_column_of_videos(tiktok: ResearchApi, token: str) -> None:
    videos = tt_search_api("#rstats", *NOVEMBER, token=token)
    comments = tt_comments_api(videos["video_id"].head(4), token=token)
    asked = [body["video_id"] for body in bodies(tiktok)[1:]]
    assert asked == videos["video_id"].head(4).tolist()
    assert set(comments["video_id"]) <= set(asked)


def test_replies_to_comments(tiktok: ResearchApi, token: str) -> None:
    parents = [str(id) for id, replies in tiktok.world.replies.items() if len(replies) == 3][:2]
    replies = tt_comments_api(comment_id=parents, token=token)
    assert [body.get("comment_id") for body in bodies(tiktok)] == parents
    assert all("video_id" not in body for body in bodies(tiktok))
    assert set(replies["parent_comment_id"]) == set(parents)


def test_every_documented_field_of_a_comment(token: str) -> None:
    comments = tt_comments_api(COMMENTED, fields=COMMENT_FIELDS, token=token)
    assert list(comments) == list(COMMENT_FIELDS)


@pytest.mark.parametrize("given", [{}, {"video_id": COMMENTED, "comment_id": "1"}])
def test_comments_are_of_videos_or_of_comments(
    given: dict[str, str], tiktok: ResearchApi, token: str
) -> None:
    with pytest.raises(ValueError, match="a video_id for comments or a comment_id for replies"):
        tt_comments_api(**given, token=token)
    assert tiktok.requests == []


# --------------------------------------------------------------------------------------- playlists


def test_a_playlist_has_a_row_a_video(tiktok: ResearchApi, token: str) -> None:
    playlist = max(tiktok.world.playlists.values(), key=lambda playlist: len(playlist.videos))
    whole = tt_playlist_api(playlist.id, max_pages=math.inf, token=token)
    shown = [str(video.id) for video in playlist.videos if not video.hidden]
    assert whole["playlist_video_ids"].tolist() == shown
    assert whole["playlist_id"].unique().tolist() == [str(playlist.id)]
    first = tt_playlist_api(str(playlist.id), token=token)
    assert first.attrs["has_more"] is True
    rest = tt_playlist_api(playlist.id, start_cursor=first.cursor, max_pages=math.inf, token=token)
    pd.testing.assert_frame_equal(pd.concat([first, rest], ignore_index=True), whole)


def test_several_playlists_and_few_of_their_columns(tiktok: ResearchApi, token: str) -> None:
    ids = [str(id) for id in list(tiktok.world.playlists)[1:3]]
    urls = [ids[0], f"https://www.tiktok.com/@a/playlist/x-{ids[1]}?lang=en"]
    table = tt_playlist_api(urls, fields="playlist_id,playlist_video_ids", token=token)
    assert table["playlist_id"].unique().tolist() == ids
    assert list(table)[:2] == ["playlist_id", "playlist_video_ids"]


# ----------------------------------------------------------------------------------------- errors


def test_what_tiktok_refuses_is_asked_once(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    with pytest.raises(InvalidRequest, match="cannot find the playlist"):
        tt_playlist_api("1", token=token)
    assert len(tiktok.requests) == 1
    assert slept == []


@pytest.mark.parametrize(
    "call",
    [
        lambda: tt_search_api("x"),
        lambda: "x" | tt_search_api(),
        lambda: tt_user_info_api("x"),
        lambda: tt_comments_api("1"),
        lambda: tt_playlist_api("1"),
        lambda: tt_user_videos_api("x"),
        lambda: tt_user_follower_api("x"),
    ],
    ids=range(7),
)
def test_without_credentials_it_says_how_to_get_them(
    call: Callable[[], Any], tiktok: ResearchApi
) -> None:
    with pytest.raises(AuthError, match=r"auth_research\(\)"):
        call()
    assert tiktok.requests == []


def test_a_value_that_cannot_be_read_is_warned_of_once() -> None:
    videos = [{"id": id, "view_count": views} for id, views in enumerate([1.5, "many", 7])]
    answer = {"data": {"videos": videos, "cursor": 3, "has_more": False}, "error": {"code": "ok"}}
    with responses.RequestsMock() as anywhere:
        anywhere.post(re.compile("https://open.tiktokapis.com/"), json=answer)
        with pytest.warns(TraktokWarning) as caught:
            table = tt_search_api(RSTATS, *NOVEMBER, token="clt.any")
    (warning,) = caught
    assert str(warning.message) == (
        "2 of the values TikTok sent as view_count can't be read and are missing."
    )
    assert warning.filename == __file__
    assert table["view_count"].tolist() == [pd.NA, pd.NA, 7]


@pytest.mark.parametrize("fault", ["stuck_cursor", "missing_cursor"])
def test_a_cursor_that_leads_nowhere_ends_the_crawl_with_a_warning(
    fault: str, tiktok: ResearchApi, token: str
) -> None:
    tiktok.fail(fault, page=2)
    with pytest.warns(TraktokWarning, match="stopped after page 2") as caught:
        videos = tt_search_api(JP_US, *NOVEMBER, max_pages=math.inf, token=token)
    assert len(caught) == 1
    assert len(tiktok.requests) == 2
    assert videos.has_more is True


# -------------------------------------------------------------------------- what can't be right

BAD_COMMON: list[dict[str, Any]] = [{"token": ""}, {"token": 5}, {"token": {"a": "b"}}]
BAD_PAGES = [{"max_pages": value} for value in (0, -1, 1.5, None, "2", True, math.nan)]
BAD_CURSORS = [{"start_cursor": value} for value in (-1, 1.5, "x", True)]
BAD_FIELDS = [{"fields": value} for value in ("", [], "no_such_field", None, 5, ["id", None])]
BAD_NAMES = [
    {"username": value}
    for value in ("", "@", None, pd.NA, 5, ["a", None], "https://example.org/@a", "a b")
]
BAD_IDS = ["", "x", None, 7.1e18, ["1", None], "https://vm.tiktok.com/ZM/", "https://example.org"]
BAD_SEARCH: list[dict[str, Any]] = [
    *({"query": value} for value in (None, "", "#", query(), 5, ["a"], {"and": []})),
    *({"start_date": value} for value in ("2023-02-30", "x", 20231101, "2024-01-01")),
    *({"end_date": value} for value in ("2023-13-01", 20231129, "2023-10-01", "2924-12-31")),
    *({"search_id": value} for value in ("", 1.5, True)),
    *({"is_random": value} for value in ("yes", 1)),
]
BAD_SPANS: list[dict[str, Any]] = [
    *({"since": value} for value in ("2023-02-30", 20231101, "2099-01-01")),
    *({"to": value} for value in ("x", 20231129, "2019-12-31", "2099-12-31")),
    *({"username": []},),
]
BAD_WORKERS: list[dict[str, Any]] = [{"workers": bad} for bad in (0, -1, True, 2.5, "4", None)]
# By the argument that they are about; a function is called with those that it has.
BAD: dict[str, list[dict[str, Any]]] = {
    "query": BAD_SEARCH,
    "since": BAD_SPANS,
    "username": BAD_NAMES,
    "max_pages": BAD_PAGES,
    "start_cursor": BAD_CURSORS,
    "fields": BAD_FIELDS,
    "workers": BAD_WORKERS,
    "token": BAD_COMMON,
    "video_id": [{"video_id": id} for id in BAD_IDS],
    "comment_id": [{"comment_id": id, "video_id": None} for id in BAD_IDS],
    "playlist_id": [{"playlist_id": id} for id in BAD_IDS],
}
BAD_CALLS = [
    pytest.param(function, bad, id=f"{function.name}-{bad!r}"[:80])
    for function in tables.FUNCTIONS.values()
    for argument in BAD
    if argument in function.parameters
    for bad in BAD[argument]
]


@pytest.mark.parametrize(("function", "bad"), BAD_CALLS)
def test_what_cannot_be_right_is_said_in_a_sentence_and_nothing_is_sent(
    function: tables.Function, bad: dict[str, Any], tiktok: ResearchApi, token: str
) -> None:
    with pytest.raises((ValueError, TypeError)) as refused:
        function(**{"token": token, **bad})
    assert len(str(refused.value)) > 20
    assert tiktok.requests == []


@pytest.mark.parametrize("function", tables.FUNCTIONS.values(), ids=lambda function: function.name)
def test_an_argument_that_is_not_there_is_pythons_own_error(
    function: tables.Function, tiktok: ResearchApi, token: str
) -> None:
    with pytest.raises(TypeError, match="max_page"):
        function(max_page=2, token=token)
    assert tiktok.requests == []


# -------------------------------------------------------------------------------------- shorthands


@pytest.mark.parametrize(
    ("shorthand", "function", "arguments"),
    [
        (tt_search, tt_search_api, ("#rstats", *NOVEMBER)),
        (tt_user_videos, tt_user_videos_api, ("statisticsglobe", *NOVEMBER)),
        (tt_get_follower, tt_user_follower_api, ("tiktok",)),
        (tt_get_following, tt_user_following_api, ("jbgruber",)),
    ],
)
def test_with_a_token_a_shorthand_is_the_research_api(
    shorthand: Callable[..., TikTokResults],
    function: Callable[..., TikTokResults],
    arguments: tuple[Any, ...],
    token: str,
) -> None:
    short, long = shorthand(*arguments, token=token), function(*arguments, token=token)
    assert len(long)
    pd.testing.assert_frame_equal(short, long)
    assert short.attrs == long.attrs


def _one_with_a_long_list(tiktok: ResearchApi, of_world: str) -> str:
    lists = getattr(tiktok.world, of_world)
    users = tiktok.world.users
    return next(
        name
        for name, places in lists.items()
        if len(places) > 100
        and users[name].status is Status.PUBLIC
        and of_world in users[name].shows
    )
