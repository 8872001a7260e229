"""The time, in one place, so that a test can set it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def day(moment: float) -> str:
    """Name the day of TikTok's quota that a moment lies in."""
    return f"{_utc(moment).date()}"


def next_day(moment: float) -> float:
    """Say when TikTok's next day begins."""
    tomorrow = _utc(moment).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), UTC).timestamp()


def text(moment: float | None) -> str:
    """Write a moment for people."""
    return "never" if moment is None else f"{_utc(moment):%Y-%m-%d %H:%M:%S} UTC"


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
