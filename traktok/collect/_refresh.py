"""Check which records of a store are still public, and delete those that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from traktok import _clock, errors
from traktok._http.wire import Page, Request
from traktok._run.options import RunOptions
from traktok._run.workers import StoppedError
from traktok.collect import _records, _schema
from traktok.collect._compliance import LARGEST_FILE, Answer, check, is_refusal, warn_of_failed
from traktok.collect._hook import StoreHook
from traktok.collect._kinds import COMMENTS_OF_VIDEOS, USERS, VIDEOS, Kind
from traktok.collect._parts import in_parts
from traktok.collect._patience import repeatable
from traktok.collect._runs import StoreRun
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.errors import TraktokError, warn

_CATEGORIES = {VIDEOS.name: "video", COMMENTS_OF_VIDEOS.name: "comment"}
# As many parameters as every database accepts.
_IDS_IN_A_STATEMENT = 500


def due_at(store: Store, days: float) -> float | None:
    """Return when the oldest record is due for a check; None if there are no records."""
    oldest = []
    for name in _CATEGORIES:
        table = _schema.records[name]
        query = select(func.min(table.c.last_seen)).where(table.c.gone_at.is_(None))
        with store.read() as connection:
            oldest.append(connection.scalar(query))
    seen = [moment for moment in oldest if moment is not None]
    return min(seen) + days * _clock.SECONDS_A_DAY if seen else None


class Refresh(StoreRun):
    """One refresh of a store: records last seen too long ago are checked, a file at a time."""

    def __init__(
        self, store: Store, fields: tuple[str, ...] | None, options: RunOptions, *, mark: bool
    ) -> None:
        super().__init__(store, options)
        self._fields, self._mark = fields, mark
        self._hook = StoreHook(self)

    def work(self, days: float) -> list[tuple[str, int, int]]:
        """Check every record that is due; return how many of each kind, and how many are gone.

        Each answer is stored at once, so that a refresh that was interrupted continues with the
        rest.
        """
        before = _clock.now() - days * _clock.SECONDS_A_DAY
        done = {VIDEOS: [0, 0], COMMENTS_OF_VIDEOS: [0, 0]}
        try:
            with self.at_work(), self.logged("refresh"):
                for kind, counts in done.items():
                    self._refresh(kind, before, counts)
        except StoppedError:
            warn(
                "Not all is refreshed, since ",
                self.stop.reason or "it was stopped",
                "; go on with ",
                errors.Refresh(self.store.place),
                ".",
            )
        self.store.check()
        return [(kind.name, asked, gone) for kind, (asked, gone) in done.items()]

    def _refresh(self, kind: Kind, before: float, counts: list[int]) -> None:
        files = self._files(kind, before)
        with self.shown.step(f"Asking after {kind.name}") as step:
            try:
                for answer in check(files, _CATEGORIES[kind.name], self._send, self._fields):
                    self._save(kind, answer)
                    warn_of_failed(answer)
                    counts[0] += len(answer.asked)
                    counts[1] += len(answer.gone)
                    step.update(f"Asked after {counts[0]:,} {kind.name}: {counts[1]:,} are gone")
            except TraktokError as error:
                if kind is VIDEOS or not is_refusal(error):
                    raise
                warn(f"This client can't ask after {kind.name}: ", error.reason)

    def _send(self, request: Request) -> Page:
        page = self._hook.send(request)
        self._hook.settle(len(page.records))
        return page

    def _files(self, kind: Kind, before: float) -> Iterator[Sequence[str]]:
        last = ""
        while ids := self._due(kind, before, last):
            last = ids[-1]
            yield ids

    @repeatable
    def _due(self, kind: Kind, before: float, last: str) -> Sequence[str]:
        table = _schema.records[kind.name]
        key = table.c[kind.key.name]
        due = and_(table.c.last_seen <= before, table.c.gone_at.is_(None), key > last)
        with self.store.read() as connection:
            query = select(key).where(due, ~key.like("without-%")).order_by(key)
            return connection.scalars(query.limit(LARGEST_FILE)).all()

    @repeatable
    def _save(self, kind: Kind, answer: Answer) -> None:
        now, table = _clock.now(), _schema.records[kind.name]
        seen = {"task": None, "first_seen": now, "last_seen": now}
        newer = _records.columns_of(kind, self._fields, answer.records, "", seen)
        with self.store.write() as connection:
            _records.save_records(connection, self.store, kind, newer)
            # What TikTok can't be asked about waits as long as what is public; what it failed for
            # is still due.
            seen_now = [*answer.public, *answer.unknown]
            for part in in_parts(seen_now, _IDS_IN_A_STATEMENT):
                mine = table.c[kind.key.name].in_(part)
                connection.execute(update(table).where(mine).values(last_seen=now))
            for part in in_parts(answer.gone, _IDS_IN_A_STATEMENT):
                _remove(connection, kind, table.c[kind.key.name].in_(part), self._mark)
                if kind is VIDEOS:
                    comments = _schema.records[COMMENTS_OF_VIDEOS.name].c.video_id.in_(part)
                    _remove(connection, COMMENTS_OF_VIDEOS, comments, self._mark)
                    if not self._mark:
                        mine = _schema.found_by.c.video_id.in_(part)
                        connection.execute(delete(_schema.found_by).where(mine))
            _write_down(connection, kind, len(answer.asked), len(answer.gone), self._mark)


@repeatable
def reopen_profiles(store: Store, days: float) -> None:
    """Reopen the tasks of users who were last seen so many days ago."""
    users, tasks = _schema.records[USERS.name], _schema.tasks
    before = _clock.now() - days * _clock.SECONDS_A_DAY
    due = select(users.c.username).where(users.c.last_seen <= before, users.c.gone_at.is_(None))
    finished = and_(tasks.c.kind == USERS.name, tasks.c.state == State.DONE)
    anew = {"state": State.OPEN, "pages": 0, "cursor": None, "failures": 0}
    with store.write() as connection:
        reopen = update(tasks).where(finished, tasks.c.subject.in_(due)).values(anew)
        connection.execute(reopen)


@repeatable
def remove_profiles(store: Store, asked: int, *, mark: bool) -> int:
    """Remove the users that TikTok no longer gives out; return how many."""
    users, tasks = _schema.records[USERS.name], _schema.tasks
    skipped = select(tasks.c.subject).where(
        tasks.c.kind == USERS.name, tasks.c.state == State.SKIPPED
    )
    with store.write() as connection:
        gone = _remove(connection, USERS, users.c.username.in_(skipped), mark)
        _write_down(connection, USERS, asked, gone, mark)
    return gone


def _remove(connection: Connection, kind: Kind, which: Any, mark: bool) -> int:
    """Delete records, or mark them; return how many."""
    table = _schema.records[kind.name]
    if mark:
        marked = update(table).where(which, table.c.gone_at.is_(None))
        return connection.execute(marked.values(gone_at=_clock.now())).rowcount
    return connection.execute(delete(table).where(which)).rowcount


def _write_down(connection: Connection, kind: Kind, asked: int, gone: int, mark: bool) -> None:
    """Log what was removed, for those who have to account for it."""
    what = "marked" if mark else "deleted"
    row = {"at": _clock.now(), "kind": kind.name, "asked": asked, "gone": gone, "what": what}
    connection.execute(insert(_schema.removals).values(row))
