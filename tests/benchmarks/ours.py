"""What is measured: collections as a user of traktok writes them."""

from __future__ import annotations

from typing import Any

import traktok

HOW: dict[str, Any] = {"verbose": False, "token": "clt.benchmark"}


def videos(pages: int) -> traktok.TikTokResults:
    days = "2023-11-01", "2023-11-29"
    return traktok.tt_search_api("#rstats", *days, max_pages=pages, **HOW)


def comments(pages: int) -> traktok.TikTokResults:
    return traktok.tt_comments_api("7106594312292453675", max_pages=pages, **HOW)


def users(number: int) -> traktok.TikTokResults:
    return traktok.tt_user_info_api([f"user{n}" for n in range(number)], **HOW)
