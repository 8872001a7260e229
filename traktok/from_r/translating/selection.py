"""Resolve which columns a verb selects: by name, position, pattern or kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from traktok.from_r.knowing.kinds import Kind
from traktok.from_r.knowing.values import Untranslatable, not_known
from traktok.from_r.reading.tree import (
    Argument,
    Call,
    Constant,
    Function,
    Index,
    Member,
    Name,
    Node,
    Operator,
    is_call,
)
from traktok.from_r.translating.expressions import Expressions

Column = tuple[str | None, Node]

_BY_NAME: dict[str, Callable[[str, str], bool]] = {
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
}
_BY_KIND = {
    "is.numeric": {"integer", "real"},
    "is.character": {"text"},
    "is.logical": {"truth"},
    "is.list": {"vector"},
}


def select_columns(ctx: Expressions, table: Kind, nodes: Iterable[Node]) -> list[str]:
    """Return the columns of a table that are selected, in order; a minus removes some."""
    found: list[str] = []
    for place, node in enumerate(nodes):
        if (left_out := negated(node)) is not None:
            if place == 0:
                found = _all_columns(table)
            gone = select_columns(ctx, table, [left_out])
            found = [name for name in found if name not in gone]
        else:
            found += [name for name in _select(ctx, table, node) if name not in found]
    return found


def negated(node: Node) -> Node | None:
    """Return ``x`` of ``-x`` and ``!x``; None for any other expression."""
    if not isinstance(node, Operator) or node.left is not None or node.sign not in {"-", "!"}:
        return None
    return node.right if unquoted(node) is None else None


def _select(ctx: Expressions, table: Kind, node: Node) -> list[str]:
    if (name := spelled_column(ctx, node)) is not None:
        return [name]
    if isinstance(node, Name):
        is_variable = _is_variable(ctx, table, node)
        return list(strings_of(ctx, node)) if is_variable else [node.text]
    if isinstance(node, Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, Constant) and type(node.value) is int:
        return _all_columns(table)[node.value - 1 : node.value]
    if isinstance(node, Operator) and node.sign == ":" and node.left is not None:
        first, last = (_position(ctx, table, end) for end in (node.left, node.right))
        return _all_columns(table)[first : last + 1]
    if isinstance(node, Call):
        return _select_by_helper(ctx, table, node, node.name)
    raise unclear_columns(node)


def _is_variable(ctx: Expressions, table: Kind, node: Name) -> bool:
    """Return whether a bare name that selects columns is a variable, not a column."""
    if table.surely_has(node.text):
        return False
    if table.column(node.text) is not None and ctx.texts(node.text) is not None:
        raise Untranslatable(f"`{node.text}` may be a column or a variable")
    return table.column(node.text) is None and ctx.may_be_set(node.text)


def _position(ctx: Expressions, table: Kind, node: Node) -> int:
    names = _select(ctx, table, node)
    if len(names) != 1 or names[0] not in _all_columns(table):
        raise unclear_columns(node)
    return _all_columns(table).index(names[0])


def _select_by_helper(ctx: Expressions, table: Kind, node: Call, helper: str) -> list[str]:
    values = [argument.value for argument in node.arguments if argument.value is not None]
    if any(argument.name for argument in node.arguments):
        raise unclear_columns(node)
    if helper == "c":
        return select_columns(ctx, table, values)
    if helper == "all_of" and len(values) == 1:
        return list(strings_of(ctx, values[0]))
    if helper == "any_of" and len(values) == 1:
        return [name for name in strings_of(ctx, values[0]) if name in _all_columns(table)]
    if helper == "everything" and not values:
        return _all_columns(table)
    if helper == "last_col" and not values:
        return _all_columns(table)[-1:]
    if helper in _BY_NAME and len(values) == 1:
        parts = [part.lower() for part in strings_of(ctx, values[0])]
        holds = _BY_NAME[helper]
        return [
            name for name in _all_columns(table) if any(holds(name.lower(), part) for part in parts)
        ]
    if helper == "where" and len(values) == 1 and isinstance(values[0], Name):
        return _columns_of_kind(table, _BY_KIND.get(values[0].text, set()), node)
    raise unclear_columns(node)


# ------------------------------------------------------------------- computed names


def strings_of(ctx: Expressions, node: Node) -> tuple[str, ...]:
    """Return the strings that an expression outside the table evaluates to."""
    with ctx.data_mask(None):
        found = ctx.value(node).texts
    if found is None:
        raise unclear_columns(node)
    return found


def unquoted(node: Node | None) -> Node | None:
    """Return ``x`` of ``!!x``; None for any other expression."""
    for _ in "!!":
        if not isinstance(node, Operator) or node.left is not None or node.sign != "!":
            return None
        node = node.right
    return node


def symbol_name(node: Node | None) -> Node | None:
    """Return ``name`` of ``.data[[name]]`` and ``!!sym(name)``; None for any other expression."""
    if isinstance(node, Index) and node.double and isinstance(node.of, Name):
        alone = node.of.text == ".data" and len(node.arguments) == 1
        return node.arguments[0].value if alone else None
    made = unquoted(node)
    if is_call(made, "sym", "as.name", "as.symbol") and len(made.arguments) == 1:
        return made.arguments[0].value
    return None


def spelled_column(ctx: Expressions, node: Node) -> str | None:
    """Return ``x`` of ``.data$x``, ``.data[["x"]]`` and ``!!sym("x")``; None for others."""
    if isinstance(node, Member) and isinstance(node.of, Name) and node.of.text == ".data":
        return node.name
    name = symbol_name(node)
    if name is None:
        return None
    found = strings_of(ctx, name)
    if len(found) != 1:
        raise unclear_columns(node)
    return found[0]


def masked_names(ctx: Expressions, table: Kind, nodes: Iterable[Node]) -> list[str]:
    """Return the columns that a verb that evaluates expressions, such as ``group_by()``, is given.

    A string is a value there, not the name of a column.
    """
    names: list[str] = []
    for node in nodes:
        if (name := spelled_column(ctx, node)) is not None:
            names.append(name)
        elif isinstance(node, Name) and not _is_variable(ctx, table, node):
            names.append(node.text)
        elif is_call(node, "across", "pick"):
            given = [argument.value for argument in node.arguments if argument.value is not None]
            if node.name == "across" and len(node.arguments) != 1:
                raise unclear_columns(node)
            found = select_columns(ctx, table, given)
            names += [name for name in found if name not in {*names, *table.by}]
        else:
            raise unclear_columns(node)
    return names


def _columns_of_kind(table: Kind, kinds: set[str], node: Node) -> list[str]:
    held = {name: (table.column(name) or Kind("unknown")).name for name in _all_columns(table)}
    if not kinds or "unknown" in held.values():
        raise unclear_columns(node)
    return [name for name, kind in held.items() if kind in kinds]


def _all_columns(table: Kind) -> list[str]:
    if table.open:
        raise Untranslatable("the columns of the table are not known")
    return [name for name, _ in table.columns]


def unclear_columns(node: Node) -> Untranslatable:
    """Return the error for a selection that the script alone does not determine."""
    return Untranslatable(f"the columns that `{node.source}` selects are not known")


# ------------------------------------------------------------------------------------- across


def expand_across(ctx: Expressions, table: Kind, columns: Iterable[Column]) -> list[Column]:
    """Expand ``across(c(a, b), f)`` into ``a = f(a), b = f(b)``."""
    found: list[Column] = []
    for name, node in columns:
        if name is None and is_call(node, "across"):
            found += _expand(ctx, table, node.arguments)
        else:
            found.append((name, node))
    return found


def _expand(ctx: Expressions, table: Kind, arguments: Sequence[Argument]) -> list[Column]:
    named = {a.name: a.value for a in arguments if a.name in {".cols", ".fns"}}
    free = [a for a in arguments if a.name is None]
    columns = named.get(".cols") or (free.pop(0).value if free else None)
    function = named.get(".fns") or (free.pop(0).value if free else None)
    extra = tuple(a for a in arguments if a.name not in {None, ".cols", ".fns"})
    is_strange = free or any((a.name or "").startswith(".") for a in extra)
    if columns is None or function is None or is_strange:
        raise not_known("`across()` with these arguments")
    names = [name for name in select_columns(ctx, table, [columns]) if name not in table.by]
    return [(name, _apply(function, Name(name, source=name), extra)) for name in names]


def _apply(function: Node, column: Name, extra: tuple[Argument, ...]) -> Node:
    if isinstance(function, Name):
        first = Argument(None, column)
        return Call(function, (first, *extra), line=function.line, source=function.source)
    if isinstance(function, Operator) and function.sign == "~" and not extra:
        return _replace_names(column, {".", ".x"}, function.right)
    if isinstance(function, Function) and len(function.parameters) == 1 and not extra:
        return _replace_names(column, {function.parameters[0][0]}, function.body)
    raise Untranslatable("the function of `across()` is too complex to translate")


def _replace_names(by: Name, names: set[str], node: Node) -> Node:
    """Replace names in a tree by another name."""
    if isinstance(node, Name):
        return by if node.text in names else node
    changed: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            changed[field.name] = _replace_names(by, names, value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(
                _replace_names(by, names, inner) if isinstance(inner, Node) else inner
                for inner in value
            )
    return replace(node, **changed)
