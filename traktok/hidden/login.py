"""Store cookies: from a file, from a browser, or from a person who logs in."""

from __future__ import annotations

import sys
from http.cookiejar import Cookie
from pathlib import Path

from traktok._r import credentials
from traktok._secrets import cookies
from traktok._secrets.cookies import Jar
from traktok._signatures import names_checked
from traktok.errors import AuthError, Message, message_of, warn
from traktok.hidden import _browser, _jars, _own_browsers
from traktok.hidden._browser_thread import BrowserError, NoScreenError


@names_checked
def auth_hidden(
    cookiefile: str | Path | None = None,
    live: bool | None = None,
    *,
    browser: str | None = None,
    from_r: bool | str | Path = False,
) -> bool:
    """Authenticate for the unofficial API, once: the cookies are stored encrypted.

    Mirrors ``auth_hidden()`` of R traktok. TikTok identifies a browser that is logged in by its
    cookies. They come from a file that an extension of the browser exports (such as "Get
    cookies.txt LOCALLY"), from a window in which you log in, or directly from your own browser.

    Parameters
    ----------
    cookiefile : path, optional
        A cookies.txt (Netscape's format), or a JSON file, as browsers' extensions export them.
    live : bool, optional
        Whether to open a window in which to log in, if there is no ``cookiefile``; by default at a
        prompt only. Requires ``traktok[hidden]`` and a browser. The window begins without cookies,
        so that a new log-in replaces one that has expired.
    browser : str, optional
        The browser on this computer to read the cookies from, such as ``"firefox"`` or
        ``"chrome"``. Requires ``traktok[hidden]``. Later requests have that browser's User-Agent,
        unless TRAKTOK_USER_AGENT sets another.
    from_r : bool or path, default False
        Whether to import the cookies that R's cookiemonster stored on this computer, or in the file
        given. R's file is not changed. COOKIE_KEY has the same meaning as in R.

    Returns
    -------
    bool
        Whether the cookies are stored. If none of them is TikTok's, or all have expired, there is a
        warning, and the cookies stored before remain. Another warning names what they lack:
        tt_chain_token, or sessionid if the browser was not logged in.

    Raises
    ------
    ValueError
        If the file has no cookies in a known format, or there is no such browser.
    AuthError
        If there is no source of cookies, nobody logs in, or the cookies can't be stored.

    Notes
    -----
    Nothing is sent to TikTok, except with ``live``, which opens the log-in page and the home page
    once each. TikTok attributes all later calls to the account that is logged in.

    Examples
    --------
    >>> auth_hidden("cookies.txt")
    True
    >>> auth_check(silent=True)
    {'research': True, 'hidden': True}
    """
    cookies.check_store()
    user_agent = None
    if from_r:
        found = _import_from_r(None if from_r is True else Path(from_r))
    elif cookiefile is not None:
        found = _jars.read_cookiefile(cookiefile)
    elif browser is not None:
        found = _own_browsers.cookies_of(browser)
        user_agent = _own_browsers.user_agent_of(browser)
    elif hasattr(sys, "ps1") if live is None else live:
        jar = _log_in()
        found, user_agent = list(jar), jar.user_agent
    else:
        raise AuthError(Message("There is no source of cookies: ", _jars.HOW))
    return _store(found, user_agent)


def _import_from_r(path: Path | None) -> list[Cookie]:
    """Read R's cookies, and print where they were found."""
    found = credentials.read_r_cookies(path)
    place = path or credentials.cookies_path()
    print(f"Found {len(found)} cookies of R in {place}, which is not changed.", file=sys.stderr)
    return found


def _log_in() -> Jar:
    """Let a person log in, and return the cookies of the new session."""
    try:
        # Begin without the stored cookies: an old session could not be told from a new one.
        return _browser.log_in(cookies.build_jar([]), lambda text: print(text, file=sys.stderr))
    except NoScreenError:
        raise AuthError(
            Message("There is no screen for the window in which to log in: ", _jars.HOW)
        ) from None
    except BrowserError as error:
        raise AuthError(Message("The log-in failed: ", message_of(error))) from None


def _store(found: list[Cookie], user_agent: str | None) -> bool:
    """Store the cookies if any is usable, and return whether they are stored."""
    ours = cookies.only_tiktok(found)
    good = cookies.build_jar(ours)
    if not len(good):
        lack = (
            "All of TikTok's cookies have expired: log in at tiktok.com"
            if ours
            else "None of the cookies is TikTok's: visit tiktok.com in the browser"
        )
        warn(f"{lack}, and export again. Nothing was stored.")
        return False
    cookies.store(ours, user_agent)
    _jars.warn_of_missing(good)
    return True
