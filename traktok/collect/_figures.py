"""The figures that the report and the plot of a study show, counted by the database."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select

from traktok import _clock
from traktok.collect import _schema, _young
from traktok.collect._kinds import VIDEOS
from traktok.collect._rates import Kinds
from traktok.collect._records import decoded
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._windows import Window

_ROWS_AT_ONCE = 5_000
# TikTok's classes of length (`video_length` of a query), by the seconds below which a video is one.
LENGTHS = {
    "SHORT (under 15 s)": 15,
    "MID (15 s to 1 min)": 60,
    "LONG (1 to 5 min)": 300,
    "EXTRA_LONG (over 5 min)": None,
}

_videos, _tasks, _requests = _schema.records[VIDEOS.name], _schema.tasks, _schema.requests
_PUBLIC = _videos.c.gone_at.is_(None)


@dataclass(frozen=True, slots=True)
class WindowState:
    """A window, and how far it is.

    Attributes
    ----------
    query, part
        What is searched for; the name is empty if the query has none.
    task
        The number of its task; 0 if it is not in the store yet.
    matches
        How many videos TikTok counted so far, those that it does not show included.
    searched_on
        The day (UTC) on which it was searched last.
    """

    window: Window
    query: str = ""
    part: int = 0
    task: int = 0
    state: State = State.OPEN
    error: str | None = None
    matches: int = 0
    pages: int = 0
    searched_on: date | None = None

    @property
    def days_after(self) -> int | None:
        """How many days after its last day it was searched; None if it was not yet."""
        return None if self.searched_on is None else (self.searched_on - self.window.last).days


@dataclass(frozen=True, slots=True)
class Shown:
    """How many videos TikTok's cursor counted, and how many TikTok showed."""

    counted: int
    shown: int

    @property
    def share_hidden(self) -> float | None:
        """The share that was counted and not shown; None where nothing was counted."""
        return max(0, self.counted - self.shown) / self.counted if self.counted else None


def windows(store: Store, *, halved: bool = False) -> list[WindowState]:
    """Return the windows; where one was halved, its halves in its place, or beside it."""
    query = select(_tasks, _young.BEGAN.label("began")).where(_tasks.c.kind == VIDEOS.name)
    if not halved:
        query = query.where(_tasks.c.state != State.HALVED)
    with store.read() as connection:
        rows = connection.execute(query.order_by(_tasks.c.subject, _tasks.c.id)).all()
    return [
        WindowState(
            Window.of(row.subject),
            row.query,
            row.part,
            row.id,
            State(row.state),
            row.error,
            max(int(row.cursor) if row.cursor and row.cursor.isdecimal() else 0, row.rows),
            row.pages,
            None if row.began is None else _clock.utc(row.began).date(),
        )
        for row in rows
    ]


def videos_by_day(store: Store, first: date, last: date) -> list[tuple[date, int]]:
    """Count the videos of each day (UTC) of a span, days without any too."""
    day = _videos.c.create_time // _clock.SECONDS_A_DAY
    query = select(day, func.count()).where(_PUBLIC, _videos.c.create_time.is_not(None))
    with store.read() as connection:
        found = {int(number): count for number, count in connection.execute(query.group_by(day))}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [(each, found.get(_clock.day_number(each), 0)) for each in days]


def shown(store: Store) -> Shown:
    """Compare TikTok's cursor with the rows that came.

    The cursor counts every match, also those that TikTok does not show (deleted, private, of minors
    or moderated). A page that was requested twice counts once.
    """
    page = (
        select(_requests.c.task, func.max(_requests.c.rows).label("rows"))
        .where(_requests.c.rows.is_not(None), _requests.c.task.is_not(None))
        .group_by(_requests.c.task, func.coalesce(_requests.c.cursor, "0"))
        .subquery()
    )
    rows = select(page.c.task, func.sum(page.c.rows).label("rows")).group_by(page.c.task).subquery()
    query = (
        select(_tasks.c.cursor, rows.c.rows)
        .join_from(_tasks, rows, rows.c.task == _tasks.c.id)
        .where(_tasks.c.kind == VIDEOS.name, _tasks.c.state != State.HALVED)
    )
    counted = seen = 0
    with store.read() as connection:
        for cursor, number in connection.execute(query):
            if cursor is not None and cursor.isdecimal():
                counted += int(cursor)
                seen += int(number)
    return Shown(counted, seen)


def authors(store: Store) -> int:
    """Count the accounts whose videos are in the study."""
    query = select(func.count(_videos.c.author_name.distinct())).where(_PUBLIC)
    with store.read() as connection:
        return int(connection.scalar(query) or 0)


def authors_by_videos(store: Store) -> Kinds:
    """Count the videos with an author, the authors, and those with one and with two videos."""
    name, number = _videos.c.author_name, func.count().label("number")
    of_each = select(number).where(_PUBLIC, name.is_not(None)).group_by(name).subquery()
    with_so_many = [
        func.coalesce(func.sum(case((of_each.c.number == n, 1), else_=0)), 0) for n in (1, 2)
    ]
    query = select(func.coalesce(func.sum(of_each.c.number), 0), func.count(), *with_so_many)
    with store.read() as connection:
        return Kinds(*map(int, connection.execute(query).one()))


def regions(store: Store, most: int) -> list[tuple[str, int]]:
    """Count the videos of each region, the most frequent first; the last row sums up the rest."""
    region, number = _videos.c.region_code, func.count()
    query = select(region, number).where(_PUBLIC, region.is_not(None)).group_by(region)
    with store.read() as connection:
        rows = connection.execute(query.order_by(number.desc(), region)).all()
    counts = [(str(name), int(count)) for name, count in rows]
    rest = sum(count for _, count in counts[most:])
    return counts[:most] + ([(f"{len(counts) - most} others", rest)] if rest else [])


def lengths(store: Store) -> list[tuple[str, int]]:
    """Count the videos of each of TikTok's classes of length."""
    seconds = _videos.c.video_duration
    limits = [(seconds < below, name) for name, below in LENGTHS.items() if below]
    name = case(*limits, else_=list(LENGTHS)[-1])
    query = select(name, func.count()).where(_PUBLIC, seconds.is_not(None)).group_by(name)
    with store.read() as connection:
        found = {str(name): int(count) for name, count in connection.execute(query)}
    return [(name, found[name]) for name in LENGTHS if name in found]


def hashtags(store: Store, most: int) -> list[tuple[str, int]]:
    """Count the videos with each hashtag, the most frequent first."""
    names = _videos.c.hashtag_names
    query = select(names).where(_PUBLIC, names.is_not(None))
    found: Counter[str] = Counter()
    with store.read() as connection:
        stream = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
        for (text,) in stream:
            value = decoded(text)
            names_in_it = value if isinstance(value, list) else [value]
            found.update({str(name) for name in names_in_it if name})
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]


def missing(store: Store, asked: tuple[str, ...] | None) -> list[tuple[str, int]]:
    """Count, for each column that was asked for, the videos without a value in it."""
    columns = [
        column.name
        for column in VIDEOS.columns(asked)
        if column.name in _videos.c and (asked is None or not set(asked).isdisjoint(column.keys))
    ]
    counts: list[ColumnElement[int]] = [func.count(_videos.c[name]) for name in columns]
    with store.read() as connection:
        every, *filled = connection.execute(select(func.count(), *counts).where(_PUBLIC)).one()
    return [(name, every - number) for name, number in zip(columns, filled, strict=True)]


def requests_by_day(store: Store) -> list[tuple[str, int | None, int]]:
    """Count the requests of each day by the status of their answer; None where none came."""
    of = (_requests.c.day, _requests.c.status)
    query = select(*of, func.count()).group_by(*of).order_by(*of)
    with store.read() as connection:
        return [(day, status, count) for day, status, count in connection.execute(query)]


def first_and_last_request(store: Store) -> tuple[float | None, float | None]:
    """Return when the first and the last request were sent."""
    at = _requests.c.sent_at
    with store.read() as connection:
        first, last = connection.execute(select(func.min(at), func.max(at))).one()
    return first, last


def removals(store: Store) -> list[Row[Any]]:
    """Return how many records each refresh checked and removed."""
    with store.read() as connection:
        return list(connection.execute(select(_schema.removals).order_by(_schema.removals.c.id)))


def runs(store: Store) -> list[Row[Any]]:
    """Return who worked on the study, in the order they began."""
    with store.read() as connection:
        return list(connection.execute(select(_schema.runs).order_by(_schema.runs.c.started_at)))


def versions(store: Store) -> list[str]:
    """Return the versions that the study was collected with, each combination once."""
    return [
        ", ".join(f"{name} {of}" for name, of in json.loads(text).items())
        for text in dict.fromkeys(run.versions for run in runs(store))
    ]


def open_days(states: list[WindowState]) -> list[Window]:
    """Return the windows whose days are not collected, or not all of their videos."""
    return [each.window for each in states if each.state != State.DONE]
