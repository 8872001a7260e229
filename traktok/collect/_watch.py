"""Lists of users or hashtags that grow while a study goes on."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from traktok import _inputs
from traktok._lazy import pd
from traktok._text import counted
from traktok.collect._parts import in_parts
from traktok.errors import Argument, InvalidArgument, InvalidArgumentType, warn
from traktok.query import Condition, Query

# How many names to search for at once: TikTok documents no limit, and a page holds as many videos.
NAMES_AT_ONCE = 100
_TABLES = {".csv", ".tsv"}
_SEPARATORS = ",;\t"


def _hashtags(given: Any) -> list[str]:
    found = []
    for value in _inputs.one_or_many(given, "source"):
        name = value.strip().lstrip("#") if isinstance(value, str) else ""
        if not name or any(sign.isspace() or sign in "#," for sign in name):
            raise InvalidArgument(
                Argument("source"),
                f": {value!r} is not a valid hashtag (expected something like 'cats')",
            )
        found.append(name)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of TikTok's that a list is about.

    Attributes
    ----------
    clean
        What parses its values.
    columns
        The columns of a table that hold them, the first that is there.
    comments
        Whether a line that begins with # is a comment.
    """

    clean: Callable[[Any], list[str]]
    columns: tuple[str, ...]
    comments: bool


FIELDS: Mapping[str, _Field] = {
    "username": _Field(_inputs.usernames, ("username", "author_name", "author_username"), True),
    "hashtag_name": _Field(_hashtags, ("hashtag_name", "hashtag"), False),
}


class WatchList:
    """A list of users or hashtags that grows while a study goes on.

    It takes the place of a query in :func:`tt_collect` and :meth:`Collection.add`. New names are
    collected from the first day of the study, and together with the others from then on. Names that
    are removed from the list stay in the study.

    A study stores the path of a file, and reads the file again at each :meth:`Collection.resume`.
    For a table or a list, pass the new one to :meth:`Collection.add` under the same name.

    Parameters
    ----------
    source : str, Path, pandas.DataFrame or sequence of str
        A text file with one name per line, a CSV file (``.csv``, ``.tsv``), a table, or the names
        themselves, as a list or column.
    field : {"username", "hashtag_name"}
        What the names are. Users are searched by the videos they posted.
    column : str, optional
        The column of a CSV file or table that holds the names; by default ``username``,
        ``author_name`` or ``author_username``, and ``hashtag_name`` or ``hashtag``.

    Attributes
    ----------
    names : tuple of str
        The names, each once.

    Raises
    ------
    ValueError, TypeError
        If the file can't be read, or contains no names or an invalid one.

    Notes
    -----
    A search asks for up to 100 names at once; a longer list has several windows for the same days.
    Names that join later are searched for in windows of their own for the days so far, and together
    with the others for the days to come, which costs no more requests than before.

    Examples
    --------
    >>> import tempfile
    >>> store = tempfile.mkdtemp() + "/study.db"
    >>> parties = WatchList(["tiktok", "@example"])
    >>> parties
    <WatchList of 2 usernames>
    >>> study = tt_collect({"parties": parties}, "2023-11-01", "2023-11-30", store, verbose=False)
    >>> study = study.add("parties", WatchList(["tiktok", "another"]), verbose=False)
    """

    def __init__(
        self,
        source: str | Path | pd.DataFrame | Iterable[str],
        field: Literal["username", "hashtag_name"] = "username",
        column: str | None = None,
    ) -> None:
        if field not in FIELDS:
            known = " or ".join(map(repr, FIELDS))
            raise InvalidArgument.must_be("field", known, field)
        if column is not None and not isinstance(column, str):
            raise InvalidArgumentType.must_be("column", "the name of a column", column)
        self.field, self.column = field, column
        self.path: Path | None = None
        if isinstance(source, (str, Path)):
            self.path = Path(source).expanduser().absolute()
            found = _read(self.path, field, column)
        else:
            found = _cells(source, field, column)
        self.names = tuple(FIELDS[field].clean(found))
        if not self.names:
            raise InvalidArgument(Argument("source"), f" holds no names: {source!r}")

    def __repr__(self) -> str:
        what = f"{self.field.removesuffix('_name')}s"
        of = f" in {self.path}" if self.path else ""
        return f"<WatchList of {counted(len(self.names), what)}{of}>"


def _cells(source: Any, field: str, column: str | None) -> list[Any]:
    """Return the names in a table, a column or a list."""
    if not isinstance(source, pd.DataFrame):
        return _inputs.one_or_many(source, "source")
    name = _column(source.columns, field, column, "the table")
    return [cell for cell in source[name] if not _inputs.is_missing(cell)]


def _read(path: Path, field: str, column: str | None) -> list[str]:
    """Read the names in a file."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidArgument(
            Argument("source"), f" must be a text or CSV file in UTF-8; {path} is not"
        ) from None
    except OSError as error:
        raise InvalidArgument(
            Argument("source"), f": can't read {path}: {error.strerror}"
        ) from None
    lines = text.splitlines()
    if path.suffix.lower() in _TABLES or column is not None:
        header = lines[0] if lines else ""
        separator = max(_SEPARATORS, key=header.count)
        table = csv.DictReader(lines, delimiter=separator)
        name = _column(table.fieldnames or (), field, column, str(path))
        try:
            cells = [(row[name] or "").strip() for row in table]
        except csv.Error as error:
            raise InvalidArgument(
                Argument("source"), f" must be a CSV file; {path} is not ({error})"
            ) from None
    else:
        cells = [line.strip() for line in lines]
        if FIELDS[field].comments:
            cells = [line for line in cells if not line.startswith("#")]
    return [cell for cell in cells if cell]


def _column(there: Iterable[Any], field: str, column: str | None, where: str) -> str:
    columns = list(there)
    wanted = FIELDS[field].columns if column is None else (column,)
    found = next((name for name in wanted if name in columns), None)
    if found is None:
        raise InvalidArgument(
            Argument("column"),
            f": {where} has no column {' or '.join(map(repr, wanted))}; its columns are "
            f"{', '.join(map(str, columns)) or 'none'}",
        )
    return found


# --------------------------------------------------------------------------- in a study's settings

# The list of a study is a mapping: "watch" is its field, "source" and "column" are as given, and
# "parts" are its searches, which keep their numbers. A part has "names", and "first" and "last" if
# it is not searched for all days of the study.


def entry_of(watch: WatchList) -> dict[str, Any]:
    """Return a list as the settings of a study hold it."""
    return {
        "watch": watch.field,
        "source": str(watch.path) if watch.path else None,
        "column": watch.column,
        "parts": [{"names": list(part)} for part in in_parts(watch.names, NAMES_AT_ONCE)],
    }


def is_list(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry of a study's settings is a watch list, not a query."""
    return "watch" in entry


def names_of(watched: Mapping[str, Any]) -> list[str]:
    """Return the names on a list, in the order they joined."""
    return list(dict.fromkeys(name for part in watched["parts"] for name in part["names"]))


def conditions(field: str, names: Sequence[str]) -> dict[str, Any]:
    """Return the query for some names."""
    return Query({"and": [Condition(field, "IN", list(names))]}).to_dict()


def joined(watched: Mapping[str, Any], names: Iterable[str], since: str, to: str) -> dict[str, Any]:
    """Return a list with the names that are new on it.

    Up to the last day of the study so far they are searched for by themselves, after that together
    with the last of the others, as long as a search has room.
    """
    known = set(names_of(watched))
    new = [name for name in dict.fromkeys(names) if name not in known]
    if not new:
        return dict(watched)
    parts = [dict(part) for part in watched["parts"]]
    after = str(date.fromisoformat(to) + timedelta(days=1))
    going_on: list[str] = []
    last = next((part for part in reversed(parts) if "last" not in part), None)
    if last is not None and len(last["names"]) < NAMES_AT_ONCE:
        going_on = last["names"]
        last["last"] = to
    parts += [{"names": part, "last": to} for part in in_parts(new, NAMES_AT_ONCE)]
    onward = in_parts([*going_on, *new], NAMES_AT_ONCE)
    parts += [{"names": part, "first": after} for part in onward]
    return {**watched, "parts": parts}


def read_again(watched: Mapping[str, Any]) -> list[str]:
    """Read the file of a list again; warn if that is not possible, since the study goes on."""
    try:
        return list(WatchList(watched["source"], watched["watch"], watched["column"]).names)
    except ValueError as error:
        warn(
            f"The watch list {watched['source']} can't be used now ({error}): the study goes on "
            f"with the {counted(len(names_of(watched)), 'names')} that it has."
        )
        return []
