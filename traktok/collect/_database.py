"""Connect to the database that a user names, and convert its errors into sentences."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import Pool

from traktok.errors import Argument, InvalidArgument, InvalidArgumentType, StoreError

# After a crash of the machine the last page may be missing, but the store is intact: SQLite
# guarantees that for a write-ahead log with synchronous=NORMAL.
PRAGMAS: dict[str, Any] = {
    "synchronous": "NORMAL",
    "wal_autocheckpoint": 8_000,
    "busy_timeout": 30_000,
    "cache_size": -16_000,
}

# A server that is gone without a word is noticed by these, and not after hours; a URL may say
# otherwise. libpq's names, in seconds, but for the last, which is in milliseconds.
_LIVENESS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
# A process that is frozen within a transaction holds up all others until the server ends it.
_PAUSE_IN_A_TRANSACTION = "idle_in_transaction_session_timeout", "60s"

_UNREACHABLE = "the database can't be reached"
_HELD = "another process holds it; end that one, or try again later"
_INCOMPLETE = "it is damaged, or was edited by hand: part of it is missing"
# What an error of the database contains, and what that means for a researcher.
_MEANINGS = {
    "disk is full": "there is no room left on the disk; make some",
    "no space left": "there is no room left on the disk; make some",
    "disk i/o error": "the disk can't be read or written",
    "is locked": _HELD,
    "deadlock detected": _HELD,
    "not a database": "it is not a store of traktok, but some other file",
    "malformed": "the file is damaged",
    "readonly": "it can't be written",
    "read-only": "it can't be written",
    "unable to open": "it can't be opened",
    'fatal:  database "': "there is no such database; make it first",
    'fatal:  role "': "it does not know this user",
    "password": "it refuses this user, or wants another password",
    "no schema has been selected": "there is no such schema; make it first",
    "no such table": _INCOMPLETE,
    "no such column": _INCOMPLETE,
    'relation "': _INCOMPLETE,
    'column "': _INCOMPLETE,
    "could not decode": "the file is damaged, or was edited by hand",
    "permission denied": "this user may not do that there",
    "failed to resolve host": _UNREACHABLE,
    "connection": _UNREACHABLE,
}
# What passes by itself: the same transaction may succeed later.
_PASSING = (_UNREACHABLE, _HELD)
# After these errors, what is kept is uncertain.
_DOUBTFUL = ("not a database", "malformed", "no such", "could not decode")
# What a URL's options may hold that is in no message.
_SECRET_OPTIONS = ("password", "sslpassword")


def address(into: str | Path) -> URL:
    """Convert a path or the URL of a database to a URL."""
    if not isinstance(into, (str, Path)):
        raise InvalidArgumentType(
            Argument("into"), f" must be a path or the URL of a database, not {type(into).__name__}"
        )
    url = _url(str(into))
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise InvalidArgument(
            Argument("into"),
            f" must be an SQLite file or a PostgreSQL database, not {url.get_backend_name()}",
        )
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise InvalidArgument(
            Argument("into"), " must be a file: a database in memory can't be resumed"
        )
    return url


def _url(text: str) -> URL:
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise InvalidArgument(
            Argument("into"), " must be a path or a URL such as postgresql://user@host/study"
        ) from None
    # What is behind the first @ would be part of the password, and looked up as a host.
    if url.get_backend_name() != "sqlite" and "@" in f"{url.host}{url.database}":
        raise InvalidArgument(
            Argument("into"), " must have one @ only: write %40 within a user name or a password"
        )
    return url


def place(url: URL) -> str:
    """Name a store in messages, without a password; the name opens the same store again."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    options = url.difference_update_query(_SECRET_OPTIONS).query
    named = URL.create("postgresql", url.username, None, url.host, url.port, url.database, options)
    return named.render_as_string()


class StoreFile:
    """The file of an SQLite store, and whether its path still leads to it.

    SQLite goes on without an error when an open file is deleted, moved or replaced: it writes to
    the file that has no name any more, or has another one. A connection that is opened after that
    would create an empty file, or use the other one.
    """

    def __init__(self, url: URL, *, must_exist: bool) -> None:
        self._place = place(url)
        # Absolute, as SQLAlchemy passes it on: the current folder may change.
        self.path = Path(self._place).absolute()
        self._opened: os.stat_result | None = None
        self._was_open = False
        self._must_exist = must_exist

    def remember(self) -> None:
        """Remember which file it is; for whenever a connection was opened."""
        if self._opened is None:
            self._opened = self._found()
            self._was_open = self._opened is not None

    def forget(self) -> None:
        """Forget which file it is: while no connection is open, it may be moved or restored."""
        self._opened = None

    @property
    def must_exist(self) -> bool:
        """Whether a connection must find the file, rather than make one."""
        return self._must_exist or self._was_open

    @property
    def is_lost(self) -> bool:
        """Whether the path leads to no file, or to another one than is open."""
        found = self._found()
        if found is None:
            return self._was_open
        return self._opened is not None and not os.path.samestat(found, self._opened)

    def check(self) -> None:
        """Raise an error if the file is lost."""
        if self.is_lost:
            found = "no file" if self._found() is None else "another file"
            raise StoreError(
                f"The store {self._place} can't be used: its file was deleted, moved or replaced "
                f"since the study was opened ({found} is at that path now)."
            )

    def _found(self) -> os.stat_result | None:
        try:
            return self.path.stat()
        except OSError:
            return None


class StoreUnavailableError(StoreError):
    """The database can't be reached, or is held, at the moment."""


_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
_pools_of_parents: list[Pool] = []


def _leave_connections_to_parent() -> None:
    """Let a process that was forked open connections of its own.

    Two processes that use one connection mix up their answers, and wait for ever. The parent's are
    neither used nor closed: closing one would end it for both.
    """
    for engine in list(_engines):
        _pools_of_parents.append(engine.pool)
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_connections_to_parent)


def connect(url: URL, file: StoreFile | None) -> Engine:
    """Create the engine; each thread that needs a connection opens its own."""
    options = () if file else _LIVENESS.keys() - url.query.keys()
    liveness = {name: _LIVENESS[name] for name in options}
    try:
        engine = create_engine(url, pool_size=0, hide_parameters=True, connect_args=liveness)
    except ImportError:
        raise ImportError(
            'PostgreSQL needs the extra: pip install "traktok[postgres]"', name="psycopg"
        ) from None
    if file is not None:
        # Before SQLite makes a file where none is, and before anything is read from another one.
        event.listen(engine, "do_connect", functools.partial(_open, file))
        event.listen(engine, "connect", lambda *_: file.remember())
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    elif _PAUSE_IN_A_TRANSACTION[0] not in str(url.query):
        event.listen(engine, "connect", _limit_pauses)
    _engines.add(engine)
    return engine


def _open(file: StoreFile, dialect: Any, _: Any, args: list[Any], named: dict[str, Any]) -> Any:
    """Open the file of a store, and never make one in the place of one that was deleted."""
    file.check()
    if file.must_exist:
        args[0], named["uri"] = f"{file.path.as_uri()}?mode=rw", True
    try:
        return dialect.connect(*args, **named)
    except sqlite3.OperationalError:
        file.check()
        raise


def _set_up(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, not where Python does
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")


def _limit_pauses(connection: Any, _: Any) -> None:
    """Let the server end a session that does nothing within a transaction for too long."""
    name, longest = _PAUSE_IN_A_TRANSACTION
    connection.execute(f"SET {name} = '{longest}'")
    connection.commit()


def _begin(connection: Any) -> None:
    """Begin a transaction as a writer: SQLite does not wait for a lock that is upgraded later."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def translate_errors(where: str, *, holds_pages: bool) -> Iterator[None]:
    """Raise a database's errors as one-sentence StoreErrors, which say if pages are kept."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        usual = _UNREACHABLE if lost else "the database failed"
        meant = next((text for words, text in _MEANINGS.items() if words in said.lower()), usual)
        kind = StoreUnavailableError if meant in _PASSING else StoreError
        doubtful = any(words in said.lower() for words in _DOUBTFUL)
        kept = " Every page before is kept." if holds_pages and not doubtful else ""
        first_line = said.partition("\n")[0]
        raise kind(f"The store {where} can't be used: {meant} ({first_line}).{kept}") from None
