"""Compare the columns that two tables share, all cells of a column at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from traktok._tables.columns import holds_days
from traktok.results import r_type

_NUMBERS = {"int", "dbl"}
_TIMES = {"date", "dttm"}
_CLOSE = 1e-12  # R's files have 15 digits
_GLANCE = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """A column that both tables have, in the rows that belong together."""

    types: tuple[str, str]
    types_differ: bool
    left: pd.Series[Any]
    right: pd.Series[Any]
    unlike: Any  # the numbers of the rows, as an array

    @classmethod
    def of(cls, left: pd.Series[Any], right: pd.Series[Any]) -> Pair:
        types = (_type(left), _type(right))
        if "dttm" in types and set(types) <= _TIMES:
            # a day is its midnight; times without a zone are in UTC
            left, right = (pd.to_datetime(column, utc=True) for column in (left, right))
            types = ("dttm", "dttm")
        same = types[0] == types[1] or "" in types
        comparable = same or set(types) <= _NUMBERS
        unlike = _unlike(left, right) if comparable else np.array([], dtype="i8")
        return cls((types[0] or types[1], types[1] or types[0]), not same, left, right, unlike)

    def cells(self, rows: Any) -> tuple[list[Any], list[Any]]:
        """Return the cells of both sides in some rows."""
        return present_cells(self.left.iloc[rows]), present_cells(self.right.iloc[rows])

    def drifted(self) -> Any:
        """List the rows in which both sides have a number, but not the same."""
        is_there = self.left.notna().to_numpy() & self.right.notna().to_numpy()
        return self.unlike[is_there[self.unlike]]

    def different(self, may_drift: bool) -> Any:
        """List the rows whose cells differ, other than by drift."""
        return np.setdiff1d(self.unlike, self.drifted()) if may_drift else self.unlike

    def changes(self, rows: Any) -> list[float]:
        """Return how far counts have changed, as shares of what they were."""
        pairs = zip(*self.cells(rows), strict=True)
        return [float(abs(one - other) / abs(one)) if one else math.inf for one, other in pairs]


def _type(column: pd.Series[Any]) -> str:
    """Return R's name of a column's type; empty if no cell determines it."""
    if column.dtype != object:
        return "chr" if isinstance(column.dtype, pd.CategoricalDtype) else r_type(column.dtype)
    if holds_days(column):
        return "date"
    there = column[column.notna()]
    if not len(there):
        return ""
    return "chr" if all(isinstance(cell, str) for cell in there) else "list"


def present_cells(column: pd.Series[Any]) -> list[Any]:
    """Return the cells of a column, with None for what is missing and lists for arrays."""
    cells = column.astype(object).where(column.notna(), None)
    return [cell.tolist() if isinstance(cell, np.ndarray) else cell for cell in cells]


def _unlike(left: pd.Series[Any], right: pd.Series[Any]) -> Any:
    """Return the numbers of the rows whose cells are not alike."""
    kinds = {_kind(left), _kind(right)}
    if len(kinds) > 1 or None in kinds:
        cells = zip(present_cells(left), present_cells(right), strict=True)
        doubtful = ((n, one, other) for n, (one, other) in enumerate(cells) if one is not other)
        return np.array([n for n, one, other in doubtful if not _alike(one, other)], dtype="i8")
    missing, missing_too = (column.isna().to_numpy() for column in (left, right))
    differ = missing != missing_too
    both = np.flatnonzero(~(missing | missing_too))
    ours, theirs = (_exact(column.iloc[both]) for column in (left, right))
    unequal = np.asarray(ours != theirs, dtype=bool)
    if kinds == {"f"}:
        unequal &= ~np.isclose(ours, theirs, rtol=_CLOSE, atol=0)
    differ[both[unequal]] = True
    return np.flatnonzero(differ)


# The types of NumPy's arrays that hold all cells of a column exactly, by its kind.
_EXACT_TYPES: dict[Any, Any] = {"O": object, "b": "?", "i": "i8", "u": "u8", "f": "f8"}


def _kind(column: pd.Series[Any]) -> str | None:
    """Return the kind of a column whose cells can be compared all at once; None for others."""
    kind = column.dtype
    if isinstance(kind, pd.StringDtype):
        return "O"
    if pd.api.types.is_datetime64_any_dtype(kind):
        return "M"
    is_number = pd.api.types.is_numeric_dtype(kind) and kind.kind in _EXACT_TYPES
    return str(kind.kind) if is_number else None


def _exact(column: Any) -> Any:
    """Return an array of the cells of a column without missing ones, to compare with another."""
    kind = _kind(column)
    return column.array if kind == "M" else column.to_numpy(dtype=_EXACT_TYPES[kind])


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_CLOSE)
    # R has NULL in place of an empty list.
    return bool(one == other) or (one in (None, []) and other in (None, []))


def may_drift(name: str, pair: Pair) -> bool:
    is_count = str(name).lower().endswith("count") or name == "heart"
    return is_count and set(pair.types) <= _NUMBERS


def cells_table(
    columns: dict[str, Pair], where: pd.DataFrame, pick: Callable[[str, Pair], Any]
) -> pd.DataFrame:
    """Build a table of cells, each with its position and the values of both sides."""
    rows = {name: pick(name, pair) for name, pair in columns.items()}
    numbers = np.concatenate([np.array([], dtype="i8"), *rows.values()])
    table = where.iloc[numbers].reset_index(drop=True)
    names = [name for name, found in rows.items() for _ in range(len(found))]
    table["column"] = pd.Series(names, dtype="string")
    for side in (0, 1):
        cells = [cell for name, pair in columns.items() for cell in pair.cells(rows[name])[side]]
        table["left" if side == 0 else "right"] = pd.Series(cells, dtype=object)
    return table


def drift_table(columns: dict[str, Pair], where: pd.DataFrame, drifting: list[str]) -> pd.DataFrame:
    pairs = {name: columns[name] for name in drifting}
    table = cells_table(pairs, where, lambda name, pair: pair.drifted())
    changes = [change for pair in pairs.values() for change in pair.changes(pair.drifted())]
    table["change"] = pd.Series(changes, dtype="float64")
    return table


def renamed_columns(
    left: pd.DataFrame,
    right: pd.DataFrame,
    only_left: tuple[str, ...],
    only_right: tuple[str, ...],
) -> dict[str, str]:
    """Return the columns that hold the same cells under another name."""
    renamed = {}
    for old in only_left:
        for new in only_right:
            glance = Pair.of(left[old].head(_GLANCE), right[new].head(_GLANCE))
            if glance.types_differ or len(glance.unlike):
                continue
            pair = Pair.of(left[old], right[new])
            if not (pair.types_differ or len(pair.unlike) or pair.left.isna().all()):
                renamed[old] = new
    return renamed


_COLUMNS = ("left", "right", "compared", "same", "drifted", "different", "largest_drift")


def summary(
    left: pd.DataFrame, right: pd.DataFrame, columns: dict[str, Pair], drifting: list[str]
) -> pd.DataFrame:
    names = [*left.columns, *(name for name in right.columns if name not in columns)]
    lines = {
        name: _line(columns[name], name in drifting)
        if name in columns
        else (
            *(_type(t[name]) if name in t.columns else "" for t in (left, right)),
            0,
            0,
            0,
            0,
            0.0,
        )
        for name in names
    }
    table = pd.DataFrame.from_dict(lines, orient="index", columns=list(_COLUMNS))
    return table.rename_axis("column")


def _line(pair: Pair, may_drift: bool) -> tuple[Any, ...]:
    drifted = pair.drifted() if may_drift else np.array([], dtype="i8")
    different = len(pair.unlike) - len(drifted)
    compared = len(pair.left) if not pair.types_differ or set(pair.types) <= _NUMBERS else 0
    largest = max(pair.changes(drifted), default=0.0)
    same = compared - len(pair.unlike)
    return (*pair.types, compared, same, len(drifted), different, largest)
