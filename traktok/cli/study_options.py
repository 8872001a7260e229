"""The options of the commands for studies."""

from __future__ import annotations

from typing import Any

from traktok._http.endpoints import ROWS
from traktok.cli.declare import REQUIRED, OnQuota, option
from traktok.cli.values import one_of

# The tables of a study.
STUDY_TABLES = tuple(row.study.name for row in ROWS if row.study)

# name: (type and settings, default), as in the table of all options.
STUDY_OPTIONS: dict[str, tuple[Any, Any]] = {
    # what is collected
    "several_query_file": (
        option(
            list[str] | None,
            "--query",
            metavar="[NAME=]FILE",
            help="A query in JSON, instead of a phrase; - reads it from a pipe. Several have names "
            "and repeat the option: --query cats=cats.json --query dogs=dogs.json.",
        ),
        None,
    ),
    **{
        f"several_{noun}_file": (
            option(
                list[str] | None,
                f"--{noun}",
                metavar="[NAME=]FILE",
                help=f"A text or CSV file of {noun}, instead of a phrase. The file may grow: each "
                "resume collects who is new from the first day on.",
            ),
            None,
        )
        for noun in ("users", "hashtags")
    },
    "users_file": (
        option(
            str | None, "--users", metavar="FILE", help="A text or CSV file of users; it may grow."
        ),
        None,
    ),
    "hashtags_file": (
        option(
            str | None,
            "--hashtags",
            metavar="FILE",
            help="A text or CSV file of hashtags; it may grow.",
        ),
        None,
    ),
    "column": (
        option(
            str | None,
            "--column",
            metavar="NAME",
            show_default="username or hashtag_name",
            help="The column of a CSV file of users or hashtags.",
        ),
        None,
    ),
    "query_name": (
        option(
            str | None,
            "--query",
            metavar="NAME",
            help="Only the videos that this one of a study's queries found.",
        ),
        None,
    ),
    # how
    "first_day": (
        option(
            str, "--since", "--start-date", metavar="DAY", help="First day (UTC), as 2024-01-31."
        ),
        REQUIRED,
    ),
    "last_day": (
        option(
            str,
            "--to",
            "--end-date",
            metavar="DAY",
            help="Last day (UTC), any number of days later; today follows day by day.",
        ),
        REQUIRED,
    ),
    "into": (
        option(
            str,
            "--into",
            metavar="STORE",
            help="An SQLite file, or the URL of an empty PostgreSQL database.",
        ),
        "study.db",
    ),
    "lag": (
        option(
            int,
            "--lag",
            metavar="DAYS",
            help="How many days to stay behind; 0 searches recent days now, and again later.",
        ),
        3,
    ),
    "window_days": (
        option(int, "--window-days", metavar="N", help="How many days to search at a time."),
        30,
    ),
    "plan": (
        option(
            bool,
            "--plan",
            help="Only show the windows still to be searched; send and store nothing.",
        ),
        False,
    ),
    "sample": (
        option(
            int | None,
            "--sample",
            metavar="N",
            help="With --plan: send up to N requests for first pages of windows that lie far "
            "apart, and estimate the rest; the pages are stored.",
        ),
        None,
    ),
    "what": (
        option(
            str,
            "--what",
            metavar="W",
            parser=one_of(STUDY_TABLES),
            help=f"{', '.join(STUDY_TABLES[:-1])} or {STUDY_TABLES[-1]}.",
        ),
        STUDY_TABLES[0],
    ),
    "comments": (
        option(
            bool,
            "--comments",
            help="Also collect the comments of its videos: at least one request each.",
        ),
        False,
    ),
    "profiles": (
        option(
            bool, "--profiles", help="Also collect the profiles of its authors: a request each."
        ),
        False,
    ),
    "retry": (
        option(bool, "--retry", help="Try again what was set aside because it kept failing."),
        False,
    ),
    "workers": (
        option(int, "--workers", metavar="N", help="How many windows to collect at once."),
        4,
    ),
    "max_requests": (
        option(
            int | None, "--max-requests", metavar="N", help="Send at most N requests in this run."
        ),
        None,
    ),
    "daily_requests": (
        option(
            int | None,
            "--daily-requests",
            metavar="N",
            show_default="1000",
            help="Send at most N requests a day (UTC), counting all that share the store.",
        ),
        None,
    ),
    "requests_per_second": (
        option(
            float | None,
            "--requests-per-second",
            metavar="N",
            help="Send at most N requests a second; by default as fast as TikTok answers.",
        ),
        None,
    ),
    "on_quota": (
        option(
            OnQuota,
            "--on-quota",
            metavar="stop|wait",
            help="When the day's requests are used up: stop, or wait until 00:00 UTC (and for the "
            "network when TikTok can't be reached).",
        ),
        OnQuota.STOP,
    ),
    "partition": (
        option(
            bool,
            "--by-month",
            help="Write a folder of Parquet files, one per month (UTC), instead of one file.",
        ),
        False,
    ),
    "every": (
        option(
            float,
            "--every",
            metavar="DAYS",
            help="Check what was last seen at least this many days ago; 0 checks everything.",
        ),
        30,
    ),
    "mark": (
        option(bool, "--mark", help="Mark what is gone, instead of deleting it."),
        False,
    ),
    "due": (option(bool, "--due", help="Only show when a refresh is due; send nothing."), False),
}
