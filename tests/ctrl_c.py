"""Ctrl-C in this process, for commands that run in it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

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
def pressed_while_asleep(slept: list[float], sleeps: int) -> Iterator[None]:
    """Let a person press it in one of many waits, none of which is waited.

    A program that does nothing but wait is asleep when it is pressed. One whose waits take no time
    spends it in libraries instead, where Python may drop the interrupt (in a weak reference's
    callback), and would never end.
    """

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == sleeps:
            signal.raise_signal(signal.SIGINT)

    with harmless(), mock.patch("time.sleep", sleep):
        yield


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
