"""Each fault of files, by each kind of file: rows kept, cause, requests, exit code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from traktok import RateLimited, tt_videos_hidden
from traktok.cli import app
from traktok.sandbox.web import MEDIA_CONDITIONS, Post, Website, world

pytestmark = pytest.mark.filterwarnings("ignore::traktok.TraktokWarning")

TRIES = 2
FINE = {"media_large", "media_breaking", "media_slow"}
IS_ANOTHER_FILE = "the response is not"
BROKE = "the connection broke"
FAULTS = {
    "media_forbidden": "status 403",
    "media_gone": "status 404",
    "media_busy": "status 429",
    "media_server_error": "status 500",
    "media_not_satisfiable": "status 416",
    "media_part_without_range": "status 206 without a range",
    "media_html": IS_ANOTHER_FILE,
    "media_empty": IS_ANOTHER_FILE,
    "media_broken": BROKE,
    "media_changing": BROKE,
    "media_dropped": BROKE,
    "media_reset": BROKE,
    "media_leads_away": "it leads to https://elsewhere.example, which is none of TikTok's hosts",
}


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    posts
        Posts that have it; the second one's is at fault.
    file
        Which of the second post's files it is.
    column
        The column for its path.
    links
        How many links such a file has, those tried on the last page alone included.
    files
        How many files the posts have in all.
    """

    posts: tuple[Post, ...]
    file: int | str | None
    column: str
    links: int
    files: int


KINDS = {
    "video": Kind(tuple(map(world.search_post, (0, 1, 3))), None, "video_fn", 4, 3),
    "picture": Kind(tuple(map(world.search_post, (9, 19, 29))), 2, "video_fn", 2, 9),
    "transcript": Kind(
        tuple(map(world.search_post, (1, 4, 7))),
        "eng-US",
        "transcript_fn",
        1,
        5,
    ),
}


@pytest.fixture(autouse=True)
def site(
    logged_in: Website, slept: list[float], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Website:
    """A tiktok.com that gives the items of photo posts to phones."""
    monkeypatch.setenv("TRAKTOK_MOBILE", "1")
    return logged_in


def test_every_fault_is_here() -> None:
    assert MEDIA_CONDITIONS.keys() == FAULTS.keys() | FINE | {"media_busy_long"}


def test_files_that_are_refused_for_now_end_the_call(site: Website) -> None:
    posts = [post for post in map(world.search_post, range(10)) if not post.is_photo]
    for post in posts[4:]:
        site.arrange(post.id, "media_busy")
    urls = [post.url for post in posts]
    with pytest.raises(
        RateLimited, match=r"3 posts in a row \(too many requests\), .* \[4:\]"
    ) as caught:
        tt_videos_hidden(urls, dir="files", max_tries=TRIES)
    assert caught.value.partial.video_id.tolist() == [post.id for post in posts[:4]]
    assert caught.value.partial.video_fn.notna().all()
    pages = len(site.pages_asked())
    assert pages == 4 + 3 * TRIES
    command = ("videos", *urls, "--dir", "files", "--max-tries", f"{TRIES}")
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 3
    assert f"to go on, add to the same command: --start-at {posts[4].url}\n" in done.stderr


def test_files_that_are_refused_for_a_day_end_the_call_at_once(site: Website) -> None:
    posts = [post for post in map(world.search_post, range(10)) if not post.is_photo]
    site.arrange(posts[1].id, "media_busy_long")
    with pytest.raises(RateLimited, match=r"asks for a wait of 24 h .* \[1:\]"):
        tt_videos_hidden([post.url for post in posts], dir="files", max_tries=TRIES)
    assert len(site.pages_asked()) == 2


@pytest.mark.parametrize("of", KINDS)
@pytest.mark.parametrize("name", FAULTS)
def test_files(site: Website, name: str, of: str) -> None:
    kind = KINDS[of]
    bad = kind.posts[1]
    site.arrange(bad.id, name, file=kind.file)
    urls = [post.url for post in kind.posts]
    asked: dict[str, Any] = {"transcripts": True, "save_video": False} if of == "transcript" else {}
    table = tt_videos_hidden(urls, dir="files", max_tries=TRIES, slideshows=False, **asked)
    assert table.video_id.tolist() == [post.id for post in kind.posts]
    assert table.video_title.notna().all()
    assert table.file_error.notna().tolist() == [False, True, False]
    is_video = of == "transcript" and name in {"media_broken", "media_changing"}
    assert (IS_ANOTHER_FILE if is_video else FAULTS[name]) in table.file_error[1]
    kept = ", ".join(table[kind.column].dropna()).split(", ")
    assert sorted(kept) == sorted(map(str, Path("files").iterdir()))
    if name == "media_busy" and of == "picture":  # the next picture is not requested at all
        assert table.file_error[1].endswith(
            "picture 3: not requested, as the server asked for a wait"
        )
        kept.append("picture 3")
    assert len(kept) == kind.files - 1
    pages = len(site.pages_asked())
    assert pages <= 2 + TRIES
    # A file that changes is requested once more where it broke off.
    requests = 2 if name == "media_changing" else 1
    assert len(site.asked) - pages <= kind.files - 1 + TRIES * kind.links * requests
    if of != "video":
        return  # the exit code is the same for all kinds
    command = ("videos", *urls, "--max-tries", f"{TRIES}", "--dir", "files")
    assert CliRunner().invoke(app, [*command, "--slideshows", "no"]).exit_code == 4
