"""Files of other hands: a table or a sentence with the file's name, soon and in little memory."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import math
import struct
import time
import tracemalloc
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # an extra without stubs
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from traktok import TraktokWarning, compare, read_results
from traktok._r import rds
from traktok._r.rds import NA_INTEGER, Kind, Vector
from traktok.files import save
from traktok.replay import replay

MB = 2**20


def ints(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}i", *numbers)


def text(content: str) -> bytes:
    return ints(0x40009, len(content)) + content.encode()


def symbol(name: str) -> bytes:
    return ints(1) + text(name)


HEADER = b"X\n" + ints(3, 0x40300, 0x30500, 5) + b"UTF-8"


def compact_sequence(*state: float) -> bytes:
    """Serialize ``1:n`` as R does: its class, then length, start and step."""
    name = ints(2) + symbol("compact_intseq") + ints(2) + symbol("base") + ints(2)
    name += ints(13, 1, 13) + ints(254)
    return ints(238) + name + ints(14, 3) + struct.pack(">3d", *state) + ints(254)


def table_of(**columns: Vector) -> Vector:
    rows = len(next(iter(columns.values())).values)
    return Vector(
        Kind.LIST,
        list(columns.values()),
        {
            "names": Vector(Kind.TEXT, list(columns)),
            "class": Vector(Kind.TEXT, ["tbl_df", "tbl", "data.frame"]),
            "row.names": Vector(Kind.INTEGER, np.array([NA_INTEGER, -rows])),
        },
    )


def saved(value: Any, path: Path) -> Path:
    with path.open("wb") as stream:
        rds.dump(value, stream)
    return path


# --------------------------------------------------------------------------------- small and large


# 300 MB are packed as thirty streams, which are one file: to pack them at once takes seconds.
TEN_MB = bytes(10 * MB)
GZIP = gzip.compress(HEADER + ints(24, 300 * MB)) + gzip.compress(TEN_MB, 1) * 30
TOO_MUCH = "unpacks to more than 256 MB"
BOMBS = {
    "sequence": (HEADER + compact_sequence(1e11, 1, 1), TOO_MUCH),
    "endless": (HEADER + compact_sequence(math.inf, 1, 1), "is damaged"),
    "nan": (HEADER + compact_sequence(math.nan, 1, 1), "is damaged"),
    "sequence in memory": (HEADER + compact_sequence(6e7, 1, 1), TOO_MUCH),  # 240 MB in R
    "many sequences": (HEADER + ints(19, 60) + compact_sequence(3e6, 1, 1) * 60, TOO_MUCH),
    "gzip": (GZIP, TOO_MUCH),
    "bzip2": (bz2.compress(TEN_MB, 1) * 30, TOO_MUCH),
    "xz": (lzma.compress(TEN_MB, preset=0) * 30, TOO_MUCH),
}


@pytest.mark.parametrize(("data", "says"), BOMBS.values(), ids=BOMBS)
def test_a_small_file_of_r_asks_for_no_gigabytes(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.rds"
    path.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=rf"bomb\.rds {says}"):
            read_results(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 600 * MB


def test_a_sequence_of_rs_is_read(tmp_path: Path) -> None:
    value = rds.loads(HEADER + compact_sequence(1000, 1, 1))
    assert value.values.tolist() == [*range(1, 1001)]


def test_a_setting_raises_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(table_of(zeros=Vector(Kind.INTEGER, np.zeros(MB, "i8"))), tmp_path / "zeros.rds")
    monkeypatch.setenv("TRAKTOK_MAX_UNPACKED_MB", "2")
    with pytest.raises(ValueError, match=r"zeros\.rds unpacks to more than 2 MB.*_UNPACKED_MB"):
        read_results(path)
    monkeypatch.setenv("TRAKTOK_MAX_UNPACKED_MB", "8")
    assert len(read_results(path)) == MB
    monkeypatch.setenv("TRAKTOK_MAX_UNPACKED_MB", "lots")
    with pytest.raises(ValueError, match="TRAKTOK_MAX_UNPACKED_MB is 'lots': set it to a number"):
        read_results(path)


LAUGHS = "a0: &a0 [lol, lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
LONG = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 100)}]\ninteractions: []\n"
GZIPPED = base64.b64encode(gzip.compress(TEN_MB, 1) * 30).decode()
RAW_GZIP = {
    "http_interactions": [
        {
            "request": {"method": "GET", "uri": "https://www.tiktok.com/"},
            "response": {"status": 200, "headers": {}, "body": {"raw_gzip": GZIPPED}},
        }
    ],
    "recorded_with": "vcr",
}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (LAUGHS + "interactions: [*a11]\n", "aliases expand"),
        (LONG, "aliases expand"),
        ("interactions: &a [*a]\n", r"alias \*a contains itself"),
        (json.dumps(RAW_GZIP), TOO_MUCH),
    ],
    ids=["laughs", "long text", "itself", "gzip"],
)
def test_a_small_cassette_takes_no_minutes(content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.yml"
    path.write_text(content)
    began = time.monotonic()
    with pytest.raises(ValueError, match=rf"bomb\.yml .*{says}"), replay(path):
        pytest.fail("was replayed")
    assert time.monotonic() - began < 5


def test_a_cassette_may_have_aliases(tmp_path: Path) -> None:
    path = tmp_path / "shared.yaml"
    path.write_text("version: 1\nheaders: &none {}\nother: *none\ninteractions: []\n")
    with replay(path, all_played=True):
        pass


# --------------------------------------------------------------------- what Python has no place for


def of_class(name: str, *numbers: float) -> Vector:
    return Vector(Kind.DOUBLE, np.array(numbers), {"class": Vector(Kind.TEXT, [name])})


def test_days_outside_the_calendar_are_missing_and_said(tmp_path: Path) -> None:
    days = of_class("Date", -math.inf, math.inf, 19_000, 2_932_896.5, 2_932_897, -719_163)
    path = saved(table_of(day=days), tmp_path / "days.rds")
    with pytest.warns(TraktokWarning, match=r"^day \(4\): these times are infinite or outside"):
        read = read_results(path)
    last = date(9999, 12, 31)
    assert read["day"].tolist() == [None, None, date(2022, 1, 8), last, None, None]


def test_times_outside_the_calendar_are_missing_and_said(tmp_path: Path) -> None:
    moments = of_class("POSIXct", math.inf, 1.5, 253_402_300_800, 253_402_300_799.5)
    path = saved(table_of(at=moments), tmp_path / "times.rds")
    with pytest.warns(TraktokWarning, match=r"^at \(2\): these times"):
        read = read_results(path)
    assert read["at"].isna().tolist() == [True, False, True, False]
    assert read["at"][1] == pd.Timestamp("1970-01-01 00:00:01.5", tz="UTC")
    assert read["at"][3].to_pydatetime() == datetime(9999, 12, 31, 23, 59, 59, 500_000, UTC)
    assert "9999" in repr(read)


def test_names_of_another_length_are_one_sentence(tmp_path: Path) -> None:
    inner = Vector(
        Kind.LIST,
        [Vector(Kind.TEXT, ["a"]), Vector(Kind.TEXT, ["b"])],
        {"names": Vector(Kind.TEXT, ["only one"])},
    )
    path = saved(table_of(tags=Vector(Kind.LIST, [inner])), tmp_path / "names.rds")
    with pytest.raises(ValueError, match=r"names\.rds is damaged"):
        read_results(path)


# ---------------------------------------------------------------------------------- what is nested


def nested(depth: int) -> list[str]:
    return ["[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth]


def in_parquet(text: str) -> bytes:
    table = pa.table({"a": [text]}).replace_schema_metadata({b"traktok": b'{"json": ["a"]}'})
    return parquet(table)


def parquet(table: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


NESTED: dict[str, Callable[[str], bytes]] = {
    "csv": lambda text: '"x","effect_ids"\n"{0}","{0}"\n'.format(text.replace('"', '""')).encode(),
    "jsonl": lambda text: f'{{"a": {text}}}\n'.encode(),
    "json": lambda text: f'[{{"a": {text}}}]\n'.encode(),
    "parquet": in_parquet,
}


@pytest.mark.parametrize("depth", [101, 500, 900, 990, 100_000])
@pytest.mark.parametrize("format", NESTED)
def test_what_is_nested_deep_is_a_table_or_a_sentence(
    format: str, depth: int, tmp_path: Path
) -> None:
    for text in nested(depth):
        path = tmp_path / f"deep.{format}"
        path.write_bytes(NESTED[format](text))
        try:
            table = read_results(path)
        except ValueError as error:
            assert str(error).startswith(str(path))  # noqa: PT017  # both ends are right
        else:
            assert repr(table)
            assert table._repr_html_()
            for kind in ("csv", "jsonl", "parquet", "rds"):
                table.save(tmp_path / f"again.{kind}")


def test_what_is_nested_as_tiktok_does_is_read(tmp_path: Path) -> None:
    path = tmp_path / "usual.jsonl"
    path.write_text(f'{{"a": {nested(50)[0]}}}\n')
    assert read_results(path)["a"][0] == json.loads(nested(50)[0])


# -------------------------------------------------------------------------------- Parquet of others


@pytest.mark.parametrize(
    "noted",
    [b"", b"{", b"\xff", b"[]", b"null", b'{"json": 1}', b'{"index": [["a"]]}', b'{"attrs": 1}']
    + [f'{{"attrs": {{"search_id": {text}}}}}'.encode() for text in nested(900) + nested(10**5)],
)
def test_odd_metadata_is_one_sentence(noted: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.parquet"
    path.write_bytes(parquet(pa.table({"a": ["x"]}).replace_schema_metadata({b"traktok": noted})))
    with pytest.raises(ValueError, match=r"odd\.parquet is damaged: its traktok metadata"):
        read_results(path)


@pytest.mark.parametrize("cell", [True, 1, 0.5, date(2024, 1, 31), ["x"], {"x": 1}])
def test_what_is_not_the_json_that_the_metadata_says_is_read(cell: Any, tmp_path: Path) -> None:
    path = tmp_path / "odd.parquet"
    table = pa.table({"a": [cell, None]})
    path.write_bytes(parquet(table.replace_schema_metadata({b"traktok": b'{"json": ["a"]}'})))
    assert read_results(path)["a"].tolist()[0] == cell


def test_a_name_that_is_not_utf_8_is_a_table_or_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "names.parquet"
    path.write_bytes(parquet(pa.table({"author_name": ["x"]})).replace(b"author", b"\x80uthor"))
    try:
        assert read_results(path).shape == (1, 1)
    except ValueError as error:
        assert str(error).startswith(str(path))  # noqa: PT017  # both ends are right


@pytest.mark.parametrize("name", ["x", "video_id", "create_time", "view_count", "hashtag_names"])
@pytest.mark.parametrize("type", [pa.binary(), pa.large_binary(), pa.binary(1)])
def test_bytes_are_texts(type: Any, name: str, tmp_path: Path) -> None:
    path = tmp_path / "bytes.parquet"
    path.write_bytes(parquet(pa.table({name: pa.array([b"a", b"\xff", None], type)})))
    with warnings.catch_warnings(action="ignore"):
        table = read_results(path)
    assert repr(table)
    if name in ("x", "video_id"):
        assert table[name].tolist() == ["a", r"\xff", pd.NA]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([-(10**6)], pa.int32()).cast(pa.date32()),
        pa.array([10**18], pa.int64()).cast(pa.date64()),
        pa.array([2**62], pa.duration("s")),
    ],
    ids=["day", "moment", "duration"],
)
def test_what_python_has_no_place_for_is_one_sentence(column: Any, tmp_path: Path) -> None:
    path = tmp_path / "far.parquet"
    path.write_bytes(parquet(pa.table({"a": column})))
    with pytest.raises(ValueError, match=r"far\.parquet holds .* in column 'a'"):
        read_results(path)


@pytest.mark.parametrize(
    ("type", "largest", "read"),
    [
        (pa.int8(), 2**7 - 1, 2**7 - 1),
        (pa.uint32(), 2**32 - 1, 2**32 - 1),
        (pa.int64(), 2**63 - 1, 2**63 - 1),
        (pa.int64(), -(2**63), str(-(2**63))),
        (pa.uint64(), 2**63 - 1, 2**63 - 1),
        (pa.uint64(), 2**64 - 1, str(2**64 - 1)),
    ],
)
@pytest.mark.parametrize("name", ["view_count", "video_id", "mine"])
def test_whole_numbers_of_any_width_keep_their_digits(
    name: str, type: Any, largest: int, read: int | str, tmp_path: Path
) -> None:
    path = tmp_path / "whole.parquet"
    path.write_bytes(parquet(pa.table({name: pa.array([largest, None, 7], type)})))
    kept = str if isinstance(read, str) or name == "video_id" else int
    assert read_results(path)[name].tolist() == [kept(read), pd.NA, kept(7)]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("moment", [2**62, -(2**62), 0])
def test_times_of_any_year_are_printed(moment: int, unit: str, tmp_path: Path) -> None:
    path = tmp_path / "far.parquet"
    path.write_bytes(parquet(pa.table({"a": pa.array([moment, None], pa.timestamp(unit))})))
    with warnings.catch_warnings(action="ignore"):
        table = read_results(path)
    assert repr(table)
    assert table._repr_html_()


def test_half_a_surrogate_pair_in_a_name_is_an_escape(tmp_path: Path) -> None:
    path = tmp_path / "names.jsonl"
    path.write_bytes(rb'{"\ud83d": 1, "a": {"\ud83d": "\ud83d"}}')
    table = read_results(path)
    assert table.columns.tolist() == [r"\ud83d", "a"]
    for kind in ("csv", "jsonl", "parquet", "rds", "xlsx", "dta"):
        table.save(tmp_path / f"again.{kind}")


@pytest.mark.parametrize("format", ["jsonl", "json"])
def test_rows_that_share_no_names_are_not_a_table(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"odd.{format}"
    path.write_text("".join(f'{{"a{n}": 1}}\n' for n in range(20_000)))
    began = time.process_time()
    with pytest.raises(
        ValueError, match=r"odd\.jsonl? is not a table: its 20,000 rows have 20,000"
    ):
        read_results(path)
    assert time.process_time() - began < 5


def test_rows_that_share_few_names_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "sparse.jsonl"
    path.write_text("".join(f'{{"id": {n}, "a{n % 50}": 1}}\n' for n in range(2_000)))
    assert read_results(path).shape == (2_000, 51)


# ----------------------------------------------------------------------------------- what is saved


def far(*moments: int, unit: str = "s") -> pd.DataFrame:
    return pd.DataFrame({"at": np.array(moments, "i8").view(f"M8[{unit}]")})


BEYOND = 2**62, -(2**62), -(2**63)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "rds", "RData", "xlsx", "dta"])
def test_times_of_any_year_are_saved_or_refused(format: str, unit: str, tmp_path: Path) -> None:
    table = far(*BEYOND, unit=unit)
    if (format, unit) == ("parquet", "s"):  # which Parquet has as milliseconds
        with pytest.raises(ValueError, match="Parquet can't represent a value of this table"):
            save(table, tmp_path / "far.parquet")
        return
    path = save(table, tmp_path / f"far.{format}")
    if format in ("parquet", "csv", "jsonl"):
        assert len(read_results(path)) == 3
    if format == "rds":
        with warnings.catch_warnings(action="ignore"):
            assert read_results(path)["at"].isna().tolist()[2]


def test_excel_and_stata_have_times_outside_the_calendar_as_texts(tmp_path: Path) -> None:
    table = far(10**12, 0)
    sheet = pd.read_excel(save(table, tmp_path / "far.xlsx"))["at"]
    assert sheet[0] == "33658-09-27 01:46:40"
    stata = pd.read_stata(save(table, tmp_path / "far.dta"))["at"]
    assert stata.tolist() == ["33658-09-27 01:46:40", "1970-01-01 00:00:00"]


@pytest.mark.parametrize("year", [2255, 2500])
def test_times_of_far_years_are_saved_for_stata(year: int, tmp_path: Path) -> None:
    table = pd.DataFrame({"at": pd.Series([datetime(year, 1, 31), None], dtype=object)})
    assert str(pd.read_stata(save(table, tmp_path / "t.dta"))["at"][0])[:10] == f"{year}-01-31"


def test_a_time_with_a_zone_among_objects_is_utc_in_excel(tmp_path: Path) -> None:
    moments = [datetime(2024, 1, 31, 12, tzinfo=UTC), None]
    path = save(pd.DataFrame({"at": pd.Series(moments, dtype=object)}), tmp_path / "t.xlsx")
    assert pd.read_excel(path)["at"][0] == datetime(2024, 1, 31, 12)


def test_categories_of_numbers_have_room_for_missing_in_r(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": pd.Categorical([7, None]), "b": pd.Categorical([0.5, None])})
    read = read_results(save(table, tmp_path / "t.rds"))
    assert read["a"].tolist() == [7, pd.NA]
    assert read["b"].tolist() == [0.5, pd.NA]


def test_numbers_that_stata_takes_for_missing_are_texts(tmp_path: Path) -> None:
    largest = float.fromhex("0x1.fffffffffffffp+1022")
    for number, kept in [(largest, largest), (2 * largest, str(2 * largest))]:
        path = save(pd.DataFrame({"a": [number]}), tmp_path / "t.dta")
        assert pd.read_stata(path)["a"].tolist() == [kept]


def test_a_stata_file_without_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a Stata file can't hold a table without columns"):
        save(pd.DataFrame(), tmp_path / "t.dta")


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "rds"])
def test_numbers_as_names_are_texts_in_files(format: str, tmp_path: Path) -> None:
    path = save(pd.DataFrame({0: ["x"], "a": ["y"]}), tmp_path / f"t.{format}")
    assert read_results(path).columns.tolist() == ["0", "a"]
    with pytest.raises(ValueError, match="two columns are named '0'"):
        save(pd.DataFrame({0: ["x"], "0": ["y"]}), path)


def test_labels_of_a_columns_name_are_refused(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["x"]}, index=pd.Index(["y"], name="id"))
    with pytest.raises(ValueError, match="two columns are named 'id'"):
        save(table, tmp_path / "t.csv")
    with pytest.raises(ValueError, match="two columns of the left table are named 'id'"):
        compare(table, table)


def test_attributes_of_a_users_own_are_saved_for_r(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": ["x"]})
    table.attrs = {"skipped": [1], "search_id": {"a": None}, "has_more": "x", "start_date": 5}
    read = read_results(save(table, tmp_path / "t.rds"))
    assert read.attrs == {"skipped": [1], "search_id": {"a": None}, "has_more": "x"} | {
        "start_date": 5
    }
