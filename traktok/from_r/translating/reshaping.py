"""Translate verbs that select rows by position or rank, and that pivot tables."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from traktok.from_r.knowing.kinds import TEXT, UNKNOWN, Kind, common_kind, table_of
from traktok.from_r.knowing.values import MASK, Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Argument, Constant, Node
from traktok.from_r.translating.dplyr import (
    assign_columns,
    filter_rows,
    mask_function,
    option,
    options_in,
    other_arguments,
    select,
    translate_masked,
    verb,
)
from traktok.from_r.translating.expressions import Expressions
from traktok.from_r.translating.groups import uses_mask
from traktok.from_r.translating.indexing import select_rows, sort_rows
from traktok.from_r.translating.selection import masked_names, select_columns
from traktok.from_r.writing.build import one_or_list, py, string_list


@verb("subset")
def _subset(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    columns = [replace(a, name=None) for a in arguments if a.name == "select"]
    conditions = [replace(a, name=None) for a in arguments if a.name in {None, "subset"}]
    if len(conditions) > 1 or len(columns) + len(conditions) < len(arguments):
        raise not_known("`subset()` with these arguments")
    if conditions:
        table = filter_rows(ctx, table, conditions)
    return select(ctx, table, columns) if columns else table


@verb("transmute")
def _transmute(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    columns = other_arguments(arguments)
    made = assign_columns(ctx, table, columns)
    names = [name for name, _ in columns if name]
    if len(names) < len(columns):
        raise Untranslatable("a new column has no name")
    code = py("x[names]", x=made.code, names=string_list(names))
    return Value(code, made.kind.only({name: name for name in names}))


@verb("with")
def _with(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    nodes = other_arguments(arguments)
    if len(nodes) != 1:
        raise not_known("`with()` of several expressions")
    found = translate_masked(ctx, table, nodes[0][1])
    if not uses_mask(found.code):
        return found
    return Value(py("x.pipe(f)", x=table.code, f=mask_function(found.code)), found.kind)


# ------------------------------------------------------------------------- rows by position or rank


@verb("slice")
def _slice(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    nodes = [node for name, node in other_arguments(arguments) if name is None]
    if len(nodes) != 1 or len(arguments) != 1:
        raise not_known("`slice()` with these arguments")
    return select_rows(ctx, table, nodes[0])


def _head_or_tail(
    ctx: Expressions, table: Value, arguments: Sequence[Argument], template: str
) -> Value:
    options = options_in(arguments, "n")
    if len(options) != len(arguments):
        raise Untranslatable("only the argument `n` is known to the translator here")
    code = ctx.code(options["n"]) if options else ast.Constant(1)
    by = list(table.kind.by)
    groups = (
        py("x.groupby(by, dropna=False)", x=table.code, by=one_or_list(by)) if by else table.code
    )
    found = Value(py(template, x=groups, n=code), table.kind.other_rows())
    return sort_rows(found, by, [True] * len(by)) if by else found


verb("slice_head", grouped=True)(partial(_head_or_tail, template="x.head(n)"))
verb("slice_tail", grouped=True)(partial(_head_or_tail, template="x.tail(n)"))


def _by_rank(
    ctx: Expressions, table: Value, arguments: Sequence[Argument], *, ascending: bool
) -> Value:
    known = ("order_by", "n", "with_ties")
    options = options_in(arguments, *known)
    free = [node for _, node in other_arguments(arguments, *known)]
    columns = masked_names(
        ctx, table.kind, [options["order_by"]] if "order_by" in options else free
    )
    of = table.kind.column(columns[0]) if len(columns) == 1 else None
    if of is None or not of.is_a("number", "time", "unknown"):
        raise Untranslatable("the rows are ranked by something other than a column of numbers")
    ties = option(ctx, options.get("with_ties"), True)
    parts = {
        "x": table.code,
        "n": ctx.code(options["n"]) if "n" in options else ast.Constant(1),
        "column": ast.Constant(columns[0]),
    }
    if not table.kind.by:
        parts["ties"] = ast.Constant("all" if ties else "first")
        method = "nsmallest" if ascending else "nlargest"
        code = py(f"x.{method}(n, column, keep=ties)", **parts)
        return Value(code, table.kind.other_rows())
    by = list(table.kind.by)
    parts["rank"] = py(
        f"{MASK}.groupby(by, dropna=False)[column].rank"
        "(method=ties, ascending=up, na_option='bottom')",
        by=one_or_list(by),
        column=parts["column"],
        ties=ast.Constant("min" if ties else "first"),
        up=ast.Constant(ascending),
    )
    code = py(f"x.loc[lambda {MASK}: rank <= n]", **parts)
    found = Value(code, table.kind.other_rows())
    return sort_rows(found, [*by, columns[0]], [*(True for _ in by), ascending])


verb("slice_max", grouped=True)(partial(_by_rank, ascending=False))
verb("slice_min", grouped=True)(partial(_by_rank, ascending=True))


# ----------------------------------------------------------------------------------- wide and long

_SORTED = "R keeps rows and columns in order of appearance, pandas sorts them."


@verb("pivot_wider")
def _pivot_wider(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    options = options_in(arguments, "names_from", "values_from", "values_fill")
    if len(options) < len(arguments) or not {"names_from", "values_from"} <= set(options):
        raise not_known("`pivot_wider()` with these arguments")
    names = select_columns(ctx, table.kind, [options["names_from"]])
    values = select_columns(ctx, table.kind, [options["values_from"]])
    gone = [*names, *values]
    by = [name for name, _ in table.kind.columns if name not in gone]
    if len(gone) != 2 or table.kind.open or not by:
        raise Untranslatable("the columns that stay are not known")
    ctx.note(_SORTED)
    parts = {
        "x": table.code,
        "by": one_or_list(by),
        "k": one_or_list(names),
        "v": one_or_list(values),
    }
    code = py("x.pivot(index=by, columns=k, values=v)", **parts)
    if "values_fill" in options:
        code = py("x.fillna(value)", x=code, value=ctx.code(options["values_fill"]))
    kinds = {name: table.kind.column(name) or UNKNOWN for name in by}
    code = py("x.convert_dtypes()", x=code)
    code = py("x.reset_index().rename_axis(columns=None)", x=code)
    return Value(code, table_of(kinds, open=True))


@verb("pivot_longer")
def _pivot_longer(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    options = options_in(arguments, "cols", "names_to", "values_to", "values_drop_na")
    free = [node for _, node in other_arguments(arguments, *options)]
    columns = _long_columns(ctx, table.kind, options.get("cols"), free)
    stay = [name for name, _ in table.kind.columns if name not in columns]
    name, value = (
        option(ctx, options.get(name), default)
        for name, default in (("names_to", "name"), ("values_to", "value"))
    )
    if table.kind.open:
        raise Untranslatable("the columns that stay are not known")
    code = py(
        "x.reset_index(drop=True).melt(stay, columns, name, value, ignore_index=False)"
        '.sort_index(kind="stable", ignore_index=True)',
        x=table.code,
        stay=string_list(stay),
        columns=string_list(columns),
        name=ast.Constant(name),
        value=ast.Constant(value),
    )
    if option(ctx, options.get("values_drop_na"), False):
        code = py("x.dropna(subset=[value])", x=code, value=ast.Constant(value))
    kinds = {column: table.kind.column(column) or UNKNOWN for column in stay}
    of = common_kind([table.kind.column(column) or UNKNOWN for column in columns])
    return Value(code, table_of(kinds | {name: TEXT, value: of}))


def _long_columns(ctx: Expressions, table: Kind, cols: Node | None, free: list[Node]) -> list[str]:
    nodes = [*([cols] if cols else []), *free]
    if len(nodes) != 1 or isinstance(nodes[0], Constant):
        raise not_known("`pivot_longer()` with these arguments")
    return select_columns(ctx, table, nodes)
