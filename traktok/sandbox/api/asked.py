"""What a request asks, read strictly: the service refuses what it cannot understand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from random import Random
from typing import Any, Protocol

from traktok.sandbox.switches import Switches

from .query import Query, QueryError, day
from .wire import RefusedError, Request
from .world import World

LONGEST_SPAN = 30  # days between start_date and end_date
OUT_OF_RANGE = "Invalid count or cursor"
NEW_SPELLING, OLD_SPELLING = "favorites_count", "favourites_count"
Data = dict[str, Any]


@dataclass(frozen=True)
class Search:
    query: Query
    start: date
    end: date
    is_random: bool

    @classmethod
    def read(cls, body: Data) -> Search:
        start, end = (_day(body, name) for name in ("start_date", "end_date"))
        if end < start:
            raise RefusedError("end_date is before start_date")
        if (end - start).days > LONGEST_SPAN:
            raise RefusedError(f"end_date is more than {LONGEST_SPAN} days after start_date")
        is_random = body.get("is_random")
        if is_random not in (None, True, False):
            raise RefusedError("is_random must be a boolean")
        try:
            return cls(Query.read(body.get("query")), start, end, bool(is_random))
        except QueryError as bad:
            raise RefusedError(f"Invalid query: {bad}") from None


def _day(body: Data, name: str) -> date:
    try:
        return day(body[name])
    except (KeyError, TypeError, ValueError):
        raise RefusedError(f"{name} is required, as YYYYMMDD") from None


def integer(body: Data, name: str, refusal: str = "") -> int | None:
    """A number, also as a string of digits; null is unset. A float has lost digits: refused."""
    value = body.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise RefusedError(refusal or f"{name} must be an integer")


class SearchIds(Protocol):
    """Who hands out the ids of searches."""

    def check(self, search_id: object, search: Search) -> None: ...
    def issue(self, search: Search, cursor: int) -> str: ...


class Checks(Protocol):
    """What checks uploaded files of ids."""

    def create(self, category: str, ids: list[int]) -> int: ...
    def status(self, task_id: int) -> str: ...
    def valid(self, task_id: int) -> tuple[str, list[int]]: ...


@dataclass(frozen=True)
class Asked:
    """A request together with what is needed to answer it."""

    request: Request
    world: World
    now: datetime
    random: Random
    search_ids: SearchIds
    checks: Checks
    gone: frozenset[int | str]
    """Ids of what is no longer public since the world was made."""
    poison: frozenset[int | str]
    """Names and ids with which a whole list fails."""
    switches: Switches

    @property
    def body(self) -> Data:
        return self.request.body

    @cached_property
    def wanted(self) -> frozenset[str]:
        return frozenset(self.request.fields)

    def row(self, record: Data) -> Data:
        """The fields of a record that were asked for, in the record's own order."""
        wanted = self.wanted
        row = {name: value for name, value in record.items() if name in wanted}
        if OLD_SPELLING in wanted and NEW_SPELLING in record:
            row[OLD_SPELLING] = record[NEW_SPELLING]
        return row
