"""What may be said on the command line: one row an option, shared by all commands.

An option has the name of the argument of traktok's function that it stands for, where it stands
for one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from inspect import Parameter
from typing import Annotated, Any

import typer

from traktok.cli.outputs import Format


def _max_pages(given: str | float) -> float:
    """Take how many pages to ask for."""
    if given == "all":
        return math.inf
    if str(given).isdecimal() and int(given) > 0:
        return int(given)
    raise typer.BadParameter(f"{given!r} is neither a positive whole number nor 'all'.")


def _argument(metavar: str) -> Any:
    # Typer would show it with Python's name of its type; the command's help explains it instead.
    return Annotated[list[str] | None, typer.Argument(metavar=metavar, hidden=True)]


# What the arguments are, for the help of the commands.
ABOUT = {
    "phrase": "PHRASE: one word is looked for among hashtags and keywords, several must all "
    "be met.",
    "query_file": "FILE: a query in JSON, with lists of conditions under and, or and not; "
    "- reads it from a pipe.",
    "users": "USER: a name, @name or profile URL; - reads them from a pipe, one a line.",
    "videos": "VIDEO: an id or URL; - reads them from a pipe, one a line.",
    "playlists": "PLAYLIST: an id or URL; - reads them from a pipe, one a line.",
}


def _option(type: Any, *flags: str, **settings: Any) -> Any:
    return Annotated[type, typer.Option(*flags, **settings)]


# name: (type and settings, default); None stands for a default that is worked out later.
OPTIONS: dict[str, tuple[Any, Any]] = {
    # what it is about
    "phrase": (_argument("PHRASE"), None),
    "query_file": (
        _option(
            str | None,
            "--query",
            metavar="FILE",
            help="A query in JSON in place of a phrase; - reads it from a pipe.",
        ),
        None,
    ),
    "users": (_argument("USER"), None),
    "videos": (_argument("VIDEO"), None),
    "playlists": (_argument("PLAYLIST"), None),
    "from_file": (
        _option(
            str | None,
            "--from",
            metavar="FILE",
            help="A file with one of them a line; blank lines and # comments are ignored.",
        ),
        None,
    ),
    "start_at": (
        _option(
            str | None,
            "--start-at",
            metavar="NAME",
            help="Begin with this one of them, to go on with a list.",
        ),
        None,
    ),
    "replies": (
        _option(bool, "--replies", help="The ids are those of comments: get their replies."),
        False,
    ),
    # what is asked for
    "start_date": (
        _option(
            str | None,
            "--start-date",
            metavar="DAY",
            show_default="yesterday",
            help="First day (UTC), as 2024-01-31 or 20240131.",
        ),
        None,
    ),
    "end_date": (
        _option(
            str | None,
            "--end-date",
            metavar="DAY",
            show_default="today",
            help="Last day (UTC), at most 30 days later.",
        ),
        None,
    ),
    "since": (
        _option(str, "--since", metavar="DAY", help="First day (UTC), as 2024-01-31."),
        "2020-01-01",
    ),
    "to": (
        _option(str | None, "--to", metavar="DAY", show_default="today", help="Last day (UTC)."),
        None,
    ),
    "fields": (
        _option(
            str,
            "--fields",
            metavar="A,B,...",
            help="TikTok's names of the fields to ask for.",
        ),
        "all",
    ),
    "is_random": (_option(bool, "--random", help="Get random matches: one page."), False),
    "max_pages": (
        _option(
            float,
            "--max-pages",
            metavar="N|all",
            parser=_max_pages,
            help="Pages of up to 100 rows to ask for, of each; a page is a request.",
        ),
        1,
    ),
    "start_cursor": (
        _option(
            int | None,
            "--start-cursor",
            metavar="N",
            help="Go on from here, with the first of them.",
        ),
        None,
    ),
    "search_id": (
        _option(str | None, "--search-id", metavar="ID", help="Go on with this search."),
        None,
    ),
    # where it goes
    "output": (
        _option(
            str | None,
            "--output",
            "-o",
            metavar="FILE",
            help="Write a .csv, .jsonl or .parquet file.",
        ),
        None,
    ),
    "format": (
        _option(
            Format | None,
            "--format",
            metavar="F",
            show_default="table on a terminal, csv in a pipe",
            help="table, csv, jsonl or parquet.",
        ),
        None,
    ),
    "overwrite": (_option(bool, "--overwrite", help="Replace the output if it is there."), False),
    "quiet": (
        _option(bool, "--quiet", "-q", help="Only warnings and errors on stderr."),
        False,
    ),
    "verbose": (
        _option(bool, "--verbose", "-v", help="Progress on stderr, also where it is no terminal."),
        False,
    ),
}
OUTPUT = ("output", "format", "overwrite", "quiet", "verbose")
LISTED = ("from_file", "start_at")


def parameters(names: Iterable[str]) -> list[Parameter]:
    """Make these options the parameters of a command's function."""
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in ((name, OPTIONS[name]) for name in names)
    ]
