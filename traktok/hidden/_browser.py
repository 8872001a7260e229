"""A real browser: the one that is installed, one a call, closed whatever happens.

Playwright drives it (``traktok[hidden]``); nothing is downloaded. The browser says of itself what
it is: no mask, no forged signature. Captchas and log-ins are for the person in front of it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any, TypeVar

from traktok import _clock, _surroundings
from traktok._secrets import cookies
from traktok.errors import Argument, Message, TraktokError
from traktok.hidden import _parse, _site
from traktok.hidden._web import at_loopback, loopback_base

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route

# Where Playwright looks for Chrome and Edge itself; Chromium has no one place.
_CHANNELS = ("chrome", "msedge")
_PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_OPEN_TIMEOUT = 60
_LOOK_EVERY = 0.2
# How long a person has for a captcha, and for a log-in.
CAPTCHA_PATIENCE = 300
LOGIN_PATIENCE = 900
# How long a page has to get its data by script.
DATA_PATIENCE = 15

_Result = TypeVar("_Result")


class BrowserError(TraktokError):
    """No browser, or it could not do what it was meant to."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a page is gone through for: how long to scroll, how long to wait for what comes next."""

    url: str
    show: bool
    solve_captchas: bool
    timeout: float
    scroll: float


def harvest(
    search: Search,
    jar: CookieJar,
    found: Callable[[list[str]], None],
    say: Callable[[str], None],
) -> str | None:
    """Scroll to a page's end, and hand over the links to posts as they come.

    Says what the page is if it has none.
    """

    def work(halt: threading.Event) -> str | None:
        with _opened(jar, search.show, halt) as tab:
            tab.open(search.url)
            return _scroll(tab, search, found, say)

    return _apart(work)


def page(url: str, jar: CookieJar) -> tuple[str, str]:
    """Open a page, give it time to get its data, and return what it holds and its address."""

    def work(halt: threading.Event) -> tuple[str, str]:
        with _opened(jar, False, halt) as tab:
            tab.open(url)
            tab.wait_for_data()
            return tab.html, tab.url

    return _apart(work)


def log_in(jar: CookieJar) -> CookieJar:
    """Open a window in which a person logs in; return the cookies the browser then has."""

    def work(halt: threading.Event) -> CookieJar:
        with _opened(jar, True, halt) as tab:
            tab.open(_site.LOGIN)
            if not tab.wait(lambda: _site.SESSION_COOKIE in tab.cookie_names, LOGIN_PATIENCE):
                raise BrowserError(f"Nobody logged in within {LOGIN_PATIENCE // 60} minutes.")
            tab.open(_site.HOME)
            tab.wait(lambda: cookies.KEY_COOKIE in tab.cookie_names, _OPEN_TIMEOUT)
        return jar

    return _apart(work)


# ------------------------------------------------------------------------------------- scrolling


def _scroll(
    tab: _Tab, search: Search, found: Callable[[list[str]], None], say: Callable[[str], None]
) -> str | None:
    deadline = _clock.monotonic() + search.scroll
    seen: dict[str, None] = {}

    def new() -> list[str]:
        return [link for link in dict.fromkeys(tab.links) if link not in seen]

    while tab.wait(lambda: tab.captcha or bool(new()), search.timeout):
        if tab.captcha:
            _let_a_person_solve(tab, search, say)
        elif links := new():  # none where what came was a captcha that is solved already
            seen.update(dict.fromkeys(links))
            found(links)
            if _clock.monotonic() >= deadline:
                break
            tab.scroll_down()
    return None if seen else (_parse.wall(tab.html, tab.url) or "no links to posts in it")


def _let_a_person_solve(tab: _Tab, search: Search, say: Callable[[str], None]) -> None:
    if not search.solve_captchas:
        raise BrowserError(
            Message(
                "TikTok asks for a captcha, which a person has to solve: ",
                Argument("solve_captchas", True),
                " shows the window.",
            )
        )
    say("TikTok asks for a captcha: please solve it in the browser's window.")
    if not tab.wait(lambda: not tab.captcha, CAPTCHA_PATIENCE):
        raise BrowserError(f"Nobody solved the captcha within {CAPTCHA_PATIENCE // 60} minutes.")


# ------------------------------------------------------------------------------------- the window


class _Tab:
    """A page in the browser."""

    def __init__(self, page: Page, halt: threading.Event) -> None:
        self._page, self._halt = page, halt

    def open(self, url: str) -> None:
        """Open an address."""
        self._page.goto(url, wait_until="domcontentloaded", timeout=_OPEN_TIMEOUT * 1000)

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so, for so long at most; tell whether it is."""
        deadline = _clock.monotonic() + seconds
        while not until():
            if _clock.monotonic() >= deadline:
                return False
            if self._halt.is_set():
                raise BrowserError("The search was broken off.")
            self._page.wait_for_timeout(_LOOK_EVERY * 1000)
        return True

    def wait_for_data(self) -> None:
        """Wait until the page holds its JSON, or does not get any."""
        from playwright.sync_api import TimeoutError

        containers = ", ".join(_site.CONTAINERS)
        with contextlib.suppress(TimeoutError):
            self._page.wait_for_selector(containers, state="attached", timeout=DATA_PATIENCE * 1000)

    def _look(self, look: Callable[[], _Result], nothing: _Result) -> _Result:
        """Look at the page; it may be on its way to another."""
        from playwright.sync_api import Error

        try:
            return look()
        except Error as error:
            if "context was destroyed" in error.message:
                return nothing
            raise

    def scroll_down(self) -> None:
        """Scroll to the end of what is there."""
        self._page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    @property
    def links(self) -> list[str]:
        """The links to posts, in their order."""
        found: list[object] = self._look(
            lambda: self._page.eval_on_selector_all(_site.LINKS, "all => all.map(a => a.href)"),
            [],
        )
        return [link for link in found if isinstance(link, str)]  # those in a drawing are none

    @property
    def captcha(self) -> bool:
        """Whether a captcha is in the way."""
        return self._look(
            lambda: any(box.is_visible() for box in self._page.query_selector_all(_site.CAPTCHA)),
            False,
        )

    @property
    def cookie_names(self) -> set[str]:
        """What cookies the browser has from TikTok."""
        return {str(cookie.get("name")) for cookie in self._page.context.cookies(_site.HOME)}

    @property
    def html(self) -> str:
        """What the page holds now."""
        return self._page.content()

    @property
    def url(self) -> str:
        """Where the page is."""
        return self._page.url


@contextlib.contextmanager
def _opened(jar: CookieJar, show: bool, halt: threading.Event) -> Iterator[_Tab]:
    """Open a browser with a jar's cookies; what cookies it has at the end join the jar."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise BrowserError(
            'This takes a browser, and the extra for it: pip install "traktok[hidden]"'
        ) from None
    try:
        with (
            sync_playwright() as playwright,
            contextlib.closing(_launched(playwright, show)) as browser,
        ):
            context = browser.new_context()
            _redirect_to_loopback(context)
            for given in cookies.for_browser(jar):
                with contextlib.suppress(Error):  # one that it does not take costs no other
                    context.add_cookies([given])  # type: ignore[list-item]
            yield _Tab(context.new_page(), halt)
            for cookie in map(cookies.as_cookie, context.cookies()):
                if cookies.is_tiktok(cookie.domain):
                    jar.set_cookie(cookie)
    except Error as error:
        closed = "has been closed" in error.message
        trouble = "'s window was closed" if closed else f" failed: {_first_line(error)}"
        raise BrowserError(f"The browser{trouble}.") from None


def _launched(playwright: Playwright, show: bool) -> Browser:
    from playwright.sync_api import Error

    options: dict[str, Any] = {
        "headless": _headless(show),
        "chromium_sandbox": not _is_root(),
        **dict.fromkeys(("handle_sigint", "handle_sigterm", "handle_sighup"), False),
    }
    for place in _places():
        try:
            return playwright.chromium.launch(**{**options, **place})
        except Error as error:
            if "is not found" in error.message or "doesn't exist" in error.message:
                continue
            if "DISPLAY" in error.message or "X server" in error.message:
                raise BrowserError(
                    Message(
                        "There is no screen to show a browser's window on: leave out ",
                        Argument("solve_captchas", True),
                        " and ",
                        Argument("headless", False),
                        ", or run this where a person sits.",
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
    """Tell whether we are root, as whom Chromium's sandbox can't run."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _places() -> Iterator[dict[str, str]]:
    """Name the browsers to try, in the order in which to try them."""
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


def _redirect_to_loopback(context: BrowserContext) -> None:
    base = loopback_base()
    if base is None:
        return

    def answer(route: Route) -> None:
        response = route.fetch(url=at_loopback(base, route.request.url), max_redirects=0)
        route.fulfill(response=response)

    context.route(lambda url: url.startswith("https://"), answer)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def _apart(work: Callable[[threading.Event], _Result]) -> _Result:
    """Run a piece of work that can't run inside an event loop, such as a notebook's."""
    if not _surroundings.current().has_browser:
        raise BrowserError("This takes a browser, and a cassette doesn't record what browsers do.")
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    halt = threading.Event()
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work(halt)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work, halt)
        try:
            return running.result()
        except BaseException:
            halt.set()  # leaving the block waits for the browser to be closed
            raise
