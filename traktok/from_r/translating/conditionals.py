"""Translate functions that return one of several values: ``ifelse``, ``case_when``, ``switch``."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from traktok.from_r.knowing.kinds import Kind, column_of, common_kind, unsure, vector_of
from traktok.from_r.knowing.values import MASK, Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Argument, Operator
from traktok.from_r.translating.collections import check_distinct
from traktok.from_r.translating.expressions import Expressions, special
from traktok.from_r.translating.indexing import is_mask, without_na
from traktok.from_r.writing.build import literal_value, py, string_dict


def _conditional(test: Value, yes: Value, no: Value) -> Value:
    if test.kind.name == "truth" and yes.kind.name == no.kind.name:
        code = py("a if test else b", a=yes.code, test=test.code, b=no.code)
        return Value(code, yes.kind)
    is_single = yes.kind.is_a("single", "missing") and no.kind.is_a("single", "missing")
    if test.kind.name == "column" and is_single:
        code = py("x.map({True: a, False: b})", x=test.code, a=yes.code, b=no.code)
        if test.doubts or "missing" in {yes.kind.name, no.kind.name}:
            code = py("x.convert_dtypes()", x=code)  # NA instead of NaN, which compares as a value
        kinds = [kind for kind in (yes.kind, no.kind) if kind.name != "missing"]
        return Value(code, unsure(column_of(common_kind(kinds), test.kind.rows)))
    parts = {"test": test.code, "a": yes.code, "b": no.code}
    # `mask` keeps the value where the test is missing; R returns NA.
    unknown = ".mask(test.isna())" if test.doubts else ""
    if (
        test.kind.name == "column"
        and no.kind == _column_beside(no, test)
        and yes.kind.is_a("single", "missing")
    ):
        return Value(py(f"b.mask(test, a){unknown}", **parts), unsure(no.kind))
    if (
        test.kind.name == "column"
        and yes.kind == _column_beside(yes, test)
        and _fits_column(no, yes, test)
    ):
        return Value(py(f"a.where(test, b){unknown}", **parts), unsure(yes.kind))
    if test.kind.name == "vector" and is_single:
        code = py("[a if each else b for each in test]", **parts)
        if not test.kind.gaps:
            return Value(code, vector_of(common_kind([yes.kind, no.kind])))
    raise not_known(f"`ifelse()` of {test.kind}, {yes.kind}, {no.kind}")


special("ifelse")(lambda ctx, given: _conditional(*ctx.match(given, "test", "yes", "no")))
special("if_else")(lambda ctx, given: _conditional(*ctx.match(given, "condition", "true", "false")))


def _fits_column(no: Value, yes: Value, test: Value) -> bool:
    """Return whether the second value has the kind of the first column's cells."""
    of = no.kind.element if no.kind == _column_beside(no, test) else no.kind
    return of == yes.kind.element


# The dtype of each kind.
_DTYPES = {"text": "string", "integer": "Int64", "real": "Float64", "truth": "boolean"}


@special("case_when")
def _case_when(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    """Translate cases as ``Series.case_when()``, on a column of the default."""
    cases, rest = _cases(ctx, arguments)
    rows = {kind.rows for pair in cases for v in pair if (kind := v.kind).name == "column"}
    kinds = [v.kind.element if v.kind.name == "column" else v.kind for _, v in cases]
    kinds += [rest.kind] if rest else []
    of = common_kind([kind for kind in kinds if kind.name != "missing"])
    if not all(map(is_mask, (test for test, _ in cases))) or len(rows) != 1 or not cases:
        raise Untranslatable("a case is not a truth value for each row")
    if of.name not in _DTYPES:
        raise not_known(f"`case_when()` of {', '.join(map(str, kinds))}")
    pairs: list[ast.expr] = [ast.Tuple([without_na(test), value.code]) for test, value in cases]
    code = py(
        "pd.Series(rest, index=test.index, dtype=kind).case_when(cases)",
        rest=rest.code if rest else py("pd.NA"),
        test=ast.Name(MASK) if ctx.mask else cases[0][0].code,
        kind=ast.Constant(_DTYPES[of.name]),
        cases=ast.List(pairs),
    )
    return Value(code, unsure(column_of(of, rows.pop())))


def _cases(
    ctx: Expressions, arguments: Sequence[Argument]
) -> tuple[list[tuple[Value, Value]], Value | None]:
    """Return the cases, and the default; None if there is none."""
    cases: list[tuple[Value, Value]] = []
    for place, argument in enumerate(arguments, 1):
        node = argument.value
        if argument.name == ".default" and node is not None and place == len(arguments):
            return cases, ctx.value(node)
        if argument.name or not isinstance(node, Operator) or node.sign != "~" or not node.left:
            raise not_known("`case_when()` with these arguments")
        test, value = ctx.value(node.left), ctx.value(node.right)
        if literal_value(test.code, bool):
            if place < len(arguments) or value.kind.name == "column":
                raise Untranslatable("the default is not a single value in the last place")
            return cases, value
        cases.append((test, value))
    return cases, None


@special("switch")
def _switch(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    """Translate a choice among literals as a lookup in a dict."""
    (by, *given) = ctx.arguments(arguments) or [(None, Value(ast.Constant(None)))]
    named = [(name, value) for name, value in given if name]
    rest = [value for name, value in given if not name]
    if not by[1].kind.is_a("text", "unknown") or len(rest) > 1:
        raise not_known("`switch()` with these arguments")
    if not named or not all(isinstance(value.code, ast.Constant) for _, value in given):
        raise Untranslatable("`switch()` of values that are not literals")
    check_distinct([name for name, _ in named])
    table = string_dict([(name or "", value.code) for name, value in named])
    of = common_kind([value.kind for _, value in given])
    if rest:
        return Value(py("d.get(x, rest)", d=table, x=by[1].code, rest=rest[0].code), of)
    return Value(py("d.get(x)", d=table, x=by[1].code), of)


def _column_beside(value: Value, other: Value) -> Kind | None:
    same = value.kind.name == "column" and value.kind.rows == other.kind.rows
    return value.kind if same else None
