"""Write the page of what this package assumes: ``python -m vignettes.assumptions``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import traktok

PAGE = Path(__file__).with_name("assumptions.md")

_BEGINNING = """<!-- Made by `python -m vignettes.assumptions` from traktok/_assumptions.py -->

# What we assume about TikTok

TikTok documents only part of what a client has to know, and changes it from time to time. The rest
is what other clients and their users have seen. Each assumption has a row here: its source and
date, how certain it is (*documented* by TikTok; *seen* in clients' code or in recorded answers;
*reported* by users; *guessed*), the module that depends on it, and how somebody with access can
check it. If one of them is wrong, please report it: the row names the code to change.

`traktok.assumptions()` returns the same table as a DataFrame; `traktok doctor --live` checks some
of the rows with at most ten requests.
"""

_SECTIONS = {
    "Research API": "The Research API",
    "web": "TikTok's web pages",
    "R": "R",
    "contested": "Contested facts",
}
_CONTESTED = """
The sources disagree on these, or do not cover them. Each is a switch of the sandbox, so that code
can be tested with either answer.
"""


def page(table: pd.DataFrame) -> str:
    """Return the page for a table of assumptions."""
    text = _BEGINNING
    for about, title in _SECTIONS.items():
        text += f"\n## {title}\n"
        text += _CONTESTED if about == "contested" else ""
        text += "\n| name | assumption | source | used in | check |\n|---|---|---|---|---|\n"
        for row in table[table["about"] == about].itertuples():
            source = f"{row.confidence}: {row.source} ({row.date})"
            cells = (f"`{row.name}`", row.statement, source, f"`{row.used_in}`", row.check)
            text += f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(traktok.assumptions()), "utf-8")
