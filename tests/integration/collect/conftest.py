"""Fixtures: stores of both kinds, a query that everything matches, and a clock to set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Barrier, Condition
from typing import Any

import pytest
from requests.adapters import HTTPAdapter

from tests.integration.collect import postgres
from traktok import Query, auth_research, query, query_and
from traktok.collect import Collection, tt_collect
from traktok.sandbox.api import ResearchApi

_numbers = count(1)


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    pytest.importorskip("psycopg", reason="the extra traktok[postgres] is not installed")
    with postgres.running() as server:
        yield server.url


@pytest.fixture
def postgres_store(_server: str) -> str:
    """The URL of an empty PostgreSQL store."""
    import psycopg

    schema = f"study{next(_numbers)}"
    with psycopg.connect(_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")  # type: ignore[arg-type]  # no user's text
    return f"{_server}&options=-csearch_path%3D{schema}"


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Path:
    """The path of an SQLite store that is not there yet."""
    return tmp_path / "study.db"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Path | str:
    """A place for a study, of each kind in turn."""
    place: Path | str = request.getfixturevalue(f"{request.param}_store")
    return place


@pytest.fixture
def everything() -> Query:
    """A query that every video matches."""
    lengths = ["SHORT", "MID", "LONG", "EXTRA_LONG"]
    return query() | query_and("video_length", "IN", lengths)


@pytest.fixture
def credentials(tiktok: ResearchApi) -> None:
    """Credentials in the store of credentials, so that tokens can be renewed."""
    auth_research(tiktok.client_key, tiktok.client_secret)


class Studies:
    """Studies of a test, closed when it ends."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.opened: list[Collection] = []

    def __call__(self, into: Path | str, since: str, to: str, **how: Any) -> Collection:
        """Collect all videos of some days."""
        how = {"query": self.query, "workers": 1, **how}
        return self._opened(tt_collect(since=since, to=to, into=into, **how))

    def open(self, into: Path | str) -> Collection:
        """Open a study that is there."""
        return self._opened(Collection(into))

    def _opened(self, collection: Collection) -> Collection:
        self.opened.append(collection)
        return collection


@pytest.fixture
def study(everything: Query, slept: list[float]) -> Iterator[Studies]:
    """Collects studies; no wait is waited."""
    studies = Studies(everything)
    yield studies
    for collection in studies.opened:
        collection.close()


@pytest.fixture
def visible(tiktok: ResearchApi, everything: Query) -> Callable[[str, str], set[str]]:
    """The ids that a study of some days must end with."""

    def ids(since: str, to: str) -> set[str]:
        since, to = since.replace("-", ""), to.replace("-", "")
        return {str(video.id) for video in tiktok.world.visible(everything.to_dict(), since, to)}

    return ids


class Clock:
    """The time of traktok's collections and of TikTok, which only sleep moves.

    A sleep lasts until the requests under way are answered: in the time of the test they take
    milliseconds, and must not arrive hours later because a worker beside them waits for midnight.
    """

    def __init__(
        self, tiktok: ResearchApi, start: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._tiktok = tiktok
        self._under_way = 0
        self._changed = Condition()
        self._send = HTTPAdapter.send
        tiktok.clock.set(start)
        monkeypatch.setattr("traktok._clock.now", self)
        monkeypatch.setattr("time.sleep", self.sleep)
        monkeypatch.setattr(HTTPAdapter, "send", lambda *args, **how: self._sent(*args, **how))

    def __call__(self) -> float:
        return self._tiktok.clock.now.timestamp()

    def sleep(self, seconds: float) -> None:
        with self._changed:  # a request that waits for company is not waited for
            self._changed.wait_for(lambda: not self._under_way, timeout=1)
        self._tiktok.clock.advance(seconds=seconds)

    def _sent(self, *args: Any, **how: Any) -> Any:
        self._count(1)
        try:
            return self._send(*args, **how)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._under_way += change
            self._changed.notify_all()


@pytest.fixture
def clock(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A day's morning, with all requests still to send."""
    return Clock(tiktok, datetime(2025, 3, 1, 9, tzinfo=UTC), monkeypatch)


@pytest.fixture
def november(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A morning when videos are new."""
    return Clock(tiktok, datetime(2023, 11, 1, 9, tzinfo=UTC), monkeypatch)


LONGEST = 30  # seconds until a request that waits for company gives up


def answer_together(tiktok: ResearchApi, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a TikTok answer its first so many requests only when all of them are there."""
    answer, company = tiktok.service.answer, Barrier(number)
    waiting = iter(range(number))

    def together(request: Any) -> Any:
        if next(waiting, None) is not None:
            company.wait(LONGEST)
        return answer(request)

    monkeypatch.setattr(tiktok.service, "answer", together)
