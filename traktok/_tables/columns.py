"""Typed columns: values are coerced here for tables, stores and files.

A column type is a class. Its ``cell`` coerces one value and its ``coerce`` a batch of values. An
instance is a column that is being filled, batch by batch, until ``finish`` builds its array. No id
or count is ever converted to a float: ids keep every digit, counts are nullable integers.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any, ClassVar

from traktok._lazy import np, pd

_NONE: type = type(None)
_INT = frozenset({int})
_TEXTS = frozenset({str, _NONE})
_LISTS = frozenset({list, _NONE})


class ColumnBuilder(ABC):
    """A column that is being filled.

    Attributes
    ----------
    doubtful
        How many values it could not read; their cells are missing.
    of_lists
        Whether its cells are lists; a list that TikTok omitted is then an empty one.
    nested
        Whether its cells are pieces of JSON.
    """

    of_lists: ClassVar[bool] = False
    nested: ClassVar[bool] = False
    # The types of values that `coerce` returns unchanged, a whole batch at once: nearly all values
    # of TikTok's are of the expected type.
    _as_is: ClassVar[frozenset[type]] = frozenset()

    def __init__(self) -> None:
        self.doubtful = 0
        self._values: Any = []

    @classmethod
    @abstractmethod
    def cell(cls, value: Any) -> Any:
        """Coerce one value; None if it is missing or is not of this type."""

    @classmethod
    def coerce(cls, values: Sequence[Any]) -> Sequence[Any]:
        """Coerce a batch of values; the batch itself if nothing has to change."""
        if cls._as_is.issuperset(map(type, values)):
            return values
        return list(map(cls.cell, values))

    def append(self, values: Sequence[Any]) -> None:
        """Coerce values and add them to the column."""
        cells = self.coerce(values)
        if cells is not values:
            self.doubtful += cells.count(None) - values.count(None)
        self._add(cells)

    def _add(self, cells: Sequence[Any]) -> None:
        self._values.extend(cells)

    def finish(self, rows: int) -> Any:
        """Build the typed array of the first so many rows."""
        return self.array(np.fromiter(self._values[:rows], dtype=object, count=rows), None)

    @classmethod
    def array(cls, values: Any, missing: Any) -> Any:
        """Build a typed array from a NumPy array, and a mask of what is missing in it."""
        return values


class Texts(ColumnBuilder):
    """Texts, ids among them; a value that is not a text in the JSON is written as JSON."""

    @classmethod
    def cell(cls, value: Any) -> str | None:
        """Convert any value to text."""
        if value is None or isinstance(value, str):
            return value
        if type(value) is int:
            return str(value)
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return json.dumps(value, ensure_ascii=False, default=str)

    @classmethod
    def coerce(cls, values: Sequence[Any]) -> Sequence[Any]:
        """Convert a batch of values to texts."""
        types = set(map(type, values))
        if types <= _TEXTS:
            return values
        if types == _INT:  # ids
            return list(map(str, values))
        return list(map(cls.cell, values))

    @classmethod
    def array(cls, values: Any, missing: Any) -> Any:
        """Build a column of strings."""
        # Python's own strings hold what TikTok sends, lone surrogates and NUL included; Arrow's
        # can't.
        return pd.array(values, dtype=pd.StringDtype("python"), copy=False)


class _Nullable(ColumnBuilder):
    """Values of a fixed size, with a mask of those that are missing."""

    _dtype: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._missing = bytearray()

    def _add(self, cells: Sequence[Any]) -> None:
        if None in cells:
            self._missing.extend(cell is None for cell in cells)
            cells = [cell or 0 for cell in cells]
        else:
            self._missing.extend(bytes(len(cells)))
        self._values.extend(cells)

    def finish(self, rows: int) -> Any:
        """Build the typed array of the first so many rows."""
        missing = np.array(self._missing, dtype=bool)[:rows]
        return self.array(np.array(self._values, dtype=self._dtype)[:rows], missing)


class Counts(_Nullable):
    """64-bit integers, some of them missing."""

    limit: ClassVar[int] = 2**63 - 1
    _as_is = frozenset({int, _NONE})
    _dtype = "int64"

    def __init__(self) -> None:
        super().__init__()
        self._values = array("q")

    @classmethod
    def cell(cls, value: Any) -> int | None:
        """Coerce a value (numeric strings too) to int; None if not whole or beyond ``limit``."""
        if isinstance(value, str):
            try:
                value = int(value) if "_" not in value else None  # "1_000" is Python's notation
            except ValueError:
                return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return value if is_whole and -cls.limit <= value <= cls.limit else None

    @classmethod
    def coerce(cls, values: Sequence[Any]) -> Sequence[Any]:
        """Coerce a batch of values to whole numbers."""
        types = set(map(type, values))
        if types <= cls._as_is:
            present = values if types == _INT else [value for value in values if value is not None]
            if not present or -cls.limit <= min(present) <= max(present) <= cls.limit:
                return values
        return list(map(cls.cell, values))

    @classmethod
    def array(cls, values: Any, missing: Any) -> Any:
        """Build a column of nullable integers."""
        return pd.arrays.IntegerArray(values, missing)


class Times(Counts):
    """Seconds since 1970 as times in UTC, up to ``limit`` before and after 1970."""

    limit = 62_135_596_800  # seconds from year 1 to 1970, and as many after

    @classmethod
    def array(cls, values: Any, missing: Any) -> Any:
        """Build a column of times."""
        times = values.astype("datetime64[s]")
        times[missing] = np.datetime64("NaT", "s")
        return pd.array(times, dtype="datetime64[s]").tz_localize("UTC")


class Flags(_Nullable):
    """Booleans, some of them missing."""

    _as_is = frozenset({bool, _NONE})
    _dtype = "bool"

    def __init__(self) -> None:
        super().__init__()
        self._values = bytearray()

    @classmethod
    def cell(cls, value: Any) -> bool | None:
        """Coerce a boolean, or "true" or "false" as text; None if it is neither."""
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower())
        return value if isinstance(value, bool) else None

    @classmethod
    def array(cls, values: Any, missing: Any) -> Any:
        """Build a column of nullable booleans."""
        return pd.arrays.BooleanArray(values, missing)


class Floats(ColumnBuilder):
    """Numbers with fractions, some of them missing."""

    _as_is = frozenset({float, int, _NONE})

    @classmethod
    def cell(cls, value: Any) -> float | None:
        """Return a number as it is; None if it is not a number."""
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def finish(self, rows: int) -> Any:
        """Build a column of nullable floats."""
        return self.array(self._values[:rows], None)

    @classmethod
    def array(cls, values: Any, missing: Any) -> Any:
        """Build a column of nullable floats, in which NaN is missing, too."""
        return pd.array(values, dtype="Float64")


class Moments(Floats):
    """Seconds since 1970 with fractions, as times in UTC to the millisecond."""

    def finish(self, rows: int) -> Any:
        """Build a column of times."""
        seconds = self._values[:rows]
        milliseconds = [None if value is None else round(value * 1_000) for value in seconds]
        return pd.array(np.array(milliseconds, dtype="datetime64[ms]")).tz_localize("UTC")


class Days(ColumnBuilder):
    """Days of the calendar."""

    @classmethod
    def cell(cls, value: Any) -> Any:
        """Return a date as it is."""
        return value

    def finish(self, rows: int) -> Any:
        """Build a column of times without a zone, which is how pandas holds days."""
        return pd.array(np.array(self._values[:rows], dtype="datetime64[s]"))


class Structs(ColumnBuilder):
    """JSON values, unchanged except that ids become text."""

    nested = True

    @classmethod
    def cell(cls, value: Any) -> Any:
        """Convert the ids in a JSON value to text."""
        return with_text_ids(value)


class Lists(Structs):
    """Lists of texts; a single value becomes a list of one."""

    of_lists = True

    @classmethod
    def cell(cls, value: Any) -> list[str | None] | None:
        """Convert a value to a list of texts."""
        if value is None:
            return None
        return list(map(Texts.cell, value if isinstance(value, list) else [value]))

    @classmethod
    def coerce(cls, values: Sequence[Any]) -> Sequence[Any]:
        """Convert a batch of values to lists of texts."""
        if _LISTS.issuperset(map(type, values)):
            elements = chain.from_iterable(filter(None, values))
            if _TEXTS.issuperset(map(type, elements)):
                return values
        return list(map(cls.cell, values))


class Records(Structs):
    """Lists of JSON values; a single value becomes a list of one."""

    of_lists = True

    @classmethod
    def cell(cls, value: Any) -> list[Any] | None:
        """Convert a value to a list, and the ids in it to text."""
        if value is None:
            return None
        return [with_text_ids(element) for element in (value if type(value) is list else [value])]


class Unknown(Structs):
    """A field that this package does not know; its values determine its type."""

    _holds_ids: ClassVar[bool] = False

    def finish(self, rows: int) -> Any:
        """Build a column of the narrowest type that holds all values."""
        values = self._values[:rows]
        types = set(map(type, values)) - {_NONE}
        column: ColumnBuilder
        if types & {list, dict}:
            return super().finish(rows)
        if self._holds_ids or str in types:
            column = Texts()
        elif types == {bool}:
            column = Flags()
        elif types == _INT:
            longest = max(abs(value) for value in values if value is not None)
            column = Counts() if longest <= Counts.limit else Texts()
        elif types in ({float}, {float, int}) and not any(map(_is_beyond_a_float, values)):
            column = Floats()
        else:
            return super().finish(rows)
        column.append(values)
        return column.finish(rows)


class UnknownIds(Unknown):
    """A field that this package does not know, with a name that says that it holds ids."""

    _holds_ids = True

    @classmethod
    def cell(cls, value: Any) -> Any:
        """Convert an id, or a list of ids, to text."""
        return _ids_as_text(value)


ColumnType = type[ColumnBuilder]


def _is_beyond_a_float(value: Any) -> bool:
    return type(value) is int and abs(value) > 2**53


# ---------------------------------------------------------------------------------- ids in JSON


def names_an_id(key: str) -> bool:
    """Return whether a field's name says that it holds ids."""
    return key == "id" or key.endswith(("_id", "_ids"))


def with_text_ids(value: Any) -> Any:
    """Convert every id in a JSON value to text, and change nothing else."""
    if isinstance(value, dict):
        return {
            key: _ids_as_text(inner) if names_an_id(key) else with_text_ids(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [with_text_ids(element) for element in value]
    return value


def _ids_as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_ids_as_text(element) for element in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return with_text_ids(value)


# ----------------------------------------------------------------------------- columns of pandas


def holds_days(column: pd.Series[Any]) -> bool:
    """Return whether a column holds days, for which pandas has no type."""
    return _holds_only("date", column)


def holds_texts(column: pd.Series[Any]) -> bool:
    """Return whether a column without a type holds texts, as pandas before 3 makes them."""
    return _holds_only("string", column)


def _holds_only(kind: str, column: pd.Series[Any]) -> bool:
    return column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) == kind
