"""What users ask of the unofficial API, made into addresses, waits and folders."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traktok._secrets.cookies import is_tiktok
from traktok._text import printable
from traktok.hidden import _columns, _inputs, _media, _site
from traktok.hidden._inputs import Patience, Post

ID = "7200000000000000001"
PAGE = f"https://www.tiktok.com/@creator_1/video/{ID}"
# What TikTok itself writes besides the address of a post's page.
FORMS = (
    f"https://m.tiktok.com/v/{ID}.html",
    f"https://m.tiktok.com/v/{ID}.html?u_code=0",
    f"https://www.tiktok.com/v/{ID}.html",
    f"https://www.tiktok.com/share/video/{ID}/",
    f"https://www.tiktok.com/embed/{ID}",
    f"https://www.tiktok.com/embed/v2/{ID}?lang=en",
    f"https://www.tiktok.com/player/v1/{ID}",
    f"https://www.tiktokv.com/share/video/{ID}/",
    f"https://m.tiktokv.com/share/video/{ID}/",
    f"www.tiktokv.com/share/video/{ID}/",
    f"https://www.tiktok.com/@/video/{ID}?x=1",
    f"https://www.tiktok.com/@/photo/{ID}",
)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        (PAGE, PAGE),
        (f"  {PAGE}  ", PAGE),
        (f"{PAGE}?is_copy_url=1&lang=de", f"{PAGE}?is_copy_url=1&lang=de"),
        (f"{PAGE}/", f"{PAGE}/"),
        (f"{PAGE}#comments", PAGE),
        (PAGE.replace("https", "http"), PAGE),
        (PAGE.removeprefix("https://"), PAGE),
        (PAGE.replace("www.tiktok.com", "evil.example@www.TikTok.com:8443"), PAGE),
        (PAGE.replace("video", "photo"), PAGE.replace("video", "photo")),
        *((form, _site.video_address(ID)) for form in FORMS),
        (ID, _site.video_address(ID)),
        (int(ID), _site.video_address(ID)),
    ],
)
def test_a_post_is_known_however_it_is_written(written: Any, url: str) -> None:
    assert _inputs.posts(written) == [Post(url, ID)]


@pytest.mark.parametrize(
    "link",
    [
        "https://vm.tiktok.com/ZMabc/",
        "vt.tiktok.com/ZSabc",
        "https://www.tiktok.com/t/ZTabc/",
        "http://vm.tiktok.com/ZMabc",
    ],
)
def test_a_short_link_has_no_id_yet(link: str) -> None:
    (post,) = _inputs.posts(link)
    assert post.video_id is None
    assert post.url.startswith("https://")


def test_posts_keep_their_order_and_first_spelling() -> None:
    other = PAGE.replace(ID, "7200000000000000002")
    assert [post.url for post in _inputs.posts([other, PAGE, ID, other])] == [other, PAGE]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (10, 10),
        (0.5, 0.5),
        ("10", 10),
        ("10s", 10),
        ("10 secs", 10),
        ("10sec", 10),
        ("1.5m", 90),
        ("5mins", 300),
        ("2h", 7200),
        ("2hours", 7200),
        ("1d", 86400),
        (math.inf, math.inf),
        ("Inf", math.inf),
    ],
)
def test_how_long_to_scroll(written: Any, seconds: float) -> None:
    assert _inputs.scroll_seconds(written) == seconds


@pytest.mark.parametrize("wrong", ["", "m", "5 parsecs", "-5m", -1, None, True, math.nan, [5]])
def test_no_time_to_scroll(wrong: Any) -> None:
    with pytest.raises(ValueError, match="scroll"):
        _inputs.scroll_seconds(wrong)


@given(st.lists(st.floats(0, 100), min_size=1))
def test_a_wait_is_one_of_the_pool_times_a_fraction(pool: list[float]) -> None:
    assert 0 <= Patience.of(1, pool).draw() <= max(pool)


def test_a_lone_number_is_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.random", lambda: 1.0)
    assert Patience.of(1, 1.5).draw() == 1.5
    assert Patience.of(1, 3).draw() == 3


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    assert _inputs.folder(tmp_path / "a" / "b", "dir").is_dir()
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "file", tmp_path / "file" / "below", "a\0b"):
        with pytest.raises(ValueError, match="dir: can't write to the folder"):
            _inputs.folder(wrong, "dir")


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("tiktok.com", True),
        (".tiktok.com", True),
        ("WWW.TikTok.com", True),
        ("tiktok.com.evil.example", False),
        ("nottiktok.com", False),
        ("tiktok.com.", True),
        ("", False),
        ("com", False),
    ],
)
def test_look_alikes_are_not_tiktok(host: str, is_ours: bool) -> None:
    assert is_tiktok(host) is is_ours


@given(st.text())
def test_an_author_makes_a_file_name_whoever_it_is(name: str) -> None:
    author = _media.safe_name(name)
    assert author
    assert author not in {".", ".."}
    assert not set(author) & set('/\\:*?"<>|\0\n')
    assert len(author.encode()) <= _media._LONGEST_AUTHOR + 1
    assert Path(author).name == author
    assert author == printable(author)
    assert author[0] not in "-=+@"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\0\0\0\x18ftypisom", "mp4"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"RIFF\1\2\3\4WEBPVP8 ", "webp"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"<!DOCTYPE html>", None),
        (b'{"error": 1}', None),
        (b"", None),
        (b"MZ\x90\0", None),
    ],
)
def test_a_file_is_what_it_begins_with(start: bytes, kind: str | None) -> None:
    assert _media.file_extension(start) == kind


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("isADVirtual", "is_a_d_virtual"),
        ("UserStoryStatus", "user_story_status"),
        ("id", "id"),
        ("nickNameModifyTime", "nick_name_modify_time"),
    ],
)
def test_keys_become_rs_names(key: str, column: str) -> None:
    assert _columns.snake_case(key) == column
