"""The loop over targets, whoever keeps their pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from traktok._http.bodies import search_body
from traktok._http.endpoints import FOLLOWERS
from traktok._http.pages import Crawl
from traktok._http.wire import Page, Request
from traktok._run.run import LeaseLostError, go_through
from traktok._run.workers import StoppedError, StopSignal
from traktok.errors import ServerError, TraktokError

LAST = Page()


def page(cursor: int) -> Page:
    return Page(cursor=cursor, has_more=True)


class Notebook:
    """A keeper that notes what it is asked to do; what it sends is given beforehand."""

    def __init__(self, *crawls: list[Page | Exception]) -> None:
        self.notes: list[str] = []
        self.stop: StopSignal | None = None
        self._crawls = iter(enumerate(crawls, start=1))

    def claim(self) -> Crawl | None:
        number, answers = next(self._crawls, (0, []))
        if not number:
            return None
        self._number, self._answers = number, iter(answers)
        return Crawl(FOLLOWERS, {"username": "a"}, max_pages=9)

    def send(self, request: Request) -> Page:
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def save_page(self, page: Page) -> None:
        self._note(f"saved {page.cursor}")
        if self.stop and page.cursor == 200:
            self.stop.set("enough")

    def finish(self, doubts: list[str]) -> None:
        self._note("finished" + (" in doubt" if doubts else ""))

    def give_back(self) -> None:
        self._note("given back")

    def decide(self, error: TraktokError) -> None:
        self._note(f"failed: {error}")

    def _note(self, text: str) -> None:
        self.notes.append(f"{self._number} {text}")


def test_every_crawl_is_taken_to_its_end() -> None:
    keeper = Notebook([page(100), LAST], [LAST])
    go_through(keeper)
    assert keeper.notes == [
        "1 saved 100",
        "1 saved None",
        "1 finished",
        "2 saved None",
        "2 finished",
    ]


def test_a_page_is_saved_before_it_is_shown() -> None:
    keeper = Notebook([page(100), LAST])

    def show(pages: Iterator[Page]) -> Iterator[Page]:
        for shown in pages:
            keeper.notes.append(f"shown {shown.cursor}")
            yield shown

    go_through(keeper, show=show)
    assert keeper.notes[:2] == ["1 saved 100", "shown 100"]


def test_a_crawl_that_fails_is_decided_upon_and_the_next_is_claimed() -> None:
    keeper = Notebook([page(100), ServerError("no")], [LAST])
    go_through(keeper)
    assert keeper.notes == ["1 saved 100", "1 failed: no", "2 saved None", "2 finished"]


def test_a_doubtful_end_is_told() -> None:
    keeper = Notebook([page(100), page(100)])
    go_through(keeper)
    assert keeper.notes[-1] == "1 finished in doubt"


def test_a_stop_signal_ends_the_run_after_the_page_in_hand() -> None:
    keeper, stop = Notebook([page(100), page(200), LAST], [LAST]), StopSignal()
    keeper.stop = stop
    go_through(keeper, stop)
    assert keeper.notes == ["1 saved 100", "1 saved 200", "1 given back"]


def test_a_request_that_may_not_be_sent_gives_its_crawl_back() -> None:
    stop = StopSignal()
    stop.set("enough")
    keeper = Notebook([page(100), StoppedError()])
    go_through(keeper)
    assert keeper.notes == ["1 saved 100", "1 given back"]
    unclaimed = Notebook([LAST])
    go_through(unclaimed, stop)
    assert unclaimed.notes == []


def test_a_crawl_that_another_run_holds_is_left_alone() -> None:
    class Robbed(Notebook):
        def save_page(self, page: Page) -> None:
            if self._number == 1:
                raise LeaseLostError
            super().save_page(page)

    keeper = Robbed([page(100), LAST], [LAST])
    go_through(keeper)
    assert keeper.notes == ["2 saved None", "2 finished"]


def test_what_is_no_error_of_traktoks_ends_the_run() -> None:
    keeper = Notebook([KeyError("bug")], [LAST])
    with pytest.raises(KeyError):
        go_through(keeper)
    assert keeper.notes == []


@pytest.mark.parametrize(
    ("day", "text"), [(date(999, 1, 2), "09990102"), (date(2024, 12, 31), "20241231")]
)
def test_days_of_a_body_have_eight_digits(day: date, text: str) -> None:
    body = search_body({}, day, day, is_random=False)
    assert (body["start_date"], body["end_date"]) == (text, text)
