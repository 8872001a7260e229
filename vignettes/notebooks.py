"""The guides as notebooks: ``python -m vignettes.notebooks FOLDER`` writes them.

With ``--run`` they are executed as well, and contain their output; that needs
``pip install ".[site]"``.

A notebook is made from the same script as the guide's page. Where the script replays a cassette,
the notebook starts the sandbox, arranged as it was when the cassette was recorded, so that it runs
anywhere. Only the guide for R users reads files of the repository: it needs the top folder of a
clone.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vignettes import record
from vignettes.render import HERE, cells
from vignettes.render import vignettes as guides

__all__ = ["guides", "main", "notebook"]


# A notebook has no file of its own. One that needs the guide's folder runs in the top folder.
_FOLDER, _IN_TOP_FOLDER = "Path(__file__).parent", 'Path("vignettes").resolve()'
_IMPORT_REPLAY = "    from traktok.replay import replay\n\n"
_REPLAY = re.compile(r'    answers\.enter_context\(replay\("cassettes/(\w+)\.yaml"\)\)\n')
# What takes the place of the cassette, in the guides of the Research API and in the other one.
_SANDBOX = """\
    import os
    from unittest.mock import patch

    from traktok import {authenticate}
    from traktok.sandbox import Sandbox

    tiktok = answers.enter_context(Sandbox({switches}))
    answers.enter_context(patch.dict(os.environ, tiktok.environment))
"""
_STORE = {
    "auth_research": "    auth_research()\n",
    "auth_hidden": """\
    with TemporaryDirectory() as temporary:
        cookies = Path(temporary, "cookies.txt")
        cookies.write_text(tiktok.cookies_txt)
        auth_hidden(cookies)
""",
}


def notebook(script: Path) -> str:
    """Return a guide as a notebook without outputs, in version 4.5 of the format."""
    made = {
        "cells": [
            _cell(number, cell.is_text, cell.source)
            for number, cell in enumerate(cells(script.read_text("utf-8")))
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def needs_clone(script: Path) -> bool:
    """Return whether a guide reads files of the repository."""
    return _FOLDER in script.read_text("utf-8")


def _with_sandbox(source: str) -> str:
    """Start the sandbox in place of a cassette, with the faults and switches of its recording."""
    found = _REPLAY.search(f"{source}\n")
    if not found:
        return source
    guide = found[1]
    authenticate = "auth_hidden" if "auth_check(research=False" in source else "auth_research"
    switches = record.SWITCHES.get(guide)
    sandbox = _SANDBOX.format(
        authenticate=authenticate, switches=f"switches={_literal(switches)}" if switches else ""
    )
    for fault in record.FAULTS.get(guide, ()):
        given = ", ".join(f"{key}={_literal(value)}" for key, value in fault.items())
        sandbox += f"    tiktok.fail({given})\n"
    for video_id, condition in record.POSTS.get(guide, {}).items():
        sandbox += f"    tiktok.arrange({_literal(video_id)}, {_literal(condition)})\n"
    source = f"{source}\n".replace(_IMPORT_REPLAY, "")
    return _REPLAY.sub(lambda _: sandbox + _STORE[authenticate], source).rstrip("\n")


def _literal(value: object) -> str:
    return repr(value).replace("'", '"')


def _cell(number: int, is_text: bool, source: str) -> dict[str, Any]:
    if not is_text:
        source = _with_sandbox(source.replace(_FOLDER, _IN_TOP_FOLDER))
    cell = {"id": f"cell-{number}", "metadata": {}, "source": source.splitlines(keepends=True)}
    if is_text:
        return {"cell_type": "markdown", **cell}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **cell}


def executed(text: str, folder: Path) -> str:
    """Run a notebook in a folder; return it with its output."""
    import nbformat  # needed to execute notebooks only
    from nbclient import NotebookClient

    made = nbformat.reads(text, as_version=4)
    NotebookClient(made, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return str(nbformat.writes(made)) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write all guides as notebooks."""
    parser = argparse.ArgumentParser(prog="python -m vignettes.notebooks", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", action="store_true", help="execute them, too")
    given = parser.parse_args(arguments)
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    for script in guides():
        path = folder / f"{script.stem}.ipynb"
        made = notebook(script)
        if given.run:
            with TemporaryDirectory() as empty:
                made = executed(made, HERE.parent if needs_clone(script) else Path(empty))
        path.write_text(made, "utf-8", newline="\n")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
