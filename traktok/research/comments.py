"""Get the comments of videos, and the replies to comments.

The functions have the names, arguments and defaults of R traktok. The table of endpoints,
:mod:`traktok._http.endpoints`, states what can be requested and how responses are parsed.
"""

from __future__ import annotations

from typing import Any

from traktok._http.endpoint import COMMENT_IDS, VIDEO_IDS
from traktok._http.endpoints import COMMENTS
from traktok._run.fetch import empty_table, fetch
from traktok._run.memory import LastCall, memory
from traktok._run.options import FetchOptions
from traktok._run.state import Target
from traktok._secrets.secret import conceals_token
from traktok.errors import Argument, InvalidArgument
from traktok.research._arguments import Names, targets
from traktok.results import TikTokResults


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
        requested once.
    fields : str or sequence of str, default "all"
        The fields to request, among :data:`COMMENT_FIELDS`. ``"all"`` requests the columns
        below, as R traktok does.
    start_cursor : int, default 0
        Where to start with the first of them, such as an earlier result's ``cursor``.
    max_pages : int or math.inf, default 1
        How many pages of up to 100 comments to ask for, for each video.
    cache : bool, default True
        Whether :func:`last_comments` keeps what was fetched.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
    comment_id : str, int or sequence of them, optional
        Ids of comments whose replies to get, in place of ``video_id``.
    workers : int, default 1
        How many videos to go through at once; the rows keep the videos' order.

    Returns
    -------
    TikTokResults
        One row per comment: id, video_id, text, parent_comment_id (string; the video's id where the
        comment is not a reply), like_count, reply_count (Int64), create_time (Int64, seconds since
        1970). TikTok masks what looks like personal data in text. Videos whose comments TikTok does
        not give out are in ``attrs["skipped"]``. TikTok may list no more than 1,000 comments of a
        video; a warning says so.

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
    options = FetchOptions.of(
        COMMENTS,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        cache=cache,
        workers=workers,
        verbose=verbose,
        token=token,
        remembered_as=LastCall.COMMENTS,
    )
    return fetch(_each_thread(video_id, comment_id), options)


def last_comments() -> TikTokResults:
    """Return the table of this thread's last :func:`tt_comments_api`; see :func:`last_query`.

    Mirrors ``last_comments()`` of R traktok.

    Returns
    -------
    TikTokResults
        The table of that call; an empty table of comments if there was no call.

    Examples
    --------
    >>> comments = tt_comments("7302470379501604128")
    >>> len(last_comments())
    1
    """
    table = memory.recall(LastCall.COMMENTS)
    return empty_table(COMMENTS) if table is None else table


def _each_thread(video_id: Any, comment_id: Any) -> list[Target]:
    if (video_id is None) == (comment_id is None):
        raise InvalidArgument(
            "give a ",
            Argument("video_id"),
            " for comments or a ",
            Argument("comment_id"),
            " for replies, one of the two",
        )
    if comment_id is None:
        return targets(VIDEO_IDS, video_id)
    return targets(COMMENT_IDS, comment_id)


tt_comments = tt_comments_api
