"""CSV: this package's own, and that of R's ``write.csv()`` and readr."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Literal

import pandas as pd

from traktok._r.rds import Unreadable
from traktok._tables.builder import repeated_name
from traktok._tables.columns import ColumnType, Counts, Flags, Floats, Structs, Texts, Times
from traktok.files._cells import (
    Cells,
    build_table,
    flat,
    object_columns,
    text,
    times,
    types_of,
)


def write(
    whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes], *, excel: bool = False
) -> None:
    """Write a table that comes in parts; ``excel`` writes what Excel reads as it is meant."""
    if excel:
        stream.write(codecs.BOM_UTF8)
    stream.write(_as_csv(flat(whole.iloc[:0]), header=True))
    for part in map(flat, parts):
        for name in object_columns(part):
            part[name] = pd.Series([text(cell) for cell in part[name]], dtype=object)
        if excel:
            part = part.apply(_for_excel)
        written = _as_csv(part)
        if b"\r" in written:  # left bare by Python before 3.13, and taken for a line's end
            written = _as_csv(part, csv.QUOTE_ALL)
        stream.write(written)


def _as_csv(
    table: pd.DataFrame, quoting: Literal[0, 1] = csv.QUOTE_MINIMAL, *, header: bool = False
) -> bytes:
    written = table.to_csv(index=False, header=header, lineterminator="\n", quoting=quoting)
    return written.encode(errors="backslashreplace")


# Excel reads an id as a number, and cuts it to 15 digits; it calculates what begins like a formula.
_LONG_NUMBER = re.compile(r"\d{12,}")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def _for_excel(column: pd.Series[Any]) -> pd.Series[Any]:
    if not (column.dtype == object or pd.api.types.is_string_dtype(column.dtype)):
        return column
    return pd.Series([_excel_cell(cell) for cell in column], index=column.index, dtype=object)


def _excel_cell(cell: Any) -> Any:
    if not isinstance(cell, str):
        return None if pd.isna(cell) else cell
    if _LONG_NUMBER.fullmatch(cell):
        return f'="{cell}"'
    return f"'{cell}" if _FORMULA.match(cell) else cell


# ------------------------------------------------------------------------------------------ reading

# A cell with or without quotes, and what ends it.
_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n][^,\r\n]*)?)(,|\r\n|\n|\r|\Z)')


def read(data: bytes, name: str | None = None) -> pd.DataFrame:
    """Read a file, whoever wrote it."""
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("is not in UTF-8: save it in that encoding") from None
    head, *rows = [*_rows(written)] or [[]]
    names = [_plain(cell) or "" for cell in head]
    if twice := repeated_name(names):
        raise Unreadable(f"has two columns named {twice!r}")
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise Unreadable(
                f"breaks off, or is no table: row {number} has {len(row)} cells, the first row "
                f"{len(names)}"
            )
    columns = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    columns.pop("", None)  # the row names that write.csv() puts first
    known = types_of(columns)
    plain: _Plain = _plain_in_r if _is_of_r(head, columns, known) else _plain
    if data.startswith(codecs.BOM_UTF8):
        plain = _unwrapped(plain)
    read_cells = {
        name: _typed([plain(cell) for cell in cells], known.get(name))
        for name, cells in columns.items()
    }
    return build_table(read_cells)


# A cell is a text, or in quotes a list of one text.
_Cell = str | list[str]
_Plain = Callable[[_Cell], str | None]


def _rows(written: str) -> Iterator[list[_Cell]]:
    row: list[_Cell] = []
    at = 0
    while at < len(written):
        match = _CELL.match(written, at)
        if match is None:
            line = written.count("\n", 0, at) + 1
            raise Unreadable(f"breaks off, or has a stray quote, in line {line}")
        quoted, bare, end = match.groups()
        row.append((bare or "") if quoted is None else [quoted.replace('""', '"')])
        at = match.end()
        if end != ",":
            yield row
            row = []
    if row:
        yield [*row, ""]


def _is_of_r(
    head: list[_Cell], columns: dict[str, list[_Cell]], known: dict[str, ColumnType]
) -> bool:
    """Tell R's files, where NA is missing: by names in quotes, or NA where no text can be."""
    if head and all(isinstance(cell, list) for cell in head):
        return True
    no_texts = (Counts, Flags, Times)
    return any("NA" in cells for name, cells in columns.items() if known.get(name) in no_texts)


def _plain(cell: _Cell) -> str | None:
    return (cell[0] if isinstance(cell, list) else cell) or None


def _plain_in_r(cell: _Cell) -> str | None:
    if isinstance(cell, list):
        return cell[0]
    return None if cell in ("", "NA") else cell


_WRAPPED = re.compile(r"=\"(\d+)\"|'('*[=+\-@\t\r].*)", re.S)


def _unwrapped(plain: _Plain) -> _Plain:
    """Undo what was written for Excel, in a file that begins as those do."""

    def read_cell(cell: _Cell) -> str | None:
        found = plain(cell)
        wrapped = _WRAPPED.fullmatch(found) if found else None
        return (wrapped[1] or wrapped[2]) if wrapped else found

    return read_cell


def _typed(cells: list[str | None], known: ColumnType | None) -> Cells:
    """Tell from its cells what a column holds, unless it holds texts whatever they look like."""
    there = [cell for cell in cells if cell is not None]
    if known is not Texts and there:
        for looks, read_all in _FORMS:
            if all(map(looks.fullmatch, there)) and (found := read_all(cells, known)):
                return found
    return Cells(cells, Texts if there else None)


_ReadAll = Callable[[list[str | None], ColumnType | None], Cells | None]


def _each(read_cell: Callable[[str], Any], kind: ColumnType) -> _ReadAll:
    def read_all(cells: list[str | None], known: ColumnType | None) -> Cells | None:
        try:
            return Cells([None if cell is None else read_cell(cell) for cell in cells], kind)
        except ValueError:
            return None

    return read_all


def _times(cells: list[str | None], known: ColumnType | None) -> Cells | None:
    """Take times; mere days, as R writes midnights, only where there may be times."""
    has_hours = any(":" in cell for cell in cells if cell is not None)
    return times(cells) if has_hours or known in (Times, Counts) else None


def _whole(cells: list[str | None], known: ColumnType | None) -> Cells:
    """Take whole numbers; those that no count has room for stay as they are, digit for digit."""
    numbers = [None if cell is None else Counts.cell(cell) for cell in cells]
    too_long = numbers.count(None) > cells.count(None)
    return Cells(cells, Texts) if too_long else Cells(numbers, Counts)


def _decimal(cells: list[str | None], known: ColumnType | None) -> Cells:
    """Take decimal numbers, unless a whole one among them would lose digits."""
    if any(cell is not None and _BEYOND_A_FLOAT.fullmatch(cell) for cell in cells):
        return Cells(cells, Texts)
    return Cells([None if cell is None else float(cell) for cell in cells], Floats)


_BEYOND_A_FLOAT = re.compile(r"-?\d{16,}")
_FORMS: tuple[tuple[re.Pattern[str], _ReadAll], ...] = (
    (re.compile("true|false", re.I), _each(Flags.cell, Flags)),
    (re.compile(r"-?(?:0|[1-9]\d*)"), _whole),
    (re.compile(r"-?\d+(?:\.\d*)?(?:e[+-]?\d+)?|-?inf", re.I), _decimal),
    (re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?"), _times),
    (re.compile(r"\[.*\]|\{.*\}", re.S), _each(json.loads, Structs)),
)
