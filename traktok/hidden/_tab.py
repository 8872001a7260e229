"""A page in the browser: its content, its requests, and its cookies."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from traktok import _clock
from traktok._secrets import cookies
from traktok._secrets.cookies import Jar
from traktok.hidden import _parse, _site
from traktok.hidden._browser_thread import BrowserError, CaptchaError

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Response

OPEN_TIMEOUT = 60
# How long a person has for a captcha.
CAPTCHA_PATIENCE = 300
_LOOK_EVERY = 0.2

# Chromium's names of errors, such as net::ERR_CONNECTION_RESET.
_NET_ERROR = re.compile(r"net::ERR_(\w+)")

_Result = TypeVar("_Result")


class Tab:
    """A page in the browser.

    Attributes
    ----------
    jar
        The cookies of the call; `take_cookies` adds those of the browser.
    status
        The HTTP status of the document, after redirects; None without a response.
    trouble
        Why there is no document.
    """

    def __init__(self, page: Page, jar: Jar, halt: threading.Event) -> None:
        self._page, self.jar, self._halt = page, jar, halt
        self.status: int | None = None
        self.trouble: str | None = None
        self._finished: list[Request] = []
        self._last_list: Request | None = None
        self._document_url: str | None = None
        self._failed_url: str | None = None
        page.on("response", self._note_document)
        page.on("requestfinished", self._note_request)
        page.on("requestfailed", self._note_failure)

    def open(self, url: str) -> None:
        """Open an address."""
        self._page.goto(url, wait_until="domcontentloaded", timeout=OPEN_TIMEOUT * 1000)

    def navigate(self, url: str, timeout: float) -> None:
        """Open an address; if it does not load, set ``trouble`` instead of raising an error."""
        from playwright.sync_api import Error

        self.status = self.trouble = self._document_url = self._failed_url = None
        self._finished.clear()
        try:
            self._page.goto(url, wait_until="domcontentloaded", timeout=timeout * 1000)
        except Error as error:
            if (name := _NET_ERROR.search(error.message)) is not None:
                self.trouble = name[1].replace("_", " ").lower()
            elif "Timeout" in error.message:
                self.trouble = f"no page within {timeout:g} s"
            else:
                raise

    def _note_document(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and response.frame == self._page.main_frame:
            self.status, self._document_url = response.status, response.url

    def _note_failure(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self._page.main_frame:
            self._failed_url = request.url

    def _note_request(self, request: Request) -> None:
        path = urlsplit(request.url).path
        if _site.ITEM_DETAIL in path:
            self._finished.append(request)
        elif path.startswith("/api/") and any(word in path for word in _site.LISTS):
            self._last_list = request

    def is_at_the_end_of_a_list(self) -> bool:
        """Return whether the last response to the page said that there are no more posts."""
        from playwright.sync_api import Error

        body = b""
        with contextlib.suppress(Error):
            response = self._last_list.response() if self._last_list else None
            body = response.body() if response else b""
        return _parse.is_last_page(_parse.parse_object(body.decode("utf-8", "replace")))

    def shows(self, selector: str) -> bool:
        """Return whether an element that matches a selector is visible."""
        return self._look(
            lambda: any(found.is_visible() for found in self._page.query_selector_all(selector)),
            False,
        )

    @property
    def has_fetched_items(self) -> bool:
        """Whether there are responses about posts that were not read yet."""
        return bool(self._finished)

    def fetched_items(self) -> Iterator[tuple[str, bytes]]:
        """Yield the addresses and bodies of responses about posts to the site's own script."""
        from playwright.sync_api import Error

        while self._finished:
            request = self._finished.pop(0)
            with contextlib.suppress(Error):  # the browser is navigating to another page
                response = request.response()
                yield request.url, response.body() if response else b""

    @property
    def address(self) -> str:
        """The address of the document, after redirects."""
        return self._document_url or self._page.url

    @property
    def has_failed(self) -> bool:
        """Whether the browser shows an error of its own instead of a page."""
        return self.url.startswith("chrome-error:")

    @property
    def last_url(self) -> str:
        """The address of the page as it is now, even if it did not load."""
        return (self._failed_url or self.address) if self.has_failed else self.url

    def take_cookies(self) -> None:
        """Add the browser's cookies to the jar."""
        for cookie in map(cookies.as_cookie, self._page.context.cookies()):
            if cookies.is_tiktok(cookie.domain):
                self.jar.set_cookie(cookie)

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Wait up to some seconds for a condition; return whether it is met."""
        deadline = _clock.monotonic() + seconds
        while not until():
            if _clock.monotonic() >= deadline:
                return False
            if self._halt.is_set():
                raise BrowserError("The search was broken off.")
            self._page.wait_for_timeout(_LOOK_EVERY * 1000)
        return True

    def wait_for_data(self, seconds: float) -> None:
        """Wait up to some seconds until the page contains its JSON."""
        from playwright.sync_api import TimeoutError

        containers = ", ".join(_site.CONTAINERS)
        with contextlib.suppress(TimeoutError):
            self._page.wait_for_selector(containers, state="attached", timeout=seconds * 1000)

    def _look(self, look: Callable[[], _Result], nothing: _Result) -> _Result:
        """Look at the page; return ``nothing`` if it is navigating to another."""
        from playwright.sync_api import Error

        try:
            return look()
        except Error as error:
            if "context was destroyed" in error.message or "navigating" in error.message:
                return nothing
            raise

    def scroll_down(self) -> None:
        """Scroll to the end of the page."""
        self._page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    @property
    def links(self) -> list[str]:
        """The links to posts, in order."""
        found: list[object] = self._look(
            lambda: self._page.eval_on_selector_all(_site.LINKS, "all => all.map(a => a.href)"),
            [],
        )
        return [link for link in found if isinstance(link, str)]  # an SVG's href is an object

    @property
    def has_links_elsewhere(self) -> bool:
        """Whether the page has any links to posts, wherever they are."""
        return self._look(lambda: self._page.query_selector(_site.ALL_LINKS) is not None, False)

    @property
    def slides(self) -> list[str]:
        """The addresses of the pictures on a photo post's page."""
        found: list[object] = self._look(
            lambda: self._page.eval_on_selector_all(_site.SLIDES, "all => all.map(a => a.src)"), []
        )
        return [url for url in found if isinstance(url, str) and url]

    @property
    def user_agent(self) -> str:
        """The User-Agent of the browser."""
        return str(self._page.evaluate("navigator.userAgent"))

    @property
    def captcha(self) -> bool:
        """Whether a captcha is visible."""
        return self.shows(_site.CAPTCHA)

    @property
    def cookie_names(self) -> set[str]:
        """The names of the browser's cookies for TikTok."""
        return {str(cookie.get("name")) for cookie in self._page.context.cookies(_site.HOME)}

    @property
    def html(self) -> str:
        """The HTML of the page as it is now."""
        return self._look(self._page.content, "")

    @property
    def url(self) -> str:
        """The address of the page as it is now."""
        return self._page.url


def first_line(error: Exception) -> str:
    """Return the first line of an error's text, without a full stop."""
    return str(error).strip().partition("\n")[0].rstrip(".")


def foreign_host(tab: Tab) -> str | None:
    """Return where the browser is if that is not TikTok's."""
    host = urlsplit(tab.last_url).hostname or ""
    return (
        None if cookies.is_tiktok(host) else f"it leads to {host}, which is none of TikTok's hosts"
    )


def wait_for_captcha(tab: Tab, say: Callable[[str], None]) -> None:
    """Wait until a person has solved the captcha, and store the new cookies."""
    say("TikTok asks for a captcha: please solve it in the browser's window.")
    if not tab.wait(lambda: not tab.captcha, CAPTCHA_PATIENCE):
        raise CaptchaError(f"Nobody solved the captcha within {CAPTCHA_PATIENCE // 60} minutes.")
    say("The captcha is solved.")
    tab.take_cookies()
    if tab.jar.is_stored:
        cookies.store(tab.jar, tab.jar.user_agent)
