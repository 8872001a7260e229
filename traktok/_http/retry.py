"""The one loop of attempts; how often and after which waits is a policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from traktok import _clock

_Result = TypeVar("_Result")

# Seconds; a server that asks for a longer wait is not asked again.
LONGEST_WAIT = 900


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to attempt something, and how long to wait in between.

    Attributes
    ----------
    attempts
        How many attempts to make at most.
    wait
        Returns the seconds to wait after the n-th attempt.
    wait_if_busy
        The same where the server asks for time or can't be reached; ``wait`` by default.
    longest_wait
        Give up where the server asks for a longer wait than so many seconds.
    """

    attempts: int
    wait: Callable[[int], float]
    wait_if_busy: Callable[[int], float] | None = None
    longest_wait: float = LONGEST_WAIT

    def wait_after(
        self, number: int, *, busy: bool = False, retry_after: float | None = None
    ) -> float | None:
        """Return how long to wait after the n-th attempt; None if it was the last."""
        if number >= self.attempts:
            return None
        if retry_after is not None:
            return retry_after
        return ((busy and self.wait_if_busy) or self.wait)(number)


def listed(waits: Sequence[float]) -> Callable[[int], float]:
    """Wait as long as a list says."""
    return lambda number: waits[number - 1]


def doubled(at_most: float) -> Callable[[int], float]:
    """Wait for 2, 4, 8, ... seconds, up to a limit."""
    return lambda number: min(2.0**number, at_most)


# As R does.
WAITS = (1, 8, 27, 64)
RESEARCH_API = RetryPolicy(attempts=len(WAITS) + 1, wait=listed(WAITS))


@dataclass(frozen=True, slots=True)
class Attempt(Generic[_Result]):
    """The outcome of one attempt.

    Attributes
    ----------
    result
        What it returned, a failure included.
    trouble
        Why another attempt may do better; None if the result is final.
    busy
        Whether the server asks for time or can't be reached.
    retry_after
        How many seconds the server asks to wait.
    """

    result: _Result
    trouble: str | None = None
    busy: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Attempts(Generic[_Result]):
    """The result of the last attempt, how many there were, and a wait that was too long."""

    result: _Result
    number: int
    refused_wait: float | None = None


def retry(
    attempt: Callable[[], Attempt[_Result]],
    policy: RetryPolicy,
    say: Callable[[str], None],
    sleep: Callable[[float], None] = _clock.sleep,
) -> Attempts[_Result]:
    """Attempt something until its result is final, or the policy ends it."""
    number = 0
    while True:
        number += 1
        made = attempt()
        if made.trouble is None:
            return Attempts(made.result, number)
        wait = policy.wait_after(number, busy=made.busy, retry_after=made.retry_after)
        if wait is None:
            return Attempts(made.result, number)
        if wait > policy.longest_wait:
            return Attempts(made.result, number, refused_wait=wait)
        say(f"{made.trouble.removesuffix('.')}. Trying again in {round(wait, 1):g} s.")
        sleep(wait)
