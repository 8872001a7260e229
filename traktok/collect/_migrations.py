"""The steps from each version of a store to the next, in SQL that stays as it is.

A step never uses the tables of :mod:`traktok.collect._schema`: those change with later versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

_TASKS_SINCE_1 = (
    "id, kind, subject, state, cursor, search_id, pages, rows, failures, restarts, error, owner, "
    "leased_until"
)
_QUERIES: Mapping[str, Sequence[str]] = {
    # SQLite can't change a constraint: the table is written anew.
    "sqlite": (
        "DROP INDEX ix_tasks_next",
        "DROP INDEX ix_tasks_owner",
        "ALTER TABLE tasks RENAME TO tasks_of_version_1",
        """
        CREATE TABLE tasks (
            id INTEGER NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            query TEXT DEFAULT '' NOT NULL,
            part INTEGER DEFAULT '0' NOT NULL,
            state TEXT NOT NULL,
            cursor TEXT,
            search_id TEXT,
            pages INTEGER NOT NULL,
            rows INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            restarts INTEGER NOT NULL,
            error TEXT,
            owner TEXT,
            leased_until DOUBLE,
            UNIQUE (kind, subject, query, part)
        )
        """,
        f"INSERT INTO tasks ({_TASKS_SINCE_1}) SELECT {_TASKS_SINCE_1} FROM tasks_of_version_1",
        "DROP TABLE tasks_of_version_1",
        "CREATE INDEX ix_tasks_next ON tasks (kind, state, failures, id)",
        "CREATE INDEX ix_tasks_owner ON tasks (owner)",
        """
        CREATE TABLE found_by (
            video_id TEXT NOT NULL, query TEXT NOT NULL, PRIMARY KEY (video_id, query)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX ix_found_by_query ON found_by (query, video_id)",
    ),
    "postgresql": (
        "ALTER TABLE tasks ADD COLUMN query TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE tasks ADD COLUMN part INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE tasks DROP CONSTRAINT tasks_kind_subject_key",
        "ALTER TABLE tasks ADD UNIQUE (kind, subject, query, part)",
        """
        CREATE TABLE found_by (
            video_id TEXT NOT NULL, query TEXT NOT NULL, PRIMARY KEY (video_id, query)
        )
        """,
        "CREATE INDEX ix_found_by_query ON found_by (query, video_id)",
    ),
}


def add_queries(connection: Connection) -> None:
    """Let windows belong to one of several queries."""
    for statement in _QUERIES[connection.dialect.name]:
        connection.exec_driver_sql(statement)
