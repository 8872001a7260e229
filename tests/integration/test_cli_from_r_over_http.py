"""Use credentials that the command line took over from R."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.test_cli_from_r import run
from tests.unit.test_from_r_credentials import R_FILES, write_token
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("folder")


def test_rs_own_token_opens_tiktok(
    tiktok: ResearchApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("R_USER_CACHE_DIR", str(tmp_path))
    folder = tmp_path / "R" / "traktok"
    folder.mkdir(parents=True)
    write_token(folder / "token.rds", tiktok.client_key, tiktok.client_secret)
    assert run("auth", "--check").exit_code == 1
    result = run("auth", "--from-r")
    assert result.exit_code == 0, result.stderr
    assert str(folder / "token.rds") in result.stderr.replace("\n", "")
    assert run("auth", "--check").stdout == "Credentials for the Research API are stored.\n"
    assert run("users", "tiktok").exit_code == 0


def test_what_tiktok_refuses_is_not_stored(
    tiktok: ResearchApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cookies, which nobody is asked about, are taken over all the same."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for folder in (tmp_path / "R" / "traktok", tmp_path / "r_cookies"):
        folder.mkdir(parents=True)
    write_token(tmp_path / "R" / "traktok" / "token.rds", "no-such-key", "no-such-secret")
    shutil.copy(R_FILES / "cookies.rds", tmp_path / "r_cookies")
    result = run("auth", "--from-r")
    assert result.exit_code == 0
    assert "Warning: TikTok does not accept the credentials" in result.stderr
    assert result.stderr.endswith("Done: imported from R: cookies.\n")
    assert run("auth", "--check").stdout == "Cookies for the unofficial API are stored.\n"
