"""How commands end: messages on stderr, exit codes, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from types import FrameType
from typing import Any

import typer

import traktok
from traktok import _surroundings
from traktok._text import printable
from traktok.cli.advice import in_a_shell
from traktok.cli.inputs import CommandArguments
from traktok.errors import SkippedWarning, Terminated, UnfinishedWarning, message_of


class Ending(IntEnum):
    """Exit codes, those of other programs where they have one for it."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CUT_SHORT = 3  # rows are written, but TikTok cut the search or list short
    FILES_MISSING = 4  # the rows are complete, but some files are missing
    QUOTA = 75  # EX_TEMPFAIL of sysexits.h: the same command works later
    INTERRUPTED = 128 + 2  # what shells report for a program that SIGINT ended
    BROKEN_PIPE = 128 + 13  # and for one that SIGPIPE ended


# The first row that fits an error says how it ends.
_ENDING_OF: tuple[tuple[type[BaseException], Ending], ...] = (
    (traktok.QuotaExceeded, Ending.QUOTA),
    (traktok.TraktokError, Ending.FAILED),
    (KeyboardInterrupt, Ending.INTERRUPTED),
    (BrokenPipeError, Ending.BROKEN_PIPE),
    (OSError, Ending.FAILED),
    (EOFError, Ending.FAILED),
    (ImportError, Ending.USAGE),  # an extra that is not installed
    (ValueError, Ending.USAGE),
    (TypeError, Ending.USAGE),
)


def say(text: str) -> None:
    """Print a line on stderr, control characters as escapes; ignore a closed stderr."""
    line = printable(" ".join(text.split()))
    with suppress(OSError, ValueError):
        if sys.stderr is not None and sys.stderr.isatty():
            line = _wrapped(line, os.get_terminal_size(sys.stderr.fileno()).columns)
    with suppress(OSError):
        typer.echo(line, err=True)


# What is there to be copied: a command, or the options to add to one.
_TO_COPY = re.compile(r"`[^`]*`|(?<= the same command: ).*")
_GLUE = "\0"


def _wrapped(line: str, width: int) -> str:
    """Break a line between words, but not what is there to be copied: a terminal breaks that."""
    glued = _TO_COPY.sub(lambda found: found[0].replace(" ", _GLUE), line)
    lines = textwrap.wrap(glued, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace(_GLUE, " ")


def warn(text: str, given: CommandArguments) -> None:
    """Print a warning."""
    say(f"Warning: {in_a_shell(text, given)}")


@contextmanager
def print_warnings(given: CommandArguments) -> Iterator[None]:
    """Print each of traktok's warnings on one line, without the name of a Python file."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        warn(message if isinstance(message, str) else message_of(message), given)

    with warnings.catch_warnings():
        warnings.simplefilter("always", traktok.TraktokWarning)
        # Who was skipped, and what is left, is printed from the table.
        for category in (SkippedWarning, UnfinishedWarning):
            warnings.simplefilter("ignore", category)
        warnings.showwarning = show
        yield


@contextmanager
def exit_code(given: CommandArguments, failure: Ending) -> Iterator[None]:
    """Print any error as a sentence, and end with its exit code.

    ``failure`` replaces 1, for commands where 1 is an answer, as in diff.
    """
    try:
        with print_warnings(given):
            yield
    except tuple(kind for kind, _ in _ENDING_OF) as error:
        ending = report_error(error, given)
        raise typer.Exit(failure if ending is Ending.FAILED else ending) from None


def report_error(error: BaseException, given: CommandArguments) -> Ending:
    """Print what went wrong, and return how the command ends."""
    ending = next(ending for kind, ending in _ENDING_OF if isinstance(error, kind))
    if ending is Ending.BROKEN_PIPE:
        _close_stdout()
    elif ending is Ending.INTERRUPTED:
        say("Stopped.")
    elif isinstance(error, EOFError):
        say("Error: nothing was entered.")
    else:
        say(f"Error: {in_a_shell(_sentence(error), given)}")
    return ending


def _sentence(error: BaseException) -> str:
    if isinstance(error, traktok.TraktokError):
        return error.reason
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return message_of(error)


def _close_stdout() -> None:
    """Redirect stdout to nowhere, so that Python does not write to the closed pipe at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


# ---------------------------------------------------------------------- Ctrl-C, SIGTERM, SIGHUP

# SIGTERM: a scheduler, or a shutdown. SIGHUP: a terminal that closes (does not exist on Windows).
_OF_THE_SYSTEM = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_STOPS = (signal.SIGINT, *_OF_THE_SYSTEM)
_HANG_UP = getattr(signal, "SIGHUP", None)

_received: list[int] = []
"""The signals received from the system; the command ends by the first."""


def break_off(number: int, frame: FrameType | None) -> None:
    """Interrupt what is being fetched; a second Ctrl-C ends the program at once."""
    _note_signal(number)
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, _end_at_once)
    raise Terminated if number in _OF_THE_SYSTEM else KeyboardInterrupt


_last_words: list[str] = []
"""What a second Ctrl-C prints before it ends the program."""


@contextmanager
def last_words(text: str) -> Iterator[None]:
    """Let a second Ctrl-C print how to continue before it ends the program."""
    _last_words.append(text)
    try:
        yield
    finally:
        _last_words.pop()


def _end_at_once(number: int, frame: FrameType | None) -> None:
    # Progress that moves hides the cursor, and ends without a new line.
    words = "\x1b[?25h\n" if os.isatty(2) and not _surroundings.on_windows() else ""
    if _last_words:
        words += f"{printable(_last_words[-1])}\n"
    with suppress(OSError):
        os.write(2, words.encode())
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def let_it_finish(number: int, frame: FrameType | None) -> None:
    """Finish what is being written; a second Ctrl-C ends the program at once."""
    _note_signal(number)
    once_more = b"" if number in _OF_THE_SYSTEM else b"; Ctrl-C again ends at once"
    with suppress(OSError):
        os.write(2, b"Writing what was fetched%s.\n" % once_more)


def _note_signal(received: int) -> None:
    """Note a signal of the system; let the next signal end the program at once.

    SIGHUP is ignored from then on: a terminal that closes sends several (its own and its shell's),
    and a service manager may send one after SIGTERM.
    """
    if received in _OF_THE_SYSTEM:
        _received.append(received)
    for number in _STOPS:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_IGN if number == _HANG_UP else signal.SIG_DFL)


@contextmanager
def on_ctrl_c(action: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle Ctrl-C, SIGTERM and SIGHUP with a function, unless they are ignored or default.

    A second Ctrl-C still ends the program at once.
    """
    before = {number: signal.getsignal(number) for number in _STOPS}
    before = {
        number: handler
        for number, handler in before.items()
        if callable(handler) and handler is not _end_at_once
    }
    for number in before:
        signal.signal(number, action)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is action:
                signal.signal(number, handler)


@contextmanager
def stops_of_the_system() -> Iterator[None]:
    """Treat SIGTERM and SIGHUP as Ctrl-C, and end by them, unless another handler is installed.

    A service manager regards a program that such a signal ended as stopped, and one that ended with
    an exit code as failed.
    """
    taken = [n for n in _OF_THE_SYSTEM if signal.getsignal(n) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, break_off)
    _received.clear()
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
        if _received:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                with suppress(OSError, ValueError):
                    stream.flush()
            signal.raise_signal(_received[0])
