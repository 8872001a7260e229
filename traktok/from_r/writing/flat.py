"""Render Python expressions on one line, and attach comments to them.

``ast.unparse`` writes only single quotes and no comments. The text that is written here parses
back into the same tree.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Precedence: an expression with less than its place requires gets parentheses.
_LAMBDA, IF, OR, AND, _NOT, COMPARE, _BIT_OR, _BIT_AND, _SUM, _PRODUCT, _SIGN, POWER, _ATOM = range(
    13
)
BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.BitOr: ("|", _BIT_OR),
    ast.BitAnd: ("&", _BIT_AND),
    ast.Add: ("+", _SUM),
    ast.Sub: ("-", _SUM),
    ast.Mult: ("*", _PRODUCT),
    ast.Div: ("/", _PRODUCT),
    ast.FloorDiv: ("//", _PRODUCT),
    ast.Mod: ("%", _PRODUCT),
    ast.MatMult: ("@", _PRODUCT),
    ast.Pow: ("**", POWER),
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_UNARY: dict[type[ast.unaryop], tuple[str, int]] = {
    ast.Not: ("not ", _NOT),
    ast.USub: ("-", _SIGN),
    ast.UAdd: ("+", _SIGN),
    ast.Invert: ("~", _SIGN),
}


@dataclass(frozen=True)
class Comments:
    """The comments of an expression."""

    before: tuple[str, ...] = ()
    after: str | None = None


_NONE = Comments()


def attach_comments(node: ast.AST, before: tuple[str, ...], after: str | None) -> None:
    """Attach comments to an expression."""
    if before or after:
        held = comments_of(node)
        node.comments = Comments((*before, *held.before), after or held.after)  # type: ignore[attr-defined]


def comments_of(node: ast.AST) -> Comments:
    """Return the comments of an expression."""
    found: Comments = getattr(node, "comments", _NONE)
    return found


def move_comments(node: ast.AST, to: ast.AST) -> None:
    """Move the comments of an expression to another one."""
    held = comments_of(node)
    if held is not _NONE:
        del node.comments  # type: ignore[attr-defined]
        attach_comments(to, held.before, held.after)


# ------------------------------------------------------------------------------- on one line


def flat(node: ast.AST, place: int = _LAMBDA) -> str:
    """Render an expression on one line, in parentheses if its place requires them."""
    text, own = _FLAT[type(node)](node)
    return f"({text})" if own < place else text


def precedence(node: ast.AST) -> int:
    """Return the precedence of an expression."""
    own: int = _FLAT[type(node)](node)[1]
    return own


def quoted(text: str) -> str:
    """Render a string in double quotes, unless it contains some."""
    written = repr(text)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in text else written


def _constant(node: ast.Constant) -> tuple[str, int]:
    value = node.value
    if isinstance(value, str):
        return quoted(value), _ATOM
    return repr(value), _ATOM


def _joined(node: ast.JoinedStr) -> tuple[str, int]:
    return 'f"' + "".join(map(_f_string_part, node.values)) + '"', _ATOM


def _f_string_part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return _double_quoted(str(part.value).replace("{", "{{").replace("}", "}}"))
    assert isinstance(part, ast.FormattedValue)
    value = flat(part.value, IF + 1).replace('"', "'")
    return "{" + value + format_spec(part) + "}"


def format_spec(value: ast.FormattedValue) -> str:
    """Render the format of a value in an f-string, such as ``:.7g``; empty if it has none."""
    spec = value.format_spec.values if isinstance(value.format_spec, ast.JoinedStr) else []
    text = "".join(str(part.value) for part in spec if isinstance(part, ast.Constant))
    return f":{text}" if text else ""


def _double_quoted(text: str) -> str:
    """Render the inside of a double-quoted string."""
    written = repr("'" + text)
    if written[0] == '"':
        return written[2:-1]
    return written[3:-1].replace("\\'", "'").replace('"', '\\"')


def fits_in_f_string(node: ast.expr) -> bool:
    """Return whether Python 3.11 can parse an expression within a double-quoted f-string."""
    return not set(flat(node)) & set("'\\{}\n#")


def _binary(node: ast.BinOp) -> tuple[str, int]:
    sign, own = BINARY[type(node.op)]
    left, right = (own + 1, own) if sign == "**" else (own, own + 1)
    if sign == "**":
        right = _SIGN
    return f"{flat(node.left, left)} {sign} {flat(node.right, right)}", own


def _unary(node: ast.UnaryOp) -> tuple[str, int]:
    sign, own = _UNARY[type(node.op)]
    return sign + flat(node.operand, own), own


def _bool(node: ast.BoolOp) -> tuple[str, int]:
    word, own = ("and", AND) if isinstance(node.op, ast.And) else ("or", OR)
    return f" {word} ".join(flat(value, own + 1) for value in node.values), own


def _compare(node: ast.Compare) -> tuple[str, int]:
    text = flat(node.left, COMPARE + 1)
    for op, right in zip(node.ops, node.comparators, strict=True):
        text += f" {COMPARISONS[type(op)]} {flat(right, COMPARE + 1)}"
    return text, COMPARE


def _if(node: ast.IfExp) -> tuple[str, int]:
    body, test = flat(node.body, IF + 1), flat(node.test, IF + 1)
    return f"{body} if {test} else {flat(node.orelse, IF)}", IF


def _lambda(node: ast.Lambda) -> tuple[str, int]:
    return f"{lambda_head(node)}{flat(node.body)}", _LAMBDA


def lambda_head(node: ast.Lambda) -> str:
    """Render a lambda up to its body."""
    parameters = ast.unparse(node.args)
    return f"lambda {parameters}: " if parameters else "lambda: "


def _attribute(node: ast.Attribute) -> tuple[str, int]:
    return f"{base_text(node.value)}.{node.attr}", _ATOM


def base_text(node: ast.expr) -> str:
    """Render what an attribute, a call or brackets follow."""
    is_number = isinstance(node, ast.Constant) and isinstance(node.value, (int, float))
    return f"({flat(node)})" if is_number else flat(node, _ATOM)


def _call(node: ast.Call) -> tuple[str, int]:
    items = call_items(node)
    if len(items) == 1 and isinstance(items[0][1], ast.GeneratorExp):
        return base_text(node.func) + flat(items[0][1]), _ATOM
    return f"{base_text(node.func)}({flat_items(items)})", _ATOM


def _subscript(node: ast.Subscript) -> tuple[str, int]:
    return f"{base_text(node.value)}[{index_text(node.slice)}]", _ATOM


def index_text(node: ast.expr) -> str:
    """Render the inside of the brackets of an index."""
    if isinstance(node, ast.Tuple) and node.elts:
        return ", ".join(flat(element) for element in node.elts)
    return flat(node)


def _slice(node: ast.Slice) -> tuple[str, int]:
    ends = [end for end in (node.lower, node.upper) if end is not None]
    simple = all(isinstance(end, (ast.Constant, ast.Name)) for end in ends)
    colon = ":" if simple else " : "
    lower = flat(node.lower, OR) if node.lower else ""
    upper = flat(node.upper, OR) if node.upper else ""
    step = f":{flat(node.step, OR)}" if node.step else ""
    return (lower + colon + upper).strip() + step, _ATOM


def _sequence(brackets: str) -> Callable[[ast.List | ast.Tuple | ast.Set], tuple[str, int]]:
    def write(node: ast.List | ast.Tuple | ast.Set) -> tuple[str, int]:
        inside = ", ".join(flat(element) for element in node.elts)
        comma = "," if brackets == "()" and len(node.elts) == 1 else ""
        return f"{brackets[0]}{inside}{comma}{brackets[1]}", _ATOM

    return write


def _dict(node: ast.Dict) -> tuple[str, int]:
    return "{" + flat_items(dict_items(node)) + "}", _ATOM


def _comprehension(brackets: str) -> Callable[[ast.expr], tuple[str, int]]:
    def write(node: ast.expr) -> tuple[str, int]:
        return f"{brackets[0]}{' '.join(comprehension_parts(node))}{brackets[1]}", _ATOM

    return write


def comprehension_parts(node: ast.expr) -> Iterator[str]:
    """Yield the parts of a comprehension: the element, each ``for``, each ``if``."""
    if isinstance(node, ast.DictComp):
        yield f"{flat(node.key)}: {flat(node.value)}"
    else:
        assert isinstance(node, (ast.ListComp, ast.GeneratorExp))
        yield flat(node.elt)
    for clause in node.generators:
        yield f"for {index_text(clause.target)} in {flat(clause.iter, OR)}"
        yield from (f"if {flat(condition, OR)}" for condition in clause.ifs)


def _starred(node: ast.Starred) -> tuple[str, int]:
    return f"*{flat(node.value, _BIT_OR)}", _LAMBDA


_FLAT: dict[type[ast.AST], Callable[..., tuple[str, int]]] = {
    ast.Name: lambda node: (node.id, _ATOM),
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool,
    ast.Compare: _compare,
    ast.IfExp: _if,
    ast.Lambda: _lambda,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.List: _sequence("[]"),
    ast.Tuple: _sequence("()"),
    ast.Set: _sequence("{}"),
    ast.Dict: _dict,
    ast.ListComp: _comprehension("[]"),
    ast.DictComp: _comprehension("{}"),
    ast.GeneratorExp: _comprehension("()"),
    ast.Starred: _starred,
}

Items = Sequence[tuple[str, ast.expr]]


def call_items(node: ast.Call) -> Items:
    """Return a call's arguments, each with the prefix of its value (``name=``)."""
    named = [(f"{k.arg}=" if k.arg else "**", k.value) for k in node.keywords]
    return [*(("", value) for value in node.args), *named]


def dict_items(node: ast.Dict) -> Items:
    """Return a dict's values, each with its prefix (``key: ``)."""
    return [
        (f"{flat(key)}: " if key else "**", value)
        for key, value in zip(node.keys, node.values, strict=True)
    ]


def flat_items(items: Items) -> str:
    """Render items on one line."""
    return ", ".join(prefix + flat(value) for prefix, value in items)
