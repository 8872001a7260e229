"""Searches and profiles, scrolled in a real browser."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any, Literal, overload
from urllib.parse import quote, urlsplit

from traktok._run.progress import steps
from traktok._tables.builder import TableBuilder
from traktok._text import counted
from traktok.errors import Authenticate, Function, Message, keeping, warn
from traktok.hidden import _browser, _columns, _inputs, _jars, _parse, _site
from traktok.hidden._inputs import Post
from traktok.hidden._media import safe_name
from traktok.hidden._parse import Refusal
from traktok.hidden._posts import VideoOptions, collect
from traktok.hidden._web import Web
from traktok.hidden.videos import tt_videos_hidden
from traktok.query import Query, Step, pipeable
from traktok.results import TikTokResults


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

    Mirrors ``tt_search_hidden()`` of R traktok. Takes ``traktok[hidden]``, an installed Chromium,
    Chrome or Edge (TRAKTOK_BROWSER names another), and the cookies of a browser that is logged in.

    Parameters
    ----------
    query : str
        What to search for.
    solve_captchas : bool, default False
        Whether to show the window when TikTok asks for a captcha, so that you can solve it.
    timeout : float, default 5
        Seconds to wait for what comes next.
    scroll : float or str, default "5m"
        How long to scroll: seconds, or a text such as ``"30s"``, ``"5m"``, ``"2h"``; ``math.inf``
        scrolls to the end.
    return_urls : bool, default False
        Whether to return the URLs found, and request none of their pages.
    save_video : bool, default False
        Whether to download the files.
    verbose : bool, optional
        Whether to show progress on stderr; by default at a prompt only.
    headless : bool, default True
        Whether to hide the browser's window.
    **videos
        What else :func:`tt_videos_hidden` takes: dir, cache_dir, sleep_pool, slideshows, ...

    Returns
    -------
    TikTokResults or list of str
        The table of :func:`tt_videos_hidden`, or the URLs. ``attrs["complete"]`` says whether the
        search came to the end of the list, ``attrs["ended"]`` why it ended: a search that was cut
        short (by a log-in window, an error of the page, the time for scrolling, ...) warns.

    Raises
    ------
    ValueError, TypeError
        If an argument can't be right; nothing is sent.
    AuthError
        If there are no cookies of a browser that is logged in.
    TraktokError
        If there is no browser, or TikTok asks for a captcha; ``.partial`` and
        :func:`last_query` hold the URLs found so far.

    Notes
    -----
    A search costs TikTok one visit in a browser, which scrolls for ``scroll`` at most and stops
    where nothing new comes for ``timeout``; then, unless ``return_urls``, a page for each post
    found, with the waits and tries of :func:`tt_videos_hidden`. All of it is seen as done by the
    account whose cookies the browser has; long or frequent searches get it captchas.

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

    Mirrors ``tt_user_videos_hidden()`` of R traktok; takes, besides the account's name or page,
    what :func:`tt_search_hidden` does, and returns the same.

    Notes
    -----
    A call costs TikTok, and the account whose cookies the browser has, what a search does.

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
    """Check how a page is scrolled."""
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
    """Find posts in the browser, then request each one's page."""
    try:
        inspect.signature(tt_videos_hidden).bind(None, **videos)
    except TypeError as error:
        raise TypeError(
            Message(
                f"the unofficial API {error}: it takes those of ",
                Function("tt_videos_hidden"),
                "; others are for the Research API, which needs ",
                Authenticate(),
            )
        ) from None
    web = Web(_jars.logged_in(videos.pop("cookiefile", None)))
    plan = VideoOptions.of(**videos)
    posts: dict[str, Post] = {}
    reached: dict[str, Any] = {}
    shown = steps(verbose)

    def remember() -> TikTokResults:
        return _columns.remembered(_table(list(posts.values()), plan, reached))

    keeps = keeping(remember, memory=_columns.MEMORY)
    with keeps, shown.step("Searching in the browser") as step:

        def found(links: list[str]) -> None:
            posts.update(_new(links, posts))
            step.update(f"Found {len(posts):,} videos")

        end = _browser.harvest(search, web.jar, found, shown.say)
    reached["complete"] = end is None or end.is_complete
    reached["ended"] = "the end of the list" if end is None else end.reason
    if end is not None:
        _explain(end, search, len(posts), username, plan)
    remember()
    if return_urls:
        return [post.url for post in posts.values()]
    return collect(list(posts.values()), plan, web, shown, were_found=True, attrs=reached)


def _explain(
    end: _browser.SearchEnd,
    search: _browser.Search,
    count: int,
    username: str | None,
    options: VideoOptions,
) -> None:
    """Warn about a search that found nothing, or not all; keep the page that shows nothing."""
    if not count:
        account = _parse.account(end.page, username) if username else None
        refusal = f" ({account.reason})" if isinstance(account, Refusal) else ""
        options.cache.save_raw_page(safe_name(urlsplit(search.url).path.strip("/")), end.page)
        warn(f"No videos were found: {end.reason}{refusal}.")
    elif not end.is_complete and search.scroll:
        found = counted(count, "posts")
        warn(f"The search was cut short: {end.reason}. There may be more than the {found} found.")


def _new(links: list[str], known: dict[str, Post]) -> dict[str, Post]:
    """Return the posts behind new links; what else a page links to is left out."""
    found = {}
    for link in links:
        with contextlib.suppress(ValueError):
            for post in _inputs.posts(link):
                if post.video_id is not None and post.name not in known:
                    found[post.name] = post
    return found


def _table(posts: list[Post], plan: VideoOptions, attrs: dict[str, Any]) -> TikTokResults:
    """Build the table of what was found before any page of it was requested."""
    builder = TableBuilder(_columns.videos(plan.file_columns), None)
    builder.add([{"video_id": post.video_id, "video_url": post.url} for post in posts])
    return _columns.table(builder, **attrs)
