"""Progress on a terminal: lines that move at its foot, below those that remain."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO, cast

from traktok import _clock
from traktok._run.notebook import Step
from traktok._text import Signs, legible, took

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

_NARROWEST_BAR = 10
_SECONDS_BETWEEN_FRAMES = 0.08
# How long an interrupt waits for a drawing that may not have begun.
_SECONDS_TO_DRAW = 2
# What a terminal shows itself where the cursor is. If that begins a new line, rich erases that one,
# and the line above stays for good.
_ECHO = "^C"


class Picture:
    """The moving lines at the foot of a terminal: one for each step, the innermost first."""

    def __init__(self, console: Console, spinner: str) -> None:
        from rich.spinner import Spinner

        self._console, self._spinner = console, Spinner(spinner, style="green")
        self._ellipsis = Signs(console.encoding).ellipsis
        self._steps: list[Step] = []
        self._live: Live | None = None
        self._stop = threading.Event()
        self._drawing = threading.Lock()

    @contextlib.contextmanager
    def of(self, step: Step) -> Iterator[None]:
        """Show a step in the picture while it lasts."""
        try:
            self._steps.append(step)
            if self._live is None:
                self._live, self._stop = self._made(), threading.Event()
                self.draw(self._live.start)
                moving = self._live, self._stop
                threading.Thread(target=self._keep_drawing, args=moving, daemon=True).start()
            yield
        finally:
            self._steps.remove(step)
            if self._live is not None and not self._steps:
                live, self._live = self._live, None
                self._stop.set()
                self.draw(live.stop)

    def draw(self, action: Callable[[], None]) -> None:
        """Draw one thing at a time, to its end, whatever Ctrl-C does.

        rich looks where the moving lines are and writes later: what is drawn in between would
        shift them, so that a line above is lost. Interrupted in the middle, it leaves stdout
        diverted and the cursor hidden. So a thread draws, where Ctrl-C does not arrive: it is
        raised here once all is drawn.
        """
        drawn = threading.Event()

        def work() -> None:
            with contextlib.suppress(Exception), self._drawing:
                action()
            drawn.set()

        try:
            threading.Thread(target=work, daemon=True).start()
            drawn.wait()
        except KeyboardInterrupt:
            drawn.wait(_SECONDS_TO_DRAW)
            raise

    def _keep_drawing(self, live: Live, stop: threading.Event) -> None:
        while not stop.wait(_SECONDS_BETWEEN_FRAMES):
            with contextlib.suppress(Exception), self._drawing:
                if not stop.is_set():
                    live.refresh()

    def _made(self) -> Live:
        from rich.live import Live

        return Live(
            get_renderable=self._now,
            console=self._console,
            auto_refresh=False,
            transient=True,
            # Print above the picture, but never divert a table from a pipe.
            redirect_stdout=sys.stdout is not None and _LastingStream(sys.stdout).isatty(),
        )

    def _now(self) -> RenderableType:
        from rich.console import Group

        return Group(*map(self._row, self._steps[::-1]))

    def _row(self, step: Step) -> RenderableType:
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


def stderr() -> Console:
    """Return a console that writes to stderr, whatever stderr is."""
    from rich.console import Console

    file = io.StringIO() if sys.stderr is None else _LastingStream(sys.stderr)
    return Console(
        file=cast(TextIO, file),
        highlight=False,
        soft_wrap=True,
        emoji=False,
        force_jupyter=False,  # a notebook would get an output of its own for each line
    )


def moves(console: Console) -> bool:
    """Return whether lines can be overwritten, whatever FORCE_COLOR makes of a file."""
    return console.file.isatty() and console.is_interactive
