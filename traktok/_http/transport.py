"""Send requests: one HTTP session for each thread, one new token where TikTok refuses one.

Which failure may be attempted again is decided in :mod:`traktok._http.wire`, how often and after
which waits in :mod:`traktok._http.retry`.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from traktok import _clock, _surroundings
from traktok._http.client_log import PLAIN, ClientLog
from traktok._http.endpoints import UNCOUNTED
from traktok._http.retry import RESEARCH_API, Attempt, RetryPolicy, retry
from traktok._http.session import Session, TooLargeError, pieces, reason
from traktok._http.wire import Again, Failure, Page, Request, base_url, read, server_time
from traktok._secrets.secret import Secret
from traktok._text import duration
from traktok._version import __version__
from traktok.errors import ConnectionFailed, QuotaExceeded, TraktokError

ANSWER_TIMEOUT = 180
# TikTok's responses are a few MB; refuse anything far larger.
LARGEST_ANSWER = 2**28

_log = logging.getLogger("traktok")


class Credential(Protocol):
    """Provides a token."""

    def token(self) -> str:
        """Return a token that is valid now."""

    def renew(self, refused: str) -> str | None:
        """Return a new token in place of one that TikTok refused; None if there is none."""


class NoCredential:
    """The credential of the one endpoint that takes no token: the one that issues it."""

    def token(self) -> str:
        """Return no token."""
        return ""

    def renew(self, refused: str) -> None:
        """Return no token."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes
    ----------
    outcome
        Its page or failure.
    status
        TikTok's status; None if no answer came.
    seconds
        How long it took.
    sent
        Whether the request may have reached TikTok, which counts it then.
    """

    outcome: Page | Failure
    status: int | None
    seconds: float
    sent: bool = True


class RequestHook(Protocol):
    """Called before and after every request; it may delay or refuse the request."""

    def before(self, request: Request) -> None:
        """Return when the request may be sent; raise if it must not be sent."""

    def after(self, exchange: Exchange) -> None:
        """Note what came of it."""

    def wait(self, seconds: float) -> None:
        """Wait before another attempt; raise if there must be none."""


class NoHook:
    """The hook of calls whose requests are neither counted nor delayed."""

    def before(self, request: Request) -> None:
        """Let the request pass."""

    def after(self, exchange: Exchange) -> None:
        """Ignore what came of it."""

    def wait(self, seconds: float) -> None:
        """Wait as long as it takes."""
        _clock.sleep(seconds)


class Transport:
    """Sends requests, announces each wait, and counts what the client sends.

    ``tag`` names the study that requests are of, in the log of the client.
    """

    def __init__(
        self,
        credential: Credential,
        say: Callable[[str], None] = lambda text: None,
        hook: RequestHook | None = None,
        tag: str = PLAIN,
    ):
        self._credential = credential
        self._say = say
        self._hook = hook or NoHook()
        self._tag = tag
        self._log: tuple[str, ClientLog] | None = None

    def send(self, request: Request, policy: RetryPolicy = RESEARCH_API) -> Page:
        """Send a request, in as many attempts as its failures allow, and return its page."""
        renewed = False

        def attempt() -> Attempt[Page | Failure]:
            nonlocal renewed
            self._hook.before(request)
            token = self._token()
            outcome = self._exchange(request, token)
            is_refused = isinstance(outcome, Failure) and outcome.again is Again.WITH_NEW_TOKEN
            if is_refused and not renewed:
                renewed = True
                if newer := self._credential.renew(token):
                    self._hook.before(request)
                    outcome = self._exchange(request, newer)
            if isinstance(outcome, Failure) and outcome.again is Again.LATER:
                return Attempt(outcome, str(outcome.error), retry_after=outcome.retry_after)
            return Attempt(outcome)

        made = retry(attempt, policy, self._say, self._hook.wait)
        if isinstance(made.result, Page):
            return made.result
        error = made.result.error
        if made.refused_wait is not None:
            error.explain(f"It asks for a wait of {duration(made.refused_wait)}: try again then.")
        if made.number > 1:
            error.explain(f"(Tried {made.number} times.)")
        error.path = request.endpoint.path
        raise error

    def _token(self) -> str:
        """Return a valid token; without one, report that the request was not sent."""
        try:
            return self._credential.token()
        except TraktokError as error:
            self._hook.after(Exchange(Failure(error, Again.NEVER), None, 0.0, sent=False))
            raise

    @functools.cached_property
    def _route(self) -> tuple[str, Mapping[str, Any]]:
        """The base URL and its proxies; cached, since looking them up takes as long as a page."""
        base = base_url()
        return base, _session().settings(base)

    def post_once(self, request: Request, token: str) -> tuple[int, Mapping[str, str], bytes]:
        """Send once; return status, headers and body as they came.

        Raises
        ------
        ConnectionFailed
            If no answer came.
        """
        try:
            return self._post_counted(request, token, _clock.monotonic() + ANSWER_TIMEOUT)
        except (requests.RequestException, HTTPError, TooLargeError) as error:
            trouble = reason(error)
        raise ConnectionFailed(f"No answer from TikTok ({trouble}).")

    def _follow_clock(self, headers: Mapping[str, str]) -> None:
        """Go by TikTok's clock where this computer's is wrong; a recording's is not TikTok's."""
        theirs = None if _surroundings.current().sessions else server_time(headers)
        if theirs is not None and _clock.follow(theirs) and (ahead := _clock.ahead()):
            side = "behind" if ahead > 0 else "ahead of"
            self._say(
                f"This computer's clock is {duration(abs(ahead))} {side} TikTok's: days and times "
                "are TikTok's from now on."
            )

    def _exchange(self, request: Request, token: str) -> Page | Failure:
        """Send once. Errors of the libraries below end here: their frames hold the token."""
        began = _clock.monotonic()
        trouble: TraktokError | KeyboardInterrupt
        sent = True
        try:
            status, headers, body = self._post_counted(request, token, began + ANSWER_TIMEOUT)
        except (requests.RequestException, HTTPError, TooLargeError) as error:
            trouble = ConnectionFailed(f"No answer from TikTok ({reason(error)}).")
            sent = _may_have_been_sent(error)
        except KeyboardInterrupt:
            trouble = KeyboardInterrupt()
        else:
            seconds = _clock.monotonic() - began
            _log.debug("POST %s: %s in %.2f s", request.path, status, seconds)
            self._follow_clock(headers)
            outcome = read(request, status, headers, body)
            if isinstance(outcome, Failure) and isinstance(outcome.error, QuotaExceeded):
                self._log_of(token).close(request.endpoint.pool, self._tag)
            self._hook.after(Exchange(outcome, status, seconds))
            return outcome
        if isinstance(trouble, KeyboardInterrupt):
            raise trouble
        _log.debug("POST %s: %s", request.path, trouble)
        failure = Failure(trouble, Again.LATER)
        self._hook.after(Exchange(failure, None, _clock.monotonic() - began, sent))
        return failure

    def _post_counted(
        self, request: Request, token: str, deadline: float
    ) -> tuple[int, CaseInsensitiveDict[str], bytes]:
        """Send once, and count it: before it is sent, so that no crash leaves it uncounted."""
        log, counted = self._log_of(token), (request.endpoint.pool, self._tag, _clock.now())
        log.add(*counted)
        counts = True
        try:
            answer = _post(*self._route, request, token, deadline)
            counts = answer[0] not in UNCOUNTED
        except Exception as error:
            counts = _may_have_been_sent(error)
            raise
        finally:
            if not counts:
                log.take_back(*counted)
        return answer

    def _log_of(self, token: str) -> ClientLog:
        """Return the log of the client that a token belongs to."""
        if self._log is None or self._log[0] != token:
            self._log = token, ClientLog.of_token(token)
        return self._log[1]


def _post(
    base: str, settings: Mapping[str, Any], request: Request, token: str, deadline: float
) -> tuple[int, CaseInsensitiveDict[str], bytes]:
    session = _session()
    headers = {**session.headers, "Content-Type": request.content_type}
    if token:
        headers["Authorization"] = Secret(f"Bearer {token}")
    # Not the session's own prepare_request: that looks for a password in ~/.netrc.
    prepared = requests.PreparedRequest()
    prepared.prepare("POST", base + request.path, headers, data=request.body)
    with session.exchange(prepared, settings, deadline) as response:
        body = b"".join(pieces(response, deadline, LARGEST_ANSWER))
        return response.status_code, response.headers, body


class Sessions:
    """HTTP sessions, one a thread: neither threads nor processes share a connection."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._open: weakref.WeakSet[Session] = weakref.WeakSet()

    def of_this_thread(self) -> Session:
        """Return the session of the calling thread; open one if it has none yet."""
        session: Session | None = getattr(self._local, "session", None)
        if session is None or self._local.process != os.getpid():
            session = Session()
            session.headers["User-Agent"] = f"traktok-python/{__version__}"
            self._local.session, self._local.process = session, os.getpid()
            self._open.add(session)
        return session

    def close(self) -> None:
        """Close the connections of every thread."""
        for session in list(self._open):
            session.close()


_sessions = Sessions()


def _session() -> Session:
    sessions: Sessions = _surroundings.current().sessions or _sessions
    return sessions.of_this_thread()


# What OpenSSL says of a handshake that failed: nothing is sent before it succeeds.
_HANDSHAKE = ("CERTIFICATE_VERIFY_FAILED", "HANDSHAKE", "WRONG_VERSION_NUMBER")


def _may_have_been_sent(error: Exception) -> bool:
    """Return whether a request that failed may have reached the server: a connection came about."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)):
        return False
    if isinstance(error, requests.exceptions.SSLError):
        return not any(words in str(error) for words in _HANDSHAKE)
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(cause, (NewConnectionError, ConnectTimeoutError))
