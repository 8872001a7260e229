"""Translate brackets and ``$``: R counts from one, Python from zero."""

from __future__ import annotations

import ast
from dataclasses import replace

from traktok.from_r.knowing import traktok
from traktok.from_r.knowing.kinds import TEXT, UNKNOWN, column_of, table_of, unsure, vector_of
from traktok.from_r.knowing.values import (
    CHOSEN,
    NOT_A_TIME,
    Untranslatable,
    Value,
    not_known,
    require_literal,
)
from traktok.from_r.reading.tree import Index, Member, Name, Node, Operator, is_call
from traktok.from_r.translating.expressions import Expressions, expression
from traktok.from_r.translating.operators import named_column
from traktok.from_r.translating.selection import symbol_name
from traktok.from_r.writing.build import literal, py, signed_integer, string_list
from traktok.from_r.writing.flat import flat


@expression(Member)
def member(ctx: Expressions, node: Member) -> Value:
    """Translate ``x$name``."""
    if isinstance(node.of, Name) and node.of.text in {".data", ".env"}:
        if node.of.text == ".data" and ctx.mask:
            return ctx.column(node.name)
        kind = ctx.scope.kind(node.name) or UNKNOWN
        return Value(ast.Name(ctx.names.python(node.name)), kind)
    found = ctx.value(node.of)
    if found.kind.name == "error" and node.name == "message":
        return Value(py("str(x)", x=found.code), TEXT)
    return element_by_name(found, node.name)


def element_by_name(of: Value, name: str) -> Value:
    """Translate a column of a table, or an element of a list, by its name."""
    code = py("x[name]", x=of.code, name=ast.Constant(name))
    if of.kind.name == "table":
        if of.kind.column(name) is None:
            raise Untranslatable(f"no column `{name}` of the table is known")
        return Value(code, column_of(traktok.cell_kind(of.kind, name), of.kind.rows))
    if of.kind.is_a("mapping", "counts"):
        return _element_by_key(of, ast.Constant(name), double=True)
    if of.kind.name == "unknown":
        is_column = name in traktok.COLUMNS
        kind = replace(traktok.column_kind(name), doubts=None)
        return Value(code, column_of(kind) if is_column else UNKNOWN)
    raise not_known(f"`$` of {of.kind}")


def _element_by_key(of: Value, key: ast.expr, double: bool) -> Value:
    """Translate an element by its name; a missing one is NULL in a list, NA in a vector."""
    held = dict(of.kind.columns)
    if isinstance(key, ast.Constant) and key.value in held:
        return Value(py("x[k]", x=of.code, k=key), held[str(key.value)])
    template = "x[k]" if double else "x.get(k, pd.NA)"
    template = "x.get(k)" if of.kind.name == "dict" else template
    return Value(py(template, x=of.code, k=key), of.kind.element)


@expression(Index)
def index(ctx: Expressions, node: Index) -> Value:
    """Translate ``x[...]`` and ``x[[...]]``."""
    if ctx.mask and (name := symbol_name(node)) is not None:
        return named_column(ctx, name)
    of = ctx.value(node.of)
    arguments = [a for a in node.arguments if a.name not in {"drop", "exact"}]
    kept = any(a.name == "drop" for a in node.arguments)
    if any(a.name for a in arguments) or not 1 <= len(arguments) <= 2:
        raise not_known("this index")
    if len(arguments) == 2:
        if of.kind.name != "table" or node.double:
            raise not_known(f"a pair of indices of {of.kind}")
        at_rows, at_columns = (argument.value for argument in arguments)
        return _index_columns(ctx, select_rows(ctx, of, at_rows), at_columns, kept)
    at = arguments[0].value
    if at is None:
        return of
    if isinstance(node.of, Member) and is_call(at, "order"):
        table = ctx.value(node.of.of)
        if table.kind.name == "table":
            return element_by_name(select_rows(ctx, table, at), node.of.name)
    if of.kind.name == "table":
        return _index_table(ctx, of, at, node.double)
    return _index_element(ctx, of, at, node.double)


# ------------------------------------------------------------------------------------- tables


def _index_table(ctx: Expressions, of: Value, at: Node, double: bool) -> Value:
    where = ctx.value(at)
    if double and where.texts is not None and len(where.texts) == 1:
        return element_by_name(of, where.texts[0])
    if double:
        raise Untranslatable("a column is selected by something other than its name")
    return _index_columns(ctx, of, at, kept=True)


def _index_columns(ctx: Expressions, of: Value, at: Node | None, kept: bool) -> Value:
    """Translate columns of a table; a single column of a tibble is still a table."""
    if at is None:
        one = [name for name, _ in of.kind.columns]
        falls_apart = not (of.kind.tibble or kept or of.kind.open) and len(one) == 1
        return element_by_name(of, one[0]) if falls_apart else of
    where = ctx.value(at)
    names = where.texts
    if names is None:
        return _columns_by_variable(of, where, kept)
    if len(names) == 1 and not (of.kind.tibble or kept):
        return element_by_name(of, names[0])
    code = py("x[names]", x=of.code, names=string_list(list(names)))
    if where.held is not None and where.kind.name == "vector":
        code = py("x[names]", x=of.code, names=where.code)
    return Value(code, of.kind.only({name: name for name in names}))


def _columns_by_variable(of: Value, names: Value, kept: bool) -> Value:
    """Translate columns that are named by a variable."""
    if names.kind.name != "vector" or names.kind.element != TEXT or names.kind.gaps:
        raise not_known(f"selecting columns by {names.kind}")
    if not (of.kind.tibble or kept):
        raise Untranslatable("the index may select one column or several")
    kind = replace(table_of(), rows=of.kind.rows, keeps_attributes=of.kind.keeps_attributes)
    return Value(py("x[names]", x=of.code, names=names.code), kind)


def select_rows(ctx: Expressions, of: Value, at: Node | None) -> Value:
    """Translate rows of a table."""
    if at is None:
        return of
    if (order := _order_columns(ctx, of, at)) is not None:
        return sort_rows(of, *order)
    chosen = _which_condition(at)
    where = ctx.value(chosen or at)
    if _is_minus_length(of, where):
        return Value(py("x.iloc[:-1]", x=of.code), of.kind.other_rows())
    kind = of.kind.other_rows()
    if where.kind.name == "vector" and where.kind.element.name == "truth" and not where.kind.gaps:
        return Value(py("x.loc[mask]", x=of.code, mask=where.code), kind)
    if is_mask(where):
        if where.kind.rows != of.kind.rows:
            raise Untranslatable("a condition on one table selects rows of another")
        if chosen is None and where.doubts:
            return Value(_rows_or_na(ctx, of, where), replace(kind, gaps=True))
        return Value(py("x[mask]", x=of.code, mask=where.code), kind)
    return Value(py("x.iloc[at]", x=of.code, at=_from_zero(where, alone=True)), kind)


def _which_condition(at: Node) -> Node | None:
    """Return ``x`` of ``which(x)``; None for any other expression."""
    if is_call(at, "which") and len(at.arguments) == 1:
        return at.arguments[0].value
    return None


def is_mask(value: Value) -> bool:
    """Return whether this is a column of booleans."""
    return value.kind.name == "column" and value.kind.element.name == "truth"


def _rows_or_na(ctx: Expressions, of: Value, mask: Value) -> ast.expr:
    """Select by a condition as R does: where the condition is NA, the result is NA."""
    if any(doubt.endswith(NOT_A_TIME) for doubt in mask.doubts):
        raise Untranslatable("where a time is missing, R selects an NA, pandas nothing")
    ctx.note("Where the condition is NA, R has an NA; `filter()` and `which()` leave it out.")
    return py(
        f"mask.pipe(lambda {CHOSEN}: x[{CHOSEN}.fillna(True)].where({CHOSEN}).convert_dtypes())",
        mask=mask.code,
        x=of.code,
    )


def without_na(mask: Value) -> ast.expr:
    """Return a condition that is False where it would be NA."""
    return py("x.fillna(False)", x=mask.code) if mask.doubts else mask.code


TEXT_ORDER = "R sorts strings by the rules of its locale, Python by code point."


def sort_rows(of: Value, names: list[str], ascending: list[bool]) -> Value:
    """Sort the rows of a table; ties keep their order, missing values come last."""
    parts: dict[str, ast.expr] = {"x": of.code}
    parts["by"] = string_list(names) if len(names) > 1 else ast.Constant(names[0])
    if all(ascending):
        template = 'x.sort_values(by, kind="stable", ignore_index=True)'
    else:
        template = 'x.sort_values(by, ascending=up, kind="stable", ignore_index=True)'
        same = len(set(ascending)) == 1
        up: list[ast.expr] = [ast.Constant(way) for way in ascending]
        parts["up"] = up[0] if same else ast.List(up)
    return Value(py(template, **parts), of.kind.other_rows())


def descending(node: Node | None) -> Node | None:
    """Return ``x`` of ``-x`` and ``desc(x)``; None for any other expression."""
    if isinstance(node, Operator) and node.left is None and node.sign == "-":
        return node.right
    return node.arguments[0].value if is_call(node, "desc") and len(node.arguments) == 1 else None


def _order_columns(ctx: Expressions, of: Value, at: Node) -> tuple[list[str], list[bool]] | None:
    """Return the columns of ``order(x$a, -x$b)``, and whether each ascends; None for others."""
    if not is_call(at, "order"):
        return None
    given = next((a.value for a in at.arguments if a.name == "decreasing"), None)
    decreasing = require_literal(ctx.value(given) if given else None, False)
    names, ascending = [], []
    for argument in at.arguments:
        if argument.name == "decreasing":
            continue
        falling = descending(argument.value)
        by = falling or argument.value
        if argument.name or not isinstance(by, Member) or flat(ctx.code(by.of)) != flat(of.code):
            raise Untranslatable("the rows are ordered by something other than their own columns")
        if of.kind.column(by.name) == TEXT and not by.name.endswith("id"):
            ctx.note(TEXT_ORDER)
        names.append(by.name)
        ascending.append(bool(falling) == decreasing)
    return (names, ascending) if names else None


# ------------------------------------------------------------------------------------- elements


def _from_zero(where: Value, alone: bool = False) -> ast.expr:
    """Convert an index that counts from 1 to one that counts from 0.

    ``alone``: return a single place as a list of one, so that a row of a table stays a table.
    """
    code, kind = where.code, where.kind.name
    number = signed_integer(code)
    if kind == "range" and isinstance(code, ast.Call) and len(code.args) == 2:
        start, stop = code.args
        first = py("a - 1", a=start)
        lower = None if signed_integer(first) == 0 else first
        return ast.Slice(lower, py("b - 1", b=stop))
    if (
        kind == "range"
        and isinstance(code, ast.Call)
        and (last := signed_integer(code.args[1])) is not None
    ):
        start, _, step = code.args
        upper = literal(last - 1) if last > 0 else None
        return ast.Slice(py("a - 1", a=start), upper, step)
    if number == -1:
        return ast.Slice(ast.Constant(1))
    if isinstance(code, ast.UnaryOp) and isinstance(code.op, ast.USub):
        raise not_known("this negative index")
    if kind == "integer" and (number is None or number > 0):
        place = py("i - 1", i=code)
        return ast.List([place]) if alone else place
    if kind == "vector" and isinstance(code, ast.List):
        numbers = [signed_integer(element) for element in code.elts]
        if all(n is not None and n > 0 for n in numbers):
            return ast.List([ast.Constant(n - 1) for n in numbers if n is not None])
    raise not_known(f"an index that is {where.kind}")


def _index_element(ctx: Expressions, of: Value, at: Node, double: bool) -> Value:
    """Translate elements of a column, a list or a dict."""
    chosen = _which_condition(at) if of.kind.name == "column" else None
    where = ctx.value(chosen or at)
    if is_mask(where) and of.kind.name == "column":
        return _mask_series(ctx, of, where, unknown=not chosen)
    if of.kind.is_a("mapping", "counts") and where.kind.name == "text":
        if of.kind.name == "dict" and not double:
            raise Untranslatable("`[` of a list returns a list; use `[[` for an element")
        return _element_by_key(of, where.code, double)
    if of.kind.name == "named" and where.kind.name == "column" and where.kind.element == TEXT:
        code = py("y.map(x).convert_dtypes()", x=of.code, y=where.code)
        return Value(code, column_of(of.kind.element, where.kind.rows))
    if of.kind.name == "unknown" and double and where.kind.name == "text":
        return Value(py("x[k]", x=of.code, k=where.code))
    take = _TAKE.get(of.kind.name)
    if take is None:
        raise not_known(f"`[` of {of.kind}")
    return take(of, where, double)


def _mask_series(ctx: Expressions, of: Value, where: Value, unknown: bool) -> Value:
    if where.kind.rows != of.kind.rows:
        raise Untranslatable("a condition on one table selects elements of another")
    kind = of.kind.other_rows()
    if unknown and where.doubts:
        return Value(_rows_or_na(ctx, of, where), unsure(kind))
    return Value(py("x[mask]", x=of.code, mask=where.code), kind)


def _index_series(of: Value, where: Value, double: bool) -> Value:
    place = _from_zero(where)
    code = py("x.iloc[at]", x=of.code, at=place)
    if not isinstance(place, (ast.Slice, ast.List)):
        return Value(code, of.kind.element)
    return Value(code, of.kind if of.kind.name == "counts" else of.kind.other_rows())


def _index_list(of: Value, where: Value, double: bool) -> Value:
    if where.kind.name == "vector" and where.kind.element.name == "truth":
        if where.kind.gaps:
            raise Untranslatable("where the condition is NA, R has an NA")
        pairs = py("zip(x, mask, strict=True)", x=of.code, mask=where.code)
        code = py("[each for each, inner in pairs if inner]", pairs=pairs)
        known = py("[not each for each in [pd.isna(each) for each in x]]", x=of.code)
        gaps = of.kind.gaps and flat(where.code) != flat(known)
        return Value(code, vector_of(of.kind.element, gaps=gaps))
    if _is_minus_length(of, where):
        return Value(py("x[:-1]", x=of.code), of.kind)
    place = _from_zero(where)
    if isinstance(place, ast.List):
        return Value(ast.List([py("x[i]", x=of.code, i=i) for i in place.elts]), of.kind)
    if isinstance(place, ast.Slice):
        return Value(py("x[at]", x=of.code, at=place), of.kind)
    if of.kind.name == "list" and not double:
        code = py("[x[i]]", x=of.code, i=place)
        return Value(code, of.kind)
    n = signed_integer(place)
    if isinstance(of.code, ast.List) and n is not None and n < len(of.code.elts):
        return Value(of.code.elts[n], of.kind.element)
    if n is not None and 0 < of.kind.length <= n:
        raise Untranslatable("the vector may have fewer elements")
    return Value(py("x[i]", x=of.code, i=place), of.kind.element)


def _is_minus_length(of: Value, where: Value) -> bool:
    return flat(where.code) == flat(py("-len(x)", x=of.code))


def _index_dict(of: Value, where: Value, double: bool) -> Value:
    if of.kind.name == "dict" and not double:
        raise Untranslatable("`[` of a list returns a list; use `[[` for an element")
    place = _from_zero(where)
    if isinstance(place, (ast.Slice, ast.List)):
        raise Untranslatable("several elements of a named vector are selected by position")
    return Value(py("list(x.values())[i]", x=of.code, i=place), of.kind.element)


def _index_single(of: Value, where: Value, double: bool) -> Value:
    if signed_integer(where.code) == 1:
        return of
    raise Untranslatable(f"an element of {of.kind} other than the first is taken")


_TAKE = {
    "column": _index_series,
    "counts": _index_series,
    "vector": _index_list,
    "list": _index_list,
    "range": _index_list,
    "dict": _index_dict,
    "named": _index_dict,
    **dict.fromkeys(["text", "integer", "real", "truth", "date", "time"], _index_single),
}
