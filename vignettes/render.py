"""Render the vignettes: run each script on its cassette and write its page, output included.

``python -m vignettes.render`` writes the pages; with ``--check`` it writes nothing, shows what
would change, and ends with 1 if anything would.

A vignette is a script in percent format (``# %%`` begins a cell, ``# %% [markdown]`` one of text).
Its page shows what somebody at a prompt would see, 80 columns wide, but for how long it took.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from unittest.mock import patch

from traktok.replay import replay

HERE = Path(__file__).parent
CASSETTES = HERE.parent / "cassettes"

_CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
_TIME = re.compile(r"^([✔✖ℹ] .*) \[\d[\d.hms ]*\]$", re.MULTILINE)
# What makes rich take a file for a terminal.
_TERMINAL = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


@dataclass(frozen=True)
class Cell:
    """A part of a script: text, or code that begins at a line."""

    is_text: bool
    source: str
    line: int


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


def run(script: Path) -> Iterator[tuple[Cell, str]]:
    """Run a script cell by cell; yield each with what it printed."""
    names = {"__name__": "__main__"}
    for cell in cells(script.read_text("utf-8")):
        with _at_a_prompt() as printed:
            if not cell.is_text:
                # Tracebacks name the script's own lines.
                code = compile("\n" * cell.line + cell.source, str(script), "exec")
                exec(code, names)
        yield cell, printed.getvalue()


@contextlib.contextmanager
def _at_a_prompt() -> Iterator[io.StringIO]:
    printed = io.StringIO()
    environ = {name: value for name, value in os.environ.items() if name not in _TERMINAL}
    with (
        patch.dict(os.environ, environ | {"COLUMNS": "80"}, clear=True),
        patch.object(sys, "ps1", ">>> ", create=True),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("always")
        warnings.showwarning = _show_warning
        yield printed


def _show_warning(message: Warning | str, category: type[Warning], *_: object) -> None:
    print(f"{category.__name__}: {message}", file=sys.stderr)


def page(script: Path) -> str:
    """Render a script on its cassette, of which every exchange has to be asked for."""
    with replay(cassette(script), all_played=True):
        parts = [part for cell, printed in run(script) for part in _parts(cell, printed)]
    name = f"{HERE.name}/{script.name}"
    return "\n\n".join([f"<!-- Made by `python -m vignettes.render` from {name} -->", *parts, ""])


def _parts(cell: Cell, printed: str) -> Iterator[str]:
    yield cell.source if cell.is_text else f"```python\n{cell.source}\n```"
    if shown := _TIME.sub(r"\1", printed).rstrip():
        yield f"```text\n{shown}\n```"


def changes(script: Path) -> str:
    """Say what rendering would change in a page, as a diff; nothing if it is up to date."""
    target = script.with_suffix(".md")
    old = target.read_text("utf-8") if target.exists() else ""
    lines = (text.splitlines(keepends=True) for text in (old, page(script)))
    return "".join(unified_diff(*lines, f"{target.name} as it is", f"{target.name} rendered"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m vignettes.render", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only show what would change")
    if parser.parse_args(arguments).check:
        diffs = "".join(map(changes, vignettes()))
        print(diffs, end="")
        return 1 if diffs else 0
    for script in vignettes():
        script.with_suffix(".md").write_text(page(script), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
