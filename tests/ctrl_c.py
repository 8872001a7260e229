"""Ctrl-C in this process, for commands that run in it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 30  # seconds until it is pressed in any case, on a busy machine too


@contextmanager
def harmless() -> Iterator[None]:
    """Put Ctrl-C back to what it does, which a command changes for the time it has left."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def pressed_once(happened: Callable[[], bool]) -> Iterator[None]:
    """Let a person press it as soon as something has happened."""
    over = threading.Event()
    main = threading.main_thread().ident or 0

    def press() -> None:
        deadline = time.monotonic() + _PATIENCE
        while not (happened() or over.is_set() or time.monotonic() > deadline):
            over.wait(0.002)
        if not over.is_set():
            signal.pthread_kill(main, signal.SIGINT)

    person = threading.Thread(target=press, daemon=True)
    with harmless():
        person.start()
        try:
            yield
        finally:
            over.set()
            person.join()
