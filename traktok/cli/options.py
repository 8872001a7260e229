"""The arguments and options of the command line: one row each, shared by all commands.

An option has the name of the argument of traktok's function that it stands for, or is listed in
``STANDS_FOR``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from inspect import Parameter
from typing import Annotated, Any, get_args

import typer

from traktok._http.endpoints import FUNCTIONS, ROWS
from traktok.cli.outputs import Format
from traktok.cli.values import max_pages, number, one_of, seconds

# The tables of a study.
STUDY_TABLES = tuple(row.study.name for row in ROWS if row.study)
# The kinds of target that arguments name, by what they are called here.
LISTS = {kind.option: kind for function in FUNCTIONS for kind in function.targets if not kind.flag}


class OnQuota(StrEnum):
    """What to do once the day's requests are used up."""

    STOP = "stop"
    WAIT = "wait"


class Slideshows(StrEnum):
    """Whether to open photo posts in a browser where their page holds no data."""

    ASK = "ask"
    YES = "yes"
    NO = "no"


class Kind(StrEnum):
    """The kinds of files that contain R code."""

    R = "r"
    RMD = "rmd"
    QMD = "qmd"


# The parser of each type; typer's own messages differ from version to version.
_READ: dict[Any, Callable[[str], Any]] = {
    int: number(int, "integer"),
    float: number(float, "float"),
    **{words: one_of(words) for words in (OnQuota, Slideshows, Kind, Format)},
}


def _argument(metavar: str, type: Any = list[str] | None) -> Any:
    # Typer would show it with Python's name of its type; the command's help explains it instead.
    return Annotated[type, typer.Argument(metavar=metavar, hidden=True), metavar]


# Descriptions of the arguments, for the help of the commands.
ABOUT = {
    "phrase": "PHRASE: one word is looked for among hashtags and keywords, several must all "
    "be met.",
    "file": "FILE: a query in JSON, with lists of conditions under and, or and not; "
    "- reads it from a pipe.",
    **{option: kind.about for option, kind in LISTS.items()},
    "posts": "POST: the URL of a video or photo post, a short link, or an id; - reads them from a "
    "pipe, one a line or a CSV with a header.",
    "words": "PHRASE: what to type into TikTok's search.",
    "user": "USER: a name, @name or profile URL.",
    "account": "ACCOUNT: a name, @name or profile URL; or its secUid, which saves looking it up.",
    "store": "STORE: the file (study.db where none is named) or the postgresql:// URL that "
    "`traktok collect` was told by --into.",
    "left": "LEFT, RIGHT: files that end in .rds, .RData, .csv, .jsonl or .parquet, or stores of "
    "collections.",
    "script": "SCRIPT: a file that ends in .R, .Rmd or .qmd; - reads it from a pipe.",
}


def _option(type: Any, *flags: str, **settings: Any) -> Any:
    for kind in get_args(type) or [type]:
        if kind in _READ:
            settings = {"parser": _READ[kind], **settings}
    return Annotated[type, typer.Option(*flags, **settings), flags[0]]


def _text(name: str, metavar: str, help: str) -> tuple[Any, None]:
    """Make an option that takes a text, with its default: not given."""
    return _option(str | None, name, metavar=metavar, help=help), None


_REQUIRED = Parameter.empty

# name: (type and settings, default); None stands for a default that is worked out later.
OPTIONS: dict[str, tuple[Any, Any]] = {
    # what it is about
    "phrase": (_argument("PHRASE"), None),
    "query_file": (
        _option(
            str | None,
            "--query",
            metavar="FILE",
            help="A query in JSON in place of a phrase; - reads it from a pipe.",
        ),
        None,
    ),
    **{option: (_argument(kind.metavar), None) for option, kind in LISTS.items()},
    "posts": (_argument("POST"), None),
    "words": (_argument("PHRASE"), None),
    "user": (_argument("USER", str), _REQUIRED),
    "account": (_argument("ACCOUNT", str), _REQUIRED),
    "store": (_argument("STORE", str), "study.db"),
    "script": (_argument("SCRIPT", str), _REQUIRED),
    "file": (_argument("FILE", str), _REQUIRED),
    "left": (_argument("LEFT", str), _REQUIRED),
    "right": (_argument("RIGHT", str), _REQUIRED),
    "from_file": (
        _option(
            str | None,
            "--from",
            metavar="FILE",
            help="A file with one of them a line; blank lines and # comments are ignored.",
        ),
        None,
    ),
    "start_at": (
        _option(
            str | None,
            "--start-at",
            metavar="NAME",
            help="Begin with this one of them, to go on with a list.",
        ),
        None,
    ),
    "replies": (
        _option(bool, "--replies", help="The ids are those of comments: get their replies."),
        False,
    ),
    # what is asked for
    "start_date": (
        _option(
            str | None,
            "--start-date",
            "--since",
            metavar="DAY",
            show_default="yesterday",
            help="First day (UTC), as 2024-01-31 or 20240131.",
        ),
        None,
    ),
    "end_date": (
        _option(
            str | None,
            "--end-date",
            "--to",
            metavar="DAY",
            show_default="today",
            help="Last day (UTC); more than 31 days are searched in windows.",
        ),
        None,
    ),
    "since": (
        _option(
            str, "--since", "--start-date", metavar="DAY", help="First day (UTC), as 2024-01-31."
        ),
        "2020-01-01",
    ),
    "to": (
        _option(
            str | None,
            "--to",
            "--end-date",
            metavar="DAY",
            show_default="today",
            help="Last day (UTC).",
        ),
        None,
    ),
    "fields": (
        _option(
            str,
            "--fields",
            metavar="A,B,...",
            help="TikTok's names of the fields to ask for; help lists them.",
        ),
        "all",
    ),
    "is_random": (_option(bool, "--random", help="Get random matches: one page."), False),
    "max_pages": (
        _option(
            float,
            "--max-pages",
            metavar="N|all",
            parser=max_pages,
            help="Pages of up to 100 rows to ask for, of each; a page is a request.",
        ),
        1,
    ),
    "start_cursor": (
        _option(
            int | None,
            "--start-cursor",
            metavar="N",
            help="Go on from here, with the first of them.",
        ),
        None,
    ),
    "search_id": (
        _option(str | None, "--search-id", metavar="ID", help="Go on with this search."),
        None,
    ),
    # what is asked of the website
    "no_files": (_option(bool, "--no-files", help="Get the table only, and no files."), False),
    "save_video": (_option(bool, "--files", help="Download the files, too."), False),
    "slideshows": (
        _option(
            Slideshows,
            "--slideshows",
            metavar="ask|yes|no",
            help="Open photo posts in a browser where their page holds no data.",
        ),
        Slideshows.ASK,
    ),
    "transcripts": (
        _option(bool, "--transcripts", help="Download TikTok's subtitles, too."),
        False,
    ),
    "no_music": (
        _option(bool, "--no-music", help="Leave out the music of photo posts."),
        False,
    ),
    "return_urls": (
        _option(bool, "--urls", help="Get the URLs only, and ask for no page of theirs."),
        False,
    ),
    "dir": (_option(str, "--dir", metavar="DIR", help="Where files go."), "."),
    "cache_dir": (
        _option(
            str | None,
            "--cache-dir",
            metavar="DIR",
            help="Where each page is kept: the same command again asks for no page twice.",
        ),
        None,
    ),
    "again": (
        _option(bool, "--again", help="Get files and pages again that are there already."),
        False,
    ),
    "sleep_pool": (
        _option(
            Any,
            "--sleep",
            metavar="S|S-S",
            parser=seconds,
            show_default="1-10",
            help="Wait up to so many seconds after each page; of a range, one is drawn.",
        ),
        range(1, 11),
    ),
    "max_tries": (
        _option(int, "--max-tries", metavar="N", help="How often to ask for a page or file."),
        5,
    ),
    "cookiefile": (
        _option(
            str | None,
            "--cookies",
            metavar="FILE",
            help="A cookies.txt in place of the stored cookies.",
        ),
        None,
    ),
    "scroll": (
        _option(
            str,
            "--scroll",
            metavar="TIME",
            help="How long to scroll: 30s, 5m, 2h; inf: to the end.",
        ),
        "5m",
    ),
    "timeout": (
        _option(float, "--timeout", metavar="S", help="Seconds to wait for what comes next."),
        5,
    ),
    "post_timeout": (
        _option(float, "--timeout", metavar="S", help="Seconds to wait for the data of a post."),
        30,
    ),
    "solve_captchas": (
        _option(
            bool,
            "--solve-captchas",
            help="Show the window when TikTok asks for a captcha, so that you can solve it.",
        ),
        False,
    ),
    "show_browser": (_option(bool, "--show-browser", help="Show the browser's window."), False),
    # studies
    "first_day": (
        _option(
            str, "--since", "--start-date", metavar="DAY", help="First day (UTC), as 2024-01-31."
        ),
        _REQUIRED,
    ),
    "last_day": (
        _option(
            str,
            "--to",
            "--end-date",
            metavar="DAY",
            help="Last day (UTC), any number of days later; today: go on daily.",
        ),
        _REQUIRED,
    ),
    "into": (
        _option(
            str,
            "--into",
            metavar="STORE",
            help="An SQLite file, or the URL of an empty PostgreSQL database.",
        ),
        "study.db",
    ),
    "lag": (
        _option(
            int,
            "--lag",
            metavar="DAYS",
            help="How many days to stay behind; 0: search young days now, and again later.",
        ),
        3,
    ),
    "window_days": (
        _option(int, "--window-days", metavar="N", help="How many days to search at once."),
        30,
    ),
    "plan": (
        _option(
            bool,
            "--plan",
            help="Only show the windows still to be searched; nothing is sent, nothing stored.",
        ),
        False,
    ),
    "what": (
        _option(
            str,
            "--what",
            metavar="W",
            parser=one_of(STUDY_TABLES),
            help=f"{', '.join(STUDY_TABLES[:-1])} or {STUDY_TABLES[-1]}.",
        ),
        STUDY_TABLES[0],
    ),
    "comments": (
        _option(
            bool, "--comments", help="The comments of its videos, too; a request each at least."
        ),
        False,
    ),
    "profiles": (
        _option(bool, "--profiles", help="The profiles of its authors, too; a request each."),
        False,
    ),
    "retry": (
        _option(bool, "--retry", help="Try again what was set aside because it kept failing."),
        False,
    ),
    "workers": (
        _option(int, "--workers", metavar="N", help="How many windows to go through at once."),
        4,
    ),
    "max_requests": (
        _option(
            int | None, "--max-requests", metavar="N", help="Send so many requests at most, now."
        ),
        None,
    ),
    "daily_requests": (
        _option(
            int | None,
            "--daily-requests",
            metavar="N",
            show_default="1000",
            help="Send so many requests at most a day (UTC), all that share the store together.",
        ),
        None,
    ),
    "requests_per_second": (
        _option(
            float | None,
            "--requests-per-second",
            metavar="N",
            help="How fast to send, in place of as fast as TikTok answers.",
        ),
        None,
    ),
    "on_quota": (
        _option(
            OnQuota,
            "--on-quota",
            metavar="stop|wait",
            help="Where the day's requests are used up: stop, or wait for 00:00 UTC; and for the "
            "network where TikTok can't be reached.",
        ),
        OnQuota.STOP,
    ),
    "partition": (
        _option(
            bool,
            "--by-month",
            help="Write a folder of Parquet files, one a month (UTC), in place of a file.",
        ),
        False,
    ),
    "every": (
        _option(
            float,
            "--every",
            metavar="DAYS",
            help="Ask after what was last seen so many days ago; 0: after everything.",
        ),
        30,
    ),
    "mark": (
        _option(bool, "--mark", help="Keep what is gone, marked, in place of deleting it."),
        False,
    ),
    "due": (_option(bool, "--due", help="Only say when it is due; nothing is sent."), False),
    # scripts of R
    "kind": (
        _option(
            Kind | None,
            "--kind",
            metavar="K",
            show_default="by the file's name; r in a pipe",
            help="r, rmd or qmd.",
        ),
        None,
    ),
    "script_output": (
        _option(str | None, "--output", "-o", metavar="FILE", help="Write it to a .py file."),
        None,
    ),
    "report_output": (
        _option(str, "--output", "-o", metavar="FILE", help="The HTML page to write."),
        "report.html",
    ),
    # tables side by side
    "tolerance": (
        _option(
            float,
            "--tolerance",
            metavar="SHARE",
            help="Take counts for equal that differ by so much: 0.05 for 5%.",
        ),
        0.0,
    ),
    "on": (
        _option(
            str | None,
            "--on",
            metavar="A,B,...",
            show_default="the id",
            help="The columns that tell one row from others.",
        ),
        None,
    ),
    "html": (
        _option(str | None, "--html", metavar="FILE", help="Write a page to look at."),
        None,
    ),
    "silent": (
        _option(bool, "--quiet", "-q", help="No report: the exit code tells."),
        False,
    ),
    # credentials
    "check": (_option(bool, "--check", help="Only say which of them are stored."), False),
    "cookies": _text(
        "--cookies", "FILE", "Take the cookies from a cookies.txt that a browser exported."
    ),
    "forget": _text("--forget", "WHAT", "Delete what is stored: cookies, token, keys or all."),
    "live": (
        _option(bool, "--live", help="Open a window in which to log in, for its cookies."),
        False,
    ),
    "browser": _text(
        "--browser", "NAME", "Take the cookies from a browser on this computer, such as firefox."
    ),
    "live_checks": (
        _option(bool, "--live", help="Also check TikTok's answers, with ten requests at most."),
        False,
    ),
    "as_cff": (_option(bool, "--cff", help="Write CITATION.cff itself."), False),
    "as_json": (_option(bool, "--json", help="Write it as JSON."), False),
    "from_r": (_option(bool, "--from-r", help="Take over what R traktok has stored."), False),
    "overwrite_store": (
        _option(bool, "--overwrite", help="Replace stored credentials that can't be read."),
        False,
    ),
    # where it goes
    "output": (
        _option(
            str | None,
            "--output",
            "-o",
            metavar="FILE",
            help="Write a .csv, .jsonl, .parquet or .rds file.",
        ),
        None,
    ),
    "format": (
        _option(
            Format | None,
            "--format",
            metavar="F",
            show_default="table on a terminal, csv in a pipe",
            help="table, csv, jsonl or parquet.",
        ),
        None,
    ),
    "overwrite": (_option(bool, "--overwrite", help="Replace the output if it is there."), False),
    "quiet": (
        _option(bool, "--quiet", "-q", help="Only warnings and errors on stderr."),
        False,
    ),
    "verbose": (
        _option(bool, "--verbose", "-v", help="Progress on stderr, also if it is not a terminal."),
        False,
    ),
}
# The options that stand for an argument of a function under another name.
STANDS_FOR = {
    "since": ("first_day",),
    "to": ("last_day",),
    **{kind.key: (kind.option,) for function in FUNCTIONS for kind in function.targets},
    "username": ("users", "user", "account"),
    "secuid": ("account",),
    "which": ("forget",),
    "video_urls": ("posts",),
    "slideshow_urls": ("posts",),
    "timeout": ("post_timeout",),
    "save_music": ("no_music",),
    "query": ("words",),
}
TABLE = ("output", "format", "overwrite", "quiet")
OUTPUT = (*TABLE, "verbose")
LISTED = ("from_file", "start_at")


def flag(name: str) -> str:
    """Return an option's name as it is typed, or an argument's as in the usage line."""
    return str(OPTIONS[name][0].__metadata__[-1])


def typed(given: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Return these options as words of a command line; omit those that have their defaults."""
    words = []
    for name in names:
        if name in given and given[name] != OPTIONS[name][1]:
            words.append(flag(name))
            if given[name] is not True:
                words.append(f"{given[name]:g}" if isinstance(given[name], float) else given[name])
    return list(map(str, words))


def parameters(names: Iterable[str]) -> list[Parameter]:
    """Build the parameters of a command's function from these options."""
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in ((name, OPTIONS[name]) for name in names)
    ]
