"""A study that grows: a later last day, and one that follows the calendar."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.collect.conftest import Clock, Studies
from traktok import TraktokWarning
from traktok.collect import Collection, tt_collect
from traktok.sandbox.api import ResearchApi

Visible = Callable[[str, str], set[str]]

pytestmark = pytest.mark.usefixtures("credentials")


def ids(collection: Collection) -> set[str]:
    videos = collection.videos()["video_id"]
    assert videos.is_unique
    return set(videos)


def days(collection: Collection) -> list[str]:
    """Every day of the study's windows, in order."""
    return [
        f"{day:%Y-%m-%d}"
        for first, last in collection.status()[["first_day", "last_day"]].itertuples(index=False)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]


def searches(tiktok: ResearchApi) -> int:
    return sum(sent.endpoint == "video/query/" for sent in tiktok.requests)


TOO_YOUNG = pytest.mark.filterwarnings("ignore:Not complete until:UserWarning")


def tomorrow(clock: Clock) -> None:
    clock.sleep(86_400)


@pytest.mark.parametrize("way", ["extend", "collect", "plan"])
def test_a_later_last_day_asks_for_the_new_days_only(
    way: str, study: Studies, store: Path | str, tiktok: ResearchApi, visible: Visible
) -> None:
    collection = study(store, "2023-01-01", "2023-02-10")
    before = searches(tiktok)
    if way == "collect":
        collection = study(store, "2023-01-01", "2023-03-20")
    elif way == "extend":
        assert collection.extend("2023-03-20", workers=1) is collection
    else:
        plan = collection.plan("2023-03-20")
        assert len(collection.status()) == 2
        collection.extend("2023-03-20", start=False)
        assert searches(tiktok) == before
        assert not collection.complete
        assert collection.plan().equals(plan)
        collection.resume(workers=1)
    assert collection.complete
    assert ids(collection) == visible("2023-01-01", "2023-03-20")
    assert days(collection) == [f"{date(2023, 1, 1) + timedelta(days=n)}" for n in range(79)]
    asked = [sent.body for sent in tiktok.requests if sent.endpoint == "video/query/"][before:]
    assert {body["start_date"] for body in asked} == {"20230211", "20230313"}
    assert collection.summary.startswith("2023-01-01 to 2023-03-20;")


def test_a_study_does_not_shrink(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-02-10", start=False)
    with pytest.raises(ValueError, match=r"to must be 2023-\d\d-\d\d .* or later, not 2023-02-09"):
        collection.extend("2023-02-09")
    with pytest.raises(ValueError, match="lies in the future"):
        collection.extend("2999-01-01")
    with pytest.raises(ValueError, match="lag must be a number of days"):
        collection.extend("today", lag=-1)
    with pytest.raises(ValueError, match="lag must be 0 unless to='today' is given"):
        collection.extend("2023-03-01", lag=2)
    with pytest.raises(TypeError, match="did you mean 'workers'"):
        collection.extend("2023-03-01", worker=2)  # type: ignore[call-arg]
    assert len(collection.status()) == 2


def test_windows_that_were_halved_and_set_aside_stay_so(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi, visible: Visible
) -> None:
    tiktok.fail("http_504_html", times=math.inf, where={"start_date": "20230131"})
    with pytest.warns(TraktokWarning, match="set aside"):
        collection = study(sqlite_store, "2023-01-01", "2023-02-10")
    states = collection.states()
    with pytest.warns(TraktokWarning, match="set aside"):
        collection.extend("2023-02-20", workers=1)
    assert collection.states() == {**states, "done": states["done"] + 1}


@TOO_YOUNG
def test_young_days_are_asked_for_again(
    study: Studies, store: Path | str, november: Clock, visible: Visible
) -> None:
    collection = study(store, "2023-10-20", "2023-11-01")
    early = ids(collection)
    for _ in range(5):
        tomorrow(november)
    collection.extend("2023-11-02", workers=1)
    assert ids(collection) > early
    assert ids(collection) == visible("2023-10-20", "2023-11-02")
    sent = collection.requests_sent
    collection.extend("2023-11-02", workers=1)  # no day is young any more
    assert collection.requests_sent == sent


@TOO_YOUNG
@pytest.mark.parametrize("lag", [0, 3])
@pytest.mark.parametrize("number", [30, pytest.param(90, marks=pytest.mark.slow)])
def test_a_study_follows_the_calendar(
    number: int,
    lag: int,
    study: Studies,
    sqlite_store: Path,
    november: Clock,
    tiktok: ResearchApi,
    visible: Visible,
) -> None:
    collection = study(sqlite_store, "2023-10-25", "2023-10-28")
    before = searches(tiktok)
    for _ in range(number):
        tomorrow(november)
        if lag:
            collection.extend("today", lag=lag, workers=1)
        else:
            collection = study(sqlite_store, "2023-10-25", "today")
    end = date(2023, 11, 1) + timedelta(days=number)
    whole, last = f"{end - timedelta(days=3)}", f"{end - timedelta(days=lag)}"
    assert collection.summary.startswith(f"2023-10-25 to {last};")
    assert len(days(collection)) == len(set(days(collection)))
    assert days(collection)[-1] == last
    if lag:
        assert ids(collection) == visible("2023-10-25", last)
        matches = tiktok.world.search(study.query.to_dict(), "20231029", last.replace("-", ""))
        pages = Counter(datetime.fromtimestamp(each.create_time, UTC).date() for each in matches)
        new = (date(2023, 10, 29) + timedelta(days=n) for n in range(number + 1))
        least = sum(max(1, -(-pages[day] // 100)) for day in new)
        assert searches(tiktok) - before <= 1.1 * least
    else:  # what is young is searched again on the days after
        assert visible("2023-10-25", whole) <= ids(collection)


@TOO_YOUNG
def test_a_resume_goes_on_to_the_day_it_is(
    study: Studies, store: Path | str, november: Clock
) -> None:
    collection = study(store, "2023-10-31", "today")
    assert days(collection) == ["2023-10-31", "2023-11-01"]
    tomorrow(november)
    collection.resume(workers=1)
    assert days(collection)[-1] == "2023-11-02"
    sent = collection.requests_sent
    collection.resume(workers=1)  # once a day
    assert collection.requests_sent == sent
    collection.extend("2023-11-02", workers=1)  # a day in place of the calendar
    tomorrow(november)
    collection.resume(workers=1)
    assert days(collection)[-1] == "2023-11-02"


def test_an_extension_that_was_killed_is_finished_by_a_resume(
    study: Studies, sqlite_store: Path, visible: Visible
) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-01-31")
    settings: dict[str, Any] = collection._store.job("videos") or {}
    with collection._store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE jobs SET settings = ?", (json.dumps({**settings, "to": "2023-02-28"}),)
        )
    collection.resume(workers=1)
    assert ids(collection) == visible("2023-01-01", "2023-02-28")


def test_comments_of_new_videos_come_too(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, "2023-11-01", "2023-11-01", start=False)
    collection.resume(workers=1, profiles=True)
    before = collection.states("users")
    collection.extend("2023-11-03", workers=1)
    after = collection.states("users")
    assert sum(after.values()) > sum(before.values())
    assert not after["open"]
    assert collection.complete


def test_a_later_day_can_be_piped(study: Studies, sqlite_store: Path) -> None:
    study(sqlite_store, "2023-01-01", "2023-01-10")
    piped = study.query | tt_collect(since="2023-01-01", to="2023-01-20", into=sqlite_store)
    assert days(piped)[-1] == "2023-01-20"
    piped.close()
