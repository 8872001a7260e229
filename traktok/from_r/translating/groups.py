"""Apply functions of a whole column to each group of rows."""

from __future__ import annotations

import ast

from traktok.from_r.knowing.kinds import Kind, column_of
from traktok.from_r.knowing.values import EACH, MASK, Untranslatable, Value
from traktok.from_r.writing.build import one_or_list, py
from traktok.from_r.writing.flat import flat

# Functions whose result for a row depends on that row alone: groups make no difference.
_ROW_BY_ROW = frozenset(
    {"ifelse", "if_else", "case_when", "coalesce", "replace_na", "between", "is.na", "pmin", "pmax"}
    | {"abs", "sqrt", "log", "log10", "log2", "log1p", "exp", "round", "lengths", "nzchar"}
    | {"nchar", "str_length", "toupper", "tolower", "str_to_upper", "str_to_lower", "trimws"}
    | {"str_trim", "substr", "str_sub", "startsWith", "endsWith", "grepl", "str_detect"}
    | {"paste", "paste0", "as.character", "as.numeric", "as.integer", "as.Date", "as_date"}
    | {"as_datetime", "year", "month", "day", "hour", "weekdays", "format", "row_number", "("}
)
# Methods that pandas accepts by name for groups, with the same result as on a column.
_NAMES = ("sum", "mean", "median", "min", "max", "std", "var")
_BY_NAME = {f"{EACH}.{name}()": name for name in _NAMES}


def uses_mask(code: ast.AST) -> bool:
    """Return whether an expression uses the table of its data mask."""
    return any(isinstance(node, ast.Name) and node.id == MASK for node in ast.walk(code))


def group_summary(first: str, code: ast.expr) -> tuple[ast.expr, ast.expr]:
    """Return a summary as the column and function that ``agg()`` expects."""
    if flat(code) == f"len({MASK})":
        return ast.Constant(first), ast.Constant("size")
    found = [column for node in ast.walk(code) if (column := _mask_column(node)) is not None]
    done = _OfEach().visit(code)
    if len({flat(column) for column in found}) != 1 or uses_mask(done):
        raise Untranslatable("a summary of a group uses more than one column")
    return found[0], group_function(done)


def group_function(code: ast.expr) -> ast.expr:
    """Return a function of the column ``each`` of a group: pandas' name for it, or a lambda."""
    if flat(code) in _BY_NAME:
        return ast.Constant(_BY_NAME[flat(code)])
    return py(f"lambda {EACH}: f", f=code)


def by_group(value: Value, table: Kind, function: str) -> Value:
    """Compute for each row the result of a function for the row's group."""
    is_row_by_row = function in _ROW_BY_ROW or _mask_column(value.code) is not None
    if is_row_by_row or not uses_mask(value.code):
        return value
    if not value.kind.is_a("single"):
        raise Untranslatable(f"the result of `{function}` within groups is not known")
    column, done = group_summary(table.by[0], value.code)
    code = py(
        f"{MASK}.groupby(by, dropna=False)[column].transform(f)",
        by=one_or_list(list(table.by)),
        column=column,
        f=done,
    )
    if isinstance(done, ast.Lambda) and not value.kind.is_a("date", "time"):
        code = py("x.convert_dtypes()", x=code)  # a lambda that returns NA makes an object column
    return Value(code, column_of(value.kind, table.rows))


def _mask_column(node: ast.AST) -> ast.expr | None:
    """Return the name of the column that an expression takes from the table of its data mask."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return node.slice if node.value.id == MASK else None
    return None


class _OfEach(ast.NodeTransformer):
    """Replaces the column of a table by that of a group."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if _mask_column(node) is not None:
            return ast.Name(EACH)
        self.generic_visit(node)
        return node
