"""Analyse the flow of a script: where values go, what code sets, where it jumps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from traktok.from_r.knowing.values import Scope, Untranslatable, not_known
from traktok.from_r.reading.tree import (
    Assign,
    Block,
    Call,
    Constant,
    For,
    Function,
    Jump,
    Name,
    Node,
    is_call,
)
from traktok.from_r.translating.expressions import Done


@dataclass
class Counter:
    """The variable of a loop that counts from 1, the scope at its start, the lists it fills."""

    name: str
    before: Scope
    filled: set[str] = field(default_factory=set)

    def fills(self, name: str) -> bool:
        """Return whether this is the first element that an iteration adds to an empty list."""
        first = self.before.is_fresh(name) and name not in self.filled
        self.filled.add(name)
        return first


@dataclass(frozen=True)
class Sink:
    """Where the value of a statement goes: nowhere, to the screen, to a name or to the caller."""

    does: str = "nothing"
    name: str = ""


NOWHERE, SCREEN, CALLER = Sink(), Sink("show"), Sink("return")


def root_of(target: Node) -> Name:
    """Return the variable that an assignment changes."""
    while not isinstance(target, (Name, Constant)):
        inner = getattr(target, "of", None)
        if isinstance(target, Call) and target.arguments:
            inner = target.arguments[0].value
        if inner is None:
            raise not_known("the target of the assignment")
        target = inner
    if isinstance(target, Constant):
        return Name(str(target.value), line=target.line, source=target.source)
    return target


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, but not the inside of functions."""
    yield node
    if isinstance(node, Function):
        return
    for value in vars(node).values():
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Node):
                yield from walk(inner)


def set_by(node: Node) -> Iterator[str]:
    """Yield the variables that a node sets."""
    for inner in walk(node):
        if isinstance(inner, Assign):
            with suppress(Untranslatable):
                yield root_of(inner.target).text
        elif isinstance(inner, For):
            yield inner.name


def is_jump(node: Node) -> bool:
    """Return whether this is a jump: ``break``, ``next`` or ``return()``."""
    return isinstance(node, Jump) or is_call(node, "return")


def comments_in(node: Node) -> Iterator[str]:
    """Yield the comments inside a node, its own aside."""
    for value in vars(node).values():
        for inner in value if isinstance(value, tuple) else (value,):
            held = inner if isinstance(inner, tuple) else (inner,)  # parameters are pairs
            for found in held:
                if isinstance(found, Node) and not isinstance(found, Done):
                    yield from found.before
                    yield from comments_in(found)
                    if found.after:
                        yield found.after
    if isinstance(node, Block):
        yield from node.end
