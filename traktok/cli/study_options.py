"""The options of the commands for studies."""

from __future__ import annotations

from typing import Any

from traktok._http.endpoints import ROWS
from traktok.cli.declare import REQUIRED, OnQuota, option

# The tables of a study.
STUDY_TABLES = tuple(row.study.name for row in ROWS if row.study)

# name: (type and settings, default), as in the table of all options.
STUDY_OPTIONS: dict[str, tuple[Any, Any]] = {
    # what is collected
    "several_query_file": option(
        list[str],
        "--query",
        metavar="[NAME=]FILE",
        help="A query in JSON, instead of a phrase; - reads it from a pipe. Several have names "
        "and repeat the option: --query cats=cats.json --query dogs=dogs.json.",
    ),
    **{
        f"several_{noun}_file": option(
            list[str],
            f"--{noun}",
            metavar="[NAME=]FILE",
            help=f"A text or CSV file of {noun}, instead of a phrase. The file may grow: each "
            "resume collects who is new from the first day on.",
        )
        for noun in ("users", "hashtags")
    },
    "users_file": option(
        str, "--users", metavar="FILE", help="A text or CSV file of users; it may grow."
    ),
    "hashtags_file": option(
        str, "--hashtags", metavar="FILE", help="A text or CSV file of hashtags; it may grow."
    ),
    "column": option(
        str,
        "--column",
        metavar="NAME",
        show_default="username or hashtag_name",
        help="The column of a CSV file of users or hashtags.",
    ),
    "query_name": option(
        str,
        "--query",
        metavar="NAME",
        help="Only the videos that this one of a study's queries found.",
    ),
    # how
    "first_day": option(
        str,
        "--since",
        "--start-date",
        default=REQUIRED,
        metavar="DAY",
        help="First day (UTC), as 2024-01-31.",
    ),
    "last_day": option(
        str,
        "--to",
        "--end-date",
        default=REQUIRED,
        metavar="DAY",
        help="Last day (UTC), any number of days later; today follows day by day.",
    ),
    "into": option(
        str,
        "--into",
        default="study.db",
        metavar="STORE",
        help="An SQLite file, or the URL of an empty PostgreSQL database.",
    ),
    "lag": option(
        int,
        "--lag",
        default=3,
        metavar="DAYS",
        help="How many days to stay behind; 0 searches recent days now, and again later.",
    ),
    "window_days": option(
        int, "--window-days", default=30, metavar="N", help="How many days to search at a time."
    ),
    "plan": option(
        bool, "--plan", help="Only show the windows still to be searched; send and store nothing."
    ),
    "sample": option(
        int,
        "--sample",
        metavar="N",
        help="With --plan: send up to N requests for first pages of windows that lie far "
        "apart, and estimate the rest; the pages are stored.",
    ),
    "what": option(
        str,
        "--what",
        default=STUDY_TABLES[0],
        metavar="W",
        words=STUDY_TABLES,
        help=f"{', '.join(STUDY_TABLES[:-1])} or {STUDY_TABLES[-1]}.",
    ),
    "comments": option(
        bool,
        "--comments",
        help="Also collect the comments of its videos: at least one request each.",
    ),
    "profiles": option(
        bool, "--profiles", help="Also collect the profiles of its authors: a request each."
    ),
    "retry": option(bool, "--retry", help="Try again what was set aside because it kept failing."),
    "workers": option(
        int, "--workers", default=4, metavar="N", help="How many windows to collect at once."
    ),
    "max_requests": option(
        int, "--max-requests", metavar="N", help="Send at most N requests in this run."
    ),
    "daily_requests": option(
        int,
        "--daily-requests",
        metavar="N",
        show_default="1000",
        help="Send at most N requests a day (UTC), counting all that share the store.",
    ),
    "requests_per_second": option(
        float,
        "--requests-per-second",
        metavar="N",
        help="Send at most N requests a second; by default as fast as TikTok answers.",
    ),
    "on_quota": option(
        OnQuota,
        "--on-quota",
        default=OnQuota.STOP,
        metavar="stop|wait",
        help="When the day's requests are used up: stop, or wait until 00:00 UTC (and for the "
        "network when TikTok can't be reached).",
    ),
    "partition": option(
        bool,
        "--by-month",
        help="Write a folder of Parquet files, one per month (UTC), instead of one file.",
    ),
    "every": option(
        float,
        "--every",
        default=30,
        metavar="DAYS",
        help="Check what was last seen at least this many days ago; 0 checks everything.",
    ),
    "mark": option(bool, "--mark", help="Mark what is gone, instead of deleting it."),
    "due": option(bool, "--due", help="Only show when a refresh is due; send nothing."),
}
