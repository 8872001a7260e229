"""Rows of a store as a table with the types that all of traktok's tables have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from traktok._tables.frames import TEXT


def texts(values: Sequence[Any]) -> Any:
    """Texts, some of them missing."""
    return pd.array(list(values), dtype=TEXT)


def counts(values: Sequence[Any]) -> Any:
    """Whole numbers, some of them missing."""
    return pd.array(list(values), dtype="Int64")


def flags(values: Sequence[Any]) -> Any:
    """Truth values, some of them missing."""
    return pd.array(list(values), dtype="boolean")


def numbers(values: Sequence[Any]) -> Any:
    """Numbers, some of them missing."""
    return pd.array(list(values), dtype="Float64")


def times(values: Sequence[Any]) -> Any:
    """Seconds since 1970 as times in UTC, to the millisecond."""
    whole = [None if value is None else round(value * 1_000) for value in values]
    return pd.array(np.array(whole, dtype="datetime64[ms]")).tz_localize("UTC")


def days(values: Sequence[Any]) -> Any:
    """Days of the calendar."""
    return pd.array(np.array(values, dtype="datetime64[s]"))


def tabular(
    columns: Mapping[str, Callable[[Sequence[Any]], Any]], rows: Iterable[Sequence[Any]]
) -> pd.DataFrame:
    """Make a table of rows whose cells are in the order of its columns."""
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    each = zip(columns.items(), cells, strict=True)
    return pd.DataFrame({name: typed(values) for (name, typed), values in each})
