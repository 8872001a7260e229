"""Videos by their pages: a row for each whatever happens, files whole or not at all, no loss."""

from __future__ import annotations

import contextlib
import json
import math
import shlex
import subprocess
import sys
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from traktok import (
    ApiError,
    AuthError,
    ConnectionFailed,
    TraktokError,
    TraktokWarning,
    read_results,
    tt_videos,
    tt_videos_hidden,
)
from traktok import tt_request_hidden as request
from traktok.cli import app
from traktok.hidden import _media, _web
from traktok.sandbox.replies import Reply
from traktok.sandbox.web import Asked, Website, conditions, world

pytestmark = pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")

_COLUMNS = """
    video_id video_url video_timestamp video_length video_title video_locationcreated
    video_diggcount video_sharecount video_commentcount video_playcount author_id author_secuid
    author_username author_nickname author_bio download_url html_status music challenges
    is_secret is_for_friend is_slides video_status video_status_code content_classified
"""
COLUMNS = _COLUMNS.split()
FINE_MEDIA = {"media_breaking", "media_large", "media_slow"}
# A wait of a day is not made: there is no second try.
MEDIA = sorted(set(conditions.MEDIA_CONDITIONS) - {"media_busy_long"})
# For how many requests both links of a page fail, where each does not take one.
REQUESTS = {
    "media_busy": 1,  # the server asks for time: the other link is not tried
    "media_changing": 4,  # each is requested again where it broke off
}
POST, PHOTO = Website.search[0], Website.search[9]


def videos(*args: Any, **kwargs: Any) -> pd.DataFrame:
    """Get metadata alone."""
    return tt_videos_hidden(*args, **{"save_video": False, "max_tries": 2, **kwargs})


@pytest.fixture(autouse=True)
def site(logged_in: Website, slept: list[float], folder: Path) -> Website:
    return logged_in


# ------------------------------------------------------------------------------------- rows


def test_a_row_holds_what_the_page_tells() -> None:
    row = videos(POST.url).iloc[0]
    assert row.video_id == POST.id
    assert row.video_timestamp == pd.Timestamp(1675963000, unit="s", tz="UTC")
    assert row.author_secuid == POST.author.sec_uid
    assert row.video_playcount == 50_000_000_000
    assert row.video_title.endswith("</scripted> #rstats 日本")
    assert row.challenges == [{"id": "11111", "title": "rstats", "desc": ""}]
    assert (row.html_status, row.video_status, row.video_status_code) == (200, "", 0)
    assert (row.is_secret, row.is_slides, row.content_classified) == (False, False, False)


@pytest.mark.parametrize("condition", ["fine", "older_container", "deleted", "gone", "no_json"])
def test_every_table_has_the_same_columns_and_types(site: Website, condition: str) -> None:
    site.arrange(POST.id, condition)
    table, empty = videos([POST.url]), videos([])
    assert list(table.columns) == COLUMNS == list(empty.columns)
    assert table.dtypes.to_dict() == empty.dtypes.to_dict()


def test_both_containers_give_the_same_row(site: Website) -> None:
    today = videos(POST.url)
    site.arrange(POST.id, "older_container")
    pd.testing.assert_frame_equal(videos(POST.url), today)


@pytest.mark.parametrize(
    ("condition", "status", "code", "asked"),
    [
        ("deleted", "status_deleted", 10204, 1),
        ("self_see", "status_self_see", 10204, 1),
        ("reviewing", "status_reviewing", 10204, 1),
        ("cross_border", "cross_border_violation", 10204, 1),
        ("private", "", 10222, 1),
        ("gone", "html_error", 404, 1),
        ("forbidden", "html_error", 403, 1),
        ("server_error", "html_error", 500, 1),
        ("busy", "html_error", 503, 2),
        ("rate_limited", "html_error", 429, 2),
        ("rate_limited_long", "html_error", 429, 1),
        ("dropped", "no_answer", None, 2),
        ("reset", "no_answer", None, 2),
        ("please_wait", "no_data: please wait", None, 2),
        ("captcha", "no_data: captcha", None, 2),
        ("captcha_beside_json", "no_data: captcha", None, 2),
        ("please_wait_beside_json", "no_data: please wait", None, 2),
        ("login_beside_json", "no_data: log-in wall", None, 2),
        ("login_by_script", "no_data: log-in wall", None, 2),
        ("no_item", "no_data: nothing in webapp.video-detail", None, 2),
        ("no_item_in_the_older_container", "no_data: nothing in ItemModule", None, 2),
        ("no_json", "no_data: no JSON", None, 2),
        ("bad_json", "no_data: unreadable JSON", None, 2),
        ("empty", "no_data: no JSON", None, 2),
        ("url_as_json", "no_data: unreadable JSON", None, 2),
        ("path_as_json", "no_data: unreadable JSON", None, 2),
        ("deep_json", "no_data: unreadable JSON", None, 2),
        ("fifty_megabytes", "no_data: page too large", None, 2),
        ("leads_away", "no_data: it leads to https://tiktok.com.evil.example", None, 1),
        ("leads_away_by_a_backslash", "no_data: it leads to https://evil.example", None, 1),
        ("leads_round", "no_data: it leads through too many redirects", None, _web._MOST_HOPS),
    ],
)
def test_what_fails_is_a_row_that_says_why(
    site: Website, condition: str, status: str, code: int | None, asked: int
) -> None:
    site.arrange(POST.id, condition)
    with pytest.warns(TraktokWarning, match="1 of 2 rows have no data"):
        table = videos([POST.url, Website.search[1].url])
    failed = table.iloc[0]
    assert (failed.video_status or "").startswith(status)
    assert failed.video_status_code == code if code else pd.isna(failed.video_status_code)
    assert failed.video_id == POST.id
    assert pd.isna(failed.video_title)
    assert pd.isna(failed.is_secret)
    assert table.video_title.notna().tolist() == [False, True]
    assert site.pages_asked().count(POST.id) == asked


def test_a_page_is_utf_8_whatever_it_says(site: Website) -> None:
    expected = videos(POST.url)
    site.arrange(POST.id, "odd_charset")
    pd.testing.assert_frame_equal(videos(POST.url), expected)


def test_a_refusal_without_words_is_put_into_some(site: Website) -> None:
    site.arrange(POST.id, "private")
    with pytest.warns(TraktokWarning, match=r"1 private \(status 10222\)\.$"):
        videos(POST.url)


def test_a_log_in_wall_is_named(site: Website) -> None:
    site.arrange(POST.id, "login_wall")
    assert videos(POST.url).video_status[0] == "no_data: log-in wall"


@pytest.mark.parametrize("condition", ["please_wait", "busy", "dropped", "bad_json"])
def test_what_passes_is_tried_again(site: Website, condition: str, slept: list[float]) -> None:
    site.arrange(POST.id, condition, times=2)
    assert videos(POST.url, max_tries=3).video_title.notna().all()
    assert len(slept) == 2


def test_the_wait_that_is_asked_for_is_kept(site: Website, slept: list[float]) -> None:
    site.arrange(POST.id, "rate_limited", times=1)
    videos(POST.url)
    assert slept == [7]


def test_waits_come_between_pages_alone(slept: list[float]) -> None:
    videos([post.url for post in Website.search[:3]], sleep_pool=4)
    assert len(slept) == 2
    assert all(0 <= wait <= 4 for wait in slept)


def test_many_at_once_come_as_a_list_a_column_or_one_by_one() -> None:
    urls = [POST.url, PHOTO.url]
    for many in (tuple(urls), pd.Series(urls), np.array(urls), pd.Index(urls), (u for u in urls)):
        table = videos(many, sleep_pool=(seconds for seconds in (1, 2)))
        assert table.video_id.tolist() == [POST.id, PHOTO.id]


def test_ten_thousand_of_one_are_one(site: Website) -> None:
    assert len(videos([POST.url, POST.id] * 5_000)) == 1
    assert len(site.asked) == 1


def test_a_video_is_fetched_once_however_it_is_called(site: Website) -> None:
    spellings = [POST.id, int(POST.id), f" {POST.url}?lang=de", POST.url, POST.short_link]
    assert videos(spellings).video_id.tolist() == [POST.id]
    assert len(site.pages_asked()) == 1


def test_a_short_link_leads_to_its_video(site: Website) -> None:
    table = videos(POST.short_link, cache_dir="cache")
    assert table.video_id.tolist() == [POST.id]
    assert videos(POST.short_link, cache_dir="cache").video_title.notna().all()
    assert len(site.pages_asked()) == 1


def test_a_short_link_to_nothing_is_a_row() -> None:
    table = videos(["https://vm.tiktok.com/Znothing/", POST.url])
    assert table.video_status.tolist() == ["html_error", ""]


@pytest.mark.parametrize(
    ("leads_to", "trouble", "asked"),
    [
        ("https://www.tiktok.com/login?redirect_url=x", "log-in wall", 4),
        ("https://www.tiktok.com/@tiktok", "the link does not lead to a post", 2),
        ("https://www.tiktok.com/", "the link does not lead to a post", 2),
    ],
)
def test_a_short_link_says_where_else_it_leads(
    site: Website, leads_to: str, trouble: str, asked: int
) -> None:
    site.short_links_lead_to = leads_to
    assert videos(POST.short_link).video_status[0] == f"no_data: {trouble}"
    assert len(site.asked) == asked


@pytest.mark.parametrize("wrong", ["https://[x", "https://[::1/video/1", "https://[x]/video/1"])
def test_what_is_no_address_is_refused_in_plain_words(site: Website, wrong: str) -> None:
    for call in (videos, request):
        with pytest.raises(ValueError, match=r"is not a URL|is not a page of tiktok"):
            call(wrong)
    assert site.asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        None,
        math.nan,
        7200000000000000001.0,
        "https://www.tiktok.com/@tiktok",
        "https://www.tiktok.com/",
        "https://tiktok.com.evil.example/@a/video/7200000000000000001",
        "https://www.tiktok.com/@a/video/../../escaped",
        "../../etc/passwd",
    ],
)
def test_what_is_no_post_is_refused_and_nothing_is_sent(site: Website, wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        videos([POST.url, wrong])
    assert site.asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tries": 0},
        {"max_tries": 1.5},
        {"max_tries": math.inf},
        {"max_tries": math.nan},
        {"sleep_pool": []},
        {"sleep_pool": -1},
        {"sleep_pool": "x"},
        {"cache_dir": "file/below"},
        {"dir": 3, "save_video": True},
        {"dir": "~nobody-here/files", "save_video": True},
        {"cookiefile": "~nobody-here/cookies.txt"},
    ],
)
def test_an_argument_that_cannot_be_right_is_refused(site: Website, wrong: dict[str, Any]) -> None:
    Path("file").touch()
    with pytest.raises((ValueError, TypeError), match=f"^{next(iter(wrong))}"):
        videos(POST.url, **wrong)
    assert site.asked == []


@pytest.mark.parametrize("condition", ["captcha_beside_json", "no_item"])
def test_one_video_alone_is_a_row_too_and_no_page_is_kept(site: Website, condition: str) -> None:
    site.arrange(POST.id, condition)
    (status,) = videos(POST.url, cache_dir="cache").video_status
    assert status.startswith("no_data")
    assert list(Path("cache").iterdir()) == []


# ------------------------------------------------------------------------- pages of a new shape


def test_a_new_shape_everywhere_is_one_error(site: Website) -> None:
    other = Website.search[1]
    site.arrange(POST.id, "new_shape")
    site.arrange(other.id, "new_shape")
    with pytest.raises(ApiError, match=r"webapp\.video-detail.*report") as caught:
        videos([POST.url, other.url], cache_dir="cache")
    assert len(caught.value.partial) == 2
    assert sorted(path.name for path in Path("cache").iterdir()) == [
        f"{POST.id}.html",
        f"{other.id}.html",
    ]
    assert "post-detail" in Path("cache", f"{POST.id}.html").read_text()


@pytest.mark.usefixtures("photo_pages_with_items")
def test_a_new_shape_here_and_there_is_a_row(site: Website) -> None:
    site.arrange(POST.id, "new_shape")
    status = videos([POST.url, PHOTO.url]).video_status[0]
    assert status == "no_data: page of a new shape, no __DEFAULT_SCOPE__/webapp.video-detail"


# ------------------------------------------------------------------------------------- the cache


@pytest.mark.usefixtures("photo_pages_with_items")
def test_a_cached_page_is_not_asked_for_again(site: Website) -> None:
    first = videos([POST.url, PHOTO.url], cache_dir="a/cache")
    pd.testing.assert_frame_equal(videos([POST.url, PHOTO.url], cache_dir="a/cache"), first)
    assert len(site.asked) == 2


@pytest.mark.parametrize("condition", ["deleted", "private_with_item"])
def test_failures_are_not_cached(site: Website, condition: str) -> None:
    site.arrange(POST.id, condition)
    videos(POST.url, cache_dir="cache")
    assert list(Path("cache").iterdir()) == []


def test_an_item_that_is_refused_is_a_row_without_files(site: Website) -> None:
    site.arrange(POST.id, "private_with_item")
    row = tt_videos_hidden(POST.url).iloc[0]
    assert (row.video_status_code, row.author_username) == (10222, "creator_1")
    assert pd.isna(row.video_fn)


def cached(**detail: Any) -> None:
    """Put a page of today's container into the cache."""
    Path("cache").mkdir()
    page = {"__DEFAULT_SCOPE__": {"webapp.video-detail": detail}}
    Path("cache", f"{POST.id}.json").write_text(json.dumps(page))


@pytest.mark.parametrize(
    ("item", "code"), [({"id": POST.id}, 10222), ({"id": "999"}, 0), ({"id": 999}, 0)]
)
def test_a_cached_page_that_is_not_this_video_is_asked_for_anew(
    site: Website, item: dict[str, Any], code: int
) -> None:
    cached(itemInfo={"itemStruct": item}, statusCode=code)
    for _ in range(2):
        assert videos(POST.url, cache_dir="cache").video_title.notna().all()
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "item",
    [{"id": POST.id, "desc": "mine"}, {"id": int(POST.id), "desc": "mine"}, {"desc": "mine"}],
)
def test_a_cached_page_of_this_video_is_taken(site: Website, item: dict[str, Any]) -> None:
    cached(itemInfo={"itemStruct": item})
    assert videos(POST.url, cache_dir="cache").video_title[0] == "mine"
    assert site.asked == []


def test_overwrite_asks_again(site: Website) -> None:
    for _ in range(2):
        videos(POST.url, cache_dir="cache", overwrite=True)
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '"other.json"', "https://elsewhere.example/x.json", "\xff", "null"]
)
def test_a_cache_file_that_is_none_is_asked_for_anew(site: Website, text: str) -> None:
    Path("cache").mkdir()
    Path("cache", f"{POST.id}.json").write_bytes(text.encode("latin1"))
    assert videos(POST.url, cache_dir="cache").video_title.notna().all()
    assert json.loads(Path("cache", f"{POST.id}.json").read_text())


EVERY_WAY = [
    name
    for name in conditions.CONDITIONS
    if name
    not in {
        "fine",
        "variants_alone",
        "photo",
        "pictures_alone",
        "fuller_age_gate",  # its title is empty
        "heavy",
        "odd_charset",
        "older_container",
        "private_with_item",
        "bomb",
        "fifty_megabytes",
        "new_shape",
        "new_container",
        "rate_limited_long",  # ends the call
    }
    and not name.startswith(("author_", "link_"))
]


@pytest.mark.usefixtures("photo_pages_with_items")
@pytest.mark.parametrize(
    "number", [10 * len(EVERY_WAY), pytest.param(1000, marks=pytest.mark.slow)]
)
def test_many_urls_broken_off_in_the_middle(
    number: int, site: Website, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = list(map(world.search_post, range(number)))
    for way, post in zip(cycle(EVERY_WAY), posts[::10], strict=False):
        site.arrange(post.id, way)
    urls = [post.url for post in posts]

    def break_off(seconds: float) -> None:
        slept.append(seconds)
        if len(site.pages_asked()) >= number // 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", break_off)
    with pytest.raises(KeyboardInterrupt) as caught:
        videos(urls, cache_dir="cache", max_tries=1)
    monkeypatch.setattr(time, "sleep", slept.append)
    rows = len(caught.value.partial)  # type: ignore[attr-defined]
    kept = len(list(Path("cache").iterdir()))
    assert kept > 0.4 * number
    assert f"{rows:,} rows kept" in caught.value.__notes__[0]

    site.asked.clear()
    table = videos(urls, cache_dir="cache", max_tries=1)
    assert table.video_id.tolist() == [post.id for post in posts]
    assert table.video_title.isna().tolist() == [n % 10 == 0 for n in range(number)]
    failed = table[table.video_title.isna()]
    named = failed.video_status.fillna("").ne("") | failed.video_status_code.notna()
    assert named.all()
    assert len(set(site.pages_asked())) == number - kept


@pytest.mark.usefixtures("photo_pages_with_items")
def test_a_kill_in_the_middle_costs_nothing_that_came(
    site: Website, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = list(map(world.search_post, range(60)))
    page, is_killed = site._page, threading.Event()

    def waiting(asked: Asked) -> Reply:
        if len(site.pages_asked()) > 20:
            is_killed.wait(60)
        return page(asked)

    monkeypatch.setattr(site, "_page", waiting)
    urls = [post.url for post in posts]
    how = {"dir": "files", "cache_dir": "cache", "sleep_pool": 0}
    script = f"import traktok; traktok.tt_videos_hidden({urls!r}, **{how!r})"
    process = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path)
    try:
        deadline = time.monotonic() + 60
        while len(site.pages_asked()) <= 20:
            assert time.monotonic() < deadline
            threading.Event().wait(0.01)
    finally:
        process.kill()
        process.wait()
        is_killed.set()
    kept = {path.stem for path in Path("cache").glob("*.json")}
    assert 15 < len(kept) < 60

    site.asked.clear()
    table = tt_videos_hidden(urls, **how)
    assert table.video_id.tolist() == [post.id for post in posts]
    missing = {post.id for post in posts} - kept
    # Of the post in hand the page may be kept and its file not: old links may be refused.
    in_hand = max(kept, key=[post.id for post in posts].index)
    assert missing <= set(site.pages_asked()) <= missing | {in_hand}
    for post, names in zip(posts, table.video_fn, strict=True):
        for number, name in enumerate(names.split(", "), start=1):
            assert Path(name).read_bytes() == conditions.media(post, post.is_photo * number).body


def test_memory_holds_the_table_and_nothing_else(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = list(map(world.search_post, range(100)))
    for post in posts:
        site.arrange(post.id, "heavy")
    for post in posts[::40]:
        site.arrange(post.id, "media_large")
    conditions.large()
    after_each: list[int] = []

    def look(seconds: float) -> None:
        site.asked.clear()
        after_each.append(tracemalloc.get_traced_memory()[0])

    monkeypatch.setattr(time, "sleep", look)
    tracemalloc.start()
    try:
        tt_videos_hidden([post.url for post in posts], dir="files", cache_dir="cache")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    half = len(after_each) // 2
    # The least of some: the site, in this process too, may still be at the page before.
    a_row = (min(after_each[-10:]) - min(after_each[half - 10 : half])) / half
    assert a_row < 10_000  # bytes, where a page has 300,000
    assert peak < len(conditions.large()) / 2


# ------------------------------------------------------------------------------------- files


@pytest.mark.usefixtures("photo_pages_with_items")
def test_files_come_with_their_table(site: Website) -> None:
    table = tt_videos([POST.url, PHOTO.url], dir="files")
    stem = f"creator_10_video_{PHOTO.id}"
    names = [f"files/{stem}_{number}.webp" for number in (1, 2, 3)]
    assert table.video_fn.tolist() == [f"files/creator_1_video_{POST.id}.mp4", ", ".join(names)]
    assert sorted(path.name for path in Path("files").iterdir()) == sorted(
        Path(name).name for names in table.video_fn for name in names.split(", ")
    )
    assert table.is_slides.tolist() == [False, True]
    expected = conditions.media(POST).body
    assert Path(table.video_fn[0]).read_bytes() == expected


def test_media_are_asked_for_with_the_cookies_of_their_page(site: Website) -> None:
    tt_videos_hidden([POST.url, PHOTO.url])
    media = {asked.path: asked for asked in site.asked if "/@" not in asked.path}
    video = media.pop(f"/video/{POST.id}/")
    assert video.cookies["msToken"] == f"of-{POST.id}"
    assert video.headers["referer"] == "https://www.tiktok.com/"
    assert all(not asked.cookies for asked in media.values())  # pictures lie on other hosts
    assert "python" not in str([asked.headers["user-agent"] for asked in site.asked]).lower()


@pytest.mark.parametrize("condition", MEDIA)
def test_a_download_that_fails_is_tried_again_with_a_fresh_link(
    site: Website, condition: str, slept: list[float]
) -> None:
    fails = condition not in FINE_MEDIA
    site.arrange(POST.id, condition, times=REQUESTS.get(condition, 2))
    assert tt_videos_hidden(POST.url).video_fn[0] == f"creator_1_video_{POST.id}.mp4"
    assert len(site.pages_asked()) == 1 + fails
    assert len(slept) == fails


@pytest.mark.parametrize("condition", sorted(set(MEDIA) - FINE_MEDIA))
@pytest.mark.parametrize("post", [POST, PHOTO], ids=["video", "photo"])
@pytest.mark.usefixtures("photo_pages_with_items")
def test_a_download_that_never_comes_leaves_no_file(
    site: Website, condition: str, post: world.Post, slept: list[float]
) -> None:
    site.arrange(post.id, condition)
    with pytest.warns(TraktokWarning, match="are missing"):
        table = tt_videos_hidden(post.url, max_tries=3, dir="files")
    assert table.video_fn.isna().all()
    assert table.video_title.notna().all()
    assert list(Path("files").iterdir()) == []
    assert len(site.pages_asked()) == 3
    assert len(slept) == 2


def test_a_download_far_too_large_is_refused_once(
    site: Website, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    monkeypatch.setenv("TRAKTOK_MAX_DOWNLOAD_MB", "1")
    site.arrange(POST.id, "media_large")
    with pytest.warns(TraktokWarning, match="are missing"):
        table = tt_videos_hidden(POST.url, dir="files")
    says = "larger than 1 MB: set TRAKTOK_MAX_DOWNLOAD_MB to allow larger files"
    assert table.file_error.tolist() == [says]
    assert list(Path("files").iterdir()) == []
    assert (len(site.pages_asked()), slept) == (1, [])
    monkeypatch.setenv("TRAKTOK_MAX_DOWNLOAD_MB", "lots")
    with pytest.raises(ValueError, match="TRAKTOK_MAX_DOWNLOAD_MB is 'lots': set it to a number"):
        tt_videos_hidden(POST.url, dir="files")


@pytest.mark.usefixtures("slept")
def test_a_download_is_limited_whatever_its_server_says(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = _web.Web.file

    @contextlib.contextmanager
    def without_a_size(*args: Any) -> Iterator[_web.FileAnswer]:
        with opened(*args) as answer:
            yield replace(answer, total=None)

    monkeypatch.setattr(_web.Web, "file", without_a_size)
    monkeypatch.setenv("TRAKTOK_MAX_DOWNLOAD_MB", "1")
    site.arrange(POST.id, "media_large")
    with pytest.warns(TraktokWarning, match="are missing"):
        table = tt_videos_hidden(POST.url, dir="files")
    assert table.file_error[0].startswith("larger than 1 MB")
    assert list(Path("files").iterdir()) == []


@pytest.mark.usefixtures("site")
def test_a_server_that_brings_a_byte_a_request_is_not_asked_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: Counter[str] = Counter()

    @contextlib.contextmanager
    def a_byte(_: _web.Web, url: str, start: int, validator: str | None) -> Iterator[Any]:
        def pieces() -> Iterator[bytes]:
            yield conditions.media(POST).body[start : start + 1]
            raise _web.NoAnswerError("connection broke")

        asked[url] += 1
        yield _web.FileAnswer(start, None, "etag", True, pieces())

    monkeypatch.setattr(_web.Web, "file", a_byte)
    with pytest.warns(TraktokWarning, match="are missing"):
        table = tt_videos_hidden(POST.url, dir="files", max_tries=1)
    assert table.file_error.tolist() == ["connection broke"]
    assert set(asked.values()) == {_media._MOST_REQUESTS}


def test_a_download_waits_as_long_as_it_is_asked_to(site: Website, slept: list[float]) -> None:
    site.arrange(POST.id, "media_busy", times=1)
    assert tt_videos_hidden(POST.url).video_fn.notna().all()
    assert slept == [7]


@pytest.mark.usefixtures("photo_pages_with_items")
def test_files_that_are_there_are_kept_whatever_they_are_called(site: Website) -> None:
    video = Path(f"creator_1_video_{POST.id}.mp4")
    picture = Path(f"creator_10_video_{PHOTO.id}_2.jpeg")
    for path in (video, picture):
        path.write_text("mine")
    table = tt_videos_hidden([POST.url, PHOTO.url])
    assert video.read_text() == picture.read_text() == "mine"
    assert f"{picture}" in table.video_fn[1]
    assert sum("/photo/" in asked.path and "~a" in asked.path for asked in site.asked) == 2
    tt_videos_hidden(POST.url, overwrite=True)
    assert video.read_bytes() == conditions.media(POST).body


@pytest.mark.usefixtures("photo_pages_with_items")
def test_a_call_over_what_is_there_asks_for_nothing(site: Website) -> None:
    for _ in range(2):
        table = tt_videos_hidden([POST.url, PHOTO.url], cache_dir="cache")
    assert len(site.pages_asked()) == 2
    assert table.video_fn.notna().all()


@pytest.mark.usefixtures("photo_pages_with_items")
def test_a_disk_that_is_full_ends_the_call_and_keeps_the_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "x.mp4")

    monkeypatch.setattr(_media, "atomic_write", full)
    Path(f"creator_1_video_{POST.id}.mp4").write_text("mine")
    with pytest.raises(TraktokError, match="No space left") as caught:
        tt_videos_hidden([POST.url, PHOTO.url])
    assert caught.value.partial.file_error.tolist() == [pd.NA, "broken off"]


def test_ctrl_c_in_a_download_leaves_no_part_of_it(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.arrange(Website.search[1].id, "media_large")
    send = _web._pieces

    def pieces(*args: Any) -> Iterator[bytes]:
        for number, piece in enumerate(send(*args)):
            yield piece
            if number == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(_web, "_pieces", pieces)
    with pytest.raises(KeyboardInterrupt) as caught:
        tt_videos_hidden([post.url for post in Website.search[:3]], dir="files", cache_dir="cache")
    partial = caught.value.partial  # type: ignore[attr-defined]
    assert partial.video_fn.notna().tolist() == [True, False]
    assert partial.file_error.tolist() == [pd.NA, "broken off"]
    assert [path.name for path in Path("files").iterdir()] == [f"creator_1_video_{POST.id}.mp4"]
    assert len(list(Path("cache").iterdir())) == 2


@pytest.mark.parametrize("place", [0, 1])
def test_a_command_goes_on_with_the_post_whose_file_ctrl_c_broke_off(
    site: Website, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    posts = [post.id for post in Website.search[:3]]
    site.arrange(posts[place], "media_large")
    send = _web._pieces

    def pieces(*args: Any) -> Iterator[bytes]:
        for number, piece in enumerate(send(*args)):
            yield piece
            if number == 3:
                raise KeyboardInterrupt

    command = ["videos", *posts, "-o", "videos.csv"]
    with monkeypatch.context() as patch:
        patch.setattr(_web, "_pieces", pieces)
        stopped = CliRunner().invoke(app, command)
    assert stopped.exit_code == 130
    rows = ("1 row", "2 rows")[place]
    assert stopped.stderr.startswith(f"Stopped.\n{rows} kept, written to videos.csv; to go on, ")
    onward = shlex.split(stopped.stderr.rpartition(": ")[2])
    assert onward == ["--start-at", posts[place], "--output", "videos.2.csv"]
    assert CliRunner().invoke(app, [*command, *onward]).exit_code == 0
    kept, rest = (read_results(name) for name in ("videos.csv", "videos.2.csv"))
    assert kept.file_error.tolist() == [*[pd.NA] * place, "broken off"]
    assert rest.video_id.tolist() == posts[place:]
    assert rest.video_fn.notna().all()


# --------------------------------------------------------------------------------- what is shown


def test_counts_sizes_and_the_time_left_are_shown(
    site: Website, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(time, "sleep", lambda wait: seconds.append(seconds.pop() + 300))
    site.arrange(Website.search[1].id, "deleted")
    site.arrange(Website.search[2].id, "media_forbidden")
    tt_videos_hidden([post.url for post in Website.search[:4]], max_tries=1, verbose=True)
    told = [line.rpartition(" [")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == [
        f"✔ Got video {Website.search[0].id} (1/4). File size: 5.51 kB.",
        f"✖ Getting video {Website.search[1].id} (2/4): status_deleted",
        "ℹ 2 of 4 videos, 1 failed, 5.51 kB, about 10 min left",
        f"✖ Getting video {Website.search[2].id} (3/4): status 403",
        "ℹ 3 of 4 videos, 2 failed, 5.51 kB, about 5 min left",
        f"✔ Got video {Website.search[3].id} (4/4). File size: 5.51 kB.",
        "✔ 4 of 4 videos, 2 failed, 11 kB",
    ]


def test_a_large_file_shows_how_much_of_it_came(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter(range(0, 10_000, 10))
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    tt_videos_hidden(POST.url, verbose=True)
    remark, *_, got = capsys.readouterr().err.splitlines()
    assert remark.startswith(f"ℹ Getting video {POST.id} (1/1). 5.51 kB of 5.51 kB (100%), ")
    assert got.startswith(f"✔ Got video {POST.id} (1/1). File size: 5.51 kB. [")


# --------------------------------------------------------------------------------- hostile pages


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ("author_up", "_.._x"),
        ("author_device", "_CON"),
        ("author_dotted_device", "_nul.txt"),
        ("author_long", "🌊" * 25),
        ("author_nul", "a_b"),
        ("author_empty", "_"),
    ],
)
def test_an_author_never_leads_out_of_the_folder(
    site: Website, condition: str, name: str, tmp_path: Path
) -> None:
    site.arrange(POST.id, condition)
    before = set(tmp_path.rglob("*"))
    table = tt_videos_hidden(POST.url, dir="a/b")
    assert table.video_fn[0] == f"a/b/{name}_video_{POST.id}.mp4"
    new = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert new == {tmp_path / "a" / "b" / Path(table.video_fn[0]).name}


def test_a_link_in_the_folder_is_not_followed_out_of_it(tmp_path: Path) -> None:
    Path("mine.txt").write_text("mine")
    Path("files").mkdir()
    files = [Path("files", f"creator_{n}_video_{Website.search[n - 1].id}.mp4") for n in (1, 2)]
    files[0].symlink_to(tmp_path / "mine.txt")
    files[1].symlink_to(tmp_path / "nowhere.txt")
    tt_videos_hidden([post.url for post in Website.search[:2]], dir="files", overwrite=True)
    assert Path("mine.txt").read_text() == "mine"
    assert not Path("nowhere.txt").exists()
    assert [path.is_symlink() for path in files] == [False, False]


@pytest.mark.parametrize("condition", [name for name in conditions.CONDITIONS if "link_" in name])
def test_a_page_sends_us_to_tiktoks_hosts_alone(site: Website, condition: str) -> None:
    site.arrange(POST.id, condition)
    with pytest.warns(TraktokWarning, match=r"are missing .* none of TikTok's hosts"):
        table = tt_videos_hidden(POST.url, max_tries=1, dir="files")
    assert table.video_fn.isna().all()
    assert {asked.url for asked in site.asked} == {POST.url}
    assert list(Path("files").iterdir()) == []


@pytest.mark.parametrize("giant", [conditions.bomb, conditions.fifty_megabytes])
def test_a_giant_page_does_not_fill_the_memory(site: Website, giant: Any) -> None:
    giant()
    site.arrange(POST.id, giant.__name__)
    tracemalloc.start()
    try:
        table = videos(POST.url, max_tries=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert table.video_status[0] == "no_data: page too large"
    assert peak < 4 * _web.LARGEST_PAGE


# ------------------------------------------------------------------------------------- cookies


def test_without_cookies_nothing_is_sent(www: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(Path.cwd() / "empty"))
    for call in (videos, request):
        with pytest.raises(AuthError, match="auth_hidden"):
            call(POST.url)
    assert www.asked == []


def test_a_cookiefile_is_for_this_call(site: Website) -> None:
    line = ".tiktok.com\tTRUE\t/\tTRUE\t0\ttt_chain_token\tOTHER\n"
    Path("c.txt").write_text(f"# Netscape HTTP Cookie File\n{line}")
    videos(POST.url, cookiefile="c.txt")
    videos(POST.url)
    assert [asked.cookies["tt_chain_token"] for asked in site.asked] == ["OTHER", "CHAIN=="]


def test_a_cookie_goes_out_as_a_browser_sends_it(site: Website) -> None:
    line = ".tiktok.com\tTRUE\t/\tTRUE\t0\ttt_chain_token\té\x0b日\u2028本\n"
    Path("c.txt").write_text(line, "utf-8")
    videos(POST.url, cookiefile="c.txt")
    sent = site.asked[0].cookies["tt_chain_token"]
    assert sent.encode("latin-1").decode() == "é\x0b日\u2028本"


def test_a_tilde_is_ones_own_folder(site: Website) -> None:
    line = ".tiktok.com\tTRUE\t/\tTRUE\t0\ttt_chain_token\tC\n"
    (Path.home() / "c.txt").write_text(line)
    tt_videos_hidden(POST.url, dir="~/files", cache_dir="~/pages", cookiefile="~/c.txt")
    assert {path.name for path in Path.home().iterdir()} >= {"files", "pages"}
    assert not Path("~").exists()


# ------------------------------------------------------------------------------------- raw pages


def test_a_pages_json_is_given_as_it_is() -> None:
    for asked in (POST.url, POST.id, int(POST.id), POST.short_link):
        data = json.loads(request(asked))
        detail = data["__DEFAULT_SCOPE__"]["webapp.video-detail"]
        assert detail["itemInfo"]["itemStruct"]["statsV2"] == {"diggCount": "1000"}
    assert "webapp.user-detail" in request("https://www.tiktok.com/@tiktok")


@pytest.mark.parametrize(
    ("condition", "error", "says"),
    [
        ("gone", ApiError, "404"),
        ("server_error", ApiError, "500"),
        ("rate_limited", ApiError, "429"),
        ("captcha", ApiError, "captcha"),
        ("login_wall", ApiError, "log-in wall"),
        ("dropped", ConnectionFailed, "No answer"),
    ],
)
def test_a_page_without_json_is_an_error(
    site: Website, condition: str, error: type[Exception], says: str
) -> None:
    site.arrange(POST.id, condition)
    with pytest.raises(error, match=says):
        request(POST.url, max_tries=2)


def test_other_sites_are_refused(site: Website) -> None:
    with pytest.raises(ValueError, match=r"tiktok\.com"):
        request("https://example.org/@a/video/1")
    assert site.asked == []
