"""Excel workbooks and Stata files: cells as these programs store them, within their limits.

Neither has lists, nullable 64-bit integers or time zones. Ids are written as text, so that every
digit is kept; lists are joined with commas; times are in UTC, without a zone.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

import pandas as pd

from traktok._text import counted
from traktok.errors import warn
from traktok.files._cells import cell_text, json_default, python_values, with_labels_as_columns

# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
_EXCEL_ROWS, _EXCEL_COLUMNS, _EXCEL_TEXT = 1_048_575, 16_384, 32_767
_EXCEL_DIGITS = 10**15  # Excel calculates with 15 digits
_EXCEL_FIRST_YEAR, _EXCEL_LAST_YEAR = 1900, 9999
# https://www.stata.com/manuals/rlimits.pdf, https://www.stata.com/manuals/u11.pdf
_STATA_NAME, _STATA_COLUMNS, _STATA_TEXT = 32, 32_767, 2_000_000_000
_STATA_DIGITS = 2**53  # whole numbers that a double holds exactly
_STATA_LARGEST = float.fromhex("0x1.fffffffffffffp+1022")  # larger ones mean what is missing


def write_xlsx(whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    """Write a workbook of one sheet, with a header that stays in view."""
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError(
            'Excel files need the extra: pip install "traktok[excel]"', name=error.name
        ) from None
    names = list(map(str, with_labels_as_columns(whole.iloc[:0]).columns))
    _limit(len(names), _EXCEL_COLUMNS, "columns", "an Excel sheet")
    settings = {"in_memory": True, "constant_memory": True, "strings_to_urls": False}
    cut: dict[str, int] = {}
    with xlsxwriter.Workbook(stream, settings) as book:
        sheet = book.add_worksheet("results")
        sheet.freeze_panes(1, 0)
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, name in enumerate(names):
            sheet.write_string(0, number, name)
        row = 0
        for part in map(with_labels_as_columns, parts):
            columns = [_plain_cells(part.iloc[:, n]) for n in range(part.shape[1])]
            for cells in zip(*columns, strict=True):
                row += 1
                _limit(row, _EXCEL_ROWS, "rows", "an Excel sheet")
                for number, cell in enumerate(cells):
                    if isinstance(cell, str) and len(cell) > _EXCEL_TEXT:
                        cut[names[number]] = cut.get(names[number], 0) + 1
                        cell = cell[:_EXCEL_TEXT]
                    _write_cell(sheet, row, number, cell, moment)
    for name, number in cut.items():
        warn(
            f"{counted(number, 'texts')} in {name} cut to {_EXCEL_TEXT:,} characters, "
            "the most that an Excel cell holds."
        )


def _write_cell(sheet: Any, row: int, number: int, cell: Any, moment: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, number, cell)
    elif isinstance(cell, (int, float)) and abs(cell) < _EXCEL_DIGITS:
        sheet.write_number(row, number, cell)
    elif isinstance(cell, datetime) and _EXCEL_FIRST_YEAR <= cell.year <= _EXCEL_LAST_YEAR:
        sheet.write_datetime(row, number, cell, moment)
    else:  # also a text that looks like a formula: it stays text
        sheet.write_string(row, number, str(cell).encode(errors="backslashreplace").decode())


def write_dta(whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    """Write a Stata file (version 14 and later), with valid names; the old ones are labels."""
    table = pd.concat([with_labels_as_columns(part) for part in parts], ignore_index=True)
    _limit(table.shape[1], _STATA_COLUMNS, "columns", "a Stata file")
    if not table.shape[1]:
        raise ValueError("a Stata file can't hold a table without columns: save as .csv or .rds")
    names = _stata_names(list(map(str, table.columns)))
    labels = {
        new: str(old)[:80] for new, old in zip(names, table.columns, strict=True) if new != old
    }
    columns = [_stata_column(table.iloc[:, n]) for n in range(table.shape[1])]
    written = pd.DataFrame(dict(zip(names, columns, strict=True)), index=table.index)
    times: Any = {name: "tc" for name in names if written[name].dtype.kind == "M"}
    long = [
        name
        for name in names
        if written[name].dtype == object and written[name].map(_bytes).max() > 2045
    ]
    written.to_stata(
        stream,
        write_index=False,
        version=118,
        convert_dates=times,
        convert_strl=long,
        variable_labels=labels,
    )


def _bytes(cell: str) -> int:
    return len(cell.encode())


def _stata_column(column: pd.Series[Any]) -> pd.Series[Any]:
    cells = _plain_cells(column)
    present_cells = [cell for cell in cells if cell is not None]
    index = column.index
    if present_cells and all(isinstance(cell, datetime) for cell in present_cells):
        # pandas 2 counts in nanoseconds, which end in 2262, or 2252 for Stata's: those are texts.
        with contextlib.suppress(pd.errors.OutOfBoundsDatetime, OverflowError):
            moments = pd.Series(pd.to_datetime(pd.Series(cells, dtype=object)))
            moments - pd.Timestamp("1960-01-01")  # as to_stata() does
            return moments.set_axis(index)
    numbers = all(isinstance(cell, (int, float)) for cell in present_cells)
    exact = numbers and all(
        abs(cell) <= (_STATA_LARGEST if isinstance(cell, float) else _STATA_DIGITS)
        for cell in present_cells
    )
    if exact and (present_cells or pd.api.types.is_numeric_dtype(column.dtype)):
        return pd.Series(cells, index=index, dtype="float64")
    texts = ["" if cell is None else _stata_text(cell) for cell in cells]
    return pd.Series(texts, index=index, dtype=object)


def _stata_text(cell: Any) -> str:
    written = str(cell).encode(errors="backslashreplace").decode()
    return written.replace("\0", "\\x00")


def _stata_names(names: Sequence[str]) -> list[str]:
    """Return valid names for Stata: unique, of letters, digits and underscores, 32 at most."""
    taken: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name) or "_"
        plain = (plain if not plain[0].isdigit() else f"_{plain}")[:_STATA_NAME]
        number, unique = 1, plain
        while unique in taken:
            number += 1
            unique = f"{plain[: _STATA_NAME - len(str(number)) - 1]}_{number}"
        taken.append(unique)
    return taken


# ------------------------------------------------------------------------------------------- cells


def _plain_cells(column: pd.Series[Any]) -> list[Any]:
    """Convert a column to texts, numbers, booleans and times without a zone."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return [_plain(cell) for cell in python_values(column)]


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, (str, bool, int)):
        return cell
    if isinstance(cell, datetime):
        moment = pd.Timestamp(cell) if cell.tzinfo is None else pd.Timestamp(cell).tz_convert(None)
        return moment.to_pydatetime(warn=False) if 1 <= moment.year <= 9999 else str(moment)
    if isinstance(cell, float):
        return None if cell != cell else cell if abs(cell) != float("inf") else str(cell)
    if isinstance(cell, list) and all(isinstance(item, str) for item in cell):
        return ", ".join(cell)
    return cell_text(json_default(cell) if hasattr(cell, "tolist") else cell)


def _limit(number: int, most: int, what: str, where: str) -> None:
    if number > most:
        raise ValueError(
            f"{where} holds at most {most:,} {what}: save as .csv or .parquet, or in parts"
        )
