"""Translate verbs that count and summarise groups: ``count``, ``group_by``, ``summarise``."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from traktok.from_r.knowing.kinds import COUNT, INTEGER, UNKNOWN, Kind, column_of, table_of
from traktok.from_r.knowing.values import MASK, Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Argument, Name, Node
from traktok.from_r.translating.dplyr import (
    assign_columns,
    group,
    mask_function,
    option,
    options_in,
    other_arguments,
    translate_masked,
    verb,
)
from traktok.from_r.translating.expressions import Expressions, special
from traktok.from_r.translating.groups import group_summary
from traktok.from_r.translating.indexing import sort_rows
from traktok.from_r.translating.selection import expand_across, masked_names, select_columns
from traktok.from_r.writing.build import call, one_or_list, py, string_dict


@verb("count", "tally", grouped=True)
def _count(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    options = options_in(arguments, "sort", "name", "wt")
    name = option(ctx, options.get("name"), "n")
    outer = table.kind.by
    ungrouped = group(table, ())
    table, by = _group_columns(ctx, ungrouped, other_arguments(arguments, "sort", "name", "wt"))
    by = [*outer, *by]
    parts = {"x": table.code, "n": ast.Constant(name)}
    if "wt" in options:
        (weight,) = masked_names(ctx, table.kind, [options["wt"]])
        parts["w"] = ast.Constant(weight)
    of = INTEGER if "w" in parts else COUNT
    if not by:
        counted = f"{MASK}[w].sum()" if "w" in parts else f"len({MASK})"
        code = py(f"x.pipe(lambda {MASK}: pd.DataFrame({{n: [{counted}]}}))", **parts)
        return Value(code, table_of({name: of}))
    counted = "[w].sum()" if "w" in parts else ".size()"
    code = py(
        f"x.groupby(by, dropna=False){counted}.reset_index(name=n)", **parts, by=one_or_list(by)
    )
    columns = {column: table.kind.column(column) or UNKNOWN for column in by}
    found = Value(code, replace(table_of(columns | {name: of}), by=outer))
    return sort_rows(found, [name], [False]) if option(ctx, options.get("sort"), False) else found


def _group_columns(
    ctx: Expressions, table: Value, columns: Sequence[tuple[str | None, Node]]
) -> tuple[Value, list[str]]:
    """Return the table and its grouping columns; computed ones are added as columns first."""
    computed = [(name, node) for name, node in columns if name]
    if computed:
        table = assign_columns(ctx, table, computed)
    by: list[str] = []
    for name, node in columns:
        by += [name] if name else masked_names(ctx, table.kind, [node])
    return table, by


@verb("group_by")
def _group_by(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    table, by = _group_columns(ctx, table, other_arguments(arguments))
    return group(table, by)


verb("ungroup", grouped=True)(lambda ctx, table, arguments: group(table, ()))


@verb("summarise", "summarize", grouped=True)
def _summarise(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    options = options_in(arguments, ".groups", ".by")
    by = list(table.kind.by)
    if ".by" in options and not by:
        by = select_columns(ctx, table.kind, [options[".by"]])
    grouped = replace(table.kind, by=tuple(by))
    wanted = expand_across(ctx, grouped, other_arguments(arguments, ".groups", ".by"))
    ungrouped = group(table, ())
    made: dict[str, Value] = {}
    for name, node in wanted:
        if name is None or any(used in made for used in _names_in(node)):
            raise Untranslatable("a summary has no name, or uses another summary")
        made[name] = translate_masked(ctx, ungrouped, node)
        if made[name].kind.is_a("sequence", "column", "table"):
            raise Untranslatable(f"a summary is {made[name].kind}, not a single value")
    kinds = {name: value.kind for name, value in made.items()}
    if not by:
        cells = string_dict([(name, ast.List([value.code])) for name, value in made.items()])
        code = py(
            "x.pipe(f)", x=table.code, f=mask_function(py("pd.DataFrame(cells)", cells=cells))
        )
        return Value(code, table_of(kinds))
    summaries: list[tuple[str, ast.expr]] = [
        (name, ast.Tuple([*group_summary(by[0], value.code)])) for name, value in made.items()
    ]
    in_order = ", sort=False" if ".by" in options else ""
    groups = py(
        f"x.groupby(by, as_index=False, dropna=False{in_order})", x=table.code, by=one_or_list(by)
    )
    code = call(ast.Attribute(groups, "agg"), [], summaries)
    columns = {column: table.kind.column(column) or UNKNOWN for column in by}
    left = table.kind.by[:-1] if option(ctx, options.get(".groups"), "") != "drop" else ()
    return Value(code, replace(table_of(columns | kinds), by=left))


def _names_in(node: Node) -> set[str]:
    """Return the names that a node uses."""
    if isinstance(node, Name):
        return {node.text}
    held = [value for value in vars(node).values() if isinstance(value, (Node, tuple))]
    nodes = [n for value in held for n in (value if isinstance(value, tuple) else [value])]
    return {name for n in nodes if isinstance(n, Node) for name in _names_in(n)}


@special("n")
def _n(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    if not ctx.mask or arguments:
        raise Untranslatable("`n()` is used outside a verb")
    return Value(py(f"len({MASK})"), COUNT)


@special("row_number")
def _row_number(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    if not ctx.mask or arguments:
        raise not_known("`row_number()` of a column")
    if ctx.mask.by:
        code = py(
            f"{MASK}.groupby(by, dropna=False).cumcount() + 1", by=one_or_list(list(ctx.mask.by))
        )
        return Value(code, column_of(INTEGER, ctx.mask.rows))
    return Value(py(f"range(1, len({MASK}) + 1)"), Kind("range", INTEGER))
