"""What tables cost beside pandas: in and out of files and stores, compared, and not at all.

Processor time alone, of the best of some rounds: it holds on a machine that others keep busy.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

import pandas as pd
import pytest

from tests.benchmarks.conftest import FOUND, ROOT
from tests.integration.collect import postgres
from traktok import TikTokResults, compare, read_results
from traktok._http.endpoints import VIDEO_QUERY
from traktok._tables.builder import TableBuilder
from traktok.collect import Collection, _records, tt_collect
from traktok.collect._kinds import VIDEOS
from traktok.sandbox.api import World

ROWS = 100_000
Note = Callable[[str], None]


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Show a figure at the end of the run."""
    return request.config.stash[FOUND].append


def _records_of(first: int, rows: int) -> Iterator[dict[str, Any]]:
    """Yield the sandbox's videos as a search gives them, again and again under other ids."""
    videos = [video.record for video in World().videos[:5_000]]
    for number in range(first, first + rows):
        record = videos[number % len(videos)]
        yield {name: record[name] for name in record if name in VIDEO_QUERY.fields} | {
            "id": 7 * 10**18 + number * 7_919,
            "view_count": number * 48_271 % 1_000_003,
            "video_description": f"{record.get('video_description', '')} {number}",
        }


@pytest.fixture(scope="module")
def table() -> TikTokResults:
    builder = TableBuilder(VIDEO_QUERY.schema, None)
    builder.add(_records_of(0, ROWS))
    return TikTokResults(builder.finish(), copy=False)


def _best(work: Callable[[], object], rounds: int = 3) -> float:
    found = []
    for _ in range(rounds):
        gc.collect()
        began = process_time()
        work()
        found.append(process_time() - began)
    return min(found)


# What is read holds Python's own strings, with every digit and sign, and lists: pandas' floor
# leaves texts in Arrow's memory, ids as floats or integers, and lists as the texts they are in CSV.
@pytest.mark.parametrize(
    ("suffix", "write", "read", "most"),
    [
        ("csv", lambda t, p: t.to_csv(p, index=False), pd.read_csv, (3, 8)),
        ("parquet", lambda t, p: t.to_parquet(p, index=False), pd.read_parquet, (2.5, 3.5)),
    ],
)
def test_files_beside_pandas(
    suffix: str,
    write: Callable[[pd.DataFrame, Path], object],
    read: Callable[[Path], object],
    most: tuple[float, float],
    table: TikTokResults,
    tmp_path: Path,
    note: Note,
) -> None:
    ours, floor = tmp_path / f"ours.{suffix}", tmp_path / f"floor.{suffix}"
    bare = pd.DataFrame(table)
    writing = _best(lambda: table.save(ours)) / _best(lambda: write(bare, floor))
    reading = _best(lambda: read_results(ours)) / _best(lambda: read(ours))
    note(f"{ROWS:,} videos and .{suffix} beside pandas: written {writing:.1f}, read {reading:.1f}")
    assert writing <= most[0]
    assert reading <= most[1]


def test_comparing(table: TikTokResults, note: Note) -> None:
    other = table.iloc[::-1].copy()
    other["view_count"] += 1
    seconds = _best(lambda: compare(table, other))
    merging = _best(lambda: pd.DataFrame(table).merge(pd.DataFrame(other), on="video_id"))
    note(f"{ROWS:,} videos compared: {seconds / merging:.1f} of the time of merging them")
    assert seconds / merging <= 25


def _store(into: Path | str, rows: int) -> Collection:
    study = tt_collect("cats", "2015-01-01", "2025-12-31", into, start=False)
    for start in range(0, rows, 5_000):
        _save(study, list(_records_of(start, 5_000)))
    return study


def _save(study: Collection, page: list[dict[str, Any]]) -> None:
    seen = {"first_seen": 0.0, "last_seen": 0.0, "task": 1}
    columns = _records.columns_of(VIDEOS, None, page, "", seen)
    with study._store.write() as connection:
        _records.save_records(connection, study._store, VIDEOS, columns)


def test_a_study_is_read_beside_read_sql(tmp_path: Path, note: Note) -> None:
    into = tmp_path / "study.db"
    study = _store(into, ROWS)
    names = ", ".join(["video_id", *(column.name for column in VIDEOS.columns(None))])
    query = f"SELECT {names} FROM videos ORDER BY video_id DESC"
    floor = _best(lambda: pd.read_sql(query, f"sqlite:///{into}"))
    whole = _best(study.videos) / floor
    parts = _best(lambda: [len(part) for part in study.videos(chunksize=10_000)]) / floor
    study.close()
    note(f"{ROWS:,} videos of a study beside read_sql(): {whole:.2f}, in chunks {parts:.2f}")
    assert whole <= 1.8
    assert parts <= 2.2


@pytest.mark.postgres
def test_a_page_in_postgresql_beside_sqlite(tmp_path: Path, note: Note) -> None:
    pytest.importorskip("psycopg")
    pages = [list(_records_of(number * 100, 100)) for number in range(200)]
    found: dict[str, list[float]] = {"a new page": [], "the same page": []}
    with postgres.running() as server:
        for into in (tmp_path / "study.db", server.url):
            study = _store(into, 0)
            for seconds in found.values():
                seconds.append(_best(lambda s=study: [_save(s, page) for page in pages], 1))
            study.close()
    ratios = {what: of_postgres / of_sqlite for what, (of_sqlite, of_postgres) in found.items()}
    shown = ", ".join(f"{what} {ratio:.2f}" for what, ratio in ratios.items())
    note(f"client's time for 100 videos in PostgreSQL beside SQLite: {shown}")
    assert max(ratios.values()) <= 1.6


def test_help_beside_importing_pandas(note: Note) -> None:
    # As everywhere but on the first day, the modules are compiled already.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def seconds(*words: str) -> float:
        before = os.times()
        subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, check=True, capture_output=True
        )
        after = os.times()
        return sum(after[2:4]) - sum(before[2:4])

    ours = min(seconds("-m", "traktok", "--help") for _ in range(5))
    floor = min(seconds("-c", "import pandas") for _ in range(5))
    note(f"traktok --help: {ours / floor:.2f} of the time of importing pandas")
    assert ours <= floor
