"""A database that is restarted, crashes or is out of reach while a study is collected into it."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Literal

import pytest

from tests import ctrl_c
from tests.integration.collect import postgres
from traktok import Query
from traktok.collect import Collection, tt_collect
from traktok.errors import StoreError
from traktok.sandbox.api import ResearchApi

pytestmark = [pytest.mark.usefixtures("credentials"), pytest.mark.postgres]

Visible = Callable[[str, str], set[str]]
YEAR = "2023-01-01", "2023-12-31"
QUARTER = "2023-01-01", "2023-03-31"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every wait be short, and leases too."""
    pause = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: pause(min(seconds, 0.02)))
    monkeypatch.setattr("traktok.collect._tasks.LEASE", 2.0)


@pytest.fixture(scope="module")
def _mortal_server() -> Iterator[postgres.Server]:
    pytest.importorskip("psycopg", reason="the extra traktok[postgres] is not installed")
    with postgres.running(synchronous_commit="on") as server:  # a commit outlasts a crash
        yield server


@pytest.fixture
def server(_mortal_server: postgres.Server) -> postgres.Server:
    """A server that may crash, with an empty database."""
    import psycopg

    with psycopg.connect(_mortal_server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return _mortal_server


def kill_sessions(url: str, only: int | None = None) -> None:
    """End sessions of the server, as its administrator does."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " AND (%(only)s::int IS NULL OR pid = %(only)s)",
            {"only": only},
        )


def asked(tiktok: ResearchApi) -> Counter[tuple[str, int]]:
    """How often TikTok was asked for each page."""
    searches = (each for each in tiktok.requests if each.endpoint == "video/query/")
    return Counter((each.body["start_date"], each.body["cursor"]) for each in searches)


def check_whole(collection: Collection, tiktok: ResearchApi, expected: set[str]) -> None:
    """Check that all came once, all is logged, and nothing is held."""
    ids = collection.videos()["video_id"]
    assert ids.is_unique
    assert set(ids) == expected
    assert collection.complete
    pages = asked(tiktok)
    assert collection.requests_sent == pages.total()
    assert collection.quota() == 1_000 - pages.total()
    with collection._store.read() as connection:
        held = connection.exec_driver_sql("SELECT count(*) FROM tasks WHERE owner IS NOT NULL")
        assert held.scalar() == 0


Moment = Literal["before a statement", "after a statement", "before a commit", "after a commit"]


class Cutter:
    """Ends sessions of a study at moments that are counted in statements and commits."""

    def __init__(self, collection: Collection, url: str, moments: dict[Moment, set[int]]) -> None:
        self._url, self._moments = url, moments
        self._lock = threading.Lock()
        self._counts: Counter[Moment] = Counter()
        self.cuts = 0
        dialect = collection._store._engine.dialect
        self._execute, self._commit = dialect.do_execute, dialect.do_commit
        dialect.do_execute, dialect.do_commit = self.execute, self.commit

    def _cut(self, moment: Moment, connection: Any) -> bool:
        with self._lock:
            self._counts[moment] += 1
            if self._counts[moment] not in self._moments.get(moment, ()):
                return False
            self.cuts += 1
        kill_sessions(self._url, connection.info.backend_pid)
        return True

    def execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        self._cut("before a statement", cursor.connection)
        self._execute(cursor, statement, parameters, context)
        self._cut("after a statement", cursor.connection)

    def commit(self, connection: Any) -> None:
        own = connection.dbapi_connection
        self._cut("before a commit", own)
        self._commit(connection)
        if self._cut("after a commit", own):
            own.execute("SELECT 1")  # raises: nobody knows whether it was committed


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))])
def test_sessions_that_end_at_any_moment(
    everything: Query, postgres_store: str, tiktok: ResearchApi, visible: Visible, seed: int
) -> None:
    random = Random(seed)
    moments: dict[Moment, set[int]] = {
        "before a statement": set(random.sample(range(20, 400), 6)),
        "after a statement": set(random.sample(range(20, 400), 6)),
        "before a commit": set(random.sample(range(10, 100), 4)),
        "after a commit": set(random.sample(range(10, 100), 4)),
    }
    with tt_collect(everything, *YEAR, postgres_store, start=False) as collection:
        cutter = Cutter(collection, postgres_store, moments)
        collection.resume(workers=3)
        assert cutter.cuts == 20
        check_whole(collection, tiktok, visible(*YEAR))
        assert set(asked(tiktok).values()) == {1}
        assert collection.requests()["status"].eq(200).all()


def outages(server: postgres.Server, random: Random, number: int, ended: threading.Event) -> int:
    """Restart, crash or cut off a server, so many times at random moments; return how often."""
    for done in range(number):
        if ended.wait(random.uniform(0.05, 0.4)):
            return done
        how = random.choice(["cut", "fast", "immediate"])
        if how == "cut":
            kill_sessions(server.url)
        else:
            server.stop("immediate" if how == "immediate" else "fast")
            ended.wait(random.uniform(0, 0.3))
            server.start()
    return number


def collected_through_outages(
    collection: Collection, server: postgres.Server, seed: int, number: int
) -> int:
    """Collect a study while its server fails at random moments; return how often it did."""
    ended, failed = threading.Event(), []

    def fail() -> None:
        try:
            failed.append(outages(server, Random(seed), number, ended))
        except BaseException:
            # The server stays down, and the run would wait for it for ever.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            raise

    failing = threading.Thread(target=fail)
    failing.start()
    try:
        collection.resume(workers=3, on_quota="wait")
    finally:
        ended.set()
        failing.join()
    return failed[0]


@pytest.fixture
def slow(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let every answer of this TikTok take so many seconds."""
    answer, pause = tiktok.service.answer, threading.Event()

    def set_up(seconds: float) -> None:
        def answering(request: Any) -> Any:
            pause.wait(seconds)
            return answer(request)

        monkeypatch.setattr(tiktok.service, "answer", answering)

    return set_up


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("number", "seconds"), [(2, 0.02), (20, 0.7)])
def test_a_server_that_fails_at_random_moments(
    everything: Query,
    server: postgres.Server,
    tiktok: ResearchApi,
    visible: Visible,
    slow: Callable[[float], None],
    number: int,
    seconds: float,
) -> None:
    slow(seconds)
    with tt_collect(everything, *YEAR, server.url, start=False) as collection:
        assert collected_through_outages(collection, server, seed=number, number=number) == number
        check_whole(collection, tiktok, visible(*YEAR))
        assert set(asked(tiktok).values()) == {1}
        assert collection.requests()["status"].eq(200).all()


def test_a_run_that_may_not_wait_ends_after_two_minutes_and_says_how_to_go_on(
    everything: Query,
    server: postgres.Server,
    tiktok: ResearchApi,
    visible: Visible,
    slept: list[float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = tiktok.service.answer

    def crash(request: Any) -> Any:
        server.stop("immediate")
        tiktok.service.answer = answer  # type: ignore[method-assign]
        return answer(request)

    with tt_collect(everything, *QUARTER, server.url, start=False) as collection:
        tiktok.service.answer = crash  # type: ignore[method-assign]
        try:
            with pytest.raises(StoreError, match=r"can't be reached .*\. Go on with .*resume\(\)"):
                collection.resume(workers=1, verbose=True)
        finally:
            tiktok.service.answer = answer  # type: ignore[method-assign]
            server.start()
        assert 120 <= sum(slept) < 130
        said = capsys.readouterr().err
        assert said.count("The database can't be reached: trying again, for 2 min") == 1
        assert collection.resume().complete
        assert set(collection.videos()["video_id"]) == visible(*QUARTER)


def test_ctrl_c_ends_a_wait_for_the_database(
    everything: Query, server: postgres.Server, tiktok: ResearchApi, slept: list[float]
) -> None:
    with tt_collect(everything, *QUARTER, server.url, start=False) as collection:
        try:
            server.stop("fast")
            with (
                ctrl_c.pressed_while_asleep(slept, 20),
                pytest.raises(KeyboardInterrupt) as caught,
            ):
                collection.resume(on_quota="wait")
        finally:
            server.start()
        assert "resume()" in caught.value.__notes__[0]
        assert max(slept) <= 1


@pytest.mark.usefixtures("quick")
def test_a_refresh_goes_on_too(
    everything: Query, server: postgres.Server, tiktok: ResearchApi, visible: Visible
) -> None:
    with tt_collect(everything, *QUARTER, server.url) as collection:
        answer, restarts = tiktok.service.answer, []

        def restart(request: Any) -> Any:
            if not restarts:
                restarts.append(request)
                server.stop("immediate")
                server.start()
            return answer(request)

        tiktok.service.answer = restart  # type: ignore[method-assign]
        try:
            found = collection.refresh(every=0)
        finally:
            tiktok.service.answer = answer  # type: ignore[method-assign]
        assert restarts
        assert found["asked"].iloc[0] == len(visible(*QUARTER))
        assert found["gone"].sum() == 0
