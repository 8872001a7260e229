"""The guides as notebooks: ``python -m vignettes.notebooks FOLDER`` writes them.

With ``--run`` they are executed, too, and hold their output; that needs ``pip install ".[site]"``.

A notebook is made from the same script as the guide's page. Without credentials its cells are
answered by the guide's cassette, so it runs in a clone's top folder as it is.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from vignettes.render import HERE, cells
from vignettes.render import vignettes as guides

__all__ = ["guides", "main", "notebook"]


# A notebook has no file of its own; it runs in the top folder.
_FOLDER, _IN_TOP_FOLDER = "Path(__file__).parent", 'Path("vignettes").resolve()'


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


def _cell(number: int, is_text: bool, source: str) -> dict[str, Any]:
    source = source.replace(_FOLDER, _IN_TOP_FOLDER)
    cell = {"id": f"cell-{number}", "metadata": {}, "source": source.splitlines(keepends=True)}
    if is_text:
        return {"cell_type": "markdown", **cell}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **cell}


def executed(text: str) -> str:
    """Run a notebook in the top folder; return it with its output."""
    import nbformat  # which only who executes needs
    from nbclient import NotebookClient

    made = nbformat.reads(text, as_version=4)
    NotebookClient(made, timeout=300, resources={"metadata": {"path": str(HERE.parent)}}).execute()
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
        path.write_text(executed(made) if given.run else made, "utf-8", newline="\n")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
