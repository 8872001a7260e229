"""Each wall and fault of the pages, by each function: rows kept, cause, requests, exit code.

Searches and photo posts take a browser; how they end is tested with one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from traktok import (
    ApiError,
    TraktokError,
    read_results,
    tt_get_follower_hidden,
    tt_request_hidden,
    tt_user_info_hidden,
    tt_videos_hidden,
)
from traktok.cli import app
from traktok.hidden import _browser
from traktok.sandbox.replies import Reply, encoded
from traktok.sandbox.web import CONDITIONS, Author, Website, world

pytestmark = pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")

TRIES = 2
TRIES_OF_ACCOUNTS = 3
POSTS = tuple(map(world.search_post, range(6)))
NAMES = [Author(number).name for number in range(5)]
SEC_UID = Author(0).sec_uid


@dataclass(frozen=True)
class Fault:
    """What comes in place of a page.

    Attributes
    ----------
    cause
        What it is called.
    is_wall
        Whether it ends a call that meets it three times in a row.
    is_final
        Whether another request would not help.
    hops
        How many requests a page takes, redirects included.
    status
        The HTTP status, where that is the cause.
    in_a_list
        What it is called in place of a list, where that differs.
    """

    cause: str
    is_wall: bool = False
    is_final: bool = False
    hops: int = 1
    status: int | None = None
    in_a_list: str = ""

    @property
    def named(self) -> str:
        """What the error of a call that it ends calls it."""
        return "too many requests" if self.status == 429 else self.cause


def wall(cause: str, hops: int = 1) -> Fault:
    return Fault(cause, is_wall=True, hops=hops)


def status(code: int, *, is_final: bool = True, is_wall: bool = False) -> Fault:
    return Fault(f"status {code}", is_wall, is_final, status=code)


UNREADABLE = "unreadable list"
FAULTS = {
    "captcha": wall("captcha"),
    "please_wait": wall("please wait"),
    "stub": wall("TikTok took the request for a program's"),
    "region_page": wall("region page"),
    "region_redirect": wall("region page", hops=2),
    "login_wall": wall("log-in wall", hops=2),
    "consent_page": wall("consent page", hops=2),
    "captcha_beside_json": wall("captcha"),
    "please_wait_beside_json": wall("please wait"),
    "login_beside_json": wall("log-in wall"),
    "login_by_script": wall("log-in wall"),
    "rate_limited": status(429, is_final=False, is_wall=True),
    "gone": status(404),
    "forbidden": status(403),
    "server_error": status(500),
    "busy": status(503, is_final=False),
    "dropped": Fault("the connection broke"),
    "reset": Fault("the connection broke"),
    "no_json": Fault("no JSON", in_a_list=UNREADABLE),
    "empty": Fault("no JSON", in_a_list="TikTok's response is empty"),
    "bad_json": Fault("unreadable JSON", in_a_list=UNREADABLE),
    "deep_json": Fault("unreadable JSON", in_a_list=UNREADABLE),
    "url_as_json": Fault("unreadable JSON", in_a_list=UNREADABLE),
    "new_container": Fault("page of a new shape, data in #__NEW_DATA__", in_a_list=UNREADABLE),
    "leads_away": Fault("none of TikTok's hosts", is_final=True),
}
BESIDE_JSON = {name for name in FAULTS if name.endswith("_beside_json")}
cases = pytest.mark.parametrize("name", FAULTS)


@pytest.fixture(autouse=True)
def site(
    logged_in: Website, slept: list[float], folder: object, monkeypatch: pytest.MonkeyPatch
) -> Website:
    """A tiktok.com with nothing the matter yet, and no browser."""

    def page(*_: object) -> None:
        raise _browser.BrowserError("No browser was found.")

    monkeypatch.setattr(_browser, "page", page)
    return logged_in


def most(fault: Fault, pages: int, tries: int = TRIES) -> int:
    """How many requests so many pages in a row may cost."""
    return pages * fault.hops * (1 if fault.is_final else tries)


def exit_code(*command: str) -> int:
    return CliRunner().invoke(app, list(command)).exit_code


@cases
def test_posts(site: Website, name: str) -> None:
    fault = FAULTS[name]
    for post in POSTS[1:]:
        site.arrange(post.id, name)
    urls = [post.url for post in POSTS]
    asked = {"save_video": False, "max_tries": TRIES, "slideshows": False}
    if fault.is_wall:
        with pytest.raises(ApiError) as caught:
            tt_videos_hidden(urls, **asked)  # type: ignore[arg-type]
        assert f"3 posts in a row ({fault.named}), from {POSTS[1].id} on" in caught.value.reason
        assert caught.value.partial.video_id.tolist() == [POSTS[0].id]
    else:
        table = tt_videos_hidden(urls, **asked)  # type: ignore[arg-type]
        assert table.video_id.tolist() == [post.id for post in POSTS]
        if fault.status:
            assert table.video_status_code.tolist()[1:] == [fault.status] * 5
        elif name in {"dropped", "reset"}:
            assert set(table.video_status[1:]) == {"no_answer"}
        else:
            assert all(fault.cause in status for status in table.video_status[1:])
    assert len(site.asked) <= 1 + most(fault, 3 if fault.is_wall else 5)
    command = ("videos", *urls, "--no-files", "--slideshows", "no", "--max-tries", f"{TRIES}")
    assert exit_code(*command) == (3 if fault.is_wall else 0)


@cases
def test_a_page_as_it_is(site: Website, name: str) -> None:
    fault = FAULTS[name]
    site.arrange(POSTS[1].id, name)
    if name in BESIDE_JSON:  # the page has JSON, which is what was asked for
        assert tt_request_hidden(POSTS[1].url, max_tries=TRIES).startswith("{")
    else:
        with pytest.raises(TraktokError) as caught:
            tt_request_hidden(POSTS[1].url, max_tries=TRIES)
        assert fault.cause in caught.value.reason
    assert len(site.asked) <= most(fault, 1)


@cases
def test_accounts(site: Website, name: str) -> None:
    fault = FAULTS[name]
    site.profile_wall = name
    if fault.is_wall:
        with pytest.raises(ApiError) as caught:
            tt_user_info_hidden(NAMES)
        assert f"3 accounts in a row ({fault.named}), from {NAMES[0]} on" in caught.value.reason
        assert len(caught.value.partial) == 0
        assert caught.value.partial.attrs["skipped"] == {}
    else:
        table = tt_user_info_hidden(NAMES)
        assert list(table.attrs["skipped"]) == NAMES
        assert all(fault.cause in reason for reason in table.attrs["skipped"].values())
    pages = 3 if fault.is_wall else len(NAMES)
    assert len(site.asked) <= most(fault, pages, TRIES_OF_ACCOUNTS)
    # Without a row there is none to be cut short.
    assert exit_code("hidden", "user", *NAMES) == (1 if fault.is_wall else 0)


@cases
def test_lists(site: Website, name: str) -> None:
    fault = FAULTS[name]
    entry = {"user": {"id": "1"}, "stats": {}}
    first = {"statusCode": 0, "hasMore": True, "userList": [entry], "minCursor": 5}

    def arrange() -> None:
        bad = [CONDITIONS[name](POSTS[1])] * 20
        if fault.hops == 2:  # the page that it leads to is not a list's
            bad = bad[:TRIES]
        site.list_faults = [Reply(200, encoded(first)), *bad]

    arrange()
    with pytest.raises(TraktokError) as caught:
        tt_get_follower_hidden(SEC_UID, max_tries=TRIES)
    assert (fault.in_a_list or fault.cause) in caught.value.reason
    assert caught.value.partial.id.tolist() == ["1"]
    assert len(site.asked) <= 1 + most(fault, 1)
    arrange()
    assert exit_code("hidden", "followers", SEC_UID, "--max-tries", f"{TRIES}") == 1


def test_accounts_before_a_wall_are_kept(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(seconds: float) -> None:
        site.profile_wall = "captcha"

    monkeypatch.setattr(time, "sleep", wait)
    stopped = CliRunner().invoke(app, ["hidden", "user", *NAMES, "-o", "users.csv"])
    assert stopped.exit_code == 3
    assert read_results("users.csv").user_name.tolist() == NAMES[:1]
    assert f"--start-at {NAMES[1]} " in stopped.stderr


def test_a_wait_of_a_day_ends_the_call_about_accounts_at_once(site: Website) -> None:
    site.profile_wall = "rate_limited_long"
    with pytest.raises(ApiError, match=r"asks for a wait of 24 h .*from tiktok on"):
        tt_user_info_hidden(NAMES)
    assert len(site.asked) == 1


# ------------------------------------------------------------------------ refusals, hostile links

REFUSALS = {
    "deleted": ("status_deleted", 10204),
    "self_see": ("status_self_see", 10204),
    "reviewing": ("status_reviewing", 10204),
    "cross_border": ("cross_border_violation", 10204),
    "private": ("private", 10222),
    "private_10216": ("private", 10216),
    "private_with_item": ("private", 10222),
    "not_found_10202": ("no such post", 10202),
    "not_found_10203": ("no such post", 10203),
    "not_found_100002": ("no such post", 100002),
    "not_found_100004": ("no such post", 100004),
    "age_gate": ("age-restricted, log in", 0),
    "fuller_age_gate": ("age-restricted, log in", 0),
}
HOSTILE_LINKS = {
    "link_local": "it leads to http://127.0.0.1",
    "link_file": "it leads to file://",
    "link_elsewhere": "it leads to https://tiktok.com.evil.example",
    "link_by_a_backslash": "it leads to https://",
    "link_local_by_a_backslash": "it leads to https://",
    "link_metadata": "it leads to https://169.254.169.254",
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_posts(site: Website, name: str) -> None:
    status, code = REFUSALS[name]
    for post in POSTS[1:]:
        site.arrange(post.id, name)
    urls = [post.url for post in POSTS]
    table = tt_videos_hidden(urls, max_tries=TRIES, slideshows=False)
    assert table.video_id.tolist() == [post.id for post in POSTS]
    assert set(table.video_status[1:]) == {status}
    assert set(table.video_status_code[1:]) == {code}
    assert table.video_fn.notna().tolist() == [True] + [False] * 5
    assert set(table.file_error[1:]) == {status}
    assert len(site.asked) == len(POSTS) + 1  # each page once, and the file of the first
    assert tt_request_hidden(urls[1], max_tries=TRIES).startswith("{")
    asked = ("--max-tries", f"{TRIES}", "--slideshows", "no")
    # Where TikTok refuses a post its row says so; a log-in would get the others.
    assert exit_code("videos", *urls, *asked) == (4 if code == 0 else 0)


@pytest.mark.parametrize("name", HOSTILE_LINKS)
def test_hostile_links(site: Website, name: str) -> None:
    for post in POSTS[1:]:
        site.arrange(post.id, name)
    urls = [post.url for post in POSTS]
    table = tt_videos_hidden(urls, max_tries=TRIES, slideshows=False, dir="files")
    assert table.video_title.notna().all()
    assert table.video_fn.notna().tolist() == [True] + [False] * 5
    assert all(HOSTILE_LINKS[name] in error for error in table.file_error[1:])
    assert len(site.asked) - len(site.pages_asked()) == 1  # the file of the first
    assert len(site.pages_asked()) <= 1 + 5 * TRIES
    command = ("videos", *urls, "--max-tries", f"{TRIES}", "--slideshows", "no", "--dir", "files")
    assert exit_code(*command) == 4
