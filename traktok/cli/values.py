"""Parse the values of options that typer has no type for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import typer

from traktok._text import did_you_mean

_Word = TypeVar("_Word", bound=str)


def max_pages(given: str | float) -> float:
    """Parse a number of pages."""
    if given == "all":
        return math.inf
    if str(given).isdecimal() and int(given) > 0:
        return int(given)
    raise typer.BadParameter(f"{given!r} is neither a positive integer nor 'all'.")


def seconds(given: str | Sequence[float]) -> float | Sequence[float]:
    """Parse seconds, or a range of whole seconds."""
    if not isinstance(given, str):
        return given
    first, dash, last = given.partition("-")
    if dash and first.isdecimal() and last.isdecimal() and int(first) <= int(last):
        return range(int(first), int(last) + 1)
    try:
        return float(given)
    except ValueError:
        raise typer.BadParameter(
            f"{given!r} is neither seconds nor a range of whole seconds such as 1-10."
        ) from None


def one_of(words: Iterable[_Word]) -> Callable[[str], _Word]:
    """Build the parser of one of some words."""
    known = {str(word): word for word in words}

    def parse(given: str) -> _Word:
        if given not in known:
            listed = ", ".join(f"'{word}'" for word in known)
            hint = did_you_mean(given, known) or "."
            raise typer.BadParameter(f"{given!r} is not one of {listed}{hint}")
        return known[given]

    return parse


def number(kind: type[float], name: str) -> Callable[[str], float]:
    """Build the parser of a number."""

    def parse(given: str) -> float:
        try:
            return kind(given)
        except ValueError:
            raise typer.BadParameter(f"{given!r} is not a valid {name}.") from None

    return parse
