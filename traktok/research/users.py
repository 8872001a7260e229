"""Get what TikTok says of users: profiles, lists of videos, followers and followed.

The functions have the names, arguments and defaults of R traktok. The table of endpoints,
:mod:`traktok._http.endpoints`, states what can be requested and how responses are parsed.
"""

from __future__ import annotations

from typing import Any

from traktok._http.endpoint import USERNAMES
from traktok._http.endpoints import (
    FOLLOWERS,
    FOLLOWING,
    LIKED_VIDEOS,
    PINNED_VIDEOS,
    REPOSTED_VIDEOS,
    USER_INFO,
)
from traktok._run.fetch import fetch
from traktok._run.memory import LastCall
from traktok._run.options import FetchOptions
from traktok._secrets.secret import conceals_token
from traktok.research._arguments import Names, targets
from traktok.results import TikTokResults


@conceals_token
def tt_user_info_api(
    username: Names,
    fields: Names = "all",
    verbose: bool | None = None,
    token: Any = None,
    *,
    workers: int = 1,
) -> TikTokResults:
    """Get the profiles of users.

    Mirrors ``tt_user_info_api()`` and ``tt_user_info()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-user-info.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs; a name given twice is asked for once.
    fields : str or sequence of str, default "all"
        The fields to request, among :data:`USER_FIELDS`. ``"all"`` requests the columns below, as R
        traktok does.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        One row per user: username, display_name, bio_description, avatar_url (string),
        is_verified (boolean), follower_count, following_count, likes_count, video_count (Int64).
        Accounts that are private, gone or withheld are in ``attrs["skipped"]``.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds the users before the one that failed.

    Examples
    --------
    >>> users = tt_user_info_api(["tiktok", "https://www.tiktok.com/@statisticsglobe"])
    >>> users.set_index("username")["video_count"].to_dict()
    {'tiktok': 1073, 'statisticsglobe': 92}
    """
    options = FetchOptions.of(
        USER_INFO, fields=fields, verbose=verbose, token=token, workers=workers
    )
    return fetch(targets(USERNAMES, username), options)


@conceals_token
def tt_user_liked_videos_api(
    username: Names,
    fields: Names = "all",
    max_pages: float = 1,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
    *,
    start_cursor: int | None = None,
    workers: int = 1,
) -> TikTokResults:
    """Get the videos that users liked, where they let others see it.

    Mirrors ``tt_user_liked_videos_api()`` and ``tt_get_liked()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-user-liked-videos.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs; a name given twice is asked for once.
    fields : str or sequence of str, default "all"
        The fields to request, among :data:`VIDEO_FIELDS` except effect_ids, playlist_id and
        voice_to_text. ``"all"`` requests the columns below, as R traktok does.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 videos to ask for, for each user.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
    start_cursor : int, optional
        Where to go on with the first of the users, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        One row per video: id, username, video_description, region_code, music_id (string),
        create_time (Int64, seconds since 1970), video_duration (Int64, seconds), view_count,
        like_count, comment_count, share_count (Int64), hashtag_names (lists), is_stem_verified
        (boolean), liked_by_user (string). Accounts without public likes are in
        ``attrs["skipped"]``.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> liked = tt_get_liked("jbgruber")
    >>> len(liked), liked["liked_by_user"].unique().tolist()
    (98, ['jbgruber'])
    """
    options = FetchOptions.of(
        LIKED_VIDEOS,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.QUERY,
    )
    return fetch(targets(USERNAMES, username), options)


@conceals_token
def tt_user_reposted_api(
    username: Names,
    fields: Names = "all",
    max_pages: float = 1,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
    *,
    start_cursor: int | None = None,
    workers: int = 1,
) -> TikTokResults:
    """Get the videos that users reposted.

    Mirrors ``tt_user_reposted_api()`` and ``tt_get_reposted()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-user-reposted-videos.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs; a name given twice is asked for once.
    fields : str or sequence of str, default "all"
        The fields to ask for, as in :func:`tt_user_liked_videos_api`.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 videos to ask for, for each user.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
    start_cursor : int, optional
        Where to go on with the first of the users, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        The columns of :func:`tt_user_liked_videos_api`, favorites_count (Int64) and, in place of
        liked_by_user, reposted_by_user.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> len(tt_get_reposted("smooth.learning.c"))
    2
    """
    options = FetchOptions.of(
        REPOSTED_VIDEOS,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.QUERY,
    )
    return fetch(targets(USERNAMES, username), options)


@conceals_token
def tt_user_pinned_videos_api(
    username: Names,
    fields: Names = "all",
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
    *,
    workers: int = 1,
) -> TikTokResults:
    """Get the videos that users pinned to the top of their profile.

    Mirrors ``tt_user_pinned_videos_api()`` and ``tt_get_pinned()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-user-pinned-videos.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs; a name given twice is asked for once.
    fields : str or sequence of str, default "all"
        The fields to ask for, as in :func:`tt_user_liked_videos_api`.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        The columns of :func:`tt_user_liked_videos_api` and, in place of liked_by_user,
        pinned_by_user.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> tt_get_pinned("smooth.learning.c")["create_time"].tolist()
    [1690255097]
    """
    options = FetchOptions.of(
        PINNED_VIDEOS,
        fields=fields,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.QUERY,
    )
    return fetch(targets(USERNAMES, username), options)


@conceals_token
def tt_user_follower_api(
    username: Names,
    max_pages: float = 1,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
    *,
    start_cursor: int | None = None,
    workers: int = 1,
) -> TikTokResults:
    """Get the followers of users.

    Mirrors ``tt_user_follower_api()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-user-followers.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs; a name given twice is asked for once.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 accounts to ask for, for each user.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
    start_cursor : int, optional
        Where to go on with the first of the users, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        One row per follower: username, display_name and following_user, the user followed (string).

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> len(tt_user_follower_api("https://www.tiktok.com/@tiktok"))
    90
    """
    options = FetchOptions.of(
        FOLLOWERS,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.QUERY,
    )
    return fetch(targets(USERNAMES, username), options)


@conceals_token
def tt_user_following_api(
    username: Names,
    max_pages: float = 1,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
    *,
    start_cursor: int | None = None,
    workers: int = 1,
) -> TikTokResults:
    """Get the accounts that users follow, if they let others see it.

    Mirrors ``tt_user_following_api()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-user-following.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs; a name given twice is asked for once.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 accounts to ask for, for each user.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
    start_cursor : int, optional
        Where to go on with the first of the users, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        One row per followed account: username, display_name and following_user, the user who
        follows it (string).

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> tt_user_following_api("jbgruber")["username"].head(2).tolist()
    ['rudeboybrody', 'lastweektonightclips']
    """
    options = FetchOptions.of(
        FOLLOWING,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.QUERY,
    )
    return fetch(targets(USERNAMES, username), options)


tt_user_info = tt_user_info_api
tt_get_liked = tt_user_liked_videos_api
tt_get_reposted = tt_user_reposted_api
tt_get_pinned = tt_user_pinned_videos_api
