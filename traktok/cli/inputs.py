"""Read the targets of a command (phrases, queries, names, ids) from arguments, files and pipes."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import typer

import traktok
from traktok._http.endpoints import FUNCTIONS

PIPE = "-"


class CommandArguments(dict[str, Any]):
    """The arguments and options of a command, by name.

    Attributes
    ----------
    onward
        The options to repeat in the command that continues this one, by the name of that command.
    """

    def __init__(
        self, options: Mapping[str, Any], onward: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(options)
        self.onward = onward or {}


def read_source(source: str) -> str:
    """Read a text file, or standard input if the source is ``-``."""
    try:
        if source == PIPE:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return Path(source).read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{source_name(source)} is not text in UTF-8") from None
    except OSError as error:
        raise ValueError(f"can't read {source_name(source)}: {error.strerror}") from None


def query_of(source: str) -> traktok.Query:
    """Read a query in JSON."""
    text = read_source(source)
    try:
        return traktok.Query.from_json(text)
    except ValueError as error:
        raise ValueError(f"{source_name(source)}: {error}") from None


def read_search(phrase: list[str] | None, query_file: str | None) -> traktok.Query | str:
    """Return the phrase of a command, or read its query from a file."""
    words = phrase or []
    if words == [PIPE] and query_file is None:
        words, query_file = [], PIPE
    if words and query_file is not None:
        raise ValueError("give a phrase or --query FILE, not both")
    if query_file is not None:
        return query_of(query_file)
    if not words:
        raise ValueError(
            "give a phrase or --query FILE; a phrase that starts with # needs quotes, "
            "because the shell reads an unquoted # as a comment"
        )
    return " ".join(words)


# By option, what the field of the names in a watch list's file is.
_LISTS: Mapping[str, Literal["username", "hashtag_name"]] = {
    "users_file": "username",
    "hashtags_file": "hashtag_name",
}
_FILES = ("query_file", *_LISTS)


def query_or_list(given: CommandArguments) -> Any:
    """Return the phrase, the query or the watch list of a command that takes one of them."""
    files = {option: given[option] for option in _FILES if given[option] is not None}
    return _query_or_list(given["phrase"], files, given["column"])


def _query_or_list(
    phrase: list[str] | None, files: Mapping[str, str], column: str | None
) -> traktok.Query | traktok.WatchList | str:
    if not files.keys() & _LISTS.keys():
        return read_search(phrase, files.get("query_file"))
    if phrase or len(files) > 1:
        raise ValueError("give one of a phrase, --query FILE, --users FILE and --hashtags FILE")
    ((option, file),) = files.items()
    return traktok.WatchList(file, _LISTS[option], column)


def queries(given: CommandArguments) -> Any:
    """Return what a command searches for: one of what :func:`query_or_list` returns, or several."""
    phrase, column = given["phrase"], given["column"]
    files = [
        (option, *_name_and_file(source))
        for option in _FILES
        for source in given[f"several_{option}"] or []
    ]
    if len(files) < 2 and not any(name for _, name, _ in files):
        return _query_or_list(phrase, {option: source for option, _, source in files}, column)
    if phrase:
        raise ValueError("give a phrase or --query NAME=FILE, not both")
    named: dict[str, Any] = {}
    for option, name, source in files:
        if name is None:
            raise ValueError(f"several queries need names: --query NAME=FILE, not {source}")
        if name in named:
            raise ValueError(f"two queries are called {name!r}: give each a name of its own")
        named[name] = _query_or_list(None, {option: source}, column)
    return named


def _name_and_file(source: str) -> tuple[str | None, str]:
    """Split NAME=FILE; a file may have an equals sign in its own name."""
    name, separator, path = source.partition("=")
    return (name, path) if separator and not Path(source).exists() else (None, source)


def read_names(given: CommandArguments, kind: str) -> list[str]:
    """Read names or ids from the arguments and a file, from ``start_at`` on."""
    columns = _columns(given, kind)
    names = [
        name
        for word in given[kind] or ()
        for name in (_lines(PIPE, columns) if word == PIPE else [word])
    ]
    if given["from_file"] is not None:
        names += _lines(given["from_file"], columns)
    if not names:
        raise ValueError("no names or ids were given: give some, or --from FILE, or - for a pipe")
    if (start_at := given["start_at"]) is None:
        return names
    if (start := position(names, start_at)) is None:
        raise ValueError(f"--start-at: {start_at!r} is not among the names or ids given")
    return names[start:]


def list_fields(given: CommandArguments, fields: Sequence[str]) -> None:
    """List the fields and end, if ``--fields help`` was given."""
    if given.get("fields") == "help":
        typer.echo("\n".join(fields))
        raise typer.Exit


def position(names: Iterable[str], wanted: str) -> int | None:
    """Return the index of the first item that is this name or id, also with @ or in a URL."""
    as_word = re.compile(rf"(?<![\w.]){re.escape(wanted.lstrip('@'))}(?![\w.])")
    return next((number for number, name in enumerate(names) if as_word.search(name)), None)


# The columns of a CSV to read, by the name of the argument.
_COLUMNS = {
    "users": ("username", "author_name", "author_username"),
    "posts": ("video_url", "video_id"),
}


def _columns(given: CommandArguments, option: str) -> tuple[str, ...]:
    kinds = [kind for each in FUNCTIONS for kind in each.targets if kind.option == option]
    meant = [kind.key for kind in kinds if kind.flag and given.get(kind.flag)]
    return _COLUMNS.get(option) or (*meant, *(kind.key for kind in kinds if not kind.flag))[:1]


def _lines(source: str, columns: Sequence[str]) -> list[str]:
    """Read names or ids, one per line, or from the column of a CSV that holds them."""
    text = read_source(source)
    if (cells := _column(text, columns)) is not None:
        return cells
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _column(text: str, names: Sequence[str]) -> list[str] | None:
    """Return the cells of the first of these columns in a CSV; None if its header has none."""
    table = csv.DictReader(io.StringIO(text))
    name = next((name for name in names if name in (table.fieldnames or ())), None)
    if name is None:
        return None
    return list(dict.fromkeys(cell for row in table if (cell := (row[name] or "").strip())))


def source_name(source: str) -> str:
    """Return the name of a source for messages."""
    return "standard input" if source == PIPE else source
