"""Split a CSV file into the cells of its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from traktok._r.rds import Unreadable

_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'
# Characters that hardly any file contains, of which two serve as marks.
_MARKS = (0x1F, 0x1E, 0x1D, 0x1C, 0x02, 0x01)


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column as it is written.

    Attributes
    ----------
    cells
        Its cells, without the quotes around them.
    quoted
        The numbers of the rows in which ``NA`` or an empty text is within quotes, if known.
    """

    cells: list[str]
    quoted: Set[int] = frozenset()

    @property
    def has_na(self) -> bool:
        """Whether a cell says NA without quotes, which is how R writes what is missing."""
        return "NA" in self.cells and any(
            cell == "NA" and row not in self.quoted for row, cell in enumerate(self.cells)
        )

    def values(self, *, of_r: bool) -> list[str | None]:
        """Return its cells, None where they are missing.

        An empty cell is missing, and, in a file of R's, NA; what R has within quotes is not.
        """
        if not of_r:
            return [cell or None for cell in self.cells] if "" in self.cells else [*self.cells]
        return [
            None if cell in _TOLD and row not in self.quoted else cell
            for row, cell in enumerate(self.cells)
        ]


_TOLD = {"", "NA"}


def split(data: bytes, separator: str) -> tuple[list[str], list[RawColumn]]:
    """Return the names and the columns of a file; raise Unreadable where it is not a table."""
    return _split_regular(data, separator) or _split_any(_decoded(data), separator)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        likely = "UTF-16" if b"\0" in data[:100] else "Latin-1 or Windows-1252"
        raise Unreadable(
            f"is not in UTF-8 (from byte {error.start:,} on; it may be in {likely}): save it in "
            "that encoding"
        ) from None


def _split_regular(data: bytes, separator: str) -> tuple[list[str], list[RawColumn]] | None:
    """Split a file at all separators at once; None if its quotes or rows are irregular.

    Irregular are a quote inside an unquoted cell, and rows of different lengths.
    """
    marks = [mark for mark in _MARKS if mark not in data][:2]
    if len(marks) < 2:
        return None
    between, dropped = marks
    signs = np.frombuffer(data if data.endswith(b"\n") else data + b"\n", dtype="u1").copy()
    special = signs == ord(separator)
    for sign in (_QUOTE, _LINE_FEED, _RETURN):
        special |= signs == sign
    places = np.flatnonzero(special)
    kinds = signs[places]
    is_inside = (np.cumsum(kinds == _QUOTE, dtype="i8") & 1).astype(bool)  # after the sign
    if is_inside[-1]:
        return None
    outside = ~is_inside & (kinds != _QUOTE)
    ends = places[outside & (kinds != _RETURN)]
    is_row_end = signs[ends] == _LINE_FEED
    width = int(np.argmax(is_row_end)) + 1
    if len(ends) % width:
        return None
    rows = is_row_end.reshape(-1, width)
    if not rows[:, -1].all() or rows[:, :-1].any():
        return None
    starts = np.concatenate([[0], ends[:-1] + 1])

    returns = places[outside & (kinds == _RETURN)]  # only before the end of a line
    if not (signs[returns + 1] == _LINE_FEED).all():
        return None
    quotes, opens = places[kinds == _QUOTE], is_inside[kinds == _QUOTE]
    before = np.where(quotes > 0, signs[quotes - 1], _LINE_FEED)
    after = signs[quotes + 1]
    edges = (_QUOTE, _LINE_FEED, ord(separator))
    if not np.isin(before[opens], edges).all():
        return None
    if not np.isin(after[~opens], (*edges, _RETURN)).all():
        return None

    is_quoted = signs[starts] == _QUOTE
    lengths = ends - starts
    if len(returns):
        lengths -= signs[ends - 1] == _RETURN
    # Of a pair of quotes inside a cell, the first one stays.
    signs[quotes[opens]] = dropped
    signs[quotes[~opens & (after != _QUOTE)]] = dropped
    signs[returns] = dropped
    signs[ends] = between
    try:
        cells = signs.tobytes().translate(None, bytes([dropped])).decode().split(chr(between))
    except UnicodeDecodeError:
        return None
    told = (is_quoted & np.isin(lengths, [2, 4])).reshape(-1, width)[1:]
    columns = []
    for number in range(width):
        column = cells[width + number : -1 : width]
        quoted = {row for row in np.flatnonzero(told[:, number]).tolist() if column[row] in _TOLD}
        columns.append(RawColumn(column, quoted))
    return cells[:width], columns


def _split_any(written: str, separator: str) -> tuple[list[str], list[RawColumn]]:
    """Split a file as Python's own module does, which does not tell what was quoted.

    Raises
    ------
    Unreadable
        If it is incomplete, or is not a table.
    """
    before = csv.field_size_limit(2**31 - 1)
    try:
        rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Unreadable(f"is incomplete, or has a stray quote ({error})") from None
    finally:
        csv.field_size_limit(before)
    names = (rows and rows[0]) or [""]
    body = [row or [""] for row in rows[1:]]
    for number, row in enumerate(body, 2):
        if len(row) != len(names):
            raise Unreadable(
                f"is incomplete, or is not a table: row {number} has {len(row)} cells, the first "
                f"row {len(names)}"
            )
    columns = zip(*body, strict=True) if body else [()] * len(names)
    return names, [RawColumn(list(cells)) for cells in columns]
