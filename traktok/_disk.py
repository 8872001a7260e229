"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_aside(path: Path, mode: int | None = None) -> Iterator[Path]:
    """Write to a file beside the one meant, and move it into place when all of it is there.

    A file that only its owner may read (``mode``) is never anything else, not for a moment.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    aside = Path(name)
    try:
        yield aside
        if mode is None:
            os.umask(mask := os.umask(0))
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask
        os.fsync(handle)
        aside.chmod(mode)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
