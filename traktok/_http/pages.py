"""The only loop over cursors in the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from traktok._http.endpoint import Endpoint
from traktok._http.wire import Page, Request, research_request


@dataclass(frozen=True, slots=True)
class Crawl:
    """What is requested page by page: one query, one user, one video's comments, ...

    Attributes
    ----------
    endpoint, body, fields
        What its requests have in common; ``fields`` None stands for the usual ones.
    max_pages
        The most pages to request.
    start_cursor, search_id
        Where an earlier crawl left off.
    key
        What identifies it among several: a name, an id, days.
    name
        What messages call it.
    window
        The first and the last day of a search.
    """

    endpoint: Endpoint
    body: Mapping[str, Any]
    fields: tuple[str, ...] | None = None
    max_pages: float = 1
    start_cursor: int | None = None
    search_id: str | None = None
    key: str | None = None
    name: str | None = None
    window: tuple[date, date] | None = None

    @property
    def first_cursor(self) -> int | str | None:
        """The cursor of the first request."""
        return self.endpoint.first_cursor if self.start_cursor is None else self.start_cursor

    def request(self, cursor: int | str | None, search_id: str | None) -> Request:
        """Build the request for the page at a cursor."""
        position = {
            "max_count": self.endpoint.page_size,
            "cursor": cursor,
            "search_id": search_id,
        }
        return research_request(self.endpoint, {**self.body, **position}, self.fields)


_Request = TypeVar("_Request", covariant=True)


class Pageable(Protocol[_Request]):
    """Anything that has pages: it builds the request for the page at a cursor."""

    @property
    def first_cursor(self) -> int | str | None: ...
    @property
    def search_id(self) -> str | None: ...
    @property
    def max_pages(self) -> float: ...
    def request(self, cursor: int | str | None, search_id: str | None) -> _Request: ...


def pages(
    crawl: Pageable[_Request], send: Callable[[_Request], Page], doubt: Callable[[str], None]
) -> Iterator[Page]:
    """Yield pages until TikTok has no more, or ``max_pages`` of them.

    A page without rows is followed like any other, since TikTok counts what it does not show. A
    cursor that is missing, or was sent before, ends the crawl: it would start over or never end.
    """
    cursor, search_id = crawl.first_cursor, crawl.search_id
    sent = {cursor, cursor or 0}  # without a cursor, a crawl begins at 0
    number = 0
    while True:
        page = send(crawl.request(cursor, search_id))
        number += 1
        yield page
        if not page.has_more:
            return
        if page.cursor is None or page.cursor in sent:
            fault = "no cursor" if page.cursor is None else f"the cursor {page.cursor} again"
            doubt(f"TikTok says there is more but sent {fault}: stopped after page {number}")
            return
        if number >= crawl.max_pages:
            return
        cursor, search_id = page.cursor, page.search_id or search_id
        sent.add(cursor)
