"""Search videos, and list those of an account, in a real browser."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any, Literal, overload
from urllib.parse import quote, urlsplit

from traktok._run.progress import steps
from traktok._signatures import names_checked, spells_out
from traktok._tables.builder import TableBuilder
from traktok._text import counted
from traktok.errors import keeping, warn
from traktok.hidden import _browser, _columns, _inputs, _jars, _parse, _site
from traktok.hidden._browser import SearchEnd
from traktok.hidden._browser_thread import CaptchaError
from traktok.hidden._inputs import Post
from traktok.hidden._media import safe_name
from traktok.hidden._parse import Refusal
from traktok.hidden._posts import collect_posts
from traktok.hidden._video_options import VideoOptions
from traktok.hidden._web import Web
from traktok.hidden.videos import tt_videos_hidden
from traktok.query import Query, Step, pipeable
from traktok.results import TikTokResults

_OF_VIDEOS = inspect.signature(tt_videos_hidden).parameters.values()


@overload
def tt_search_hidden(
    query: str,
    solve_captchas: bool = False,
    timeout: float = 5,
    scroll: float | str = "5m",
    return_urls: Literal[False] = False,
    save_video: bool = False,
    verbose: bool | None = None,
    headless: bool = True,
    **videos: Any,
) -> TikTokResults: ...
@overload
def tt_search_hidden(
    query: str,
    solve_captchas: bool = False,
    timeout: float = 5,
    scroll: float | str = "5m",
    *,
    return_urls: Literal[True],
    save_video: bool = False,
    verbose: bool | None = None,
    headless: bool = True,
    **videos: Any,
) -> list[str]: ...
@overload
def tt_search_hidden(**named: Any) -> Step[Any]: ...
@pipeable  # type: ignore[arg-type]  # **videos might hold a query, for all mypy knows
@spells_out(_OF_VIDEOS)
def tt_search_hidden(
    query: Query | str,
    solve_captchas: bool = False,
    timeout: float = 5,
    scroll: float | str = "5m",
    return_urls: bool = False,
    save_video: bool = False,
    verbose: bool | None = None,
    headless: bool = True,
    **videos: Any,
) -> TikTokResults | list[str]:
    """Search videos on TikTok's website, in a browser.

    Mirrors ``tt_search_hidden()`` of R traktok. Requires ``traktok[hidden]``, an installed
    Chromium, Chrome or Edge (or the browser that TRAKTOK_BROWSER names), and the cookies of a
    browser that is logged in.

    Parameters
    ----------
    query : str
        The words to search for.
    solve_captchas : bool, default False
        Whether to show the browser's window, so that you can solve captchas. The new cookies are
        then stored.
    timeout : float, default 5
        Seconds to wait for further posts.
    scroll : float or str, default "5m"
        How long to scroll: seconds, or a text such as ``"30s"``, ``"5m"``, ``"2h"``; ``math.inf``
        scrolls to the end.
    return_urls : bool, default False
        Whether to return the URLs found, without requesting their pages.
    save_video : bool, default False
        Whether to download the files.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    headless : bool, default True
        Whether to hide the browser's window.
    overwrite, dir, cache_dir, sleep_pool, max_tries, cookiefile, slideshows, transcripts
        As in :func:`tt_videos_hidden`.

    Returns
    -------
    TikTokResults or list of str
        The table of :func:`tt_videos_hidden`, or the URLs. ``attrs["complete"]`` is whether the
        search reached the end of the list, and ``attrs["ended"]`` is why it ended. There is a
        warning if it was cut short (by a log-in window, an error of the page, the time for
        scrolling, ...).

    Raises
    ------
    ValueError, TypeError
        If an argument is invalid; nothing is sent.
    AuthError
        If there are no cookies of a browser that is logged in.
    TraktokError
        If there is no browser, or TikTok asks for a captcha; ``.partial`` and
        :func:`last_query` have the URLs found so far.

    Notes
    -----
    A search costs TikTok one visit in a browser, which scrolls for ``scroll`` at most and stops
    when nothing new comes for ``timeout``; then, unless ``return_urls``, a page for each post
    found, with the waits and attempts of :func:`tt_videos_hidden`. TikTok attributes all of it to
    the account whose cookies the browser has, and shows captchas after long or frequent searches.

    Examples
    --------
    >>> tt_search_hidden("#rstats", scroll="1m", return_urls=True)[0]  # doctest: +SKIP
    'https://www.tiktok.com/@tiktok/video/7106594312292453675'
    >>> "#rstats" | tt_search_hidden(save_video=True, dir="files")  # doctest: +SKIP
    """
    url = f"{_site.HOME}search?q={quote(_inputs.phrase(query), safe='')}"
    search = _search(url, solve_captchas, timeout, scroll, headless)
    return _find(search, None, return_urls, verbose, {"save_video": save_video, **videos})


@overload
def tt_user_videos_hidden(
    username: str,
    solve_captchas: bool = False,
    return_urls: Literal[False] = False,
    save_video: bool = False,
    timeout: float = 5,
    scroll: float | str = "5m",
    verbose: bool | None = None,
    headless: bool = True,
    **videos: Any,
) -> TikTokResults: ...
@overload
def tt_user_videos_hidden(
    username: str,
    solve_captchas: bool = False,
    *,
    return_urls: Literal[True],
    save_video: bool = False,
    timeout: float = 5,
    scroll: float | str = "5m",
    verbose: bool | None = None,
    headless: bool = True,
    **videos: Any,
) -> list[str]: ...
@names_checked
@spells_out(_OF_VIDEOS)
def tt_user_videos_hidden(
    username: str,
    solve_captchas: bool = False,
    return_urls: bool = False,
    save_video: bool = False,
    timeout: float = 5,
    scroll: float | str = "5m",
    verbose: bool | None = None,
    headless: bool = True,
    **videos: Any,
) -> TikTokResults | list[str]:
    """Get the videos on an account's page, in a browser.

    Mirrors ``tt_user_videos_hidden()`` of R traktok.

    Parameters
    ----------
    username : str
        The account's name, or the URL of its page.
    solve_captchas, return_urls, save_video, timeout, scroll, verbose, headless
        As in :func:`tt_search_hidden`.
    overwrite, dir, cache_dir, sleep_pool, max_tries, cookiefile, slideshows, transcripts
        As in :func:`tt_videos_hidden`.

    Returns
    -------
    TikTokResults or list of str
        As :func:`tt_search_hidden` returns.

    Raises
    ------
    ValueError, TypeError, AuthError, TraktokError
        As in :func:`tt_search_hidden`.

    Notes
    -----
    A call costs TikTok, and the account whose cookies the browser has, as much as a search.

    Examples
    --------
    >>> tt_user_videos_hidden("tiktok", return_urls=True)[0]  # doctest: +SKIP
    'https://www.tiktok.com/@tiktok/video/7106594312292453675'
    """
    name = _inputs.username(username)
    search = _search(_site.user_address(name), solve_captchas, timeout, scroll, headless)
    return _find(search, name, return_urls, verbose, {"save_video": save_video, **videos})


def _search(
    url: str, solve_captchas: bool, timeout: Any, scroll: Any, headless: bool
) -> _browser.Search:
    """Check the arguments for the browser."""
    return _browser.Search(
        url,
        solve_captchas or not headless,
        solve_captchas,
        _inputs.timeout_seconds(timeout),
        _inputs.scroll_seconds(scroll),
    )


def _find(
    search: _browser.Search,
    username: str | None,
    return_urls: bool,
    verbose: bool | None,
    videos: dict[str, Any],
) -> TikTokResults | list[str]:
    """Find posts in the browser, then request the page of each."""
    web = Web(_jars.logged_in(videos.pop("cookiefile", None)))
    plan = VideoOptions.of(**videos)
    posts: dict[str, Post] = {}
    reached: dict[str, Any] = {"complete": False, "ended": "interrupted"}
    shown = steps(verbose)

    def remember() -> TikTokResults:
        return _columns.remember(_table(list(posts.values()), plan, reached))

    keeps = keeping(remember, memory=_columns.MEMORY)
    with keeps, shown.step("Searching in the browser") as step:

        def found(links: list[str]) -> None:
            posts.update(_new_posts(links, posts))
            step.update(f"Found {len(posts):,} videos")

        try:
            end = _browser.harvest(search, web.jar, found, shown.say)
        except CaptchaError:
            reached["ended"] = _site.CAPTCHA_WALL
            raise
    if end is not None and not posts and username is not None:
        account = _parse.find_account(end.page, username)
        if isinstance(account, Refusal):
            end = SearchEnd(account.reason, False, end.page)
    reached["complete"] = end is None or end.is_complete
    reached["ended"] = "the end of the list" if end is None else end.reason
    if end is not None:
        _warn_of_end(end, search, len(posts), plan)
    remember()
    if return_urls:
        return [post.url for post in posts.values()]
    return collect_posts(list(posts.values()), plan, web, shown, were_found=True, attrs=reached)


def _warn_of_end(
    end: SearchEnd, search: _browser.Search, count: int, options: VideoOptions
) -> None:
    """Warn if a search found nothing or was cut short; save a page that shows no posts."""
    advice = (" ", end.advice, ".") if end.advice else ()
    if not count:
        name = safe_name(urlsplit(search.url).path.strip("/"))
        path = options.cache.save_raw_page(name, end.page)
        kept = f" The page is kept as {path}." if path else ""
        warn(f"No videos were found: {end.reason}.", *advice, kept)
    elif not end.is_complete and search.scroll:
        found = counted(count, "posts")
        what = f"The search was cut short: {end.reason}. There may be more than the {found} found."
        warn(what, *advice)


def _new_posts(links: list[str], known: dict[str, Post]) -> dict[str, Post]:
    """Return the posts of new links; ignore links to other pages."""
    found = {}
    for link in links:
        with contextlib.suppress(ValueError):
            for post in _inputs.posts(link):
                if post.video_id is not None and post.name not in known:
                    found[post.name] = post
    return found


def _table(posts: list[Post], plan: VideoOptions, attrs: dict[str, Any]) -> TikTokResults:
    """Build the table of posts whose pages were not requested yet."""
    builder = TableBuilder(_columns.video_schema(plan.file_columns), None)
    builder.add([{"video_id": post.video_id, "video_url": post.url} for post in posts])
    return _columns.build_table(builder, **attrs)
