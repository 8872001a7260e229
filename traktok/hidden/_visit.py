"""Request pages until they contain what is looked for, and describe the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from traktok._http import retry
from traktok._http.retry import LONGEST_WAIT, Attempt, RetryPolicy, doubled
from traktok._text import duration
from traktok.errors import (
    ApiError,
    ConnectionFailed,
    OnlyInPython,
    RateLimited,
    ServerError,
    TraktokError,
)
from traktok.hidden import _parse, _site
from traktok.hidden._inputs import Patience
from traktok.hidden._parse import ParsedPage
from traktok.hidden._web import Answer, ForbiddenAddressError, NoAnswerError, Web

TOO_MANY_REQUESTS = 429
_BUSY = frozenset({TOO_MANY_REQUESTS, 503})
# A call ends when this many posts or accounts in a row end at the same kind of wall.
MOST_WALLS = 3

_Content = TypeVar("_Content")
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class PageVisit(Generic[_Content]):
    """The outcome of requesting a page.

    Attributes
    ----------
    page
        The page; its ``trouble`` is why nothing was found in it.
    status
        The HTTP status; None without a response.
    found
        What was looked for, or None.
    retry_after
        The seconds that TikTok asked to wait.
    """

    page: ParsedPage
    status: int | None = None
    found: _Content | None = None
    retry_after: float | None = None

    @property
    def failed(self) -> bool:
        """Whether the HTTP status is an error."""
        return self.status is not None and self.status >= 400

    @property
    def state(self) -> str:
        """A short text for the column ``video_status``."""
        if self.status is None:
            return _parse.NO_ANSWER
        return _parse.HTML_ERROR if self.failed else f"{_parse.NO_DATA}: {self.page.trouble}"

    @property
    def wall(self) -> str | None:
        """The kind of wall that the page is, or None."""
        return _site.RATE_LIMIT_WALL if self.status == TOO_MANY_REQUESTS else self.page.wall

    @property
    def asks_for_too_long_a_wait(self) -> bool:
        """Whether TikTok asked for a wait longer than the longest that is made."""
        return self.status in _BUSY and (self.retry_after or 0) > LONGEST_WAIT


def visit(
    web: Web,
    url: str,
    patience: Patience,
    say: Callable[[str], None],
    find: Callable[[ParsedPage], _Content | ParsedPage],
    is_final: Callable[[ParsedPage], bool] = lambda page: False,
) -> PageVisit[_Content]:
    """Request a page until ``find`` returns something other than the page.

    ``is_final`` returns whether another request for a page without data would be in vain.
    """

    def look(answer: Answer) -> Attempt[PageVisit[_Content]]:
        page = _parse.parse_page(answer.text, answer.url)
        found = find(page)
        if not isinstance(found, ParsedPage):
            return Attempt(PageVisit(page, answer.status, found))
        if is_final(found):
            return Attempt(PageVisit(found, answer.status))
        return without_data(found, answer.status)

    return ask(url, lambda: web.page(url), look, patience, say)


def without_data(page: ParsedPage, status: int) -> Attempt[PageVisit[_Content]]:
    """Return the outcome of a page without data, which another attempt may get."""
    return Attempt(PageVisit(page, status), f"A page without data ({page.trouble})")


def ask(
    url: str,
    send: Callable[[], Answer],
    look: Callable[[Answer], Attempt[PageVisit[_Content]]],
    patience: Patience,
    say: Callable[[str], None],
) -> PageVisit[_Content]:
    """Send a request until ``look`` finds its answer final, or there are no attempts left."""
    return with_retries(lambda: _attempt(url, send, look), patience, say)


def with_retries(
    attempt: Callable[[], Attempt[_Result]], patience: Patience, say: Callable[[str], None]
) -> _Result:
    """Attempt something until it succeeds or there are no attempts left; return the last result.

    The waits are drawn from the user's pool, or double while TikTok is busy.
    """
    policy = RetryPolicy(
        attempts=patience.max_tries,
        wait=lambda number: patience.draw(),
        wait_if_busy=doubled(at_most=60),
    )
    return retry.retry(attempt, policy, say).result


def _attempt(
    url: str, send: Callable[[], Answer], look: Callable[[Answer], Attempt[PageVisit[_Content]]]
) -> Attempt[PageVisit[_Content]]:
    """Send a request once; pass a successful answer to ``look``, and describe any other."""
    try:
        answer = send()
    except NoAnswerError as error:
        trouble = ParsedPage(url, trouble=str(error))
        return Attempt(PageVisit(trouble), f"No answer ({error})", busy=True)
    except ForbiddenAddressError as error:
        return Attempt(PageVisit(ParsedPage(url, trouble=str(error)), status=200))
    if answer.status < 400:
        return look(answer)
    page = ParsedPage(answer.url, trouble=f"status {answer.status}")
    outcome: PageVisit[_Content] = PageVisit(page, answer.status, retry_after=answer.retry_after)
    if answer.status not in _BUSY:
        return Attempt(outcome)
    return Attempt(
        outcome, f"TikTok asks for time (status {answer.status})", True, answer.retry_after
    )


@dataclass
class WallStreak(Generic[_Item]):
    """The last posts or accounts, as long as all of them ended at the same wall."""

    items: list[_Item] = field(default_factory=list)
    _wall: str | None = None

    def add(self, wall: str | None, item: _Item) -> bool:
        """Add the next one and its wall, if any; return whether the call must end."""
        if wall is None or wall != self._wall:
            self.items.clear()
        self._wall = wall
        if wall is not None:
            self.items.append(item)
        return len(self.items) >= MOST_WALLS


def wall_error(
    visited: PageVisit[Any], first: str, position: int, count: int, noun: str
) -> TraktokError:
    """Build the error of a call that ends at a wall, with advice."""
    wall = str(visited.wall)
    if visited.asks_for_too_long_a_wait:
        what = f"TikTok asks for a wait of {duration(visited.retry_after or 0)} ({wall})"
        advice = "Try again after that"
    else:
        what = f"TikTok showed the same wall for {count} {noun} in a row ({wall})"
        advice = _site.WALL_ADVICE.get(wall, _site.OTHER_WALL_ADVICE)
    error: TraktokError = (RateLimited if visited.status == TOO_MANY_REQUESTS else ApiError)(
        f"{what}, from {first} on. {advice}.", status=visited.status, message=wall
    )
    error.ended_early = True
    error.advise(
        f"Then go on from {first}",
        OnlyInPython(f", which is [{position}:] of what was given"),
        ".",
    )
    return error


def page_error(visited: PageVisit[Any]) -> TraktokError:
    """Build the error for a page without which a call can't continue."""
    url, trouble = visited.page.url, visited.page.trouble
    if visited.status is None:
        return ConnectionFailed(f"No answer from {url} ({trouble}).")
    if not visited.failed:
        return ApiError(f"{url} has no data ({trouble}).", status=visited.status, message=trouble)
    kind = (
        RateLimited
        if visited.status == TOO_MANY_REQUESTS
        else ServerError
        if visited.status >= 500
        else ApiError
    )
    return kind(f"{url} returned HTTP status {visited.status}.", status=visited.status)
