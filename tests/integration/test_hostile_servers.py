"""Servers that never come to an end: each exchange ends in time, whatever part of it lasts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from traktok import ConnectionFailed
from traktok._http import endpoints, session, transport, wire
from traktok._http.transport import NoCredential, Transport
from traktok._secrets.cookies import Jar
from traktok.hidden import _web
from traktok.hidden._web import Answer, ForbiddenAddressError, NoAnswerError, Web

PATIENCE = 0.3
LONG = 30.0  # how long each server would go on
IN_TIME = LONG / 5  # on a busy machine, too

Script = Iterator[bytes]


def drip(start: bytes, again: bytes, seconds: float = 0.1) -> Script:
    yield start
    for _ in range(int(LONG / seconds)):
        time.sleep(seconds)
        yield again


def flood(start: bytes, size: int, piece: bytes = bytes(2**20)) -> Script:
    yield start
    for _ in range(size // len(piece)):
        yield piece


@contextmanager
def serving(script: Callable[[], Script]) -> Iterator[str]:
    """Serve any bytes as the answer to every request."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            for piece in script():
                connection.sendall(piece)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=answer, args=[connection], daemon=True).start()

    with closing(listener):
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)  # ends the thread that waits for a connection


def ask_the_api() -> int:
    request = wire.token_request(endpoints.TOKEN, "key", "secret")
    status, _, _ = Transport(NoCredential()).post_once(request, "")
    return status


def ask_for_a_page() -> Answer:
    return Web(Jar()).page("https://www.tiktok.com/@dancer")


def follow_a_link() -> Answer:
    return Web(Jar()).resolve("https://vm.tiktok.com/abc")


ASKED = [ask_the_api, ask_for_a_page, follow_a_link]
each_api = pytest.mark.parametrize("ask", ASKED)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_TIMEOUT", PATIENCE)
    monkeypatch.setattr(_web, "PAGE_TIMEOUT", PATIENCE)


@contextmanager
def asked_in(script: Callable[[], Script], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a server stand in for both APIs; what is asked of it ends in time."""
    with serving(script) as base:
        monkeypatch.setenv("TRAKTOK_BASE_URL", base)
        monkeypatch.setenv("TRAKTOK_WWW_URL", base)
        began = time.monotonic()
        yield
        assert time.monotonic() - began < IN_TIME


ENDLESS: dict[str, Callable[[], Script]] = {
    "interim responses": lambda: drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "status line": lambda: drip(b"HTTP/1.1 200 ", b"O"),
    "header": lambda: drip(b"HTTP/1.1 200 OK\r\nX-Header: ", b"x"),
    "headers": lambda: drip(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
    "body": lambda: drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
    "size of a chunk": lambda: drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": lambda: drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: x\r\n"
    ),
}


@pytest.mark.parametrize("ask", [ask_the_api, ask_for_a_page])
@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_no_part_of_an_exchange_goes_on_for_ever(
    script: Callable[[], Script], ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        asked_in(script, monkeypatch),
        pytest.raises((ConnectionFailed, NoAnswerError), match="timed out"),
    ):
        ask()


@each_api
def test_interim_responses_without_end_are_too_much(
    ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LARGEST_HEAD", 2**16)
    interim = b"HTTP/1.1 100 Continue\r\nX: " + bytes(b"x" * 1000) + b"\r\n\r\n"
    with (
        asked_in(lambda: flood(b"", 2**40, interim * 10), monkeypatch),
        pytest.raises((ConnectionFailed, NoAnswerError), match="connection broke"),
    ):
        ask()


def redirect(location: bytes, rest: bytes = b"Content-Length: 0\r\n\r\n") -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n" + rest


LENGTH = b"Content-Length: 700000000\r\n\r\n"
REDIRECTS: dict[str, Callable[[], Script]] = {
    "large": lambda: flood(redirect(b"https://www.tiktok.com/login", LENGTH), 700_000_000),
    "slow": lambda: drip(redirect(b"https://www.tiktok.com/login", LENGTH), b"x"),
    "no address": lambda: iter([redirect(b"http://[bad")]),
    "no text": lambda: iter([redirect(b"https://www.tiktok.com/\xff\xfe")]),
    "no port": lambda: iter([redirect(b"https://www.tiktok.com:99999999/")]),
    "no host": lambda: iter([redirect(b"https://" + b"a" * 300 + b".tiktok.com/")]),
}


@pytest.mark.parametrize("script", REDIRECTS.values(), ids=REDIRECTS)
@pytest.mark.parametrize("ask", [ask_for_a_page, follow_a_link])
def test_a_redirect_of_the_web_is_followed_unread_or_refused(
    script: Callable[[], Script], ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with asked_in(script, monkeypatch), pytest.raises((NoAnswerError, ForbiddenAddressError)):
        ask()


@pytest.mark.parametrize("script", REDIRECTS.values(), ids=REDIRECTS)
def test_a_redirect_of_the_api_is_an_answer_like_any_other(
    script: Callable[[], Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 2**20)
    with asked_in(script, monkeypatch):
        try:
            assert ask_the_api() == 302
        except ConnectionFailed as error:
            assert str(error) in {  # noqa: PT017  # both ends are right
                "No answer from TikTok (too large).",
                "No answer from TikTok (timed out).",
            }


def test_all_hops_together_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow_hop() -> Script:
        time.sleep(PATIENCE * 0.7)
        yield redirect(b"https://www.tiktok.com/@dancer")

    with asked_in(slow_hop, monkeypatch), pytest.raises(NoAnswerError, match="timed out"):
        ask_for_a_page()
