"""A run over a study's tasks: several workers, each task strictly in order."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from traktok import _clock
from traktok._http.bodies import search_body
from traktok._http.endpoints import DAILY_REQUESTS, TOKEN
from traktok._http.pages import Crawl
from traktok._http.wire import Page
from traktok._run.options import RunOptions
from traktok._run.run import LeaseLostError, go_through
from traktok._run.workers import run_workers
from traktok._text import counted, duration
from traktok.collect import _queries, _tasks
from traktok.collect._database import StoreUnavailableError
from traktok.collect._hook import StoreHook
from traktok.collect._kinds import VIDEOS, Kind
from traktok.collect._pace import to_the_end
from traktok.collect._queries import Search
from traktok.collect._records import columns_of
from traktok.collect._runs import StoreRun
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._tasks import RESTARTS, Task, Tasks
from traktok.collect._windows import Window
from traktok.errors import (
    ApiError,
    ConnectionFailed,
    InvalidRequest,
    QuotaExceeded,
    RateLimited,
    ServerError,
    TraktokError,
)

# After this many failures in a row, of whichever tasks, without a page between, end the run: it is
# TikTok that fails, not the tasks.
_OUTAGE = 20
_POLL = 0.2
QUOTA_IS_FULL = "the day's requests are used up"


@dataclass(frozen=True, slots=True)
class Job:
    """What the crawls of a kind have in common: fields, pages and query."""

    kind: Kind
    fields: tuple[str, ...] | None
    max_pages: float
    searches: Mapping[tuple[str, int], Search] | None = None

    @classmethod
    def of(cls, store: Store, kind: Kind) -> Job:
        """Read a job from a store."""
        settings = store.job(kind.name) or {}
        return cls(
            kind,
            store.fields(kind),
            settings.get("max_pages") or float("inf"),
            _queries.searches(settings) if kind is VIDEOS else None,
        )

    def crawl(self, task: Task) -> Crawl:
        """Build the crawl that continues where a task stands."""
        if self.searches is None:
            body = {self.kind.subject or "": task.subject}
        else:
            window = Window.of(task.subject)
            conditions = self.searches[task.query, task.part].conditions
            body = search_body(conditions, window.first, window.last, is_random=False)
        return Crawl(
            self.kind.endpoint,
            body,
            self.fields,
            self.max_pages - task.pages,
            task.cursor,  # type: ignore[arg-type]  # a text where TikTok sent one
            task.search_id,
        )


class Decision(Enum):
    """What follows from an error."""

    STOP = auto()  # nothing else would succeed either
    QUOTA = auto()  # the same request, another day
    RESTART = auto()  # TikTok has forgotten the search
    FAIL = auto()  # it may be this task's own
    LEAVE_OUT = auto()  # all windows of this query would be refused


def decide(error: TraktokError, kind: Kind, task: Task) -> Decision:
    """Decide what follows from an error that no further attempt can help."""
    if isinstance(error, QuotaExceeded):
        return Decision.QUOTA
    if error.path == TOKEN.path:
        return Decision.STOP
    if isinstance(error, InvalidRequest):
        if task.cursor and task.restarts < RESTARTS:
            return Decision.RESTART
        if kind is not VIDEOS or task.cursor:
            return Decision.FAIL
        # Windows share a query: what is wrong with the first page of one is wrong with all.
        return Decision.LEAVE_OUT if task.query else Decision.STOP
    if isinstance(error, ApiError) and not isinstance(error, RateLimited):
        return Decision.FAIL  # only an answer of TikTok's is ever about the task
    return Decision.STOP


class StudyRun(StoreRun):
    """One run over the tasks of one kind, and how far its workers are."""

    def __init__(self, store: Store, kind: Kind, options: RunOptions) -> None:
        super().__init__(store, options)
        self.job = Job.of(store, kind)
        self.tasks = Tasks(store, kind, self.owner)
        self._lock = threading.Lock()
        self._failures = self._pages = self._rows = self._done = 0
        self._refused: dict[str, TraktokError] = {}
        self._began = _clock.monotonic()
        self._ended = threading.Event()

    def work(self) -> str | None:
        """Go through all tasks; return why some are left, if it is not an error."""
        with self.at_work():
            if self.tasks.unfinished():
                self._go_through()
        return self.stop.reason

    def _go_through(self) -> None:
        self._check_token()
        self.tasks.release_dead()
        if others := self.tasks.other_runs():
            self.shown.say(
                f"{counted(others, 'other runs')} of this study at work: they share what is open, "
                "and the day's requests"
            )
        kind, workers = self.job.kind.name, self.options.workers
        with self.logged(kind):
            try:
                threading.Thread(target=self._keep_alive, daemon=True, name="traktok-0").start()
                run_workers(
                    lambda: go_through(self.keeper(), self.stop),
                    workers,
                    self.stop,
                    self.shown,
                    f"Collecting {kind}",
                    self._so_far,
                )
                self._raise_refused()
            finally:
                self._ended.set()
                # A lease that can't be given back runs out.
                with contextlib.suppress(StoreUnavailableError):
                    self.tasks.release()

    def _raise_refused(self) -> None:
        """Raise an error if TikTok refused a query; the others are collected."""
        if self._refused:
            error, *_ = self._refused.values()
            names = ", ".join(map(repr, self._refused))
            noun = "query" if len(self._refused) == 1 else "queries"
            error.explain(f"This is about the {noun} {names}, not about the others.")
            raise error

    def _check_token(self) -> None:
        """Raise an error if there is no token; a run that may wait gets one once it is online."""
        try:
            self.options.credential.token()
        except (ConnectionFailed, ServerError):
            if self.options.on_quota == "stop":
                raise

    def job_of(self, task: Task) -> Job:
        """Return the job of a task; its query may have been added since the run began."""
        searches = self.job.searches
        if searches is not None and (task.query, task.part) not in searches:
            self.job = Job.of(self.store, self.job.kind)
        return self.job

    def keeper(self) -> StoreKeeper:
        """Return a keeper for one worker."""
        return StoreKeeper(self)

    def _keep_alive(self) -> None:
        try:
            while not self._ended.wait(_tasks.LEASE / 4):
                self.tasks.prolong()
        except BaseException as error:
            self.stop.set(error=error)

    def _so_far(self) -> tuple[str, float | None]:
        kind = self.job.kind
        pool, limit = kind.endpoint.pool, self.options.daily_requests
        left = self.log.left(pool, limit)
        unfinished = self.tasks.unfinished()
        text = (
            f"Got {counted(self._pages, 'pages')}, {counted(self._rows, kind.name)}; "
            f"{counted(unfinished, kind.study.unit)} to go, "
            f"{counted(left, 'requests')} left today"
        )
        if wait := self.countdown.left:
            text += f", going on in {duration(wait)}"
        elif self._done and unfinished and not self.stop.is_set:
            seconds = _clock.monotonic() - self._began
            tasks_to_go = unfinished / self._done
            a_day = DAILY_REQUESTS[pool] if limit is None else limit
            requests = self._pages * tasks_to_go
            end = to_the_end(seconds * tasks_to_go, requests, left, a_day, _clock.today())
            text += f", {end}"
        tasks = self._done + unfinished
        return text, self._done / tasks if tasks else None

    # ----------------------------------------------------- what workers report of their tasks

    def count_page(self, new: int, *, done: bool, advanced: bool) -> None:
        """Count a page that was saved; one that leads on ends a row of failures."""
        with self._lock:
            self._pages += 1
            self._rows += new
            self._done += done
            if advanced:
                self._failures = 0

    def leave_out(self, task: Task, error: TraktokError) -> None:
        """Leave out the query of a task that TikTok refuses, and go on with the others."""
        self.tasks.give_back(task)
        self.tasks.leave_out(task.query)
        with self._lock:
            self._refused.setdefault(task.query, error)

    def count_failure(self, error: TraktokError) -> None:
        """Count a task's failure; raise it where so many in a row are not the tasks' own."""
        with self._lock:
            self._failures += 1
            failures = self._failures
        if failures >= _OUTAGE:
            raise error


class StoreKeeper:
    """Keeps the pages of one worker in the store."""

    _task: Task

    def __init__(self, run: StudyRun) -> None:
        self._run = run
        self._hook = StoreHook(run)
        self.send = self._hook.send

    def claim(self) -> Crawl | None:
        """Lease the next task; wait for those that others hold."""
        while not self._run.stop.is_set:
            if (task := self._run.tasks.claim()) is not None:
                self._task = self._hook.task = task
                return self._run.job_of(task).crawl(task)
            if not self._run.tasks.unfinished():
                break
            self._wait_for_others()
        return None

    def _wait_for_others(self) -> None:
        """Wait for tasks that others hold: they may fail, be halved, or be left behind."""
        run = self._run
        pool, limit = run.job.kind.endpoint.pool, run.options.daily_requests
        if run.options.on_quota == "stop" and not run.log.left(pool, limit):
            run.stop.set(QUOTA_IS_FULL)
        run.stop.wait(_POLL)
        run.tasks.release_dead()

    def save_page(self, page: Page) -> None:
        """Save a page: its rows, the position behind it and its request, all or nothing."""
        run, task, now = self._run, self._task, _clock.now()
        seen = {"task": task.id, "first_seen": now, "last_seen": now}
        records = columns_of(run.job.kind, run.job.fields, page.records, task.subject, seen)

        def save() -> tuple[Task, int]:
            with run.store.write() as connection:
                after, had, new = run.tasks.save_page(
                    connection, task, page, records, run.job.max_pages
                )
                run.log.settle(connection, self._hook.answered(), had)
            return after, new

        try:
            self._task, new = run.store.repeat(save)
        except LeaseLostError:
            self._hook.settle(len(page.records))
            run.tasks.give_back(task)
            raise
        done = self._task.state is not State.OPEN
        run.count_page(new, done=done, advanced=task.advanced_by(page))

    def finish(self, doubts: list[str]) -> None:
        """Close the task, or leave what is left of it to the next run."""
        if doubts:
            self._fail(ApiError(f"{doubts[0]}."))
        else:
            self.give_back()

    def give_back(self) -> None:
        """Leave the task where it stands."""
        if self._task.state is State.OPEN:
            self._run.tasks.give_back(self._task)

    def decide(self, error: TraktokError) -> None:
        """Give the task back, begin it anew, put it behind the others, or end the run."""
        run, task = self._run, self._task
        decision = decide(error, run.job.kind, task)
        if self._hook.tiktok_is_down:
            decision = Decision.STOP
        if decision is Decision.QUOTA:
            run.tasks.give_back(task)
            if run.options.on_quota == "stop":
                run.stop.set(QUOTA_IS_FULL)
        elif decision is Decision.RESTART:
            run.tasks.restart(task, error.reason)
            run.shown.say(f"{task.label}: begun anew, since {error.reason}")
        elif decision is Decision.FAIL:
            self._fail(error)
        elif decision is Decision.LEAVE_OUT:
            run.leave_out(task, error)
        else:
            raise error

    def _fail(self, error: TraktokError) -> None:
        state = self._run.tasks.fail(self._task, error.reason)
        if state is not State.OPEN:
            self._run.shown.say(f"{self._task.label}: {state}, since {error.reason}")
        self._run.count_failure(error)
