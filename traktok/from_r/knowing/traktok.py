"""Translate calls of traktok's functions, whose names and arguments are the same in Python."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from dataclasses import replace

import traktok
from traktok._http import endpoints
from traktok._tables.builder import Schema
from traktok._tables.columns import ColumnType, Counts, Flags, Lists, Texts, Times
from traktok._tables.fields import type_of
from traktok.from_r.knowing.imports import TRAKTOK
from traktok.from_r.knowing.kinds import (
    INTEGER,
    TEXT,
    TIME,
    TRUTH,
    UNKNOWN,
    Kind,
    list_of,
    table_of,
    vector_of,
)
from traktok.from_r.knowing.values import Untranslatable, Value
from traktok.from_r.writing.build import call, literal_value, py

Arguments = Sequence[tuple[str | None, Value]]

# and, or, not are keywords in Python.
_RENAMED = {"and": "and_", "or": "or_", "not": "not_"}
_QUERY_VERBS = {"query_and", "query_or", "query_not"}
_SEARCHES = {
    name for function in endpoints.FUNCTIONS if not function.targets for name in function.names
}
PIPED = _QUERY_VERBS | _SEARCHES

_KINDS: dict[ColumnType, Kind] = {
    Texts: TEXT,
    Counts: INTEGER,
    Flags: TRUTH,
    Times: TIME,
    Lists: vector_of(TEXT),
}
# Attributes that results also have in R; dates are ISO strings in Python.
ATTRIBUTES = {"cursor": INTEGER, "search_id": TEXT, "start_date": TEXT, "end_date": TEXT}
# Columns without a missing cell.
_FULL = {"id", "video_id", "author_name", "username", "create_time"}
# Columns that have the same kind in every table, so that their name is enough. Not create_time:
# it is a time in search results, and seconds in the lists of a user.
COLUMNS = frozenset(
    [*endpoints.VIDEO_FIELDS, *endpoints.COMMENT_FIELDS, *endpoints.USER_FIELDS, "author_name"]
) - {"id", "text", "create_time"}


def is_traktok(name: str) -> bool:
    """Return whether this is a function of traktok."""
    return name in TRAKTOK and name not in _NO_FUNCTIONS


_NO_FUNCTIONS = {
    name for name in traktok.__all__ if not inspect.isroutine(getattr(traktok, name))
} | {"attr", "read_results"}


def translate_call(name: str, given: Arguments, *, piped: bool = False) -> Value:
    """Translate a call of a function of traktok; ``piped`` is its first argument, from a pipe."""
    given = [(n and _keyword(name, n), value) for n, value in given]
    named = _all_named(name, given, piped=piped)
    if piped and name in _SEARCHES:
        given = named  # in a pipe, all arguments must be named
    positional = [_argument(value) for n, value in given if n is None]
    keywords = [(n, _argument(value)) for n, value in given if n is not None]
    return Value(call(ast.Name(name), positional, keywords), _result(name, named))


def translate_step(left: Value, name: str, given: Arguments) -> Value:
    """Translate a pipe step: ``left |> name(...)``."""
    if any(value.kind.name == "dots" for _, value in given):
        return translate_call(name, [(None, left), *given])
    step = translate_call(name, given, piped=True)
    return Value(py("left | step", left=left.code, step=step.code), step.kind)


def _all_named(function: str, given: Arguments, *, piped: bool) -> Arguments:
    """Name the arguments of a function, as R and Python match them.

    Raises
    ------
    Untranslatable
        If there are more arguments than the function has parameters.
    """
    parameters = inspect.signature(getattr(traktok, function)).parameters.values()
    by_place = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    taken = {name for name, _ in given}
    free = iter([name for name in by_place[piped:] if name not in taken])
    takes_any = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    named: list[tuple[str | None, Value]] = []
    for name, value in given:
        parameter = name if value.kind.name == "dots" or name else next(free, None)
        if parameter is None and not takes_any and value.kind.name != "dots":
            most = f"at most {len(by_place)} positional arguments"
            raise Untranslatable(f"`{function}()` takes {most}")
        named.append((parameter, value))
    return named


def _keyword(function: str, name: str) -> str:
    """Return the parameter that R matches a name with; R accepts the beginning of a name.

    Raises
    ------
    Untranslatable
        If the function has no such parameter.
    """
    name = _RENAMED.get(name, name)
    parameters = inspect.signature(getattr(traktok, function)).parameters
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if name in parameters or takes_any or name == "**":
        return name
    found = [parameter for parameter in parameters if parameter.startswith(name)]
    if len(found) != 1:
        raise Untranslatable(f"`{function}()` has no argument `{name}`")
    return found[0]


def _argument(value: Value) -> ast.expr:
    """Convert an argument: NA becomes None, and a named vector loses its names."""
    if value.kind.name == "missing":
        return ast.Constant(None)
    if value.kind.name == "named":
        if isinstance(value.code, ast.Dict):
            return ast.List(value.code.values)
        return py("list(x.values())", x=value.code)
    return value.code


def _result(name: str, given: Arguments) -> Kind:
    if name == "query" or name in _QUERY_VERBS:
        return Kind("query")
    if name.startswith("auth"):
        return Kind("token" if name != "auth_check" else "checked")
    endpoint = endpoints.ROW_OF.get(name)
    if endpoint is None:
        return table_of()
    arguments = dict(given)
    parse = arguments.get("parse")
    if parse is not None and (parsed := literal_value(parse.code, bool)) is not True:
        return list_of(Kind("dict")) if parsed is False else UNKNOWN
    fields = arguments.get("fields")
    asked = fields is not None and literal_value(fields.code, str) != "all"
    surprising = any(value.kind.name == "dots" and not value.kind.empty for _, value in given)
    surprising |= any(n is None and value.kind.name != "dots" for n, value in given)
    surprising |= name.startswith("last_")
    columns = _columns(endpoint.schema)
    if not asked and not surprising:
        columns = {name: _requested(kind) for name, kind in columns.items()}
    elif endpoint.schema.open or surprising:
        return table_of(keeps_attributes=True)
    return table_of(columns, open=asked, keeps_attributes=True)


def _requested(kind: Kind) -> Kind:
    """Return the kind of a requested column: a list that TikTok omits is empty, not missing."""
    return replace(kind, doubts=frozenset()) if kind.name == "vector" else kind


def _columns(schema: Schema) -> dict[str, Kind]:
    names = [column.name for column in schema.columns(None)]
    if schema.tag and not schema.tag_first:
        names.append(schema.tag)
    columns = {name: column_kind(name) for name in names}
    fixed = {column.name: _type_kind(column.name, column.type) for column in schema.fixed}
    return columns | fixed


def cell_kind(table: Kind, name: str) -> Kind:
    """Return the kind of the cells of a column; TikTok's columns have the same kind everywhere."""
    kind = table.column(name) or UNKNOWN
    is_own = kind.name == "unknown" and table.keeps_attributes and name in COLUMNS
    if not is_own:
        return kind
    return replace(column_kind(name), doubts=None) if table.gaps else column_kind(name)


def column_kind(name: str) -> Kind:
    """Return the kind of the cells of one of TikTok's columns."""
    return _type_kind(name, type_of(name) or Texts)


def _type_kind(name: str, made: ColumnType) -> Kind:
    kind = _KINDS.get(made, UNKNOWN)
    return replace(kind, doubts=frozenset()) if name in _FULL else kind
