"""Translate branches, loops, errors, checks, and the loading of packages."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

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
def _if(ctx: Statements, node: If, sink: Sink, word: str = "if") -> list[str]:
    counters = ctx.counters
    written = ctx.emit(f"{word} ", ctx.condition(node.condition), ":")
    before = ctx.scope
    then = before.branch()
    ctx.scope, ctx.counters = then, []
    written += ctx.suite(node.then, sink)
    ctx.scope = other = before.branch()
    if isinstance(node.other, If) and not node.other.before:
        written += _if(ctx, node.other, sink, "elif")
    elif node.other is not None:
        written += ctx.emit("else:") + ctx.suite(node.other, sink)
    elif sink.does == "assign":
        written += ctx.emit("else:")
        ctx.indent += STEP
        written += ctx.deliver(Value(ast.Constant(None), NULL), sink)
        ctx.indent -= STEP
    ctx.scope = before
    branches = [
        b for b, body in ((then, node.then), (other, node.other)) if not _never_continues(body)
    ]
    before.join(*(branches or [then, other]))
    # an iteration that is cut short may not fill its place of a list
    ctx.counters = [] if _has_jump(node) else counters
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
def _for(ctx: Statements, node: For, sink: Sink) -> list[str]:
    values = ctx.value(node.values)
    kind = values.kind
    code = py("x.values()", x=values.code) if kind.is_a("mapping") else values.code
    if not kind.is_a("mapping", "sequence", "column", "range"):
        raise not_known(f"a loop over {kind}")
    if kind.is_a("column", "vector") and kind.element.is_a("date", "time"):
        raise Untranslatable(
            "R loops over the numbers of these dates, not the dates: as.list() them"
        )
    header = ctx.emit(f"for {ctx.names.python(node.name)} in ", code, ":")
    ends = code.args if kind.name == "range" and isinstance(code, ast.Call) else []
    counter = node.name if len(ends) == 2 and literal_value(ends[0], int) == 1 else ""
    return header + _loop_body(ctx, node.body, counter, {node.name: kind.element})


@statement(While)
def _while(ctx: Statements, node: While, sink: Sink) -> list[str]:
    if node.condition is None:
        return ctx.emit("while True:") + _loop_body(ctx, node.body)
    _learn(ctx, node.body, "", {})
    return ctx.emit("while ", ctx.condition(node.condition), ":") + _loop_body(ctx, node.body)


@statement(Jump)
def _jump(ctx: Statements, node: Jump, sink: Sink) -> list[str]:
    return ctx.emit({"next": "continue"}.get(node.word, node.word))


def _loop_body(
    ctx: Statements, body: Node, counter: str = "", sets: Mapping[str, Kind] = MappingProxyType({})
) -> list[str]:
    """Translate the body of a loop, given what an earlier iteration may have set.

    ``counter`` is the variable of a loop that counts from 1; ``sets`` are the kinds of the
    variables that the loop itself sets.
    """
    start = ctx.scope.branch()
    _learn(ctx, body, counter, sets)
    written, after = _iteration(ctx, body, counter, sets, start)
    ctx.scope.join(ctx.scope.branch(), after)
    return written


# Each loop is translated twice; nested loops would take 2 ** depth passes.
_DEEPEST_LEARNING = 1


def _learn(ctx: Statements, body: Node, counter: str, sets: Mapping[str, Kind]) -> None:
    """Translate an iteration to learn what it sets, and discard its lines."""
    if ctx.learning == _DEEPEST_LEARNING:
        return
    todos, used = len(ctx.todos), set(ctx.used)
    ctx.learning += 1
    _, after = _iteration(ctx, body, counter, sets, ctx.scope)
    ctx.learning -= 1
    ctx.used = used
    del ctx.todos[todos:]
    ctx.scope.join(ctx.scope.branch(), after, known=True)


def _iteration(
    ctx: Statements, body: Node, counter: str, sets: Mapping[str, Kind], start: Scope
) -> tuple[list[str], Scope]:
    """Translate an iteration of a loop; return its lines, and the scope after it."""
    scope, counters = ctx.scope, ctx.counters
    ctx.scope = after = scope.branch()
    ctx.counters = [Counter(counter, start)] if counter else []
    for name, kind in sets.items():
        after.set(name, kind, borrowed=True)
    written = ctx.suite(body, NOWHERE)
    ctx.scope, ctx.counters = scope, counters
    return written, after


# -------------------------------------------------------------------------------------- errors


@statement_call("stop")
def _stop(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    arguments = [a for a in node.arguments if a.name != "call."]
    return ctx.emit("raise ", py("RuntimeError(x)", x=message_text(ctx, arguments)))


@statement_call("stopifnot")
def _stopifnot(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    written = []
    for argument in node.arguments:
        if argument.value is None:
            raise Untranslatable("an argument of `stopifnot()` is empty")
        says = ctx.emit("", ast.Constant(argument.name))[0].strip() if argument.name else ""
        condition = ctx.condition(argument.value)
        written += ctx.emit("assert ", condition, f", {says}" if says else "")
    return written


@statement_call("return")
def _return(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    if ctx.in_handler and sink.does == "nothing":
        raise Untranslatable("`return()` inside a handler ends only that handler")
    if not ctx.function and not ctx.in_handler:
        raise Untranslatable("`return()` is used outside a function")
    if not node.arguments or node.arguments[0].value is None:
        nothing = Value(ast.Constant(None), NULL)
        return ctx.deliver(nothing, sink if ctx.in_handler else CALLER)
    return ctx.statement(node.arguments[0].value, sink if ctx.in_handler else CALLER)


@statement_call("tryCatch")
def _try_catch(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    parts = {a.name or "expr": a.value for a in node.arguments}
    expression, handler, last = (parts.pop(n, None) for n in ("expr", "error", "finally"))
    if parts or expression is None or (handler is None and last is None):
        raise Untranslatable("only the handlers `error` and `finally` are known to the translator")
    if handler is not None and not (isinstance(handler, Function) and len(handler.parameters) == 1):
        raise Untranslatable("the handler is not a function of one argument")
    before = ctx.scope
    ctx.scope = tried = before.branch()
    written = ctx.emit("try:") + _try_body(ctx, expression, sink)
    ctx.scope = handled = before.branch()
    if isinstance(handler, Function):
        written += _handler(ctx, handler, sink)
    before.join(tried, handled)
    ctx.scope = before
    if last is not None:
        written += ctx.emit("finally:") + ctx.suite(last, NOWHERE)
    return written


def _handler(ctx: Statements, handler: Function, sink: Sink) -> list[str]:
    ((parameter, _),) = handler.parameters
    ctx.scope.set(parameter, ERROR)
    word = ctx.names.python(parameter)
    inside, ctx.in_handler = ctx.in_handler, True
    used, ctx.used = ctx.used, set()
    body = ctx.suite(handler.body, sink)
    named = f" as {word}" if word in ctx.used else ""
    ctx.used |= used
    ctx.in_handler = inside
    ctx.scope.forget(parameter)
    return [*ctx.emit(f"except Exception{named}:"), *body]


@statement_call("try")
def _try(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    parts = {a.name or "expr": a.value for a in node.arguments}
    expression, silent = parts.pop("expr", None), parts.pop("silent", None)
    if parts or expression is None or not isinstance(silent, (Constant, type(None))):
        raise not_known("`try()` with these arguments")
    says = silent is None or silent.value is not True
    before = ctx.scope
    ctx.scope = tried = before.branch()
    body = _try_body(ctx, expression, sink)
    before.join(tried, before.branch()) if sink.does != "assign" else before.join(tried)
    ctx.scope = before
    if not says and sink.does != "assign":
        ctx.used.add("contextlib")
        return [*ctx.emit("with contextlib.suppress(Exception):"), *body]
    written = [*ctx.emit("try:"), *body, *ctx.emit("except Exception as error:")]
    ctx.indent += STEP
    if says:
        written += ctx.emit("", py("print(error, file=sys.stderr)"))
    if sink.does == "assign":
        written += ctx.emit(f"{ctx.names.python(sink.name)} = error")
    ctx.indent -= STEP
    return written


def _try_body(ctx: Statements, node: Node, sink: Sink) -> list[str]:
    """Translate the body of a ``try``; raise if a part is not translated, as it would be caught."""
    todos = len(ctx.todos)
    body = ctx.suite(node, sink)
    if len(ctx.todos) > todos:
        raise Untranslatable(ctx.todos[todos].reason)
    called = {inner.text for inner in walk(node) if isinstance(inner, Name)}
    if unfinished := sorted(called & ctx.unfinished):
        raise Untranslatable(f"`{unfinished[0]}()` is only partly translated")
    return body


# ------------------------------------------------------------------------------------ packages


@statement_call("library", "require", "requireNamespace")
def _library(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    for argument in node.arguments:
        inner = argument.value
        if isinstance(inner, Call):
            continue
        name = inner.text if isinstance(inner, Name) else getattr(inner, "value", None)
        if argument.name is None and name not in PACKAGES:
            raise Untranslatable(f"the package {name} has no counterpart here")
    return []


@statement_call("suppressPackageStartupMessages")
def _suppress(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    written: list[str] = []
    for argument in node.arguments:
        if argument.value is not None:
            written += ctx.block(argument.value, sink)
    return written


@statement_call("invisible")
def _invisible(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    return _unwrapped(ctx, node, NOWHERE if sink.does == "show" else sink)


@statement_call("suppressWarnings", "suppressMessages")
def _unwrapped(ctx: Statements, node: Call, sink: Sink) -> list[str]:
    """Translate a call whose argument may be a statement."""
    inner = node.arguments[0].value if node.arguments else None
    if isinstance(inner, (Call, Block)):
        return ctx.attempt(inner, sink)
    return ctx.deliver(ctx.value(node), sink)
