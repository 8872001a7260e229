"""Fetch the data of a post: from the cache, its page, or a browser that opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from traktok._http.retry import Attempt
from traktok.hidden import _columns, _inputs, _parse
from traktok.hidden._cache import Cache
from traktok.hidden._columns import Link, PostMedia
from traktok.hidden._inputs import Patience, Post
from traktok.hidden._parse import Json, ParsedPage, PostDetail
from traktok.hidden._visit import PageVisit, ask, visit, without_data
from traktok.hidden._web import Answer, Web


@dataclass(frozen=True, slots=True)
class FetchedPost:
    """A post and the outcome of fetching it.

    Attributes
    ----------
    post
        The post, with its id.
    visit
        The outcome of requesting its page.
    asked
        Whether a request was sent to TikTok.
    pictures
        The pictures on its page in the browser, if it had no data.
    in_browser
        Whether a browser opened it.
    """

    post: Post
    visit: PageVisit[PostDetail]
    asked: bool = True
    pictures: tuple[str, ...] = ()
    in_browser: bool = False

    @property
    def detail(self) -> PostDetail | None:
        """The data of its page, if there are any."""
        return self.visit.found

    @property
    def is_open(self) -> bool:
        """Whether the post is accessible, so that its files can be downloaded."""
        return bool(self.pictures) or (self.detail is not None and self.detail.is_open)

    @property
    def has_data(self) -> bool:
        """Whether its row has data; the item of a refused post may be present, too."""
        if self.detail is None or self.detail.item is None:
            return bool(self.pictures)
        return not self.detail.is_age_restricted

    @property
    def is_unread_slideshow(self) -> bool:
        """Whether it is a photo post whose page lacks the item: a browser may get it."""
        return self.detail is None and self.visit.page.is_photo_address

    @property
    def missing(self) -> str | None:
        """The path that is missing in a page of a new shape."""
        return self.visit.page.missing

    @property
    def media(self) -> PostMedia:
        """The links of its files; empty if the post is not accessible."""
        if self.pictures:
            return PostMedia(tuple((Link(url, "page"),) for url in self.pictures), is_slides=True)
        if self.is_open and self.detail is not None and self.detail.item is not None:
            return PostMedia.of(self.detail.item)
        return PostMedia()

    def row(self) -> Json:
        """Build its row."""
        status = self.visit.status
        row: Json = {"video_status": self.visit.state}
        if self.detail is not None:
            row = _columns.video_record(self.detail)
        elif self.pictures:
            row = {"video_status": _parse.PICTURES_ONLY, "download_url": self.media.download_url}
        elif self.visit.failed:
            row["video_status_code"] = status
        has_item = self.detail is not None and self.detail.item is not None
        if self.visit.page.is_photo_address and not has_item:
            row["is_slides"] = True
        # A redirect may lead to another kind of page, such as a log-in, consent or region page.
        leads_to_post = _inputs.video_id_in(self.visit.page.url) is not None
        return {
            **row,
            "video_id": self.post.video_id,
            "video_url": self.visit.page.url if leads_to_post else self.post.url,
            "html_status": status,
        }


class PostFetcher:
    """Fetch posts, and cache the pages of those that are accessible.

    With ``overwrite``, the pages that are cached already are not used.
    """

    def __init__(
        self,
        web: Web,
        cache: Cache,
        patience: Patience,
        say: Callable[[str], None],
        *,
        overwrite: bool,
    ) -> None:
        self._web, self._cache, self._patience, self._say = web, cache, patience, say
        self._overwrite = overwrite

    def resolve(self, post: Post) -> Post | FetchedPost:
        """Follow a short link to its post, or return the failure."""
        if post.video_id is not None:
            return post

        def look(answer: Answer) -> Attempt[PageVisit[PostDetail]]:
            page = ParsedPage(answer.url)
            if _inputs.video_id_in(answer.url) is not None:
                return Attempt(PageVisit(page, answer.status))
            if wall := _parse.find_wall(answer.text or "", answer.url):
                return without_data(page.without(wall, wall=wall), answer.status)
            trouble = "the link does not lead to a post"
            return Attempt(PageVisit(page.without(trouble), answer.status))

        visited = ask(
            post.url, lambda: self._web.resolve(post.url), look, self._patience, self._say
        )
        if visited.status != 200 or visited.page.trouble:
            return FetchedPost(post, visited)
        return _inputs.posts(visited.page.url)[0]

    def cached(self, post: Post) -> FetchedPost | None:
        """Return a post from the cache, or None if it is not there."""
        detail = None if self._overwrite else self._cache.load(post.name)
        if detail is None:
            return None
        return FetchedPost(post, PageVisit(ParsedPage(post.url), 200, detail), asked=False)

    def ask(self, post: Post, patience: Patience | None = None) -> FetchedPost:
        """Request a post's page."""
        visited = visit(
            self._web,
            post.url,
            patience or self._patience,
            self._say,
            lambda page: _find_post(page, post.video_id),
            lambda page: page.trouble == _parse.PHOTO_POST,
        )
        fetched = FetchedPost(post, visited)
        self.save(fetched)
        return fetched

    def save(self, fetched: FetchedPost) -> None:
        """Cache the page of an accessible post, or the raw page of a new shape."""
        name, page = fetched.post.name, fetched.visit.page
        if fetched.detail is not None:
            self._cache.save_page(name, page, fetched.detail)
        elif fetched.missing:
            self._cache.save_raw_page(name, page)


def _find_post(page: ParsedPage, video_id: str | None) -> PostDetail | ParsedPage:
    """Find a post in its page; desktop pages of photo posts lack it, which is not an error."""
    found = _parse.find_post(page, video_id)
    if isinstance(found, ParsedPage) and found.is_photo_address and found.wall is None:
        return found.without(_parse.PHOTO_POST)
    return found
