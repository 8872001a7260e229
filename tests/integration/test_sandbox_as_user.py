"""The sandbox as somebody uses it who knows its page only: cookies, credentials, what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

import traktok
from traktok.sandbox import Sandbox


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as tiktok:
        for name, value in tiktok.environment.items():
            monkeypatch.setenv(name, value)
        yield tiktok


def test_its_cookies_open_the_unofficial_api(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "cookies.txt"
    file.write_text(requests.get(f"{sandbox.url}/cookies.txt", timeout=5).text)
    assert file.read_text() == sandbox.cookies_txt
    assert traktok.auth_check(research=False, silent=True) == {"hidden": False}
    assert traktok.auth_hidden(file)  # no warning: the cookies are those of a log-in
    assert traktok.tt_user_info_hidden("tiktok")["user_name"].tolist() == ["tiktok"]


def test_its_credentials_are_taken_from_the_environment(sandbox: Sandbox) -> None:
    traktok.auth_research()
    assert len(traktok.tt_user_info_api("tiktok", verbose=False)) == 1


def test_its_page_says_how_to_use_it(sandbox: Sandbox) -> None:
    page = requests.get(sandbox.url, timeout=5).text
    for name, value in sandbox.environment.items():
        assert f"export {name}={value}" in page
    links = [part.partition('"')[0] for part in page.split('href="/')[1:]]
    assert len(links) == 3
    for link in links:
        assert requests.get(f"{sandbox.url}/{link}", timeout=5).status_code == 200, link
