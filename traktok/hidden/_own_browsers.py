"""Cookies straight from the browsers on this computer, where the extra is installed."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator
from http.cookiejar import Cookie

from traktok._inputs import did_you_mean
from traktok.errors import Argument, AuthError, InvalidArgument

_BROWSERS = (
    "arc",
    "brave",
    "chrome",
    "chromium",
    "edge",
    "firefox",
    "librewolf",
    "opera",
    "opera_gx",
    "safari",
    "vivaldi",
)


_SESSION_BUS = "DBUS_SESSION_BUS_ADDRESS"


def cookies_of(browser: str) -> list[Cookie]:
    """Read TikTok's cookies from a browser's own store."""
    if browser not in _BROWSERS:
        hint = did_you_mean(browser, _BROWSERS)
        raise InvalidArgument(
            Argument("browser"), f" is one of {', '.join(_BROWSERS)}, not {browser!r}{hint}"
        )
    try:
        import browser_cookie3  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        raise AuthError(
            'Reading a browser\'s cookies needs the extra: pip install "traktok[hidden]"'
        ) from None
    read = functools.partial(getattr(browser_cookie3, browser), domain_name="tiktok.com")
    try:
        try:
            return list(read())
        except (KeyError, OSError):
            with _without_a_keyring():
                return list(read())
    except Exception as error:  # its own errors, the database's, the keyring's
        raise AuthError(
            f"The cookies of {browser} can't be read ({error}): export them with an extension."
        ) from None


@contextlib.contextmanager
def _without_a_keyring() -> Iterator[None]:
    """Tell that there is no session bus, and no keyring on it.

    Chromium on Linux then has a key that is no secret; browser_cookie3 knows it, but fails where
    the bus is not even named, or does not answer.
    """
    before = os.environ.get(_SESSION_BUS)
    os.environ[_SESSION_BUS] = "none:of=any"
    try:
        yield
    finally:
        del os.environ[_SESSION_BUS]
        if before is not None:
            os.environ[_SESSION_BUS] = before
