"""Pages and files of TikTok's, asked for as a browser does: one connection, one jar.

Every hop is looked at before it is taken: https alone, TikTok's hosts alone, cookies for
tiktok.com alone. What a page may weigh and how long it may take has a limit.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests import cookies as requests_cookies
from urllib3.exceptions import HTTPError

from traktok import _clock
from traktok._http.transport import CONNECT_TIMEOUT, Adapter, TooLargeError, pieces, reason
from traktok._http.wire import is_loopback, retry_after
from traktok._secrets.cookies import is_tiktok
from traktok._secrets.secret import Secret
from traktok.hidden import _inputs, _site

PAGE_TIMEOUT = 60
FILE_TIMEOUT = 3600
# TikTok's pages have some 300 kB. What is far beyond that is none of them.
LARGEST_PAGE = 16 * 2**20
_MOST_HOPS = 8
_ROUND_IN_CIRCLES = "it goes round in circles"


# Requests has no types for them.
_cookie_header: Callable[..., str | None] = requests_cookies.get_cookie_header
_take_cookies: Callable[..., None] = requests_cookies.extract_cookies_to_jar


class NoAnswerError(Exception):
    """No answer came, or it broke off; the text says why, ``retry_after`` when to ask again."""

    def __init__(self, trouble: str, retry_after: float | None = None) -> None:
        super().__init__(trouble)
        self.retry_after = retry_after


class ForbiddenAddressError(Exception):
    """An address leads where nothing is to be fetched from; the text says where."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page's request came to; ``text`` is None where the page is too large to be one."""

    url: str
    status: int
    text: str | None
    retry_after: float | None = None


def is_media_host(host: str) -> bool:
    """Tell the hosts that TikTok's media lie on."""
    return any(host == known or host.endswith(f".{known}") for known in _site.MEDIA_HOSTS)


class Web:
    """TikTok's web, seen with one jar of cookies, which new cookies join."""

    def __init__(self, jar: CookieJar) -> None:
        self.jar = jar
        self._session = _Session()

    def page(self, url: str, headers: Mapping[str, str] = _site.HEADERS) -> Answer:
        """Ask for a page, and follow where it leads within TikTok."""
        deadline = _clock.monotonic() + PAGE_TIMEOUT
        with self._opened(url, is_tiktok, headers) as (response, where):
            return _answer(response, where, deadline)

    def lead(self, url: str) -> Answer:
        """Follow a short link up to the address of a video, which is not asked for yet."""
        deadline = _clock.monotonic() + PAGE_TIMEOUT
        for _ in range(_MOST_HOPS):
            with self._sent(url, is_tiktok, _site.HEADERS) as response:
                target = self._session.target(response)
                if target is None:
                    return _answer(response, url, deadline)
            url = _joined(url, target)
            if _inputs.video_id_in(url):
                return Answer(url, 200, "")
        raise ForbiddenAddressError(_ROUND_IN_CIRCLES)

    @contextlib.contextmanager
    def file(self, url: str) -> Iterator[Iterator[bytes]]:
        """Ask for a file, and hand it over piece by piece."""
        deadline = _clock.monotonic() + FILE_TIMEOUT
        headers = {**_site.HEADERS, "Accept": "*/*", "Referer": _site.HOME}
        with self._opened(url, is_media_host, headers) as (response, _):
            if response.status_code != 200:
                wait = retry_after(response.headers)
                raise NoAnswerError(f"status {response.status_code}", wait)
            yield _pieces(response, deadline, math.inf)

    @contextlib.contextmanager
    def _opened(
        self, url: str, allowed: Callable[[str], bool], headers: Mapping[str, str]
    ) -> Iterator[tuple[requests.Response, str]]:
        for _ in range(_MOST_HOPS):
            with self._sent(url, allowed, headers) as response:
                target = self._session.target(response)
                if target is None:
                    yield response, url
                    return
            url = _joined(url, target)
        raise ForbiddenAddressError(_ROUND_IN_CIRCLES)

    def _sent(
        self, url: str, allowed: Callable[[str], bool], headers: Mapping[str, str]
    ) -> requests.Response:
        """Send one request. Errors of the libraries below end here: they know the cookies."""
        _check(url, allowed)
        try:
            prepared = self._session.prepare_request(
                requests.Request("GET", url, headers=dict(headers))
            )
            # Not all read an address alike: what counts is how it was read for sending.
            _check(prepared.url or "", allowed)
            if cookies := _cookie_header(self.jar, prepared):
                prepared.headers["Cookie"] = Secret(cookies.encode().decode("latin-1"))
            settings = self._session.merge_environment_settings(prepared.url, {}, True, None, None)
            response = self._session.send(
                prepared,
                **settings,
                timeout=(CONNECT_TIMEOUT, PAGE_TIMEOUT),
                allow_redirects=False,
            )
        except (requests.RequestException, HTTPError) as error:
            trouble = reason(error)
        else:
            _take_cookies(self.jar, prepared, response.raw)
            return response
        raise NoAnswerError(trouble)


def _check(url: str, allowed: Callable[[str], bool]) -> None:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ForbiddenAddressError("it is no address") from None
    if parts.scheme != "https" or port not in (None, 443) or not allowed(host):
        raise ForbiddenAddressError(
            f"it leads to {parts.scheme or 'nowhere'}://{host}, none of TikTok's hosts"
        )


def _joined(url: str, target: str) -> str:
    """Say where an answer leads; TikTok's older links still say http."""
    try:
        joined = urljoin(url, target)
    except ValueError:
        raise ForbiddenAddressError("it is no address") from None
    return f"https://{joined[len('http://') :]}" if joined.startswith("http://") else joined


def _answer(response: requests.Response, url: str, deadline: float) -> Answer:
    try:
        body = b"".join(_pieces(response, deadline, LARGEST_PAGE))
    except TooLargeError:
        text = None
    else:
        # In UTF-8 whatever the page says: some of Python's codecs fail, or take for ever.
        text = body.decode("utf-8", "replace")
    return Answer(url, response.status_code, text, retry_after(response.headers))


def _pieces(response: requests.Response, deadline: float, limit: float) -> Iterator[bytes]:
    """Read a body. Errors of the libraries below end here: they know the cookies."""
    try:
        yield from pieces(response, deadline, limit)
    except (requests.RequestException, HTTPError) as error:
        trouble = reason(error)
    else:
        return
    raise NoAnswerError(trouble)


# ----------------------------------------------------------------------------------- the session


class _Session(requests.Session):
    """A connection that keeps no cookies, follows nothing and knows no passwords of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = True
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.auth = _no_netrc
        if base := loopback_base():
            self.mount("https://", _Loopback(base))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow nothing: every hop is looked at first."""

    def target(self, response: requests.Response) -> str | None:
        """Say where an answer leads, if it does."""
        return super().get_redirect_target(response)


def _no_netrc(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from sending a password of ~/.netrc."""
    return prepared


# ---------------------------------------------------------------------------------- the stand-in


def loopback_base() -> str | None:
    """Say what stands in for TikTok's hosts: an address of this machine, each host a folder."""
    base = os.environ.get("TRAKTOK_WWW_URL", "").strip().rstrip("/")
    if not base:
        return None
    if urlsplit(base).scheme != "http" or not is_loopback(urlsplit(base).hostname or ""):
        raise ValueError(
            f"TRAKTOK_WWW_URL is {base!r}: cookies are sent there, so it must be on this machine, "
            "such as http://127.0.0.1:8001"
        )
    return base


def at_loopback(base: str, url: str) -> str:
    """Write an address of TikTok's as the stand-in's."""
    return f"{base}/{url.removeprefix('https://')}"


def at_tiktok(url: str) -> str | None:
    """Write an address of TikTok's web, or the stand-in's for it, as TikTok's; None for others."""
    base = loopback_base()
    if base and url.startswith(f"{base}/"):
        return f"https://{url.removeprefix(f'{base}/')}"
    return url if is_media_host(urlsplit(url).hostname or "") else None


class _Loopback(Adapter):
    """Sends what is meant for TikTok's hosts to their stand-in."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send a copy of the request to the stand-in; the answer is the original's."""
        moved = request.copy()
        moved.url = at_loopback(self._base, request.url or "")
        response = super().send(moved, *args, **kwargs)
        response.url, response.request = request.url or "", request
        return response
