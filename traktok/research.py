"""TikTok's Research API, one function an endpoint: normalise, fetch, frame.

The functions, their arguments and their defaults are those of R traktok. What may be asked for,
and how TikTok's answers are read, stands in :mod:`traktok._http.endpoints`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal, overload

from traktok import _inputs
from traktok._http.endpoints import (
    COMMENTS,
    FOLLOWERS,
    FOLLOWING,
    LIKED_VIDEOS,
    PINNED_VIDEOS,
    PLAYLIST,
    REPOSTED_VIDEOS,
    USER_INFO,
    VIDEO_QUERY,
)
from traktok._run.memory import Shelf
from traktok._run.run import Call, Subject, empty, fetch, fetch_records, memory
from traktok._secrets.secret import conceals_token
from traktok.query import Condition, Query, Step, pipeable, searchable
from traktok.results import TikTokResults

Day = date | str | None
Names = str | Iterable[str]  # also a column of names


@overload
def tt_search_api(
    query: Query | str,
    start_date: Day = None,
    end_date: Day = None,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    parse: Literal[True] = True,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
) -> TikTokResults: ...
@overload
def tt_search_api(
    query: Query | str,
    start_date: Day = None,
    end_date: Day = None,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    *,
    parse: Literal[False],
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
) -> list[dict[str, Any]]: ...
@overload
def tt_search_api(
    *,
    start_date: Day = None,
    end_date: Day = None,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    parse: Literal[True] = True,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
) -> Step[TikTokResults]: ...
@overload
def tt_search_api(
    *,
    start_date: Day = None,
    end_date: Day = None,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    parse: Literal[False],
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
) -> Step[list[dict[str, Any]]]: ...
@pipeable
def tt_search_api(
    query: Query | str,
    start_date: Day = None,
    end_date: Day = None,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    parse: bool = True,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
) -> TikTokResults | list[dict[str, Any]]:
    """Search TikTok's videos.

    Mirrors ``tt_search_api()`` and ``tt_query_videos()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-videos.

    Without ``query`` it is a step that waits for one: ``query() | ... | tt_search_api()``. In a
    pipe its arguments are named.

    Parameters
    ----------
    query : Query or str
        A query made by :func:`query`, or a phrase: one word is looked for among hashtags and
        keywords, several words must all be met.
    start_date, end_date : date, datetime or str, optional
        The first and the last day (UTC), both searched, at most 30 days apart: a date, or a
        string such as ``"2024-01-31"`` or ``"20240131"``. By default yesterday and today; TikTok
        needs up to two days to show a new video.
    fields : str or sequence of str, default "all"
        The fields to ask for, among :data:`VIDEO_FIELDS`. ``"all"`` are R's. Those that R's
        table lacks become further columns.
    start_cursor : int, default 0
        Where to start, such as an earlier result's ``cursor``.
    search_id : str, optional
        The search to go on with, such as an earlier result's ``search_id``.
    is_random : bool, default False
        Whether to return random matches (one page of up to 100).
    max_pages : int or math.inf, default 1
        How many pages of up to 100 videos to ask for; each is one request of the 1,000 a day.
    parse : bool, default True
        Whether to return a table; False returns TikTok's records, ids as strings.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        A token, where the stored one is not to be used.

    Returns
    -------
    TikTokResults
        A row a video: video_id, author_name, region_code, music_id, video_description,
        voice_to_text (string), view_count, comment_count, share_count, like_count (Int64),
        create_time (datetime64[s, UTC]), effect_ids, hashtag_names (lists). ``attrs`` holds
        search_id, cursor and has_more. With ``parse=False`` a list of dicts.

    Raises
    ------
    ValueError, TypeError
        If an argument can't be right; nothing is sent.
    AuthError
        If there are no credentials, or TikTok refuses them.
    ApiError, ConnectionFailed
        If TikTok answers with an error, or not at all; ``.partial`` holds the table so far.

    Examples
    --------
    >>> videos = tt_search_api("#rstats", "2023-11-01", "2023-11-29", max_pages=2)
    >>> len(videos), videos.cursor, videos.has_more
    (19, 19, False)
    >>> japan_or_us = query() | query_and("region_code", "IN", ["JP", "US"])
    >>> first = japan_or_us | tt_search_api(start_date="2023-11-01", end_date="2023-11-29")
    >>> second = tt_search_api(
    ...     japan_or_us,
    ...     "2023-11-01",
    ...     "2023-11-29",
    ...     start_cursor=first.cursor,
    ...     search_id=first.search_id,
    ... )
    >>> first.cursor, second.cursor
    (100, 200)
    """
    start, end = _inputs.search_span(start_date, end_date)
    body = _search_body(searchable(query), start, end, is_random)
    call = Call.of(
        VIDEO_QUERY,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        search_id=search_id,
        cache=cache,
        verbose=verbose,
        token=token,
        shelf=Shelf.QUERY,
    )
    return fetch([Subject(body)], call) if parse else fetch_records([Subject(body)], call)


tt_query_videos = tt_search_api


@overload
def tt_user_videos_api(
    username: Names,
    since: Day = "2020-01-01",
    to: Day = None,
    verbose: bool | None = None,
    *,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    parse: Literal[True] = True,
    cache: bool = True,
    token: Any = None,
    workers: int = 1,
) -> TikTokResults: ...
@overload
def tt_user_videos_api(
    username: Names,
    since: Day = "2020-01-01",
    to: Day = None,
    verbose: bool | None = None,
    *,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    parse: Literal[False],
    cache: bool = True,
    token: Any = None,
    workers: int = 1,
) -> list[dict[str, Any]]: ...
@conceals_token
def tt_user_videos_api(
    username: Names,
    since: Day = "2020-01-01",
    to: Day = None,
    verbose: bool | None = None,
    *,
    fields: Names = "all",
    start_cursor: int | None = 0,
    search_id: str | None = None,
    is_random: bool | None = False,
    max_pages: float = 1,
    parse: bool = True,
    cache: bool = True,
    token: Any = None,
    workers: int = 1,
) -> TikTokResults | list[dict[str, Any]]:
    """Get the videos that one or several users posted in any span of time.

    Mirrors ``tt_user_videos_api()`` of R traktok: searches by user name in windows of 31 days,
    one after another. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-videos.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs.
    since, to : date, datetime or str
        The first and the last day (UTC); by default 2020-01-01 and today.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    fields, is_random, parse, cache, token
        As in :func:`tt_search_api`.
    start_cursor, search_id
        As in :func:`tt_search_api`, for the first window.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 videos to ask for in each window. A warning says how many
        windows hold more.
    workers : int, default 1
        How many windows to go through at once; the rows keep the windows' order.

    Returns
    -------
    TikTokResults
        The table of :func:`tt_search_api`.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`.

    Examples
    --------
    >>> len(tt_user_videos_api("statisticsglobe", since="2023-11-01", to="2023-11-29"))
    5
    """
    usernames = _inputs.usernames(username)
    if not usernames:
        raise ValueError("username is empty: give at least one name")
    names = Condition("username", "IN", usernames)
    spans = _inputs.windows(since, to)
    # A window of days to come alone finds nothing; it may be tomorrow already where you are.
    _inputs.not_in_future(spans[-1][0], "the last window's first day", ahead=1)
    bodies = [_search_body(Query({"or": [names]}), *span, is_random) for span in spans]
    call = Call.of(
        VIDEO_QUERY,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        search_id=search_id,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        shelf=Shelf.QUERY,
    )
    subjects = [
        Subject(body, f"{start} to {end}", f"{start} to {end}")
        for body, (start, end) in zip(bodies, spans, strict=True)
    ]
    return fetch(subjects, call) if parse else fetch_records(subjects, call)


@conceals_token
def tt_user_info_api(
    username: Names,
    fields: Names = "all",
    verbose: bool | None = None,
    token: Any = None,
    *,
    workers: int = 1,
) -> TikTokResults:
    """Get what the profiles of users say.

    Mirrors ``tt_user_info_api()`` and ``tt_user_info()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-user-info.

    Parameters
    ----------
    username : str or sequence of str
        Names, @names or profile URLs; a name given twice is asked for once.
    fields : str or sequence of str, default "all"
        The fields to ask for, among :data:`USER_FIELDS`. ``"all"`` are R's.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        A token, where the stored one is not to be used.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        A row a user, indexed by ``username``: display_name, bio_description, avatar_url (string),
        is_verified (boolean), follower_count, following_count, likes_count, video_count (Int64).
        Accounts that are private, gone or withheld are in ``attrs["skipped"]``.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds the users before the one that failed.

    Examples
    --------
    >>> users = tt_user_info_api(["tiktok", "https://www.tiktok.com/@statisticsglobe"])
    >>> users["video_count"].to_dict()
    {'tiktok': 1073, 'statisticsglobe': 92}
    """
    call = Call.of(USER_INFO, fields=fields, verbose=verbose, token=token, workers=workers)
    return fetch(_each_user(username), call)


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
        The fields to ask for, among :data:`VIDEO_FIELDS` but for effect_ids, playlist_id and
        voice_to_text. ``"all"`` are R's.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 videos to ask for, for each user.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        A token, where the stored one is not to be used.
    start_cursor : int, optional
        Where to go on with the first of the users, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        A row a video: id, username, video_description, region_code, music_id (string),
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
    call = Call.of(
        LIKED_VIDEOS,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        shelf=Shelf.QUERY,
    )
    return fetch(_each_user(username), call)


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
        A token, where the stored one is not to be used.
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
    call = Call.of(
        REPOSTED_VIDEOS,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        shelf=Shelf.QUERY,
    )
    return fetch(_each_user(username), call)


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
        A token, where the stored one is not to be used.
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
    call = Call.of(
        PINNED_VIDEOS,
        fields=fields,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        shelf=Shelf.QUERY,
    )
    return fetch(_each_user(username), call)


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
    """Get who follows users.

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
        A token, where the stored one is not to be used.
    start_cursor : int, optional
        Where to go on with the first of the users, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        A row a follower: username, display_name and following_user, the user followed (string).

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> len(tt_user_follower_api("https://www.tiktok.com/@tiktok"))
    90
    """
    call = Call.of(
        FOLLOWERS,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        shelf=Shelf.QUERY,
    )
    return fetch(_each_user(username), call)


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
    """Get whom users follow, where they let others see it.

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
        A token, where the stored one is not to be used.
    start_cursor : int, optional
        Where to go on with the first of the users, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many users to go through at once; the rows keep the users' order.

    Returns
    -------
    TikTokResults
        A row an account followed: username, display_name and following_user, the user who follows
        it (string).

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> tt_user_following_api("jbgruber")["username"].head(2).tolist()
    ['rudeboybrody', 'lastweektonightclips']
    """
    call = Call.of(
        FOLLOWING,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        shelf=Shelf.QUERY,
    )
    return fetch(_each_user(username), call)


@conceals_token
def tt_comments_api(
    video_id: Any = None,
    fields: Names = "all",
    start_cursor: int | None = 0,
    max_pages: float = 1,
    cache: bool = True,
    verbose: bool | None = None,
    token: Any = None,
    *,
    comment_id: Any = None,
    workers: int = 1,
) -> TikTokResults:
    """Get the comments of videos, or the replies to comments.

    Mirrors ``tt_comments_api()`` and ``tt_comments()`` of R traktok, which takes one video.
    TikTok's page: https://developers.tiktok.com/doc/research-api-specs-query-video-comments.

    Parameters
    ----------
    video_id : str, int or sequence of them
        Ids or URLs of videos, also a column such as ``videos["video_id"]``; an id given twice is
        asked for once.
    fields : str or sequence of str, default "all"
        The fields to ask for, among :data:`COMMENT_FIELDS`. ``"all"`` are R's.
    start_cursor : int, default 0
        Where to start with the first of them, such as an earlier result's ``cursor``.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 comments to ask for, for each video.
    cache : bool, default True
        Whether :func:`last_comments` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        A token, where the stored one is not to be used.
    comment_id : str, int or sequence of them, optional
        Ids of comments whose replies to get, in place of ``video_id``.
    workers : int, default 1
        How many videos to go through at once; the rows keep the videos' order.

    Returns
    -------
    TikTokResults
        A row a comment: id, video_id, text, parent_comment_id (string; the video's id where the
        comment is no reply), like_count, reply_count (Int64), create_time (Int64, seconds since
        1970). TikTok masks what looks like personal data in text.

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> url = "https://www.tiktok.com/@nicksinghtech/video/7195762648716152107"
    >>> comments = tt_comments(url)
    >>> len(comments), int(comments["like_count"].max())
    (96, 314)
    """
    call = Call.of(
        COMMENTS,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        shelf=Shelf.COMMENTS,
    )
    return fetch(_each_thread(video_id, comment_id), call)


@conceals_token
def tt_playlist_api(
    playlist_id: Any,
    verbose: bool | None = None,
    token: Any = None,
    *,
    fields: Names = "all",
    max_pages: float = 1,
    start_cursor: int | None = None,
    workers: int = 1,
) -> TikTokResults:
    """Get the videos of playlists.

    Mirrors ``tt_playlist_api()`` and ``tt_playlist()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/research-api-specs-query-playlist-info.

    Parameters
    ----------
    playlist_id : str, int or sequence of them
        Ids or URLs of playlists; one given twice is asked for once.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        A token, where the stored one is not to be used.
    fields : str or sequence of str, default "all"
        The columns wanted, among those below.
    max_pages : int or math.inf, default 1
        How many pages to ask for, for each playlist.
    start_cursor : int, optional
        Where to go on with the first of them, such as an earlier result's ``cursor``.
    workers : int, default 1
        How many playlists to go through at once; the rows keep the playlists' order.

    Returns
    -------
    TikTokResults
        A row a video: playlist_id (string), playlist_item_total (Int64), playlist_name (string),
        playlist_last_updated (Int64, seconds since 1970), playlist_video_ids (string).

    Raises
    ------
    ValueError, TypeError, AuthError, ApiError, ConnectionFailed
        As in :func:`tt_search_api`; ``.partial`` holds what came before the failure.

    Examples
    --------
    >>> playlist = tt_playlist("7426782536706507894", max_pages=3)
    >>> playlist["playlist_id"].unique().tolist()
    ['7426782536706507894']
    """
    call = Call.of(
        PLAYLIST,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        workers=workers,
        verbose=verbose,
        token=token,
    )
    return fetch(_each_playlist(playlist_id), call)


def last_query() -> TikTokResults:
    """Get what the last search, user-videos or user-list call of this thread got so far.

    Mirrors ``last_query()`` of R traktok. After a call that failed or was broken off, it is the
    table of what came before, with the ``cursor`` and ``search_id`` to go on from. Each thread
    has its own.

    Returns
    -------
    TikTokResults
        That call's own table; the empty table of a search where there was none.

    Examples
    --------
    >>> liked = tt_get_liked("jbgruber")
    >>> len(last_query())
    98
    """
    table = memory.recall(Shelf.QUERY)
    return empty(VIDEO_QUERY) if table is None else table.copy(deep=False)


def last_comments() -> TikTokResults:
    """Get what the last :func:`tt_comments_api` of this thread got so far; see :func:`last_query`.

    Mirrors ``last_comments()`` of R traktok.

    Returns
    -------
    TikTokResults
        Its table; the empty table of comments where there was none.

    Examples
    --------
    >>> comments = tt_comments("7302470379501604128")
    >>> len(last_comments())
    1
    """
    table = memory.recall(Shelf.COMMENTS)
    return empty(COMMENTS) if table is None else table.copy(deep=False)


# ------------------------------------------------------------------- what the requests are about


def _search_body(query: Query, start: date, end: date, is_random: Any) -> dict[str, Any]:
    return {
        "query": query.to_dict(),
        "start_date": _inputs.compact(start),
        "end_date": _inputs.compact(end),
        "is_random": _inputs.flag(is_random, "is_random"),
    }


def _each_user(username: Any) -> list[Subject]:
    return [
        Subject({"username": name}, name, f"user {name}") for name in _inputs.usernames(username)
    ]


def _each_thread(video_id: Any, comment_id: Any) -> list[Subject]:
    if (video_id is None) == (comment_id is None):
        raise ValueError("give a video_id for comments or a comment_id for replies, one of the two")
    if comment_id is None:
        return _each_id("video_id", _inputs.video_ids(video_id), "comments of video")
    return _each_id("comment_id", _inputs.comment_ids(comment_id), "replies to comment")


def _each_playlist(playlist_id: Any) -> list[Subject]:
    return _each_id("playlist_id", _inputs.playlist_ids(playlist_id), "playlist")


def _each_id(key: str, ids: Sequence[str], called: str) -> list[Subject]:
    """Make the subjects of ids; a lone one needs no name to be told from others, as in R."""
    names = [f"{called} {id}" for id in ids] if len(ids) > 1 else [None] * len(ids)
    return [Subject({key: id}, id, name) for id, name in zip(ids, names, strict=True)]


# ---------------------------------------------------------------------------------- R's aliases

tt_query_videos = tt_search_api
tt_user_info = tt_user_info_api
tt_comments = tt_comments_api
tt_get_liked = tt_user_liked_videos_api
tt_get_reposted = tt_user_reposted_api
tt_get_pinned = tt_user_pinned_videos_api
tt_playlist = tt_playlist_api
