"""Which cookies a call goes with."""

from __future__ import annotations

from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from traktok._secrets import cookies as _cookies
from traktok.errors import (
    Argument,
    Authenticate,
    AuthError,
    InvalidArgument,
    InvalidArgumentType,
    Message,
    warn,
)

HOW = Message(
    "log in at tiktok.com in a browser, export its cookies with an extension, and run ",
    Authenticate("hidden", cookies="cookies.txt"),
    ".",
)


def given_or_stored(cookiefile: Any) -> CookieJar:
    """Take the cookies of the file given, else the stored ones; an error where there are none."""
    jar = _some(cookiefile)
    if not len(jar):
        raise AuthError(
            Message("There are no cookies of TikTok's among them, or all expired: ", HOW)
        )
    if not _cookies.has_key(jar):
        warn(f"The cookies lack {_cookies.KEY_COOKIE}: TikTok may give less without it.")
    return jar


def logged_in(cookiefile: Any) -> CookieJar:
    """Take the cookies of a browser that TikTok knows, as lists and searches need them."""
    jar = _some(cookiefile)
    if not _cookies.has_key(jar):
        raise AuthError(
            Message(f"No valid cookie {_cookies.KEY_COOKIE} for the unofficial API: ", HOW)
        )
    return jar


def any_or_none() -> CookieJar:
    """Take the stored cookies, if there are any."""
    return _jar(None) or _cookies.jar_of([])


def _some(cookiefile: Any) -> CookieJar:
    jar = _jar(cookiefile)
    if jar is None:
        raise AuthError(Message("No cookies for the unofficial API: ", HOW))
    return jar


def _jar(cookiefile: Any) -> CookieJar | None:
    cookies = _cookies.stored() if cookiefile is None else read(cookiefile)
    return None if cookies is None else _cookies.jar_of(cookies)


def read(cookiefile: Any) -> list[Any]:
    """Read a cookies.txt."""
    try:
        path = Path(cookiefile).expanduser()
    except TypeError:
        raise InvalidArgumentType(
            Argument("cookiefile"), f" is the path of a cookies.txt, not {cookiefile!r}"
        ) from None
    except RuntimeError as error:
        raise InvalidArgument(
            Argument("cookiefile"), f": {str(cookiefile)!r} can't be read ({error})"
        ) from None
    return _cookies.read_cookies_txt(path)
