"""Nothing is lost: every fault, once and for ever, beside what the package promises of it.

A promise says what a crawl costs (requests, waits), which pages it keeps and how it ends. Whatever
the fault, the table so far, ``last_query()`` and the message agree, and going on from where they
say gives exactly the rest.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol

import pandas as pd
import pytest

from traktok import (
    ApiError,
    AuthError,
    ConnectionFailed,
    InvalidRequest,
    QuotaExceeded,
    RateLimited,
    ServerError,
    TikTokResults,
    TraktokError,
    TraktokWarning,
    auth_research,
    last_comments,
    last_query,
    query,
    query_and,
    tt_comments_api,
    tt_search_api,
    tt_user_follower_api,
    tt_user_info_api,
    tt_user_liked_videos_api,
    tt_user_pinned_videos_api,
    tt_user_videos_api,
)
from traktok._http import transport
from traktok._run import fetch
from traktok.sandbox.api import ResearchApi, World
from traktok.sandbox.api.records import Status, User

TRIES = 5
USUAL_WAITS = (1, 8, 27, 64)
US_OR_JP = query() | query_and("region_code", "IN", ["JP", "US"])
DAYS = ("20231101", "20231129")
PAGES = 10
# Long enough for an answer from the same machine, short enough to wait for.
IMPATIENT = 1.0


def search(token: str | None, **arguments: Any) -> TikTokResults:
    """Search for few fields, since it is done so often."""
    usual = {"fields": "id,username,create_time", "max_pages": math.inf}
    return tt_search_api(US_OR_JP, *DAYS, token=token, **{**usual, **arguments})


def ids_on(world: World, pages: Sequence[int]) -> list[str]:
    """What the pages of the search show: places come by the hundred, some of them hidden."""
    places = world.search(US_OR_JP, *DAYS)
    assert math.ceil(len(places) / 100) == PAGES
    return [
        str(video.id)
        for page in pages
        for video in places[100 * (page - 1) : 100 * page]
        if not video.hidden
    ]


# --------------------------------------------------------------------------------- what is promised


def up_to(page: int) -> tuple[int, ...]:
    return tuple(range(1, page + 1))


@dataclass(frozen=True)
class Promise:
    requests: int
    keeps: tuple[int, ...]
    """The pages whose rows are in the table."""
    waits: tuple[float, ...] = ()
    error: type[TraktokError] | None = None
    warning: str | None = None
    goes_on_at: int | None = None
    """The page that comes first when the table's cursor and search_id are used."""


class Rule(Protocol):
    """What a fault at a page leads to, in a crawl of so many pages."""

    def once(self, page: int, pages: int) -> Promise: ...
    def for_ever(self, page: int, pages: int) -> Promise: ...


@dataclass(frozen=True)
class TriedAgain:
    error: type[TraktokError]
    waits: tuple[float, ...] = USUAL_WAITS

    def once(self, page: int, pages: int) -> Promise:
        return Promise(pages + 1, up_to(pages), self.waits[:1])

    def for_ever(self, page: int, pages: int) -> Promise:
        before = page - 1
        return Promise(before + TRIES, up_to(before), self.waits, self.error, goes_on_at=page)


@dataclass(frozen=True)
class AtOnce:
    error: type[TraktokError]

    def once(self, page: int, pages: int) -> Promise:
        return Promise(page, up_to(page - 1), error=self.error, goes_on_at=page)

    for_ever = once


@dataclass(frozen=True)
class NoMatter:
    def once(self, page: int, pages: int) -> Promise:
        return Promise(pages, up_to(pages))

    for_ever = once


@dataclass(frozen=True)
class EmptyPages:
    """Followed, since TikTok counts what it does not show; at the end the cursor stands still."""

    def once(self, page: int, pages: int) -> Promise:
        return Promise(pages, tuple(number for number in up_to(pages) if number != page))

    def for_ever(self, page: int, pages: int) -> Promise:
        return Promise(pages + 1, up_to(page - 1), warning="again: stopped")


@dataclass(frozen=True)
class Stopped:
    """A cursor that would lead round in circles, or to the start, ends the crawl."""

    last_kept: int
    """Which page's rows came with it, counted from the one that was asked for."""
    goes_on: bool = True
    warning: str = r"again: stopped after page \d"

    def once(self, page: int, pages: int) -> Promise:
        return Promise(
            page,
            (*up_to(page - 1), page + self.last_kept),
            warning=self.warning,
            goes_on_at=page if self.goes_on else None,
        )

    for_ever = once


@dataclass(frozen=True)
class Case:
    fault: str
    rule: Rule
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join([self.fault, *map(str, self.options.values())])


CASES = (
    # TikTok, or a gateway before it, fails
    Case("http_500", TriedAgain(ServerError)),
    Case("http_502_text", TriedAgain(ServerError)),
    Case("http_503_retry_after", TriedAgain(ServerError, waits=4 * (2,))),
    Case("http_504_html", TriedAgain(ServerError)),
    # a success that is none
    Case("broken_json", TriedAgain(ServerError)),
    Case("error_200", TriedAgain(ServerError), {"code": "internal_error"}),
    Case("error_200", AtOnce(InvalidRequest), {"code": "invalid_params"}),
    # the connection fails
    Case("reset", TriedAgain(ConnectionFailed)),
    Case("close", TriedAgain(ConnectionFailed)),
    Case("truncated", TriedAgain(ConnectionFailed)),
    Case("hang", TriedAgain(ConnectionFailed)),
    Case("trickle", TriedAgain(ConnectionFailed), {"seconds": 5 * IMPATIENT}),
    # TikTok says no
    Case("token_expired", AtOnce(AuthError)),
    Case("rate_limit", TriedAgain(RateLimited)),
    Case("daily_quota", AtOnce(QuotaExceeded)),
    Case("stale_search_id", TriedAgain(InvalidRequest)),
    Case("bad_cursor", TriedAgain(InvalidRequest)),
    # pages that would mislead
    Case("empty_page", EmptyPages()),
    Case("repeated_page", Stopped(last_kept=-1)),
    Case("stuck_cursor", Stopped(last_kept=0)),
    Case("missing_cursor", Stopped(last_kept=0, goes_on=False, warning="no cursor: stopped")),
    Case("missing_search_id", NoMatter()),
)
# What differs from those only in what TikTok says: seen at the first page.
MORE_ERRORS = (
    Case("something_wrong", TriedAgain(ServerError)),
    Case("data_with_500", TriedAgain(ServerError)),
    Case("http_500_html", TriedAgain(ServerError)),
    Case("http_503", TriedAgain(ServerError)),
    Case("html_200", TriedAgain(ServerError)),
    Case("empty_200", TriedAgain(ServerError)),
    Case("error_200", TriedAgain(ServerError), {"code": "timeout"}),
    Case("error_200", AtOnce(ApiError), {"code": "never_seen_before"}),
    Case("scope_not_authorized", AtOnce(AuthError)),
    Case("rate_limit", TriedAgain(RateLimited, waits=4 * (5,)), {"retry_after": 5}),
    Case("http_302", AtOnce(ApiError)),
)
SLOW = {"hang", "trickle"}


# ---------------------------------------------------------------------------------- what is checked


def outcome(
    call: Callable[[], TikTokResults], promise: Promise
) -> tuple[TikTokResults, TraktokError | None]:
    """Make a call that ends as promised; return the table, whole or so far, and the error."""
    if promise.error is not None:
        with pytest.raises(TraktokError) as caught:
            call()
        assert type(caught.value) is promise.error
        assert caught.value.partial is not None
        return caught.value.partial, caught.value
    expected: AbstractContextManager[Any] = nullcontext()
    if promise.warning is not None:
        expected = pytest.warns(TraktokWarning, match=promise.warning)
    with expected:
        return call(), None


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert one.attrs == other.attrs


def assert_message_agrees(error: BaseException, table: TikTokResults, memory: str) -> None:
    text = "\n".join([str(error), *getattr(error, "__notes__", ())])
    assert f"{len(table):,} rows kept in error.partial and {memory}" in text
    assert f"start_cursor={table.cursor!r}" in text
    assert ("search_id=" in text) == bool(table.search_id)
    if table.search_id:
        assert f"search_id={table.search_id!r}" in text


def assert_together(parts: Sequence[pd.DataFrame], whole: pd.DataFrame) -> None:
    together = pd.concat(map(flat, parts), ignore_index=True)
    pd.testing.assert_frame_equal(together, flat(whole), check_exact=True)


def flat(table: pd.DataFrame) -> pd.DataFrame:
    """The rows alone, their names among the columns."""
    return pd.DataFrame(table).reset_index(drop=table.index.name is None)


@contextmanager
def calm() -> Iterator[ResearchApi]:
    """A TikTok where nothing goes wrong."""
    with ResearchApi() as tiktok, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAKTOK_BASE_URL", tiktok.url)
        yield tiktok


@pytest.fixture(scope="module")
def undisturbed() -> TikTokResults:
    """The search when nothing goes wrong."""
    with calm() as tiktok:
        table = search(tiktok.token())
        assert len(tiktok.requests) == PAGES
    return table


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_TIMEOUT", IMPATIENT)


# ---------------------------------------------------------------------------------- one long search


@pytest.mark.parametrize(
    ("page", "times"),
    [pytest.param(3, 1, id="once-at-page-3"), pytest.param(6, math.inf, id="for-ever-from-page-6")],
)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_costs_what_is_promised_and_loses_nothing(
    case: Case,
    page: int,
    times: float,
    tiktok: ResearchApi,
    token: str,
    slept: list[float],
    undisturbed: TikTokResults,
    request: pytest.FixtureRequest,
) -> None:
    if case.fault in SLOW:
        request.getfixturevalue("impatient")
    promise = (case.rule.once if times == 1 else case.rule.for_ever)(page, PAGES)
    tiktok.fail(case.fault, page=page, times=times, **case.options)

    table, error = outcome(lambda: search(token), promise)

    assert len(tiktok.requests) == promise.requests
    assert slept == list(promise.waits)
    assert list(table["video_id"]) == ids_on(tiktok.world, promise.keeps)
    assert_same(last_query(), table)
    assert table.has_more == (error is not None or promise.warning is not None)
    if error is not None:
        assert_message_agrees(error, table, "last_query()")
    if promise.goes_on_at is not None:
        tiktok.service.faults.clear()
        rest = search(token, start_cursor=table.cursor, search_id=table.search_id)
        assert list(rest["video_id"]) == ids_on(
            tiktok.world, up_to(PAGES)[promise.goes_on_at - 1 :]
        )
        if error is not None:
            assert_together([table, rest], undisturbed)
    elif promise.keeps == up_to(PAGES):
        assert_together([table], undisturbed)


ERRORS = [
    case for case in CASES if isinstance(case.rule, (TriedAgain, AtOnce)) and case.fault not in SLOW
]
REFUSED_FOR_NOW_ONLY_MID_CRAWL = {"stale_search_id", "bad_cursor"}


@pytest.mark.parametrize("case", ERRORS, ids=str)
def test_an_error_at_the_first_page_says_what_tiktok_said_and_keeps_the_empty_table(
    case: Case, tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    tiktok.fail(case.fault, times=math.inf, **case.options)
    with pytest.raises(case.rule.error, match="Nothing was collected yet") as caught:
        search(token)
    error = caught.value
    tried_again = isinstance(case.rule, TriedAgain)
    tried_again = tried_again and case.fault not in REFUSED_FOR_NOW_ONLY_MID_CRAWL
    assert len(tiktok.requests) == (TRIES if tried_again else 1)
    assert slept == list(case.rule.waits if tried_again else ())
    if not isinstance(error, ConnectionFailed):
        assert error.status == tiktok.requests[0].status
    for words in (error.code, error.message):
        assert (words or "") in str(error)
    assert len(error.partial) == 0
    assert_same(last_query(), error.partial)
    assert "start_cursor" not in str(error)


def test_a_token_that_can_be_none_leaves_the_last_query_alone(
    tiktok: ResearchApi, token: str
) -> None:
    table = search(token)
    with pytest.raises(ValueError, match="token must be printable ASCII without blanks"):
        search("not a token")
    assert_same(last_query(), table)


def test_where_there_was_no_call_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    with ThreadPoolExecutor(1) as pool:  # each thread has its own
        assert len(pool.submit(last_query).result()) == 0
    assert capsys.readouterr().err == ""


def test_the_newest_search_id_is_sent_and_returned(tiktok: ResearchApi, token: str) -> None:
    """TikTok may change it in the middle; going on page by page shows what each answer held."""
    whole = search(token)
    sent = [request.body.get("search_id") for request in tiktok.requests]
    cursor, search_id, answered = 0, None, []
    for _ in range(PAGES):
        page = search(token, max_pages=1, start_cursor=cursor, search_id=search_id)
        cursor, search_id = page.cursor, page.search_id
        answered.append(search_id)
    assert len(set(answered)) > 1
    assert sent == [None, *answered[:-1]]
    assert whole.search_id == answered[-1]


def test_a_quota_error_says_when_the_next_day_begins(tiktok: ResearchApi, token: str) -> None:
    tiktok.quota.main = tiktok.quota.main_limit - 2
    with pytest.raises(QuotaExceeded, match="00:00 UTC") as caught:
        search(token)
    assert len(tiktok.requests) == 3
    assert list(caught.value.partial["video_id"]) == ids_on(tiktok.world, up_to(2))
    until_then = caught.value.resets_at - datetime.now(UTC)
    assert timedelta(0) < until_then <= timedelta(days=1)


def test_different_faults_one_after_another_are_each_got_over(
    tiktok: ResearchApi, token: str, slept: list[float], undisturbed: TikTokResults
) -> None:
    for page, fault in enumerate(["http_500", "reset", "rate_limit", "broken_json"], start=2):
        tiktok.fail(fault, page=page, times=2)
    assert_same(search(token), undisturbed)
    assert slept == 4 * [1, 8]


def test_records_that_were_asked_for_as_they_are_are_kept_as_a_table(
    tiktok: ResearchApi, token: str
) -> None:
    tiktok.fail("daily_quota", page=3)
    with pytest.raises(QuotaExceeded) as caught:
        search(token, parse=False)
    assert list(caught.value.partial["video_id"]) == ids_on(tiktok.world, up_to(2))
    assert_same(last_query(), caught.value.partial)


# -------------------------------------------------------------------------- with stored credentials


@pytest.fixture
def stored(tiktok: ResearchApi) -> None:
    auth_research(tiktok.client_key, tiktok.client_secret)
    tiktok.requests.clear()


def asked_for(tiktok: ResearchApi, endpoint: str) -> int:
    return sum(request.endpoint == endpoint for request in tiktok.requests)


def test_a_token_refused_once_is_renewed_once(
    tiktok: ResearchApi, stored: None, slept: list[float], undisturbed: TikTokResults
) -> None:
    tiktok.fail("token_expired", page=3)
    assert_same(search(None), undisturbed)
    assert asked_for(tiktok, "video/query/") == PAGES + 1
    assert asked_for(tiktok, "oauth/token/") == 1
    assert slept == []


def test_a_token_refused_for_ever_is_an_error_after_one_new_one(
    tiktok: ResearchApi, stored: None, slept: list[float], undisturbed: TikTokResults
) -> None:
    tiktok.fail("token_expired", page=6, times=math.inf)
    with pytest.raises(AuthError) as caught:
        search(None)
    table = caught.value.partial
    assert asked_for(tiktok, "video/query/") == 5 + 2
    assert asked_for(tiktok, "oauth/token/") == 1
    assert slept == []
    assert_same(last_query(), table)
    assert_message_agrees(caught.value, table, "last_query()")
    tiktok.service.faults.clear()
    rest = search(None, start_cursor=table.cursor, search_id=table.search_id)
    assert_together([table, rest], undisturbed)


def test_a_failing_renewal_keeps_what_came_in(
    tiktok: ResearchApi, stored: None, slept: list[float]
) -> None:
    tiktok.fail("token_expired", page=4)
    tiktok.fail("http_500", endpoint="oauth/token/", times=math.inf)
    with pytest.raises(ServerError) as caught:
        search(None)
    assert asked_for(tiktok, "oauth/token/") == TRIES
    assert list(caught.value.partial["video_id"]) == ids_on(tiktok.world, up_to(3))
    assert_same(last_query(), caught.value.partial)


# ---------------------------------------------------------------------------- when it is broken off


def break_off_in_a_wait(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    tiktok.fail("http_503", page=4)
    monkeypatch.setattr(time, "sleep", lambda seconds: signal.raise_signal(signal.SIGINT))


def break_off_between_pages(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    post = transport._post

    def interrupted(*arguments: Any) -> Any:
        if len(tiktok.requests) == 3:
            raise KeyboardInterrupt
        return post(*arguments)

    monkeypatch.setattr(transport, "_post", interrupted)


def break_off_while_progress_is_shown(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has come, and nobody but the one who keeps it has seen it."""

    def interrupted(pages: Iterator[Any], *_: Any) -> Iterator[Any]:
        for number, page in enumerate(pages, start=1):
            if number == 3:
                raise KeyboardInterrupt
            yield page

    monkeypatch.setattr(fetch, "watch", interrupted)


def break_off_while_tiktok_thinks(tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    tiktok.fail("hang", page=4)

    def press_ctrl_c() -> None:
        while len(tiktok.requests) < 4:
            threading.Event().wait(0.01)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=press_ctrl_c, daemon=True).start()


@pytest.mark.skipif(os.name == "nt", reason="sends signals to a thread")
@pytest.mark.parametrize(
    "break_off",
    [
        break_off_in_a_wait,
        break_off_between_pages,
        break_off_while_progress_is_shown,
        break_off_while_tiktok_thinks,
    ],
)
def test_ctrl_c_keeps_what_came_in(
    break_off: Callable[[ResearchApi, pytest.MonkeyPatch], None],
    tiktok: ResearchApi,
    token: str,
    undisturbed: TikTokResults,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        break_off(tiktok, patch)
        with pytest.raises(KeyboardInterrupt) as caught:
            search(token)
    table = last_query()
    assert list(table["video_id"]) == ids_on(tiktok.world, up_to(3))
    note = "\n".join(caught.value.__notes__)
    assert f"{len(table):,} rows kept in" in note
    assert "last_query()" in note
    assert f"start_cursor={table.cursor}, search_id={table.search_id!r}" in note
    rest = search(token, start_cursor=table.cursor, search_id=table.search_id)
    assert_together([table, rest], undisturbed)


def test_an_error_of_ours_keeps_what_came_in_too(
    tiktok: ResearchApi, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any) -> Any:
        if len(tiktok.requests) == 3:
            raise RuntimeError("a defect")
        return post(*arguments)

    post = transport._post
    monkeypatch.setattr(transport, "_post", broken)
    with pytest.raises(RuntimeError, match="a defect"):
        search(token)
    assert list(last_query()["video_id"]) == ids_on(tiktok.world, up_to(3))


# --------------------------------------------------------------------- lists of users, and comments


@dataclass(frozen=True)
class Listing:
    """A call that goes through the pages of one subject."""

    function: Callable[..., TikTokResults]
    subject: Callable[[World], Any]
    """Whose list has several pages."""
    memory: Callable[[], TikTokResults] = last_query

    def __call__(self, world: World, token: str, **arguments: Any) -> TikTokResults:
        return self.function(self.subject(world), max_pages=math.inf, token=token, **arguments)


LISTINGS = {
    "liked": Listing(
        tt_user_liked_videos_api,
        lambda world: max(
            (user.username for user in world.users.values() if shows(user, "liked")),
            key=lambda name: len(world.liked.get(name, ())),
        ),
    ),
    "followers": Listing(tt_user_follower_api, lambda world: "tiktok"),
    "comments": Listing(
        tt_comments_api,
        lambda world: next(v for v, comments in world.comments.items() if len(comments) > 200),
        last_comments,
    ),
}
LISTING_FAULTS = (
    Case("http_500", TriedAgain(ServerError)),
    Case("http_503_retry_after", TriedAgain(ServerError, waits=4 * (2,))),
    Case("broken_json", TriedAgain(ServerError)),
    Case("error_200", AtOnce(ApiError), {"code": "never_seen_before"}),
    Case("reset", TriedAgain(ConnectionFailed)),
    Case("token_expired", AtOnce(AuthError)),
    Case("daily_quota", AtOnce(QuotaExceeded)),
    Case("bad_cursor", TriedAgain(InvalidRequest)),
    Case("missing_cursor", Stopped(last_kept=0, goes_on=False, warning="no cursor: stopped")),
)


def shows(user: User, kind: str) -> bool:
    return user.status is Status.PUBLIC and kind in user.shows


@pytest.fixture(scope="module")
def undisturbed_lists() -> dict[str, tuple[int, TikTokResults]]:
    """How many pages each listing has, and its table, when nothing goes wrong."""
    lists = {}
    with calm() as tiktok:
        for name, listing in LISTINGS.items():
            before = len(tiktok.requests)
            table = listing(tiktok.world, tiktok.token())
            lists[name] = len(tiktok.requests) - before, table
    return lists


@pytest.mark.parametrize(
    "times", [pytest.param(1, id="once"), pytest.param(math.inf, id="for-ever")]
)
@pytest.mark.parametrize("case", LISTING_FAULTS, ids=str)
@pytest.mark.parametrize("name", LISTINGS)
def test_a_fault_at_the_second_page_of_a_list_loses_nothing(
    name: str,
    case: Case,
    times: float,
    tiktok: ResearchApi,
    token: str,
    slept: list[float],
    undisturbed_lists: dict[str, tuple[int, TikTokResults]],
) -> None:
    listing, (pages, undisturbed) = LISTINGS[name], undisturbed_lists[name]
    assert pages >= 3
    promise = (case.rule.once if times == 1 else case.rule.for_ever)(2, pages)
    tiktok.fail(case.fault, page=2, times=times, **case.options)

    table, error = outcome(lambda: listing(tiktok.world, token), promise)

    assert len(tiktok.requests) == promise.requests
    assert slept == list(promise.waits)
    assert_same(listing.memory(), table)
    if error is None:
        assert_together([table], undisturbed.iloc[: len(table)])
        assert (len(table) == len(undisturbed)) == (promise.keeps == up_to(pages))
    else:
        assert_message_agrees(error, table, f"{listing.memory.__name__}()")
        tiktok.service.faults.clear()
        tiktok.requests.clear()
        rest = listing(tiktok.world, token, start_cursor=table.cursor)
        assert len(tiktok.requests) == pages - len(promise.keeps)
        assert_together([table, rest], undisturbed)


def test_a_500_that_carries_an_answer_is_one_for_users(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    followers = LISTINGS["followers"]
    undisturbed = followers(tiktok.world, token)
    tiktok.fail("data_with_500", times=math.inf)
    assert_same(followers(tiktok.world, token), undisturbed)
    assert slept == []


# --------------------------------------------------------------------------------------- many users


def public_names(world: World, count: int) -> list[str]:
    names = [user.username for user in world.users.values() if shows(user, "pinned")]
    return [name for name in names if world.pinned.get(name)][:count]


@pytest.mark.parametrize("fault", ["http_500", "reset", "daily_quota", "rate_limit"])
@pytest.mark.parametrize("function", [tt_user_info_api, tt_user_pinned_videos_api])
def test_a_failure_at_one_user_keeps_those_before(
    function: Callable[..., TikTokResults],
    fault: str,
    tiktok: ResearchApi,
    token: str,
    slept: list[float],
) -> None:
    names = public_names(tiktok.world, 7)
    before, failing, left = names[:4], names[4], names[4:]
    expected = function(before, token=token)
    tiktok.requests.clear()
    tiktok.fail(fault, times=math.inf, where={"username": failing})
    with pytest.raises(TraktokError, match=f"go on from user {failing}") as caught:
        function(names, token=token)
    assert len(tiktok.requests) == len(before) + (1 if fault == "daily_quota" else TRIES)
    pd.testing.assert_frame_equal(caught.value.partial, expected, check_exact=True)
    if function is tt_user_pinned_videos_api:
        assert_same(last_query(), caught.value.partial)
    tiktok.service.faults.clear()
    rest = function(left, token=token)
    assert_together([caught.value.partial, rest], function(names, token=token))


def test_windows_without_rows_are_done_all_the_same(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    tiktok.fail("http_500", on=3, times=math.inf)
    with pytest.raises(ServerError, match="No rows yet; go on from 2019-03-04 to 2019-04-03"):
        tt_user_videos_api("tiktok", since="2019-01-01", to="2019-06-01", token=token)


def test_a_failure_within_a_users_pages_says_from_which_user_and_cursor(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    first = max(
        (name for name in tiktok.world.followers if shows(tiktok.world.users[name], "followers")),
        key=lambda name: (name != "tiktok", len(tiktok.world.followers[name])),
    )
    names = [first, "tiktok"]
    undisturbed = tt_user_follower_api(names, max_pages=math.inf, token=token)
    tiktok.fail("http_500", page=3, times=math.inf, where={"username": "tiktok"})
    with pytest.raises(ServerError, match="go on from user tiktok with") as caught:
        tt_user_follower_api(names, max_pages=math.inf, token=token)
    table = caught.value.partial
    assert set(table["following_user"]) == set(names)
    assert_same(last_query(), table)
    assert_message_agrees(caught.value, table, "last_query()")
    tiktok.service.faults.clear()
    rest = tt_user_follower_api(
        ["tiktok"], max_pages=math.inf, start_cursor=table.cursor, token=token
    )
    assert_together([table, rest], undisturbed)


REASONS = {
    Status.PRIVATE: "is private",
    Status.DELETED: "cannot find the user",
    Status.WITHHELD: "cannot return this user's information",
}
NOBODY = ["nobody.has.this.name", "nor_this_one"]


@dataclass(frozen=True)
class Crowd:
    """Two hundred names as researchers have them: some private, gone or given twice."""

    names: list[str]
    as_given: list[str]

    @classmethod
    def of(cls, world: World) -> Crowd:
        random = Random(200)
        hidden = [user.username for user in world.users.values() if user.hidden]
        names = [*hidden, *NOBODY, *public_names(world, 180 - len(hidden) - len(NOBODY))]
        random.shuffle(names)
        assert len(names) == 180
        again = random.sample(names, 20)
        spelled = [f"@{name}" for name in again[:10]]
        spelled += [f"https://www.tiktok.com/@{name}?lang=en" for name in again[10:]]
        as_given = list(names)
        for name, spelling in zip(again, spelled, strict=True):
            # After the first mention, so that the order of the answer is that of `names`.
            as_given.insert(random.randint(as_given.index(name) + 1, len(as_given)), spelling)
        return cls(names, as_given)

    def reason(self, world: World, name: str) -> str | None:
        user = world.users.get(name)
        return "cannot find the user" if user is None else REASONS.get(user.status)

    def obtainable(self, world: World) -> list[str]:
        return [name for name in self.names if self.reason(world, name) is None]


@pytest.mark.parametrize(
    ("function", "row_names"),
    [
        (tt_user_info_api, lambda world, name: [name]),
        (
            tt_user_pinned_videos_api,
            lambda world, name: [name for video in world.pinned[name] if not video.hidden],
        ),
    ],
    ids=["info", "pinned"],
)
def test_of_two_hundred_users_everything_obtainable_is_there_once(
    function: Callable[..., TikTokResults],
    row_names: Callable[[World, str], list[str]],
    tiktok: ResearchApi,
    token: str,
    slept: list[float],
) -> None:
    world = tiktok.world
    crowd = Crowd.of(world)
    assert len(crowd.as_given) == 200
    obtainable = crowd.obtainable(world)
    retries = {"http_500": 1, "http_504_html": 2, "rate_limit": 1, "reset": 3}
    for (fault, times), name in zip(retries.items(), obtainable[::7], strict=False):
        tiktok.fail(fault, times=times, where={"username": name})

    with pytest.warns(TraktokWarning, match=r"Skipped, see .attrs\['skipped'\]"):
        table = function(crowd.as_given, token=token)

    owners = table["username" if function is tt_user_info_api else "pinned_by_user"]
    assert list(owners) == [row for name in obtainable for row in row_names(world, name)]
    skipped = {name: crowd.reason(world, name) for name in crowd.names if name not in obtainable}
    assert list(table.attrs["skipped"]) == list(skipped)
    for name, reason in skipped.items():
        assert reason in table.attrs["skipped"][name]
    assert len(tiktok.requests) == len(crowd.names) + sum(retries.values())
    assert [request.body["username"] for request in tiktok.requests if request.status == 200] == (
        obtainable
    )


def test_comments_of_several_videos_fail_at_one_and_keep_those_before(
    tiktok: ResearchApi, token: str, slept: list[float]
) -> None:
    tiktok.switches["comments_end"] = 0  # the longest list has more than 1,000
    videos = sorted(tiktok.world.comments, key=lambda video: -len(tiktok.world.comments[video]))[:3]
    undisturbed = tt_comments_api(videos, max_pages=math.inf, token=token)
    tiktok.fail("http_500", page=2, times=math.inf, where={"video_id": str(videos[1])})
    with pytest.raises(ServerError, match=f"go on from comments of video {videos[1]}") as caught:
        tt_comments_api(videos, max_pages=math.inf, token=token)
    table = caught.value.partial
    assert_same(last_comments(), table)
    assert_message_agrees(caught.value, table, "last_comments()")
    tiktok.service.faults.clear()
    rest = tt_comments_api(videos[1:], max_pages=math.inf, start_cursor=table.cursor, token=token)
    assert_together([table, rest], undisturbed)
