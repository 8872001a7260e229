"""Stores: made, opened, shared, too new, too old, none at all; and what a record becomes in one."""

from __future__ import annotations

import gc
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, inspect, text

from tests.integration.collect.conftest import Studies
from traktok import TraktokWarning, query, query_and
from traktok._http.wire import Page
from traktok.collect import (
    Collection,
    _database,
    _owners,
    _records,
    _schema,
    _tasks,
    tt_collect,
)
from traktok.collect._kinds import COMMENTS_OF_VIDEOS, USERS, VIDEOS
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._tasks import Tasks
from traktok.errors import StoreError
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials", "slept")

Visible = Callable[[str, str], set[str]]
QUARTER = "2023-01-01", "2023-03-31"


@pytest.fixture
def unsent(tiktok: ResearchApi, credentials: None) -> Any:
    """Nothing is sent in this test."""
    before = len(tiktok.requests)
    yield
    assert len(tiktok.requests) == before


@pytest.mark.parametrize(
    ("table", "column", "written"),
    [("jobs", "settings", "''"), ("runs", "versions", "x'ff'")],
)
def test_a_store_that_holds_damaged_json_says_so(
    study: Studies, sqlite_store: Path, tmp_path: Path, table: str, column: str, written: str
) -> None:
    study(sqlite_store, "2023-01-01", "2023-01-10").close()
    connection = sqlite3.connect(sqlite_store)
    connection.execute(f"UPDATE {table} SET {column} = {written}")
    connection.commit()
    connection.close()

    def use() -> None:
        with Collection(sqlite_store) as damaged:
            damaged.videos()
            damaged.report(tmp_path / "report.html")

    with pytest.raises(StoreError, match="is damaged, or was edited by hand: column"):
        use()


def test_a_store_that_is_let_go_of_keeps_no_connection(store: Path | str) -> None:
    held = Store(store, create=True)
    connections = held._engine.pool
    assert connections.checkedin() > 0  # type: ignore[attr-defined]  # a QueuePool's
    del held
    gc.collect()
    assert connections.checkedin() == 0  # type: ignore[attr-defined]


# ----------------------------------------------------------------------------- no store of ours


@pytest.mark.usefixtures("unsent")
@pytest.mark.parametrize(
    "content", [b"video_id,text\n1,cats\n" * 50, b"SQLite format 3\0" + b"x" * 600]
)
def test_a_file_that_is_no_store(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "videos.csv"
    path.write_bytes(content)
    for attempt in (lambda: Collection(path), lambda: tt_collect("cats", *QUARTER, path)):
        with pytest.raises(
            StoreError, match=r"videos.csv can't be used: it is not a store|damaged"
        ):
            attempt()
    assert path.read_bytes() == content


@pytest.mark.usefixtures("unsent")
def test_a_database_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (name TEXT, value TEXT)")
    connection.close()
    content = path.read_bytes()
    for attempt in (lambda: Collection(path), lambda: tt_collect("cats", *QUARTER, path)):
        with pytest.raises(StoreError, match="not a store of traktok: it holds other tables"):
            attempt()
    assert path.read_bytes() == content


@pytest.mark.usefixtures("unsent")
@pytest.mark.postgres
def test_a_store_that_is_not_there(tmp_path: Path, postgres_store: str) -> None:
    with pytest.raises(StoreError, match=r"There is no store .*tt_collect"):
        Collection(tmp_path / "study.db")
    assert not (tmp_path / "study.db").exists()
    with pytest.raises(StoreError, match=r"There is no study in .*tt_collect"):
        Collection(postgres_store)
    with pytest.raises(StoreError, match="no folder"):
        tt_collect("cats", *QUARTER, tmp_path / "nowhere" / "study.db")
    with pytest.raises(StoreError, match="is a folder"):
        tt_collect("cats", *QUARTER, tmp_path)
    with pytest.raises(StoreError, match="can't be reached"):
        tt_collect("cats", *QUARTER, "postgresql://me:hunter2@127.0.0.1:1/study")


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(StoreError) as caught:
        Collection("postgresql://me:hunter2@127.0.0.1:1/study")
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in _database.place(_database.address("postgresql://me:hunter2@db/study"))


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgresql://me:hunter2@db/study", "postgresql://me@db/study"),
        ("postgres://me@db:5433/study", "postgresql://me@db:5433/study"),
        (
            "postgresql://me@db/study?sslmode=require&password=hunter2&sslpassword=hunter2",
            "postgresql://me@db/study?sslmode=require",
        ),
        (
            "postgresql://me:hunter2@/study?host=/run/pg&options=-csearch_path%3Dx",
            "postgresql://me@/study?host=%2Frun%2Fpg&options=-csearch_path%3Dx",
        ),
        ("postgresql://me:hunt%40er2@db/study", "postgresql://me@db/study"),
    ],
)
def test_a_store_is_named_without_its_password(url: str, named: str) -> None:
    assert _database.place(_database.address(url)) == named


@pytest.mark.parametrize(
    "other",
    [
        {"query": "dogs"},
        {"to": "2023-03-30"},
        {"since": "2022-12-31"},
        {"fields": "id,create_time"},
        {"window_days": 10},
    ],
)
def test_a_store_of_another_study(
    study: Studies, store: Path | str, tiktok: ResearchApi, other: dict[str, Any]
) -> None:
    study(store, *QUARTER)
    before = len(tiktok.requests)
    usual = {"query": study.query, "since": QUARTER[0], "to": QUARTER[1], "into": store}
    with pytest.raises(StoreError, match=f"holds another study .another {next(iter(other))}"):
        tt_collect(**{**usual, **other})
    assert len(tiktok.requests) == before
    assert study.open(store).complete


def test_comments_are_collected_in_one_way(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-01-01")
    collection.collect_comments(max_pages=1)
    with pytest.raises(StoreError, match="same fields and max_pages"):
        collection.collect_comments(max_pages=2)


@pytest.mark.usefixtures("unsent")
def test_a_newer_store(store: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_schema, "VERSION", 8)
    tt_collect("cats", *QUARTER, store, start=False).close()
    monkeypatch.undo()
    for attempt in (lambda: Collection(store), lambda: tt_collect("cats", *QUARTER, store)):
        with pytest.raises(StoreError, match=r"newer traktok .its schema is 8.*upgrade"):
            attempt()


def test_an_older_store_is_brought_up_to_date(
    study: Studies, store: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    study(store, *QUARTER).close()
    steps = {
        n: lambda connection, n=n: connection.execute(
            text(f"ALTER TABLE runs ADD COLUMN c{n} TEXT")
        )
        for n in (_schema.VERSION, _schema.VERSION + 1)
    }
    monkeypatch.setattr(_schema, "MIGRATIONS", steps)
    monkeypatch.setattr(_schema, "VERSION", _schema.VERSION + 2)
    for _ in range(2):  # once brought up to date, it is
        with study.open(store)._store.read() as connection:
            added = text(f"SELECT {', '.join(f'c{n}' for n in steps)} FROM runs")
            assert connection.execute(added).all() == [(None, None)]
    assert study.open(store).complete


def made_by_version_1(collection: Collection) -> None:
    """Give a store the tables that version 1 made."""
    kept = (
        "id, kind, subject, state, cursor, search_id, pages, rows, failures, restarts, error, "
        "owner, leased_until"
    )
    backwards = {
        "sqlite": [
            "DROP INDEX ix_tasks_next",
            "DROP INDEX ix_tasks_owner",
            "ALTER TABLE tasks RENAME TO newer",
            "CREATE TABLE tasks (id INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, "
            "state TEXT NOT NULL, cursor TEXT, search_id TEXT, pages INTEGER NOT NULL, "
            "rows INTEGER NOT NULL, failures INTEGER NOT NULL, restarts INTEGER NOT NULL, "
            "error TEXT, owner TEXT, leased_until DOUBLE, PRIMARY KEY (id), "
            "UNIQUE (kind, subject))",
            f"INSERT INTO tasks ({kept}) SELECT {kept} FROM newer",
            "DROP TABLE newer",
            "CREATE INDEX ix_tasks_next ON tasks (kind, state, failures, id)",
            "CREATE INDEX ix_tasks_owner ON tasks (owner)",
        ],
        "postgresql": [
            "ALTER TABLE tasks DROP COLUMN query",
            "ALTER TABLE tasks DROP COLUMN part",
            "ALTER TABLE tasks ADD UNIQUE (kind, subject)",
        ],
    }
    with collection._store.write() as connection:
        for statement in backwards[connection.dialect.name]:
            connection.execute(text(statement))
        connection.execute(text("DROP TABLE found_by"))
        connection.execute(text("UPDATE meta SET value = '1' WHERE name = 'traktok_schema'"))


def shape(collection: Collection) -> dict[str, Any]:
    """The tables of a store, their columns and indexes."""
    with collection._store.read() as connection:
        looked_at = inspect(connection)
        return {
            table: (
                {each["name"]: (str(each["type"]), each["nullable"]) for each in columns},
                sorted((each["name"], each["column_names"]) for each in indexes),
                [each["column_names"] for each in looked_at.get_unique_constraints(table)],
                looked_at.get_pk_constraint(table)["constrained_columns"],
            )
            for table in looked_at.get_table_names()
            for columns in [looked_at.get_columns(table)]
            for indexes in [looked_at.get_indexes(table)]
        }


def test_a_store_of_version_1_goes_on(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible
) -> None:
    with pytest.warns(TraktokWarning, match="Not complete"):
        old = study(store, *QUARTER, max_requests=2)
    new, status = shape(old), old.status()
    made_by_version_1(old)
    old.close()
    before = len(tiktok.requests)
    opened = study.open(store)
    assert shape(opened) == new
    assert opened.status().equals(status)
    assert opened.resume(workers=1).complete
    assert set(opened.videos()["video_id"]) == visible(*QUARTER)
    assert len(tiktok.requests) - before == opened.requests_sent - 2
    assert study(store, *QUARTER, start=False).complete


def test_a_migration_that_fails_changes_nothing(
    study: Studies, store: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    study(store, *QUARTER).close()

    def fail(connection: Any) -> None:
        connection.execute(text("ALTER TABLE runs ADD COLUMN half TEXT"))
        connection.execute(text("ALTER TABLE no_such_table ADD COLUMN half TEXT"))

    monkeypatch.setattr(_schema, "MIGRATIONS", {_schema.VERSION: fail})
    monkeypatch.setattr(_schema, "VERSION", _schema.VERSION + 1)
    with pytest.raises(StoreError):
        Collection(store)
    monkeypatch.undo()
    with study.open(store)._store.read() as connection:
        columns = connection.execute(text("SELECT * FROM runs")).keys()
    assert "half" not in list(columns)


# ------------------------------------------------------------------------------ held, and full


@pytest.mark.usefixtures("unsent")
def test_a_store_that_another_process_holds(
    study: Studies, sqlite_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study(sqlite_store, *QUARTER, start=False).close()
    monkeypatch.setitem(_database.PRAGMAS, "busy_timeout", 10)
    holder = sqlite3.connect(sqlite_store, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process holds it"):
        study.open(sqlite_store).resume()
    holder.execute("ROLLBACK")
    holder.close()


def test_a_disk_without_room(
    study: Studies,
    sqlite_store: Path,
    tiktok: ResearchApi,
    visible: Visible,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study(sqlite_store, "2023-01-01", "2023-12-31", start=False).close()
    full = sqlite_store.stat().st_size // 4096 + 150
    monkeypatch.setitem(_database.PRAGMAS, "max_page_count", full)
    with pytest.raises(StoreError, match=r"no room left on the disk.*Every page before is kept"):
        study.open(sqlite_store).resume(workers=2)
    before = len(tiktok.requests)
    kept = len(study.open(sqlite_store).videos())
    assert kept > 100
    with pytest.raises(StoreError, match="no room left"):
        study.open(sqlite_store).resume(workers=1)
    assert len(tiktok.requests) <= before + 1
    for collection in study.opened:
        collection.close()
    monkeypatch.delitem(_database.PRAGMAS, "max_page_count")
    collection = study.open(sqlite_store).resume()
    assert set(collection.videos()["video_id"]) == visible("2023-01-01", "2023-12-31")


def test_a_page_that_leads_on_gives_a_task_all_its_chances_again(store: Path | str) -> None:
    shared = Store(store, create=True)
    tasks = Tasks(shared, COMMENTS_OF_VIDEOS, _owners.new_owner())
    tasks.add(["7"])

    def claimed() -> _tasks.Task:
        task = tasks.claim()
        assert task
        return task

    def save_page(cursor: int) -> _tasks.Task:
        task, page = claimed(), Page(cursor=cursor, has_more=True)
        records = _records.columns_of(COMMENTS_OF_VIDEOS, None, [], "7", {})
        with shared.write() as connection:
            return tasks.save_page(connection, task, page, records, 9)[0]

    assert tasks.fail(claimed(), "once") is State.OPEN
    advanced = save_page(100)
    assert advanced.failures == 0
    assert tasks.fail(advanced, "once more") is State.OPEN
    stuck = save_page(100)
    assert stuck.failures == 1
    assert tasks.fail(stuck, "and again") is State.SET_ASIDE
    shared.close()


# ------------------------------------------------------------------------------------- leases


def test_a_task_is_leased_to_one(store: Path | str) -> None:
    shared = Store(store, create=True)
    one, two = (Tasks(shared, USERS, _owners.new_owner()) for _ in range(2))
    one.add(["ann", "bo"])
    one.add(["bo"])
    first, second = one.claim(), two.claim()
    assert first
    assert second
    assert {first.subject, second.subject} == {"ann", "bo"}
    assert one.claim() is None
    assert one.unfinished() == 2
    with pytest.raises(_tasks.LeaseLostError):
        two.fail(first, "not mine")
    one.give_back(second)
    assert one.claim() is None
    two.release()
    taken = one.claim()
    assert taken
    assert taken.subject == second.subject
    shared.close()


def test_a_lease_runs_out_unless_it_is_prolonged(
    store: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Store(store, create=True)
    one, two = (Tasks(shared, USERS, _owners.new_owner()) for _ in range(2))
    one.add(["ann"])
    monkeypatch.setattr(_tasks, "LEASE", -1.0)
    lost = one.claim()
    assert lost
    monkeypatch.setattr(_tasks, "LEASE", 60.0)
    one.prolong()
    assert two.claim() is None
    monkeypatch.setattr(_tasks, "LEASE", -1.0)
    one.prolong()
    assert two.claim()
    with pytest.raises(_tasks.LeaseLostError):
        one.fail(lost, "too late")
    shared.close()


def test_what_the_dead_held_is_free_at_once(store: Path | str) -> None:
    shared = Store(store, create=True)
    dead = Tasks(shared, USERS, _owners.new_owner())
    dead.add(["ann"])
    assert dead.claim()
    living = Tasks(shared, USERS, _owners.new_owner())
    living.release_dead()
    assert living.claim() is None
    _owners.retire(dead.owner)
    living.release_dead()
    assert living.claim()
    shared.close()


def test_another_machines_runs_may_live() -> None:
    machine, pid, _ = _owners.new_owner().rsplit(" ", 2)
    assert not _owners.is_dead(f"elsewhere {pid} 1234")
    assert _owners.is_dead(f"{machine} {2**22 + 1} 1234")
    assert not _owners.is_dead(f"{machine} 1 1234")


# ------------------------------------------------------------------------------------ records

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_fields = st.sampled_from([*VIDEOS.endpoint.documented, "video_id", "something_new"])
_surrogates = st.text(st.characters(categories=["Cs", "Cc", "L"]), max_size=5)


@given(record=st.dictionaries(_fields, _json | _surrogates, min_size=1))
@pytest.mark.parametrize("kind", [VIDEOS, COMMENTS_OF_VIDEOS, USERS])
def test_any_record_becomes_a_row_and_comes_back(kind: Any, record: dict[str, Any]) -> None:
    columns = _records.columns_of(kind, None, [record], "subject", {})
    row = {name: cell for name, (cell,) in columns.items()}
    assert isinstance(row[kind.key.name], str)
    assert row[kind.key.name]
    assert _records.decoded(row["raw"]) == json.loads(json.dumps(record))
    for value in row.values():
        assert value is None or isinstance(value, (str, int))
        if isinstance(value, str):
            assert "\0" not in value
            value.encode()


def test_what_is_no_record_is_skipped() -> None:
    columns = _records.columns_of(VIDEOS, None, [None, {}, "x", 3, []], "subject", {})
    assert not any(columns.values())


_SEEN = {"first_seen": 1.0, "last_seen": 1.0, "task": 1}


def test_a_record_that_comes_twice_in_a_page_is_kept_once(store: Path | str) -> None:
    shared = Store(store, create=True)
    page = [{"id": 1, "view_count": 5}, {"id": 2}, {"id": 1, "view_count": 6}]
    columns = _records.columns_of(VIDEOS, None, page, "", _SEEN)
    with shared.write() as connection:
        assert _records.save_records(connection, shared, VIDEOS, columns) == (2, 2)
        assert _records.save_records(connection, shared, VIDEOS, columns) == (2, 0)
    videos = _records.Reader(shared, VIDEOS, None).table().set_index("video_id")
    assert videos.index.tolist() == ["2", "1"]
    assert videos.loc["1", "view_count"] == 6
    shared.close()


def test_a_page_is_saved_by_one_statement_whose_text_does_not_grow(store: Path | str) -> None:
    """psycopg parses each new text: thousands of placeholders took longer than all else."""
    shared = Store(store, create=True)
    statements: list[tuple[str, Any]] = []
    event.listen(
        shared._engine,
        "before_cursor_execute",
        lambda _, __, statement, values, *___: statements.append((statement, values)),
    )
    columns = _records.columns_of(VIDEOS, None, [{"id": n} for n in range(100)], "", _SEEN)
    with shared.write() as connection:
        assert _records.save_records(connection, shared, VIDEOS, columns) == (100, 100)
    shared.close()
    (statement, values), *others = [said for said in statements if "INSERT" in said[0]]
    assert others == []
    if shared.place.startswith("postgresql"):
        assert len(values) == statement.count("%s") == 1


@pytest.mark.parametrize("fault", ["nul_text", "lone_surrogate"])
def test_strange_texts_come_back_as_they_were(
    study: Studies, store: Path | str, tiktok: ResearchApi, fault: str
) -> None:
    tiktok.fail(fault)
    videos = study(store, "2023-01-01", "2023-01-10").videos()
    tainted = "\0\0" if fault == "nul_text" else "\ud83d"
    assert videos["video_description"].str.endswith(tainted).sum() == 1


def test_columns_are_there_for_sql(study: Studies, store: Path | str) -> None:
    collection = study(store, *QUARTER)
    query = "SELECT video_id, author_name, view_count, create_time, hashtag_names FROM videos"
    with collection._store.read() as connection:
        rows = connection.execute(text(query)).all()
    found = pd.DataFrame(rows).set_index("video_id").sort_index()
    videos = collection.videos().set_index("video_id").sort_index()
    assert found["view_count"].tolist() == videos["view_count"].tolist()
    seconds = videos["create_time"].astype("int64").tolist()
    assert found["create_time"].tolist() == seconds
    names = [value and json.loads(value) for _, _, _, _, value in sorted(rows)]
    assert names == videos["hashtag_names"].tolist()


def test_a_record_keeps_when_it_was_first_seen(study: Studies, store: Path | str) -> None:
    collection = study(store, *QUARTER)
    with collection._store.read() as connection:
        seen = connection.execute(text("SELECT first_seen, last_seen, task FROM videos")).all()
    assert all(first == last and task for first, last, task in seen)
    with collection._store.write() as connection:
        connection.execute(text("UPDATE tasks SET state = 'open', cursor = NULL, search_id = NULL"))
    collection.resume()
    with collection._store.read() as connection:
        again = connection.execute(text("SELECT first_seen, last_seen FROM videos")).all()
    assert {first for first, _ in again} == {first for first, *_ in seen}
    assert all(last > first for first, last in again)
    assert collection.status()["videos"].sum() == len(seen)


def test_a_query_by_its_verbs_is_the_same_study(study: Studies, sqlite_store: Path) -> None:
    by_verbs = query() | query_and("keyword", "IN", ["cats"])
    tt_collect(by_verbs, *QUARTER, sqlite_store, start=False).close()
    read = type(by_verbs).from_json(by_verbs.to_json())
    assert tt_collect(read, *QUARTER, sqlite_store, start=False).plan()["least_requests"].sum() == 3
