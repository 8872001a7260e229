"""Request pages until they contain what is looked for, and describe the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from traktok._http.retry import LONGEST_WAIT, Attempt
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
from traktok.hidden._retry import with_retries
from traktok.hidden._web import Answer, ForbiddenAddressError, NoAnswerError, Web

TOO_MANY_REQUESTS = 429
_BUSY = frozenset({TOO_MANY_REQUESTS, 503})
# A call ends when this many posts or accounts in a row end at the same kind of wall.
MOST_WALLS = 3

_Content = TypeVar("_Content")


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
        page = _parse.read(answer.text, answer.url)
        found = find(page)
        if not isinstance(found, ParsedPage):
            return Attempt(PageVisit(page, answer.status, found))
        if is_final(found):
            return Attempt(PageVisit(found, answer.status))
        return without_data(found, answer.status)

    return with_retries(lambda: settled(url, lambda: web.page(url), look), patience, say)


def without_data(page: ParsedPage, status: int) -> Attempt[PageVisit[_Content]]:
    """Return the outcome of a page without data, which another attempt may get."""
    return Attempt(PageVisit(page, status), f"A page without data ({page.trouble})")


def settled(
    url: str, ask: Callable[[], Answer], look: Callable[[Answer], Attempt[PageVisit[_Content]]]
) -> Attempt[PageVisit[_Content]]:
    """Send a request once; pass a successful answer to ``look``, and describe any other."""
    try:
        answer = ask()
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


def wall_error(
    came: PageVisit[Any], first: str, position: int, count: int, noun: str
) -> TraktokError:
    """Build the error of a call that ends at a wall, with advice."""
    wall = str(came.wall)
    if came.asks_for_too_long_a_wait:
        what = f"TikTok asks for a wait of {duration(came.retry_after or 0)} ({wall})"
        advice = "Try again after that"
    else:
        what = f"TikTok showed the same wall for {count} {noun} in a row ({wall})"
        advice = _site.WALL_ADVICE.get(wall, _site.OTHER_WALL_ADVICE)
    error: TraktokError = (RateLimited if came.status == TOO_MANY_REQUESTS else ApiError)(
        f"{what}, from {first} on. {advice}.", status=came.status, message=wall
    )
    error.ended_early = True
    error.advise(
        f"Then go on from {first}",
        OnlyInPython(f", which is [{position}:] of what was given"),
        ".",
    )
    return error


def error_of(came: PageVisit[Any]) -> TraktokError:
    """Build the error for a page without which a call can't continue."""
    url, trouble = came.page.url, came.page.trouble
    if came.status is None:
        return ConnectionFailed(f"No answer from {url} ({trouble}).")
    if not came.failed:
        return ApiError(f"{url} has no data ({trouble}).", status=came.status, message=trouble)
    kind = (
        RateLimited
        if came.status == TOO_MANY_REQUESTS
        else ServerError
        if came.status >= 500
        else ApiError
    )
    return kind(f"{url} returned HTTP status {came.status}.", status=came.status)
