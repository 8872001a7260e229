"""The export by month is the hand-over to tools for more than one machine: they read it whole.

The extra `test-readers` installs them; without it, the tests skip."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.integration.collect.conftest import Studies
from traktok import TikTokResults

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("credentials")]

# Beyond 2**53, which a column of floats would round.
LARGE = 7_310_000_000_000_000_001
MONTHS = {"2023-01", "2023-02", "2023-03"}


@pytest.fixture
def exported(study: Studies, sqlite_store: Path, tmp_path: Path) -> tuple[TikTokResults, Path]:
    """The videos of three months, one count of them a large one, and their folder."""
    collection = study(sqlite_store, "2023-01-01", "2023-03-31", workers=2)
    oldest = collection.videos()["video_id"].iloc[-1]
    with contextlib.closing(sqlite3.connect(sqlite_store)) as store, store:
        store.execute("UPDATE videos SET view_count = ? WHERE video_id = ?", [LARGE, oldest])
    return collection.videos(), collection.export(tmp_path / "videos", partition="month")


def rows_of(videos: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Cells as Python has them, times as seconds, in the order of the ids."""
    columns = [[_cell(cell) for cell in videos[name]] for name in videos]
    return sorted(zip(*columns, strict=True), key=lambda row: row[0])


def _cell(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime):
        return int(pd.Timestamp(cell).timestamp())
    if hasattr(cell, "tolist"):
        cell = cell.tolist()
    if isinstance(cell, (list, tuple)):
        return list(cell)
    return None if cell is None or cell is pd.NA else cell


def test_duckdb(exported: tuple[TikTokResults, Path]) -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    videos, folder = exported
    connection = duckdb.connect()
    connection.sql("SET TimeZone = 'UTC'")
    # With autocast, DuckDB may read a month as a day.
    read = connection.sql(
        f"SELECT * FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true, "
        "hive_types_autocast = false)"
    )
    types = dict(zip(read.columns, map(str, read.types), strict=True))
    assert types["video_id"] == types["month"] == "VARCHAR"
    assert types["view_count"] == "BIGINT"
    assert types["hashtag_names"] == "VARCHAR[]"
    assert types["create_time"] == "TIMESTAMP WITH TIME ZONE"
    seconds = read.project("* REPLACE (epoch(create_time)::BIGINT AS create_time)")
    found = seconds.project(", ".join(f'"{name}"' for name in videos)).fetchall()
    assert sorted(found, key=lambda row: row[0]) == rows_of(videos)
    assert {month for (month,) in read.project("month").distinct().fetchall()} == MONTHS


def test_polars(exported: tuple[TikTokResults, Path]) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    videos, folder = exported
    read = polars.read_parquet(folder, hive_partitioning=True, try_parse_hive_dates=False)
    assert read.schema["video_id"] == polars.String
    assert read.schema["view_count"] == polars.Int64
    assert read.schema["hashtag_names"] == polars.List(polars.String)
    assert read.schema["create_time"].time_zone == "UTC"
    assert set(read["month"]) == MONTHS
    found = ([_cell(cell) for cell in row] for row in read.select(list(videos)).iter_rows())
    assert sorted(map(tuple, found), key=lambda row: row[0]) == rows_of(videos)


# Dask does what this pandas deprecates.
@pytest.mark.filterwarnings("ignore:The inplace keyword:Warning")
def test_dask(exported: tuple[TikTokResults, Path]) -> None:
    dask = pytest.importorskip("dask", reason="Dask is not installed")
    dataframe = pytest.importorskip("dask.dataframe", reason="Dask's data frames are not installed")
    videos, folder = exported
    with dask.config.set(scheduler="synchronous"):
        read = dataframe.read_parquet(folder, dtype_backend="numpy_nullable").compute()
    assert str(read["view_count"].dtype) == "Int64"
    assert str(read["create_time"].dtype).endswith("UTC]")
    assert set(read["month"]) == MONTHS
    assert rows_of(read[list(videos)]) == rows_of(videos)


def test_pyspark(
    exported: tuple[TikTokResults, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed")
    videos, folder = exported
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        # A month is a text, and no number.
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.sql.warehouse.dir": str(tmp_path / "warehouse"),
        "spark.driver.host": "127.0.0.1",
    }
    builder = sql.SparkSession.builder.master("local[1]").appName("traktok")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        read = spark.read.parquet(str(folder))
        types = dict(read.dtypes)
        assert types["video_id"] == types["month"] == "string"
        assert types["view_count"] == "bigint"
        assert types["hashtag_names"] == "array<string>"
        assert types["create_time"] in ("timestamp", "timestamp_ntz")
        seconds = read.selectExpr(
            *(f"`{name}`" for name in videos if name != "create_time"),
            "unix_timestamp(create_time) AS create_time",
        ).select(*list(videos))
        found = (tuple(_cell(cell) for cell in row) for row in seconds.collect())
        assert sorted(found, key=lambda row: row[0]) == rows_of(videos)
        assert {row.month for row in read.select("month").distinct().collect()} == MONTHS
    finally:
        spark.stop()
