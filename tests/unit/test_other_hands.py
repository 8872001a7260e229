"""Files that other programs wrote: read right, or refused in a sentence, never misread."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from traktok import TikTokResults, read_results

ID = "7300000000000000001"
R_FILES = Path(__file__).parent.parent / "r_files"


def written(text: str | bytes, folder: Path, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_separator_is_found_in_the_names(separator: str, quote: str, tmp_path: Path) -> None:
    rows = [
        ["video_id", "author_name", "view_count"],
        [ID, "someone", "12"],
        [ID[:-1] + "2", "", ""],
    ]
    lines = [separator.join(f"{quote}{cell}{quote}" for cell in row) for row in rows]
    table = read_results(written("\n".join(lines) + "\n", tmp_path))
    assert table["video_id"].tolist() == [ID, ID[:-1] + "2"]
    assert table["view_count"].isna().tolist() == [False, True]
    assert table["view_count"].iloc[0] == 12


def test_a_semicolon_in_a_name_or_text_separates_nothing(tmp_path: Path) -> None:
    table = read_results(written('"a;b",video_description\n1,"x;y;z"\n', tmp_path))
    assert table.columns.tolist() == ["a;b", "video_description"]
    assert table["video_description"].tolist() == ["x;y;z"]


def test_write_csv2_has_decimal_commas(tmp_path: Path) -> None:
    table = read_results(written('"x";"n"\n1,5;2\n-0,25;NA\n', tmp_path))
    assert table["x"].tolist() == [1.5, -0.25]
    assert table["n"].isna().tolist() == [False, True]


def test_na_of_readr_is_missing_in_columns_of_numbers(tmp_path: Path) -> None:
    text = "my_count,when,region_code\n3,2024-01-31T10:00:00Z,NA\nNA,NA,DE\n"
    table = read_results(written(text, tmp_path))
    assert table["my_count"].isna().tolist() == [False, True]
    assert table["when"].isna().tolist() == [False, True]
    assert table["region_code"].tolist() == ["NA", "DE"]  # Namibia


@pytest.mark.parametrize("cells", [["NA", "NA"], ["NA", '""'], ["[laughs]", "NA"], ["{", "NA"]])
def test_na_is_a_text_in_a_column_without_numbers(cells: list[str], tmp_path: Path) -> None:
    text = "my_note,my_count\n" + "".join(f"{cell},1\n" for cell in cells)
    table = read_results(written(text, tmp_path))
    expected = [None if cell == '""' else cell for cell in cells]
    assert [None if cell is pd.NA else cell for cell in table["my_note"]] == expected
    assert table["my_count"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ["2023-11-01 12:00:00.5+00:00", "", "2023-11-01T12:00:00.123456789Z"],
            ["2023-11-01 12:00:00.5", None, "2023-11-01 12:00:00.123456"],
        ),
        (["2023-11-01 12:00:00.5+01:00", "2023-11-01"], ["2023-11-01 11:00:00.5", "2023-11-01"]),
        (["0001-01-01 00:00:00.000001"], ["0001-01-01 00:00:00.000001"]),
        (["9999-12-31 23:59:59.999999"], ["9999-12-31 23:59:59.999999"]),
        (["1969-12-31 23:59:59.0"], ["1969-12-31 23:59:59"]),
    ],
)
def test_times_with_fractions(cells: list[str], expected: list[str | None], tmp_path: Path) -> None:
    rows = "".join(f"1,{cell}\n" for cell in cells)
    read = read_results(written(f"n,seen\n{rows}", tmp_path))["seen"]
    moments = [None if moment is pd.NaT else moment.isoformat() for moment in read]
    assert moments == [
        text and pd.Timestamp(text).as_unit("us").tz_localize("UTC").isoformat()
        for text in expected
    ]


@pytest.mark.parametrize("cell", ["0000-01-01 00:00:00.5", "2023-02-30 00:00:00.5"])
def test_times_outside_the_calendar_are_texts(cell: str, tmp_path: Path) -> None:
    assert read_results(written(f"n,seen\n1,{cell}\n", tmp_path))["seen"].tolist() == [cell]


def test_times_of_later_centuries_keep_their_fractions(tmp_path: Path) -> None:
    path = tmp_path / "later.jsonl"
    path.write_text('{"seen": "2300-01-01T00:00:00.123Z"}\n{"seen": null}\n')
    seen, missing = read_results(path)["seen"]
    assert seen.isoformat(timespec="milliseconds") == "2300-01-01T00:00:00.123+00:00"
    assert missing is pd.NaT


def test_a_time_zone_that_nobody_knows_is_named_with_its_column(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    moments = pa.array([1, 2], pa.timestamp("us", "Mars/Olympus"))
    path = tmp_path / "mars.parquet"
    parquet.write_table(pa.table({"seen": moments}), path)
    with pytest.raises(ValueError, match=r"mars\.parquet holds values .* in column 'seen'"):
        read_results(path)


def test_a_categorical_of_integers_beyond_64_bits_is_saved_for_r(tmp_path: Path) -> None:
    table = TikTokResults({"number": pd.Categorical([2**64])})
    assert read_results(table.save(tmp_path / "numbers.rds"))["number"].tolist() == [str(2**64)]


def test_lists_as_python_prints_them(tmp_path: Path) -> None:
    text = (
        f",id,hashtag_names,voice_to_text\n0,{ID},\"['fyp', 'x']\",\n1,{ID[:-1]}2,[],\"hi, you\"\n"
    )
    table = read_results(written(text, tmp_path))
    assert table["hashtag_names"].tolist() == [["fyp", "x"], []]
    assert "" not in table.columns


@pytest.mark.parametrize("cell", ["7.3E+18", "7.30000000000000E+18", f"{ID}.0", "7,3E+18"])
def test_rounded_ids_are_refused(cell: str, tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"t\.csv has rounded ids in video_id .*the last digits are lost"
    ):
        read_results(written(f'video_id,x\n"{cell}",1\n', tmp_path))


def test_small_ids_with_a_point_have_all_their_digits(tmp_path: Path) -> None:
    table = read_results(written("music_id\n3448577855995517.000000\n12.0\n", tmp_path))
    assert table["music_id"].tolist() == ["3448577855995517", "12"]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"t\.csv is empty"):
        read_results(written("", tmp_path))


def test_names_without_rows_are_a_table(tmp_path: Path) -> None:
    table = read_results(written("video_id,view_count\n", tmp_path))
    assert table.shape == (0, 2)


def test_utf_16_is_read_and_latin_1_is_named(tmp_path: Path) -> None:
    text = "video_description\nGrüße\n"
    assert read_results(written(text.encode("utf-16"), tmp_path)).iloc[0, 0] == "Grüße"
    with pytest.raises(ValueError, match=r"not in UTF-8 .*it may be in Latin-1 or Windows-1252"):
        read_results(written(text.encode("latin-1"), tmp_path))


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_an_array_of_objects_is_json_too(name: str, tmp_path: Path) -> None:
    rows = [{"video_id": int(ID), "hashtag_names": ["a"]}, {"video_id": int(ID) + 1}]
    table = read_results(written(json.dumps(rows), tmp_path, name))
    assert table["video_id"].tolist() == [ID, str(int(ID) + 1)]
    with pytest.raises(ValueError, match=r"not a JSON array of objects"):
        read_results(written("[1, 2]", tmp_path, name))


@pytest.mark.parametrize("name", ["search", "comments", "liked", "user_info"])
def test_columns_of_r_as_json_are_read_as_rs_table(name: str) -> None:
    table, expected = (read_results(R_FILES / f"{name}.{format}") for format in ("json", "rds"))
    for column in table:  # whose times are seconds in R's JSON
        cells = expected[column]
        if isinstance(cells.dtype, pd.DatetimeTZDtype):
            cells = cells.dt.as_unit("s").astype("int64")
        assert table[column].tolist() == cells.tolist()


def test_columns_of_pandas_as_json_are_read(tmp_path: Path) -> None:
    table = pd.DataFrame({"video_id": [ID, ID[:-1] + "2"], "n": [1, None], "tags": [["a"], []]})
    for orient in ("columns", "records", "list"):
        text = (
            json.dumps(table.to_dict("list")) if orient == "list" else table.to_json(orient=orient)
        )
        read = read_results(written(text.replace("NaN", "null"), tmp_path, "t.json"))
        assert read["video_id"].tolist() == table["video_id"].tolist()
        assert read["tags"].tolist() == [["a"], []]
        assert read["n"].isna().tolist() == [False, True]


def test_an_object_that_is_no_table_is_a_row_or_refused(tmp_path: Path) -> None:
    row = {"video_id": ID, "hashtag_names": ["a", "b"]}
    for text in (json.dumps(row), json.dumps(row, indent=2)):
        assert read_results(written(text, tmp_path, "t.json"))["video_id"].tolist() == [ID]
    with pytest.raises(ValueError, match="its columns have different numbers of cells"):
        read_results(written('{"a": [1], "b": []}', tmp_path, "t.json"))
    assert read_results(written('{"a": [], "b": []}', tmp_path, "t.json")).shape == (0, 2)


@pytest.mark.parametrize("name", ["t.csv.gz", "t.tsv.gz", "t.JSONL.gz"])
def test_packed_files_are_unpacked(name: str, tmp_path: Path) -> None:
    text = {"t.csv.gz": f"video_id,n\n{ID},1\n", "t.tsv.gz": f"video_id\tn\n{ID}\t1\n"}.get(
        name, json.dumps({"video_id": ID, "n": 1})
    )
    path = written(gzip.compress(text.encode()), tmp_path, name)
    assert read_results(path)["video_id"].tolist() == [ID]
    with pytest.raises(ValueError, match="is damaged, or is not a gzip file"):
        read_results(written(gzip.compress(text.encode())[:-9], tmp_path, name))


def test_a_4cat_export_of_tiktok_is_read(tmp_path: Path) -> None:
    text = (
        "id,thread_id,author,author_full,timestamp,unix_timestamp,body,likes,plays,hashtags\n"
        f'{ID},{ID},someone,Some One,2024-01-31 10:00:00,1706695200,"one, two",5,70,"fyp,cats"\n'
    )
    table = read_results(written(text, tmp_path))
    assert table["id"].tolist() == [ID]
    assert table["timestamp"].tolist() == [pd.Timestamp("2024-01-31 10:00", tz="UTC")]
    assert table[["likes", "plays"]].iloc[0].tolist() == [5, 70]


def test_a_zeeschuimer_capture_is_read(tmp_path: Path) -> None:
    item = {"id": ID, "desc": "x", "author": {"uniqueId": "someone"}, "stats": {"playCount": 7}}
    row = {"nav_index": "1:0", "item_id": ID, "timestamp_collected": 1706695200000, "data": item}
    table = read_results(written(json.dumps(row) + "\n", tmp_path, "t.ndjson"))
    assert table["item_id"].tolist() == [ID]
    assert table["data"][0]["author"]["uniqueId"] == "someone"
