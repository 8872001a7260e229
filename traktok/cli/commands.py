"""The table of commands, and the program they make."""

from __future__ import annotations

from inspect import Signature, cleandoc
from typing import Annotated, Any

import typer

import traktok
from traktok.cli import endings, inputs, outputs
from traktok.cli.collecting import Command, collect
from traktok.cli.endings import say
from traktok.cli.options import ABOUT, LISTED, OUTPUT, parameters

_USERS = ("users", *LISTED)
_PAGES = ("max_pages", "start_cursor")


def _comments(ids: list[str], *, replies: bool, **asked: Any) -> traktok.TikTokResults:
    if replies:
        return traktok.tt_comments_api(comment_id=ids, **asked)
    return traktok.tt_comments_api(ids, **asked)


COMMANDS = (
    Command(
        "search",
        traktok.tt_search_api,
        about=("phrase", "query_file"),
        asked=("start_date", "end_date", "fields", "is_random", *_PAGES, "search_id"),
        help="Search videos by a phrase or a query.",
        examples="""
            traktok search '#rstats' --start-date 2023-11-01 --end-date 2023-11-29
            traktok search --query query.json --max-pages all -o videos.csv
            """,
    ),
    Command(
        "user-videos",
        traktok.tt_user_videos_api,
        about=_USERS,
        asked=("since", "to", "fields", "is_random", *_PAGES, "search_id"),
        help="Get the videos that users posted, in windows of 31 days.",
        examples="traktok user-videos statisticsglobe --since 2023-01-01 --max-pages all",
    ),
    Command(
        "users",
        traktok.tt_user_info_api,
        about=_USERS,
        asked=("fields",),
        help="Get what the profiles of users say.",
        examples="""
            traktok users tiktok @statisticsglobe
            traktok users --from names.txt -o users.csv
            """,
    ),
    Command(
        "comments",
        _comments,
        about=("videos", *LISTED),
        asked=("replies", "fields", *_PAGES),
        help="Get the comments of videos, or the replies to comments.",
        examples="""
            traktok comments 7106594312292453675 --max-pages 5
            traktok comments --replies 7107681134152057643
            """,
    ),
    Command(
        "liked",
        traktok.tt_user_liked_videos_api,
        about=_USERS,
        asked=("fields", *_PAGES),
        help="Get the videos that users liked, where others may see it.",
        examples="traktok liked jbgruber --max-pages all -o liked.jsonl",
    ),
    Command(
        "reposted",
        traktok.tt_user_reposted_api,
        about=_USERS,
        asked=("fields", *_PAGES),
        help="Get the videos that users reposted.",
        examples="traktok reposted smooth.learning.c",
    ),
    Command(
        "pinned",
        traktok.tt_user_pinned_videos_api,
        about=_USERS,
        asked=("fields",),
        help="Get the videos that users pinned to their profile.",
        examples="traktok pinned smooth.learning.c",
    ),
    Command(
        "followers",
        traktok.tt_user_follower_api,
        about=_USERS,
        asked=_PAGES,
        help="Get who follows users.",
        examples="""
            traktok followers tiktok --max-pages 5
            cat names.txt | traktok followers - > followers.csv
            """,
    ),
    Command(
        "following",
        traktok.tt_user_following_api,
        about=_USERS,
        asked=_PAGES,
        help="Get whom users follow, where others may see it.",
        examples="traktok following jbgruber",
    ),
    Command(
        "playlist",
        traktok.tt_playlist_api,
        about=("playlists", *LISTED),
        asked=("fields", *_PAGES),
        help="Get the videos of playlists.",
        examples="traktok playlist 7426782536706507894 --max-pages all",
    ),
)

# ----------------------------------------------------------------------------------- the program

_KEEP_LINES = "\b\n"  # typer's mark for a paragraph that is not filled

app = typer.Typer(
    name="traktok",
    help="Collect TikTok data for research, through TikTok's Research API.",
    epilog=cleandoc(
        """
        \b
        Rows go to stdout: a table on a terminal, CSV in a pipe; or to a file (-o).
        Ids keep every digit. All else (progress, warnings, errors) goes to stderr.
        An error or Ctrl-C keeps what was fetched and says how to go on.

        \b
        Exit codes:
          0    done
          1    an error of TikTok, the network, the credentials or the disk
          2    wrong usage; nothing was sent
          75   the day's requests are used up; TikTok's day starts at 00:00 UTC
          130  Ctrl-C (what was fetched is written; a second one ends at once)
          141  the reader of the pipe has gone (| head)
        """
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"traktok {traktok.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command("auth")
def _auth(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether credentials are stored.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace stored credentials that can't be read.")
    ] = False,
) -> None:
    """Store your client key and secret for all other commands.

    They are asked for without an echo, or taken from the environment variables TIKTOK_CLIENT_KEY
    and TIKTOK_CLIENT_SECRET, and stored encrypted. You get them at
    https://developers.tiktok.com/application/research-api.
    """
    with endings.exit_code():
        if check:
            traktok.auth_check(hidden=False, silent=True, fail=True)
            typer.echo("Credentials are stored.")
        else:
            traktok.auth_research(overwrite=overwrite)
            say("Done: the credentials are right, and stored on this computer.")


@app.command(
    "query",
    help="Show a query file as a tree and as JSON; nothing is sent."
    f"\n\n{ABOUT['query_file']}"
    f"\n\n{_KEEP_LINES}traktok query query.json",
)
def _query(file: Annotated[str, typer.Argument(metavar="FILE", hidden=True)]) -> None:
    with endings.exit_code():
        query = inputs.query_of(file)
        outputs.show(f"{query}\n\n{query.to_json(indent=2)}")


def _add(command: Command) -> None:
    """Make a row of the table a command of the program."""

    def run(**given: Any) -> None:
        with endings.exit_code(), endings.on_ctrl_c(endings.break_off):
            collect(command, given)

    taken = parameters((*command.about, *command.asked, *OUTPUT))
    vars(run)["__signature__"] = Signature(taken)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in taken}
    examples = _KEEP_LINES + cleandoc(command.examples)
    app.command(command.name, help=f"{command.help}\n\n{ABOUT[command.about[0]]}\n\n{examples}")(
        run
    )


for _command in COMMANDS:
    _add(_command)
