"""The tables of commands: the targets, options and action of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import traktok
from traktok import _inputs
from traktok._http.endpoint import Endpoint, PublicFunction
from traktok._http.endpoints import ROWS
from traktok.cli import beside_r, citation, credentials, guide, health, inputs, outputs, studies
from traktok.cli.declare import Slideshows
from traktok.cli.endings import Ending
from traktok.cli.fetching import Fetch
from traktok.cli.inputs import CommandArguments
from traktok.cli.options import LISTED, OUTPUT, TABLE
from traktok.errors import FindSecuid, InvalidArgument

_SEARCH = ("phrase", "query_file")
_LISTS = ("users_file", "hashtags_file")
_SEVERAL = tuple(f"several_{option}" for option in ("query_file", *_LISTS))
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
        The function that runs it, called with the arguments of the command line.
    about
        The arguments and options that name its target.
    options
        All other options.
    help, examples
        The texts of its help.
    failure
        The exit code of an error; not 1 where 1 is an answer.
    onward
        The options to repeat in the command that continues this one, by the name of that command.
    passes_on
        Whether all that follows its name is passed to another program, which has its own help.
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


def _rows_command(
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
    """Build a command that writes the rows of a function."""
    does = Fetch(call, asked, a_row_each, fields)
    return Command(name, does, about, (*asked, *OUTPUT), help, examples)


# ------------------------------------------------------------------------------- the Research API


def _research(endpoint: Endpoint, function: PublicFunction) -> Command:
    """Build the command of a function of the Research API."""
    command = function.command
    return _rows_command(
        command.name,
        _call(function),
        about=(function.targets[0].option, *LISTED) if function.targets else _SEARCH,
        asked=command.options,
        help=command.help,
        examples=command.examples,
        fields=endpoint.documented,
    )


def _call(function: PublicFunction) -> Callable[..., traktok.TikTokResults]:
    """Return a function whose options choose the kind of target that the arguments name."""

    def call(named: Any, **asked: Any) -> traktok.TikTokResults:
        fetch: Callable[..., traktok.TikTokResults] = getattr(traktok, function.name)
        for kind in function.targets:
            if kind.flag and asked.pop(kind.flag):
                return fetch(**{kind.key: named}, **asked)
        return fetch(named, **asked)

    return call


RESEARCH = tuple(_research(row, function) for row in ROWS for function in row.functions)

# ------------------------------------------------------------------------------- durable studies

_STORE = ("store",)

STUDIES = (
    Command(
        "collect",
        studies.collect,
        about=("phrase", *_SEVERAL, "column"),
        options=(
            "first_day",
            "last_day",
            "into",
            "fields",
            "window_days",
            "plan",
            "sample",
            *studies.HOW,
            "quiet",
        ),
        help="Collect all videos of any span of time into a store.\n\n"
        "Every page is stored when it arrives. Ctrl-C finishes the pages in progress; run the same "
        "command again, or `traktok resume`, to continue. Exit codes: 0 also when --max-requests "
        "were sent, 75 when the day's requests are used up, 1 when windows kept failing.",
        examples="""
            traktok collect '#rstats' --since 2023-01-01 --to 2023-12-31 --into study.db
            traktok collect --query query.json --since 2023-01-01 --to 2023-12-31 --plan
            traktok collect cats --since 2023-01-01 --to 2023-12-31 --plan --sample 20
            traktok collect --query cats=cats.json --query dogs=dogs.json \\
                --since 2023-01-01 --to 2023-12-31
            """,
        onward=studies.RESUMED,
    ),
    Command(
        "add",
        studies.add,
        about=(*_STORE, "name", *_SEARCH, *_LISTS, "column"),
        options=(*studies.HOW, "quiet"),
        help="Add a query or a watch list to a study.\n\n"
        "It is collected for all days of the study. A video that several queries find is stored "
        "once; found_by lists the NAMEs of those. The query of a study that began without a name "
        "is called 'first'. The file of a watch list may grow: each resume collects who is new "
        "from the first day on.",
        examples="""
            traktok add study.db birds '#birds'
            traktok add study.db dogs --query dogs.json
            traktok add study.db parties --users accounts.csv
            """,
        onward=studies.RESUMED,
    ),
    Command(
        "resume",
        studies.resume,
        about=_STORE,
        options=("retry", "comments", "profiles", *studies.HOW, "quiet"),
        help="Continue a study: collect all that is still open.\n\n"
        "A study remembers --comments and --profiles: a later resume collects them, too.",
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
        help="Extend a study to the present day, for a job that runs daily.\n\n"
        "TikTok needs up to two days to show a new video: with the default --lag of 3, each day is "
        "searched once, when it is complete. A later resume collects new days, too.",
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
        options=("what", "query_name", "partition", *TABLE),
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
        "TikTok's terms require you to refresh stored data, and to delete what is gone; your "
        "contract states how often.",
        examples="""
            traktok refresh study.db --due
            traktok refresh study.db
            """,
        onward=studies.REFRESHED,
    ),
    Command(
        "quota",
        studies.quota,
        about=("quota_store",),
        options=("daily_requests", "quiet"),
        help="Show how many requests are left today (UTC).\n\n"
        "Counts all that the client sent from this computer, whichever command or script did; with "
        "a STORE also what the study sent from others. Without one, study.db is taken if it is "
        "here.",
        examples="""
            traktok quota
            traktok quota study.db
            """,
    ),
    Command(
        "describe",
        studies.describe,
        about=_STORE,
        options=("as_json",),
        help="Describe how a study was collected, for a methods section.",
        examples="traktok describe study.db > methods.txt",
    ),
    Command(
        "report",
        studies.report,
        about=_STORE,
        options=("report_output", "overwrite", "quiet"),
        help="Write a page about a study: coverage, figures, methods.\n\n"
        "The page is one file, with counts, hashtags and the query; it contains no video, account "
        "or comment.",
        examples="traktok report study.db -o report.html",
    ),
)

# ---------------------------------------------------------------------------- the unofficial API


def _videos(posts: list[str], *, no_files: bool, **asked: Any) -> traktok.TikTokResults:
    return traktok.tt_videos_hidden(posts, save_video=not no_files, **_function_arguments(asked))


def _hidden_search(phrase: str, **asked: Any) -> traktok.TikTokResults:
    return _as_table(traktok.tt_search_hidden(phrase, **_function_arguments(asked)))


def _hidden_user_videos(user: str, **asked: Any) -> traktok.TikTokResults:
    return _as_table(traktok.tt_user_videos_hidden(user, **_function_arguments(asked)))


def _hidden_slideshow(
    posts: list[str], *, no_files: bool, no_music: bool, **asked: Any
) -> traktok.TikTokResults:
    asked["timeout"] = asked.pop("post_timeout")
    return traktok.tt_slideshow_hidden(
        posts, not no_files, not (no_files or no_music), **_function_arguments(asked)
    )


def _hidden_user(users: list[str], *, verbose: bool) -> traktok.TikTokResults:
    return traktok.tt_user_info_hidden(users)


def _by_account(function: str) -> Callable[..., traktok.TikTokResults]:
    """Return a function of a secUid that also accepts a username, and looks up its secUid."""

    def get(account: str, **asked: Any) -> traktok.TikTokResults:
        call: Callable[..., traktok.TikTokResults] = getattr(traktok, function)
        try:
            return call(account, **asked)
        except InvalidArgument as error:
            if not any(isinstance(advice, FindSecuid) for advice in error.advice):
                raise
        return call(_sec_uid(account), **asked)

    return get


def _sec_uid(account: str) -> str:
    found = traktok.tt_user_info_hidden(account)
    if not len(found) or _inputs.is_missing(found["secUid"][0]):
        reasons = found.attrs["skipped"].values()
        raise traktok.ApiError(f"{account} has no secUid ({', '.join(reasons) or 'no data'}).")
    return str(found["secUid"][0])


_SLIDESHOWS = {Slideshows.ASK: "ask", Slideshows.YES: True, Slideshows.NO: False}


def _function_arguments(asked: dict[str, Any]) -> dict[str, Any]:
    """Convert options to the arguments of the functions."""
    asked["overwrite"] = asked.pop("again")
    if "slideshows" in asked:
        asked["slideshows"] = _SLIDESHOWS[asked["slideshows"]]
    if "show_browser" in asked:
        asked["headless"] = not asked.pop("show_browser")
    return asked


def _as_table(result: traktok.TikTokResults | list[str]) -> traktok.TikTokResults:
    if isinstance(result, traktok.TikTokResults):
        return result
    found = traktok.last_query()
    urls = traktok.TikTokResults(found[["video_id", "video_url"]])
    urls.attrs.update(found.attrs)
    return urls


HIDDEN = (
    _rows_command(
        "videos",
        _videos,
        about=("posts", *LISTED),
        asked=("no_files", *_POSTS),
        a_row_each=True,
        help="Get the data on the pages of posts, and their files.",
        examples="""
            traktok videos https://www.tiktok.com/@tiktok/video/7106594312292453675
            traktok videos --from urls.txt --dir files --cache-dir pages -o videos.csv
            """,
    ),
    _rows_command(
        "hidden search",
        _hidden_search,
        about=("words",),
        asked=("return_urls", "save_video", *_BROWSER, *_POSTS),
        help="Search videos in a browser.",
        examples="traktok hidden search '#rstats' --scroll 1m -o videos.csv",
    ),
    _rows_command(
        "hidden slideshow",
        _hidden_slideshow,
        about=("posts", *LISTED),
        asked=("no_files", "no_music", "post_timeout", "solve_captchas", "show_browser", *_SITE),
        a_row_each=True,
        help="Get photo posts in a browser, with their pictures and music.",
        examples="traktok hidden slideshow --from photos.txt --dir files -o photos.csv",
    ),
    _rows_command(
        "hidden user-videos",
        _hidden_user_videos,
        about=("user",),
        asked=("return_urls", "save_video", *_BROWSER, *_POSTS),
        help="Get the videos on a user's page, in a browser.",
        examples="traktok hidden user-videos tiktok --files --dir files",
    ),
    _rows_command(
        "hidden user",
        _hidden_user,
        about=_USERS,
        asked=(),
        a_row_each=True,
        help="Get the data on the pages of users, without cookies.",
        examples="traktok hidden user tiktok --format jsonl",
    ),
    _rows_command(
        "hidden followers",
        _by_account("tt_get_follower_hidden"),
        about=("account",),
        asked=("sleep_pool", "max_tries", "cookiefile"),
        help="Get the followers of a user, about 5,000 at most.",
        examples="traktok hidden followers tiktok -o followers.csv",
    ),
    _rows_command(
        "hidden following",
        _by_account("tt_get_following_hidden"),
        about=("account",),
        asked=("sleep_pool", "max_tries", "cookiefile"),
        help="Get the accounts that a user follows.",
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
        "Code that can't be translated stays in the script, as a comment with a TODO. Exit codes: "
        "0 when all was translated, 1 when a TODO is left, 2 without a script.",
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
        help="Compare two tables of results, from Python or R.\n\n"
        "Exit codes, as of diff: 0 when they are equal, 1 when they differ, 2 on an error. The "
        "report goes to stdout, a table of the columns to --output.",
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
    "Prompts for the client key and secret without showing what you type, or reads them from the "
    "environment variables TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET, and stores them encrypted. "
    "You find them at https://developers.tiktok.com/application/research-api. The unofficial API "
    "(`traktok videos`, `traktok hidden`) uses the cookies of a browser that is logged in.",
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
    from traktok import demo  # slow to import, as the sandbox is

    demo.main()


def _sandbox(given: CommandArguments) -> None:
    from traktok.sandbox import __main__ as sandbox

    sandbox.main(given["words"] or ())


_DOCTOR = Command(
    "doctor",
    health.doctor,
    about=_STORE,
    options=("live_checks", "as_json"),
    help="Check the installation, settings, credentials and clock.\n\n"
    "Exit code 1 when a check fails. Sends one request without a token, which no quota counts; "
    "--live sends at most ten of the day's requests, to check what the credentials give access to "
    "and which of traktok's assumptions about TikTok hold.",
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
        help="Run a simulated TikTok on this computer, to try scripts with.",
        examples="traktok sandbox --help",
        passes_on=True,
    ),
    Command(
        "guide",
        guide.guide,
        about=("guide",),
        options=(),
        help="Read the guides.\n\nFormatted in a terminal, as Markdown in a pipe.",
        examples="""
        traktok guide
        traktok guide recipes
        """,
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
