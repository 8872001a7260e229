"""Searches, profiles and log-ins in a real browser, which is a person's to help, not to fool."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import machine
from tests.conftest import Proxy
from tests.one_browser import in_one_browser
from traktok import (
    AuthError,
    TraktokError,
    TraktokWarning,
    auth_check,
    auth_hidden,
    last_query,
    query,
    tt_search_hidden,
    tt_user_info_hidden,
    tt_user_videos_hidden,
)
from traktok._secrets import cookies as _cookies
from traktok.cli import app
from traktok.hidden import _browser, _inputs, _launch, _tab
from traktok.sandbox.web import Website

IDS = [post.id for post in Website.search]


@pytest.fixture
def with_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that a window that is shown is seen by somebody; there is no screen here."""
    monkeypatch.setattr(_launch, "_headless", lambda show: True)


@pytest.fixture
def a_screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A screen on which a browser's window is really shown."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb, a screen without a monitor, is not installed")
    read, write = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    try:
        os.close(write)
        with os.fdopen(read) as number:
            monkeypatch.setenv("DISPLAY", f":{number.readline().strip()}")
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        yield
    finally:
        xvfb.terminate()
        xvfb.wait()


@pytest.fixture(params=["a_screen", "with_a_screen"])
def somebody(request: pytest.FixtureRequest) -> None:
    """Somebody who sees the window, or would see it."""
    request.getfixturevalue(request.param)


def ids(urls: list[str]) -> list[str | None]:
    return list(map(_inputs.video_id_in, urls))


# ------------------------------------------------------------------------------- to the very end


@pytest.mark.browser
def test_a_search_finds_every_post(logged_in: Website) -> None:
    urls = tt_search_hidden("#r stats?", return_urls=True, timeout=2, scroll=math.inf)
    assert ids(urls) == IDS
    search = next(asked for asked in logged_in.asked if asked.path == "/search")
    assert search.query == {"q": "#r stats?"}
    assert search.cookies["tt_chain_token"] == "CHAIN=="
    assert "Headless" in search.headers["user-agent"]  # it does not pass itself off as a person's
    assert last_query().video_id.tolist() == IDS


@pytest.mark.browser
def test_this_machine_is_never_asked_through_a_proxy(proxy: Proxy, logged_in: Website) -> None:
    urls = tt_search_hidden("x", return_urls=True, timeout=2, scroll=0)
    assert ids(urls) == IDS[: len(urls)] != []
    # The browser itself opens connections to its maker and to TikTok, and sends nothing there.
    ours = (logged_in.url.removeprefix("http://").encode(), b"CHAIN", b"SESSION")
    assert [sent for sent in proxy.sent if any(words in sent for words in ours)] == []


@in_one_browser
def test_a_profile_is_gone_through_to_its_end(logged_in: Website) -> None:
    urls = tt_user_videos_hidden("@tiktok", return_urls=True, timeout=2)
    assert urls == [post.url for post in Website.profile]


@in_one_browser
@pytest.mark.usefixtures("photo_pages_with_items")
def test_a_search_gives_the_table_of_what_it_found(logged_in: Website) -> None:
    table = tt_search_hidden("x", timeout=1, scroll=0, sleep_pool=0)
    assert 0 < len(table) < 300
    assert table.video_id.tolist() == IDS[: len(table)]
    assert table.video_title.notna().all()


@in_one_browser
def test_a_page_with_no_posts_is_warned_of(logged_in: Website) -> None:
    with pytest.warns(TraktokWarning, match="no such account"):
        assert tt_user_videos_hidden("nobody", return_urls=True, timeout=0.3) == []


@in_one_browser
def test_a_page_that_gives_no_data_is_opened_in_a_browser(
    www: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [("", "https://www.tiktok.com/@tiktok")]
    open_page = _browser.page

    def page(*args: Any) -> tuple[str, str]:
        www.profile_wall = None
        pages.append(open_page(*args))
        return pages[-1]

    monkeypatch.setattr(_browser, "page", page)
    monkeypatch.setattr(_browser, "DATA_PATIENCE", 2)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    www.profile_wall = "please_wait"
    assert tt_user_info_hidden("tiktok").user_name.tolist() == ["tiktok"]
    assert len(pages) == 2


@in_one_browser
def test_a_page_that_gets_no_data_there_either_is_skipped(
    www: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_browser, "DATA_PATIENCE", 0.3)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    www.profile_wall = "captcha"
    with pytest.warns(TraktokWarning, match="captcha"):
        table = tt_user_info_hidden("tiktok")
    assert table.attrs["skipped"] == {"tiktok": "captcha"}
    assert any("Headless" in asked.headers["user-agent"] for asked in www.asked)


@in_one_browser
def test_a_cookie_no_browser_takes_keeps_nobody_from_searching(
    logged_in: Website, cookies_txt: Path
) -> None:
    odd = ".tiktok.com\tTRUE\t/\tTRUE\t4000000000\todd\ta;b\x01\n"
    cookies_txt.write_text(odd + cookies_txt.read_text())
    how = {"return_urls": True, "timeout": 0.5, "scroll": 0}
    assert tt_search_hidden("x", cookiefile=cookies_txt, **how)
    search = next(asked for asked in logged_in.asked if asked.path == "/search")
    assert set(search.cookies) == {"tt_chain_token", "sessionid"}


@in_one_browser
@pytest.mark.filterwarnings("ignore:The search was cut short")
def test_links_that_are_none_are_left_out(logged_in: Website) -> None:
    logged_in.profile_wall = "hostile_links"
    urls = tt_user_videos_hidden("tiktok", return_urls=True, timeout=0.5)
    assert urls == ["https://www.tiktok.com/@creator_8/video/7200000000000000007"]


@in_one_browser
def test_a_log_in_wall_is_named(logged_in: Website) -> None:
    logged_in.profile_wall = "login_by_script"
    with pytest.warns(TraktokWarning, match="log-in wall"):
        assert tt_user_videos_hidden("tiktok", return_urls=True, timeout=0.5) == []


@pytest.mark.browser
def test_a_notebook_has_an_event_loop_already(logged_in: Website) -> None:
    async def cell() -> list[str]:
        return tt_search_hidden("x", return_urls=True, timeout=1, scroll=0)

    assert ids(asyncio.run(cell()))[:1] == IDS[:1]


# ----------------------------------------------------------------------------- what is a person's


@in_one_browser
def test_a_captcha_stops_and_keeps_what_was_found(logged_in: Website) -> None:
    logged_in.captcha_after = 60
    with pytest.raises(TraktokError, match="solve_captchas=True") as caught:
        tt_search_hidden("x", timeout=2)
    assert caught.value.partial.video_id.tolist() == IDS[:60]
    assert last_query().video_url.tolist() == [post.url for post in Website.search[:60]]


@pytest.mark.browser
@pytest.mark.usefixtures("somebody")
def test_a_search_goes_on_when_a_person_has_solved_the_captcha(logged_in: Website) -> None:
    logged_in.captcha_after, logged_in.person = 60, 300
    urls = tt_search_hidden("x", return_urls=True, timeout=2, solve_captchas=True)
    assert ids(urls) == IDS


@pytest.mark.browser
@pytest.mark.usefixtures("with_a_screen")
def test_nobody_is_waited_for_for_ever(logged_in: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tab, "CAPTCHA_PATIENCE", 0.3)
    logged_in.captcha_after = 0
    with pytest.raises(TraktokError, match="Nobody solved the captcha"):
        tt_search_hidden("x", timeout=2, solve_captchas=True)


@pytest.mark.browser
@pytest.mark.usefixtures("somebody")
def test_a_person_logs_in(www: Website) -> None:
    www.person = 100
    auth_hidden(live=True)
    cookies = _cookies.stored()
    assert cookies is not None
    assert {"sessionid", "tt_chain_token"} <= {cookie.name for cookie in cookies}
    assert auth_check(silent=True)["hidden"]


@pytest.mark.browser
@pytest.mark.usefixtures("with_a_screen")
def test_a_log_in_that_is_stored_does_not_pass_for_a_new_one(
    logged_in: Website, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {cookie.name: str(cookie.value) for cookie in _cookies.stored() or []}
    logged_in.person = 100
    assert auth_hidden(live=True)
    after = {cookie.name: str(cookie.value) for cookie in _cookies.stored() or []}
    assert after["sessionid"] == "of-a-person" != before["sessionid"]
    assert "Headless" in (_cookies.stored_user_agent() or "")  # that of the window
    assert capsys.readouterr().err.startswith("Log in at tiktok.com in the browser's window")


@pytest.mark.browser
@pytest.mark.usefixtures("with_a_screen")
def test_who_closes_the_window_is_told_that_it_is_closed(
    logged_in: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    scroll_down = _browser.Tab.scroll_down

    def close(tab: _browser.Tab) -> None:
        tab._page.context.browser.close()  # type: ignore[union-attr]
        scroll_down(tab)

    monkeypatch.setattr(_browser.Tab, "scroll_down", close)
    with pytest.raises(TraktokError, match=r"^The browser's window was closed\. \d+ rows kept"):
        tt_search_hidden("x", timeout=1, headless=False)


@pytest.mark.browser
@pytest.mark.usefixtures("with_a_screen")
def test_nobody_logs_in(www: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_browser, "LOGIN_PATIENCE", 0.3)
    with pytest.raises(AuthError, match="Nobody logged in"):
        auth_hidden(live=True)
    assert _cookies.stored() is None


@pytest.mark.browser
@pytest.mark.usefixtures("a_screen")
def test_a_window_is_shown_to_whoever_wants_to_see_it(logged_in: Website) -> None:
    urls = tt_search_hidden("x", return_urls=True, timeout=1, scroll=0, headless=False)
    assert ids(urls)[:1] == IDS[:1]
    search = next(asked for asked in logged_in.asked if asked.path == "/search")
    assert "Headless" not in search.headers["user-agent"]


@pytest.mark.browser
@pytest.mark.skipif(sys.platform != "linux", reason="the profile's place and key are Linux's")
@pytest.mark.parametrize("session_bus", [None, "unix:path=/nowhere/bus"])
def test_the_cookies_of_ones_own_chromium_are_read_from_its_profile(
    session_bus: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("browser_cookie3", reason="takes traktok[hidden]")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if session_bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session_bus)
    from playwright.sync_api import sync_playwright

    ours = {"domain": ".tiktok.com", "path": "/", "expires": 4e9, "secure": True}
    cookies = [
        {**ours, "name": "tt_chain_token", "value": "OF MY CHROMIUM=="},
        {**ours, "name": "sessionid", "value": "é 日本", "httpOnly": True},
        {**ours, "name": "elsewhere", "value": "1", "domain": ".tiktok.com.evil.example"},
    ]
    profile = Path.home() / ".config/chromium"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=machine.browser(), headless=True, chromium_sandbox=False
        )
        context.add_cookies(cookies)  # type: ignore[arg-type]
        context.close()
    auth_hidden(browser="chromium")
    stored = _cookies.stored()
    assert stored is not None
    assert {cookie.name: str(cookie.value) for cookie in stored} == {
        "tt_chain_token": "OF MY CHROMIUM==",
        "sessionid": "é 日本",
    }
    assert auth_check(silent=True)["hidden"]
    assert os.environ.get("DBUS_SESSION_BUS_ADDRESS") == session_bus


# ----------------------------------------------------------------------------- the browser itself


@pytest.mark.browser
def test_without_a_screen_it_says_so(logged_in: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(TraktokError, match="no screen"):
        tt_search_hidden("x", headless=False)


@pytest.mark.browser
def test_a_log_in_without_a_screen_points_to_a_file(
    www: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(AuthError, match=r'There is no screen .*auth_hidden\("cookies\.txt"\)'):
        auth_hidden(live=True)
    said = CliRunner().invoke(app, ["auth", "--live"])
    assert said.exit_code == 1
    assert said.stderr.endswith("and run `traktok auth --cookies cookies.txt`.\n")
    assert "in the browser's window" not in said.stderr
    assert "solve" not in said.stderr


def test_without_a_browser_it_says_what_to_install(
    logged_in: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("playwright", reason="takes traktok[hidden]")
    monkeypatch.setenv("TRAKTOK_BROWSER", "/nowhere/chromium")
    with pytest.raises(TraktokError, match="install Chromium, Chrome or Edge"):
        tt_search_hidden("x")


def test_without_the_extra_it_says_so(logged_in: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(TraktokError, match=r'pip install "traktok\[hidden\]"'):
        tt_search_hidden("x")


@pytest.fixture
def searching(logged_in: Website, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Somebody's script that searches, in a process of its own."""
    logged_in.captcha_after = math.inf
    script = """
        import traktok
        try:
            traktok.tt_search_hidden("x", return_urls=True, scroll="inf", timeout=60)
        except KeyboardInterrupt as error:
            print(len(error.partial), len(traktok.last_query()), flush=True)
            raise
    """
    process = subprocess.Popen(
        [sys.executable, "-c", dedent(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    process.kill()
    process.communicate()


def processes_with(mark: str) -> list[str]:
    """List the processes whose environment holds a mark, but for this one."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                if mark in (folder / "environ").read_text(errors="replace"):
                    found.append((folder / "cmdline").read_text())
            except OSError:
                continue
    return [command for command in found if command]


@pytest.mark.browser
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads processes from /proc")
@pytest.mark.parametrize("to_all", [False, True], ids=["the script", "the whole group"])
def test_ctrl_c_leaves_no_process(
    logged_in: Website, searching: subprocess.Popen[str], to_all: bool
) -> None:
    mark = f"XDG_DATA_HOME={os.environ['XDG_DATA_HOME']}"
    deadline = time.monotonic() + 60
    while sum(asked.path == "/api/www/posts" for asked in logged_in.asked) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(processes_with(mark)) > 1
    os.kill(-searching.pid if to_all else searching.pid, signal.SIGINT)
    said, trouble = searching.communicate(timeout=60)
    assert trouble.rstrip().endswith("last_query()."), trouble  # Ctrl-C, with its note
    partial, remembered = map(int, said.split())
    assert partial == remembered > 0
    deadline = time.monotonic() + 30  # a browser that was told to end takes a moment
    while left := processes_with(mark):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


# ------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"query": ""}, "query"),
        ({"query": " "}, "query"),
        ({"query": None}, "query"),
        ({"query": query()}, "tt_search_api"),
        ({"scroll": "5 parsecs"}, "scroll"),
        ({"scroll": -1}, "scroll"),
        ({"timeout": None}, "timeout"),
        ({"max_trys": 3}, "max_trys"),
        ({"sleep_pool": []}, "sleep_pool"),
    ],
)
def test_a_search_that_cannot_be_right_is_refused(
    logged_in: Website, wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=says):
        tt_search_hidden(**{"query": "x", **wrong})
    assert logged_in.asked == []


@pytest.mark.parametrize("wrong", [["a", "b"], "", "https://example.org/@a", None])
def test_a_profile_is_one_account(logged_in: Website, wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="username"):
        tt_user_videos_hidden(wrong)
    assert logged_in.asked == []


def test_a_search_wants_a_browser_that_is_logged_in(www: Website) -> None:
    for call in (tt_search_hidden, tt_user_videos_hidden):
        with pytest.raises(AuthError, match="auth_hidden"):
            call("x")
    assert www.asked == []
