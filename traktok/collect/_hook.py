"""One worker's way to TikTok: every request waits its turn, is counted and is logged."""

from __future__ import annotations

import threading
from collections.abc import Callable

from traktok import _clock
from traktok._http.transport import Exchange, Transport
from traktok._http.wire import Failure, Page, Request
from traktok._run.options import RunOptions
from traktok._run.workers import StopSignal, Throttle
from traktok._text import duration
from traktok.collect._patience import repeatable
from traktok.collect._request_log import Entry, RequestLog
from traktok.collect._store import Store
from traktok.collect._tasks import Task
from traktok.errors import ConnectionFailed, QuotaExceeded

# Re-check the clock this often, so that a laptop that slept notices the new day.
_LONGEST_NAP = 30.0


# Seconds to wait for a TikTok that can't be reached: doubled from the first to the last.
_SHORTEST_OUTAGE, _LONGEST_OUTAGE = 60.0, 900.0


class Countdown:
    """The wait of all workers, for the next day of TikTok's quota or for the network."""

    def __init__(self, stop: StopSignal, say: Callable[[str], None]) -> None:
        self._stop, self._say = stop, say
        self._lock = threading.Lock()
        self._end = 0.0
        self._outage = _SHORTEST_OUTAGE

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

    def wait_for_network(self) -> None:
        """Wait until the next attempt to reach TikTok, together with whoever waits already."""
        with self._lock:
            moment = self._end
            if (now := _clock.now()) >= moment:
                moment, self._outage = now + self._outage, min(2 * self._outage, _LONGEST_OUTAGE)
        self.wait_until(moment, "TikTok can't be reached")

    def end_outage(self) -> None:
        """Begin with the shortest wait again: TikTok answered."""
        self._outage = _SHORTEST_OUTAGE


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
        """Send a request; where the run may wait, wait for a TikTok that can't be reached."""
        while True:
            try:
                return self._transport.send(request)
            except ConnectionFailed:
                if self._options.on_quota == "stop":
                    raise
            self._countdown.wait_for_network()

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
        if exchange.status is not None:
            self._countdown.end_outage()
        if not isinstance(exchange.outcome, Failure):
            return
        if not exchange.sent:
            self._log.withdraw(entry)
        else:
            self.settle()
        if isinstance(exchange.outcome.error, QuotaExceeded):
            self._log.close_pool(entry.pool)
        self._throttle.after(exchange)
