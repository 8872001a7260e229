"""What kind of thing an R expression gives: as much as its Python form depends on.

``x[1]`` is ``x[0]`` of a list, ``x.iloc[0]`` of a column, the first column of a table: where the
kind is not known, nothing is translated.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

_new_rows = itertools.count(1)


@dataclass(frozen=True)
class Kind:
    """A kind of value.

    Attributes
    ----------
    name
        ``integer real text truth missing null date time span query function error token`` are
        single values; ``vector`` (made by ``c()``) and ``list`` Python's lists; ``named`` and
        ``dict`` both Python's dicts; ``range`` is ``1:n``; ``column`` a Series, ``counts`` one
        whose labels are what was counted; ``table`` and ``grouped``; ``unknown``.
    of
        What the elements are.
    columns, open
        A table's columns that are known, and whether it may have others.
    rows
        Which rows a table or column has: those of the same number are in the same order.
    tibble
        Whether ``x[, "a"]`` of a table stays a table.
    keeps_attributes
        Whether a table has the search id and cursor that it has in R.
    by
        What a table is grouped by.
    empty
        Whether a list began as an empty one, and grows.
    distinct
        Whether no two elements are the same, so that they can be the keys of a dict.
    gaps
        Whether there is an NA among the elements.
    """

    name: str
    of: Kind | None = None
    columns: tuple[tuple[str, Kind], ...] = ()
    open: bool = True
    rows: int = 0
    tibble: bool = True
    keeps_attributes: bool = False
    by: tuple[str, ...] = ()
    empty: bool = False
    distinct: bool = False
    gaps: bool = False

    def __str__(self) -> str:
        return f"{self.name}[{self.of}]" if self.of else self.name

    @property
    def element(self) -> Kind:
        """What one of its elements is."""
        return self.of or UNKNOWN

    def column(self, name: str) -> Kind | None:
        """Tell the kind of a table's column; None where it has none of that name."""
        return dict(self.columns).get(name, UNKNOWN if self.open else None)

    def surely_has(self, name: str) -> bool:
        """Tell whether a table is known to have a column."""
        return name in dict(self.columns)

    def with_columns(self, new: Mapping[str, Kind]) -> Kind:
        """Add columns to a table, or replace them."""
        return replace(self, columns=tuple((dict(self.columns) | dict(new)).items()))

    def only(self, names: Mapping[str, str]) -> Kind:
        """Keep the columns named, under new names."""
        columns = tuple((new, self.column(old) or UNKNOWN) for new, old in names.items())
        return replace(self, columns=columns, open=False)

    def without(self, names: set[str]) -> Kind:
        """Leave columns out."""
        return replace(self, columns=tuple(pair for pair in self.columns if pair[0] not in names))

    def other_rows(self) -> Kind:
        """Say that the rows are others now, or in another order."""
        return replace(self, rows=next(_new_rows))


UNKNOWN = Kind("unknown")
INTEGER = Kind("integer")
REAL = Kind("real")
TEXT = Kind("text")
TRUTH = Kind("truth")
DATE = Kind("date")
TIME = Kind("time")
SPAN = Kind("span")
NULL = Kind("null")
NA = Kind("missing")
FUNCTION = Kind("function")
ERROR = Kind("error")

# The kinds that a name in a rule stands for.
FAMILIES: Mapping[str, frozenset[str]] = {
    "number": frozenset({"integer", "real"}),
    "single": frozenset({"integer", "real", "text", "truth", "date", "time"}),
    "sequence": frozenset({"vector", "list"}),
    "mapping": frozenset({"named", "dict"}),
    "series": frozenset({"column", "counts"}),
}


def column_of(of: Kind, rows: int = 0) -> Kind:
    """Make the kind of a column."""
    return Kind("column", of, rows=rows or next(_new_rows))


def vector_of(of: Kind) -> Kind:
    """Make the kind of a list made by ``c()``."""
    return Kind("vector", of)


def list_of(of: Kind) -> Kind:
    """Make the kind of a list made by ``list()`` and its like."""
    return Kind("list", of)


def table_of(
    columns: Mapping[str, Kind] | None = None,
    *,
    open: bool = False,
    tibble: bool = True,
    keeps_attributes: bool = False,
) -> Kind:
    """Make the kind of a table; without columns, of one whose columns are not known."""
    return Kind(
        "table",
        columns=tuple((columns or {}).items()),
        open=open or columns is None,
        rows=next(_new_rows),
        tibble=tibble,
        keeps_attributes=keeps_attributes,
    )


def either(one: Kind, other: Kind) -> Kind:
    """Say what is known of a value that is the one or the other."""
    if one == other or other.name == "null":
        return one
    if one.name == "null":
        return other
    if {one.name, other.name} == {"integer", "real"}:
        return REAL
    if one.name != other.name:
        return UNKNOWN
    of = either(one.of, other.of) if one.of and other.of else one.of or other.of
    if one.name == "table":
        return _either_table(one, other)
    if one.name == "column":
        return column_of(of or UNKNOWN, one.rows if one.rows == other.rows else 0)
    return Kind(one.name, of, empty=one.empty or other.empty)


def _either_table(one: Kind, other: Kind) -> Kind:
    theirs = dict(other.columns)
    common = {n: either(kind, theirs[n]) for n, kind in one.columns if n in theirs}
    return table_of(
        common,
        open=one.open or other.open or set(common) != {*theirs, *dict(one.columns)},
        tibble=one.tibble and other.tibble,
        keeps_attributes=one.keeps_attributes and other.keeps_attributes,
    )


def together(kinds: list[Kind]) -> Kind:
    """Say what the elements of a list of these are."""
    found = kinds[0] if kinds else UNKNOWN
    for kind in kinds[1:]:
        found = either(found, kind)
    return found
