"""Render tables for a terminal, as R's tibbles print, and for a notebook.

Numbers are rounded and never cut; ids are shown whole; what does not fit is text. pandas' display
options count where they differ from pandas' own defaults, which would undo R's look.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import Any

from rich.cells import cell_len, set_cell_size

from traktok import _text
from traktok._lazy import loaded, np, pd
from traktok._tables.builder import Rows
from traktok._tables.columns import Counts, holds_days, holds_texts, names_an_id

# As in R: all rows of a short table are printed, the first of a long one.
_ROWS_SHOWN = 10
_ROWS_SHOWN_WHOLE = 20
# Text is cut to this many terminal cells, unless there is more room.
_TEXT_WIDTH = 16
_NARROWEST_TERMINAL = 20
# The beginning of the second and further lines that name columns without room.
_FOOTER_INDENT = "#  "
# Significant digits, as R's pillar prints them.
_DIGITS = 3
# Powers of ten between which a number is written without an exponent.
_SMALLEST, _LARGEST = -5, 15
# The defaults of pandas' display options.
_PANDAS_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "max_rows": (60,),
    "min_rows": (10,),
    "max_columns": (0, 20),
    "max_colwidth": (50,),
    "width": (80,),
    "precision": (6,),
    "float_format": (None,),
}
# How pandas' and Arrow's names of types begin, and R's abbreviations.
_R_TYPES = (
    ("struct", "list"),
    ("str", "chr"),
    ("large_string", "chr"),
    ("Int", "int"),
    ("int", "int"),
    ("UInt", "int"),
    ("uint", "int"),
    ("bool", "lgl"),
    ("datetime64", "dttm"),
    ("timestamp", "dttm"),
    ("date32", "date"),
    ("timedelta64", "drtn"),
    ("duration", "drtn"),
    ("Float", "dbl"),
    ("float", "dbl"),
    ("double", "dbl"),
    ("category", "fct"),
    ("object", "list"),
    ("list", "list"),
)
_NUMBERS = {"int", "dbl"}
# Notebooks wrap cells and align all of them on the right, unless a rule is as specific as theirs.
_STYLE = (
    "<style>div.traktok-results table :is(td, th) {white-space: nowrap} "
    "div.traktok-results table .text {text-align: left}</style>"
)
_NEVER_CUT = _NUMBERS | {"lgl", "dttm", "date", "drtn"}
_MISSING = "NA"


def as_pandas() -> bool:
    """Return whether ``TRAKTOK_PRINT`` asks for tables in pandas' own look."""
    return os.environ.get("TRAKTOK_PRINT", "").strip().lower() == "pandas"


def r_type(kind: Any) -> str:
    """Return R's abbreviation for a column's dtype."""
    name = str(kind)
    return next((r for start, r in _R_TYPES if name.startswith(start)), name)


def as_text(table: pd.DataFrame) -> str:
    """Render a table for the terminal: rule line, size, types, and the columns that fit."""
    width, signs = _width(), _text.Signs.of_stdout()
    rule = [_rule(_search_id(table), width, signs)] if _is_search(table) else []
    columns, levels = _columns(table, signs, _rounded), _levels(table, signs, width)
    return "\n".join([*rule, *_lines(len(table), columns, levels, width, signs)])


def rows_as_text(rows: Rows) -> str:
    """Render rows of texts and counts as :func:`as_text` renders the table of them."""
    width, signs = _width(), _text.Signs.of_stdout()
    shown = rows.cells[: rows_shown(len(rows.cells))]
    columns = [
        _Column(
            name,
            "int" if issubclass(kind, Counts) else "chr",
            [_quoted(visible(row[place], signs), row[place]) for row in shown],
            signs,
        )
        for place, (name, kind) in enumerate(rows.columns.items())
    ]
    levels = [_Level(None, range(len(shown)), signs, width)]
    return "\n".join(_lines(len(rows.cells), columns, levels, width, signs))


def as_html(table: pd.DataFrame) -> str:
    """Render a table for a notebook."""
    signs = _text.Signs()
    columns, levels = _columns(table, signs, _precise), _levels(table, signs, sys.maxsize)
    widest = pd.get_option("display.max_colwidth") or sys.maxsize
    head = "".join(
        f"<th{column.html_class}>{escape(column.name)}<br><small>&lt;{column.type}&gt;</small></th>"
        for column in columns
    )
    corner = "".join(f"<th>{escape(level.name)}</th>" for level in levels)
    labels = ([f"<th>{escape(cell)}</th>" for cell in level.cells] for level in levels)
    cells = (
        [f"<td{column.html_class}>{escape(column.cut(cell, widest))}</td>" for cell in column.cells]
        for column in columns
    )
    rows = zip(*labels, *cells, strict=True)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    rule = f"<p>search id: {escape(_search_id(table))}</p>" if _is_search(table) else ""
    size = f"{len(table):,} × {table.shape[1]}"
    if (more := len(table) - rows_shown(len(table))) > 0:
        size += f" ({more:,} more rows)"
    return (
        f'<div class="traktok-results">{_STYLE}{rule}<table><thead><tr>{corner}{head}</tr></thead>'
        f"<tbody>{body}</tbody></table><p>{size}</p></div>"
    )


# ------------------------------------------------------------------------- the room on the screen


def _changed(option: str) -> tuple[bool, Any]:
    """Return whether a display option differs from pandas' default, and its value."""
    defaults = _PANDAS_DEFAULTS[option]
    for get_option in loaded("pandas.get_option"):
        value = get_option(f"display.{option}")
        return value not in defaults, value
    return False, defaults[0]


def _width() -> int:
    changed, width = _changed("width")
    if not changed or width is None:
        width = shutil.get_terminal_size().columns
    return max(int(width), _NARROWEST_TERMINAL)


def rows_shown(total: int) -> int:
    """Return how many of a table's rows are printed."""
    limited, limit = _changed("max_rows")
    few_given, few = _changed("min_rows")
    if limited and limit is None:
        return total
    limit = limit if limited and limit else _ROWS_SHOWN_WHOLE
    few = (few or limit) if few_given else _ROWS_SHOWN
    return total if total <= limit else min(few, limit)


def _is_search(table: pd.DataFrame) -> bool:
    return "search_id" in table.attrs


def _search_id(table: pd.DataFrame) -> str:
    return visible(str(table.attrs.get("search_id") or _MISSING), _text.Signs())


# ------------------------------------------------------------------------------------------ columns


class _Column:
    """A printed column: its name, R's abbreviation of its type, the first cells as texts."""

    def __init__(self, name: Any, type: str, cells: list[str], signs: _text.Signs) -> None:
        self._signs = signs
        self.name = visible(name, signs)
        self.type, self.cells = type, cells
        self._cuttable = self.type == "list" or not (self.type in _NEVER_CUT or _is_id(str(name)))
        self._padded_cells = list(_aligned(self.cells)) if self.type == "dbl" else self.cells
        self._pad = _right if self.type in _NUMBERS else _left

    @property
    def html_class(self) -> str:
        """The attribute that aligns its cells on the left, as on a terminal; empty for numbers."""
        return "" if self.type in _NUMBERS else ' class="text"'

    @property
    def needed(self) -> int:
        """The width of the widest cell."""
        return max(map(cell_len, (self.name, f"<{self.type}>", *self._padded_cells)))

    @property
    def least(self) -> int:
        """The smallest width that is acceptable: ids, numbers and times are not cut."""
        if not self._cuttable:
            return self.needed
        head = max(cell_len(self.name), cell_len(self.type) + 2)
        return min(max(head, _TEXT_WIDTH), self.needed)

    def cut(self, text: str, width: int) -> str:
        """Cut a cell's text to a width, unless it is an id, a number or a time."""
        if not self._cuttable or cell_len(text) <= width:
            return text
        if text.startswith("[") and self.type == "list":
            return _cut_list(text, width, self._signs)
        return _cut(text, width, self._signs)

    def lines(self, width: int) -> Iterator[str]:
        """Yield the name, the type and the cells, padded to a width."""
        cells = (self.cut(cell, width) for cell in self._padded_cells)
        for text in (self.name, f"<{self.type}>", *cells):
            yield self._pad(text, width)


def _columns(
    table: pd.DataFrame, signs: _text.Signs, number: Callable[[float], str]
) -> list[_Column]:
    return [
        _Column(
            name, *_typed_cells(table.iloc[: rows_shown(len(table)), place], signs, number), signs
        )
        for place, name in enumerate(table.columns)
    ]


def _typed_cells(
    column: pd.Series[Any], signs: _text.Signs, number: Callable[[float], str]
) -> tuple[str, list[str]]:
    """Return R's abbreviation of a column's type, and its cells as texts."""
    type = _r_type_of(column)
    if type == "dbl":
        return type, [_number(cell, number) for cell in column]
    if type == "chr":
        return type, [_quoted(visible(cell, signs), cell) for cell in column]
    if type == "dttm":
        return type, _times(column, signs)
    return type, [visible(cell, signs) for cell in column]


class _Level:
    """A printed level of the row labels; the columns have as much room as one of them."""

    def __init__(
        self, name: Any, labels: Iterable[Any], signs: _text.Signs, width: int, levels: int = 1
    ) -> None:
        self._named, widest = name is not None, width // (levels + 1)
        self.name = _cut(visible(name, signs), widest, signs) if self._named else ""
        texts = (_quoted(visible(label, signs), label) for label in labels)
        self.cells = [text if text.isdecimal() else _cut(text, widest, signs) for text in texts]

    @property
    def width(self) -> int:
        """The width of its widest line."""
        return max(map(cell_len, (self.name, *self.cells)))

    def lines(self) -> Iterator[str]:
        """Yield the name, a blank and the labels, padded to a width."""
        pad = _left if self._named else _right
        for text in (self.name, "", *self.cells):
            yield pad(text, self.width)


def _levels(table: pd.DataFrame, signs: _text.Signs, width: int) -> list[_Level]:
    index = table.index
    levels = map(index.get_level_values, range(index.nlevels))
    shown = rows_shown(len(table))
    return [_Level(level.name, level[:shown], signs, width, index.nlevels) for level in levels]


def _is_id(name: str) -> bool:
    return names_an_id(name) or name.lower().endswith("secuid")


def _r_type_of(column: pd.Series[Any]) -> str:
    if holds_days(column):
        return "date"
    return "chr" if holds_texts(column) else r_type(column.dtype)


# ------------------------------------------------------------------------------------------ a table


def _rule(search_id: str, width: int, signs: _text.Signs) -> str:
    rule = signs.fit(f"── search id: {search_id} ")
    if not search_id.isdecimal():
        rule = _cut(rule, width, signs)
    return rule + signs.fit("─") * (width - cell_len(rule))


def _lines(
    rows: int,
    columns: Sequence[_Column],
    levels: Sequence[_Level],
    width: int,
    signs: _text.Signs,
) -> Iterator[str]:
    yield signs.fit(f"# A table: {rows:,} × {len(columns)}")
    most_given, most = _changed("max_columns")
    room = width - sum(level.width for level in levels) - (len(levels) - 1)
    candidates = columns[:most] if most_given and most else columns
    widths = _widths(candidates, room) if rows else []
    if widths:
        shown = [list(level.lines()) for level in levels]
        shown += [list(column.lines(wide)) for column, wide in zip(columns, widths, strict=False)]
        yield from (" ".join(line).rstrip() for line in zip(*shown, strict=True))
    more = rows - rows_shown(rows)
    if more > 0:
        yield signs.fit(f"# ℹ {more:,} more rows")
    if rest := columns[len(widths) :]:
        which = "variables" if len(rest) != 1 else "variable"
        which = f"more {which}" if widths else which
        head = f"{signs.fit('# ℹ')} {len(rest)} {which}:"
        yield from _wrapped(head, [_in_footer(each, width, signs) for each in rest], width)


def _in_footer(column: _Column, width: int, signs: _text.Signs) -> str:
    """Name a column that is not shown; a name that no line has room for is cut."""
    type = f"<{column.type}>"
    room = width - cell_len(f"{_FOOTER_INDENT}  {type},")
    return f"{_cut(column.name, max(room, _TEXT_WIDTH), signs)} {type}"


def _wrapped(head: str, items: Sequence[str], width: int) -> Iterator[str]:
    """Write items behind a heading, separated by commas, in lines of a width."""
    words = [*head.split(), *(f"{item}," for item in items[:-1]), *items[-1:]]
    line = words[0]
    for word in words[1:]:
        if cell_len(line) + 1 + cell_len(word) > width:
            yield line
            line = _FOOTER_INDENT
        line += f" {word}"
    yield line


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """Return the widths of the columns that fit; columns that are cut share the remaining room."""
    widths: list[int] = []
    for column in columns:
        if room < 1 + column.least:
            break
        room -= 1 + column.least
        widths.append(column.least)
    limited, limit = _changed("max_colwidth")
    most = limit if limited and limit else sys.maxsize
    for number, width in enumerate(widths):
        extra = min(columns[number].needed, max(most, width)) - width
        given = min(extra, room)
        widths[number] += given
        room -= given
    return widths


# -------------------------------------------------------------------------------------------- cells


def visible(value: Any, signs: _text.Signs) -> str:
    """Format a cell on one line, with escapes for what cannot be shown."""
    if isinstance(value, (str, int)):
        return signs.fit(_text.printable(str(value)))
    if isinstance(value, list):
        return f"[{', '.join(visible(item, signs) for item in value)}]"
    if value is None:
        return _MISSING
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if value is pd.NA or value is pd.NaT or _is_nan(value):
        return _MISSING
    return signs.fit(_text.printable(str(value)))


def _times(column: pd.Series[Any], signs: _text.Signs) -> list[str]:
    """Format a column of times, including those beyond Python's calendar."""
    try:
        return [visible(cell, signs) for cell in column]
    except (ArithmeticError, NotImplementedError, ValueError):
        moments = np.datetime_as_string(column.to_numpy("M8[s]"))
        return [_MISSING if text == "NaT" else text.replace("T", " ") for text in moments]


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _quoted(text: str, cell: Any) -> str:
    """Quote the text "NA", such as Namibia's code, to tell it from a missing value."""
    return f'"{text}"' if isinstance(cell, str) and cell == _MISSING else text


def _number(cell: Any, write: Callable[[float], str]) -> str:
    if cell is None or cell is pd.NA or math.isnan(cell):
        return _MISSING
    _, custom = _changed("float_format")
    return str(custom(cell)) if custom is not None else write(float(cell))


def _rounded(number: float) -> str:
    """Format a number with three significant digits, and all digits before the point."""
    precise, _ = _changed("precision")
    if precise:
        return _precise(number)
    return _decimal(number, _DIGITS - 1, lambda power: max(0, _DIGITS - 1 - power))


def _precise(number: float) -> str:
    """Format a number with the decimals of pandas' ``display.precision``."""
    decimals = pd.get_option("display.precision")
    # Below one, the zeros after the point do not count as digits.
    return _decimal(number, decimals, lambda power: decimals + max(0, -1 - power))


def _decimal(number: float, of_mantissa: int, decimals: Callable[[int], int]) -> str:
    """Format a number with so many decimals for its power of ten, or with an exponent."""
    if number == 0 or math.isinf(number):
        return f"{number:g}"
    power = math.floor(math.log10(abs(number)))
    if not _SMALLEST <= power < _LARGEST:
        return f"{number:.{of_mantissa}e}"
    text = f"{number:.{decimals(power)}f}"
    return text.rstrip("0").removesuffix(".") if "." in text else text


def _aligned(cells: Sequence[str]) -> Iterator[str]:
    """Pad numbers on the right, so that their points are aligned."""
    tails = [len(cell.partition(".")[2]) + ("." in cell) for cell in cells]
    # Texts, and numbers with an exponent, have no point to align.
    plain = [cell[-1:].isdecimal() and "e" not in cell for cell in cells]
    longest = max((tail for tail, ok in zip(tails, plain, strict=True) if ok), default=0)
    for cell, tail, ok in zip(cells, tails, plain, strict=True):
        yield cell + " " * (longest - tail) if ok else cell


def _cut(text: str, width: int, signs: _text.Signs) -> str:
    """Cut a text to a width."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + signs.ellipsis


def _cut_list(text: str, width: int, signs: _text.Signs) -> str:
    """Cut a list after a whole element, so that no id in it is cut."""
    whole, comma, _ = set_cell_size(text, width - 1).rpartition(", ")
    return f"{whole}, {signs.ellipsis}" if comma else f"[{signs.ellipsis}"


def _left(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text
