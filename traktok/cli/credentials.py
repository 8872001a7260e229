"""`traktok auth`: store, check and delete credentials and cookies."""

from __future__ import annotations

from collections.abc import Callable

import typer

import traktok
from traktok.cli.endings import Ending, say, warn
from traktok.cli.inputs import CommandArguments
from traktok.cli.options import flag
from traktok.errors import joined, message_of

# At most one of these options may be given.
_WAYS = ("check", "forget", "cookies", "live", "browser", "from_r")
_STORED = {
    "research": "Credentials for the Research API are stored.",
    "hidden": "Cookies for the unofficial API are stored.",
}


def auth(given: CommandArguments) -> None:
    """Store credentials or cookies, delete them, or list which are stored."""
    ways = [way for way in _WAYS if given[way]]
    if len(ways) > 1:
        raise ValueError(f"{' and '.join(map(flag, ways))} exclude each other: give one of them")
    match ways:
        case ["check"]:
            _check()
        case ["forget"]:
            _forget(given["forget"])
        case ["from_r"]:
            _from_r(given)
        case ["cookies" | "live" | "browser"]:
            if not traktok.auth_hidden(given["cookies"], given["live"], browser=given["browser"]):
                raise typer.Exit(Ending.FAILED)
            say("Done: the cookies are stored on this computer.")
        case _:
            traktok.auth_research(overwrite=given["overwrite_store"])
            say("Done: the credentials are right, and stored on this computer.")


def _check() -> None:
    checked = traktok.auth_check(silent=True, fail=True)
    for api, is_stored in checked.items():
        if is_stored:
            typer.echo(_STORED[api])


def _forget(which: str) -> None:
    forgotten = traktok.auth_forget(which)
    for state, heading in ((True, "Deleted from this computer"), (False, "Not stored")):
        names = [name for name, was_there in forgotten.items() if was_there is state]
        if names:
            say(f"{heading}: {', '.join(names)}.")


def _from_r(given: CommandArguments) -> None:
    """Import what R traktok has stored; raise an error if that is neither a token nor cookies."""
    overwrite = given["overwrite_store"]
    importers: dict[str, Callable[[], object]] = {
        "token": lambda: traktok.auth_research(from_r=True, overwrite=overwrite),
        "cookies": lambda: traktok.auth_hidden(from_r=True),
    }
    found, missing = [], []
    for what, import_it in importers.items():
        try:
            if import_it():
                found.append(what)
        except traktok.TraktokError as error:
            missing.append(error)
    if not found:
        raise traktok.TraktokError(joined(*map(message_of, missing)))
    for reason in missing:
        warn(message_of(reason), given)
    say(f"Done: imported from R: {' and '.join(found)}.")
