"""A study that grows: a later last day, or one that follows the calendar."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from traktok import _clock, _inputs
from traktok.collect import _schema
from traktok.collect._kinds import VIDEOS
from traktok.collect._store import Store
from traktok.collect._tasks import State
from traktok.collect._windows import Window, split
from traktok.errors import Argument, InvalidArgument

TODAY = "today"
# Years after which a study that waits so long does not follow any more.
_LONGEST_LAG = 3_660
# What may differ between a store's study and the same one, grown.
_GROWS = ("to", "follows")

_jobs, _tasks = _schema.jobs, _schema.tasks
_LAST_DAY = func.substr(_tasks.c.subject, 12)  # of 2023-01-01/2023-01-30


def last_day(to: Any, lag: int = 0) -> date:
    """Return the day that ``to`` stands for, which the word "today" resolves to in UTC."""
    return _clock.today() - timedelta(days=lag) if to == TODAY else _inputs.day(to, "to")


def check_lag(lag: Any) -> int:
    """Check the number of days that a study stays behind the calendar."""
    if isinstance(lag, bool) or not isinstance(lag, int) or not 0 <= lag <= _LONGEST_LAG:
        raise InvalidArgument(
            Argument("lag"), f" must be a number of days from 0 to {_LONGEST_LAG:,}, not {lag!r}"
        )
    return lag


def differing(kept: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """Name the settings in which a store's study is another one than was asked for."""
    names = [name for name in asked if name not in _GROWS and kept.get(name) != asked[name]]
    if not names and "follows" not in asked and asked["to"] < kept["to"]:
        names = ["to"]
    return names


def grow(store: Store, to: date, follows: int | None) -> None:
    """Set the last day of a study, and put windows for its new days on the list.

    A study never shrinks. One transaction, so that two processes add the same days once.
    """
    with store.write() as connection:
        settings = _locked(connection)
        settings["to"] = max(settings["to"], str(to))
        settings.pop("follows", None)
        if follows is not None:
            settings["follows"] = follows
        _save(connection, settings)
        _add_windows(store, connection, settings)


def catch_up(store: Store) -> None:
    """Add the days that have passed for a study that follows, and windows that a crash lost."""
    with store.write() as connection:
        settings = _locked(connection)
        if (lag := settings.get("follows")) is not None:
            settings["to"] = max(settings["to"], str(last_day(TODAY, lag)))
            _save(connection, settings)
        _add_windows(store, connection, settings)


def planned(store: Store, to: Any) -> list[Window]:
    """Return the windows that a later last day would add."""
    with store.read() as connection:
        settings = _settings(connection)
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


def _locked(connection: Connection) -> dict[str, Any]:
    """Read the settings, and keep other processes from changing them meanwhile."""
    return _settings(connection, lock=True)


def _settings(connection: Connection, *, lock: bool = False) -> dict[str, Any]:
    query = select(_jobs.c.settings).where(_jobs.c.kind == VIDEOS.name)
    return dict(json.loads(connection.scalar(query.with_for_update() if lock else query) or "{}"))


def _save(connection: Connection, settings: dict[str, Any]) -> None:
    text = json.dumps(settings, ensure_ascii=False)
    connection.execute(update(_jobs).where(_jobs.c.kind == VIDEOS.name).values(settings=text))


def _add_windows(store: Store, connection: Connection, settings: dict[str, Any]) -> None:
    new = [
        {"kind": VIDEOS.name, "subject": window.subject, "state": State.OPEN}
        for window in _new_windows(connection, settings)
    ]
    if new:
        connection.execute(store.insert(_tasks).on_conflict_do_nothing(), new)


def _new_windows(connection: Connection, settings: dict[str, Any]) -> list[Window]:
    """Return windows for the days after the last one that is on the list."""
    listed = connection.scalar(select(func.max(_LAST_DAY)).where(_tasks.c.kind == VIDEOS.name))
    first = date.fromisoformat(settings["since"])
    if listed is not None:
        first = date.fromisoformat(listed) + timedelta(days=1)
    last = date.fromisoformat(settings["to"])
    return split(Window(first, last), settings["window_days"]) if first <= last else []
