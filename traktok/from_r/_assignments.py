"""Assignments: to a name, to a column, to an element, to an attribute.

R's values are its own: a change of a copy leaves the original as it was. So a table gets a column
by ``assign``, which makes a new one, and a list that is given another name is copied.
"""

from __future__ import annotations

import ast

from traktok.from_r._build import call, py
from traktok.from_r._flow import Sink, root_of
from traktok.from_r._indexing import is_mask, known, text_list
from traktok.from_r._kinds import TEXT, Kind, either
from traktok.from_r._statements import Statements, statement
from traktok.from_r._tree import (
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
from traktok.from_r._values import Untranslatable, Value

_CHANGED_IN_PLACE = {"list", "dict", "named", "vector"}
_CELLS = {"integer", "real", "text", "truth", "date", "time", "missing", "vector", "range"}


@statement(Assign)
def assign(to: Statements, node: Assign, sink: Sink) -> list[str]:
    """Translate an assignment, whose own value may be used, too."""
    written = _assign(to, node)
    if sink.does in {"return", "assign"}:
        written += to.deliver(to.value(root_of(node.target)), sink)
    return written


def _assign(to: Statements, node: Assign) -> list[str]:
    target = node.target
    if node.outward and to.function:
        raise Untranslatable("`<<-` sets a variable outside the function")
    if isinstance(target, (Name, Constant)):
        name = target.text if isinstance(target, Name) else target.value
        if not isinstance(name, str) or (isinstance(target, Name) and target.package):
            raise Untranslatable("what is assigned to is no name")
        return _to_name(to, name, node.value)
    if isinstance(target, Member) and isinstance(target.of, Name):
        return _to_element(to, target.of.text, Value(ast.Constant(target.name), TEXT), node.value)
    if isinstance(target, Index):
        return _to_index(to, target, node.value)
    if isinstance(target, Call):
        return _to_property(to, target, node.value)
    raise Untranslatable("what is assigned to is not known to the translator")


# -------------------------------------------------------------------------------------- a name


def _to_name(to: Statements, name: str, node: Node) -> list[str]:
    to.functions.pop(name, None)
    sink = Sink("assign", name)
    if isinstance(node, Function):
        to.functions[name] = node
        return to.define(name, node)
    if isinstance(node, Assign):
        inner = _assign(to, node)
        if not isinstance(node.target, Name):
            raise Untranslatable("several things are assigned at once")
        return inner + to.deliver(_own(to.value(node.target), node.target), sink)
    if isinstance(node, (If, Block)) or is_call(node, "tryCatch", "try"):
        return _in_branches(to, node, sink)
    if is_call(node, "list") and not node.arguments:
        written = to.deliver(_empty_list(to, name), sink)
        to.scope.fresh.add(name)
        return written
    return to.deliver(_own(to.value(node), node), sink)


def _in_branches(to: Statements, node: Node, sink: Sink) -> list[str]:
    if isinstance(node, If):
        scope, used = to.scope.copy(), set(to.used)
        try:
            written = to.deliver(to.value(node), sink)
        except Untranslatable:
            written = []
        if len(written) == 1:
            return written
        to.scope, to.used = scope, used
    return to.attempt(node, sink)


def _own(value: Value, node: Node) -> Value:
    """Copy what would otherwise be one thing under two names."""
    changed = value.kind.name in _CHANGED_IN_PLACE and isinstance(node, (Name, Index, Member))
    if changed or (value.kind.name == "table" and isinstance(node, Name)):
        return Value(py("x.copy()", x=value.code), value.kind)
    return value


def _empty_list(to: Statements, name: str) -> Value:
    """Make an empty list, or a dict where the script goes on to fill it by names."""
    of = to.knowledge.elements.get(name)
    if name in to.knowledge.keyed_by_text:
        return Value(ast.Dict([], []), Kind("dict", of))
    return Value(ast.List([]), Kind("list", of, empty=True))


# ----------------------------------------------------------------------------------- an element


def _to_index(to: Statements, target: Index, node: Node) -> list[str]:
    of, arguments = target.of, target.arguments
    if isinstance(of, Member) and isinstance(of.of, Name) and len(arguments) == 1:
        return _to_cells(to, of.of, of.name, arguments[0].value, node)
    if not isinstance(of, Name):
        raise Untranslatable("something within something else is assigned to")
    if len(arguments) == 2:
        column = arguments[1].value
        names = text_list(to.code(column)) if column else None
        if names is None or len(names) != 1:
            raise Untranslatable("which cells are assigned to is not known to the translator")
        return _to_cells(to, of, names[0], arguments[0].value, node)
    if len(arguments) != 1 or arguments[0].value is None or arguments[0].name:
        raise Untranslatable("which elements are assigned to is not known to the translator")
    at = arguments[0].value
    if _is_next(at, of.text):
        return _appended(to, of.text, node)
    return _to_element(to, of.text, to.value(at), node, double=target.double)


def _is_next(at: Node, name: str) -> bool:
    """Tell whether an index is ``length(x) + 1``."""
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


def _appended(to: Statements, name: str, node: Node) -> list[str]:
    value, kind = to.value(node), to.scope.kind(name)
    if kind is None or kind.name not in {"list", "vector"}:
        raise Untranslatable(f"an element is added to {kind}")
    own = _made_own(to, name)
    _fill(to, name, kind, value.kind)
    code = py("x.append(y)", x=ast.Name(to.names.python(name)), y=value.code)
    return own + to.emit("", code)


def _fill(to: Statements, name: str, kind: Kind, element: Kind) -> None:
    """Note what a list holds now."""
    of = either(kind.of, element) if kind.of else element
    to.knowledge.elements[name] = of
    to.scope.kinds[name] = Kind(kind.name, of, empty=kind.empty)
    to.scope.fresh.discard(name)


def _made_own(to: Statements, name: str) -> list[str]:
    """Copy a list that belongs to the caller before it is changed."""
    if name in to.scope.kinds and name not in to.scope.borrowed:
        return []
    kind = to.scope.kind(name)
    if kind is None:
        raise Untranslatable(f"`{name}` is not set before")
    to.scope.set(name, kind)
    word = to.names.python(name)
    return to.emit(f"{word} = ", py("x.copy()", x=ast.Name(word)))


def _to_element(to: Statements, name: str, at: Value, node: Node, double: bool = True) -> list[str]:
    kind = to.scope.kind(name)
    value = to.value(node)
    if kind is None or kind.name == "unknown":
        raise Untranslatable(f"what `{name}` is, whose element is set, is not known")
    is_text = at.kind.name == "text"
    if kind.name == "table" and isinstance(at.code, ast.Constant) and is_text:
        return _to_column(to, name, str(at.code.value), value)
    if kind.name == "list" and kind.empty and is_text:
        to.knowledge.keyed_by_text.add(name)
        kind = Kind("dict", kind.of)
    is_place = kind.name in {"list", "vector"} and at.kind.name == "integer"
    is_key = kind.name in {"dict", "named"} and is_text
    if (
        not (is_place or is_key)
        or value.kind.name == "null"
        or (kind.name == "list" and not double)
    ):
        raise Untranslatable(f"an element of {kind} at {at.kind} is set to {value.kind}")
    own = _made_own(to, name)
    _fill(to, name, kind, value.kind)
    word = to.names.python(name)
    target, what = py("x[k]", x=ast.Name(word), k=at.code), value.code
    if is_place:
        place = py("i - 1", i=at.code)
        target = py("x[i]", x=ast.Name(word), i=place)
        if kind.empty:
            if to.fills_in_turn(name, at.code):
                return own + to.emit("", py("x.append(y)", x=ast.Name(word), y=what))
            own += to.emit("", py("x.extend([None] * (i - len(x)))", x=ast.Name(word), i=at.code))
    (written,) = to.emit("", target)
    to.used |= {word}
    return own + to.emit(f"{written.strip()} = ", what)


def _to_column(to: Statements, name: str, column: str, value: Value) -> list[str]:
    kind = to.scope.kind(name)
    assert kind is not None
    word = to.names.python(name)
    if value.kind.name == "null":
        gone = py("x.drop(columns=c)", x=ast.Name(word), c=ast.Constant(column))
        to.scope.set(name, kind.without({column}))
        return to.emit(f"{word} = ", gone)
    code, of = value.code, value.kind
    if value.kind.name == "column":
        of = value.kind.element
        if value.kind.rows != kind.rows:
            code = py("x.to_numpy()", x=code)
    elif value.kind.name not in _CELLS:
        raise Untranslatable(f"a column that is {value.kind} is not known to the translator")
    elif value.kind.name in {"vector", "range"}:
        of = value.kind.element
    new = call(py("x.assign", x=ast.Name(word)), [], [(column, code)])
    to.scope.set(name, kind.with_columns({column: of}))
    return to.emit(f"{word} = ", new)


def _to_cells(to: Statements, table: Name, column: str, at: Node | None, node: Node) -> list[str]:
    """Translate ``x$column[mask] <- value``."""
    if at is None:
        return _to_element(to, table.text, Value(ast.Constant(column), TEXT), node)
    mask, value, kind = to.value(at), to.value(node), to.scope.kind(table.text)
    single = value.kind.name in _CELLS - {"vector", "range"}
    if kind is None or kind.name != "table" or not is_mask(mask) or not single:
        raise Untranslatable("which cells are assigned to is not known to the translator")
    if mask.kind.rows != kind.rows:
        raise Untranslatable("the cells of one table are chosen by another's")
    old = py("x[c]", x=to.code(table), c=ast.Constant(column))
    new = py("old.mask(mask, value)", old=old, mask=known(mask), value=value.code)
    of = either(kind.column(column) or value.kind, value.kind)
    return _to_column(to, table.text, column, Value(new, Kind("column", of, rows=kind.rows)))


# ----------------------------------------------------------------------------------- a property


def _to_property(to: Statements, target: Call, node: Node) -> list[str]:
    """Translate ``attr(x, "cursor") <- value`` and ``names(x) <- value``."""
    of = target.arguments[0].value if target.arguments else None
    if not isinstance(of, Name) or not target.name:
        raise Untranslatable("what is assigned to is not known to the translator")
    what, word = target.name, to.names.python(of.text)
    kind = to.scope.kind(of.text)
    value = to.value(node)
    if what == "attr" and len(target.arguments) == 2 and kind and kind.name == "table":
        which = _attribute(to, target.arguments[1])
        own = _made_own(to, of.text)
        (left,) = to.emit("", py("x.attrs[which]", x=ast.Name(word), which=ast.Constant(which)))
        return own + to.emit(f"{left.strip()} = ", value.code)
    names = text_list(value.code)
    if what in {"names", "colnames"} and kind and kind.name == "table" and names:
        held = [name for name, _ in kind.columns]
        known = kind.only(dict(zip(names, held, strict=False)))
        to.scope.set(of.text, known)
        code = py('x.set_axis(names, axis="columns")', x=ast.Name(word), names=value.code)
        return to.emit(f"{word} = ", code)
    if what == "names" and kind and kind.name in {"vector", "list"} and value.kind.distinct:
        to.scope.set(of.text, Kind("named" if kind.name == "vector" else "dict", kind.of))
        code = py("dict(zip(names, x, strict=True))", x=ast.Name(word), names=value.code)
        return to.emit(f"{word} = ", code)
    raise Untranslatable(f"`{what}(x) <-` is not known to the translator")


def _attribute(to: Statements, argument: Argument) -> str:
    code = to.code(argument.value) if argument.value else None
    if isinstance(code, ast.Constant) and code.value in {"cursor", "search_id"}:
        return str(code.value)
    raise Untranslatable("only the attributes search_id and cursor are known here")
