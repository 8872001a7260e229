"""The tables of commands: the targets, options and action of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

import traktok
from traktok import demo
from traktok._http.endpoint import Endpoint, PublicFunction, TargetKind
from traktok._http.endpoints import ROWS
from traktok.cli import beside_r, citation, credentials, health, inputs, outputs, studies
from traktok.cli.endings import Ending
from traktok.cli.fetching import Fetch
from traktok.cli.inputs import CommandArguments
from traktok.cli.options import LISTED, OUTPUT, TABLE, Slideshows
from traktok.errors import FindSecuid, InvalidArgument
from traktok.sandbox import __main__ as sandbox

_SEARCH = ("phrase", "query_file")
_USERS = ("users", *LISTED)
_SITE = ("dir", "cache_dir", "again", "sleep_pool", "max_tries", "cookiefile")
_POSTS = ("slideshows", "transcripts", *_SITE)
_BROWSER = ("scroll", "timeout", "solve_captchas", "show_browser")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the program.

    Attributes
    ----------
    does
        What happens; it takes what was said on the command line, by the options' names.
    about
        The options that say what it is about.
    options
        All other options.
    help, examples
        What it does, and how it is called.
    failure
        The exit code of errors, where 1 is an answer.
    onward
        By command that goes on with this one's work, the options that it takes over.
    passes_on
        Whether what follows the name belongs to another program, whose help it shows.
    """

    name: str
    does: Callable[[CommandArguments], None]
    about: tuple[str, ...]
    options: tuple[str, ...]
    help: str
    examples: str
    failure: Ending = Ending.FAILED
    onward: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    passes_on: bool = False


def _rows(
    name: str,
    call: Callable[..., traktok.TikTokResults],
    *,
    about: tuple[str, ...],
    asked: tuple[str, ...],
    help: str,
    examples: str,
    a_row_each: bool = False,
    fields: tuple[str, ...] = (),
) -> Command:
    """Make a command that writes the rows of a function."""
    does = Fetch(call, asked, a_row_each, fields)
    return Command(name, does, about, (*asked, *OUTPUT), help, examples)


# ------------------------------------------------------------------------------- the Research API


def _research(endpoint: Endpoint, function: PublicFunction) -> Command:
    """Make the command of a function of the Research API."""
    command = function.command
    return _rows(
        command.name,
        _call(getattr(traktok, function.name), function.targets),
        about=(function.targets[0].option, *LISTED) if function.targets else _SEARCH,
        asked=command.options,
        help=command.help,
        examples=command.examples,
        fields=endpoint.documented,
    )


def _call(
    function: Callable[..., traktok.TikTokResults], targets: tuple[TargetKind, ...]
) -> Callable[..., traktok.TikTokResults]:
    """Return a function whose options choose the kind of target that the arguments name."""

    def call(named: Any, **asked: Any) -> traktok.TikTokResults:
        for kind in targets:
            if kind.flag and asked.pop(kind.flag):
                return function(**{kind.key: named}, **asked)
        return function(named, **asked)

    return call


RESEARCH = tuple(_research(row, function) for row in ROWS for function in row.functions)

# ------------------------------------------------------------------------------- durable studies

_STORE = ("store",)

STUDIES = (
    Command(
        "collect",
        studies.collect,
        about=_SEARCH,
        options=(
            "first_day",
            "last_day",
            "into",
            "fields",
            "window_days",
            "plan",
            *studies.HOW,
            "quiet",
        ),
        help="Collect all videos of any span of time into a store.\n\n"
        "Every page is kept when it comes. Ctrl-C finishes the pages in hand; the same command "
        "again, or `traktok resume`, goes on. Ends with 0 as well where --max-requests are sent, "
        "with 75 where the day's are, with 1 where windows kept failing.",
        examples="""
            traktok collect '#rstats' --since 2023-01-01 --to 2023-12-31 --into study.db
            traktok collect --query query.json --since 2023-01-01 --to 2023-12-31 --plan
            """,
        onward=studies.RESUMED,
    ),
    Command(
        "resume",
        studies.resume,
        about=_STORE,
        options=("retry", "comments", "profiles", *studies.HOW, "quiet"),
        help="Go on with all of a study that is still open.\n\n"
        "What --comments and --profiles ask for is on the study's list from then on: a later "
        "resume goes on with it, too.",
        examples="""
            traktok resume study.db --on-quota wait
            traktok resume study.db --comments --profiles
            """,
        onward=studies.RESUMED,
    ),
    Command(
        "follow",
        studies.follow,
        about=_STORE,
        options=("lag", *studies.HOW, "quiet"),
        help="Go on with a study to the day it is, for a job that runs daily.\n\n"
        "TikTok needs up to two days to show a new video: with the usual --lag of 3 a day is "
        "searched once, when all of it is there. A later resume goes on with new days, too.",
        examples="traktok follow study.db --quiet",
        onward=studies.RESUMED,
    ),
    Command(
        "status",
        studies.status,
        about=_STORE,
        options=("what", *TABLE),
        help="Show how far each window of a study is.",
        examples="traktok status study.db",
    ),
    Command(
        "export",
        studies.export,
        about=_STORE,
        options=("what", "partition", *TABLE),
        help="Write the videos, comments or users of a study.",
        examples="""
            traktok export study.db -o videos.parquet
            traktok export study.db --by-month -o videos
            """,
    ),
    Command(
        "refresh",
        studies.refresh,
        about=_STORE,
        options=("every", "mark", "profiles", "due", *studies.HOW_TO_SEND, *TABLE),
        help="Delete from a study what is no longer public.\n\n"
        "TikTok's terms want stored data refreshed and what is gone deleted; for the interval see "
        "your own contract.",
        examples="""
            traktok refresh study.db --due
            traktok refresh study.db
            """,
        onward=studies.REFRESHED,
    ),
    Command(
        "quota",
        studies.quota,
        about=_STORE,
        options=("daily_requests",),
        help="Show how many requests a study has left today (UTC).",
        examples="traktok quota study.db",
    ),
    Command(
        "describe",
        studies.describe,
        about=_STORE,
        options=(),
        help="Show how a study came about, for a paper's methods section.",
        examples="traktok describe study.db > methods.txt",
    ),
    Command(
        "report",
        studies.report,
        about=_STORE,
        options=("report_output", "overwrite", "quiet"),
        help="Write a page about a study: coverage, figures, methods.\n\n"
        "It stands alone and holds counts, hashtags and the query, and no video, account or "
        "comment.",
        examples="traktok report study.db -o report.html",
    ),
)

# ---------------------------------------------------------------------------- the unofficial API


def _videos(posts: list[str], *, no_files: bool, **asked: Any) -> traktok.TikTokResults:
    return traktok.tt_videos_hidden(posts, save_video=not no_files, **_named(asked))


def _hidden_search(phrase: str, **asked: Any) -> traktok.TikTokResults:
    return _found(traktok.tt_search_hidden(phrase, **_named(asked)))


def _hidden_user_videos(user: str, **asked: Any) -> traktok.TikTokResults:
    return _found(traktok.tt_user_videos_hidden(user, **_named(asked)))


def _hidden_slideshow(
    posts: list[str], *, no_files: bool, no_music: bool, **asked: Any
) -> traktok.TikTokResults:
    asked["timeout"] = asked.pop("post_timeout")
    return traktok.tt_slideshow_hidden(
        posts, not no_files, not (no_files or no_music), **_named(asked)
    )


def _hidden_user(users: list[str], *, verbose: bool) -> traktok.TikTokResults:
    return traktok.tt_user_info_hidden(users)


def _of_account(call: Callable[..., traktok.TikTokResults]) -> Callable[..., traktok.TikTokResults]:
    """Return a function of a secUid that takes a name, too, and looks up the name's secUid."""

    def get(account: str, **asked: Any) -> traktok.TikTokResults:
        try:
            return call(account, **asked)
        except InvalidArgument as error:
            if not any(isinstance(advice, FindSecuid) for advice in error.advice):
                raise
        return call(_sec_uid(account), **asked)

    return get


def _sec_uid(account: str) -> str:
    found = traktok.tt_user_info_hidden(account)
    if not len(found) or pd.isna(found["secUid"][0]):
        reasons = found.attrs["skipped"].values()
        raise traktok.ApiError(f"{account} has no secUid ({', '.join(reasons) or 'no data'}).")
    return str(found["secUid"][0])


_SLIDESHOWS = {Slideshows.ASK: "ask", Slideshows.YES: True, Slideshows.NO: False}


def _named(asked: dict[str, Any]) -> dict[str, Any]:
    """Name what was asked as the functions do."""
    asked["overwrite"] = asked.pop("again")
    if "slideshows" in asked:
        asked["slideshows"] = _SLIDESHOWS[asked["slideshows"]]
    if "show_browser" in asked:
        asked["headless"] = not asked.pop("show_browser")
    return asked


def _found(result: traktok.TikTokResults | list[str]) -> traktok.TikTokResults:
    if isinstance(result, traktok.TikTokResults):
        return result
    found = traktok.last_query()
    urls = traktok.TikTokResults(found[["video_id", "video_url"]])
    urls.attrs.update(found.attrs)
    return urls


HIDDEN = (
    _rows(
        "videos",
        _videos,
        about=("posts", *LISTED),
        asked=("no_files", *_POSTS),
        a_row_each=True,
        help="Get what the pages of posts say, and their files.",
        examples="""
            traktok videos https://www.tiktok.com/@tiktok/video/7106594312292453675
            traktok videos --from urls.txt --dir files --cache-dir pages -o videos.csv
            """,
    ),
    _rows(
        "hidden search",
        _hidden_search,
        about=("words",),
        asked=("return_urls", "save_video", *_BROWSER, *_POSTS),
        help="Search videos in a browser.",
        examples="traktok hidden search '#rstats' --scroll 1m -o videos.csv",
    ),
    _rows(
        "hidden slideshow",
        _hidden_slideshow,
        about=("posts", *LISTED),
        asked=("no_files", "no_music", "post_timeout", "solve_captchas", "show_browser", *_SITE),
        a_row_each=True,
        help="Get photo posts in a browser, with their pictures and music.",
        examples="traktok hidden slideshow --from photos.txt --dir files -o photos.csv",
    ),
    _rows(
        "hidden user-videos",
        _hidden_user_videos,
        about=("user",),
        asked=("return_urls", "save_video", *_BROWSER, *_POSTS),
        help="Get the videos on a user's page, in a browser.",
        examples="traktok hidden user-videos tiktok --files --dir files",
    ),
    _rows(
        "hidden user",
        _hidden_user,
        about=_USERS,
        asked=(),
        a_row_each=True,
        help="Get what the pages of users say; this needs no cookies.",
        examples="traktok hidden user tiktok --format jsonl",
    ),
    _rows(
        "hidden followers",
        _of_account(traktok.tt_get_follower_hidden),
        about=("account",),
        asked=("sleep_pool", "max_tries", "cookiefile"),
        help="Get who follows a user, some 5,000 at most.",
        examples="traktok hidden followers tiktok -o followers.csv",
    ),
    _rows(
        "hidden following",
        _of_account(traktok.tt_get_following_hidden),
        about=("account",),
        asked=("sleep_pool", "max_tries", "cookiefile"),
        help="Get whom a user follows.",
        examples="traktok hidden following tiktok",
    ),
)

# ------------------------------------------------------------------------------------- beside R

BESIDE_R = (
    Command(
        "from-r",
        beside_r.translate,
        about=("script",),
        options=("kind", "script_output", "overwrite", "quiet"),
        help="Translate an R script that uses traktok into Python.\n\n"
        "What is not known stays in the script as a comment with the R code and a TODO. Ends with "
        "0 where all was translated, with 1 where a TODO is left, with 2 where there is no script.",
        examples="""
            traktok from-r collect.R -o collect.py
            traktok from-r - < paper.Rmd --kind rmd
            """,
        failure=Ending.USAGE,
    ),
    Command(
        "compare",
        beside_r.compare,
        about=("left", "right"),
        options=("tolerance", "on", "html", "output", "overwrite", "silent"),
        help="Compare two tables of results, from whichever language.\n\n"
        "Ends as diff does: with 0 where they are equal, with 1 where they differ, with 2 where "
        "there is trouble. The report goes to stdout, a table of the columns to --output.",
        examples="""
            traktok compare search.rds search.csv
            traktok compare old.csv new.csv --tolerance 0.05 --html drift.html
            """,
        failure=Ending.USAGE,
    ),
)

# ---------------------------------------------------------------------------------- all of them


def _show_query(given: CommandArguments) -> None:
    query = inputs.query_of(given["file"])
    outputs.show(f"{query}\n\n{query.to_json(indent=2)}")


_AUTH = Command(
    "auth",
    credentials.auth,
    about=(),
    options=("check", "cookies", "live", "browser", "from_r", "overwrite_store", "forget"),
    help="Store your credentials, or cookies, for all other commands.\n\n"
    "The client key and secret are asked for without an echo, or taken from the environment "
    "variables TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET, and stored encrypted. You get them at "
    "https://developers.tiktok.com/application/research-api. The unofficial API (`traktok "
    "videos`, `traktok hidden`) takes the cookies of a browser that is logged in.",
    examples="""
        traktok auth
        traktok auth --cookies cookies.txt
        traktok auth --forget cookies
        """,
)

_QUERY = Command(
    "query",
    _show_query,
    about=("file",),
    options=(),
    help="Show a query file as a tree and as JSON; nothing is sent.",
    examples="traktok query query.json",
)


def _demo(_: CommandArguments) -> None:
    demo.main()


def _sandbox(given: CommandArguments) -> None:
    sandbox.main(given["words"] or ())


_DOCTOR = Command(
    "doctor",
    health.doctor,
    about=_STORE,
    options=("live_checks", "as_json"),
    help="Check the installation, settings, credentials and clock.\n\n"
    "Ends with 1 where a check fails. One request without a token is sent, which no quota counts; "
    "with --live at most ten of the day's, to see what the credentials open and which of "
    "traktok's assumptions about TikTok hold.",
    examples="""
        traktok doctor
        traktok doctor --live
        """,
)

_CITE = Command(
    "cite",
    citation.cite,
    about=(),
    options=("as_cff",),
    help="Show how to cite traktok, and the R package it mirrors.",
    examples="traktok cite",
)

_WITHOUT_TIKTOK = (
    Command(
        "demo",
        _demo,
        about=(),
        options=(),
        help="Show what traktok does, without credentials or a network.",
        examples="traktok demo",
    ),
    Command(
        "sandbox",
        _sandbox,
        about=("words",),
        options=(),
        help="Run a TikTok on this machine, to try scripts on.",
        examples="traktok sandbox --help",
        passes_on=True,
    ),
)

COMMANDS = (
    _AUTH,
    _DOCTOR,
    _QUERY,
    *RESEARCH,
    *STUDIES,
    *HIDDEN,
    *BESIDE_R,
    *_WITHOUT_TIKTOK,
    _CITE,
)
