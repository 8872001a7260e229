"""Translate functions that join, print and search strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import partial

from traktok.from_r.knowing.base import BASE
from traktok.from_r.knowing.kinds import (
    DATE,
    NULL,
    SURE,
    TEXT,
    TRUTH,
    Kind,
    column_of,
    list_of,
    vector_of,
)
from traktok.from_r.knowing.rules import Parameter, match_arguments
from traktok.from_r.knowing.values import (
    EACH,
    Untranslatable,
    Value,
    not_known,
    require_literal,
)
from traktok.from_r.reading.tree import Argument
from traktok.from_r.translating.expressions import Expressions, special
from traktok.from_r.writing.build import format_value, join_strings, literal, literal_value, py

_DONE = Kind("done")
# R converts a number to a string with 15 significant digits, and prints it with 7.
_AS_TEXT, _SHOWN = ".15g", ".7g"


def _paste(
    ctx: Expressions, arguments: Sequence[Argument], sep: str, collapse: str | None = None
) -> Value:
    given = ctx.arguments(arguments)
    named = {name: value for name, value in given if name in {"sep", "collapse"}}
    values = [value for name, value in given if name not in {"sep", "collapse"}]
    sep = require_literal(named.get("sep"), sep)
    between = named.get("collapse") or Value(literal(collapse), TEXT if collapse else NULL)
    kinds = {value.kind.name for value in values}
    if "column" in kinds:
        done = _paste_columns(ctx, values, sep)
    elif kinds & {"vector", "range"}:
        done = _paste_vectors(values, sep)
    else:
        done = Value(_join_with([_format(value, _AS_TEXT) for value in values], sep), TEXT)
    if done.kind.name == "text" or between.kind.name == "null":
        return done
    return Value(py("sep.join(x)", sep=between.code, x=done.code), TEXT)


special("paste")(partial(_paste, sep=" "))
special("paste0", "str_c")(partial(_paste, sep=""))
special("toString")(partial(_paste, sep=" ", collapse=", "))
special("file.path")(partial(_paste, sep="/"))


def _join_with(parts: list[ast.expr], sep: str) -> ast.expr:
    between: list[ast.expr] = []
    for part in parts:
        between += [ast.Constant(sep), part] if between else [part]
    return join_strings(between)


def _format(value: Value, spec: str, shown: bool = False) -> ast.expr:
    """Render a single value as part of a string."""
    name = value.kind.name
    if name == "missing":
        return ast.Constant("NA")
    if name in {"text", "integer", "span", "date", "error"} or (shown and name == "unknown"):
        return format_value(value.code)
    if name == "real":
        return format_value(value.code, spec)
    if name == "truth":
        return format_value(py("str(x).upper()", x=value.code))
    if shown and name in {"vector", "range"} and value.kind.element.is_a("integer", "text"):
        return format_value(py('"".join(map(str, x))', x=value.code))
    if shown and name == "time":
        return format_value(value.code)
    raise not_known(f"writing {value.kind} as a string")


def _paste_vectors(values: list[Value], sep: str) -> Value:
    """Paste vectors element by element; single values are repeated."""
    _check_no_gaps(values)
    many = [value for value in values if value.kind.is_a("atomic")]
    if len(many) == 1 and len(values) == 1 and many[0].kind.element.name == "text":
        return Value(many[0].code, vector_of(TEXT))
    names = [EACH, "inner"][: len(many)]
    if len(many) > len(names):
        raise Untranslatable("more than two vectors are pasted")
    variable = iter(names)
    parts = [
        _format(Value(ast.Name(next(variable)), value.kind.element), _AS_TEXT)
        if value in many
        else _format(value, _AS_TEXT)
        for value in values
    ]
    done = _join_with(parts, sep)
    if len(many) == 1:
        return Value(py("[done for each in x]", done=done, x=many[0].code), vector_of(TEXT))
    pairs = py("zip(x, y, strict=True)", x=many[0].code, y=many[1].code)
    return Value(py("[done for each, inner in pairs]", done=done, pairs=pairs), vector_of(TEXT))


def _check_no_gaps(values: Sequence[Value]) -> None:
    if any(value.kind.gaps for value in values):
        raise Untranslatable('R writes a missing value as "NA" in a string, Python does not')


def _paste_columns(ctx: Expressions, values: list[Value], sep: str) -> Value:
    """Paste columns by adding them; where R writes "NA", the cell is missing."""
    if any(value.doubts for value in values):
        ctx.note('Where a cell is missing, R pastes "NA"; here the whole string is missing.')
    rows = {value.kind.rows for value in values if value.kind.name == "column"}
    if len(rows) != 1:
        raise Untranslatable("columns of different tables are pasted")
    parts: list[ast.expr] = []
    for value in values:
        if value.kind.name == "column":
            parts.append(_column_text(value))
        else:
            text = join_strings([_format(value, _AS_TEXT)])
            parts.append(text)
    code = parts[0]
    for part in parts[1:]:
        if sep:
            code = py("x + sep", x=code, sep=ast.Constant(sep))
        code = py("x + y", x=code, y=part)
    return Value(code, column_of(TEXT, rows.pop()))


def _column_text(value: Value) -> ast.expr:
    if value.kind.element.name == "text":
        return value.code
    if value.kind.element.name == "integer":
        return py('x.astype("string")', x=value.code)
    raise not_known(f"writing {value.kind} as a string")


@special("sprintf")
def _sprintf(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    parameters = [Parameter("fmt", None, None), Parameter("values", None, None, many=True)]
    given = match_arguments(parameters, ctx.arguments(arguments)) or {}
    pattern, values = given.get("fmt"), given.get("values")
    if not isinstance(pattern, Value) or not isinstance(values, list):
        raise not_known("`sprintf()` of these values")
    require_literal(pattern, "")
    many = [value for value in values if value.kind.is_a("atomic")]
    codes = [ast.Name(EACH) if value in many else value.code for value in values]
    kinds = [value.kind.element if value in many else value.kind for value in values]
    _check_no_gaps(values)
    if len(many) > 1 or any(not k.is_a("number", "date", "text") for k in kinds):
        raise not_known("`sprintf()` of these values")
    written = codes[0] if len(codes) == 1 else ast.Tuple(codes)
    done = py("pattern % x", pattern=pattern.code, x=written)
    if not many:
        return Value(done, TEXT)
    return Value(py("[done for each in x]", done=done, x=many[0].code), vector_of(TEXT))


# --------------------------------------------------------------------------------------- printing


@special("message")
def _message(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    return Value(py("print(x, file=sys.stderr)", x=message_text(ctx, arguments)), _DONE)


@special("warning")
def _warning(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    arguments = [a for a in arguments if a.name not in {"call.", "immediate."}]
    return Value(py("warnings.warn(x, stacklevel=1)", x=message_text(ctx, arguments)), _DONE)


def message_text(ctx: Expressions, arguments: Sequence[Argument]) -> ast.expr:
    """Render the arguments of a message as one string."""
    values = [value for _, value in ctx.arguments(arguments)]
    return join_strings([_format(value, _AS_TEXT, shown=True) for value in values])


@special("cat")
def _cat(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments(arguments)
    named = {name: value for name, value in given if name}
    if set(named) - {"sep"}:
        raise not_known("`cat()` into a file")
    sep = require_literal(named.get("sep"), " ")
    values = [value for name, value in given if not name]
    if len(values) == 1 and values[0].kind.name == "text":
        return Value(_print(values[0].code), _DONE)
    parts = [_cat_part(value, sep) for value in values]
    code = _join_with(parts, sep)
    return Value(_print(code), _DONE)


def _print(code: ast.expr) -> ast.expr:
    """Print a string; ``print()`` adds its last line break."""
    last = code.values[-1] if isinstance(code, ast.JoinedStr) else code
    last = last.left if isinstance(last, ast.BinOp) else last
    if isinstance(last, ast.Constant) and str(last.value).endswith("\n"):
        last.value = str(last.value).removesuffix("\n")
        if isinstance(code, ast.JoinedStr) and not last.value:
            code.values.pop()
        return py("print(x)", x=code)
    return py('print(x, end="")', x=code)


def _cat_part(value: Value, sep: str) -> ast.expr:
    _check_no_gaps([value])
    if value.kind.is_a("atomic") and value.kind.element.is_a("integer", "text"):
        return format_value(py("sep.join(map(str, x))", sep=ast.Constant(sep), x=value.code))
    return _format(value, _SHOWN, shown=value.kind.name == "unknown")


# ------------------------------------------------------------------------------ searching

# Patterns with the same meaning in R and Python; not `.` and `$`, which differ on line breaks.
_SAFE_PATTERN = re.compile(r"(?:[\w\s#@,;:!?'\"%&=<>/*+|^-]|\\[dswb.]|\[[\w#@-]+\])*")


_OPTIONS = {"fixed", "ignore.case", "perl"}


def _match_search(
    given: Sequence[tuple[str | None, Value]], parameters: Sequence[str]
) -> dict[str, Value]:
    """Match the arguments of a search with its parameters."""
    found = match_arguments([Parameter(name, None, None) for name in parameters], given)
    if found is None:
        raise not_known("an option of this search")
    return {name: value for name, value in found.items() if isinstance(value, Value)}


def _search(ctx: Expressions, arguments: Sequence[Argument], first: str, keeps_na: bool) -> Value:
    given = ctx.arguments(arguments)
    options = {name: value for name, value in given if name in _OPTIONS}
    order = ["pattern", first] if first == "x" else [first, "pattern"]
    values = _match_search([pair for pair in given if pair[0] not in _OPTIONS], order)
    pattern, within = require_literal(values["pattern"], ""), values[first]
    fixed, fold = (require_literal(options.get(name), False) for name in ("fixed", "ignore.case"))
    if not fixed and not _SAFE_PATTERN.fullmatch(pattern):
        raise Untranslatable("R's regular expression may mean something else in Python")
    parts = {"x": within.code, "p": values["pattern"].code}
    if within.kind.name == "column":
        options_of = [] if keeps_na else ["na=False"]
        options_of += ["case=False"] if fold else []
        plain = fixed or re.escape(pattern) == pattern
        options_of += ["regex=False"] if plain and not fold else []
        template = f"x.str.contains({', '.join(['p', *options_of])})"
        kind = column_of(TRUTH if keeps_na else SURE, within.kind.rows)
        return Value(py(template, **parts), kind)
    if within.kind.name == "text":
        if fixed:
            return Value(py("p in x", **parts), TRUTH)
        flags = ", flags=re.IGNORECASE" if fold else ""
        return Value(py(f"re.search(p, x{flags}) is not None", **parts), TRUTH)
    raise not_known(f"a search in {within.kind}")


special("grepl")(partial(_search, first="x", keeps_na=False))
special("str_detect")(partial(_search, first="string", keeps_na=True))


def _replace(
    ctx: Expressions,
    arguments: Sequence[Argument],
    once: bool,
    names: Sequence[str] = ("pattern", "replacement", "x"),
) -> Value:
    given = ctx.arguments(arguments)
    options = {name: value for name, value in given if name in _OPTIONS}
    values = _match_search([pair for pair in given if pair[0] not in _OPTIONS], names)
    values.setdefault("replacement", Value(ast.Constant(""), TEXT))
    fixed = require_literal(options.get("fixed"), False)
    if require_literal(options.get("ignore.case"), False):
        raise not_known("a case-insensitive replacement")
    pattern, new = (
        require_literal(values["pattern"], ""),
        require_literal(values["replacement"], ""),
    )
    if "\\" in new or not (fixed or _SAFE_PATTERN.fullmatch(pattern)):
        raise Untranslatable("R's regular expression may mean something else in Python")
    within = values.get("x") or values["string"]
    parts = {"x": within.code, "p": values["pattern"].code, "r": values["replacement"].code}
    plain = fixed or re.escape(pattern) == pattern
    kind = within.kind
    if kind.name == "column" and kind.element.name == "text":
        count = ", n=1" if once else ""
        return Value(py(f"x.str.replace(p, r{count}, regex={not plain})", **parts), kind)
    template = f"x.replace(p, r{', 1' if once else ''})"
    if not plain:
        template = f"re.sub(p, r, x{', count=1' if once else ''})"
    if kind.name == "text":
        return Value(py(template, **parts), TEXT)
    if kind.name == "vector" and kind.element.name == "text":
        done = py(template, **parts | {"x": ast.Name(EACH)})
        return Value(py("[done for each in x]", done=done, x=parts["x"]), kind)
    raise not_known(f"a replacement in {kind}")


special("gsub")(partial(_replace, once=False))
special("sub")(partial(_replace, once=True))
for _name, _parameters in {
    "str_replace": ("string", "pattern", "replacement"),
    "str_remove": ("string", "pattern"),
}.items():
    special(_name)(partial(_replace, once=True, names=_parameters))
    special(f"{_name}_all")(partial(_replace, once=False, names=_parameters))


@special("strsplit")
def _strsplit(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments(arguments)
    values = _match_search([pair for pair in given if pair[0] != "fixed"], ["x", "split"])
    text, split = values["x"], values["split"]
    fixed = require_literal(dict(given).get("fixed"), False)
    if text.kind.name != "text":
        raise not_known("`strsplit()` of more than one string")
    sep = require_literal(split, "")
    if not sep or not (fixed or re.escape(sep) == sep or sep in {" ", ",", "-", "/", "#", ", "}):
        raise Untranslatable("R's regular expression may mean something else in Python")
    code = py("x.split(sep)", x=text.code, sep=split.code)
    return Value(ast.List([code]), list_of(vector_of(TEXT)))


# -------------------------------------------------------------------------------------- dates

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@special("as.Date", "as_date", "ymd")
def _as_date(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments(arguments)
    text = literal_value(given[0][1].code, str) if len(given) == 1 else None
    if text is not None and _ISO.fullmatch(text):
        with suppress(ValueError):
            day = date.fromisoformat(text)
            return Value(py(f"date({day.year}, {day.month}, {day.day})"), DATE)
    return BASE("as.Date", given)
