"""Cookies: read as browsers export them, kept encrypted, and given to TikTok alone."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from traktok import (
    AuthError,
    auth_check,
    auth_hidden,
    tt_videos_hidden,
)
from traktok._secrets import cookies as _cookies
from traktok.sandbox.web import Website

POST = Website.search[0]


def line(
    name: str = "tt_chain_token",
    value: str = "CHAIN==",
    domain: str = ".tiktok.com",
    secure: str = "TRUE",
    expires: str = "4000000000",
    start: str = "",
) -> str:
    return "\t".join((start + domain, "TRUE", "/", secure, expires, name, value)) + "\n"


def header(jar: CookieJar, url: str) -> str | None:
    request = urllib.request.Request(url)
    jar.add_cookie_header(request)
    return request.get_header("Cookie")


# ------------------------------------------------------------------------------------- cookies.txt


@pytest.mark.parametrize(
    ("head", "end"),
    [
        ("# Netscape HTTP Cookie File\n", "\n"),
        ("# HTTP Cookie File\n# a remark\n\n", "\r\n"),
        ("\ufeff# Netscape HTTP Cookie File\n", "\r\n"),
        ("", "\n"),
    ],
)
def test_exports_are_read_as_they_come(exported: Callable[..., Path], head: str, end: str) -> None:
    path = exported(
        line(),
        line("sessionid", "S", start="#HttpOnly_"),
        line("of_a_session", "1", expires="0"),
        line("fraction", "2", expires="4000000000.5"),
        line("for_ever", "3", expires="9e99"),
        line("empty", ""),
        "a line that is none\n",
        line("odd", expires="soon"),
        line("padded", domain=" .tiktok.com "),
        head=head,
        end=end,
    )
    cookies = {cookie.name: cookie for cookie in _cookies.read_cookies_txt(path)}
    assert list(cookies) == [
        "tt_chain_token",
        "sessionid",
        "of_a_session",
        "fraction",
        "for_ever",
        "empty",
        "padded",
    ]
    assert {str(cookies[name].value) for name in ("tt_chain_token", "empty")} == {"CHAIN==", ""}
    assert cookies["of_a_session"].expires is None
    assert cookies["sessionid"].has_nonstandard_attr("HttpOnly")
    assert len(_cookies.build_jar(cookies.values())) == 7


def in_json(**changed: object) -> dict[str, object]:
    """Return a cookie as extensions export it."""
    return {
        "domain": ".tiktok.com",
        "expirationDate": 4000000000.123,
        "hostOnly": False,
        "httpOnly": True,
        "name": "tt_chain_token",
        "path": "/",
        "sameSite": "no_restriction",
        "secure": True,
        "session": False,
        "storeId": "0",
        "value": "CHAIN==",
        **changed,
    }


@pytest.mark.parametrize("in_an_object", [False, True])
def test_the_json_of_an_extension_is_read(tmp_path: Path, in_an_object: bool) -> None:
    exported = [
        in_json(),
        in_json(name="sessionid"),
        in_json(name="of_a_session", session=True),
        in_json(name="without_an_end", expirationDate=None),
        in_json(name="for_ever", expirationDate=9e99, domain="www.tiktok.com"),
        in_json(name="expired", expirationDate=1),
        in_json(name="elsewhere", domain=".tiktok.com.evil.example"),
        {"name": "no domain", "value": "x"},
        "odd",
    ]
    path = tmp_path / "export.json"
    whole = {"url": "https://www.tiktok.com", "cookies": exported} if in_an_object else exported
    path.write_text(json.dumps(whole), "utf-8-sig")
    assert auth_hidden(path)
    cookies = {cookie.name: cookie for cookie in _cookies.stored() or []}
    assert list(cookies) == [
        "tt_chain_token",
        "sessionid",
        "of_a_session",
        "without_an_end",
        "for_ever",
        "expired",
    ]
    assert str(cookies["tt_chain_token"].value) == "CHAIN=="
    assert cookies["tt_chain_token"].has_nonstandard_attr("HttpOnly")
    assert cookies["of_a_session"].expires is cookies["without_an_end"].expires is None
    assert len(_cookies.build_jar(cookies.values())) == 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[1, 2]",
        '{"cookies": {}}',
        "[" * 100_000,
        "a,b,c\n1,2,3\n",
        "\0\1\2",
        "<html></html>",
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"is not a cookies\.txt"):
        auth_hidden(path)


@pytest.mark.parametrize(
    "changed",
    [
        lambda cookie: cookie.replace("\t", " "),
        lambda cookie: cookie.rstrip("\n") + "\tlax\n",
        lambda cookie: cookie.rpartition("\t")[0] + "\n",
    ],
    ids=["blanks for tabs", "a column more", "a column less"],
)
@pytest.mark.parametrize("head", ["# Netscape HTTP Cookie File\n\n", ""])
@pytest.mark.parametrize("start", ["", "#HttpOnly_"])
def test_lines_of_another_form_are_named(
    exported: Callable[..., Path], changed: Callable[[str], str], head: str, start: str
) -> None:
    path = exported(line(domain=".example.org"), changed(line(start=start)), head=head)
    where = path.read_text().splitlines().index(changed(line(start=start)).rstrip("\n")) + 1
    with pytest.raises(ValueError, match=rf"line {where} .* 7 columns separated by tabs"):
        auth_hidden(path)
    assert _cookies.stored() is None


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.txt", tmp_path):
        with pytest.raises(ValueError, match="can't be read"):
            auth_hidden(path)


# --------------------------------------------------------------------------------- who gets them


@pytest.mark.parametrize(
    ("url", "gets"),
    [
        ("https://www.tiktok.com/@a", True),
        ("https://tiktok.com/", True),
        ("https://v16.us.tiktok.com/video", True),
        ("http://www.tiktok.com/@a", False),
        ("https://tiktok.com.evil.example/", False),
        ("https://nottiktok.com/", False),
        ("https://evil.tiktokcdn.com/", False),
        ("https://www.tiktok.com@evil.example/", False),
    ],
)
def test_cookies_go_to_tiktok_alone_over_https_alone(
    exported: Callable[..., Path], url: str, gets: bool
) -> None:
    domains = (".tiktok.com", ".tiktok.com.evil.example", "nottiktok.com", ".evil.example", ".com")
    lines = [line(f"c{n}", domain=domain, secure="FALSE") for n, domain in enumerate(domains)]
    jar = _cookies.build_jar(_cookies.read_cookies_txt(exported(*lines)))
    assert header(jar, url) == ("c0=CHAIN==" if gets else None)


def test_expired_cookies_stay_behind(exported: Callable[..., Path]) -> None:
    path = exported(line("old", expires="1"), line("good"))
    assert [c.name for c in _cookies.build_jar(_cookies.read_cookies_txt(path))] == ["good"]


# ------------------------------------------------------------------------------------- the store


def test_cookies_are_stored_encrypted_and_hide_themselves(cookies_txt: Path) -> None:
    auth_hidden(cookies_txt)
    stored = _cookies.store_path()
    assert stored.stat().st_mode & 0o777 == 0o600
    assert b"CHAIN" not in stored.read_bytes()
    cookies = _cookies.stored()
    assert cookies is not None
    assert {cookie.name for cookie in cookies} == {"tt_chain_token", "sessionid"}
    assert "CHAIN" not in repr(cookies)


def test_auth_check_knows_both(cookies_txt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert auth_check(silent=True) == {"research": False, "hidden": False}
    with pytest.raises(AuthError, match="auth_hidden"):
        auth_check(research=False, fail=True, silent=True)
    auth_hidden(cookies_txt)
    assert auth_check() == {"research": False, "hidden": True}
    assert "The hidden API is authenticated." in capsys.readouterr().err


def test_a_store_that_cannot_be_read_is_an_auth_error(cookies_txt: Path) -> None:
    auth_hidden(cookies_txt)
    _cookies.store_path().write_text("damaged")
    with pytest.raises(AuthError, match="can't be used"):
        tt_videos_hidden(POST.url)


def test_a_folder_that_cannot_be_written_says_so_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cookies_txt: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    with pytest.raises(AuthError, match="could not be stored"):
        auth_hidden(cookies_txt)


def test_with_nobody_to_ask_it_says_what_to_do() -> None:
    assert not hasattr(sys, "ps1")
    with pytest.raises(AuthError, match=r"cookies\.txt"):
        auth_hidden()


def test_a_browser_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'firefox'"):
        auth_hidden(browser="firefx")


def test_the_cookies_of_ones_own_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    browser_cookie3 = pytest.importorskip("browser_cookie3", reason="takes traktok[hidden]")
    part = {"domain": ".tiktok.com", "name": "tt_chain_token", "value": "MINE", "expires": 4e9}
    session = {**part, "name": "sessionid"}
    other = {**part, "domain": ".tiktok.com.evil.example"}
    monkeypatch.setattr(
        browser_cookie3,
        "firefox",
        lambda domain_name: list(map(_cookies.as_cookie, (part, session, other))),
    )
    auth_hidden(browser="firefox")
    cookies = _cookies.stored()
    assert cookies is not None
    assert [str(cookie.value) for cookie in cookies] == ["MINE", "MINE"]
