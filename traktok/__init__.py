"""Collect TikTok data for research: the Python counterpart of the R package traktok.

``help(traktok.tt_search_api)`` and its like say what goes in and what comes out; the guides are in
``vignettes/``.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from traktok._version import __version__ as __version__

if TYPE_CHECKING:
    from traktok import replay as replay
    from traktok._assumptions import assumptions
    from traktok._http.endpoints import COMMENT_FIELDS, USER_FIELDS, VIDEO_FIELDS
    from traktok.auth import Token, auth_check, auth_forget, auth_research
    from traktok.collect import (
        Collection,
        WatchList,
        tt_collect,
        tt_collect_again,
        tt_still_public,
    )
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
    from traktok.replay import record as record
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
    "tt_collect_again",
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

# Modules are imported when one of their names is asked for: to import pandas takes longer than
# `traktok --help`. Type checkers read the imports above; a test compares them with this table.
_NAMES = {
    "_assumptions": "assumptions",
    "_http.endpoints": "COMMENT_FIELDS USER_FIELDS VIDEO_FIELDS",
    "auth": "Token auth_check auth_forget auth_research",
    "collect": "Collection WatchList tt_collect tt_collect_again tt_still_public",
    "compare": "Comparison compare",
    "doctor": "doctor",
    "errors": "ApiError AuthError ConnectionFailed InvalidRequest QuotaExceeded RateLimited "
    "ServerError StoreError TraktokError TraktokWarning",
    "hidden": "auth_hidden tt_get_follower_hidden tt_get_following_hidden tt_request_hidden "
    "tt_search_hidden tt_slideshow_hidden tt_user_info_hidden tt_user_videos_hidden tt_videos "
    "tt_videos_hidden",
    "query": "Condition Query Step query query_and query_not query_or",
    "reading": "read_results",
    "replay": "record",
    "research": "last_comments last_query tt_comments tt_comments_api tt_get_liked tt_get_pinned "
    "tt_get_reposted tt_playlist tt_playlist_api tt_query_videos tt_quota tt_search_api "
    "tt_user_follower_api tt_user_following_api tt_user_info tt_user_info_api "
    "tt_user_liked_videos_api tt_user_pinned_videos_api tt_user_reposted_api tt_user_videos_api",
    "results": "TikTokResults attr",
    "shorthands": "tt_get_follower tt_get_following tt_search tt_user_videos",
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}
_MODULES = {"files", "from_r", "sandbox", *_NAMES} - {"_assumptions", "_http.endpoints"}


def __getattr__(name: str) -> Any:
    """Import a name, or a module, when it is asked for."""
    if name in _MODULE_OF:
        value = getattr(importlib.import_module(f"traktok.{_MODULE_OF[name]}"), name)
    elif name in _MODULES:
        value = importlib.import_module(f"traktok.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES, "record"})


class _Package(ModuleType):
    """The package, in which a function comes before the module of the same name.

    Python sets a module that it has imported as an attribute of its package. ``traktok.query`` is
    the function all the same, whoever imported the module first.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if _MODULE_OF.get(name) == name and value is sys.modules.get(f"traktok.{name}"):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
