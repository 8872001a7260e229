"""Follow the page *Start* as a stranger does, and time it: ``python -m vignettes.walk``.

It builds the source distribution, checks that it holds every file of the repository, unpacks it,
makes a new environment there, runs the page's commands and its code, and prints when each was done.
It needs ``pip install ".[site]"``; only the installation of the dependencies needs a network.
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
    blocks = list(parts(PAGE.read_text("utf-8")))
    with TemporaryDirectory() as folder:
        source = _source_distribution(Path(folder))
        if missing := [name for name in _tracked() if not (source / name).exists()]:
            print("The source distribution lacks", *missing, sep="\n  ")
            return 1
        began = time.monotonic()
        private = {"HOME": folder, "PYTHONPATH": "", "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""}
        place: dict[str, Any] = {"cwd": source, "env": {**os.environ, **private, "PIP_QUIET": "1"}}
        for line in _commands(blocks):
            subprocess.run(["bash", "-c", f"{_ACTIVATE}\n{line}"], check=True, **place)
            _report(began, line)
        command = [source / ".venv" / "bin" / "python", "-c", _script(blocks)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **place) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if line.startswith(_REACHED):
                    _report(began, line.removeprefix(_REACHED).strip())
        return running.returncode


def _source_distribution(folder: Path) -> Path:
    """Build the source distribution, unpack it in a folder, and return where it is."""
    command = [sys.executable, "-m", "build", "--sdist", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tar.gz")
    subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
    return folder / archive.name.removesuffix(".tar.gz")


def _tracked() -> list[str]:
    """Return the names of the files under version control; none outside a clone."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    return listed.stdout.splitlines()


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
