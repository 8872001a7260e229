"""Which columns a verb is about: by name, by place, by what their names or kinds have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from traktok.from_r.knowing.kinds import Kind
from traktok.from_r.knowing.values import Untranslatable
from traktok.from_r.reading.tree import (
    Argument,
    Call,
    Constant,
    Function,
    Name,
    Node,
    Operator,
    is_call,
)

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


def chosen(table: Kind, nodes: Iterable[Node]) -> list[str]:
    """Read which columns of a table are chosen, in their order; those with a minus are left out."""
    found: list[str] = []
    for place, node in enumerate(nodes):
        if (left_out := _negated(node)) is not None:
            if place == 0:
                found = _all(table)
            gone = chosen(table, [left_out])
            found = [name for name in found if name not in gone]
        else:
            found += [name for name in _chosen(table, node) if name not in found]
    return found


def _negated(node: Node) -> Node | None:
    is_minus = isinstance(node, Operator) and node.left is None and node.sign in {"-", "!"}
    return node.right if is_minus else None  # type: ignore[attr-defined]


def _chosen(table: Kind, node: Node) -> list[str]:
    if isinstance(node, Name):
        return [node.text]
    if isinstance(node, Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, Constant) and type(node.value) is int:
        return _all(table)[node.value - 1 : node.value]
    if isinstance(node, Operator) and node.sign == ":" and node.left is not None:
        first, last = (_place(table, end) for end in (node.left, node.right))
        return _all(table)[first : last + 1]
    if isinstance(node, Call):
        return _helped(table, node, node.name)
    raise _not_known(node)


def _place(table: Kind, node: Node) -> int:
    names = _chosen(table, node)
    if len(names) != 1 or names[0] not in _all(table):
        raise _not_known(node)
    return _all(table).index(names[0])


def _helped(table: Kind, node: Call, helper: str) -> list[str]:
    values = [argument.value for argument in node.arguments if argument.value is not None]
    if any(argument.name for argument in node.arguments):
        raise _not_known(node)
    if helper in {"c", "all_of"}:
        return chosen(table, values)
    if helper == "any_of":
        return [name for name in chosen(table, values) if name in _all(table)]
    if helper == "everything" and not values:
        return _all(table)
    if helper in _BY_NAME and len(values) == 1:
        parts = [part.lower() for part in _chosen_texts(values[0])]
        holds = _BY_NAME[helper]
        return [name for name in _all(table) if any(holds(name.lower(), part) for part in parts)]
    if helper == "where" and len(values) == 1 and isinstance(values[0], Name):
        return _of_kind(table, _BY_KIND.get(values[0].text, set()), node)
    raise _not_known(node)


def _chosen_texts(node: Node) -> list[str]:
    nodes = [argument.value for argument in node.arguments] if isinstance(node, Call) else [node]
    found = [n.value for n in nodes if isinstance(n, Constant) and isinstance(n.value, str)]
    if len(found) != len(nodes):
        raise _not_known(node)
    return found


def _of_kind(table: Kind, kinds: set[str], node: Node) -> list[str]:
    held = {name: (table.column(name) or Kind("unknown")).name for name in _all(table)}
    if not kinds or "unknown" in held.values():
        raise _not_known(node)
    return [name for name, kind in held.items() if kind in kinds]


def _all(table: Kind) -> list[str]:
    if table.open:
        raise Untranslatable("which columns the table has is not known")
    return [name for name, _ in table.columns]


def _not_known(node: Node) -> Untranslatable:
    return Untranslatable(f"which columns `{node.source}` chooses is not known")


# ------------------------------------------------------------------------------------- across


def without_across(table: Kind, columns: Iterable[Column]) -> list[Column]:
    """Write ``across(c(a, b), f)`` as ``a = f(a), b = f(b)``."""
    found: list[Column] = []
    for name, node in columns:
        if name is None and is_call(node, "across"):
            found += _across(table, node.arguments)
        else:
            found.append((name, node))
    return found


def _across(table: Kind, arguments: Sequence[Argument]) -> list[Column]:
    named = {a.name: a.value for a in arguments if a.name in {".cols", ".fns"}}
    free = [a for a in arguments if a.name is None]
    columns = named.get(".cols") or (free.pop(0).value if free else None)
    function = named.get(".fns") or (free.pop(0).value if free else None)
    extra = tuple(a for a in arguments if a.name not in {None, ".cols", ".fns"})
    is_strange = free or any((a.name or "").startswith(".") for a in extra)
    if columns is None or function is None or is_strange:
        raise Untranslatable("this `across()` is not known to the translator")
    names = chosen(table, [columns])
    return [(name, _applied(function, Name(name, line=0, source=name), extra)) for name in names]


def _applied(function: Node, to: Name, extra: tuple[Argument, ...]) -> Node:
    if isinstance(function, Name):
        first = Argument(None, to, line=to.line, source=to.source)
        return Call(function, (first, *extra), line=function.line, source=function.source)
    if isinstance(function, Operator) and function.sign == "~" and not extra:
        return _put(to, {".", ".x"}, function.right)
    if isinstance(function, Function) and len(function.parameters) == 1 and not extra:
        return _put(to, {function.parameters[0][0]}, function.body)
    raise Untranslatable("the function of `across()` is not a simple one")


def _put(by: Name, names: set[str], node: Node) -> Node:
    """Put a name in the place of others."""
    if isinstance(node, Name):
        return by if node.text in names else node
    changed: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            changed[field.name] = _put(by, names, value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(
                _put(by, names, inner) if isinstance(inner, Node) else inner for inner in value
            )
    return replace(node, **changed)
