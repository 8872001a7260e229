"""Open posts in a browser, and read the data that their pages request."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from traktok import _clock
from traktok._secrets.cookies import Jar
from traktok.hidden import _inputs, _launch, _parse, _site
from traktok.hidden._browser_thread import BrowserError, BrowserThread
from traktok.hidden._fetcher import FetchedPost
from traktok.hidden._inputs import Post
from traktok.hidden._parse import ParsedPage, PostDetail
from traktok.hidden._tab import Tab, foreign_host, wait_for_captcha
from traktok.hidden._visit import PageVisit

_READ_EVERY = 1.0


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
        with _launch.browser_errors():
            if self._tab is None:
                opened = _launch.open_browser(self._jar, self._options.show, self._thread.halt)
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
                wait_for_captcha(tab, self._say)
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
        if (away := foreign_host(tab)) is not None:
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
