"""Windows that were searched before TikTok could show all of their videos, and are searched again.

When a window was searched stands in the log of requests: it is when its first page was sent.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, func, or_, select, update

from traktok import _clock
from traktok.collect import _schema
from traktok.collect._kinds import VIDEOS
from traktok.collect._patience import repeatable
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._windows import Window

# TikTok shows a new video up to 48 hours late (its FAQ of the Research API, checked 2026-09-30): a
# day is whole from the third day after it on.
SETTLED_AFTER = timedelta(days=3)

_tasks, _requests = _schema.tasks, _schema.requests
# A search that begins anew sends its first page again: the last one counts.
BEGAN = (
    select(func.max(_requests.c.sent_at))
    .where(
        _requests.c.task == _tasks.c.id,
        or_(_requests.c.cursor.is_(None), _requests.c.cursor == "0"),
    )
    .scalar_subquery()
)


def settles_on(window: Window) -> date:
    """Return the first day (UTC) on which TikTok shows all videos of a window."""
    return window.last + SETTLED_AFTER


def was_young(connection: Connection, task: int, window: Window) -> bool:
    """Return whether the last search of a window began before TikTok could show all of it."""
    began = connection.scalar(select(BEGAN).select_from(_tasks).where(_tasks.c.id == task))
    return _is_early(window, began)


def _is_early(window: Window, began: float | None) -> bool:
    return began is not None and _clock.utc(began).date() < settles_on(window)


@repeatable
def until(store: Store) -> date:
    """Return the day (UTC) from which on a search shows all videos of all young windows."""
    young = select(_tasks.c.subject).where(
        _tasks.c.kind == VIDEOS.name, _tasks.c.state == State.YOUNG
    )
    with store.read() as connection:
        return max(settles_on(Window.of(each)) for each in connection.scalars(young))


@repeatable
def reopen(store: Store) -> None:
    """Reopen the windows that were searched too early, unless that was today.

    Older stores call such windows done.
    """
    finished = _tasks.c.kind == VIDEOS.name, _tasks.c.state.in_([State.DONE, State.YOUNG])
    windows = select(_tasks.c.id, _tasks.c.subject, BEGAN.label("began")).where(*finished)
    today = _clock.day(_clock.now())
    anew = {"state": State.OPEN, "cursor": None, "search_id": None, "pages": 0, "failures": 0}
    with store.write() as connection:
        early = [
            row.id
            for row in connection.execute(windows)
            if _is_early(Window.of(row.subject), row.began) and _clock.day(row.began) < today
        ]
        if early:
            chosen = _tasks.c.id.in_(early), *finished
            connection.execute(update(_tasks).where(*chosen).values(anew))
