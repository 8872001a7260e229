"""What a notebook shows in place of a terminal: lines of progress, warnings, and errors."""

from __future__ import annotations

import contextlib
import functools
import importlib
import warnings
from collections.abc import Callable
from html import escape
from types import FunctionType, TracebackType
from typing import Any, TextIO

from traktok import _surroundings
from traktok._text import legible

_LINE = "font-family: monospace; opacity: .75"


def line(text: str, share: float | None = None) -> dict[str, str]:
    """Render a line as text and HTML; ``share``, from 0 to 1, is drawn as a bar before it."""
    bar = "" if share is None else f'<progress value="{share:.3f}" max="1"></progress> '
    return {"text/plain": text, "text/html": f'<div style="{_LINE}">{bar}{escape(text)}</div>'}


def send(bundle: dict[str, str], display_id: str | None = None, *, update: bool = False) -> None:
    """Send an output to the notebook, or replace the one of this id."""
    display = importlib.import_module("IPython.display")
    show: Any = display.update_display if update else display.display
    show(bundle, raw=True, display_id=display_id)


def show_quietly(category: type[Warning]) -> None:
    """Show warnings of a category as lines from now on, if this is a notebook.

    A notebook sets what Python writes of a warning, a path and a line of source with it, on red.
    Filters decide as before, and a program that records warnings, or shows them in a way of its
    own, still does.
    """
    own = warnings.showwarning.__module__ == warnings.__name__
    # `catch_warnings(record=True)` puts the method of a list here.
    recorded = not isinstance(vars(warnings).get("_showwarnmsg_impl"), FunctionType)
    if own and not recorded and _surroundings.in_notebook():
        warnings.showwarning = functools.partial(_show, category, warnings.showwarning)


def _show(
    quiet: type[Warning],
    show: Callable[..., None],
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line_of_source: str | None = None,
) -> None:
    if file is None and issubclass(category, quiet):
        with contextlib.suppress(Exception):  # a kernel that shuts down
            send(line(f"⚠ {legible(str(message))}"))
            return
    show(message, category, filename, lineno, file, line_of_source)


def traceback_of(error: BaseException, package: str) -> list[str]:
    """Return what IPython and Jupyter show of an error: the lines that led into the package.

    ``%xmode Verbose`` shows the package's own lines, too, and ``%debug`` goes through all.
    """
    shown, whole = _surroundings.ipython_shell().InteractiveTB, error.__traceback__
    led = whole if shown.mode == "Verbose" else _outside(whole, package)
    try:
        lines: list[str] = shown.structured_traceback(type(error), error, led, 1)
    finally:
        shown.tb = whole  # which %debug begins with
    return lines


def _outside(whole: TracebackType | None, package: str) -> TracebackType | None:
    """Return a traceback up to where it enters the package."""
    entered, led = whole, []
    while entered is not None and not entered.tb_frame.f_code.co_filename.startswith(package):
        led.append(entered)
        entered = entered.tb_next
    outside: TracebackType | None = None
    for each in reversed(led):
        outside = TracebackType(outside, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return outside
