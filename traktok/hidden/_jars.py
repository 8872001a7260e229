"""Choose the cookies for a call: those of a file or the stored ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from traktok._secrets import cookies
from traktok._secrets.cookies import Jar
from traktok.errors import (
    Argument,
    Authenticate,
    AuthError,
    InvalidArgument,
    InvalidArgumentType,
    Message,
    warn,
)
from traktok.hidden import _site
from traktok.hidden._web import loopback_base

HOW = Message(
    "log in at tiktok.com in a browser, export its cookies with an extension, and run ",
    Authenticate("hidden", cookies="cookies.txt"),
    ".",
)


# The cookies without which TikTok shows less, and what a missing one means.
_NEEDED = {
    cookies.KEY_COOKIE: "followers and searches need it",
    _site.SESSION_COOKIE: "the browser was not logged in, log in and export again",
}


def warn_of_missing(jar: Jar) -> None:
    """Warn of the cookies that an export lacks."""
    names = {cookie.name for cookie in jar if cookie.value}
    lacks = [f"{name}: {why}" for name, why in _NEEDED.items() if name not in names]
    if lacks:
        warn(f"The cookies lack {'; and '.join(lacks)}.")


def given_or_stored(cookiefile: Any) -> Jar:
    """Return the cookies of a file, or else the stored ones; raise AuthError without any."""
    jar = _require_jar(cookiefile)
    if not len(jar):
        raise AuthError(Message("None of the cookies is TikTok's, or all have expired: ", HOW))
    if cookiefile is not None:
        warn_of_missing(jar)
    elif not cookies.has_key(jar):  # what else they lack was said when they were stored
        warn(f"The cookies lack {cookies.KEY_COOKIE}: TikTok may give less without it.")
    return jar


def logged_in(cookiefile: Any) -> Jar:
    """Return the cookies of a browser that is logged in, which lists and searches need."""
    jar = _require_jar(cookiefile)
    if not cookies.has_key(jar):
        raise AuthError(
            Message(f"No valid cookie {cookies.KEY_COOKIE} for the unofficial API: ", HOW)
        )
    if cookiefile is not None:
        warn_of_missing(jar)
    return jar


def stored_or_empty() -> Jar:
    """Return the stored cookies, or an empty jar."""
    jar = _find_jar(None)
    return cookies.build_jar([]) if jar is None else jar


def _require_jar(cookiefile: Any) -> Jar:
    jar = _find_jar(cookiefile)
    if jar is None:
        loopback_base()  # an address that is refused has no cookies either
        raise AuthError(Message("No cookies for the unofficial API: ", HOW))
    return jar


def _find_jar(cookiefile: Any) -> Jar | None:
    if cookiefile is not None:
        return cookies.build_jar(read_cookiefile(cookiefile))
    stored = cookies.stored()
    if stored is None:
        return None
    return cookies.build_jar(stored, cookies.stored_user_agent(), is_stored=True)


def read_cookiefile(cookiefile: Any) -> list[Any]:
    """Read a cookies.txt."""
    try:
        path = Path(cookiefile).expanduser()
    except TypeError:
        raise InvalidArgumentType.must_be(
            "cookiefile", "the path of a cookies.txt", cookiefile
        ) from None
    except RuntimeError as error:
        raise InvalidArgument(
            Argument("cookiefile"), f": {str(cookiefile)!r} can't be read ({error})"
        ) from None
    return cookies.read_cookies_txt(path)
