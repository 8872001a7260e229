"""Cut lists into pages, by the two kinds of cursor that TikTok has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .parsing import OUT_OF_RANGE
from .wire import RefusedError

LARGEST_PAGE = 100
MILLISECONDS_FROM = 10**12  # cursors of that size are in milliseconds, smaller ones in seconds


@dataclass(frozen=True)
class Page:
    """A part of a list."""

    places: Sequence[Any]
    cursor: int
    has_more: bool


class ByIndex:
    """The cursor counts items, hidden ones included, and advances by the count requested."""

    def page(self, places: Sequence[Any], cursor: int, count: int, _: datetime) -> Page:
        """Return the items from the cursor on."""
        if cursor > len(places):
            raise RefusedError(OUT_OF_RANGE)
        end = min(cursor + count, len(places))
        return Page(places[cursor:end], end, end < len(places))


@dataclass(frozen=True)
class ByTime:
    """The cursor is a time and moves backwards; without one the list starts now."""

    unit: int
    """How many milliseconds one step of a returned cursor stands for."""

    def page(self, places: Sequence[Any], cursor: int, count: int, now: datetime) -> Page:
        """Return the items older than the cursor."""
        before = cursor if cursor >= MILLISECONDS_FROM else cursor * 1_000
        before = before or int(now.timestamp() * 1_000)
        older = [place for place in places if place.at < before]
        window = older[:count]
        return Page(window, window[-1].at // self.unit if window else 0, len(older) > count)


INDEX, SECONDS, MILLISECONDS = ByIndex(), ByTime(1_000), ByTime(1)
