"""Studies whose processes are killed, at any instant, and what is left of them: everything."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Event, Timer
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.integration.collect.conftest import Studies, answer_together
from tests.integration.collect.processes import resuming
from tests.integration.collect.test_faults import FATAL, MID_CRAWL, SLOW
from traktok import Query, TraktokWarning, auth_research
from traktok.sandbox.api import FAULTS, ResearchApi, World, invent, research_api

pytestmark = pytest.mark.usefixtures("credentials")

Visible = Callable[[str, str], set[str]]
YEAR = "2023-01-01", "2023-12-31"
PASSING = sorted(FAULTS.keys() - FATAL - SLOW - MID_CRAWL)


def killed_until_complete(
    into: Path | str, random: Random, kills: int, workers: int, longest: float
) -> int:
    """Resume a study and kill it at random instants, then let it end; return the kills."""
    done = 0
    for _ in range(kills):
        child = resuming(str(into), {"workers": workers})
        child.join(random.uniform(0, longest))
        done += child.is_alive()
        child.kill()
        child.join()
    child = resuming(str(into), {"workers": workers})
    child.join()
    assert child.exitcode == 0
    return done


def searches(tiktok: ResearchApi) -> int:
    return sum(request.endpoint == "video/query/" for request in tiktok.requests)


def pages(tiktok: ResearchApi, study: Studies) -> int:
    """How many pages the study's windows have, asked for once each."""
    status = study.opened[-1].status()
    spans = zip(status["first_day"].dt.date, status["last_day"].dt.date, strict=True)
    matches = (len(tiktok.world.search(study.query.to_dict(), *span)) for span in spans)
    return sum(math.ceil(max(number, 1) / 100) for number in matches)


@pytest.mark.parametrize(("seed", "workers"), [(1, 1), (2, 3)])
def test_killed_at_random_instants(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    visible: Visible,
    seed: int,
    workers: int,
) -> None:
    random = Random(seed)
    collection = study(store, *YEAR, start=False)
    kills = killed_until_complete(store, random, kills=6, workers=workers, longest=0.5)
    ids = collection.videos()["video_id"]
    assert ids.is_unique
    assert set(ids) == visible(*YEAR)
    assert collection.complete
    assert searches(tiktok) <= pages(tiktok, study) + kills * workers
    assert len(collection.requests()) >= searches(tiktok)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_large_year_with_faults_killed_fifty_times(
    study: Studies,
    store: Path | str,
    monkeypatch: pytest.MonkeyPatch,
    everything: Query,
    seed: int,
) -> None:
    random = Random(seed)
    with _large_world(monkeypatch) as tiktok:
        monkeypatch.setenv("TRAKTOK_BASE_URL", tiktok.url)
        auth_research(tiktok.client_key, tiktok.client_secret)
        truth = {str(v.id) for v in tiktok.world.visible(everything.to_dict(), *_compact(YEAR))}
        assert len(truth) > 20_000
        collection = study(store, *YEAR, start=False)
        assert len(collection.plan()) == 13
        struck = random.sample(range(1, 350), 70)
        for number in struck:
            tiktok.fail(random.choice(PASSING), on=number)
        kills = killed_until_complete(store, random, kills=50, workers=1, longest=0.4)
        ids = collection.videos()["video_id"]
        assert ids.is_unique
        assert set(ids) == truth
        assert searches(tiktok) <= pages(tiktok, study) + len(struck) + kills


def test_killed_before_its_windows_were_written_down(
    study: Studies, store: Path | str, visible: Visible, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("traktok.collect._tasks.Tasks.add", lambda *_: None)
        collection = study(store, *YEAR, start=False)
    assert not collection.complete
    assert collection.resume().complete
    assert set(collection.videos()["video_id"]) == visible(*YEAR)


def test_three_processes_share_a_study(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    visible: Visible,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One of them is killed in the middle: the others take over what it held."""
    monkeypatch.setenv("LEASE", "1")
    collection = study(store, *YEAR, start=False, window_days=5)
    answer_together(tiktok, 6, monkeypatch)
    killed, *others = (resuming(str(store), {"workers": 2}) for _ in range(3))
    while searches(tiktok) < 10:
        killed.join(0.01)
    killed.kill()
    for child in others:
        child.join()
        assert child.exitcode == 0
    assert collection.complete
    assert set(collection.videos()["video_id"]) == visible(*YEAR)
    asked = Counter(
        (request.body.get("start_date"), request.body.get("cursor"))
        for request in tiktok.requests
        if request.endpoint == "video/query/"
    )
    assert asked.total() - len(asked) <= 2  # what the dead one's workers had in hand
    assert collection.requests()["run"].nunique() == 3


def freeze_outside_a_transaction(process: Any, store: Path | str) -> None:
    """Freeze a process that holds no write lock, which nobody can take from it in SQLite."""
    while True:
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.05)  # until it has stopped
        if not isinstance(store, Path) or is_free(store):
            return
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.01)


def is_free(store: Path) -> bool:
    """Return whether nobody writes into an SQLite store."""
    with contextlib.closing(sqlite3.connect(store, timeout=0.1, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        database.execute("ROLLBACK")
        return True


def test_a_process_that_is_frozen_past_its_lease(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    visible: Visible,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two others collect what it held; once it is thawed, it changes nothing of theirs."""
    monkeypatch.setenv("LEASE", "1")
    collection = study(store, *YEAR, start=False)
    answer, stopped, is_frozen = tiktok.service.answer, Event(), Event()

    def freeze(request: Any) -> Any:
        answered = answer(request)
        if searches(tiktok) >= 4 and not stopped.is_set():
            stopped.set()
            freeze_outside_a_transaction(frozen, store)
            is_frozen.set()
        return answered

    monkeypatch.setattr(tiktok.service, "answer", freeze)
    frozen = resuming(str(store), {"workers": 1})
    try:
        assert is_frozen.wait(30)
        others = [resuming(str(store), {"workers": 2}) for _ in range(2)]
        for child in others:
            child.join()
            assert child.exitcode == 0
        assert frozen.is_alive()
        seen = collection.videos()
        assert collection.complete
    except BaseException:
        frozen.kill()  # it would go on while the next test runs
        raise
    os.kill(frozen.pid or 0, signal.SIGCONT)
    frozen.join()
    assert frozen.exitcode == 0
    ids = collection.videos()["video_id"]
    assert ids.tolist() == seen["video_id"].tolist()
    assert ids.is_unique
    assert set(ids) == visible(*YEAR)
    assert collection.status()["videos"].sum() == len(ids)
    assert len(collection.requests()) == searches(tiktok) <= pages(tiktok, study) + 1
    assert collection.requests()["status"].eq(200).all()


def test_a_run_says_that_another_is_at_work(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    visible: Visible,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As where a job of cron begins before the one of yesterday has ended: they share."""
    collection = study(store, *YEAR, start=False)
    answer, begun, free = tiktok.service.answer, Event(), Event()

    def hold(request: Any) -> Any:
        if not begun.is_set():
            begun.set()
            free.wait(30)
        return answer(request)

    monkeypatch.setattr(tiktok.service, "answer", hold)
    other = resuming(str(store), {"workers": 1})
    assert begun.wait(30)
    Timer(0.5, free.set).start()
    assert collection.resume(verbose=True).complete
    other.join()
    assert other.exitcode == 0
    said = capsys.readouterr().err
    assert said.count("1 other run of this study at work: they share what is open") == 1
    assert set(collection.videos()["video_id"]) == visible(*YEAR)
    assert searches(tiktok) == pages(tiktok, study)
    collection.resume(verbose=True)
    assert "at work" not in capsys.readouterr().err


@pytest.mark.postgres
def test_a_process_that_is_frozen_in_a_transaction_holds_up_the_others_for_a_while(
    study: Studies, postgres_store: str, visible: Visible
) -> None:
    limited = postgres_store + "%20-cidle_in_transaction_session_timeout%3D300"
    collection = study(limited, "2023-01-01", "2023-01-30", start=False)
    with pytest.warns(TraktokWarning, match="max_requests=1"):
        collection.resume(max_requests=1)
    with study.open(limited)._store._engine.connect() as frozen:
        frozen.exec_driver_sql("UPDATE quota SET used = 0")
        assert collection.resume().complete
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            frozen.commit()
    assert set(collection.videos()["video_id"]) == visible("2023-01-01", "2023-01-30")
    assert collection.quota() == 1_000 - collection.requests_sent


def test_a_quota_is_shared_by_processes(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible
) -> None:
    collection = study(store, *YEAR, start=False)
    children = [resuming(str(store), {"workers": 2, "daily_requests": 31}) for _ in range(3)]
    for child in children:
        child.join()
        assert child.exitcode == 0
    assert searches(tiktok) == len(collection.requests()) == 31
    assert collection.quota(31) == 0
    assert collection.resume().complete
    assert set(collection.videos()["video_id"]) == visible(*YEAR)


def _compact(span: tuple[str, str]) -> tuple[str, str]:
    return span[0].replace("-", ""), span[1].replace("-", "")


def _large_world(monkeypatch: pytest.MonkeyPatch) -> ResearchApi:
    monkeypatch.setattr(invent, "VIDEOS", 48_000)
    monkeypatch.setattr(research_api, "world_of", World)
    return ResearchApi(seed=11)
