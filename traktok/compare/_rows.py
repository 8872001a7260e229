"""Load two tables, and find the rows of both that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from traktok._http.endpoints import ROWS
from traktok._tables.builder import repeated_name
from traktok._text import excerpt
from traktok.compare._columns import present_cells
from traktok.reading import read_results
from traktok.results import TikTokResults


def _keys_of_endpoints() -> tuple[str, ...]:
    """Return the keys of records, sorted so that those that other tables contain too are last."""
    keys = dict.fromkeys(row.key for row in ROWS if row.key)

    def elsewhere(key: str) -> int:
        columns = ({column.name for column in row.schema.columns(None)} for row in ROWS)
        return sum(key in names for row, names in zip(ROWS, columns, strict=True) if row.key != key)

    return tuple(sorted(keys, key=elsewhere))


# Rows are identified by the first of these columns that both tables have, together with the column
# of the account whose list they are from.
IDS = _keys_of_endpoints()
_OWNERS = tuple(
    dict.fromkeys(row.schema.tag for row in ROWS if row.schema.tag not in (None, row.key))
)


def load_tables(
    left: pd.DataFrame | str | Path, right: pd.DataFrame | str | Path
) -> tuple[TikTokResults, TikTokResults]:
    """Load the tables; row labels become columns if both tables have them (R's often do not)."""
    tables = [t if isinstance(t, pd.DataFrame) else read_results(t) for t in (left, right)]
    for table, side in zip(tables, ("left", "right"), strict=True):
        labels = [name for name in table.index.names if name is not None]
        if (name := repeated_name([*table.columns, *labels])) is not None:
            raise ValueError(
                f"two columns of the {side} table are named {excerpt(name)}: rename one"
            )
    held = [{*table.columns, *table.index.names} for table in tables]
    one, other = (
        table.reset_index(drop=not held[0] & held[1] & {name for name in table.index.names if name})
        for table in tables
    )
    return _without_names(one, other), _without_names(other, one)


def _without_names(table: pd.DataFrame, other: pd.DataFrame) -> TikTokResults:
    """Drop the column of usernames if the other table, such as R's, has no such column."""
    for row in ROWS:
        tag, fields = row.schema.tag, {*row.documented}
        if row.schema.tag_first and tag in table.columns and fields.issuperset(other.columns):
            table = table.drop(columns=tag)
    return TikTokResults(table)


def key_columns(
    left: pd.DataFrame, right: pd.DataFrame, on: str | Sequence[str] | None, names: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns that identify rows: those given, or an id and whose list it is from."""
    if on is not None:
        keys = (on,) if isinstance(on, str) else tuple(on)
        for name, table in zip(names, (left, right), strict=True):
            if missing := [key for key in keys if key not in table.columns]:
                raise ValueError(f"{name} has no column {excerpt(missing[0])} to align on")
        return keys
    shared = [name for name in left.columns if name in right.columns]
    ids = [name for name in IDS if name in shared][:1]
    return (*ids, *(name for name in _OWNERS if name in shared)) if ids else ()


def aligned_rows(left: pd.DataFrame, right: pd.DataFrame, keys: tuple[str, ...]) -> tuple[Any, Any]:
    """Return the numbers of the rows that belong together, in the order of the left table."""
    if not keys:
        shared = np.arange(min(len(left), len(right)))
        return shared, shared
    identities = _identities(left, right, keys)
    ours, theirs = identities[: len(left)], identities[len(left) :]
    place = np.full(identities.max(initial=-1) + 1, -1)
    place[theirs] = np.arange(len(right))
    found = place[ours]
    rows = np.flatnonzero(found >= 0)
    return rows, found[rows]


def _identities(left: pd.DataFrame, right: pd.DataFrame, keys: tuple[str, ...]) -> Any:
    """Return a number for each row of both tables: for its ids, and how often they came before."""
    identities = np.zeros(len(left) + len(right), dtype="i8")
    for key in keys:
        ids = np.array([*_key_texts(left[key]), *_key_texts(right[key])], dtype=object)
        codes, distinct = pd.factorize(ids, use_na_sentinel=False)
        identities, _ = pd.factorize(identities * len(distinct) + codes)
    for rows in (slice(len(left)), slice(len(left), None)):
        again = pd.Series(identities[rows]).groupby(identities[rows]).cumcount().to_numpy()
        identities[rows] += again * (len(identities) + 1)
    numbers, _ = pd.factorize(identities)
    return numbers


def _key_texts(column: pd.Series[Any]) -> list[str | None]:
    return [None if cell is None else str(cell) for cell in present_cells(column)]
