"""Parse what a request asks for, strictly: the service refuses what it cannot understand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .query import Query, QueryError, day
from .wire import RefusedError

LONGEST_SPAN = 30  # days between start_date and end_date
OUT_OF_RANGE = "Invalid count or cursor"
NEW_SPELLING, OLD_SPELLING = "favorites_count", "favourites_count"
Data = dict[str, Any]


@dataclass(frozen=True)
class Search:
    """A search without its page."""

    query: Query
    start: date
    end: date
    is_random: bool

    @classmethod
    def read(cls, body: Data) -> Search:
        """Parse a request's body, or refuse it."""
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
    """Return a number of the body, also one written as digits; None for null.

    A float is refused: it has lost digits.
    """
    value = body.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise RefusedError(refusal or f"{name} must be an integer")
