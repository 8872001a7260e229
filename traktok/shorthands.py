"""R's short names that choose: the Research API if there is a token, else the unofficial one.

A ``token`` among the arguments chooses the Research API, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from traktok import auth, hidden, research
from traktok._secrets import cookies
from traktok._secrets.secret import conceal_token
from traktok.errors import Authenticate, AuthError, Message, OnlyInPython
from traktok.query import Query, Step
from traktok.results import TikTokResults


@overload
def tt_search(query: Query | str, *args: Any, **kwargs: Any) -> TikTokResults: ...
@overload
def tt_search(**kwargs: Any) -> Step[TikTokResults]: ...
def tt_search(*args: Any, **kwargs: Any) -> Any:
    """Search videos, by :func:`tt_search_api` or else :func:`tt_search_hidden`.

    Mirrors ``tt_search()`` of R traktok. It takes and returns what the function chosen does.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> rstats = query() | query_or("hashtag_name", "IN", "rstats")
    >>> len(rstats | tt_search(start_date="2023-11-01", end_date="2023-11-29"))
    19
    """
    args, kwargs = conceal_token(research.tt_search_api, args, kwargs)
    return _chosen(research.tt_search_api, hidden.tt_search_hidden, args, kwargs)


def tt_user_videos(*args: Any, **kwargs: Any) -> TikTokResults:
    """Get a user's videos, by :func:`tt_user_videos_api` or else :func:`tt_user_videos_hidden`.

    Mirrors ``tt_user_videos()`` of R traktok. It takes and returns what the function chosen does.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> len(tt_user_videos("statisticsglobe", since="2023-11-01", to="2023-11-29"))
    5
    """
    args, kwargs = conceal_token(research.tt_user_videos_api, args, kwargs)
    videos: TikTokResults = _chosen(
        research.tt_user_videos_api, hidden.tt_user_videos_hidden, args, kwargs
    )
    return videos


def tt_get_follower(*args: Any, **kwargs: Any) -> TikTokResults:
    """Get who follows, by :func:`tt_user_follower_api` or else :func:`tt_get_follower_hidden`.

    Mirrors ``tt_get_follower()`` of R traktok. It takes and returns what the function chosen does:
    the one is asked for a username, the other for a secuid.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> len(tt_get_follower("tiktok"))
    90
    """
    args, kwargs = conceal_token(research.tt_user_follower_api, args, kwargs)
    followers: TikTokResults = _chosen(
        research.tt_user_follower_api, hidden.tt_get_follower_hidden, args, kwargs
    )
    return followers


def tt_get_following(*args: Any, **kwargs: Any) -> TikTokResults:
    """Get who is followed, by :func:`tt_user_following_api` or :func:`tt_get_following_hidden`.

    Mirrors ``tt_get_following()`` of R traktok. It takes and returns what the function chosen does:
    the one is asked for a username, the other for a secuid.

    Raises
    ------
    AuthError
        If there is neither a token for the Research API nor cookies for the unofficial one.

    Examples
    --------
    >>> len(tt_get_following("jbgruber"))
    19
    """
    args, kwargs = conceal_token(research.tt_user_following_api, args, kwargs)
    following: TikTokResults = _chosen(
        research.tt_user_following_api, hidden.tt_get_following_hidden, args, kwargs
    )
    return following


def _chosen(
    api: Callable[..., Any],
    unofficial: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    if "token" in kwargs or auth.has_credentials():
        return api(*args, **kwargs)
    if "cookiefile" not in kwargs and not cookies.is_authenticated():
        raise AuthError(
            Message(
                "There is no token for the Research API and no cookies for the unofficial one: ",
                "run ",
                Authenticate(),
                " or ",
                Authenticate("hidden"),
                " once",
                OnlyInPython(", or `traktok auth` in a shell"),
                ".",
            )
        )
    return unofficial(*args, **kwargs)
