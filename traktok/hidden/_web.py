"""Request TikTok's pages and files as a browser does, with one session and one cookie jar.

Every redirect is checked before it is followed: https only, TikTok's hosts only, cookies for
tiktok.com only. The size of a page and the duration of a request are limited.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests import cookies as requests_cookies
from urllib3.exceptions import HTTPError

from traktok import _clock
from traktok._http.session import (
    Adapter,
    Session,
    TooLargeError,
    pieces,
    reason,
    redirect_target,
)
from traktok._http.wire import retry_after
from traktok._secrets.cookies import Jar, is_tiktok
from traktok._secrets.hosts import is_loopback
from traktok._secrets.secret import Secret
from traktok._text import excerpt
from traktok.hidden import _inputs, _site

PAGE_TIMEOUT = 60
FILE_TIMEOUT = 3600
# TikTok's pages have some 300 kB; refuse anything far larger.
LARGEST_PAGE = 16 * 2**20
_MOST_HOPS = 8
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_FILE_HEADERS = {**_site.HEADERS, "Accept": "*/*", "Referer": _site.HOME}
_TOO_MANY_HOPS = "it leads through too many redirects"


# Requests has no types for them.
_cookie_header: Callable[..., str | None] = requests_cookies.get_cookie_header
_take_cookies: Callable[..., None] = requests_cookies.extract_cookies_to_jar


class NoAnswerError(Exception):
    """There is no response, it broke off, or it is not of the expected kind.

    The text says why; ``status`` is the HTTP status that is an error, and ``retry_after`` the time
    to wait if the server asks for one.
    """

    def __init__(
        self, trouble: str, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(trouble)
        self.retry_after, self.status = retry_after, status


class ForbiddenAddressError(Exception):
    """An address leads to a host that is not one of TikTok's; the text names it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a request for a page; ``text`` is None if the page is too large."""

    url: str
    status: int
    text: str | None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """The response to a request for a file, or for the rest of one.

    Attributes
    ----------
    start
        The offset of its first byte in the file.
    total
        The size of the whole file, if it is known.
    validator
        The value for `If-Range` when the download is continued later.
    can_continue
        Whether the server appears to support that.
    pieces
        Its bytes, in pieces.
    """

    start: int
    total: int | None
    validator: str | None
    can_continue: bool
    pieces: Iterator[bytes]


def is_media_host(host: str) -> bool:
    """Return whether a host is one that TikTok's media are on."""
    return any(host == known or host.endswith(f".{known}") for known in _site.MEDIA_HOSTS)


class Web:
    """A session for TikTok's website; the cookies it sets are added to the jar."""

    def __init__(self, jar: Jar) -> None:
        self.jar = jar
        self._user_agent = user_agent(jar)
        self._session = Session()
        if base := loopback_base():
            self._session.mount("https://", _Loopback(base))

    def page(self, url: str, headers: Mapping[str, str] = _site.HEADERS) -> Answer:
        """Request a page, and follow redirects within TikTok."""
        deadline = _clock.monotonic() + PAGE_TIMEOUT
        with self._opened(url, is_tiktok, headers, deadline) as (response, where):
            return _answer(response, where, deadline)

    def resolve(self, url: str) -> Answer:
        """Follow a short link to the address of a post, which is not requested."""
        deadline = _clock.monotonic() + PAGE_TIMEOUT
        for _ in range(_MOST_HOPS):
            with self._sent(url, is_tiktok, _site.HEADERS, deadline) as response:
                target = redirect_target(response)
                if target is None:
                    return _answer(response, url, deadline)
            url = _redirect_url(url, target)
            if _inputs.video_id_in(url):
                return Answer(url, 200, "")
        raise ForbiddenAddressError(_TOO_MANY_HOPS)

    @contextlib.contextmanager
    def file(self, url: str, start: int = 0, validator: str | None = None) -> Iterator[FileAnswer]:
        """Request a file from an offset; the server may send all of it instead."""
        deadline = _clock.monotonic() + FILE_TIMEOUT
        # Offsets would be those of the compressed file.
        headers = {**_FILE_HEADERS, "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if validator:
                headers["If-Range"] = validator
        with self._opened(url, is_media_host, headers, deadline) as (response, _):
            if response.status_code not in (200, 206):
                wait, status = retry_after(response.headers), response.status_code
                raise NoAnswerError(f"status {status}", wait, status)
            yield _file_answer(response, _pieces(response, deadline, math.inf))

    @contextlib.contextmanager
    def _opened(
        self,
        url: str,
        allowed: Callable[[str], bool],
        headers: Mapping[str, str],
        deadline: float,
    ) -> Iterator[tuple[requests.Response, str]]:
        for _ in range(_MOST_HOPS):
            with self._sent(url, allowed, headers, deadline) as response:
                target = redirect_target(response)
                if target is None:
                    yield response, url
                    return
            url = _redirect_url(url, target)
        raise ForbiddenAddressError(_TOO_MANY_HOPS)

    def _sent(
        self,
        url: str,
        allowed: Callable[[str], bool],
        headers: Mapping[str, str],
        deadline: float,
    ) -> requests.Response:
        """Send one request; replace the errors of libraries, which may contain the cookies."""
        _check_address(url, allowed)
        try:
            prepared = self._session.prepare_request(
                requests.Request("GET", url, headers={**headers, "User-Agent": self._user_agent})
            )
            # Libraries parse an address differently; check the one that is sent.
            _check_address(prepared.url or "", allowed)
            if cookies := _cookie_header(self.jar, prepared):
                prepared.headers["Cookie"] = Secret(cookies.encode().decode("latin-1"))
            settings = self._session.settings(prepared.url)
            response = self._session.exchange(prepared, settings, deadline, PAGE_TIMEOUT)
        except (requests.RequestException, HTTPError) as error:
            trouble = reason(error)
        else:
            _take_cookies(self.jar, prepared, response.raw)
            return response
        raise NoAnswerError(trouble)


def _check_address(url: str, allowed: Callable[[str], bool]) -> None:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ForbiddenAddressError("it is not a valid address") from None
    if parts.scheme != "https" or port not in (None, 443) or not allowed(host):
        raise ForbiddenAddressError(
            f"it leads to {parts.scheme or 'nowhere'}://{host}, which is none of TikTok's hosts"
        )


def _redirect_url(url: str, target: str) -> str:
    """Return the target of a redirect; convert http, which TikTok's older links have."""
    try:
        joined = urljoin(url, target)
    except ValueError:
        raise ForbiddenAddressError("it is not a valid address") from None
    return f"https://{joined[len('http://') :]}" if joined.startswith("http://") else joined


def _file_answer(response: requests.Response, pieces: Iterator[bytes]) -> FileAnswer:
    headers = response.headers
    etag = headers.get("ETag", "")
    # A weak ETag does not guarantee identical bytes.
    strong = etag if etag and not etag.startswith("W/") else headers.get("Last-Modified")
    can_continue = headers.get("Accept-Ranges") == "bytes" or strong is not None
    if response.status_code == 200:
        length = headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        return FileAnswer(0, total, strong, can_continue, pieces)
    found = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if found is None:
        raise NoAnswerError("status 206 without a range")
    total = int(found[2]) if found[2] != "*" else None
    return FileAnswer(int(found[1]), total, strong, True, pieces)


def _answer(response: requests.Response, url: str, deadline: float) -> Answer:
    try:
        body = b"".join(_pieces(response, deadline, LARGEST_PAGE))
    except TooLargeError:
        text = None
    else:
        # Always decode as UTF-8: some of Python's codecs fail, or take very long.
        text = body.decode("utf-8", "replace")
    return Answer(url, response.status_code, text, retry_after(response.headers))


def _pieces(response: requests.Response, deadline: float, limit: float) -> Iterator[bytes]:
    """Yield a body; replace the errors of libraries, which may contain the cookies."""
    try:
        yield from pieces(response, deadline, limit)
    except (requests.RequestException, HTTPError) as error:
        trouble = reason(error)
    else:
        return
    raise NoAnswerError(trouble)


# ------------------------------------------------------------------------------- the User-Agent


def user_agent(jar: Jar) -> str:
    """Return the User-Agent: the user's, a phone's, or that of the browser of the cookies."""
    if given := _user_agent_setting():
        return given
    mobile = os.environ.get("TRAKTOK_MOBILE", "").strip().lower()
    if mobile in {"1", "true", "yes", "on"}:
        return _site.PHONE_USER_AGENT
    if mobile not in {"", "0", "false", "no", "off"}:
        raise ValueError(f"TRAKTOK_MOBILE must be 1 or 0, not {excerpt(mobile)}")
    return jar.user_agent or _site.USER_AGENT


def chromium_user_agent(jar: Jar) -> str | None:
    """Return the User-Agent for a Chromium that is opened here; None for its own.

    A session that continues under another User-Agent gives a program away. That of another kind of
    browser does so, too: a page can tell the kind by other signs.
    """
    theirs = jar.user_agent or ""
    return _user_agent_setting() or (theirs if "Chrome/" in theirs else None)


def _user_agent_setting() -> str:
    given = os.environ.get("TRAKTOK_USER_AGENT", "").strip()
    if given.isascii() and given.isprintable():
        return given
    raise ValueError(
        "TRAKTOK_USER_AGENT must be one line of ASCII, such as a browser shows at about:support or "
        f"chrome://version, not {excerpt(given)}"
    )


# ---------------------------------------------------------------------------------- the stand-in


def loopback_base() -> str | None:
    """Return the address of the local stand-in for TikTok, where each host is a folder."""
    base = os.environ.get("TRAKTOK_WWW_URL", "").strip().rstrip("/")
    if not base:
        return None
    if urlsplit(base).scheme != "http" or not is_loopback(urlsplit(base).hostname or ""):
        raise ValueError(
            "TRAKTOK_WWW_URL must be an address on this machine, such as http://127.0.0.1:8001, "
            f"because cookies are sent there, not {excerpt(base)}"
        )
    return base


def to_loopback(base: str, url: str) -> str:
    """Convert an address at TikTok to the stand-in's."""
    return f"{base}/{url.removeprefix('https://')}"


def to_tiktok(url: str) -> str | None:
    """Convert an address of the stand-in to TikTok's; return None for any other host."""
    base = loopback_base()
    if base and url.startswith(f"{base}/"):
        return f"https://{url.removeprefix(f'{base}/')}"
    return url if is_media_host(urlsplit(url).hostname or "") else None


class _Loopback(Adapter):
    """Send requests for TikTok's hosts to their stand-in."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send a copy of the request to the stand-in, and return its response for the original."""
        moved = request.copy()
        moved.url = to_loopback(self._base, request.url or "")
        response = super().send(moved, *args, **kwargs)
        response.url, response.request = request.url or "", request
        return response
