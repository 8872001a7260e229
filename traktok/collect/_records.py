"""Records on their way into a store and out of it.

A store holds each record twice: as columns, for whoever asks in SQL, and as the JSON that TikTok
sent. Tables are made from the JSON, by the same code that makes a search's table, so that both are
equal in columns, types and every digit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from traktok._tables.builder import TableBuilder
from traktok._tables.columns import ColumnType, Texts
from traktok.collect import _schema
from traktok.collect._kinds import Kind
from traktok.results import TikTokResults

if TYPE_CHECKING:
    from traktok.collect._store import Store

_ROWS_AT_ONCE = 5_000
_ROWS_IN_A_STATEMENT = 100
# What a record keeps from when it first came.
_KEPT = {"first_seen", "task"}

Columns = Mapping[str, Sequence[Any]]
_encode = msgspec.json.Encoder().encode


def _json(value: Any) -> str:
    try:
        return _encode(value).decode()
    except (UnicodeEncodeError, msgspec.MsgspecError, OverflowError):
        return json.dumps(value)  # all in ASCII, half of a surrogate pair as its escape


def _stored(type: ColumnType, cells: Sequence[Any]) -> Sequence[Any]:
    """Coerce a column's cells to what a database takes."""
    cells = type.coerce(cells)
    if type.nested:
        return [None if cell is None else _json(cell) for cell in cells]
    return _storable(cells) if type is Texts else cells


def _storable(texts: Sequence[str | None]) -> Sequence[str | None]:
    """Write as an escape what no database takes as text: a NUL, half of a surrogate pair."""
    whole = "".join(filter(None, texts))  # one look at all of them is quicker than one at each
    if "\0" not in whole and _is_encodable(whole):
        return texts
    return [
        None
        if text is None
        else text.encode(errors="backslashreplace").decode().replace("\0", "\\0")
        for text in texts
    ]


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def columns_of(
    kind: Kind,
    asked: tuple[str, ...] | None,
    page: Sequence[Any],
    subject: str,
    seen: Mapping[str, Any],
) -> Columns:
    """Make a page's records columns of the kind's table, each record once.

    What is empty or not a record is skipped.
    """
    page = [record for record in page if record and isinstance(record, dict)]
    raw = list(map(_json, page))
    keys = _keys(kind, page, raw, subject)
    columns: dict[str, Sequence[Any]] = {kind.key.name: keys, "raw": raw}
    for column in kind.columns(asked):
        if column.name in _schema.records[kind.name].c:
            columns[column.name] = _stored(column.type, column.cells(page))
    columns |= {name: [value] * len(page) for name, value in seen.items()}
    last = {key: number for number, key in enumerate(keys)}
    if len(last) < len(keys):
        columns = {name: [cells[n] for n in last.values()] for name, cells in columns.items()}
    return columns


def _keys(kind: Kind, page: list[dict[str, Any]], raw: Sequence[str], subject: str) -> list[str]:
    """Return the records' ids; one without an id gets a hash of its content, and is kept."""
    if kind.keyed_by_subject:
        return [subject] * len(page)
    ids = _stored(Texts, kind.key.cells(page))
    return [id or _digest(text) for id, text in zip(ids, raw, strict=True)]


def _digest(text: str) -> str:
    return f"without-id-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def save_records(
    connection: Connection, store: Store, kind: Kind, columns: Columns
) -> tuple[int, int]:
    """Put records into the kind's table; return how many there are, and how many are new.

    What was there keeps when it was first seen, and takes everything else from the newer answer.
    """
    names = tuple(columns)
    rows = list(zip(*columns.values(), strict=True))
    added = 0
    for start in range(0, len(rows), _ROWS_IN_A_STATEMENT):
        part = rows[start : start + _ROWS_IN_A_STATEMENT]
        # All rows in one statement, straight to the driver: row by row, threads wait for each other
        # at every row.
        source, values = store.rows_clause(kind.name, names, part)
        insert = _insert(kind, names, source)
        new = connection.exec_driver_sql(f"{insert} NOTHING", values).rowcount
        if new < len(part):
            connection.exec_driver_sql(f"{insert} UPDATE SET {_newer(names)}", values)
        added += new
    return len(rows), added


def _insert(kind: Kind, names: tuple[str, ...], source: str) -> str:
    return f"INSERT INTO {kind.name} ({', '.join(names)}) {source} ON CONFLICT ({kind.key.name}) DO"


def _newer(names: tuple[str, ...]) -> str:
    """Write what a newer answer changes; the first of the columns is the key."""
    newer = [f"{name} = excluded.{name}" for name in names[1:] if name not in _KEPT]
    return ", ".join([*newer, "gone_at = NULL"])


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a kind's records out of a store, a part at a time, each part by its own query."""

    store: Store
    kind: Kind
    asked: tuple[str, ...] | None
    gone: bool = False
    only: ColumnElement[bool] | None = None

    def created(self, begin: int | None, end: int | None) -> Reader:
        """Read only what was created between two moments; None stands for a time unknown."""
        at = _schema.records[self.kind.name].c.create_time
        only = at.is_(None) if begin is None else and_(at >= begin, at < end)
        return replace(self, only=only)

    def any(self) -> bool:
        """Return whether there are any."""
        return next(self._parts(1), None) is not None

    def count(self) -> int:
        """Count them."""
        with self.store.read() as connection:
            return int(connection.scalar(self._chosen(select(func.count()))) or 0)

    def table(self) -> TikTokResults:
        """Make the table of all of them."""
        builder = self._builder()
        for part in self._parts(_ROWS_AT_ONCE):
            self._fill(builder, part)
        return self._finished(builder)

    def is_regular(self) -> bool:
        """Return whether the records hold known fields only, so that parts have equal columns."""
        schema = self.kind.endpoint.schema
        if not schema.open:
            return True
        known = {key for column in schema.columns(self.asked) for key in column.keys}
        known.add(str(schema.tag))
        parts = self._parts(_ROWS_AT_ONCE)
        return all(known.issuperset(_decoded(raw)) for part in parts for _, raw in part)

    def tables(self, rows: int) -> Iterator[TikTokResults]:
        """Make tables of so many rows each; without any record, one that is empty."""
        empty = True
        for part in self._parts(rows):
            empty = False
            builder = self._builder()
            self._fill(builder, part)
            yield self._finished(builder)
        if empty:
            yield self._finished(self._builder())

    def _parts(self, rows: int) -> Iterator[Sequence[Any]]:
        """Go down the key; a search's order, since ids begin with the time."""
        table = _schema.records[self.kind.name]
        key = table.c[self.kind.key.name]
        query = self._chosen(select(key, table.c.raw)).order_by(key.desc()).limit(rows)
        last = None
        while True:
            with self.store.read() as connection:
                below = query if last is None else query.where(key < last)
                part = connection.execute(below).all()
            if part:
                yield part
            if len(part) < rows:
                return
            last = part[-1][0]

    def _chosen(self, query: Select[Any]) -> Select[Any]:
        """Narrow a query down to the records that are to be read."""
        table = _schema.records[self.kind.name]
        query = query.select_from(table)
        if not self.gone:
            query = query.where(table.c.gone_at.is_(None))
        return query if self.only is None else query.where(self.only)

    def _builder(self) -> TableBuilder:
        return TableBuilder(self.kind.endpoint.schema, self.asked)

    def _fill(self, builder: TableBuilder, part: Sequence[Any]) -> None:
        if self.kind.keyed_by_subject:
            for key, raw in part:
                builder.add([_decoded(raw)], key)
        else:
            builder.add([_decoded(raw) for _, raw in part])

    def _finished(self, builder: TableBuilder) -> TikTokResults:
        return TikTokResults(builder.finish(), copy=False)


def _decoded(raw: str) -> Any:
    try:
        return msgspec.json.decode(raw)
    except msgspec.MsgspecError:
        return json.loads(raw)  # half of a surrogate pair
