"""Lay out Python expressions over several lines as ruff and black do, comments included."""

from __future__ import annotations

import ast
from collections.abc import Callable

from traktok.from_r.writing.flat import (
    AND,
    BINARY,
    COMPARE,
    COMPARISONS,
    IF,
    OR,
    POWER,
    Items,
    base_text,
    call_items,
    comments_of,
    comprehension_parts,
    dict_items,
    flat,
    flat_items,
    index_text,
    lambda_head,
    precedence,
)

WIDTH = 88
STEP = 4


def lines(node: ast.expr, indent: int = 0, prefix: str = "", suffix: str = "") -> list[str]:
    """Render an expression between a prefix and a suffix, on as many lines as it needs."""
    if _fits(node, indent + len(prefix + suffix)):
        return [" " * indent + prefix + flat(node) + suffix]
    split = _SPLIT.get(type(node))
    found = split(node, indent, prefix, suffix) if split else None
    return found or [" " * indent + prefix + flat(node) + suffix]


def _fits(node: ast.expr, taken: int) -> bool:
    """Return whether an expression fits on a line of which some columns are taken."""
    return not _has_comments(node) and taken + len(flat(node)) <= WIDTH


def _has_comments(node: ast.AST) -> bool:
    """Return whether a comment is attached inside an expression, its own aside."""
    return any(inner is not node and hasattr(inner, "comments") for inner in ast.walk(node))


def _render_item(node: ast.expr, indent: int, prefix: str, suffix: str) -> list[str]:
    """Render an expression on lines of its own, with its comments."""
    held = comments_of(node)
    written = lines(node, indent, prefix, suffix)
    if held.after:
        written[-1] += f"  {held.after}"
    return [*(" " * indent + text for text in held.before), *written]


def _render_bracketed(head: str, tail: str, items: Items, indent: int) -> list[str]:
    """Render items between brackets: all on one line, or one per line."""
    pad, inner = " " * indent, indent + STEP
    bare = not any(hasattr(v, "comments") or _has_comments(v) for _, v in items)
    body = flat_items(items)
    if bare and inner + len(body) <= WIDTH:
        return [pad + head, " " * inner + body, pad + tail]
    if len(items) == 1 and not items[0][0]:
        return [pad + head, *_render_only_item(items[0][1], inner), pad + tail]
    written = [line for prefix, v in items for line in _render_item(v, inner, prefix, ",")]
    return [pad + head, *written, pad + tail]


def _render_only_item(node: ast.expr, indent: int) -> list[str]:
    """Render the only item between brackets, which needs no brackets of its own."""
    if isinstance(node, ast.GeneratorExp):
        return [" " * indent + clause for clause in comprehension_parts(node)]
    if type(node) not in _OPERATIONS or hasattr(node, "comments"):
        return _render_item(node, indent, "", "")
    if _fits(node, indent):
        return [" " * indent + flat(node)]
    return _OPERATIONS[type(node)](node, indent - STEP, "", "")[1:-1]


def _split_call(node: ast.Call, indent: int, prefix: str, suffix: str) -> list[str] | None:
    chain = _split_chain(node, indent, prefix, suffix)
    before = _receiver(node.func)
    if chain is not None or not (call_items(node) or before):
        return chain
    head = f"{prefix}{base_text(node.func)}("
    if before is not None and (indent + len(head) > WIDTH or not call_items(node)):
        return _render_method(before, node, indent, prefix, suffix)
    return _render_bracketed(head, f"){suffix}", call_items(node), indent)


def _render_method(
    before: ast.expr, node: ast.expr, indent: int, prefix: str, suffix: str
) -> list[str]:
    """Render what a method is called on, and the method after its closing bracket."""
    method = _method(node)
    assert method
    split: Callable[..., list[str]] = _split_binary if isinstance(before, ast.BinOp) else lines
    *opened, closing = split(before, indent, prefix, "")
    behind = _with_base(node, method, ast.Name(f"{closing.strip()}.{method.attr}"))
    return [*opened, *lines(behind, indent, "", suffix)]


def _receiver(node: ast.expr) -> ast.expr | None:
    """Return what a method is called on, if that has brackets; None otherwise."""
    of = node.value if isinstance(node, ast.Attribute) else None
    return of if isinstance(of, (ast.Call, ast.Subscript, ast.BinOp)) else None


def _split_subscript(
    node: ast.Subscript, indent: int, prefix: str, suffix: str
) -> list[str] | None:
    chain = _split_chain(node, indent, prefix, suffix)
    if chain is not None:
        return chain
    head = f"{prefix}{base_text(node.value)}["
    before = _receiver(node.value)
    if before is not None and indent + len(head) > WIDTH:
        return _render_method(before, node, indent, prefix, suffix)
    if indent + len(head) > WIDTH and isinstance(node.value, (ast.Call, ast.Subscript)):
        return lines(node.value, indent, prefix, f"[{index_text(node.slice)}]{suffix}")
    return _render_index(node, indent, head, f"]{suffix}")


def _render_index(node: ast.Subscript, indent: int, head: str, tail: str) -> list[str]:
    elements = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if any(isinstance(element, ast.Slice) for element in elements):
        return [" " * indent + head + index_text(node.slice) + tail]
    return _render_bracketed(head, tail, [("", element) for element in elements], indent)


def _split_chain(node: ast.expr, indent: int, prefix: str, suffix: str) -> list[str] | None:
    """Render ``a.b().c()`` in parentheses, with one call per line; None if it has too few calls."""
    links: list[tuple[ast.expr, ast.expr]] = []  # each link, and the text on its own line
    base: ast.expr = node
    while (method := _method(base)) is not None:
        links.append((base, _with_base(base, method, ast.Name(f".{method.attr}"))))
        base = method.value
    if isinstance(base, ast.Name) and links:
        base, _ = links.pop()  # the first call stays with the name it starts from
    if len(links) < 2:
        return None
    inner = indent + STEP
    written = _render_operand(base, inner, precedence(base) <= POWER)
    for whole, shown in reversed(links):
        held = comments_of(whole)
        written += [" " * inner + text for text in held.before]
        written += lines(shown, inner)
        if held.after:
            written[-1] += f"  {held.after}"
    return [" " * indent + prefix + "(", *written, " " * indent + ")" + suffix]


def _method(node: ast.expr) -> ast.Attribute | None:
    """Return the method that a link of a chain calls; None if it calls none."""
    inner = node
    while isinstance(inner, (ast.Call, ast.Subscript)):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return inner if isinstance(inner, ast.Attribute) and inner is not node else None


def _with_base(node: ast.expr, method: ast.Attribute, base: ast.Name) -> ast.expr:
    """Replace the base of a link."""
    if node is method:
        return base
    if isinstance(node, ast.Call):
        return ast.Call(_with_base(node.func, method, base), node.args, node.keywords)
    assert isinstance(node, ast.Subscript)
    return ast.Subscript(_with_base(node.value, method, base), node.slice)


def _split_binary(node: ast.BinOp, indent: int, prefix: str, suffix: str) -> list[str]:
    sign, own = BINARY[type(node.op)]
    operands: list[tuple[str, ast.expr]] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and BINARY[type(left.op)][1] == own and own != POWER:
        operands.append((f"{BINARY[type(left.op)][0]} ", left.right))
        left = left.left
    if not operands:
        operands, left = [(f"{sign} ", node.right)], node.left
    return _render_operands([("", left), *reversed(operands)], own, indent, prefix, suffix)


def _split_bool(node: ast.BoolOp, indent: int, prefix: str, suffix: str) -> list[str]:
    word, own = ("and ", AND) if isinstance(node.op, ast.And) else ("or ", OR)
    operands = [("" if n == 0 else word, value) for n, value in enumerate(node.values)]
    return _render_operands(operands, own, indent, prefix, suffix)


def _split_compare(node: ast.Compare, indent: int, prefix: str, suffix: str) -> list[str]:
    signs = ["", *(f"{COMPARISONS[type(sign)]} " for sign in node.ops)]
    operands = list(zip(signs, [node.left, *node.comparators], strict=True))
    return _render_operands(operands, COMPARE + 1, indent, prefix, suffix)


def _render_operands(items: Items, own: int, indent: int, prefix: str, suffix: str) -> list[str]:
    written: list[str] = []
    for place, (sign, value) in enumerate(items):
        written += _render_operand(
            value, indent + STEP, precedence(value) < own + (place > 0), sign
        )
    return [" " * indent + prefix + "(", *written, " " * indent + ")" + suffix]


def _render_operand(node: ast.expr, indent: int, needed: bool, sign: str = "") -> list[str]:
    """Render an operand, in brackets if it needs them and has none of its own."""
    has_its_own = type(node) in _OPERATIONS and not _fits(node, indent + len(sign) + 2)
    opening, closing = ("(", ")") if needed and not has_its_own else ("", "")
    return _render_item(node, indent, sign + opening, closing)


def _split_if(node: ast.IfExp, indent: int, prefix: str, suffix: str) -> list[str]:
    parts = [("", node.body), ("if ", node.test), ("else ", node.orelse)]
    return _render_operands(parts, IF, indent, prefix, suffix)


def _split_lambda(node: ast.Lambda, indent: int, prefix: str, suffix: str) -> list[str]:
    return lines(node.body, indent, prefix + lambda_head(node), suffix)


def _split_comprehension(node: ast.expr, indent: int, prefix: str, suffix: str) -> list[str]:
    opening, closing = flat(node)[0], flat(node)[-1]
    pad = " " * (indent + STEP)
    inside = [pad + clause for clause in comprehension_parts(node)]
    return [" " * indent + prefix + opening, *inside, " " * indent + closing + suffix]


def _split_list(node: ast.List, indent: int, prefix: str, suffix: str) -> list[str]:
    return _render_bracketed(f"{prefix}[", f"]{suffix}", [("", e) for e in node.elts], indent)


def _split_dict(node: ast.Dict, indent: int, prefix: str, suffix: str) -> list[str]:
    return _render_bracketed(f"{prefix}{{", f"}}{suffix}", dict_items(node), indent)


# These add parentheses of their own when they are split over lines.
_OPERATIONS: dict[type[ast.AST], Callable[..., list[str]]] = {
    ast.BinOp: _split_binary,
    ast.BoolOp: _split_bool,
    ast.Compare: _split_compare,
    ast.IfExp: _split_if,
}
_SPLIT: dict[type[ast.AST], Callable[..., list[str] | None]] = {
    **_OPERATIONS,
    ast.Call: _split_call,
    ast.Subscript: _split_subscript,
    ast.Lambda: _split_lambda,
    ast.List: _split_list,
    ast.Dict: _split_dict,
    ast.ListComp: _split_comprehension,
    ast.DictComp: _split_comprehension,
    ast.GeneratorExp: _split_comprehension,
}
