"""One worker's way to TikTok: every request waits its turn, is counted and is logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from traktok import _clock
from traktok._http.bodies import search_body
from traktok._http.endpoints import TOKEN, VIDEO_QUERY
from traktok._http.pages import Crawl
from traktok._http.retry import RESEARCH_API, RetryPolicy
from traktok._http.transport import Exchange, Transport
from traktok._http.wire import Failure, Page, Request
from traktok.collect._patience import repeatable
from traktok.collect._request_log import Entry
from traktok.collect._runs import StoreRun
from traktok.collect._tasks import Task
from traktok.errors import ConnectionFailed, QuotaExceeded, ServerError
from traktok.query import Condition, Query

_ONE_ATTEMPT = replace(RESEARCH_API, attempts=1)
# A search as light as one can be. Searches that are too heavy fail with a 500, 503 or 504, too
# (clients' issues, 2024 and 2025): that this one is answered tells them from servers that are down.
_A_DAY = date(2021, 1, 1)
_LIGHT_SEARCH = Crawl(
    VIDEO_QUERY,
    search_body(Query({"and": [Condition("video_id", "EQ", ["1"])]}).to_dict(), _A_DAY, _A_DAY),
    ("id",),
).request(0, None)


class StoreHook:
    """Sends requests for one worker, and logs each exchange."""

    def __init__(self, run: StoreRun) -> None:
        self.task: Task | None = None
        self.store, self._log, self._options = run.store, run.log, run.options
        self._throttle, self._countdown = run.throttle, run.countdown
        self.wait = run.throttle.wait
        self._transport = Transport(run.options.credential, run.shown.say, self, run.store.tag)
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
