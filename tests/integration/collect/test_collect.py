"""A study from its first request to its last, where nothing goes wrong."""

from __future__ import annotations

import math
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.collect.conftest import Studies
from traktok import Query, Step, tt_comments_api, tt_search_api, tt_user_info_api
from traktok._run.options import RunOptions
from traktok.collect import Collection, _runs, tt_collect
from traktok.collect._owners import is_dead, new_owner, retire
from traktok.collect._windows import Window, split
from traktok.errors import TraktokWarning
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

Visible = Callable[[str, str], set[str]]
QUARTER = "2023-01-01", "2023-03-31"
DAYS = "2023-01-01", "2023-01-06"


# --------------------------------------------------------------------------------- windows


@given(
    first=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    length=st.integers(1, 900),
    days=st.integers(1, 30),
)
def test_windows_cover_every_day_once(first: date, length: int, days: int) -> None:
    whole = Window(first, first + timedelta(days=length - 1))
    windows = split(whole, days)
    covered = [w.first + timedelta(days=n) for w in windows for n in range(w.days)]
    assert covered == [first + timedelta(days=n) for n in range(length)]
    assert len(windows) == math.ceil(length / days)
    assert all(window.days == days for window in windows[:-1])


@given(first=st.dates(date(2020, 1, 1), date(2026, 1, 1)), length=st.integers(2, 30))
def test_halves_cover_every_day_once(first: date, length: int) -> None:
    whole = Window(first, first + timedelta(days=length - 1))
    one, two = whole.halves()
    assert (one.first, two.last) == (whole.first, whole.last)
    assert one.last + timedelta(days=1) == two.first
    assert one.days - two.days in (0, 1)
    assert Window.of(whole.subject) == whole


def test_a_year_is_13_windows_of_30_days() -> None:
    windows = split(Window(date(2023, 1, 1), date(2023, 12, 31)))
    assert len(windows) == 13
    assert windows[0] == Window(date(2023, 1, 1), date(2023, 1, 30))
    assert windows[1].first == date(2023, 1, 31)


# ------------------------------------------------------------------------------- collecting


@pytest.mark.parametrize("workers", [1, 4])
def test_all_visible_videos_each_once(
    study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible, workers: int
) -> None:
    collection = study(store, *QUARTER, workers=workers)
    ids = collection.videos()["video_id"]
    assert ids.is_unique
    assert set(ids) == visible(*QUARTER)
    assert collection.complete
    searches = [r for r in tiktok.requests if r.endpoint == "video/query/"]
    asked = [(r.body["start_date"], r.body["cursor"]) for r in searches]
    assert len(asked) == len(set(asked)) == collection.status()["requests"].sum()


def test_the_table_is_that_of_a_search(
    study: Studies, store: Path | str, everything: Query
) -> None:
    collection = study(store, "2023-01-01", "2023-01-30")
    found = tt_search_api(everything, "2023-01-01", "2023-01-30", max_pages=math.inf)
    found = found.sort_values("video_id", ascending=False, ignore_index=True)
    pd.testing.assert_frame_equal(collection.videos(), found)
    assert collection.videos().has_more is False


@pytest.mark.usefixtures("slept")
def test_an_empty_study_has_its_columns(sqlite_store: Path, everything: Query) -> None:
    nothing = tt_collect("nobodysaysthis", "2023-01-01", "2023-01-02", sqlite_store)
    empty = tt_search_api("nobodysaysthis", "2023-01-01", "2023-01-02")
    pd.testing.assert_frame_equal(nothing.videos(), empty)
    (chunk,) = nothing.videos(chunksize=10)
    pd.testing.assert_frame_equal(chunk, empty)
    nothing.close()


@pytest.mark.parametrize("rows", [1, 100, 479, 10_000])
def test_chunks_are_the_table_in_pieces(study: Studies, sqlite_store: Path, rows: int) -> None:
    collection = study(sqlite_store, *QUARTER)
    whole = collection.videos()
    chunks = list(collection.videos(chunksize=rows)) if rows > 1 else [whole]
    assert all(len(chunk) == rows for chunk in chunks[:-1]) or rows == 1
    together = pd.concat(map(pd.DataFrame, chunks), ignore_index=True)
    pd.testing.assert_frame_equal(together, pd.DataFrame(whole))


def test_further_fields_become_columns(study: Studies, sqlite_store: Path) -> None:
    fields = ["id", "create_time", "favorites_count", "video_tag"]
    videos = study(sqlite_store, "2023-01-01", "2023-01-30", fields=fields).videos()
    assert videos.columns[-2:].tolist() == ["favorites_count", "video_tag"]
    assert videos["favorites_count"].dtype == "Int64"
    assert study.open(sqlite_store).videos().columns.tolist() == videos.columns.tolist()


def test_a_pipe_ends_in_a_study(sqlite_store: Path, everything: Query) -> None:
    step: Step[Any] = tt_collect(since="2023-01-01", to="2023-01-10", into=sqlite_store)
    assert "tt_collect" in repr(step)
    with everything | step as collection:
        assert collection.complete


# ---------------------------------------------------------------------- before and afterwards


def test_a_plan_sends_nothing(study: Studies, sqlite_store: Path, tiktok: ResearchApi) -> None:
    before = len(tiktok.requests)
    collection = study(sqlite_store, "2023-01-01", "2023-12-31", start=False)
    plan = collection.plan()
    assert plan["least_requests"].sum() == 13
    assert plan["first_day"].iloc[1] == pd.Timestamp("2023-01-31")
    assert len(tiktok.requests) == before
    assert not collection.complete
    assert collection.resume(workers=3).complete
    assert collection.plan().empty


def test_the_same_call_again_sends_nothing(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    study(store, *QUARTER)
    before = len(tiktok.requests)
    assert study(store, *QUARTER).complete
    assert study.open(store).resume().complete
    assert len(tiktok.requests) == before


def test_status_tells_windows(study: Studies, store: Path | str) -> None:
    status = study(store, *QUARTER).status()
    assert status.columns.tolist() == [
        "first_day",
        "last_day",
        "state",
        "pages",
        "videos",
        "requests",
        "last_error",
    ]
    assert status["state"].tolist() == ["done"] * 3
    assert status["videos"].sum() == len(study.open(store).videos())
    assert status["last_error"].isna().all()


def test_the_ledger_shows_tiktoks_words_as_escapes(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, *QUARTER)
    with closing(sqlite3.connect(sqlite_store)) as connection:
        connection.execute("UPDATE requests SET error = ?, log_id = ?", ["\x1b[2J", "\u202e1"])
        connection.commit()
    requests = collection.requests()
    assert set(requests["error"]) == {r"\x1b[2J"}
    assert set(requests["log_id"]) == {r"\u202e1"}
    assert str(requests["error"].dtype) == "string"


def test_every_request_is_in_the_ledger(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    tiktok.fail("http_503", on=2)
    requests = study(store, *QUARTER).requests()
    searches = [r for r in tiktok.requests if r.endpoint == "video/query/"]
    assert len(requests) == len(searches)
    assert requests["status"].tolist() == [r.status for r in searches]
    assert requests["cursor"].tolist() == [str(r.body["cursor"]) for r in searches]
    good = requests[requests["status"] == 200]
    assert good["log_id"].str.fullmatch(r"[0-9]{14}[0-9A-F]{20}").all()
    assert good["rows"].sum() == len(study.open(store).videos())
    assert (requests["seconds"] >= 0).all()
    assert "503" in requests["error"].iloc[1]


def test_describe_has_what_a_paper_needs(study: Studies, store: Path | str) -> None:
    said = study(store, *QUARTER).describe()
    for needed in ("2023-01-01 to 2023-03-31", "video_length", "SHORT", "voice_to_text"):
        assert needed in said
    for needed in ("HTTP 200", "traktok 0.", "Python 3.", "main quota", "3 done"):
        assert needed in said


def test_versions_are_named_once_for_all_runs_with_them(
    study: Studies, sqlite_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study(sqlite_store, *QUARTER, start=False)
    for version in ("0.1.0", "0.1.0", "0.2.0"):
        monkeypatch.setattr(_runs, "__version__", version)
        with pytest.warns(TraktokWarning, match="max_requests=1 was reached"):
            study(sqlite_store, *QUARTER, max_requests=1, workers=1)
    described = Collection(sqlite_store).describe()
    runs = re.findall(r"^  (with traktok \S+|videos),", described, re.M)
    assert runs == ["with traktok 0.1.0", "videos", "videos", "with traktok 0.2.0", "videos"]


def test_a_study_prints_where_it_stands(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, *QUARTER)
    assert "3 of 3 windows done" in repr(collection)
    assert "complete" in repr(collection)
    assert str(sqlite_store) in repr(collection)


def test_no_secret_is_in_the_store(study: Studies, sqlite_store: Path, tiktok: ResearchApi) -> None:
    tiktok.fail("token_expired", on=2)
    study(sqlite_store, *QUARTER)
    held = b"".join(path.read_bytes() for path in sqlite_store.parent.glob("study.db*"))
    assert b"2023-01-30" in held
    assert tiktok.client_secret.encode() not in held
    assert b"clt.2." not in held


# ------------------------------------------------------------------------ comments and users


def test_comments_of_a_study(study: Studies, store: Path | str, tiktok: ResearchApi) -> None:
    collection = study(store, *DAYS, workers=4)
    collection.collect_comments(workers=4)
    ids = sorted(collection.videos()["video_id"])
    found = tt_comments_api(ids, max_pages=math.inf)
    found = found.sort_values("id", ascending=False, ignore_index=True)
    assert len(found) > 10
    pd.testing.assert_frame_equal(collection.comments(), found[collection.comments().columns])
    status = collection.status("comments")
    assert status["video_id"].tolist() == ids
    assert status["comments"].sum() == len(found)
    before = len(tiktok.requests)
    assert collection.collect_comments().complete
    assert len(tiktok.requests) == before


def test_comments_that_are_not_given_out_or_end_early_leave_a_study_complete(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    tiktok.switches["comments_end"] = 1000
    comments = tiktok.world.comments
    undisclosed = str(next(id for id in sorted(tiktok.world.undisclosed) if comments.get(id)))
    longest = str(max(comments, key=lambda id: len(comments[id])))
    collection = study(store, *DAYS)
    tiktok.requests.clear()
    collection.collect_comments([undisclosed, longest])
    status = collection.status("comments").set_index("video_id")
    assert status["state"].to_dict() == {undisclosed: "skipped", longest: "done"}
    assert "not allowed to be disclosed" in status.loc[undisclosed, "last_error"]
    assert status.loc[longest, "last_error"] == "TikTok lists no more"
    assert status["requests"].to_dict() == {undisclosed: 1, longest: 11}
    assert 900 < len(collection.comments()) <= 1000
    assert collection.complete


def test_users_of_a_study(study: Studies, store: Path | str, tiktok: ResearchApi) -> None:
    collection = study(store, *DAYS, workers=4)
    collection.collect_users(workers=4)
    names = sorted(collection.videos()["author_name"].unique())
    users = collection.users().sort_values("username", ignore_index=True)
    pd.testing.assert_frame_equal(users, tt_user_info_api(names))
    hidden = next(user.username for user in tiktok.world.users.values() if user.hidden)
    collection.collect_users([hidden, names[0]])
    status = collection.status("users").set_index("username")
    assert status.loc[hidden, "state"] == "skipped"
    assert isinstance(status.loc[hidden, "last_error"], str)
    assert status["users"].sum() == len(names) == len(collection.users())
    assert collection.complete


def test_what_a_resume_is_asked_for_stays_on_the_list(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    collection = study(store, *DAYS, window_days=1, start=False)
    for most, kind in ((3, "windows"), (5, "videos"), (40, "")):
        with pytest.warns(TraktokWarning, match=f"max_requests={most} was reached.*{kind} done"):
            collection.resume(comments=True, profiles=True, max_requests=most)
        assert not collection.complete
        assert not study.open(store).complete
    assert f"max_requests={most} was reached" in collection.description
    assert study.open(store).resume().complete
    videos = collection.videos()
    assert set(collection.status("comments")["video_id"]) == set(videos["video_id"])
    assert set(collection.status("users")["username"]) == set(videos["author_name"])
    before = len(tiktok.requests)
    assert collection.resume(comments=True, profiles=True).complete
    assert collection.collect_comments().collect_users().complete
    assert len(tiktok.requests) == before


def test_all_comments_are_collected_as_was_said_first(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, *DAYS)
    first, *_ = collection.videos()["video_id"]
    collection.collect_comments(first, fields="like_count", max_pages=1)
    assert collection.resume(workers=4).status("comments")["video_id"].tolist() == [first]
    assert collection.resume(comments=True, workers=4).complete
    assert len(collection.status("comments")) == len(collection.videos())
    assert collection.comments().columns.tolist() == ["id", "video_id", "like_count"]


def test_some_comments_some_pages(study: Studies, sqlite_store: Path, tiktok: ResearchApi) -> None:
    collection = study(sqlite_store, "2023-11-01", "2023-11-02", workers=4)
    most = max(tiktok.world.comments.items(), key=lambda item: len(item[1]))[0]
    collection.collect_comments(str(most), max_pages=1)
    assert collection.status("comments")["pages"].tolist() == [1]
    assert collection.complete


def test_records_keep_what_tells_them_apart(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, "2023-11-01", "2023-11-02", fields="region_code")
    videos = collection.videos()
    assert videos["video_id"].is_unique
    assert len(videos) > videos["region_code"].nunique()
    collection.collect_comments(fields="like_count", workers=4)
    assert collection.comments().columns.tolist() == ["id", "video_id", "like_count"]
    assert set(collection.comments()["video_id"]) <= set(videos["video_id"])


def test_a_run_that_works_is_not_called_broken_off(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    collection = study(sqlite_store, *QUARTER, start=False)
    run = _runs.StoreRun(collection._store, RunOptions())
    with run.logged("videos"):
        described = [collection.describe()]
        retire(run.owner)
        described.append(collection.describe())
    described.append(collection.describe())
    endings = re.findall(r"^  videos, .* UTC: (.*)$", "\n".join(described), re.M)
    assert endings == ["not ended yet", "broken off", "finished"]


def test_windows_sends_no_signal_to_ask_whether_a_run_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Signal 0 is Ctrl-C there, for all processes of a console."""
    signals: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *signal: signals.append(signal))
    machine, _, unique = new_owner().rpartition(f" {os.getpid()} ")
    other = f"{machine} {os.getpid() + 1} {unique}"
    assert not is_dead(other)
    assert signals == [(os.getpid() + 1, 0)]
    monkeypatch.setattr("traktok._surroundings.on_windows", lambda: True)
    assert not is_dead(other)
    assert len(signals) == 1


# -------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"to": "2999-01-01"}, "in the future"),
        ({"since": "2023-05-01"}, "after to"),
        ({"since": "2023-02-30"}, "no day"),
        ({"query": ""}, "empty"),
        ({"fields": "likes"}, "no field 'likes'"),
        ({"workers": 0}, "workers must be a positive integer"),
        ({"max_requests": 0}, "max_requests"),
        ({"daily_requests": 1.5}, "daily_requests"),
        ({"requests_per_second": 0}, "requests_per_second"),
        ({"on_quota": "panic"}, "on_quota must be 'stop' or 'wait'"),
        ({"window_days": 31}, "window_days"),
        (
            {"into": "mysql://user@host/study"},
            "into must be an SQLite file or a PostgreSQL database, not mysql",
        ),
        ({"into": ":memory:"}, "into must be a file"),
        ({"into": "sqlite://"}, "into must be a file"),
    ],
)
def test_what_cant_be_right_is_said_before_anything_is_sent(
    sqlite_store: Path, tiktok: ResearchApi, told: dict[str, Any], words: str
) -> None:
    before = len(tiktok.requests)
    usual = {"query": "cats", "since": QUARTER[0], "to": QUARTER[1], "into": sqlite_store}
    with pytest.raises(ValueError, match=words):
        tt_collect(**{**usual, **told})
    assert len(tiktok.requests) == before
    assert not sqlite_store.exists()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"since": None}, "since must be a date"),
        ({"to": 20230331}, "to must be a date"),
        ({"into": None}, "into must be a path or the URL of a database, not NoneType"),
        ({"max_request": 5}, "has no argument 'max_request'; did you mean 'max_requests'"),
        ({"max_pages": 5}, "has no argument 'max_pages'; did you mean 'max_requests'"),
    ],
)
def test_what_is_of_no_use_is_said(sqlite_store: Path, told: dict[str, Any], words: str) -> None:
    usual = {"query": "cats", "since": QUARTER[0], "to": QUARTER[1], "into": sqlite_store}
    with pytest.raises(TypeError, match=words):
        tt_collect(**{**usual, **told})
    assert not sqlite_store.exists()


def test_no_day_has_0_requests(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, *QUARTER, start=False)
    with pytest.raises(ValueError, match="daily_requests must be a positive integer, not 0"):
        collection.quota(0)


def test_importing_traktok_does_not_import_sqlalchemy() -> None:
    code = "import sys, traktok, traktok.collect; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_name_that_is_not_there() -> None:
    import traktok.collect

    with pytest.raises(AttributeError, match="tt_hoard"):
        traktok.collect.tt_hoard  # noqa: B018
    assert traktok.collect.Collection is Collection


@pytest.mark.parametrize(
    "how", [{"workers": 100_000}, {"daily_requests": 10**23}, {"max_requests": 10**23}], ids=str
)
def test_settings_out_of_all_proportion_are_named(how: dict[str, int], sqlite_store: Path) -> None:
    (name,) = how
    with pytest.raises(ValueError, match=f"{name} must be at most 1,000.*, not 100,000"):
        tt_collect("cats", "2023-01-01", "2023-01-31", sqlite_store, **how)  # type: ignore[arg-type]
    assert not sqlite_store.exists()
