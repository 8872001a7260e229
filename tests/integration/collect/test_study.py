"""A study in figures and words, without the tables behind them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.integration.collect.conftest import Studies
from traktok import TraktokWarning
from traktok.sandbox.api import ResearchApi

QUARTER = ("2023-01-01", "2023-03-31")  # three windows

pytestmark = pytest.mark.usefixtures("credentials")


def test_requests_are_counted_as_they_are_listed(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    tiktok.fail("http_500", on=2)
    collection = study(store, *QUARTER)
    searches = [sent for sent in tiktok.requests if sent.endpoint == "video/query/"]
    assert collection.requests_sent == len(collection.requests()) == len(searches)
    assert collection.requests()["status"].max() == 500


def test_states_are_counted_as_they_are_listed(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    planned = study(store, *QUARTER, start=False)
    assert planned.states() == {
        "open": 3,
        "done": 0,
        "young": 0,
        "halved": 0,
        "set aside": 0,
        "skipped": 0,
    }
    tiktok.fail("broken_json", times=math.inf, where={"start_date": "20230101"})
    with pytest.warns(TraktokWarning, match="set aside"):
        planned.resume(workers=1)
    counted = planned.status()["state"].value_counts().to_dict()
    assert {state: count for state, count in planned.states().items() if count} == counted
    assert sum(planned.states("comments").values()) == 0
    with pytest.raises(ValueError, match="a study holds videos, comments, users, not 'likes'"):
        planned.states("likes")  # type: ignore[arg-type]


def test_a_summary_is_what_a_study_prints(study: Studies, sqlite_store: Path) -> None:
    planned = study(sqlite_store, *QUARTER, start=False)
    assert planned.summary == (
        "2023-01-01 to 2023-03-31; 0 of 3 windows done, 0 videos, 0 requests"
    )
    printed = planned.summary.replace("; ", "\n ")
    assert repr(planned) == f"<Collection {sqlite_store}: {printed}, .resume() goes on>"
    planned.resume()
    printed = planned.summary.replace("; ", "\n ")
    assert repr(planned) == f"<Collection {sqlite_store}: {printed}, complete>"


def test_a_description_is_printed(
    study: Studies, sqlite_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collection = study(sqlite_store, *QUARTER)
    collection.describe()
    assert capsys.readouterr().out == f"{collection.description}\n"
