"""Progress in a notebook: one output for a call, updated in place, that ends as one line."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Protocol
from uuid import uuid4

from traktok import _clock, _notebook
from traktok._text import legible, took

# Each redraw is a message to the browser.
_SECONDS_BETWEEN_DRAWINGS = 0.5


class Step(Protocol):
    """A running step."""

    doing: str
    began: float
    latest: str | None
    share: float | None


class Cell:
    """The output of a call: its running steps, and finally its result."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._remark = self._left = ""
        self._drawn: dict[str, str] | None = None
        self._id = uuid4().hex
        self._lock = threading.RLock()
        self._stop: threading.Event | None = None

    @contextlib.contextmanager
    def of(self, step: Step) -> Iterator[None]:
        """Show a step while it lasts."""
        try:
            self._steps.append(step)
            self._draw()
            if self._stop is None:
                self._stop = threading.Event()
                threading.Thread(target=self._keep_drawing, args=[self._stop], daemon=True).start()
            yield
        finally:
            self._steps.remove(step)
            if not self._steps and self._stop is not None:
                self._stop.set()
                self._stop = None
            self._draw()

    def leave(self, line: str) -> None:
        """Show a line: beside the running steps, or in their place once they have ended."""
        if self._steps:
            self._remark = line
        else:
            self._remark, self._left = "", line
        self._draw()

    def _keep_drawing(self, stop: threading.Event) -> None:
        while not stop.wait(_SECONDS_BETWEEN_DRAWINGS):
            self._draw(stop)

    def _draw(self, stop: threading.Event | None = None) -> None:
        # An error here, such as that of a kernel that shuts down, must not cost a page.
        with self._lock, contextlib.suppress(Exception):
            if stop is not None and stop.is_set():
                return
            bundle = self._bundle()
            if bundle != self._drawn:
                _notebook.send(bundle, self._id, update=self._drawn is not None)
                self._drawn = bundle

    def _bundle(self) -> dict[str, str]:
        steps = list(self._steps)
        if not steps:
            return _notebook.line(self._left)
        share = next((step.share for step in steps if step.share is not None), None)
        texts = [_text_of(step) for step in steps]
        return _notebook.line(
            " · ".join([*texts, *([self._remark] if self._remark else ())]), share
        )


def _text_of(step: Step) -> str:
    text = legible(step.latest or step.doing)
    # The text of a step with a bar says how long it still takes.
    return text if step.share is not None else f"{text} [{took(_clock.monotonic() - step.began)}]"
