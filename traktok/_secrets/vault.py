"""Encrypted files that only the user can read.

A file holds one JSON value, encrypted and authenticated (Fernet). The key is derived from a
passphrase (TRAKTOK_PASSPHRASE, with scrypt) if one is set. Otherwise it is stored in the system's
keyring if the extra ``traktok[keyring]`` finds one, or else in a key file that only the user may
read. The encrypted file records which of these its key is.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import os
import re
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from traktok import _surroundings
from traktok._disk import atomic_write, write_once
from traktok.errors import warn

_SCRYPT = {"n": 2**15, "r": 8, "p": 1}


class VaultError(Exception):
    """A file can't be read or written; the message says why and what to do."""


def data_file(name: str) -> Path:
    """Return the path of a file in this package's user data folder."""
    return _folder(platformdirs.user_data_dir) / name


# Stands for the folders of a user without a home, as in many containers: nothing can be in it.
_NO_HOME = Path(os.devnull, "no home")


def _folder(find: Callable[..., str]) -> Path:
    """Return this package's folder among the user's data or settings."""
    try:
        found = Path(find("traktok", appauthor=False))
    except RuntimeError:  # newer platformdirs raise, older ones return a path below "~"
        return _NO_HOME
    return _NO_HOME if found.parts[0] == "~" else found


def read(path: Path) -> Any:
    """Read and decrypt a file; raises FileNotFoundError if there is none."""
    _keep_private(path.parent, path)
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
    """Encrypt content and write it atomically to a file that only the user may read."""
    try:
        _make_folder(path.parent)
        about_key, sealer = _new_cipher()
        sealed = {
            "traktok": 1,
            **about_key,
            "content": sealer.encrypt(json.dumps(content).encode()).decode(),
        }
        with atomic_write(path, private=True) as stream:
            stream.write(f"{json.dumps(sealed)}\n".encode())
    except OSError as error:
        raise VaultError(f"{path} can't be written ({error.strerror or error})") from None


def delete(path: Path) -> bool:
    """Delete a file, and return whether there was one."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise VaultError(f"{path} can't be deleted ({error.strerror or error})") from None
    return True


def check_writable(path: Path) -> None:
    """Raise VaultError if a file can't be written there."""
    try:
        _make_folder(path.parent)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        _new_cipher()
    except OSError as error:
        raise VaultError(
            f"the folder {path.parent} can't be written ({error.strerror or error})"
        ) from None


def _make_folder(folder: Path) -> None:
    if folder.is_relative_to(_NO_HOME):
        raise VaultError(
            "this user has no home folder: set HOME, or XDG_DATA_HOME and XDG_CONFIG_HOME"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_private(folder)


def _keep_private(folder: Path, file: Path | None = None) -> None:
    """Restrict a file, and this package's folders, to the user; raise if that is impossible.

    Anyone who may write to a folder can replace the files in it. A folder that the user chose
    (see TIKTOK_TOKEN) may belong to others, so its mode is not changed.
    """
    if _surroundings.on_windows():  # modes don't control access there
        return
    is_ours = any(folder.is_relative_to(_folder(find)) for find in _FOLDERS)
    mode = _mode(folder)
    if mode & 0o022 and is_ours:
        _restrict(folder, mode, 0o700, "write to")
    elif mode & 0o002 and not mode & stat.S_ISVTX:
        raise VaultError(
            f"everybody may write to the folder {folder} (mode {mode:o}), and so replace its "
            f"files: use another folder, or run chmod o-w {folder}"
        )
    if file is not None and (mode := _mode(file)) & 0o077 and file.is_file():
        _restrict(file, mode, 0o600, "read or change")


_FOLDERS = (platformdirs.user_data_dir, platformdirs.user_config_dir)


def _mode(path: Path) -> int:
    """Return the permission bits of a path; those of a private file if it does not exist."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o600


def _restrict(path: Path, mode: int, private: int, could: str) -> None:
    try:
        path.chmod(private)
    except OSError as error:
        raise VaultError(
            f"others may {could} {path} (mode {mode:o}), and that can't be changed "
            f"({error.strerror or error})"
        ) from None
    warn(
        f"Others could {could} {path} (mode {mode:o}); only you can now (mode {private:o}). If "
        "somebody else uses this computer, get a new client secret from TikTok, or log in anew."
    )


# ---------------------------------------------------------------------------------------- keys


def _new_cipher() -> tuple[dict[str, str], Fernet]:
    """Return what a new file records about its key, and the cipher that encrypts it."""
    salt = os.urandom(16)
    kind = "passphrase" if os.environ.get("TRAKTOK_PASSPHRASE") else _lasting_key_kind()
    about_key = {"key": kind, "salt": base64.b64encode(salt).decode()}
    return about_key, Fernet(_KEYS[kind](salt))


def _passphrase_key(salt: bytes) -> bytes:
    passphrase = os.environ.get("TRAKTOK_PASSPHRASE")
    if not passphrase:
        raise VaultError("the store was written with a passphrase: set TRAKTOK_PASSPHRASE to it")
    return _derive_key(passphrase, salt)


@functools.lru_cache(maxsize=4)
def _derive_key(passphrase: str, salt: bytes) -> bytes:
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
            "the store was written with a key of the system's keyring, which is not available now"
        )
    return str(key).encode()


def _file_key(salt: bytes) -> bytes:
    path = _key_file()
    _keep_private(path.parent, path)
    try:
        key = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise VaultError(
            f"the key file {path} is gone, and the store can't be read without it"
        ) from None
    if re.fullmatch(rb"[\w-]{43}=", key):
        return key
    del key  # from tracebacks that show variables
    raise VaultError(f"the key file {path} is damaged: delete it, and a new one will be created")


_KEYS = {"passphrase": _passphrase_key, "keyring": _keyring_key, "file": _file_key}
_KEY_NAMES = {
    "passphrase": "passphrase (TRAKTOK_PASSPHRASE)",
    "keyring": "key of the system's keyring",
    "file": "key file",
}


def _lasting_key_kind() -> str:
    """Return where the random key is stored; create it if there is none."""
    if _key_file().exists():
        return "file"
    keyring = _usable_keyring()
    if keyring is not None:
        with contextlib.suppress(Exception):  # each of keyring's backends has errors of its own
            if keyring.get_password("traktok", "store") is None:
                keyring.set_password("traktok", "store", Fernet.generate_key().decode())
            if keyring.get_password("traktok", "store"):  # some backends store nothing
                return "keyring"
    _make_key_file()
    return "file"


def _usable_keyring() -> Any:
    try:
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring

        return None if isinstance(keyring.get_keyring(), NoKeyring) else keyring
    except Exception:  # not installed, or configured with an unavailable backend
        return None


def _key_file() -> Path:
    return _folder(platformdirs.user_config_dir) / "key"


def _make_key_file() -> None:
    """Create the key file; of several processes that do so at once, the first one wins."""
    path = _key_file()
    try:
        _make_folder(path.parent)
        write_once(path, Fernet.generate_key())
    except OSError as error:
        raise VaultError(f"{path} can't be written ({error.strerror or error})") from None
