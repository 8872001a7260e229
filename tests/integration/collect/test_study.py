"""A study in figures and words, without the tables behind them."""

from __future__ import annotations

import copy
import json
import math
import pickle
from pathlib import Path

import pandas as pd
import pytest

import traktok
from tests.integration.collect.conftest import Studies
from traktok import Query, TraktokWarning
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
    with pytest.raises(ValueError, match=r"what must be .*, not .likes."):
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


def test_a_description_is_a_text_that_a_prompt_shows_as_it_reads(
    study: Studies, sqlite_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collection = study(sqlite_store, *QUARTER)
    described = collection.describe()
    assert capsys.readouterr().out == ""
    assert repr(described) == str(described) == described == collection.description
    assert described.splitlines()[0].startswith(f"Study in {sqlite_store}, collected from TikTok")


def test_a_description_holds_its_facts_for_a_program(
    study: Studies, sqlite_store: Path, everything: Query
) -> None:
    collection = study(sqlite_store, *QUARTER, fields="id,create_time")
    collection.collect_users(["alice", "bob"])
    described = collection.describe()
    facts = described.to_dict()
    assert json.loads(described.to_json()) == facts
    assert Query.from_dict(facts["query"]) == everything
    assert (facts["since"], facts["to"], facts["window_days"]) == (*QUARTER, 30)
    videos = facts["records"]["videos"]
    assert videos["count"] == len(collection.videos())
    assert videos["fields"] == ["id", "create_time"]
    assert videos["states"] == {"done": 3}
    assert sum(facts["records"]["users"]["states"].values()) == 2
    sent = collection.requests()
    assert facts["requests"]["count"] == len(sent)
    assert sum(each["count"] for each in facts["requests"]["by_status"]) == len(sent)
    first = pd.Timestamp(facts["requests"]["first"])
    assert abs(first - sent["sent_at"].min()) < pd.Timedelta(seconds=1)
    assert [run["kind"] for run in facts["runs"]] == ["videos", "users"]
    assert facts["runs"][0]["versions"]["traktok"] == facts["traktok"] == traktok.__version__
    searched = facts["searches"][0]
    days = pd.Timestamp(searched["searched_on"]) - pd.Timestamp(searched["last_day"])
    assert searched["days_after"] == days.days


def test_facts_that_somebody_changes_stay_as_they_were(study: Studies, sqlite_store: Path) -> None:
    described = study(sqlite_store, *QUARTER, start=False).describe()
    described.to_dict()["records"].clear()
    for copied in (copy.deepcopy(described), pickle.loads(pickle.dumps(described)), described):
        assert copied == described
        assert copied.to_dict()["records"]["videos"]["states"] == {"open": 3}
