"""A PostgreSQL server of the tests' own, where this machine has one to start."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# In the server's folder, which is removed: a server that is stopped at once leaves others behind.
_SHARED_MEMORY = {"dynamic_shared_memory_type": "mmap"}


def folder() -> Path | None:
    """Where initdb and postgres are."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    return next((place for place in [*places, *_FOLDERS] if (place / "initdb").exists()), None)


class Server:
    """A server on a socket in a folder of its own."""

    def __init__(self, home: Path, user: dict[str, Any], settings: dict[str, str]) -> None:
        binaries = folder()
        assert binaries is not None
        self.data, self._log = home / "data", home / "log"
        self._user = user
        self._quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": home, **user}
        self._control = [binaries / "pg_ctl", "--wait", "--timeout=300", "-D", self.data]
        initdb = [binaries / "initdb", "-U", "study", "-A", "trust", "-N", self.data]
        subprocess.run(initdb, **self._quiet)
        named = {**_SPEED, **_SHARED_MEMORY, "listen_addresses": "", **settings}
        self._options = (
            f"{' '.join(f'-c {name}={value}' for name, value in named.items())} -k {home}"
        )
        self.url = f"postgresql://study@/postgres?host={home}"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it can be reached."""
        command = [*self._control, "-o", self._options, "-l", self._log, "start"]
        subprocess.run(command, **self._quiet)

    def own(self, path: Path) -> None:
        """Give a file to the user that the server runs as."""
        if self._user:
            shutil.chown(path, **self._user)

    def stop(self, how: Literal["fast", "immediate"]) -> None:
        """Stop it: every session ends at once; ``immediate`` is a crash."""
        subprocess.run([*self._control, "-m", how, "stop"], **self._quiet)


@contextmanager
def running(**settings: str) -> Iterator[Server]:
    """A server, with settings such as ``synchronous_commit="on"``."""
    # The server refuses to be root's: whoever is root starts it as its own user.
    user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="traktok-pg-"))
    if user:
        shutil.chown(home, **user)
    try:
        server = Server(home, user, settings)
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)
