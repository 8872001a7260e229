"""Define the kinds of R values, as far as their Python form depends on it.

``x[1]`` is ``x[0]`` of a list, ``x.iloc[0]`` of a column and the first column of a table: an
expression is not translated if the kinds it depends on are not known.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_new_rows = itertools.count(1)


@dataclass(frozen=True)
class Kind:
    """A kind of value.

    Attributes
    ----------
    name
        ``integer real text truth missing null date time span query function error token`` are
        single values; ``vector`` (from ``c()``) and ``list`` are Python lists; ``named`` (from
        ``c()``) and ``dict`` (from ``list()``) are Python dicts; ``range`` is ``1:n``; ``column``
        is a Series, ``counts`` one whose labels are the counted values; ``table``; ``unknown``.
    of
        The kind of the elements.
    columns, open
        The known columns of a table (or names of a list), and whether it may have others.
    rows
        The identity of the rows of a table or column: equal numbers mean the same rows in the
        same order.
    tibble
        Whether ``x[, "a"]`` of a table is a table.
    keeps_attributes
        Whether a table has the search id and cursor that it has in R.
    by
        The columns that a table is grouped by.
    empty
        Whether a list started empty and grows.
    distinct
        Whether all elements differ, so that they can be the keys of a dict.
    gaps
        Whether the elements may include NA, or a table rows of NA.
    length
        The least number of elements.
    doubts
        For the cells of a column: the Python expressions that make a cell NA if they are NA
        themselves; None if only the column itself can be checked.
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
    length: int = 0
    doubts: frozenset[str] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        of = f"{self.of} or NA" if self.gaps else self.of
        return f"{self.name}[{of}]" if self.of else self.name

    @property
    def element(self) -> Kind:
        """The kind of the elements; ``unknown`` if it is not known."""
        return self.of or UNKNOWN

    def is_a(self, *names: str) -> bool:
        """Return whether this is one of these kinds or families of kinds."""
        return any(self.name in FAMILIES.get(name, {name}) for name in names)

    def column(self, name: str) -> Kind | None:
        """Return the kind of a table's column; None if it has no column of that name."""
        kind = dict(self.columns).get(name, UNKNOWN if self.open else None)
        return replace(kind, doubts=None) if kind and self.gaps else kind

    def surely_has(self, name: str) -> bool:
        """Return whether a table is known to have a column."""
        return name in dict(self.columns)

    def with_columns(self, new: Mapping[str, Kind]) -> Kind:
        """Return this kind with columns added or replaced."""
        new = {name: replace(kind, doubts=None) for name, kind in new.items()}
        return replace(self, columns=tuple((dict(self.columns) | new).items()))

    def only(self, names: Mapping[str, str]) -> Kind:
        """Return this kind with these columns only, under new names."""
        columns = tuple((new, self.column(old) or UNKNOWN) for new, old in names.items())
        return replace(self, columns=columns, open=False)

    def without(self, names: set[str]) -> Kind:
        """Return this kind without some columns."""
        return replace(self, columns=tuple(pair for pair in self.columns if pair[0] not in names))

    def other_rows(self) -> Kind:
        """Return this kind with other rows, or rows in another order."""
        return replace(self, rows=next(_new_rows))


UNKNOWN = Kind("unknown")
INTEGER = Kind("integer")
REAL = Kind("real")
TEXT = Kind("text")
TRUTH = Kind("truth")
# Kinds for columns without a missing cell.
SURE = Kind("truth", doubts=frozenset())
COUNT = Kind("integer", doubts=frozenset())
WORD = Kind("text", doubts=frozenset())
DATE = Kind("date")
TIME = Kind("time")
SPAN = Kind("span")
NULL = Kind("null")
NA = Kind("missing")
FUNCTION = Kind("function")
ERROR = Kind("error")

# The kinds that a name covers, in rules and in ``Kind.is_a()``.
FAMILIES: Mapping[str, frozenset[str]] = {
    "number": frozenset({"integer", "real"}),
    "single": frozenset({"integer", "real", "text", "truth", "date", "time"}),
    "atomic": frozenset({"vector", "range"}),
    "sequence": frozenset({"vector", "list"}),
    "mapping": frozenset({"named", "dict"}),
    "series": frozenset({"column", "counts"}),
}


def column_of(of: Kind, rows: int = 0) -> Kind:
    """Return the kind of a column."""
    return Kind("column", of, rows=rows or next(_new_rows))


def unsure(column: Kind) -> Kind:
    """Return the kind of a column in which any cell may be NA."""
    return replace(column, of=replace(column.element, doubts=None))


def vector_of(of: Kind, *, gaps: bool = False) -> Kind:
    """Return the kind of a list made by ``c()``."""
    return Kind("vector", of, gaps=gaps)


def list_of(of: Kind) -> Kind:
    """Return the kind of a list made by ``list()`` and similar functions."""
    return Kind("list", of)


def table_of(
    columns: Mapping[str, Kind] | None = None,
    *,
    open: bool = False,
    tibble: bool = True,
    keeps_attributes: bool = False,
) -> Kind:
    """Return the kind of a table; without ``columns``, of a table with unknown columns."""
    return Kind(
        "table",
        columns=tuple((columns or {}).items()),
        open=open or columns is None,
        rows=next(_new_rows),
        tibble=tibble,
        keeps_attributes=keeps_attributes,
    )


def merged_kind(one: Kind, other: Kind) -> Kind:
    """Return the most specific kind that covers two kinds."""
    if one == other:
        return one if one.doubts == other.doubts else replace(one, doubts=None)
    if other.name == "null":
        return one
    if one.name == "null":
        return other
    if {one.name, other.name} == {"integer", "real"}:
        return REAL
    if one.name != other.name:
        return UNKNOWN
    of = merged_kind(one.of, other.of) if one.of and other.of else one.of or other.of
    if one.name == "table":
        return _either_table(one, other)
    if one.name == "column":
        return column_of(of or UNKNOWN, one.rows if one.rows == other.rows else 0)
    gaps = one.gaps or other.gaps
    return Kind(one.name, of, empty=one.empty or other.empty, gaps=gaps)


def _either_table(one: Kind, other: Kind) -> Kind:
    theirs = dict(other.columns)
    common = {n: merged_kind(kind, theirs[n]) for n, kind in one.columns if n in theirs}
    found = table_of(
        common,
        open=one.open or other.open or set(common) != {*theirs, *dict(one.columns)},
        tibble=one.tibble and other.tibble,
        keeps_attributes=one.keeps_attributes and other.keeps_attributes,
    )
    return replace(found, gaps=one.gaps or other.gaps)


def common_kind(kinds: list[Kind]) -> Kind:
    """Return the most specific kind that covers all of these."""
    found = kinds[0] if kinds else UNKNOWN
    for kind in kinds[1:]:
        found = merged_kind(found, kind)
    return found
