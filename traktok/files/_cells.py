"""What the formats share: cells into what files can hold, and columns back with their types.

What a column of TikTok's holds is known by its name; what else a table has keeps the type that its
file tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from traktok._http.endpoints import ROWS, SEARCH
from traktok._tables.builder import typed
from traktok._tables.columns import ColumnType, Texts, Times, names_an_id
from traktok._tables.fields import type_of, unknown_type

# What a result knows besides its rows.
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
    """Pick what a result knows besides its rows, and may keep in a file."""
    return {name: table.attrs[name] for name in _BESIDES if name in table.attrs}


# ------------------------------------------------------------------------------------------ writing


def label_names(table: pd.DataFrame) -> list[str]:
    """Name the row labels that a file keeps: those that have a name."""
    return [str(name) for name in table.index.names if name is not None]


def with_labels_as_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Make columns of the row labels that a file keeps."""
    return pd.DataFrame(table).reset_index(drop=not label_names(table))


def object_columns(frame: pd.DataFrame) -> list[Any]:
    """Name the columns that may hold anything."""
    return [name for name, kind in frame.dtypes.items() if kind == object]  # noqa: E721  # pandas compares


def python_values(column: pd.Series[Any]) -> list[Any]:
    """Convert a column to Python values, with None for what is missing."""
    return column.astype(object).where(column.notna(), None).tolist()


def cell_text(cell: Any) -> str | None:
    """Write a cell that may hold anything: a text as it is, a list and the like as JSON."""
    if pd.api.types.is_scalar(cell):
        return None if pd.isna(cell) else str(cell)
    return json.dumps(cell, ensure_ascii=False, default=json_default)


def json_default(value: Any) -> Any:
    """Write what JSON has no word for: an array as a list."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def utf8_text(written: str | None) -> str | None:
    """Write what UTF-8 has no bytes for as its escape."""
    if written is None or written.isascii():
        return written
    return written.encode(errors="backslashreplace").decode()


# ------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class Cells:
    """A column as a file has it: Python values with None for missing, and what they are there.

    Times are whole seconds since 1970. ``type`` is None if the file does not tell. An array in
    place of the list is a column that is finished already.
    """

    values: Any
    type: ColumnType | None = None


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
    """Build a column: as its name says, as the file says, or as its values turn out to be."""
    if not isinstance(cells.values, list):
        return cells.values
    for wanted in _types_to_try(cells, known):
        column = wanted()
        column.append(cells.values)
        if not column.doubtful:
            return column.finish(len(cells.values))
    return typed(unknown_type(name), cells.values)


def _types_to_try(cells: Cells, known: ColumnType | None) -> list[ColumnType]:
    """Trust a column's name only as far as what it holds is alike."""
    told = cells.type
    if known and told and not _alike(known, told) and any(v is not None for v in cells.values):
        return [told]
    return [wanted for wanted in (known, told) if wanted]


def _alike(one: ColumnType, other: ColumnType) -> bool:
    return one.nested is other.nested and (one is Times) is (other is Times)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_times(texts: Iterable[str | None]) -> Cells | None:
    """Read times as ISO 8601 has them, in UTC if they name no zone; None if one is not a time."""
    try:
        moments = [None if written is None else _moment(written) for written in texts]
    except ValueError:
        return None
    if any(moment.microsecond for moment in moments if moment):
        return Cells(pd.to_datetime(pd.Series(moments, dtype=object), utc=True).array)
    return Cells(
        [moment and (moment - _EPOCH) // timedelta(seconds=1) for moment in moments], Times
    )


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
