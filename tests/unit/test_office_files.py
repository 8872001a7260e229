"""Tables for Excel and Stata: ids whole, times as times, texts that stay texts."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.unit.test_files import FIRST_ID, HARD_TEXTS, videos
from traktok import TikTokResults, TraktokWarning, files, read_results
from traktok.files import _office


def sheet_of(table: pd.DataFrame, folder: Path) -> list[tuple[Any, ...]]:
    path = files.save(table, folder / "t.xlsx")
    return list(openpyxl.load_workbook(path)["results"].iter_rows(values_only=True))


def test_a_sheet_holds_ids_as_text_and_times_as_times(tmp_path: Path) -> None:
    table = videos(4)
    head, *rows = sheet_of(table, tmp_path)
    assert list(head) == list(table.columns)
    first = dict(zip(head, rows[0], strict=True))
    assert first["video_id"] == str(FIRST_ID)
    moment = table["create_time"].dropna().iloc[0]
    assert moment.to_pydatetime().replace(tzinfo=None) in [
        dict(zip(head, row, strict=True))["create_time"] for row in rows
    ]
    assert len(rows) == 4


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-", "@name", "https://x.example", "007"])
def test_text_stays_text_in_a_sheet(cell: str, tmp_path: Path) -> None:
    path = files.save(TikTokResults({"text": [cell]}), tmp_path / "t.xlsx")
    found = openpyxl.load_workbook(path)["results"]["A2"]
    assert (found.value, found.data_type, found.hyperlink) == (cell, "s", None)


def test_lists_are_joined_and_what_is_missing_is_empty(tmp_path: Path) -> None:
    table = TikTokResults(
        {"hashtag_names": [["a", "b"], [], None], "n": pd.array([1, None, 2**62], dtype="Int64")}
    )
    assert sheet_of(table, tmp_path)[1:] == [("a, b", 1), ("", None), (None, str(2**62))]


def test_texts_beyond_a_cell_are_cut_with_a_warning(tmp_path: Path) -> None:
    with pytest.warns(TraktokWarning, match="1 text in voice_to_text cut to 32,767"):
        rows = sheet_of(TikTokResults({"voice_to_text": ["x" * 40_000, "y"]}), tmp_path)
    assert [len(cell) for (cell,) in rows[1:]] == [32_767, 1]


def test_a_warning_is_about_the_line_that_saves(tmp_path: Path) -> None:
    table = TikTokResults({"voice_to_text": ["x" * 40_000]})
    with pytest.warns(TraktokWarning) as warned:
        table.save(tmp_path / "long.xlsx")
    assert warned[0].filename == __file__


@pytest.mark.parametrize(("limit", "name"), [("_EXCEL_ROWS", "xlsx"), ("_EXCEL_COLUMNS", "xlsx")])
def test_a_table_beyond_the_limits_is_refused(
    limit: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_office, limit, 1)
    with pytest.raises(ValueError, match="holds at most 1 "):
        files.save(TikTokResults({"a": [1, 2], "b": [3, 4]}), tmp_path / f"t.{name}")
    assert list(tmp_path.iterdir()) == []


def test_a_stata_file_holds_the_table(tmp_path: Path) -> None:
    table = videos(4)
    found = pd.read_stata(files.save(table, tmp_path / "t.dta"))
    assert found["video_id"].tolist() == table["video_id"].tolist()
    assert str(found["create_time"].dtype).startswith("datetime64")
    assert len(found) == 4


@pytest.mark.parametrize("cell", HARD_TEXTS)
def test_any_text_survives_in_stata(cell: str, tmp_path: Path) -> None:
    found = pd.read_stata(files.save(TikTokResults({"text": [cell]}), tmp_path / "t.dta"))
    assert found["text"].tolist() == [cell.replace("\0", "\\x00")]


def test_stata_gets_names_that_it_takes() -> None:
    names = ["1st", "a name", "a_name", "x" * 40, "x" * 41, "größe"]
    taken = _office._stata_names(names)
    assert taken == ["_1st", "a_name", "a_name_2", "x" * 32, "x" * 30 + "_2", "gr__e"]


def test_numbers_keep_their_digits_in_stata(tmp_path: Path) -> None:
    table = TikTokResults(
        {
            "n": pd.array([2**31, None], dtype="Int64"),
            "big": pd.array([2**60 + 1, 2], dtype="Int64"),
            "flag": pd.array([True, None], dtype="boolean"),
            "none": pd.array([None, None], dtype="Int64"),
        }
    )
    found = pd.read_stata(files.save(table, tmp_path / "t.dta"))
    assert found["n"].tolist()[0] == 2**31
    assert found["big"].tolist() == [str(2**60 + 1), "2"]
    assert found["flag"].isna().tolist() == [False, True]
    assert found["none"].isna().all()


def test_both_are_written_and_not_read(tmp_path: Path) -> None:
    for name in ("t.xlsx", "t.dta"):
        path = files.save(TikTokResults({"a": [1]}), tmp_path / name)
        with pytest.raises(ValueError, match="can't be read back"):
            read_results(path)


# ------------------------------------------------------------------------------- CSV for Excel


def test_a_csv_for_excel_begins_with_a_mark_and_reads_back(tmp_path: Path) -> None:
    table = videos()
    plain = read_results(files.save(table, tmp_path / "plain.csv"))
    path = files.save(table, tmp_path / "t.csv", excel=True)
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert f'"=""{FIRST_ID}"""'.encode() in written
    pd.testing.assert_frame_equal(read_results(path), plain)


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-x", "@name", "'=x", "\tx", "'plain"])
def test_no_text_is_a_formula_in_a_csv_for_excel(cell: str, tmp_path: Path) -> None:
    table = TikTokResults({"video_description": [cell]})
    path = files.save(table, tmp_path / "t.csv", excel=True)
    assert pd.read_csv(io.BytesIO(path.read_bytes()), dtype=str).iloc[0, 0][:1] not in "=+-@\t\r"
    assert read_results(path)["video_description"].tolist() == [cell]


def test_excel_is_for_csv_alone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"excel=True is for \.csv files, not 't\.jsonl'"):
        TikTokResults({"a": [1]}).save(tmp_path / "t.jsonl", excel=True)


def test_a_file_that_is_there_is_kept_on_request(tmp_path: Path) -> None:
    path = TikTokResults({"a": [1]}).save(tmp_path / "t.csv")
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="overwrite=True replaces it"):
        TikTokResults({"a": [2]}).save(path, overwrite=False)
    assert path.read_bytes() == before
    TikTokResults({"a": [2]}).save(path)
    assert path.read_bytes() != before


def test_times_without_a_zone_are_taken_as_they_are(tmp_path: Path) -> None:
    table = TikTokResults({"t": [datetime(2024, 1, 31, 12)]})
    assert sheet_of(table, tmp_path)[1] == (datetime(2024, 1, 31, 12),)
