"""CSV: this package's own, and that of R's ``write.csv()`` and readr."""

from __future__ import annotations

import ast
import codecs
import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal

import msgspec
import pandas as pd

from traktok._r.rds import Unreadable
from traktok._tables.builder import repeated_name
from traktok._tables.columns import (
    ColumnType,
    Counts,
    Flags,
    Floats,
    Structs,
    Texts,
    Times,
    names_an_id,
)
from traktok._unpack import is_too_deep, parse_json
from traktok.files._cells import (
    Cells,
    build_table,
    cell_text,
    object_columns,
    parse_times,
    types_of,
    with_labels_as_columns,
)


def write_csv(
    whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes], *, excel: bool = False
) -> None:
    """Write a table that comes in parts; ``excel`` writes what Excel reads as it is meant."""
    if excel:
        stream.write(codecs.BOM_UTF8)
    stream.write(_as_csv(with_labels_as_columns(whole.iloc[:0]), header=True))
    for part in map(with_labels_as_columns, parts):
        for name in object_columns(part):
            part[name] = pd.Series([cell_text(cell) for cell in part[name]], dtype=object)
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

_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What R quotes: a text that says NA, and an empty one, where bare they would be missing. Inside a
# quoted cell each quote is doubled, so that these match whole cells alone.
_CELL = r'(?<![^,;\t\r\n])"{}"(?=[,;\t\r\n]|\Z)'
_QUOTED_NA, _QUOTED_EMPTY = re.compile(_CELL.format("NA")), re.compile(_CELL.format(""))
_MARK = "\0quoted\0"
_QUOTED_HEAD = re.compile(r'"[^"]*"(?:[,;\t]"[^"]*")*')


def read_csv(data: bytes, name: str | None = None) -> pd.DataFrame:
    """Read a file, whoever wrote it: separated by commas, semicolons or tabs."""
    if not data:
        raise Unreadable("is empty: it has no row of names")
    written = _decoded(data)
    first_line = written.partition("\n")[0].rstrip("\r")
    separator = _separator(first_line)
    is_of_r = _QUOTED_HEAD.fullmatch(first_line) is not None
    if is_of_r or '"NA"' in written:
        written = _QUOTED_NA.sub(f'"{_MARK}NA"', written)
        written = _QUOTED_EMPTY.sub(f'"{_MARK}"', written)
    names, cells = _columns(written, separator)
    columns = dict(zip(names, cells, strict=True))
    columns.pop("", None)  # the row names that write.csv() puts first
    known = types_of(columns)
    no_texts = (Counts, Flags, Times)
    file = _File(
        of_r=is_of_r
        or any("NA" in columns[name] for name in columns if known.get(name) in no_texts),
        for_excel=data.startswith(codecs.BOM_UTF8),
        decimal_comma=separator == ";",
    )
    typed = {name: file.column(name, columns[name], known.get(name)) for name in columns}
    return build_table(typed)


def _decoded(data: bytes) -> str:
    encoding = next((_ENCODINGS[mark] for mark in _ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        likely = "UTF-16" if b"\0" in data[:100] else "Latin-1 or Windows-1252"
        raise Unreadable(
            f"is not in UTF-8 (from byte {error.start:,} on; it may be in {likely}): save it in "
            "that encoding"
        ) from None


def _separator(first_line: str) -> str:
    """Return what stands between the names: a comma, or what the file has in its place."""
    bare = re.sub(r'"[^"]*"', "", first_line)
    return max(",;\t", key=lambda sign: (bare.count(sign), sign == ","))


def _columns(written: str, separator: str) -> tuple[list[str], list[Sequence[str]]]:
    before = csv.field_size_limit(2**31 - 1)
    try:
        rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Unreadable(f"breaks off, or has a stray quote ({error})") from None
    finally:
        csv.field_size_limit(before)
    names = [name.removeprefix(_MARK) for name in rows[0]] if rows else [""]
    if twice := repeated_name(names):
        raise Unreadable(f"has two columns named {twice!r}")
    body = [row or [""] for row in rows[1:]]
    for number, row in enumerate(body, 2):
        if len(row) != len(names):
            raise Unreadable(
                f"breaks off, or is not a table: row {number} has {len(row)} cells, the first row "
                f"{len(names)}"
            )
    return names, list(zip(*body, strict=True)) if body else [() for _ in names]


@dataclass(frozen=True, slots=True)
class _File:
    """What is known of a file before its cells are read.

    Attributes
    ----------
    of_r
        Whether NA without quotes is missing.
    for_excel
        Whether it begins as files for Excel do: ids as formulas, an apostrophe before others.
    decimal_comma
        Whether numbers may have a comma for a point.
    """

    of_r: bool
    for_excel: bool
    decimal_comma: bool

    def column(self, name: str, written: Sequence[str], known: ColumnType | None) -> Cells:
        """Return a column's cells, None where they are missing, and what they are."""
        # What stands for something else; a dict's look-up is the only work for each other cell.
        special = {"": None, f"{_MARK}NA": "NA", _MARK: "" if self.of_r else None}
        if self.of_r:
            special["NA"] = None
        cells = [special.get(cell, cell) for cell in written]
        if self.for_excel:
            cells = [cell and _unwrapped(cell) for cell in cells]
        if known is Texts:
            return Cells(_with_all_digits(name, cells), Texts)
        return self._typed(cells, known)

    def _typed(self, cells: list[str | None], known: ColumnType | None) -> Cells:
        there = [cell for cell in cells if cell is not None]
        # Readr quotes no NA, others quote every cell: beside numbers both are missing.
        others = [cell for cell in there if cell not in _NO_NUMBERS]
        if len(others) < len(there) and others and _form_of(others, self.decimal_comma):
            there, cells = others, [None if cell in _NO_NUMBERS else cell for cell in cells]
        read_all = _form_of(there, self.decimal_comma) if there else None
        found = read_all(cells, known) if read_all else None
        return found or Cells(cells, Texts if there else None)


_NO_NUMBERS = {"", "NA"}
_WRAPPED = re.compile(r"=\"(\d+)\"|'('*[=+\-@\t\r].*)", re.S)


def _unwrapped(cell: str) -> str:
    """Undo what was written for Excel."""
    wrapped = _WRAPPED.fullmatch(cell)
    return (wrapped[1] or wrapped[2]) if wrapped else cell


_DIGITS = re.compile(r"[0-9\n]*")
_ROUNDED = re.compile(r"-?\d+(?:[.,]\d+)?[eE]\+?\d+")
_WITH_POINT = re.compile(r"(\d+)\.0+")
_EXACT = 2**53  # up to here, a number with a point has all its digits


def _with_all_digits(name: str, cells: list[str | None]) -> list[str | None]:
    """Return a column of ids or texts; ids that a spreadsheet has rounded are refused."""
    if not names_an_id(name) or _DIGITS.fullmatch("\n".join(filter(None, cells))):
        return cells
    return [cell and _id(name, cell) for cell in cells]


def _id(name: str, cell: str) -> str:
    if cell.isdecimal():
        return cell
    pointed = _WITH_POINT.fullmatch(cell)
    if pointed and int(pointed[1]) <= _EXACT:
        return pointed[1]
    if pointed or _ROUNDED.fullmatch(cell):
        raise Unreadable(
            f"has rounded ids in {name} ({cell}): a spreadsheet or a data frame took them for "
            "numbers, and the last digits are lost. Export it again with ids as text"
        )
    return cell


# ------------------------------------------------------------------------- what a column looks like

_ReadAll = Callable[[list[str | None], ColumnType | None], Cells | None]


def _form_of(there: Sequence[str], decimal_comma: bool) -> _ReadAll | None:
    """Return what reads a column of such cells; None for texts."""
    if not _FIRST_SIGNS.match(there[0]):
        return None
    lines = "\n".join(there)
    if lines.count("\n") != len(there) - 1:
        return _json if all(map(_LIST.match, there)) else None
    for form, read_all in _FORMS:
        if form.fullmatch(lines):
            return read_all
    if decimal_comma and _DECIMAL_COMMA.fullmatch(lines):
        return _decimal_comma
    return None


def _flags(cells: list[str | None], known: ColumnType | None) -> Cells:
    return Cells([None if cell is None else cell in _TRUE for cell in cells], Flags)


def _json(cells: list[str | None], known: ColumnType | None) -> Cells | None:
    """Read lists and objects as JSON has them, or as Python prints them."""
    try:
        return Cells([None if cell is None else _literal(cell) for cell in cells], Structs)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _literal(cell: str) -> Any:
    try:
        value = msgspec.json.decode(cell)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        with contextlib.suppress(ValueError):
            return parse_json(cell)
        value = ast.literal_eval(cell)
    if is_too_deep(value):
        raise ValueError("nests too deep")
    return value


def _times(cells: list[str | None], known: ColumnType | None) -> Cells | None:
    """Read times; mere days, as R writes midnights, only where there may be times."""
    has_hours = any(":" in cell for cell in cells if cell is not None)
    return parse_times(cells) if has_hours or known in (Times, Counts) else None


def _whole(cells: list[str | None], known: ColumnType | None) -> Cells:
    """Read whole numbers; those that no count has room for stay as they are, digit for digit."""
    numbers = [None if cell is None else int(cell) for cell in cells]
    limit = Counts.limit
    if any(number is not None and not -limit <= number <= limit for number in numbers):
        return Cells(cells, Texts)
    return Cells(numbers, Counts)


def _decimal(cells: list[str | None], known: ColumnType | None) -> Cells:
    """Read decimal numbers, unless a whole one among them would lose digits."""
    if any(cell is not None and _BEYOND_A_FLOAT.fullmatch(cell) for cell in cells):
        return Cells(cells, Texts)
    return Cells([None if cell is None else float(cell) for cell in cells], Floats)


def _decimal_comma(cells: list[str | None], known: ColumnType | None) -> Cells:
    return _decimal([cell and cell.replace(",", ".") for cell in cells], known)


def _lines_of(form: str) -> re.Pattern[str]:
    """Compile a pattern of a whole column, joined by line ends: one match in place of many."""
    return re.compile(rf"(?:{form})(?:\n(?:{form}))*+", re.I)


_TRUE = {"true", "True", "TRUE"}
_BEYOND_A_FLOAT = re.compile(r"-?\d{16,}")
_FIRST_SIGNS = re.compile(r"[-\d.\[{tfi]", re.I)
_LIST = re.compile(r"[\[{]")
_DECIMAL_COMMA = _lines_of(r"-?[0-9]+(?:,[0-9]*)?(?:e[+-]?[0-9]+)?")
_FORMS: tuple[tuple[re.Pattern[str], _ReadAll], ...] = (
    (_lines_of("true|false"), _flags),
    (_lines_of(r"-?(?:0|[1-9][0-9]{0,4000})"), _whole),
    (_lines_of(r"-?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|-?inf"), _decimal),
    (
        _lines_of(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
            r"(?:[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
        ),
        _times,
    ),
    (_lines_of(r"\[.*\]|\{.*\}"), _json),
)
