"""When a run will have ended, at its pace and with the day's requests."""

from __future__ import annotations

import math

from traktok._text import counted, duration


def to_the_end(seconds: float, requests: float, left: int, a_day: int) -> str:
    """Describe how long a run still takes.

    The seconds hold as long as the requests that it needs are ``left`` today; what exceeds them is
    sent on the days after, ``a_day`` each.
    """
    if requests <= left:
        return f"about {duration(seconds)} to the end"
    days = math.ceil((requests - left) / a_day)
    return f"about {counted(days, 'more days')} to the end, at {a_day:,} requests a day"
