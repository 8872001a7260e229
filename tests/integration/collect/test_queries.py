"""Several queries in one study: each video once, and by which queries it was found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from tests.integration.collect.conftest import Clock, Studies
from tests.integration.collect.test_kill import killed_until_complete
from traktok import InvalidRequest, Query, TraktokWarning, query, query_and, read_results
from traktok.collect import Collection
from traktok.errors import StoreError
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

SPAN: Any = {"since": "2023-10-30", "to": "2023-11-03", "window_days": 2}
QUERIES: dict[str, Query | str] = {
    "short": query() | query_and("video_length", "IN", ["SHORT", "MID"]),
    "cats": "#cats",
    "seen": query() | query_and("view_count", "GTE", 2000),
}
TOO_YOUNG = pytest.mark.filterwarnings("ignore:Not complete until:UserWarning")


def searches(tiktok: ResearchApi) -> int:
    return sum(sent.endpoint == "video/query/" for sent in tiktok.requests)


def finders(collection: Collection) -> dict[str, list[str]]:
    """The queries that found each video."""
    videos = collection.videos()
    assert videos["video_id"].is_unique
    assert videos.columns[-1] == "found_by"
    return dict(zip(videos["video_id"], videos["found_by"], strict=True))


Apart = Callable[..., dict[str, Collection]]


@pytest.fixture
def apart(study: Studies, tmp_path: Path) -> Apart:
    """Collects each of several queries into a study of its own."""

    def collect(**span: Any) -> dict[str, Collection]:
        return {
            name: study(tmp_path / f"{name}.db", query=each, **span)
            for name, each in QUERIES.items()
        }

    return collect


def test_it_is_equal_to_studies_of_each(
    study: Studies, store: Path | str, tiktok: ResearchApi, apart: Apart
) -> None:
    before = searches(tiktok)
    together = study(store, **SPAN, query=QUERIES)
    sent = searches(tiktok) - before
    single = apart(**SPAN)
    assert sent <= searches(tiktok) - before - sent

    found = {name: set(each.videos()["video_id"]) for name, each in single.items()}
    every = set.union(*found.values())
    expected = {id: [name for name in QUERIES if id in found[name]] for id in every}
    assert finders(together) == expected
    assert {1, 2, 3} == set(map(len, expected.values()))
    assert together.complete

    status = together.status()
    for name, each in single.items():
        of_one = status[status["query"] == name].drop(columns="query").reset_index(drop=True)
        pd.testing.assert_frame_equal(of_one, each.status())
        videos = together.videos(query=name)
        pd.testing.assert_frame_equal(videos.drop(columns="found_by"), each.videos())
        assert videos["found_by"].map(lambda names, name=name: name in names).all()
    assert status["query"].unique().tolist() == list(QUERIES)


def test_a_part_of_the_videos_can_be_iterated_and_exported(
    study: Studies, store: Path | str, tmp_path: Path
) -> None:
    collection = study(store, **SPAN, query=QUERIES)
    cats = collection.videos(query="cats")
    assert 0 < len(cats) < len(collection.videos())
    parts = list(collection.videos(3, query="cats"))
    assert [len(part) for part in parts[:-1]] == [3] * (len(parts) - 1)
    assert pd.concat(parts)["video_id"].tolist() == cats["video_id"].tolist()
    for name in ("cats.csv", "cats.jsonl", "cats.parquet"):
        read = read_results(collection.export(tmp_path / name, query="cats"))
        assert read["found_by"].tolist() == cats["found_by"].tolist()
        assert read["video_id"].tolist() == cats["video_id"].tolist()
    by_month = collection.export(tmp_path / "months", query="cats", partition="month")
    assert len(pd.read_parquet(by_month)) == len(cats)
    with pytest.raises(ValueError, match="no query 'cat'; did you mean 'cats'"):
        collection.videos(query="cat")
    with pytest.raises(ValueError, match="has an effect on videos only, not on comments"):
        collection.export(tmp_path / "c.csv", "comments", query="cats")


def test_one_query_has_no_such_column(study: Studies, sqlite_store: Path, tmp_path: Path) -> None:
    unnamed = study(sqlite_store, **SPAN, query="#cats")
    named = study(tmp_path / "named.db", **SPAN, query={"cats": "#cats"})
    for collection in (unnamed, named):
        assert "found_by" not in collection.videos()
        assert "query" not in collection.status()
        assert "query" not in collection.plan()
    assert named.videos(query="cats").equals(unnamed.videos())
    with pytest.raises(ValueError, match="this study has one query, without a name"):
        unnamed.videos(query="cats")


def test_a_query_is_added(
    study: Studies, store: Path | str, tiktok: ResearchApi, apart: Apart
) -> None:
    first, *others = QUERIES
    collection = study(store, query=QUERIES[first], **SPAN)
    for name in (first, *others):  # the first one only gets its name
        assert collection.add(name, QUERIES[name], workers=1) is collection
    sent = searches(tiktok)
    for name in QUERIES:
        collection.add(name, QUERIES[name], workers=1)
    study(store, query=QUERIES, **SPAN)
    study(store, query=QUERIES[first], **SPAN)  # the script that began it runs again
    assert searches(tiktok) == sent
    found = {name: set(each.videos()["video_id"]) for name, each in apart(**SPAN).items()}
    assert finders(collection) == {
        id: [name for name in QUERIES if id in found[name]] for id in set.union(*found.values())
    }


def test_a_query_without_a_name_is_called_first(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, **SPAN, query="#cats")
    cats = collection.videos()
    collection.add("short", QUERIES["short"], start=False)
    plan = collection.plan()
    assert set(plan["query"]) == {"short"}
    assert len(plan) == len(collection.plan("2023-11-04")) - 2
    assert not collection.complete
    collection.resume(workers=1)
    assert collection.videos(query="first").drop(columns="found_by").equals(cats)
    assert study(sqlite_store, **SPAN, query={"first": "#cats", "short": QUERIES["short"]}).complete


def test_the_order_of_the_names_does_not_matter(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    collection = study(sqlite_store, **SPAN, query=QUERIES)
    sent = searches(tiktok)
    again = study(sqlite_store, **SPAN, query=dict(reversed(QUERIES.items())))
    assert searches(tiktok) == sent
    assert finders(again) == finders(collection)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"cats": "#dogs", "short": QUERIES["short"]}, "another query 'cats'"),
        ({"cats": "#cats"}, "a query 'short', too"),
        ({"cats": "#cats", "brief": QUERIES["short"]}, "no query 'brief', a query 'short', too"),
        ({"cats": "#cats", "short": QUERIES["short"], "dogs": "#dogs"}, "no query 'dogs'"),
        ("#cats", "another query"),
    ],
)
def test_other_queries_are_another_study(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, other: Any, said: str
) -> None:
    both = {name: QUERIES[name] for name in ("cats", "short")}
    study(sqlite_store, **SPAN, query=both)
    before = len(tiktok.requests)
    with pytest.raises(StoreError, match=rf"holds another study \({said}\)"):
        study(sqlite_store, **SPAN, query=other)
    assert len(tiktok.requests) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "must be a query, a phrase or several by their names, not {}"),
        ({"": "cats"}, "the name of a query must be up to 64 letters.*not ''"),
        ({"a=b": "cats"}, "not 'a=b'"),
        ({"cats\n": "cats"}, r"not 'cats\\n'"),
        ({" cats": "cats"}, "not ' cats'"),
        ({"c" * 65: "cats"}, "not 'ccc"),
        ({1: "cats"}, "the name of a query must be a string, not 1"),
        ({"cats": "cats", "felines": "cats"}, "'cats' and 'felines' are the same query"),
        ({"cats": ""}, "phrase"),
        ({"cats": ["a", "b"]}, "search for one phrase"),
        ({"and": []}, "from_dict"),
    ],
)
def test_what_can_not_be_queries(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, given: Any, said: str
) -> None:
    before = len(tiktok.requests)
    with pytest.raises((ValueError, TypeError), match=said):
        study(sqlite_store, **SPAN, query=given)
    assert len(tiktok.requests) == before
    assert not sqlite_store.exists()


def test_what_can_not_be_added(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, **SPAN, query="#cats")
    with pytest.raises(ValueError, match="'first' and 'felines' are the same query") as caught:
        collection.add("dogs", "#dogs", start=False).add("felines", "#cats")
    assert "sent twice" in str(caught.value)
    with pytest.raises(ValueError, match="'dogs' is another query in this study"):
        collection.add("dogs", "#puppies")
    with pytest.raises(ValueError, match="name of a query must be"):
        collection.add("", "#puppies")
    with pytest.raises(TypeError, match="did you mean 'workers'"):
        collection.add("puppies", "#puppies", worker=2)  # type: ignore[call-arg]
    assert collection.status()["query"].unique().tolist() == ["first", "dogs"]


def test_nothing_is_changed_by_a_query_that_is_refused(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, **SPAN, query="#cats")
    with pytest.raises(ValueError, match="name of a query must be"):
        collection.add("?", "#dogs")
    assert "query" not in collection.status()
    assert "found_by" not in collection.videos()


def test_it_goes_on_after_a_stop_in_the_middle(
    study: Studies, store: Path | str, tiktok: ResearchApi, tmp_path: Path
) -> None:
    before = searches(tiktok)
    with pytest.warns(TraktokWarning, match="Not complete"):
        collection = study(store, **SPAN, query=QUERIES, max_requests=5)
    collection.close()
    opened = study.open(store).resume(workers=2)
    assert opened.complete
    stopped = searches(tiktok) - before
    whole = study(tmp_path / "whole.db", **SPAN, query=QUERIES)
    assert finders(opened) == finders(whole)
    assert stopped == searches(tiktok) - before - stopped


def test_it_survives_being_killed(
    study: Studies, store: Path | str, tiktok: ResearchApi, tmp_path: Path
) -> None:
    collection = study(store, query=QUERIES, start=False, **SPAN)
    killed_until_complete(store, Random(4), kills=3, workers=2, longest=0.3)
    whole = study(tmp_path / "whole.db", query=QUERIES, **SPAN)
    assert collection.complete
    assert finders(collection) == finders(whole)
    count = ["query", "first_day", "state", "videos"]
    assert collection.status()[count].equals(whole.status()[count])
    subjects = set(collection.requests()["subject"])
    assert subjects == {
        f"{name}, {first:%Y-%m-%d}/{last:%Y-%m-%d}"
        for name, first, last in whole.status()[["query", "first_day", "last_day"]].to_numpy()
    }


@TOO_YOUNG
def test_each_query_follows_the_calendar(
    study: Studies, sqlite_store: Path, november: Clock, tiktok: ResearchApi, tmp_path: Path
) -> None:
    both = {name: QUERIES[name] for name in ("short", "cats")}
    collection = study(sqlite_store, "2023-10-30", "today", query=both)
    single = [study(tmp_path / f"{n}.db", "2023-10-30", "today", query=q) for n, q in both.items()]
    counts = []
    for _ in range(4):
        november.sleep(86_400)
        before = searches(tiktok)
        collection.resume(workers=1)
        middle = searches(tiktok)
        for each in single:
            each.resume(workers=1)
        counts.append((middle - before, searches(tiktok) - middle))
    assert all(together <= apart for together, apart in counts)
    for name, each in zip(both, single, strict=True):
        assert set(collection.videos(query=name)["video_id"]) == set(each.videos()["video_id"])
    collection.extend("2023-11-05", workers=1)
    assert collection.status().groupby("query")["last_day"].max().nunique() == 1


def test_a_query_that_is_added_while_another_process_collects(
    study: Studies,
    store: Path | str,
    tiktok: ResearchApi,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    answer, sent = tiktok.service.answer, iter(range(10_000))
    other = study(store, **SPAN, query="#cats", start=False)

    def add_meanwhile(request: Any) -> Any:
        if next(sent) == 1:
            other.add("short", QUERIES["short"], start=False)
        return answer(request)

    monkeypatch.setattr(tiktok.service, "answer", add_meanwhile)
    collection = study.open(store).resume(workers=1)
    assert collection.complete
    names = finders(collection)
    assert all(names.values())
    assert set(collection.videos(query="first")["video_id"]) == set(
        study(tmp_path / "cats.db", **SPAN, query="#cats").videos()["video_id"]
    )


def test_a_query_that_is_refused_does_not_keep_the_others(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    with pytest.warns(TraktokWarning, match="documents no query field"):
        refused = query() | query_and("moon_phase", "EQ", "full")
    queries = {"short": QUERIES["short"], "moon": refused, "seen": QUERIES["seen"]}
    collection = study(store, query=queries, start=False, **SPAN)
    for _ in range(2):
        before = searches(tiktok)
        with pytest.raises(InvalidRequest, match="This is about the query 'moon', not"):
            collection.resume(workers=1)
    assert searches(tiktok) - before == 1
    states = collection.status().groupby("query")["state"].unique().map(list).to_dict()
    assert states == {"short": ["done"], "moon": ["open"], "seen": ["done"]}
    assert "about the query" in collection.description


def test_what_is_gone_is_found_by_none(study: Studies, store: Path | str) -> None:
    collection = study(store, **SPAN, query=QUERIES)
    gone = collection.videos(query="cats")["video_id"].tolist()
    with collection._store.write() as connection:
        connection.exec_driver_sql("UPDATE videos SET last_seen = 0")
    assert gone
    collection.refresh(every=0)
    left = set(collection.videos()["video_id"])
    with collection._store.read() as connection:
        kept = connection.exec_driver_sql("SELECT video_id FROM found_by").scalars().all()
    assert set(kept) == left


def test_it_is_described_by_query(study: Studies, sqlite_store: Path, tmp_path: Path) -> None:
    collection = study(sqlite_store, **SPAN, query=QUERIES)
    facts = json.loads(collection.describe().to_json())
    assert list(facts["queries"]) == list(QUERIES)
    for name, each in facts["queries"].items():
        number = len(collection.videos(query=name))
        assert each["videos"] == number
        assert f"{number:,} videos, from 3 windows (3 done)" in collection.description
        assert f"Query {name}:" in collection.description
    assert {search["query"] for search in facts["searches"]} == set(QUERIES)
    page = collection.report(tmp_path / "report.html").read_text(encoding="utf-8")
    for name in QUERIES:
        assert f"<h3>{name}: {len(collection.videos(query=name)):,} videos</h3>" in page
        assert f'<figcaption>{name}</figcaption><svg viewBox="0 0 5 100"' in page
        assert f'aria-label="Windows of {name}: 3 done, 0 young' in page
        row = f'<tr><th scope="row"><bdi>{name}</bdi></th><td><bdi>2023-'
        assert page.count(row) == 3
    below = collection.plot().axes[1]
    assert [label.get_text() for label in below.get_yticklabels()] == list(QUERIES)
    assert len(below.patches) == 9
