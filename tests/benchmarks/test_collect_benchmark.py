"""What a store costs beside a table, what workers gain, and whether a large study stays quick."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import text

from tests.benchmarks.conftest import FOUND, serving
from traktok import query, query_and, tt_search_api
from traktok.collect import Collection, _records, tt_collect
from traktok.collect._kinds import VIDEOS
from traktok.sandbox.api import ResearchApi, World

PAGES = 1_000
ROWS = 1_000_000
LATENCY = 0.3
DAYS = "2023-11-01", "2023-11-29"
YEAR = "2023-01-01", "2023-12-31"
EVERYTHING = query() | query_and("video_length", "IN", ["SHORT", "MID", "LONG", "EXTRA_LONG"])

Note = Callable[[str], None]


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Show a figure at the end of the run."""
    return request.config.stash[FOUND].append


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    began = perf_counter()
    work()
    return perf_counter() - began


@pytest.mark.parametrize(
    ("seconds", "rounds", "most"),
    [pytest.param(0.0, 5, 4, id="at once"), pytest.param(0.01, 2, 2, id="in 10 ms")],
)
def test_storing_beside_fetching(
    seconds: float,
    rounds: int,
    most: float,
    tmp_path: Path,
    note: Note,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server's videos come again after some pages: as new ones, they are given new ids."""
    numbers = iter(range(10**18, 10**18 + 10**7))
    monkeypatch.setattr(
        _records, "_keys", lambda kind, page, *_: [str(next(numbers)) for _ in page]
    )
    how = {"token": "clt.benchmark", "verbose": False}

    def fetch() -> None:
        table = tt_search_api("#rstats", *DAYS, max_pages=PAGES, **how)
        assert len(table) == PAGES * 100

    def store(workers: int) -> None:
        into = tmp_path / f"{next(numbers)}.db"
        with pytest.warns(match="max_requests"):
            study = tt_collect(
                "#rstats",
                *YEAR,
                into,
                workers=workers,
                max_requests=PAGES,
                daily_requests=PAGES,
                **how,
            )
        assert len(study.requests()) == PAGES
        study.close()
        into.unlink()

    # The best of each, taken in turn: whatever else a machine does only adds to a round.
    fetching: list[float] = []
    storing: dict[int, list[float]] = {1: [], 4: []}
    with serving(seconds) as url:
        monkeypatch.setenv("TRAKTOK_BASE_URL", url)
        # What was fetched would count as the client's, and leave no requests to store.
        monkeypatch.setenv("TRAKTOK_COUNT_REQUESTS", "0")
        for _ in range(rounds):
            fetching.append(_seconds(fetch))
            for workers, found in storing.items():
                found.append(_seconds(lambda workers=workers: store(workers)))
    one, usual = (min(found) / min(fetching) for found in storing.values())
    note(
        f"{PAGES * 100:,} videos into SQLite, {seconds * 1000:.0f} ms an answer: {one:.2f} of the "
        f"time of fetching them into a table; {usual:.2f} with four workers"
    )
    assert one <= most


def test_eight_workers(tmp_path: Path, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    with ResearchApi(latency=LATENCY) as tiktok:
        monkeypatch.setenv("TRAKTOK_BASE_URL", tiktok.url)

        def collect(workers: int) -> None:
            span, token = ("2022-11-10", "2023-10-25"), tiktok.token()
            into = tmp_path / f"{workers}.db"
            study = tt_collect(EVERYTHING, *span, into, window_days=7, workers=workers, token=token)
            assert study.complete
            study.close()

        collect(3)  # the world is made before anything is measured
        tiktok.reset()
        one = _seconds(lambda: collect(1))
        sent = len(tiktok.requests)
        tiktok.reset()
        eight = _seconds(lambda: collect(8))
        assert len(tiktok.requests) == sent
    note(f"8 workers, {LATENCY * 1000:.0f} ms an answer: {one / eight:.1f} times as fast as 1")
    assert one / eight >= 6


def _resident() -> float:
    """Megabytes in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """A study of a million videos, put into its store without any request."""
    into = tmp_path_factory.mktemp("large") / "study.db"
    study = tt_collect("cats", "2015-01-01", "2025-12-31", into, start=False)
    records = [video.record for video in World().videos[:5_000]]
    seen = {"first_seen": 0.0, "last_seen": 0.0, "task": 1}
    columns = _records.columns_of(VIDEOS, None, records, "", seen)
    for start in range(0, ROWS, len(records)):
        ids = [str(7 * 10**18 + start + n) for n in range(len(records))]
        with study._store.write() as connection:
            _records.save_records(connection, study._store, VIDEOS, {**columns, "video_id": ids})
    with study._store.write() as connection:
        connection.execute(text("UPDATE tasks SET state = 'done' WHERE id > 1"))
    yield study
    study.close()


def test_a_million_videos_stay_quick(large: Collection, note: Note) -> None:
    opening = _seconds(lambda: Collection(large._store.place).close())
    status, shown = _seconds(large.status), _seconds(lambda: repr(large))
    chunks = large.videos(chunksize=10_000)
    first = _seconds(lambda: next(chunks))
    before, most, rows = _resident(), 0.0, 0
    began = perf_counter()
    for chunk in chunks:
        rows, most = rows + len(chunk), max(most, _resident())
    reading, more = perf_counter() - began, most - before
    assert rows == ROWS - 10_000
    note(
        f"{ROWS:,} videos: open {opening * 1000:.0f} ms, status {status * 1000:.0f} ms, "
        f"repr {shown * 1000:.0f} ms, 10,000 in {first * 1000:.0f} ms, all in {reading:.0f} s, "
        f"memory +{more:.0f} MB while reading"
    )
    assert opening < 0.5
    assert status < 0.5
    assert shown < 1
    assert reading / ROWS < 60e-6
    assert more < 50
