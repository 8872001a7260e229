"""Its tests: ``pytest -p traktok.testing vignettes/testing_example``."""

from __future__ import annotations

from collect import comments_of, top_videos

from traktok.sandbox import Sandbox

MONTH = ("2023-11-01", "2023-11-29")


def test_the_most_viewed_come_first(tiktok: Sandbox) -> None:
    videos = top_videos("#rstats", *MONTH)
    assert videos["view_count"].is_monotonic_decreasing
    assert len(videos) == 3


def test_a_busy_tiktok_is_asked_again(tiktok: Sandbox, no_waits: list[float]) -> None:
    tiktok.fail("http_503", times=2)
    assert len(top_videos("#rstats", *MONTH)) == 3
    assert no_waits == [1, 8]


def test_a_full_quota_keeps_what_came(tiktok: Sandbox) -> None:
    videos = top_videos("#rstats", *MONTH)
    tiktok.quota.main = tiktok.quota.main_limit - 2
    comments = comments_of(videos)
    assert set(comments["video_id"]) <= set(videos["video_id"])
    assert len(tiktok.requests) > 1
