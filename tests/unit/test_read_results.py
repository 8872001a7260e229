"""Results read from files, whoever wrote them: R, this package, a collection."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import sqlite3
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_files import HARD_TEXTS, framed, videos
from traktok import (
    StoreError,
    TikTokResults,
    TraktokWarning,
    files,
)
from traktok._http.endpoints import COMMENTS, USER_INFO, VIDEO_QUERY
from traktok._r import rds as _rds
from traktok.files import writer
from traktok.reading import read_results

R_FILES = Path(__file__).parents[1] / "r_files"
RESULTS = ["search", "comments", "user_info", "liked"]
FORMATS = ["csv", "jsonl", "parquet", "rds", "RData"]
KEEPS_ATTRS = {"parquet", "rds", "RData"}
NAMIBIA = "NA"
TEXT = pd.StringDtype("python")


def assert_same(read: pd.DataFrame, written: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(pd.DataFrame(read), pd.DataFrame(written))


def there_and_back(table: TikTokResults, format: str, folder: Path) -> TikTokResults:
    return read_results(table.save(folder / f"table.{format}"))


def with_empty_texts_missing(table: TikTokResults) -> TikTokResults:
    """Make of a table what CSV can tell of it."""
    texts = [name for name, kind in table.dtypes.items() if kind == TEXT]
    return table.assign(**{name: table[name].mask(table[name] == "") for name in texts})


# ------------------------------------------------------------------------------------------- from R


@pytest.mark.parametrize("name", RESULTS)
def test_results_of_r_equal_the_json_beside_them(name: str) -> None:
    table = read_results(R_FILES / f"{name}.rds")
    expected = json.loads((R_FILES / f"{name}.json").read_text("utf-8"))
    assert type(table) is TikTokResults
    assert list(table.columns) == list(expected)
    for column, cells in expected.items():
        found: Any = table[column]
        if isinstance(found.dtype, pd.DatetimeTZDtype):
            found = found.astype("int64")
        elif column in {"hashtag_names", "effect_ids"}:
            cells = [[cell] if isinstance(cell, str) else cell for cell in cells]
        assert found.astype(object).where(found.notna(), None).tolist() == cells


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [("search", VIDEO_QUERY), ("comments", COMMENTS), ("user_info", USER_INFO)],
)
def test_results_of_r_have_the_types_of_this_package(name: str, endpoint: Any) -> None:
    kinds = read_results(R_FILES / f"{name}.rds").dtypes.to_dict()
    ours = framed(endpoint, []).drop(columns=endpoint.schema.tag or []).dtypes.to_dict()
    assert kinds == ours


def test_a_search_of_r_knows_where_it_left_off() -> None:
    table = read_results(R_FILES / "search.rds")
    assert table.attrs == {"search_id": "7201388525814961198", "cursor": 100}
    assert type(table.cursor) is int
    assert read_results(R_FILES / "comments.rds").attrs == {}


def test_a_table_of_a_workspace_is_found_by_its_name() -> None:
    """Beside them lie functions, environments, byte code and other things no table is made of."""
    comments = read_results(R_FILES / "workspace.RData", name="comments")
    assert_same(comments, read_results(R_FILES / "comments.rds"))
    assert len(read_results(R_FILES / "workspace.RData", name="videos")) == 6


def test_a_column_of_an_r_users_own_keeps_its_type() -> None:
    own = read_results(R_FILES / "own.rds")
    assert own.iloc[0].to_dict() | {"nothing": None} == {
        "id": "7200000000000000001",
        "region_code": NAMIBIA,
        "score": 1.5,
        "view_count": 3_000_000_000,
        "seen": pd.Timestamp("2023-11-14 22:13:20.250", tz="UTC"),
        "create_time": pd.Timestamp("2023-11-15", tz="UTC"),
        "day": date(2024, 1, 5),
        "kind": "a",
        "is_verified": True,
        "voice_to_text": "",
        "nothing": None,
    }
    assert own.iloc[1].drop("view_count").isna().all()


def test_csv_of_r_says_the_same_as_its_rds() -> None:
    """But for fractions of seconds, the days, and the column of nothing, which R's CSV flattens."""
    flattened = ["seen", "day", "nothing"]
    csv, rds = (
        read_results(R_FILES / f"own.{kind}").drop(columns=flattened) for kind in ("csv", "rds")
    )
    assert_same(csv, rds)
    whole = read_results(R_FILES / "search.rds").drop(columns=["effect_ids", "hashtag_names"])
    flat = read_results(R_FILES / "search_flat.csv")
    assert_same(flat, whole.iloc[: len(flat)])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"region_code","view_count"\n"NA",1\nNA,NA\n', [NAMIBIA, None]),  # write.csv
        ('region_code,view_count\n"NA",1\nNA,NA\n', [NAMIBIA, None]),  # readr
        ('"region_code","view_count"\r\n"NA",1e+05\r\nNA,NA\r\n', [NAMIBIA, None]),
        ("\ufeffregion_code,view_count\nNA,1\n,\n", [NAMIBIA, None]),  # this package
        ("region_code,view_count\nNA,1\nDE,2\n", [NAMIBIA, "DE"]),
    ],
)
def test_namibia_is_told_from_what_is_missing(
    written: str, expected: list[str | None], tmp_path: Path
) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(written, "utf-8", newline="")
    table = read_results(path)
    assert [None if cell is pd.NA else cell for cell in table["region_code"]] == expected
    assert table["view_count"].dtype == "Int64"


# ----------------------------------------------------------------------------------- there and back


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", RESULTS)
def test_results_of_r_are_saved_and_read_again(name: str, format: str, tmp_path: Path) -> None:
    table = read_results(R_FILES / f"{name}.rds")
    if format == "csv":
        table = with_empty_texts_missing(table)
    again = there_and_back(table, format, tmp_path)
    assert_same(again, table)
    assert again.attrs == (table.attrs if format in KEEPS_ATTRS else {})


@pytest.mark.parametrize("format", FORMATS)
def test_hard_texts_and_gaps_are_read_back_equal(format: str, tmp_path: Path) -> None:
    table = videos()
    if format in {"rds", "RData"}:  # whose texts end at a NUL: it is written as its escape
        table = videos(written=[text.replace("\0", r"\x00") for text in HARD_TEXTS])
        path = videos().save(tmp_path / f"videos.{format}")
        assert_same(read_results(path), table)
    assert_same(there_and_back(table, format, tmp_path), table)


@pytest.mark.parametrize("format", ["parquet", "rds", "RData"])
def test_what_a_result_knows_comes_back(format: str, tmp_path: Path) -> None:
    for attrs in (
        {"search_id": None, "cursor": None, "has_more": None, "skipped": {}},
        {"search_id": "7", "cursor": 1_700_000_000_000, "has_more": True},
        {"cursor": "next"},
        {"cursor": "7"},
        {"unfinished": {"somebody": 100, "größe": "next", "7": None}},
        {"skipped": {"somebody": "is private", "größe": "is gone"}, "has_more": False},
    ):
        table = videos(3)
        table.attrs = attrs
        again = there_and_back(table, format, tmp_path)
        assert again.attrs == attrs
        assert type(again.has_more) is type(attrs.get("has_more"))


@pytest.mark.parametrize("format", FORMATS)
def test_columns_of_a_users_own_are_read_back(format: str, tmp_path: Path) -> None:
    table = videos(2).assign(
        share=pd.array([0.25, None], dtype="Float64"),
        n=pd.array([-5, None], dtype="Int64"),
        seen=pd.to_datetime(["2024-01-01 12:00", None], utc=True).as_unit("s"),
        ok=pd.array([True, None], dtype="boolean"),
        note=pd.array(["x", None], dtype=TEXT),
        tags=[["a", "b"], None],
        details=[{"a": {"b": [1, 2.5, True, None, "x"]}, "c": []}, None],
    )
    assert_same(there_and_back(table, format, tmp_path), table)


@pytest.mark.parametrize("format", FORMATS)
def test_times_of_another_zone_are_the_same_instants(format: str, tmp_path: Path) -> None:
    table = videos(6, written=["plain"])
    local = table.assign(create_time=table["create_time"].dt.tz_convert("Europe/Berlin"))
    assert_same(there_and_back(local, format, tmp_path), table)


@pytest.mark.parametrize("format", FORMATS)
def test_a_column_that_a_user_made_something_else_of_stays_that(
    format: str, tmp_path: Path
) -> None:
    table = videos(2).assign(
        view_count=pd.array([0.25, 0.5], dtype="Float64"),
        hashtag_names=pd.array(["x", None], dtype=TEXT),
        region_code=[["DE"], ["NA", "US"]],
    )
    if format == "csv":
        table = table.drop(columns="region_code")  # a text that looks like a list, there
    assert_same(there_and_back(table, format, tmp_path), table)


LONG = [7296688856609475883, 7296688856609475884]


def test_long_whole_numbers_lose_no_digit_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        f"count,longer,mixed\n{LONG[0]},{LONG[0]}9,0.5\n{LONG[1]},{LONG[1]}9,{LONG[0]}\n"
    )
    table = read_results(path)
    assert table["count"].tolist() == LONG
    assert table["longer"].tolist() == [f"{n}9" for n in LONG]
    assert table["mixed"].tolist() == ["0.5", str(LONG[0])]


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "rds", "RData"])
def test_two_columns_of_one_name_are_refused(format: str, tmp_path: Path) -> None:
    twice = TikTokResults(pd.DataFrame([[1, "a"]], columns=["x", "x"]))
    with pytest.raises(ValueError, match="two columns are named 'x'"):
        twice.save(tmp_path / f"twice.{format}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_two_columns_of_one_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("x,y,x\n1,2,3\n")
    with pytest.raises(ValueError, match=r"twice\.csv has two columns named 'x'"):
        read_results(path)


def test_ids_that_r_has_rounded_are_told_of(tmp_path: Path) -> None:
    ids = pd.DataFrame({"video_id": pd.array([float(n) for n in LONG], "Float64"), "x": 1e18})
    TikTokResults(ids).save(tmp_path / "rounded.rds")
    with pytest.warns(TraktokWarning, match=r"^video_id: these ids are numbers in R"):
        read_results(tmp_path / "rounded.rds")


def test_numbers_beyond_32_bits_are_doubles_in_r_and_lose_nothing(tmp_path: Path) -> None:
    counts = pd.array([2**31, None, -(2**31), 2**53], dtype="Int64")
    longer = pd.array([2**63 - 1, None, 1, 2], dtype="Int64")
    table = videos(4).assign(view_count=counts, like_count=longer)
    assert_same(there_and_back(table, "rds", tmp_path), table)


def test_a_search_of_r_has_its_days_as_texts(tmp_path: Path) -> None:
    span = read_results(R_FILES / "span_september_2026.rds")
    assert span.attrs == {
        "search_id": "7400000000000000003",
        "cursor": 3,
        "start_date": "2024-03-03",
        "end_date": "2024-03-15",
    }
    for format in ("rds", "RData", "parquet"):
        back = there_and_back(span, format, tmp_path)
        assert_same(back, span)
        assert back.attrs == span.attrs


@pytest.mark.r
def test_days_of_a_search_are_days_in_r(tmp_path: Path) -> None:
    table = TikTokResults({"video_id": ["1"]})
    table.attrs = {"start_date": "2024-03-03", "end_date": "spring"}
    path = table.save(tmp_path / "days.rds")
    code = "x <- attributes(readRDS(commandArgs(TRUE)[1])); cat(class(x$start_date), x$start_date)"
    ran = subprocess.run(["Rscript", "-e", code, path], capture_output=True, text=True, check=True)
    assert ran.stdout == "Date 19785"


def test_a_data_frame_in_a_cell_is_a_list_of_records() -> None:
    table = read_results(R_FILES / "challenges.rds")
    assert table["challenges"].iloc[0] == [{"id": "a", "title": "x"}, {"id": "b", "title": "y"}]


def test_a_search_that_r_has_not_made_a_table_of(tmp_path: Path) -> None:
    table = read_results(R_FILES / "failsafe.rds")
    assert list(table) == list(read_results(R_FILES / "search.rds"))
    assert len(table) == 133
    assert table.search_id == "7423432753448096814"
    assert table["video_id"].iloc[0] == "7307036742580042198"
    assert table["hashtag_names"].iloc[0] == ["climate", "travel"]
    assert table["create_time"].iloc[0] == pd.Timestamp(1701302095, unit="s", tz="UTC")
    assert table["hashtag_names"].map(len).min() == 0
    assert_same(there_and_back(table, "rds", tmp_path), table)


@pytest.mark.parametrize("format", FORMATS)
def test_the_names_of_users_come_back(format: str, tmp_path: Path) -> None:
    users = framed(USER_INFO, [{"display_name": "Somebody", "is_verified": True}])
    assert users.columns[0] == "username"
    assert_same(there_and_back(users, format, tmp_path), users)


@pytest.mark.parametrize("format", FORMATS)
def test_names_that_are_row_labels_come_back_where_the_file_says_so(
    format: str, tmp_path: Path
) -> None:
    users = framed(USER_INFO, [{"display_name": "Somebody", "is_verified": True}])
    labelled = users.set_index("username")
    expected = users if format in ("csv", "jsonl", "ndjson") else labelled
    assert_same(there_and_back(labelled, format, tmp_path), expected)


@pytest.mark.parametrize("format", ["parquet", "rds", "RData"])
def test_other_row_labels_come_back_where_they_are_told(format: str, tmp_path: Path) -> None:
    for labels in ("video_id", ["region_code", "video_id"]):
        table = videos(3).set_index(labels)
        assert_same(there_and_back(table, format, tmp_path), table)


def test_parts_are_joined_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_ROWS_AT_ONCE", 4)
    table = videos(9, written=["one\rtwo", "plain", "x", "y"])
    table.attrs = {"search_id": "7"}
    for format in FORMATS:
        again = there_and_back(table, format, tmp_path)
        assert_same(again, table)
        assert again.search_id == ("7" if format in KEEPS_ATTRS else None)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_STRUCTURES = st.none() | st.lists(_JSON, max_size=3) | st.dictionaries(_TEXTS, _JSON, max_size=3)


@pytest.mark.parametrize("format", ["parquet", "rds"])
@given(st.lists(_STRUCTURES, min_size=1, max_size=4))
def test_any_json_survives(format: str, cells: list[Any]) -> None:
    table = framed(COMMENTS, [{"id": 1, "extra": cell} for cell in cells])
    again = read_from(format, table)
    assert again.get("extra", pd.Series()).tolist() == table.get("extra", pd.Series()).tolist()


def read_from(format: str, table: pd.DataFrame) -> pd.DataFrame:
    stream = io.BytesIO()
    writer(format)(table, stream)
    return files._FORMATS[format].read(stream.getvalue(), None)


# --------------------------------------------------------------------------- what others make of it


# Where R's lists are those of this package; a lone hashtag is a text in R's table of liked videos.
IDENTICAL = ["search", "comments", "user_info"]


@pytest.mark.parametrize("name", IDENTICAL)
def test_rdata_reads_what_is_saved(name: str, tmp_path: Path) -> None:
    rdata = pytest.importorskip("rdata", reason="the package rdata is not installed")
    theirs = R_FILES / f"{name}.rds"
    ours = read_results(theirs).save(tmp_path / "ours.rds")
    found, expected = (rdata.parser.parse_file(path).object for path in (ours, theirs))
    assert str(found) == str(expected)


def test_days_are_days_in_r(tmp_path: Path) -> None:
    days = [date(2023, 11, 5), None, date(1969, 12, 31)]
    table = TikTokResults({"video_id": ["1", "2", "3"], "day": days})
    path = table.save(tmp_path / "days.rds")
    _, column = _rds.loads(path.read_bytes()).values
    assert column.classes == ["Date"]
    assert column.values[[0, 2]].tolist() == [19666, -1]
    assert read_results(path)["day"].tolist() == days


# ------------------------------------------------------------------------------- what can't be read


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("query.rds", "holds a list, not a table of results"),
        ("function.rds", "holds a function, not a table of results"),
        ("token.rds", r"is not a file of R's saveRDS\(\) or save\(\)"),
        ("ascii.rds", "is in R's ASCII form: save it with R's own defaults"),
        ("workspace.RData", r"holds 2 tables \(videos, comments\): say which with name="),
    ],
)
def test_a_file_of_r_with_something_else_is_one_sentence(name: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"{name} {problem}$"):
        read_results(R_FILES / name)


def test_a_table_that_a_workspace_lacks_is_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"no table 'model'; its tables: videos, comments$"):
        read_results(R_FILES / "workspace.RData", name="model")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_truncated_file_is_one_sentence(format: str, cut: float, tmp_path: Path) -> None:
    path = videos().save(tmp_path / f"videos.{format}")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(ValueError, match=rf"videos\.{format} (is|has|breaks)") as caught:
        read_results(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("where", range(20, 900, 41))
def test_a_damaged_file_of_r_is_one_sentence_or_a_table(where: int, tmp_path: Path) -> None:
    whole = bytearray(gzip.decompress((R_FILES / "liked.rds").read_bytes()))
    whole[where] ^= 0x5A
    path = tmp_path / "damaged.rds"
    path.write_bytes(whole)
    problem = None
    try:
        read_results(path)
    except ValueError as error:
        problem = str(error)
    assert problem is None or problem.startswith(f"{path} ")


@pytest.mark.parametrize("format", ["parquet", "rds", "RData", "jsonl"])
def test_another_programs_file_is_one_sentence(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{format}"
    path.write_bytes(b"\x89PNG\r\n\x1a\n something else altogether")
    with pytest.raises(ValueError, match=rf"x\.{format} (is|breaks)"):
        read_results(path)


def test_no_file_and_no_format(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_results(tmp_path / "none.rds")
    with pytest.raises(ValueError, match=r"must end in \.csv, .*, not 'ods'"):
        read_results(tmp_path / "videos.ods")


@pytest.mark.parametrize("name", ["other.sqlite", "other.csv"])
def test_a_database_that_is_no_store_is_said_and_left_as_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (text)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=rf"{name} is not a store of traktok"):
        read_results(path)
    assert path.read_bytes() == before


# ------------------------------------------------------------------------------------- what remains
