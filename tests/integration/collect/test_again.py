"""A study's description holds everything that is needed to collect it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.integration.collect.conftest import Clock, Studies
from traktok import Query, WatchList, query, query_and, tt_collect_again
from traktok.cli import app
from traktok.collect import Collection
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

QUARTER = "2023-01-01", "2023-03-31"


@pytest.fixture
def again(tmp_path: Path) -> Iterator[Any]:
    """Collects again into a file of its own."""
    opened: list[Collection] = []

    def collect(description: Any, **how: Any) -> Collection:
        opened.append(tt_collect_again(description, tmp_path / "again.db", **how))
        return opened[-1]

    yield collect
    for collection in opened:
        collection.close()


def bodies(tiktok: ResearchApi) -> list[Any]:
    """What was searched for, in any order."""
    sent = [
        {name: value for name, value in request.body.items() if name != "search_id"}
        for request in tiktok.requests
        if request.endpoint == "video/query/"
    ]
    return sorted(sent, key=lambda body: json.dumps(body, sort_keys=True))


@pytest.mark.parametrize("form", ["object", "dict", "file"])
def test_the_same_requests_bring_the_same_table(
    study: Studies, store: Path | str, tiktok: ResearchApi, tmp_path: Path, again: Any, form: str
) -> None:
    first = study(store, *QUARTER, fields="id,create_time,view_count", window_days=20)
    sent = bodies(tiktok)
    described = first.describe()
    (tmp_path / "study.json").write_text(described.to_json(), "utf-8")
    given = {"object": described, "dict": described.to_dict(), "file": tmp_path / "study.json"}
    tiktok.requests.clear()
    second = again(given[form], workers=2)
    assert bodies(tiktok) == sent
    pd.testing.assert_frame_equal(second.videos(), first.videos())
    assert second.describe().to_dict()["again"] == described.to_dict()["again"]


def test_several_queries_and_watch_lists(
    study: Studies, sqlite_store: Path, tmp_path: Path, again: Any
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("tiktok\njbgruber\n")
    asked = {
        "short": query() | query_and("video_length", "EQ", ["SHORT"]),
        "watched": WatchList(names),
        "tags": WatchList(["rstats", "cats"], "hashtag_name"),
    }
    first = study(sqlite_store, *QUARTER, query=asked)
    text = first.describe().to_json()
    assert str(names) not in text
    names.unlink()
    second = again(json.loads(text))
    pd.testing.assert_frame_equal(second.videos(), first.videos())


def test_comments_and_profiles_of_all_videos(
    study: Studies, sqlite_store: Path, everything: Query, again: Any
) -> None:
    first = study(sqlite_store, "2023-01-01", "2023-01-03").resume(comments=True, profiles=True)
    second = again(first.describe())
    assert second.complete
    pd.testing.assert_frame_equal(second.comments(), first.comments())
    pd.testing.assert_frame_equal(second.users(), first.users())


def test_a_study_that_follows_is_followed_again(
    study: Studies, sqlite_store: Path, november: Clock, again: Any
) -> None:
    first = study(sqlite_store, "2023-10-01", "2023-10-20", start=False)
    assert "Follows" not in first.describe()
    first.extend("today", lag=3, start=False)
    described = first.describe()
    assert "\nFollows the calendar, 3 days behind: each resume goes on" in described
    second = again(described, start=False)
    assert second.describe().to_dict()["again"] == described.to_dict()["again"]


def test_what_does_not_describe_a_study_is_refused(tmp_path: Path, again: Any) -> None:
    (tmp_path / "a.json").write_text("[1")
    (tmp_path / "b.json").write_text("[1]")
    for given, error, text in (
        (tmp_path / "a.json", ValueError, "must be a file of JSON"),
        (tmp_path / "b.json", TypeError, "must be what describe"),
        ({"since": "2023-01-01"}, ValueError, "describe the study with this version"),
        (17, TypeError, "must be what describe"),
        (tmp_path / "missing.json", FileNotFoundError, "missing.json"),
    ):
        with pytest.raises(error, match=text):
            again(given)
    assert not (tmp_path / "again.db").exists()


def test_the_command_writes_the_json(study: Studies, sqlite_store: Path) -> None:
    study(sqlite_store, *QUARTER, start=False)
    result = CliRunner().invoke(app, ["describe", str(sqlite_store), "--json"])
    assert json.loads(result.stdout) == study.open(sqlite_store).describe().to_dict()
