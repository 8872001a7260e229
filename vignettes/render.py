"""Render the vignettes: run each script on its cassette and write its page, output included.

``python -m vignettes.render`` writes the pages; with ``--check`` it writes nothing, shows what
would change, and ends with 1 if anything would.

A vignette is a script in percent format (``# %%`` begins a cell, ``# %% [markdown]`` one of text).
It runs in an empty folder; pictures that it leaves there, and its page shows, are put beside the
page. The page has what somebody at a prompt would see, 80 columns wide, but for how long it took
and which versions of what were at work.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from traktok.replay import replay

HERE = Path(__file__).parent
CASSETTES = HERE.parent / "cassettes"

# The day the R package's vignette was made. Each cell runs some minutes after the one before.
CLOCK = datetime(2024, 10, 8, 9, tzinfo=UTC)
_READING = timedelta(minutes=5)

_CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
_PICTURE = re.compile(r"^!\[.*\]\(([\w.-]+)\)$", re.MULTILINE)
# What differs from run to run and from machine to machine, and what stands for it on a page.
# Where nobody watches, lines carry the time; at a prompt they do not.
_STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC (?=[✔✖ℹ] )", re.MULTILINE)
_TIME = re.compile(r"^([✔✖ℹ] .*) \[\d[\d.hms ]*\]$", re.MULTILINE)
_VERSION = re.compile(r"\b(traktok|Python|pandas|requests|SQLAlchemy) \d[\w.+]*(?=[,)]|$)", re.M)
_SYSTEM = re.compile(r", system \w+$", re.MULTILINE)
# Versions of matplotlib draw letters and lines a little differently: pictures are alike if no
# square of so many pixels, taken as a whole, differs by more than so much of 1.
_PART, _TOLERANCE = 25, 0.15
# What makes rich take a file for a terminal.
_TERMINAL = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


@dataclass(frozen=True)
class Cell:
    """A part of a script: text, or code that begins at a line."""

    is_text: bool
    source: str
    line: int


@dataclass(frozen=True)
class Page:
    """What a script gives: a text, and the pictures it shows."""

    text: str
    pictures: Mapping[str, bytes]


def vignettes() -> list[Path]:
    """Every script here that begins with a cell."""
    return [path for path in sorted(HERE.glob("*.py")) if _CELL.match(path.read_text("utf-8"))]


def cassette(script: Path) -> Path:
    return CASSETTES / f"{script.stem}.yaml"


def cells(script: str) -> Iterator[Cell]:
    heads = list(_CELL.finditer(script))
    ends = [head.start() for head in heads[1:]] + [len(script)]
    for head, end in zip(heads, ends, strict=True):
        source = script[head.end() : end].strip("\n")
        is_text = "[markdown]" in head[1]
        if is_text:
            source = re.sub(r"^# ?", "", source, flags=re.MULTILINE)
        yield Cell(is_text, source, script.count("\n", 0, head.end()))


def run(script: Path, folder: Path) -> Iterator[tuple[Cell, str]]:
    """Run a script cell by cell in a folder; yield each with what it printed."""
    names = {"__name__": "__main__", "__file__": str(script)}
    for number, cell in enumerate(cells(script.read_text("utf-8"))):
        with contextlib.chdir(folder), at_a_prompt(CLOCK + number * _READING) as printed:
            if not cell.is_text:
                # Tracebacks name the script's own lines.
                code = compile("\n" * cell.line + cell.source, str(script), "exec")
                exec(code, names)
        yield cell, printed.getvalue()


@contextlib.contextmanager
def at_a_prompt(now: datetime) -> Iterator[io.StringIO]:
    printed = io.StringIO()
    environ = {name: value for name, value in os.environ.items() if name not in _TERMINAL}
    with (
        patch.dict(os.environ, environ | {"COLUMNS": "80"}, clear=True),
        patch.object(sys, "ps1", ">>> ", create=True),
        patch("traktok._clock.now", now.timestamp),
        # What libraries log is about the machine: matplotlib looks for its fonts once.
        patch.object(logging, "lastResort", logging.NullHandler()),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("always")
        warnings.showwarning = _show_warning
        yield printed


def _show_warning(message: Warning | str, category: type[Warning], *_: object) -> None:
    print(f"{category.__name__}: {message}", file=sys.stderr)


def page(script: Path) -> Page:
    """Render a script on its cassette, of which every exchange has to be asked for."""
    name = f"{HERE.name}/{script.name}"
    parts = [f"<!-- Made by `python -m vignettes.render` from {name} -->"]
    with TemporaryDirectory() as folder, replay(cassette(script), all_played=True):
        for cell, printed in run(script, Path(folder)):
            parts += _parts(cell, printed)
        text = "\n\n".join([*parts, ""])
        shown = {picture: Path(folder, picture).read_bytes() for picture in _PICTURE.findall(text)}
    return Page(text, shown)


def _parts(cell: Cell, printed: str) -> Iterator[str]:
    yield cell.source if cell.is_text else f"```python\n{cell.source}\n```"
    if shown := lasting(printed).rstrip():
        yield f"```text\n{shown}\n```"


def lasting(printed: str) -> str:
    """Remove what differs from run to run."""
    return _SYSTEM.sub("", _VERSION.sub(r"\1", _TIME.sub(r"\1", _STAMP.sub("", printed))))


def changes(script: Path) -> str:
    """Say what rendering would change in a page, as a diff; nothing if it is up to date."""
    target, rendered = script.with_suffix(".md"), page(script)
    old = target.read_text("utf-8") if target.exists() else ""
    lines = (text.splitlines(keepends=True) for text in (old, rendered.text))
    diff = unified_diff(*lines, f"{target.name} as it is", f"{target.name} rendered")
    drawn = (
        f"{name} would look different\n"
        for name, picture in rendered.pictures.items()
        if not _looks_like(picture, script.with_name(name))
    )
    return "".join([*diff, *drawn])


def _looks_like(picture: bytes, path: Path) -> bool:
    if not path.exists():
        return False
    seen, before = _from_afar(picture), _from_afar(path.read_bytes())
    return bool(seen.shape == before.shape and abs(seen - before).max() <= _TOLERANCE)


def _from_afar(picture: bytes) -> Any:
    from matplotlib.image import imread  # which only a page with pictures needs

    pixels = imread(io.BytesIO(picture))
    height, width = (size // _PART for size in pixels.shape[:2])
    whole = pixels[: height * _PART, : width * _PART]
    return whole.reshape(height, _PART, width, _PART, -1).mean(axis=(1, 3))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m vignettes.render", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only show what would change")
    if parser.parse_args(arguments).check:
        diffs = "".join(map(changes, vignettes()))
        print(diffs, end="")
        return 1 if diffs else 0
    for script in vignettes():
        rendered = page(script)
        script.with_suffix(".md").write_text(rendered.text, "utf-8", newline="\n")
        for name, picture in rendered.pictures.items():
            script.with_name(name).write_bytes(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
