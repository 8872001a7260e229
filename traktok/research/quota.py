"""Count what is left of a client's requests."""

from __future__ import annotations

from typing import Any

import pandas as pd

from traktok import _clock
from traktok._http.endpoints import DAILY_REQUESTS
from traktok._secrets.secret import conceals_token
from traktok._tables.builder import typed_table
from traktok._tables.columns import Counts, Moments, Texts
from traktok.auth import client_log


@conceals_token
def tt_quota(token: Any = None) -> pd.DataFrame:
    """Count what the client sent today, and what TikTok's quota leaves; nothing is sent.

    R traktok has no such function. TikTok allows a client 1,000 requests a day (UTC), and 20,000
    more for lists of followers and of accounts followed, but does not say how many are left. All
    functions, studies and commands on this computer count their requests in the user's data folder.
    Requests of other computers are not known; a study in PostgreSQL counts those of its team, see
    :meth:`Collection.quota`. Requests to another address, such as the sandbox's, count separately.
    The environment variable TRAKTOK_COUNT_REQUESTS=0 disables counting.

    Parameters
    ----------
    token : str, mapping or Token, optional
        The token to use in place of the stored one. A token that this computer received for a
        client counts for that client; any other token is counted separately.

    Returns
    -------
    pandas.DataFrame
        One row per quota: pool ("main" or "follow"; string), sent, left (Int64), resets_at
        (datetime64[UTC]). If TikTok has said that the day's requests are used up, none are left,
        however many were counted.

    Examples
    --------
    >>> from traktok import tt_user_info_api
    >>> before = tt_quota()["left"][0]
    >>> user = tt_user_info_api("tiktok")
    >>> int(before - tt_quota()["left"][0])
    1
    """
    log, resets_at = client_log(token), _clock.next_day(_clock.now())
    rows = []
    for pool, a_day in DAILY_REQUESTS.items():
        count = log.count(pool)
        left = 0 if count.refused else max(0, a_day - count.sent)
        rows.append((pool, count.sent, left, resets_at))
    return typed_table({"pool": Texts, "sent": Counts, "left": Counts, "resets_at": Moments}, rows)
