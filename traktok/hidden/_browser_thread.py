"""The thread that a browser is driven from, and what can go wrong with a browser."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from traktok import _surroundings
from traktok.errors import TraktokError

_Result = TypeVar("_Result")


class BrowserError(TraktokError):
    """No browser, or it could not do what it was meant to."""


class NoScreenError(BrowserError):
    """There is no screen to show a browser's window on."""


class BrowserThread:
    """The thread for the browser: this one, or another where an event loop runs in this one.

    Playwright's calls can't run inside an event loop, such as a notebook's, and all of them have to
    come from one thread. Whoever waits for a call and is interrupted sets ``halt``.
    """

    def __init__(self) -> None:
        import asyncio

        if not _surroundings.current().has_browser:
            raise BrowserError(
                "This takes a browser, and a cassette doesn't record what browsers do."
            )
        self.halt = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            self._pool = ThreadPoolExecutor(1)

    def call(self, work: Callable[[], _Result]) -> _Result:
        """Run a piece of work there, and return its result."""
        if self._pool is None:
            return work()
        running = self._pool.submit(work)
        try:
            return running.result()
        except BaseException:
            self.halt.set()
            raise

    def close(self) -> None:
        """Wait until what runs there has ended."""
        if self._pool is not None:
            self._pool.shutdown()


def run_apart(work: Callable[[threading.Event], _Result]) -> _Result:
    """Run a piece of work with a browser from its beginning to its end."""
    thread = BrowserThread()
    try:
        return thread.call(lambda: work(thread.halt))
    finally:
        thread.close()
