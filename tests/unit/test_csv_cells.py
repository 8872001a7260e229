"""Files are split into cells at once where that gives what reading sign by sign gives."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traktok.files._csv_cells import RawColumn, _split_any, _split_regular, split

SIGNS = st.text(st.sampled_from('",;\n\raé😀 \x1f'), min_size=1)
CELLS = SIGNS | st.sampled_from(["", "NA", '["a", "b"]', "2023-11-01", "7"])
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)
)
# Python before 3.13 writes a bare carriage return where lines do not end with one.
DIALECTS = [(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\n"), (csv.QUOTE_ALL, "\r\n")]

SEPARATORS = st.sampled_from([",", ";"])


def texts(found: tuple[list[str], list[RawColumn]]) -> tuple[list[str], list[list[str]]]:
    names, columns = found
    return names, [column.cells for column in columns]


@given(rows=ROWS, dialect=st.sampled_from(DIALECTS))
def test_a_table_is_split_as_it_was_written(rows: list[list[str]], dialect: Any) -> None:
    quoting, end = dialect
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=quoting, lineterminator=end).writerows(rows)
    written = stream.getvalue()
    names, columns = split(written.encode(), ",")
    assert [names, *zip(*(column.cells for column in columns), strict=True)] == [
        rows[0],
        *map(tuple, rows[1:]),
    ]
    whole = _split_regular(written.encode(), ",")
    if whole is not None:
        assert texts(whole) == texts(_split_any(written, ","))


@given(
    written=st.lists(CELLS, min_size=1).map("".join).filter(bool),
    separator=st.sampled_from([",", ";"]),
)
def test_no_other_text_is_split_in_another_way(written: str, separator: str) -> None:
    found = _split_regular(written.encode(), separator)
    if found is not None:
        assert texts(found) == texts(_split_any(written, separator))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "{}"])
def test_an_ordinary_file_is_split_at_once(end: str, last: str) -> None:
    lines = [
        "video_id,note,hashtag_names",
        '7,"say ""hi"", you","[""a"", ""b""]"',
        '8,"two\nlines",',
    ]
    data = (end.join(lines) + last.format(end)).encode()
    names, columns = _split_regular(data, ",") or pytest.fail("it was not")
    assert names == ["video_id", "note", "hashtag_names"]
    assert [column.cells for column in columns] == [
        ["7", "8"],
        ['say "hi", you', "two\nlines"],
        ['["a", "b"]', ""],
    ]


def test_quoted_na_and_quoted_empty_texts_are_told_from_bare_ones() -> None:
    data = b'"a","b"\n"NA",NA\n"",\n"x","NA"\n'
    _, (a, b) = split(data, ",")
    assert a.values(of_r=True) == ["NA", "", "x"]
    assert b.values(of_r=True) == [None, None, "NA"]
    assert a.values(of_r=False) == ["NA", None, "x"]
    assert (a.has_na, b.has_na) == (False, True)


@pytest.mark.parametrize(
    "written", ['a,b\n1,"x', 'a,b\n1,"x"y\n', "a,b\n1\n", "a,b\n1,2,3\n", "a,b\n1,2\n\n"]
)
def test_a_damaged_file_is_refused(written: str) -> None:
    assert _split_regular(written.encode(), ",") is None
    with pytest.raises(ValueError, match="is incomplete"):
        split(written.encode(), ",")
