"""The table a call returns: a DataFrame that knows where TikTok left off, and how it prints."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any, Self

import pandas as pd
from rich.cells import cell_len, set_cell_size

from traktok import files
from traktok._tables.columns import holds_days, holds_texts

_ROWS_SHOWN = 10
_ROWS_SHOWN_WHOLE = 20
_WIDEST_CELL = 16
_R_TYPES = (
    ("string", "chr"),
    ("str", "chr"),
    ("Int", "int"),
    ("int", "int"),
    ("bool", "lgl"),
    ("datetime64", "dttm"),
    ("Float", "dbl"),
    ("float", "dbl"),
    ("category", "fct"),
    ("object", "list"),
)


class Notes(dict[str, Any]):
    """What ``attrs`` says of many users or videos.

    pandas copies ``attrs`` through and through at every step; of a hundred thousand names that
    would take longer than the step. Nobody but its maker writes it.
    """

    def __deepcopy__(self, memo: object) -> Self:
        return self


class TikTokResults(pd.DataFrame):
    """A DataFrame of TikTok records that remembers where the search left off.

    Ids are ``string`` columns, counts ``Int64``, flags ``boolean``, times ``datetime64[s, UTC]``,
    lists Python lists; what is missing is NA (None in a column of lists). It prints the way a
    result of R traktok does, mirroring ``print.tt_results``.

    Attributes
    ----------
    search_id : str or None
        TikTok's id of the search, to go on with it (``attrs["search_id"]``).
    cursor : int or None
        Where the next page starts (``attrs["cursor"]``).
    has_more : bool or None
        Whether TikTok holds more than was asked for (``attrs["has_more"]``).

    ``attrs["skipped"]`` names the accounts that gave no rows, each with its reason. Of a call over
    several users, ids or windows, ``attrs["unfinished"]`` names those TikTok holds more of, each
    with the cursor to go on from; after an error, also those that it did not come to.

    Examples
    --------
    >>> from traktok import last_query
    >>> last_query().search_id is None
    True
    """

    @property
    def _constructor(self) -> Callable[..., TikTokResults]:
        return TikTokResults

    @property
    def search_id(self) -> str | None:
        """TikTok's id of the search, to go on with it."""
        return self.attrs.get("search_id")

    @property
    def cursor(self) -> int | None:
        """Where the next page starts."""
        return self.attrs.get("cursor")

    @property
    def has_more(self) -> bool | None:
        """Whether TikTok holds more than was asked for."""
        return self.attrs.get("has_more")

    def save(self, path: str | Path) -> Path:
        """Write the table to a CSV, JSONL, Parquet or R file; see :func:`traktok.files.save`."""
        return files.save(self, path)

    def __repr__(self) -> str:
        width = max(shutil.get_terminal_size().columns, 20)
        return "\n".join(_printed(self, width))

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        columns = [_ShownColumn(self, number) for number in range(self.shape[1])]
        widest = pd.get_option("display.max_colwidth") or sys.maxsize
        head = "".join(
            f"<th>{escape(column.name)}<br><small>&lt;{column.type}&gt;</small></th>"
            for column in columns
        )
        labels = map(escape, _labels(self))
        cells = ([escape(_cut(cell, widest)) for cell in column.cells] for column in columns)
        rows = zip(labels, *cells, strict=True)
        body = "".join(
            f"<tr><th>{label}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
            for label, *cells in rows
        )
        rule = f"<p>search id: {escape(_search_id(self))}</p>" if _is_search(self) else ""
        size = f"<p>{' '.join(_size(self))}</p>"
        corner = escape(_labels_name(self))
        return (
            f"<div>{rule}<table><thead><tr><th>{corner}</th>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{size}</div>"
        )


def attr(x: pd.DataFrame, which: str) -> Any:
    """Look up what a result knows besides its rows, as R's ``attr()`` does.

    Parameters
    ----------
    x : TikTokResults
        A result.
    which : str
        ``"search_id"``, ``"cursor"``, ``"has_more"``, ``"skipped"`` or ``"unfinished"``.

    Returns
    -------
    Any
        The value; None where the result has none, as R's NULL.

    Examples
    --------
    >>> from traktok import attr, last_query
    >>> attr(last_query(), "search_id") is None
    True
    """
    return x.attrs.get(which)


def r_type(kind: Any) -> str:
    """Call a column's dtype what R's tibbles call it."""
    name = str(kind)
    return next((r for start, r in _R_TYPES if name.startswith(start)), name)


# ------------------------------------------------------------------------------------ printing


def _is_search(table: pd.DataFrame) -> bool:
    return "search_id" in table.attrs


def _search_id(table: pd.DataFrame) -> str:
    return str(table.attrs.get("search_id") or "NA")


def _size(table: pd.DataFrame) -> Iterator[str]:
    yield f"{len(table):,} × {table.shape[1]}"
    if (more := len(table) - _rows_shown(table)) > 0:
        yield f"({more:,} more rows)"


def _rows_shown(table: pd.DataFrame) -> int:
    return len(table) if len(table) <= _ROWS_SHOWN_WHOLE else _ROWS_SHOWN


def _labels_name(table: pd.DataFrame) -> str:
    return "" if table.index.name is None else _visible(table.index.name)


def _labels(table: pd.DataFrame) -> list[str]:
    return [_visible(label) for label in table.index[: _rows_shown(table)]]


def _r_type_of(column: pd.Series[Any]) -> str:
    if holds_days(column):
        return "date"
    return "chr" if holds_texts(column) else r_type(column.dtype)


class _ShownColumn:
    """A column as it is printed: its name, R's name of its type, the first cells as texts."""

    def __init__(self, table: pd.DataFrame, number: int) -> None:
        column = table.iloc[: _rows_shown(table), number]
        self.name = _visible(table.columns[number])
        self.type = _r_type_of(column)
        self.cells = [_visible(cell) for cell in column]
        self._pad = _right if self.type in {"int", "dbl"} else _left

    @property
    def width(self) -> int:
        """How many cells of a terminal its widest line takes."""
        lines = (self.name, f"<{self.type}>", *(_cut(cell) for cell in self.cells))
        return max(map(cell_len, lines))

    def lines(self) -> Iterator[str]:
        """Yield the name, the type and the cells, all of one width."""
        for text in (self.name, f"<{self.type}>", *map(_cut, self.cells)):
            yield self._pad(text, self.width)


def _printed(table: pd.DataFrame, width: int) -> Iterator[str]:
    if _is_search(table):
        rule = f"── search id: {_search_id(table)} "
        yield rule.ljust(width, "─")
    yield f"# A table: {len(table):,} × {table.shape[1]}"
    columns = [_ShownColumn(table, number) for number in range(table.shape[1])]
    fitting = _fitting(table, columns, width) if len(table) else 0
    if fitting:
        labels = [_labels_name(table), "", *_labels(table)]
        wide = max(map(cell_len, labels))
        named = table.index.name is not None
        shown = [[(_left if named else _right)(label, wide) for label in labels]]
        shown += [list(column.lines()) for column in columns[:fitting]]
        yield from (" ".join(line).rstrip() for line in zip(*shown, strict=True))
    if (more := len(table) - _rows_shown(table)) > 0:
        yield f"# ℹ {more:,} more rows"
    if rest := columns[fitting:]:
        which = "more variables" if fitting else "variables"
        which = "more variable" if len(rest) == 1 and fitting else which
        names = ", ".join(f"{column.name}\0<{column.type}>" for column in rest)
        lines = wrap(
            f"# ℹ {len(rest)} {which}: {names}",
            width,
            subsequent_indent="#   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from (line.replace("\0", " ") for line in lines)


def _fitting(table: pd.DataFrame, columns: list[_ShownColumn], width: int) -> int:
    """Count the columns that fit beside the row labels."""
    used = max(cell_len(text) for text in [_labels_name(table), *_labels(table)])
    for number, column in enumerate(columns):
        used += 1 + column.width
        if used > width:
            return number
    return len(columns)


def _visible(value: Any) -> str:
    """Write a cell in one line, what can't be seen as its escape."""
    if isinstance(value, list):
        return f"[{', '.join(map(_visible, value))}]"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if value is None or value is pd.NA or value is pd.NaT:
        return "<NA>"
    text = str(value)
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() or ch == "\u200d" else repr(ch)[1:-1] for ch in text)


def _cut(text: str, width: int = _WIDEST_CELL) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"


def _left(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text
