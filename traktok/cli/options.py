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
# The kinds of target that arguments name, by their names here.
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
    "phrase": "PHRASE: one word is searched as a hashtag or keyword; several words must all occur.",
    "file": "FILE: a query in JSON, with lists of conditions under 'and', 'or' and 'not'; "
    "- reads it from a pipe.",
    **{option: kind.about for option, kind in LISTS.items()},
    "posts": "POST: the URL of a video or photo post, a short link, or an id; - reads them from a "
    "pipe, one per line or a CSV with a header.",
    "words": "PHRASE: what to type into TikTok's search.",
    "user": "USER: a name, @name or profile URL.",
    "account": "ACCOUNT: a name, @name or profile URL; or a secUid, which saves a look-up.",
    "store": "STORE: the file or postgresql:// URL that was given to `traktok collect --into`; "
    "study.db by default.",
    "quota_store": "STORE: the file or the postgresql:// URL of a study.",
    "left": "LEFT, RIGHT: .rds, .RData, .csv, .jsonl or .parquet files, or stores of collections.",
    "script": "SCRIPT: a file that ends in .R, .Rmd or .qmd; - reads it from a pipe.",
}


def _option(type: Any, *flags: str, **settings: Any) -> Any:
    for kind in get_args(type) or [type]:
        if kind in _READ:
            settings = {"parser": _READ[kind], **settings}
    return Annotated[type, typer.Option(*flags, **settings), flags[0]]


def _text(name: str, metavar: str, help: str) -> tuple[Any, None]:
    """Build an optional option with a text as its value."""
    return _option(str | None, name, metavar=metavar, help=help), None


_REQUIRED = Parameter.empty

# name: (type and settings, default); None stands for a default that is computed later.
OPTIONS: dict[str, tuple[Any, Any]] = {
    # targets
    "phrase": (_argument("PHRASE"), None),
    "query_file": (
        _option(
            str | None,
            "--query",
            metavar="FILE",
            help="A query in JSON, instead of a phrase; - reads it from a pipe.",
        ),
        None,
    ),
    "several_query_file": (
        _option(
            list[str] | None,
            "--query",
            metavar="[NAME=]FILE",
            help="A query in JSON in place of a phrase; - reads it from a pipe. Several have names "
            "and repeat the option: --query cats=cats.json --query dogs=dogs.json.",
        ),
        None,
    ),
    **{
        f"several_{option}_file": (
            _option(
                list[str] | None,
                f"--{option}",
                metavar="[NAME=]FILE",
                help=f"A text or CSV file of {option} in place of a phrase. The file may grow: "
                "each resume collects who is new from the beginning.",
            ),
            None,
        )
        for option in ("users", "hashtags")
    },
    "users_file": (
        _option(
            str | None, "--users", metavar="FILE", help="A text or CSV file of users; it may grow."
        ),
        None,
    ),
    "hashtags_file": (
        _option(
            str | None,
            "--hashtags",
            metavar="FILE",
            help="A text or CSV file of hashtags; it may grow.",
        ),
        None,
    ),
    "column": (
        _option(
            str | None,
            "--column",
            metavar="NAME",
            show_default="username or hashtag_name",
            help="The column of a CSV file of users or hashtags.",
        ),
        None,
    ),
    "query_name": (
        _option(
            str | None,
            "--query",
            metavar="NAME",
            help="Only the videos that this one of a study's queries found.",
        ),
        None,
    ),
    **{option: (_argument(kind.metavar), None) for option, kind in LISTS.items()},
    "posts": (_argument("POST"), None),
    "words": (_argument("PHRASE"), None),
    "user": (_argument("USER", str), _REQUIRED),
    "account": (_argument("ACCOUNT", str), _REQUIRED),
    "store": (_argument("STORE", str), "study.db"),
    "name": (_argument("NAME", str), _REQUIRED),
    "quota_store": (_argument("STORE", str | None), None),
    "script": (_argument("SCRIPT", str), _REQUIRED),
    "file": (_argument("FILE", str), _REQUIRED),
    "left": (_argument("LEFT", str), _REQUIRED),
    "right": (_argument("RIGHT", str), _REQUIRED),
    "from_file": (
        _option(
            str | None,
            "--from",
            metavar="FILE",
            help="A file with one per line; blank lines and # comments are ignored.",
        ),
        None,
    ),
    "start_at": (
        _option(
            str | None,
            "--start-at",
            metavar="NAME",
            help="Begin with this one, to continue a list.",
        ),
        None,
    ),
    "replies": (
        _option(bool, "--replies", help="Treat the ids as comment ids, and get the replies."),
        False,
    ),
    # what to request
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
            help="Fields to request, by TikTok's names; help lists them.",
        ),
        "all",
    ),
    "is_random": (_option(bool, "--random", help="Get one page of random matches."), False),
    "max_pages": (
        _option(
            float,
            "--max-pages",
            metavar="N|all",
            parser=max_pages,
            help="Pages to get (of each name or id); a page is one request, up to 100 rows.",
        ),
        1,
    ),
    "start_cursor": (
        _option(
            int | None,
            "--start-cursor",
            metavar="N",
            help="Continue from this cursor (of the first name or id).",
        ),
        None,
    ),
    "search_id": (
        _option(str | None, "--search-id", metavar="ID", help="Continue this search."),
        None,
    ),
    # requests to the website
    "no_files": (_option(bool, "--no-files", help="Get the table only; download no files."), False),
    "save_video": (_option(bool, "--files", help="Also download the files."), False),
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
        _option(bool, "--transcripts", help="Also download TikTok's subtitles."),
        False,
    ),
    "no_music": (
        _option(bool, "--no-music", help="Do not download the music of photo posts."),
        False,
    ),
    "return_urls": (
        _option(bool, "--urls", help="Get the URLs only; request none of their pages."),
        False,
    ),
    "dir": (_option(str, "--dir", metavar="DIR", help="Folder for the files."), "."),
    "cache_dir": (
        _option(
            str | None,
            "--cache-dir",
            metavar="DIR",
            help="Folder to store pages in, so that no page is requested twice.",
        ),
        None,
    ),
    "again": (
        _option(bool, "--again", help="Download files and pages again that exist already."),
        False,
    ),
    "sleep_pool": (
        _option(
            Any,
            "--sleep",
            metavar="S|S-S",
            parser=seconds,
            show_default="1-10",
            help="Wait a random time of up to S seconds after each page; a range varies S.",
        ),
        range(1, 11),
    ),
    "max_tries": (
        _option(int, "--max-tries", metavar="N", help="How often to try each page or file."),
        5,
    ),
    "cookiefile": (
        _option(
            str | None,
            "--cookies",
            metavar="FILE",
            help="A cookies.txt to use instead of the stored cookies.",
        ),
        None,
    ),
    "scroll": (
        _option(
            str,
            "--scroll",
            metavar="TIME",
            help="How long to scroll: 30s, 5m, 2h; inf scrolls to the end.",
        ),
        "5m",
    ),
    "timeout": (
        _option(float, "--timeout", metavar="S", help="Seconds to wait for further results."),
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
            help="Last day (UTC), any number of days later; today follows day by day.",
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
            help="How many days to stay behind; 0 searches recent days now, and again later.",
        ),
        3,
    ),
    "window_days": (
        _option(int, "--window-days", metavar="N", help="How many days to search at a time."),
        30,
    ),
    "plan": (
        _option(
            bool,
            "--plan",
            help="Only show the windows still to be searched; send and store nothing.",
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
            bool,
            "--comments",
            help="Also collect the comments of its videos: at least one request each.",
        ),
        False,
    ),
    "profiles": (
        _option(
            bool, "--profiles", help="Also collect the profiles of its authors: a request each."
        ),
        False,
    ),
    "retry": (
        _option(bool, "--retry", help="Try again what was set aside because it kept failing."),
        False,
    ),
    "workers": (
        _option(int, "--workers", metavar="N", help="How many windows to collect at once."),
        4,
    ),
    "max_requests": (
        _option(
            int | None, "--max-requests", metavar="N", help="Send at most N requests in this run."
        ),
        None,
    ),
    "daily_requests": (
        _option(
            int | None,
            "--daily-requests",
            metavar="N",
            show_default="1000",
            help="Send at most N requests a day (UTC), counting all that share the store.",
        ),
        None,
    ),
    "requests_per_second": (
        _option(
            float | None,
            "--requests-per-second",
            metavar="N",
            help="Send at most N requests a second; by default as fast as TikTok answers.",
        ),
        None,
    ),
    "on_quota": (
        _option(
            OnQuota,
            "--on-quota",
            metavar="stop|wait",
            help="When the day's requests are used up: stop, or wait until 00:00 UTC (and for the "
            "network when TikTok can't be reached).",
        ),
        OnQuota.STOP,
    ),
    "partition": (
        _option(
            bool,
            "--by-month",
            help="Write a folder of Parquet files, one per month (UTC), instead of one file.",
        ),
        False,
    ),
    "every": (
        _option(
            float,
            "--every",
            metavar="DAYS",
            help="Check what was last seen at least this many days ago; 0 checks everything.",
        ),
        30,
    ),
    "mark": (
        _option(bool, "--mark", help="Mark what is gone, instead of deleting it."),
        False,
    ),
    "due": (_option(bool, "--due", help="Only show when a refresh is due; send nothing."), False),
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
        _option(str | None, "--output", "-o", metavar="FILE", help="The .py file to write."),
        None,
    ),
    "report_output": (
        _option(str, "--output", "-o", metavar="FILE", help="The HTML file to write."),
        "report.html",
    ),
    # tables side by side
    "tolerance": (
        _option(
            float,
            "--tolerance",
            metavar="SHARE",
            help="Treat counts as equal that differ by at most this share: 0.05 for 5%.",
        ),
        0.0,
    ),
    "on": (
        _option(
            str | None,
            "--on",
            metavar="A,B,...",
            show_default="the id",
            help="The columns that identify a row.",
        ),
        None,
    ),
    "html": (
        _option(str | None, "--html", metavar="FILE", help="Also write the report as HTML."),
        None,
    ),
    "silent": (
        _option(bool, "--quiet", "-q", help="Print no report; only set the exit code."),
        False,
    ),
    # credentials
    "check": (_option(bool, "--check", help="Only show which credentials are stored."), False),
    "cookies": _text(
        "--cookies", "FILE", "Import the cookies from a cookies.txt that a browser exported."
    ),
    "forget": _text("--forget", "WHAT", "Delete what is stored: cookies, token, keys or all."),
    "live": (
        _option(bool, "--live", help="Open a browser window to log in, and import its cookies."),
        False,
    ),
    "browser": _text(
        "--browser", "NAME", "Import the cookies of a browser on this computer, such as firefox."
    ),
    "live_checks": (
        _option(bool, "--live", help="Also check TikTok's answers, with at most ten requests."),
        False,
    ),
    "as_cff": (_option(bool, "--cff", help="Print CITATION.cff itself."), False),
    "as_json": (_option(bool, "--json", help="Print JSON."), False),
    "from_r": (_option(bool, "--from-r", help="Import what R traktok has stored."), False),
    "overwrite_store": (
        _option(bool, "--overwrite", help="Replace stored credentials that can't be read."),
        False,
    ),
    # output
    "output": (
        _option(
            str | None,
            "--output",
            "-o",
            metavar="FILE",
            help="The .csv, .jsonl, .parquet, .rds, .xlsx or .dta file to write.",
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
    "overwrite": (
        _option(bool, "--overwrite", help="Replace an existing output file."),
        False,
    ),
    "quiet": (
        _option(bool, "--quiet", "-q", help="Print only warnings and errors on stderr."),
        False,
    ),
    "verbose": (
        _option(
            bool, "--verbose", "-v", help="Print progress on stderr even if it is not a terminal."
        ),
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
    "query": ("words", "several_query_file", "query_name"),
    "source": ("users_file", "hashtags_file", "several_users_file", "several_hashtags_file"),
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
