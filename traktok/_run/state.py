"""The targets of a call, and the state of each of its crawls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from traktok._http.pages import Crawl
from traktok._http.wire import Page


@dataclass(frozen=True, slots=True)
class Target:
    """What one crawl collects: the videos of a query, the profile of a user, ...

    Attributes
    ----------
    body
        What its requests have in common.
    key
        The name, id or days that identify it among several.
    name
        Its name in messages.
    window
        The first and the last day of a search.
    """

    body: Mapping[str, Any]
    key: str | None = None
    name: str | None = None
    window: tuple[date, date] | None = None


class CrawlState:
    """How far a crawl is.

    Attributes
    ----------
    cursor, search_id
        Where the next page starts.
    rows
        How many records came.
    has_more
        Whether TikTok said that there are more pages.
    begun, ended
        Whether a worker has claimed it, and whether no more of it will be requested.
    early
        Pages that wait for the crawls before this one.
    doubts
        What the user should know about its pages.
    """

    def __init__(self, crawl: Crawl) -> None:
        self.crawl = crawl
        self.cursor, self.search_id = crawl.first_cursor, crawl.search_id
        self.rows = 0
        self.has_more = self.begun = self.ended = False
        self.early: list[Page] = []
        self.doubts: list[str] = []
