"""The pages of the site that are made from the code: reference, data dictionary, command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from inspect import isclass, isroutine
from pathlib import Path
from typing import Any

import typer

import traktok
from traktok import sandbox
from traktok._http.endpoint import Endpoint
from traktok._http.endpoints import DAILY_REQUESTS, VIDEO_QUERY
from traktok._tables.builder import Column
from traktok._tables.columns import Texts
from traktok.cli import app
from traktok.hidden import _columns
from vignettes.site.fields import ACCOUNT_MEANINGS, MEANINGS, REQUESTED, TYPES, WEB_MEANINGS
from vignettes.site.tables import ATTRIBUTES, TABLES, Table

# Public names of modules that ``traktok`` does not import, by the heading they come under.
MODULES: Mapping[str, tuple[str, ...]] = {
    "Cassettes": ("traktok.replay.record", "traktok.replay.replay"),
    "Sandbox": ("traktok.sandbox.Sandbox", "traktok.demo.main"),
    "R's files": (
        "traktok.from_r.translate",
        "traktok.from_r.read_query",
        "traktok.from_r.read_r_token",
        "traktok.from_r.read_r_cookies",
    ),
}

# The functions of the unofficial API that return a table of accounts, or of videos.
WEB_ACCOUNTS = ("tt_user_info_hidden", "tt_get_follower_hidden", "tt_get_following_hidden")
WEB_VIDEOS = ("tt_videos", "tt_slideshow_hidden", "tt_search_hidden", "tt_user_videos_hidden")


def groups() -> dict[str, list[str]]:
    """Return the public names of ``traktok`` by the comments that group them in ``__all__``."""
    source = Path(traktok.__file__).read_text("utf-8")
    shown = source[source.index("__all__ = [") :].partition("]")[0]
    found: dict[str, list[str]] = {}
    for heading, name in re.findall(r"^    (?:# (.+)|\"(\w+)\",)$", shown, re.MULTILINE):
        if heading:
            names = found[heading] = []
        else:
            names.append(name)
    return found


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each page."""
    named = {
        **{group: [f"traktok.{name}" for name in names] for group, names in groups().items()},
        **MODULES,
    }
    yield "reference/index.md", _overview(named)
    for group, names in named.items():
        further = _faults() if group == "Sandbox" else ""
        yield f"reference/{_slug(group)}.md", _reference(group, names) + further
    yield "data.md", data_dictionary()
    yield "commands.md", command_line()


def _slug(heading: str) -> str:
    return re.sub(r"\W+", "-", heading.lower()).strip("-")


def _object(name: str) -> Any:
    module, _, last = name.rpartition(".")
    return getattr(__import__(module, fromlist=[last]), last)


def _overview(named: Mapping[str, Iterable[str]]) -> str:
    text = "# Reference\n\nEvery public name. `help(traktok.tt_search_api)` shows the same.\n"
    for group, names in named.items():
        text += f"\n## [{group}]({_slug(group)}.md)\n\n| name | purpose |\n|---|---|\n"
        for name in names:
            text += f"| [`{_short(name)}`](#{name}) | {_summary(name)} |\n"
    slugs = "\n".join(map(_slug, named))
    return f"{text}\n```{{toctree}}\n:hidden:\n\n{slugs}\n```\n"


def _short(name: str) -> str:
    return name.removeprefix("traktok.")


def _alias_of(name: str) -> str:
    """Return the name of the function that this one is another name of; empty if it is its own."""
    own = getattr(_object(name), "__name__", "")
    return own if own and own != name.rpartition(".")[2] and hasattr(traktok, own) else ""


def _summary(name: str) -> str:
    if alias := _alias_of(name):
        return f"another name of `{alias}`"
    value = _object(name)
    if not isclass(value) and not isroutine(value):
        return "names of fields"
    return " ".join((value.__doc__ or "").partition("\n\n")[0].split()).replace("|", "\\|")


def _reference(group: str, names: Iterable[str]) -> str:
    return f"# {group}\n\n```{{eval-rst}}\n{chr(10).join(map(_directive, names))}\n```\n"


def _faults() -> str:
    """Return the sections on what the sandbox can get wrong, by the names it is arranged with."""
    text = (
        "\n## Faults of the Research API\n\n"
        "For `Sandbox.fail()` and `traktok sandbox --fault`; `traktok.sandbox.FAULTS`.\n\n"
        "| name | fault | options, with their defaults |\n|---|---|---|\n"
    )
    for name, fault in sandbox.FAULTS.items():
        options = ", ".join(f"`{key}={value!r}`" for key, value in fault.options.items())
        text += f"| `{name}` | {_escaped(fault.about)} | {options} |\n"
    text += "\n## Conditions of posts\n\nFor `Sandbox.arrange()`, on the web pages.\n"
    for of, listed in (
        ("a page", sandbox.CONDITIONS),
        ("the data that the page's script requests", sandbox.DETAIL_CONDITIONS),
        ("files", sandbox.MEDIA_CONDITIONS),
    ):
        text += f"\nOf {of}: {', '.join(f'`{name}`' for name in listed)}.\n"
    return text


def _directive(name: str) -> str:
    value = _object(name)
    if alias := _alias_of(name):
        return _described(
            "function", f"{name}(...)", f"Another name of :py:func:`traktok.{alias}`."
        )
    if isclass(value):
        members = ", ".join(_members(value))
        return f".. autoclass:: {name}\n" + (f"   :members: {members}\n" if members else "")
    if isroutine(value):
        return f".. autofunction:: {name}\n"
    fields = ", ".join(f"``{field}``" for field in value)
    return _described("data", name, f"The fields that may be requested: {fields}.")


def _described(kind: str, name: str, text: str) -> str:
    """Return the directive for a name with a text of its own; its module is not shown."""
    module, _, short = name.partition(".")
    return f".. py:{kind}:: {short}\n   :module: {module}\n\n   {text}\n"


def _members(value: type) -> list[str]:
    """Return the documented members of a class, with those of its private bases.

    Public bases have an entry of their own.
    """
    own = [
        base
        for base in value.__mro__
        if base.__module__.startswith("traktok")
        and (base is value or base.__name__ not in traktok.__all__)
    ]
    names = dict.fromkeys(
        name
        for base in own
        for name, member in vars(base).items()
        if not name.startswith("_") and getattr(member, "__doc__", None) and not isclass(member)
    )
    return [name for name in names if _is_described(getattr(value, name, None))]


def _is_described(member: object) -> bool:
    return isroutine(member) or isinstance(member, (property, cached_property))


# ---------------------------------------------------------------------------- the data dictionary


def data_dictionary() -> str:
    """Return the page of every endpoint's columns, with type and meaning."""
    text = (
        "# Data dictionary\n\n"
        "The columns of every table: those of the Research API, then those of the unofficial API, "
        "of studies, quotas and comparisons. A column has the name of TikTok's field unless the "
        "table says otherwise. *Default* marks the fields that are requested if you do not set "
        "`fields`; *if requested* marks further fields that you can name there; *added* marks "
        "columns that traktok adds. TikTok's archive, which searches read, updates counts with a "
        "delay of up to ten days.\n\n"
        "| type | pandas | a cell holds |\n|---|---|---|\n"
    )
    for kind, (dtype, meaning) in TYPES.items():
        text += f"| {_type(kind)} | `{dtype}` | {meaning} |\n"
    for row in REQUESTED:
        text += _endpoint(row)
    return text + _web_videos() + _web_accounts() + _attributes() + "".join(map(_table, TABLES))


def _endpoint(row: Endpoint) -> str:
    names = [name for function in row.functions for name in function.names]
    quota = DAILY_REQUESTS[row.pool]
    page = f", up to {row.page_size} rows a page" if row.page_size else ""
    text = (
        f"\n## {row.functions[0].name}\n\n"
        f"{', '.join(f'{{py:func}}`traktok.{name}`' for name in names)}: "
        f"`POST {row.path}`, {quota:,} requests a day{page}.\n\n"
        "| column | type | meaning | requested |\n|---|---|---|---|\n"
    )
    default = row.schema.columns(None)
    held = {key for column in default for key in column.keys}
    further = [Column.of(field) for field in row.documented if field not in held]
    for column in default:
        text += _column(column, "default")
    for column in further:
        text += _column(column, "if requested")
    if row.schema.tag:
        text += _column(Column(row.schema.tag, Texts, ()), "added")
    if row is VIDEO_QUERY:
        text += _column(Column.of("found_by"), "added, in studies of several queries")
    return text


def _web_videos() -> str:
    """Return the section of what the unofficial API returns about videos."""
    text = (
        f"\n## Videos of the unofficial API\n\n"
        f"{', '.join(f'{{py:func}}`traktok.{name}`' for name in WEB_VIDEOS)}.\n\n"
        "| column | type | meaning |\n|---|---|---|\n"
    )
    for column in web_columns():
        text += f"| `{column.name}` | {_type(column.type)} | {WEB_MEANINGS[column.name]} |\n"
    return text


def _web_accounts() -> str:
    """Return the section of what the unofficial API returns about accounts."""
    of_lists = {column.name for column in _columns.ACCOUNTS.fixed}
    text = (
        "\n## Accounts of the unofficial API\n\n"
        f"{', '.join(f'{{py:func}}`traktok.{name}`' for name in WEB_ACCOUNTS)}. Lists of followers "
        "use TikTok's own names, user info writes them in snake case, as R traktok does; any other "
        "key that TikTok sends becomes a further column.\n\n"
        "| in lists | in user info | type | meaning |\n|---|---|---|---|\n"
    )
    for (key, meaning), column in zip(ACCOUNT_MEANINGS.items(), account_columns(), strict=True):
        listed = f"`{key}`" if key in of_lists else ""
        text += f"| {listed} | `{column.name}` | {_type(column.type)} | {meaning} |\n"
    return text


def _attributes() -> str:
    """Return the section of what a table remembers besides its rows."""
    text = (
        "\n## Attributes of a table\n\n"
        'What a table remembers besides its rows: `videos.attrs`, or `attr(videos, "cursor")`.\n\n'
        "| name | type | tables | meaning |\n|---|---|---|---|\n"
    )
    for name, (kind, tables, meaning) in ATTRIBUTES.items():
        text += f"| `{name}` | {kind} | {tables} | {meaning} |\n"
    return text


def _table(table: Table) -> str:
    """Return the section of a table that is not made of TikTok's fields."""
    functions = ", ".join(f"{{py:obj}}`traktok.{name}`" for name in table.functions)
    text = (
        f"\n## {table.title}\n\n"
        f"`{table.call}` ({functions}). Each row is {table.row}.\n\n"
        "| column | pandas | meaning |\n|---|---|---|\n"
    )
    for name, (kind, meaning) in table.columns.items():
        text += f"| `{name}` | `{kind}` | {meaning} |\n"
    return text


def account_columns() -> Iterable[Column]:
    """Return the columns of a table of user info of the unofficial API, without rows."""
    return _columns.user_schema([]).fixed


def web_columns() -> Iterable[Column]:
    """Return the columns of a table of videos of the unofficial API, those of files included."""
    return _columns.video_schema(_columns.FILE_COLUMNS).fixed


def _type(kind: type) -> str:
    return kind.__name__.lower().removesuffix("s")


def _column(column: Column, note: str) -> str:
    meaning = MEANINGS[column.name]
    return f"| `{column.name}` | {_type(column.type)} | {meaning} | {note} |\n"


# -------------------------------------------------------------------------------- the command line


def command_line() -> str:
    """Return the page of all commands, made from the program itself."""
    program = typer.main.get_command(app)
    text = f"# Command line\n\n{_prose(program.help)}\n\n{_prose(program.epilog)}\n"
    return text + "".join(_commands(program, ("traktok",)))


def _commands(command: Any, names: tuple[str, ...]) -> Iterator[str]:
    for name, each in command.commands.items():
        path = (*names, name)
        if hasattr(each, "commands"):
            yield from _commands(each, path)
        else:
            yield _command(each, path)


def _command(command: Any, path: tuple[str, ...]) -> str:
    context = typer.Context(command)
    usage = " ".join([*path, *command.collect_usage_pieces(context)])
    text = f"\n## {' '.join(path)}\n\n`{usage}`\n\n{_prose(command.help)}\n"
    shown = [each.get_help_record(context) for each in command.get_params(context)]
    rows = [
        f"| `{names.replace('|', BAR)}` | {_one_line(about)} |\n"
        for names, about in filter(None, shown)
    ]
    return f"{text}\n| option | meaning |\n|---|---|\n{''.join(rows)}" if rows else text


BAR = "\\|"


def _one_line(text: str | None) -> str:
    return _escaped(" ".join((text or "").split())).replace("|", BAR)


def _prose(text: str | None) -> str:
    """Convert a help text to Markdown; what is not to be filled becomes a block of code."""
    parts = re.split(r"\n\n+", (text or "").strip())
    return "\n\n".join(
        f"```text\n{part.strip(chr(8)).strip(chr(10))}\n```" if part[0] == "\b" else _escaped(part)
        for part in parts
    )


def _escaped(text: str) -> str:
    """Escape what Markdown would read, but for code in backticks."""
    return re.sub(r"(`[^`]*`)|([*_<\[\]])", lambda m: m[1] or f"\\{m[2]}", text)
