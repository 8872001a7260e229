"""When a run will have ended."""

from __future__ import annotations

import time
from datetime import date

import pytest

from traktok._run.workers import StoppedError, StopSignal
from traktok.collect._countdown import Countdown
from traktok.collect._pace import to_the_end


@pytest.mark.parametrize(
    ("requests", "left", "expected"),
    [
        (805, 805, "about 3 min to the end"),
        (0, 0, "about 3 min to the end"),
        (806, 805, "about 1 more day to the end (2026-12-01), at 1,000 requests a day"),
        (1_805, 805, "about 1 more day to the end (2026-12-01), at 1,000 requests a day"),
        (2_262, 805, "about 2 more days to the end (2026-12-02), at 1,000 requests a day"),
        (2_262, 0, "about 3 more days to the end (2026-12-03), at 1,000 requests a day"),
    ],
)
def test_what_the_day_lacks_is_sent_on_the_days_after(
    requests: float, left: int, expected: str
) -> None:
    assert to_the_end(180, requests, left, 1_000, date(2026, 11, 30)) == expected


def test_a_wait_is_over_once_the_run_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line after Ctrl-C does not say that the run goes on tomorrow."""
    stop, waits = StopSignal(), []
    countdown = Countdown(stop, lambda _: None)

    def sleep(_: float) -> None:
        waits.append(countdown.left)
        stop.set("it was interrupted")

    monkeypatch.setattr("time.sleep", sleep)
    with pytest.raises(StoppedError):
        countdown.wait_until(time.time() + 3_600, "The day's requests are used up")
    assert waits == [pytest.approx(3_600, abs=60)]
    assert countdown.left == 0
