"""Streams in stderr's place: a file, a terminal, one that breaks."""

from __future__ import annotations

import io
import re
import threading


class Stderr(io.TextIOWrapper):
    """A stream that remembers what was written: a file, or a terminal."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        self._written = io.BytesIO()
        self._terminal = terminal
        self._changed = threading.Condition()
        super().__init__(
            self._written, encoding, errors="backslashreplace", newline="\n", write_through=True
        )

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> int:
        with self._changed:
            self._changed.notify_all()
            return super().write(text)

    def wait_for(self, text: str) -> None:
        """Wait until a text was written."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.text, timeout=5)

    @property
    def text(self) -> str:
        """What was written, all times alike."""
        written = self._written.getvalue().decode(self.encoding)
        return re.sub(r"\[\d+(\.\d+)?(ms|s)\]", "[1s]", written)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


class BrokenStderr(Stderr):
    """A stream that takes nothing any more after some writes."""

    def __init__(self, error: Exception, *, terminal: bool, writes: int = 0) -> None:
        super().__init__(terminal=terminal)
        self._error, self._left = error, writes
        self.broke = threading.Event()

    def write(self, text: str) -> int:
        if self._left <= 0:
            self.broke.set()
            raise self._error
        self._left -= 1
        return super().write(text)
