"""Find what is wrong in a store that was damaged, or edited by hand.

Nothing is checked while all goes well. If a method of a study fails with an error that is not one
of traktok's own, its store is searched for a cell that is not what it must be, and the error names
it.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import FunctionType
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Double,
    Integer,
    Table,
    Text,
    and_,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from traktok import _clock
from traktok._secrets.secret import conceals_token
from traktok._text import printable
from traktok.collect import _queries, _schema
from traktok.collect._kinds import VIDEOS
from traktok.collect._schema import State
from traktok.collect._store import Store
from traktok.collect._windows import WINDOW_DAYS, Window
from traktok.collect._young import settles_on
from traktok.errors import InvalidArgument, InvalidArgumentType, StoreError

# How what a cell must not hold shows: as errors that code meets which expects something else.
_SYMPTOMS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# SQLite takes anything in any column; the types that each must have, in SQLite's own words.
_TYPES: Mapping[type, tuple[str, ...]] = {
    Boolean: ("integer",),
    Integer: ("integer",),
    Double: ("real", "integer"),
    Text: ("text",),
}
# What is not a moment among the numbers with decimals.
_DURATIONS = {"seconds"}
_LONGEST_SHOWN = 60

_Class = TypeVar("_Class", bound=type)
_Thing = TypeVar("_Thing")


def diagnosed(study: _Class) -> _Class:
    """Let the methods of a class that others call name the damage of its store they fail of."""
    for name, member in list(vars(study).items()):
        if name.startswith("_") and name not in ("__repr__", "_repr_html_", "_progress"):
            continue
        if isinstance(member, FunctionType):
            setattr(study, name, _diagnosing(member))
        elif isinstance(member, property) and member.fget:
            setattr(study, name, property(_diagnosing(member.fget), doc=member.__doc__))
    return study


def _diagnosing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def named(self: Any, *args: Any, **kwargs: Any) -> Any:
        with _naming_damage(self._store):
            result = method(self, *args, **kwargs)
        return _guarded(result, self._store) if isinstance(result, Iterator) else result

    # Outermost, so that no frame holds a token in clear.
    takes_token = "token" in inspect.signature(method).parameters
    return conceals_token(named) if takes_token else named


def _guarded(tables: Iterator[_Thing], store: Store) -> Iterator[_Thing]:
    with _naming_damage(store):
        yield from tables


@contextlib.contextmanager
def _naming_damage(store: Store) -> Iterator[None]:
    try:
        yield
    except _SYMPTOMS as error:
        # A wrong argument is hardly ever the store's: what is quickly checked is checked.
        is_argument = isinstance(error, (InvalidArgument, InvalidArgumentType))
        tables = [_schema.jobs] if is_argument else _schema.metadata.sorted_tables
        with store.read() as connection:
            damage = next(_damage(connection, tables), None)
        if damage is None:
            raise
        text = f"The store {store.place} is damaged, or was edited by hand: {damage}."
        raise StoreError(text) from error


def _damage(connection: Connection, tables: Iterable[Table]) -> Iterator[str]:
    """Describe what is not as it must be, table by table."""
    for table in tables:
        wrong = or_(*(_is_wrong(column, connection.dialect.name) for column in table.c))
        cells = [type_coerce(column, NullType()).label(column.name) for column in table.c]
        for row in connection.execute(select(*cells).where(wrong).limit(1)):
            for column in table.c:
                if not _is_right(column, value := row._mapping[column.name]):
                    yield _description(table, row, column.name, f"{value!r}")
        for name, rule in _RULES.get(table.name, {}).items():
            for row in connection.execute(select(*cells)):
                try:
                    rule(row)
                except (*_SYMPTOMS, InvalidArgument) as error:
                    said = f"{row._mapping[name]!r}"[:_LONGEST_SHOWN]
                    yield _description(table, row, name, f"{said} ({error})")


def _description(table: Table, row: Any, column: str, what: str) -> str:
    keys = ", ".join(f"{key.name} {row._mapping[key.name]!r}" for key in table.primary_key)
    return printable(f"column {column} of table {table.name} holds {what}, where {keys}")


def _is_wrong(column: Column[Any], dialect: str) -> ColumnElement[bool]:
    """Write the condition for a cell of another type than its column's, or beyond the calendar."""
    value = type_coerce(column, NullType())
    wrong = []
    if dialect == "sqlite":
        wrong.append(and_(value.is_not(None), func.typeof(value).not_in(_types_of(column))))
    if not column.nullable:
        wrong.append(value.is_(None))
    if _is_moment(column):
        wrong += [value < 0, value >= _clock.YEAR_10000]
    return or_(false(), *wrong)


def _is_right(column: Column[Any], value: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    if _is_moment(column):
        return isinstance(value, (int, float)) and 0 <= value < _clock.YEAR_10000
    python = {"integer": int, "real": float, "text": str}
    return isinstance(value, (*(python[name] for name in _types_of(column)), bool))


def _is_moment(column: Column[Any]) -> bool:
    return isinstance(column.type, Double) and column.name not in _DURATIONS


def _types_of(column: Column[Any]) -> tuple[str, ...]:
    return next(names for kind, names in _TYPES.items() if isinstance(column.type, kind))


# -------------------------------------------------------------------------- what texts must hold


def _check_subject(row: Any) -> None:
    if row.kind == VIDEOS.name:
        window = Window.of(row.subject)
        settles_on(window)  # within the calendar
        if not 1 <= window.days <= WINDOW_DAYS:
            raise ValueError(f"a window has 1 to {WINDOW_DAYS} days")


def _check_settings(row: Any) -> None:
    """Check what is to be collected of a kind."""
    settings = json.loads(row.settings)
    if not isinstance(settings, dict):
        raise TypeError("it must be an object")
    fields = settings.get("fields")
    is_list = isinstance(fields, list) and all(isinstance(name, str) for name in fields)
    if not (fields is None or is_list):
        raise TypeError("fields must be a list of names")
    if row.kind != VIDEOS.name:
        return
    for name in ("since", "to", "window_days"):
        if name not in settings:
            raise LookupError(f"there is no {name}")
    for name in ("since", "to"):
        date.fromisoformat(settings[name])
    days, lag = settings["window_days"], settings.get("follows", 0)
    if not (isinstance(days, int) and 1 <= days <= WINDOW_DAYS and isinstance(lag, int)):
        raise ValueError(f"window_days must be a number from 1 to {WINDOW_DAYS}")
    for conditions in _queries.by_name(settings).values():
        _queries.parsed(conditions)


# What the texts of a row must be read by without an error.
_RULES: Mapping[str, Mapping[str, Callable[[Any], object]]] = {
    "jobs": {"settings": _check_settings},
    "runs": {"versions": lambda row: json.loads(row.versions).items()},
    "tasks": {"state": lambda row: State(row.state), "subject": _check_subject},
}
