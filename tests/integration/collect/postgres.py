"""A PostgreSQL server of the tests' own, where this machine has one to start."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def folder() -> Path | None:
    """Where initdb and postgres are."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    return next((place for place in [*places, *_FOLDERS] if (place / "initdb").exists()), None)


@contextmanager
def running() -> Iterator[str]:
    """A server on a socket in a folder of its own; yields its URL, but for the schema."""
    binaries = folder()
    assert binaries is not None
    # The server refuses to be root's: whoever is root starts it as its own user.
    user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="traktok-pg-"))
    if user:
        shutil.chown(home, **user)
    data, quiet = home / "data", {"check": True, "stdout": subprocess.DEVNULL, "cwd": home, **user}
    options = " ".join(f"-c {option}" for option in (*_SPEED, "listen_addresses="))
    control = [binaries / "pg_ctl", "--wait", "-D", data]
    try:
        subprocess.run([binaries / "initdb", "-U", "study", "-A", "trust", "-N", data], **quiet)
        start = ["-o", f"{options} -k {home}", "-l", home / "log", "start"]
        subprocess.run([*control, *start], **quiet)
        try:
            yield f"postgresql://study@/postgres?host={home}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(home, ignore_errors=True)
