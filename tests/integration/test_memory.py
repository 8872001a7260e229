"""What the last call got: ``last_query()`` and ``last_comments()``."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests import tables
from traktok import (
    QuotaExceeded,
    TikTokResults,
    TraktokError,
    last_comments,
    last_query,
    tt_comments_api,
    tt_playlist_api,
    tt_search_api,
    tt_user_follower_api,
    tt_user_info_api,
)
from traktok.sandbox.api import ResearchApi

NOVEMBER = ("2023-11-01", "2023-11-29")
COMMENTED = "7195762648716152107"
OWNER_OF_PINNED = "smooth.learning.c"


def search(token: str, phrase: str = "#rstats", **arguments: Any) -> TikTokResults:
    return tt_search_api(phrase, *NOVEMBER, token=token, **arguments)


# Comments are remembered apart; what has no ``cache`` is not remembered.
REMEMBERED = [
    function
    for function in tables.FUNCTIONS.values()
    if "cache" in function.parameters and function.row.recalled_by != "last_comments"
]


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert one.attrs == other.attrs


# ----------------------------------------------------------------------------- what is remembered


def test_before_any_call_the_tables_are_empty_and_have_their_columns(
    tiktok: ResearchApi, token: str
) -> None:
    assert len(last_query()) == len(last_comments()) == 0
    nothing = search(token, "nobody writes this word")
    pd.testing.assert_frame_equal(last_query(), nothing)
    assert "text" in last_comments().columns
    assert last_query().search_id is None
    assert tiktok.requests[1:] == []


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize("call", REMEMBERED, ids=lambda call: call.name)
def test_the_last_call_is_remembered_as_its_own_table(call: tables.Function, token: str) -> None:
    search(token, "a")
    table = call(token=token)
    assert_same(last_query(), table)
    assert isinstance(last_query(), TikTokResults)


def test_comments_are_remembered_apart(token: str) -> None:
    videos = search(token)
    comments = tt_comments_api(COMMENTED, token=token)
    assert_same(last_query(), videos)
    assert_same(last_comments(), comments)
    assert last_comments().cursor == 100
    search(token, "a")
    assert_same(last_comments(), comments)


def test_user_info_and_playlists_are_not_remembered(tiktok: ResearchApi, token: str) -> None:
    videos = search(token)
    tt_user_info_api("tiktok", token=token)
    tt_playlist_api(next(iter(tiktok.world.playlists)), token=token)
    assert_same(last_query(), videos)
    assert len(last_comments()) == 0


def test_records_that_were_asked_for_as_they_are_are_remembered_as_a_table(token: str) -> None:
    records = search(token, parse=False)
    assert list(last_query()["video_id"]) == [record["id"] for record in records]


def test_a_search_is_remembered_with_where_it_stopped(token: str) -> None:
    table = search(token, "a", max_pages=2)
    assert table.has_more
    assert (last_query().search_id, last_query().cursor) == (table.search_id, 200)
    assert last_query().has_more


def test_a_call_that_fails_at_its_first_page_does_not_show_the_one_before(
    tiktok: ResearchApi, token: str
) -> None:
    search(token)
    tt_comments_api(COMMENTED, token=token)
    tiktok.fail("daily_quota", times=2)
    with pytest.raises(QuotaExceeded):
        tt_user_follower_api("tiktok", token=token)
    assert len(last_query()) == 0
    assert list(last_query().columns) == ["username", "display_name", "following_user"]
    with pytest.raises(QuotaExceeded):
        tt_comments_api(COMMENTED, token=token)
    assert len(last_comments()) == 0
    assert "text" in last_comments().columns


def test_a_resumed_call_that_fails_keeps_the_place_it_was_to_go_on_from(
    tiktok: ResearchApi, token: str
) -> None:
    first = search(token, "a")
    tiktok.fail("daily_quota")
    with pytest.raises(QuotaExceeded) as caught:
        search(token, "a", start_cursor=first.cursor, search_id=first.search_id)
    assert (last_query().cursor, last_query().search_id) == (first.cursor, first.search_id)
    assert_same(last_query(), caught.value.partial)


def test_an_argument_that_can_t_be_right_forgets_nothing(token: str) -> None:
    table = search(token)
    with pytest.raises(ValueError, match="max_pages"):
        search(token, max_pages=-1)
    assert_same(last_query(), table)


# ------------------------------------------------------------------------- and what is not to be


def test_without_cache_nothing_of_the_call_is_kept(token: str) -> None:
    search(token)
    assert len(search(token, "a", cache=False)) > 0
    assert len(last_query()) == 0
    comments = tt_comments_api(COMMENTED, token=token)
    tt_comments_api(COMMENTED, cache=False, token=token)
    assert len(comments) > 0
    assert len(last_comments()) == 0


def test_without_cache_an_error_keeps_the_rows_and_names_no_memory(
    tiktok: ResearchApi, token: str
) -> None:
    search(token)
    tiktok.fail("daily_quota", page=3)
    with pytest.raises(TraktokError) as caught:
        search(token, "a", max_pages=5, cache=False)
    assert len(caught.value.partial) > 100
    assert f"{len(caught.value.partial)} rows kept in error.partial;" in str(caught.value)
    assert "last_query" not in str(caught.value)
    assert len(last_query()) == 0


# ------------------------------------------------------------------------------ one table, shared


def test_the_table_is_remembered_without_a_second_copy(token: str) -> None:
    table = search(token, "a", max_pages=2)
    for name in ("view_count", "comment_count", "like_count"):
        held = [frame[name].array._data for frame in (table, last_query(), last_query())]
        assert np.shares_memory(held[0], held[1])
        assert np.shares_memory(held[1], held[2])


def test_the_table_so_far_is_shared_with_the_error_too(tiktok: ResearchApi, token: str) -> None:
    tiktok.fail("daily_quota", page=3)
    with pytest.raises(QuotaExceeded) as caught:
        search(token, "a", max_pages=3)
    assert np.shares_memory(
        caught.value.partial["view_count"].array._data, last_query()["view_count"].array._data
    )


def test_what_is_done_to_a_result_does_not_show_in_the_memory(token: str) -> None:
    table = search(token)
    columns = list(table.columns)
    table["theme"] = "statistics"
    del table["region_code"]
    table.attrs["search_id"] = "another"
    assert list(last_query().columns) == columns
    assert last_query().search_id != "another"


def test_what_is_done_to_the_memory_does_not_show_in_it_again(token: str) -> None:
    table = search(token)
    remembered = last_query()
    remembered["theme"] = "statistics"
    remembered.attrs.clear()
    assert_same(last_query(), table)


@pytest.mark.skipif(
    pd.__version__.startswith("2."), reason="pandas copies shared cells on write only since 3.0"
)
def test_a_cell_written_in_a_result_does_not_show_in_the_memory(token: str) -> None:
    table = search(token)
    first = table.loc[0, "view_count"]
    table.loc[0, "view_count"] = first + 1
    assert last_query().loc[0, "view_count"] == first


# ---------------------------------------------------------------------------------------- threads


def test_each_thread_remembers_its_own_calls(token: str) -> None:
    """What another thread collects never shows up here, and the other way round."""
    mine = search(token)
    seen: dict[str, TikTokResults] = {}

    def other() -> None:
        seen["before"] = last_query()
        seen["table"] = search(token, "a")
        seen["after"] = last_query()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert len(seen["before"]) == 0
    assert len(seen["table"]) > len(mine)
    assert_same(seen["after"], seen["table"])
    assert_same(last_query(), mine)


def test_threads_that_search_at_once_do_not_mix(token: str) -> None:
    phrases = ["#rstats", "a", "e", "o"]
    start = threading.Barrier(len(phrases))
    pairs: dict[str, tuple[TikTokResults, TikTokResults]] = {}

    def run(phrase: str) -> None:
        start.wait()
        pairs[phrase] = search(token, phrase, max_pages=3), last_query()

    threads = [threading.Thread(target=run, args=(phrase,)) for phrase in phrases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for phrase in phrases:
        table, remembered = pairs[phrase]
        assert_same(remembered, table)
        assert_same(table, search(token, phrase, max_pages=3))
