"""Build the import lines that a script needs."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import traktok

# name: (module, member); the member is None if the name is the module itself or its alias
IMPORTS: dict[str, tuple[str, str | None]] = {
    "contextlib": ("contextlib", None),
    "itertools": ("itertools", None),
    "math": ("math", None),
    "os": ("os", None),
    "random": ("random", None),
    "re": ("re", None),
    "statistics": ("statistics", None),
    "string": ("string", None),
    "sys": ("sys", None),
    "time": ("time", None),
    "warnings": ("warnings", None),
    "date": ("datetime", "date"),
    "datetime": ("datetime", "datetime"),
    "timedelta": ("datetime", "timedelta"),
    "Path": ("pathlib", "Path"),
    "ZoneInfo": ("zoneinfo", "ZoneInfo"),
    "np": ("numpy as np", None),
    "pd": ("pandas as pd", None),
}
# Names of traktok that a script may use.
TRAKTOK = frozenset(traktok.__all__)
_STANDARD, _THIRD = 0, 1


def names_in(trees: Iterable[ast.AST]) -> set[str]:
    """Return the names that expressions use."""
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def import_lines(names: set[str], width: int = 88) -> list[str]:
    """Return the imports of these names, in isort's order."""
    plain: dict[int, list[str]] = {_STANDARD: [], _THIRD: []}
    members: dict[str, list[str]] = {}
    for name in sorted(names & set(IMPORTS)):
        module, member = IMPORTS[name]
        if member is None:
            plain[_THIRD if " as " in module else _STANDARD].append(f"import {module}")
        else:
            members.setdefault(module, []).append(member)
    standard = sorted(plain[_STANDARD]) + [
        f"from {module} import {', '.join(sorted(found, key=_isort_key))}"
        for module, found in sorted(members.items())
    ]
    third = sorted(plain[_THIRD])
    if own := sorted(names & TRAKTOK, key=_isort_key):
        third += _from_traktok(own, width)
    return [*standard, *([""] if standard and third else []), *third]


def _isort_key(name: str) -> tuple[int, str]:
    """Sort constants first, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _from_traktok(names: list[str], width: int) -> list[str]:
    line = f"from traktok import {', '.join(names)}"
    if len(line) <= width:
        return [line]
    return ["from traktok import (", *(f"    {name}," for name in names), ")"]
