"""Processes that are forked while a study is open: each has connections of its own."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from tests.integration.collect.conftest import Studies
from traktok import TraktokWarning
from traktok.collect import Collection

pytestmark = [
    pytest.mark.usefixtures("credentials"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
]

QUARTER = "2023-01-01", "2023-03-31"
LONGEST = 30  # seconds until a child counts as hanging

_inherited: list[Collection] = []


def _look(_: int) -> tuple[int, int]:
    (study,) = _inherited
    return len(study.videos()), study.requests_sent


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_forked_processes_read_a_study_that_their_parent_has_open(
    study: Studies, store: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.warns(TraktokWarning, match="max_requests=2"):
        collection = study(store, *QUARTER, max_requests=2)
    monkeypatch.setattr(f"{__name__}._inherited", [collection])
    seen = len(collection.videos()), collection.requests_sent
    with multiprocessing.get_context("fork").Pool(3) as pool:
        looks = pool.map_async(_look, range(30), chunksize=1)
        assert looks.get(LONGEST) == [seen] * 30
    # The children's end has closed none of the parent's connections.
    assert _look(0) == seen
    assert collection.resume().complete
