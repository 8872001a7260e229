"""Write messages for a shell: arguments as options, functions as commands.

A message contains its arguments and advice as values; everything else in it, such as what TikTok or
the user wrote, is printed unchanged.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from traktok import errors
from traktok.cli.inputs import CommandArguments
from traktok.cli.options import OPTIONS, STANDS_FOR, flag, typed
from traktok.errors import Advice, Message

# The commands that do what a function does.
_COMMANDS = {
    "Collection.add": "add",
    "tt_collect": "collect",
    "tt_videos_hidden": "videos",
    "tt_user_info_hidden": "hidden user",
}


def command(name: str, store: str, given: CommandArguments, *options: str) -> str:
    """Write the command that continues with a store, with the options of this one."""
    words = ["traktok", name, store, *options, *typed(given, given.onward.get(name, ()))]
    return f"`{shlex.join(words)}`"


def in_a_shell(text: str, given: CommandArguments) -> str:
    """Write a message with the options and commands of a shell; a plain text is unchanged."""
    parts = text.parts if isinstance(text, Message) else (text,)
    return "".join(part if isinstance(part, str) else _render(part, given) for part in parts)


def _render(advice: Advice, given: CommandArguments) -> str:
    write = WRITERS.get(type(advice))
    return str(advice) if write is None else write(advice, given)


def _option(argument: errors.Argument, given: CommandArguments) -> str:
    """Write an argument as the option of the command that stands for it."""
    known = [name for name in (argument.name, *STANDS_FOR.get(argument.name, ())) if name in given]
    name, value = known[0] if known else argument.name, argument.value
    if name in OPPOSITES:
        name, value = OPPOSITES[name], not value
    if name not in OPTIONS:
        return str(argument)
    return flag(name) if value is None or value is True else f"{flag(name)}={value}"


# An option that switches on what an argument switches off.
OPPOSITES = {"headless": "show_browser"}


def _authenticate(advice: errors.Authenticate, given: CommandArguments) -> str:
    if advice.api == "hidden":
        return f"`traktok auth --cookies {shlex.quote(advice.cookies or 'FILE')}`"
    return "`traktok auth --overwrite`" if advice.overwrite else "`traktok auth`"


def _function(advice: errors.Function, given: CommandArguments) -> str:
    known = _COMMANDS.get(advice.name)
    return f"`traktok {known}`" if known else str(advice)


WRITERS: dict[type[Advice], Callable[[Any, CommandArguments], str]] = {
    errors.Argument: _option,
    errors.Authenticate: _authenticate,
    errors.FindSecuid: lambda _, given: "`traktok hidden user NAME --format jsonl`",
    errors.Function: _function,
    errors.OnlyInPython: lambda _, given: "",
    errors.Refresh: lambda advice, given: command("refresh", advice.store, given),
    errors.Resume: lambda advice, given: command(
        "resume", advice.store, given, *["--retry"] * advice.retry
    ),
    errors.ShowStatus: lambda advice, given: command("status", advice.store, given),
}
