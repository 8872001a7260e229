"""How a run outlasts a database that is restarted, or out of reach for a while."""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from traktok._http.retry import Attempt, RetryPolicy, listed, retry
from traktok._run.options import RunOptions
from traktok._run.workers import StopSignal, sleep_unless
from traktok._text import duration
from traktok.collect._database import StoreUnavailableError

_WAITS = (1, 2, 4, 8, 15, 30, 60)
_SHORT = RetryPolicy(attempts=len(_WAITS) + 1, wait=listed(_WAITS))
_LONG = RetryPolicy(attempts=sys.maxsize, wait=lambda number: _WAITS[min(number, len(_WAITS)) - 1])

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


class Patience:
    """The wait of all threads of a run for the database, long where the run may wait at all."""

    def __init__(
        self,
        options: RunOptions,
        stop: StopSignal | None = None,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._long = options.on_quota == "wait"
        self._stop, self._say = stop or StopSignal(), say
        self._lock = threading.Lock()
        self._is_waiting = False

    def outlast(self, transaction: Callable[[], _Result]) -> _Result:
        """Run a transaction, again and again while the database can't be reached.

        Raise the last error once the patience ends, or the run is broken off.
        """

        def attempt() -> Attempt[_Result | StoreUnavailableError]:
            try:
                result = transaction()
            except StoreUnavailableError as error:
                self._announce(is_waiting=True)
                return Attempt(error, None if self._stop.error else error.reason)
            self._announce(is_waiting=False)
            return Attempt(result)

        def sleep(seconds: float) -> None:
            sleep_unless(lambda: self._stop.error is not None, seconds)

        # Each thread's every wait is not worth a line: one is, where they begin and end.
        made = retry(attempt, _LONG if self._long else _SHORT, lambda _: None, sleep)
        if isinstance(made.result, StoreUnavailableError):
            raise made.result
        return made.result

    def _announce(self, *, is_waiting: bool) -> None:
        if is_waiting == self._is_waiting:
            return
        with self._lock:
            changed, self._is_waiting = is_waiting != self._is_waiting, is_waiting
        if changed and is_waiting:
            limit = "until it is there again" if self._long else f"for {duration(sum(_WAITS))}"
            self._say(f"The database can't be reached: trying again, {limit}")
        elif changed:
            self._say("The database is there again")


def repeatable(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let a run repeat a function that is one transaction while the database can't be reached.

    Its first argument is a store, or has one. It is also repeated if nobody knows whether the
    transaction was committed, so twice must be as good as once.
    """

    @functools.wraps(function)
    def repeated(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        first: Any = args[0]
        transaction = functools.partial(function, *args, **kwargs)
        result: _Result = getattr(first, "store", first).repeat(transaction)
        return result

    return repeated
