"""A study that grows: a later last day, or one that follows the calendar."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, insert, literal, select, update

from traktok import _clock, _inputs
from traktok.collect import _queries, _schema
from traktok.collect._kinds import VIDEOS
from traktok.collect._patience import repeatable
from traktok.collect._queries import Search
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._windows import Window, split
from traktok.errors import Argument, InvalidArgument

TODAY = "today"
# Years after which a study that waits so long does not follow any more.
_LONGEST_LAG = 3_660

_jobs, _tasks = _schema.jobs, _schema.tasks
_LAST_DAY = func.substr(_tasks.c.subject, 12)  # of 2023-01-01/2023-01-30


def last_day(to: Any, lag: int = 0) -> date:
    """Return the day that ``to`` stands for, which the word "today" resolves to in UTC."""
    return _clock.today() - timedelta(days=lag) if to == TODAY else _inputs.day(to, "to")


def check_lag(lag: Any) -> None:
    """Check the number of days that a study stays behind the calendar."""
    _inputs.within(lag, "lag", "a number of days", 0, _LONGEST_LAG)


def differing(kept: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """Describe how a store's study differs from the one that was asked for; it may have grown."""
    names = [name for name in ("since", "fields", "window_days") if kept.get(name) != asked[name]]
    found = [*_queries.differing(kept, asked), *(f"another {name}" for name in names)]
    if not found and "follows" not in asked and asked["to"] < kept["to"]:
        found = ["another to"]
    return found


def begin(store: Store, asked: dict[str, Any]) -> None:
    """Let a store's study grow to the one that was asked for."""
    kept = store.settings()
    lists = _queries.lists_in(asked, kept.get("unnamed", ""))
    grow(store, date.fromisoformat(asked["to"]), asked.get("follows"), lists)


@repeatable
def grow(
    store: Store, to: date, follows: int | None, lists: Mapping[str, list[str]] | None = None
) -> None:
    """Set the last day of a study, and put windows for its new days on the list.

    A study never shrinks. One transaction, so that two processes add the same days once. ``lists``
    are the names on its watch lists now.
    """
    with store.write() as connection:
        settings = _queries.with_newcomers(_settings(connection, lock=True), lists or {})
        settings["to"] = max(settings["to"], str(to))
        settings.pop("follows", None)
        if follows is not None:
            settings["follows"] = follows
        _save(connection, settings)
        _add_windows(store, connection, settings)


@repeatable
def catch_up(store: Store) -> None:
    """Add days that have passed, names that are new on watch lists, windows that a crash lost."""
    lists = _queries.lists_now(store.settings())
    with store.write() as connection:
        settings = _queries.with_newcomers(_settings(connection, lock=True), lists)
        if (lag := settings.get("follows")) is not None:
            settings["to"] = max(settings["to"], str(last_day(TODAY, lag)))
        _save(connection, settings)
        _add_windows(store, connection, settings)


@repeatable
def add_query(store: Store, name: Any, query: Any) -> None:
    """Add a query to a study, with windows for all of its days.

    A query without a name gets one, and the videos so far are those that it found.
    """
    with store.write() as connection:
        before = _settings(connection, lock=True)
        settings = _queries.with_names(before, name, query)
        if "query" in before:
            _name_first_query(connection, settings["unnamed"])
        _save(connection, settings)
        _add_windows(store, connection, settings)


def _name_first_query(connection: Connection, name: str) -> None:
    """Give a name to the query of a study that had none.

    The windows come first: a page that another process saves meanwhile waits for them, and is
    saved under the name.
    """
    videos = _schema.records[VIDEOS.name]
    unnamed = and_(_tasks.c.kind == VIDEOS.name, _tasks.c.query == "")
    connection.execute(update(_tasks).where(unnamed).values(query=name))
    found = select(videos.c.video_id, literal(name))
    connection.execute(insert(_schema.found_by).from_select(["video_id", "query"], found))


def planned(store: Store, to: Any) -> list[tuple[Search, Window]]:
    """Return the windows that a later last day would add."""
    with store.read() as connection:
        settings = _settings(connection, lock=False)
        settings["to"] = str(checked_day(settings, last_day(to)))
        return _new_windows(connection, settings)


def checked_day(settings: dict[str, Any], day: date) -> date:
    """Check that a study can go on to a day."""
    _inputs.not_in_future(day, "to")
    if str(day) < settings["to"]:
        raise InvalidArgument(
            Argument("to"), f" must be {settings['to']} (the study's last day) or later, not {day}"
        )
    return day


def _settings(connection: Connection, *, lock: bool) -> dict[str, Any]:
    """Read the settings; ``lock`` keeps other processes from changing them meanwhile."""
    query = select(_jobs.c.settings).where(_jobs.c.kind == VIDEOS.name)
    return dict(json.loads(connection.scalar(query.with_for_update() if lock else query) or "{}"))


def _save(connection: Connection, settings: dict[str, Any]) -> None:
    text = json.dumps(settings, ensure_ascii=False)
    connection.execute(update(_jobs).where(_jobs.c.kind == VIDEOS.name).values(settings=text))


def _add_windows(store: Store, connection: Connection, settings: dict[str, Any]) -> None:
    new = [
        {
            "kind": VIDEOS.name,
            "subject": window.subject,
            "query": search.query,
            "part": search.part,
            "state": State.OPEN,
        }
        for search, window in _new_windows(connection, settings)
    ]
    if new:
        connection.execute(store.dialect.insert(_tasks).on_conflict_do_nothing(), new)


def _new_windows(connection: Connection, settings: dict[str, Any]) -> list[tuple[Search, Window]]:
    """Return windows for the days of each query after the last one that is on the list."""
    of = _tasks.c.query, _tasks.c.part
    listed = select(*of, func.max(_LAST_DAY)).where(_tasks.c.kind == VIDEOS.name).group_by(*of)
    last_days = {
        (query, part): date.fromisoformat(day) for query, part, day in connection.execute(listed)
    }
    new = []
    for of_which, search in _queries.searches(settings).items():
        first = search.first
        if of_which in last_days:
            first = last_days[of_which] + timedelta(days=1)
        if first <= search.last:
            windows = split(Window(first, search.last), settings["window_days"])
            new += [(search, window) for window in windows]
    return new
