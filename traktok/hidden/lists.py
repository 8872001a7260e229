"""Get an account's followers, and the accounts it follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from traktok import _clock
from traktok._http import wire
from traktok._http.retry import Attempt
from traktok._http.wire import Page
from traktok._run.progress import steps, watch
from traktok._run.run import go_through
from traktok._signatures import names_checked
from traktok._tables.builder import TableBuilder
from traktok.errors import TraktokError, keeping, warn
from traktok.hidden import _columns, _inputs, _jars, _parse, _site
from traktok.hidden._inputs import Patience
from traktok.hidden._parse import Json, ParsedPage
from traktok.hidden._visit import PageVisit, ask, page_error
from traktok.hidden._web import Answer, Web
from traktok.hidden.videos import SleepPool
from traktok.results import TikTokResults

# TikTok lists some 5,000 accounts; a list that is much longer repeats itself.
_MOST_PAGES = 400
_NO_SIGNATURE = (
    "TikTok's response is empty: lists require a signature that only TikTok's own pages can make"
)
_HEADERS = {**_site.HEADERS, "Accept": "application/json, text/plain, */*"}


@names_checked
def tt_get_follower_hidden(
    secuid: str,
    sleep_pool: SleepPool = range(1, 11),
    max_tries: int = 5,
    cookiefile: str | Path | None = None,
    verbose: bool | None = None,
) -> TikTokResults:
    """Get the followers of an account, about 5,000 at most.

    Mirrors ``tt_get_follower_hidden()`` of R traktok.

    Parameters
    ----------
    secuid : str
        The account's secUid: ``tt_user_info_hidden(name)["secUid"]``, or ``author_secuid`` of one
        of its videos; a name is a ValueError, and is not sent.
    sleep_pool : float or sequence of float, default 1 to 10
        Numbers of seconds to draw the waits between pages from, each times a random fraction.
    max_tries : int, default 5
        How many times to request a page that fails or can't be read.
    cookiefile : path, optional
        A cookies.txt for this call, in place of the stored cookies.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.

    Returns
    -------
    TikTokResults
        A row per account: id, secUid, uniqueId, nickname, signature, avatarLarger, avatarMedium,
        avatarThumb (string), followerCount, followingCount, friendCount, heart, heartCount,
        videoCount, diggCount, relation, commentSetting, downloadSetting, duetSetting,
        stitchSetting (Int64), verified, privateAccount, secret, ftc, isADVirtual, openFavorite,
        ttSeller (boolean), and further columns that TikTok sends.

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid; nothing is sent.
    AuthError
        If there are no cookies of a browser that is logged in.
    ApiError, ConnectionFailed
        If TikTok responds with an error, with an empty response (since July 2026 it requires a
        signature that only its own pages can make), or not at all; ``.partial`` has the rows so
        far.

    Notes
    -----
    A page of 30 accounts costs TikTok one request, so that 5,000 accounts take some 170; at most
    400 pages are requested, with waits from the pool between them. A page that fails or can't be
    read is requested ``max_tries`` times at most, after 2, 4, 8, ... 60 s if TikTok asks for time
    (429, 503). The requests count as those of the account whose cookies are sent.

    Examples
    --------
    >>> secuid = tt_user_info_hidden("tiktok")["secUid"][0]
    >>> len(tt_get_follower_hidden(secuid))
    75
    """
    return _accounts(_site.FOLLOWERS, secuid, sleep_pool, max_tries, cookiefile, verbose)


@names_checked
def tt_get_following_hidden(
    secuid: str,
    sleep_pool: SleepPool = range(1, 11),
    max_tries: int = 5,
    cookiefile: str | Path | None = None,
    verbose: bool | None = None,
) -> TikTokResults:
    """Get the accounts that an account follows.

    Mirrors ``tt_get_following_hidden()`` of R traktok.

    Parameters
    ----------
    secuid, sleep_pool, max_tries, cookiefile, verbose
        As in :func:`tt_get_follower_hidden`.

    Returns
    -------
    TikTokResults
        One row per account, with the columns of :func:`tt_get_follower_hidden`.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_get_follower_hidden`.

    Notes
    -----
    A call costs TikTok, and the account whose cookies are sent, as much as
    :func:`tt_get_follower_hidden`.

    Examples
    --------
    >>> secuid = tt_user_info_hidden("tiktok")["secUid"][0]
    >>> len(tt_get_following_hidden(secuid))
    19
    """
    return _accounts(_site.FOLLOWING, secuid, sleep_pool, max_tries, cookiefile, verbose)


def _accounts(
    scene: int,
    secuid: Any,
    sleep_pool: Any,
    max_tries: Any,
    cookiefile: Any,
    verbose: bool | None,
) -> TikTokResults:
    crawl = _ListCrawl(scene, _inputs.sec_uid(secuid))
    patience = Patience.of(max_tries, sleep_pool)
    web = Web(_jars.logged_in(cookiefile))
    shown = steps(verbose)
    keeper = _ListKeeper(crawl, web, patience, shown.say)
    with keeping(keeper.remembered, memory=_columns.MEMORY):
        go_through(keeper, show=lambda pages: watch(pages, shown, "accounts"))
    table = keeper.remembered()
    keeper.warn_of_doubts()
    return table


@dataclass(frozen=True, slots=True)
class _ListCrawl:
    """A list that is requested page by page; a request is an address."""

    scene: int
    sec_uid: str
    max_pages: float = _MOST_PAGES
    first_cursor: int | str | None = 0
    search_id: None = None

    def request(self, cursor: int | str | None, search_id: str | None) -> str:
        """Write the address of the page at a cursor."""
        asked = {
            "count": _site.ACCOUNTS_A_PAGE,
            "minCursor": cursor,
            "scene": self.scene,
            "secUid": self.sec_uid,
        }
        return f"{_site.USER_LIST}?{urlencode(asked, quote_via=quote)}"


class _ListKeeper:
    """Request the pages of one list, with waits between them, and keep their rows."""

    def __init__(
        self, crawl: _ListCrawl, web: Web, patience: Patience, say: Callable[[str], None]
    ) -> None:
        self._waiting = iter([crawl])
        self._web, self._patience, self._say = web, patience, say
        self._builder = TableBuilder(_columns.ACCOUNTS, None)
        self._last = Page()
        self._number = 0
        self._doubts: list[str] = []

    def claim(self) -> _ListCrawl | None:
        """Return the list, once."""
        return next(self._waiting, None)

    def send(self, url: str) -> Page:
        """Request a page of the list."""
        if self._number:
            _clock.sleep(self._patience.draw())
        self._number += 1
        visited = ask(url, lambda: self._web.page(url, _HEADERS), _look, self._patience, self._say)
        if visited.found is None:
            raise page_error(visited)
        return self._page(visited.found)

    def save_page(self, page: Page) -> None:
        """Add a page to the table."""
        self._builder.add(page.records)
        self._last = page

    def finish(self, doubts: list[str]) -> None:
        """Collect the warnings about the list."""
        self._doubts += doubts

    def give_back(self) -> None:
        """Do nothing: the table has the cursor to continue from."""

    def decide(self, error: TraktokError) -> None:
        """Raise the error: it ends the call."""
        raise error

    def remembered(self) -> TikTokResults:
        """Build the table of all pages so far, and store it for `last_query()`."""
        cursor, has_more = self._last.cursor, self._last.has_more
        return _columns.remember(
            _columns.build_table(self._builder, cursor=cursor, has_more=has_more)
        )

    def warn_of_doubts(self) -> None:
        """Warn about an incomplete list and unreadable values."""
        _columns.warn_of_doubtful(self._builder)
        for text in self._doubts:
            warn(f"{text}.")

    def _page(self, answer: Json) -> Page:
        code, entries = answer.get(_site.STATUS_CODE), answer.get("userList")
        records = [_columns.account_record(entry) for entry in entries] if entries else []
        refused = _parse.is_refusal(code)
        if refused:
            self._doubts.append(f"TikTok ended the list: {_site.meaning(code)}")
        cursor = wire.as_cursor(answer.get("minCursor"))
        ended = refused or cursor in _site.NO_FURTHER_CURSORS
        has_more = answer.get("hasMore") is True and not ended
        if has_more and self._number == _MOST_PAGES:
            self._doubts.append(f"TikTok says there is more: stopped after page {_MOST_PAGES}")
        return Page(records, cursor, has_more)


def _look(answer: Answer) -> Attempt[PageVisit[Json]]:
    found = _parse.parse_object(answer.text or "")
    if found is not None and isinstance(found.get("userList") or [], list):
        return Attempt(PageVisit(ParsedPage(answer.url), answer.status, found))
    text = answer.text or ""
    wall = _parse.find_wall(text, answer.url)
    # An empty response has been the answer to unsigned requests since July 2026.
    trouble = wall or ("unreadable list" if text.strip() else _NO_SIGNATURE)
    unread = ParsedPage(answer.url).without(trouble, wall=wall)
    return Attempt(PageVisit(unread, answer.status), "A list that can't be read")
