"""Fixtures: a world of one's own for every test."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from traktok._run.memory import Shelf
from traktok._run.run import memory
from traktok._secrets import cookies
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.web import Website

# Where a shell starts the tests in the background, Ctrl-C would be ignored, also by those that are
# about it.
signal.signal(signal.SIGINT, signal.default_int_handler)

_OWN_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test folders of its own, and no credentials but those it makes."""
    home = tmp_path_factory.mktemp("home")
    for variable in _OWN_FOLDERS:
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in [name for name in os.environ if name.startswith(("TIKTOK_", "TRAKTOK_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for shelf in Shelf:
        memory.forget(shelf)


@pytest.fixture(scope="session")
def _research_api() -> Iterator[ResearchApi]:
    with ResearchApi() as research_api:
        yield research_api


@pytest.fixture
def tiktok(_research_api: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> ResearchApi:
    """A TikTok on this machine, as good as new, where traktok sends its requests."""
    _research_api.reset()
    monkeypatch.setenv("TRAKTOK_BASE_URL", _research_api.url)
    return _research_api


@pytest.fixture
def token(tiktok: ResearchApi) -> str:
    """A token that this TikTok accepts."""
    return tiktok.token()


@pytest.fixture(scope="session")
def _website() -> Iterator[Website]:
    with Website() as www:
        yield www


@pytest.fixture
def www(_website: Website, monkeypatch: pytest.MonkeyPatch) -> Website:
    """A tiktok.com on this machine, as good as new, where pages are asked for."""
    _website.reset()
    monkeypatch.setenv("TRAKTOK_WWW_URL", _website.url)
    return _website


@pytest.fixture
def cookies_txt(tmp_path: Path) -> Path:
    """What a browser that is logged in exports."""
    path = tmp_path / "cookies.txt"
    path.write_text(
        "# Netscape HTTP Cookie File\n"
        ".tiktok.com\tTRUE\t/\tTRUE\t4000000000\ttt_chain_token\tCHAIN==\n"
        "#HttpOnly_.tiktok.com\tTRUE\t/\tTRUE\t4000000000\tsessionid\tSESSION\n"
        ".example.org\tTRUE\t/\tFALSE\t4000000000\telsewhere\t1\n"
    )
    return path


@pytest.fixture
def logged_in(www: Website, cookies_txt: Path) -> Website:
    """The same, with cookies stored that open everything."""
    cookies.store(cookies.read_cookies_txt(cookies_txt))
    return www


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for; none of them is waited."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
