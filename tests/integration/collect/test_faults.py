"""A study where TikTok, the line or the researcher breaks off."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.integration.collect.conftest import Studies
from traktok import (
    AuthError,
    ConnectionFailed,
    InvalidRequest,
    RateLimited,
    ServerError,
    TraktokWarning,
    query,
    query_and,
)
from traktok._run import workers
from traktok.collect import tt_collect
from traktok.sandbox.api import FAULTS, ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

Visible = Callable[[str, str], set[str]]
MONTH = "2023-01-01", "2023-01-30"
QUARTER = "2023-01-01", "2023-03-31"
FATAL = {"daily_quota", "scope_not_authorized"}
SLOW = {"hang", "trickle"}
MID_CRAWL = {"stale_search_id", "bad_cursor"}
PASSING = sorted(FAULTS.keys() - FATAL - SLOW - MID_CRAWL)


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("on", [1, 3])
def test_a_fault_that_passes_loses_nothing(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, visible: Visible, fault: str, on: int
) -> None:
    tiktok.fail(fault, on=on)
    collection = study(sqlite_store, *QUARTER)
    ids = collection.videos()["video_id"]
    assert ids.is_unique
    assert set(ids) == visible(*QUARTER)
    assert collection.complete


@pytest.mark.parametrize("fault", sorted(MID_CRAWL))
def test_a_search_that_is_refused_for_a_while(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, visible: Visible, fault: str
) -> None:
    tiktok.fail(fault, page=2, times=3)
    collection = study(sqlite_store, *QUARTER)
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert collection.status()["pages"].sum() == collection.status()["requests"].sum() - 3


@pytest.mark.parametrize("seed", range(4))
def test_one_request_in_five_fails(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible, seed: int
) -> None:
    random = Random(seed)
    struck = random.sample(range(1, 60), 12)
    for number in struck:
        tiktok.fail(random.choice(PASSING), on=number)
    collection = study(store, "2023-01-01", "2023-08-31", workers=1 + seed)
    ids = collection.videos()["video_id"]
    assert ids.is_unique
    assert set(ids) == visible("2023-01-01", "2023-08-31")


def test_a_search_that_is_forgotten_begins_anew(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible
) -> None:
    tiktok.fail("stale_search_id", page=2, times=5, where={"start_date": "20230131"})
    collection = study(store, *QUARTER)
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert collection.videos()["video_id"].is_unique
    status = collection.status()
    assert status["requests"].tolist()[1] == status["pages"].tolist()[1] + 5 + 1
    assert status["videos"].sum() == len(collection.videos())


def test_a_window_that_keeps_failing_is_halved(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible
) -> None:
    tiktok.fail(
        "http_500", times=math.inf, where={"start_date": "20230131", "end_date": "20230301"}
    )
    collection = study(store, *QUARTER)
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    status = collection.status()
    assert status["state"].value_counts().to_dict() == {"done": 4, "halved": 1}
    assert "internal_error" in status.loc[status["state"] == "halved", "last_error"].item()
    assert collection.complete


def test_a_day_that_keeps_failing_is_set_aside_and_reported(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible
) -> None:
    tiktok.fail("http_504_html", times=math.inf, where={"start_date": "20230131"})
    with pytest.warns(TraktokWarning, match="1 window kept failing, now set aside"):
        collection = study(store, *QUARTER)
    assert not collection.complete
    status = collection.status()
    aside = status[status["state"] == "set aside"]
    assert aside["first_day"].dt.strftime("%Y%m%d").tolist() == ["20230131"]
    assert (aside["first_day"] == aside["last_day"]).all()
    assert "504" in aside["last_error"].item()
    ids = set(collection.videos()["video_id"])
    assert ids == visible(*QUARTER) - visible("2023-01-31", "2023-01-31")
    assert collection.videos().has_more

    tiktok.service.faults.clear()
    with pytest.warns(TraktokWarning, match="set aside"):
        assert not collection.resume().complete
    assert collection.resume(retry=True).complete
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)


@pytest.mark.parametrize(
    ("fault", "error", "most"),
    [("close", ConnectionFailed, 1), ("http_503", ServerError, 20)],
)
def test_an_outage_ends_the_run_and_not_the_study(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    visible: Visible,
    fault: str,
    error: type[Exception],
    most: int,
) -> None:
    tiktok.fail(fault, on=3, times=math.inf)
    with pytest.raises(error, match=r"videos kept in .*resume\(\)"):
        study(store, "2023-01-01", "2023-12-31")
    assert len(tiktok.requests) <= 3 + 5 * most
    tiktok.service.faults.clear()
    collection = study.open(store).resume()
    assert set(collection.videos()["video_id"]) == visible("2023-01-01", "2023-12-31")


def test_a_query_that_tiktok_refuses_costs_one_request(
    sqlite_store: Path, tiktok: ResearchApi
) -> None:
    before = len(tiktok.requests)
    with pytest.warns(TraktokWarning, match="documents no query field"):
        strange = query() | query_and("moon_phase", "EQ", "full")
    with pytest.raises(InvalidRequest):
        tt_collect(strange, *QUARTER, sqlite_store, workers=1)
    assert len([r for r in tiktok.requests[before:] if r.endpoint == "video/query/"]) == 1


def test_without_credentials_nothing_is_counted(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOK_TOKEN", "another.json")
    before = len(tiktok.requests)
    with pytest.raises(AuthError, match="auth_research"):
        study(sqlite_store, *MONTH)
    assert len(tiktok.requests) == before
    assert study.open(sqlite_store).requests().empty


@pytest.mark.usefixtures("slept")
def test_no_window_is_blamed_where_there_is_no_new_token(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, visible: Visible
) -> None:
    tiktok.fail("token_expired", on=2, times=math.inf)
    tiktok.fail("http_500", endpoint="oauth/token/", times=math.inf)
    with pytest.raises(ServerError, match=r"was for a new token\. .* kept in"):
        study(sqlite_store, *QUARTER, workers=1)
    assert [request.endpoint for request in tiktok.requests].count("oauth/token/") <= 1 + 5
    collection = study.open(sqlite_store)
    assert set(collection.status()["state"]) <= {"open", "done"}
    tiktok.service.faults.clear()
    assert set(collection.resume().videos()["video_id"]) == visible(*QUARTER)


def test_an_expired_token_of_the_users_own_ends_the_run(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, visible: Visible
) -> None:
    tiktok.fail("token_expired", on=2)
    with pytest.raises(AuthError, match="kept in"):
        study(sqlite_store, *QUARTER, token=tiktok.token())
    collection = study.open(sqlite_store).resume()
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)


# ---------------------------------------------------------------------------------- broken off


def test_ctrl_c_finishes_the_page_in_hand(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, visible: Visible
) -> None:
    interrupted = threading.Event()
    answer = tiktok.service.answer

    def interrupting(request):  # type: ignore[no-untyped-def]  # the sandbox's own types
        if request.body.get("cursor") == 100 and not interrupted.is_set():
            interrupted.set()
            os.kill(os.getpid(), signal.SIGINT)
        return answer(request)

    tiktok.service.answer = interrupting  # type: ignore[method-assign]
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            study(sqlite_store, *QUARTER)
    finally:
        tiktok.service.answer = answer  # type: ignore[method-assign]
    assert "videos kept in" in caught.value.__notes__[0]
    collection = study.open(sqlite_store)
    assert not collection.complete
    assert collection.requests()["status"].notna().all()
    assert collection.requests()["rows"].sum() == len(collection.videos())
    before = len(tiktok.requests)
    collection.resume()
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    asked = [
        (r.body["start_date"], r.body["cursor"]) for r in tiktok.requests if "cursor" in r.body
    ]
    assert len(asked) == len(set(asked))
    assert len(tiktok.requests) > before


# ------------------------------------------------------------------------------------ the rate


def test_a_complaint_about_the_rate_slows_all_down(
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    visible: Visible,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_RATE_AFTER_COMPLAINT", 0.01)  # no machine is as slow as that
    tiktok.fail("rate_limit", times=2)  # each of the two hears of it before its second request
    collection = study(sqlite_store, *QUARTER, workers=2)
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert sum(slept) > 50


def test_a_rate_limit_that_does_not_end_ends_the_run(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    tiktok.fail("rate_limit", times=math.inf)
    with pytest.raises(RateLimited):
        study(sqlite_store, *MONTH)
    assert study.open(sqlite_store).status()["state"].tolist() == ["open"]
