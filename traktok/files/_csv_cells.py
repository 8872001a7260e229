"""Split a CSV file into the cells of its columns."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from traktok._r.rds import Unreadable


@dataclass(frozen=True, slots=True)
class Column:
    """A column of texts.

    To go through 100,000 texts takes as long as a computation on all of them joined.

    Attributes
    ----------
    lines
        The cells that are not missing, in UTF-8, joined by line ends.
    missing
        The mask of those that are missing.
    texts
        Returns the cells as an array of Python's strings, None where they are missing.
    """

    lines: bytes
    missing: Any
    texts: Callable[[], Any]

    @classmethod
    def of(cls, cells: Sequence[str | None]) -> Column:
        """Build the column of these cells."""
        lines = "\n".join([cell for cell in cells if cell is not None]).encode()
        missing = np.array([cell is None for cell in cells], dtype=bool)
        return cls(lines, missing, lambda: objects(cells))

    @property
    def count(self) -> int:
        """The number of cells that are not missing."""
        return int(np.count_nonzero(~self.missing))

    def present(self) -> list[str]:
        """Return the cells that are not missing."""
        cells: list[str] = self.texts()[~self.missing].tolist()
        return cells

    def with_gaps(self, values: Any, gap: Any) -> Any:
        """Return an array of values of the cells that are there, with gaps for the others."""
        if len(values) == len(self.missing):
            return values
        array = np.full(len(self.missing), gap, dtype=values.dtype)
        array[~self.missing] = values
        return array


def objects(values: Sequence[Any]) -> Any:
    """Build an array of Python's objects."""
    return np.fromiter(values, dtype=object, count=len(values))


def split(data: bytes, separator: str) -> _ByArrow | _ByPattern:
    """Split a file into columns; raise Unreadable if it is not a table in UTF-8."""
    if not data.endswith((b"\n", b"\r")):
        data += b"\n"
    if _is_regular(data, separator):
        try:
            return _ByArrow(data, separator)
        except (ImportError, ValueError):
            pass
    return _ByPattern(data, separator)


def _is_regular(data: bytes, separator: str) -> bool:
    """Return whether no quote is where Arrow accepts it and a table can't have it."""
    signs = np.frombuffer(data, dtype="u1")
    quotes = np.flatnonzero(signs == ord('"'))
    if len(quotes) % 2:
        return False
    neighbours = signs[quotes[::2] - 1].tobytes() + signs[quotes[1::2] + 1].tobytes()
    return not neighbours.translate(None, f'"\r\n{separator}'.encode())


class _ByArrow:
    """A file that pyarrow splits: fast, but only files whose quotes are regular."""

    def __init__(self, data: bytes, separator: str) -> None:
        head = _FIRST_ROW.match(data)
        end = head.end() if head else len(data)
        self.names = _ByPattern(data[:end], separator).names
        self._rows = memoryview(data)[end:]
        self._separator = separator
        if data.startswith(codecs.BOM_UTF8, end):
            raise ValueError("begins with a byte order mark, which Arrow omits")
        self._table = self._read([""], quoted=True)
        gaps = [column.is_null().to_numpy() for column in self._table.columns]
        if len(gaps) > 1 and np.logical_and.reduce(gaps).any():
            raise ValueError("may have an empty line, which Arrow reads as a row of empty cells")

    def has_bare_na(self, names: Sequence[str]) -> bool:
        """Return whether a cell is NA without quotes, which is how R writes what is missing."""
        from pyarrow import compute  # type: ignore[import-untyped]  # an extra without stubs

        numbers = [str(self.names.index(name)) for name in names]
        some = [name for name in numbers if compute.index(self._table[name], "NA").as_py() >= 0]
        return bool(some) and any(column.null_count for column in self._read(["NA"], some).columns)

    def columns(self, *, of_r: bool) -> Iterator[Column]:
        """Yield the columns; in a file of R's, what is within quotes is not missing."""
        table = self._read(["", "NA"]) if of_r else self._table
        return map(_arrow_column, table.columns)

    def _read(
        self, missing: Sequence[str], some: Sequence[str] = (), *, quoted: bool = False
    ) -> Any:
        import pyarrow as pa
        from pyarrow import csv

        names = list(map(str, range(len(self.names))))
        return csv.read_csv(
            pa.BufferReader(self._rows),
            csv.ReadOptions(use_threads=False, block_size=_LONGEST_ROW, column_names=names),
            csv.ParseOptions(
                delimiter=self._separator, newlines_in_values=True, ignore_empty_lines=False
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=missing,
                strings_can_be_null=True,
                quoted_strings_can_be_null=quoted,
                include_columns=some,
            ),
        )


_FIRST_ROW = re.compile(rb'[^"\r\n]*(?:"[^"]*"[^"\r\n]*)*(?:\r\n?|\n)')
_LONGEST_ROW = 2**22


def _arrow_column(array: Any) -> Column:
    import pyarrow as pa
    from pyarrow import compute

    lists = [
        pa.ListArray.from_arrays([0, len(chunk)], chunk)
        for chunk in array.cast(pa.binary()).drop_null().chunks
        if len(chunk)
    ]
    lines = b"\n".join(compute.binary_join(cells, b"\n")[0].as_py() for cells in lists)
    return Column(lines, array.is_null().to_numpy(), array.to_numpy)


# Two quotes, while a file is being split: a byte that UTF-8 does not use.
_PAIR = b"\xff"


class _ByPattern:
    """A file that a regular expression splits: any file that is a table."""

    def __init__(self, data: bytes, separator: str) -> None:
        _check_utf8(data)
        between = separator.encode()
        cell = rb'(?:\xff*"[^"]*"|\xff+|[^"\xff%(s)b\r\n][^%(s)b\r\n]*|)(?:%(s)b|\r\n?|\n)' % {
            b"s": between
        }
        data = data.replace(b'""', _PAIR)
        cells = re.findall(cell + rb'|["\xff][\s\S]*', data)
        ends = np.fromiter(map(len, cells), dtype="i8", count=len(cells)).cumsum() - 1
        signs = np.frombuffer(data, dtype="u1")[ends]
        rows = np.flatnonzero((signs == ord("\n")) | (signs == ord("\r")))
        if not re.fullmatch(cell, cells[-1]):
            raise Unreadable(f"is incomplete, or has a stray quote in row {len(rows):,}")
        widths = np.diff(rows, prepend=-1)
        width = int(widths[0])
        for number in np.flatnonzero(widths != width)[:1]:
            raise Unreadable(
                f"is incomplete, or is not a table: row {number + 1} has {widths[number]} cells, "
                f"the first row {width}"
            )
        self._ends = [between, b"\n", b"\r\n", b"\r"]
        self._cells = [cells[first::width] for first in range(width)]  # each with what ends it
        self.names = [_unquoted(self._bare(column[0])) for column in self._cells]

    def has_bare_na(self, names: Sequence[str]) -> bool:
        """Return whether a cell is NA without quotes, which is how R writes what is missing."""
        bare = {b"NA%b" % end for end in self._ends}
        columns = [self._cells[self.names.index(name)][1:] for name in names]
        return any(not bare.isdisjoint(column) for column in columns)

    def columns(self, *, of_r: bool) -> Iterator[Column]:
        """Yield the columns; in a file of R's, what is within quotes is not missing."""
        return (Column.of(self._texts(cells[1:], of_r=of_r)) for cells in self._cells)

    def _texts(self, cells: list[bytes], *, of_r: bool) -> Sequence[str | None]:
        joined = b"".join(cells)
        if any(sign in joined for sign in (b'"', _PAIR, b"\r")):
            missing = b"", b"NA" if of_r else _PAIR
            bare = map(self._bare, cells)
            return [None if cell in missing else _unquoted(cell) for cell in bare]
        texts = joined.replace(self._ends[0], b"\n").decode().split("\n")[:-1]
        gaps = {"", "NA"} if of_r else {""}
        return [None if text in gaps else text for text in texts]

    def _bare(self, cell: bytes) -> bytes:
        return cell.rstrip(b"".join(self._ends))


def _unquoted(cell: bytes) -> str:
    if not cell.startswith((b'"', _PAIR)):
        return cell.replace(_PAIR, b'""').decode()
    if b'"' not in cell:  # two of its quotes are those around it
        cell = cell.removeprefix(_PAIR)
    return cell.replace(b'"', b"").replace(_PAIR, b'"').decode()


def _check_utf8(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        likely = "UTF-16" if b"\0" in data[:100] else "Latin-1 or Windows-1252"
        raise Unreadable(
            f"is not in UTF-8 (from byte {error.start:,} on; it may be in {likely}): save it in "
            "that encoding"
        ) from None
