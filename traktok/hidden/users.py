"""Get the data of accounts' pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, overload

from traktok import _clock, _inputs
from traktok._run.progress import steps
from traktok._tables.builder import TableBuilder
from traktok.errors import ApiError, SkippedWarning, keeping, warn
from traktok.hidden import _browser, _columns, _jars, _parse, _site
from traktok.hidden._browser_thread import BrowserError
from traktok.hidden._inputs import Patience
from traktok.hidden._parse import Account, Json, ParsedPage, Refusal
from traktok.hidden._visit import MOST_WALLS, PageVisit, WallStreak, visit, wall_error
from traktok.hidden._web import Web
from traktok.results import TikTokResults

_PATIENCE = Patience.of(3, range(1, 11))


@overload
def tt_user_info_hidden(
    username: str | Sequence[str], parse: Literal[True] = True
) -> TikTokResults: ...
@overload
def tt_user_info_hidden(
    username: str | Sequence[str], parse: Literal[False]
) -> dict[str, Any] | list[dict[str, Any]]: ...
def tt_user_info_hidden(
    username: str | Sequence[str], parse: bool = True
) -> TikTokResults | dict[str, Any] | list[dict[str, Any]]:
    """Get the data of accounts' pages; cookies are optional.

    Mirrors ``tt_user_info_hidden()`` of R traktok. If an account's page has no data, a browser
    opens it (if ``traktok[hidden]`` and a browser are installed).

    Parameters
    ----------
    username : str or sequence of str
        Names of accounts or URLs of their pages.
    parse : bool, default True
        Whether to return a table; False returns the pages' JSON: one for a lone name, else a list.

    Returns
    -------
    TikTokResults
        A row per account that exists: id, user_name, nickname, secUid, signature, create_time,
        verified, private_account, follower_count, following_count, heart_count, video_count and
        further columns of the page. ``attrs["skipped"]`` has the other accounts with the reasons.

    Raises
    ------
    ValueError, TypeError
        If a name is invalid; nothing is sent.
    ApiError
        If three accounts in a row end at the same wall (a captcha, a log-in, too many requests,
        ...); ``.partial`` has the rows so far. With ``parse=False`` and a single name, if its page
        has no JSON.

    Notes
    -----
    A name costs TikTok one page. A page without data is requested three times at most, then opened
    once in a browser. There are waits of up to 10 s between attempts and names, and longer ones if
    TikTok asks for time (429, 503). Stored cookies are sent: TikTok then attributes the requests to
    the account that is logged in.

    Examples
    --------
    >>> tt_user_info_hidden("tiktok").user_name[0]
    'tiktok'
    """
    names = _inputs.usernames(username)
    lookup = _Lookup(Web(_jars.stored_or_empty()), names)
    with keeping(lookup.table):
        for number, name in enumerate(names):
            if number:
                _clock.sleep(_PATIENCE.draw())
            lookup.look_up(name)
    if lookup.skipped:
        warn(f"Skipped, see .attrs['skipped']: {lookup.reasons}.", category=SkippedWarning)
    if parse:
        return lookup.table()
    if isinstance(username, str):
        if not lookup.pages:
            raise ApiError(f"The page of {names[0]} has no JSON ({lookup.reasons}).")
        return lookup.pages[0]
    return lookup.pages


class _Lookup:
    """The outcome of looking up accounts, so far."""

    def __init__(self, web: Web, names: Sequence[str]) -> None:
        self.pages: list[Json] = []
        self.skipped: dict[str, str] = {}
        self._records: list[Json] = []
        self._names = names
        self._walls = WallStreak[str]()
        self._web = web
        self._say = steps(verbose=None).say

    @property
    def reasons(self) -> str:
        """The accounts that were skipped, with the reasons."""
        return ", ".join(f"{name} ({reason})" for name, reason in self.skipped.items())

    def look_up(self, name: str) -> None:
        """Request an account's page, or open it in a browser."""
        visited = self._visit(name)
        self._stop_where_asked_to_wait(visited, name)
        walled = visited
        if visited.found is None and visited.page.data is None:
            visited = self._browse(name, visited)
        if visited.page.data is not None:
            self.pages.append(visited.page.data)
        if isinstance(visited.found, Account):
            self._records.append(_columns.user_record(visited.found))
        elif visited.found is not None:
            self.skipped[name] = visited.found.reason
        else:
            self.skipped[name] = visited.page.trouble or visited.state
        self._stop_at_walls(None if visited.found is not None else walled.wall, walled, name)

    def _stop_where_asked_to_wait(self, visited: PageVisit[Account | Refusal], name: str) -> None:
        """Raise an error if TikTok asks for a wait longer than the longest that is made."""
        if visited.asks_for_too_long_a_wait and len(self._names) >= MOST_WALLS:
            raise wall_error(visited, name, self._names.index(name), 1, "accounts")

    def _stop_at_walls(
        self, wall: str | None, visited: PageVisit[Account | Refusal], name: str
    ) -> None:
        """Raise an error if the last accounts all ended at the same wall, even in a browser."""
        if not self._walls.add(wall, name):
            return
        for walled in self._walls.items:
            del self.skipped[walled]
        first = self._walls.items[0]
        raise wall_error(visited, first, self._names.index(first), MOST_WALLS, "accounts")

    def _visit(self, name: str) -> PageVisit[Account | Refusal]:
        address = _site.user_address(name)
        return visit(
            self._web, address, _PATIENCE, self._say, lambda page: _parse.find_account(page, name)
        )

    def _browse(
        self, name: str, visited: PageVisit[Account | Refusal]
    ) -> PageVisit[Account | Refusal]:
        try:
            html, url = _browser.page(_site.user_address(name), self._web.jar)
        except BrowserError as error:
            trouble = f"{visited.page.trouble}; no browser could open it: {error}"
            return PageVisit(visited.page.without(trouble), visited.status)
        found = _parse.find_account(_parse.parse_page(html, url), name)
        if isinstance(found, ParsedPage):
            return PageVisit(found, visited.status)
        return PageVisit(_parse.parse_page(html, url), 200, found)

    def table(self) -> TikTokResults:
        """Build the table of the accounts that were found."""
        builder = TableBuilder(_columns.user_schema(self._records), None)
        builder.add(self._records)
        return _columns.build_table(builder, skipped=self.skipped)
