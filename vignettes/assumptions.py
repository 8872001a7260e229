"""Write the page of what this package takes for true: ``python -m vignettes.assumptions``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import traktok

PAGE = Path(__file__).with_name("assumptions.md")

_BEGINNING = """<!-- Made by `python -m vignettes.assumptions` from traktok/_assumptions.py -->

# What this package takes for true

TikTok documents a part of what a client has to know, and changes all of it. The rest is what other
clients and their users have seen. Each such fact has a row here, with its source: the day and how
sure it is (*documented* by TikTok; *seen* in clients' code or in recorded answers; *reported* by
users; *guessed*), the module that depends on it, and how somebody with access can check it. If one
of them is wrong, please report it: the row names the place to change.

`traktok.assumptions()` returns the same as a DataFrame; `traktok doctor --live` checks some of them
with at most ten requests.
"""

_SECTIONS = {
    "Research API": "The Research API",
    "web": "TikTok's web pages",
    "R": "R",
    "contested": "Contested facts",
}
_CONTESTED = """
On these the sources disagree, or are silent. Each is a switch of the sandbox, so that code can be
tried with either answer.
"""


def page(table: pd.DataFrame) -> str:
    """Return the page for a table of assumptions."""
    text = _BEGINNING
    for about, title in _SECTIONS.items():
        text += f"\n## {title}\n"
        text += _CONTESTED if about == "contested" else ""
        text += "\n| name | taken for true | source | used in | check |\n|---|---|---|---|---|\n"
        for row in table[table["about"] == about].itertuples():
            source = f"{row.confidence}: {row.source} ({row.date})"
            cells = (f"`{row.name}`", row.statement, source, f"`{row.used_in}`", row.check)
            text += f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(traktok.assumptions()), "utf-8")
