"""Threads that work side by side: the same table and the same requests, only sooner."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from tests import ctrl_c, tables
from traktok import (
    QuotaExceeded,
    ServerError,
    StoreError,
    TikTokResults,
    attr,
    last_comments,
    last_query,
    tt_comments_api,
    tt_user_follower_api,
    tt_user_info_api,
    tt_user_videos_api,
)
from traktok._http.endpoints import FOLLOWERS
from traktok._http.wire import Page
from traktok._run import workers as _workers
from traktok._run.collected import Collected
from traktok._run.options import FetchOptions
from traktok._run.progress import steps
from traktok._run.state import Target
from traktok._run.workers import RateLimiter, StoppedError, StopSignal, run_workers
from traktok._tables.builder import TableBuilder
from traktok.sandbox.api import ResearchApi

USERS, VIDEOS = tables.TARGETS["username"], tables.TARGETS["video_id"]
PATIENCE = 30  # seconds until a request that waits for others gives up

Function = Callable[..., TikTokResults]


def asked(tiktok: ResearchApi) -> Counter[tuple[str, str]]:
    return Counter((request.endpoint, str(request.body)) for request in tiktok.requests)


@pytest.fixture
def hold(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a TikTok answer what holds these values only when two others are answered."""

    def held_back(**values: Any) -> None:
        answer, others = tiktok.service.answer, threading.Semaphore(0)

        def turned_round(request: Any) -> Any:
            if values.items() <= request.body.items():
                for _ in range(2):
                    others.acquire(timeout=PATIENCE)
                return answer(request)
            answered = answer(request)
            others.release()
            return answered

        monkeypatch.setattr(tiktok.service, "answer", turned_round)

    return held_back


# ------------------------------------------------------------------------------ the same table


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize("function", tables.WITH_TARGETS, ids=lambda function: function.name)
def test_the_table_and_the_requests_are_those_of_one_worker(
    function: tables.Function, tiktok: ResearchApi
) -> None:
    arguments = {"max_pages": 9} if "max_pages" in function.parameters else {}
    one = function(**arguments, token=tiktok.token())
    requests = asked(tiktok)
    tiktok.reset()
    many = function(**arguments, token=tiktok.token(), workers=3)
    pd.testing.assert_frame_equal(many, one)
    assert many.attrs == one.attrs
    assert asked(tiktok) == requests


def test_rows_keep_the_order_of_the_users(tiktok: ResearchApi, hold: Callable[..., None]) -> None:
    names = ["jbgruber", "tiktok", "statisticsglobe", "smooth.learning.c"]
    hold(username="jbgruber")
    table = tt_user_info_api(names, token=tiktok.token(), workers=2)
    assert table["username"].tolist() == names


def test_pages_that_come_early_wait_for_their_turn(
    tiktok: ResearchApi, hold: Callable[..., None]
) -> None:
    hold(username="jbgruber")
    names = ["jbgruber", "tiktok"]
    table = tt_user_follower_api(names, max_pages=9, token=tiktok.token(), workers=2)
    assert table["following_user"].unique().tolist() == names
    assert table["following_user"].eq("tiktok").sum() == 212
    pd.testing.assert_frame_equal(last_query(), table)


def test_records_keep_the_order_of_the_windows(
    tiktok: ResearchApi, hold: Callable[..., None]
) -> None:
    span = {"since": "2023-06-01", "to": "2023-11-29", "parse": False}
    one = tt_user_videos_api("statisticsglobe", **span, token=tiktok.token())
    assert len(one) > 4
    hold(start_date="20230601")
    many = tt_user_videos_api("statisticsglobe", **span, token=tiktok.token(), workers=4)
    assert many == one


def test_workers_have_their_requests_under_way_at_once(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, company = tiktok.service.answer, threading.Barrier(3)

    def together(request: Any) -> Any:
        company.wait(PATIENCE)
        return answer(request)

    monkeypatch.setattr(tiktok.service, "answer", together)
    assert len(tt_comments_api(VIDEOS, token=tiktok.token(), workers=8)) > 90


# ------------------------------------------------------------------------- nothing is lost


@pytest.mark.usefixtures("slept")
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_an_error_keeps_all_that_came_and_names_the_rest(tiktok: ResearchApi, workers: int) -> None:
    token = tiktok.token()
    names = [name for name in USERS if name != "nobody.at.all"]
    whole = tt_user_follower_api(names, max_pages=9, token=token)
    sent = asked(tiktok)
    tiktok.reset()
    token = tiktok.token()
    tiktok.fail("http_500", times=5, where={"username": "tiktok", "cursor": whole_cursor(tiktok)})
    with pytest.raises(ServerError) as caught:
        tt_user_follower_api(names, max_pages=9, token=token, workers=workers)
    first = caught.value.partial
    parts = [
        tt_user_follower_api(name, max_pages=9, start_cursor=cursor, token=token)
        for name, cursor in attr(first, "unfinished").items()
    ]
    together = pd.concat([first, *parts])
    columns = ["following_user", "username"]
    assert sorted(map(tuple, together[columns].values)) == sorted(map(tuple, whole[columns].values))
    again = asked(tiktok) - sent
    assert sum(again.values()) == 5, "only what failed is sent again"


def whole_cursor(tiktok: ResearchApi) -> int:
    """The cursor of the second page of tiktok's followers."""
    page = tt_user_follower_api("tiktok", token=tiktok.token())
    tiktok.requests.clear()
    assert isinstance(page.cursor, int)
    return page.cursor


@pytest.mark.usefixtures("slept")
def test_an_error_says_whose_it_was_and_how_to_go_on(tiktok: ResearchApi) -> None:
    tiktok.fail("http_500", times=5, where={"username": "statisticsglobe"})
    with pytest.raises(ServerError) as caught:
        tt_user_info_api(["tiktok", "jbgruber", "statisticsglobe"], token=tiktok.token(), workers=2)
    assert "That was user statisticsglobe. 2 rows kept" in str(caught.value)
    assert attr(caught.value.partial, "unfinished") == {"statisticsglobe": None}


def test_a_full_quota_stops_every_worker(tiktok: ResearchApi) -> None:
    tiktok.fail("daily_quota", on=3, times=10**6)
    names = [f"user{number}" for number in range(40)]
    with pytest.raises(QuotaExceeded) as caught:
        tt_user_info_api(names, token=tiktok.token(), workers=4)
    assert len(tiktok.requests) <= 2 + 4
    assert len(attr(caught.value.partial, "unfinished")) == 38


def test_ctrl_c_finishes_the_pages_in_hand(tiktok: ResearchApi) -> None:
    def some_came() -> bool:
        return len(tiktok.requests) >= 10

    videos = [*VIDEOS, *(str(7106594312292453676 + number) for number in range(3000))]
    with ctrl_c.pressed_once(some_came), pytest.raises(KeyboardInterrupt) as caught:
        tt_comments_api(videos, token=tiktok.token(), workers=4)
    requests = len(tiktok.requests)
    partial = caught.value.partial  # type: ignore[attr-defined]
    assert len(partial) > 90
    assert len(attr(partial, "unfinished")) == len(videos) - requests
    pd.testing.assert_frame_equal(last_comments(), partial)


def test_what_comes_after_a_second_ctrl_c_changes_neither_the_table_nor_the_way_on() -> None:
    options = FetchOptions.of(FOLLOWERS, max_pages=9)
    targets = [Target({"username": name}, name, f"user {name}") for name in ("a", "b")]
    got = Collected(options, options.crawls(targets), None)
    first, second = got.states
    got.add(first, Page(records=[{"username": "x"}], cursor=5, has_more=True))
    table, told = got.table(), got.how_to_go_on()
    got.add(first, Page(records=[{"username": "y"}], cursor=9))
    got.end(second)
    assert got.table() is table
    assert got.how_to_go_on() == told
    assert attr(table, "unfinished") == {"a": 5, "b": None}


def test_a_page_that_ctrl_c_keeps_out_of_the_table_is_asked_for_again(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tiktok.token()
    whole = tt_user_follower_api("tiktok", max_pages=9, token=token)
    add, pages = TableBuilder.add, itertools.count(1)

    def broken_off(*arguments: Any) -> None:
        if next(pages) == 2:
            raise KeyboardInterrupt
        add(*arguments)

    monkeypatch.setattr(TableBuilder, "add", broken_off)
    with pytest.raises(KeyboardInterrupt) as caught:
        tt_user_follower_api("tiktok", max_pages=9, token=token)
    first = caught.value.partial  # type: ignore[attr-defined]
    rest = tt_user_follower_api("tiktok", max_pages=9, start_cursor=first.cursor, token=token)
    assert [*first["username"], *rest["username"]] == [*whole["username"]]


# ----------------------------------------------------------------------------------- the pace


def test_a_limiter_gives_every_request_its_turn(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    limiter = RateLimiter(4.0)
    for _ in range(3):
        limiter.wait(StopSignal())
    assert slept == [0.25, 0.5]


def test_who_waits_hears_that_the_run_stops(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = StopSignal()
    monkeypatch.setattr(time, "sleep", lambda seconds: slept.append(seconds) or stop.set("enough"))
    with pytest.raises(StoppedError):
        stop.sleep(64)
    assert slept == [1.0]


def test_complaints_at_once_are_one_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    limiter = RateLimiter(None)
    assert [limiter.slow_down(), limiter.slow_down()] == [True, False]
    assert limiter.rate == 5.0
    now = 110.0
    assert limiter.slow_down()
    assert limiter.rate == 2.5


def test_workers_slow_down_together_where_tiktok_asks_for_it(
    tiktok: ResearchApi, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_workers, "_RATE_AFTER_COMPLAINT", 0.01)  # no machine is as slow as that
    tiktok.fail("rate_limit", times=2)  # each of the two hears of it before its second request
    names = ["tiktok", "jbgruber", "statisticsglobe", "smooth.learning.c"]
    assert len(tt_user_info_api(names, token=tiktok.token(), workers=2)) == 4
    assert sum(slept) > 50


def test_what_breaks_off_the_showing_stops_the_workers() -> None:
    sent: list[int] = []

    def work() -> None:
        while True:
            stop.check()
            sent.append(1)
            stop.wait(0.01)

    def so_far() -> tuple[str, float | None]:
        raise StoreError("the store is locked")

    stop = StopSignal()
    with pytest.raises(StoreError):
        run_workers(work, 3, stop, steps(False), "Getting videos", so_far)
    assert stop.is_set
    before = len(sent)
    assert not [t for t in threading.enumerate() if t.name.startswith("traktok-")]
    assert len(sent) == before


@pytest.mark.parametrize("begun", [0, 1, 2])
def test_an_interrupt_while_workers_are_started_ends_those_that_have_begun(
    begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, starts = threading.Thread.start, iter(range(3))

    def interrupted(thread: threading.Thread) -> None:
        if next(starts) == begun:
            raise KeyboardInterrupt
        start(thread)

    stop, worked = StopSignal(), []

    def work() -> None:
        worked.append(threading.current_thread().name)
        stop.wait(30)

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_workers(work, 3, stop, steps(False), "Getting videos", lambda: ("", None))
    assert len(worked) <= begun  # one that had no time to begin does nothing


def test_a_worker_that_starts_after_an_interrupt_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, late = threading.Thread.start, []

    def interrupted(thread: threading.Thread) -> None:
        late.append(thread)
        raise KeyboardInterrupt

    worked: list[int] = []
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_workers(
            lambda: worked.append(1), 2, StopSignal(), steps(False), "Getting", lambda: ("", None)
        )
    monkeypatch.undo()
    start(late[0])
    late[0].join(30)
    assert not worked
