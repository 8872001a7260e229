"""Translate functions that are one Python expression each, by the rows of a table.

A row is ``head(x: table, n: integer = 6) => x.head(n) => x.other``: R's arguments with the kinds
that the row applies to, the Python, and the kind of the result. The first row that matches
is used; a call that matches no row is not translated. R's dots are written as underscores.

Besides kinds, a row may ask for a ``place`` (an integer literal from 1), a ``numeral`` (a string
that may be a number) or a ``gappy`` vector (one that may contain NA). Only rows that drop NA
(``na_rm: True``) and the functions in ``_WITH_GAPS`` accept a vector that may contain NA. A
result of ``sure`` (booleans), ``count`` or ``word`` never contains NA.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from textwrap import dedent

from traktok.from_r.knowing.kinds import (
    COUNT,
    SURE,
    WORD,
    Kind,
    column_of,
    table_of,
    unsure,
    vector_of,
)
from traktok.from_r.knowing.values import EACH, Value, not_known
from traktok.from_r.writing.build import literal_value, py

Row = tuple[str, str, str]
Arguments = Sequence[tuple[str | None, Value]]


def rows(table: str) -> tuple[Row, ...]:
    """Parse a table of rows, one a line; a line that is indented further continues the last one."""
    lines = [line for line in dedent(table).splitlines() if not line.startswith("#")]
    found = re.sub(r"\n +", " ", "\n".join(lines).strip()).splitlines()
    parts = (row.split(" => ") for row in found)
    return tuple((signature, template, kind) for signature, template, kind in parts)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a row: the kinds it accepts, and its default."""

    name: str
    accepts: ast.expr | None
    default: ast.expr | None
    many: bool = False

    def holds(self, value: Value) -> bool:
        """Return whether the parameter accepts an argument."""
        return self.accepts is None or _accepts(self.accepts, value)


@dataclass(frozen=True)
class Rule:
    """A parsed row."""

    name: str
    parameters: tuple[Parameter, ...]
    template: str
    result: str


def _accepts(wanted: ast.expr, value: Value) -> bool:
    if isinstance(wanted, ast.BinOp):
        return _accepts(wanted.left, value) or _accepts(wanted.right, value)
    if isinstance(wanted, ast.Constant):
        return isinstance(value.code, ast.Constant) and value.code.value == wanted.value
    if isinstance(wanted, ast.Subscript):
        return _accepts(wanted.value, value) and _accepts(
            wanted.slice, Value(ast.Constant(...), value.kind.element)
        )
    assert isinstance(wanted, ast.Name)
    if wanted.id == "gappy":
        return value.kind.name == "vector" and value.kind.gaps
    if wanted.id == "numeral":
        return value.kind.name == "text" and _may_be_number(value.code)
    if wanted.id == "place":
        return (literal_value(value.code, int) or 0) > 0
    return value.kind.is_a(wanted.id)


def _may_be_number(code: ast.expr) -> bool:
    try:
        return not isinstance(code, ast.Constant) or math.isfinite(float(code.value))  # type: ignore[arg-type]
    except ValueError:
        return False


@cache
def parse_row(row: Row) -> Rule:
    """Parse a row."""
    signature, template, result = row
    function = ast.parse(f"def {signature}: ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    args = function.args
    defaults = [None] * (len(args.args) - len(args.defaults)) + list(args.defaults)
    parameters = [
        Parameter(arg.arg, arg.annotation, default)
        for arg, default in zip(args.args, defaults, strict=True)
    ]
    if args.vararg:
        parameters.append(Parameter(args.vararg.arg, args.vararg.annotation, None, many=True))
    return Rule(function.name, tuple(parameters), template, result)


class Rules:
    """Rows by function; ``each`` rows also apply to each element of a vector."""

    def __init__(self, rows: Iterable[Row], each: Iterable[Row] = ()) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._each: dict[str, list[Rule]] = {}
        for row in rows:
            self._rules.setdefault(parse_row(row).name, []).append(parse_row(row))
        for row in each:
            self._rules.setdefault(parse_row(row).name, []).append(parse_row(row))
            self._each.setdefault(parse_row(row).name, []).append(parse_row(row))

    def __contains__(self, name: str) -> bool:
        return row_name(name) in self._rules

    def __call__(self, name: str, given: Arguments) -> Value:
        """Translate a call."""
        for rule in self._rules[row_name(name)]:
            matched = match_arguments(rule.parameters, given)
            if matched is not None and _all_hold(rule, matched):
                return _fill_template(rule, matched)
        for rule in self._each.get(row_name(name), ()):
            found = _apply_to_each(rule, given)
            if found is not None:
                return found
        kinds = ", ".join(f"{n} = {v.kind}" if n else str(v.kind) for n, v in given)
        raise not_known(f"`{name}({kinds})`")


def row_name(name: str) -> str:
    """Convert an R name to its spelling in the rows."""
    return name.replace(".", "_")


Matched = dict[str, Value | list[Value]]


def match_arguments(parameters: Sequence[Parameter], given: Arguments) -> Matched | None:
    """Match arguments with parameters as R does: by name, then by position; None if unfit."""
    found: Matched = {}
    names = {parameter.name for parameter in parameters}
    free = []
    for name, value in given:
        if name is None:
            free.append(value)
        elif row_name(name) in names and row_name(name) not in found:
            found[row_name(name)] = value
        else:
            return None
    for parameter in parameters:
        if parameter.many:
            found[parameter.name], free = free, []
        elif parameter.name not in found and free:
            found[parameter.name] = free.pop(0)
    complete = all(p.default is not None or p.name in found for p in parameters)
    return found if complete and not free else None


# Functions whose Python form treats NA in a vector as R does.
_WITH_GAPS = frozenset(
    {"is_na", "length", "seq_along", "rev", "head", "tail", "rep", "unique", "duplicated", "sum"}
    | {"print", "invisible", "suppressWarnings", "suppressMessages", "I", "as_list", "unlist"}
    | {"names", "unname"}
)


# Functions that return NA for NA, and for nothing else.
_AS_KNOWN = frozenset(
    {"as_Date", "as_date", "year", "month", "day", "hour", "format", "weekdays", "nchar"}
    | {"str_length", "startsWith", "endsWith", "toupper", "tolower", "trimws", "abs"}
)


def _copes_with_gaps(rule: Rule) -> bool:
    accepted = {ast.unparse(p.accepts) for p in rule.parameters if p.accepts}
    skips = any(p.name == "na_rm" and p.default is None for p in rule.parameters)
    return rule.name in _WITH_GAPS or skips or "gappy" in accepted


def _all_hold(rule: Rule, matched: Matched) -> bool:
    given = [one for v in matched.values() for one in (v if isinstance(v, list) else [v])]
    if len({one.kind.rows for one in given if one.kind.name == "column"}) > 1:
        return False  # pandas would align them by label
    gaps = any(one.kind.gaps and one.kind.is_a("named", "vector") for one in given)
    if gaps and not _copes_with_gaps(rule):
        return False
    for parameter in rule.parameters:
        value = matched.get(parameter.name)
        values = value if isinstance(value, list) else [value] if value else []
        if not all(map(parameter.holds, values)):
            return False
    return True


def _fill_template(rule: Rule, matched: Matched) -> Value:
    parts: dict[str, ast.expr | list[ast.expr]] = {}
    for parameter in rule.parameters:
        value = matched.get(parameter.name)
        if isinstance(value, list):
            parts[parameter.name] = [one.code for one in value]
        elif value is not None:
            parts[parameter.name] = value.code
        elif parameter.default is not None:
            parts[parameter.name] = parameter.default
    given = {name: v for name, v in matched.items() if isinstance(v, Value)}
    kinds = {name: value.kind for name, value in given.items()}
    kind = _result(ast.parse(rule.result, mode="eval").body, kinds)
    if kind.name == "column" and rule.name in _AS_KNOWN:
        doubts = frozenset().union(*(value.doubts for value in given.values()))
        kind = replace(kind, of=replace(kind.element, doubts=doubts))
    return Value(py(rule.template, **parts), kind)


def _apply_to_each(rule: Rule, given: Arguments) -> Value | None:
    """Apply a row to each element of a vector; None if it does not match."""
    if not given or not given[0][1].kind.is_a("atomic"):
        return None
    name, vector = given[0]
    if vector.kind.gaps:
        return None
    one = Value(ast.Name(EACH), vector.kind.element)
    matched = match_arguments(rule.parameters, [(name, one), *given[1:]])
    if matched is None or not _all_hold(rule, matched):
        return None
    done = _fill_template(rule, matched)
    code = py("[done for each in vector]", done=done.code, vector=vector.code)
    return Value(code, vector_of(done.kind))


_NEVER_MISSING = {"sure": SURE, "count": COUNT, "word": WORD}


def _result(wanted: ast.expr, kinds: dict[str, Kind]) -> Kind:
    """Return the kind of a row's result: a kind, ``x``, ``x.of``, ``column[...]``.

    ``x.other`` is ``x`` with other rows, ``x.repeated`` one whose elements may repeat.
    """
    if isinstance(wanted, ast.Name) and wanted.id in {"table", "result"}:
        return table_of(keeps_attributes=wanted.id == "result")
    if isinstance(wanted, ast.Name) and wanted.id in _NEVER_MISSING:
        return _NEVER_MISSING[wanted.id]
    if isinstance(wanted, ast.Name):
        return kinds.get(wanted.id, Kind(wanted.id))
    if isinstance(wanted, ast.Attribute):
        base = _result(wanted.value, kinds)
        if wanted.attr == "repeated":
            return replace(base, distinct=False)
        return base.element if wanted.attr == "of" else base.other_rows()
    assert isinstance(wanted, ast.Subscript)
    outer = _result(wanted.value, {})
    rows = next((k.rows for k in kinds.values() if k.name == "column"), 0)
    of = _result(wanted.slice, kinds)
    if outer.name == "gappy":
        return vector_of(of, gaps=of.doubts is None)
    if outer.name != "column":
        return Kind(outer.name, of, rows=rows)
    full = isinstance(wanted.slice, ast.Name) and wanted.slice.id in _NEVER_MISSING
    column = column_of(of, rows)
    return column if full else unsure(column)
