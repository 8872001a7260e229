"""Parquet files; the attributes of a result are stored in the file's metadata."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import IO, Any

import numpy as np
import pandas as pd

from traktok._r.rds import Unreadable
from traktok._tables.columns import (
    ColumnType,
    Counts,
    Flags,
    Floats,
    Lists,
    Structs,
    Texts,
    Times,
)
from traktok._tables.fields import type_of
from traktok._text import printable
from traktok._unpack import parse_json
from traktok.files._cells import (
    Cells,
    attrs_to_keep,
    build_table,
    cell_text,
    json_value,
    label_names,
    object_columns,
    python_values,
    utf8_text,
    with_labels_as_columns,
)

_OURS = b"traktok"
_OF_PANDAS = b"PANDAS_ATTRS"  # where pandas itself writes attributes; pyarrow does from 22 on


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # an extra without stubs
        import pyarrow.parquet as pq  # type: ignore[import-untyped]
    except ImportError:
        raise ImportError(
            'Parquet needs the extra: pip install "traktok[parquet]"', name="pyarrow"
        ) from None
    return pa, pq


def write_parquet(whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    """Write a table from its parts."""
    pa, pq = _pyarrow()
    objects = object_columns(whole)
    lists = [name for name in objects if type_of(name) is Lists and _is_lists(whole[name])]
    try:
        schema = _schema(whole, lists)
        with pq.ParquetWriter(stream, schema) as file:
            for part in parts:
                file.write_table(_arrow_table(_plain(with_labels_as_columns(part), lists), schema))
    except (pa.ArrowException, ArithmeticError, pd.errors.OutOfBoundsDatetime) as error:
        reason = printable(" ".join(map(str, error.args)))
        raise ValueError(
            f"Parquet can't represent a value of this table ({reason}): save as .csv or .rds"
        ) from None


def _schema(whole: pd.DataFrame, lists: list[Any]) -> Any:
    """Return the schema of a table; only lists need more than their dtype."""
    pa, _ = _pyarrow()
    empty = with_labels_as_columns(whole.iloc[:0])
    extra = {
        "attrs": attrs_to_keep(whole),
        "index": label_names(whole),
        "json": object_columns(empty),
    }
    empty = _plain(empty, lists)
    empty = empty.astype(dict.fromkeys(_text_columns(empty), "string"))
    empty.attrs = json_value(whole.attrs)
    schema = pa.Schema.from_pandas(empty, preserve_index=False)
    for name in lists:
        field = pa.field(name, pa.list_(pa.string()))
        schema = schema.set(schema.get_field_index(name), field)
    ours = {_OURS: json.dumps(extra), _OF_PANDAS: json.dumps(empty.attrs)}
    return schema.with_metadata({**(schema.metadata or {}), **ours})


def _plain(frame: pd.DataFrame, lists: list[Any]) -> pd.DataFrame:
    """Convert objects other than lists of texts to texts, and seconds to milliseconds.

    Parquet has no seconds. pyarrow converts them as well, but before 25 it wrote those that
    milliseconds can't represent as other times, without an error.
    """
    for name, kind in frame.dtypes.items():
        if str(kind).startswith("datetime64[s"):
            frame[name] = frame[name].dt.as_unit("ms")
    for name in object_columns(frame):
        if name not in lists:
            texts = list(map(cell_text, frame[name]))
            frame[name] = pd.Series(texts, dtype=pd.StringDtype("python"))
    return frame


def _text_columns(frame: pd.DataFrame) -> list[Any]:
    return [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.StringDtype)]


def _arrow_table(frame: pd.DataFrame, schema: Any) -> Any:
    """Convert a part to a table of Arrow's, which holds no half of a surrogate pair."""
    pa, _ = _pyarrow()
    try:
        return pa.Table.from_pandas(frame, schema, preserve_index=False)
    except UnicodeEncodeError:
        for name in _text_columns(frame):
            frame[name] = pd.Series(map(utf8_text, python_values(frame[name])), dtype="string")
        for name in object_columns(frame):
            lists = [cell and [*map(utf8_text, cell)] for cell in python_values(frame[name])]
            frame[name] = pd.Series(lists, dtype=object)
        return pa.Table.from_pandas(frame, schema, preserve_index=False)


def _is_lists(column: pd.Series[Any]) -> bool:
    """Return whether a column holds lists of texts only."""
    cells = column.tolist()
    if {list, type(None)}.issuperset(map(type, cells)):
        return {str, type(None)}.issuperset(map(type, chain.from_iterable(filter(None, cells))))
    return all(_is_list(cell) or cell_text(cell) is None for cell in column)


def _is_list(cell: Any) -> bool:
    return isinstance(cell, list) and all(isinstance(one, (str, type(None))) for one in cell)


# ------------------------------------------------------------------------------------------ reading

_IN_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def read_parquet(data: bytes, name: str | None = None) -> pd.DataFrame:
    """Read a Parquet file, of this package or of any other program."""
    pa, pq = _pyarrow()
    try:
        table = pq.ParquetFile(pa.BufferReader(data)).read()
        names = table.column_names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"is not a Parquet file, or is incomplete ({error})") from None
    extra = _metadata(table.schema.metadata or {})
    of_json = set(extra["json"])
    columns = {
        name: _readable(name, column, name in of_json)
        for name, column in zip(names, table.columns, strict=True)
    }
    read_table = build_table(columns, extra["index"])
    read_table.attrs = extra["attrs"]
    return read_table


def _metadata(metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    """Parse the metadata that :func:`write_parquet` adds."""
    try:
        noted = parse_json(metadata.get(_OURS, b"{}"))
    except ValueError:
        noted = None
    if isinstance(noted, dict):
        extra = {"attrs": {}, "index": [], "json": [], **noted}
        names = [extra["index"], extra["json"]]
        are_names = all(isinstance(x, list) and all(isinstance(n, str) for n in x) for x in names)
        if are_names and isinstance(extra["attrs"], dict):
            return extra
    raise Unreadable("is damaged: its traktok metadata is not valid")


def _readable(name: str, column: Any, of_json: bool) -> Cells:
    try:
        return _cells(column, of_json)
    # pytz, of which pandas 2 has its time zones, raises a KeyError for one that it does not know.
    except (_pyarrow()[0].ArrowException, ArithmeticError, ValueError, KeyError) as error:
        raise Unreadable(
            f"holds values that Python can't represent, in column {name!r} ({error})"
        ) from None


def _cells(column: Any, of_json: bool) -> Cells:
    types = _pyarrow()[0].types
    if types.is_timestamp(column.type):
        return _whole(column, _IN_A_SECOND[column.type.unit], Times)
    if types.is_integer(column.type) and not types.is_uint64(column.type):
        return _whole(column, 1, Counts)
    if (types.is_string(column.type) or types.is_large_string(column.type)) and not of_json:
        return Cells(column.to_numpy(), Texts, column.is_null().to_numpy())
    if types.is_list(column.type) and types.is_string(column.type.value_type):
        lists = np.fromiter(column.to_pylist(), dtype=object, count=len(column))
        return Cells(lists, Lists, column.is_null().to_numpy())
    values = column.to_pylist()
    if isinstance(next((value for value in values if value is not None), None), bytes):
        # Some programs write texts as bytes.
        texts = [None if one is None else one.decode(errors="backslashreplace") for one in values]
        return Cells(texts, Texts)
    if of_json and {str, type(None)}.issuperset(map(type, values)):
        return _structures(values)
    tests: dict[Callable[[Any], bool], ColumnType] = {
        types.is_integer: Counts,
        types.is_boolean: Flags,
        types.is_floating: Floats,
        types.is_nested: Structs,
    }
    return Cells(values, next((kind for test, kind in tests.items() if test(column.type)), None))


def _whole(column: Any, unit: int, kind: type[Counts]) -> Cells:
    """Convert integers, or times in so many parts of a second."""
    numbers = column.cast(_pyarrow()[0].int64()).fill_null(0).to_numpy()
    if (numbers % unit).any():
        return Cells(pd.to_datetime(column.to_pandas(), utc=True).array)
    cells = Cells(numbers // unit, kind, column.is_null().to_numpy())
    is_in_limit = (-kind.limit <= cells.values) & (cells.values <= kind.limit)
    return cells if is_in_limit.all() else cells.as_list()


def _structures(texts: list[Any]) -> Cells:
    """Parse a column that may hold any objects: JSON, or texts that are not JSON."""
    values = list(map(_structure, texts))
    if any(isinstance(value, (list, dict)) for value in values):
        return Cells(values, Structs)
    return Cells(values, Texts if any(value is not None for value in values) else None)


def _structure(written: str | None) -> Any:
    if written is not None and written.startswith(("[", "{")):
        with contextlib.suppress(ValueError):
            return parse_json(written)
    return written
