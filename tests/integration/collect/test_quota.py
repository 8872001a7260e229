"""The day's requests: never one too many, whoever counts, and what happens where none is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition
from typing import Any

import pytest

from tests import ctrl_c
from tests.integration.collect.conftest import LONGEST, Clock, Studies
from traktok import TraktokWarning, _clock
from traktok.collect._hook import StoreHook
from traktok.collect._request_log import RequestLog
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials", "study")

Visible = Callable[[str, str], set[str]]
YEAR = "2023-01-01", "2023-12-31"


@pytest.fixture
def days(tiktok: ResearchApi, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sandbox's day of every request that it counted.

    No wait moves the clock while a request of another worker is counted here and not there yet: it
    would arrive on another day.
    """
    counted: list[str] = []
    on_the_way, moved = 0, Condition()
    charge, reserve, after = tiktok.quota.charge, RequestLog.reserve, StoreHook.after

    def change(number: int) -> None:
        nonlocal on_the_way
        with moved:
            on_the_way += number
            moved.notify_all()

    def reserving(*of: Any) -> Any:
        change(+1)
        entry = reserve(*of)
        if entry is None:
            change(-1)
        return entry

    def answered(*of: Any) -> None:
        change(-1)
        after(*of)

    def charging(pool: str, status: int | None) -> None:
        before = tiktok.quota.used[pool]
        charge(pool, status)
        if tiktok.quota.used[pool] > before:  # not a token that ended during a wait
            counted.append(str(tiktok.clock.now.date()))

    def sleep(seconds: float) -> None:
        with moved:
            assert moved.wait_for(lambda: not on_the_way, LONGEST)
            clock.sleep(seconds)

    monkeypatch.setattr(RequestLog, "reserve", reserving)
    monkeypatch.setattr(StoreHook, "after", answered)
    monkeypatch.setattr(tiktok.quota, "charge", charging)
    monkeypatch.setattr("time.sleep", sleep)
    return counted


def test_a_full_quota_stops_the_run_and_says_how_to_go_on(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible, days: list[str]
) -> None:
    with pytest.warns(TraktokWarning, match=r"requests are used up.*of 13 windows.*resume\(\)"):
        collection = study(store, *YEAR, daily_requests=20)
    assert not collection.complete
    assert collection.quota(20) == 0
    assert len(days) == 20
    with pytest.warns(TraktokWarning, match="used up"):
        collection.resume(daily_requests=20)
    assert len(days) == 20
    tiktok.clock.advance(hours=15)
    with pytest.warns(TraktokWarning, match="used up"):
        collection.resume(daily_requests=20, workers=3)
    tiktok.clock.advance(days=1)
    assert collection.resume(daily_requests=20).complete
    assert set(collection.videos()["video_id"]) == visible(*YEAR)
    assert days.count("2025-03-01") == days.count("2025-03-02") == 20
    assert len(days) == 52


def test_a_wait_is_said_once_and_shows_what_is_left(
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    collection = study(sqlite_store, *YEAR, start=False)
    collection.resume(daily_requests=50, on_quota="wait", workers=4, verbose=True)
    said = capsys.readouterr().err
    assert said.count("The day's requests are used up: going on in 15 h 0 min") == 1
    assert "48 requests left today" in said


def test_ctrl_c_ends_a_wait_for_tomorrow_at_once(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, slept: list[float]
) -> None:
    collection = study(sqlite_store, *YEAR, start=False)
    with ctrl_c.pressed_once(lambda: len(slept) > 5), pytest.raises(KeyboardInterrupt):
        collection.resume(daily_requests=2, on_quota="wait")
    assert max(slept) <= 1
    assert collection.quota(2) == 0


@pytest.mark.parametrize("workers", [1, 4])
def test_a_collection_waits_for_three_days(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    visible: Visible,
    days: list[str],
    workers: int,
) -> None:
    tiktok.quota.main_limit = 20
    collection = study(store, *YEAR, daily_requests=20, on_quota="wait", workers=workers)
    assert collection.complete
    assert set(collection.videos()["video_id"]) == visible(*YEAR)
    counted = {day: days.count(day) for day in dict.fromkeys(days)}
    assert counted == {"2025-03-01": 20, "2025-03-02": 20, "2025-03-03": 12}
    assert 429 not in [r.status for r in tiktok.requests]


def test_a_quota_that_others_used_up_closes_the_day(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible, days: list[str]
) -> None:
    tiktok.quota.main_limit = 7
    with pytest.warns(TraktokWarning, match="used up"):
        collection = study(store, *YEAR)
    assert collection.quota() == 0
    assert [r.status for r in tiktok.requests].count(429) == 1
    tiktok.quota.main_limit = 1_000
    assert collection.resume(on_quota="wait").complete
    assert set(collection.videos()["video_id"]) == visible(*YEAR)
    assert days[7:] == ["2025-03-02"] * (len(days) - 7)


def test_a_refusal_just_after_midnight_may_be_about_yesterday(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, clock: Clock
) -> None:
    tiktok.clock.set(datetime(2025, 3, 1, 0, 2, tzinfo=UTC))
    tiktok.fail("daily_quota")
    collection = study(sqlite_store, "2023-01-01", "2023-01-30", on_quota="wait")
    assert collection.complete
    assert tiktok.clock.now.date().isoformat() == "2025-03-01"
    assert tiktok.clock.now.hour == 0
    assert tiktok.clock.now.minute >= 15


def test_failed_requests_are_counted(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    tiktok.fail("http_500", on=2, times=3)
    collection = study(store, "2023-01-01", "2023-01-30")
    searches = [r for r in tiktok.requests if r.endpoint == "video/query/"]
    assert collection.quota() == 1_000 - len(searches) == 1_000 - 2 - 3


def test_a_run_sends_no_more_than_it_may(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible
) -> None:
    before = len(tiktok.requests)
    with pytest.warns(TraktokWarning, match="max_requests=10 was reached"):
        collection = study(store, *YEAR, max_requests=10, workers=4)
    assert len(tiktok.requests) == before + 10
    assert collection.requests()["status"].notna().all()
    assert collection.resume().complete
    assert set(collection.videos()["video_id"]) == visible(*YEAR)


def test_a_resume_sends_no_more_than_it_may_of_all_kinds(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-01-03")
    with pytest.warns(TraktokWarning, match="1 of .* videos done"):
        collection.collect_comments(max_requests=1)
    with pytest.warns(TraktokWarning, match="1 of .* users done"):
        collection.collect_users(max_requests=1)
    to_do = sum(len(collection.status(what)) - 1 for what in ("comments", "users"))
    before = len(tiktok.requests)
    with pytest.warns(TraktokWarning, match=f"max_requests={to_do - 1} was reached"):
        collection.resume(max_requests=to_do - 1)
    assert len(tiktok.requests) == before + to_do - 1


def test_just_enough_requests_are_enough(study: Studies, sqlite_store: Path) -> None:
    assert study(sqlite_store, *YEAR, max_requests=52, daily_requests=52, workers=3).complete


def test_days_end_at_midnight_in_utc() -> None:
    moment = datetime(2024, 2, 28, 23, 59, 59, tzinfo=UTC).timestamp()
    assert _clock.day(moment) == "2024-02-28"
    assert _clock.next_day(moment) - moment == 1
    assert _clock.day(moment + 1) == "2024-02-29"


def test_requests_from_the_future_are_warned_of(
    study: Studies, store: Path | str, tiktok: ResearchApi, clock: Clock
) -> None:
    clock.sleep(400 * 86_400)
    with pytest.warns(TraktokWarning, match="max_requests=1 was reached"):
        collection = study(store, *YEAR, max_requests=1)
    tiktok.clock.set(datetime(2025, 3, 1, 9, tzinfo=UTC))
    with (
        pytest.warns(TraktokWarning, match=r"requests of 2026-04-05 .* it is 2025-03-01"),
        pytest.warns(TraktokWarning, match="max_requests=1 was reached"),
    ):
        collection.resume(max_requests=1)
    clock.sleep(401 * 86_400)
    assert collection.resume().complete
