"""Translate functions that make vectors, lists and tables, or apply a function to each element."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from traktok.from_r.knowing.base import BASE
from traktok.from_r.knowing.kinds import (
    NULL,
    TEXT,
    Kind,
    common_kind,
    list_of,
    table_of,
)
from traktok.from_r.knowing.traktok import ATTRIBUTES, translate_call
from traktok.from_r.knowing.values import Untranslatable, Value, not_known
from traktok.from_r.reading.tree import Argument, Call, Name, Node, is_call
from traktok.from_r.translating.expressions import Expressions, special
from traktok.from_r.translating.indexing import TEXT_ORDER
from traktok.from_r.writing.build import literal_value, py, string_dict


@special("c")
def _c(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = [(n, value) for n, value in ctx.arguments(arguments) if not _is_null(value)]
    grown = [a.value.text for a in arguments if isinstance(a.value, Name)]
    ctx.knowledge.grown_from_null |= {n for n in grown if ctx.scope.kind(n) == NULL}
    if not given:
        return Value(ast.List([]), Kind("vector"))
    if any(name for name, _ in given):
        return _c_with_names(given)
    values = [value for _, value in given]
    if any(value.kind.is_a("dict", "list", "query", "table") for value in values):
        return _c_of_lists(values)
    return _c_of_vectors(values)


def _c_with_names(given: Sequence[tuple[str | None, Value]]) -> Value:
    if not all(name and value.kind.is_a("single", "missing") for name, value in given):
        raise Untranslatable("`c()` with names for only some elements")
    check_distinct([name for name, _ in given])
    kinds = [value.kind for _, value in given if value.kind.name != "missing"]
    code = string_dict([(n or "", v.code) for n, v in given])
    columns = tuple((n or "", v.kind) for n, v in given)
    gaps = len(kinds) < len(given)
    return Value(code, Kind("named", common_kind(kinds), columns=columns, gaps=gaps))


def _c_of_vectors(values: Sequence[Value]) -> Value:
    elements: list[ast.expr] = []
    of: list[Kind] = []
    for value in values:
        if value.kind.is_a("single", "missing", "unknown"):
            elements.append(value.code)
            of.append(value.kind)
        elif value.kind.is_a("atomic", "column"):
            elements.append(ast.Starred(value.code))
            of += [value.kind.of] if value.kind.of else []
        else:
            raise not_known(f"`c()` of {value.kind}")
    known = [kind for kind in of if kind.name != "missing"]
    names = {kind.name for kind in known}
    if ("unknown" in names and len(values) > 1) or (names & {"text"} and names - {"text"}):
        raise not_known(f"`c()` of {', '.join(sorted(names))}")
    held = [value.texts for value in values]
    written = [text for texts in held for text in texts or ()]
    distinct = None not in held and len(set(written)) == len(written)
    kind = Kind(
        "vector",
        common_kind(known) if known else None,
        distinct=distinct,
        gaps=len(known) < len(of) or any(value.kind.gaps or value.doubts for value in values),
        length=len(elements) - sum(isinstance(element, ast.Starred) for element in elements),
    )
    return Value(ast.List(elements), kind, None if None in held else tuple(written))


def _is_null(value: Value) -> bool:
    """Return whether this is a literal ``NULL``, which ``c()`` drops."""
    return isinstance(value.code, ast.Constant) and value.code.value is None


def check_distinct(names: Sequence[str | None]) -> None:
    """Raise if two elements have the same name, which a dict can't represent."""
    if len(set(names)) != len(names):
        raise Untranslatable("two elements have the same name; a dict can't")


def _c_of_lists(values: Sequence[Value]) -> Value:
    if any(value.kind.name != "list" for value in values):
        raise Untranslatable("`c()` of lists and other values")
    code = ast.List([ast.Starred(value.code) for value in values])
    return Value(code, list_of(common_kind([value.kind.element for value in values])))


@special("list")
def _list(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments(arguments)
    of = common_kind([value.kind for _, value in given])
    if given and all(name for name, _ in given):
        check_distinct([name for name, _ in given])
        names = tuple((n or "", v.kind) for n, v in given)
        code = string_dict([(n or "", v.code) for n, v in given])
        return Value(code, Kind("dict", of, columns=names))
    if any(name for name, _ in given):
        raise Untranslatable("`list()` with names for only some elements")
    kind = Kind("list", of if given else None, length=len(given))
    return Value(ast.List([v.code for _, v in given]), kind)


# -------------------------------------------------------------------------------- each element


@special("sapply", "vapply")
def _sapply(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    """Translate ``sapply()``, which uses strings as names unless ``USE.NAMES`` is given."""
    names = all(argument.name != "USE.NAMES" for argument in arguments)
    return _map(ctx, arguments, "vector", named_by_text=names)


_APPLIED = ("X", ".x", "FUN", ".f", "FUN.VALUE", ".progress", "USE.NAMES", "simplify")


def _map(
    ctx: Expressions, arguments: Sequence[Argument], makes: str, named_by_text: bool = False
) -> Value:
    """Translate a call of the apply family as a comprehension."""
    over, function, extra = _apply_arguments(arguments)
    if over.value is None or function.value is None:
        raise Untranslatable("an argument of the call is empty")
    values = ctx.value(over.value)
    source, element = _iterate(values)
    variable, done = ctx.apply_to_element(
        function.value, Value(values.code, list_of(element)), extra
    )
    parts = {"done": done.code, "v": ast.Name(variable), "x": source}
    if values.kind.is_a("mapping"):
        k = ast.Name("inner")
        items = py("x.items()", x=values.code)
        code = py("{k: done for k, v in items}", k=k, done=done.code, v=parts["v"], items=items)
        return Value(code, Kind("named" if makes == "vector" else "dict", done.kind))
    if named_by_text and element.name == "text" and values.kind.distinct:
        return Value(py("{v: done for v in x}", **parts), Kind("named", done.kind))
    return Value(py("[done for v in x]", **parts), Kind(makes, done.kind))


special("lapply", "map")(partial(_map, makes="list"))
special("map_chr", "map_int", "map_dbl", "map_lgl")(partial(_map, makes="vector"))
special("map_dfr", "map_df")(lambda ctx, given: concat_tables(_map(ctx, given, "list")))


def _apply_arguments(
    arguments: Sequence[Argument],
) -> tuple[Argument, Argument, list[Argument]]:
    """Return the arguments of the apply family: the values, the function, its extra arguments."""
    by_name = {a.name: a for a in arguments if a.name in _APPLIED}
    free = [a for a in arguments if a.name is None]
    extra = [a for a in arguments if a.name and a.name not in _APPLIED]
    over = by_name.get("X") or by_name.get(".x") or (free.pop(0) if free else None)
    function = by_name.get("FUN") or by_name.get(".f") or (free.pop(0) if free else None)
    if over is None or function is None or len(free) > 1:
        raise not_known("a call with these arguments")
    return over, function, extra


def _iterate(values: Value) -> tuple[ast.expr, Kind]:
    if values.kind.name == "column" and values.kind.element.name == "vector" and values.doubts:
        # NULL in R, of length 0, is a missing cell in Python
        code = py("x.map(lambda each: each if isinstance(each, list) else [])", x=values.code)
        return code, values.kind.element
    if values.kind.is_a("mapping", "sequence", "column", "range"):
        return values.code, values.kind.element
    raise not_known(f"applying a function to each element of {values.kind}")


@special("Filter", "keep")
def _filter(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    nodes = [argument.value for argument in arguments]
    for function, values in (nodes, nodes[::-1]) if len(nodes) == 2 else ():
        if (
            is_call(function, "Negate")
            and _is_name(_first_argument(function), "is.null")
            and values
        ):
            return _compact(ctx.value(values))
    raise not_known("`Filter()` with this function")


def _compact(values: Value) -> Value:
    if values.kind.name == "list":
        return Value(py("[each for each in x if each is not None]", x=values.code), values.kind)
    if values.kind.name == "dict":
        code = py("{inner: each for inner, each in x.items() if each is not None}", x=values.code)
        return Value(code, values.kind)
    raise not_known(f"dropping NULL from {values.kind}")


special("compact")(lambda ctx, given: _compact(*ctx.match(given, ".x")))


def _is_name(node: Node | None, *names: str) -> bool:
    return isinstance(node, Name) and node.text in names


def _first_argument(node: Node | None) -> Node | None:
    return node.arguments[0].value if isinstance(node, Call) and node.arguments else None


# --------------------------------------------------------------------------------------- tables


@special("bind_rows", "rbind", "list_rbind")
def _bind_rows(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments([a for a in arguments if a.name != "stringsAsFactors"])
    if any(name for name, _ in given):
        raise not_known("`bind_rows()` with named arguments")
    values = [value for _, value in given]
    if len(values) == 1 and values[0].kind.is_a("dict", "list"):
        return concat_tables(values[0])
    allowed = {"table", "null"}
    if not all(value.kind.name in allowed for value in values):
        unknown = ", ".join(str(value.kind) for value in values)
        raise not_known(f"`bind_rows()` of {unknown}")
    kinds = [value.kind for value in values]
    tables = Value(ast.List([v.code for v in values]), list_of(common_kind(kinds)))
    return concat_tables(tables, padded=len({frozenset(dict(kind.columns)) for kind in kinds}) > 1)


@special("do.call", "Reduce", "reduce")
def _do_call(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    binds = {"rbind", "bind_rows"}
    nodes = [argument.value for argument in arguments]
    for function, values in (nodes, nodes[::-1]) if len(nodes) == 2 else ():
        name = function.text if isinstance(function, Name) else getattr(function, "value", None)
        if name in binds and values is not None:
            return concat_tables(ctx.value(values))
    raise Untranslatable("only `rbind` and `bind_rows` are known to the translator here")


def concat_tables(tables: Value, padded: bool = False) -> Value:
    """Concatenate the tables of a list; ``padded`` if one may lack columns of another.

    pandas may then fill in NaN, which compares as a number, where R has NA.
    """
    code, of = tables.code, tables.kind.element
    if not tables.kind.is_a("sequence", "dict") or not of.is_a("table", "unknown"):
        raise not_known(f"binding the rows of {tables.kind}")
    if tables.kind.name == "dict":
        code = py("x.values()", x=code)
    kind = replace(of if of.name == "table" else table_of(), keeps_attributes=False, by=())
    code = py("pd.concat(x, ignore_index=True)", x=code)
    if padded:
        code = py("x.convert_dtypes()", x=code)
    return Value(code, kind.other_rows())


@special("sort")
def _sort(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments(arguments)
    if given and given[0][1].kind.element == TEXT:
        ctx.note(TEXT_ORDER)
    return BASE("sort", given)


_NO_COLUMNS = {"check.names", "row.names", ".rows", ".name_repair"}


@special("tibble", "data_frame")
def _tibble(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    given = ctx.arguments([a for a in arguments if a.name != "stringsAsFactors"])
    if any(name in _NO_COLUMNS for name, _ in given):
        raise not_known("an option of the table")
    columns: dict[str, Kind] = {}
    values: list[ast.expr] = []
    single = True
    for name, value in given:
        kind = value.kind
        if name is None or not kind.is_a("single", "missing", "atomic", "column"):
            raise not_known(f"a column that is {kind}")
        single = single and kind.is_a("single", "missing")
        columns[name] = kind.element if kind.is_a("atomic", "column") else kind
        values.append(py("x.tolist()", x=value.code) if kind.name == "column" else value.code)
    if single:
        values = [ast.List([value]) for value in values]
    code = py("pd.DataFrame(x)", x=string_dict(list(zip(columns, values, strict=True))))
    if any(value.kind.gaps or value.kind.name == "missing" for _, value in given):
        code = py("x.convert_dtypes()", x=code)
    return Value(code, table_of(columns))


@special("data.frame")
def _data_frame(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    table = _tibble(ctx, arguments)
    return Value(table.code, replace(table.kind, tibble=False))


_NO_TEXT = 'R reads an empty cell of a text column as "", pandas as missing.'


@special("read.csv")
def _read_csv(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    ctx.note(_NO_TEXT)
    return BASE("read_csv", ctx.arguments([a for a in arguments if a.name != "stringsAsFactors"]))


def _save(table: Value, path: Value) -> Value:
    if table.kind.name != "table" or path.kind.name != "text":
        raise Untranslatable("only a table can be saved, and only under a file name")
    template = "x.save(path)" if table.kind.keeps_attributes else "TikTokResults(x).save(path)"
    return Value(py(template, x=table.code, path=path.code), Kind("done"))


special("saveRDS")(lambda ctx, given: _save(*ctx.match(given, "object", "file")))
special("write_rds")(lambda ctx, given: _save(*ctx.match(given, "x", "file")))


@special("attr")
def _attr(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    table, which = ctx.match(arguments, "x", "which")
    name = literal_value(which.code, str)
    if name not in ATTRIBUTES:
        raise Untranslatable(f"only the attributes {', '.join(ATTRIBUTES)} can be read")
    if not table.kind.is_a("table", "unknown"):
        raise not_known(f"an attribute of {table.kind}")
    if table.kind.name == "table" and not table.kind.keeps_attributes:
        raise Untranslatable("this table may have lost the attributes of its search")
    return Value(py("attr(x, which)", x=table.code, which=which.code), ATTRIBUTES[name])


@special("names")
def _names(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    """Translate ``names()``; ``names(which.max(counts))`` is a label of the counts."""
    node = arguments[0].value if len(arguments) == 1 else None
    for function, method in (("which.max", "idxmax"), ("which.min", "idxmin")):
        if is_call(node, function) and len(node.arguments) == 1:
            ((_, counts),) = ctx.arguments(node.arguments)
            if counts.kind.name == "counts":
                return Value(py(f"x.{method}()", x=counts.code), TEXT)
    return BASE("names", ctx.arguments(arguments))


# ------------------------------------------------------------------------------- credentials


@special("add_cookies")
def _add_cookies(ctx: Expressions, arguments: Sequence[Argument]) -> Value:
    """Translate ``cookiemonster::add_cookies()``, which stores a browser's cookies."""
    given = ctx.arguments([argument for argument in arguments if argument.name != "confirm"])
    if len(given) != 1 or given[0][0] not in {None, "cookiefile"}:
        raise Untranslatable("cookies can only be imported from a file")
    return translate_call("auth_hidden", [(None, given[0][1])])
