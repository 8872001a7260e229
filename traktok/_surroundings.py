"""The surroundings of a call: token and cookies, HTTP sessions, the current day.

Outside tests and cassettes, these are the user's own. A replay, a recording or the sandbox
overrides them for a block; the override holds for every thread, since a call may fetch in several.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from http.cookiejar import Cookie


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The surroundings of a call; the defaults stand for the user's own.

    Attributes
    ----------
    token : str or None
        The token of calls that are given none; None for the stored credentials.
    cookies : tuple of Cookie or None
        The cookies of calls that are given no file; None for the stored ones.
    today : date or None
        The day it is (UTC); None for the clock's.
    has_browser : bool
        Whether a call may open a browser.
    sessions : traktok._http.transport.Sessions or None
        What hands each thread its HTTP session; None for the usual ones.
    counts_requests : bool
        Whether requests are counted against the client's quota.
    """

    token: str | None = None
    cookies: tuple[Cookie, ...] | None = None
    today: date | None = None
    has_browser: bool = True
    sessions: Any = None
    counts_requests: bool = True


_lock = threading.RLock()
_current = Surroundings()


def current() -> Surroundings:
    """Return the surroundings that hold now, in every thread."""
    return _current


def on_windows() -> bool:
    """Return whether this is Windows, where modes, signals and folders behave differently."""
    return os.name == "nt"


def ipython_shell() -> Any:
    """Return the running shell of IPython or Jupyter; None in plain Python."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def in_notebook() -> bool:
    """Return whether this is a kernel of Jupyter, whose outputs can be updated."""
    return getattr(ipython_shell(), "kernel", None) is not None


@contextlib.contextmanager
def override(**changes: Any) -> Iterator[None]:
    """Change some of the surroundings for a block; blocks of one thread nest.

    Raises
    ------
    RuntimeError
        If another thread is in such a block: what one thread changes holds for all.
    """
    global _current
    if not _lock.acquire(blocking=False):
        raise RuntimeError(
            "another thread has a cassette open or uses the sandbox: only one thread at a time can"
        )
    before = _current
    try:
        _current = replace(before, **changes)
        yield
    finally:
        _current = before
        _lock.release()
