"""Build the site: ``python -m vignettes.site``; it needs ``pip install ".[site]"``.

The pages are the guides, those in ``pages/``, and those that are made from the code. A warning of
Sphinx's is an error, and so is a link to a page or heading that does not exist. Nothing is fetched.
The site is written to ``build/site``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from sphinx.cmd.build import main as sphinx

from vignettes import notebooks
from vignettes.render import HERE
from vignettes.site import reference

ROOT = HERE.parent
SITE = HERE / "site"
# What of the repository is a page, by its name on the site.
TAKEN: Mapping[str, str] = {
    **{
        f"vignettes/{name}.md": f"guides/{name}.md"
        for name in ("research_api", "collecting", "unofficial_api", "from_r")
    },
    "vignettes/assumptions.md": "assumptions.md",
    "vignettes/differences.md": "differences.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "NEWS.md": "news.md",
}
# Where on the site a file of the repository is, the pages that are written for the site included.
_PLACES: Mapping[str, str] = {
    **TAKEN,
    **{f"vignettes/site/pages/{path.name}": path.name for path in (SITE / "pages").glob("*.md")},
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)\s]+)\)")


def write_source(folder: Path) -> None:
    """Write all that Sphinx reads."""
    for path in (SITE / "pages").glob("*.md"):
        shutil.copy(path, folder)
    for name, page in TAKEN.items():
        _write(folder / page, _relinked((ROOT / name).read_text("utf-8"), name, page))
    for path in (*HERE.glob("*.png"), *HERE.glob("*.svg")):
        for place in (folder, folder / "guides"):
            shutil.copy(path, place)
    for page, text in reference.pages():
        _write(folder / page, text)
    static = folder / "_static"
    static.mkdir()
    shutil.copy(SITE / "site.css", static)
    for script in notebooks.guides():
        _write(static / f"{script.stem}.ipynb", notebooks.notebook(script))
    shutil.copy(SITE / "conf.py", folder)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def _relinked(text: str, name: str, page: str) -> str:
    """Let links of a file of the repository lead to the pages of the site.

    A file that the site does not have is named instead of linked.
    """

    def link(match: re.Match[str]) -> str:
        mark, label, target = match.groups()
        place, _, heading = target.partition("#")
        path = (ROOT / name).parent.joinpath(place).resolve().relative_to(ROOT).as_posix()
        if mark:
            return match[0]
        if path not in _PLACES:
            return f"{label} (`{path}`)" if label.strip("`") != path else f"`{path}`"
        up = "../" * page.count("/")
        return f"[{label}]({up}{_PLACES[path]}{'#' * bool(heading)}{heading})"

    return _LINK.sub(link, text)


class _Page(HTMLParser):
    """The ids of a page, and what it links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.add(str(given["id"]))
        links = [given.get("href"), given.get("src")]
        self.links += [link for link in links if link and not link.startswith("data:")]


def broken_links(site: Path) -> Iterator[str]:
    """Yield each link of a page inside the site that leads nowhere."""
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    pages = {path: _Page(path.read_text("utf-8")) for path in paths}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            ids = pages[target].ids if target in pages else set()
            if not target.exists() or (anchor and target in pages and anchor not in ids):
                yield f"{path.relative_to(site)}: {link} leads nowhere"


def build(target: Path, options: Iterable[str] = ()) -> int:
    """Build the site in a folder; return the exit code."""
    with TemporaryDirectory() as folder:
        write_source(Path(folder))
        shutil.rmtree(target, ignore_errors=True)
        settings = ["-b", "html", "-q", "-W", "--keep-going", "-d", f"{folder}/.doctrees"]
        if code := sphinx([*settings, *options, folder, str(target)]):
            return code
    broken = list(broken_links(target))
    print(*broken, sep="\n", file=sys.stderr, end="\n" * bool(broken))
    return 1 if broken else 0


def main(arguments: list[str] | None = None) -> int:
    """Build the site where the command line says."""
    parser = argparse.ArgumentParser(prog="python -m vignettes.site", description=__doc__)
    parser.add_argument("target", nargs="?", type=Path, default=ROOT / "build" / "site")
    target = parser.parse_args(arguments).target.resolve()
    if (code := build(target)) == 0:
        print(f"The site is in {target / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
