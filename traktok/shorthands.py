"""R's short names that choose an API: the Research API where there is a token.

The unofficial API is not part of this version: without a token they raise the Research API's
AuthError, which says how to authenticate.
"""

from __future__ import annotations

from typing import Any, overload

from traktok import research
from traktok.query import Query, Step
from traktok.results import TikTokResults


@overload
def tt_search(query: Query | str, *args: Any, **kwargs: Any) -> TikTokResults: ...
@overload
def tt_search(**kwargs: Any) -> Step[TikTokResults]: ...
def tt_search(*args: Any, **kwargs: Any) -> Any:
    """Search videos; takes and returns what :func:`tt_search_api` does.

    Mirrors ``tt_search()`` of R traktok.

    Raises
    ------
    AuthError
        If there is no token for the Research API.

    Examples
    --------
    >>> rstats = query() | query_or("hashtag_name", "IN", "rstats")
    >>> len(rstats | tt_search(start_date="2023-11-01", end_date="2023-11-29"))
    19
    """
    return research.tt_search_api(*args, **kwargs)


def tt_user_videos(username: research.Names, *args: Any, **kwargs: Any) -> TikTokResults:
    """Get the videos of users; takes and returns what :func:`tt_user_videos_api` does.

    Mirrors ``tt_user_videos()`` of R traktok.

    Raises
    ------
    AuthError
        If there is no token for the Research API.

    Examples
    --------
    >>> len(tt_user_videos("statisticsglobe", since="2023-11-01", to="2023-11-29"))
    5
    """
    videos: TikTokResults = research.tt_user_videos_api(username, *args, **kwargs)
    return videos


def tt_get_follower(username: research.Names, *args: Any, **kwargs: Any) -> TikTokResults:
    """Get who follows users; takes and returns what :func:`tt_user_follower_api` does.

    Mirrors ``tt_get_follower()`` of R traktok.

    Raises
    ------
    AuthError
        If there is no token for the Research API.

    Examples
    --------
    >>> len(tt_get_follower("tiktok"))
    90
    """
    return research.tt_user_follower_api(username, *args, **kwargs)


def tt_get_following(username: research.Names, *args: Any, **kwargs: Any) -> TikTokResults:
    """Get whom users follow; takes and returns what :func:`tt_user_following_api` does.

    Mirrors ``tt_get_following()`` of R traktok.

    Raises
    ------
    AuthError
        If there is no token for the Research API.

    Examples
    --------
    >>> len(tt_get_following("jbgruber"))
    19
    """
    return research.tt_user_following_api(username, *args, **kwargs)
