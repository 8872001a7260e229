"""A span of time as windows that TikTok can search, and a window as its halves. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from traktok import _inputs

# TikTok's own client searches 30 calendar days at once, both ends included.
WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Window:
    """Some days that follow one another, the first and the last included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def subject(self) -> str:
        """What it is called in a store, as ISO 8601 writes an interval."""
        return f"{self.first}/{self.last}"

    @classmethod
    def of(cls, subject: str) -> Window:
        """Read a window from what it is called."""
        first, last = map(date.fromisoformat, subject.split("/"))
        return cls(first, last)

    def halves(self) -> tuple[Window, Window]:
        """Cut it in two; the first half has the day more."""
        middle = self.first + timedelta(days=(self.days - 1) // 2)
        return Window(self.first, middle), Window(middle + timedelta(days=1), self.last)


def span(since: Any, to: Any) -> Window:
    """Parse the two days of a study."""
    whole = Window(_inputs.day(since, "since"), _inputs.day(to, "to"))
    _inputs.in_order(whole.first, whole.last, "since", "to")
    _inputs.not_in_future(whole.last, "to")
    return whole


def split(whole: Window, days: int = WINDOW_DAYS) -> list[Window]:
    """Split a span into windows of ``days`` days that neither overlap nor leave a gap."""
    _inputs.within(days, "window_days", "a whole number", 1, WINDOW_DAYS)
    step = timedelta(days=days)
    starts = (whole.first + n * step for n in range(-(-whole.days // days)))
    return [Window(start, min(start + step - timedelta(days=1), whole.last)) for start in starts]


def holding(day: date) -> Window:
    """Return the window that a day lies in, of a calendar cut into equal ones."""
    first = date.fromordinal(day.toordinal() - day.toordinal() % WINDOW_DAYS)
    return Window(first, first + timedelta(days=WINDOW_DAYS - 1))
