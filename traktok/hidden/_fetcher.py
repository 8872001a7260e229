"""One video's data: from the cache, or from its page, which a short link leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from traktok.hidden import _columns, _inputs, _parse
from traktok.hidden._cache import Cache
from traktok.hidden._inputs import Patience, Post
from traktok.hidden._parse import Json, ParsedPage, PostDetail
from traktok.hidden._retry import Try, tried
from traktok.hidden._visit import PageVisit, settled, visit, without_data
from traktok.hidden._web import Answer, Web


@dataclass(frozen=True, slots=True)
class FetchedPost:
    """What is known of a post; ``asked`` tells whether its page was asked for."""

    post: Post
    visit: PageVisit[PostDetail]
    asked: bool = True

    @property
    def detail(self) -> PostDetail | None:
        """What its page tells, if it tells anything."""
        return self.visit.found

    @property
    def has_item(self) -> bool:
        """Whether the video itself is given out."""
        return self.detail is not None and self.detail.item is not None

    @property
    def is_open(self) -> bool:
        """Whether its files are to be had."""
        return self.detail is not None and self.detail.is_open

    @property
    def missing(self) -> str | None:
        """The path that a page of a new shape lacks."""
        return self.visit.reading.missing

    def links(self) -> tuple[list[str], bool]:
        """List the links of its files, and whether they are pictures."""
        item = self.detail.item if self.is_open and self.detail else None
        return _columns.media_links(item or {})

    def row(self) -> Json:
        """Make its row."""
        status = self.visit.status
        row: Json = {"video_status": self.visit.state}
        if self.detail is not None:
            row = _columns.video_record(self.detail)
        elif self.visit.failed:
            row["video_status_code"] = status
        address = self.post.url if status is None else self.visit.reading.url
        return {
            **row,
            "video_id": self.post.video_id,
            "video_url": address,
            "html_status": status,
        }


class PostFetcher:
    """Finds videos, and keeps the good pages."""

    def __init__(
        self, web: Web, cache: Cache, patience: Patience, say: Callable[[str], None]
    ) -> None:
        self._web, self._cache, self._patience, self._say = web, cache, patience, say

    def lead(self, post: Post) -> Post | FetchedPost:
        """Follow a short link to the post it means; what came instead where there is none."""
        if post.video_id is not None:
            return post

        def look(answer: Answer) -> Try[PageVisit[PostDetail]]:
            reading = ParsedPage(answer.url)
            if _inputs.video_id_in(answer.url) is not None:
                return Try(PageVisit(reading, answer.status))
            if wall := _parse.wall(answer.text or "", answer.url):
                return without_data(reading.without(wall), answer.status)
            return Try(PageVisit(reading.without("the link leads to no video"), answer.status))

        came = tried(
            lambda: settled(post.url, lambda: self._web.lead(post.url), look),
            self._patience,
            self._say,
        )
        if came.status != 200 or came.reading.trouble:
            return FetchedPost(post, came)
        return Post(came.reading.url, _inputs.video_id_in(came.reading.url))

    def cached(self, post: Post) -> FetchedPost | None:
        """Take a post from the cache, if it is there."""
        detail = self._cache.load(post.name)
        if detail is None:
            return None
        return FetchedPost(post, PageVisit(ParsedPage(post.url), 200, detail), asked=False)

    def ask(self, post: Post) -> FetchedPost:
        """Ask for a post's page."""
        came = visit(
            self._web,
            post.url,
            self._patience,
            self._say,
            lambda reading: _parse.video_detail(reading, post.video_id),
        )
        found = FetchedPost(post, came)
        if found.detail is not None:
            self._cache.keep(post.name, came.reading, found.detail)
        elif found.missing:
            self._cache.keep_raw(post.name, came.reading)
        return found
