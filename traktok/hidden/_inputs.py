"""Check the arguments of the unofficial API, and convert them: pure functions."""

from __future__ import annotations

import math
import numbers
import random
import re
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

import numpy as np

from traktok import _inputs
from traktok._secrets.cookies import is_tiktok
from traktok.errors import Argument, FindSecuid, Function, InvalidArgument, InvalidArgumentType
from traktok.hidden import _site

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(?:(s|m|h|d)(?:ecs?|econds?|ins?|inutes?|ours?|ays?)?)?")
# A secUid begins with its version in base64. Texts of up to 24 characters are taken for names:
# other clients assume that limit, which we have not found documented.
_SEC_UID = re.compile(r"MS4wLjAB[\w.=-]*|(?![\w.]{1,24}\Z)[\w.=-]+", re.ASCII)
# The addresses of posts that are requested unchanged.
_POST_PAGE = re.compile(r"/@[^/]+/(?:video|photo)/\d+/?")


# ------------------------------------------------------------------------------- pages to ask for


@dataclass(frozen=True, slots=True)
class Post:
    """A video or photo post: the address of its page and its id, None for a short link."""

    url: str
    video_id: str | None
    position: int = field(default=0, compare=False)
    """Its index in the argument."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.video_id or self.url


def posts(given: Any, what: str = "video_urls") -> list[Post]:
    """Convert ids, URLs and short links, one or many, to posts without duplicates."""
    first: dict[str, Post] = {}
    for position, value in enumerate(_inputs.one_or_many(given, what)):
        post = replace(_post(value, what), position=position)
        first.setdefault(post.name, post)
    return list(first.values())


def _post(value: Any, what: str) -> Post:
    url = _as_url(value)
    if url is not None and is_short(url):
        return Post(_rebuilt(url), None)
    (video_id,) = _inputs.video_ids([value], what)
    if url is not None and is_tiktok(url.hostname or "") and _POST_PAGE.fullmatch(url.path):
        return Post(_rebuilt(url), video_id)
    # TikTok blocks the addresses for sharing and embedding more often than this one (2026).
    return Post(_site.video_address(video_id), video_id)


def page(value: Any) -> str:
    """Return the address of the page of a video or an account, given by its URL or id."""
    url = _as_url(value)
    if url is None or video_id_in(str(value).strip()) is not None:
        return _post(value, "url").url
    if not is_tiktok(url.hostname or ""):
        raise InvalidArgument(Argument("url"), f": {value!r} is not a page of tiktok.com")
    return _rebuilt(url)


def is_short(url: SplitResult) -> bool:
    """Return whether an address is a short link, which redirects to a page."""
    host = (url.hostname or "").lower()
    return host in _site.SHORT_HOSTS or (is_tiktok(host) and url.path.startswith("/t/"))


def video_id_in(url: str) -> str | None:
    """Return the id in the address of a video's page, or None."""
    try:
        return _inputs.video_ids([url])[0]
    except ValueError:
        return None


def _as_url(value: Any) -> SplitResult | None:
    if not isinstance(value, str):
        return None
    text = value.strip()
    if "://" not in text:
        if re.match(r"(?:[\w-]+\.)*tiktokv?\.com/", text, re.IGNORECASE) is None:
            return None
        text = f"https://{text}"
    try:
        return urlsplit(text)
    except ValueError:  # such as "https://[x"
        return None


def _rebuilt(url: SplitResult) -> str:
    """Rebuild an address with https, without parts that may disguise the host."""
    query = f"?{url.query}" if url.query else ""
    return f"https://{(url.hostname or '').lower()}{url.path}{query}"


def slideshows(given: Any) -> bool | Literal["ask"]:
    """Check the argument ``slideshows``: "ask", True or False."""
    if isinstance(given, (bool, np.bool_)):
        return bool(given)
    if isinstance(given, str) and given == "ask":
        return "ask"
    raise InvalidArgument.must_be("slideshows", "'ask', True or False", given)


def sec_uid(value: Any) -> str:
    """Check the secUid of one account."""
    if not isinstance(value, str):
        if _inputs.is_scalar_missing(value):
            raise InvalidArgument(Argument("secuid"), " is missing (None or NA)")
        raise InvalidArgumentType.must_be("secuid", "one string such as 'MS4wLjABAAAA...'", value)
    text = value.strip()
    if not _SEC_UID.fullmatch(text):
        raise InvalidArgument(
            Argument("secuid"),
            f": {value!r} is not a secUid; ",
            FindSecuid(),
            " has it, and ",
            Function("tt_videos_hidden"),
            " as author_secuid",
        )
    return text


def username(value: Any) -> str:
    """Return the name of one account, given by its name or the URL of its page."""
    if not isinstance(value, str):
        raise InvalidArgumentType.must_be("username", "one name or profile URL", value)
    (name,) = _inputs.usernames(value)
    return name


def phrase(query: Any) -> str:
    """Check the words to search for."""
    if not isinstance(query, str):
        raise InvalidArgumentType(
            Argument("query"),
            f" must be one string, not {query!r}; queries made by query() are for tt_search_api()",
        )
    if not query.strip():
        raise InvalidArgument(Argument("query"), " is empty: give a word to search for")
    return query.strip()


# ----------------------------------------------------------------------------- times and patience


@dataclass(frozen=True, slots=True)
class Patience:
    """How many attempts to make, and how long to wait between pages."""

    max_tries: int
    pool: tuple[float, ...]

    @classmethod
    def of(cls, max_tries: Any, sleep_pool: Any) -> Patience:
        """Check the arguments ``max_tries`` and ``sleep_pool``."""
        return cls(_tries(max_tries), _pool(sleep_pool))

    def draw(self) -> float:
        """Draw a wait: a number of the pool, times a random fraction."""
        return random.choice(self.pool) * random.random()


def _tries(max_tries: Any) -> int:
    is_number = isinstance(max_tries, numbers.Real) and not isinstance(max_tries, bool)
    if not is_number or not math.isfinite(max_tries) or max_tries < 1 or max_tries % 1:
        raise InvalidArgument.must_be("max_tries", "a positive integer", max_tries)
    return int(max_tries)


def _pool(sleep_pool: Any) -> tuple[float, ...]:
    pool = tuple(_inputs.one_or_many(sleep_pool, "sleep_pool"))
    if not pool:
        raise InvalidArgument(
            Argument("sleep_pool"), " is empty: give at least one number of seconds"
        )
    return tuple(_seconds(value, "sleep_pool") for value in pool)


def scroll_seconds(given: Any) -> float:
    """Convert the argument ``scroll`` to seconds: a number, a text such as "5m", or infinity."""
    if isinstance(given, str):
        if given.strip().lower() in {"inf", "infinity"}:
            return math.inf
        found = _DURATION.fullmatch(given.strip().lower())
        if found is None:
            raise InvalidArgument.must_be(
                "scroll", "seconds, or a text such as '30s', '5m' or '2h'", given
            )
        return float(found[1]) * _SECONDS[found[2] or ""]
    if isinstance(given, float) and given == math.inf:
        return given
    return _seconds(given, "scroll")


def timeout_seconds(given: Any) -> float:
    """Check the argument ``timeout``."""
    return _seconds(given, "timeout")


def _seconds(given: Any, what: str) -> float:
    is_number = isinstance(given, numbers.Real) and not isinstance(given, bool)
    if not is_number or not math.isfinite(given) or given < 0:
        raise InvalidArgument.must_be(what, "a number of seconds", given)
    return float(given)


# ------------------------------------------------------------------------------------- folders


def folder(given: Any, what: str) -> Path:
    """Return a folder; create it, with its parents, if it does not exist."""
    try:
        path = Path(given)
    except TypeError:
        raise InvalidArgumentType.must_be(what, "the path of a folder", given) from None
    try:
        path = path.expanduser()
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidArgument(
            Argument(what), f": can't write to the folder {str(given)!r} ({reason})"
        ) from None
    return path
