"""The arguments and options of the command line: one row each, shared by all commands.

An option has the name of the argument of traktok's function that it stands for, or is listed in
``STANDS_FOR``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import Parameter
from typing import Any

from traktok._http.endpoints import FUNCTIONS
from traktok.cli.declare import REQUIRED, Kind, Slideshows, argument, option, text_option
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


# name: (type and settings, default); None stands for a default that is computed later.
OPTIONS: dict[str, tuple[Any, Any]] = {
    # targets
    "phrase": (argument("PHRASE"), None),
    "query_file": (
        option(
            str | None,
            "--query",
            metavar="FILE",
            help="A query in JSON, instead of a phrase; - reads it from a pipe.",
        ),
        None,
    ),
    **{option: (argument(kind.metavar), None) for option, kind in LISTS.items()},
    "posts": (argument("POST"), None),
    "words": (argument("PHRASE"), None),
    "user": (argument("USER", str), REQUIRED),
    "account": (argument("ACCOUNT", str), REQUIRED),
    "store": (argument("STORE", str), "study.db"),
    "name": (argument("NAME", str), REQUIRED),
    "quota_store": (argument("STORE", str | None), None),
    "script": (argument("SCRIPT", str), REQUIRED),
    "guide": (argument("GUIDE", str | None), None),
    "file": (argument("FILE", str), REQUIRED),
    "left": (argument("LEFT", str), REQUIRED),
    "right": (argument("RIGHT", str), REQUIRED),
    "from_file": (
        option(
            str | None,
            "--from",
            metavar="FILE",
            help="A file with one per line; blank lines and # comments are ignored.",
        ),
        None,
    ),
    "start_at": (
        option(
            str | None,
            "--start-at",
            metavar="NAME",
            help="Begin with this one, to continue a list.",
        ),
        None,
    ),
    "replies": (
        option(bool, "--replies", help="Treat the ids as comment ids, and get the replies."),
        False,
    ),
    # what to request
    "start_date": (
        option(
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
        option(
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
        option(
            str, "--since", "--start-date", metavar="DAY", help="First day (UTC), as 2024-01-31."
        ),
        "2020-01-01",
    ),
    "to": (
        option(
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
        option(
            str,
            "--fields",
            metavar="A,B,...",
            help="Fields to request, by TikTok's names; help lists them.",
        ),
        "all",
    ),
    "is_random": (option(bool, "--random", help="Get one page of random matches."), False),
    "max_pages": (
        option(
            float,
            "--max-pages",
            metavar="N|all",
            parser=max_pages,
            help="Pages to get (of each name or id); a page is one request, up to 100 rows.",
        ),
        1,
    ),
    "start_cursor": (
        option(
            int | None,
            "--start-cursor",
            metavar="N",
            help="Continue from this cursor (of the first name or id).",
        ),
        None,
    ),
    "search_id": (
        option(str | None, "--search-id", metavar="ID", help="Continue this search."),
        None,
    ),
    # requests to the website
    "no_files": (option(bool, "--no-files", help="Get the table only; download no files."), False),
    "save_video": (option(bool, "--files", help="Also download the files."), False),
    "slideshows": (
        option(
            Slideshows,
            "--slideshows",
            metavar="ask|yes|no",
            help="Open photo posts in a browser where their page holds no data.",
        ),
        Slideshows.ASK,
    ),
    "transcripts": (
        option(bool, "--transcripts", help="Also download TikTok's subtitles."),
        False,
    ),
    "no_music": (
        option(bool, "--no-music", help="Do not download the music of photo posts."),
        False,
    ),
    "return_urls": (
        option(bool, "--urls", help="Get the URLs only; request none of their pages."),
        False,
    ),
    "dir": (option(str, "--dir", metavar="DIR", help="Folder for the files."), "."),
    "cache_dir": (
        option(
            str | None,
            "--cache-dir",
            metavar="DIR",
            help="Folder to store pages in, so that no page is requested twice.",
        ),
        None,
    ),
    "again": (
        option(bool, "--again", help="Download files and pages again that exist already."),
        False,
    ),
    "sleep_pool": (
        option(
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
        option(int, "--max-tries", metavar="N", help="How often to try each page or file."),
        5,
    ),
    "cookiefile": (
        option(
            str | None,
            "--cookies",
            metavar="FILE",
            help="A cookies.txt to use instead of the stored cookies.",
        ),
        None,
    ),
    "scroll": (
        option(
            str,
            "--scroll",
            metavar="TIME",
            help="How long to scroll: 30s, 5m, 2h; inf scrolls to the end.",
        ),
        "5m",
    ),
    "timeout": (
        option(float, "--timeout", metavar="S", help="Seconds to wait for further results."),
        5,
    ),
    "post_timeout": (
        option(float, "--timeout", metavar="S", help="Seconds to wait for the data of a post."),
        30,
    ),
    "solve_captchas": (
        option(
            bool,
            "--solve-captchas",
            help="Show the window when TikTok asks for a captcha, so that you can solve it.",
        ),
        False,
    ),
    "show_browser": (option(bool, "--show-browser", help="Show the browser's window."), False),
    **STUDY_OPTIONS,
    # scripts of R
    "kind": (
        option(
            Kind | None,
            "--kind",
            metavar="K",
            show_default="by the file's name; r in a pipe",
            help="r, rmd or qmd.",
        ),
        None,
    ),
    "script_output": (
        option(str | None, "--output", "-o", metavar="FILE", help="The .py file to write."),
        None,
    ),
    "report_output": (
        option(str, "--output", "-o", metavar="FILE", help="The HTML file to write."),
        "report.html",
    ),
    # tables side by side
    "tolerance": (
        option(
            float,
            "--tolerance",
            metavar="SHARE",
            help="Treat counts as equal that differ by at most this share: 0.05 for 5%.",
        ),
        0.0,
    ),
    "on": (
        option(
            str | None,
            "--on",
            metavar="A,B,...",
            show_default="the id",
            help="The columns that identify a row.",
        ),
        None,
    ),
    "html": (
        option(str | None, "--html", metavar="FILE", help="Also write the report as HTML."),
        None,
    ),
    "silent": (
        option(bool, "--quiet", "-q", help="Print no report; only set the exit code."),
        False,
    ),
    # credentials
    "check": (option(bool, "--check", help="Only show which credentials are stored."), False),
    "cookies": text_option(
        "--cookies", "FILE", "Import the cookies from a cookies.txt that a browser exported."
    ),
    "forget": text_option(
        "--forget", "WHAT", "Delete what is stored: cookies, token, keys or all."
    ),
    "live": (
        option(bool, "--live", help="Open a browser window to log in, and import its cookies."),
        False,
    ),
    "browser": text_option(
        "--browser", "NAME", "Import the cookies of a browser on this computer, such as firefox."
    ),
    "live_checks": (
        option(bool, "--live", help="Also check TikTok's answers, with at most ten requests."),
        False,
    ),
    "as_cff": (option(bool, "--cff", help="Print CITATION.cff itself."), False),
    "as_json": (option(bool, "--json", help="Print JSON."), False),
    "from_r": (option(bool, "--from-r", help="Import what R traktok has stored."), False),
    "overwrite_store": (
        option(bool, "--overwrite", help="Replace stored credentials that can't be read."),
        False,
    ),
    # output
    "output": (
        option(
            str | None,
            "--output",
            "-o",
            metavar="FILE",
            help="The .csv, .jsonl, .parquet, .rds, .xlsx or .dta file to write.",
        ),
        None,
    ),
    "format": (
        option(
            Format | None,
            "--format",
            metavar="F",
            show_default="table on a terminal, csv in a pipe",
            help="table, csv, jsonl or parquet.",
        ),
        None,
    ),
    "overwrite": (
        option(bool, "--overwrite", help="Replace an existing output file."),
        False,
    ),
    "quiet": (
        option(bool, "--quiet", "-q", help="Print only warnings and errors on stderr."),
        False,
    ),
    "verbose": (
        option(
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
