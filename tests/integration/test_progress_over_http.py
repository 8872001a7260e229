"""Check what calls show while they wait for TikTok."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.terminal import Stderr
from traktok import TraktokWarning, tt_search_api, tt_user_info_api
from traktok.sandbox.api import ResearchApi


def test_a_search_shows_rs_steps(
    tiktok: ResearchApi, token: str, stderr: Callable[[Stderr], Stderr]
) -> None:
    file = stderr(Stderr())
    tt_search_api("a", "2023-11-01", "2023-11-29", max_pages=3, token=token, verbose=True)
    first, more, parsing = file.lines
    assert first == "✔ Making initial request [1s]"
    assert re.fullmatch(r"✔ Got 3 pages, \d+ videos \[1s\]", more)
    assert parsing == "✔ Parsing data [1s]"


@pytest.mark.parametrize("windows", [1, 2])
def test_a_search_without_results_says_why_that_may_be(
    windows: int, tiktok: ResearchApi, token: str, stderr: Callable[[Stderr], Stderr]
) -> None:
    file = stderr(Stderr())
    last = {1: "2021-01-02", 2: "2021-02-28"}[windows]
    tt_search_api("nothing-has-this-word", "2021-01-01", last, token=token, verbose=True)
    assert file.lines[-1] == f"ℹ No videos from 2021-01-01 to {last} (UTC)."
    tt_search_api("nothing-has-this-word", token=token, verbose=True)
    assert file.lines[-1].endswith("(UTC). TikTok needs up to two days to show a new video.")


def test_users_are_shown_one_by_one(
    tiktok: ResearchApi, token: str, stderr: Callable[[Stderr], Stderr]
) -> None:
    file = stderr(Stderr())
    with pytest.warns(TraktokWarning, match="nobody.at.all"):
        tt_user_info_api(["tiktok", "nobody.at.all"], token=token, verbose=True)
    assert file.lines == [
        "✔ Got user tiktok (1 of 2) [1s]",
        "✖ Getting user nobody.at.all (2 of 2) [1s]",
        "✔ Parsing data [1s]",
    ]


def test_a_wait_is_explained(
    tiktok: ResearchApi, token: str, slept: list[float], stderr: Callable[[Stderr], Stderr]
) -> None:
    tiktok.fail("http_503")
    file = stderr(Stderr())
    tt_search_api("a", "2023-11-01", "2023-11-29", token=token, verbose=True)
    assert slept == [1]
    assert file.lines[0].startswith(
        "ℹ TikTok failed to answer: HTTP 503 with a body that is not JSON. Trying again in 1 s"
    )
