"""The clock of the sandbox, and the daily quotas that depend on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any


class Clock:
    """Show real time until it is set; from then on it stands still until it is moved."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self.reset()

    def reset(self) -> None:
        """Go back to the time given at the start, or to real time."""
        self._set: datetime | None = self._start and _utc(self._start)
        self._offset = timedelta()

    @property
    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self._set or datetime.now(UTC) + self._offset

    @now.setter
    def now(self, moment: datetime) -> None:
        self._set = _utc(moment)

    def set(self, moment: datetime) -> None:
        """Stop the clock at a time."""
        self.now = moment

    def advance(self, by: timedelta = timedelta(), **parts: float) -> None:
        """Move the clock forward by a timedelta, or by its parts: `advance(hours=3)`."""
        by += timedelta(**parts)
        if self._set is None:
            self._offset += by
        else:
            self._set += by


def _utc(moment: datetime) -> datetime:
    """Convert a time to UTC, the time zone of TikTok's days; a time without a zone is in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


MAIN, FOLLOW = "main", "follow"
LIMITS = {MAIN: 1_000, FOLLOW: 20_000}
# Answers of these statuses count, failures included; 401, 429 and broken connections do not.
COUNTED = frozenset({200, 400, 500})


@dataclass(frozen=True)
class _Day:
    date: date
    used: dict[str, int]


def _counter(of: str, pool: str, about: str) -> Any:
    """Build a property for the number of one pool."""

    def read(quota: Quota) -> int:
        return int(getattr(quota, of)[pool])

    def write(quota: Quota, number: int) -> None:
        getattr(quota, of)[pool] = number

    return property(read, write, doc=about)


class Quota:
    """Count the requests of the day in two pools. A new day starts at 00:00 UTC."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Set the limits to TikTok's, and the counts to 0."""
        self.limits = dict(LIMITS)
        self._day = self._new_day()

    def _new_day(self) -> _Day:
        return _Day(self._clock.now.date(), dict.fromkeys(LIMITS, 0))

    @property
    def used(self) -> dict[str, int]:
        """Return how many requests are used today, by pool."""
        if self._day.date != self._clock.now.date():
            self._day = self._new_day()
        return self._day.used

    def exhausted(self, pool: str) -> bool:
        """Return whether a pool is used up."""
        return self.used[pool] >= self.limits[pool]

    def charge(self, pool: str, status: int | None) -> None:
        """Count a request if its status counts."""
        if status in COUNTED:
            self.used[pool] += 1

    main = _counter("used", MAIN, "The requests of the main pool that are used today.")
    follow = _counter("used", FOLLOW, "The requests for followers and following used today.")
    main_limit = _counter("limits", MAIN, "The requests that the main pool has a day.")
    follow_limit = _counter("limits", FOLLOW, "The requests for followers and following a day.")
