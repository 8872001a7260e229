"""Search TikTok's videos: by a query, or by who posted them.

The functions have the names, arguments and defaults of R traktok. The table of endpoints,
:mod:`traktok._http.endpoints`, states what can be requested and how responses are parsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal, overload

from traktok import _clock, _inputs
from traktok._http.bodies import search_body
from traktok._http.endpoints import VIDEO_QUERY
from traktok._run.fetch import empty_table, fetch, fetch_records
from traktok._run.memory import LastCall, memory
from traktok._run.options import FetchOptions
from traktok._run.state import Target
from traktok._secrets.secret import conceals_token
from traktok.errors import Argument, InvalidArgument
from traktok.query import Condition, Query, Step, pipeable, searchable
from traktok.research._arguments import Day, Names
from traktok.results import TikTokResults


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

    Called without ``query`` it returns a step, which gets its query from a pipe:
    ``query() | ... | tt_search_api()``. In a pipe, pass the other arguments by keyword.

    Parameters
    ----------
    query : Query or str
        A query made by :func:`query`, or a phrase. One word is searched as a hashtag or keyword;
        several words are keywords that must all occur.
    start_date, end_date : date, datetime or str, optional
        The first and the last day (UTC), both included, any number of days apart: a date, a
        datetime (one with a time zone gives its UTC day), or a string such as ``"2024-01-31"`` or
        ``"20240131"``. By default yesterday and today; TikTok needs up to two days to show a new
        video. A span of more than 31 days is searched in windows, one after another.
    fields : str or sequence of str, default "all"
        The fields to request, among :data:`VIDEO_FIELDS`. ``"all"`` requests the columns below,
        as R traktok does. Any other field becomes a further column.
    start_cursor : int, default 0
        Where to start in the first window, such as an earlier result's ``cursor``.
    search_id : str, optional
        The search to continue in the first window, such as an earlier result's ``search_id``.
    is_random : bool, default False
        Whether to return random matches (one page of up to 100).
    max_pages : int or math.inf, default 1
        How many pages of up to 100 videos to request in each window; each is one request of the
        1,000 a day. A warning says how many windows hold more.
    parse : bool, default True
        Whether to return a table; False returns TikTok's records, ids as strings.
    cache : bool, default True
        Whether :func:`last_query` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.

    Returns
    -------
    TikTokResults
        One row per video: video_id, author_name, region_code, music_id, video_description,
        voice_to_text (string), view_count, comment_count, share_count, like_count (Int64),
        create_time (datetime64[s, UTC]), effect_ids, hashtag_names (lists). ``attrs`` holds
        search_id, cursor, start_date and end_date (ISO texts) of the window requested last,
        has_more (whether any window holds more) and unfinished (those that do, each with the
        cursor of its next page). With ``parse=False`` a list of dicts.

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid; nothing is sent.
    AuthError
        If there are no credentials, or TikTok refuses them.
    ApiError, ConnectionFailed
        If TikTok answers with an error, or not at all; ``.partial`` holds the table so far, and its
        ``attrs`` the window and the page to continue from.

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
    yesterday = _clock.today() - timedelta(days=1)
    spans = _inputs.windows(start_date, end_date, ("start_date", "end_date"), yesterday)
    _inputs.window_not_in_future(spans[-1], "end_date")
    targets = _each_window(searchable(query), spans, is_random, named=len(spans) > 1)
    options = FetchOptions.of(
        VIDEO_QUERY,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        search_id=search_id,
        cache=cache,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.QUERY,
        resumes_by_date=True,
    )
    return fetch(targets, options) if parse else fetch_records(targets, options)


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
        raise InvalidArgument(Argument("username"), " is empty: give at least one name")
    names = Condition("username", "IN", usernames)
    spans = _inputs.windows(since, to)
    _inputs.window_not_in_future(spans[-1], "to")
    targets = _each_window(Query({"or": [names]}), spans, is_random)
    options = FetchOptions.of(
        VIDEO_QUERY,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        search_id=search_id,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.QUERY,
    )
    return fetch(targets, options) if parse else fetch_records(targets, options)


def last_query() -> TikTokResults:
    """Return the table of this thread's last search, user-videos or user-list call.

    Mirrors ``last_query()`` of R traktok. After a call that failed or was interrupted, the table
    has the rows so far, with the ``cursor`` and ``search_id`` to continue from. Each thread has its
    own.

    Returns
    -------
    TikTokResults
        The table of that call; an empty table of a search if there was no call.

    Examples
    --------
    >>> liked = tt_get_liked("jbgruber")
    >>> len(last_query())
    98
    """
    table = memory.recall(LastCall.QUERY)
    return empty_table(VIDEO_QUERY) if table is None else table


def _each_window(
    query: Query, spans: Sequence[tuple[date, date]], is_random: Any, *, named: bool = True
) -> list[Target]:
    """Build a target for each window; a lone search needs no name to be told from others."""
    random = _inputs.flag(is_random, "is_random")
    targets = []
    for first, last in spans:
        key = f"{first} to {last}"
        body = search_body(query.to_dict(), first, last, is_random=random)
        targets.append(Target(body, key, key if named else None, (first, last)))
    return targets
