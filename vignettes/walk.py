"""Follow the page *Start* as a stranger does, and time it: ``python -m vignettes.walk``.

It clones the repository, makes a new environment there, runs the page's commands and its code, and
prints when each was done. Only the installation of the dependencies needs a network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "vignettes" / "site" / "pages" / "start.md"
_ACTIVATE = "[ -d .venv ] && . .venv/bin/activate"
_REACHED = "Reached: "
Block = tuple[str, str, str]  # heading, language, code
_PART = re.compile(r"^## (.+?)$|^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def parts(page: str) -> Iterator[Block]:
    """Yield heading, language and code of each block up to the part that needs access."""
    heading = ""
    for found in _PART.finditer(page.partition("## With access")[0]):
        if found[1]:
            heading = found[1]
        else:
            yield heading, found[2], found[3]


def main() -> int:
    """Follow the page, and print a line for each command and each heading."""
    began = time.monotonic()
    blocks = list(parts(PAGE.read_text("utf-8")))
    with TemporaryDirectory() as folder:
        clone = Path(folder, "traktok")
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        private = {"HOME": folder, "PYTHONPATH": "", "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""}
        place: dict[str, Any] = {"cwd": clone, "env": {**os.environ, **private, "PIP_QUIET": "1"}}
        for line in _commands(blocks):
            subprocess.run(["bash", "-c", f"{_ACTIVATE}\n{line}"], check=True, **place)
            _report(began, line)
        command = [clone / ".venv" / "bin" / "python", "-c", _script(blocks)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **place) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if line.startswith(_REACHED):
                    _report(began, line.removeprefix(_REACHED).strip())
        return running.returncode


def _commands(blocks: list[Block]) -> list[str]:
    return [line for _, language, code in blocks if language == "sh" for line in code.splitlines()]


def _script(blocks: list[Block]) -> str:
    """Join the code; after the last block of each heading it prints the heading."""
    code: dict[str, str] = {}
    for heading, language, block in blocks:
        if language == "python":
            code[heading] = code.get(heading, "") + block
    reached = "print({!r}, flush=True)\n"
    return "".join(
        part + reached.format(f"\n{_REACHED}{heading}") for heading, part in code.items()
    )


def _report(began: float, what: str) -> None:
    print(f"{time.monotonic() - began:5.0f} s  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
