"""What R traktok and cookiemonster have stored is taken over, and stays where it is."""

from __future__ import annotations

import bz2
import gzip
import io
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from traktok import (
    AuthError,
    auth,
    auth_check,
    auth_hidden,
    auth_research,
)
from traktok._r import credentials, rds
from traktok._r.credentials import cookies_path
from traktok._r.rds import Kind, Vector
from traktok._secrets import cookies as _cookies
from traktok.from_r import read_query, read_r_cookies, read_r_token
from traktok.sandbox.api import ResearchApi

R_FILES = Path(__file__).parents[1] / "r_files"
VALID, EXPIRED = 1_795_000_000.0, 1_800_000_000.0  # as R's token of the test files has it
SECRETS = (
    "clientkey123",
    "clientsecret456",
    "clt.example12345Example12345Example",
    "abc==",
    "sess1",
)


# ---------------------------------------------------------------------------------------- the token


def test_tiktok_token_names_the_file_as_in_r(
    r_cache: Path, at: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(VALID)
    (r_cache / "token.rds").rename(r_cache / "study.rds")
    monkeypatch.setenv("TIKTOK_TOKEN", "study.rds")
    assert auth_research(from_r=True).expires_at.year == 2026
    assert auth.store_path().name == "study.rds"
    assert auth.store_path().parent != r_cache


def test_the_file_may_be_named(at: Callable[[float], None]) -> None:
    at(VALID)
    assert auth_research(from_r=R_FILES / "token.rds").expires_at.year == 2026


@pytest.mark.parametrize("file_key", credentials._FILE_KEYS, ids=["1.3.0", "before"])
def test_a_cookie_key_of_ones_own(
    r_cache: Path, monkeypatch: pytest.MonkeyPatch, file_key: bytes
) -> None:
    path = r_cache / "token.rds"
    write_token(path, "my-key", "my-secret", passphrase="my passphrase", file_key=file_key)
    with pytest.raises(AuthError, match="not written with R's default key"):
        read_r_token()
    monkeypatch.setenv("COOKIE_KEY", "my passphrase")
    found = read_r_token()
    assert (found.client_key, found.client_secret) == ("my-key", "my-secret")


def test_credentials_and_from_r_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="not both"):
        auth_research("key", "secret", from_r=True)


def test_a_store_that_cannot_be_read_is_not_replaced(
    r_cache: Path, at: Callable[[float], None]
) -> None:
    at(VALID)
    auth.store_path().parent.mkdir(parents=True)
    auth.store_path().write_text("not ours")
    auth.store_path().chmod(0o600)
    with pytest.raises(AuthError, match="overwrite=True"):
        auth_research(from_r=True)
    assert auth.store_path().read_text() == "not ours"
    assert auth_research(from_r=True, overwrite=True).expires_at.year == 2026


def sealed(text: str, passphrase: str) -> Vector:
    """Encrypt as R traktok and cookiemonster do."""
    start = bytes(range(16))
    key = credentials.hashlib.sha256(passphrase.encode()).digest()
    data = Cipher(algorithms.AES(key), modes.CTR(start)).encryptor().update(text.encode())
    return Vector(Kind.RAW, data, {"iv": Vector(Kind.RAW, start)})


def write_token(
    path: Path,
    key: str,
    secret: str,
    passphrase: str = "supergeheim",
    file_key: bytes = credentials._FILE_KEYS[0],
    token: str | None = "clt.old",
    expires: float = 1e9,
) -> None:
    """Write a token file of R traktok's, by default of a token that has expired."""
    held: dict[str, Any] = {
        "access_token": Vector(Kind.TEXT, [token]),
        "access_token_expires": Vector(Kind.DOUBLE, np.array([expires])),
        "client_key": sealed(key, passphrase),
        "client_secret": sealed(secret, passphrase),
    }
    stream = io.BytesIO()
    names = {"names": Vector(Kind.TEXT, list(held))}
    rds.dump(Vector(Kind.LIST, list(held.values()), names), stream)
    packed = bz2.compress(gzip.decompress(stream.getvalue()))
    start = bytes(16)
    encryptor = Cipher(algorithms.AES(file_key), modes.CTR(start)).encryptor()
    path.write_bytes(start + encryptor.update(packed))


@pytest.mark.parametrize(
    ("token", "expires"),
    [
        *((token, 1e9) for token in ("", "clt\n1", "clt 1", "clt.ü", "clt.\u20ac", None)),
        ("clt.1", 1e10),
        ("clt.1", 1e300),
        ("clt.1", float("inf")),
        ("clt.1", float("nan")),
    ],
)
def test_what_cannot_be_a_token_is_not_taken_over(
    token: str | None, expires: float, r_cache: Path, tiktok: ResearchApi
) -> None:
    path = r_cache / "token.rds"
    write_token(path, tiktok.client_key, tiktok.client_secret, token=token, expires=expires)
    with pytest.raises(AuthError, match=r"token\.rds") as caught:
        auth_research(from_r=True)
    assert "clt" not in str(caught.value)
    assert tiktok.requests == []
    assert not auth.store_path().exists()


# ------------------------------------------------------------------------------------------ cookies


def test_the_jar_of_cookiemonster_equals_the_file_it_was_filled_from() -> None:
    """But for what other sites left in it, and HttpOnly, which the jar does not keep."""

    def told(cookies: Any) -> list[tuple[Any, ...]]:
        return sorted((c.name, c.value, c.domain, c.path, c.secure, c.expires) for c in cookies)

    before = (R_FILES / "cookies.rds").read_bytes()
    expected = _cookies.only_tiktok(_cookies.read_cookies_txt(R_FILES / "cookies.txt"))
    assert told(read_r_cookies(R_FILES / "cookies.rds")) == told(expected)
    assert told(read_r_cookies(R_FILES)) == told(expected)
    assert (R_FILES / "cookies.rds").read_bytes() == before


def test_the_jar_is_found_where_cookiemonster_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "r_cookies").mkdir()
    shutil.copy(R_FILES / "cookies.rds", tmp_path / "r_cookies")
    assert _cookies.has_key(_cookies.build_jar(read_r_cookies()))


def test_cookies_are_taken_over_and_rs_file_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "r_cookies").mkdir()
    kept = shutil.copy(R_FILES / "cookies.rds", tmp_path / "r_cookies")
    auth_hidden(from_r=True)
    assert str(kept) in capsys.readouterr().err
    assert Path(kept).read_bytes() == (R_FILES / "cookies.rds").read_bytes()
    assert auth_check(research=False, silent=True) == {"hidden": True}


# --------------------------------------------------------------------------- every platform's place


@pytest.mark.parametrize(
    ("platform", "variables", "token", "cookies"),
    [
        ("linux", {}, "~/.cache/R/traktok", "~/.cache/r_cookies"),
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/R/traktok", "/x/r_cookies"),
        (
            "linux",
            {"XDG_CACHE_HOME": "/x", "R_USER_CACHE_DIR": "/r"},
            "/r/R/traktok",
            "/x/r_cookies",
        ),
        (
            "darwin",
            {},
            "~/Library/Caches/org.R-project.R/R/traktok",
            "~/Library/Caches/r_cookies",
        ),
        ("darwin", {"R_USER_CACHE_DIR": "/r"}, "/r/R/traktok", "~/Library/Caches/r_cookies"),
        (
            "win32",
            {"LOCALAPPDATA": "/Local"},
            "/Local/R/cache/R/traktok",
            "/Local/r_cookies/r_cookies/Cache",
        ),
    ],
)
def test_every_platforms_place(
    platform: str,
    variables: dict[str, str],
    token: str,
    cookies: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    for name in ("XDG_CACHE_HOME", "R_USER_CACHE_DIR", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert credentials._token_path() == Path(token).expanduser() / "token.rds"
    assert cookies_path() == Path(cookies).expanduser() / "cookies.rds"


# ------------------------------------------------------------------------- what can't be taken over

READERS: dict[str, Callable[[Path], Any]] = {
    "token": lambda path: auth_research(from_r=path),
    "cookies": read_r_cookies,
}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("other", ["search.rds", "query.rds", "workspace.RData", "cookies.txt"])
def test_something_else_is_one_sentence(kind: str, other: str) -> None:
    with pytest.raises(AuthError, match=rf"{other} is not a (token file|cookie jar) of") as caught:
        READERS[kind](R_FILES / other)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("token", "token.rds"), ("token", "token_rlang_1.2.0.rds"), ("cookies", "cookies.rds")],
)
def test_a_wrong_cookie_key_is_one_sentence(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOKIE_KEY", "not the one")
    with pytest.raises(AuthError, match="not written with the COOKIE_KEY that is set") as caught:
        READERS[kind](R_FILES / name)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("size", [0, 7, 16, 40, 200])
def test_a_file_that_breaks_off_is_one_sentence(kind: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "broken.rds"
    path.write_bytes((R_FILES / f"{kind}.rds").read_bytes()[:size])
    with pytest.raises(AuthError, match=r"broken\.rds is not a .*, or is damaged") as caught:
        READERS[kind](path)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("read", [read_r_token, read_r_cookies])
def test_no_file_is_one_sentence(read: Callable[[], Any]) -> None:
    with pytest.raises(AuthError, match=r"has stored no .*: there is no file ") as caught:
        read()
    assert_one_sentence(caught.value)


def test_a_jar_without_tiktoks_cookies_is_one_sentence(tmp_path: Path) -> None:
    columns = {name: Vector(Kind.TEXT, []) for name in credentials._COLUMNS}
    names = {"names": Vector(Kind.TEXT, list(columns))}
    path = tmp_path / "cookies.rds"
    with path.open("wb") as stream:
        rds.dump(Vector(Kind.LIST, list(columns.values()), names), stream)
    with pytest.raises(AuthError, match="holds no cookie of TikTok's"):
        read_r_cookies(path)


def assert_one_sentence(error: AuthError) -> None:
    text = str(error)
    assert "\n" not in text
    assert text.endswith(".")
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize("kind", READERS)
def test_no_secret_is_in_a_repr_or_a_traceback(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(secret in repr(read_r_token(R_FILES / "token.rds")) for secret in SECRETS)
    monkeypatch.setenv("COOKIE_KEY", "not the one")
    with pytest.raises(AuthError) as caught:
        READERS[kind](R_FILES / f"{kind}.rds")
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(report.format())
    assert not any(secret in text for secret in SECRETS)


# ------------------------------------------------------------------------------------------ a query


def test_a_query_of_r_is_read() -> None:
    assert read_query(R_FILES / "query.rds").to_dict() == {
        "and": [{"field_name": "region_code", "operation": "IN", "field_values": ["JP", "US"]}],
        "not": [{"field_name": "video_length", "operation": "EQ", "field_values": ["SHORT"]}],
    }


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("search.rds", "holds a table, not a query of R traktok"),
        ("function.rds", "holds a function, not a query of R traktok"),
        ("cookies.txt", r"is not a file of R's saveRDS\(\) or save\(\)"),
    ],
)
def test_what_is_no_query_is_one_sentence(name: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"{name} {problem}$"):
        read_query(R_FILES / name)
