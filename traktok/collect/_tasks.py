"""The tasks of a study (windows, comments of videos, users): which run holds which, and how far.

A task is leased to a run. The run prolongs its leases while it lives; those of a dead run become
free again. A run may change a task only while it holds the lease.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from traktok._http.wire import Page
from traktok._run.run import LeaseLostError
from traktok._tables.builder import Rows
from traktok._tables.columns import ColumnType, Counts, Days, Texts
from traktok.collect import _schema, _young
from traktok.collect._kinds import VIDEOS, Kind
from traktok.collect._owners import is_dead
from traktok.collect._patience import repeatable
from traktok.collect._records import Columns, save_finder, save_records
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._windows import Window

# Seconds until a lease ends unless it is prolonged.
LEASE = 60.0
# How many failures in a row without a page halve a task, or set it aside.
CHANCES = 2
# How often to restart a window whose search TikTok no longer knows.
RESTARTS = 2

_tasks, _requests = _schema.tasks, _schema.requests


@dataclass(frozen=True, slots=True)
class Task:
    """One crawl of a study, and how far it is."""

    id: int
    subject: str
    query: str
    part: int
    state: State
    cursor: int | str | None
    search_id: str | None
    pages: int
    rows: int
    failures: int
    restarts: int

    @classmethod
    def of(cls, row: Row[Any]) -> Task:
        """Build a task from its row."""
        cursor = row.cursor
        if cursor is not None and cursor.isascii() and cursor.isdigit():
            cursor = int(cursor)
        what = row.id, row.subject, row.query, row.part
        position = cursor, row.search_id, row.pages, row.rows
        return cls(*what, State(row.state), *position, row.failures, row.restarts)

    @property
    def label(self) -> str:
        """What it is called in messages."""
        return f"{self.query}, {self.subject}" if self.query else self.subject

    def advanced_by(self, page: Page) -> bool:
        """Return whether a page advances the task's cursor."""
        here, there = self.cursor or 0, page.cursor
        if isinstance(here, int) and isinstance(there, int):
            return there > here
        return there is not None and there != here


class Tasks:
    """The tasks of one kind, as one run sees them."""

    def __init__(self, store: Store, kind: Kind, owner: str) -> None:
        self.store, self.kind, self.owner = store, kind, owner
        self._held: set[int] = set()
        self._open = and_(_tasks.c.kind == kind.name, _tasks.c.state == State.OPEN)

    # --------------------------------------------------------------------- what is to be done

    @repeatable
    def add(self, subjects: Iterable[str]) -> None:
        """Add tasks; those that exist stay as they are."""
        new = [self._new(subject) for subject in subjects]
        if new:
            with self.store.write() as connection:
                self._insert(connection, new)

    def _new(self, subject: str) -> dict[str, Any]:
        return {"kind": self.kind.name, "subject": subject, "state": State.OPEN}

    def _insert(self, connection: Connection, new: list[dict[str, Any]]) -> None:
        connection.execute(self.store.dialect.insert(_tasks).on_conflict_do_nothing(), new)

    @repeatable
    def add_each(self, column: str) -> None:
        """Add a task for every distinct value of a column of the study's videos."""
        table = _schema.records[VIDEOS.name]
        of = table.c[column]
        query = select(literal(self.kind.name), of, literal(str(State.OPEN))).distinct()
        query = query.where(of.is_not(None), table.c.gone_at.is_(None))
        new = self.store.dialect.insert(_tasks).from_select(["kind", "subject", "state"], query)
        with self.store.write() as connection:
            connection.execute(new.on_conflict_do_nothing())

    @repeatable
    def take_up_again(self) -> None:
        """Reopen the tasks that were set aside."""
        with self.store.write() as connection:
            connection.execute(
                update(_tasks)
                .where(_tasks.c.kind == self.kind.name, _tasks.c.state == State.SET_ASIDE)
                .values(state=State.OPEN, failures=0)
            )

    @repeatable
    def unfinished(self) -> int:
        """Count the open tasks, whoever holds them."""
        with self.store.read() as connection:
            query = select(func.count()).select_from(_tasks).where(self._open)
            return int(connection.scalar(query) or 0)

    def leave_out(self, query: str) -> None:
        """Leave out the windows of a query in this run."""
        self._open = and_(self._open, _tasks.c.query != query)

    @repeatable
    def other_runs(self) -> int:
        """Count the other runs that hold tasks of this study, of any kind."""
        alive = _tasks.c.owner != self.owner, _tasks.c.leased_until >= self.store.dialect.now
        with self.store.read() as connection:
            query = select(func.count(_tasks.c.owner.distinct())).where(*alive)
            return int(connection.scalar(query) or 0)

    # ------------------------------------------------------------------------------- leases

    @repeatable
    def claim(self, number: int | None = None) -> Task | None:
        """Lease a task if it is free, or the next one that is; those that failed come last."""
        # While the database is out of reach, no lease can be prolonged.
        is_held = and_(_tasks.c.owner == self.owner, _tasks.c.id.in_(list(self._held)))
        ran_out = and_(_tasks.c.leased_until < self.store.dialect.now, not_(is_held))
        free = and_(self._open, or_(_tasks.c.owner.is_(None), ran_out))
        asked = free if number is None else and_(free, _tasks.c.id == number)
        following = (
            select(_tasks.c.id)
            .where(asked)
            .order_by(_tasks.c.failures, _tasks.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        lease = (
            update(_tasks)
            .where(_tasks.c.id == following.scalar_subquery(), free)
            .values(owner=self.owner, leased_until=self.store.dialect.now + LEASE)
            .returning(_tasks)
        )
        with self.store.write() as connection:
            row = connection.execute(lease).one_or_none()
        if row is None:
            return None
        self._held.add(row.id)
        return Task.of(row)

    @repeatable
    def prolong(self) -> None:
        """Prolong the leases of the tasks that this run's workers hold.

        One that was leased to this run while the connection broke is nobody's, and runs out.
        """
        held = _tasks.c.owner == self.owner, _tasks.c.id.in_(list(self._held))
        with self.store.write() as connection:
            until = self.store.dialect.now + LEASE
            connection.execute(update(_tasks).where(*held).values(leased_until=until))

    def release(self) -> None:
        """Give back all that this run holds."""
        self._free(_tasks.c.owner == self.owner)

    @repeatable
    def release_dead(self) -> None:
        """Free the tasks of dead runs of this machine; leases of other machines run out."""
        with self.store.read() as connection:
            query = select(_tasks.c.owner).where(_tasks.c.owner.is_not(None)).distinct()
            owners = connection.scalars(query).all()
        if dead := [owner for owner in owners if owner and is_dead(owner)]:
            self._free(_tasks.c.owner.in_(dead))

    @repeatable
    def _free(self, which: ColumnElement[bool]) -> None:
        with self.store.write() as connection:
            connection.execute(update(_tasks).where(which).values(owner=None, leased_until=None))

    # -------------------------------------------------------------------------- how far it is

    def save_page(
        self,
        connection: Connection,
        task: Task,
        page: Page,
        records: Columns,
        max_pages: float,
    ) -> tuple[Task, int, int]:
        """Save a page and the position behind it, in one transaction.

        Return the task after it, how many rows the page had and how many of them are new.
        """
        had, new = save_records(connection, self.store, self.kind, records)
        found = save_finder(connection, self.store, task.query, records) if task.query else new
        finished = not page.has_more or task.pages + 1 >= max_pages
        nothing = self.kind.endpoint.records is None and not had
        reason = page.withheld or ("TikTok sent no data" if nothing else None)
        state = State.SKIPPED if reason else State.DONE if finished else State.OPEN
        if state is State.DONE and self.kind is VIDEOS:
            early = _young.was_young(connection, task.id, Window.of(task.subject))
            state = State.YOUNG if early else state
        cursor = task.cursor if page.cursor is None else page.cursor
        values: dict[str, Any] = {
            "state": state,
            "cursor": None if cursor is None else str(cursor),
            "search_id": page.search_id or task.search_id,
            "pages": task.pages + 1,
            "rows": task.rows + found,
            "failures": 0 if task.advanced_by(page) or finished else task.failures,
            "error": reason or ("TikTok lists no more" if page.cut_off else None),
        }
        if state is not State.OPEN:
            values |= {"owner": None, "leased_until": None}
        saved = self._update(connection, task, values)
        if saved.query != task.query:  # its query got a name meanwhile
            save_finder(connection, self.store, saved.query, records)
        return saved, had, new

    def give_back(self, task: Task) -> None:
        """Release a task as the store has it, for the next worker."""
        self._held.discard(task.id)
        self._free(and_(_tasks.c.id == task.id, _tasks.c.owner == self.owner))

    @repeatable
    def restart(self, task: Task, error: str) -> None:
        """Restart a task from its first page; its rows stay."""
        position = {"cursor": None, "search_id": None, "pages": 0}
        values = {**position, "restarts": task.restarts + 1, "error": error}
        with self.store.write() as connection:
            self._update(connection, task, {**values, "owner": None, "leased_until": None})

    @repeatable
    def fail(self, task: Task, error: str) -> State:
        """Record a failure; a task that keeps failing is halved or set aside."""
        failures = task.failures + 1
        window = Window.of(task.subject) if self.kind is VIDEOS else None
        state = State.OPEN
        if failures >= CHANCES:
            state = State.HALVED if window and window.days > 1 else State.SET_ASIDE
        values = {"state": state, "failures": failures, "error": error}
        with self.store.write() as connection:
            left = self._update(connection, task, {**values, "owner": None, "leased_until": None})
            if state is State.HALVED and window:
                # A half has one chance less: its days are known to fail.
                same = {"query": left.query, "part": left.part, "failures": CHANCES - 1}
                halves = [self._new(half.subject) for half in window.halves()]
                self._insert(connection, [{**half, **same} for half in halves])
        return state

    def _update(self, connection: Connection, task: Task, values: dict[str, Any]) -> Task:
        mine = {"of": task.id, "by": self.owner, "at": task.pages}
        row = connection.execute(_change(tuple(values)), {**mine, **values}).one_or_none()
        if row is None or row.owner is None:
            self._held.discard(task.id)
        if row is None:
            raise LeaseLostError(task.label)
        return Task.of(row)


@functools.cache
def _change(names: tuple[str, ...]) -> Any:
    """Build the statement that changes a task for the run that holds it, where the run has it.

    A database that crashed may have lost the last page, and a page that was saved while the
    connection broke is not saved again: what the store has counts.
    """
    return (
        update(_tasks)
        .where(
            _tasks.c.id == bindparam("of"),
            _tasks.c.owner == bindparam("by"),
            _tasks.c.pages == bindparam("at"),
            _tasks.c.state == literal(str(State.OPEN)),
        )
        .values({name: bindparam(name) for name in names})
        .returning(_tasks)
    )


# ------------------------------------------------------------------------------------- as a table


@repeatable
def states(store: Store, kind: Kind, query_name: str | None = None) -> dict[str, int]:
    """Count a kind's tasks, or the windows of one query, by their state."""
    query = select(_tasks.c.state, func.count()).where(_tasks.c.kind == kind.name)
    if query_name is not None:
        query = query.where(_tasks.c.query == query_name)
    with store.read() as connection:
        rows = connection.execute(query.group_by(_tasks.c.state)).all()
    found = {row.state: row[1] for row in rows}
    return {str(state): found.get(state, 0) for state in State}


def complete(store: Store) -> bool:
    """Return whether everything that was asked for is done."""
    asked = [states(store, kind) for kind in store.kinds()]
    begun = any(states(store, VIDEOS).values())
    return begun and not any(map(has_more, asked))


def has_more(states: Mapping[str, int]) -> bool:
    """Return whether any of these states is one that more may come of."""
    return any(states[state] for state in (State.OPEN, State.YOUNG, State.SET_ASIDE))


def progress(store: Store, kind: Kind, queries: Sequence[str]) -> Rows:
    """Return how far each of a kind's tasks is; ``queries`` are the names of several."""
    sent = (
        select(_requests.c.task, func.count().label("number"))
        .where(_requests.c.task.is_not(None))
        .group_by(_requests.c.task)
        .subquery()
    )
    query = (
        select(
            *(_tasks.c[name] for name in ("query", "subject", "state", "pages", "rows")),
            func.coalesce(sent.c.number, 0),
            _tasks.c.error,
        )
        .outerjoin_from(_tasks, sent, sent.c.task == _tasks.c.id)
        .where(_tasks.c.kind == kind.name)
        .order_by(_tasks.c.subject, _tasks.c.id)
    )
    with store.read() as connection:
        found = connection.execute(query).all()
    columns: dict[str, ColumnType] = {
        "state": Texts,
        "pages": Counts,
        kind.name: Counts,
        "requests": Counts,
        "last_error": Texts,
    }
    if kind.subject:
        return Rows({kind.subject: Texts, **columns}, [row[1:] for row in found])
    windows = [(name, *subject.split("/"), *rest) for name, subject, *rest in found]
    columns = {"query": Texts, "first_day": Days, "last_day": Days, **columns}
    if not queries:
        del columns["query"]
        return Rows(columns, [row[1:] for row in windows])
    rank = {name: number for number, name in enumerate(queries)}
    # A query that was just added comes last.
    return Rows(columns, sorted(windows, key=lambda row: rank.get(row[0], len(rank))))
