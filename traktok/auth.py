"""Credentials for the Research API: prompt for them once, store them encrypted, renew the token.

The store is a file in the user's data folder (``platformdirs.user_data_dir("traktok")``). It is
named ``token.json``, or as the environment variable TIKTOK_TOKEN says, and holds the client key,
the client secret and the latest token; :mod:`traktok._secrets.vault` encrypts it.
"""

from __future__ import annotations

import copy
import getpass
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from traktok import _clock, _surroundings
from traktok._http import endpoints, wire
from traktok._http.client_log import ClientLog, remember_client
from traktok._http.transport import Credential, NoCredential, Transport
from traktok._inputs import did_you_mean, one_or_many
from traktok._r.credentials import RToken, read_r_token
from traktok._secrets import cookies, hosts, vault
from traktok._secrets.secret import LONGEST_LIFE, Secret, is_lifetime, is_token
from traktok.errors import (
    Api,
    Argument,
    Authenticate,
    AuthError,
    InvalidArgument,
    InvalidArgumentType,
    Message,
    OnlyInPython,
    TraktokError,
)

__all__ = ["Token", "auth_check", "auth_forget", "auth_research"]

# Renew a token this many seconds early: TikTok's clock and ours differ, and a request takes time.
EXPIRY_MARGIN = 60

_renewing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Token:
    """A token for the Research API; its repr does not show it.

    Attributes
    ----------
    access_token : str
        The token that is sent with each request.
    expires_at : datetime
        When the token expires (UTC): two hours after TikTok issued it.
    """

    access_token: str = field(repr=False)
    expires_at: datetime


def auth_research(
    client_key: str | None = None,
    client_secret: str | None = None,
    *,
    overwrite: bool = False,
    from_r: bool | str | Path = False,
) -> Token:
    """Authenticate for the Research API, and store the credentials and the token encrypted.

    You need to call this once; later calls renew the token when it expires.

    Mirrors ``auth_research()`` of R traktok. TikTok's page:
    https://developers.tiktok.com/doc/client-access-token-management.

    Parameters
    ----------
    client_key, client_secret : str, optional
        From https://developers.tiktok.com/application/research-api. It is best to omit them: you
        are then prompted for them, nothing is echoed, and no script contains them. You can also
        set TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET.
    overwrite : bool, default False
        Whether to replace a store that can't be read.
    from_r : bool or path, default False
        Whether to import what ``auth_research()`` of R traktok stored on this computer, or in the
        given file; R's file is not changed. TIKTOK_TOKEN and COOKIE_KEY mean the same as in R.
        Nothing is sent if R's token is still valid.

    Returns
    -------
    Token
        The token. Later calls read it from the store.

    Raises
    ------
    AuthError
        If TikTok refuses the credentials, if they or the token contain invalid characters, if
        there are none and the session is not interactive, or if the store, or R's, can't be read
        or written.

    Examples
    --------
    >>> auth_research()  # with TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET set
    Token(expires_at=datetime.datetime(...))
    """
    client_key, client_secret = _hidden(client_key), _hidden(client_secret)
    wire.base_url()
    path = store_path()
    _check_can_store(path, overwrite)
    if from_r:
        if client_key or client_secret:
            raise ValueError("give a client key and secret, or from_r, but not both")
        return _import_from_r(read_r_token(None if from_r is True else from_r), path)
    key, secret = _key_and_secret(client_key, client_secret)
    for what, given in (("client key", key), ("client secret", secret)):
        if not is_token(given):
            raise AuthError(
                f"The {what} contains blanks or characters other than printable ASCII: "
                "give it as TikTok shows it."
            )
    return _request_token(key, secret, path)


def auth_check(
    research: bool = True, hidden: bool = True, silent: bool = False, fail: bool = False
) -> dict[str, bool]:
    """Check whether credentials are stored on this computer; nothing is sent.

    Mirrors ``auth_check()`` of R traktok, which sends a request.

    Parameters
    ----------
    research, hidden : bool, default True
        Which of the two APIs to check: the Research API and the unofficial one.
    silent : bool, default False
        Whether to print nothing on stderr.
    fail : bool, default False
        Whether to raise an error if none of the checked APIs is authenticated.

    Returns
    -------
    dict of str to bool
        For each API that was checked, ``"research"`` or ``"hidden"``, whether it is
        authenticated.

    Raises
    ------
    AuthError
        If the store can't be read, or if ``fail`` is True and there are no credentials.

    Examples
    --------
    >>> auth_check(hidden=False, silent=True)
    {'research': True}
    """
    checked: dict[str, bool] = {}
    if research:
        checked["research"] = has_credentials()
    if hidden:
        checked["hidden"] = cookies.is_authenticated()
    if not silent:
        for name, is_authenticated in checked.items():
            state = "is authenticated" if is_authenticated else "is not authenticated"
            print(f"The {name} API {state}.", file=sys.stderr)
    if fail and not any(checked.values()):
        apis: tuple[Api, ...] = ("research", "hidden")
        first, *others = (Authenticate(api) for api in apis if api in checked or not checked)
        ways = (part for way in others for part in (" or ", way))
        raise AuthError(Message("No credentials are stored: run ", first, *ways, "."))
    return checked


def auth_forget(which: str | Sequence[str] = "all") -> dict[str, bool]:
    """Delete credentials from this computer; nothing is sent.

    R traktok has no such function. TikTok does not learn of it: to end a session, log out in the
    browser; to invalidate a client secret, renew it on TikTok's page of your app.

    Parameters
    ----------
    which : {"cookies", "token", "keys", "all"} or sequence of them, default "all"
        What to delete: the cookies of the unofficial API; the token of the Research API, which the
        next call requests anew; the client key and secret, without which a stored token still works
        until it expires.

    Returns
    -------
    dict of str to bool
        For each of them, whether it was stored.

    Raises
    ------
    ValueError, TypeError
        If ``which`` names anything else; nothing is deleted.
    AuthError
        If a store can't be changed. Token and keys share a store: one that can't be read is deleted
        only if both are to be deleted.

    Examples
    --------
    >>> auth_forget(["token", "keys"])
    {'token': True, 'keys': True}
    """
    wanted = _forgettable(which)
    forgotten = {"cookies": cookies.forget()} if "cookies" in wanted else {}
    parts = [name for name in wanted if name in _PARTS]
    return forgotten | (_forget_parts(parts) if parts else {})


# The fields of the Research API's store, by the names that `auth_forget()` takes.
_PARTS = {"token": ("access_token", "expires_at"), "keys": ("client_key", "client_secret")}
# What the store calls the host that its credentials are for.
_HOST = "host"
_FORGETTABLE = ("cookies", *_PARTS)


def _forgettable(which: Any) -> list[str]:
    names = one_or_many(which, "which")
    known = (*_FORGETTABLE, "all")
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        given = wrong[0] if wrong else names
        hint = did_you_mean(given, known) if isinstance(given, str) else ""
        raise InvalidArgument.must_be("which", f"{', '.join(_FORGETTABLE)} or all", given, hint)
    return [name for name in _FORGETTABLE if name in names or "all" in names]


def _forget_parts(parts: Sequence[str]) -> dict[str, bool]:
    path = _path_in_use()
    with _renewing:
        try:
            if len(parts) == len(_PARTS):
                store, was_there = _readable_store(), vault.delete(path)
                return {
                    name: was_there and (store is None or any(map(store.get, _PARTS[name])))
                    for name in parts
                }
            store = _read_store() or {}
            fields = [field for name in parts for field in _PARTS[name]]
            rest = {name: value for name, value in store.items() if name not in fields}
            if any(value for name, value in rest.items() if name != _HOST):
                vault.write(path, rest)
            else:
                vault.delete(path)
        except vault.VaultError as error:
            raise AuthError(f"The credentials could not be deleted: {error}.") from None
    return {name: any(map(store.get, _PARTS[name])) for name in parts}


def _readable_store() -> dict[str, Any] | None:
    """Return what is stored; None if it can't be read."""
    try:
        return _read_store() or {}
    except AuthError:
        return None


def has_credentials() -> bool:
    """Return whether the store holds credentials or a token that is still valid."""
    if _surroundings.current().token is not None:
        return True
    store = _read_store()
    return bool(store and (store.get("client_key") or _valid_token(store)))


def credential(token: Any) -> Credential:
    """Build a credential from a token as users give it, or from the store if it is None."""
    if token is None:
        surrounding = _surroundings.current().token
        return _StoredToken() if surrounding is None else _GivenToken(Secret(surrounding))
    if isinstance(token, Token):
        token = token.access_token
    elif isinstance(token, Mapping):
        if "access_token" not in token:
            raise InvalidArgument(
                Argument("token"),
                " must have the key 'access_token': give what ",
                Authenticate(),
                " returned",
            )
        token = token["access_token"]
    if not isinstance(token, str):
        raise InvalidArgumentType(
            Argument("token"), " must be a string, a mapping with 'access_token', or a Token"
        )
    token = Secret(token)
    if not is_token(token):
        raise InvalidArgument(
            Argument("token"),
            " must be printable ASCII without blanks: give it as TikTok issued it",
        )
    return _GivenToken(token)


def client_log(token: Any = None) -> ClientLog:
    """Return the log of the client of a token, or of the stored credentials if it is None."""
    of_token = credential(token)
    if isinstance(of_token, _GivenToken):
        return ClientLog.of_token(of_token.token())
    store = _readable_store() or {}
    key, latest = store.get("client_key"), store.get("access_token")
    if key:
        return ClientLog.of_key(key)
    return ClientLog.of_token(latest) if latest else ClientLog()


def store_path() -> Path:
    """Return the path of the stored credentials for where TRAKTOK_BASE_URL sends requests."""
    return hosts.store_path(_file_name(), "TRAKTOK_BASE_URL")


def _file_name() -> str:
    return os.environ.get("TIKTOK_TOKEN") or "token.json"


def _path_in_use() -> Path:
    """Return the path of the stored credentials that are used now.

    Earlier versions had one store for all hosts, which names none of them.
    """
    path, earlier = store_path(), vault.data_file(_file_name())
    if path.exists() or not earlier.exists():
        return path
    try:
        return path if _HOST in vault.read(earlier) else earlier
    except vault.VaultError:
        return path


# ------------------------------------------------------------------------------------ credentials


class _GivenToken:
    """A token that the caller passed; only the caller can renew it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def renew(self, refused: str) -> None:
        return None


class _StoredToken:
    """The stored credentials: provides the stored token, and renews it before it expires."""

    def __init__(self) -> None:
        self._latest: str | None = None
        self._valid_until = 0.0
        self._failures: list[TraktokError] = []

    def token(self) -> str:
        if self._latest is None or _clock.now() >= self._valid_until - EXPIRY_MARGIN:
            self._load(refused=None)
        return self._latest or ""

    def renew(self, refused: str) -> str | None:
        self._load(refused)
        return self._latest

    def _load(self, refused: str | None) -> None:
        """Load the stored token, or a new one if it has expired or was just refused.

        Another thread or process may have renewed the token in the meantime; then no request is
        sent. If a thread fails to renew it, the threads that waited raise the same error.
        """
        known = len(self._failures)
        with _renewing:
            if len(self._failures) > known:
                raise copy.copy(self._failures[-1])
            try:
                latest = _stored_or_new_token(refused)
            except TraktokError as error:
                self._failures.append(copy.copy(error))
                raise
            self._latest = Secret(latest.access_token)
            self._valid_until = latest.expires_at.timestamp()


def _stored_or_new_token(refused: str | None) -> Token:
    store = _read_store()
    if store is None:
        wire.base_url()  # an address that is refused has no credentials either
        raise AuthError(
            Message(
                "No credentials for the Research API: run ",
                Authenticate(),
                " once",
                OnlyInPython(", or `traktok auth` in a shell"),
                ".",
            )
        )
    latest = _valid_token(store)
    key, secret = _hidden(store.get("client_key")), _hidden(store.get("client_secret"))
    if latest is not None and latest.access_token != refused:
        if key:
            remember_client(latest.access_token, key)
        return latest
    if not key or not secret:
        raise AuthError(Message("The stored token has expired: run ", Authenticate(), " again."))
    try:
        return _request_token(key, secret, store_path())
    except TraktokError as error:
        error.explain("The request was for a new token.")
        raise


def _import_from_r(found: RToken, path: Path) -> Token:
    """Store the credentials of R, with a new token if R's has expired."""
    if found.expires_at.timestamp() - _clock.now() > LONGEST_LIFE:
        raise AuthError(
            f"{found.path} holds a token that expires in {found.expires_at.year}, but TikTok's "
            "tokens last two hours: run auth_research() in R again, or here with client key and "
            "secret."
        )
    expires_at = found.expires_at.timestamp()
    token = _valid_token({"access_token": found.access_token, "expires_at": expires_at})
    if token is not None:
        _store(path, found.client_key, found.client_secret, token)
        state = f"valid until {found.expires_at:%Y-%m-%d %H:%M} UTC"
    else:
        token = _request_token(found.client_key, found.client_secret, path)
        state = "expired, now renewed"
    print(
        f"Found R's client key, client secret and token ({state}) in {found.path}. They are now "
        f"stored, encrypted, in {path}; R's file is not changed.",
        file=sys.stderr,
    )
    return token


def _request_token(client_key: str, client_secret: str, path: Path) -> Token:
    request = wire.token_request(endpoints.TOKEN, client_key, client_secret)
    data = Transport(NoCredential()).send(request).data
    given, expires_in = data.get("access_token"), data.get("expires_in")
    access_token = Secret(given) if is_token(given) else None
    del data, given
    if access_token is None:
        raise _no_token("access_token is missing, or is not printable ASCII without blanks")
    if not is_lifetime(expires_in):
        raise _no_token("expires_in is not a number of seconds up to a year")
    token = Token(access_token, _clock.utc(_clock.now() + expires_in))
    _store(path, client_key, client_secret, token)
    return token


def _no_token(reason: str) -> AuthError:
    return AuthError(
        f"TikTok's response contains no usable token ({reason}): "
        "try again, or check the credentials."
    )


def _store(path: Path, client_key: str, client_secret: str, token: Token) -> None:
    store = {
        "client_key": client_key,
        "client_secret": client_secret,
        "access_token": token.access_token,
        "expires_at": token.expires_at.timestamp(),
        _HOST: urlsplit(wire.base_url()).hostname,
    }
    try:
        vault.write(path, store)
    except vault.VaultError as error:
        raise AuthError(f"The credentials are right but could not be stored: {error}.") from None
    remember_client(token.access_token, client_key)


def _valid_token(store: Mapping[str, Any]) -> Token | None:
    access_token, expires_at = store.get("access_token"), store.get("expires_at", 0)
    left = expires_at - _clock.now() - EXPIRY_MARGIN
    # Earlier versions also stored values that can't be tokens: treat those as expired.
    if not (is_token(access_token) and is_lifetime(left)):
        return None
    return Token(Secret(access_token), _clock.utc(expires_at))


def _hidden(text: str | None) -> Secret | None:
    return Secret(text) if text else None


# ------------------------------------------------------------------------------------- the store


def _read_store() -> dict[str, Any] | None:
    try:
        store = vault.read(_path_in_use())
    except FileNotFoundError:
        return None
    except vault.VaultError as error:
        raise AuthError(
            Message(
                f"The stored credentials can't be used: {error}. Correct that, or replace the "
                "store with ",
                Authenticate(overwrite=True),
                ".",
            )
        ) from None
    return {key: Secret(value) if isinstance(value, str) else value for key, value in store.items()}


def _check_can_store(path: Path, overwrite: bool) -> None:
    """Check that the credentials can be stored, before prompting for them or sending them."""
    if not overwrite:
        _read_store()
    try:
        vault.check_writable(path)
    except vault.VaultError as error:
        raise AuthError(f"The credentials could not be stored: {error}.") from None


_APP_PAGE = "https://developers.tiktok.com/application/research-api"


def _key_and_secret(key: Secret | None, secret: Secret | None) -> tuple[Secret, Secret]:
    """Return both, from the arguments, the environment, or a prompt."""
    found = {
        "client key": key or _hidden(os.environ.get("TIKTOK_CLIENT_KEY")),
        "client secret": secret or _hidden(os.environ.get("TIKTOK_CLIENT_SECRET")),
    }
    if missing := [what for what, value in found.items() if value is None]:
        if not (sys.stdin and sys.stdin.isatty()) and not _surroundings.in_notebook():
            raise _cannot_prompt(missing[0])
        subject = " and ".join(missing)
        print(
            f"The {subject} {'are' if len(missing) > 1 else 'is'} on your app's page, {_APP_PAGE}; "
            "what you type is not shown.",
            file=sys.stderr,
            flush=True,
        )
    key, secret = (value or _prompted(what) for what, value in found.items())
    return key, secret


def _prompted(what: str) -> Secret:
    """Prompt for a credential without an echo."""
    try:
        given = getpass.getpass(f"{what.capitalize()}: ").strip()
    except NotImplementedError:  # a notebook that runs without a front end
        raise _cannot_prompt(what) from None
    if not given:
        raise AuthError(f"The {what} is empty.")
    return Secret(given)


def _cannot_prompt(what: str) -> AuthError:
    return AuthError(
        Message(
            f"Cannot prompt for the {what}: not an interactive session. Set TIKTOK_CLIENT_KEY and "
            "TIKTOK_CLIENT_SECRET, or run ",
            Authenticate(),
            " at a prompt.",
        )
    )
