"""Threads that work side by side: one brake stops them all, one limiter sets their pace."""

from __future__ import annotations

import threading
from collections.abc import Callable

from traktok import _clock
from traktok._http.transport import Attempt
from traktok._http.wire import Failure, Request
from traktok._run.progress import Steps
from traktok.errors import RateLimited

# What traktok takes on where TikTok asks for fewer requests; TikTok's own client keeps to this.
_RATE_AFTER_COMPLAINT = 5.0
_LOWEST_RATE = 0.1
# Complaints about requests that were sent together are one complaint.
_ONE_COMPLAINT = 5.0
_SECONDS_BETWEEN_LOOKS = 1.0
# So soon does a thread that waits hear that the run stops.
_NAP = 1.0


class StoppedError(Exception):
    """The run ends here, and nothing went wrong."""


class Brake:
    """Says when a run stops: all its workers hear it, each ends after the page in hand."""

    def __init__(self) -> None:
        self._pulled = threading.Event()
        self._lock = threading.Lock()
        self.reason: str | None = None
        self.error: BaseException | None = None

    @property
    def pulled(self) -> bool:
        """Whether the run stops."""
        return self._pulled.is_set()

    def pull(self, reason: str | None = None, error: BaseException | None = None) -> None:
        """Stop the run; the first reason counts."""
        with self._lock:
            if not self.pulled:
                self.reason, self.error = reason, error
            self._pulled.set()

    def check(self) -> None:
        """Send nothing more once the run stops."""
        if self.pulled:
            raise StoppedError

    def idle(self, seconds: float) -> None:
        """Wait for others, but not once the run stops."""
        self._pulled.wait(seconds)

    def sleep(self, seconds: float) -> None:
        """Wait, and send nothing more once the run stops."""
        while seconds > 0 and not self.pulled:
            nap = min(seconds, _NAP)
            _clock.sleep(nap)
            seconds -= nap
        self.check()


class Limiter:
    """So many requests a second for all workers together; off until TikTok complains."""

    def __init__(self, rate: float | None = None) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._next = 0.0
        self._complained = float("-inf")

    def wait(self, brake: Brake) -> None:
        """Wait for this request's turn."""
        now = turn = _clock.monotonic()
        if self.rate is not None:
            with self._lock:
                turn = max(now, self._next)
                self._next = turn + 1 / self.rate
        brake.sleep(turn - now)

    def heed(self, attempt: Attempt, say: Callable[[str], None]) -> None:
        """Slow down where TikTok asks for it, and say so."""
        outcome = attempt.outcome
        complains = isinstance(outcome, Failure) and isinstance(outcome.error, RateLimited)
        if complains and self.slow_down():
            say(f"TikTok asks for patience: at most {self.rate:g} requests a second now")

    def slow_down(self) -> bool:
        """Halve the rate; tell whether it changed."""
        with self._lock:
            now = _clock.monotonic()
            if now - self._complained < _ONE_COMPLAINT:
                return False
            self._complained = now
            before = self.rate
            self.rate = max(self.rate / 2, _LOWEST_RATE) if self.rate else _RATE_AFTER_COMPLAINT
            return self.rate != before


class Reins:
    """The brake and the limiter of a run, where its transport asks for them."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.brake = Brake()
        self._limiter = Limiter()
        self._say = say

    def before(self, request: Request) -> None:
        """Hold a request back until its turn."""
        self._limiter.wait(self.brake)

    def wait(self, seconds: float) -> None:
        """Wait before another try."""
        self.brake.sleep(seconds)

    def after(self, attempt: Attempt) -> None:
        """Slow down where TikTok asks for it."""
        self._limiter.heed(attempt, self._say)


def side_by_side(
    work: Callable[[], None],
    workers: int,
    brake: Brake,
    shown: Steps,
    doing: str,
    so_far: Callable[[], tuple[str, float | None]],
) -> None:
    """Do the same work in so many threads until each has ended, and show how far they are.

    What breaks one off stops all, each after the page in hand, and is raised here; so is Ctrl-C.
    """
    finished = threading.Event()
    lock = threading.Lock()
    working = workers

    def guarded() -> None:
        nonlocal working
        try:
            work()
        except StoppedError:
            pass
        except BaseException as error:
            brake.pull(error=error)
        with lock:
            working -= 1
            if not working:
                finished.set()

    with shown.step(doing) as step:
        try:
            for number in range(1, workers + 1):
                threading.Thread(target=guarded, daemon=True, name=f"traktok-{number}").start()
            # Not by joining the threads: a join that Ctrl-C breaks off takes them for ended.
            while not finished.wait(_SECONDS_BETWEEN_LOOKS):
                step.update(*so_far())
            step.update(*so_far())
        except KeyboardInterrupt as error:
            brake.pull("it was interrupted", error)
            shown.say("Finishing the pages in hand; Ctrl-C again leaves them.")
            finished.wait()
        except BaseException as error:
            brake.pull(error=error)
            finished.wait()
        if brake.error is not None:
            raise brake.error
