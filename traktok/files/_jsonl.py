"""JSONL: one object per row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import IO, Any

import msgspec
import pandas as pd

from traktok._r.rds import Unreadable
from traktok._tables.columns import ColumnType, Counts, Flags, Floats, Structs, Texts
from traktok._unpack import parse_json
from traktok.files._cells import (
    Cells,
    build_table,
    json_default,
    name_text,
    parse_times,
    python_values,
    types_of,
    with_labels_as_columns,
)


def write_jsonl(_: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    """Write a table from its parts."""
    for part in map(with_labels_as_columns, parts):
        names = part.columns.tolist()
        columns = [_json_values(part.iloc[:, n]) for n in range(part.shape[1])]
        for row in zip(*columns, strict=True):
            stream.write(_json_bytes(dict(zip(names, row, strict=True))) + b"\n")


def _json_values(column: pd.Series[Any]) -> list[Any]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert("UTC").map(_as_time, na_action="ignore")
    return python_values(column)


def _as_time(moment: pd.Timestamp) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _json_bytes(row: dict[Any, Any]) -> bytes:
    try:
        return msgspec.json.encode(row)
    except (UnicodeEncodeError, TypeError):
        text = json.dumps(row, ensure_ascii=False, default=json_default)
        return text.encode(errors="backslashreplace")


# ------------------------------------------------------------------------------------------ reading

# A table has a cell for each row and name: rows that share no names would fill the memory.
_MOST_CELLS_FOR_A_VALUE, _LEAST_CELLS = 100, 10**6
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_KINDS: dict[type, ColumnType] = {str: Texts, int: Counts, bool: Flags, float: Floats}


def read_jsonl(data: bytes, name: str | None = None) -> pd.DataFrame:
    """Parse a file with one object per line, or with one array of objects."""
    if not data.strip():
        return build_table({})
    return _table(_array(data) if data.lstrip().startswith(b"[") else _lines(data))


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = dict.fromkeys(key for row in rows for key in row)
    given = sum(map(len, rows))
    if len(names) * len(rows) > _MOST_CELLS_FOR_A_VALUE * given + _LEAST_CELLS:
        raise Unreadable(
            f"is not a table: its {len(rows):,} rows have {len(names):,} different names, "
            "nearly every row others"
        )
    return _build({key: [row.get(key) for row in rows] for key in names})


def _build(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    known = types_of(columns)
    return build_table(
        {name_text(key): _typed(cells, known.get(key)) for key, cells in columns.items()}
    )


def read_json(data: bytes, name: str | None = None) -> pd.DataFrame:
    """Read a file of one JSON value: an array of objects, or an object of columns; or JSONL.

    Columns are arrays, as R's ``toJSON(dataframe = "columns")`` writes them, or objects with a
    key a row, as pandas' ``to_json()`` does.
    """
    try:
        value = parse_json(data)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not value:
        return read_jsonl(data)
    cells = list(value.values())
    if all(isinstance(column, dict) for column in cells):
        labels = list(cells[0])
        if labels and all(list(column) == labels for column in cells):
            cells = [list(column.values()) for column in cells]
    if any(not isinstance(column, list) for column in cells):
        return _table([value])
    if len(set(map(len, cells))) > 1:
        raise Unreadable("is not a table: its columns have different numbers of cells")
    return _build(dict(zip(value, cells, strict=True)))


def _lines(data: bytes) -> list[dict[str, Any]]:
    return [_row(line, number) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]


def _array(data: bytes) -> list[dict[str, Any]]:
    try:
        rows = parse_json(data)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("is incomplete, or is not a JSON array of objects")
    return rows


def _row(line: bytes, number: int) -> dict[str, Any]:
    try:
        row = parse_json(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise Unreadable(f"is incomplete, or is not JSONL: line {number} is not a JSON object")
    return row


def _typed(values: list[Any], known: ColumnType | None) -> Cells:
    kinds = set(map(type, values)) - {type(None)}
    if kinds & {list, dict}:
        return Cells(values, Structs)
    if kinds == {str} and known is not Texts:
        there = [value for value in values if value is not None]
        if all(map(_TIME.fullmatch, there)) and (found := parse_times(values)):
            return found
    return Cells(values, _KINDS[kinds.pop()] if len(kinds) == 1 else None)
