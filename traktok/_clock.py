"""The one clock of the package, so that a test or a replay can set it.

All code that depends on the time uses it; nothing else calls :mod:`time` or ``datetime.now``.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

from traktok import _surroundings

SECONDS_A_DAY = 86_400
# Moments from here on are beyond Python's calendar.
YEAR_10000 = 253_402_300_800
# A larger difference between two clocks is more than a request on its way.
CLOCKS_DIFFER = 300
# A larger one is not a wrong clock, with which TLS would fail, but an old answer that is replayed.
_LARGEST_DIFFERENCE = 2 * SECONDS_A_DAY

_ahead = 0.0


def now() -> float:
    """Return the time in seconds since 1970, by TikTok's clock if this computer's is wrong."""
    return time.time() + _ahead


def ahead() -> float:
    """Return how many seconds TikTok's clock is ahead of this computer's, if that is wrong."""
    return _ahead


def follow(theirs: float) -> bool:
    """Go by TikTok's clock from now on if this computer's is wrong; return whether that is new.

    TikTok's quota, tokens and days go by its clock.
    """
    global _ahead
    difference = theirs - time.time()
    if abs(difference) > _LARGEST_DIFFERENCE or abs(difference - _ahead) <= CLOCKS_DIFFER:
        return False
    _ahead = difference if abs(difference) > CLOCKS_DIFFER else 0.0
    return True


def today() -> date:
    """Return the current day in UTC, as TikTok counts; in a replay, the day of the recording."""
    return _surroundings.current().today or utc(now()).date()


def monotonic() -> float:
    """Return seconds that only ever increase, for durations and deadlines."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait. ``time.sleep`` is looked up on each call, so that a test can replace it."""
    time.sleep(seconds)


def utc(moment: float) -> datetime:
    """Convert seconds since 1970 to a datetime in UTC."""
    return datetime.fromtimestamp(moment, UTC)


def day_number(day: date) -> int:
    """Count the days from 1970-01-01 to a day."""
    return (day - date(1970, 1, 1)).days


def day(moment: float) -> str:
    """Return the day of TikTok's quota that a moment belongs to, as an ISO date."""
    return f"{utc(moment).date()}"


def next_day(moment: float) -> float:
    """Return when the next day of TikTok's quota begins (00:00 UTC)."""
    tomorrow = utc(moment).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), UTC).timestamp()


def text(moment: float | None) -> str:
    """Format a moment for people; None is ``never``."""
    return "never" if moment is None else f"{utc(moment):%Y-%m-%d %H:%M:%S} UTC"
