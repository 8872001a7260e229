"""One worker's way to TikTok: every attempt waits its turn, is counted, and is written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from traktok._http.transport import Attempt, Transport
from traktok._http.wire import Failure, Page, Request
from traktok._run.workers import Brake, Limiter, StoppedError
from traktok.collect._options import Allowance, Countdown, How
from traktok.collect._request_log import Entry, Ledger
from traktok.collect._store import Store
from traktok.collect._tasks import Task
from traktok.errors import QuotaExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """What the workers of a run share."""

    how: How
    brake: Brake
    limiter: Limiter
    allowance: Allowance
    countdown: Countdown
    say: Callable[[str], None]

    @classmethod
    def of(cls, how: How, say: Callable[[str], None]) -> Limits:
        """Make those of a new run."""
        brake, limiter = Brake(), Limiter(how.requests_per_second)
        return cls(how, brake, limiter, how.allowance, Countdown(brake, say), say)


class Sender:
    """Sends requests for one worker, and meters each attempt of its transport."""

    def __init__(self, store: Store, ledger: Ledger, limits: Limits) -> None:
        self.task: Task | None = None
        self._store, self._ledger, self._limits = store, ledger, limits
        self._transport = Transport(limits.how.credential, limits.say, self)
        self._entry: Entry | None = None

    def send(self, request: Request) -> Page:
        """Send a request; what failed is in the ledger, what came waits for its page's rows.

        A page without rows that is not the last one is asked for twice: it may be that all of it is
        hidden, or that an answer went wrong.
        """
        page = self._transport.send(request)
        if page.has_more and not page.records:
            self.settle(0)
            page = self._transport.send(request)
        return page

    def settle(self, rows: int) -> None:
        """Write down an answer that is not kept together with a page."""
        with self._store.write() as connection:
            self._ledger.settle(connection, self.answered(), rows)

    def answered(self) -> Entry:
        """Return the entry of the request that was answered last."""
        assert self._entry is not None
        return self._entry

    # ------------------------------------------------------------- what the transport asks for

    def before(self, request: Request) -> None:
        """Hold a request back until it may be sent, and count it."""
        limits = self._limits
        limits.brake.check()
        if not limits.allowance.take():
            limits.brake.pull(f"max_requests={limits.how.max_requests} are sent")
            raise StoppedError
        limits.limiter.wait(limits.brake)
        cursor = json.loads(request.body).get("cursor") if _is_json(request) else None
        while True:
            limit = limits.how.daily_requests
            entry = self._ledger.reserve(request, cursor, self.task, limit)
            if entry is not None:
                break
            pool = request.endpoint.pool
            if limits.how.on_quota == "stop":
                raise QuotaExceeded("The day's requests are used up.")
            limits.countdown.wait_until(self._ledger.opens_at(pool, limit))
        self._entry = entry

    def wait(self, seconds: float) -> None:
        """Wait before another try, unless the run stops."""
        self._limits.brake.sleep(seconds)

    def after(self, attempt: Attempt) -> None:
        """Write down a failure at once; a page is written down with its rows."""
        entry = self.answered()
        entry.attempt = attempt
        if not isinstance(attempt.outcome, Failure):
            return
        with self._store.write() as connection:
            self._ledger.settle(connection, entry)
        if isinstance(attempt.outcome.error, QuotaExceeded):
            self._ledger.close_pool(entry.pool)
        self._limits.limiter.heed(attempt, self._limits.say)


def _is_json(request: Request) -> bool:
    return request.content_type == "application/json"
