"""Show progress on stderr: the steps of a call, and how long each took.

A terminal gets a moving line for each step, with a bar if its extent is known; a notebook gets one
output that is updated in place; a file gets plain lines; ``verbose=False`` shows nothing. An error
while drawing must not cost a page, so it is suppressed here.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Protocol

from traktok import _clock, _surroundings
from traktok._http.wire import Page
from traktok._run import notebook, terminal
from traktok._text import counted, legible, took
from traktok.errors import AuthError

# How often to print a line about a step where lines can't be overwritten; the sum over a whole call
# is printed less often.
_SECONDS_BETWEEN_LINES = 10
_SECONDS_BETWEEN_SUMS = 60


class Step(Protocol):
    """A running step."""

    def update(self, text: str, share: float | None = None) -> None:
        """Show how far it is; ``share`` is the share of 1 that is done, if it is known."""

    def done(self, text: str) -> None:
        """Set the line that remains when it has ended."""

    def fail(self, why: str | None = None) -> None:
        """Mark it as failed."""


class Steps(Protocol):
    """The place where steps are shown."""

    def step(self, doing: str, done: str | None = None) -> contextlib.AbstractContextManager[Step]:
        """Show a step while its block runs, then its result and how long it took."""

    def say(self, text: str) -> None:
        """Print a remark, such as the reason for a wait."""

    def total(self, text: str) -> None:
        """Show the result of the whole call, where only one line remains of it."""


def is_shown(verbose: bool | None) -> bool:
    """Return whether progress is shown; with None, it is at an interactive prompt, as in R."""
    return hasattr(sys, "ps1") if verbose is None else verbose


def steps(verbose: bool | None, *, timed: bool = False) -> Steps:
    """Return where steps are shown.

    ``timed`` puts the time before lines that go to a file, such as the log of a service.
    """
    return _Shown(timed) if is_shown(verbose) else _Silent()


def watch(
    pages: Iterator[Page], shown: Steps, noun: str, name: str | None = None, place: str = ""
) -> Iterator[Page]:
    """Show pages as they come, and yield them unchanged."""
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
            step.update(f"Got {counted(number, 'pages')}, {counted(rows, noun)}")
            yield page


class _Silent:
    """Steps that are not shown."""

    @contextlib.contextmanager
    def step(self, doing: str, done: str | None = None) -> Iterator[Step]:
        yield self

    def say(self, text: str) -> None:
        pass

    def total(self, text: str) -> None:
        pass

    def update(self, text: str, share: float | None = None) -> None:
        pass

    def done(self, text: str) -> None:
        pass

    def fail(self, why: str | None = None) -> None:
        pass


class _Shown:
    """Steps as R shows them: ``✔ Making initial request [774ms]``."""

    def __init__(self, timed: bool) -> None:
        self._began = _clock.monotonic()
        self._console = terminal.stderr()
        unicode = self._console.encoding.lower().replace("-", "").startswith("utf")
        self._signs, spinner = ("✔✖ℹ", "dots") if unicode else ("vxi", "line")
        self._cell = notebook.Cell() if _surroundings.in_notebook() else None
        is_moving = self._cell is None and terminal.moves(self._console)
        self._moving = terminal.Picture(self._console, spinner) if is_moving else None
        self._picture = self._cell or self._moving
        self._timed = timed and self._picture is None

    @contextlib.contextmanager
    def step(self, doing: str, done: str | None = None) -> Iterator[Step]:
        step = _ShownStep(self, doing)
        try:
            with self._picture.of(step) if self._picture else contextlib.nullcontext():
                yield step
        except GeneratorExit:
            raise
        except BaseException as error:
            # Without credentials nothing was sent, so that no step failed.
            if not (isinstance(error, AuthError) and error.path is None):
                self._line(1, "red", step.label, step.began)
            raise
        if step.failed:
            self._line(1, "red", step.label, step.began)
        elif done or step.latest:
            self._line(0, "green", step.latest or done or doing, step.began)

    def say(self, text: str) -> None:
        self._line(2, "cyan", text)

    def total(self, text: str) -> None:
        if self._cell is not None:
            self._line(0, "green", text, self._began)

    def go_on(self, step: _ShownStep) -> None:
        """Print how far a step is, where lines are not redrawn."""
        if self._picture is None and step.is_due():
            self._line(2, "cyan", step.latest or "", step.began)

    def _line(self, sign: int, color: str, text: str, began: float | None = None) -> None:
        lasted = "" if began is None else f" [{took(_clock.monotonic() - began)}]"
        if self._cell is not None:
            self._cell.leave(f"{self._signs[sign]} {legible(text)}{lasted}")
            return
        from rich.text import Text

        # Print at once: the picture is redrawn below whatever is printed.
        time = f"{_clock.text(_clock.now())} " if self._timed else ""
        line = Text.assemble(time, (self._signs[sign], color), f" {legible(text)}{lasted}")
        if self._moving is None:
            self._console.print(line)
        else:
            self._moving.draw(lambda: self._console.print(line))


class _ShownStep:
    """A step, and how far it is."""

    def __init__(self, shown: _Shown, doing: str) -> None:
        self.doing, self.began = doing, _clock.monotonic()
        self.latest: str | None = None
        self.share: float | None = None
        self.failed = False
        self._shown, self._printed = shown, self.began

    @property
    def label(self) -> str:
        """The text of a failed step: how far it came, if that was shown."""
        return self.doing if self.share is None else self.latest or self.doing

    def update(self, text: str, share: float | None = None) -> None:
        self.latest, self.share = text, share
        self._shown.go_on(self)

    def done(self, text: str) -> None:
        self.latest = text

    def is_due(self) -> bool:
        """Return whether it is time to print a line."""
        pause = _SECONDS_BETWEEN_LINES if self.share is None else _SECONDS_BETWEEN_SUMS
        now = _clock.monotonic()
        due = now - self._printed >= pause and self.share != 1
        if due:
            self._printed = now
        return due

    def fail(self, why: str | None = None) -> None:
        self.failed = True
        if why:
            self.doing += f": {why}"
