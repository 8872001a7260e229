"""The commands around the store of a study: begun, stopped, gone on with, exported, refreshed."""

from __future__ import annotations

import contextlib
import io
import math
import os
import pty
import shlex
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import traktok
from tests import ctrl_c
from traktok.cli import app
from traktok.collect import Collection, tt_collect
from traktok.collect._study import Study
from traktok.sandbox.api import ResearchApi

SPAN = ("--since", "2023-11-01", "--to", "2024-01-29")  # three windows
COLLECT = ("collect", "#rstats", *SPAN)
WHOLE = 19

pytestmark = pytest.mark.usefixtures("folder", "slept")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(autouse=True)
def _signed_in(tiktok: ResearchApi) -> None:
    traktok.auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()


def table(result: Result) -> pd.DataFrame:
    assert result.exit_code == 0, result.stderr
    return pd.read_csv(io.StringIO(result.stdout), dtype="string")


def shell_words(stderr: str) -> list[str]:
    """The command that a message says to go on with."""
    (told,) = {line.split("`")[1] for line in stderr.splitlines() if "go on with `" in line}
    return shlex.split(told)[1:]


def begin(store: str = "study.db") -> None:
    """Lay a study out, and send nothing."""
    tt_collect("#rstats", "2023-11-01", "2024-01-29", store, start=False).close()


def videos() -> pd.DataFrame:
    with Collection("study.db") as study:
        return study.videos()


# ------------------------------------------------------------------------------- start to end


def test_a_study_from_its_first_request_to_its_file(tiktok: ResearchApi) -> None:
    collected = run(*COLLECT)
    assert (collected.exit_code, collected.stdout) == (0, "")
    assert "Collecting videos" in collected.stderr or "Got" in collected.stderr
    assert f"3 of 3 windows done, {WHOLE} videos" in collected.stderr
    assert collected.stderr.endswith("complete\n")
    status = table(run("status"))
    assert status["state"].tolist() == ["done"] * 3
    assert status["first_day"].tolist()[0] == "2023-11-01"
    written = run("export", "study.db", "-o", "videos.csv")
    assert (written.exit_code, written.stdout) == (0, "")
    assert written.stderr == "The videos are written to videos.csv.\n"
    exported = pd.read_csv("videos.csv", dtype="string")
    assert exported["video_id"].tolist() == videos()["video_id"].tolist()
    assert len(exported) == WHOLE
    pd.testing.assert_frame_equal(table(run("export")), exported)


def test_a_plan_sends_nothing_and_stores_nothing(folder: Path, tiktok: ResearchApi) -> None:
    for query in ("#rstats", "cats"):
        planned = run("collect", query, *SPAN, "--plan")
        assert table(planned)["last_day"].tolist() == ["2023-11-30", "2023-12-30", "2024-01-29"]
        assert planned.stderr == (
            "Nothing is stored: the same command without --plan begins the study in study.db.\n"
        )
        assert list(folder.iterdir()) == []
    assert run(*COLLECT, "--plan", "-q").stderr == ""
    assert tiktok.requests == []


@pytest.mark.parametrize("store", ["a b.db", "it's.db", 'the "best".db'])
def test_a_study_that_is_begun_is_planned_from_where_it_stands(
    tiktok: ResearchApi, store: str
) -> None:
    begin(store)
    planned = run(*COLLECT, "--into", store, "--plan")
    assert planned.exit_code == 0
    assert planned.stderr == (
        f"Collection {store}: 2023-11-01 to 2024-01-29; 0 of 3 windows done, 0 videos, 0 requests, "
        f"`traktok resume {shlex.quote(store)}` goes on\n"
    )
    assert tiktok.requests == []
    assert len(table(planned)) == 3
    assert run("resume", store, "--max-requests", "1", "--workers", "1", "-q").exit_code == 0
    assert len(table(run(*COLLECT, "--into", store, "--plan"))) == 2
    assert run("resume", store, "-q").stderr == ""
    assert "complete" in run("status", store).stderr


def test_a_plan_names_what_is_in_its_way() -> None:
    Path("text.db").write_text("this is a diary, no database\n" * 100)
    assert run(*COLLECT, "--into", "text.db", "--plan").exit_code == 1
    begin()
    refused = run("collect", "cats", *SPAN, "--plan")
    assert refused.exit_code == 1
    assert "study.db holds another study (another query)" in refused.stderr


def test_a_study_is_gone_on_with_as_it_was_planned() -> None:
    begin()
    planned = run(*COLLECT, "--plan", "--workers", "2", "--max-requests", "1")
    assert planned.stderr.endswith("`traktok resume study.db --workers 2` goes on\n")


def test_quiet_says_nothing() -> None:
    result = run(*COLLECT, "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_comments_and_profiles_come_with_a_resume() -> None:
    assert run(*COLLECT, "-q").exit_code == 0
    assert run("resume", "--comments", "--profiles", "-q").exit_code == 0
    authors = table(run("export", "--what", "users", "-q"))
    assert set(authors["username"]) == set(videos()["author_name"])
    commented = table(run("status", "--what", "comments"))
    assert set(commented["video_id"]) == set(videos()["video_id"])
    described = run("describe")
    assert described.exit_code == 0
    assert "Users: " in described.stdout


def test_a_later_day_is_planned_without_being_stored_and_then_collected(
    tiktok: ResearchApi,
) -> None:
    begin()
    grown = ("collect", "#rstats", "--since", "2023-11-01", "--to", "2024-02-10")
    planned = table(run(*grown, "--plan"))
    assert planned["last_day"].tolist()[-1] == "2024-02-10"
    assert len(table(run("status"))) == 3
    assert tiktok.requests == []
    assert run(*grown, "-q").exit_code == 0
    assert table(run("status"))["last_day"].tolist()[-1] == "2024-02-10"
    shorter = run(*COLLECT)
    assert shorter.exit_code != 0
    assert "another study (another to)" in shorter.stderr


def test_a_study_is_followed_with_a_lag() -> None:
    begin()
    lag = (pd.Timestamp.now("UTC").date() - pd.Timestamp("2024-02-03").date()).days
    followed = run("follow", "study.db", "--lag", f"{lag}")
    assert followed.exit_code == 0
    assert followed.stderr.endswith("complete\n")
    assert table(run("status"))["last_day"].tolist()[-1] == "2024-02-03"
    assert "lag" in run("follow", "study.db", "--lag=-1").stderr


def test_a_report_is_a_page_that_is_not_overwritten_by_chance(folder: Path) -> None:
    begin()
    written = run("report")
    assert (written.exit_code, written.stdout) == (0, "")
    assert written.stderr == "The report is written to report.html.\n"
    assert "2023-11-01 to 2024-01-29</h1>" in (folder / "report.html").read_text("utf-8")
    again = run("report", "study.db")
    assert again.exit_code != 0
    assert "--overwrite" in again.stderr
    assert run("report", "study.db", "--overwrite", "-q").stderr == ""
    assert run("report", "study.db", "-o", "other.html", "-q").exit_code == 0
    assert (folder / "other.html").read_text("utf-8").endswith("</html>\n")
    missing = run("report", "elsewhere.db", "-o", "new.html")
    assert missing.exit_code != 0
    assert not (folder / "new.html").exists()


def test_describe_and_quota_write_to_stdout() -> None:
    run(*COLLECT, "-q", "--workers", "1")
    described = run("describe", "study.db")
    assert "Days (UTC): 2023-11-01 to 2024-01-29, in windows of 30 days" in described.stdout
    assert described.stderr == ""
    left = run("quota", "study.db", "--daily-requests", "100")
    assert left.stdout == "97\n"


def test_months_are_a_folder() -> None:
    run(*COLLECT, "-q")
    unnamed = run("export", "--by-month")
    assert unnamed.exit_code == 2
    assert "name it with --output" in unnamed.stderr
    assert run("export", "--by-month", "-o", "months").exit_code == 0
    assert len(pd.read_parquet("months")) == WHOLE
    refused = run("export", "--by-month", "-o", "others", "--what", "users")
    assert refused.exit_code == 2
    assert "users have no month" in refused.stderr


def test_an_export_replaces_a_file_only_when_told() -> None:
    run(*COLLECT, "-q")
    Path("videos.csv").write_text("precious")
    refused = run("export", "-o", "videos.csv")
    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert Path("videos.csv").read_text() == "precious"
    assert run("export", "-o", "videos.csv", "--overwrite").exit_code == 0


@pytest.mark.parametrize("options", [["-o", "x.csv"], ["-o", "x", "--by-month"]])
def test_a_full_disk_names_what_it_did_not_take(
    options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run(*COLLECT, "-q")
    monkeypatch.setattr("traktok.files.save_parts", full)
    result = run("export", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: can't write to {options[1]}: No space left on device\n"


# ------------------------------------------------------------------------- stopping and going on


def test_a_full_quota_ends_with_75_and_the_same_command_goes_on(tiktok: ResearchApi) -> None:
    limited = run(*COLLECT, "--workers", "1", "--daily-requests", "2")
    assert limited.exit_code == 75
    assert "Warning: Not complete, because the day's requests are used up" in limited.stderr
    assert len(tiktok.requests) == 2
    assert run(*COLLECT).exit_code == 0
    assert len(videos()) == WHOLE
    assert len(tiktok.requests) == 3


def test_the_hint_keeps_what_holds_for_more_than_one_run() -> None:
    limits = ("--workers", "1", "--daily-requests", "1")
    collected = run(*COLLECT, *limits, "--max-requests", "3", "-q")
    assert shell_words(collected.stderr) == ["resume", "study.db", *limits]


def test_a_refresh_that_marks_is_gone_on_with_by_one_that_marks() -> None:
    run(*COLLECT, "-q")
    options = ("--every", "0", "--mark")
    stopped = run("refresh", *options, "--max-requests", "1", "-q")
    assert shell_words(stopped.stderr) == ["refresh", "study.db", *options]


def test_where_a_study_stands_is_said_once() -> None:
    limited = run(*COLLECT, "--max-requests", "1", "--workers", "1")
    assert limited.stderr.count("windows done") == 1


@pytest.mark.parametrize(
    ("most", "stopped"), [(2, "2 of 3 windows"), (3, "0 of 19 videos"), (12, "9 of 19 videos")]
)
def test_one_number_holds_for_all_that_is_asked_for(
    most: int, stopped: str, tiktok: ResearchApi
) -> None:
    begin()
    further = ("--comments", "--profiles", "--workers", "1")
    limited = run("resume", *further, "--max-requests", f"{most}", "-q")
    assert limited.stderr.startswith(
        f"Warning: Not complete, because --max-requests={most} was reached: {stopped} done, "
    )
    assert limited.stderr.count("\n") == 1
    assert len(tiktok.requests) == most
    assert f"max_requests={most} was reached" in run("describe").stdout


def test_what_was_asked_for_is_not_forgotten() -> None:
    begin()
    limited = run("resume", "--comments", "--profiles", "--max-requests", "7", "-q")
    assert shell_words(limited.stderr) == ["resume", "study.db"]
    assert "goes on" in run("status").stderr
    assert run("resume").stderr.endswith("complete\n")
    authors = table(run("export", "--what", "users", "-q"))["username"]
    assert set(authors) == set(videos()["author_name"])
    commented = table(run("status", "--what", "comments"))["video_id"]
    assert set(commented) == set(videos()["video_id"])


def test_so_many_requests_and_no_more_is_no_error(tiktok: ResearchApi) -> None:
    limited = run(*COLLECT, "--max-requests", "1", "--workers", "1")
    assert limited.exit_code == 0
    assert "because --max-requests=1 was reached" in limited.stderr
    assert len(tiktok.requests) == 1
    assert run(*shell_words(limited.stderr)).exit_code == 0
    assert len(videos()) == WHOLE


def test_an_error_says_what_is_kept(tiktok: ResearchApi) -> None:
    tiktok.fail("scope_not_authorized", on=2, times=math.inf)
    failed = run(*COLLECT, "--workers", "1", "-q")
    assert failed.exit_code == 1
    error, how = failed.stderr.splitlines()
    assert error.startswith("Error: ")
    assert how.startswith("1 of 3 windows done, ")
    assert how.endswith("; go on with `traktok resume study.db --workers 1`.")
    tiktok.service.faults.clear()
    assert run(*shell_words(failed.stderr)).exit_code == 0
    assert len(videos()) == WHOLE


def test_windows_set_aside_end_with_1_and_are_tried_again(tiktok: ResearchApi) -> None:
    one_day = ("--since", "2023-11-05", "--to", "2023-11-05")
    tiktok.fail("broken_json", times=math.inf, where={"start_date": "20231105"})
    failed = run("collect", "#rstats", *one_day, "--into", "it.db", "--workers", "1", "-q")
    assert failed.exit_code == 1
    assert failed.stderr == (
        "Warning: 1 window kept failing, now set aside, see `traktok status it.db`; try again with "
        "`traktok resume it.db --retry --workers 1`.\n"
    )
    assert table(run("status", "it.db", "-q"))["state"].tolist() == ["set aside"]
    tiktok.service.faults.clear()
    assert run("resume", "it.db", "--retry", "-q").exit_code == 0


def test_ctrl_c_finishes_the_page_in_hand(tiktok: ResearchApi) -> None:
    tiktok.fail("trickle", on=2)
    with ctrl_c.pressed_once(lambda: len(tiktok.requests) == 2):
        stopped = run(*COLLECT, "--workers", "1")
    assert stopped.exit_code == 130
    assert "Finishing the pages in hand" in stopped.stderr
    assert "Stopped.\n2 of 3 windows done" in stopped.stderr
    assert run(*shell_words(stopped.stderr), "-q").exit_code == 0
    assert len(videos()) == WHOLE
    assert len(tiktok.requests) == 3


@pytest.mark.usefixtures("not_under_nohup")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_the_systems_stop_finishes_the_page_in_hand_too(
    stop: signal.Signals, tiktok: ResearchApi
) -> None:
    tiktok.fail("trickle", on=2)
    command = [sys.executable, "-m", "traktok.cli", *COLLECT, "--workers", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        while len(tiktok.requests) < 2:
            assert process.poll() is None
            threading.Event().wait(0.01)
        process.send_signal(stop)
        _, said = process.communicate(timeout=60)
    assert process.returncode == -stop
    assert "Finishing the pages in hand.\n" in said
    assert "Stopped.\n2 of 3 windows done" in said
    assert "Ctrl-C" not in said
    assert run(*shell_words(said), "-q").exit_code == 0
    assert len(videos()) == WHOLE
    assert len([asked for asked in tiktok.requests if asked.endpoint == "video/query/"]) == 3


def test_a_collect_says_what_else_the_study_is_to_have(tiktok: ResearchApi) -> None:
    begin()
    run("resume", "--comments", "--max-requests", "1", "--workers", "1", "-q")
    collected = run(*COLLECT)
    assert collected.exit_code == 0
    assert collected.stderr.endswith("`traktok resume study.db` goes on\n")
    assert len([asked for asked in tiktok.requests if asked.endpoint != "video/query/"]) == 0
    assert run("resume").stderr.endswith("complete\n")
    assert table(run("status", "--what", "comments"))["state"].tolist() == ["done"] * WHOLE


@pytest.mark.parametrize("most", [2, 3, 5, 3 + WHOLE])
def test_all_parts_of_a_resume_share_what_may_be_sent(tiktok: ResearchApi, most: int) -> None:
    begin()
    further = ("--comments", "--profiles", "--max-requests", f"{most}", "--workers", "1")
    limited = run("resume", *further)
    assert limited.exit_code == 0
    assert len(tiktok.requests) == most
    assert "was reached" in limited.stderr
    before = 0
    while len(tiktok.requests) > before:
        before = len(tiktok.requests)
        assert run("resume", *further, "-q").exit_code == 0
        assert len(tiktok.requests) - before <= most
    assert "complete" in run("status").stderr
    authors = table(run("export", "--what", "users", "-q"))["username"]
    assert set(authors) == set(videos()["author_name"])


def test_a_resume_makes_no_tables_to_count_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    begin()
    for table in ("requests", "status", "videos"):
        monkeypatch.delattr(Study, table)
    assert run("resume", "--comments", "--max-requests", "5", "-q").exit_code == 0
    assert run("resume", "--comments", "--daily-requests", "6", "-q").exit_code == 75


def test_a_study_is_not_complete_without_the_comments_it_was_to_have() -> None:
    run(*COLLECT, "-q")
    limited = run("resume", "--comments", "--max-requests", "1", "--workers", "1")
    assert "1 of 19 videos done, " in limited.stderr
    assert "complete\n" not in limited.stderr
    assert run("status").stderr.endswith("`traktok resume study.db` goes on\n")
    assert run("resume").stderr.endswith("complete\n")


def test_a_run_with_nothing_to_do_says_only_where_the_study_stands(tiktok: ResearchApi) -> None:
    run(*COLLECT, "-q")
    tiktok.requests.clear()
    resumed = run("resume")
    assert resumed.stderr.count("\n") == 1
    assert resumed.stderr.endswith("complete\n")
    assert tiktok.requests == []
    assert "Runs: 1\n" in run("describe").stdout


# ---------------------------------------------------------------------------------- refreshing


def test_a_refresh_counts_what_is_gone(tiktok: ResearchApi) -> None:
    run(*COLLECT, "-q")
    due = run("refresh", "--due", "--every", "30")
    assert (due.exit_code, due.stderr) == (0, "")
    assert pd.Timestamp(due.stdout.strip()) > pd.Timestamp.now("UTC") + timedelta(days=29)
    gone = videos()["video_id"].tolist()[:2]
    tiktok.service.gone.update(map(int, gone))
    counted = table(run("refresh", "--every", "0", "-q"))
    assert counted.set_index("what").loc["videos"].tolist() == [str(WHOLE), "2"]
    assert not set(gone) & set(videos()["video_id"])


def test_nothing_to_refresh() -> None:
    begin()
    assert run("refresh", "--due").stdout == "There is nothing to refresh.\n"


# ------------------------------------------------------------------------------------ bad input

BAD = {
    "no days": (["collect", "x"], 2, "Missing option '--since'"),
    "nothing to search": (["collect", *SPAN], 2, "give a phrase or --query FILE"),
    "a day that is none": (["collect", "x", "--since", "2023-02-30", "--to", "2023-03-01"], 2, ""),
    "the future": (["collect", "x", "--since", "2999-01-01", "--to", "2999-01-02"], 2, ""),
    "no workers": ([*COLLECT, "--workers", "0"], 2, "workers must be a positive integer"),
    "no quota": ([*COLLECT, "--on-quota", "hope"], 2, "--on-quota"),
    "no store": (["status", "none.db"], 1, "There is no store none.db: `traktok collect` begins"),
    "no store of ours": (["resume", "text.db"], 1, "text.db"),
    "another study": (["collect", "cats", *SPAN], 1, "go on with this one by `traktok resume"),
    "no table of it": (["export", "--what", "likes"], 2, "--what"),
    "no format": (["export", "-o", "videos.xls"], 2, "must end in .csv"),
    "no days of a refresh": (["refresh", "--every", "-1"], 2, "every must be a number of days"),
    "no day to come": (
        ["refresh", "--due", "--every", "1e12"],
        2,
        "every must be a number of days",
    ),
    "a file for months": (["export", "--by-month", "-o", "x.csv"], 2, "name a folder"),
    "no number": (["quota", "--daily-requests", "0"], 2, "--daily-requests"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_nothing_is_sent(name: str, tiktok: ResearchApi) -> None:
    arguments, code, sentence = BAD[name]
    begin()
    Path("text.db").write_text("this is a diary, no database\n" * 100)
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert sentence in last
    assert "Traceback" not in result.stderr
    assert tiktok.requests == []


def test_who_has_no_study_does_not_wait_for_its_database() -> None:
    heavy = "{'sqlalchemy', 'tree_sitter', 'playwright', 'rdata'}"
    code = f"import sys, traktok.cli; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=60)
    assert done.stdout == b"set()\n"


@pytest.mark.parametrize("terminal", [False, True], ids=["a file", "a terminal"])
def test_a_second_ctrl_c_says_how_to_go_on(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with ResearchApi(latency=1) as slow:
        monkeypatch.setenv("TRAKTOK_BASE_URL", slow.url)
        traktok.auth_research(slow.client_key, slow.client_secret)
        slow.requests.clear()
        command = [sys.executable, "-m", "traktok", *COLLECT]
        ours, stderr = pty.openpty() if terminal else os.pipe()
        with os.fdopen(ours, "rb") as reads, subprocess.Popen(command, stderr=stderr) as process:
            os.close(stderr)
            deadline = time.monotonic() + 30
            while not slow.requests and time.monotonic() < deadline:
                threading.Event().wait(0.01)
            process.send_signal(signal.SIGINT)
            written = b""
            while b"Finishing the pages in hand" not in written:
                written += reads.read1()
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(OSError):  # a terminal whose program ended
                while more := reads.read1():
                    written += more
            assert process.wait(30) == -signal.SIGINT
    *_, last = written.replace(b"\r", b"").decode().rstrip("\n").split("\n")
    assert last == "Stopped at once; what came is kept; continue with `traktok resume study.db`."
    if terminal:
        assert written.rindex(b"\x1b[?25h") > written.rindex(b"\x1b[?25l")


# ------------------------------------------------------------------------------- several queries


def query_file(name: str, hashtag: str) -> str:
    """Write a query into a file."""
    asked = traktok.query() | traktok.query_and("hashtag_name", "IN", hashtag)
    Path(name).write_text(asked.to_json(), encoding="utf-8")
    return name


def test_several_queries_are_collected_added_and_exported(tiktok: ResearchApi) -> None:
    rstats, cats = query_file("r.json", "rstats"), query_file("a=b.json", "cats")
    several = ["collect", "--query", f"R={rstats}", "--query", f"cats={cats}", *SPAN]
    plan = table(run(*several, "--plan"))
    assert plan["query"].tolist() == ["R"] * 3 + ["cats"] * 3
    assert run(*several).exit_code == 0
    sent = len(tiktok.requests)
    assert run(*several).exit_code == 0
    assert run("add", "study.db", "fun", "#fun").exit_code == 0
    status = table(run("status"))
    assert set(status["query"]) == {"R", "cats", "fun"}
    assert len(tiktok.requests) > sent
    with Collection("study.db") as study:
        for name in ("R", "cats", "fun"):
            exported = table(run("export", "--query", name))
            assert exported["video_id"].tolist() == study.videos(query=name)["video_id"].tolist()
            assert exported["found_by"].str.contains(f'"{name}"').all()
        assert run("export", "--query", "R", "-o", "r.csv").exit_code == 0
        assert len(traktok.read_results("r.csv")) == WHOLE


def test_one_query_in_a_file_has_no_name() -> None:
    assert run("collect", "--query", query_file("a=b.json", "cats"), *SPAN).exit_code == 0
    assert "query" not in table(run("status"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--query", "r.json", "--query", "x=r.json"], "several queries need names: --query NAME="),
        (["--query", "x=r.json", "--query", "x=r.json"], "two queries are called 'x'"),
        (["--query", "x=r.json", "--query", "y=r.json"], "'x' and 'y' are the same query"),
        (["#rstats", "--query", "x=r.json"], "give a phrase or --query NAME=FILE, not both"),
        (["--query", "x=none.json"], "can't read none.json"),
    ],
)
def test_queries_that_can_not_be_named_so(
    arguments: list[str], said: str, tiktok: ResearchApi
) -> None:
    query_file("r.json", "rstats")
    result = run("collect", *arguments, *SPAN)
    assert result.exit_code == 2
    assert said in result.stderr
    assert tiktok.requests == []
    begin()
    result = run("export", "--query", "x")
    assert result.exit_code == 2
    assert "--query: this study has one query, without a name" in result.stderr
    assert run("export", "--query", "x", "--what", "comments").exit_code == 2


def test_a_watch_list_grows(tiktok: ResearchApi) -> None:
    Path("tags.txt").write_text("#rstats\n", encoding="utf-8")
    assert run("collect", "--hashtags", "tags.txt", *SPAN).exit_code == 0
    before = len(table(run("export")))
    Path("tags.txt").write_text("#rstats\n#cats\n", encoding="utf-8")
    sent = len(tiktok.requests)
    assert run("resume").exit_code == 0
    assert len(tiktok.requests) >= sent + 3
    assert len(table(run("export"))) > before
    Path("who.csv").write_text("party,account\nx,tiktok\n", encoding="utf-8")
    added = run("add", "study.db", "who", "--users", "who.csv", "--column", "account")
    assert added.exit_code == 0
    assert set(table(run("status"))["query"]) == {"first", "who"}
    several = ["--users", "who=who.csv", "--hashtags", "first=tags.txt", "--column", "account"]
    refused = run("collect", *several, *SPAN)
    assert refused.exit_code == 2
    assert "has no column 'account'" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["collect", "--users", "none.txt", *SPAN], "--users: can't read"),
        (["collect", "x", "--users", "r.json", *SPAN], "give one of a phrase, --query FILE, --us"),
        (["add", "study.db", "x", "--users", "a", "--hashtags", "b"], "give one of a phrase"),
        (["add", "study.db", "x"], "give a phrase or --query FILE"),
        (["add", "study.db"], "NAME"),
    ],
)
def test_what_can_not_be_added(arguments: list[str], said: str, tiktok: ResearchApi) -> None:
    begin()
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert tiktok.requests == []
