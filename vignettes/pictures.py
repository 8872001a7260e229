"""Draw what the guides show of a terminal: ``python -m vignettes.pictures`` writes the SVG files.

Each picture is code, and what it prints on the recording of a guide, 80 columns wide. With
``--check`` nothing is written; the end is 1 if a picture would change.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from textwrap import dedent

from rich.console import Console
from rich.syntax import Syntax
from rich.terminal_theme import MONOKAI
from rich.text import Text

from traktok.replay import replay
from vignettes.render import CASSETTES, CLOCK, HERE, at_a_prompt

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

# By name: the guide whose recording answers, what the picture is called, and the code.
PICTURES: Mapping[str, tuple[str, str, str]] = {
    "search": (
        "research_api",
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
}


def draw(name: str) -> str:
    """Return a picture as SVG."""
    guide, title, code = PICTURES[name]
    source = dedent(code).strip()
    *steps, last = source.split("\n\n")
    names: dict[str, object] = {}
    with replay(CASSETTES / f"{guide}.yaml"), at_a_prompt(CLOCK):
        exec("\n".join(steps), names)
        shown = repr(eval(last, names))
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Syntax(source, "python", theme="monokai", background_color="default"))
    console.print()
    console.print(Text(shown))
    drawn = console.export_svg(
        title=title, theme=MONOKAI, code_format=_FRAME, unique_id=f"traktok-{name}"
    )
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


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
