"""What to add to a command to continue where it stopped."""

from __future__ import annotations

import shlex
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

import traktok
from traktok.cli.inputs import position
from traktok.cli.options import flag


def options(
    table: traktok.TikTokResults,
    *,
    known: Container[str],
    names: Sequence[str] = (),
    stopped_at: str | None = None,
    days: dict[str, str] | None = None,
    output: Path | None = None,
) -> str:
    """Write the options; appended to the command, they override those it has.

    Parameters
    ----------
    table
        What was fetched, with TikTok's cursor and search id.
    known
        The options that the command has.
    names, stopped_at
        The names or ids that were given, and the one, or the window of days, where it stopped.
    days
        Days that were not typed: their defaults depend on today, and change until the quota is
        available again.
    output
        A file for the remaining rows.
    """
    further = _position(table, names, stopped_at)
    given = {name: value for name, value in further if name in known}
    if given:
        given = (days or {}) | given
        given |= {"output": str(output)} if output else {}
    return " ".join(f"{flag(name)} {shlex.quote(value)}" for name, value in given.items())


def _position(
    table: traktok.TikTokResults, names: Sequence[str], stopped_at: str | None
) -> Iterator[tuple[str, str]]:
    if stopped_at is not None:
        first_day = stopped_at.partition(" to ")[0]  # of a command that goes by windows
        yield "since", first_day
        yield "start_date", first_day
        place = position(names, stopped_at)
        # The first name is where the same command begins, unless its row would be overwritten.
        if place or (place == 0 and len(table) and not table.cursor):
            yield "start_at", stopped_at
    if table.cursor:
        yield "start_cursor", str(table.cursor)
    if table.search_id:
        yield "search_id", table.search_id
