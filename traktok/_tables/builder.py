"""Tables that are filled with records, page by page.

The values of a page's records are appended to the columns and the records are dropped, so that
memory grows with the table and not with TikTok's responses. Typed arrays are built once, at the
end.
"""

from __future__ import annotations

import functools
import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from traktok._lazy import pd
from traktok._tables.columns import ColumnType, Texts
from traktok._tables.fields import NEW_SPELLINGS, OLD_SPELLINGS, type_of, unknown_type
from traktok._text import encodable

Record = dict[str, Any]

# TikTok's records have some 30 fields. Each further one is a column with a cell in every row: a
# response whose records have other fields each would fill the memory.
_MOST_COLUMNS = 1_000


@contextmanager
def paused_garbage_collection() -> Iterator[None]:
    """Pause the search for reference cycles in the block, or in the function it decorates.

    A long table has a list or more a row, and none of them is part of a cycle. Python goes through
    all of them again and again while they are made, which takes as long as all other work.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_freeze_count() == 0:
                # Both together move what is new to the old objects, without looking at each.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name
        Its name.
    type
        The type of its cells.
    keys
        The keys of a record that it is filled from; the first that a record has is used.
    asked
        Whether the request named it.
    """

    name: str
    type: ColumnType
    keys: tuple[str, ...]
    asked: bool = False

    @classmethod
    def of(cls, field: str, *, asked: bool = False) -> Column:
        """Build the column of a field of TikTok's."""
        keys = (field, OLD_SPELLINGS[field]) if field in OLD_SPELLINGS else (field,)
        name = encodable(field)  # pandas can't hold lone surrogates
        return cls(name, type_of(field) or unknown_type(field), keys, asked)

    def cells(self, page: Sequence[Record]) -> list[Any]:
        """Return its cells in a page's records.

        TikTok omits a list without elements: if the request named the list, the cell is ``[]``.
        """
        first, *others = self.keys
        found = [record.get(first) for record in page]
        for key in others:
            if None in found:
                found = [
                    record.get(key) if cell is None else cell
                    for cell, record in zip(found, page, strict=True)
                ]
        if self.asked and self.type.of_lists and None in found:
            found = [[] if cell is None else cell for cell in found]
        return found


@dataclass(frozen=True, slots=True)
class Schema:
    """Which columns a table has.

    Attributes
    ----------
    fixed
        The columns that are always there.
    usual
        The fields that follow them unless others are asked for.
    open
        Whether any other field that TikTok sends becomes a column, too.
    tag
        The column that names the target a row belongs to; None if there is none.
    tag_first
        Whether that column is the first of the table, not the last.
    """

    fixed: tuple[Column, ...] = ()
    usual: tuple[str, ...] = ()
    open: bool = True
    tag: str | None = None
    tag_first: bool = False

    @functools.lru_cache(maxsize=64)  # noqa: B019  # a store asks for them at every page
    def columns(self, asked: tuple[str, ...] | None) -> Sequence[Column]:
        """Return the columns of a table for which these fields were asked; None: the usual ones."""
        fixed = [
            replace(column, asked=asked is None or not {*asked}.isdisjoint(column.keys))
            for column in self.fixed
        ]
        held = {key for column in self.fixed for key in column.keys}
        fields = self.usual if asked is None else asked
        return [*fixed, *(Column.of(field, asked=True) for field in fields if field not in held)]


class TableBuilder:
    """A table that is filled one page at a time."""

    def __init__(self, schema: Schema, asked: tuple[str, ...] | None) -> None:
        self.rows = 0
        self._schema = schema
        self._columns = [(column, column.type()) for column in schema.columns(asked)]
        self._tags = Texts()
        self._keys = {key for column, _ in self._columns for key in column.keys} | {str(schema.tag)}

    def add(self, records: Iterable[Any], tag: str | None = None) -> None:
        """Append a page's records to the columns; skip what is empty or not a record."""
        page = [record for record in records if record and isinstance(record, dict)]
        if self._schema.open:
            self._add_columns_for(page)
        for column, filling in self._columns:
            filling.append(column.cells(page))
        if self._schema.tag is not None:
            self._tags.append([tag] * len(page))
        self.rows += len(page)

    def _add_columns_for(self, page: list[Record]) -> None:
        if self._keys.issuperset(set().union(*page)):
            return
        for name in dict.fromkeys(key for record in page for key in record):
            if name not in self._keys and len(self._columns) < _MOST_COLUMNS:
                column = Column.of(NEW_SPELLINGS.get(name, name))
                filling = column.type()
                filling.append([None] * self.rows)
                self._columns.append((column, filling))
                self._keys.update(column.keys)

    def finish(self) -> dict[str, Any]:
        """Build the typed arrays, one for each column."""
        arrays = {column.name: filling.finish(self.rows) for column, filling in self._columns}
        if self._schema.tag is None:
            return arrays
        tags = {self._schema.tag: self._tags.finish(self.rows)}
        return tags | arrays if self._schema.tag_first else arrays | tags

    @property
    def doubtful(self) -> dict[str, int]:
        """The number of values in each column that were not of its type and are missing now."""
        return {
            column.name: filling.doubtful for column, filling in self._columns if filling.doubtful
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """A small table by rows, whose cells are in the order of its columns; it needs no pandas."""

    columns: Mapping[str, ColumnType]
    cells: Sequence[Sequence[Any]]

    def table(self) -> pd.DataFrame:
        """Build the table."""
        return typed_table(self.columns, self.cells)


def typed_table(columns: Mapping[str, ColumnType], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Build a table from rows whose cells are in the order of its columns."""
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    each = zip(columns.items(), cells, strict=True)
    return pd.DataFrame({name: typed(kind, values) for (name, kind), values in each})


def typed(kind: ColumnType, values: Sequence[Any]) -> Any:
    """Build the array of one column."""
    column = kind()
    column.append(values)
    return column.finish(len(values))


def repeated_name(names: Iterable[Any]) -> Any:
    """Return the name that two columns have; None if each has its own."""
    return next((name for name, times in Counter(names).items() if times > 1), None)
