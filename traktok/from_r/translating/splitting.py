"""Translate base R's functions that split rows by groups: ``aggregate``, ``tapply``, ``split``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from traktok.from_r.knowing.base import BASE
from traktok.from_r.knowing.kinds import UNKNOWN, Kind, column_of, table_of
from traktok.from_r.knowing.values import EACH, Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Argument, Constant, Name, Node, Operator, is_call
from traktok.from_r.translating.expressions import Done, Expressions, special
from traktok.from_r.translating.groups import group_function
from traktok.from_r.translating.indexing import TEXT_ORDER
from traktok.from_r.translating.joins import join
from traktok.from_r.writing.build import call, literal_value, one_or_list, py, string_list


def _match_all(
    arguments: Sequence[Argument], *names: str
) -> tuple[dict[str, Node], list[Argument]]:
    """Match arguments with parameters; return the applied function's arguments, too."""
    by_name = {a.name: a.value for a in arguments if a.name in names and a.value is not None}
    free = [name for name in names if name not in by_name]
    rest: list[Argument] = []
    for argument in arguments:
        if argument.name is None and free and argument.value is not None:
            by_name[free.pop(0)] = argument.value
        elif argument.name not in names:
            rest.append(argument)
    if set(by_name) != set(names) or any(argument.name is None for argument in rest):
        raise Untranslatable(f"the call must have the arguments {', '.join(names)}")
    return {name: by_name[name] for name in names}, rest


def _summary(ctx: Expressions, function: Node, of: Kind, extra: Sequence[Argument]) -> Value:
    """Return a function of the column of a group, as ``agg()`` expects it."""
    group = Done(Value(ast.Name(EACH), column_of(of)))
    if not isinstance(function, Name):
        raise Untranslatable("the function applied to each group is not a plain name")
    done = ctx.call_by_name(function.text, [Argument(None, group), *extra])
    if not done.kind.is_a("single"):
        raise Untranslatable(f"the result of `{function.text}()` for a group is not a single value")
    return Value(group_function(done.code), done.kind)


@special("tapply")
def _tapply(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given, extra = _match_all(arguments, "X", "INDEX", "FUN")
    values, by = ctx.value(given["X"]), ctx.value(given["INDEX"])
    _check_columns(values, by)
    done = _summary(ctx, given["FUN"], values.kind.element, extra)
    _note_order(ctx, by)
    code = py("x.groupby(by).agg(f)", x=values.code, by=by.code, f=done.code)
    if isinstance(done.code, ast.Lambda):
        code = py("x.convert_dtypes()", x=code)
    return Value(code, Kind("counts", done.kind))


def _check_columns(values: Value, by: Value) -> None:
    if {values.kind.name, by.kind.name} != {"column"} or values.kind.rows != by.kind.rows:
        raise not_known(f"grouping {values.kind} by {by.kind}")
    if by.kind.element.name != "text":
        raise Untranslatable(f"R turns the groups, which are {by.kind.element}, into strings")


def _note_order(ctx: Expressions, by: Value) -> None:
    if not _is_id(by.code):
        ctx.note(TEXT_ORDER)


def _is_id(code: ast.expr) -> bool:
    name = code.slice if isinstance(code, ast.Subscript) else None
    return isinstance(name, ast.Constant) and str(name.value).endswith("id")


@special("split")
def _split(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    table, by = ctx.match(arguments, "x", "f")
    if table.kind.name != "table" or by.kind.rows != table.kind.rows:
        raise not_known(f"a split of {table.kind} by {by.kind}")
    _check_columns(by, by)
    _note_order(ctx, by)
    code = py("dict(list(x.groupby(by)))", x=table.code, by=by.code)
    kind = replace(table.kind.other_rows(), keeps_attributes=False)
    return Value(code, Kind("dict", kind))


@special("aggregate")
def _aggregate(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    """Translate ``aggregate(y ~ a + b, data, f)``, which drops rows with an NA in any of them."""
    arguments = [replace(a, name="x") if a.name == "formula" else a for a in arguments]
    given, extra = _match_all(arguments, "x", "data", "FUN")
    formula, table = given["x"], ctx.value(given["data"])
    if not isinstance(formula, Operator) or formula.sign != "~" or formula.left is None:
        raise not_known("`aggregate()` without a two-sided formula")
    if table.kind.name != "table" or table.kind.by:
        raise not_known(f"`aggregate()` of {table.kind}")
    values, by = _formula_columns(formula.left, "cbind"), _formula_columns(formula.right, "+")
    if any(table.kind.column(name) is None for name in (*values, *by)):
        raise Untranslatable("the formula contains something other than columns of the table")
    kinds = {name: table.kind.column(name) or UNKNOWN for name in (*by, *values)}
    if isinstance(given["FUN"], Name) and given["FUN"].text in _SKIP_NA and not extra:
        extra = [_NA_RM]  # no NA is left, and pandas knows these functions by name
    done = {name: _summary(ctx, given["FUN"], kinds[name], extra) for name in values}
    if any(kinds[name].name == "text" and not name.endswith("id") for name in by):
        ctx.note(TEXT_ORDER)
    code = py("x.dropna(subset=names)", x=table.code, names=string_list([*by, *values]))
    code = py("x.groupby(by, as_index=False)", x=code, by=one_or_list(by))
    pairs: list[tuple[str, ast.expr]] = [
        (name, ast.Tuple([ast.Constant(name), value.code])) for name, value in done.items()
    ]
    code = call(ast.Attribute(code, "agg"), [], pairs)
    if len(by) > 1:  # R sorts by the last column first
        code = py("x.sort_values(by, ignore_index=True)", x=code, by=string_list(by[::-1]))
    columns = {name: kinds[name] for name in by} | {n: value.kind for n, value in done.items()}
    return Value(code, table_of(columns, tibble=False))


_SKIP_NA = {"sum", "mean", "median", "min", "max", "sd", "var"}
_NA_RM = Argument("na.rm", Constant(True))


def _formula_columns(node: Node, between: str) -> list[str]:
    """Return the columns on one side of a formula."""
    if isinstance(node, Name) and node.text != ".":
        return [node.text]
    if between == "+" and isinstance(node, Operator) and node.sign == "+" and node.left:
        return [*_formula_columns(node.left, between), *_formula_columns(node.right, between)]
    if between == "cbind" and is_call(node, "cbind"):
        return [name for a in node.arguments if a.value for name in _formula_columns(a.value, "")]
    raise Untranslatable("the formula contains something other than columns of the table")


@special("table")
def _table(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments(arguments)
    values = [value for name, value in given if name is None]
    if len(given) != 2 or len(values) != 2:
        return BASE("table", given)
    _check_columns(values[0], values[1])
    if values[0].kind.element.name != "text":
        raise Untranslatable(
            f"R turns the groups, which are {values[0].kind.element}, into strings"
        )
    if any(value.doubts for value in values):
        ctx.note(_ALWAYS_MISSING)
    _note_order(ctx, values[0])
    return Value(py("pd.crosstab(x, y)", x=values[0].code, y=values[1].code))


_ALWAYS_MISSING = (
    "R also lists values that occur only where the other column is missing, with zeros."
)


@special("merge")
def _merge(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    """Translate ``merge(x, y, by = ...)``, which puts the key first and sorts by it."""
    ways = {"all": "outer", "all.x": "left", "all.y": "right"}
    ways_given = [a for a in arguments if a.name in ways]
    rest = [replace(a, name=None if a.name in {"x", "y"} else a.name) for a in arguments]
    rest = [a for a in rest if a.name not in ways]
    keys = next((a.value for a in rest if a.name == "by"), None)
    names = ctx.value(keys).texts if keys is not None else None
    if names is None or len(rest) != 3 or len(ways_given) > 1 or rest[0].value is None:
        raise not_known("`merge()` with these arguments")
    how = "inner"
    for argument in ways_given:
        if not (argument.value and literal_value(ctx.code(argument.value), bool)):
            raise not_known("`merge()` with these arguments")
        how = ways[argument.name or ""]
    table = ctx.value(rest[0].value)
    if table.kind.name != "table" or table.kind.by:
        raise not_known(f"`merge()` of {table.kind}")
    found = join(ctx, table, rest[1:], how)
    if found.kind.open:
        raise Untranslatable("the columns of the tables are not known")
    columns = [*names, *(name for name, _ in found.kind.columns if name not in names)]
    code = found.code
    if columns != [name for name, _ in found.kind.columns]:
        code = py("x[columns]", x=code, columns=string_list(columns))
    by = one_or_list(list(names))
    code = py('x.sort_values(by, kind="stable", ignore_index=True)', x=code, by=by)
    kind = found.kind.only({name: name for name in columns})
    return Value(code, replace(kind, tibble=False).other_rows())
