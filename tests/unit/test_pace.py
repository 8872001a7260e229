"""When a run will have ended."""

from __future__ import annotations

from datetime import date

import pytest

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
