"""Convert tables to R's tibbles, whose columns are vectors of R, and back.

============ ===========================================================================
in Python    in R
============ ===========================================================================
string       character
Int64        integer; double where a number has more than 32 bits, character beyond 2^53
Float64      double
boolean      logical
datetime     POSIXct in UTC
lists        a list of lists, as R traktok has them; missing is NULL
other JSON   lists, with names where the JSON has some
============ ===========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import IO, Any

import numpy as np
import pandas as pd

from traktok._http.endpoints import VIDEO_QUERY
from traktok._r import rds
from traktok._r.rds import NA_DOUBLE, NA_INTEGER, Kind, Unreadable, Vector, describe
from traktok._tables.builder import TableBuilder, repeated_name
from traktok._tables.columns import (
    Counts,
    Flags,
    Floats,
    Structs,
    Texts,
    Times,
    holds_days,
    names_an_id,
)
from traktok.errors import warn
from traktok.files._cells import (
    Cells,
    attrs_to_keep,
    build_table,
    label_names,
    python_values,
    with_labels_as_columns,
)

_LARGEST_INTEGER = 2**31 - 1
_LARGEST_WHOLE_DOUBLE = 2**53
_FIRST_DAY = date(1970, 1, 1)
# Python's calendar, the years 1 to 9999, in R's numbers: days or seconds since 1970.
_FIRST, _END = (date.min - _FIRST_DAY).days, (date.max - _FIRST_DAY).days + 1
_CALENDAR = {"Date": (_FIRST, _END), "POSIXct": (_FIRST * 86_400, _END * 86_400)}
_IN_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6}
_MISSING_TIME = -(2**63)  # NumPy's NaT
# The attribute that names the columns which are row labels in Python.
_INDEX = "index"


# ------------------------------------------------------------------------------------------ reading


def read_r(data: bytes, name: str | None = None) -> pd.DataFrame:
    """Read the table of ``saveRDS()``, or one of those of ``save()``."""
    value = rds.loads(data)
    if isinstance(value, rds.Workspace):
        value = _chosen(value, name)
    if not (_is_table(value) or _is_unparsed(value)):
        raise Unreadable(f"holds {describe(value)}, not a table of results")
    try:
        return _to_frame(value) if _is_table(value) else _to_videos(value)
    except Unreadable:
        raise
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
        raise Unreadable("is damaged: the parts of its table do not match") from None
    except RecursionError:
        raise Unreadable("is nested too deeply to be a table of results") from None


def _chosen(workspace: rds.Workspace, name: str | None) -> Any:
    tables = [key for key, value in workspace.items() if _is_table(value)]
    listed = ", ".join(tables) or "none"
    if name is None and len(tables) != 1:
        raise Unreadable(f"holds {len(tables)} tables ({listed}): say which with name=")
    if name is not None and name not in tables:
        raise Unreadable(f"holds no table {name!r}; its tables: {listed}")
    return workspace[name or tables[0]]


def _is_table(value: Any) -> bool:
    return isinstance(value, Vector) and value.kind is Kind.LIST and "data.frame" in value.classes


def _is_unparsed(value: Any) -> bool:
    """Return whether this is an unparsed search of R: records, and a search id.

    R returns it with ``parse = FALSE``, and leaves it in its temporary folder as a last resort.
    """
    return (
        isinstance(value, Vector)
        and value.kind is Kind.LIST
        and "search_id" in value.attributes
        and all(isinstance(video, Vector) and video.names is not None for video in value.values)
    )


def _to_videos(value: Vector) -> pd.DataFrame:
    """Build the table of an unparsed search of R."""
    for video in value.values:
        _warn_of_rounded_ids(video)
    builder = TableBuilder(VIDEO_QUERY.schema, None)
    builder.add(map(plain, value.values))
    table = pd.DataFrame(builder.finish(), copy=False)
    table.attrs.update(_besides(value))
    return table


def _to_frame(value: Vector) -> pd.DataFrame:
    rows = _rows(value)
    columns = {}
    if twice := repeated_name(value.names or ()):
        raise Unreadable(f"holds two columns named {twice!r}")
    for name, column in value.named().items():
        if not isinstance(column, Vector) or len(column.values) != rows:
            raise Unreadable(
                f"holds a column {name!r} that is not as long as the table ({describe(column)})"
            )
        columns[name] = _cells(column)
    _warn_of_rounded_ids(value)
    _warn_of_times_outside_calendar(value)
    table = build_table(columns, _as_list(plain(value.attributes.get(_INDEX))))
    table.attrs.update(_besides(value))
    return table


def _besides(value: Vector) -> dict[str, Any]:
    """Return the attributes of a table of R's; convert its days to ISO texts."""
    known = {name: plain(value.attributes[name]) for name in _BESIDES if name in value.attributes}
    return {name: str(x) if isinstance(x, date) else x for name, x in known.items()}


def _warn_of_rounded_ids(table: Vector) -> None:
    """Warn of ids that R has read as numbers, of which it keeps 15 digits."""
    rounded = [
        name
        for name, column in table.named().items()
        if names_an_id(name)
        and column.kind is Kind.DOUBLE
        and not column.classes
        and (abs(column.values) > _LARGEST_WHOLE_DOUBLE).any()
    ]
    if rounded:
        warn(
            f"{', '.join(rounded)}: these ids are numbers in R, which keeps 15 digits and has lost "
            "the rest; read their source again in R, with the ids as text."
        )


def _warn_of_times_outside_calendar(table: Vector) -> None:
    """Warn of times that Python's calendar can't hold, such as -Inf, R's maximum of no dates."""
    outside = [
        f"{name} ({lost})"
        for name, column in table.named().items()
        if (lost := np.count_nonzero(_outside_calendar(column)))
    ]
    if outside:
        warn(
            f"{', '.join(outside)}: these times are infinite or outside the years 1 to 9999 in R; "
            "they are missing here."
        )


def _outside_calendar(column: Vector) -> Any:
    """Return the mask of the times that Python's calendar can't hold; of other values, none."""
    limits = next((_CALENDAR[name] for name in _CALENDAR if name in column.classes), None)
    if limits is None:
        return np.zeros(0, dtype=bool)
    first, last = limits
    numbers = _numbers(column)
    return (numbers < first) | (numbers >= last)


def _rows(table: Vector) -> int:
    """Count the rows; R's short form of ``1:n`` is ``c(NA, -n)``."""
    labels = table.attributes.get("row.names")
    if not isinstance(labels, Vector):
        raise Unreadable("holds a table without its row names")
    if labels.kind is not Kind.TEXT and len(labels.values) == 2 and labels.values[0] == NA_INTEGER:
        return abs(int(labels.values[1]))
    return len(labels.values)


def _cells(column: Vector) -> Cells:
    """Convert a column of R's to Python values, with the type that R gives them."""
    for name, read in _CLASSES.items():
        if name in column.classes:
            return read(column)
    return _KINDS[column.kind](column)


def _texts(column: Vector) -> Cells:
    return Cells(list(column.values), Texts)


def _factor(column: Vector) -> Cells:
    levels = column.attributes["levels"].values
    return Cells([None if n == NA_INTEGER else levels[n - 1] for n in column.values], Texts)


def _whole(column: Vector) -> Cells:
    missing = column.values == NA_INTEGER
    return Cells(np.where(missing, 0, column.values).astype("i8"), Counts, missing)


def _flags(column: Vector) -> Cells:
    missing = column.values == NA_INTEGER
    return Cells((column.values != 0) & ~missing, Flags, missing)


def _doubles(column: Vector) -> Cells:
    missing = np.isnan(column.values)
    there = column.values[~missing]
    are_whole = (np.isfinite(there) & (np.floor(there) == there)).all()
    if are_whole and (abs(there) > _LARGEST_INTEGER).any():
        return Cells([None if n != n else int(n) for n in column.values.tolist()], Counts)
    return Cells(column.values, Floats, missing)


def _integers_of_64_bits(column: Vector) -> Cells:
    numbers = column.values.view("i8")
    missing = numbers == -(2**63)
    return Cells(np.where(missing, 0, numbers), Counts, missing)


def _times(column: Vector) -> Cells:
    seconds = _in_calendar(column)
    missing = np.isnan(seconds)
    if (seconds[~missing] % 1 == 0).all():
        return Cells(np.where(missing, 0, seconds).astype("i8"), Times, missing)
    moments = np.where(missing, _MISSING_TIME, np.round(seconds * 1e6)).astype("i8")
    return Cells(pd.DatetimeIndex(moments.view("M8[us]")).tz_localize("UTC").array)


def _days(column: Vector) -> Cells:
    numbers = np.floor(_in_calendar(column))
    days = np.where(np.isnan(numbers), _MISSING_TIME, numbers).astype("i8").view("M8[D]")
    return Cells(days.astype(object))  # days of Python's, None for NumPy's NaT


def _in_calendar(column: Vector) -> Any:
    """Return R's number for each time, NaN for those that Python's calendar can't hold."""
    return np.where(_outside_calendar(column), np.nan, _numbers(column))


def _numbers(column: Vector) -> Any:
    """Return R's numbers for days or times, NaN for those that are missing.

    R's NA is a NaN of its own, which makes NumPy warn of each computation.
    """
    numbers = column.values.astype("f8")
    of_r = column.values == NA_INTEGER if column.kind is Kind.INTEGER else np.isnan(numbers)
    numbers[of_r] = np.nan
    return numbers


def _lists(column: Vector) -> Cells:
    return Cells(list(map(plain, column.values)), Structs)


def _other(column: Vector) -> Cells:
    raise Unreadable(f"holds a column that can't be converted ({describe(column)})")


_CLASSES: Mapping[str, Callable[[Vector], Cells]] = {
    "factor": _factor,
    "POSIXct": _times,
    "Date": _days,
    "integer64": _integers_of_64_bits,
}
_KINDS: Mapping[Kind, Callable[[Vector], Cells]] = {
    Kind.TEXT: _texts,
    Kind.INTEGER: _whole,
    Kind.LOGICAL: _flags,
    Kind.DOUBLE: _doubles,
    Kind.LIST: _lists,
    Kind.COMPLEX: _other,
    Kind.RAW: _other,
    Kind.EXPRESSION: _other,
}


def plain(value: Any) -> Any:
    """Convert R's lists and vectors to the JSON they are from; one element becomes a scalar."""
    if not isinstance(value, Vector):
        return None
    if "data.frame" in value.classes:
        return _records(value)
    if value.kind is Kind.LIST:
        elements = list(map(plain, value.values))
        return elements if value.names is None else dict(zip(value.names, elements, strict=True))
    elements = list(map(_whole_as_int, _cells(value).as_list().values))
    if value.names is not None:
        return dict(zip(value.names, elements, strict=True))
    return elements[0] if len(elements) == 1 else elements


def _records(table: Vector) -> list[dict[str, Any]]:
    """Convert a data frame in a cell to the list of records it was, as R's readers of JSON do."""
    columns = [
        list(map(plain, column.values))
        if column.kind is Kind.LIST
        else list(map(_whole_as_int, _cells(column).values))
        for column in table.values
    ]
    return [dict(zip(table.names or (), row, strict=True)) for row in zip(*columns, strict=True)]


def _whole_as_int(value: Any) -> Any:
    """Convert a number of R's as JSON writes it: without a fraction it is an int."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


# ------------------------------------------------------------------------------------------ writing


def write_rds(whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    """Write a tibble for ``readRDS()``."""
    rds.dump(_tibble(whole, parts), stream)


def write_rdata(whole: pd.DataFrame, parts: Iterable[pd.DataFrame], stream: IO[bytes]) -> None:
    """Write a tibble for ``load()``, under the name ``results``."""
    rds.dump(rds.Workspace(results=_tibble(whole, parts)), stream)


def _tibble(whole: pd.DataFrame, parts: Iterable[pd.DataFrame]) -> Vector:
    """Build a tibble, with the class that R traktok gives to tables of videos."""
    # All at once: a vector of R begins with its length.
    table = pd.concat(map(with_labels_as_columns, parts), ignore_index=True)
    names = [str(name) for name in table.columns]
    classes = ["tt_results"] * ("video_id" in names) + ["tbl_df", "tbl", "data.frame"]
    attributes: dict[str, Any] = {
        "row.names": Vector(Kind.INTEGER, np.array([NA_INTEGER, -len(table)])),
        "names": Vector(Kind.TEXT, names),
        "class": Vector(Kind.TEXT, classes),
    }
    known = attrs_to_keep(whole)
    attributes |= {name: make(known[name]) for name, make in _BESIDES.items() if name in known}
    if index := label_names(whole):
        attributes[_INDEX] = Vector(Kind.TEXT, index)
    return Vector(Kind.LIST, [_vector(table.iloc[:, n]) for n in range(len(names))], attributes)


def _vector(column: pd.Series[Any]) -> Vector:
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        try:  # a type with room for what is missing
            column = column.astype(pd.array(kind.categories.to_numpy()).dtype)
        except OverflowError:  # integers beyond 64 bits, in pandas 2
            column = column.astype(object)
        kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return Vector(Kind.LOGICAL, _filled(column, "int64", NA_INTEGER))
    if pd.api.types.is_integer_dtype(kind):
        return _integers(python_values(column))
    if pd.api.types.is_float_dtype(kind):
        return Vector(Kind.DOUBLE, _filled(column, "float64", NA_DOUBLE))
    if pd.api.types.is_datetime64_any_dtype(kind):
        return _moments(column)
    cells = python_values(column)
    if holds_days(column):
        return _dates(cells)
    if isinstance(kind, pd.StringDtype) or _all_texts(cells):
        return Vector(Kind.TEXT, cells)
    return Vector(Kind.LIST, list(map(_element, cells)))


def _all_texts(cells: list[Any]) -> bool:
    there = [cell for cell in cells if cell is not None]
    return all(isinstance(cell, str) for cell in there) and bool(there)


def _filled(column: pd.Series[Any], dtype: str, missing: Any) -> Any:
    return column.to_numpy(dtype=dtype, na_value=missing)


def _integers(numbers: list[int | None]) -> Vector:
    largest = max((abs(n) for n in numbers if n is not None), default=0)
    if largest <= _LARGEST_INTEGER:
        return Vector(
            Kind.INTEGER, np.array([NA_INTEGER if n is None else n for n in numbers], "i8")
        )
    if largest <= _LARGEST_WHOLE_DOUBLE:
        return Vector(Kind.DOUBLE, np.array([NA_DOUBLE if n is None else n for n in numbers], "f8"))
    return Vector(Kind.TEXT, [None if n is None else str(n) for n in numbers])


def _moments(column: pd.Series[Any]) -> Vector:
    times = pd.to_datetime(column, utc=True)
    if times.dt.unit == "ns":  # more digits than a double has
        times = times.dt.as_unit("us")
    seconds = times.astype("int64").to_numpy(dtype="float64") / _IN_A_SECOND[times.dt.unit]
    seconds[times.isna().to_numpy()] = NA_DOUBLE
    attributes = {
        "class": Vector(Kind.TEXT, ["POSIXct", "POSIXt"]),
        "tzone": Vector(Kind.TEXT, ["UTC"]),
    }
    return Vector(Kind.DOUBLE, seconds, attributes)


def _dates(days: list[date | None]) -> Vector:
    numbers = [NA_DOUBLE if day is None else (day - _FIRST_DAY).days for day in days]
    return Vector(Kind.DOUBLE, np.array(numbers, "f8"), {"class": Vector(Kind.TEXT, ["Date"])})


def _element(value: Any) -> Vector | None:
    """Convert a JSON value to what R's JSON readers return for it."""
    if isinstance(value, Mapping):
        elements = Vector(Kind.LIST, list(map(_element, value.values())))
        elements.attributes["names"] = Vector(Kind.TEXT, [str(key) for key in value])
        return elements
    if isinstance(value, (list, tuple, np.ndarray)):
        return Vector(Kind.LIST, list(map(_element, value)))
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return Vector(Kind.LOGICAL, np.array([value]))
    if isinstance(value, (int, np.integer)):
        return _integers([int(value)])
    if isinstance(value, (float, np.floating)):
        return Vector(Kind.DOUBLE, np.array([value]))
    return Vector(Kind.TEXT, [str(value)])


# Anybody may write to a table's attributes: what is not as this package has it stays what it is.


def _text_besides(value: Any) -> Vector | None:
    return _element(value) if value is not None else Vector(Kind.TEXT, [None])


def _day_besides(value: Any) -> Vector | None:
    """Write a day, which is an ISO text here, as R has it."""
    try:
        return _dates([None if value is None else date.fromisoformat(str(value))])
    except ValueError:
        return _text_besides(value)


def _flag_besides(value: Any) -> Vector | None:
    return _element(value) if value is not None else Vector(Kind.LOGICAL, np.array([NA_INTEGER]))


def _reasons(skipped: Any) -> Vector | None:
    if not isinstance(skipped, Mapping) or set(map(type, skipped.values())) - {str}:
        return _element(skipped)
    names = {"names": Vector(Kind.TEXT, list(map(str, skipped)))}
    return Vector(Kind.TEXT, list(skipped.values()), names)


_BESIDES: Mapping[str, Callable[[Any], Vector | None]] = {
    "search_id": _text_besides,
    "start_date": _day_besides,
    "end_date": _day_besides,
    "cursor": lambda cursor: _integers([None]) if cursor is None else _element(cursor),
    "has_more": _flag_besides,
    "skipped": _reasons,
    "unfinished": _element,
}
