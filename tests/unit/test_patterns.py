"""No regular expression of the package takes more than linear time, whatever it is given."""

from __future__ import annotations

import ast
import functools
import importlib
import pkgutil
import re
import re._parser as parser  # type: ignore[import-not-found]  # the only way to what a pattern says
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import traktok

METHODS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")
A_CALL = re.compile(rf"\b(\w+)\.({'|'.join(METHODS)})\(")
SIZES = (10_000, 100_000)
LARGEST = 1_000_000
CHARACTERS = ("LITERAL", "NOT_LITERAL", "IN", "ANY")
A_CHARACTER = 2e-6  # seconds of the processor; most patterns take a hundredth of it
LEAST = 0.1

ORDINARY = [
    "a",
    "A",
    "1",
    " ",
    "\n",
    "_",
    "é",
    "a.",
    "a ",
    "1,",
    "a-",
    "\\",
    '"',
    "'",
    "<",
    "a/",
    "(",
]


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(traktok.__path__, "traktok."):
        if not found.name.startswith("traktok.sandbox") and "__main__" not in found.name:
            yield importlib.import_module(found.name)


def patterns() -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Yield each pattern with its place, and the methods by which it is used anywhere."""
    sources = {module: Path(module.__file__).read_text("utf-8") for module in modules()}
    used: dict[str, set[str]] = {}
    for source in sources.values():
        for name, method in A_CALL.findall(source):
            used.setdefault(name, set()).add(method)
    for module, source in sources.items():
        for key, value in vars(module).items():
            for number, one in enumerate(_patterns_in(value)):
                place = f"{module.__name__}.{key}[{number}]"
                yield place, one, used.get(key, {"match", "fullmatch"})
        # To parse all modules takes seconds, in each process that collects the tests.
        if "re" in (name for name, _ in A_CALL.findall(source)):
            yield from _patterns_in_calls(module, ast.parse(source))


def _patterns_in_calls(
    module: Any, tree: ast.Module
) -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Yield the patterns that are arguments of functions of `re`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=[first, *_]
            ) if method in METHODS:
                for one in _evaluated(first, module):
                    yield f"{module.__name__}:{node.lineno}", re.compile(one), {method}


def _patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    """Yield a pattern, or those in a table."""
    match value:
        case re.Pattern():
            yield value
        case dict():
            for inner in (*value, *value.values()):
                yield from _patterns_in(inner)
        case tuple() | list() | set() | frozenset():
            for inner in value:
                yield from _patterns_in(inner)


def _evaluated(node: ast.expr, module: Any) -> Iterator[Any]:
    """Yield what an argument is, if the module alone knows it."""
    try:
        yield eval(compile(ast.Expression(node), "", "eval"), dict(vars(module)))
    except NameError:  # an argument of the function
        return


def literals(pattern: re.Pattern[Any]) -> set[str]:
    """Return texts that a pattern looks for, whole and cut before their end."""
    found = {""}

    def walk(items: Any, text: str) -> str:
        for code, argument in items:
            match str(code), argument:
                case "LITERAL", int(sign):
                    text += chr(sign)
                case "IN", [(kind, sign), *_] if str(kind) == "LITERAL":
                    text += chr(sign)
                case "IN", [(kind, (low, _)), *_] if str(kind) == "RANGE":
                    text += chr(low)
                case "IN", _:
                    text += "a"
                case "NOT_LITERAL" | "ANY", _:
                    text += "a"
                case "SUBPATTERN", (*_, inner):
                    text = walk(inner, text)
                case "ATOMIC_GROUP", inner:
                    text = walk(inner, text)
                case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT", (_, _, inner):
                    text = walk(inner, text)
                case "BRANCH", (_, branches):
                    text = next(iter([walk(branch, text) for branch in branches]))
            found.add(text)
        found.add(text)
        return text

    walk(_parsed(pattern), "")
    return {text for text in found if len(text) < 100}


def _parsed(pattern: re.Pattern[Any]) -> Any:
    source, flags = pattern.pattern, pattern.flags
    return parser.parse(source, flags & ~re.UNICODE if isinstance(source, bytes) else flags)


def possessive_groups(items: Any) -> Iterator[str]:
    """Yield what is possessive or atomic in a pattern, other than a repeated character."""
    for code, argument in items:
        match str(code), argument:
            case "ATOMIC_GROUP", _:
                yield str(argument)
            case "POSSESSIVE_REPEAT", (_, _, inner):
                if [str(kind) for kind, _ in inner] not in ([one] for one in CHARACTERS):
                    yield str(inner)
            case (("MAX_REPEAT" | "MIN_REPEAT"), (_, _, inner)):
                yield from possessive_groups(inner)
            case "SUBPATTERN", (*_, inner):
                yield from possessive_groups(inner)
            case (("ASSERT" | "ASSERT_NOT"), (_, inner)):
                yield from possessive_groups(inner)
            case "BRANCH", (_, branches):
                for branch in branches:
                    yield from possessive_groups(branch)


FOUND = list(patterns())


def test_there_are_patterns_to_test() -> None:
    assert len(FOUND) > 80


def measured(act: Any) -> float:
    began = time.process_time()
    for _ in act() or ():
        pass
    return time.process_time() - began


def _act(pattern: re.Pattern[Any], method: str, given: Any) -> Any:
    if method == "sub":
        return lambda: pattern.sub(b"" if isinstance(given, bytes) else "", given) and None
    if method == "finditer":
        return lambda: pattern.finditer(given)
    return lambda: getattr(pattern, method)(given) and None


@functools.cache
def inputs(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """Return what inputs start with, and what they repeat."""
    parts = sorted(literals(pattern) - {""})
    longest = max(parts, key=len, default="")
    return [
        *(("", part) for part in dict.fromkeys([*ORDINARY, *parts])),
        *((part, sign) for part in parts for sign in {part[-1], "a", " "}),
        (longest, "1"),
    ]


def check(pattern: re.Pattern[Any], methods: set[str], sizes: tuple[int, ...]) -> None:
    for start, part in inputs(pattern):
        for size in sizes:
            text = start + part * (size // len(part)) + "\0"
            given: Any = text
            if isinstance(pattern.pattern, bytes):
                given = text.encode("utf-8", "surrogatepass")
            for method in sorted(methods):
                limit = LEAST + size * A_CHARACTER
                took = measured(_act(pattern, method, given))
                took = took if took < limit else measured(_act(pattern, method, given))
                assert took < limit, (pattern.pattern, method, start, part, size)


each_pattern = pytest.mark.parametrize(
    ("pattern", "methods"), [one[1:] for one in FOUND], ids=[place for place, *_ in FOUND]
)


@each_pattern
def test_no_group_is_possessive(pattern: re.Pattern[Any], methods: set[str]) -> None:
    """Python before 3.11.5 goes on from where such a group failed (python/cpython#106052)."""
    assert list(possessive_groups(_parsed(pattern))) == []


@pytest.mark.parametrize(
    "source", ["(?:ab)*+", "x(?:ab|c)?+", "(?>ab)", "(?!(?:ab)++)", "((?:ab)*+)"]
)
def test_a_possessive_group_is_found(source: str) -> None:
    assert len(list(possessive_groups(_parsed(re.compile(source))))) == 1


@each_pattern
def test_a_pattern_takes_linear_time(pattern: re.Pattern[Any], methods: set[str]) -> None:
    check(pattern, methods, SIZES)


@pytest.mark.slow
@each_pattern
def test_a_pattern_takes_linear_time_for_a_megabyte(
    pattern: re.Pattern[Any], methods: set[str]
) -> None:
    check(pattern, methods, (LARGEST,))


def test_a_pattern_of_quadratic_time_would_be_found() -> None:
    with pytest.raises(AssertionError):
        check(re.compile(r"(\d+)\.\d"), {"search"}, SIZES[:1])
