"""CSV: this package's own, and that of R's ``write.csv()`` and readr."""

from __future__ import annotations

import ast
import codecs
import contextlib
import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, Any, Literal

import msgspec
import numpy as np
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
from traktok.files._csv_cells import RawColumn, split


def write_csv(
    whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes], *, excel: bool = False
) -> None:
    """Write a table from its parts; with ``excel``, so that Excel changes no cell."""
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


# Excel converts ids to numbers of 15 digits, and evaluates cells that begin like a formula.
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

_QUOTED_HEAD = re.compile(r'"[^"]*"(?:[,;\t]"[^"]*")*')


def read_csv(data: bytes, name: str | None = None) -> pd.DataFrame:
    """Parse a CSV file whose separators are commas, semicolons or tabs."""
    if not data:
        raise Unreadable("is empty: it has no row of names")
    for_excel = data.startswith(codecs.BOM_UTF8)
    data = _utf8(data)
    first_line = data.partition(b"\n")[0].rstrip(b"\r").decode(errors="replace")
    separator = _separator(first_line)
    names, cells = split(data, separator)
    if twice := repeated_name(names):
        raise Unreadable(f"has two columns named {twice!r}")
    columns = dict(zip(names, cells, strict=True))
    columns.pop("", None)  # the row names that write.csv() puts first
    known = types_of(columns)
    no_texts = [name for name in columns if known.get(name) in (Counts, Flags, Times)]
    is_of_r = _QUOTED_HEAD.fullmatch(first_line) or any(columns[name].has_na for name in no_texts)
    file = _File(of_r=bool(is_of_r), for_excel=for_excel, decimal_comma=separator == ";")
    typed = {name: file.column(name, columns[name], known.get(name)) for name in columns}
    return build_table(typed)


def _utf8(data: bytes) -> bytes:
    """Return a file's text in UTF-8, without a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16").encode()
        except UnicodeError as error:
            raise Unreadable(f"is not in UTF-16, as it says ({error})") from None
    return data.removeprefix(codecs.BOM_UTF8)


def _separator(first_line: str) -> str:
    """Return the separator of the names: a comma, a semicolon or a tab."""
    bare = re.sub(r'"[^"]*"', "", first_line)
    return max(",;\t", key=lambda sign: (bare.count(sign), sign == ","))


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

    def column(self, name: str, raw: RawColumn, known: ColumnType | None) -> Cells:
        """Return a column's cells, with None for missing ones, and their type."""
        column = _Column.of(raw.values(of_r=self.of_r))
        if self.for_excel:
            column = _Column.of([cell and _unwrapped(cell) for cell in column.cells])
        if known is Texts:
            return Cells(_with_all_digits(name, column), Texts)
        if not column.present:
            return Cells(column.cells)
        # In a column of numbers both are missing values: readr writes NA without quotes, and other
        # programs quote every cell.
        if "NA" in column.lines or "" in column.present:
            cells = [None if cell in _NO_NUMBERS else cell for cell in column.cells]
            others = _Column.of(cells)
            if others.present and self._reader(others):
                column = others
        read_all = self._reader(column)
        found = read_all(column, known) if read_all else None
        return found or Cells(column.cells, Texts)

    def _reader(self, column: _Column) -> _ReadAll | None:
        """Return the function that parses the cells of a column; None for texts."""
        first, lines, number = column.present[0], column.lines, len(column.present)
        if not _FIRST_SIGNS.match(first):
            return None
        if lines.count("\n") != number - 1:
            return _json if all(map(_LIST.match, column.present)) else None
        if _LIST.match(first):
            begins = lines.count("\n[") + lines.count("\n{")
            ends = lines.count("]\n") + lines.count("}\n")
            are_lists = begins == ends == number - 1 and lines.endswith(("]", "}"))
            return _json if are_lists else None
        # What is left to match is one outline for each way to write the cells.
        outlines = "\n".join(set(lines.translate(_OUTLINE).split("\n")))
        for form, read_all in _FORMS:
            if not form.search(f"\n{outlines}"):
                return read_all
        if self.decimal_comma and not _DECIMAL_COMMA.search(f"\n{outlines}"):
            return _decimal_comma
        return None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that is being parsed.

    To go through 100,000 texts takes as long as a computation on all of them joined.

    Attributes
    ----------
    cells
        Its cells, None where they are missing.
    present
        Those that are not missing.
    lines
        Those, joined by line ends.
    """

    cells: list[str | None]
    present: list[str]
    lines: str

    @classmethod
    def of(cls, cells: list[str | None]) -> _Column:
        """Build the column of these cells."""
        present = [cell for cell in cells if cell is not None]
        return cls(cells, present, "\n".join(present))

    def with_gaps(self, values: Iterable[Any]) -> list[Any]:
        """Return values of those cells that are not missing, with None for those that are."""
        if len(self.present) == len(self.cells):
            return list(values)
        found = iter(values)
        return [None if cell is None else next(found) for cell in self.cells]


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


def _with_all_digits(name: str, column: _Column) -> list[str | None]:
    """Return a column of ids or texts; ids that a spreadsheet has rounded are refused."""
    if not names_an_id(name) or _DIGITS.fullmatch(column.lines):
        return column.cells
    return [cell and _id(name, cell) for cell in column.cells]


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


# ------------------------------------------------------------------------- the type of a column

_ReadAll = Callable[[_Column, ColumnType | None], Cells | None]


def _flags(column: _Column, known: ColumnType | None) -> Cells:
    return Cells(column.with_gaps(cell in _TRUE for cell in column.present), Flags)


def _json(column: _Column, known: ColumnType | None) -> Cells | None:
    """Parse lists and objects, written as JSON or as Python prints them."""
    try:
        return Cells(
            column.with_gaps(_lists_of_texts(column) or map(_literal, column.present)), Structs
        )
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _lists_of_texts(column: _Column) -> list[Any] | None:
    """Parse lists of texts, all at once; None if one is anything else."""
    with contextlib.suppress(msgspec.MsgspecError, UnicodeEncodeError):
        lists = _TEXT_LISTS.decode_lines(column.lines)
        return lists if len(lists) == len(column.present) else None
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


def _times(column: _Column, known: ColumnType | None) -> Cells | None:
    """Parse times. R writes midnights as days: parse those only where the column holds times."""
    if ":" not in column.lines and known not in (Times, Counts):
        return None
    seconds = _whole_seconds(column.lines)
    if seconds is None:
        return parse_times(column.cells)
    return Cells(column.with_gaps(seconds), Times)


def _whole_seconds(lines: str) -> list[int] | None:
    """Parse times in UTC without fractions, all at once; None if one of them is anything else."""
    lines = lines.replace("+00:00", "").replace("Z", "")
    if "+" in lines or "." in lines or lines.count("-") != 2 * (lines.count("\n") + 1):
        return None
    try:
        moments = np.array(lines.split("\n"), dtype="datetime64[s]")
    except ValueError:
        return None
    # NumPy has a year 0, which Python's calendar has not.
    return moments.astype("i8").tolist() if moments.min() >= _FIRST_MOMENT else None


def _whole(column: _Column, known: ColumnType | None) -> Cells:
    """Parse whole numbers; keep a column with numbers beyond 64 bits as texts."""
    numbers = msgspec.json.decode(f"[{column.lines.replace(chr(10), ',')}]", type=list[int])
    if not -Counts.limit <= min(numbers) <= max(numbers) <= Counts.limit:
        return Cells(column.cells, Texts)
    return Cells(column.with_gaps(numbers), Counts)


def _decimal(column: _Column, known: ColumnType | None) -> Cells:
    """Parse decimal numbers; keep a column with whole numbers that lose digits as texts."""
    if any(map(_BEYOND_A_FLOAT.fullmatch, column.present)):
        return Cells(column.cells, Texts)
    return Cells(column.with_gaps(map(float, column.present)), Floats)


def _decimal_comma(column: _Column, known: ColumnType | None) -> Cells:
    return _decimal(_Column.of([cell and cell.replace(",", ".") for cell in column.cells]), known)


def _line_unlike(form: str) -> re.Pattern[str]:
    """Compile the pattern of a line that has another form: one search in place of many matches."""
    return re.compile(rf"\n(?!(?:{form})(?:\n|\Z))", re.I)


_TEXT_LISTS = msgspec.json.Decoder(list[str | None])
# The outline of a cell has 1 for each digit but 0, which no long number begins with.
_OUTLINE = str.maketrans("23456789", "11111111")
_FIRST_MOMENT = np.datetime64("0001-01-01", "s")
_TRUE = {"true", "True", "TRUE"}
_BEYOND_A_FLOAT = re.compile(r"-?\d{16,}")
_FIRST_SIGNS = re.compile(r"[-\d.\[{tfi]", re.I)
_LIST = re.compile(r"[\[{]")
_DECIMAL_COMMA = _line_unlike(r"-?[0-9]+(?:,[0-9]*)?(?:e[+-]?[0-9]+)?")
_FORMS: tuple[tuple[re.Pattern[str], _ReadAll], ...] = (
    (_line_unlike("true|false"), _flags),
    (_line_unlike(r"-?(?:0|[1-9][0-9]{0,4000})"), _whole),
    (_line_unlike(r"-?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|-?inf"), _decimal),
    (
        _line_unlike(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
            r"(?:[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
        ),
        _times,
    ),
)
