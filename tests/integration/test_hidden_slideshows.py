"""Photo posts in a real browser, since their pages hold no data; and lists of everything."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from tests.one_browser import in_one_browser
from traktok import (
    ApiError,
    TraktokWarning,
    last_query,
    tt_search_hidden,
    tt_slideshow_hidden,
    tt_user_videos_hidden,
    tt_videos,
)
from traktok.sandbox.web import Website

pytestmark = pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")

VIDEO, PHOTO = Website.search[0], Website.search[9]
PHOTOS = Website.search[9:100:10]


@pytest.fixture(autouse=True)
def site(logged_in: Website, slept: list[float], folder: Path) -> Website:
    """The site as it is since September 2026: desktop pages of photo posts hold no item."""
    logged_in.switches["photo_page"] = "without_item"
    return logged_in


def slideshow(*args: Any, **kwargs: Any) -> pd.DataFrame:
    """Open posts, and wait as long as a loopback takes."""
    return tt_slideshow_hidden(*args, **{"timeout": 5, "max_tries": 1, **kwargs})


def by_browser(site: Website) -> list[str]:
    """Return what a browser asked for, rather than a program that names its own User-Agent."""
    return [asked.path for asked in site.asked if "Headless" in asked.headers["user-agent"]]


# ---------------------------------------------------------------------------- tt_slideshow_hidden


@in_one_browser
def test_a_slideshow_comes_with_its_pictures_and_its_music(site: Website) -> None:
    table = slideshow(PHOTO.url)
    stem = f"creator_10_video_{PHOTO.id}"
    row = table.iloc[0]
    assert (row.video_id, row.video_url) == (PHOTO.id, PHOTO.url)
    assert (row.is_slides, row.video_status, row.video_status_code, row.html_status) == (
        True,
        "",
        0,
        200,
    )
    assert row.video_timestamp == pd.Timestamp(1675963009, unit="s", tz="UTC")
    assert row.video_fn == ", ".join(f"{stem}_{number}.webp" for number in (1, 2, 3))
    assert row.music_fn == f"{stem}.mp3"
    assert pd.isna(row.file_error)
    assert list(table.columns)[-4:] == ["content_classified", "video_fn", "music_fn", "file_error"]
    assert {path.name for path in Path.cwd().iterdir()} >= {
        *row.video_fn.split(", "),
        row.music_fn,
    }
    assert by_browser(site) == [
        f"/@creator_10/photo/{PHOTO.id}",
        "/api/item/detail/",
    ]


@in_one_browser
@pytest.mark.parametrize(
    ("condition", "status", "code", "is_slides", "has_files"),
    [
        ("detail_empty", "no_data: TikTok refused the page its data", None, True, False),
        ("detail_not_found", "item doesn't exist", 10204, True, False),
        ("detail_unreadable", "no_data: unreadable data", None, True, False),
        ("detail_forbidden", "no", 10000, True, False),
        ("detail_forbidden_with_item", "", 0, True, True),
        ("detail_other_post", "no_data: data of another post", None, True, False),
        ("detail_no_music", "", 0, True, True),
        ("detail_no_pictures", "", 0, True, False),
        ("detail_video", "", 0, False, True),
    ],
)
def test_what_the_page_fetches_decides(
    site: Website,
    condition: str,
    status: str,
    code: int | None,
    is_slides: bool,
    has_files: bool,
) -> None:
    site.arrange(PHOTO.id, condition)
    other = PHOTOS[1]
    table = slideshow([PHOTO.url, other.url], timeout=2, save_music=False)
    assert table.video_id.tolist() == [PHOTO.id, other.id]
    row = table.iloc[0]
    assert (row.video_status, row.is_slides) == (status, is_slides)
    assert row.video_status_code == code if code is not None else pd.isna(row.video_status_code)
    assert pd.notna(row.video_fn) == has_files
    assert pd.notna(row.file_error) != has_files
    assert table.video_title.notna()[1]
    assert table.video_fn.notna()[1]


@in_one_browser
def test_pictures_are_better_than_nothing(site: Website) -> None:
    site.arrange(PHOTO.id, "pictures_alone")
    site.arrange(PHOTO.id, "detail_empty")
    row = slideshow(PHOTO.url, timeout=1).iloc[0]
    assert (row.video_status, row.is_slides) == ("pictures only", True)
    assert len(row.download_url.split(", ")) == len(row.video_fn.split(", ")) == 3
    assert row.video_fn.startswith("NA_video_") or row.video_fn.startswith("creator_10_video_")


@in_one_browser
def test_a_post_is_opened_once_however_it_is_called(site: Website) -> None:
    table = slideshow([PHOTO.id, PHOTO.url, PHOTO.short_link], save_images=False, save_music=False)
    assert table.video_id.tolist() == [PHOTO.id]
    assert table.video_url.tolist() == [PHOTO.url]
    assert "video_fn" not in table
    assert by_browser(site).count("/api/item/detail/") == 2  # a short link is opened to know it


@in_one_browser
def test_what_was_cached_needs_no_browser(site: Website) -> None:
    first = slideshow(PHOTO.url, cache_dir="pages")
    site.asked.clear()
    for again in (
        slideshow(PHOTO.url, cache_dir="pages"),
        slideshow(PHOTO.id, cache_dir="pages"),
        tt_videos(PHOTO.url, cache_dir="pages"),
    ):
        assert again.video_title.tolist() == first.video_title.tolist()
        assert again.video_fn.tolist() == first.video_fn.tolist()
    assert site.asked == []
    page = json.loads(Path("pages", f"{PHOTO.id}.json").read_text())
    assert page["__DEFAULT_SCOPE__"]["webapp.video-detail"]["itemInfo"]["itemStruct"]


@in_one_browser
def test_a_picture_that_is_gone_is_named(site: Website) -> None:
    site.arrange(PHOTO.id, "media_gone", file=2)
    row = slideshow(PHOTO.url).iloc[0]
    assert row.file_error == "picture 2: status 404"
    assert row.video_fn.split(", ") == [
        f"creator_10_video_{PHOTO.id}_1.webp",
        f"creator_10_video_{PHOTO.id}_3.webp",
    ]


@in_one_browser
def test_a_slideshow_without_pictures_has_its_music_alone(site: Website) -> None:
    site.arrange(PHOTO.id, "detail_no_pictures")
    row = slideshow(PHOTO.url).iloc[0]
    assert (pd.isna(row.video_fn), row.music_fn) == (True, f"creator_10_video_{PHOTO.id}.mp3")
    assert row.file_error == "pictures: the page has no link to a file"


@in_one_browser
def test_an_author_never_leads_out_of_the_folder(site: Website, tmp_path: Path) -> None:
    site.arrange(PHOTO.id, "detail_author_up")
    before = set(tmp_path.rglob("*"))
    slideshow(PHOTO.url, dir="a/b")
    new = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert {path.parent for path in new} == {tmp_path / "a" / "b"}


@in_one_browser
def test_a_captcha_that_nobody_solves_is_a_row(site: Website) -> None:
    site.arrange(PHOTO.id, "captcha")
    assert slideshow(PHOTO.url, timeout=1).video_status[0] == "no_data: captcha"


@in_one_browser
def test_three_walls_in_a_row_end_the_call(site: Website) -> None:
    for post in PHOTOS[1:]:
        site.arrange(post.id, "captcha")
    with pytest.raises(ApiError, match=f"3 posts in a row .captcha., from {PHOTOS[1].id}") as error:
        slideshow([post.url for post in PHOTOS], timeout=0.5)
    assert error.value.partial.video_id.tolist() == [PHOTOS[0].id]
    assert last_query().video_id.tolist() == [PHOTOS[0].id]


def test_no_posts_are_an_empty_table(site: Website) -> None:
    table = tt_slideshow_hidden([])
    assert len(table) == 0
    assert {"video_id", "video_fn", "music_fn"} <= set(table.columns)
    assert site.asked == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"slideshow_urls": 1.5}, "slideshow_urls"),
        ({"slideshow_urls": "https://example.org/@a/photo/1"}, "slideshow_urls"),
        ({"timeout": "soon"}, "timeout"),
        ({"max_tries": 0}, "max_tries"),
    ],
)
def test_what_cannot_be_right_is_refused(site: Website, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises((ValueError, TypeError), match=f"^{named}"):
        tt_slideshow_hidden(**{"slideshow_urls": PHOTO.url, **wrong})
    assert site.asked == []


# ------------------------------------------------------------------------------- tt_videos and all


@in_one_browser
def test_a_list_of_everything_gives_rows_in_order(site: Website) -> None:
    gated, removed, dead, shared, last = Website.search[1:6]
    site.arrange(gated.id, "age_gate")
    site.arrange(removed.id, "deleted")
    site.switches["download_links_dead"] = "all"
    forms = [
        f"https://www.tiktokv.com/share/video/{shared.id}/",
        f"https://www.tiktok.com/embed/v2/{shared.id}",
        f"https://www.tiktok.com/player/v1/{shared.id}",
        f"https://m.tiktok.com/v/{shared.id}.html",
        f"https://www.tiktok.com/share/video/{shared.id}/",
    ]
    urls = [VIDEO.url, PHOTO.url, gated.url, removed.url, dead.url, *forms, PHOTOS[1].id, last.url]
    table = tt_videos(urls, slideshows=True, dir="files")
    posts = [VIDEO, PHOTO, gated, removed, dead, shared, PHOTOS[1], last]
    assert table.video_id.tolist() == [post.id for post in posts]
    assert table.video_status.tolist() == [
        "",
        "",
        "age-restricted, log in",
        "status_deleted",
        "",
        "",
        "",
        "",
    ]
    assert table.is_slides.fillna(False).tolist() == [post.is_photo for post in posts]
    assert table.video_fn.notna().tolist() == [post not in (gated, removed) for post in posts]
    assert table.music_fn.notna().tolist() == [post.is_photo for post in posts]
    assert table.file_error.dropna().tolist() == ["age-restricted, log in", "status_deleted"]
    assert table.video_playcount.notna().tolist() == [
        post not in (gated, removed) for post in posts
    ]
    asked = [(asked.url, "Headless" in asked.headers["user-agent"]) for asked in site.asked]
    assert len(asked) == len(set(asked))  # a page once by each, a link once


@in_one_browser
def test_a_call_of_slideshows_alone_is_a_table(site: Website) -> None:
    table = tt_videos([post.url for post in PHOTOS[:2]], save_video=False, slideshows=True)
    assert table.video_title.notna().all()
    assert table.dtypes.to_dict() == tt_videos([], save_video=False).dtypes.to_dict()


@pytest.mark.parametrize("asked_of", [False, "ask"])
def test_without_a_browser_slideshows_are_rows_and_one_warning(
    site: Website, asked_of: Any
) -> None:
    urls = [VIDEO.url, PHOTO.url, PHOTOS[1].url]
    with pytest.warns(TraktokWarning) as warned:
        table = tt_videos(urls, save_video=False, slideshows=asked_of)
    assert [str(warning.message) for warning in warned] == [
        "2 posts are slideshows, whose pages do not contain the data: "
        "slideshows=True or tt_slideshow_hidden() opens them in a browser."
    ]
    assert table.is_slides.tolist() == [False, True, True]
    assert table.video_title.notna().tolist() == [True, False, False]
    assert len(site.asked) == 3


@in_one_browser
@pytest.mark.parametrize(
    ("answer", "opens"),
    [("y\n", True), ("yes\n", True), ("\n", False), ("no\n", False)],
)
def test_a_person_is_asked(
    site: Website, monkeypatch: pytest.MonkeyPatch, answer: str, opens: bool
) -> None:
    class Terminal:
        def readline(self) -> str:
            return answer

        def isatty(self) -> bool:
            return True

        def __getattr__(self, name: str) -> Any:
            return getattr(sys.__stderr__, name)

    for name in ("stdin", "stderr"):
        monkeypatch.setattr(sys, name, Terminal())
    table = tt_videos(PHOTO.url, save_video=False, verbose=False)
    assert table.video_title.notna().tolist() == [opens]


def test_a_notebook_that_nobody_watches_is_not_asked(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> str:
        raise NotImplementedError("this frontend does not support input requests")

    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))
    monkeypatch.setattr("builtins.input", refuse)
    table = tt_videos([VIDEO.url, PHOTO.url], save_video=False, verbose=False)
    assert table.video_title.notna().tolist() == [True, False]


@pytest.mark.parametrize("wrong", ["maybe", "yes", None, 1, [True], float("nan")])
@pytest.mark.parametrize("function", [tt_videos, tt_search_hidden, tt_user_videos_hidden])
def test_slideshows_is_one_of_three(site: Website, function: Any, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^slideshows must be 'ask', True or False, not"):
        function(PHOTO.id, slideshows=wrong)
    assert site.asked == []


@in_one_browser
def test_a_search_opens_its_slideshows(site: Website) -> None:
    table = tt_search_hidden("x", timeout=1, scroll=0, sleep_pool=0, slideshows=True)
    assert table.is_slides.any()
    assert table.video_title.notna().all()


def test_a_phone_gets_the_data_of_slideshows(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAKTOK_MOBILE", "1")
    table = tt_videos([PHOTO.url, VIDEO.url], save_video=False)
    assert table.video_title.notna().all()
    assert all("Mobile" in asked.headers["user-agent"] for asked in site.asked)


@in_one_browser
@pytest.mark.parametrize("are_stored", [True, False])
def test_the_cookies_of_a_solved_captcha_are_found_afterwards(
    site: Website, cookies_txt: Path, are_stored: bool
) -> None:
    site.captcha_after, site.person = 60, 1_500  # long enough to be noticed on a busy machine
    given = {} if are_stored else {"cookiefile": cookies_txt}
    urls = tt_search_hidden("x", return_urls=True, timeout=5, solve_captchas=True, **given)
    assert len(urls) == 300
    site.asked.clear()
    tt_videos(VIDEO.url, save_video=False)
    (asked,) = site.asked
    assert asked.cookies.get("s_v_web_id") == ("verify_solved" if are_stored else None)
    assert {"tt_chain_token", "sessionid"} <= set(asked.cookies)
