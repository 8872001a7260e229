"""Searches over spans longer than TikTok searches at once."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from traktok import (
    QuotaExceeded,
    TraktokWarning,
    attr,
    last_query,
    query,
    query_and,
    read_results,
    tt_search_api,
    tt_user_videos_api,
)
from traktok.errors import ContinueFrom, UnfinishedWarning
from traktok.sandbox.api import ResearchApi

JP_US = query() | query_and("region_code", "IN", ["JP", "US"])
SPAN = ("2023-10-01", "2023-12-15")
WINDOWS = [("20231001", "20231031"), ("20231101", "20231201"), ("20231202", "20231215")]


def windows_asked(tiktok: ResearchApi) -> list[tuple[str, str]]:
    bodies = [request.body for request in tiktok.requests if "start_date" in request.body]
    return [(body["start_date"], body["end_date"]) for body in bodies]


def test_a_long_span_is_searched_in_windows_one_after_another(
    tiktok: ResearchApi, token: str
) -> None:
    with pytest.warns(UnfinishedWarning, match="2 of 3 windows hold more than max_pages=1"):
        videos = tt_search_api(JP_US, *SPAN, token=token)
    assert windows_asked(tiktok) == WINDOWS
    parts = [tt_search_api(JP_US, *window, token=token) for window in WINDOWS]
    pd.testing.assert_frame_equal(videos, pd.concat(parts, ignore_index=True))
    assert (attr(videos, "start_date"), attr(videos, "end_date")) == ("2023-12-02", "2023-12-15")
    assert attr(videos, "search_id") == attr(parts[-1], "search_id")
    assert attr(videos, "has_more") is True
    assert attr(videos, "unfinished") == {
        "2023-10-01 to 2023-10-31": 100,
        "2023-11-01 to 2023-12-01": 100,
    }
    assert [attr(part, "has_more") for part in parts] == [True, True, False]


def test_all_pages_of_all_windows_are_everything_there_is(tiktok: ResearchApi, token: str) -> None:
    videos = tt_search_api(JP_US, *SPAN, max_pages=math.inf, token=token)
    there = tiktok.world.visible(JP_US.to_dict(), "20231001", "20231215")
    assert sorted(videos["video_id"]) == sorted(str(video.id) for video in there)
    assert attr(videos, "unfinished") == {}
    assert attr(videos, "has_more") is False


def test_one_window_has_the_attributes_of_many(token: str) -> None:
    videos = tt_search_api("#rstats", "20231101", "20231201", token=token)
    assert {name: videos.attrs[name] for name in ("start_date", "end_date", "unfinished")} == {
        "start_date": "2023-11-01",
        "end_date": "2023-12-01",
        "unfinished": {},
    }


@pytest.mark.parametrize("format", ["parquet", "rds"])
def test_files_keep_the_days_searched(format: str, token: str, tmp_path: Any) -> None:
    videos = tt_search_api("#rstats", "20231101", "20231201", token=token)
    again = read_results(videos.save(tmp_path / f"videos.{format}"))
    assert attr(again, "start_date") == "2023-11-01"
    assert attr(again, "end_date") == "2023-12-01"


def test_an_error_says_the_day_the_page_and_the_search_to_go_on_with(
    tiktok: ResearchApi, token: str
) -> None:
    whole = tt_search_api(JP_US, *SPAN, max_pages=math.inf, token=token)
    tiktok.fail("daily_quota", where={"start_date": "20231101", "cursor": 100})
    with pytest.raises(QuotaExceeded) as caught:
        tt_search_api(JP_US, *SPAN, max_pages=math.inf, token=token)
    error = caught.value
    first = error.partial
    position = {name: first.attrs[name] for name in ("start_date", "cursor", "search_id")}
    assert position["start_date"] == "2023-11-01"
    assert position["cursor"] == 100
    assert error.stopped_at == "2023-11-01 to 2023-12-01"
    (advice,) = [one for one in error.advice if isinstance(one, ContinueFrom)]
    assert advice == ContinueFrom(None, 100, position["search_id"], "2023-11-01")
    assert "start_date='2023-11-01', start_cursor=100, search_id=" in str(error)
    pd.testing.assert_frame_equal(last_query(), first)
    rest = tt_search_api(
        JP_US,
        position["start_date"],
        SPAN[1],
        start_cursor=position["cursor"],
        search_id=position["search_id"],
        max_pages=math.inf,
        token=token,
    )
    assert [*first["video_id"], *rest["video_id"]] == [*whole["video_id"]]


def test_a_window_that_fails_at_its_first_page_begins_there(
    tiktok: ResearchApi, token: str
) -> None:
    tiktok.fail("daily_quota", where={"start_date": "20231202"})
    with pytest.raises(QuotaExceeded, match=r"go on with start_date='2023-12-02'\.") as caught:
        tt_search_api(JP_US, *SPAN, max_pages=math.inf, token=token)
    partial = caught.value.partial
    assert (attr(partial, "cursor"), attr(partial, "search_id")) == (0, None)


@pytest.mark.parametrize("function", [tt_search_api, tt_user_videos_api])
def test_a_last_window_that_begins_later_than_tomorrow_is_refused(
    function: Any, tiktok: ResearchApi, token: str
) -> None:
    later = pd.Timestamp.now("UTC").normalize() + pd.Timedelta(days=40)
    with pytest.raises(ValueError, match="lies in the future"):
        function("tiktok", later - pd.Timedelta(days=31), later, token=token)
    with pytest.raises(ValueError, match="lies in the future"):
        function("tiktok", later, later, token=token)
    assert not tiktok.requests


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
def test_users_videos_name_the_days_asked_last(token: str) -> None:
    videos = tt_user_videos_api("statisticsglobe", *SPAN, token=token)
    assert (attr(videos, "start_date"), attr(videos, "end_date")) == ("2023-12-02", "2023-12-15")


def test_a_doubt_names_its_window(tiktok: ResearchApi, token: str) -> None:
    tiktok.fail("missing_cursor", where={"start_date": "20231001"})
    with pytest.warns(TraktokWarning, match=r"2023-10-01 to 2023-10-31: TikTok says there is more"):
        tt_search_api(JP_US, *SPAN, max_pages=math.inf, token=token)
    assert windows_asked(tiktok)[-1] == WINDOWS[-1]
