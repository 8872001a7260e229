"""The arguments and options of the command line: one row each, shared by all commands.

An option has the name of the argument of traktok's function that it stands for, or is listed in
``STANDS_FOR``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import Parameter
from typing import Any

from traktok._http.endpoints import FUNCTIONS
from traktok.cli.declare import REQUIRED, Kind, Slideshows, argument, option
from traktok.cli.guide import GUIDES
from traktok.cli.outputs import Format
from traktok.cli.study_options import STUDY_OPTIONS
from traktok.cli.values import max_pages, seconds

# The kinds of target that arguments name, by their names here.
LISTS = {kind.option: kind for function in FUNCTIONS for kind in function.targets if not kind.flag}


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
    "quota_store": "STORE: the file or postgresql:// URL that was given to `traktok collect "
    "--into`.",
    "left": "LEFT, RIGHT: .rds, .RData, .csv, .jsonl or .parquet files, or stores of collections.",
    "guide": "GUIDE: the name of a guide; without it, the guides are listed.",
    "script": "SCRIPT: a file that ends in .R, .Rmd or .qmd; - reads it from a pipe.",
}


# name: (type and settings, default); a default of None may be computed later.
OPTIONS: dict[str, tuple[Any, Any]] = {
    # targets
    "phrase": argument("PHRASE"),
    "query_file": option(
        str,
        "--query",
        metavar="FILE",
        help="A query in JSON, instead of a phrase; - reads it from a pipe.",
    ),
    **{option: argument(kind.metavar) for option, kind in LISTS.items()},
    "posts": argument("POST"),
    "words": argument("PHRASE"),
    "user": argument("USER", str, default=REQUIRED),
    "account": argument("ACCOUNT", str, default=REQUIRED),
    "store": argument("STORE", str, default="study.db"),
    "name": argument("NAME", str, default=REQUIRED),
    "quota_store": argument("STORE", str),
    "script": argument("SCRIPT", str, default=REQUIRED),
    "guide": argument("GUIDE", str, words=GUIDES),
    "file": argument("FILE", str, default=REQUIRED),
    "left": argument("LEFT", str, default=REQUIRED),
    "right": argument("RIGHT", str, default=REQUIRED),
    "from_file": option(
        str,
        "--from",
        metavar="FILE",
        help="A file with one per line; blank lines and # comments are ignored.",
    ),
    "start_at": option(
        str, "--start-at", metavar="NAME", help="Begin with this one, to continue a list."
    ),
    "replies": option(bool, "--replies", help="Treat the ids as comment ids, and get the replies."),
    # what to request
    "start_date": option(
        str,
        "--start-date",
        "--since",
        metavar="DAY",
        show_default="yesterday",
        help="First day (UTC), as 2024-01-31 or 20240131.",
    ),
    "end_date": option(
        str,
        "--end-date",
        "--to",
        metavar="DAY",
        show_default="today",
        help="Last day (UTC); more than 31 days are searched in windows.",
    ),
    "since": option(
        str,
        "--since",
        "--start-date",
        default="2020-01-01",
        metavar="DAY",
        help="First day (UTC), as 2024-01-31.",
    ),
    "to": option(
        str, "--to", "--end-date", metavar="DAY", show_default="today", help="Last day (UTC)."
    ),
    "fields": option(
        str,
        "--fields",
        default="all",
        metavar="A,B,...",
        help="Fields to request, by TikTok's names; help lists them.",
    ),
    "is_random": option(bool, "--random", help="Get one page of random matches."),
    "max_pages": option(
        float,
        "--max-pages",
        default=1,
        metavar="N|all",
        parser=max_pages,
        help="Pages to get (of each name or id); a page is one request, up to 100 rows.",
    ),
    "start_cursor": option(
        int,
        "--start-cursor",
        metavar="N",
        help="Continue from this cursor (of the first name or id).",
    ),
    "search_id": option(str, "--search-id", metavar="ID", help="Continue this search."),
    # requests to the website
    "no_files": option(bool, "--no-files", help="Get the table only; download no files."),
    "save_video": option(bool, "--files", help="Also download the files."),
    "slideshows": option(
        Slideshows,
        "--slideshows",
        default=Slideshows.ASK,
        metavar="ask|yes|no",
        help="Open photo posts in a browser where their page holds no data.",
    ),
    "transcripts": option(bool, "--transcripts", help="Also download TikTok's subtitles."),
    "no_music": option(bool, "--no-music", help="Do not download the music of photo posts."),
    "return_urls": option(bool, "--urls", help="Get the URLs only; request none of their pages."),
    "dir": option(str, "--dir", default=".", metavar="DIR", help="Folder for the files."),
    "cache_dir": option(
        str,
        "--cache-dir",
        metavar="DIR",
        help="Folder to store pages in, so that no page is requested twice.",
    ),
    "again": option(bool, "--again", help="Download files and pages again that exist already."),
    "sleep_pool": option(
        Any,
        "--sleep",
        default=range(1, 11),
        metavar="S|S-S",
        parser=seconds,
        show_default="1-10",
        help="Wait a random time of up to S seconds after each page; a range varies S.",
    ),
    "max_tries": option(
        int, "--max-tries", default=5, metavar="N", help="How often to try each page or file."
    ),
    "cookiefile": option(
        str, "--cookies", metavar="FILE", help="A cookies.txt to use instead of the stored cookies."
    ),
    "scroll": option(
        str,
        "--scroll",
        default="5m",
        metavar="TIME",
        help="How long to scroll: 30s, 5m, 2h; inf scrolls to the end.",
    ),
    "timeout": option(
        float, "--timeout", default=5, metavar="S", help="Seconds to wait for further results."
    ),
    "post_timeout": option(
        float, "--timeout", default=30, metavar="S", help="Seconds to wait for the data of a post."
    ),
    "solve_captchas": option(
        bool,
        "--solve-captchas",
        help="Show the window when TikTok asks for a captcha, so that you can solve it.",
    ),
    "show_browser": option(bool, "--show-browser", help="Show the browser's window."),
    **STUDY_OPTIONS,
    # scripts of R
    "kind": option(
        Kind,
        "--kind",
        metavar="K",
        show_default="by the file's name; r in a pipe",
        help="r, rmd or qmd.",
    ),
    "script_output": option(str, "--output", "-o", metavar="FILE", help="The .py file to write."),
    "report_output": option(
        str, "--output", "-o", default="report.html", metavar="FILE", help="The HTML file to write."
    ),
    # tables side by side
    "tolerance": option(
        float,
        "--tolerance",
        default=0.0,
        metavar="SHARE",
        help="Treat counts as equal that differ by at most this share: 0.05 for 5%.",
    ),
    "on": option(
        str,
        "--on",
        metavar="A,B,...",
        show_default="the id",
        help="The columns that identify a row.",
    ),
    "html": option(str, "--html", metavar="FILE", help="Also write the report as HTML."),
    "silent": option(bool, "--quiet", "-q", help="Print no report; only set the exit code."),
    # credentials
    "check": option(bool, "--check", help="Only show which credentials are stored."),
    "cookies": option(
        str,
        "--cookies",
        metavar="FILE",
        help="Import the cookies from a cookies.txt that a browser exported.",
    ),
    "forget": option(
        str, "--forget", metavar="WHAT", help="Delete what is stored: cookies, token, keys or all."
    ),
    "live": option(bool, "--live", help="Open a browser window to log in, and import its cookies."),
    "browser": option(
        str,
        "--browser",
        metavar="NAME",
        help="Import the cookies of a browser on this computer, such as firefox.",
    ),
    "live_checks": option(
        bool, "--live", help="Also check TikTok's answers, with at most ten requests."
    ),
    "as_cff": option(bool, "--cff", help="Print CITATION.cff itself."),
    "as_json": option(bool, "--json", help="Print JSON."),
    "from_r": option(bool, "--from-r", help="Import what R traktok has stored."),
    "overwrite_store": option(
        bool, "--overwrite", help="Replace stored credentials that can't be read."
    ),
    # output
    "output": option(
        str,
        "--output",
        "-o",
        metavar="FILE",
        help="The .csv, .jsonl, .parquet, .rds, .xlsx or .dta file to write.",
    ),
    "format": option(
        Format,
        "--format",
        metavar="F",
        show_default="table on a terminal, csv in a pipe",
        help="table, csv, jsonl or parquet.",
    ),
    "overwrite": option(bool, "--overwrite", help="Replace an existing output file."),
    "quiet": option(bool, "--quiet", "-q", help="Print only warnings and errors on stderr."),
    "verbose": option(
        bool, "--verbose", "-v", help="Print progress on stderr even if it is not a terminal."
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
