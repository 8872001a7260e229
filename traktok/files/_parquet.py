"""Parquet files; the attributes of a result are stored in the file's metadata."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import IO, Any

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
    are_encodable,
    attrs_to_keep,
    build_table,
    cell_text,
    label_names,
    object_columns,
    python_values,
    utf8_text,
    utf8_texts,
    with_labels_as_columns,
)

_OURS = b"traktok"


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
    lists = [name for name in whole.columns if type_of(name) is Lists and _is_lists(whole[name])]
    try:
        schema = _schema(whole, lists)
        with pq.ParquetWriter(stream, schema) as file:
            for part in parts:
                frame = _encodable(with_labels_as_columns(part), lists)
                file.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False))
    except (pa.ArrowException, ArithmeticError) as error:
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
    empty = _encodable(empty, lists)
    empty.attrs = whole.attrs  # for pandas.read_parquet()
    schema = pa.Schema.from_pandas(empty, preserve_index=False)
    for name in lists:
        field = pa.field(name, pa.list_(pa.string()))
        schema = schema.set(schema.get_field_index(name), field)
    return schema.with_metadata({**(schema.metadata or {}), _OURS: json.dumps(extra)})


def _encodable(frame: pd.DataFrame, lists: list[Any]) -> pd.DataFrame:
    """Convert texts and lists of texts to what Arrow can store, and other objects to texts."""
    for name in frame.columns:
        column = frame[name]
        if name in lists:
            cells = python_values(column)
            if not are_encodable(chain.from_iterable(filter(None, cells))):
                cells = [cell and [*map(utf8_text, cell)] for cell in cells]
                frame[name] = pd.Series(cells, dtype=object)
        elif column.dtype == object:
            frame[name] = pd.Series(utf8_texts(list(map(cell_text, column))), dtype="string")
        elif isinstance(column.dtype, pd.StringDtype):
            frame[name] = pd.Series(utf8_texts(python_values(column)), dtype="string")
    return frame


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
        table = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"is not a Parquet file, or is incomplete ({error})") from None
    extra = _metadata(table.schema.metadata or {})
    of_json = set(extra["json"])
    columns = {
        name: _readable(name, column, name in of_json)
        for name, column in zip(table.column_names, table.columns, strict=True)
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
    except (_pyarrow()[0].ArrowException, ArithmeticError, ValueError) as error:
        raise Unreadable(
            f"holds values that Python can't represent, in column {name!r} ({error})"
        ) from None


def _cells(column: Any, of_json: bool) -> Cells:
    types = _pyarrow()[0].types
    if types.is_timestamp(column.type):
        return _times(column)
    if (types.is_string(column.type) or types.is_large_string(column.type)) and not of_json:
        return Cells(column.to_numpy().tolist(), Texts)
    if types.is_list(column.type) and types.is_string(column.type.value_type):
        return Cells([cell for chunk in column.chunks for cell in _text_lists(chunk)], Structs)
    values = column.to_pylist()
    if isinstance(next((value for value in values if value is not None), None), bytes):
        # Some programs write texts as bytes.
        texts = [None if one is None else one.decode(errors="backslashreplace") for one in values]
        return Cells(texts, Texts)
    if of_json and not types.is_nested(column.type):
        return _structures(values)
    tests: dict[Callable[[Any], bool], ColumnType] = {
        types.is_integer: Counts,
        types.is_boolean: Flags,
        types.is_floating: Floats,
        types.is_nested: Structs,
    }
    return Cells(values, next((kind for test, kind in tests.items() if test(column.type)), None))


def _text_lists(chunk: Any) -> Iterator[list[str | None] | None]:
    """Yield the cells of an array of lists of texts: much faster than element by element."""
    offsets = chunk.offsets.to_pylist()
    elements = chunk.values.to_numpy(zero_copy_only=False).tolist()
    is_valid = chunk.is_valid().to_pylist()
    for start, end, is_there in zip(offsets, offsets[1:], is_valid, strict=False):
        yield elements[start:end] if is_there else None


def _times(column: Any) -> Cells:
    pa, _ = _pyarrow()
    parts = column.cast(pa.int64()).to_pylist()
    second = _IN_A_SECOND[column.type.unit]
    if any(part % second for part in parts if part is not None):
        return Cells(pd.to_datetime(column.to_pandas(), utc=True).array)
    return Cells([None if part is None else part // second for part in parts], Times)


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
