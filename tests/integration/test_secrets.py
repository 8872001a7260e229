"""Nothing leaks: planted secrets are looked for wherever people and programs look."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import math
import pickle
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import urllib3.util.connection

from traktok import (
    ApiError,
    AuthError,
    Token,
    auth,
    auth_check,
    auth_research,
    last_query,
    query,
    query_or,
    tt_get_follower,
    tt_search,
    tt_search_api,
    tt_user_info_api,
    tt_user_liked_videos_api,
    tt_user_videos_api,
)
from traktok._http import endpoints, transport, wire
from traktok._secrets import secret as _secret
from traktok._secrets import vault
from traktok.sandbox.api import ResearchApi

PASSPHRASE = "planted-passphrase-5c1b"


class Planted:
    """The secrets of a test, none of which it shows itself."""

    def __init__(self, tiktok: ResearchApi) -> None:
        self._tiktok = tiktok
        self._given = tiktok.token()

    def token(self) -> str:
        return self._given

    def _all(self) -> dict[str, str]:
        seen = {request.token for request in self._tiktok.requests if request.token}
        return {
            "client_key": self._tiktok.client_key,
            "client_secret": self._tiktok.client_secret,
            "passphrase": PASSPHRASE,
            "given token": self._given,
            **{f"token {number}": token for number, token in enumerate(seen)},
        }

    def found_in(self, text: str) -> set[str]:
        """Name the secrets that a text holds, as they are or in a common writing."""
        return {
            name
            for name, secret in self._all().items()
            if any(written in text for written in _writings(secret))
        }


def _writings(secret: str) -> set[str]:
    raw = secret.encode()
    coded = {base64.b64encode(raw), base64.urlsafe_b64encode(raw), raw.hex().encode()}
    return {secret, quote(secret), *(code.decode().rstrip("=") for code in coded)}


@pytest.fixture
def planted(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Credentials in a store that a passphrase opens, and another token."""
    monkeypatch.setenv("TRAKTOK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setitem(vault._SCRYPT, "n", 2)  # strength takes its time
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", tiktok.client_key)
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)
    auth_research()
    return Planted(tiktok)


def story(error: BaseException) -> str:
    """All that can be got out of an error: its parts, and every traceback with its variables."""
    parts, known, errors = [], set(), [error]
    while errors:
        one = errors.pop()
        if id(one) in known:
            continue
        known.add(id(one))
        errors += [e for e in (one.__cause__, one.__context__) if e is not None]
        parts += [str(one), repr(one), repr(one.args), repr(vars(one))]
        shown = traceback.TracebackException.from_exception(one, capture_locals=True)
        parts += shown.format(chain=False)
    return "\n".join(parts)


def test_the_story_of_an_error_shows_what_a_careless_program_would_leak(planted: Planted) -> None:
    def careless() -> None:
        token = planted.token()
        try:
            raise KeyError(token[:4])
        except KeyError:
            raise ValueError("harmless") from None

    with pytest.raises(ValueError, match="harmless") as caught:
        careless()
    assert planted.found_in(story(caught.value)) == {"given token"}


# --------------------------------------------------------------------------------- what goes wrong


def connection_refused(tiktok: ResearchApi, patch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    patch.setenv("TRAKTOK_BASE_URL", f"http://127.0.0.1:{port}")


def no_proxy_there(tiktok: ResearchApi, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    patch.setenv("TRAKTOK_BASE_URL", "https://tiktok.invalid")


def timed_out(tiktok: ResearchApi, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(transport, "ANSWER_TIMEOUT", 0.05)
    tiktok.fail("hang", times=math.inf)


def broken_off(tiktok: ResearchApi, patch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while TikTok thinks."""
    tiktok.fail("hang")
    before = len(tiktok.requests)

    def press_ctrl_c() -> None:
        while len(tiktok.requests) == before:
            threading.Event().wait(0.01)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=press_ctrl_c, daemon=True).start()


def broken_off_while_sending(tiktok: ResearchApi, patch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while frames below hold the request as it goes over the line."""

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    patch.setattr("http.client.HTTPConnection.send", interrupted)


def defect(tiktok: ResearchApi, patch: pytest.MonkeyPatch) -> None:
    """An error nobody thought of, between the requests."""

    def broken(*_: Any) -> None:
        raise RuntimeError("a defect")

    patch.setattr("traktok._http.pages.Page.__init__", broken)
    patch.setattr(transport, "read", broken)


def failing(fault: str, **options: Any) -> Callable[[ResearchApi, pytest.MonkeyPatch], None]:
    def arrange(tiktok: ResearchApi, patch: pytest.MonkeyPatch) -> None:
        tiktok.fail(fault, times=math.inf, **options)

    arrange.__name__ = "-".join([fault, *map(str, options.values())])
    return arrange


TROUBLES = [
    connection_refused,
    no_proxy_there,
    timed_out,
    broken_off,
    broken_off_while_sending,
    defect,
    *map(failing, ("http_500", "http_504_html", "token_expired", "daily_quota", "http_302")),
    *map(failing, ("reset", "truncated", "broken_json", "scope_not_authorized")),
]
CALLS: dict[str, Callable[[Planted], Any]] = {
    "stored": lambda planted: tt_search_api("a", verbose=True),
    "text": lambda planted: tt_search_api("a", verbose=True, token=planted.token()),
    "mapping": lambda planted: tt_user_info_api(
        ["tiktok", "jbgruber"], verbose=True, token={"access_token": planted.token()}
    ),
}
OTHER_CALLS: dict[str, Callable[[Planted], Any]] = {
    "object": lambda planted: tt_user_liked_videos_api(
        "jbgruber", verbose=True, token=Token(planted.token(), datetime.now(UTC))
    ),
    "by place": lambda planted: tt_user_info_api("tiktok", "all", True, planted.token()),
    "pipe": lambda planted: (
        query() | query_or("keyword", "IN", "a") | tt_search_api(token=planted.token())
    ),
    "windows": lambda planted: tt_user_videos_api("tiktok", token=planted.token()),
    "shorthand": lambda planted: tt_get_follower("tiktok", token=planted.token()),
    "shorthand by place": lambda planted: tt_get_follower("tiktok", 1, True, True, planted.token()),
    "shorthand in a pipe": lambda planted: "a" | tt_search(token=planted.token()),
}


def assert_no_leak(
    call: Callable[[Planted], Any],
    planted: Planted,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(BaseException) as caught:  # noqa: PT011
        call(planted)
    assert not isinstance(caught.value, TypeError), "a call that is wrong shows nothing"
    assert planted.found_in(story(caught.value)) == set()
    assert (
        planted.found_in(caplog.text + repr([vars(record) for record in caplog.records])) == set()
    )
    assert planted.found_in("".join(capfd.readouterr())) == set()


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_no_trouble_shows_a_secret(
    call: Callable[[Planted], Any],
    trouble: Callable[[ResearchApi, pytest.MonkeyPatch], None],
    tiktok: ResearchApi,
    planted: Planted,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    trouble(tiktok, monkeypatch)
    assert_no_leak(call, planted, caplog, capfd)


@pytest.mark.parametrize("call", OTHER_CALLS.values(), ids=list(OTHER_CALLS))
def test_no_way_to_call_shows_a_secret(
    call: Callable[[Planted], Any],
    tiktok: ResearchApi,
    planted: Planted,
    slept: list[float],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    tiktok.fail("http_500", times=math.inf)
    assert_no_leak(call, planted, caplog, capfd)


TOKEN_TROUBLES = [
    connection_refused,
    broken_off_while_sending,
    *(
        failing(fault, endpoint="oauth/token/")
        for fault in ("http_500", "http_504_html", "reset", "truncated", "broken_json", "empty_200")
    ),
]


@pytest.mark.parametrize("trouble", TOKEN_TROUBLES, ids=lambda trouble: trouble.__name__)
@pytest.mark.parametrize(
    "call",
    [
        lambda planted: auth_research(),
        lambda planted: auth_research("another-key", planted.token()),
        lambda planted: (own := auth.credential(None)).renew(own.token()),
    ],
    ids=["environment", "arguments", "renewal"],
)
def test_no_failing_token_request_shows_a_secret(
    call: Callable[[Planted], Any],
    trouble: Callable[[ResearchApi, pytest.MonkeyPatch], None],
    tiktok: ResearchApi,
    planted: Planted,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    trouble(tiktok, monkeypatch)
    # The token of the store is out of the way, so that a renewal asks for a new one.
    monkeypatch.setattr(auth, "_valid_token", lambda store: None)
    assert_no_leak(call, planted, caplog, capfd)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:150])


def changed(path: Path) -> None:
    sealed = json.loads(path.read_bytes())
    path.write_text(json.dumps({**sealed, "content": sealed["content"][:-8] + "AAAAAAA="}))


def without_rights(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [cut_off, changed, without_rights])
@pytest.mark.parametrize("attempt", [auth_check, auth_research, lambda: tt_search_api("a")])
def test_no_store_that_can_t_be_read_shows_a_secret(
    attempt: Callable[[], Any],
    damage: Callable[[Path], None],
    tiktok: ResearchApi,
    planted: Planted,
) -> None:
    damage(auth.store_path())
    with pytest.raises(AuthError) as caught:
        attempt()
    assert planted.found_in(story(caught.value)) == set()


def test_no_store_that_can_t_be_written_shows_a_secret(
    tiktok: ResearchApi, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(AuthError, match="No space left") as caught:
        auth_research()
    assert planted.found_in(story(caught.value)) == set()


@pytest.mark.parametrize("token", ["two words {}", "{}\n"], ids=["blank", "newline"])
def test_no_malformed_token_is_shown(token: str, tiktok: ResearchApi, planted: Planted) -> None:
    with pytest.raises(ValueError, match="token must be printable ASCII without blanks") as caught:
        tt_search_api("a", token=token.format(planted.token()))
    assert planted.found_in(story(caught.value)) == set()


# ------------------------------------------------------------------------------ when all goes well


def test_nothing_that_is_handed_out_shows_a_secret(tiktok: ResearchApi, planted: Planted) -> None:
    token = auth_research()
    request = wire.token_request(
        endpoints.TOKEN, _secret.Secret(tiktok.client_key), _secret.Secret(tiktok.client_secret)
    )
    answer = json.dumps({"access_token": planted.token(), "expires_in": 7200}).encode()
    table = tt_search_api("a", "2023-11-01", "2023-11-29", token=planted.token())
    step = tt_search_api(token=planted.token())
    shown: list[Any] = [
        token,
        auth.credential(None),
        auth.credential(planted.token()),
        request,
        wire.read(request, 200, {}, answer),
        transport.Transport(auth.credential(planted.token())),
        step,
        table,
        table.attrs,
        table._repr_html_(),
        last_query(),
    ]
    assert {str(one): planted.found_in(f"{one!r} {one!s}") for one in shown} == {
        str(one): set() for one in shown
    }
    assert planted.token().encode() not in pickle.dumps(table)


def test_progress_and_logs_of_a_good_day_show_no_secret(
    tiktok: ResearchApi,
    planted: Planted,
    slept: list[float],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    tiktok.fail("http_503", page=2)
    with caplog.at_level(logging.DEBUG):
        auth_research()
        auth_check()
        tt_search_api("a", "2023-11-01", "2023-11-29", max_pages=3, verbose=True)
    shown = "".join(capfd.readouterr())
    assert "Trying again" in shown
    assert planted.found_in(shown) == set()
    assert {"traktok", "urllib3.connectionpool"} <= {record.name for record in caplog.records}
    assert planted.found_in(caplog.text) == set()


def test_no_file_holds_a_secret(
    tiktok: ResearchApi, planted: Planted, folder: Path, slept: list[float]
) -> None:
    tiktok.fail("token_expired")
    table = tt_search_api("a", "2023-11-01", "2023-11-29", max_pages=2)
    table.save("videos.csv")
    written = [path for path in (*Path.home().rglob("*"), *folder.rglob("*")) if path.is_file()]
    assert auth.store_path() in written
    for path in written:
        assert planted.found_in(path.read_bytes().decode("latin-1")) == set()


# ------------------------------------------------------------------------- where the token is sent


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The addresses that were connected to, none of which is."""
    addresses: list[Any] = []

    def connect(address: Any, *_: Any, **__: Any) -> None:
        addresses.append(address)
        raise OSError("not in this test")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    return addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example",
        "http://open.tiktokapis.com",
        "http://192.0.2.1",
        "http://0.0.0.0",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1:80@evil.example",
        "http://evil.example#@127.0.0.1",
        "http://evil.example?@127.0.0.1",
        "http://evil.example\\@127.0.0.1",
        "http://evil.example\\.127.0.0.1",
        "http://127.0.0.1\\@evil.example",
        "http://evil.example\t@127.0.0.1",
        "http://user:word@127.0.0.1",
        "https://127.0.0.1@evil.example",
        "https://good.example\\@evil.example",
        "https://good.example evil.example",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "//127.0.0.1",
        "127.0.0.1:8000",
        "https://",
        "http://",
        "https:///v2",
        "https://:443",
        "http://[::1",
        "https://good.example:port",
        "https://good.example:99999",
        "https://good.example?next=",
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda: tt_search_api("a", token="clt.1"),
        lambda: auth_research("key", "secret"),
    ],
    ids=["search", "auth"],
)
def test_a_base_url_that_is_not_safe_is_refused_and_nothing_sent(
    call: Callable[[], Any],
    url: str,
    no_connections: list[Any],
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", url)
    with pytest.raises(ValueError, match="TRAKTOK_BASE_URL"):
        call()
    assert no_connections == []
    assert slept == []


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("", ("open.tiktokapis.com", 443)),
        ("https://proxy.example", ("proxy.example", 443)),
        ("https://proxy.example:8443/tiktok/", ("proxy.example", 8443)),
        ("http://127.0.0.1:8000", ("127.0.0.1", 8000)),
        (" http://localhost:8000/ ", ("localhost", 8000)),
        ("http://[::1]:8000", ("::1", 8000)),
        ("HTTP://127.0.0.2", ("127.0.0.2", 80)),
    ],
)
def test_a_safe_base_url_is_where_requests_go(
    url: str,
    address: tuple[str, int],
    no_connections: list[Any],
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", url)
    with contextlib.suppress(Exception):
        tt_user_info_api("tiktok", token="clt.1")
    assert set(no_connections) == {address}


@pytest.fixture
def redirecting(tiktok: ResearchApi) -> Iterator[Mapping[str, Any]]:
    """A server that sends everybody on to another address: to TikTok."""
    told: dict[str, Any] = {"status": 302, "requests": 0}

    class Redirect(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told["requests"] += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(told["status"])
            self.send_header("Location", tiktok.url + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Redirect) as server:
        told["url"] = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield told
        server.shutdown()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_carries_the_token_nowhere(
    status: int,
    redirecting: dict[str, Any],
    tiktok: ResearchApi,
    token: str,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", redirecting["url"])
    redirecting["status"] = status
    with pytest.raises(ApiError) as caught:
        tt_search_api("a", token=token)
    assert caught.value.status == status
    assert redirecting["requests"] == 1
    assert tiktok.requests == []
    with pytest.raises(ApiError):
        auth_research("key", "secret")
    assert tiktok.requests == []
