"""Files are split into cells by Arrow where that gives what reading sign by sign gives."""

from __future__ import annotations

import csv
import io
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import texts
from traktok.files._csv import read_csv
from traktok.files._csv_cells import Column, _ByArrow, _ByPattern, split

SIGNS = st.text(st.sampled_from('",;\n\raé😀 \x1f\0'), min_size=1)
CELLS = SIGNS | st.sampled_from(["", "NA", '"', '""', '["a", "b"]', "2023-11-01", "7", "\ufeff"])
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)
)
# Python before 3.13 writes a bare carriage return where lines do not end with one.
DIALECTS = [(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\n"), (csv.QUOTE_ALL, "\r\n")]


def rows_of(found: _ByArrow | _ByPattern, *, of_r: bool = False) -> list[tuple[str | None, ...]]:
    return list(zip(*(column.texts() for column in found.columns(of_r=of_r)), strict=True))


def as_python_reads(written: str, separator: str = ",") -> list[tuple[str, ...]]:
    stream = io.StringIO(written, newline="")
    rows = csv.reader(stream, delimiter=separator, strict=True)
    return [tuple(row or [""]) for row in rows]


@given(rows=ROWS, dialect=st.sampled_from(DIALECTS))
def test_a_table_is_split_as_it_was_written(rows: list[list[str]], dialect: Any) -> None:
    quoting, end = dialect
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=quoting, lineterminator=end).writerows(rows)
    data = stream.getvalue().encode()
    for found in (split(data, ","), _ByPattern(data, ",")):
        assert found.names == rows[0]
        assert rows_of(found) == [tuple(cell or None for cell in row) for row in rows[1:]]


@given(
    written=st.lists(CELLS, min_size=1).map("".join).filter(bool),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_any_text_is_split_as_python_does_or_refused(written: str, separator: str) -> None:
    data = (written if written[-1] in "\r\n" else f"{written}\n").encode()
    try:
        first, *others = as_python_reads(written, separator)
    except csv.Error:
        first, others = (), []
    if not first or {*map(len, others)} - {len(first)}:
        for read in (_ByPattern, split):
            with pytest.raises(ValueError, match="is incomplete"):
                read(data, separator)
        return
    by_pattern, found = _ByPattern(data, separator), split(data, separator)
    assert found.names == by_pattern.names == list(first)
    assert rows_of(found) == [tuple(cell or None for cell in row) for row in others]
    for of_r in (True, False):
        assert rows_of(found, of_r=of_r) == rows_of(by_pattern, of_r=of_r)
    for name in {*found.names}:
        assert found.has_bare_na([name]) is by_pattern.has_bare_na([name])


ORDINARY = [
    "video_id,note,hashtag_names",
    '7,"say ""hi"", you","[""a"", ""b""]"',
    '8,"two\nlines",',
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "{}"])
@pytest.mark.parametrize("with_arrow", [True, False])
def test_an_ordinary_file(
    with_arrow: bool, last: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not with_arrow:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    data = (end.join(ORDINARY) + last.format(end)).encode()
    found = split(data, ",")
    assert isinstance(found, _ByArrow if with_arrow else _ByPattern)
    assert found.names == ["video_id", "note", "hashtag_names"]
    columns = list(found.columns(of_r=False))
    assert [column.texts().tolist() for column in columns] == [
        ["7", "8"],
        ['say "hi", you', "two\nlines"],
        ['["a", "b"]', None],
    ]
    assert [column.lines for column in columns] == [
        b"7\n8",
        b'say "hi", you\ntwo\nlines',
        b'["a", "b"]',
    ]
    assert [column.missing.tolist() for column in columns] == [
        [False, False],
        [False, False],
        [False, True],
    ]


@pytest.mark.parametrize("read", [_ByArrow, _ByPattern])
def test_quoted_na_and_quoted_empty_texts_are_told_from_bare_ones(read: Any) -> None:
    found = read(b'"a","b","n"\n"NA",NA,1\n"",,2\n"x","NA",3\n', ",")
    assert rows_of(found, of_r=True) == [("NA", None, "1"), ("", None, "2"), ("x", "NA", "3")]
    assert rows_of(found, of_r=False) == [("NA", "NA", "1"), (None, None, "2"), ("x", "NA", "3")]
    assert (found.has_bare_na(["a"]), found.has_bare_na(["b"])) == (False, True)


@pytest.mark.parametrize(
    "written", ['a,b\n1,"x', 'a,b\n1,"x"y\n', "a,b\n1\n", "a,b\n1,2,3\n", "a,b\n1,2\n\n"]
)
def test_a_damaged_file_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is incomplete"):
        split(written.encode(), ",")


@given(lists=st.lists(st.lists(st.none() | texts | st.sampled_from(["'", '"', "\\"])), min_size=1))
def test_lists_are_read_as_python_prints_them(lists: list[list[str | None]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["hashtag_names", "mine"], *([cells, cells] for cells in lists)])
    table = read_csv(stream.getvalue().encode())
    assert table["hashtag_names"].tolist() == table["mine"].tolist() == lists


def test_a_row_longer_than_arrows_blocks_is_read() -> None:
    long = "x" * 2**23
    found = split(f"a,b\n{long},1\n2,\n".encode(), ",")
    assert rows_of(found) == [(long, "1"), ("2", None)]


def test_values_are_put_where_cells_are() -> None:
    column = Column.of(["1", None, "3"])
    assert column.present() == ["1", "3"]
    assert column.count == 2
    assert column.with_gaps(column.texts()[[0, 2]], gap=None).tolist() == ["1", None, "3"]
