"""A study without a network: nothing is counted, no window is charged, nothing is asked twice."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.integration.collect.conftest import Clock, Studies
from tests.integration.collect.network import Network
from traktok import ConnectionFailed, ServerError, TraktokWarning
from traktok.collect import Collection
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("study")

Visible = Callable[[str, str], set[str]]
QUARTER = "2023-01-01", "2023-03-31"
YEAR = "2023-01-01", "2023-12-31"


@pytest.fixture
def network(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A network that can be switched off, on the way to this TikTok."""
    network = Network(tiktok.url)
    monkeypatch.setenv("TRAKTOK_BASE_URL", network.url)
    yield network
    network.switch_off()


def searches(tiktok: ResearchApi) -> int:
    """How many searches this TikTok was asked for."""
    return [request.endpoint for request in tiktok.requests].count("video/query/")


def is_untouched(collection: Collection, windows: int) -> bool:
    """Whether all windows are as they were planned."""
    status = collection.status()
    return (
        status["state"].tolist() == ["open"] * windows
        and status["requests"].sum() == 0
        and status["last_error"].isna().all()
        and collection.requests_sent == 0
        and collection.quota() == 1_000
    )


def test_any_number_of_runs_without_a_network_leave_a_study_as_it_was(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    network: Network,
    visible: Visible,
    slept: list[float],
) -> None:
    token = tiktok.token()
    network.switch_off()
    collection = study(store, *QUARTER, start=False)
    for run in range(12):
        with pytest.raises(ConnectionFailed, match=r"refused.*0 of 3 windows done.*resume\(\)"):
            collection.resume(token=token, workers=1 + run % 4)
        assert is_untouched(collection, 3)
    network.switch_on()
    collection.resume(token=token)
    assert collection.complete
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert collection.status()["state"].eq("done").all()
    assert len(collection.status()) == 3
    assert searches(tiktok) == collection.requests_sent == collection.status()["pages"].sum()


def test_an_outage_takes_one_ladder_of_attempts(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, network: Network, slept: list[float]
) -> None:
    token = tiktok.token()
    network.switch_off()
    collection = study(sqlite_store, *QUARTER, start=False)
    with pytest.raises(ConnectionFailed, match="Tried 5 times"):
        collection.resume(token=token, workers=1)
    assert sum(slept) == 1 + 8 + 27 + 64


def test_an_outage_in_the_middle_of_a_window_keeps_its_pages(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    network: Network,
    visible: Visible,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = tiktok.token()
    answer = tiktok.service.answer

    def cut_off_after_two(request):  # type: ignore[no-untyped-def]  # the sandbox's own types
        answered = answer(request)
        if searches(tiktok) == 3:
            network.switch_off()
        return answered

    monkeypatch.setattr(tiktok.service, "answer", cut_off_after_two)
    with pytest.raises(ConnectionFailed, match="kept in"):
        study(store, *YEAR, token=token)
    collection = study.open(store)
    # The third request arrived, and its answer got lost.
    assert collection.requests_sent == searches(tiktok) == 3
    assert collection.quota() == 1_000 - 3
    assert collection.requests()["status"].isna().sum() == 1
    assert set(collection.status()["state"]) == {"open", "done"}
    network.switch_on()
    collection.resume(token=token)
    assert set(collection.videos()["video_id"]) == visible(*YEAR)
    assert searches(tiktok) == collection.status()["pages"].sum() + 1


@pytest.mark.parametrize("workers", [1, 4])
def test_a_run_that_may_wait_waits_for_the_network(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    network: Network,
    visible: Visible,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    workers: int,
) -> None:
    token, begun, lock = tiktok.token(), clock(), threading.Lock()
    network.switch_off()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        with lock:
            if clock() > begun + 5_000 and network.url not in online:
                online.append(network.url)
                network.switch_on()

    online: list[str] = []
    monkeypatch.setattr("time.sleep", sleep)
    collection = study(store, *QUARTER, token=token, on_quota="wait", workers=workers, verbose=True)
    assert online
    assert collection.complete
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert collection.status()["state"].eq("done").all()
    assert searches(tiktok) == collection.requests_sent == collection.status()["pages"].sum()
    assert capsys.readouterr().err.count("TikTok can't be reached: going on in 1 min") >= 1


def test_requests_that_were_not_sent_leave_the_allowance(
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = tiktok.token()
    network.switch_off()
    naps = count()

    def sleep(seconds: float) -> None:
        if next(naps) == 10:  # in the wait after the third attempt
            network.switch_on()

    monkeypatch.setattr("time.sleep", sleep)
    collection = study(sqlite_store, *YEAR, start=False)
    with pytest.warns(TraktokWarning, match="max_requests=2 was reached"):
        collection.resume(token=token, max_requests=2, workers=1)
    assert searches(tiktok) == collection.requests_sent == 2


@pytest.mark.usefixtures("credentials")
def test_a_request_that_waits_for_a_token_in_vain_is_not_counted(
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = tiktok.service.answer

    def after_which_the_token_ends(request):  # type: ignore[no-untyped-def]  # the sandbox's own
        answered = answer(request)
        if request.endpoint == "video/query/":
            clock.sleep(3 * 3600)
            tiktok.fail("http_503", endpoint="oauth/token/", times=math.inf)
        return answered

    monkeypatch.setattr(tiktok.service, "answer", after_which_the_token_ends)
    with pytest.raises(ServerError):
        study(sqlite_store, *QUARTER, workers=1)
    collection = study.open(sqlite_store)
    assert collection.requests_sent == searches(tiktok) == 1
    assert collection.quota() == 1_000 - 1


@pytest.mark.usefixtures("credentials", "slept")
def test_a_timeout_while_reading_counts_and_blames_no_window(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("traktok._http.transport.ANSWER_TIMEOUT", 0.3)
    tiktok.fail("hang", times=5)
    with pytest.raises(ConnectionFailed, match="timed out"):
        study(store, *QUARTER)
    collection = study.open(store)
    assert collection.requests_sent == searches(tiktok) == 5
    assert collection.quota() == 1_000 - 5
    assert collection.status()["state"].tolist() == ["open"] * 3
    assert collection.resume().complete
    assert collection.status()["state"].tolist() == ["done"] * 3


# ---------------------------------------------------------------------------- servers that are down


@pytest.mark.usefixtures("credentials", "slept")
@pytest.mark.parametrize("workers", [1, 4])
def test_servers_that_are_down_cost_a_run_and_no_window(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible, workers: int
) -> None:
    tiktok.fail("http_503", times=math.inf)
    collection = study(store, *QUARTER, start=False)
    for run in range(6):
        before = searches(tiktok)
        with pytest.raises(ServerError, match=r"servers fail for other requests, too.*resume\(\)"):
            collection.resume(workers=workers)
        assert searches(tiktok) - before <= 10 * workers, run
    assert collection.status()["state"].tolist() == ["open"] * 3
    tiktok.service.faults.clear()
    assert collection.resume().complete
    assert collection.status()["state"].tolist() == ["done"] * 3
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("endpoint", [None, "oauth/token/"])
def test_a_run_that_may_wait_waits_for_servers_that_are_down_for_a_night(
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    visible: Visible,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    workers: int,
    endpoint: str | None,
) -> None:
    begun, lock = clock(), threading.Lock()
    tiktok.fail("http_503", on=1 if endpoint else 5, endpoint=endpoint, times=math.inf)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        with lock:
            if clock() > begun + 8 * 3600:
                tiktok.service.faults.clear()

    monkeypatch.setattr("time.sleep", sleep)
    how = {"on_quota": "wait", "workers": workers, "verbose": True}
    collection = study(sqlite_store, *QUARTER, **how)
    assert collection.complete
    assert clock() > begun + 8 * 3600
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert collection.status()["state"].tolist() == ["done"] * 3
    refused = searches(tiktok) - collection.status()["pages"].sum()
    assert refused <= 50 + 10 * workers  # a search every quarter of an hour
    assert "TikTok" in capsys.readouterr().err


@pytest.mark.usefixtures("credentials")
def test_a_window_that_is_too_heavy_is_halved_by_a_run_that_may_wait(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, visible: Visible, clock: Clock
) -> None:
    heavy = {"start_date": "20230131", "end_date": "20230301"}
    tiktok.fail("http_503", times=math.inf, where=heavy)
    begun = clock()
    collection = study(sqlite_store, *QUARTER, on_quota="wait")
    assert collection.complete
    assert collection.status()["state"].value_counts().to_dict() == {"done": 4, "halved": 1}
    assert set(collection.videos()["video_id"]) == visible(*QUARTER)
    assert clock() < begun + 900
