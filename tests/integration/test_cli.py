"""The ``traktok`` command: in this process where that does, as a program where only that tells."""

from __future__ import annotations

import io
import json
import math
import os
import pty
import shlex
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import traktok
from tests import ctrl_c, tables
from traktok.cli import app, endings
from traktok.cli.commands import COMMANDS, RESEARCH
from traktok.cli.fetching import Fetch
from traktok.cli.inputs import position
from traktok.cli.options import flag
from traktok.cli.outputs import Format, Target
from traktok.errors import StoppedAt
from traktok.sandbox.api import ResearchApi

WINDOW = "2023-11-01 to 2023-12-01"
DAYS = ("--start-date", "2023-11-01", "--end-date", "2023-11-20")
EVERYWHERE = {
    "not": [{"field_name": "region_code", "operation": "EQ", "field_values": ["US"]}]
}  # some 800 videos on nine pages
FOLLOWED = ["tiktok", "jbgruber", "smooth.learning.c"]
ON_HAND = 30  # seconds a program may take at most, on a busy machine too


def run(*arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=input)


@pytest.fixture(autouse=True)
def _signed_in(tiktok: ResearchApi) -> None:
    traktok.auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()


@pytest.fixture
def query_file(folder: Path) -> str:
    Path("query.json").write_text(json.dumps(EVERYWHERE))
    return "query.json"


def rows(result: Result) -> pd.DataFrame:
    assert result.exit_code == 0, result.stderr
    return table(result.stdout)


def table(csv: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(csv), dtype="string")


def onward(stderr: str) -> list[str]:
    """The options that a message says to add."""
    told = [line for line in stderr.splitlines() if "to go on, add to the same command: " in line]
    assert len(told) == 1, stderr
    return shlex.split(told[0].rpartition(": ")[2])


def asked(tiktok: ResearchApi) -> list[dict[str, Any]]:
    return [request.body for request in tiktok.requests]


# ------------------------------------------------------------------------------------- the help


def test_version() -> None:
    assert run("--version").stdout == f"traktok {traktok.__version__}\n"


@pytest.mark.parametrize("name", ["", "hidden", *(command.name for command in COMMANDS)])
def test_help_fits_80_columns(name: str) -> None:
    result = run(*name.split(), "--help")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "list[str]" not in result.stdout


def test_every_command_is_summed_up_in_a_whole_sentence() -> None:
    listed = {
        group: run(*group.split(), "--help")
        .stdout.partition("Commands:")[2]
        .partition("Rows go")[0]
        for group in ("", "hidden")
    }
    lines = [line for text in listed.values() for line in text.splitlines()]
    assert [line for line in lines if line.endswith("...")] == []
    for command in COMMANDS:
        group, _, name = command.name.rpartition(" ")
        assert f"  {name} " in listed[group]


def test_help_tells_the_exit_codes() -> None:
    told = run("--help").stdout.partition("Exit codes:")[2]
    assert [line.split()[0] for line in told.splitlines() if line.strip()] == [
        *("0", "1", "2", "3", "4", "75", "130", "141", "143")
    ]


# --------------------------------------------------------------------------- commands and tables


def _in_a_shell(function: tables.Function) -> list[str]:
    """Write a call of a function as its command."""
    words = [function.public.command.name]
    for name, value in function.arguments.items():
        days = [flag(name)] if name in tables.DAYS else []
        words += [*days, *([value] if isinstance(value, str) else value)]
    return words


CALLS: list[tuple[list[str], Callable[[], pd.DataFrame]]] = [
    *((_in_a_shell(function), function) for function in tables.FUNCTIONS.values()),
    (
        ["search", "#rstats", *DAYS, "--max-pages", "all", "--fields", "id,view_count,video_tag"],
        lambda: traktok.tt_search_api(
            "#rstats", "2023-11-01", "2023-11-20", "id,view_count,video_tag", max_pages=math.inf
        ),
    ),
    (
        ["user-videos", "statisticsglobe", "--since", "2023-09-01", "--to", "2023-11-29"],
        lambda: traktok.tt_user_videos_api("statisticsglobe", "2023-09-01", "2023-11-29"),
    ),
    (
        ["comments", "--replies", "7432837991248786678"],
        lambda: traktok.tt_comments_api(comment_id="7432837991248786678"),
    ),
    (
        ["followers", *FOLLOWED, "--max-pages", "2"],
        lambda: traktok.tt_user_follower_api(FOLLOWED, max_pages=2),
    ),
    (
        ["playlist", "7426782536706507894", "--max-pages", "2"],
        lambda: traktok.tt_playlist_api("7426782536706507894", max_pages=2),
    ),
]


def test_every_command_is_called() -> None:
    assert {arguments[0] for arguments, _ in CALLS} == {command.name for command in RESEARCH}


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")  # of users who are skipped
@pytest.mark.parametrize(
    ("arguments", "call"), CALLS, ids=lambda x: " ".join(x) if isinstance(x, list) else ""
)
def test_a_command_gives_the_rows_of_its_function(
    arguments: list[str], call: Callable[[], pd.DataFrame], tiktok: ResearchApi
) -> None:
    got = rows(run(*arguments))
    sent = asked(tiktok)
    tiktok.requests.clear()
    table = call()
    assert asked(tiktok) == sent
    assert got.columns.tolist() == table.columns.tolist()
    assert got.iloc[:, 0].tolist() == table.iloc[:, 0].tolist()
    assert len(table)


def test_words_make_a_phrase_with_or_without_quotes(tiktok: ResearchApi) -> None:
    run("search", "cats and dogs", *DAYS)
    run("search", "cats", "and", "dogs", *DAYS)
    quoted, bare = asked(tiktok)
    assert quoted == bare
    assert len(quoted["query"]["and"]) == 3


def test_a_query_from_a_file_and_from_a_pipe(query_file: str, tiktok: ResearchApi) -> None:
    text = Path(query_file).read_text()
    for arguments in (["--query", query_file], ["--query", "-"], ["-"]):
        assert len(rows(run("search", *arguments, *DAYS, input=text))) > 50
    assert [body["query"] for body in asked(tiktok)] == [EVERYWHERE] * 3


def test_random_and_dates_reach_tiktok(tiktok: ResearchApi) -> None:
    run("search", "cats", "--random", *DAYS)
    (body,) = asked(tiktok)
    assert (body["is_random"], body["start_date"], body["end_date"]) == (
        *(True, "20231101", "20231120"),
    )


def test_names_from_arguments_a_file_and_a_pipe_are_the_same(folder: Path) -> None:
    lines = "\ufeff# whom we follow\r\n\r\n  tiktok \r\n#jbgruber\n@jbgruber\nsmooth.learning.c"
    Path("names.txt").write_text(lines, "utf-8")
    expected = rows(run("users", *FOLLOWED))
    assert expected["username"].tolist() == FOLLOWED
    for result in (
        run("users", "--from", "names.txt"),
        run("users", "--from", "-", input=lines.encode()),
        run("users", "-", input=lines.encode()),
    ):
        pd.testing.assert_frame_equal(rows(result), expected)
    mixed = rows(run("users", "smooth.learning.c", "-", input=b"tiktok\nsmooth.learning.c\n"))
    assert mixed["username"].tolist() == ["smooth.learning.c", "tiktok"]


def test_query_shows_the_tree_and_the_json_and_sends_nothing(
    query_file: str, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOK_TOKEN", "nothing-here.json")
    result = run("query", query_file)
    assert result.exit_code == 0
    tree, _, text = result.stdout.partition("\n\n")
    assert tree == traktok.Query.from_dict(EVERYWHERE).tree()
    assert json.loads(text) == EVERYWHERE
    assert run("query", "-", input=text).stdout == result.stdout
    assert tiktok.requests == []


def test_query_shows_what_no_utf8_can_hold() -> None:
    condition = {"field_name": "keyword", "operation": "IN", "field_values": ["\ud83d"]}
    result = run("query", "-", input=json.dumps({"and": [condition]}))
    assert result.exit_code == 0
    assert "\\ud83d" in result.stdout


# --------------------------------------------------------------------------------------- outputs

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": lambda path: pd.read_csv(path, dtype="string"),
    "jsonl": lambda path: pd.DataFrame(map(json.loads, path.read_text().splitlines())),
    "parquet": pd.read_parquet,
}


@pytest.mark.parametrize("format", READERS)
def test_ids_keep_their_digits_in_every_format(format: str, folder: Path) -> None:
    expected = traktok.tt_search_api("rstats", "2023-11-01", "2023-11-20")
    named = run("search", "rstats", *DAYS, "-o", f"videos.{format}")
    assert (named.exit_code, named.stdout) == (0, "")
    assert named.stderr == f"{len(expected)} rows written to videos.{format}.\n"
    piped = run("search", "rstats", *DAYS, "--format", format)
    Path("piped").write_bytes(piped.stdout_bytes)
    for path in (Path(f"videos.{format}"), Path("piped")):
        read = READERS[format](path)
        assert read["music_id"].tolist() == expected["music_id"].tolist()
        assert read["video_id"].tolist() == expected["video_id"].tolist()
        assert all(len(id) == 19 for id in read["video_id"])


def test_the_table_is_the_results_own_print() -> None:
    expected = traktok.tt_search_api("rstats", "2023-11-01", "2023-11-20")
    assert run("search", "rstats", *DAYS, "--format", "table").stdout == f"{expected}\n"


def test_a_pipe_gets_csv_with_its_header_also_without_rows() -> None:
    result = run("search", "nosuchwordanywhere", *DAYS)
    assert rows(result).columns.tolist() == traktok.last_query().columns.tolist()
    assert result.stderr == "No videos from 2023-11-01 to 2023-11-20 (UTC).\n"


def test_a_file_is_replaced_only_when_told(folder: Path, tiktok: ResearchApi) -> None:
    Path("users.csv").write_text("precious")
    refused = run("users", "tiktok", "-o", "users.csv")
    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert (Path("users.csv").read_text(), tiktok.requests) == ("precious", [])
    assert run("users", "tiktok", "-o", "users.csv", "--overwrite").exit_code == 0
    assert pd.read_csv("users.csv")["username"].tolist() == ["tiktok"]


def test_rows_that_can_not_be_written_are_kept_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare = folder / "spare"
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    save = traktok.files.save

    def full(table: pd.DataFrame, path: str | Path) -> Path:
        if spare not in Path(path).parents:
            raise OSError(28, "No space left on device")
        return save(table, path)

    monkeypatch.setattr("traktok.files.save", full)
    result = run("users", "tiktok", "-o", "users.csv")
    assert result.exit_code == 1
    (kept,) = spare.rglob("*.csv")
    assert result.stderr == (
        f"Error: can't write to users.csv: No space left on device; the rows are in {kept}\n"
    )
    assert pd.read_csv(kept)["username"].tolist() == ["tiktok"]


# -------------------------------------------------------------------------------------- messages


def test_progress_only_when_asked_for_where_nobody_watches() -> None:
    quiet, loud = run("users", "tiktok"), run("users", "tiktok", "--verbose")
    assert quiet.stderr == ""
    assert "Got user tiktok" in loud.stderr
    assert quiet.stdout == loud.stdout
    assert run("users", "tiktok", "--verbose", "--quiet").stderr == ""


def test_who_is_skipped_is_said_one_a_line_without_a_file_name() -> None:
    names = [f"nobody.{letter}" for letter in "abcdefg"]
    result = run("users", *names[:3], "tiktok", *names[3:], "--quiet")
    assert rows(result)["username"].tolist() == ["tiktok"]
    said = result.stderr.splitlines()
    assert [line.split(":")[1].strip() for line in said] == [f"skipped {name}" for name in names]
    assert ".py" not in result.stderr


def test_a_warning_is_a_plain_line() -> None:
    condition = {"field_name": "keywords", "operation": "IN", "field_values": ["x"]}
    result = run("query", "-", input=json.dumps({"and": [condition]}))
    assert (result.exit_code, result.stdout != "") == (0, True)
    assert result.stderr.startswith("Warning: TikTok documents no query field 'keywords'")
    assert result.stderr.count("\n") == 1


def test_more_of_one_search_is_a_cursor_and_quiet_says_nothing(query_file: str) -> None:
    command = ("search", "--query", query_file, *DAYS)
    first = run(*command)
    assert first.stderr.startswith("TikTok holds more; to go on,")
    options = onward(first.stderr)
    assert options[:2] == ["--start-cursor", "100"]
    both = pd.concat([rows(first), rows(run(*command, *options))])
    assert len(both) == len(set(both["video_id"])) == len(rows(run(*command, "--max-pages", "2")))
    assert run(*command, "--quiet").stderr == ""


def test_more_of_several_users_is_more_pages() -> None:
    result = run("followers", *FOLLOWED)
    assert result.stderr == "TikTok holds more: raise --max-pages to get it.\n"


def test_more_of_several_windows_is_said_once(tiktok: ResearchApi) -> None:
    span = ("--since", "2023-11-01", "--to", "2023-12-05")
    result = run("user-videos", *tiktok.world.users, *span)
    assert result.stderr == "TikTok holds more: raise --max-pages to get it.\n"


# ------------------------------------------------------------------------------------ bad input

BAD: dict[str, tuple[list[str], str]] = {
    "nothing to search": (["search"], "give a phrase or --query FILE"),
    "phrase and query": (["search", "x", "--query", "q.json"], "not both"),
    "empty phrase": (["search", "##"], "is empty"),
    "no file": (["search", "--query", "none.json"], "can't read none.json: No such file"),
    "no JSON": (["query", "bad.json"], "bad.json: this is not JSON"),
    "no text": (["users", "--from", "binary"], "binary is not text in UTF-8"),
    "unknown operation": (["query", "operation.json"], "did you mean 'IN'?"),
    "impossible day": (["search", "x", "--start-date", "2023-02-30"], "--start-date"),
    "span to come": (
        ["search", "x", "--start-date", "2023-01-01", "--end-date", "2923-03-01"],
        "lies in the future",
    ),
    "no names": (["users"], "--from FILE"),
    "empty file": (["users", "--from", "comments.txt"], "--from FILE"),
    "no name": (["followers", "a b"], "is not a valid username"),
    "no id": (["comments", "7.19e18"], "no id in '7.19e18'"),
    "short link": (["comments", "https://vm.tiktok.com/x"], "short link"),
    "unknown field": (["liked", "x", "--fields", "likes"], "no field 'likes'"),
    "cursor": (
        ["liked", "x", "--start-cursor", "-1"],
        "--start-cursor must be a non-negative integer, not -1",
    ),
    "max pages": (["liked", "x", "--max-pages", "0"], "'all'"),
    "not a number": (["liked", "x", "--start-cursor", "x"], "--start-cursor"),
    "no such option": (["liked", "x", "--since", "2023-01-01"], "--since"),
    "no such command": (["lked", "x"], "liked"),
    "start at": (["liked", "x", "--start-at", "y"], "--start-at: 'y' is not among"),
    "suffix": (["users", "x", "-o", "users.xls"], "must end in .csv"),
    "two formats": (["users", "x", "-o", "users.csv", "--format", "jsonl"], "contradicts"),
    "table in a file": (["users", "x", "-o", "users.csv", "--format", "table"], "contradicts"),
    "no folder": (
        ["users", "x", "-o", "nowhere/users.csv"],
        "the folder nowhere of users.csv does not exist",
    ),
    "a folder": (["users", "x", "-o", "folder.csv"], "folder.csv is not a file"),
}


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence_and_nothing_sent(
    arguments: list[str], sentence: str, folder: Path, tiktok: ResearchApi
) -> None:
    Path("bad.json").write_text("{")
    Path("binary").write_bytes(b"\xff\xfe\x00")
    Path("comments.txt").write_text("# nobody\n\n")
    Path("folder.csv").mkdir()
    condition = {"field_name": "keyword", "operation": "INN", "field_values": ["x"]}
    Path("operation.json").write_text(json.dumps({"and": [condition]}))
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert sentence in last
    assert "Traceback" not in result.stderr
    assert tiktok.requests == []


def test_parquet_needs_its_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traktok.cli.outputs.find_spec", lambda name: None)
    result = run("users", "tiktok", "-o", "users.parquet")
    assert result.exit_code == 2
    assert 'pip install "traktok[parquet]"' in result.stderr


def test_the_token_goes_to_no_foreign_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", "http://example.org")
    result = run("users", "tiktok")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: TRAKTOK_BASE_URL")


# --------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("fault", "code"),
    [("daily_quota", 75), ("http_500", 1), ("scope_not_authorized", 1), ("reset", 1)],
)
@pytest.mark.usefixtures("slept")
def test_an_error_keeps_the_rows_and_says_how_to_go_on(
    fault: str, code: int, query_file: str, tiktok: ResearchApi
) -> None:
    command = ("search", "--query", query_file, *DAYS, "--max-pages", "4", "-o", "videos.csv")
    tiktok.fail(fault, page=3, times=math.inf)
    failed = run(*command)
    assert (failed.exit_code, failed.stdout) == (code, "")
    assert "error.partial" not in failed.stderr
    kept = pd.read_csv("videos.csv", dtype="string")
    error, how = failed.stderr.splitlines()
    assert error.startswith("Error: ")
    assert how.startswith(f"{len(kept)} rows kept, written to videos.csv; to go on, ")
    options = onward(failed.stderr)
    assert options[:3] == ["--start-cursor", "200", "--search-id"]
    assert options[-2:] == ["--output", "videos.2.csv"]
    tiktok.service.faults.clear()
    assert run(*command, *options, "--max-pages", "2").exit_code == 0
    rest = pd.read_csv("videos.2.csv", dtype="string")
    whole = rows(run(*command, "-o", "-"))
    assert [*kept["video_id"], *rest["video_id"]] == whole["video_id"].tolist()


def test_going_on_another_day_asks_for_the_same_days(tiktok: ResearchApi) -> None:
    tiktok.fail("daily_quota", where={"start_date": "20231202"})
    days = [str(datetime.now(UTC).date())]
    failed = run("user-videos", "statisticsglobe", "--since", "2023-11-01")
    days.append(str(datetime.now(UTC).date()))
    assert onward(failed.stderr) in [["--to", day, "--since", "2023-12-02"] for day in days]


@pytest.mark.parametrize("names", [["@tiktok", "@jbgruber"], ["tiktok", "jbgruber"]])
@pytest.mark.parametrize("fault_at", [{}, {"where": {"username": "jbgruber"}}])
def test_a_list_goes_on_with_the_name_it_stopped_at(
    names: list[str], fault_at: dict[str, Any], tiktok: ResearchApi
) -> None:
    names = [*names, "https://www.tiktok.com/@smooth.learning.c?lang=en"]
    command = ("followers", "--from", "-", "--max-pages", "all")
    lines = "\n".join(names)
    whole = rows(run(*command, input=lines))
    tiktok.fail("daily_quota", **(fault_at or {"page": 2}))
    failed = run(*command, input=lines)
    assert failed.exit_code == 75
    kept, options = table(failed.stdout), onward(failed.stderr)
    assert ("--start-at" in options) == bool(fault_at)
    assert ("--start-cursor" in options) == (not fault_at)
    rest = rows(run(*command, *options, input=lines))
    pd.testing.assert_frame_equal(pd.concat([kept, rest], ignore_index=True), whole)


def test_user_videos_go_on_with_the_window_they_stopped_at(tiktok: ResearchApi) -> None:
    command = ("user-videos", "statisticsglobe", "--since", "2023-08-15", "--to", "2023-12-31")
    whole = rows(run(*command))
    last_window = asked(tiktok)[-1]
    tiktok.fail("daily_quota", where={"start_date": last_window["start_date"]})
    failed = run(*command)
    assert onward(failed.stderr)[0] == "--since"
    tiktok.requests.clear()
    rest = rows(run(*command, *onward(failed.stderr)))
    assert [(body["start_date"], body["end_date"]) for body in asked(tiktok)] == [
        (last_window["start_date"], last_window["end_date"])
    ]
    pd.testing.assert_frame_equal(pd.concat([table(failed.stdout), rest], ignore_index=True), whole)


def test_a_long_search_goes_on_with_the_window_it_stopped_at(
    query_file: str, tiktok: ResearchApi
) -> None:
    span = ("--start-date", "2023-10-01", "--end-date", "2023-12-15")
    command = ("search", "--query", query_file, *span, "--max-pages", "all")
    whole = rows(run(*command))
    tiktok.fail("daily_quota", where={"start_date": "20231101"}, page=2)
    failed = run(*command)
    options = onward(failed.stderr)
    assert options[:2] == ["--start-date", "2023-11-01"]
    rest = rows(run(*command, *options))
    pd.testing.assert_frame_equal(pd.concat([table(failed.stdout), rest], ignore_index=True), whole)


def test_a_long_search_that_is_cut_says_to_raise_max_pages(
    query_file: str, tiktok: ResearchApi
) -> None:
    cut = run(
        "search", "--query", query_file, "--start-date", "2023-10-01", "--end-date", "20231215"
    )
    assert cut.stderr.endswith("TikTok holds more: raise --max-pages to get it.\n")


@pytest.mark.parametrize(
    ("stopped_at", "key"),
    [
        (StoppedAt("user bok", "bok"), "bok"),
        (StoppedAt("comments of video ok", "ok"), "ok"),
        (StoppedAt(WINDOW, WINDOW), WINDOW),
        (StoppedAt("user gone", "gone"), None),
        (None, None),
    ],
)
def test_where_an_error_stopped_is_one_of_the_unfinished(
    stopped_at: StoppedAt | None, key: str | None
) -> None:
    partial = traktok.TikTokResults()
    unfinished = ("ok", "bok", "None", WINDOW)
    partial.attrs["unfinished"] = dict.fromkeys(unfinished)
    error = traktok.TraktokError("")
    error.stopped_at = stopped_at
    fetch = Fetch(traktok.tt_user_info_api, ())
    assert fetch.stopped_at(partial, [], error) == key


def test_an_error_before_any_row_writes_nothing(folder: Path, tiktok: ResearchApi) -> None:
    tiktok.fail("daily_quota")
    result = run("users", "tiktok", "-o", "users.csv")
    assert (result.exit_code, result.stdout, list(folder.iterdir())) == (75, "", [])
    assert result.stderr.count("\n") == 1


def test_who_was_skipped_before_an_error_is_said_too(tiktok: ResearchApi) -> None:
    tiktok.fail("daily_quota", where={"username": "tiktok"})
    result = run("users", "nobody.a", "jbgruber", "tiktok")
    assert table(result.stdout)["username"].tolist() == ["jbgruber"]
    assert "Warning: skipped nobody.a: " in result.stderr
    assert onward(result.stderr) == ["--start-at", "tiktok"]


@pytest.mark.parametrize(
    ("names", "wanted", "found"),
    [
        (["@a", "b"], "a", 0),
        (["https://www.tiktok.com/@b", "tiktok"], "tiktok", 1),
        (["aa", "a.a", "a"], "a", 2),
        (["https://www.tiktok.com/@x/video/123?q=1"], "123", 0),
        (["1234"], "123", None),
        (["b"], "@b", 0),
    ],
)
def test_a_name_is_found_however_it_is_written(
    names: list[str], wanted: str, found: int | None
) -> None:
    assert position(names, wanted) == found


# ---------------------------------------------------------------------------------------- Ctrl-C


@pytest.mark.parametrize("output", ["-", "videos.csv"])
def test_ctrl_c_keeps_what_was_fetched(output: str, query_file: str, tiktok: ResearchApi) -> None:
    tiktok.fail("hang", page=3)
    command = ("search", "--query", query_file, *DAYS, "--max-pages", "all", "-o", output)
    with ctrl_c.pressed_once(lambda: len(tiktok.requests) == 3):
        stopped = run(*command)
    assert stopped.exit_code == 130
    kept = table(stopped.stdout if output == "-" else Path(output).read_text())
    where = "stdout" if output == "-" else output
    first, how = stopped.stderr.splitlines()
    assert first == "Stopped."
    assert how.startswith(f"{len(kept)} rows kept, written to {where}; to go on, ")
    tiktok.requests.clear()
    rest = rows(run(*command, *onward(stopped.stderr), "-o", "-"))
    assert asked(tiktok)[0]["cursor"] == 200
    whole = rows(run(*command, "-o", "-"))
    assert [*kept["video_id"], *rest["video_id"]] == whole["video_id"].tolist()


@pytest.mark.parametrize(
    ("command", "rest"),
    [
        (["users", "tiktok", "jbgruber"], ["--start-at", "jbgruber"]),
        (["playlist", "7426782536706507894", "--max-pages", "2"], ["--start-cursor", "20"]),
    ],
)
def test_ctrl_c_keeps_rows_that_no_memory_holds(
    command: list[str], rest: list[str], tiktok: ResearchApi
) -> None:
    tiktok.fail("hang", on=2)
    with ctrl_c.pressed_once(lambda: len(tiktok.requests) == 2):
        stopped = run(*command)
    assert stopped.exit_code == 130
    assert len(table(stopped.stdout)) > 0
    assert onward(stopped.stderr) == rest


# ------------------------------------------------------------------------------------------ auth


def test_auth_takes_the_keys_from_the_environment(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOK_TOKEN", "another.json")
    assert run("users", "tiktok").exit_code == 1
    missing = run("auth", "--check")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr == (
        "Error: No credentials are stored: run `traktok auth` or `traktok auth --cookies FILE`.\n"
    )
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", tiktok.client_key)
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)
    result = run("auth")
    assert (result.exit_code, result.stdout) == (0, "")
    assert run("auth", "--check").stdout == "Credentials for the Research API are stored.\n"
    assert run("users", "tiktok").exit_code == 0


def test_auth_where_nobody_can_be_asked_speaks_a_shells_words() -> None:
    result = run("auth", input="key\nsecret\n")
    assert result.exit_code == 1
    assert "TIKTOK_CLIENT_KEY" in result.stderr
    assert "run `traktok auth` at a prompt" in result.stderr


def test_auth_says_that_wrong_credentials_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", "planted-key")
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", "planted-secret")
    result = run("auth")
    assert result.exit_code == 1
    assert "does not accept the credentials" in result.stderr
    assert "planted" not in result.output


def test_auth_replaces_a_store_that_can_not_be_read_when_told(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for store in Path(os.environ["XDG_DATA_HOME"]).rglob("token.json*"):
        store.write_bytes(b"damaged")
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", tiktok.client_key)
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", tiktok.client_secret)
    refused = run("auth")
    assert refused.exit_code == 1
    assert "`traktok auth --overwrite`" in refused.stderr
    assert run("auth", "--overwrite").exit_code == 0
    assert run("auth", "--check").exit_code == 0


# --------------------------------------------------------------------------- as a program: pipes


@contextmanager
def program(*arguments: str, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process of its own, which does not outlive its test."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    command = [sys.executable, "-m", "traktok.cli", *arguments]
    with subprocess.Popen(command, **streams) as process:
        try:
            yield process
        finally:
            process.kill()


def until(happened: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait for something that a running program does."""
    for _ in range(ON_HAND * 50):
        if happened():
            return
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"it ended with {process.poll()} before it happened")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_ends_it_quietly(
    unbuffered: str, query_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with program("search", "--query", query_file, *DAYS, "--max-pages", "all") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"video_id,")
        process.stdout.close()
        assert process.wait(ON_HAND) == 141
        assert process.stderr.read() == b""


def test_a_closed_stdout_is_a_sentence(tiktok: ResearchApi) -> None:
    command = [sys.executable, "-m", "traktok.cli", "users", "tiktok"]
    shell = f"exec {shlex.join(command)} >&-"
    done = subprocess.run(["sh", "-c", shell], stderr=subprocess.PIPE, timeout=ON_HAND)
    assert done.returncode == 2
    assert done.stderr == b"Error: stdout is closed: name a file with --output\n"
    assert tiktok.requests == []


def test_ctrl_c_lets_the_writing_finish(query_file: str) -> None:
    with program("search", "--query", query_file, *DAYS, "--max-pages", "all") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.read(1)  # more is to come than a pipe takes unread
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline().startswith(b"Writing what was fetched; Ctrl-C again")
        got = table((first + process.stdout.read()).decode())
        assert process.wait(ON_HAND) == 0
    assert len(got) == len(rows(run("search", "--query", query_file, *DAYS, "--max-pages", "all")))


@pytest.mark.usefixtures("not_under_nohup")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_the_systems_stop_keeps_the_rows_and_ends_the_program(
    stop: signal.Signals, query_file: str, tiktok: ResearchApi
) -> None:
    tiktok.fail("hang", page=3)
    command = ("search", "--query", query_file, *DAYS, "--max-pages", "all", "-o", "videos.csv")
    with program(*command) as process:
        assert process.stderr is not None
        until(lambda: len(tiktok.requests) == 3, process)
        process.send_signal(stop)
        assert process.stderr.readline() == b"Stopped.\n"
        process.send_signal(signal.SIGHUP)  # a terminal that closes sends it twice
        said = process.stderr.read().decode()
        assert process.wait(ON_HAND) == -stop
    kept = table(Path("videos.csv").read_text())
    assert len(kept) > 100
    assert said.startswith(f"{len(kept)} rows kept, written to videos.csv; to go on, ")


@pytest.mark.usefixtures("not_under_nohup")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_the_systems_stop_lets_the_writing_finish(stop: signal.Signals, query_file: str) -> None:
    with program("search", "--query", query_file, *DAYS, "--max-pages", "all") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.read(1)  # more is to come than a pipe takes unread
        process.send_signal(stop)
        assert process.stderr.readline() == b"Writing what was fetched.\n"
        got = table((first + process.stdout.read()).decode())
        assert process.wait(ON_HAND) == -stop
    assert len(got) == len(rows(run("search", "--query", query_file, *DAYS, "--max-pages", "all")))


def test_a_program_under_nohup_lives_on(query_file: str, tiktok: ResearchApi) -> None:
    tiktok.fail("trickle", page=3)
    command = ("search", "--query", query_file, *DAYS, "--max-pages", "3", "-o", "videos.csv")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which a child inherits
    try:
        with program(*command) as process:
            until(lambda: len(tiktok.requests) == 3, process)
            process.send_signal(signal.SIGHUP)
            assert process.wait(ON_HAND) == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert len(table(Path("videos.csv").read_text())) > 200


@pytest.mark.parametrize("is_writing", [False, True])
def test_a_second_ctrl_c_ends_it_at_once(
    is_writing: bool, query_file: str, tiktok: ResearchApi
) -> None:
    tiktok.fail("hang", page=7)  # by then it has more to write than a pipe takes unread
    with program("search", "--query", query_file, *DAYS, "--max-pages", "all") as process:
        assert process.stderr is not None
        until(lambda: len(tiktok.requests) == 7, process)
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline() == b"Stopped.\n"
        if is_writing:
            assert process.stdout is not None
            process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        assert process.wait(ON_HAND) == -signal.SIGINT  # a shell says 130


# ------------------------------------------------------------------------ as a program: terminals


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal: the person's end of it, and the program's."""
    person, programs = pty.openpty()
    termios.tcsetwinsize(programs, (24, 80))
    try:
        yield person, programs
    finally:
        os.close(person)
        os.close(programs)


def shown(person: int, until: bytes = b"") -> str:
    """Read what a terminal shows, up to some words or until nothing more is there."""
    os.set_blocking(person, bool(until))
    seen = b""
    while not until or until not in seen:
        try:
            seen += os.read(person, 1 << 16)
        except BlockingIOError:
            break
    return seen.decode().replace("\r\n", "\n")


def test_a_terminal_gets_a_table() -> None:
    with terminal() as (person, screen):
        with program("search", "rstats", *DAYS, stdout=screen) as process:
            assert process.wait(ON_HAND) == 0
        text = shown(person)
        assert text.startswith("── search id: ")
        assert max(map(len, text.splitlines())) <= 80


def test_csv_cannot_steer_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    table = traktok.TikTokResults({"video_id": ["1"], "text": ["a\x1b]0;title\x07\nb\u202ec"]})
    with terminal() as (person, screen), open(screen, "w", closefd=False) as stdout:
        monkeypatch.setattr("sys.stdout", stdout)
        Target.of(None, Format.CSV, False).write(table)
        assert shown(person) == 'video_id,text\n1,"a\\x1b]0;title\\x07\nb\\u202ec"\n'


def test_a_terminal_refuses_parquet(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal() as (_, screen), open(screen, "w", closefd=False) as stdout:
        monkeypatch.setattr("sys.stdout", stdout)
        with pytest.raises(ValueError, match="Parquet can't be shown on a terminal"):
            Target.of(None, Format.PARQUET, overwrite=False)
        monkeypatch.undo()


def test_progress_goes_to_the_terminal_and_rows_to_the_pipe() -> None:
    with terminal() as (person, screen):
        with program("users", "tiktok", stderr=screen) as process:
            rows, _ = process.communicate(timeout=ON_HAND)
        assert process.returncode == 0
        assert table(rows.decode())["username"].tolist() == ["tiktok"]
        assert "✔ Got user tiktok" in shown(person).replace("\x1b[32m", "").replace("\x1b[0m", "")


def test_auth_asks_without_an_echo(tiktok: ResearchApi) -> None:
    streams = ("stdin", "stdout", "stderr")
    with terminal() as (person, screen):
        with program("auth", start_new_session=True, **dict.fromkeys(streams, screen)) as process:
            seen = shown(person, until=b"Client key: ")
            os.write(person, f"{tiktok.client_key}\n".encode())
            seen += shown(person, until=b"Client secret: ")
            assert seen.count("https://developers.tiktok.com/") == 1
            assert seen.count("what you type is not shown") == 1
            os.write(person, f"{tiktok.client_secret}\n".encode())
            assert process.wait(ON_HAND) == 0
        seen += shown(person)
    assert "Done: the credentials are right" in seen
    assert tiktok.client_key not in seen
    assert tiktok.client_secret not in seen


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "Videos: 536 here of about 670 (652 to 688), about 4 (3 to 5) requests to send, "
            "complete on 2026-11-28",
            [
                "Videos: 536 here of about 670 (652 to 688), about 4 (3 to 5) requests to send,",
                "complete on 2026-11-28",
            ],
        ),
        (
            "7 of 13 windows done, 859 videos kept in a.db; continue with `traktok resume 'a b.db' "
            "--workers 2 --requests-per-second 3`.",
            [
                "7 of 13 windows done, 859 videos kept in a.db; continue with",
                "`traktok resume 'a b.db' --workers 2 --requests-per-second 3`.",
            ],
        ),
        (
            "82 rows kept, written to videos.csv; to go on, add to the same command: --start-date "
            "2023-01-01 --start-cursor 100 --search-id 7449159267121660431 --output videos.2.csv",
            [
                "82 rows kept, written to videos.csv; to go on, add to the same command:",
                "--start-date 2023-01-01 --start-cursor 100 --search-id 7449159267121660431 "
                "--output videos.2.csv",
            ],
        ),
    ],
    ids=["words", "a command", "options"],
)
def test_a_terminal_breaks_lines_between_words_and_nothing_that_is_copied(
    text: str, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with terminal() as (person, screen), open(screen, "w", closefd=False) as stderr:
        monkeypatch.setattr("sys.stderr", stderr)
        endings.say(text)
        assert shown(person).splitlines() == lines
