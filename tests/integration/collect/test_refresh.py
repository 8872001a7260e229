"""What is no longer public goes, and nothing else does."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.integration.collect.conftest import Clock, Studies
from traktok import AuthError, QuotaExceeded, ServerError, TraktokWarning
from traktok._http.wire import Page
from traktok.collect import Collection, _compliance, _refresh, tt_still_public
from traktok.sandbox.api import ResearchApi

pytestmark = pytest.mark.usefixtures("credentials")

Visible = Callable[[str, str], set[str]]
MONTHS = "2023-01-01", "2023-02-28"


@pytest.fixture
def collection(study: Studies, store: Path | str, clock: Clock) -> Collection:
    return study(store, *MONTHS)


@pytest.fixture
def gone(collection: Collection, tiktok: ResearchApi) -> set[str]:
    """Every fifth video that was collected is deleted."""
    ids = collection.videos()["video_id"].tolist()[::5]
    tiktok.service.gone.update(map(int, ids))
    return set(ids)


@pytest.fixture(params=[True, False], ids=["files", "searches"])
def access(request: pytest.FixtureRequest, tiktok: ResearchApi) -> Iterator[bool]:
    """Whether the client may upload files of ids."""
    tiktok.switches["id_checks"] = request.param
    yield request.param
    tiktok.reset()


def uploads(tiktok: ResearchApi) -> int:
    return sum(r.endpoint == "validation_task/create/" for r in tiktok.requests)


# -------------------------------------------------------------------------- tt_still_public()


@pytest.mark.usefixtures("slept")
def test_each_id_is_told_of_once_in_order(tiktok: ResearchApi, access: bool) -> None:
    seen, lost = (next(v for v in tiktok.world.videos if v.hidden is hid) for hid in (False, True))
    tiktok.service.gone.clear()
    url = f"https://www.tiktok.com/@{seen.username}/video/{seen.id}"
    table = tt_still_public([lost.id, url, str(seen.id), "7" * 19])
    assert table["video_id"].tolist() == [str(lost.id), str(seen.id), "7" * 19]
    assert table["still_public"].tolist()[:2] == [False, True]
    # A search needs a day, which such an id does not tell.
    assert table["still_public"].isna().tolist() == [False, False, not access]
    assert str(table["still_public"].dtype) == "boolean"


@pytest.mark.usefixtures("slept")
def test_comments_are_told_of(tiktok: ResearchApi) -> None:
    comments = [*tiktok.world.comments_by_id.values()][:50]
    table = tt_still_public([comment.id for comment in comments], category="comment")
    assert table["still_public"].tolist() == [not comment.hidden for comment in comments]


@pytest.mark.usefixtures("slept")
def test_files_hold_10000_ids(tiktok: ResearchApi) -> None:
    table = tt_still_public([str(10**18 + n) for n in range(20_001)])
    assert uploads(tiktok) == 3
    assert not table["still_public"].any()


@pytest.mark.usefixtures("slept")
@pytest.mark.parametrize("fault", ["empty_200", "html_200", "http_503", "truncated"])
def test_a_download_gone_wrong_deletes_nothing(tiktok: ResearchApi, fault: str) -> None:
    tiktok.fail(fault, endpoint="validation_task/download/")
    seen = [video.id for video in tiktok.world.videos if not video.hidden][:100]
    assert tt_still_public(seen)["still_public"].all()


@pytest.mark.usefixtures("slept")
def test_a_check_that_does_not_end(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiktok.service.checks, "status", lambda _: "Processing")
    with pytest.raises(ServerError, match="did not finish checking"):
        tt_still_public("7195762648716152107")
    monkeypatch.setattr(tiktok.service.checks, "status", lambda _: "Failed")
    with pytest.raises(ServerError, match="could not check"):
        tt_still_public("7195762648716152107")


@pytest.mark.parametrize("sent", ["number", "text"])
@pytest.mark.parametrize(("taken", "refused"), [("any", 0), ("number", 0), ("text", 1)])
@pytest.mark.usefixtures("slept")
def test_a_task_is_named_by_a_number_and_by_a_text_where_that_is_refused(
    sent: str, taken: str, refused: int, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_compliance, "LARGEST_FILE", 60)
    tiktok.switches["task_id"], tiktok.switches["task_id_taken"] = sent, taken
    seen = [video.id for video in tiktok.world.videos if not video.hidden][:100]
    assert tt_still_public(seen)["still_public"].all()
    asked = [request.body["task_id"] for request in tiktok.requests if "task_id" in request.body]
    kinds = [type(task) for task in asked]
    assert kinds == [int] * refused + [str if taken == "text" else int] * (len(kinds) - refused)
    assert len({str(task) for task in asked}) == 2


@pytest.mark.parametrize("access", [True, False], ids=["files", "searches"])
@pytest.mark.parametrize("place", [0, 57, 119])
@pytest.mark.usefixtures("slept")
def test_an_id_that_fails_a_whole_list_stands_alone_in_the_end(
    access: bool, place: int, tiktok: ResearchApi
) -> None:
    tiktok.switches["id_checks"] = access
    seen = [video.id for video in tiktok.world.videos if not video.hidden][:120]
    tiktok.service.poison.add(seen[place])
    with pytest.warns(TraktokWarning, match=f"1 ids? could not be checked .{seen[place]}.: TikTok"):
        table = tt_still_public(seen)
    missing = table.loc[table["still_public"].isna(), "video_id"].tolist()
    assert missing == [str(seen[place])]
    assert table["still_public"].dropna().all()


@pytest.mark.parametrize("access", [True, False], ids=["files", "searches"])
@pytest.mark.usefixtures("slept")
def test_an_outage_ends_a_check(access: bool, tiktok: ResearchApi) -> None:
    tiktok.switches["id_checks"] = access
    seen = [video.id for video in tiktok.world.videos if not video.hidden][:120]
    tiktok.service.poison.update(seen)
    with pytest.raises(ServerError):
        tt_still_public(seen)
    assert len(tiktok.requests) <= 5 * 10 + 2


@pytest.mark.usefixtures("slept")
def test_comments_cant_be_searched_for(tiktok: ResearchApi) -> None:
    tiktok.switches["id_checks"] = False
    with pytest.raises(AuthError, match="no access"):
        tt_still_public("7195762648716152107", category="comment")
    with pytest.raises(ValueError, match="category must be 'video' or 'comment'"):
        tt_still_public("1", category="user")  # type: ignore[arg-type]


def test_an_id_that_tells_no_time_is_unknown() -> None:
    assert _compliance._day_of("7195762648716152107") is not None
    for strange in ("0", "1", "9" * 19, "9" * 30):
        assert _compliance._day_of(strange) is None


# --------------------------------------------------------------------------------- refresh()


def test_what_is_gone_is_deleted(
    collection: Collection, gone: set[str], tiktok: ResearchApi, visible: Visible, access: bool
) -> None:
    before = len(collection.videos())
    table = collection.refresh(every=0)
    assert table.set_index("what").loc["videos"].tolist() == [before, len(gone)]
    assert set(collection.videos()["video_id"]) == visible(*MONTHS) - gone
    assert collection.videos(gone=True)["video_id"].isin(gone).sum() == 0
    assert (uploads(tiktok) == 1) is access or not access
    assert len(collection.requests()) == len(
        [r for r in tiktok.requests if r.endpoint != "oauth/token/"]
    )
    collection.resume()
    assert set(collection.videos()["video_id"]) == visible(*MONTHS) - gone


def test_what_is_gone_is_marked(collection: Collection, gone: set[str], visible: Visible) -> None:
    collection.refresh(every=0, mark=True)
    assert set(collection.videos()["video_id"]) == visible(*MONTHS) - gone
    assert set(collection.videos(gone=True)["video_id"]) == visible(*MONTHS)
    assert f"{len(collection.videos()):,} videos" in repr(collection)
    assert f"{len(gone)} of {len(visible(*MONTHS))} videos no longer public, marked" in (
        collection.describe()
    )


@pytest.mark.usefixtures("slept")
def test_what_tiktok_fails_for_stays_and_stays_due(
    collection: Collection, tiktok: ResearchApi, visible: Visible, access: bool
) -> None:
    poison = int(collection.videos()["video_id"].iloc[3])
    tiktok.service.poison.add(poison)
    before = collection.due()
    tiktok.clock.advance(days=1)
    with pytest.warns(TraktokWarning, match=f"could not be checked .{poison}"):
        table = collection.refresh(every=0)
    assert table["gone"].tolist() == [0, 0]
    assert set(collection.videos()["video_id"]) == visible(*MONTHS)
    assert collection.due() == before
    tiktok.service.poison.clear()
    assert collection.refresh(every=0.5)["asked"].tolist() == [1, 0]
    assert collection.due() != before


def test_without_access_files_are_tried_once(
    collection: Collection, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_refresh, "LARGEST_FILE", 10)
    tiktok.switches["id_checks"] = False
    collection.refresh(every=0)
    assert uploads(tiktok) == 1


def test_records_that_are_none_are_skipped() -> None:
    video = "7195762648716152107"
    pages = iter([Page([None, {"id": int(video)}])])
    answer = _compliance.Answer([video])
    _compliance._search_for(answer, lambda _: next(pages), ("id",))
    assert (answer.public, answer.records) == ({video}, [{"id": int(video)}])


def test_comments_go_with_their_video(
    study: Studies, store: Path | str, clock: Clock, tiktok: ResearchApi
) -> None:
    collection = study(store, "2023-01-01", "2023-01-12").collect_comments()
    comments = collection.comments()
    video = comments["video_id"].iloc[0]
    alone = comments.loc[comments["video_id"] != video, "id"].iloc[0]
    tiktok.service.gone.update({int(video), int(alone)})
    collection.refresh(every=0)
    left = collection.comments()
    assert video not in set(left["video_id"])
    assert alone not in set(left["id"])
    of_video = (comments["video_id"] == video).sum()
    assert len(left) == len(comments) - of_video - 1


def test_comments_without_access_stay(
    study: Studies, sqlite_store: Path, clock: Clock, tiktok: ResearchApi
) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-01-12").collect_comments()
    before = len(collection.comments())
    tiktok.switches["id_checks"] = False
    with pytest.warns(TraktokWarning, match="can't ask after comments"):
        collection.refresh(every=0)
    assert len(collection.comments()) == before


def test_only_what_is_due_is_asked_after(
    collection: Collection, tiktok: ResearchApi, clock: Clock
) -> None:
    assert collection.due() == datetime(2025, 3, 31, 9, tzinfo=UTC)
    tiktok.clock.advance(days=29)
    assert collection.refresh()["asked"].tolist() == [0, 0]
    assert uploads(tiktok) == 0
    tiktok.clock.advance(days=1)
    assert collection.refresh()["asked"].tolist() == [len(collection.videos()), 0]
    for days, due in ((15, date(2025, 4, 15)), (30, date(2025, 4, 30))):
        moment = collection.due(every=days)
        assert moment is not None
        assert moment.date() == due
    for days in (-1, 1e12, float("nan")):
        with pytest.raises(ValueError, match="number of days"):
            collection.due(every=days)


def test_nothing_is_due_of_an_empty_study(study: Studies, sqlite_store: Path) -> None:
    collection = study(sqlite_store, *MONTHS, start=False)
    assert collection.due() is None
    assert collection.refresh()["asked"].tolist() == [0, 0]


@pytest.mark.parametrize("mark", [False, True])
def test_profiles_are_asked_after_where_that_is_wanted(
    collection: Collection, tiktok: ResearchApi, clock: Clock, mark: bool
) -> None:
    names = collection.videos()["author_name"].drop_duplicates().tolist()[:6]
    collection.collect_users(names)
    kept = collection.users()["username"].tolist()
    gone, *rest = kept
    tiktok.service.gone.add(gone)
    tiktok.clock.advance(days=30)
    assert collection.refresh(mark=mark)["what"].tolist() == ["videos", "comments"]
    assert collection.users()["username"].tolist() == kept
    table = collection.refresh(mark=mark, profiles=True)
    assert table.set_index("what").loc["users"].tolist() == [len(kept), 1]
    assert collection.users()["username"].tolist() == rest
    assert (gone in set(collection.users(gone=True)["username"])) is mark
    asked = len(tiktok.requests)
    assert collection.refresh(mark=mark, profiles=True)["asked"].tolist() == [0, 0, 0]
    assert len(tiktok.requests) == asked


def test_a_study_without_profiles_has_none_to_ask_after(collection: Collection) -> None:
    table = collection.refresh(profiles=True)
    assert table["what"].tolist() == ["videos", "comments", "users"]
    assert table["asked"].tolist() == [0, 0, 0]


def test_profiles_that_could_not_be_asked_after_stay(
    collection: Collection, tiktok: ResearchApi, clock: Clock
) -> None:
    names = collection.videos()["author_name"].drop_duplicates().tolist()[:6]
    kept = collection.collect_users(names).users()["username"].tolist()
    tiktok.clock.advance(days=30)
    collection.refresh()
    with pytest.warns(TraktokWarning, match="max_requests=2 was reached"):
        collection.refresh(profiles=True, max_requests=2, workers=1)
    assert collection.users()["username"].tolist() == kept
    assert collection.refresh(profiles=True)["asked"].tolist() == [0, 0, len(kept) - 2]


@pytest.mark.parametrize("fault", ["empty_200", "html_200", "empty_page", "broken_json"])
def test_a_search_gone_wrong_deletes_nothing(
    collection: Collection, tiktok: ResearchApi, visible: Visible, fault: str
) -> None:
    tiktok.switches["id_checks"] = False
    tiktok.fail(fault, endpoint="video/query/")
    collection.refresh(every=0)
    assert set(collection.videos()["video_id"]) == visible(*MONTHS)


def test_an_outage_deletes_nothing(
    collection: Collection, tiktok: ResearchApi, visible: Visible
) -> None:
    tiktok.fail("http_503", times=math.inf)
    with pytest.raises(ServerError):
        collection.refresh(every=0)
    assert set(collection.videos()["video_id"]) == visible(*MONTHS)


def test_a_refresh_keeps_to_its_limits(collection: Collection, tiktok: ResearchApi) -> None:
    with pytest.warns(TraktokWarning, match="max_requests=2 was reached"):
        collection.refresh(every=0, max_requests=2)
    assert re.search("refresh, .* UTC: max_requests=2 was reached", collection.describe())
    used = 1_000 - collection.quota()
    with pytest.raises(QuotaExceeded):
        collection.refresh(every=0, daily_requests=used + 1)
