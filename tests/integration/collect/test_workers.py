"""Several windows at once: as many requests as one by one, each worker on a connection of its own.

How much faster that is, the benchmark measures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.collect.conftest import answer_together
from traktok import Query
from traktok.collect import tt_collect
from traktok.sandbox.api import ResearchApi

YEAR = "2022-11-10", "2023-10-20"


@pytest.fixture
def sociable(monkeypatch: pytest.MonkeyPatch) -> Iterator[ResearchApi]:
    """A TikTok that answers its first eight requests only when all of them are there."""
    with ResearchApi() as tiktok:
        monkeypatch.setenv("TRAKTOK_BASE_URL", tiktok.url)
        answer_together(tiktok, 8, monkeypatch)
        yield tiktok


def collected(into: Path, query: Query, tiktok: ResearchApi, workers: int) -> None:
    token = tiktok.token()
    with tt_collect(query, *YEAR, into, window_days=10, workers=workers, token=token) as study:
        assert study.complete


def test_eight_workers_have_eight_requests_under_way(
    tmp_path: Path, everything: Query, sociable: ResearchApi
) -> None:
    collected(tmp_path / "8.db", everything, sociable, 8)
    assert sociable.connections == 8
    requests_of_eight = len(sociable.requests)
    sociable.reset()
    collected(tmp_path / "1.db", everything, sociable, 1)
    assert len(sociable.requests) == requests_of_eight


def test_within_a_window_strictly_in_order(
    tmp_path: Path, everything: Query, sociable: ResearchApi
) -> None:
    collected(tmp_path / "study.db", everything, sociable, 8)
    cursors: dict[str, list[int]] = defaultdict(list)
    for request in sociable.requests:
        cursors[request.body["start_date"]].append(request.body["cursor"])
    assert all(found == sorted(set(found)) for found in cursors.values())
    assert len(cursors) == 35
