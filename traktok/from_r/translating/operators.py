"""Translate operators on single values, on vectors (comprehensions) and on columns (pandas)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from traktok.from_r.knowing.kinds import (
    DATE,
    INTEGER,
    REAL,
    SPAN,
    SURE,
    TRUTH,
    UNKNOWN,
    Kind,
    column_of,
    vector_of,
)
from traktok.from_r.knowing.values import EACH, MASK, NOT_A_TIME, Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Constant, Name, Node, Operator
from traktok.from_r.translating.expressions import Expressions, expression
from traktok.from_r.translating.selection import symbol_name, unquoted
from traktok.from_r.writing.build import binary_operation, py, signed_integer
from traktok.from_r.writing.flat import flat

_ARITHMETIC = {"+": "+", "-": "-", "*": "*", "/": "/", "^": "**", "%/%": "//", "%%": "%"}
_COMPARISON = {"==", "!=", "<", "<=", ">", ">="}
_LOGIC = {"&": "&", "|": "|", "&&": "and", "||": "or"}


@expression(Operator)
def operator(ctx: Expressions, node: Operator) -> Value:
    """Translate an operator."""
    sign = node.sign
    if ctx.mask and (inner := unquoted(node)) is not None:
        return _inject(ctx, inner)
    if node.left is None:
        return _unary(sign, ctx.value(node.right))
    if sign not in {*_ARITHMETIC, *_COMPARISON, *_LOGIC, ":", "%in%"}:
        raise not_known(f"the operator `{sign}`")
    left, right = ctx.value(node.left), ctx.value(node.right)
    if sign == ":":
        return translate_range(ctx, left, right)
    if sign == "%in%":
        return _membership(left, right)
    if sign in _LOGIC:
        return _logic(sign, left, right)
    return _elementwise(sign, left, right)


def _inject(ctx: Expressions, node: Node) -> Value:
    """Translate ``!!x`` in a verb: the value of a variable, or the column that a string names.

    R's grammar parses ``!!x > 1`` as ``!!(x > 1)``; dplyr treats it as ``(!!x) > 1``.
    """
    if isinstance(node, Operator) and node.left is not None:
        return ctx.value(replace(node, left=_doubly_negated(node.left)))
    if (name := symbol_name(_doubly_negated(node))) is not None:
        return named_column(ctx, name)
    if not isinstance(node, (Name, Constant)):
        raise not_known("the value that `!!` injects")
    with ctx.data_mask(None):
        return ctx.value(node)


def _doubly_negated(node: Node) -> Node:
    return Operator("!", None, Operator("!", None, node))


def named_column(ctx: Expressions, node: Node) -> Value:
    """Translate a column whose name is computed: ``.data[[name]]``."""
    assert ctx.mask
    with ctx.data_mask(None):
        name = ctx.value(node)
    if name.texts is not None and len(name.texts) == 1:
        return ctx.column(name.texts[0])
    if not name.kind.is_a("text", "unknown"):
        raise not_known(f"a column name of {name.kind}")
    code = py("x[name]", x=ast.Name(MASK), name=name.code)
    return Value(code, column_of(UNKNOWN, ctx.mask.rows))


def _unary(sign: str, right: Value) -> Value:
    kind = right.kind
    if sign == "!":
        if kind.name == "column" and kind.element.name == "truth":
            return Value(py("~x", x=right.code), kind)
        if kind.is_a("truth", "unknown"):
            return Value(_negated(right.code), TRUTH)
        if kind.name == "vector" and kind.element.name == "truth" and not kind.gaps:
            return Value(py("[not each for each in x]", x=right.code), kind)
    elif sign == "-" and (kind.is_a("number", "truth") or _is_column_of(kind, "number", "truth")):
        return Value(py("-x", x=right.code), kind)
    elif sign == "-" and kind.is_a("atomic"):
        code = py("[-each for each in x]", x=right.code)
        return Value(code, vector_of(kind.element, gaps=kind.gaps))
    raise not_known(f"`{sign}` of {kind}")


def _negated(code: ast.expr) -> ast.expr:
    """Negate a condition; ``is`` and ``in`` have negated forms of their own."""
    if isinstance(code, ast.Compare) and len(code.ops) == 1:
        opposite = {ast.Is: ast.IsNot(), ast.In: ast.NotIn()}.get(type(code.ops[0]))
        if opposite:
            return ast.Compare(code.left, [opposite], code.comparators)
    return py("not x", x=code)


def _is_column_of(kind: Kind, *names: str) -> bool:
    return kind.name == "column" and kind.element.is_a(*names)


_OTHER_WAY = (
    "R reverses the direction if the end lies before the start; Python's range is then empty."
)


def translate_range(ctx: Expressions, left: Value, right: Value) -> Value:
    """Translate ``a:b``."""
    for end in (left, right):
        if not end.kind.is_a("integer", "unknown"):
            raise not_known(f"`:` of {end.kind}")
    first, last = signed_integer(left.code), signed_integer(right.code)
    if first is None or last is None:
        ctx.note(_OTHER_WAY)
    # an unknown start, such as a number of rows, is assumed to be at least 1
    falls = last is not None and last <= 1 if first is None else last is not None and first > last
    template = "range(a, b - 1, -1)" if falls else "range(a, b + 1)"
    return Value(py(template, a=left.code, b=right.code), Kind("range", INTEGER))


def _membership(left: Value, right: Value) -> Value:
    if left.kind.gaps or (right.kind.gaps and left.kind.name != "column"):
        raise Untranslatable("Python's `in` does not find an NA")
    right_code = right.code
    if right.kind.name == "column":
        only_known = right.doubts and left.kind.name != "column"
        right_code = py("x.dropna().tolist()" if only_known else "x.tolist()", x=right.code)
    elif not right.kind.is_a("atomic", "integer", "text"):
        raise not_known(f"`%in%` {right.kind}")
    elif right.kind.is_a("integer", "text"):
        right_code = ast.List([right.code])
    if left.kind.name == "column":
        return Value(py("x.isin(y)", x=left.code, y=right_code), column_of(SURE, left.kind.rows))
    if left.kind.is_a("date", "integer", "text"):
        return Value(py("x in y", x=left.code, y=right_code), TRUTH)
    if left.kind.is_a("atomic"):
        code = py("[each in y for each in x]", x=left.code, y=right_code)
        return Value(code, vector_of(TRUTH))
    raise not_known(f"{left.kind} `%in%`")


def _logic(sign: str, left: Value, right: Value) -> Value:
    word = _LOGIC[sign]
    if all(_is_column_of(side.kind, "truth") for side in (left, right)) and word in "&|":
        _check_same_rows(left.kind, right.kind)
        doubts = left.doubts | right.doubts
        if word == "&":
            doubts -= {known for side in (left, right) for known in _not_na(side.code)}
        kind = column_of(replace(TRUTH, doubts=doubts), left.kind.rows)
        return Value(py(f"x {word} y", x=left.code, y=right.code), kind)
    if all(side.kind.is_a("truth", "unknown") for side in (left, right)):
        word = {"&": "and", "|": "or"}.get(word, word)
        connective = ast.And if word == "and" else ast.Or
        if isinstance(left.code, ast.BoolOp) and isinstance(left.code.op, connective):
            return Value(ast.BoolOp(left.code.op, [*left.code.values, right.code]), TRUTH)
        return Value(py(f"x {word} y", x=left.code, y=right.code), TRUTH)
    raise not_known(f"{left.kind} `{sign}` {right.kind}")


def _not_na(code: ast.expr) -> Iterator[str]:
    """Yield what is not NA if a condition holds: ``x`` of ``~x.isna()``, on each side of ``&``."""
    if isinstance(code, ast.BinOp) and isinstance(code.op, ast.BitAnd):
        yield from _not_na(code.left)
        yield from _not_na(code.right)
    elif isinstance(code, ast.UnaryOp) and isinstance(code.operand, ast.Call):
        method = code.operand.func
        if isinstance(method, ast.Attribute) and method.attr == "isna":
            yield flat(method.value)
            yield flat(method.value) + NOT_A_TIME


def _elementwise(sign: str, left: Value, right: Value) -> Value:
    """Translate arithmetic and comparisons."""
    names = left.kind.name, right.kind.name
    if "column" in names:
        return _on_columns(sign, left, right)
    if left.kind.is_a("atomic") and right.kind.is_a("atomic"):
        one, other = (
            Value(ast.Name(n), v.kind.element) for n, v in ((EACH, left), ("inner", right))
        )
        done = _on_singles(sign, one, other)
        pairs = py("zip(x, y, strict=True)", x=left.code, y=right.code)
        code = py("[done for each, inner in pairs]", done=done.code, pairs=pairs)
        return Value(code, vector_of(done.kind, gaps=left.kind.gaps or right.kind.gaps))
    for vector, place in ((left, 0), (right, 1)):
        if vector.kind.is_a("atomic"):
            one = Value(ast.Name(EACH), vector.kind.element)
            done = _on_singles(sign, *((one, right) if place == 0 else (left, one)))
            code = py("[done for each in x]", done=done.code, x=vector.code)
            return Value(code, vector_of(done.kind, gaps=vector.kind.gaps))
    return _on_singles(sign, left, right)


def _on_singles(sign: str, left: Value, right: Value) -> Value:
    if sign in _COMPARISON:
        left, right = _as_date(left, right), _as_date(right, left)
        _check_comparable(sign, left.kind, right.kind)
        return Value(_comparison(sign, left.code, right.code), TRUTH)
    if "date" in {left.kind.name, right.kind.name}:
        return _on_dates(sign, left, right)
    return _on_numbers(sign, left, right)


def _comparison(sign: str, left: ast.expr, right: ast.expr) -> ast.expr:
    return py(f"x {sign} y", x=left, y=right)


def _as_date(value: Value, beside: Value) -> Value:
    """Parse a string that is compared with a date, as R does."""
    if value.kind.name == "text" and beside.kind.name == "date":
        return Value(py("date.fromisoformat(x)", x=value.code), DATE)
    return value


def _check_comparable(sign: str, left: Kind, right: Kind) -> None:
    families = [{"integer", "real", "span", "truth"}, {"text"}, {"date"}, {"time"}]
    known = [kind for kind in (left, right) if kind.name != "unknown"]
    if any(all(kind.name in family for kind in known) for family in families):
        return
    raise not_known(f"{left} `{sign}` {right}")


def _on_numbers(sign: str, left: Value, right: Value) -> Value:
    kinds = left.kind, right.kind
    known = [kind.is_a("number", "truth") for kind in kinds]
    if not all(known) and not (
        any(known) and sign in "+-" and "unknown" in {k.name for k in kinds}
    ):
        raise not_known(f"{kinds[0]} `{sign}` {kinds[1]}")
    return Value(
        binary_operation(left.code, _ARITHMETIC[sign], right.code), _number_kind(sign, *kinds)
    )


def _number_kind(sign: str, left: Kind, right: Kind) -> Kind:
    if sign == "/" or "real" in {left.name, right.name}:
        return REAL
    return INTEGER if all(kind.is_a("number", "truth") for kind in (left, right)) else UNKNOWN


def _on_dates(sign: str, left: Value, right: Value) -> Value:
    if sign == "-" and left.kind.name == right.kind.name == "date":
        return Value(py("(x - y).days", x=left.code, y=right.code), SPAN)
    day, days = (left, right) if left.kind.name == "date" else (right, left)
    if not days.kind.is_a("integer", "span") or sign not in "+-" or (day is right and sign == "-"):
        raise not_known(f"{left.kind} `{sign}` {right.kind}")
    later = py(f"x {sign} timedelta(days=n)", x=day.code, n=days.code)
    return Value(later, DATE)


def _on_columns(sign: str, left: Value, right: Value) -> Value:
    """Translate an operator on columns, which pandas aligns by label and R by position."""
    kinds = left.kind, right.kind
    _check_same_rows(*kinds)
    rows = next(kind.rows for kind in kinds if kind.name == "column")
    one, other = (k.element if k.name == "column" else k for k in kinds)
    doubts = left.doubts | right.doubts
    if {one.name, other.name} & {"vector", "range", "list", "table", "counts", "null"}:
        raise not_known(f"{kinds[0]} `{sign}` {kinds[1]}")
    if sign in _COMPARISON:
        left = _as_date(left, Value(right.code, other))
        right = _as_date(right, Value(left.code, one))
        _check_comparable(
            sign, *(k.element if k.name == "column" else k for k in (left.kind, right.kind))
        )
        kind = column_of(replace(TRUTH, doubts=doubts), rows)
        return Value(_comparison(sign, left.code, right.code), kind)
    unknown = {one.name, other.name} & {"unknown"}
    if not (one.is_a("number", "truth") and other.is_a("number", "truth")) and not unknown:
        raise not_known(f"{kinds[0]} `{sign}` {kinds[1]}")
    if unknown and sign in "+*":
        raise not_known(f"`{sign}` of {kinds[0]} and {kinds[1]}")
    code = binary_operation(left.code, _ARITHMETIC[sign], right.code)
    return Value(code, column_of(_number_kind(sign, one, other), rows))


def _check_same_rows(left: Kind, right: Kind) -> None:
    if left.name == right.name == "column" and left.rows != right.rows:
        raise Untranslatable(
            "columns of different tables are combined; pandas would align their labels"
        )
