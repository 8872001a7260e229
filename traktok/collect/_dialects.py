"""What differs between a store in SQLite and one in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, LargeBinary, Table, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite

_MAKING = 7_472_616_711  # PostgreSQL's advisory lock while one process makes the tables


class Sqlite:
    """A store in SQLite."""

    # The database's own clock: those of the machines that share it may differ.
    now: Any = (func.julianday("now") - 2_440_587.5) * 86_400.0

    def insert(self, table: Table) -> Any:
        """Build an INSERT that can handle conflicts with existing rows."""
        return sqlite.insert(table)

    def rows_clause(
        self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> tuple[str, tuple[Any, ...]]:
        """Write the rows of an INSERT in the driver's own SQL; return it and its parameters."""
        row = f"({', '.join('?' * len(names))})"
        return f"VALUES {', '.join([row] * len(rows))}", tuple(chain.from_iterable(rows))

    def utf8(self, column: ColumnElement[str]) -> ColumnElement[Any]:
        """Select a column as UTF-8, which parsers take, where the driver need not decode it."""
        return cast(column, LargeBinary).label(column.name)

    def prepare(self, engine: Engine) -> None:
        """Let readers read while one writes; the file itself remembers this."""
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA page_size = 8192")  # a video takes some 2 kB
            cursor.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()

    def lock(self, connection: Connection) -> None:
        """Keep other processes from making tables; a transaction that writes does so by itself."""


class Postgresql:
    """A store in PostgreSQL; the methods are those of :class:`Sqlite`."""

    now: Any = func.extract("epoch", func.clock_timestamp())

    def insert(self, table: Table) -> Any:
        return postgresql.insert(table)

    def rows_clause(
        self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> tuple[str, tuple[Any, ...]]:
        # One parameter for all cells: psycopg parses a statement of thousands for each page.
        records = msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows])
        return (
            f"SELECT {', '.join(names)} FROM json_populate_recordset(NULL::{table}, %s)",
            (records.decode(),),
        )

    def utf8(self, column: ColumnElement[str]) -> ColumnElement[Any]:
        return column

    def prepare(self, engine: Engine) -> None:
        pass

    def lock(self, connection: Connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))


DIALECTS: Mapping[str, Sqlite | Postgresql] = {"sqlite": Sqlite(), "postgresql": Postgresql()}
