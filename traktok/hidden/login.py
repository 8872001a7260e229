"""Store cookies: from a file, from a browser, or from a person who logs in."""

from __future__ import annotations

import sys
from http.cookiejar import Cookie
from pathlib import Path

from traktok._r import credentials
from traktok._secrets import cookies as _cookies
from traktok._signatures import names_checked
from traktok.errors import AuthError, Message, message_of, warn
from traktok.hidden import _browser, _jars, _own_browsers, _site
from traktok.hidden._browser_thread import BrowserError, NoScreenError

# Cookies without which TikTok gives less.
_NEEDED = {
    _cookies.KEY_COOKIE: "followers and searches need it",
    _site.SESSION_COOKIE: "they are of a browser that is not logged in, log in and export again",
}


@names_checked
def auth_hidden(
    cookiefile: str | Path | None = None,
    live: bool | None = None,
    *,
    browser: str | None = None,
    from_r: bool | str | Path = False,
) -> bool:
    """Authenticate for the unofficial API, once: the cookies are stored encrypted.

    Mirrors ``auth_hidden()`` of R traktok. TikTok knows a browser that is logged in by its
    cookies. They come from a file that an extension of the browser exports (such as "Get
    cookies.txt LOCALLY"), from a window in which you log in, or straight from your own browser.

    Parameters
    ----------
    cookiefile : path, optional
        A cookies.txt (Netscape's format), or a JSON file, as browsers' extensions export them.
    live : bool, optional
        Whether to open a window in which to log in, where there is no ``cookiefile``; by default
        at a prompt only. Takes ``traktok[hidden]`` and a browser.
    browser : str, optional
        The browser on this computer to take the cookies from, such as ``"firefox"`` or
        ``"chrome"``. Takes ``traktok[hidden]``. Pages are then asked for with that browser's
        User-Agent, too; TRAKTOK_USER_AGENT sets another.
    from_r : bool or path, default False
        Whether to take over the cookies that R's cookiemonster keeps on this computer, or in the
        file given; R's file stays as it is. COOKIE_KEY is heeded as in R.

    Returns
    -------
    bool
        Whether they are stored. Where none of them is TikTok's, or all have expired, a warning says
        so, and what was stored before stays. A warning names what they lack: tt_chain_token, or
        sessionid where the browser was not logged in.

    Raises
    ------
    ValueError
        If the file holds no cookies in a known format, or there is no such browser.
    AuthError
        If there is nothing to take cookies from, nobody logs in, or they can't be stored.

    Notes
    -----
    Nothing is sent to TikTok, except with ``live``: that opens its log-in page and its home page,
    once each. All later calls are seen as those of the account that is logged in.

    Examples
    --------
    >>> auth_hidden("cookies.txt")
    True
    >>> auth_check(silent=True)
    {'research': True, 'hidden': True}
    """
    _cookies.check_store()
    user_agent = None
    if from_r:
        cookies = _taken_over(None if from_r is True else Path(from_r))
    elif cookiefile is not None:
        cookies = _jars.read(cookiefile)
    elif browser is not None:
        cookies = _own_browsers.cookies_of(browser)
        user_agent = _own_browsers.user_agent_of(browser)
    elif hasattr(sys, "ps1") if live is None else live:
        # Without the stored cookies: a session that is stored would pass for a new one.
        jar = _cookies.jar_of([])
        cookies = _logged_in_live(jar)
        user_agent = jar.user_agent
    else:
        raise AuthError(f"There is nothing to take cookies from: {_jars.HOW}.")
    return _stored(cookies, user_agent)


def _taken_over(path: Path | None) -> list[Cookie]:
    cookies = credentials.read_r_cookies(path)
    place = path or credentials.cookies_path()
    print(
        f"Found {len(cookies)} cookies of R in {place}, which stays as it is.",
        file=sys.stderr,
    )
    return cookies


def _logged_in_live(jar: _cookies.Jar) -> list[Cookie]:
    minutes = _browser.LOGIN_PATIENCE // 60
    print(
        f"Log in at tiktok.com in the browser's window; it is waited for {minutes} minutes.",
        file=sys.stderr,
    )
    try:
        return list(_browser.log_in(jar))
    except NoScreenError:
        raise AuthError(
            Message("There is no screen to show the window on in which to log in: ", _jars.HOW)
        ) from None
    except BrowserError as error:
        raise AuthError(Message("The log-in came to nothing: ", message_of(error))) from None


def _stored(cookies: list[Cookie], user_agent: str | None) -> bool:
    """Store cookies that are of use, and return whether they are; warn of what they lack."""
    ours = _cookies.of_tiktok(cookies)
    good = _cookies.jar_of(ours)
    if not len(good):
        lack = (
            "All of TikTok's cookies have expired: log in at tiktok.com"
            if ours
            else "None of the cookies is TikTok's: visit tiktok.com in the browser"
        )
        warn(f"{lack}, and export again. Nothing was stored.")
        return False
    _cookies.store(ours, user_agent)
    names = {cookie.name for cookie in good if cookie.value}
    lacks = [f"{name}: {why}" for name, why in _NEEDED.items() if name not in names]
    if lacks:
        warn(f"The cookies lack {'; and '.join(lacks)}.")
    return True
