"""What users type, made into what TikTok takes; and what is refused, with which sentence."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import python_values, texts
from traktok import _inputs

VIDEO = "7106594312292453675"
LIST = "7123456789012345678"
IdReader = Callable[[Any], list[str]]


# ---------------------------------------------------------------------------------------- ids


@pytest.mark.parametrize("read", [_inputs.video_ids, _inputs.comment_ids, _inputs.playlist_ids])
@pytest.mark.parametrize(
    ("given_id", "ids"),
    [
        (VIDEO, [VIDEO]),
        (int(VIDEO), [VIDEO]),
        (f" {VIDEO}\n", [VIDEO]),
        (np.int64(VIDEO), [VIDEO]),
        (np.uint64(2**64 - 1), [str(2**64 - 1)]),
        (2**53 + 1, [str(2**53 + 1)]),
        (10**40, [str(10**40)]),
        ("0012", ["0012"]),
        (0, ["0"]),
        (["1", 2, "3"], ["1", "2", "3"]),
        (("1", "2"), ["1", "2"]),
        (pd.Series(["1", "2"], dtype="string"), ["1", "2"]),
        (pd.Series([1, 2], dtype="Int64"), ["1", "2"]),
        (pd.Index(["1"]), ["1"]),
        (np.array([1, 2]), ["1", "2"]),
        (["2", "1", 2, " 1"], ["2", "1"]),
        ([], []),
    ],
)
def test_ids_are_kept_digit_for_digit_in_their_order_each_once(
    read: IdReader, given_id: Any, ids: list[str]
) -> None:
    assert read(given_id) == ids


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.tiktok.com/@tiktok/video/{VIDEO}",
        f"https://www.tiktok.com/@tiktok/video/{VIDEO}/",
        f"https://www.tiktok.com/@tiktok/video/{VIDEO}?is_copy_url=1&is_from_webapp=v1",
        f"https://www.tiktok.com/@tiktok/video/{VIDEO}/?q=%23rstats#comments",
        f"https://www.tiktok.com/@tiktok/video/{VIDEO}#comments",
        f"https://www.tiktok.com/@tiktok/photo/{VIDEO}",
        f"https://m.tiktok.com/v/{VIDEO}.html",
        f"https://tiktok.com/@tiktok/video/{VIDEO}",
        f"http://WWW.TikTok.com/@tiktok/video/{VIDEO}",
        f"www.tiktok.com/@tiktok/video/{VIDEO}",
        f"tiktok.com/@tiktok/video/{VIDEO}",
        f"  https://www.tiktok.com/@tiktok/video/{VIDEO} ",
        f"https://www.tiktok.com/@123/video/{VIDEO}?item=456",
    ],
)
def test_the_id_is_found_in_the_address_of_a_video(url: str) -> None:
    assert _inputs.video_ids(url) == [VIDEO]


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.tiktok.com/@user/playlist/My-Playlist-{LIST}?lang=en",
        f"https://www.tiktok.com/@user/playlist/Name-{LIST}",
        f"https://www.tiktok.com/@user/playlist/{LIST}/",
        f"https://www.tiktok.com/@user/playlist/Top%2010%20of%202024-{LIST}",
        f"https://www.tiktok.com/@user/playlist/日本-{LIST}/video/1",
        f"https://www.tiktok.com/@user/playlist/Part-1%2F2-{LIST}",
    ],
)
def test_the_id_of_a_playlist_is_the_last_number_of_its_segment(url: str) -> None:
    assert _inputs.playlist_ids(url) == [LIST]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://vm.tiktok.com/ZMabcdef/", "is a short link; open it in a browser"),
        ("https://vt.tiktok.com/ZMabcdef/", "is a short link"),
        ("https://www.tiktok.com/t/ZMabcdef/", "is a short link"),
        (f"https://example.org/@a/video/{VIDEO}", "is not a page of tiktok.com"),
        (f"https://tiktok.com.evil.example/@a/video/{VIDEO}", "is not a page of tiktok.com"),
        (f"https://eviltiktok.com/@a/video/{VIDEO}", "is not a page of tiktok.com"),
        ("https://www.tiktok.com/@tiktok", "no id in"),
        ("https://www.tiktok.com/@tiktok/video/", "no id in"),
        (f"https://www.tiktok.com/@tiktok?video={VIDEO}", "no id in"),
        ("https://www.tiktok.com/@tiktok/video/٣", "no id in"),
        ("https://[tiktok.com/video/1", "is not a URL"),
    ],
)
@pytest.mark.parametrize("read", [_inputs.video_ids, _inputs.playlist_ids])
def test_an_address_without_an_id_is_refused(read: IdReader, url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refused:
        read(url)
    assert repr(url) in str(refused.value)


def test_a_comment_has_no_address() -> None:
    with pytest.raises(ValueError, match="give the id of the comment"):
        _inputs.comment_ids(f"https://www.tiktok.com/@a/video/{VIDEO}")


@pytest.mark.parametrize(
    ("no_id", "reason"),
    [
        ("", "no id in ''"),
        ("cats", "no id in 'cats'"),
        ("1e5", "no id in '1e5'"),
        ("-5", "no id in '-5'"),
        ("１２", "no id in '１２'"),
        ("71,72", "no id in '71,72'"),
        (-5, "-5 is negative"),
        (float(VIDEO), "is a float and has lost digits; keep ids as strings"),
        (np.float64(5), "is a float and has lost digits"),
        (Decimal(5), "has lost digits"),
        (None, "is missing"),
        (pd.NA, "is missing"),
        (math.nan, "is missing"),
        (["1", None], "is missing"),
        (pd.Series(["1", None]), "is missing"),
        (pd.Series([7.1e18, math.nan]), "is a float"),
    ],
)
@pytest.mark.parametrize("read", [_inputs.video_ids, _inputs.comment_ids, _inputs.playlist_ids])
def test_what_is_no_id_is_a_value_error(read: IdReader, no_id: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(no_id)


@pytest.mark.parametrize(
    "no_id", [True, b"71", [["1"]], {"video_id": "1"}, pd.DataFrame({"id": ["1"]}), object()]
)
def test_what_can_hold_no_id_is_a_type_error(no_id: Any) -> None:
    with pytest.raises(TypeError, match="video_id must be"):
        _inputs.video_ids(no_id)


# -------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("given_name", "names"),
    [
        ("tiktok", ["tiktok"]),
        ("@tiktok", ["tiktok"]),
        (" @tiktok ", ["tiktok"]),
        ("smooth.learning_c", ["smooth.learning_c"]),
        ("tiktok.com", ["tiktok.com"]),
        ("日本語", ["日本語"]),
        ("https://www.tiktok.com/@tiktok", ["tiktok"]),
        ("https://www.tiktok.com/@tiktok/", ["tiktok"]),
        ("https://www.tiktok.com/@tiktok?lang=en", ["tiktok"]),
        ("https://www.tiktok.com/@tiktok#top", ["tiktok"]),
        ("https://www.tiktok.com/%40tiktok", ["tiktok"]),
        (f"https://www.tiktok.com/@tiktok/video/{VIDEO}", ["tiktok"]),
        ("https://m.tiktok.com/@tiktok", ["tiktok"]),
        ("tiktok.com/@tiktok", ["tiktok"]),
        (["b", "@a", "https://www.tiktok.com/@b", "a"], ["b", "a"]),
        (pd.Series(["a", "b"]), ["a", "b"]),
        ((name for name in ["a", "b"]), ["a", "b"]),
        ([], []),
    ],
)
def test_names_are_cleaned_and_kept_in_their_order_each_once(
    given_name: Any, names: list[str]
) -> None:
    assert _inputs.usernames(given_name) == names


@pytest.mark.parametrize(
    ("no_name", "reason"),
    [
        ("", "username is empty"),
        (" ", "username is empty"),
        ("@", "username is empty"),
        ("a b", "'a b' is not a valid username"),
        ("a,b", "'a,b' is not a valid username"),
        ("a/b", "'a/b' is not a valid username"),
        ("tiktok\u200b", r"'tiktok\\u200b' is not a valid username"),
        ("tik\0tok", "is not a valid username"),
        ("https://www.tiktok.com/", "no user in"),
        ("https://www.tiktok.com/tag/rstats", "no user in"),
        ("https://www.tiktok.com/@a%20b", "is not a valid username"),
        ("https://example.org/@tiktok", "is not a page of tiktok.com"),
        ("https://vm.tiktok.com/ZMabcdef/", "is a short link"),
        (None, "username is missing"),
        (pd.NA, "username is missing"),
        (math.nan, "username is missing"),
        (["a", None], "username is missing"),
        (pd.Series(["a", None]), "username is missing"),
    ],
)
def test_what_is_no_name_is_a_value_error(no_name: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        _inputs.usernames(no_name)


@pytest.mark.parametrize("no_name", [5, 1.5, True, b"a", {"x": "a"}, pd.DataFrame({"x": ["a"]})])
def test_what_can_be_no_name_is_a_type_error(no_name: Any) -> None:
    with pytest.raises(TypeError, match="username must be"):
        _inputs.usernames(no_name)


# -------------------------------------------------------------------------------------- dates

NEW_YORK = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    "spelling",
    [
        "20240105",
        "2024-01-05",
        "2024-1-5",
        " 2024-01-05 ",
        date(2024, 1, 5),
        datetime(2024, 1, 5, 23, 30),
        datetime(2024, 1, 4, 23, 30, tzinfo=NEW_YORK),  # its day in UTC counts
        pd.Timestamp("2024-01-06 08:30", tz="Asia/Tokyo"),
        pd.Timestamp("2024-01-05 23:30"),
        "2024/01/05",
        "2024/1/5",
        "2024-01-05 23:30",
        "2024-01-05T23:30:00Z",
        "2024-01-05 23:30:00.5+0200",
        np.datetime64("2024-01-05"),
        np.datetime64("2024-01-05T23:30:00.123456789"),
    ],
    ids=repr,
)
def test_a_day_may_be_written_in_many_ways(spelling: Any) -> None:
    assert _inputs.day(spelling, "start_date") == date(2024, 1, 5)


@pytest.mark.parametrize(
    ("no_day", "reason"),
    [
        ("2023-02-29", "to: there is no day '2023-02-29' in the calendar"),
        ("20231301", "to: there is no day '20231301' in the calendar"),
        ("0000-01-01", "to: there is no day"),
        ("", "to: can't read ''"),
        ("2024", "to: can't read '2024' as a date; write 'YYYY-MM-DD' or 'YYYYMMDD'"),
        ("05.01.2024", "to: can't read"),
        ("20240105x", "to: can't read"),
        ("2024-01-05 and more", "to: can't read"),
        ("2024-01/05", "to: can't read"),
        (np.datetime64("20000-01-01"), "to: can't read"),
        (pd.NaT, "to is missing"),
        (np.datetime64("NaT", "s"), "to is missing"),
    ],
)
def test_what_is_no_day_is_a_value_error(no_day: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        _inputs.day(no_day, "to")


@pytest.mark.parametrize(
    "no_day", [20240105, np.int64(20240105), 1.5, True, ["2024-01-05"], None, pd.NA, math.nan]
)
def test_what_can_be_no_day_is_a_type_error(no_day: Any) -> None:
    with pytest.raises(TypeError, match=r"start_date must be a date, a datetime or a string"):
        _inputs.day(no_day, "start_date")


SEARCH = ("start_date", "end_date")


def test_reversed_days_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"start_date \(2024-01-02\) is after end_date .*: swap them"
    ):
        _inputs.windows("2024-01-02", "2024-01-01", SEARCH)
    with pytest.raises(ValueError, match=r"since \(2024-01-02\) is after to"):
        _inputs.windows("2024-01-02", "2024-01-01")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr("traktok._clock.now", moment.timestamp)

    return set_clock


@pytest.mark.parametrize(
    ("moment", "today"),
    [
        (datetime(2024, 3, 1, 0, 0, 1, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 19, 30, tzinfo=NEW_YORK), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=9))), date(2024, 2, 29)),
    ],
)
def test_days_left_out_are_those_of_tiktoks_clock(
    at: Callable[[datetime], None], moment: datetime, today: date
) -> None:
    at(moment)
    assert _inputs.windows(None, None, default=today) == [(today, today)]
    assert _inputs.windows(today, None) == [(today, today)]


def test_a_default_day_is_checked_like_any_other(at: Callable[[datetime], None]) -> None:
    at(datetime(2024, 3, 1, 12, tzinfo=UTC))
    with pytest.raises(ValueError, match=r"is after end_date .*: .* its default: give both"):
        _inputs.windows(None, "2024-01-01", SEARCH, date(2024, 2, 29))
    with pytest.raises(ValueError, match=r"is after to .*: .* its default: give both"):
        _inputs.windows("2024-04-01", None)


def _windows(*days: str) -> list[tuple[date, date]]:
    parsed = [date.fromisoformat(day) for day in days]
    return list(zip(parsed[::2], parsed[1::2], strict=True))


@pytest.mark.parametrize(
    ("since", "to", "windows"),
    [
        ("2024-01-01", "2024-01-01", _windows("2024-01-01", "2024-01-01")),
        ("2024-01-01", "2024-01-31", _windows("2024-01-01", "2024-01-31")),
        ("9999-12-30", "9999-12-31", _windows("9999-12-30", "9999-12-31")),
        (
            "2024-01-01",
            "2024-02-01",
            _windows("2024-01-01", "2024-01-31", "2024-02-01", "2024-02-01"),
        ),
        (
            "2024-01-01",
            "2024-03-02",
            _windows("2024-01-01", "2024-01-31", "2024-02-01", "2024-03-02"),
        ),
        (
            "2024-01-31",
            "2024-05-31",
            _windows(
                *("2024-01-31", "2024-03-01", "2024-03-02", "2024-04-01"),
                *("2024-04-02", "2024-05-02", "2024-05-03", "2024-05-31"),
            ),
        ),
    ],
)
def test_windows_are_rs(since: str, to: str, windows: list[tuple[date, date]]) -> None:
    assert _inputs.windows(since, to) == windows


@given(st.dates(), st.integers(min_value=0, max_value=4000))
def test_windows_cover_every_day_once(since: date, days: int) -> None:
    to = min(since, date.max - timedelta(days=days)) + timedelta(days=days)
    since = to - timedelta(days=days)
    windows = _inputs.windows(since, to)
    covered = [
        start + timedelta(days=n) for start, end in windows for n in range((end - start).days + 1)
    ]
    assert covered == [since + timedelta(days=n) for n in range(days + 1)]
    assert all(end - start <= timedelta(days=30) for start, end in windows)


@given(st.dates())
def test_a_day_goes_there_and_back(day: date) -> None:
    assert _inputs.day(_inputs.compact(day), "to") == day
    assert _inputs.day(day.isoformat(), "to") == day


# --------------------------------------------------------------------- fields, pages, cursors

KNOWN = ("id", "username", "create_time")
INSTEAD = {"author_name": "username"}


@pytest.mark.parametrize(
    ("given_fields", "asked"),
    [
        ("all", None),
        (["all"], None),
        (" all ", None),
        ("id", ("id",)),
        ("id, username ,", ("id", "username")),
        (["username", "id", "username"], ("username", "id")),
        (("id",), ("id",)),
        (pd.Series(["id"]), ("id",)),
    ],
)
def test_fields_may_be_all_a_comma_string_or_a_sequence(
    given_fields: Any, asked: tuple[str, ...] | None
) -> None:
    assert _inputs.fields(given_fields, KNOWN, INSTEAD) == asked


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        ("usernme", ValueError, "has no field 'usernme' here; did you mean 'username'"),
        ("auther_name", ValueError, r"has no field 'auther_name' here; did you mean 'username'\?"),
        ("id,x", ValueError, r"has no field 'x' here\. The fields are id, "),
        (["author_name"], ValueError, "TikTok calls it 'username'"),
        ("", ValueError, "fields is empty"),
        ([], ValueError, "fields is empty"),
        (" , ", ValueError, "fields is empty"),
        (None, TypeError, "fields must be 'all', or names as a list"),
        (5, TypeError, "fields must be 'all', or names as a list"),
        ({"id": True}, TypeError, "fields must be 'all', or names as a list"),
        (["id", 5], TypeError, "5 is not a string"),
        (["id", None], TypeError, "None is not a string"),
    ],
)
def test_fields_that_cannot_be_right_are_refused(
    wrong: Any, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        _inputs.fields(wrong, KNOWN, INSTEAD)


@pytest.mark.parametrize(
    ("given_limit", "limit"), [(1, 1), (20, 20), (2.0, 2), (np.int64(3), 3), (math.inf, math.inf)]
)
def test_a_limit_of_pages_is_a_whole_number_or_none_at_all(given_limit: Any, limit: float) -> None:
    assert _inputs.page_limit(given_limit) == limit


@pytest.mark.parametrize(
    "wrong", [0, -1, 1.5, math.nan, -math.inf, True, None, "2", pd.NA, [1], 1j, Decimal("1.5")]
)
def test_any_other_limit_of_pages_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"max_pages must be a positive integer or math.inf"):
        _inputs.page_limit(wrong)


@pytest.mark.parametrize(
    ("given_cursor", "cursor"),
    [
        (0, 0),
        (100, 100),
        ("100", 100),
        (100.0, 100),
        (10**19, 10**19),
        (np.int64(5), 5),
        (None, None),
        (pd.NA, None),
    ],
)
def test_a_cursor_is_a_whole_number(given_cursor: Any, cursor: int | None) -> None:
    assert _inputs.start_cursor(given_cursor) == cursor


@pytest.mark.parametrize("wrong", [-1, 1.5, math.nan, math.inf, True, "x", "", "٣", [1], 1j])
def test_any_other_cursor_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="start_cursor must be"):
        _inputs.start_cursor(wrong)


@pytest.mark.parametrize(
    ("given_id", "search_id"),
    [("72013", "72013"), (" 72013 ", "72013"), (72013, "72013"), (None, None), (pd.NA, None)],
)
def test_a_search_id_is_a_text(given_id: Any, search_id: str | None) -> None:
    assert _inputs.search_id(given_id) == search_id


@pytest.mark.parametrize("wrong", ["", " ", True, 1.0, b"1", ["1"], math.nan])
def test_any_other_search_id_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="search_id must be a string"):
        _inputs.search_id(wrong)


@pytest.mark.parametrize(
    ("given_flag", "flag"), [(True, True), (False, False), (np.True_, True), (None, None)]
)
def test_a_switch_is_on_off_or_left_out(given_flag: Any, flag: bool | None) -> None:
    assert _inputs.flag(given_flag, "is_random") is flag


@pytest.mark.parametrize("wrong", [1, 0, "yes", "TRUE", [], math.nan])
def test_any_other_switch_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="is_random must be True or False"):
        _inputs.flag(wrong, "is_random")


# ----------------------------------------------------------------------------------- whatever

READERS: dict[str, Callable[[Any], Any]] = {
    "usernames": _inputs.usernames,
    "video_ids": _inputs.video_ids,
    "comment_ids": _inputs.comment_ids,
    "playlist_ids": _inputs.playlist_ids,
    "day": lambda value: _inputs.day(value, "start_date"),
    "windows": lambda value: _inputs.windows(value, value),
    "fields": lambda value: _inputs.fields(value, KNOWN, INSTEAD),
    "page_limit": _inputs.page_limit,
    "start_cursor": _inputs.start_cursor,
    "search_id": _inputs.search_id,
    "flag": lambda value: _inputs.flag(value, "is_random"),
}
_URLS = st.builds(
    "{}{}/{}{}".format,
    st.sampled_from(["https://", "http://", "", "//"]) | texts,
    st.sampled_from(["www.tiktok.com", "tiktok.com", "vm.tiktok.com", "example.org"]) | texts,
    st.sampled_from(["@a", "@a/video/", "@a/playlist/", "v/"]) | texts,
    st.from_regex(r"[0-9]{0,25}", fullmatch=True) | texts,
)


@pytest.mark.parametrize("reader", READERS)
@given(value=texts | _URLS | python_values)
def test_any_argument_is_taken_or_refused(reader: str, value: Any) -> None:
    with contextlib.suppress(ValueError, TypeError):
        READERS[reader](value)


@pytest.mark.parametrize(
    "prefix", ["", "https://www.tiktok.com/@a/video/", "https://m.tiktok.com/v/"]
)
@given(digits=st.from_regex(r"[0-9]{1,40}", fullmatch=True))
def test_no_digit_of_an_id_is_lost(prefix: str, digits: str) -> None:
    assert _inputs.video_ids(prefix + digits) == [digits]


@given(st.integers(min_value=0))
def test_no_digit_of_a_number_is_lost(number: int) -> None:
    assert _inputs.video_ids(number) == [str(number)]


@given(st.floats(allow_nan=False) | st.fractions().filter(lambda x: x != int(x)))
def test_a_number_with_a_fraction_is_never_an_id(number: float | Fraction) -> None:
    with pytest.raises(ValueError, match=r"float|negative"):
        _inputs.video_ids(number)
