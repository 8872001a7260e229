"""One worker's way to TikTok: every request waits its turn, is counted and is logged."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from traktok import _clock
from traktok._http.bodies import search_body
from traktok._http.endpoints import TOKEN, VIDEO_QUERY
from traktok._http.pages import Crawl
from traktok._http.retry import RESEARCH_API, RetryPolicy
from traktok._http.transport import Exchange, Transport
from traktok._http.wire import Failure, Page, Request
from traktok._run.options import RunOptions
from traktok._run.workers import StopSignal, Throttle
from traktok._text import duration
from traktok.collect._patience import repeatable
from traktok.collect._request_log import Entry, RequestLog
from traktok.collect._store import Store
from traktok.collect._tasks import Task
from traktok.errors import ConnectionFailed, QuotaExceeded, ServerError
from traktok.query import Condition, Query

# Re-check the clock this often, so that a laptop that slept notices the new day.
_LONGEST_NAP = 30.0


# Seconds to wait for a TikTok that can't be reached: doubled from the first to the last.
_SHORTEST_OUTAGE, _LONGEST_OUTAGE = 60.0, 900.0
_ONE_ATTEMPT = replace(RESEARCH_API, attempts=1)
# A search as light as one can be. Searches that are too heavy fail with a 500, 503 or 504, too
# (clients' issues, 2024 and 2025): that this one is answered tells them from servers that are down.
_A_DAY = date(2021, 1, 1)
_LIGHT_SEARCH = Crawl(
    VIDEO_QUERY,
    search_body(Query({"and": [Condition("video_id", "EQ", ["1"])]}).to_dict(), _A_DAY, _A_DAY),
    ("id",),
).request(0, None)


class Countdown:
    """The wait of all workers, for the next day of TikTok's quota or for the network."""

    def __init__(self, stop: StopSignal, say: Callable[[str], None]) -> None:
        self._stop, self._say = stop, say
        self._lock = threading.Lock()
        self._end = 0.0
        self._outage = _SHORTEST_OUTAGE
        self._answered_at = 0.0

    @property
    def left(self) -> float:
        """How many seconds are left to wait."""
        return max(0.0, self._end - _clock.now())

    def wait_until(self, moment: float, why: str) -> None:
        """Wait by the wall clock, in naps, so that the machine may sleep meanwhile."""
        with self._lock:
            first, self._end = moment != self._end, moment
        if first and self.left:
            self._say(f"{why}: going on in {duration(self.left)}, at {_clock.text(moment)}")
        while (left := moment - _clock.now()) > 0:
            self._stop.sleep(min(left, _LONGEST_NAP))

    def wait_for_tiktok(self, why: str) -> bool:
        """Wait until the next attempt to reach TikTok, together with whoever waits already.

        Return whether it is for the caller to make, which it is for one of them.
        """
        with self._lock:
            moment = self._end
            if is_first := (now := _clock.now()) >= moment:
                moment, self._outage = now + self._outage, min(2 * self._outage, _LONGEST_OUTAGE)
        self.wait_until(moment, why)
        return is_first

    def was_answered_since(self, moment: float) -> bool:
        """Return whether TikTok has answered anybody since a moment of the monotonic clock."""
        return self._answered_at > moment

    def end_outage(self) -> None:
        """Begin with the shortest wait again: TikTok answered."""
        self._outage, self._answered_at = _SHORTEST_OUTAGE, _clock.monotonic()


class StoreHook:
    """Sends requests for one worker, and logs each exchange."""

    def __init__(
        self,
        store: Store,
        log: RequestLog,
        options: RunOptions,
        throttle: Throttle,
        countdown: Countdown,
        say: Callable[[str], None],
    ) -> None:
        self.task: Task | None = None
        self.store, self._log, self._options = store, log, options
        self._throttle, self._countdown = throttle, countdown
        self._transport = Transport(options.credential, say, self, store.tag)
        self._entry: Entry | None = None
        self.tiktok_is_down = False

    def send(self, request: Request) -> Page:
        """Send a request; a failure is logged at once, a page together with its rows.

        A page without rows that is not the last one is requested twice: either all of it is
        hidden, or an answer went wrong.
        """
        page = self._send(request)
        if page.has_more and not page.records:
            self.settle(0)
            page = self._send(request)
        return page

    def _send(self, request: Request) -> Page:
        """Send a request; where the run may wait, wait for a TikTok that does not answer."""
        while True:
            began = _clock.monotonic()
            try:
                return self._transport.send(request)
            except ConnectionFailed:
                if self._options.on_quota == "stop":
                    raise
                self._countdown.wait_for_tiktok("TikTok can't be reached")
            except ServerError as error:
                if self._answers_others(error, began):
                    raise
                self.tiktok_is_down = True
                if self._options.on_quota == "stop":
                    error.explain("TikTok's servers fail for other requests, too.")
                    raise
                self._wait_for_servers()

    def _answers_others(self, error: ServerError, since: float) -> bool:
        """Return whether TikTok fails for this request only, and its servers are not down."""
        if error.path == TOKEN.path:
            return False
        return self._countdown.was_answered_since(since) or self._is_light_search_answered()

    def _wait_for_servers(self) -> None:
        began = _clock.monotonic()
        while not self._countdown.was_answered_since(began):
            is_mine = self._countdown.wait_for_tiktok("TikTok's servers fail for all requests")
            if is_mine and self._is_light_search_answered(_ONE_ATTEMPT):
                break
        self.tiktok_is_down = False

    def _is_light_search_answered(self, policy: RetryPolicy = RESEARCH_API) -> bool:
        task, self.task = self.task, None
        try:
            self._transport.send(_LIGHT_SEARCH, policy)
            self.settle(0)
        except (ServerError, ConnectionFailed):
            return False
        finally:
            self.task = task
        return True

    @repeatable
    def settle(self, rows: int | None = None) -> None:
        """Log an answer that is not saved together with a page."""
        with self.store.write() as connection:
            self._log.settle(connection, self.answered(), rows)

    def answered(self) -> Entry:
        """Return the log entry of the request that was answered last."""
        assert self._entry is not None
        return self._entry

    # ------------------------------------------------------------- what the transport asks for

    def before(self, request: Request) -> None:
        """Hold a request back until it may be sent, and count it."""
        self._throttle.before(request)
        while True:
            limit = self._options.daily_requests
            entry = self._log.reserve(request, self.task, limit)
            if entry is not None:
                break
            if self._options.on_quota == "stop":
                raise QuotaExceeded("The day's requests are used up.")
            opens_at = self._log.opens_at(request.endpoint.pool, limit)
            self._countdown.wait_until(opens_at, "The day's requests are used up")
        self._entry = entry

    def wait(self, seconds: float) -> None:
        """Wait before another attempt, unless the run stops."""
        self._throttle.wait(seconds)

    def after(self, exchange: Exchange) -> None:
        """Log a failure at once; a page is logged with its rows."""
        entry = self.answered()
        entry.exchange = exchange
        failure = exchange.outcome if isinstance(exchange.outcome, Failure) else None
        if not (failure and isinstance(failure.error, (ServerError, ConnectionFailed))):
            self._countdown.end_outage()
        if failure is None:
            return
        if not exchange.sent:
            self._log.withdraw(entry)
        else:
            self.settle()
        if isinstance(failure.error, QuotaExceeded):
            self._log.close_pool(entry.pool)
        self._throttle.after(exchange)
