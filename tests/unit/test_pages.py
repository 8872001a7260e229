"""The loop over cursors: where it starts, what it sends, when it ends."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import COMMENTS, FOLLOWERS, LIKED_VIDEOS, USER_INFO, VIDEO_QUERY
from traktok._http.pages import Crawl, pages
from traktok._http.wire import Page, Request
from traktok.errors import ServerError


class Service:
    """Answers requests with the pages it was given, in turn, and remembers what was asked."""

    def __init__(self, answers: Sequence[Page | Exception]) -> None:
        self.sent: list[dict[str, Any]] = []
        self.doubts: list[str] = []
        self._answers = iter(answers)

    def send(self, request: Request) -> Page:
        self.sent.append(json.loads(request.body))
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def crawl(self, endpoint: Endpoint = VIDEO_QUERY, **told: Any) -> Iterator[Page]:
        return pages(Crawl(endpoint, {"query": "q"}, **told), self.send, self.doubts.append)

    @property
    def cursors(self) -> list[Any]:
        return [body.get("cursor") for body in self.sent]

    @property
    def search_ids(self) -> list[Any]:
        return [body.get("search_id") for body in self.sent]


def more(cursor: Any, search_id: str | None = "s", rows: int = 1) -> Page:
    return Page([{"id": cursor}] * rows, cursor, has_more=True, search_id=search_id)


def last(cursor: Any = 999) -> Page:
    return Page([{"id": cursor}], cursor, has_more=False, search_id="s")


# --------------------------------------------------------------------------------- when it ends


@pytest.mark.parametrize(
    ("max_pages", "cursors"),
    [(1, [0]), (2, [0, 100]), (3, [0, 100, 200]), (math.inf, [0, 100, 200])],
)
def test_as_many_pages_as_asked_for_until_there_are_no_more(
    max_pages: float, cursors: list[int]
) -> None:
    service = Service([more(100), more(200), last()])
    assert len(list(service.crawl(max_pages=max_pages))) == len(cursors)
    assert service.cursors == cursors
    assert service.doubts == []


def test_only_has_more_ends_a_crawl_not_a_page_without_rows() -> None:
    service = Service([more(100, rows=0), more(200, rows=0), last()])
    assert [len(page.records) for page in service.crawl(max_pages=math.inf)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("answers", "cursors", "doubt"),
    [
        ([more(None)], [0], "no cursor: stopped after page 1"),
        ([more(0)], [0], "the cursor 0 again: stopped after page 1"),
        ([more(100), more(100)], [0, 100], "the cursor 100 again: stopped after page 2"),
        (
            [more(100), more(200), more(100)],
            [0, 100, 200],
            "the cursor 100 again: stopped after page 3",
        ),
        ([more(100), more(None)], [0, 100], "no cursor: stopped after page 2"),
    ],
)
@pytest.mark.parametrize("max_pages", [3, math.inf])
def test_a_cursor_that_leads_nowhere_ends_the_crawl_and_is_said(
    answers: list[Page], cursors: list[int], doubt: str, max_pages: float
) -> None:
    service = Service(answers)
    assert list(service.crawl(max_pages=max_pages)) == answers
    assert service.cursors == cursors
    assert service.doubts == [f"TikTok says there is more but sent {doubt}"]


@pytest.mark.parametrize("cursor", [None, 0])
def test_where_there_is_no_more_the_cursor_does_not_matter(cursor: int | None) -> None:
    service = Service([last(cursor)])
    assert len(list(service.crawl(max_pages=5))) == 1
    assert service.doubts == []


def test_cursors_that_are_times_run_backwards() -> None:
    service = Service([more(300), more(200), more(100), last()])
    list(service.crawl(LIKED_VIDEOS, max_pages=math.inf))
    assert service.cursors == [None, 300, 200, 100]


def test_a_failure_comes_after_the_pages_before_it() -> None:
    crawl = Service([more(100), ServerError("no")]).crawl(max_pages=5)
    assert next(crawl) == more(100)
    with pytest.raises(ServerError):
        next(crawl)


def test_no_page_is_asked_for_before_it_is_wanted() -> None:
    service = Service([more(100), more(200), last()])
    crawl = service.crawl(max_pages=math.inf)
    assert service.sent == []
    assert len(list(islice(crawl, 2))) == 2
    assert service.cursors == [0, 100]


# ------------------------------------------------------------------------------ what is sent


def test_the_newest_cursor_and_search_id_are_sent() -> None:
    answers = [more(100, "a"), more(200, "b"), more(300, None), more(400, "c"), last()]
    service = Service(answers)
    list(service.crawl(max_pages=math.inf))
    assert service.cursors == [0, 100, 200, 300, 400]
    assert service.search_ids == [None, "a", "b", "b", "c"]


def test_a_crawl_goes_on_where_an_earlier_one_left_off() -> None:
    service = Service([more(300, None), last()])
    list(service.crawl(start_cursor=200, search_id="old", max_pages=2))
    assert service.cursors == [200, 300]
    assert service.search_ids == ["old", "old"]


@pytest.mark.parametrize(
    ("endpoint", "first_body"),
    [
        (VIDEO_QUERY, {"query": "q", "max_count": 100, "cursor": 0}),
        (COMMENTS, {"query": "q", "max_count": 100, "cursor": 0}),
        (LIKED_VIDEOS, {"query": "q", "max_count": 100}),
        (FOLLOWERS, {"query": "q", "max_count": 100}),
        (USER_INFO, {"query": "q"}),
    ],
    ids=lambda value: getattr(value, "path", ""),
)
def test_the_first_request_is_rs(endpoint: Endpoint, first_body: dict[str, Any]) -> None:
    service = Service([last()])
    list(service.crawl(endpoint))
    assert service.sent == [first_body]


def test_every_request_repeats_what_is_asked_and_knows_its_fields() -> None:
    crawl = Crawl(VIDEO_QUERY, {"query": "q"}, fields=("id",))
    first, second = crawl.request(0, None), crawl.request(100, "s")
    assert first.path == second.path == "/v2/research/video/query/?fields=id"
    assert json.loads(second.body) == {
        "query": "q",
        "max_count": 100,
        "cursor": 100,
        "search_id": "s",
    }
    assert (first.mid_crawl, second.mid_crawl) == (False, True)


# ----------------------------------------------------------------------------------- properties

_PAGES = st.builds(
    Page,
    records=st.just([{}]),
    cursor=st.none() | st.integers(min_value=0, max_value=5),
    has_more=st.booleans(),
    search_id=st.none() | st.sampled_from(["a", "b"]),
)


@given(st.lists(_PAGES, min_size=1), st.integers(min_value=1, max_value=9) | st.just(math.inf))
def test_whatever_comes_no_cursor_is_sent_twice_and_the_crawl_ends(
    answers: list[Page], max_pages: float
) -> None:
    service = Service([*answers, last()])
    got = list(service.crawl(max_pages=max_pages))
    assert len(set(service.cursors)) == len(service.cursors) == len(got) <= max_pages
    assert got == [*answers, last()][: len(got)]
    ended_well = not got[-1].has_more or len(got) == max_pages
    assert ended_well or service.doubts


@pytest.mark.parametrize("endpoint", [VIDEO_QUERY, LIKED_VIDEOS, FOLLOWERS])
def test_a_cursor_that_leads_back_to_the_beginning_ends_the_crawl(endpoint: Endpoint) -> None:
    service = Service([more(0), more(0)])
    assert len(list(service.crawl(endpoint, max_pages=5))) == 1
    assert "cursor 0 again" in service.doubts[0]
