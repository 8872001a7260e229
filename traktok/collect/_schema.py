"""The tables of a store, their version, and the way from an older version to this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from traktok._tables.columns import ColumnType, Counts, Flags, Texts, Times
from traktok.collect import _migrations
from traktok.collect._kinds import KINDS, Kind

VERSION = 2
# By the version they start from. A new store is made as it is today; an older one takes the steps.
MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: _migrations.add_queries}
# The tables of every version, by which a store is known.
OLDEST_TABLES = frozenset({"meta", "jobs", "runs", "tasks", "requests", "quota"})


class State(StrEnum):
    """The state of a task."""

    OPEN = "open"
    DONE = "done"
    YOUNG = "young"  # searched before TikTok could show all of its videos: searched again
    SKIPPED = "skipped"  # private, gone or withheld: TikTok has nothing to give
    HALVED = "halved"  # its halves are tasks of their own
    SET_ASIDE = "set aside"  # kept failing


metadata = MetaData()
# SQLite counts on by itself only where the key is its own INTEGER.
_Serial = BigInteger().with_variant(Integer(), "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
jobs = Table(
    "jobs",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("settings", Text, nullable=False, comment="JSON: query, span, fields, ..."),
    Column("created_at", Double, nullable=False),
)
runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("ending", Text),
    Column("versions", Text, nullable=False, comment="JSON"),
)
tasks = Table(
    "tasks",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="a window's days, a video's id, a username"),
    Column("query", Text, nullable=False, server_default="", comment="a window's, by its name"),
    Column("part", Integer, nullable=False, server_default="0", comment="of a query in parts"),
    Column("state", Text, nullable=False),
    Column("cursor", Text),
    Column("search_id", Text),
    Column("pages", Integer, nullable=False, default=0),
    Column("rows", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("restarts", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("owner", Text),
    Column("leased_until", Double),
    UniqueConstraint("kind", "subject", "query", "part"),
    Index("ix_tasks_next", "kind", "state", "failures", "id"),
    Index("ix_tasks_owner", "owner"),
)
requests = Table(
    "requests",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("sent_at", Double, nullable=False),
    Column("day", Text, nullable=False),
    Column("pool", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("task", _Serial),
    Column("subject", Text),
    Column("cursor", Text),
    Column("status", Integer),
    Column("log_id", Text),
    Column("rows", Integer),
    Column("seconds", Double),
    Column("error", Text),
    Index("ix_requests_task", "task"),
)
quota = Table(
    "quota",
    metadata,
    Column("day", Text, primary_key=True),
    Column("pool", Text, primary_key=True),
    Column("used", Integer, nullable=False),
    Column("closed_until", Double, comment="set where TikTok itself said that it is used up"),
)
# Which of a study's named queries found a video; empty where the one query has no name.
found_by = Table(
    "found_by",
    metadata,
    Column("video_id", Text, primary_key=True),
    Column("query", Text, primary_key=True),
    Index("ix_found_by_query", "query", "video_id"),
    sqlite_with_rowid=False,
)
removals = Table(
    "removals",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("at", Double, nullable=False),
    Column("kind", Text, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("gone", Integer, nullable=False),
    Column("what", Text, nullable=False, comment="deleted, or marked"),
)

# Lists and other pieces of JSON are stored as text.
_SQL_TYPES: Mapping[ColumnType, Any] = {
    Texts: Text,
    Counts: BigInteger,
    Times: BigInteger,
    Flags: Boolean,
}


def _table_of(kind: Kind) -> Table:
    """Make the table of a kind: a column each for what TikTok documents, and the JSON itself."""
    columns = kind.columns(kind.endpoint.documented)
    return Table(
        kind.name,
        metadata,
        Column(kind.key.name, Text, primary_key=True),
        *(Column(column.name, _SQL_TYPES.get(column.type, Text)) for column in columns),
        Column("raw", Text, nullable=False, comment="the record's JSON, as TikTok sent it"),
        Column("first_seen", Double, nullable=False),
        Column("last_seen", Double, nullable=False),
        Column("gone_at", Double),
        Column("task", _Serial),
        Index(f"ix_{kind.name}_last_seen", "last_seen"),
    )


records: Mapping[str, Table] = {name: _table_of(kind) for name, kind in KINDS.items()}
Index("ix_comments_video", records["comments"].c.video_id)
Index("ix_videos_created", records["videos"].c.create_time)
Index("ix_comments_created", records["comments"].c.create_time)
