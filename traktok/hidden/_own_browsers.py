"""Read cookies from the browsers on this computer, if the extra is installed."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from http.cookiejar import Cookie

from traktok._inputs import did_you_mean
from traktok.errors import AuthError, InvalidArgument

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


# The programs that print a browser's version; arc and safari have none. The User-Agents of browsers
# built on Chromium contain Chrome's major version only.
_CHROMIUM_PROGRAMS = {
    "brave": ("brave-browser", "brave"),
    "chrome": ("google-chrome", "google-chrome-stable"),
    "chromium": ("chromium", "chromium-browser"),
    "vivaldi": ("vivaldi", "vivaldi-stable"),
}
_FIREFOX_PROGRAMS = {"firefox": ("firefox", "firefox-esr")}
_PLATFORMS = {
    "darwin": "Macintosh; Intel Mac OS X 10_15_7",
    "win32": "Windows NT 10.0; Win64; x64",
}
_VERSION_TIMEOUT = 10

_SESSION_BUS = "DBUS_SESSION_BUS_ADDRESS"


def cookies_of(browser: str) -> list[Cookie]:
    """Read TikTok's cookies from a browser's own store."""
    if browser not in _BROWSERS:
        hint = did_you_mean(browser, _BROWSERS)
        raise InvalidArgument.must_be("browser", f"one of {', '.join(_BROWSERS)}", browser, hint)
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


def user_agent_of(browser: str) -> str | None:
    """Return the User-Agent of a browser on this computer, or None if its version is not known.

    TikTok recognizes a program by a User-Agent older than the browser that its cookies come from.
    """
    platform = _PLATFORMS.get(sys.platform, "X11; Linux x86_64")
    if version := _major_version(_CHROMIUM_PROGRAMS.get(browser, ())):
        return (
            f"Mozilla/5.0 ({platform}) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{version}.0.0.0 Safari/537.36"
        )
    if version := _major_version(_FIREFOX_PROGRAMS.get(browser, ())):
        gecko = f"rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
        return f"Mozilla/5.0 ({platform}; {gecko}"
    return None


def _major_version(programs: Iterable[str]) -> str | None:
    for program in filter(None, map(shutil.which, programs)):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            said = subprocess.run(
                [program, "--version"], capture_output=True, text=True, timeout=_VERSION_TIMEOUT
            ).stdout
            if found := re.search(r"(?<!\d)(\d++)\.\d", said):
                return found[1]
    return None


@contextlib.contextmanager
def _without_a_keyring() -> Iterator[None]:
    """Set the address of the session bus to one without a keyring.

    Without a keyring, Chromium on Linux encrypts with a publicly known key. browser_cookie3 knows
    it, but fails if the variable is not set or the bus does not answer.
    """
    before = os.environ.get(_SESSION_BUS)
    os.environ[_SESSION_BUS] = "none:of=any"
    try:
        yield
    finally:
        del os.environ[_SESSION_BUS]
        if before is not None:
            os.environ[_SESSION_BUS] = before
