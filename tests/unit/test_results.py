"""The table that knows where TikTok left off, and how it prints."""

from __future__ import annotations

import copy
import io
import pickle
import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.strategies import texts
from traktok import TikTokResults, attr

POSITION = {"search_id": "7423432753447932974", "cursor": 100, "has_more": True}


def videos(rows: int = 3) -> TikTokResults:
    """An invented search, one of its authors writing in Japanese, one in Arabic."""
    made_up = {
        "video_id": [str(7106594312292453675 + row) for row in range(rows)],
        "author_name": ["ann", "日本語の名前がとても長い", "عربي"],
        "view_count": [1200, 3_000_000_000, None],
        "create_time": [1698796800, 1698800400, None],
        "hashtag_names": [["rstats", "dataviz"], [], None],
        "is_verified": [True, None, False],
    }
    kinds = {
        "video_id": "string",
        "author_name": "string",
        "view_count": "Int64",
        "hashtag_names": "object",
        "is_verified": "boolean",
    }
    cells = {
        name: [values[row % len(values)] for row in range(rows)] for name, values in made_up.items()
    }
    columns: dict[str, Any] = {
        name: pd.array(cells[name], dtype=kind) for name, kind in kinds.items()
    }
    columns["create_time"] = pd.to_datetime(cells["create_time"], unit="s", utc=True)
    table = TikTokResults({name: columns[name] for name in made_up})
    table.attrs.update(POSITION)
    return table


def users() -> TikTokResults:
    table = TikTokResults(
        {
            "display_name": pd.array(["TikTok", "Statistics Globe"], dtype="string"),
            "video_count": pd.array([1073, 92], dtype="Int64"),
        },
        index=pd.Index(["tiktok", "statisticsglobe"], name="username"),
    )
    table.attrs.update(cursor=None, has_more=False, skipped={"gone": "cannot find the user"})
    return table


@pytest.fixture
def width(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set the width of the terminal."""
    return lambda columns: monkeypatch.setenv("COLUMNS", str(columns))


# ---------------------------------------------------------------------------------- what it knows


def test_it_knows_where_the_search_left_off() -> None:
    table = videos()
    assert (table.search_id, table.cursor, table.has_more) == ("7423432753447932974", 100, True)
    for name, value in POSITION.items():
        assert attr(table, name) == table.attrs[name] == value
    assert attr(users(), "skipped") == {"gone": "cannot find the user"}


def test_what_it_does_not_know_is_none() -> None:
    table = TikTokResults({"a": [1]})
    assert (table.search_id, table.cursor, table.has_more) == (None, None, None)
    assert attr(table, "cursor") is None
    assert attr(pd.DataFrame(), "search_id") is None


@pytest.mark.parametrize(
    "derive",
    [
        lambda table: table.head(1),
        lambda table: table.iloc[:0],
        lambda table: table.iloc[[0]],
        lambda table: table[table["view_count"] > 5],
        lambda table: table[["video_id"]],
        lambda table: table.drop(columns="video_id"),
        lambda table: table.sort_values("view_count"),
        lambda table: table.assign(twice=table["view_count"] * 2),
        lambda table: table.rename(columns={"video_id": "id"}),
        lambda table: table.set_index("video_id"),
        lambda table: table.drop_duplicates("video_id"),
        lambda table: table.explode("hashtag_names"),
        lambda table: table.copy(),
        lambda table: table.copy(deep=False),
        copy.copy,
        copy.deepcopy,
        lambda table: pickle.loads(pickle.dumps(table)),
        lambda table: pd.concat([table, table]),
        lambda table: pd.concat([table, table], ignore_index=True),
    ],
    ids=range(19),
)
def test_what_is_made_of_it_is_one_too_and_knows_as_much(
    derive: Callable[[TikTokResults], TikTokResults],
) -> None:
    derived = derive(videos())
    assert type(derived) is TikTokResults
    assert derived.attrs == POSITION
    assert repr(derived).startswith("── search id: 7423432753447932974 ─")


def test_a_copy_remembers_on_its_own() -> None:
    table = users()
    twin = table.copy()
    twin.attrs["skipped"]["another"] = "is private"
    assert attr(table, "skipped") == {"gone": "cannot find the user"}


def test_a_column_is_an_ordinary_one() -> None:
    assert type(videos()["video_id"]) is pd.Series
    assert type(videos().loc[0]) is pd.Series


def test_pickling_keeps_cells_and_types() -> None:
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(videos())), videos())


# ---------------------------------------------------------------------------------- how it prints

PRINTED = {
    80: """\
── search id: 7423432753447932974 ──────────────────────────────────────────────
# A table: 3 × 6
  video_id            author_name              view_count create_time
  <chr>               <chr>                         <int> <dttm>
0 7106594312292453675 ann                            1200 2023-11-01 00:00:00
1 7106594312292453676 日本語の名前がとても長い 3000000000 2023-11-01 01:00:00
2 7106594312292453677 عربي                             NA NA
# ℹ 2 more variables: hashtag_names <list>, is_verified <lgl>""",
    40: """\
── search id: 7423432753447932974 ──────
# A table: 3 × 6
  video_id            author_name
  <chr>               <chr>
0 7106594312292453675 ann
1 7106594312292453676 日本語の名前がと…
2 7106594312292453677 عربي
# ℹ 4 more variables: view_count <int>,
#   create_time <dttm>,
#   hashtag_names <list>,
#   is_verified <lgl>""",
    120: """\
── search id: 7423432753447932974 ──────────────────────────────────────────────────────────────────────────────────────
# A table: 3 × 6
  video_id            author_name              view_count create_time         hashtag_names     is_verified
  <chr>               <chr>                         <int> <dttm>              <list>            <lgl>
0 7106594312292453675 ann                            1200 2023-11-01 00:00:00 [rstats, dataviz] True
1 7106594312292453676 日本語の名前がとても長い 3000000000 2023-11-01 01:00:00 []                NA
2 7106594312292453677 عربي                             NA NA                  NA                False""",  # noqa: E501, as wide as it prints
    1: """\
── search id: 7423432753447932974 \n\
# A table: 3 × 6
# ℹ 6 variables:
#   video_id <chr>,
#   author_name <chr>,
#   view_count <int>,
#   create_time <dttm>,
#   hashtag_names <list>,
#   is_verified <lgl>""",
}


@pytest.mark.parametrize("columns", PRINTED)
def test_it_prints_as_much_as_fits(columns: int, width: Callable[[int], None]) -> None:
    width(columns)
    assert repr(videos()) == str(videos()) == PRINTED[columns]


def test_an_empty_table_prints_its_columns(width: Callable[[int], None]) -> None:
    width(80)
    assert repr(videos().iloc[:0]) == (
        "── search id: 7423432753447932974 ──────────────────────────────────────────────\n"
        "# A table: 0 × 6\n"
        "# ℹ 6 variables: video_id <chr>, author_name <chr>, view_count <int>,\n"
        "#   create_time <dttm>, hashtag_names <list>, is_verified <lgl>"
    )
    assert repr(TikTokResults()) == "# A table: 0 × 0"


def test_a_search_without_an_id_says_so(width: Callable[[int], None]) -> None:
    width(40)
    table = TikTokResults({"a": [1]})
    table.attrs["search_id"] = None
    assert repr(table).splitlines()[0] == "── search id: NA ───────────────────────"


def test_users_are_told_apart_by_their_names(width: Callable[[int], None]) -> None:
    width(80)
    assert (
        repr(users())
        == """\
# A table: 2 × 2
username        display_name     video_count
                <chr>                  <int>
tiktok          TikTok                  1073
statisticsglobe Statistics Globe          92"""
    )


@pytest.mark.parametrize(("rows", "shown"), [(20, 20), (21, 10), (1_000_000, 10)])
def test_of_many_rows_the_first_are_shown(
    rows: int, shown: int, width: Callable[[int], None]
) -> None:
    width(80)
    table = TikTokResults({"n": range(rows)})
    lines = repr(table).splitlines()
    assert lines[0] == f"# A table: {rows:,} × 1"
    assert [line.split()[-1] for line in lines[3 : 3 + shown]] == [str(n) for n in range(shown)]
    left = [f"# ℹ {rows - shown:,} more rows"] if rows > shown else []
    assert lines[3 + shown :] == left


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("a\0b", r"a\x00b"),
        ("a\ud83db", r"a\ud83db"),
        ("one\ntwo\tthree", r"one\ntwo\tthree"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202eabc", r"\u202eabc"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("🥰", "🥰"),
        ("", ""),
        ("[bold]", "[bold]"),
        (["a\0", None], r"[a\x00, NA]"),
        (None, "NA"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_what_cannot_be_seen_is_written_as_its_escape(cell: Any, shown: str) -> None:
    table = TikTokResults({"text": pd.Series([cell, "second row"], dtype="object")})
    lines = repr(table).splitlines()
    assert len(lines) == 5
    assert lines[3] == f"0 {shown}".rstrip()


@pytest.mark.parametrize(
    ("column", "r_type"),
    [
        (pd.Series(["a"], dtype="string"), "chr"),
        (pd.Series(["a"], dtype="str"), "chr"),
        (pd.Series([1], dtype="Int64"), "int"),
        (pd.Series([1]), "int"),
        (pd.Series([1.5]), "dbl"),
        (pd.Series([1.5], dtype="Float64"), "dbl"),
        (pd.Series([True]), "lgl"),
        (pd.Series([True], dtype="boolean"), "lgl"),
        (pd.Series(pd.to_datetime(["2024-01-01"], utc=True)), "dttm"),
        (pd.Series(["a"], dtype="category"), "fct"),
        (pd.Series([["a"]]), "list"),
        (pd.Series(["a", None], dtype=object), "chr"),
        (pd.Series([None], dtype=object), "list"),
        (pd.Series([1 + 2j]), "complex128"),
        (pd.Series([1], dtype="uint8"), "int"),
        (pd.Series([1], dtype="UInt64"), "int"),
        (pd.Series(pd.to_timedelta([1], "D")), "drtn"),
    ],
)
def test_types_have_rs_names(column: pd.Series[Any], r_type: str) -> None:
    table = TikTokResults({"x": column})
    assert repr(table).splitlines()[2].strip() == f"<{r_type}>"


@pytest.mark.parametrize(
    ("type", "cell", "r_type", "shown"),
    [
        ("string", "a", "chr", "a"),
        ("large_string", "a", "chr", "a"),
        ("int64", 7106594312292453675, "int", "7106594312292453675"),
        ("double", 1 / 3, "dbl", "0.333"),
        ("float", 1 / 3, "dbl", "0.333"),
        ("bool", True, "lgl", "True"),
        ("timestamp[us]", datetime(2024, 1, 31), "dttm", "2024-01-31 00:00:00"),
        ("date32", date(2024, 1, 31), "date", "2024-01-31"),
        ("duration[s]", timedelta(1), "drtn", "1 days 00:00:00"),
    ],
)
def test_types_of_arrow_have_them_too(type: str, cell: Any, r_type: str, shown: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    dtype = pd.ArrowDtype(pyarrow.type_for_alias(type))
    table = TikTokResults({"x": pd.Series([cell, None], dtype=dtype)})
    _, _, types, *cells = repr(table).splitlines()
    assert types.strip() == f"<{r_type}>"
    assert [line.split(maxsplit=1)[1] for line in cells] == [shown, "NA"]


def test_lists_of_arrow_are_lists() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    texts = pyarrow.list_(pyarrow.string())
    for type, cell, shown in (
        (texts, ["a", "b"], "0 [a, b]"),
        (pyarrow.struct({"y": texts}), {"y": ["a"]}, "0 {'y': ['a']}"),
    ):
        column = pd.Series([cell], dtype=pd.ArrowDtype(type))
        lines = repr(TikTokResults({"x": column})).splitlines()
        assert [lines[2].strip(), lines[3]] == ["<list>", shown]


def test_one_column_is_a_variable() -> None:
    assert repr(TikTokResults({"x": []}, dtype="string")).endswith("# ℹ 1 variable: x <chr>")


@given(texts, texts)
def test_any_text_prints_in_lines_that_every_terminal_takes(cell: str, name: str) -> None:
    table = TikTokResults(
        {"text": pd.Series([cell], dtype="object")}, index=pd.Index([name], dtype=object)
    )
    printed = repr(table)
    assert len(printed.splitlines()) == 4
    assert printed.encode()
    assert table._repr_html_().encode()


@st.composite
def mixed_tables(draw: st.DrawFn) -> TikTokResults:
    """Tables as a hostile person would make them: any names, cells, labels and search ids."""
    written = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
        ["\x1b[31mred", "two\nlines", "\u202eright to left", "長い" * 30, "e\u0301" * 40, "x" * 300]
    )
    kinds: list[tuple[st.SearchStrategy[Any], str]] = [
        (written, "object"),
        (st.floats(), "float64"),
        (st.integers(-(2**62), 2**62), "int64"),
        (st.booleans(), "bool"),
        (st.lists(written, max_size=4), "object"),
    ]
    rows = draw(st.integers(0, 3))
    columns = {}
    for name in draw(st.lists(written, min_size=1, max_size=6, unique=True)):
        cells, dtype = draw(st.sampled_from(kinds))
        listed = draw(st.lists(cells, min_size=rows, max_size=rows))
        columns[name] = pd.Series(listed, dtype=dtype)  # type: ignore[call-overload]
    table = TikTokResults(columns)
    if draw(st.booleans()):
        labels = draw(st.lists(written, min_size=rows, max_size=rows))
        table.index = pd.Index(labels, dtype=object)
    if draw(st.booleans()):
        table.attrs["search_id"] = draw(written)
    return table


@given(mixed_tables(), st.integers(40, 160))
def test_any_table_keeps_to_the_terminal_and_to_signs_that_move_nothing(
    table: TikTokResults, columns: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        lines = repr(table).split("\n")
    assert all(cell_len(line) <= columns for line in lines)
    steering = {"Cc", "Zl", "Zp"}
    assert not [sign for line in lines for sign in line if unicodedata.category(sign) in steering]
    assert not [line for line in lines if "\u202e" in line]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.00003651367, "0.0000365"),
        (4.0568e20, "4.06e+20"),
        (1234.567, "1235"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (-99.96, "-100"),
        (0.0, "0"),
        (float("inf"), "inf"),
        (5e-324, "4.94e-324"),
    ],
)
def test_numbers_are_rounded_and_never_cut(number: float, shown: str) -> None:
    assert repr(TikTokResults({"x": [number]})).splitlines()[3] == f"0 {shown:>5}"


@given(st.floats(allow_nan=False))
@example(1.7950000000000001e308)
def test_any_number_prints_within_its_rounding(number: float) -> None:
    shown = Decimal(repr(TikTokResults({"x": [number]})).split()[-1])  # may exceed every float
    exact = Decimal(number)
    assert shown == exact or abs(shown - exact) <= abs(exact) * Decimal("0.005")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_precise_in_a_notebook(number: float) -> None:
    html = TikTokResults({"x": [number]})._repr_html_() or ""
    (shown,) = re.findall(r"<td>([^<]*)</td>", html)
    assert float(shown) == pytest.approx(number, rel=1e-6, abs=0)


def cells_of(table: TikTokResults) -> list[str]:
    return [line.split()[-1] for line in repr(table).splitlines()[3:]]


def test_points_stand_below_each_other(width: Callable[[int], None]) -> None:
    width(80)
    table = TikTokResults({"x": [1.5, 1234.567, 0.0125, None]})
    assert repr(table).splitlines()[3:] == [
        "0    1.5",
        "1 1235",
        "2    0.0125",
        "3        NA",
    ]


def test_pandas_options_for_numbers_are_heeded() -> None:
    table = TikTokResults({"x": [1.23456789]})
    assert cells_of(table) == ["1.23"]
    with pd.option_context("display.precision", 4):
        assert cells_of(table) == ["1.2346"]
        assert "<td>1.2346</td>" in table._repr_html_()
    with pd.option_context("display.float_format", "{:.1%}".format):
        assert cells_of(table) == ["123.5%"]
        assert "<td>123.5%</td>" in table._repr_html_()
    assert "<td>1.234568</td>" in table._repr_html_()


@given(st.integers(10**17, 10**20), st.integers(40, 200))
def test_ids_print_whole_or_not_at_all(number: int, columns: int) -> None:
    table = TikTokResults(
        {
            "author_name": ["a name longer than any column"],
            "video_id": [str(number)],
            "effect_ids": [[str(number)] * 3],
        }
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        printed = repr(table)
    assert all(cell_len(line) <= columns for line in printed.splitlines()[1:])
    assert set(re.findall(r"[0-9]{5,}", printed)) <= {str(number)}


def test_free_room_goes_to_what_is_cut(width: Callable[[int], None]) -> None:
    width(80)
    text = "A description that is longer than sixteen cells, and fits"
    assert text in repr(TikTokResults({"video_description": [text]}))
    with pd.option_context("display.max_colwidth", 30):
        assert "A description that is longer…" in repr(TikTokResults({"video_description": [text]}))


def test_pandas_options_for_sizes_are_heeded(width: Callable[[int], None]) -> None:
    width(80)
    table = TikTokResults({"a": range(40), "b": range(40), "c": range(40)})
    assert len(cells_of(table.head(30))) == 11
    with pd.option_context("display.max_rows", 30):
        assert len(cells_of(table.head(30))) == 30
        assert len(cells_of(table)) == 11
    with pd.option_context("display.max_rows", None):
        assert len(cells_of(table)) == 40
    with pd.option_context("display.min_rows", 5):
        assert len(cells_of(table)) == 6
    with pd.option_context("display.max_columns", 2):
        assert "1 more variable: c <int>" in repr(table)
    with pd.option_context("display.width", 30):
        assert max(map(len, repr(videos()).splitlines()[1:])) <= 30


def test_one_table_or_all_print_as_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    table = videos()
    plain = pd.DataFrame(table)
    assert "A table" not in repr(plain)
    monkeypatch.setenv("TRAKTOK_PRINT", "pandas")
    assert repr(table) == repr(plain)
    assert table._repr_html_() == plain._repr_html_()


@pytest.mark.parametrize(
    "derive",
    [
        lambda table: table.groupby("author_name")[["view_count"]].sum(),
        lambda table: table.groupby("author_name", as_index=False)[["view_count"]].mean(),
        lambda table: table[["view_count"]].corr(),
        lambda table: table.pivot_table(index="author_name", values="view_count"),
        lambda table: table.T,
        lambda table: table.groupby("author_name")[["view_count"]].sum().reset_index().head(1),
        lambda table: table[["view_count"]].quantile([0.1, 0.9]),
        lambda table: table.describe(),
    ],
    ids=range(8),
)
def test_aggregates_are_not_searches(
    derive: Callable[[TikTokResults], pd.DataFrame],
) -> None:
    derived = derive(videos())
    assert repr(derived) == repr(pd.DataFrame(derived))
    if isinstance(derived, TikTokResults):
        assert (derived.search_id, derived.cursor) == (None, None)


def test_levels_of_the_index_are_columns_with_names(width: Callable[[int], None]) -> None:
    width(80)
    table = TikTokResults({"a": ["x", "x"], "b": [1, 2], "n": [10, 20]}).set_index(["a", "b"])
    assert repr(table) == "# A table: 2 × 1\na b     n\n    <int>\nx 1    10\nx 2    20"


def test_namibia_is_not_missing() -> None:
    table = TikTokResults({"region_code": pd.Series(["NA", None, "DE"], dtype="string")})
    assert cells_of(table) == ['"NA"', "NA", "DE"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "cp932", "ascii", "latin-1"])
def test_it_prints_where_the_output_is_not_utf8(
    encoding: str, width: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    width(80)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    printed = repr(videos())
    assert printed.encode(encoding)
    assert all(cell_len(line) <= 80 for line in printed.splitlines())
    assert "7106594312292453676" in printed


# -------------------------------------------------------------------------------------- notebooks


def test_a_notebook_gets_a_table() -> None:
    html = videos(rows=2)._repr_html_()
    assert "<p>search id: 7423432753447932974</p><table><thead><tr><th></th>" in html
    assert "<th>view_count<br><small>&lt;int&gt;</small></th>" in html
    assert (
        '<tr><th>0</th><td class="text">7106594312292453675</td><td class="text">ann</td>' in html
    )
    assert "<td>1200</td>" in html
    assert '01:00:00</td><td class="text">[]</td><td class="text">NA</td></tr></tbody>' in html
    assert html.endswith("</table><p>2 × 6</p></div>")


def test_a_notebook_gets_the_first_of_many_rows() -> None:
    html = TikTokResults({"n": range(5000)})._repr_html_()
    assert html.count("<td>") == 10
    assert "<p>5,000 × 1 (4,990 more rows)</p>" in html
    assert "search id" not in html


def test_html_cuts_long_texts_where_pandas_does() -> None:
    table = TikTokResults({"voice_to_text": ["word " * 200]})
    assert (
        '<td class="text">word word word word word word word word word word…</td>'
        in table._repr_html_()
    )
    with pd.option_context("display.max_colwidth", None):
        assert f'<td class="text">{"word " * 200}</td>' in table._repr_html_()


def test_markup_stays_text() -> None:
    evil = "<script>alert('&')</script>"
    table = TikTokResults({evil: [evil]}, index=[evil])
    table.attrs["search_id"] = evil
    html = table._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;") == 4


def test_row_labels_have_their_name_in_a_notebook_too() -> None:
    counts = TikTokResults({"n": [1, 2]}, index=pd.Index(["US", "<b>"], name="region_code"))
    assert "<thead><tr><th>region_code</th>" in counts._repr_html_()
    assert "<th>&lt;b&gt;</th>" in counts._repr_html_()
