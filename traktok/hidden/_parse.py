"""Parse a page's HTML into its JSON, and the JSON into what it describes: pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from traktok._unpack import parse_json
from traktok.hidden import _html, _site

Json = dict[str, Any]

NO_DATA = "no_data"
NO_JSON = "no JSON"
NO_ANSWER = "no_answer"
HTML_ERROR = "html_error"
PHOTO_POST = "photo post, no data in its page"
PICTURES_ONLY = "pictures only"


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page and its JSON, or why it holds none.

    Attributes
    ----------
    url
        The page's address after redirects.
    html
        The page, unchanged.
    text
        Its JSON, unchanged.
    data
        Its JSON, parsed.
    trouble
        Why the page lacks the expected data.
    wall
        The kind of wall that the page is, if it is one: a value of ``_site.*_WALL``.
    missing
        The path that is missing in a page of a new shape.
    """

    url: str = ""
    html: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    data: Json | None = field(default=None, repr=False)
    trouble: str | None = None
    wall: str | None = None
    missing: str | None = None

    def without(
        self, trouble: str, missing: str | None = None, wall: str | None = None
    ) -> ParsedPage:
        """Return this page with the reason why it lacks the expected data."""
        return replace(self, trouble=trouble, missing=missing, wall=wall)

    @property
    def is_photo_address(self) -> bool:
        """Whether the page's final address is a photo post's."""
        return "/photo/" in urlsplit(self.url).path

    @property
    def is_at_wall(self) -> bool:
        """Whether a redirect led from the page to a log-in, a consent or a region page."""
        return _wall_at(self.url) is not None


def parse_page(html: str | None, url: str = "") -> ParsedPage:
    """Parse the JSON of a page."""
    page = ParsedPage(url, html)
    if html is None:
        return page.without("page too large")
    text = _container_text(html)
    data = parse_object(text) if text else None
    if data is not None:
        return replace(page, text=text, data=data)
    if name := find_wall(html, url):
        return page.without(name, wall=name)
    if text:
        return page.without("unreadable JSON")
    if (container := _unknown_container(html)) is not None:
        return page.without(f"page of a new shape, data in {container}", _site.CONTAINERS[0])
    return page.without(NO_JSON)


def parse_object(text: str) -> Json | None:
    """Parse JSON that is an object, or return None."""
    try:
        data = parse_json(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _container_text(html: str) -> str | None:
    if not _names_a_container(html):
        return None
    containers = (
        script
        for script in _html.scripts(html)
        if f"#{script.attributes.get('id')}" in _site.CONTAINERS
    )
    text = next((script.text for script in containers), "")
    return text if len(text) >= _site.SHORTEST_JSON else None


def _names_a_container(html: str) -> bool:
    return any(container[1:] in html for container in _site.CONTAINERS)


def _unknown_container(html: str) -> str | None:
    """Return the id of a script with JSON that is not one of the known containers."""
    for script in _html.scripts(html):
        known = script.attributes
        is_json = known.get("type", "").lower() == "application/json"
        if is_json and "id" in known and len(script.text) >= _site.SHORTEST_JSON:
            return f"#{known['id']}"
    return None


# ---------------------------------------------------------------------------------------- walls


def find_wall(html: str, url: str) -> str | None:
    """Return which wall a page without data is, or None if it has the marks of none."""
    if name := _wall_at(url):
        return name
    shown = _html.without_hidden(html).lower()
    for name, marks in _site.WALLS:
        if any(mark in shown for mark in marks):
            return name
    if _names_a_container(html):
        return None
    lowered = html.lower()
    if any(mark in lowered for mark in _site.CHALLENGE_SCRIPTS):
        return _site.PLEASE_WAIT_WALL
    for script, refresh in _site.PAGE_REDIRECT.findall(html):
        if name := _wall_at(script or refresh):
            return name
    is_stub = len(html) in _site.STUB_SIZES and _unknown_container(html) is None
    return _site.STUB_WALL if is_stub else None


def _wall_at(url: str) -> str | None:
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    return next((name for start, name in _site.WALL_PATHS if path.startswith(start)), None)


# ----------------------------------------------------------------------------------------- JSON


def pluck(data: Any, *path: str) -> Any:
    """Follow a path of keys; return None if one of them is missing."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def is_refusal(code: Any) -> bool:
    """Return whether a status is a refusal; a missing one is not."""
    return code not in _site.FINE


def _without_content(page: ParsedPage, data: Json, place: _site.Place) -> ParsedPage:
    """Return a page whose JSON lacks the expected object, with the reason."""
    if name := find_wall(page.html or "", page.url):
        return replace(page, text=None, data=None, trouble=name, wall=name)
    for path in place.details:
        if pluck(data, *path, _site.STATUS_CODE) is not None:
            return page.without(f"nothing in {path[-1]}")
    if place.older[0] in data:
        return page.without(f"nothing in {place.older[0]}")
    missing = _first_missing(data, (*place.details[0], *place.content))
    return page.without(f"page of a new shape, no {missing}", missing)


def _first_missing(data: Json, path: _site.Path) -> str:
    """Return the path up to the first key that is missing."""
    for end in range(1, len(path) + 1):
        if pluck(data, *path[:end]) is None:
            return "/".join(path[:end])
    return "/".join(path)


# ----------------------------------------------------------------------------------------- posts


@dataclass(frozen=True, slots=True)
class PostDetail:
    """The data of a post's page: the item, if it is there, and TikTok's status."""

    item: Json | None
    code: Any = None
    text: Any = None

    @property
    def is_age_restricted(self) -> bool:
        """Whether TikTok only shows the post to adults who are logged in.

        The item then has little more than its id and ``isContentClassified``; another variant has
        the time 0 and counts of 0 (seen in 2026).
        """
        if self.item is None or is_refusal(self.code):
            return False
        time = self.item.get("createTime")
        is_classified = self.item.get("isContentClassified") is True
        is_bare = time is None or not self.item.get("stats")
        return str(time) == "0" or (is_classified and is_bare)

    @property
    def is_open(self) -> bool:
        """Whether the post is accessible, so that its files can be downloaded."""
        return self.item is not None and not is_refusal(self.code) and not self.is_age_restricted

    @property
    def status(self) -> Any:
        """TikTok's text for the status, or ours if TikTok refuses the post without a text."""
        if self.is_age_restricted:
            return _site.AGE_RESTRICTED
        if self.text or not is_refusal(self.code):
            return self.text
        return _site.words_for(self.code)


def find_post(page: ParsedPage, video_id: str | None = None) -> PostDetail | ParsedPage:
    """Find a post in a page with any container, or return the page with the reason."""
    if page.data is None:
        return page
    detail = _current_detail(page.data) or _older_detail(page.data, video_id)
    if detail is not None and (detail.item is not None or is_refusal(detail.code)):
        return detail
    return _without_content(page, page.data, _site.VIDEO)


def _current_detail(data: Json) -> PostDetail | None:
    """Find the item of a desktop's or a phone's page; TikTok decides which of them it sends."""
    details = [parse_detail(pluck(data, *path)) for path in _site.VIDEO.details]
    known = [detail for detail in details if detail is not None]
    return next((detail for detail in known if detail.item is not None), None) or next(
        iter(known), None
    )


def parse_detail(answer: Any) -> PostDetail | None:
    """Parse an object with an item and TikTok's status, from a page or the site's own API."""
    if not isinstance(answer, dict):
        return None
    item = pluck(answer, *_site.VIDEO.content)
    code, text = answer.get(_site.STATUS_CODE), answer.get(_site.STATUS_TEXT)
    return PostDetail(item if isinstance(item, dict) and item else None, code, text)


def is_last_page(answer: Json | None) -> bool:
    """Return whether a response with a page of a list is the last one.

    TikTok's lists have a flag for it. Without one, a response whose lists are all empty is the
    last.
    """
    for key in ("has_more", "hasMore"):
        if answer is not None and key in answer:
            return not answer[key]
    lists = [value for value in (answer or {}).values() if isinstance(value, list)]
    return bool(lists) and not any(lists)


def as_page(answer: Json) -> str:
    """Convert a response of the site's own API to the JSON of a page, which R reads as well."""
    scope, name = _site.VIDEO.details[0]
    return json.dumps({scope: {name: answer}}, ensure_ascii=False)


def _older_detail(data: Json, video_id: str | None) -> PostDetail | None:
    """Parse SIGI_STATE, which has items by id, with the authors' names only."""
    items = pluck(data, *_site.VIDEO.older)
    if not isinstance(items, dict):
        return None
    item = items.get(video_id) if video_id else next(iter(items.values()), None)
    if item is None and len(items) == 1:
        (item,) = items.values()
    if not isinstance(item, dict) or not item:
        return None
    author = item.get("author")
    if isinstance(author, str):
        known = pluck(data, *_site.USER.older, author)
        item = {**item, "author": known if isinstance(known, dict) else {"uniqueId": author}}
    return PostDetail(item, 0, "")


# -------------------------------------------------------------------------------------- accounts


@dataclass(frozen=True, slots=True)
class Account:
    """The data of a user's page: the account and its counts."""

    user: Json
    stats: Json


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why TikTok refuses an account."""

    reason: str


def find_account(page: ParsedPage, username: str) -> Account | Refusal | ParsedPage:
    """Find an account, or TikTok's refusal, in a page; or return the page with the reason."""
    if page.data is None:
        return page
    for user, stats in _accounts(page.data, username):
        if isinstance(user, dict) and user:
            return Account(user, stats if isinstance(stats, dict) else {})
    detail = pluck(page.data, *_site.USER.details[0])
    code = pluck(detail, _site.STATUS_CODE)
    if is_refusal(code):
        return Refusal(_site.meaning(code, pluck(detail, _site.STATUS_TEXT)))
    return _without_content(page, page.data, _site.USER)


def _accounts(data: Json, username: str) -> Iterator[tuple[Any, Any]]:
    detail = pluck(data, *_site.USER.details[0])
    yield pluck(detail, *_site.USER.content), pluck(detail, *_site.USER_STATS)
    yield pluck(data, *_site.USER.older, username), pluck(data, *_site.OLD_STATS, username)
