"""The thread that controls a browser, and the errors of browsers."""

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
    """There is no browser, or it failed."""


class NoScreenError(BrowserError):
    """There is no screen for a browser's window."""


class CaptchaError(BrowserError):
    """TikTok shows a captcha that nobody solved; what came before it is complete."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.ended_early = True


class BrowserThread:
    """The thread that controls a browser: the current one, or another if it runs an event loop.

    Playwright's calls can't run inside an event loop, such as a notebook's, and all of them must
    come from the same thread. ``halt`` is set if the caller is interrupted while it waits.
    """

    def __init__(self) -> None:
        import asyncio

        if not _surroundings.current().has_browser:
            raise BrowserError(
                "This needs a browser, and cassettes do not record what browsers do."
            )
        self.halt = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            self._pool = ThreadPoolExecutor(1)

    def call(self, work: Callable[[], _Result]) -> _Result:
        """Run a function on that thread, and return its result."""
        if self._pool is None:
            return work()
        running = self._pool.submit(work)
        try:
            return running.result()
        except BaseException:
            self.halt.set()
            raise

    def close(self) -> None:
        """Wait until the thread has ended."""
        if self._pool is not None:
            self._pool.shutdown()


def run_in_thread(work: Callable[[threading.Event], _Result]) -> _Result:
    """Run a function that uses a browser, on the thread for it."""
    thread = BrowserThread()
    try:
        return thread.call(lambda: work(thread.halt))
    finally:
        thread.close()
