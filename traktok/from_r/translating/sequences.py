"""Translate ``seq()`` of integers and of dates."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from traktok.from_r.knowing.kinds import DATE, INTEGER, Kind, vector_of
from traktok.from_r.knowing.rules import Matched, Parameter, match_arguments
from traktok.from_r.knowing.values import Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Argument
from traktok.from_r.translating.expressions import Expressions, special
from traktok.from_r.translating.operators import translate_range
from traktok.from_r.writing.build import literal_value, py, signed_integer
from traktok.from_r.writing.flat import flat


@special("seq")
def _seq(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    parameters = [
        Parameter("from", None, None),
        Parameter("to", None, ast.Constant(None)),
        Parameter("by", None, ast.Constant(None)),
        Parameter("length_out", None, ast.Constant(None)),
    ]
    given = match_arguments(parameters, ctx.arguments(arguments))
    if given is None:
        raise not_known("`seq()` with these arguments")
    first = given["from"]
    assert isinstance(first, Value)
    if first.kind.name == "date":
        return _days(ctx, given)
    if "to" not in given or "length_out" in given:
        raise not_known("`seq()` without an end")
    parts = {name: value.code for name, value in given.items() if isinstance(value, Value)}
    kinds = {v.kind.name for v in given.values() if isinstance(v, Value)}
    step = signed_integer(parts["by"]) if "by" in parts else 1
    if kinds - {"integer"} or not step:
        raise not_known("`seq()` of numbers that are not integers")
    if "by" not in parts and isinstance(last := given["to"], Value):
        return translate_range(ctx, first, last)
    end = py("b + 1" if step > 0 else "b - 1", b=parts["to"])
    codes = [parts["from"], end, *([parts["by"]] if "by" in parts else [])]
    return Value(py("range(*codes)", codes=codes), Kind("range", INTEGER))


# The last day that every month has.
_EVERY_MONTH = 28


def _days(ctx: Expressions, given: Matched) -> Value:
    """Translate a sequence of dates."""
    parts = {name: value.code for name, value in given.items() if isinstance(value, Value)}
    by = parts.pop("by", None)
    word = by.value if isinstance(by, ast.Constant) else None
    count, _, unit = word.rpartition(" ") if isinstance(word, str) else (str(word), "", "day")
    unit, count = unit.removesuffix("s"), count or "1"
    if unit not in {"day", "week", "month", "year"} or not count.isdigit():
        raise not_known("the step of the dates")
    step = py(f"pd.DateOffset({unit}s={int(count)})")
    if unit in {"month", "year"}:
        day = _day_of_month(parts["from"])
        if day is None:
            ctx.note(_SHORT_MONTHS)
        elif day > _EVERY_MONTH:
            raise Untranslatable("R continues into the next month where a month is too short")
    else:
        step = ast.Constant(f"{int(count) * (7 if unit == 'week' else 1)}D")
    if "length_out" in parts:
        ends = "periods=n"
        end = parts["length_out"]
    elif "to" in parts:
        ends, end = "end=n", parts["to"]
    else:
        raise not_known("`seq()` without an end")
    template = f"pd.date_range(a, {ends}, freq=step).date.tolist()"
    return Value(py(template, a=parts["from"], n=end, step=step), vector_of(DATE))


_SHORT_MONTHS = "Where a month is too short, R continues into the next; pandas uses its last day."


def _day_of_month(code: ast.expr) -> int | None:
    """Return ``d`` of ``date(y, m, d)``; None for any other expression."""
    if isinstance(code, ast.Call) and flat(code.func) == "date" and len(code.args) == 3:
        return literal_value(code.args[2], int)
    return None
