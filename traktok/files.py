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

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

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
    write = writer(path.suffix.removeprefix("."))
    with written_aside(path) as aside, aside.open("wb") as stream:
        write(table, stream)
    return path


def writer(format: str) -> Callable[[pd.DataFrame, IO[bytes]], None]:
    """Return the function that writes a format: ``csv``, ``jsonl`` (``ndjson``), ``parquet``."""
    try:
        return _WRITERS[format.lower()]
    except KeyError:
        known = ", ".join(f".{name}" for name in _WRITERS)
        raise ValueError(f"can't tell a format from {format!r}; files end in {known}") from None


def _write_csv(table: pd.DataFrame, stream: IO[bytes]) -> None:
    for number, part in enumerate(_parts(table)):
        for name in _object_columns(part):
            part[name] = [None if cell is None else _json(cell) for cell in part[name]]
        text = part.to_csv(index=False, header=number == 0, lineterminator="\n")
        stream.write(text.encode(errors="backslashreplace"))


def _write_jsonl(table: pd.DataFrame, stream: IO[bytes]) -> None:
    for part in _parts(table):
        columns = [_plain(part.iloc[:, n]) for n in range(part.shape[1])]
        for row in zip(*columns, strict=True):
            stream.write(_json_bytes(dict(zip(part.columns, row, strict=True))) + b"\n")


def _write_parquet(table: pd.DataFrame, stream: IO[bytes]) -> None:
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # an extra without stubs
    except ImportError:
        raise ImportError(
            'Parquet needs the extra: pip install "traktok[parquet]"', name="pyarrow"
        ) from None
    list_of_text: Any = pd.ArrowDtype(pa.list_(pa.string()))
    frame = _with_named_index(table)
    for name in frame.columns:
        column = frame[name]
        if kind_of(name) is Lists:
            cells = [cell if cell is None else [*map(_encodable, cell)] for cell in column]
            frame[name] = pd.Series(cells, dtype=list_of_text)
        elif column.dtype == object:
            texts = [cell if cell is None else _encodable(_json(cell)) for cell in column]
            frame[name] = pd.Series(texts, dtype="string")
        elif isinstance(column.dtype, pd.StringDtype):
            frame[name] = column.map(_encodable, na_action="ignore").astype("string")
    frame.to_parquet(stream, engine="pyarrow", index=False)


_WRITERS: dict[str, Callable[[pd.DataFrame, IO[bytes]], None]] = {
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


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json_bytes(row: dict[Any, Any]) -> bytes:
    try:
        return msgspec.json.encode(row)
    except (UnicodeEncodeError, TypeError):
        return json.dumps(row, ensure_ascii=False, default=str).encode(errors="backslashreplace")


def _encodable(text: str | None) -> str | None:
    if text is None or text.isascii():
        return text
    return text.encode(errors="backslashreplace").decode()
