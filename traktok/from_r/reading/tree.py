"""Nodes of R code, without what makes no difference to R.

Parentheses and the two assignment arrows are gone; a pipe keeps its steps; comments hang on the
expression they stand at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard


@dataclass(frozen=True, kw_only=True)
class Node:
    """A piece of R: where it stands, how it reads, and the comments before and behind it."""

    line: int
    source: str = field(repr=False)
    before: tuple[str, ...] = ()
    after: str | None = None
    gap: bool = False


@dataclass(frozen=True)
class Name(Node):
    """A name; ``package`` where it is written with ``::``."""

    text: str
    package: str | None = None


@dataclass(frozen=True)
class Constant(Node):
    """A number, a string, TRUE, FALSE, Inf, NaN (a float), NULL (None)."""

    value: str | float | bool | None


@dataclass(frozen=True)
class Missing(Node):
    """``NA``, of any type."""


@dataclass(frozen=True)
class Argument(Node):
    """An argument of a call; both parts may be absent, as in ``x[1, ]``."""

    name: str | None
    value: Node | None


@dataclass(frozen=True)
class Call(Node):
    """A call."""

    function: Node
    arguments: tuple[Argument, ...]

    @property
    def name(self) -> str:
        """The name of the function without its package; empty if it is not a plain name."""
        return self.function.text if isinstance(self.function, Name) else ""


def is_call(node: Node | None, *names: str) -> TypeGuard[Call]:
    """Return whether this calls one of these functions."""
    return isinstance(node, Call) and node.name in names


@dataclass(frozen=True)
class Index(Node):
    """``x[...]``, or ``x[[...]]`` where it is ``double``."""

    of: Node
    arguments: tuple[Argument, ...]
    double: bool


@dataclass(frozen=True)
class Member(Node):
    """``x$name``."""

    of: Node
    name: str


@dataclass(frozen=True)
class Operator(Node):
    """An operator between two expressions, or before one (``left`` is None)."""

    sign: str
    left: Node | None
    right: Node


@dataclass(frozen=True)
class Assign(Node):
    """An assignment, from whichever side."""

    target: Node
    value: Node
    outward: bool = False


@dataclass(frozen=True)
class Pipe(Node):
    """``first |> step() |> step()``."""

    first: Node
    steps: tuple[Node, ...]


@dataclass(frozen=True)
class Block(Node):
    """Expressions one after another; ``end`` are the comments after the last."""

    body: tuple[Node, ...]
    end: tuple[str, ...] = ()


@dataclass(frozen=True)
class If(Node):
    """``if``, perhaps with ``else``."""

    condition: Node
    then: Node
    other: Node | None


@dataclass(frozen=True)
class For(Node):
    """``for (name in values) body``."""

    name: str
    values: Node
    body: Node


@dataclass(frozen=True)
class While(Node):
    """``while``; ``repeat`` has no condition."""

    condition: Node | None
    body: Node


@dataclass(frozen=True)
class Function(Node):
    """``function(a, b = 1) body``; a default is None where there is none."""

    parameters: tuple[tuple[str, Node | None], ...]
    body: Node


@dataclass(frozen=True)
class Jump(Node):
    """``break`` or ``next``."""

    word: str


@dataclass(frozen=True)
class Unknown(Node):
    """A piece of R that this tree has no node for."""

    reason: str
