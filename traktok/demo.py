"""Show what traktok does, without credentials and without a network.

The demonstration runs on the sandbox: a TikTok of invented people and texts on this machine. Each
call is printed before its result, so that it can be tried again with real credentials.
"""

from __future__ import annotations

import ast
import contextlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryDirectory
from textwrap import dedent, fill
from typing import Any
from unittest.mock import patch

import traktok
from traktok import _surroundings
from traktok._text import Signs
from traktok.sandbox import Sandbox

__all__ = ["main"]

_WIDTH = 80
# The day of the R package's vignette, whose videos are in the sandbox's world.
_NOW = datetime(2024, 10, 8, 9)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the demonstration.

    Attributes
    ----------
    heading, text
        Its heading, and a sentence about it.
    code
        The calls, as a user would type them; the value of each expression is printed.
    """

    heading: str
    text: str
    code: str


_PARTS = (
    _Part(
        "Search by a phrase",
        "A word is searched in hashtags and keywords. The result is a pandas DataFrame:\n"
        "ids are strings with every digit, counts are nullable integers.",
        """
        videos = tt_search_api("#rstats", "2023-11-01", "2023-11-29")
        videos.head(5)
        """,
    ),
    _Part(
        "Search by a query",
        "Conditions are joined by pipes; the last call sends them.",
        """
        in_japan_or_us = query() | query_and("region_code", "IN", ["JP", "US"])
        rstats = in_japan_or_us | query_or("hashtag_name", "EQ", "rstats")
        rstats
        rstats | tt_search_api(start_date="2023-11-01", end_date="2023-11-29")
        """,
    ),
    _Part(
        "Look up users",
        "A user may be given as a name, an @name or the address of the profile.",
        """
        tt_user_info_api(["@tiktok", "https://www.tiktok.com/@statisticsglobe"])
        """,
    ),
    _Part(
        "Collect a year, and be interrupted",
        "A study covers any span of time, and saves each page as soon as it arrives.\n"
        "Only six requests are allowed here, as on a day with little quota left.",
        """
        study = tt_collect(
            "#cats", "2023-01-01", "2023-12-31", into="cats.db", max_requests=6
        )
        study.status()[["first_day", "last_day", "state", "videos"]]
        """,
    ),
    _Part(
        "Go on where it stopped",
        "The next day, or after a crash, the study continues. It requests no page twice.",
        """
        study = Collection("cats.db").resume()
        study
        """,
    ),
    _Part(
        "Look at the result, and save it",
        "How many videos were posted in each month? Each # stands for two videos.",
        """
        videos = study.videos()
        months = videos["create_time"].dt.strftime("%Y-%m")
        for month, count in months.value_counts().sort_index().items():
            print(month, "#" * (count // 2), count)
        videos.save("cats.csv").name
        """,
    ),
    _Part(
        "Show the study on one page",
        "The report shows coverage, videos per day, hashtags and a paragraph for the\n"
        "methods section. It contains no video, account or comment.",
        """
        study.report("cats.html").name
        """,
    ),
)
_FIRST = """\
What traktok does, in {} parts, on an invented TikTok on this machine. Nothing is
sent over the network, and no file is left behind.
"""
_NEXT = """\
    traktok auth              store your credentials for TikTok's Research API
    traktok search '#rstats'  the first search, in the shell
    traktok guide start       how to begin, with this TikTok or with access
    traktok sandbox           this TikTok, to try your own scripts on
    traktok --help            all commands

In Python, help(traktok.tt_search_api) and its like describe each function.
"""


def main() -> None:
    """Run and print the demonstration.

    It takes a few seconds, needs no credentials, sends nothing over the network, and leaves no
    file behind.

    Examples
    --------
    >>> from traktok.demo import main
    >>> main()
    What traktok does, in 7 parts, on an invented TikTok on this machine...
    """
    print(_FIRST.format(len(_PARTS)))
    with _stage() as names:
        for number, part in enumerate(_PARTS, start=1):
            print(_heading(f"{number} of {len(_PARTS)}: {part.heading}"))
            print(f"\n{part.text}\n", flush=True)
            _run(part.code, names)
            print()
    print(_heading("What to do next"))
    print(f"\n{_NEXT}", end="")


@contextlib.contextmanager
def _stage() -> Iterator[dict[str, Any]]:
    """Start the sandbox in an empty folder; yield the names that the calls use."""
    names: dict[str, Any] = {name: getattr(traktok, name) for name in traktok.__all__}
    with (
        Sandbox(now=_NOW) as tiktok,
        TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        patch.dict(os.environ, tiktok.environment, COLUMNS=str(_WIDTH)),
        _surroundings.override(token=tiktok.token(), today=_NOW.date(), counts_requests=False),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("always", traktok.TraktokWarning)
        warnings.showwarning = _show_warning
        try:
            yield names
        finally:
            if isinstance(study := names.get("study"), traktok.Collection):
                study.close()


def _heading(text: str) -> str:
    signs = Signs.of_stdout()
    return signs.fit(f"── {text} ".ljust(_WIDTH, "─"))


def _run(code: str, names: dict[str, Any]) -> None:
    """Print each call, then its result."""
    source = dedent(code).strip()
    for statement in ast.parse(source).body:
        written = ast.get_source_segment(source, statement) or ""
        first, *rest = written.splitlines()
        print("\n".join([f">>> {first}", *(f"... {line}" for line in rest)]))
        if isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), "<demo>", "eval"), names)
            if value is not None:
                print(repr(value), flush=True)
        else:
            exec(compile(ast.Module([statement], []), "<demo>", "exec"), names)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    print(fill(f"Warning: {message}", _WIDTH), flush=True)


if __name__ == "__main__":
    main()
