"""Write files that are complete or absent, also after a crash."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from traktok import _surroundings


@contextlib.contextmanager
def atomic_write(
    path: Path, *, private: bool = False, follow_symlinks: bool = True
) -> Iterator[IO[bytes]]:
    """Open a temporary file beside the target, and move it into place once it is complete.

    A symbolic link stays, and the file it points to is replaced, unless ``follow_symlinks`` is
    False: a name that no user chose must not lead out of its folder. Permissions are those of the
    file that is replaced, or follow the umask; a private file is never readable for others.
    """
    target = Path(os.path.realpath(path)) if follow_symlinks else path
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    opener = functools.partial(os.open, mode=0o600 if private else 0o666)
    try:
        with open(aside, "xb", opener=opener) as stream:
            if target.exists() and not private:
                shutil.copymode(target, aside)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(target)  # after closing it: Windows does not move an open file
    except BaseException as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError) and error.errno and error.filename in (None, str(aside)):
            error.filename = str(path)  # the name that the caller gave
        raise


def write_once(path: Path, content: bytes) -> None:
    """Write a private file that is not there yet; of several processes, the first one wins."""
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())  # before anything depends on it
        with contextlib.suppress(FileExistsError):
            _link(aside, path, content)
        _sync_folder(path.parent)
    finally:
        Path(aside).unlink()


def _link(aside: str, path: Path, content: bytes) -> None:
    """Give a file its name if nobody has taken it; some file systems have no hard links."""
    try:
        os.link(aside, path)
    except FileExistsError:
        raise
    except (OSError, AttributeError, NotImplementedError):  # FAT, some network drives, Android
        with open(path, "xb", opener=functools.partial(os.open, mode=0o600)) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Flush a folder to disk, so that a new file's name survives a crash of the machine."""
    if _surroundings.on_windows():  # folders can't be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
