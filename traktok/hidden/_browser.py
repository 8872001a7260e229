"""Drive an installed browser: one per call, closed even if the call fails.

Playwright controls it (``traktok[hidden]``); no browser is downloaded. It is not disguised, and no
signature is forged. Captchas and log-ins are left to the person at the computer.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urljoin, urlsplit

from traktok import _clock
from traktok._secrets import cookies
from traktok._secrets.cookies import Jar
from traktok.errors import Argument, Message
from traktok.hidden import _inputs, _parse, _site
from traktok.hidden._browser_thread import (
    BrowserError,
    BrowserThread,
    CaptchaError,
    NoScreenError,
    run_in_thread,
)
from traktok.hidden._fetcher import FetchedPost
from traktok.hidden._inputs import Post
from traktok.hidden._parse import ParsedPage, PostDetail
from traktok.hidden._tab import OPEN_TIMEOUT, Tab, first_line
from traktok.hidden._visit import PageVisit
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
_READ_EVERY = 1.0
# How long a person has for a captcha, and for a log-in.
CAPTCHA_PATIENCE = 300
LOGIN_PATIENCE = 900
# How long a page has to get its data by script.
DATA_PATIENCE = 15


@dataclass(frozen=True, slots=True)
class BrowserOptions:
    """Options of a browser.

    Attributes
    ----------
    show
        Whether to show the window.
    solve_captchas
        Whether a person solves captchas in it.
    timeout
        Seconds to wait for a post's data.
    """

    show: bool = False
    solve_captchas: bool = False
    timeout: float = 30


@dataclass(frozen=True, slots=True)
class Search:
    """A page to scroll through for posts.

    Attributes
    ----------
    url
        The address of the page.
    show, solve_captchas
        As for :class:`BrowserOptions`.
    timeout
        Seconds to wait for further posts.
    scroll
        Seconds to scroll.
    """

    url: str
    show: bool
    solve_captchas: bool
    timeout: float
    scroll: float


@dataclass(frozen=True, slots=True)
class SearchEnd:
    """Why a search ended before the end of the list.

    Attributes
    ----------
    reason
        What the page showed or did.
    is_complete
        Whether there is nothing more to find nevertheless.
    page
        The page at that moment.
    advice
        What a person can do, if it is not complete.
    """

    reason: str
    is_complete: bool
    page: ParsedPage
    advice: str = ""


def harvest(
    search: Search,
    jar: Jar,
    found: Callable[[list[str]], None],
    say: Callable[[str], None],
) -> SearchEnd | None:
    """Scroll to the end of a page, and pass each batch of links to posts to ``found``.

    Return why it ended, or None if it reached the end of the list.
    """

    def work(halt: threading.Event) -> SearchEnd | None:
        with _open_browser(jar, search.show, halt) as tab:
            tab.navigate(search.url, OPEN_TIMEOUT)
            if tab.trouble is not None and tab.status is None:
                return SearchEnd(f"no answer ({tab.trouble})", False, ParsedPage(search.url))
            return _scroll(tab, search, found, say)

    return run_in_thread(work)


def page(url: str, jar: Jar) -> tuple[str, str]:
    """Open a page, wait for its data, and return its HTML and its address."""

    def work(halt: threading.Event) -> tuple[str, str]:
        with _open_browser(jar, False, halt) as tab:
            tab.open(url)
            tab.wait_for_data(DATA_PATIENCE)
            return tab.html, tab.url

    return run_in_thread(work)


def log_in(jar: Jar, say: Callable[[str], None]) -> Jar:
    """Open a window for a person to log in, and return the browser's cookies afterwards."""

    def work(halt: threading.Event) -> Jar:
        with _open_browser(jar, True, halt) as tab:
            tab.open(_site.LOGIN)
            say(
                "Log in at tiktok.com in the browser's window. It closes once you are logged in, "
                f"or after {LOGIN_PATIENCE // 60} minutes."
            )
            if not tab.wait(lambda: _site.SESSION_COOKIE in tab.cookie_names, LOGIN_PATIENCE):
                raise BrowserError(f"Nobody logged in within {LOGIN_PATIENCE // 60} minutes.")
            tab.open(_site.HOME)
            tab.wait(lambda: cookies.KEY_COOKIE in tab.cookie_names, OPEN_TIMEOUT)
            jar.user_agent = tab.user_agent
        return jar

    return run_in_thread(work)


# ------------------------------------------------------------------------------------ photo posts


class PostBrowser:
    """A browser that opens posts one by one, and reads the data that their pages request.

    TikTok's desktop pages of photo posts contain no item (since September 2026): the site's own
    script requests it. The browser starts with the first post.
    """

    def __init__(self, jar: Jar, options: BrowserOptions, say: Callable[[str], None]) -> None:
        self._jar, self._options, self._say = jar, options, say
        self._thread = BrowserThread()
        self._stack = contextlib.ExitStack()
        self._tab: Tab | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._thread.call(self._stack.close)
        except BrowserError:
            if kind is None:
                raise
        finally:
            self._thread.close()

    def open(self, post: Post) -> FetchedPost:
        """Open a post, and return what its page says."""
        return self._thread.call(lambda: self._open(post))

    def _open(self, post: Post) -> FetchedPost:
        with _browser_errors():
            if self._tab is None:
                opened = _open_browser(self._jar, self._options.show, self._thread.halt)
                self._tab = self._stack.enter_context(opened)
            return _Capture(self._tab, post, self._options, self._say).run()


class _Capture:
    """The data of one post, while it is open in the browser."""

    def __init__(
        self, tab: Tab, post: Post, options: BrowserOptions, say: Callable[[str], None]
    ) -> None:
        self._tab, self._post, self._options, self._say = tab, post, options, say
        self._page = ParsedPage(post.url, trouble="no data came in time")
        self._detail: PostDetail | None = None

    def run(self) -> FetchedPost:
        """Open the post, and wait for its data."""
        tab, timeout = self._tab, self._options.timeout
        deadline = _clock.monotonic() + timeout
        tab.navigate(self._post.url, timeout)
        while not self._is_settled():
            if tab.captcha:
                if not self._options.solve_captchas:
                    break
                _wait_for_captcha(tab, self._options, self._say)
                deadline = _clock.monotonic() + timeout
            left = deadline - _clock.monotonic()
            if left <= 0:
                break
            tab.wait(lambda: tab.has_fetched_items, min(left, _READ_EVERY))
        return self._result()

    @property
    def _video_id(self) -> str | None:
        """The id of the post; a short link's is that of the address it led to."""
        return self._post.video_id or _inputs.video_id_in(self._tab.address)

    def _is_settled(self) -> bool:
        """Read what the page has requested so far; return whether the outcome is known."""
        for url, body in self._tab.fetched_items():
            if self._detail is None:
                self._read_answer(url, body)
        if self._detail is None:
            self._read_page_source()
        return self._detail is not None or ParsedPage(self._tab.address).is_at_wall

    def _read_page_source(self) -> None:
        """Look for the item in the page itself, where videos' and phones' pages have it."""
        page = _parse.parse_page(self._tab.html, self._tab.address)
        found = _parse.find_post(page, self._video_id)
        if isinstance(found, PostDetail):
            self._page, self._detail = page, found

    def _read_answer(self, url: str, body: bytes) -> None:
        """Parse a response of the site's own API, if it is about this post."""
        text = body.decode("utf-8", "replace")
        if not text.strip():
            return self._note("TikTok refused the page its data")
        answer = _parse.parse_object(text)
        found = _parse.parse_detail(answer)
        if answer is None or found is None:
            return self._note("unreadable data")
        asked_for = parse_qs(urlsplit(url).query).get("itemId", [""])[0]
        about = _parse.pluck(found.item, "id") or asked_for
        if found.item is None and not _parse.is_refusal(found.code):
            return self._note("data without the post")
        if self._video_id is not None and str(about) not in ("", self._video_id):
            return self._note("data of another post")
        self._page = ParsedPage(self._tab.address, text=_parse.as_page(answer))
        self._detail = found
        return None

    def _note(self, trouble: str) -> None:
        self._page = self._page.without(trouble)

    def _result(self) -> FetchedPost:
        tab = self._tab
        tab.take_cookies()
        post = Post(tab.address, self._video_id, self._post.position)
        if tab.status is None and self._detail is None:
            page = ParsedPage(self._post.url, trouble=tab.trouble or "no answer")
            return FetchedPost(self._post, PageVisit(page), in_browser=True)
        if (away := _foreign_host(tab)) is not None:
            page = ParsedPage(self._post.url, trouble=away)
            return FetchedPost(self._post, PageVisit(page, 200), in_browser=True)
        pictures: tuple[str, ...] = ()
        if self._detail is None:
            self._page = self._explained()
            pictures = tuple(dict.fromkeys(tab.slides))
        visit = PageVisit(self._page, tab.status, self._detail)
        return FetchedPost(post, visit, pictures=pictures, in_browser=True)

    def _explained(self) -> ParsedPage:
        """Return the page without data, with the reason."""
        page = ParsedPage(self._tab.address)
        wall = (
            _site.CAPTCHA_WALL if self._tab.captcha else _parse.find_wall(self._tab.html, page.url)
        )
        if wall is not None:
            return page.without(wall, wall=wall)
        source = _parse.parse_page(self._tab.html, page.url)
        # A page without JSON, or with JSON and no item, is what a photo post's page may be.
        if source.data is None and source.trouble != _parse.NO_JSON:
            return source
        return page.without(self._page.trouble or "no data")


# ------------------------------------------------------------------------------------- scrolling


def _scroll(
    tab: Tab,
    search: Search,
    found: Callable[[list[str]], None],
    say: Callable[[str], None],
) -> SearchEnd | None:
    deadline = _clock.monotonic() + search.scroll
    seen: dict[str, None] = {}

    def new() -> list[str]:
        return [link for link in dict.fromkeys(tab.links) if link not in seen]

    while tab.wait(lambda: tab.captcha or bool(new()), search.timeout):
        if tab.captcha:
            _wait_for_captcha(tab, search, say)
        elif links := new():  # empty if there was a captcha that has been solved since
            seen.update(dict.fromkeys(links))
            found(links)
            if _clock.monotonic() >= deadline:
                page = _parse.parse_page(tab.html, tab.url)
                advice = Message("A larger ", Argument("scroll"), " finds more")
                return SearchEnd("the time for scrolling was over", False, page, advice)
            tab.scroll_down()
    return _search_end(tab, search, bool(seen))


def _search_end(tab: Tab, search: Search, has_links: bool) -> SearchEnd | None:
    """Return why a page loads nothing more, or None at the end of the list."""
    at_the_end = tab.is_at_the_end_of_a_list()
    if has_links and at_the_end:
        return None
    html = tab.html
    page = _parse.parse_page(html, tab.url)
    shown = html.lower()
    if any(words in shown for words in _site.NOTHING_FOUND):
        return SearchEnd("TikTok found nothing", True, page)
    windows = [(name, advice) for name, sign, advice in _site.OBSTACLES if tab.shows(sign)]
    walls = list(_walls(tab, html))
    # With posts on the page, a wall is one of its windows: name that.
    obstacles = windows + walls if has_links else walls + windows
    if obstacles:
        reason, advice = obstacles[0]
        return SearchEnd(reason, False, page, advice)
    waiting = Message("A larger ", Argument("timeout"), " waits longer")
    if has_links:
        return SearchEnd(f"nothing new came for {search.timeout:g} s", False, page, waiting)
    if at_the_end:
        return SearchEnd("the list of posts is empty", True, page)
    if tab.has_links_elsewhere:
        reason = "page of a new shape, its posts are not where they used to be"
        return SearchEnd(reason, False, page, "Please report it in the project's issues")
    if tab.shows(_site.LOADING):
        reason = f"the page was still loading after {search.timeout:g} s"
        return SearchEnd(reason, False, page, waiting)
    return SearchEnd(f"no posts came for {search.timeout:g} s", False, page, waiting)


def _walls(tab: Tab, html: str) -> Iterator[tuple[str, str]]:
    """Yield what a page is instead of a list of posts, and what a person can do."""
    if (away := _foreign_host(tab)) is not None:
        yield away, ""
    elif tab.has_failed and tab.status is None:
        yield "no answer", ""
    wall = _site.RATE_LIMIT_WALL if tab.status == 429 else _parse.find_wall(html, tab.url)
    if wall is not None:
        yield wall, _site.WALL_ADVICE.get(wall, _site.OTHER_WALL_ADVICE)
    elif tab.status is not None and tab.status >= 400:
        yield f"status {tab.status}", ""


def _foreign_host(tab: Tab) -> str | None:
    """Return where the browser is if that is not TikTok's."""
    host = urlsplit(tab.last_url).hostname or ""
    return (
        None if cookies.is_tiktok(host) else f"it leads to {host}, which is none of TikTok's hosts"
    )


def _wait_for_captcha(
    tab: Tab, options: BrowserOptions | Search, say: Callable[[str], None]
) -> None:
    """Wait until a person has solved the captcha, and store the new cookies."""
    if not options.solve_captchas:
        raise CaptchaError(
            Message(
                "TikTok asks for a captcha, which a person has to solve: ",
                Argument("solve_captchas", True),
                " shows the window.",
            )
        )
    say("TikTok asks for a captcha: please solve it in the browser's window.")
    if not tab.wait(lambda: not tab.captcha, CAPTCHA_PATIENCE):
        raise CaptchaError(f"Nobody solved the captcha within {CAPTCHA_PATIENCE // 60} minutes.")
    say("The captcha is solved.")
    tab.take_cookies()
    if tab.jar.is_stored:
        cookies.store(tab.jar, tab.jar.user_agent)


# ------------------------------------------------------------------------------------- the window


@contextlib.contextmanager
def _browser_errors() -> Iterator[None]:
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
def _open_browser(jar: Jar, show: bool, halt: threading.Event) -> Iterator[Tab]:
    """Open a browser with one tab."""
    with _browser_errors():
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
        "args": _ONLY_LOOPBACK if loopback_base() else [],
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
_ONLY_LOOPBACK = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
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
