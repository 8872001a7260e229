"""Walls end a call, with the rows so far and the place to go on from; transfers are continued."""

from __future__ import annotations

import io
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from traktok import (
    ApiError,
    RateLimited,
    last_query,
    read_results,
    tt_videos,
    tt_videos_hidden,
)
from traktok.cli import app
from traktok.sandbox.web import Website, conditions, world

pytestmark = pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")

POSTS = tuple(map(world.search_post, range(12)))
URLS = [post.url for post in POSTS]
WALLS = {
    "captcha": "captcha",
    "login_wall": "log-in wall",
    "please_wait": "please wait",
    "rate_limited": "too many requests",
    "stub": "TikTok took the request for a program's",
    "region_page": "region page",
    "consent_page": "consent page",
}


@pytest.fixture(autouse=True)
def site(logged_in: Website, slept: list[float], folder: Path) -> Website:
    return logged_in


def videos(*args: Any, **kwargs: Any) -> pd.DataFrame:
    """Get metadata alone."""
    return tt_videos(*args, **{"save_video": False, "max_tries": 2, "slideshows": False, **kwargs})


@pytest.mark.parametrize(("condition", "wall"), list(WALLS.items()))
def test_three_posts_at_the_same_wall_end_the_call(
    site: Website, condition: str, wall: str
) -> None:
    for post in POSTS[4:]:
        site.arrange(post.id, condition)
    with pytest.raises(ApiError) as caught:
        videos(URLS)
    error = caught.value
    assert f"TikTok showed the same wall for 3 posts in a row ({wall})" in str(error)
    assert f"go on from {POSTS[4].id}, which is [4:] of what was given" in str(error)
    assert "4 rows kept" in str(error)
    assert isinstance(error, RateLimited) == (condition == "rate_limited")
    assert error.partial.video_id.tolist() == [post.id for post in POSTS[:4]]
    pd.testing.assert_frame_equal(last_query(), error.partial)
    walled = [post.id for post in POSTS[4:7]]
    assert [asked for asked in site.pages_asked() if asked in walled] == [
        post for post in walled for _ in range(2)
    ]
    assert not set(site.pages_asked()) & {post.id for post in POSTS[7:]}


@pytest.mark.parametrize(("condition", "wall"), list(WALLS.items()))
def test_one_or_two_at_a_wall_are_rows(site: Website, condition: str, wall: str) -> None:
    for post in POSTS[:2]:
        site.arrange(post.id, condition)
    table = videos(URLS[:2])
    named = "html_error" if condition == "rate_limited" else f"no_data: {wall}"
    assert table.video_status.tolist() == [named] * 2
    assert table.video_url.tolist() == URLS[:2]  # and not where a redirect led


def test_walls_of_different_kinds_and_good_posts_between_end_nothing(site: Website) -> None:
    for number, condition in enumerate(["captcha", "captcha", "login_wall", "fine"] * 3):
        site.arrange(POSTS[number].id, condition)
    assert len(videos(URLS)) == 12


def test_a_wait_of_a_day_ends_the_call_at_once(site: Website, slept: list[float]) -> None:
    site.arrange(POSTS[2].id, "rate_limited_long")
    with pytest.raises(RateLimited, match=r"asks for a wait of 24 h .* \[2:\]") as caught:
        videos(URLS)
    assert len(caught.value.partial) == 2
    assert len(site.asked) == 3
    assert max(slept) <= 10


@pytest.mark.parametrize(
    ("number", "fine"), [(200, 79), pytest.param(1000, 399, marks=pytest.mark.slow)]
)
def test_many_posts_with_a_wall_in_the_middle(site: Website, number: int, fine: int) -> None:
    posts = list(map(world.search_post, range(number)))
    for post in posts[fine:]:
        site.arrange(post.id, "captcha")
    Path("posts.txt").write_text("\n".join(post.url for post in posts))
    command = ["videos", "--from", "posts.txt", "--no-files", "--slideshows", "no", "-o", "all.csv"]
    stopped = CliRunner().invoke(app, command)
    assert stopped.exit_code == 3
    assert len(site.asked) <= fine + 15
    assert read_results("all.csv").video_id.tolist() == [post.id for post in posts[:fine]]
    onward = shlex.split(stopped.stderr.rpartition(": ")[2])
    assert onward == ["--start-at", posts[fine].url, "--output", "all.2.csv"]
    site.reset()
    assert CliRunner().invoke(app, [*command, *onward]).exit_code == 0
    assert read_results("all.2.csv").video_id.tolist() == [post.id for post in posts[fine:]]


def test_the_place_is_that_in_what_was_given(site: Website) -> None:
    for post in POSTS[2:]:
        site.arrange(post.id, "captcha")
    with pytest.raises(ApiError, match=rf"from {POSTS[2].id}, which is \[4:\]"):
        videos([URLS[0], URLS[0], URLS[1], URLS[0], *URLS[2:]])


def test_the_same_command_goes_on_behind_a_wall(site: Website) -> None:
    for post in POSTS[4:]:
        site.arrange(post.id, "captcha")
    Path("posts.txt").write_text("\n".join(URLS))
    command = ["videos", "--from", "posts.txt", "--no-files", "--slideshows", "no"]
    stopped = CliRunner().invoke(app, command)
    assert stopped.exit_code == 3
    assert "[4:]" not in stopped.stderr
    assert "Solve the captcha at tiktok.com in the browser that the cookies" in stopped.stderr
    (told,) = [line for line in stopped.stderr.splitlines() if "to go on, add to" in line]
    onward = shlex.split(told.rpartition(": ")[2])
    assert onward == ["--start-at", URLS[4]]
    site.reset()
    rest = CliRunner().invoke(app, [*command, *onward])
    assert rest.exit_code == 0
    rows = [pd.read_csv(io.StringIO(run.stdout), dtype="string") for run in (stopped, rest)]
    assert pd.concat(rows).video_id.tolist() == [post.id for post in POSTS]


@pytest.mark.parametrize(
    ("condition", "code"), [("fine", 0), ("media_forbidden", 4), ("deleted", 0)]
)
def test_the_exit_code_says_that_files_are_missing(
    site: Website, condition: str, code: int
) -> None:
    site.arrange(POSTS[0].id, condition)
    command = ["videos", *URLS[:2], "--max-tries", "1", "--sleep", "0"]
    assert CliRunner().invoke(app, command).exit_code == code


def test_a_renamed_container_is_said_so_and_the_pages_are_kept(site: Website) -> None:
    for post in POSTS[:2]:
        site.arrange(post.id, "new_container")
    with pytest.raises(ApiError, match=r"TikTok's pages have a new shape.*report it"):
        videos(URLS[:2], cache_dir="pages")
    kept = sorted(Path("pages").iterdir())
    assert [path.name for path in kept] == [f"{post.id}.html" for post in POSTS[:2]]
    assert "__NEW_DATA__" in kept[0].read_text()


# ------------------------------------------------------------------------------------- the truth


def test_last_query_is_what_a_call_got_that_ctrl_c_broke_off(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = videos(URLS[:1])
    assert last_query().video_id.tolist() == earlier.video_id.tolist()

    def break_off(seconds: float) -> None:
        if len(site.pages_asked()) >= 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", break_off)
    with pytest.raises(KeyboardInterrupt) as caught:
        videos(URLS[1:])
    partial = caught.value.partial  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(last_query(), partial)
    assert partial.video_id.tolist() == [post.id for post in POSTS[1:4]]


# ------------------------------------------------------------------------------------- transfers


def test_a_transfer_that_breaks_off_is_continued(site: Website) -> None:
    post = POSTS[0]
    site.arrange(post.id, "media_breaking")
    (name,) = tt_videos_hidden(post.url, max_tries=1).video_fn
    assert Path(name).read_bytes() == conditions.five_megabytes()
    media = [asked for asked in site.asked if "/@" not in asked.url]
    starts = [int(asked.headers.get("range", "bytes=0-")[6:-1]) for asked in media]
    assert starts == sorted(set(starts))  # each byte once
    assert len(starts) >= 5
    assert all("if-range" in asked.headers for asked in media[1:])
    assert len(site.pages_asked()) == 1


def test_why_a_file_is_missing_stands_in_the_table(site: Website) -> None:
    site.arrange(POSTS[1].id, "media_forbidden")
    site.arrange(POSTS[2].id, "media_html")
    site.arrange(POSTS[3].id, "deleted")
    table = tt_videos_hidden(URLS[:4], max_tries=1)
    assert table.file_error.tolist() == [
        pd.NA,
        "status 403",
        "the response is not a picture or a video",
        "status_deleted",
    ]
    assert table.video_fn.notna().tolist() == [True, False, False, False]


def test_transcripts_are_tiktoks_own(site: Website) -> None:
    posts = [POSTS[1], POSTS[2]]
    assert posts[0].languages == ("eng-US", "deu-DE")
    table = tt_videos([post.url for post in posts], save_video=False, transcripts=True, dir="vtt")
    stem = f"vtt/creator_2_video_{posts[0].id}"
    assert table.transcript_fn.tolist() == [f"{stem}.eng-US.vtt, {stem}.deu-DE.vtt", pd.NA]
    assert table.file_error.isna().all()
    assert list(table.columns)[-2:] == ["transcript_fn", "file_error"]
    for language in posts[0].languages:
        assert Path(f"{stem}.{language}.vtt").read_text().startswith("WEBVTT")
    asked = len(site.asked)
    tt_videos(posts[0].url, save_video=False, transcripts=True, dir="vtt")
    assert len(site.asked) == asked + 1  # files that exist are kept


@pytest.mark.parametrize(("dead", "from_where"), [("none", ""), ("all", " (from playAddr)")])
def test_the_next_link_is_tried_before_a_fresh_page(
    site: Website, capsys: pytest.CaptureFixture[str], dead: str, from_where: str
) -> None:
    site.switches["download_links_dead"] = dead
    table = tt_videos_hidden(POSTS[0].url, verbose=True)
    assert table.video_fn.notna().all()
    assert table.download_url[0] == POSTS[0].download_link
    assert len(site.pages_asked()) == 1
    assert f"kB{from_where}. [" in capsys.readouterr().err


def test_links_may_be_among_the_variants_alone(site: Website) -> None:
    site.arrange(POSTS[0].id, "variants_alone")
    assert tt_videos_hidden(POSTS[0].url).video_fn.notna().all()


# ------------------------------------------------------------------------------- the User-Agent


def test_the_user_agent_is_the_persons_own(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAKTOK_USER_AGENT", "Mozilla/5.0 (mine)")
    tt_videos(POSTS[0].url)
    assert {asked.headers["user-agent"] for asked in site.asked} == {"Mozilla/5.0 (mine)"}


@pytest.mark.parametrize(
    ("variable", "wrong"),
    [("TRAKTOK_USER_AGENT", "a\nb"), ("TRAKTOK_USER_AGENT", "日本"), ("TRAKTOK_MOBILE", "perhaps")],
)
def test_a_setting_that_cannot_be_right_is_refused(
    site: Website, monkeypatch: pytest.MonkeyPatch, variable: str, wrong: str
) -> None:
    monkeypatch.setenv(variable, wrong)
    with pytest.raises(ValueError, match=variable):
        videos(POSTS[0].url)
    assert site.asked == []
