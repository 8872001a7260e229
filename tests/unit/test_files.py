"""Results in files and back: no digit, no character, no row is lost."""

from __future__ import annotations

import io
import json
import sys
import time
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import texts
from traktok import TikTokResults, files, read_results
from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import USER_INFO, VIDEO_QUERY
from traktok._tables.builder import Record, TableBuilder
from traktok.files import save, writer

FORMATS = ("csv", "jsonl", "ndjson", "parquet")
LISTS = ("effect_ids", "hashtag_names")
FIRST_ID = 7106594312292453675

# What is hard on files: separators, quotes, line ends, what looks missing, what looks like numbers.
HARD_TEXTS = [
    'say "hi", you; there\'s\ttab',
    "one\ntwo",
    "one\r\ntwo",
    "one\rtwo",
    "\u2028 \x85",
    "NUL \0 inside",
    "🥰 👩\u200d👧",
    "日本語 \u200fعربي",
    " blank ",
    "NA",
    "null",
    "007",
    "1e5",
    "\\",
    "plain",
]


def framed(endpoint: Endpoint, records: list[Record]) -> TikTokResults:
    builder = TableBuilder(endpoint.schema, None)
    builder.add(records, "somebody")
    return TikTokResults(builder.finish())


def videos(rows: int = 2 * len(HARD_TEXTS), written: list[str] = HARD_TEXTS) -> TikTokResults:
    """Invented videos in Namibia, in every column of which something is missing."""
    records: list[Record] = [
        {
            "id": FIRST_ID + row,
            "video_description": written[row % len(written)],
            "region_code": "NA",
            "music_id": None if row % 2 else 7200000000000000001 + row,
            "view_count": 2**53 + 1 + row if row % 2 else None,
            "create_time": None if row % 3 else 1698796800 + row,
            "effect_ids": [],
        }
        for row in range(rows)
    ]
    table = framed(VIDEO_QUERY, records)
    # as in a table of two searches, one of which did not ask for hashtags
    lists = [[None, [], [written[row % len(written)], "b"]][row % 3] for row in range(rows)]
    table["hashtag_names"] = pd.Series(lists, dtype=object)
    return table


# ---------------------------------------------------------------------------------- there and back


def _with_types(raw: pd.DataFrame) -> pd.DataFrame:
    """Give what was read the types that its columns had."""
    typed = raw.copy()
    for name, kind in videos(0).dtypes.items():
        if name == "create_time":
            typed[name] = pd.to_datetime(raw[name], utc=True).astype(kind)
        elif name not in LISTS:
            typed[name] = raw[name].astype(kind)
    return typed


def texts_of(file: Path | io.BytesIO) -> pd.DataFrame:
    # Before pandas 3, its engine in C ends a text at NUL.
    engine: Literal["c", "python"] = "c" if pd.__version__ >= "3" else "python"
    return pd.read_csv(file, engine=engine, dtype="string", keep_default_na=False, na_values=[""])


def read_csv(path: Path) -> pd.DataFrame:
    raw = texts_of(path)
    for name in LISTS:
        cells = [None if cell is pd.NA else json.loads(cell) for cell in raw[name]]
        raw[name] = pd.Series(cells, dtype=object)
    return _with_types(raw)


def read_jsonl(path: Path) -> pd.DataFrame:
    lines = path.read_bytes().decode().split("\n")
    assert lines.pop() == "", "the last line ends"
    return _with_types(pd.DataFrame(map(json.loads, lines), dtype=object))


def read_parquet(path: Path) -> pd.DataFrame:
    raw = pd.read_parquet(path)
    for name in LISTS:
        cells = [None if cell is None else list(cell) for cell in raw[name]]
        raw[name] = pd.Series(cells, dtype=object)
    return _with_types(raw)


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": read_csv,
    "jsonl": read_jsonl,
    "ndjson": read_jsonl,
    "parquet": read_parquet,
}


def assert_same(read: pd.DataFrame, written: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(read, pd.DataFrame(written))


@pytest.mark.parametrize("format", FORMATS)
def test_a_table_is_read_back_as_it_was(format: str, tmp_path: Path) -> None:
    path = videos().save(tmp_path / f"videos.{format}")
    assert_same(READERS[format](path), videos())


@pytest.mark.parametrize("format", FORMATS)
def test_parts_are_joined_without_a_seam(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_ROWS_AT_ONCE", 4)
    for rows in (3, 4, 5, 30):
        path = save(videos(rows), tmp_path / f"videos.{format}")
        assert_same(READERS[format](path), videos(rows))


@pytest.mark.parametrize("format", FORMATS)
def test_ids_with_gaps_keep_all_their_digits(format: str, tmp_path: Path) -> None:
    back = READERS[format](videos().save(tmp_path / f"videos.{format}"))
    assert back["music_id"].isna().sum() == len(back) // 2
    assert back["music_id"].dropna().tolist() == [
        str(7200000000000000001 + row) for row in range(0, len(back), 2)
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_table_keeps_what_its_format_can_keep(format: str, tmp_path: Path) -> None:
    path = videos(0).save(tmp_path / f"videos.{format}")
    if format in {"jsonl", "ndjson"}:
        assert path.read_bytes() == b""
    else:
        assert list(READERS[format](path).columns) == list(videos().columns)


def test_what_stands_in_each_file(tmp_path: Path) -> None:
    table = videos(1).drop(columns=["author_name", "comment_count", "share_count", "like_count"])
    assert table.save(tmp_path / "videos.csv").read_text(encoding="utf-8") == (
        "video_id,view_count,region_code,create_time,effect_ids,music_id,video_description,"
        "hashtag_names,voice_to_text\n"
        "7106594312292453675,,NA,2023-11-01 00:00:00+00:00,[],7200000000000000001,"
        '"say ""hi"", you; there\'s\ttab",,\n'
    )
    assert json.loads(table.save(tmp_path / "videos.jsonl").read_bytes()) == {
        "video_id": "7106594312292453675",
        "view_count": None,
        "region_code": "NA",
        "create_time": "2023-11-01T00:00:00Z",
        "effect_ids": [],
        "music_id": "7200000000000000001",
        "video_description": HARD_TEXTS[0],
        "hashtag_names": None,
        "voice_to_text": None,
    }


def test_jsonl_has_times_in_utc_and_their_fractions_where_there_are_any(tmp_path: Path) -> None:
    written = ["2023-11-01T12:00:00Z", "2023-11-01T12:00:00.500000Z", None, "0099-01-01T00:00:00Z"]
    moments = [None if moment is None else moment.removesuffix("Z") for moment in written]
    times = pd.Series(np.array(moments, "datetime64[us]")).dt.tz_localize("UTC")
    for zone in ("UTC", "Europe/Berlin"):
        table = TikTokResults({"create_time": times.dt.tz_convert(zone)})
        assert cells_of("create_time", table.save(tmp_path / "times.jsonl")) == written


def test_an_empty_text_is_none_in_csv_alone(tmp_path: Path) -> None:
    table = videos(2, written=["", "x"])
    assert read_csv(table.save(tmp_path / "a.csv"))["video_description"].isna().tolist() == [
        True,
        False,
    ]
    for format in ("jsonl", "parquet"):
        assert_same(READERS[format](table.save(tmp_path / f"a.{format}")), table)


@pytest.mark.parametrize(
    ("format", "kept"),
    [("csv", r"half \ud83d"), ("jsonl", "half \ud83d"), ("parquet", r"half \ud83d")],
)
def test_half_a_character_is_written_as_its_escape(format: str, kept: str, tmp_path: Path) -> None:
    table = videos(4, written=["half \ud83d", "whole 🥰"])
    back = READERS[format](table.save(tmp_path / f"videos.{format}"))
    assert back["video_description"].tolist() == [kept, "whole 🥰"] * 2
    # In the JSON of a list the escape stands for the half again.
    in_list = "half \ud83d" if format == "csv" else kept
    assert back["hashtag_names"].tolist() == [None, [], [in_list, "b"], None]


def test_pandas_reads_from_parquet_what_a_result_knows(tmp_path: Path) -> None:
    table = videos(2)
    table.attrs = {"search_id": "7", "mine": [1]}
    assert pd.read_parquet(table.save(tmp_path / "videos.parquet")).attrs == table.attrs


@pytest.mark.parametrize(
    ("attrs", "kept"),
    [
        ({"cursor": np.int64(5)}, {"cursor": 5}),
        ({"search_id": date(2024, 1, 1)}, {"search_id": "2024-01-01"}),
        ({"has_more": pd.NA}, {"has_more": None}),
        ({"unfinished": {np.int32(7): [pd.NaT]}}, {"unfinished": {"7": [None]}}),
        ({"mine": {(1, 2): object}, 5: 5}, {}),
    ],
)
@pytest.mark.parametrize("format", ["parquet", "rds"])
def test_attributes_of_any_type_are_saved(
    attrs: dict[Any, Any], kept: dict[str, Any], format: str, tmp_path: Path
) -> None:
    table = videos(2)
    table.attrs = attrs
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = table.save(tmp_path / f"videos.{format}")
    assert read_results(path).attrs == kept


def test_users_are_written_with_their_names(tmp_path: Path) -> None:
    users = framed(USER_INFO, [{"display_name": "Somebody"}]).set_index("username")
    for format, read in {"csv": pd.read_csv, "parquet": pd.read_parquet}.items():
        back = read(users.save(tmp_path / f"users.{format}"))
        assert back[["username", "display_name"]].values.tolist() == [["somebody", "Somebody"]]
    line = users.save(tmp_path / "users.jsonl").read_bytes()
    assert json.loads(line)["username"] == "somebody"


def cells_of(column: str, path: Path) -> list[Any]:
    """Read one column of whatever file; lists as lists, missing as None."""
    if path.suffix == ".csv":
        return [None if cell != cell else cell for cell in pd.read_csv(path)[column]]
    if path.suffix == ".parquet":
        cells = pd.read_parquet(path)[column].tolist()
        cells = [cell.tolist() if hasattr(cell, "tolist") else cell for cell in cells]
        return [None if cell is pd.NA else cell for cell in cells]
    return [json.loads(line)[column] for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("format", FORMATS)
def test_lists_that_a_user_spread_over_rows_are_texts(format: str, tmp_path: Path) -> None:
    table = framed(VIDEO_QUERY, [{"hashtag_names": ["x", "b"]}, {"hashtag_names": []}])
    path = table.explode("hashtag_names").save(tmp_path / f"mine.{format}")
    assert cells_of("hashtag_names", path) == ["x", "b", None]


@pytest.mark.parametrize("dtype", ["str", "Int64", "float64", "datetime64[ns]", "period[D]"])
@pytest.mark.parametrize("rows", [0, 2])
def test_a_column_that_a_user_gave_another_dtype_has_no_lists(
    dtype: str, rows: int, tmp_path: Path
) -> None:
    table = pd.DataFrame(
        {"id": ["1"] * rows, "hashtag_names": pd.Series([None] * rows, dtype=dtype)}
    )
    save(table, tmp_path / "t.parquet")
    read = read_results(tmp_path / "t.parquet")
    assert list(read) == ["id", "hashtag_names"]
    assert read["hashtag_names"].isna().tolist() == [True] * rows


@pytest.mark.parametrize("format", FORMATS)
def test_rows_that_a_user_added_have_no_lists(format: str, tmp_path: Path) -> None:
    table = framed(VIDEO_QUERY, [{"hashtag_names": ["x", "b"]}])
    path = table.reindex([0, 9]).save(tmp_path / f"mine.{format}")
    tags = '["x", "b"]' if format == "csv" else ["x", "b"]
    assert cells_of("hashtag_names", path) == [tags, None]


@pytest.mark.parametrize("mine", [[["x"], [], "b"], ["b", ["x"], None], [None, None, [1]]])
def test_what_a_column_holds_is_decided_for_the_whole_file(
    mine: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_ROWS_AT_ONCE", 1)
    path = videos(3).assign(hashtag_names=mine).save(tmp_path / "mine.parquet")
    written = [json.dumps(cell) if isinstance(cell, list) else cell for cell in mine]
    assert cells_of("hashtag_names", path) == written


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("mine", "written"),
    [
        (["a", None], ["a", None]),
        ([{"a": 2**70}, None], [{"a": 2**70}, None]),
        ([["a"], ("b",)], [["a"], ["b"]]),
        ([pd.NaT, pd.NA], [None, None]),
        ([pd.Timestamp("2024-01-01"), float("nan")], ["2024-01-01 00:00:00", None]),
    ],
)
def test_a_column_of_a_users_own_may_hold_anything(
    mine: list[Any], written: list[Any], format: str, tmp_path: Path
) -> None:
    table = videos(2).assign(mine=pd.Series(mine, dtype=object))
    cells = cells_of("mine", table.save(tmp_path / f"mine.{format}"))
    if format in {"csv", "parquet"}:
        written = [json.dumps(cell) if isinstance(cell, (list, dict)) else cell for cell in written]
    assert cells == written


# ----------------------------------------------------------------------------- whole or not at all


class Unwritable:
    """A cell at which writing breaks off."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __str__(self) -> str:
        raise self._error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("format", FORMATS)
def test_a_write_that_breaks_off_leaves_the_old_file_whole(
    format: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = videos(3).save(tmp_path / f"videos.{format}")
    before = path.read_bytes()
    monkeypatch.setattr(files, "_ROWS_AT_ONCE", 2)
    broken = videos(5).assign(mine=[None, None, None, None, Unwritable(error)])
    with pytest.raises(type(error)):
        broken.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", FORMATS)
def test_a_write_that_breaks_off_leaves_no_new_file(format: str, tmp_path: Path) -> None:
    broken = videos(1).assign(mine=[Unwritable(KeyboardInterrupt())])
    with pytest.raises(KeyboardInterrupt):
        broken.save(tmp_path / f"videos.{format}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", [*FORMATS, "rds", "RData"])
@pytest.mark.parametrize(
    ("other", "differing"),
    [
        (videos(1).drop(columns="like_count"), "like_count"),
        (videos(1).assign(is_pinned=True), "is_pinned"),
        (videos(1).astype({"like_count": "Float64"}), "like_count"),
        (videos(1).set_index("like_count"), "their order"),
    ],
    ids=["one less", "one more", "another type", "another order"],
)
def test_a_part_with_other_columns_is_refused(
    other: TikTokResults, differing: str, format: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=rf"differ in columns \({differing}\)"):
        files.save_parts(iter([videos(2), videos(1), other]), tmp_path / f"videos.{format}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["videos", "videos.ods", "videos.csv.gz", ".csv", "videos."])
def test_another_format_is_a_value_error_before_anything_is_written(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"must end in \.csv, \.jsonl, \.ndjson, \.parquet"):
        videos().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_case_of_a_suffix_does_not_matter(tmp_path: Path) -> None:
    assert_same(read_csv(videos().save(tmp_path / "VIDEOS.CSV")), videos())


def test_a_path_may_be_a_text_and_is_returned(tmp_path: Path) -> None:
    assert save(videos(), f"{tmp_path}/videos.csv") == tmp_path / "videos.csv"


def test_of_a_link_the_file_it_leads_to_is_replaced(tmp_path: Path) -> None:
    real = videos(1).save(tmp_path / "real.csv")
    link = tmp_path / "link.csv"
    link.symlink_to(real.name)
    assert videos().save(link) == link
    assert link.is_symlink()
    assert_same(read_csv(real), videos())


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "videos.csv"
    with pytest.raises(FileNotFoundError) as caught:
        videos().save(path)
    assert caught.value.filename == str(path)


def test_parquet_says_which_extra_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r'pip install "traktok\[parquet\]"'):
        videos().save(tmp_path / "videos.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_a_long_table_takes_seconds(format: str, tmp_path: Path) -> None:
    rows = 100_000
    table = videos(1000, written=["plain", "日本語 🥰"])
    table = pd.concat([table] * (rows // len(table)))
    began = time.process_time()
    path = table.save(tmp_path / f"videos.{format}")
    assert time.process_time() - began < 20
    if format == "parquet":
        assert len(pd.read_parquet(path, columns=["video_id"])) == rows
    else:
        assert path.read_bytes().count(b"\n") == rows + (format == "csv")


# -------------------------------------------------------------------------------------- properties

_WRITABLE = st.text(max_size=8)  # without half characters, which UTF-8 has no bytes for


def _written(format: str, table: TikTokResults) -> bytes:
    stream = io.BytesIO()
    writer(format)(table, stream)
    return stream.getvalue()


@given(st.lists(st.tuples(st.none() | texts, st.none() | st.lists(texts, max_size=2)), min_size=1))
def test_any_text_survives_jsonl(rows: list[tuple[str | None, list[str] | None]]) -> None:
    records: list[Record] = [
        {"id": 1, "voice_to_text": text, "hashtag_names": tags} for text, tags in rows
    ]
    lines = _written("jsonl", framed(VIDEO_QUERY, records)).decode().split("\n")[:-1]
    read = [json.loads(line) for line in lines]
    written = [(text, tags or []) for text, tags in rows]
    assert [(row["voice_to_text"], row["hashtag_names"]) for row in read] == written


@given(st.lists(st.none() | _WRITABLE.filter(bool), min_size=1))
def test_any_text_survives_csv(cells: list[str | None]) -> None:
    records: list[Record] = [{"id": 1, "voice_to_text": cell} for cell in cells]
    written = _written("csv", framed(VIDEO_QUERY, records))
    read = texts_of(io.BytesIO(written))
    assert [None if cell is pd.NA else cell for cell in read["voice_to_text"]] == cells
