"""`traktok videos`, `traktok hidden`, and cookies by `traktok auth`, on a loopback tiktok.com."""

from __future__ import annotations

import io
import json
import shlex
import signal
import time
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import traktok
from tests import ctrl_c
from traktok._secrets import cookies
from traktok.cli import app
from traktok.cli.fetching import Fetch
from traktok.cli.options import parameters
from traktok.errors import Argument, Message
from traktok.hidden import _browser
from traktok.sandbox.replies import Reply, encoded
from traktok.sandbox.web import Author, Website

POSTS = Website.search[:4]
IDS = [post.id for post in POSTS]
SEC_UID = Author(0).sec_uid

pytestmark = pytest.mark.usefixtures("folder", "slept")


def run(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=input)


def rows(result: Result) -> pd.DataFrame:
    assert result.exit_code == 0, result.stderr
    return table(result.stdout)


def table(csv: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(csv), dtype="string")


def onward(stderr: str) -> list[str]:
    """The options that a message says to add."""
    (told,) = [
        line for line in stderr.splitlines() if "to go on, add to the same command: " in line
    ]
    return shlex.split(told.rpartition(": ")[2])


# ---------------------------------------------------------------------------------------- cookies


def test_auth_takes_cookies_from_a_file(www: Website, cookies_txt: Path) -> None:
    done = run("auth", "--cookies", str(cookies_txt))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "Done: the cookies are stored on this computer.\n"
    assert run("auth", "--check").stdout == "Cookies for the unofficial API are stored.\n"
    assert len(rows(run("videos", IDS[0], "--no-files"))) == 1
    assert www.asked[0].cookies["tt_chain_token"] == "CHAIN=="


def test_auth_keeps_cookies_that_work(logged_in: Website) -> None:
    Path("old.txt").write_text(".tiktok.com\tTRUE\t/\tTRUE\t1\ttt_chain_token\tOLD\n")
    refused = run("auth", "--cookies", "old.txt")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Warning: All of TikTok's cookies have expired: log in at tiktok.com, and export again. "
        "Nothing was stored.\n"
    )
    assert run("auth", "--check").stdout == "Cookies for the unofficial API are stored.\n"


def test_auth_lets_a_person_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"domain": ".tiktok.com", "name": cookies.KEY_COOKIE, "value": "LIVE"}
    monkeypatch.setattr(
        _browser, "log_in", lambda jar, say: cookies.build_jar([cookies.as_cookie(parts)])
    )
    assert run("auth", "--live").exit_code == 0
    assert run("auth", "--check").stdout == "Cookies for the unofficial API are stored.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--cookies", "none.txt"], 2, "--cookies: 'none.txt' can't be read (No such file"),
        (["--cookies", "diary.txt"], 2, "--cookies: 'diary.txt' is not a cookies.txt"),
        (["--browser", "firefux"], 2, "firefox"),
        (
            ["--live", "--cookies", "diary.txt"],
            2,
            "--cookies and --live exclude each other: give one of them",
        ),
        (["--check"], 1, "run `traktok auth` or `traktok auth --cookies FILE`"),
    ],
)
def test_auth_without_cookies_is_one_sentence(
    arguments: list[str], code: int, sentence: str
) -> None:
    Path("diary.txt").write_text("dear diary")
    result = run("auth", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith("Error: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    [["videos", IDS[0]], ["hidden", "search", "x"], ["hidden", "followers", SEC_UID]],
)
def test_without_cookies_a_shell_is_told_how_to_get_them(command: list[str], www: Website) -> None:
    result = run(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: No cookies for the unofficial API: log in at tiktok.com in a browser, export its "
        "cookies with an extension, and run `traktok auth --cookies cookies.txt`.\n"
    )
    assert www.asked == []


# ----------------------------------------------------------------------------------------- videos


def test_videos_from_arguments_a_file_and_a_pipe_are_the_same(logged_in: Website) -> None:
    names = [POSTS[0].url, POSTS[1].id, POSTS[2].short_link]
    Path("posts.txt").write_text("\n".join(["# posts", *names]))
    expected = rows(run("videos", *names, "--no-files"))
    assert expected["video_id"].tolist() == IDS[:3]
    assert "video_fn" not in expected
    for result in (
        run("videos", "--from", "posts.txt", "--no-files"),
        run("videos", "-", "--no-files", input="\n".join(names)),
    ):
        assert rows(result)["video_id"].tolist() == IDS[:3]


def test_files_go_to_their_folder_and_the_table_to_its_file(logged_in: Website) -> None:
    done = run("videos", *IDS[:2], "--dir", "files", "-o", "videos.jsonl")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "2 rows written to videos.jsonl.\n"
    records = [json.loads(line) for line in Path("videos.jsonl").read_text().splitlines()]
    assert [record["video_id"] for record in records] == IDS[:2]
    assert sorted(Path("files").iterdir()) == sorted(Path(record["video_fn"]) for record in records)


def test_a_cache_spares_every_page(logged_in: Website) -> None:
    command = ("videos", *IDS, "--no-files", "--cache-dir", "pages")
    first = rows(run(*command))
    logged_in.asked.clear()
    pd.testing.assert_frame_equal(rows(run(*command)), first)
    assert logged_in.asked == []
    rows(run(*command, "--again"))
    assert logged_in.pages_asked() == IDS


def test_a_post_that_is_gone_is_a_row_and_a_warning(logged_in: Website) -> None:
    logged_in.arrange(IDS[1], "deleted")
    result = run("videos", *IDS[:2], "--no-files")
    assert len(rows(result)) == 2
    assert result.stderr.startswith("Warning: 1 of 2 rows have no data, see video_status: ")


@pytest.mark.parametrize("written", [lambda post: post.url, lambda post: post.id])
def test_ctrl_c_keeps_the_rows_and_says_how_to_go_on(
    written: Callable[[Any], str],
    logged_in: Website,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def press_in_the_second_wait(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(time, "sleep", press_in_the_second_wait)
    command = ("videos", *map(written, POSTS), "--no-files", "-o", "videos.csv")
    with ctrl_c.harmless():
        stopped = run(*command)
    assert stopped.exit_code == 130
    assert stopped.stderr.startswith("Stopped.\n2 rows kept, written to videos.csv; to go on, ")
    options = onward(stopped.stderr)
    assert options == ["--start-at", written(POSTS[2]), "--output", "videos.2.csv"]
    assert run(*command, *options).exit_code == 0
    kept, rest = (table(Path(name).read_text()) for name in ("videos.csv", "videos.2.csv"))
    assert [*kept["video_id"], *rest["video_id"]] == IDS


def test_a_name_given_twice_leaves_nothing_out() -> None:
    fetch = Fetch(traktok.tt_videos_hidden, (), a_row_each=True)
    got = traktok.TikTokResults({"video_id": IDS[:2]})
    again = [IDS[0], IDS[0], IDS[1], IDS[2]]
    assert fetch.stopped_at(got, again, KeyboardInterrupt()) == IDS[2]
    by_url = [POSTS[0].id, POSTS[0].url, POSTS[1].url, POSTS[2].url]
    assert fetch.stopped_at(got, by_url, KeyboardInterrupt()) == POSTS[1].url
    assert fetch.stopped_at(got, IDS[:2], KeyboardInterrupt()) is None


@pytest.mark.parametrize(
    ("given", "sleep"), [("3", 3.0), ("0.5", 0.5), ("2-4", range(2, 5)), ("0-0", range(1))]
)
def test_waits_are_seconds_or_a_range(
    given: str, sleep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def videos(posts: list[str], **how: Any) -> traktok.TikTokResults:
        asked.update(how)
        return traktok.TikTokResults()

    monkeypatch.setattr(traktok, "tt_videos_hidden", videos)
    assert run("videos", IDS[0], "--sleep", given, "--again").exit_code == 0
    assert asked["sleep_pool"] == sleep
    assert asked["overwrite"] is True
    run("videos", IDS[0])
    assert asked["sleep_pool"] == range(1, 11)
    assert (asked["overwrite"], asked["save_video"]) == (False, True)


# ----------------------------------------------------------------------------------------- hidden


def test_users_by_their_pages(www: Website) -> None:
    result = run("hidden", "user", "tiktok", "@creator_3", "nobody")
    assert rows(result)["user_name"].tolist() == ["tiktok", "creator_3"]
    assert result.stderr.startswith("Warning: skipped nobody: ")
    assert rows(result)["secUid"].tolist()[0] == SEC_UID


@pytest.mark.parametrize(("command", "accounts"), [("followers", 75), ("following", 19)])
@pytest.mark.usefixtures("unsigned_lists")
def test_lists_of_accounts(command: str, accounts: int, logged_in: Website) -> None:
    result = run("hidden", command, SEC_UID, "--sleep", "0")
    assert len(rows(result)) == accounts
    assert result.stderr == ""


@pytest.mark.parametrize("name", ["tiktok", "@tiktok", "https://www.tiktok.com/@tiktok"])
@pytest.mark.usefixtures("unsigned_lists")
def test_the_sec_uid_of_a_name_is_looked_up(name: str, logged_in: Website) -> None:
    result = run("hidden", "following", name, "--sleep", "0")
    assert len(rows(result)) == 19
    asked = [request.url for request in logged_in.asked]
    assert asked[0].endswith("/@tiktok")
    assert all(f"secUid={SEC_UID}" in url for url in asked[1:])


def test_an_account_that_is_not_there_has_no_followers(logged_in: Website) -> None:
    result = run("hidden", "followers", "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: nobody has no secUid (")
    assert not [asked for asked in logged_in.asked if "/api/user/list/" in asked.url]


def test_a_list_that_breaks_off_keeps_its_rows(logged_in: Website) -> None:
    entry = {"user": {"id": "1"}, "stats": {}}
    page = {"statusCode": 0, "hasMore": True, "userList": [entry], "minCursor": 5}
    logged_in.list_faults = [Reply(200, encoded(page)), Reply(500, b"")]
    result = run("hidden", "followers", SEC_UID, "--max-tries", "1")
    assert result.exit_code == 1
    assert table(result.stdout)["id"].tolist() == ["1"]
    error, kept = result.stderr.splitlines()
    assert error.startswith("Error: ")
    assert "error.partial" not in error
    assert kept == "1 row kept, written to stdout."


class Harvest:
    """A browser that finds some posts, and is remembered for what it was told."""

    searched: list[_browser.Search]

    def __init__(self) -> None:
        self.searched = []
        self.error: BaseException | None = None

    def __call__(self, search: _browser.Search, jar: Any, found: Any, say: Any) -> None:
        self.searched.append(search)
        found([post.url for post in POSTS])
        if self.error is not None:
            raise self.error


@pytest.fixture
def harvest(monkeypatch: pytest.MonkeyPatch) -> Harvest:
    harvest = Harvest()
    monkeypatch.setattr(_browser, "harvest", harvest)
    return harvest


@pytest.mark.parametrize(
    ("command", "page"),
    [
        (["search", "two", "words"], "https://www.tiktok.com/search?q=two%20words"),
        (["user-videos", "@tiktok"], "https://www.tiktok.com/@tiktok"),
    ],
)
def test_the_browser_searches_what_was_asked(
    command: list[str], page: str, logged_in: Website, harvest: Harvest
) -> None:
    found = rows(run("hidden", *command, "--scroll", "30s", "--show-browser", "--sleep", "0"))
    assert found["video_id"].tolist() == IDS
    assert found["video_title"].notna().all()
    (search,) = harvest.searched
    assert search.url == page
    assert run("hidden", *command, "--files", "--dir", "files").exit_code == 0
    assert list(Path("files").glob("*.mp4"))


def test_urls_only_ask_for_no_page(logged_in: Website, harvest: Harvest) -> None:
    found = rows(run("hidden", "search", "x", "--urls"))
    assert found.columns.tolist() == ["video_id", "video_url"]
    assert found["video_url"].tolist() == [post.url for post in POSTS]
    assert logged_in.asked == []


def test_a_captcha_keeps_what_was_found(logged_in: Website, harvest: Harvest) -> None:
    harvest.error = _browser.BrowserError(
        Message("a captcha: ", Argument("solve_captchas", True), " shows the window")
    )
    result = run("hidden", "search", "x")
    assert result.exit_code == 1
    assert table(result.stdout)["video_id"].tolist() == IDS
    assert "--solve-captchas shows the window" in result.stderr
    assert "4 rows kept, written to stdout." in result.stderr


# ------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["videos"], "--from FILE"),
        (["videos", "https://example.org/video/1"], ""),
        (["videos", IDS[0], "--sleep", "soon"], "'soon' is neither seconds nor a range"),
        (["videos", IDS[0], "--sleep", "5-2"], "neither seconds nor a range"),
        (["videos", IDS[0], "--max-tries", "0"], "--max-tries must be a positive integer"),
        (["videos", IDS[0], "--dir", "a-file/files"], "can't write to the folder"),
        (["hidden"], "Usage"),
        (["hidden", "search"], "give a word to search for"),
        (["hidden", "search", "x", "--scroll", "long"], "'30s', '5m' or '2h', not 'long'"),
        (["hidden", "user-videos"], "Missing argument 'USER'"),
        (["hidden", "followers", "a b"], "ACCOUNT: 'a b' is not a valid username"),
        (["videos", IDS[0], "--slideshows", "maybe"], "'maybe' is not one of 'ask', 'yes', 'no'."),
        (["hidden", "slideshow", "tiktok"], "no id in 'tiktok'"),
        (["hidden", "slideshow", IDS[0], "--timeout", "-1"], "--timeout"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_sent(
    command: list[str], sentence: str, logged_in: Website
) -> None:
    Path("a-file").write_text("")
    result = run(*command)
    assert (result.exit_code, sentence in result.output) == (2, True), result.output
    assert "Traceback" not in result.output
    assert logged_in.asked == []


def test_the_options_of_a_command_are_those_of_its_function() -> None:
    """The defaults in the help are those of the functions."""
    for command, call in (
        (("dir", "cache_dir", "max_tries", "sleep_pool"), traktok.tt_videos_hidden),
        (("scroll", "timeout", "solve_captchas"), traktok.tt_search_hidden),
    ):
        known = signature(call).parameters
        for option in parameters(command):
            assert option.default == known[option.name].default


# ------------------------------------------------------------------------------------- slideshows


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The arguments that the functions of posts are called with; nothing is requested."""
    noted: list[dict[str, Any]] = []
    for name in ("tt_videos_hidden", "tt_slideshow_hidden"):
        real = signature(getattr(traktok, name))

        def note(*args: Any, real: Any = real, **named: Any) -> traktok.TikTokResults:
            bound = real.bind(*args, **named)
            bound.apply_defaults()
            noted.append(bound.arguments)
            return traktok.TikTokResults({"video_id": []})

        monkeypatch.setattr(traktok, name, note)
    return noted


@pytest.mark.parametrize(
    ("typed", "slideshows", "transcripts"),
    [
        ([], "ask", False),
        (["--slideshows", "ask"], "ask", False),
        (["--slideshows", "yes", "--transcripts"], True, True),
        (["--slideshows", "no"], False, False),
    ],
)
def test_videos_pass_slideshows_and_transcripts_on(
    typed: list[str], slideshows: bool | str, transcripts: bool, calls: list[dict[str, Any]]
) -> None:
    assert run("videos", IDS[0], *typed).exit_code == 0
    (call,) = calls
    assert (call["slideshows"], call["transcripts"]) == (slideshows, transcripts)


def test_slideshows_maybe_is_refused(logged_in: Website) -> None:
    refused = run("videos", IDS[0], "--slideshows", "maybe")
    assert (refused.exit_code, logged_in.asked) == (2, [])
    assert "'maybe' is not one of 'ask', 'yes', 'no'." in refused.stderr


def test_slideshow_passes_its_options_on(calls: list[dict[str, Any]]) -> None:
    typed = ("--no-music", "--timeout", "9", "--show-browser", "--dir", "d", "--max-tries", "2")
    assert run("hidden", "slideshow", *IDS[:2], *typed).exit_code == 0
    assert run("hidden", "slideshow", IDS[0], "--no-files").exit_code == 0
    first, second = calls
    assert first["slideshow_urls"] == IDS[:2]
    assert (first["save_images"], first["save_music"], first["headless"]) == (True, False, False)
    assert (first["timeout"], first["dir"], first["max_tries"]) == (9, "d", 2)
    assert (second["save_images"], second["save_music"], second["timeout"]) == (False, False, 30)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["nix"], "POST: "),
        ([IDS[0], "--timeout", "-1"], "--timeout must be a number of seconds, not -1"),
    ],
)
def test_slideshow_names_its_own_options(
    typed: list[str], sentence: str, logged_in: Website
) -> None:
    refused = run("hidden", "slideshow", *typed)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"Error: {sentence}")
    assert logged_in.asked == []
