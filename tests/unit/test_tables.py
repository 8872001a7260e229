"""Records into tables: every row, every digit, the same columns whatever comes."""

from __future__ import annotations

import gc
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import json_values, texts, whole
from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import (
    COMMENTS,
    FOLLOWERS,
    FOLLOWING,
    LIKED_VIDEOS,
    PINNED_VIDEOS,
    PLAYLIST,
    REPOSTED_VIDEOS,
    USER_INFO,
    VIDEO_QUERY,
)
from traktok._tables.builder import Record, Schema, TableBuilder, paused_garbage_collection
from traktok._tables.columns import Counts, with_text_ids

TABLES = {
    "search": VIDEO_QUERY,
    "comments": COMMENTS,
    "user info": USER_INFO,
    "liked": LIKED_VIDEOS,
    "pinned": PINNED_VIDEOS,
    "reposted": REPOSTED_VIDEOS,
    "followers": FOLLOWERS,
    "following": FOLLOWING,
    "playlist": PLAYLIST,
}
SEARCH, LIKED = VIDEO_QUERY.schema, LIKED_VIDEOS.schema
OPEN = Schema()


def framed(
    schema: Schema, *pages: list[Any], asked: tuple[str, ...] | None = None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Build the table of some pages, and count its doubtful cells."""
    builder = TableBuilder(schema, asked)
    for page in pages:
        builder.add(page, "somebody")
    return pd.DataFrame(builder.finish()), builder.doubtful


def cells(schema: Schema, column: str, *values: Any) -> list[Any]:
    """Fill a column with some values, and return what it holds, missing as None."""
    records = [{"id": str(row), column: value} for row, value in enumerate(values)]
    held = framed(schema, records)[0][column].astype(object)
    return held.where(held.notna(), None).tolist()


# ------------------------------------------------------------------------------ columns and types

TEXT, COUNT, TIME, FLAG, LIST = "string", "Int64", "datetime64[s, UTC]", "boolean", "object"
LIKED_COLUMNS = {
    "id": TEXT,
    "username": TEXT,
    "create_time": COUNT,
    "video_description": TEXT,
    "region_code": TEXT,
    "video_duration": COUNT,
    "view_count": COUNT,
    "like_count": COUNT,
    "comment_count": COUNT,
    "share_count": COUNT,
    "music_id": TEXT,
    "hashtag_names": LIST,
    "is_stem_verified": FLAG,
}
COLUMNS = {
    "search": {
        "video_id": TEXT,
        "author_name": TEXT,
        "view_count": COUNT,
        "comment_count": COUNT,
        "share_count": COUNT,
        "like_count": COUNT,
        "region_code": TEXT,
        "create_time": TIME,
        "effect_ids": LIST,
        "music_id": TEXT,
        "video_description": TEXT,
        "hashtag_names": LIST,
        "voice_to_text": TEXT,
    },
    "comments": {
        "id": TEXT,
        "video_id": TEXT,
        "text": TEXT,
        "like_count": COUNT,
        "reply_count": COUNT,
        "parent_comment_id": TEXT,
        "create_time": COUNT,
    },
    "user info": {
        "username": TEXT,
        "display_name": TEXT,
        "bio_description": TEXT,
        "avatar_url": TEXT,
        "is_verified": FLAG,
        "follower_count": COUNT,
        "following_count": COUNT,
        "likes_count": COUNT,
        "video_count": COUNT,
    },
    "liked": LIKED_COLUMNS | {"liked_by_user": TEXT},
    "pinned": LIKED_COLUMNS | {"pinned_by_user": TEXT},
    "reposted": LIKED_COLUMNS | {"favorites_count": COUNT, "reposted_by_user": TEXT},
    "followers": {"username": TEXT, "display_name": TEXT, "following_user": TEXT},
    "following": {"username": TEXT, "display_name": TEXT, "following_user": TEXT},
    "playlist": {
        "playlist_id": TEXT,
        "playlist_item_total": COUNT,
        "playlist_name": TEXT,
        "playlist_last_updated": COUNT,
        "playlist_video_ids": TEXT,
    },
}


def types(table: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in table.dtypes.items()}


@pytest.mark.parametrize(
    "pages",
    [
        [],
        [[]],
        [[None, {}, [], 5, "x"]],
        [[{"username": "a"}]],
        [[{"username": None}], [{"id": 1}]],
    ],
    ids=["no page", "an empty page", "no records", "one bare record", "bare records on two pages"],
)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_its_columns_and_types_whatever_came(name: str, pages: list[Any]) -> None:
    table, _ = framed(TABLES[name].schema, *pages)
    expected = COLUMNS[name] | ({"id": TEXT} if "id" in table else {})
    in_order = [column for column in table.columns if column in COLUMNS[name]]
    assert types(table) == expected | ({"username": TEXT} if "username" in table else {})
    assert in_order == list(COLUMNS[name])


@pytest.mark.parametrize("name", TABLES)
def test_every_documented_field_is_known_and_a_column_when_asked_for(name: str) -> None:
    endpoint = TABLES[name]
    table, _ = framed(endpoint.schema, asked=endpoint.documented)
    nested = {"hashtag_info_list", "sticker_info_list", "effect_info_list", "video_label"}
    nested |= {"video_tag", "hashtag_names", "effect_ids", "video_mention_list"}
    objects = {column for column, kind in types(table).items() if kind == "object"}
    assert objects <= nested
    ours = {"id": "video_id", "username": "author_name"} if endpoint is VIDEO_QUERY else {}
    assert {ours.get(field, field) for field in endpoint.documented} <= set(table.columns)


def test_records_that_share_no_fields_do_not_fill_the_memory() -> None:
    builder = TableBuilder(Schema(), None)
    builder.add([{f"field_{n}": n} for n in range(2_000)])
    table = builder.finish()
    assert builder.rows == 2_000
    assert len(table) == 1_000


def test_columns_come_as_asked_then_as_sent_then_whose_they_are() -> None:
    record = {"zeta": 1, "id": "1", "alpha": 2, "username": "a"}
    table, _ = framed(LIKED, [record], asked=("username", "id"))
    assert list(table) == ["username", "id", "zeta", "alpha", "liked_by_user"]


def test_a_search_has_rs_columns_and_those_asked_for() -> None:
    record = {"id": "1", "playlist_id": "2", "video_duration": 3, "new": 4}
    assert list(framed(SEARCH, [record])[0]) == list(COLUMNS["search"])
    asked, _ = framed(SEARCH, [record], asked=("id", "video_duration", "view_count"))
    assert list(asked) == [*COLUMNS["search"], "video_duration"]
    assert asked["video_duration"].tolist() == [3]


def test_a_column_may_come_late() -> None:
    table, _ = framed(LIKED, [{"id": 1}, {"id": 2}], [{"id": 3, "late": 4}], [{"id": 5}])
    assert types(table)["late"] == COUNT
    assert table["late"].tolist() == [pd.NA, pd.NA, 4, pd.NA]


def test_whose_rows_they_are_is_ours_to_say() -> None:
    table, _ = framed(LIKED, [{"id": 1, "liked_by_user": "an impostor"}])
    assert table["liked_by_user"].tolist() == ["somebody"]


@pytest.mark.parametrize(
    ("record", "favorites"),
    [
        ({"favorites_count": 5}, 5),
        ({"favourites_count": 5}, 5),
        ({"favourites_count": 4, "favorites_count": 5}, 5),
        ({"favourites_count": 5, "favorites_count": None}, 5),
    ],
)
def test_tiktoks_old_spelling_has_the_new_name(record: Record, favorites: int) -> None:
    for schema in (REPOSTED_VIDEOS.schema, SEARCH, LIKED):
        table, _ = framed(schema, [{"id": 1, **record}], asked=("id", "favorites_count"))
        assert table["favorites_count"].tolist() == [favorites]
        assert "favourites_count" not in table


def test_an_old_spelling_that_nobody_asked_for_has_the_new_name_too() -> None:
    table, _ = framed(LIKED, [{"id": 1, "favourites_count": 5}])
    assert table["favorites_count"].tolist() == [5]
    assert "favourites_count" not in table


@pytest.mark.parametrize(
    ("record", "video_id"),
    [({"id": 6}, "6"), ({"video_id": 5, "id": 6}, "5"), ({"video_id": None, "id": 6}, "6")],
)
def test_video_id_wins_over_id(record: Record, video_id: str) -> None:
    assert framed(SEARCH, [record])[0]["video_id"].tolist() == [video_id]


# -------------------------------------------------------------------------------------------- rows


def test_a_row_is_a_record_that_says_anything() -> None:
    page = [{"id": "1"}, {}, None, {"id": None}, [], "x", 5, {"new": 1}, {"id": "1"}]
    table, _ = framed(SEARCH, page)
    assert table["video_id"].tolist() == ["1", pd.NA, pd.NA, "1"]


@pytest.mark.parametrize("name", COLUMNS["search"])
def test_a_page_broken_off_half_way_leaves_whole_rows(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = TableBuilder(SEARCH, None)
    builder.add([{"id": "1"}, {"id": "2"}])
    for column, filling in builder._columns:
        if column.name == name:
            monkeypatch.setattr(filling, "append", _broken_off)
    with pytest.raises(KeyboardInterrupt):
        builder.add([{"id": "3"}])
    table = pd.DataFrame(builder.finish())
    assert table["video_id"].tolist() == ["1", "2"]
    assert types(table) == COLUMNS["search"]


def _broken_off(values: list[Any]) -> None:
    raise KeyboardInterrupt


# ------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("7106594312292453675", "7106594312292453675"),
        (7106594312292453675, "7106594312292453675"),
        (5, "5"),
        (2**53 + 1, str(2**53 + 1)),
        (10**30, str(10**30)),
        (1234567890123.0, "1234567890123"),
        ("", ""),
        (None, None),
        (True, "true"),
        (1.5, "1.5"),
        (["ä"], '["ä"]'),
        ({"a": 1}, '{"a": 1}'),
        ("NUL \0, half 🥰: \ud83e", "NUL \0, half 🥰: \ud83e"),
    ],
)
def test_a_text_is_kept_whole_and_what_is_none_becomes_one(sent: Any, held: str | None) -> None:
    assert cells(SEARCH, "music_id", sent, "other") == [held, "other"]
    assert cells(SEARCH, "music_id", sent) == [held]


@pytest.mark.parametrize(
    ("sent", "held", "doubtful"),
    [
        (0, 0, 0),
        (3_000_000_000, 3_000_000_000, 0),
        (2**63 - 1, 2**63 - 1, 0),
        (-5, -5, 0),
        ("15", 15, 0),
        (15.0, 15, 0),
        (None, None, 0),
        (2**63, None, 1),
        (True, None, 1),
        (1.5, None, 1),
        ("many", None, 1),
        ("1_000", None, 1),
        ("9" * 5000, None, 1),
        ([5], None, 1),
        ({}, None, 1),
    ],
)
def test_a_count_is_a_whole_number_or_missing(sent: Any, held: int | None, doubtful: int) -> None:
    record = {"id": 1, "view_count": sent}
    for page in ([record], [record, {"id": 2, "view_count": 7}]):
        table, doubts = framed(SEARCH, page)
        assert types(table)["view_count"] == COUNT
        assert (table["view_count"][0] is pd.NA) if held is None else table["view_count"][0] == held
        assert doubts == ({"view_count": doubtful} if doubtful else {})


def test_doubtful_cells_are_counted_over_all_pages() -> None:
    page = [{"view_count": True, "like_count": 1, "create_time": "soon"}, {"view_count": "x"}]
    assert framed(SEARCH, page, page)[1] == {"view_count": 4, "create_time": 2}


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        (0, "1970-01-01"),
        (1672531200, "2023-01-01"),
        ("1672531200", "2023-01-01"),
        (4102444800, "2100-01-01"),
        (-86400, "1969-12-31"),
        (10**15, None),
        (None, None),
    ],
)
def test_a_time_is_in_utc(sent: Any, held: str | None) -> None:
    (time,) = framed(SEARCH, [{"id": 1, "create_time": sent}])[0]["create_time"]
    assert (time is pd.NaT) if held is None else time == pd.Timestamp(held, tz="UTC")


def test_where_r_has_a_number_a_time_is_one() -> None:
    assert cells(LIKED, "create_time", 1672531200, None) == [1672531200, None]


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        (True, True),
        (False, False),
        ("TRUE", True),
        ("false", False),
        (None, None),
        (1, None),
        ("yes", None),
    ],
)
def test_a_flag_is_true_false_or_missing(sent: Any, held: bool | None) -> None:
    assert cells(LIKED, "is_stem_verified", sent) == [held]


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ([], []),
        (None, []),
        (["a"], ["a"]),
        (["a", "b"], ["a", "b"]),
        ("a", ["a"]),
        (
            ["a", None, 7200000000000000001, {"b": 1}],
            ["a", None, "7200000000000000001", '{"b": 1}'],
        ),
    ],
)
def test_a_list_is_always_a_list_of_texts(sent: Any, held: list[Any] | None) -> None:
    assert cells(SEARCH, "hashtag_names", sent) == [held]
    assert cells(SEARCH, "effect_ids", ["x"], sent, sent) == [["x"], held, held]


@pytest.mark.parametrize("name", ["hashtag_names", "effect_ids", "hashtag_info_list"])
@pytest.mark.parametrize("asked", [("id", "{name}"), ("id",), None])
def test_a_list_that_was_asked_for_and_left_out_is_empty(
    name: str, asked: tuple[str, ...] | None
) -> None:
    fields = asked and tuple(field.format(name=name) for field in asked)
    builder = TableBuilder(SEARCH, fields)
    builder.add([{"id": "1", name: None}, {"id": "2"}, {"id": "3", name: ["a"]}])
    table = builder.finish()
    if name == "hashtag_info_list" and (fields is None or name not in fields):
        assert name not in table  # searches have other columns only if they are asked for
    else:
        missing = None if fields == ("id",) else []
        assert list(table[name]) == [missing, missing, ["a"]]


def test_a_list_that_nobody_asked_for_is_missing_where_it_is_left_out() -> None:
    builder = TableBuilder(LIKED, ("id",))
    builder.add([{"id": "1"}])
    builder.add([{"id": "2", "hashtag_names": ["a"]}, {"id": "3"}])
    assert list(builder.finish()["hashtag_names"]) == [None, ["a"], None]


def test_a_lone_record_is_a_list_of_one() -> None:
    builder = TableBuilder(LIKED, ("id", "hashtag_info_list", "video_label"))
    builder.add([{"id": "1", "hashtag_info_list": {"hashtag_id": 7}, "video_label": {"type": 1}}])
    table = builder.finish()
    assert list(table["hashtag_info_list"]) == [[{"hashtag_id": "7"}]]
    assert list(table["video_label"]) == [{"type": 1}]


@pytest.mark.parametrize(
    ("values", "dtype", "held"),
    [
        ([1, None, 2], "Int64", [1, None, 2]),
        ([True, None], "boolean", [True, None]),
        (["a", None], "string", ["a", None]),
        (["a", 1, True], "string", ["a", "1", "true"]),
        ([1.5, 2, None], "Float64", [1.5, 2.0, None]),
        ([None, None], "object", [None, None]),
        ([{"a": 1}, None], "object", [{"a": 1}, None]),
        ([[1], 2], "object", [[1], 2]),
        ([1, True], "object", [1, True]),
        ([2**63, 1], "string", [str(2**63), "1"]),
        ([1.5, 2**53 + 1], "object", [1.5, 2**53 + 1]),
    ],
)
def test_a_field_nobody_described_gets_the_type_of_its_values(
    values: list[Any], dtype: str, held: list[Any]
) -> None:
    table, _ = framed(OPEN, [{"new": value} for value in values])
    assert str(table["new"].dtype) == dtype
    assert cells(OPEN, "new", *values) == held


def test_a_field_nobody_described_that_names_ids_holds_texts() -> None:
    record = {"sound_id": 2**60, "sound_ids": [2**60], "nested": [{"id": 2**60, "rank": 1}]}
    table, _ = framed(OPEN, [record, {"sound_id": None, "nested": {"sound_id": 5}}])
    assert table["sound_id"].tolist() == [str(2**60), pd.NA]
    assert table["sound_ids"].tolist() == [[str(2**60)], None]
    assert table["nested"].tolist() == [[{"id": str(2**60), "rank": 1}], {"sound_id": "5"}]


def test_raw_records_have_ids_as_texts_and_nothing_else_changed() -> None:
    raw = {"id": 1, "view_count": 2, "effect_ids": [3, "4"], "is_id": True, "x": [{"a_id": 5.5}]}
    assert with_text_ids(raw) == {
        "id": "1",
        "view_count": 2,
        "effect_ids": ["3", "4"],
        "is_id": True,
        "x": [{"a_id": 5.5}],
    }


def test_a_column_with_a_gap_is_not_copied_through_floats() -> None:
    ids = [7200000000000000000 + row for row in range(100)]
    records = [{"id": row, "music_id": id if row % 2 else None} for row, id in enumerate(ids)]
    music = framed(SEARCH, records)[0]["music_id"]
    assert music.dropna().tolist() == [str(id) for id in ids[1::2]]


def test_counts_share_no_memory_with_what_is_still_being_filled() -> None:
    counts = Counts()
    counts.append([1, 2])
    early = counts.finish(2)
    counts.append([3])
    assert early.tolist() == [1, 2]
    assert counts.finish(3).tolist() == [1, 2, 3]


# -------------------------------------------------------------------------------------- properties

_FIELDS = sorted({field for endpoint in TABLES.values() for field in endpoint.documented})
_RECORDS = st.dictionaries(st.sampled_from(_FIELDS) | texts, json_values, max_size=6)
_PAGES = st.lists(st.lists(_RECORDS | json_values, max_size=4), max_size=3)


@given(st.sampled_from(sorted(TABLES)), _PAGES)
def test_any_json_is_a_table_with_a_row_for_every_record(name: str, pages: list[list[Any]]) -> None:
    endpoint: Endpoint = TABLES[name]
    table, doubtful = framed(endpoint.schema, *pages)
    records = [record for page in pages for record in page if record and isinstance(record, dict)]
    assert len(table) == len(records)
    assert {column: types(table)[column] for column in COLUMNS[name]} == COLUMNS[name]
    assert set(doubtful) <= set(table.columns)


@given(st.lists(st.none() | whole | st.text(), min_size=1))
def test_no_digit_of_an_id_is_lost(ids: list[int | str | None]) -> None:
    held = cells(SEARCH, "music_id", *ids)
    assert held == [None if id is None else str(id) for id in ids]


@given(st.lists(st.none() | whole, min_size=1))
def test_no_digit_of_a_count_is_wrong(counts: list[int | None]) -> None:
    held = cells(SEARCH, "view_count", *counts)
    fits = [None if c is None or abs(c) >= 2**63 else c for c in counts]
    assert held == fits


@given(st.lists(st.none() | whole | st.floats(allow_nan=False), min_size=1))
def test_no_digit_of_a_field_nobody_described_is_lost(values: list[Any]) -> None:
    held = cells(OPEN, "new", *values)
    assert all(kept == sent or kept == str(sent) for kept, sent in zip(held, values, strict=True))


@given(st.lists(st.none() | texts, min_size=1))
def test_no_character_of_a_text_is_lost(sent: list[str | None]) -> None:
    assert cells(SEARCH, "video_description", *sent) == sent
    assert cells(SEARCH, "hashtag_names", sent) == [sent]
    assert cells(OPEN, "new", *sent) == sent


@given(st.lists(_RECORDS, max_size=6), st.integers(min_value=0, max_value=6))
def test_it_does_not_matter_how_records_are_spread_over_pages(
    records: list[Record], cut: int
) -> None:
    at_once, _ = framed(LIKED, records)
    spread, _ = framed(LIKED, records[:cut], records[cut:])
    pd.testing.assert_frame_equal(at_once, spread)


# --------------------------------------------------------------------------- garbage collection


def test_garbage_collection_is_paused_and_goes_on_also_after_an_error() -> None:
    @paused_garbage_collection()
    def fail() -> None:
        with paused_garbage_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert gc.isenabled()


def test_garbage_collection_that_is_off_stays_off_and_what_is_frozen_frozen() -> None:
    gc.collect()
    gc.freeze()
    frozen = gc.get_freeze_count()
    try:
        with paused_garbage_collection():
            pass
        assert gc.get_freeze_count() > frozen // 2  # some of them may be gone by themselves
        gc.disable()
        with paused_garbage_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
