"""`traktok guide`: the guides, which the installed package contains as Markdown."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path

import typer

from traktok.cli.inputs import CommandArguments
from traktok.cli.outputs import show

_IN_CLONE = ("vignettes", "vignettes/site/pages", ".")
_INSTALLED = "share/doc/traktok"
GUIDES: Mapping[str, tuple[str, str]] = {
    "start": ("start.md", "a first table, study and report, without access to TikTok"),
    "research": ("research_api.md", "every endpoint of the Research API, with output"),
    "collecting": ("collecting.md", "a study of a year: interrupted, resumed, exported"),
    "unofficial": ("unofficial_api.md", "pages, files and followers without API access"),
    "from-r": ("from_r.md", "each function and idiom of R in Python"),
    "differences": ("differences.md", "what differs from R traktok, and why"),
    "recipes": ("recipes.md", "every night, on a cluster, merging, Excel, sharing ids"),
    "team": ("team.md", "roles, schemas, encryption, readers and backups on PostgreSQL"),
    "sandbox": ("sandbox.md", "an invented TikTok for learning, teaching and tests"),
    "questions": ("faq.md", "why 0 rows? is my quota shared? and others"),
    "assumptions": ("assumptions.md", "what we assume about TikTok, with sources"),
    "news": ("NEWS.md", "what is new"),
}
# Marks of the site's pages: the title of a card becomes a heading, the others are removed.
_CARD = re.compile(r"^:{3,}\{grid-item-card\} (.+)$", re.MULTILINE)
_SITE_ONLY = re.compile(r"^<!--.*-->\n+|^:{3,}+.*\n|^:[\w-]++:.*\n", re.MULTILINE)
# A link to another file, or to a heading.
_LINK = re.compile(r"(!?)\[([^][]*)\]\((?!https?:|mailto:)([^()\s#]*)(?:#[^()\s]*)?\)")


def guide(given: CommandArguments) -> None:
    """Print a guide, or list all guides."""
    name = given["guide"]
    if name is None:
        show("\n".join(_overview()))
        return
    if name not in GUIDES:
        raise typer.BadParameter(f"GUIDE must be one of {', '.join(GUIDES)}, not {name!r}.")
    text = _LINK.sub(_without_link, _path(name).read_text(encoding="utf-8"))
    text = _SITE_ONLY.sub("", _CARD.sub(r"### \1\n", text))
    if not sys.stdout.isatty() or sys.stdout.encoding.lower() != "utf-8":
        show(text.rstrip())
        return
    from rich.console import Console  # only a terminal needs them
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(text), width=min(console.width, 100))


def _overview() -> Iterator[str]:
    for name, (_, about) in GUIDES.items():
        yield f"  {name:<12} {about}"
    yield ""
    yield f"`traktok guide NAME` prints one. The files are in {_path('start').parent}."


def _without_link(match: re.Match[str]) -> str:
    """Return the text of a link, with the command that prints the guide it leads to."""
    mark, text, target = match.groups()
    if mark:
        return f"(Picture: {text})"
    folder, _, file = target.rpartition("/")
    if not folder.endswith("reference"):  # which is on the site only
        for name, (path, _) in GUIDES.items():
            if path == file:
                return f"{text} (`traktok guide {name}`)"
    return text


def _path(name: str) -> Path:
    """Return the file of a guide: that of the clone, or of the installed package."""
    file = GUIDES[name][0]
    root = Path(__file__).parents[2]
    for folder in _IN_CLONE:
        if (path := root / folder / file).is_file():
            return path
    installed = distribution("traktok")
    for found in installed.files or ():
        if found.as_posix().endswith(f"{_INSTALLED}/{file}"):
            return Path(str(installed.locate_file(found))).resolve()
    raise FileNotFoundError(f"{file} is missing from the installed package; install it again")
