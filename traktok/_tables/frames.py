"""Records into columns, page by page, from one table of what each field holds.

A page's records are spread over the columns and dropped, so that memory grows with the table and
not with the answers it was made from. Typed arrays are built once, at the end. Nothing passes
through a float: an id keeps every digit, a count is a nullable integer.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

Record = dict[str, Any]

# Python's own strings hold what TikTok sends, lone surrogates and NUL included; Arrow's can't.
TEXT = pd.StringDtype("python")


# ------------------------------------------------------------------------- what a cell may hold


def as_text(value: Any) -> str | None:
    """Take anything as text: what is no text in the JSON is written as JSON."""
    if value is None or isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def as_count(value: Any, limit: int = 2**63 - 1) -> int | None:
    """Take a whole number up to a limit, also one written as text; what is none is None."""
    if isinstance(value, str):
        try:
            value = int(value) if "_" not in value else None  # Python's own way to write numbers
        except ValueError:
            return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -limit <= value <= limit:
        return value
    return None


def as_flag(value: Any) -> bool | None:
    """Take a truth value, also one written as text; what is none is None."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def as_list(value: Any) -> list[Any] | None:
    """Take a list of texts; a lone element is a list of one, missing is None."""
    if value is None:
        return None
    elements = value if isinstance(value, list) else [value]
    return [as_text(element) for element in elements]


def with_text_ids(value: Any) -> Any:
    """Write every id in a piece of JSON as text, and change nothing else."""
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


def names_an_id(key: str) -> bool:
    """Tell from its name whether a field holds ids."""
    return key == "id" or key.endswith(("_id", "_ids"))


# --------------------------------------------------------------- columns while they are filled


class _Column(Protocol):
    """A column that is being filled; ``doubtful`` counts the cells it could not read."""

    doubtful: int

    def take(self, values: Sequence[Any]) -> None: ...
    def finish(self, rows: int) -> Any: ...


_TEXT_OR_NONE = frozenset({str, type(None)})
_INT = frozenset({int})


class Texts:
    """Texts, ids among them."""

    doubtful = 0

    def __init__(self) -> None:
        self._values: list[str | None] = []

    def take(self, values: Sequence[Any]) -> None:
        kinds = set(map(type, values))
        if kinds == _INT:
            values = list(map(str, values))
        elif not kinds <= _TEXT_OR_NONE:
            values = list(map(as_text, values))
        self._values.extend(values)

    def finish(self, rows: int) -> Any:
        return pd.array(self._values[:rows], dtype=TEXT)


class Counts:
    """Whole numbers of 64 bits, some of them missing."""

    limit = 2**63 - 1

    def __init__(self) -> None:
        self.doubtful = 0
        self._values = array("q")
        self._missing = bytearray()

    def take(self, values: Sequence[Any]) -> None:
        if (
            set(map(type, values)) == _INT
            and -self.limit <= min(values) <= max(values) <= self.limit
        ):
            self._missing.extend(bytes(len(values)))
            self._values.extend(values)
            return
        cells = [as_count(value, self.limit) for value in values]
        self.doubtful += cells.count(None) - values.count(None)
        self._missing.extend(cell is None for cell in cells)
        self._values.extend(cell or 0 for cell in cells)

    def _arrays(self, rows: int) -> tuple[Any, Any]:
        return np.array(self._values)[:rows], np.array(self._missing, dtype=bool)[:rows]

    def finish(self, rows: int) -> Any:
        return pd.arrays.IntegerArray(*self._arrays(rows))


class Times(Counts):
    """Seconds since 1970 as times in UTC, within the years that a calendar has."""

    limit = 62_135_596_800  # seconds from year 1 to 1970, and as many after

    def finish(self, rows: int) -> Any:
        seconds, missing = self._arrays(rows)
        times = seconds.astype("datetime64[s]")
        times[missing] = np.datetime64("NaT", "s")
        return pd.array(times, dtype="datetime64[s]").tz_localize("UTC")


class Flags:
    """Truth values, some of them missing."""

    def __init__(self) -> None:
        self.doubtful = 0
        self._values = bytearray()
        self._missing = bytearray()

    def take(self, values: Sequence[Any]) -> None:
        cells = list(map(as_flag, values))
        self.doubtful += cells.count(None) - values.count(None)
        self._values.extend(map(bool, cells))
        self._missing.extend(cell is None for cell in cells)

    def finish(self, rows: int) -> Any:
        values = np.array(self._values, dtype=bool)[:rows]
        return pd.arrays.BooleanArray(values, np.array(self._missing, dtype=bool)[:rows])


class Structs:
    """Pieces of JSON, handed through as they are but for their ids."""

    doubtful = 0

    def __init__(self) -> None:
        self._values: list[Any] = []

    def take(self, values: Sequence[Any]) -> None:
        self._values.extend(map(with_text_ids, values))

    def finish(self, rows: int) -> Any:
        return np.fromiter(self._values[:rows], dtype=object, count=rows)


class Lists(Structs):
    """Lists of texts."""

    def take(self, values: Sequence[Any]) -> None:
        self._values.extend(
            value
            if type(value) is list and _TEXT_OR_NONE.issuperset(map(type, value))
            else as_list(value)
            for value in values
        )


class Unknown(Structs):
    """A field nobody has described: its type is what its values turn out to be."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._holds_ids = names_an_id(name)

    def take(self, values: Sequence[Any]) -> None:
        self._values.extend(map(_ids_as_text if self._holds_ids else with_text_ids, values))

    def finish(self, rows: int) -> Any:
        values = self._values[:rows]
        kinds = {type(value) for value in values} - {type(None)}
        column: _Column
        if kinds & {list, dict}:
            return super().finish(rows)
        if self._holds_ids or str in kinds:
            column = Texts()
        elif kinds == {bool}:
            column = Flags()
        elif kinds == _INT:
            longest = max(abs(value) for value in values if value is not None)
            column = Counts() if longest <= Counts.limit else Texts()
        elif kinds in ({float}, {float, int}) and not any(map(_too_long_for_a_float, values)):
            return pd.array(values, dtype="Float64")
        else:
            return super().finish(rows)
        column.take(values)
        return column.finish(rows)


def _too_long_for_a_float(value: Any) -> bool:
    return type(value) is int and abs(value) > 2**53


_KINDS: dict[Callable[[], _Column], str] = {
    Texts: "id video_id music_id playlist_id parent_comment_id playlist_video_ids username "
    "author_name display_name region_code video_description voice_to_text text playlist_name "
    "bio_description bio_url avatar_url",
    Counts: "create_time view_count like_count comment_count share_count favorites_count "
    "reply_count follower_count following_count likes_count video_count video_duration "
    "playlist_item_total playlist_last_updated",
    Flags: "is_verified is_stem_verified",
    Lists: "hashtag_names effect_ids video_mention_list",
    Structs: "hashtag_info_list sticker_info_list effect_info_list video_label video_tag",
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names.split()}


def kind_of(field: str) -> Callable[[], _Column] | None:
    """Say what a field holds, where that is known."""
    return _KIND_OF.get(field)


# TikTok's older spelling of a field, still met in answers.
_OLD_NAMES = {"favorites_count": "favourites_count"}
_NEW_NAMES = {old: new for new, old in _OLD_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and the keys of a record it is filled from."""

    name: str
    kind: Callable[[], _Column]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, field: str) -> Column:
        """Describe the column of a field of TikTok's."""
        keys = (field, _OLD_NAMES[field]) if field in _OLD_NAMES else (field,)
        name = field.encode(errors="backslashreplace").decode()  # pandas takes no lone surrogates
        return cls(name, kind_of(field) or (lambda: Unknown(field)), keys)


@dataclass(frozen=True, slots=True)
class Schema:
    """Which columns a table has.

    ``fixed`` columns are always there; ``usual`` are the fields that follow unless others are
    asked for. An ``open`` table also gets a column for any other field that TikTok sends.
    ``tag`` is the column that says whose answer a row comes from; ``indexed`` makes it the index.
    """

    fixed: tuple[Column, ...] = ()
    usual: tuple[str, ...] = ()
    open: bool = True
    tag: str | None = None
    indexed: bool = False

    def columns(self, asked: tuple[str, ...] | None) -> list[Column]:
        """List the columns of a table for which these fields were asked."""
        held = {key for column in self.fixed for key in column.keys}
        fields = self.usual if asked is None else asked
        return [*self.fixed, *(Column.of(field) for field in fields if field not in held)]


SEARCH = Schema(
    fixed=(
        Column("video_id", Texts, ("video_id", "id")),
        Column("author_name", Texts, ("username",)),
        *map(Column.of, ("view_count", "comment_count", "share_count", "like_count")),
        Column.of("region_code"),
        Column("create_time", Times, ("create_time",)),
        *map(Column.of, ("effect_ids", "music_id", "video_description", "hashtag_names")),
        Column.of("voice_to_text"),
    ),
    open=False,
)


class TableBuilder:
    """A table that is being filled, a page at a time."""

    def __init__(self, schema: Schema, asked: tuple[str, ...] | None) -> None:
        self.rows = 0
        self._open = schema.open
        self._tag = schema.tag
        self._columns = [(column, column.kind()) for column in schema.columns(asked)]
        self._tags = Texts()
        self._keys = {key for column, _ in self._columns for key in column.keys} | {str(schema.tag)}

    def add(self, records: Iterable[Any], tag: str | None = None) -> None:
        """Spread a page's records over the columns; what is no record or empty is skipped."""
        page = [record for record in records if record and isinstance(record, dict)]
        if self._open:
            self._make_room(page)
        for column, filling in self._columns:
            filling.take(cells(page, column.keys))
        self._tags.take([tag] * len(page))
        self.rows += len(page)

    def _make_room(self, page: list[Record]) -> None:
        for name in dict.fromkeys(key for record in page for key in record):
            if name not in self._keys:
                column = Column.of(_NEW_NAMES.get(name, name))
                filling = column.kind()
                filling.take([None] * self.rows)
                self._columns.append((column, filling))
                self._keys.update(column.keys)

    def finish(self) -> dict[str, Any]:
        """Build the typed arrays, a column each, the tag's last."""
        arrays = {column.name: filling.finish(self.rows) for column, filling in self._columns}
        if self._tag is not None:
            arrays[self._tag] = self._tags.finish(self.rows)
        return arrays

    @property
    def doubtful(self) -> dict[str, int]:
        """Count the cells by column whose value was none of the column's type, now missing."""
        return {
            column.name: filling.doubtful for column, filling in self._columns if filling.doubtful
        }


def named_twice(names: Iterable[Any]) -> Any:
    """Find the name that two columns have; None where each has its own."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


def cells(page: list[Record], keys: tuple[str, ...]) -> list[Any]:
    """Take a column's cells from records: the first of its keys that each record has."""
    found = [record.get(keys[0]) for record in page]
    for key in keys[1:]:
        if None in found:
            found = [
                record.get(key) if cell is None else cell
                for cell, record in zip(found, page, strict=True)
            ]
    return found


def holds_days(column: pd.Series[Any]) -> bool:
    """Tell a column of days, which pandas has no type for."""
    return _holds_only("date", column)


def holds_texts(column: pd.Series[Any]) -> bool:
    """Tell a column of texts that has no type, as pandas before 3 makes them."""
    return _holds_only("string", column)


def _holds_only(kind: str, column: pd.Series[Any]) -> bool:
    return column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) == kind
