"""Functions that the formats share: convert cells for files, and columns back to their types.

The names of TikTok's columns determine their types; any other column keeps the type that its file
states.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from traktok._http.endpoints import ROWS, SEARCH
from traktok._tables.builder import typed
from traktok._tables.columns import ColumnType, Texts, Times, names_an_id
from traktok._tables.fields import type_of, unknown_type

# The attributes of a result that files keep.
_BESIDES = (
    "search_id",
    "cursor",
    "start_date",
    "end_date",
    "has_more",
    "skipped",
    "unfinished",
)


def attrs_to_keep(table: pd.DataFrame) -> dict[str, Any]:
    """Return the attributes of a result that a file keeps, as values that JSON represents."""
    return {name: json_value(table.attrs[name]) for name in _BESIDES if name in table.attrs}


def json_value(value: Any) -> Any:
    """Convert a value, such as an attribute that a user has set, to one that JSON represents."""
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return list(map(json_value, value))
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    return value if isinstance(value, str | int | float) else json_default(value)


# ------------------------------------------------------------------------------------------ writing


def label_names(table: pd.DataFrame) -> list[str]:
    """Return the names of the row labels that a file keeps: those that have a name."""
    return [str(name) for name in table.index.names if name is not None]


def with_labels_as_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Convert the row labels that a file keeps to columns, and the names of columns to texts."""
    frame = pd.DataFrame(table).reset_index(drop=not label_names(table))
    frame.columns = pd.Index(list(map(str, frame.columns)), dtype=object)
    return frame


def object_columns(frame: pd.DataFrame) -> list[Any]:
    """Return the names of the columns of dtype object."""
    return [name for name, kind in frame.dtypes.items() if kind == object]  # noqa: E721  # pandas compares


def python_values(column: pd.Series[Any]) -> list[Any]:
    """Convert a column to Python values, with None for what is missing."""
    return column.astype(object).where(column.notna(), None).tolist()


def cell_text(cell: Any) -> str | None:
    """Convert any cell to text: a string unchanged, a list or dict as JSON."""
    if pd.api.types.is_scalar(cell):
        return None if pd.isna(cell) else str(cell)
    return json.dumps(cell, ensure_ascii=False, default=json_default)


def json_default(value: Any) -> Any:
    """Convert what JSON can't represent: an array to a list, anything else to text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def utf8_text(written: str | None) -> str | None:
    """Replace characters that UTF-8 can't encode by their escapes."""
    if written is None or written.isascii():
        return written
    return written.encode(errors="backslashreplace").decode()


def name_text(name: str) -> str:
    """Write a name with escapes for what UTF-8, and so pandas, has no bytes for."""
    return name.encode(errors="backslashreplace").decode()


# ------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class Cells:
    """A column as read from a file: Python values, None for missing, and the type in the file.

    Times are whole seconds since 1970. ``type`` is None if the file does not state one. ``values``
    may also be a NumPy array of values of that type, with a mask of those that are ``missing``, or
    an array of pandas', which is a column that needs no conversion.
    """

    values: Any
    type: ColumnType | None = None
    missing: Any = None

    def as_list(self) -> Cells:
        """Convert a NumPy array to Python values."""
        if self.missing is None:
            return self
        values = self.values.astype(object)
        values[self.missing] = None
        return Cells(values.tolist(), self.type)


def build_table(columns: Mapping[str, Cells], index: Iterable[str] = ()) -> pd.DataFrame:
    """Build a table with the types that this package gives to its columns."""
    types = types_of(columns)
    arrays = {name: _array(name, cells, types.get(name)) for name, cells in columns.items()}
    table = pd.DataFrame(arrays, copy=False)
    labels = [name for name in index if name in columns]
    return table.set_index(labels if len(labels) > 1 else labels[0]) if labels else table


_TAGS = {row.schema.tag for row in ROWS} - {None}


def types_of(columns: Iterable[str]) -> dict[str, ColumnType]:
    """Return the types of a table's columns, as far as their names tell."""
    names = list(columns)
    types: dict[str, ColumnType] = {
        name: Texts for name in names if name in _TAGS or names_an_id(name)
    }
    types |= {name: known for name in names if (known := type_of(name))}
    if "author_name" in names:  # which tables of searches have, where create_time is a time
        types |= {column.name: column.type for column in SEARCH.fixed if column.name in names}
    return types


def _array(name: str, cells: Cells, known: ColumnType | None) -> Any:
    """Build a column of the type that its name, its file or its values suggest, in that order."""
    if cells.type and cells.missing is not None:
        if known in (cells.type, None):
            return cells.type.array(cells.values, cells.missing)
        cells = cells.as_list()
    if not isinstance(cells.values, list):
        return cells.values
    for wanted in _types_to_try(cells, known):
        column = wanted()
        column.append(cells.values)
        if not column.doubtful:
            return column.finish(len(cells.values))
    return typed(unknown_type(name), cells.values)


def _types_to_try(cells: Cells, known: ColumnType | None) -> list[ColumnType]:
    """Return the types to try; the name's type counts only if it resembles the file's."""
    stated = cells.type
    if known and stated and not _alike(known, stated) and any(v is not None for v in cells.values):
        return [stated]
    return [wanted for wanted in (known, stated) if wanted]


def _alike(one: ColumnType, other: ColumnType) -> bool:
    return one.nested is other.nested and (one is Times) is (other is Times)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MISSING_TIME = -(2**63)  # NumPy's NaT


def parse_times(texts: Iterable[str | None]) -> Cells | None:
    """Parse ISO 8601 times, as UTC if they have no zone; None if one is not a time."""
    try:
        moments = [None if written is None else _moment(written) for written in texts]
    except ValueError:
        return None
    if any(moment.microsecond for moment in moments if moment):
        numbers = [
            _MISSING_TIME if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)
            for moment in moments
        ]
        times = pd.DatetimeIndex(np.array(numbers, dtype="i8").view("M8[us]"))
        return Cells(times.tz_localize("UTC").array)
    return Cells(
        [moment and (moment - _EPOCH) // timedelta(seconds=1) for moment in moments], Times
    )


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
