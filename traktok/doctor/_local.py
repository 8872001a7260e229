"""Check what is installed and configured on this computer; nothing is sent."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import stat
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import requests.utils

from traktok import _clock, _inputs, _surroundings, auth
from traktok._http.endpoint import MAIN_POOL
from traktok._http.endpoints import BASE_URL, DAILY_REQUESTS
from traktok._http.wire import base_url
from traktok._secrets import cookies
from traktok._text import duration
from traktok._version import __version__
from traktok.doctor._values import Check, Status
from traktok.errors import Authenticate, Message, TraktokError, TraktokWarning, message_of
from traktok.research import tt_quota

# The environment variables that this package reads, and whether their values may be shown.
_VARIABLES = {
    "TIKTOK_CLIENT_KEY": False,
    "TIKTOK_CLIENT_SECRET": False,
    "TIKTOK_TOKEN": True,
    "TRAKTOK_BASE_URL": True,
    "TRAKTOK_WWW_URL": True,
    "TRAKTOK_BROWSER": True,
    "TRAKTOK_COUNT_REQUESTS": True,
    "TRAKTOK_MAX_DOWNLOAD_MB": True,
    "TRAKTOK_MAX_UNPACKED_MB": True,
    "TRAKTOK_MOBILE": True,
    "TRAKTOK_PASSPHRASE": False,
    "TRAKTOK_PRINT": True,
    "TRAKTOK_USER_AGENT": True,
}
_FOR_DEVELOPERS = {"test", "lint"}


def local_checks(store: str | Path) -> Iterator[Check]:
    """Yield the checks of this computer."""
    yield from _installation()
    yield from _settings()
    yield from _credentials()
    yield from _quota(Path(store))


# -------------------------------------------------------------------------------- installation


def _installation() -> Iterator[Check]:
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("pandas", "requests", "SQLAlchemy")
    )
    python = platform.python_version()
    yield Check("Installation", "traktok", "ok", f"{__version__}, Python {python}, {versions}")
    for extra, packages in _extras().items():
        missing = [name for name in packages if not _is_installed(name)]
        if missing:
            text = f'{" and ".join(missing)} not installed: pip install "traktok[{extra}]"'
            yield Check("Installation", extra, "note", text)
        else:
            yield Check("Installation", extra, "ok", " and ".join(packages))
    yield _browser()


def _extras() -> dict[str, list[str]]:
    """Read the extras, and the packages of each, from the metadata of the installed package."""
    extras: dict[str, list[str]] = {}
    for requirement in importlib.metadata.requires("traktok") or ():
        found = re.match(r"""([\w.-]++)[^;]*+;.*extra == ["']([\w-]+)["']""", requirement)
        if found and found[2] not in _FOR_DEVELOPERS:
            extras.setdefault(found[2], []).append(found[1])
    return extras


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _browser() -> Check:
    from traktok.hidden._launch import installed_browser

    found = installed_browser()
    if found is None:
        text = (
            "none found on the PATH or where Chrome and Edge are usually installed: install one "
            "for searches and photo posts, or set TRAKTOK_BROWSER to its path"
        )
        return Check("Installation", "browser", "note", text)
    return Check("Installation", "browser", "ok", found)


# ------------------------------------------------------------------------------------ settings


def _settings() -> Iterator[Check]:
    named = {key for key in os.environ if key.startswith("TRAKTOK_") or key in _VARIABLES}
    for name in sorted(named):
        if name in _VARIABLES:
            value = os.environ[name] if _VARIABLES[name] else "set"
            yield Check("Settings", name, "ok", value or "empty, as if it were not set")
        else:
            hint = _inputs.did_you_mean(name, _VARIABLES)
            yield Check("Settings", name, "note", f"has no effect{hint or ': it is not a setting'}")
    yield from (_address(), _proxy())


def _address() -> Check:
    try:
        address = base_url()
    except ValueError as error:
        return Check("Settings", "Research API", "failed", str(error))
    is_tiktok = address == BASE_URL
    return Check(
        "Settings",
        "Research API",
        "ok" if is_tiktok else "note",
        address if is_tiktok else f"{address} in place of {BASE_URL}",
    )


def _proxy() -> Check:
    proxies = requests.utils.get_environ_proxies(BASE_URL)
    address = proxies.get("https") or proxies.get("all")
    if not address:
        return Check("Settings", "proxy", "ok", "none")
    parts = urlsplit(address if "://" in address else f"http://{address}")
    shown = f"{parts.hostname or 'unreadable'}{f':{parts.port}' if parts.port else ''}"
    return Check("Settings", "proxy", "note", f"requests to TikTok go through {shown}")


# --------------------------------------------------------------------------------- credentials


def _credentials() -> Iterator[Check]:
    yield from _stored("Research API", auth.has_credentials, auth.store_path, Authenticate())
    yield from _stored(
        "cookies", cookies.is_authenticated, cookies.store_path, Authenticate("hidden")
    )
    for path in (auth.store_path(), cookies.store_path()):
        yield from _permissions(path)


def _stored(
    name: str, is_stored: Callable[[], bool], path: Callable[[], Path], how: Authenticate
) -> Iterator[Check]:
    """Check that a store can be read; a warning while reading becomes a note."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TraktokWarning)
        try:
            stored = is_stored()
        except TraktokError as error:
            yield Check("Credentials", name, "failed", message_of(error))
            return
    if stored:
        yield Check("Credentials", name, "ok", f"stored in {path()}")
    else:
        yield Check("Credentials", name, "note", Message("none stored: run ", how))
    for warned in caught:
        if isinstance(warned.message, TraktokWarning):
            yield Check("Credentials", name, "note", message_of(warned.message))


def _permissions(path: Path) -> Iterator[Check]:
    """Check that no other user can read a file."""
    if not path.exists():
        return
    if _surroundings.on_windows():
        text = (
            "Windows has none: the folder of your user profile keeps other users out, but for "
            "administrators; a TRAKTOK_PASSPHRASE, or the extra keyring, keeps them out, too"
        )
        yield Check("Credentials", f"permissions of {path.name}", "note", text)
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    shared = mode & 0o077
    status: Status = "failed" if shared else "ok"
    text = (
        f"other users can access {path} ({mode:o}): run chmod 600 on it"
        if shared
        else f"{mode:o}: only you can access it"
    )
    yield Check("Credentials", f"permissions of {path.name}", status, text)


# --------------------------------------------------------------------------------------- quota


def _quota(store: Path) -> Iterator[Check]:
    try:
        with warnings.catch_warnings(action="ignore", category=TraktokWarning):  # shown above
            left, counted_by = _requests_left(store)
    except TraktokError as error:
        yield Check("Quota", "requests left", "failed", message_of(error))
        return
    if left is None:
        text = f"TikTok does not report them; {counted_by}"
        yield Check("Quota", "requests left", "unknown", text)
        return
    until = duration(_clock.next_day(_clock.now()) - _clock.now())
    text = (
        f"{left:,} of {DAILY_REQUESTS[MAIN_POOL]:,} left today by the log of {counted_by}; the "
        f"next day starts in {until}"
    )
    yield Check("Quota", "requests left", "ok" if left else "note", text)


def _requests_left(store: Path) -> tuple[int | None, str]:
    """Return how many requests are left today, and whose log says so; None without a log."""
    if store.exists():
        from traktok.collect import Collection

        with Collection(store) as study:
            return study.quota(), str(store)
    if auth.client_log().is_kept:
        return int(tt_quota()["left"][0]), "this computer"
    return None, f"a collection counts its own (no {store} here)"
