"""Declare arguments and options for typer, and the values that some of them choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import EnumType, StrEnum
from inspect import Parameter
from typing import Annotated, Any

import typer

from traktok.cli.values import number, one_of


class OnQuota(StrEnum):
    """What to do once the day's requests are used up."""

    STOP = "stop"
    WAIT = "wait"


class Slideshows(StrEnum):
    """Whether to open photo posts in a browser where their page holds no data."""

    ASK = "ask"
    YES = "yes"
    NO = "no"


class Kind(StrEnum):
    """The kinds of files that contain R code."""

    R = "r"
    RMD = "rmd"
    QMD = "qmd"


# The parser of each type; typer's own messages differ from version to version.
_READ: dict[Any, Callable[[str], Any]] = {
    int: number(int, "integer"),
    float: number(float, "float"),
}


REQUIRED = Parameter.empty


def _completed(words: Iterable[str]) -> Callable[[str], list[str]] | None:
    """Build what completes the beginning of one of some words; None if there are none."""

    def complete(incomplete: str) -> list[str]:
        return [str(word) for word in words if word.startswith(incomplete)]

    return complete if words else None


def argument(
    metavar: str, type: Any = list[str], default: Any = None, *, words: Iterable[str] = ()
) -> tuple[Any, Any]:
    """Declare an argument, and its default; the help of the command explains it.

    Without a default, it may be left out, and is None. A shell completes the words.
    """
    # Typer would show it with Python's name of its type.
    shown = typer.Argument(metavar=metavar, hidden=True, autocompletion=_completed(words))
    return Annotated[type if default is not None else type | None, shown, metavar], default


def option(
    type: Any, *flags: str, default: Any = None, words: Iterable[str] = (), **settings: Any
) -> tuple[Any, Any]:
    """Declare an option with one or several names, and its default.

    Without a default, it may be left out, and is None, or False if it is a flag. If there are
    words, or the type is an enumeration, its value is one of them, and a shell completes it.
    """
    if isinstance(type, EnumType):
        words = type
    if words:
        settings = {"parser": one_of(words), "autocompletion": _completed(words), **settings}
    if type in _READ:
        settings = {"parser": _READ[type], **settings}
    if type is bool:
        default = False
    kind = type if default is not None else type | None
    return Annotated[kind, typer.Option(*flags, **settings), flags[0]], default
