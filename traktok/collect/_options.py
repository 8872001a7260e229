"""How fast a run may be and how much it may send; each limit with its own end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from traktok import _clock, auth
from traktok._http.transport import Credential
from traktok._inputs import did_you_mean, positive
from traktok._run.workers import Brake
from traktok._text import duration

# A machine that slept finds out so soon that the day is over.
_LONGEST_NAP = 30.0


class Settings(TypedDict, total=False):
    """What a run may be told; see :func:`tt_collect`."""

    workers: int
    max_requests: int | None
    daily_requests: int | None
    requests_per_second: float | None
    on_quota: Literal["stop", "wait"]
    verbose: bool | None
    token: Any


@dataclass(frozen=True, slots=True)
class How:
    """What a run was told, checked before anything is sent."""

    workers: int = 4
    max_requests: int | None = None
    daily_requests: int | None = None
    requests_per_second: float | None = None
    on_quota: str = "stop"
    verbose: bool | None = None
    token: Any = field(default=None, repr=False)
    allowance: Allowance = field(init=False, repr=False)
    credential: Credential = field(init=False, repr=False)

    @classmethod
    def told(cls, settings: Settings) -> How:
        """Take what the caller of a function said by name."""
        for name in settings.keys() - Settings.__annotations__.keys():
            raise TypeError(
                f"there is no {name!r} here{did_you_mean(name, [*Settings.__annotations__])}"
            )
        return cls(**settings)

    def __post_init__(self) -> None:
        positive(self.workers, "workers")
        for name in ("max_requests", "daily_requests"):
            if getattr(self, name) is not None:
                positive(getattr(self, name), name)
        rate = self.requests_per_second
        if rate is not None and not (_is_number(rate) and rate > 0):
            raise ValueError(f"requests_per_second is a positive number or None, not {rate!r}")
        if self.on_quota not in ("stop", "wait"):
            raise ValueError(f"on_quota is 'stop' or 'wait', not {self.on_quota!r}")
        object.__setattr__(self, "allowance", Allowance(self.max_requests))
        object.__setattr__(self, "credential", auth.credential(self.token))


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


class Allowance:
    """So many requests of one call, all workers and kinds together."""

    def __init__(self, most: int | None) -> None:
        self._lock = threading.Lock()
        self._most = most
        self.sent = 0

    def take(self) -> bool:
        """Take one; tell whether there was one left."""
        with self._lock:
            if self._most is not None and self.sent >= self._most:
                return False
            self.sent += 1
            return True


class Countdown:
    """The wait for TikTok's next day, of all workers together."""

    def __init__(self, brake: Brake, say: Callable[[str], None]) -> None:
        self._brake, self._say = brake, say
        self._lock = threading.Lock()
        self._end = 0.0

    @property
    def left(self) -> float:
        """How many seconds there are still to wait."""
        return max(0.0, self._end - _clock.now())

    def wait_until(self, moment: float) -> None:
        """Wait by the clock on the wall, in naps, so that a machine may sleep meanwhile."""
        with self._lock:
            first, self._end = moment != self._end, moment
        if first and self.left:
            self._say(f"The day's requests are used up: going on in {duration(self.left)}")
        while (left := moment - _clock.now()) > 0:
            self._brake.sleep(min(left, _LONGEST_NAP))
