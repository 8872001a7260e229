"""The one loop of tries of the unofficial API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from traktok import _clock
from traktok.hidden._inputs import Patience

# A server that asks for more patience than this gets none.
LONGEST_WAIT = 900
_LONGEST_OWN_WAIT = 60

_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True)
class Try(Generic[_Outcome]):
    """What one try came to.

    ``trouble`` says in words why another may come to more; None where it is settled. ``busy`` tells
    a server that asks for time, or can't be reached, from a page that came without its data;
    ``retry_after`` is the time it asks for.
    """

    outcome: _Outcome
    trouble: str | None = None
    busy: bool = False
    retry_after: float | None = None


def tried(
    attempt: Callable[[], Try[_Outcome]], patience: Patience, say: Callable[[str], None]
) -> _Outcome:
    """Try until it is settled, or as often as it is worth; return the last outcome."""
    for number in range(1, patience.max_tries + 1):
        got = attempt()
        if got.trouble is None or number == patience.max_tries:
            break
        wait = _wait_after(number, got, patience)
        if wait > LONGEST_WAIT:
            break
        say(f"{got.trouble}. Trying again in {wait:.1f} s.")
        _clock.sleep(wait)
    return got.outcome


def _wait_after(number: int, got: Try[_Outcome], patience: Patience) -> float:
    if got.retry_after is not None:
        return got.retry_after
    return min(2.0**number, _LONGEST_OWN_WAIT) if got.busy else patience.draw()
