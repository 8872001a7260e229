"""The results of the checks, as values."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from traktok._text import Signs, counted

Status = Literal["ok", "note", "unknown", "failed"]

_SIGNS: dict[Status, str] = {"ok": "✔", "note": "ℹ", "unknown": "?", "failed": "✖"}
_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check.

    Attributes
    ----------
    group
        What it belongs to, such as ``"Credentials"``.
    name
        Its name; an assumption has the same name as in :func:`traktok.assumptions`.
    status
        ``"ok"``; ``"note"`` for something to know that is not an error; ``"unknown"`` if it could
        not be checked; ``"failed"``.
    text
        What was found, and what to do about it.
    """

    group: str
    name: str
    status: Status
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis:
    """The results of :func:`traktok.doctor`; they print as a report.

    Attributes
    ----------
    checks : tuple of Check
        The results, in order.
    requests : int
        How many requests of the day's quota were sent.
    """

    checks: tuple[Check, ...]
    requests: int = 0

    @property
    def ok(self) -> bool:
        """Whether no check failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.status == "failed")

    def to_dict(self) -> dict[str, Any]:
        """Return ``ok``, ``requests`` and ``checks`` as plain values, fit for JSON."""
        checks = [
            {
                "group": check.group,
                "name": check.name,
                "status": check.status,
                "text": "".join(check.text),
            }
            for check in self.checks
        ]
        return {"ok": self.ok, "requests": self.requests, "checks": checks}

    def report(self, write: Callable[[str], str] = str) -> str:
        """Return the report, 80 columns wide; ``write`` converts a check's text."""
        signs = Signs.of_stdout()
        return signs.fit("\n".join(self._lines(write)))

    def _lines(self, write: Callable[[str], str]) -> Iterator[str]:
        group = None
        for check in self.checks:
            if check.group != group:
                if group is not None:
                    yield ""
                group = check.group
                yield group
            yield from textwrap.wrap(
                f"{check.name}: {write(check.text)}",
                _WIDTH,
                initial_indent=f"  {_SIGNS[check.status]} ",
                subsequent_indent="    ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        yield ""
        result = f"{counted(len(self.failed), 'checks')} failed" if self.failed else "All is well"
        spent = f"; {counted(self.requests, 'requests')} of the quota sent" if self.requests else ""
        yield f"{result}{spent}."

    def __repr__(self) -> str:
        return self.report()
