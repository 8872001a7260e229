"""Show progress on stderr: the steps of a call, and how long each took.

A terminal gets a moving line for each step, with a bar if its extent is known; a notebook gets one
output that is updated in place; a file gets plain lines; ``verbose=False`` shows nothing. An error
while drawing must not cost a page, so it is suppressed here.
"""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from traktok import _clock, _surroundings
from traktok._http.wire import Page
from traktok._run import notebook
from traktok._text import Signs, counted, legible, took
from traktok.errors import AuthError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

# How often to print a line about a step where lines can't be overwritten; the sum over a whole call
# is printed less often.
_SECONDS_BETWEEN_LINES = 10
_SECONDS_BETWEEN_SUMS = 60
_NARROWEST_BAR = 10
# How long an interrupt waits for a drawing that may not have begun.
_SECONDS_TO_DRAW = 2
# What a terminal shows itself where the cursor is. If that begins a new line, rich erases that one,
# and the line above stays for good.
_ECHO = "^C"


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
        self._console = _console()
        unicode = self._console.encoding.lower().replace("-", "").startswith("utf")
        self._signs, spinner = ("✔✖ℹ", "dots") if unicode else ("vxi", "line")
        self._cell = notebook.Cell() if _surroundings.in_notebook() else None
        self._picture: notebook.Cell | _Picture | None = self._cell
        if self._picture is None and _moves(self._console):
            self._picture = _Picture(self._console, spinner)
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
        if self._picture is None:
            self._console.print(line)
        else:
            _uninterrupted(lambda: self._console.print(line))


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


class _Picture:
    """The moving lines at the foot of a terminal: one for each step, the innermost first."""

    def __init__(self, console: Console, spinner: str) -> None:
        from rich.spinner import Spinner

        self._console, self._spinner = console, Spinner(spinner, style="green")
        self._ellipsis = Signs(console.encoding).ellipsis
        self._steps: list[_ShownStep] = []
        self._live: Live | None = None

    @contextlib.contextmanager
    def of(self, step: _ShownStep) -> Iterator[None]:
        """Show a step in the picture while it lasts."""
        try:
            self._steps.append(step)
            if self._live is None:
                self._live = self._made()
                _uninterrupted(self._live.start)
            yield
        finally:
            self._steps.remove(step)
            if self._live is not None and not self._steps:
                live, self._live = self._live, None
                _uninterrupted(live.stop)

    def _made(self) -> Live:
        from rich.live import Live

        return Live(
            get_renderable=self._now,
            console=self._console,
            refresh_per_second=12.5,
            transient=True,
            # Print above the picture, but never divert a table from a pipe.
            redirect_stdout=sys.stdout is not None and _LastingStream(sys.stdout).isatty(),
        )

    def _now(self) -> RenderableType:
        from rich.console import Group

        return Group(*map(self._row, self._steps[::-1]))

    def _row(self, step: _ShownStep) -> RenderableType:
        """Render a step in exactly one line: rich loses track of a row that begins to wrap."""
        from rich.cells import cell_len
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        row = Table.grid(padding=(0, 1))
        room = self._console.width - len(_ECHO)
        text = legible(step.latest or step.doing)
        if step.share is None:
            lasted = f" [{took(_clock.monotonic() - step.began)}]"
            text = self._fitted(text, room - 2 - len(lasted)) + lasted
            row.add_row(self._spinner, Text(text, no_wrap=True))
        else:
            text = self._fitted(text, room - 1 - _NARROWEST_BAR)
            row.add_column(width=max(room - 1 - cell_len(text), 1))
            row.add_column(no_wrap=True)
            row.add_row(ProgressBar(total=1, completed=step.share), Text(text, no_wrap=True))
        return row

    def _fitted(self, text: str, room: int) -> str:
        """Shorten a text that does not fit: its last part, such as the time left, stays."""
        from rich.cells import cell_len, set_cell_size

        if cell_len(text) <= room:
            return text
        head, _, last = text.rpartition(", ")
        while (end := max(head.rfind(", "), head.rfind("; "))) > 0:
            head = head[:end]
            if cell_len(short := f"{head}, {self._ellipsis}, {last}") <= room:
                return short
        return set_cell_size(text, max(room - 1, 0)).rstrip() + self._ellipsis


class _LastingStream(io.TextIOBase):
    """A stream whose errors are suppressed.

    The thread that redraws must not fail, and rich ends the process if it learns of a broken pipe.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a read-only property of the stream
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


def _uninterrupted(draw: Callable[[], None]) -> None:
    """Draw in a thread, where Ctrl-C does not arrive: it is raised here once all is drawn.

    rich that is interrupted in the middle leaves stdout diverted and the cursor hidden.
    """
    drawn = threading.Event()

    def work() -> None:
        with contextlib.suppress(Exception):
            draw()
        drawn.set()

    try:
        threading.Thread(target=work, daemon=True).start()
        drawn.wait()
    except KeyboardInterrupt:
        drawn.wait(_SECONDS_TO_DRAW)
        raise


def _console() -> Console:
    from rich.console import Console

    file = io.StringIO() if sys.stderr is None else _LastingStream(sys.stderr)
    return Console(
        file=cast(TextIO, file),
        highlight=False,
        soft_wrap=True,
        emoji=False,
        force_jupyter=False,  # a notebook would get an output of its own for each line
    )


def _moves(console: Console) -> bool:
    """Return whether lines can be overwritten, whatever FORCE_COLOR makes of a file."""
    return console.file.isatty() and console.is_interactive
