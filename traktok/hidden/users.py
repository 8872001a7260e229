"""What the pages of accounts say."""

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
from traktok.hidden._visit import MOST_WALLS, PageVisit, visit, wall_error
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
    """Get what the pages of accounts say; this needs no cookies.

    Mirrors ``tt_user_info_hidden()`` of R traktok. An account's page is requested first; if it
    holds no data, a browser opens it, if there is one (``traktok[hidden]``).

    Parameters
    ----------
    username : str or sequence of str
        Names of accounts or their pages.
    parse : bool, default True
        Whether to return a table; False returns the pages' JSON: one for a lone name, else a list.

    Returns
    -------
    TikTokResults
        A row per account that exists: id, user_name, nickname, secUid, signature, create_time,
        verified, private_account, follower_count, following_count, heart_count, video_count and
        what else the page holds. ``attrs["skipped"]`` names the others, each with its reason.

    Raises
    ------
    ValueError, TypeError
        If a name can't be right; nothing is sent.
    ApiError
        If three accounts in a row end at the same wall (a captcha, a log-in, too many requests,
        ...); ``.partial`` holds the rows so far. With ``parse=False`` and a lone name, if there is
        no JSON.

    Notes
    -----
    A name costs TikTok one page; one without data is requested three times at most, then opened
    once in a browser. Between tries and names there are waits of up to 10 s, longer ones where
    TikTok asks for time (429, 503). The cookies of the account that is logged in are sent where
    they are stored.

    Examples
    --------
    >>> tt_user_info_hidden("tiktok").user_name[0]
    'tiktok'
    """
    names = _inputs.usernames(username)
    lookup = _Lookup(Web(_jars.any_or_none()), names)
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
            raise ApiError(f"There is no JSON for {names[0]} ({lookup.reasons}).")
        return lookup.pages[0]
    return lookup.pages


class _Lookup:
    """The accounts that were looked up so far."""

    def __init__(self, web: Web, names: Sequence[str]) -> None:
        self.pages: list[Json] = []
        self.skipped: dict[str, str] = {}
        self._records: list[Json] = []
        self._names = names
        self._walls: list[str] = []
        """The kinds of wall that the last accounts ended at."""
        self._web = web
        self._say = steps(verbose=None).say

    @property
    def reasons(self) -> str:
        """The accounts that were skipped, each with its reason."""
        return ", ".join(f"{name} ({reason})" for name, reason in self.skipped.items())

    def look_up(self, name: str) -> None:
        """Request an account's page, or open it in a browser."""
        came = self._visit(name)
        self._stop_where_asked_to_wait(came, name)
        walled = came
        if came.found is None and came.page.data is None:
            came = self._browse(name, came)
        if came.page.data is not None:
            self.pages.append(came.page.data)
        if isinstance(came.found, Account):
            self._records.append(_columns.user_record(came.found))
        elif came.found is not None:
            self.skipped[name] = came.found.reason
        else:
            self.skipped[name] = came.page.trouble or came.state
        self._stop_at_walls(None if came.found is not None else walled.wall, walled, name)

    def _stop_where_asked_to_wait(self, came: PageVisit[Account | Refusal], name: str) -> None:
        """End the call where TikTok asks for a wait longer than any that is made."""
        if came.asks_for_too_long_a_wait and len(self._names) >= MOST_WALLS:
            raise wall_error(came, name, self._names.index(name), 1, "accounts")

    def _stop_at_walls(
        self, wall: str | None, came: PageVisit[Account | Refusal], name: str
    ) -> None:
        """End the call where TikTok keeps showing the same wall, a browser included."""
        if wall is None or wall not in self._walls:
            self._walls.clear()
        if wall is None:
            return
        self._walls.append(wall)
        if len(self._walls) < MOST_WALLS:
            return
        position = self._names.index(name) - MOST_WALLS + 1
        for walled in self._names[position : position + MOST_WALLS]:
            del self.skipped[walled]
        raise wall_error(came, self._names[position], position, MOST_WALLS, "accounts")

    def _visit(self, name: str) -> PageVisit[Account | Refusal]:
        address = _site.user_address(name)
        return visit(
            self._web, address, _PATIENCE, self._say, lambda page: _parse.account(page, name)
        )

    def _browse(
        self, name: str, came: PageVisit[Account | Refusal]
    ) -> PageVisit[Account | Refusal]:
        try:
            html, url = _browser.page(_site.user_address(name), self._web.jar)
        except BrowserError as error:
            trouble = f"{came.page.trouble}; no browser could open it: {error}"
            return PageVisit(came.page.without(trouble), came.status)
        found = _parse.account(_parse.read(html, url), name)
        if isinstance(found, ParsedPage):
            return PageVisit(found, came.status)
        return PageVisit(_parse.read(html, url), 200, found)

    def table(self) -> TikTokResults:
        """Build the table of those that exist."""
        builder = TableBuilder(_columns.users(self._records), None)
        builder.add(self._records)
        return _columns.table(builder, skipped=self.skipped)
