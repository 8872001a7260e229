"""The number of attempts and the waits between them for requests to tiktok.com."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from traktok._http import retry
from traktok._http.retry import Attempt, RetryPolicy, doubled
from traktok.hidden._inputs import Patience

_Result = TypeVar("_Result")


def policy(patience: Patience) -> RetryPolicy:
    """Return the policy: waits from the user's pool, or doubling ones while TikTok is busy."""
    return RetryPolicy(
        attempts=patience.max_tries,
        wait=lambda number: patience.draw(),
        wait_if_busy=doubled(at_most=60),
    )


def with_retries(
    attempt: Callable[[], Attempt[_Result]], patience: Patience, say: Callable[[str], None]
) -> _Result:
    """Attempt something until it succeeds or the policy ends it; return the last result."""
    return retry.retry(attempt, policy(patience), say).result
