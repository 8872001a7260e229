"""The names of runs, by which a process knows whether another one of its machine lives."""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from pathlib import Path

from traktok import _surroundings

_alive: set[str] = set()


def new_owner() -> str:
    """Return a name for a run by which this machine's processes know whether it lives."""
    owner = f"{_machine()} {os.getpid()} {uuid.uuid4().hex}"
    _alive.add(owner)
    return owner


def retire(owner: str) -> None:
    """Record that a run of this process is over."""
    _alive.discard(owner)


def is_dead(owner: str) -> bool:
    """Return whether a run is known to be over; for another machine's this is never known."""
    machine, _, rest = owner.rpartition(" ")[0].rpartition(" ")
    if machine != _machine() or not rest.isdigit():
        return False
    if int(rest) == os.getpid():
        return owner not in _alive
    if _surroundings.on_windows():
        # Signal 0 is Ctrl-C there (the documentation of os.kill, read on 2026-11-28); the run's
        # tasks are free once their lease ends.
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    """Return the namespace of process ids: two containers may share a host name."""
    with contextlib.suppress(OSError):
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    return socket.gethostname()
