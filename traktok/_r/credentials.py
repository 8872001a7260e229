"""What R traktok and cookiemonster keep on this computer: a token, client key and secret, cookies.

R's files are read and left as they are. Their places and formats:

================ ===================================================================================
traktok's token  ``R_user_dir("traktok", "cache")``, named ``token.rds`` or as TIKTOK_TOKEN says:
                 16 bytes of a start value, then R's serialization, bzip2, AES-CTR with a key that
                 is the same for everybody, one since rlang 1.3.0 and another before
client key and   in the token's file, AES-CTR with the hash of COOKIE_KEY, or of R's default
secret
cookies          ``rappdirs::user_cache_dir("r_cookies")/cookies.rds``: a table in R's
                 serialization, the values encrypted like client key and secret
================ ===================================================================================
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from traktok._r import rds
from traktok._secrets.cookies import as_cookie, is_tiktok
from traktok._secrets.secret import Secret, is_token
from traktok.errors import AuthError

# httr2 encrypts the token's file with rlang::hash("traktok"), taken as base64url. All hashes of
# rlang changed in 1.3.0 (July 2026).
_FILE_KEYS = tuple(
    map(
        base64.urlsafe_b64decode,
        (
            "390d652817a7996e752196caef241ec7",  # rlang 1.3.0 and later
            "0983f2a4e1b56a56f6feaaf2fd3bae30",  # before
        ),
    )
)
_DEFAULT_COOKIE_KEY = "supergeheim"
_START = 16


@dataclass(frozen=True, slots=True)
class RToken:
    """The content of R traktok's token file; its repr shows no secret.

    Attributes
    ----------
    path : Path
        The file.
    client_key, client_secret : str
        What R's ``auth_research()`` was called with.
    access_token : str
        The latest token that R asked for.
    expires_at : datetime
        When that token expires (UTC).
    """

    path: Path
    client_key: str = field(repr=False)
    client_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: datetime


def read_r_token(path: str | Path | None = None) -> RToken:
    """Read the token file of R traktok, and change nothing.

    Parameters
    ----------
    path : path, optional
        The file; by default where R traktok keeps it on this computer, under the name that
        TIKTOK_TOKEN says.

    Returns
    -------
    RToken
        Client key, client secret and token.

    Raises
    ------
    AuthError
        If there is no such file, if it is something else, if its token can't be one, or if
        COOKIE_KEY is not the one it was written with.

    Examples
    --------
    >>> from traktok.from_r import read_r_token
    >>> read_r_token("tests/r_files/token.rds").expires_at.year
    2026
    """
    path = _token_path() if path is None else Path(path)
    held = _parse_token_file(_read_file(path, "R traktok has stored no token"))
    if held is None:
        raise AuthError(f"{path} is not a token file of R traktok, or is damaged.")
    key, secret, token, expires_at = held
    if key is None or secret is None:
        raise _wrong_key(path)
    if not is_token(token):
        raise AuthError(
            f"{path} holds an access token that is not printable ASCII without blanks: "
            "run auth_research() in R again, or here with the client key and secret."
        )
    return RToken(path, key, secret, token, expires_at)


def read_r_cookies(path: str | Path | None = None) -> list[Cookie]:
    """Read TikTok's cookies from the jar of R's cookiemonster, and change nothing.

    Parameters
    ----------
    path : path, optional
        The file ``cookies.rds`` or its folder (R's ``getOption("cookie_dir")``); by default where
        cookiemonster keeps it on this computer.

    Returns
    -------
    list of http.cookiejar.Cookie
        TikTok's cookies, also those that have expired. Those of other sites stay in the jar,
        unread.

    Raises
    ------
    AuthError
        If there is no such file, if it is something else or holds no cookie of TikTok's, or if
        COOKIE_KEY is not the one it was written with.

    Examples
    --------
    >>> from traktok.from_r import read_r_cookies
    >>> [cookie.name for cookie in read_r_cookies("tests/r_files/cookies.rds")]
    ['tt_chain_token', 'sessionid', 'other']
    """
    path = cookies_path() if path is None else Path(path)
    path = path / "cookies.rds" if path.is_dir() else path
    jar = _parse_jar(_read_file(path, "R's cookiemonster has stored no cookies"))
    if jar is None:
        raise AuthError(f"{path} is not a cookie jar of R's cookiemonster, or is damaged.")
    if not jar:
        raise AuthError(f"{path} holds no cookie of TikTok's: add them in R, or log in here.")
    if any(cookie["value"] is None for cookie in jar):
        raise _wrong_key(path)
    return list(map(as_cookie, jar))


def _wrong_key(path: Path) -> AuthError:
    which = "the COOKIE_KEY that is set" if os.environ.get("COOKIE_KEY") else "R's default key"
    return AuthError(
        f"{path} was not written with {which}: set COOKIE_KEY to what it was in R, or to nothing."
    )


def _read_file(path: Path, nothing: str) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise AuthError(f"{nothing}: there is no file {path}.") from None
    except OSError as error:
        raise AuthError(f"{path} can't be read ({error.strerror or error}).") from None


# ----------------------------------------------------------------------------------- where they are


def _token_path() -> Path:
    return _user_cache("traktok") / (os.environ.get("TIKTOK_TOKEN") or "token.rds")


def _user_cache(package: str) -> Path:
    """Return the folder of R's ``R_user_dir(package, "cache")``."""
    for variable in ("R_USER_CACHE_DIR", "XDG_CACHE_HOME"):
        if folder := os.environ.get(variable):
            return Path(folder) / "R" / package
    if sys.platform == "win32":
        return _local_data() / "R" / "cache" / "R" / package
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "org.R-project.R" / "R" / package
    return Path.home() / ".cache" / "R" / package


def cookies_path() -> Path:
    """Return the file that cookiemonster uses unless R's option ``cookie_dir`` is set."""
    if sys.platform == "win32":
        folder = _local_data() / "r_cookies" / "r_cookies" / "Cache"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches" / "r_cookies"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "r_cookies"
    return folder / "cookies.rds"


def _local_data() -> Path:
    return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")


# ----------------------------------------------------------------------------------- what they hold

# Below here nothing raises: an error's traceback would show variables that hold secrets.
_Held = tuple[Secret | None, Secret | None, Secret | None, datetime]


def _parse_token_file(data: bytes) -> _Held | None:
    """Parse the token's file; key and secret are None if they can't be decrypted."""
    contents = (_parse_token(file_key, data) for file_key in _FILE_KEYS)
    return next((held for held in contents if held is not None), None)


def _parse_token(file_key: bytes, data: bytes) -> _Held | None:
    """Parse the token's file; None if it is not encrypted with this key."""
    try:
        held = rds.loads(_decrypt(data[_START:], data[:_START], file_key)).named()
        (token,) = held["access_token"].values
        (expires,) = held["access_token_expires"].values
        key, secret = (_decrypt_value(held[name]) for name in ("client_key", "client_secret"))
        token = Secret(token) if isinstance(token, str) else None
        return key, secret, token, datetime.fromtimestamp(float(expires), UTC)
    except _DAMAGE:
        return None


def _parse_jar(data: bytes) -> list[dict[str, Any]] | None:
    """Parse TikTok's cookies from a jar; a value is None if the key is wrong."""
    try:
        table = rds.loads(data).named()
        rows = zip(*(table[name].values for name in _COLUMNS), strict=True)
        cookies = [dict(zip(_COLUMNS, cells, strict=True)) for cells in rows]
        return [_browser_cookie(row) for row in cookies if is_tiktok(row["domain"])]
    except _DAMAGE:
        return None


_DAMAGE = (
    rds.Unreadable,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    OSError,
)
_COLUMNS = ("domain", "flag", "path", "secure", "expiration", "name", "value")


def _browser_cookie(row: dict[str, Any]) -> dict[str, Any]:
    with_subdomains = "." if row["flag"] == 1 and not row["domain"].startswith(".") else ""
    return {
        "name": row["name"],
        "value": _decrypt_value(row["value"]),
        "domain": with_subdomains + row["domain"],
        "path": row["path"],
        "secure": row["secure"] == 1,
        "expires": row["expiration"] if row["expiration"] > 0 else -1,
    }


def _decrypt_value(sealed: rds.Vector) -> Secret | None:
    """Decrypt with COOKIE_KEY; None if the result is not text, since another key was used."""
    passphrase = os.environ.get("COOKIE_KEY") or _DEFAULT_COOKIE_KEY
    key = hashlib.sha256(os.fsencode(passphrase)).digest()
    text = _decrypt(sealed.values, sealed.attributes["iv"].values, key)
    return Secret(text.decode()) if re.fullmatch(rb"[\x20-\x7e]*", text) else None


def _decrypt(data: bytes, start: bytes, key: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.CTR(start)).decryptor().update(data)
