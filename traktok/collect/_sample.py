"""A run that asks for the first pages of windows that lie far apart, to estimate the rest.

Its pages are kept: a later run continues behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select

from traktok._http.pages import Crawl
from traktok._run.options import RunOptions
from traktok.collect import _schema
from traktok.collect._kinds import VIDEOS
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._worker import StoreKeeper, StudyRun

_tasks = _schema.tasks


class SampleRun(StudyRun):
    """A run that requests a page of each of some windows, and another if requests are left."""

    def __init__(self, store: Store, options: RunOptions, most: int) -> None:
        super().__init__(store, VIDEOS, options)
        self._waiting = iter(_spread(_open_windows(store), most))

    def keeper(self) -> StoreKeeper:
        """Return a keeper for one worker."""
        return _SampleKeeper(self, self._waiting)


class _SampleKeeper(StoreKeeper):
    """Keeps one page of each window that it is given."""

    def __init__(self, run: SampleRun, waiting: Iterator[int]) -> None:
        super().__init__(run)
        self._waiting = waiting  # next() of a list's iterator is atomic

    def claim(self) -> Crawl | None:
        """Lease the next window of the sample that is open and free."""
        while not self._run.stop.is_set and (number := next(self._waiting, None)) is not None:
            if (task := self._run.tasks.claim(number)) is not None:
                self._task = self._hook.task = task
                return replace(self._run.job_of(task).crawl(task), max_pages=1)
        return None


def _open_windows(store: Store) -> list[int]:
    """Return the windows that are open, those of each query in the order of their days."""
    query = select(_tasks.c.id).where(_tasks.c.kind == VIDEOS.name, _tasks.c.state == State.OPEN)
    order = _tasks.c.pages > 0, _tasks.c.query, _tasks.c.part, _tasks.c.subject
    with store.read() as connection:
        return list(connection.scalars(query.order_by(*order)))


def _spread(windows: list[int], most: int) -> list[int]:
    """Choose so many windows at equal distances; each several times if there are fewer."""
    number = len(windows)
    if number > most:
        return [windows[(2 * n + 1) * number // (2 * most)] for n in range(most)]
    return [windows[n % number] for n in range(most)] if windows else []
