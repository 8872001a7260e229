"""Translate joins of two tables."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from traktok.from_r.knowing.kinds import Kind, table_of
from traktok.from_r.knowing.values import Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Argument, Name, Node, Operator, is_call
from traktok.from_r.translating.dplyr import options_in, other_arguments, rename_columns, verb
from traktok.from_r.translating.expressions import Expressions
from traktok.from_r.writing.build import literal_strings, one_or_list, py


def read_join(ctx: Expressions, arguments: Sequence[Argument]) -> tuple[Value, dict[str, str]]:
    """Return the right table and the keys of a join: the right column for each left one."""
    options = options_in(arguments, "by")
    rest = other_arguments(arguments, "by")
    if len(rest) not in {1, 2} or any(name not in {None, "y"} for name, _ in rest):
        raise not_known("a join with these arguments")
    other = ctx.value(rest[0][1])
    if other.kind.name != "table":
        raise not_known(f"a join with {other.kind}")
    on = _keys(ctx, options.get("by") or (rest[1][1] if len(rest) == 2 else None))
    if not on:
        raise Untranslatable("the columns that the tables are joined by are not literals")
    return other, on


def join(ctx: Expressions, table: Value, arguments: Sequence[Argument], how: str) -> Value:
    """Translate a join that adds the columns of another table."""
    other, on = read_join(ctx, arguments)
    renamed = {theirs: ours for ours, theirs in on.items() if theirs != ours}
    if renamed:
        other = rename_columns(other, renamed)
    code = py(
        'x.merge(y, on=on, how=how, suffixes=(".x", ".y"))',
        x=table.code,
        y=other.code,
        on=one_or_list(list(on)),
        how=ast.Constant(how),
    )
    if how != "inner":  # pandas fills in NaN, which compares as a number, where R has NA
        code = py("x.convert_dtypes()", x=code)
    return Value(code, _joined_kind(table.kind, other.kind, set(on)))


verb("left_join")(partial(join, how="left"))
verb("inner_join")(partial(join, how="inner"))


def _equal_columns(argument: Argument) -> tuple[str, str]:
    """Return the two columns of ``ours == theirs``, or of a column that both tables have."""
    node = argument.value
    if isinstance(node, Name):
        return node.text, node.text
    if isinstance(node, Operator) and node.sign == "==":
        ours, theirs = node.left, node.right
        if isinstance(ours, Name) and isinstance(theirs, Name):
            return ours.text, theirs.text
    raise Untranslatable("the tables are joined by something other than equal columns")


def _keys(ctx: Expressions, by: Node | None) -> dict[str, str]:
    """Return the keys of a join: the right column for each left one."""
    if by is None:
        return {}
    if is_call(by, "join_by"):
        return dict(map(_equal_columns, by.arguments))
    found = ctx.value(by)
    if isinstance(found.code, ast.Dict):
        keys = [str(key.value) for key in found.code.keys if isinstance(key, ast.Constant)]
        theirs = literal_strings(ast.List(found.code.values)) or []
        return dict(zip(keys, theirs, strict=True))
    return {name: name for name in literal_strings(found.code) or ()}


def _joined_kind(left: Kind, right: Kind, on: set[str]) -> Kind:
    if left.open or right.open:
        return table_of()
    ours = {n: replace(k, doubts=None) for n, k in left.columns}
    theirs = {n: replace(k, doubts=None) for n, k in right.columns if n not in on}
    both = set(ours) & set(theirs)
    columns = {f"{n}.x" if n in both else n: k for n, k in ours.items()}
    return table_of(columns | {f"{n}.y" if n in both else n: k for n, k in theirs.items()})


_BY_KEY = "R keeps the rows in the order of the first table, pandas sorts them by the join key."


@verb("full_join")
def _full_join(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    ctx.note(_BY_KEY)
    return join(ctx, table, arguments, "outer")


def _with_a_match(
    ctx: Expressions, table: Value, arguments: Sequence[Argument], template: str
) -> Value:
    other, on = read_join(ctx, arguments)
    if len(on) != 1 or not isinstance(table.code, ast.Name):
        raise Untranslatable("this join needs a table that has a name, and a single column")
    ((ours, theirs),) = on.items()
    parts = {"ours": ast.Constant(ours), "theirs": ast.Constant(theirs)}
    code = py(template, x=table.code, y=other.code, **parts)
    return Value(code, table.kind.other_rows())


verb("semi_join")(partial(_with_a_match, template="x[x[ours].isin(y[theirs])]"))
verb("anti_join")(partial(_with_a_match, template="x[~x[ours].isin(y[theirs])]"))
