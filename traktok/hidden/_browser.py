"""Use a browser for a search, a page or a log-in: one per call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from traktok import _clock
from traktok._secrets import cookies
from traktok._secrets.cookies import Jar
from traktok.errors import Argument, Message
from traktok.hidden import _launch, _parse, _site
from traktok.hidden._browser_thread import BrowserError, CaptchaError, run_in_thread
from traktok.hidden._parse import ParsedPage
from traktok.hidden._tab import OPEN_TIMEOUT, Tab, foreign_host, wait_for_captcha

# How long a person has for a log-in.
LOGIN_PATIENCE = 900
# How long a page has to get its data by script.
DATA_PATIENCE = 15


@dataclass(frozen=True, slots=True)
class Search:
    """A page to scroll through for posts.

    Attributes
    ----------
    url
        The address of the page.
    show, solve_captchas
        Whether to show the window, and whether a person solves captchas in it.
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
        with _launch.open_browser(jar, search.show, halt) as tab:
            tab.navigate(search.url, OPEN_TIMEOUT)
            if tab.trouble is not None and tab.status is None:
                return SearchEnd(f"no answer ({tab.trouble})", False, ParsedPage(search.url))
            return _scroll(tab, search, found, say)

    return run_in_thread(work)


def page(url: str, jar: Jar) -> tuple[str, str]:
    """Open a page, wait for its data, and return its HTML and its address."""

    def work(halt: threading.Event) -> tuple[str, str]:
        with _launch.open_browser(jar, False, halt) as tab:
            tab.open(url)
            tab.wait_for_data(DATA_PATIENCE)
            return tab.html, tab.url

    return run_in_thread(work)


def log_in(jar: Jar, say: Callable[[str], None]) -> Jar:
    """Open a window for a person to log in, and return the browser's cookies afterwards."""

    def work(halt: threading.Event) -> Jar:
        with _launch.open_browser(jar, True, halt) as tab:
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
            if not search.solve_captchas:
                raise CaptchaError(
                    Message(
                        "TikTok asks for a captcha, which a person has to solve: ",
                        Argument("solve_captchas", True),
                        " shows the window.",
                    )
                )
            wait_for_captcha(tab, say)
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
    if (away := foreign_host(tab)) is not None:
        yield away, ""
    elif tab.has_failed and tab.status is None:
        yield "no answer", ""
    wall = _site.RATE_LIMIT_WALL if tab.status == 429 else _parse.find_wall(html, tab.url)
    if wall is not None:
        yield wall, _site.WALL_ADVICE.get(wall, _site.OTHER_WALL_ADVICE)
    elif tab.status is not None and tab.status >= 400:
        yield f"status {tab.status}", ""
