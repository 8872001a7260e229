"""Workers that go through a study's tasks, several at once, each task strictly in order."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from traktok import _clock
from traktok._http.endpoints import TOKEN
from traktok._http.pages import Crawl, pages
from traktok._http.wire import Page
from traktok._run.progress import steps
from traktok._run.workers import StoppedError, side_by_side
from traktok._text import counted, duration
from traktok.collect import _runs
from traktok.collect._hook import Limits, Sender
from traktok.collect._kinds import VIDEOS, Kind
from traktok.collect._options import How
from traktok.collect._records import columns_of
from traktok.collect._request_log import Ledger
from traktok.collect._store import Store
from traktok.collect._tasks import (
    LEASE,
    RESTARTS,
    LeaseLostError,
    State,
    Task,
    Tasks,
    new_owner,
    retire,
)
from traktok.collect._windows import Window
from traktok.errors import (
    ApiError,
    ConnectionFailed,
    InvalidRequest,
    QuotaExceeded,
    RateLimited,
    TraktokError,
)

# So many failures in a row, of whichever tasks, without a page between: TikTok fails, or the line.
_OUTAGE = {ConnectionFailed: 4, TraktokError: 20}
_POLL = 0.2
QUOTA_IS_FULL = "the day's requests are used up"


@dataclass(frozen=True, slots=True)
class Job:
    """What is collected of a kind: what each of its crawls has in common."""

    kind: Kind
    fields: tuple[str, ...] | None
    max_pages: float
    query: dict[str, Any] | None = None

    @classmethod
    def of(cls, kind: Kind, settings: dict[str, Any]) -> Job:
        """Read a job from a store's settings."""
        fields = settings.get("fields")
        return cls(
            kind,
            None if fields is None else tuple(fields),
            settings.get("max_pages") or float("inf"),
            settings.get("query"),
        )

    def crawl(self, task: Task) -> Crawl:
        """Make the crawl that goes on where a task stands."""
        return Crawl(
            self.kind.endpoint,
            self._body(task.subject),
            self.fields,
            self.max_pages - task.pages,
            task.cursor,  # type: ignore[arg-type]  # a text where TikTok sent one
            task.search_id,
        )

    def _body(self, subject: str) -> dict[str, Any]:
        if self.query is None:
            return {self.kind.subject or "": subject}
        window = Window.of(subject)
        return {
            "query": self.query,
            "start_date": f"{window.first:%Y%m%d}",
            "end_date": f"{window.last:%Y%m%d}",
            "is_random": False,
        }


class Verdict(Enum):
    """What follows from an error."""

    STOP = auto()  # nothing else would succeed either
    QUOTA = auto()  # the same request, another day
    RESTART = auto()  # TikTok has forgotten the search
    FAIL = auto()  # it may be this task's own


def verdict(error: TraktokError, kind: Kind, task: Task) -> Verdict:
    """Say what follows from an error that all tries ended in."""
    if isinstance(error, QuotaExceeded):
        return Verdict.QUOTA
    if error.path == TOKEN.path:
        return Verdict.STOP
    if isinstance(error, InvalidRequest):
        if task.cursor and task.restarts < RESTARTS:
            return Verdict.RESTART
        # Windows share one query: what is wrong with its first page is wrong with all.
        return Verdict.STOP if kind is VIDEOS and not task.cursor else Verdict.FAIL
    if isinstance(error, (ApiError, ConnectionFailed)) and not isinstance(error, RateLimited):
        return Verdict.FAIL
    return Verdict.STOP


class Crew:
    """The workers of one run over one kind's tasks."""

    def __init__(self, store: Store, job: Job, how: How) -> None:
        self.owner = new_owner()
        self.tasks = Tasks(store, job.kind, self.owner)
        self._store, self._job, self._how = store, job, how
        self._ledger = Ledger(store, self.owner)
        self._shown = steps(how.verbose)
        self.limits = Limits.of(how, self._shown.say)
        self._lock = threading.Lock()
        self._failures = self._pages = self._rows = self._done = 0
        self._began = _clock.monotonic()
        self._ended = threading.Event()

    # ----------------------------------------------------------------------- the main thread

    def work(self) -> str | None:
        """Go through all tasks; return why some are left, if it is no error."""
        try:
            if self.tasks.unfinished():
                self._go_through()
        finally:
            retire(self.owner)
        return self.limits.brake.reason

    def _go_through(self) -> None:
        self._how.credential.token()  # without one, nothing is counted
        self.tasks.release_dead()
        brake = self.limits.brake
        with _runs.logged(self._store, self.owner, self._job.kind.name, brake):
            try:
                threading.Thread(target=self._keep_alive, daemon=True, name="traktok-0").start()
                doing = f"Collecting {self._job.kind.name}"
                side_by_side(self._work, self._how.workers, brake, self._shown, doing, self._so_far)
            finally:
                self._ended.set()
                self.tasks.release()

    def _so_far(self) -> tuple[str, float | None]:
        pool = self._job.kind.endpoint.pool
        left = self._ledger.left(pool, self._how.daily_requests)
        unfinished = self.tasks.unfinished()
        text = (
            f"Got {counted(self._pages, 'pages')}, {counted(self._rows, self._job.kind.name)}; "
            f"{counted(unfinished, self._job.kind.unit)} to go, "
            f"{counted(left, 'requests')} left today"
        )
        if wait := self.limits.countdown.left:
            text += f", going on in {duration(wait)}"
        elif self._done and unfinished and not self.limits.brake.pulled:
            seconds = _clock.monotonic() - self._began
            text += f", about {duration(seconds / self._done * unfinished)} to the end"
        tasks = self._done + unfinished
        return text, self._done / tasks if tasks else None

    # --------------------------------------------------------------------- the other threads

    def _keep_alive(self) -> None:
        try:
            while not self._ended.wait(LEASE / 4):
                self.tasks.prolong()
        except BaseException as error:
            self.limits.brake.pull(error=error)

    def _work(self) -> None:
        sender = Sender(self._store, self._ledger, self.limits)
        brake = self.limits.brake
        while not brake.pulled:
            task = self.tasks.claim()
            if task is not None:
                with contextlib.suppress(LeaseLostError):
                    self._crawl(task, sender)
            elif self.tasks.unfinished():
                self._wait_for_others()
            else:
                return

    def _wait_for_others(self) -> None:
        """Wait for what others hold: it may fail, be halved, or be left behind."""
        pool, limit = self._job.kind.endpoint.pool, self._how.daily_requests
        if self._how.on_quota == "stop" and not self._ledger.left(pool, limit):
            self.limits.brake.pull(QUOTA_IS_FULL)
        self.limits.brake.idle(_POLL)
        self.tasks.release_dead()

    def _crawl(self, task: Task, sender: Sender) -> None:
        """Go through a task to its end, as far as TikTok and the run's limits let it."""
        sender.task = task
        doubts: list[str] = []
        try:
            for page in pages(self._job.crawl(task), sender.send, doubts.append):
                task = self._keep(task, page, sender)
                if self.limits.brake.pulled:
                    break
        except StoppedError:
            self.tasks.give_back(task)
        except TraktokError as error:
            self._judge(error, task)
        else:
            if doubts:
                self._failed(task, ApiError(f"{doubts[0]}."))
            elif task.state is State.OPEN:
                self.tasks.give_back(task)

    def _keep(self, task: Task, page: Page, sender: Sender) -> Task:
        """Keep a page: its rows, the position behind it, and its request, all or nothing."""
        job, now = self._job, _clock.now()
        seen = {"task": task.id, "first_seen": now, "last_seen": now}
        records = columns_of(job.kind, job.fields, page.records, task.subject, seen)
        with self._store.write() as connection:
            after, had, new = self.tasks.keep(connection, task, page, records, job.max_pages)
            self._ledger.settle(connection, sender.answered(), had)
        with self._lock:
            self._pages += 1
            self._rows += new
            self._done += after.state is not State.OPEN
            if task.advanced_by(page):
                self._failures = 0
        return after

    def _judge(self, error: TraktokError, task: Task) -> None:
        judged = verdict(error, self._job.kind, task)
        if judged is Verdict.QUOTA:
            self.tasks.give_back(task)
            if self._how.on_quota == "stop":
                self.limits.brake.pull(QUOTA_IS_FULL)
        elif judged is Verdict.RESTART:
            self.tasks.restart(task, error.reason)
            self._shown.say(f"{task.subject}: begun anew, since {error.reason}")
        elif judged is Verdict.FAIL:
            self._failed(task, error)
        else:
            raise error

    def _failed(self, task: Task, error: TraktokError) -> None:
        with self._lock:
            self._failures += 1
            failures = self._failures
        state = self.tasks.fail(task, error.reason)
        if state is not State.OPEN:
            self._shown.say(f"{task.subject}: {state}, since {error.reason}")
        if failures >= next(most for kind, most in _OUTAGE.items() if isinstance(error, kind)):
            raise error
