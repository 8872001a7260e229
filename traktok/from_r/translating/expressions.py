"""Translate R expressions into Python expressions.

:class:`Untranslatable` is raised for a function that is not known, and for a value whose Python
form depends on a kind that is not known; the statement then stays in the script as a comment.

It is one long module because it is one class: variables, calls, pipes and functions that are
applied to each element need each other.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from traktok.from_r.knowing import traktok
from traktok.from_r.knowing.base import BASE
from traktok.from_r.knowing.kinds import (
    FUNCTION,
    INTEGER,
    NA,
    NULL,
    REAL,
    TEXT,
    TRUTH,
    UNKNOWN,
    Kind,
    column_of,
    merged_kind,
    vector_of,
)
from traktok.from_r.knowing.rules import Parameter, match_arguments
from traktok.from_r.knowing.values import EACH, MASK, Names, Scope, Untranslatable, Value, not_known
from traktok.from_r.reading.tree import (
    Argument,
    Assign,
    Block,
    Call,
    Constant,
    For,
    Function,
    If,
    Index,
    Member,
    Missing,
    Name,
    Node,
    Operator,
    Pipe,
    Unknown,
    While,
    is_call,
)
from traktok.from_r.translating.groups import by_group
from traktok.from_r.writing.build import call, literal, py
from traktok.from_r.writing.flat import attach_comments

PACKAGES = frozenset(
    {"base", "utils", "stats", "methods", "traktok", "dplyr", "tidyr", "purrr", "readr"}
    | {"stringr", "tibble", "lubridate", "magrittr", "tidyverse", "rlang", "cookiemonster"}
)
_VARIABLES = {
    "T": ("True", TRUTH),
    "F": ("False", TRUTH),
    "pi": ("math.pi", REAL),
    "letters": ("list(string.ascii_lowercase)", vector_of(TEXT)),
    "LETTERS": ("list(string.ascii_uppercase)", vector_of(TEXT)),
}


@dataclass(frozen=True)
class Done(Node):
    """An expression that is already translated, as part of one that is not."""

    value: Value


@dataclass
class Knowledge:
    """What one pass over a script learns for the next.

    Attributes
    ----------
    parameters, returns
        The kinds of the arguments and results of the script's own functions.
    keyed_by_text
        Lists that start empty and are filled by names: dicts in Python.
    grown_from_null
        Variables that start as NULL and are extended by ``c()``: lists in Python.
    elements
        The kinds of the elements of lists that are filled later.
    """

    parameters: dict[tuple[str, str], Kind] = field(default_factory=dict)
    returns: dict[str, Kind] = field(default_factory=dict)
    keyed_by_text: set[str] = field(default_factory=set)
    grown_from_null: set[str] = field(default_factory=set)
    elements: dict[str, Kind] = field(default_factory=dict)

    def learn(self, function: str, parameter: str, kind: Kind) -> None:
        """Record the kind of an argument."""
        known = self.parameters.get((function, parameter))
        self.parameters[function, parameter] = merged_kind(known, kind) if known else kind


class Special(Protocol):
    """A function that translates calls of one R function from their untranslated arguments."""

    def __call__(self, ctx: Expressions, arguments: Sequence[Argument]) -> Value:
        """Translate a call."""
        ...


Translator = TypeVar("Translator", bound=Callable[..., Value])

# Filled by the decorators below, when the modules that use them are imported.
SPECIAL: dict[str, Special] = {}
_VALUES: dict[type[Node], Callable[[Expressions, Any], Value]] = {}


def special(*names: str) -> Callable[[Special], Special]:
    """Register the translation of calls of these functions."""

    def register(function: Special) -> Special:
        SPECIAL.update(dict.fromkeys(names, function))
        return function

    return register


def expression(kind: type[Node]) -> Callable[[Translator], Translator]:
    """Register the translation of this kind of node."""

    def register(function: Translator) -> Translator:
        _VALUES[kind] = function
        return function

    return register


class Expressions(ABC):
    """Translates expressions, given the variables that the script has set so far."""

    def __init__(self, names: Names, knowledge: Knowledge) -> None:
        self.names = names
        self.knowledge = knowledge
        self.scope = Scope()
        self.functions: dict[str, Function] = {}
        self.mask: Kind | None = None
        self.function = ""
        # how often the script sets each variable, and the variables that the current function sets
        self.assigned: Mapping[str, int] = {}
        self.local: Set[str] = frozenset()
        self.notes: list[str] = []
        self._standing: dict[str, Value] = {}

    def note(self, text: str) -> None:
        """Add a comment above the statement that explains how Python differs."""
        self.notes.append(f"# {text}")

    # ------------------------------------------------------------------------------ values

    def value(self, node: Node) -> Value:
        """Translate an expression, comments included."""
        found = _VALUES.get(type(node), _no_value)(self, node)
        if self.mask and self.mask.by and isinstance(node, (Call, Index)):
            found = by_group(found, self.mask, node.name if isinstance(node, Call) else "[")
        attach_comments(found.code, node.before, node.after)
        return found

    def code(self, node: Node) -> ast.expr:
        """Translate an expression to its code alone."""
        return self.value(node).code

    def constant(self, node: Constant) -> Value:
        """Translate a literal."""
        value = node.value
        if value is None:
            return Value(ast.Constant(None), NULL)
        kind = {bool: TRUTH, str: TEXT, int: INTEGER, float: REAL}[type(value)]
        return Value(literal(value), kind)

    def name(self, node: Name) -> Value:
        """Translate a name: a column of the data mask, or a variable."""
        text = node.text
        if text in self._standing:
            return self._standing[text]
        if node.package is None and self.mask and self.is_column(self.mask, text):
            return self.column(text)
        kind = self.scope.kind(text)
        if kind is None and text in _VARIABLES:
            python, kind = _VARIABLES[text]
            return Value(py(python), kind)
        if kind is None and (text in self.functions or traktok.is_traktok(text)):
            function = self.names.python(text) if text in self.functions else text
            return Value(ast.Name(function), FUNCTION)
        if text.startswith("..."):
            raise Untranslatable("`...` is used as a value")
        self.require_set(text)
        return Value(ast.Name(self.names.python(text)), kind or UNKNOWN, self.texts(text))

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return the strings that a variable holds here, if they are literals in the script."""
        if name in self.scope or self.assigned.get(name) == 1:
            return self.scope.texts(name)
        return None  # it may hold other strings when the function is called

    def is_column(self, table: Kind, name: str) -> bool:
        """Return whether a name in a data mask is a column.

        Raises
        ------
        Untranslatable
            If it may also be a variable: that depends on the columns of the table.
        """
        if table.column(name) is None:
            return False
        if self.may_be_set(name) and not table.surely_has(name):
            raise Untranslatable(f"`{name}` may be a column or a variable")
        return True

    def may_be_set(self, name: str) -> bool:
        """Return whether a variable of this name may be set in R here."""
        if self.scope.kind(name) is not None or self.scope.is_lost(name):
            return True
        return bool(self.function) and (name in self.local or name in self.assigned)

    def require_set(self, name: str) -> None:
        """Raise if a variable is not set in Python here."""
        if name in self.scope:
            return
        outer = name in self.assigned or self.scope.kind(name) is not None
        if name in self.local and outer:
            raise Untranslatable(f"the function changes a local copy of `{name}`")
        if name not in self.local and not outer:
            raise Untranslatable(f"`{name}` is not set here")

    def column(self, name: str) -> Value:
        """Translate a column of the data mask."""
        assert self.mask
        of = traktok.cell_kind(self.mask, name)
        code = py(f"{MASK}[name]", name=ast.Constant(name))
        return Value(code, column_of(of, self.mask.rows))

    @contextmanager
    def data_mask(self, table: Kind | None) -> Iterator[None]:
        """Resolve names as columns of a table first; with None, as variables only."""
        before, self.mask = self.mask, table
        try:
            yield
        finally:
            self.mask = before

    @contextmanager
    def standing_for(self, value: Value, *names: str) -> Iterator[None]:
        """Resolve names such as ``.`` to this value."""
        before, self._standing = self._standing, self._standing | dict.fromkeys(names, value)
        try:
            yield
        finally:
            self._standing = before

    def if_expression(self, node: If) -> Value:
        """Translate ``if`` as a conditional expression."""
        if node.other is None:
            raise Untranslatable("the value of an `if` without `else` is used")
        then, other = (
            self.value(_single_expression(node.then)),
            self.value(_single_expression(node.other)),
        )
        test = self.condition(node.condition)
        code = py("a if test else b", a=then.code, test=test, b=other.code)
        return Value(code, merged_kind(then.kind, other.kind))

    def condition(self, node: Node) -> ast.expr:
        """Translate the condition of an ``if`` or a ``while``."""
        found = self.value(node)
        if not found.kind.is_a("number", "truth", "unknown"):
            raise Untranslatable(f"the condition is {found.kind}, not a single truth value")
        return found.code

    # ------------------------------------------------------------------------------ calls

    def arguments(self, arguments: Sequence[Argument]) -> list[tuple[str | None, Value]]:
        """Translate the arguments of a call."""
        found: list[tuple[str | None, Value]] = []
        for argument in arguments:
            if argument.value is None:
                raise Untranslatable("an argument of the call is empty")
            if isinstance(argument.value, Name) and argument.value.text == "...":
                found += [
                    (None, Value(ast.Starred(ast.Name("args")), self._dots())),
                    ("**", Value(ast.Name("kwargs"), self._dots())),
                ]
                continue
            found.append((argument.name, self.value(argument.value)))
        return found

    def match(self, arguments: Sequence[Argument], *parameters: str) -> list[Value]:
        """Translate the arguments of a call that must give all of these parameters."""
        wanted = [Parameter(name, None, None) for name in parameters]
        found = match_arguments(wanted, self.arguments(arguments))
        if found is None:
            raise Untranslatable(f"the call must have the arguments {', '.join(parameters)}")
        return [value for name in parameters if isinstance(value := found[name], Value)]

    def _dots(self) -> Kind:
        """Return the kind of ``...``: ``empty`` if it can't affect the columns of a table."""
        passed = {name for function, name in self.knowledge.parameters if function == self.function}
        return Kind("dots", empty=not passed & {"fields", "parse", "..."})

    def call(self, node: Call) -> Value:
        """Translate a call."""
        if not isinstance(node.function, Name):
            raise Untranslatable("the called function is not a plain name")
        name, package = node.function.text, node.function.package
        if package not in PACKAGES | {None}:
            raise Untranslatable(f"the package {package} has no counterpart here")
        return self.call_by_name(name, node.arguments)

    def call_by_name(self, name: str, arguments: Sequence[Argument]) -> Value:
        """Translate a call of a function by its name."""
        if name in self.functions:
            return self._call_own(name, arguments)
        if traktok.is_traktok(name):
            return traktok.translate_call(name, self.arguments(arguments))
        if name in SPECIAL:
            return SPECIAL[name](self, arguments)
        if name in BASE:
            return BASE(name, self.arguments(arguments))
        raise not_known(f"`{name}()`")

    def _call_own(self, name: str, arguments: Sequence[Argument]) -> Value:
        """Translate a call of one of the script's own functions."""
        given = self.arguments(arguments)
        parameters = [parameter for parameter, _ in self.functions[name].parameters]
        free = [p for p in parameters if p not in {n for n, _ in given}]
        for named, value in given:
            parameter = named or (free.pop(0) if free else "...")
            self.knowledge.learn(name, parameter, value.kind)
        positional = [value.code for named, value in given if named is None]
        keywords = [(self.names.python(n), value.code) for n, value in given if n is not None]
        code = call(ast.Name(self.names.python(name)), positional, keywords)
        kind = self.knowledge.returns.get(name, UNKNOWN)
        return Value(code, kind.other_rows() if kind.rows else kind)

    def pipe(self, node: Pipe) -> Value:
        """Translate a pipe, step by step."""
        found = self.value(node.first)
        for step in node.steps:
            found = self._step(found, step)
            last = found.code.right if isinstance(found.code, ast.BinOp) else found.code
            attach_comments(last, step.before, step.after)
        return found

    def _step(self, left: Value, step: Node) -> Value:
        if isinstance(step, (Member, Index)):
            with self.standing_for(left, ".", "_"):
                return self.value(replace(step, before=(), after=None))
        if isinstance(step, Name):
            step = Call(step, ())
        if not isinstance(step, Call) or not step.name:
            raise Untranslatable("a step of the pipe is not a call")
        name = step.name
        if name in traktok.PIPED and name not in self.functions:
            return traktok.translate_step(left, name, self.arguments(step.arguments))
        piped = Done(left)
        arguments = tuple(
            replace(a, value=piped) if _is_placeholder(a.value) else a for a in step.arguments
        )
        if arguments == step.arguments:
            arguments = (Argument(None, piped), *arguments)
        return self.value(replace(step, arguments=arguments, before=(), after=None))

    # ------------------------------------------------------------------------------ functions

    def apply_to_element(
        self, function: Node, over: Value, extra: Sequence[Argument] = ()
    ) -> tuple[str, Value]:
        """Apply a function to an element of ``over``: return the element's name and the result."""
        element = over.kind.element
        if isinstance(function, Operator) and function.sign == "~" and function.left is None:
            with self.standing_for(Value(ast.Name(EACH), element), ".", ".x"):
                return EACH, self.value(function.right)
        if isinstance(function, Function) and _is_one_expression(function) and not extra:
            return self._inline(function, element)
        if isinstance(function, Name):
            one = Done(Value(ast.Name(EACH), element))
            return EACH, self.call_by_name(function.text, [Argument(None, one), *extra])
        if isinstance(function, Function) and not extra:
            return EACH, self.hoist(function, element)
        raise Untranslatable("the function applied to each element is too complex to translate")

    @abstractmethod
    def skip_column(self, column: str, node: Node, reason: str) -> None:
        """Keep the R code of a column as a comment, and continue without the column."""

    @abstractmethod
    def hoist(self, function: Function, element: Kind) -> Value:
        """Define a function of several statements before this one, and call it with ``each``."""

    def _inline(self, function: Function, element: Kind) -> tuple[str, Value]:
        """Translate a function of one expression as that expression."""
        ((parameter, _),) = function.parameters
        mark = self.scope.mark()
        self.scope.set(parameter, element)
        try:
            return self.names.python(parameter), self.value(_single_expression(function.body))
        finally:
            self.scope.roll_back(mark)


def _single_expression(node: Node) -> Node:
    """Return the single expression between braces."""
    if not isinstance(node, Block):
        return node
    if len(node.body) != 1 or isinstance(node.body[0], Assign):
        raise Untranslatable("several expressions are used as one value")
    return _single_expression(node.body[0])


def _is_one_expression(function: Function) -> bool:
    body = function.body
    while isinstance(body, Block) and len(body.body) == 1:
        body = body.body[0]
    is_statement = isinstance(body, (Block, Assign, For, While, Function))
    is_statement |= is_call(body, "return", "tryCatch", "try")
    return len(function.parameters) == 1 and not is_statement


def _is_placeholder(node: Node | None) -> bool:
    return isinstance(node, Name) and node.text in {".", "_"}


def _no_value(ctx: Expressions, node: Any) -> Value:
    if isinstance(node, Unknown):
        raise Untranslatable(node.reason)
    raise Untranslatable(f"this `{type(node).__name__.lower()}` is used as a value")


_VALUES |= {
    Done: lambda ctx, node: node.value,
    Constant: Expressions.constant,
    Missing: lambda ctx, node: Value(py("pd.NA"), NA),
    Name: Expressions.name,
    Call: Expressions.call,
    Pipe: Expressions.pipe,
    If: Expressions.if_expression,
    Block: lambda ctx, node: ctx.value(_single_expression(node)),
}
