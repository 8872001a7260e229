"""Draw pictures of the terminal for README and site: ``python -m vignettes.pictures``.

Each picture is code in Python or in a shell, and what it prints on the sandbox, 80 columns wide.
With ``--check`` nothing is written; the exit code is 1 if a picture would change.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryDirectory
from textwrap import dedent
from unittest.mock import patch

from rich.console import Console
from rich.syntax import Syntax
from rich.terminal_theme import MONOKAI
from rich.text import Text
from typer.testing import CliRunner

from traktok import _surroundings
from traktok.cli import app
from traktok.sandbox import Sandbox
from vignettes.render import CLOCK, HERE, at_a_prompt, lasting

# rich's own frame, without the letters that it would fetch from a server.
_FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; white-space: pre;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@dataclass(frozen=True)
class Picture:
    """What a picture shows.

    Attributes
    ----------
    title
        Its title.
    code
        Python, or commands of a shell that begin with ``$``.
    """

    title: str
    code: str

    @property
    def source(self) -> str:
        return dedent(self.code).strip()


PICTURES: Mapping[str, Picture] = {
    "search": Picture(
        "A query in Python, and the table of videos that it returns",
        """
        from traktok import query, query_and, query_not, query_or, tt_search_api

        (
            query()
            | query_and("region_code", "IN", ["JP", "US"])
            | query_or("hashtag_name", "EQ", "rstats")
            | query_or("keyword", "IN", "rstats")
            | query_not("video_length", "EQ", "SHORT")
            | tt_search_api(start_date="2023-11-01", end_date="2023-11-29")
        )
        """,
    ),
    "study": Picture(
        "A study that stops after two requests, and goes on where it stopped",
        """
        from traktok import Collection, tt_collect

        study = tt_collect(
            "#cats",
            "2023-10-01",
            "2023-12-31",
            into="cats.db",
            max_requests=2,
            workers=1,
        )
        study.status()[["first_day", "last_day", "state", "pages", "videos"]]
        study = Collection("cats.db").resume(workers=1)
        study.complete
        """,
    ),
    "shell": Picture(
        "In a shell: a search, comments, a study, its export and its report",
        """
        $ traktok search '#rstats' --start-date 2023-11-01 --end-date 2023-11-29 \\
            -o videos.csv
        $ traktok comments 7302970667907992865 -o comments.csv
        $ traktok collect '#cats' --since 2023-10-01 --to 2023-12-31 --into cats.db
        $ traktok export cats.db -o cats.csv
        $ traktok report cats.db -o report.html
        """,
    ),
}


def draw(name: str) -> str:
    """Return a picture as SVG."""
    picture = PICTURES[name]
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    steps = _shell if picture.source.startswith("$") else _python
    with _stage():
        for source, language, shown in steps(picture.source):
            console.print(Syntax(source, language, theme="monokai", background_color="default"))
            if shown:
                console.print()
                console.print(Text(shown))
                console.print()
    drawn = console.export_svg(
        title=picture.title, theme=MONOKAI, code_format=_FRAME, unique_id=f"traktok-{name}"
    )
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


@contextlib.contextmanager
def _stage() -> Iterator[None]:
    """Send all requests to the sandbox, from an empty folder."""
    with (
        Sandbox(now=CLOCK) as tiktok,
        TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        patch.dict(os.environ, tiktok.environment, TRAKTOK_COUNT_REQUESTS="0"),
        _surroundings.override(token=tiktok.token(3 * 86_400), today=CLOCK.date()),
    ):
        yield


def _python(source: str) -> Iterator[tuple[str, str, str]]:
    """Run the statements one by one; yield each with what it printed, and its value."""
    names: dict[str, object] = {}
    statements = ast.parse(source).body
    ends = [statement.lineno for statement in statements[1:]] + [None]
    lines = source.splitlines()
    for number, (statement, end) in enumerate(zip(statements, ends, strict=True)):
        written = "\n".join(lines[statement.lineno - 1 : end and end - 1])
        with at_a_prompt(CLOCK + timedelta(minutes=number)) as printed:
            if isinstance(statement, ast.Expr):
                value = eval(compile(ast.Expression(statement.value), "<picture>", "eval"), names)
                print(repr(value))
            else:
                exec(compile(ast.Module([statement], []), "<picture>", "exec"), names)
        yield written, "python", lasting(printed.getvalue()).rstrip()


def _shell(source: str) -> Iterator[tuple[str, str, str]]:
    """Run the commands one by one; yield each with what it printed."""
    for number, line in enumerate(source.replace("\n$", "\0$").split("\0")):
        _, *arguments = shlex.split(line.removeprefix("$ "))
        with at_a_prompt(CLOCK + timedelta(minutes=number)):
            done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        yield line, "console", lasting(done.output).rstrip()


def changes(name: str) -> str:
    """Return what drawing would change in the text of a picture; nothing if it is up to date."""
    path = HERE / f"{name}.svg"
    old = _text(path.read_text("utf-8")) if path.exists() else ""
    # Versions of rich draw the same text a little differently.
    return "" if old == _text(draw(name)) else f"{path.name} would change\n"


def _text(svg: str) -> str:
    return "".join(re.findall(r">([^<]*)</text>", svg))


def main(arguments: list[str]) -> int:
    """Write the pictures, or with ``--check`` show which would change."""
    if "--check" in arguments:
        changed = "".join(map(changes, PICTURES))
        print(changed, end="")
        return 1 if changed else 0
    for name in PICTURES:
        (HERE / f"{name}.svg").write_text(draw(name), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
