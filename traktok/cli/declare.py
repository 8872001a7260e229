"""Declare arguments and options for typer, and the values that some of them choose from."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from inspect import Parameter
from typing import Annotated, Any, get_args

import typer

from traktok.cli.outputs import Format
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
    **{words: one_of(words) for words in (OnQuota, Slideshows, Kind, Format)},
}


def argument(metavar: str, type: Any = list[str] | None) -> Any:
    """Declare an argument; the help of the command explains it."""
    # Typer would show it with Python's name of its type.
    return Annotated[type, typer.Argument(metavar=metavar, hidden=True), metavar]


def option(type: Any, *flags: str, **settings: Any) -> Any:
    """Declare an option with one or several names."""
    for kind in get_args(type) or [type]:
        if kind in _READ:
            settings = {"parser": _READ[kind], **settings}
    return Annotated[type, typer.Option(*flags, **settings), flags[0]]


def text_option(name: str, metavar: str, help: str) -> tuple[Any, None]:
    """Declare an option whose value is a text, with its default: None."""
    return option(str | None, name, metavar=metavar, help=help), None


REQUIRED = Parameter.empty
