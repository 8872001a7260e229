"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def atomic_write(
    path: Path, *, private: bool = False, follow_symlinks: bool = True
) -> Iterator[IO[bytes]]:
    """Open a file beside the one meant, and move it into place when all of it is written.

    A link stays, and the file it leads to is replaced, unless ``follow_symlinks`` is False: a name
    that no user chose should not lead out of its folder. Permissions are those of the file that was
    there, or what the umask leaves; a private file is its owner's alone from the first moment on.
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
        aside.replace(target)  # once it is closed: Windows moves no open file
    except BaseException as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError) and error.errno and error.filename in (None, str(aside)):
            error.filename = str(path)  # the name that was given
        raise
