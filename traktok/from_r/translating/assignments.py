"""Translate assignments to a name, a column, an element or an attribute.

R copies values, so that changing a copy leaves the original unchanged. Therefore a table gets a
column by ``assign()``, which returns a new table, and a list that gets a second name is copied.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import replace

from traktok.from_r.knowing.kinds import NA, SURE, TEXT, Kind, column_of, merged_kind, unsure
from traktok.from_r.knowing.values import Untranslatable, Value, not_known
from traktok.from_r.reading.tree import (
    Argument,
    Assign,
    Block,
    Call,
    Constant,
    Function,
    If,
    Index,
    Member,
    Name,
    Node,
    Operator,
    is_call,
)
from traktok.from_r.translating.flow import Sink, root_of
from traktok.from_r.translating.indexing import is_mask, without_na
from traktok.from_r.translating.statements import Statements, statement
from traktok.from_r.writing.build import call, literal_strings, literal_value, py, signed_integer


@statement(Assign)
def assign(ctx: Statements, node: Assign, sink: Sink) -> list[str]:
    """Translate an assignment, whose value may be used as well."""
    written = _assign(ctx, node)
    if sink.does in {"return", "assign"}:
        written += ctx.deliver(ctx.value(root_of(node.target)), sink)
    return written


def _assign(ctx: Statements, node: Assign) -> list[str]:
    target = node.target
    if node.outward and ctx.function:
        raise Untranslatable("`<<-` sets a variable outside the function")
    if isinstance(target, (Name, Constant)):
        name = target.text if isinstance(target, Name) else target.value
        if not isinstance(name, str) or (isinstance(target, Name) and target.package):
            raise Untranslatable("the target of the assignment is not a name")
        return _to_name(ctx, name, node.value)
    ctx.require_set(root_of(target).text)
    if isinstance(target, Member) and isinstance(target.of, Name):
        return _to_element(ctx, target.of.text, Value(ast.Constant(target.name), TEXT), node.value)
    if isinstance(target, Index):
        return _to_index(ctx, target, node.value)
    if isinstance(target, Call):
        return _to_property(ctx, target, node.value)
    raise not_known("the target of the assignment")


# -------------------------------------------------------------------------------------- a name


def _to_name(ctx: Statements, name: str, node: Node) -> list[str]:
    ctx.functions.pop(name, None)
    sink = Sink("assign", name)
    if isinstance(node, Function):
        ctx.functions[name] = node
        return ctx.define(name, node)
    if isinstance(node, Assign):
        inner = _assign(ctx, node)
        if not isinstance(node.target, Name):
            raise Untranslatable("a chained assignment has a target that is not a name")
        if _makes_empty(last := _last_of(node)):
            return inner + _to_name(ctx, name, last)
        return inner + ctx.deliver(_copy_if_shared(ctx.value(node.target), node.target), sink)
    if isinstance(node, (If, Block)) or is_call(node, "tryCatch", "try"):
        return _in_branches(ctx, node, sink)
    grows = isinstance(node, Constant) and node.value is None
    grows = grows and name in ctx.knowledge.grown_from_null
    if grows or _makes_empty(node):
        kind = Kind("vector") if grows else ctx.value(node).kind
        empty = _empty(ctx, name, kind)
        written = ctx.deliver(empty, sink)
        ctx.scope.set(name, empty.kind, fresh=True)
        return written
    return ctx.deliver(_copy_if_shared(ctx.value(node), node), sink)


def _last_of(node: Node) -> Node:
    """Return the value of ``a <- b <- value``."""
    return _last_of(node.value) if isinstance(node, Assign) else node


def _makes_empty(node: Node) -> bool:
    """Return whether this is ``list()``, ``c()``, ``character(0)`` or similar."""
    if not is_call(node, "list", "c", "character", "numeric", "integer"):
        return False
    lengths = [getattr(argument.value, "value", None) for argument in node.arguments]
    return not lengths or (lengths == [0] and node.name not in {"list", "c"})


def _in_branches(ctx: Statements, node: Node, sink: Sink) -> list[str]:
    """Translate an assignment of ``if`` or a block: on one line if it fits, else in branches."""
    if isinstance(node, If):
        before = ctx.checkpoint()
        with suppress(Untranslatable):
            written = ctx.deliver(ctx.value(node), sink)
            if len(written) == 1:
                return written
        ctx.undo(before)
    return ctx.attempt(node, sink)


def _copy_if_shared(value: Value, node: Node) -> Value:
    """Copy a value that would otherwise be shared by two names."""
    changed = value.kind.is_a("mapping", "sequence") and isinstance(node, (Name, Index, Member))
    if changed or (value.kind.name == "table" and isinstance(node, Name)):
        return Value(py("x.copy()", x=value.code), value.kind)
    return value


_BY_TEXT = {"list": "dict", "vector": "named"}


def _empty(ctx: Statements, name: str, kind: Kind) -> Value:
    """Return an empty list, or a dict if the script fills it by names later."""
    of = kind.of or ctx.knowledge.elements.get(name)
    if name in ctx.knowledge.keyed_by_text:
        return Value(ast.Dict([], []), Kind(_BY_TEXT[kind.name], of))
    return Value(ast.List([]), Kind(kind.name, of, empty=True))


# ----------------------------------------------------------------------------------- an element


def _to_index(ctx: Statements, target: Index, node: Node) -> list[str]:
    of, arguments = target.of, target.arguments
    if isinstance(of, Member) and isinstance(of.of, Name) and len(arguments) == 1:
        return _to_cells(ctx, of.of, of.name, arguments[0].value, node)
    if not isinstance(of, Name):
        raise Untranslatable("the target of the assignment is nested")
    if len(arguments) == 2:
        column = arguments[1].value
        names = literal_strings(ctx.code(column)) if column else None
        if names is None or len(names) != 1:
            raise not_known("an assignment to these cells")
        return _to_cells(ctx, of, names[0], arguments[0].value, node)
    if len(arguments) != 1 or arguments[0].value is None or arguments[0].name:
        raise not_known("an assignment to these elements")
    at = arguments[0].value
    if _is_next(at, of.text):
        return _append(ctx, of.text, node)
    if (of_kind := ctx.scope.kind(of.text)) and of_kind.name == "column":
        return _to_cells_of_column(ctx, of, ctx.value(at), ctx.value(node))
    return _to_element(ctx, of.text, ctx.value(at), node, double=target.double)


def _is_next(at: Node, name: str) -> bool:
    """Return whether an index is ``length(x) + 1``."""
    if not (isinstance(at, Operator) and at.sign == "+" and isinstance(at.right, Constant)):
        return False
    length = at.left
    return (
        at.right.value == 1
        and is_call(length, "length")
        and len(length.arguments) == 1
        and isinstance(length.arguments[0].value, Name)
        and length.arguments[0].value.text == name
    )


def _append(ctx: Statements, name: str, node: Node) -> list[str]:
    value, kind = ctx.value(node), ctx.scope.kind(name)
    if kind is None or not kind.is_a("sequence"):
        raise not_known(f"adding an element to {kind}")
    own = _copy_if_borrowed(ctx, name)
    _record_element(ctx, name, replace(kind, length=kind.length + 1), value.kind)
    code = py("x.append(y)", x=ast.Name(ctx.names.python(name)), y=value.code)
    return own + ctx.emit("", code)


def _record_element(
    ctx: Statements, name: str, kind: Kind, element: Kind, key: ast.expr | None = None
) -> None:
    """Record that a list has a new element."""
    of = merged_kind(kind.of, element) if kind.of else element
    ctx.knowledge.elements[name] = of
    kind = replace(kind, of=of, distinct=False)
    if isinstance(key, ast.Constant):
        kind = kind.with_columns({str(key.value): element})
    elif key:
        kind = replace(kind, columns=())
    ctx.scope.change(name, kind, filled=True)


def _copy_if_borrowed(ctx: Statements, name: str) -> list[str]:
    """Copy a list that others hold too before it is changed."""
    if name in ctx.scope and not ctx.scope.is_borrowed(name):
        return []
    kind = ctx.scope.kind(name)
    if kind is None:
        raise Untranslatable(f"`{name}` is not set before this")
    ctx.scope.set(name, kind)
    word = ctx.names.python(name)
    return ctx.emit(f"{word} = ", py("x.copy()", x=ast.Name(word)))


def _to_element(
    ctx: Statements, name: str, at: Value, node: Node, double: bool = True
) -> list[str]:
    kind = ctx.scope.kind(name)
    value = ctx.value(node)
    if kind is None or kind.name == "unknown":
        raise Untranslatable(f"the kind of `{name}`, whose element is set, is not known")
    is_text = at.kind.name == "text"
    if kind.name == "table" and (column := literal_value(at.code, str)) is not None:
        return _to_column(ctx, name, column, value)
    if ctx.scope.is_fresh(name) and is_text:
        ctx.knowledge.keyed_by_text.add(name)
        kind = Kind(_BY_TEXT.get(kind.name, kind.name), kind.of)
    is_place = kind.is_a("sequence") and at.kind.name == "integer"
    is_key = kind.is_a("mapping") and is_text
    if kind.name == "dict" and is_key and isinstance(node, Constant) and node.value is None:
        return _remove_element(ctx, name, kind, at.code)
    if (
        not (is_place or is_key)
        or value.kind.name == "null"
        or (kind.name == "list" and not double)
    ):
        raise not_known(f"setting an element of {kind} at {at.kind} to {value.kind}")
    own = _copy_if_borrowed(ctx, name)
    if is_place:
        return own + _to_place(ctx, name, kind, at.code, value)
    _record_element(ctx, name, kind, value.kind, at.code)
    target = py("x[k]", x=ast.Name(ctx.names.python(name)), k=at.code)
    return own + _set_target(ctx, target, value)


def _to_place(ctx: Statements, name: str, kind: Kind, at: ast.expr, value: Value) -> list[str]:
    """Set the element of a list at a place, which may lie beyond its end."""
    x, number = ast.Name(ctx.names.python(name)), signed_integer(at)
    if kind.empty and ctx.fills_in_turn(name, at):
        _record_element(ctx, name, kind, value.kind)
        return ctx.emit("", py("x.append(y)", x=x, y=value.code))
    written = []
    if kind.empty or (number is not None and number > kind.length):
        written = ctx.emit("", _extend(x.id, kind, at))
        skips = number is None or number > kind.length + 1
        gaps = kind.gaps or (skips and kind.name == "vector")
        kind = replace(kind, length=number or kind.length, gaps=gaps)
    _record_element(ctx, name, kind, value.kind)
    return written + _set_target(ctx, py("x[i - 1]", x=x, i=at), value)


def _set_target(ctx: Statements, target: ast.expr, value: Value) -> list[str]:
    """Write an assignment to an element or an attribute."""
    (written,) = ctx.emit("", target)
    return ctx.emit(f"{written.strip()} = ", value.code)


def _remove_element(ctx: Statements, name: str, kind: Kind, key: ast.expr) -> list[str]:
    """Remove an element from a list."""
    own = _copy_if_borrowed(ctx, name)
    ctx.scope.change(name, replace(kind, columns=()))
    return own + ctx.emit("", py("x.pop(k, None)", x=ast.Name(ctx.names.python(name)), k=key))


def _extend(word: str, kind: Kind, length: ast.expr) -> ast.expr:
    """Extend a list to a length, as R does if an element beyond its end is set."""
    nothing = py("pd.NA") if kind.name == "vector" else ast.Constant(None)
    return py("x.extend([y] * (i - len(x)))", x=ast.Name(word), y=nothing, i=length)


def _to_column(ctx: Statements, name: str, column: str, value: Value) -> list[str]:
    kind = ctx.scope.kind(name)
    assert kind is not None
    word = ctx.names.python(name)
    if value.kind.name == "null":
        gone = py("x.drop(columns=c)", x=ast.Name(word), c=ast.Constant(column))
        ctx.scope.set(name, kind.without({column}))
        return ctx.emit(f"{word} = ", gone)
    code, of = value.code, value.kind
    if value.kind.name == "column":
        of = value.kind.element
        if value.kind.rows != kind.rows:
            code = py("x.to_numpy()", x=code)
    elif not value.kind.is_a("single", "atomic", "missing"):
        raise not_known(f"a column that is {value.kind}")
    elif value.kind.is_a("atomic"):
        of = value.kind.element
    new = call(py("x.assign", x=ast.Name(word)), [], [(column, code)])
    ctx.scope.set(name, kind.with_columns({column: of}))
    return ctx.emit(f"{word} = ", new)


def _to_cells(ctx: Statements, table: Name, column: str, at: Node | None, node: Node) -> list[str]:
    """Translate ``x$column[mask] <- value``."""
    if at is None:
        return _to_element(ctx, table.text, Value(ast.Constant(column), TEXT), node)
    kind = ctx.scope.kind(table.text)
    if kind is None or kind.name != "table":
        raise not_known("an assignment to these cells")
    of = kind.column(column)
    old = py("x[c]", x=ctx.code(table), c=ast.Constant(column))
    cells = Value(old, Kind("column", of, rows=kind.rows))
    return _to_column(ctx, table.text, column, _set_where(cells, ctx.value(at), ctx.value(node)))


def _to_cells_of_column(ctx: Statements, name: Name, at: Value, value: Value) -> list[str]:
    """Translate ``x[mask] <- value`` and ``x[place] <- value`` of a column in a variable."""
    column = ctx.value(name)
    if at.kind.name != "integer":
        return ctx.deliver(_set_where(column, at, value), Sink("assign", name.text))
    if value.kind not in {column.kind.element, NA}:
        raise not_known(f"setting an element of {column.kind} to {value.kind}")
    ctx.scope.set(name.text, unsure(column.kind))
    copied = ctx.emit(f"{ctx.names.python(name.text)} = ", py("x.copy()", x=column.code))
    return copied + _set_target(ctx, py("x.iloc[i - 1]", x=column.code, i=at.code), value)


def _set_where(old: Value, at: Value, value: Value) -> Value:
    """Set the cells of a column that a condition or a place selects to one value."""
    kind, mask = old.kind, at
    if at.kind.name == "integer":
        place = py("np.arange(len(x)) == i - 1", x=old.code, i=at.code)
        mask = Value(place, column_of(SURE, kind.rows))
    if not is_mask(mask) or not value.kind.is_a("single", "missing"):
        raise not_known("an assignment to these cells")
    if mask.kind.rows != kind.rows:
        raise Untranslatable("a condition on one table selects cells of another")
    new = py("old.mask(mask, value)", old=old.code, mask=without_na(mask), value=value.code)
    of = merged_kind(kind.of or value.kind, value.kind)
    return Value(new, unsure(Kind("column", of, rows=kind.rows)))


# ----------------------------------------------------------------------------------- a property


def _to_property(ctx: Statements, target: Call, node: Node) -> list[str]:
    """Translate ``attr(x, "cursor") <- value`` and ``names(x) <- value``."""
    of = target.arguments[0].value if target.arguments else None
    if not isinstance(of, Name) or not target.name:
        raise not_known("the target of the assignment")
    what, word = target.name, ctx.names.python(of.text)
    kind = ctx.scope.kind(of.text)
    value = ctx.value(node)
    if what == "attr" and len(target.arguments) == 2 and kind and kind.name == "table":
        which = _attribute(ctx, target.arguments[1])
        own = _copy_if_borrowed(ctx, of.text)
        cell = py("x.attrs[which]", x=ast.Name(word), which=ast.Constant(which))
        return own + _set_target(ctx, cell, value)
    names = literal_strings(value.code)
    if what in {"names", "colnames"} and kind and kind.name == "table" and names:
        held = [name for name, _ in kind.columns]
        known = kind.only(dict(zip(names, held, strict=False)))
        ctx.scope.set(of.text, known)
        code = py('x.set_axis(names, axis="columns")', x=ast.Name(word), names=value.code)
        return ctx.emit(f"{word} = ", code)
    if what == "names" and kind and kind.is_a("sequence") and value.kind.distinct:
        ctx.scope.set(of.text, Kind("named" if kind.name == "vector" else "dict", kind.of))
        code = py("dict(zip(names, x, strict=True))", x=ast.Name(word), names=value.code)
        return ctx.emit(f"{word} = ", code)
    raise not_known(f"`{what}(x) <-`")


_SET = ("search_id", "cursor")


def _attribute(ctx: Statements, argument: Argument) -> str:
    name = literal_value(ctx.code(argument.value), str) if argument.value else None
    if name in _SET:
        return name
    raise Untranslatable(f"only the attributes {' and '.join(_SET)} can be set")
