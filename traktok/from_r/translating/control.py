"""Translate branches, loops, errors, checks, and the loading of packages."""

from __future__ import annotations

import ast

from traktok.from_r.knowing.kinds import ERROR, NULL, Kind
from traktok.from_r.knowing.values import Scope, Untranslatable, Value, not_known
from traktok.from_r.reading.tree import (
    Block,
    Call,
    Constant,
    For,
    Function,
    If,
    Jump,
    Name,
    Node,
    While,
    is_call,
)
from traktok.from_r.translating.expressions import PACKAGES
from traktok.from_r.translating.flow import CALLER, NOWHERE, Counter, Sink, walk
from traktok.from_r.translating.statements import Statements, statement, statement_call
from traktok.from_r.translating.texts import message_text
from traktok.from_r.writing.build import literal_value, py
from traktok.from_r.writing.layout import STEP

# ------------------------------------------------------------------------------------ branches


@statement(If)
def _if(to: Statements, node: If, sink: Sink, word: str = "if") -> list[str]:
    counters = to.counters
    written = to.emit(f"{word} ", to.condition(node.condition), ":")
    before = to.scope
    then = before.branch()
    to.scope, to.counters = then, []
    written += to.suite(node.then, sink)
    to.scope = other = before.branch()
    if isinstance(node.other, If) and not node.other.before:
        written += _if(to, node.other, sink, "elif")
    elif node.other is not None:
        written += to.emit("else:") + to.suite(node.other, sink)
    elif sink.does == "assign":
        written += to.emit("else:")
        to.indent += STEP
        written += to.deliver(Value(ast.Constant(None), NULL), sink)
        to.indent -= STEP
    to.scope = before
    branches = [
        b for b, body in ((then, node.then), (other, node.other)) if not _never_continues(body)
    ]
    before.join(*(branches or [then, other]))
    # an iteration that is cut short may not fill its place of a list
    to.counters = [] if _has_jump(node) else counters
    return written


def _has_jump(node: Node) -> bool:
    return any(isinstance(inner, Jump) for inner in walk(node))


def _never_continues(node: Node | None) -> bool:
    """Return whether the code after a branch is not reached from it."""
    if isinstance(node, Block):
        return bool(node.body) and _never_continues(node.body[-1])
    return isinstance(node, Jump) or is_call(node, "return", "stop")


# --------------------------------------------------------------------------------------- loops


@statement(For)
def _for(to: Statements, node: For, sink: Sink) -> list[str]:
    values = to.value(node.values)
    kind = values.kind
    code = py("x.values()", x=values.code) if kind.name in {"named", "dict"} else values.code
    if kind.name not in {"range", "vector", "list", "column", "named", "dict"}:
        raise not_known(f"a loop over {kind}")
    if kind.name in {"vector", "column"} and kind.element.name in {"date", "time"}:
        raise Untranslatable(
            "R loops over the numbers of these dates, not the dates: as.list() them"
        )
    header = to.emit(f"for {to.names.python(node.name)} in ", code, ":")
    counts = kind.name == "range" and isinstance(code, ast.Call) and len(code.args) == 2
    counted = counts and literal_value(code.args[0], int) == 1  # type: ignore[attr-defined]
    return header + _body(to, node.body, node.name if counted else "", {node.name: kind.element})


@statement(While)
def _while(to: Statements, node: While, sink: Sink) -> list[str]:
    if node.condition is None:
        return to.emit("while True:") + _body(to, node.body)
    _learn(to, node.body, "", {})
    return to.emit("while ", to.condition(node.condition), ":") + _body(to, node.body)


@statement(Jump)
def _jump(to: Statements, node: Jump, sink: Sink) -> list[str]:
    return to.emit({"next": "continue"}.get(node.word, node.word))


def _body(
    to: Statements, body: Node, counter: str = "", sets: dict[str, Kind] | None = None
) -> list[str]:
    """Translate the body of a loop, given what an earlier iteration may have set."""
    start = to.scope.branch()
    _learn(to, body, counter, sets or {})
    before, scope = to.scope, _iteration_scope(to, sets or {})
    counters, to.counters = to.counters, _counters(counter, start)
    to.scope = scope
    written = to.suite(body, NOWHERE)
    to.scope, to.counters = before, counters
    before.join(before.branch(), scope)
    return written


# Each loop is translated twice; nested loops would take 2 ** depth passes.
_DEEPEST_LEARNING = 1


def _learn(to: Statements, body: Node, counter: str, sets: dict[str, Kind]) -> None:
    """Translate an iteration to learn what it sets, and discard its lines."""
    if to.learning == _DEEPEST_LEARNING:
        return
    todos, used = len(to.todos), set(to.used)
    before, scope = to.scope, _iteration_scope(to, sets)
    counters, to.counters = to.counters, _counters(counter, before)
    to.scope = scope
    to.learning += 1
    to.suite(body, NOWHERE)
    to.learning -= 1
    to.scope, to.used, to.counters = before, used, counters
    del to.todos[todos:]
    before.join(before.branch(), scope, known=True)


def _counters(name: str, before: Scope) -> list[Counter]:
    return [Counter(name, before)] if name else []


def _iteration_scope(to: Statements, sets: dict[str, Kind]) -> Scope:
    scope = to.scope.branch()
    for name, kind in sets.items():
        scope.set(name, kind, borrowed=True)
    return scope


# -------------------------------------------------------------------------------------- errors


@statement_call("stop")
def _stop(to: Statements, node: Call, sink: Sink) -> list[str]:
    arguments = [a for a in node.arguments if a.name != "call."]
    return to.emit("raise ", py("RuntimeError(x)", x=message_text(to, arguments)))


@statement_call("stopifnot")
def _stopifnot(to: Statements, node: Call, sink: Sink) -> list[str]:
    written = []
    for argument in node.arguments:
        if argument.value is None:
            raise Untranslatable("an argument of `stopifnot()` is empty")
        says = to.emit("", ast.Constant(argument.name))[0].strip() if argument.name else ""
        condition = to.condition(argument.value)
        written += to.emit("assert ", condition, f", {says}" if says else "")
    return written


@statement_call("return")
def _return(to: Statements, node: Call, sink: Sink) -> list[str]:
    if to.in_handler and sink.does == "nothing":
        raise Untranslatable("`return()` inside a handler ends only that handler")
    if not to.function and not to.in_handler:
        raise Untranslatable("`return()` is used outside a function")
    if not node.arguments or node.arguments[0].value is None:
        nothing = Value(ast.Constant(None), NULL)
        return to.deliver(nothing, sink if to.in_handler else CALLER)
    return to.statement(node.arguments[0].value, sink if to.in_handler else CALLER)


@statement_call("tryCatch")
def _try_catch(to: Statements, node: Call, sink: Sink) -> list[str]:
    parts = {a.name or "expr": a.value for a in node.arguments}
    expression, handler, last = (parts.pop(n, None) for n in ("expr", "error", "finally"))
    if parts or expression is None or (handler is None and last is None):
        raise Untranslatable("only the handlers `error` and `finally` are known to the translator")
    if handler is not None and not (isinstance(handler, Function) and len(handler.parameters) == 1):
        raise Untranslatable("the handler is not a function of one argument")
    before = to.scope
    to.scope = tried = before.branch()
    written = to.emit("try:") + _try_body(to, expression, sink)
    to.scope = handled = before.branch()
    if isinstance(handler, Function):
        written += _handler(to, handler, sink)
    before.join(tried, handled)
    to.scope = before
    if last is not None:
        written += to.emit("finally:") + to.suite(last, NOWHERE)
    return written


def _handler(to: Statements, handler: Function, sink: Sink) -> list[str]:
    ((parameter, _),) = handler.parameters
    to.scope.set(parameter, ERROR)
    word = to.names.python(parameter)
    inside, to.in_handler = to.in_handler, True
    used, to.used = to.used, set()
    body = to.suite(handler.body, sink)
    named = f" as {word}" if word in to.used else ""
    to.used |= used
    to.in_handler = inside
    to.scope.forget(parameter)
    return [*to.emit(f"except Exception{named}:"), *body]


@statement_call("try")
def _try(to: Statements, node: Call, sink: Sink) -> list[str]:
    parts = {a.name or "expr": a.value for a in node.arguments}
    expression, silent = parts.pop("expr", None), parts.pop("silent", None)
    if parts or expression is None or not isinstance(silent, (Constant, type(None))):
        raise not_known("`try()` with these arguments")
    says = silent is None or silent.value is not True
    before = to.scope
    to.scope = tried = before.branch()
    body = _try_body(to, expression, sink)
    before.join(tried, before.branch()) if sink.does != "assign" else before.join(tried)
    to.scope = before
    if not says and sink.does != "assign":
        to.used.add("contextlib")
        return [*to.emit("with contextlib.suppress(Exception):"), *body]
    written = [*to.emit("try:"), *body, *to.emit("except Exception as error:")]
    to.indent += STEP
    if says:
        written += to.emit("", py("print(error, file=sys.stderr)"))
    if sink.does == "assign":
        written += to.emit(f"{to.names.python(sink.name)} = error")
    to.indent -= STEP
    return written


def _try_body(to: Statements, node: Node, sink: Sink) -> list[str]:
    """Translate the body of a ``try``; raise if a part is not translated, as it would be caught."""
    todos = len(to.todos)
    body = to.suite(node, sink)
    if len(to.todos) > todos:
        raise Untranslatable(to.todos[todos].reason)
    called = {inner.text for inner in walk(node) if isinstance(inner, Name)}
    if unfinished := sorted(called & to.unfinished):
        raise Untranslatable(f"`{unfinished[0]}()` is only partly translated")
    return body


# ------------------------------------------------------------------------------------ packages


@statement_call("library", "require", "requireNamespace")
def _library(to: Statements, node: Call, sink: Sink) -> list[str]:
    for argument in node.arguments:
        inner = argument.value
        if isinstance(inner, Call):
            continue
        name = inner.text if isinstance(inner, Name) else getattr(inner, "value", None)
        if argument.name is None and name not in PACKAGES:
            raise Untranslatable(f"the package {name} has no counterpart here")
    return []


@statement_call("suppressPackageStartupMessages")
def _suppress(to: Statements, node: Call, sink: Sink) -> list[str]:
    written: list[str] = []
    for argument in node.arguments:
        if argument.value is not None:
            written += to.block(argument.value, sink)
    return written


@statement_call("invisible")
def _invisible(to: Statements, node: Call, sink: Sink) -> list[str]:
    return _inner(to, node, NOWHERE if sink.does == "show" else sink)


@statement_call("suppressWarnings", "suppressMessages")
def _inner(to: Statements, node: Call, sink: Sink) -> list[str]:
    """Translate a call whose argument may be a statement."""
    inner = node.arguments[0].value if node.arguments else None
    if isinstance(inner, (Call, Block)):
        return to.attempt(inner, sink)
    return to.deliver(to.value(node), sink)
