"""A page's HTML, made into its JSON, and its JSON into what it tells: pure functions.

selectolax reads the HTML: it follows the HTML standard as browsers do, so that a script ends where
they see it end, and has no limit of its own on a script's length (lxml's is 10 MB).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from traktok.hidden import _site

Json = dict[str, Any]

NO_DATA = "no_data"
NO_ANSWER = "no_answer"
HTML_ERROR = "html_error"


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What a page was read as: its JSON, or why it holds none.

    ``text`` is the JSON as the page had it. ``missing`` names the path that a page of a new shape
    lacks.
    """

    url: str = ""
    html: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    data: Json | None = field(default=None, repr=False)
    trouble: str | None = None
    missing: str | None = None

    def without(self, trouble: str, missing: str | None = None) -> ParsedPage:
        """Say what this page lacks."""
        return replace(self, trouble=trouble, missing=missing)


def read(html: str | None, url: str = "") -> ParsedPage:
    """Take the JSON out of a page."""
    page = ParsedPage(url, html)
    if html is None:
        return page.without("page too large")
    text = _script(html)
    data = parsed(text) if text else None
    if data is None:
        return page.without(wall(html, url) or ("unreadable JSON" if text else "no JSON"))
    return replace(page, text=text, data=data)


def parsed(text: str) -> Json | None:
    """Parse JSON that is an object; nothing in it is ever taken for a path or an address."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _script(html: str) -> str | None:
    if not _names_a_container(html):
        return None
    # Lone surrogates can't be handed to the parser; there are none in a decoded page.
    found = LexborHTMLParser(html).css_first(", ".join(_site.CONTAINERS))
    text = found.text() if found else ""
    return text if len(text) >= _site.SHORTEST_JSON else None


def _names_a_container(html: str) -> bool:
    return any(container[1:] in html for container in _site.CONTAINERS)


def wall(html: str, url: str) -> str | None:
    """Say what a page without data is, where it gives itself away."""
    if urlsplit(url).path.startswith(_site.LOGIN_PATH):
        return _site.LOGIN_WALL
    looked_at = _without_scripts(html).lower()
    for name, marks in _site.WALLS:
        if any(mark.lower() in looked_at for mark in marks):
            return name
    return None


def _without_scripts(html: str) -> str:
    """Take off a full page's scripts: what they say, or may show some day, is no wall."""
    if not _names_a_container(html):
        return html
    page = LexborHTMLParser(html)
    page.strip_tags(["script"])
    return page.html or ""


def pluck(data: Any, *path: str) -> Any:
    """Follow a path through objects; None where it breaks off."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def is_refusal(code: Any) -> bool:
    """Tell a status that says no from one that says nothing."""
    return code not in _site.FINE


def _without_content(reading: ParsedPage, data: Json, place: _site.Place) -> ParsedPage:
    """Say what a page is whose JSON does not hold what the page is about."""
    if name := wall(reading.html or "", reading.url):
        return replace(reading, text=None, data=None, trouble=name)
    if pluck(data, *place.detail, _site.STATUS_CODE) is not None:
        return reading.without(f"nothing in {place.detail[-1]}")
    if place.older[0] in data:
        return reading.without(f"nothing in {place.older[0]}")
    missing = _first_missing(data, (*place.detail, *place.content))
    return reading.without(f"page of a new shape, no {missing}", missing)


def _first_missing(data: Json, path: _site.Path) -> str:
    """Name the path up to the first key that is not there."""
    for end in range(1, len(path) + 1):
        if pluck(data, *path[:end]) is None:
            return "/".join(path[:end])
    return "/".join(path)


# -------------------------------------------------------------------------------- a video's page


@dataclass(frozen=True, slots=True)
class PostDetail:
    """What a video's page tells: the item, if it is given out, and TikTok's status."""

    item: Json | None
    code: Any = None
    text: Any = None

    @property
    def is_open(self) -> bool:
        """Whether the item is there to be seen, and its files to be had."""
        return self.item is not None and not is_refusal(self.code)


def video_detail(reading: ParsedPage, video_id: str | None = None) -> PostDetail | ParsedPage:
    """Find a video in a page of either container; where there is none, say what the page lacks."""
    if reading.data is None:
        return reading
    detail = _today(reading.data) or _older(reading.data, video_id)
    if detail is not None and (detail.item is not None or is_refusal(detail.code)):
        return detail
    return _without_content(reading, reading.data, _site.VIDEO)


def _today(data: Json) -> PostDetail | None:
    detail = pluck(data, *_site.VIDEO.detail)
    if not isinstance(detail, dict):
        return None
    item = pluck(detail, *_site.VIDEO.content)
    code, text = detail.get(_site.STATUS_CODE), detail.get(_site.STATUS_TEXT)
    return PostDetail(item if isinstance(item, dict) and item else None, code, text)


def _older(data: Json, video_id: str | None) -> PostDetail | None:
    """Read SIGI_STATE, where items lie by their ids and name their authors by handle."""
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


# --------------------------------------------------------------------------------- a user's page


@dataclass(frozen=True, slots=True)
class Account:
    """What a user's page tells: the account and its counts."""

    user: Json
    stats: Json


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an account is not given out."""

    reason: str


def account(reading: ParsedPage, username: str) -> Account | Refusal | ParsedPage:
    """Find an account in its page, or why it is refused; else say what the page lacks."""
    if reading.data is None:
        return reading
    for user, stats in _accounts(reading.data, username):
        if isinstance(user, dict) and user:
            return Account(user, stats if isinstance(stats, dict) else {})
    detail = pluck(reading.data, *_site.USER.detail)
    code = pluck(detail, _site.STATUS_CODE)
    if is_refusal(code):
        return Refusal(_site.meaning(code, pluck(detail, _site.STATUS_TEXT)))
    return _without_content(reading, reading.data, _site.USER)


def _accounts(data: Json, username: str) -> Iterator[tuple[Any, Any]]:
    detail = pluck(data, *_site.USER.detail)
    yield pluck(detail, *_site.USER.content), pluck(detail, *_site.USER_STATS)
    yield pluck(data, *_site.USER.older, username), pluck(data, *_site.OLD_STATS, username)
