"""The program, built from the table of commands."""

from __future__ import annotations

from inspect import Signature, cleandoc
from typing import Annotated, Any

import typer

import traktok
from traktok.cli import endings
from traktok.cli.commands import COMMANDS, Command
from traktok.cli.inputs import CommandArguments
from traktok.cli.options import ABOUT, parameters

_KEEP_LINES = "\b\n"  # typer's mark for a paragraph that is not filled

app = typer.Typer(
    name="traktok",
    help="Collect TikTok data for research.",
    epilog=cleandoc(
        """
        \b
        New here? `traktok demo` shows what traktok does, `traktok guide` lists the
        guides.

        \b
        Rows go to stdout: a table on a terminal, CSV in a pipe; or to a file (-o).
        Ids keep every digit. Progress, warnings and errors go to stderr.
        After an error or Ctrl-C, what was fetched is kept; a message says how to
        continue.
        from-r and compare have exit codes of their own; see their help.

        \b
        Exit codes:
          0    done
          1    an error of TikTok, the network, the credentials or the disk
          2    wrong usage; nothing was sent
          3    rows are written, but the search or list was cut short by TikTok
          4    rows are written, but some files are missing; file_error says why
          75   the day's requests are used up; TikTok's day starts at 00:00 UTC
          130  Ctrl-C (what was fetched is written; a second Ctrl-C ends at once)
          141  the reader of the pipe ended (| head)
          143  SIGTERM, or 129 SIGHUP: as Ctrl-C; the program then ends by that signal
        """
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
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


_hidden = typer.Typer(
    help="Get what TikTok's website shows, through the unofficial API.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


def _add(command: Command) -> None:
    """Add a row of the table to the program, as a command."""

    def run(**options: Any) -> None:
        given = CommandArguments(options, command.onward)
        with (
            endings.stops_of_the_system(),
            endings.exit_code(given, command.failure),
            endings.on_ctrl_c(endings.break_off),
        ):
            command.does(given)

    taken = parameters((*command.about, *command.options))
    vars(run)["__signature__"] = Signature(taken)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in taken}
    about = [ABOUT[name] for name in command.about[:1]]
    examples = _KEEP_LINES + cleandoc(command.examples)
    group, _, name = command.name.rpartition(" ")
    help = "\n\n".join([command.help, *about, examples])
    _GROUPS[group].command(name, help=help, context_settings=_settings(command))(run)


def _settings(command: Command) -> dict[str, Any]:
    """Return click's settings; the options of another program, also --help, pass through."""
    return {"ignore_unknown_options": True, "help_option_names": []} if command.passes_on else {}


_GROUPS = {"": app, "hidden": _hidden}
for _command in COMMANDS:
    _add(_command)
app.add_typer(_hidden, name="hidden")
