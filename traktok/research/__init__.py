"""TikTok's Research API, one function an endpoint: normalise, fetch, frame."""

from traktok.research.comments import last_comments, tt_comments, tt_comments_api
from traktok.research.playlists import tt_playlist, tt_playlist_api
from traktok.research.quota import tt_quota
from traktok.research.search import (
    last_query,
    tt_query_videos,
    tt_search_api,
    tt_user_videos_api,
)
from traktok.research.users import (
    tt_get_liked,
    tt_get_pinned,
    tt_get_reposted,
    tt_user_follower_api,
    tt_user_following_api,
    tt_user_info,
    tt_user_info_api,
    tt_user_liked_videos_api,
    tt_user_pinned_videos_api,
    tt_user_reposted_api,
)

__all__ = [
    "last_comments",
    "last_query",
    "tt_comments",
    "tt_comments_api",
    "tt_get_liked",
    "tt_get_pinned",
    "tt_get_reposted",
    "tt_playlist",
    "tt_playlist_api",
    "tt_query_videos",
    "tt_quota",
    "tt_search_api",
    "tt_user_follower_api",
    "tt_user_following_api",
    "tt_user_info",
    "tt_user_info_api",
    "tt_user_liked_videos_api",
    "tt_user_pinned_videos_api",
    "tt_user_reposted_api",
    "tt_user_videos_api",
]
