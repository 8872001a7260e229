"""Define the nodes of R code: an abstract syntax tree.

Parentheses and the direction of assignment arrows are dropped; a pipe keeps its steps; comments
are attributes of the expression they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard


@dataclass(frozen=True, kw_only=True)
class Node:
    """An R expression: line, source, comments before and after it, blank line above it.

    Nodes that the translator makes have no line and no source.
    """

    line: int = 0
    source: str = field(default="", repr=False)
    before: tuple[str, ...] = ()
    after: str | None = None
    gap: bool = False


@dataclass(frozen=True)
class Name(Node):
    """A name; ``package`` if it is written with ``::``."""

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
    """An argument of a call; either part may be missing, as in ``x[1, ]``."""

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
    """``x[...]``, or ``x[[...]]`` if ``double``."""

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
    """A binary operator, or a unary one (``left`` is None)."""

    sign: str
    left: Node | None
    right: Node


@dataclass(frozen=True)
class Assign(Node):
    """An assignment in either direction; ``outward`` if it is written ``<<-``."""

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
    """A sequence of expressions; ``end`` holds the comments after the last."""

    body: tuple[Node, ...]
    end: tuple[str, ...] = ()


@dataclass(frozen=True)
class If(Node):
    """``if``, with or without ``else``."""

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
    """``function(a, b = 1) body``; a parameter without a default has None."""

    parameters: tuple[tuple[str, Node | None], ...]
    body: Node


@dataclass(frozen=True)
class Jump(Node):
    """``break`` or ``next``."""

    word: str


@dataclass(frozen=True)
class Unknown(Node):
    """R code that this tree has no node for."""

    reason: str
