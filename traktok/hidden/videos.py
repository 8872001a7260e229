"""Get posts from their pages: metadata and files, or the JSON of a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from traktok._run.progress import steps
from traktok._signatures import names_checked
from traktok.hidden import _inputs, _jars
from traktok.hidden._inputs import Patience
from traktok.hidden._parse import ParsedPage
from traktok.hidden._posts import collect_posts
from traktok.hidden._video_options import VideoOptions
from traktok.hidden._visit import page_error, visit
from traktok.hidden._web import Web
from traktok.results import TikTokResults

SleepPool = float | Sequence[float]


@names_checked
def tt_videos_hidden(
    video_urls: str | Sequence[str],
    save_video: bool = True,
    overwrite: bool = False,
    dir: str | Path = ".",
    cache_dir: str | Path | None = None,
    sleep_pool: SleepPool = range(1, 11),
    max_tries: int = 5,
    cookiefile: str | Path | None = None,
    verbose: bool | None = None,
    slideshows: bool | Literal["ask"] = "ask",
    *,
    transcripts: bool = False,
) -> TikTokResults:
    """Get the metadata and the files of videos and photo posts from their pages.

    Mirrors ``tt_videos_hidden()`` and ``tt_videos()`` of R traktok.

    Parameters
    ----------
    video_urls : str or sequence of str
        URLs of posts, in any form that TikTok writes (short links, shared and embedded ones, those
        of its data exports), or ids; each post is fetched once.
    save_video : bool, default True
        Whether to download videos and the pictures of photo posts.
    overwrite : bool, default False
        Whether to download existing files again, and to request pages in the cache again.
    dir : path, default "."
        The folder for files, named ``<author>_video_<id>.<ext>``; it is created if it does not
        exist.
    cache_dir : path, optional
        The folder for the JSON of pages (``<id>.json``). A call that was broken off, here or in R,
        continues from there.
    sleep_pool : float or sequence of float, default 1 to 10
        Numbers of seconds to draw the waits between pages from, each times a random fraction.
    max_tries : int, default 5
        How many times to request a page that fails or has no data, and how many pages to request
        for a file whose links are all refused.
    cookiefile : path, optional
        A cookies.txt for this call, in place of the stored cookies.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    slideshows : bool or "ask", default "ask"
        Whether to open photo posts in a browser if their page has no data, as
        :func:`tt_slideshow_hidden` does. "ask" asks at the terminal or in a notebook; without
        either, a warning counts them.
    transcripts : bool, default False
        Whether to download TikTok's own subtitles, as ``<author>_video_<id>.<language>.vtt``.

    Returns
    -------
    TikTokResults
        A row per post: video_id, video_url, video_title, video_locationcreated, author_id,
        author_secuid, author_username, author_nickname, author_bio, download_url, video_status
        (string), video_timestamp (datetime64[s, UTC]), video_length, video_diggcount,
        video_sharecount, video_commentcount, video_playcount, html_status, video_status_code
        (Int64), is_secret, is_for_friend, is_slides, content_classified (boolean), music (dict),
        challenges (list of dicts). Then, if files were requested, video_fn, music_fn (with
        ``slideshows=True``), transcript_fn (with ``transcripts``) and file_error, the reason why a
        file is missing (string). A post without data has a row, too: its ``video_status`` is the
        reason.

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid; nothing is sent.
    AuthError
        If there are no cookies.
    ApiError
        If three posts in a row end at the same wall (a captcha, a log-in, too many requests, ...),
        or if no page could be read because all have a new shape.
    TraktokError
        If a file can't be written. ``.partial`` and :func:`last_query` have the rows so far.

    Notes
    -----
    A post costs TikTok one page, and a request for each of its files; a post in the cache costs
    nothing. A page without data is requested ``max_tries`` times at most, with waits from the pool.
    If TikTok asks for time (429, 503) or does not respond, the waits are 2, 4, 8, ... 60 s, or its
    ``Retry-After`` up to 15 minutes. A wall ends the call after ``3 * max_tries`` pages at most.
    TikTok attributes all of it to the account whose cookies are sent, and may show it captchas or
    restrict it.

    Examples
    --------
    >>> posts = tt_videos_hidden("https://www.tiktok.com/@tiktok/video/7106594312292453675")
    >>> posts.video_fn[0]
    'tiktok_video_7106594312292453675.mp4'
    """
    posts = _inputs.posts(video_urls)
    _inputs.slideshows(slideshows)
    patience = Patience.of(max_tries, sleep_pool)
    web = Web(_jars.given_or_stored(cookiefile))
    options = VideoOptions.of(
        save_video,
        overwrite,
        dir,
        cache_dir,
        patience.pool,
        patience.max_tries,
        slideshows,
        transcripts=transcripts,
    )
    return collect_posts(posts, options, web, steps(verbose))


tt_videos = tt_videos_hidden


@names_checked
def tt_request_hidden(url: str, max_tries: int = 5, cookiefile: str | Path | None = None) -> str:
    """Get the whole JSON of the page of a post or an account.

    Mirrors ``tt_request_hidden()`` of R traktok. Use it for data that the tables leave out.

    Parameters
    ----------
    url : str
        The URL of the page of a video, a photo post or an account, or the id of a video.
    max_tries : int, default 5
        How many times to request a page that fails or has no data.
    cookiefile : path, optional
        A cookies.txt for this call, in place of the stored cookies.

    Returns
    -------
    str
        The JSON, unchanged, for :func:`json.loads`.

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid; nothing is sent.
    AuthError
        If there are no cookies.
    ApiError, ConnectionFailed
        If TikTok responds with an error, a page without data, or not at all.

    Notes
    -----
    One page is requested ``max_tries`` times at most, with waits of up to 10 s between. If TikTok
    asks for time (429, 503) or does not respond, the waits are 2, 4, 8, ... 60 s, or its
    ``Retry-After`` up to 15 minutes. TikTok attributes the requests to the account whose cookies
    are sent.

    Examples
    --------
    >>> import json
    >>> page = json.loads(tt_request_hidden("7106594312292453675"))
    >>> detail = page["__DEFAULT_SCOPE__"]["webapp.video-detail"]
    >>> detail["itemInfo"]["itemStruct"]["author"]["uniqueId"]
    'tiktok'
    """
    address = _inputs.page(url)
    patience = Patience.of(max_tries, range(1, 11))
    web = Web(_jars.given_or_stored(cookiefile))
    visited = visit(web, address, patience, steps(verbose=False).say, _page_json)
    if visited.found is None:
        raise page_error(visited)
    return visited.found


def _page_json(page: ParsedPage) -> str | ParsedPage:
    return page.text if page.text is not None and page.data is not None else page
