"""How often and after which waits to ask tiktok.com again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from traktok._http import retry
from traktok._http.retry import Attempt, RetryPolicy, doubled
from traktok.hidden._inputs import Patience

_Result = TypeVar("_Result")


def policy(patience: Patience) -> RetryPolicy:
    """Return the policy: waits drawn from the user's pool, doubled ones where TikTok is busy."""
    return RetryPolicy(
        attempts=patience.max_tries,
        wait=lambda number: patience.draw(),
        wait_if_busy=doubled(at_most=60),
    )


def with_retries(
    attempt: Callable[[], Attempt[_Result]], patience: Patience, say: Callable[[str], None]
) -> _Result:
    """Attempt something as often as the policy allows; return the last result."""
    return retry.retry(attempt, policy(patience), say).result
