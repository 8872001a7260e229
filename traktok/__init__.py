"""Collect TikTok data for research: the Python counterpart of the R package traktok.

``help(traktok.tt_search_api)`` and its like say what goes in and what comes out; the guides are in
``vignettes/``.
"""

import importlib
from typing import TYPE_CHECKING, Any

from traktok._assumptions import assumptions
from traktok._http.endpoints import COMMENT_FIELDS, USER_FIELDS, VIDEO_FIELDS
from traktok._version import __version__ as __version__
from traktok.auth import Token, auth_check, auth_forget, auth_research
from traktok.compare import Comparison, compare
from traktok.doctor import doctor
from traktok.errors import (
    ApiError,
    AuthError,
    ConnectionFailed,
    InvalidRequest,
    QuotaExceeded,
    RateLimited,
    ServerError,
    StoreError,
    TraktokError,
    TraktokWarning,
)
from traktok.hidden import (
    auth_hidden,
    tt_get_follower_hidden,
    tt_get_following_hidden,
    tt_request_hidden,
    tt_search_hidden,
    tt_slideshow_hidden,
    tt_user_info_hidden,
    tt_user_videos_hidden,
    tt_videos,
    tt_videos_hidden,
)
from traktok.query import Condition, Query, Step, query, query_and, query_not, query_or
from traktok.reading import read_results
from traktok.research import (
    last_comments,
    last_query,
    tt_comments,
    tt_comments_api,
    tt_get_liked,
    tt_get_pinned,
    tt_get_reposted,
    tt_playlist,
    tt_playlist_api,
    tt_query_videos,
    tt_quota,
    tt_search_api,
    tt_user_follower_api,
    tt_user_following_api,
    tt_user_info,
    tt_user_info_api,
    tt_user_liked_videos_api,
    tt_user_pinned_videos_api,
    tt_user_reposted_api,
    tt_user_videos_api,
)
from traktok.results import TikTokResults, attr
from traktok.shorthands import tt_get_follower, tt_get_following, tt_search, tt_user_videos

if TYPE_CHECKING:
    from traktok import replay as replay
    from traktok.collect import Collection, WatchList, tt_collect, tt_still_public
    from traktok.replay import record as record

__all__ = [
    # Authenticate
    "Token",
    "auth_check",
    "auth_forget",
    "auth_hidden",
    "auth_research",
    # Query
    "Condition",
    "Query",
    "Step",
    "query",
    "query_and",
    "query_not",
    "query_or",
    # Research API
    "COMMENT_FIELDS",
    "USER_FIELDS",
    "VIDEO_FIELDS",
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
    # Collections
    "Collection",
    "WatchList",
    "tt_collect",
    "tt_still_public",
    # Unofficial API
    "tt_get_follower_hidden",
    "tt_get_following_hidden",
    "tt_request_hidden",
    "tt_search_hidden",
    "tt_slideshow_hidden",
    "tt_user_info_hidden",
    "tt_user_videos_hidden",
    "tt_videos",
    "tt_videos_hidden",
    # Either API
    "tt_get_follower",
    "tt_get_following",
    "tt_search",
    "tt_user_videos",
    # Results
    "Comparison",
    "TikTokResults",
    "attr",
    "compare",
    "read_results",
    # What is installed, configured, assumed
    "assumptions",
    "doctor",
    # Errors
    "ApiError",
    "AuthError",
    "ConnectionFailed",
    "InvalidRequest",
    "QuotaExceeded",
    "RateLimited",
    "ServerError",
    "StoreError",
    "TraktokError",
    "TraktokWarning",
]


# Imported when they are asked for: they need SQLAlchemy, or an extra, or are seldom needed.
_LAZY_MODULES = {"collect", "from_r", "replay", "sandbox"}
_LAZY_NAMES = {
    "Collection": "collect",
    "WatchList": "collect",
    "record": "replay",
    "tt_collect": "collect",
    "tt_still_public": "collect",
}


def __getattr__(name: str) -> Any:
    """Import a module, or a name from one, when it is asked for."""
    if name in _LAZY_MODULES:
        return importlib.import_module(f"traktok.{name}")
    if name in _LAZY_NAMES:
        return getattr(importlib.import_module(f"traktok.{_LAZY_NAMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_LAZY_MODULES, *_LAZY_NAMES})
