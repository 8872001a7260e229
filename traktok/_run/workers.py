"""Threads that work side by side: one signal stops them all, one rate limiter paces them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from traktok import _clock
from traktok._http.transport import Exchange
from traktok._http.wire import Failure, Request
from traktok._run.options import RunOptions
from traktok._run.progress import Steps
from traktok.errors import Argument, Message, RateLimited, Terminated, TraktokError

# The rate to fall back to when TikTok asks for fewer requests; TikTok's own client keeps to it.
_RATE_AFTER_COMPLAINT = 5.0
_LOWEST_RATE = 0.1
# Count complaints about requests that were sent together as one.
_ONE_COMPLAINT = 5.0
_SECONDS_BETWEEN_LOOKS = 1.0
# How often a waiting thread checks the stop signal.
_NAP = 1.0


def sleep_unless(ended: Callable[[], bool], seconds: float) -> None:
    """Sleep in naps, for so many seconds or until something has ended."""
    while seconds > 0 and not ended():
        nap = min(seconds, _NAP)
        _clock.sleep(nap)
        seconds -= nap


class StoppedError(Exception):
    """The run stops, and nothing went wrong."""


class StopSignal:
    """The signal for all workers of a run to stop, each after the page in hand."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self.reason: str | None = None
        self.error: BaseException | None = None

    @property
    def is_set(self) -> bool:
        """Whether the run stops."""
        return self._event.is_set()

    def set(self, reason: str | None = None, error: BaseException | None = None) -> None:
        """Stop the run; the first reason counts."""
        with self._lock:
            if not self.is_set:
                self.reason, self.error = reason, error
            self._event.set()

    def check(self) -> None:
        """Raise StoppedError if the run stops."""
        if self.is_set:
            raise StoppedError

    def wait(self, seconds: float) -> None:
        """Wait for the signal, for at most so many seconds."""
        self._event.wait(seconds)

    def sleep(self, seconds: float) -> None:
        """Sleep; raise StoppedError as soon as the run stops."""
        sleep_unless(lambda: self.is_set, seconds)
        self.check()


class RateLimiter:
    """Limits the requests a second of all workers together; off until TikTok complains."""

    def __init__(self, rate: float | None = None) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._next = 0.0
        self._complained = float("-inf")

    def wait(self, stop: StopSignal) -> None:
        """Wait for this request's turn."""
        now = turn = _clock.monotonic()
        if self.rate is not None:
            with self._lock:
                turn = max(now, self._next)
                self._next = turn + 1 / self.rate
        stop.sleep(turn - now)

    def slow_down(self) -> bool:
        """Halve the rate; return whether it changed."""
        with self._lock:
            now = _clock.monotonic()
            if now - self._complained < _ONE_COMPLAINT:
                return False
            self._complained = now
            before = self.rate
            self.rate = max(self.rate / 2, _LOWEST_RATE) if self.rate else _RATE_AFTER_COMPLAINT
            return self.rate != before


class Throttle:
    """What the workers of a run share: the stop signal, the rate limiter, the allowance.

    It is a hook of the transport: every request waits here for its turn.
    """

    def __init__(self, options: RunOptions, say: Callable[[str], None]) -> None:
        self.stop = StopSignal()
        self._limiter = RateLimiter(options.requests_per_second)
        self._options, self._say = options, say

    def before(self, request: Request) -> None:
        """Hold a request back until its turn; raise StoppedError if it must not be sent."""
        self.stop.check()
        if not self._options.allowance.take():
            self.stop.set(
                Message(Argument("max_requests", self._options.max_requests), " was reached")
            )
            raise StoppedError
        self._limiter.wait(self.stop)

    def wait(self, seconds: float) -> None:
        """Wait before another attempt."""
        self.stop.sleep(seconds)

    def after(self, exchange: Exchange) -> None:
        """Slow down if TikTok asks for it; a request that was not sent is not counted."""
        outcome = exchange.outcome
        if not exchange.sent:
            self._options.allowance.give_back()
        complains = isinstance(outcome, Failure) and isinstance(outcome.error, RateLimited)
        if complains and self._limiter.slow_down():
            rate = self._limiter.rate
            self._say(f"TikTok asks for fewer requests: at most {rate:g} a second from now on")


def run_workers(
    work: Callable[[], None],
    workers: int,
    stop: StopSignal,
    shown: Steps,
    doing: str,
    so_far: Callable[[], tuple[str, float | None]],
) -> None:
    """Run the same work in several threads until each has ended, and show their progress.

    An error in one of them stops all, each after the page in hand, and is raised here; so is
    Ctrl-C.
    """
    finished = threading.Event()
    lock = threading.Lock()
    begun = ended = 0
    expected = workers

    def guarded() -> None:
        nonlocal begun, ended
        with lock:
            if begun == expected:
                return
            begun += 1
        try:
            work()
        except StoppedError:
            pass
        except BaseException as error:
            stop.set(error=error)
        with lock:
            ended += 1
            if ended == expected:
                finished.set()

    def finish() -> None:
        """Wait for the threads that have begun: an interrupt may come before the others start."""
        nonlocal expected
        with lock:
            expected = begun
            if ended == expected:
                finished.set()
        finished.wait()

    with shown.step(doing) as step:
        try:
            for number in range(1, workers + 1):
                threading.Thread(target=guarded, daemon=True, name=f"traktok-{number}").start()
            # Do not join the threads: a join that Ctrl-C interrupts marks them as ended.
            while not finished.wait(_SECONDS_BETWEEN_LOOKS):
                step.update(*so_far())
            step.update(*so_far())
        except KeyboardInterrupt as error:
            stop.set("it was interrupted", error)
            once_more = "" if isinstance(error, Terminated) else "; Ctrl-C again leaves them"
            shown.say(f"Finishing the pages in hand{once_more}.")
            finish()
            # Show the pages that came meanwhile, too. The store may be lost.
            with contextlib.suppress(TraktokError):
                step.update(*so_far())
        except BaseException as error:
            stop.set(error=error)
            finish()
        if stop.error is not None:
            raise stop.error
