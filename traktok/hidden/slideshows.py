"""Get photo posts in a browser, as their pages do not contain the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from traktok._signatures import names_checked
from traktok.hidden import _inputs, _jars
from traktok.hidden._post_browser import BrowserOptions
from traktok.hidden._posts import collect_slideshows
from traktok.hidden._video_options import VideoOptions
from traktok.hidden._web import Web
from traktok.hidden.videos import SleepPool
from traktok.results import TikTokResults


@names_checked
def tt_slideshow_hidden(
    slideshow_urls: str | Sequence[str],
    save_images: bool = True,
    save_music: bool = True,
    overwrite: bool = False,
    dir: str | Path = ".",
    solve_captchas: bool = False,
    timeout: float = 30,
    sleep_pool: SleepPool = range(1, 11),
    cookiefile: str | Path | None = None,
    verbose: bool | None = None,
    headless: bool = True,
    *,
    cache_dir: str | Path | None = None,
    max_tries: int = 5,
) -> TikTokResults:
    """Get the metadata and the files of photo posts (slideshows), opened in a browser.

    Mirrors ``tt_slideshow_hidden()`` of R traktok. TikTok's pages of photo posts do not contain the
    post's data, but request it by a script. This requires a browser: ``traktok[hidden]`` and an
    installed Chromium, Chrome or Edge (or the browser that TRAKTOK_BROWSER names).

    Parameters
    ----------
    slideshow_urls : str or sequence of str
        URLs of posts (short links too) or their ids; each post is opened once.
    save_images : bool, default True
        Whether to download the pictures.
    save_music : bool, default True
        Whether to download the music.
    overwrite : bool, default False
        Whether to download existing files again, and to request posts in the cache again.
    dir : path, default "."
        The folder for files: ``<author>_video_<id>_<n>.<ext>`` and ``<author>_video_<id>.mp3``; it
        is created if it does not exist.
    solve_captchas : bool, default False
        Whether to show the browser's window, so that you can solve captchas. The new cookies are
        then stored.
    timeout : float, default 30
        Seconds to wait for a post's data.
    sleep_pool : float or sequence of float, default 1 to 10
        Numbers of seconds to draw the waits between posts from, each times a random fraction.
    cookiefile : path, optional
        A cookies.txt for this call, in place of the stored cookies.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    headless : bool, default True
        Whether to hide the browser's window. TikTok refuses some data to a hidden one.
    cache_dir : path, optional
        The folder for each post's data (``<id>.json``), which later calls read.
    max_tries : int, default 5
        How many times to try the links of a file; the post is opened at most once more to renew
        them.

    Returns
    -------
    TikTokResults
        A row per post, with the columns of :func:`tt_videos_hidden`; then video_fn (string) with
        ``save_images``, music_fn (string) with ``save_music``, and file_error (string), the reason
        why a file is missing. A post without data has a row, too: its ``video_status`` is the
        reason, or ``pictures only`` if the page shows nothing else.

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid; nothing is sent.
    AuthError
        If there are no cookies.
    TraktokError
        If there is no browser, a file can't be written, or three posts in a row end at the same
        wall; ``.partial`` has the rows so far.

    Notes
    -----
    A post costs TikTok a visit in a browser, with everything that its page loads, and a request for
    each of its files. There is a second visit if their links are refused, and none for a post in
    the cache. A wait of the pool follows each visit. TikTok attributes all of it to the account
    whose cookies the browser has.

    Examples
    --------
    >>> post = "https://www.tiktok.com/@creator_10/photo/7200000000000000009"
    >>> tt_slideshow_hidden(post, dir="files").is_slides[0]  # doctest: +SKIP
    True
    """
    posts = _inputs.posts(slideshow_urls, "slideshow_urls")
    browser = BrowserOptions(
        bool(solve_captchas) or not headless, bool(solve_captchas), _inputs.timeout_seconds(timeout)
    )
    options = VideoOptions.of(
        save_images,
        overwrite,
        dir,
        cache_dir,
        sleep_pool,
        max_tries,
        save_music=save_music,
    )
    web = Web(_jars.given_or_stored(cookiefile))
    return collect_slideshows(posts, replace(options, browser=browser), web, verbose)
