"""The only loop over targets, whether pages are kept in memory or in a store.

The loop is the same with one worker and with several. A :class:`Keeper` decides which crawl is
next, where its pages are saved, and what follows from an error.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from traktok._http.pages import Pageable, pages
from traktok._http.wire import Page
from traktok._run.workers import StoppedError, StopSignal
from traktok.errors import TraktokError

_Request = TypeVar("_Request")


class LeaseLostError(Exception):
    """The crawl belongs to another run by now: leave it alone."""


class Keeper(Protocol[_Request]):
    """Where one worker gets its crawls and saves their pages."""

    def claim(self) -> Pageable[_Request] | None:
        """Claim the next crawl for this worker, and return it; None if none is left."""

    def send(self, request: _Request) -> Page:
        """Send a request of the claimed crawl."""

    def save_page(self, page: Page) -> None:
        """Save a page, the position behind it and its request, all or nothing."""

    def finish(self, doubts: list[str]) -> None:
        """Close the claimed crawl: no more of its pages will be requested."""

    def give_back(self) -> None:
        """Release the claimed crawl as it is, because the run stops."""

    def decide(self, error: TraktokError) -> None:
        """Decide what follows from an error of the claimed crawl; raise it to end the run."""


def go_through(
    keeper: Keeper[_Request],
    stop: StopSignal | None = None,
    show: Callable[[Iterator[Page]], Iterator[Page]] = iter,
) -> None:
    """Finish one crawl after another, until none is left or the run stops."""
    while not (stop and stop.is_set) and (crawl := keeper.claim()) is not None:
        with contextlib.suppress(LeaseLostError):
            _finish_crawl(crawl, keeper, stop, show)


def _finish_crawl(
    crawl: Pageable[_Request],
    keeper: Keeper[_Request],
    stop: StopSignal | None,
    show: Callable[[Iterator[Page]], Iterator[Page]],
) -> None:
    doubts: list[str] = []
    try:
        for _ in show(_saved(pages(crawl, keeper.send, doubts.append), keeper)):
            if stop and stop.is_set:
                keeper.give_back()
                return
    except StoppedError:
        keeper.give_back()
    except TraktokError as error:
        keeper.decide(error)
    else:
        keeper.finish(doubts)


def _saved(pages: Iterator[Page], keeper: Keeper[_Request]) -> Iterator[Page]:
    """Save each page before yielding it."""
    for page in pages:
        keeper.save_page(page)
        yield page
