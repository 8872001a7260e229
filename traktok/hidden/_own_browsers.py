"""Cookies straight from the browsers on this computer, where the extra is installed."""

from __future__ import annotations

from http.cookiejar import Cookie

from traktok._inputs import did_you_mean
from traktok.errors import AuthError

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


def cookies_of(browser: str) -> list[Cookie]:
    """Read TikTok's cookies from a browser's own store."""
    if browser not in _BROWSERS:
        hint = did_you_mean(browser, _BROWSERS)
        raise ValueError(f"browser is one of {', '.join(_BROWSERS)}, not {browser!r}{hint}")
    try:
        import browser_cookie3  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        raise AuthError(
            "Reading a browser's cookies takes traktok[hidden] (pip install 'traktok[hidden]')."
        ) from None
    try:
        return list(getattr(browser_cookie3, browser)(domain_name="tiktok.com"))
    except Exception as error:  # its own errors, the database's, the keyring's
        raise AuthError(
            f"The cookies of {browser} can't be read ({error}): export them with an extension."
        ) from None
