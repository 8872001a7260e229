"""An example of code that collects: the videos of a month, and the comments of the most viewed."""

from __future__ import annotations

import pandas as pd

import traktok


def top_videos(phrase: str, since: str, to: str, number: int = 3) -> traktok.TikTokResults:
    """Return the most viewed videos that match a phrase."""
    videos = traktok.tt_search_api(phrase, since, to, max_pages=5, verbose=False)
    return videos.nlargest(number, "view_count")


def comments_of(videos: pd.DataFrame) -> pd.DataFrame:
    """Return the comments of videos; what came before a full quota is kept."""
    try:
        return traktok.tt_comments_api(videos["video_id"], max_pages=2, verbose=False)
    except traktok.QuotaExceeded as error:
        return error.partial
