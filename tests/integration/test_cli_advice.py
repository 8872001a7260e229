"""What a command says: a shell's words for Python's, and the user's own words as they are."""

from __future__ import annotations

import json
import math
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import traktok
from traktok.auth import store_path
from traktok.cli import app
from traktok.cli.advice import in_a_shell
from traktok.cli.inputs import Given
from traktok.collect import tt_collect
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.web import Website

SPAN = ("--since", "2023-11-01", "--to", "2024-01-29")  # three windows
# What Python's words are, people's names may be.
NAMES = ("max_pages", "on_quota", "auth_research()", "tt_collect()", "cookiefile")

pytestmark = pytest.mark.usefixtures("folder", "slept")


def run(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=input)


@pytest.fixture(autouse=True)
def _signed_in(tiktok: ResearchApi) -> None:
    traktok.auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()


def query_file(name: str, **groups: Any) -> str:
    Path(name).write_text(json.dumps(groups))
    return name


# ---------------------------------------------------------------------------- a shell's words


@pytest.mark.parametrize(
    ("python", "shell"),
    [
        ("max_pages is a positive whole number", "--max-pages is a positive whole number"),
        (
            "start_date (2024-01-02) is after end_date",
            "--start-date (2024-01-02) is after --end-date",
        ),
        ("since max_requests=3 are sent", "since --max-requests=3 are sent"),
        ("the same fields and max_pages.", "the same fields and --max-pages."),
        ("with cache_dir, they are kept", "with --cache-dir, they are kept"),
        ("cookiefile: 'x' can't be read", "--cookies: 'x' can't be read"),
        ("sleep_pool is empty", "--sleep is empty"),
        ("return_urls=True gives URLs only", "--urls gives URLs only"),
        ("solve_captchas=True shows it", "--solve-captchas shows it"),
        ("run auth_research() again", "run `traktok auth` again"),
        ("auth_research(overwrite=True).", "`traktok auth --overwrite`."),
        ('run auth_hidden("cookies.txt")', "run `traktok auth --cookies cookies.txt`"),
        ("tt_collect() goes through it", "`traktok collect` goes through it"),
        ("go on with Collection('a b.db').resume().", "go on with `traktok resume 'a b.db'`."),
        (
            "again with Collection('x').resume(retry=True).",
            "again with `traktok resume x --retry`.",
        ),
        (
            'see .status(); try again with Collection("it\'s").refresh().',
            "see `traktok status 'it'\"'\"'s'`; try again with `traktok refresh 'it'\"'\"'s'`.",
        ),
    ],
)
def test_pythons_words_are_said_in_a_shells(python: str, shell: str) -> None:
    assert in_a_shell(python, Given({})) == shell


DAYS = ("--since", "2023-11-01", "--to", "2023-11-02")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ["collect", "photos", "--since", "2023-11-01", "--to", "2023-11-31"],
            "--to: there is no day '2023-11-31' in the calendar",
        ),
        (
            ["collect", "x", "--since", "2023-11-02", "--to", "2023-11-01"],
            "--since (2023-11-02) is after --to (2023-11-01): swap them",
        ),
        (["user-videos", "x", "--since", "soon"], "--since: can't read 'soon' as a date; write "),
        (["collect", "x", *DAYS, "--workers", "0"], "--workers is a positive whole number, not 0"),
        (["collect", "x", *DAYS, "--window-days", "0"], "--window-days is a whole number from 1"),
        (["refresh", "--every", "-1"], "--every is a number of days, at most 36,525, not -1.0"),
        (["liked", "x", "--fields", "likes"], "--fields: TikTok has no field 'likes' here"),
        (["liked", "x", "--fields", ","], "--fields is empty: name at least one field, or 'all'"),
        (["users", "a b"], "USER: 'a b' is no name of a user; names are like 'tiktok'"),
        (["user-videos", "@"], "USER is empty: give a name or a profile URL"),
        (["comments", "nix"], "VIDEO: no id in 'nix'; an id is a number"),
        (["comments", "--replies", "nix"], "VIDEO: no id in 'nix'; an id is a number"),
        (["playlist", "nix"], "PLAYLIST: no id in 'nix'; an id is a number"),
        (["videos", "nix"], "POST: "),
        (["hidden", "search", " "], "PHRASE is empty: give a word to search for"),
        (["hidden", "search", "x", "--scroll", "long"], "--scroll is seconds, or a text such as"),
        (["hidden", "search", "x", "--timeout", "-1"], "--timeout is a number of seconds, not -1"),
        (["hidden", "user", "a b"], "USER: 'a b' is no name of a user"),
        (["hidden", "followers", "@tiktok"], "SECUID: '@tiktok' is not a secUid"),
        (["videos", "1", "--dir", "a-file/files"], "--dir: can't write to the folder"),
        (["compare", "x.csv", "y.csv", "--tolerance", "-1"], "--tolerance is a share"),
        (["auth", "--browser", "firefux"], "--browser is one of "),
    ],
)
def test_arguments_have_the_names_they_are_typed_by(
    command: list[str], sentence: str, logged_in: Website
) -> None:
    tt_collect("#rstats", "2023-11-01", "2023-11-02", start=False).close()
    Path("a-file").touch()
    refused = run(*command)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"Error: {sentence}")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["search", "x", "--format", "tble"], "'tble' is not one of 'table', 'csv', 'jsonl'"),
        (["status", "--what", "comment"], "'comment' is not one of 'videos', 'comments', 'users'."),
        (["resume", "--on-quota", "hope"], "'hope' is not one of 'stop', 'wait'."),
        (["from-r", "-", "--kind", "py"], "'py' is not one of 'r', 'rmd', 'qmd'."),
        (["resume", "--workers", "1.5"], "'1.5' is not a valid integer."),
        (["resume", "--max-requests", "few"], "'few' is not a valid integer."),
        (["refresh", "--every", "soon"], "'soon' is not a valid float."),
        (["resume", "--requests-per-second", "x"], "'x' is not a valid float."),
    ],
)
def test_values_are_refused_in_plain_words(command: list[str], sentence: str) -> None:
    refused = run(*command)
    assert (refused.exit_code, refused.stdout) == (2, "")
    last = refused.stderr.splitlines()[-1]
    assert last.startswith(f"Error: Invalid value for '{command[-2]}'")
    assert f": {sentence}" in last


@pytest.mark.parametrize("word", ["to", "workers", "since"])
def test_a_file_called_like_an_option_keeps_its_name(word: str) -> None:
    given = Given({"to": None, "since": "2020-01-01", "workers": 4, "output": word})
    assert in_a_shell(f"{word} is there already", given) == f"{word} is there already"


@pytest.mark.parametrize(
    "sentence",
    [
        "/home/max_pages/token.json can't be read",
        "C:\\data\\on_quota\\study.db is no store",
        "https://example.org/?search_id=1&max_pages=2 is no page",
        "'cookiefile' is no group",
        "my_max_pages, max_pages_of and max_pages.csv are other words",
    ],
)
def test_parts_of_other_words_stay(sentence: str) -> None:
    assert in_a_shell(sentence, Given({})) == sentence


@pytest.mark.parametrize("name", NAMES)
def test_what_was_given_stays(name: str) -> None:
    sentence = f"There is no store {name}: what is to go on?"
    for given in ({"store": name}, {"users": ["tiktok", f"@{name}"]}, {"query_file": f"{name}.js"}):
        assert in_a_shell(sentence, Given(given)) == sentence
    assert in_a_shell(sentence, Given({"store": "study.db"})) != sentence


def test_what_was_given_in_a_file_stays() -> None:
    Path("names.txt").write_text("tiktok\nmax_pages\n")
    given = Given({})
    assert in_a_shell("user max_pages: no data", given) != "user max_pages: no data"
    given.read("names.txt")
    assert in_a_shell("user max_pages: no data", given) == "user max_pages: no data"


def test_hints_repeat_what_lasts() -> None:
    limits = {"workers": 2, "daily_requests": 7, "max_requests": 3}
    given = Given(limits, {"resume": ("workers", "daily_requests")})
    said = in_a_shell("go on with Collection('study.db').resume().", given)
    assert said == "go on with `traktok resume study.db --workers 2 --daily-requests 7`."


# -------------------------------------------------------------------------- the user's own words


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["query", "start_date.json"], "can't read start_date.json: No such file or directory"),
        (["query", "start_date"], "can't read start_date: No such file or directory"),
        (["status", "on_quota.db"], "There is no store on_quota.db: `traktok collect` begins one."),
        (["status", "on_quota"], "There is no store on_quota: `traktok collect` begins one."),
        (["status", "tt_collect()"], "There is no store tt_collect(): "),
        (
            ["search", "x", "--fields", "cookiefile"],
            "--fields: TikTok has no field 'cookiefile' here",
        ),
        (["followers", "max_pages now"], "USER: 'max_pages now' is no name of a user; names"),
        (
            ["followers", "x", "--start-at", "max_tries"],
            "'max_tries' is not among the names or ids",
        ),
        (["comments", "search_id"], "VIDEO: no id in 'search_id'"),
        (["compare", "sleep_pool.rds", "x.csv"], "sleep_pool.rds: No such file or directory"),
        (["users", "x", "-o", "cache_dir/users.csv"], "there is no folder cache_dir for users.csv"),
    ],
)
def test_no_word_of_the_user_is_rewritten(command: list[str], said: str) -> None:
    result = run(*command)
    assert result.exit_code != 0
    assert said in result.stderr


def test_no_word_of_a_query_is_rewritten() -> None:
    group = query_file("group.json", cookiefile=[])
    assert "not 'cookiefile'" in run("query", group).stderr
    region = {"field_name": "region_code", "operation": "EQ", "field_values": ["max_pages"]}
    regions = query_file("max_pages.json", **{"and": [region]})
    assert run("query", regions).stderr == (
        "Error: max_pages.json: region_code is two capital letters such as 'US', not 'max_pages'\n"
    )
    field = {"field_name": "max_pages", "operation": "EQ", "field_values": ["x"]}
    warned = run("query", query_file("field.json", **{"and": [field]})).stderr
    assert warned.startswith("Warning: TikTok documents no query field 'max_pages'")


@pytest.mark.parametrize("listed", [False, True])
def test_no_name_is_rewritten(listed: bool, tiktok: ResearchApi) -> None:
    names, typed = ["search_id", "cookiefile"], ["-"] if listed else ["search_id", "cookiefile"]
    skipped = run("users", *typed, input="\n".join(names))
    assert [line.split(":")[1] for line in skipped.stderr.splitlines()] == [
        f" skipped {name}" for name in names
    ]
    tiktok.fail("missing_cursor", times=math.inf)
    users = ["tiktok", "jbgruber"]
    told = run("followers", *users, "--max-pages", "2").stderr
    assert told.startswith("Warning: user tiktok: TikTok says there is more")


@pytest.mark.parametrize("store", ["on_quota", "max_requests.db", "tt_collect()", "a workers=1.db"])
def test_no_store_is_rewritten(store: str) -> None:
    limited = run(
        *("collect", "#rstats", *SPAN, "--into", store, "--max-requests", "1", "--workers", "1")
    )
    last = limited.stderr.splitlines()[-1]
    assert last.endswith(
        f"kept in {store}; go on with `traktok resume {shlex.quote(store)} --workers 1`."
    )
    done = run("resume", store)
    assert done.stderr.splitlines()[-1].startswith(f"Collection {store}: 2023-11-01 to 2024-01-29;")
    assert run("export", store, "-o", "on_quota.csv").stderr == (
        "The videos are written to on_quota.csv.\n"
    )


def test_a_path_from_the_environment_is_not_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOK_TOKEN", "max_pages.json")
    store_path().write_bytes(b"damaged")
    refused = run("users", "tiktok").stderr
    assert f"{store_path()} is damaged" in refused
    assert "`traktok auth --overwrite`" in refused
