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
from traktok import errors
from traktok.auth import store_path
from traktok.cli import app
from traktok.cli.advice import WRITERS, in_a_shell
from traktok.cli.inputs import CommandArguments
from traktok.collect import tt_collect
from traktok.errors import (
    Advice,
    Argument,
    Authenticate,
    ContinueFrom,
    FindSecuid,
    Function,
    Message,
    OnlyInPython,
    Refresh,
    Resume,
    ShowStatus,
)
from traktok.sandbox.api import ResearchApi
from traktok.sandbox.web import Website

SPAN = ("--since", "2023-11-01", "--to", "2024-01-29")  # three windows

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
    ("advice", "shell"),
    [
        (Argument("max_pages"), "--max-pages"),
        (Argument("max_requests", 3), "--max-requests=3"),
        (Argument("return_urls", True), "--urls"),
        (Argument("headless", False), "--show-browser"),
        (Argument("cookiefile"), "--cookies"),
        (Argument("sleep_pool"), "--sleep"),
        (Argument("create_date"), "create_date"),  # not an argument of any command
        (Authenticate(), "`traktok auth`"),
        (Authenticate(overwrite=True), "`traktok auth --overwrite`"),
        (Authenticate("hidden"), "`traktok auth --cookies FILE`"),
        (Authenticate("hidden", cookies="cookies.txt"), "`traktok auth --cookies cookies.txt`"),
        (Function("tt_collect"), "`traktok collect`"),
        (Function("tt_videos_hidden"), "`traktok videos`"),
        (Function("last_query"), "last_query()"),
        (FindSecuid(), "`traktok hidden user NAME --format jsonl`"),
        (OnlyInPython(", such as result.cursor"), ""),
        (Resume("a b.db"), "`traktok resume 'a b.db'`"),
        (Resume("x", retry=True), "`traktok resume x --retry`"),
        (ShowStatus("it's"), "`traktok status 'it'\"'\"'s'`"),
        (Refresh("x"), "`traktok refresh x`"),
    ],
)
def test_advice_is_written_for_a_shell(advice: Advice, shell: str) -> None:
    message = Message("start_date: ", advice, " in max_pages.")
    assert in_a_shell(message, CommandArguments({})) == f"start_date: {shell} in max_pages."


def test_every_kind_of_advice_is_written_for_a_shell() -> None:
    exported = (getattr(errors, name) for name in errors.__all__)
    kinds = {each for each in exported if isinstance(each, type) and issubclass(each, Advice)}
    # ContinueFrom is written from the table's position, by cli.onward.
    assert kinds - {Advice, ContinueFrom} == WRITERS.keys()


@pytest.mark.parametrize(
    "text",
    ["start_date must be before end_date", "run auth_research() again", "Collection('x').resume()"],
)
def test_a_plain_text_is_never_rewritten(text: str) -> None:
    given = CommandArguments({"start_date": None, "end_date": None})
    assert in_a_shell(text, given) == text


def test_what_tiktok_says_is_not_rewritten(tiktok: ResearchApi) -> None:
    said = "start_date must be before end_date, max_pages is fine; see Collection('x').resume()"
    tiktok.fail("error_200", code="invalid_params", message=said)
    refused = run("user-videos", "tiktok", "--since", "2023-11-01", "--to", "2023-11-02")
    assert refused.exit_code == 1
    assert f"invalid_params: {said} (HTTP 200)" in refused.stderr


def test_control_characters_of_tiktoks_print_as_escapes(tiktok: ResearchApi) -> None:
    said = "bad\x1b[31m\nname\u202e"
    tiktok.fail("error_200", code="invalid_params", message=said, times=2)
    with pytest.raises(traktok.InvalidRequest) as caught:
        traktok.tt_user_info_api("tiktok")
    assert caught.value.message == said
    assert r"bad\x1b[31m\nname\u202e (HTTP 200)" in str(caught.value)
    assert r"bad\x1b[31m\nname\u202e (HTTP 200)" in run("users", "tiktok").stderr


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
        (["collect", "x", *DAYS, "--workers", "0"], "--workers must be a positive integer, not 0"),
        (
            ["collect", "x", *DAYS, "--window-days", "0"],
            "--window-days must be a whole number from 1",
        ),
        (
            ["refresh", "--every", "-1"],
            "--every must be a number of days from 0 to 36,525, not -1.0",
        ),
        (["liked", "x", "--fields", "likes"], "--fields: TikTok has no field 'likes' here"),
        (["liked", "x", "--fields", ","], "--fields is empty: give at least one field, or 'all'"),
        (["users", "a b"], "USER: 'a b' is not a valid username (expected something like 'tik"),
        (["user-videos", "@"], "USER is empty: give a name or a profile URL"),
        (["comments", "nix"], "VIDEO: no id in 'nix' (expected something like"),
        (["comments", "--replies", "nix"], "VIDEO: no id in 'nix' (expected something like"),
        (["playlist", "nix"], "PLAYLIST: no id in 'nix' (expected something like"),
        (["videos", "nix"], "POST: "),
        (["hidden", "search", " "], "PHRASE is empty: give a word to search for"),
        (
            ["hidden", "search", "x", "--scroll", "long"],
            "--scroll must be seconds, or a text such as",
        ),
        (
            ["hidden", "search", "x", "--timeout", "-1"],
            "--timeout must be a number of seconds, not -1",
        ),
        (["hidden", "user", "a b"], "USER: 'a b' is not a valid username"),
        (["hidden", "followers", "@a b"], "ACCOUNT: '@a b' is not a valid username"),
        (["videos", "1", "--dir", "a-file/files"], "--dir: can't write to the folder"),
        (["compare", "x.csv", "y.csv", "--tolerance", "-1"], "--tolerance must be between 0 and 1"),
        (["auth", "--browser", "firefux"], "--browser must be one of "),
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
        (
            ["status", "--what", "comment"],
            "'comment' is not one of 'videos', 'comments', 'users'; did you mean 'comments'?",
        ),
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


def test_hints_repeat_what_lasts() -> None:
    limits = {"workers": 2, "daily_requests": 7, "max_requests": 3}
    given = CommandArguments(limits, {"resume": ("workers", "daily_requests")})
    said = in_a_shell(Message("go on with ", Resume("study.db"), "."), given)
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
        (["followers", "max_pages now"], "USER: 'max_pages now' is not a valid username"),
        (
            ["followers", "x", "--start-at", "max_tries"],
            "'max_tries' is not among the names or ids",
        ),
        (["comments", "search_id"], "VIDEO: no id in 'search_id'"),
        (["compare", "sleep_pool.rds", "x.csv"], "sleep_pool.rds: No such file or directory"),
        (
            ["users", "x", "-o", "cache_dir/users.csv"],
            "the folder cache_dir of users.csv does not exist",
        ),
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
        "Error: max_pages.json: region_code must be two capital letters such as 'US', "
        "not 'max_pages'\n"
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
