"""When a run will have ended, at its pace and with the day's requests."""

from __future__ import annotations

import math
from datetime import date, timedelta

from traktok._text import counted, duration


def days_after(requests: float, left: int, a_day: int) -> int:
    """Return how many days after today the last of some requests is sent.

    ``left`` of them are sent today, the rest on the days after, ``a_day`` each.
    """
    return math.ceil(max(0.0, requests - left) / a_day)


def to_the_end(seconds: float, requests: float, left: int, a_day: int, today: date) -> str:
    """Describe how long a run still takes, and on which day (UTC) it ends.

    The seconds hold as long as the requests that it needs are ``left`` today.
    """
    days = days_after(requests, left, a_day)
    if not days:
        return f"about {duration(seconds)} to the end"
    return (
        f"about {counted(days, 'more days')} to the end ({today + timedelta(days=days)}), at "
        f"{a_day:,} requests a day"
    )
