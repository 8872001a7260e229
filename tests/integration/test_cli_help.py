"""Check how the command line helps: names of fields and options, tables from a pipe, completion."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import traktok
from traktok import Collection, tt_collect, tt_search_api, tt_user_info_api, tt_user_videos_api
from traktok.cli import app
from traktok.sandbox.api import ResearchApi

DAYS = ("--start-date", "2023-11-01", "--end-date", "2023-11-20")
COLLECTED = ("2023-11-01", "2023-12-31")


def run(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=input)


@pytest.fixture(autouse=True)
def _signed_in(tiktok: ResearchApi) -> None:
    traktok.auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()


# ------------------------------------------------------------------------------- names of fields


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (["search", "a"], traktok.VIDEO_FIELDS),
        (["users", "a"], traktok.USER_FIELDS),
        (["comments", "1"], traktok.COMMENT_FIELDS),
        (["collect", "a", "--since", "2023-11-01", "--to", "2023-11-02"], traktok.VIDEO_FIELDS),
    ],
)
def test_fields_help_lists_them(
    command: list[str], fields: tuple[str, ...], folder: Path, tiktok: ResearchApi
) -> None:
    result = run(*command, "--fields", "help")
    assert result.exit_code == 0
    assert result.stdout.split() == list(fields)
    assert tiktok.requests == []
    assert list(folder.iterdir()) == []


def test_a_wrong_field_lists_them() -> None:
    result = run("search", "a", "--fields", "viewcount")
    assert result.exit_code == 2
    assert "did you mean 'view_count'? The fields are id, " in result.stderr
    assert all(name in result.stderr for name in traktok.VIDEO_FIELDS)


# ------------------------------------------------------------------------------ names of arguments


@pytest.mark.parametrize("names", [("--since", "--to"), ("--start-date", "--end-date")])
def test_commands_know_both_names_of_days(
    names: tuple[str, str], folder: Path, tiktok: ResearchApi
) -> None:
    days = [names[0], "2023-11-01", names[1], "2023-11-20"]
    assert run("search", "a", *days, "-o", "a.csv").exit_code == 0
    assert run("user-videos", "tiktok", *days, "-o", "b.csv").exit_code == 0
    assert run("collect", "a", *days, "-q").exit_code == 0
    assert {request.body["end_date"] for request in tiktok.requests} == {"20231120"}


def test_a_study_knows_both_names_of_days(tmp_path: Path) -> None:
    days = {"start_date": "2023-11-01", "end_date": "2023-11-30"}
    with tt_collect("a", **days, into=tmp_path / "s.db", start=False) as study:
        assert study.summary.startswith("2023-11-01 to 2023-11-30")
    with "a" | tt_collect(**days, into=tmp_path / "s.db", start=False) as study:
        assert study.summary.startswith("2023-11-01 to 2023-11-30")
    with pytest.raises(TypeError, match="got both start_date and since"):
        tt_collect("a", since="2023-11-01", to="2023-11-30", start_date="2023-11-01")


def study() -> Collection:
    return tt_collect("a", *COLLECTED, start=False)


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda: tt_search_api("a", max_page=3), "'max_page'; did you mean 'max_pages'"),
        (lambda: tt_search_api("a", start="2023-11-01"), "'start'; did you mean 'start_date'"),
        (lambda: tt_search_api(start="2023-11-01"), "'start'; did you mean 'start_date'"),
        (lambda: tt_search_api("a", since="2023-11-01"), "'since'; did you mean 'start_date'"),
        (lambda: tt_user_videos_api("a", start_date="2023-11-01"), "did you mean 'since'"),
        (lambda: tt_user_info_api(users=["a"]), "did you mean 'username'"),
        (lambda: tt_user_info_api("a", zzz=1), r"tt_user_info_api\(\) has no argument 'zzz'$"),
        (lambda: traktok.tt_videos_hidden("1", max_try=3), "did you mean 'max_tries'"),
        (lambda: traktok.tt_search("a", max_page=3), "max_pages"),
        (lambda: tt_collect("a", *COLLECTED, window_day=3), "did you mean 'window_days'"),
        (lambda: tt_collect("a", *COLLECTED, max_page=3), "did you mean 'max_requests'"),
        (lambda: tt_collect("a", *COLLECTED, max_request=3), "did you mean 'max_requests'"),
        (lambda: tt_collect(max_request=3), "did you mean 'max_requests'"),
        (lambda: study().resume(comment=True), "did you mean 'comments'"),
        (lambda: study().resume(max_request=1), "did you mean 'max_requests'"),
        (lambda: traktok.tt_search_hidden("a", max_try=3), "did you mean 'max_tries'"),
        (lambda: traktok.tt_user_videos_hidden("a", max_try=3), "did you mean 'max_tries'"),
    ],
)
def test_a_misspelt_argument_is_answered_with_the_one_meant(
    call: object, meant: str, tiktok: ResearchApi, folder: Path
) -> None:
    assert callable(call)
    with pytest.raises(TypeError, match=meant):
        call()
    assert tiktok.requests == []


def test_a_misspelt_option_is_answered_with_the_one_meant() -> None:
    result = run("search", "a", "--max-page", "3")
    assert result.exit_code == 2
    assert "--max-pages" in result.stderr


# ------------------------------------------------------------------------------ tables in a pipe


def test_a_table_in_a_pipe_is_taken_by_its_column(tiktok: ResearchApi) -> None:
    found = run("search", "a", *DAYS, "--format", "csv").stdout
    ids = pd.read_csv(io.StringIO(found), dtype="string")["video_id"].tolist()
    tiktok.requests.clear()
    result = run("comments", "-", input=found)
    assert result.exit_code == 0, result.stderr
    assert [request.body["video_id"] for request in tiktok.requests] == ids


def test_the_authors_of_a_table_are_users(tiktok: ResearchApi, folder: Path) -> None:
    Path("videos.csv").write_text("video_id,author_name\n1,tiktok\n2,jbgruber\n3,tiktok\n4,\n")
    assert run("users", "--from", "videos.csv").exit_code == 0
    assert [request.body["username"] for request in tiktok.requests] == ["tiktok", "jbgruber"]


def test_names_without_a_header_are_lines_as_before(tiktok: ResearchApi) -> None:
    assert run("users", "-", input="# mine\ntiktok\n\njbgruber\n").exit_code == 0
    assert [request.body["username"] for request in tiktok.requests] == ["tiktok", "jbgruber"]


# --------------------------------------------------------------------------------------- queries


def test_a_whole_request_body_is_taken_for_its_query(folder: Path) -> None:
    query = {"and": [{"field_name": "keyword", "operation": "IN", "field_values": ["cats"]}]}
    Path("query.json").write_text(json.dumps({"query": query, "max_count": 100}))
    result = run("query", "query.json")
    assert result.exit_code == 0
    assert json.loads(result.stdout.partition("\n\n")[2]) == query
    assert result.stderr == ""


def test_what_else_a_request_body_holds_is_named(folder: Path) -> None:
    query = {"and": [{"field_name": "keyword", "operation": "IN", "field_values": ["cats"]}]}
    Path("query.json").write_text(json.dumps({"query": query, "start_date": "20240101"}))
    result = run("query", "query.json")
    assert result.exit_code == 0
    assert "Only the query of the request is used, not start_date" in result.stderr


# ------------------------------------------------------------------------------------ no results


def test_a_search_without_results_says_why_that_may_be() -> None:
    result = run("search", "nothing-has-this-word")
    assert result.exit_code == 0
    assert re.fullmatch(
        r"No videos from \S{10} to \S{10} \(UTC\)\. "
        r"TikTok needs up to two days to show a new video\.\n",
        result.stderr,
    )
    days = ["--since", "2021-01-01", "--to", "2021-02-28"]
    for command in (["search", "nothing-has-this-word"], ["user-videos", "nobody.at.all"]):
        result = run(*command, *days)
        assert result.stderr == "No videos from 2021-01-01 to 2021-02-28 (UTC).\n"
        assert run(*command, *days, "--quiet").stderr == ""


def test_a_search_with_results_does_not() -> None:
    assert "No videos" not in run("search", "a", *DAYS).stderr
    assert "No videos" not in run("users", "nobody.at.all").stderr


# ---------------------------------------------------------------------------------------- status


def test_status_shows_what_is_open_first(folder: Path) -> None:
    some = {"window_days": 10, "workers": 1, "max_requests": 3}
    with pytest.warns(traktok.TraktokWarning, match="Not complete"):
        tt_collect("#rstats", *COLLECTED, "study.db", **some).close()
    with Collection("study.db") as study:
        assert set(study.status()["state"]) == {"open", "done"}
    states = pd.read_csv(io.StringIO(run("status", "study.db").stdout))["state"].tolist()
    assert states == sorted(states, key=["open", "done"].index)
    assert states[0] == "open"


# ------------------------------------------------------------------- as a program, in real shells


def test_python_m_traktok_is_the_command() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "traktok", "--version"], capture_output=True, text=True
    )
    assert result.stdout == f"traktok {traktok.__version__}\n"


@pytest.fixture
def commands(tmp_path: Path) -> dict[str, str]:
    """An environment whose PATH has a `traktok` of this checkout."""
    program = tmp_path / "bin" / "traktok"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m traktok "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(tmp_path), "TERM": "dumb"}


BASH = """
eval "$(traktok --show-completion bash)"
complete -p traktok > /dev/null || exit 1
COMP_WORDS=(traktok sea) COMP_CWORD=1 COMP_LINE="traktok sea" COMP_POINT=11
$(complete -p traktok | sed 's/.*-F \\([^ ]*\\).*/\\1/') traktok sea traktok
echo "${COMPREPLY[@]}"
"""
ZSH = """
autoload -Uz compinit && compinit -u
compdef() { echo "$@" }
eval "$(traktok --show-completion zsh)"
_TYPER_COMPLETE_ARGS="traktok sea" _TRAKTOK_COMPLETE=complete_zsh traktok
"""


FISH = """
traktok --show-completion fish | source
complete --do-complete "traktok sea"
"""


@pytest.mark.parametrize(
    ("shell", "script"),
    [("bash", BASH), ("zsh", ZSH), pytest.param("fish", FISH, marks=pytest.mark.slow)],
)
def test_a_shell_completes_commands(shell: str, script: str, commands: dict[str, str]) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"needs {shell}")
    commands["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    result = subprocess.run(
        [program, "-c", script], env=commands, capture_output=True, text=True, timeout=60
    )
    assert "search" in result.stdout, result.stderr


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("export --what ", ["videos", "comments", "users"]),
        ("search a --format ta", ["table"]),
        ("resume --on-quota ", ["stop", "wait"]),
        ("guide st", ["start"]),
    ],
)
def test_a_shell_completes_the_words_of_an_option(
    typed: str, words: list[str], commands: dict[str, str]
) -> None:
    asked = {
        "_TRAKTOK_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": f"traktok {typed}",
    }
    result = subprocess.run(
        ["traktok"], env={**commands, **asked}, capture_output=True, text=True, timeout=60
    )
    assert result.stdout.split() == words
