"""What it is measured against: the least that a script with requests and pandas has to do.

It waits for nothing, tries nothing twice, types no column, and would lose all to one bad answer.
"""

from __future__ import annotations

import os
from typing import Any

import pandas as pd
import requests

VIDEO_FIELDS = (
    "id,video_description,create_time,region_code,share_count,view_count,like_count,"
    "comment_count,music_id,hashtag_names,username,effect_ids,playlist_id,voice_to_text"
)
COMMENT_FIELDS = "id,video_id,text,like_count,reply_count,parent_comment_id,create_time"
USER_FIELDS = (
    "display_name,bio_description,avatar_url,is_verified,follower_count,following_count,"
    "likes_count,video_count"
)


def videos(pages: int) -> pd.DataFrame:
    condition = {"field_name": "hashtag_name", "operation": "IN", "field_values": ["rstats"]}
    body = {
        "query": {"or": [condition]},
        "start_date": "20231101",
        "end_date": "20231129",
        "max_count": 100,
    }
    return _pages(f"video/query/?fields={VIDEO_FIELDS}", body, "videos", pages)


def comments(pages: int) -> pd.DataFrame:
    body = {"video_id": "7106594312292453675", "max_count": 100}
    return _pages(f"video/comment/list/?fields={COMMENT_FIELDS}", body, "comments", pages)


def users(number: int) -> pd.DataFrame:
    records = []
    with _session() as session:
        for n in range(number):
            data = _post(session, f"user/info/?fields={USER_FIELDS}", {"username": f"user{n}"})
            records.append(data)
    return pd.DataFrame(records)


def _pages(path: str, body: dict[str, Any], key: str, pages: int) -> pd.DataFrame:
    records: list[dict[str, Any]] = []
    position: dict[str, Any] = {"cursor": 0}
    with _session() as session:
        for _ in range(pages):
            data = _post(session, path, body | position)
            records += data[key]
            position = {name: data[name] for name in ("cursor", "search_id") if name in data}
            if not data["has_more"]:
                break
    return pd.DataFrame(records)


def _session() -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = "Bearer clt.benchmark"
    return session


def _post(session: requests.Session, path: str, body: dict[str, Any]) -> Any:
    response = session.post(f"{os.environ['TRAKTOK_BASE_URL']}/v2/research/{path}", json=body)
    response.raise_for_status()
    return response.json()["data"]
