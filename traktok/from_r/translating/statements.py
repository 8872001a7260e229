"""Translate R statements into Python statements; the rest become comments."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from traktok.from_r.knowing.imports import names_in
from traktok.from_r.knowing.kinds import UNKNOWN, Kind, common_kind
from traktok.from_r.knowing.values import EACH, Names, Scope, Untranslatable, Value
from traktok.from_r.reading.tree import Assign, Block, Call, Function, Member, Name, Node, is_call
from traktok.from_r.translating.expressions import Expressions, Knowledge
from traktok.from_r.translating.flow import (
    CALLER,
    NOWHERE,
    SCREEN,
    Counter,
    Sink,
    comments_in,
    is_jump,
    set_by,
    walk,
)
from traktok.from_r.writing.build import call, py
from traktok.from_r.writing.layout import STEP, lines


@dataclass(frozen=True)
class Todo:
    """R code that was not translated.

    Attributes
    ----------
    line : int
        Where it begins in the R code, from 1.
    code : str
        The R code.
    reason : str
        Why it was not translated.
    """

    line: int
    code: str
    reason: str


@dataclass(frozen=True)
class Checkpoint:
    """The state of the translation before something that may fail."""

    scope: Scope
    mark: int
    used: frozenset[str]
    todos: int
    notes: int


_SILENT = {"done", "token", "checked", "nothing"}

Translator = TypeVar("Translator", bound=Callable[..., list[str]])

# Filled by the decorators below, when the modules that use them are imported.
_STATEMENTS: dict[type[Node], Callable[[Statements, Any, Sink], list[str]]] = {}
_CALLS: dict[str, Callable[[Statements, Call, Sink], list[str]]] = {}


def statement(*kinds: type[Node]) -> Callable[[Translator], Translator]:
    """Register the translation of statements of these kinds."""

    def register(function: Translator) -> Translator:
        _STATEMENTS.update(dict.fromkeys(kinds, function))
        return function

    return register


def statement_call(*names: str) -> Callable[[Translator], Translator]:
    """Register the translation of calls that are statements in Python."""

    def register(function: Translator) -> Translator:
        _CALLS.update(dict.fromkeys(names, function))
        return function

    return register


class Statements(Expressions):
    """Translates statements into lines of Python."""

    def __init__(self, names: Names, knowledge: Knowledge) -> None:
        super().__init__(names, knowledge)
        self.todos: list[Todo] = []
        self.used: set[str] = set()
        self.indent = 0
        self.counters: list[Counter] = []
        self.in_handler = False
        self.learning = 0  # how many enclosing loops are being translated only to learn from them
        self.returned: list[Kind] = []
        self.unfinished: set[str] = set()
        self._hoisted: list[str] = []
        self._first_todo = 0  # of the current statement

    # --------------------------------------------------------------------------- a statement

    def script(self, node: Block) -> list[str]:
        """Translate the statements of a script, each of which prints its value."""
        return self._block(node, [SCREEN] * len(node.body))

    def block(self, node: Node, sink: Sink) -> list[str]:
        """Translate statements; the value of the last is the value of the block."""
        length = len(node.body) if isinstance(node, Block) else 1
        return self._block(node, [NOWHERE] * (length - 1) + [sink])

    def _block(self, node: Node, sinks: Sequence[Sink]) -> list[str]:
        body = node.body if isinstance(node, Block) else (node,)
        written: list[str] = []
        for statement, sink in zip(body, sinks, strict=False):
            found = self.statement(statement, sink)
            if statement.gap and written:
                written.append("")
            written += found
        if isinstance(node, Block):
            written += [" " * self.indent + text for text in node.end]
        return written

    def suite(self, node: Node, sink: Sink) -> list[str]:
        """Translate the indented body of a header line."""
        self.indent += STEP
        written = self.block(node, sink)
        if all(line.lstrip().startswith("#") or not line for line in written):
            written += self.emit("pass")
        self.indent -= STEP
        return written

    def statement(self, node: Node, sink: Sink) -> list[str]:
        """Translate one statement, or keep it as a comment."""
        outer, self._hoisted = self._hoisted, []
        outer_notes, self.notes = self.notes, []
        outer_used, self.used = self.used, set()
        outer_todo, self._first_todo = self._first_todo, len(self.todos)
        before = self.checkpoint()
        try:
            body = self.attempt(replace(node, before=(), after=None, gap=False), sink)
            notes = [line for note in dict.fromkeys(self.notes) for line in note.splitlines()]
            body = [*(" " * self.indent + line for line in notes), *self._hoisted, *body]
        except Untranslatable as why:
            self.undo(before)
            body = self._keep_as_comment(node, str(why), sink)
        outer_used |= self.used
        self.used = outer_used
        self._hoisted, self.notes, self._first_todo = outer, outer_notes, outer_todo
        return self._with_comments(node, body)

    def checkpoint(self) -> Checkpoint:
        """Return the state to go back to with ``undo()``."""
        scope = self.scope
        used, todos, notes = frozenset(self.used), len(self.todos), len(self.notes)
        return Checkpoint(scope, scope.mark(), used, todos, notes)

    def undo(self, before: Checkpoint) -> None:
        """Go back to an earlier state of the translation."""
        self.scope, self.used = before.scope, set(before.used)
        self.scope.roll_back(before.mark)
        del self.todos[before.todos :], self.notes[before.notes :]

    def _with_comments(self, node: Node, body: list[str]) -> list[str]:
        """Add comments where they were; those without a place in Python go above the statement."""
        pad = " " * self.indent
        if node.after and body and not _is_comment(body[-1]) and not _is_header(body[0]):
            body[-1] += f"  {node.after}"
        all_of_them = [*node.before, *comments_in(node), *((node.after,) if node.after else ())]
        lengths = {len(text) for text in all_of_them}
        kept = {line[-length:] for line in body for length in lengths}
        return [*(pad + text for text in all_of_them if text not in kept), *body]

    def emit(self, prefix: str, code: ast.expr | None = None, suffix: str = "") -> list[str]:
        """Render a line, or the lines of an expression between a prefix and a suffix."""
        if code is None:
            return [" " * self.indent + prefix + suffix]
        self.used |= names_in([code])
        return lines(code, self.indent, prefix, suffix)

    def deliver(self, value: Value, sink: Sink) -> list[str]:
        """Render an expression whose value goes where the sink says."""
        kind = value.kind
        if sink.does == "assign":
            if kind.name in _SILENT - {"token", "checked"}:
                raise Untranslatable("a call that returns no value is assigned")
            self.scope.set(sink.name, kind, value.texts)
            return self.emit(f"{self.names.python(sink.name)} = ", value.code)
        if sink.does == "return":
            self.returned.append(kind)
            if kind.name not in _SILENT:
                return self.emit("return ", value.code)
        if sink.does == "show" and kind.name not in _SILENT:
            return self.emit("", py("print(x)", x=value.code))
        return self.emit("", value.code) if kind.name != "nothing" else []

    def attempt(self, node: Node, sink: Sink) -> list[str]:
        """Translate one statement; raise Untranslatable if that is not possible."""
        if type(node) in _STATEMENTS:
            return _STATEMENTS[type(node)](self, node, sink)
        if _sets_document_options(node):
            return []
        if is_call(node, *_CALLS) and node.name not in self.functions:
            return _CALLS[node.name](self, node, sink)
        return self.deliver(self.value(node), sink)

    def fills_in_turn(self, name: str, place: ast.expr) -> bool:
        """Return whether this iteration of a loop fills the next place of a list, and record it."""
        for counter in self.counters:
            is_place = isinstance(place, ast.Name) and place.id == self.names.python(counter.name)
            if is_place and counter.fills(name):
                return True
        return False

    # --------------------------------------------------------------------------- functions

    def define(self, name: str, function: Function) -> list[str]:
        """Translate the definition of a function."""
        if any(p in {".x", "."} for p, _ in function.parameters):
            raise Untranslatable("a parameter has no Python name")
        outer = self.scope
        outer_state = (self.function, self.returned, self.counters, self.mask, self.local)
        self.scope = Scope(outer)
        todos = len(self.todos)
        self.function, self.returned, self.counters, self.mask = name, [], [], None
        self.local = {*set_by(function.body)} - {name for name, _ in function.parameters}
        try:
            written, opening = [], []
            for parameter, default in function.parameters:
                text, first_line = self._parameter(name, parameter, default)
                opening += first_line
                written.append(text)
            body = [*opening, *self.suite(function.body, CALLER)]
            self.knowledge.returns[name] = common_kind(self.returned)
            if len(self.todos) > todos:
                self.unfinished.add(name)
        finally:
            self.scope = outer
            self.function, self.returned, self.counters, self.mask, self.local = outer_state
        head = f"def {self.names.python(name)}({', '.join(written)}):"
        return [" " * self.indent + head, *body]

    def _parameter(
        self, function: str, parameter: str, default: Node | None
    ) -> tuple[str, list[str]]:
        """Render a parameter; a default that is computed at each call adds lines to the body."""
        if parameter == "...":
            return "*args, **kwargs", []
        known = self.knowledge.parameters.get((function, parameter))
        word = self.names.python(parameter)
        self.scope.set(parameter, known or UNKNOWN, borrowed=True)
        if default is None:
            return word, []
        later = {*set_by(self.functions[function].body)} if function in self.functions else set()
        if later & {inner.text for inner in walk(default) if isinstance(inner, Name)}:
            raise Untranslatable(f"R evaluates `{parameter}` when it is used, Python at the call")
        value = self.value(default)
        kinds = [kind for kind in (known, value.kind) if kind]
        self.scope.set(parameter, common_kind(kinds), borrowed=True)
        if isinstance(value.code, ast.Constant):
            return "".join(self.emit(f"{word}=", value.code)).strip(), []
        self.indent += STEP
        opening = self.emit(f"if {word} is None:")
        self.indent += STEP
        opening += self.emit(f"{word} = ", value.code)
        self.indent -= 2 * STEP
        return f"{word}=None", opening

    def hoist(self, function: Function, element: Kind) -> Value:
        """Define a function of several statements before this one, and call it with ``each``."""
        if len(function.parameters) != 1 or self.mask:
            raise Untranslatable("the function applied to each element is too complex to translate")
        ((parameter, _),) = function.parameters
        name = f"for_each_{parameter}"
        self.knowledge.parameters[name, parameter] = element
        found = self.define(name, function)
        self._hoisted += found
        code = call(ast.Name(self.names.python(name)), [ast.Name(EACH)])
        kind = self.knowledge.returns[name]
        return Value(code, kind.other_rows() if kind.rows else kind)

    # --------------------------------------------------------------------------- not translated

    def skip_column(self, column: str, node: Node, reason: str) -> None:
        """Keep the R code of a column as a comment, and continue without the column."""
        todo = Todo(node.line, f"{column} = {node.source}", reason)
        if todo not in self.todos[self._first_todo :]:
            self.todos.append(todo)
        self.notes.append("\n".join(_comment(todo)))

    def _keep_as_comment(self, node: Node, reason: str, sink: Sink) -> list[str]:
        """Keep R code as a comment, and make sure that nothing uses what it would have set."""
        target = f"{sink.name} <- " if sink.does == "assign" else ""
        todo = Todo(node.line, target + node.source, reason)
        self.todos.append(todo)
        written = [" " * self.indent + line for line in _comment(todo)]
        if sink.does == "return" or any(is_jump(inner) for inner in walk(node)):
            return written + self._stop(node)
        names = list(dict.fromkeys(set_by(node)))
        if sink.does == "assign":
            names.append(sink.name)
        if isinstance(node, Assign) and (column := self._without_column(node.target)):
            return written + column
        for name in names:
            is_set, is_outer = name in self.scope, self.scope.kind(name) is not None
            self.scope.lose(name)
            if is_set:
                written += self.emit(f"del {self.names.python(name)}")
            elif is_outer:
                return written + self._stop(node)
        return written

    def _without_column(self, target: Node) -> list[str]:
        """Drop the column that an assignment would have set."""
        if not (isinstance(target, Member) and isinstance(target.of, Name)):
            return []
        name, kind = target.of.text, self.scope.own_kind(target.of.text)
        if kind is None or kind.name != "table":
            return []
        word = self.names.python(name)
        self.scope.set(name, kind.without({target.name}))
        column = ast.Constant(target.name)
        code = py('x.drop(columns=c, errors="ignore")', x=ast.Name(word), c=column)
        return self.emit(f"{word} = ", code)

    def _stop(self, node: Node) -> list[str]:
        return self.emit(f'raise NotImplementedError("line {node.line} of the R code")')


def _sets_document_options(node: Node) -> bool:
    """Return whether this is ``knitr::opts_chunk$set()``, which has no effect on the results."""
    function = node.function if isinstance(node, Call) else None
    of = function.of if isinstance(function, Member) else None
    return isinstance(of, Name) and of.text == "opts_chunk"


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _is_header(line: str) -> bool:
    return line.endswith(":") and not _is_comment(line)


def _comment(todo: Todo) -> list[str]:
    code = [f"#     {line}".rstrip() for line in _source_lines(todo.code)]
    return [f"# TODO line {todo.line}: {' '.join(todo.reason.split())}", *code]


def _source_lines(source: str) -> Iterable[str]:
    """Split R code into lines that Python accepts in comments."""
    return source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\\0").split("\n")


@statement(Block)
def _block(ctx: Statements, node: Block, sink: Sink) -> list[str]:
    return ctx.block(node, sink)


@statement(Function)
def _function(ctx: Statements, node: Function, sink: Sink) -> list[str]:
    raise Untranslatable("a function is defined without a name")
