"""Pages asked for in as many tries as it takes to find in them what is looked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from traktok.errors import ApiError, ConnectionFailed, RateLimited, ServerError, TraktokError
from traktok.hidden import _parse
from traktok.hidden._inputs import Patience
from traktok.hidden._parse import ParsedPage
from traktok.hidden._retry import Try, tried
from traktok.hidden._web import Answer, ForbiddenAddressError, NoAnswerError, Web

_BUSY = frozenset({429, 503})

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class PageVisit(Generic[_Found]):
    """What came of asking for a page.

    Attributes
    ----------
    reading
        The page; its ``trouble`` says why nothing was found in it.
    status
        TikTok's HTTP status; None where no answer came.
    found
        What was looked for; None where it was not found.
    """

    reading: ParsedPage
    status: int | None = None
    found: _Found | None = None

    @property
    def failed(self) -> bool:
        """Whether TikTok answered with an error."""
        return self.status is not None and self.status >= 400

    @property
    def state(self) -> str:
        """Name what came of it, for the column ``video_status``."""
        if self.status is None:
            return _parse.NO_ANSWER
        return _parse.HTML_ERROR if self.failed else f"{_parse.NO_DATA}: {self.reading.trouble}"


def visit(
    web: Web,
    url: str,
    patience: Patience,
    say: Callable[[str], None],
    find: Callable[[ParsedPage], _Found | ParsedPage],
) -> PageVisit[_Found]:
    """Ask for a page until ``find`` finds in it what is looked for."""

    def look(answer: Answer) -> Try[PageVisit[_Found]]:
        reading = _parse.read(answer.text, answer.url)
        found = find(reading)
        if isinstance(found, ParsedPage):
            return without_data(found, answer.status)
        return Try(PageVisit(reading, answer.status, found))

    return tried(lambda: settled(url, lambda: web.page(url), look), patience, say)


def without_data(reading: ParsedPage, status: int) -> Try[PageVisit[_Found]]:
    """Make the try of a page that came without its data: another may have it."""
    return Try(PageVisit(reading, status), f"A page without data ({reading.trouble})")


def settled(
    url: str, ask: Callable[[], Answer], look: Callable[[Answer], Try[PageVisit[_Found]]]
) -> Try[PageVisit[_Found]]:
    """Make one try of a request: what is an answer is looked at, what is none says why."""
    try:
        answer = ask()
    except NoAnswerError as error:
        return Try(
            PageVisit(ParsedPage(url, trouble=str(error))), f"No answer ({error})", busy=True
        )
    except ForbiddenAddressError as error:
        return Try(PageVisit(ParsedPage(url, trouble=str(error)), status=200))
    if answer.status < 400:
        return look(answer)
    outcome: PageVisit[_Found] = PageVisit(
        ParsedPage(answer.url, trouble=f"status {answer.status}"), answer.status
    )
    if answer.status not in _BUSY:
        return Try(outcome)
    return Try(outcome, f"TikTok asks for time (status {answer.status})", True, answer.retry_after)


def error_of(came: PageVisit[Any]) -> TraktokError:
    """Make the error of a page that can't be done without."""
    url, trouble = came.reading.url, came.reading.trouble
    if came.status is None:
        return ConnectionFailed(f"No answer from {url} ({trouble}).")
    if not came.failed:
        return ApiError(f"{url} holds no data ({trouble}).", status=came.status, message=trouble)
    kind = RateLimited if came.status == 429 else ServerError if came.status >= 500 else ApiError
    return kind(f"{url} gave HTTP status {came.status}.", status=came.status)
