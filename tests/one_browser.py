"""A browser that the tests of a process share: each of its calls gets a tab with a clean state."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import pytest

from tests import machine
from traktok._secrets.cookies import Jar
from traktok.hidden import _browser, _launch, _post_browser
from traktok.hidden._launch import tab_in
from traktok.hidden._tab import Tab

_Test = TypeVar("_Test", bound=Callable[..., Any])


class OneBrowser:
    """A Chromium that stays open, on a thread of its own as Playwright demands."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._browser: Any = None

    def __enter__(self) -> Self:
        self._thread.submit(self._launch).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def _launch(self) -> None:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=machine.browser(),
            chromium_sandbox=False,
            args=_launch.ONLY_LOOPBACK,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    def _close(self) -> None:
        self._browser.close()
        self._playwright.stop()

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let calls open a tab in this browser in place of a browser of their own."""
        monkeypatch.setattr(_browser, "run_in_thread", self._run)
        monkeypatch.setattr(_launch, "open_browser", self._opened)
        monkeypatch.setattr(_post_browser, "BrowserThread", lambda: _Thread(self._thread))

    def _run(self, work: Callable[[threading.Event], Any]) -> Any:
        return self._thread.submit(lambda: work(threading.Event())).result()

    @contextmanager
    def _opened(self, jar: Jar, show: bool, halt: threading.Event) -> Iterator[Tab]:
        try:
            with _launch.browser_errors(), tab_in(self._browser, jar, halt) as tab:
                yield tab
        finally:
            for context in self._browser.contexts:
                context.close()


class _Thread:
    """The shared browser's thread, in place of a `BrowserThread`."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool, self.halt = pool, threading.Event()

    def call(self, work: Callable[[], Any]) -> Any:
        return self._pool.submit(work).result()

    def close(self) -> None:
        """Leave the browser open."""


def in_one_browser(test: _Test) -> _Test:
    """Mark a test as one that needs a browser, and may share it."""
    return pytest.mark.browser(pytest.mark.usefixtures("one_browser")(test))
