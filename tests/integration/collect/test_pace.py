"""The live line of a run reckons with the day's requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.collect.conftest import Clock, Studies
from traktok import TraktokWarning
from traktok.collect._worker import StudyRun

pytestmark = pytest.mark.usefixtures("credentials")


def test_a_run_says_how_many_days_its_requests_take(
    study: Studies, sqlite_store: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    count_page = StudyRun.count_page

    def count(self: StudyRun, new: int, *, done: bool, advanced: bool) -> None:
        count_page(self, new, done=done, advanced=advanced)
        lines.append(self._so_far()[0])

    monkeypatch.setattr(StudyRun, "count_page", count)
    with pytest.warns(TraktokWarning, match="the day's requests are used up"):
        study(sqlite_store, "2023-01-01", "2023-01-20", window_days=1, daily_requests=6)
    assert (
        "19 windows to go, 5 requests left today, about 3 more days to the end (2025-03-04), at 6"
        in lines[0]
    )
    study.open(sqlite_store).resume(workers=1, daily_requests=1_000)
    assert lines[-2].endswith("to the end")
    assert "days" not in lines[-2]
