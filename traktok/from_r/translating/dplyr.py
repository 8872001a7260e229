"""Translate dplyr's verbs that have one obvious form in pandas, as a chain of methods."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from traktok.from_r.knowing.base import BASE
from traktok.from_r.knowing.kinds import SURE, TEXT, UNKNOWN, column_of, table_of
from traktok.from_r.knowing.values import MASK, Untranslatable, Value, not_known, require_literal
from traktok.from_r.reading.tree import Argument, Node, is_call
from traktok.from_r.translating.expressions import Expressions, special
from traktok.from_r.translating.groups import uses_mask
from traktok.from_r.translating.indexing import descending, element_by_name, sort_rows
from traktok.from_r.translating.selection import (
    expand_across,
    masked_names,
    negated,
    select_columns,
)
from traktok.from_r.writing.build import call, one_or_list, py, string_dict, string_list
from traktok.from_r.writing.flat import move_comments

T = TypeVar("T", str, bool)
Verb = Callable[[Expressions, Value, Sequence[Argument]], Value]


def verb(*names: str, grouped: bool = False, by: str = "") -> Callable[[Verb], Verb]:
    """Register a verb, whose first argument is a table; ``grouped`` if it accepts a grouped one.

    ``by``: the argument that groups the table for this verb alone.
    """

    def register(verb: Verb) -> Verb:
        def translate(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
            if not arguments or arguments[0].value is None or arguments[0].name not in _FIRST:
                raise Untranslatable(f"`{names[0]}()` is not given a table")
            table = ctx.value(arguments[0].value)
            if table.kind.name == "unknown":
                table = Value(table.code, table_of())
            if table.kind.name != "table":
                raise not_known(f"`{names[0]}()` of {table.kind}")
            if table.kind.by and not grouped:
                raise not_known(f"`{names[0]}()` of a grouped table")
            rest = [a for a in arguments[1:] if not by or a.name != by]
            if len(rest) == len(arguments) - 1:
                return verb(ctx, table, rest)
            columns = select_columns(ctx, table.kind, [*options_in(arguments, by).values()])
            found = verb(ctx, group(table, columns), rest)
            return group(found, table.kind.by)

        special(*names)(translate)
        return verb

    return register


def group(table: Value, columns: Sequence[str]) -> Value:
    """Return a table that is grouped by columns."""
    return Value(table.code, replace(table.kind, by=tuple(columns)))


_FIRST = {None, ".data", "x", "data", "df"}


def options_in(arguments: Sequence[Argument], *known: str) -> dict[str, Node]:
    """Return the options of a verb among its arguments."""
    return {a.name: a.value for a in arguments if a.name in known and a.value is not None}


def other_arguments(arguments: Sequence[Argument], *known: str) -> list[tuple[str | None, Node]]:
    """Return the arguments that are not options of the verb."""
    found = [(a.name, a.value) for a in arguments if a.name not in known]
    if any(value is None or (name or "").startswith(".") for name, value in found):
        raise not_known("an argument of the verb")
    return [(name, value) for name, value in found if value is not None]


def translate_masked(ctx: Expressions, table: Value, node: Node) -> Value:
    """Translate an expression over the columns of a table."""
    with ctx.data_mask(table.kind):
        return ctx.value(node)


def mask_function(code: ast.expr) -> ast.expr:
    """Turn an expression over the columns of a table into a function of the table."""
    if not uses_mask(code):
        return code
    made = py(f"lambda {MASK}: x", x=code)
    move_comments(code, made)
    return made


def option(ctx: Expressions, node: Node | None, default: T) -> T:
    """Return the value of an option that the translation depends on, or its default."""
    return require_literal(ctx.value(node) if node else None, default)


def _unnamed_arguments(arguments: Sequence[Argument]) -> list[Node]:
    """Return the arguments, which must all be without a name."""
    if any(argument.name for argument in arguments):
        raise not_known("an argument of the verb")
    return [node for _, node in other_arguments(arguments)]


@verb("filter", grouped=True, by=".by")
def filter_rows(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    """Translate ``filter()``."""
    conditions = other_arguments(arguments)
    if not conditions or any(name for name, _ in conditions):
        raise Untranslatable("`filter()` without a condition, or with a named argument")
    mask: ast.expr | None = None
    for _, node in conditions:
        found = translate_masked(ctx, table, node)
        if found.kind.name == "vector" and found.kind.element.name == "truth":
            found = _as_column(found, table, alone=len(conditions) == 1)
        if found.kind.name != "column" or not found.kind.element.is_a("truth", "unknown"):
            raise Untranslatable(f"the condition is {found.kind}, not a truth value for each row")
        mask = py("x & y", x=mask, y=found.code) if mask else found.code
    assert mask
    return Value(py("x.loc[mask]", x=table.code, mask=mask_function(mask)), table.kind.other_rows())


def _as_column(truths: Value, table: Value, *, alone: bool) -> Value:
    """Turn a list of booleans into a column; not needed if it is the only condition."""
    if truths.kind.gaps or not uses_mask(truths.code):
        return truths
    template = "x" if alone else f"pd.Series(x, index={MASK}.index, dtype='boolean')"
    return Value(py(template, x=truths.code), column_of(SURE, table.kind.rows))


def assign_columns(
    ctx: Expressions,
    table: Value,
    columns: Sequence[tuple[str | None, Node]],
    *,
    partly: bool = False,
) -> Value:
    """Add columns, each of which may use those before it.

    ``partly``: continue without a column that can't be translated.
    """
    new: list[tuple[str, ast.expr]] = []
    for name, node in expand_across(ctx, table.kind, columns):
        if name is None:
            raise Untranslatable("a new column has no name")
        if name in table.kind.by:
            raise Untranslatable("a column that the rows are grouped by is changed")
        try:
            found = _column_value(ctx, table, node)
        except Untranslatable as why:
            if not partly:
                raise
            ctx.skip_column(name, node, str(why))
            table, new = _drop_column(_assign(table, new), name), []
            continue
        kind = found.kind
        new.append((name, mask_function(found.code)))
        of = kind.element if kind.is_a("atomic", "column") else kind
        table = Value(table.code, table.kind.with_columns({name: of}))
    if not columns:
        raise Untranslatable("no new column is given")
    return _assign(table, new)


verb("mutate", "transform", grouped=True, by=".by")(
    lambda ctx, table, given: assign_columns(ctx, table, other_arguments(given), partly=True)
)


def _column_value(ctx: Expressions, table: Value, node: Node) -> Value:
    found = translate_masked(ctx, table, node)
    same_rows = found.kind.name != "column" or found.kind.rows == table.kind.rows
    if (
        not found.kind.is_a("atomic", "number", "column", "date", "missing", "text", "truth")
        or not same_rows
    ):
        raise not_known(f"a column that is {found.kind}")
    return found


def _assign(table: Value, new: list[tuple[str, ast.expr]]) -> Value:
    code = call(ast.Attribute(table.code, "assign"), [], new) if new else table.code
    return Value(code, table.kind)


def _drop_column(table: Value, column: str) -> Value:
    code = py('x.drop(columns=c, errors="ignore")', x=table.code, c=ast.Constant(column))
    return Value(code, table.kind.without({column}))


@verb("select", grouped=True)
def select(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    """Translate ``select()``."""
    wanted = other_arguments(arguments)
    if len(wanted) == 1 and (found := _select_by_variable(ctx, table, *wanted[0])) is not None:
        return found
    left_out = [inner for _, node in wanted if (inner := negated(node)) is not None]
    if wanted and len(left_out) == len(wanted):
        names = select_columns(ctx, table.kind, left_out)
        names = [name for name in names if name not in table.kind.by]
        code = py("x.drop(columns=names)", x=table.code, names=one_or_list(names))
        return Value(code, table.kind.without(set(names)))
    names = select_columns(ctx, table.kind, [node for _, node in wanted])
    kept = [name for name in table.kind.by if name not in names]
    if table.kind.by and any(new for new, _ in wanted):
        raise Untranslatable("columns of a grouped table are renamed")
    names = [*kept, *names]
    code = py("x[names]", x=table.code, names=string_list(names))
    found = Value(code, table.kind.only({name: name for name in names}))
    renamed = {old: new for (new, node), old in zip(wanted, names, strict=False) if new}
    if renamed and len(wanted) != len(names):
        raise not_known("selecting and renaming these columns")
    return rename_columns(found, renamed) if renamed else found


def _select_by_variable(
    ctx: Expressions, table: Value, new: str | None, node: Node
) -> Value | None:
    """Translate ``all_of(x)`` and ``-all_of(x)`` of a variable with unknown strings."""
    left_out = negated(node)
    helper = left_out or node
    if new or table.kind.by or not is_call(helper, "all_of") or len(helper.arguments) != 1:
        return None
    names = ctx.value(helper.arguments[0].value) if helper.arguments[0].value else None
    if names is None or names.texts is not None or names.kind.gaps:
        return None
    if names.kind.name != "vector" or names.kind.element != TEXT:
        return None
    code = py("x.drop(columns=names)" if left_out else "x[names]", x=table.code, names=names.code)
    kind = table_of(keeps_attributes=table.kind.keeps_attributes)
    return Value(code, replace(kind, rows=table.kind.rows, tibble=table.kind.tibble))


@verb("rename")
def _rename(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    renames = other_arguments(arguments)
    old = [name for _, node in renames for name in select_columns(ctx, table.kind, [node])]
    if not old or len(old) != len(renames) or any(name is None for name, _ in renames):
        raise Untranslatable("a new name is missing")
    return rename_columns(table, {o: n or "" for (n, _), o in zip(renames, old, strict=True)})


def rename_columns(table: Value, names: dict[str, str]) -> Value:
    """Rename columns of a table: ``{old: new}``."""
    columns = string_dict([(old, ast.Constant(new)) for old, new in names.items()])
    code = py("x.rename(columns=names)", x=table.code, names=columns)
    held = [name for name, _ in table.kind.columns]
    kind = table.kind.only({names.get(name, name): name for name in held})
    return Value(code, replace(kind, open=table.kind.open))


@verb("arrange", grouped=True)
def _arrange(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    names, ascending = [], []
    for _, node in other_arguments(arguments):
        falling = descending(node)
        names += masked_names(ctx, table.kind, [falling or node])
        ascending.append(falling is None)
    if not names or len(names) != len(ascending):
        raise Untranslatable("the rows are arranged by something other than a column")
    return sort_rows(table, names, ascending)


@verb("distinct")
def _distinct(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    options = options_in(arguments, ".keep_all")
    names = masked_names(
        ctx, table.kind, [node for _, node in other_arguments(arguments, ".keep_all")]
    )
    if not names:
        return _distinct_rows(table)
    if not option(ctx, options.get(".keep_all"), False):
        code = py("x[names]", x=table.code, names=string_list(names))
        table = Value(code, table.kind.only({name: name for name in names}))
        code = py("x.drop_duplicates(ignore_index=True)", x=code)
    else:
        code = py("x.drop_duplicates(by, ignore_index=True)", x=table.code, by=one_or_list(names))
    return Value(code, table.kind.other_rows())


@special("unique")
def _unique(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments(arguments)
    is_table = len(given) == 1 and given[0][1].kind.name == "table"
    return _distinct_rows(given[0][1]) if is_table else BASE("unique", given)


def _distinct_rows(table: Value) -> Value:
    lists = [n for n, kind in table.kind.columns if kind.is_a("unknown", "vector")]
    if lists or table.kind.open:
        raise Untranslatable("rows with lists can't be compared: name the columns, such as an id")
    code = py("x.drop_duplicates(ignore_index=True)", x=table.code)
    return Value(code, table.kind.other_rows())


@verb("pull", grouped=True)
def _pull(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    names = select_columns(ctx, table.kind, [node for _, node in other_arguments(arguments)])
    if len(names) != 1:
        raise Untranslatable("`pull()` of something other than one column")
    return element_by_name(table, names[0])


@verb("drop_na")
def _drop_na(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    names = select_columns(ctx, table.kind, _unnamed_arguments(arguments))
    code = py("x.dropna(subset=names)", x=table.code, names=string_list(names))
    code = code if names else py("x.dropna()", x=table.code)
    return Value(code, table.kind.other_rows())


@verb("unnest", "unnest_longer")
def _unnest(ctx: Expressions, table: Value, arguments: Sequence[Argument]) -> Value:
    names = select_columns(ctx, table.kind, _unnamed_arguments(arguments))
    if len(names) != 1:
        raise Untranslatable("only one column can be unnested at once")
    of = table.kind.column(names[0]) or UNKNOWN
    code = py(
        "x.explode(name, ignore_index=True).dropna(subset=[name])",
        x=table.code,
        name=ast.Constant(names[0]),
    )
    return Value(code, table.kind.with_columns({names[0]: of.element}).other_rows())


verb("as_tibble", "as.data.frame")(lambda ctx, table, arguments: table)
