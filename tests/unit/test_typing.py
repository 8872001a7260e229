"""Users' scripts type-check, and an editor knows a query from a step and a table from both."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import traktok

SCRIPT = Path(__file__).with_name("typed_script.py")


def test_a_script_that_uses_everything_type_checks() -> None:
    # In a process of its own: traced by coverage mypy takes ten times as long, and leaves this
    # process with a gigabyte that the garbage collector goes through in every later test.
    mypy = [sys.executable, "-m", "mypy"]
    # As users have it: strict about their script, silent about what it imports.
    user = ["--strict", "--config-file=", "--follow-imports=silent"]
    # A cache of its own: with other settings mypy would read all of pandas' stubs again.
    cache = "--cache-dir=.mypy_cache/users"
    done = subprocess.run(
        [*mypy, *user, cache, str(SCRIPT)], cwd=SCRIPT.parents[1], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr, done.returncode) == (
        "Success: no issues found in 1 source file\n",
        "",
        0,
    )


def test_the_script_uses_everything() -> None:
    tree = ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8")))
    used = {node.attr for node in tree if isinstance(node, ast.Attribute)}
    imported = {"Query", "Step", "TikTokResults", "Token"}
    assert set(traktok.__all__) - used - imported == set()
