r"""Results into files that other programs read, every digit of an id intact.

======== ==================================================================================
format   what stands in it
======== ==================================================================================
CSV      ids as digits, lists as JSON, times as ``2023-11-01 12:00:00+00:00``, missing empty
JSONL    one object a row: ids as strings, lists as lists, missing as null
Parquet  ids as strings, lists as lists of strings, other structures as JSON, times in UTC
======== ==================================================================================

Half of a surrogate pair, which no UTF-8 file can hold, is written as its escape, ``\ud83d``.
"""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Literal

import msgspec
import pandas as pd

from traktok._disk import written_aside
from traktok._frames import Lists, kind_of

_ROWS_AT_ONCE = 10_000


def save(table: pd.DataFrame, path: str | Path) -> Path:
    """Write a table to a file, in the format its name ends in.

    Parameters
    ----------
    table : pandas.DataFrame
        A result of this package, or what you made of one.
    path : str or Path
        A name that ends in ``.csv``, ``.jsonl``, ``.ndjson`` or ``.parquet``. What was there is
        replaced once the new file is whole.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If the name ends in anything else.
    ImportError
        If Parquet is asked for and the extra ``traktok[parquet]`` is not installed.
    OSError
        If the file can't be written.

    Examples
    --------
    >>> import tempfile
    >>> from traktok import last_query
    >>> from traktok.files import save
    >>> save(last_query(), tempfile.gettempdir() + "/videos.csv").name
    'videos.csv'
    """
    path = Path(path)
    writer(path.suffix.removeprefix("."))
    return save_parts(_parts(table), path)


def save_parts(parts: Iterable[pd.DataFrame], path: Path) -> Path:
    """Write a table that comes in parts, of the same columns each; see :func:`save`."""
    write = _writer_of_parts(path.suffix.removeprefix("."))
    with written_aside(path) as aside, aside.open("wb") as stream:
        write(map(_with_named_index, parts), stream)
    return path


def writer(format: str) -> Callable[[pd.DataFrame, IO[bytes]], None]:
    """Return the function that writes a format: ``csv``, ``jsonl`` (``ndjson``), ``parquet``."""
    return _of_whole_tables(_writer_of_parts(format))


@functools.cache
def _of_whole_tables(
    write: Callable[[Iterable[pd.DataFrame], IO[bytes]], None],
) -> Callable[[pd.DataFrame, IO[bytes]], None]:
    return lambda table, stream: write(_parts(table), stream)


def _writer_of_parts(format: str) -> Callable[[Iterable[pd.DataFrame], IO[bytes]], None]:
    try:
        return _WRITERS[format.lower()]
    except KeyError:
        known = ", ".join(f".{name}" for name in _WRITERS)
        raise ValueError(f"can't tell a format from {format!r}; files end in {known}") from None


def _write_csv(parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    for number, part in enumerate(parts):
        for name in _object_columns(part):
            part[name] = pd.Series([_text(cell) for cell in part[name]], dtype=object)
        text = _as_csv(part, csv.QUOTE_MINIMAL, header=number == 0)
        if "\r" in text:  # which Python before 3.13 leaves bare, and readers take for a line's end
            text = _as_csv(part, csv.QUOTE_ALL, header=number == 0)
        stream.write(text.encode(errors="backslashreplace"))


def _as_csv(part: pd.DataFrame, quoting: Literal[0, 1], *, header: bool) -> str:
    return part.to_csv(index=False, header=header, lineterminator="\n", quoting=quoting)


def _write_jsonl(parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    for part in parts:
        names = part.columns.tolist()
        columns = [_plain(part.iloc[:, n]) for n in range(part.shape[1])]
        for row in zip(*columns, strict=True):
            stream.write(_json_bytes(dict(zip(names, row, strict=True))) + b"\n")


def _write_parquet(parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    try:
        import pyarrow.parquet as pq  # type: ignore[import-untyped]  # an extra without stubs
    except ImportError:
        raise ImportError(
            'Parquet needs the extra: pip install "traktok[parquet]"', name="pyarrow"
        ) from None
    file = None
    try:
        for part in parts:
            table = _arrow_table(part)
            file = file or pq.ParquetWriter(stream, table.schema)
            file.write_table(table.cast(file.schema))
    finally:
        if file is not None:
            file.close()


def _arrow_table(frame: pd.DataFrame) -> Any:
    import pyarrow as pa

    frame = frame.copy(deep=False)
    lists = [name for name in frame.columns if kind_of(name) is Lists and _is_lists(frame[name])]
    for name in frame.columns:
        column = frame[name]
        if name in lists:
            cells = [
                [*map(_encodable, cell)] if isinstance(cell, list) else None for cell in column
            ]
            frame[name] = pd.Series(cells, dtype=object)
        elif column.dtype == object:
            texts = [_encodable(_text(cell)) for cell in column]
            frame[name] = pd.Series(texts, dtype="string")
        elif isinstance(column.dtype, pd.StringDtype):
            frame[name] = column.map(_encodable, na_action="ignore").astype("string")
    schema = pa.Schema.from_pandas(frame, preserve_index=False)
    for name in lists:  # whose type can't be told from empty lists
        field = pa.field(name, pa.list_(pa.string()))
        schema = schema.set(schema.get_field_index(name), field)
    return pa.Table.from_pandas(frame, schema, preserve_index=False)


_WRITERS: dict[str, Callable[[Iterable[pd.DataFrame], IO[bytes]], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "ndjson": _write_jsonl,
    "parquet": _write_parquet,
}


def _parts(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cut a long table into parts, so that memory does not grow with the file."""
    for start in range(0, max(len(table), 1), _ROWS_AT_ONCE):
        yield _with_named_index(table.iloc[start : start + _ROWS_AT_ONCE])


def _with_named_index(table: pd.DataFrame) -> pd.DataFrame:
    named = any(name is not None for name in table.index.names)
    return pd.DataFrame(table).reset_index(drop=not named)


def _object_columns(frame: pd.DataFrame) -> list[Any]:
    return [name for name, kind in frame.dtypes.items() if kind == object]  # noqa: E721  # pandas compares


def _plain(column: pd.Series[Any]) -> list[Any]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    cells = column.astype(object)
    return cells.where(column.notna(), None).tolist()


def _is_lists(column: pd.Series[Any]) -> bool:
    """Tell a column of lists from one that a user spread over rows."""
    return all(isinstance(cell, list) or _text(cell) is None for cell in column)


def _text(cell: Any) -> str | None:
    """Write a cell that may hold anything: a text as it is, a list and the like as JSON."""
    if pd.api.types.is_scalar(cell):
        return None if pd.isna(cell) else str(cell)
    return json.dumps(cell, ensure_ascii=False, default=_listed)


def _listed(value: Any) -> Any:
    """Write what JSON has no word for: an array as a list."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _json_bytes(row: dict[Any, Any]) -> bytes:
    try:
        return msgspec.json.encode(row)
    except (UnicodeEncodeError, TypeError):
        text = json.dumps(row, ensure_ascii=False, default=_listed)
        return text.encode(errors="backslashreplace")


def _encodable(text: str | None) -> str | None:
    if text is None or text.isascii():
        return text
    return text.encode(errors="backslashreplace").decode()
