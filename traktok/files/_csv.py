"""CSV: this package's own, and that of R's ``write.csv()`` and readr."""

from __future__ import annotations

import ast
import codecs
import contextlib
import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
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
    Lists,
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
from traktok.files._csv_cells import Column, objects, split


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
    cells = split(data, separator)
    if twice := repeated_name(cells.names):
        raise Unreadable(f"has two columns named {twice!r}")
    known = types_of(cells.names)
    numbers = [name for name in cells.names if known.get(name) in (Counts, Flags, Times)]
    of_r = bool(_QUOTED_HEAD.fullmatch(first_line) or cells.has_bare_na(numbers))
    file = _File(for_excel=for_excel, decimal_comma=separator == ";")
    columns = zip(cells.names, cells.columns(of_r=of_r), strict=True)
    return build_table(
        # write.csv() puts row names first, in a column without a name.
        {name: file.cells(name, column, known.get(name)) for name, column in columns if name}
    )


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
    """How a file writes its cells.

    Attributes
    ----------
    for_excel
        Whether it begins as files for Excel do: ids as formulas, an apostrophe before others.
    decimal_comma
        Whether numbers may have a comma for a point.
    """

    for_excel: bool
    decimal_comma: bool

    def cells(self, name: str, column: Column, known: ColumnType | None) -> Cells:
        """Convert a column of texts to the values they stand for."""
        if self.for_excel and _WRAPPED_LINE.search(b"\n%b" % column.lines):
            column = Column.of([cell and _unwrapped(cell) for cell in column.texts()])
        if column.missing.all() and known is not Texts:
            return Cells(column.texts().tolist())
        if known is Texts:
            return _with_all_digits(name, column)
        return (
            self._parsed(column, known)
            or self._parsed(_without_na(column), known)
            or _texts(column)
        )

    def _parsed(self, column: Column | None, known: ColumnType | None) -> Cells | None:
        """Parse a column of anything but texts; None if it holds texts."""
        if column is None or column.missing.all():
            return None
        lines = column.lines
        if lines.startswith((b"[", b"{")):
            return _json(column)
        if not _FIRST_SIGNS.match(lines) or lines.count(b"\n") != column.count - 1:
            return None
        if not lines.translate(None, _SIGNS_OF_WHOLE) and (numbers := _whole(column)):
            return numbers
        # What is left to match is one outline for each way to write the cells.
        outlines = b"\n" + b"\n".join(set(lines.translate(_OUTLINE).split(b"\n")))
        for form, read_all in _FORMS:
            if not form.search(outlines):
                return read_all(column, known)
        if self.decimal_comma and not _DECIMAL_COMMA.search(outlines):
            return _decimal(replace(column, lines=lines.replace(b",", b".")), known)
        return None


def _without_na(column: Column) -> Column | None:
    """Return the column with NA and empty texts as missing; None if it holds neither.

    In a column of numbers both are missing values: readr writes NA without quotes, and other
    programs quote every cell.
    """
    framed = b"\n%b\n" % column.lines
    if b"\nNA\n" not in framed and b"\n\n" not in framed:
        return None
    return Column.of([None if cell in ("", "NA") else cell for cell in column.texts()])


_WRAPPED_LINE = re.compile(rb"\n(?:=\"|')")
_WRAPPED = re.compile(r"=\"(\d+)\"|'('*[=+\-@\t\r].*)", re.S)


def _unwrapped(cell: str) -> str:
    """Undo what was written for Excel."""
    wrapped = _WRAPPED.fullmatch(cell)
    return (wrapped[1] or wrapped[2]) if wrapped else cell


_ROUNDED = re.compile(r"-?\d+(?:[.,]\d+)?[eE]\+?\d+")
_WITH_POINT = re.compile(r"(\d+)\.0+")
_EXACT = 2**53  # up to here, a number with a point has all its digits


def _with_all_digits(name: str, column: Column) -> Cells:
    """Return a column of ids or texts; ids that a spreadsheet has rounded are refused."""
    if not names_an_id(name) or column.lines.replace(b"\n", b"").isdigit():
        return _texts(column)
    return Cells([cell and _id(name, cell) for cell in column.texts()], Texts)


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


def _texts(column: Column) -> Cells:
    return Cells(column.texts(), Texts, column.missing)


def _flags(column: Column, known: ColumnType | None) -> Cells:
    flags = np.array(column.lines.lower().split(b"\n")) == b"true"
    return Cells(column.with_gaps(flags, gap=False), Flags, column.missing)


def _json(column: Column) -> Cells | None:
    """Parse lists and objects, written as JSON or as Python prints them."""
    try:
        lists = _lists_of_texts(column)
        values = list(map(_literal, column.present())) if lists is None else lists
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    cells = column.with_gaps(objects(values), gap=None)
    return Cells(cells, Structs if lists is None else Lists, column.missing)


def _lists_of_texts(column: Column) -> list[Any] | None:
    """Parse lists of texts, all at once; None if one is anything else."""
    lines = column.lines
    if b'"' not in lines and b"\\" not in lines:  # Python prints texts within apostrophes
        lines = lines.replace(b"'", b'"')
    with contextlib.suppress(msgspec.MsgspecError):
        lists = _TEXT_LISTS.decode_lines(lines)
        return lists if len(lists) == column.count else None
    return None


def _literal(cell: str) -> Any:
    try:
        value = msgspec.json.decode(cell)
    except msgspec.MsgspecError:
        try:
            value = parse_json(cell)
        except ValueError:
            value = ast.literal_eval(cell)
    if is_too_deep(value):
        raise ValueError("nests too deep")
    if not isinstance(value, (list, dict, set)):
        raise ValueError("is not a list or an object")
    return value


def _times(column: Column, known: ColumnType | None) -> Cells | None:
    """Parse times. R writes midnights as days: parse those only where the column holds times."""
    if b":" not in column.lines and known not in (Times, Counts):
        return None
    moments = _times_in_utc(column.lines)
    if moments is None:
        return parse_times(column.texts())
    seconds = moments.astype("datetime64[s]")
    if (seconds == moments).all():
        return Cells(column.with_gaps(seconds.astype("i8"), gap=0), Times, column.missing)
    times = column.with_gaps(moments, gap=np.datetime64("NaT"))
    return Cells(pd.array(times, dtype="datetime64[us]").tz_localize("UTC"))


def _times_in_utc(lines: bytes) -> Any:
    """Parse times in UTC, all at once; None if one of them is anything else."""
    lines = lines.replace(b"+00:00", b"").replace(b"Z", b"")
    if b"+" in lines or lines.count(b"-") != 2 * (lines.count(b"\n") + 1):
        return None
    try:
        # Not by casting an array of bytes: NumPy 1.26 crashes on a day like 30 February.
        moments = np.array(lines.decode().split("\n"), dtype="datetime64[us]")
    except (TypeError, ValueError):  # the former for more digits than microseconds have
        return None
    # NumPy has a year 0, which Python's calendar has not.
    return moments if moments.min() >= _FIRST_MOMENT else None


def _whole(column: Column) -> Cells | None:
    """Parse whole numbers; None if one is anything else, or takes more than 64 bits."""
    try:
        numbers = _WHOLE.decode(b"[%b]" % column.lines.replace(b"\n", b","))
        array = np.array(numbers, dtype="i8")
    except (msgspec.MsgspecError, OverflowError):
        return None
    if array.min() < -Counts.limit:
        return None
    return Cells(column.with_gaps(array, gap=0), Counts, column.missing)


def _decimal(column: Column, known: ColumnType | None) -> Cells:
    """Parse decimal numbers; keep a column with whole numbers that lose digits as texts."""
    if _BEYOND_A_FLOAT.search(column.lines):
        return _texts(column)
    numbers = np.array(list(map(float, column.lines.split(b"\n"))))
    return Cells(column.with_gaps(numbers, gap=np.nan), Floats, column.missing)


def _line_unlike(form: str) -> re.Pattern[bytes]:
    """Compile the pattern of a line that has another form: one search in place of many matches."""
    return re.compile(rf"\n(?!(?:{form})(?:\n|\Z))".encode(), re.I)


_WHOLE = msgspec.json.Decoder(list[int])
_SIGNS_OF_WHOLE = b"-0123456789\n"
_TEXT_LISTS = msgspec.json.Decoder(list[str | None])
# The outline of a cell has 1 for each digit but 0, which no long number begins with.
_OUTLINE = bytes.maketrans(b"23456789", b"11111111")
_FIRST_MOMENT = np.datetime64("0001-01-01", "s")
_BEYOND_A_FLOAT = re.compile(rb"(?m)^-?[0-9]{16,}$")
_FIRST_SIGNS = re.compile(rb"[-\d.tfi]", re.I)
_DECIMAL_COMMA = _line_unlike(r"-?[0-9]+(?:,[0-9]*)?(?:e[+-]?[0-9]+)?")
_ReadAll = Callable[[Column, ColumnType | None], Cells | None]
_FORMS: tuple[tuple[re.Pattern[bytes], _ReadAll], ...] = (
    (_line_unlike("true|false"), _flags),
    (_line_unlike(r"-?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|-?inf"), _decimal),
    (
        _line_unlike(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
            r"(?:[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
        ),
        _times,
    ),
)
