"""The only place that draws: steps with their times, on stderr.

A terminal gets a line that moves, a notebook and a file get plain lines, and whoever said
``verbose=False`` gets nothing at all. Drawing is never worth a page: what goes wrong with it stays
here.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from traktok._wire import Page

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

# How often a step that goes on says so where lines can't be overwritten.
_SECONDS_BETWEEN_LINES = 10


class Step(Protocol):
    """What is being done."""

    def update(self, text: str) -> None:
        """Say how far it is."""

    def fail(self) -> None:
        """Say that nothing came of it."""


class Steps(Protocol):
    """Where steps are shown."""

    def step(self, doing: str, done: str | None = None) -> contextlib.AbstractContextManager[Step]:
        """Show what is being done, and what was done and how long it took."""

    def say(self, text: str) -> None:
        """Show a remark, such as why there is a wait."""


def steps(verbose: bool | None) -> Steps:
    """Choose where steps are shown; None shows them to a person at a prompt, as R does."""
    show = hasattr(sys, "ps1") if verbose is None else verbose
    return _Shown() if show else _Silent()


def watch(
    pages: Iterator[Page], shown: Steps, noun: str, name: str | None = None, place: str = ""
) -> Iterator[Page]:
    """Show pages as they come; hand them on untouched."""
    doing, done = (f"Getting {name}", f"Got {name}") if name else 2 * ("Making initial request",)
    number = rows = 0
    with shown.step(doing + place, done + place) as step:
        for page in pages:
            number, rows = 1, len(page.records)
            if page.withheld:
                step.fail()
            yield page
            break
    with shown.step("Getting more pages") as step:
        for page in pages:
            number, rows = number + 1, rows + len(page.records)
            step.update(f"Got {number:,} pages, {rows:,} {noun}")
            yield page


class _Silent:
    """The twin that shows nothing."""

    @contextlib.contextmanager
    def step(self, doing: str, done: str | None = None) -> Iterator[Step]:
        yield self

    def say(self, text: str) -> None:
        pass

    def update(self, text: str) -> None:
        pass

    def fail(self) -> None:
        pass


class _Shown:
    """Steps as R shows them: ``✔ Making initial request [774ms]``."""

    def __init__(self) -> None:
        self._console = _console()
        self._live = self._console.is_terminal and not self._console.is_jupyter
        unicode = self._console.encoding.lower().replace("-", "").startswith("utf")
        self._signs, self._spinner = ("✔✖ℹ", "dots") if unicode else ("vxi", "line")

    @contextlib.contextmanager
    def step(self, doing: str, done: str | None = None) -> Iterator[Step]:
        began = time.monotonic()
        step = _ShownStep(self, doing, began)
        try:
            yield step
        except GeneratorExit:
            step.close()
            raise
        except BaseException:
            step.close()
            self._line(1, "red", doing, began)
            raise
        step.close()
        if step.failed:
            self._line(1, "red", doing, began)
        elif done or step.latest:
            self._line(0, "green", step.latest or done or doing, began)

    def say(self, text: str) -> None:
        self._line(2, "cyan", text)

    def _line(self, sign: int, color: str, text: str, began: float | None = None) -> None:
        took = "" if began is None else f" [{_took(time.monotonic() - began)}]"
        self._console.print(f"[{color}]{self._signs[sign]}[/]", end=" ")
        self._console.print(text, took, sep="", markup=False)


class _ShownStep:
    """A step that moves in a terminal, and speaks now and then elsewhere."""

    def __init__(self, shown: _Shown, doing: str, began: float) -> None:
        self.failed = False
        self.latest: str | None = None
        self._shown, self._began, self._spoke = shown, began, time.monotonic()
        self._status: Status | None = None
        if shown._live:
            self._status = shown._console.status(_plain(doing), spinner=shown._spinner)
            self._status.start()

    def update(self, text: str) -> None:
        self.latest = text
        now = time.monotonic()
        if self._status is not None:
            self._status.update(_plain(f"{text} [{_took(now - self._began)}]"))
        elif now - self._spoke >= _SECONDS_BETWEEN_LINES:
            self._spoke = now
            self._shown._line(2, "cyan", text, self._began)

    def fail(self) -> None:
        self.failed = True

    def close(self) -> None:
        if self._status is not None:
            self._status.stop()


class _LastingStream(io.TextIOBase):
    """A stream as long as it lasts: what it does not take any more is let go.

    Also in the thread that moves a line in a terminal; and rich never learns of a broken pipe,
    at which it would end the process.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a fact of the stream, not ours to set
        return self._stream.encoding or "utf-8"

    def isatty(self) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return self._stream.isatty()
        return False

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def _console() -> Console:
    from rich.console import Console

    file = io.StringIO() if sys.stderr is None else _LastingStream(sys.stderr)
    return Console(file=cast(TextIO, file), highlight=False, soft_wrap=True, emoji=False)


def _plain(text: str) -> str:
    """Keep names that look like rich's markup as they are."""
    from rich.markup import escape

    return escape(text)


def _took(seconds: float) -> str:
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60}h {minutes % 60}m" if minutes >= 60 else f"{minutes}m {seconds}s"
