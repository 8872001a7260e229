"""Open an installed browser, closed even if the call fails.

Playwright controls it (``traktok[hidden]``); no browser is downloaded. It is not disguised, and no
signature is forged. Captchas and log-ins are left to the person at the computer.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from traktok._secrets import cookies
from traktok._secrets.cookies import Jar
from traktok.errors import Argument, Message
from traktok.hidden._browser_thread import BrowserError, NoScreenError
from traktok.hidden._tab import Tab, first_line
from traktok.hidden._web import chromium_user_agent, loopback_base, to_loopback

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        Playwright,
        Route,
    )

# Playwright finds Chrome and Edge by itself; Chromium has no standard location.
_CHANNELS = ("chrome", "msedge")
_PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)


@contextlib.contextmanager
def browser_errors() -> Iterator[None]:
    """Convert Playwright's errors to BrowserError."""
    try:
        from playwright.sync_api import Error
    except ImportError:
        raise BrowserError(
            'This needs a browser and the extra: pip install "traktok[hidden]"'
        ) from None
    try:
        yield
    except Error as error:
        closed = "has been closed" in error.message
        trouble = "'s window was closed" if closed else f" failed: {first_line(error)}"
        raise BrowserError(f"The browser{trouble}.") from None


@contextlib.contextmanager
def open_browser(jar: Jar, show: bool, halt: threading.Event) -> Iterator[Tab]:
    """Open a browser with one tab."""
    with browser_errors():
        from playwright.sync_api import sync_playwright

        with (
            sync_playwright() as playwright,
            _closing(_launch(playwright, show)) as browser,
            tab_in(browser, jar, halt) as tab,
        ):
            yield tab


@contextlib.contextmanager
def _closing(browser: Browser) -> Iterator[Browser]:
    """Close a browser at the end; an error of closing does not replace Ctrl-C or another error."""
    from playwright.sync_api import Error

    try:
        yield browser
    except BaseException:
        with contextlib.suppress(Error):
            browser.close()
        raise
    browser.close()


@contextlib.contextmanager
def tab_in(browser: Browser, jar: Jar, halt: threading.Event) -> Iterator[Tab]:
    """Open a tab with the cookies of a jar; add its cookies to the jar at the end."""
    from playwright.sync_api import Error

    context = browser.new_context(user_agent=chromium_user_agent(jar))
    _stay_on_loopback(context)
    for given in cookies.for_browser(jar):
        with contextlib.suppress(Error):  # skip a cookie that the browser refuses
            context.add_cookies([given])  # type: ignore[list-item]
    tab = Tab(context.new_page(), jar, halt)
    yield tab
    tab.take_cookies()


def _launch(playwright: Playwright, show: bool) -> Browser:
    from playwright.sync_api import Error

    options: dict[str, Any] = {
        "headless": _headless(show),
        "chromium_sandbox": not _is_root(),
        "args": ONLY_LOOPBACK if loopback_base() else [],
        **dict.fromkeys(("handle_sigint", "handle_sigterm", "handle_sighup"), False),
    }
    for place in _candidates():
        try:
            return playwright.chromium.launch(**{**options, **place})
        except Error as error:
            if "is not found" in error.message or "doesn't exist" in error.message:
                continue
            if "DISPLAY" in error.message or "X server" in error.message:
                raise NoScreenError(
                    Message(
                        "There is no screen to show a browser's window on: leave out ",
                        Argument("solve_captchas", True),
                        " and ",
                        Argument("headless", False),
                        ", or run this on a computer with a screen.",
                    )
                ) from None
            raise
    raise BrowserError(
        "No browser was found: install Chromium, Chrome or Edge, or name the program of one in "
        "TRAKTOK_BROWSER."
    )


def _headless(show: bool) -> bool:
    return not show


def _is_root() -> bool:
    """Return whether this process runs as root, where Chromium's sandbox does not work."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _candidates() -> Iterator[dict[str, str]]:
    """Yield the browsers to try, in order."""
    named = os.environ.get("TRAKTOK_BROWSER", "").strip()
    if named in _CHANNELS:
        yield {"channel": named}
    elif named:
        yield {"executable_path": shutil.which(named) or named}
    else:
        for program in filter(None, map(shutil.which, _PROGRAMS)):
            yield {"executable_path": program}
        for channel in _CHANNELS:
            yield {"channel": channel}


def installed_browser() -> str | None:
    """Return the browser that would be started, or None if none is on the PATH.

    Chrome and Edge outside the PATH are only found by starting them.
    """
    programs = (place.get("executable_path") or "" for place in _candidates())
    return next((program for program in programs if os.access(program, os.X_OK)), None)


# With a stand-in for TikTok, the browser can't reach any other host, whatever a page requests.
ONLY_LOOPBACK = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
_MOST_REDIRECTS = 20


def _stay_on_loopback(context: BrowserContext) -> None:
    """Send requests for TikTok's hosts, redirects included, to their stand-in."""
    from playwright.sync_api import Error

    base = loopback_base()
    if base is None:
        return

    def answer(route: Route) -> None:
        url = route.request.url
        for _ in range(_MOST_REDIRECTS):
            try:
                response = route.fetch(url=to_loopback(base, url), max_redirects=0)
            except Error:
                route.abort("connectionreset")
                return
            target = response.headers.get("location")
            if target is None or not 300 <= response.status < 400:
                break
            url = urljoin(url, target)
            if route.request.is_navigation_request():
                # Let the browser navigate there itself: only its own requests are routed here.
                page = f"<script>location.replace({json.dumps(url)})</script>"
                route.fulfill(status=200, content_type="text/html", body=page)
                return
        route.fulfill(response=response)

    context.route(lambda url: url.startswith("https://"), answer)
