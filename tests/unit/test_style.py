"""Check the package's words: docstrings, comments, messages and names in plain English."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import traktok

PACKAGE = Path(traktok.__file__).parent

# The first word of a docstring is a verb of the field: Return, Parse, Build, Fetch, Raise, ...
OPENING = re.compile(r"(Tell|Say|Take)s?\b")
# "is not a ...", except in "there is no ..." and where "no" belongs to another word.
IS_NO = re.compile(r"(?<!\bthere )\b(?:is|are) no\b(?! longer| more|-)", re.IGNORECASE)
# Names that once were private vocabulary; HTTP clients, task runners and pandas have their own.
NAMES = {
    "Brake": "StopSignal",
    "Crew": "WorkerPool",
    "Detail": "a name that says what it details",
    "Found": "ParsedPage",
    "Given": "CommandArguments",
    "How": "RunOptions",
    "Ledger": "RequestLog",
    "Limiter": "RateLimiter",
    "Limits": "RunLimits",
    "Meter": "RequestHook",
    "Notes": "a name that says what is noted",
    "Reading": "ParsedPage",
    "Reins": "Throttle",
    "Sender": "RequestHook",
    "Settings": "RunOptions",
    "Shelf": "a name that says what is remembered",
    "Stand": "CrawlState",
    "Subject": "Target",
    "Try": "Attempt",
    "Verdict": "Decision",
    "Visit": "PageVisit",
    "_judge": "decide",
}

MODULES = sorted(PACKAGE.rglob("*.py"))
# Names that may stay, and why.
KEPT = {("results.py", "Notes"): "pickles of earlier versions name it"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_words_and_names_are_those_of_the_field(path: Path) -> None:
    kept = {name for file, name in KEPT if file == path.name}
    faults = _faults(path.read_text(encoding="utf-8"))
    assert [fault for fault in faults if fault.split(": ")[1].split(";")[0] not in kept] == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('"""Tell whether it rains."""', "1: docstring opens with 'Tell'"),
        ('def f():\n    """Says how."""', "2: docstring opens with 'Says'"),
        ("x = 1  # what is no number", "1: 'is no'"),
        ('raise E(f"{x} is no date")', "1: 'is no'"),
        ('"""Return what\n\nand those are no dates."""', "3: 'are no'"),
        ("class Brake: ...", "1: Brake; write StopSignal"),
        ("Shelf = 1", "1: Shelf; write a name that says what is remembered"),
    ],
)
def test_a_fault_is_found_where_it_is(source: str, fault: str) -> None:
    assert list(_faults(source)) == [fault]


@pytest.mark.parametrize(
    "source",
    [
        '"""Return whether there is no more."""',
        "x = 1  # which is no longer needed; there are no others",
        "Ledgers = Takes = 1",
        'say = "Take it"',
    ],
)
def test_what_is_plain_english_passes(source: str) -> None:
    assert list(_faults(source)) == []


def _faults(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        yield from _docstring_faults(node)
        for name in _defined(node):
            if name in NAMES:
                yield f"{node.lineno}: {name}; write {NAMES[name]}"  # type: ignore[attr-defined]
    for line, text in _prose(source):
        for fault in IS_NO.finditer(text):
            yield f"{line + text[: fault.start()].count(chr(10))}: {fault.group()!r}"


def _docstring_faults(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    opening = OPENING.match(ast.get_docstring(node) or "")
    if opening:
        yield f"{node.body[0].lineno}: docstring opens with {opening.group()!r}"


def _defined(node: ast.AST) -> list[str]:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield comments, and texts as they are written (line, text)."""
    kinds = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", None)}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in kinds:
            yield token.start[0], token.string
