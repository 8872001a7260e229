"""Parse R code with tree-sitter's grammar into the nodes of ``tree``."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from traktok._text import printable
from traktok.from_r.reading.literals import comment_text, node_text, parse_number, parse_string
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
    Jump,
    Member,
    Missing,
    Name,
    Node,
    Operator,
    Pipe,
    Unknown,
    While,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import tree_sitter

# Python's own parser accepts at most 200 nested brackets.
DEEPEST = 60
_LONGEST_LINE = 200  # characters of a line that an error message shows


def parse(code: str, first_line: int = 1) -> Block:
    """Parse R code.

    Raises
    ------
    ValueError
        If it is not R code; the message has line and column.
    """
    raw = code.encode("utf-8", "replace")
    root = _parser().parse(raw).root_node
    if root.has_error:
        raise ValueError(_what_is_wrong(root, raw.decode(), first_line))
    return _Converter(first_line).block(root)


@cache
def _parser() -> tree_sitter.Parser:
    try:
        from tree_sitter_language_pack import get_parser
    except ImportError:
        raise ImportError('Reading R code needs the extra: pip install "traktok[from-r]"') from None
    return get_parser("r")


def _what_is_wrong(root: tree_sitter.Node, code: str, first_line: int) -> str:
    # An error that belongs to no node, such as one after a comment, belongs to the root.
    wrong = next((node for node in _walk(root) if node.is_error or node.is_missing), root)
    row, offset = wrong.start_point
    line = code.split("\n")[row]
    column = len(line.encode()[:offset].decode(errors="replace")) + 1
    missing = f", {wrong.type!r} is missing" if wrong.is_missing else ""
    shown = printable(line.strip()[:_LONGEST_LINE])
    return f"this is not R code: line {row + first_line}, column {column}{missing}: {shown}"


def _walk(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        pending += reversed(found.children)


_CONSTANTS = {"true": True, "false": False, "null": None, "inf": float("inf"), "nan": float("nan")}
_PIPES = {"|>", "%>%"}
_ASSIGNMENTS = {"<-": (False, False), "=": (False, False), "<<-": (False, True)}
_ASSIGNMENTS |= {"->": (True, False), "->>": (True, True)}


class _IncompleteError(Exception):
    """A node lacks a part, although the grammar accepts it."""


class _Converter:
    """Converts tree-sitter's nodes to those of ``tree``."""

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self._depth = 0

    def node(self, raw: tree_sitter.Node) -> Node:
        """Convert a node and everything below it."""
        return replace(self._convert(raw), line=self._line(raw), source=node_text(raw))

    def _convert(self, raw: tree_sitter.Node) -> Node:
        if raw.type in _CONSTANTS:
            return Constant(_CONSTANTS[raw.type])
        convert: Callable[[tree_sitter.Node], Node] | None = getattr(self, f"_{raw.type}", None)
        if convert is None:
            return Unknown(f"`{raw.type}` has no Python form")
        if self._depth > DEEPEST:
            return Unknown("it is nested too deeply")
        self._depth += 1
        try:
            return convert(raw)
        except _IncompleteError:
            return Unknown(f"`{raw.type}` is not complete")
        finally:
            self._depth -= 1

    def _line(self, raw: tree_sitter.Node) -> int:
        return raw.start_point[0] + self._first_line

    def block(self, raw: tree_sitter.Node) -> Block:
        """Convert the expressions of a program, or those between braces."""
        children, end = self._with_comments(raw, skip=("{", "}", ";"))
        return Block(tuple(children), end)

    def _with_comments(
        self, raw: tree_sitter.Node, skip: tuple[str, ...]
    ) -> tuple[list[Node], tuple[str, ...]]:
        """Convert children, each with the comments above and after it."""
        read: list[Node] = []
        above: list[str] = []
        last_row = raw.start_point[0] if raw.type != "program" else -1
        gap = False
        for child in raw.children:
            row, end = child.start_point[0], _last_row(child)
            if child.type in skip:
                last_row = end
                continue
            gap = gap or (bool(read or above) and row > last_row + 1)
            if child.type == "comment":
                if row == last_row and read and not above and read[-1].after is None:
                    read[-1] = replace(read[-1], after=comment_text(child))
                else:
                    above.append(comment_text(child))
            else:
                node = self.node(child)
                read.append(replace(node, before=(*above, *node.before), gap=gap))
                above, gap = [], False
            last_row = end
        return read, tuple(above)

    # -------------------------------------------------------------------------- leaves

    def _identifier(self, raw: tree_sitter.Node) -> Node:
        if node_text(raw) == "else":  # the grammar parses it as a name outside an `if`
            raise ValueError(f"this is not R code: line {self._line(raw)}: an else without its if")
        return Name(_bare_name(raw))

    def _string(self, raw: tree_sitter.Node) -> Node:
        return Constant(parse_string(raw))

    def _integer(self, raw: tree_sitter.Node) -> Node:
        return Constant(parse_number(node_text(raw).rstrip("L")))

    def _float(self, raw: tree_sitter.Node) -> Node:
        return Constant(parse_number(node_text(raw)))

    def _na(self, raw: tree_sitter.Node) -> Node:
        return Missing()

    def _next(self, raw: tree_sitter.Node) -> Node:
        return Jump(raw.type)

    _break = _next

    def _return(self, raw: tree_sitter.Node) -> Node:
        return Name(node_text(raw))

    _dots = _return

    def _namespace_operator(self, raw: tree_sitter.Node) -> Node:
        left, right = _child(raw, "lhs"), _child(raw, "rhs")
        return Name(_bare_name(right), _bare_name(left))

    # -------------------------------------------------------------------------- expressions

    def _parenthesized_expression(self, raw: tree_sitter.Node) -> Node:
        inner, end = self._with_comments(raw, skip=("(", ")"))
        if len(inner) != 1:
            return Unknown("the parentheses are empty")
        return replace(inner[0], before=(*inner[0].before, *end))

    def _braced_expression(self, raw: tree_sitter.Node) -> Node:
        return self.block(raw)

    def _unary_operator(self, raw: tree_sitter.Node) -> Node:
        return Operator(node_text(_child(raw, "operator")), None, self.node(_child(raw, "rhs")))

    def _binary_operator(self, raw: tree_sitter.Node) -> Node:
        sign = node_text(_child(raw, "operator"))
        sides, _ = self._with_comments(raw, skip=(_child(raw, "operator").type,))
        if len(sides) != 2:
            raise _IncompleteError("an operator lacks a side")
        left, right = sides
        if sign in _ASSIGNMENTS:
            reverse, outward = _ASSIGNMENTS[sign]
            target, value = (right, left) if reverse else (left, right)
            return Assign(target, value, outward)
        if sign in _PIPES:
            first, steps = (left.first, left.steps) if isinstance(left, Pipe) else (left, ())
            if isinstance(left, Pipe) and left.after:
                steps = (*steps[:-1], replace(steps[-1], after=steps[-1].after or left.after))
            return Pipe(first, (*steps, right))
        return Operator(sign, left, right)

    def _extract_operator(self, raw: tree_sitter.Node) -> Node:
        right = _child(raw, "rhs")
        if node_text(_child(raw, "operator")) != "$" or right.type not in {"identifier", "string"}:
            return Unknown(f"`{node_text(raw)}` has no Python form")
        name = parse_string(right) if right.type == "string" else _bare_name(right)
        return Member(self.node(_child(raw, "lhs")), name)

    def _call(self, raw: tree_sitter.Node) -> Node:
        function = self.node(_child(raw, "function"))
        return Call(function, self._arguments_of(raw))

    def _subset(self, raw: tree_sitter.Node) -> Node:
        of = self.node(_child(raw, "function"))
        return Index(of, self._arguments_of(raw), raw.type == "subset2")

    _subset2 = _subset

    def _arguments_of(self, raw: tree_sitter.Node) -> tuple[Argument, ...]:
        """Convert arguments; nothing between two commas is an empty argument."""
        inside = _child(raw, "arguments")
        read, _ = self._with_comments(inside, skip=("(", ")", "[", "]", "[[", "]]", "comma"))
        arguments = iter(read)
        found: list[Node] = []
        separated = True
        nothing = Argument(None, None, line=self._line(inside))
        for child in inside.children:
            if child.type == "argument":
                found.append(_with_its_comments(next(arguments)))
                separated = False
            elif child.type == "comma":
                if separated:
                    found.append(nothing)
                separated = True
        if found and separated and raw.type != "call":
            found.append(nothing)
        return tuple(node for node in found if isinstance(node, Argument))

    def _argument(self, raw: tree_sitter.Node) -> Node:
        name = raw.child_by_field_name("name")
        return Argument(
            None if name is None else _argument_name(name),
            self._optional(raw, "value"),
            before=_own_comments(raw),
        )

    # -------------------------------------------------------------------------- control

    def _if_statement(self, raw: tree_sitter.Node) -> Node:
        return If(
            self.node(_child(raw, "condition")),
            self.node(_child(raw, "consequence")),
            self._optional(raw, "alternative"),
            before=_own_comments(raw),
        )

    def _for_statement(self, raw: tree_sitter.Node) -> Node:
        return For(
            _bare_name(_child(raw, "variable")),
            self.node(_child(raw, "sequence")),
            self.node(_child(raw, "body")),
            before=_own_comments(raw),
        )

    def _while_statement(self, raw: tree_sitter.Node) -> Node:
        return While(
            self._optional(raw, "condition"),
            self.node(_child(raw, "body")),
            before=_own_comments(raw),
        )

    _repeat_statement = _while_statement

    def _function_definition(self, raw: tree_sitter.Node) -> Node:
        parameters = tuple(
            (_argument_name(_child(child, "name")), self._optional(child, "default"))
            for child in _child(raw, "parameters").children
            if child.type == "parameter"
        )
        body = self.node(_child(raw, "body"))
        comments = _own_comments(_child(raw, "parameters"))
        return Function(parameters, body, before=comments)

    def _optional(self, raw: tree_sitter.Node, name: str) -> Node | None:
        """Convert a part of a node that may be missing."""
        part = raw.child_by_field_name(name)
        return None if part is None else self.node(part)


def _with_its_comments(node: Node) -> Node:
    """Move the comments of an argument to its value."""
    if not isinstance(node, Argument) or node.value is None:
        return node
    before, after = (*node.before, *node.value.before), node.after or node.value.after
    return replace(node, value=replace(node.value, before=before, after=after), before=())


def _child(raw: tree_sitter.Node, name: str) -> tree_sitter.Node:
    found = raw.child_by_field_name(name)
    if found is None:
        raise _IncompleteError(f"{raw.type} has no {name}")
    return found


def _last_row(raw: tree_sitter.Node) -> int:
    row, column = raw.end_point
    return row if column else max(row - 1, raw.start_point[0])


def _own_comments(raw: tree_sitter.Node) -> tuple[str, ...]:
    return tuple(comment_text(child) for child in raw.children if child.type == "comment")


def _bare_name(raw: tree_sitter.Node) -> str:
    return node_text(raw).strip("`")


def _argument_name(raw: tree_sitter.Node) -> str:
    return parse_string(raw) if raw.type == "string" else _bare_name(raw)
