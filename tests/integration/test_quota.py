"""The day's requests of a client, whichever call, study or process of this computer sent them."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import traktok
from traktok import (
    AuthError,
    QuotaExceeded,
    TraktokWarning,
    auth_forget,
    auth_research,
    tt_collect,
    tt_comments_api,
    tt_quota,
    tt_search_api,
    tt_user_follower_api,
    tt_user_info_api,
)
from traktok._http.endpoints import DAILY_REQUESTS
from traktok.cli import app
from traktok.collect import Collection
from traktok.sandbox import Sandbox
from traktok.sandbox.api import ResearchApi

SPAN = "2023-01-01", "2023-06-30"
SCRIPT = """
import traktok
for name in ("tiktok", "jbgruber", "statisticsglobe"):
    traktok.tt_user_info_api(name)
traktok.tt_user_follower_api("jbgruber")
"""


@pytest.fixture(autouse=True)
def credentials(tiktok: ResearchApi, slept: list[float], folder: Path) -> None:
    """Credentials in the store of credentials."""
    auth_research(tiktok.client_key, tiktok.client_secret)


def told(token: str | None = None) -> tuple[int, int]:
    """What is told to be sent of each quota."""
    table = tt_quota(token)
    assert table["pool"].tolist() == ["main", "follow"]
    assert (table["sent"] + table["left"]).tolist() == [1_000, 20_000]
    main, follow = table["sent"]
    return int(main), int(follow)


def test_plain_calls_count_in_the_pool_of_their_endpoint(tiktok: ResearchApi) -> None:
    assert told() == (0, 0)
    tt_search_api("#rstats", "2023-11-01", "2023-11-29")
    tt_user_follower_api("jbgruber")
    tt_user_info_api(["tiktok", "jbgruber"], workers=2)
    assert told() == (tiktok.quota.main, tiktok.quota.follow) == (3, 1)
    assert tt_quota()["resets_at"].dt.strftime("%H:%M:%S").tolist() == ["00:00:00"] * 2


def test_two_studies_plain_calls_and_a_script_at_once(tiktok: ResearchApi) -> None:
    """The quota told is the one that the sandbox counts."""
    studies = [tt_collect("#rstats", *SPAN, f"{n}.db", start=False) for n in (1, 2)]
    command = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(command, env=dict(os.environ)) as script:
        threads = [threading.Thread(target=study.resume) for study in studies]
        for thread in threads:
            thread.start()
        for _ in range(3):
            tt_comments_api("7302470379501604128")
        for thread in threads:
            thread.join()
        assert script.wait() == 0
    assert told() == (tiktok.quota.main, tiktok.quota.follow)
    assert told()[1] == 1
    assert {study.quota() for study in studies} == {1_000 - tiktok.quota.main}
    assert [study.requests_sent for study in studies] == [7, 7]
    assert tiktok.quota.main == 7 + 7 + 3 + 3


def test_a_study_leaves_what_other_calls_sent(tiktok: ResearchApi) -> None:
    """TikTok is not asked once too often: the day's limit is the client's."""
    study = tt_collect("#rstats", *SPAN, start=False)
    for _ in range(5):
        tt_user_info_api("tiktok")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DAILY_REQUESTS, "main", 8)
        tiktok.quota.main_limit = 8
        assert study.quota() == 3
        with pytest.warns(TraktokWarning, match="used up"):
            study.resume(workers=1)
        assert study.quota() == 0
    assert study.requests_sent == 3
    assert 429 not in [request.status for request in tiktok.requests]


def test_a_limit_of_one_study_is_its_own(tiktok: ResearchApi) -> None:
    for _ in range(5):
        tt_user_info_api("tiktok")
    with tt_collect("#rstats", *SPAN, start=False) as study:
        assert study.quota(3) == 3
        with pytest.warns(TraktokWarning, match="used up"):
            study.resume(daily_requests=3)
        assert (study.quota(3), study.requests_sent) == (0, 3)


def test_a_study_begun_anew_in_its_file_counts_what_the_first_one_sent(
    tiktok: ResearchApi,
) -> None:
    tt_collect("#rstats", *SPAN).close()
    Path("study.db").unlink()
    with tt_collect("#rstats", *SPAN) as study:
        assert study.quota() == 1_000 - tiktok.quota.main == 1_000 - 14


def test_a_copy_of_a_study_counts_what_both_sent(tiktok: ResearchApi) -> None:
    with pytest.warns(TraktokWarning, match="max_requests=3"):
        tt_collect("#rstats", *SPAN, max_requests=3).close()
    Path("copy.db").write_bytes(Path("study.db").read_bytes())
    for name in ("study.db", "copy.db"):
        with Collection(name) as study:
            study.resume()
    left = {Collection(name).quota() for name in ("study.db", "copy.db")}
    assert left == {1_000 - tiktok.quota.main} == {1_000 - 11}


@pytest.mark.parametrize("fault", ["token_expired", "rate_limit", "http_500", "stale_search_id"])
def test_answers_count_as_tiktok_counts_them(fault: str, tiktok: ResearchApi) -> None:
    tiktok.fail(fault)
    with contextlib.suppress(traktok.TraktokError):
        tt_user_info_api("tiktok")
    assert told() == (tiktok.quota.main, 0)
    tiktok.fail(fault)
    with tt_collect("#rstats", "2023-11-01", "2023-11-29", start=False) as study:
        with contextlib.suppress(traktok.TraktokError):
            study.resume()
        assert study.quota() == 1_000 - tiktok.quota.main


def test_what_never_left_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAKTOK_BASE_URL", "http://127.0.0.1:9")
    auth = {"access_token": "act.invented"}
    with pytest.raises(traktok.ConnectionFailed):
        tt_user_info_api("tiktok", token=auth)
    assert told("act.invented") == (0, 0)


def test_where_tiktok_says_that_nothing_is_left_nothing_is(tiktok: ResearchApi) -> None:
    """Others of the team may have sent it; a study does not ask again."""
    tiktok.fail("daily_quota")
    with pytest.raises(QuotaExceeded):
        tt_user_info_api("tiktok")
    assert tt_quota()["left"].tolist() == [0, 20_000]
    with tt_collect("#rstats", *SPAN, start=False) as study:
        with pytest.warns(TraktokWarning, match="used up"):
            study.resume()
        assert (study.quota(), study.requests_sent) == (0, 0)


# ---------------------------------------------------------------------------------- whose they are


def test_a_token_given_by_hand_is_its_clients_where_that_is_known(tiktok: ResearchApi) -> None:
    ours = auth_research(tiktok.client_key, tiktok.client_secret)
    tt_user_info_api("tiktok", token=ours.access_token)
    tt_user_info_api("tiktok")
    theirs = tiktok.token()
    tt_user_info_api("tiktok", token=theirs)
    assert told() == told(ours.access_token) == (2, 0)
    assert told(theirs) == (1, 0)
    with tt_collect("#rstats", *SPAN, token=theirs) as study:
        assert study.quota(token=theirs) == 1_000 - 1 - 7
        assert study.quota() == 1_000 - 2 - 7


def test_a_token_that_is_renewed_stays_the_same_clients(tiktok: ResearchApi) -> None:
    tt_user_info_api("tiktok")
    auth_forget("token")
    tt_user_info_api("tiktok")
    assert told() == (2, 0)


def test_a_token_without_its_keys_stays_its_clients(tiktok: ResearchApi) -> None:
    tt_user_info_api("tiktok")
    auth_forget("keys")
    tt_user_info_api("tiktok")
    assert told() == (2, 0)


def test_the_sandbox_counts_apart(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    tt_user_info_api("tiktok")
    with Sandbox() as other:
        monkeypatch.setenv("TRAKTOK_BASE_URL", other.base_url)
        assert told() == (0, 0)


def test_no_key_and_no_token_is_in_the_folder(tiktok: ResearchApi) -> None:
    token = tiktok.token()
    tt_user_info_api("tiktok", token=token)
    tt_user_info_api("tiktok")
    folder = requests_folder()
    written = b"".join(
        path.name.encode() + path.read_bytes() for path in folder.iterdir() if path.name != "key"
    )
    assert written
    for secret in (token, tiktok.client_key, tiktok.client_secret):
        assert secret.encode() not in written
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def requests_folder() -> Path:
    return Path(os.environ["XDG_DATA_HOME"], "traktok", "requests")


# --------------------------------------------------------------------------- what must not happen


@pytest.mark.parametrize("value", ["0", "off", "No"])
def test_it_can_be_switched_off(
    value: str, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(requests_folder().iterdir())
    monkeypatch.setenv("TRAKTOK_COUNT_REQUESTS", value)
    tt_user_info_api("tiktok")
    with tt_collect("#rstats", *SPAN) as study:
        assert study.quota() == 1_000 - 7
    assert told() == (0, 0)
    assert sorted(requests_folder().iterdir()) == before


def _is_a_file(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("in the way")


def _key_is_a_folder(folder: Path) -> None:
    (folder / "key").unlink()
    (folder / "key").mkdir()


def _log_is_a_folder(folder: Path) -> None:
    tt_user_info_api("tiktok")
    (log,) = folder.glob("*-main")
    log.unlink()
    log.mkdir()


@pytest.mark.parametrize("trouble", [_is_a_file, _key_is_a_folder, _log_is_a_folder])
def test_no_call_fails_where_counting_does(
    trouble: Callable[[Path], None], tiktok: ResearchApi
) -> None:
    trouble(requests_folder())
    assert len(tt_user_info_api("tiktok")) == 1
    with tt_collect("#rstats", "2023-11-01", "2023-11-29") as study:
        assert study.complete
    assert told() == (0, 0)


def test_a_damaged_log_counts_what_is_legible(tiktok: ResearchApi) -> None:
    tt_user_info_api("tiktok")
    (log,) = requests_folder().glob("*-main")
    log.write_bytes(log.read_bytes() + b"\x00\xff half a li")
    tt_user_info_api("tiktok")
    assert told() == (2, 0)


def test_a_day_begins_with_nothing_sent_and_old_days_are_deleted(
    tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    tt_user_info_api("tiktok")
    (log,) = requests_folder().glob("*-main")
    os.utime(log, (0, 0))
    tomorrow = pd.Timestamp.now("UTC").timestamp() + 86_400
    monkeypatch.setattr("traktok._clock.now", lambda: tomorrow)
    assert told() == (0, 0)
    tt_user_info_api("jbgruber")
    assert told() == (1, 0)
    assert not log.exists()


def test_without_credentials_nothing_is_counted() -> None:
    auth_forget()
    assert told() == (0, 0)
    with pytest.raises(AuthError):
        tt_user_info_api("tiktok")


# ---------------------------------------------------------------------------- the command, a team


def run(*arguments: str) -> tuple[str, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.stderr
    return result.stdout, result.stderr


def test_the_command_tells_it_with_and_without_a_study(tiktok: ResearchApi) -> None:
    tt_user_info_api("tiktok")
    tt_user_follower_api("jbgruber")
    sent = (
        "Sent from this computer today (UTC): 1 for searches, profiles and comments and 1 for "
        "followers and accounts followed.\n"
    )
    assert run("quota") == ("999\n", sent)
    tt_collect("#rstats", *SPAN).close()
    assert run("quota", "-q") == run("quota", "study.db", "-q") == ("992\n", "")


def test_a_limit_is_a_studys() -> None:
    result = CliRunner().invoke(app, ["quota", "--daily-requests", "50"])
    assert result.exit_code == 2
    assert "--daily-requests is a study's: name its STORE, too" in result.stderr
