r"""Write results to files that other programs read, and read them back, ids digit for digit.

======== ==================================================================================
format   how values are written
======== ==================================================================================
CSV      ids as digits, lists as JSON, times as ``2023-11-01 12:00:00+00:00``, missing empty
JSONL    one object a row: ids as strings, lists as lists, missing as null
Parquet  ids as strings, lists as lists of strings, other structures as JSON, times in UTC
RDS      the tibble that R traktok returns, for ``readRDS()``
RData    the same, under the name ``results``, for ``load()``
Excel    (.xlsx, the extra ``traktok[excel]``) ids as text, lists joined, times in UTC
Stata    (.dta) the same, with names that Stata accepts; the full names are the labels
======== ==================================================================================

Excel and Stata files are written, not read. A sheet holds 1,048,575 rows, a cell of it 32,767
characters (longer texts are cut, with a warning); numbers of more than 15 digits are text. In
Stata, flags are 0 and 1, and whole numbers beyond 2^53 are text.

With ``excel=True`` a CSV is written for Excel. It begins with a byte order mark; ids are written as
``="7302470379501604128"``, which keeps their digits; an apostrophe precedes a text that Excel would
take for a formula (one that begins with ``=``, ``+``, ``-`` or ``@``). Reading restores the values.

Files that other programs wrote can be read, too: CSV with semicolons or tabs (``.tsv``), with the
decimal commas of ``write.csv2()``, with lists as Python prints them, in UTF-16; JSON arrays, and
objects of columns (``.json``); any of them compressed (``.gz``). Ids that a spreadsheet has rounded
(``7.3E+18``) are refused. Where pyarrow is installed (the extra ``traktok[parquet]``), long CSV
files are read four times as fast.

Half of a surrogate pair, which no UTF-8 file can hold, is written as its escape, ``\ud83d``.

Reading returns what was written, with these exceptions. CSV and JSONL can't store ``search_id``,
``cursor``, ``start_date``, ``end_date``, ``has_more``, ``skipped`` and ``unfinished``; Parquet, RDS
and RData can. In CSV, an empty text is a missing value, and in a column that TikTok does not have,
a text of digits is a number. A JSONL file without rows has no columns. R's integers have 32 bits,
so larger numbers are doubles in R. Row labels that have a name are kept; in CSV and JSONL they are
columns. Your own columns are read with pandas' nullable types. Days are ``Date`` in RDS and RData,
and are read from other files as texts.
"""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pandas as pd

from traktok._disk import atomic_write
from traktok._r.rds import Unreadable
from traktok._tables.builder import paused_garbage_collection, repeated_name
from traktok._text import excerpt, for_message
from traktok._unpack import DAMAGE, TooLargeError, unpack
from traktok.files import _csv, _jsonl, _office, _parquet, _tibble
from traktok.files._cells import label_names, with_labels_as_columns

_ROWS_AT_ONCE = 10_000


def save(
    table: pd.DataFrame, path: str | Path, *, overwrite: bool = True, excel: bool = False
) -> Path:
    """Write a table to a file, in the format its name ends in.

    Parameters
    ----------
    table : pandas.DataFrame
        A result of this package, or what you made of one.
    path : str or Path
        A name that ends in ``.csv``, ``.jsonl``, ``.ndjson``, ``.parquet``, ``.rds``, ``.RData``,
        ``.rda``, ``.xlsx`` or ``.dta``. An existing file, or the target of a link, is replaced
        once the new file is complete.
    overwrite : bool, default True
        Whether to replace an existing file.
    excel : bool, default False
        Whether to write a CSV for Excel, with a byte order mark and ids that keep their digits.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If the name ends in anything else, or the table is larger than the format's limits.
    FileExistsError
        If the file exists and ``overwrite`` is False.
    ImportError
        If Parquet or Excel is asked for and the extra (``traktok[parquet]``, ``traktok[excel]``)
        is not installed.
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
    format = _format_of(path)
    if excel:
        if format is not _FORMATS["csv"]:
            raise ValueError(f"excel=True is for .csv files, not {excerpt(path.name)}")
        format = _EXCEL_CSV
    if not overwrite and path.exists():
        raise FileExistsError(errno.EEXIST, "already exists; overwrite=True replaces it", str(path))
    with atomic_write(path) as stream:
        format(table, stream)
    return path


def save_parts(parts: Iterator[pd.DataFrame], path: Path) -> Path:
    """Write a table from one or more parts with the same columns; see :func:`save`."""
    format = _format_of(path)
    first = next(parts)
    with atomic_write(path) as stream:
        format.write(first, _alike(first, parts), stream)
    return path


def has_format(path: Path) -> bool:
    """Return whether a name has the suffix of a file of results."""
    return path.suffix.removeprefix(".").lower() in _FORMATS


def writer(format: str) -> Callable[[pd.DataFrame, IO[bytes]], None]:
    """Return the writer of a format: ``csv``, ``jsonl`` (``ndjson``), ``parquet``, ``rds``, ..."""
    return _format(format)


@paused_garbage_collection()
def read(path: str | Path, name: str | None = None) -> pd.DataFrame:
    """Read a file that :func:`save` or R wrote; see :func:`traktok.read_results`."""
    path = Path(path)
    if path.is_dir():
        return _read_folder(path)
    packed = path.suffix.lower() == ".gz"
    format = _format_of(path.with_suffix("") if packed else path, _READABLE)
    data = path.read_bytes()
    try:
        return format.read(unpack(data) if packed else data, name)
    except (Unreadable, TooLargeError) as error:
        raise ValueError(for_message(f"{path} {error}")) from None
    except DAMAGE:
        raise ValueError(for_message(f"{path} is damaged, or is not a gzip file")) from None


def _read_folder(folder: Path) -> pd.DataFrame:
    """Read the Parquet files of a folder as one table, the newest month first."""
    paths = sorted(folder.rglob("*.parquet"), reverse=True)
    if not paths:
        raise ValueError(for_message(f"{folder} is a folder without any .parquet file"))
    return pd.concat(map(read, paths), ignore_index=True)


@dataclass(frozen=True)
class _Format:
    """How a format is read, and how it is written in parts.

    The first argument of ``write`` provides what a file states once: the whole table, or a part.
    """

    write: Callable[[pd.DataFrame, Iterable[pd.DataFrame], IO[bytes]], None]
    read: Callable[[bytes, str | None], pd.DataFrame]

    @paused_garbage_collection()
    def __call__(self, table: pd.DataFrame, stream: IO[bytes]) -> None:
        if (name := repeated_name([*map(str, table.columns), *label_names(table)])) is not None:
            raise ValueError(
                f"two columns are named {excerpt(name)}: rename one, or a file loses it"
            )
        self.write(table, _parts(table), stream)


def _written_only(data: bytes, name: str | None) -> pd.DataFrame:
    raise Unreadable("can't be read back: save as .csv, .jsonl, .parquet or .rds too")


_JSONL = _Format(_jsonl.write_jsonl, _jsonl.read_jsonl)
_RDATA = _Format(_tibble.write_rdata, _tibble.read_r)
_FORMATS = {
    "csv": _Format(_csv.write_csv, _csv.read_csv),
    "jsonl": _JSONL,
    "ndjson": _JSONL,
    "parquet": _Format(_parquet.write_parquet, _parquet.read_parquet),
    "rds": _Format(_tibble.write_rds, _tibble.read_r),
    "rdata": _RDATA,
    "rda": _RDATA,
    "xlsx": _Format(_office.write_xlsx, _written_only),
    "dta": _Format(_office.write_dta, _written_only),
}
# Further formats that are read only.
_JSON = _Format(_jsonl.write_jsonl, _jsonl.read_json)
_READABLE = {**_FORMATS, "json": _JSON, "tsv": _FORMATS["csv"]}
_EXCEL_CSV = _Format(functools.partial(_csv.write_csv, excel=True), _csv.read_csv)


def _format_of(path: Path, formats: Mapping[str, _Format] | None = None) -> _Format:
    return _format(path.suffix.removeprefix("."), formats)


def _format(name: str, formats: Mapping[str, _Format] | None = None) -> _Format:
    formats = formats or _FORMATS
    try:
        return formats[name.lower()]
    except KeyError:
        known = ", ".join(f".{name}" for name in formats)
        raise ValueError(f"the name of a file must end in {known}, not {excerpt(name)}") from None


def _parts(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Split a long table into parts, so that memory does not grow with the file."""
    bare = pd.DataFrame(table)  # whose parts need no copies of the attributes
    for start in range(0, max(len(bare), 1), _ROWS_AT_ONCE):
        yield bare.iloc[start : start + _ROWS_AT_ONCE]


def _alike(first: pd.DataFrame, others: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Yield the parts; raise ValueError at one whose columns differ from the first's."""
    yield first
    expected = _columns(first)
    for part in others:
        if (columns := _columns(part)) != expected:
            names = {str(name) for name, _ in {*columns} ^ {*expected}} or {"their order"}
            listed = for_message(", ".join(sorted(names)))
            raise ValueError(f"the parts of a table differ in columns ({listed})")
        yield part


def _columns(part: pd.DataFrame) -> list[tuple[Any, Any]]:
    return [*with_labels_as_columns(part.iloc[:0]).dtypes.items()]
