"""Estimate what it takes to complete a study, from the pages that have come."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from traktok import _clock
from traktok._lazy import pd
from traktok._tables.builder import typed_table
from traktok._tables.columns import Counts
from traktok._text import counted
from traktok.collect import _figures, _schema, _tasks, _young
from traktok.collect._facts import Facts
from traktok.collect._figures import WindowState
from traktok.collect._kinds import COMMENTS_OF_VIDEOS, USERS, VIDEOS, Kind
from traktok.collect._pace import days_after
from traktok.collect._rates import Estimate, Rates, Span
from traktok.collect._records import Reader
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._windows import Window

_videos = _schema.records[VIDEOS.name]
_A_PAGE = VIDEOS.endpoint.page_size or 100
# TikTok lists no more comments than this of one video (its documentation until 2025).
_MOST_COMMENTS = 1_000
# As many videos say how many comments one has.
_SAMPLE = 5_000


class Forecast(Facts):
    """What it takes to complete a study: a text for people, and its figures."""

    @staticmethod
    def _lines(facts: dict[str, Any]) -> Iterator[str]:
        for name, of_kind in facts["records"].items():
            yield _line(name, of_kind)
        left, a_day = facts["requests_left_today"], facts["requests_a_day"]
        yield f"At {counted(a_day, 'requests')} a day (UTC), {left:,} of them left today"

    def line_of(self, kind: str) -> str:
        """Return the line about one kind of record."""
        return _line(kind, self._facts["records"][kind])


def _line(name: str, of_kind: Mapping[str, Any]) -> str:
    asked = "" if of_kind["asked_for"] else " (not asked for)"
    return f"{name.capitalize()}{asked}: {_in_words(of_kind)}"


def _in_words(of_kind: Mapping[str, Any]) -> str:
    here, requests = f"{of_kind['here']:,} here", of_kind["requests"]
    if requests["expected"] is None:
        least = requests["least"]
        return (
            f"{here}, {counted(least, 'requests')} to send at least" if least else "not known yet"
        )
    if not requests["expected"]:
        return f"{here}, no requests to send"
    return (
        f"{here} of about {_interval(of_kind['expected'])}, about {_interval(requests)} requests "
        f"to send, complete on {of_kind['complete_on']}"
    )


def _interval(figures: Mapping[str, int]) -> str:
    low, high = figures["low"], figures["high"]
    within = f" ({low:,} to {high:,})" if low < high else ""
    return f"{figures['expected']:,}{within}"


def _rounded(estimate: Estimate) -> dict[str, int | None]:
    """Round an estimate and its interval outwards; None where nothing is known."""
    if math.isnan(estimate.expected):
        return {"expected": None, "low": None, "high": None}
    if not estimate.error:
        return dict.fromkeys(("expected", "low", "high"), round(estimate.expected))
    return {
        "expected": round(estimate.expected),
        "low": math.floor(estimate.low),
        "high": math.ceil(estimate.high),
    }


def forecast(store: Store, left: int, a_day: int) -> Forecast:
    """Estimate what it takes to complete a study, with the day's requests."""
    return Forecast(_Outlook(store, left, a_day).facts())


def add_estimates(store: Store, plan: pd.DataFrame) -> pd.DataFrame:
    """Add to a plan's windows how many videos and requests to expect."""
    outlook = _Outlook(store, 0, 1)
    to_go: defaultdict[tuple[str, Window], deque[WindowState]] = defaultdict(deque)
    for each in outlook.to_go:
        to_go[each.query, each.window].append(each)
    rows = []
    queries = plan["query"] if "query" in plan else [outlook.only_query] * len(plan)
    days = (plan[name].dt.date for name in ("first_day", "last_day"))
    for query, window in zip(queries, map(Window, *days), strict=True):
        here = to_go[query, window]
        searched = here.popleft() if here else WindowState(window, query)
        matches, pages = outlook.matches(searched) * outlook.shown, outlook.pages(searched)
        rows.append([None if math.isnan(number) else round(number) for number in (matches, pages)])
    added = typed_table({"videos": Counts, "requests": Counts}, rows)
    return pd.concat([plan, added], axis="columns")


class _Outlook:
    """The figures of one study, each read once."""

    def __init__(self, store: Store, left: int, a_day: int) -> None:
        self._store, self._left, self._a_day = store, left, a_day
        self._now = _clock.now() / _clock.SECONDS_A_DAY

    def facts(self) -> dict[str, Any]:
        """Return all figures, as JSON can hold them."""
        videos = self.requests()
        comments, users = (self._of_each(kind) for kind in (COMMENTS_OF_VIDEOS, USERS))
        then = videos.expected
        return {
            "requests_left_today": self._left,
            "requests_a_day": self._a_day,
            "records": {
                VIDEOS.name: self._facts_of(VIDEOS, self.videos(), videos, 0.0),
                COMMENTS_OF_VIDEOS.name: self._facts_of(COMMENTS_OF_VIDEOS, *comments, then),
                USERS.name: self._facts_of(USERS, *users, then),
            },
        }

    def _facts_of(
        self, kind: Kind, records: Estimate, requests: Estimate, sent_before: float
    ) -> dict[str, Any]:
        complete_on = None
        if not math.isnan(requests.expected + sent_before):
            days = days_after(requests.expected + sent_before, self._left, self._a_day)
            complete_on = max(_clock.today() + timedelta(days=days), self._settled_on)
        return {
            "asked_for": self._store.job(kind.name) is not None,
            "here": self._number(kind),
            "expected": _rounded(records),
            "requests": {"least": math.ceil(requests.least), **_rounded(requests)},
            "complete_on": None if complete_on is None else str(complete_on),
        }

    def _number(self, kind: Kind) -> int:
        return Reader(self._store, kind, None).count()

    # ---------------------------------------------------------------------------------- videos

    def videos(self) -> Estimate:
        """Estimate the videos of the whole study."""
        return self._rates.total(self._unknown).times(self.shown).plus(self._number(VIDEOS))

    @cached_property
    def shown(self) -> float:
        """The share of TikTok's matches that are videos of the study."""
        matches = sum(each.matches for each in self.windows)
        return min(1.0, self._number(VIDEOS) / matches) if matches else 1.0

    def requests(self) -> Estimate:
        """Estimate the requests that the open and young windows take."""
        error = self._rates.total(self._unknown).error / _A_PAGE
        return Estimate(sum(map(self.pages, self.to_go)), error, len(self.to_go))

    @property
    def to_go(self) -> list[WindowState]:
        """The windows that take requests."""
        return [each for each in self.windows if each.state in (State.OPEN, State.YOUNG)]

    @property
    def only_query(self) -> str:
        """The name of the one query of a study with one; it may be empty."""
        return self.windows[0].query if self.windows else ""

    def pages(self, searched: WindowState) -> float:
        """Return how many requests to expect for a window."""
        if searched.state is State.YOUNG:
            return searched.pages
        # The last page is not full.
        pages = self.matches(searched) / _A_PAGE + (0 if searched.pages else 0.5)
        return pages if math.isnan(pages) else max(1.0, pages)

    def matches(self, searched: WindowState) -> float:
        """Return how many matches to expect in a window that did not come yet."""
        return sum(map(self._rates.matches, self._parts(searched)[1:]))

    @cached_property
    def windows(self) -> list[WindowState]:
        """The windows of the study, halves in place of those halved."""
        return _figures.windows(self._store)

    @cached_property
    def _rates(self) -> Rates:
        return Rates(known for each in self.windows if (known := self._parts(each)[0]).matches >= 0)

    @cached_property
    def _unknown(self) -> list[Span]:
        return [span for each in self.windows for span in self._parts(each)[1:]]

    def _parts(self, searched: WindowState) -> Sequence[Span]:
        """Split a window into the span that is known, and what lies before it if that is open."""
        series = searched.query, searched.part
        begin = _clock.day_number(searched.window.first)
        end = max(begin, min(begin + searched.window.days, self._now))
        if searched.state in (State.DONE, State.YOUNG):
            return [Span(series, begin, end, searched.matches)]
        if searched.state is not State.OPEN:
            return [Span(series, begin, begin)]
        oldest = self._oldest(searched, begin, end) if searched.pages else end
        return [Span(series, oldest, end, searched.matches), Span(series, begin, oldest)]

    def _oldest(self, searched: WindowState, begin: float, end: float) -> float:
        """Return how far back the pages of a window reach: ids hold the time, newest ones first."""
        first, last = (str(int(day * _clock.SECONDS_A_DAY) << 32) for day in (begin, end + 1))
        key = _videos.c.video_id
        query = select(func.min(key)).where(
            key >= first, key < last, _videos.c.task == searched.task
        )
        with self._store.read() as connection:
            oldest = connection.scalar(query)
        if oldest is None:
            return end
        return max(begin, min(end, (int(oldest) >> 32) / _clock.SECONDS_A_DAY))

    @cached_property
    def _settled_on(self) -> date:
        """The first day on which young windows can be complete."""
        young = any(each.state is State.YOUNG for each in self.windows)
        return _young.until(self._store) if young else _clock.today()

    # ------------------------------------------------------------------- what belongs to videos

    def _of_each(self, kind: Kind) -> tuple[Estimate, Estimate]:
        """Estimate comments or profiles of all videos: records, and requests to send."""
        states = _tasks.states(self._store, kind)
        finished = sum(states.values()) - states[State.OPEN] - states[State.SET_ASIDE]
        targets, now = self._authors() if kind is USERS else (self.videos(), self._number(VIDEOS))
        records, pages = (1.0, 1.0) if kind is USERS else self._sizes_of_comments()
        to_go = max(0.0, targets.expected - finished) if targets.expected >= 0 else math.nan
        least = max(states[State.OPEN], now - finished, 0)
        return targets.times(records), Estimate(to_go * pages, targets.error * pages, least)

    def _authors(self) -> tuple[Estimate, int]:
        """Estimate the authors of the whole study, and count those so far."""
        authors, videos = _figures.authors_by_videos(self._store), self.videos()
        expected, low, high = (
            authors.after(number - authors.draws)
            for number in (videos.expected, videos.low, videos.high)
        )
        return Estimate(expected, (high - low) / 4, authors.seen), authors.seen

    def _sizes_of_comments(self) -> tuple[float, float]:
        """Return the comments of a video, and the pages they take, on average."""
        query = select(_videos.c.comment_count).where(_videos.c.comment_count.is_not(None))
        with self._store.read() as connection:
            counts = connection.scalars(query.limit(_SAMPLE)).all()
        listed = [min(count, _MOST_COMMENTS) for count in counts]
        if not listed:
            return 0.0, 1.0
        pages = [max(1, math.ceil(count / _A_PAGE)) for count in listed]
        return sum(listed) / len(listed), sum(pages) / len(pages)
