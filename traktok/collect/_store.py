"""A store: a database with the tables of one study, opened or made, and its transactions."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import weakref
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, func, inspect, select

from traktok import _clock
from traktok._http.client_log import PLAIN
from traktok.collect import _database, _schema
from traktok.collect._dialects import DIALECTS
from traktok.collect._kinds import KINDS, VIDEOS, Kind
from traktok.collect._patience import Patience, repeatable
from traktok.errors import Function, Message, StoreError

_Result = TypeVar("_Result")

_VERSION_IS = "traktok_schema"
_BEGINS_ONE = Message(Function("tt_collect"), " begins one.")


class Store:
    """The database of one study; every thread may use it at once."""

    def __init__(self, into: str | Path, *, create: bool = False) -> None:
        url = _database.address(into)
        self.place = _database.place(url)
        backend = url.get_backend_name()
        self.dialect = DIALECTS[backend]
        self._file: _database.StoreFile | None = None
        if backend == "sqlite":
            _check_path(Path(self.place), create)
            self._file = _database.StoreFile(url, must_exist=not create)
        self._engine = _database.connect(url, self._file)
        self._is_open = False
        self._patience: Patience | None = None
        self._writing = self._engine.execution_options(writes=True)
        weakref.finalize(self, self._engine.dispose)  # few users close a study
        try:
            self._make_ready(create)
            self._is_open = True
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connections."""
        self._engine.dispose()
        if self._file is not None:
            self._file.forget()

    @property
    def is_lost(self) -> bool:
        """Whether the store's file was deleted, moved or replaced since it was opened."""
        return self._file is not None and self._file.is_lost

    def check(self) -> None:
        """Raise an error if the store's file was deleted, moved or replaced since it was opened."""
        if self._file is not None and self._file.is_lost:
            self._empty_the_log()
            self._file.check()

    def _empty_the_log(self) -> None:
        """Copy the write-ahead log into the open file: one that was only moved is whole then."""
        with contextlib.suppress(StoreError), self._translate_errors():
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint")
            finally:
                connection.close()

    def _translate_errors(self) -> contextlib.AbstractContextManager[None]:
        return _database.translate_errors(self.place, holds_pages=self._is_open)

    # ------------------------------------------------------------------------- transactions

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Run the block in one transaction; raise StoreError if the file was lost meanwhile."""
        with self._translate_errors(), self._writing.begin() as connection:
            yield connection
        self.check()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Read the database as it is at one moment."""
        with self._translate_errors(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def patient(self, patience: Patience | None) -> Iterator[None]:
        """Within the block, repeat what is repeatable with this patience, or none."""
        before, self._patience = self._patience, patience
        try:
            yield
        finally:
            self._patience = before

    def repeat(self, transaction: Callable[[], _Result]) -> _Result:
        """Run a transaction, as often as there is patience for."""
        return self._patience.outlast(transaction) if self._patience else transaction()

    @functools.cached_property
    @repeatable
    def tag(self) -> str:
        """The name of the study in the log of a client's requests; a copy of it has the same."""
        with self.read() as connection:
            began = connection.scalar(select(func.min(_schema.jobs.c.created_at)))
        return hashlib.sha256(repr(began).encode()).hexdigest()[: len(PLAIN)]

    # --------------------------------------------------------------------------------- jobs

    @repeatable
    def job(self, kind: str) -> dict[str, Any] | None:
        """Return what to collect of a kind; None if nothing."""
        jobs = _schema.jobs
        with self.read() as connection:
            found = connection.scalar(select(jobs.c.settings).where(jobs.c.kind == kind))
        return None if found is None else dict(json.loads(found))

    def settings(self) -> dict[str, Any]:
        """Return the settings of the study: its queries, days, windows and fields."""
        return self.job(VIDEOS.name) or {}

    def fields(self, kind: Kind) -> tuple[str, ...] | None:
        """Return the fields that were asked for of a kind; None for the usual ones."""
        fields = (self.job(kind.name) or {}).get("fields")
        return None if fields is None else tuple(fields)

    def kinds(self) -> list[Kind]:
        """Return the kinds that are collected."""
        jobs = self.jobs()
        return [kind for kind in KINDS.values() if kind.name in jobs]

    @repeatable
    def jobs(self) -> dict[str, dict[str, Any]]:
        """Return what to collect, by name."""
        jobs = _schema.jobs
        with self.read() as connection:
            found = connection.execute(select(jobs.c.kind, jobs.c.settings)).all()
        return {kind: dict(json.loads(settings)) for kind, settings in found}

    def set_job(self, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Set what to collect of a kind, once; return what was set first."""
        row = {
            "kind": kind,
            "settings": json.dumps(settings, ensure_ascii=False),
            "created_at": _clock.now(),
        }
        with self.write() as connection:
            connection.execute(
                self.dialect.insert(_schema.jobs).values(row).on_conflict_do_nothing()
            )
        return self.job(kind) or {}

    # -------------------------------------------------------------------------------- opening

    def _make_ready(self, create: bool) -> None:
        nothing = StoreError(Message(f"There is no study in {self.place}: ", _BEGINS_ONE))
        with self.read() as connection:
            version = _version_in(connection, self.place)
        if version is None:
            if not create:
                raise nothing
            version = self._make()
        if version > _schema.VERSION:
            raise StoreError(
                f"The store {self.place} was written by a newer traktok (its schema is {version}, "
                f"this one knows {_schema.VERSION}): upgrade traktok. Nothing was changed."
            )
        if version < _schema.VERSION:
            self._migrate()
        with self.read() as connection:
            jobs = connection.scalar(select(func.count()).select_from(_schema.jobs))
        if not (create or jobs):  # a process may be killed before it begins a study
            raise nothing

    def _make(self) -> int:
        with self._translate_errors():
            self.dialect.prepare(self._engine)
            with self._writing.begin() as connection:
                self.dialect.lock(connection)
                if (version := _version_in(connection, self.place)) is not None:
                    return version  # another process created it first
                _schema.metadata.create_all(connection)
                row = {"name": _VERSION_IS, "value": str(_schema.VERSION)}
                connection.execute(_schema.meta.insert().values(row))
        return _schema.VERSION

    def _migrate(self) -> None:
        """Migrate the store to this version, one step at a time, all or nothing."""
        meta = _schema.meta
        with self.write() as connection:
            self.dialect.lock(connection)
            version = _version_in(connection, self.place) or 0
            for step in range(version, _schema.VERSION):
                _schema.MIGRATIONS[step](connection)
            connection.execute(
                meta.update().where(meta.c.name == _VERSION_IS).values(value=str(_schema.VERSION))
            )


def _check_path(path: Path, create: bool) -> None:
    if path.is_dir() or not path.parent.is_dir():
        what = "is a folder" if path.is_dir() else f"lies in no folder: there is no {path.parent}"
        raise StoreError(f"The store {path} {what}.")
    if not create and not path.exists():
        raise StoreError(Message(f"There is no store {path}: ", _BEGINS_ONE))


def _version_in(connection: Connection, place: str) -> int | None:
    """Return the version of a store's schema; None where the database is empty."""
    names = inspect(connection).get_table_names()
    if not names:
        return None
    value = None
    if set(names) >= _schema.OLDEST_TABLES:
        meta = _schema.meta
        value = connection.scalar(select(meta.c.value).where(meta.c.name == _VERSION_IS))
    if value is None:
        raise StoreError(f"{place} is not a store of traktok: it holds other tables.")
    if not (value.isascii() and value.isdigit()) or int(value) < 1:
        raise StoreError(f"The store {place} is damaged: {value!r} is not a version of its schema.")
    return int(value)
