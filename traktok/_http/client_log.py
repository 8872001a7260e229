"""Count what each client sends on this computer in a day, whichever call or process sends it.

TikTok's quota is the client's. In the user's data folder, each client, day (UTC) and pool has a
file with a line for every request, so that counting is reading, and a request is counted by
appending: processes need no lock, since the system appends a short line as a whole (on Windows, two
lines of the same instant may become one). Names of files are keyed hashes of the client's key, or
of a token, and of the address that requests go to; neither key nor token is in them.

Counting must never cost a call: where the folder can't be written, nothing is counted.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from traktok import _clock, _surroundings
from traktok._disk import write_once
from traktok._http.wire import base_url
from traktok._secrets import vault

# The tag of requests that are of no study.
PLAIN = "-" * 8
_SENT, _TAKEN_BACK, _REFUSED = b"+", b"~", b"!"
_OFF = {"0", "no", "off", "false"}
_SECONDS_KEPT = 3 * _clock.SECONDS_A_DAY
# TikTok's clock and ours differ: a refusal this soon after midnight may be about the day before.
_DOUBTFUL = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Count:
    """What is known of a client's day.

    Attributes
    ----------
    sent
        How many requests TikTok counts.
    of_study
        How many of them are of one study.
    refused
        Whether TikTok said that the day's requests are used up.
    """

    sent: int = 0
    of_study: int = 0
    refused: bool = False


class ClientLog:
    """The log of one client; without a name it stays empty."""

    def __init__(self, name: str | None = None) -> None:
        # Found once: it takes as long as counting the request.
        self._files = None if name is None else os.fspath(_folder() / name)

    @classmethod
    def of_key(cls, client_key: str) -> ClientLog:
        """Return the log of a client."""
        return cls(_hashed("key", client_key))

    @classmethod
    def of_token(cls, token: str) -> ClientLog:
        """Return the log of the client that a token was issued to; if unknown, one of its own."""
        name = _hashed("token", token)
        with contextlib.suppress(OSError, ValueError):
            return cls(_client_of(name).read_text("ascii") if name else None)
        return cls(name)

    @property
    def is_kept(self) -> bool:
        """Whether requests are counted: a client is known, and counting is not switched off."""
        return self._files is not None

    def count(self, pool: str, tag: str = PLAIN) -> Count:
        """Count the requests of this day, and those of the study with a tag."""
        lines = b""
        with contextlib.suppress(OSError):
            lines = self._path(pool, _clock.now()).read_bytes() if self._files else b""
        of_study = tag.encode()
        return Count(
            lines.count(_SENT) - lines.count(_TAKEN_BACK),
            lines.count(_SENT + of_study) - lines.count(_TAKEN_BACK + of_study),
            _REFUSED in lines,
        )

    def add(self, pool: str, tag: str, sent_at: float) -> None:
        """Count a request."""
        self._append(_SENT, pool, tag, sent_at)

    def take_back(self, pool: str, tag: str, sent_at: float) -> None:
        """Uncount a request that was not sent, or that TikTok does not count."""
        self._append(_TAKEN_BACK, pool, tag, sent_at)

    def close(self, pool: str, tag: str) -> None:
        """Note that TikTok says that the day's requests are used up."""
        now = _clock.now()
        if closed_until(now) == _clock.next_day(now):
            self._append(_REFUSED, pool, tag, now)

    def _append(self, mark: bytes, pool: str, tag: str, moment: float) -> None:
        if self._files is None:
            return
        line = mark + tag.encode() + b"\n"
        with contextlib.suppress(OSError):
            path = self._path(pool, moment)
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                is_new = os.fstat(file).st_size == 0
                os.write(file, line)
            finally:
                os.close(file)
            if is_new:
                _delete_old(path)

    def _path(self, pool: str, moment: float) -> Path:
        return Path(f"{self._files}-{_clock.day(moment)}-{pool}")


def closed_until(now: float) -> float:
    """Return until when a quota is closed that TikTok calls used up now."""
    midnight = _clock.next_day(now)
    doubtful_until = midnight - _clock.SECONDS_A_DAY + _DOUBTFUL
    return doubtful_until if now < doubtful_until else midnight


def remember_client(token: str, client_key: str) -> None:
    """Remember which client a token was issued to, so that its requests are the client's."""
    name, client = _hashed("token", token), _hashed("key", client_key)
    with contextlib.suppress(OSError):
        if name and client and not _client_of(name).exists():
            write_once(_client_of(name), client.encode())


def _folder() -> Path:
    return vault.data_file("requests")


def _client_of(name: str) -> Path:
    return _folder() / f"{name}-client"


def _hashed(what: str, value: str) -> str | None:
    """Return the name of a log; None where nothing is to be counted, or nothing can be."""
    if not _surroundings.current().counts_requests or not value:
        return None
    if os.environ.get("TRAKTOK_COUNT_REQUESTS", "").strip().lower() in _OFF:
        return None
    with contextlib.suppress(OSError, ValueError):  # the address in the environment may be wrong
        # Not in a variable, which a traceback might show.
        digest = hmac.digest(_key(), "\0".join((base_url(), what, value)).encode(), "sha256")
        return digest.hex()[:32]
    return None


def _key() -> bytes:
    """Return the key of the hashes, which never leaves this computer; create it at first."""
    path = _folder() / "key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, secrets.token_bytes(32))
        return path.read_bytes()


def _delete_old(newest: Path) -> None:
    """Delete the files of days long past."""
    until = newest.stat().st_mtime - _SECONDS_KEPT
    for path in newest.parent.iterdir():
        if path.name != "key" and path.stat().st_mtime < until:
            with contextlib.suppress(OSError):
                path.unlink()
