"""TikTok's cookies: read from a browser's export, stored encrypted, sent to TikTok only.

The unofficial API identifies a user by the cookies of a browser that is logged in. They are stored
in the user's data folder (``cookies.json``), encrypted by :mod:`traktok._secrets.vault`.
"""

from __future__ import annotations

import io
import json
import math
import re
import urllib.request
from collections.abc import Iterable, Mapping
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from traktok import _surroundings
from traktok._secrets import hosts, vault
from traktok._secrets.secret import Secret
from traktok.errors import Argument, Authenticate, AuthError, InvalidArgument, Message

# TikTok answers neither lists nor searches without this cookie.
KEY_COOKIE = "tt_chain_token"

_COLUMNS = 7
_YEAR_3000 = 32_503_680_000  # some platforms can't represent later times
_HTTP_ONLY = "#HttpOnly_"
_LOOKS_LIKE_TIKTOKS = re.compile(rf"\s*(?:{_HTTP_ONLY})?\.?(?:[\w-]+\.)*tiktok\.com\s")


def is_tiktok(host: str) -> bool:
    """Return whether a host is TikTok's own, and not a look-alike."""
    host = host.lower().strip(".")
    return host == "tiktok.com" or host.endswith(".tiktok.com")


class TikTokOnly(DefaultCookiePolicy):
    """Accept and send cookies for TikTok's hosts only, over https only."""

    def set_ok(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        """Return whether a response may set this cookie."""
        return _is_safe(request) and is_tiktok(cookie.domain) and super().set_ok(cookie, request)

    def return_ok(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        """Return whether this cookie may be sent with a request."""
        return _is_safe(request) and is_tiktok(cookie.domain) and super().return_ok(cookie, request)


def _is_safe(request: urllib.request.Request) -> bool:
    url = urlsplit(request.get_full_url())
    return url.scheme == "https" and is_tiktok(url.hostname or "")


# --------------------------------------------------------------------------------- where they are


class Jar(CookieJar):
    """TikTok's cookies, and the User-Agent of the browser that they come from.

    Attributes
    ----------
    user_agent
        That browser's User-Agent, if it is known.
    is_stored
        Whether they are the stored cookies, rather than those of one call.
    """

    def __init__(self, user_agent: str | None = None, is_stored: bool = False) -> None:
        super().__init__(TikTokOnly())
        self.user_agent, self.is_stored = user_agent, is_stored


def build_jar(
    cookies: Iterable[Cookie], user_agent: str | None = None, *, is_stored: bool = False
) -> Jar:
    """Build a jar of those cookies that are TikTok's and have not expired."""
    jar = Jar(user_agent, is_stored)
    for cookie in cookies:
        if is_tiktok(cookie.domain) and not cookie.is_expired():
            jar.set_cookie(cookie)
    return jar


def only_tiktok(cookies: Iterable[Cookie]) -> list[Cookie]:
    """Return TikTok's cookies, including expired ones."""
    return [cookie for cookie in cookies if is_tiktok(cookie.domain)]


def has_key(jar: CookieJar) -> bool:
    """Return whether a jar holds the cookie that lists and searches require."""
    return any(cookie.name == KEY_COOKIE and cookie.value for cookie in jar)


def is_authenticated() -> bool:
    """Return whether the stored cookies include the one that lists and searches require."""
    return has_key(build_jar(stored() or []))


# -------------------------------------------------------------------------------------- the store


def store_path() -> Path:
    """Return the path of the stored cookies for where TRAKTOK_WWW_URL sends requests."""
    return hosts.store_path("cookies.json", "TRAKTOK_WWW_URL")


def stored() -> list[Cookie] | None:
    """Return the stored cookies, or those of the surroundings; None if there are none."""
    surrounding = _surroundings.current().cookies
    if surrounding is not None:
        return list(surrounding)
    try:
        kept = vault.read(store_path())
        # Without a User-Agent, the store is the list of the cookies.
        return list(map(as_cookie, kept["cookies"] if isinstance(kept, dict) else kept))
    except FileNotFoundError:
        return None
    except (vault.VaultError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise AuthError(
            Message(
                f"The stored cookies can't be used: {error}. Correct that, or remove "
                f"{store_path()} and run ",
                Authenticate("hidden"),
                " again.",
            )
        ) from None


def placeholders() -> tuple[Cookie, ...]:
    """Return cookies without any value, to record cassettes with."""
    parts = {"name": KEY_COOKIE, "value": KEY_COOKIE, "domain": ".tiktok.com", "secure": True}
    return (as_cookie(parts),)


def stored_user_agent() -> str | None:
    """Return the User-Agent of the browser that the stored cookies come from, if it is known."""
    if _surroundings.current().cookies is not None:
        return None
    try:
        kept = vault.read(store_path())
    except (FileNotFoundError, vault.VaultError):
        return None
    return kept.get("user_agent") if isinstance(kept, dict) else None


def store(cookies: Iterable[Cookie], user_agent: str | None = None) -> None:
    """Store TikTok's cookies in place of those stored before."""
    kept: Any = list(map(_to_dict, only_tiktok(cookies)))
    if user_agent:
        kept = {"cookies": kept, "user_agent": user_agent}
    try:
        vault.write(store_path(), kept)
    except vault.VaultError as error:
        raise AuthError(f"The cookies could not be stored: {error}.") from None


def forget() -> bool:
    """Delete the stored cookies, and return whether there were any."""
    try:
        return vault.delete(store_path())
    except vault.VaultError as error:
        raise AuthError(f"The cookies could not be deleted: {error}.") from None


def check_store() -> None:
    """Check that cookies can be stored, before a person logs in."""
    try:
        vault.check_writable(store_path())
    except vault.VaultError as error:
        raise AuthError(f"The cookies could not be stored: {error}.") from None


def as_cookie(given: Mapping[str, Any]) -> Cookie:
    """Build a cookie from its parts, named as in browsers; ``expires`` -1: a session cookie."""
    domain = str(given["domain"]).lower()
    expires = given.get("expires")
    return Cookie(
        version=0,
        name=str(given["name"]),
        value=Secret(given["value"]),
        port=None,
        port_specified=False,
        domain=domain,
        domain_specified=domain.startswith("."),
        domain_initial_dot=domain.startswith("."),
        path=str(given.get("path") or "/"),
        path_specified=True,
        secure=bool(given.get("secure")),
        expires=int(expires) if expires and expires > 0 else None,
        discard=not expires or expires <= 0,
        comment=None,
        comment_url=None,
        rest={"HttpOnly": ""} if given.get("httpOnly") else {},
    )


def _to_dict(cookie: Cookie) -> dict[str, Any]:
    return {
        "name": cookie.name,
        "value": str(cookie.value),
        "domain": cookie.domain,
        "path": cookie.path,
        "expires": cookie.expires or -1,
        "secure": cookie.secure,
        "httpOnly": cookie.has_nonstandard_attr("HttpOnly"),
    }


def for_browser(jar: CookieJar) -> list[dict[str, Any]]:
    """Convert the cookies of a jar to the form that browsers accept."""
    return list(map(_to_dict, jar))


# ------------------------------------------------------------------------------------- cookies.txt


def read_cookies_txt(path: Path) -> list[Cookie]:
    """Read the file that browsers' extensions export: Netscape's format, or JSON.

    :class:`http.cookiejar.MozillaCookieJar` is not used: it takes session cookies (time 0) for
    expired ones, refuses fractional times and files without the header, and stops at the first
    unexpected line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise InvalidArgument(
            Argument("cookiefile"), f": {str(path)!r} can't be read ({error.strerror or error})"
        ) from None
    if (exported := _json_cookies(text)) is not None:
        return exported
    lines = list(io.StringIO(text, newline=None))
    found = list(map(_parse_line, lines))
    cookies = [cookie for cookie in found if cookie is not None]
    if not only_tiktok(cookies):
        for number, line in enumerate(lines, start=1):
            if _LOOKS_LIKE_TIKTOKS.match(line):
                raise InvalidArgument(
                    Argument("cookiefile"),
                    f": line {number} of {str(path)!r} is not a cookie: a line must have "
                    f"{_COLUMNS} columns separated by tabs, even if the last one is empty",
                )
    if not cookies and not text.lstrip().startswith(("# Netscape", "# HTTP Cookie File")):
        raise InvalidArgument(
            Argument("cookiefile"),
            f": {str(path)!r} is not a cookies.txt; export one from a browser that is "
            f"logged in at tiktok.com (one cookie per line, {_COLUMNS} columns separated by tabs)",
        )
    return cookies


def _json_cookies(text: str) -> list[Cookie] | None:
    """Parse the JSON that extensions export; None if it is not a list of cookies."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    entries = data.get("cookies") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        return None
    cookies = [
        as_cookie({**entry, "expires": _json_expiry(entry)})
        for entry in entries
        if isinstance(entry, dict)
        and all(isinstance(entry.get(key), str) for key in ("domain", "name", "value"))
    ]
    return cookies or None


def _json_expiry(entry: Mapping[str, Any]) -> float:
    """Return when a cookie expires, in seconds since 1970; -1 for a session cookie."""
    ends = entry.get("expirationDate", entry.get("expires"))
    if entry.get("session") is True or isinstance(ends, bool):
        return -1
    if not isinstance(ends, (int, float)) or not math.isfinite(ends):
        return -1
    return min(ends, _YEAR_3000)


def _parse_line(line: str) -> Cookie | None:
    http_only = line.startswith(_HTTP_ONLY)
    columns = line.removeprefix(_HTTP_ONLY).split("\t")
    if (line.startswith("#") and not http_only) or len(columns) != _COLUMNS:
        return None
    domain, _, path, secure, expires, name, value = map(str.strip, columns)
    try:
        seconds = float(expires or 0)
    except ValueError:
        return None
    parts = {"domain": domain, "path": path, "name": name, "value": value}
    ends = min(seconds, _YEAR_3000)
    return as_cookie({**parts, "expires": ends, "secure": secure == "TRUE", "httpOnly": http_only})
