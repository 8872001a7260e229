"""Stores that were damaged, or edited by hand: the error names what is wrong, and where."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from traktok import Query, TraktokError, TraktokWarning
from traktok.collect import Collection, tt_collect
from traktok.errors import StoreError

pytestmark = pytest.mark.usefixtures("credentials", "slept")

DAYS = "2023-01-01", "2023-01-20"
_whole: list[bytes] = []


@pytest.fixture
def path(everything: Query, sqlite_store: Path) -> Path:
    """A store of videos, comments and users."""
    if not _whole:
        with tt_collect(everything, *DAYS, sqlite_store, window_days=5) as collection:
            some = collection.videos().head(2)
            collection.collect_comments(some["video_id"])
            collection.collect_users(some["author_name"])
        _whole.append(sqlite_store.read_bytes())
    sqlite_store.write_bytes(_whole[0])
    return sqlite_store


def edit(path: Path, *statements: str) -> None:
    """Edit a store by hand."""
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def uses(path: Path, tmp_path: Path) -> Iterator[Callable[[Collection], Any]]:
    """What can be done with a study."""
    yield lambda study: (study.complete, study.summary, repr(study), study._repr_html_())
    yield lambda study: study.status()
    yield lambda study: str(study.describe())
    yield lambda study: (study.plan("2023-02-10"), study.quota(), study.due())
    yield lambda study: study.requests()
    yield lambda study: (study.videos(), list(study.comments(chunksize=9)), study.users())
    yield lambda study: study.report(tmp_path / "report.html")
    yield lambda study: study.export(tmp_path / "videos.jsonl")
    yield lambda study: study.export(tmp_path / f"months{path.stat().st_size}", partition="month")
    yield lambda study: study.resume(verbose=False)
    yield lambda study: study.refresh(0, verbose=False)


def errors_of(path: Path, tmp_path: Path) -> list[str]:
    """Use a study in every way; return what was said, by errors of traktok's only."""
    said = []
    for use in uses(path, tmp_path):
        try:
            with Collection(path) as study:
                use(study)
        except TraktokError as error:
            said.append(str(error))
    return said


CELLS = {
    "jobs.settings": ["'{'", "'7'", "'[]'", "'{}'"],
    "jobs.settings of a day": ["json_set(settings, '$.since', 'soon')"],
    "jobs.settings of windows": ["json_set(settings, '$.window_days', 'x')"],
    "jobs.settings of a query": ["json_remove(settings, '$.query')"],
    "jobs.settings of fields": ["json_set(settings, '$.fields', json('[5]'))"],
    "tasks.subject": ["'soon/' || id", "'9999-01-01/9999-12-31' WHERE id = 1"],
    "tasks.state": ["'asleep'"],
    "tasks.pages": ["'many', state = 'open'"],
    "requests.sent_at": ["'soon'", "1e300", "-1e15"],
    "requests.status": ["'fine' WHERE id = 1"],
    "quota.used": ["'all'"],
    "quota.closed_until": ["'soon'"],
    "runs.versions": ["'{'", "'[]'"],
    "runs.started_at": ["'soon'", "1e300"],
    "videos.last_seen": ["1e300"],
    "videos.video_id": ["x'fffe' WHERE rowid = 3"],
}
QUICK = {"jobs.settings of windows", "tasks.state"}


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize(
    "cell", [pytest.param(each, marks=[] if each in QUICK else pytest.mark.slow) for each in CELLS]
)
def test_a_cell_that_is_not_what_it_must_be_is_named(path: Path, tmp_path: Path, cell: str) -> None:
    table, column = cell.partition(" ")[0].split(".")
    whole = path.read_bytes()
    for number, value in enumerate(CELLS[cell]):
        path.write_bytes(whole)
        edit(path, f"UPDATE {table} SET {column} = {value}")
        said = errors_of(path, tmp_path)
        named = f"is damaged, or was edited by hand: column {column} of table {table} holds"
        assert any(named in each for each in said), (number, said)


@pytest.mark.parametrize(
    "raw",
    ["'{\"id\": 12'", "''", "'[1, 2]'", "'5'", "17", "x'ff00fe'", "CAST(x'7bfffe7d' AS TEXT)"],
)
def test_a_record_that_cant_be_read_costs_that_record(path: Path, tmp_path: Path, raw: str) -> None:
    with Collection(path) as study:
        ids = study.videos()["video_id"].tolist()
        edit(path, f"UPDATE videos SET raw = {raw} WHERE video_id = '{ids[3]}'")
        left = [each for each in ids if each != ids[3]]
        says = rf"Left out 1 video that can't be read \({ids[3]}\)"
        with pytest.warns(TraktokWarning, match=says):
            assert study.videos()["video_id"].tolist() == left
        with pytest.warns(TraktokWarning, match=says):
            study.export(tmp_path / "videos.csv")
        assert (tmp_path / "videos.csv").read_text(encoding="utf-8").count("\n") == len(ids)


@pytest.mark.parametrize("time", ["'soon'", "99999999999999", "-5", "NULL"])
def test_a_record_without_a_time_is_of_no_month(path: Path, tmp_path: Path, time: str) -> None:
    edit(path, f"UPDATE videos SET create_time = {time} WHERE rowid = 3")
    with Collection(path) as study:
        study.export(tmp_path / "months", partition="month")
    months = {each.name for each in (tmp_path / "months").iterdir()}
    assert months == {"month=2023-01", "month=unknown"}


@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("ALTER TABLE tasks RENAME COLUMN cursor TO kursor", "damaged.*part of it is missing"),
        ("ALTER TABLE videos RENAME COLUMN raw TO roh", "damaged.*part of it is missing"),
        ("DROP TABLE removals", "damaged.*part of it is missing"),
        ("DROP TABLE requests", "not a store of traktok"),
        ("UPDATE meta SET value = 'one'", "damaged: 'one' is not a version of its schema"),
        ("UPDATE meta SET value = '-5'", "damaged: '-5' is not a version of its schema"),
        ("UPDATE meta SET value = '99'", "newer traktok"),
        ("DELETE FROM meta", "not a store of traktok"),
        ("DELETE FROM jobs", r"There is no study in .*tt_collect\(\) begins one"),
    ],
)
def test_a_store_with_a_part_missing(path: Path, tmp_path: Path, statement: str, says: str) -> None:
    edit(path, statement)
    said = errors_of(path, tmp_path)
    with pytest.raises(StoreError, match=says):
        raise StoreError(" ".join(said))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")
@pytest.mark.parametrize("seed", range(12))
def test_a_file_with_garbage_in_it(path: Path, tmp_path: Path, seed: int) -> None:
    random, content = Random(seed), bytearray(path.read_bytes())
    for _ in range(1 + seed % 4):
        start = random.randrange(len(content))
        garbage = random.randbytes(random.choice([1, 50, 30_000]))
        content[start : start + len(garbage)] = garbage
    if seed % 3 == 0:
        del content[random.randrange(len(content)) :]
    path.write_bytes(content)
    for each in errors_of(path, tmp_path):
        assert "store" in each.lower()
