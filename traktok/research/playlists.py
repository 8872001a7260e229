"""Get the videos of playlists.

The functions have the names, arguments and defaults of R traktok. The table of endpoints,
:mod:`traktok._http.endpoints`, states what can be requested and how responses are parsed.
"""

from __future__ import annotations

from typing import Any

from traktok._http.endpoint import PLAYLIST_IDS
from traktok._http.endpoints import PLAYLIST
from traktok._run.fetch import fetch
from traktok._run.options import FetchOptions
from traktok._secrets.secret import conceals_token
from traktok.research._arguments import Names, targets
from traktok.results import TikTokResults


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
        Ids or URLs of playlists; one given twice is requested once.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    token : str, mapping or Token, optional
        The token to use in place of the stored one.
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
        One row per video: playlist_id (string), playlist_item_total (Int64), playlist_name
        (string), playlist_last_updated (Int64, seconds since 1970), playlist_video_ids (string).

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
    options = FetchOptions.of(
        PLAYLIST,
        fields=fields,
        max_pages=max_pages,
        start_cursor=start_cursor,
        workers=workers,
        verbose=verbose,
        token=token,
    )
    return fetch(targets(PLAYLIST_IDS, playlist_id), options)


tt_playlist = tt_playlist_api
