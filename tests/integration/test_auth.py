"""Credentials: where they lie, when a token is renewed, and what is said when there is none."""

from __future__ import annotations

import getpass
import io
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import responses

from traktok import (
    AuthError,
    ServerError,
    Token,
    auth,
    auth_check,
    auth_forget,
    auth_research,
    tt_search_api,
    tt_user_info_api,
)
from traktok._secrets import vault
from traktok.sandbox.api import ResearchApi

LIFE = 7_200
MARGIN = 60
NOW = 1_700_000_000.0


class Clock:
    """A clock for ``time.time``, moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def stored(tiktok: ResearchApi) -> Token:
    """Credentials in the store, and a token that was just given."""
    token = auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()
    return token


@pytest.fixture
def at_a_prompt(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person at a prompt will type, one answer after another."""
    answers: list[str] = []
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda prompt: answers.pop(0))
    return answers


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def sent(tiktok: ResearchApi, endpoint: str = "oauth/token/") -> int:
    return sum(request.endpoint == endpoint for request in tiktok.requests)


def get_user() -> str:
    return str(tt_user_info_api("tiktok")["username"][0])


# ---------------------------------------------------------------------------------- authenticating


def test_credentials_are_stored_once_and_found_by_later_calls(tiktok: ResearchApi) -> None:
    token = auth_research(tiktok.client_key, tiktok.client_secret)
    assert isinstance(token, Token)
    assert 0 < (token.expires_at - datetime.now(UTC)).total_seconds() <= LIFE
    assert sent(tiktok) == 1
    assert tiktok.requests[0].body == {
        "client_key": tiktok.client_key,
        "client_secret": tiktok.client_secret,
        "grant_type": "client_credentials",
    }
    assert get_user() == "tiktok"
    assert sent(tiktok) == 1
    assert tiktok.requests[-1].token == token.access_token


def test_a_notebook_that_nobody_watches_says_how_to_authenticate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(prompt: str) -> str:
        raise NotImplementedError("this frontend does not support input requests")

    jupyter = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", jupyter)
    monkeypatch.setattr(getpass, "getpass", refuse)
    with pytest.raises(AuthError, match="not an interactive session"):
        auth_research()


def test_the_store_lies_in_the_users_data_folder_and_only_the_user_may_read_it(
    stored: Token,
) -> None:
    path = Path(os.environ["XDG_DATA_HOME"]) / "traktok" / "token.json@127.0.0.1"
    key = Path(os.environ["XDG_CONFIG_HOME"]) / "traktok" / "key"
    assert auth.store_path() == path
    for file in (path, key):
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("absolute", [False, True])
def test_the_store_is_named_by_tiktok_token(
    absolute: bool, tiktok: ResearchApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path if absolute else Path(os.environ["XDG_DATA_HOME"]) / "traktok"
    monkeypatch.setenv("TIKTOK_TOKEN", str(tmp_path / "mine") if absolute else "mine")
    auth_research(tiktok.client_key, tiktok.client_secret)
    assert (folder / "mine@127.0.0.1").is_file()
    monkeypatch.delenv("TIKTOK_TOKEN")
    assert auth_check(hidden=False, silent=True) == {"research": False}


def test_each_host_has_a_store_of_its_own(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.environ["TRAKTOK_BASE_URL"]
    monkeypatch.delenv("TRAKTOK_BASE_URL")
    store = {"access_token": "tiktoks", "expires_at": time.time() + 3_600}
    vault.write(auth.store_path(), {**store, "host": "open.tiktokapis.com"})
    tiktoks = auth.store_path().read_bytes()
    monkeypatch.setenv("TRAKTOK_BASE_URL", here)
    with pytest.raises(AuthError, match="No credentials"):
        get_user()
    auth_research(tiktok.client_key, tiktok.client_secret)
    assert get_user() == "tiktok"
    assert all(request.token != "tiktoks" for request in tiktok.requests)
    monkeypatch.setenv("TRAKTOK_BASE_URL", "https://open.tiktokapis.com")
    assert auth.store_path().read_bytes() == tiktoks


def test_a_store_of_earlier_versions_is_used_for_every_host_until_that_has_its_own(
    tiktok: ResearchApi,
) -> None:
    earlier = vault.data_file("token.json")
    vault.write(earlier, {"access_token": tiktok.token(), "expires_at": time.time() + 7_200})
    before = earlier.read_bytes()
    assert get_user() == "tiktok"
    auth_research(tiktok.client_key, tiktok.client_secret)
    assert auth.store_path().exists()
    assert earlier.read_bytes() == before


def test_a_store_of_earlier_versions_is_forgotten_where_it_is_used(tiktok: ResearchApi) -> None:
    earlier = vault.data_file("token.json")
    vault.write(earlier, {"access_token": tiktok.token(), "expires_at": time.time() + 7_200})
    auth_forget("all")
    assert not earlier.exists()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("", "token.json"),
        ("https://open.tiktokapis.com", "token.json"),
        ("http://127.0.0.1:8000", "token.json@127.0.0.1"),
        ("http://127.0.0.1:9", "token.json@127.0.0.1"),
        ("http://[::1]:8000", "token.json@__1"),
        ("https://relay.example.org/tiktok", "token.json@relay.example.org"),
        ("https://nottiktok.com", "token.json@nottiktok.com"),
        # These are refused before anything is sent.
        ("http://example.org", "token.json"),
        ("http://[", "token.json"),
    ],
)
def test_the_name_of_a_store_says_whose_it_is(
    address: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", address)
    assert auth.store_path().name == name


def test_credentials_come_from_the_environment(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", tiktok.client_key)
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)
    auth_research()
    assert get_user() == "tiktok"


def test_arguments_win_over_the_environment(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", "of-another-project")
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)
    auth_research(tiktok.client_key)
    assert tiktok.requests[0].body["client_key"] == tiktok.client_key


def test_a_person_is_asked_without_an_echo(
    tiktok: ResearchApi, at_a_prompt: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    at_a_prompt += [f" {tiktok.client_key}\n", tiktok.client_secret]
    auth_research()
    assert at_a_prompt == []
    assert tiktok.requests[0].body["client_key"] == tiktok.client_key
    out, err = capfd.readouterr()
    assert out == ""
    assert "developers.tiktok.com/application/research-api" in err
    assert "what you type is not shown" in err
    assert tiktok.client_key not in err
    assert tiktok.client_secret not in err


def test_a_person_who_types_nothing_is_told(tiktok: ResearchApi, at_a_prompt: list[str]) -> None:
    at_a_prompt.append(" ")
    with pytest.raises(AuthError, match="client key is empty"):
        auth_research()
    assert tiktok.requests == []


@pytest.mark.parametrize("stdin", [None, io.StringIO("key\nsecret\n")], ids=["none", "pipe"])
@pytest.mark.parametrize("given", [{}, {"client_key": "awemulatedclient0"}], ids=["none", "key"])
def test_where_nobody_can_be_asked_it_is_said_at_once(
    given: dict[str, str],
    stdin: io.StringIO | None,
    tiktok: ResearchApi,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(AuthError, match="TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET"):
        auth_research(**given)
    assert tiktok.requests == []
    assert not auth.store_path().exists()


@pytest.mark.parametrize("status", [None, 200])
@pytest.mark.parametrize("wrong", ["client_key", "client_secret"])
def test_wrong_credentials_are_refused_once_whatever_the_status(
    wrong: str, status: int | None, tiktok: ResearchApi, slept: list[float]
) -> None:
    tiktok.switches["token_error_status"] = status or 0
    right = {"client_key": tiktok.client_key, "client_secret": tiktok.client_secret}
    with pytest.raises(AuthError, match="Check the client key and secret") as caught:
        auth_research(**{**right, wrong: "mistyped"})
    assert caught.value.code == "invalid_client"
    assert caught.value.message in str(caught.value)
    assert caught.value.log_id
    assert len(tiktok.requests) == 1
    assert slept == []
    assert not auth.store_path().exists()


def test_wrong_credentials_leave_the_store_as_it_is(tiktok: ResearchApi, stored: Token) -> None:
    before = auth.store_path().read_bytes()
    with pytest.raises(AuthError):
        auth_research(tiktok.client_key, "mistyped")
    assert auth.store_path().read_bytes() == before


def test_tiktok_failing_to_give_a_token_is_tried_again(
    tiktok: ResearchApi, slept: list[float]
) -> None:
    tiktok.fail("http_504_html", endpoint="oauth/token/", times=2)
    auth_research(tiktok.client_key, tiktok.client_secret)
    assert sent(tiktok) == 3
    assert slept == [1, 8]


def test_tiktok_failing_for_ever_is_no_fault_of_the_credentials(
    tiktok: ResearchApi, slept: list[float]
) -> None:
    tiktok.fail("http_500", endpoint="oauth/token/", times=math.inf)
    with pytest.raises(ServerError):
        auth_research(tiktok.client_key, tiktok.client_secret)
    assert sent(tiktok) == 5
    assert not auth.store_path().exists()


@pytest.fixture
def answers() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def answer(mock: responses.RequestsMock, payload: Any, status: int = 200) -> None:
    mock.add(
        responses.POST, "https://open.tiktokapis.com/v2/oauth/token/", json=payload, status=status
    )


@pytest.mark.parametrize("code", ["server_error", "temporarily_unavailable"])
def test_an_error_that_passes_is_tried_again(
    code: str, answers: responses.RequestsMock, slept: list[float]
) -> None:
    answer(answers, {"error": code, "error_description": "busy", "log_id": "1"})
    answer(answers, {"access_token": "clt.1", "expires_in": LIFE, "token_type": "Bearer"})
    assert auth_research("key", "secret").access_token == "clt.1"
    assert slept == [1]


@pytest.mark.parametrize(
    "code", ["access_denied", "invalid_request", "unauthorized_client", "never_seen_before"]
)
@pytest.mark.parametrize("status", [200, 400, 401])
def test_an_error_that_stays_is_not(
    code: str, status: int, answers: responses.RequestsMock, slept: list[float]
) -> None:
    answer(answers, {"error": code, "error_description": "No.", "log_id": "1"}, status)
    with pytest.raises(AuthError, match=f"{code}: No."):
        auth_research("key", "secret")
    assert slept == []


@pytest.mark.parametrize(
    "payload",
    [
        {"token_type": "Bearer"},
        {"access_token": "", "expires_in": LIFE},
        {"access_token": "clt.1"},
        {"access_token": "clt.1", "expires_in": None},
    ],
)
def test_an_answer_without_a_token_is_said_and_not_stored(
    payload: dict[str, Any], answers: responses.RequestsMock
) -> None:
    answer(answers, payload)
    with pytest.raises(AuthError, match="contains no usable token"):
        auth_research("key", "secret")
    assert not auth.store_path().exists()


YEAR = 366 * 24 * 3600
NO_TOKENS = ["clt.1\n", "clt\r\nX-Header: 1", "clt 1", "clt\x00", "clt\x7f", "clt.ü", "clt.\u20ac"]
NO_TOKENS += ["clt.\ud800"]
NO_LIVES = ["1e300", "1e400", "NaN", "Infinity", "-Infinity", "-1", "0", "1" + 400 * "0", "true"]
NO_LIVES += ['"7200"', "null", str(YEAR + 1), str(300 * YEAR)]


def answer_in_json(mock: responses.RequestsMock, access_token: str, expires_in: str) -> None:
    """Answer with numbers that not every encoder writes."""
    body = f'{{"access_token": {json.dumps(access_token)}, "expires_in": {expires_in}}}'
    mock.add(responses.POST, "https://open.tiktokapis.com/v2/oauth/token/", body=body)


@pytest.mark.parametrize(
    ("access_token", "expires_in", "reason"),
    [(token, str(LIFE), "access_token") for token in NO_TOKENS]
    + [("clt.1", life, "expires_in") for life in NO_LIVES],
)
def test_an_answer_whose_token_cannot_be_one_is_not_stored(
    access_token: str, expires_in: str, reason: str, answers: responses.RequestsMock
) -> None:
    answer_in_json(answers, access_token, expires_in)
    with pytest.raises(AuthError, match=f"contains no usable token .{reason}") as caught:
        auth_research("key", "secret")
    assert "clt" not in str(caught.value)
    assert not auth.store_path().exists()


@pytest.mark.parametrize("payload", [{"access_token": 7, "expires_in": LIFE}, {"access_token": []}])
def test_an_answer_whose_token_is_not_a_text_is_not_stored(
    payload: dict[str, Any], answers: responses.RequestsMock
) -> None:
    answer(answers, payload)
    with pytest.raises(AuthError, match="contains no usable token"):
        auth_research("key", "secret")
    assert not auth.store_path().exists()


def test_a_renewal_that_brings_no_token_leaves_the_store_as_it_is(
    clock: Clock, answers: responses.RequestsMock
) -> None:
    answer(answers, {"access_token": "clt.1", "expires_in": LIFE})
    auth_research("key", "secret")
    before = auth.store_path().read_bytes()
    clock.advance(LIFE)
    answer_in_json(answers, "clt.2", "1e300")
    with pytest.raises(AuthError, match="contains no usable token"):
        auth.credential(None).token()
    assert auth.store_path().read_bytes() == before


@pytest.mark.parametrize("life", [1, 0.5, LIFE, YEAR])
def test_a_token_may_last_for_up_to_a_year(
    life: float, clock: Clock, answers: responses.RequestsMock
) -> None:
    answer(answers, {"access_token": "clt.1", "expires_in": life})
    assert auth_research("key", "secret").expires_at == datetime.fromtimestamp(NOW + life, UTC)


@pytest.mark.parametrize("kept", [("clt\n1", LIFE), ("clt.ü", LIFE), ("clt.1", 300 * YEAR)])
def test_what_is_stored_and_cannot_be_a_token_is_renewed(
    kept: tuple[str, float], clock: Clock, tiktok: ResearchApi, stored: Token
) -> None:
    store = vault.read(auth.store_path())
    vault.write(
        auth.store_path(), {**store, "access_token": kept[0], "expires_at": clock.now + kept[1]}
    )
    assert get_user() == "tiktok"
    assert [request.endpoint for request in tiktok.requests] == ["oauth/token/", "user/info/"]


@pytest.mark.parametrize("wrong", ["key\n", "k\x1bey", "two words", "schlüssel", "key\udcff"])
@pytest.mark.parametrize("given", ["argument", "environment"])
def test_a_client_key_that_cannot_be_one_is_refused_and_nothing_sent(
    wrong: str, given: str, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("key", "secret"):
        credentials = {"key": tiktok.client_key, "secret": tiktok.client_secret, name: wrong}
        if given == "environment":
            for part, value in credentials.items():
                monkeypatch.setenv(f"TIKTOK_CLIENT_{part.upper()}", value)
            credentials = {}
        with pytest.raises(AuthError, match=f"The client {name} .*as TikTok shows it") as caught:
            auth_research(*credentials.values())
        assert wrong not in str(caught.value)
    assert tiktok.requests == []
    assert not auth.store_path().exists()


# --------------------------------------------------------------------------------------- renewing


@pytest.mark.parametrize(
    ("left", "renewals"), [(LIFE, 0), (MARGIN + 1, 0), (MARGIN, 1), (1, 1), (-1, 1)]
)
def test_a_token_is_renewed_when_a_minute_or_less_is_left(
    left: float, renewals: int, clock: Clock, tiktok: ResearchApi, stored: Token
) -> None:
    clock.advance(LIFE - left)
    assert get_user() == "tiktok"
    assert [request.endpoint for request in tiktok.requests] == (
        renewals * ["oauth/token/"] + ["user/info/"]
    )
    assert (tiktok.requests[-1].token == stored.access_token) == (renewals == 0)
    get_user()
    assert sent(tiktok) == renewals


def test_a_token_that_runs_out_in_the_middle_is_renewed_before_the_next_request(
    clock: Clock, tiktok: ResearchApi, stored: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.advance(LIFE - MARGIN))
    tiktok.fail("http_503", endpoint="video/query/", on=2)
    tt_search_api("a", "2023-11-01", "2023-11-29", max_pages=3)
    assert [request.endpoint for request in tiktok.requests] == [
        "video/query/",
        "video/query/",
        "oauth/token/",
        "video/query/",
        "video/query/",
    ]
    used = [request.token for request in tiktok.requests if request.endpoint == "video/query/"]
    assert used[:2] == 2 * [stored.access_token]
    assert used[2] == used[3] != stored.access_token


def test_a_refused_token_is_renewed_once_and_the_new_one_is_stored(
    tiktok: ResearchApi, stored: Token, slept: list[float]
) -> None:
    tiktok.service.tokens.clear()
    assert get_user() == "tiktok"
    get_user()
    assert sent(tiktok) == 1
    assert sent(tiktok, "user/info/") == 3
    assert slept == []


def test_a_token_that_somebody_else_renewed_is_taken_from_the_store(
    tiktok: ResearchApi, stored: Token
) -> None:
    own = auth.credential(None)
    assert own.token() == stored.access_token
    newer = auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()
    assert own.renew(stored.access_token) == newer.access_token
    assert tiktok.requests == []


def test_a_refusal_that_comes_late_takes_the_token_that_another_worker_got(
    tiktok: ResearchApi, stored: Token
) -> None:
    own = auth.credential(None)
    early, late = own.token(), own.token()
    newer = own.renew(early)
    assert own.renew(late) == newer != stored.access_token
    assert sent(tiktok) == 1


def test_a_given_token_is_used_as_it_is_and_never_renewed(
    tiktok: ResearchApi, stored: Token, slept: list[float]
) -> None:
    tiktok.service.tokens.clear()
    with pytest.raises(AuthError) as caught:
        tt_user_info_api("tiktok", token=stored)
    assert caught.value.status == 401
    assert len(tiktok.requests) == 1
    assert slept == []


def test_credentials_that_were_withdrawn_are_an_error_at_once(
    tiktok: ResearchApi, stored: Token, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    tiktok.service.tokens.clear()
    monkeypatch.setattr("traktok.sandbox.api.service._TOKEN_ERRORS", ALL_WRONG)
    with pytest.raises(AuthError, match="invalid_client"):
        get_user()
    assert [request.endpoint for request in tiktok.requests] == ["user/info/", "oauth/token/"]
    assert slept == []


ALL_WRONG = ((lambda body: True, 401, "invalid_client", "Client key is incorrect."),)


def test_a_stored_token_without_credentials_serves_until_it_ends(
    clock: Clock, tiktok: ResearchApi
) -> None:
    vault.write(auth.store_path(), {"access_token": tiktok.token(), "expires_at": clock.now + LIFE})
    assert auth_check(hidden=False, silent=True) == {"research": True}
    assert get_user() == "tiktok"
    clock.advance(LIFE)
    tiktok.requests.clear()
    assert auth_check(hidden=False, silent=True) == {"research": False}
    with pytest.raises(AuthError, match=r"expired: run auth_research\(\) again"):
        get_user()
    assert tiktok.requests == []


def test_threads_that_need_a_new_token_ask_for_one_together(
    clock: Clock, tiktok: ResearchApi, stored: Token
) -> None:
    clock.advance(LIFE)
    users: list[str] = []
    threads = [threading.Thread(target=lambda: users.append(get_user())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert users == 6 * ["tiktok"]
    assert sent(tiktok) == 1


class LockForAll:
    """A lock that nobody gets before so many threads have come to it."""

    def __init__(self, threads: int) -> None:
        self._lock = threading.Lock()
        self._all = threading.Barrier(threads)

    def __enter__(self) -> None:
        self._all.wait(30)
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_threads_that_wait_for_a_new_token_share_the_failure_to_get_one(
    tiktok: ResearchApi, stored: Token, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "_renewing", LockForAll(threads=6))
    tiktok.fail("http_500", endpoint="oauth/token/", times=math.inf)
    own, errors = auth.credential(None), []

    def renew() -> None:
        with pytest.raises(ServerError, match="The request was for a new token") as caught:
            own.renew(stored.access_token)
        errors.append(caught.value)

    threads = [threading.Thread(target=renew) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sent(tiktok) == 5, "the tries of one"
    assert len(set(map(id, errors))) == 6, "each has one of its own to explain"


# -------------------------------------------------------------------------------- several processes

AUTHENTICATE = """
import sys
from traktok import auth_research
print("ready", flush=True)
sys.stdin.readline()
for _ in range(10):
    auth_research(sys.argv[1], sys.argv[2])
"""
RENEW = """
import sys
from traktok import tt_user_info_api
print("ready", flush=True)
sys.stdin.readline()
for _ in range(5):
    assert tt_user_info_api("tiktok")["username"].tolist() == ["tiktok"]
"""


def run_at_once(script: str, *arguments: str, processes: int = 2) -> None:
    """Run a script in several processes that begin at the same moment."""
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    running = [subprocess.Popen(command, text=True, **pipes) for _ in range(processes)]
    for process in running:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors


def assert_one_valid_store(tiktok: ResearchApi) -> None:
    tiktok.requests.clear()
    assert get_user() == "tiktok"
    assert sent(tiktok) == 0
    left = auth.store_path().parent.iterdir()
    assert [path.name for path in left if path.is_file()] == ["token.json@127.0.0.1"]
    key_folder = Path(os.environ["XDG_CONFIG_HOME"]) / "traktok"
    assert [path.name for path in key_folder.iterdir()] == ["key"]


def test_processes_that_authenticate_at_once_leave_one_valid_store(tiktok: ResearchApi) -> None:
    run_at_once(AUTHENTICATE, tiktok.client_key, tiktok.client_secret)
    assert sent(tiktok) == 20
    assert_one_valid_store(tiktok)


def test_processes_that_renew_at_once_leave_one_valid_store(tiktok: ResearchApi) -> None:
    store = {
        "client_key": tiktok.client_key,
        "client_secret": tiktok.client_secret,
        "access_token": tiktok.token(MARGIN),
        "expires_at": time.time() + MARGIN,
    }
    vault.write(auth.store_path(), store)
    run_at_once(RENEW)
    assert 1 <= sent(tiktok) <= 2
    assert sent(tiktok, "user/info/") == 10
    assert_one_valid_store(tiktok)


# ----------------------------------------------------------------------- stores that can't be used


def cut_off() -> None:
    path = auth.store_path()
    path.write_bytes(path.read_bytes()[:100])


def of_another_program() -> None:
    auth.store_path().write_text(json.dumps({"access_token": "clt.somebody-else's"}))


def with_another_key() -> None:
    key = Path(os.environ["XDG_CONFIG_HOME"]) / "traktok" / "key"
    key.unlink()
    vault.write(auth.store_path().with_name("other"), {})


def with_a_passphrase_nobody_knows() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAKTOK_PASSPHRASE", "forgotten")
        vault.write(auth.store_path(), {})


DAMAGES = [cut_off, of_another_program, with_another_key, with_a_passphrase_nobody_knows]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "attempt",
    [
        get_user,
        lambda: auth_check(silent=True),
        lambda: auth_research("key", "secret"),
        lambda: auth_research("key", "secret", overwrite=False),
    ],
    ids=["get_user", "auth_check", "auth_research", "auth_research-unasked"],
)
def test_a_store_that_can_t_be_read_is_said_and_never_overwritten_unasked(
    attempt: Callable[[], Any], damage: Callable[[], None], tiktok: ResearchApi, stored: Token
) -> None:
    damage()
    there = auth.store_path().read_bytes()
    with pytest.raises(AuthError, match=r"auth_research\(overwrite=True\)") as caught:
        attempt()
    assert str(auth.store_path()) in str(caught.value) or "TRAKTOK_PASSPHRASE" in str(caught.value)
    assert auth.store_path().read_bytes() == there
    assert tiktok.requests == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_store_that_can_t_be_read_is_replaced_when_asked(
    damage: Callable[[], None], tiktok: ResearchApi, stored: Token
) -> None:
    damage()
    auth_research(tiktok.client_key, tiktok.client_secret, overwrite=True)
    assert get_user() == "tiktok"


def test_a_store_that_breaks_while_a_token_is_renewed_is_left_as_it_is(
    tiktok: ResearchApi, stored: Token
) -> None:
    own = auth.credential(None)
    own.token()
    cut_off()
    there = auth.store_path().read_bytes()
    with pytest.raises(AuthError, match="overwrite=True"):
        own.renew(stored.access_token)
    assert auth.store_path().read_bytes() == there
    assert tiktok.requests == []


@pytest.mark.parametrize("variable", ["XDG_DATA_HOME", "XDG_CONFIG_HOME"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_unwritable_folder_is_said_before_anything_is_asked_or_sent(
    variable: str,
    overwrite: bool,
    tiktok: ResearchApi,
    at_a_prompt: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_the_way = tmp_path / "in-the-way"
    in_the_way.touch()
    monkeypatch.setenv(variable, str(in_the_way))
    with pytest.raises(AuthError, match=r"could not be stored: .*in-the-way.* can't be written"):
        auth_research(overwrite=overwrite)
    assert tiktok.requests == []


def test_a_disk_that_fills_up_is_said_and_the_store_kept(
    tiktok: ResearchApi, stored: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = auth.store_path().read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AuthError, match=r"right but could not be stored: .*No space left"):
        auth_research(tiktok.client_key, tiktok.client_secret)
    assert auth.store_path().read_bytes() == before


# ----------------------------------------------------------------------------------- auth_check


def test_auth_check_tells_what_is_stored_and_sends_nothing(
    tiktok: ResearchApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert auth_check() == {"research": False, "hidden": False}
    auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()
    capsys.readouterr()
    assert auth_check(hidden=False) == {"research": True}
    assert "research API is authenticated" in capsys.readouterr().err
    assert auth_check(research=False, silent=True) == {"hidden": False}
    assert capsys.readouterr() == ("", "")
    assert tiktok.requests == []


def test_auth_check_fails_only_where_nothing_is_authenticated(
    tiktok: ResearchApi, stored: Token
) -> None:
    assert auth_check(silent=True, fail=True)["research"]
    with pytest.raises(AuthError, match=r"auth_hidden\(\)\.$"):
        auth_check(research=False, silent=True, fail=True)
    auth.store_path().unlink()
    with pytest.raises(AuthError, match="auth_research"):
        auth_check(silent=True, fail=True)


def test_an_expired_token_with_credentials_still_counts(
    clock: Clock, tiktok: ResearchApi, stored: Token
) -> None:
    clock.advance(10 * LIFE)
    assert auth_check(hidden=False, silent=True) == {"research": True}
    assert tiktok.requests == []


# ---------------------------------------------------------------------------- tokens as arguments


def test_a_token_shows_when_it_ends_and_nothing_else() -> None:
    token = Token("clt.2.my-own", datetime(2026, 1, 1, 14, tzinfo=UTC))
    assert "my-own" not in repr(token)
    assert "my-own" not in f"{token} {token!s} {[token]}"
    assert "2026, 1, 1, 14" in repr(token)


def test_a_token_is_taken_as_text_as_mapping_or_as_token(tiktok: ResearchApi) -> None:
    text = tiktok.token()
    for token in (text, {"access_token": text}, Token(text, datetime.now(UTC))):
        tt_user_info_api("tiktok", token=token)
    assert [request.token for request in tiktok.requests] == 3 * [text]
    assert not auth.store_path().exists()


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", ValueError),
        ("two words", ValueError),
        ("line\nbreak", ValueError),
        ("ünicode", ValueError),
        ({}, ValueError),
        ({"token": "clt.1"}, ValueError),
        ({"access_token": ""}, ValueError),
        ({"access_token": None}, TypeError),
        *((token, ValueError) for token in NO_TOKENS),
        *(({"access_token": token}, ValueError) for token in NO_TOKENS),
        *((Token(token, datetime.now(UTC)), ValueError) for token in ["", *NO_TOKENS]),
        (Token(None, datetime.now(UTC)), TypeError),
        (7, TypeError),
        (["clt.1"], TypeError),
    ],
)
def test_what_is_no_token_is_refused_and_nothing_sent(
    token: Any, error: type[Exception], tiktok: ResearchApi, slept: list[float]
) -> None:
    with pytest.raises(error, match="token"):
        tt_user_info_api("tiktok", token=token)
    assert tiktok.requests == []


def test_without_credentials_it_is_said_how_to_get_some(tiktok: ResearchApi) -> None:
    with pytest.raises(AuthError, match=r"run auth_research\(\) once"):
        get_user()
    assert tiktok.requests == []
