"""Encrypted files of the user's own.

A file holds one piece of JSON, encrypted and authenticated (Fernet). The key comes from a
passphrase (TRAKTOK_PASSPHRASE, by scrypt), else from the system's keyring where the extra
``traktok[keyring]`` finds one, else from a key file that only the user may read. The file says
which, so that it is read the way it was written.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import platformdirs
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from traktok._disk import atomic_write

_SCRYPT = {"n": 2**15, "r": 8, "p": 1}


class VaultError(Exception):
    """A file that can't be read or written, and what to do about it."""


def data_file(name: str) -> Path:
    """Name a file among the user's own data of this package."""
    return Path(platformdirs.user_data_dir("traktok", appauthor=False)) / name


def read(path: Path) -> Any:
    """Read what was written; raises FileNotFoundError where there is nothing."""
    try:
        sealed = json.loads(path.read_bytes())
        kind, salt, content = sealed["key"], sealed["salt"], sealed["content"]
        opener = Fernet(_KEYS[kind](base64.b64decode(salt)))
        return json.loads(opener.decrypt(content.encode()))
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path) from None
    except InvalidToken:
        raise VaultError(
            f"{path} was written with another {_KEY_NAMES[kind]}, or is damaged"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise VaultError(f"{path} is damaged or was not written by traktok") from None
    except OSError as error:
        raise VaultError(f"{path} can't be read ({error.strerror or error})") from None


def write(path: Path, content: Any) -> None:
    """Encrypt and write, in one step, to a file that only the user may read."""
    try:
        _own_folder(path.parent)
        told, sealer = _sealer()
        sealed = {
            "traktok": 1,
            **told,
            "content": sealer.encrypt(json.dumps(content).encode()).decode(),
        }
        with atomic_write(path, private=True) as stream:
            stream.write(f"{json.dumps(sealed)}\n".encode())
    except OSError as error:
        raise VaultError(f"{path} can't be written ({error.strerror or error})") from None


def check_writable(path: Path) -> None:
    """Raise unless a file can be written there; so that nothing is asked for in vain."""
    try:
        _own_folder(path.parent)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        _sealer()
    except OSError as error:
        raise VaultError(
            f"the folder {path.parent} can't be written ({error.strerror or error})"
        ) from None


def _own_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


# ---------------------------------------------------------------------------------------- keys


def _sealer() -> tuple[dict[str, str], Fernet]:
    """Make what encrypts a new file, and what the file has to tell about its key."""
    salt = os.urandom(16)
    kind = "passphrase" if os.environ.get("TRAKTOK_PASSPHRASE") else _lasting_key_kind()
    told = {"key": kind, "salt": base64.b64encode(salt).decode()}
    return told, Fernet(_KEYS[kind](salt))


def _passphrase_key(salt: bytes) -> bytes:
    passphrase = os.environ.get("TRAKTOK_PASSPHRASE")
    if not passphrase:
        raise VaultError("the store was written with a passphrase: set TRAKTOK_PASSPHRASE to it")
    return _stretched(passphrase, salt)


@functools.lru_cache(maxsize=4)
def _stretched(passphrase: str, salt: bytes) -> bytes:
    return base64.urlsafe_b64encode(
        Scrypt(salt=salt, length=32, **_SCRYPT).derive(os.fsencode(passphrase))
    )


def _keyring_key(salt: bytes) -> bytes:
    key = None
    if keyring := _usable_keyring():
        with contextlib.suppress(Exception):  # each of keyring's backends has errors of its own
            key = keyring.get_password("traktok", "store")
    if key is None:
        raise VaultError(
            "the store was written with a key of the system's keyring, now out of reach"
        )
    return str(key).encode()


def _file_key(salt: bytes) -> bytes:
    path = _key_file()
    try:
        key = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise VaultError(
            f"the key file {path} is gone, and the store can't be read without it"
        ) from None
    if re.fullmatch(rb"[\w-]{43}=", key):
        return key
    del key  # from tracebacks that show variables
    raise VaultError(f"the key file {path} is damaged: delete it, and a new one will be made")


_KEYS = {"passphrase": _passphrase_key, "keyring": _keyring_key, "file": _file_key}
_KEY_NAMES = {
    "passphrase": "passphrase (TRAKTOK_PASSPHRASE)",
    "keyring": "key of the system's keyring",
    "file": "key file",
}


def _lasting_key_kind() -> str:
    """Choose where the random key is kept, and make one where there is none."""
    if _key_file().exists():
        return "file"
    keyring = _usable_keyring()
    if keyring is not None:
        with contextlib.suppress(Exception):  # each of keyring's backends has errors of its own
            if keyring.get_password("traktok", "store") is None:
                keyring.set_password("traktok", "store", Fernet.generate_key().decode())
            if keyring.get_password("traktok", "store"):  # some backends forget all they are told
                return "keyring"
    _make_key_file()
    return "file"


def _usable_keyring() -> Any:
    try:
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring

        return None if isinstance(keyring.get_keyring(), NoKeyring) else keyring
    except Exception:  # not installed, or set up for a backend that can't be had
        return None


def _key_file() -> Path:
    return Path(platformdirs.user_config_dir("traktok", appauthor=False)) / "key"


def _make_key_file() -> None:
    """Make the key file; of several processes that do so at once, one makes it for all."""
    path = _key_file()
    try:
        _own_folder(path.parent)
        handle, aside = tempfile.mkstemp(prefix=".key.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(Fernet.generate_key())
            with contextlib.suppress(FileExistsError):
                os.link(aside, path)
        finally:
            Path(aside).unlink()
    except OSError as error:
        raise VaultError(f"{path} can't be written ({error.strerror or error})") from None
