"""Take over R's credentials, and use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.test_from_r_credentials import EXPIRED, R_FILES, SECRETS, VALID, write_token
from traktok import AuthError, auth, auth_research, tt_search_api
from traktok.from_r import read_r_token
from traktok.sandbox.api import ResearchApi


def test_a_valid_token_is_taken_over_and_nothing_is_sent(
    r_cache: Path,
    tiktok: ResearchApi,
    at: Callable[[float], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    at(VALID)
    before = (r_cache / "token.rds").read_bytes()
    token = auth_research(from_r=True)
    assert token.access_token == "clt.example12345Example12345Example"
    assert token.expires_at == datetime(2026, 11, 22, 13, 53, 55, 961923, tzinfo=UTC)
    assert auth.credential(None).token() == token.access_token
    assert tiktok.requests == []
    assert (r_cache / "token.rds").read_bytes() == before
    said = capsys.readouterr().err
    assert str(r_cache / "token.rds") in said
    assert str(auth.store_path()) in said
    assert not any(secret in said for secret in SECRETS)


def test_an_expired_token_is_renewed_with_rs_credentials(
    r_cache: Path,
    tiktok: ResearchApi,
    at: Callable[[float], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_token(r_cache / "token.rds", tiktok.client_key, tiktok.client_secret)
    token = auth_research(from_r=True)
    assert token.access_token != "clt.old"
    assert len(tt_search_api("rstats", "2023-11-01", "2023-11-29")) > 0
    assert "(expired, now renewed)" in capsys.readouterr().err


def test_what_tiktok_refuses_is_an_error_that_says_so(
    r_cache: Path, tiktok: ResearchApi, at: Callable[[float], None]
) -> None:
    at(EXPIRED)
    with pytest.raises(AuthError):
        auth_research(from_r=True)
    assert tiktok.requests != []
    assert not auth.store_path().exists()


def test_a_file_written_before_rlang_1_3(tiktok: ResearchApi) -> None:
    """The key of the file is a hash by rlang, whose hashes changed in 1.3.0."""
    path = R_FILES / "token_rlang_1.2.0.rds"
    before = path.read_bytes()
    found = read_r_token(path)
    assert (found.client_key, found.client_secret) == (tiktok.client_key, tiktok.client_secret)
    auth_research(from_r=path)
    assert len(tt_search_api("rstats", "2023-11-01", "2023-11-29")) > 0
    assert path.read_bytes() == before
