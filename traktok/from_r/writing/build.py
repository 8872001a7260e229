"""Build Python expressions from templates: ``py("x.head(n)", x=..., n=...)``."""

from __future__ import annotations

import ast
import keyword
import math
import pickle
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

from traktok.from_r.writing.flat import fits_in_f_string, format_spec

T = TypeVar("T")


@cache
def _template(text: str) -> bytes:
    """Parse a template and pickle it: unpickling is several times faster than copying a tree."""
    return pickle.dumps(ast.parse(text, mode="eval").body)


class _Filler(ast.NodeTransformer):
    """Replaces names by expressions, and computes sums of integers."""

    def __init__(self, parts: Mapping[str, ast.expr | list[ast.expr]]) -> None:
        self._parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        part = self._parts.get(node.id, node)
        assert isinstance(part, ast.expr)
        return part

    def visit_Starred(self, node: ast.Starred) -> ast.expr | list[ast.expr]:
        part = self._parts.get(node.value.id) if isinstance(node.value, ast.Name) else None
        return part if isinstance(part, list) else ast.Starred(self.visit(node.value))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return add_literals(
            self.visit(node.left), _sign(node), self.visit(node.right)
        ) or ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))


def _sign(node: ast.BinOp) -> int:
    return {ast.Add: 1, ast.Sub: -1}.get(type(node.op), 0)


def add_literals(left: ast.expr, sign: int, right: ast.expr) -> ast.expr | None:
    """Add integer literals: ``i + 1 - 1`` is ``i``; None if there is nothing to compute."""
    added = literal_value(right, int)
    if sign == 0 or added is None:
        return None
    if (value := literal_value(left, int)) is not None:
        return literal(value + sign * added)
    value = literal_value(left.right, int) if isinstance(left, ast.BinOp) else None
    if not isinstance(left, ast.BinOp) or not _sign(left) or value is None:
        return None
    total = _sign(left) * value + sign * added
    if total == 0:
        return left.left
    op = ast.Add() if total > 0 else ast.Sub()
    return ast.BinOp(left.left, op, ast.Constant(abs(total)))


def binary_operation(left: ast.expr, sign: str, right: ast.expr) -> ast.expr:
    """Build a binary operation without computing it."""
    operator = ast.parse(f"x {sign} y", mode="eval").body
    assert isinstance(operator, ast.BinOp)
    return ast.BinOp(left, operator.op, right)


def py(template: str, **parts: ast.expr | list[ast.expr]) -> ast.expr:
    """Build an expression from a template, replacing the names that are given.

    A list replaces ``*name`` in a call.
    """
    filled: ast.expr = _Filler(parts).visit(pickle.loads(_template(template)))
    return filled


def literal(value: str | float | bool | None) -> ast.expr:
    """Build a literal."""
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            return py("math.nan")
        return py("math.inf" if value > 0 else "-math.inf")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def literal_value(code: ast.AST | None, of: type[T]) -> T | None:
    """Return the value of a literal of this very type; None for any other expression."""
    value = code.value if isinstance(code, ast.Constant) else None
    return value if type(value) is of else None


def signed_integer(code: ast.expr) -> int | None:
    """Return the value of an integer literal with or without a sign; None for others."""
    if isinstance(code, ast.UnaryOp) and isinstance(code.op, ast.USub):
        value = signed_integer(code.operand)
        return None if value is None else -value
    return literal_value(code, int)


def string_list(values: list[str]) -> ast.expr:
    """Build a list of strings."""
    return ast.List([ast.Constant(value) for value in values])


def literal_strings(code: ast.expr) -> list[str] | None:
    """Return the strings of a string literal or a list of them; None for any other expression."""
    elements = code.elts if isinstance(code, ast.List) else [code]
    found = [literal_value(element, str) for element in elements]
    strings = [value for value in found if value is not None]
    return strings if strings and len(strings) == len(found) else None


def one_or_list(values: list[str]) -> ast.expr:
    """Build a string literal from one string, a list from several."""
    return ast.Constant(values[0]) if len(values) == 1 else string_list(values)


def string_dict(pairs: list[tuple[str, ast.expr]]) -> ast.expr:
    """Build a dict with strings as keys."""
    return ast.Dict([ast.Constant(key) for key, _ in pairs], [value for _, value in pairs])


def call(
    function: ast.expr, args: list[ast.expr], named: list[tuple[str, ast.expr]] | None = None
) -> ast.Call:
    """Build a call; names that are not valid keywords go into a ``**{...}``.

    The name ``**`` marks a mapping of further arguments.
    """
    plain = [(name, value) for name, value in named or [] if _is_word(name)]
    spread = [value for name, value in named or [] if name == "**"]
    strange = [pair for pair in named or [] if pair not in plain and pair[0] != "**"]
    keywords = [ast.keyword(name, value) for name, value in plain]
    keywords += [ast.keyword(None, value) for value in spread]
    if strange:
        keywords.append(ast.keyword(None, string_dict(strange)))
    return ast.Call(function, args, keywords)


def _is_word(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name)


def format_value(node: ast.expr, spec: str = "") -> ast.expr:
    """Build the part of an f-string that formats an expression."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
        node = node.args[0]
    if not spec and isinstance(node, ast.JoinedStr):
        return node
    if not spec and isinstance(node, ast.Constant):
        return node if isinstance(node.value, str) else ast.Constant(str(node.value))
    return ast.FormattedValue(node, -1, ast.JoinedStr([ast.Constant(spec)]) if spec else None)


def join_strings(parts: Iterable[ast.expr]) -> ast.expr:
    """Join strings and formatted values into a string, an f-string or a ``str.format()`` call."""
    values: list[ast.expr] = []
    for part in parts:
        for piece in part.values if isinstance(part, ast.JoinedStr) else [part]:
            if isinstance(piece, ast.Constant) and values and isinstance(values[-1], ast.Constant):
                values[-1] = ast.Constant(str(values[-1].value) + str(piece.value))
            elif not isinstance(piece, ast.Constant) or piece.value:
                values.append(piece)
    held = [value for value in values if isinstance(value, ast.FormattedValue)]
    if not held:
        return values[0] if values else ast.Constant("")
    if all(fits_in_f_string(value.value) for value in held):
        return ast.JoinedStr(values)
    pattern = "".join(
        str(value.value).replace("{", "{{").replace("}", "}}")
        if isinstance(value, ast.Constant)
        else "{" + format_spec(value) + "}"
        for value in values
        if isinstance(value, (ast.Constant, ast.FormattedValue))
    )
    return call(ast.Attribute(ast.Constant(pattern), "format"), [value.value for value in held])
