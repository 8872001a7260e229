"""How a command ends: plain sentences on stderr, exit codes, Ctrl-C."""

from __future__ import annotations

import ast
import os
import re
import shlex
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from types import FrameType
from typing import Any

import typer

import traktok


class Ending(IntEnum):
    """Exit codes, those of other programs where they have one for it."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    QUOTA = 75  # EX_TEMPFAIL of sysexits.h: the same command works later
    INTERRUPTED = 128 + 2  # what shells say of a program that SIGINT ended; SIGTERM does as much
    BROKEN_PIPE = 128 + 13  # and of one that SIGPIPE ended


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

_STUDY = r"""Collection\(('.+?'|".+?")\)"""


# By command, what else to tell it so that it goes on as before.
_AS_BEFORE: dict[str, list[str]] = {}


@contextmanager
def as_before(command: str, options: list[str]) -> Iterator[None]:
    """Have hints at a command name these options, too."""
    _AS_BEFORE[command] = options
    try:
        yield
    finally:
        del _AS_BEFORE[command]


def _of_study(command: str, *options: str) -> Callable[[re.Match[str]], str]:
    """Name the command for the study that a message names."""

    def named(of: re.Match[str]) -> str:
        store = ast.literal_eval(of[1])
        words = ["traktok", command, store, *options, *_AS_BEFORE.get(command, [])]
        return f"`{shlex.join(words)}`"

    return named


# traktok's messages speak to people who write Python; these are a shell's words for the same.
_IN_A_SHELL: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"run auth_research\(\) once, or `traktok auth` in a shell", "run `traktok auth` once"),
    (r"auth_research\(overwrite=True\)", "`traktok auth --overwrite`"),
    (r"auth_research\(\)", "`traktok auth`"),
    (r'auth_hidden\("(\S+)"\)', r"`traktok auth --cookies \1`"),
    (r"auth_hidden\(\)", "`traktok auth --cookies FILE`"),
    (r"tt_user_info_hidden\(name\)\['secUid'\]", "`traktok hidden user NAME --format jsonl`"),
    (r"tt_videos_hidden\(\)", "`traktok videos`"),
    (r", such as result\.(cursor|search_id)", ""),
    (rf"(?<=see )\.status\(\)(?=.*{_STUDY})", _of_study("status")),
    (rf"{_STUDY}\.resume\(\)", _of_study("resume")),
    (rf"{_STUDY}\.resume\(retry=True\)", _of_study("resume", "--retry")),
    (rf"{_STUDY}\.refresh\(\)", _of_study("refresh")),
    (r"tt_collect\(\)", "`traktok collect`"),
    (r"\bcookiefile\b", "--cookies"),
    (r"\bsleep_pool\b", "--sleep"),
    (r"\b(solve_captchas|return_urls)=True", r"--\1"),
    (r"solve_captchas and headless as they are", "--solve-captchas and --show-browser out"),
)
_ARGUMENTS = re.compile(
    r"\b(start_date|end_date|start_cursor|max_pages|search_id|cache_dir|max_tries|solve_captchas"
    r"|return_urls|window_days|max_requests|daily_requests|requests_per_second|on_quota)\b"
)


def say(text: str) -> None:
    """Say something in one line on stderr; who doesn't listen loses no rows for it."""
    for python, shell in _IN_A_SHELL:
        text = re.sub(python, shell, text)
    text = _ARGUMENTS.sub(lambda found: f"--{found[0].replace('_', '-')}", text)
    text = "".join(ch if ch.isprintable() else " " for ch in text)
    with suppress(OSError):
        typer.echo(" ".join(text.split()), err=True)


@contextmanager
def warnings_said() -> Iterator[None]:
    """Say each of traktok's warnings in a line, without a Python file's name."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        say(f"Warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", traktok.TraktokWarning)
        # What the table tells is said from it: who was skipped, one by one, and what is left.
        for told in ("Skipped", ".* windows hold more"):
            warnings.filterwarnings("ignore", told, traktok.TraktokWarning)
        warnings.showwarning = show
        yield


@contextmanager
def exit_code(failure: Ending = Ending.FAILED) -> Iterator[None]:
    """End with a sentence and an exit code, whatever goes wrong inside.

    ``failure`` is the code of a command whose 1 is an answer, as diff's is.
    """
    try:
        with warnings_said():
            yield
    except tuple(kind for kind, _ in _ENDING_OF) as error:
        ending = failed(error)
        raise typer.Exit(failure if ending is Ending.FAILED else ending) from None


def failed(error: BaseException) -> Ending:
    """Say what went wrong, and return how the command ends."""
    ending = next(ending for kind, ending in _ENDING_OF if isinstance(error, kind))
    if ending is Ending.BROKEN_PIPE:
        _close_stdout()
    elif ending is Ending.INTERRUPTED:
        say("Stopped.")
    elif isinstance(error, EOFError):
        say("Error: nothing was entered.")
    else:
        say(f"Error: {_sentence(error)}")
    return ending


def _sentence(error: BaseException) -> str:
    if isinstance(error, traktok.TraktokError):
        return error.reason
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _close_stdout() -> None:
    """Keep Python from writing once more, in vain, what a closed pipe did not take."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


# ------------------------------------------------------------------------------ Ctrl-C, SIGTERM

# What a person sends, and what a scheduler does, or a machine that shuts down.
_STOPS = (signal.SIGINT, signal.SIGTERM)


def break_off(number: int, frame: FrameType | None) -> None:
    """Break off what is being fetched; a second Ctrl-C ends the program at once."""
    _end_at_once_next_time()
    raise KeyboardInterrupt


def let_it_finish(number: int, frame: FrameType | None) -> None:
    """Go on with what is being written; a second Ctrl-C ends the program at once."""
    _end_at_once_next_time()
    with suppress(OSError):
        os.write(2, b"Writing what was fetched; Ctrl-C again ends at once.\n")


def _end_at_once_next_time() -> None:
    for number in _STOPS:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def on_ctrl_c(action: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Choose what Ctrl-C and SIGTERM do, unless they end or do nothing already."""
    before = {number: signal.getsignal(number) for number in _STOPS}
    before = {number: handler for number, handler in before.items() if callable(handler)}
    for number in before:
        signal.signal(number, action)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is action:
                signal.signal(number, handler)


@contextmanager
def sigterm_as_ctrl_c() -> Iterator[None]:
    """Take SIGTERM for Ctrl-C, unless somebody else has a use for it."""
    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
