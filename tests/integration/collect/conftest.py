"""Fixtures: stores of both kinds, a query that everything matches, and a clock to set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

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
    """The time of traktok's collections and of TikTok, which only sleep moves."""

    def __init__(self, tiktok: ResearchApi, start: datetime) -> None:
        self._tiktok = tiktok
        tiktok.clock.set(start)

    def __call__(self) -> float:
        return self._tiktok.clock.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self._tiktok.clock.advance(seconds=seconds)


@pytest.fixture
def clock(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A day's morning, with all requests still to send."""
    clock = Clock(tiktok, datetime(2025, 3, 1, 9, tzinfo=UTC))
    monkeypatch.setattr("traktok._clock.now", clock)
    monkeypatch.setattr("time.sleep", clock.sleep)
    return clock


@pytest.fixture
def november(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A morning when videos are new."""
    clock = Clock(tiktok, datetime(2023, 11, 1, 9, tzinfo=UTC))
    monkeypatch.setattr("traktok._clock.now", clock)
    monkeypatch.setattr("time.sleep", clock.sleep)
    return clock


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
