"""How requests get to TikTok: waits, proxies, connections, threads and processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import Proxy
from traktok import (
    ConnectionFailed,
    ServerError,
    __version__,
    _clock,
    auth,
    doctor,
    tt_search_api,
    tt_user_info_api,
)
from traktok._http import endpoints, transport, wire
from traktok._http.retry import RESEARCH_API, WAITS
from traktok._http.transport import NoCredential, Transport
from traktok.sandbox.api import ResearchApi

NOVEMBER = ("2023-11-01", "2023-11-29")
LONGEST_WAIT = int(RESEARCH_API.longest_wait)


def get_user(token: str, **arguments: Any) -> None:
    assert tt_user_info_api("tiktok", token=token, **arguments)["username"].tolist() == ["tiktok"]


def in_a_new_thread(function: Any, *arguments: Any) -> None:
    """Run where no session is open yet."""
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    thread.join()


# ------------------------------------------------------------------------------------------ waits


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("retry_after", "waits"),
    [
        ("7", [7]),
        (" 7 ", [7]),
        ("0", [0]),
        ("2.5", [2.5]),
        (str(LONGEST_WAIT), [LONGEST_WAIT]),
        ("Wed, 01 Nov 2023 00:00:00 GMT", [0]),
        ("Wed, 01 Nov 2023 00:00:00 -0000", [0]),
    ],
)
def test_tiktok_may_say_how_long_to_wait(
    retry_after: str, waits: list[float], tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    tiktok.fail("http_503_retry_after", retry_after=retry_after)
    get_user(token)
    assert slept == waits


def test_tiktok_may_say_until_when_to_wait(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    tiktok.fail("http_503_retry_after", retry_after=http_date(90))
    get_user(token)
    assert len(slept) == 1
    assert 85 < slept[0] <= 90


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "soon",
        "-5",
        "1e3",
        "٣",
        "5 minutes",
        "nan",
        "inf",
        "1234567",
        "Mon, 32 Jan 2024 00:00:00 GMT",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
    ],
)
def test_a_wait_that_can_t_be_read_is_the_usual_one(malformed: str) -> None:
    request = wire.research_request(endpoints.USER_INFO, {"username": "tiktok"})
    failure = wire.read(request, 503, {"Retry-After": malformed}, b"")
    assert isinstance(failure, wire.Failure)
    assert RESEARCH_API.wait_after(1, retry_after=failure.retry_after) == 1


@pytest.mark.parametrize(
    "retry_after",
    [lambda: str(LONGEST_WAIT + 1), lambda: http_date(2 * LONGEST_WAIT)],
    ids=["seconds", "date"],
)
def test_a_wait_that_is_too_long_is_left_to_the_researcher(
    retry_after: Callable[[], str], tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    tiktok.fail("http_503_retry_after", retry_after=retry_after())
    with pytest.raises(ServerError, match=r"asks for a wait of \d+ min: try again then"):
        get_user(token)
    assert slept == []
    assert len(tiktok.requests) == 1


def test_a_wait_is_announced_with_its_reason(
    tiktok: ResearchApi, token: str, slept: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    tiktok.fail("http_500")
    get_user(token, verbose=True)
    shown = capfd.readouterr().err
    assert "Server Internal Error" in shown
    assert "Trying again in 1 s" in shown
    tiktok.fail("http_500")
    get_user(token, verbose=False)
    assert "".join(capfd.readouterr()) == ""


# ---------------------------------------------------------------------------- what is on the line


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """The headers of all that is sent."""
    headers: list[Mapping[str, str]] = []
    session = transport._session()
    send = session.send

    def noted(prepared: requests.PreparedRequest, **settings: Any) -> requests.Response:
        headers.append(prepared.headers)
        return send(prepared, **settings)

    monkeypatch.setattr(session, "send", noted)
    return headers


def test_requests_say_what_they_are_and_who_sends_them(
    tiktok: ResearchApi, token: str, sent: list[Mapping[str, str]]
) -> None:
    get_user(token)
    auth.auth_research(tiktok.client_key, tiktok.client_secret)
    research, oauth = sent
    assert research["Content-Type"] == "application/json"
    assert research["Authorization"] == f"Bearer {token}"
    assert oauth["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in oauth
    for headers in (research, oauth):
        assert headers["User-Agent"] == f"traktok-python/{__version__}"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_proxies_of_the_environment_are_respected(
    variable: str, proxy: Proxy, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in set(Proxy.variables) - {variable}:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRAKTOK_BASE_URL", "https://tiktok.invalid")
    with pytest.raises(ConnectionFailed):
        get_user("clt.1")
    assert {sent.partition(b"\r\n")[0] for sent in proxy.sent} == {
        b"CONNECT tiktok.invalid:443 HTTP/1.0"
    }


def test_hosts_that_need_no_proxy_are_reached_without(
    proxy: Proxy, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "tiktok.invalid")
    monkeypatch.setenv("TRAKTOK_BASE_URL", "https://tiktok.invalid")
    with pytest.raises(ConnectionFailed):
        get_user("clt.1")
    assert proxy.sent == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_this_machine_is_never_asked_through_a_proxy(
    host: str,
    proxy: Proxy,
    tiktok: ResearchApi,
    token: str,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", tiktok.url.replace("127.0.0.1", host))
    auth.auth_research(tiktok.client_key, tiktok.client_secret)
    get_user(token)
    assert [request.endpoint for request in tiktok.requests] == ["oauth/token/", "user/info/"]
    assert proxy.sent == []


@pytest.mark.parametrize("place", ["home", "NETRC"])
def test_passwords_of_netrc_are_never_sent(
    place: str,
    tiktok: ResearchApi,
    token: str,
    sent: list[Mapping[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = Path.home() / ".netrc" if place == "home" else tmp_path / "netrc"
    if place == "NETRC":
        monkeypatch.setenv("NETRC", str(netrc))
    netrc.write_text(
        "machine 127.0.0.1 login somebody password something\ndefault login a password b\n"
    )
    netrc.chmod(0o600)
    get_user(token)
    auth.auth_research(tiktok.client_key, tiktok.client_secret)
    assert [headers.get("Authorization") for headers in sent] == [f"Bearer {token}", None]


# ------------------------------------------------------------------------------------ connections


@pytest.fixture
def clock_of_tiktok(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set how many seconds TikTok's clock is ahead of this computer's."""
    monkeypatch.setattr("traktok._clock._ahead", 0.0)

    def set_ahead(seconds: float) -> None:
        monkeypatch.setattr(
            BaseHTTPRequestHandler, "date_time_string", lambda *_: http_date(seconds)
        )

    return set_ahead


@pytest.mark.parametrize(("hours", "side"), [(5, "behind"), (-5, "ahead of")])
def test_tiktoks_clock_counts_where_the_computers_is_wrong(
    hours: int,
    side: str,
    token: str,
    clock_of_tiktok: Callable[[float], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock_of_tiktok(3_600 * hours)
    get_user(token, verbose=True)
    get_user(token, verbose=True)
    assert abs(_clock.now() - time.time() - 3_600 * hours) < 5
    said = capsys.readouterr().err
    assert said.count(f"This computer's clock is 5 h 0 min {side} TikTok's") == 1
    assert [check.status for check in doctor().checks if check.name == "clock"] == ["failed"]
    clock_of_tiktok(0)  # corrected meanwhile
    get_user(token, verbose=True)
    assert abs(_clock.now() - time.time()) < 1
    assert "clock" not in capsys.readouterr().err


@pytest.mark.parametrize("seconds", [200, -200, 86_400 * 365, -86_400 * 365])
def test_a_usual_difference_and_an_old_answer_leave_the_clock_alone(
    seconds: int, token: str, clock_of_tiktok: Callable[[float], None]
) -> None:
    clock_of_tiktok(seconds)
    get_user(token)
    assert abs(_clock.now() - time.time()) < 1


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 99 Nov 2026 00:00:00 GMT"])
def test_a_date_that_is_not_one_leaves_the_clock_alone(
    date: str,
    token: str,
    clock_of_tiktok: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", lambda *_: date)
    get_user(token)
    assert abs(_clock.now() - time.time()) < 1


def test_one_connection_is_kept_over_all_pages_and_calls(tiktok: ResearchApi, token: str) -> None:
    def work() -> None:
        tt_search_api("a", *NOVEMBER, max_pages=5, token=token)
        get_user(token)

    before = tiktok.connections
    in_a_new_thread(work)
    assert len(tiktok.requests) == 6
    assert tiktok.connections - before == 1


def test_a_connection_that_broke_is_replaced_by_one(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    tiktok.fail("close", page=2)
    before = tiktok.connections
    in_a_new_thread(lambda: tt_search_api("a", *NOVEMBER, max_pages=5, token=token))
    assert len(tiktok.requests) == 6
    assert tiktok.connections - before == 2


def test_an_answer_that_is_an_error_keeps_the_connection(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    for fault in ("http_500", "http_502_text", "broken_json", "rate_limit"):
        tiktok.fail(fault)
    before = tiktok.connections
    in_a_new_thread(get_user, token)
    assert len(tiktok.requests) == 5
    assert tiktok.connections - before == 1


def test_threads_each_use_a_session_of_their_own(tiktok: ResearchApi, token: str) -> None:
    sessions: list[Any] = []
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        get_user(token)
        sessions.append(transport._session())
        get_user(token)

    before = tiktok.connections
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(session) for session in sessions}) == 3
    assert len(tiktok.requests) == 6
    assert tiktok.connections - before == 3


FORK = """
import os, sys
from traktok import tt_user_info_api
from traktok._http import transport

def get_user():
    assert tt_user_info_api("tiktok", token=sys.argv[1])["username"].tolist() == ["tiktok"]

get_user()
session = transport._session()
child = os.fork()
get_user()
get_user()
if child == 0:
    os._exit(0 if transport._session() is not session else 1)
assert transport._session() is session
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_makes_its_own_connection(tiktok: ResearchApi, token: str) -> None:
    before = tiktok.connections
    ran = subprocess.run(
        [sys.executable, "-c", FORK, token], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert len(tiktok.requests) == 5
    assert {request.status for request in tiktok.requests} == {200}
    assert tiktok.connections - before == 2


# -------------------------------------------------------------------------------------- odd answers


def test_a_slow_answer_that_goes_on_in_time_is_read_whole(tiktok: ResearchApi, token: str) -> None:
    tiktok.fail("trickle", seconds=0.2)
    assert len(tt_search_api("#rstats", *NOVEMBER, token=token)) == 19
    assert len(tiktok.requests) == 1


def test_an_answer_that_is_far_too_large_is_not_read_to_its_end(
    tiktok: ResearchApi, token: str, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1000)
    with pytest.raises(ConnectionFailed, match=r"No answer from TikTok \(too large\)"):
        tt_search_api("#rstats", *NOVEMBER, token=token)
    assert slept == list(WAITS)


def test_a_request_without_a_credential_carries_none(tiktok: ResearchApi) -> None:
    request = wire.token_request(endpoints.TOKEN, tiktok.client_key, tiktok.client_secret)
    page = Transport(NoCredential()).send(request)
    assert page.data["access_token"].startswith("clt.")
    assert tiktok.requests[0].token is None
    assert NoCredential().renew("refused") is None
