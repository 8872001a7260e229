"""`traktok cite`: how to cite this package, from its CITATION.cff."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

from traktok.cli.inputs import CommandArguments
from traktok.cli.outputs import show

_NAME = "CITATION.cff"
# A line of the file that holds a single value, with or without quotes.
_VALUE = re.compile(r'^[ -]*([a-z-]+): *"?(.*?)"?$', re.MULTILINE)

_TEXT = """\
To cite traktok for Python in a publication:

  {ours[name]} ({year}).
  {ours[title]}
  (Version {ours[version]}) [Computer software].

As BibTeX:

  @software{{traktok_python,
    author = {{{{{ours[name]}}}}},
    title = {{{ours[title]}}},
    version = {{{ours[version]}}},
    year = {{{year}}}
  }}

It mirrors an R package. Please cite that, too:

  {theirs[family-names]}, {theirs[given-names]} {theirs[title]} [R package].
  {theirs[repository-code]}"""


def cite(given: CommandArguments) -> None:
    """Write the citation, or the whole of CITATION.cff."""
    citation = citation_file()
    if given["as_cff"]:
        show(citation.rstrip())
        return
    ours, theirs = map(_values, citation.split("\nreferences:\n"))
    show(_TEXT.format(ours=ours, theirs=theirs, year=ours["date-released"][:4]))


def _values(lines: str) -> dict[str, str]:
    return dict(_VALUE.findall(lines))


def citation_file() -> str:
    """Return CITATION.cff: that of the clone, or what the installed package brought along."""
    path = Path(__file__).parents[2] / _NAME
    if path.exists():
        return path.read_text(encoding="utf-8")
    # A wheel keeps the file beside the licence.
    text = distribution("traktok").read_text(f"licenses/{_NAME}")
    if text is None:
        raise FileNotFoundError(f"{_NAME} is missing from the installed package; install it again")
    return text
