"""Days that TikTok does not show whole yet: a study asks for them again until it does."""

from __future__ import annotations

import sqlite3
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.collect.conftest import Clock, Studies
from traktok import TraktokWarning
from traktok.collect import Collection
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials", "study")

SPAN = "2023-11-01", "2023-11-15"


@pytest.fixture
def evening(tiktok: ResearchApi, clock: Clock) -> Clock:
    """The evening of the last day of a study."""
    tiktok.clock.set(datetime(2023, 11, 15, 20, tzinfo=UTC))
    return clock


def resumed(collection: Collection) -> list[str]:
    """Go on with a study; return what is warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        collection.resume()
    return [str(warning.message) for warning in caught]


@pytest.mark.usefixtures("evening")
def test_a_study_that_ends_today_gets_what_a_later_one_gets(
    study: Studies, store: Path | str, tmp_path: Path, tiktok: ResearchApi
) -> None:
    with pytest.warns(TraktokWarning, match=r"Not complete until 2023-11-18 \(UTC\).*1 window"):
        collection = study(store, *SPAN, window_days=5)
    rows = [len(collection.videos())]
    for day in range(16, 21):
        tiktok.clock.advance(days=1)
        said = resumed(collection)
        rows.append(len(collection.videos()))
        assert collection.complete is (day >= 18) is not collection.videos().attrs["has_more"]
        assert bool(said) is (day < 18), said
    late = study(tmp_path / "late.db", *SPAN, window_days=5)
    assert set(collection.videos()["video_id"]) == set(late.videos()["video_id"])
    assert rows[0] < rows[-1] == len(late.videos())
    assert collection.status()["state"].tolist() == ["done"] * 3
    # Four searches of the last window, one of each of the others: day by day, while it was young.
    days = collection.requests().groupby("subject")["day"].nunique()
    assert days.tolist() == [1, 1, 4]
    assert collection.status()["videos"].sum() == len(late.videos())


@pytest.mark.usefixtures("evening")
def test_a_young_window_is_searched_once_a_day(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    with pytest.warns(TraktokWarning, match="2023-11-18"):
        collection = study(store, *SPAN, window_days=5)
    assert collection.status()["state"].tolist() == ["done", "done", "young"]
    assert collection.states()["young"] == 1
    assert collection.plan()["first_day"].dt.day.tolist() == [11]
    assert "2 of 3 windows done, " in collection.summary
    assert "1 young" in collection.summary
    sent = collection.requests_sent
    assert any("2023-11-18" in text for text in resumed(collection))
    with pytest.warns(TraktokWarning, match="2023-11-18"):  # the same call, on the same day
        study(store, *SPAN, window_days=5)
    assert collection.requests_sent == sent
    tiktok.clock.advance(hours=5)
    resumed(collection)
    resumed(collection)
    again = collection.requests()["day"].value_counts().to_dict()
    assert again["2023-11-16"] == collection.status()["pages"].iloc[-1]


@pytest.mark.usefixtures("evening")
def test_a_search_counts_from_its_first_page(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    """A window that was begun early and finished late is missing what came late."""
    tiktok.clock.set(datetime(2023, 11, 17, 23, 50, tzinfo=UTC))
    with pytest.warns(TraktokWarning, match="max_requests=1"):
        collection = study(store, *SPAN, window_days=15, max_requests=1)
    tiktok.clock.advance(minutes=20)
    assert any("2023-11-18" in text for text in resumed(collection))
    assert collection.status()["state"].tolist() == ["young"]
    assert resumed(collection) == []
    assert collection.complete
    fresh = {str(v.id) for v in tiktok.world.visible(study.query.to_dict(), "20231101", "20231115")}
    assert set(collection.videos()["video_id"]) == fresh


@pytest.mark.usefixtures("evening")
def test_what_belongs_to_videos_does_not_wait_for_young_windows(
    study: Studies, sqlite_store: Path
) -> None:
    with pytest.warns(TraktokWarning, match="2023-11-18"):
        collection = study(sqlite_store, "2023-11-13", "2023-11-15")
    with pytest.warns(TraktokWarning, match="2023-11-18"):
        collection.resume(profiles=True)
    assert len(collection.users()) > 0
    assert not collection.complete


@pytest.mark.usefixtures("evening")
def test_a_store_that_calls_a_young_window_done_asks_again(
    study: Studies, sqlite_store: Path, tiktok: ResearchApi
) -> None:
    with pytest.warns(TraktokWarning, match="2023-11-18"):
        collection = study(sqlite_store, *SPAN, window_days=5)
    collection.close()
    with sqlite3.connect(sqlite_store) as connection:
        connection.execute("UPDATE tasks SET state = 'done'")
    tiktok.clock.advance(days=10)
    before = len(collection.videos())
    assert resumed(collection) == []
    assert len(collection.videos()) > before


@pytest.mark.usefixtures("evening")
def test_a_description_says_how_long_after_its_days_each_window_was_searched(
    study: Studies, store: Path | str, tiktok: ResearchApi
) -> None:
    with pytest.warns(TraktokWarning, match="2023-11-18"):
        collection = study(store, *SPAN, window_days=5)
    assert (
        "Searched, in days after a window's last:\n"
        "  2023-11-01 to 2023-11-05: 10\n"
        "  2023-11-06 to 2023-11-10: 5\n"
        "  2023-11-11 to 2023-11-15: 0, too early to be whole\n"
    ) in collection.description
    tiktok.clock.advance(days=4)
    collection.resume()
    assert "  2023-11-11 to 2023-11-15: 4\n" in collection.description
