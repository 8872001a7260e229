"""The wait of a run for TikTok: for the next day of its quota, or for its servers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from traktok import _clock
from traktok._run.workers import StopSignal
from traktok._text import duration

# Re-check the clock this often, so that a laptop that slept notices the new day.
_LONGEST_NAP = 30.0
# Seconds to wait for a TikTok that can't be reached: doubled from the first to the last.
_SHORTEST_OUTAGE, _LONGEST_OUTAGE = 60.0, 900.0


class Countdown:
    """The wait of all workers, for the next day of TikTok's quota or for the network."""

    def __init__(self, stop: StopSignal, say: Callable[[str], None]) -> None:
        self._stop, self._say = stop, say
        self._lock = threading.Lock()
        self._end = 0.0
        self._outage = _SHORTEST_OUTAGE
        self._answered_at = 0.0

    @property
    def left(self) -> float:
        """How many seconds are left to wait; none once the run stops."""
        return 0.0 if self._stop.is_set else max(0.0, self._end - _clock.now())

    def wait_until(self, moment: float, why: str) -> None:
        """Wait by the wall clock, in naps, so that the machine may sleep meanwhile."""
        with self._lock:
            first, self._end = moment != self._end, moment
        if first and self.left:
            self._say(f"{why}: going on in {duration(self.left)}, at {_clock.text(moment)}")
        while (left := moment - _clock.now()) > 0:
            self._stop.sleep(min(left, _LONGEST_NAP))

    def wait_for_tiktok(self, why: str) -> bool:
        """Wait until the next attempt to reach TikTok, together with whoever waits already.

        Return whether it is for the caller to make, which it is for one of them.
        """
        with self._lock:
            moment = self._end
            if is_first := (now := _clock.now()) >= moment:
                moment, self._outage = now + self._outage, min(2 * self._outage, _LONGEST_OUTAGE)
        self.wait_until(moment, why)
        return is_first

    def was_answered_since(self, moment: float) -> bool:
        """Return whether TikTok has answered anybody since a moment of the monotonic clock."""
        return self._answered_at > moment

    def end_outage(self) -> None:
        """Begin with the shortest wait again: TikTok answered."""
        self._outage, self._answered_at = _SHORTEST_OUTAGE, _clock.monotonic()
