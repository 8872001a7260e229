"""The log of every request of a study: counted before it is sent, completed when it is answered.

Counting before sending keeps several processes that share a store from exceeding the quota, and
nothing is forgotten when a process dies between request and answer. A day's requests are the
client's: what its other calls sent, by the log of the client on this computer, is not left for a
study.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from traktok import _clock
from traktok._http.client_log import ClientLog, closed_until
from traktok._http.endpoints import DAILY_REQUESTS, UNCOUNTED
from traktok._http.transport import Exchange
from traktok._http.wire import Failure, Request
from traktok._lazy import pd
from traktok._tables.builder import typed_table
from traktok._tables.columns import ColumnType, Counts, Floats, Moments, Texts
from traktok._text import printable
from traktok.collect import _schema
from traktok.collect._patience import repeatable
from traktok.collect._store import Store
from traktok.collect._tasks import Task
from traktok.errors import warn

_quota, _requests = _schema.quota, _schema.requests


# Built once: building a statement takes longer than executing it.
_COUNT = (
    update(_quota)
    .where(
        _quota.c.day == bindparam("of_day"),
        _quota.c.pool == bindparam("of_pool"),
        _quota.c.used < bindparam("most"),
        or_(_quota.c.closed_until.is_(None), _quota.c.closed_until <= bindparam("now")),
    )
    .values(used=_quota.c.used + 1)
)
_ENTER = insert(_requests)
_SETTLE = (
    update(_requests)
    .where(_requests.c.id == bindparam("of"), _requests.c.seconds.is_(None))
    .values({name: bindparam(name) for name in ("status", "seconds", "rows", "log_id", "error")})
)


@dataclass(slots=True)
class Entry:
    """A logged request, and what came of it."""

    id: int
    day: str
    pool: str
    exchange: Exchange | None = None


class RequestLog:
    """The log of a store's requests, and the count of each day."""

    def __init__(self, store: Store, run: str, client: ClientLog) -> None:
        self.store, self._run, self._client = store, run, client

    def reserve(self, request: Request, task: Task | None, limit: int | None) -> Entry | None:
        """Count and log a request before it is sent; return None if the day's are used up."""
        now = _clock.now()
        pool = request.endpoint.pool
        most = self._most(pool, limit)
        day = _clock.day(now)
        row = {
            "sent_at": now,
            "day": day,
            "pool": pool,
            "path": request.endpoint.path,
            "run": self._run,
            "task": task and task.id,
            "subject": task and task.label,
            "cursor": None if request.cursor is None else str(request.cursor),
        }
        was_tried = False

        def enter() -> int | None:
            nonlocal was_tried
            with self.store.write() as connection:
                if was_tried and (number := _number_of(connection, row)) is not None:
                    return number  # it was committed before the connection broke
                was_tried = True
                if not self._count(connection, day, pool, most, now):
                    return None
                key = connection.execute(_ENTER, row).inserted_primary_key
                return key[0] if key else None

        number = self.store.repeat(enter)
        return None if number is None else Entry(number, day, pool)

    def _count(self, connection: Connection, day: str, pool: str, most: int, now: float) -> bool:
        today = {"of_day": day, "of_pool": pool, "most": most, "now": now}
        if connection.execute(_COUNT, today).rowcount:
            return True
        first = self.store.dialect.insert(_quota).values(day=day, pool=pool, used=0)
        connection.execute(first.on_conflict_do_nothing())
        return connection.execute(_COUNT, today).rowcount > 0

    def settle(self, connection: Connection, entry: Entry, rows: int | None = None) -> None:
        """Log what came of a request."""
        exchange = entry.exchange
        if exchange is None:
            return
        values: dict[str, Any] = {
            "status": exchange.status,
            "seconds": exchange.seconds,
            "rows": rows,
        }
        if isinstance(exchange.outcome, Failure):
            error = exchange.outcome.error
            values |= {"log_id": error.log_id, "error": error.reason}
        else:
            values |= {"log_id": exchange.outcome.log_id, "error": exchange.outcome.withheld}
        is_new = connection.execute(_SETTLE, {"of": entry.id, **values}).rowcount > 0
        if is_new and exchange.status in UNCOUNTED:
            _uncount(connection, entry)

    @repeatable
    def withdraw(self, entry: Entry) -> None:
        """Remove a request that was not sent, and give the day its count back."""
        with self.store.write() as connection:
            if connection.execute(delete(_requests).where(_requests.c.id == entry.id)).rowcount:
                _uncount(connection, entry)

    @repeatable
    def close_pool(self, pool: str) -> None:
        """Close a quota for today: TikTok says that it is used up, by whomever."""
        now = _clock.now()
        until = closed_until(now)
        day = {"day": _clock.day(now), "pool": pool}
        statement = self.store.dialect.insert(_quota).values(**day, used=0, closed_until=until)
        with self.store.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[_quota.c.day, _quota.c.pool], set_={"closed_until": until}
                )
            )

    def opens_at(self, pool: str, limit: int | None) -> float:
        """Return when the next request may be sent: now, or when TikTok's next day begins."""
        now = _clock.now()
        used, closed = self._today(pool, now)
        if used >= self._most(pool, limit, used):
            return _clock.next_day(now)
        return max(now, closed or 0)

    def left(self, pool: str, limit: int | None) -> int:
        """Count the requests that the day has left."""
        now = _clock.now()
        used, closed = self._today(pool, now)
        return 0 if closed and closed > now else max(0, self._most(pool, limit, used) - used)

    def _most(self, pool: str, limit: int | None, used: float = math.inf) -> int:
        """Return how many requests this store may count today.

        ``limit`` is the store's own. TikTok's holds for all that the client sends, which a copy of
        this store may count, too: of the requests under its tag, only ``used`` are this store's.
        """
        usual = DAILY_REQUESTS[pool]
        limit = usual if limit is None else limit
        whole = max(usual, limit)
        client = self._client.count(pool, self.store.tag)
        if client.refused or client.sent >= whole:
            return 0
        return min(limit, whole - client.sent + int(min(client.of_study, used)))

    @repeatable
    def _today(self, pool: str, now: float) -> tuple[int, float | None]:
        query = select(_quota.c.used, _quota.c.closed_until)
        query = query.where(_quota.c.day == _clock.day(now), _quota.c.pool == pool)
        with self.store.read() as connection:
            row = connection.execute(query).one_or_none()
        return (row.used, row.closed_until) if row else (0, None)


def _uncount(connection: Connection, entry: Entry) -> None:
    day = _quota.c.day == entry.day, _quota.c.pool == entry.pool
    connection.execute(update(_quota).where(*day).values(used=_quota.c.used - 1))


def _number_of(connection: Connection, row: dict[str, Any]) -> int | None:
    """Return the id of an entry; a run sends a task's requests one after another."""
    same = (_requests.c[name] == row[name] for name in ("run", "sent_at", "task"))
    number: int | None = connection.scalar(select(_requests.c.id).where(*same))
    return number


_COLUMNS: dict[str, ColumnType] = {
    "sent_at": Moments,
    "day": Texts,
    "pool": Texts,
    "path": Texts,
    "run": Texts,
    "subject": Texts,
    "cursor": Texts,
    "status": Counts,
    "log_id": Texts,
    "rows": Counts,
    "seconds": Floats,
    "error": Texts,
}


def table(store: Store) -> pd.DataFrame:
    """Build the table of all requests, a row each, in the order they were sent."""
    query = select(*(_requests.c[name] for name in _COLUMNS)).order_by(_requests.c.id)
    with store.read() as connection:
        log = typed_table(_COLUMNS, connection.execute(query))
    # pandas prints control characters as they are.
    for name in ("cursor", "log_id", "error", "subject"):
        log[name] = log[name].map(printable, na_action="ignore").astype(log[name].dtype)
    return log


@repeatable
def warn_of_the_future(store: Store) -> None:
    """Warn if requests were sent later than now: a clock was wrong, or is."""
    now = _clock.now()
    with store.read() as connection:
        last = connection.scalar(select(func.max(_requests.c.sent_at)))
    if last is not None and last > now + _clock.CLOCKS_DIFFER:
        warn(
            f"The study has requests of {_clock.text(last)}, and it is {_clock.text(now)} on this "
            "machine: its clock is wrong, or one was. The day's requests are counted by it, and a "
            "window counts as whole that was searched three days after its last day."
        )


def used_by_day(store: Store) -> list[tuple[str, str, int]]:
    """Count the requests that each day took of each quota."""
    query = select(_quota.c.day, _quota.c.pool, _quota.c.used).order_by(_quota.c.day)
    with store.read() as connection:
        return [(row.day, row.pool, row.used) for row in connection.execute(query)]


def total(store: Store) -> int:
    """Count all requests."""
    with store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(_requests)) or 0)
