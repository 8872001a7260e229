"""Two tables side by side: exactly what differs is named, and drift is no error."""

from __future__ import annotations

import math
import re
from dataclasses import FrozenInstanceError
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traktok import TikTokResults, tt_comments_api, tt_search_api
from traktok.compare import Comparison, compare
from traktok.reading import read_results
from traktok.replay import replay

R_FILES = Path(__file__).parents[1] / "r_files"
FIRST, SECOND, THIRD = "7200000000000000000", "7200000001234567891", "7200000002469135782"


@pytest.fixture
def videos() -> TikTokResults:
    return read_results(R_FILES / "search.rds")


def with_cell(table: TikTokResults, column: str, row: int, value: Any) -> TikTokResults:
    changed = table.copy()
    changed[column] = changed[column].astype(object)
    changed.at[row, column] = value
    changed[column] = changed[column].astype(table[column].dtype)
    return changed


def differences(found: Comparison) -> dict[str, Any]:
    """Sum up what a comparison names, without what is empty."""
    named = {
        "only left": len(found.only_left),
        "only right": len(found.only_right),
        "cells": set(found.cells["column"]),
        "drift": set(found.drift["column"]),
        "columns only left": found.columns_only_left,
        "columns only right": found.columns_only_right,
        "types": found.types,
    }
    return {name: value for name, value in named.items() if value}


# ------------------------------------------------------------------------------------- R and Python


def test_r_and_python_make_the_same_of_the_same_answers() -> None:
    with replay(R_FILES / "cassettes" / "search_yaml.yml"):
        ours = tt_search_api("x", "2023-01-01", "2023-01-15", max_pages=3)
    found = compare(R_FILES / "search.rds", ours.head(200))
    assert found.equal
    assert differences(found) == {}
    with replay(R_FILES / "cassettes" / "comments_json.json"):
        comments = tt_comments_api("7106594312292453675")
    assert compare(R_FILES / "comments.rds", comments).equal


@pytest.mark.parametrize("format", ["rds", "csv", "parquet", "jsonl"])
def test_files_of_different_formats_are_compared(
    format: str, videos: TikTokResults, tmp_path: Path
) -> None:
    texts = ["voice_to_text", "video_description"]
    videos = videos.assign(**{name: videos[name].mask(videos[name] == "") for name in texts})
    assert compare(videos, videos.save(tmp_path / f"videos.{format}")).equal


# ----------------------------------------------------------------------------- exactly what differs


def test_one_count_that_changed_is_drift(videos: TikTokResults) -> None:
    found = compare(videos, with_cell(videos, "view_count", 1, 8000))
    assert differences(found) == {"drift": {"view_count"}}
    assert not found.equal
    assert found.drift.to_dict("records") == [
        {
            "video_id": SECOND,
            "column": "view_count",
            "left": 7919,
            "right": 8000,
            "change": pytest.approx(81 / 7919),
        }
    ]


@pytest.mark.parametrize(("tolerance", "equal"), [(0.0, False), (0.01, False), (0.011, True)])
def test_a_tolerance_for_counts(tolerance: float, equal: bool, videos: TikTokResults) -> None:
    found = compare(videos, with_cell(videos, "view_count", 1, 8000), tolerance)
    assert found.equal is equal
    assert len(found.drift) == 1
    within = with_cell(videos, "video_description", 1, "something else")
    assert not compare(videos, within, tolerance).equal


def test_a_count_that_doubled_grew_by_all_it_was(videos: TikTokResults) -> None:
    doubled = videos.assign(view_count=videos["view_count"] * 2)
    assert not compare(videos, doubled, tolerance=0.5).equal
    assert compare(videos, doubled, tolerance=1).equal
    assert compare(doubled, videos, tolerance=0.5).equal


def test_the_largest_drifts_are_shown_and_those_from_0_counted(videos: TikTokResults) -> None:
    before = videos.assign(view_count=[0, 0, *range(100, 100 * (len(videos) - 1), 100)])
    after = before.assign(view_count=before["view_count"] + 10)
    report = repr(compare(before, after))
    assert f"{len(videos)} changed, by 10.00% at most, 2 of them from 0 (" in report
    assert ": 0 → 10, " in report
    assert ": 100 → 110 and " in report


def test_a_count_that_one_side_lacks_is_no_drift(videos: TikTokResults) -> None:
    found = compare(videos, with_cell(videos, "view_count", 1, pd.NA), tolerance=0.9)
    assert differences(found) == {"cells": {"view_count"}}
    assert not found.equal


@pytest.mark.parametrize("side", ["left", "right"])
def test_one_row_that_is_missing(side: str, videos: TikTokResults) -> None:
    fewer = videos.drop(index=2)
    found = compare(videos, fewer) if side == "left" else compare(fewer, videos)
    assert differences(found) == {f"only {side}": 1}
    assert getattr(found, f"only_{side}")["video_id"].tolist() == [THIRD]
    assert found.rows == len(fewer)


def test_one_column_that_was_renamed(videos: TikTokResults) -> None:
    found = compare(videos, videos.rename(columns={"voice_to_text": "voice"}))
    assert differences(found) == {
        "columns only left": ("voice_to_text",),
        "columns only right": ("voice",),
    }
    assert found.renamed == {"voice_to_text": "voice"}
    other = videos.rename(columns={"voice_to_text": "voice"}).assign(voice="x")
    assert compare(videos, other).renamed == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("video_description", "something else"),
        ("video_description", ""),
        ("region_code", pd.NA),
        ("create_time", pd.Timestamp("2023-01-02", tz="UTC")),
        ("hashtag_names", ["rstats"]),
        ("hashtag_names", None),
    ],
)
def test_one_cell_that_differs(column: str, value: Any, videos: TikTokResults) -> None:
    changed = with_cell(videos, column, 0, value)
    found = compare(videos, changed)
    assert differences(found) == {"cells": {column}}
    assert found.cells["video_id"].tolist() == [FIRST]
    (cell,) = found.cells["right"]
    assert cell == value or (cell is None and (value is None or value is pd.NA))


@pytest.mark.parametrize(
    ("column", "dtype", "types"),
    [
        ("view_count", "string", ("int", "chr")),
        ("view_count", "float64", ("int", "dbl")),
        ("video_id", "int64", ("chr", "int")),
        ("create_time", "int64", ("dttm", "int")),
    ],
)
def test_a_type_that_differs(
    column: str, dtype: str, types: tuple[str, str], videos: TikTokResults
) -> None:
    found = compare(videos, videos.astype({column: dtype}))
    assert differences(found) == {"types": {column: types}}
    assert not found.equal


def test_types_that_say_the_same_are_the_same(videos: TikTokResults) -> None:
    plain = pd.DataFrame(videos).astype(
        {
            "view_count": "int64",
            "author_name": "category",
            "music_id": object,
            "region_code": "string",
        }
    )
    plain["create_time"] = plain["create_time"].astype("datetime64[ns, UTC]")
    plain["effect_ids"] = [None if cell is None else np.array(cell) for cell in plain["effect_ids"]]
    assert compare(videos, plain).equal


def test_several_differences_are_kept_apart(videos: TikTokResults) -> None:
    other = with_cell(with_cell(videos, "like_count", 4, 1), "video_description", 5, "x")
    other = other.drop(index=[0, 1]).drop(columns="music_id").assign(mine=1)
    assert differences(compare(videos, other)) == {
        "only left": 2,
        "cells": {"video_description"},
        "drift": {"like_count"},
        "columns only left": ("music_id",),
        "columns only right": ("mine",),
    }


# ----------------------------------------------------------------------------------------- aligning


def test_the_order_of_rows_and_columns_does_not_count(videos: TikTokResults) -> None:
    assert compare(videos, videos.sample(frac=1, random_state=1)[videos.columns[::-1]]).equal


def test_the_same_video_twice_is_two_rows(videos: TikTokResults) -> None:
    doubled = TikTokResults(pd.concat([videos, videos.head(1)]))
    assert compare(doubled, doubled[::-1]).equal
    assert differences(compare(doubled, videos)) == {"only left": 1}


def test_liked_videos_are_told_apart_by_who_likes_them() -> None:
    liked = read_results(R_FILES / "liked.rds")
    found = compare(liked, liked[::-1])
    assert found.on == ("id", "liked_by_user")
    assert found.equal


def test_on_names_other_columns(videos: TikTokResults) -> None:
    assert compare(videos, videos[::-1], on="create_time").on == ("create_time",)
    assert compare(videos, videos[::-1], on=["author_name", "create_time"]).equal
    with pytest.raises(ValueError, match="right has no column 'author_name' to align on"):
        compare(videos, videos.drop(columns="author_name"), on="author_name")


def test_without_ids_the_order_counts(videos: TikTokResults) -> None:
    counts = videos[["view_count", "region_code"]]
    assert compare(counts, counts).equal
    assert differences(compare(counts, counts.head(7))) == {"only left": len(counts) - 7}
    found = compare(counts, with_cell(counts, "region_code", 3, "XX"))
    assert found.cells["row"].tolist() == [3]
    assert "row 3" in repr(found)


def test_empty_tables_are_equal(videos: TikTokResults) -> None:
    assert compare(videos.head(0), videos.head(0)).equal
    assert differences(compare(videos.head(0), videos.head(3))) == {"only right": 3}


@pytest.mark.parametrize("tolerance", [-0.1, 5, math.inf, float("nan")])
def test_a_tolerance_is_a_share(tolerance: float, videos: TikTokResults) -> None:
    with pytest.raises(ValueError, match="tolerance must be between 0 and 1"):
        compare(videos, videos, tolerance)


def test_two_columns_of_one_name_are_refused(videos: TikTokResults) -> None:
    twice = pd.concat([videos, videos[["view_count"]]], axis="columns")
    with pytest.raises(ValueError, match="two columns of the right table are named 'view_count'"):
        compare(videos, twice)


def test_what_is_no_result_is_said(tmp_path: Path, videos: TikTokResults) -> None:
    with pytest.raises(ValueError, match=r"query\.rds holds a list, not a table"):
        compare(videos, R_FILES / "query.rds")
    with pytest.raises(FileNotFoundError):
        compare(tmp_path / "none.csv", videos)


# --------------------------------------------------------------------------------------- showing it


@pytest.fixture
def found(videos: TikTokResults) -> Comparison:
    other = with_cell(with_cell(videos, "view_count", 1, 8000), "video_description", 2, "<b>x</b>")
    other = other.drop(index=3).rename(columns={"voice_to_text": "voice"})
    return compare(videos, other.astype({"share_count": "string"}), tolerance=0.05)


def test_the_report_is_short_and_names_everything(found: Comparison) -> None:
    assert repr(found) == (
        "left and right differ, aligned on video_id\n"
        "rows     199 on both sides, 1 only in left (7200000003703703673)\n"
        "columns  only in left: voice_to_text\n"
        "columns  only in right: voice\n"
        "columns  voice_to_text and voice hold the same cells: renamed?\n"
        "types    share_count: int in left, chr in right\n"
        "cells    video_description: 1 differ (7200000002469135782)\n"
        "drift    view_count: 1 changed, 0 of them by more than 5.00%, by 1.02% at most "
        "(7200000001234567891: 7,919 → 8,000)"
    )


def test_the_report_of_equals_is_two_lines(videos: TikTokResults) -> None:
    assert repr(compare(R_FILES / "search.rds", videos)) == (
        "search.rds and right are equal, aligned on video_id\nrows     200 on both sides"
    )


def test_a_notebook_shows_the_report_and_the_columns(found: Comparison) -> None:
    html = found._repr_html_()
    assert f"{escape(repr(found))}</pre>" in html
    assert "word-break: normal" in html, "a notebook would break lines within ids"
    assert "<td>video_description</td>" in html
    assert not Page(html).tags & {"html", "body", "style"}, "it stands in another page"


def test_the_table_sums_up_by_column(found: Comparison, videos: TikTokResults) -> None:
    table = found.to_frame()
    assert list(table.index) == [*videos.columns, "voice"]
    assert table.loc["view_count"].to_dict() == {
        "left": "int",
        "right": "int",
        "compared": 199,
        "same": 198,
        "drifted": 1,
        "different": 0,
        "largest_drift": pytest.approx(81 / 7919),
    }
    assert table.loc["video_description", ["same", "different"]].tolist() == [198, 1]
    assert table.loc["share_count", ["left", "right", "compared"]].tolist() == ["int", "chr", 0]
    assert table.loc["voice", ["left", "right"]].tolist() == ["", "chr"]
    assert table.loc["like_count", "largest_drift"] == 0
    table.loc["view_count", "same"] = -1
    assert found.to_frame().loc["view_count", "same"] == 198


class Page(HTMLParser):
    """Collects the tags of a page and checks that each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_holds_all_of_it_and_escapes_what_people_wrote(found: Comparison) -> None:
    page = found.to_html()
    parsed = Page(page)
    assert parsed.open == []
    assert not parsed.tags & {"b", "script", "link", "img"}, "it needs nothing else"
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    headings = re.findall("<h2>(.*)</h2>", page)
    assert headings == [
        "By column",
        "Rows only in left",
        "Cells that differ",
        "Counts that drifted",
    ]


def test_a_page_can_be_written_whatever_people_wrote(videos: TikTokResults, tmp_path: Path) -> None:
    odd = with_cell(videos, "video_description", 0, "half \ud83d </pre><script>")
    page = compare(videos, odd).to_html()
    assert (tmp_path / "page.html").write_text(page, "utf-8") > 0
    assert "<script" not in page


def test_a_comparison_does_not_change(found: Comparison) -> None:
    with pytest.raises(FrozenInstanceError):
        found.rows = 0  # type: ignore[misc]


# -------------------------------------------------------------------------------- days and times


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([date(2023, 11, 5), None], [date(2023, 11, 5), None]),
        ([date(2023, 11, 5), None], pd.to_datetime(["2023-11-05", None], utc=True)),
        (pd.to_datetime(["2023-11-05", None]), pd.to_datetime(["2023-11-05", None], utc=True)),
        (
            pd.to_datetime(["2023-11-05 01:00+01:00", None]),
            pd.to_datetime(["2023-11-05", None], utc=True),
        ),
    ],
    ids=["days", "a day and its beginning", "without a zone", "in another zone"],
)
def test_the_same_day_is_the_same(left: Any, right: Any) -> None:
    one, other = (pd.DataFrame({"id": ["1", "2"], "day": days}) for days in (left, right))
    assert compare(one, other).equal
    moved = other.assign(day=pd.to_datetime(["2023-11-06", None], utc=True))
    assert differences(compare(one, moved)) == {"cells": {"day"}}


def test_a_day_is_no_text() -> None:
    one = pd.DataFrame({"id": ["1"], "day": [date(2023, 11, 5)]})
    found = compare(one, pd.DataFrame({"id": ["1"], "day": ["2023-11-05"]}))
    assert found.types == {"day": ("date", "chr")}


def test_a_list_that_r_has_as_null_is_an_empty_one() -> None:
    ours = TikTokResults({"id": ["1", "2", "3"], "hashtag_names": [[], ["a"], []]})
    theirs = TikTokResults({"id": ["1", "2", "3"], "hashtag_names": [None, ["a"], None]})
    assert compare(ours, theirs).equal
    assert compare(ours, theirs.assign(hashtag_names=None)).cells["right"].tolist() == [None]


_CELLS = {
    "string": st.none() | st.sampled_from(["", "a", "b"]),
    "Int64": st.none() | st.sampled_from([0, 1, 2**53, 2**53 + 1]),
    "Float64": st.none() | st.sampled_from([0.0, 1.0, 1.0 + 1e-14, 1.5, math.inf, -math.inf]),
    "boolean": st.none() | st.booleans(),
    "datetime64[s, UTC]": st.none() | st.sampled_from(["2023-11-01", "2023-11-02", "0001-01-01"]),
    "datetime64[s]": st.none() | st.sampled_from(["2023-11-01", "2023-11-02"]),
    "object": st.none() | st.sampled_from([[], ["a"], ["b"], {"a": 1}, 1, 1.0 + 1e-14, "a"]),
    "float64": st.sampled_from([0.0, 1.0, 1.5, math.nan]),
    "int64": st.sampled_from([0, 1, 2**53 + 1]),
}


def _differ(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return not math.isclose(one, other, rel_tol=1e-12)
    return one != other and not (one in (None, []) and other in (None, []))


@settings(deadline=None)
@given(kinds=st.sampled_from([(a, a) for a in _CELLS] + [("Int64", "Float64")]), data=st.data())
def test_columns_are_compared_as_their_cells_are(kinds: tuple[str, str], data: Any) -> None:
    sides = []
    for kind in kinds:
        cells = data.draw(st.lists(_CELLS[kind], min_size=4, max_size=4))
        sides.append(pd.DataFrame({"video_id": list("abcd"), "x": pd.Series(cells, dtype=kind)}))
    left, right = (
        [None if gone else cell for cell, gone in zip(cells, t["x"].isna(), strict=True)]
        for t in sides
        for cells in [t["x"].astype(object).tolist()]
    )
    found = compare(*sides)
    if not found.types or set(kinds) == {"Int64", "Float64"}:
        expected = [id for id, *pair in zip("abcd", left, right, strict=True) if _differ(*pair)]
        assert found.cells["video_id"].tolist() == expected
