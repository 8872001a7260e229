"""A study's tables in files, read back by those who will read them."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.integration.collect.conftest import Studies
from traktok import read_results
from traktok.collect import Collection, _export, _records
from traktok.collect._kinds import VIDEOS
from traktok.sandbox.api import ResearchApi

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
pytestmark = pytest.mark.usefixtures("credentials")

LISTS = ["effect_ids", "hashtag_names"]


@pytest.fixture
def collection(study: Studies, store: Path | str, monkeypatch: pytest.MonkeyPatch) -> Collection:
    monkeypatch.setattr(_export, "_ROWS_AT_ONCE", 100)  # several parts, the last one short
    return study(store, "2023-01-01", "2023-03-31", workers=2)


def plain(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Cells as Python has them: None, str, int, lists, times as seconds."""
    columns = []
    for name in table:
        column = table[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.as_unit("s").astype("int64")
        cells = column.astype(object)
        columns.append([_plain(cell) for cell in cells])
    return sorted(zip(*columns, strict=True), key=lambda row: row[0])


def _plain(cell: Any) -> Any:
    if isinstance(cell, (list, str)):
        return cell
    if hasattr(cell, "tolist"):
        return cell.tolist()
    return None if pd.isna(cell) else cell


@pytest.mark.skipif(sys.platform == "win32", reason="no umask there")
@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o700), (0o022, 0o755), (0o002, 0o775)])
def test_folders_of_months_follow_the_umask(
    collection: Collection, tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        folder = collection.export(tmp_path / "videos", partition="month")
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in [folder, *folder.iterdir()]} == {mode}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*.parquet")} == {mode & 0o666}


def test_csv(collection: Collection, tmp_path: Path) -> None:
    path = collection.export(tmp_path / "videos.csv")
    read = pd.read_csv(
        path,
        engine="python",  # the one that before pandas 3, too, reads on after NUL
        dtype={"video_id": "string", "music_id": "string"},
        parse_dates=["create_time"],
        keep_default_na=False,
        na_values=[""],
    )
    for name in LISTS:
        read[name] = [json.loads(cell) if isinstance(cell, str) else None for cell in read[name]]
    assert plain(read) == plain(collection.videos())


def test_jsonl(collection: Collection, tmp_path: Path) -> None:
    path = collection.export(tmp_path / "videos.jsonl")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    read = pd.DataFrame(rows).convert_dtypes()
    read["create_time"] = pd.to_datetime(read["create_time"], utc=True)
    assert plain(read) == plain(collection.videos())


def test_parquet_with_pandas(collection: Collection, tmp_path: Path) -> None:
    path = collection.export(tmp_path / "videos.parquet")
    read = pd.read_parquet(path)
    assert plain(read) == plain(collection.videos())
    assert read["view_count"].dtype == "Int64"
    assert str(read["create_time"].dtype).endswith("UTC]")


def test_parquet_with_duckdb(collection: Collection, tmp_path: Path) -> None:
    path = collection.export(tmp_path / "videos.parquet")
    relation = duckdb.sql(f"SELECT * FROM '{path}'")
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert types["video_id"] == "VARCHAR"
    assert types["hashtag_names"] == "VARCHAR[]"
    assert types["view_count"] == "BIGINT"
    seconds = duckdb.sql(
        f"SELECT * REPLACE (epoch(create_time)::BIGINT AS create_time) FROM '{path}'"
    ).fetchall()
    assert sorted(seconds) == plain(collection.videos())


def test_csv_with_duckdb(collection: Collection, tmp_path: Path) -> None:
    path = collection.export(tmp_path / "videos.csv")
    read = duckdb.sql(
        f"SELECT video_id, video_description, view_count FROM read_csv('{path}', "
        "types={'video_id': 'VARCHAR'})"
    ).fetchall()
    videos = collection.videos()[["video_id", "video_description", "view_count"]]
    assert sorted(read) == plain(videos)


def test_parquet_by_month(collection: Collection, tmp_path: Path) -> None:
    folder = collection.export(tmp_path / "videos", partition="month")
    assert sorted(path.name for path in folder.iterdir()) == [
        "month=2023-01",
        "month=2023-02",
        "month=2023-03",
    ]
    videos = collection.videos()
    read = pd.read_parquet(folder)
    assert plain(read[videos.columns]) == plain(videos)
    counted = duckdb.sql(
        f"SELECT month, count(*) FROM '{folder}/*/*.parquet' GROUP BY month ORDER BY month"
    ).fetchall()
    by_month = videos["create_time"].dt.strftime("%Y-%m").value_counts().sort_index()
    assert counted == [*by_month.items()]
    with pytest.raises(ValueError, match="there already"):
        collection.export(folder, partition="month")
    for name in ("videos.csv", "videos.PARQUET"):
        with pytest.raises(ValueError, match="name a folder"):
            collection.export(tmp_path / name, partition="month")


def test_the_months_go_into_an_empty_folder_on_windows_too(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(self: Path, target: Path, real: Callable[..., Path] = Path.replace) -> Path:
        if target.is_dir():
            raise PermissionError(errno.EACCES, "Access is denied", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    (tmp_path / "months").mkdir()
    folder = collection.export(tmp_path / "months", partition="month")
    assert len(list(folder.iterdir())) == 3
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_months_are_read_as_one_table(collection: Collection, tmp_path: Path) -> None:
    folder = collection.export(tmp_path / "months", partition="month")
    pd.testing.assert_frame_equal(read_results(folder), collection.videos())
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"empty is a folder without any \.parquet file"):
        read_results(tmp_path / "empty")


def test_comments_and_users(study: Studies, sqlite_store: Path, tmp_path: Path) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-01-03", workers=4)
    collection.collect_comments(workers=4).collect_users(workers=4)
    for what in ("comments", "users"):
        read = pd.read_parquet(collection.export(tmp_path / f"{what}.parquet", what))
        table = getattr(collection, what)()
        assert plain(read) == plain(table)
    with pytest.raises(ValueError, match="no month"):
        collection.export(tmp_path / "users", "users", partition="month")


@pytest.mark.parametrize("name", ["comments.csv", "comments.jsonl", "comments.parquet"])
def test_a_field_that_is_documented_nowhere(
    study: Studies,
    sqlite_store: Path,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_export, "_ROWS_AT_ONCE", 20)
    collection = study(sqlite_store, "2023-01-01", "2023-01-12").collect_comments()
    oldest = collection.comments()["id"].iloc[-1]
    with contextlib.closing(sqlite3.connect(sqlite_store)) as store, store:
        (raw,) = store.execute("SELECT raw FROM comments WHERE id = ?", [oldest]).fetchone()
        newer = json.dumps(json.loads(raw) | {"is_hot": True})
        store.execute("UPDATE comments SET raw = ? WHERE id = ?", [newer, oldest])
    assert len(collection.comments()) > 20
    read = read_results(collection.export(tmp_path / name, "comments"))
    assert "is_hot" in read
    without = {"columns": "text"}  # an empty text is missing in CSV
    assert plain(read.drop(**without)) == plain(collection.comments().drop(**without))


@pytest.mark.parametrize("name", ["empty.csv", "empty.jsonl", "empty.parquet"])
def test_an_empty_study(study: Studies, sqlite_store: Path, tmp_path: Path, name: str) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-01-03", start=False)
    path = collection.export(tmp_path / name)
    assert path.exists()
    if name.endswith("parquet"):
        assert pd.read_parquet(path).columns.tolist() == collection.videos().columns.tolist()


def test_a_format_nobody_knows(study: Studies, sqlite_store: Path, tmp_path: Path) -> None:
    collection = study(sqlite_store, "2023-01-01", "2023-01-03", start=False)
    with pytest.raises(ValueError, match=r"must end in .csv"):
        collection.export(tmp_path / "videos.ods")
    with pytest.raises(ValueError, match="what must be 'videos' or 'comments' or 'users'"):
        collection.export(tmp_path / "videos.csv", "likes")  # type: ignore[arg-type]


def test_what_goes_wrong_leaves_no_half_file(
    collection: Collection, tmp_path: Path, tiktok: ResearchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr("traktok.files.save_parts", broken)
    with pytest.raises(OSError, match="no space"):
        collection.export(tmp_path / "videos", partition="month")
    assert not list(tmp_path.glob("*videos*"))


# ---------------------------------------------------------------------------- awkward values

TEXTS = [
    *(
        "plain",
        'say "hi"',
        "line\nbreak",
        "cr\rhere",
        "crlf\r\nx",
        "tab\t",
        ",",
        "; ,",
        "NA",
        "NaN",
    ),
    *(
        "null",
        "None",
        "  lead",
        "=1+1",
        "😀👩🏽‍🔬",
        "قهوة",
        "nul\0x",
        "\u2028\u2029",
        "back\\slash",
    ),
    *("'q'", "0012", "1e5", "true", "2023-01-01", "\ufeffbom", None),
]
AWKWARD: list[dict[str, Any]] = [
    {
        "id": 7_200_000_000_000_000_000 + n,
        "username": ("NA", "null")[n % 2],
        "region_code": ("NA", "US", None)[n % 3],
        "create_time": None if n == 3 else 1_672_531_200 + n * 3 * 86_400,
        "view_count": (0, 2**31, 2**53 + 1, None)[n % 4],
        "music_id": (7 * 10**18 + n, None, 123)[n % 3],
        "video_description": written,
        "hashtag_names": (["a", "b,c"], [], None, ['"', "new\nline", "NA", "", "😀"])[n % 4],
        "effect_ids": ([], None)[n % 2],
        "is_stem_verified": (True, False, None)[n % 3],
        "video_label": None if n < 10 else {"content": 'the "facts"', "type": n},
    }
    for n, written in enumerate(TEXTS)
]
STRUCTS = ["video_label"]


@pytest.fixture
def awkward(study: Studies, store: Path | str, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """A study of values that get lost elsewhere; its parts differ in what is missing."""
    monkeypatch.setattr(_export, "_ROWS_AT_ONCE", 2)
    fields = ["id", *list(AWKWARD[0])[1:]]
    collection = study(store, "2023-01-01", "2023-03-31", fields=fields, start=False)
    seen = {"task": None, "first_seen": 1.0, "last_seen": 1.0}
    columns = _records.columns_of(VIDEOS, tuple(fields), AWKWARD, "", seen)
    with collection._store.write() as connection:
        _records.save_records(connection, collection._store, VIDEOS, columns)
    return collection


def with_structs(table: pd.DataFrame) -> pd.DataFrame:
    """Take structures, which files have as JSON, as what they are."""
    read = {
        name: [json.loads(cell) if isinstance(cell, str) else None for cell in table[name]]
        for name in STRUCTS
    }
    return table.assign(**{name: pd.Series(cells, dtype=object) for name, cells in read.items()})


def test_awkward_values_in_parquet(awkward: Collection, tmp_path: Path) -> None:
    videos = awkward.videos()
    whole = pd.read_parquet(awkward.export(tmp_path / "videos.parquet"))
    assert plain(with_structs(whole)) == plain(videos)
    folder = awkward.export(tmp_path / "videos", partition="month")
    months = pd.read_parquet(folder)
    assert plain(with_structs(months[videos.columns])) == plain(videos)
    assert set(months["month"]) == {"2023-01", "2023-02", "2023-03", "unknown"}
    # Parquet has no times in seconds: those are in milliseconds.
    others = [name for name in videos.columns if name not in (*STRUCTS, "create_time")]
    assert [*map(str, whole.dtypes[others])] == [*map(str, videos.dtypes[others])]
    columns = ", ".join(others)
    for files in (tmp_path / "videos.parquet", folder / "*" / "*.parquet"):
        found = duckdb.sql(f"SELECT {columns} FROM '{files}'").fetchall()
        assert sorted(found, key=lambda row: row[0]) == plain(videos[others])


def test_awkward_values_in_csv_and_jsonl(awkward: Collection, tmp_path: Path) -> None:
    videos = awkward.videos()
    for name in ("videos.csv", "videos.jsonl"):
        read = read_results(awkward.export(tmp_path / name))
        assert plain(read) == plain(videos)
        assert read.dtypes.tolist() == videos.dtypes.tolist()
    texts = ["video_id", "author_name", "region_code", "video_description"]
    for source in ("read_csv('{}/videos.csv', all_varchar=true)", "read_json('{}/videos.jsonl')"):
        found = duckdb.sql(f"SELECT {', '.join(texts)} FROM {source.format(tmp_path)}").fetchall()
        assert sorted(found) == plain(videos[texts])
