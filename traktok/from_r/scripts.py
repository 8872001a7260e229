"""Translate R scripts into Python scripts, with the imports they need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from traktok._text import excerpt, for_message, printable
from traktok.from_r.knowing.imports import import_lines
from traktok.from_r.knowing.values import Names
from traktok.from_r.reading.chunks import Chunk, Text, split_document
from traktok.from_r.reading.syntax import parse
from traktok.from_r.reading.tree import Block, Function
from traktok.from_r.translating import (
    assignments,
    collections,
    conditionals,
    control,
    dplyr,
    indexing,
    joins,
    operators,
    reshaping,
    sequences,
    splitting,
    summaries,
    texts,
)
from traktok.from_r.translating.expressions import Knowledge
from traktok.from_r.translating.flow import set_by
from traktok.from_r.translating.statements import Statements, Todo

# Importing these modules registers the functions they translate.
_REGISTERED = (
    *(operators, indexing, assignments, control),
    *(conditionals, collections, sequences, texts, dplyr, joins, reshaping, summaries, splitting),
)

ScriptKind = Literal["r", "rmd", "qmd"]

# Each pass over a script learns from the previous one what its functions take and return.
_PASSES = 3


@dataclass(frozen=True)
class Translation:
    """A Python script translated from R, and what was not translated.

    ``str()`` of it is the script.

    Attributes
    ----------
    code : str
        The script.
    todos : tuple of Todo
        What was not translated, each with its ``line``, its R ``code`` and the ``reason``. In the
        script it is a comment that begins with ``TODO``.

    Examples
    --------
    >>> from traktok.from_r import translate
    >>> translate("plot(1:3)").todos[0].reason
    '`plot()` is not known to the translator'
    """

    code: str
    todos: tuple[Todo, ...] = ()

    def __str__(self) -> str:
        return self.code


def translate(code: str, *, kind: ScriptKind = "r") -> Translation:
    """Translate R code that uses traktok into Python that uses traktok.

    Translates traktok's functions, the pipes, and the base R and dplyr that collecting and
    exploring results needs. Code that the translator does not know, or that the script alone does
    not determine, stays as a comment with a ``TODO``; code that depends on it then fails instead
    of giving another result.

    Parameters
    ----------
    code : str
        The R code.
    kind : {"r", "rmd", "qmd"}, default "r"
        A script, or a document of R Markdown or Quarto: its text is kept as cells of comments,
        the R code within the text is printed below it.

    Returns
    -------
    Translation
        The script, and what was not translated.

    Raises
    ------
    ValueError
        If it is not R code; the message has line and column.
    ImportError
        If the extra ``traktok[from-r]`` is not installed.

    Notes
    -----
    Python differs in a few places. R sorts strings by the rules of its locale, Python by code
    point. ``1:n`` counts down in R if n is 0, and is empty in Python; a comment marks the place.
    ``x[1:5, ]`` of three rows is three rows. In a string, 100000 is written ``100000`` (in R
    ``1e+05``) and a missing value of a table ``<NA>`` (in R ``NA``). Division by zero is an error
    except in columns. Before pandas 3, the 0 / 0 of two counts is not missing in a column, and a
    group whose ``sd()`` is missing passes ``filter(s != 5)``. ``set.seed()`` leads to other
    random numbers.

    Examples
    --------
    >>> print(translate('''
    ... videos <- query() |>
    ...   query_and("region_code", "IN", c("JP", "US")) |>
    ...   tt_search_api(start_date = as.Date("2023-11-01"), end_date = Sys.Date())
    ... videos$video_id[1]
    ... '''))
    from datetime import date
    <BLANKLINE>
    from traktok import query, query_and, tt_search_api
    <BLANKLINE>
    videos = (
        query()
        | query_and("region_code", "IN", ["JP", "US"])
        | tt_search_api(start_date=date(2023, 11, 1), end_date=date.today())
    )
    print(videos["video_id"].iloc[0])
    <BLANKLINE>
    """
    if kind not in get_args(ScriptKind):
        raise ValueError(
            f"kind must be one of {', '.join(get_args(ScriptKind))}, not {excerpt(kind)}"
        )
    parts = list(_split(code, kind))
    names, knowledge = Names(), Knowledge()
    functions: dict[str, Function] = {}
    blocks = [part.block for part in parts if isinstance(part, _Code)]
    assigned = Counter(name for block in blocks for name in set_by(block))
    for _ in range(_PASSES):
        ctx = Statements(names, knowledge)
        ctx.functions = dict(functions)
        ctx.assigned = assigned
        body = [line for part in parts for line in part.lines(ctx)]
        functions = ctx.functions
    imports = import_lines(ctx.used)
    text = "\n".join([*imports, *([""] if imports and body else []), *_with_blank_lines(body)])
    return Translation(f"{text.strip()}\n" if text.strip() else "", tuple(ctx.todos))


def translate_file(path: str | Path) -> Translation:
    r"""Translate an R script, R Markdown or Quarto file; see :func:`translate`.

    Parameters
    ----------
    path : str or Path
        A file whose name ends in ``.R``, ``.Rmd`` or ``.qmd``.

    Returns
    -------
    Translation
        The script, and what was not translated.

    Raises
    ------
    ValueError
        If the name ends in anything else, or the file holds no R code.
    OSError
        If the file can't be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from traktok.from_r.scripts import translate_file
    >>> script = Path(tempfile.mkdtemp()) / "pages.R"
    >>> _ = script.write_text("pages <- 3L")
    >>> translate_file(script).code
    'pages = 3\n'
    """
    path = Path(path)
    name = printable(path.name)
    kind = path.suffix.lower().lstrip(".")
    for known in get_args(ScriptKind):
        if kind == known:
            try:
                return translate(path.read_text(encoding="utf-8-sig"), kind=known)
            except UnicodeDecodeError:
                raise ValueError(for_message(f"{name} is not text in UTF-8")) from None
            except ValueError as error:
                raise ValueError(for_message(f"{name}: {error}")) from None
    raise ValueError(
        for_message(f"{name} is not an R script: the name of one ends in .R, .Rmd or .qmd")
    )


# ------------------------------------------------------------------------------------- parts


@dataclass(frozen=True)
class _Lines:
    """Lines that are copied unchanged."""

    fixed: tuple[str, ...]

    def lines(self, ctx: Statements) -> list[str]:
        return list(self.fixed)


@dataclass(frozen=True)
class _Code:
    """Parsed R code; not ``runs`` if the document shows it without running it."""

    block: Block
    runs: bool = True

    def lines(self, ctx: Statements) -> list[str]:
        if self.runs:
            return ctx.script(self.block)
        mark, used, functions = ctx.scope.mark(), set(ctx.used), dict(ctx.functions)
        written = ctx.script(self.block)
        ctx.scope.roll_back(mark)
        ctx.used, ctx.functions = used, functions
        return [f"# {line}".rstrip() for line in written]


@dataclass(frozen=True)
class _Foreign:
    """A chunk in another language, which becomes a comment."""

    chunk: Chunk

    def lines(self, ctx: Statements) -> list[str]:
        reason = f"a chunk in {self.chunk.language}, not in R"
        ctx.todos.append(Todo(self.chunk.first_line, self.chunk.code, reason))
        code = [f"#     {line}".rstrip() for line in self.chunk.code.splitlines()]
        return [f"# TODO line {self.chunk.first_line}: {reason}", *code]


def _split(code: str, kind: ScriptKind) -> Iterator[_Lines | _Code | _Foreign]:
    if kind == "r":
        yield _Code(parse(code))
        return
    for cell in split_document(code):
        yield from _text_parts(cell) if isinstance(cell, Text) else _chunk_parts(cell)


def _text_parts(cell: Text) -> Iterator[_Lines | _Code]:
    comments = [f"# {line}".rstrip() for text in cell.lines for line in text.splitlines() or [""]]
    yield _Lines(("", "# %% [markdown]", *comments))
    if cell.inline:
        yield _Lines(("", "# %%"))
    for line, code in cell.inline:
        yield _Code(parse(code, line))


def _chunk_parts(cell: Chunk) -> Iterator[_Lines | _Code | _Foreign]:
    yield _Lines(("", f"# %% {cell.label}".rstrip()))
    if cell.language != "r":
        yield _Foreign(cell)
    else:
        yield _Code(parse(cell.code, cell.first_line), runs=cell.runs)


def _with_blank_lines(body: list[str]) -> Iterator[str]:
    """Yield the lines with two blank lines around functions and at most one elsewhere."""
    starts = _function_starts(body)
    empty, after_function, inside = 0, False, False
    first = next((place for place, line in enumerate(body) if line), 0)
    for place, line in enumerate(body[first:], start=first):
        if not line:
            empty += 1
            continue
        at_left = not line.startswith((" ", ")"))
        if place > first and at_left and (starts[place] or after_function) and not inside:
            yield from ("", "")
        elif empty:
            yield ""
        inside = starts[place] and line.startswith("#")
        after_function = line.startswith("def ") or (after_function and not at_left)
        empty = 0
        yield line


def _function_starts(body: list[str]) -> list[bool]:
    """Return for each line whether a function, or the comments above one, start there."""
    starts: list[bool] = []
    for line in reversed(body):
        is_comment = line.startswith("# ")
        starts.append(line.startswith("def ") or (is_comment and bool(starts) and starts[-1]))
    return starts[::-1]


__all__ = ["Todo", "Translation", "translate", "translate_file"]
