"""HTTP sessions without implicit behavior, with a deadline for each exchange.

requests limits how long a server may be silent, not how long it may talk: a byte of a header, or
an interim response (``100 Continue``), once a second lasts for ever. It also reads the body of a
redirect, and parses its address, when told to follow none. Here one deadline covers the status
line, the headers and the body, the head has a limit of size, and no redirect is looked at.
"""

from __future__ import annotations

import contextvars
import io
import math
import socket
from collections.abc import Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3 import exceptions as urllib3_exceptions

from traktok import _clock
from traktok._secrets.hosts import is_loopback

CONNECT_TIMEOUT = 10
# Browsers refuse more than 256 kB.
LARGEST_HEAD = 2**20
_CHUNK = 1 << 18
_AS_LONG_AS_IT_TAKES = 7 * 24 * 3600

_deadline = contextvars.ContextVar("deadline", default=math.inf)


class TooLargeError(Exception):
    """A body is larger than it may be."""


class Session(requests.Session):
    """A session that keeps no cookies, follows no redirect and looks up no passwords."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.auth = lambda prepared: prepared  # in place of a password of ~/.netrc
        for scheme in ("http://", "https://"):
            self.mount(scheme, Adapter())

    def exchange(
        self,
        prepared: requests.PreparedRequest,
        settings: Mapping[str, Any],
        deadline: float,
        idle: float = math.inf,
    ) -> requests.Response:
        """Send a request, and return the response once its head is there.

        Parameters
        ----------
        prepared : PreparedRequest
            The request.
        settings : mapping
            What :meth:`settings` returns.
        deadline : float
            Until when the whole response must have come, by the monotonic clock.
        idle : float
            How many seconds the server may be silent.
        """
        left = deadline - _clock.monotonic()
        if left <= 0:
            raise requests.Timeout
        before = _deadline.set(deadline)
        try:
            return self.send(
                prepared,
                **{**settings, "stream": True},
                timeout=(min(CONNECT_TIMEOUT, left), min(idle, left)),
                allow_redirects=False,
            )
        finally:
            _deadline.reset(before)

    def settings(self, url: str | None) -> Mapping[str, Any]:
        """Return the proxies and certificates for an address."""
        return self.merge_environment_settings(url, {}, True, None, None)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target: requests reads, and parses, also what it must not follow."""


def redirect_target(response: requests.Response) -> str | None:
    """Return where a response redirects to, as the server wrote it; None if it does not."""
    if not response.is_redirect:
        return None
    return response.headers["Location"].encode("latin-1", "replace").decode("utf-8", "replace")


def pieces(response: requests.Response, deadline: float, limit: float) -> Iterator[bytes]:
    """Yield a body in pieces as they arrive, up to a deadline and a size."""
    size = 0
    raw = response.raw
    raw.decode_content = True  # vcrpy's responses have no such argument of read1()
    # Read what has arrived, not a whole chunk: a body may trickle in for ever.
    while piece := raw.read1(_CHUNK):
        if _clock.monotonic() > deadline:
            raise requests.Timeout
        size += len(piece)
        if size > limit:
            raise TooLargeError
        yield piece


def reason(
    error: requests.RequestException | urllib3_exceptions.HTTPError | TooLargeError,
) -> str:
    """Describe briefly why there is no response."""
    if isinstance(error, TooLargeError):
        return "too large"
    if isinstance(error, (requests.Timeout, urllib3_exceptions.TimeoutError)):
        return "timed out"
    if isinstance(error, requests.exceptions.SSLError):
        return f"no secure connection: {error}"
    if isinstance(error, requests.ConnectionError) and "refused" in str(error):
        return "connection refused"
    return f"{type(error).__name__}: the connection broke"


# ---------------------------------------------------------------------------------- the connection


class Adapter(HTTPAdapter):
    """Sends requests through the environment's proxies, but to this machine directly.

    Requests to this machine may be plain http, so a proxy could read their token and cookies.
    """

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send a request, without a proxy if its address is one of this machine's."""
        if is_loopback(urlsplit(request.url or "").hostname or ""):
            kwargs["proxies"] = None
        return super().send(request, *args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Limit the responses of connections to servers."""
        super().init_poolmanager(*args, **kwargs)
        _limit(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Limit the responses of connections through proxies, and those of the proxies."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not known:
            _limit(manager)
        return manager


def _limit(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {
        scheme: type(f"Limited{pool.__name__}", (_LimitedPool, pool), {})
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }


class _LimitedPool(HTTPConnectionPool):
    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.response_class = _LimitedResponse
        return connection


class _LimitedResponse(HTTPResponse):
    """A response that must arrive by the deadline of its exchange."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        fp: Any = self.fp
        self._limited = _LimitedReader(fp.detach(), sock, _deadline.get())
        self.fp = io.BufferedReader(self._limited)

    def begin(self) -> None:
        """Read the head: interim responses, the status line and the headers."""
        self._limited.room = LARGEST_HEAD
        super().begin()
        self._limited.room = math.inf


class _LimitedReader(io.RawIOBase):
    """The input of a socket, up to a deadline and a size."""

    room: float = math.inf

    def __init__(self, raw: Any, sock: socket.socket, deadline: float) -> None:
        self._raw = raw
        self._sock = sock
        # A socket accepts a timeout of some days at most.
        self._deadline = min(deadline, _clock.monotonic() + _AS_LONG_AS_IT_TAKES)

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - _clock.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        idle = self._sock.gettimeout()
        ends_first = idle is None or left < idle
        if ends_first:  # each setting is a call of the system
            self._sock.settimeout(left)
        size: int | None = self._raw.readinto(buffer)
        if ends_first:
            self._sock.settimeout(idle)
        self.room -= size or 0
        if self.room < 0:
            raise HTTPException("the head of the response is too large")
        return size

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()
