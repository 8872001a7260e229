"""Records on their way into a store and out of it.

A store holds each record twice: as columns, for whoever asks in SQL, and as the JSON that TikTok
sent. Tables are made from the JSON, by the same code that makes a search's table, so that both are
equal in columns, types and every digit.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, not_, select

from traktok import _clock
from traktok._lazy import LazyModule
from traktok._tables.builder import TableBuilder, paused_garbage_collection
from traktok._tables.columns import ColumnType, Lists, Texts
from traktok._text import counted, encodable
from traktok.collect import _schema
from traktok.collect._kinds import VIDEOS, Kind
from traktok.collect._parts import in_parts
from traktok.collect._patience import repeatable
from traktok.collect._store import Store
from traktok.errors import warn

if TYPE_CHECKING:
    from traktok import results
else:
    results = LazyModule("traktok.results")

_ROWS_AT_ONCE = 5_000
_ROWS_IN_A_STATEMENT = 100
_ROWS_DECODED = 200  # as many as a processor's cache holds
# What a record keeps from when it first came.
_KEPT = {"first_seen", "task"}

# What parsers raise for a record that was damaged.
_UNREADABLE = (ValueError, TypeError, RecursionError)

Columns = Mapping[str, Sequence[Any]]
_DECODER = msgspec.json.Decoder(dict[str, Any])
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
    with contextlib.suppress(UnicodeEncodeError):
        whole.encode()
        if "\0" not in whole:
            return texts
    return [None if text is None else encodable(text).replace("\0", "\\0") for text in texts]


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
    ids = zip(_stored(Texts, kind.key.cells(page)), raw, strict=True)
    return [
        id or f"without-id-{hashlib.sha256(text.encode()).hexdigest()[:32]}" for id, text in ids
    ]


def save_records(
    connection: Connection, store: Store, kind: Kind, columns: Columns
) -> tuple[int, int]:
    """Put records into the kind's table; return how many there are, and how many are new.

    What was there keeps when it was first seen, and takes everything else from the newer answer.
    """
    names = tuple(columns)
    key, *others = names
    newer = [f"{name} = excluded.{name}" for name in others if name not in _KEPT]
    newer.append("gone_at = NULL")
    rows = list(zip(*columns.values(), strict=True))
    added = 0
    for part in in_parts(rows, _ROWS_IN_A_STATEMENT):
        # All rows in one statement, straight to the driver: row by row, threads wait for each other
        # at every row.
        source, values = store.dialect.rows_clause(kind.name, names, part)
        insert = f"INSERT INTO {kind.name} ({', '.join(names)}) {source} ON CONFLICT ({key}) DO"
        new = connection.exec_driver_sql(f"{insert} NOTHING", values).rowcount
        if new < len(part):
            connection.exec_driver_sql(f"{insert} UPDATE SET {', '.join(newer)}", values)
        added += new
    return len(rows), added


def save_finder(connection: Connection, store: Store, query: str, columns: Columns) -> int:
    """Save which query found some videos; return for how many of them that is new."""
    rows = [(id, query) for id in columns[VIDEOS.key.name]]
    added = 0
    for part in in_parts(rows, _ROWS_IN_A_STATEMENT):
        source, values = store.dialect.rows_clause("found_by", ("video_id", "query"), part)
        insert = f"INSERT INTO found_by (video_id, query) {source} ON CONFLICT DO NOTHING"
        added += connection.exec_driver_sql(insert, values).rowcount
    return added


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a kind's records out of a store, a part at a time, each part by its own query."""

    store: Store
    kind: Kind
    asked: tuple[str, ...] | None
    gone: bool = False
    only: tuple[ColumnElement[bool], ...] = ()
    # The names of a study's queries: with several, a table says which of them found a video.
    names: tuple[str, ...] = ()

    def created(self, begin: int | None, end: int | None) -> Reader:
        """Read only what was created between two moments; None stands for a time unknown."""
        at = _schema.records[self.kind.name].c.create_time
        only = not_(is_dated(at)) if begin is None else and_(at >= begin, at < end)
        return replace(self, only=(*self.only, only))

    def found_by(self, query: str) -> Reader:
        """Read only the videos that a query found."""
        videos, finders = _schema.records[self.kind.name], _schema.found_by
        mine = and_(finders.c.video_id == videos.c.video_id, finders.c.query == query)
        return replace(self, only=(*self.only, exists().where(mine)))

    def any(self) -> bool:
        """Return whether there are any."""
        return next(self._parts(1), None) is not None

    @repeatable
    def count(self) -> int:
        """Count them."""
        with self.store.read() as connection:
            return int(connection.scalar(self._chosen(select(func.count()))) or 0)

    def table(self) -> results.TikTokResults:
        """Make the table of all of them."""
        return self._table_of(self._parts(_ROWS_AT_ONCE))

    def is_regular(self) -> bool:
        """Return whether the records hold known fields only, so that parts have equal columns."""
        schema = self.kind.endpoint.schema
        if not schema.open:
            return True
        known = {key for column in schema.columns(self.asked) for key in column.keys}
        known.add(str(schema.tag))
        parts = replace(self, names=())._parts(_ROWS_AT_ONCE)
        records = (record for part in parts for record in self._read(part, [])[1])
        return all(map(known.issuperset, records))

    def tables(self, rows: int) -> Iterator[results.TikTokResults]:
        """Make tables of so many rows each; without any record, one that is empty."""
        empty = True
        for part in self._parts(rows):
            empty = False
            yield self._table_of([part])
        if empty:
            yield self._table_of([])

    def _parts(self, rows: int) -> Iterator[Sequence[Any]]:
        """Go down the key; a search's order, since ids begin with the time."""
        table = _schema.records[self.kind.name]
        key = table.c[self.kind.key.name]
        columns = select(key, self.store.dialect.utf8(table.c.raw), *self._finders())
        query = self._chosen(columns).order_by(key.desc()).limit(rows)
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
        return query.where(*self.only)

    def _finders(self) -> list[Any]:
        """Return the column that names the queries that found a video, one per line."""
        if not self.names:
            return []
        videos, finders = _schema.records[self.kind.name], _schema.found_by
        names = select(func.aggregate_strings(finders.c.query, "\n"))
        mine = finders.c.video_id == videos.c.video_id
        return [names.where(mine).correlate(videos).scalar_subquery().label("found_by")]

    @paused_garbage_collection()
    def _table_of(self, parts: Iterable[Sequence[Any]]) -> results.TikTokResults:
        builder, finders = TableBuilder(self.kind.endpoint.schema, self.asked), Lists()
        unreadable: list[str] = []
        for part in parts:
            for some in in_parts(part, _ROWS_DECODED):
                rows, records = self._read(some, unreadable)
                if self.kind.keyed_by_subject:
                    for row, record in zip(rows, records, strict=True):
                        builder.add([record], row[0])
                else:
                    builder.add(records)
                if self.names:
                    finders.append([self._in_order(row.found_by) for row in rows])
        self._warn_of(unreadable)
        columns = builder.finish()
        if self.names:
            columns["found_by"] = finders.finish(builder.rows)
        return results.TikTokResults(columns, copy=False)

    def _read(
        self, rows: Sequence[Any], unreadable: list[str]
    ) -> tuple[Sequence[Any], Sequence[dict[str, Any]]]:
        """Parse rows; return those that can be read, and their records, and list the others."""
        with contextlib.suppress(*_UNREADABLE):
            records = _all_decoded([row.raw for row in rows])
            if all(type(record) is dict for record in records):
                return rows, records
        readable, records = [], []
        for row in rows:
            try:
                record = decoded(row.raw)
            except _UNREADABLE:
                record = None
            if isinstance(record, dict):
                readable.append(row)
                records.append(record)
            else:
                unreadable.append(row[0])
        return readable, records

    def _warn_of(self, unreadable: Sequence[str]) -> None:
        if unreadable:
            some = ", ".join(map(str, unreadable[:5])) + (", ..." if len(unreadable) > 5 else "")
            warn(
                f"Left out {counted(len(unreadable), self.kind.name)} that can't be read "
                f"({some}): the store {self.store.place} was damaged, or edited by hand."
            )

    def _in_order(self, names: str | None) -> list[str]:
        """Split the names of queries, and put them in the order of the study."""
        found = set(names.split("\n")) if names else set()
        return [name for name in self.names if name in found]


def is_dated(created: ColumnElement[int]) -> ColumnElement[bool]:
    """Write the condition that a record has a time within the calendar."""
    return func.coalesce(and_(created >= 0, created < _clock.YEAR_10000), false())


def _all_decoded(raws: Sequence[Any]) -> list[Any]:
    """Parse records, all at once unless one of them takes Python's own parser."""
    with contextlib.suppress(msgspec.MsgspecError, UnicodeEncodeError):
        line_end = b"\n" if isinstance(raws[0], bytes) else "\n"
        records = _DECODER.decode_lines(line_end.join(raws))
        if len(records) == len(raws):
            return records
    return list(map(decoded, raws))


def decoded(raw: str | bytes) -> Any:
    """Parse JSON that a store holds."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.MsgspecError:
        return json.loads(raw)  # half of a surrogate pair
