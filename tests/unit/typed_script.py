"""A user's script that calls every public function; never run, only type-checked.

``assert_type`` says what an editor must know of a result. An ignored error is a mistake that the
types must find: where they would not, mypy complains of the needless ignore.
"""

import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, assert_type

import pandas as pd

import traktok
from traktok import Query, Step, TikTokResults, Token

Records = list[dict[str, Any]]


def authenticate() -> None:
    assert_type(traktok.auth_research(), Token)
    assert_type(traktok.auth_research("key", "secret", overwrite=True), Token)
    assert_type(traktok.auth_research().expires_at, datetime)
    assert_type(traktok.auth_check(hidden=False, silent=True, fail=True), dict[str, bool])


def queries() -> None:
    start = traktok.query()
    assert_type(start, Query)
    step = traktok.query_and("region_code", "IN", ["JP", "US"])
    assert_type(step, Step[Query])
    assert_type(
        traktok.query_or(field_name="keyword", operation="IN", field_values="x"), Step[Query]
    )
    assert_type(traktok.query_not(start, "video_length", "EQ", "SHORT"), Query)
    assert_type(
        traktok.query_and(q=start, field_name="view_count", operation="GT", field_values=1), Query
    )
    assert_type(start | step, Query)
    assert_type(step | step, Step[Query])
    assert_type(start | step | traktok.query_not("keyword", "IN", "x"), Query)
    assert_type(Query.from_dict(start.to_dict()), Query)
    assert_type(Query.from_json(start.to_json()), Query)
    condition = traktok.Condition("view_count", "GTE", 1000)
    assert_type(traktok.query(or_=[condition, condition.to_dict()]), Query)
    assert_type(condition.field_values, tuple[str, ...])
    assert_type(start.tree(ascii=True), str)
    start | 5  # type: ignore[operator]
    traktok.query_and("keyword", "IN")  # type: ignore[call-overload]


def searches(some: Query) -> None:
    search = traktok.tt_search_api
    assert_type(search(some), TikTokResults)
    assert_type(search("#rstats", "2023-11-01", date(2023, 11, 29)), TikTokResults)
    assert_type(search(some, datetime.now(UTC), max_pages=math.inf, parse=True), TikTokResults)
    assert_type(search(some, parse=False), Records)
    assert_type(search("x", fields=["id", "username"], parse=False), Records)
    assert_type(search(start_date="2023-11-01", max_pages=2), Step[TikTokResults])
    assert_type(search(parse=False), Step[Records])
    assert_type(some | search(), TikTokResults)
    assert_type("#rstats" | search(), TikTokResults)
    assert_type(some | search(parse=False), Records)
    assert_type(some | traktok.query_and("keyword", "IN", "x") | search(), TikTokResults)
    assert_type(traktok.query_and("keyword", "IN", "x") | search(), Step[TikTokResults])
    assert_type(traktok.tt_query_videos(some), TikTokResults)
    assert_type(traktok.tt_search(some), TikTokResults)
    assert_type(some | traktok.tt_search(), TikTokResults)
    search(some, max_page=2)  # type: ignore[call-overload]
    search(5)  # type: ignore[call-overload]
    5 | search()  # type: ignore[operator]


def resumed(some: Query) -> None:
    first = traktok.tt_search_api(some)
    second = traktok.tt_search_api(some, start_cursor=first.cursor, search_id=first.search_id)
    assert_type(second.has_more, bool | None)
    assert_type(first.save("videos.csv"), Path)
    traktok.attr(first, "cursor")
    assert_type(traktok.last_query(), TikTokResults)
    assert_type(traktok.last_comments(), TikTokResults)


def users(token: Token) -> None:
    names = ["tiktok", "https://www.tiktok.com/@statisticsglobe"]
    found = traktok.tt_user_info_api(names, token=token)
    assert_type(found, TikTokResults)
    assert_type(traktok.tt_user_info("tiktok", fields="display_name"), TikTokResults)
    assert_type(traktok.tt_user_videos_api(names, since="2023-11-01"), TikTokResults)
    assert_type(traktok.tt_user_videos_api("tiktok", parse=False), Records)
    assert_type(traktok.tt_user_videos("tiktok", since="2023-11-01"), TikTokResults)
    assert_type(traktok.tt_user_liked_videos_api(names, max_pages=2), TikTokResults)
    assert_type(traktok.tt_get_liked("jbgruber", start_cursor=5), TikTokResults)
    assert_type(traktok.tt_user_reposted_api(names, cache=False), TikTokResults)
    assert_type(traktok.tt_get_reposted("jbgruber"), TikTokResults)
    assert_type(traktok.tt_user_pinned_videos_api(names, verbose=False), TikTokResults)
    assert_type(traktok.tt_get_pinned(found["display_name"]), TikTokResults)
    assert_type(traktok.tt_user_follower_api(names), TikTokResults)
    assert_type(traktok.tt_get_follower("tiktok"), TikTokResults)
    assert_type(traktok.tt_user_following_api(names), TikTokResults)
    assert_type(traktok.tt_get_following("tiktok"), TikTokResults)
    traktok.tt_user_info_api()  # type: ignore[call-arg]


def threads_and_playlists(videos: TikTokResults) -> None:
    assert_type(traktok.tt_comments_api("7106594312292453675"), TikTokResults)
    assert_type(traktok.tt_comments(videos["video_id"], max_pages=math.inf), TikTokResults)
    assert_type(traktok.tt_comments(comment_id=7106594312292453675), TikTokResults)
    assert_type(traktok.tt_playlist_api("7123456789012345678"), TikTokResults)
    assert_type(traktok.tt_playlist(["1", "2"], fields=["playlist_id"]), TikTokResults)


def studies(some: Query) -> None:
    study = traktok.tt_collect(some, "2023-01-01", date(2023, 12, 31), into="study.db")
    assert_type(study, traktok.Collection)
    assert_type(traktok.Collection("study.db").resume(workers=2), traktok.Collection)
    assert_type(study.complete, bool)
    assert_type(study.videos(), TikTokResults)
    traktok.tt_still_public(study.videos()["video_id"])
    assert_type(study.describe().to_dict(), dict[str, Any])
    listed = traktok.WatchList("names.txt", "username")
    assert_type(traktok.tt_collect({"watched": listed}, "2023-01-01", "today"), traktok.Collection)
    assert_type(traktok.tt_collect_again("study.json", "again.db"), traktok.Collection)
    assert_type(traktok.tt_quota(), pd.DataFrame)
    try:
        traktok.Collection("elsewhere.db")
    except traktok.StoreError as error:
        assert_type(error.message, str | None)


def beside_r() -> None:
    mine = traktok.tt_search_api("cats")
    theirs = traktok.read_results("search.rds")
    assert_type(theirs, TikTokResults)
    assert_type(traktok.compare(mine, theirs), traktok.Comparison)
    assert_type(traktok.compare(mine, "search.rds").equal, bool)


def unofficial() -> None:
    traktok.auth_hidden("cookies.txt")
    assert_type(traktok.auth_forget("cookies"), dict[str, bool])
    assert_type(traktok.tt_videos("https://www.tiktok.com/@tiktok/video/1"), TikTokResults)
    assert_type(traktok.tt_videos_hidden(["1", "2"], save_video=False), TikTokResults)
    assert_type(traktok.tt_slideshow_hidden(["1", "2"], save_music=False), TikTokResults)
    assert_type(traktok.tt_get_follower_hidden("secuid", max_tries=2), TikTokResults)
    assert_type(traktok.tt_get_following_hidden("secuid"), TikTokResults)
    assert_type(traktok.tt_request_hidden("https://www.tiktok.com/@tiktok"), str)
    traktok.tt_search_hidden("cats", scroll="1m")
    traktok.tt_user_videos_hidden("tiktok", return_urls=True)
    traktok.tt_user_info_hidden(["tiktok"], parse=False)


def what_holds() -> None:
    assert_type(traktok.doctor().ok, bool)
    assert_type(traktok.doctor(live=True, store="study.db").to_dict(), dict[str, Any])
    assert_type(traktok.assumptions(), pd.DataFrame)


def fields() -> None:
    assert_type(traktok.VIDEO_FIELDS[0], str)
    assert_type((traktok.COMMENT_FIELDS + traktok.USER_FIELDS)[0], str)


def errors() -> None:
    try:
        traktok.tt_search_api("x")
    except traktok.QuotaExceeded as error:
        assert_type(error.resets_at, datetime)
        so_far: TikTokResults = error.partial
        so_far.save("so_far.csv")
    except (traktok.InvalidRequest, traktok.RateLimited, traktok.ServerError) as refused:
        assert_type(refused.status, int | None)
        assert_type(refused.log_id, str | None)
    except traktok.ApiError as answered:
        assert_type(answered.code, str | None)
    except (traktok.AuthError, traktok.ConnectionFailed, traktok.TraktokError) as failed:
        assert_type(failed.message, str | None)
    assert_type(traktok.TraktokWarning("x"), traktok.TraktokWarning)
